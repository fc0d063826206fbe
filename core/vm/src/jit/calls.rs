//! Calls of functions that are compiled as a whole.
//!
//! A call pushes the function's frame, as in the interpreter, and then enters its code, which leaves the result in the
//! frame's first register. Code that calls does so on the native stack; where that gets deep, or something is not as
//! expected, all of it returns to the run loop, as the frames hold all there is to know.

use super::record::Recording;
use super::{Entry, HOT_CALLS, LEFT_BITS, Left, Loop, MOST_INSIDE, MOST_PARTS, Mode, NEVER, Subject, Unit, WHOLE, install};
use crate::builtins::code::CodeObject;
use crate::builtins::function::Function;
use crate::interp::frame::{Frame, FrameKind};
use crate::interp::run::set_register;
use crate::value::{BITS_UNBOUND, Value, is_pointer};
use crate::vm::Vm;
use crate::{Raised, Result};
use std::rc::Rc;

/// Calls from compiled code that the interpreter executes before the function is watched, and until the caller's code
/// is given up.
const ASKED: u32 = 30;
const PUSHES: u32 = 200;

/// Those of an entry's result that hold a [`Left`].
const BITS: u32 = (1 << LEFT_BITS) - 1;

/// What became of a frame that was pushed.
pub(crate) enum Ran {
    /// It has returned, and its result is in place.
    Returned,
    /// The running frame goes on in the interpreter.
    Goes,
}

impl Vm {
    /// Notes that a call was met when the ticks were used up; `callee` is its word. `true`: the run loop is to be entered
    /// anew, as the function is watched from now on.
    #[cold]
    #[inline(never)]
    pub(crate) fn sample_call(&mut self, callee: u64) -> bool {
        if !is_pointer(callee) {
            return false;
        }
        // SAFETY: a word in a call window that is a pointer is a value, borrowed here.
        let callee = std::mem::ManuallyDrop::new(unsafe { Value::from_bits(callee) });
        let Some(function) = callee.downcast_exact::<Function>() else { return false };
        let depth = self.thread.depth();
        // SAFETY: the function keeps its code.
        let code = unsafe { &mut *function.get(&*self).code.payload_ptr() };
        let Some(jit) = &mut self.jit else { return false };
        if self.tracing || jit.again && jit.mode == Mode::On || !may_be_whole(code) {
            return false;
        }
        code.calls += 1;
        if code.calls < HOT_CALLS && jit.mode == Mode::On {
            return false;
        }
        self.watch_function(&callee, depth);
        true
    }
    /// Watches a function from its next call on, whose caller runs at this depth.
    fn watch_function(&mut self, function: &Value, depth: usize) {
        let Some(code) = function.downcast_exact::<Function>().map(|f| f.get(&*self).code.payload_ptr()) else { return };
        if let Some(jit) = &mut self.jit {
            // SAFETY: the function keeps its code.
            jit.recording = Some(unsafe { Recording::of_function(function, &mut *code, depth) });
            self.tracing = true;
        }
    }

    pub(super) fn compile_function(&mut self, recording: &Recording, function: &Value) {
        let Some(f) = function.downcast_exact::<Function>() else { return };
        // SAFETY: the function keeps its code.
        let code = unsafe { &mut *f.get(&*self).code.payload_ptr() };
        if !std::ptr::eq(code, recording.code) || !may_be_whole(code) || recording.entered == 0 {
            return;
        }
        let Some(jit) = &mut self.jit else { return };
        let known = std::mem::take(&mut jit.known);
        let mut compiler = std::mem::replace(&mut jit.compiler, Box::new(super::NoCompiler));
        let (mode, serial) = (jit.mode, code.serial);
        let failed = jit.failed.get(&(serial, WHOLE)).copied().unwrap_or(0);
        let failing = (mode == Mode::Guards).then_some(failed);
        let range = 0..code.instrs.len();
        let subject = Subject { vm: self, code, range: range.clone(), whole: true, known: &known, callees: &recording.callees, eager: mode != Mode::On, failing, function: f, module: None };
        let compiled = compiler.compile(&subject);
        if compiler.is_over() {
            self.jit = None;
            return;
        }
        let Some(jit) = &mut self.jit else { return };
        (jit.compiler, jit.known) = (compiler, known);
        match compiled {
            Some(compiled) => {
                jit.stats.compiled += 1;
                code.calls = 0;
                let failing = mode == Mode::Guards && failed < compiled.guards;
                install(code, compiled, range, failing, true);
            }
            None => {
                jit.stats.refused += 1;
                code.calls = if jit.known.get_mut(&serial).is_none_or(|f| f.refused(true)) { NEVER } else { 0 };
            }
        }
    }

    /// Enters the code of the running frame, which was pushed just now, if its function has some.
    ///
    /// # Safety
    /// `frame` is the running frame, of a call, at its first instruction.
    pub(crate) unsafe fn run_pushed(&mut self, frame: *mut Frame) -> Result<Ran> {
        // SAFETY: by contract.
        let (code, regs) = unsafe { (&*(*frame).code, (*frame).regs) };
        let Some(Loop { entry, which, unit }) = code.loops.1.clone() else { return Ok(Ran::Goes) };
        if self.tracing || self.thread.compiled_depth >= MOST_INSIDE || !self.has_stack_for_calls() || !self.thread.has_room(frame, unit.registers) || self.thread.depth() + unit.depth > self.recursion_limit {
            return Ok(Ran::Goes);
        }
        self.begin_compiled();
        self.thread.compiled_depth += 1;
        // SAFETY: compiled for this code, and checks what else it takes for granted.
        let result = unsafe { entry(self, frame, regs, which) };
        self.thread.compiled_depth -= 1;
        self.end_compiled();
        if unit.failing {
            self.fail_next(frame, &unit);
        }
        // SAFETY: by contract.
        unsafe { self.after_function(frame, &unit, result) }
    }
    /// As `run_pushed`, where compiled code runs below: nothing that is entered needs to be kept.
    ///
    /// # Safety
    /// As for `run_pushed`; a unit is running.
    pub(crate) unsafe fn run_inside(&mut self, frame: *mut Frame) -> Result<Ran> {
        // SAFETY: by contract.
        unsafe {
            let code = &*(*frame).code;
            if code.direct == 0 || self.tracing || self.thread.compiled_depth >= MOST_INSIDE || !self.thread.has_room(frame, code.room) || self.thread.depth() + MOST_PARTS > self.recursion_limit {
                return self.run_pushed(frame);
            }
            let entry = std::mem::transmute::<usize, Entry>(code.direct);
            self.thread.compiled_depth += 1;
            let result = entry(self, frame, (*frame).regs, 0);
            self.thread.compiled_depth -= 1;
            if result & BITS == Left::Returned as u32 { self.deliver(frame) } else { self.left_function(frame, result) }
        }
    }
    /// What compiled code of a function that was entered directly has to say.
    ///
    /// # Safety
    /// The code of the frame, which was pushed for it, was left with this result.
    pub(super) unsafe fn left_function(&mut self, frame: *mut Frame, result: u32) -> Result<Ran> {
        // SAFETY: the frame keeps its code.
        let unit = unsafe { (*(*frame).code).loops.1.as_ref().map(|l| Rc::clone(&l.unit)) };
        match unit {
            // SAFETY: by contract.
            Some(unit) => unsafe { self.after_function(frame, &unit, result) },
            // It was given up meanwhile.
            // SAFETY: as there.
            None if result & BITS == Left::Returned as u32 => unsafe { self.deliver(frame) },
            None if result & BITS == Left::Raised as u32 => Err(Raised),
            None => Ok(Ran::Goes),
        }
    }
    /// As `left_function`, where the unit is known.
    ///
    /// # Safety
    /// As for `left_function`.
    unsafe fn after_function(&mut self, frame: *mut Frame, unit: &Rc<Unit>, result: u32) -> Result<Ran> {
        const RETURNED: u32 = Left::Returned as u32;
        const RAISED: u32 = Left::Raised as u32;
        const PUSHED: u32 = Left::Pushed as u32;
        const SURPRISED: u32 = Left::Surprised as u32;
        match result & BITS {
            // SAFETY: the frame is the running one again, and its first register has the result.
            RETURNED => return unsafe { self.deliver(frame) },
            RAISED => return Err(Raised),
            PUSHED => self.pushed(frame, unit),
            SURPRISED => self.surprised(frame, unit, result >> LEFT_BITS),
            _ => {}
        }
        Ok(Ran::Goes)
    }

    /// Ends the running frame, whose result is in its first register.
    ///
    /// # Safety
    /// `frame` is the running frame, of a call; no other register of it holds an object.
    #[inline]
    unsafe fn deliver(&mut self, frame: *mut Frame) -> Result<Ran> {
        // SAFETY: by contract.
        unsafe {
            let word = std::mem::replace(&mut *(*frame).regs, BITS_UNBOUND);
            if (*frame).kind != FrameKind::Call || !(*frame).is_plain() {
                self.return_value(Value::from_bits(word), 0)?;
                return Ok(Ran::Returned);
            }
            let dst = (*frame).dst as usize;
            let (below, function) = Frame::leave_to_below(frame, &mut self.thread);
            drop(Value::from_bits(function));
            set_register((*below).regs, dst, word);
        }
        Ok(Ran::Returned)
    }

    /// A call in compiled code pushed a frame, and leaves it to the interpreter.
    #[cold]
    pub(super) fn asked(&mut self, frame: *mut Frame) {
        // SAFETY: the frame keeps function and code.
        let (code, function) = unsafe { (&mut *(*frame).code, (*frame).function_ref().to_value()) };
        let depth = self.thread.depth();
        // SAFETY: as above.
        let begins = std::ptr::eq(self.thread.current(), frame) && unsafe { (*frame).pc } == 0;
        let Some(jit) = &mut self.jit else { return };
        if !begins || code.loops.1.is_some() || self.tracing {
            return;
        }
        if may_be_whole(code) {
            code.calls += if jit.mode == Mode::On { 1 } else { ASKED };
            if code.calls >= ASKED {
                self.watch_function(&function, depth - 1);
            }
        } else {
            jit.unprofitable = true;
        }
    }
    /// Compiled code was left because of a frame that it pushed.
    pub(super) fn pushed(&mut self, frame: *mut Frame, unit: &Rc<Unit>) {
        if !self.jit.as_mut().is_some_and(|jit| std::mem::take(&mut jit.unprofitable)) {
            return;
        }
        unit.pushes.set(unit.pushes.get() + 1);
        if unit.pushes.get() < PUSHES {
            return;
        }
        // SAFETY: the unit's frame; the running one was pushed by a call of the one below it.
        unsafe {
            let below = (*self.thread.current()).below();
            if let (Some(jit), Some(caller)) = (&mut self.jit, below.as_ref()) {
                jit.known.entry(caller.code().serial).or_default().note_push(caller.pc as usize);
            }
        }
        self.take_back(frame, unit);
    }
}

/// Whether calls of the code may be compiled: it is no generator's, and was not given up.
fn may_be_whole(code: &CodeObject) -> bool {
    code.calls != NEVER && code.serial != 0 && code.loops.1.is_none() && !code.info.flags.is_generator_like()
}
