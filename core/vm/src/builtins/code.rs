//! `code`: linked code objects. [`CodeObject::link`] turns the compiler's plain data into values and caches.
//!
//! The instruction words are private to the interpreter, which rewrites them (quickening). Attributes for Python
//! (`co_code`, `co_consts`, …) are in `code_methods.rs`.

#![allow(unsafe_code, reason = "visits constants and cached values")]

use crate::builtins::str::Str;
use crate::heap::Heap;
use crate::object::{Payload, Ref};
use crate::types::id;
use crate::value::Value;
use krait_bytecode::{Code, Const, Instr, WStr};
use krait_text::{StrBuf, StrBuilder};

/// An inline cache and the name it looks up.
pub struct Site {
    pub name: Ref<Str>,
    /// Type id that must match.
    pub type_id: u32,
    /// Shape id, type version or keys version that must match.
    pub guard: u32,
    /// Offset of the instance part, or a second keys version.
    pub part: u32,
    /// Byte offset of a slot, or a dict entry's index.
    pub offset: u32,
    /// A cached value (a class attribute), owned.
    pub value: Option<Value>,
    /// Misses so far: sites that keep missing stop specialising for a while.
    pub misses: u16,
    pub backoff: u16,
    /// Misses that the second-level cache served.
    pub served: u8,
    /// The last object here had nothing to specialise for: not asked again while the site waits.
    pub hopeless: bool,
}

/// The payload of `code`.
pub struct CodeObject {
    pub instrs: Box<[Instr]>,
    pub sites: Box<[Site]>,
    pub consts: Box<[Value]>,
    pub names: Box<[Ref<Str>]>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    pub filename: Ref<Str>,
    pub varnames: Box<[Ref<Str>]>,
    pub cellvars: Box<[Ref<Str>]>,
    pub freevars: Box<[Ref<Str>]>,
    /// Flags, counts, positions and the exception table. Its instructions, constants and names are emptied.
    pub info: Code,
    pub nregs: u32,
    pub first_temp: u32,
    /// Parameters when a call can pass exactly these in place: no star parameters, keyword-only ones, generator.
    /// `u32::MAX` otherwise.
    pub simple_args: u32,
    pub nlocals: u32,
    /// Calls and back-edges seen, for the JIT and for learning instance sizes.
    pub hotness: u32,
}

// SAFETY: every reference owned is visited.
unsafe impl Payload for CodeObject {
    const FIXED_ID: u32 = id::CODE;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.consts.iter().for_each(&mut *visit);
        for site in &self.sites {
            visit(site.name.as_value());
            if let Some(v) = &site.value {
                visit(v);
            }
        }
        let names = [&self.names, &self.varnames, &self.cellvars, &self.freevars];
        names.iter().flat_map(|list| list.iter()).chain([&self.name, &self.qualname, &self.filename]).for_each(|n| visit(n.as_value()));
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.sites.iter_mut().filter_map(|s| s.value.take()));
    }
    fn external_size(&self) -> usize {
        0
    }
}

impl Heap {
    /// The string of a constant or name.
    pub fn wstr(&mut self, s: &WStr) -> Ref<Str> {
        match s {
            WStr::Utf8(text) => self.str(text),
            WStr::Wide(points) => {
                let mut builder = StrBuilder::new();
                points.iter().for_each(|&p| builder.push(p));
                let buffer: StrBuf = builder.finish();
                self.str_buf(buffer)
            }
        }
    }
    fn wstr_interned(&mut self, s: &WStr) -> Ref<Str> {
        let s = self.wstr(s);
        self.intern_str(&s)
    }

    /// Makes the value of a constant.
    pub fn constant(&mut self, c: &Const) -> Value {
        match c {
            Const::None => Value::NONE,
            Const::True => Value::TRUE,
            Const::False => Value::FALSE,
            Const::Ellipsis => Value::ELLIPSIS,
            Const::Int(i) => self.int(i128::from(*i)),
            Const::BigInt { negative, magnitude } => {
                let n = dashu_int::IBig::from(dashu_int::UBig::from_le_bytes(magnitude));
                self.big_int(if *negative { -n } else { n })
            }
            Const::Float(f) => Value::float(*f),
            Const::Complex(re, im) => self.complex(*re, *im),
            Const::Str(s) => {
                let value = self.wstr(s);
                // Identifiers are interned, as CPython does, so that `is` and attribute names agree.
                let name_like = s.as_str().is_some_and(|t| t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
                if name_like { self.intern_str(&value).into_value() } else { value.into_value() }
            }
            Const::Bytes(b) => self.bytes(b).into_value(),
            Const::Tuple(items) => {
                let items = items.iter().map(|c| self.constant(c)).collect();
                self.tuple(items).into_value()
            }
            Const::FrozenSet(items) => {
                let items: Vec<Value> = items.iter().map(|c| self.constant(c)).collect();
                self.frozen_set_of_constants(items)
            }
            Const::Slice(items) => {
                let [start, stop, step] = &**items;
                let (start, stop, step) = (self.constant(start), self.constant(stop), self.constant(step));
                self.slice(start, stop, step).into_value()
            }
            Const::Code(code) => self.link(code).into_value(),
        }
    }

    /// Links a code object.
    pub fn link(&mut self, code: &Code) -> Ref<CodeObject> {
        let mut interned = |list: &[WStr]| -> Box<[Ref<Str>]> { list.iter().map(|s| self.wstr_interned(s)).collect() };
        let names = interned(&code.names);
        let (varnames, cellvars, freevars) = (interned(&code.varnames), interned(&code.cellvars), interned(&code.freevars));
        let consts = code.consts.iter().map(|c| self.constant(c)).collect();
        let site = |&n: &u32| Site { name: names[n as usize].clone(), type_id: 0, guard: 0, part: 0, offset: 0, value: None, misses: 0, backoff: 0, served: 0, hopeless: false };
        let sites = code.sites.iter().map(site).collect();
        let flags = code.flags;
        let special = krait_bytecode::CodeFlags::VARARGS | krait_bytecode::CodeFlags::VARKEYWORDS;
        let simple = code.kwonlyargcount == 0 && !flags.has(special) && !flags.is_generator_like();
        let info = Code {
            name: "".into(),
            qualname: "".into(),
            filename: "".into(),
            varnames: Vec::new(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
            names: Vec::new(),
            sites: Vec::new(),
            consts: Vec::new(),
            code: Vec::new(),
            positions: code.positions.clone(),
            exceptions: code.exceptions.clone(),
            ..*code
        };
        let object = CodeObject {
            instrs: code.code.clone().into(),
            sites,
            consts,
            name: self.wstr_interned(&code.name),
            qualname: self.wstr_interned(&code.qualname),
            filename: self.wstr_interned(&code.filename),
            nregs: u32::from(code.nregs),
            first_temp: code.first_temp() as u32,
            simple_args: if simple { u32::from(code.argcount) } else { u32::MAX },
            nlocals: code.varnames.len() as u32,
            hotness: 0,
            info,
            names,
            varnames,
            cellvars,
            freevars,
        };
        self.alloc(object)
    }
}

impl CodeObject {
    /// The name of a register below the temporaries.
    pub fn local_name(&self, register: usize) -> Option<&Ref<Str>> {
        let nlocals = self.varnames.len();
        if register < nlocals {
            return self.varnames.get(register);
        }
        let cells: Vec<&Ref<Str>> = self.cellvars.iter().filter(|c| !self.varnames.iter().any(|v| v.is(c))).collect();
        match cells.get(register - nlocals) {
            Some(name) => Some(name),
            None => self.freevars.get(register - nlocals - cells.len()),
        }
    }
    /// Whether a register below the temporaries holds a cell (once the code has made it).
    pub fn is_cell_register(&self, register: usize) -> bool {
        match self.varnames.get(register) {
            Some(name) => self.cellvars.iter().any(|c| c.is(name)),
            None => register < self.first_temp as usize,
        }
    }
    /// The source line of an instruction.
    pub fn line(&self, pc: usize) -> Option<u32> {
        self.info.position(pc).map(|p| p.line).filter(|&line| line != 0)
    }
}
