//! Frames and the register stack of a thread, frame objects and tracebacks.
//!
//! Frames are boxed and reused; registers live on a chunked stack whose chunks never move, or in a generator. A
//! popped frame leaves no reference behind in its registers. Python sees a frame through a `FrameObject`, made on
//! demand; when the frame ends while its object lives on, the object takes the registers over.

#![allow(unsafe_code, reason = "registers are reached through pointers into chunks that never move")]

use crate::builtins::code::CodeObject;
use crate::builtins::function::Function;
use crate::interp::generator::{Generator, GeneratorState};
use crate::object::{Payload, Ref};
use crate::types::id;
use crate::value::{BITS_UNBOUND, Value, is_pointer};
use krait_macros::Traverse;

/// Registers per chunk.
const CHUNK: usize = 16 * 1024;

/// What happens with the result when a frame returns. Generators come last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum FrameKind {
    /// Into register `dst` of the frame below.
    Call,
    /// Nowhere: what a setter returns.
    Discard,
    /// An `__init__`: the result must be None; the instance in `extra` goes into `dst`.
    Init,
    /// A special method that an operator of the frame below called: see `operators.rs`.
    Operator,
    /// To the Rust code that started the run.
    Entry,
    /// A generator (in `extra`) resumed by Rust code: yields and returns go there.
    GeneratorEntry,
    /// A generator resumed by `for_iter` of the frame below.
    GeneratorFor,
    /// A generator or coroutine resumed by `send` of the frame below.
    GeneratorSend,
}

/// A running (or suspended) activation.
pub struct Frame {
    pub regs: *mut u64,
    /// Index of the next instruction while another frame runs, of the current one while it runs slow code.
    pub pc: u32,
    pub dst: u32,
    pub kind: FrameKind,
    pub code: *mut CodeObject,
    pub function: Value,
    /// The locals mapping of module and class frames.
    pub locals: Option<Value>,
    pub extra: Option<Value>,
    pub object: Option<Ref<FrameObject>>,
    /// Where the stack goes on above this frame, and one past the last register of that chunk.
    pub(crate) top: *mut u64,
    pub(crate) limit: *mut u64,
    /// The frame below; null at the bottom.
    below: *mut Frame,
    /// The box that the next call uses; null until there is one.
    pub(crate) above: *mut Frame,
    /// Number of frames up to this one: a box is used at one depth only.
    pub(crate) depth: usize,
}

/// A place for a frame's registers.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub regs: *mut u64,
    /// One past the last register of the chunk.
    limit: *mut u64,
}

impl Frame {
    #[inline(always)]
    pub fn code(&self) -> &CodeObject {
        // SAFETY: the function (or its `retired` list) keeps the code alive as long as the frame.
        unsafe { &*self.code }
    }
    pub fn code_ref(&self) -> Ref<CodeObject> {
        // SAFETY: `code` is the payload of a live code object, right behind its header.
        unsafe {
            let header = (self.code as *mut crate::heap::Header).sub(1);
            (*header).increment();
            Ref::from_value_unchecked(Value::from_owned(header))
        }
    }
    /// Whether the registers belong to a generator (and not to the thread's stack).
    #[inline(always)]
    pub fn is_generator(&self) -> bool {
        self.kind as u8 >= FrameKind::GeneratorEntry as u8
    }
    /// Whether nobody looks at this frame: it is no generator's, and returning only delivers a value.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.kind as u8 <= FrameKind::Entry as u8 && self.object.is_none() && self.locals.is_none()
    }
    #[inline(always)]
    pub(crate) fn below(&self) -> *mut Frame {
        self.below
    }
    #[inline(always)]
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }
    /// The frame above, made ready for a call from this one whose `given` arguments lie at `at`, if there is a box and
    /// room for it. It is then the running one.
    ///
    /// # Safety
    /// `this` is the running frame of `thread` and no generator's; `at` points to the end of its registers, where the
    /// arguments are; `code` is `function`'s, an owned word.
    #[inline(always)]
    pub(crate) unsafe fn call_above(this: *mut Frame, thread: &mut Thread, most: usize, function: u64, code: *mut CodeObject, at: *mut u64, given: usize, dst: u32) -> Option<*mut Frame> {
        // SAFETY: by contract; the box above is not in use, and its owning fields were emptied by `pop`.
        unsafe {
            let (next, limit, nregs) = ((*this).above, (*this).limit, (*code).nregs as usize);
            if next.is_null() || (*next).depth > most || (limit as usize - at as usize) < nregs * 8 {
                return None;
            }
            for n in given..(*code).first_temp as usize {
                *at.add(n) = BITS_UNBOUND;
            }
            (*next).regs = at;
            (*next).limit = limit;
            (*next).top = at.add(nregs);
            (*next).pc = 0;
            (*next).dst = dst;
            (*next).kind = FrameKind::Call;
            (*next).code = code;
            *(&raw mut (*next).function as *mut u64) = function;
            thread.current = next;
            Some(next)
        }
    }
    /// Makes the frame below the running one; gives back the function's word. As `Thread::pop`.
    ///
    /// # Safety
    /// `this` is the running frame of `thread`, with a frame below; its registers are dead.
    #[inline(always)]
    pub(crate) unsafe fn leave_to_below(this: *mut Frame, thread: &mut Thread) -> (*mut Frame, u64) {
        // SAFETY: by contract; the next push overwrites the function.
        unsafe {
            let below = (*this).below;
            thread.current = below;
            (below, std::mem::replace(&mut *(&raw mut (*this).function as *mut u64), Value::NONE.bits()))
        }
    }
    /// The frame above, made ready to go on with a suspended generator, if there is a box for it and nobody looks at the
    /// generator's frame. It is then the running one, and `sent`, an owned word, the value of its `yield`.
    ///
    /// # Safety
    /// `this` is the running frame of `thread`; `object` is the word of a generator.
    #[inline(always)]
    pub(crate) unsafe fn resume_above(this: *mut Frame, thread: &mut Thread, most: usize, object: u64, sent: u64, kind: FrameKind, dst: u32) -> Option<*mut Frame> {
        // SAFETY: by contract; the box above is not in use. The register that a suspended generator waits in is dead.
        unsafe {
            let g = Ref::<Generator>::from_value_ref_unchecked(&*(&raw const object as *const Value)).payload_ptr();
            let next = (*this).above;
            if next.is_null()
                || (*next).depth > most
                || (*g).state != GeneratorState::Suspended
                || (*g).locals.is_some()
                || (*g).frame.is_some()
                || thread.handled.len() == thread.handled.capacity()
            {
                return None;
            }
            let regs = (*g).regs.as_mut_ptr();
            let waiting = regs.add((*g).dst as usize);
            if is_pointer(*waiting) {
                return None;
            }
            *waiting = sent;
            (*g).state = GeneratorState::Running;
            (*g).delegate = u32::MAX;
            thread.handled.push((*g).handled.take());
            let header = object as usize as *const crate::heap::Header;
            (*header).increment();
            (*next).regs = regs;
            (*next).limit = (*this).limit;
            (*next).top = (*this).top;
            (*next).pc = (*g).pc;
            (*next).dst = dst;
            (*next).kind = kind;
            (*next).code = (*g).code.payload_ptr();
            std::ptr::write(&raw mut (*next).function, (*g).function.clone());
            std::ptr::write(&raw mut (*next).extra, Some(Value::from_bits(object)));
            thread.current = next;
            Some(next)
        }
    }
    /// Suspends the generator of the running frame, which is left for the one below, if nobody looks at it.
    ///
    /// # Safety
    /// `this` is the running frame of `thread`, a generator's with a frame below.
    #[inline(always)]
    pub(crate) unsafe fn yield_below(this: *mut Frame, thread: &mut Thread, next_pc: u32, dst: u32, delegate: u32) -> Option<*mut Frame> {
        // SAFETY: by contract: `extra` is the generator.
        unsafe {
            if (*this).object.is_some() || (*this).locals.is_some() || thread.handled.len() < 2 {
                return None;
            }
            let object = (*this).extra.take()?;
            let g = Ref::<Generator>::from_value_ref_unchecked(&object).payload_ptr();
            (*g).state = GeneratorState::Suspended;
            (*g).pc = next_pc;
            (*g).dst = dst;
            (*g).delegate = delegate;
            // It was taken when the generator was resumed.
            debug_assert!((*g).handled.is_none());
            let last = thread.handled.len() - 1;
            thread.handled.set_len(last);
            std::ptr::write(&raw mut (*g).handled, std::ptr::read(thread.handled.as_ptr().add(last)));
            let (below, function) = Frame::leave_to_below(this, thread);
            drop(Value::from_bits(function));
            drop(object);
            Some(below)
        }
    }
    pub fn function_ref(&self) -> &Ref<Function> {
        // SAFETY: frames are only made for functions.
        unsafe { Ref::from_value_ref_unchecked(&self.function) }
    }
    /// The content of a register; `None` when unbound.
    pub fn register(&self, i: usize) -> Option<&Value> {
        if i >= self.code().nregs as usize {
            return None;
        }
        // SAFETY: the window has `nregs` words; EMPTY and UNBOUND are excluded.
        unsafe {
            let bits = *self.regs.add(i);
            if bits == 0 || bits == BITS_UNBOUND { None } else { Some(&*(self.regs.add(i) as *const Value)) }
        }
    }
    /// Whether the frame is in an inlined comprehension that has bound a variable.
    pub fn is_in_comprehension(&self) -> bool {
        let pc = self.pc;
        self.code().temporaries.iter().any(|t| (t.start..t.end).contains(&pc) && self.register(t.reg.into()).is_some())
    }
    /// Sets a register, giving back the old content.
    pub fn set_register(&mut self, i: usize, value: Option<Value>) -> Option<Value> {
        let word = value.map_or(BITS_UNBOUND, Value::into_bits);
        // SAFETY: callers pass indices below `nregs`.
        unsafe {
            let old = std::ptr::replace(self.regs.add(i), word);
            if old == 0 || old == BITS_UNBOUND { None } else { Some(Value::from_bits(old)) }
        }
    }
}

/// A thread of Python execution: frames, registers, the exceptions being handled.
pub struct Thread {
    frames: Vec<Box<Frame>>,
    chunks: Vec<Box<[u64]>>,
    /// The running frame; null when there is none.
    pub(crate) current: *mut Frame,
    /// The exception being handled, per generator nesting: the innermost `Some` counts.
    pub handled: Vec<Option<Value>>,
    pub pending: Option<Value>,
    /// Nested native runs.
    pub native_depth: usize,
    /// Functions that run in compiled code, inside each other.
    pub compiled_depth: u32,
    /// Frames may go beyond the recursion limit while a RecursionError is dealt with.
    pub overflowed: bool,
    pub ident: u64,
    /// contextvars: the current context.
    pub context: Option<Value>,
    pub trace_function: Option<Value>,
    pub profile_function: Option<Value>,
    pub in_trace: bool,
    /// Frames whose `call` event the tracer has given.
    pub traced_depth: usize,
    /// A builtin function the profiler saw called, and the depth of the calling frame.
    pub profiled_call: Option<(usize, Value)>,
    pub async_gen_hooks: [Option<Value>; 2],
    pub coroutine_origin_depth: usize,
}

impl Default for Thread {
    fn default() -> Thread {
        Thread {
            frames: Vec::new(),
            chunks: vec![vec![0u64; CHUNK].into_boxed_slice()],
            current: std::ptr::null_mut(),
            handled: vec![None],
            pending: None,
            native_depth: 0,
            compiled_depth: 0,
            overflowed: false,
            ident: 0,
            context: None,
            trace_function: None,
            profile_function: None,
            in_trace: false,
            traced_depth: 0,
            profiled_call: None,
            async_gen_hooks: [None, None],
            coroutine_origin_depth: 0,
        }
    }
}

impl Thread {
    /// Number of frames.
    #[inline(always)]
    pub fn depth(&self) -> usize {
        // SAFETY: the running frame is a live box of `frames`.
        if self.current.is_null() { 0 } else { unsafe { (*self.current).depth } }
    }
    /// The running frame.
    #[inline(always)]
    pub(crate) fn current(&mut self) -> *mut Frame {
        debug_assert!(!self.current.is_null());
        self.current
    }
    /// Frames from the innermost outwards.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.frames[..self.depth()].iter().rev().map(|f| &**f)
    }
    pub fn frame(&self, depth: usize) -> Option<&Frame> {
        if depth < self.depth() { self.frames.get(depth).map(|f| &**f) } else { None }
    }
    pub fn frame_mut(&mut self, depth: usize) -> Option<&mut Frame> {
        if depth < self.depth() { self.frames.get_mut(depth).map(|f| &mut **f) } else { None }
    }
    /// The unused part of the current chunk.
    #[inline(always)]
    fn free(&mut self) -> Window {
        if self.current.is_null() {
            let chunk = &mut self.chunks[0];
            // SAFETY: one past the end of the chunk.
            return Window { regs: chunk.as_mut_ptr(), limit: unsafe { chunk.as_mut_ptr().add(chunk.len()) } };
        }
        // SAFETY: the running frame.
        unsafe { Window { regs: (*self.current).top, limit: (*self.current).limit } }
    }
    /// Whether so many registers fit above the first of a running frame, which is no generator's if they are more than
    /// its own.
    pub(crate) fn has_room(&self, frame: *const Frame, count: usize) -> bool {
        // SAFETY: the running frame; its limit is that of the chunk its registers lie in.
        unsafe { count <= (*(*frame).code).nregs as usize || !(*frame).is_generator() && (*frame).limit.offset_from((*frame).regs) >= count as isize }
    }
    /// A place for `count` registers: at `at`, in the running frame's registers, if they fit into the chunk, else at
    /// the start of a new chunk, where the `live` registers from `at` are moved.
    #[inline(always)]
    pub(crate) fn place(&mut self, at: *mut u64, count: usize, live: usize) -> Window {
        let limit = self.free().limit;
        // SAFETY: pointers into (or one past) the current chunk.
        if unsafe { limit.offset_from(at) } >= count as isize { Window { regs: at, limit } } else { self.place_in_new_chunk(at, count, live, limit) }
    }
    #[cold]
    #[inline(never)]
    fn place_in_new_chunk(&mut self, at: *mut u64, count: usize, live: usize, limit: *mut u64) -> Window {
        let wanted = count.max(CHUNK);
        let this = self.chunks.iter().position(|c| std::ptr::eq(c.as_ptr_range().end, limit)).unwrap_or(0);
        let next = this + 1;
        if next == self.chunks.len() {
            self.chunks.push(vec![0u64; wanted].into_boxed_slice());
        } else if self.chunks[next].len() < count {
            self.chunks[next] = vec![0u64; wanted].into_boxed_slice();
        }
        let chunk = &mut self.chunks[next];
        let start = chunk.as_mut_ptr();
        for i in 0..live {
            // SAFETY: the new chunk has room for `count >= live` words; moved-out words are wiped.
            unsafe {
                *start.add(i) = *at.add(i);
                *at.add(i) = 0;
            }
        }
        // SAFETY: one past the end of the chunk.
        Window { regs: start, limit: unsafe { start.add(chunk.len()) } }
    }
    /// A place for `count` registers above everything.
    #[inline(always)]
    pub(crate) fn place_on_top(&mut self, count: usize) -> Window {
        let free = self.free();
        self.place(free.regs, count, 0)
    }
    /// The box for a frame above the running one.
    #[inline(always)]
    pub(crate) fn next_box(&mut self) -> *mut Frame {
        // SAFETY: the running frame, if any, is live; its `above` is a box of `frames`.
        let frame = if self.current.is_null() { std::ptr::null_mut() } else { unsafe { (*self.current).above } };
        if frame.is_null() { self.frame_box() } else { frame }
    }

    /// Pushes a frame over placed registers. Those of a generator are not `on_stack`.
    #[inline(always)]
    pub(crate) fn push(&mut self, function: Value, code: *mut CodeObject, window: Window, kind: FrameKind, dst: u32, on_stack: bool) -> *mut Frame {
        let top = if on_stack {
            // SAFETY: `place` made room for the frame's registers.
            unsafe { window.regs.add((*code).nregs as usize) }
        } else {
            self.free().regs
        };
        let frame = self.next_box();
        self.current = frame;
        // SAFETY: the box is ours; its owning fields were emptied by `pop`.
        unsafe {
            (*frame).regs = window.regs;
            (*frame).limit = window.limit;
            (*frame).top = top;
            (*frame).pc = 0;
            (*frame).dst = dst;
            (*frame).kind = kind;
            (*frame).code = code;
            std::ptr::write(&raw mut (*frame).function, function);
        }
        frame
    }
    /// The window of a generator: its own registers, below the unused part of the stack.
    pub(crate) fn generator_window(&mut self, regs: *mut u64) -> Window {
        Window { regs, limit: self.free().limit }
    }
    /// The box for a frame above the running one, made when this depth is reached for the first time.
    #[cold]
    #[inline(never)]
    fn frame_box(&mut self) -> *mut Frame {
        let depth = self.depth();
        if depth == self.frames.len() {
            self.frames.push(Box::new(Frame {
                regs: std::ptr::null_mut(),
                pc: 0,
                dst: 0,
                kind: FrameKind::Call,
                code: std::ptr::null_mut(),
                function: Value::NONE,
                locals: None,
                extra: None,
                object: None,
                top: std::ptr::null_mut(),
                limit: std::ptr::null_mut(),
                below: self.current,
                above: std::ptr::null_mut(),
                depth: depth + 1,
            }));
        }
        let frame: *mut Frame = &mut *self.frames[depth];
        if !self.current.is_null() {
            // SAFETY: the running frame is live.
            unsafe { (*self.current).above = frame }
        }
        frame
    }
    /// Pops the running frame, whose registers are dead already. Gives back what it owned.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Value {
        let frame = self.current();
        // SAFETY: as in `push`.
        unsafe {
            self.current = (*frame).below;
            std::mem::replace(&mut (*frame).function, Value::NONE)
        }
    }
    /// The innermost exception being handled.
    pub fn handled_exception(&self) -> Option<&Value> {
        self.handled.iter().rev().flatten().next()
    }
}

/// Drops the registers `from..to` of a window; whether an object was freed (finalisers may then be due).
///
/// # Safety
/// The words are registers of a frame that nothing else uses now.
#[inline(always)]
pub(crate) unsafe fn drop_registers(regs: *mut u64, from: usize, to: usize) -> bool {
    let mut freed = false;
    for i in (from..to).rev() {
        // SAFETY: by contract; the word is wiped before the reference is dropped.
        unsafe {
            let bits = *regs.add(i);
            if is_pointer(bits) {
                *regs.add(i) = BITS_UNBOUND;
                let header = bits as usize as *mut crate::heap::Header;
                if (*header).decrement_is_zero() {
                    freed = true;
                    crate::heap::release(header);
                }
            }
        }
    }
    freed
}

/// The payload of `frame`.
pub struct FrameObject {
    /// The live frame; null once it has ended (then `saved` has the registers) or while a generator is suspended.
    pub(crate) live: *mut Frame,
    pub code: Ref<CodeObject>,
    pub function: Value,
    pub locals: Option<Value>,
    pub back: Option<Value>,
    pub(crate) saved: Vec<Option<Value>>,
    /// The suspended generator whose registers hold the variables.
    pub generator: Option<Value>,
    pub pc: u32,
    pub trace: Option<Value>,
    pub trace_lines: bool,
    pub trace_opcodes: bool,
    /// Line of the last trace event.
    pub traced_line: u32,
    /// Instruction of the last look of the tracer.
    pub traced_pc: u32,
    /// The line shown during an event that happens elsewhere than at `pc`; 0: none.
    pub event_line: u32,
    /// `f_locals` entries that are no variables of the code.
    pub extra_locals: Option<Value>,
    /// Variables of the live frame that were overwritten from outside: an instruction may be at work on them still.
    pub overwritten: Vec<Value>,
}

impl Drop for FrameObject {
    /// Variables go last to first, as in a frame that ends.
    fn drop(&mut self) {
        while let Some(value) = self.saved.pop() {
            drop(value);
        }
    }
}

// SAFETY: every owned reference is visited; the live frame owns its registers itself.
unsafe impl Payload for FrameObject {
    const FIXED_ID: u32 = id::FRAME;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.code.as_value());
        visit(&self.function);
        self.saved.iter().flatten().for_each(&mut *visit);
        self.overwritten.iter().for_each(&mut *visit);
        [&self.locals, &self.back, &self.generator, &self.trace, &self.extra_locals].into_iter().flatten().for_each(visit);
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.saved.iter_mut().filter_map(Option::take));
        out.append(&mut self.overwritten);
        for v in [&mut self.locals, &mut self.back, &mut self.generator, &mut self.trace, &mut self.extra_locals] {
            out.extend(v.take());
        }
    }
}

/// The payload of `traceback`.
#[derive(Traverse)]
#[traverse(id = TRACEBACK)]
pub struct Traceback {
    pub next: Option<Value>,
    pub frame: Ref<FrameObject>,
    /// Index of the instruction that raised.
    pub pc: u32,
    /// `tb_lasti` as the constructor got it; 0: computed from `pc`.
    pub lasti: i32,
    /// -1: computed from `pc` on demand.
    pub line: i64,
}

/// `FrameLocalsProxy`: `f_locals` of function frames.
#[derive(Traverse)]
#[traverse(id = FRAME_LOCALS_PROXY)]
pub struct FrameLocalsProxy {
    pub frame: Ref<FrameObject>,
}
