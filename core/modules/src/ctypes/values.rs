//! Simple C values: how each type code is read from memory as a Python value, and how Python values are put there.
//!
//! [`load`] and [`store`] are what fields, items, arguments and results all go through. `store` gives back what must be
//! kept alive as long as the memory holds the value: strings that it points to, objects.

use super::data::Kept;
use super::info::{Info, Kind, Model, Scope};
use super::isolated::{Home, pass};
use super::memory::{self, Block};
use krait_text::StrRef;
use krait_vm::builtins::bytes::{ByteArray, Bytes};
use krait_vm::builtins::float::Complex;
use krait_vm::builtins::int::IntRef;
use krait_vm::builtins::str::Str;
use krait_vm::{Raised, Ref, Result, Special, Traverse, Value, Vm};
use std::rc::Rc;

/// A string as C sees it, terminated by zero, and the object it was made from: kept alive in its place.
#[derive(Traverse)]
pub struct KeptString {
    /// Unless somebody else keeps it.
    pub object: Option<Value>,
    #[traverse(skip)]
    block: Option<Block>,
    /// Its bytes when they may move.
    #[traverse(skip)]
    home: Option<Rc<Home>>,
}

/// The codes of simple types, in CPython's order.
pub const CODES: &str = "cbBhHiIlLdDFGfuzZqQPOv?g";
/// Those that exist in the other byte order as well.
pub const SWAPPABLE: &[u8] = b"hHiIlLqQfdFD";

pub fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q')
}
/// Whether a code is one of an integer type, `c_bool` included.
pub fn is_integer(code: u8) -> bool {
    matches!(code, b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'?')
}

/// The lowest 64 bits of an int, as two's complement.
#[inline]
pub fn int_bits(vm: &mut Vm, value: &Value) -> Result<u64> {
    if let Some(n) = value.as_small_int_or_bool() {
        return Ok(n as u64);
    }
    big_bits(vm, value)
}
fn big_bits(vm: &mut Vm, value: &Value) -> Result<u64> {
    let value = vm.index(value)?;
    Ok(match value.as_int(&*vm.heap) {
        Some(IntRef::Small(n)) => n as u64,
        Some(IntRef::Big(big)) => {
            let (sign, words) = big.as_sign_words();
            let mut bits = 0u64;
            for (i, word) in words.iter().enumerate() {
                let shift = i as u32 * dashu_int::Word::BITS;
                if shift < 64 {
                    #[allow(clippy::useless_conversion, reason = "words have 32 bits on some machines")]
                    let word = u64::from(*word);
                    bits |= word << shift;
                }
            }
            if sign == dashu_int::Sign::Negative { bits.wrapping_neg() } else { bits }
        }
        None => 0,
    })
}

#[inline]
fn signed(vm: &mut Vm, n: i64) -> Value {
    match Value::small_int(n) {
        Some(v) => v,
        None => vm.heap.int(i128::from(n)),
    }
}
#[inline]
pub fn unsigned(vm: &mut Vm, n: u64) -> Value {
    match i64::try_from(n).ok().and_then(Value::small_int) {
        Some(v) => v,
        None => vm.heap.int(i128::from(n)),
    }
}

/// The integer of `size` bytes at an address, widened.
#[inline(always)]
pub fn load_int(at: *const u8, size: usize, is_signed: bool, swapped: bool) -> u64 {
    macro_rules! one {
        ($u:ty, $i:ty) => {{
            let n: $u = memory::read(at);
            let n = if swapped { n.swap_bytes() } else { n };
            if is_signed { n as $i as i64 as u64 } else { u64::from(n) }
        }};
    }
    match size {
        1 => one!(u8, i8),
        2 => one!(u16, i16),
        4 => one!(u32, i32),
        _ => one!(u64, i64),
    }
}
#[inline(always)]
pub fn store_int(at: *mut u8, size: usize, bits: u64, swapped: bool) {
    macro_rules! one {
        ($u:ty) => {{
            let n = bits as $u;
            memory::write(at, if swapped { n.swap_bytes() } else { n })
        }};
    }
    match size {
        1 => one!(u8),
        2 => one!(u16),
        4 => one!(u32),
        _ => one!(u64),
    }
}

/// The address that a pointer in memory holds.
#[inline(always)]
pub fn load_pointer(at: *const u8, scope: Scope) -> u64 {
    match scope.model {
        Model::Lp64 => load_int(at, 8, false, false),
        Model::Ilp32 => pass::address_of_word(memory::read(at), scope),
    }
}
/// Whether a pointer in memory is null.
#[inline]
pub fn is_null(at: *const u8, model: Model) -> bool {
    load_int(at, model.pointer(), false, false) == 0
}
/// Puts an address into memory. Of one in a module's memory the place is kept: `data::written` has to be told the module.
pub fn store_pointer(at: *mut u8, model: Model, address: u64) {
    store_int(at, model.pointer(), address, false);
}

/// The Python value of a simple type at an address.
#[inline]
pub fn load(vm: &mut Vm, scope: Scope, code: u8, swapped: bool, at: *const u8) -> Result<Value> {
    let model = scope.model;
    Ok(match code {
        b'i' => Value::int32(load_int(at, 4, true, swapped) as i32),
        b'd' => Value::float(f64::from_bits(load_int(at, 8, false, swapped))),
        b'b' | b'h' | b'q' | b'l' => {
            let size = model.simple(code).map_or(8, |(size, _)| size);
            signed(vm, load_int(at, size, true, swapped) as i64)
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' => {
            let size = model.simple(code).map_or(8, |(size, _)| size);
            unsigned(vm, load_int(at, size, false, swapped))
        }
        b'?' => Value::bool(memory::read::<u8>(at) != 0),
        b'v' => Value::bool(memory::read::<u16>(at) != 0),
        b'f' => Value::float(f64::from(f32::from_bits(load_int(at, 4, false, swapped) as u32))),
        _ => return load_other(vm, scope, code, swapped, at),
    })
}
/// As `load`, for what is more than a number.
#[inline(never)]
fn load_other(vm: &mut Vm, scope: Scope, code: u8, swapped: bool, at: *const u8) -> Result<Value> {
    let model = scope.model;
    Ok(match code {
        b'g' => Value::float(load_long_double(at, model)),
        b'F' => vm.heap.complex(load_float(at, swapped), load_float(at.wrapping_add(4), swapped)),
        b'D' => vm.heap.complex(f64::from_bits(load_int(at, 8, false, swapped)), f64::from_bits(load_int(at.wrapping_add(8), 8, false, swapped))),
        b'G' => vm.heap.complex(load_long_double(at, model), load_long_double(at.wrapping_add(16), model)),
        b'c' => vm.heap.bytes(memory::bytes(at, 1)).into_value(),
        b'u' => wide_string(vm, at, 1)?,
        b'P' => match load_pointer(at, scope) {
            0 => Value::NONE,
            address => unsigned(vm, pass::to_python(model, address)),
        },
        b'z' => match load_pointer(at, scope) {
            0 => Value::NONE,
            address => c_string(vm, model, address)?,
        },
        b'Z' => match load_pointer(at, scope) {
            0 => Value::NONE,
            address => wide_string_at(vm, model, address, None)?,
        },
        b'O' if model == Model::Ilp32 => return Err(no_objects(vm)),
        b'O' => match memory::object_at(at) {
            Some(object) => object,
            None => return Err(vm.value_error("PyObject is NULL")),
        },
        _ => Value::NONE,
    })
}

fn load_float(at: *const u8, swapped: bool) -> f64 {
    f64::from(f32::from_bits(load_int(at, 4, false, swapped) as u32))
}

#[cold]
fn no_objects(vm: &mut Vm) -> Raised {
    vm.type_error("a WebAssembly module cannot hold a Python object")
}

/// The bytes before the first zero at an address.
pub fn c_string(vm: &mut Vm, model: Model, address: u64) -> Result<Value> {
    if model == Model::Ilp32 {
        let bytes = pass::read(vm, address, None, 1)?;
        return Ok(vm.heap.bytes(&bytes).into_value());
    }
    let start = address as usize as *const u8;
    let len = memory::length_to_zero::<u8>(start);
    Ok(vm.heap.bytes(memory::bytes(start, len)).into_value())
}
/// The wide characters at an address, so many or up to a zero.
pub fn wide_string_at(vm: &mut Vm, model: Model, address: u64, count: Option<usize>) -> Result<Value> {
    if model == Model::Ilp32 {
        let bytes = pass::read(vm, address, count.map(|n| n.saturating_mul(4)), 4)?;
        return wide_string(vm, bytes.as_ptr(), bytes.len() / 4);
    }
    let start = address as usize as *const u8;
    let count = count.unwrap_or_else(|| memory::length_to_zero::<u32>(start));
    let room = vm.heap.check_room(count);
    vm.memory(room)?;
    wide_string(vm, start, count)
}
/// A string of `count` wide characters.
pub fn wide_string(vm: &mut Vm, at: *const u8, count: usize) -> Result<Value> {
    let chars: Vec<u32> = (0..count).map(|i| memory::read(at.wrapping_add(4 * i))).collect();
    if let Some(c) = chars.iter().find(|c| **c > 0x10_FFFF) {
        return Err(vm.value_error(format!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
    }
    Ok(vm.heap.str_from(StrRef::Four(&chars)).into())
}

fn type_error_found(vm: &mut Vm, message: &str, value: &Value) -> Raised {
    let found = vm.type_name(value);
    vm.type_error(format!("{message}{found}"))
}

/// Puts a Python value of a simple type at an address; what must be kept alive for it.
pub fn store(vm: &mut Vm, model: Model, code: u8, swapped: bool, at: *mut u8, value: &Value) -> Result<Option<Kept>> {
    match code {
        b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' => {
            let bits = int_bits(vm, value)?;
            let size = model.simple(code).map_or(8, |(size, _)| size);
            store_int(at, size, bits, swapped);
        }
        b'?' => memory::write(at, u8::from(vm.truth(value)?)),
        b'd' | b'f' | b'g' => {
            let number = real_number(vm, value)?;
            match code {
                b'd' => store_int(at, 8, number.to_bits(), swapped),
                b'f' => store_int(at, 4, u64::from((number as f32).to_bits()), swapped),
                _ => store_long_double(at, model, number),
            }
        }
        b'F' | b'D' | b'G' => {
            let (re, im) = complex_number(vm, value)?;
            match code {
                b'F' => {
                    store_int(at, 4, u64::from((re as f32).to_bits()), swapped);
                    store_int(at.wrapping_add(4), 4, u64::from((im as f32).to_bits()), swapped);
                }
                b'D' => {
                    store_int(at, 8, re.to_bits(), swapped);
                    store_int(at.wrapping_add(8), 8, im.to_bits(), swapped);
                }
                _ => {
                    store_long_double(at, model, re);
                    store_long_double(at.wrapping_add(16), model, im);
                }
            }
        }
        b'c' => memory::write(at, one_byte(vm, value)?),
        b'u' => memory::write(at, one_character(vm, value)?),
        b'P' => {
            let address = if value.is_none() {
                0
            } else if value.is_int(&*vm.heap) {
                int_bits(vm, value)?
            } else {
                return Err(vm.type_error("cannot be converted to pointer"));
            };
            store_pointer(at, model, address);
        }
        b'z' => {
            if value.has_payload::<Bytes>(&*vm.heap) {
                let kept = keep_bytes(vm, model, value, false)?;
                let address = kept_address(vm, &kept)?;
                store_pointer(at, model, address);
                return Ok(Some(Kept { shown: value.clone(), hidden: Some(kept) }));
            }
            store_address(vm, model, at, value, "bytes or integer address expected instead of ")?;
        }
        b'Z' => {
            if value.has_payload::<Str>(&*vm.heap) {
                let kept = keep_text(vm, model, value, false)?;
                let address = kept_address(vm, &kept)?;
                store_pointer(at, model, address);
                return Ok(Some(Kept { shown: value.clone(), hidden: Some(kept) }));
            }
            store_address(vm, model, at, value, "unicode string or integer address expected instead of ")?;
        }
        b'O' if model == Model::Ilp32 => return Err(no_objects(vm)),
        b'O' => {
            memory::write(at, value.bits());
            return Ok(Some(Kept::plain(value.clone())));
        }
        b'v' => memory::write(at, if vm.truth(value)? { -1i16 } else { 0 }),
        _ => {}
    }
    Ok(None)
}

fn store_address(vm: &mut Vm, model: Model, at: *mut u8, value: &Value, complaint: &str) -> Result<()> {
    let address = if value.is_none() {
        0
    } else if value.is_int(&*vm.heap) {
        int_bits(vm, value)?
    } else {
        let found = vm.type_name(value);
        return Err(vm.type_error(format!("{complaint}{found} instance")));
    };
    store_pointer(at, model, address);
    Ok(())
}

pub fn real_number(vm: &mut Vm, value: &Value) -> Result<f64> {
    if let Some(x) = value.as_float() {
        return Ok(x);
    }
    vm.to_f64(value)
}
fn complex_number(vm: &mut Vm, value: &Value) -> Result<(f64, f64)> {
    if let Some(c) = value.downcast::<Complex>(&*vm.heap) {
        let c = c.get(&*vm.heap);
        return Ok((c.re, c.im));
    }
    if let Some(f) = vm.heap.special(value.type_id(), Special::Complex) {
        let result = vm.call_unbound(&f, value, &[])?;
        if let Some(c) = result.downcast::<Complex>(&*vm.heap) {
            let c = c.get(&*vm.heap);
            return Ok((c.re, c.im));
        }
        return Err(type_error_found(vm, "__complex__ returned non-complex object: ", &result));
    }
    Ok((vm.to_f64(value)?, 0.0))
}

pub fn one_byte(vm: &mut Vm, value: &Value) -> Result<u8> {
    const EXPECTED: &str = "one character bytes, bytearray, or an integer in range(256) expected, not ";
    let data = match (value.downcast::<Bytes>(&*vm.heap), value.downcast::<ByteArray>(&*vm.heap)) {
        (Some(b), _) => Some(("bytes", b.get(&*vm.heap).data.to_vec())),
        (_, Some(b)) => Some(("bytearray", b.get(&*vm.heap).data.clone())),
        _ => None,
    };
    if let Some((kind, data)) = data {
        return match data[..] {
            [byte] => Ok(byte),
            _ => Err(vm.type_error(format!("{EXPECTED}{kind} of length {}", data.len()))),
        };
    }
    match value.as_int(&*vm.heap) {
        Some(n) => match n.to_i64().and_then(|n| u8::try_from(n).ok()) {
            Some(byte) => Ok(byte),
            None => Err(vm.type_error("integer not in range(256)")),
        },
        None => Err(type_error_found(vm, EXPECTED, value)),
    }
}
fn one_character(vm: &mut Vm, value: &Value) -> Result<u32> {
    let Some(s) = value.downcast::<Str>(&*vm.heap) else {
        return Err(type_error_found(vm, "a unicode character expected, not instance of ", value));
    };
    let s = s.get(&*vm.heap);
    match (s.len(), s.view().get(0)) {
        (1, Some(c)) => Ok(c),
        (n, _) => Err(vm.type_error(format!("a unicode character expected, not a string of length {n}"))),
    }
}

/// A copy of a bytes object with a zero behind; it holds the object if asked to.
pub fn keep_bytes(vm: &mut Vm, model: Model, value: &Value, hold: bool) -> Result<Value> {
    let data = match value.downcast::<Bytes>(&*vm.heap) {
        Some(b) => b.get(&*vm.heap).data.to_vec(),
        None => Vec::new(),
    };
    keep_data(vm, model, hold.then_some(value), &data, 1)
}
/// The wide characters of a string with a zero behind.
pub fn keep_text(vm: &mut Vm, model: Model, value: &Value, hold: bool) -> Result<Value> {
    let data: Vec<u8> = match value.downcast::<Str>(&*vm.heap) {
        Some(s) => s.get(&*vm.heap).view().iter().flat_map(u32::to_ne_bytes).collect(),
        None => Vec::new(),
    };
    keep_data(vm, model, hold.then_some(value), &data, 4)
}
fn keep_data(vm: &mut Vm, model: Model, object: Option<&Value>, data: &[u8], zeros: usize) -> Result<Value> {
    let size = data.len() + zeros;
    let kept = match model {
        Model::Lp64 => {
            let Some(block) = Block::new(size, 16) else { return Err(vm.memory_error()) };
            memory::put(block.start(), data);
            KeptString { object: object.cloned(), block: Some(block), home: None }
        }
        Model::Ilp32 => {
            let space = pass::space(vm);
            let info = Info::new(0, Kind::Array, model);
            info.align.set(zeros);
            let Some(home) = Home::new(&space, &Rc::new(info), size) else { return Err(vm.memory_error()) };
            memory::put(home.bytes_mut(0), data);
            KeptString { object: object.cloned(), block: None, home: Some(home) }
        }
    };
    Ok(vm.heap.alloc(kept).into_value())
}
/// Where the string that `keep_bytes` or `keep_text` made begins.
pub fn kept_address(vm: &mut Vm, kept: &Value) -> Result<u64> {
    let Some(kept) = kept.downcast::<KeptString>(&*vm.heap).map(|k: &Ref<KeptString>| k.get(&*vm.heap)) else { return Ok(0) };
    match (&kept.block, &kept.home) {
        (Some(block), _) => Ok(block.start() as usize as u64),
        (_, Some(home)) => match home.provisional() {
            Some(address) => Ok(address.into()),
            None => Err(vm.memory_error()),
        },
        _ => Ok(0),
    }
}

/// Where a bit field is within an integer of some bytes.
#[derive(Clone, Copy)]
pub struct Bits {
    pub size: usize,
    pub offset: u32,
    pub width: u32,
    pub swapped: bool,
}

/// Reads a bit field.
pub fn load_bits(vm: &mut Vm, code: u8, at: *const u8, field: Bits) -> Value {
    let bits = load_int(at, field.size, false, field.swapped) >> field.offset;
    let unused = 64 - field.width;
    if code == b'?' {
        return Value::bool(bits << unused != 0);
    }
    if is_signed(code) { signed(vm, ((bits << unused) as i64) >> unused) } else { unsigned(vm, (bits << unused) >> unused) }
}
pub fn store_bits(vm: &mut Vm, code: u8, at: *mut u8, field: Bits, value: &Value) -> Result<()> {
    let bits = if code == b'?' { u64::from(vm.truth(value)?) } else { int_bits(vm, value)? };
    let mask = (u64::MAX >> (64 - field.width)) << field.offset;
    let old = load_int(at, field.size, false, field.swapped);
    store_int(at, field.size, old & !mask | bits << field.offset & mask, field.swapped);
    Ok(())
}

/// Whether `long double` is the 80-bit format of x87; elsewhere it has 128 bits.
fn is_x87(model: Model) -> bool {
    cfg!(target_arch = "x86_64") && model == Model::Lp64
}

pub fn load_long_double(at: *const u8, model: Model) -> f64 {
    let (sign_exponent, mantissa, bits) = if is_x87(model) {
        (memory::read::<u16>(at.wrapping_add(8)), memory::read::<u64>(at), 63)
    } else {
        // The 112 bits of the fraction, rounded to 63 with a sticky bit, and the leading one.
        let whole: u128 = memory::read(at);
        let exponent = (whole >> 112) as u16;
        let fraction = whole & ((1 << 112) - 1);
        let leading = u128::from(exponent & 0x7FFF != 0) << 112;
        let wide = fraction | leading;
        ((whole >> 112) as u16, ((wide >> 49) as u64) | u64::from(wide & ((1 << 49) - 1) != 0), 63)
    };
    let sign = if sign_exponent & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exponent = i32::from(sign_exponent & 0x7FFF);
    if exponent == 0x7FFF {
        return if mantissa << 1 == 0 { sign * f64::INFINITY } else { f64::NAN };
    }
    sign * scale(mantissa as f64, exponent - 16383 - bits)
}
fn scale(x: f64, exponent: i32) -> f64 {
    libm::scalbn(x, exponent)
}
pub fn store_long_double(at: *mut u8, model: Model, x: f64) {
    let sign = u16::from(x.is_sign_negative()) << 15;
    let (exponent, mantissa) = if x == 0.0 {
        (0, 0)
    } else if x.is_infinite() {
        (0x7FFF, 1u64 << 63)
    } else if x.is_nan() {
        (0x7FFF, 3u64 << 62)
    } else {
        let (fraction, exponent) = libm::frexp(x.abs());
        ((exponent + 16382) as u16, (fraction * 2f64.powi(64)) as u64)
    };
    if is_x87(model) {
        memory::write(at, mantissa);
        memory::write(at.wrapping_add(8), u64::from(sign | exponent));
    } else {
        let fraction = u128::from(mantissa << 1) << 48;
        memory::write(at, u128::from(sign | exponent) << 112 | fraction);
    }
}
