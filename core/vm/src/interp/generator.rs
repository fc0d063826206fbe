//! Generators, coroutines and async generators: storage, resumption, `throw` and `close`.
//!
//! A generator owns its register window and runs in place: resuming pushes a frame over it. Python-visible
//! methods are in `builtins/generator_methods.rs`.

#![allow(unsafe_code, reason = "the register window is owned as raw words")]

use crate::builtins::code::CodeObject;
use crate::builtins::str::Str;
use crate::interp::frame::{FrameObject, drop_registers};
use crate::object::{Payload, Ref};
use crate::types::id;
use crate::value::{BITS_UNBOUND, Value, is_pointer};
use krait_macros::Traverse;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GeneratorState {
    Created,
    Suspended,
    Running,
    Finished,
}

/// The payload of `generator`, `coroutine` and `async_generator`.
pub struct Generator {
    pub(crate) regs: Box<[u64]>,
    pub code: Ref<CodeObject>,
    pub function: Value,
    pub locals: Option<Value>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    pub state: GeneratorState,
    /// Index of the next instruction.
    pub pc: u32,
    /// Register that receives the value sent in.
    pub(crate) dst: u32,
    /// The exception handled inside the suspended generator.
    pub(crate) handled: Option<Value>,
    /// The delegate of `yield from` / `await`: a register index, or `u32::MAX`.
    pub(crate) delegate: u32,
    pub frame: Option<Ref<FrameObject>>,
    /// Coroutines: origin for warnings. Async generators: the finalizer hook.
    pub origin: Option<Value>,
    /// Async generators: `aclose()` or a hook call began; running asend/athrow.
    pub closed: bool,
    pub running_async: bool,
    pub hooks_inited: bool,
}

// SAFETY: registers of a suspended generator and all fields are visited.
unsafe impl Payload for Generator {
    const FIXED_ID: u32 = id::GENERATOR;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for word in &self.regs {
            if is_pointer(*word) {
                // SAFETY: a pointer word in a register owns a reference.
                visit(unsafe { &*(word as *const u64 as *const Value) });
            }
        }
        visit(self.code.as_value());
        visit(&self.function);
        visit(self.name.as_value());
        visit(self.qualname.as_value());
        if let Some(f) = &self.frame {
            visit(f.as_value());
        }
        [&self.locals, &self.handled, &self.origin].into_iter().flatten().for_each(visit);
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        if self.state == GeneratorState::Running {
            return;
        }
        for word in self.regs.iter_mut() {
            if is_pointer(*word) {
                // SAFETY: the reference moves out and the register is wiped.
                out.push(unsafe { Value::from_bits(*word) });
                *word = BITS_UNBOUND;
            }
        }
        self.state = GeneratorState::Finished;
        for v in [&mut self.locals, &mut self.handled, &mut self.origin] {
            out.extend(v.take());
        }
        out.extend(self.frame.take().map(Value::from));
    }
    fn external_size(&self) -> usize {
        self.regs.len() * 8
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        let count = self.regs.len();
        // SAFETY: a dying generator does not run; its registers are its own.
        unsafe { drop_registers(self.regs.as_mut_ptr(), 0, count) };
    }
}

impl Generator {
    /// The object `yield from` or `await` waits for.
    pub fn delegate(&self) -> Option<&Value> {
        if self.state != GeneratorState::Suspended || self.delegate == u32::MAX {
            return None;
        }
        let word = self.regs.get(self.delegate as usize)?;
        if *word == 0 || *word == BITS_UNBOUND {
            return None;
        }
        // SAFETY: the register holds a value.
        Some(unsafe { &*(word as *const u64 as *const Value) })
    }
    /// A local variable of a suspended generator.
    pub fn register(&self, i: usize) -> Option<Value> {
        let word = self.regs.get(i)?;
        if *word == 0 || *word == BITS_UNBOUND {
            return None;
        }
        // SAFETY: as above.
        Some(unsafe { (*(word as *const u64 as *const Value)).clone() })
    }
}

impl Generator {
    /// Sets a local variable of a suspended generator, giving back the old content.
    pub fn set_register(&mut self, i: usize, value: Option<Value>) -> Option<Value> {
        let word = self.regs.get_mut(i)?;
        let old = std::mem::replace(word, value.map_or(BITS_UNBOUND, Value::into_bits));
        if old == 0 || old == BITS_UNBOUND {
            return None;
        }
        // SAFETY: the register owned the value.
        Some(unsafe { Value::from_bits(old) })
    }
}

/// Whether a dying generator must be closed: it waits inside a block that would notice, or was never awaited.
pub(crate) fn needs_finalizer(value: &Value) -> bool {
    // SAFETY: only asked for objects with this payload, whose memory is still intact.
    let g = unsafe { &*(value.as_ptr().add(1) as *const Generator) };
    match g.state {
        GeneratorState::Created => value.type_id() == id::COROUTINE,
        GeneratorState::Suspended => {
            if g.delegate != u32::MAX || value.type_id() == id::ASYNC_GENERATOR {
                return true;
            }
            // SAFETY: the generator owns a reference to its code.
            let code = unsafe { &*g.code.payload_ptr() };
            let handler = code.info.handler((g.pc as usize).wrapping_sub(1));
            handler.is_some_and(|entry| {
                // The outermost handler only turns StopIteration into RuntimeError.
                let first = code.instrs.get(entry.target as usize);
                !first.is_some_and(|i| i.op_byte() == krait_bytecode::Op::Intrinsic1 as u8)
            })
        }
        _ => false,
    }
}

/// The iterator of `coroutine.__await__()`.
#[derive(Traverse)]
#[traverse(id = COROUTINE_WRAPPER)]
pub struct CoroutineWrapper {
    pub coroutine: Ref<Generator>,
}

/// What an `async_generator_asend` / `athrow` / `aclose` awaitable does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AsyncGenAction {
    Send,
    Throw,
    Close,
}
impl crate::args::Traverse for AsyncGenAction {}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AwaitableState {
    Init,
    Iterating,
    Closed,
}
impl crate::args::Traverse for AwaitableState {}

/// The awaitables of async generators.
#[derive(Traverse)]
#[traverse(id = ASYNC_GEN_ASEND)]
pub struct AsyncGenAwaitable {
    pub generator: Ref<Generator>,
    pub action: AsyncGenAction,
    pub state: AwaitableState,
    pub args: Vec<Value>,
}

/// Whether a dying awaitable of an async generator was never awaited.
pub(crate) fn is_unawaited(value: &Value) -> bool {
    // SAFETY: only asked for objects with this payload, whose memory is still intact.
    let awaitable = unsafe { &*(value.as_ptr().add(1) as *const AsyncGenAwaitable) };
    awaitable.state == AwaitableState::Init
}

/// A value yielded (not awaited) by an async generator, on its way out.
#[derive(Traverse)]
#[traverse(id = ASYNC_GEN_WRAPPED)]
pub struct AsyncGenWrapped {
    pub value: Value,
}

/// `anext(iterator, default)`.
#[derive(Traverse)]
#[traverse(id = ANEXT_AWAITABLE)]
pub struct AnextAwaitable {
    pub awaitable: Value,
    pub default: Value,
}
