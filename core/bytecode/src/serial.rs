//! Code objects to bytes and back: the format of the frozen library and of `__pycache__` files.
//!
//! A unit is one outermost code object: a table of all its strings, each once, and then the code. Of every code object
//! inside, the [`Head`] comes first, which is all that a function needs until it is called; its body knows how long it
//! is. So a [`Unit`] can be read piece by piece, strings one by one by their number; [`read`] reads all of it at once.
//!
//! Integers are LEB128, positions are deltas. Reading never panics: every length is checked against what is left,
//! nesting is bounded, and a malformed input gives [`Malformed`]. The header of a file is its writer's business.

use crate::code::{Code, CodeFlags, Const, ExceptionEntry, NamedTemporary, Position, WStr};
use crate::ops::{Instr, OPS};
use std::collections::HashMap;

/// Changes whenever the opcode table or this format does: a hash of the table, computed at build time.
pub const FORMAT: u32 = {
    let mut hash: u32 = 0x811c_9dc5 ^ 4;
    let mut i = 0;
    while i < OPS.len() {
        let name = OPS[i].name.as_bytes();
        let mut j = 0;
        while j < name.len() {
            hash = (hash ^ name[j] as u32).wrapping_mul(0x0100_0193);
            j += 1;
        }
        hash = (hash ^ OPS[i].operands.len() as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash
};

/// The bytes do not hold a code object of this [`FORMAT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

const MAX_DEPTH: u32 = 100;

/// The low bits of a string's place: letters, digits and underscores only; other ASCII; UTF-8; code points.
const WORD: u32 = 0;
const ASCII: u32 = 1;
const UTF8: u32 = 2;
const WIDE: u32 = 3;
const KIND_BITS: u32 = 2;

/// Appends a code object as a unit.
pub fn write(out: &mut Vec<u8>, code: &Code) {
    let mut writer = Writer::default();
    writer.code(code);
    let mut data = Vec::new();
    let mut places = Vec::new();
    for s in &writer.strings {
        places.push((data.len() as u32) << KIND_BITS | kind(s));
        match s {
            WStr::Utf8(s) => data.extend_from_slice(s.as_bytes()),
            WStr::Wide(w) => w.iter().for_each(|p| data.extend_from_slice(&p.to_le_bytes())),
        }
    }
    places.push((data.len() as u32) << KIND_BITS);
    uint(out, writer.strings.len() as u64);
    places.iter().for_each(|p| out.extend_from_slice(&p.to_le_bytes()));
    out.extend_from_slice(&data);
    out.extend_from_slice(&writer.out);
}

fn kind(s: &WStr) -> u32 {
    match s {
        WStr::Utf8(s) if s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => WORD,
        WStr::Utf8(s) if s.is_ascii() => ASCII,
        WStr::Utf8(_) => UTF8,
        WStr::Wide(_) => WIDE,
    }
}

fn uint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn sint(out: &mut Vec<u8>, n: i64) {
    uint(out, ((n << 1) ^ (n >> 63)) as u64);
}

fn bytes(out: &mut Vec<u8>, b: &[u8]) {
    uint(out, b.len() as u64);
    out.extend_from_slice(b);
}

/// Collects the strings while it writes the code.
#[derive(Default)]
struct Writer {
    strings: Vec<WStr>,
    numbers: HashMap<WStr, u64>,
    out: Vec<u8>,
}

impl Writer {
    fn uint(&mut self, n: impl Into<u64>) {
        uint(&mut self.out, n.into());
    }
    fn string(&mut self, s: &WStr) {
        let n = match self.numbers.get(s) {
            Some(&n) => n,
            None => {
                let n = self.strings.len() as u64;
                self.strings.push(s.clone());
                self.numbers.insert(s.clone(), n);
                n
            }
        };
        self.uint(n);
    }
    fn code(&mut self, code: &Code) {
        for s in [&code.name, &code.qualname, &code.filename] {
            self.string(s);
        }
        self.uint(code.flags.0);
        for n in [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.nregs] {
            self.uint(n);
        }
        for n in [code.firstlineno, code.nlocals() as u32, code.first_temp() as u32] {
            self.uint(n);
        }
        let outer = std::mem::take(&mut self.out);
        self.body(code);
        let body = std::mem::replace(&mut self.out, outer);
        bytes(&mut self.out, &body);
    }
    fn body(&mut self, code: &Code) {
        for list in [&code.varnames, &code.cellvars, &code.freevars, &code.names] {
            self.uint(list.len() as u64);
            list.iter().for_each(|s| self.string(s));
        }
        self.uint(code.sites.len() as u64);
        code.sites.iter().for_each(|&s| self.uint(s));
        self.uint(code.consts.len() as u64);
        code.consts.iter().for_each(|c| self.constant(c));
        self.uint(code.exceptions.len() as u64);
        for e in &code.exceptions {
            for n in [e.start, e.end, e.target, e.depth.into(), e.exc.into()] {
                self.uint(n);
            }
        }
        self.uint(code.temporaries.len() as u64);
        for t in &code.temporaries {
            for n in [t.start, t.end, t.reg.into(), t.cell.into()] {
                self.uint(n);
            }
            self.string(&t.name);
        }
        self.uint(code.code.len() as u64);
        code.code.iter().for_each(|i| self.out.extend_from_slice(&i.0.to_le_bytes()));
        self.uint(code.positions.len() as u64);
        let (mut pc, mut line) = (0u32, 0u32);
        for p in &code.positions {
            uint(&mut self.out, p.pc.wrapping_sub(pc).into());
            sint(&mut self.out, i64::from(p.line) - i64::from(line));
            sint(&mut self.out, i64::from(p.end_line) - i64::from(p.line));
            uint(&mut self.out, u64::from(p.col.wrapping_add(1)));
            uint(&mut self.out, u64::from(p.end_col.wrapping_add(1)));
            (pc, line) = (p.pc, p.line);
        }
    }
    fn constant(&mut self, c: &Const) {
        let out = &mut self.out;
        match c {
            Const::None => out.push(0),
            Const::True => out.push(1),
            Const::False => out.push(2),
            Const::Ellipsis => out.push(3),
            Const::Int(i) => {
                out.push(4);
                sint(out, *i);
            }
            Const::BigInt { negative, magnitude } => {
                out.push(5 + u8::from(*negative));
                bytes(out, magnitude);
            }
            Const::Float(f) => {
                out.push(7);
                out.extend_from_slice(&f.to_bits().to_le_bytes());
            }
            Const::Complex(re, im) => {
                out.push(8);
                out.extend_from_slice(&re.to_bits().to_le_bytes());
                out.extend_from_slice(&im.to_bits().to_le_bytes());
            }
            Const::Str(s) => {
                out.push(9);
                self.string(s);
            }
            Const::Bytes(b) => {
                out.push(10);
                bytes(out, b);
            }
            Const::Tuple(items) => {
                out.push(11);
                uint(out, items.len() as u64);
                items.iter().for_each(|c| self.constant(c));
            }
            Const::FrozenSet(items) => {
                out.push(12);
                uint(out, items.len() as u64);
                items.iter().for_each(|c| self.constant(c));
            }
            Const::Slice(items) => {
                out.push(13);
                items.iter().for_each(|c| self.constant(c));
            }
            Const::Code(code) => {
                out.push(14);
                self.code(code);
            }
        }
    }
}

/// A string of a unit.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// ASCII letters, digits and underscores.
    Word(&'a [u8]),
    Ascii(&'a [u8]),
    Utf8(&'a str),
    /// Code points of 32 bits each.
    Wide(&'a [u8]),
}

impl Text<'_> {
    /// The code points of a wide string; empty for others.
    pub fn points(&self) -> impl Iterator<Item = u32> {
        let bytes = match self {
            Text::Wide(bytes) => bytes,
            Text::Word(_) | Text::Ascii(_) | Text::Utf8(_) => &[][..],
        };
        bytes.as_chunks().0.iter().map(|c| u32::from_le_bytes(*c))
    }
    fn owned(&self) -> Result<WStr, Malformed> {
        match self {
            Text::Word(b) | Text::Ascii(b) => std::str::from_utf8(b).map(WStr::from).map_err(|_| Malformed),
            Text::Utf8(s) => Ok(WStr::from(*s)),
            Text::Wide(_) => Ok(WStr::Wide(self.points().collect())),
        }
    }
}

/// A serialised code object, of which nothing is decoded yet.
#[derive(Clone, Copy)]
pub struct Unit<'a> {
    bytes: &'a [u8],
    places: &'a [[u8; 4]],
    data: &'a [u8],
    /// Where the outermost code object begins.
    root: usize,
}

impl<'a> Unit<'a> {
    /// The unit at the front of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Result<Unit<'a>, Malformed> {
        let mut reader = Reader { bytes, at: 0 };
        let count = reader.count()?;
        let size = count.checked_add(1).and_then(|n| n.checked_mul(4)).ok_or(Malformed)?;
        let (places, _) = reader.take(size)?.as_chunks();
        let end = places.last().map_or(0, |p| u32::from_le_bytes(*p) >> KIND_BITS);
        let data = reader.take(end as usize)?;
        Ok(Unit { bytes, places, data, root: reader.at })
    }
    /// The number of strings.
    pub fn string_count(&self) -> usize {
        self.places.len().saturating_sub(1)
    }
    /// A string by its number.
    pub fn string(&self, n: u32) -> Result<Text<'a>, Malformed> {
        let place = |n: usize| self.places.get(n).map(|p| u32::from_le_bytes(*p)).ok_or(Malformed);
        let (from, to) = (place(n as usize)?, place(n as usize + 1)?);
        let range = (from >> KIND_BITS) as usize..(to >> KIND_BITS) as usize;
        let bytes = self.data.get(range).ok_or(Malformed)?;
        match from & ((1 << KIND_BITS) - 1) {
            // Bytes above ASCII would be taken for Latin-1: a wrong string, no more.
            WORD => Ok(Text::Word(bytes)),
            ASCII => Ok(Text::Ascii(bytes)),
            UTF8 => std::str::from_utf8(bytes).map(Text::Utf8).map_err(|_| Malformed),
            _ => {
                let text = Text::Wide(bytes);
                if text.points().any(|p| p > 0x10ffff) { Err(Malformed) } else { Ok(text) }
            }
        }
    }
    /// The head of the outermost code object.
    pub fn head(&self) -> Result<Head, Malformed> {
        self.reader(self.root).head()
    }
    /// A reader from an offset that a [`Head`] or [`Reader::offset`] gave.
    pub fn reader(&self, at: usize) -> Reader<'a> {
        Reader { bytes: self.bytes, at: at.min(self.bytes.len()) }
    }
}

/// What comes before a code object's body. Strings are numbers for [`Unit::string`].
#[derive(Clone, Copy, Debug)]
pub struct Head {
    pub name: u32,
    pub qualname: u32,
    pub filename: u32,
    pub flags: CodeFlags,
    pub argcount: u16,
    pub posonlyargcount: u16,
    pub kwonlyargcount: u16,
    pub nregs: u16,
    pub firstlineno: u32,
    pub nlocals: u32,
    pub first_temp: u32,
    /// The offset of the body, which holds in this order: varnames, cellvars, freevars and names (lists of strings),
    /// sites, constants, the exception table, named temporaries, instructions, positions.
    pub body: usize,
}

/// A constant, or the beginning of one: items follow.
#[derive(Clone, Copy, Debug)]
pub enum Token<'a> {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    BigInt { negative: bool, magnitude: &'a [u8] },
    Float(f64),
    Complex(f64, f64),
    Str(u32),
    Bytes(&'a [u8]),
    /// This many constants follow.
    Tuple(usize),
    FrozenSet(usize),
    /// Three constants follow.
    Slice,
    /// Its body is behind the reader already.
    Code(Head),
}

/// Reads the parts of a body in their order.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Where the reader is, for [`Unit::reader`].
    pub fn offset(&self) -> usize {
        self.at
    }
    fn left(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
    fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        let taken = self.left().get(..n).ok_or(Malformed)?;
        self.at += n;
        Ok(taken)
    }
    #[inline]
    fn byte(&mut self) -> Result<u8, Malformed> {
        let b = *self.bytes.get(self.at).ok_or(Malformed)?;
        self.at += 1;
        Ok(b)
    }
    #[inline]
    fn uint(&mut self) -> Result<u64, Malformed> {
        let b = self.byte()?;
        if b < 0x80 { Ok(u64::from(b)) } else { self.long_uint(b) }
    }
    fn long_uint(&mut self, first: u8) -> Result<u64, Malformed> {
        let mut n = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let b = self.byte()?;
            n |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Ok(n);
            }
        }
        Err(Malformed)
    }
    fn sint(&mut self) -> Result<i64, Malformed> {
        let n = self.uint()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }
    /// A number: of a string, of a name for a site.
    #[inline]
    pub fn small<T: TryFrom<u64>>(&mut self) -> Result<T, Malformed> {
        T::try_from(self.uint()?).map_err(|_| Malformed)
    }
    /// A count of items of at least one byte each: never more than what is left.
    pub fn count(&mut self) -> Result<usize, Malformed> {
        let n: usize = self.small()?;
        if n > self.left().len() { Err(Malformed) } else { Ok(n) }
    }
    fn float(&mut self) -> Result<f64, Malformed> {
        let b: [u8; 8] = self.take(8)?.try_into().map_err(|_| Malformed)?;
        Ok(f64::from_bits(u64::from_le_bytes(b)))
    }
    /// A list, item by item.
    pub fn list<T, E: From<Malformed>>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, E>) -> Result<Vec<T>, E> {
        let n = self.count()?;
        // What an item takes in memory is out of proportion to its bytes: room is made as they come.
        let mut list = Vec::with_capacity(n.min(4096));
        for _ in 0..n {
            list.push(item(self)?);
        }
        Ok(list)
    }
    fn head(&mut self) -> Result<Head, Malformed> {
        let mut head = Head {
            name: self.small()?,
            qualname: self.small()?,
            filename: self.small()?,
            flags: CodeFlags(self.small()?),
            argcount: self.small()?,
            posonlyargcount: self.small()?,
            kwonlyargcount: self.small()?,
            nregs: self.small()?,
            firstlineno: self.small()?,
            nlocals: self.small()?,
            first_temp: self.small()?,
            body: 0,
        };
        let len = self.count()?;
        head.body = self.at;
        self.take(len)?;
        Ok(head)
    }
    /// The next constant or its beginning.
    pub fn token(&mut self) -> Result<Token<'a>, Malformed> {
        Ok(match self.byte()? {
            0 => Token::None,
            1 => Token::True,
            2 => Token::False,
            3 => Token::Ellipsis,
            4 => Token::Int(self.sint()?),
            tag @ (5 | 6) => {
                let n = self.count()?;
                Token::BigInt { negative: tag == 6, magnitude: self.take(n)? }
            }
            7 => Token::Float(self.float()?),
            8 => Token::Complex(self.float()?, self.float()?),
            9 => Token::Str(self.small()?),
            10 => {
                let n = self.count()?;
                Token::Bytes(self.take(n)?)
            }
            11 => Token::Tuple(self.count()?),
            12 => Token::FrozenSet(self.count()?),
            13 => Token::Slice,
            14 => Token::Code(self.head()?),
            _ => return Err(Malformed),
        })
    }
    /// The exception table.
    pub fn exceptions(&mut self) -> Result<Vec<ExceptionEntry>, Malformed> {
        self.list(|r| {
            Ok(ExceptionEntry {
                start: r.small()?,
                end: r.small()?,
                target: r.small()?,
                depth: r.small()?,
                exc: r.small()?,
            })
        })
    }
    /// Temporaries with the numbers of their names.
    pub fn temporaries(&mut self) -> Result<Vec<NamedTemporary<u32>>, Malformed> {
        self.list(|r| {
            let (start, end, reg) = (r.small()?, r.small()?, r.small()?);
            Ok(NamedTemporary { start, end, reg, cell: r.uint()? != 0, name: r.small()? })
        })
    }
    /// The instructions.
    pub fn instrs<C: FromIterator<Instr>>(&mut self) -> Result<C, Malformed> {
        let n = self.count()?;
        let (words, _) = self.take(n.checked_mul(8).ok_or(Malformed)?)?.as_chunks();
        Ok(words.iter().map(|w| Instr(u64::from_le_bytes(*w))).collect())
    }
    /// The table of positions.
    pub fn positions(&mut self) -> Result<Vec<Position>, Malformed> {
        let (mut pc, mut line) = (0u32, 0i64);
        self.list(|r| {
            pc = pc.wrapping_add(r.small()?);
            line = line.wrapping_add(r.sint()?);
            let end_line = line.wrapping_add(r.sint()?);
            let (col, end_col): (u64, u64) = (r.uint()?, r.uint()?);
            Ok(Position {
                pc,
                line: line as u32,
                end_line: end_line as u32,
                col: (col as u32).wrapping_sub(1),
                end_col: (end_col as u32).wrapping_sub(1),
            })
        })
    }
}

/// Reads the unit at the front of `input`, all of it; what follows stays in `input`.
pub fn read(input: &mut &[u8]) -> Result<Code, Malformed> {
    let unit = Unit::new(input)?;
    let head = unit.head()?;
    let code = code(&unit, head, 0)?;
    let mut end = unit.reader(unit.root);
    end.head()?;
    *input = end.left();
    Ok(code)
}

fn code(unit: &Unit<'_>, head: Head, depth: u32) -> Result<Code, Malformed> {
    if depth > MAX_DEPTH {
        return Err(Malformed);
    }
    let string = |n: u32| unit.string(n)?.owned();
    let mut r = unit.reader(head.body);
    let mut strings = || r.list(|r| string(r.small()?));
    let (varnames, cellvars, freevars, names) = (strings()?, strings()?, strings()?, strings()?);
    Ok(Code {
        name: string(head.name)?,
        qualname: string(head.qualname)?,
        filename: string(head.filename)?,
        flags: head.flags,
        argcount: head.argcount,
        posonlyargcount: head.posonlyargcount,
        kwonlyargcount: head.kwonlyargcount,
        nregs: head.nregs,
        firstlineno: head.firstlineno,
        varnames,
        cellvars,
        freevars,
        names,
        sites: r.list(Reader::small)?,
        consts: r.list(|r| constant(unit, r, depth + 1))?,
        exceptions: r.exceptions()?,
        temporaries: r.temporaries()?.into_iter().map(|t| Ok(t.renamed(string(t.name)?))).collect::<Result<_, Malformed>>()?,
        code: r.instrs()?,
        positions: r.positions()?,
    })
}

fn constant(unit: &Unit<'_>, r: &mut Reader<'_>, depth: u32) -> Result<Const, Malformed> {
    if depth > MAX_DEPTH {
        return Err(Malformed);
    }
    let items = |r: &mut Reader<'_>, n: usize| (0..n).map(|_| constant(unit, r, depth + 1)).collect::<Result<_, _>>();
    Ok(match r.token()? {
        Token::None => Const::None,
        Token::True => Const::True,
        Token::False => Const::False,
        Token::Ellipsis => Const::Ellipsis,
        Token::Int(i) => Const::Int(i),
        Token::BigInt { negative, magnitude } => Const::BigInt { negative, magnitude: magnitude.into() },
        Token::Float(f) => Const::Float(f),
        Token::Complex(re, im) => Const::Complex(re, im),
        Token::Str(n) => Const::Str(unit.string(n)?.owned()?),
        Token::Bytes(b) => Const::Bytes(b.into()),
        Token::Tuple(n) => Const::Tuple(items(r, n)?),
        Token::FrozenSet(n) => Const::FrozenSet(items(r, n)?),
        Token::Slice => {
            let mut item = || constant(unit, r, depth + 1);
            Const::Slice(Box::new([item()?, item()?, item()?]))
        }
        Token::Code(head) => Const::Code(Box::new(code(unit, head, depth)?)),
    })
}
