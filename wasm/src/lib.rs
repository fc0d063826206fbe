//! The JavaScript host: the core behind a handful of plain wasm exports and imports.
//!
//! The page (or node) gives the functions of [`js`] and nothing else, so Python can reach nothing else. An
//! [`interpreter`] is a pointer over there; strings cross as pointer and length, memory for them comes from
//! `krait_alloc`. [`session`] runs source and calls objects, [`values`] is how objects cross, [`files`] the file system in
//! memory, [`os`] the modules over it, [`page`] what the page adds. `npm/` is the other side.

#![allow(unsafe_code, reason = "pointers and lengths cross the module boundary")]

#[cfg(target_arch = "wasm32")]
mod allocator;
mod ctypes;
mod data;
mod emit;
mod files;
mod host;
mod interpreter;
mod js;
#[cfg(target_arch = "wasm32")]
mod memory;
mod os;
mod outside;
mod page;
mod session;
mod values;

use data::Data;
use interpreter::Interpreter;
use krait_vm::Vm;
use session::Session;

/// Memory for a string that the other side fills; it becomes owned by the call it is passed to. Null if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn krait_alloc(len: usize) -> *mut u8 {
    let mut room = Vec::new();
    if room.try_reserve_exact(len).is_err() {
        return std::ptr::null_mut();
    }
    room.resize(len, 0u8);
    Box::into_raw(room.into_boxed_slice()).cast()
}

/// # Safety
/// The pointer comes from `krait_alloc` with this length and is given up.
unsafe fn given(data: *mut u8, len: usize) -> Box<[u8]> {
    // SAFETY: by contract.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data, len)) }
}

/// Loads the build's second file if it is not there.
#[unsafe(no_mangle)]
pub extern "C" fn krait_more() {
    js::more();
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

/// Gives the interpreter's inside: what the functions below take, and what a function of the page is lent.
///
/// # Safety
/// A pointer from `krait_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_vm(this: *mut Interpreter) -> *mut Vm {
    // SAFETY: by contract.
    unsafe { &raw mut *(*this).vm }
}

/// Starts source in `__main__`; see [`session`] for this and the outcomes.
///
/// # Safety
/// A pointer from `krait_vm`; strings from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_start_source(vm: *mut Vm, source: *mut u8, len: usize, name: *mut u8, name_len: usize, flags: u32) -> i32 {
    // SAFETY: by contract.
    let (vm, source, name) = unsafe { (&mut *vm, given(source, len), given(name, name_len)) };
    session::start_source(vm, source, &String::from_utf8_lossy(&name), flags)
}

/// Starts a call.
///
/// # Safety
/// A pointer from `krait_vm`; a request from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_start_call(vm: *mut Vm, request: *mut u8, len: usize) -> i32 {
    // SAFETY: by contract.
    let (vm, request) = unsafe { (&mut *vm, given(request, len)) };
    session::start_call(vm, &request)
}

/// Runs the program started last for a while.
///
/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_advance(vm: *mut Vm, fuel: f64) -> i32 {
    // SAFETY: by contract.
    session::advance(unsafe { &mut *vm }, fuel as u64)
}

/// What the last step left of its fuel.
///
/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_fuel_left(vm: *mut Vm) -> f64 {
    // SAFETY: by contract.
    unsafe { (*vm).fuel_left() as f64 }
}

/// Bytes that the program's objects take.
///
/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_used_memory(vm: *mut Vm) -> f64 {
    // SAFETY: by contract.
    unsafe { (*vm).heap.used() as f64 }
}

/// Takes a suspended program away.
///
/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_abandon(vm: *mut Vm) {
    // SAFETY: by contract.
    session::abandon(unsafe { &mut *vm });
}

/// Makes a global of `__main__` the answer.
///
/// # Safety
/// A pointer from `krait_vm`; a string from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_global(vm: *mut Vm, name: *mut u8, len: usize) -> i32 {
    // SAFETY: by contract.
    let (vm, name) = unsafe { (&mut *vm, given(name, len)) };
    session::global(vm, &String::from_utf8_lossy(&name))
}

/// Makes the namespace of `__main__` the answer.
///
/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_globals(vm: *mut Vm) -> i32 {
    // SAFETY: by contract.
    session::globals(unsafe { &mut *vm })
}

/// Gives up an object that the page held.
///
/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_release(vm: *mut Vm, number: u32) {
    // SAFETY: by contract.
    session::release(unsafe { &mut *vm }, number);
}

/// Adds a module of the page: its name and its members.
///
/// # Safety
/// A pointer from `krait_vm`; strings from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_add_module(vm: *mut Vm, name: *mut u8, len: usize, members: *mut u8, members_len: usize) {
    // SAFETY: by contract.
    let (vm, name, members) = unsafe { (&mut *vm, given(name, len), given(members, members_len)) };
    page::add_module(vm, &String::from_utf8_lossy(&name), members);
}

/// Writes a whole file, making its folders. 0 or an error number.
///
/// # Safety
/// A pointer from `krait_vm`; strings from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_write_file(vm: *mut Vm, path: *mut u8, len: usize, content: *mut u8, content_len: usize) -> i32 {
    // SAFETY: by contract.
    let (vm, path, content) = unsafe { (&mut *vm, given(path, len), given(content, content_len)) };
    os::try_files(vm, |files| files.write_file(&path, &content)).err().unwrap_or(0)
}

/// Reads a whole file into the answer. 0 or an error number.
///
/// # Safety
/// A pointer from `krait_vm`; a string from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_read_file(vm: *mut Vm, path: *mut u8, len: usize) -> i32 {
    // SAFETY: by contract.
    let (vm, path) = unsafe { (&mut *vm, given(path, len)) };
    match os::try_files(vm, |files| files.read_file(&path)) {
        Ok(content) => {
            vm.state::<Session>().answer = content;
            0
        }
        Err(errno) => errno,
    }
}

/// Lists a folder into the answer: names, each ended by a NUL, folders with a slash. 0 or an error number.
///
/// # Safety
/// A pointer from `krait_vm`; a string from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_list_folder(vm: *mut Vm, path: *mut u8, len: usize) -> i32 {
    // SAFETY: by contract.
    let (vm, path) = unsafe { (&mut *vm, given(path, len)) };
    const FOLDER: u32 = 0o040000;
    let listed = os::try_files(vm, |files| {
        let ino = files.find(&path, true)?;
        files.list(ino)
    });
    match listed {
        Ok(entries) => {
            let lines = entries.iter().flat_map(|(name, _, mode)| [name.as_slice(), if mode & 0o170000 == FOLDER { &b"/\0"[..] } else { &b"\0"[..] }].concat());
            vm.state::<Session>().answer = lines.collect();
            0
        }
        Err(errno) => errno,
    }
}

/// Removes a file or an empty folder. 0 or an error number.
///
/// # Safety
/// A pointer from `krait_vm`; a string from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_remove(vm: *mut Vm, path: *mut u8, len: usize) -> i32 {
    // SAFETY: by contract.
    let (vm, path) = unsafe { (&mut *vm, given(path, len)) };
    let removed = os::try_files(vm, |files| files.unlink(&path).or_else(|e| if e == os::errno::EISDIR { files.rmdir(&path) } else { Err(e) }));
    removed.err().unwrap_or(0)
}

/// Where the last call's answer is, until the next call.
///
/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_answer(vm: *mut Vm) -> *const u8 {
    // SAFETY: by contract.
    unsafe { (*vm).state::<Session>().answer.as_ptr() }
}

/// # Safety
/// A pointer from `krait_vm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_answer_len(vm: *mut Vm) -> usize {
    // SAFETY: by contract.
    unsafe { (*vm).state::<Session>().answer.len() }
}

/// A module that Python loaded calls back; the words of the arguments, the word of the result.
///
/// # Safety
/// A pointer from `krait_vm`, whose call of the module waits; words from `krait_alloc`, given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_called_back(vm: *mut Vm, module: u32, id: u32, words: *mut u8, len: usize) -> u64 {
    // SAFETY: by contract.
    let (vm, words) = unsafe { (&mut *vm, given(words, len)) };
    let words: Vec<u64> = words.as_chunks::<8>().0.iter().map(|w| u64::from_le_bytes(*w)).collect();
    krait_modules::ctypes::isolated::machine::called_back(vm, module, id, &words)
}
