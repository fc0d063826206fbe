//! `os.scandir`: the iterator and `os.DirEntry`, over the file system in memory.

use crate::files::{Ino, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, Stat};
use crate::os::{on_path, posix, try_files};
use krait_modules::file_names as path;
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

/// `os.DirEntry`.
#[derive(Traverse)]
pub struct DirEntry {
    name: Value,
    path: Value,
    ino: Ino,
    kind: u32,
}

impl DirEntry {
    fn stat_of(vm: &mut Vm, this: &Ref<DirEntry>, follow: bool) -> Result<Stat> {
        let target = this.get(&*vm.heap).path.clone();
        let target = path::arg(vm, "DirEntry", "path", &target)?;
        on_path(vm, &target, |files, path| files.find(path, follow).and_then(|ino| files.stat(ino)))
    }
    fn is_kind(vm: &mut Vm, this: &Ref<DirEntry>, follow: bool, wanted: u32) -> Result<bool> {
        let kind = this.get(&*vm.heap).kind;
        if !follow || kind != S_IFLNK {
            return Ok(kind == wanted);
        }
        let target = this.get(&*vm.heap).path.clone();
        let target = path::arg(vm, "DirEntry", "path", &target)?;
        let stat = try_files(vm, |files| files.find(target.c.as_bytes(), true).and_then(|ino| files.stat(ino)));
        Ok(stat.is_ok_and(|s| s.mode & S_IFMT == wanted))
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
    /// Returns the path for the entry.
    #[sig("()")]
    fn __fspath__(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).path.clone())
    }
    /// Return inode of the entry; cached per entry.
    #[sig("()")]
    fn inode(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).ino.into())
    }
    /// Return True if the entry is a directory; cached per entry.
    #[sig("(*, follow_symlinks=True)")]
    fn is_dir(this: &Ref<DirEntry>, vm: &mut Vm, follow_symlinks: bool) -> Result<bool> {
        DirEntry::is_kind(vm, this, follow_symlinks, S_IFDIR)
    }
    /// Return True if the entry is a file; cached per entry.
    #[sig("(*, follow_symlinks=True)")]
    fn is_file(this: &Ref<DirEntry>, vm: &mut Vm, follow_symlinks: bool) -> Result<bool> {
        DirEntry::is_kind(vm, this, follow_symlinks, S_IFREG)
    }
    /// Return True if the entry is a symbolic link; cached per entry.
    #[sig("()")]
    fn is_symlink(this: &Ref<DirEntry>, vm: &mut Vm) -> Result<bool> {
        DirEntry::is_kind(vm, this, false, S_IFLNK)
    }
    /// Return True if the entry is a junction; cached per entry.
    #[sig("()")]
    fn is_junction(_this: &Ref<DirEntry>, _vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
    /// Return stat_result object for the entry; cached per entry.
    #[sig("(*, follow_symlinks=True)")]
    fn stat(this: &Ref<DirEntry>, vm: &mut Vm, follow_symlinks: bool) -> Result<Value> {
        let stat = DirEntry::stat_of(vm, this, follow_symlinks)?;
        Ok(posix::stat_result(vm, stat))
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
    bytes: bool,
    #[traverse(skip)]
    entries: std::vec::IntoIter<(Vec<u8>, Ino, u32)>,
}

#[methods]
impl ScandirIterator {
    #[sig("()")]
    fn __iter__(this: &Ref<ScandirIterator>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<ScandirIterator>, vm: &mut Vm) -> Result<Value> {
        let Some((name, ino, kind)) = this.get_mut(&mut *vm.heap).entries.next() else { return Err(vm.stop_iteration()) };
        let (prefix, bytes) = { let s = this.get(&*vm.heap); (s.prefix.clone(), s.bytes) };
        let mut full = path::fs_bytes(vm, &prefix)?.unwrap_or_default();
        if !full.is_empty() && !full.ends_with(b"/") {
            full.push(b'/');
        }
        full.extend_from_slice(&name);
        let (name, path) = (path::like(vm, &name, bytes), path::like(vm, &full, bytes));
        Ok(vm.heap.alloc(DirEntry { name, path, ino, kind }).into_value())
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
        Some(t) if !t.is_none() => t,
        _ => vm.str("."),
    };
    let path = path::arg(vm, "scandir", "path", &given)?;
    let entries = on_path(vm, &path, |files, path| files.find(path, true).and_then(|ino| files.list(ino)))?;
    let iterator = ScandirIterator { prefix: path.object.clone(), bytes: path.bytes, entries: entries.into_iter() };
    Ok(vm.heap.alloc(iterator).into_value())
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = |name, methods| TypeSpec { name, doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods };
    let entry = vm.define_type::<DirEntry>(None, &spec("posix.DirEntry", DirEntry::METHODS));
    vm.module_set(module, "DirEntry", entry.into_value());
    vm.define_type::<ScandirIterator>(None, &spec("posix.ScandirIterator", ScandirIterator::METHODS));
    Ok(())
}
