//! Krait's register bytecode: the opcode table, instructions, code objects, their tables and their listing.
//!
//! This crate is the contract between the compiler, the interpreter and the JIT; it knows no values and no
//! source text. Start in [`ops`], whose one table declares every opcode; [`code`] holds code objects.
//!
//! # Instructions
//! An instruction is one 64-bit word `op:8 | x:8 | a:16 | b:16 | c:16` (least significant first). `bc` names the
//! upper 32 bits as one operand. Some ops are followed by one `ext` word that carries further operands; its own
//! opcode is never dispatched. Jump targets are absolute instruction indices.
//!
//! # Registers
//! A frame owns a window `R[0..nregs]`. `R[0..nlocals]` are `co_varnames` (positional parameters, keyword-only
//! parameters, `*args`, `**kwargs`, other locals: CPython's order), then the cell variables that are no
//! parameters, then the free variables: together `localsplus`. Above them (`first_temp`) live temporaries, used
//! stack-wise. A parameter that is also a cell variable stays in its register and is wrapped by `make_cell`.
//! Unassigned locals hold UNBOUND. Variables of inlined comprehensions live in temporaries.
//!
//! # Temporaries die where they are used last
//! Operands are read in place. The bits of `x` (`KILL_A`, `KILL_B`, `KILL_C`) say that the operand register is a
//! temporary that dies here: the op takes the reference out. A killed operand never equals the destination (a
//! destination drops its old content anyway). Ops that consume a window (calls, `build_*`) always kill all of it.
//! So above the live temporaries no register ever owns a reference, and finalisation is as prompt as CPython's.
//! When an op raises, its kill flags do not count: the handler clears every register from its `depth` up.
//!
//! # Calls
//! `R[base]` is the callable, `R[base+1]` is `self` or EMPTY, arguments follow from `R[base+2]`. The window is the
//! top of the live registers: the callee's frame starts at `base+1` (when self is present) or `base+2`.
//! `load_method` and `load_special` fill `base` and `base+1`; `push_null` clears `base+1` for plain calls.
//!
//! # Exceptions
//! The exception table maps instruction ranges to `(target, depth, exc)`: registers from `depth` up are cleared,
//! the exception is put into `R[exc]` and execution goes on at `target`. A handler then runs `push_exc` (make it
//! the exception being handled, saving the previous one in a register) and, on every way out, `pop_exc`.
//!
//! # Generators
//! A code object whose flags say generator, coroutine or async generator makes such an object when called; there
//! is no opcode for it. Delegation (`yield from`, `await`) is always the four words
//! `L: send v, receiver, v; ext → done; yield_value v, v, receiver (DELEGATE); jump L`, so that `throw()` finds
//! `done` in the word before the `yield_value` at which the generator is suspended.

#![forbid(unsafe_code)]

pub mod check;
pub mod code;
pub mod listing;
pub mod ops;
pub mod order;
pub mod serial;
pub mod sorted_map;
pub mod verify;

pub use code::{Code, CodeFlags, Const, ExceptionEntry, NamedTemporary, Position, WStr, handler, position};
pub use ops::{Instr, Op};
