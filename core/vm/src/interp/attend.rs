//! What the run loop attends to between instructions: finalisers, cycle collection, signals, fuel, limits.

use crate::builtins::weakref::WeakRef;
use crate::exceptions::Exc;
use crate::interp::TICKS;
use crate::types::Type;
use crate::types::special::Special;
use crate::value::Value;
use crate::vm::{Interrupts, Vm};
use crate::{Raised, Result};

/// So many nested native calls are made without asking how much stack is left.
const UNASKED_LEVELS: usize = 16;

/// Values that collected objects referred to are dropped so many at a time.
const PORTION: usize = 1000;

impl Vm {
    /// Runs queued finalisers and weak reference callbacks, and a collection that is due. Never raises: errors go to
    /// `sys.unraisablehook`.
    #[cold]
    #[inline(never)]
    pub fn attend(&mut self) {
        self.heap.clear_attention();
        let saved = self.thread.pending.take();
        while let Some(object) = self.heap.next_pending() {
            self.finalize_object(object);
        }
        if self.heap.collection_due() {
            self.collect_garbage();
        }
        if let Some(e) = saved {
            self.thread.pending = Some(e);
        }
    }

    /// Finalises an object whose last reference is `object`; it may come back to life.
    pub(crate) fn finalize_object(&mut self, object: Value) {
        let Some(header) = object.header() else { return };
        if !header.is_finalized() && self.heap.info(object.type_id()).flags & crate::heap::flags::FINALIZER != 0 {
            header.set_finalized();
            self.run_finalizer(&object);
            if object.ref_count() > 1 {
                return;
            }
        }
        if object.header().is_some_and(|h| h.has_weakrefs()) {
            if object.has_payload::<WeakRef>(&*self.heap) {
                self.forget_weakref(&object);
            }
            let callbacks = self.clear_weakrefs(&object);
            for (weak, callback) in callbacks {
                if self.call(&callback, std::slice::from_ref(&weak)).is_err() {
                    self.write_unraisable_of("Exception ignored while calling weakref callback", &callback);
                }
            }
        }
        drop(object);
    }
    fn run_finalizer(&mut self, object: &Value) {
        let type_id = object.type_id();
        if self.finalize_generator(object) || self.finalize_awaitable(object) {
            return;
        }
        if let Some(del) = self.heap.special(type_id, Special::Del)
            && self.call_unbound(&del, object, &[]).is_err()
        {
            self.write_unraisable_of("Exception ignored while calling deallocator", &del);
        }
    }

    /// Reports the pending exception to `sys.unraisablehook`.
    pub fn write_unraisable(&mut self, message: Option<&str>, object: &Value) {
        let exception = self.take_pending();
        self.report_unraisable(exception, message, object);
    }

    /// As `write_unraisable`, with the object as part of the message and not as the hook's `object`.
    pub fn write_unraisable_of(&mut self, message: &str, object: &Value) {
        let exception = self.take_pending();
        let message = match self.repr_text(object) {
            Ok(text) => format!("{message} {text}"),
            Err(Raised) => {
                self.thread.pending = None;
                format!("{message} <object repr() failed>")
            }
        };
        self.report_unraisable(exception, Some(&message), &Value::NONE);
    }

    /// Collects cycles; the number of unreachable objects found.
    pub fn collect_garbage(&mut self) -> usize {
        if self.heap.gc.collecting {
            return 0;
        }
        self.heap.gc.collecting = true;
        let saved = self.thread.pending.take();
        let garbage = self.heap.find_garbage();
        let count = garbage.len();
        self.finish_garbage(garbage);
        self.heap.gc.collecting = false;
        self.heap.gc.collections += 1;
        self.heap.gc.collected += count;
        self.thread.pending = saved;
        if self.heap.has_pending() {
            self.attend();
        }
        count
    }
    fn finish_garbage(&mut self, garbage: Vec<Value>) {
        // Weak references to garbage are cleared first, so that no callback sees a half-dead object; callbacks of
        // weak references that are garbage themselves are dropped.
        let mut callbacks = Vec::new();
        let referred = |object: &Value| object.header().is_some_and(|h| h.has_weakrefs());
        let words: std::collections::HashSet<u64> =
            if garbage.iter().any(referred) { garbage.iter().map(Value::bits).collect() } else { Default::default() };
        for object in &garbage {
            if referred(object) && !object.has_payload::<WeakRef>(&*self.heap) {
                for (weak, callback) in self.clear_weakrefs(object) {
                    if !words.contains(&weak.bits()) {
                        callbacks.push((weak, callback));
                    }
                }
            }
        }
        for (weak, callback) in callbacks {
            if self.call(&callback, std::slice::from_ref(&weak)).is_err() {
                self.write_unraisable_of("Exception ignored while calling weakref callback", &callback);
            }
        }
        let mut finalized = false;
        for object in &garbage {
            let wanted = self.heap.info(object.type_id()).flags & crate::heap::flags::FINALIZER != 0;
            if let Some(header) = object.header()
                && wanted
                && !header.is_finalized()
            {
                header.set_finalized();
                finalized = true;
                self.run_finalizer(object);
            }
        }
        let garbage = if finalized {
            // Finalisers may have resurrected some: look again among the same objects.
            let pointers: Vec<_> = garbage.iter().filter_map(Value::header_ptr).collect();
            let still = self.heap.unreachable_among(&pointers, 1);
            drop(garbage);
            still
        } else {
            garbage
        };
        let mut dropped = Vec::new();
        for object in &garbage {
            self.cut_type(object, &mut dropped);
            self.heap.clear_object(object, &mut dropped);
            // In portions: together they would take more memory than the garbage itself, which `garbage` still holds.
            if dropped.len() >= PORTION {
                dropped.clear();
            }
        }
        drop(dropped);
        drop(garbage);
    }

    /// A class refers to itself through its MRO, which is no place the collector can empty.
    fn cut_type(&mut self, object: &Value, dropped: &mut Vec<Value>) {
        let Some(ty) = object.downcast::<Type>(&*self.heap).cloned() else { return };
        let empty = self.heap.tuple(Vec::new());
        let mro = std::mem::replace(&mut ty.get_mut(&mut *self.heap).mro, empty);
        dropped.push(mro.into_value());
        self.heap.forget_lookups(ty.id(&self.heap));
    }

    /// Looks at everything that may stop a loop: interrupts, fuel, deadline, memory, garbage.
    pub fn poll(&mut self) -> Result<()> {
        self.poll_memory()?;
        self.poll_events(&[Interrupts::GIL, Interrupts::SIGNAL, Interrupts::PENDING_CALL])
    }
    /// One tick for entering the run loop from native code: a callback without loops or calls uses none by itself.
    #[inline(always)]
    pub(crate) fn tick_nested(&mut self) -> Result<()> {
        self.ticks -= 1;
        if self.ticks == 0 { self.poll_natively(true) } else { Ok(()) }
    }
    /// One tick for a step of a loop in native code that nothing bounds.
    ///
    /// Other threads get no turn here: what such loops do to builtin containers is one step for them, as in CPython.
    #[inline(always)]
    pub fn tick(&mut self) -> Result<()> {
        self.ticks -= 1;
        if self.ticks == 0 { self.poll_natively(false) } else { Ok(()) }
    }
    #[cold]
    #[inline(never)]
    fn poll_natively(&mut self, switch: bool) -> Result<()> {
        self.ticks = self.refill();
        if switch {
            self.poll()?;
        } else {
            // Garbage can wait: what the loop makes is alive until it ends.
            if self.heap.used() > self.heap.limit() {
                self.poll_memory()?;
            }
            self.poll_events(&[Interrupts::SIGNAL, Interrupts::PENDING_CALL])?;
        }
        self.burn_natively(TICKS)
    }
    fn poll_memory(&mut self) -> Result<()> {
        if self.heap.needs_attention() {
            self.attend();
            if self.heap.take_over_quota() && self.heap.used() > self.heap.limit() {
                self.collect_garbage();
                if self.heap.used() > self.heap.limit() {
                    return Err(self.memory_error());
                }
            }
        }
        if self.heap.collection_due() {
            self.collect_garbage();
        }
        Ok(())
    }
    fn poll_events(&mut self, reasons: &[u32]) -> Result<()> {
        let asked = self.host.requests();
        if asked != 0 {
            self.interrupts.set(asked);
        }
        if self.interrupts.any()
            && let Some(hook) = self.poll_hook
        {
            for &reason in reasons {
                if self.interrupts.has(reason) {
                    self.interrupts.clear(reason);
                    hook(self, reason)?;
                }
            }
        }
        if let Some(deadline) = self.deadline
            && self.host.monotonic() >= deadline
        {
            self.deadline = None;
            return Err(self.error(Exc::TimeoutError, "time limit reached"));
        }
        Ok(())
    }

    /// RecursionError when the native stack gets short. `what` continues the message.
    #[inline]
    pub fn check_native_depth(&mut self, what: &str) -> Result<()> {
        // A few levels fit on any stack.
        if self.thread.native_depth < UNASKED_LEVELS {
            return Ok(());
        }
        let short = match self.host.stack_left() {
            // Nesting that is pure native code is no use to anybody beyond this, however large the stack is.
            Some(left) => left < 256 * 1024 || self.thread.native_depth >= 20_000,
            None => self.thread.native_depth >= self.host.max_native_depth(),
        };
        if short {
            return Err(self.recursion_error(what));
        }
        Ok(())
    }
    /// Whether the native stack has room for calls of compiled code inside each other, as many as there may be.
    #[inline]
    pub(crate) fn has_stack_for_calls(&self) -> bool {
        const NEEDED: usize = 1 << 20;
        self.thread.native_depth < UNASKED_LEVELS
            || match self.host.stack_left() {
                Some(left) => left >= NEEDED,
                None => self.thread.native_depth < self.host.max_native_depth() / 2,
            }
    }
    #[cold]
    pub fn recursion_error(&mut self, what: &str) -> Raised {
        self.error(Exc::RecursionError, format!("maximum recursion depth exceeded{what}"))
    }
}
