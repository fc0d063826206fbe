//! Case: upper, lower, title, capitalize, swapcase, casefold, with full Unicode mappings.
//!
//! ASCII is handled in place. Elsewhere `icu_casemap` gives each character its full, context-free mapping (ß → SS,
//! İ → i̇); the one context that Python looks at, the final sigma, is decided here.

use std::fmt;

use icu_casemap::options::{LeadingAdjustment, TitlecaseOptions, TrailingCase};
use icu_casemap::{CaseMapper, CaseMapperBorrowed, TitlecaseMapper, TitlecaseMapperBorrowed};
use icu_locale_core::LanguageIdentifier;
use writeable::Writeable;

use crate::classify::{is_case_ignorable, is_cased, is_lower, is_upper};
use crate::strref::{StrBuf, StrBuilder, StrRef};

const MAPPER: CaseMapperBorrowed<'static> = CaseMapper::new();
const TITLE_MAPPER: TitlecaseMapperBorrowed<'static> = TitlecaseMapper::new();
const ROOT: LanguageIdentifier = LanguageIdentifier::UNKNOWN;
const SIGMA: u32 = 0x3A3;

/// Which mapping of a character is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mapping {
    Lower,
    Upper,
    Title,
    Fold,
}

/// Whether the full mapping may differ from the simple, one-to-one mapping. A superset, in few comparisons.
fn may_expand(c: u32, mapping: Mapping) -> bool {
    match mapping {
        Mapping::Lower => c == 0x130,
        _ => matches!(c, 0xDF | 0x130 | 0x149 | 0x1F0 | 0x390 | 0x3B0 | 0x587 | 0x1E96..=0x1E9E | 0x1F50..=0x1FFC
            | 0xFB00..=0xFB17),
    }
}

/// Appends the full mapping of one character.
fn push_mapped(out: &mut StrBuilder, c: u32, mapping: Mapping) {
    if c < 0x80 {
        let c = c as u8;
        return out.push(match mapping {
            Mapping::Lower | Mapping::Fold => c.to_ascii_lowercase().into(),
            Mapping::Upper | Mapping::Title => c.to_ascii_uppercase().into(),
        });
    }
    let Some(scalar) = char::from_u32(c) else { return out.push(c) };
    if !may_expand(c, mapping) {
        let mapped = match mapping {
            Mapping::Lower => MAPPER.simple_lowercase(scalar),
            Mapping::Upper => MAPPER.simple_uppercase(scalar),
            Mapping::Title => MAPPER.simple_titlecase(scalar),
            Mapping::Fold => MAPPER.simple_fold(scalar),
        };
        return out.push(mapped.into());
    }
    let mut utf8 = [0; 4];
    let text: &str = scalar.encode_utf8(&mut utf8);
    let done: fmt::Result = match mapping {
        Mapping::Lower => MAPPER.lowercase(text, &ROOT).write_to(out),
        Mapping::Upper => MAPPER.uppercase(text, &ROOT).write_to(out),
        Mapping::Fold => MAPPER.fold(text).write_to(out),
        Mapping::Title => {
            let mut options = TitlecaseOptions::default();
            options.leading_adjustment = Some(LeadingAdjustment::None);
            options.trailing_case = Some(TrailingCase::Unchanged);
            TITLE_MAPPER.titlecase_segment(text, &ROOT, options).write_to(out)
        }
    };
    // Writing to a builder cannot fail.
    debug_assert!(done.is_ok());
}

/// Lower case of the character at `i`, with sigma's final form at the end of a word.
fn push_lower_at(out: &mut StrBuilder, text: StrRef<'_>, i: usize, c: u32) {
    if c != SIGMA {
        return push_mapped(out, c, Mapping::Lower);
    }
    let before = (0..i).rev().filter_map(|j| text.get(j)).find(|&c| !is_case_ignorable(c));
    let after = (i + 1..text.len()).filter_map(|j| text.get(j)).find(|&c| !is_case_ignorable(c));
    let last_in_word = before.is_some_and(is_cased) && !after.is_some_and(is_cased);
    out.push(if last_in_word { 0x3C2 } else { 0x3C3 });
}

impl StrRef<'_> {
    fn map_case(self, mapping: Mapping) -> StrBuf {
        if let StrRef::One(u) = self
            && u.is_ascii()
        {
            return StrBuf::One(match mapping {
                Mapping::Lower | Mapping::Fold => u.to_ascii_lowercase(),
                Mapping::Upper | Mapping::Title => u.to_ascii_uppercase(),
            });
        }
        let mut out = StrBuilder::with_capacity(self.len());
        for (i, c) in self.iter().enumerate() {
            if mapping == Mapping::Lower {
                push_lower_at(&mut out, self, i, c)
            } else {
                push_mapped(&mut out, c, mapping)
            }
        }
        out.finish()
    }
    pub fn upper(self) -> StrBuf {
        self.map_case(Mapping::Upper)
    }
    pub fn lower(self) -> StrBuf {
        self.map_case(Mapping::Lower)
    }
    pub fn casefold(self) -> StrBuf {
        self.map_case(Mapping::Fold)
    }
    /// First character title case, the rest lower.
    pub fn capitalize(self) -> StrBuf {
        let mut out = StrBuilder::with_capacity(self.len());
        for (i, c) in self.iter().enumerate() {
            if i == 0 { push_mapped(&mut out, c, Mapping::Title) } else { push_lower_at(&mut out, self, i, c) }
        }
        out.finish()
    }
    /// Each word title case; a word starts after any character without case.
    pub fn title(self) -> StrBuf {
        let mut out = StrBuilder::with_capacity(self.len());
        let mut inside = false;
        for (i, c) in self.iter().enumerate() {
            if inside {
                push_lower_at(&mut out, self, i, c)
            } else {
                push_mapped(&mut out, c, Mapping::Title)
            }
            inside = is_cased(c);
        }
        out.finish()
    }
    pub fn swapcase(self) -> StrBuf {
        let mut out = StrBuilder::with_capacity(self.len());
        for (i, c) in self.iter().enumerate() {
            if is_upper(c) {
                push_lower_at(&mut out, self, i, c);
            } else if is_lower(c) {
                push_mapped(&mut out, c, Mapping::Upper);
            } else {
                out.push(c);
            }
        }
        out.finish()
    }
}

/// Simple (one to one) lower case, as regular expressions use it.
pub fn simple_lower(c: u32) -> u32 {
    char::from_u32(c).map_or(c, |c| MAPPER.simple_lowercase(c).into())
}
/// Simple (one to one) upper case.
pub fn simple_upper(c: u32) -> u32 {
    char::from_u32(c).map_or(c, |c| MAPPER.simple_uppercase(c).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str, f: fn(StrRef<'_>) -> StrBuf) -> String {
        f(StrBuf::from(text).as_ref()).as_ref().to_utf8_lossy()
    }

    #[test]
    fn full_mappings() {
        assert_eq!(both("straße ŉ", |s| s.upper()), "STRASSE ʼN");
        assert_eq!(both("ΑΣ ΑΣΑ Σ Α\u{301}Σ\u{301}", |s| s.lower()), "ας ασα σ α\u{301}ς\u{301}");
        assert_eq!(both("İ", |s| s.lower()), "i\u{307}");
        assert_eq!(both("ǆ they're ǆ ß", |s| s.title()), "ǅ They'Re ǅ Ss");
        assert_eq!(both("ǆELLO", |s| s.capitalize()), "ǅello");
        assert_eq!(both("aBß ǅ", |s| s.swapcase()), "AbSS ǅ");
        assert_eq!(both("Straße ς", |s| s.casefold()), "strasse σ");
        assert_eq!(both("ﬁn ΐ", |s| s.title()), "Fin Ι\u{308}\u{301}");
    }
}
