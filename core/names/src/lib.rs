//! The names of Unicode's characters, both ways, in a quarter of a megabyte.
//!
//! Names are kept in the order of their characters, in compressed blocks; [`RUNS`] says which characters have one. A
//! name is searched by sixteen bits of it, one comparison for each character, and the few blocks where they agree are
//! looked into. Names that are made from the code point (ideographs, Hangul syllables) take no room. `make_tables.py`
//! writes the tables.
//!
//! With the feature `tables` they are in the binary. Where every byte is downloaded they are not: the host keeps them
//! beside the library ([`provide`]), and they are read when the first name is asked for.

#![forbid(unsafe_code)]

include!("../tables/tables.in");

#[cfg(feature = "tables")]
mod tables {
    //! The tables in the binary.

    pub static BLOCKS: &[u8] = include_bytes!("../tables/blocks.bin");
    pub static FINGERPRINTS: &[u8] = include_bytes!("../tables/fingerprints.bin");
    pub static ALIASES: &str = include_str!("../tables/aliases.txt");
    pub static SEQUENCES: &str = include_str!("../tables/named_sequences.txt");
    pub fn blocks() -> &'static [u8] {
        BLOCKS
    }
    pub fn fingerprints() -> &'static [u8] {
        FINGERPRINTS
    }
    pub fn aliases() -> &'static str {
        ALIASES
    }
    pub fn sequences() -> &'static str {
        SEQUENCES
    }
}
#[cfg(feature = "tables")]
pub use tables::{ALIASES, BLOCKS, FINGERPRINTS, SEQUENCES};

#[cfg(not(feature = "tables"))]
mod tables {
    //! Tables that the host keeps: the blocks, behind them the fingerprints, the aliases and the named sequences. They
    //! are written once, so that all interpreters of a process share them.

    use std::sync::OnceLock;

    type Read = Box<dyn Fn(usize) -> Option<Vec<u8>> + Send + Sync>;
    static SOURCE: OnceLock<Read> = OnceLock::new();
    static TABLES: OnceLock<Vec<u8>> = OnceLock::new();

    const ALIASES_LEN: usize = include_bytes!("../tables/aliases.txt").len();
    const SEQUENCES_LEN: usize = include_bytes!("../tables/named_sequences.txt").len();

    fn blocks_len() -> usize {
        super::STARTS.last().map_or(0, |end| *end as usize)
    }
    fn fingerprints_len() -> usize {
        2 * super::RUNS.iter().map(|(_, count)| *count as usize).sum::<usize>()
    }
    /// How long the tables are.
    pub fn len() -> usize {
        blocks_len() + fingerprints_len() + ALIASES_LEN + SEQUENCES_LEN
    }
    /// Says how the tables are read, given how long they are.
    pub fn provide(read: Read) {
        // The first host's are as good as any.
        let _ = SOURCE.set(read);
    }
    fn part(start: usize, len: usize) -> &'static [u8] {
        let all = self::len();
        let read = || SOURCE.get().and_then(|read| read(all)).filter(|bytes| bytes.len() == all).unwrap_or_default();
        TABLES.get_or_init(read).get(start..start + len).unwrap_or_default()
    }
    fn text(start: usize, len: usize) -> &'static str {
        std::str::from_utf8(part(start, len)).unwrap_or_default()
    }
    pub fn blocks() -> &'static [u8] {
        part(0, blocks_len())
    }
    pub fn fingerprints() -> &'static [u8] {
        part(blocks_len(), fingerprints_len())
    }
    pub fn aliases() -> &'static str {
        text(len() - SEQUENCES_LEN - ALIASES_LEN, ALIASES_LEN)
    }
    pub fn sequences() -> &'static str {
        text(len() - SEQUENCES_LEN, SEQUENCES_LEN)
    }
}
#[cfg(not(feature = "tables"))]
pub use tables::{len, provide};

/// Names of sequences of characters: per line a name, a semicolon, and the characters; sorted by name.
pub fn sequences() -> &'static str {
    tables::sequences()
}

const HANGUL: &str = "HANGUL SYLLABLE ";
const SYLLABLES: u32 = 0xAC00;
const LEADS: [&str; 19] = ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I",
];
const TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J", "C",
    "K", "T", "P", "H",
];

/// Numbered names that are found but not told: to CPython 3.14, too, Tangut ideographs have no name.
const UNTOLD: [(&str, u32, u32); 2] = [("TANGUT IDEOGRAPH", 0x17000, 0x187F7), ("TANGUT IDEOGRAPH", 0x18D00, 0x18D08)];

/// Sixteen bits of a name, as `make_tables.py` takes them.
fn fingerprint(name: &str) -> u16 {
    let hash = name.bytes().fold(0x811C_9DC5u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) as u16
}

fn block(index: usize) -> String {
    let (Some(start), Some(end)) = (STARTS.get(index), STARTS.get(index + 1)) else { return String::new() };
    let packed = tables::blocks().get(*start as usize..*end as usize).unwrap_or_default();
    let bytes = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// The name of a character; none for controls and unassigned code points.
pub fn name(c: u32) -> Option<String> {
    if let Some((prefix, ..)) = NUMBERED.iter().find(|(_, first, last)| (*first..=*last).contains(&c)) {
        return Some(format!("{prefix}-{c:X}"));
    }
    if (SYLLABLES..SYLLABLES + 11172).contains(&c) {
        let n = (c - SYLLABLES) as usize;
        return Some(format!("{HANGUL}{}{}{}", LEADS[n / 588], VOWELS[n / 28 % 21], TAILS[n % 28]));
    }
    let mut before = 0;
    for (first, count) in RUNS {
        if (*first..first + count).contains(&c) {
            let at = before + (c - first) as usize;
            return block(at / BLOCK).split('\n').nth(at % BLOCK).map(str::to_string);
        }
        before += *count as usize;
    }
    None
}

/// The character of a name or second name, in upper case.
pub fn character(name: &str) -> Option<u32> {
    named(name).or_else(|| {
        // Per line a second name, a semicolon and the code point.
        let line = tables::aliases().lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(';')))?;
        u32::from_str_radix(line.rsplit(';').next()?, 16).ok()
    })
}

/// The character whose first name this is, in upper case.
pub fn named(name: &str) -> Option<u32> {
    if let Some(syllable) = name.strip_prefix(HANGUL) {
        return hangul(syllable);
    }
    if let Some((prefix, digits)) = name.rsplit_once('-')
        && let Ok(c) = u32::from_str_radix(digits, 16)
        && NUMBERED.iter().chain(&UNTOLD).any(|(p, first, last)| *p == prefix && (*first..=*last).contains(&c))
        && digits == format!("{c:X}")
    {
        return Some(c);
    }
    let wanted = fingerprint(name).to_le_bytes();
    let candidates = tables::fingerprints().chunks_exact(2).enumerate().filter(|(_, f)| *f == wanted);
    for (at, _) in candidates {
        if block(at / BLOCK).split('\n').nth(at % BLOCK) == Some(name) {
            return nth_character(at as u32);
        }
    }
    None
}

/// The character that is the n-th with a name.
fn nth_character(mut n: u32) -> Option<u32> {
    for (first, count) in RUNS {
        if n < *count {
            return Some(first + n);
        }
        n -= count;
    }
    None
}

fn hangul(syllable: &str) -> Option<u32> {
    // The longest lead and vowel win: `GG` is no `G` before `G`.
    let longest = |text: &str, table: &[&str]| {
        let found = table.iter().enumerate().filter(|(_, part)| text.starts_with(**part)).max_by_key(|(_, part)| part.len())?;
        Some((found.0 as u32, found.1.len()))
    };
    let (lead, n) = longest(syllable, &LEADS)?;
    let (vowel, m) = longest(&syllable[n..], &VOWELS)?;
    let tail = TAILS.iter().position(|t| *t == &syllable[n + m..])? as u32;
    Some(SYLLABLES + lead * 588 + vowel * 28 + tail)
}

#[cfg(all(test, feature = "tables"))]
mod tests {
    use super::*;

    #[test]
    fn known_names() {
        for (c, n) in [
            (0x61, "LATIN SMALL LETTER A"),
            (0xAC00, "HANGUL SYLLABLE GA"),
            (0xAC01, "HANGUL SYLLABLE GAG"),
            (0xD7A3, "HANGUL SYLLABLE HIH"),
            (0xC544, "HANGUL SYLLABLE A"),
            (0x4E00, "CJK UNIFIED IDEOGRAPH-4E00"),
            (0x1F40D, "SNAKE"),
            (0xFFFD, "REPLACEMENT CHARACTER"),
        ] {
            assert_eq!(name(c).as_deref(), Some(n));
            assert_eq!(character(n), Some(c));
        }
        assert_eq!(name(10), None);
        assert_eq!(character("LINE FEED"), Some(10));
        assert_eq!(character("LF"), Some(10));
        for wrong in ["", "LATIN", "CJK UNIFIED IDEOGRAPH-04E00", "CJK UNIFIED IDEOGRAPH-110000", "HANGUL SYLLABLE X"] {
            assert_eq!(character(wrong), None, "{wrong}");
        }
    }
    #[test]
    fn every_name_leads_back() {
        let mut count = 0;
        for c in (0..0x2_0000).step_by(7) {
            if let Some(n) = name(c) {
                assert_eq!(character(&n), Some(c), "{n}");
                count += 1;
            }
        }
        assert!(count > 5000, "{count} names");
    }
}
