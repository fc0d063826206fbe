//! The operating system that a page does not have: the modules through which programs reach [`Files`].
//!
//! `posix` and `FileIO` work on the file system in memory; `_thread` and `_signal` are what one thread needs so that
//! the library can be imported; `_socket` and `select` what an event loop needs to run. Everything here is reached through the interpreter's state: there are no globals.

pub mod errno;
pub mod file_io;
pub mod posix;
pub mod scandir;
pub mod signal;
pub mod socket;
pub mod thread;

use crate::files::{Files, FsResult};
use crate::outside::Page;
use krait_modules::file_names::PathArg;
use krait_vm::host::ModuleInit;
use krait_vm::{Result, Value, Vm};
use std::cell::RefCell;
use std::rc::Rc;

/// The modules of a page, besides those it brings itself.
pub const MODULES: &[(&str, ModuleInit)] = &[
    ("_io", file_io::init),
    ("posix", posix::init),
    ("errno", errno::init),
    ("_thread", thread::init),
    ("_signal", signal::init),
    ("_socket", socket::init_socket),
    ("select", socket::init_select),
    ("fcntl", socket::init_fcntl),
    ("krait", crate::page::init_krait),
    ("_ctypes", crate::ctypes::init),
];

/// The file system of an interpreter: its modules and its host look into the same one.
#[derive(Clone)]
pub struct SharedFiles(pub Rc<RefCell<Files>>);

impl Default for SharedFiles {
    fn default() -> SharedFiles {
        SharedFiles(Rc::new(RefCell::new(Files::new(Box::new(Page)))))
    }
}

/// A small number as an int.
pub fn int(n: i64) -> Value {
    Value::small_int(n).unwrap_or(Value::NONE)
}

/// Works on the file system; what it grows by counts against the memory quota.
pub fn try_files<R>(vm: &mut Vm, f: impl FnOnce(&mut Files) -> FsResult<R>) -> FsResult<R> {
    let shared = lend_files(vm);
    let mut files = shared.0.borrow_mut();
    let before = files.used;
    // Nothing in there runs Python, which could come back here.
    let result = f(&mut files);
    charge_files(vm, before, files.used);
    result
}
fn lend_files(vm: &mut Vm) -> SharedFiles {
    let now = vm.host.now().as_nanos() as i64;
    let room = vm.heap.limit().saturating_sub(vm.heap.used());
    let shared = vm.state::<SharedFiles>().clone();
    let mut files = shared.0.borrow_mut();
    (files.now, files.room) = (now, room);
    drop(files);
    shared
}
fn charge_files(vm: &mut Vm, before: usize, after: usize) {
    if after > before {
        vm.heap.force_charge(after - before);
    } else {
        let _ = vm.heap.charge(-((before - after) as isize));
    }
}

/// As `try_files`, raising OSError.
pub fn files<R>(vm: &mut Vm, f: impl FnOnce(&mut Files) -> FsResult<R>) -> Result<R> {
    try_files(vm, f).map_err(|e| errno::raise(vm, e, None, None))
}

/// As `files`, for a path: the error names it.
pub fn on_path<R>(vm: &mut Vm, path: &PathArg, f: impl FnOnce(&mut Files, &[u8]) -> FsResult<R>) -> Result<R> {
    try_files(vm, |files| f(files, path.c.as_bytes())).map_err(|e| errno::raise(vm, e, Some(&path.object), None))
}
