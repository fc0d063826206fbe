//! Text encodings, as resumable engines.
//!
//! A decoder consumes bytes from a position and pushes characters; at an error it stops with the position *at the
//! error* and returns the range and reason of CPython's `UnicodeDecodeError`. The caller (or a built-in handler from
//! `handlers`) supplies a replacement and a new position, and calls again. With `last` false an incomplete sequence at
//! the end is left unconsumed: the position tells how much was. Encoders work alike, from characters to bytes.
//! `decode` and `encode` run an engine with a built-in handler; `Codec` names the engines.

pub mod escape;
pub mod handlers;
mod single;
mod utf7;
mod utf8;
mod wide;

pub use handlers::{Errors, Replacement};
pub use single::{CharmapEncoder, decode_charmap, decode_latin1};
pub use utf8::{decode_utf8, decode_utf8_strict, encode_utf8, encode_utf8_strict};
pub use wide::ByteOrder;

use crate::strref::{StrBuf, StrBuilder, StrRef};

/// What `UnicodeDecodeError` and `UnicodeEncodeError` carry besides encoding and object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

impl CodecError {
    pub(crate) fn new(start: usize, end: usize, reason: &'static str) -> CodecError {
        CodecError { start, end, reason }
    }
}

/// The built-in encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    Ascii,
    Latin1,
    Utf8,
    Utf7,
    /// `None`: a byte order mark decides when decoding and is written when encoding; native order is little.
    Utf16(Option<ByteOrder>),
    Utf32(Option<ByteOrder>),
    UnicodeEscape,
    RawUnicodeEscape,
}

impl Codec {
    /// The codec of a normalized name (lower case, `-` and ` ` turned into `_`), for the spellings that CPython's own
    /// shortcuts know. The full alias table is the library's `encodings.aliases`.
    pub fn from_name(name: &str) -> Option<Codec> {
        use ByteOrder::{Big, Little};
        Some(match name {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" => Codec::Utf8,
            "ascii" | "us_ascii" | "646" => Codec::Ascii,
            "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" | "8859" | "l1" | "latin" => Codec::Latin1,
            "utf_7" | "utf7" => Codec::Utf7,
            "utf_16" | "utf16" => Codec::Utf16(None),
            "utf_16_le" | "utf_16le" => Codec::Utf16(Some(Little)),
            "utf_16_be" | "utf_16be" => Codec::Utf16(Some(Big)),
            "utf_32" | "utf32" => Codec::Utf32(None),
            "utf_32_le" | "utf_32le" => Codec::Utf32(Some(Little)),
            "utf_32_be" | "utf_32be" => Codec::Utf32(Some(Big)),
            "unicode_escape" => Codec::UnicodeEscape,
            "raw_unicode_escape" => Codec::RawUnicodeEscape,
            _ => return None,
        })
    }

    /// The name that exceptions carry. UTF-16 and UTF-32 decoders report the order they found.
    pub fn name(self) -> &'static str {
        use ByteOrder::{Big, Little};
        match self {
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
            Codec::Utf8 => "utf-8",
            Codec::Utf7 => "utf7",
            Codec::Utf16(None) => "utf-16",
            Codec::Utf16(Some(Little)) => "utf-16-le",
            Codec::Utf16(Some(Big)) => "utf-16-be",
            Codec::Utf32(None) => "utf-32",
            Codec::Utf32(Some(Little)) => "utf-32-le",
            Codec::Utf32(Some(Big)) => "utf-32-be",
            Codec::UnicodeEscape => "unicodeescape",
            Codec::RawUnicodeEscape => "rawunicodeescape",
        }
    }
}

/// A decoding in progress.
#[derive(Clone, Debug)]
pub struct Decoder {
    /// For UTF-16 and UTF-32 without a given order, the order once it is known.
    pub codec: Codec,
    /// Where the first unknown escape stands in the input, for the deprecation warning of `unicode_escape`.
    pub invalid_escape: Option<usize>,
}

impl Decoder {
    pub fn new(codec: Codec) -> Decoder {
        Decoder { codec, invalid_escape: None }
    }

    /// Decodes from `*at` on. `Ok`: everything is consumed, or (if not `last`) all but an incomplete sequence at `*at`.
    /// `Err`: `*at` is where the error starts; continue with the position that the handler chose.
    pub fn step(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut StrBuilder,
        last: bool,
    ) -> std::result::Result<(), CodecError> {
        match self.codec {
            Codec::Ascii => single::decode_ascii(input, at, out),
            Codec::Latin1 => {
                decode_latin1(&input[(*at).min(input.len())..], out);
                *at = input.len();
                Ok(())
            }
            Codec::Utf8 => decode_utf8(input, at, out, last),
            Codec::Utf7 => utf7::decode(input, at, out, last),
            Codec::Utf16(None) => {
                if let Some(order) = wide::detect_order(input, at, 2, last) {
                    self.codec = Codec::Utf16(Some(order));
                    return self.step(input, at, out, last);
                }
                Ok(())
            }
            Codec::Utf32(None) => {
                if let Some(order) = wide::detect_order(input, at, 4, last) {
                    self.codec = Codec::Utf32(Some(order));
                    return self.step(input, at, out, last);
                }
                Ok(())
            }
            Codec::Utf16(Some(order)) => wide::decode_utf16(input, at, out, order, last),
            Codec::Utf32(Some(order)) => wide::decode_utf32(input, at, out, order, last),
            Codec::UnicodeEscape => escape::decode_unicode_escape(input, at, out, last, &mut self.invalid_escape),
            Codec::RawUnicodeEscape => escape::decode_raw_unicode_escape(input, at, out, last),
        }
    }
}

/// Decodes with a built-in error handler. Gives the text and how many bytes were consumed.
pub fn decode(
    codec: Codec,
    input: &[u8],
    errors: Errors,
    last: bool,
) -> std::result::Result<(StrBuf, usize), CodecError> {
    if codec == Codec::Utf8 && input.is_ascii() {
        return Ok((StrBuf::One(input.to_vec()), input.len()));
    }
    let mut decoder = Decoder::new(codec);
    let mut out = StrBuilder::with_capacity(input.len() / 2);
    let mut at = 0;
    while let Err(error) = decoder.step(input, &mut at, &mut out, last) {
        let (replacement, resume) = errors.decode_error(input, &error, decoder.codec).ok_or(error)?;
        out.push_ref(replacement.as_ref());
        at = resume;
    }
    Ok((out.finish(), at))
}

/// Encodes from `*at` on, as far as the characters can be encoded. `Err`: `*at` is where the error starts.
/// A byte order mark is the caller's to write (`bom`), so that an encoding can be resumed.
pub fn encode_step(
    codec: Codec,
    text: StrRef<'_>,
    at: &mut usize,
    out: &mut Vec<u8>,
) -> std::result::Result<(), CodecError> {
    match codec {
        Codec::Ascii => single::encode_below(text, at, out, 0x80, "ordinal not in range(128)"),
        Codec::Latin1 => single::encode_below(text, at, out, 0x100, "ordinal not in range(256)"),
        Codec::Utf8 => encode_utf8(text, at, out),
        Codec::Utf7 => {
            utf7::encode(text.slice(*at..text.len()), out);
            *at = text.len();
            Ok(())
        }
        Codec::Utf16(order) => wide::encode_utf16(text, at, out, order.unwrap_or(ByteOrder::Little)),
        Codec::Utf32(order) => wide::encode_utf32(text, at, out, order.unwrap_or(ByteOrder::Little)),
        Codec::UnicodeEscape => {
            escape::encode_unicode_escape(text.slice(*at..text.len()), out);
            *at = text.len();
            Ok(())
        }
        Codec::RawUnicodeEscape => {
            escape::encode_raw_unicode_escape(text.slice(*at..text.len()), out);
            *at = text.len();
            Ok(())
        }
    }
}

/// The byte order mark that an encoding starts with.
pub fn bom(codec: Codec) -> &'static [u8] {
    match codec {
        Codec::Utf16(None) => b"\xff\xfe",
        Codec::Utf32(None) => b"\xff\xfe\0\0",
        _ => b"",
    }
}

/// Whether a str replacement from an error handler may be used. Only ASCII is, except where the encoder tries to
/// encode the replacement itself; if not, the original error is raised.
pub fn encode_replacement(codec: Codec, replacement: StrRef<'_>, out: &mut Vec<u8>) -> bool {
    let allowed = match codec {
        Codec::Latin1 => replacement.max_char() < 0x100,
        Codec::Utf16(_) | Codec::Utf32(_) => !replacement.iter().any(|c| (0xD800..0xE000).contains(&c)),
        _ => replacement.is_ascii(),
    };
    let mut at = 0;
    allowed && encode_step(codec, replacement, &mut at, out).is_ok()
}

/// Uses a bytes replacement from an error handler. UTF-16 and UTF-32 take whole code units only; if these are not, the
/// original error is raised.
pub fn encode_replacement_bytes(codec: Codec, replacement: &[u8], out: &mut Vec<u8>) -> bool {
    let unit = match codec {
        Codec::Utf16(_) => 2,
        Codec::Utf32(_) => 4,
        _ => 1,
    };
    let allowed = replacement.len() % unit == 0;
    if allowed {
        out.extend_from_slice(replacement);
    }
    allowed
}

/// Encodes with a built-in error handler.
pub fn encode(codec: Codec, text: StrRef<'_>, errors: Errors) -> std::result::Result<Vec<u8>, CodecError> {
    if let (Codec::Ascii | Codec::Latin1 | Codec::Utf8, StrRef::One(u)) = (codec, text)
        && (codec == Codec::Latin1 || u.is_ascii())
    {
        return Ok(u.to_vec());
    }
    let mut out = bom(codec).to_vec();
    let mut at = 0;
    while let Err(error) = encode_step(codec, text, &mut at, &mut out) {
        if errors == Errors::SurrogateEscape {
            // The escaped bytes at the start of the run go through; an error then names what is after them.
            let escaped = text.slice(error.start..error.end);
            let bytes: Vec<u8> =
                escaped.iter().map_while(|c| (0xDC80..=0xDCFF).contains(&c).then(|| (c - 0xDC00) as u8)).collect();
            if bytes.is_empty() || !encode_replacement_bytes(codec, &bytes, &mut out) {
                return Err(error);
            }
            at += bytes.len();
            continue;
        }
        let Some((replacement, resume)) = errors.encode_error(text, &error, codec) else { return Err(error) };
        match replacement {
            Replacement::Bytes(bytes) if encode_replacement_bytes(codec, &bytes, &mut out) => {}
            Replacement::Text(text) if encode_replacement(codec, text.as_ref(), &mut out) => {}
            _ => return Err(error),
        }
        at = resume;
    }
    Ok(out)
}
