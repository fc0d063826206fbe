//! From the bytes of a file to text the parser can read.
//!
//! Byte order mark, encoding declaration (PEP 263), universal newlines, and the errors CPython
//! gives for what is not text. Encodings beyond UTF-8, Latin-1 and ASCII are the caller's: a
//! hook decodes them.

use crate::error::{CompileError, ErrorKind, Result};

/// Decodes bytes in an encoding the compiler does not know; None when nobody knows it, an error
/// text when the bytes are not valid.
pub type Decoder<'d> = &'d dyn Fn(&str, &[u8]) -> Option<std::result::Result<String, String>>;

/// The text of a source file.
///
/// `file` is its name when it is read as a file of its own (and not handed over by a loader);
/// error texts mention it then.
pub fn decode(bytes: &[u8], file: Option<&str>, decoder: Option<Decoder<'_>>) -> Result<String> {
    let (bom, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let declared = cookie(body);
    let text = match declared {
        None => utf8(body, file, bom)?,
        Some(name) => {
            let normal = normalize(&name);
            if bom && normal != "utf-8" {
                return Err(CompileError::plain(
                    ErrorKind::SyntaxError,
                    format!("encoding problem: {name} with BOM"),
                ));
            }
            match normal.as_str() {
                "utf-8" | "utf8" | "u8" => utf8(body, file, true)?,
                "iso-8859-1" => body.iter().map(|&b| b as char).collect(),
                "ascii" if body.is_ascii() => String::from_utf8_lossy(body).into_owned(),
                _ => match decoder.and_then(|decode| decode(&name, body)) {
                    Some(Ok(text)) => text,
                    Some(Err(message)) => {
                        return Err(CompileError::plain(
                            ErrorKind::SyntaxError,
                            format!("(unicode error) {message}"),
                        ));
                    }
                    None if normal == "ascii" => {
                        let at = body.iter().position(|b| !b.is_ascii()).unwrap_or(0);
                        return Err(CompileError::plain(
                            ErrorKind::SyntaxError,
                            format!(
                                "(unicode error) 'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                                body[at]
                            ),
                        ));
                    }
                    None => {
                        return Err(CompileError::plain(
                            ErrorKind::SyntaxError,
                            format!("unknown encoding: {name}"),
                        ));
                    }
                },
            }
        }
    };
    check_nul(&text)?;
    Ok(normalize_newlines(text))
}

/// Source that is text already: only newlines and NULs matter.
pub fn from_text(text: &str) -> Result<String> {
    check_nul(text)?;
    Ok(normalize_newlines(text.to_owned()))
}

fn check_nul(text: &str) -> Result<()> {
    if text.as_bytes().contains(&0) {
        return Err(CompileError::plain(ErrorKind::SyntaxError, "source code string cannot contain null bytes"));
    }
    Ok(())
}

fn normalize_newlines(text: String) -> String {
    if text.as_bytes().contains(&b'\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

fn utf8(bytes: &[u8], file: Option<&str>, declared: bool) -> Result<String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() as i32 + 1;
        if declared {
            let reason = match bytes[at] {
                0x80..=0xC1 | 0xF5..=0xFF => "invalid start byte",
                _ if error.error_len().is_none() => "unexpected end of data",
                _ => "invalid continuation byte",
            };
            let mut error = CompileError::plain(
                ErrorKind::SyntaxError,
                format!("(unicode error) 'utf-8' codec can't decode byte 0x{:02x} in position {at}: {reason}", bytes[at]),
            );
            error.line = line;
            error
        } else {
            let mut error = CompileError::plain(
                ErrorKind::SyntaxError,
                format!(
                    "Non-UTF-8 code starting with '\\x{:02x}'{} on line {line}, but no encoding declared; \
                     see https://peps.python.org/pep-0263/ for details",
                    bytes[at],
                    file.map(|name| format!(" in file {name}")).unwrap_or_default()
                ),
            );
            error.line = line;
            error
        }
    })
}

/// The encoding named by a comment in the first two lines.
pub fn cookie(bytes: &[u8]) -> Option<String> {
    let mut lines = bytes.split(|&b| b == b'\n' || b == b'\r');
    let first = lines.next()?;
    if let Some(name) = cookie_in(first) {
        return Some(name);
    }
    // The second line counts only when the first is blank or a comment.
    let first = first.trim_ascii();
    if !first.is_empty() && !first.starts_with(b"#") {
        return None;
    }
    let second = match lines.next() {
        Some(b"") if bytes.windows(2).any(|pair| pair == b"\r\n") => lines.next()?,
        Some(line) => line,
        None => return None,
    };
    cookie_in(second)
}

fn cookie_in(line: &[u8]) -> Option<String> {
    let line = line.strip_prefix(b"\x0c").unwrap_or(line).trim_ascii_start();
    let comment = line.strip_prefix(b"#")?;
    let at = comment.windows(6).position(|w| w == b"coding")?;
    let mut rest = &comment[at + 6..];
    if !matches!(rest.first(), Some(b':' | b'=')) {
        // "coding" may appear again further on.
        return cookie_in(&[b"#", rest].concat());
    }
    rest = rest[1..].trim_ascii_start();
    let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_.".contains(b))).unwrap_or(rest.len());
    (end > 0).then(|| String::from_utf8_lossy(&rest[..end]).into_owned())
}

fn normalize(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    if lower == "utf-8" || lower.starts_with("utf-8-") {
        "utf-8".into()
    } else if ["latin-1", "iso-8859-1", "iso-latin-1"].iter().any(|n| lower == *n || lower.starts_with(&format!("{n}-")))
        || lower == "latin1" || lower == "l1"
    {
        "iso-8859-1".into()
    } else if lower == "ascii" || lower == "us-ascii" {
        "ascii".into()
    } else {
        lower
    }
}
