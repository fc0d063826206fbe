//! Engines behind the standard library's data-format modules, with no knowledge of the object model.
//!
//! | module of Python | here |
//! |---|---|
//! | `_json` | [`json`]: scanning strings and whole documents as tokens, escaping strings |
//! | `_csv` | [`csv`]: dialect checks, the reader's state machine, the writer's quoting |
//! | `_struct` | [`structs`]: format parsing, packing and unpacking single fields |
//! | `_random` | [`random`]: the Mersenne Twister with CPython's seeding |
//! | `_datetime` | [`datetime`]: calendar arithmetic, durations, ISO 8601 text |
//!
//! Functions take borrowed text and numbers and return owned values; a [`Failure`] names the exception class and
//! carries CPython's message. Conversions that may run Python (`__index__`, `__float__`, `str()`) are the caller's.

#![forbid(unsafe_code)]

pub mod csv;
pub mod datetime;
mod failure;
pub mod json;
pub mod random;
pub mod structs;

pub use failure::{Class, Failure, Result};
