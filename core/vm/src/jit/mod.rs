//! What the interpreter and a just-in-time compiler know of each other.
//!
//! The run loop samples: the loop whose back-edge uses up the last tick is counted. A loop that is met again is
//! watched for an iteration or two ([`record`]): which types its registers have, which functions it calls. A
//! [`Compiler`] makes machine code of that, and the loop's back-edges become `enter_loop`. The code works on the
//! running frame. Where something is not as it was, it writes what it holds to the frame's registers, and the
//! interpreter goes on: the frame is the form in which both understand each other.
//!
//! So are functions whose calls are met, as a whole: a call pushes the frame and enters the code ([`calls`]).
//!
//! [`helpers`] and [`lookups`] are the functions compiled code calls, [`layout`] says where things lie in memory.

#![allow(unsafe_code, reason = "compiled code runs on raw frames")]

pub(crate) mod calls;
pub mod helpers;
pub mod layout;
pub mod lookups;
pub mod record;

use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::interp::TICKS;
use crate::interp::frame::Frame;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_bytecode::{Instr, Op};
use record::{Callee, Known, Recording};
use rustc_hash::FxHashMap;
use std::any::Any;
use std::rc::Rc;

/// Compiled code's way in: the interpreter, the running frame, its registers, which of the unit's entries. The result is
/// a [`Left`] and, above its bits, the number of the exit.
pub type Entry = unsafe extern "C" fn(*mut Vm, *mut Frame, *mut u64, u32) -> u32;

/// How compiled code was left. The running frame's `pc` says where to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Left {
    /// The loop ended, or the interpreter has to look at something.
    Done = 0,
    /// An exception is pending; `pc` is at the instruction that raised it.
    Raised = 1,
    /// A frame was pushed.
    Pushed = 2,
    /// Something was not as expected.
    Surprised = 3,
    /// The function has ended: its result, an owned word, is in the frame's first register, and all others hold
    /// nothing.
    Returned = 4,
}

/// Low bits of an entry's result that hold a [`Left`].
pub const LEFT_BITS: u32 = 3;

/// Functions that run in compiled code inside each other. Stacks of engines are small.
pub const MOST_INSIDE: u32 = if cfg!(target_arch = "wasm32") { 24 } else { 64 };

/// Functions that become part of a unit, inside each other.
pub const MOST_PARTS: usize = 5;

/// What a compiler is asked to compile.
pub struct Subject<'a> {
    pub vm: &'a Vm,
    pub code: &'a CodeObject,
    /// The first instruction of the loop, and the first one behind it; all of a function's.
    pub range: std::ops::Range<usize>,
    /// Calls of the function enter at its first instruction.
    pub whole: bool,
    pub known: &'a Known,
    /// What calls in code that was watched called.
    pub callees: &'a FxHashMap<(u32, usize), Callee>,
    /// Compile even what gains little.
    pub eager: bool,
    /// The guard that is to fail whenever it is reached, counted from the unit's first, for tests.
    pub failing: Option<usize>,
    /// The function whose frame runs: compiled code is for its globals only.
    pub function: &'a crate::object::Ref<crate::builtins::function::Function>,
    /// The word of the frame's locals mapping, where names are looked up in the globals only.
    pub module: Option<u64>,
}

/// The outcome of a compilation.
pub struct Compiled {
    pub entry: Entry,
    /// The number of the first entry.
    pub first: u32,
    /// Loops that can be entered: the instruction index of their heads, in the order of the entries' numbers.
    pub heads: Vec<usize>,
    /// What is told of each exit.
    pub exits: Vec<ExitNote>,
    /// Frames that it needs above the running one, and registers above that one's first.
    pub depth: usize,
    pub registers: usize,
    /// Functions whose code became part of this.
    pub keep: Vec<Value>,
    /// How many guards it has.
    pub guards: usize,
    /// Owns the machine code.
    pub code: Box<dyn Any>,
}

/// Where an exit leads to, and in which of the functions that became part of the unit.
#[derive(Clone, Copy, Debug)]
pub struct ExitNote {
    pub pc: Option<u32>,
    pub inside: usize,
}

/// Makes machine code of loops and functions.
pub trait Compiler {
    /// `None` when the loop has something in it that this compiler leaves to the interpreter.
    fn compile(&mut self, subject: &Subject<'_>) -> Option<Compiled>;
    /// Whether it will never compile anything any more.
    fn is_over(&self) -> bool {
        false
    }
}

/// When loops are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// When they are hot.
    On,
    /// As soon as they go round, for tests.
    Stress,
    /// So, and anew after each time code was left: its guards fail one after the other, until each did.
    Guards,
}

/// Compiled code of a loop and of those inside it, or of a function.
struct Unit {
    taken: Vec<std::cell::Cell<u32>>,
    /// Times it was left as a call led to code that is never compiled.
    pushes: std::cell::Cell<u32>,
    exits: Vec<ExitNote>,
    range: std::ops::Range<usize>,
    whole: bool,
    depth: usize,
    registers: usize,
    keep: Vec<Value>,
    /// One of its guards fails always.
    failing: bool,
    _code: Box<dyn Any>,
}

/// A loop head in compiled code.
#[derive(Clone)]
pub struct Loop {
    entry: Entry,
    which: u32,
    unit: Rc<Unit>,
}

/// What a code object has of compiled loops: `enter_loop` names one by its place in the list. And the function's begin.
#[derive(Default)]
pub struct Loops(Vec<Option<Loop>>, Option<Loop>);

impl Loops {
    /// Visits the functions that compiled code keeps.
    pub(crate) fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for (n, l) in self.0.iter().enumerate() {
            if let Some(l) = l
                && !self.0[..n].iter().flatten().any(|other| Rc::ptr_eq(&other.unit, &l.unit))
            {
                l.unit.keep.iter().for_each(&mut *visit);
            }
        }
        if let Some(function) = &self.1 {
            function.unit.keep.iter().for_each(visit);
        }
    }
}

/// The just-in-time compiler's side of an interpreter.
pub struct Jit {
    compiler: Box<dyn Compiler>,
    mode: Mode,
    turn: u32,
    /// Looks at calls, and whether the last one was followed by another at once.
    looks: u32,
    again: bool,
    /// A call in compiled code led to the interpreter too often.
    unprofitable: bool,
    /// How often compiled code runs, in all threads, and what was withdrawn meanwhile.
    running: usize,
    retired: Vec<Rc<Unit>>,
    recording: Option<Recording>,
    /// What was seen.
    known: Known,
    /// How many guards of a loop failed, by its code's serial number and its head.
    failed: FxHashMap<(u32, usize), usize>,
    pub stats: Stats,
    /// Samples to let pass before the first loop is watched.
    pub patience: u32,
    /// Tell of every exit that was not expected.
    pub trace_exits: bool,
}

/// Counts for `--jit-stats`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    pub compiled: u32,
    pub refused: u32,
    pub discarded: u32,
}

/// Samples of a loop before it is watched.
const HOT: u32 = 2;
/// Times an exit is taken before the loop is watched and compiled again.
const SURPRISES: u32 = 200;
/// A code object whose loops, or calls, are left to the interpreter.
const NEVER: u32 = u32::MAX;
/// Samples of calls before the function is watched.
const HOT_CALLS: u32 = 3;
/// Instructions of a function that calls from the run loop enter in any case.
const LONG: usize = 40;
/// Stands for the function where loops are known by their heads.
const WHOLE: usize = usize::MAX;

impl Jit {
    pub fn new(compiler: Box<dyn Compiler>, mode: Mode) -> Jit {
        Jit {
            compiler,
            mode,
            turn: 0,
            looks: 0,
            again: false,
            unprofitable: false,
            running: 0,
            retired: Vec::new(),
            recording: None,
            known: Known::default(),
            failed: FxHashMap::default(),
            stats: Stats::default(),
            patience: 0,
            trace_exits: false,
        }
    }
    /// Ticks until the next look, after one at a call: soon, as loops are what is sampled. `ticks` is what it would be.
    pub(crate) fn ticks_after_call(&mut self, ticks: u32) -> u32 {
        const LOOKS: u32 = 100;
        self.looks += 1;
        self.again = self.looks % LOOKS != 0;
        if self.again { 1 } else { ticks }
    }
    /// Keeps what is withdrawn while it may be running.
    fn retire(&mut self, unit: &Rc<Unit>) {
        if self.running != 0 {
            self.retired.push(Rc::clone(unit));
        }
    }
    /// Ends the watching of a loop; whether there was one.
    pub(crate) fn stop_recording(&mut self) -> bool {
        self.recording.take().is_some()
    }
}

impl Vm {
    /// Has loops compiled from now on. The ticks that are left would let short programs end before the first look.
    pub fn compile_loops(&mut self, jit: Jit) {
        self.jit = Some(Box::new(jit));
        self.ticks = self.ticks.min(self.refill());
    }

    /// Ends the watching of a loop or function, which keeps the functions it saw called.
    pub fn stop_watching(&mut self) {
        if self.jit.as_mut().is_some_and(|jit| jit.stop_recording()) {
            self.end_tracing();
        }
    }

    /// Ticks to go before the run loop looks up.
    pub(crate) fn refill(&mut self) -> u32 {
        match &mut self.jit {
            Some(jit) if jit.mode != Mode::On => 2,
            // Not always the same number: a loop with a fixed number of calls would use up the last tick in one of them
            // each time.
            Some(jit) if self.fuel.is_none() => {
                jit.turn = jit.turn.wrapping_mul(5).wrapping_add(3) % 64;
                TICKS - jit.turn
            }
            _ => TICKS,
        }
    }

    /// Notes that a loop went round when the ticks were used up; `at` is its back-edge. `true`: the run loop is to be
    /// entered anew, as the loop is watched from now on.
    #[cold]
    #[inline(never)]
    pub(crate) fn sample_loop(&mut self, frame: *mut Frame, at: usize) -> bool {
        // SAFETY: the running frame and its code.
        let code = unsafe { &mut *(*frame).code };
        let Some(jit) = &mut self.jit else { return false };
        jit.again = false;
        if self.tracing || code.hotness == NEVER || code.serial == 0 {
            return false;
        }
        if jit.patience > 0 {
            jit.patience -= 1;
            return false;
        }
        code.hotness += 1;
        if code.hotness < HOT && jit.mode == Mode::On {
            return false;
        }
        let depth = self.thread.depth();
        jit.recording = Some(Recording::new(frame, code, at, depth));
        self.tracing = true;
        true
    }

    /// Called by the traced run loop before each instruction while a loop is watched; `false` when that is over.
    pub(crate) fn record_instruction(&mut self) -> bool {
        let Some(mut recording) = self.jit.as_mut().and_then(|jit| jit.recording.take()) else { return false };
        if self.thread.trace_function.is_some() || self.thread.profile_function.is_some() || self.monitoring.wanted != 0 {
            return false;
        }
        let mut known = match &mut self.jit {
            Some(jit) => std::mem::take(&mut jit.known),
            None => return false,
        };
        let goes_on = recording.step(self, &mut known);
        if let Some(jit) = &mut self.jit {
            jit.known = known;
            if goes_on {
                jit.recording = Some(recording);
                return true;
            }
        }
        self.end_tracing();
        self.compile_recorded(&recording);
        true
    }

    fn compile_recorded(&mut self, recording: &Recording) {
        if let Some(function) = &recording.function {
            return self.compile_function(recording, function);
        }
        let frame = self.thread.current();
        // SAFETY: the running frame, or null.
        let code = match unsafe { frame.as_ref() } {
            Some(f) if f.code == recording.code && frame == recording.frame => f.code,
            _ => return,
        };
        let serial = recording.serial;
        let module = self.module_names(frame);
        let Some(jit) = &mut self.jit else { return };
        let known = std::mem::take(&mut jit.known);
        let (mode, eager) = (jit.mode, jit.mode != Mode::On);
        let mut compiled = None;
        for range in recording.complete() {
            let Some(jit) = &mut self.jit else { return };
            let mut compiler = std::mem::replace(&mut jit.compiler, Box::new(NoCompiler));
            let failing = (mode == Mode::Guards).then(|| jit.failed.get(&(serial, range.start)).copied().unwrap_or(0));
            // SAFETY: the running frame keeps function and code.
            let subject = unsafe { Subject { vm: self, code: &*code, range: range.clone(), known: &known, callees: &recording.callees, eager, failing, function: (*frame).function_ref(), module, whole: false } };
            compiled = compiler.compile(&subject).map(|c| (c, range));
            if compiler.is_over() {
                self.jit = None;
                return;
            }
            if let Some(jit) = &mut self.jit {
                jit.compiler = compiler;
            }
            if compiled.is_some() {
                break;
            }
        }
        let Some(jit) = &mut self.jit else { return };
        jit.known = known;
        // SAFETY: as above.
        let code = unsafe { &mut *code };
        match compiled {
            Some((compiled, range)) => {
                jit.stats.compiled += 1;
                code.hotness = 0;
                let failing = mode == Mode::Guards && jit.failed.get(&(serial, range.start)).copied().unwrap_or(0) < compiled.guards;
                install(code, compiled, range, failing, false);
            }
            None => {
                jit.stats.refused += 1;
                code.hotness = if jit.known.get_mut(&serial).is_none_or(|f| f.refused(false)) { NEVER } else { 0 };
            }
        }
    }

    /// The word of a frame's locals mapping if that is its globals, whose keys, and the builtins', have a version then.
    fn module_names(&mut self, frame: *mut Frame) -> Option<u64> {
        // SAFETY: the running frame.
        let (function, locals) = unsafe { ((*frame).function_ref().clone(), (*frame).locals.as_ref().map_or(0, Value::bits)) };
        let (globals, builtins) = { let f = function.get(&*self); (f.globals.clone(), f.builtins.clone()) };
        if locals != 0 && locals != globals.as_value().bits() || !globals.as_value().is_exact::<Dict>() || !builtins.as_value().is_exact::<Dict>() {
            return None;
        }
        globals.keys_version(&mut self.heap);
        builtins.keys_version(&mut self.heap);
        Some(locals)
    }

    /// Runs the compiled loop that an `enter_loop` of the running frame names; afterwards the running frame's `pc` says
    /// where to go on.
    // In wasm, what the run loop's function holds more makes all of it slower.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(crate) fn run_loop(&mut self, frame: *mut Frame, regs: *mut u64, n: usize) -> Result<Left> {
        // SAFETY: the running frame; `install` numbered its loops.
        let Some(Some(Loop { entry, which, unit })) = (unsafe { (&(*(*frame).code).loops.0).get(n).cloned() }) else { return Ok(Left::Done) };
        if !self.thread.has_room(frame, unit.registers) || self.thread.depth() + unit.depth > self.recursion_limit {
            return Ok(Left::Done);
        }
        self.begin_compiled();
        // SAFETY: compiled for this code, and checks what else it takes for granted.
        let result = unsafe { entry(self, frame, regs, which) };
        self.end_compiled();
        if unit.failing {
            self.fail_next(frame, &unit);
        }
        match result & ((1 << LEFT_BITS) - 1) {
            1 => Err(Raised),
            2 => {
                self.pushed(frame, &unit);
                Ok(Left::Pushed)
            }
            3 => {
                self.surprised(frame, &unit, result >> LEFT_BITS);
                Ok(Left::Surprised)
            }
            _ => Ok(Left::Done),
        }
    }

    /// Compiled code is entered by other code, and left to it. What was withdrawn meanwhile may still be running, as
    /// compiled code that calls keeps nothing.
    #[inline]
    fn begin_compiled(&mut self) {
        if let Some(jit) = &mut self.jit {
            jit.running += 1;
        }
    }
    #[inline]
    fn end_compiled(&mut self) {
        if let Some(jit) = &mut self.jit {
            jit.running -= 1;
            if jit.running == 0 && !jit.retired.is_empty() {
                drop(std::mem::take(&mut jit.retired));
            }
        }
    }

    /// Counts an exit that was not expected.
    fn surprised(&mut self, frame: *mut Frame, unit: &Rc<Unit>, exit: u32) {
        if let Some(count) = unit.taken.get(exit as usize) {
            count.set(count.get() + 1);
            if self.jit.as_ref().is_some_and(|jit| jit.trace_exits) {
                self.tell_exit(frame, unit, exit);
            }
            if count.get() >= SURPRISES {
                self.discard(frame, unit);
            }
        }
    }

    /// Has the next guard of a loop fail.
    #[cold]
    fn fail_next(&mut self, frame: *mut Frame, unit: &Rc<Unit>) {
        let Some(jit) = &mut self.jit else { return };
        // SAFETY: the unit's frame is still there, whatever was pushed above it.
        let code = unsafe { &mut *(*frame).code };
        *jit.failed.entry((code.serial, unit.key())).or_insert(0) += 1;
        jit.retire(unit);
        withdraw(code, unit);
        if unit.whole {
            code.calls = HOT_CALLS;
        } else {
            code.hotness = HOT;
        }
    }
    #[cold]
    fn tell_exit(&mut self, frame: *mut Frame, unit: &Unit, exit: u32) {
        let Some(ExitNote { pc, inside }) = unit.exits.get(exit as usize) else { return };
        // SAFETY: the running frame's code.
        let name = unsafe { (*(*frame).code).qualname.view(self).to_utf8_lossy() };
        let place = if *inside == 0 { String::new() } else { format!(" in function {inside} of those that became part of it") };
        let text = format!("exit: {name} {:?} at {}{place}\n", unit.range, pc.unwrap_or_default());
        self.host.write(crate::host::Stream::Stderr, text.as_bytes());
    }
    /// Gives a loop back to the interpreter; it may be compiled again, knowing more.
    #[cold]
    fn discard(&mut self, frame: *mut Frame, unit: &Rc<Unit>) {
        let Some(jit) = &mut self.jit else { return };
        // SAFETY: the running frame: of this code, or of a function that became part of it.
        let running = unsafe { &*self.thread.current() };
        jit.known.entry(running.code().serial).or_default().note_surprise(running);
        self.take_back(frame, unit);
    }
    fn take_back(&mut self, frame: *mut Frame, unit: &Rc<Unit>) {
        // SAFETY: the unit's frame, whose code it is.
        let code = unsafe { &mut *(*frame).code };
        let Some(jit) = &mut self.jit else { return };
        jit.stats.discarded += 1;
        jit.retire(unit);
        withdraw(code, unit);
        let over = jit.known.get_mut(&code.serial).is_none_or(|feedback| feedback.given_back(unit.whole));
        if unit.whole {
            code.calls = if over { NEVER } else { HOT_CALLS };
        } else {
            code.hotness = if over { NEVER } else { HOT };
        }
    }
}

/// Stands in while the compiler is at work.
struct NoCompiler;

impl Compiler for NoCompiler {
    fn compile(&mut self, _: &Subject<'_>) -> Option<Compiled> {
        None
    }
}

/// Lets the loop's back-edges no longer enter its code.
fn withdraw(code: &mut CodeObject, unit: &Rc<Unit>) {
    for at in unit.range.clone() {
        if let Some(i) = code.instrs.get_mut(at)
            && i.op() == Op::EnterLoop
            && code.loops.0.get(i.a()).is_some_and(|l| l.as_ref().is_some_and(|l| Rc::ptr_eq(&l.unit, unit)))
        {
            *i = krait_bytecode::check::unspecialized(*i);
        }
    }
    // Whoever runs the code keeps it until then.
    code.loops.0.iter_mut().filter(|l| l.as_ref().is_some_and(|l| Rc::ptr_eq(&l.unit, unit))).for_each(|l| *l = None);
    if code.loops.1.as_ref().is_some_and(|l| Rc::ptr_eq(&l.unit, unit)) {
        code.loops.1 = None;
        code.plain_args = code.simple_args;
        code.direct = 0;
    }
}

impl Unit {
    /// What guards that failed are counted by, beside the code's serial number.
    fn key(&self) -> usize {
        if self.whole { WHOLE } else { self.range.start }
    }
}

/// Lets the loop's back-edges, or the calls of the function, enter its code.
fn install(code: &mut CodeObject, compiled: Compiled, range: std::ops::Range<usize>, failing: bool, whole: bool) {
    let unit = Rc::new(Unit { taken: vec![std::cell::Cell::new(0); compiled.exits.len()], pushes: std::cell::Cell::new(0), exits: compiled.exits, range: range.clone(), whole, depth: compiled.depth, registers: compiled.registers, keep: compiled.keep, failing, _code: compiled.code });
    if whole {
        // One whose guards are to fail is entered where that is counted.
        if !failing && compiled.first == 0 {
            (code.direct, code.room) = (compiled.entry as usize, compiled.registers.max(code.nregs as usize));
        }
        code.loops.1 = Some(Loop { entry: compiled.entry, which: compiled.first, unit });
        // What does little is done as soon by the run loop, if it is there that it is called.
        let goes_on = |i: &Instr| matches!(i.op(), Op::Call | Op::CallPyExact | Op::CallClass | Op::CallKw | Op::CallEx | Op::JumpBack | Op::EnterLoop);
        if code.instrs.len() >= LONG || code.instrs.iter().any(goes_on) {
            code.plain_args = u32::MAX;
        }
        return;
    }
    for (which, head) in compiled.heads.into_iter().enumerate() {
        let free = code.loops.0.iter().position(Option::is_none);
        let n = free.unwrap_or(code.loops.0.len());
        if n > usize::from(u16::MAX) {
            return;
        }
        let entered = Some(Loop { entry: compiled.entry, which: compiled.first + which as u32, unit: Rc::clone(&unit) });
        match free {
            Some(n) => code.loops.0[n] = entered,
            None => code.loops.0.push(entered),
        }
        for at in range.clone() {
            if let Some(i) = code.instrs.get_mut(at)
                && matches!(i.op(), Op::JumpBack | Op::EnterLoop)
                && i.bc() == head
            {
                *i = Instr::with_bc(Op::EnterLoop, 0, n as u16, head as u32);
            }
        }
    }
}
