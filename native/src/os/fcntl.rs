//! The `fcntl` module.

#![allow(unsafe_code, reason = "system calls")]

use crate::os::call::{self, int};
use crate::os::path;
use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Value, Vm, methods};

struct Functions;

#[methods]
impl Functions {
    /// Perform the operation `cmd` on file descriptor fd.
    #[sig("(fd, cmd, arg=0, /)")]
    fn fcntl(vm: &mut Vm, fd: Value, cmd: i32, arg: Option<Value>) -> Result<Value> {
        let fd = path::fileno(vm, &fd)?;
        let arg = arg.unwrap_or(int(0));
        if arg.as_int(&vm.heap).is_some() {
            let n = vm.index_i64(&arg, "long")?;
            // SAFETY: the argument is a number.
            return Ok(int(call::call(vm, || unsafe { libc::fcntl(fd, cmd, n) }.into())?));
        }
        let mut data = vm.bytes_like(&arg)?;
        let len = data.len();
        data.resize(len.max(1024), 0);
        let p = data.as_mut_ptr();
        // SAFETY: a buffer larger than any structure of the system's.
        call::call(vm, || unsafe { libc::fcntl(fd, cmd, p) }.into())?;
        Ok(vm.heap.bytes(&data[..len]).into_value())
    }
    /// Perform the operation request on file descriptor fd.
    #[sig("(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(vm: &mut Vm, fd: Value, request: i64, arg: Option<Value>, mutate_flag: Option<bool>) -> Result<Value> {
        let fd = path::fileno(vm, &fd)?;
        let arg = arg.unwrap_or(int(0));
        if arg.as_int(&vm.heap).is_some() {
            let n = vm.index_i64(&arg, "long")?;
            // SAFETY: the argument is a number.
            return Ok(int(call::call(vm, || unsafe { libc::ioctl(fd, request as libc::c_ulong as _, n) }.into())?));
        }
        let mut data = vm.bytes_like(&arg)?;
        let len = data.len();
        data.resize(len.max(1024), 0);
        let p = data.as_mut_ptr();
        // SAFETY: a buffer larger than the structures of terminal and file requests.
        let result = call::call(vm, || unsafe { libc::ioctl(fd, request as libc::c_ulong as _, p) }.into())?;
        let read_only = arg.has_payload::<krait_vm::builtins::bytes::Bytes>(&*vm.heap) || arg.has_payload::<krait_vm::builtins::str::Str>(&*vm.heap);
        if !read_only && mutate_flag != Some(false) {
            let target = vm.buffer_mut(&arg)?;
            target.bytes_mut(&mut *vm.heap).copy_from_slice(&data[..len]);
            return Ok(int(result));
        }
        Ok(vm.heap.bytes(&data[..len]).into_value())
    }
    #[sig("(fd, operation, /)")]
    fn flock(vm: &mut Vm, fd: Value, operation: i32) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::flock(fd, operation) }.into()).map(drop)
    }
    #[sig("(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(vm: &mut Vm, fd: Value, cmd: i32, len: i64, start: i64, whence: i32) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        let kind = if cmd & libc::LOCK_UN != 0 {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return Err(vm.value_error("unrecognized lockf argument"));
        };
        // SAFETY: plain data.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = kind as _;
        lock.l_start = start;
        lock.l_len = len;
        lock.l_whence = whence as _;
        let request = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        let p = &raw const lock;
        // SAFETY: the pointer is to a local.
        call::call(vm, || unsafe { libc::fcntl(fd, request, p) }.into()).map(drop)
    }
}

macro_rules! numbers {
    ($($name:ident)*) => { [$((stringify!($name), libc::$name as i64)),*] };
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    let constants = numbers! {
        LOCK_SH LOCK_EX LOCK_UN LOCK_NB F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW F_GETOWN F_SETOWN
        F_RDLCK F_WRLCK F_UNLCK F_GETPIPE_SZ F_SETPIPE_SZ F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE
        F_GETLEASE F_SETLEASE F_NOTIFY F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW FD_CLOEXEC
    };
    for (name, n) in constants {
        vm.module_set(module, name, int(n));
    }
    vm.module_set(module, "FASYNC", int(libc::O_ASYNC.into()));
    Ok(())
}
