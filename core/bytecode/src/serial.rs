//! Code objects to bytes and back: the format of the frozen library and of `__pycache__` files.
//!
//! Integers are LEB128, positions are deltas. Reading never panics: every length is checked against what is left,
//! nesting is bounded, and a malformed input gives [`Malformed`]. The header of a file is its writer's business.

use crate::code::{Code, CodeFlags, Const, ExceptionEntry, Position, WStr};
use crate::ops::{Instr, OPS};

/// Changes whenever the opcode table or this format does: a hash of the table, computed at build time.
pub const FORMAT: u32 = {
    let mut hash: u32 = 0x811c_9dc5 ^ 2;
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

/// Appends a code object.
pub fn write(out: &mut Vec<u8>, code: &Code) {
    string(out, &code.name);
    string(out, &code.qualname);
    string(out, &code.filename);
    for n in [
        code.flags.0,
        code.argcount.into(),
        code.posonlyargcount.into(),
        code.kwonlyargcount.into(),
        code.nregs.into(),
        code.firstlineno,
    ] {
        uint(out, n.into());
    }
    for list in [&code.varnames, &code.cellvars, &code.freevars, &code.names] {
        uint(out, list.len() as u64);
        list.iter().for_each(|s| string(out, s));
    }
    uint(out, code.sites.len() as u64);
    code.sites.iter().for_each(|&s| uint(out, s.into()));
    uint(out, code.consts.len() as u64);
    code.consts.iter().for_each(|c| constant(out, c));
    uint(out, code.code.len() as u64);
    code.code.iter().for_each(|i| out.extend_from_slice(&i.0.to_le_bytes()));
    uint(out, code.positions.len() as u64);
    let (mut pc, mut line) = (0u32, 0u32);
    for p in &code.positions {
        uint(out, p.pc.wrapping_sub(pc).into());
        sint(out, i64::from(p.line) - i64::from(line));
        sint(out, i64::from(p.end_line) - i64::from(p.line));
        uint(out, u64::from(p.col.wrapping_add(1)));
        uint(out, u64::from(p.end_col.wrapping_add(1)));
        (pc, line) = (p.pc, p.line);
    }
    uint(out, code.exceptions.len() as u64);
    for e in &code.exceptions {
        for n in [e.start, e.end, e.target, e.depth.into(), e.exc.into()] {
            uint(out, n.into());
        }
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

fn string(out: &mut Vec<u8>, s: &WStr) {
    match s {
        WStr::Utf8(s) => {
            uint(out, (s.len() as u64) << 1);
            out.extend_from_slice(s.as_bytes());
        }
        WStr::Wide(w) => {
            uint(out, (w.len() as u64) << 1 | 1);
            w.iter().for_each(|&p| uint(out, p.into()));
        }
    }
}

fn constant(out: &mut Vec<u8>, c: &Const) {
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
            string(out, s);
        }
        Const::Bytes(b) => {
            out.push(10);
            bytes(out, b);
        }
        Const::Tuple(items) => {
            out.push(11);
            uint(out, items.len() as u64);
            items.iter().for_each(|c| constant(out, c));
        }
        Const::FrozenSet(items) => {
            out.push(12);
            uint(out, items.len() as u64);
            items.iter().for_each(|c| constant(out, c));
        }
        Const::Slice(items) => {
            out.push(13);
            items.iter().for_each(|c| constant(out, c));
        }
        Const::Code(code) => {
            out.push(14);
            write(out, code);
        }
    }
}

/// Reads a code object from the front of `input`; what follows stays in `input`.
pub fn read(input: &mut &[u8]) -> Result<Code, Malformed> {
    let mut reader = Reader { input, depth: 0 };
    let code = reader.code()?;
    *input = reader.input;
    Ok(code)
}

struct Reader<'a> {
    input: &'a [u8],
    depth: u32,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        let (head, rest) = self.input.split_at_checked(n).ok_or(Malformed)?;
        self.input = rest;
        Ok(head)
    }
    fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(self.take(1)?[0])
    }
    fn uint(&mut self) -> Result<u64, Malformed> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
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
    fn small<T: TryFrom<u64>>(&mut self) -> Result<T, Malformed> {
        T::try_from(self.uint()?).map_err(|_| Malformed)
    }
    /// A count of items of at least one byte each: never more than what is left.
    fn count(&mut self) -> Result<usize, Malformed> {
        let n: usize = self.small()?;
        if n > self.input.len() { Err(Malformed) } else { Ok(n) }
    }
    fn float(&mut self) -> Result<f64, Malformed> {
        let b: [u8; 8] = self.take(8)?.try_into().map_err(|_| Malformed)?;
        Ok(f64::from_bits(u64::from_le_bytes(b)))
    }
    fn string(&mut self) -> Result<WStr, Malformed> {
        let n = self.uint()?;
        let len = usize::try_from(n >> 1).map_err(|_| Malformed)?;
        if n & 1 == 0 {
            return Ok(WStr::Utf8(std::str::from_utf8(self.take(len)?).map_err(|_| Malformed)?.into()));
        }
        if len > self.input.len() {
            return Err(Malformed);
        }
        let points: Vec<u32> = (0..len).map(|_| self.small()).collect::<Result<_, _>>()?;
        if points.iter().any(|&p| p > 0x10ffff) { Err(Malformed) } else { Ok(WStr::Wide(points.into())) }
    }
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        let n = self.count()?;
        (0..n).map(|_| item(self)).collect()
    }
    fn constant(&mut self) -> Result<Const, Malformed> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Malformed);
        }
        let c = match self.byte()? {
            0 => Const::None,
            1 => Const::True,
            2 => Const::False,
            3 => Const::Ellipsis,
            4 => Const::Int(self.sint()?),
            tag @ (5 | 6) => {
                let n = self.count()?;
                Const::BigInt { negative: tag == 6, magnitude: self.take(n)?.into() }
            }
            7 => Const::Float(self.float()?),
            8 => Const::Complex(self.float()?, self.float()?),
            9 => Const::Str(self.string()?),
            10 => {
                let n = self.count()?;
                Const::Bytes(self.take(n)?.into())
            }
            11 => Const::Tuple(self.list(Self::constant)?.into()),
            12 => Const::FrozenSet(self.list(Self::constant)?.into()),
            13 => Const::Slice(Box::new([self.constant()?, self.constant()?, self.constant()?])),
            14 => Const::Code(Box::new(self.code()?)),
            _ => return Err(Malformed),
        };
        self.depth -= 1;
        Ok(c)
    }
    fn instr(&mut self) -> Result<Instr, Malformed> {
        let b: [u8; 8] = self.take(8)?.try_into().map_err(|_| Malformed)?;
        Ok(Instr(u64::from_le_bytes(b)))
    }
    fn code(&mut self) -> Result<Code, Malformed> {
        let (name, qualname, filename) = (self.string()?, self.string()?, self.string()?);
        let flags = CodeFlags(self.small()?);
        let (argcount, posonlyargcount, kwonlyargcount) = (self.small()?, self.small()?, self.small()?);
        let (nregs, firstlineno) = (self.small()?, self.small()?);
        let (varnames, cellvars) = (self.list(Self::string)?, self.list(Self::string)?);
        let (freevars, names) = (self.list(Self::string)?, self.list(Self::string)?);
        let sites = self.list(Self::small)?;
        let consts = self.list(Self::constant)?;
        let code = self.list(Self::instr)?;
        let (mut pc, mut line) = (0u32, 0i64);
        let positions = self.list(|r| {
            pc = pc.wrapping_add(r.small()?);
            line += r.sint()?;
            let end_line = line + r.sint()?;
            let (col, end_col): (u64, u64) = (r.uint()?, r.uint()?);
            Ok(Position {
                pc,
                line: line as u32,
                end_line: end_line as u32,
                col: (col as u32).wrapping_sub(1),
                end_col: (end_col as u32).wrapping_sub(1),
            })
        })?;
        let exceptions = self.list(|r| {
            Ok(ExceptionEntry {
                start: r.small()?,
                end: r.small()?,
                target: r.small()?,
                depth: r.small()?,
                exc: r.small()?,
            })
        })?;
        Ok(Code {
            name,
            qualname,
            filename,
            flags,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nregs,
            firstlineno,
            varnames,
            cellvars,
            freevars,
            names,
            sites,
            consts,
            code,
            positions,
            exceptions,
        })
    }
}
