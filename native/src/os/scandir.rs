//! `os.scandir`: the iterator and `os.DirEntry`.

#![allow(unsafe_code, reason = "reads directory streams")]

use crate::os::path::{self, PathArg};
use crate::os::{error, stat, thread};
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};

/// A directory's entry as the system gives it.
pub struct RawEntry {
    pub name: Vec<u8>,
    pub ino: u64,
    pub kind: u8,
}

/// Reads a whole directory, without `.` and `..`.
pub fn read(vm: &mut Vm, path: &PathArg) -> Result<Vec<RawEntry>> {
    let p = path.ptr() as usize;
    let fd = path.fd;
    let result = thread::blocking(vm, || {
        // SAFETY: the stream is opened, read and closed here; names are copied out at once.
        unsafe {
            let dir = match fd {
                Some(fd) => {
                    let copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    if copy < 0 {
                        return Err(error::last());
                    }
                    let dir = libc::fdopendir(copy);
                    if dir.is_null() {
                        let errno = error::last();
                        libc::close(copy);
                        return Err(errno);
                    }
                    libc::rewinddir(dir);
                    dir
                }
                None => libc::opendir(p as *const libc::c_char),
            };
            if dir.is_null() {
                return Err(error::last());
            }
            let mut out = Vec::new();
            loop {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(dir);
                if entry.is_null() {
                    let errno = error::last();
                    libc::closedir(dir);
                    return if errno != 0 { Err(errno) } else { Ok(out) };
                }
                let name = std::ffi::CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                if name != b"." && name != b".." {
                    out.push(RawEntry { name: name.to_vec(), ino: (*entry).d_ino, kind: (*entry).d_type });
                }
            }
        }
    });
    match result {
        Ok(entries) => Ok(entries),
        Err(errno) => Err(error::raise(vm, errno, Some(&path.object), None)),
    }
}

/// `os.DirEntry`.
#[derive(Traverse)]
pub struct DirEntry {
    name: Value,
    path: Value,
    #[traverse(skip)]
    info: EntryInfo,
    stat: Option<Value>,
    lstat: Option<Value>,
}

struct EntryInfo {
    ino: u64,
    kind: u8,
    dir_fd: Option<i32>,
}

impl DirEntry {
    fn stat_of(vm: &mut Vm, this: &Ref<DirEntry>, follow: bool) -> Result<libc::stat> {
        let (name, path, dir_fd) = { let e = this.get(&*vm.heap); (e.name.clone(), e.path.clone(), e.info.dir_fd) };
        let target = if dir_fd.is_some() { name } else { path };
        let target = path::arg(vm, "DirEntry", "path", &target)?;
        stat::stat_path(vm, &target, dir_fd.unwrap_or(libc::AT_FDCWD), follow)
    }
    fn is_kind(vm: &mut Vm, this: &Ref<DirEntry>, follow: bool, wanted: libc::mode_t) -> Result<bool> {
        let kind = this.get(&*vm.heap).info.kind;
        if kind != libc::DT_UNKNOWN && !(follow && kind == libc::DT_LNK) {
            let is = match kind {
                libc::DT_DIR => libc::S_IFDIR,
                libc::DT_REG => libc::S_IFREG,
                libc::DT_LNK => libc::S_IFLNK,
                _ => 0,
            };
            return Ok(is == wanted);
        }
        let s = DirEntry::stat_of(vm, this, follow);
        match vm.catch(s, Exc::FileNotFoundError)? {
            Some(s) => Ok(s.st_mode & libc::S_IFMT == wanted),
            None => Ok(false),
        }
    }
}

#[methods]
impl DirEntry {
    #[getter]
    fn name(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).name.clone())
    }
    #[getter]
    fn path(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).path.clone())
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
    /// Returns the path for the entry.
    #[sig("()")]
    fn __fspath__(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).path.clone())
    }
    /// Return inode of the entry; cached per entry.
    #[sig("()")]
    fn inode(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<Value> {
        let n = this.get(&*vm.heap).info.ino;
        Ok(vm.heap.int(n.into()))
    }
    /// Return True if the entry is a directory; cached per entry.
    #[sig("(*, follow_symlinks=True)")]
    fn is_dir(this: &Ref<DirEntry>, vm: &mut Vm, follow_symlinks: bool) -> Result<bool> {
        DirEntry::is_kind(vm, this, follow_symlinks, libc::S_IFDIR)
    }
    /// Return True if the entry is a file; cached per entry.
    #[sig("(*, follow_symlinks=True)")]
    fn is_file(this: &Ref<DirEntry>, vm: &mut Vm, follow_symlinks: bool) -> Result<bool> {
        DirEntry::is_kind(vm, this, follow_symlinks, libc::S_IFREG)
    }
    /// Return True if the entry is a symbolic link; cached per entry.
    #[sig("()")]
    fn is_symlink(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<bool> {
        DirEntry::is_kind(vm, this, false, libc::S_IFLNK)
    }
    /// Return True if the entry is a junction; cached per entry.
    #[sig("()")]
    fn is_junction(_this: &Ref<DirEntry>, _vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
    /// Return stat_result object for the entry; cached per entry.
    #[sig("(*, follow_symlinks=True)")]
    fn stat(this: &Ref<DirEntry>, vm: &mut Vm, follow_symlinks: bool) -> Result<Value> {
        let known = { let e = this.get(&*vm.heap); if follow_symlinks { e.stat.clone() } else { e.lstat.clone() } };
        if let Some(s) = known {
            return Ok(s);
        }
        let s = DirEntry::stat_of(vm, this, follow_symlinks)?;
        let object = stat::object(vm, &s);
        let e = this.get_mut(&mut *vm.heap);
        if follow_symlinks { e.stat = Some(object.clone()) } else { e.lstat = Some(object.clone()) }
        Ok(object)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<String> {
        let name = this.get(&*vm.heap).name.clone();
        let shown = vm.repr_text(&name)?;
        Ok(format!("<DirEntry {shown}>"))
    }
}

/// `posix.ScandirIterator`.
#[derive(Traverse)]
pub struct ScandirIterator {
    prefix: Value,
    #[traverse(skip)]
    entries: std::vec::IntoIter<RawEntry>,
    bytes: bool,
    #[traverse(skip)]
    dir_fd: Option<i32>,
}

#[methods]
impl ScandirIterator {
    #[sig("()")]
    fn __iter__(this: &Ref<ScandirIterator>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<ScandirIterator>, vm: &mut Vm) -> Result<Value> {
        let Some(entry) = this.get_mut(&mut *vm.heap).entries.next() else { return Err(vm.stop_iteration()) };
        let (prefix, bytes, dir_fd) = { let s = this.get(&*vm.heap); (s.prefix.clone(), s.bytes, s.dir_fd) };
        let name = path::like(vm, &entry.name, bytes);
        let mut full = path::fs_bytes(vm, &prefix)?.unwrap_or_default();
        let path = if dir_fd.is_some() {
            name.clone()
        } else {
            if !full.is_empty() && !full.ends_with(b"/") {
                full.push(b'/');
            }
            full.extend_from_slice(&entry.name);
            path::like(vm, &full, bytes)
        };
        let info = EntryInfo { ino: entry.ino, kind: entry.kind, dir_fd };
        Ok(vm.heap.alloc(DirEntry { name, path, info, stat: None, lstat: None }).into_value())
    }
    #[sig("()")]
    fn close(this: &Ref<ScandirIterator>, vm: &mut Vm) -> Result<()> {
        this.get_mut(&mut *vm.heap).entries = Vec::new().into_iter();
        Ok(())
    }
    #[sig("()")]
    fn __enter__(this: &Ref<ScandirIterator>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("(*exc)")]
    fn __exit__(this: &Ref<ScandirIterator>, vm: &mut Vm, _exc: &[Value]) -> Result<()> {
        ScandirIterator::close(this, vm)
    }
}

pub fn scandir(vm: &mut Vm, target: Option<Value>) -> Result<Value> {
    let given = match target {
        Some(t) => t,
        None => vm.str("."),
    };
    let path = path::arg_or_fd(vm, "scandir", "path", &given)?;
    let entries = read(vm, &path)?;
    let iterator = ScandirIterator { prefix: path.object.clone(), entries: entries.into_iter(), bytes: path.bytes, dir_fd: path.fd };
    Ok(vm.heap.alloc(iterator).into_value())
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let entry = vm.define_type::<DirEntry>(None, &TypeSpec { name: "posix.DirEntry", doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: DirEntry::METHODS });
    vm.module_set(module, "DirEntry", entry.into_value());
    vm.define_type::<ScandirIterator>(None, &TypeSpec { name: "posix.ScandirIterator", doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: ScandirIterator::METHODS });
    Ok(())
}
