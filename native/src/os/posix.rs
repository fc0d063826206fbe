//! The `posix` module: files, directories, descriptors, environment, identities. Processes are in `posix_process.rs`.

#![allow(unsafe_code, reason = "system calls")]

use crate::os::call::{self, int};
use crate::os::path::{self, PathArg};
use crate::os::{error, posix_process, random, scandir, stat, thread};
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::types::Type;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

/// Struct sequence types of this module.
#[derive(Default)]
struct Types {
    terminal_size: Option<Ref<Type>>,
    uname: Option<Ref<Type>>,
    times: Option<Ref<Type>>,
}

static TERMINAL_SIZE: StructSpec = StructSpec { name: "os.terminal_size", doc: "A tuple of (columns, lines) for holding terminal window size", fields: &["columns", "lines"], visible: 2, instantiable: true };
static UNAME: StructSpec = StructSpec { name: "posix.uname_result", doc: "uname_result: Result from os.uname().", fields: &["sysname", "nodename", "release", "version", "machine"], visible: 5, instantiable: true };
static TIMES: StructSpec = StructSpec { name: "posix.times_result", doc: "times_result: Result from os.times().", fields: &["user", "system", "children_user", "children_system", "elapsed"], visible: 5, instantiable: true };

/// The `dir_fd` argument.
fn at(vm: &mut Vm, dir_fd: &Value) -> Result<i32> {
    if dir_fd.is_none() {
        return Ok(libc::AT_FDCWD);
    }
    if dir_fd.as_int(&vm.heap).is_none() && vm.heap.special(dir_fd.type_id(), krait_vm::Special::Index).is_none() {
        let found = vm.type_name(dir_fd);
        return Err(vm.type_error(format!("argument should be integer or None, not {found}")));
    }
    path::fd_number(vm, dir_fd)
}

fn flag_follow(follow: bool) -> i32 {
    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW }
}

/// A user or group identifier: -1 or unsigned 32 bits.
fn identity(vm: &mut Vm, value: &Value, what: &str) -> Result<u32> {
    if value.as_int(&vm.heap).is_none() && vm.heap.special(value.type_id(), krait_vm::Special::Index).is_none() {
        let found = vm.type_name(value);
        return Err(vm.type_error(format!("{what} should be integer, not {found}")));
    }
    let index = vm.index(value)?;
    match index.as_int(&vm.heap).and_then(|i| i.to_i64()) {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n >= 0 && n <= i64::from(u32::MAX) => Ok(n as u32),
        Some(n) if n < 0 => Err(vm.overflow_error(format!("{what} is less than minimum"))),
        _ => Err(vm.overflow_error(format!("{what} is greater than maximum"))),
    }
}

/// Reads up to `n` bytes into a new bytes object.
fn read_bytes(vm: &mut Vm, n: i64, mut f: impl FnMut(*mut u8, usize) -> i64) -> Result<Value> {
    if n < 0 {
        return Err(error::raise(vm, libc::EINVAL, None, None));
    }
    let n = (n as usize).min(0x7fff_f000);
    let room = vm.heap.check_room(n);
    vm.memory(room)?;
    let mut buffer = vec![0u8; n];
    let p = buffer.as_mut_ptr();
    let got = call::call(vm, || f(p, n))?;
    buffer.truncate(got.max(0) as usize);
    Ok(vm.heap.bytes_boxed(buffer.into_boxed_slice()).into_value())
}

/// (pointer, length) pairs of several buffers, copied.
fn gather(vm: &mut Vm, buffers: &Value) -> Result<Vec<Vec<u8>>> {
    let mut out = Vec::new();
    for b in vm.collect(buffers)? {
        out.push(vm.bytes_like(&b)?);
    }
    Ok(out)
}

/// Fills several buffers from bytes that were read.
fn scatter(vm: &mut Vm, buffers: &[Value], data: &[u8]) -> Result<()> {
    let mut rest = data;
    for b in buffers {
        let target = vm.buffer_mut(b)?;
        let n = target.len.min(rest.len());
        target.bytes_mut(&mut *vm.heap)[..n].copy_from_slice(&rest[..n]);
        rest = &rest[n..];
    }
    Ok(())
}

fn total_len(vm: &mut Vm, buffers: &[Value]) -> Result<i64> {
    let mut n = 0;
    for b in buffers {
        n += vm.buffer_mut(b)?.len as i64;
    }
    Ok(n)
}

struct Functions;

#[methods]
impl Functions {
    /// Perform a stat system call on the given path.
    #[sig("(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(vm: &mut Vm, path: Value, dir_fd: Value, follow_symlinks: bool) -> Result<Value> {
        let p = path::arg_or_fd(vm, "stat", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        if p.fd.is_some() && !dir_fd.is_none() {
            return Err(vm.value_error("stat: can't specify dir_fd without matching path"));
        }
        if p.fd.is_some() && !follow_symlinks {
            return Err(vm.value_error("stat: cannot use fd and follow_symlinks together"));
        }
        let s = stat::stat_path(vm, &p, at, follow_symlinks)?;
        Ok(stat::object(vm, &s))
    }
    /// Perform a stat system call on the given path, without following symbolic links.
    #[sig("(path, *, dir_fd=None)")]
    fn lstat(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<Value> {
        let p = path::arg(vm, "lstat", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let s = stat::stat_path(vm, &p, at, false)?;
        Ok(stat::object(vm, &s))
    }
    /// Perform a stat system call on the given file descriptor.
    #[sig("(fd)")]
    fn fstat(vm: &mut Vm, fd: i32) -> Result<Value> {
        let mut s = stat::empty();
        // SAFETY: the pointer is to a local.
        call::call(vm, || unsafe { libc::fstat(fd, &mut s) }.into())?;
        Ok(stat::object(vm, &s))
    }
    #[sig("(path)")]
    fn statvfs(vm: &mut Vm, path: Value) -> Result<Value> {
        stat::statvfs(vm, &path)
    }
    #[sig("(fd, /)")]
    fn fstatvfs(vm: &mut Vm, fd: i32) -> Result<Value> {
        stat::statvfs(vm, &int(fd.into()))
    }
    /// Use the real uid/gid to test for access to a path.
    #[sig("(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(vm: &mut Vm, path: Value, mode: i32, dir_fd: Value, effective_ids: bool, follow_symlinks: bool) -> Result<bool> {
        let p = path::arg(vm, "access", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let flags = if effective_ids { libc::AT_EACCESS } else { 0 } | flag_follow(follow_symlinks);
        let c = p.ptr();
        // SAFETY: a terminated string.
        Ok(thread::blocking(vm, || unsafe { libc::faccessat(at, c, mode, flags) }) == 0)
    }
    #[sig("(path, flags, mode=511, *, dir_fd=None)")]
    fn open(vm: &mut Vm, path: Value, flags: i32, mode: i32, dir_fd: Value) -> Result<i64> {
        let p = path::arg(vm, "open", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let c = p.ptr();
        // SAFETY: a terminated string.
        call::call_path(vm, &p, || unsafe { libc::openat(at, c, flags | libc::O_CLOEXEC, mode as libc::mode_t) }.into())
    }
    #[sig("(fd)")]
    fn close(vm: &mut Vm, fd: i32) -> Result<()> {
        // SAFETY: no pointers. Not repeated after EINTR: the descriptor is gone then.
        let failed = thread::blocking(vm, || (unsafe { libc::close(fd) } != 0).then(error::last));
        match failed {
            Some(errno) if errno != libc::EINTR => Err(error::raise(vm, errno, None, None)),
            _ => Ok(()),
        }
    }
    #[sig("(fd_low, fd_high, /)")]
    fn closerange(_vm: &mut Vm, fd_low: i32, fd_high: i32) -> Result<()> {
        for fd in fd_low.max(0)..fd_high.min(1 << 20) {
            // SAFETY: no pointers.
            unsafe { libc::close(fd) };
        }
        Ok(())
    }
    #[sig("(fd, length, /)")]
    fn read(vm: &mut Vm, fd: i32, length: i64) -> Result<Value> {
        // SAFETY: the buffer has room for `n` bytes.
        read_bytes(vm, length, |p, n| unsafe { libc::read(fd, p.cast(), n) } as i64)
    }
    #[sig("(fd, buffer, /)")]
    fn readinto(vm: &mut Vm, fd: i32, buffer: Value) -> Result<i64> {
        let target = vm.buffer_mut_argument(&buffer, "readinto() argument 2")?;
        let mut data = vec![0u8; target.len];
        let (p, n) = (data.as_mut_ptr(), data.len());
        // SAFETY: the buffer has room for `n` bytes.
        let got = call::call(vm, || unsafe { libc::read(fd, p.cast(), n) } as i64)?;
        target.bytes_mut(&mut *vm.heap)[..got as usize].copy_from_slice(&data[..got as usize]);
        Ok(got)
    }
    #[sig("(fd, data, /)")]
    fn write(vm: &mut Vm, fd: i32, data: Value) -> Result<i64> {
        let data = vm.bytes_like(&data)?;
        let (p, n) = (data.as_ptr(), data.len());
        // SAFETY: a live buffer of `n` bytes.
        call::call(vm, || unsafe { libc::write(fd, p.cast(), n) } as i64)
    }
    #[sig("(fd, length, offset, /)")]
    fn pread(vm: &mut Vm, fd: i32, length: i64, offset: i64) -> Result<Value> {
        // SAFETY: the buffer has room for `n` bytes.
        read_bytes(vm, length, |p, n| unsafe { libc::pread(fd, p.cast(), n, offset) } as i64)
    }
    #[sig("(fd, buffer, offset, /)")]
    fn pwrite(vm: &mut Vm, fd: i32, buffer: Value, offset: i64) -> Result<i64> {
        let data = vm.bytes_like(&buffer)?;
        let (p, n) = (data.as_ptr(), data.len());
        // SAFETY: a live buffer of `n` bytes.
        call::call(vm, || unsafe { libc::pwrite(fd, p.cast(), n, offset) } as i64)
    }
    #[sig("(fd, buffers, /)")]
    fn readv(vm: &mut Vm, fd: i32, buffers: Value) -> Result<i64> {
        let buffers = vm.collect(&buffers)?;
        let total = total_len(vm, &buffers)?;
        // SAFETY: the buffer has room for `n` bytes.
        let data = read_bytes(vm, total, |p, n| unsafe { libc::read(fd, p.cast(), n) } as i64)?;
        let data = vm.bytes_like(&data)?;
        scatter(vm, &buffers, &data)?;
        Ok(data.len() as i64)
    }
    #[sig("(fd, buffers, offset, flags=0, /)")]
    fn preadv(vm: &mut Vm, fd: i32, buffers: Value, offset: i64, _flags: i32) -> Result<i64> {
        let buffers = vm.collect(&buffers)?;
        let total = total_len(vm, &buffers)?;
        // SAFETY: the buffer has room for `n` bytes.
        let data = read_bytes(vm, total, |p, n| unsafe { libc::pread(fd, p.cast(), n, offset) } as i64)?;
        let data = vm.bytes_like(&data)?;
        scatter(vm, &buffers, &data)?;
        Ok(data.len() as i64)
    }
    #[sig("(fd, buffers, /)")]
    fn writev(vm: &mut Vm, fd: i32, buffers: Value) -> Result<i64> {
        let data = gather(vm, &buffers)?.concat();
        let (p, n) = (data.as_ptr(), data.len());
        // SAFETY: a live buffer of `n` bytes.
        call::call(vm, || unsafe { libc::write(fd, p.cast(), n) } as i64)
    }
    #[sig("(fd, buffers, offset, flags=0, /)")]
    fn pwritev(vm: &mut Vm, fd: i32, buffers: Value, offset: i64, _flags: i32) -> Result<i64> {
        let data = gather(vm, &buffers)?.concat();
        let (p, n) = (data.as_ptr(), data.len());
        // SAFETY: a live buffer of `n` bytes.
        call::call(vm, || unsafe { libc::pwrite(fd, p.cast(), n, offset) } as i64)
    }
    #[sig("(fd, position, whence, /)")]
    fn lseek(vm: &mut Vm, fd: i32, position: i64, whence: i32) -> Result<i64> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::lseek(fd, position, whence) })
    }
    #[sig("(fd)")]
    fn fsync(vm: &mut Vm, fd: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::fsync(fd) }.into()).map(drop)
    }
    #[sig("(fd)")]
    fn fdatasync(vm: &mut Vm, fd: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::fdatasync(fd) }.into()).map(drop)
    }
    #[sig("()")]
    fn sync(_vm: &mut Vm) -> Result<()> {
        // SAFETY: no arguments.
        unsafe { libc::sync() };
        Ok(())
    }
    #[sig("(fd, length, /)")]
    fn ftruncate(vm: &mut Vm, fd: i32, length: i64) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::ftruncate(fd, length) }.into()).map(drop)
    }
    #[sig("(path, length)")]
    fn truncate(vm: &mut Vm, path: Value, length: i64) -> Result<()> {
        let p = path::arg_or_fd(vm, "truncate", "path", &path)?;
        let c = p.ptr();
        match p.fd {
            // SAFETY: no pointers.
            Some(fd) => call::call(vm, || unsafe { libc::ftruncate(fd, length) }.into()).map(drop),
            // SAFETY: a terminated string.
            None => call::call_path(vm, &p, || unsafe { libc::truncate(c, length) }.into()).map(drop),
        }
    }
    #[sig("(fd, /)")]
    fn dup(vm: &mut Vm, fd: i32) -> Result<i64> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }.into())
    }
    #[sig("(fd, fd2, inheritable=True)")]
    fn dup2(vm: &mut Vm, fd: i32, fd2: i32, inheritable: bool) -> Result<i64> {
        // SAFETY: no pointers.
        if inheritable || fd == fd2 {
            call::call(vm, || unsafe { libc::dup2(fd, fd2) }.into())
        } else {
            // SAFETY: no pointers.
            call::call(vm, || unsafe { libc::dup3(fd, fd2, libc::O_CLOEXEC) }.into())
        }
    }
    #[sig("(fd, /)")]
    fn isatty(_vm: &mut Vm, fd: i32) -> Result<bool> {
        // SAFETY: no pointers.
        Ok(unsafe { libc::isatty(fd) } == 1)
    }
    #[sig("(fd, /)")]
    fn ttyname(vm: &mut Vm, fd: i32) -> Result<Value> {
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer and its length.
        let result = unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        if result != 0 {
            return Err(error::raise(vm, result, None, None));
        }
        let len = buffer.iter().position(|b| *b == 0).unwrap_or(0);
        Ok(path::fs_str(vm, &buffer[..len]))
    }
    #[sig("()")]
    fn ctermid(_vm: &mut Vm) -> Result<&'static str> {
        Ok("/dev/tty")
    }
    #[sig("()")]
    fn pipe(vm: &mut Vm) -> Result<Value> {
        Functions::pipe2(vm, libc::O_CLOEXEC)
    }
    #[sig("(flags, /)")]
    fn pipe2(vm: &mut Vm, flags: i32) -> Result<Value> {
        let mut fds = [0i32; 2];
        let p = fds.as_mut_ptr();
        // SAFETY: room for two descriptors.
        call::call(vm, || unsafe { libc::pipe2(p, flags) }.into())?;
        Ok(vm.tuple(vec![int(fds[0].into()), int(fds[1].into())]))
    }
    #[sig("(fd, /)")]
    fn get_inheritable(vm: &mut Vm, fd: i32) -> Result<bool> {
        // SAFETY: no pointers.
        Ok(call::call(vm, || unsafe { libc::fcntl(fd, libc::F_GETFD) }.into())? & i64::from(libc::FD_CLOEXEC) == 0)
    }
    #[sig("(fd, inheritable, /)")]
    fn set_inheritable(vm: &mut Vm, fd: i32, inheritable: i32) -> Result<()> {
        // SAFETY: no pointers.
        let flags = call::call(vm, || unsafe { libc::fcntl(fd, libc::F_GETFD) }.into())? as i32;
        let flags = if inheritable != 0 { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::fcntl(fd, libc::F_SETFD, flags) }.into()).map(drop)
    }
    #[sig("(fd, /)")]
    fn get_blocking(vm: &mut Vm, fd: i32) -> Result<bool> {
        // SAFETY: no pointers.
        Ok(call::call(vm, || unsafe { libc::fcntl(fd, libc::F_GETFL) }.into())? & i64::from(libc::O_NONBLOCK) == 0)
    }
    #[sig("(fd, blocking, /)")]
    fn set_blocking(vm: &mut Vm, fd: i32, blocking: bool) -> Result<()> {
        // SAFETY: no pointers.
        let flags = call::call(vm, || unsafe { libc::fcntl(fd, libc::F_GETFL) }.into())? as i32;
        let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::fcntl(fd, libc::F_SETFL, flags) }.into()).map(drop)
    }
    /// Return a list containing the names of the files in the directory.
    #[sig("(path=None)")]
    fn listdir(vm: &mut Vm, path: Option<Value>) -> Result<Value> {
        let given = match path {
            Some(p) => p,
            None => vm.str("."),
        };
        let p = path::arg_or_fd(vm, "listdir", "path", &given)?;
        let entries = scandir::read(vm, &p)?;
        let names = entries.iter().map(|e| path::like(vm, &e.name, p.bytes)).collect();
        Ok(vm.list(names))
    }
    /// Return an iterator of DirEntry objects for given path.
    #[sig("(path=None)")]
    fn scandir(vm: &mut Vm, path: Option<Value>) -> Result<Value> {
        scandir::scandir(vm, path)
    }
    #[sig("(path, mode=511, *, dir_fd=None)")]
    fn mkdir(vm: &mut Vm, path: Value, mode: i32, dir_fd: Value) -> Result<()> {
        let p = path::arg(vm, "mkdir", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let c = p.ptr();
        // SAFETY: a terminated string.
        call::call_path(vm, &p, || unsafe { libc::mkdirat(at, c, mode as libc::mode_t) }.into()).map(drop)
    }
    #[sig("(path, *, dir_fd=None)")]
    fn rmdir(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<()> {
        let p = path::arg(vm, "rmdir", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let c = p.ptr();
        // SAFETY: a terminated string.
        call::call_path(vm, &p, || unsafe { libc::unlinkat(at, c, libc::AT_REMOVEDIR) }.into()).map(drop)
    }
    #[sig("(path, *, dir_fd=None)")]
    fn unlink(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<()> {
        unlink(vm, "unlink", &path, &dir_fd)
    }
    #[sig("(path, *, dir_fd=None)")]
    fn remove(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<()> {
        unlink(vm, "remove", &path, &dir_fd)
    }
    #[sig("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(vm: &mut Vm, src: Value, dst: Value, src_dir_fd: Value, dst_dir_fd: Value) -> Result<()> {
        rename(vm, "rename", &src, &dst, &src_dir_fd, &dst_dir_fd)
    }
    #[sig("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(vm: &mut Vm, src: Value, dst: Value, src_dir_fd: Value, dst_dir_fd: Value) -> Result<()> {
        rename(vm, "replace", &src, &dst, &src_dir_fd, &dst_dir_fd)
    }
    #[sig("(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(vm: &mut Vm, src: Value, dst: Value, src_dir_fd: Value, dst_dir_fd: Value, follow_symlinks: bool) -> Result<()> {
        let (a, b) = (path::arg(vm, "link", "src", &src)?, path::arg(vm, "link", "dst", &dst)?);
        let (x, y) = (at(vm, &src_dir_fd)?, at(vm, &dst_dir_fd)?);
        let (p, q) = (a.ptr(), b.ptr());
        let flags = if follow_symlinks { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: terminated strings.
        call::call_paths(vm, &a, &b, || unsafe { libc::linkat(x, p, y, q, flags) }.into()).map(drop)
    }
    #[sig("(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(vm: &mut Vm, src: Value, dst: Value, _target_is_directory: bool, dir_fd: Value) -> Result<()> {
        let (a, b) = (path::arg(vm, "symlink", "src", &src)?, path::arg(vm, "symlink", "dst", &dst)?);
        let at = at(vm, &dir_fd)?;
        let (p, q) = (a.ptr(), b.ptr());
        // SAFETY: terminated strings.
        call::call_paths(vm, &a, &b, || unsafe { libc::symlinkat(p, at, q) }.into()).map(drop)
    }
    #[sig("(path, *, dir_fd=None)")]
    fn readlink(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<Value> {
        let p = path::arg(vm, "readlink", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let mut buffer = vec![0u8; 4097];
        let (c, q, n) = (p.ptr(), buffer.as_mut_ptr(), buffer.len());
        // SAFETY: a terminated string and a buffer of `n` bytes.
        let got = call::call_path(vm, &p, || unsafe { libc::readlinkat(at, c, q.cast(), n) } as i64)?;
        Ok(path::like(vm, &buffer[..got as usize], p.bytes))
    }
    #[sig("(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(vm: &mut Vm, path: Value, mode: i32, dir_fd: Value, follow_symlinks: bool) -> Result<()> {
        let p = path::arg_or_fd(vm, "chmod", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let c = p.ptr();
        match p.fd {
            // SAFETY: no pointers.
            Some(fd) => call::call(vm, || unsafe { libc::fchmod(fd, mode as _) }.into()).map(drop),
            // SAFETY: a terminated string.
            None => call::call_path(vm, &p, || unsafe { libc::fchmodat(at, c, mode as _, flag_follow(follow_symlinks)) }.into()).map(drop),
        }
    }
    #[sig("(fd, mode)")]
    fn fchmod(vm: &mut Vm, fd: i32, mode: i32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::fchmod(fd, mode as _) }.into()).map(drop)
    }
    #[sig("(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(vm: &mut Vm, path: Value, uid: Value, gid: Value, dir_fd: Value, follow_symlinks: bool) -> Result<()> {
        let p = path::arg_or_fd(vm, "chown", "path", &path)?;
        let (u, g) = (identity(vm, &uid, "uid")?, identity(vm, &gid, "gid")?);
        let at = at(vm, &dir_fd)?;
        let c = p.ptr();
        match p.fd {
            // SAFETY: no pointers.
            Some(fd) => call::call(vm, || unsafe { libc::fchown(fd, u, g) }.into()).map(drop),
            // SAFETY: a terminated string.
            None => call::call_path(vm, &p, || unsafe { libc::fchownat(at, c, u, g, flag_follow(follow_symlinks)) }.into()).map(drop),
        }
    }
    #[sig("(path, uid, gid)")]
    fn lchown(vm: &mut Vm, path: Value, uid: Value, gid: Value) -> Result<()> {
        Functions::chown(vm, path, uid, gid, Value::NONE, false)
    }
    #[sig("(fd, uid, gid)")]
    fn fchown(vm: &mut Vm, fd: i32, uid: Value, gid: Value) -> Result<()> {
        Functions::chown(vm, int(fd.into()), uid, gid, Value::NONE, true)
    }
    /// Set the access and modified time of path.
    #[sig("(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(vm: &mut Vm, path: Value, times: Value, ns: Option<Value>, dir_fd: Value, follow_symlinks: bool) -> Result<()> {
        let p = path::arg_or_fd(vm, "utime", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        if !times.is_none() && ns.is_some() {
            return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
        }
        let mut specs = [libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW }; 2];
        let pair = |vm: &mut Vm, v: &Value, what: &str| -> Result<Vec<Value>> {
            let items = match v.downcast::<krait_vm::builtins::tuple::Tuple>(&*vm.heap) {
                Some(t) => t.items(&*vm.heap).to_vec(),
                None => Vec::new(),
            };
            if items.len() != 2 {
                return Err(vm.type_error(format!("utime: '{what}' must be either a tuple of two ints or None")));
            }
            Ok(items)
        };
        if !times.is_none() {
            for (spec, v) in specs.iter_mut().zip(pair(vm, &times, "times")?) {
                *spec = crate::os::time::timespec(vm, &v)?;
            }
        } else if let Some(ns) = ns {
            for (spec, v) in specs.iter_mut().zip(pair(vm, &ns, "ns")?) {
                let index = vm.index(&v)?;
                let n = index.as_int(&vm.heap).map(|i| i.to_big()).unwrap_or_default();
                let n: i128 = i128::try_from(&n).unwrap_or(0);
                spec.tv_sec = n.div_euclid(1_000_000_000) as _;
                spec.tv_nsec = n.rem_euclid(1_000_000_000) as _;
            }
        }
        let (c, s) = (p.ptr(), specs.as_ptr());
        match p.fd {
            // SAFETY: two timespecs.
            Some(fd) => call::call(vm, || unsafe { libc::futimens(fd, s) }.into()).map(drop),
            // SAFETY: a terminated string and two timespecs.
            None => call::call_path(vm, &p, || unsafe { libc::utimensat(at, c, s, flag_follow(follow_symlinks)) }.into()).map(drop),
        }
    }
    #[sig("(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(vm: &mut Vm, path: Value, mode: i32, dir_fd: Value) -> Result<()> {
        let p = path::arg(vm, "mkfifo", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let c = p.ptr();
        // SAFETY: a terminated string.
        call::call_path(vm, &p, || unsafe { libc::mkfifoat(at, c, mode as _) }.into()).map(drop)
    }
    #[sig("(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(vm: &mut Vm, path: Value, mode: i32, device: i64, dir_fd: Value) -> Result<()> {
        let p = path::arg(vm, "mknod", "path", &path)?;
        let at = at(vm, &dir_fd)?;
        let c = p.ptr();
        // SAFETY: a terminated string.
        call::call_path(vm, &p, || unsafe { libc::mknodat(at, c, mode as _, device as _) }.into()).map(drop)
    }
    #[sig("()")]
    fn getcwd(vm: &mut Vm) -> Result<Value> {
        use std::os::unix::ffi::OsStrExt;
        match std::env::current_dir() {
            Ok(d) => Ok(path::fs_str(vm, d.as_os_str().as_bytes())),
            Err(e) => Err(error::raise_io(vm, &e, None)),
        }
    }
    #[sig("()")]
    fn getcwdb(vm: &mut Vm) -> Result<Value> {
        use std::os::unix::ffi::OsStrExt;
        match std::env::current_dir() {
            Ok(d) => Ok(vm.heap.bytes(d.as_os_str().as_bytes()).into_value()),
            Err(e) => Err(error::raise_io(vm, &e, None)),
        }
    }
    #[sig("(path)")]
    fn chdir(vm: &mut Vm, path: Value) -> Result<()> {
        let p = path::arg_or_fd(vm, "chdir", "path", &path)?;
        let c = p.ptr();
        match p.fd {
            // SAFETY: no pointers.
            Some(fd) => call::call(vm, || unsafe { libc::fchdir(fd) }.into()).map(drop),
            // SAFETY: a terminated string.
            None => call::call_path(vm, &p, || unsafe { libc::chdir(c) }.into()).map(drop),
        }
    }
    #[sig("(fd)")]
    fn fchdir(vm: &mut Vm, fd: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::fchdir(fd) }.into()).map(drop)
    }
    #[sig("(path)")]
    fn chroot(vm: &mut Vm, path: Value) -> Result<()> {
        let p = path::arg(vm, "chroot", "path", &path)?;
        let c = p.ptr();
        // SAFETY: a terminated string.
        call::call_path(vm, &p, || unsafe { libc::chroot(c) }.into()).map(drop)
    }
    /// Return the file system path representation of the object.
    #[sig("(path)")]
    fn fspath(vm: &mut Vm, path: Value) -> Result<Value> {
        path::fspath(vm, &path)
    }
    #[sig("(path)")]
    fn _path_normpath(vm: &mut Vm, path: Value) -> Result<Value> {
        let path = path::fspath(vm, &path)?;
        let as_bytes = path.has_payload::<Bytes>(&*vm.heap);
        let bytes = path::fs_bytes_lenient(vm, &path);
        let out = path::normalize(&bytes);
        Ok(path::like_lenient(vm, &out, as_bytes))
    }
    #[sig("(path, /)")]
    fn _path_splitroot_ex(vm: &mut Vm, path: Value) -> Result<Value> {
        let path = path::fspath(vm, &path)?;
        let as_bytes = path.has_payload::<Bytes>(&*vm.heap);
        let bytes = path::fs_bytes_lenient(vm, &path);
        let root = path::root_len(&bytes);
        let (drive, root, rest) = (path::like(vm, b"", as_bytes), path::like(vm, &bytes[..root], as_bytes), path::like_lenient(vm, &bytes[root..], as_bytes));
        Ok(vm.tuple(vec![drive, root, rest]))
    }
    #[sig("(code, /)")]
    fn strerror(_vm: &mut Vm, code: i32) -> Result<String> {
        Ok(error::strerror(code))
    }
    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[sig("(size, /)")]
    fn urandom(vm: &mut Vm, size: i64) -> Result<Value> {
        if size < 0 {
            return Err(vm.value_error("negative argument not allowed"));
        }
        let room = vm.heap.check_room(size as usize);
        vm.memory(room)?;
        let mut buffer = vec![0u8; size as usize];
        random::fill(&mut buffer);
        Ok(vm.heap.bytes_boxed(buffer.into_boxed_slice()).into_value())
    }
    #[sig("(size, flags=0)")]
    fn getrandom(vm: &mut Vm, size: i64, _flags: i32) -> Result<Value> {
        if size < 0 {
            return Err(error::raise(vm, libc::EINVAL, None, None));
        }
        Functions::urandom(vm, size)
    }
    /// Return the number of logical CPUs in the system.
    #[sig("()")]
    fn cpu_count(_vm: &mut Vm) -> Result<Value> {
        // SAFETY: no pointers.
        let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        Ok(if n > 0 { int(n) } else { Value::NONE })
    }
    #[sig("(name, /)")]
    fn sysconf(vm: &mut Vm, name: Value) -> Result<i64> {
        let number = match name.as_int(&vm.heap).and_then(|i| i.to_i64()) {
            Some(n) => n as i32,
            None => {
                let text = vm.to_text(&name)?;
                match SYSCONF.iter().find(|(n, _)| *n == text) {
                    Some((_, n)) => *n,
                    None => return Err(vm.value_error("unrecognized configuration name")),
                }
            }
        };
        // SAFETY: no pointers.
        let n = unsafe {
            *libc::__errno_location() = 0;
            libc::sysconf(number)
        };
        if n == -1 && error::last() != 0 {
            return Err(error::raise_last(vm));
        }
        Ok(n)
    }
    #[sig("(name, /)")]
    fn confstr(vm: &mut Vm, _name: Value) -> Result<Value> {
        Ok(vm.str("glibc 2.36"))
    }
    #[sig("(path, name)")]
    fn pathconf(vm: &mut Vm, path: Value, name: Value) -> Result<i64> {
        let p = path::arg_or_fd(vm, "pathconf", "path", &path)?;
        let number = match name.as_int(&vm.heap).and_then(|i| i.to_i64()) {
            Some(n) => n as i32,
            None => {
                let text = vm.to_text(&name)?;
                match PATHCONF.iter().find(|(n, _)| *n == text) {
                    Some((_, n)) => *n,
                    None => return Err(vm.value_error("unrecognized configuration name")),
                }
            }
        };
        // SAFETY: a terminated string.
        let n = unsafe {
            *libc::__errno_location() = 0;
            match p.fd {
                Some(fd) => libc::fpathconf(fd, number),
                None => libc::pathconf(p.ptr(), number),
            }
        };
        if n == -1 && error::last() != 0 {
            let errno = error::last();
            return Err(error::raise(vm, errno, Some(&p.object), None));
        }
        Ok(n)
    }
    /// Return the size of the terminal window as (columns, lines).
    #[sig("(fd=<unrepresentable>, /)")]
    fn get_terminal_size(vm: &mut Vm, fd: Option<i32>) -> Result<Value> {
        // SAFETY: plain data.
        let mut size: libc::winsize = unsafe { std::mem::zeroed() };
        // SAFETY: the pointer is to a local.
        if unsafe { libc::ioctl(fd.unwrap_or(1), libc::TIOCGWINSZ, &mut size) } != 0 {
            return Err(error::raise_last(vm));
        }
        let values = vec![int(size.ws_col.into()), int(size.ws_row.into())];
        match vm.state::<Types>().terminal_size.clone() {
            Some(t) => Ok(vm.struct_sequence(&t, values)),
            None => Ok(vm.tuple(values)),
        }
    }
    #[sig("()")]
    fn uname(vm: &mut Vm) -> Result<Value> {
        // SAFETY: plain data, filled by the call.
        let u = unsafe {
            let mut u: libc::utsname = std::mem::zeroed();
            libc::uname(&mut u);
            u
        };
        let mut text = |field: &[libc::c_char]| {
            let bytes: Vec<u8> = field.iter().map(|c| *c as u8).take_while(|c| *c != 0).collect();
            path::fs_str(vm, &bytes)
        };
        let values = vec![text(&u.sysname), text(&u.nodename), text(&u.release), text(&u.version), text(&u.machine)];
        match vm.state::<Types>().uname.clone() {
            Some(t) => Ok(vm.struct_sequence(&t, values)),
            None => Ok(vm.tuple(values)),
        }
    }
    #[sig("()")]
    fn times(vm: &mut Vm) -> Result<Value> {
        // SAFETY: plain data, filled by the call.
        let (t, elapsed, ticks) = unsafe {
            let mut t: libc::tms = std::mem::zeroed();
            let elapsed = libc::times(&mut t);
            (t, elapsed, libc::sysconf(libc::_SC_CLK_TCK).max(1) as f64)
        };
        let f = |n: i64| Value::float(n as f64 / ticks);
        let values = vec![f(t.tms_utime), f(t.tms_stime), f(t.tms_cutime), f(t.tms_cstime), f(elapsed)];
        match vm.state::<Types>().times.clone() {
            Some(ty) => Ok(vm.struct_sequence(&ty, values)),
            None => Ok(vm.tuple(values)),
        }
    }
    #[sig("(mask, /)")]
    fn umask(_vm: &mut Vm, mask: i32) -> Result<i64> {
        // SAFETY: no pointers.
        Ok(unsafe { libc::umask(mask as libc::mode_t) }.into())
    }
    #[sig("(name, value, /)")]
    fn putenv(vm: &mut Vm, name: Value, value: Value) -> Result<()> {
        let (n, v) = (path::arg(vm, "putenv", "name", &name)?, path::arg(vm, "putenv", "value", &value)?);
        if n.c.as_bytes().contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        // SAFETY: terminated strings; the interpreter's lock serialises changes.
        if unsafe { libc::setenv(n.ptr(), v.ptr(), 1) } != 0 {
            return Err(error::raise_last(vm));
        }
        Ok(())
    }
    #[sig("(name, /)")]
    fn unsetenv(vm: &mut Vm, name: Value) -> Result<()> {
        let n = path::arg(vm, "unsetenv", "name", &name)?;
        // SAFETY: a terminated string.
        if unsafe { libc::unsetenv(n.ptr()) } != 0 {
            return Err(error::raise_last(vm));
        }
        Ok(())
    }
    #[sig("()")]
    fn _create_environ(vm: &mut Vm) -> Result<Value> {
        environ(vm)
    }
    #[sig("(fd)")]
    fn device_encoding(vm: &mut Vm, fd: i32) -> Result<Value> {
        // SAFETY: no pointers.
        if unsafe { libc::isatty(fd) } == 1 { Ok(vm.str("utf-8")) } else { Ok(Value::NONE) }
    }
    #[sig("(device, /)")]
    fn major(_vm: &mut Vm, device: i64) -> Result<i64> {
        Ok(libc::major(device as u64).into())
    }
    #[sig("(device, /)")]
    fn minor(_vm: &mut Vm, device: i64) -> Result<i64> {
        Ok(libc::minor(device as u64).into())
    }
    #[sig("(major, minor, /)")]
    fn makedev(_vm: &mut Vm, major: u32, minor: u32) -> Result<i64> {
        Ok(libc::makedev(major, minor) as i64)
    }
    #[sig("()")]
    fn getloadavg(vm: &mut Vm) -> Result<Value> {
        let mut loads = [0f64; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
            return Err(error::raise_last(vm));
        }
        Ok(vm.tuple(loads.iter().map(|l| Value::float(*l)).collect()))
    }
    #[sig("(out_fd, in_fd, offset, count)")]
    fn sendfile(vm: &mut Vm, out_fd: i32, in_fd: i32, offset: Value, count: i64) -> Result<i64> {
        let mut position = if offset.is_none() { 0 } else { vm.index_i64(&offset, "long")? };
        let p = if offset.is_none() { std::ptr::null_mut() } else { &raw mut position };
        // SAFETY: a pointer to a local or null.
        call::call(vm, || unsafe { libc::sendfile(out_fd, in_fd, p, count as usize) } as i64)
    }
    #[sig("(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(vm: &mut Vm, src: i32, dst: i32, count: i64, offset_src: Value, offset_dst: Value) -> Result<i64> {
        let mut a = if offset_src.is_none() { 0 } else { vm.index_i64(&offset_src, "long")? };
        let mut b = if offset_dst.is_none() { 0 } else { vm.index_i64(&offset_dst, "long")? };
        let p = if offset_src.is_none() { std::ptr::null_mut() } else { &raw mut a };
        let q = if offset_dst.is_none() { std::ptr::null_mut() } else { &raw mut b };
        // SAFETY: pointers to locals or null.
        call::call(vm, || unsafe { libc::copy_file_range(src, p, dst, q, count as usize, 0) } as i64)
    }
    #[sig("(fd, command, length, /)")]
    fn lockf(vm: &mut Vm, fd: i32, command: i32, length: i64) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::lockf(fd, command, length) }.into()).map(drop)
    }
    #[sig("(fd, offset, length, advice, /)")]
    fn posix_fadvise(vm: &mut Vm, fd: i32, offset: i64, length: i64, advice: i32) -> Result<()> {
        // SAFETY: no pointers.
        match unsafe { libc::posix_fadvise(fd, offset, length, advice) } {
            0 => Ok(()),
            errno => Err(error::raise(vm, errno, None, None)),
        }
    }
    #[sig("(fd, offset, length, /)")]
    fn posix_fallocate(vm: &mut Vm, fd: i32, offset: i64, length: i64) -> Result<()> {
        // SAFETY: no pointers.
        match unsafe { libc::posix_fallocate(fd, offset, length) } {
            0 => Ok(()),
            errno => Err(error::raise(vm, errno, None, None)),
        }
    }
    #[sig("(name, flags=1)")]
    fn memfd_create(vm: &mut Vm, name: Value, flags: u32) -> Result<i64> {
        let n = path::arg(vm, "memfd_create", "name", &name)?;
        let c = n.ptr();
        // SAFETY: a terminated string.
        call::call(vm, || unsafe { libc::memfd_create(c, flags) }.into())
    }
    #[sig("(initval, flags=524288)")]
    fn eventfd(vm: &mut Vm, initval: u32, flags: i32) -> Result<i64> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::eventfd(initval, flags) }.into())
    }
    #[sig("(fd)")]
    fn eventfd_read(vm: &mut Vm, fd: i32) -> Result<Value> {
        let mut n = 0u64;
        let p = &raw mut n;
        // SAFETY: the pointer is to a local of eight bytes.
        call::call(vm, || unsafe { libc::read(fd, p.cast(), 8) } as i64)?;
        Ok(vm.heap.int(n.into()))
    }
    #[sig("(fd, value)")]
    fn eventfd_write(vm: &mut Vm, fd: i32, value: u64) -> Result<()> {
        let p = &raw const value;
        // SAFETY: the pointer is to a local of eight bytes.
        call::call(vm, || unsafe { libc::write(fd, p.cast(), 8) } as i64).map(drop)
    }
    #[sig("(path=None)")]
    fn listxattr(vm: &mut Vm, path: Value) -> Result<Value> {
        let _ = path;
        Ok(vm.list(Vec::new()))
    }
    #[sig("()")]
    fn _is_inputhook_installed(_vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
    #[sig("()")]
    fn _inputhook(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
    #[sig("()")]
    fn getlogin(vm: &mut Vm) -> Result<Value> {
        // SAFETY: the result is a static string or null.
        unsafe {
            let name = libc::getlogin();
            if name.is_null() {
                return Err(error::raise_last(vm));
            }
            let bytes = std::ffi::CStr::from_ptr(name).to_bytes().to_vec();
            Ok(path::fs_str(vm, &bytes))
        }
    }
    #[sig("()")]
    fn openpty(vm: &mut Vm) -> Result<Value> {
        let (mut a, mut b) = (0, 0);
        let (p, q) = (&raw mut a, &raw mut b);
        // SAFETY: pointers to locals; no name, settings or size.
        call::call(vm, || unsafe { libc::openpty(p, q, std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut()) }.into())?;
        for fd in [a, b] {
            // SAFETY: no pointers.
            unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
        }
        Ok(vm.tuple(vec![int(a.into()), int(b.into())]))
    }
}

fn unlink(vm: &mut Vm, function: &str, path: &Value, dir_fd: &Value) -> Result<()> {
    let p = path::arg(vm, function, "path", path)?;
    let at = at(vm, dir_fd)?;
    let c = p.ptr();
    // SAFETY: a terminated string.
    call::call_path(vm, &p, || unsafe { libc::unlinkat(at, c, 0) }.into()).map(drop)
}

fn rename(vm: &mut Vm, function: &str, src: &Value, dst: &Value, src_fd: &Value, dst_fd: &Value) -> Result<()> {
    let (a, b): (PathArg, PathArg) = (path::arg(vm, function, "src", src)?, path::arg(vm, function, "dst", dst)?);
    let (x, y) = (at(vm, src_fd)?, at(vm, dst_fd)?);
    let (p, q) = (a.ptr(), b.ptr());
    // SAFETY: terminated strings.
    call::call_paths(vm, &a, &b, || unsafe { libc::renameat(x, p, y, q) }.into()).map(drop)
}

/// The process's environment as a dict of bytes.
fn environ(vm: &mut Vm) -> Result<Value> {
    use std::os::unix::ffi::OsStrExt;
    let dict = vm.heap.dict();
    for (k, v) in std::env::vars_os() {
        let (k, v) = (vm.heap.bytes(k.as_bytes()).into_value(), vm.heap.bytes(v.as_bytes()).into_value());
        if dict.get_item(vm, &k)?.is_none() {
            dict.set_item(vm, k, v)?;
        }
    }
    Ok(dict.into_value())
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const NUMBERS: &[(&str, i64)] = numbers! {
    F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY O_RDWR O_NDELAY O_NONBLOCK O_APPEND O_DSYNC O_RSYNC O_SYNC O_NOCTTY O_CREAT
    O_EXCL O_TRUNC O_LARGEFILE O_PATH O_TMPFILE O_ASYNC O_DIRECT O_DIRECTORY O_NOFOLLOW O_NOATIME O_CLOEXEC O_ACCMODE
    O_FSYNC SEEK_DATA SEEK_HOLE
    WNOHANG WUNTRACED WCONTINUED WEXITED WSTOPPED WNOWAIT P_ALL P_PID P_PGID P_PIDFD
    CLD_EXITED CLD_KILLED CLD_DUMPED CLD_TRAPPED CLD_STOPPED CLD_CONTINUED
    PRIO_PROCESS PRIO_PGRP PRIO_USER RTLD_LAZY RTLD_NOW RTLD_GLOBAL RTLD_LOCAL RTLD_NODELETE RTLD_NOLOAD RTLD_DEEPBIND
    GRND_NONBLOCK GRND_RANDOM MFD_CLOEXEC MFD_ALLOW_SEALING MFD_HUGETLB EFD_CLOEXEC EFD_NONBLOCK EFD_SEMAPHORE
    SCHED_OTHER SCHED_FIFO SCHED_RR SCHED_BATCH SCHED_IDLE F_LOCK F_TLOCK F_ULOCK F_TEST
    POSIX_FADV_NORMAL POSIX_FADV_SEQUENTIAL POSIX_FADV_RANDOM POSIX_FADV_NOREUSE POSIX_FADV_WILLNEED POSIX_FADV_DONTNEED
    ST_RDONLY ST_NOSUID ST_NODEV ST_NOEXEC ST_SYNCHRONOUS ST_MANDLOCK ST_WRITE ST_APPEND ST_NOATIME ST_NODIRATIME ST_RELATIME
    XATTR_CREATE XATTR_REPLACE PIDFD_NONBLOCK
    CLONE_FILES CLONE_FS CLONE_NEWCGROUP CLONE_NEWIPC CLONE_NEWNET CLONE_NEWNS CLONE_NEWPID CLONE_NEWUSER CLONE_NEWUTS
    CLONE_SIGHAND CLONE_SYSVSEM CLONE_THREAD CLONE_VM SPLICE_F_MOVE SPLICE_F_NONBLOCK SPLICE_F_MORE
};
const FIXED: &[(&str, i64)] = &[
    ("EX_OK", 0), ("EX_USAGE", 64), ("EX_DATAERR", 65), ("EX_NOINPUT", 66), ("EX_NOUSER", 67), ("EX_NOHOST", 68),
    ("EX_UNAVAILABLE", 69), ("EX_SOFTWARE", 70), ("EX_OSERR", 71), ("EX_OSFILE", 72), ("EX_CANTCREAT", 73),
    ("EX_IOERR", 74), ("EX_TEMPFAIL", 75), ("EX_PROTOCOL", 76), ("EX_NOPERM", 77), ("EX_CONFIG", 78),
    ("NGROUPS_MAX", 65536), ("TMP_MAX", 238_328), ("XATTR_SIZE_MAX", 65536),
    ("POSIX_SPAWN_OPEN", 0), ("POSIX_SPAWN_CLOSE", 1), ("POSIX_SPAWN_DUP2", 2), ("POSIX_SPAWN_CLOSEFROM", 3),
    ("SCHED_NORMAL", 0), ("SCHED_DEADLINE", 6), ("SCHED_RESET_ON_FORK", 0x4000_0000), ("CLONE_NEWTIME", 0x80),
];

macro_rules! configuration {
    ($($text:literal $name:ident)*) => { &[$(($text, libc::$name)),*] };
}
const SYSCONF: &[(&str, i32)] = configuration! {
    "SC_ARG_MAX" _SC_ARG_MAX "SC_CHILD_MAX" _SC_CHILD_MAX "SC_CLK_TCK" _SC_CLK_TCK "SC_NGROUPS_MAX" _SC_NGROUPS_MAX
    "SC_OPEN_MAX" _SC_OPEN_MAX "SC_PAGESIZE" _SC_PAGESIZE "SC_PAGE_SIZE" _SC_PAGESIZE "SC_PHYS_PAGES" _SC_PHYS_PAGES
    "SC_AVPHYS_PAGES" _SC_AVPHYS_PAGES "SC_NPROCESSORS_CONF" _SC_NPROCESSORS_CONF "SC_NPROCESSORS_ONLN" _SC_NPROCESSORS_ONLN
    "SC_IOV_MAX" _SC_IOV_MAX "SC_HOST_NAME_MAX" _SC_HOST_NAME_MAX "SC_SEM_NSEMS_MAX" _SC_SEM_NSEMS_MAX "SC_VERSION" _SC_VERSION
    "SC_GETPW_R_SIZE_MAX" _SC_GETPW_R_SIZE_MAX "SC_THREAD_STACK_MIN" _SC_THREAD_STACK_MIN "SC_LINE_MAX" _SC_LINE_MAX
};
const PATHCONF: &[(&str, i32)] = configuration! {
    "PC_LINK_MAX" _PC_LINK_MAX "PC_MAX_CANON" _PC_MAX_CANON "PC_MAX_INPUT" _PC_MAX_INPUT "PC_NAME_MAX" _PC_NAME_MAX
    "PC_PATH_MAX" _PC_PATH_MAX "PC_PIPE_BUF" _PC_PIPE_BUF "PC_CHOWN_RESTRICTED" _PC_CHOWN_RESTRICTED
    "PC_NO_TRUNC" _PC_NO_TRUNC "PC_VDISABLE" _PC_VDISABLE
};

/// What `os` turns into `supports_dir_fd`, `supports_fd` and so on.
const HAVE: &[&str] = &[
    "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT", "HAVE_FCHOWN", "HAVE_FCHOWNAT", "HAVE_FDOPENDIR",
    "HAVE_FEXECVE", "HAVE_FPATHCONF", "HAVE_FSTATAT", "HAVE_FSTATVFS", "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_LINKAT",
    "HAVE_LCHOWN", "HAVE_LSTAT", "HAVE_LUTIMES", "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT", "HAVE_MKFIFOAT", "HAVE_MKNODAT",
    "HAVE_OPENAT", "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
];

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    posix_process::add(vm, module);
    scandir::init(vm, module)?;
    for (name, n) in NUMBERS.iter().chain(FIXED) {
        vm.module_set(module, name, int(*n));
    }
    for (name, table) in [("sysconf_names", SYSCONF), ("pathconf_names", PATHCONF)] {
        let dict = vm.heap.dict();
        for (key, n) in table {
            let key = vm.intern(key);
            dict.set_str(&mut *vm.heap, &key, int((*n).into()));
        }
        vm.module_set(module, name, dict.into_value());
    }
    let confstr = vm.heap.dict();
    let key = vm.intern("CS_GNU_LIBC_VERSION");
    confstr.set_str(&mut *vm.heap, &key, int(2));
    vm.module_set(module, "confstr_names", confstr.into_value());
    let have = HAVE.iter().map(|h| vm.heap.str(h).into_value()).collect();
    let have = vm.list(have);
    vm.module_set(module, "_have_functions", have);
    let env = environ(vm)?;
    vm.module_set(module, "environ", env);
    let os_error = vm.exc.get(Exc::OSError).to_value();
    vm.module_set(module, "error", os_error);
    let t = vm.define_struct_sequence(&stat::STAT_RESULT);
    vm.module_set(module, "stat_result", t.to_value());
    vm.state::<stat::StatTypes>().stat = Some(t);
    let t = vm.define_struct_sequence(&stat::STATVFS_RESULT);
    vm.module_set(module, "statvfs_result", t.to_value());
    vm.state::<stat::StatTypes>().statvfs = Some(t);
    let t = vm.define_struct_sequence(&TERMINAL_SIZE);
    vm.module_set(module, "terminal_size", t.to_value());
    vm.state::<Types>().terminal_size = Some(t);
    let t = vm.define_struct_sequence(&UNAME);
    vm.module_set(module, "uname_result", t.to_value());
    vm.state::<Types>().uname = Some(t);
    let t = vm.define_struct_sequence(&TIMES);
    vm.module_set(module, "times_result", t.to_value());
    vm.state::<Types>().times = Some(t);
    Ok(())
}

