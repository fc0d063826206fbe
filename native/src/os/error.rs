//! OSError from an `errno`: the right subclass, the system's text, the file names.

use krait_vm::{Exc, Raised, Value, Vm};

/// The text of an error number.
pub fn strerror(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error ") {
        Some(i) => text[..i].to_string(),
        None => text,
    }
}

/// The calling thread's last error number.
pub fn last() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// The subclass of OSError for an error number.
pub fn kind(errno: i32) -> Exc {
    match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Exc::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => Exc::BrokenPipeError,
        libc::ECHILD => Exc::ChildProcessError,
        libc::ECONNABORTED => Exc::ConnectionAbortedError,
        libc::ECONNREFUSED => Exc::ConnectionRefusedError,
        libc::ECONNRESET => Exc::ConnectionResetError,
        libc::EEXIST => Exc::FileExistsError,
        libc::ENOENT => Exc::FileNotFoundError,
        libc::EISDIR => Exc::IsADirectoryError,
        libc::ENOTDIR => Exc::NotADirectoryError,
        libc::EINTR => Exc::InterruptedError,
        libc::EACCES | libc::EPERM => Exc::PermissionError,
        libc::ESRCH => Exc::ProcessLookupError,
        libc::ETIMEDOUT => Exc::TimeoutError,
        _ => Exc::OSError,
    }
}

/// Raises OSError(errno, text[, filename[, filename2]]).
pub fn raise(vm: &mut Vm, errno: i32, filename: Option<&Value>, filename2: Option<&Value>) -> Raised {
    let text = vm.str(&strerror(errno));
    raise_text(vm, errno, text, filename, filename2)
}

pub fn raise_text(vm: &mut Vm, errno: i32, text: Value, filename: Option<&Value>, filename2: Option<&Value>) -> Raised {
    let number = Value::small_int(errno.into()).unwrap_or(Value::NONE);
    let exception = vm.new_exception(kind(errno), vec![number.clone(), text.clone()]);
    vm.set_exception_field(&exception, "errno", number);
    vm.set_exception_field(&exception, "strerror", text);
    if let Some(f) = filename {
        vm.set_exception_field(&exception, "filename", f.clone());
    }
    if let Some(f) = filename2 {
        vm.set_exception_field(&exception, "filename2", f.clone());
    }
    vm.raise_with_context(exception)
}

/// Raises for the calling thread's last error.
pub fn raise_last(vm: &mut Vm) -> Raised {
    let errno = last();
    raise(vm, errno, None, None)
}

/// Raises for an error of std's.
pub fn raise_io(vm: &mut Vm, e: &std::io::Error, filename: Option<&Value>) -> Raised {
    raise(vm, e.raw_os_error().unwrap_or(libc::EIO), filename, None)
}
