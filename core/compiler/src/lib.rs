//! Python source to Krait bytecode.
//!
//! The way: bytes → text (`source`) → the parser's tree (ruff's crates) → our tree (`ast`, by
//! `convert`) → scopes (`symtable`, `analysis`) → bytecode (`codegen`). `parse` stops at the
//! tree, which the `ast` module turns into Python objects; `compile_tree` starts from one, so
//! that compiling hand-made trees is the same path. The crate never runs Python, knows no
//! values and no host; it returns errors and warnings as data.

#![forbid(unsafe_code)]

pub mod analysis;
pub mod ast;
mod codegen;
mod convert;
pub mod error;
mod fold;
mod future;
pub mod source;
mod stack;
mod strings;
pub mod symtable;
mod syntax;
pub mod tokens;
mod type_comments;
pub mod unparse;
pub mod validate;

pub use bumpalo::Bump;
pub use error::{CompileError, ErrorKind, Result, Warning};
pub use fold::optimized;
use krait_bytecode::Code;

/// What kind of text is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module: `exec`.
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement, whose expression values are printed.
    Single,
    /// `(int, str) -> bool`: a signature type comment.
    FuncType,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// 0, 1 (`-O`: no asserts, `__debug__` false) or 2 (`-OO`: no docstrings either).
    pub optimize: u8,
    /// `co_flags` bits of future features inherited from the calling code.
    pub future: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`: unfinished input is `IncompleteInput`.
    pub allow_incomplete: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`: `single` input must end with a newline after a block.
    pub dont_imply_dedent: bool,
    /// `PyCF_TYPE_COMMENTS`.
    pub type_comments: bool,
    /// The minor version whose grammar is accepted.
    pub feature_version: u8,
    /// Decimal literals with more digits than this are refused; zero allows any.
    pub max_int_digits: usize,
    /// Running a module's code gives the value of its last statement, if that is an expression: for hosts that evaluate.
    pub last_value: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            optimize: 0,
            future: 0,
            top_level_await: false,
            allow_incomplete: false,
            dont_imply_dedent: false,
            type_comments: false,
            feature_version: 14,
            max_int_digits: 0,
            last_value: false,
        }
    }
}

/// A compiled code object with the warnings its compilation gave.
#[derive(Debug)]
pub struct Compiled {
    pub code: Code,
    pub warnings: Vec<Warning>,
}

/// Compile text (already decoded) to a code object.
pub fn compile(text: &str, filename: &str, mode: Mode, options: &Options) -> Result<Compiled> {
    let arena = Bump::new();
    let (tree, mut warnings) = parse(&arena, text, mode, options)?;
    let mut compiled = compile_tree(&arena, &tree, filename, options)?;
    warnings.append(&mut compiled.warnings);
    compiled.warnings = warnings;
    Ok(compiled)
}

/// Compile the bytes of a source file.
pub fn compile_bytes(
    bytes: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options,
    decoder: Option<source::Decoder<'_>>,
) -> Result<Compiled> {
    let text = source::decode(bytes, None, decoder)?;
    compile(&text, filename, mode, options)
}

/// Parse text to a tree.
pub fn parse<'a>(
    arena: &'a Bump,
    text: &str,
    mode: Mode,
    options: &Options,
) -> Result<(ast::Mod<'a>, Vec<Warning>)> {
    let text = source::from_text(text)?;
    syntax::parse(arena, &text, mode, options)
}

/// Compile a tree, from `parse` or made by hand (then `validate::validate` it first).
pub fn compile_tree<'a>(
    arena: &'a Bump,
    tree: &ast::Mod<'a>,
    filename: &str,
    options: &Options,
) -> Result<Compiled> {
    let future = options.future | future::features(tree)?;
    let annotations = future & krait_bytecode::CodeFlags::FUTURE_ANNOTATIONS != 0;
    let table = symtable::build(arena, tree, annotations, options.top_level_await)?;
    let settings = codegen::Settings {
        optimize: options.optimize,
        future,
        top_level_await: options.top_level_await,
        interactive: false,
        last_value: options.last_value,
    };
    let (code, warnings) = codegen::generate(arena, &table, tree, filename, settings)?;
    Ok(Compiled { code, warnings })
}

/// The scopes of a text, for the `symtable` module: `f` is given the finished table.
pub fn symbol_table<T>(
    text: &str,
    mode: Mode,
    options: &Options,
    f: impl FnOnce(&symtable::SymbolTable<'_>) -> T,
) -> Result<T> {
    let arena = Bump::new();
    let (tree, _) = parse(&arena, text, mode, options)?;
    let future = options.future | future::features(&tree)?;
    let annotations = future & krait_bytecode::CodeFlags::FUTURE_ANNOTATIONS != 0;
    let table = symtable::build(&arena, &tree, annotations, options.top_level_await)?;
    Ok(f(&table))
}

/// Put the line an error points at into it.
pub fn attach_text(error: &mut CompileError, text: &str) {
    if error.text.is_none() && error.line > 0 {
        let line = text.split_inclusive('\n').nth(error.line as usize - 1);
        error.text = line.map(|line| if error.bare_text { line.trim_end_matches('\n') } else { line }.to_owned());
    }
}
