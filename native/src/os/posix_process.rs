//! Processes: fork, exec, wait, identities, and `_posixsubprocess`. Part of `posix`.

#![allow(unsafe_code, reason = "system calls")]
#![allow(non_snake_case, reason = "functions are named as in Python")]

use crate::os::call::{self, int};
use crate::os::path;
use crate::os::{error, thread};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Value, Vm, methods};
use std::ffi::CString;

#[derive(Default)]
struct Hooks {
    before: Vec<Value>,
    after_parent: Vec<Value>,
    after_child: Vec<Value>,
}

fn run_hooks(vm: &mut Vm, hooks: Vec<Value>) {
    for hook in hooks {
        if vm.call(&hook, &[]).is_err() {
            vm.write_unraisable(Some("Exception ignored in fork hook"), &hook);
        }
    }
}

fn fork(vm: &mut Vm) -> Result<i64> {
    let before: Vec<Value> = vm.state::<Hooks>().before.iter().rev().cloned().collect();
    run_hooks(vm, before);
    // SAFETY: the child continues with the calling thread only; its interpreter's lock is made anew below.
    let pid = unsafe { libc::fork() };
    let errno = error::last();
    if pid == 0 {
        thread::after_fork_child(vm);
        let hooks = vm.state::<Hooks>().after_child.clone();
        run_hooks(vm, hooks);
    } else {
        let hooks = vm.state::<Hooks>().after_parent.clone();
        run_hooks(vm, hooks);
    }
    if pid < 0 {
        return Err(error::raise(vm, errno, None, None));
    }
    Ok(pid.into())
}

/// Terminated strings and the null-ended array of pointers to them.
struct Strings {
    _owned: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

fn strings(vm: &mut Vm, items: &[Vec<u8>]) -> Result<Strings> {
    let mut owned = Vec::new();
    for i in items {
        match CString::new(i.clone()) {
            Ok(c) => owned.push(c),
            Err(_) => return Err(vm.value_error("embedded null byte")),
        }
    }
    let pointers = owned.iter().map(|c| c.as_ptr()).chain([std::ptr::null()]).collect();
    Ok(Strings { _owned: owned, pointers })
}

fn path_list(vm: &mut Vm, function: &str, items: &Value) -> Result<Vec<Vec<u8>>> {
    let mut out = Vec::new();
    for item in vm.collect(items)? {
        out.push(path::arg(vm, function, "arg", &item)?.c.into_bytes());
    }
    Ok(out)
}

fn environment(vm: &mut Vm, env: &Value) -> Result<Vec<Vec<u8>>> {
    let pairs = match env.downcast::<Dict>(&*vm.heap).cloned() {
        Some(d) => d.items(&*vm.heap),
        None => {
            let items = vm.call_method(env, "items", &[])?;
            let mut out = Vec::new();
            for pair in vm.collect(&items)? {
                let pair = vm.collect(&pair)?;
                if let [k, v] = &pair[..] {
                    out.push((k.clone(), v.clone()));
                }
            }
            out
        }
    };
    let mut out = Vec::new();
    for (k, v) in pairs {
        let mut entry = path::arg(vm, "execve", "env", &k)?.c.into_bytes();
        if entry.contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        entry.push(b'=');
        entry.extend(path::arg(vm, "execve", "env", &v)?.c.into_bytes());
        out.push(entry);
    }
    Ok(out)
}

fn wait_result(vm: &mut Vm, pid: i64, status: i32) -> Value {
    vm.tuple(vec![int(pid), int(status.into())])
}

fn rusage(vm: &mut Vm, r: &libc::rusage) -> Result<Value> {
    crate::os::small::rusage(vm, r)
}

macro_rules! identity_getters {
    ($($name:ident)*) => {
        struct Getters;
        #[methods]
        impl Getters {
            $(#[sig("()")] fn $name(_vm: &mut Vm) -> Result<i64> {
                // SAFETY: no arguments.
                Ok(unsafe { libc::$name() }.into())
            })*
        }
    };
}
identity_getters! { getpid getppid getuid geteuid getgid getegid getpgrp }

struct Functions;

#[methods]
impl Functions {
    /// Fork a child process.
    #[sig("()")]
    fn fork(vm: &mut Vm) -> Result<i64> {
        fork(vm)
    }
    #[sig("()")]
    fn forkpty(vm: &mut Vm) -> Result<Value> {
        let mut fd = 0;
        // SAFETY: the pointer is to a local; see `fork`.
        let pid = unsafe { libc::forkpty(&mut fd, std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut()) };
        if pid < 0 {
            return Err(error::raise_last(vm));
        }
        if pid == 0 {
            thread::after_fork_child(vm);
        }
        Ok(vm.tuple(vec![int(pid.into()), int(fd.into())]))
    }
    #[sig("(*, before=None, after_in_child=None, after_in_parent=None)")]
    fn register_at_fork(vm: &mut Vm, before: Option<Value>, after_in_child: Option<Value>, after_in_parent: Option<Value>) -> Result<()> {
        if before.is_none() && after_in_child.is_none() && after_in_parent.is_none() {
            return Err(vm.type_error("At least one argument is required."));
        }
        let hooks = vm.state::<Hooks>();
        hooks.before.extend(before);
        hooks.after_child.extend(after_in_child);
        hooks.after_parent.extend(after_in_parent);
        Ok(())
    }
    #[sig("(status)")]
    fn _exit(_vm: &mut Vm, status: i32) -> Result<()> {
        // SAFETY: never returns.
        unsafe { libc::_exit(status) }
    }
    #[sig("()")]
    fn abort(_vm: &mut Vm) -> Result<()> {
        std::process::abort()
    }
    #[sig("(path, argv, /)")]
    fn execv(vm: &mut Vm, path: Value, argv: Value) -> Result<()> {
        let p = path::arg(vm, "execv", "path", &path)?;
        let args = path_list(vm, "execv", &argv)?;
        if args.first().is_none_or(Vec::is_empty) {
            return Err(vm.value_error("execv() arg 2 first element cannot be empty"));
        }
        let args = strings(vm, &args)?;
        // SAFETY: terminated strings in a null-ended array.
        unsafe { libc::execv(p.ptr(), args.pointers.as_ptr()) };
        let errno = error::last();
        Err(error::raise(vm, errno, Some(&p.object), None))
    }
    #[sig("(path, argv, env)")]
    fn execve(vm: &mut Vm, path: Value, argv: Value, env: Value) -> Result<()> {
        let p = path::arg_or_fd(vm, "execve", "path", &path)?;
        let args = path_list(vm, "execve", &argv)?;
        if args.first().is_none_or(Vec::is_empty) {
            return Err(vm.value_error("execve() arg 2 first element cannot be empty"));
        }
        let (args, env) = (strings(vm, &args)?, environment(vm, &env)?);
        let env = strings(vm, &env)?;
        // SAFETY: terminated strings in null-ended arrays.
        unsafe {
            match p.fd {
                Some(fd) => libc::fexecve(fd, args.pointers.as_ptr(), env.pointers.as_ptr()),
                None => libc::execve(p.ptr(), args.pointers.as_ptr(), env.pointers.as_ptr()),
            }
        };
        let errno = error::last();
        Err(error::raise(vm, errno, Some(&p.object), None))
    }
    #[sig("(pid, options, /)")]
    fn waitpid(vm: &mut Vm, pid: i32, options: i32) -> Result<Value> {
        let mut status = 0;
        let p = &raw mut status;
        // SAFETY: the pointer is to a local.
        let got = call::call(vm, || unsafe { libc::waitpid(pid, p, options) }.into())?;
        Ok(wait_result(vm, got, status))
    }
    #[sig("()")]
    fn wait(vm: &mut Vm) -> Result<Value> {
        Functions::waitpid(vm, -1, 0)
    }
    #[sig("(options)")]
    fn wait3(vm: &mut Vm, options: i32) -> Result<Value> {
        Functions::wait4(vm, -1, options)
    }
    #[sig("(pid, options)")]
    fn wait4(vm: &mut Vm, pid: i32, options: i32) -> Result<Value> {
        let mut status = 0;
        // SAFETY: plain data.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        let (p, u) = (&raw mut status, &raw mut usage);
        // SAFETY: pointers to locals.
        let got = call::call(vm, || unsafe { libc::wait4(pid, p, options, u) }.into())?;
        let usage = rusage(vm, &usage)?;
        Ok(vm.tuple(vec![int(got), int(status.into()), usage]))
    }
    #[sig("(status)")]
    fn waitstatus_to_exitcode(vm: &mut Vm, status: i32) -> Result<i64> {
        if libc::WIFEXITED(status) {
            return Ok(libc::WEXITSTATUS(status).into());
        }
        if libc::WIFSIGNALED(status) {
            return Ok(-i64::from(libc::WTERMSIG(status)));
        }
        if libc::WIFSTOPPED(status) {
            let s = libc::WSTOPSIG(status);
            return Err(vm.value_error(format!("process stopped by delivery of signal {s}")));
        }
        Err(vm.value_error(format!("invalid wait status: {status}")))
    }
    #[sig("(status, /)")]
    fn WCOREDUMP(_vm: &mut Vm, status: i32) -> Result<bool> {
        Ok(libc::WCOREDUMP(status))
    }
    #[sig("(status)")]
    fn WIFCONTINUED(_vm: &mut Vm, status: i32) -> Result<bool> {
        Ok(libc::WIFCONTINUED(status))
    }
    #[sig("(status)")]
    fn WIFSTOPPED(_vm: &mut Vm, status: i32) -> Result<bool> {
        Ok(libc::WIFSTOPPED(status))
    }
    #[sig("(status)")]
    fn WIFSIGNALED(_vm: &mut Vm, status: i32) -> Result<bool> {
        Ok(libc::WIFSIGNALED(status))
    }
    #[sig("(status)")]
    fn WIFEXITED(_vm: &mut Vm, status: i32) -> Result<bool> {
        Ok(libc::WIFEXITED(status))
    }
    #[sig("(status)")]
    fn WEXITSTATUS(_vm: &mut Vm, status: i32) -> Result<i64> {
        Ok(libc::WEXITSTATUS(status).into())
    }
    #[sig("(status)")]
    fn WTERMSIG(_vm: &mut Vm, status: i32) -> Result<i64> {
        Ok(libc::WTERMSIG(status).into())
    }
    #[sig("(status)")]
    fn WSTOPSIG(_vm: &mut Vm, status: i32) -> Result<i64> {
        Ok(libc::WSTOPSIG(status).into())
    }
    #[sig("(pid, signal, /)")]
    fn kill(vm: &mut Vm, pid: i32, signal: i32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::kill(pid, signal) }.into())?;
        crate::os::signal::check(vm)
    }
    #[sig("(pgid, signal, /)")]
    fn killpg(vm: &mut Vm, pgid: i32, signal: i32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::killpg(pgid, signal) }.into()).map(drop)
    }
    #[sig("(increment, /)")]
    fn nice(vm: &mut Vm, increment: i32) -> Result<i64> {
        // SAFETY: no pointers; -1 may be a result.
        unsafe {
            *libc::__errno_location() = 0;
            let n = libc::nice(increment);
            if n == -1 && error::last() != 0 {
                return Err(error::raise_last(vm));
            }
            Ok(n.into())
        }
    }
    #[sig("(pid)")]
    fn getpgid(vm: &mut Vm, pid: i32) -> Result<i64> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::getpgid(pid) }.into())
    }
    #[sig("(pid, /)")]
    fn getsid(vm: &mut Vm, pid: i32) -> Result<i64> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::getsid(pid) }.into())
    }
    #[sig("()")]
    fn setsid(vm: &mut Vm) -> Result<()> {
        // SAFETY: no arguments.
        call::call(vm, || unsafe { libc::setsid() }.into()).map(drop)
    }
    #[sig("()")]
    fn setpgrp(vm: &mut Vm) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::setpgid(0, 0) }.into()).map(drop)
    }
    #[sig("(pid, pgrp, /)")]
    fn setpgid(vm: &mut Vm, pid: i32, pgrp: i32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::setpgid(pid, pgrp) }.into()).map(drop)
    }
    #[sig("(fd, /)")]
    fn tcgetpgrp(vm: &mut Vm, fd: i32) -> Result<i64> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::tcgetpgrp(fd) }.into())
    }
    #[sig("(fd, pgid, /)")]
    fn tcsetpgrp(vm: &mut Vm, fd: i32, pgid: i32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::tcsetpgrp(fd, pgid) }.into()).map(drop)
    }
    #[sig("(uid, /)")]
    fn setuid(vm: &mut Vm, uid: u32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::setuid(uid) }.into()).map(drop)
    }
    #[sig("(gid, /)")]
    fn setgid(vm: &mut Vm, gid: u32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::setgid(gid) }.into()).map(drop)
    }
    #[sig("(euid, /)")]
    fn seteuid(vm: &mut Vm, euid: u32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::seteuid(euid) }.into()).map(drop)
    }
    #[sig("(egid, /)")]
    fn setegid(vm: &mut Vm, egid: u32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::setegid(egid) }.into()).map(drop)
    }
    #[sig("()")]
    fn getgroups(vm: &mut Vm) -> Result<Value> {
        let mut groups = vec![0u32; 65536];
        // SAFETY: room for that many groups.
        let n = unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) };
        if n < 0 {
            return Err(error::raise_last(vm));
        }
        Ok(vm.list(groups[..n as usize].iter().map(|g| int((*g).into())).collect()))
    }
    #[sig("()")]
    fn getresuid(vm: &mut Vm) -> Result<Value> {
        let (mut a, mut b, mut c) = (0, 0, 0);
        // SAFETY: pointers to locals.
        unsafe { libc::getresuid(&mut a, &mut b, &mut c) };
        Ok(vm.tuple([a, b, c].map(|n| int(n.into())).to_vec()))
    }
    #[sig("()")]
    fn getresgid(vm: &mut Vm) -> Result<Value> {
        let (mut a, mut b, mut c) = (0, 0, 0);
        // SAFETY: pointers to locals.
        unsafe { libc::getresgid(&mut a, &mut b, &mut c) };
        Ok(vm.tuple([a, b, c].map(|n| int(n.into())).to_vec()))
    }
    #[sig("(which, who)")]
    fn getpriority(vm: &mut Vm, which: i32, who: i32) -> Result<i64> {
        // SAFETY: no pointers; -1 may be a result.
        unsafe {
            *libc::__errno_location() = 0;
            let n = libc::getpriority(which as _, who as _);
            if n == -1 && error::last() != 0 {
                return Err(error::raise_last(vm));
            }
            Ok(n.into())
        }
    }
    #[sig("(which, who, priority)")]
    fn setpriority(vm: &mut Vm, which: i32, who: i32, priority: i32) -> Result<()> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::setpriority(which as _, who as _, priority) }.into()).map(drop)
    }
    #[sig("()")]
    fn sched_yield(vm: &mut Vm) -> Result<()> {
        // SAFETY: no arguments.
        call::call(vm, || unsafe { libc::sched_yield() }.into()).map(drop)
    }
    #[sig("(pid, /)")]
    fn sched_getaffinity(vm: &mut Vm, pid: i32) -> Result<Value> {
        // SAFETY: plain data, filled by the call.
        let (result, set) = unsafe {
            let mut set: libc::cpu_set_t = std::mem::zeroed();
            (libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &mut set), set)
        };
        if result != 0 {
            return Err(error::raise_last(vm));
        }
        // SAFETY: indices below the set's size.
        let cpus = (0..libc::CPU_SETSIZE as usize).filter(|i| unsafe { libc::CPU_ISSET(*i, &set) }).map(|i| int(i as i64)).collect();
        let list = vm.list(cpus);
        let class = vm.core_type(krait_vm::types::id::SET).into_value();
        vm.call(&class, &[list])
    }
    #[sig("(command)")]
    fn system(vm: &mut Vm, command: Value) -> Result<i64> {
        let c = path::arg(vm, "system", "command", &command)?;
        let p = c.ptr() as usize;
        // SAFETY: a terminated string that outlives the call.
        Ok(thread::blocking(vm, || unsafe { libc::system(p as *const libc::c_char) }).into())
    }
    #[sig("(pid, flags=0)")]
    fn pidfd_open(vm: &mut Vm, pid: i32, flags: u32) -> Result<i64> {
        // SAFETY: no pointers.
        call::call(vm, || unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })
    }
}

struct Subprocess;

#[methods]
impl Subprocess {
    /// Spawn a fresh new child process.
    #[sig("(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)")]
    fn fork_exec(
        vm: &mut Vm, args: Value, executable_list: Value, close_fds: bool, pass_fds: Value, cwd: Value, env: Value, p2cread: i32, p2cwrite: i32,
        c2pread: i32, c2pwrite: i32, errread: i32, errwrite: i32, errpipe_read: i32, errpipe_write: i32, restore_signals: bool,
        call_setsid: bool, pgid_to_set: i32, gid: Value, extra_groups: Value, uid: Value, child_umask: i32, preexec_fn: Value,
    ) -> Result<i64> {
        let mut keep = Vec::new();
        for fd in vm.collect(&pass_fds)? {
            keep.push(vm.index_i64(&fd, "int")? as i32);
        }
        if close_fds && errpipe_write < 3 {
            return Err(vm.value_error("errpipe_write must be >= 3"));
        }
        let argv = path_list(vm, "fork_exec", &args)?;
        let argv = strings(vm, &argv)?;
        let names = path_list(vm, "fork_exec", &executable_list)?;
        let names = strings(vm, &names)?;
        let env = if env.is_none() {
            None
        } else {
            let mut entries = Vec::new();
            for e in vm.collect(&env)? {
                entries.push(path::fs_bytes(vm, &e)?.unwrap_or_default());
            }
            Some(strings(vm, &entries)?)
        };
        let cwd = if cwd.is_none() { None } else { Some(path::arg(vm, "fork_exec", "cwd", &cwd)?.c) };
        let number = |vm: &mut Vm, v: &Value| -> Result<Option<u32>> { if v.is_none() { Ok(None) } else { Ok(Some(vm.index_i64(v, "long")? as u32)) } };
        let (gid, uid) = (number(vm, &gid)?, number(vm, &uid)?);
        let groups = if extra_groups.is_none() {
            None
        } else {
            let mut out = Vec::new();
            for g in vm.collect(&extra_groups)? {
                out.push(vm.index_i64(&g, "long")? as libc::gid_t);
            }
            Some(out)
        };
        let preexec = !preexec_fn.is_none();
        if preexec {
            let before: Vec<Value> = vm.state::<Hooks>().before.iter().rev().cloned().collect();
            run_hooks(vm, before);
        }
        // SAFETY: until exec the child only makes system calls with data prepared above (and runs `preexec_fn` on
        // request, as CPython does).
        unsafe {
            let pid = libc::fork();
            if pid != 0 {
                let errno = error::last();
                if preexec {
                    let hooks = vm.state::<Hooks>().after_parent.clone();
                    run_hooks(vm, hooks);
                }
                if pid < 0 {
                    return Err(error::raise(vm, errno, None, None));
                }
                return Ok(pid.into());
            }
            if preexec {
                thread::after_fork_child(vm);
            }
            let fail = |message: &[u8], errno: i32| -> ! {
                let text = if message.is_empty() || message.starts_with(b"noexec") { format!("OSError:{errno:X}:").into_bytes() } else { b"SubprocessError:0:".to_vec() };
                let mut all = text;
                all.extend_from_slice(message);
                libc::write(errpipe_write, all.as_ptr().cast(), all.len());
                libc::_exit(255)
            };
            // The parent's ends.
            for fd in [p2cwrite, c2pread, errread, errpipe_read] {
                if fd >= 0 {
                    libc::close(fd);
                }
            }
            let mut c2pwrite = c2pwrite;
            let mut errwrite = errwrite;
            if c2pwrite == 0 {
                c2pwrite = libc::dup(c2pwrite);
            }
            while errwrite == 0 || errwrite == 1 {
                errwrite = libc::dup(errwrite);
            }
            for (from, to) in [(p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
                if from == to {
                    let flags = libc::fcntl(from, libc::F_GETFD);
                    libc::fcntl(from, libc::F_SETFD, flags & !libc::FD_CLOEXEC);
                } else if from >= 0 && libc::dup2(from, to) < 0 {
                    fail(b"", error::last());
                }
            }
            if let Some(d) = &cwd
                && libc::chdir(d.as_ptr()) < 0
            {
                fail(b"noexec:chdir", error::last());
            }
            if child_umask >= 0 {
                libc::umask(child_umask as libc::mode_t);
            }
            if restore_signals {
                for s in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(s, libc::SIG_DFL);
                }
            }
            if call_setsid {
                libc::setsid();
            }
            if pgid_to_set >= 0 && libc::setpgid(0, pgid_to_set) < 0 {
                fail(b"", error::last());
            }
            if let Some(g) = &groups
                && libc::setgroups(g.len(), g.as_ptr()) < 0
            {
                fail(b"", error::last());
            }
            if let Some(g) = gid
                && libc::setregid(g, g) < 0
            {
                fail(b"", error::last());
            }
            if let Some(u) = uid
                && libc::setreuid(u, u) < 0
            {
                fail(b"", error::last());
            }
            if preexec && vm.call(&preexec_fn, &[]).is_err() {
                fail(b"Exception occurred in preexec_fn.", 0);
            }
            for fd in &keep {
                let flags = libc::fcntl(*fd, libc::F_GETFD);
                if *fd != errpipe_write {
                    libc::fcntl(*fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC);
                }
            }
            if close_fds {
                let mut wanted = keep.clone();
                wanted.push(errpipe_write);
                wanted.sort_unstable();
                let mut next = 3u32;
                for fd in wanted {
                    let fd = fd as u32;
                    if fd > next {
                        libc::syscall(libc::SYS_close_range, next, fd - 1, 0);
                    }
                    next = next.max(fd + 1);
                }
                libc::syscall(libc::SYS_close_range, next, u32::MAX, 0);
            }
            // Signals are unblocked for the program: the thread that forks may have blocked them.
            let mut none: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut none);
            libc::pthread_sigmask(libc::SIG_SETMASK, &none, std::ptr::null_mut());
            let mut saved = 0;
            for name in &names.pointers {
                if name.is_null() {
                    break;
                }
                match &env {
                    Some(e) => libc::execve(*name, argv.pointers.as_ptr(), e.pointers.as_ptr()),
                    None => libc::execv(*name, argv.pointers.as_ptr()),
                };
                let errno = error::last();
                if errno != libc::ENOENT && errno != libc::ENOTDIR && saved == 0 {
                    saved = errno;
                }
            }
            fail(b"", if saved != 0 { saved } else { error::last() })
        }
    }
}

/// Adds the functions to `posix`.
pub fn add(vm: &mut Vm, module: &Ref<Module>) {
    vm.module_functions::<Getters>(module);
    vm.module_functions::<Functions>(module);
}

pub fn init_subprocess(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Subprocess>(module);
    Ok(())
}
