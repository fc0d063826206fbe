//! The `select` module: `select` and `poll`.

#![allow(unsafe_code, reason = "system calls")]

use crate::os::call::int;
use crate::os::path;
use crate::os::{error, signal, thread};
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};
use std::time::{Duration, Instant};

/// Polls until something happens, the time is over, or a signal handler raises.
fn wait(vm: &mut Vm, fds: &mut [libc::pollfd], timeout: Option<Duration>) -> Result<i32> {
    let deadline = timeout.map(|t| Instant::now() + t);
    loop {
        let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
        // Rounded up: waking a little early would make callers spin.
        let ms = left.map_or(-1, |l| (l.as_nanos().div_ceil(1_000_000)).min(i32::MAX as u128) as i32);
        let (p, n) = (fds.as_mut_ptr(), fds.len());
        // SAFETY: an array of `n` entries.
        let (result, errno) = thread::blocking(vm, || unsafe {
            let r = libc::poll(p, n as libc::nfds_t, ms);
            (r, if r < 0 { error::last() } else { 0 })
        });
        if result >= 0 {
            return Ok(result);
        }
        if errno != libc::EINTR {
            return Err(error::raise(vm, errno, None, None));
        }
        signal::check(vm)?;
    }
}

fn seconds(vm: &mut Vm, value: &Value, scale: f64) -> Result<Option<Duration>> {
    if value.is_none() {
        return Ok(None);
    }
    let t = match vm.to_f64(value) {
        Ok(t) => t,
        Err(e) if vm.pending_is(Exc::TypeError) => {
            let _ = e;
            vm.take_pending();
            return Err(vm.type_error("timeout must be a float or None"));
        }
        Err(e) => return Err(e),
    };
    Ok(Some(Duration::from_secs_f64((t * scale).clamp(0.0, 1e9))))
}

struct Functions;

#[methods]
impl Functions {
    /// Wait until one or more file descriptors are ready for some kind of I/O.
    #[sig("(rlist, wlist, xlist, timeout=None, /)")]
    fn select(vm: &mut Vm, rlist: Value, wlist: Value, xlist: Value, timeout: Value) -> Result<Value> {
        let limit = seconds(vm, &timeout, 1.0)?;
        if limit.is_some() && vm.to_f64(&timeout)? < 0.0 {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        let wanted = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
        let ready = [libc::POLLIN | libc::POLLHUP | libc::POLLERR, libc::POLLOUT | libc::POLLERR, libc::POLLPRI];
        let mut fds: Vec<libc::pollfd> = Vec::new();
        let mut entries: Vec<(usize, usize, Value)> = Vec::new();
        for (which, list) in [&rlist, &wlist, &xlist].into_iter().enumerate() {
            for object in vm.collect(list)? {
                let fd = path::fileno(vm, &object)?;
                if fd >= 1024 {
                    return Err(vm.value_error("filedescriptor out of range in select()"));
                }
                entries.push((which, fds.len(), object));
                fds.push(libc::pollfd { fd, events: wanted[which], revents: 0 });
            }
        }
        wait(vm, &mut fds, limit)?;
        if fds.iter().any(|f| f.revents & libc::POLLNVAL != 0) {
            return Err(error::raise(vm, libc::EBADF, None, None));
        }
        let mut out = [Vec::new(), Vec::new(), Vec::new()];
        for (which, i, object) in entries {
            if fds[i].revents & ready[which] != 0 {
                out[which].push(object);
            }
        }
        let lists = out.map(|l| vm.list(l));
        Ok(vm.tuple(lists.to_vec()))
    }
    /// Returns a polling object.
    #[sig("()")]
    fn poll(vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(Poll { fds: Vec::new() }).into_value())
    }
}

/// `select.poll`'s object.
#[derive(Traverse)]
pub struct Poll {
    #[traverse(skip)]
    fds: Vec<(i32, i16)>,
}

#[methods]
impl Poll {
    #[sig("(fd, eventmask=7, /)")]
    fn register(this: &Ref<Poll>, vm: &mut Vm, fd: Value, eventmask: Option<u16>) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        let mask = eventmask.unwrap_or(7) as i16;
        let fds = &mut this.get_mut(&mut *vm.heap).fds;
        fds.retain(|(f, _)| *f != fd);
        fds.push((fd, mask));
        Ok(())
    }
    #[sig("(fd, eventmask, /)")]
    fn modify(this: &Ref<Poll>, vm: &mut Vm, fd: Value, eventmask: u16) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        let found = this.get_mut(&mut *vm.heap).fds.iter_mut().find(|(f, _)| *f == fd);
        match found {
            Some(entry) => {
                entry.1 = eventmask as i16;
                Ok(())
            }
            None => Err(error::raise(vm, libc::ENOENT, None, None)),
        }
    }
    #[sig("(fd, /)")]
    fn unregister(this: &Ref<Poll>, vm: &mut Vm, fd: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        let fds = &mut this.get_mut(&mut *vm.heap).fds;
        let before = fds.len();
        fds.retain(|(f, _)| *f != fd);
        if fds.len() == before { Err(vm.key_error(int(fd.into()))) } else { Ok(()) }
    }
    #[sig("(timeout=None, /)")]
    fn poll(this: &Ref<Poll>, vm: &mut Vm, timeout: Value) -> Result<Value> {
        // Milliseconds; negative means for ever.
        let mut limit = seconds(vm, &timeout, 0.001)?;
        if limit.is_some() && vm.to_f64(&timeout)? < 0.0 {
            limit = None;
        }
        let mut fds: Vec<libc::pollfd> = this.get(&*vm.heap).fds.iter().map(|(fd, events)| libc::pollfd { fd: *fd, events: *events, revents: 0 }).collect();
        wait(vm, &mut fds, limit)?;
        let ready: Vec<libc::pollfd> = fds.into_iter().filter(|f| f.revents != 0).collect();
        let mut out = Vec::new();
        for f in ready {
            out.push(vm.tuple(vec![int(f.fd.into()), int(i64::from(f.revents as u16))]));
        }
        Ok(vm.list(out))
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    vm.define_type::<Poll>(None, &TypeSpec { name: "select.poll", doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: Poll::METHODS });
    let error = vm.exc.get(Exc::OSError).to_value();
    vm.module_set(module, "error", error);
    for (name, n) in [
        ("POLLIN", libc::POLLIN), ("POLLOUT", libc::POLLOUT), ("POLLPRI", libc::POLLPRI), ("POLLERR", libc::POLLERR), ("POLLHUP", libc::POLLHUP),
        ("POLLNVAL", libc::POLLNVAL), ("POLLRDNORM", libc::POLLRDNORM), ("POLLRDBAND", libc::POLLRDBAND), ("POLLWRNORM", libc::POLLWRNORM),
        ("POLLWRBAND", libc::POLLWRBAND), ("POLLRDHUP", libc::POLLRDHUP),
    ] {
        vm.module_set(module, name, int(n.into()));
    }
    vm.module_set(module, "PIPE_BUF", int(4096));
    Ok(())
}
