//! Character names, both ways, with aliases and named sequences.

use crate::strref::StrBuf;

/// Ranges whose names are made from the code point. A space in the pattern's place keeps the table small.
const NUMBERED: [(&str, u32, u32); 2] =
    [("TANGUT IDEOGRAPH-", 0x17000, 0x187F7), ("TANGUT IDEOGRAPH-", 0x18D00, 0x18D08)];

/// `unicodedata.name`; controls, unassigned code points and Tangut ideographs have none, as in CPython 3.14.
pub fn name(c: u32) -> Option<String> {
    if NUMBERED.iter().any(|&(_, first, last)| (first..=last).contains(&c)) {
        return None;
    }
    krait_names::name(c)
}

/// The character of a name or alias, case-insensitively.
pub fn lookup(name: &str) -> Option<u32> {
    let upper = name.to_ascii_uppercase();
    for (prefix, first, last) in NUMBERED {
        if let Some(digits) = upper.strip_prefix(prefix) {
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 5)?;
            if (first..=last).contains(&code) {
                return Some(code);
            }
        }
    }
    krait_names::character(&upper)
}

/// `unicodedata.lookup`: also named sequences, which are more than one character.
pub fn lookup_sequence(name: &str) -> Option<StrBuf> {
    if let Some(c) = lookup(name) {
        return Some(StrBuf::from_char(c));
    }
    let upper = name.to_ascii_uppercase();
    let line = krait_normal::find_line(krait_names::sequences(), |line| line.split(';').next().unwrap_or("").cmp(upper.as_str()))?;
    line.split_once(';').map(|(_, sequence)| StrBuf::from(sequence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        assert_eq!(name(0xAC01).as_deref(), Some("HANGUL SYLLABLE GAG"));
        assert_eq!(name(0x4E00).as_deref(), Some("CJK UNIFIED IDEOGRAPH-4E00"));
        assert_eq!(name(0), None);
        assert_eq!(lookup("latin small letter a"), Some(0x61));
        assert_eq!(lookup("LF"), Some(10));
        assert_eq!(lookup("CJK UNIFIED IDEOGRAPH-04E00"), None);
        assert_eq!(lookup_sequence("keycap digit one").unwrap(), "1\u{FE0F}\u{20E3}");
        assert_eq!(lookup("no such thing"), None);
    }
}
