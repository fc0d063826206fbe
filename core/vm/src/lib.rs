//! Krait's core: values, heap, types, builtins, the interpreter, imports and the `Host` trait.
//!
//! No operating system, no JavaScript, no machine code, no global mutable state: an interpreter is a value
//! ([`vm::Vm`], made by [`vm::Builder`]). Layers, from below: [`value`] and [`heap`] (memory), [`object`] (typed
//! references and tokens), [`types`] (classes, attributes, shapes), [`builtins`] (one file per type), [`runtime`]
//! (the operations of the language), [`interp`] (frames and the run loop). Signatures tell what a function may do:
//! `&Heap` reads, `&mut Heap` also allocates and mutates, `&mut Vm` may also raise and run Python.

extern crate self as krait_vm;

pub mod args;
pub mod builtins;
pub mod exceptions;
pub mod heap;
pub mod host;
pub mod interp;
pub mod jit;
pub mod names;
pub mod object;
pub mod runtime;
pub mod types;
pub mod value;
pub mod vm;

pub use args::{Args, KwArgs};
pub use exceptions::Exc;
pub use heap::{Heap, OutOfMemory};
pub use krait_macros::{Traverse, about, methods};
pub use object::{Payload, Ref, Token, TokenMut};
pub use types::Type;
pub use types::special::Special;
pub use value::Value;
pub use vm::Vm;

/// A Python exception was raised; it waits in the `Vm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised;

/// The result of anything that may raise. `Result<Value>` is one word.
pub type Result<T, E = Raised> = std::result::Result<T, E>;

const _: () = assert!(size_of::<Result<Value>>() == 8);
