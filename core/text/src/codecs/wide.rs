//! UTF-16 and UTF-32, in either byte order.

use super::CodecError;
use crate::strref::{StrBuilder, StrRef};

/// The order of the bytes in a code unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

/// Consumes a byte order mark if there is one. `None`: too few bytes so far to tell.
pub(super) fn detect_order(input: &[u8], at: &mut usize, size: usize, last: bool) -> Option<ByteOrder> {
    let rest = &input[(*at).min(input.len())..];
    let Some(mark) = rest.get(..size) else { return last.then_some(ByteOrder::Little) };
    let order = match mark {
        [0xFF, 0xFE] | [0xFF, 0xFE, 0, 0] => ByteOrder::Little,
        [0xFE, 0xFF] | [0, 0, 0xFE, 0xFF] => ByteOrder::Big,
        _ => return Some(ByteOrder::Little),
    };
    *at += size;
    Some(order)
}

fn unit16(bytes: &[u8], order: ByteOrder) -> Option<u32> {
    let pair: [u8; 2] = bytes.get(..2)?.try_into().ok()?;
    Some(match order {
        ByteOrder::Little => u16::from_le_bytes(pair).into(),
        ByteOrder::Big => u16::from_be_bytes(pair).into(),
    })
}

pub(super) fn unit32(bytes: &[u8], order: ByteOrder) -> Option<u32> {
    let quad: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    Some(match order {
        ByteOrder::Little => u32::from_le_bytes(quad),
        ByteOrder::Big => u32::from_be_bytes(quad),
    })
}

pub(super) fn push16(out: &mut Vec<u8>, unit: u16, order: ByteOrder) {
    out.extend_from_slice(&match order {
        ByteOrder::Little => unit.to_le_bytes(),
        ByteOrder::Big => unit.to_be_bytes(),
    });
}

pub(super) fn push32(out: &mut Vec<u8>, unit: u32, order: ByteOrder) {
    out.extend_from_slice(&match order {
        ByteOrder::Little => unit.to_le_bytes(),
        ByteOrder::Big => unit.to_be_bytes(),
    });
}

/// The surrogate stored in the first code unit of `bytes`, for `surrogatepass`, and the unit's size.
pub(super) fn surrogate_unit(bytes: &[u8], size: usize, order: ByteOrder) -> Option<u32> {
    let unit = if size == 2 { unit16(bytes, order) } else { unit32(bytes, order) };
    unit.filter(|u| (0xD800..0xE000).contains(u))
}

pub(super) fn decode_utf16(
    input: &[u8],
    at: &mut usize,
    out: &mut StrBuilder,
    order: ByteOrder,
    last: bool,
) -> Result<(), CodecError> {
    loop {
        let rest = &input[(*at).min(input.len())..];
        let Some(first) = unit16(rest, order) else {
            return if rest.is_empty() || !last {
                Ok(())
            } else {
                Err(CodecError::new(*at, input.len(), "truncated data"))
            };
        };
        match first {
            0xD800..0xDC00 => match unit16(&rest[2..], order) {
                Some(second @ 0xDC00..0xE000) => {
                    out.push(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                    *at += 4;
                }
                Some(_) => return Err(CodecError::new(*at, *at + 2, "illegal UTF-16 surrogate")),
                None if !last => return Ok(()),
                None => return Err(CodecError::new(*at, input.len(), "unexpected end of data")),
            },
            0xDC00..0xE000 => return Err(CodecError::new(*at, *at + 2, "illegal encoding")),
            _ => {
                out.push(first);
                *at += 2;
            }
        }
    }
}

pub(super) fn decode_utf32(
    input: &[u8],
    at: &mut usize,
    out: &mut StrBuilder,
    order: ByteOrder,
    last: bool,
) -> Result<(), CodecError> {
    loop {
        let rest = &input[(*at).min(input.len())..];
        match unit32(rest, order) {
            None if rest.is_empty() || !last => return Ok(()),
            None => return Err(CodecError::new(*at, input.len(), "truncated data")),
            Some(0xD800..0xE000) => {
                let reason = "code point in surrogate code point range(0xd800, 0xe000)";
                return Err(CodecError::new(*at, *at + 4, reason));
            }
            Some(0x11_0000..) => {
                return Err(CodecError::new(*at, *at + 4, "code point not in range(0x110000)"));
            }
            Some(c) => out.push(c),
        }
        *at += 4;
    }
}

pub(super) fn encode_utf16(
    text: StrRef<'_>,
    at: &mut usize,
    out: &mut Vec<u8>,
    order: ByteOrder,
) -> Result<(), CodecError> {
    for c in text.slice(*at..text.len()) {
        match char::from_u32(c) {
            None => return Err(CodecError::new(*at, *at + 1, "surrogates not allowed")),
            Some(c) => c.encode_utf16(&mut [0; 2]).iter().for_each(|&unit| push16(out, unit, order)),
        }
        *at += 1;
    }
    Ok(())
}

pub(super) fn encode_utf32(
    text: StrRef<'_>,
    at: &mut usize,
    out: &mut Vec<u8>,
    order: ByteOrder,
) -> Result<(), CodecError> {
    for c in text.slice(*at..text.len()) {
        if char::from_u32(c).is_none() {
            return Err(CodecError::new(*at, *at + 1, "surrogates not allowed"));
        }
        push32(out, c, order);
        *at += 1;
    }
    Ok(())
}
