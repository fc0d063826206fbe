//! The matching engine behind Python's `_sre`: it runs the pattern codes that the standard library's own
//! `re._compiler` emits.
//!
//! `decode` checks a list of codes and turns it into a [`Program`]; `engine` is the backtracking [`Machine`] that runs
//! a program over text of one character width; `search` drives it over start positions and over successive matches;
//! `set` and `chars` answer questions about single characters; `template` expands replacement templates.
//!
//! This crate never sees an object, never recurses on the native stack while matching, and never panics on hostile
//! codes: what does not decode cannot be run. Long matches call back regularly, so the host can stop them.
//! `_sre` itself (Pattern and Match objects, flags, errors) is built on top of it elsewhere.

mod chars;
mod decode;
mod engine;
pub mod opcodes;
mod search;
mod set;
mod template;
mod unit;

pub use chars::{
    ascii_iscased, ascii_tolower, getlower, is_unicode_linebreak, is_unicode_space, is_unicode_word, unicode_iscased,
    unicode_tolower, unicode_toupper,
};
pub use decode::{Invalid, Program, validate};
pub use engine::{DEFAULT_MEMORY_LIMIT, Machine, Stop};
pub use opcodes::{MAGIC, MAXGROUPS, MAXREPEAT};
pub use search::{Anchor, Found, Scanner};
pub use template::{Piece, Template};

/// Size in bytes of one pattern code (`_sre.CODESIZE`).
pub const CODESIZE: usize = 4;

/// The text a pattern is run over, by storage width.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A bytes-like object.
    Bytes(&'a [u8]),
    /// A `str` whose characters are all below U+0100.
    One(&'a [u8]),
    /// A `str` whose characters are all below U+10000.
    Two(&'a [u16]),
    /// Any other `str`.
    Four(&'a [u32]),
}

impl Subject<'_> {
    /// Number of characters (or bytes).
    pub fn len(&self) -> usize {
        match self {
            Subject::Bytes(text) | Subject::One(text) => text.len(),
            Subject::Two(text) => text.len(),
            Subject::Four(text) => text.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
