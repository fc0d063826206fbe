//! Text of one storage width, and the inner loops over it: finding a character, and counting how many match.
//!
//! The engine is generic over [`Unit`] and compiled once per width; nothing here knows about instructions beyond the
//! single-character ones.

use crate::decode::One;
use crate::set::Set;

/// One storage unit of text.
pub(crate) trait Unit: Copy + Eq {
    fn code(self) -> u32;
    fn from_code(code: u32) -> Option<Self>;
    fn find(text: &[Self], unit: Self) -> Option<usize>;
    fn rfind(text: &[Self], unit: Self) -> Option<usize>;
    fn as_bytes(_text: &[Self]) -> Option<&[u8]> {
        None
    }
}

impl Unit for u8 {
    #[inline]
    fn code(self) -> u32 {
        u32::from(self)
    }
    #[inline]
    fn from_code(code: u32) -> Option<u8> {
        u8::try_from(code).ok()
    }
    fn find(text: &[u8], unit: u8) -> Option<usize> {
        memchr::memchr(unit, text)
    }
    fn rfind(text: &[u8], unit: u8) -> Option<usize> {
        memchr::memrchr(unit, text)
    }
    fn as_bytes(text: &[u8]) -> Option<&[u8]> {
        Some(text)
    }
}

/// Compare a block at a time without leaving early, which the compiler turns into vector code.
fn find_wide<T: Copy + Eq>(text: &[T], unit: T) -> Option<usize> {
    let mut at = 0;
    for block in text.chunks(16) {
        if block.iter().fold(false, |found, &u| found | (u == unit)) {
            return block.iter().position(|&u| u == unit).map(|i| at + i);
        }
        at += block.len();
    }
    None
}

impl Unit for u16 {
    #[inline]
    fn code(self) -> u32 {
        u32::from(self)
    }
    #[inline]
    fn from_code(code: u32) -> Option<u16> {
        u16::try_from(code).ok()
    }
    fn find(text: &[u16], unit: u16) -> Option<usize> {
        find_wide(text, unit)
    }
    fn rfind(text: &[u16], unit: u16) -> Option<usize> {
        text.iter().rposition(|&u| u == unit)
    }
}

impl Unit for u32 {
    #[inline]
    fn code(self) -> u32 {
        self
    }
    #[inline]
    fn from_code(code: u32) -> Option<u32> {
        Some(code)
    }
    fn find(text: &[u32], unit: u32) -> Option<usize> {
        find_wide(text, unit)
    }
    fn rfind(text: &[u32], unit: u32) -> Option<usize> {
        text.iter().rposition(|&u| u == unit)
    }
}

#[inline]
pub(crate) fn matches_one<C: Unit>(sets: &[Set], one: One, unit: C) -> bool {
    match one {
        One::Any => unit.code() != 10,
        One::AnyAll => true,
        One::Literal(c) => unit.code() == c,
        One::NotLiteral(c) => unit.code() != c,
        One::Set(set) => sets[set as usize].contains(unit.code()),
        One::Never => false,
    }
}

/// The length of the run of matching characters at the front of `text`.
pub(crate) fn count_one<C: Unit>(sets: &[Set], one: One, text: &[C]) -> usize {
    let until = |unit: Option<C>| unit.and_then(|unit| C::find(text, unit)).unwrap_or(text.len());
    match one {
        One::Any => until(C::from_code(10)),
        One::AnyAll => text.len(),
        One::Literal(c) => text.iter().position(|unit| unit.code() != c).unwrap_or(text.len()),
        One::NotLiteral(c) => until(C::from_code(c)),
        One::Set(set) => {
            let set = &sets[set as usize];
            text.iter().position(|unit| !set.contains(unit.code())).unwrap_or(text.len())
        }
        One::Never => 0,
    }
}
