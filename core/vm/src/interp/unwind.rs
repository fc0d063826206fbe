//! Exceptions on their way through frames: handlers, tracebacks, leaving frames.

#![allow(unsafe_code, reason = "registers of the frame being left")]

use crate::Raised;
use crate::builtins::str::Str;
use crate::exceptions::Exception;
use crate::interp::frame::{Frame, FrameKind, FrameObject, Traceback, drop_registers};
use crate::interp::generator::GeneratorState;
use crate::interp::monitoring::Event;
use crate::object::Ref;
use crate::value::{BITS_UNBOUND, Value};
use crate::vm::Vm;

impl Vm {
    /// Finds the handler of the pending exception among the frames above `stop`, leaving frames on the way. Returns
    /// whether there is one: execution goes on in the then running frame at its `pc`.
    pub(crate) fn unwind(&mut self, stop: usize) -> bool {
        loop {
            let mut exception = self.take_pending();
            let frame = self.thread.current();
            // SAFETY: the running frame; nothing else borrows it.
            unsafe {
                let pc = (*frame).pc as usize;
                let reraising = std::mem::take(&mut self.reraising);
                if !reraising {
                    self.add_traceback(&exception, frame);
                }
                if self.tracing
                    && let Err(Raised) = self.trace_exception(&exception, reraising)
                {
                    exception = self.take_pending();
                }
                if self.tracing
                    && (*frame).code().info.handler(pc).is_some()
                    && let Err(Raised) = self.monitor(Event::ExceptionHandled, pc as u32, vec![exception.clone()])
                {
                    exception = self.take_pending();
                }
                if let Some(entry) = (*frame).code().info.handler(pc) {
                    let (target, depth, exc) = (entry.target, entry.depth as usize, entry.exc as usize);
                    let regs = (*frame).regs;
                    drop_registers(regs, depth, (*frame).code().nregs as usize);
                    *regs.add(exc) = exception.into_bits();
                    (*frame).pc = target;
                    if self.heap.needs_attention() {
                        self.attend();
                    }
                    return true;
                }
                if reraising {
                    self.restore_place(&exception, frame);
                }
                if self.tracing
                    && let Err(Raised) = { self.thread.pending = Some(exception.clone()); self.trace_return(None) }
                {
                    exception = self.take_pending();
                }
                self.thread.pending = Some(exception);
                self.leave_frame();
                if self.heap.needs_attention() {
                    self.attend();
                }
                if self.thread.depth() == stop {
                    return false;
                }
            }
        }
    }

    /// Adds the frame to the exception's traceback.
    pub(crate) fn add_traceback(&mut self, exception: &Value, frame: *mut Frame) {
        let Some(e) = exception.downcast::<Exception>(&*self.heap).cloned() else { return };
        let object = self.frame_object(frame);
        // SAFETY: the running frame.
        let pc = unsafe { (*frame).pc };
        let next = e.get(&*self.heap).traceback.clone();
        let traceback = self.heap.alloc(Traceback { next, frame: object, pc, lasti: 0, line: -1 }).into_value();
        let old = e.get_mut(self).traceback.replace(traceback);
        drop(old);
    }

    /// An exception that clean-up code has passed on leaves its frame at the instruction that raised it.
    fn restore_place(&mut self, exception: &Value, frame: *mut Frame) {
        // SAFETY: the running frame.
        unsafe {
            let Some(object) = &(*frame).object else { return };
            if (*frame).code().line((*frame).pc as usize).is_some() {
                return;
            }
            let Some(e) = exception.downcast::<Exception>(&*self.heap) else { return };
            let traceback = e.get(&*self.heap).traceback.as_ref().and_then(|t| t.downcast::<Traceback>(&*self.heap));
            if let Some(entry) = traceback.map(|t| t.get(&*self.heap))
                && entry.frame.is(object)
            {
                (*frame).pc = entry.pc;
            }
        }
    }

    /// The frame object of a live frame, made on demand.
    pub(crate) fn frame_object(&mut self, frame: *mut Frame) -> Ref<FrameObject> {
        // SAFETY: callers pass live frames of this thread.
        unsafe {
            if let Some(object) = &(*frame).object {
                return object.clone();
            }
            let object = FrameObject {
                live: frame,
                code: (*frame).code_ref(),
                function: (*frame).function.clone(),
                locals: (*frame).locals.clone(),
                back: None,
                saved: Vec::new(),
                generator: (*frame).extra.clone().filter(|_| matches!((*frame).kind, FrameKind::GeneratorEntry | FrameKind::GeneratorFor | FrameKind::GeneratorSend)),
                pc: (*frame).pc,
                trace: None,
                trace_lines: true,
                trace_opcodes: false,
                traced_line: 0,
                traced_pc: 0,
                event_line: 0,
                extra_locals: None,
                overwritten: Vec::new(),
            };
            let object = self.heap.alloc(object);
            (*frame).object = Some(object.clone());
            object
        }
    }

    /// Leaves the running frame: its registers die (or move into its frame object), a generator finishes.
    pub(crate) fn leave_frame(&mut self) {
        let frame = self.thread.current();
        // SAFETY: the running frame; its registers are not used after this.
        unsafe {
            let nregs = (*frame).code().nregs as usize;
            let regs = (*frame).regs;
            if (*frame).object.is_some() {
                self.detach_frame_object(frame, true);
            } else {
                drop_registers(regs, 0, nregs);
            }
            let locals = (*frame).locals.take();
            let extra = (*frame).extra.take();
            if matches!((*frame).kind, FrameKind::GeneratorEntry | FrameKind::GeneratorFor | FrameKind::GeneratorSend) {
                let handled = if self.thread.handled.len() > 1 { self.thread.handled.pop().flatten() } else { None };
                drop(handled);
                if let Some(g) = extra.as_ref().and_then(|g| g.downcast::<crate::interp::generator::Generator>(&*self.heap)) {
                    let g = g.get_mut(&mut *self.heap);
                    g.state = GeneratorState::Finished;
                    let old = (g.handled.take(), g.locals.take(), g.frame.take());
                    drop(old);
                }
            }
            let function = self.thread.pop();
            drop(locals);
            drop(extra);
            drop(function);
        }
    }

    /// A frame that has an object ends (or suspends): the object gets what it needs to outlive it.
    pub(crate) fn detach_frame_object(&mut self, frame: *mut Frame, ended: bool) {
        // SAFETY: the running frame.
        unsafe {
            let Some(object) = (*frame).object.take() else { return };
            let (regs, nregs, keep) = ((*frame).regs, (*frame).code().nregs as usize, (*frame).code().first_temp as usize);
            let alone = object.as_value().is_unique();
            // A generator's frame is under whoever resumes it, and under nobody when it is done.
            let back = if alone || (*frame).is_generator() { None } else { self.frame_below(frame) };
            let payload = object.get_mut(&mut *self.heap);
            payload.pc = (*frame).pc;
            payload.live = std::ptr::null_mut();
            if back.is_some() && ended {
                payload.back = back;
            }
            // They die when this function is left, and the frame with it.
            let _overwritten = std::mem::take(&mut payload.overwritten);
            if ended {
                payload.generator = None;
                if alone {
                    drop_registers(regs, 0, nregs);
                } else {
                    let mut saved = Vec::with_capacity(keep);
                    for i in 0..keep {
                        let bits = std::ptr::replace(regs.add(i), BITS_UNBOUND);
                        saved.push(if bits == 0 || bits == BITS_UNBOUND { None } else { Some(Value::from_bits(bits)) });
                    }
                    payload.saved = saved;
                    drop_registers(regs, keep, nregs);
                }
            } else if let Some(generator) = (*frame).extra.as_ref() {
                if let Some(g) = generator.downcast::<crate::interp::generator::Generator>(&*self.heap) {
                    g.get_mut(&mut *self.heap).frame = Some(object);
                }
            }
        }
    }
    /// A frame that was pushed for a moment goes: its object gets a copy of the variables.
    pub(crate) fn detach_copy(&mut self, frame: *mut Frame) {
        // SAFETY: the running frame.
        unsafe {
            let Some(object) = (*frame).object.take() else { return };
            let back = self.frame_below(frame);
            let saved = (0..(*frame).code().first_temp as usize).map(|i| (*frame).register(i).cloned()).collect();
            let payload = object.get_mut(&mut *self.heap);
            payload.pc = (*frame).pc;
            payload.live = std::ptr::null_mut();
            payload.back = back;
            payload.saved = saved;
        }
    }
    /// The frame object of the frame that called `frame`.
    fn frame_below(&mut self, frame: *mut Frame) -> Option<Value> {
        let depth = (0..self.thread.depth()).rev().find(|&d| self.thread.frame(d).is_some_and(|f| std::ptr::eq(f, frame)))?;
        let below: *mut Frame = self.thread.frame_mut(depth.checked_sub(1)?)?;
        Some(self.frame_object(below).into_value())
    }

    /// Raises an exception again without adding the running frame to its traceback.
    pub(crate) fn reraise(&mut self, exception: Value) -> Raised {
        self.reraising = true;
        self.raise(exception)
    }
    /// The exception being handled (`sys.exception()`).
    pub fn handled_exception(&self) -> Option<Value> {
        self.thread.handled_exception().cloned()
    }
    /// UnboundLocalError or NameError for a name.
    #[cold]
    pub(crate) fn name_error(&mut self, kind: crate::Exc, message: String, name: &Ref<Str>) -> Raised {
        let text = self.str(&message);
        let exception = self.new_exception(kind, vec![text]);
        self.set_exception_field(&exception, "name", name.to_value());
        self.raise_with_context(exception)
    }
}
