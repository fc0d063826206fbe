//! Callbacks: C functions, made by libffi, that run Python.

use super::ffi::{Call, Types};
use crate::os::thread::foreign;
use krait_modules::ctypes::callback::{self, Thunk};
use krait_modules::ctypes::memory;
use krait_modules::ctypes::param::Class;
use krait_vm::{Ref, Vm};
use libffi_sys as raw;
use std::ffi::c_void;

/// What the C function finds when it is called.
struct Context {
    vm: *mut Vm,
    /// The word of the thunk, which owns the closure.
    thunk: u64,
    args: usize,
    /// Bytes of the result that are cleared before, so that a failure gives zero.
    result: usize,
}

/// A C function; freed when dropped.
pub struct Closure {
    closure: *mut raw::ffi_closure,
    code: *mut c_void,
    _call: Box<Call>,
    _context: Box<Context>,
}

impl Closure {
    pub fn new(vm: &mut Vm, types: &Types, thunk: &Ref<Thunk>, args: &[Class], result: &Class) -> Option<Closure> {
        let arg_types = args.iter().map(|a| types.of(vm, a)).collect();
        let mut call = Box::new(types.describe(vm, arg_types, None, result)?);
        let size = match result {
            Class::Void => 0,
            Class::LongDouble => 16,
            Class::Complex(b'G') => 32,
            Class::Complex(b'D') => 16,
            _ => 8,
        };
        let mut context = Box::new(Context { vm, thunk: thunk.as_value().bits(), args: args.len(), result: size });
        // SAFETY: description and context are boxed and live as long as the closure, which is freed first.
        unsafe {
            let mut code = std::ptr::null_mut();
            let closure = raw::ffi_closure_alloc(size_of::<raw::ffi_closure>(), &mut code) as *mut raw::ffi_closure;
            if closure.is_null() {
                return None;
            }
            let context_place = (&raw mut *context).cast();
            let status = raw::ffi_prep_closure_loc(closure, call.cif(), Some(entry), context_place, code);
            if status != raw::ffi_status_FFI_OK {
                raw::ffi_closure_free(closure.cast());
                return None;
            }
            Some(Closure { closure, code, _call: call, _context: context })
        }
    }
    pub fn address(&self) -> usize {
        self.code as usize
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        // SAFETY: allocated by libffi; nobody calls a closure whose function object is gone, by the program's word.
        unsafe { raw::ffi_closure_free(self.closure.cast()) }
    }
}

/// Where C arrives.
unsafe extern "C" fn entry(_cif: *mut raw::ffi_cif, result: *mut c_void, args: *mut *mut c_void, context: *mut c_void) {
    // SAFETY: libffi passes the context given to it, as many arguments as were described, and room for the result.
    unsafe {
        let context = &*(context as *const Context);
        let out = result as *mut u8;
        if context.result > 0 {
            std::ptr::write_bytes(out, 0, context.result);
        }
        let args: &[*mut u8] = if context.args == 0 { &[] } else { std::slice::from_raw_parts(args as *const *mut u8, context.args) };
        // The thread that called foreign code, and thereby this, lent the interpreter for as long.
        foreign::inside(context.vm, |vm| {
            let Some(thunk) = memory::object_of(context.thunk) else { return };
            if let Some(thunk) = thunk.downcast::<Thunk>(&*vm.heap) {
                callback::invoke(vm, thunk, args, out, None);
            }
        });
    }
}
