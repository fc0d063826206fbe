//! Engines behind Python's `str`, `bytes`, `int`, `float` and `complex`, with no knowledge of the object model.
//!
//! Everything here is a pure function of borrowed text and numbers; results are owned buffers, errors are a
//! `TextError` with CPython's exception class and exact message. Data is Unicode 16, as in CPython 3.14.
//! Sizes are never limited by a quota here: callers that have one compute the size of the result first.
//!
//! | need | where |
//! |---|---|
//! | a string in one of three widths, owned, or being built | [`StrRef`], [`StrBuf`], [`StrBuilder`] |
//! | find, count, prefixes, partition; bounds | [`search`] (methods of `StrRef`), [`search::clip_bounds`] |
//! | split, rsplit, splitlines, strip as ranges | [`split`] (methods of `StrRef`, generic kernels for bytes) |
//! | replace, repeat, pad, zfill, expandtabs, join | [`transform`] |
//! | upper, lower, title, capitalize, swapcase, casefold | [`case`] |
//! | isalpha … isidentifier, of a character and of a string | [`classify`]; numeric values in [`numeric`] |
//! | repr, ascii, repr of bytes | [`repr`](mod@repr) |
//! | what bytes methods do differently; hex and fromhex | [`bytes`] |
//! | base64, uuencode, quoted-printable, checksums | [`binascii`] |
//! | int from and to text | [`int_text`] |
//! | float and complex from and to text, hex, digits | [`float_text`] |
//! | format mini-language: parse, then apply to str, int, float, complex | [`format_spec`], [`format_value`] |
//! | `str.format` templates, field names, auto-numbering | [`format_string`] |
//! | `%` formatting of str and bytes | [`percent`] |
//! | encodings: resumable engines, built-in error handlers | [`codecs`]: `decode`, `encode`, `Decoder`, `Errors` |
//! | the `unicodedata` module; Unicode 3.2 | [`unicodedata`], [`unicodedata::ucd_3_2`] |
//! | exact int/float comparison, conversion, division, rounding, hashes | [`int_float`] |

#![forbid(unsafe_code)]

pub mod binascii;
pub mod bytes;
pub mod case;
pub mod classify;
pub mod codecs;
mod error;
pub mod float_text;
pub mod format_spec;
pub mod format_string;
pub mod format_value;
pub mod int_float;
pub mod int_text;
pub mod numeric;
pub mod percent;
pub mod repr;
pub mod search;
pub mod split;
mod strref;
pub mod transform;
pub mod unicodedata;
pub mod unit;

pub use error::{ErrorKind, Result, TextError};
pub use int_text::Int;
pub use strref::{Chars, StrBuf, StrBuilder, StrRef};
