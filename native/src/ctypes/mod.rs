//! `_ctypes` on this machine: libraries through `dlopen`, calls through registers or libffi, callbacks as libffi closures.
//!
//! The data model is the core's (`krait_modules::ctypes`); this is its [`Machine`]. Calls whose arguments are words and
//! fit into registers need no description of the callee ([`registers`]); all others go through [`ffi`]. While foreign code
//! runs, other threads may have the interpreter.

#![allow(unsafe_code, reason = "calls foreign code")]

mod closure;
mod ffi;
mod python_api;
mod registers;

use crate::os::thread::foreign;
use krait_modules::ctypes::callback::Thunk;
use krait_modules::ctypes::info::Model;
use krait_modules::ctypes::machine::{Machine, Registers, Target};
use krait_modules::ctypes::param::{Arg, Class};
use krait_modules::ctypes::{self, FUNCFLAG_PYTHONAPI, FUNCFLAG_USE_ERRNO};
use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Vm};
use std::any::Any;
use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::rc::Rc;

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    ctypes::init(vm, module, Model::Lp64, Rc::new(Native::default()))
}

thread_local! {
    /// What `errno` is for Python: the C library's own is clobbered by everything the interpreter does.
    static ERRNO: Cell<i32> = const { Cell::new(0) };
}

#[derive(Default)]
struct Native {
    types: ffi::Types,
    /// The handle of the program itself, once it was asked for.
    program: Cell<usize>,
}

/// Text of the last failure of the dynamic linker.
fn linker_error() -> String {
    // SAFETY: the text is valid until the next call of the linker in this thread.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() { "dlerror() gave no reason".into() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
    }
}

fn errno_place() -> *mut i32 {
    // SAFETY: always succeeds; the place is the thread's own.
    unsafe {
        #[cfg(target_os = "macos")]
        return libc::__error();
        #[cfg(not(target_os = "macos"))]
        return libc::__errno_location();
    }
}
/// Exchanges C's `errno` with Python's copy.
fn exchange_errno() {
    // SAFETY: see `errno_place`.
    unsafe {
        let place = errno_place();
        *place = ERRNO.replace(*place);
    }
}

/// Runs a foreign call the way its flags ask for.
#[inline(always)]
fn around<R>(vm: &mut Vm, flags: u32, call: impl FnOnce() -> R) -> R {
    let call = || {
        if flags & FUNCFLAG_USE_ERRNO == 0 {
            return call();
        }
        exchange_errno();
        let result = call();
        exchange_errno();
        result
    };
    if flags & FUNCFLAG_PYTHONAPI != 0 { python_api::reachable(vm, call) } else { foreign::call(vm, call) }
}

impl Machine for Native {
    fn open(&self, vm: &mut Vm, name: Option<&[u8]>, mode: i64) -> Result<usize, String> {
        let name = match name {
            Some(name) => Some(CString::new(name).map_err(|e| e.to_string())?),
            None => None,
        };
        let path = name.as_ref().map_or(std::ptr::null(), |n| n.as_ptr());
        // A library's initialisers may do anything, as in C.
        let handle = foreign::call(vm, || {
            // SAFETY: the name ends with zero and outlives the call.
            unsafe { libc::dlopen(path, mode as i32 | libc::RTLD_NOW) }
        });
        if handle.is_null() {
            return Err(linker_error());
        }
        if path.is_null() {
            self.program.set(handle as usize);
        }
        Ok(handle as usize)
    }
    fn symbol(&self, _vm: &mut Vm, handle: usize, name: &[u8]) -> Result<u64, String> {
        if handle == self.program.get()
            && let Some(address) = python_api::symbol(name)
        {
            return Ok(address as u64);
        }
        let name = CString::new(name).map_err(|e| e.to_string())?;
        // SAFETY: the handle is the program's word; the name ends with zero.
        unsafe {
            libc::dlerror();
            let address = libc::dlsym(handle as *mut libc::c_void, name.as_ptr());
            if address.is_null() { Err(linker_error()) } else { Ok(address as u64) }
        }
    }
    fn close(&self, handle: usize) -> Result<(), String> {
        // SAFETY: the handle is the program's word.
        if unsafe { libc::dlclose(handle as *mut libc::c_void) } == 0 { Ok(()) } else { Err(linker_error()) }
    }
    fn has_registers(&self) -> bool {
        registers::AVAILABLE
    }
    fn call_registers(&self, vm: &mut Vm, target: Target, args: &Registers, float_result: bool) -> [u64; 2] {
        around(vm, target.flags, || {
            // SAFETY: that the address is a function of such arguments is the program's word.
            unsafe { registers::call(target.address as usize, args, float_result) }
        })
    }
    fn call(&self, vm: &mut Vm, target: Target, args: &[Arg], fixed: Option<usize>, result: &Class, out: *mut u8) -> Result<()> {
        let Some(call) = self.types.prepare(vm, args, fixed, result) else {
            return Err(vm.runtime_error("ffi_prep_cif failed"));
        };
        around(vm, target.flags, || {
            // SAFETY: that the address is a function of such arguments is the program's word; `out` has room for the
            // result by the core's contract.
            unsafe { call.run(target.address as usize, args, out) }
        });
        Ok(())
    }
    fn callback(&self, vm: &mut Vm, thunk: &Ref<Thunk>, args: &[Class], result: &Class) -> Result<(u64, Box<dyn Any>)> {
        let Some(closure) = closure::Closure::new(vm, &self.types, thunk, args, result) else {
            return Err(vm.runtime_error("ffi_prep_closure failed"));
        };
        Ok((closure.address() as u64, Box::new(closure)))
    }
    fn swap_errno(&self, value: Option<i32>) -> i32 {
        match value {
            Some(value) => ERRNO.replace(value),
            None => ERRNO.get(),
        }
    }
    fn memory_functions(&self) -> Option<(u64, u64)> {
        Some((libc::memmove as *const () as u64, libc::memset as *const () as u64))
    }
    fn loaded(&self, _vm: &mut Vm) -> Vec<String> {
        loaded_libraries()
    }
}

#[cfg(target_os = "linux")]
fn loaded_libraries() -> Vec<String> {
    unsafe extern "C" fn note(info: *mut libc::dl_phdr_info, _size: usize, names: *mut libc::c_void) -> i32 {
        // SAFETY: the linker gives a valid entry, and `names` is the vector below.
        unsafe {
            let name = (*info).dlpi_name;
            if !name.is_null() {
                (*(names as *mut Vec<String>)).push(CStr::from_ptr(name).to_string_lossy().into_owned());
            }
        }
        0
    }
    let mut names: Vec<String> = Vec::new();
    // SAFETY: the callback only uses the vector, which outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(note), (&raw mut names).cast()) };
    names
}
#[cfg(not(target_os = "linux"))]
fn loaded_libraries() -> Vec<String> {
    Vec::new()
}
