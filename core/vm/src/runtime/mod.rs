//! The operations of the language on any values: arithmetic, comparison, conversion, iteration, items.
//!
//! The interpreter's op of the same name takes the common case inline and comes here for the rest; the JIT calls
//! the same functions. Everything is a method of `Vm`, because anything may run Python.

pub mod arithmetic;
mod big_ints;
pub mod codecs;
pub mod compare;
pub mod convert;
pub mod import;
pub mod iterate;
pub mod power;
pub mod text_build;
