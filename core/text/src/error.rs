//! The one error type of this crate.
//!
//! An engine that must raise says which exception class CPython raises and the exact text of its message;
//! turning that into an exception object is the caller's work. Nothing here knows about objects.
//! Codec errors, which carry positions and can be handled and resumed, have their own type in `codecs`.

use std::fmt;

/// The exception class that CPython raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    ValueError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    KeyError,
    IndexError,
    LookupError,
    MemoryError,
    /// `binascii.Error`, a subclass of `ValueError`.
    BinasciiError,
    /// `binascii.Incomplete`.
    BinasciiIncomplete,
}

/// An exception to raise: its class and its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    pub kind: ErrorKind,
    pub message: String,
}

pub type Result<T> = std::result::Result<T, TextError>;

impl TextError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> TextError {
        TextError { kind, message: message.into() }
    }
    pub fn value(message: impl Into<String>) -> TextError {
        TextError::new(ErrorKind::ValueError, message)
    }
    pub fn type_error(message: impl Into<String>) -> TextError {
        TextError::new(ErrorKind::TypeError, message)
    }
    pub fn overflow(message: impl Into<String>) -> TextError {
        TextError::new(ErrorKind::OverflowError, message)
    }
    pub fn zero_division(message: impl Into<String>) -> TextError {
        TextError::new(ErrorKind::ZeroDivisionError, message)
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)
    }
}

impl std::error::Error for TextError {}
