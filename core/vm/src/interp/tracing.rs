//! `sys.settrace` and `sys.setprofile`: the events of traced code.
//!
//! While `Vm::tracing` is set, the run loop's traced form asks [`Vm::trace_instruction`] before each instruction;
//! the plain form knows nothing of all this. Trace functions themselves run untraced.

#![allow(unsafe_code, reason = "looks at the running frame")]

use crate::builtins::function::BuiltinFn;
use crate::exceptions::Exception;
use crate::interp::frame::{Frame, FrameObject};
use crate::interp::monitoring::Event;
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
    /// The run loop changes back, unless something else wants to be told of every instruction.
    pub(crate) fn end_tracing(&mut self) {
        self.tracing = !self.thread.in_trace && self.is_traced();
    }
    fn is_traced(&self) -> bool {
        self.thread.trace_function.is_some() || self.thread.profile_function.is_some() || self.monitoring.wanted != 0
    }
    pub(crate) fn refresh_tracing(&mut self) {
        let wanted = !self.thread.in_trace && self.is_traced();
        let recorded = self.jit.as_mut().is_some_and(|jit| jit.stop_recording());
        if wanted && (recorded || !self.tracing) {
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
        if self.jit.is_some() && self.record_instruction() {
            return Ok(());
        }
        let depth = self.thread.depth();
        if let Some((at, callee)) = self.thread.profiled_call.clone()
            && at >= depth
        {
            self.thread.profiled_call = None;
            if at == depth {
                self.profile_event("c_return", callee.clone())?;
                self.monitor(Event::CReturn, self.monitoring.called_at, vec![callee, self.missing_argument()])?;
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
            self.monitoring.last = None;
            let event = if generator && pc > 0 { Event::PyResume } else { Event::PyStart };
            self.monitor(event, pc, Vec::new())?;
        } else {
            self.thread.traced_depth = depth;
        }
        if self.monitoring.wanted != 0 {
            self.monitor_jump(depth, pc)?;
        }
        if self.thread.trace_function.is_some() || self.monitoring.wanted != 0 {
            self.trace_line(pc)?;
        }
        if self.thread.profile_function.is_some() || self.monitoring.wanted & Event::Call.bit() != 0 {
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
        if !local && self.monitoring.wanted == 0 {
            return Ok(());
        }
        let line = object.get(&*self).code.get(&*self).line(pc as usize).unwrap_or(0);
        if last_line == 0 && pc > 0 && object.get(&*self).code.get(&*self).line(pc as usize - 1) == Some(line) {
            // Tracing has begun in the middle of the line.
            object.get_mut(self).traced_line = line;
            return Ok(());
        }
        if line != 0 && (line != last_line || pc < last_pc) {
            object.get_mut(self).traced_line = line;
            self.monitor(Event::Line, pc, vec![Value::int32(line as i32)])?;
            if lines && local {
                self.local_event(&object, "line", Value::NONE)?;
            }
        }
        self.monitor(Event::Instruction, pc, Vec::new())?;
        if opcodes && local {
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
        // SAFETY: the running frame.
        let pc = unsafe { (*frame).pc };
        let code = object.get(&*self).code.clone();
        let yields = code.get(&*self).instrs.get(pc as usize).is_some_and(|i| i.op() == Op::YieldValue);
        let (event, shown) = match (register, &pending) {
            (Some(_), _) => (if yields { Event::PyYield } else { Event::PyReturn }, value.clone()),
            (None, Some(exception)) => (Event::PyUnwind, exception.clone()),
            (None, None) => (Event::PyUnwind, Value::NONE),
        };
        let result = match self.local_event(&object, "return", value.clone()) {
            Ok(()) => self.profile_event("return", value).and_then(|()| self.monitor(event, pc, vec![shown])),
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
    pub(crate) fn trace_exception(&mut self, exception: &Value, reraising: bool) -> Result<()> {
        let depth = self.thread.depth();
        if self.monitoring.wanted != 0 {
            // SAFETY: the running frame.
            let pc = unsafe { (*self.thread.current()).pc };
            let event = if reraising { Event::Reraise } else { Event::Raise };
            self.monitor(event, pc, vec![exception.clone()])?;
        }
        if reraising {
            return Ok(());
        }
        if let Some((at, callee)) = self.thread.profiled_call.take()
            && at == depth
        {
            self.profile_event("c_exception", callee.clone())?;
            self.monitor(Event::CRaise, self.monitoring.called_at, vec![callee, self.missing_argument()])?;
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
            self.materialize_callee(cx, i.b());
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
                _ => {
                    let argument = self.first_argument(&cx);
                    return self.monitor(Event::Call, pc, vec![callee, argument]);
                }
            }
        };
        self.profile_event("c_call", callee.clone())?;
        let argument = self.missing_argument();
        self.monitor(Event::Call, pc, vec![callee.clone(), argument])?;
        self.monitoring.called_at = pc;
        if self.thread.profile_function.is_some() || self.monitoring.wanted & Event::Call.bit() != 0 {
            self.thread.profiled_call = Some((self.thread.depth(), callee));
        }
        Ok(())
    }

    fn missing_argument(&self) -> Value {
        self.monitoring.missing.clone().unwrap_or(Value::NONE)
    }
    /// The first argument of the call an instruction makes, as `CALL` events show it.
    fn first_argument(&self, cx: &Ctx) -> Value {
        let i = cx.i;
        let argument = if cx.word(i.b() + 1) != 0 {
            Some(i.b() + 1)
        } else if matches!(i.op(), Op::CallEx) || i.c() == 0 {
            None
        } else {
            Some(i.b() + 2)
        };
        argument.map_or_else(|| self.missing_argument(), |register| cx.reg(register).clone())
    }
    /// Jumps and branches show by where execution goes on.
    fn monitor_jump(&mut self, depth: usize, pc: u32) -> Result<()> {
        let previous = self.monitoring.last.replace((depth, pc));
        let Some((at, from)) = previous else { return Ok(()) };
        if at != depth {
            return Ok(());
        }
        let object = self.current_frame_object();
        let code = object.get(&*self).code.clone();
        let Some(&i) = code.get(&*self).instrs.get(from as usize) else { return Ok(()) };
        let next = from + if i.op().has_ext() { 2 } else { 1 };
        let goes = i.op().info();
        let branches = goes.operands.iter().chain(goes.ext).any(|(_, role)| *role == krait_bytecode::ops::Role::Target);
        if !branches || i.op() == Op::Jump && i.x() & krait_bytecode::ops::LAYOUT != 0 {
            return Ok(());
        }
        let event = match i.op() {
            Op::Jump | Op::JumpBack => Event::Jump,
            _ if pc == next => Event::BranchLeft,
            _ => Event::BranchRight,
        };
        self.monitor(event, from, vec![Value::int32(2 * pc as i32 + 2)])
    }
    /// Tells the tools that want it what happens at an instruction of the running frame.
    pub(crate) fn monitor(&mut self, event: Event, pc: u32, args: Vec<Value>) -> Result<()> {
        // Events of builtin functions come with those of calls.
        let asked = match event {
            Event::CReturn | Event::CRaise => Event::Call,
            other => other,
        };
        if self.monitoring.wanted & asked.bit() == 0 || self.thread.in_trace {
            return Ok(());
        }
        let object = self.current_frame_object();
        let code = object.get(&*self).code.clone();
        for tool in 0..crate::interp::monitoring::TOOLS {
            let local = self.monitoring.local.get(&code.as_value().bits()).map(|(_, local)| local);
            let here = local.map_or(0, |l| l.events[tool]);
            if (self.monitoring.tools[tool].events | here) & asked.bit() == 0
                || local.is_some_and(|l| l.disabled.contains(&(pc, event as u8, tool as u8)))
            {
                continue;
            }
            let Some(callback) = self.monitoring.tools[tool].callbacks[event as usize].clone() else { continue };
            let mut all = vec![code.to_value()];
            all.push(if event == Event::Line { args[0].clone() } else { Value::int32(2 * pc as i32 + 2) });
            if event != Event::Line {
                all.extend(args.iter().cloned());
            }
            let result = self.call_untraced(&callback, &all)?;
            if self.monitoring.disable.as_ref().is_some_and(|d| d.is(&result)) {
                if (event as usize) < crate::interp::monitoring::LOCAL_EVENTS {
                    self.monitoring.local_mut(&code).disabled.insert((pc, event as u8, tool as u8));
                } else {
                    self.monitoring.tools[tool].callbacks[event as usize] = None;
                    let name = Event::NAMES[event as usize];
                    return Err(self.value_error(format!("Cannot disable {name} events. Callback removed.")));
                }
            }
        }
        Ok(())
    }
    fn call_untraced(&mut self, function: &Value, args: &[Value]) -> Result<Value> {
        let saved = (self.thread.traced_depth, self.monitoring.last);
        self.thread.in_trace = true;
        self.tracing = false;
        let result = self.call(function, args);
        self.thread.in_trace = false;
        self.tracing = self.is_traced();
        (self.thread.traced_depth, self.monitoring.last) = saved;
        result
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
