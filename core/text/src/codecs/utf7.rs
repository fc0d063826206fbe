//! UTF-7 (RFC 2152): ASCII, with runs of UTF-16 in modified base64 between `+` and `-`.

use super::CodecError;
use crate::strref::{StrBuilder, StrRef};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_value(b: u8) -> Option<u32> {
    Some(match b {
        b'A'..=b'Z' => u32::from(b - b'A'),
        b'a'..=b'z' => u32::from(b - b'a') + 26,
        b'0'..=b'9' => u32::from(b - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Characters that stand for themselves.
fn is_direct(c: u32) -> bool {
    match u8::try_from(c) {
        Ok(b) => b.is_ascii_alphanumeric() || b" \t\n\r'(),-./:?!\"#$%&*;<=>@[]^_`{|}".contains(&b),
        Err(_) => false,
    }
}

/// The state inside a base64 run.
#[derive(Default)]
struct Shift {
    bits: u32,
    held: u32,
    high_surrogate: Option<u32>,
}

impl Shift {
    /// Takes six bits and pushes the code unit they may complete.
    fn feed(&mut self, value: u32, out: &mut StrBuilder) {
        self.bits = self.bits << 6 | value;
        self.held += 6;
        if self.held < 16 {
            return;
        }
        self.held -= 16;
        let unit = self.bits >> self.held;
        self.bits &= (1 << self.held) - 1;
        if let Some(high) = self.high_surrogate.take() {
            if (0xDC00..0xE000).contains(&unit) {
                return out.push(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
            }
            out.push(high);
        }
        if (0xD800..0xDC00).contains(&unit) { self.high_surrogate = Some(unit) } else { out.push(unit) }
    }
}

pub(super) fn decode(input: &[u8], at: &mut usize, out: &mut StrBuilder, last: bool) -> Result<(), CodecError> {
    while let Some(&b) = input.get(*at) {
        match b {
            b'+' => match input.get(*at + 1) {
                Some(b'-') => {
                    out.push(b'+'.into());
                    *at += 2;
                }
                Some(&next) if base64_value(next).is_none() => {
                    return Err(CodecError::new(*at, *at + 2, "ill-formed sequence"));
                }
                _ => match decode_run(input, *at, out, last)? {
                    Some(end) => *at = end,
                    None => return Ok(()),
                },
            },
            0..=0x7F => {
                out.push(b.into());
                *at += 1;
            }
            _ => return Err(CodecError::new(*at, *at + 1, "unexpected special character")),
        }
    }
    Ok(())
}

/// Decodes the run whose `+` is at `start` and gives its end; `None` if it goes on in input yet to come, in which case
/// nothing of it is output. At an error what was decoded before it stays.
fn decode_run(input: &[u8], start: usize, out: &mut StrBuilder, last: bool) -> Result<Option<usize>, CodecError> {
    let mut shift = Shift::default();
    let mut run = StrBuilder::new();
    let mut at = start + 1;
    while let Some(value) = input.get(at).and_then(|&b| base64_value(b)) {
        shift.feed(value, &mut run);
        at += 1;
    }
    let next = input.get(at).copied();
    if next.is_none() && !last {
        return Ok(None);
    }
    out.push_ref(run.as_ref());
    let Some(next) = next else {
        let unfinished = shift.high_surrogate.is_some() || shift.held >= 6 || shift.bits != 0;
        return if unfinished {
            Err(CodecError::new(start, input.len(), "unterminated shift sequence"))
        } else {
            Ok(Some(at))
        };
    };
    if shift.held >= 6 {
        return Err(CodecError::new(start, at + 1, "partial character in shift sequence"));
    }
    if shift.bits != 0 {
        return Err(CodecError::new(start, at + 1, "non-zero padding bits in shift sequence"));
    }
    if let Some(high) = shift.high_surrogate
        && next.is_ascii()
        && next != b'+'
    {
        out.push(high);
    }
    Ok(Some(if next == b'-' { at + 1 } else { at }))
}

pub(super) fn encode(text: StrRef<'_>, out: &mut Vec<u8>) {
    let (mut shifted, mut bits, mut held) = (false, 0u32, 0u32);
    let flush = |out: &mut Vec<u8>, bits: &mut u32, held: &mut u32| {
        while *held >= 6 {
            *held -= 6;
            out.push(ALPHABET[(*bits >> *held) as usize & 63]);
        }
        *bits &= (1 << *held) - 1;
    };
    let finish = |out: &mut Vec<u8>, bits: u32, held: u32| {
        if held > 0 {
            out.push(ALPHABET[(bits << (6 - held)) as usize & 63]);
        }
    };
    for c in text {
        if shifted && is_direct(c) {
            finish(out, bits, held);
            (shifted, bits, held) = (false, 0, 0);
            if c == u32::from(b'-') || u8::try_from(c).is_ok_and(|b| base64_value(b).is_some()) {
                out.push(b'-');
            }
        }
        if !shifted {
            if is_direct(c) {
                out.push(c as u8);
                continue;
            }
            if c == u32::from(b'+') {
                out.extend_from_slice(b"+-");
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let mut units = [0u16; 2];
        let units: &[u16] = match char::from_u32(c) {
            Some(c) => c.encode_utf16(&mut units),
            None => {
                units[0] = c as u16;
                &units[..1]
            }
        };
        for &unit in units {
            bits = bits << 16 | u32::from(unit);
            held += 16;
            flush(out, &mut bits, &mut held);
        }
    }
    if shifted {
        finish(out, bits, held);
        out.push(b'-');
    }
}
