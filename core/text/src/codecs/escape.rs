//! The escape codecs: `unicode_escape`, `raw_unicode_escape`, and `escape` for bytes.

use super::CodecError;
use crate::error::{Result, TextError};
use crate::strref::{StrBuilder, StrRef};
use crate::unicodedata;

const HEX: &[u8; 16] = b"0123456789abcdef";

fn push_hex(out: &mut Vec<u8>, c: u32, letter: u8, digits: u32) {
    out.push(b'\\');
    out.push(letter);
    out.extend((0..digits).rev().map(|i| HEX[(c >> (4 * i)) as usize & 15]));
}

/// Hexadecimal digits from `from`, at most `count`: where they end and their value.
fn scan_hex(input: &[u8], from: usize, count: usize) -> (usize, u32) {
    let (mut at, mut value) = (from, 0u32);
    while at < from + count
        && let Some(d) = input.get(at).and_then(|&b| char::from(b).to_digit(16))
    {
        value = value << 4 | d;
        at += 1;
    }
    (at, value)
}

/// Finds a character by name, for `\N{…}`.
fn named_character(name: &[u8]) -> Option<u32> {
    unicodedata::lookup(std::str::from_utf8(name).ok()?)
}

/// One step of decoding `unicode_escape`. `invalid` receives the position of the first escape that is kept as it
/// stands, or of an octal one beyond `\377`.
pub fn decode_unicode_escape(
    input: &[u8],
    at: &mut usize,
    out: &mut StrBuilder,
    last: bool,
    invalid: &mut Option<usize>,
) -> std::result::Result<(), CodecError> {
    loop {
        let rest = &input[(*at).min(input.len())..];
        let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        out.push_latin1(&rest[..plain]);
        *at += plain;
        if plain == rest.len() {
            return Ok(());
        }
        let start = *at;
        let Some(&letter) = input.get(start + 1) else {
            return if last { Err(CodecError::new(start, start + 1, "\\ at end of string")) } else { Ok(()) };
        };
        let after = start + 2;
        let mut end = after;
        let simple = match letter {
            b'\n' => None,
            b'\\' | b'\'' | b'"' => Some(letter),
            b'b' => Some(8),
            b'f' => Some(12),
            b't' => Some(b'\t'),
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b'v' => Some(11),
            b'a' => Some(7),
            b'0'..=b'7' => {
                let mut value = u32::from(letter - b'0');
                while end < start + 4
                    && let Some(d @ b'0'..=b'7') = input.get(end).copied()
                {
                    value = value * 8 + u32::from(d - b'0');
                    end += 1;
                }
                if value > 0o377 {
                    invalid.get_or_insert(start);
                }
                out.push(value);
                None
            }
            b'x' | b'u' | b'U' => {
                let (count, reason) = match letter {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let (digits_end, value) = scan_hex(input, after, count);
                if digits_end < after + count {
                    if digits_end == input.len() && !last {
                        return Ok(());
                    }
                    return Err(CodecError::new(start, digits_end, reason));
                }
                if value > 0x10_FFFF {
                    return Err(CodecError::new(start, digits_end, "illegal Unicode character"));
                }
                out.push(value);
                end = digits_end;
                None
            }
            b'N' => {
                let malformed = "malformed \\N character escape";
                if input.get(after).is_none_or(|&b| b != b'{') {
                    if after == input.len() && !last {
                        return Ok(());
                    }
                    return Err(CodecError::new(start, after, malformed));
                }
                let Some(len) = memchr::memchr(b'}', &input[after + 1..]) else {
                    return if last { Err(CodecError::new(start, input.len(), malformed)) } else { Ok(()) };
                };
                if len == 0 {
                    return Err(CodecError::new(start, after + 1, malformed));
                }
                end = after + 1 + len + 1;
                match named_character(&input[after + 1..end - 1]) {
                    Some(c) => out.push(c),
                    None => return Err(CodecError::new(start, end, "unknown Unicode character name")),
                }
                None
            }
            _ => {
                invalid.get_or_insert(start);
                out.push(b'\\'.into());
                Some(letter)
            }
        };
        if let Some(b) = simple {
            out.push(b.into());
        }
        *at = end;
    }
}

/// One step of decoding `raw_unicode_escape`: only `\uXXXX` and `\UXXXXXXXX` are escapes.
pub fn decode_raw_unicode_escape(
    input: &[u8],
    at: &mut usize,
    out: &mut StrBuilder,
    last: bool,
) -> std::result::Result<(), CodecError> {
    while let Some(&b) = input.get(*at) {
        let next = input.get(*at + 1).copied();
        let (count, reason) = match (b, next) {
            (b'\\', None) if !last => return Ok(()),
            (b'\\', Some(b'u')) => (4, "truncated \\uXXXX escape"),
            (b'\\', Some(b'U')) => (8, "truncated \\UXXXXXXXX escape"),
            (b'\\', Some(other)) => {
                out.push_latin1(&[b'\\', other]);
                *at += 2;
                continue;
            }
            _ => {
                out.push(b.into());
                *at += 1;
                continue;
            }
        };
        let (end, value) = scan_hex(input, *at + 2, count);
        if end < *at + 2 + count {
            if end == input.len() && !last {
                return Ok(());
            }
            return Err(CodecError::new(*at, end, reason));
        }
        if value > 0x10_FFFF {
            return Err(CodecError::new(*at, end, "\\Uxxxxxxxx out of range"));
        }
        out.push(value);
        *at = end;
    }
    Ok(())
}

pub(super) fn encode_unicode_escape(text: StrRef<'_>, out: &mut Vec<u8>) {
    for c in text {
        match c {
            0x5C => out.extend_from_slice(b"\\\\"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0A => out.extend_from_slice(b"\\n"),
            0x0D => out.extend_from_slice(b"\\r"),
            0x20..=0x7E => out.push(c as u8),
            0..=0xFF => push_hex(out, c, b'x', 2),
            0x100..=0xFFFF => push_hex(out, c, b'u', 4),
            _ => push_hex(out, c, b'U', 8),
        }
    }
}

pub(super) fn encode_raw_unicode_escape(text: StrRef<'_>, out: &mut Vec<u8>) {
    for c in text {
        match c {
            0..=0xFF => out.push(c as u8),
            0x100..=0xFFFF => push_hex(out, c, b'u', 4),
            _ => push_hex(out, c, b'U', 8),
        }
    }
}

/// How `escape_decode` treats a bad `\x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapeErrors<'a> {
    Strict,
    Replace,
    Ignore,
    /// Any other name, which is refused when it is needed.
    Unknown(&'a str),
}

/// `codecs.escape_decode`: escapes of bytes literals. `invalid` as in `decode_unicode_escape`.
pub fn decode_bytes_escape(input: &[u8], errors: EscapeErrors<'_>, invalid: &mut Option<usize>) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    while let Some(&b) = input.get(at) {
        let start = at;
        at += 1;
        if b != b'\\' {
            out.push(b);
            continue;
        }
        let Some(&letter) = input.get(at) else { return Err(TextError::value("Trailing \\ in string")) };
        at += 1;
        match letter {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(letter),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut value = u32::from(letter - b'0');
                while at < start + 4
                    && let Some(d @ b'0'..=b'7') = input.get(at).copied()
                {
                    value = value * 8 + u32::from(d - b'0');
                    at += 1;
                }
                if value > 0o377 {
                    invalid.get_or_insert(start);
                }
                out.push(value as u8);
            }
            b'x' => {
                let (end, value) = scan_hex(input, at, 2);
                if end == at + 2 {
                    out.push(value as u8);
                } else {
                    match errors {
                        EscapeErrors::Strict => {
                            return Err(TextError::value(format!("invalid \\x escape at position {start}")));
                        }
                        EscapeErrors::Replace => out.push(b'?'),
                        EscapeErrors::Ignore => {}
                        EscapeErrors::Unknown(name) => {
                            let message = format!("decoding error; unknown error handling code: {name}");
                            return Err(TextError::value(message));
                        }
                    }
                }
                at = end;
            }
            _ => {
                invalid.get_or_insert(start);
                out.extend_from_slice(&[b'\\', letter]);
            }
        }
    }
    Ok(out)
}

/// `codecs.escape_encode`: what stands between the quotes of a bytes literal.
pub fn encode_bytes_escape(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    for &b in data {
        match b {
            b'\\' | b'\'' => out.extend_from_slice(&[b'\\', b]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x20..=0x7E => out.push(b),
            _ => push_hex(&mut out, b.into(), b'x', 2),
        }
    }
    out
}
