//! Templates of `str.format` and `%` formats against CPython 3.14's own parsers.

use krait_text::format_string::{First, Step, pieces, split_field_name};
use krait_text::percent::{
    Count, Item, PercentSpec, items, percent_float, percent_int, percent_str, unsupported_character,
};
use krait_text::{Result, StrBuf, StrRef, TextError};

const TEMPLATES: &[(&str, &str)] = &[
    ("a{b}c", "a<b||> c"),
    ("{{}}", "{ }"),
    ("{a!r:>{w}}", "<a|>{w}|r>"),
    ("{", "ValueError: Single '{' encountered in format string"),
    ("a}", "ValueError: Single '}' encountered in format string"),
    ("{a", "ValueError: expected '}' before end of string"),
    ("{a!", "ValueError: end of string while looking for conversion specifier"),
    ("{a!r", "ValueError: unmatched '{' in format spec"),
    ("{a!rx}", "ValueError: expected ':' after conversion specifier"),
    ("{a[}]:x}", "<a[}]|x|>"),
    ("{a{b}", "ValueError: unexpected '{' in field name"),
    ("{a:{b", "ValueError: unmatched '{' in format spec"),
    ("{a!}}", "<a||}>"),
];

const NAMES: &[(&str, &str)] = &[
    ("0", "0"),
    ("a.b[c][1]", "a.b[c][1]"),
    ("01.x", "1.x"),
    ("-1", "-1"),
    ("a.", "ValueError: Empty attribute in format string"),
    ("a[", "ValueError: Missing ']' in format string"),
    ("a[]", "ValueError: Empty attribute in format string"),
    ("a[b]c", "ValueError: Only '.' or '[' may follow ']' in format field specifier"),
    ("99999999999999999999999", "ValueError: Too many decimal digits in format string"),
];

const PERCENT: &[(&str, i64, &str)] = &[
    ("%d|", 42, "42|"),
    ("%+05d|", 42, "+0042|"),
    ("%-6d|", 42, "42    |"),
    ("%#x|", 255, "0xff|"),
    ("%#010X|", 255, "0X000000FF|"),
    ("%.5d|", -42, "-00042|"),
    ("%08.3f|", 7, "0007.000|"),
    ("%e|", 12, "1.200000e+01|"),
    ("% g|", 3, " 3|"),
    ("%5s|", 7, "    7|"),
    ("%.1s|", 77, "7|"),
    ("%y", 1, "ValueError: unsupported format character 'y' (0x79) at index 1"),
    ("%5", 1, "ValueError: incomplete format"),
    ("%99999999999999999999d", 1, "ValueError: width too big"),
    ("100%%", 0, "100%"),
];

fn shown(error: TextError) -> String {
    format!("{:?}: {}", error.kind, error.message)
}

#[test]
fn templates() {
    for &(template, expected) in TEMPLATES {
        let text = StrBuf::from(template);
        let part = |range| text.as_ref().slice(range).to_utf8_lossy();
        let listed: Vec<String> = pieces(text.as_ref())
            .map(|piece| match piece {
                Err(error) => shown(error),
                Ok(piece) => match piece.field {
                    None => part(piece.literal),
                    Some(field) => {
                        let conversion =
                            field.conversion.and_then(char::from_u32).map(String::from).unwrap_or_default();
                        format!("{}<{}|{}|{conversion}>", part(piece.literal), part(field.name), part(field.spec))
                    }
                },
            })
            .collect();
        assert_eq!(listed.join(" "), expected, "{template:?}");
    }
}

#[test]
fn field_names() {
    for &(name, expected) in NAMES {
        let text = StrBuf::from(name);
        let part = |range| text.as_ref().slice(range).to_utf8_lossy();
        let listed: Result<String> = split_field_name(text.as_ref()).and_then(|(first, steps)| {
            let mut out = match first {
                First::Empty => String::new(),
                First::Index(index) => index.to_string(),
                First::Name(range) => part(range),
            };
            for step in steps {
                out.push_str(&match step? {
                    Step::Attribute(range) => format!(".{}", part(range)),
                    Step::Index(index) => format!("[{index}]"),
                    Step::Key(range) => format!("[{}]", part(range)),
                });
            }
            Ok(out)
        });
        assert_eq!(listed.unwrap_or_else(shown), expected, "{name:?}");
    }
}

/// Formats one int with a format of one conversion.
fn percent(format: StrRef<'_>, value: i64) -> Result<String> {
    let given = |count| if let Count::Given(n) = count { Some(n) } else { None };
    let mut out = String::new();
    for item in items(format) {
        match item {
            Item::Literal(range) => out.push_str(&format.slice(range).to_utf8_lossy()),
            Item::Percent => out.push('%'),
            Item::Conversion(conversion) => {
                let width = given(conversion.width).unwrap_or(0);
                let spec = PercentSpec { flags: conversion.flags, width, precision: given(conversion.precision) };
                let kind = conversion.kind?;
                out.push_str(&match u8::try_from(kind).unwrap_or(0) {
                    kind @ (b'd' | b'x' | b'X') => percent_int(&value.into(), kind, spec, 4300)?,
                    kind @ (b'e' | b'f' | b'g') => percent_float(value as f64, kind, spec)?,
                    b's' => String::from(&percent_str(StrBuf::from(value.to_string()).as_ref(), spec)?),
                    _ => return Err(unsupported_character(kind, conversion.index)),
                });
            }
        }
    }
    Ok(out)
}

#[test]
fn percent_formats() {
    for &(format, value, expected) in PERCENT {
        let result = percent(StrBuf::from(format).as_ref(), value).unwrap_or_else(shown);
        assert_eq!(result, expected, "{format:?} % {value}");
    }
}
