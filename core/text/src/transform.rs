//! Strings made from strings: replace, join, repeat, padding, tab expansion, translation.
//!
//! Results are new canonical buffers. Sizes that would overflow come back as a `MemoryError` or `OverflowError`
//! before anything is allocated; quotas are the caller's, who can compute the size of the result beforehand.

use crate::error::{ErrorKind, Result, TextError};
use crate::search::{each_match, needle_for};
use crate::strref::{StrBuf, StrBuilder, StrRef};
use crate::unit::{self, Unit};

/// `[T].replace(old, new, limit)`; `None` if nothing matches. All three have one width.
pub fn replace_units<T: Unit>(text: &[T], old: &[T], new: &[T], limit: usize) -> Result<Option<Vec<T>>> {
    if old.len() == 1 && new.len() == 1 {
        let (old, new) = (old[0], new[0]);
        let Some(first) = T::find_one(text, old).filter(|_| limit > 0) else { return Ok(None) };
        let mut out = text.to_vec();
        if limit >= text.len() {
            out[first..].iter_mut().for_each(|c| *c = if *c == old { new } else { *c });
        } else {
            out[first..].iter_mut().filter(|c| **c == old).take(limit).for_each(|c| *c = new);
        }
        return Ok(Some(out));
    }
    // Counting first costs a second search, but no list of positions.
    let matches = unit::count(text, old, limit);
    if matches == 0 {
        return Ok(None);
    }
    let kept = text.len() - matches * old.len();
    let len = new.len().checked_mul(matches).and_then(|n| n.checked_add(kept));
    let mut out = Vec::new();
    reserve(&mut out, len, "replace string is too long")?;
    let mut at = 0;
    each_match(text, old, limit, |i| {
        out.extend_from_slice(&text[at..i]);
        out.extend_from_slice(new);
        at = i + old.len();
    });
    out.extend_from_slice(&text[at..]);
    Ok(Some(out))
}

/// Reserves exactly; a length beyond `isize` is an `OverflowError`, an allocation that fails a `MemoryError`.
pub(crate) fn reserve<T>(out: &mut Vec<T>, len: Option<usize>, too_long: &str) -> Result<()> {
    let len = len.filter(|&n| n <= isize::MAX as usize).ok_or_else(|| TextError::overflow(too_long))?;
    out.try_reserve_exact(len).map_err(|_| TextError::new(ErrorKind::MemoryError, ""))
}

/// Refuses a result of `len` characters that could not be allocated in any width, so that building it cannot abort.
pub(crate) fn check_size(len: Option<usize>, too_long: &str) -> Result<()> {
    const SURELY_FINE: usize = 1 << 20;
    match len {
        Some(len) if len <= SURELY_FINE => Ok(()),
        _ => reserve(&mut Vec::<u8>::new(), len.and_then(|n| n.checked_mul(4)), too_long),
    }
}

impl StrRef<'_> {
    /// `replace(old, new, count)`; `None` if nothing changes, so that the caller can return the same object.
    pub fn replace(self, old: StrRef<'_>, new: StrRef<'_>, limit: usize) -> Result<Option<StrBuf>> {
        if limit == 0 || old.len() > self.len() || old == new {
            return Ok(None);
        }
        let width = self.width().max(new.width());
        // All three at the widest; the result may need less, when the wide characters were replaced.
        Ok(match width {
            1 => self.replace_at::<u8>(old, new, limit)?.map(StrBuf::One),
            2 => self.replace_at::<u16>(old, new, limit)?.map(|u| StrRef::Two(&u).to_buf()),
            _ => self.replace_at::<u32>(old, new, limit)?.map(|u| StrRef::Four(&u).to_buf()),
        })
    }

    fn replace_at<T: Unit>(self, old: StrRef<'_>, new: StrRef<'_>, limit: usize) -> Result<Option<Vec<T>>> {
        let (Some(text), Some(new)) = (self.at_width::<T>(), new.at_width::<T>()) else { return Ok(None) };
        let Some(old) = needle_for(&text, old) else { return Ok(None) };
        replace_units(&text, &old, &new, limit)
    }

    /// `s * times`.
    pub fn repeat(self, times: usize) -> Result<StrBuf> {
        fn go<T: Unit>(units: &[T], times: usize) -> Result<Vec<T>> {
            let mut out = Vec::new();
            let len = units.len().checked_mul(times);
            reserve(&mut out, len, "repeated string is too long")?;
            match units {
                [c] => out.resize(times, *c),
                _ => (0..if units.is_empty() { 0 } else { times }).for_each(|_| out.extend_from_slice(units)),
            }
            Ok(out)
        }
        Ok(match self {
            StrRef::One(u) => StrBuf::One(go(u, times)?),
            StrRef::Two(u) => StrRef::Two(&go(u, times)?).to_buf(),
            StrRef::Four(u) => StrRef::Four(&go(u, times)?).to_buf(),
        })
    }

    /// The text between `left` and `right` copies of `fill`; `None` if both are zero.
    pub fn pad(self, left: usize, right: usize, fill: u32) -> Result<Option<StrBuf>> {
        if left == 0 && right == 0 {
            return Ok(None);
        }
        let len = left.checked_add(right).and_then(|n| n.checked_add(self.len()));
        check_size(len, "padded string is too long")?;
        let mut out = StrBuilder::with_capacity(len.unwrap_or(0));
        out.push_repeated(fill, left);
        out.push_ref(self);
        out.push_repeated(fill, right);
        Ok(Some(out.finish()))
    }
    pub fn ljust(self, width: usize, fill: u32) -> Result<Option<StrBuf>> {
        self.pad(0, width.saturating_sub(self.len()), fill)
    }
    pub fn rjust(self, width: usize, fill: u32) -> Result<Option<StrBuf>> {
        self.pad(width.saturating_sub(self.len()), 0, fill)
    }
    pub fn center(self, width: usize, fill: u32) -> Result<Option<StrBuf>> {
        let left = center_left(self.len(), width);
        self.pad(left, width.saturating_sub(self.len()) - left, fill)
    }
    /// `zfill`: zeros after the sign.
    pub fn zfill(self, width: usize) -> Result<Option<StrBuf>> {
        let fill = width.saturating_sub(self.len());
        match self.first() {
            _ if fill == 0 => Ok(None),
            Some(sign @ (0x2B | 0x2D)) => {
                let rest = self.slice(1..self.len()).pad(fill, 0, 0x30)?;
                let mut out = StrBuilder::with_capacity(width);
                out.push(sign);
                out.push_ref(rest.as_ref().map_or(StrRef::EMPTY, StrBuf::as_ref));
                Ok(Some(out.finish()))
            }
            _ => self.pad(fill, 0, 0x30),
        }
    }
    /// `expandtabs`.
    pub fn expand_tabs(self, tab_size: usize) -> Result<StrBuf> {
        let mut out = StrBuilder::with_capacity(self.len());
        let mut column = 0usize;
        for c in self {
            match c {
                0x09 if tab_size == 0 => {}
                0x09 => {
                    let n = tab_size - column % tab_size;
                    check_size(out.len().checked_add(n), "new string is too long")?;
                    out.push_repeated(0x20, n);
                    column += n;
                }
                _ => {
                    column = if c == 0x0A || c == 0x0D { 0 } else { column + 1 };
                    out.push(c);
                }
            }
        }
        Ok(out.finish())
    }
    /// Each character replaced by what `map` pushes for it.
    pub fn map_chars(self, mut map: impl FnMut(u32, &mut StrBuilder)) -> StrBuf {
        let mut out = StrBuilder::with_capacity(self.len());
        for c in self {
            map(c, &mut out);
        }
        out.finish()
    }
}

/// How many fill characters `str.center` puts on the left: the odd one goes left only if the width is odd too.
pub fn center_left(len: usize, width: usize) -> usize {
    let margin = width.saturating_sub(len);
    margin / 2 + (margin & width & 1)
}

/// `sep.join(parts)`.
pub fn join<'a>(sep: StrRef<'_>, parts: impl IntoIterator<Item = StrRef<'a>>) -> StrBuf {
    let mut out = StrBuilder::new();
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            out.push_ref(sep);
        }
        out.push_ref(part);
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(text: &str, old: &str, new: &str, limit: usize) -> String {
        let (text, old, new) = (StrBuf::from(text), StrBuf::from(old), StrBuf::from(new));
        match text.as_ref().replace(old.as_ref(), new.as_ref(), limit) {
            Ok(Some(out)) => out.as_ref().to_utf8_lossy(),
            Ok(None) => text.as_ref().to_utf8_lossy(),
            Err(e) => e.message,
        }
    }

    #[test]
    fn replaces() {
        assert_eq!(replace("aXbXc", "X", "-", usize::MAX), "a-b-c");
        assert_eq!(replace("aXbXc", "X", "→→", 1), "a→→bXc");
        assert_eq!(replace("a→b", "→", "", usize::MAX), "ab");
        assert_eq!(replace("abc", "", "-", usize::MAX), "-a-b-c-");
        assert_eq!(replace("abc", "", "-", 2), "-a-bc");
        assert_eq!(replace("", "", "x", usize::MAX), "x");
        assert_eq!(replace("aaa", "aa", "b", usize::MAX), "ba");
        assert_eq!(replace("aaa", "a", "b", 2), "bba");
    }

    #[test]
    fn pads() {
        let s = StrRef::One(b"abc");
        assert_eq!(s.center(6, 0x2A).unwrap().unwrap(), "*abc**");
        assert_eq!(StrRef::One(b"ab").center(5, 0x2A).unwrap().unwrap(), "**ab*");
        assert_eq!(StrRef::One(b"-12").zfill(6).unwrap().unwrap(), "-00012");
        assert_eq!(s.ljust(2, 0x20).unwrap(), None);
        assert_eq!(s.rjust(4, 0x2192).unwrap().unwrap(), "→abc");
        assert_eq!(StrRef::One(b"a\tbc\t\nd\t").expand_tabs(4).unwrap(), "a   bc  \nd   ");
        assert_eq!(s.repeat(2).unwrap(), "abcabc");
        assert!(s.repeat(usize::MAX).is_err());
    }
}
