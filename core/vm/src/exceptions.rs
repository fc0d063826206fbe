//! Exceptions: the payload of `BaseException` and the table of all builtin exception types.
//!
//! Every exception type shares one payload; what a type adds (`StopIteration.value`, `OSError.errno`) sits in
//! `extra`, named per type in the table. Methods and constructors are in `builtins/exception_methods.rs`.

use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::types::Type;
use crate::value::Value;
use krait_macros::Traverse;

/// The payload of all exceptions.
#[derive(Traverse)]
#[traverse(id = BASE_EXCEPTION)]
pub struct Exception {
    pub args: Ref<Tuple>,
    pub traceback: Option<Value>,
    pub context: Option<Value>,
    pub cause: Option<Value>,
    pub suppress_context: bool,
    /// Fields of the concrete type, in the order of its table line.
    pub extra: Vec<Option<Value>>,
}

macro_rules! exceptions {
    ($($name:ident($($base:ident)?) [$($extra:ident),*];)*) => {
        /// A builtin exception type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(usize)]
        pub enum Exc { $($name),* }

        pub(crate) struct ExcSpec {
            pub kind: Exc,
            pub name: &'static str,
            pub base: Option<Exc>,
            /// Names of the fields the type adds to its base's.
            pub extra: &'static [&'static str],
        }

        pub(crate) const EXCEPTIONS: &[ExcSpec] = &[$(ExcSpec {
            kind: Exc::$name,
            name: stringify!($name),
            base: exceptions!(@base $($base)?),
            extra: &[$(stringify!($extra)),*],
        }),*];
    };
    (@base) => { None };
    (@base $base:ident) => { Some(Exc::$base) };
}

exceptions! {
    BaseException() [];
    SystemExit(BaseException) [code];
    KeyboardInterrupt(BaseException) [];
    GeneratorExit(BaseException) [];
    BaseExceptionGroup(BaseException) [message, exceptions, exceptions_repr];
    Exception(BaseException) [];
    StopIteration(Exception) [value];
    StopAsyncIteration(Exception) [];
    ArithmeticError(Exception) [];
    FloatingPointError(ArithmeticError) [];
    OverflowError(ArithmeticError) [];
    ZeroDivisionError(ArithmeticError) [];
    AssertionError(Exception) [];
    AttributeError(Exception) [name, obj];
    BufferError(Exception) [];
    EOFError(Exception) [];
    ImportError(Exception) [msg, name, path, name_from];
    ModuleNotFoundError(ImportError) [];
    LookupError(Exception) [];
    IndexError(LookupError) [];
    KeyError(LookupError) [];
    MemoryError(Exception) [];
    NameError(Exception) [name];
    UnboundLocalError(NameError) [];
    OSError(Exception) [errno, strerror, filename, filename2, characters_written];
    BlockingIOError(OSError) [];
    ChildProcessError(OSError) [];
    ConnectionError(OSError) [];
    BrokenPipeError(ConnectionError) [];
    ConnectionAbortedError(ConnectionError) [];
    ConnectionRefusedError(ConnectionError) [];
    ConnectionResetError(ConnectionError) [];
    FileExistsError(OSError) [];
    FileNotFoundError(OSError) [];
    InterruptedError(OSError) [];
    IsADirectoryError(OSError) [];
    NotADirectoryError(OSError) [];
    PermissionError(OSError) [];
    ProcessLookupError(OSError) [];
    TimeoutError(OSError) [];
    ReferenceError(Exception) [];
    RuntimeError(Exception) [];
    NotImplementedError(RuntimeError) [];
    RecursionError(RuntimeError) [];
    PythonFinalizationError(RuntimeError) [];
    SyntaxError(Exception) [msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line, _metadata];
    IndentationError(SyntaxError) [];
    TabError(IndentationError) [];
    _IncompleteInputError(SyntaxError) [];
    SystemError(Exception) [];
    TypeError(Exception) [];
    ValueError(Exception) [];
    UnicodeError(ValueError) [];
    UnicodeDecodeError(UnicodeError) [encoding, object, start, end, reason];
    UnicodeEncodeError(UnicodeError) [encoding, object, start, end, reason];
    UnicodeTranslateError(UnicodeError) [encoding, object, start, end, reason];
    Warning(Exception) [];
    BytesWarning(Warning) [];
    DeprecationWarning(Warning) [];
    EncodingWarning(Warning) [];
    FutureWarning(Warning) [];
    ImportWarning(Warning) [];
    PendingDeprecationWarning(Warning) [];
    ResourceWarning(Warning) [];
    RuntimeWarning(Warning) [];
    SyntaxWarning(Warning) [];
    UnicodeWarning(Warning) [];
    UserWarning(Warning) [];
    ExceptionGroup(BaseExceptionGroup) [];
}

/// The type objects of [`Exc`].
pub struct ExcTypes(pub(crate) Vec<Ref<Type>>);

impl ExcTypes {
    #[inline]
    pub fn get(&self, kind: Exc) -> &Ref<Type> {
        &self.0[kind as usize]
    }
}
