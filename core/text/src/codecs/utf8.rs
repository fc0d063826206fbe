//! UTF-8. The standard library validates (its ASCII path is vectorised) and tells maximal invalid parts from
//! truncated ones exactly as CPython does; the width of the result is known before a character is copied.

use super::CodecError;
use crate::strref::{StrBuf, StrBuilder, StrRef, each_width};
use crate::unit::Unit;

/// The whole input, strictly.
pub fn decode_utf8_strict(input: &[u8]) -> Result<StrBuf, CodecError> {
    if input.is_ascii() {
        return Ok(StrBuf::One(input.to_vec()));
    }
    match std::str::from_utf8(input) {
        Ok(text) => Ok(StrBuf::from(text)),
        Err(_) => {
            let mut out = StrBuilder::new();
            decode_utf8(input, &mut 0, &mut out, true).map(|()| out.finish())
        }
    }
}

/// One step of decoding; see `Decoder::step`.
pub fn decode_utf8(input: &[u8], at: &mut usize, out: &mut StrBuilder, last: bool) -> Result<(), CodecError> {
    let rest = &input[(*at).min(input.len())..];
    let (valid, error) = match std::str::from_utf8(rest) {
        Ok(text) => (text, None),
        Err(error) => (std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or(""), Some(error)),
    };
    if out.is_empty() && error.is_none() {
        *out = StrBuilder::from(StrBuf::from(valid));
    } else {
        out.push_str(valid);
    }
    *at += valid.len();
    let Some(error) = error else { return Ok(()) };
    match error.error_len() {
        None if !last => Ok(()),
        None => Err(CodecError::new(*at, input.len(), "unexpected end of data")),
        // The third byte may complete a surrogate, which `surrogatepass` wants to see as one.
        Some(_) if !last && matches!(input[*at..], [0xED, 0xA0..=0xBF]) => Ok(()),
        Some(len) => {
            let reason = match input.get(*at) {
                Some(0xC2..=0xF4) => "invalid continuation byte",
                _ => "invalid start byte",
            };
            Err(CodecError::new(*at, *at + len, reason))
        }
    }
}

/// The whole text, strictly.
pub fn encode_utf8_strict(text: StrRef<'_>) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    encode_utf8(text, &mut 0, &mut out).map(|()| out)
}

/// One step of encoding; see `encode_step`. The error range covers all adjacent surrogates.
pub fn encode_utf8(text: StrRef<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    if let StrRef::One(u) = text
        && u.is_ascii()
    {
        out.extend_from_slice(&u[(*at).min(u.len())..]);
        *at = u.len();
        return Ok(());
    }
    fn go<T: Unit>(units: &[T], at: &mut usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
        out.reserve(units.len().saturating_sub(*at));
        while let Some(&unit) = units.get(*at) {
            let c: u32 = unit.into();
            match c {
                0..=0x7F => out.push(c as u8),
                0x80..=0x7FF => out.extend_from_slice(&[0xC0 | (c >> 6) as u8, 0x80 | (c & 0x3F) as u8]),
                _ => match char::from_u32(c) {
                    Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    None => {
                        let run = units[*at..].iter().take_while(|&&c| char::from_u32(c.into()).is_none()).count();
                        return Err(CodecError::new(*at, *at + run, "surrogates not allowed"));
                    }
                },
            }
            *at += 1;
        }
        Ok(())
    }
    each_width!(text, u => go(u, at, out))
}
