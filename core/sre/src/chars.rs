//! Questions about one character: case mappings and the categories behind `\d`, `\s`, `\w` and `\b`.
//!
//! Characters are plain `u32` code points, surrogates included, because Python strings may hold them. Case mappings
//! are Unicode's full mappings cut to their first character, which is what Python's engine compares. "Locale" rules
//! are those of the C locale: bytes outside ASCII have no case and are no word characters.

use icu_properties::props::GeneralCategory as G;
use krait_text::classify::category;

use crate::opcodes::{self as op, SRE_FLAG_LOCALE, SRE_FLAG_UNICODE};

/// How two characters are brought together before they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    None,
    Ascii,
    Locale,
    Unicode,
}

impl Fold {
    #[inline]
    pub(crate) fn lower(self, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii | Fold::Locale => ascii_tolower(c),
            Fold::Unicode => unicode_tolower(c),
        }
    }
}

#[inline]
pub fn ascii_tolower(c: u32) -> u32 {
    if c.wrapping_sub(0x41) < 26 { c + 32 } else { c }
}

#[inline]
pub(crate) fn ascii_toupper(c: u32) -> u32 {
    if c.wrapping_sub(0x61) < 26 { c - 32 } else { c }
}

/// Whether an ASCII letter; other characters have no case in ASCII mode.
pub fn ascii_iscased(c: u32) -> bool {
    (c | 32).wrapping_sub(0x61) < 26
}

/// The first character of a case mapping of `c`. The standard library may know newer characters than Python 3.14, which
/// have no case there yet.
fn mapped(c: u32, to: Option<char>) -> u32 {
    match to {
        Some(to) if to as u32 != c && category(c) != G::Unassigned && category(to as u32) != G::Unassigned => {
            to as u32
        }
        _ => c,
    }
}

pub fn unicode_tolower(c: u32) -> u32 {
    if c < 128 {
        return ascii_tolower(c);
    }
    mapped(c, char::from_u32(c).and_then(|ch| ch.to_lowercase().next()))
}

pub fn unicode_toupper(c: u32) -> u32 {
    if c < 128 {
        return ascii_toupper(c);
    }
    mapped(c, char::from_u32(c).and_then(|ch| ch.to_uppercase().next()))
}

pub fn unicode_iscased(c: u32) -> bool {
    unicode_tolower(c) != c || unicode_toupper(c) != c
}

/// `_sre.getlower`: the lower case of a character under a pattern's flags.
pub fn getlower(c: u32, flags: u32) -> u32 {
    if flags & SRE_FLAG_LOCALE != 0 {
        ascii_tolower(c)
    } else if flags & SRE_FLAG_UNICODE != 0 {
        unicode_tolower(c)
    } else {
        ascii_tolower(c)
    }
}

#[inline]
fn is_ascii_digit(c: u32) -> bool {
    c.wrapping_sub(0x30) < 10
}

#[inline]
fn is_ascii_space(c: u32) -> bool {
    c == 32 || c.wrapping_sub(9) < 5
}

#[inline]
pub(crate) fn is_ascii_word(c: u32) -> bool {
    ascii_iscased(c) || is_ascii_digit(c) || c == 0x5F
}

fn is_unicode_digit(c: u32) -> bool {
    is_ascii_digit(c) || (c >= 128 && category(c) == G::DecimalNumber)
}

/// Unicode white space plus the four information separators, as `str.isspace` has it.
pub fn is_unicode_space(c: u32) -> bool {
    matches!(c, 9..=13 | 28..=32 | 0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000)
}

/// Letters, anything with a numeric value, and the underscore.
pub fn is_unicode_word(c: u32) -> bool {
    if c < 128 {
        return is_ascii_word(c);
    }
    matches!(
        category(c),
        G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter
            | G::DecimalNumber
            | G::LetterNumber
            | G::OtherNumber
    )
}

pub fn is_unicode_linebreak(c: u32) -> bool {
    matches!(c, 10..=13 | 28..=30 | 0x85 | 0x2028 | 0x2029)
}

/// The property a category code asks for, without its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    AsciiDigit,
    AsciiSpace,
    AsciiWord,
    Newline,
    UnicodeDigit,
    UnicodeSpace,
    UnicodeWord,
    UnicodeLinebreak,
}

/// A `CATEGORY` code, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Category {
    property: Property,
    negated: bool,
}

impl Category {
    pub(crate) fn from_code(code: u32) -> Option<Category> {
        let property = match code {
            op::CATEGORY_DIGIT | op::CATEGORY_NOT_DIGIT => Property::AsciiDigit,
            op::CATEGORY_SPACE | op::CATEGORY_NOT_SPACE => Property::AsciiSpace,
            op::CATEGORY_WORD | op::CATEGORY_NOT_WORD | op::CATEGORY_LOC_WORD | op::CATEGORY_LOC_NOT_WORD => {
                Property::AsciiWord
            }
            op::CATEGORY_LINEBREAK | op::CATEGORY_NOT_LINEBREAK => Property::Newline,
            op::CATEGORY_UNI_DIGIT | op::CATEGORY_UNI_NOT_DIGIT => Property::UnicodeDigit,
            op::CATEGORY_UNI_SPACE | op::CATEGORY_UNI_NOT_SPACE => Property::UnicodeSpace,
            op::CATEGORY_UNI_WORD | op::CATEGORY_UNI_NOT_WORD => Property::UnicodeWord,
            op::CATEGORY_UNI_LINEBREAK | op::CATEGORY_UNI_NOT_LINEBREAK => Property::UnicodeLinebreak,
            _ => return None,
        };
        // Every negated category follows its positive twin, and the pairs start at an even number.
        Some(Category { property, negated: code & 1 == 1 })
    }

    /// Whether all characters from U+0100 on answer alike.
    pub(crate) fn is_constant_above_latin(self) -> bool {
        matches!(self.property, Property::AsciiDigit | Property::AsciiSpace | Property::AsciiWord | Property::Newline)
    }

    pub(crate) fn holds(self, c: u32) -> bool {
        self.negated
            != match self.property {
                Property::AsciiDigit => is_ascii_digit(c),
                Property::AsciiSpace => is_ascii_space(c),
                Property::AsciiWord => is_ascii_word(c),
                Property::Newline => c == 10,
                Property::UnicodeDigit => is_unicode_digit(c),
                Property::UnicodeSpace => is_unicode_space(c),
                Property::UnicodeWord => is_unicode_word(c),
                Property::UnicodeLinebreak => is_unicode_linebreak(c),
            }
    }
}
