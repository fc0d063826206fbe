//! Signals: a C handler notes them, the interpreter runs the Python handlers between instructions; `_signal`.

#![allow(unsafe_code, reason = "signal handlers and system calls")]

use crate::os::call::int;
use crate::os::{call, error, path, thread};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::types::Type;
use krait_vm::vm::Interrupts;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

/// Signals that arrived and were not handled yet, one bit each. A C signal handler can reach nothing but statics: this
/// is the process's, as signals are.
static ARRIVED: AtomicU64 = AtomicU64::new(0);
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
/// The interpreter to be interrupted: the first one of the process.
static INTERRUPTS: OnceLock<Interrupts> = OnceLock::new();

/// Foreign code that has to be told to look at the interrupts.
static LISTENER: OnceLock<fn()> = OnceLock::new();

/// Has a function called for every signal, in its handler: it may do no more than that.
#[cfg_attr(not(feature = "wasm-libraries"), allow(dead_code))]
pub fn when_signalled(tell: fn()) {
    let _ = LISTENER.set(tell);
}

extern "C" fn on_signal(signum: libc::c_int) {
    // SAFETY: only async-signal-safe operations: atomics and write().
    unsafe {
        let errno = *libc::__errno_location();
        ARRIVED.fetch_or(1 << (signum & 63), Ordering::AcqRel);
        if let Some(i) = INTERRUPTS.get() {
            i.set(Interrupts::SIGNAL);
        }
        if let Some(tell) = LISTENER.get() {
            tell();
        }
        let fd = WAKEUP_FD.load(Ordering::Acquire);
        if fd >= 0 {
            let byte = signum as u8;
            libc::write(fd, (&raw const byte).cast(), 1);
        }
        *libc::__errno_location() = errno;
    }
}

const NSIG: usize = 65;

#[derive(Default)]
struct Signals {
    /// Python's idea of each handler: None (unknown), an int (SIG_DFL, SIG_IGN) or a callable.
    handlers: Vec<Value>,
    /// An uncaught KeyboardInterrupt ends the process by SIGINT.
    died_by_sigint: bool,
    info_type: Option<Ref<Type>>,
    item_error: Option<Value>,
}

fn install(signum: i32, handler: libc::sighandler_t) -> bool {
    // SAFETY: a zeroed sigaction with a valid handler.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signum, &action, std::ptr::null_mut()) == 0
    }
}

fn current(signum: i32) -> libc::sighandler_t {
    // SAFETY: only reads the action.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signum, std::ptr::null(), &mut action);
        action.sa_sigaction
    }
}

pub fn start(vm: &mut Vm) {
    let _ = INTERRUPTS.set(vm.interrupts.clone());
    let mut handlers = vec![Value::NONE; NSIG];
    for (i, h) in handlers.iter_mut().enumerate().skip(1) {
        let signum = i as i32;
        if signum == libc::SIGPIPE {
            install(signum, libc::SIG_IGN);
        }
        *h = match current(signum) {
            libc::SIG_DFL => int(0),
            libc::SIG_IGN => int(1),
            _ => Value::NONE,
        };
    }
    vm.state::<Signals>().handlers = handlers;
    // Ctrl-C raises KeyboardInterrupt, unless the parent had it ignored.
    if current(libc::SIGINT) == libc::SIG_DFL {
        install(libc::SIGINT, on_signal as *const () as libc::sighandler_t);
        // Filled in with the Python function when `_signal` is imported; until then `run_handlers` raises by itself.
    }
}

/// Threads leave all signals to the main one.
pub fn block_in_thread() {
    // SAFETY: blocks signals of the calling thread only.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        for s in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL] {
            libc::sigdelset(&mut all, s);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
}

pub fn end(_vm: &mut Vm) {
    WAKEUP_FD.store(-1, Ordering::Release);
}

/// Runs the handlers of signals that arrived: what an interrupted system call does before it is repeated.
pub fn check(vm: &mut Vm) -> Result<()> {
    if ARRIVED.load(Ordering::Acquire) != 0 {
        vm.interrupts.clear(Interrupts::SIGNAL);
        return run_handlers(vm);
    }
    Ok(())
}

/// Runs the Python handlers of signals that arrived. Only the main thread does.
pub fn run_handlers(vm: &mut Vm) -> Result<()> {
    if !thread::is_main(vm) {
        if ARRIVED.load(Ordering::Acquire) != 0 {
            // The main thread will see it when it runs.
            vm.interrupts.set(Interrupts::GIL);
        }
        return Ok(());
    }
    let mut arrived = ARRIVED.swap(0, Ordering::AcqRel);
    while arrived != 0 {
        let signum = arrived.trailing_zeros() as i32;
        arrived &= arrived - 1;
        let handler = vm.state::<Signals>().handlers.get(signum as usize).cloned().unwrap_or(Value::NONE);
        let result = if handler.is_none() || handler.as_small_int().is_some() {
            if signum == libc::SIGINT && handler.as_small_int() != Some(1) {
                Err(vm.error_args(Exc::KeyboardInterrupt, Vec::new()))
            } else {
                Ok(Value::NONE)
            }
        } else {
            let frame = vm.frame_above(0).map_or(Value::NONE, Ref::into_value);
            vm.call(&handler, &[int(signum.into()), frame])
        };
        if let Err(e) = result {
            if arrived != 0 {
                ARRIVED.fetch_or(arrived, Ordering::AcqRel);
                vm.interrupts.set(Interrupts::SIGNAL);
            }
            return Err(e);
        }
    }
    Ok(())
}

/// `_thread.interrupt_main`.
pub fn simulate(vm: &mut Vm, signum: i32) -> Result<()> {
    if signum < 1 || signum as usize >= NSIG {
        return Err(vm.value_error("signal number out of range"));
    }
    let handler = vm.state::<Signals>().handlers[signum as usize].clone();
    if handler.as_small_int().is_some_and(|n| n == 1 || (n == 0 && signum != libc::SIGINT)) {
        return Ok(());
    }
    ARRIVED.fetch_or(1 << (signum & 63), Ordering::AcqRel);
    vm.interrupts.set(Interrupts::SIGNAL);
    Ok(())
}

pub fn note_sigint(vm: &mut Vm) {
    vm.state::<Signals>().died_by_sigint = true;
}
pub fn interrupted_by_sigint(vm: &mut Vm) -> bool {
    vm.state::<Signals>().died_by_sigint
}
/// Ends the process the way Ctrl-C ends a C program, so that shells see it.
pub fn die_by_sigint() {
    install(libc::SIGINT, libc::SIG_DFL);
    // SAFETY: sends a signal to this process.
    unsafe {
        libc::kill(libc::getpid(), libc::SIGINT);
    }
}

fn check_number(vm: &mut Vm, signum: i32) -> Result<()> {
    if signum < 1 || signum as usize >= NSIG {
        return Err(vm.value_error("signal number out of range"));
    }
    Ok(())
}

fn double_timeval(t: f64) -> libc::timeval {
    let whole = t.floor();
    libc::timeval { tv_sec: whole as libc::time_t, tv_usec: ((t - whole) * 1e6) as libc::suseconds_t }
}

fn itimer_result(vm: &mut Vm, old: &libc::itimerval) -> Value {
    let seconds = |t: &libc::timeval| Value::float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    vm.tuple(vec![seconds(&old.it_value), seconds(&old.it_interval)])
}

fn signal_set(vm: &mut Vm, mask: &Value) -> Result<libc::sigset_t> {
    // SAFETY: an empty set.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    for item in vm.collect(mask)? {
        let n = vm.index_i64(&item, "int")?;
        if n < 1 || n as usize >= NSIG {
            return Err(vm.value_error(format!("signal number {n} out of range [1; 64]")));
        }
        // SAFETY: the number is in range.
        unsafe { libc::sigaddset(&mut set, n as i32) };
    }
    Ok(set)
}

fn set_value(vm: &mut Vm, set: &libc::sigset_t) -> Result<Value> {
    let mut items = Vec::new();
    for n in 1..NSIG as i32 {
        // SAFETY: the number is in range.
        if unsafe { libc::sigismember(set, n) } == 1 {
            items.push(int(n.into()));
        }
    }
    let list = vm.list(items);
    let class = vm.core_type(krait_vm::types::id::SET).into_value();
    vm.call(&class, &[list])
}

static SIGINFO: StructSpec = StructSpec {
    name: "signal.struct_siginfo",
    doc: "struct_siginfo: Result from sigwaitinfo or sigtimedwait.",
    fields: &["si_signo", "si_code", "si_errno", "si_pid", "si_uid", "si_status", "si_band"],
    visible: 7,
    instantiable: true,
};

struct Functions;

#[methods]
impl Functions {
    /// The default handler for SIGINT installed by Python.
    #[sig("(signalnum, frame, /)")]
    fn default_int_handler(vm: &mut Vm, _signalnum: i32, _frame: Value) -> Result<()> {
        Err(vm.error_args(Exc::KeyboardInterrupt, Vec::new()))
    }
    /// Set the action for the given signal.
    #[sig("(signalnum, handler, /)")]
    fn signal(vm: &mut Vm, signalnum: i32, handler: Value) -> Result<Value> {
        if !thread::is_main(vm) {
            return Err(vm.value_error("signal only works in main thread of the main interpreter"));
        }
        check_number(vm, signalnum)?;
        let number = handler.as_int(&vm.heap).and_then(|i| i.to_i64());
        let action = match number {
            Some(0) => libc::SIG_DFL,
            Some(1) => libc::SIG_IGN,
            _ => {
                if !vm.is_callable(&handler) {
                    return Err(vm.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
                }
                on_signal as *const () as libc::sighandler_t
            }
        };
        check(vm)?;
        if !install(signalnum, action) {
            return Err(error::raise_last(vm));
        }
        let slot = &mut vm.state::<Signals>().handlers[signalnum as usize];
        let new = match number {
            Some(n) if action != on_signal as *const () as libc::sighandler_t => int(n),
            _ => handler,
        };
        Ok(std::mem::replace(slot, new))
    }
    /// Return the current action for the given signal.
    #[sig("(signalnum, /)")]
    fn getsignal(vm: &mut Vm, signalnum: i32) -> Result<Value> {
        check_number(vm, signalnum)?;
        Ok(vm.state::<Signals>().handlers[signalnum as usize].clone())
    }
    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[sig("(seconds, /)")]
    fn alarm(_vm: &mut Vm, seconds: i32) -> Result<i64> {
        // SAFETY: no pointers.
        Ok(unsafe { libc::alarm(seconds as u32) }.into())
    }
    /// Wait until a signal arrives.
    #[sig("()")]
    fn pause(vm: &mut Vm) -> Result<()> {
        // SAFETY: no arguments.
        thread::blocking(vm, || unsafe { libc::pause() });
        check(vm)
    }
    /// Send a signal to the executing process.
    #[sig("(signalnum, /)")]
    fn raise_signal(vm: &mut Vm, signalnum: i32) -> Result<()> {
        // SAFETY: no pointers.
        if unsafe { libc::raise(signalnum) } != 0 {
            return Err(error::raise_last(vm));
        }
        check(vm)
    }
    #[sig("(signalnum, /)")]
    fn strsignal(vm: &mut Vm, signalnum: i32) -> Result<Value> {
        check_number(vm, signalnum)?;
        // SAFETY: the result is a static string or null.
        unsafe {
            let text = libc::strsignal(signalnum);
            if text.is_null() {
                return Ok(Value::NONE);
            }
            let text = std::ffi::CStr::from_ptr(text).to_bytes().to_vec();
            if text.starts_with(b"Unknown signal") {
                return Ok(Value::NONE);
            }
            Ok(path::fs_str(vm, &text))
        }
    }
    #[sig("(signalnum, flag, /)")]
    fn siginterrupt(vm: &mut Vm, signalnum: i32, flag: bool) -> Result<()> {
        check_number(vm, signalnum)?;
        // SAFETY: changes only the restart flag.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            libc::sigaction(signalnum, std::ptr::null(), &mut action);
            if flag { action.sa_flags &= !libc::SA_RESTART } else { action.sa_flags |= libc::SA_RESTART }
            if libc::sigaction(signalnum, &action, std::ptr::null_mut()) != 0 {
                return Err(error::raise_last(vm));
            }
        }
        Ok(())
    }
    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    #[sig("(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(vm: &mut Vm, fd: i32, _warn_on_full_buffer: bool) -> Result<i64> {
        if !thread::is_main(vm) {
            return Err(vm.value_error("set_wakeup_fd only works in main thread of the main interpreter"));
        }
        if fd >= 0 {
            // SAFETY: only asks about the descriptor.
            let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
            if flags < 0 {
                return Err(error::raise_last(vm));
            }
            if flags & libc::O_NONBLOCK == 0 {
                return Err(vm.value_error(format!("the fd {fd} must be in non-blocking mode")));
            }
        }
        Ok(WAKEUP_FD.swap(fd, Ordering::AcqRel).into())
    }
    #[sig("(which, seconds, interval=0.0, /)")]
    fn setitimer(vm: &mut Vm, which: i32, seconds: f64, interval: Option<f64>) -> Result<Value> {
        let new = libc::itimerval { it_interval: double_timeval(interval.unwrap_or(0.0)), it_value: double_timeval(seconds) };
        // SAFETY: both pointers are to locals.
        let (result, old) = unsafe {
            let mut old: libc::itimerval = std::mem::zeroed();
            (libc::setitimer(which as _, &new, &mut old), old)
        };
        if result != 0 {
            return Err(itimer_error(vm));
        }
        Ok(itimer_result(vm, &old))
    }
    #[sig("(which, /)")]
    fn getitimer(vm: &mut Vm, which: i32) -> Result<Value> {
        // SAFETY: the pointer is to a local.
        let (result, old) = unsafe {
            let mut old: libc::itimerval = std::mem::zeroed();
            (libc::getitimer(which as _, &mut old), old)
        };
        if result != 0 {
            return Err(itimer_error(vm));
        }
        Ok(itimer_result(vm, &old))
    }
    /// Fetch and/or change the signal mask of the calling thread.
    #[sig("(how, mask, /)")]
    fn pthread_sigmask(vm: &mut Vm, how: i32, mask: Value) -> Result<Value> {
        let set = signal_set(vm, &mask)?;
        // SAFETY: both pointers are to locals.
        let (result, old) = unsafe {
            let mut old: libc::sigset_t = std::mem::zeroed();
            (libc::pthread_sigmask(how, &set, &mut old), old)
        };
        if result != 0 {
            return Err(error::raise(vm, result, None, None));
        }
        check(vm)?;
        set_value(vm, &old)
    }
    #[sig("()")]
    fn sigpending(vm: &mut Vm) -> Result<Value> {
        // SAFETY: the pointer is to a local.
        let set = unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigpending(&mut set);
            set
        };
        set_value(vm, &set)
    }
    #[sig("(sigset, /)")]
    fn sigwait(vm: &mut Vm, sigset: Value) -> Result<i64> {
        let set = signal_set(vm, &sigset)?;
        let mut signum = 0;
        // SAFETY: both pointers are to locals.
        let result = thread::blocking(vm, || unsafe { libc::sigwait(&set, &mut signum) });
        if result != 0 {
            return Err(error::raise(vm, result, None, None));
        }
        Ok(signum.into())
    }
    #[sig("(sigset, /)")]
    fn sigwaitinfo(vm: &mut Vm, sigset: Value) -> Result<Value> {
        wait_info(vm, &sigset, None)
    }
    #[sig("(sigset, timeout, /)")]
    fn sigtimedwait(vm: &mut Vm, sigset: Value, timeout: f64) -> Result<Value> {
        if timeout < 0.0 {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        wait_info(vm, &sigset, Some(timeout))
    }
    /// Send a signal to a thread.
    #[sig("(thread_id, signalnum, /)")]
    fn pthread_kill(vm: &mut Vm, thread_id: Value, signalnum: i32) -> Result<()> {
        let id = thread_id.as_int(&vm.heap).and_then(|i| i.to_i64()).unwrap_or(0);
        // SAFETY: the identifier is one of this process's threads, as the caller promises.
        let result = unsafe { libc::pthread_kill(id as libc::pthread_t, signalnum) };
        if result != 0 {
            return Err(error::raise(vm, result, None, None));
        }
        check(vm)
    }
    #[sig("(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(vm: &mut Vm, pidfd: i32, signalnum: i32, siginfo: Value, flags: i32) -> Result<()> {
        if !siginfo.is_none() {
            return Err(vm.type_error("siginfo must be None"));
        }
        // SAFETY: no pointers that are used.
        call::call(vm, || unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signalnum, std::ptr::null::<u8>(), flags) }).map(drop)
    }
    #[sig("()")]
    fn valid_signals(vm: &mut Vm) -> Result<Value> {
        // SAFETY: the pointer is to a local.
        let set = unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut set);
            set
        };
        set_value(vm, &set)
    }
}

fn wait_info(vm: &mut Vm, sigset: &Value, timeout: Option<f64>) -> Result<Value> {
    let set = signal_set(vm, sigset)?;
    // SAFETY: zeroed C structures.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let spec = timeout.map(|t| libc::timespec { tv_sec: t.floor() as _, tv_nsec: ((t - t.floor()) * 1e9) as _ });
    let result = call::retry(vm, || {
        let spec = spec.as_ref().map_or(std::ptr::null(), |s| s as *const libc::timespec);
        // SAFETY: pointers to locals.
        unsafe { libc::sigtimedwait(&set, &mut info, spec) as i64 }
    })?;
    match result {
        Ok(_) => {}
        Err(libc::EAGAIN) => return Ok(Value::NONE),
        Err(errno) => return Err(error::raise(vm, errno, None, None)),
    }
    // SAFETY: the kernel filled the structure.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let values = vec![int(info.si_signo.into()), int(info.si_code.into()), int(info.si_errno.into()), int(pid.into()), int(uid.into()), int(status.into()), int(0)];
    match vm.state::<Signals>().info_type.clone() {
        Some(t) => Ok(vm.struct_sequence(&t, values)),
        None => Ok(vm.tuple(values)),
    }
}

fn itimer_error(vm: &mut Vm) -> krait_vm::Raised {
    let errno = error::last();
    let text = vm.str(&error::strerror(errno));
    match vm.state::<Signals>().item_error.clone() {
        Some(class) => match vm.call(&class, &[int(errno.into()), text]) {
            Ok(e) => vm.raise_with_context(e),
            Err(e) => e,
        },
        None => error::raise(vm, errno, None, None),
    }
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const NUMBERS: &[(&str, i64)] = numbers! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM
    SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO
    SIGPOLL SIGPWR SIGSYS SIGIOT SIG_BLOCK SIG_UNBLOCK SIG_SETMASK ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF
};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    for (name, n) in NUMBERS {
        vm.module_set(module, name, int(*n));
    }
    for (name, n) in [("SIGCLD", libc::SIGCHLD as i64), ("SIGRTMIN", libc::SIGRTMIN().into()), ("SIGRTMAX", libc::SIGRTMAX().into()), ("NSIG", NSIG as i64), ("SIG_DFL", 0), ("SIG_IGN", 1)] {
        vm.module_set(module, name, int(n));
    }
    let info = vm.define_struct_sequence(&SIGINFO);
    vm.module_set(module, "struct_siginfo", info.to_value());
    vm.state::<Signals>().info_type = Some(info);
    let os_error = vm.exc.get(Exc::OSError).to_value();
    let ty = vm.core_type(krait_vm::types::id::TYPE).into_value();
    let (name, bases, dict) = (vm.str("itimer_error"), vm.tuple(vec![os_error]), vm.heap.dict());
    let key = vm.names.__module__.clone();
    let module_name = vm.str("signal");
    dict.set_str(&mut *vm.heap, &key, module_name);
    let item_error = vm.call(&ty, &[name, bases, dict.into_value()])?;
    vm.module_set(module, "ItimerError", item_error.clone());
    vm.state::<Signals>().item_error = Some(item_error);
    // From now on SIGINT's handler has a name.
    let key = vm.intern("default_int_handler");
    let handler = vm.module_dict(module).get_str(&*vm.heap, &key);
    if current(libc::SIGINT) == on_signal as *const () as libc::sighandler_t
        && let Some(h) = handler
        && let Some(slot) = vm.state::<Signals>().handlers.get_mut(libc::SIGINT as usize)
        && slot.as_small_int() == Some(0)
    {
        *slot = h;
    }
    Ok(())
}
