//! The engines of the `binascii` module: base64, hex, uuencode, quoted-printable, checksums.
//!
//! The decoders are as lenient as CPython's: outside strict mode base64 skips what is not in its alphabet and lets
//! padding stand anywhere, uuencode restores spaces that were lost at a line's end.

use crate::error::{ErrorKind, Result, TextError};

fn error<T>(message: impl Into<String>) -> Result<T> {
    Err(TextError::new(ErrorKind::BinasciiError, message))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Values of the base64 alphabet; 64 elsewhere.
const BASE64_VALUES: [u8; 256] = {
    let mut table = [64; 256];
    let mut i = 0;
    while i < 64 {
        table[BASE64[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// `b2a_base64(data, newline=…)`.
pub fn b2a_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for chunk in data.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            out.push(if i <= chunk.len() { BASE64[(bits >> (18 - 6 * i)) as usize & 63] } else { b'=' });
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

fn lone_character(decoded: usize) -> String {
    let count = decoded / 3 * 4 + 1;
    format!("Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4")
}

/// `a2b_base64(data, strict_mode=…)`.
pub fn a2b_base64(data: &[u8], strict: bool) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    if strict && data.first() == Some(&b'=') {
        return error("Leading padding not allowed");
    }
    // `position` is the place within a group of four, `left` the bits not yet output.
    let (mut position, mut left, mut pads, mut padded) = (0u8, 0u8, 0usize, false);
    for &b in data {
        if b == b'=' {
            if strict && position == 1 {
                return error(lone_character(out.len()));
            }
            padded = true;
            pads += 1;
            if strict && (position == 0 || usize::from(position) + pads > 4) {
                return error("Excess padding not allowed");
            }
            continue;
        }
        let value = BASE64_VALUES[usize::from(b)];
        if value == 64 {
            if strict {
                return error("Only base64 data is allowed");
            }
            continue;
        }
        if strict && padded {
            let complete = usize::from(position) + pads == 4;
            return error(if complete { "Excess data after padding" } else { "Discontinuous padding not allowed" });
        }
        pads = 0;
        match position {
            0 => left = value,
            1 => {
                out.push(left << 2 | value >> 4);
                left = value & 15;
            }
            2 => {
                out.push(left << 4 | value >> 2);
                left = value & 3;
            }
            _ => {
                out.push(left << 6 | value);
                left = 0;
            }
        }
        position = (position + 1) % 4;
    }
    match position {
        0 => Ok(out),
        1 => error(lone_character(out.len())),
        _ if usize::from(position) + pads < 4 => error("Incorrect padding"),
        _ => Ok(out),
    }
}

/// `a2b_hex` / `unhexlify`: digits only.
pub fn a2b_hex(data: &[u8]) -> Result<Vec<u8>> {
    if data.len() % 2 == 1 {
        return error("Odd-length string");
    }
    let mut out = Vec::with_capacity(data.len() / 2);
    for pair in data.chunks_exact(2) {
        let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
        match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => out.push(high << 4 | low),
            _ => return error("Non-hexadecimal digit found"),
        }
    }
    Ok(out)
}

/// `b2a_uu(data, backtick=…)`: one line of at most 45 bytes.
pub fn b2a_uu(data: &[u8], backtick: bool) -> Result<Vec<u8>> {
    if data.len() > 45 {
        return error("At most 45 bytes at once");
    }
    let char_of = |bits: u8| if bits == 0 && backtick { b'`' } else { bits + b' ' };
    let mut out = vec![char_of(data.len() as u8)];
    for chunk in data.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend((0..4).map(|i| char_of((bits >> (18 - 6 * i)) as u8 & 63)));
    }
    out.push(b'\n');
    Ok(out)
}

/// `a2b_uu`: one line.
pub fn a2b_uu(data: &[u8]) -> Result<Vec<u8>> {
    let Some((&first, mut rest)) = data.split_first() else { return error("Missing length byte") };
    let len = usize::from(first.wrapping_sub(b' ') & 63);
    let mut out = Vec::with_capacity(len);
    let (mut bits, mut held) = (0u32, 0);
    while out.len() < len {
        let value = match rest.split_off_first() {
            None | Some(b'\n' | b'\r') => 0,
            Some(&b @ b' '..=b'`') => (b - b' ') & 63,
            Some(_) => return error("Illegal char"),
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    if rest.iter().any(|b| !matches!(b, b' ' | b'`' | b'\n' | b'\r')) {
        return error("Trailing garbage");
    }
    Ok(out)
}

/// `a2b_qp(data, header=…)`.
pub fn a2b_qp(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((&b, after)) = rest.split_first() {
        rest = after;
        if b != b'=' {
            out.push(if header && b == b'_' { b' ' } else { b });
            continue;
        }
        let digit = |i: usize| after.get(i).and_then(|&b| char::from(b).to_digit(16)).map(|d| d as u8);
        match after.first() {
            None => {}
            // A soft line break: everything up to the newline goes.
            Some(b'\n' | b'\r') => {
                rest = memchr::memchr(b'\n', after).map_or(&[][..], |i| &after[i + 1..]);
            }
            Some(b'=') => {
                out.push(b'=');
                rest = &after[1..];
            }
            Some(_) => match (digit(0), digit(1)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = &after[2..];
                }
                _ => out.push(b'='),
            },
        }
    }
    out
}

/// `b2a_qp(data, quotetabs=…, istext=…, header=…)`.
pub fn b2a_qp(data: &[u8], quote_tabs: bool, is_text: bool, header: bool) -> Vec<u8> {
    const LINE: usize = 76;
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let first_newline = memchr::memchr(b'\n', data);
    let crlf = first_newline.is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    let newline: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out: Vec<u8> = Vec::with_capacity(data.len() + data.len() / 8);
    let quote = |out: &mut Vec<u8>, b: u8| {
        out.extend_from_slice(&[b'=', HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]);
    };
    let soft_break = |out: &mut Vec<u8>| {
        out.push(b'=');
        out.extend_from_slice(newline);
    };
    let (mut i, mut column) = (0, 0);
    while let Some(&b) = data.get(i) {
        let next = data.get(i + 1).copied();
        let blank = b == b' ' || b == b'\t';
        let line_end = b == b'\r' || b == b'\n';
        let must_quote = b > 126
            || b == b'='
            || header && b == b'_'
            || b == b'.' && column == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0))
            || !is_text && line_end
            || blank && (next.is_none() || quote_tabs)
            || b < 33 && !line_end && !blank;
        if must_quote {
            if column + 3 >= LINE {
                soft_break(&mut out);
                column = 0;
            }
            quote(&mut out, b);
            column += 3;
            i += 1;
        } else if is_text && (b == b'\n' || b == b'\r' && next == Some(b'\n')) {
            // White space at the end of a line would be lost on the way.
            if let Some(last @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                quote(&mut out, last);
            }
            out.extend_from_slice(newline);
            column = 0;
            i += if b == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some_and(|n| n != b'\n') && column + 1 >= LINE {
                soft_break(&mut out);
                column = 0;
            }
            column += 1;
            out.push(if header && b == b' ' { b'_' } else { b });
            i += 1;
        }
    }
    out
}

/// `crc_hqx(data, value)`: CRC-CCITT, polynomial 0x1021.
pub fn crc_hqx(data: &[u8], start: u32) -> u32 {
    let mut crc = start & 0xFFFF;
    for &b in data {
        crc ^= u32::from(b) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 } & 0xFFFF;
        }
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_lenient_and_strict() {
        assert_eq!(b2a_base64(b"ab", false), b"YWI=");
        assert_eq!(a2b_base64(b"Y!Q\n==", false).unwrap(), b"a");
        assert_eq!(a2b_base64(b"YQ==YQ==", false).unwrap(), b"a\x06\x10");
        let strict = |d: &[u8]| a2b_base64(d, true).unwrap_err().message;
        assert_eq!(strict(b"YQ==YQ=="), "Excess data after padding");
        assert_eq!(strict(b"YQ=a"), "Discontinuous padding not allowed");
        assert_eq!(strict(b"YWJj="), "Excess padding not allowed");
    }

    #[test]
    fn uu_qp_and_checksums() {
        assert_eq!(b2a_uu(b"abc", false).unwrap(), b"#86)C\n");
        assert_eq!(a2b_uu(b"#86").unwrap(), b"a`\0");
        assert_eq!(b2a_qp(b"a \n", false, true, false), b"a=20\n");
        assert_eq!(a2b_qp(b"a=\r\nb=41=4", false), b"abA=4");
        assert_eq!(crc_hqx(b"abc", 0x12345), 45177);
    }
}
