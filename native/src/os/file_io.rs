//! `_io.FileIO`: raw files of the operating system, added to the portable `_io`.

#![allow(unsafe_code, reason = "system calls")]

use crate::os::call::{self, int};
use crate::os::path;
use crate::os::{error, stat, thread};
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

/// The payload of `FileIO`.
#[derive(Traverse)]
pub struct FileIo {
    fd: i32,
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
    closefd: bool,
    blksize: i64,
    /// -1: not asked yet.
    seekable: i8,
    finalizing: bool,
}

impl FileIo {
    fn open_fd(vm: &mut Vm, this: &Ref<FileIo>) -> Result<i32> {
        let fd = this.get(&*vm.heap).fd;
        if fd < 0 {
            return Err(vm.value_error("I/O operation on closed file"));
        }
        Ok(fd)
    }
    fn unsupported(vm: &mut Vm, action: &str) -> krait_vm::Raised {
        krait_modules::io::unsupported(vm, &format!("File not open for {action}"))
    }
    fn mode_text(&self) -> &'static str {
        match (self.created, self.appending, self.readable, self.writable) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
    fn close_now(vm: &mut Vm, this: &Ref<FileIo>) -> Result<()> {
        let f = this.get_mut(&mut *vm.heap);
        let fd = std::mem::replace(&mut f.fd, -1);
        if fd < 0 || !f.closefd {
            return Ok(());
        }
        // SAFETY: the descriptor is ours and closed once.
        let failed = thread::blocking(vm, || (unsafe { libc::close(fd) } != 0).then(error::last));
        match failed {
            Some(errno) if errno != libc::EINTR => Err(error::raise(vm, errno, None, None)),
            _ => Ok(()),
        }
    }
}

/// Parses a raw mode: (open flags, created, readable, writable, appending).
fn parse_mode(vm: &mut Vm, mode: &str) -> Result<(i32, bool, bool, bool, bool)> {
    let (mut kinds, mut plus) = (Vec::new(), false);
    for c in mode.chars() {
        match c {
            'r' | 'w' | 'a' | 'x' => kinds.push(c),
            'b' => {}
            '+' if !plus => plus = true,
            '+' => kinds.extend(['?', '?']),
            _ => return Err(vm.value_error(format!("invalid mode: {mode}"))),
        }
    }
    let [kind] = kinds[..] else {
        return Err(vm.value_error("Must have exactly one of create/read/write/append mode and at most one plus"));
    };
    let (created, appending) = (kind == 'x', kind == 'a');
    let readable = kind == 'r' || plus;
    let writable = kind != 'r' || plus;
    let mut flags = match (readable, writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    flags |= match kind {
        'w' => libc::O_CREAT | libc::O_TRUNC,
        'a' => libc::O_CREAT | libc::O_APPEND,
        'x' => libc::O_CREAT | libc::O_EXCL,
        _ => 0,
    };
    Ok((flags, created, readable, writable, appending))
}

#[methods]
impl FileIo {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let file = FileIo { fd: -1, created: false, readable: false, writable: false, appending: false, closefd: true, blksize: 8192, seekable: -1, finalizing: false };
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, file).into_value())
    }
    #[sig("(file, mode='r', closefd=True, opener=None)")]
    fn __init__(this: &Ref<FileIo>, vm: &mut Vm, file: Value, mode: Option<String>, closefd: bool, opener: Value) -> Result<()> {
        if this.get(&*vm.heap).fd >= 0 {
            if this.get(&*vm.heap).closefd {
                FileIo::close_now(vm, this)?;
            } else {
                this.get_mut(&mut *vm.heap).fd = -1;
            }
        }
        let mode = mode.unwrap_or_else(|| "r".into());
        let (flags, created, readable, writable, appending) = parse_mode(vm, &mode)?;
        let number = match file.as_int(&vm.heap) {
            Some(i) => match i.to_i64().map(i32::try_from) {
                Some(Ok(n)) => Some(n),
                _ => return Err(vm.overflow_error("Python int too large to convert to C int")),
            },
            None => None,
        };
        let mut own = false;
        let fd = match number {
            Some(n) if n < 0 => return Err(vm.value_error("negative file descriptor")),
            Some(n) => n,
            None => {
                if !closefd {
                    return Err(vm.value_error("Cannot use closefd=False with file name"));
                }
                let path_object = path::fspath(vm, &file)?;
                let bytes = path::fs_bytes(vm, &path_object)?.unwrap_or_default();
                let Ok(c) = std::ffi::CString::new(bytes) else { return Err(vm.value_error("embedded null byte")) };
                own = true;
                if opener.is_none() {
                    let p = c.as_ptr();
                    // SAFETY: a terminated string.
                    match call::retry(vm, || unsafe { libc::open(p, flags | libc::O_CLOEXEC, 0o666 as libc::mode_t) }.into())? {
                        Ok(fd) => fd as i32,
                        Err(errno) => return Err(error::raise(vm, errno, Some(&file), None)),
                    }
                } else {
                    let got = vm.call(&opener, &[file.clone(), int((flags | libc::O_CLOEXEC).into())])?;
                    if got.as_int(&vm.heap).is_none() {
                        return Err(vm.type_error("expected integer from opener"));
                    }
                    let fd = vm.index_i64(&got, "int")? as i32;
                    if fd < 0 {
                        return Err(vm.value_error(format!("opener returned {fd}")));
                    }
                    // SAFETY: no pointers.
                    unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
                    fd
                }
            }
        };
        let mut s = stat::empty();
        // SAFETY: the pointer is to a local.
        let result = call::retry(vm, || unsafe { libc::fstat(fd, &mut s) }.into())?;
        let problem = match result {
            Err(libc::EBADF) => Some(libc::EBADF),
            Ok(_) if s.st_mode & libc::S_IFMT == libc::S_IFDIR => Some(libc::EISDIR),
            _ => None,
        };
        if let Some(errno) = problem {
            if own {
                // SAFETY: the descriptor was opened above.
                unsafe { libc::close(fd) };
            }
            // A descriptor that is none has no name worth telling.
            let shown = Some(&file).filter(|_| number.is_none() || errno != libc::EBADF);
            return Err(error::raise(vm, errno, shown, None));
        }
        let f = this.get_mut(&mut *vm.heap);
        f.fd = fd;
        f.created = created;
        f.readable = readable;
        f.writable = writable;
        f.appending = appending;
        f.closefd = closefd;
        f.seekable = -1;
        if result.is_ok() && s.st_blksize > 1 {
            f.blksize = s.st_blksize as i64;
        }
        let key = vm.names.name.clone();
        vm.set_attr(this.as_value(), &key, Some(file))?;
        if appending {
            // SAFETY: no pointers.
            unsafe { libc::lseek(fd, 0, libc::SEEK_END) };
        }
        Ok(())
    }
    /// Read at most size bytes, returned as bytes.
    #[sig("(size=-1, /)")]
    fn read(this: &Ref<FileIo>, vm: &mut Vm, size: Option<i64>) -> Result<Value> {
        let fd = FileIo::open_fd(vm, this)?;
        if !this.get(&*vm.heap).readable {
            return Err(FileIo::unsupported(vm, "reading"));
        }
        let size = size.unwrap_or(-1);
        if size < 0 {
            return FileIo::readall(this, vm);
        }
        let n = (size as usize).min(0x7fff_f000);
        let room = vm.heap.check_room(n);
        vm.memory(room)?;
        let mut buffer = vec![0u8; n];
        let p = buffer.as_mut_ptr();
        // SAFETY: the buffer has room for `n` bytes.
        match call::retry(vm, || unsafe { libc::read(fd, p.cast(), n) } as i64)? {
            Ok(got) => {
                buffer.truncate(got as usize);
                Ok(vm.heap.bytes_boxed(buffer.into_boxed_slice()).into_value())
            }
            Err(libc::EAGAIN) => Ok(Value::NONE),
            Err(errno) => Err(error::raise(vm, errno, None, None)),
        }
    }
    /// Read all data from the file, returned as bytes.
    #[sig("()")]
    fn readall(this: &Ref<FileIo>, vm: &mut Vm) -> Result<Value> {
        let fd = FileIo::open_fd(vm, this)?;
        if !this.get(&*vm.heap).readable {
            return Err(FileIo::unsupported(vm, "reading"));
        }
        // What is left of a regular file, so that it is read in one go.
        let mut s = stat::empty();
        // SAFETY: pointers to locals only.
        let hint = unsafe {
            if libc::fstat(fd, &mut s) == 0 && s.st_size > 0 {
                (s.st_size - libc::lseek(fd, 0, libc::SEEK_CUR).max(0)).max(0) as usize + 1
            } else {
                8192
            }
        };
        let mut data: Vec<u8> = Vec::new();
        let mut chunk = hint;
        loop {
            let room = vm.heap.check_room(data.len() + chunk);
            vm.memory(room)?;
            let start = data.len();
            data.resize(start + chunk, 0);
            let p = data[start..].as_mut_ptr();
            // SAFETY: the buffer has room for `chunk` bytes.
            match call::retry(vm, || unsafe { libc::read(fd, p.cast(), chunk) } as i64)? {
                Ok(got) => {
                    data.truncate(start + got as usize);
                    if got == 0 {
                        break;
                    }
                    if (got as usize) < chunk && chunk > 1 {
                        chunk = (chunk - got as usize).max(8192);
                    } else {
                        chunk = (data.len() / 4).clamp(8192, 1 << 22);
                    }
                }
                Err(libc::EAGAIN) => {
                    data.truncate(start);
                    if data.is_empty() {
                        return Ok(Value::NONE);
                    }
                    break;
                }
                Err(errno) => return Err(error::raise(vm, errno, None, None)),
            }
        }
        Ok(vm.heap.bytes_boxed(data.into_boxed_slice()).into_value())
    }
    #[sig("(buffer, /)")]
    fn readinto(this: &Ref<FileIo>, vm: &mut Vm, buffer: Value) -> Result<Value> {
        let fd = FileIo::open_fd(vm, this)?;
        if !this.get(&*vm.heap).readable {
            return Err(FileIo::unsupported(vm, "reading"));
        }
        let target = vm.buffer_mut_argument(&buffer, "readinto() argument")?;
        let mut data = vec![0u8; target.len];
        let (p, n) = (data.as_mut_ptr(), data.len());
        // SAFETY: the buffer has room for `n` bytes.
        match call::retry(vm, || unsafe { libc::read(fd, p.cast(), n) } as i64)? {
            Ok(got) => {
                target.bytes_mut(&mut *vm.heap)[..got as usize].copy_from_slice(&data[..got as usize]);
                Ok(int(got))
            }
            Err(libc::EAGAIN) => Ok(Value::NONE),
            Err(errno) => Err(error::raise(vm, errno, None, None)),
        }
    }
    /// Write bytes to file, return number written.
    #[sig("(b, /)")]
    fn write(this: &Ref<FileIo>, vm: &mut Vm, b: Value) -> Result<Value> {
        let fd = FileIo::open_fd(vm, this)?;
        if !this.get(&*vm.heap).writable {
            return Err(FileIo::unsupported(vm, "writing"));
        }
        let data = vm.bytes_like(&b)?;
        let (p, n) = (data.as_ptr(), data.len());
        // SAFETY: a live buffer of `n` bytes.
        match call::retry(vm, || unsafe { libc::write(fd, p.cast(), n) } as i64)? {
            Ok(n) => Ok(int(n)),
            Err(libc::EAGAIN) => Ok(Value::NONE),
            Err(errno) => Err(error::raise(vm, errno, None, None)),
        }
    }
    /// Move to new file position and return the file position.
    #[sig("(pos, whence=0, /)")]
    fn seek(this: &Ref<FileIo>, vm: &mut Vm, pos: Value, whence: i32) -> Result<i64> {
        let fd = FileIo::open_fd(vm, this)?;
        if pos.is_float() {
            return Err(vm.type_error("an integer is required"));
        }
        let pos = vm.index_i64(&pos, "long")?;
        // SAFETY: no pointers.
        let at = call::call(vm, || unsafe { libc::lseek(fd, pos, whence) })?;
        this.get_mut(&mut *vm.heap).seekable = 1;
        Ok(at)
    }
    #[sig("()")]
    fn tell(this: &Ref<FileIo>, vm: &mut Vm) -> Result<i64> {
        let fd = FileIo::open_fd(vm, this)?;
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) })
    }
    /// Truncate the file to at most size bytes and return the truncated size.
    #[sig("(size=None, /)")]
    fn truncate(this: &Ref<FileIo>, vm: &mut Vm, size: Value) -> Result<Value> {
        let fd = FileIo::open_fd(vm, this)?;
        if !this.get(&*vm.heap).writable {
            return Err(FileIo::unsupported(vm, "writing"));
        }
        let n = if size.is_none() { FileIo::tell(this, vm)? } else { vm.index_i64(&size, "long")? };
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::ftruncate(fd, n) }.into())?;
        Ok(int(n))
    }
    #[sig("()")]
    fn close(this: &Ref<FileIo>, vm: &mut Vm) -> Result<()> {
        let first = krait_modules::io::base_close(vm, this.as_value());
        let saved = if first.is_err() { Some(vm.take_pending()) } else { None };
        let closed = FileIo::close_now(vm, this);
        match (saved, closed) {
            (None, closed) => closed,
            (Some(e), Ok(())) => Err(vm.raise(e)),
            (Some(e), Err(raised)) => {
                if let Some(second) = vm.thread.pending.clone() {
                    vm.set_context(&second, e);
                }
                Err(raised)
            }
        }
    }
    #[sig("()")]
    fn seekable(this: &Ref<FileIo>, vm: &mut Vm) -> Result<bool> {
        let fd = FileIo::open_fd(vm, this)?;
        if this.get(&*vm.heap).seekable < 0 {
            // SAFETY: no pointers.
            let yes = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) } >= 0;
            this.get_mut(&mut *vm.heap).seekable = yes.into();
        }
        Ok(this.get(&*vm.heap).seekable == 1)
    }
    #[sig("()")]
    fn readable(this: &Ref<FileIo>, vm: &mut Vm) -> Result<bool> {
        FileIo::open_fd(vm, this)?;
        Ok(this.get(&*vm.heap).readable)
    }
    #[sig("()")]
    fn writable(this: &Ref<FileIo>, vm: &mut Vm) -> Result<bool> {
        FileIo::open_fd(vm, this)?;
        Ok(this.get(&*vm.heap).writable)
    }
    #[sig("()")]
    fn fileno(this: &Ref<FileIo>, vm: &mut Vm) -> Result<i64> {
        Ok(FileIo::open_fd(vm, this)?.into())
    }
    #[sig("()")]
    fn isatty(this: &Ref<FileIo>, vm: &mut Vm) -> Result<bool> {
        let fd = FileIo::open_fd(vm, this)?;
        // SAFETY: no pointers.
        Ok(unsafe { libc::isatty(fd) } == 1)
    }
    #[sig("()")]
    fn _isatty_open_only(this: &Ref<FileIo>, vm: &mut Vm) -> Result<bool> {
        FileIo::isatty(this, vm)
    }
    #[sig("(source, /)")]
    fn _dealloc_warn(this: &Ref<FileIo>, vm: &mut Vm, source: Value) -> Result<()> {
        let f = this.get(&*vm.heap);
        if f.fd >= 0 && f.closefd && !vm.is_finalizing() { krait_modules::io::warn_unclosed(vm, &source) } else { Ok(()) }
    }
    #[sig("()")]
    fn __del__(this: &Ref<FileIo>, vm: &mut Vm) -> Result<()> {
        let (open, closefd) = { let f = this.get(&*vm.heap); (f.fd >= 0, f.closefd) };
        if !open {
            return Ok(());
        }
        if closefd && !vm.is_finalizing() {
            krait_modules::io::warn_unclosed(vm, this.as_value())?;
        }
        this.get_mut(&mut *vm.heap).finalizing = true;
        vm.call_method(this.as_value(), "close", &[]).map(drop)
    }
    /// True if the file is closed
    #[getter]
    fn closed(this: &Ref<FileIo>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).fd < 0)
    }
    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(this: &Ref<FileIo>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).closefd)
    }
    /// String giving the file mode
    #[getter]
    fn mode(this: &Ref<FileIo>, vm: &mut Vm) -> Result<&'static str> {
        Ok(this.get(&*vm.heap).mode_text())
    }
    /// Stat st_blksize if available
    #[getter]
    fn _blksize(this: &Ref<FileIo>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).blksize)
    }
    #[sig("()")]
    fn __getstate__(this: &Ref<FileIo>, vm: &mut Vm) -> Result<()> {
        let name = vm.type_name(this.as_value());
        Err(vm.type_error(format!("cannot pickle '{name}' instances")))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<FileIo>, vm: &mut Vm) -> Result<String> {
        let name = vm.full_type_name(&vm.type_of(this.as_value()));
        let (fd, mode, closefd) = { let f = this.get(&*vm.heap); (f.fd, f.mode_text(), f.closefd) };
        if fd < 0 {
            return Ok(format!("<{name} [closed]>"));
        }
        let closefd = if closefd { "True" } else { "False" };
        let key = vm.names.name.clone();
        match vm.get_attr_opt(this.as_value(), &key)? {
            Some(n) => {
                let shown = vm.repr_text(&n)?;
                Ok(format!("<{name} name={shown} mode='{mode}' closefd={closefd}>"))
            }
            None => Ok(format!("<{name} fd={fd} mode='{mode}' closefd={closefd}>")),
        }
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    krait_modules::io::init(vm, module)?;
    let key = vm.intern("_RawIOBase");
    let base = vm.module_dict(module).get_str(&*vm.heap, &key);
    let base = base.and_then(|b| b.downcast::<Type>(&*vm.heap).cloned());
    let spec = TypeSpec { name: "_io.FileIO", doc: "Open a file.", flags: flags::BASETYPE, dict: true, methods: FileIo::METHODS };
    let ty = vm.define_type::<FileIo>(base.as_ref(), &spec);
    vm.module_set(module, "FileIO", ty.into_value());
    Ok(())
}
