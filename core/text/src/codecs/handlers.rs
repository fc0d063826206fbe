//! The built-in error handlers, as functions from an error to a replacement and the position to go on from.
//!
//! The same functions serve the fast loops of `codecs` and the callables that `codecs.lookup_error` gives out. `None`
//! means that the handler raises the error it was given.

use super::wide::{ByteOrder, push16, push32, surrogate_unit};
use super::{Codec, CodecError};
use crate::repr::push_hex_escape;
use crate::strref::{StrBuf, StrBuilder, StrRef};
use crate::unicodedata;

/// A built-in error handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    SurrogateEscape,
    SurrogatePass,
    XmlCharRefReplace,
    NameReplace,
}

/// What a handler gives an encoder: text to be encoded, or bytes to be used as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    Text(StrBuf),
    Bytes(Vec<u8>),
}

impl Errors {
    pub fn from_name(name: &str) -> Option<Errors> {
        Some(match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "backslashreplace" => Errors::BackslashReplace,
            "surrogateescape" => Errors::SurrogateEscape,
            "surrogatepass" => Errors::SurrogatePass,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "namereplace" => Errors::NameReplace,
            _ => return None,
        })
    }

    /// Whether the handler knows what to do with undecodable bytes; the others raise `TypeError`.
    pub fn can_decode(self) -> bool {
        !matches!(self, Errors::XmlCharRefReplace | Errors::NameReplace)
    }

    /// The replacement for undecodable bytes and the position after it.
    pub fn decode_error(self, input: &[u8], error: &CodecError, codec: Codec) -> Option<(StrBuf, usize)> {
        let end = error.end.min(input.len());
        let bad = input.get(error.start..end).unwrap_or(&[]);
        match self {
            Errors::Ignore => Some((StrBuf::new(), error.end)),
            Errors::Replace => Some((StrBuf::from_char(0xFFFD), error.end)),
            Errors::BackslashReplace => {
                let mut out = StrBuilder::new();
                bad.iter().for_each(|&b| push_hex_escape(&mut out, b.into()));
                Some((out.finish(), error.end))
            }
            Errors::SurrogateEscape => {
                // ASCII bytes are never smuggled through as surrogates.
                let smuggled = bad.iter().take(4).take_while(|b| !b.is_ascii()).count();
                let chars = bad[..smuggled].iter().map(|&b| 0xDC00 + u32::from(b));
                (smuggled > 0).then(|| (StrBuf::from_chars(chars), error.start + smuggled))
            }
            Errors::SurrogatePass => {
                let rest = input.get(error.start..).unwrap_or(&[]);
                let (surrogate, size) = match codec {
                    Codec::Utf8 => (surrogate_in_utf8(rest), 3),
                    Codec::Utf16(order) => (surrogate_unit(rest, 2, order.unwrap_or(ByteOrder::Little)), 2),
                    Codec::Utf32(order) => (surrogate_unit(rest, 4, order.unwrap_or(ByteOrder::Little)), 4),
                    _ => (None, 0),
                };
                surrogate.map(|c| (StrBuf::from_char(c), error.start + size))
            }
            Errors::Strict | Errors::XmlCharRefReplace | Errors::NameReplace => None,
        }
    }

    /// The replacement for unencodable characters and the position after it.
    pub fn encode_error(self, text: StrRef<'_>, error: &CodecError, codec: Codec) -> Option<(Replacement, usize)> {
        let bad = text.slice(error.start..error.end);
        let replaced = |out: StrBuilder| Some((Replacement::Text(out.finish()), error.end));
        let mut out = StrBuilder::new();
        match self {
            Errors::Strict => None,
            Errors::Ignore => replaced(out),
            Errors::Replace => {
                out.push_repeated(b'?'.into(), bad.len());
                replaced(out)
            }
            Errors::BackslashReplace => {
                bad.iter().for_each(|c| push_hex_escape(&mut out, c));
                replaced(out)
            }
            Errors::XmlCharRefReplace => {
                bad.iter().for_each(|c| out.push_str(&format!("&#{c};")));
                replaced(out)
            }
            Errors::NameReplace => {
                for c in bad {
                    match unicodedata::name(c) {
                        Some(name) => out.push_str(&format!("\\N{{{name}}}")),
                        None => push_hex_escape(&mut out, c),
                    }
                }
                replaced(out)
            }
            Errors::SurrogateEscape => {
                let byte = |c: u32| (0xDC80..=0xDCFF).contains(&c).then(|| (c - 0xDC00) as u8);
                let bytes = bad.iter().map(byte).collect::<Option<Vec<u8>>>()?;
                Some((Replacement::Bytes(bytes), error.end))
            }
            Errors::SurrogatePass => {
                let mut bytes = Vec::new();
                for c in bad {
                    if !(0xD800..0xE000).contains(&c) {
                        return None;
                    }
                    match codec {
                        Codec::Utf8 => {
                            bytes.extend_from_slice(&[0xED, 0x80 | (c >> 6 & 0x3F) as u8, 0x80 | (c & 0x3F) as u8]);
                        }
                        Codec::Utf16(order) => push16(&mut bytes, c as u16, order.unwrap_or(ByteOrder::Little)),
                        Codec::Utf32(order) => push32(&mut bytes, c, order.unwrap_or(ByteOrder::Little)),
                        _ => return None,
                    }
                }
                Some((Replacement::Bytes(bytes), error.end))
            }
        }
    }
}

/// A surrogate in the three bytes that UTF-8 would use for it.
fn surrogate_in_utf8(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [0xED, b @ 0xA0..=0xBF, c @ 0x80..=0xBF, ..] => Some(0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F)),
        _ => None,
    }
}
