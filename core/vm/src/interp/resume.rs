//! Making, resuming, throwing into and closing generators and coroutines.

#![allow(unsafe_code, reason = "generators own their register windows")]

use crate::Result;
use crate::builtins::code::CodeObject;
use crate::builtins::function::Function;
use crate::exceptions::Exc;
use crate::interp::frame::{Frame, FrameKind};
use crate::interp::generator::{Generator, GeneratorState};
use crate::object::Ref;
use crate::types::id;
use crate::value::{BITS_UNBOUND, Value, is_pointer};
use crate::vm::Vm;
use krait_bytecode::CodeFlags;

/// How a resumed generator stopped.
pub enum Resumed {
    Yielded(Value),
    Returned(Value),
}

impl Vm {
    pub(crate) fn new_generator(&mut self, f: &Ref<Function>, code: &Ref<CodeObject>, params: Vec<Option<Value>>) -> Value {
        let mut regs = vec![BITS_UNBOUND; code.get(&*self.heap).nregs as usize].into_boxed_slice();
        for (reg, v) in regs.iter_mut().zip(params) {
            *reg = v.map_or(BITS_UNBOUND, Value::into_bits);
        }
        self.generator_of(f, code, regs)
    }
    fn generator_of(&mut self, f: &Ref<Function>, code: &Ref<CodeObject>, regs: Box<[u64]>) -> Value {
        // A generator's frame can be looked at before it runs. On failure `load_body` raises when it does.
        let _ = self.heap.load_body(code);
        let (nregs, flags) = (regs.len(), code.get(&*self.heap).info.flags);
        let (name, qualname) = { let p = f.get(&*self.heap); (p.name.clone(), p.qualname.clone()) };
        let type_id = if flags.has(CodeFlags::ASYNC_GENERATOR) {
            id::ASYNC_GENERATOR
        } else if flags.has(CodeFlags::COROUTINE) {
            id::COROUTINE
        } else {
            id::GENERATOR
        };
        let origin = if type_id == id::COROUTINE { self.coroutine_origin() } else { None };
        self.heap.force_charge(nregs * 8);
        let generator = Generator {
            regs,
            code: code.clone(),
            function: f.to_value(),
            locals: None,
            name,
            qualname,
            state: GeneratorState::Created,
            pc: 0,
            dst: u32::MAX,
            handled: None,
            delegate: u32::MAX,
            frame: None,
            origin,
            closed: false,
            running_async: false,
            hooks_inited: false,
        };
        self.heap.alloc_typed(type_id, generator).into_value()
    }

    /// A generator whose parameters are the `total` owned words at `params`, which move out.
    ///
    /// # Safety
    /// The words are owned, and used for nothing else.
    pub(crate) unsafe fn generator_over(&mut self, f: &Ref<Function>, params: *mut u64, total: usize) -> Value {
        let code = f.get(&*self.heap).code.clone();
        let mut regs = vec![BITS_UNBOUND; code.get(&*self.heap).nregs as usize].into_boxed_slice();
        for (n, reg) in regs.iter_mut().enumerate().take(total) {
            // SAFETY: by contract.
            *reg = unsafe { std::ptr::replace(params.add(n), BITS_UNBOUND) };
        }
        self.generator_of(f, &code, regs)
    }
    /// Pushes a suspended generator's frame. `sent` is the value of the `yield` expression it waits in.
    #[inline]
    pub(crate) fn push_generator(&mut self, g: Ref<Generator>, sent: Value, kind: FrameKind, dst: u32) -> Result<()> {
        if self.thread.depth() >= self.recursion_limit {
            return Err(self.recursion_error(""));
        }
        // SAFETY: the generator is alive while the frame's `extra` holds it; `dst` is the compiler's register index,
        // dead while suspended; the frame's own fields were emptied when it was last popped.
        unsafe {
            let payload = g.payload_ptr();
            (*payload).state = GeneratorState::Running;
            (*payload).delegate = u32::MAX;
            let regs = (*payload).regs.as_mut_ptr();
            if (*payload).dst != u32::MAX {
                let old = std::ptr::replace(regs.add((*payload).dst as usize), sent.into_bits());
                if is_pointer(old) {
                    drop(Value::from_bits(old));
                }
            }
            self.thread.handled.push((*payload).handled.take());
            let window = self.thread.generator_window(regs);
            let frame = self.thread.push((*payload).function.clone(), (*payload).code.payload_ptr(), window, kind, dst, false);
            (*frame).pc = (*payload).pc;
            debug_assert!((*frame).extra.is_none() && (*frame).locals.is_none() && (*frame).object.is_none());
            if (*payload).locals.is_some() {
                (*frame).locals = (*payload).locals.clone();
            }
            if let Some(object) = (*payload).frame.take() {
                object.get_mut(&mut *self.heap).live = frame;
                std::ptr::write(&raw mut (*frame).object, Some(object));
            }
            std::ptr::write(&raw mut (*frame).extra, Some(g.into_value()));
        }
        Ok(())
    }

    /// Suspends the running generator frame at a `yield`; the frame is popped.
    #[inline]
    pub(crate) fn suspend_generator(&mut self, next_pc: u32, dst: u32, delegate: u32) {
        let frame = self.thread.current();
        // SAFETY: the running frame, which is a generator's: `extra` holds it.
        unsafe {
            if (*frame).object.is_some() {
                self.detach_frame_object(frame, false);
            }
            let handled = if self.thread.handled.len() > 1 { self.thread.handled.pop().flatten() } else { None };
            let extra = (*frame).extra.take();
            let locals = (*frame).locals.take();
            if let Some(g) = &extra {
                let g = Ref::<Generator>::from_value_ref_unchecked(g).payload_ptr();
                (*g).state = GeneratorState::Suspended;
                (*g).pc = next_pc;
                (*g).dst = dst;
                (*g).delegate = delegate;
                // It was taken when the generator was resumed.
                debug_assert!((*g).handled.is_none());
                std::ptr::write(&raw mut (*g).handled, handled);
            }
            let function = self.thread.pop();
            drop((function, locals, extra));
        }
    }

    /// Resumes from Rust code.
    pub fn resume(&mut self, g: &Ref<Generator>, sent: Value) -> Result<Resumed> {
        self.check_native_depth("")?;
        let stop = self.thread.depth();
        if !self.push_suspended(g, &sent) {
            self.check_resumable(g)?;
            if g.get(&*self.heap).state == GeneratorState::Created && !sent.is_none() {
                let what = self.generator_kind(g);
                return Err(self.type_error(format!("can't send non-None value to a just-started {what}")));
            }
            self.push_generator(g.clone(), sent, FrameKind::GeneratorEntry, 0)?;
        }
        let result = self.run_nested(stop);
        self.finish_resume(result)
    }
    /// As `push_generator`, if the generator is suspended and nothing is special about it.
    #[inline(always)]
    fn push_suspended(&mut self, g: &Ref<Generator>, sent: &Value) -> bool {
        if self.thread.depth() == 0 {
            return false;
        }
        let word = sent.clone().into_bits();
        // SAFETY: there is a running frame; the word is owned, and taken back when it has not moved into the generator.
        unsafe {
            let frame = self.thread.current();
            let pushed = Frame::resume_above(frame, &mut self.thread, self.recursion_limit, g.as_value().bits(), word, FrameKind::GeneratorEntry, 0).is_some();
            if !pushed {
                drop(Value::from_bits(word));
            }
            pushed
        }
    }
    fn finish_resume(&mut self, result: Result<Value>) -> Result<Resumed> {
        let value = result?;
        Ok(if std::mem::take(&mut self.yielded) { Resumed::Yielded(value) } else { Resumed::Returned(value) })
    }
    /// "generator", "coroutine" or "async generator".
    pub(crate) fn generator_kind(&self, g: &Ref<Generator>) -> &'static str {
        match g.as_value().type_id() {
            id::COROUTINE => "coroutine",
            id::ASYNC_GENERATOR => "async generator",
            _ => "generator",
        }
    }
    pub(crate) fn check_resumable(&mut self, g: &Ref<Generator>) -> Result<()> {
        match g.get(&*self.heap).state {
            GeneratorState::Running => {
                let what = self.generator_kind(g);
                Err(self.value_error(format!("{what} already executing")))
            }
            GeneratorState::Finished if g.as_value().type_id() == id::COROUTINE => Err(self.runtime_error("cannot reuse already awaited coroutine")),
            _ => Ok(()),
        }
    }
    /// `next()` of a generator as iteration sees it: `None` when it returned.
    pub fn generator_next(&mut self, generator: &Value) -> Result<Option<Value>> {
        let Some(g) = generator.downcast::<Generator>(&*self.heap).cloned() else { return Ok(None) };
        if g.get(&*self.heap).state == GeneratorState::Finished {
            return Ok(None);
        }
        match self.resume(&g, Value::NONE)? {
            Resumed::Yielded(v) => Ok(Some(v)),
            Resumed::Returned(_) => Ok(None),
        }
    }
    /// A StopIteration instance carrying a value.
    pub fn stop_iteration_with(&mut self, value: Value) -> Value {
        let args = if value.is_none() { Vec::new() } else { vec![value.clone()] };
        let e = self.new_exception(Exc::StopIteration, args);
        self.set_exception_field(&e, "value", value);
        e
    }

    /// Raises an exception (an instance) inside a suspended generator.
    pub fn throw_into(&mut self, g: &Ref<Generator>, exception: Value) -> Result<Resumed> {
        self.check_resumable(g)?;
        let (state, delegate) = { let p = g.get(&*self.heap); (p.state, p.delegate().cloned()) };
        if state == GeneratorState::Finished {
            return Err(self.raise(exception));
        }
        self.check_native_depth("")?;
        if let Some(delegate) = delegate {
            // Meanwhile the generator's frame is on the stack, at its `yield`.
            let (kept, dst, pc) = { let p = g.get(&*self.heap); (p.delegate, p.dst, p.pc) };
            self.push_generator(g.clone(), Value::NONE, FrameKind::GeneratorEntry, 0)?;
            // SAFETY: the frame just pushed.
            unsafe { (*self.thread.current()).pc = pc.saturating_sub(1) }
            let outcome = self.throw_into_delegate(&delegate, &exception);
            self.suspend_generator(pc, dst, kept);
            match outcome {
                Ok(Resumed::Yielded(v)) => return Ok(Resumed::Yielded(v)),
                Ok(Resumed::Returned(v)) => {
                    // The delegate is done: go on behind the `send`, whose target stands before the yield.
                    let payload = g.get_mut(&mut *self.heap);
                    let yield_pc = payload.pc.saturating_sub(1) as usize;
                    let delegate_register = payload.delegate;
                    let target = { let code = payload.code.payload_ptr(); 
                        // SAFETY: the generator keeps its code alive.
                        unsafe { (&(*code).instrs).get(yield_pc.wrapping_sub(1)).map_or(0, |i| i.bc()) } };
                    payload.pc = target as u32;
                    payload.delegate = u32::MAX;
                    if let Some(word) = payload.regs.get_mut(delegate_register as usize) {
                        let old = std::mem::replace(word, BITS_UNBOUND);
                        if is_pointer(old) {
                            // SAFETY: the register owned the delegate.
                            drop(unsafe { Value::from_bits(old) });
                        }
                    }
                    let stop = self.thread.depth();
                    self.push_generator(g.clone(), v, FrameKind::GeneratorEntry, 0)?;
                    let result = self.run_nested(stop);
                    return self.finish_resume(result);
                }
                Err(e) => {
                    let exception = self.take_pending();
                    let _ = e;
                    return self.throw_here(g, exception);
                }
            }
        }
        self.throw_here(g, exception)
    }
    fn throw_here(&mut self, g: &Ref<Generator>, mut exception: Value) -> Result<Resumed> {
        let stop = self.thread.depth();
        let created = g.get(&*self.heap).state == GeneratorState::Created;
        self.push_generator(g.clone(), Value::NONE, FrameKind::GeneratorEntry, 0)?;
        let frame = self.thread.current();
        // SAFETY: the frame just pushed: the exception is raised by the yield it is suspended at.
        unsafe {
            if !created {
                (*frame).pc = (*frame).pc.saturating_sub(1);
            }
        }
        if self.tracing {
            // SAFETY: as above.
            let pc = unsafe { (*frame).pc };
            if self.monitor(crate::interp::monitoring::Event::PyThrow, pc, vec![exception.clone()]).is_err() {
                exception = self.take_pending();
            }
        }
        let handled = self.handled_exception();
        if let Some(h) = handled.filter(|h| !h.is(&exception)) {
            let has = self.exception_payload(&exception).is_some_and(|e| e.get(&*self.heap).context.is_some());
            if !has {
                self.set_context(&exception, h);
            }
        }
        self.raise(exception);
        self.thread.native_depth += 1;
        let result = if self.unwind(stop) { self.run(stop) } else { Err(crate::Raised) };
        self.thread.native_depth -= 1;
        self.finish_resume(result)
    }
    fn throw_into_delegate(&mut self, delegate: &Value, exception: &Value) -> Result<Resumed> {
        if self.is_exception(exception, Exc::GeneratorExit) {
            self.close_iterator(delegate)?;
            return Err(self.raise(exception.clone()));
        }
        if matches!(delegate.type_id(), id::GENERATOR | id::COROUTINE)
            && let Some(inner) = delegate.downcast::<Generator>(&*self.heap).cloned()
        {
            return self.throw_into(&inner, exception.clone());
        }
        let name = self.names.throw.clone();
        let Some(throw) = self.get_attr_opt(delegate, &name)? else { return Err(self.raise(exception.clone())) };
        let result = self.call(&throw, std::slice::from_ref(exception));
        self.resumed_from_call(result)
    }
    /// The outcome of `send`/`throw`/`__next__` of any iterator: StopIteration becomes its value.
    pub fn resumed_from_call(&mut self, result: Result<Value>) -> Result<Resumed> {
        match result {
            Ok(v) => Ok(Resumed::Yielded(v)),
            Err(e) if self.pending_is(Exc::StopIteration) => {
                let _ = e;
                let stop = self.take_pending();
                Ok(Resumed::Returned(self.exception_field(&stop, "value").unwrap_or(Value::NONE)))
            }
            Err(e) => Err(e),
        }
    }
    /// Calls `close()` of an iterator that `yield from` delegates to.
    pub fn close_iterator(&mut self, iterator: &Value) -> Result<()> {
        if matches!(iterator.type_id(), id::GENERATOR | id::COROUTINE)
            && let Some(g) = iterator.downcast::<Generator>(&*self.heap).cloned()
        {
            self.close_generator(&g)?;
            return Ok(());
        }
        let name = self.names.close.clone();
        match self.get_attr_opt(iterator, &name) {
            Ok(Some(close)) => self.call(&close, &[]).map(drop),
            Ok(None) => Ok(()),
            Err(_) => {
                let function = iterator.clone();
                self.write_unraisable(None, &function);
                Ok(())
            }
        }
    }
    /// `generator.close()`: the value it returned, if any.
    pub fn close_generator(&mut self, g: &Ref<Generator>) -> Result<Value> {
        match g.get(&*self.heap).state {
            GeneratorState::Created => {
                self.finish_generator(g);
                return Ok(Value::NONE);
            }
            GeneratorState::Finished => return Ok(Value::NONE),
            _ => {}
        }
        self.check_resumable(g)?;
        let exit = self.new_exception(Exc::GeneratorExit, Vec::new());
        match self.throw_into(g, exit) {
            Ok(Resumed::Yielded(_)) => {
                let what = self.generator_kind(g);
                Err(self.runtime_error(format!("{what} ignored GeneratorExit")))
            }
            Ok(Resumed::Returned(v)) => Ok(v),
            Err(e) => {
                if self.pending_is(Exc::GeneratorExit) || self.pending_is(Exc::StopIteration) {
                    let stop = self.take_pending();
                    return Ok(self.exception_field(&stop, "value").unwrap_or(Value::NONE));
                }
                Err(e)
            }
        }
    }
    /// Marks a generator finished and drops what it holds.
    pub(crate) fn finish_generator(&mut self, g: &Ref<Generator>) {
        let mut dropped = Vec::new();
        crate::object::Payload::clear(g.get_mut(&mut *self.heap), &mut dropped);
    }
    /// Finalises a generator object that is going away. Returns whether `object` was one.
    pub(crate) fn finalize_generator(&mut self, object: &Value) -> bool {
        let Some(g) = object.downcast::<Generator>(&*self.heap).cloned() else { return false };
        let state = g.get(&*self.heap).state;
        if object.type_id() == id::COROUTINE && state == GeneratorState::Created {
            self.warn_unawaited(&g);
            return true;
        }
        if object.type_id() == id::ASYNC_GENERATOR && state == GeneratorState::Suspended {
            let finalizer = g.get(&*self.heap).origin.clone();
            if let Some(finalizer) = finalizer.filter(|_| !g.get(&*self.heap).closed) {
                if self.call(&finalizer, std::slice::from_ref(object)).is_err() {
                    self.write_unraisable(None, object);
                }
                return true;
            }
        }
        if state == GeneratorState::Suspended && self.close_generator(&g).is_err() {
            self.write_unraisable_of("Exception ignored while closing generator", object);
        }
        true
    }
    fn warn_unawaited(&mut self, g: &Ref<Generator>) {
        let name = g.get(&*self.heap).qualname.get(&*self.heap).to_string_lossy();
        let result = self.warn_unawaited_coroutine(g.as_value(), &name);
        if result.is_err() {
            self.write_unraisable_of("Exception ignored while finalizing coroutine", g.as_value());
        }
    }
    fn coroutine_origin(&mut self) -> Option<Value> {
        if self.thread.coroutine_origin_depth == 0 {
            return None;
        }
        let frames: Vec<(Value, u32, Value)> = self
            .thread
            .frames()
            .take(self.thread.coroutine_origin_depth)
            .map(|f| (f.code().filename.to_value(), f.code().line(f.pc as usize).unwrap_or(0), f.code().name.to_value()))
            .collect();
        let items = frames
            .into_iter()
            .map(|(file, line, name)| {
                let line = self.heap.int(i128::from(line));
                self.heap.tuple(vec![file, line, name]).into_value()
            })
            .collect();
        Some(self.heap.tuple(items).into_value())
    }
}
