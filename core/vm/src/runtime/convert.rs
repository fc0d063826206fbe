//! Conversions the language makes: truth, index, float, length, repr, str, format.

use crate::Result;
use crate::builtins::dict::Dict;
use crate::builtins::set::Set;
use crate::builtins::float::Complex;
use crate::builtins::int::IntRef;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::id;
use crate::types::special::Special;
use crate::value::Value;
use crate::vm::Vm;
use krait_text::StrRef;

impl Vm {
    /// `bool(value)`.
    #[inline]
    pub fn truth(&mut self, value: &Value) -> Result<bool> {
        if value.is_bool() {
            return Ok(value.is_true());
        }
        if let Some(i) = value.as_small_int() {
            return Ok(i != 0);
        }
        if value.is_none() {
            return Ok(false);
        }
        self.truth_slow(value)
    }
    fn truth_slow(&mut self, value: &Value) -> Result<bool> {
        let heap = &*self.heap;
        match value.type_id() {
            id::FLOAT => {
                if let Some(f) = value.as_float() {
                    return Ok(f != 0.0);
                }
            }
            id::STR => return Ok(value.downcast_exact::<Str>().is_some_and(|s| !s.get(heap).is_empty())),
            id::LIST => return Ok(value.downcast_exact::<List>().is_some_and(|s| !s.get(heap).is_empty())),
            id::TUPLE => return Ok(value.downcast_exact::<Tuple>().is_some_and(|s| !s.get(heap).is_empty())),
            id::DICT => return Ok(value.downcast_exact::<Dict>().is_some_and(|s| !s.get(heap).is_empty())),
            id::COMPLEX => return Ok(value.downcast_exact::<Complex>().is_some_and(|c| c.get(heap).re != 0.0 || c.get(heap).im != 0.0)),
            id::NOT_IMPLEMENTED => {
                return Err(self.type_error("NotImplemented should not be used in a boolean context"));
            }
            _ => {}
        }
        let t = value.type_id();
        if let Some(f) = self.heap.special(t, Special::Bool) {
            let v = self.call_unbound(&f, value, &[])?;
            if v.is_bool() {
                return Ok(v.is_true());
            }
            let name = self.heap.type_name(&v);
            return Err(self.type_error(format!("__bool__ should return bool, returned {name}")));
        }
        if let Some(f) = self.heap.special(t, Special::Len) {
            let v = self.call_unbound(&f, value, &[])?;
            return Ok(self.length_from(&v)? != 0);
        }
        Ok(true)
    }

    /// `operator.index(value)`: an int (exact or subclass instance).
    pub fn index(&mut self, value: &Value) -> Result<Value> {
        if value.is_int(&*self.heap) {
            return Ok(value.clone());
        }
        let Some(f) = self.heap.special(value.type_id(), Special::Index) else {
            let name = self.heap.type_name(value);
            return Err(self.type_error(format!("'{name}' object cannot be interpreted as an integer")));
        };
        let v = self.call_unbound(&f, value, &[])?;
        self.check_int_result(&v, "__index__")?;
        Ok(self.exact_int(&v))
    }
    /// What `__index__` and `__int__` return must be an int, and had better be an exact one.
    pub(crate) fn check_int_result(&mut self, result: &Value, method: &str) -> Result<()> {
        if result.is_exact_int() {
            return Ok(());
        }
        let name = self.heap.type_name(result);
        if !result.is_int(&*self.heap) {
            return Err(self.type_error(format!("{method} returned non-int (type {name})")));
        }
        self.warn_strict_subclass(&format!("{method} returned non-int (type {name})"), "int")
    }
    /// The warning about a conversion method whose result is an instance of a subclass.
    pub(crate) fn warn_strict_subclass(&mut self, complaint: &str, wanted: &str) -> Result<()> {
        self.warn_deprecated(&format!(
            "{complaint}.  The ability to return an instance of a strict subclass of {wanted} is deprecated, and may be \
             removed in a future version of Python."
        ))
    }
    /// An index as a machine int; OverflowError naming the C type when it does not fit.
    pub fn index_i64(&mut self, value: &Value, c_type: &str) -> Result<i64> {
        let v = self.index(value)?;
        match v.as_int(&*self.heap).and_then(IntRef::to_i64) {
            Some(i) => Ok(i),
            None => Err(self.overflow_error(format!("Python int too large to convert to C {c_type}"))),
        }
    }
    /// As `index_i64`, for a size: on a smaller machine what does not fit is the most or least there is.
    pub fn index_size(&mut self, value: &Value) -> Result<isize> {
        self.index_i64(value, "ssize_t").map(to_size)
    }
    /// An index clamped to the machine's range: for slices and sizes.
    pub fn index_clamped(&mut self, value: &Value) -> Result<isize> {
        let v = self.index(value)?;
        Ok(match v.as_int(&*self.heap) {
            Some(IntRef::Small(i)) => to_size(i),
            Some(big) => match big.to_i64() {
                Some(i) => to_size(i),
                None if big.is_negative() => isize::MIN,
                None => isize::MAX,
            },
            None => 0,
        })
    }
    /// A sequence index: IndexError when it does not fit a machine int.
    pub fn sequence_index(&mut self, value: &Value) -> Result<isize> {
        let v = self.index(value)?;
        match v.as_int(&*self.heap).and_then(IntRef::to_i64) {
            Some(i) => Ok(to_size(i)),
            None => {
                let name = self.heap.type_name(value);
                Err(self.index_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }

    /// `float(value)` for numbers: `__float__`, then `__index__`.
    pub fn to_f64(&mut self, value: &Value) -> Result<f64> {
        if let Some(f) = value.as_any_float(&*self.heap) {
            return Ok(f);
        }
        match value.as_int(&*self.heap) {
            Some(IntRef::Small(i)) => return Ok(i as f64),
            Some(big) => {
                let big = big.to_big();
                return self.big_to_f64(&big);
            }
            None => {}
        }
        if let Some(f) = self.heap.special(value.type_id(), Special::Float) {
            let v = self.call_unbound(&f, value, &[])?;
            if let Some(f) = v.as_any_float(&*self.heap) {
                if v.as_float().is_none() {
                    let (t, name) = (self.heap.type_name(value), self.heap.type_name(&v));
                    self.warn_strict_subclass(&format!("{t}.__float__ returned non-float (type {name})"), "float")?;
                }
                return Ok(f);
            }
            let (t, name) = (self.heap.type_name(value), self.heap.type_name(&v));
            return Err(self.type_error(format!("{t}.__float__ returned non-float (type {name})")));
        }
        if self.heap.special(value.type_id(), Special::Index).is_some() {
            let i = self.index(value)?;
            return self.to_f64(&i);
        }
        let name = self.heap.type_name(value);
        Err(self.type_error(format!("must be real number, not {name}")))
    }

    /// `len(value)` of the usual containers.
    #[inline(always)]
    pub(crate) fn usual_len(&self, value: &Value) -> Option<usize> {
        let heap = &*self.heap;
        match value.type_id() {
            id::LIST => Some(value.downcast_exact::<List>()?.len(heap)),
            id::STR => Some(value.downcast_exact::<Str>()?.get(heap).len()),
            id::TUPLE => Some(value.downcast_exact::<Tuple>()?.len(heap)),
            id::DICT => Some(value.downcast_exact::<Dict>()?.len(heap)),
            _ => None,
        }
    }
    /// `len(value)`.
    pub fn len(&mut self, value: &Value) -> Result<usize> {
        if let Some(n) = self.usual_len(value) {
            return Ok(n);
        }
        let heap = &*self.heap;
        match value.type_id() {
            id::SET | id::FROZENSET => if let Some(v) = value.downcast::<Set>(heap) { return Ok(v.len(heap)) },
            type_id => if let Some(n) = heap.info(type_id).length.and_then(|length| length(heap, value)) { return Ok(n) },
        }
        let Some(f) = self.heap.special(value.type_id(), Special::Len).filter(|f| !f.is_none()) else {
            let name = self.heap.type_name(value);
            return Err(self.type_error(format!("object of type '{name}' has no len()")));
        };
        let v = self.call_unbound(&f, value, &[])?;
        self.length_from(&v)
    }
    fn length_from(&mut self, v: &Value) -> Result<usize> {
        if let Some(n) = v.as_small_int().and_then(|n| usize::try_from(n).ok()) {
            return Ok(n);
        }
        if self.heap.special(v.type_id(), Special::Index).is_none() {
            let name = self.heap.type_name(v);
            return Err(self.type_error(format!("'{name}' object cannot be interpreted as an integer")));
        }
        let i = self.index(v)?;
        match i.as_int(&*self.heap) {
            Some(n) if n.is_negative() => Err(self.value_error("__len__() should return >= 0")),
            Some(n) => match n.to_i64() {
                Some(n) => Ok(n as usize),
                None => Err(self.overflow_error("cannot fit 'int' into an index-sized integer")),
            },
            None => Ok(0),
        }
    }
    /// `operator.length_hint(value, default)`.
    pub fn length_hint(&mut self, value: &Value, default: usize) -> Result<usize> {
        if self.heap.has_special(value, Special::Len) {
            let result = self.len(value);
            if let Some(n) = self.catch(result, Exc::TypeError)? {
                return Ok(n);
            }
        }
        let Some(f) = self.heap.special(value.type_id(), Special::LengthHint) else { return Ok(default) };
        let result = self.call_unbound(&f, value, &[]);
        let Some(v) = self.catch(result, Exc::TypeError)? else { return Ok(default) };
        if v.is_not_implemented() {
            return Ok(default);
        }
        let Some(n) = v.as_int(&*self.heap) else {
            let name = self.heap.type_name(&v);
            return Err(self.type_error(format!("__length_hint__ must be an integer, not {name}")));
        };
        if n.is_negative() {
            return Err(self.value_error("__length_hint__() should return >= 0"));
        }
        match n.to_i64() {
            Some(n) => Ok(n as usize),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// `repr(value)`.
    pub fn repr(&mut self, value: &Value) -> Result<Ref<Str>> {
        if let Some(text) = self.plain_repr(value) {
            return Ok(text);
        }
        let Some(f) = self.heap.special(value.type_id(), Special::Repr) else {
            let text = format!("<{} object>", self.heap.type_name(value));
            return Ok(self.heap.str(&text));
        };
        let v = self.nested(" while getting the repr of an object", |vm| vm.call_unbound(&f, value, &[]))?;
        match v.downcast_into::<Str>(&*self.heap) {
            Ok(s) => Ok(s),
            Err(v) => {
                let name = self.heap.type_name(&v);
                Err(self.type_error(format!("__repr__ returned non-string (type {name})")))
            }
        }
    }
    /// The text of numbers, strings and None, whose types need no look-up.
    fn plain_repr(&mut self, value: &Value) -> Option<Ref<Str>> {
        if let Some(n) = value.as_small_int() {
            return Some(self.heap.str_int(n));
        }
        if let Some(x) = value.as_float() {
            let mut text = self.text_builder();
            krait_text::float_text::push_repr(&mut text, x);
            return self.finish_text(text).ok()?.downcast_into::<Str>(&*self.heap).ok();
        }
        if value.is_none() || value.is_bool() {
            let text: &[u8] = if value.is_none() { b"None" } else if value.is_true() { b"True" } else { b"False" };
            return Some(self.heap.str_ascii(text));
        }
        let view = value.downcast_exact::<Str>()?.view(&*self.heap);
        let StrRef::One(bytes) = view else { return None };
        // Nothing to escape: the text in quotes.
        if bytes.len() > 100 || !bytes.iter().all(|&b| matches!(b, 0x20..0x7F) && b != b'\'' && b != b'\\') {
            return None;
        }
        let mut quoted = [b'\''; 102];
        quoted[1..=bytes.len()].copy_from_slice(bytes);
        let len = bytes.len() + 2;
        Some(self.heap.str_ascii(&quoted[..len]))
    }
    /// `str(value)`.
    pub fn to_str(&mut self, value: &Value) -> Result<Ref<Str>> {
        if let Some(s) = value.downcast_exact::<Str>() {
            return Ok(s.clone());
        }
        if let Some(text) = self.plain_repr(value) {
            return Ok(text);
        }
        let Some(f) = self.heap.special(value.type_id(), Special::Str) else { return self.repr(value) };
        let v = self.nested(" while getting the str of an object", |vm| vm.call_unbound(&f, value, &[]))?;
        match v.downcast_into::<Str>(&*self.heap) {
            Ok(s) => Ok(s),
            Err(v) => {
                let name = self.heap.type_name(&v);
                Err(self.type_error(format!("__str__ returned non-string (type {name})")))
            }
        }
    }
    /// `str(value)` as Rust text (lone surrogates become U+FFFD).
    pub fn to_text(&mut self, value: &Value) -> Result<String> {
        let s = self.to_str(value)?;
        Ok(s.get(&*self).to_string_lossy())
    }
    /// `repr(value)` as Rust text.
    pub fn repr_text(&mut self, value: &Value) -> Result<String> {
        let s = self.repr(value)?;
        Ok(s.get(&*self).to_string_lossy())
    }
    /// `ascii(value)`.
    pub fn ascii(&mut self, value: &Value) -> Result<Ref<Str>> {
        let s = self.repr(value)?;
        if s.get(&*self).is_ascii() {
            return Ok(s);
        }
        let mut text = String::new();
        for c in s.get(&*self).view().iter() {
            match c {
                0..0x80 => text.push(c as u8 as char),
                0x80..0x100 => text.push_str(&format!("\\x{c:02x}")),
                0x100..0x10000 => text.push_str(&format!("\\u{c:04x}")),
                _ => text.push_str(&format!("\\U{c:08x}")),
            }
        }
        Ok(self.heap.str(&text))
    }
    /// `format(value, spec)`.
    pub fn format(&mut self, value: &Value, spec: &Value) -> Result<Value> {
        if let Some(spec) = spec.downcast_exact::<Str>() {
            if value.is_exact::<Str>() && spec.get(&*self.heap).is_empty() {
                return Ok(value.clone());
            }
            let mut text = self.text_builder();
            if self.push_plain_format(&mut text, value, spec.get(&*self.heap).view()) {
                return self.finish_text(text);
            }
        }
        let Some(f) = self.heap.special(value.type_id(), Special::Format) else {
            let name = self.heap.type_name(value);
            return Err(self.type_error(format!("Type {name} doesn't define __format__")));
        };
        let v = self.call_unbound(&f, value, std::slice::from_ref(spec))?;
        if v.has_payload::<Str>(&*self.heap) {
            return Ok(v);
        }
        let name = self.heap.type_name(&v);
        Err(self.type_error(format!("__format__ must return a str, not {name}")))
    }
}

/// The nearest number that this machine can count to.
pub fn to_size(n: i64) -> isize {
    isize::try_from(n).unwrap_or(if n < 0 { isize::MIN } else { isize::MAX })
}
