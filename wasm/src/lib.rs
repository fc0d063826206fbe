//! The JavaScript host: the core behind a handful of plain wasm exports and imports.
//!
//! The page (or node) gives the functions of [`js`] and nothing else, so Python can reach nothing else. An
//! [`interpreter`] is a pointer over there; strings cross as pointer and length, memory for them comes from
//! `krait_alloc`. [`files`] is the file system in memory, [`os`] the modules over it, [`page_modules`] what the page
//! adds. `npm/` is the other side.

#![allow(unsafe_code, reason = "pointers and lengths cross the module boundary")]

#[cfg(target_arch = "wasm32")]
mod allocator;
mod data;
mod files;
mod host;
mod interpreter;
mod js;
#[cfg(target_arch = "wasm32")]
mod memory;
mod os;
mod outside;
mod page_modules;

use data::Data;
use interpreter::Interpreter;

/// Memory for a string that the other side fills; it becomes owned by the call it is passed to.
#[unsafe(no_mangle)]
pub extern "C" fn krait_alloc(len: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; len].into_boxed_slice()) as *mut u8
}

/// # Safety
/// The pointer comes from `krait_alloc` with this length and is given up.
unsafe fn given(data: *mut u8, len: usize) -> Box<[u8]> {
    // SAFETY: by contract.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data, len)) }
}

/// Makes an interpreter; null when it could not start, after saying why on standard error.
///
/// # Safety
/// The options come from `krait_alloc` and are given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_new(options: *mut u8, len: usize) -> *mut Interpreter {
    // SAFETY: by contract.
    let options = unsafe { given(options, len) };
    let options = Data::read(&options).unwrap_or(Data::None);
    say_panics();
    match Interpreter::new(&options) {
        Some(interpreter) => Box::into_raw(Box::new(interpreter)),
        None => std::ptr::null_mut(),
    }
}

/// Makes an interpreter that has started and waits for its options: the page may copy the memory it is in, put the copy
/// into another instance of the module, and go on there with `krait_adopt`. Null when it could not start.
#[unsafe(no_mangle)]
pub extern "C" fn krait_prepare() -> *mut Interpreter {
    say_panics();
    Interpreter::prepare().map_or(std::ptr::null_mut(), |interpreter| Box::into_raw(Box::new(interpreter)))
}

/// Gives a prepared interpreter its options. 0 when it cannot be used, after saying why on standard error.
///
/// # Safety
/// A pointer from `krait_prepare`; the options come from `krait_alloc` and are given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_adopt(this: *mut Interpreter, options: *mut u8, len: usize) -> u32 {
    // SAFETY: by contract.
    let (this, options) = unsafe { (&mut *this, given(options, len)) };
    this.adopt(&Data::read(&options).unwrap_or(Data::None)).into()
}

/// A panic ends the instance; it should at least say where.
fn say_panics() {
    std::panic::set_hook(Box::new(|info| js::write(2, format!("{info}\n").as_bytes())));
}

/// Runs a file as `__main__` to the end of the interpreter. Returns the exit status.
///
/// # Safety
/// A pointer from `krait_new`; a string from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_run_file(this: *mut Interpreter, path: *mut u8, len: usize) -> i32 {
    // SAFETY: by contract.
    let (this, path) = unsafe { (&mut *this, given(path, len)) };
    this.run_file(&String::from_utf8_lossy(&path))
}

/// Runs source in `__main__`: 0, or 1 (the answer is a traceback), or 2 (the answer is an exit status).
///
/// # Safety
/// A pointer from `krait_new`; strings from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_run_source(this: *mut Interpreter, source: *mut u8, len: usize, name: *mut u8, name_len: usize) -> i32 {
    // SAFETY: by contract.
    let (this, source, name) = unsafe { (&mut *this, given(source, len), given(name, name_len)) };
    this.run_source(&source, &String::from_utf8_lossy(&name))
}

/// Writes a whole file, making its folders. 0 or an error number.
///
/// # Safety
/// A pointer from `krait_new`; strings from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_write_file(this: *mut Interpreter, path: *mut u8, len: usize, content: *mut u8, content_len: usize) -> i32 {
    // SAFETY: by contract.
    let (this, path, content) = unsafe { (&mut *this, given(path, len), given(content, content_len)) };
    os::try_files(&mut this.vm, |files| files.write_file(&path, &content)).err().unwrap_or(0)
}

/// Reads a whole file into the answer. 0 or an error number.
///
/// # Safety
/// A pointer from `krait_new`; a string from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_read_file(this: *mut Interpreter, path: *mut u8, len: usize) -> i32 {
    // SAFETY: by contract.
    let (this, path) = unsafe { (&mut *this, given(path, len)) };
    match os::try_files(&mut this.vm, |files| files.read_file(&path)) {
        Ok(content) => {
            this.answer = content;
            0
        }
        Err(errno) => errno,
    }
}

/// Where the last call's answer is, until the next call.
///
/// # Safety
/// A pointer from `krait_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_answer(this: *const Interpreter) -> *const u8 {
    // SAFETY: by contract.
    unsafe { (&(*this).answer).as_ptr() }
}

/// # Safety
/// A pointer from `krait_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_answer_len(this: *const Interpreter) -> usize {
    // SAFETY: by contract.
    unsafe { (&(*this).answer).len() }
}
