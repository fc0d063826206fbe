//! `_socket`, `select` and `fcntl` where there is no network: pairs of sockets whose two ends are in this program.
//!
//! That is what an event loop needs to exist: `asyncio` wakes itself through such a pair, and between its timers
//! `select` sleeps by the host's clock. Any other socket is refused with OSError. Nobody else can write to an end, so
//! waiting for one without a time limit would be for ever; it is an error instead.

use crate::os::errno::{self, EAGAIN, EBADF, EPIPE};
use crate::os::int;
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

const ENOTSUP: i32 = 95;
const ENOTTY: i32 = 25;
/// Descriptors of ends are numbered from here, far from those of files.
const FIRST: i64 = 1 << 20;
/// What an end holds before its peer must wait.
const ROOM: usize = 1 << 16;
/// An idle loop looks at limits and stops this often.
const NAP: Duration = Duration::from_millis(50);

const CONSTANTS: &[(&str, i64)] = &[
    ("AF_UNSPEC", 0), ("AF_UNIX", 1), ("AF_INET", 2), ("AF_INET6", 10), ("SOCK_STREAM", 1), ("SOCK_DGRAM", 2),
    ("SOCK_RAW", 3), ("SOL_SOCKET", 1), ("SO_REUSEADDR", 2), ("SO_TYPE", 3), ("SO_ERROR", 4), ("SO_BROADCAST", 6),
    ("SO_KEEPALIVE", 9), ("SOMAXCONN", 4096), ("SHUT_RD", 0), ("SHUT_WR", 1), ("SHUT_RDWR", 2), ("IPPROTO_IP", 0),
    ("IPPROTO_TCP", 6), ("IPPROTO_UDP", 17), ("IPPROTO_IPV6", 41), ("TCP_NODELAY", 1), ("IPV6_V6ONLY", 26),
    ("MSG_OOB", 1), ("MSG_PEEK", 2), ("AI_PASSIVE", 1), ("AI_CANONNAME", 2), ("AI_NUMERICHOST", 4), ("NI_NUMERICHOST", 1),
    ("NI_NUMERICSERV", 2), ("EAI_NONAME", -2), ("INADDR_ANY", 0), ("INADDR_LOOPBACK", 0x7F00_0001),
];

/// One end of a pair.
struct End {
    incoming: VecDeque<u8>,
    peer: i64,
    /// Nothing more will come: the peer is closed, or has said so.
    finished: bool,
}

#[derive(Default)]
struct Ends {
    next: i64,
    open: HashMap<i64, End>,
}

impl Ends {
    fn close(&mut self, fd: i64) {
        if let Some(end) = self.open.remove(&fd)
            && let Some(peer) = self.open.get_mut(&end.peer)
        {
            peer.finished = true;
        }
    }
    fn readable(&self, fd: i64) -> bool {
        self.open.get(&fd).is_none_or(|end| end.finished || !end.incoming.is_empty())
    }
    fn writable(&self, fd: i64) -> bool {
        let Some(end) = self.open.get(&fd) else { return true };
        self.open.get(&end.peer).is_none_or(|peer| peer.incoming.len() < ROOM)
    }
}

/// `_socket.socket`.
#[derive(Traverse)]
pub struct Socket {
    fd: i64,
    family: i64,
    kind: i64,
    proto: i64,
    /// Seconds; negative for ever.
    timeout: f64,
}

fn unsupported(vm: &mut Vm) -> krait_vm::Raised {
    errno::raise(vm, ENOTSUP, None, None)
}

/// Waits until `ready`; `false` when the time is over.
fn wait(vm: &mut Vm, seconds: f64, ready: impl Fn(&Ends) -> bool) -> Result<bool> {
    let start = vm.host.monotonic();
    loop {
        if ready(vm.state::<Ends>()) {
            return Ok(true);
        }
        if seconds < 0.0 {
            return Err(vm.runtime_error("deadlock: there is nobody else to wait for"));
        }
        let left = Duration::from_secs_f64(seconds.min(1e9)).saturating_sub(vm.host.monotonic().saturating_sub(start));
        if left.is_zero() {
            return Ok(false);
        }
        vm.host.sleep(left.min(NAP));
        vm.poll()?;
    }
}

#[methods]
impl Socket {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Socket { fd: -1, family: 0, kind: 0, proto: 0, timeout: -1.0 }).into_value())
    }
    #[sig("(family=-1, type=-1, proto=-1, fileno=None)")]
    fn __init__(this: &Ref<Socket>, vm: &mut Vm, family: i64, r#type: i64, proto: i64, fileno: Value) -> Result<()> {
        if fileno.is_none() {
            return Err(unsupported(vm));
        }
        let fd = vm.index_i64(&fileno, "int")?;
        if !vm.state::<Ends>().open.contains_key(&fd) {
            return Err(errno::raise(vm, EBADF, None, None));
        }
        let s = this.get_mut(&mut *vm.heap);
        (s.fd, s.family, s.kind, s.proto) = (fd, family.max(1), r#type.max(1), proto.max(0));
        Ok(())
    }
    #[sig("()")]
    fn fileno(this: &Ref<Socket>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).fd)
    }
    #[sig("()")]
    fn detach(this: &Ref<Socket>, vm: &mut Vm) -> Result<i64> {
        Ok(std::mem::replace(&mut this.get_mut(&mut *vm.heap).fd, -1))
    }
    #[sig("()")]
    fn close(this: &Ref<Socket>, vm: &mut Vm) -> Result<()> {
        let fd = Socket::detach(this, vm)?;
        vm.state::<Ends>().close(fd);
        Ok(())
    }
    #[sig("(how, /)")]
    fn shutdown(this: &Ref<Socket>, vm: &mut Vm, how: i64) -> Result<()> {
        let fd = this.get(&*vm.heap).fd;
        let ends = vm.state::<Ends>();
        let Some(peer) = ends.open.get(&fd).map(|end| end.peer) else { return Err(errno::raise(vm, EBADF, None, None)) };
        if how > 0
            && let Some(peer) = ends.open.get_mut(&peer)
        {
            peer.finished = true;
        }
        Ok(())
    }
    #[sig("(data, flags=0, /)")]
    fn send(this: &Ref<Socket>, vm: &mut Vm, data: Value, _flags: i64) -> Result<i64> {
        let Some(buffer) = vm.buffer_full(&data, 0)? else {
            let found = vm.type_name(&data);
            return Err(vm.type_error(format!("a bytes-like object is required, not '{found}'")));
        };
        let bytes = buffer.to_vec(&*vm.heap);
        let (fd, seconds) = { let s = this.get(&*vm.heap); (s.fd, s.timeout) };
        if !wait(vm, seconds, |ends| ends.writable(fd))? {
            return Err(Socket::too_late(vm, seconds));
        }
        let ends = vm.state::<Ends>();
        let Some(peer) = ends.open.get(&fd).map(|end| end.peer) else { return Err(errno::raise(vm, EBADF, None, None)) };
        let Some(peer) = ends.open.get_mut(&peer) else { return Err(errno::raise(vm, EPIPE, None, None)) };
        let n = bytes.len().min(ROOM.saturating_sub(peer.incoming.len()));
        peer.incoming.extend(&bytes[..n]);
        Ok(n as i64)
    }
    #[sig("(data, flags=0, /)")]
    fn sendall(this: &Ref<Socket>, vm: &mut Vm, data: Value, flags: i64) -> Result<()> {
        let Some(buffer) = vm.buffer_full(&data, 0)? else {
            let found = vm.type_name(&data);
            return Err(vm.type_error(format!("a bytes-like object is required, not '{found}'")));
        };
        let bytes = buffer.to_vec(&*vm.heap);
        let mut sent = 0;
        while sent < bytes.len() {
            let rest = vm.heap.bytes(&bytes[sent..]).into_value();
            sent += Socket::send(this, vm, rest, flags)? as usize;
        }
        Ok(())
    }
    #[sig("(bufsize, flags=0, /)")]
    fn recv(this: &Ref<Socket>, vm: &mut Vm, bufsize: i64, _flags: i64) -> Result<Value> {
        let Ok(most) = usize::try_from(bufsize) else { return Err(vm.value_error("negative buffersize in recv")) };
        let (fd, seconds) = { let s = this.get(&*vm.heap); (s.fd, s.timeout) };
        if !wait(vm, seconds, |ends| ends.readable(fd))? {
            return Err(Socket::too_late(vm, seconds));
        }
        let Some(end) = vm.state::<Ends>().open.get_mut(&fd) else { return Err(errno::raise(vm, EBADF, None, None)) };
        let n = end.incoming.len().min(most);
        let data: Vec<u8> = end.incoming.drain(..n).collect();
        Ok(vm.heap.bytes(&data).into_value())
    }
    #[sig("(flag, /)")]
    fn setblocking(this: &Ref<Socket>, vm: &mut Vm, flag: bool) -> Result<()> {
        this.get_mut(&mut *vm.heap).timeout = if flag { -1.0 } else { 0.0 };
        Ok(())
    }
    #[sig("()")]
    fn getblocking(this: &Ref<Socket>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).timeout != 0.0)
    }
    #[sig("(timeout, /)")]
    fn settimeout(this: &Ref<Socket>, vm: &mut Vm, timeout: Value) -> Result<()> {
        let seconds = if timeout.is_none() { -1.0 } else { vm.to_f64(&timeout)? };
        if seconds < 0.0 && !timeout.is_none() {
            return Err(vm.value_error("Timeout value out of range"));
        }
        this.get_mut(&mut *vm.heap).timeout = seconds;
        Ok(())
    }
    #[sig("()")]
    fn gettimeout(this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        let seconds = this.get(&*vm.heap).timeout;
        Ok(if seconds < 0.0 { Value::NONE } else { Value::float(seconds) })
    }
    #[getter]
    fn timeout(this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        Socket::gettimeout(this, vm)
    }
    #[getter]
    fn family(this: &Ref<Socket>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).family)
    }
    #[getter]
    fn r#type(this: &Ref<Socket>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).kind)
    }
    #[getter]
    fn proto(this: &Ref<Socket>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).proto)
    }
    #[sig("()")]
    fn getsockname(_this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.str(""))
    }
    #[sig("()")]
    fn getpeername(_this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.str(""))
    }
    #[sig("(level, option, value, /)")]
    fn setsockopt(_this: &Ref<Socket>, _vm: &mut Vm, _level: i64, _option: i64, _value: Value) -> Result<()> {
        Ok(())
    }
    #[sig("(level, option, /)")]
    fn getsockopt(_this: &Ref<Socket>, _vm: &mut Vm, _level: i64, _option: i64) -> Result<i64> {
        Ok(0)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Socket>, vm: &mut Vm) -> Result<String> {
        let s = this.get(&*vm.heap);
        Ok(format!("<socket object, fd={}, family={}, type={}, proto={}>", s.fd, s.family, s.kind, s.proto))
    }
}

impl Socket {
    fn too_late(vm: &mut Vm, seconds: f64) -> krait_vm::Raised {
        if seconds == 0.0 { errno::raise(vm, EAGAIN, None, None) } else { vm.error(Exc::TimeoutError, "timed out") }
    }
}

struct SocketFunctions;

#[methods]
impl SocketFunctions {
    /// Create a pair of socket objects from the sockets returned by the platform socketpair() function.
    #[sig("(family=1, type=1, proto=0, /)")]
    fn socketpair(vm: &mut Vm, family: i64, r#type: i64, proto: i64) -> Result<Value> {
        let ends = vm.state::<Ends>();
        let (a, b) = (FIRST + ends.next, FIRST + ends.next + 1);
        ends.next += 2;
        ends.open.insert(a, End { incoming: VecDeque::new(), peer: b, finished: false });
        ends.open.insert(b, End { incoming: VecDeque::new(), peer: a, finished: false });
        let pair = [a, b].map(|fd| vm.heap.alloc(Socket { fd, family, kind: r#type, proto, timeout: -1.0 }).into_value());
        Ok(vm.tuple(pair.into()))
    }
    #[sig("(fd, /)")]
    fn close(vm: &mut Vm, fd: i64) -> Result<()> {
        vm.state::<Ends>().close(fd);
        Ok(())
    }
    #[sig("()")]
    fn getdefaulttimeout(_vm: &mut Vm) -> Result<Value> {
        Ok(Value::NONE)
    }
    #[sig("(timeout, /)")]
    fn setdefaulttimeout(_vm: &mut Vm, _timeout: Value) -> Result<()> {
        Ok(())
    }
    #[sig("()")]
    fn gethostname(vm: &mut Vm) -> Result<Value> {
        Ok(vm.str("localhost"))
    }
    #[sig("(*args, **kwargs)")]
    fn getaddrinfo(vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        Err(unsupported(vm))
    }
    #[sig("(*args)")]
    fn gethostbyname(vm: &mut Vm, _args: &[Value]) -> Result<Value> {
        Err(unsupported(vm))
    }
}

struct SelectFunctions;

#[methods]
impl SelectFunctions {
    /// Wait until one or more file descriptors are ready for some kind of I/O.
    #[sig("(rlist, wlist, xlist, timeout=None, /)")]
    fn select(vm: &mut Vm, rlist: Value, wlist: Value, xlist: Value, timeout: Value) -> Result<Value> {
        let seconds = if timeout.is_none() { -1.0 } else { vm.to_f64(&timeout)? };
        if seconds < 0.0 && !timeout.is_none() {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        let reads = descriptors(vm, &rlist)?;
        let writes = descriptors(vm, &wlist)?;
        descriptors(vm, &xlist)?;
        wait(vm, seconds, |ends| reads.iter().any(|(_, fd)| ends.readable(*fd)) || writes.iter().any(|(_, fd)| ends.writable(*fd)))?;
        let ends = vm.state::<Ends>();
        let readable: Vec<Value> = reads.iter().filter(|(_, fd)| ends.readable(*fd)).map(|(object, _)| object.clone()).collect();
        let writable: Vec<Value> = writes.iter().filter(|(_, fd)| ends.writable(*fd)).map(|(object, _)| object.clone()).collect();
        let lists = [readable, writable, Vec::new()].map(|items| vm.list(items));
        Ok(vm.tuple(lists.into()))
    }
}

/// The objects of a list for `select`, each with its descriptor. Files are always ready.
fn descriptors(vm: &mut Vm, list: &Value) -> Result<Vec<(Value, i64)>> {
    let mut found = Vec::new();
    for object in vm.collect(list)? {
        let number = if object.as_int(&vm.heap).is_some() {
            object.clone()
        } else {
            let name = vm.intern("fileno");
            let method = vm.get_attr(&object, &name)?;
            vm.call(&method, &[])?
        };
        let fd = vm.index_i64(&number, "int")?;
        if fd < 0 {
            return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
        }
        found.push((object, fd));
    }
    Ok(found)
}

struct ControlFunctions;

#[methods]
impl ControlFunctions {
    #[sig("(fd, cmd, arg=0, /)")]
    fn fcntl(_vm: &mut Vm, _fd: Value, _cmd: i64, _arg: Value) -> Result<i64> {
        Ok(0)
    }
    #[sig("(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(vm: &mut Vm, _fd: Value, _request: Value, _arg: Value, _mutate_flag: bool) -> Result<Value> {
        Err(errno::raise(vm, ENOTTY, None, None))
    }
    /// Nobody else could hold a lock.
    #[sig("(fd, operation, /)")]
    fn flock(_vm: &mut Vm, _fd: Value, _operation: i64) -> Result<()> {
        Ok(())
    }
    #[sig("(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(_vm: &mut Vm, _fd: Value, _cmd: i64, _len: i64, _start: i64, _whence: i64) -> Result<()> {
        Ok(())
    }
}

pub fn init_socket(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<SocketFunctions>(module);
    let spec = TypeSpec { name: "_socket.socket", doc: "", flags: flags::BASETYPE, dict: false, methods: Socket::METHODS };
    let class = vm.define_type::<Socket>(None, &spec);
    vm.module_set(module, "SocketType", class.to_value());
    vm.module_set(module, "socket", class.into_value());
    for (name, exc) in [("error", Exc::OSError), ("timeout", Exc::TimeoutError), ("herror", Exc::OSError), ("gaierror", Exc::OSError)] {
        let class = vm.exc.get(exc).to_value();
        vm.module_set(module, name, class);
    }
    vm.module_set(module, "has_ipv6", Value::FALSE);
    for (name, number) in CONSTANTS {
        vm.module_set(module, name, int(*number));
    }
    Ok(())
}

pub fn init_select(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<SelectFunctions>(module);
    let error = vm.exc.get(Exc::OSError).to_value();
    vm.module_set(module, "error", error);
    Ok(())
}

pub fn init_fcntl(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<ControlFunctions>(module);
    let numbers = [
        ("F_DUPFD", 0), ("F_GETFD", 1), ("F_SETFD", 2), ("F_GETFL", 3), ("F_SETFL", 4), ("FD_CLOEXEC", 1), ("LOCK_SH", 1), ("LOCK_EX", 2),
        ("LOCK_NB", 4), ("LOCK_UN", 8),
    ];
    for (name, number) in numbers {
        vm.module_set(module, name, int(number));
    }
    Ok(())
}
