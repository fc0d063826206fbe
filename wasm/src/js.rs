//! The other side: what the page (or node) gives the core, as functions that cannot fail to be called.
//!
//! Text and bytes cross as pointer and length in linear memory. What comes back in a length not known beforehand is
//! kept over there and fetched by [`take`]: the call returns its length, or -1 for nothing.

#![allow(unsafe_code, reason = "pointers and lengths cross the module boundary")]

use krait_vm::Vm;

#[cfg(target_arch = "wasm32")]
mod imports {
    #[link(wasm_import_module = "krait")]
    unsafe extern "C" {
        pub safe fn write(stream: u32, data: *const u8, len: usize);
        pub safe fn read(limit: usize) -> i32;
        pub safe fn is_terminal(stream: u32) -> u32;
        pub safe fn now() -> f64;
        pub safe fn monotonic() -> f64;
        pub safe fn sleep(milliseconds: f64);
        pub safe fn zone_offset(seconds: f64) -> f64;
        pub safe fn random(data: *mut u8, len: usize);
        pub safe fn list_folder(path: *const u8, len: usize) -> i32;
        pub safe fn read_file(path: *const u8, len: usize) -> i32;
        pub safe fn library(offset: usize, len: usize) -> i32;
        pub fn call(vm: *mut u8, function: u32, arguments: *const u8, len: usize) -> i32;
        pub safe fn release(object: u32);
        pub safe fn requests() -> u32;
        pub safe fn compile(module: *const u8, len: usize) -> i32;
        pub safe fn forget_code(place: u32);
        pub safe fn take(data: *mut u8);
        pub safe fn more();
        pub safe fn module_load(number: u32, data: *const u8, len: usize) -> i32;
        pub safe fn module_size(module: u32) -> f64;
        pub safe fn module_grow(module: u32, pages: u32) -> i32;
        pub safe fn module_read(module: u32, place: u32, to: *mut u8, len: usize) -> u32;
        pub safe fn module_write(module: u32, place: u32, from: *const u8, len: usize) -> u32;
        pub safe fn module_function(module: u32, name: *const u8, len: usize) -> i32;
        pub safe fn module_variable(module: u32, name: *const u8, len: usize) -> f64;
        pub safe fn module_arity(module: u32, function: u32) -> i32;
        pub safe fn module_slot(module: u32, function: u32) -> i32;
        pub safe fn module_call(module: u32, function: u32, types: *const u8, args: *const u64, count: usize, result: u32, out: *mut u64) -> i32;
        pub fn module_install(vm: *mut u8, module: u32, id: u32, types: *const u8, count: usize, result: u32) -> i32;
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod imports {
    //! On other targets the crate has to compile and its unit tests to run: nothing is there to call.
    pub fn write(_stream: u32, _data: *const u8, _len: usize) {}
    pub fn read(_limit: usize) -> i32 {
        -1
    }
    pub fn is_terminal(_stream: u32) -> u32 {
        0
    }
    pub fn now() -> f64 {
        0.0
    }
    pub fn monotonic() -> f64 {
        0.0
    }
    pub fn sleep(_milliseconds: f64) {}
    pub fn zone_offset(_seconds: f64) -> f64 {
        0.0
    }
    pub fn random(_data: *mut u8, _len: usize) {}
    pub fn list_folder(_path: *const u8, _len: usize) -> i32 {
        -1
    }
    pub fn read_file(_path: *const u8, _len: usize) -> i32 {
        -1
    }
    pub fn library(_offset: usize, _len: usize) -> i32 {
        -1
    }
    pub unsafe fn call(_vm: *mut u8, _function: u32, _arguments: *const u8, _len: usize) -> i32 {
        -1
    }
    pub fn release(_object: u32) {}
    pub fn requests() -> u32 {
        0
    }
    pub fn compile(_module: *const u8, _len: usize) -> i32 {
        0
    }
    pub fn forget_code(_place: u32) {}
    pub fn take(_data: *mut u8) {}
    pub fn more() {}
    pub fn module_load(_number: u32, _data: *const u8, _len: usize) -> i32 {
        -1
    }
    pub fn module_size(_module: u32) -> f64 {
        0.0
    }
    pub fn module_grow(_module: u32, _pages: u32) -> i32 {
        -1
    }
    pub fn module_read(_module: u32, _place: u32, _to: *mut u8, _len: usize) -> u32 {
        0
    }
    pub fn module_write(_module: u32, _place: u32, _from: *const u8, _len: usize) -> u32 {
        0
    }
    pub fn module_function(_module: u32, _name: *const u8, _len: usize) -> i32 {
        -1
    }
    pub fn module_variable(_module: u32, _name: *const u8, _len: usize) -> f64 {
        -1.0
    }
    pub fn module_arity(_module: u32, _function: u32) -> i32 {
        -1
    }
    pub fn module_slot(_module: u32, _function: u32) -> i32 {
        -1
    }
    pub fn module_call(_module: u32, _function: u32, _types: *const u8, _args: *const u64, _count: usize, _result: u32, _out: *mut u64) -> i32 {
        -1
    }
    pub unsafe fn module_install(_vm: *mut u8, _module: u32, _id: u32, _types: *const u8, _count: usize, _result: u32) -> i32 {
        -1
    }
}

/// What waits over there, `len` bytes; `None` for a negative length.
fn take(len: i32) -> Option<Vec<u8>> {
    let mut data = vec![0; usize::try_from(len).ok()?];
    imports::take(data.as_mut_ptr());
    Some(data)
}

/// Writes to standard output (1) or error (2).
pub fn write(stream: u8, bytes: &[u8]) {
    imports::write(stream.into(), bytes.as_ptr(), bytes.len());
}
/// Reads at most `limit` bytes of standard input; empty at its end.
pub fn read(limit: usize) -> Vec<u8> {
    take(imports::read(limit.min(1 << 20))).unwrap_or_default()
}
pub fn is_terminal(stream: u8) -> bool {
    imports::is_terminal(stream.into()) != 0
}
/// Milliseconds since the epoch.
pub fn now() -> f64 {
    imports::now()
}
/// Milliseconds of a clock that never goes back.
pub fn monotonic() -> f64 {
    imports::monotonic()
}
/// Waits, where the page can.
pub fn sleep(milliseconds: f64) {
    imports::sleep(milliseconds);
}
/// Seconds that local time is ahead of UTC at a moment, given in seconds since the epoch.
pub fn zone_offset(seconds: f64) -> f64 {
    imports::zone_offset(seconds)
}
pub fn random(buffer: &mut [u8]) {
    imports::random(buffer.as_mut_ptr(), buffer.len());
}
/// A folder outside: lines of `d` or `f`, size, milliseconds since the epoch, name; each ended by a NUL.
pub fn list_folder(path: &[u8]) -> Option<Vec<u8>> {
    take(imports::list_folder(path.as_ptr(), path.len()))
}
pub fn read_file(path: &[u8]) -> Option<Vec<u8>> {
    take(imports::read_file(path.as_ptr(), path.len()))
}
/// Bytes of the library's pack.
pub fn library(offset: usize, len: usize) -> Option<Vec<u8>> {
    take(imports::library(offset, len))
}
/// Calls a function the page gave, see `page.rs`. It may come back and run Python.
pub fn call(vm: &mut Vm, function: u32, arguments: &[u8]) -> Option<Vec<u8>> {
    // SAFETY: the interpreter is lent to the page for the call: the exports that it may use take this pointer.
    take(unsafe { imports::call(std::ptr::from_mut(vm).cast(), function, arguments.as_ptr(), arguments.len()) })
}
/// The page may forget an object that it gave.
pub fn release(object: u32) {
    imports::release(object);
}
/// What the page wants of the run loop: bits of `Interrupts`.
pub fn requests() -> u32 {
    imports::requests()
}
/// Compiles a module that imports this instance's memory and table: the place in the table of the function it exports.
/// 0: the engine does not like this one, below: the page forbids any.
pub fn compile(module: &[u8]) -> i32 {
    imports::compile(module.as_ptr(), module.len())
}
/// Nobody calls the function at a place any more.
pub fn forget_code(place: u32) {
    imports::forget_code(place);
}
/// Loads the build's second file, which functions that are seldom called lie in. The build puts calls of this where it
/// takes such a function out.
pub fn more() {
    imports::more();
}

/// A WebAssembly module that Python has loaded, by its number.
pub mod module {
    use super::{Vm, imports, take};

    /// The message of a failure.
    fn message(code: i32) -> String {
        String::from_utf8_lossy(&take(-1 - code).unwrap_or_default()).into_owned()
    }
    fn found(number: i32) -> Option<u32> {
        u32::try_from(number).ok()
    }
    /// Loads a module under a number.
    pub fn load(number: u32, bytes: &[u8]) -> Result<(), String> {
        match imports::module_load(number, bytes.as_ptr(), bytes.len()) {
            0 => Ok(()),
            code => Err(message(code)),
        }
    }
    pub fn size(module: u32) -> u64 {
        imports::module_size(module) as u64
    }
    pub fn grow(module: u32, pages: u32) -> Option<u32> {
        found(imports::module_grow(module, pages))
    }
    pub fn read(module: u32, place: u32, out: &mut [u8]) -> bool {
        imports::module_read(module, place, out.as_mut_ptr(), out.len()) != 0
    }
    pub fn write(module: u32, place: u32, bytes: &[u8]) -> bool {
        imports::module_write(module, place, bytes.as_ptr(), bytes.len()) != 0
    }
    pub fn function(module: u32, name: &str) -> Option<u32> {
        found(imports::module_function(module, name.as_ptr(), name.len()))
    }
    pub fn variable(module: u32, name: &str) -> Option<u32> {
        let place = imports::module_variable(module, name.as_ptr(), name.len());
        (place >= 0.0).then_some(place as u32)
    }
    /// The number of a function's parameters; `None` when there is no such function.
    pub fn arity(module: u32, function: u32) -> Option<u32> {
        found(imports::module_arity(module, function))
    }
    /// A new slot in the table for a function.
    pub fn slot(module: u32, function: u32) -> Option<u32> {
        found(imports::module_slot(module, function))
    }
    /// Calls a function, which may call back. Types are numbers, 255 for no result.
    pub fn call(_vm: &mut Vm, module: u32, function: u32, types: &[u8], args: &[u64], result: u8) -> Result<u64, String> {
        let mut out = 0;
        match imports::module_call(module, function, types.as_ptr(), args.as_ptr(), args.len(), result.into(), &mut out) {
            0 => Ok(out),
            code => Err(message(code)),
        }
    }
    /// A new slot in the table for a function that calls `krait_called_back`.
    pub fn install(vm: &mut Vm, module: u32, id: u32, types: &[u8], result: u8) -> Option<u32> {
        // SAFETY: the interpreter is lent to callbacks: they arrive while a call of a module waits, which has it.
        found(unsafe { imports::module_install(std::ptr::from_mut(vm).cast(), module, id, types.as_ptr(), types.len(), result.into()) })
    }
}
