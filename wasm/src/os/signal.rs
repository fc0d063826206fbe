//! `_signal` where no signal ever arrives: handlers are kept, and run when a program raises a signal itself.

use crate::os::errno::{self, EINVAL};
use crate::os::int;
use krait_vm::builtins::module::Module;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

const NSIG: usize = 65;
const SIGINT: i32 = 2;

const NUMBERS: &[(&str, i64)] = &[
    ("SIGHUP", 1), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGILL", 4), ("SIGTRAP", 5), ("SIGABRT", 6), ("SIGIOT", 6),
    ("SIGBUS", 7), ("SIGFPE", 8), ("SIGKILL", 9), ("SIGUSR1", 10), ("SIGSEGV", 11), ("SIGUSR2", 12), ("SIGPIPE", 13),
    ("SIGALRM", 14), ("SIGTERM", 15), ("SIGCHLD", 17), ("SIGCONT", 18), ("SIGSTOP", 19), ("SIGTSTP", 20),
    ("SIGTTIN", 21), ("SIGTTOU", 22), ("SIGURG", 23), ("SIGXCPU", 24), ("SIGXFSZ", 25), ("SIGVTALRM", 26),
    ("SIGPROF", 27), ("SIGWINCH", 28), ("SIGIO", 29), ("SIGPOLL", 29), ("SIGPWR", 30), ("SIGSYS", 31),
    ("NSIG", NSIG as i64), ("SIG_DFL", 0), ("SIG_IGN", 1),
];

struct Signals {
    handlers: Vec<Value>,
}

impl Default for Signals {
    fn default() -> Signals {
        Signals { handlers: vec![int(0); NSIG] }
    }
}

fn check_number(vm: &mut Vm, signum: i32) -> Result<usize> {
    if !(1..NSIG as i32).contains(&signum) {
        return Err(vm.value_error("signal number out of range"));
    }
    Ok(signum as usize)
}

/// Does what a signal's handler would.
pub fn deliver(vm: &mut Vm, signum: i32) -> Result<()> {
    let number = check_number(vm, signum)?;
    let handler = vm.state::<Signals>().handlers[number].clone();
    match handler.as_small_int() {
        Some(0) if signum == SIGINT => Err(vm.error_args(Exc::KeyboardInterrupt, Vec::new())),
        Some(_) => Ok(()),
        None => {
            let frame = vm.frame_above(0).map_or(Value::NONE, Ref::into_value);
            vm.call(&handler, &[int(signum.into()), frame]).map(drop)
        }
    }
}

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
        let number = check_number(vm, signalnum)?;
        let plain = matches!(handler.as_int(&vm.heap).and_then(|i| i.to_i64()), Some(0 | 1));
        if !plain && !vm.is_callable(&handler) {
            return Err(vm.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
        }
        if matches!(signalnum, 9 | 19) {
            return Err(errno::raise(vm, EINVAL, None, None));
        }
        let handler = if plain { int(vm.index_i64(&handler, "int")?) } else { handler };
        Ok(std::mem::replace(&mut vm.state::<Signals>().handlers[number], handler))
    }
    /// Return the current action for the given signal.
    #[sig("(signalnum, /)")]
    fn getsignal(vm: &mut Vm, signalnum: i32) -> Result<Value> {
        let number = check_number(vm, signalnum)?;
        Ok(vm.state::<Signals>().handlers[number].clone())
    }
    /// Send a signal to the executing process.
    #[sig("(signalnum, /)")]
    fn raise_signal(vm: &mut Vm, signalnum: i32) -> Result<()> {
        deliver(vm, signalnum)
    }
    #[sig("(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(_vm: &mut Vm, _fd: i32, _warn_on_full_buffer: bool) -> Result<i64> {
        Ok(-1)
    }
    #[sig("(signalnum, flag, /)")]
    fn siginterrupt(vm: &mut Vm, signalnum: i32, _flag: bool) -> Result<()> {
        check_number(vm, signalnum).map(drop)
    }
    /// Return a set of valid signal numbers on this platform.
    #[sig("()")]
    fn valid_signals(vm: &mut Vm) -> Result<Value> {
        let numbers = vm.list((1..=31).map(int).collect());
        let set = vm.core_type(krait_vm::types::id::SET).into_value();
        vm.call(&set, &[numbers])
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    for (name, n) in NUMBERS {
        vm.module_set(module, name, int(*n));
    }
    let key = vm.intern("default_int_handler");
    if let Some(handler) = vm.module_dict(module).get_str(&*vm.heap, &key) {
        vm.state::<Signals>().handlers[SIGINT as usize] = handler;
    }
    Ok(())
}
