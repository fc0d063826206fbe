//! The operating system's modules: everything that Python programs reach the machine through.
//!
//! Each file is one module (or a part of `posix`). [`call`] has the rules for system calls: release the interpreter
//! while they block, retry after signals, raise OSError. `path` converts file names, [`error`] makes OSErrors,
//! [`thread`] owns the lock that lets one thread at a time run Python.

pub mod call;
pub mod errno;
pub mod error;
pub mod fcntl;
pub mod file_io;
pub mod pages;
pub mod posix;
pub mod posix_process;
pub mod random;
pub mod scandir;
pub mod select;
pub mod signal;
pub mod small;
pub mod socket;
pub mod stat;
pub mod thread;
pub mod time;

/// File names are converted the same way on every host.
pub use krait_modules::file_names as path;

use krait_vm::Vm;
use krait_vm::host::ModuleInit;

/// The modules of this machine.
pub const MODULES: &[(&str, ModuleInit)] = &[
    ("_io", file_io::init),
    ("posix", posix::init),
    ("errno", errno::init),
    ("time", time::init),
    ("_signal", signal::init),
    ("_thread", thread::init),
    ("select", select::init),
    ("fcntl", fcntl::init),
    ("_socket", socket::init),
    ("_ctypes", crate::ctypes::init),
    #[cfg(feature = "wasm-libraries")]
    ("_ctypes_wasm32", crate::wasm_lib::init),
    ("_posixsubprocess", posix_process::init_subprocess),
    ("pwd", small::init_pwd),
    ("grp", small::init_grp),
    ("_locale", small::init_locale),
    ("faulthandler", small::init_faulthandler),
    ("resource", small::init_resource),
    ("termios", small::init_termios),
];

/// Prepares signals and threads of a new interpreter.
pub fn start(vm: &mut Vm) {
    thread::start(vm);
    signal::start(vm);
}

/// Undoes what `start` did to the process.
pub fn end(vm: &mut Vm) {
    signal::end(vm);
}
