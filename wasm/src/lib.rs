//! The JavaScript host: the core behind a handful of plain wasm exports and imports.
//!
//! The page (or node) imports nothing but these five functions, so Python can reach nothing else: write to a stream,
//! read a line, two clocks, random bytes, and read a file of the virtual file system it was given. Strings cross as
//! pointer and length in linear memory, which `krait_alloc` hands out. See `node/run.mjs` for the other side.

#![allow(unsafe_code, reason = "pointers and lengths cross the module boundary")]

use krait_compiler::{Mode, Options};
use krait_vm::host::{Host, Stream};
use krait_vm::vm::Builder;
use std::time::Duration;

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "krait")]
unsafe extern "C" {
    safe fn write(stream: u32, data: *const u8, len: usize);
    safe fn now() -> f64;
    safe fn monotonic() -> f64;
    safe fn random(data: *mut u8, len: usize);
    /// Fills `data` and returns the length, or the negative length needed; -1 when there is no such file.
    safe fn read_file(path: *const u8, path_len: usize, data: *mut u8, capacity: usize) -> i32;
    /// As `read_file`, for a line of standard input.
    safe fn read_line(data: *mut u8, capacity: usize) -> i32;
}

#[cfg(not(target_arch = "wasm32"))]
mod outside {
    //! On other targets the crate only has to compile: nothing is there to call.
    pub fn write(_stream: u32, _data: *const u8, _len: usize) {}
    pub fn now() -> f64 {
        0.0
    }
    pub fn monotonic() -> f64 {
        0.0
    }
    pub fn random(_data: *mut u8, _len: usize) {}
    pub fn read_file(_path: *const u8, _path_len: usize, _data: *mut u8, _capacity: usize) -> i32 {
        -1
    }
    pub fn read_line(_data: *mut u8, _capacity: usize) -> i32 {
        0
    }
}
#[cfg(not(target_arch = "wasm32"))]
use outside::*;

struct JsHost;

impl Host for JsHost {
    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let fd = match stream {
            Stream::Stdout => 1,
            Stream::Stderr => 2,
        };
        write(fd, bytes.as_ptr(), bytes.len());
    }
    fn read_line(&mut self) -> Vec<u8> {
        let mut buffer = vec![0; 64 * 1024];
        let n = read_line(buffer.as_mut_ptr(), buffer.len());
        buffer.truncate(n.max(0) as usize);
        buffer
    }
    fn now(&self) -> Duration {
        Duration::from_secs_f64(now().max(0.0) / 1000.0)
    }
    fn monotonic(&self) -> Duration {
        Duration::from_secs_f64(monotonic().max(0.0) / 1000.0)
    }
    fn random(&mut self, buffer: &mut [u8]) {
        random(buffer.as_mut_ptr(), buffer.len());
    }
    fn hash_seed(&mut self) -> (u64, u64) {
        let mut seed = [0; 16];
        self.random(&mut seed);
        let (a, b) = seed.split_at(8);
        let word = |bytes: &[u8]| bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b));
        (word(a), word(b))
    }
    fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let n = read_file(path.as_ptr(), path.len(), buffer.as_mut_ptr(), buffer.len());
            match n {
                -1 => return None,
                n if n < 0 => buffer.resize(n.unsigned_abs() as usize, 0),
                n => {
                    buffer.truncate(n as usize);
                    return Some(buffer);
                }
            }
        }
    }
    fn max_native_depth(&self) -> usize {
        120
    }
}

/// Memory for a string that the other side fills; it becomes owned by the call it is passed to.
#[unsafe(no_mangle)]
pub extern "C" fn krait_alloc(len: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; len].into_boxed_slice()) as *mut u8
}

/// Runs a program as `__main__`. Returns the exit status.
///
/// # Safety
/// Both strings come from `krait_alloc` with these lengths and are given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_run(source: *mut u8, source_len: usize, name: *mut u8, name_len: usize) -> i32 {
    // SAFETY: by contract.
    let (source, name) = unsafe {
        (
            Box::from_raw(std::ptr::slice_from_raw_parts_mut(source, source_len)),
            Box::from_raw(std::ptr::slice_from_raw_parts_mut(name, name_len)),
        )
    };
    run(&source, &String::from_utf8_lossy(&name))
}

fn run(source: &[u8], name: &str) -> i32 {
    let mut host = JsHost;
    let compiled = match krait_compiler::compile_bytes(source, name, Mode::Exec, &Options::default(), None) {
        Ok(c) => c,
        Err(e) => {
            host.write(Stream::Stderr, format!("{e:?}\n").as_bytes());
            return 1;
        }
    };
    let mut vm = Builder::new(host).modules(krait_modules::MODULES).build();
    let code = vm.heap.link(&compiled.code);
    let module = vm.new_module("__main__", None);
    let globals = vm.module_dict(&module);
    match vm.run_code(&code, &globals, None) {
        Ok(_) => 0,
        Err(_) => {
            let exception = vm.take_pending();
            vm.report_uncaught(&exception);
            1
        }
    }
}
