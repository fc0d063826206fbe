//! What compiling can fail with, and the warnings it gives on the way.
//!
//! Offsets are already those of a `SyntaxError` instance: lines and columns from 1, zero or
//! negative where CPython leaves them unknown. The crate never raises; core/vm turns these into
//! exceptions and fills in the text line when it is missing.

use crate::ast::Span;

/// The exception class a failure becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// Input ended inside a statement and the caller asked to be told
    /// (`PyCF_ALLOW_INCOMPLETE_INPUT`): `_IncompleteInputError`.
    IncompleteInput,
    MemoryError,
    RecursionError,
    OverflowError,
    RuntimeError,
    ValueError,
    TypeError,
    SystemError,
    /// A hook of the caller has left an exception pending: there is nothing to make.
    Raised,
}

/// What a SyntaxError says of where it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// File, line and columns, when there is a line.
    #[default]
    Known,
    /// The place, but in no file: the source was bytes and never got as far as having a name.
    Nameless,
    /// The file and no line: it cannot be read at all.
    File,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    pub kind: ErrorKind,
    pub message: String,
    pub line: i32,
    pub offset: i32,
    pub end_line: i32,
    pub end_offset: i32,
    /// The source line (or lines) the error points into, when the compiler has it.
    pub text: Option<String>,
    /// `SyntaxError._metadata` of keyword suggestions: the statement's range in the source.
    pub metadata: Option<(i32, i32, String)>,
    pub place: Place,
    /// `text` is as the tokenizer has it: without the end of the line.
    pub bare_text: bool,
    /// Warnings that came before the error.
    pub warnings: Vec<Warning>,
}

pub type Result<T> = std::result::Result<T, CompileError>;

impl CompileError {
    /// An error at a node: byte columns plus one, as CPython's compiler reports them.
    pub fn at(span: Span, message: impl Into<String>) -> CompileError {
        CompileError {
            kind: ErrorKind::SyntaxError,
            message: message.into(),
            line: span.line,
            offset: span.col + 1,
            end_line: span.end_line,
            end_offset: span.end_col + 1,
            text: None,
            metadata: None,
            place: Place::Known,
            bare_text: false,
            warnings: Vec::new(),
        }
    }

    /// An exception without a place in the source.
    pub fn plain(kind: ErrorKind, message: impl Into<String>) -> CompileError {
        CompileError {
            kind,
            message: message.into(),
            line: 0,
            offset: 0,
            end_line: 0,
            end_offset: 0,
            text: None,
            metadata: None,
            place: Place::Known,
            bare_text: false,
            warnings: Vec::new(),
        }
    }
}

/// A warning to be issued by the caller, who may turn it into a SyntaxError.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// `SyntaxWarning` or `DeprecationWarning`.
    pub category: &'static str,
    pub message: String,
    /// The module-relative place, so that an error can point at it.
    pub span: Span,
}

impl Warning {
    /// The message of the SyntaxError this becomes when warnings are errors.
    pub fn error_message(&self) -> String {
        self.message.replace(" Such sequences will not work in the future.", "")
    }
}
