//! Code objects as the compiler makes them: plain data, no values, the same on every target.
//!
//! core/vm links a [`Code`] into a heap object (interning names, making constants, adding inline caches).
//! [`crate::serial`] turns it into bytes and back.

use crate::ops::Instr;

/// A Python string constant: UTF-8 when possible, code points when it has lone surrogates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum WStr {
    Utf8(Box<str>),
    Wide(Box<[u32]>),
}

impl WStr {
    /// From code points (each below 0x110000; lone surrogates allowed).
    pub fn from_code_points(points: &[u32]) -> WStr {
        match points.iter().map(|&p| char::from_u32(p)).collect::<Option<String>>() {
            Some(s) => WStr::Utf8(s.into()),
            None => WStr::Wide(points.into()),
        }
    }
    pub fn as_str(&self) -> Option<&str> {
        match self {
            WStr::Utf8(s) => Some(s),
            WStr::Wide(_) => None,
        }
    }
    pub fn code_points(&self) -> Vec<u32> {
        match self {
            WStr::Utf8(s) => s.chars().map(u32::from).collect(),
            WStr::Wide(w) => w.to_vec(),
        }
    }
}

impl From<&str> for WStr {
    fn from(s: &str) -> WStr {
        WStr::Utf8(s.into())
    }
}
impl From<String> for WStr {
    fn from(s: String) -> WStr {
        WStr::Utf8(s.into())
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// Two's complement little-endian magnitude with its sign, for ints beyond i64.
    BigInt {
        negative: bool,
        magnitude: Box<[u8]>,
    },
    Float(f64),
    Complex(f64, f64),
    Str(WStr),
    Bytes(Box<[u8]>),
    Tuple(Box<[Const]>),
    FrozenSet(Box<[Const]>),
    Slice(Box<[Const; 3]>),
    Code(Box<Code>),
}

/// `co_flags`: CPython's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CodeFlags(pub u32);

impl CodeFlags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    pub const HAS_DOCSTRING: u32 = 0x4000000;
    pub const METHOD: u32 = 0x8000000;

    #[inline(always)]
    pub fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
    /// Generator, coroutine or async generator.
    #[inline(always)]
    pub fn is_generator_like(self) -> bool {
        self.0 & (Self::GENERATOR | Self::COROUTINE | Self::ASYNC_GENERATOR) != 0
    }
}

/// Source range of the instructions from `pc` up to the next entry. Lines count from 1; columns are UTF-8 byte
/// offsets from 0. `line` 0 means that the instructions have no line, `col == u32::MAX` that they have no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub pc: u32,
    pub line: u32,
    pub end_line: u32,
    pub col: u32,
    pub end_col: u32,
}

/// One range of the exception table; among entries that contain a pc the first one is the innermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First instruction covered.
    pub start: u32,
    /// First instruction no longer covered.
    pub end: u32,
    pub target: u32,
    /// Registers from here up are cleared before the handler runs.
    pub depth: u16,
    /// Receives the exception. At least `depth`.
    pub exc: u16,
}

/// A variable of an inlined comprehension: a temporary that has a name at the instructions from `start` up to `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTemporary<S = WStr> {
    pub start: u32,
    pub end: u32,
    pub reg: u16,
    /// The variable is in a cell.
    pub cell: bool,
    pub name: S,
}

impl<S> NamedTemporary<S> {
    /// The same with another kind of string.
    pub fn renamed<T>(&self, name: T) -> NamedTemporary<T> {
        NamedTemporary { start: self.start, end: self.end, reg: self.reg, cell: self.cell, name }
    }
}

/// A code object.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    pub name: WStr,
    pub qualname: WStr,
    pub filename: WStr,
    pub flags: CodeFlags,
    /// `co_argcount`: positional parameters, positional-only ones included.
    pub argcount: u16,
    pub posonlyargcount: u16,
    pub kwonlyargcount: u16,
    /// Registers in a frame, temporaries included.
    pub nregs: u16,
    pub firstlineno: u32,
    /// Names of `R[0..nlocals]`.
    pub varnames: Vec<WStr>,
    /// All cell variables, parameters among them included (`co_cellvars`).
    pub cellvars: Vec<WStr>,
    pub freevars: Vec<WStr>,
    pub names: Vec<WStr>,
    /// Index into `names` for each site.
    pub sites: Vec<u32>,
    pub consts: Vec<Const>,
    pub code: Vec<Instr>,
    pub positions: Vec<Position>,
    pub exceptions: Vec<ExceptionEntry>,
    /// Outer comprehensions first.
    pub temporaries: Vec<NamedTemporary>,
}

impl Code {
    pub fn nlocals(&self) -> usize {
        self.varnames.len()
    }

    /// Names of the registers below the first temporary, with whether each holds a cell: locals, cell variables
    /// that are no parameters, free variables.
    pub fn localsplus(&self) -> Vec<(&WStr, bool)> {
        let mut all: Vec<(&WStr, bool)> =
            self.varnames.iter().map(|name| (name, self.cellvars.contains(name))).collect();
        all.extend(self.cellvars.iter().filter(|name| !self.varnames.contains(name)).map(|name| (name, true)));
        all.extend(self.freevars.iter().map(|name| (name, true)));
        all
    }

    /// The first register that is a temporary.
    pub fn first_temp(&self) -> usize {
        let cells = self.cellvars.iter().filter(|name| !self.varnames.contains(name)).count();
        self.nlocals() + cells + self.freevars.len()
    }

    /// The source range of an instruction.
    pub fn position(&self, pc: usize) -> Option<Position> {
        position(&self.positions, pc)
    }

    /// The innermost exception table entry that covers an instruction.
    pub fn handler(&self, pc: usize) -> Option<&ExceptionEntry> {
        handler(&self.exceptions, pc)
    }
}

/// The source range of an instruction.
pub fn position(positions: &[Position], pc: usize) -> Option<Position> {
    let after = positions.partition_point(|p| p.pc as usize <= pc);
    after.checked_sub(1).map(|i| positions[i])
}

/// The innermost exception table entry that covers an instruction.
pub fn handler(exceptions: &[ExceptionEntry], pc: usize) -> Option<&ExceptionEntry> {
    exceptions.iter().find(|e| (e.start as usize..e.end as usize).contains(&pc))
}
