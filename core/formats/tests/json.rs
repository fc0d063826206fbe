//! Documents, strings and escapes against CPython's `_json`.

mod common;

use common::{hex, rows, text};
use krait_formats::json::{JsonError, Scanner, Token, encode_basestring, encode_basestring_ascii, scan_string};
use krait_text::StrRef;

fn error(error: JsonError) -> String {
    match error {
        JsonError::Decode { message, at } => format!("!{message}@{at}"),
        JsonError::NoValue { at } => format!("stop {at}"),
        JsonError::OutOfBounds => "bounds".to_owned(),
    }
}

/// One value in the notation of the table. Members of objects and items are separated by `;`.
fn document(text: StrRef<'_>, start: usize, strict: bool) -> Result<String, JsonError> {
    let mut scanner = Scanner::new(text, start, strict);
    let mut out = String::new();
    let mut first = true;
    while let Some(token) = scanner.next_token()? {
        let closing = matches!(token, Token::ObjectEnd | Token::ArrayEnd);
        if !first && !closing && !out.ends_with(':') {
            out.push(';');
        }
        first = matches!(token, Token::ObjectStart | Token::ArrayStart);
        out += &match token {
            Token::ObjectStart => "{".to_owned(),
            Token::ObjectEnd => "}".to_owned(),
            Token::ArrayStart => "[".to_owned(),
            Token::ArrayEnd => "]".to_owned(),
            Token::Key(key) => format!("{}:", hex(key.to_buf(text).as_ref())),
            Token::Str(value) => format!("\"{}", hex(value.to_buf(text).as_ref())),
            Token::Int(range) => text.slice(range).to_utf8_lossy(),
            Token::Float(range) => format!("f{}", text.slice(range).to_utf8_lossy()),
            Token::True => "true".to_owned(),
            Token::False => "false".to_owned(),
            Token::Null => "null".to_owned(),
            Token::Constant(name) => format!("c{name}"),
        };
    }
    Ok(format!("{} {out}", scanner.position()))
}

#[test]
fn table() {
    rows("json", |cells| {
        let source = text(cells[1]);
        let source = source.as_ref();
        if cells[0] == "enc" {
            let found = [encode_basestring_ascii(source), encode_basestring(source)].map(|s| hex(s.as_ref())).join(" ");
            return (found, cells[2..].join(" "));
        }
        let (start, strict) = (cells[2].parse().unwrap(), cells[3] == "1");
        let found = if cells[0] == "doc" {
            document(source, start, strict)
        } else {
            scan_string(source, start, strict).map(|(value, end)| format!("{end} {}", hex(value.as_ref())))
        };
        (found.unwrap_or_else(error), cells[4].to_owned())
    });
}
