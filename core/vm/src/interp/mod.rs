//! The interpreter: frames, calls, the run loop, generators, unwinding.
//!
//! [`run`] has the dispatch loop with the common cases inline; [`arms`] its long arms; [`called`] and [`spared`] opcodes
//! that share one; [`ops`] the data ops' slow halves, named as in the opcode table; [`call`] calls from Rust, and argument errors; [`binding`] arguments bound in place; [`classes`] calls of
//! classes; [`operators`] special methods in frames; [`patterns`] `case`; [`unwind`] exceptions; [`attr_cache`] inline
//! caches; [`resume`] generators; [`attend`] finalisers, collection, limits.

pub(crate) mod arms;
pub mod attend;
pub mod attr_cache;
pub(crate) mod binding;
pub mod call;
pub(crate) mod called;
pub(crate) mod classes;
pub mod frame;
pub mod generator;
pub(crate) mod operators;
pub mod ops;
pub(crate) mod patterns;
pub mod program;
pub mod resume;
pub mod run;
pub mod shutdown;
mod slices;
pub(crate) mod spared;
pub mod traceback;
pub mod monitoring;
pub mod tracing;
pub mod unwind;

/// Back-edges and calls between looks at signals, fuel and limits.
pub const TICKS: u32 = 10_000;
