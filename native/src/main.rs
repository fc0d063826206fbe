//! The `krait` command: an interpreter with everything this machine's operating system offers.
//!
//! [`command_line`] reads arguments and environment, [`host`] is the core's way out, [`run`] runs what was asked for
//! and turns the outcome into an exit status. The operating system's modules are in [`os`].

mod allocator;
mod command_line;
mod host;
mod os;
mod run;

/// Reserved, not used: pages are committed as the stack grows into them.
const STACK: usize = 512 << 20;

fn main() {
    match std::thread::Builder::new().name("krait".into()).stack_size(STACK).spawn(move || {
        host::set_stack_bounds(STACK);
        run::main()
    }) {
        Ok(thread) => {
            let status = thread.join().unwrap_or(134);
            std::process::exit(status)
        }
        Err(e) => {
            eprintln!("krait: cannot start: {e}");
            std::process::exit(1)
        }
    }
}
