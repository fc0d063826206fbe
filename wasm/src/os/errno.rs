//! Error numbers: the `errno` module, the texts of `os.strerror`, OSError of the right kind.
//!
//! The numbers are those of Linux on every machine, so that programs and their output do not depend on the page.

use krait_vm::builtins::module::Module;
use krait_vm::{Exc, Raised, Ref, Result, Value, Vm};

pub const EPERM: i32 = 1;
pub const ENOENT: i32 = 2;
pub const ESRCH: i32 = 3;
pub const EINTR: i32 = 4;
pub const EIO: i32 = 5;
pub const EBADF: i32 = 9;
pub const ECHILD: i32 = 10;
pub const EAGAIN: i32 = 11;
pub const EACCES: i32 = 13;
pub const EBUSY: i32 = 16;
pub const EEXIST: i32 = 17;
pub const ENOTDIR: i32 = 20;
pub const EISDIR: i32 = 21;
pub const EINVAL: i32 = 22;
pub const EMFILE: i32 = 24;
pub const ENOTTY: i32 = 25;
pub const EFBIG: i32 = 27;
pub const ENOSPC: i32 = 28;
pub const ESPIPE: i32 = 29;
pub const EPIPE: i32 = 32;
pub const ENOTEMPTY: i32 = 39;
pub const ELOOP: i32 = 40;
pub const ECONNABORTED: i32 = 103;
pub const ECONNRESET: i32 = 104;
pub const ESHUTDOWN: i32 = 108;
pub const ETIMEDOUT: i32 = 110;
pub const ECONNREFUSED: i32 = 111;
pub const EALREADY: i32 = 114;
pub const EINPROGRESS: i32 = 115;

/// (name, number, text)
const CODES: &[(&str, i32, &str)] = &[
    ("EPERM", 1, "Operation not permitted"),
    ("ENOENT", 2, "No such file or directory"),
    ("ESRCH", 3, "No such process"),
    ("EINTR", 4, "Interrupted system call"),
    ("EIO", 5, "Input/output error"),
    ("ENXIO", 6, "No such device or address"),
    ("E2BIG", 7, "Argument list too long"),
    ("ENOEXEC", 8, "Exec format error"),
    ("EBADF", 9, "Bad file descriptor"),
    ("ECHILD", 10, "No child processes"),
    ("EAGAIN", 11, "Resource temporarily unavailable"),
    ("ENOMEM", 12, "Cannot allocate memory"),
    ("EACCES", 13, "Permission denied"),
    ("EFAULT", 14, "Bad address"),
    ("EBUSY", 16, "Device or resource busy"),
    ("EEXIST", 17, "File exists"),
    ("EXDEV", 18, "Invalid cross-device link"),
    ("ENODEV", 19, "No such device"),
    ("ENOTDIR", 20, "Not a directory"),
    ("EISDIR", 21, "Is a directory"),
    ("EINVAL", 22, "Invalid argument"),
    ("ENFILE", 23, "Too many open files in system"),
    ("EMFILE", 24, "Too many open files"),
    ("ENOTTY", 25, "Inappropriate ioctl for device"),
    ("ETXTBSY", 26, "Text file busy"),
    ("EFBIG", 27, "File too large"),
    ("ENOSPC", 28, "No space left on device"),
    ("ESPIPE", 29, "Illegal seek"),
    ("EROFS", 30, "Read-only file system"),
    ("EMLINK", 31, "Too many links"),
    ("EPIPE", 32, "Broken pipe"),
    ("EDOM", 33, "Numerical argument out of domain"),
    ("ERANGE", 34, "Numerical result out of range"),
    ("ENAMETOOLONG", 36, "File name too long"),
    ("ENOLCK", 37, "No locks available"),
    ("ENOSYS", 38, "Function not implemented"),
    ("ENOTEMPTY", 39, "Directory not empty"),
    ("ELOOP", 40, "Too many levels of symbolic links"),
    ("ENOMSG", 42, "No message of desired type"),
    ("EIDRM", 43, "Identifier removed"),
    ("ENOSTR", 60, "Device not a stream"),
    ("ENODATA", 61, "No data available"),
    ("ETIME", 62, "Timer expired"),
    ("ENOSR", 63, "Out of streams resources"),
    ("ENOLINK", 67, "Link has been severed"),
    ("EPROTO", 71, "Protocol error"),
    ("EMULTIHOP", 72, "Multihop attempted"),
    ("EBADMSG", 74, "Bad message"),
    ("EOVERFLOW", 75, "Value too large for defined data type"),
    ("EILSEQ", 84, "Invalid or incomplete multibyte or wide character"),
    ("EUSERS", 87, "Too many users"),
    ("ENOTSOCK", 88, "Socket operation on non-socket"),
    ("EDESTADDRREQ", 89, "Destination address required"),
    ("EMSGSIZE", 90, "Message too long"),
    ("EPROTOTYPE", 91, "Protocol wrong type for socket"),
    ("ENOPROTOOPT", 92, "Protocol not available"),
    ("EPROTONOSUPPORT", 93, "Protocol not supported"),
    ("ESOCKTNOSUPPORT", 94, "Socket type not supported"),
    ("ENOTSUP", 95, "Operation not supported"),
    ("EPFNOSUPPORT", 96, "Protocol family not supported"),
    ("EAFNOSUPPORT", 97, "Address family not supported by protocol"),
    ("EADDRINUSE", 98, "Address already in use"),
    ("EADDRNOTAVAIL", 99, "Cannot assign requested address"),
    ("ENETDOWN", 100, "Network is down"),
    ("ENETUNREACH", 101, "Network is unreachable"),
    ("ENETRESET", 102, "Network dropped connection on reset"),
    ("ECONNABORTED", 103, "Software caused connection abort"),
    ("ECONNRESET", 104, "Connection reset by peer"),
    ("ENOBUFS", 105, "No buffer space available"),
    ("EISCONN", 106, "Transport endpoint is already connected"),
    ("ENOTCONN", 107, "Transport endpoint is not connected"),
    ("ESHUTDOWN", 108, "Cannot send after transport endpoint shutdown"),
    ("ETOOMANYREFS", 109, "Too many references: cannot splice"),
    ("ETIMEDOUT", 110, "Connection timed out"),
    ("ECONNREFUSED", 111, "Connection refused"),
    ("EHOSTDOWN", 112, "Host is down"),
    ("EHOSTUNREACH", 113, "No route to host"),
    ("EALREADY", 114, "Operation already in progress"),
    ("EINPROGRESS", 115, "Operation now in progress"),
    ("ESTALE", 116, "Stale file handle"),
    ("EDQUOT", 122, "Disk quota exceeded"),
    ("ECANCELED", 125, "Operation canceled"),
    ("EOWNERDEAD", 130, "Owner died"),
    ("ENOTRECOVERABLE", 131, "State not recoverable"),
];

/// Second names of numbers.
const ALIASES: &[(&str, i32)] = &[("EWOULDBLOCK", EAGAIN), ("EOPNOTSUPP", 95), ("EDEADLOCK", 35)];

/// The text of an error number.
pub fn strerror(errno: i32) -> String {
    match CODES.iter().find(|(_, n, _)| *n == errno) {
        Some((_, _, text)) => (*text).to_string(),
        None if errno == 0 => "Success".to_string(),
        None => format!("Unknown error {errno}"),
    }
}

/// The subclass of OSError for an error number.
fn kind(errno: i32) -> Exc {
    match errno {
        EAGAIN | EALREADY | EINPROGRESS => Exc::BlockingIOError,
        EPIPE | ESHUTDOWN => Exc::BrokenPipeError,
        ECHILD => Exc::ChildProcessError,
        ECONNABORTED => Exc::ConnectionAbortedError,
        ECONNREFUSED => Exc::ConnectionRefusedError,
        ECONNRESET => Exc::ConnectionResetError,
        EEXIST => Exc::FileExistsError,
        ENOENT => Exc::FileNotFoundError,
        EISDIR => Exc::IsADirectoryError,
        ENOTDIR => Exc::NotADirectoryError,
        EINTR => Exc::InterruptedError,
        EACCES | EPERM => Exc::PermissionError,
        ESRCH => Exc::ProcessLookupError,
        ETIMEDOUT => Exc::TimeoutError,
        _ => Exc::OSError,
    }
}

/// Raises OSError(errno, text[, filename[, None, filename2]]).
pub fn raise(vm: &mut Vm, errno: i32, filename: Option<&Value>, filename2: Option<&Value>) -> Raised {
    let number = Value::small_int(errno.into()).unwrap_or(Value::NONE);
    let text = vm.str(&strerror(errno));
    let exception = vm.new_exception(kind(errno), vec![number.clone(), text.clone()]);
    let fields = [("errno", Some(&number)), ("strerror", Some(&text)), ("filename", filename), ("filename2", filename2)];
    for (name, value) in fields {
        if let Some(v) = value {
            vm.set_exception_field(&exception, name, v.clone());
        }
    }
    vm.raise_with_context(exception)
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let names = vm.heap.dict();
    for (name, code) in CODES.iter().map(|(name, code, _)| (name, code)).chain(ALIASES.iter().map(|(name, code)| (name, code))) {
        let number = Value::small_int((*code).into()).unwrap_or(Value::NONE);
        vm.module_set(module, name, number.clone());
        if names.get_item(vm, &number)?.is_none() {
            let text = vm.intern(name).into_value();
            names.set_item(vm, number, text)?;
        }
    }
    vm.module_set(module, "errorcode", names.into_value());
    Ok(())
}
