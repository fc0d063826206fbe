//! `Value`: 64 bits, NaN-boxed, the same on every target. All constants of the layout are in this file.
//!
//! A `Value` owns one reference: `Clone` counts up, `Drop` counts down and frees (it never runs Python: see
//! [`crate::heap`]). EMPTY, the all-zero word, is no `Value`; `Option<Value>` and `Result<Value, Raised>` are
//! therefore one word. Ints of 50 bits and all floats need no allocation and no counting.

#![allow(unsafe_code, reason = "the layout of values is this room's business")]

use crate::heap::{self, Header};
use std::mem::ManuallyDrop;
use std::num::NonZeroU64;

/// Added to a float's bits: no float's word is below 2^49, so that pointers are told by their upper bits (see
/// `is_pointer`).
pub const FLOAT_OFFSET: u64 = 2 << 48;
/// The word of the int 0.
pub const INT_ZERO: u64 = 0xFFFE << 48;
/// Words from here up are ints.
pub const INT_FIRST: u64 = 0xFFFC << 48;
/// `FFFB:pppp:pppp:pppp`: no value, but the address of a builtin method's definition, which stands for the method in a
/// call window. Python never sees one.
const NATIVE_FIRST: u64 = 0xFFFB << 48;
pub const INT_MIN: i64 = -(1 << 49);
pub const INT_MAX: i64 = (1 << 49) - 1;
/// Words below are constants (and EMPTY, 0).
const POINTER_FIRST: u64 = 8;
const CANONICAL_NAN: u64 = 0x7FF8 << 48;

/// The product, or perhaps `None` when it has more than 62 bits. Machines without the upper half of a product, which
/// would compute it from four others, ask floats whether there is one.
#[inline(always)]
pub fn checked_product(x: i64, y: i64) -> Option<i64> {
    const FITS: f64 = (1u64 << 62) as f64;
    if cfg!(target_pointer_width = "64") {
        return x.checked_mul(y);
    }
    // Three roundings change the magnitude by less than a factor of two.
    if (x as f64 * y as f64).abs() < FITS { Some(x.wrapping_mul(y)) } else { None }
}

/// The word that stands for a builtin method in a call window.
#[inline(always)]
pub(crate) fn native_word(def: &'static crate::args::MethodDef) -> u64 {
    let address = std::ptr::from_ref(def) as usize as u64;
    debug_assert!(address < 1 << 48);
    NATIVE_FIRST | address
}
/// Whether a word of a call window stands for a builtin method.
#[inline(always)]
pub(crate) fn is_native(word: u64) -> bool {
    word.wrapping_sub(NATIVE_FIRST) >> 48 == 0
}
/// The definition a word made by `native_word` stands for.
///
/// # Safety
/// `is_native(word)`.
#[inline(always)]
pub(crate) unsafe fn native_def(word: u64) -> &'static crate::args::MethodDef {
    // SAFETY: by contract, the address of a static.
    unsafe { &*(word.wrapping_sub(NATIVE_FIRST) as usize as *const crate::args::MethodDef) }
}
/// Words that compiled code writes to registers: no value, and unassigned.
pub const EMPTY_WORD: u64 = 0;
pub const UNBOUND_WORD: u64 = BITS_UNBOUND;
pub const NONE_WORD: u64 = BITS_NONE;
pub const FALSE_WORD: u64 = BITS_FALSE;
pub const TRUE_WORD: u64 = BITS_TRUE;
/// The layout of words, for machine code.
pub mod layout {
    pub use super::{FLOAT_OFFSET, INT_FIRST, INT_ZERO};
    pub const FALSE: u64 = super::BITS_FALSE;
    pub const POINTER_FIRST: u64 = super::POINTER_FIRST;
}
/// Whether a word is an int's, and which.
pub fn is_int_word(word: u64) -> bool {
    word >= INT_FIRST
}
pub fn int_of_word(word: u64) -> i64 {
    word.wrapping_sub(INT_ZERO) as i64
}
/// Whether a word is a float's, and which.
pub fn is_float_word(word: u64) -> bool {
    word.wrapping_sub(FLOAT_OFFSET) < INT_FIRST - FLOAT_OFFSET
}
pub fn float_of_word(word: u64) -> f64 {
    f64::from_bits(word.wrapping_sub(FLOAT_OFFSET))
}
/// Whether a word is an object's address.
pub fn is_object_word(word: u64) -> bool {
    is_pointer(word)
}
pub(crate) const BITS_NONE: u64 = 1;
pub(crate) const BITS_FALSE: u64 = 2;
pub(crate) const BITS_TRUE: u64 = 3;
pub(crate) const BITS_NOT_IMPLEMENTED: u64 = 4;
pub(crate) const BITS_ELLIPSIS: u64 = 5;
pub(crate) const BITS_UNBOUND: u64 = 6;

/// An owned reference to a Python object, or an immediate.
#[repr(transparent)]
pub struct Value(NonZeroU64);

const fn constant(bits: u64) -> Value {
    match NonZeroU64::new(bits) {
        Some(bits) => Value(bits),
        None => panic!("EMPTY is no value"),
    }
}

#[inline(always)]
pub(crate) fn is_pointer(bits: u64) -> bool {
    // One test without a 64-bit constant. Constants wrap to the top; the few words that pass wrongly are no values.
    bits.wrapping_sub(POINTER_FIRST) >> 48 == 0
}

impl Value {
    pub const NONE: Value = constant(BITS_NONE);
    pub const FALSE: Value = constant(BITS_FALSE);
    pub const TRUE: Value = constant(BITS_TRUE);
    pub const NOT_IMPLEMENTED: Value = constant(BITS_NOT_IMPLEMENTED);
    pub const ELLIPSIS: Value = constant(BITS_ELLIPSIS);
    /// An unassigned local or an empty slot; never seen by Python code.
    pub const UNBOUND: Value = constant(BITS_UNBOUND);

    #[inline(always)]
    pub fn bits(&self) -> u64 {
        self.0.get()
    }
    /// # Safety
    /// `bits` is a valid word that owns its reference, or an immediate.
    #[inline(always)]
    pub unsafe fn from_bits(bits: u64) -> Value {
        debug_assert!(bits != 0);
        // SAFETY: by contract the word is not EMPTY.
        Value(unsafe { NonZeroU64::new_unchecked(bits) })
    }
    /// Gives up ownership of the reference without counting down.
    #[inline(always)]
    pub fn into_bits(self) -> u64 {
        ManuallyDrop::new(self).bits()
    }
    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }
    #[inline(always)]
    pub fn float(f: f64) -> Value {
        let bits = if f.is_nan() { CANONICAL_NAN | (f.to_bits() & (1 << 63)) } else { f.to_bits() };
        // SAFETY: float bits are at most FFF8…, so the sum neither wraps nor is zero.
        unsafe { Value::from_bits(bits + FLOAT_OFFSET) }
    }
    /// The immediate int, if it fits into 50 bits. See `Heap::int` for all ints.
    #[inline(always)]
    pub fn small_int(i: i64) -> Option<Value> {
        if (INT_MIN..=INT_MAX).contains(&i) {
            // SAFETY: words of small ints lie in FFFC… – FFFF….
            Some(unsafe { Value::from_bits(INT_ZERO.wrapping_add(i as u64)) })
        } else {
            None
        }
    }
    /// An immediate int from something that always fits.
    #[inline(always)]
    pub fn int32(i: i32) -> Value {
        // SAFETY: as above; 32 bits fit into 50.
        unsafe { Value::from_bits(INT_ZERO.wrapping_add(i as i64 as u64)) }
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.bits() == BITS_NONE
    }
    #[inline(always)]
    pub fn is_true(&self) -> bool {
        self.bits() == BITS_TRUE
    }
    #[inline(always)]
    pub fn is_bool(&self) -> bool {
        self.bits() & !1 == BITS_FALSE
    }
    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.bits() == BITS_NOT_IMPLEMENTED
    }
    #[inline(always)]
    pub fn is_unbound(&self) -> bool {
        self.bits() == BITS_UNBOUND
    }
    #[inline(always)]
    pub fn is_small_int(&self) -> bool {
        self.bits() >= INT_FIRST
    }
    #[inline(always)]
    pub fn is_float(&self) -> bool {
        self.bits().wrapping_sub(FLOAT_OFFSET) < INT_FIRST - FLOAT_OFFSET
    }
    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        is_pointer(self.bits())
    }
    #[inline(always)]
    pub fn as_small_int(&self) -> Option<i64> {
        if self.is_small_int() { Some(self.bits().wrapping_sub(INT_ZERO) as i64) } else { None }
    }
    /// A small int, or a bool as the int it is.
    #[inline(always)]
    pub fn as_small_int_or_bool(&self) -> Option<i64> {
        if self.is_bool() { Some((self.bits() & 1) as i64) } else { self.as_small_int() }
    }
    /// The float, if this is an (immediate, that is exact) float.
    #[inline(always)]
    pub fn as_float(&self) -> Option<f64> {
        if self.is_float() { Some(f64::from_bits(self.bits() - FLOAT_OFFSET)) } else { None }
    }
    /// `self is other`: identity; floats and ints are compared by value.
    #[inline(always)]
    pub fn is(&self, other: &Value) -> bool {
        self.bits() == other.bits()
    }
    /// The header of a heap object.
    #[inline(always)]
    pub(crate) fn header(&self) -> Option<&Header> {
        if self.is_heap() {
            // SAFETY: a pointer word owns a reference to a live object, which starts with its header.
            Some(unsafe { &*(self.bits() as usize as *const Header) })
        } else {
            None
        }
    }
    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> *mut Header {
        self.bits() as usize as *mut Header
    }
    /// # Safety
    /// `pointer` is a live object whose count the caller hands over.
    #[inline(always)]
    pub(crate) unsafe fn from_owned(pointer: *mut Header) -> Value {
        // SAFETY: by contract.
        unsafe { Value::from_bits(pointer as usize as u64) }
    }
    /// The number of references, for `sys.getrefcount` and in-place tricks; immediates have none.
    pub fn ref_count(&self) -> u32 {
        self.header().map_or(u32::MAX, |h| h.count())
    }
    /// Whether this is the only reference to its object.
    #[inline(always)]
    pub fn is_unique(&self) -> bool {
        self.header().is_some_and(|h| h.count() == 1)
    }
    /// The identity as `id()` gives it (before it is made positive and unique for immediates).
    pub fn identity(&self) -> u64 {
        self.bits()
    }
}

impl Value {
    /// Copies of many values: the words are copied at once, then the objects among them are counted.
    pub(crate) fn clone_all(items: &[Value]) -> Vec<Value> {
        let mut copies = Vec::with_capacity(items.len());
        for header in items.iter().filter_map(Value::header) {
            header.increment();
        }
        // SAFETY: the vector has room for all words, and each has just been counted once more.
        unsafe {
            std::ptr::copy_nonoverlapping(items.as_ptr(), copies.as_mut_ptr(), items.len());
            copies.set_len(items.len());
        }
        copies
    }
    /// Appends `count` copies of one value.
    pub(crate) fn extend_with(all: &mut Vec<Value>, one: &Value, count: usize) {
        if one.is_heap() {
            all.extend(std::iter::repeat_n(one, count).cloned());
        } else {
            // No object, so nothing is counted.
            all.extend((0..count).map(|_| Value(one.0)));
        }
    }
}

// Counting is inline in the run loop and, natively, everywhere. In the web's cold code, which is compiled for size, it
// is a call: there are fourteen thousand places.
impl Clone for Value {
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn clone(&self) -> Value {
        if let Some(header) = self.header() {
            header.increment();
        }
        Value(self.0)
    }
}

impl Drop for Value {
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn drop(&mut self) {
        if let Some(header) = self.header()
            && header.decrement_is_zero()
        {
            // SAFETY: the count is zero: this was the last reference, and it is not used again.
            unsafe { heap::release(self.as_ptr()) }
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.bits() {
            BITS_NONE => f.write_str("None"),
            BITS_FALSE => f.write_str("False"),
            BITS_TRUE => f.write_str("True"),
            BITS_NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            BITS_ELLIPSIS => f.write_str("Ellipsis"),
            BITS_UNBOUND => f.write_str("UNBOUND"),
            _ => match (self.as_small_int(), self.as_float()) {
                (Some(i), _) => write!(f, "{i}"),
                (_, Some(x)) => write!(f, "{x:?}"),
                _ => write!(f, "<object {:#x}>", self.bits()),
            },
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::bool(b)
    }
}
impl From<f64> for Value {
    fn from(f: f64) -> Value {
        Value::float(f)
    }
}
impl From<i32> for Value {
    fn from(i: i32) -> Value {
        Value::int32(i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_each_kind_are_disjoint() {
        for i in [INT_MIN, -1, 0, 1, INT_MAX] {
            let v = Value::small_int(i).unwrap();
            assert_eq!(v.as_small_int(), Some(i));
            assert!(!v.is_float() && !v.is_heap() && !v.is_bool());
        }
        assert!(Value::small_int(INT_MAX + 1).is_none());
        for f in [0.0, -0.0, 1.5, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX, f64::MIN] {
            let v = Value::float(f);
            assert_eq!(v.as_float().map(f64::to_bits), Some(f.to_bits()));
            assert!(!v.is_small_int() && !v.is_heap());
        }
        assert!(Value::float(f64::from_bits(u64::MAX)).as_float().unwrap().is_nan());
        assert!(Value::TRUE.is_bool() && !Value::NONE.is_bool() && !Value::NOT_IMPLEMENTED.is_bool());
    }
}
