//! Small modules: `pwd`, `grp`, `_locale`, `faulthandler`, `resource`, `termios`.

#![allow(unsafe_code, reason = "system calls")]

use crate::os::call::int;
use crate::os::{error, path};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::types::Type;
use krait_vm::{Exc, KwArgs, Ref, Result, Value, Vm, methods};
use std::ffi::CStr;

static PASSWD: StructSpec = StructSpec { name: "pwd.struct_passwd", doc: "pwd.struct_passwd: Results from getpw*() routines.", fields: &["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"], visible: 7, instantiable: true };
static GROUP: StructSpec = StructSpec { name: "grp.struct_group", doc: "grp.struct_group: Results from getgr*() routines.", fields: &["gr_name", "gr_passwd", "gr_gid", "gr_mem"], visible: 4, instantiable: true };
static RUSAGE: StructSpec = StructSpec {
    name: "resource.struct_rusage",
    doc: "struct_rusage: Result from getrusage.",
    fields: &["ru_utime", "ru_stime", "ru_maxrss", "ru_ixrss", "ru_idrss", "ru_isrss", "ru_minflt", "ru_majflt", "ru_nswap", "ru_inblock", "ru_oublock", "ru_msgsnd", "ru_msgrcv", "ru_nsignals", "ru_nvcsw", "ru_nivcsw"],
    visible: 16,
    instantiable: true,
};

#[derive(Default)]
struct Types {
    passwd: Option<Ref<Type>>,
    group: Option<Ref<Type>>,
    rusage: Option<Ref<Type>>,
}

/// # Safety
/// A terminated string or null.
unsafe fn text(vm: &mut Vm, p: *const libc::c_char) -> Value {
    if p.is_null() {
        return Value::NONE;
    }
    // SAFETY: by contract.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes().to_vec();
    path::fs_str(vm, &bytes)
}

fn passwd(vm: &mut Vm, p: *const libc::passwd) -> Value {
    // SAFETY: the system's entry, valid until the next call.
    let values = unsafe {
        let p = &*p;
        vec![text(vm, p.pw_name), text(vm, p.pw_passwd), int(p.pw_uid.into()), int(p.pw_gid.into()), text(vm, p.pw_gecos), text(vm, p.pw_dir), text(vm, p.pw_shell)]
    };
    match vm.state::<Types>().passwd.clone() {
        Some(t) => vm.struct_sequence(&t, values),
        None => vm.tuple(values),
    }
}

fn group(vm: &mut Vm, g: *const libc::group) -> Value {
    // SAFETY: the system's entry, valid until the next call.
    let values = unsafe {
        let g = &*g;
        let mut members = Vec::new();
        let mut m = g.gr_mem;
        while !m.is_null() && !(*m).is_null() {
            members.push(text(vm, *m));
            m = m.add(1);
        }
        let members = vm.list(members);
        vec![text(vm, g.gr_name), text(vm, g.gr_passwd), int(g.gr_gid.into()), members]
    };
    match vm.state::<Types>().group.clone() {
        Some(t) => vm.struct_sequence(&t, values),
        None => vm.tuple(values),
    }
}

fn missing(vm: &mut Vm, message: String) -> krait_vm::Raised {
    let message = vm.str(&message);
    vm.key_error(message)
}

struct Pwd;

#[methods]
impl Pwd {
    /// Return the password database entry for the given numeric user ID.
    #[sig("(uid, /)")]
    fn getpwuid(vm: &mut Vm, uid: Value) -> Result<Value> {
        let n = vm.index_i64(&uid, "long")?;
        // SAFETY: no pointers.
        let p = if let Ok(n) = u32::try_from(n) { unsafe { libc::getpwuid(n) } } else { std::ptr::null_mut() };
        if p.is_null() {
            return Err(missing(vm, format!("getpwuid(): uid not found: {n}")));
        }
        Ok(passwd(vm, p))
    }
    #[sig("(name, /)")]
    fn getpwnam(vm: &mut Vm, name: Value) -> Result<Value> {
        let c = path::arg(vm, "getpwnam", "name", &name)?;
        // SAFETY: a terminated string.
        let p = unsafe { libc::getpwnam(c.ptr()) };
        if p.is_null() {
            let shown = vm.repr_text(&name)?;
            return Err(missing(vm, format!("getpwnam(): name not found: {shown}")));
        }
        Ok(passwd(vm, p))
    }
    #[sig("()")]
    fn getpwall(vm: &mut Vm) -> Result<Value> {
        let mut out = Vec::new();
        // SAFETY: iterates the system's database while holding the interpreter's lock.
        unsafe {
            libc::setpwent();
            loop {
                let p = libc::getpwent();
                if p.is_null() {
                    break;
                }
                out.push(passwd(vm, p));
            }
            libc::endpwent();
        }
        Ok(vm.list(out))
    }
}

struct Grp;

#[methods]
impl Grp {
    #[sig("(id)")]
    fn getgrgid(vm: &mut Vm, id: Value) -> Result<Value> {
        let n = vm.index_i64(&id, "long")?;
        // SAFETY: no pointers.
        let g = if let Ok(n) = u32::try_from(n) { unsafe { libc::getgrgid(n) } } else { std::ptr::null_mut() };
        if g.is_null() {
            return Err(missing(vm, format!("getgrgid(): gid not found: {n}")));
        }
        Ok(group(vm, g))
    }
    #[sig("(name)")]
    fn getgrnam(vm: &mut Vm, name: Value) -> Result<Value> {
        let c = path::arg(vm, "getgrnam", "name", &name)?;
        // SAFETY: a terminated string.
        let g = unsafe { libc::getgrnam(c.ptr()) };
        if g.is_null() {
            let shown = vm.repr_text(&name)?;
            return Err(missing(vm, format!("getgrnam(): name not found: {shown}")));
        }
        Ok(group(vm, g))
    }
    #[sig("()")]
    fn getgrall(vm: &mut Vm) -> Result<Value> {
        let mut out = Vec::new();
        // SAFETY: iterates the system's database while holding the interpreter's lock.
        unsafe {
            libc::setgrent();
            loop {
                let g = libc::getgrent();
                if g.is_null() {
                    break;
                }
                out.push(group(vm, g));
            }
            libc::endgrent();
        }
        Ok(vm.list(out))
    }
}

pub fn init_pwd(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Pwd>(module);
    let t = vm.define_struct_sequence(&PASSWD);
    vm.module_set(module, "struct_passwd", t.to_value());
    vm.state::<Types>().passwd = Some(t);
    Ok(())
}

pub fn init_grp(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Grp>(module);
    let t = vm.define_struct_sequence(&GROUP);
    vm.module_set(module, "struct_group", t.to_value());
    vm.state::<Types>().group = Some(t);
    Ok(())
}

struct Locale;

#[methods]
impl Locale {
    /// Activates/queries locale processing.
    #[sig("(category, locale=None, /)")]
    fn setlocale(vm: &mut Vm, category: i32, locale: Value) -> Result<Value> {
        let _ = category;
        if locale.is_none() {
            return Ok(vm.str("C.UTF-8"));
        }
        let text = vm.to_text(&locale)?;
        match text.as_str() {
            "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8" => Ok(vm.str(if text.is_empty() { "C.UTF-8" } else { &text })),
            _ => {
                let class = vm.import_attr("_locale", "Error")?;
                let message = vm.str("unsupported locale setting");
                let e = vm.call(&class, &[message])?;
                Err(vm.raise_with_context(e))
            }
        }
    }
    #[sig("()")]
    fn localeconv(vm: &mut Vm) -> Result<Value> {
        let dict = vm.heap.dict();
        for (key, value) in [("decimal_point", "."), ("thousands_sep", ""), ("int_curr_symbol", ""), ("currency_symbol", ""), ("mon_decimal_point", ""), ("mon_thousands_sep", ""), ("positive_sign", ""), ("negative_sign", "")] {
            let (key, value) = (vm.intern(key), vm.str(value));
            dict.set_str(&mut *vm.heap, &key, value);
        }
        for key in ["int_frac_digits", "frac_digits", "p_cs_precedes", "p_sep_by_space", "n_cs_precedes", "n_sep_by_space", "p_sign_posn", "n_sign_posn"] {
            let key = vm.intern(key);
            dict.set_str(&mut *vm.heap, &key, int(127));
        }
        for key in ["grouping", "mon_grouping"] {
            let (key, value) = (vm.intern(key), vm.list(Vec::new()));
            dict.set_str(&mut *vm.heap, &key, value);
        }
        Ok(dict.into_value())
    }
    #[sig("(a, b, /)")]
    fn strcoll(vm: &mut Vm, a: Value, b: Value) -> Result<i64> {
        let less = vm.compare_bool(krait_vm::runtime::compare::CmpOp::Lt, &a, &b)?;
        let equal = vm.equal(&a, &b)?;
        Ok(if less { -1 } else { i64::from(!equal) })
    }
    #[sig("(string, /)")]
    fn strxfrm(_vm: &mut Vm, string: Value) -> Result<Value> {
        Ok(string)
    }
    #[sig("()")]
    fn getencoding(_vm: &mut Vm) -> Result<&'static str> {
        Ok("utf-8")
    }
    #[sig("(key, /)")]
    fn nl_langinfo(vm: &mut Vm, key: i32) -> Result<Value> {
        // SAFETY: the result is a static terminated string.
        unsafe {
            if key == libc::CODESET {
                return Ok(vm.str("UTF-8"));
            }
            let p = libc::nl_langinfo(key);
            Ok(text(vm, p))
        }
    }
}

pub fn init_locale(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Locale>(module);
    for (name, n) in [("LC_CTYPE", 0), ("LC_NUMERIC", 1), ("LC_TIME", 2), ("LC_COLLATE", 3), ("LC_MONETARY", 4), ("LC_MESSAGES", 5), ("LC_ALL", 6), ("CHAR_MAX", 127)] {
        vm.module_set(module, name, int(n));
    }
    for (name, n) in [("CODESET", libc::CODESET), ("RADIXCHAR", libc::RADIXCHAR), ("THOUSEP", libc::THOUSEP), ("YESEXPR", libc::YESEXPR), ("NOEXPR", libc::NOEXPR), ("D_FMT", libc::D_FMT), ("T_FMT", libc::T_FMT), ("D_T_FMT", libc::D_T_FMT), ("CRNCYSTR", libc::CRNCYSTR), ("AM_STR", libc::AM_STR), ("PM_STR", libc::PM_STR)] {
        vm.module_set(module, name, int(n.into()));
    }
    let value_error = vm.exc.get(Exc::Exception).to_value();
    let ty = vm.core_type(krait_vm::types::id::TYPE).into_value();
    let (name, bases, dict) = (vm.str("Error"), vm.tuple(vec![value_error]), vm.heap.dict());
    let key = vm.names.__module__.clone();
    let module_name = vm.str("locale");
    dict.set_str(&mut *vm.heap, &key, module_name);
    let class = vm.call(&ty, &[name, bases, dict.into_value()])?;
    vm.module_set(module, "Error", class);
    Ok(())
}

struct FaultHandler;

#[methods]
impl FaultHandler {
    #[sig("(*args, **kwargs)")]
    fn enable(_vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<()> {
        Ok(())
    }
    #[sig("()")]
    fn disable(_vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
    #[sig("()")]
    fn is_enabled(_vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
    #[sig("(*args, **kwargs)")]
    fn register(_vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<()> {
        Ok(())
    }
    #[sig("(signum, /)")]
    fn unregister(_vm: &mut Vm, _signum: i32) -> Result<bool> {
        Ok(false)
    }
    #[sig("(*args, **kwargs)")]
    fn dump_traceback_later(_vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<()> {
        Ok(())
    }
    #[sig("()")]
    fn cancel_dump_traceback_later(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
    #[sig("(*args, **kwargs)")]
    fn dump_traceback(_vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<()> {
        Ok(())
    }
}

pub fn init_faulthandler(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<FaultHandler>(module);
    Ok(())
}

/// A `resource.struct_rusage`.
pub fn rusage(vm: &mut Vm, r: &libc::rusage) -> Result<Value> {
    let seconds = |t: &libc::timeval| Value::float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    let mut values = vec![seconds(&r.ru_utime), seconds(&r.ru_stime)];
    let counts = [r.ru_maxrss, r.ru_ixrss, r.ru_idrss, r.ru_isrss, r.ru_minflt, r.ru_majflt, r.ru_nswap, r.ru_inblock, r.ru_oublock, r.ru_msgsnd, r.ru_msgrcv, r.ru_nsignals, r.ru_nvcsw, r.ru_nivcsw];
    values.extend(counts.map(int));
    vm.import("resource")?;
    match vm.state::<Types>().rusage.clone() {
        Some(t) => Ok(vm.struct_sequence(&t, values)),
        None => Ok(vm.tuple(values)),
    }
}

struct Resource;

fn limit(vm: &mut Vm, v: &Value) -> Result<libc::rlim_t> {
    let n = v.as_int(&vm.heap).and_then(|i| i.to_i64());
    match n {
        Some(n) => Ok(n as libc::rlim_t),
        None => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}

#[methods]
impl Resource {
    #[sig("(who, /)")]
    fn getrusage(vm: &mut Vm, who: i32) -> Result<Value> {
        // SAFETY: the pointer is to a local.
        let (result, usage) = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            (libc::getrusage(who, &mut usage), usage)
        };
        if result != 0 {
            return Err(vm.value_error("invalid who parameter"));
        }
        rusage(vm, &usage)
    }
    #[sig("(resource, /)")]
    fn getrlimit(vm: &mut Vm, resource: i32) -> Result<Value> {
        if !(0..16).contains(&resource) {
            return Err(vm.value_error("invalid resource specified"));
        }
        let mut l = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the pointer is to a local.
        if unsafe { libc::getrlimit(resource as _, &mut l) } != 0 {
            return Err(error::raise_last(vm));
        }
        Ok(vm.tuple(vec![int(l.rlim_cur as i64), int(l.rlim_max as i64)]))
    }
    #[sig("(resource, limits, /)")]
    fn setrlimit(vm: &mut Vm, resource: i32, limits: Value) -> Result<()> {
        if !(0..16).contains(&resource) {
            return Err(vm.value_error("invalid resource specified"));
        }
        let parts = vm.collect(&limits)?;
        let [cur, max] = &parts[..] else { return Err(vm.value_error("expected a tuple of 2 integers")) };
        let l = libc::rlimit { rlim_cur: limit(vm, cur)?, rlim_max: limit(vm, max)? };
        // SAFETY: the pointer is to a local.
        if unsafe { libc::setrlimit(resource as _, &l) } != 0 {
            let errno = error::last();
            return Err(match errno {
                libc::EINVAL => vm.value_error("current limit exceeds maximum limit"),
                libc::EPERM => vm.value_error("not allowed to raise maximum limit"),
                _ => error::raise(vm, errno, None, None),
            });
        }
        Ok(())
    }
    #[sig("()")]
    fn getpagesize(_vm: &mut Vm) -> Result<i64> {
        // SAFETY: no pointers.
        Ok(unsafe { libc::sysconf(libc::_SC_PAGESIZE) })
    }
}

macro_rules! limits {
    ($($name:ident)*) => { [$((stringify!($name), libc::$name as i64)),*] };
}

pub fn init_resource(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Resource>(module);
    for (name, n) in limits! { RLIMIT_CPU RLIMIT_FSIZE RLIMIT_DATA RLIMIT_STACK RLIMIT_CORE RLIMIT_RSS RLIMIT_NPROC RLIMIT_NOFILE RLIMIT_MEMLOCK RLIMIT_AS RUSAGE_SELF RUSAGE_CHILDREN RUSAGE_THREAD } {
        vm.module_set(module, name, int(n));
    }
    vm.module_set(module, "RLIM_INFINITY", int(-1));
    let os_error = vm.exc.get(Exc::OSError).to_value();
    vm.module_set(module, "error", os_error);
    let t = vm.define_struct_sequence(&RUSAGE);
    vm.module_set(module, "struct_rusage", t.to_value());
    vm.state::<Types>().rusage = Some(t);
    Ok(())
}

struct Termios;

fn settings(vm: &mut Vm, t: &libc::termios) -> Value {
    let mut chars = Vec::new();
    for (i, c) in t.c_cc.iter().enumerate() {
        chars.push(if t.c_lflag & libc::ICANON == 0 && (i == libc::VMIN || i == libc::VTIME) { int((*c).into()) } else { vm.heap.bytes(&[*c]).into_value() });
    }
    let chars = vm.list(chars);
    // SAFETY: reads the structure.
    let (input, output) = unsafe { (libc::cfgetispeed(t), libc::cfgetospeed(t)) };
    vm.list(vec![int(t.c_iflag.into()), int(t.c_oflag.into()), int(t.c_cflag.into()), int(t.c_lflag.into()), int(input.into()), int(output.into()), chars])
}

fn terminal_error(vm: &mut Vm) -> krait_vm::Raised {
    let errno = error::last();
    let message = vm.str(&error::strerror(errno));
    match vm.import_attr("termios", "error").and_then(|class| vm.call(&class, &[int(errno.into()), message])) {
        Ok(e) => vm.raise_with_context(e),
        Err(e) => e,
    }
}

#[methods]
impl Termios {
    #[sig("(fd, /)")]
    fn tcgetattr(vm: &mut Vm, fd: Value) -> Result<Value> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: the pointer is to a local.
        let (result, t) = unsafe {
            let mut t: libc::termios = std::mem::zeroed();
            (libc::tcgetattr(fd, &mut t), t)
        };
        if result != 0 {
            return Err(terminal_error(vm));
        }
        Ok(settings(vm, &t))
    }
    #[sig("(fd, when, attributes, /)")]
    fn tcsetattr(vm: &mut Vm, fd: Value, when: i32, attributes: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        let parts = vm.collect(&attributes)?;
        let [iflag, oflag, cflag, lflag, ispeed, ospeed, cc] = &parts[..] else {
            return Err(vm.type_error("tcsetattr, arg 3: must be 7 element list"));
        };
        // SAFETY: the pointer is to a local.
        let mut t: libc::termios = unsafe {
            let mut t: libc::termios = std::mem::zeroed();
            libc::tcgetattr(fd, &mut t);
            t
        };
        t.c_iflag = vm.index_i64(iflag, "long")? as _;
        t.c_oflag = vm.index_i64(oflag, "long")? as _;
        t.c_cflag = vm.index_i64(cflag, "long")? as _;
        t.c_lflag = vm.index_i64(lflag, "long")? as _;
        let (ispeed, ospeed) = (vm.index_i64(ispeed, "long")?, vm.index_i64(ospeed, "long")?);
        for (slot, v) in t.c_cc.iter_mut().zip(vm.collect(cc)?) {
            *slot = match v.as_small_int() {
                Some(n) => n as u8,
                None => vm.bytes_like(&v)?.first().copied().unwrap_or(0),
            };
        }
        // SAFETY: the pointer is to a local.
        unsafe {
            libc::cfsetispeed(&mut t, ispeed as _);
            libc::cfsetospeed(&mut t, ospeed as _);
            if libc::tcsetattr(fd, when, &t) != 0 {
                return Err(terminal_error(vm));
            }
        }
        Ok(())
    }
    #[sig("(fd, queue, /)")]
    fn tcflush(vm: &mut Vm, fd: Value, queue: i32) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        if unsafe { libc::tcflush(fd, queue) } != 0 { Err(terminal_error(vm)) } else { Ok(()) }
    }
    #[sig("(fd, /)")]
    fn tcdrain(vm: &mut Vm, fd: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        if unsafe { libc::tcdrain(fd) } != 0 { Err(terminal_error(vm)) } else { Ok(()) }
    }
}

pub fn init_termios(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Termios>(module);
    let constants = limits! {
        TCSANOW TCSADRAIN TCSAFLUSH TCIFLUSH TCOFLUSH TCIOFLUSH ECHO ECHOE ECHOK ECHONL ICANON IEXTEN ISIG NOFLSH TOSTOP BRKINT ICRNL
        IGNBRK IGNCR IGNPAR INLCR INPCK ISTRIP IXANY IXOFF IXON PARMRK OPOST ONLCR OCRNL ONOCR ONLRET CSIZE CS5 CS6 CS7 CS8 CSTOPB
        CREAD PARENB PARODD HUPCL CLOCAL VEOF VEOL VERASE VINTR VKILL VMIN VQUIT VSTART VSTOP VSUSP VTIME B9600 B19200 B38400
        B115200 TIOCGWINSZ TIOCSWINSZ FIONREAD TIOCSCTTY TIOCNOTTY
    };
    for (name, n) in constants {
        vm.module_set(module, name, int(n));
    }
    let exception = vm.exc.get(Exc::Exception).to_value();
    let ty = vm.core_type(krait_vm::types::id::TYPE).into_value();
    let (name, bases, dict) = (vm.str("error"), vm.tuple(vec![exception]), vm.heap.dict());
    let key = vm.names.__module__.clone();
    let module_name = vm.str("termios");
    dict.set_str(&mut *vm.heap, &key, module_name);
    let class = vm.call(&ty, &[name, bases, dict.into_value()])?;
    vm.module_set(module, "error", class);
    Ok(())
}
