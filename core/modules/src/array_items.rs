//! Items of `array.array`: type codes, conversion to and from bytes, machine formats of pickles.

use krait_formats::structs::{single_from, single_to};
use krait_vm::builtins::int::IntRef;
use krait_vm::builtins::str::Str;
use krait_vm::{Result, Value, Vm};

pub const CODES: &str = "bBuwhHiIlLqQfd";

/// What items are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Signed,
    Unsigned,
    Float,
    Character,
}

/// Bytes of a C `long`.
const LONG: usize = if cfg!(target_pointer_width = "64") { 8 } else { 4 };

/// Kind and size of a type code.
pub fn info(code: u8) -> Option<(Kind, usize)> {
    Some(match code {
        b'b' => (Kind::Signed, 1),
        b'B' => (Kind::Unsigned, 1),
        b'u' | b'w' => (Kind::Character, 4),
        b'h' => (Kind::Signed, 2),
        b'H' => (Kind::Unsigned, 2),
        b'i' => (Kind::Signed, 4),
        b'I' => (Kind::Unsigned, 4),
        b'l' => (Kind::Signed, LONG),
        b'L' => (Kind::Unsigned, LONG),
        b'q' => (Kind::Signed, 8),
        b'Q' => (Kind::Unsigned, 8),
        b'f' => (Kind::Float, 4),
        b'd' => (Kind::Float, 8),
        _ => return None,
    })
}

/// Number of an item's format in pickles, on a little-endian machine.
pub fn machine_format(code: u8) -> u8 {
    match info(code) {
        Some((Kind::Unsigned, 1)) => 0,
        Some((Kind::Signed, 1)) => 1,
        Some((Kind::Unsigned, 2)) => 2,
        Some((Kind::Signed, 2)) => 4,
        Some((Kind::Unsigned, 4)) => 6,
        Some((Kind::Signed, 4)) => 8,
        Some((Kind::Unsigned, _)) => 10,
        Some((Kind::Signed, _)) => 12,
        Some((Kind::Float, 4)) => 14,
        Some((Kind::Float, _)) => 16,
        Some((Kind::Character, _)) => 20,
        None => 255,
    }
}

/// The item that bytes in a pickle's machine format stand for, and the format's size; `None` for text in UTF-16.
pub fn foreign_format(format: u8) -> Option<(u8, bool)> {
    let code = match format {
        0 => b'B',
        1 => b'b',
        2 | 3 => b'H',
        4 | 5 => b'h',
        6 | 7 => b'I',
        8 | 9 => b'i',
        10 | 11 => b'Q',
        12 | 13 => b'q',
        14 | 15 => b'f',
        16 | 17 => b'd',
        20 | 21 => b'w',
        _ => return None,
    };
    Some((code, format > 1 && format & 1 == 1))
}

fn unsigned(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b))
}

/// One item as an object.
pub fn unpack(vm: &mut Vm, code: u8, bytes: &[u8]) -> Value {
    let n = unsigned(bytes);
    match info(code) {
        Some((Kind::Signed, size)) => {
            let unused = 64 - 8 * size as u32;
            vm.heap.int(i128::from((n << unused) as i64 >> unused))
        }
        Some((Kind::Float, 4)) => Value::float(single_to(n as u32)),
        Some((Kind::Float, _)) => Value::float(f64::from_bits(n)),
        Some((Kind::Character, _)) => vm.heap.char_str((n as u32).min(0x10_FFFF)).into(),
        _ => vm.heap.int(i128::from(n)),
    }
}

/// Appends an object as one item.
pub fn pack(vm: &mut Vm, code: u8, value: &Value, out: &mut Vec<u8>) -> Result<()> {
    let Some((kind, size)) = info(code) else { return Ok(()) };
    let bits = match kind {
        Kind::Character => u64::from(character(vm, value)?),
        Kind::Float => {
            let x = vm.to_f64(value)?;
            if size == 4 { u64::from(single_from(x, true).unwrap_or(0)) } else { x.to_bits() }
        }
        _ => integer(vm, code, kind, size, value)?,
    };
    out.extend_from_slice(&bits.to_le_bytes()[..size]);
    Ok(())
}

fn character(vm: &mut Vm, value: &Value) -> Result<u32> {
    let Some(s) = value.downcast::<Str>(&*vm.heap) else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("array item must be a unicode character, not {name}")));
    };
    let s = s.get(&*vm.heap);
    let length = s.len();
    match s.view().get(0) {
        Some(c) if length == 1 => Ok(c),
        _ => Err(vm.type_error(format!("array item must be a unicode character, not a string of length {length}"))),
    }
}

fn integer(vm: &mut Vm, code: u8, kind: Kind, size: usize, value: &Value) -> Result<u64> {
    let index = vm.index(value)?;
    let n = match index.as_int(&*vm.heap) {
        Some(IntRef::Small(n)) => Some(i128::from(n)),
        Some(IntRef::Big(n)) => i128::try_from(n).ok(),
        None => None,
    };
    let negative = index.as_int(&*vm.heap).is_some_and(IntRef::is_negative);
    let bits = 8 * size as u32;
    let (low, high) = if kind == Kind::Signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) };
    if let Some(n) = n.filter(|n| (low..=high).contains(n)) {
        return Ok(n as u64);
    }
    let fits_long = n.is_some_and(|n| i64::try_from(n).is_ok());
    let bound = if negative { "less than minimum" } else { "greater than maximum" };
    let message = match code {
        b'b' | b'B' | b'h' | b'H' | b'i' if !fits_long => "Python int too large to convert to C long".into(),
        b'b' => format!("signed char is {bound}"),
        b'B' => format!("unsigned byte integer is {bound}"),
        b'h' => format!("signed short integer is {bound}"),
        b'H' => format!("unsigned short is {bound}"),
        b'i' => format!("signed integer is {bound}"),
        b'I' | b'L' if negative => "can't convert negative value to unsigned int".into(),
        b'I' if n.is_some_and(|n| u64::try_from(n).is_ok()) => "unsigned int is greater than maximum".into(),
        b'I' | b'L' => "Python int too large to convert to C unsigned long".into(),
        b'l' => "Python int too large to convert to C long".into(),
        b'Q' if negative => "can't convert negative int to unsigned".into(),
        _ => "int too big to convert".to_string(),
    };
    Err(vm.overflow_error(message))
}
