//! Code objects of a serialised unit (`krait_bytecode::serial`), decoded piece by piece.
//!
//! Linking a unit makes the outermost code object from its head alone. Its only instruction is `load_body`, which runs
//! when the code is first entered: it decodes the body in place ([`Heap::load_body`]), and makes heads of the code
//! objects inside. So the functions of an imported module cost a head each until they are called or inspected, and
//! calling them costs no check. Tables of positions stay as they are until somebody wants a line. Whoever reads a body's
//! parts of code that may not run yet (the attributes of `code`, `marshal`) calls [`Heap::load_body`] before.

use crate::builtins::code::{CodeInfo, CodeObject, Positions, Site, simple_args};
use crate::builtins::str::Str;
use crate::heap::Heap;
use crate::object::Ref;
use crate::value::Value;
use krait_bytecode::serial::{Head, Malformed, Reader, Text, Token, Unit};
use krait_bytecode::{Instr, Op, Position};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// A unit's bytes, and the strings that code objects have asked for.
pub struct CodeUnit {
    bytes: Cow<'static, [u8]>,
    strings: RefCell<Box<[Option<Ref<Str>>]>>,
    /// `co_filename` of all its code.
    filename: Ref<Str>,
}

/// Where a code object's body is.
#[derive(Clone)]
pub struct Origin {
    unit: Rc<CodeUnit>,
    /// The offset of the body, and of the positions once the body is decoded.
    at: usize,
    loaded: bool,
}

impl Origin {
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }
    /// Decodes the positions of loaded code.
    pub fn positions(&self) -> Box<[Position]> {
        let positions = Unit::new(&self.unit.bytes).and_then(|unit| unit.reader(self.at).positions());
        positions.unwrap_or_default().into()
    }
}

const MAX_DEPTH: u32 = 100;

impl Heap {
    /// Links a unit. `filename` stands for the one in it, unless that is of a frozen module (`<frozen …>`).
    pub fn link_unit(&mut self, bytes: Cow<'static, [u8]>, filename: impl FnOnce() -> String) -> Result<Ref<CodeObject>, Malformed> {
        let unit = Unit::new(&bytes)?;
        let head = unit.head()?;
        let filename = match unit.string(head.filename)? {
            Text::Word(b) | Text::Ascii(b) if b.starts_with(b"<") => self.str_latin1(b),
            _ => self.str(&filename()),
        };
        let filename = self.intern_str(&filename);
        let strings = RefCell::new(vec![None; unit.string_count()].into());
        let unit = Rc::new(CodeUnit { bytes, strings, filename });
        self.link_head(&unit, head)
    }

    /// A code object that has its body still to decode.
    fn link_head(&mut self, unit: &Rc<CodeUnit>, head: Head) -> Result<Ref<CodeObject>, Malformed> {
        let parts = Unit::new(&unit.bytes)?;
        let info = CodeInfo {
            flags: head.flags,
            argcount: head.argcount,
            posonlyargcount: head.posonlyargcount,
            kwonlyargcount: head.kwonlyargcount,
            firstlineno: head.firstlineno,
            positions: Positions::Unread,
            exceptions: Box::default(),
        };
        let object = CodeObject {
            instrs: Box::new([Instr::new(Op::LoadBody, 0, 0, 0, 0)]),
            sites: Box::default(),
            consts: Box::default(),
            names: Box::default(),
            name: self.unit_name(unit, &parts, head.name)?,
            qualname: self.unit_name(unit, &parts, head.qualname)?,
            filename: unit.filename.clone(),
            varnames: Box::default(),
            cellvars: Box::default(),
            freevars: Box::default(),
            temporaries: Box::default(),
            simple_args: simple_args(&info),
            plain_args: simple_args(&info),
            info,
            nregs: u32::from(head.nregs),
            first_temp: head.first_temp,
            nlocals: head.nlocals,
            hotness: 0,
            calls: 0,
            direct: 0,
            room: 0,
            loops: Default::default(),
            serial: self.next_code_serial(),
            origin: Some(Origin { unit: unit.clone(), at: head.body, loaded: false }),
        };
        Ok(self.alloc(object))
    }

    /// Makes sure that all of a code object is there. On failure, which only a damaged library can cause, it stays
    /// without its body.
    pub fn load_body(&mut self, code: &Ref<CodeObject>) -> Result<(), Malformed> {
        match &code.get(self).origin {
            Some(origin) if !origin.loaded => {
                let origin = origin.clone();
                self.decode_body(code, origin)
            }
            _ => Ok(()),
        }
    }

    #[cold]
    fn decode_body(&mut self, code: &Ref<CodeObject>, mut origin: Origin) -> Result<(), Malformed> {
        let unit = origin.unit.clone();
        let parts = Unit::new(&unit.bytes)?;
        let mut r = parts.reader(origin.at);
        let mut names = || r.list(|r| self.unit_name(&unit, &parts, r.small()?));
        let (varnames, cellvars, freevars, names) = (names()?, names()?, names()?, names()?);
        let sites = r.list(|r| {
            let name: usize = r.small()?;
            names.get(name).map(|name| Site::new(name.clone())).ok_or(Malformed)
        })?;
        let consts = r.list(|r| self.unit_constant(&unit, &parts, r, 0))?;
        let exceptions = r.exceptions()?;
        let temporaries = r.temporaries()?.into_iter().map(|t| Ok(t.renamed(self.unit_name(&unit, &parts, t.name)?)));
        let (temporaries, instrs) = (temporaries.collect::<Result<_, Malformed>>()?, r.instrs()?);
        origin.at = r.offset();
        origin.loaded = true;
        let payload = code.get_mut(self);
        payload.instrs = instrs;
        payload.sites = sites.into();
        payload.consts = consts.into();
        payload.names = names.into();
        payload.varnames = varnames.into();
        payload.cellvars = cellvars.into();
        payload.freevars = freevars.into();
        payload.temporaries = temporaries;
        payload.info.exceptions = exceptions.into();
        payload.info.positions = Positions::packed(origin.clone());
        payload.origin = Some(origin);
        Ok(())
    }

    /// A string of a unit as a name: interned.
    fn unit_name(&mut self, unit: &CodeUnit, parts: &Unit<'_>, n: u32) -> Result<Ref<Str>, Malformed> {
        let s = self.unit_string(unit, parts, n)?;
        Ok(self.intern_str(&s))
    }

    /// A string of a unit. Identifiers are interned, as CPython does, so that `is` and attribute names agree.
    fn unit_string(&mut self, unit: &CodeUnit, parts: &Unit<'_>, n: u32) -> Result<Ref<Str>, Malformed> {
        if let Some(Some(known)) = unit.strings.borrow().get(n as usize) {
            return Ok(known.clone());
        }
        let s = match parts.string(n)? {
            Text::Word(b) => self.intern_latin1(b),
            Text::Ascii(b) => self.str_latin1(b),
            Text::Utf8(s) => self.str(s),
            wide @ Text::Wide(_) => self.str_of_points(wide.points()),
        };
        if let Some(slot) = unit.strings.borrow_mut().get_mut(n as usize) {
            *slot = Some(s.clone());
        }
        Ok(s)
    }

    fn unit_constant(&mut self, unit: &Rc<CodeUnit>, parts: &Unit<'_>, r: &mut Reader<'_>, depth: u32) -> Result<Value, Malformed> {
        if depth > MAX_DEPTH {
            return Err(Malformed);
        }
        let items = |heap: &mut Heap, r: &mut Reader<'_>, n: usize| -> Result<Vec<Value>, Malformed> {
            (0..n).map(|_| heap.unit_constant(unit, parts, r, depth + 1)).collect()
        };
        Ok(match r.token()? {
            Token::None => Value::NONE,
            Token::True => Value::TRUE,
            Token::False => Value::FALSE,
            Token::Ellipsis => Value::ELLIPSIS,
            Token::Int(i) => self.int(i128::from(i)),
            Token::BigInt { negative, magnitude } => self.int_of_magnitude(negative, magnitude),
            Token::Float(f) => Value::float(f),
            Token::Complex(re, im) => self.complex(re, im),
            Token::Str(n) => self.unit_string(unit, parts, n)?.into_value(),
            Token::Bytes(b) => self.bytes(b).into_value(),
            Token::Tuple(n) => {
                let items = items(self, r, n)?;
                self.tuple(items).into_value()
            }
            Token::FrozenSet(n) => {
                let items = items(self, r, n)?;
                self.frozen_set_of_constants(items)
            }
            Token::Slice => {
                let [start, stop, step] = items(self, r, 3)?.try_into().map_err(|_| Malformed)?;
                self.slice(start, stop, step).into_value()
            }
            Token::Code(head) => self.link_head(unit, head)?.into_value(),
        })
    }
}
