//! Threads and the lock that lets one of them run Python: the `_thread` module.
//!
//! Every system thread has its own `Thread` (frames, registers); whoever holds the lock has swapped its own into
//! `vm.thread`. Blocking calls go through [`blocking`], which gives the lock away meanwhile. A waiting thread asks the
//! running one for it every five milliseconds.

#![allow(unsafe_code, reason = "threads share the interpreter behind its lock")]

pub mod foreign;

use crate::host;
use crate::os::signal;
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::interp::frame::Thread;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::vm::Interrupts;
use krait_vm::args::Methods;
use krait_vm::heap::flags;
use krait_vm::{Exc, Ref, Result, Special, Traverse, Value, Vm, methods};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// The interpreter's lock.
#[derive(Default)]
struct Gil {
    held: Mutex<bool>,
    freed: Condvar,
    waiting: AtomicU64,
    /// Counts hand-overs, so that a thread that was asked to give way does not get it back at once.
    turns: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

impl Gil {
    fn acquire(&self, interrupts: Option<&Interrupts>) {
        let mut held = lock(&self.held);
        if *held {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            while *held {
                let (guard, timeout) = self.freed.wait_timeout(held, Duration::from_millis(5)).unwrap_or_else(|e| e.into_inner());
                held = guard;
                if timeout.timed_out()
                    && *held
                    && let Some(i) = interrupts
                {
                    i.set(Interrupts::GIL);
                }
            }
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        *held = true;
        self.turns.fetch_add(1, Ordering::Relaxed);
    }
    fn release(&self) {
        *lock(&self.held) = false;
        // Whoever waits has counted itself before it let go of the mutex.
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.freed.notify_one();
        }
    }
}

/// What threads of an interpreter share.
#[derive(Default)]
struct Threads {
    gil: Arc<Gil>,
    /// Stands in `vm.thread` while nobody runs.
    spare: Option<Box<Thread>>,
    /// Threads besides the main one, ever: from then on blocking calls release the lock.
    threaded: bool,
    running: usize,
    main_ident: u64,
    stack_size: usize,
    error: Option<Value>,
    /// Handles of running threads that shutdown waits for.
    joinable: Vec<Arc<Ended>>,
    args_type: Option<Ref<Type>>,
    local_count: u64,
}

/// Whether a thread has ended, for joins.
#[derive(Default)]
struct Ended {
    done: Mutex<bool>,
    changed: Condvar,
    ident: AtomicU64,
    daemon: AtomicBool,
}

pub fn start(vm: &mut Vm) {
    let ident = ident();
    vm.thread.ident = ident;
    foreign::may_be_called();
    let threads = vm.state::<Threads>();
    threads.main_ident = ident;
    threads.gil.acquire(None);
    vm.poll_hook = Some(poll);
}

/// Called by the run loop when something set an interrupt flag.
fn poll(vm: &mut Vm, reason: u32) -> Result<()> {
    if reason == Interrupts::GIL {
        let gil = vm.state::<Threads>().gil.clone();
        if gil.waiting.load(Ordering::Relaxed) > 0 {
            let turn = gil.turns.load(Ordering::Relaxed);
            let mine = leave(vm);
            // Give the other thread the time to take it.
            let start = Instant::now();
            while gil.turns.load(Ordering::Relaxed) == turn && start.elapsed() < Duration::from_millis(5) {
                std::thread::yield_now();
            }
            enter(vm, mine);
        }
        return Ok(());
    }
    if reason == Interrupts::SIGNAL {
        return signal::run_handlers(vm);
    }
    Ok(())
}

/// Gives the lock away; the caller's own state comes back.
fn leave(vm: &mut Vm) -> Box<Thread> {
    let spare = vm.state::<Threads>().spare.take().unwrap_or_default();
    let mine = std::mem::replace(&mut vm.thread, spare);
    vm.state::<Threads>().gil.clone().release();
    mine
}

fn enter(vm: &mut Vm, mine: Box<Thread>) {
    // The lock and the interrupt flags may be used without holding the interpreter; they are cloned beforehand by
    // whoever calls this without it. Here the state table is only read while others may write elsewhere in `vm`.
    let gil = gil_of(vm);
    gil.acquire(Some(&vm.interrupts.clone()));
    let spare = std::mem::replace(&mut vm.thread, mine);
    vm.state::<Threads>().spare = Some(spare);
}

thread_local! {
    /// The lock, reachable without the interpreter.
    static GIL: std::cell::RefCell<Option<Arc<Gil>>> = const { std::cell::RefCell::new(None) };
}

fn gil_of(vm: &mut Vm) -> Arc<Gil> {
    let known = GIL.with(|g| g.borrow().clone());
    match known {
        Some(g) => g,
        None => vm.state::<Threads>().gil.clone(),
    }
}

/// Runs something that may block, without the interpreter's lock.
pub fn blocking<R>(vm: &mut Vm, f: impl FnOnce() -> R) -> R {
    if !vm.state::<Threads>().threaded {
        return f();
    }
    let gil = vm.state::<Threads>().gil.clone();
    GIL.with(|g| *g.borrow_mut() = Some(gil));
    let mine = leave(vm);
    let result = f();
    // The system's error number must survive taking the lock.
    let errno = crate::os::error::last();
    enter(vm, mine);
    set_errno(errno);
    result
}

fn set_errno(errno: i32) {
    // SAFETY: the location is the calling thread's own.
    unsafe { *libc::__errno_location() = errno }
}

/// The calling thread's identifier.
pub fn ident() -> u64 {
    // SAFETY: always succeeds.
    unsafe { libc::pthread_self() as u64 }
}

/// Whether the calling thread is the one that made the interpreter.
pub fn is_main(vm: &mut Vm) -> bool {
    vm.state::<Threads>().main_ident == ident()
}

/// After `fork`: the child has only the calling thread.
pub fn after_fork_child(vm: &mut Vm) {
    let me = ident();
    let threads = vm.state::<Threads>();
    threads.gil = Arc::default();
    threads.gil.acquire(None);
    threads.main_ident = me;
    threads.running = 0;
    threads.threaded = false;
    threads.joinable.clear();
    GIL.with(|g| *g.borrow_mut() = None);
    vm.thread.ident = me;
}

// ---- starting threads ----

struct Shared(*mut Vm);
// SAFETY: the pointer is only dereferenced while holding the interpreter's lock, and the interpreter outlives the
// process's threads (it is never freed).
unsafe impl Send for Shared {}
impl Shared {
    /// # Safety
    /// The caller holds the interpreter's lock for as long as it uses the result.
    unsafe fn vm<'a>(&self) -> &'a mut Vm {
        // SAFETY: by contract nobody else uses it.
        unsafe { &mut *self.0 }
    }
}

/// What a new thread runs; moved into it.
struct Job {
    function: Value,
    args: Vec<Value>,
    kwargs: Vec<(Value, Value)>,
}
struct SendJob(Job);
// SAFETY: the values are used and dropped only while holding the interpreter's lock.
unsafe impl Send for SendJob {}

fn spawn(vm: &mut Vm, job: Job, ended: Arc<Ended>) -> Result<u64> {
    let shared = Shared(vm as *mut Vm);
    let threads = vm.state::<Threads>();
    threads.threaded = true;
    foreign::threads_exist();
    threads.running += 1;
    let gil = threads.gil.clone();
    let size = match threads.stack_size {
        0 => 64 << 20,
        n => n.max(1 << 20),
    };
    let interrupts = vm.interrupts.clone();
    let job = SendJob(job);
    let ended_in_thread = ended.clone();
    let (send, receive) = std::sync::mpsc::channel();
    let started = std::thread::Builder::new().stack_size(size).spawn(move || {
        let (job, shared) = (job, shared);
        host::set_stack_bounds(size);
        signal::block_in_thread();
        let me = ident();
        ended_in_thread.ident.store(me, Ordering::Release);
        let _ = send.send(me);
        let mut own = Box::<Thread>::default();
        own.ident = me;
        foreign::may_be_called();
        GIL.with(|g| *g.borrow_mut() = Some(gil.clone()));
        gil.acquire(Some(&interrupts));
        // SAFETY: the lock was just acquired.
        let vm = unsafe { shared.vm() };
        let spare = std::mem::replace(&mut vm.thread, own);
        vm.state::<Threads>().spare = Some(spare);
        run_job(vm, job.0);
        let threads = vm.state::<Threads>();
        threads.running -= 1;
        threads.joinable.retain(|j| !Arc::ptr_eq(j, &ended_in_thread));
        // What it still owns dies while the lock is held: others count the same references.
        let spare = threads.spare.take().unwrap_or_default();
        drop(std::mem::replace(&mut vm.thread, spare));
        gil.release();
        *lock(&ended_in_thread.done) = true;
        ended_in_thread.changed.notify_all();
    });
    match started {
        Ok(_) => {
            // The identifier is known before the thread needs the lock.
            Ok(receive.recv().unwrap_or(0))
        }
        Err(_) => {
            vm.state::<Threads>().running -= 1;
            Err(vm.runtime_error("can't start new thread"))
        }
    }
}

fn run_job(vm: &mut Vm, job: Job) {
    let mut all = job.args;
    let mut names = Vec::new();
    for (k, v) in job.kwargs {
        names.push(k);
        all.push(v);
    }
    let result = vm.call_args(&job.function, krait_vm::Args::with_names(&all, &names));
    if result.is_err() {
        if vm.pending_is(Exc::SystemExit) {
            vm.take_pending();
        } else {
            vm.write_unraisable(Some("Exception ignored in thread started by"), &job.function);
        }
    }
    drop(result);
    drop(all);
    drop(job.function);
    // Finalisers of what died with the thread.
    let _ = vm.poll();
}

// ---- locks ----

#[derive(Default)]
struct LockState {
    locked: Mutex<bool>,
    freed: Condvar,
    /// Threads in `wait_timeout`. Changed under the mutex.
    waiting: AtomicU64,
}

impl LockState {
    /// Unlocks; a system call only when somebody waits for it.
    fn release(&self, mut locked: MutexGuard<'_, bool>) {
        *locked = false;
        drop(locked);
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.freed.notify_one();
        }
    }
}

/// `_thread.lock`.
#[derive(Traverse)]
pub struct Lock {
    #[traverse(skip)]
    state: Arc<LockState>,
}

/// Waits for a lock: with a timeout in seconds, negative for ever. Signals are handled in between.
fn acquire_lock(vm: &mut Vm, state: &Arc<LockState>, blocking_: bool, timeout: f64) -> Result<bool> {
    {
        let mut locked = lock(&state.locked);
        if !*locked {
            *locked = true;
            return Ok(true);
        }
    }
    if !blocking_ {
        return Ok(false);
    }
    let deadline = if timeout < 0.0 { None } else { Some(Instant::now() + Duration::from_secs_f64(timeout)) };
    let main = is_main(vm);
    loop {
        let interrupts = vm.interrupts.clone();
        let got = blocking(vm, || {
            let mut locked = lock(&state.locked);
            loop {
                if !*locked {
                    *locked = true;
                    return Some(true);
                }
                let mut wait = Duration::from_millis(if main { 20 } else { 1000 });
                if let Some(d) = deadline {
                    let now = Instant::now();
                    if now >= d {
                        return Some(false);
                    }
                    wait = wait.min(d - now);
                }
                state.waiting.fetch_add(1, Ordering::Relaxed);
                let (guard, _) = state.freed.wait_timeout(locked, wait).unwrap_or_else(|e| e.into_inner());
                state.waiting.fetch_sub(1, Ordering::Relaxed);
                locked = guard;
                if main && interrupts.has(Interrupts::SIGNAL) && *locked {
                    return None;
                }
            }
        });
        match got {
            Some(b) => return Ok(b),
            None => signal::check(vm)?,
        }
    }
}

fn timeout_arg(vm: &mut Vm, blocking_: bool, timeout: Option<Value>) -> Result<f64> {
    let Some(t) = timeout else { return Ok(-1.0) };
    let t = vm.to_f64(&t)?;
    if !blocking_ && t != -1.0 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if t < 0.0 && t != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if t > 9_223_372_036.0 {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    Ok(t)
}

#[methods]
impl Lock {
    #[sig("()")]
    fn __new__(_cls: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(Lock { state: Arc::default() }).into_value())
    }
    /// Lock the lock.
    #[sig("(blocking=True, timeout=-1)")]
    fn acquire(this: &Ref<Lock>, vm: &mut Vm, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        let timeout = timeout_arg(vm, blocking, timeout)?;
        let state = this.get(&*vm.heap).state.clone();
        acquire_lock(vm, &state, blocking, timeout)
    }
    #[sig("(blocking=True, timeout=-1)")]
    fn acquire_lock(this: &Ref<Lock>, vm: &mut Vm, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        Lock::acquire(this, vm, blocking, timeout)
    }
    /// Release the lock.
    #[sig("()")]
    fn release(this: &Ref<Lock>, vm: &mut Vm) -> Result<()> {
        let state = this.get(&*vm.heap).state.clone();
        let locked = lock(&state.locked);
        if !*locked {
            drop(locked);
            return Err(vm.runtime_error("release unlocked lock"));
        }
        state.release(locked);
        Ok(())
    }
    #[sig("()")]
    fn release_lock(this: &Ref<Lock>, vm: &mut Vm) -> Result<()> {
        Lock::release(this, vm)
    }
    /// Return whether the lock is in the locked state.
    #[sig("()")]
    fn locked(this: &Ref<Lock>, vm: &mut Vm) -> Result<bool> {
        Ok(*lock(&this.get(&*vm.heap).state.locked))
    }
    #[sig("()")]
    fn locked_lock(this: &Ref<Lock>, vm: &mut Vm) -> Result<bool> {
        Lock::locked(this, vm)
    }
    #[sig("()")]
    fn _at_fork_reinit(this: &Ref<Lock>, vm: &mut Vm) -> Result<()> {
        this.get_mut(&mut *vm.heap).state = Arc::default();
        Ok(())
    }
    #[sig("()")]
    fn __enter__(this: &Ref<Lock>, vm: &mut Vm) -> Result<bool> {
        Lock::acquire(this, vm, true, None)
    }
    #[sig("(*exc)")]
    fn __exit__(this: &Ref<Lock>, vm: &mut Vm, _exc: &[Value]) -> Result<()> {
        Lock::release(this, vm)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Lock>, vm: &mut Vm) -> Result<String> {
        let locked = *lock(&this.get(&*vm.heap).state.locked);
        let word = if locked { "locked" } else { "unlocked" };
        let id = this.as_value().bits();
        Ok(format!("<{word} _thread.lock object at {id:#x}>"))
    }
}

/// `_thread.RLock`.
#[derive(Traverse)]
pub struct RLock {
    #[traverse(skip)]
    state: Arc<LockState>,
    owner: u64,
    count: usize,
}

#[methods]
impl RLock {
    #[sig("()")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, RLock { state: Arc::default(), owner: 0, count: 0 }).into_value())
    }
    /// Lock the lock.
    #[sig("(blocking=True, timeout=-1)")]
    fn acquire(this: &Ref<RLock>, vm: &mut Vm, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        let timeout = timeout_arg(vm, blocking, timeout)?;
        let me = ident();
        {
            let r = this.get_mut(&mut *vm.heap);
            if r.owner == me && r.count > 0 {
                r.count += 1;
                return Ok(true);
            }
        }
        let state = this.get(&*vm.heap).state.clone();
        let got = acquire_lock(vm, &state, blocking, timeout)?;
        if got {
            let r = this.get_mut(&mut *vm.heap);
            r.owner = me;
            r.count = 1;
        }
        Ok(got)
    }
    /// Release the lock.
    #[sig("()")]
    fn release(this: &Ref<RLock>, vm: &mut Vm) -> Result<()> {
        let me = ident();
        let r = this.get_mut(&mut *vm.heap);
        if r.count == 0 || r.owner != me {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        r.count -= 1;
        if r.count == 0 {
            r.owner = 0;
            let state = r.state.clone();
            state.release(lock(&state.locked));
        }
        Ok(())
    }
    #[sig("()")]
    fn locked(this: &Ref<RLock>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).count > 0)
    }
    #[sig("()")]
    fn _is_owned(this: &Ref<RLock>, vm: &mut Vm) -> Result<bool> {
        let r = this.get(&*vm.heap);
        Ok(r.count > 0 && r.owner == ident())
    }
    #[sig("()")]
    fn _recursion_count(this: &Ref<RLock>, vm: &mut Vm) -> Result<usize> {
        let r = this.get(&*vm.heap);
        Ok(if r.owner == ident() { r.count } else { 0 })
    }
    #[sig("()")]
    fn _release_save(this: &Ref<RLock>, vm: &mut Vm) -> Result<Value> {
        let r = this.get_mut(&mut *vm.heap);
        if r.count == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        let (count, owner) = (r.count, r.owner);
        r.count = 0;
        r.owner = 0;
        let state = r.state.clone();
        state.release(lock(&state.locked));
        let (count, owner) = (vm.heap.int(count as i128), vm.heap.int(owner.into()));
        Ok(vm.tuple(vec![count, owner]))
    }
    #[sig("(state, /)")]
    fn _acquire_restore(this: &Ref<RLock>, vm: &mut Vm, state: Value) -> Result<()> {
        let parts = vm.collect(&state)?;
        let [count, owner] = &parts[..] else { return Err(vm.type_error("_acquire_restore() argument 1 must be a 2-tuple")) };
        let (count, owner) = (vm.index_i64(count, "long")?, owner.as_int(&vm.heap).and_then(|i| i.to_i64()).unwrap_or(0));
        let inner = this.get(&*vm.heap).state.clone();
        acquire_lock(vm, &inner, true, -1.0)?;
        let r = this.get_mut(&mut *vm.heap);
        r.count = count.max(0) as usize;
        r.owner = if owner == 0 { ident() } else { owner as u64 };
        Ok(())
    }
    #[sig("()")]
    fn _at_fork_reinit(this: &Ref<RLock>, vm: &mut Vm) -> Result<()> {
        let r = this.get_mut(&mut *vm.heap);
        r.state = Arc::default();
        r.owner = 0;
        r.count = 0;
        Ok(())
    }
    #[sig("()")]
    fn __enter__(this: &Ref<RLock>, vm: &mut Vm) -> Result<bool> {
        RLock::acquire(this, vm, true, None)
    }
    #[sig("(*exc)")]
    fn __exit__(this: &Ref<RLock>, vm: &mut Vm, _exc: &[Value]) -> Result<()> {
        RLock::release(this, vm)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<RLock>, vm: &mut Vm) -> Result<String> {
        let name = vm.full_type_name(&vm.type_of(this.as_value()));
        let r = this.get(&*vm.heap);
        let word = if r.count > 0 { "locked" } else { "unlocked" };
        Ok(format!("<{word} {name} object owner={} count={} at {:#x}>", r.owner, r.count, this.as_value().bits()))
    }
}

// ---- thread-local data ----

/// `_thread._local`: one dict per thread, kept in the thread's own table.
#[derive(Traverse)]
pub struct Local {
    key: u64,
    args: Vec<Value>,
    names: Vec<Value>,
    /// One dict per thread identifier.
    dicts: Ref<Dict>,
}

fn local_dict(vm: &mut Vm, this: &Ref<Local>) -> Result<Ref<Dict>> {
    let me = vm.heap.int(ident().into());
    let dicts = this.get(&*vm.heap).dicts.clone();
    if let Some(d) = dicts.get_item(vm, &me)?
        && let Some(d) = d.downcast_exact::<Dict>()
    {
        return Ok(d.clone());
    }
    let dict = vm.heap.dict();
    dicts.set_item(vm, me, dict.to_value())?;
    // Subclasses with an __init__ see it called once per thread.
    let ty = vm.type_of(this.as_value());
    let init = vm.names.__init__.clone();
    let method = vm.get_attr(ty.as_value(), &init)?;
    let base = vm.core_type(krait_vm::types::id::OBJECT);
    let plain = vm.get_attr(base.as_value(), &init)?;
    if !method.is(&plain) {
        let (args, names) = { let l = this.get(&*vm.heap); (l.args.clone(), l.names.clone()) };
        let mut all = vec![this.to_value()];
        all.extend(args);
        vm.call_args(&method, krait_vm::Args::with_names(&all, &names))?;
    }
    Ok(dict)
}

#[methods]
impl Local {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        if (!args.is_empty() || !kwargs.items.is_empty()) && vm.is_objects_own(id, Special::Init) {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        let mut all = args.to_vec();
        let mut names = Vec::new();
        for (k, v) in &kwargs.items {
            names.push((*k).clone());
            all.push((*v).clone());
        }
        let dicts = vm.heap.dict();
        let threads = vm.state::<Threads>();
        threads.local_count += 1;
        let key = threads.local_count;
        let local = vm.heap.alloc_typed(id, Local { key, args: all, names, dicts: dicts.clone() });
        // The making thread's dict is there at once: `__init__` runs for it as for any object.
        let me = vm.heap.int(ident().into());
        let dict = vm.heap.dict();
        dicts.set_item(vm, me, dict.into_value())?;
        Ok(local.into_value())
    }
    #[sig("(name, /)")]
    fn __getattribute__(this: &Ref<Local>, vm: &mut Vm, name: Ref<krait_vm::builtins::str::Str>) -> Result<Value> {
        let dict = local_dict(vm, this)?;
        let name = vm.heap.intern_str(&name);
        if name.is(&vm.names.__dict__.clone()) {
            return Ok(dict.into_value());
        }
        let type_id = this.as_value().type_id();
        let class_attr = vm.heap.type_lookup(type_id, &name);
        if let Some(a) = &class_attr
            && vm.is_data_descriptor(a)
        {
            return vm.descriptor_get(a, Some(this.as_value()), type_id);
        }
        if let Some(v) = dict.get_str(&*vm.heap, &name) {
            return Ok(v);
        }
        match class_attr {
            Some(a) => vm.descriptor_get(&a, Some(this.as_value()), type_id),
            None => Err(vm.no_attribute(this.as_value(), &name)),
        }
    }
    #[sig("(name, value, /)")]
    fn __setattr__(this: &Ref<Local>, vm: &mut Vm, name: Ref<krait_vm::builtins::str::Str>, value: Value) -> Result<()> {
        let dict = local_dict(vm, this)?;
        let name = vm.heap.intern_str(&name);
        if name.is(&vm.names.__dict__.clone()) {
            let ty = vm.type_name(this.as_value());
            return Err(vm.error(Exc::AttributeError, format!("'{ty}' object attribute '__dict__' is read-only")));
        }
        let type_id = this.as_value().type_id();
        if let Some(a) = vm.heap.type_lookup(type_id, &name)
            && vm.is_data_descriptor(&a)
        {
            return vm.descriptor_set(&a, this.as_value(), Some(value));
        }
        dict.set_str(&mut *vm.heap, &name, value);
        Ok(())
    }
    #[sig("(name, /)")]
    fn __delattr__(this: &Ref<Local>, vm: &mut Vm, name: Ref<krait_vm::builtins::str::Str>) -> Result<()> {
        let dict = local_dict(vm, this)?;
        let name = vm.heap.intern_str(&name);
        match dict.remove_str(&mut *vm.heap, &name) {
            Some(_) => Ok(()),
            None => Err(vm.no_attribute(this.as_value(), &name)),
        }
    }
}

// ---- handles ----

/// `_thread._ThreadHandle`.
#[derive(Traverse)]
pub struct Handle {
    #[traverse(skip)]
    ended: Arc<Ended>,
    /// 0: not started, 1: running, 2: done.
    state: u8,
}

fn join(vm: &mut Vm, ended: &Arc<Ended>, timeout: Option<f64>) -> Result<bool> {
    let deadline = timeout.map(|t| Instant::now() + Duration::from_secs_f64(t.clamp(0.0, 1e9)));
    let main = is_main(vm);
    loop {
        let interrupts = vm.interrupts.clone();
        let got = blocking(vm, || {
            let mut done = lock(&ended.done);
            while !*done {
                let mut wait = Duration::from_millis(if main { 20 } else { 1000 });
                if let Some(d) = deadline {
                    let now = Instant::now();
                    if now >= d {
                        return Some(false);
                    }
                    wait = wait.min(d - now);
                }
                let (guard, _) = ended.changed.wait_timeout(done, wait).unwrap_or_else(|e| e.into_inner());
                done = guard;
                if main && interrupts.has(Interrupts::SIGNAL) && !*done {
                    return None;
                }
            }
            Some(true)
        });
        match got {
            Some(b) => return Ok(b),
            None => signal::check(vm)?,
        }
    }
}

#[methods]
impl Handle {
    #[sig("()")]
    fn __new__(_cls: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(Handle { ended: Arc::default(), state: 0 }).into_value())
    }
    #[getter]
    fn ident(this: &Ref<Handle>, vm: &mut Vm) -> Result<Value> {
        let n = this.get(&*vm.heap).ended.ident.load(Ordering::Acquire);
        Ok(vm.heap.int(n.into()))
    }
    #[sig("(timeout=None, /)")]
    fn join(this: &Ref<Handle>, vm: &mut Vm, timeout: Option<f64>) -> Result<()> {
        let (ended, state) = { let h = this.get(&*vm.heap); (h.ended.clone(), h.state) };
        if state == 0 {
            return Err(vm.runtime_error("thread not started"));
        }
        if ended.ident.load(Ordering::Acquire) == ident() && !*lock(&ended.done) {
            return Err(vm.runtime_error("Cannot join current thread"));
        }
        join(vm, &ended, timeout.filter(|t| *t >= 0.0)).map(drop)
    }
    #[sig("()")]
    fn is_done(this: &Ref<Handle>, vm: &mut Vm) -> Result<bool> {
        let h = this.get(&*vm.heap);
        Ok(h.state == 2 || *lock(&h.ended.done))
    }
    #[sig("()")]
    fn _set_done(this: &Ref<Handle>, vm: &mut Vm) -> Result<()> {
        let h = this.get_mut(&mut *vm.heap);
        h.state = 2;
        *lock(&h.ended.done) = true;
        h.ended.changed.notify_all();
        Ok(())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Handle>, vm: &mut Vm) -> Result<String> {
        let n = this.get(&*vm.heap).ended.ident.load(Ordering::Acquire);
        Ok(format!("<_ThreadHandle object: ident={n}>"))
    }
}

static EXCEPT_HOOK_ARGS: StructSpec = StructSpec {
    name: "_thread._ExceptHookArgs",
    doc: "Type used to pass arguments to threading.excepthook.",
    fields: &["exc_type", "exc_value", "exc_traceback", "thread"],
    visible: 4,
    instantiable: true,
};

struct Functions;

#[methods]
impl Functions {
    /// Start a new thread and return its identifier.
    #[sig("(function, args, kwargs=None, /)")]
    fn start_new_thread(vm: &mut Vm, function: Value, args: Value, kwargs: Option<Ref<Dict>>) -> Result<Value> {
        if !args.has_payload::<krait_vm::builtins::tuple::Tuple>(&*vm.heap) {
            return Err(vm.type_error("2nd arg must be a tuple"));
        }
        let args = vm.collect(&args)?;
        let kwargs = kwargs.map(|k| k.items(&*vm.heap)).unwrap_or_default();
        let n = spawn(vm, Job { function, args, kwargs }, Arc::default())?;
        Ok(vm.heap.int(n.into()))
    }
    #[sig("(function, args, kwargs=None, /)")]
    fn start_new(vm: &mut Vm, function: Value, args: Value, kwargs: Option<Ref<Dict>>) -> Result<Value> {
        Functions::start_new_thread(vm, function, args, kwargs)
    }
    /// For internal use only: start a new thread.
    #[sig("(function, handle=None, daemon=True)")]
    fn start_joinable_thread(vm: &mut Vm, function: Value, handle: Option<Ref<Handle>>, daemon: bool) -> Result<Value> {
        let handle = match handle {
            Some(h) => h,
            None => vm.heap.alloc(Handle { ended: Arc::default(), state: 0 }),
        };
        if handle.get(&*vm.heap).state != 0 {
            return Err(vm.runtime_error("thread already started"));
        }
        let ended = handle.get(&*vm.heap).ended.clone();
        ended.daemon.store(daemon, Ordering::Relaxed);
        handle.get_mut(&mut *vm.heap).state = 1;
        if !daemon {
            vm.state::<Threads>().joinable.push(ended.clone());
        }
        if let Err(e) = spawn(vm, Job { function, args: Vec::new(), kwargs: Vec::new() }, ended.clone()) {
            handle.get_mut(&mut *vm.heap).state = 0;
            vm.state::<Threads>().joinable.retain(|j| !Arc::ptr_eq(j, &ended));
            return Err(e);
        }
        Ok(handle.into_value())
    }
    /// Return True if daemon threads are allowed in the current interpreter.
    #[sig("()")]
    fn daemon_threads_allowed(_vm: &mut Vm) -> Result<bool> {
        Ok(true)
    }
    #[sig("()")]
    fn allocate_lock(vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(Lock { state: Arc::default() }).into_value())
    }
    #[sig("()")]
    fn allocate(vm: &mut Vm) -> Result<Value> {
        Functions::allocate_lock(vm)
    }
    #[sig("()")]
    fn exit_thread(vm: &mut Vm) -> Result<()> {
        Err(vm.error_args(Exc::SystemExit, Vec::new()))
    }
    #[sig("()")]
    fn exit(vm: &mut Vm) -> Result<()> {
        Err(vm.error_args(Exc::SystemExit, Vec::new()))
    }
    /// Simulate the arrival of the given signal in the main thread.
    #[sig("(signum=2, /)")]
    fn interrupt_main(vm: &mut Vm, signum: i32) -> Result<()> {
        signal::simulate(vm, signum)
    }
    #[sig("()")]
    fn get_ident(vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.int(ident().into()))
    }
    #[sig("()")]
    fn _get_main_thread_ident(vm: &mut Vm) -> Result<Value> {
        let n = vm.state::<Threads>().main_ident;
        Ok(vm.heap.int(n.into()))
    }
    #[sig("()")]
    fn get_native_id(_vm: &mut Vm) -> Result<i64> {
        // SAFETY: no arguments.
        Ok(unsafe { libc::syscall(libc::SYS_gettid) })
    }
    #[sig("()")]
    fn _count(vm: &mut Vm) -> Result<usize> {
        Ok(vm.state::<Threads>().running)
    }
    #[sig("(name)")]
    fn set_name(_vm: &mut Vm, name: String) -> Result<()> {
        let mut bytes: Vec<u8> = name.bytes().filter(|b| *b != 0).take(15).collect();
        bytes.push(0);
        // SAFETY: a terminated string of at most 16 bytes.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
        Ok(())
    }
    #[sig("()")]
    fn _get_name(vm: &mut Vm) -> Result<Value> {
        let mut buffer = [0u8; 64];
        // SAFETY: the buffer and its length.
        unsafe { libc::pthread_getname_np(libc::pthread_self(), buffer.as_mut_ptr().cast(), buffer.len()) };
        let len = buffer.iter().position(|b| *b == 0).unwrap_or(0);
        Ok(crate::os::path::fs_str(vm, &buffer[..len]))
    }
    /// Return the thread stack size used when creating new threads.
    #[sig("(size=0, /)")]
    fn stack_size(vm: &mut Vm, size: i64) -> Result<usize> {
        if size < 0 {
            return Err(vm.value_error("size must be 0 or a positive value"));
        }
        if size != 0 && size < 32768 {
            return Err(vm.value_error(format!("size not valid: {size} bytes")));
        }
        let threads = vm.state::<Threads>();
        Ok(std::mem::replace(&mut threads.stack_size, size as usize))
    }
    #[sig("()")]
    fn _is_main_interpreter(_vm: &mut Vm) -> Result<bool> {
        Ok(true)
    }
    #[sig("(ident, /)")]
    fn _make_thread_handle(vm: &mut Vm, ident: Value) -> Result<Value> {
        let n = ident.as_int(&vm.heap).and_then(|i| i.to_i64()).unwrap_or(0);
        let ended = Arc::new(Ended::default());
        ended.ident.store(n as u64, Ordering::Release);
        Ok(vm.heap.alloc(Handle { ended, state: 1 }).into_value())
    }
    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[sig("()")]
    fn _shutdown(vm: &mut Vm) -> Result<()> {
        loop {
            let me = ident();
            let next = vm.state::<Threads>().joinable.iter().find(|j| j.ident.load(Ordering::Acquire) != me).cloned();
            let Some(ended) = next else { return Ok(()) };
            join(vm, &ended, None)?;
            vm.state::<Threads>().joinable.retain(|j| !Arc::ptr_eq(j, &ended));
        }
    }
    /// Handle uncaught Thread.run() exception.
    #[sig("(excinfo, /)")]
    fn _excepthook(vm: &mut Vm, excinfo: Value) -> Result<()> {
        let field = |vm: &mut Vm, name: &str| {
            let name = vm.intern(name);
            vm.get_attr(&excinfo, &name)
        };
        let (exception, thread) = (field(vm, "exc_value")?, field(vm, "thread")?);
        if vm.is_exception(&exception, Exc::SystemExit) {
            return Ok(());
        }
        let name = if thread.is_none() {
            ident().to_string()
        } else {
            let key = vm.names.name.clone();
            match vm.get_attr_opt(&thread, &key)? {
                Some(n) => vm.to_text(&n)?,
                None => ident().to_string(),
            }
        };
        krait_modules::sys::write_stderr(vm, &format!("Exception in thread {name}:\n"));
        krait_modules::sys::print_exception(vm, &exception)
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    let lock = vm.define_type::<Lock>(None, &TypeSpec { name: "_thread.lock", doc: "A lock object is a synchronization primitive.", flags: flags::WEAKREFABLE, dict: false, methods: Lock::METHODS });
    vm.module_set(module, "lock", lock.to_value());
    vm.module_set(module, "LockType", lock.into_value());
    let rlock = vm.define_type::<RLock>(None, &TypeSpec { name: "_thread.RLock", doc: "", flags: flags::WEAKREFABLE | flags::BASETYPE, dict: false, methods: RLock::METHODS });
    vm.module_set(module, "RLock", rlock.into_value());
    let local = vm.define_type::<Local>(None, &TypeSpec { name: "_thread._local", doc: "Thread-local data", flags: flags::WEAKREFABLE | flags::BASETYPE, dict: false, methods: Local::METHODS });
    vm.module_set(module, "_local", local.into_value());
    let handle = vm.define_type::<Handle>(None, &TypeSpec { name: "_thread._ThreadHandle", doc: "", flags: 0, dict: false, methods: Handle::METHODS });
    vm.module_set(module, "_ThreadHandle", handle.into_value());
    let args = vm.define_struct_sequence(&EXCEPT_HOOK_ARGS);
    vm.module_set(module, "_ExceptHookArgs", args.to_value());
    vm.state::<Threads>().args_type = Some(args);
    let error = vm.exc.get(Exc::RuntimeError).to_value();
    vm.module_set(module, "error", error.clone());
    vm.state::<Threads>().error = Some(error);
    vm.module_set(module, "TIMEOUT_MAX", Value::float(9_223_372_036.0));
    vm.module_set(module, "_NAME_MAXLEN", Value::small_int(15).unwrap_or(Value::NONE));
    Ok(())
}
