//! Calling function pointers.
//!
//! A [`Plan`] is made once per function: how each argument is converted and what the result becomes. Where all arguments
//! are numbers, pointers and strings of the expected kinds they go straight into registers ([`quick`]); everything else,
//! `from_param` in Python, parameter flags, aggregates, goes the long way ([`full`]), which follows CPython's step by step.

use super::builtin;
use super::data;
use super::function::{argtypes_of, check_argtypes, restype_of};
use super::info::{self, Info, Kind, Model, Scope};
use super::isolated::{pass, space};
use super::machine::{Machine, Registers, Target};
use super::memory::{self, CData};
use super::metas::tuple_items;
use super::param::{self, Arg, Class, Param};
use super::values;
use krait_vm::args::KwArgs;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::function::BuiltinFn;
use krait_vm::types::Type;
use krait_vm::{Raised, Ref, Result, Value, Vm};
use std::rc::Rc;

pub const MAX_ARGUMENTS: usize = 1024;

/// How an argument of a declared type is converted when it is what one expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quick {
    Int { code: u8, size: u8, signed: bool },
    Double,
    Float,
    /// `char *`: bytes, None or a character array.
    Text,
    /// `void *`
    Address,
    /// A pointer to an item type.
    Pointer(u32),
    /// A function pointer or the like: objects of this very type.
    Instance,
    /// A small structure of integers: so many words.
    Words(u8),
    /// Only the long way.
    Never,
}

/// What is done with the result word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuickResult {
    None,
    /// A simple type's code.
    Plain(u8),
    /// A small structure of integers.
    Words,
    Never,
}

/// How a function is called.
pub struct Plan {
    model: Model,
    machine: Rc<dyn Machine>,
    flags: u32,
    /// `None`: nothing is declared.
    converters: Option<Vec<Value>>,
    restype: Option<Value>,
    result_info: Option<Rc<Info>>,
    /// `_check_retval_` of the result type.
    check: Option<Value>,
    quick: Vec<(Quick, u32)>,
    result: QuickResult,
    /// The call may be quick at all.
    is_quick: bool,
}

impl Plan {
    pub fn visit(&self, visit: &mut dyn FnMut(&Value)) {
        self.converters.iter().flatten().for_each(&mut *visit);
        self.restype.iter().for_each(&mut *visit);
        self.check.iter().for_each(&mut *visit);
    }
    /// Moves the references out, unless a call is under way.
    pub fn clear(plan: Rc<Plan>, out: &mut Vec<Value>) {
        if let Ok(plan) = Rc::try_unwrap(plan) {
            out.extend(plan.converters.into_iter().flatten());
            out.extend(plan.restype);
            out.extend(plan.check);
        }
    }
}

fn make_plan(vm: &mut Vm, this: &Ref<CData>) -> Result<Rc<Plan>> {
    let (info, machine, special) = {
        let d = this.get(&*vm.heap);
        let f = d.function.as_ref();
        (d.info.clone(), f.and_then(|f| f.machine.clone()), f.is_none_or(|f| f.errcheck.is_some() || f.paramflags.is_some()))
    };
    let Some(machine) = machine else { return Err(vm.type_error("this function cannot be called")) };
    let argtypes = argtypes_of(vm, this)?;
    let converters = match &argtypes {
        Some(types) => Some(check_argtypes(vm, types)?),
        None => None,
    };
    let restype = restype_of(vm, this)?;
    let result_info = restype.as_ref().and_then(|r| info::info_of_class(vm, r));
    let check = match &restype {
        Some(r) if !r.is_none() => {
            let name = vm.intern("_check_retval_");
            vm.get_attr_opt(r, &name)?
        }
        _ => None,
    };
    let result = match (&restype, &result_info) {
        (None, _) => QuickResult::Plain(b'i'),
        (Some(r), _) if r.is_none() => QuickResult::None,
        (_, Some(i)) if i.reads_plain() && !i.swapped && check.is_none() && !matches!(i.code, b'g' | b'F' | b'D' | b'G' | b'O') => QuickResult::Plain(i.code),
        (_, Some(i)) if check.is_none() && words_of(vm, i).is_some() => QuickResult::Words,
        _ => QuickResult::Never,
    };
    let mut quick = Vec::new();
    for converter in converters.iter().flatten() {
        quick.push(quick_argument(vm, converter));
    }
    let is_quick = machine.has_registers() && !special && result != QuickResult::Never && !quick.iter().any(|(q, _)| *q == Quick::Never);
    Ok(Rc::new(Plan { model: info.model, machine, flags: info.call_flags, converters, restype, result_info, check, quick, result, is_quick }))
}

/// What a `from_param` that is a builtin's own accepts most of the time.
fn quick_argument(vm: &mut Vm, converter: &Value) -> (Quick, u32) {
    const NEVER: (Quick, u32) = (Quick::Never, 0);
    let Some(function) = converter.downcast::<BuiltinFn>(&*vm.heap).map(|f| f.get(&*vm.heap)) else { return NEVER };
    let (def, class) = (function.def, function.this.clone());
    if def.name != "from_param" {
        return NEVER;
    }
    let Some(type_id) = class.as_ref().and_then(|c| c.downcast::<Type>(&*vm.heap)).map(|t| t.id(&vm.heap)) else { return NEVER };
    let Some(info) = info::info(vm, type_id) else { return NEVER };
    let quick = match info.kind {
        Kind::Simple if info.swapped => Quick::Never,
        Kind::Simple => match info.code {
            b'd' => Quick::Double,
            b'f' => Quick::Float,
            b'z' => Quick::Text,
            b'P' => Quick::Address,
            code if values::is_integer(code) && code != b'?' => Quick::Int { code, size: info.size.get() as u8, signed: values::is_signed(code) },
            _ => Quick::Never,
        },
        Kind::Pointer => Quick::Pointer(info.item.get()),
        Kind::Function => Quick::Instance,
        Kind::Structure => words_of(vm, &info).map_or(Quick::Never, Quick::Words),
        _ => Quick::Never,
    };
    (quick, type_id)
}

/// How many words a structure takes that travels in integer registers: one of at most two words, made of integers and
/// pointers where they belong.
fn words_of(vm: &mut Vm, info: &Rc<Info>) -> Option<u8> {
    let size = info.size.get();
    if info.kind != Kind::Structure || size == 0 || size > 16 || info.has(info::type_flags::HASUNION | info::type_flags::HASBITFIELD) {
        return None;
    }
    let parts = info.parts.borrow().clone();
    for part in parts {
        let member = info::info(vm, part.type_id)?;
        let fits = match member.kind {
            Kind::Simple => matches!(param::class_of(&member), Class::Int { .. }) && part.offset % member.size.get() == 0,
            Kind::Pointer | Kind::Function => part.offset % 8 == 0,
            Kind::Structure => part.offset % member.align.get() == 0 && words_of(vm, &member).is_some(),
            _ => false,
        };
        if !fits {
            return None;
        }
    }
    Some(size.div_ceil(8) as u8)
}

/// Calls a function pointer.
pub fn call(vm: &mut Vm, this: &Ref<CData>, args: &[Value], kwargs: &KwArgs<'_>) -> Result<Value> {
    let plan = plan_of(vm, this)?;
    let address = {
        let (at, scope) = this.get(&*vm.heap).reading();
        values::load_pointer(at, scope)
    };
    if builtin::is_builtin(plan.model, address) {
        return builtin::call(vm, plan.model, plan.converters.as_deref().unwrap_or(&[]), address, args);
    }
    if plan.is_quick
        && let Some(value) = quick(vm, &plan, address, args)?
    {
        return Ok(value);
    }
    full(vm, this, &plan, address, args, kwargs)
}
/// How a function is called, worked out at the first call.
#[inline]
pub fn plan_of(vm: &mut Vm, this: &Ref<CData>) -> Result<Rc<Plan>> {
    if let Some(plan) = this.get(&*vm.heap).function.as_ref().and_then(|f| f.plan.clone()) {
        return Ok(plan);
    }
    let plan = make_plan(vm, this)?;
    if let Some(f) = &mut this.get_mut(&mut *vm.heap).function {
        f.plan = Some(plan.clone());
    }
    Ok(plan)
}

/// Bytes of short strings that need no allocation.
const ROOM: usize = 96;

/// Copies of strings for the length of a call. It stays where it is: addresses go into it.
#[derive(Default)]
struct Scratch {
    room: Option<[u8; ROOM]>,
    used: usize,
    more: Vec<Box<[u8]>>,
}

impl Scratch {
    /// The address of a copy with a zero behind.
    fn terminated(&mut self, data: &[u8]) -> usize {
        let end = self.used + data.len() + 1;
        if end <= ROOM {
            let room = self.room.get_or_insert([0; ROOM]);
            room[self.used..end - 1].copy_from_slice(data);
            room[end - 1] = 0;
            let address = room.as_ptr() as usize + self.used;
            self.used = end;
            return address;
        }
        let mut copy = Vec::with_capacity(data.len() + 1);
        copy.extend_from_slice(data);
        copy.push(0);
        let copy = copy.into_boxed_slice();
        let address = copy.as_ptr() as usize;
        self.more.push(copy);
        address
    }
}

/// The call whose arguments are of the expected kinds and fit into registers; `None`, with nothing done, otherwise.
#[inline]
fn quick(vm: &mut Vm, plan: &Plan, address: u64, args: &[Value]) -> Result<Option<Value>> {
    if address == 0 {
        return Ok(None);
    }
    let mut registers = Registers::default();
    let mut scratch = Scratch::default();
    if plan.converters.is_some() && args.len() != plan.quick.len() {
        return Ok(None);
    }
    for (i, value) in args.iter().enumerate() {
        let placed = match plan.quick.get(i) {
            Some(&(how, type_id)) => quick_declared(vm, how, type_id, value, &mut registers, &mut scratch),
            None => quick_undeclared(vm, value, &mut registers, &mut scratch),
        };
        if !placed {
            return Ok(None);
        }
    }
    let is_float = matches!(plan.result, QuickResult::Plain(b'd' | b'f'));
    let words = plan.machine.call_registers(vm, Target { address, flags: plan.flags }, &registers, is_float);
    if vm.has_pending() {
        // A callback's report failed.
        return Err(Raised);
    }
    match plan.result {
        QuickResult::Plain(b'i') => Ok(Some(Value::int32(words[0] as i32))),
        QuickResult::Plain(code) => values::load(vm, Scope::of(plan.model), code, false, words.as_ptr().cast()).map(Some),
        QuickResult::Words => match &plan.result_info {
            Some(info) => data::copy_of(vm, info, words.as_ptr().cast()).map(|o| Some(o.into_value())),
            None => Ok(Some(Value::NONE)),
        },
        _ => Ok(Some(Value::NONE)),
    }
}

#[inline(always)]
fn quick_declared(vm: &Vm, how: Quick, type_id: u32, value: &Value, registers: &mut Registers, scratch: &mut Scratch) -> bool {
    match how {
        Quick::Int { size, signed, .. } => match value.as_small_int_or_bool() {
            Some(n) => registers.int(narrow(n as u64, size, signed)),
            None => match exact(vm, value, type_id) {
                Some(d) => registers.int(values::load_int(d.start, size.into(), signed, false)),
                None => false,
            },
        },
        Quick::Double => match (value.as_float(), value.as_small_int()) {
            (Some(x), _) => registers.float(x.to_bits()),
            (_, Some(n)) => registers.float((n as f64).to_bits()),
            _ => exact(vm, value, type_id).is_some_and(|d| registers.float(memory::read(d.start))),
        },
        Quick::Float => match value.as_float() {
            Some(x) => registers.float(u64::from((x as f32).to_bits())),
            None => false,
        },
        Quick::Text => text(vm, value, registers, scratch),
        Quick::Address => {
            if let Some(n) = value.as_small_int() {
                return registers.int(n as u64);
            }
            if value.is_heap()
                && let Some(d) = ours(vm, value)
            {
                return match (d.info.kind, d.info.code) {
                    (Kind::Array, _) => registers.int(d.start as u64),
                    (Kind::Pointer | Kind::Function, _) | (Kind::Simple, b'P' | b'z' | b'Z') => registers.int(memory::read(d.start)),
                    _ => false,
                };
            }
            reference(vm, value, None, registers) || text(vm, value, registers, scratch)
        }
        Quick::Pointer(item) => {
            if value.is_none() {
                return registers.int(0);
            }
            if let Some(d) = ours(vm, value) {
                return match d.info.kind {
                    Kind::Pointer if d.info.item.get() == item => registers.int(memory::read(d.start)),
                    Kind::Array if d.info.item.get() == item => registers.int(d.start as u64),
                    _ if d.info.type_id == item => registers.int(d.start as u64),
                    _ => false,
                };
            }
            reference(vm, value, Some(item), registers)
        }
        Quick::Instance => exact(vm, value, type_id).is_some_and(|d| registers.int(memory::read(d.start))),
        Quick::Words(count) => {
            let Some(d) = exact(vm, value, type_id) else { return false };
            let mut words = [0u64; 2];
            memory::copy(d.start, words.as_mut_ptr().cast(), d.info.size.get().min(16));
            // Both words or none: what does not fit into registers goes to the stack as a whole.
            registers.int_count + usize::from(count) <= registers.ints.len() && words.iter().take(count.into()).all(|w| registers.int(*w))
        }
        Quick::Never => false,
    }
}
/// A C object of the process's own data model.
#[inline(always)]
fn ours<'a>(vm: &'a Vm, value: &'a Value) -> Option<&'a CData> {
    let d = value.downcast::<CData>(vm)?.get(vm);
    (d.info.model == Model::Lp64).then_some(d)
}
fn exact<'a>(vm: &'a Vm, value: &'a Value, type_id: u32) -> Option<&'a CData> {
    if value.type_id() != type_id {
        return None;
    }
    value.downcast::<CData>(vm).map(|d| d.get(vm))
}
/// `byref(…)` of an object of some type, or of any.
fn reference(vm: &Vm, value: &Value, item: Option<u32>, registers: &mut Registers) -> bool {
    let Some(p) = value.downcast::<Param>(vm) else { return false };
    let p = p.get(vm);
    let fits = match (&p.object, item) {
        (_, None) => true,
        (Some(object), Some(item)) => object.type_id() == item,
        (None, Some(_)) => false,
    };
    p.tag == b'P' && p.model == Model::Lp64 && fits && registers.int(p.place[0])
}
#[inline]
fn text(vm: &Vm, value: &Value, registers: &mut Registers, scratch: &mut Scratch) -> bool {
    if value.is_none() {
        return registers.int(0);
    }
    if let Some(b) = value.downcast_exact::<Bytes>() {
        let address = scratch.terminated(&b.get(vm).data);
        return registers.int(address as u64);
    }
    let Some(d) = ours(vm, value) else { return false };
    match (d.info.kind, d.info.code, d.info.item_code.get()) {
        (Kind::Array, _, b'c') => registers.int(d.start as u64),
        (Kind::Pointer, _, b'c') | (Kind::Simple, b'z', _) => registers.int(memory::read(d.start)),
        _ => false,
    }
}
#[inline(always)]
fn narrow(bits: u64, size: u8, signed: bool) -> u64 {
    match (size, signed) {
        (1, true) => bits as i8 as u64,
        (1, false) => bits as u8 as u64,
        (2, true) => bits as i16 as u64,
        (2, false) => bits as u16 as u64,
        (4, true) => bits as i32 as u64,
        (4, false) => bits as u32 as u64,
        _ => bits,
    }
}
/// An argument of which nothing is declared.
#[inline]
fn quick_undeclared(vm: &Vm, value: &Value, registers: &mut Registers, scratch: &mut Scratch) -> bool {
    if let Some(n) = value.as_small_int_or_bool() {
        return registers.int(n as i32 as u64);
    }
    if value.is_none() || value.is_exact::<Bytes>() {
        return text(vm, value, registers, scratch);
    }
    if let Some(d) = ours(vm, value) {
        return match d.info.kind {
            Kind::Array => registers.int(d.start as u64),
            Kind::Pointer | Kind::Function => registers.int(memory::read(d.start)),
            Kind::Simple => match d.info.code {
                b'd' => registers.float(memory::read(d.start)),
                b'f' => registers.float(u64::from(memory::read::<u32>(d.start))),
                b'g' | b'F' | b'D' | b'G' => false,
                code => registers.int(values::load_int(d.start, d.info.size.get(), values::is_signed(code), false)),
            },
            Kind::Structure | Kind::Union => false,
        };
    }
    reference(vm, value, None, registers)
}

// ---- the long way ----

/// "argument 1: TypeError: …" as an ArgumentError, in place of the pending exception.
fn argument_failed(vm: &mut Vm, position: usize) -> Raised {
    let exception = vm.take_pending();
    let kind = vm.type_name(&exception);
    let text = match vm.to_text(&exception) {
        Ok(text) => text,
        Err(_) => {
            drop(vm.take_pending());
            "???".into()
        }
    };
    super::argument_error(vm, &format!("argument {position}: {kind}: {text}"))
}

/// The arguments that a call with parameter flags takes, and which of them come back.
struct Flagged {
    args: Vec<Value>,
    out: Vec<usize>,
    inout: Vec<usize>,
}

fn flagged(vm: &mut Vm, flags: &Value, argtypes: &[Value], args: &[Value], kwargs: &KwArgs<'_>) -> Result<Flagged> {
    let mut result = Flagged { args: Vec::new(), out: Vec::new(), inout: Vec::new() };
    let mut used = 0;
    for (i, item) in tuple_items(vm, flags).unwrap_or_default().iter().enumerate() {
        let parts = tuple_items(vm, item).unwrap_or_default();
        let flag = parts.first().and_then(|f| f.as_int(&*vm.heap)).and_then(|n| n.to_i64()).unwrap_or(0);
        let name = parts.get(1).filter(|n| !n.is_none());
        let default = parts.get(2);
        let value = match flag & 7 {
            4 | 5 => default.cloned().unwrap_or(Value::int32(0)),
            2 => {
                result.out.push(i);
                match (default, argtypes.get(i)) {
                    (Some(default), _) => default.clone(),
                    (None, Some(ty)) => out_argument(vm, ty)?,
                    (None, None) => Value::NONE,
                }
            }
            kind => {
                if kind == 3 {
                    result.out.push(i);
                    result.inout.push(i);
                }
                given_argument(vm, &mut used, name, default, args, kwargs)?
            }
        };
        result.args.push(value);
    }
    let given = args.len() + kwargs.items.len();
    if given != used {
        return Err(vm.type_error(format!("call takes exactly {used} arguments ({given} given)")));
    }
    Ok(result)
}
fn given_argument(vm: &mut Vm, used: &mut usize, name: Option<&Value>, default: Option<&Value>, args: &[Value], kwargs: &KwArgs<'_>) -> Result<Value> {
    if let Some(value) = args.get(*used) {
        *used += 1;
        return Ok(value.clone());
    }
    if let Some(name) = name
        && let Some((_, value)) = kwargs.items.iter().find(|(k, _)| vm.equal_without_python(k, name) == Some(true))
    {
        *used += 1;
        return Ok((*value).clone());
    }
    match (default, name) {
        (Some(default), _) => Ok(default.clone()),
        (None, Some(name)) => {
            let name = vm.to_text(name)?;
            Err(vm.type_error(format!("required argument '{name}' missing")))
        }
        (None, None) => Err(vm.type_error("not enough arguments")),
    }
}
/// A fresh object for what a function writes through an output parameter.
fn out_argument(vm: &mut Vm, ty: &Value) -> Result<Value> {
    let Some(info) = info::info_of_class(vm, ty) else { return Err(vm.runtime_error("NULL stgdict unexpected")) };
    if info.kind == Kind::Array {
        return vm.call(ty, &[]);
    }
    match vm.heap.live_type_object(info.item.get()).filter(|_| info.item.get() != 0) {
        Some(item) => vm.call(item.as_value(), &[]),
        None => {
            let name = vm.core_type(info.type_id).name(&vm.heap);
            Err(vm.type_error(format!("{name} 'out' parameter must be passed as default value")))
        }
    }
}
fn outputs(vm: &mut Vm, flagged: &Flagged, result: Value) -> Result<Value> {
    if flagged.out.is_empty() {
        return Ok(result);
    }
    let mut values = Vec::with_capacity(flagged.out.len());
    for i in &flagged.out {
        let Some(value) = flagged.args.get(*i) else { continue };
        values.push(if flagged.inout.contains(i) { value.clone() } else { vm.call_method(value, "__ctypes_from_outparam__", &[])? });
    }
    match values.len() {
        1 => Ok(values.swap_remove(0)),
        _ => Ok(vm.tuple(values)),
    }
}

fn full(vm: &mut Vm, this: &Ref<CData>, plan: &Plan, address: u64, args: &[Value], kwargs: &KwArgs<'_>) -> Result<Value> {
    let (paramflags, errcheck) = {
        let f = this.get(&*vm.heap).function.as_ref();
        (f.and_then(|f| f.paramflags.clone()), f.and_then(|f| f.errcheck.clone()))
    };
    let flagged = match &paramflags {
        Some(flags) if plan.converters.is_some() => {
            let argtypes = match argtypes_of(vm, this)? {
                Some(types) => vm.collect(&types)?,
                None => Vec::new(),
            };
            flagged(vm, flags, &argtypes, args, kwargs)?
        }
        _ => Flagged { args: args.to_vec(), out: Vec::new(), inout: Vec::new() },
    };
    let given = flagged.args.len();
    if let Some(converters) = &plan.converters
        && given < converters.len()
    {
        let required = converters.len();
        let plural = if required == 1 { "" } else { "s" };
        return Err(vm.type_error(format!("this function takes at least {required} argument{plural} ({given} given)")));
    }
    let result = call_foreign(vm, plan, address, &flagged.args)?;
    let Some(check) = errcheck else { return outputs(vm, &flagged, result) };
    let arguments = vm.tuple(flagged.args.clone());
    let checked = vm.call(&check, &[result, this.to_value(), arguments.clone()])?;
    // The check that gives the arguments back says that the outputs are wanted.
    if checked.is(&arguments) && !flagged.out.is_empty() { outputs(vm, &flagged, checked) } else { Ok(checked) }
}

fn call_foreign(vm: &mut Vm, plan: &Plan, address: u64, values: &[Value]) -> Result<Value> {
    if values.len() > MAX_ARGUMENTS {
        let n = values.len();
        return Err(super::argument_error(vm, &format!("too many arguments ({n}), maximum is {MAX_ARGUMENTS}")));
    }
    let mut args = Vec::with_capacity(values.len());
    let mut kept = Vec::with_capacity(values.len());
    for (i, value) in values.iter().enumerate() {
        let converter = plan.converters.as_ref().and_then(|c| c.get(i));
        let made = match converter {
            Some(converter) => vm.call(converter, std::slice::from_ref(value)).and_then(|v| {
                let arg = param::arg_of(vm, plan.model, &v, i + 1);
                kept.push(Some(v));
                arg
            }),
            None => param::arg_of(vm, plan.model, value, i + 1),
        };
        match made {
            Ok((arg, keep)) => {
                args.push(arg);
                kept.push(keep);
            }
            Err(Raised) => return Err(argument_failed(vm, i + 1)),
        }
    }
    let class = match (&plan.restype, &plan.result_info) {
        (Some(r), _) if r.is_none() => Class::Void,
        (_, Some(info)) => param::class_of(info),
        _ => Class::Int { size: 4, signed: true },
    };
    let fixed = plan.converters.as_ref().map(Vec::len);
    let result = invoke(vm, plan, address, &args, fixed, &class);
    drop(args);
    let result = result?;
    drop(kept);
    match &plan.check {
        Some(check) => vm.call(check, &[result]),
        None => Ok(result),
    }
}

/// Makes the call and turns what comes back into a Python value.
fn invoke(vm: &mut Vm, plan: &Plan, address: u64, args: &[Arg], fixed: Option<usize>, class: &Class) -> Result<Value> {
    if address == 0 {
        return Err(vm.value_error("NULL function pointer"));
    }
    let target = Target { address, flags: plan.flags };
    if let (Class::Aggregate(_), Some(info)) = (class, &plan.result_info) {
        let object = data::new(vm, info.type_id, info)?;
        let out = object.get(&*vm.heap).at_mut();
        plan.machine.call(vm, target, args, fixed, class, out)?;
        lead_into(vm, &object, address);
        return Ok(object.into_value());
    }
    let mut place = [0u64; 4];
    plan.machine.call(vm, target, args, fixed, class, place.as_mut_ptr().cast())?;
    if vm.has_pending() {
        return Err(Raised);
    }
    let at: *const u8 = place.as_ptr().cast();
    match (&plan.restype, &plan.result_info) {
        (Some(r), _) if r.is_none() => Ok(Value::NONE),
        (_, Some(info)) if info.reads_plain() && info.code == b'O' && plan.model == Model::Lp64 => match memory::owned_object(place[0]) {
            Some(object) => Ok(object),
            None => Err(vm.value_error("PyObject is NULL")),
        },
        (_, Some(info)) if info.reads_plain() => {
            let memory = if info.model == Model::Ilp32 { space::number_of(address).unwrap_or(Scope::NOWHERE) } else { Scope::NOWHERE };
            values::load(vm, Scope { model: info.model, memory }, info.code, info.swapped, at)
        }
        (_, Some(info)) => {
            let object = data::copy_of(vm, info, at)?;
            lead_into(vm, &object, address);
            Ok(object.into_value())
        }
        (Some(callable), None) => vm.call(callable, &[Value::int32(place[0] as i32)]),
        (None, None) => Ok(Value::int32(place[0] as i32)),
    }
}

/// The pointers in what a module's function gave lead into its memory.
fn lead_into(vm: &mut Vm, object: &Ref<CData>, function: u64) {
    if object.get(&*vm.heap).info.model == Model::Ilp32
        && let Some(number) = space::number_of(function)
    {
        let module = pass::space(vm).module(number);
        data::adopt(vm, object, module.as_ref());
    }
}

/// `call_function(address, args)` of the module.
pub fn call_address(vm: &mut Vm, model: Model, address: u64, flags: u32, args: &[Value]) -> Result<Value> {
    let machine = super::machine(vm, model)?;
    let plan = Plan {
        model,
        machine,
        flags,
        converters: None,
        restype: None,
        result_info: None,
        check: None,
        quick: Vec::new(),
        result: QuickResult::Plain(b'i'),
        is_quick: false,
    };
    call_foreign(vm, &plan, address, args)
}
