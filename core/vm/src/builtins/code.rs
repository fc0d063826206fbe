//! `code`: linked code objects. [`Heap::link`] turns the compiler's plain data into values and caches; `code_unit.rs`
//! does so with serialised code, as late as possible.
//!
//! The instruction words are private to the interpreter, which rewrites them (quickening). Attributes for Python
//! (`co_code`, `co_consts`, …) are in `code_methods.rs`.

#![allow(unsafe_code, reason = "visits constants and cached values")]

use crate::builtins::code_unit::Origin;
use crate::builtins::str::Str;
use crate::heap::Heap;
use crate::object::{Payload, Ref};
use crate::types::id;
use crate::value::Value;
use krait_bytecode::{Code, CodeFlags, Const, ExceptionEntry, Instr, NamedTemporary, Position, WStr};
use krait_text::{StrBuf, StrBuilder};
use std::cell::OnceCell;

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

impl Site {
    /// A site that knows nothing yet.
    pub fn new(name: Ref<Str>) -> Site {
        Site { name, type_id: 0, guard: 0, part: 0, offset: 0, value: None, misses: 0, backoff: 0, served: 0, hopeless: false }
    }
}

/// What is known about code beside its instructions.
pub struct CodeInfo {
    pub flags: CodeFlags,
    pub argcount: u16,
    pub posonlyargcount: u16,
    pub kwonlyargcount: u16,
    pub firstlineno: u32,
    pub positions: Positions,
    pub exceptions: Box<[ExceptionEntry]>,
}

/// Source ranges of the instructions, in serialised form until somebody asks.
pub enum Positions {
    /// The body is not there either.
    Unread,
    Packed(Origin, OnceCell<Box<[Position]>>),
    List(Box<[Position]>),
}

impl Positions {
    pub fn packed(origin: Origin) -> Positions {
        Positions::Packed(origin, OnceCell::new())
    }
    pub fn list(&self) -> &[Position] {
        match self {
            Positions::Unread => &[],
            Positions::Packed(origin, list) => list.get_or_init(|| origin.positions()),
            Positions::List(list) => list,
        }
    }
}

impl CodeInfo {
    /// The source ranges of the instructions.
    pub fn positions(&self) -> &[Position] {
        self.positions.list()
    }
    /// The source range of an instruction.
    pub fn position(&self, pc: usize) -> Option<Position> {
        krait_bytecode::position(self.positions(), pc)
    }
    /// The innermost exception table entry that covers an instruction.
    pub fn handler(&self, pc: usize) -> Option<&ExceptionEntry> {
        krait_bytecode::handler(&self.exceptions, pc)
    }
}

/// The payload of `code`. Until the body is decoded (see `code_unit.rs`) the lists are empty, `instrs` but for one.
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
    /// Variables of inlined comprehensions, outer ones first.
    pub temporaries: Box<[NamedTemporary<Ref<Str>>]>,
    pub info: CodeInfo,
    pub nregs: u32,
    pub first_temp: u32,
    /// Parameters when a call can pass exactly these in place: no star parameters, keyword-only ones, generator.
    /// `u32::MAX` otherwise.
    pub simple_args: u32,
    /// The same, but `u32::MAX` while calls enter machine code: the run loop then looks closer.
    pub plain_args: u32,
    pub nlocals: u32,
    /// Times a loop of it was met by the run loop's samples, and its calls were.
    pub hotness: u32,
    pub calls: u32,
    /// Where calls from compiled code enter its own, and the registers that takes; 0 for nowhere.
    pub direct: usize,
    pub room: usize,
    /// Its loops in machine code.
    pub loops: crate::jit::Loops,
    /// Never used twice, unless it is 0.
    pub serial: u32,
    /// Where the body comes from, for code of a serialised unit.
    pub origin: Option<Origin>,
}

// SAFETY: every reference owned to what may have references itself is visited; names are plain strings.
unsafe impl Payload for CodeObject {
    const FIXED_ID: u32 = id::CODE;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.consts.iter().for_each(&mut *visit);
        self.loops.traverse(visit);
        self.sites.iter().filter_map(|s| s.value.as_ref()).for_each(visit);
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
            WStr::Wide(points) => self.str_of_points(points.iter().copied()),
        }
    }
    /// The string of code points, lone surrogates among them.
    pub fn str_of_points(&mut self, points: impl Iterator<Item = u32>) -> Ref<Str> {
        let mut builder = StrBuilder::new();
        points.for_each(|p| builder.push(p));
        let buffer: StrBuf = builder.finish();
        self.str_buf(buffer)
    }
    /// The int of a little-endian magnitude.
    pub fn int_of_magnitude(&mut self, negative: bool, magnitude: &[u8]) -> Value {
        let n = dashu_int::IBig::from(dashu_int::UBig::from_le_bytes(magnitude));
        self.big_int(if negative { -n } else { n })
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
            Const::BigInt { negative, magnitude } => self.int_of_magnitude(*negative, magnitude),
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
        let temporaries = code.temporaries.iter().map(|t| t.renamed(self.wstr_interned(&t.name))).collect();
        let consts = code.consts.iter().map(|c| self.constant(c)).collect();
        let sites = code.sites.iter().map(|&n| Site::new(names[n as usize].clone())).collect();
        let info = CodeInfo {
            flags: code.flags,
            argcount: code.argcount,
            posonlyargcount: code.posonlyargcount,
            kwonlyargcount: code.kwonlyargcount,
            firstlineno: code.firstlineno,
            positions: Positions::List(code.positions.clone().into()),
            exceptions: code.exceptions.clone().into(),
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
            simple_args: simple_args(&info),
            plain_args: simple_args(&info),
            nlocals: code.varnames.len() as u32,
            hotness: 0,
            calls: 0,
            direct: 0,
            room: 0,
            loops: Default::default(),
            serial: self.next_code_serial(),
            info,
            names,
            varnames,
            cellvars,
            freevars,
            temporaries,
            origin: None,
        };
        self.alloc(object)
    }
}

/// What goes to [`CodeObject::simple_args`].
pub fn simple_args(info: &CodeInfo) -> u32 {
    let special = CodeFlags::VARARGS | CodeFlags::VARKEYWORDS;
    let simple = info.kwonlyargcount == 0 && !info.flags.has(special) && !info.flags.is_generator_like();
    if simple { u32::from(info.argcount) } else { u32::MAX }
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
    /// The registers that have a name at an instruction, with whether each holds a cell. A variable of a comprehension
    /// hides one of the same name outside.
    pub fn variables(&self, pc: usize) -> Vec<(usize, &Ref<Str>, bool)> {
        let named = |i| self.local_name(i).map(|name| (i, name, self.is_cell_register(i)));
        let mut all: Vec<_> = (0..self.first_temp as usize).filter_map(named).collect();
        for t in self.temporaries.iter().filter(|t| (t.start as usize..t.end as usize).contains(&pc)) {
            let variable = (t.reg as usize, &t.name, t.cell);
            match all.iter_mut().find(|(_, name, _)| name.is(&t.name)) {
                Some(outer) => *outer = variable,
                None => all.push(variable),
            }
        }
        all
    }
    /// The source line of an instruction.
    pub fn line(&self, pc: usize) -> Option<u32> {
        self.info.position(pc).map(|p| p.line).filter(|&line| line != 0)
    }
}
