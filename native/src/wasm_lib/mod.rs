//! `ctypes.wasm32` on this machine: WebAssembly modules, compiled and run by wasmtime.
//!
//! The data model is the core's (`krait_modules::ctypes::isolated`); this is its [`Engine`]. A module imports nothing, so
//! that it can reach nothing but its own memory, whose size counts against the interpreter's quota. Bounds are checked by
//! instructions: signals like SIGSEGV are the program's (`faulthandler`). [`instance`] has the calls.

#![allow(unsafe_code, reason = "a call's store and interpreter are found again when the module calls back")]

mod instance;

use instance::{Loaded, Shared};
use krait_modules::ctypes::isolated::{Engine, Instance, machine};
use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Vm};
use std::sync::OnceLock;

/// The most that a module's memory may grow to: addresses above stand for what Python still has.
const LARGEST_MEMORY: usize = 0x7FFF_0000;
/// Stack for a module's code and for what it calls back.
const STACK: usize = 512 << 10;
/// Stack that must be left for a call: the module's, and the interpreter's own reserve.
const STACK_NEEDED: usize = STACK + (384 << 10);

/// Compilers are made for the process: their settings do not differ.
static ENGINE: OnceLock<Option<wasmtime::Engine>> = OnceLock::new();

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    machine::init(vm, module, Box::new(Wasmtime))
}

fn engine() -> Result<&'static wasmtime::Engine, String> {
    let made = ENGINE.get_or_init(|| {
        let mut config = wasmtime::Config::new();
        config.signals_based_traps(false);
        config.epoch_interruption(true);
        config.max_wasm_stack(STACK);
        // Memories stay where they are: objects in them are used in place.
        config.memory_reservation(1 << 32);
        config.memory_may_move(false);
        config.wasm_memory64(false);
        let engine = wasmtime::Engine::new(&config).ok()?;
        crate::os::signal::when_signalled(wake);
        Some(engine)
    });
    made.as_ref().ok_or_else(|| "WebAssembly cannot be run on this machine".to_string())
}
/// Lets running modules look up. Called in a signal handler: it only counts.
fn wake() {
    if let Some(Some(engine)) = ENGINE.get() {
        engine.increment_epoch();
    }
}

struct Wasmtime;

impl Engine for Wasmtime {
    fn read_file(&self, _vm: &mut Vm, path: &[u8]) -> Result<Vec<u8>, String> {
        use std::os::unix::ffi::OsStrExt;
        let path = std::path::Path::new(std::ffi::OsStr::from_bytes(path));
        std::fs::read(path).map_err(|e| format!("{}: cannot open WebAssembly module: {}", path.display(), reason(&e)))
    }
    fn load(&self, vm: &mut Vm, number: u32, bytes: &[u8]) -> Result<Box<dyn Instance>, String> {
        let engine = engine()?;
        let module = wasmtime::Module::from_binary(engine, bytes).map_err(|e| instance::message(&e))?;
        let missing: Vec<String> = module.imports().map(|i| format!("{}.{}", i.module(), i.name())).collect();
        if !missing.is_empty() {
            return Err(format!("the module imports what is not there: {}", missing.join(", ")));
        }
        let shared = Shared::new(vm, number);
        Ok(Box::new(Loaded::new(vm, engine, &module, shared)?))
    }
}

fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_string()
}
