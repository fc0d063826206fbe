//! From the bytes of a file to text the parser can read.
//!
//! Byte order mark, encoding declaration (PEP 263), universal newlines, and the errors CPython
//! gives for what is not text. Encodings beyond UTF-8, Latin-1 and ASCII are the caller's: a
//! hook decodes them. Errors depend on who reads: source that was handed over as bytes is
//! checked as a whole, a file is read line by line.

use crate::error::{CompileError, ErrorKind, Place, Result};

/// What a `Decoder` made of some bytes.
pub enum Decoded {
    Text(String),
    /// They are not valid, or nobody knows the encoding: what the exception says.
    Failed(String),
    /// An exception that is not about encodings is pending.
    Raised,
}

/// Decodes bytes in an encoding the compiler does not know.
pub type Decoder<'d> = &'d mut dyn FnMut(&str, &[u8]) -> Decoded;

/// The text of a source file.
///
/// `file` is its name when it is read as a file of its own (and not handed over by a loader);
/// error texts mention it then.
pub fn decode(bytes: &[u8], file: Option<&str>, decoder: Option<Decoder<'_>>) -> Result<String> {
    if file.is_none() {
        check_nul(bytes)?;
    }
    let (bom, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let text = match cookie(body) {
        None => utf8(body, file, bom)?,
        Some(found) => {
            let normal = normalize(&found.name);
            if bom && normal != "utf-8" {
                let line = line_text(body, found.start);
                let mut error = syntax(format!("encoding problem: {normal} with BOM"));
                error.place = if file.is_some() { Place::Known } else { Place::Nameless };
                error.line = found.line;
                error.end_line = found.line;
                error.end_offset = line.chars().count() as i32;
                error.text = Some(line);
                return Err(error);
            }
            match normal.as_str() {
                "utf-8" => utf8(body, file, true)?,
                "iso-8859-1" => body.iter().map(|&b| b as char).collect(),
                _ => foreign(body, &found, file.is_some(), decoder)?,
            }
        }
    };
    if let Some(at) = text.find('\0') {
        return Err(nul_in_file(&text[..at]));
    }
    Ok(normalize_newlines(text))
}

/// A file is read up to the NUL.
fn nul_in_file(before: &str) -> CompileError {
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let mut error = syntax("source code cannot contain null bytes");
    error.line = before.matches('\n').count() as i32 + 1;
    error.text = Some(before[start..].to_owned());
    error
}

fn syntax(message: impl Into<String>) -> CompileError {
    CompileError::plain(ErrorKind::SyntaxError, message)
}

/// Decodes an encoding that is not ours. A file is opened anew at the end of the line with the
/// declaration, which positions in messages count from.
fn foreign(body: &[u8], cookie: &Cookie, is_file: bool, decoder: Option<Decoder<'_>>) -> Result<String> {
    let from = if is_file { cookie.end } else { 0 };
    let mut input = body[from..].to_vec();
    if !is_file && !input.ends_with(b"\n") {
        input.push(b'\n');
    }
    let mut decoder = decoder;
    let mut decode = |bytes: &[u8]| {
        let outcome = match &mut decoder {
            Some(decode) => decode(&cookie.name, bytes),
            None => Decoded::Failed(format!("unknown encoding: {}", cookie.name)),
        };
        match outcome {
            Decoded::Text(text) => Ok(text),
            Decoded::Failed(message) => {
                let mut error = syntax(message);
                error.place = Place::File;
                Err(error)
            }
            Decoded::Raised => Err(CompileError::plain(ErrorKind::Raised, "")),
        }
    };
    let before = if from > 0 { decode(&body[..from])? } else { String::new() };
    Ok(before + &decode(&input)?)
}

/// The line that `at` is in, without its end.
fn line_text(bytes: &[u8], at: usize) -> String {
    let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
    let end = bytes[at..].iter().position(|&b| b == b'\n' || b == b'\r').map_or(bytes.len(), |length| at + length);
    String::from_utf8_lossy(&bytes[start..end]).into_owned()
}

/// Source that is text already: only newlines and NULs matter.
pub fn from_text(text: &str) -> Result<String> {
    check_nul(text.as_bytes())?;
    Ok(normalize_newlines(text.to_owned()))
}

fn check_nul(text: &[u8]) -> Result<()> {
    if text.contains(&0) {
        return Err(syntax("source code string cannot contain null bytes"));
    }
    Ok(())
}

fn normalize_newlines(text: String) -> String {
    if text.as_bytes().contains(&b'\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

fn utf8(bytes: &[u8], file: Option<&str>, declared: bool) -> Result<String> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
    let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() as i32 + 1;
    let byte = bytes[at];
    if file.is_some()
        && let Some(nul) = bytes[..at].iter().position(|&b| b == 0)
    {
        return Err(nul_in_file(&String::from_utf8_lossy(&bytes[..nul])));
    }
    let mut failure = if declared && file.is_some() {
        let reason = match byte {
            0x80..=0xC1 | 0xF5..=0xFF => "invalid start byte",
            _ if error.error_len().is_none() => "unexpected end of data",
            _ => "invalid continuation byte",
        };
        let at = at - start;
        syntax(format!("(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {reason}"))
    } else {
        let place = file.map(|name| format!(" in file {name}")).unwrap_or_default();
        let mut failure = syntax(format!(
            "Non-UTF-8 code starting with '\\x{byte:02x}'{place} on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details"
        ));
        let column = String::from_utf8_lossy(&bytes[start..at]).chars().count() as i32 + 1;
        (failure.offset, failure.end_line, failure.end_offset) = (column, line, column);
        failure
    };
    if file.is_none() {
        failure.place = Place::Nameless;
    }
    failure.line = line;
    failure.text = Some(line_text(bytes, at));
    Err(failure)
}

/// An encoding declaration.
pub struct Cookie {
    pub name: String,
    /// The line it is in, from 1, and where that begins and ends.
    line: i32,
    start: usize,
    end: usize,
}

/// The encoding named by a comment in the first two lines.
pub fn cookie(bytes: &[u8]) -> Option<Cookie> {
    let mut start = 0;
    for line in 1..=2 {
        let length = bytes[start..].iter().position(|&b| b == b'\n' || b == b'\r').unwrap_or(bytes.len() - start);
        let end = start + length;
        let text = &bytes[start..end];
        if let Some(name) = cookie_in(text) {
            return Some(Cookie { name, line, start, end });
        }
        // The second line counts only when the first is blank or a comment.
        let text = text.trim_ascii();
        if end == bytes.len() || !text.is_empty() && !text.starts_with(b"#") {
            return None;
        }
        start = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    None
}

fn cookie_in(line: &[u8]) -> Option<String> {
    let line = line.strip_prefix(b"\x0c").unwrap_or(line).trim_ascii_start();
    let mut comment = line.strip_prefix(b"#")?;
    loop {
        let at = comment.windows(6).position(|w| w == b"coding")?;
        comment = &comment[at + 6..];
        if !matches!(comment.first(), Some(b':' | b'=')) {
            // "coding" may appear again further on.
            continue;
        }
        let rest = comment[1..].trim_ascii_start();
        let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_.".contains(b))).unwrap_or(rest.len());
        if end > 0 {
            return Some(String::from_utf8_lossy(&rest[..end]).into_owned());
        }
    }
}

/// UTF-8 and Latin-1 have many names; others stay as they are written.
fn normalize(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    if lower == "utf-8" || lower.starts_with("utf-8-") {
        "utf-8".into()
    } else if ["latin-1", "iso-8859-1", "iso-latin-1"].iter().any(|n| lower == *n || lower.starts_with(&format!("{n}-"))) {
        "iso-8859-1".into()
    } else {
        name.into()
    }
}
