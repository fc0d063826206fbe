//! Foreign calls and the interpreter's lock: given away while foreign code runs, taken back while that calls Python.
//!
//! A callback runs in the thread of the foreign call it belongs to, whose own state waits in [`OUTSIDE`] meanwhile.

use super::{GIL, Threads, enter, leave, set_errno};
use krait_vm::Vm;
use krait_vm::interp::frame::Thread;
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering};

/// Some interpreter of the process has started a thread.
static THREADED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// This thread's own state for each foreign call it is in that gave the lock away.
    #[allow(clippy::vec_box, reason = "the boxes go back to where they came from")]
    static OUTSIDE: RefCell<Vec<Box<Thread>>> = const { RefCell::new(Vec::new()) };
    /// This thread runs Python: it called what calls back.
    static KNOWN: Cell<bool> = const { Cell::new(false) };
}

/// As `super::blocking`, for foreign code that may call back, through [`inside`].
#[inline]
pub fn call<R>(vm: &mut Vm, f: impl FnOnce() -> R) -> R {
    if !THREADED.load(Ordering::Relaxed) {
        return f();
    }
    call_threaded(vm, f)
}
fn call_threaded<R>(vm: &mut Vm, f: impl FnOnce() -> R) -> R {
    if !vm.state::<Threads>().threaded {
        return f();
    }
    let gil = vm.state::<Threads>().gil.clone();
    GIL.with(|g| *g.borrow_mut() = Some(gil));
    let mine = leave(vm);
    OUTSIDE.with(|o| o.borrow_mut().push(mine));
    let result = f();
    let errno = crate::os::error::last();
    if let Some(mine) = OUTSIDE.with(|o| o.borrow_mut().pop()) {
        enter(vm, mine);
    }
    set_errno(errno);
    result
}
/// Notes that there are threads besides the first.
pub(super) fn threads_exist() {
    THREADED.store(true, Ordering::Relaxed);
}
/// Notes that the running thread may be called back.
pub(super) fn may_be_called() {
    KNOWN.set(true);
}
/// Runs Python in a function that foreign code called. Threads that never ran Python cannot: their calls do nothing.
///
/// # Safety
/// The interpreter is alive; if this thread did not give the lock away for the foreign call, it has it.
pub unsafe fn inside(vm: *mut Vm, f: impl FnOnce(&mut Vm)) {
    if !KNOWN.get() {
        eprintln!("krait: a thread that does not run Python called a ctypes callback");
        return;
    }
    let mine = OUTSIDE.with(|o| o.borrow_mut().pop());
    // SAFETY: by contract, and the lock is taken first where it was given away.
    let vm = unsafe { &mut *vm };
    match mine {
        None => f(vm),
        Some(mine) => {
            enter(vm, mine);
            f(vm);
            let mine = leave(vm);
            OUTSIDE.with(|o| o.borrow_mut().push(mine));
        }
    }
}
