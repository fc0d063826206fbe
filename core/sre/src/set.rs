//! Sets of characters, as `IN` and the search hint describe them.
//!
//! A set is kept twice: as a table of answers for the first 256 characters, which is all that bytes and Latin-1 text
//! ever ask, and as its codes, walked only for characters beyond. Case-insensitive literals are sets as well, so the
//! engine's inner loops know just one kind of "not a plain literal".

use crate::chars::{Category, Fold, ascii_tolower, ascii_toupper, unicode_tolower, unicode_toupper};
use crate::opcodes as op;

#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) low: [bool; 256],
    high: High,
}

/// The answer for characters from U+0100 on.
#[derive(Debug)]
enum High {
    All(bool),
    Codes { codes: Box<[u32]>, fold: Fold },
    Literal { lower: u32, fold: Fold, negated: bool },
}

impl Set {
    /// From the checked codes of a set, up to and including their `FAILURE`.
    pub(crate) fn from_codes(codes: &[u32], fold: Fold) -> Set {
        let low = std::array::from_fn(|c| contains_folded(codes, c as u32, fold));
        // The Kelvin sign and its like fold into ASCII, so only unfolded sets can be decided by a single probe.
        let high = if fold != Fold::Unicode && is_constant_above_latin(codes) {
            High::All(contains_folded(codes, 0x0010_FFFF, fold))
        } else {
            High::Codes { codes: codes.into(), fold }
        };
        Set { low, high }
    }

    pub(crate) fn from_parts(low: [bool; 256], high: bool) -> Set {
        Set { low, high: High::All(high) }
    }

    /// The characters equal to `lower` under `fold`, or all others.
    pub(crate) fn from_literal(lower: u32, fold: Fold, negated: bool) -> Set {
        let low = std::array::from_fn(|c| literal_matches(lower, c as u32, fold) != negated);
        Set { low, high: High::Literal { lower, fold, negated } }
    }

    #[inline]
    pub(crate) fn contains(&self, c: u32) -> bool {
        if c < 256 { self.low[c as usize] } else { self.contains_high(c) }
    }

    pub(crate) fn contains_high(&self, c: u32) -> bool {
        match &self.high {
            High::All(answer) => *answer,
            High::Codes { codes, fold } => contains_folded(codes, c, *fold),
            High::Literal { lower, fold, negated } => literal_matches(*lower, c, *fold) != *negated,
        }
    }

    /// Whether some character from U+0100 on may be in the set.
    pub(crate) fn may_contain_high(&self) -> bool {
        !matches!(self.high, High::All(false))
    }
}

fn literal_matches(lower: u32, c: u32, fold: Fold) -> bool {
    match fold {
        Fold::None => c == lower,
        Fold::Ascii => ascii_tolower(c) == lower,
        Fold::Locale => c == lower || ascii_tolower(c) == lower || ascii_toupper(c) == lower,
        Fold::Unicode => unicode_tolower(c) == lower,
    }
}

fn contains_folded(codes: &[u32], c: u32, fold: Fold) -> bool {
    match fold {
        Fold::None => contains(codes, c),
        Fold::Ascii => contains(codes, ascii_tolower(c)),
        Fold::Unicode => contains(codes, unicode_tolower(c)),
        Fold::Locale => {
            let (lower, upper) = (ascii_tolower(c), ascii_toupper(c));
            contains(codes, lower) || (lower != upper && contains(codes, upper))
        }
    }
}

/// One member description in a set's codes.
enum Member<'a> {
    Negate,
    Literal(u32),
    Range(u32, u32),
    RangeUnicodeIgnore(u32, u32),
    Category(Category),
    Bitmap(&'a [u32]),
    BigBitmap { blocks: &'a [u32], bits: &'a [u32] },
}

/// Read the member at the front of `codes` and return it with what follows. `None` at the end and on bad codes.
fn next_member(codes: &[u32]) -> Option<(Member<'_>, &[u32])> {
    let (&code, rest) = codes.split_first()?;
    Some(match code {
        op::NEGATE => (Member::Negate, rest),
        op::LITERAL => (Member::Literal(*rest.first()?), rest.get(1..)?),
        op::RANGE => (Member::Range(*rest.first()?, *rest.get(1)?), rest.get(2..)?),
        op::RANGE_UNI_IGNORE => (Member::RangeUnicodeIgnore(*rest.first()?, *rest.get(1)?), rest.get(2..)?),
        op::CATEGORY => (Member::Category(Category::from_code(*rest.first()?)?), rest.get(1..)?),
        op::CHARSET => (Member::Bitmap(rest.get(..8)?), rest.get(8..)?),
        op::BIGCHARSET => {
            let (&count, rest) = rest.split_first()?;
            let blocks = rest.get(..64)?;
            let size = (count as usize).checked_mul(8)?;
            let bits = rest.get(64..)?.get(..size)?;
            (Member::BigBitmap { blocks, bits }, rest.get(64 + size..)?)
        }
        _ => return None,
    })
}

/// Check a set's codes at the front of `codes`; the length including the closing `FAILURE`, or `None` if invalid.
pub(crate) fn check(codes: &[u32]) -> Option<usize> {
    let mut rest = codes;
    loop {
        if *rest.first()? == op::FAILURE {
            return Some(codes.len() - rest.len() + 1);
        }
        let (member, after) = next_member(rest)?;
        if let Member::BigBitmap { blocks, bits } = member {
            let count = bits.len() / 8;
            if !blocks.iter().all(|word| word.to_le_bytes().iter().all(|&block| usize::from(block) < count)) {
                return None;
            }
        }
        rest = after;
    }
}

fn is_constant_above_latin(codes: &[u32]) -> bool {
    let mut rest = codes;
    while let Some((member, after)) = next_member(rest) {
        let constant = match member {
            Member::Negate | Member::Bitmap(_) => true,
            Member::Literal(c) => c < 256,
            Member::Range(low, high) => high < 256 || low > high,
            Member::Category(category) => category.is_constant_above_latin(),
            Member::RangeUnicodeIgnore(..) | Member::BigBitmap { .. } => false,
        };
        if !constant {
            return false;
        }
        rest = after;
    }
    true
}

fn contains(codes: &[u32], c: u32) -> bool {
    let mut answer = true;
    let mut rest = codes;
    while let Some((member, after)) = next_member(rest) {
        let found = match member {
            Member::Negate => {
                answer = !answer;
                false
            }
            Member::Literal(literal) => c == literal,
            Member::Range(low, high) => low <= c && c <= high,
            Member::RangeUnicodeIgnore(low, high) => {
                let upper = unicode_toupper(c);
                (low <= c && c <= high) || (low <= upper && upper <= high)
            }
            Member::Category(category) => category.holds(c),
            Member::Bitmap(bits) => c < 256 && bit(bits, c),
            Member::BigBitmap { blocks, bits } => {
                c < 0x10000 && {
                    // Block numbers are bytes packed into words in memory order of a little-endian machine.
                    let block = u32::from(blocks[(c >> 10) as usize].to_le_bytes()[(c >> 8 & 3) as usize]);
                    bit(bits, block * 256 + (c & 255))
                }
            }
        };
        if found {
            return answer;
        }
        rest = after;
    }
    !answer
}

fn bit(bits: &[u32], index: u32) -> bool {
    bits[(index / 32) as usize] >> (index % 32) & 1 == 1
}
