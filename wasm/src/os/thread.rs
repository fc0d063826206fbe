//! `_thread` with one thread: locks that nobody else can hold, and no way to start another.
//!
//! Waiting for a lock that is taken would be for ever; it is an error instead. Thread-local data are the attributes
//! of an object.

use crate::os::{int, signal};
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Special, Traverse, Value, Vm, methods};
use std::time::Duration;

const MAIN: i64 = 1;
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// `_thread.lock`.
#[derive(Traverse)]
pub struct Lock {
    locked: bool,
}

/// `_thread.RLock`.
#[derive(Traverse)]
pub struct RLock {
    count: usize,
}

/// `_thread._local`: with one thread, an object with attributes.
#[derive(Traverse)]
pub struct Local {}

/// `_thread._ThreadHandle`: of the one thread, or of one that never ran.
#[derive(Traverse)]
pub struct Handle {
    ident: i64,
    done: bool,
}

/// Seconds to wait, negative for ever.
fn timeout_arg(vm: &mut Vm, blocking: bool, timeout: Option<Value>) -> Result<f64> {
    let seconds = match timeout {
        Some(t) => vm.to_f64(&t)?,
        None => -1.0,
    };
    if !blocking && seconds != -1.0 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if seconds < 0.0 && seconds != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if seconds > TIMEOUT_MAX {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    Ok(seconds)
}

/// The end of a wait that nobody can end early.
fn wait(vm: &mut Vm, blocking: bool, seconds: f64) -> Result<bool> {
    if !blocking {
        return Ok(false);
    }
    if seconds < 0.0 {
        return Err(vm.runtime_error("deadlock: there is no other thread to release the lock"));
    }
    vm.host.sleep(Duration::from_secs_f64(seconds));
    vm.poll()?;
    Ok(false)
}

fn shown(this: &Value, vm: &mut Vm, locked: bool, details: &str) -> String {
    let name = vm.full_type_name(&vm.type_of(this));
    let state = if locked { "locked" } else { "unlocked" };
    format!("<{state} {name} object{details} at {:#x}>", this.bits())
}

#[methods]
impl Lock {
    #[sig("()")]
    fn __new__(_cls: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(Lock { locked: false }).into_value())
    }
    /// Lock the lock.
    #[sig("(blocking=True, timeout=-1)")]
    fn acquire(this: &Ref<Lock>, vm: &mut Vm, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        let seconds = timeout_arg(vm, blocking, timeout)?;
        if std::mem::replace(&mut this.get_mut(&mut *vm.heap).locked, true) { wait(vm, blocking, seconds) } else { Ok(true) }
    }
    #[sig("(blocking=True, timeout=-1)")]
    fn acquire_lock(this: &Ref<Lock>, vm: &mut Vm, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        Lock::acquire(this, vm, blocking, timeout)
    }
    /// Release the lock.
    #[sig("()")]
    fn release(this: &Ref<Lock>, vm: &mut Vm) -> Result<()> {
        if std::mem::replace(&mut this.get_mut(&mut *vm.heap).locked, false) { Ok(()) } else { Err(vm.runtime_error("release unlocked lock")) }
    }
    #[sig("()")]
    fn release_lock(this: &Ref<Lock>, vm: &mut Vm) -> Result<()> {
        Lock::release(this, vm)
    }
    /// Return whether the lock is in the locked state.
    #[sig("()")]
    fn locked(this: &Ref<Lock>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).locked)
    }
    #[sig("()")]
    fn locked_lock(this: &Ref<Lock>, vm: &mut Vm) -> Result<bool> {
        Lock::locked(this, vm)
    }
    #[sig("()")]
    fn _at_fork_reinit(this: &Ref<Lock>, vm: &mut Vm) -> Result<()> {
        this.get_mut(&mut *vm.heap).locked = false;
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
        let locked = this.get(&*vm.heap).locked;
        Ok(shown(this.as_value(), vm, locked, ""))
    }
}

#[methods]
impl RLock {
    #[sig("()")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, RLock { count: 0 }).into_value())
    }
    /// Lock the lock.
    #[sig("(blocking=True, timeout=-1)")]
    fn acquire(this: &Ref<RLock>, vm: &mut Vm, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        timeout_arg(vm, blocking, timeout)?;
        this.get_mut(&mut *vm.heap).count += 1;
        Ok(true)
    }
    /// Release the lock.
    #[sig("()")]
    fn release(this: &Ref<RLock>, vm: &mut Vm) -> Result<()> {
        let lock = this.get_mut(&mut *vm.heap);
        match lock.count.checked_sub(1) {
            Some(n) => lock.count = n,
            None => return Err(vm.runtime_error("cannot release un-acquired lock")),
        }
        Ok(())
    }
    /// Return whether the lock is in the locked state.
    #[sig("()")]
    fn locked(this: &Ref<RLock>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).count > 0)
    }
    #[sig("()")]
    fn _is_owned(this: &Ref<RLock>, vm: &mut Vm) -> Result<bool> {
        RLock::locked(this, vm)
    }
    #[sig("()")]
    fn _recursion_count(this: &Ref<RLock>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).count)
    }
    #[sig("()")]
    fn _release_save(this: &Ref<RLock>, vm: &mut Vm) -> Result<Value> {
        let count = std::mem::take(&mut this.get_mut(&mut *vm.heap).count);
        if count == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        Ok(vm.tuple(vec![int(count as i64), int(MAIN)]))
    }
    #[sig("(state, /)")]
    fn _acquire_restore(this: &Ref<RLock>, vm: &mut Vm, state: Value) -> Result<()> {
        let parts = vm.collect(&state)?;
        let Some(count) = parts.first() else { return Err(vm.type_error("a pair is needed")) };
        let count = vm.index_i64(count, "ssize_t")?;
        this.get_mut(&mut *vm.heap).count = count.max(0) as usize;
        Ok(())
    }
    #[sig("()")]
    fn _at_fork_reinit(this: &Ref<RLock>, vm: &mut Vm) -> Result<()> {
        this.get_mut(&mut *vm.heap).count = 0;
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
        let count = this.get(&*vm.heap).count;
        let owner = if count > 0 { MAIN } else { 0 };
        Ok(shown(this.as_value(), vm, count > 0, &format!(" owner={owner} count={count}")))
    }
}

#[methods]
impl Local {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        if (!args.is_empty() || !kwargs.items.is_empty()) && vm.is_objects_own(id, Special::Init) {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        Ok(vm.heap.alloc_typed(id, Local {}).into_value())
    }
}

#[methods]
impl Handle {
    #[sig("()")]
    fn __new__(_cls: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(Handle { ident: 0, done: false }).into_value())
    }
    #[getter]
    fn ident(this: &Ref<Handle>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).ident)
    }
    #[sig("(timeout=None, /)")]
    fn join(this: &Ref<Handle>, vm: &mut Vm, _timeout: Value) -> Result<()> {
        if this.get(&*vm.heap).done {
            return Ok(());
        }
        let own = this.get(&*vm.heap).ident == MAIN;
        Err(vm.runtime_error(if own { "Cannot join current thread" } else { "thread not started" }))
    }
    #[sig("()")]
    fn is_done(this: &Ref<Handle>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).done)
    }
    #[sig("()")]
    fn _set_done(this: &Ref<Handle>, vm: &mut Vm) -> Result<()> {
        this.get_mut(&mut *vm.heap).done = true;
        Ok(())
    }
}

fn no_threads(vm: &mut Vm) -> krait_vm::Raised {
    vm.runtime_error("can't start new thread")
}

struct Functions;

#[methods]
impl Functions {
    /// Start a new thread and return its identifier.
    #[sig("(function, args, kwargs=None, /)")]
    fn start_new_thread(vm: &mut Vm, _function: Value, _args: Value, _kwargs: Value) -> Result<Value> {
        Err(no_threads(vm))
    }
    #[sig("(function, args, kwargs=None, /)")]
    fn start_new(vm: &mut Vm, _function: Value, _args: Value, _kwargs: Value) -> Result<Value> {
        Err(no_threads(vm))
    }
    /// For internal use only: start a new thread.
    #[sig("(function, handle=None, daemon=True)")]
    fn start_joinable_thread(vm: &mut Vm, _function: Value, _handle: Value, _daemon: bool) -> Result<Value> {
        Err(no_threads(vm))
    }
    #[sig("()")]
    fn daemon_threads_allowed(_vm: &mut Vm) -> Result<bool> {
        Ok(true)
    }
    #[sig("()")]
    fn allocate_lock(vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(Lock { locked: false }).into_value())
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
        signal::deliver(vm, signum)
    }
    #[sig("()")]
    fn get_ident(_vm: &mut Vm) -> Result<i64> {
        Ok(MAIN)
    }
    #[sig("()")]
    fn _get_main_thread_ident(_vm: &mut Vm) -> Result<i64> {
        Ok(MAIN)
    }
    #[sig("()")]
    fn get_native_id(_vm: &mut Vm) -> Result<i64> {
        Ok(MAIN)
    }
    #[sig("()")]
    fn _count(_vm: &mut Vm) -> Result<i64> {
        Ok(0)
    }
    /// Return the thread stack size used when creating new threads.
    #[sig("(size=0, /)")]
    fn stack_size(_vm: &mut Vm, _size: i64) -> Result<i64> {
        Ok(0)
    }
    #[sig("()")]
    fn _is_main_interpreter(_vm: &mut Vm) -> Result<bool> {
        Ok(true)
    }
    #[sig("(ident, /)")]
    fn _make_thread_handle(vm: &mut Vm, ident: i64) -> Result<Value> {
        Ok(vm.heap.alloc(Handle { ident, done: false }).into_value())
    }
    #[sig("()")]
    fn _shutdown(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    let spec = |name, methods, flags| TypeSpec { name, doc: "", flags, dict: false, methods };
    let lock = vm.define_type::<Lock>(None, &spec("_thread.lock", Lock::METHODS, flags::WEAKREFABLE));
    vm.module_set(module, "lock", lock.to_value());
    vm.module_set(module, "LockType", lock.into_value());
    let rlock = vm.define_type::<RLock>(None, &spec("_thread.RLock", RLock::METHODS, flags::WEAKREFABLE | flags::BASETYPE));
    vm.module_set(module, "RLock", rlock.into_value());
    let local = TypeSpec { dict: true, ..spec("_thread._local", Local::METHODS, flags::WEAKREFABLE | flags::BASETYPE) };
    let local = vm.define_type::<Local>(None, &local);
    vm.module_set(module, "_local", local.into_value());
    let handle = vm.define_type::<Handle>(None, &spec("_thread._ThreadHandle", Handle::METHODS, 0));
    vm.module_set(module, "_ThreadHandle", handle.into_value());
    let error = vm.exc.get(Exc::RuntimeError).to_value();
    vm.module_set(module, "error", error);
    vm.module_set(module, "TIMEOUT_MAX", Value::float(TIMEOUT_MAX));
    Ok(())
}
