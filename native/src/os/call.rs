//! System calls: the interpreter is released while they run, signals are handled and the call repeated, failures
//! become OSError.

use crate::os::path::PathArg;
use crate::os::{error, signal, thread};
use krait_vm::{Result, Value, Vm};

/// Makes a call until it is not interrupted: `Ok(Err(errno))` when it fails.
pub fn retry(vm: &mut Vm, mut f: impl FnMut() -> i64) -> Result<Result<i64, i32>> {
    loop {
        let (result, errno) = thread::blocking(vm, || {
            let r = f();
            (r, if r == -1 { error::last() } else { 0 })
        });
        if result != -1 {
            return Ok(Ok(result));
        }
        if errno != libc::EINTR {
            return Ok(Err(errno));
        }
        signal::check(vm)?;
    }
}

/// As `retry`, raising OSError on failure.
pub fn call(vm: &mut Vm, f: impl FnMut() -> i64) -> Result<i64> {
    match retry(vm, f)? {
        Ok(n) => Ok(n),
        Err(errno) => Err(error::raise(vm, errno, None, None)),
    }
}

/// As `call`, for a call about a path.
pub fn call_path(vm: &mut Vm, path: &PathArg, f: impl FnMut() -> i64) -> Result<i64> {
    match retry(vm, f)? {
        Ok(n) => Ok(n),
        Err(errno) => Err(error::raise(vm, errno, Some(&path.object), None)),
    }
}

/// As `call`, for a call about two paths.
pub fn call_paths(vm: &mut Vm, a: &PathArg, b: &PathArg, f: impl FnMut() -> i64) -> Result<i64> {
    match retry(vm, f)? {
        Ok(n) => Ok(n),
        Err(errno) => Err(error::raise(vm, errno, Some(&a.object), Some(&b.object))),
    }
}

/// A small non-negative result as an int.
pub fn int(n: i64) -> Value {
    Value::small_int(n).unwrap_or(Value::NONE)
}
