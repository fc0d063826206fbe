//! The few functions of CPython's C interface that programs reach through `ctypes.pythonapi`.
//!
//! Krait has no such interface. These are what stands alone, without the layout of any object: the table is consulted
//! when a symbol is looked for in the program itself.

use krait_modules::ctypes::memory;
use krait_vm::Vm;
use std::cell::Cell;
use std::ffi::{c_char, c_int};

thread_local! {
    /// The interpreter whose call with the lock held is under way in this thread.
    static CURRENT: Cell<*mut Vm> = const { Cell::new(std::ptr::null_mut()) };
}

/// Makes an interpreter reachable for the functions here while `call` runs.
pub fn reachable<R>(vm: &mut Vm, call: impl FnOnce() -> R) -> R {
    let before = CURRENT.replace(vm);
    let result = call();
    CURRENT.set(before);
    result
}

#[repr(transparent)]
struct Text(*const c_char);
// SAFETY: points to a constant.
unsafe impl Sync for Text {}

static OPTIMIZE_FLAG: c_int = 0;
static VERSION: Text = Text(c"3.14.0 (Krait)".as_ptr());

/// The address of a function or variable.
pub fn symbol(name: &[u8]) -> Option<usize> {
    Some(match name {
        b"PyBytes_FromStringAndSize" => bytes_from_string as *const () as usize,
        b"PyErr_Occurred" => error_occurred as *const () as usize,
        b"PyOS_snprintf" => libc::snprintf as *const () as usize,
        b"Py_GetVersion" => version as *const () as usize,
        b"Py_IncRef" => inc_ref as *const () as usize,
        b"Py_DecRef" => dec_ref as *const () as usize,
        b"Py_OptimizeFlag" => &raw const OPTIMIZE_FLAG as usize,
        _ => return None,
    })
}

/// A new bytes object; null without an interpreter.
unsafe extern "C" fn bytes_from_string(text: *const u8, size: isize) -> u64 {
    let vm = CURRENT.get();
    if vm.is_null() || size < 0 {
        return 0;
    }
    // SAFETY: the call that leads here was made with the interpreter's lock held, and waits.
    let vm = unsafe { &mut *vm };
    let data = if text.is_null() { vec![0; size as usize] } else { memory::bytes(text, size as usize).to_vec() };
    vm.heap.bytes(&data).into_value().into_bits()
}
/// Errors travel as results of calls: none is ever pending while C runs.
extern "C" fn error_occurred() -> u64 {
    0
}
extern "C" fn version() -> *const c_char {
    VERSION.0
}
extern "C" fn inc_ref(object: u64) {
    if let Some(object) = memory::object_of(object) {
        memory::leak(&object);
    }
}
extern "C" fn dec_ref(object: u64) {
    drop(memory::owned_object(object));
}
