//! Kernels of the `bytes` and `bytearray` methods.
//!
//! Searching, splitting and replacing are the generic kernels of `unit`, `split` and `transform` with `u8`; here is
//! what differs from `str`: ASCII-only classes and case, `hex`, `fromhex`, `translate`, line ends.

use std::ops::Range;

use crate::error::{Result, TextError};
use crate::split;
use crate::strref::{StrRef, each_width};
use crate::transform::{center_left, check_size, reserve};
use crate::unit::Unit;

/// White space for bytes: space, tab, newline, return, vertical tab, form feed.
#[inline]
pub fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

/// `bytes.split(None, …)` pieces.
pub fn split_whitespace(text: &[u8], limit: usize, piece: impl FnMut(Range<usize>)) {
    split::split_whitespace(text, is_space, limit, piece)
}
/// `bytes.rsplit(None, …)` pieces, last first.
pub fn rsplit_whitespace(text: &[u8], limit: usize, piece: impl FnMut(Range<usize>)) {
    split::rsplit_whitespace(text, is_space, limit, piece)
}
/// `bytes.splitlines`: only `\n`, `\r` and `\r\n` end a line.
pub fn split_lines(text: &[u8], keep_ends: bool, piece: impl FnMut(Range<usize>)) {
    split::split_lines(text, |b| b == b'\n' || b == b'\r', keep_ends, piece)
}
/// What `strip` and its siblings keep; `None` strips white space.
pub fn strip(text: &[u8], left: bool, right: bool, set: Option<&[u8]>) -> Range<usize> {
    match set {
        None => split::strip_where(text, left, right, is_space),
        Some(set) => split::strip_where(text, left, right, |b| set.contains(&b)),
    }
}

pub fn is_alpha(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_alphabetic)
}
pub fn is_alnum(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_alphanumeric)
}
pub fn is_digit(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}
pub fn all_space(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&b| is_space(b))
}
pub fn is_lower(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_lowercase) && !text.iter().any(u8::is_ascii_uppercase)
}
pub fn is_upper(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_uppercase) && !text.iter().any(u8::is_ascii_lowercase)
}
pub fn is_title(text: &[u8]) -> bool {
    let (mut cased, mut inside) = (false, false);
    for b in text {
        if b.is_ascii_uppercase() && inside || b.is_ascii_lowercase() && !inside {
            return false;
        }
        inside = b.is_ascii_alphabetic();
        cased |= inside;
    }
    cased
}

pub fn title(text: &[u8]) -> Vec<u8> {
    let mut inside = false;
    text.iter()
        .map(|b| {
            let out = if inside { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            inside = b.is_ascii_alphabetic();
            out
        })
        .collect()
}
pub fn capitalize(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}
pub fn swapcase(text: &[u8]) -> Vec<u8> {
    text.iter().map(|b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b }).collect()
}

/// `bytes.translate(table, delete=…)`.
pub fn translate(text: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut dropped = [false; 256];
    delete.iter().for_each(|&b| dropped[usize::from(b)] = true);
    let map = |&b: &u8| table.map_or(b, |t| t[usize::from(b)]);
    text.iter().filter(|&&b| !dropped[usize::from(b)]).map(map).collect()
}

fn pad(text: &[u8], left: usize, right: usize, fill: u8) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let len = left.checked_add(right).and_then(|n| n.checked_add(text.len()));
    reserve(&mut out, len, "padded string is too long")?;
    out.resize(left, fill);
    out.extend_from_slice(text);
    out.resize(out.len() + right, fill);
    Ok(out)
}
pub fn ljust(text: &[u8], width: usize, fill: u8) -> Result<Vec<u8>> {
    pad(text, 0, width.saturating_sub(text.len()), fill)
}
pub fn rjust(text: &[u8], width: usize, fill: u8) -> Result<Vec<u8>> {
    pad(text, width.saturating_sub(text.len()), 0, fill)
}
pub fn center(text: &[u8], width: usize, fill: u8) -> Result<Vec<u8>> {
    let left = center_left(text.len(), width);
    pad(text, left, width.saturating_sub(text.len()) - left, fill)
}
pub fn zfill(text: &[u8], width: usize) -> Result<Vec<u8>> {
    let fill = width.saturating_sub(text.len());
    let mut out = pad(text, fill, 0, b'0')?;
    if fill > 0 && matches!(text.first(), Some(b'+' | b'-')) {
        out.swap(0, fill);
    }
    Ok(out)
}
pub fn expand_tabs(text: &[u8], tab_size: usize) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0usize;
    for &b in text {
        if b != b'\t' {
            column = if b == b'\n' || b == b'\r' { 0 } else { column + 1 };
            out.push(b);
        } else if tab_size > 0 {
            let n = tab_size - column % tab_size;
            check_size(out.len().checked_add(n), "result too long")?;
            out.resize(out.len() + n, b' ');
            column += n;
        }
    }
    Ok(out)
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `bytes.hex()`.
pub fn to_hex(data: &[u8]) -> String {
    let digits = data.iter().flat_map(|b| [HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]).collect();
    String::from_utf8(digits).unwrap_or_default()
}

/// `bytes.hex(sep, bytes_per_sep)`: groups are counted from the right, or from the left if the number is negative.
pub fn to_hex_grouped(data: &[u8], sep: u8, bytes_per_sep: i64) -> String {
    let group = usize::try_from(bytes_per_sep.unsigned_abs()).unwrap_or(usize::MAX);
    if group == 0 {
        return to_hex(data);
    }
    let mut out = String::with_capacity(data.len() * 3);
    for (i, b) in data.iter().enumerate() {
        let boundary = if bytes_per_sep < 0 { i } else { data.len() - i };
        if i > 0 && boundary % group == 0 {
            out.push(sep.into());
        }
        out.push(HEX[usize::from(b >> 4)].into());
        out.push(HEX[usize::from(b & 15)].into());
    }
    out
}

/// The separator argument of `hex`: exactly one ASCII character.
pub fn hex_separator(sep: StrRef<'_>) -> Result<u8> {
    match sep.first() {
        Some(c) if sep.len() == 1 => {
            u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| TextError::value("sep must be ASCII."))
        }
        _ => Err(TextError::value("sep must be length 1.")),
    }
}

fn hex_value(c: u32) -> Option<u8> {
    char::from_u32(c).and_then(|c| c.to_digit(16)).map(|d| d as u8)
}

fn not_hex(at: usize) -> TextError {
    TextError::value(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
}

/// `bytes.fromhex` of a str: pairs of digits, white space between the pairs.
pub fn from_hex(text: StrRef<'_>) -> Result<Vec<u8>> {
    // A character beyond ASCII is reported first, wherever it stands.
    if let Some(at) = text.iter().position(|c| c > 0x7F) {
        return Err(not_hex(at));
    }
    each_width!(text, u => from_hex_units(u))
}

/// `bytes.fromhex` of a bytes-like object.
pub fn from_hex_bytes(text: &[u8]) -> Result<Vec<u8>> {
    from_hex_units(text)
}

fn from_hex_units<T: Unit>(text: &[T]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while at < text.len() {
        let c: u32 = text[at].into();
        if u8::try_from(c).is_ok_and(is_space) {
            at += 1;
            continue;
        }
        let high = hex_value(c).ok_or_else(|| not_hex(at))?;
        let Some(&low) = text.get(at + 1) else {
            return Err(TextError::value("fromhex() arg must contain an even number of hexadecimal digits"));
        };
        let low = hex_value(low.into()).ok_or_else(|| not_hex(at + 1))?;
        out.push(high << 4 | low);
        at += 2;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_groups_count_from_the_right() {
        let data = [1, 2, 3, 4, 5];
        assert_eq!(to_hex_grouped(&data, b':', 2), "01:0203:0405");
        assert_eq!(to_hex_grouped(&data, b':', -2), "0102:0304:05");
        assert_eq!(to_hex_grouped(&data, b':', 0), "0102030405");
        assert_eq!(to_hex_grouped(&data, b':', i64::MIN), "0102030405");
    }

    #[test]
    fn fromhex_reports_positions() {
        assert_eq!(from_hex(StrRef::One(b"ab\n cd\t")).unwrap(), [0xAB, 0xCD]);
        let message = |t: &[u8]| from_hex(StrRef::One(t)).unwrap_err().message;
        assert_eq!(message(b"0 0"), "non-hexadecimal number found in fromhex() arg at position 1");
        assert_eq!(message(b"00 1"), "fromhex() arg must contain an even number of hexadecimal digits");
    }

    #[test]
    fn ascii_methods() {
        assert_eq!(title(b"they're BILL's"), b"They'Re Bill'S");
        assert_eq!(swapcase(b"aB\xe9"), b"Ab\xe9");
        assert_eq!(zfill(b"-1", 5).unwrap(), b"-0001");
        assert_eq!(center(b"ab", 5, b'*').unwrap(), b"**ab*");
        assert!(is_title(b"A Bc") && !is_title(b"aB") && !is_title(b"12"));
        assert_eq!(translate(b"hello", None, b"l"), b"heo");
    }
}
