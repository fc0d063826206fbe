//! The kernel of `_struct`: format strings, and single values to and from bytes.
//!
//! A [`Format`] is a list of fields with their places; [`Format::slots`] walks the places one by one, one per argument.
//! For each slot the caller converts its argument to what [`Slot::wants`] says (which may run Python) and packs it, so
//! nothing here sees objects. Native sizes come from a [`Model`], so wasm and 64-bit hosts each get their own. Byte
//! order of the machine is little-endian on every target there is.

use crate::failure::{Failure, Result};

/// Sizes of C's types in native mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    pub long: u8,
    /// Of pointers, `size_t` and `ssize_t`.
    pub pointer: u8,
}

impl Model {
    pub const LP64: Model = Model { long: 8, pointer: 8 };
    pub const LLP64: Model = Model { long: 4, pointer: 8 };
    pub const ILP32: Model = Model { long: 4, pointer: 4 };

    fn max_size(self) -> u64 {
        if self.pointer == 8 { i64::MAX as u64 } else { i32::MAX as u64 }
    }
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pad,
    Char,
    Bytes,
    Pascal,
    Bool,
    Signed,
    Unsigned,
    Pointer,
    Half,
    Float,
    Double,
    ComplexFloat,
    ComplexDouble,
}

/// What an argument must be converted to before it is packed, and the error if it cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Through `__index__`; otherwise `struct.error("required argument is not an integer")`.
    Int,
    /// Through `__float__`; otherwise `struct.error("required argument is not a float")`.
    Float,
    /// Through `__complex__`; otherwise `struct.error("required argument is not a complex")`.
    Complex,
    /// By truth.
    Bool,
    /// A `bytes` of length 1, else [`CHAR_ERROR`].
    Char,
    /// A `bytes` or `bytearray`; otherwise `struct.error("argument for 's' must be a bytes object")`, or `'p'`.
    Bytes,
}

pub const CHAR_ERROR: &str = "char format requires a bytes object of length 1";

/// A run of equal values in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub code: u8,
    pub kind: Kind,
    pub offset: usize,
    /// Bytes of one value.
    pub size: usize,
    /// Number of values; 1 for byte strings, whose count is their size.
    pub repeat: usize,
}

/// The place of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub code: u8,
    pub kind: Kind,
    pub offset: usize,
    pub size: usize,
    pub big_endian: bool,
    /// Out-of-range parts of a complex become infinities instead of errors, as a C cast has it.
    pub lenient: bool,
}

/// A value that has been converted for its slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg<'a> {
    Int(i128),
    /// An integer beyond 128 bits.
    HugeInt,
    Float(f64),
    Complex(f64, f64),
    Bool(bool),
    Bytes(&'a [u8]),
}

/// A value that was unpacked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Complex(f64, f64),
    Bool(bool),
    Bytes(&'a [u8]),
}

/// A parsed format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    fields: Vec<Field>,
    /// Bytes of a packed record.
    pub size: usize,
    /// Number of values in a record.
    pub count: usize,
    big_endian: bool,
    native: bool,
}

/// Kind, size and native alignment of a code, or `None` if it is unknown in this mode.
fn code_info(code: u8, native: Option<Model>) -> Option<(Kind, usize, usize)> {
    let pointer = native.map(|model| usize::from(model.pointer));
    let long = native.map_or(4, |model| usize::from(model.long));
    let (kind, size) = match code {
        b'x' => (Kind::Pad, 1),
        b'c' => (Kind::Char, 1),
        b's' => (Kind::Bytes, 1),
        b'p' => (Kind::Pascal, 1),
        b'?' => (Kind::Bool, 1),
        b'b' => (Kind::Signed, 1),
        b'B' => (Kind::Unsigned, 1),
        b'h' => (Kind::Signed, 2),
        b'H' => (Kind::Unsigned, 2),
        b'i' => (Kind::Signed, 4),
        b'I' => (Kind::Unsigned, 4),
        b'l' => (Kind::Signed, long),
        b'L' => (Kind::Unsigned, long),
        b'q' => (Kind::Signed, 8),
        b'Q' => (Kind::Unsigned, 8),
        b'n' => (Kind::Signed, pointer?),
        b'N' => (Kind::Unsigned, pointer?),
        b'P' => (Kind::Pointer, pointer?),
        b'e' => (Kind::Half, 2),
        b'f' => (Kind::Float, 4),
        b'd' => (Kind::Double, 8),
        b'F' => (Kind::ComplexFloat, 8),
        b'D' => (Kind::ComplexDouble, 16),
        _ => return None,
    };
    let align = match kind {
        Kind::ComplexFloat | Kind::ComplexDouble => size / 2,
        _ => size,
    };
    Some((kind, size, if native.is_some() { align } else { 1 }))
}

impl Format {
    /// Parse a format; `model` gives the native sizes.
    pub fn parse(text: &[u8], model: Model) -> Result<Format> {
        let too_long = || Failure::module("total struct size too long");
        if text.contains(&0) {
            return Err(Failure::module("embedded null character"));
        }
        let (big_endian, native, rest) = match text.split_first() {
            Some((b'@', rest)) => (false, Some(model), rest),
            Some((b'=' | b'<', rest)) => (false, None, rest),
            Some((b'>' | b'!', rest)) => (true, None, rest),
            _ => (false, Some(model), text),
        };
        let (mut fields, mut size, mut count) = (Vec::new(), 0u64, 0u64);
        let mut codes = rest.iter().copied();
        while let Some(mut code) = codes.next() {
            if matches!(code, b' ' | 9..=13) {
                continue;
            }
            let mut number = 1u64;
            if code.is_ascii_digit() {
                number = u64::from(code - b'0');
                loop {
                    code =
                        codes.next().ok_or_else(|| Failure::module("repeat count given without format specifier"))?;
                    if !code.is_ascii_digit() {
                        break;
                    }
                    number = number
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(u64::from(code - b'0')))
                        .filter(|&n| n <= model.max_size())
                        .ok_or_else(too_long)?;
                }
            }
            let Some((kind, item, align)) = code_info(code, native) else {
                return Err(Failure::module("bad char in struct format"));
            };
            let fits = |n: Option<u64>| n.filter(|&n| n <= model.max_size()).ok_or_else(too_long);
            let offset = fits(size.checked_next_multiple_of(align as u64))?;
            let bytes = fits(number.checked_mul(item as u64))?;
            size = fits(offset.checked_add(bytes))?;
            let (item, repeat) = match kind {
                Kind::Pad => continue,
                Kind::Bytes | Kind::Pascal => (number, 1),
                _ => (item as u64, number),
            };
            count = fits(count.checked_add(repeat))?;
            if repeat > 0 {
                let fits = |n: u64| usize::try_from(n).map_err(|_| too_long());
                let (offset, size, repeat) = (fits(offset)?, fits(item)?, fits(repeat)?);
                fields.push(Field { code, kind, offset, size, repeat });
            }
        }
        let size = usize::try_from(size).map_err(|_| too_long())?;
        let count = usize::try_from(count).map_err(|_| too_long())?;
        Ok(Format { fields, size, count, big_endian, native: native.is_some() })
    }

    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The place of each value, in order.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.fields.iter().flat_map(move |field| {
            (0..field.repeat).map(move |i| Slot {
                code: field.code,
                kind: field.kind,
                offset: field.offset + i * field.size,
                size: field.size,
                big_endian: self.big_endian,
                lenient: self.native || !self.big_endian,
            })
        })
    }
}

impl Slot {
    pub fn wants(&self) -> Wants {
        match self.kind {
            Kind::Signed | Kind::Unsigned | Kind::Pointer => Wants::Int,
            Kind::Half | Kind::Float | Kind::Double => Wants::Float,
            Kind::ComplexFloat | Kind::ComplexDouble => Wants::Complex,
            Kind::Bool => Wants::Bool,
            Kind::Char => Wants::Char,
            Kind::Bytes | Kind::Pascal | Kind::Pad => Wants::Bytes,
        }
    }

    /// Pack one value into a record of zeros. An `OverflowError` is "int too large to convert" as a `struct.error`
    /// when the argument was an integer before its conversion; only the caller knows.
    pub fn pack(&self, arg: Arg<'_>, record: &mut [u8]) -> Result<()> {
        let mismatch = || Failure::module("required argument is not an integer");
        let Some(out) = self.offset.checked_add(self.size).and_then(|end| record.get_mut(self.offset..end)) else {
            return Err(mismatch());
        };
        match (self.kind, arg) {
            (Kind::Signed | Kind::Unsigned, Arg::Int(value)) => {
                let (low, high) = self.range();
                if value < low || value > high {
                    return Err(self.range_error());
                }
                self.put(value as u64, out);
            }
            (Kind::Signed | Kind::Unsigned, Arg::HugeInt) => return Err(self.range_error()),
            (Kind::Pointer, Arg::Int(value)) => {
                let bits = 8 * self.size as u32;
                if value < -(1i128 << (bits - 1)) || value >= 1i128 << bits {
                    return Err(Failure::module("int too large to convert"));
                }
                self.put(value as u64, out);
            }
            (Kind::Pointer, Arg::HugeInt) => return Err(Failure::module("int too large to convert")),
            (Kind::Half, Arg::Float(x)) => self.put(u64::from(half_from(x)?), out),
            (Kind::Float, Arg::Float(x)) => self.put(u64::from(single_from(x, false)?), out),
            (Kind::Double, Arg::Float(x)) => self.put(x.to_bits(), out),
            (Kind::ComplexFloat, Arg::Complex(real, imaginary)) => {
                let (first, second) = out.split_at_mut(4);
                self.put(u64::from(single_from(real, self.lenient)?), first);
                self.put(u64::from(single_from(imaginary, self.lenient)?), second);
            }
            (Kind::ComplexDouble, Arg::Complex(real, imaginary)) => {
                let (first, second) = out.split_at_mut(8);
                self.put(real.to_bits(), first);
                self.put(imaginary.to_bits(), second);
            }
            (Kind::Bool, Arg::Bool(value)) => out.fill(u8::from(value)),
            (Kind::Char, Arg::Bytes([c])) => out.fill(*c),
            (Kind::Char, _) => return Err(Failure::module(CHAR_ERROR)),
            (Kind::Bytes, Arg::Bytes(bytes)) => {
                let length = bytes.len().min(out.len());
                out[..length].copy_from_slice(&bytes[..length]);
            }
            (Kind::Pascal, Arg::Bytes(bytes)) => {
                if let Some((first, rest)) = out.split_first_mut() {
                    let length = bytes.len().min(rest.len());
                    rest[..length].copy_from_slice(&bytes[..length]);
                    *first = length.min(255) as u8;
                }
            }
            _ => return Err(mismatch()),
        }
        Ok(())
    }

    /// Unpack one value; `None` if the record is too short for it.
    pub fn unpack<'a>(&self, record: &'a [u8]) -> Option<Value<'a>> {
        let bytes = record.get(self.offset..self.offset.checked_add(self.size)?)?;
        Some(match self.kind {
            Kind::Signed => {
                let unused = 64 - 8 * self.size as u32;
                Value::Signed((self.get(bytes) << unused) as i64 >> unused)
            }
            Kind::Unsigned | Kind::Pointer => Value::Unsigned(self.get(bytes)),
            Kind::Half => Value::Float(half_to(self.get(bytes) as u16)),
            Kind::Float => Value::Float(single_to(self.get(bytes) as u32)),
            Kind::Double => Value::Float(f64::from_bits(self.get(bytes))),
            Kind::ComplexFloat => {
                let (real, imaginary) = bytes.split_at(4);
                Value::Complex(single_to(self.get(real) as u32), single_to(self.get(imaginary) as u32))
            }
            Kind::ComplexDouble => {
                let (real, imaginary) = bytes.split_at(8);
                Value::Complex(f64::from_bits(self.get(real)), f64::from_bits(self.get(imaginary)))
            }
            Kind::Bool => Value::Bool(bytes.iter().any(|&b| b != 0)),
            Kind::Char | Kind::Bytes | Kind::Pad => Value::Bytes(bytes),
            Kind::Pascal => match bytes.split_first() {
                Some((&length, rest)) => Value::Bytes(&rest[..rest.len().min(usize::from(length))]),
                None => Value::Bytes(bytes),
            },
        })
    }

    fn range(&self) -> (i128, i128) {
        let bits = 8 * self.size as u32;
        match self.kind {
            Kind::Signed => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
            _ => (0, (1i128 << bits) - 1),
        }
    }

    fn range_error(&self) -> Failure {
        let (low, high) = self.range();
        Failure::module(format!("'{}' format requires {low} <= number <= {high}", char::from(self.code)))
    }

    fn put(&self, value: u64, out: &mut [u8]) {
        let length = out.len().min(8);
        if self.big_endian {
            out.copy_from_slice(&value.to_be_bytes()[8 - length..]);
        } else {
            out.copy_from_slice(&value.to_le_bytes()[..length]);
        }
    }

    fn get(&self, bytes: &[u8]) -> u64 {
        let join = |value: u64, &byte: &u8| value << 8 | u64::from(byte);
        if self.big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
    }
}

/// The bits of the nearest half-precision number, ties to even.
pub fn half_from(x: f64) -> Result<u16> {
    let bits = x.to_bits();
    let sign = (bits >> 48 & 0x8000) as u16;
    let mantissa = bits & ((1 << 52) - 1);
    if x.is_nan() {
        let payload = (mantissa >> 42) as u16;
        return Ok(sign | 0x7C00 | if payload == 0 { 0x200 } else { payload });
    }
    if x.is_infinite() {
        return Ok(sign | 0x7C00);
    }
    // Scaling by a power of two is exact here, so rounding the scaled value to an integer rounds once.
    let magnitude = x.abs();
    let exponent = ((bits >> 52 & 0x7FF) as i32 - 1023).max(-14);
    let scaled = magnitude * 2f64.powi(10 - exponent.min(100));
    let rounded = scaled.round_ties_even();
    if exponent > 15 || (exponent == 15 && rounded >= 2048.0) {
        return Err(Failure::overflow("float too large to pack with e format"));
    }
    // A normal number has its leading bit in `rounded`, which adds one to the exponent field; so does a carry.
    Ok(sign | (((exponent + 14) as u16) << 10).wrapping_add(rounded as u16))
}

pub fn half_to(bits: u16) -> f64 {
    let sign = u64::from(bits >> 15) << 63;
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), u64::from(bits & 0x3FF));
    match exponent {
        31 => f64::from_bits(sign | 0x7FF << 52 | mantissa << 42),
        0 => f64::from_bits(sign | (mantissa as f64 * 2f64.powi(-24)).to_bits()),
        _ => f64::from_bits(sign | ((exponent + 1008) as u64) << 52 | mantissa << 42),
    }
}

/// The bits of the nearest single-precision number; too large ones are infinite if `lenient`.
pub fn single_from(x: f64, lenient: bool) -> Result<u32> {
    if x.is_nan() {
        let bits = x.to_bits();
        let payload = (bits >> 29 & 0x7F_FFFF) as u32;
        return Ok((bits >> 32 & 0x8000_0000) as u32 | 0x7F80_0000 | if payload == 0 { 1 << 22 } else { payload });
    }
    let single = x as f32;
    if single.is_infinite() && x.is_finite() && !lenient {
        return Err(Failure::overflow("float too large to pack with f format"));
    }
    Ok(single.to_bits())
}

pub fn single_to(bits: u32) -> f64 {
    let single = f32::from_bits(bits);
    if single.is_nan() {
        // Keep signalling NaNs as they are; the hardware's conversion would quieten them.
        return f64::from_bits(u64::from(bits >> 31) << 63 | 0x7FF << 52 | u64::from(bits & 0x7F_FFFF) << 29);
    }
    f64::from(single)
}
