//! Character names, both ways, with aliases and named sequences.

use crate::strref::StrBuf;

/// `unicodedata.name`; controls and unassigned code points have none.
pub fn name(c: u32) -> Option<String> {
    krait_names::name(c)
}

/// The character of a name or alias, case-insensitively.
pub fn lookup(name: &str) -> Option<u32> {
    krait_names::character(&name.to_ascii_uppercase())
}

/// As `lookup`, without aliases.
pub fn lookup_first_name(name: &str) -> Option<u32> {
    krait_names::named(&name.to_ascii_uppercase())
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
