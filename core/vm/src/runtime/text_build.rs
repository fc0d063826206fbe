//! Text in the making: one builder that conversions write into, and the operators of exact strings.
//!
//! `str()`, `format()`, f-strings, `%` and `str.format` all end here for plain values: an int, a float or a str goes
//! straight into the buffer, without an object of its own and without a look-up of its methods. Everything else takes
//! the protocol in `convert.rs`.

use crate::Result;
use crate::builtins::bytes::Bytes;
use crate::builtins::str::Str;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use krait_text::format_spec::{FormatSpec, FormatTarget};
use krait_text::format_value::format_float;
use krait_text::{StrBuf, StrBuilder, StrRef, float_text};

/// Texts up to this length are copied out of the buffer, which is then used again.
const KEPT: usize = 2048;

impl Vm {
    /// An empty builder, with the room of the one before.
    #[inline]
    pub(crate) fn text_builder(&mut self) -> StrBuilder {
        StrBuilder::from(StrBuf::One(std::mem::take(&mut self.text_buffer)))
    }
    /// The string in a builder.
    #[inline]
    pub(crate) fn finish_text(&mut self, text: StrBuilder) -> Result<Value> {
        match text.finish() {
            StrBuf::One(mut bytes) if bytes.len() <= KEPT => {
                let s = self.heap.str_latin1(&bytes).into_value();
                bytes.clear();
                self.text_buffer = bytes;
                Ok(s)
            }
            StrBuf::One(bytes) if bytes.capacity() > bytes.len() + bytes.len() / 4 => {
                let exact = bytes.as_slice().to_vec();
                self.text_result(Ok(StrBuf::One(exact)))
            }
            text => self.text_result(Ok(text)),
        }
    }

    /// Appends `str(value)` of an exact str, int or float; whether it did.
    #[inline]
    pub(crate) fn push_plain(&self, out: &mut StrBuilder, value: &Value) -> bool {
        if let Some(s) = value.downcast_exact::<Str>() {
            out.push_ref(s.get(&*self.heap).view());
        } else if let Some(n) = value.as_small_int() {
            out.push_int(n);
        } else if let Some(x) = value.as_float() {
            float_text::push_repr(out, x);
        } else {
            return false;
        }
        true
    }
    /// Appends `str(value)`.
    #[inline]
    pub(crate) fn push_str(&mut self, out: &mut StrBuilder, value: &Value) -> Result<()> {
        if !self.push_plain(out, value) {
            let text = self.to_str(value)?;
            out.push_ref(text.view(&*self.heap));
        }
        Ok(())
    }
    /// Appends `format(value, spec)` of an exact str, int or float in a spec without surprises; whether it did.
    pub(crate) fn push_plain_format(&self, out: &mut StrBuilder, value: &Value, spec: StrRef<'_>) -> bool {
        if spec.is_empty() {
            return self.push_plain(out, value);
        }
        if let Some(n) = value.as_small_int() {
            return match FormatSpec::parse(spec, FormatTarget::INT) {
                Ok(spec) if spec.kind == u32::from(b'f') => spec.write_plain_float(n as f64, out),
                Ok(spec) => spec.write_small_int(n, out),
                Err(_) => false,
            };
        }
        if let Some(x) = value.as_float() {
            let Ok(parsed) = FormatSpec::parse(spec, FormatTarget::FLOAT) else { return false };
            if parsed.write_plain_float(x, out) {
                return true;
            }
            // Wide fields must ask for memory first.
            return match format_float(x, spec) {
                Ok(text) if spec.len() <= 5 => {
                    out.push_ref(text.as_ref());
                    true
                }
                _ => false,
            };
        }
        match (value.downcast_exact::<Str>(), FormatSpec::parse(spec, FormatTarget::STR)) {
            (Some(s), Ok(spec)) => spec.write_plain_str(s.get(&*self.heap).view(), out),
            _ => false,
        }
    }

    /// `str(value)`, `int(value)` and `float(value)` of a value that is plain; `None` leaves it to the class.
    pub(crate) fn plain_conversion(&mut self, class: u32, value: &Value) -> Option<Result<Value>> {
        let text = value.is_exact::<Str>();
        match class {
            id::STR => Some(self.to_str(value).map(Ref::into_value)),
            id::INT if text || value.is_small_int() || value.is_float() => Some(self.to_int(value)),
            id::FLOAT if value.is_float() => Some(Ok(value.clone())),
            id::FLOAT if text || value.is_small_int() => Some(self.to_float(value).map(Value::float)),
            _ => None,
        }
    }

    /// An operator on exact strings (and bytes), without look-ups; `None` when the operands are something else.
    #[inline]
    pub(crate) fn text_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Option<Result<Value>> {
        if let Some(x) = a.downcast_exact::<Str>() {
            return match op {
                BinOp::Add => b.downcast_exact::<Str>().map(|y| self.concat_str(x, y)),
                // A subclass may have a reflected operator of its own.
                BinOp::Mod if b.is_exact::<Str>() || !b.has_payload::<Str>(&*self.heap) => Some(self.percent_str(x, b)),
                BinOp::Mul => b.as_small_int().map(|n| self.repeat_str(x, n)),
                _ => None,
            };
        }
        if let (BinOp::Mul, Some(n), Some(s)) = (op, a.as_small_int(), b.downcast_exact::<Str>()) {
            return Some(self.repeat_str(s, n));
        }
        if let (BinOp::Add, Some(x), Some(y)) = (op, a.downcast_exact::<Bytes>(), b.downcast_exact::<Bytes>()) {
            return Some(self.concat_bytes(x, y));
        }
        None
    }
    fn concat_bytes(&mut self, x: &Ref<Bytes>, y: &Ref<Bytes>) -> Result<Value> {
        let (a, b) = (&x.get(&*self.heap).data, &y.get(&*self.heap).data);
        if b.is_empty() {
            return Ok(x.to_value());
        }
        if a.is_empty() {
            return Ok(y.to_value());
        }
        let room = self.heap.check_room(a.len() + b.len());
        let mut joined = Vec::new();
        if room.is_ok() {
            joined.reserve_exact(a.len() + b.len());
            joined.extend_from_slice(a);
            joined.extend_from_slice(b);
        }
        self.memory(room)?;
        Ok(self.heap.bytes_boxed(joined.into()).into_value())
    }
}
