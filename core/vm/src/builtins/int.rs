//! `int`: big integers behind the immediates. Methods are in `int_methods.rs`.
//!
//! Ints of 50 bits are immediate; others, and instances of int subclasses, hold a dashu `IBig`.

use crate::heap::Heap;
use crate::object::{Payload, Ref, Token};
use crate::types::id;
use crate::value::Value;
use dashu_int::{IBig, Sign};

/// The payload of ints that are not immediate, and of int subclass instances of any size.
pub struct Int {
    pub value: IBig,
}

#[allow(unsafe_code, reason = "no references")]
// SAFETY: ints own no references.
unsafe impl Payload for Int {
    const FIXED_ID: u32 = id::INT;
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}
    fn external_size(&self) -> usize {
        big_size(&self.value)
    }
}

/// What the digits cost beside the object: two words are kept in it.
#[inline]
pub(crate) fn big_size(n: &IBig) -> usize {
    let words = n.as_sign_words().1.len();
    if words > 2 { words * size_of::<dashu_int::Word>() + 8 } else { 0 }
}

/// An int, wherever it is stored. Bools and int subclass instances count.
#[derive(Clone, Copy)]
pub enum IntRef<'a> {
    Small(i64),
    Big(&'a IBig),
}

impl Int {
    /// Whether the digits are in the object itself, which then owns nothing else.
    #[inline(always)]
    pub(crate) fn is_short(&self) -> bool {
        self.value.as_sign_words().1.len() <= 2
    }
}

impl IntRef<'_> {
    pub fn to_big(self) -> IBig {
        match self {
            IntRef::Small(i) => IBig::from(i),
            IntRef::Big(b) => b.clone(),
        }
    }
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(i) => Some(i),
            IntRef::Big(b) => i64::try_from(b).ok(),
        }
    }
    pub fn to_u64(self) -> Option<u64> {
        match self {
            IntRef::Small(i) => u64::try_from(i).ok(),
            IntRef::Big(b) => u64::try_from(b).ok(),
        }
    }
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(i) => i < 0,
            IntRef::Big(b) => *b < IBig::ZERO,
        }
    }
    pub fn is_zero(self) -> bool {
        match self {
            IntRef::Small(i) => i == 0,
            IntRef::Big(b) => *b == IBig::ZERO,
        }
    }
}

impl Heap {
    /// An int of any size up to 128 bits.
    #[inline]
    pub fn int(&mut self, n: i128) -> Value {
        let value = match i64::try_from(n) {
            Ok(n) => match Value::small_int(n) {
                Some(small) => return small,
                None => IBig::from(n),
            },
            Err(_) => IBig::from(n),
        };
        // Two words are kept in the object itself.
        self.alloc(Int { value }).into_value()
    }
    /// An exact int of at most two words.
    #[inline]
    pub(crate) fn int_words(&self, value: &Value) -> Option<i128> {
        if let Some(n) = value.as_small_int() {
            return Some(i128::from(n));
        }
        let (sign, words) = value.downcast_exact::<Int>()?.get(self).value.as_sign_words();
        let magnitude = match *words {
            [low] => i128::from(low),
            [low, high] if dashu_int::Word::BITS < 64 || high.leading_zeros() > 0 => i128::from(high) << dashu_int::Word::BITS | i128::from(low),
            _ => return None,
        };
        Some(if sign == Sign::Negative { -magnitude } else { magnitude })
    }
    /// An int: immediate if it fits.
    pub fn big_int(&mut self, n: IBig) -> Value {
        let size = big_size(&n);
        if size == 0 {
            if let Some(v) = i64::try_from(&n).ok().and_then(Value::small_int) {
                return v;
            }
        } else {
            self.force_charge(size);
        }
        self.alloc(Int { value: n }).into_value()
    }
    /// An instance of an int subclass.
    pub fn int_typed(&mut self, type_id: u32, n: IBig) -> Value {
        self.force_charge(big_size(&n));
        self.alloc_typed(type_id, Int { value: n }).into_value()
    }
}

impl Value {
    /// The int this is (bools and subclass instances included).
    #[inline]
    pub fn as_int<'a>(&'a self, token: &'a impl Token) -> Option<IntRef<'a>> {
        if let Some(i) = self.as_small_int_or_bool() {
            return Some(IntRef::Small(i));
        }
        let object: &'a Ref<Int> = self.downcast(token)?;
        Some(IntRef::Big(&object.get(token).value))
    }
    pub fn is_int(&self, token: &impl Token) -> bool {
        self.as_int(token).is_some()
    }
    /// Exactly `int` (no bool, no subclass).
    pub fn is_exact_int(&self) -> bool {
        self.is_small_int() || self.is_exact::<Int>()
    }
}
