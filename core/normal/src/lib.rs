//! Unicode's normal forms, from tables of 70 KB.
//!
//! `decompositions.txt` has per line a character, a letter for the kind of its decomposition ([`decompose`]), and one
//! step of that. `compositions.txt` has what is put together again: two characters and what they make. Hangul syllables
//! are arithmetic. Both files are sorted and searched where they lie; [`BLOCKS`] says where the lines of each 64
//! characters begin, so that most characters are told at once to have none. `make_tables.py` writes them.
//!
//! With the feature `tables` all of it is in the binary. Where every byte is downloaded the decompositions are not: the
//! host keeps them beside the library ([`provide`]), and they are read when the first character asks for them.
//!
//! Characters are `u32`, as strings may hold lone surrogates; those combine with nothing.

#![forbid(unsafe_code)]

include!("../tables/tables.in");

#[cfg(feature = "tables")]
mod decompositions {
    //! The table in the binary.

    pub static DECOMPOSITIONS: &str = include_str!("../tables/decompositions.txt");
    pub fn text() -> &'static str {
        DECOMPOSITIONS
    }
}
#[cfg(feature = "tables")]
pub use decompositions::DECOMPOSITIONS;

#[cfg(not(feature = "tables"))]
mod decompositions {
    //! The table that the host keeps. It is written once, so that all interpreters of a process share it.

    use std::sync::OnceLock;

    type Read = Box<dyn Fn(usize) -> Option<Vec<u8>> + Send + Sync>;
    static SOURCE: OnceLock<Read> = OnceLock::new();
    static TEXT: OnceLock<String> = OnceLock::new();

    /// Says how the table is read, given how long it is.
    pub fn provide(read: Read) {
        // The first host's is as good as any.
        let _ = SOURCE.set(read);
    }
    /// How long the table is.
    pub fn len() -> usize {
        super::BLOCKS.last().map_or(0, |&end| end.into())
    }
    pub fn text() -> &'static str {
        let len = len();
        let read = || SOURCE.get().and_then(|read| read(len)).filter(|bytes| bytes.len() == len).unwrap_or_default();
        TEXT.get_or_init(|| String::from_utf8(read()).unwrap_or_default())
    }
}
#[cfg(not(feature = "tables"))]
pub use decompositions::{len, provide};

static COMPOSITIONS: &str = include_str!("../tables/compositions.txt");

// Hangul: syllables, and the parts they are made of.
const SYLLABLES: u32 = 0xAC00;
const LEADS: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TAILS: u32 = 0x11A7;
const LEAD_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TAIL_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT;

/// A character with its combining class.
pub type Classed = (u8, u32);

/// The canonical combining class.
pub fn combining(c: u32) -> u8 {
    if c < 0x300 {
        return 0;
    }
    let after = CLASSES.partition_point(|&(first, _, _)| first <= c);
    match after.checked_sub(1).map(|at| CLASSES[at]) {
        Some((first, count, class)) if c - first < u32::from(count) => class,
        _ => 0,
    }
}

/// One step of a character's decomposition: the letter of its kind, `=` for a canonical one, and the characters. Hangul
/// syllables are not among them.
pub fn decompose(c: u32) -> Option<(char, &'static str)> {
    let block = (c >> 6) as usize;
    let (start, end) = (*BLOCKS.get(block)?, *BLOCKS.get(block + 1)?);
    if start == end {
        return None;
    }
    let line = find_line(decompositions::text().get(start.into()..end.into())?, |line| first_char(line).cmp(&c))?;
    let mut chars = line.chars();
    let kind = chars.by_ref().nth(1)?;
    Some((kind, chars.as_str()))
}

/// The parts of a Hangul syllable; the last one is there or not.
pub fn hangul_parts(c: u32) -> Option<(u32, u32, Option<u32>)> {
    let i = c.checked_sub(SYLLABLES).filter(|&i| i < SYLLABLE_COUNT)?;
    let (lead, vowel) = (LEADS + i / (VOWEL_COUNT * TAIL_COUNT), VOWELS + i / TAIL_COUNT % VOWEL_COUNT);
    Some((lead, vowel, (i % TAIL_COUNT != 0).then_some(TAILS + i % TAIL_COUNT)))
}

/// The canonical composition of two characters.
pub fn compose(first: u32, second: u32) -> Option<u32> {
    if second < 0x300 {
        return None;
    }
    if let Some(vowel) = second.checked_sub(VOWELS).filter(|&v| v < VOWEL_COUNT) {
        let lead = first.checked_sub(LEADS).filter(|&l| l < LEAD_COUNT)?;
        return Some(SYLLABLES + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT);
    }
    if let Some(tail) = second.checked_sub(TAILS).filter(|t| (1..TAIL_COUNT).contains(t)) {
        let syllable = first.checked_sub(SYLLABLES).filter(|&s| s < SYLLABLE_COUNT && s % TAIL_COUNT == 0)?;
        return Some(SYLLABLES + syllable + tail);
    }
    SECONDS.binary_search(&second).ok()?;
    let line = find_line(COMPOSITIONS, |line| {
        let mut chars = line.chars().map(u32::from);
        (chars.next(), chars.next()).cmp(&(Some(first), Some(second)))
    })?;
    line.chars().nth(2).map(u32::from)
}

/// All of a character's decomposition, part by part; the character itself where it has none.
pub fn expand(c: u32, compatible: bool, push: &mut dyn FnMut(u32)) {
    if let Some((lead, vowel, tail)) = hangul_parts(c) {
        push(lead);
        push(vowel);
        tail.into_iter().for_each(push);
        return;
    }
    match decompose(c) {
        Some((kind, parts)) if compatible || kind == '=' => {
            parts.chars().for_each(|part| expand(part.into(), compatible, push))
        }
        _ => push(c),
    }
}

/// Puts marks that follow each other into the order of their classes.
pub fn order(chars: &mut [Classed]) {
    for marks in chars.split_mut(|&(class, _)| class == 0) {
        if !marks.is_sorted_by_key(|&(class, _)| class) {
            // Stable, and smaller than a sort of its own type.
            let sorted: Vec<Classed> =
                (1..=u8::MAX).flat_map(|class| marks.iter().filter(move |m| m.0 == class)).copied().collect();
            marks.copy_from_slice(&sorted);
        }
    }
}

/// Joins each starter with the marks after it that are not blocked, and with a starter that follows it directly.
pub fn recompose(chars: Vec<Classed>) -> Vec<Classed> {
    let mut out: Vec<Classed> = Vec::with_capacity(chars.len());
    let mut starter = None;
    for (class, c) in chars {
        let blocked = |i: usize| out.len() > i + 1 && out.last().is_some_and(|l| l.0 == 0 || l.0 >= class);
        let joined = starter.filter(|&i| !blocked(i)).and_then(|i: usize| Some((i, compose(out[i].1, c)?)));
        if let Some((i, composed)) = joined {
            out[i].1 = composed;
            continue;
        }
        if class == 0 {
            starter = Some(out.len());
        }
        out.push((class, c));
    }
    out
}

/// Whether one of some ranges has the character.
fn has(ranges: &[(u32, u16)], c: u32) -> bool {
    let after = ranges.partition_point(|&(first, _)| first <= c);
    after.checked_sub(1).map(|at| ranges[at]).is_some_and(|(first, count)| c - first < u32::from(count))
}

/// Whether a text is in a normal form for certain: `false` where a character of it may join the one before.
pub fn is_surely_normal(text: impl Iterator<Item = u32>, compatible: bool, composed: bool) -> bool {
    let mut last = 0;
    for c in text {
        // Characters up to here are starters that neither join others nor come apart.
        let plain = if composed && !compatible { c < 0x300 } else { c < 0xA0 };
        if plain {
            last = 0;
            continue;
        }
        let class = combining(c);
        let stays = if composed {
            let joins = SECONDS.binary_search(&c).is_ok() || (VOWELS..VOWELS + VOWEL_COUNT).contains(&c) || (TAILS + 1..TAILS + TAIL_COUNT).contains(&c);
            !joins && !has(if compatible { NOT_IN_NFKC } else { NOT_IN_NFC }, c)
        } else {
            hangul_parts(c).is_none() && decompose(c).is_none_or(|(kind, _)| !compatible && kind != '=')
        };
        if !stays || (class != 0 && class < last) {
            return false;
        }
        last = class;
    }
    true
}

/// A normal form: of compatible characters (K) or not, composed (C) or decomposed (D).
pub fn normalize(text: impl Iterator<Item = u32>, compatible: bool, composed: bool) -> Vec<u32> {
    let mut chars: Vec<Classed> = Vec::with_capacity(text.size_hint().0);
    text.for_each(|c| expand(c, compatible, &mut |part| chars.push((combining(part), part))));
    order(&mut chars);
    if composed {
        chars = recompose(chars);
    }
    chars.into_iter().map(|(_, c)| c).collect()
}

fn first_char(line: &str) -> u32 {
    line.chars().next().map_or(0, u32::from)
}

/// Binary search in a text of sorted lines; `order` compares a line with what is wanted.
pub fn find_line(text: &'static str, order: impl Fn(&str) -> std::cmp::Ordering) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|&b| b == b'\n').map_or(low, |i| low + i + 1);
        let end = bytes[middle..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |i| middle + i);
        let line = text.get(start..end)?;
        match order(line) {
            std::cmp::Ordering::Equal => return Some(line),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str, compatible: bool, composed: bool) -> String {
        normalize(text.chars().map(u32::from), compatible, composed).into_iter().filter_map(char::from_u32).collect()
    }

    #[cfg(feature = "tables")]
    #[test]
    fn forms() {
        assert_eq!(normal("ﬁ①é", true, true), "fi1é");
        assert_eq!(normal("ﬁé", false, false), "ﬁe\u{301}");
        assert_eq!(normal("e\u{323}\u{302}", false, true), "ệ");
        assert_eq!(normal("e\u{302}\u{323}", false, true), "ệ");
        assert_eq!(normal("각", false, false), "\u{1100}\u{1161}\u{11A8}");
        assert_eq!(normal("\u{1100}\u{1161}\u{11A8}", false, true), "각");
        // Excluded from composition.
        assert_eq!(normal("\u{915}\u{93C}", false, true), "\u{915}\u{93C}");
        assert_eq!((combining(0x301), combining(0x1E94A), combining(0x61)), (230, 7, 0));
    }

    #[cfg(feature = "tables")]
    #[test]
    fn what_is_surely_normal_stays() {
        let chars = (0..0x110000).filter_map(char::from_u32);
        for (c, compatible, composed) in chars.flat_map(|c| [(c, false, false), (c, false, true), (c, true, false), (c, true, true)]) {
            for text in [c.to_string(), format!("e\u{301}{c}"), format!("{c}\u{323}")] {
                let sure = is_surely_normal(text.chars().map(u32::from), compatible, composed);
                assert!(!sure || normal(&text, compatible, composed) == text, "{text:?} {compatible} {composed}");
            }
        }
        assert!(is_surely_normal("Zażółć 각".chars().map(u32::from), true, true));
        assert!(is_surely_normal("e\u{323}\u{302}".chars().map(u32::from), false, false));
    }

    #[cfg(feature = "tables")]
    #[test]
    fn every_line_is_found() {
        for line in DECOMPOSITIONS.lines() {
            assert!(decompose(first_char(line)).is_some_and(|(_, parts)| line.ends_with(parts)), "{line}");
        }
        for line in COMPOSITIONS.lines() {
            let chars: Vec<u32> = line.chars().map(u32::from).collect();
            assert_eq!(compose(chars[0], chars[1]), Some(chars[2]));
        }
    }
}
