//! The state of `sys.monitoring`: tools, their callbacks and the events they asked for.
//!
//! `interp/tracing.rs` finds out what happens and asks [`Vm::monitor`] to tell the tools; the functions programs
//! call are in the module `monitoring` of krait-modules.

use crate::builtins::code::CodeObject;
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use std::collections::{HashMap, HashSet};

/// Tools a program may register; CPython keeps two more for itself.
pub const TOOLS: usize = 6;

/// What may happen, numbered as programs see it: an event's bit is `1 << number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    PyStart,
    PyResume,
    PyReturn,
    PyYield,
    Call,
    Line,
    Instruction,
    Jump,
    BranchLeft,
    BranchRight,
    StopIteration,
    Raise,
    ExceptionHandled,
    PyUnwind,
    PyThrow,
    Reraise,
    CReturn,
    CRaise,
    Branch,
}

/// The number of events.
pub const EVENTS: usize = Event::Branch as usize + 1;
/// Events before this one belong to a place in the code and can be switched off there.
pub const LOCAL_EVENTS: usize = Event::StopIteration as usize + 1;

impl Event {
    pub const NAMES: [&'static str; EVENTS] = [
        "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT",
        "STOP_ITERATION", "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE", "BRANCH",
    ];
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// One registered tool.
#[derive(Default)]
pub struct Tool {
    pub name: Option<Value>,
    pub callbacks: [Option<Value>; EVENTS],
    /// Events wanted everywhere.
    pub events: u32,
}

/// What tools want of one code object, and where they want no more.
#[derive(Default)]
pub struct Local {
    pub events: [u32; TOOLS],
    /// Instruction, event and tool.
    pub disabled: HashSet<(u32, u8, u8)>,
}

#[derive(Default)]
pub struct Monitoring {
    pub tools: [Tool; TOOLS],
    /// By the address of the code object, which the entry keeps alive.
    pub local: HashMap<u64, (Ref<CodeObject>, Local)>,
    /// The objects `DISABLE` and `MISSING`.
    pub disable: Option<Value>,
    pub missing: Option<Value>,
    /// All events that some tool wants somewhere.
    pub wanted: u32,
    /// Depth of frames and instruction of what ran last.
    pub last: Option<(usize, u32)>,
    /// The instruction that called the builtin function that is running.
    pub called_at: u32,
}

impl Monitoring {
    /// Brings `wanted` up to date.
    pub fn refresh(&mut self) {
        self.wanted = self.tools.iter().map(|t| t.events).fold(0, |all, e| all | e);
        for (_, local) in self.local.values() {
            self.wanted |= local.events.iter().fold(0, |all, e| all | e);
        }
    }
    pub fn local_mut(&mut self, code: &Ref<CodeObject>) -> &mut Local {
        &mut self.local.entry(code.as_value().bits()).or_insert_with(|| (code.clone(), Local::default())).1
    }
}

impl Vm {
    /// The registered tools changed: trace from now on, or no more.
    pub fn monitoring_changed(&mut self) {
        self.monitoring.refresh();
        self.refresh_tracing();
    }
}
