//! `code`: Python attributes and methods.
//!
//! Krait's instructions are not CPython's: `co_code` and the tables are opaque bytes, and positions count one unit
//! of two bytes per instruction, so that `tb_lasti // 2` indexes `co_positions()` as tools expect. The first unit
//! stands for entering the code, on the line where it begins; the instructions follow.

use crate::builtins::code::{CodeInfo, CodeObject, Positions, Site};
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{KwArgs, Result};
use krait_bytecode::check::unspecialized;
use krait_bytecode::{CodeFlags, Op};
use krait_macros::methods;

struct CodeMethods;

#[methods]
impl CodeMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (cls, kwargs);
        if args.len() < 16 {
            return Err(vm.type_error(format!("code expected at least 16 arguments, got {}", args.len())));
        }
        if args.len() > 18 {
            return Err(vm.type_error(format!("code expected at most 18 arguments, got {}", args.len())));
        }
        Err(vm.value_error("code: bytecode made elsewhere cannot be run"))
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<String> {
        let c = this.get(&*vm);
        let (name, file, line) = (c.name.get(&*vm).to_string_lossy(), c.filename.get(&*vm).to_string_lossy(), c.info.firstlineno);
        Ok(format!("<code object {name} at {:#x}, file \"{file}\", line {line}>", this.as_value().identity()))
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<CodeObject>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast_exact::<CodeObject>().cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        vm.load_body(this)?;
        vm.load_body(&other)?;
        if !same_shape(this, &other, vm) {
            return Ok(Value::FALSE);
        }
        let (a, b) = (this.get(&*vm).consts.to_vec(), other.get(&*vm).consts.to_vec());
        for (x, y) in a.iter().zip(&b) {
            if x.type_id() != y.type_id() || !vm.equal(x, y)? {
                return Ok(Value::FALSE);
            }
        }
        Ok(Value::TRUE)
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<i64> {
        vm.load_body(this)?;
        let c = this.get(&*vm);
        let mut h = c.name.get(&*vm).hash(&vm.heap);
        for part in [c.info.firstlineno, u32::from(c.info.argcount), u32::from(c.info.posonlyargcount), u32::from(c.info.kwonlyargcount), c.info.flags.0, c.instrs.len() as u32] {
            h = h.wrapping_mul(1_000_003) ^ i64::from(part);
        }
        Ok(if h == -1 { -2 } else { h })
    }
    #[getter]
    fn co_argcount(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<u16> {
        Ok(this.get(&*vm).info.argcount)
    }
    #[getter]
    fn co_posonlyargcount(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<u16> {
        Ok(this.get(&*vm).info.posonlyargcount)
    }
    #[getter]
    fn co_kwonlyargcount(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<u16> {
        Ok(this.get(&*vm).info.kwonlyargcount)
    }
    #[getter]
    fn co_nlocals(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm).nlocals as usize)
    }
    #[getter]
    fn co_stacksize(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<u32> {
        let c = this.get(&*vm);
        Ok(c.nregs - c.first_temp)
    }
    #[getter]
    fn co_flags(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<u32> {
        Ok(this.get(&*vm).info.flags.0)
    }
    #[getter]
    fn co_firstlineno(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<u32> {
        Ok(this.get(&*vm).info.firstlineno)
    }
    #[getter]
    fn co_name(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.to_value())
    }
    #[getter]
    fn co_qualname(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).qualname.to_value())
    }
    #[getter]
    fn co_filename(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).filename.to_value())
    }
    #[getter]
    fn co_consts(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let items = this.get(&*vm).consts.to_vec();
        Ok(vm.tuple(items))
    }
    #[getter]
    fn co_names(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let items = this.get(&*vm).names.iter().map(Ref::to_value).collect();
        Ok(vm.tuple(items))
    }
    #[getter]
    fn co_varnames(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let items = this.get(&*vm).varnames.iter().map(Ref::to_value).collect();
        Ok(vm.tuple(items))
    }
    #[getter]
    fn co_cellvars(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let items = this.get(&*vm).cellvars.iter().map(Ref::to_value).collect();
        Ok(vm.tuple(items))
    }
    #[getter]
    fn co_freevars(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let items = this.get(&*vm).freevars.iter().map(Ref::to_value).collect();
        Ok(vm.tuple(items))
    }
    #[getter]
    fn co_code(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        // One unit of two bytes per instruction: the operands' low byte tells instructions apart a little.
        let mut bytes = vec![0, 0];
        bytes.extend(this.get(&*vm).instrs.iter().map(|&i| unspecialized(i)).flat_map(|i| [i.x(), i.a() as u8]));
        Ok(vm.heap.bytes(&bytes).into_value())
    }
    #[getter]
    fn co_linetable(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let bytes = {
            let c = this.get(&*vm);
            super::code_tables::encode(c.info.positions(), c.instrs.len(), c.info.firstlineno, entry_line(c, vm))
        };
        Ok(vm.heap.bytes(&bytes).into_value())
    }
    #[getter]
    fn co_lnotab(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.warn(crate::Exc::DeprecationWarning, "co_lnotab is deprecated, use co_lines instead.", 1)?;
        CodeMethods::co_linetable(this, vm)
    }
    #[getter]
    fn co_exceptiontable(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let bytes: Vec<u8> = this.get(&*vm).info.exceptions.iter().flat_map(|e| e.start.to_le_bytes()).collect();
        Ok(vm.heap.bytes(&bytes).into_value())
    }
    /// An iterator of (start, end, line) over the bytecode.
    #[sig("()")]
    fn co_lines(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let mut ranges: Vec<(usize, usize, Option<u32>)> = Vec::new();
        {
            let c = this.get(&*vm);
            if let Some(line) = entry_line(c, vm) {
                ranges.push((0, 1, Some(line)));
                for unit in 1..=c.instrs.len() {
                    let line = c.line(unit - 1);
                    match ranges.last_mut() {
                        Some(last) if last.2 == line => last.1 = unit + 1,
                        _ => ranges.push((unit, unit + 1, line)),
                    }
                }
            }
        }
        let mut items = Vec::new();
        for (start, end, line) in ranges {
            let parts = vec![vm.heap.int(2 * start as i128), vm.heap.int(2 * end as i128), number_or_none(line)];
            items.push(vm.tuple(parts));
        }
        let list = vm.list(items);
        vm.iter(&list)
    }
    /// An iterator of (line, end line, column, end column), one per instruction.
    #[sig("()")]
    fn co_positions(this: &Ref<CodeObject>, vm: &mut Vm) -> Result<Value> {
        vm.load_body(this)?;
        let positions: Vec<_> = {
            let c = this.get(&*vm);
            (0..c.instrs.len()).map(|pc| c.info.position(pc)).collect()
        };
        let entry = entry_line(this.get(&*vm), vm);
        let ranges = vm.config.code_debug_ranges;
        let zero = if ranges { number_or_none(Some(0)) } else { Value::NONE };
        let mut items = vec![match entry {
            Some(line) => vm.tuple(vec![number_or_none(Some(line)), number_or_none(Some(line)), zero.clone(), zero]),
            None => vm.tuple(vec![Value::NONE; 4]),
        }];
        for p in positions {
            let parts = match p {
                Some(p) if p.line != 0 => {
                    let known = ranges && p.end_line != 0;
                    let column = |c: u32| if known && c != u32::MAX { number_or_none(Some(c)) } else { Value::NONE };
                    let end = if ranges { p.end_line } else { p.line };
                    vec![number_or_none(Some(p.line)), number_or_none(Some(end).filter(|&l| l != 0)), column(p.col), column(p.end_col)]
                }
                _ => vec![Value::NONE; 4],
            };
            items.push(vm.tuple(parts));
        }
        let list = vm.list(items);
        vm.iter(&list)
    }
    /// An iterator of (from, not taken, taken) over the branches.
    #[sig("()")]
    fn co_branches(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = this;
        let list = vm.list(Vec::new());
        vm.iter(&list)
    }
    #[sig("(oparg, /)")]
    fn _varname_from_oparg(this: &Ref<CodeObject>, vm: &mut Vm, oparg: usize) -> Result<Value> {
        vm.load_body(this)?;
        match this.get(&*vm).local_name(oparg).cloned() {
            Some(n) => Ok(n.into_value()),
            None => Err(vm.index_error("tuple index out of range")),
        }
    }
    /// Return a copy of the code object with new values for the specified fields.
    #[sig("(**changes)")]
    fn replace(this: &Ref<CodeObject>, vm: &mut Vm, changes: KwArgs<'_>) -> Result<Value> {
        replace(this, vm, &changes)
    }
    /// The same as replace().
    #[sig("(**changes)")]
    fn __replace__(this: &Ref<CodeObject>, vm: &mut Vm, changes: KwArgs<'_>) -> Result<Value> {
        replace(this, vm, &changes)
    }
}

/// The line on which code is entered: modules begin before their first. `None` when there are no lines at all.
fn entry_line(c: &CodeObject, vm: &Vm) -> Option<u32> {
    c.info.positions().iter().find(|p| p.line != 0)?;
    let module = !c.info.flags.has(CodeFlags::OPTIMIZED) && c.name.get(vm).as_ascii() == Some("<module>");
    Some(if module { 0 } else { c.info.firstlineno })
}

fn number_or_none(n: Option<u32>) -> Value {
    n.and_then(|n| Value::small_int(i64::from(n))).unwrap_or(Value::NONE)
}

/// Whether two code objects agree in everything but their constants' values.
fn same_shape(a: &Ref<CodeObject>, b: &Ref<CodeObject>, vm: &Vm) -> bool {
    let heap = &vm.heap;
    let (a, b) = (a.get(heap), b.get(heap));
    let names = |x: &[Ref<Str>], y: &[Ref<Str>]| x.len() == y.len() && x.iter().zip(y).all(|(x, y)| x.get(heap).same(y.get(heap)));
    let (i, j) = (&a.info, &b.info);
    // The opcodes may have been specialised; operands stay.
    a.instrs.len() == b.instrs.len()
        && a.consts.len() == b.consts.len()
        && a.instrs.iter().zip(&b.instrs).all(|(&x, &y)| unspecialized(x).0 >> 8 == unspecialized(y).0 >> 8)
        && (i.argcount, i.posonlyargcount, i.kwonlyargcount, i.flags.0, i.firstlineno) == (j.argcount, j.posonlyargcount, j.kwonlyargcount, j.flags.0, j.firstlineno)
        && a.name.get(heap).same(b.name.get(heap))
        && a.qualname.get(heap).same(b.qualname.get(heap))
        && names(&a.names, &b.names)
        && names(&a.varnames, &b.varnames)
        && names(&a.cellvars, &b.cellvars)
        && names(&a.freevars, &b.freevars)
        && i.exceptions == j.exceptions
        && super::code_tables::encode(i.positions(), a.instrs.len(), 0, None) == super::code_tables::encode(j.positions(), b.instrs.len(), 0, None)
}

/// A copy of a code object, caches included: its specialised instructions rely on them.
fn duplicate(c: &CodeObject) -> CodeObject {
    let site = |s: &Site| Site { name: s.name.clone(), type_id: s.type_id, guard: s.guard, part: s.part, offset: s.offset, value: s.value.clone(), served: 0, misses: s.misses, backoff: s.backoff, hopeless: s.hopeless };
    let info = CodeInfo { positions: Positions::List(c.info.positions().into()), exceptions: c.info.exceptions.clone(), ..c.info };
    CodeObject {
        // Machine code is not shared.
        instrs: c.instrs.iter().map(|&i| if i.op() == Op::EnterLoop { unspecialized(i) } else { i }).collect(),
        loops: Default::default(),
        plain_args: c.simple_args,
        direct: 0,
        sites: c.sites.iter().map(site).collect(),
        consts: c.consts.clone(),
        names: c.names.clone(),
        name: c.name.clone(),
        qualname: c.qualname.clone(),
        filename: c.filename.clone(),
        varnames: c.varnames.clone(),
        cellvars: c.cellvars.clone(),
        freevars: c.freevars.clone(),
        temporaries: c.temporaries.clone(),
        info,
        origin: None,
        ..*c
    }
}

fn replace(this: &Ref<CodeObject>, vm: &mut Vm, changes: &KwArgs<'_>) -> Result<Value> {
    vm.load_body(this)?;
    let mut copy = duplicate(this.get(&*vm));
    copy.serial = vm.heap.next_code_serial();
    for (key, value) in &changes.items {
        let name = vm.to_text(key)?;
        match name.as_str() {
            "co_name" | "co_qualname" | "co_filename" => {
                let Some(s) = value.downcast::<Str>(&vm.heap).cloned() else { return Err(wrong_type(vm, &name, "str", value)) };
                match name.as_str() {
                    "co_name" => copy.name = s,
                    "co_qualname" => copy.qualname = s,
                    _ => copy.filename = s,
                }
            }
            "co_argcount" | "co_posonlyargcount" | "co_kwonlyargcount" | "co_nlocals" | "co_stacksize" | "co_flags" | "co_firstlineno" => {
                let n = vm.index_i64(value, "int")?;
                let Ok(n) = u32::try_from(n) else { return Err(vm.value_error(format!("{name} must be a positive integer"))) };
                match name.as_str() {
                    "co_firstlineno" => {
                        let delta = i64::from(n) - i64::from(copy.info.firstlineno);
                        let mut positions = copy.info.positions().to_vec();
                        for p in positions.iter_mut().filter(|p| p.line != 0) {
                            p.line = u32::try_from(i64::from(p.line) + delta).unwrap_or(0);
                            p.end_line = u32::try_from(i64::from(p.end_line) + delta).unwrap_or(0);
                        }
                        copy.info.positions = Positions::List(positions.into());
                        copy.info.firstlineno = n;
                    }
                    "co_flags" => {
                        // How a call is set up depends on some flags: those stay.
                        let fixed = CodeFlags::VARARGS | CodeFlags::VARKEYWORDS;
                        copy.info.flags = CodeFlags(n & !fixed | copy.info.flags.0 & fixed);
                        if copy.info.flags.is_generator_like() {
                            (copy.simple_args, copy.plain_args) = (u32::MAX, u32::MAX);
                        }
                    }
                    "co_argcount" | "co_posonlyargcount" | "co_kwonlyargcount" => {
                        let n = u16::try_from(n).unwrap_or(u16::MAX);
                        match name.as_str() {
                            "co_argcount" => copy.info.argcount = n,
                            "co_posonlyargcount" => copy.info.posonlyargcount = n,
                            _ => copy.info.kwonlyargcount = n,
                        }
                        // Calls take the long way, which goes by these numbers.
                        (copy.simple_args, copy.plain_args) = (u32::MAX, u32::MAX);
                    }
                    "co_stacksize" => {}
                    _ => unchanged(vm, this, &name, value)?,
                }
            }
            "co_consts" => {
                let Some(items) = value.downcast::<Tuple>(&vm.heap).map(|t| t.items(&vm.heap).to_vec()) else { return Err(wrong_type(vm, &name, "tuple", value)) };
                if items.len() < copy.consts.len() {
                    return Err(vm.value_error("code: co_consts is too small"));
                }
                copy.consts = items.into();
            }
            "co_linetable" => {
                let Some(table) = value.downcast::<crate::builtins::bytes::Bytes>(&vm.heap).map(|b| b.get(&vm.heap).data.to_vec()) else { return Err(wrong_type(vm, &name, "bytes", value)) };
                copy.info.positions = Positions::List(super::code_tables::decode(&table, copy.info.firstlineno).into());
            }
            // Without handlers exceptions leave at once, which is always safe.
            "co_exceptiontable" if value.downcast::<crate::builtins::bytes::Bytes>(&vm.heap).is_some_and(|b| b.get(&vm.heap).data.is_empty()) => {
                copy.info.exceptions = Box::default();
            }
            "co_code" | "co_names" | "co_varnames" | "co_freevars" | "co_cellvars" | "co_exceptiontable" => unchanged(vm, this, &name, value)?,
            _ => return Err(vm.type_error(format!("replace() got an unexpected keyword argument '{name}'"))),
        }
    }
    let parameters = usize::from(copy.info.argcount)
        + usize::from(copy.info.kwonlyargcount)
        + usize::from(copy.info.flags.has(CodeFlags::VARARGS))
        + usize::from(copy.info.flags.has(CodeFlags::VARKEYWORDS));
    if copy.info.posonlyargcount > copy.info.argcount || parameters > copy.varnames.len() {
        return Err(vm.value_error("code: varnames is too small"));
    }
    Ok(vm.heap.alloc(copy).into_value())
}
fn wrong_type(vm: &mut Vm, name: &str, wanted: &str, value: &Value) -> crate::Raised {
    let found = vm.type_name_or_none(value);
    vm.type_error(format!("replace() argument '{name}' must be {wanted}, not {found}"))
}
/// Fields tied to the instructions can only be given as they are.
fn unchanged(vm: &mut Vm, this: &Ref<CodeObject>, name: &str, value: &Value) -> Result<()> {
    let key = vm.intern(name);
    let own = vm.get_attr(this.as_value(), &key)?;
    if vm.equal(&own, value)? {
        return Ok(());
    }
    Err(vm.value_error(format!("code: {name} cannot be changed")))
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<CodeMethods>(id::CODE);
}
