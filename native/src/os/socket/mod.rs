//! The `_socket` module: the socket type and what goes with it.
//!
//! A socket with a timeout is non-blocking for the system; [`Socket::attempt`] waits for it with `poll` between tries.
//! [`address`] converts addresses, [`names`] has the resolver and the constants.

#![allow(unsafe_code, reason = "system calls")]

mod address;
mod names;

use crate::os::call::{self, int};
use crate::os::{error, path, signal, thread};
use address::Address;
use krait_modules::support;
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};
use std::time::{Duration, Instant};

/// The exception classes of this module, and the timeout of new sockets.
#[derive(Default)]
pub struct Errors {
    pub host: Option<Value>,
    pub gai: Option<Value>,
    timeout: Option<Duration>,
}

fn text(vm: &mut Vm, s: &str) -> Value {
    vm.str(s)
}

/// The payload of `socket`.
#[derive(Traverse)]
pub struct Socket {
    /// -1: closed.
    fd: i32,
    family: i32,
    kind: i32,
    protocol: i32,
    #[traverse(skip)]
    timeout: Option<Duration>,
}

/// Seconds as a timeout: None blocks, 0 never waits.
fn timeout_of(vm: &mut Vm, value: &Value) -> Result<Option<Duration>> {
    if value.is_none() {
        return Ok(None);
    }
    let seconds = vm.to_f64(value)?;
    if seconds.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(vm.value_error("Timeout value out of range"));
    }
    match Duration::try_from_secs_f64(seconds) {
        Ok(t) if seconds < 9.0e9 => Ok(Some(t)),
        _ => Err(vm.overflow_error("timestamp too large to convert to C PyTime_t")),
    }
}
fn timeout_value(timeout: Option<Duration>) -> Value {
    timeout.map_or(Value::NONE, |t| Value::float(t.as_secs_f64()))
}

fn set_blocking(vm: &mut Vm, fd: i32, blocking: bool) -> Result<()> {
    // SAFETY: no pointers.
    let flags = call::call(vm, || i64::from(unsafe { libc::fcntl(fd, libc::F_GETFL) }))? as i32;
    let wanted = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
    if wanted != flags {
        // SAFETY: no pointers.
        call::call(vm, || i64::from(unsafe { libc::fcntl(fd, libc::F_SETFL, wanted) }))?;
    }
    Ok(())
}

impl Socket {
    fn fd(vm: &mut Vm, this: &Ref<Socket>) -> i32 {
        this.get(&*vm.heap).fd
    }
    fn adopt(vm: &mut Vm, this: &Ref<Socket>, fd: i32, family: i32, kind: i32, protocol: i32) -> Result<()> {
        let mut timeout = vm.state::<Errors>().timeout;
        if kind & libc::SOCK_NONBLOCK != 0 {
            timeout = Some(Duration::ZERO);
        } else if timeout.is_some() {
            set_blocking(vm, fd, false)?;
        }
        let kind = kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
        *this.get_mut(&mut *vm.heap) = Socket { fd, family, kind, protocol, timeout };
        Ok(())
    }
    /// Waits until the socket is ready; TimeoutError when the time is over.
    fn wait(vm: &mut Vm, fd: i32, events: i16, deadline: Option<Instant>) -> Result<()> {
        loop {
            let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
            let ms = left.map_or(-1, |l| l.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32);
            let mut entry = libc::pollfd { fd, events, revents: 0 };
            let p = &raw mut entry;
            // SAFETY: one entry that lives until the call returns.
            let (ready, errno) = thread::blocking(vm, || unsafe { (libc::poll(p, 1, ms), error::last()) });
            match ready {
                0 => return Err(vm.error(Exc::TimeoutError, "timed out")),
                n if n > 0 => return Ok(()),
                _ if errno == libc::EINTR => signal::check(vm)?,
                _ => return Err(error::raise(vm, errno, None, None)),
            }
        }
    }
    fn deadline(vm: &mut Vm, this: &Ref<Socket>) -> Option<Instant> {
        this.get(&*vm.heap).timeout.map(|t| Instant::now() + t)
    }
    /// Makes a system call that moves data, waiting as the timeout says.
    fn attempt(vm: &mut Vm, this: &Ref<Socket>, events: i16, deadline: Option<Instant>, mut f: impl FnMut(i32) -> i64) -> Result<i64> {
        let (fd, timeout) = { let s = this.get(&*vm.heap); (s.fd, s.timeout) };
        loop {
            if timeout.is_some_and(|t| !t.is_zero()) && fd >= 0 {
                Socket::wait(vm, fd, events, deadline)?;
            }
            match call::retry(vm, || f(fd))? {
                Ok(n) => return Ok(n),
                Err(libc::EAGAIN) if timeout.is_some_and(|t| !t.is_zero()) => {}
                Err(errno) => return Err(error::raise(vm, errno, None, None)),
            }
        }
    }
    fn address(vm: &mut Vm, this: &Ref<Socket>, value: &Value, caller: &str) -> Result<Address> {
        let family = this.get(&*vm.heap).family;
        Address::from_value(vm, family, value, caller)
    }
    /// `connect`: the error number that is left, 0 when connected.
    fn connect_now(vm: &mut Vm, this: &Ref<Socket>, address: &Address) -> Result<i32> {
        let (fd, timeout) = { let s = this.get(&*vm.heap); (s.fd, s.timeout) };
        let deadline = Socket::deadline(vm, this);
        let (pointer, len) = (address.pointer(), address.len);
        // SAFETY: an address that lives until the call returns.
        let (done, errno) = thread::blocking(vm, || unsafe { (libc::connect(fd, pointer, len), error::last()) });
        if done == 0 {
            return Ok(0);
        }
        let waits = match errno {
            libc::EINTR => {
                signal::check(vm)?;
                timeout.is_none_or(|t| !t.is_zero())
            }
            libc::EINPROGRESS => timeout.is_some_and(|t| !t.is_zero()),
            _ => false,
        };
        if !waits {
            return Ok(errno);
        }
        Socket::wait(vm, fd, libc::POLLOUT, deadline)?;
        let (mut status, mut size) = (0i32, 4 as libc::socklen_t);
        let (p, s) = ((&raw mut status).cast(), &raw mut size);
        // SAFETY: an int and its size.
        call::call(vm, || i64::from(unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, p, s) }))?;
        Ok(if status == libc::EISCONN { 0 } else { status })
    }
    fn receive(vm: &mut Vm, this: &Ref<Socket>, size: i64, flags: i32, caller: &str, from: Option<&mut Address>) -> Result<Vec<u8>> {
        let Ok(size) = usize::try_from(size) else {
            return Err(vm.value_error(format!("negative buffersize in {caller}")));
        };
        let room = vm.heap.check_room(size);
        vm.memory(room)?;
        let mut data = vec![0u8; size];
        let n = Socket::receive_into(vm, this, &mut data, flags, from)?;
        data.truncate(n);
        Ok(data)
    }
    fn receive_into(vm: &mut Vm, this: &Ref<Socket>, data: &mut [u8], flags: i32, from: Option<&mut Address>) -> Result<usize> {
        if data.is_empty() && from.is_none() {
            return Ok(0);
        }
        let deadline = Socket::deadline(vm, this);
        let (p, n) = (data.as_mut_ptr(), data.len());
        let got = match from {
            Some(address) => {
                let (pointer, len) = (address.pointer_mut(), &raw mut address.len);
                // SAFETY: a buffer of `n` bytes and room for an address.
                Socket::attempt(vm, this, libc::POLLIN, deadline, |fd| unsafe { libc::recvfrom(fd, p.cast(), n, flags, pointer, len) } as i64)?
            }
            // SAFETY: a buffer of `n` bytes.
            None => Socket::attempt(vm, this, libc::POLLIN, deadline, |fd| unsafe { libc::recv(fd, p.cast(), n, flags) } as i64)?,
        };
        Ok(got as usize)
    }
    fn target(vm: &mut Vm, buffer: &Value, nbytes: i64, caller: &str) -> Result<(krait_vm::builtins::buffer::Buffer, Vec<u8>)> {
        let target = vm.buffer_mut_argument(buffer, &format!("{caller}() argument 1"))?;
        let Ok(wanted) = usize::try_from(nbytes) else {
            return Err(vm.value_error(format!("negative buffersize in {caller}")));
        };
        if wanted > target.len {
            return Err(vm.value_error(format!("{}", if caller == "recv_into" { "buffer too small for requested bytes" } else { "nbytes is greater than the length of the buffer" })));
        }
        let size = if wanted == 0 { target.len } else { wanted };
        Ok((target, vec![0u8; size]))
    }
    fn close_now(vm: &mut Vm, this: &Ref<Socket>) -> Result<()> {
        let fd = std::mem::replace(&mut this.get_mut(&mut *vm.heap).fd, -1);
        if fd < 0 {
            return Ok(());
        }
        // SAFETY: the descriptor is ours and closed once.
        let failed = thread::blocking(vm, || (unsafe { libc::close(fd) } < 0).then(error::last));
        match failed {
            Some(errno) if errno != libc::ECONNRESET => Err(error::raise(vm, errno, None, None)),
            _ => Ok(()),
        }
    }
}

#[methods]
impl Socket {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Socket { fd: -1, family: -1, kind: -1, protocol: 0, timeout: None }).into_value())
    }
    #[sig("(family=-1, type=-1, proto=-1, fileno=None)")]
    fn __init__(this: &Ref<Socket>, vm: &mut Vm, family: Option<i32>, r#type: Option<i32>, proto: Option<i32>, fileno: Value) -> Result<()> {
        let (mut family, mut kind, mut protocol) = (family.unwrap_or(-1), r#type.unwrap_or(-1), proto.unwrap_or(-1));
        if fileno.is_none() {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            protocol = protocol.max(0);
            // SAFETY: no pointers.
            let fd = call::call(vm, || i64::from(unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) }))?;
            return Socket::adopt(vm, this, fd as i32, family, kind, protocol);
        }
        if fileno.is_float() {
            return Err(vm.type_error("integer argument expected, got float"));
        }
        let fd = vm.index_i64(&fileno, "int")?;
        let Some(fd) = i32::try_from(fd).ok().filter(|&fd| fd >= 0) else { return Err(vm.value_error("negative file descriptor")) };
        let mut address = Address::room();
        let (p, len) = (address.pointer_mut(), &raw mut address.len);
        // SAFETY: room for an address.
        if let Err(errno) = call::retry(vm, || i64::from(unsafe { libc::getsockname(fd, p, len) }))?
            && (family == -1 || matches!(errno, libc::EBADF | libc::ENOTSOCK))
        {
            return Err(error::raise(vm, errno, None, None));
        }
        family = if family == -1 { address.family() } else { family };
        for (value, option) in [(&mut kind, libc::SO_TYPE), (&mut protocol, libc::SO_PROTOCOL)] {
            if *value == -1 {
                let (mut n, mut size) = (0i32, 4 as libc::socklen_t);
                let (p, s) = ((&raw mut n).cast(), &raw mut size);
                // SAFETY: an int and its size.
                call::call(vm, || i64::from(unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, option, p, s) }))?;
                *value = n;
            }
        }
        Socket::adopt(vm, this, fd, family, kind, protocol)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Socket>, vm: &mut Vm) -> Result<String> {
        let s = this.get(&*vm.heap);
        Ok(format!("<socket object, fd={}, family={}, type={}, proto={}>", s.fd, s.family, s.kind, s.protocol))
    }
    #[sig("()")]
    fn __del__(this: &Ref<Socket>, vm: &mut Vm) -> Result<()> {
        if Socket::fd(vm, this) < 0 {
            return Ok(());
        }
        if !vm.is_finalizing() {
            krait_modules::io::warn_unclosed_as(vm, this.as_value(), "unclosed")?;
        }
        Socket::close_now(vm, this)
    }
    #[getter]
    fn family(this: &Ref<Socket>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).family)
    }
    #[getter]
    #[pyname("type")]
    fn kind(this: &Ref<Socket>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).kind)
    }
    #[getter]
    fn proto(this: &Ref<Socket>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).protocol)
    }
    /// the socket timeout
    #[getter]
    fn timeout(this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        Ok(timeout_value(this.get(&*vm.heap).timeout))
    }
    /// Return the integer file descriptor of the socket.
    #[sig("()")]
    fn fileno(this: &Ref<Socket>, vm: &mut Vm) -> Result<i32> {
        Ok(Socket::fd(vm, this))
    }
    /// Close the socket.  It cannot be used after this call.
    #[sig("()")]
    fn close(this: &Ref<Socket>, vm: &mut Vm) -> Result<()> {
        Socket::close_now(vm, this)
    }
    /// Close the socket object without closing the underlying file descriptor.
    #[sig("()")]
    fn detach(this: &Ref<Socket>, vm: &mut Vm) -> Result<i32> {
        Ok(std::mem::replace(&mut this.get_mut(&mut *vm.heap).fd, -1))
    }
    /// Bind the socket to a local address.
    #[sig("(address, /)")]
    fn bind(this: &Ref<Socket>, vm: &mut Vm, address: Value) -> Result<()> {
        let a = Socket::address(vm, this, &address, "bind")?;
        let (fd, p, len) = (Socket::fd(vm, this), a.pointer(), a.len);
        // SAFETY: an address that lives until the call returns.
        call::call(vm, || i64::from(unsafe { libc::bind(fd, p, len) })).map(drop)
    }
    /// Connect the socket to a remote address.
    #[sig("(address, /)")]
    fn connect(this: &Ref<Socket>, vm: &mut Vm, address: Value) -> Result<()> {
        let a = Socket::address(vm, this, &address, "connect")?;
        match Socket::connect_now(vm, this, &a)? {
            0 => Ok(()),
            errno => Err(error::raise(vm, errno, None, None)),
        }
    }
    /// This is like connect(address), but returns an error code (the errno value) instead of raising an exception when an error occurs.
    #[sig("(address, /)")]
    fn connect_ex(this: &Ref<Socket>, vm: &mut Vm, address: Value) -> Result<i32> {
        let a = Socket::address(vm, this, &address, "connect_ex")?;
        match Socket::connect_now(vm, this, &a) {
            Err(_) if vm.pending_is(Exc::TimeoutError) => {
                vm.take_pending();
                Ok(libc::EAGAIN)
            }
            result => result,
        }
    }
    /// Enable a server to accept connections.
    #[sig("(backlog=128, /)")]
    fn listen(this: &Ref<Socket>, vm: &mut Vm, backlog: Option<i32>) -> Result<()> {
        let (fd, backlog) = (Socket::fd(vm, this), backlog.unwrap_or(128).max(0));
        // SAFETY: no pointers.
        call::call(vm, || i64::from(unsafe { libc::listen(fd, backlog) })).map(drop)
    }
    /// Wait for an incoming connection: its file descriptor and the address of the client.
    #[sig("()")]
    fn _accept(this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        let mut address = Address::room();
        let (p, len) = (address.pointer_mut(), &raw mut address.len);
        let deadline = Socket::deadline(vm, this);
        // SAFETY: room for an address.
        let fd = Socket::attempt(vm, this, libc::POLLIN, deadline, |fd| i64::from(unsafe { libc::accept4(fd, p, len, libc::SOCK_CLOEXEC) }))?;
        let client = address.to_value(vm);
        Ok(vm.tuple(vec![int(fd), client]))
    }
    /// Receive up to buffersize bytes from the socket.
    #[sig("(buffersize, flags=0, /)")]
    fn recv(this: &Ref<Socket>, vm: &mut Vm, buffersize: i64, flags: i32) -> Result<Value> {
        let data = Socket::receive(vm, this, buffersize, flags, "recv", None)?;
        Ok(vm.heap.bytes(&data).into_value())
    }
    /// A version of recv() that stores its data into a buffer rather than creating a new string.
    #[sig("(buffer, nbytes=0, flags=0)")]
    fn recv_into(this: &Ref<Socket>, vm: &mut Vm, buffer: Value, nbytes: i64, flags: i32) -> Result<Value> {
        let (target, mut data) = Socket::target(vm, &buffer, nbytes, "recv_into")?;
        let n = Socket::receive_into(vm, this, &mut data, flags, None)?;
        target.bytes_mut(&mut *vm.heap)[..n].copy_from_slice(&data[..n]);
        Ok(int(n as i64))
    }
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[sig("(buffersize, flags=0, /)")]
    fn recvfrom(this: &Ref<Socket>, vm: &mut Vm, buffersize: i64, flags: i32) -> Result<Value> {
        let mut from = Address::room();
        let data = Socket::receive(vm, this, buffersize, flags, "recvfrom", Some(&mut from))?;
        let (data, address) = (vm.heap.bytes(&data).into_value(), from.to_value(vm));
        Ok(vm.tuple(vec![data, address]))
    }
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[sig("(buffer, nbytes=0, flags=0)")]
    fn recvfrom_into(this: &Ref<Socket>, vm: &mut Vm, buffer: Value, nbytes: i64, flags: i32) -> Result<Value> {
        let (target, mut data) = Socket::target(vm, &buffer, nbytes, "recvfrom_into")?;
        let mut from = Address::room();
        let n = Socket::receive_into(vm, this, &mut data, flags, Some(&mut from))?;
        target.bytes_mut(&mut *vm.heap)[..n].copy_from_slice(&data[..n]);
        let address = from.to_value(vm);
        Ok(vm.tuple(vec![int(n as i64), address]))
    }
    /// Send a data string to the socket: how many bytes were sent.
    #[sig("(data, flags=0, /)")]
    fn send(this: &Ref<Socket>, vm: &mut Vm, data: Value, flags: i32) -> Result<Value> {
        let data = vm.bytes_like(&data)?;
        let deadline = Socket::deadline(vm, this);
        let (p, n) = (data.as_ptr(), data.len());
        // SAFETY: a buffer of `n` bytes.
        Ok(int(Socket::attempt(vm, this, libc::POLLOUT, deadline, |fd| unsafe { libc::send(fd, p.cast(), n, flags | libc::MSG_NOSIGNAL) } as i64)?))
    }
    /// Send a data string to the socket, until all of it is sent or an error occurs.
    #[sig("(data, flags=0, /)")]
    fn sendall(this: &Ref<Socket>, vm: &mut Vm, data: Value, flags: i32) -> Result<()> {
        let data = vm.bytes_like(&data)?;
        let deadline = Socket::deadline(vm, this);
        let mut left = &data[..];
        while !left.is_empty() {
            let (p, n) = (left.as_ptr(), left.len());
            // SAFETY: a buffer of `n` bytes.
            let sent = Socket::attempt(vm, this, libc::POLLOUT, deadline, |fd| unsafe { libc::send(fd, p.cast(), n, flags | libc::MSG_NOSIGNAL) } as i64)?;
            left = left.get(sent as usize..).unwrap_or(&[]);
            signal::check(vm)?;
        }
        Ok(())
    }
    /// Like send(data, flags) but allows specifying the destination address.
    #[sig("(*args)")]
    fn sendto(this: &Ref<Socket>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        let (data, flags, address) = match args {
            [data, address] => (data, 0, address),
            [data, flags, address] => (data, vm.index_i64(flags, "int")? as i32, address),
            _ => return Err(vm.type_error(format!("sendto() takes 2 or 3 arguments ({} given)", args.len()))),
        };
        let data = vm.bytes_like(data)?;
        let a = Socket::address(vm, this, address, "sendto")?;
        let deadline = Socket::deadline(vm, this);
        let (p, n, to, len) = (data.as_ptr(), data.len(), a.pointer(), a.len);
        // SAFETY: a buffer of `n` bytes and an address.
        Ok(int(Socket::attempt(vm, this, libc::POLLOUT, deadline, |fd| unsafe { libc::sendto(fd, p.cast(), n, flags | libc::MSG_NOSIGNAL, to, len) } as i64)?))
    }
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side, or both.
    #[sig("(flag, /)")]
    fn shutdown(this: &Ref<Socket>, vm: &mut Vm, flag: i32) -> Result<()> {
        let fd = Socket::fd(vm, this);
        // SAFETY: no pointers.
        call::call(vm, || i64::from(unsafe { libc::shutdown(fd, flag) })).map(drop)
    }
    /// Return the address of the local endpoint.
    #[sig("()")]
    fn getsockname(this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        let mut address = Address::room();
        let (fd, p, len) = (Socket::fd(vm, this), address.pointer_mut(), &raw mut address.len);
        // SAFETY: room for an address.
        call::call(vm, || i64::from(unsafe { libc::getsockname(fd, p, len) }))?;
        Ok(address.to_value(vm))
    }
    /// Return the address of the remote endpoint.
    #[sig("()")]
    fn getpeername(this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        let mut address = Address::room();
        let (fd, p, len) = (Socket::fd(vm, this), address.pointer_mut(), &raw mut address.len);
        // SAFETY: room for an address.
        call::call(vm, || i64::from(unsafe { libc::getpeername(fd, p, len) }))?;
        Ok(address.to_value(vm))
    }
    /// Get a socket option: an int, or bytes when a buffer size is given.
    #[sig("(level, option, buffersize=0, /)")]
    fn getsockopt(this: &Ref<Socket>, vm: &mut Vm, level: i32, option: i32, buffersize: i64) -> Result<Value> {
        let fd = Socket::fd(vm, this);
        if !(0..=1024).contains(&buffersize) {
            return Err(vm.error(Exc::OSError, "getsockopt buflen out of range"));
        }
        let size = if buffersize == 0 { 4 } else { buffersize as usize };
        let mut data = vec![0u8; size.max(8)];
        let mut len = size as libc::socklen_t;
        let (p, l) = (data.as_mut_ptr(), &raw mut len);
        // SAFETY: a buffer and its size.
        call::call(vm, || i64::from(unsafe { libc::getsockopt(fd, level, option, p.cast(), l) }))?;
        if buffersize == 0 {
            return Ok(int(i32::from_ne_bytes([data[0], data[1], data[2], data[3]]).into()));
        }
        Ok(vm.heap.bytes(&data[..(len as usize).min(size)]).into_value())
    }
    /// Set a socket option.
    #[sig("(level, option, value, optlen=<unrepresentable>, /)")]
    fn setsockopt(this: &Ref<Socket>, vm: &mut Vm, level: i32, option: i32, value: Value, optlen: Option<u32>) -> Result<()> {
        let fd = Socket::fd(vm, this);
        let data = if value.is_none() {
            None
        } else if value.as_int(&vm.heap).is_some() {
            Some((vm.index_i64(&value, "int")? as i32).to_ne_bytes().to_vec())
        } else {
            Some(vm.bytes_like(&value)?)
        };
        let (p, n) = match &data {
            Some(d) => (d.as_ptr(), d.len() as libc::socklen_t),
            None => match optlen {
                Some(n) => (std::ptr::null(), n),
                None => return Err(vm.type_error("setsockopt() requires 4 arguments when the third argument is None")),
            },
        };
        // SAFETY: a buffer and its size, or none.
        call::call(vm, || i64::from(unsafe { libc::setsockopt(fd, level, option, p.cast(), n) })).map(drop)
    }
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    #[sig("(flag, /)")]
    fn setblocking(this: &Ref<Socket>, vm: &mut Vm, flag: bool) -> Result<()> {
        let fd = Socket::fd(vm, this);
        set_blocking(vm, fd, flag)?;
        this.get_mut(&mut *vm.heap).timeout = if flag { None } else { Some(Duration::ZERO) };
        Ok(())
    }
    /// Returns True if socket is in blocking mode, or False if it is in non-blocking mode.
    #[sig("()")]
    fn getblocking(this: &Ref<Socket>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).timeout.is_none_or(|t| !t.is_zero()))
    }
    /// Set a timeout on socket operations.
    #[sig("(timeout, /)")]
    fn settimeout(this: &Ref<Socket>, vm: &mut Vm, timeout: Value) -> Result<()> {
        let timeout = timeout_of(vm, &timeout)?;
        let fd = Socket::fd(vm, this);
        set_blocking(vm, fd, timeout.is_none())?;
        this.get_mut(&mut *vm.heap).timeout = timeout;
        Ok(())
    }
    /// Returns the timeout in seconds (float) associated with socket operations.
    #[sig("()")]
    fn gettimeout(this: &Ref<Socket>, vm: &mut Vm) -> Result<Value> {
        Ok(timeout_value(this.get(&*vm.heap).timeout))
    }
}

struct Functions;

#[methods]
impl Functions {
    /// Create a pair of socket objects from the sockets returned by the platform socketpair() function.
    #[sig("(family=None, type=1, proto=0, /)")]
    fn socketpair(vm: &mut Vm, family: Option<i32>, r#type: Option<i32>, proto: Option<i32>) -> Result<Value> {
        let (family, kind, protocol) = (family.unwrap_or(libc::AF_UNIX), r#type.unwrap_or(libc::SOCK_STREAM), proto.unwrap_or(0));
        let mut fds = [0i32; 2];
        let p = fds.as_mut_ptr();
        // SAFETY: room for two descriptors.
        call::call(vm, || i64::from(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, p) }))?;
        let mut pair = Vec::new();
        for fd in fds {
            let socket = vm.heap.alloc(Socket { fd: -1, family, kind, protocol, timeout: None });
            Socket::adopt(vm, &socket, fd, family, kind, protocol)?;
            pair.push(socket.into_value());
        }
        Ok(vm.tuple(pair))
    }
    /// Close an integer socket file descriptor.
    #[sig("(fd, /)")]
    fn close(vm: &mut Vm, fd: Value) -> Result<()> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        let failed = thread::blocking(vm, || (unsafe { libc::close(fd) } < 0).then(error::last));
        match failed {
            Some(errno) if errno != libc::ECONNRESET => Err(error::raise(vm, errno, None, None)),
            _ => Ok(()),
        }
    }
    /// Duplicate an integer socket file descriptor.
    #[sig("(fd, /)")]
    fn dup(vm: &mut Vm, fd: Value) -> Result<Value> {
        let fd = path::fileno(vm, &fd)?;
        // SAFETY: no pointers.
        Ok(int(call::call(vm, || i64::from(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))?))
    }
    /// Returns the default timeout in seconds (float) for new socket objects.
    #[sig("()")]
    fn getdefaulttimeout(vm: &mut Vm) -> Result<Value> {
        Ok(timeout_value(vm.state::<Errors>().timeout))
    }
    /// Set the default timeout in seconds (float) for new socket objects.
    #[sig("(timeout, /)")]
    fn setdefaulttimeout(vm: &mut Vm, timeout: Value) -> Result<()> {
        let timeout = timeout_of(vm, &timeout)?;
        vm.state::<Errors>().timeout = timeout;
        Ok(())
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    vm.module_functions::<names::Functions>(module);
    let spec = TypeSpec { name: "_socket.socket", doc: "", flags: flags::BASETYPE | flags::FINALIZER, dict: false, methods: Socket::METHODS };
    let ty = vm.define_type::<Socket>(None, &spec).to_value();
    vm.module_set(module, "socket", ty.clone());
    vm.module_set(module, "SocketType", ty);
    let host = support::exception_type(vm, module, "socket.herror", Exc::OSError, "").to_value();
    let gai = support::exception_type(vm, module, "socket.gaierror", Exc::OSError, "").to_value();
    let state = vm.state::<Errors>();
    (state.host, state.gai) = (Some(host), Some(gai));
    let (os_error, timeout) = (vm.exc.get(Exc::OSError).to_value(), vm.exc.get(Exc::TimeoutError).to_value());
    vm.module_set(module, "error", os_error);
    vm.module_set(module, "timeout", timeout);
    vm.module_set(module, "has_ipv6", Value::TRUE);
    names::constants(vm, module);
    Ok(())
}
