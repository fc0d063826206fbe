//! Searching in strings: find, count, containment, prefixes and suffixes, partition.
//!
//! Positions are code point indices. Callers turn Python's optional, possibly negative bounds into a range with
//! `clip_bounds` first; a start beyond the end finds nothing, not even the empty string.

use std::borrow::Cow;
use std::ops::Range;

use crate::strref::{StrRef, each_width};
use crate::unit::{self, Searcher, Unit};

/// `s[start:end]` bounds as the search methods understand them: negative counts from the end, and both are clamped,
/// except that a start beyond the length makes the range empty in a way that nothing is found in (`None`).
pub fn clip_bounds(start: Option<i64>, end: Option<i64>, len: usize) -> Option<Range<usize>> {
    let len_i = len as i64;
    let place = |i: i64| if i < 0 { i.saturating_add(len_i).max(0) } else { i };
    let start = place(start.unwrap_or(0));
    let end = place(end.unwrap_or(len_i)).min(len_i);
    (start <= end).then(|| start as usize..end as usize)
}

/// A needle at the width of the text it is searched in; `None` means a character that cannot occur there.
pub(crate) fn needle_for<'n, T: Unit>(hay: &[T], needle: StrRef<'n>) -> Option<Cow<'n, [T]>> {
    if needle.len() > hay.len() { None } else { needle.at_width::<T>() }
}

fn eq_units<T: Unit>(units: &[T], other: StrRef<'_>) -> bool {
    if let (1, StrRef::One(other)) = (T::WIDTH, other) {
        return bytemuck::cast_slice::<T, u8>(units) == other;
    }
    each_width!(other, o => units.len() == o.len() && units.iter().zip(o).all(|(&a, &b)| a.into() == u32::from(b)))
}

impl<'a> StrRef<'a> {
    /// The lowest index in `range` where `needle` occurs within it.
    pub fn find(self, needle: StrRef<'_>, range: Range<usize>) -> Option<usize> {
        if let (StrRef::One(hay), StrRef::One(needle)) = (self, needle) {
            return unit::find(hay.get(range.clone())?, needle).map(|i| i + range.start);
        }
        let part = self.slice(range.clone());
        each_width!(part, h => needle_for(h, needle).and_then(|n| unit::find(h, &n))).map(|i| i + range.start)
    }
    /// The highest index in `range` where `needle` occurs within it.
    pub fn rfind(self, needle: StrRef<'_>, range: Range<usize>) -> Option<usize> {
        let part = self.slice(range.clone());
        each_width!(part, h => needle_for(h, needle).and_then(|n| unit::rfind(h, &n))).map(|i| i + range.start)
    }
    #[inline]
    pub fn contains(self, needle: StrRef<'_>) -> bool {
        // A call and its preparation take longer than a look at a few bytes.
        if let (StrRef::One(hay), StrRef::One(&[c])) = (self, needle)
            && hay.len() <= 16
        {
            return hay.iter().any(|&other| other == c);
        }
        self.find(needle, 0..self.len()).is_some()
    }
    /// Non-overlapping occurrences; the empty string occurs `len + 1` times.
    pub fn count(self, needle: StrRef<'_>, range: Range<usize>) -> usize {
        let part = self.slice(range);
        each_width!(part, h => needle_for(h, needle).map_or(0, |n| unit::count(h, &n, usize::MAX)))
    }
    pub fn starts_with(self, prefix: StrRef<'_>) -> bool {
        let n = prefix.len();
        n <= self.len() && each_width!(self, u => eq_units(&u[..n], prefix))
    }
    pub fn ends_with(self, suffix: StrRef<'_>) -> bool {
        let n = suffix.len();
        n <= self.len() && each_width!(self, u => eq_units(&u[u.len() - n..], suffix))
    }
    pub fn remove_prefix(self, prefix: StrRef<'_>) -> StrRef<'a> {
        if self.starts_with(prefix) { self.slice(prefix.len()..self.len()) } else { self }
    }
    pub fn remove_suffix(self, suffix: StrRef<'_>) -> StrRef<'a> {
        if self.ends_with(suffix) { self.slice(0..self.len() - suffix.len()) } else { self }
    }
    /// What stands before and after the first `sep`, which must not be empty.
    pub fn partition(self, sep: StrRef<'_>) -> Option<(StrRef<'a>, StrRef<'a>)> {
        let i = self.find(sep, 0..self.len())?;
        Some((self.slice(0..i), self.slice(i + sep.len()..self.len())))
    }
    /// What stands before and after the last `sep`, which must not be empty.
    pub fn rpartition(self, sep: StrRef<'_>) -> Option<(StrRef<'a>, StrRef<'a>)> {
        let i = self.rfind(sep, 0..self.len())?;
        Some((self.slice(0..i), self.slice(i + sep.len()..self.len())))
    }
}

/// The matches of `needle`, left to right, at most `limit`. The empty needle matches before each element and at the end.
pub(crate) fn each_match<T: Unit>(hay: &[T], needle: &[T], limit: usize, mut found: impl FnMut(usize)) {
    if needle.is_empty() {
        (0..=hay.len()).take(limit).for_each(found);
        return;
    }
    if let [c] = needle {
        return each_unit(hay, *c, limit, found);
    }
    let searcher = Searcher::new(needle, hay.len());
    let (mut n, mut at) = (0, 0);
    while n < limit
        && let Some(i) = searcher.find_from(hay, at)
    {
        found(i);
        n += 1;
        at = i + needle.len();
    }
}

/// The matches of one element. Pieces of text are mostly a few elements long: a search that is prepared to look at many
/// at once takes longer to begin than these take, so it is asked when the match is not near.
fn each_unit<T: Unit>(hay: &[T], c: T, limit: usize, mut found: impl FnMut(usize)) {
    const NEAR: usize = 16;
    let (mut n, mut at) = (0, 0);
    while n < limit {
        let near = hay.len().min(at + NEAR);
        while at < near && hay[at] != c {
            at += 1;
        }
        if at == near {
            match T::find_one(&hay[at..], c) {
                Some(i) => at += i,
                None => return,
            }
        }
        found(at);
        n += 1;
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StrBuf;

    #[test]
    fn finds_across_widths() {
        let hay = StrBuf::from("a→b𝒳c→b");
        let hay = hay.as_ref();
        let find = |n: &str| hay.find(StrBuf::from(n).as_ref(), 0..hay.len());
        assert_eq!(find("→b"), Some(1));
        assert_eq!(find("b"), Some(2));
        assert_eq!(find("𝒳c"), Some(3));
        assert_eq!(find("x"), None);
        assert_eq!(hay.rfind(StrBuf::from("→b").as_ref(), 0..hay.len()), Some(5));
        assert_eq!(hay.count(StrBuf::from("→").as_ref(), 0..hay.len()), 2);
        let narrow = StrBuf::from("abc");
        assert_eq!(narrow.as_ref().find(hay.slice(1..2), 0..3), None);
    }

    #[test]
    fn unaligned_hits_are_skipped() {
        // The bytes of U+0101 U+0201 contain those of U+0101 only at even offsets that count.
        let hay = [0x0100u16, 0x0201, 0x0102, 0x0201];
        assert_eq!(unit::find(&hay, &[0x0102, 0x0201]), Some(2));
        assert_eq!(unit::rfind(&hay, &[0x0201, 0x0102]), Some(1));
        assert_eq!(unit::find(&[0x0101u16; 40], &[0x0101, 0x0102]), None);
    }

    #[test]
    fn bounds() {
        assert_eq!(clip_bounds(None, None, 3), Some(0..3));
        assert_eq!(clip_bounds(Some(-2), Some(-1), 3), Some(1..2));
        assert_eq!(clip_bounds(Some(4), None, 3), None);
        assert_eq!(clip_bounds(Some(3), None, 3), Some(3..3));
        assert_eq!(clip_bounds(Some(i64::MIN), Some(i64::MAX), 3), Some(0..3));
    }
}
