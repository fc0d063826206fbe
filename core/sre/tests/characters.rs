//! The helpers that `_sre` exposes by name, and templates. Expected values are CPython 3.14's.

use krait_sre::{
    Piece, Template, ascii_iscased, ascii_tolower, getlower, is_unicode_word, unicode_iscased, unicode_tolower,
};

#[test]
fn case() {
    assert_eq!(ascii_tolower(0x41), 0x61);
    assert_eq!(ascii_tolower(0xC9), 0xC9);
    assert!(ascii_iscased(0x7A) && !ascii_iscased(0x30) && !ascii_iscased(0xE9));
    assert_eq!(unicode_tolower(0xC9), 0xE9);
    assert_eq!(unicode_tolower(0x130), 0x69);
    assert_eq!(unicode_tolower(0x212A), 0x6B);
    assert_eq!(unicode_tolower(0xD800), 0xD800);
    assert_eq!(unicode_tolower(u32::MAX), u32::MAX);
    assert!(unicode_iscased(0xDF) && unicode_iscased(0x131) && !unicode_iscased(0x30));
    // The capitals of these two came with a later version of Unicode.
    assert!(!unicode_iscased(0xA7D3) && !unicode_iscased(0xA7D5));
    assert_eq!([getlower(0xC9, 0), getlower(0xC9, 4), getlower(0xC9, 32)], [0xC9, 0xC9, 0xE9]);
}

#[test]
fn words() {
    assert!(is_unicode_word(0x4E00) && is_unicode_word(0xB2) && is_unicode_word(0x5F));
    assert!(!is_unicode_word(0x300) && !is_unicode_word(0xD800) && !is_unicode_word(u32::MAX));
}

#[test]
fn template() {
    let template = Template { head: None, tail: vec![(2, Some("-")), (0, None)] };
    let pieces: Vec<_> = template.pieces().collect();
    assert_eq!(pieces, [Piece::Group(2), Piece::Literal(&"-"), Piece::Group(0)]);
    assert_eq!((template.max_group(), template.is_literal()), (2, false));
}
