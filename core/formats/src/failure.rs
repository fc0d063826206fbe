//! The error type of this crate: an exception to raise, by class and message.

use std::borrow::Cow;
use std::fmt;

/// The exception class that CPython raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    ValueError,
    TypeError,
    OverflowError,
    /// The module's own `error` or `Error`.
    Module,
}

/// An exception to raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub class: Class,
    pub message: Cow<'static, str>,
}

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub fn value(message: impl Into<Cow<'static, str>>) -> Failure {
        Failure { class: Class::ValueError, message: message.into() }
    }
    pub fn type_error(message: impl Into<Cow<'static, str>>) -> Failure {
        Failure { class: Class::TypeError, message: message.into() }
    }
    pub fn overflow(message: impl Into<Cow<'static, str>>) -> Failure {
        Failure { class: Class::OverflowError, message: message.into() }
    }
    pub fn module(message: impl Into<Cow<'static, str>>) -> Failure {
        Failure { class: Class::Module, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.class {
            Class::Module => write!(f, "Error: {}", self.message),
            class => write!(f, "{class:?}: {}", self.message),
        }
    }
}

impl std::error::Error for Failure {}
