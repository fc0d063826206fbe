//! The `posix` module over the file system in memory: what `os`, `pathlib`, `tempfile` and importlib need.
//!
//! What a page cannot have (processes, users, devices) is absent, and `os` adapts to that as it does on any platform.
//! Paths relative to an open folder (`dir_fd`) are not offered.

use crate::files::{self as fs, Ino, Stat};
use crate::os::errno::{self, EINVAL, ENOTTY};
use crate::os::{files, int, on_path, scandir, try_files};
use krait_modules::file_names::{self as path, PathArg};
use krait_modules::time_module::split_seconds;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::Type;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

static STAT_RESULT: StructSpec = StructSpec {
    name: "os.stat_result",
    doc: "stat_result: Result from stat, fstat, or lstat.",
    fields: &[
        "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "", "", "", "st_atime", "st_mtime",
        "st_ctime", "st_atime_ns", "st_mtime_ns", "st_ctime_ns", "st_blksize", "st_blocks", "st_rdev",
    ],
    visible: 10,
    instantiable: true,
};
static TERMINAL_SIZE: StructSpec = StructSpec {
    name: "os.terminal_size",
    doc: "A tuple of (columns, lines) for holding terminal window size",
    fields: &["columns", "lines"],
    visible: 2,
    instantiable: true,
};
static UNAME: StructSpec = StructSpec {
    name: "posix.uname_result",
    doc: "uname_result: Result from os.uname().",
    fields: &["sysname", "nodename", "release", "version", "machine"],
    visible: 5,
    instantiable: true,
};

#[derive(Default)]
struct Types {
    stat: Option<Ref<Type>>,
    uname: Option<Ref<Type>>,
}

/// The environment that the page gave.
#[derive(Default)]
pub struct Environment(pub Vec<(String, String)>);

/// The Python object of a `stat`.
pub fn stat_result(vm: &mut Vm, s: Stat) -> Value {
    let mut values: Vec<Value> = [s.mode.into(), s.ino.into(), 1, s.links.into(), 0, 0, s.size as i64].map(int).to_vec();
    values.extend(s.times.map(|t| int(t.div_euclid(1_000_000_000))));
    values.extend(s.times.map(|t| Value::float(t as f64 / 1e9)));
    values.extend(s.times.map(|t| vm.heap.int(t.into())));
    values.extend([4096, (s.size as i64 + 511) / 512, 0].map(int));
    match vm.state::<Types>().stat.clone() {
        Some(t) => vm.struct_sequence(&t, values),
        None => vm.tuple(values),
    }
}

fn no_dir_fd(vm: &mut Vm, dir_fd: &Value) -> Result<()> {
    if dir_fd.is_none() { Ok(()) } else { Err(vm.error(Exc::NotImplementedError, "dir_fd unavailable on this platform")) }
}

/// The node that a path or descriptor is about.
fn node(vm: &mut Vm, path: &PathArg, follow: bool) -> Result<Ino> {
    match path.fd {
        Some(fd) => files(vm, |f| f.ino(fd)),
        None => on_path(vm, path, |f, p| f.find(p, follow)),
    }
}

fn unsigned(vm: &mut Vm, n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| errno::raise(vm, EINVAL, None, None))
}

fn read(vm: &mut Vm, fd: i32, length: i64, at: Option<u64>) -> Result<Vec<u8>> {
    let length = unsigned(vm, length)? as usize;
    let limit = match try_files(vm, |f| f.rest(fd)) {
        Ok(Some(rest)) if at.is_none() => rest.min(length),
        _ => length.min(1 << 20),
    };
    let room = vm.heap.check_room(limit);
    vm.memory(room)?;
    files(vm, |f| f.read(fd, limit, at))
}

fn unlink(vm: &mut Vm, function: &str, path: &Value, dir_fd: &Value) -> Result<()> {
    no_dir_fd(vm, dir_fd)?;
    let p = path::arg(vm, function, "path", path)?;
    on_path(vm, &p, fs::Files::unlink)
}

fn two_paths(vm: &mut Vm, function: &str, src: &Value, dst: &Value, f: impl FnOnce(&mut fs::Files, &[u8], &[u8]) -> fs::FsResult<()>) -> Result<()> {
    let (a, b) = (path::arg(vm, function, "src", src)?, path::arg(vm, function, "dst", dst)?);
    try_files(vm, |files| f(files, a.c.as_bytes(), b.c.as_bytes())).map_err(|e| errno::raise(vm, e, Some(&a.object), Some(&b.object)))
}

/// The two members of `times` or `ns`, as nanoseconds.
fn time_pair(vm: &mut Vm, value: &Value, what: &str, seconds: bool) -> Result<(i64, i64)> {
    let items = value.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec()).unwrap_or_default();
    let [a, b] = &items[..] else {
        return Err(vm.type_error(format!("utime: '{what}' must be either a tuple of two ints or None")));
    };
    let mut one = |v: &Value| -> Result<i64> {
        if seconds {
            let (whole, nanoseconds) = split_seconds(vm, v)?;
            return Ok(whole.saturating_mul(1_000_000_000).saturating_add(nanoseconds));
        }
        vm.index_i64(v, "long")
    };
    Ok((one(a)?, one(b)?))
}

struct Functions;

#[methods]
impl Functions {
    /// Perform a stat system call on the given path.
    #[sig("(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(vm: &mut Vm, path: Value, dir_fd: Value, follow_symlinks: bool) -> Result<Value> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg_or_fd(vm, "stat", "path", &path)?;
        let ino = node(vm, &p, follow_symlinks)?;
        let stat = files(vm, |f| f.stat(ino))?;
        Ok(stat_result(vm, stat))
    }
    #[sig("(path, *, dir_fd=None)")]
    fn lstat(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<Value> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg(vm, "lstat", "path", &path)?;
        let ino = node(vm, &p, false)?;
        let stat = files(vm, |f| f.stat(ino))?;
        Ok(stat_result(vm, stat))
    }
    #[sig("(fd)")]
    fn fstat(vm: &mut Vm, fd: i32) -> Result<Value> {
        let stat = files(vm, |f| f.ino(fd).and_then(|ino| f.stat(ino)))?;
        Ok(stat_result(vm, stat))
    }
    /// Use the real uid/gid to test for access to a path.
    #[sig("(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(vm: &mut Vm, path: Value, mode: i32, dir_fd: Value, _effective_ids: bool, follow_symlinks: bool) -> Result<bool> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg(vm, "access", "path", &path)?;
        let stat = try_files(vm, |f| f.find(p.c.as_bytes(), follow_symlinks).and_then(|ino| f.stat(ino)));
        Ok(stat.is_ok_and(|s| s.mode >> 6 & 7 & mode as u32 == mode as u32 & 7))
    }
    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[sig("(path, flags, mode=511, *, dir_fd=None)")]
    fn open(vm: &mut Vm, path: Value, flags: i32, mode: i32, dir_fd: Value) -> Result<i64> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg(vm, "open", "path", &path)?;
        Ok(on_path(vm, &p, |f, p| f.open(p, flags, mode as u32))?.into())
    }
    /// Close a file descriptor.
    #[sig("(fd)")]
    fn close(vm: &mut Vm, fd: i32) -> Result<()> {
        files(vm, |f| f.close(fd))
    }
    #[sig("(fd_low, fd_high, /)")]
    fn closerange(vm: &mut Vm, fd_low: i32, fd_high: i32) -> Result<()> {
        for fd in fd_low.max(0)..fd_high.min(1 << 16) {
            let _ = try_files(vm, |f| f.close(fd));
        }
        Ok(())
    }
    /// Read from a file descriptor.  Returns a bytes object.
    #[sig("(fd, length, /)")]
    fn read(vm: &mut Vm, fd: i32, length: i64) -> Result<Value> {
        let data = read(vm, fd, length, None)?;
        Ok(vm.heap.bytes_boxed(data.into_boxed_slice()).into_value())
    }
    #[sig("(fd, length, offset, /)")]
    fn pread(vm: &mut Vm, fd: i32, length: i64, offset: i64) -> Result<Value> {
        let at = unsigned(vm, offset)?;
        let data = read(vm, fd, length, Some(at))?;
        Ok(vm.heap.bytes_boxed(data.into_boxed_slice()).into_value())
    }
    #[sig("(fd, buffer, /)")]
    fn readinto(vm: &mut Vm, fd: i32, buffer: Value) -> Result<i64> {
        let target = vm.buffer_mut(&buffer)?;
        let data = read(vm, fd, target.len as i64, None)?;
        target.bytes_mut(&mut *vm.heap)[..data.len()].copy_from_slice(&data);
        Ok(data.len() as i64)
    }
    /// Write a bytes object to a file descriptor.
    #[sig("(fd, data, /)")]
    fn write(vm: &mut Vm, fd: i32, data: Value) -> Result<i64> {
        let data = vm.bytes_like(&data)?;
        Ok(files(vm, |f| f.write(fd, &data, None))? as i64)
    }
    #[sig("(fd, buffer, offset, /)")]
    fn pwrite(vm: &mut Vm, fd: i32, buffer: Value, offset: i64) -> Result<i64> {
        let (data, at) = (vm.bytes_like(&buffer)?, unsigned(vm, offset)?);
        Ok(files(vm, |f| f.write(fd, &data, Some(at)))? as i64)
    }
    #[sig("(fd, position, whence, /)")]
    fn lseek(vm: &mut Vm, fd: i32, position: i64, whence: i32) -> Result<i64> {
        Ok(files(vm, |f| f.seek(fd, position, whence))? as i64)
    }
    #[sig("(fd)")]
    fn fsync(vm: &mut Vm, fd: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        files(vm, |f| f.ino(fd)).map(drop)
    }
    #[sig("(fd, length, /)")]
    fn ftruncate(vm: &mut Vm, fd: i32, length: i64) -> Result<()> {
        let length = unsigned(vm, length)?;
        files(vm, |f| f.truncate(fd, length))
    }
    #[sig("(path, length)")]
    fn truncate(vm: &mut Vm, path: Value, length: i64) -> Result<()> {
        let p = path::arg_or_fd(vm, "truncate", "path", &path)?;
        let length = unsigned(vm, length)?;
        match p.fd {
            Some(fd) => files(vm, |f| f.truncate(fd, length)),
            None => on_path(vm, &p, |f, p| f.find(p, true).and_then(|ino| f.resize(ino, length))),
        }
    }
    #[sig("(fd, /)")]
    fn dup(vm: &mut Vm, fd: i32) -> Result<i64> {
        Ok(files(vm, |f| f.dup(fd, None))?.into())
    }
    #[sig("(fd, fd2, inheritable=True)")]
    fn dup2(vm: &mut Vm, fd: i32, fd2: i32, _inheritable: bool) -> Result<i64> {
        Ok(files(vm, |f| f.dup(fd, Some(fd2)))?.into())
    }
    #[sig("(fd, /)")]
    fn isatty(vm: &mut Vm, fd: i32) -> Result<bool> {
        Ok(try_files(vm, |f| f.is_terminal(fd)).unwrap_or(false))
    }
    #[sig("(fd, /)")]
    fn get_inheritable(_vm: &mut Vm, _fd: i32) -> Result<bool> {
        Ok(false)
    }
    #[sig("(fd, inheritable, /)")]
    fn set_inheritable(_vm: &mut Vm, _fd: i32, _inheritable: i32) -> Result<()> {
        Ok(())
    }
    /// Return a list containing the names of the files in the directory.
    #[sig("(path=None)")]
    fn listdir(vm: &mut Vm, path: Option<Value>) -> Result<Value> {
        let given = match path {
            Some(p) if !p.is_none() => p,
            _ => vm.str("."),
        };
        let p = path::arg(vm, "listdir", "path", &given)?;
        let entries = on_path(vm, &p, |f, p| f.find(p, true).and_then(|ino| f.list(ino)))?;
        let names = entries.iter().map(|(name, _, _)| path::like(vm, name, p.bytes)).collect();
        Ok(vm.list(names))
    }
    /// Return an iterator of DirEntry objects for given path.
    #[sig("(path=None)")]
    fn scandir(vm: &mut Vm, path: Option<Value>) -> Result<Value> {
        scandir::scandir(vm, path)
    }
    /// Create a directory.
    #[sig("(path, mode=511, *, dir_fd=None)")]
    fn mkdir(vm: &mut Vm, path: Value, mode: i32, dir_fd: Value) -> Result<()> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg(vm, "mkdir", "path", &path)?;
        on_path(vm, &p, |f, p| f.mkdir(p, mode as u32))
    }
    /// Remove a directory.
    #[sig("(path, *, dir_fd=None)")]
    fn rmdir(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<()> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg(vm, "rmdir", "path", &path)?;
        on_path(vm, &p, fs::Files::rmdir)
    }
    #[sig("(path, *, dir_fd=None)")]
    fn unlink(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<()> {
        unlink(vm, "unlink", &path, &dir_fd)
    }
    #[sig("(path, *, dir_fd=None)")]
    fn remove(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<()> {
        unlink(vm, "remove", &path, &dir_fd)
    }
    /// Rename a file or directory.
    #[sig("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(vm: &mut Vm, src: Value, dst: Value, src_dir_fd: Value, dst_dir_fd: Value) -> Result<()> {
        no_dir_fd(vm, &src_dir_fd)?;
        no_dir_fd(vm, &dst_dir_fd)?;
        two_paths(vm, "rename", &src, &dst, fs::Files::rename)
    }
    /// Rename a file or directory, overwriting the destination.
    #[sig("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(vm: &mut Vm, src: Value, dst: Value, src_dir_fd: Value, dst_dir_fd: Value) -> Result<()> {
        no_dir_fd(vm, &src_dir_fd)?;
        no_dir_fd(vm, &dst_dir_fd)?;
        two_paths(vm, "replace", &src, &dst, fs::Files::rename)
    }
    /// Create a hard link to a file.
    #[sig("(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(vm: &mut Vm, src: Value, dst: Value, src_dir_fd: Value, dst_dir_fd: Value, follow_symlinks: bool) -> Result<()> {
        no_dir_fd(vm, &src_dir_fd)?;
        no_dir_fd(vm, &dst_dir_fd)?;
        two_paths(vm, "link", &src, &dst, |f, a, b| f.link(a, b, follow_symlinks))
    }
    /// Create a symbolic link pointing to src named dst.
    #[sig("(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(vm: &mut Vm, src: Value, dst: Value, _target_is_directory: bool, dir_fd: Value) -> Result<()> {
        no_dir_fd(vm, &dir_fd)?;
        two_paths(vm, "symlink", &src, &dst, fs::Files::symlink)
    }
    /// Return a string representing the path to which the symbolic link points.
    #[sig("(path, *, dir_fd=None)")]
    fn readlink(vm: &mut Vm, path: Value, dir_fd: Value) -> Result<Value> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg(vm, "readlink", "path", &path)?;
        let target = on_path(vm, &p, fs::Files::readlink)?;
        Ok(path::like(vm, &target, p.bytes))
    }
    /// Change the access permissions of a file.
    #[sig("(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(vm: &mut Vm, path: Value, mode: i32, dir_fd: Value, follow_symlinks: bool) -> Result<()> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg_or_fd(vm, "chmod", "path", &path)?;
        let ino = node(vm, &p, follow_symlinks)?;
        files(vm, |f| f.chmod(ino, mode as u32))
    }
    #[sig("(fd, mode)")]
    fn fchmod(vm: &mut Vm, fd: i32, mode: i32) -> Result<()> {
        files(vm, |f| f.ino(fd).and_then(|ino| f.chmod(ino, mode as u32)))
    }
    /// Set the access and modified time of path.
    #[sig("(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(vm: &mut Vm, path: Value, times: Value, ns: Option<Value>, dir_fd: Value, follow_symlinks: bool) -> Result<()> {
        no_dir_fd(vm, &dir_fd)?;
        let p = path::arg_or_fd(vm, "utime", "path", &path)?;
        if !times.is_none() && ns.is_some() {
            return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
        }
        let (accessed, modified) = match ns {
            Some(ns) => time_pair(vm, &ns, "ns", false)?,
            None if !times.is_none() => time_pair(vm, &times, "times", true)?,
            None => {
                let now = vm.host.now().as_nanos() as i64;
                (now, now)
            }
        };
        let ino = node(vm, &p, follow_symlinks)?;
        files(vm, |f| f.utime(ino, accessed, modified))
    }
    /// Return a unicode string representing the current working directory.
    #[sig("()")]
    fn getcwd(vm: &mut Vm) -> Result<Value> {
        let here = files(vm, |f| Ok(f.getcwd()))?;
        Ok(path::fs_str(vm, &here))
    }
    #[sig("()")]
    fn getcwdb(vm: &mut Vm) -> Result<Value> {
        let here = files(vm, |f| Ok(f.getcwd()))?;
        Ok(vm.heap.bytes(&here).into_value())
    }
    /// Change the current working directory to the specified path.
    #[sig("(path)")]
    fn chdir(vm: &mut Vm, path: Value) -> Result<()> {
        let p = path::arg(vm, "chdir", "path", &path)?;
        on_path(vm, &p, fs::Files::chdir)
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
        Ok(path::like_lenient(vm, &path::normalize(&bytes), as_bytes))
    }
    #[sig("(path, /)")]
    fn _path_splitroot_ex(vm: &mut Vm, path: Value) -> Result<Value> {
        let path = path::fspath(vm, &path)?;
        let as_bytes = path.has_payload::<Bytes>(&*vm.heap);
        let bytes = path::fs_bytes_lenient(vm, &path);
        let (root, rest) = bytes.split_at(path::root_len(&bytes));
        let parts = vec![path::like(vm, b"", as_bytes), path::like(vm, root, as_bytes), path::like_lenient(vm, rest, as_bytes)];
        Ok(vm.tuple(parts))
    }
    /// Translate an error code to a message string.
    #[sig("(code, /)")]
    fn strerror(_vm: &mut Vm, code: i32) -> Result<String> {
        Ok(errno::strerror(code))
    }
    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[sig("(size, /)")]
    fn urandom(vm: &mut Vm, size: i64) -> Result<Value> {
        let Ok(size) = usize::try_from(size) else { return Err(vm.value_error("negative argument not allowed")) };
        let room = vm.heap.check_room(size);
        vm.memory(room)?;
        let mut buffer = vec![0u8; size];
        vm.host.random(&mut buffer);
        Ok(vm.heap.bytes_boxed(buffer.into_boxed_slice()).into_value())
    }
    /// Return the number of logical CPUs in the system.
    #[sig("()")]
    fn cpu_count(_vm: &mut Vm) -> Result<i64> {
        Ok(1)
    }
    #[sig("(fd=<unrepresentable>, /)")]
    fn get_terminal_size(vm: &mut Vm, _fd: Option<i32>) -> Result<Value> {
        Err(errno::raise(vm, ENOTTY, None, None))
    }
    /// Return an object identifying the current operating system.
    #[sig("()")]
    fn uname(vm: &mut Vm) -> Result<Value> {
        let version = env!("CARGO_PKG_VERSION");
        let values = ["wasi", "(none)", version, version, "wasm32"].map(|s| vm.str(s)).to_vec();
        match vm.state::<Types>().uname.clone() {
            Some(t) => Ok(vm.struct_sequence(&t, values)),
            None => Ok(vm.tuple(values)),
        }
    }
    /// Set the current numeric umask and return the previous umask.
    #[sig("(mask, /)")]
    fn umask(vm: &mut Vm, mask: i32) -> Result<i64> {
        Ok(files(vm, |f| Ok(std::mem::replace(&mut f.umask, mask as u32 & 0o777)))?.into())
    }
    #[sig("()")]
    fn getpid(_vm: &mut Vm) -> Result<i64> {
        Ok(42)
    }
    #[sig("(name, value, /)")]
    fn putenv(vm: &mut Vm, name: Value, value: Value) -> Result<()> {
        let (name, _) = (path::arg(vm, "putenv", "name", &name)?, path::arg(vm, "putenv", "value", &value)?);
        // `os.environ` is all there is: no child process will ever ask.
        if name.c.as_bytes().contains(&b'=') { Err(vm.value_error("illegal environment variable name")) } else { Ok(()) }
    }
    #[sig("(name, /)")]
    fn unsetenv(vm: &mut Vm, name: Value) -> Result<()> {
        path::arg(vm, "unsetenv", "name", &name).map(drop)
    }
    #[sig("()")]
    fn _create_environ(vm: &mut Vm) -> Result<Value> {
        environ(vm)
    }
    #[sig("(fd)")]
    fn device_encoding(vm: &mut Vm, fd: i32) -> Result<Value> {
        let terminal = try_files(vm, |f| f.is_terminal(fd)).unwrap_or(false);
        if terminal { Ok(vm.str("utf-8")) } else { Ok(Value::NONE) }
    }
    /// Send a signal to the process: only its own can be reached.
    #[sig("(pid, signal, /)")]
    fn kill(vm: &mut Vm, pid: i64, signal: i32) -> Result<()> {
        match (pid, signal) {
            (42, 0) => Ok(()),
            (42, _) => crate::os::signal::deliver(vm, signal),
            _ => Err(errno::raise(vm, errno::ESRCH, None, None)),
        }
    }
    /// Exit to the system with specified status, without normal exit processing.
    #[sig("(status)")]
    fn _exit(vm: &mut Vm, status: i32) -> Result<()> {
        // An instance cannot end itself: the nearest thing is an exit that nothing should catch.
        Err(krait_modules::main_program::exit(vm, status.into()))
    }
    #[sig("()")]
    fn _is_inputhook_installed(_vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
}

/// The environment as a dict of bytes.
fn environ(vm: &mut Vm) -> Result<Value> {
    let dict = vm.heap.dict();
    for (name, value) in vm.state::<Environment>().0.clone() {
        let (name, value) = (vm.heap.bytes(name.as_bytes()).into_value(), vm.heap.bytes(value.as_bytes()).into_value());
        dict.set_item(vm, name, value)?;
    }
    Ok(dict.into_value())
}

const NUMBERS: &[(&str, i64)] = &[
    ("F_OK", 0), ("R_OK", 4), ("W_OK", 2), ("X_OK", 1), ("O_RDONLY", 0), ("O_WRONLY", fs::O_WRONLY as i64),
    ("O_RDWR", fs::O_RDWR as i64), ("O_ACCMODE", fs::O_ACCMODE as i64), ("O_CREAT", fs::O_CREAT as i64),
    ("O_EXCL", fs::O_EXCL as i64), ("O_TRUNC", fs::O_TRUNC as i64), ("O_APPEND", fs::O_APPEND as i64),
    ("O_DIRECTORY", fs::O_DIRECTORY as i64), ("O_NOFOLLOW", fs::O_NOFOLLOW as i64), ("O_CLOEXEC", fs::O_CLOEXEC as i64),
    ("O_NONBLOCK", 0o4000), ("O_NDELAY", 0o4000), ("O_NOCTTY", 0o400), ("O_SYNC", 0o4_010_000), ("O_DSYNC", 0o10_000),
    ("EX_OK", 0), ("EX_USAGE", 64), ("EX_DATAERR", 65), ("EX_NOINPUT", 66), ("EX_NOUSER", 67), ("EX_NOHOST", 68),
    ("EX_UNAVAILABLE", 69), ("EX_SOFTWARE", 70), ("EX_OSERR", 71), ("EX_OSFILE", 72), ("EX_CANTCREAT", 73),
    ("EX_IOERR", 74), ("EX_TEMPFAIL", 75), ("EX_PROTOCOL", 76), ("EX_NOPERM", 77), ("EX_CONFIG", 78), ("TMP_MAX", 238_328),
];

/// What `os` turns into `supports_fd`, `supports_follow_symlinks` and so on.
const HAVE: &[&str] = &["HAVE_FCHMOD", "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_LCHMOD", "HAVE_LSTAT", "HAVE_LUTIMES"];

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    scandir::init(vm, module)?;
    for (name, n) in NUMBERS {
        vm.module_set(module, name, int(*n));
    }
    let have = HAVE.iter().map(|h| vm.heap.str(h).into_value()).collect();
    let have = vm.list(have);
    vm.module_set(module, "_have_functions", have);
    let env = environ(vm)?;
    vm.module_set(module, "environ", env);
    let os_error = vm.exc.get(Exc::OSError).to_value();
    vm.module_set(module, "error", os_error);
    let t = vm.define_struct_sequence(&STAT_RESULT);
    vm.module_set(module, "stat_result", t.to_value());
    vm.state::<Types>().stat = Some(t);
    let t = vm.define_struct_sequence(&TERMINAL_SIZE);
    vm.module_set(module, "terminal_size", t.to_value());
    let t = vm.define_struct_sequence(&UNAME);
    vm.module_set(module, "uname_result", t.to_value());
    vm.state::<Types>().uname = Some(t);
    Ok(())
}
