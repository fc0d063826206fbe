//! Splitting and stripping: the ranges that `split`, `rsplit`, `splitlines` and `strip` select.
//!
//! Everything here is generic over the element and a white-space test, so `str` and `bytes` share it. Splitters hand
//! each piece to a callback as a range, in the order in which Python finds them: `rsplit` reports from the right, and
//! its caller reverses the list.

use std::ops::Range;

use crate::classify::{is_linebreak, is_space};
use crate::search::{each_match, needle_for};
use crate::strref::{StrRef, each_width};
use crate::unit::{self, Unit};

/// Splits at runs of white space; `limit` is `maxsplit`, `usize::MAX` for none.
pub fn split_whitespace<T: Unit>(
    text: &[T],
    space: impl Fn(T) -> bool,
    mut limit: usize,
    mut piece: impl FnMut(Range<usize>),
) {
    let mut at = 0;
    loop {
        while at < text.len() && space(text[at]) {
            at += 1;
        }
        if at == text.len() {
            return;
        }
        let start = at;
        if limit == 0 {
            // The remainder keeps its trailing white space.
            piece(start..text.len());
            return;
        }
        while at < text.len() && !space(text[at]) {
            at += 1;
        }
        piece(start..at);
        limit -= 1;
    }
}

/// Splits at runs of white space from the right; pieces arrive last first.
pub fn rsplit_whitespace<T: Unit>(
    text: &[T],
    space: impl Fn(T) -> bool,
    mut limit: usize,
    mut piece: impl FnMut(Range<usize>),
) {
    let mut at = text.len();
    loop {
        while at > 0 && space(text[at - 1]) {
            at -= 1;
        }
        if at == 0 {
            return;
        }
        if limit == 0 {
            piece(0..at);
            return;
        }
        let end = at;
        while at > 0 && !space(text[at - 1]) {
            at -= 1;
        }
        piece(at..end);
        limit -= 1;
    }
}

/// Splits at a separator that is not empty.
pub fn split_at<T: Unit>(text: &[T], sep: &[T], limit: usize, mut piece: impl FnMut(Range<usize>)) {
    let mut start = 0;
    each_match(text, sep, limit, |i| {
        piece(start..i);
        start = i + sep.len();
    });
    piece(start..text.len());
}

/// Splits at a separator from the right; pieces arrive last first.
pub fn rsplit_at<T: Unit>(text: &[T], sep: &[T], mut limit: usize, mut piece: impl FnMut(Range<usize>)) {
    let mut end = text.len();
    while limit > 0
        && let Some(i) = unit::rfind(&text[..end], sep)
    {
        piece(i + sep.len()..end);
        end = i;
        limit -= 1;
    }
    piece(0..end);
}

/// Splits after line ends; `\r\n` is one. The pieces contain their line end if `keep_ends`.
pub fn split_lines<T: Unit>(
    text: &[T],
    line_end: impl Fn(T) -> bool,
    keep_ends: bool,
    mut piece: impl FnMut(Range<usize>),
) {
    let mut at = 0;
    while at < text.len() {
        let start = at;
        while at < text.len() && !line_end(text[at]) {
            at += 1;
        }
        let end = at;
        if at < text.len() {
            let crlf = text[at].into() == 0x0D && text.get(at + 1).is_some_and(|&c| c.into() == 0x0A);
            at += if crlf { 2 } else { 1 };
        }
        piece(start..if keep_ends { at } else { end });
    }
}

/// The range that stays when elements satisfying `drop` are stripped from the chosen ends.
pub fn strip_where<T: Unit>(text: &[T], left: bool, right: bool, drop: impl Fn(T) -> bool) -> Range<usize> {
    let (mut start, mut end) = (0, text.len());
    while left && start < end && drop(text[start]) {
        start += 1;
    }
    while right && start < end && drop(text[end - 1]) {
        end -= 1;
    }
    start..end
}

impl StrRef<'_> {
    /// `split(sep, maxsplit)`: `None` splits at white space. An empty `sep` is refused by the caller.
    pub fn split(self, sep: Option<StrRef<'_>>, limit: usize, mut piece: impl FnMut(Range<usize>)) {
        each_width!(self, u => match sep {
            None => split_whitespace(u, |c| is_space(c.into()), limit, piece),
            Some(sep) => match needle_for(u, sep) {
                None => piece(0..u.len()),
                Some(sep) => split_at(u, &sep, limit, piece),
            },
        })
    }
    /// `rsplit(sep, maxsplit)`; pieces arrive last first.
    pub fn rsplit(self, sep: Option<StrRef<'_>>, limit: usize, mut piece: impl FnMut(Range<usize>)) {
        each_width!(self, u => match sep {
            None => rsplit_whitespace(u, |c| is_space(c.into()), limit, piece),
            Some(sep) => match needle_for(u, sep) {
                None => piece(0..u.len()),
                Some(sep) => rsplit_at(u, &sep, limit, piece),
            },
        })
    }
    pub fn split_lines(self, keep_ends: bool, piece: impl FnMut(Range<usize>)) {
        each_width!(self, u => split_lines(u, |c| is_linebreak(c.into()), keep_ends, piece))
    }
    /// What `strip`, `lstrip` or `rstrip` keeps; `chars` is the set to drop, `None` for white space.
    pub fn strip(self, left: bool, right: bool, chars: Option<StrRef<'_>>) -> Range<usize> {
        if let (StrRef::One(u), Some(StrRef::One(chars))) = (self, chars) {
            return strip_where(u, left, right, |c| chars.iter().any(|&other| other == c));
        }
        match chars {
            None => each_width!(self, u => strip_where(u, left, right, |c| is_space(c.into()))),
            Some(chars) if chars.len() == 1 => {
                let only = chars.first();
                each_width!(self, u => strip_where(u, left, right, |c| Some(c.into()) == only))
            }
            Some(chars) => each_width!(self, u => strip_where(u, left, right, |c| chars.contains_char(c.into()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StrBuf;

    fn split(text: &str, sep: Option<&str>, limit: usize) -> Vec<String> {
        let (text, sep) = (StrBuf::from(text), sep.map(StrBuf::from));
        let mut out = Vec::new();
        let sep = sep.as_ref().map(StrBuf::as_ref);
        text.as_ref().split(sep, limit, |r| out.push(text.as_ref().slice(r).to_utf8_lossy()));
        out
    }

    #[test]
    fn splits_like_python() {
        assert_eq!(split("  a  b c ", None, usize::MAX), ["a", "b", "c"]);
        assert_eq!(split("  a  b c ", None, 1), ["a", "b c "]);
        assert_eq!(split("  a", None, 0), ["a"]);
        assert_eq!(split("a,,b,", Some(","), usize::MAX), ["a", "", "b", ""]);
        assert_eq!(split("a,,b,", Some(","), 1), ["a", ",b,"]);
        assert_eq!(split("", Some(","), 1), [""]);
        assert!(split("", None, 9).is_empty());
        assert_eq!(split("a\u{3000}b", None, 9), ["a", "b"]);
    }

    #[test]
    fn lines_and_strip() {
        let text = StrBuf::from("a\r\nb\rc\u{2028}\n");
        let mut out = Vec::new();
        text.as_ref().split_lines(false, |r| out.push(r));
        assert_eq!(out, [0..1, 3..4, 5..6, 7..7]);
        let text = StrBuf::from("  xyx ");
        assert_eq!(text.as_ref().strip(true, true, None), 2..5);
        assert_eq!(text.as_ref().strip(true, true, Some(StrRef::One(b" x"))), 3..4);
        assert_eq!(text.as_ref().strip(false, true, None), 0..5);
    }
}
