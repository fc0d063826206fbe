//! The contents of string and bytes literals: escapes, surrogates, warnings.
//!
//! Text is produced as generalised UTF-8, in which lone surrogates are encoded like other code
//! points, because `"\ud800"` is a valid Python string. Error texts are those of CPython's
//! `unicodeescape` codec, which the user sees inside a SyntaxError.

use krait_bytecode::WStr;

/// Append a code point, surrogates included.
pub fn push_code_point(out: &mut Vec<u8>, point: u32) {
    match char::from_u32(point) {
        Some(c) => {
            let mut buffer = [0; 4];
            out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
        }
        None => out.extend_from_slice(&[
            0xE0 | (point >> 12) as u8,
            0x80 | ((point >> 6) & 0x3F) as u8,
            0x80 | (point & 0x3F) as u8,
        ]),
    }
}

/// The code points of generalised UTF-8 made by this crate.
pub fn code_points(bytes: &[u8]) -> Vec<u32> {
    let mut points = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let first = bytes[at] as u32;
        let (length, mut point) = match first {
            0..0x80 => (1, first),
            0x80..0xE0 => (2, first & 0x1F),
            0xE0..0xF0 => (3, first & 0x0F),
            _ => (4, first & 0x07),
        };
        for &b in bytes.iter().skip(at + 1).take(length - 1) {
            point = point << 6 | (b as u32 & 0x3F);
        }
        points.push(point);
        at += length;
    }
    points
}

/// A string constant of the bytecode from generalised UTF-8.
pub fn to_wstr(bytes: &[u8]) -> WStr {
    match std::str::from_utf8(bytes) {
        Ok(text) => WStr::Utf8(text.into()),
        Err(_) => WStr::from_code_points(&code_points(bytes)),
    }
}

pub fn invalid_escape(text: &str) -> String {
    format!(
        "\"\\{text}\" is an invalid escape sequence. Such sequences will not work in the future. \
         Did you mean \"\\\\{text}\"? A raw string is also an option."
    )
}

fn invalid_octal(text: &str) -> String {
    format!(
        "\"\\{text}\" is an invalid octal escape sequence. Such sequences will not work in the future. \
         Did you mean \"\\\\{text}\"? A raw string is also an option."
    )
}

/// Decode the escapes of a str literal's content. `warn` receives byte offsets of bad escapes.
pub fn decode_str(content: &str, out: &mut Vec<u8>, warn: &mut dyn FnMut(usize, String)) -> Result<(), String> {
    let bytes = content.as_bytes();
    let mut at = 0;
    // CPython decodes a form in which non-ASCII characters are ten-byte escapes, and its positions
    // count that form.
    let position = |at: usize| -> usize { content[..at].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum() };
    while at < bytes.len() {
        let Some(offset) = bytes[at..].iter().position(|&b| b == b'\\') else {
            out.extend_from_slice(&bytes[at..]);
            break;
        };
        out.extend_from_slice(&bytes[at..at + offset]);
        let start = at + offset;
        at = start + 1;
        let Some(&escape) = bytes.get(at) else {
            return Err(format!(
                "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {}: \\ at end of string",
                position(start)
            ));
        };
        at += 1;
        match escape {
            b'\n' => {}
            b'\\' => out.push(b'\\'),
            b'\'' => out.push(b'\''),
            b'"' => out.push(b'"'),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let digits = octal_length(&bytes[at - 1..]);
                let text = &content[at - 1..at - 1 + digits];
                let value = u32::from_str_radix(text, 8).unwrap_or(0);
                at += digits - 1;
                if value > 0o377 {
                    warn(start, invalid_octal(text));
                }
                push_code_point(out, value);
            }
            b'x' | b'u' | b'U' => {
                let (width, name) = match escape {
                    b'x' => (2, "\\xXX"),
                    b'u' => (4, "\\uXXXX"),
                    _ => (8, "\\UXXXXXXXX"),
                };
                let digits = bytes[at..].iter().take(width).take_while(|b| b.is_ascii_hexdigit()).count();
                let end = position(at) + digits - 1;
                if digits < width {
                    return Err(format!(
                        "(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{end}: truncated {name} escape",
                        position(start)
                    ));
                }
                let value = u32::from_str_radix(&content[at..at + width], 16).unwrap_or(u32::MAX);
                at += width;
                if value > 0x10FFFF {
                    return Err(format!(
                        "(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{end}: illegal Unicode character",
                        position(start)
                    ));
                }
                push_code_point(out, value);
            }
            b'N' => {
                let close = (bytes.get(at) == Some(&b'{')).then(|| content[at..].find('}')).flatten();
                let Some(close) = close.filter(|&close| close > 1) else {
                    // The codec points at the last byte it has looked at.
                    let end = match (bytes.get(at), content[at..].find('}')) {
                        (Some(b'{'), Some(close)) => position(at + close),
                        (Some(b'{'), None) => position(content.len()).saturating_sub(1),
                        _ => position(at).saturating_sub(1),
                    };
                    return Err(format!(
                        "(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{end}: malformed \\N character escape",
                        position(start)
                    ));
                };
                let name = &content[at + 1..at + close];
                match character_named(name) {
                    Some(c) => push_code_point(out, c as u32),
                    None => {
                        return Err(format!(
                            "(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{}: unknown Unicode character name",
                            position(start),
                            position(at + close)
                        ));
                    }
                }
                at += close + 1;
            }
            _ => {
                let c = content[at - 1..].chars().next().unwrap_or('\\');
                if c.is_ascii() {
                    warn(start, invalid_escape(&c.to_string()));
                }
                out.push(b'\\');
                at -= 1;
                let length = c.len_utf8();
                out.extend_from_slice(&bytes[at..at + length]);
                at += length;
            }
        }
    }
    Ok(())
}

fn octal_length(bytes: &[u8]) -> usize {
    bytes.iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count()
}

/// A character by its Unicode name or an alias, in any case.
fn character_named(name: &str) -> Option<char> {
    krait_names::character(&name.to_ascii_uppercase()).and_then(char::from_u32)
}

/// Decode the escapes of a bytes literal's content.
pub fn decode_bytes(
    content: &str,
    raw: bool,
    out: &mut Vec<u8>,
    warn: &mut dyn FnMut(usize, String),
) -> Result<(), String> {
    let bytes = content.as_bytes();
    if raw {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let start = at - 1;
        let Some(&escape) = bytes.get(at) else {
            return Err("(value error) Trailing \\ in string".into());
        };
        at += 1;
        match escape {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(escape),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let digits = octal_length(&bytes[at - 1..]);
                let text = &content[at - 1..at - 1 + digits];
                let value = u32::from_str_radix(text, 8).unwrap_or(0);
                at += digits - 1;
                if value > 0o377 {
                    warn(start, invalid_octal(text));
                }
                out.push(value as u8);
            }
            b'x' => {
                let digits = bytes[at..].iter().take(2).take_while(|b| b.is_ascii_hexdigit()).count();
                if digits < 2 {
                    return Err(format!("(value error) invalid \\x escape at position {start}"));
                }
                out.push(u8::from_str_radix(&content[at..at + 2], 16).unwrap_or(0));
                at += 2;
            }
            _ => {
                if escape.is_ascii() {
                    warn(start, invalid_escape(&(escape as char).to_string()));
                }
                out.push(b'\\');
                at -= 1;
            }
        }
    }
    Ok(())
}

/// `{{` and `}}` of an f-string's literal part become single braces, except inside `\N{…}`.
pub fn collapse_braces(content: &str, raw: bool, out: &mut String) {
    let mut chars = content.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if !raw => {
                out.push(c);
                let next = chars.next();
                out.extend(next);
                if next == Some('N') && chars.peek() == Some(&'{') {
                    for c in chars.by_ref() {
                        out.push(c);
                        if c == '}' {
                            break;
                        }
                    }
                } else if matches!(next, Some('{' | '}')) && chars.peek() == next.as_ref() {
                    // A backslash does not protect a brace: `\{{` is a backslash and one brace.
                    chars.next();
                }
            }
            '{' | '}' => {
                out.push(c);
                if chars.peek() == Some(&c) {
                    chars.next();
                }
            }
            _ => out.push(c),
        }
    }
}

/// The text of a self-documenting expression without its comments.
pub fn strip_comments(text: &str) -> String {
    if !text.contains('#') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut comment = false;
    let mut escaped = false;
    for c in text.chars() {
        if quote.is_some() && (escaped || c == '\\') {
            escaped = !escaped;
            out.push(c);
            continue;
        }
        if comment {
            if c == '\n' {
                comment = false;
                out.push(c);
            }
            continue;
        }
        match (quote, c) {
            (None, '#') => {
                comment = true;
                continue;
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        out.push(c);
    }
    out
}
