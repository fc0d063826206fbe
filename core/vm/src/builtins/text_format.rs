//! `%` formatting of str and bytes, and `str.format` templates: evaluation of what krait-text parses.
//!
//! The order of look-ups, conversions and errors is CPython's: key, stars, the value, then the conversion character.

use crate::args::KwArgs;
use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::str::{PinnedStr, Str};
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::{id, special::Special};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_text::format_string::{self, AutoNumber, First, Step};
use krait_text::percent::{self, Conversion, Count, Item, PercentSpec};
use krait_text::{StrBuf, StrBuilder, StrRef};

/// The right operand of `%`, handed out value by value.
struct Operands {
    source: Source,
    next: usize,
    /// The operand when it can be asked for keys.
    mapping: Option<Value>,
}

enum Source {
    One(Value),
    Tuple(Ref<Tuple>),
}

impl Operands {
    fn take(&mut self, vm: &mut Vm) -> Result<Value> {
        let value = match &self.source {
            Source::One(v) => Some(v).filter(|_| self.next == 0),
            Source::Tuple(t) => t.items(&*vm.heap).get(self.next),
        };
        match value {
            Some(v) => {
                self.next += 1;
                Ok(v.clone())
            }
            None => Err(vm.type_error("not enough arguments for format string")),
        }
    }
    /// Whether there are values that nobody asked for.
    fn left_over(&self, vm: &Vm) -> bool {
        let count = match &self.source {
            Source::One(_) => 1,
            Source::Tuple(t) => t.len(&*vm.heap),
        };
        self.next < count && self.mapping.is_none()
    }
}

fn operands(vm: &mut Vm, value: &Value, for_bytes: bool) -> Operands {
    if let Some(tuple) = value.downcast::<Tuple>(&*vm.heap) {
        return Operands { source: Source::Tuple(tuple.clone()), next: 0, mapping: None };
    }
    let plain = value.is_small_int() || value.is_float() || value.has_payload::<Str>(&*vm.heap);
    let text = plain || for_bytes && (value.has_payload::<Bytes>(&*vm.heap) || value.has_payload::<ByteArray>(&*vm.heap));
    let mapping = (!text && vm.heap.has_special(value, Special::GetItem)).then(|| value.clone());
    Operands { source: Source::One(value.clone()), next: 0, mapping }
}

impl Vm {
    /// `format % value` for str.
    pub fn percent_str(&mut self, format: &Ref<Str>, value: &Value) -> Result<Value> {
        let pinned = PinnedStr::new(format);
        let view = pinned.view();
        let mut operands = operands(self, value, false);
        let mut out = self.text_builder();
        let mut at = 0;
        if let StrRef::One(bytes) = view {
            at = self.percent_plain(&mut out, bytes, &mut operands)?;
        }
        if at < view.len() {
            for item in percent::items_from(view, at) {
                match item {
                    Item::Literal(range) => out.push_ref(view.slice(range)),
                    Item::Percent => out.push(b'%'.into()),
                    Item::Conversion(c) => {
                        let (spec, value, kind) = self.percent_value(&c, &mut operands, |vm, range| {
                            vm.heap.str_from(view.slice(range)).into_value()
                        })?;
                        self.text_room(out.len().saturating_add(spec.output_floor()), 1)?;
                        self.percent_one(&mut out, c.index, spec, &value, kind)?;
                    }
                }
            }
        }
        if operands.left_over(self) {
            return Err(self.type_error("not all arguments converted during string formatting"));
        }
        self.finish_text(out)
    }
    /// Literals and conversions without key and stars from the start of a format; where it meets another one.
    fn percent_plain(&mut self, out: &mut StrBuilder, format: &[u8], operands: &mut Operands) -> Result<usize> {
        let mut at = 0;
        loop {
            let rest = &format[at..];
            let literal = rest.iter().position(|&b| b == b'%').unwrap_or(rest.len());
            out.push_latin1(&rest[..literal]);
            at += literal;
            if at == format.len() {
                return Ok(at);
            }
            let Some((spec, kind, end)) = percent::plain_conversion(format, at + 1) else { return Ok(at) };
            let value = operands.take(self)?;
            let written = match kind {
                b's' if spec.width == 0 && spec.precision.is_none() => {
                    self.push_str(out, &value)?;
                    true
                }
                b's' => match value.downcast_exact::<Str>() {
                    Some(s) => spec.write_str(s.view(&*self.heap), out),
                    None => false,
                },
                b'f' | b'F' => match (value.as_float(), value.as_small_int()) {
                    (Some(x), _) => spec.write_fixed(x, out),
                    (_, Some(n)) => spec.write_fixed(n as f64, out),
                    _ => false,
                },
                _ => match value.as_small_int() {
                    Some(n) => spec.write_small_int(n, kind, out),
                    None => false,
                },
            };
            if !written {
                self.text_room(out.len().saturating_add(spec.output_floor()), 1)?;
                self.percent_one(out, end - 1, spec, &value, kind.into())?;
            }
            at = end;
        }
    }

    /// Key, stars and value of a conversion, in that order.
    fn percent_value(
        &mut self,
        c: &Conversion,
        operands: &mut Operands,
        key: impl FnOnce(&mut Vm, std::ops::Range<usize>) -> Value,
    ) -> Result<(PercentSpec, Value, u32)> {
        if let Some(range) = &c.key {
            let Some(mapping) = operands.mapping.clone() else { return Err(self.type_error("format requires a mapping")) };
            let range = match range {
                Ok(range) => range.clone(),
                Err(e) => return Err(self.text_error(e.clone())),
            };
            let key = key(self, range);
            let value = self.get_item(&mapping, &key)?;
            operands.source = Source::One(value);
            operands.next = 0;
        }
        let mut spec = PercentSpec { flags: c.flags, width: 0, precision: None };
        match c.width {
            Count::Absent => {}
            Count::Given(n) => spec.width = n,
            Count::Star => {
                let n = self.percent_star(operands, "ssize_t")?;
                if n == i64::MIN {
                    // Its magnitude is no width.
                    return Err(self.overflow_error("width too big"));
                }
                spec.flags.left |= n < 0;
                spec.width = n.unsigned_abs() as usize;
            }
        }
        match c.precision {
            Count::Absent => {}
            Count::Given(n) => spec.precision = Some(n),
            Count::Star => {
                let n = self.percent_star(operands, "int")?;
                if i32::try_from(n).is_err() {
                    return Err(self.overflow_error("Python int too large to convert to C int"));
                }
                spec.precision = Some(n.max(0) as usize);
            }
        }
        let kind = match &c.kind {
            Ok(kind) => *kind,
            Err(e) => return Err(self.text_error(e.clone())),
        };
        let value = operands.take(self)?;
        Ok((spec, value, kind))
    }
    fn percent_star(&mut self, operands: &mut Operands, c_type: &str) -> Result<i64> {
        let v = operands.take(self)?;
        if !v.is_int(&*self.heap) {
            return Err(self.type_error("* wants int"));
        }
        self.index_i64(&v, c_type)
    }

    /// Writes a converted value; `index` is that of the conversion character.
    fn percent_one(&mut self, out: &mut StrBuilder, index: usize, spec: PercentSpec, value: &Value, kind: u32) -> Result<()> {
        let plain = spec.width == 0 && spec.precision.is_none();
        match u8::try_from(kind).unwrap_or(0) {
            k @ (b's' | b'r' | b'a') => {
                let text = match k {
                    b's' => self.to_str(value)?,
                    b'r' => self.repr(value)?,
                    _ => self.ascii(value)?,
                };
                if plain {
                    out.push_ref(text.view(&*self.heap));
                    return Ok(());
                }
                self.push_padded(out, text.view(&*self.heap).to_buf(), spec)
            }
            b'c' => {
                let one = self.percent_char(value)?;
                self.push_padded(out, StrBuf::from_char(one), PercentSpec { precision: None, ..spec })
            }
            k @ (b'd' | b'i' | b'u' | b'o' | b'x' | b'X') => {
                let text = self.percent_number(k, spec, value)?;
                out.push_str(&text);
                Ok(())
            }
            k @ (b'e' | b'E' | b'f' | b'F' | b'g' | b'G') => {
                let f = self.to_f64(value)?;
                match percent::percent_float(f, k, spec) {
                    Ok(text) => out.push_str(&text),
                    Err(e) => return Err(self.text_error(e)),
                }
                Ok(())
            }
            _ => Err(self.text_error(percent::unsupported_character(kind, index))),
        }
    }
    fn push_padded(&mut self, out: &mut StrBuilder, text: StrBuf, spec: PercentSpec) -> Result<()> {
        match percent::percent_str(text.as_ref(), spec) {
            Ok(text) => out.push_ref(text.as_ref()),
            Err(e) => return Err(self.text_error(e)),
        }
        Ok(())
    }
    fn percent_char(&mut self, value: &Value) -> Result<u32> {
        if let Some(s) = value.downcast::<Str>(&*self.heap) {
            let view = s.view(&*self.heap);
            return match (view.len(), view.first()) {
                (1, Some(c)) => Ok(c),
                (n, _) => Err(self.type_error(format!("%c requires an int or a unicode character, not a string of length {n}"))),
            };
        }
        if !self.heap.has_special(value, Special::Index) {
            let ty = self.type_of(value);
            let found = self.full_type_name(&ty);
            return Err(self.type_error(format!("%c requires an int or a unicode character, not {found}")));
        }
        let n = self.index(value)?;
        match n.as_int(&*self.heap).and_then(|n| n.to_i64()).and_then(|n| u32::try_from(n).ok()).filter(|n| *n < 0x110000) {
            Some(c) => Ok(c),
            None => Err(self.overflow_error("%c arg not in range(0x110000)")),
        }
    }
    /// `%d %i %u %o %x %X`.
    fn percent_number(&mut self, kind: u8, spec: PercentSpec, value: &Value) -> Result<String> {
        if let Some(n) = value.as_small_int()
            && matches!(kind, b'd' | b'i' | b'u')
            && spec.width == 0
            && spec.precision.is_none()
            && !spec.flags.plus
            && !spec.flags.space
        {
            return Ok(n.to_string());
        }
        let decimal = matches!(kind, b'd' | b'i' | b'u');
        let int = if value.is_int(&*self.heap) {
            Some(value.clone())
        } else if decimal {
            let numeric = [Special::Index, Special::Int, Special::Float].iter().any(|s| self.heap.has_special(value, *s));
            if numeric {
                let int = self.core_type(id::INT).into_value();
                let result = self.call(&int, std::slice::from_ref(value));
                self.catch(result, Exc::TypeError)?
            } else {
                None
            }
        } else if self.heap.has_special(value, Special::Index) {
            let result = self.index(value);
            self.catch(result, Exc::TypeError)?
        } else {
            None
        };
        let Some(int) = int else {
            let found = self.type_name(value);
            let wanted = if decimal { "a real number" } else { "an integer" };
            return Err(self.type_error(format!("%{} format: {wanted} is required, not {found}", char::from(kind))));
        };
        let big = int.as_int(&*self.heap).map(|n| n.to_big()).unwrap_or_default();
        let max_digits = self.config.int_max_str_digits;
        match percent::percent_int(&big, kind, spec, max_digits) {
            Ok(text) => Ok(text),
            Err(e) => Err(self.text_error(e)),
        }
    }

    /// `format % value` for bytes and bytearray.
    pub fn percent_bytes(&mut self, format: &[u8], value: &Value) -> Result<Vec<u8>> {
        let mut operands = operands(self, value, true);
        let mut out = Vec::with_capacity(format.len() + 16);
        for item in percent::items_bytes(format) {
            match item {
                Item::Literal(range) => out.extend_from_slice(&format[range]),
                Item::Percent => out.push(b'%'),
                Item::Conversion(c) => {
                    let (spec, value, kind) = self.percent_value(&c, &mut operands, |vm, range| vm.heap.bytes(&format[range]).into_value())?;
                    self.text_room(out.len().saturating_add(spec.output_floor()), 1)?;
                    self.percent_one_bytes(&mut out, &c, spec, &value, kind)?;
                }
            }
        }
        if operands.left_over(self) {
            return Err(self.type_error("not all arguments converted during bytes formatting"));
        }
        Ok(out)
    }
    fn percent_one_bytes(&mut self, out: &mut Vec<u8>, c: &Conversion, spec: PercentSpec, value: &Value, kind: u32) -> Result<()> {
        let piece = match u8::try_from(kind).unwrap_or(0) {
            b's' | b'b' => self.percent_bytes_of(value)?,
            b'r' | b'a' => {
                let text = self.ascii(value)?;
                text.get(&*self.heap).bytes().to_vec()
            }
            b'c' => {
                let one = self.percent_byte(value)?;
                match percent::percent_bytes(&[one], PercentSpec { precision: None, ..spec }) {
                    Ok(bytes) => out.extend_from_slice(&bytes),
                    Err(e) => return Err(self.text_error(e)),
                }
                return Ok(());
            }
            k @ (b'd' | b'i' | b'u' | b'o' | b'x' | b'X') => {
                let text = self.percent_number(k, spec, value)?;
                out.extend_from_slice(text.as_bytes());
                return Ok(());
            }
            k @ (b'e' | b'E' | b'f' | b'F' | b'g' | b'G') => {
                let result = self.to_f64(value);
                let Some(f) = self.catch(result, Exc::TypeError)? else {
                    let found = self.type_name(value);
                    return Err(self.type_error(format!("float argument required, not {found}")));
                };
                match percent::percent_float(f, k, spec) {
                    Ok(text) => out.extend_from_slice(text.as_bytes()),
                    Err(e) => return Err(self.text_error(e)),
                }
                return Ok(());
            }
            _ => return Err(self.text_error(percent::unsupported_character(kind, c.index))),
        };
        match percent::percent_bytes(&piece, spec) {
            Ok(bytes) => out.extend_from_slice(&bytes),
            Err(e) => return Err(self.text_error(e)),
        }
        Ok(())
    }
    fn percent_bytes_of(&mut self, value: &Value) -> Result<Vec<u8>> {
        if let Some(b) = value.downcast_exact::<Bytes>() {
            return Ok(b.get(&*self.heap).data.to_vec());
        }
        if let Some(f) = self.heap.special(value.type_id(), Special::Bytes) {
            let v = self.call_unbound(&f, value, &[])?;
            return match v.downcast::<Bytes>(&*self.heap) {
                Some(b) => Ok(b.get(&*self.heap).data.to_vec()),
                None => {
                    let found = self.type_name(&v);
                    Err(self.type_error(format!("__bytes__ returned non-bytes (type {found})")))
                }
            };
        }
        match self.buffer_full(value, super::buffer::flags::FULL_RO)? {
            Some(b) => Ok(b.to_vec(&*self.heap)),
            None => {
                let found = self.type_name(value);
                Err(self.type_error(format!("%b requires a bytes-like object, or an object that implements __bytes__, not '{found}'")))
            }
        }
    }
    fn percent_byte(&mut self, value: &Value) -> Result<u8> {
        let bytes = value
            .downcast::<Bytes>(&*self.heap)
            .map(|b| b.get(&*self.heap).data.to_vec())
            .or_else(|| value.downcast::<ByteArray>(&*self.heap).map(|b| b.get(&*self.heap).data.clone()));
        if let Some(bytes) = bytes {
            if let [one] = bytes[..] {
                return Ok(one);
            }
            let (n, what) = (bytes.len(), self.type_name(value));
            let what = if what == "bytearray" { "bytearray" } else { "bytes" };
            return Err(self.type_error(format!("%c requires an integer in range(256) or a single byte, not a {what} object of length {n}")));
        }
        if !self.heap.has_special(value, Special::Index) {
            let ty = self.type_of(value);
            let found = self.full_type_name(&ty);
            return Err(self.type_error(format!("%c requires an integer in range(256) or a single byte, not {found}")));
        }
        let n = self.index(value)?;
        match n.as_int(&*self.heap).and_then(|n| n.to_i64()).and_then(|n| u8::try_from(n).ok()) {
            Some(b) => Ok(b),
            None => Err(self.overflow_error("%c arg not in range(256)")),
        }
    }
}

/// Where the fields of a template get their values.
enum Fields<'a> {
    Arguments(&'a [Value], &'a KwArgs<'a>),
    Mapping(&'a Value),
}

impl Vm {
    /// `template.format(*args, **kwargs)`.
    pub fn format_template(&mut self, template: &Ref<Str>, args: &[Value], kwargs: &KwArgs<'_>) -> Result<Value> {
        self.format_fields(template, &Fields::Arguments(args, kwargs))
    }
    /// `template.format_map(mapping)`.
    pub fn format_template_map(&mut self, template: &Ref<Str>, mapping: &Value) -> Result<Value> {
        self.format_fields(template, &Fields::Mapping(mapping))
    }
    fn format_fields(&mut self, template: &Ref<Str>, fields: &Fields<'_>) -> Result<Value> {
        let pinned = PinnedStr::new(template);
        let mut out = self.text_builder();
        self.expand_template(pinned.view(), fields, &mut AutoNumber::default(), 2, &mut out)?;
        self.finish_text(out)
    }
    fn expand_template(&mut self, text: StrRef<'_>, fields: &Fields<'_>, auto: &mut AutoNumber, depth: u32, out: &mut StrBuilder) -> Result<()> {
        if depth == 0 {
            return Err(self.text_error(format_string::recursion_error()));
        }
        for piece in format_string::pieces(text) {
            let piece = match piece {
                Ok(piece) => piece,
                Err(e) => return Err(self.text_error(e)),
            };
            out.push_ref(text.slice(piece.literal));
            let Some(field) = piece.field else { continue };
            let mut value = self.field_value(text.slice(field.name), fields, auto)?;
            match field.conversion.map(|c| u8::try_from(c).unwrap_or(0)) {
                None => {}
                Some(b'r') => value = self.repr(&value)?.into_value(),
                Some(b's') => value = self.to_str(&value)?.into_value(),
                Some(b'a') => value = self.ascii(&value)?.into_value(),
                Some(_) => return Err(self.text_error(format_string::unknown_conversion(field.conversion.unwrap_or(0)))),
            }
            let spec = text.slice(field.spec);
            if !field.nested && self.push_plain_format(out, &value, spec) {
                continue;
            }
            let spec = if field.nested {
                let mut inner = StrBuilder::new();
                self.expand_template(spec, fields, auto, depth - 1, &mut inner)?;
                self.heap.str_buf(inner.finish())
            } else if spec.is_empty() {
                self.heap.empty_str()
            } else {
                self.heap.str_from(spec)
            };
            let result = self.format(&value, spec.as_value())?;
            if let Some(s) = result.downcast::<Str>(&*self.heap) {
                let view = s.view(&*self.heap);
                out.push_ref(view);
            }
            if out.len() > 1 << 16 {
                self.text_room(out.len(), 1)?;
            }
        }
        Ok(())
    }
    fn field_value(&mut self, name: StrRef<'_>, fields: &Fields<'_>, auto: &mut AutoNumber) -> Result<Value> {
        if name.is_empty()
            && let Fields::Arguments(args, _) = fields
            && let Some(v) = auto.peek().and_then(|i| args.get(i))
        {
            auto.advance();
            return Ok(v.clone());
        }
        let (first, steps) = match format_string::split_field_name(name) {
            Ok(parts) => parts,
            Err(e) => return Err(self.text_error(e)),
        };
        let first = match (fields, first) {
            (Fields::Mapping(_), First::Empty | First::Index(_)) => {
                return Err(self.value_error("Format string contains positional fields"));
            }
            (_, first) => match auto.resolve(first) {
                Ok(first) => first,
                Err(e) => return Err(self.text_error(e)),
            },
        };
        let mut value = match (first, fields) {
            (First::Index(i), Fields::Arguments(args, _)) => match args.get(i) {
                Some(v) => v.clone(),
                None => return Err(self.index_error(format!("Replacement index {i} out of range for positional args tuple"))),
            },
            (First::Name(range), fields) => {
                let key = self.heap.str_from(name.slice(range));
                match fields {
                    Fields::Mapping(mapping) => self.get_item(mapping, key.as_value())?,
                    Fields::Arguments(_, kwargs) => {
                        let found = kwargs.items.iter().find(|(k, _)| {
                            k.downcast::<Str>(&*self.heap).is_some_and(|k| k.get(&*self.heap).same(key.get(&*self.heap)))
                        });
                        match found {
                            Some((_, v)) => (*v).clone(),
                            None => return Err(self.key_error(key.into_value())),
                        }
                    }
                }
            }
            (First::Index(_) | First::Empty, _) => return Err(self.field_without_arguments()),
        };
        for step in steps {
            value = match step {
                Ok(Step::Attribute(range)) => {
                    let attribute = self.heap.str_from(name.slice(range));
                    let attribute = self.heap.intern_str(&attribute);
                    self.get_attr(&value, &attribute)?
                }
                Ok(Step::Index(i)) => {
                    let i = self.heap.int(i as i128);
                    self.get_item(&value, &i)?
                }
                Ok(Step::Key(range)) => {
                    let key = self.heap.str_from(name.slice(range)).into_value();
                    self.get_item(&value, &key)?
                }
                Err(e) => return Err(self.text_error(e)),
            };
        }
        Ok(value)
    }
    #[cold]
    fn field_without_arguments(&mut self) -> Raised {
        self.value_error("Format string contains positional fields")
    }
}
