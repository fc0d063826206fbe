//! `repr()` and `ascii()` of str, bytes and bytearray.
//!
//! The quote is `'` unless the text has a `'` and no `"`. What `str.isprintable` refuses is escaped with the shortest
//! of `\xhh`, `\uhhhh`, `\Uhhhhhhhh`.

use crate::classify::is_printable;
use crate::strref::{StrBuf, StrBuilder, StrRef, each_width};
use crate::unit::Unit;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `repr(s)`.
pub fn repr(text: StrRef<'_>) -> StrBuf {
    quote(text, is_printable)
}

/// `ascii(s)`; also what `backslashreplace` of `repr` gives. The result is ASCII.
pub fn ascii(text: StrRef<'_>) -> StrBuf {
    quote(text, |c| (0x20..0x7F).contains(&c))
}

/// `ascii()` of something whose `repr` is already at hand: escapes what is not ASCII.
pub fn escape_non_ascii(text: StrRef<'_>) -> StrBuf {
    let mut out = StrBuilder::with_capacity(text.len());
    for c in text {
        if c < 0x80 { out.push(c) } else { push_hex_escape(&mut out, c) }
    }
    out.finish()
}

/// `repr` for error messages, cut after `limit` characters of the result as `%.200R` does.
pub fn repr_limited(text: StrRef<'_>, limit: usize) -> String {
    let full = repr(text.slice(0..limit.saturating_add(1)));
    // A cut input could choose the other quote; the full repr is only needed when that may matter.
    let full = if text.len() > limit { repr(text) } else { full };
    full.as_ref().slice(0..limit).to_utf8_lossy()
}

fn quote_for(has_single: bool, has_double: bool) -> u32 {
    if has_single && !has_double { u32::from(b'"') } else { u32::from(b'\'') }
}

fn quote(text: StrRef<'_>, printable: impl Fn(u32) -> bool) -> StrBuf {
    let quote = quote_for(text.contains_char(0x27), text.contains_char(0x22));
    let mut out = StrBuilder::with_capacity(text.len() + 2);
    out.push(quote);
    let mut rest = text;
    while !rest.is_empty() {
        let plain = plain_run(rest, quote, &printable);
        out.push_ref(rest.slice(0..plain));
        match rest.get(plain) {
            None => break,
            Some(0x5C) => out.push_latin1(b"\\\\"),
            Some(0x09) => out.push_latin1(b"\\t"),
            Some(0x0A) => out.push_latin1(b"\\n"),
            Some(0x0D) => out.push_latin1(b"\\r"),
            Some(c) if c == quote => {
                out.push(0x5C);
                out.push(c);
            }
            Some(c) => push_hex_escape(&mut out, c),
        }
        rest = rest.slice(plain + 1..rest.len());
    }
    out.push(quote);
    out.finish()
}

/// How many characters at the start stand for themselves. ASCII is tested in chunks that the compiler vectorises.
fn plain_run(text: StrRef<'_>, quote: u32, printable: &impl Fn(u32) -> bool) -> usize {
    fn go<T: Unit>(units: &[T], quote: u32, printable: &impl Fn(u32) -> bool) -> usize {
        let [space, delete, backslash, quote] = [0x20, 0x7F, 0x5C, quote].map(T::truncate);
        let plain_ascii = |c: T| (c >= space) & (c < delete) & (c != backslash) & (c != quote);
        let mut at = 0;
        for chunk in units.chunks(32) {
            if !chunk.iter().fold(true, |all, &c| all & plain_ascii(c)) {
                let plain = |&c: &T| plain_ascii(c) || c >= delete && printable(c.into());
                if let Some(i) = chunk.iter().position(|c| !plain(c)) {
                    return at + i;
                }
            }
            at += chunk.len();
        }
        at
    }
    each_width!(text, u => go(u, quote, printable))
}

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`, whichever is shortest.
pub fn push_hex_escape(out: &mut StrBuilder, c: u32) {
    let (letter, digits) = match c {
        0..=0xFF => (b'x', 2),
        0x100..=0xFFFF => (b'u', 4),
        _ => (b'U', 8),
    };
    out.push(0x5C);
    out.push(letter.into());
    for i in (0..digits).rev() {
        out.push(HEX[(c >> (4 * i)) as usize & 15].into());
    }
}

/// The text of `repr(bytes)`, pure ASCII.
pub fn repr_bytes(bytes: &[u8]) -> String {
    repr_bytes_in("b", bytes, "", false)
}

/// The text of `repr(bytearray)`; `name` is the class's name, which a subclass changes.
pub fn repr_bytearray(name: &str, bytes: &[u8]) -> String {
    // Unlike the repr of bytes, this escapes single quotes whatever the quotes around.
    repr_bytes_in(&format!("{name}(b"), bytes, ")", true)
}

fn repr_bytes_in(before: &str, bytes: &[u8], after: &str, escape_single: bool) -> String {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"')) as u8 as char;
    let mut out = String::with_capacity(bytes.len() + before.len() + after.len() + 2);
    out.push_str(before);
    out.push(quote);
    for &b in bytes {
        match b {
            b'\\' => out.push_str("\\\\"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            _ if char::from(b) == quote || (escape_single && b == b'\'') => {
                out.push('\\');
                out.push(b.into());
            }
            0x20..=0x7E => out.push(b.into()),
            _ => {
                out.push_str("\\x");
                out.push(HEX[usize::from(b >> 4)].into());
                out.push(HEX[usize::from(b & 15)].into());
            }
        }
    }
    out.push(quote);
    out.push_str(after);
    out
}
