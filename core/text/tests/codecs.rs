//! Decoders against CPython 3.14: text, bytes consumed, and the errors met on the way, each replaced by `?`.

use krait_text::StrBuilder;
use krait_text::codecs::{Codec, Decoder, Errors, decode, encode};

type Case = (&'static str, &'static [u8], bool, &'static str, usize, &'static [(usize, usize, &'static str)]);

const CASES: &[Case] = &[
    ("utf_8", b"a\xe2\x82", true, "a?", 3, &[(1, 3, "unexpected end of data")]),
    ("utf_8", b"a\xe2\x82", false, "a", 1, &[]),
    (
        "utf_8",
        b"\xff\xe2\x82x\xed\xa0\x80",
        true,
        "??x???",
        7,
        &[
            (0, 1, "invalid start byte"),
            (1, 3, "invalid continuation byte"),
            (4, 5, "invalid continuation byte"),
            (5, 6, "invalid start byte"),
            (6, 7, "invalid start byte"),
        ],
    ),
    (
        "utf_8",
        b"\xf4\x90\x80\x80",
        true,
        "????",
        4,
        &[
            (0, 1, "invalid continuation byte"),
            (1, 2, "invalid start byte"),
            (2, 3, "invalid start byte"),
            (3, 4, "invalid start byte"),
        ],
    ),
    ("utf_7", b"+2AAA-x", true, "?x", 7, &[(0, 6, "partial character in shift sequence")]),
    (
        "utf_7",
        b"a+AGE-+-+/\xe9+A",
        true,
        "aa+??",
        13,
        &[(8, 11, "partial character in shift sequence"), (11, 13, "unterminated shift sequence")],
    ),
    ("utf_7", b"a+AGEA", false, "a", 1, &[]),
    ("utf_16", b"\xfe\xff\x00a\xd8", true, "a?", 5, &[(4, 5, "truncated data")]),
    ("utf_16", b"\xff\xfea\x00=\xd8\x00\xdc", true, "a\u{1f400}", 8, &[]),
    (
        "utf_16_be",
        b"\xdc\x00\xd8\x00\x00a\xd8\x00",
        true,
        "??a?",
        8,
        &[(0, 2, "illegal encoding"), (2, 4, "illegal UTF-16 surrogate"), (6, 8, "unexpected end of data")],
    ),
    (
        "utf_32_le",
        b"a\x00\x00\x00\x00\xd8\x00\x00\x00\x00\x11\x00x",
        true,
        "a???",
        13,
        &[
            (4, 8, "code point in surrogate code point range(0xd800, 0xe000)"),
            (8, 12, "code point not in range(0x110000)"),
            (12, 13, "truncated data"),
        ],
    ),
    ("unicode_escape", b"\x5cx4", true, "?", 3, &[(0, 3, "truncated \\xXX escape")]),
    ("unicode_escape", b"\x5cx4", false, "", 0, &[]),
    (
        "unicode_escape",
        b"\x5cN{DIGIT ONE}\x5cq\x5c101\x5cN{zz}\x5cU00110000",
        true,
        "1\u{5c}qA??",
        35,
        &[(19, 25, "unknown Unicode character name"), (25, 35, "illegal Unicode character")],
    ),
    (
        "raw_unicode_escape",
        b"\x5c\x5cu0041\x5cu20ac\x5cu12z",
        true,
        "\u{5c}\u{5c}u0041\u{20ac}?z",
        18,
        &[(13, 17, "truncated \\uXXXX escape")],
    ),
];

#[test]
fn decodes_like_cpython() {
    for &(codec, input, last, text, consumed, errors) in CASES {
        let mut decoder = Decoder::new(Codec::from_name(codec).unwrap());
        let (mut out, mut at, mut seen) = (StrBuilder::new(), 0, Vec::new());
        while let Err(error) = decoder.step(input, &mut at, &mut out, last) {
            seen.push((error.start, error.end, error.reason));
            out.push('?'.into());
            at = error.end;
        }
        assert_eq!(out.finish(), text, "{codec} {input:?}");
        assert_eq!((at, seen.as_slice()), (consumed, errors), "{codec} {input:?}");
    }
}

#[test]
fn handlers_round_trip() {
    let bytes = b"a\xff\xc3\xa9\x80";
    let (text, _) = decode(Codec::Utf8, bytes, Errors::SurrogateEscape, true).unwrap();
    assert_eq!(encode(Codec::Utf8, text.as_ref(), Errors::SurrogateEscape).unwrap(), bytes);
    let named = encode(Codec::Ascii, krait_text::StrBuf::from("a\u{e9}").as_ref(), Errors::NameReplace).unwrap();
    assert_eq!(named, b"a\\N{LATIN SMALL LETTER E WITH ACUTE}");
    let (lone, _) = decode(Codec::Utf8, b"\xed\xa0\x80", Errors::SurrogatePass, true).unwrap();
    assert_eq!(lone.as_ref().get(0), Some(0xD800));
    assert!(encode(Codec::Utf8, lone.as_ref(), Errors::Strict).is_err());
}
