//! Linked code objects back to the compiler's plain data, for `marshal` and caches.

use crate::builtins::bytes::Bytes;
use crate::builtins::code::CodeObject;
use crate::builtins::float::Complex;
use crate::builtins::slice::Slice;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use krait_bytecode::{Code, Const, WStr};

impl Vm {
    /// The plain form of a code object; `None` when a constant has none (hand-made code).
    pub fn export_code(&mut self, code: &Ref<CodeObject>) -> Option<Code> {
        self.heap.load_body(code).ok()?;
        let c = code.get(&*self);
        let strings = |list: &[Ref<Str>]| -> Vec<WStr> { list.iter().map(|s| wide(self, s)).collect() };
        let names = &c.names;
        let position = |s: &Ref<Str>| names.iter().position(|n| n.is(s)).map(|i| i as u32);
        let sites: Option<Vec<u32>> = c.sites.iter().map(|s| position(&s.name)).collect();
        let mut plain = Code {
            name: wide(self, &c.name),
            qualname: wide(self, &c.qualname),
            filename: wide(self, &c.filename),
            varnames: strings(&c.varnames),
            cellvars: strings(&c.cellvars),
            freevars: strings(&c.freevars),
            names: strings(names),
            sites: sites?,
            consts: Vec::new(),
            code: c.instrs.iter().map(|&i| krait_bytecode::check::unspecialized(i)).collect(),
            positions: c.info.positions().to_vec(),
            exceptions: c.info.exceptions.to_vec(),
            temporaries: c.temporaries.iter().map(|t| t.renamed(wide(self, &t.name))).collect(),
            flags: c.info.flags,
            argcount: c.info.argcount,
            posonlyargcount: c.info.posonlyargcount,
            kwonlyargcount: c.info.kwonlyargcount,
            nregs: c.nregs as u16,
            firstlineno: c.info.firstlineno,
        };
        let consts = c.consts.to_vec();
        for v in &consts {
            plain.consts.push(self.export_constant(v, 0)?);
        }
        Some(plain)
    }
    fn export_constant(&mut self, v: &Value, depth: u32) -> Option<Const> {
        if depth > 50 {
            return None;
        }
        if v.is_none() {
            return Some(Const::None);
        }
        if v.is_bool() {
            return Some(if v.is_true() { Const::True } else { Const::False });
        }
        if let Some(f) = v.as_float() {
            return Some(Const::Float(f));
        }
        if v.is(&Value::ELLIPSIS) {
            return Some(Const::Ellipsis);
        }
        if v.is_exact_int() {
            let n = v.as_int(&*self.heap)?;
            return Some(match n.to_i64() {
                Some(i) => Const::Int(i),
                None => {
                    let (negative, big) = (n.is_negative(), n.to_big());
                    let (_, magnitude) = big.into_parts();
                    Const::BigInt { negative, magnitude: magnitude.to_le_bytes() }
                }
            });
        }
        if let Some(s) = v.downcast_exact::<Str>() {
            return Some(Const::Str(wide(self, s)));
        }
        if let Some(b) = v.downcast_exact::<Bytes>() {
            return Some(Const::Bytes(b.get(&*self).data.clone()));
        }
        if let Some(c) = v.downcast_exact::<Complex>() {
            let c = c.get(&*self);
            return Some(Const::Complex(c.re, c.im));
        }
        if let Some(t) = v.downcast_exact::<Tuple>().cloned() {
            let items = t.items(&*self).to_vec();
            return items.iter().map(|v| self.export_constant(v, depth + 1)).collect::<Option<Vec<_>>>().map(|v| Const::Tuple(v.into()));
        }
        if v.type_id() == id::FROZENSET {
            let items = self.collect(v).ok()?;
            return items.iter().map(|v| self.export_constant(v, depth + 1)).collect::<Option<Vec<_>>>().map(|v| Const::FrozenSet(v.into()));
        }
        if let Some(s) = v.downcast_exact::<Slice>() {
            let (a, b, c) = { let s = s.get(&*self); (s.start.clone(), s.stop.clone(), s.step.clone()) };
            let parts = [self.export_constant(&a, depth + 1)?, self.export_constant(&b, depth + 1)?, self.export_constant(&c, depth + 1)?];
            return Some(Const::Slice(Box::new(parts)));
        }
        let code = v.downcast_exact::<CodeObject>()?.clone();
        self.export_code(&code).map(|c| Const::Code(Box::new(c)))
    }
}

fn wide(vm: &Vm, s: &Ref<Str>) -> WStr {
    let view = s.get(vm).view();
    match view.to_utf8() {
        Some(text) => WStr::Utf8(text.into()),
        None => WStr::Wide(view.iter().collect()),
    }
}
