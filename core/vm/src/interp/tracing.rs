//! `sys.settrace` and `sys.setprofile`: the events of traced code.
//!
//! While `Vm::tracing` is set, the run loop's traced form asks [`Vm::trace_instruction`] before each instruction;
//! the plain form knows nothing of all this. Trace functions themselves run untraced.

#![allow(unsafe_code, reason = "looks at the running frame")]

use crate::builtins::function::BuiltinFn;
use crate::exceptions::Exception;
use crate::interp::frame::{Frame, FrameObject};
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_bytecode::Op;

impl Vm {
    /// `sys.settrace(function)`.
    pub fn set_trace_function(&mut self, function: Option<Value>) {
        let old = std::mem::replace(&mut self.thread.trace_function, function);
        drop(old);
        self.refresh_tracing();
    }
    /// `sys.setprofile(function)`.
    pub fn set_profile_function(&mut self, function: Option<Value>) {
        let old = std::mem::replace(&mut self.thread.profile_function, function);
        drop(old);
        self.thread.profiled_call = None;
        self.refresh_tracing();
    }
    fn is_traced(&self) -> bool {
        self.thread.trace_function.is_some() || self.thread.profile_function.is_some() || self.monitoring.wanted != 0
    }
    pub(crate) fn refresh_tracing(&mut self) {
        let wanted = !self.thread.in_trace && self.is_traced();
        if wanted && !self.tracing {
            // Frames that run already get no `call` event. The run loop changes over at its next look.
            self.thread.traced_depth = self.thread.depth();
            self.heap.request_attention();
        }
        self.tracing = wanted;
    }
    fn current_frame_object(&mut self) -> Ref<FrameObject> {
        let frame: *mut Frame = self.thread.current();
        self.frame_object(frame)
    }

    /// Called by the traced run loop before each instruction, with the frame's `pc` at it.
    #[cold]
    pub(crate) fn trace_instruction(&mut self) -> Result<()> {
        let depth = self.thread.depth();
        if let Some((at, callee)) = self.thread.profiled_call.clone()
            && at >= depth
        {
            self.thread.profiled_call = None;
            if at == depth {
                self.profile_event("c_return", callee)?;
            }
        }
        let frame = self.thread.current();
        // SAFETY: the running frame; only plain numbers are read.
        let (pc, generator) = unsafe { ((*frame).pc, (*frame).is_generator()) };
        if depth > self.thread.traced_depth {
            self.thread.traced_depth = depth;
            let object = self.current_frame_object();
            let first = object.get(&*self).code.get(&*self).info.firstlineno;
            let line = if generator && pc > 0 {
                object.get(&*self).code.get(&*self).line(pc as usize - 1).unwrap_or(first)
            } else {
                first
            };
            let p = object.get_mut(self);
            p.event_line = line;
            if !(generator && pc > 0) {
                p.traced_line = 0;
            }
            p.traced_pc = pc;
            let result = self.trace_call(&object);
            object.get_mut(self).event_line = 0;
            result?;
        } else {
            self.thread.traced_depth = depth;
        }
        if self.thread.trace_function.is_some() {
            self.trace_line(pc)?;
        }
        if self.thread.profile_function.is_some() {
            self.profile_native_call(frame, pc)?;
        }
        Ok(())
    }
    fn trace_call(&mut self, frame: &Ref<FrameObject>) -> Result<()> {
        if let Some(function) = self.thread.trace_function.clone() {
            let local = self.call_tracer(&function, frame, "call", Value::NONE)?;
            let local = Some(local).filter(|v| !v.is_none());
            let old = std::mem::replace(&mut frame.get_mut(self).trace, local);
            drop(old);
        }
        self.profile_event("call", Value::NONE)
    }
    fn trace_line(&mut self, pc: u32) -> Result<()> {
        let object = self.current_frame_object();
        let (local, lines, opcodes, last_line, last_pc) = {
            let p = object.get(&*self);
            (p.trace.is_some(), p.trace_lines, p.trace_opcodes, p.traced_line, p.traced_pc)
        };
        object.get_mut(self).traced_pc = pc;
        if !local {
            return Ok(());
        }
        let line = object.get(&*self).code.get(&*self).line(pc as usize).unwrap_or(0);
        if line != 0 && (line != last_line || pc < last_pc) {
            object.get_mut(self).traced_line = line;
            if lines {
                self.local_event(&object, "line", Value::NONE)?;
            }
        }
        if opcodes {
            self.local_event(&object, "opcode", Value::NONE)?;
        }
        Ok(())
    }
    /// An event for the frame's own trace function, whose result replaces it.
    fn local_event(&mut self, frame: &Ref<FrameObject>, event: &str, arg: Value) -> Result<()> {
        let Some(function) = frame.get(&*self).trace.clone() else { return Ok(()) };
        let result = self.call_tracer(&function, frame, event, arg)?;
        if !result.is_none() {
            let old = frame.get_mut(self).trace.replace(result);
            drop(old);
        }
        Ok(())
    }
    /// The running frame returns or yields the value in a register, or is left by an exception (`None`).
    #[cold]
    pub(crate) fn trace_return(&mut self, register: Option<usize>) -> Result<()> {
        if self.thread.depth() > self.thread.traced_depth {
            return Ok(());
        }
        let frame = self.thread.current();
        let value = match register {
            // SAFETY: the running frame; the instruction reads this register.
            Some(n) => unsafe { (*frame).register(n).cloned() }.unwrap_or(Value::NONE),
            None => Value::NONE,
        };
        let value = match value.downcast_exact::<crate::interp::generator::AsyncGenWrapped>() {
            Some(w) => w.get(&*self).value.clone(),
            None => value,
        };
        let pending = self.thread.pending.take();
        let object = self.current_frame_object();
        let result = match self.local_event(&object, "return", value.clone()) {
            Ok(()) => self.profile_event("return", value),
            Err(e) => Err(e),
        };
        self.thread.traced_depth = self.thread.depth().saturating_sub(1);
        if result.is_ok() {
            self.thread.pending = pending;
        }
        result
    }
    /// An exception passes through (or is caught in) the running frame.
    #[cold]
    pub(crate) fn trace_exception(&mut self, exception: &Value) -> Result<()> {
        let depth = self.thread.depth();
        if let Some((at, callee)) = self.thread.profiled_call.take()
            && at == depth
        {
            self.profile_event("c_exception", callee)?;
        }
        if self.thread.trace_function.is_none() || depth > self.thread.traced_depth {
            return Ok(());
        }
        let object = self.current_frame_object();
        if object.get(&*self).trace.is_none() {
            return Ok(());
        }
        let class = self.type_of(exception).into_value();
        let traceback = exception.downcast::<Exception>(&self.heap).and_then(|e| e.get(&*self).traceback.clone());
        let arg = self.tuple(vec![class, exception.clone(), traceback.unwrap_or(Value::NONE)]);
        self.local_event(&object, "exception", arg)
    }

    // ---- profiling ----

    fn profile_event(&mut self, event: &str, arg: Value) -> Result<()> {
        let Some(function) = self.thread.profile_function.clone() else { return Ok(()) };
        let object = self.current_frame_object();
        self.call_tracer(&function, &object, event, arg).map(drop)
    }
    /// Before a call of a builtin function: the `c_call` event.
    fn profile_native_call(&mut self, frame: *mut Frame, pc: u32) -> Result<()> {
        // SAFETY: the running frame and its current instruction, whose window holds a callee when it is a call.
        let callee = unsafe {
            let i = (&(*(*frame).code).instrs)[pc as usize];
            if !matches!(i.op(), Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass | Op::CallKw | Op::CallEx) {
                return Ok(());
            }
            let cx = Ctx { frame, regs: (*frame).regs, i, pc: pc as usize };
            let callee = cx.b().clone();
            match callee.type_id() {
                id::BUILTIN_FUNCTION => callee,
                id::METHOD_DESCRIPTOR if cx.word(i.b() + 1) != 0 => {
                    let this = cx.reg(i.b() + 1).clone();
                    match callee.downcast::<BuiltinFn>(&self.heap) {
                        Some(f) => {
                            let (def, owner) = { let f = f.get(&self.heap); (f.def, f.owner) };
                            self.heap.alloc(BuiltinFn { def, owner, this: Some(this), module: None }).into_value()
                        }
                        None => callee,
                    }
                }
                _ => return Ok(()),
            }
        };
        self.profile_event("c_call", callee.clone())?;
        if self.thread.profile_function.is_some() {
            self.thread.profiled_call = Some((self.thread.depth(), callee));
        }
        Ok(())
    }

    /// Calls a trace or profile function, untraced. When it fails tracing ends.
    fn call_tracer(&mut self, function: &Value, frame: &Ref<FrameObject>, event: &str, arg: Value) -> Result<Value> {
        let saved = self.thread.traced_depth;
        self.thread.in_trace = true;
        self.tracing = false;
        let event = self.intern(event).into_value();
        let result = self.call(function, &[frame.to_value(), event, arg]);
        self.thread.in_trace = false;
        if result.is_err() {
            let old = (self.thread.trace_function.take(), self.thread.profile_function.take());
            drop(old);
        }
        self.tracing = self.is_traced();
        self.thread.traced_depth = saved;
        match result {
            Ok(v) => Ok(v),
            Err(Raised) => Err(Raised),
        }
    }
}
