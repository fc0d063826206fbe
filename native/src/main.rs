//! The `krait` command: an interpreter with everything this machine's operating system offers.
//!
//! [`command_line`] reads arguments and environment, [`host`] is the core's way out, [`run`] runs what was asked for
//! and turns the outcome into an exit status. The operating system's modules are in [`os`].
//!
//! With glibc, `main` is C's: what Rust's own does before (a handler for stack overflows, which needs to read the memory
//! map; descriptors and signals, which `os` sees to) would be a noticeable part of a short run.

#![cfg_attr(all(target_os = "linux", target_env = "gnu"), no_main)]
#![allow(unsafe_code, reason = "the entry point is C's")]

mod allocator;
mod command_line;
mod cranelift;
mod ctypes;
#[cfg(feature = "wasm-libraries")]
mod wasm_lib;
mod host;
mod os;
mod run;

/// Reserved, not used: pages are committed as the stack grows into them.
const STACK: usize = 512 << 20;

/// Runs the command in a thread with a stack of its own; the process's exit status.
fn start() -> i32 {
    let command = std::thread::Builder::new().name("krait".into()).stack_size(STACK).spawn(move || {
        host::set_stack_bounds(STACK);
        run::main()
    });
    match command {
        Ok(thread) => {
            // Signals must reach the thread that runs Python: they end its system calls.
            os::signal::block_in_thread();
            thread.join().unwrap_or(134)
        }
        Err(e) => {
            eprintln!("krait: cannot start: {e}");
            1
        }
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
// SAFETY: the C library calls the one `main` of the process, with its own signature.
#[unsafe(no_mangle)]
extern "C" fn main(_argc: libc::c_int, _argv: *const *const libc::c_char) -> libc::c_int {
    // Hardly anything allocates through C; what does shall not set up an arena for the thread.
    // SAFETY: nothing runs besides.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
    std::process::exit(start())
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn main() {
    std::process::exit(start())
}
