//! Character classes: what `str.isalpha` and its siblings ask of one code point, and of whole strings.
//!
//! Data is Unicode 16, as in CPython 3.14, from `icu_properties`; numeric values come from the small tables in
//! `numeric`. ASCII is answered without a table. Lone surrogates have category Cs and belong to no class.

use icu_properties::props::{CaseIgnorable, Cased, GeneralCategory as Gc, Lowercase, Uppercase, XidContinue, XidStart};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed};

use crate::numeric;
use crate::strref::{StrRef, each_width};

const CATEGORY: CodePointMapDataBorrowed<'static, Gc> = CodePointMapData::<Gc>::new();
const LOWERCASE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<Lowercase>();
const UPPERCASE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<Uppercase>();
const CASED: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<Cased>();
const CASE_IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<CaseIgnorable>();
const XID_START: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<XidStart>();
const XID_CONTINUE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<XidContinue>();

/// The general category.
#[inline]
pub fn category(c: u32) -> Gc {
    CATEGORY.get32(c)
}

#[inline]
pub fn is_alpha(c: u32) -> bool {
    if c < 0x80 {
        return (c as u8).is_ascii_alphabetic();
    }
    matches!(
        category(c),
        Gc::UppercaseLetter | Gc::LowercaseLetter | Gc::TitlecaseLetter | Gc::ModifierLetter | Gc::OtherLetter
    )
}
/// Has a decimal digit value, so `int()` accepts it.
#[inline]
pub fn is_decimal(c: u32) -> bool {
    numeric::decimal(c).is_some()
}
#[inline]
pub fn is_digit(c: u32) -> bool {
    numeric::digit(c).is_some()
}
#[inline]
pub fn is_numeric(c: u32) -> bool {
    numeric::is_numeric(c)
}
#[inline]
pub fn is_alnum(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_alphanumeric() } else { is_alpha(c) || is_numeric(c) }
}
/// White space as `str.split` and `str.strip` see it: bidirectional class WS, B or S, or category Zs.
#[inline]
pub fn is_space(c: u32) -> bool {
    match c {
        0x09..=0x0D | 0x1C..=0x20 => true,
        0..=0x84 => false,
        0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 => true,
        _ => false,
    }
}
/// Ends a line for `str.splitlines`.
#[inline]
pub fn is_linebreak(c: u32) -> bool {
    matches!(c, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}
/// Shown as itself by `repr`.
#[inline]
pub fn is_printable(c: u32) -> bool {
    if c < 0x7F {
        return c >= 0x20;
    }
    !matches!(
        category(c),
        Gc::Control
            | Gc::Format
            | Gc::Surrogate
            | Gc::PrivateUse
            | Gc::Unassigned
            | Gc::LineSeparator
            | Gc::ParagraphSeparator
            | Gc::SpaceSeparator
    )
}
#[inline]
pub fn is_lower(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_lowercase() } else { LOWERCASE.contains32(c) }
}
#[inline]
pub fn is_upper(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_uppercase() } else { UPPERCASE.contains32(c) }
}
#[inline]
pub fn is_title(c: u32) -> bool {
    c >= 0x1C5 && category(c) == Gc::TitlecaseLetter
}
#[inline]
pub fn is_cased(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_alphabetic() } else { CASED.contains32(c) }
}
pub fn is_case_ignorable(c: u32) -> bool {
    CASE_IGNORABLE.contains32(c)
}
#[inline]
pub fn is_identifier_start(c: u32) -> bool {
    if c < 0x80 { c == 0x5F || (c as u8).is_ascii_alphabetic() } else { XID_START.contains32(c) }
}
#[inline]
pub fn is_identifier_continue(c: u32) -> bool {
    if c < 0x80 { c == 0x5F || (c as u8).is_ascii_alphanumeric() } else { XID_CONTINUE.contains32(c) }
}

/// The `str` predicates: false for the empty string except where Python says otherwise.
impl StrRef<'_> {
    fn all_and_some(self, test: impl Fn(u32) -> bool) -> bool {
        !self.is_empty() && each_width!(self, u => u.iter().all(|&c| test(c.into())))
    }
    pub fn is_alpha(self) -> bool {
        self.all_and_some(is_alpha)
    }
    pub fn is_decimal(self) -> bool {
        self.all_and_some(is_decimal)
    }
    pub fn is_digit(self) -> bool {
        self.all_and_some(is_digit)
    }
    pub fn is_numeric(self) -> bool {
        self.all_and_some(is_numeric)
    }
    pub fn is_alnum(self) -> bool {
        self.all_and_some(is_alnum)
    }
    pub fn is_space(self) -> bool {
        self.all_and_some(is_space)
    }
    /// True for the empty string.
    pub fn is_printable(self) -> bool {
        each_width!(self, u => u.iter().all(|&c| is_printable(c.into())))
    }
    pub fn is_identifier(self) -> bool {
        let mut chars = self.iter();
        chars.next().is_some_and(is_identifier_start) && chars.all(is_identifier_continue)
    }
    pub fn is_lower(self) -> bool {
        let mut cased = false;
        for c in self {
            if is_upper(c) || is_title(c) {
                return false;
            }
            cased = cased || is_lower(c);
        }
        cased
    }
    pub fn is_upper(self) -> bool {
        let mut cased = false;
        for c in self {
            if is_lower(c) || is_title(c) {
                return false;
            }
            cased = cased || is_upper(c);
        }
        cased
    }
    pub fn is_title(self) -> bool {
        let (mut cased, mut previous) = (false, false);
        for c in self {
            if is_upper(c) || is_title(c) {
                if previous {
                    return false;
                }
                (cased, previous) = (true, true);
            } else if is_lower(c) {
                if !previous {
                    return false;
                }
                (cased, previous) = (true, true);
            } else {
                previous = false;
            }
        }
        cased
    }
}
