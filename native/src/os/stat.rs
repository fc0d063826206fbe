//! `os.stat_result` and the calls that give one, `statvfs` too.

#![allow(unsafe_code, reason = "system calls")]

use crate::os::call::{self, int};
use crate::os::path::{self, PathArg};
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Value, Vm};

pub static STAT_RESULT: StructSpec = StructSpec {
    name: "os.stat_result",
    doc: "stat_result: Result from stat, fstat, or lstat.",
    fields: &[
        "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "", "", "", "st_atime", "st_mtime",
        "st_ctime", "st_atime_ns", "st_mtime_ns", "st_ctime_ns", "st_blksize", "st_blocks", "st_rdev",
    ],
    visible: 10,
    instantiable: true,
};
pub static STATVFS_RESULT: StructSpec = StructSpec {
    name: "os.statvfs_result",
    doc: "statvfs_result: Result from statvfs or fstatvfs.",
    fields: &["f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail", "f_flag", "f_namemax", "f_fsid"],
    visible: 10,
    instantiable: true,
};

#[derive(Default)]
pub struct StatTypes {
    pub stat: Option<Ref<Type>>,
    pub statvfs: Option<Ref<Type>>,
}

pub fn empty() -> libc::stat {
    // SAFETY: plain data.
    unsafe { std::mem::zeroed() }
}

/// The Python object of a stat structure.
pub fn object(vm: &mut Vm, s: &libc::stat) -> Value {
    let big = |vm: &mut Vm, n: i128| vm.heap.int(n);
    let ns = |vm: &mut Vm, sec: i64, nsec: i64| vm.heap.int(i128::from(sec) * 1_000_000_000 + i128::from(nsec));
    let float = |sec: i64, nsec: i64| Value::float(sec as f64 + 1e-9 * nsec as f64);
    let values = vec![
        int(s.st_mode.into()),
        big(vm, s.st_ino.into()),
        big(vm, s.st_dev.into()),
        int(s.st_nlink as i64),
        int(s.st_uid.into()),
        int(s.st_gid.into()),
        big(vm, s.st_size.into()),
        int(s.st_atime),
        int(s.st_mtime),
        int(s.st_ctime),
        float(s.st_atime, s.st_atime_nsec),
        float(s.st_mtime, s.st_mtime_nsec),
        float(s.st_ctime, s.st_ctime_nsec),
        ns(vm, s.st_atime, s.st_atime_nsec),
        ns(vm, s.st_mtime, s.st_mtime_nsec),
        ns(vm, s.st_ctime, s.st_ctime_nsec),
        int(s.st_blksize as i64),
        int(s.st_blocks),
        int(s.st_rdev as i64),
    ];
    match vm.state::<StatTypes>().stat.clone() {
        Some(t) => vm.struct_sequence(&t, values),
        None => vm.tuple(values),
    }
}

/// `stat` in all its forms.
pub fn stat_path(vm: &mut Vm, path: &PathArg, dir_fd: i32, follow: bool) -> Result<libc::stat> {
    let mut s = empty();
    if let Some(fd) = path.fd {
        // SAFETY: the pointer is to a local.
        call::call(vm, || unsafe { libc::fstat(fd, &mut s) }.into())?;
        return Ok(s);
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let p = path.ptr();
    // SAFETY: a terminated string and a pointer to a local.
    call::call_path(vm, path, || unsafe { libc::fstatat(dir_fd, p, &mut s, flags) }.into())?;
    Ok(s)
}

pub fn statvfs(vm: &mut Vm, target: &Value) -> Result<Value> {
    let path = path::arg_or_fd(vm, "statvfs", "path", target)?;
    // SAFETY: plain data.
    let mut s: libc::statvfs = unsafe { std::mem::zeroed() };
    match path.fd {
        // SAFETY: the pointer is to a local.
        Some(fd) => call::call(vm, || unsafe { libc::fstatvfs(fd, &mut s) }.into())?,
        None => {
            let p = path.ptr();
            // SAFETY: a terminated string and a pointer to a local.
            call::call_path(vm, &path, || unsafe { libc::statvfs(p, &mut s) }.into())?
        }
    };
    let n = |vm: &mut Vm, n: u64| vm.heap.int(n.into());
    let values = vec![
        n(vm, s.f_bsize as u64),
        n(vm, s.f_frsize as u64),
        n(vm, s.f_blocks as u64),
        n(vm, s.f_bfree as u64),
        n(vm, s.f_bavail as u64),
        n(vm, s.f_files as u64),
        n(vm, s.f_ffree as u64),
        n(vm, s.f_favail as u64),
        n(vm, s.f_flag as u64),
        n(vm, s.f_namemax as u64),
        n(vm, s.f_fsid as u64),
    ];
    Ok(match vm.state::<StatTypes>().statvfs.clone() {
        Some(t) => vm.struct_sequence(&t, values),
        None => vm.tuple(values),
    })
}
