//! Names and numbers: the resolver, services, protocols, interfaces, text forms of addresses, constants.

#![allow(unsafe_code, reason = "calls of the C library's resolver")]

use super::{Errors, address::Address, text};
use crate::os::call::{self, int};
use crate::os::{error, thread};
use krait_vm::builtins::bytes::{ByteArray, Bytes};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::{Exc, Raised, Ref, Result, Value, Vm, methods};
use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A host name as the resolver takes it: str goes through the `idna` codec when it is not ASCII.
pub fn host_bytes(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    if let Some(s) = value.downcast::<Str>(&*vm.heap) {
        if let Some(ascii) = s.get(&*vm.heap).as_ascii() {
            return no_null(vm, ascii.as_bytes().to_vec());
        }
        let codec = vm.str("idna");
        let encoded = vm.call_method(value, "encode", &[codec])?;
        let bytes = vm.bytes_like(&encoded)?;
        return no_null(vm, bytes);
    }
    if value.has_payload::<Bytes>(&*vm.heap) || value.has_payload::<ByteArray>(&*vm.heap) {
        let bytes = vm.bytes_like(value)?;
        return no_null(vm, bytes);
    }
    let found = vm.heap.type_name(value);
    Err(vm.type_error(format!("str, bytes or bytearray expected, not {found}")))
}
fn no_null(vm: &mut Vm, bytes: Vec<u8>) -> Result<Vec<u8>> {
    if bytes.contains(&0) { Err(vm.type_error("host name must not contain null character")) } else { Ok(bytes) }
}

pub fn host_v4(vm: &mut Vm, host: &[u8]) -> Result<Ipv4Addr> {
    match host {
        b"" => return Ok(Ipv4Addr::UNSPECIFIED),
        b"<broadcast>" | b"255.255.255.255" => return Ok(Ipv4Addr::BROADCAST),
        _ => {}
    }
    if let Some(a) = std::str::from_utf8(host).ok().and_then(|t| t.parse().ok()) {
        return Ok(a);
    }
    let found = resolve(vm, Some(host), None, libc::AF_INET, 0, 0, 0)?;
    match found.first().map(|f| f.address.to_value(vm)) {
        Some(v) => first_text(vm, &v).and_then(|t| t.parse().map_err(|_| vm.error(Exc::OSError, "unknown address family"))),
        None => Err(vm.error(Exc::OSError, "wildcard resolved to multiple address")),
    }
}
pub fn host_v6(vm: &mut Vm, host: &[u8]) -> Result<(Ipv6Addr, u32)> {
    if host.is_empty() {
        return Ok((Ipv6Addr::UNSPECIFIED, 0));
    }
    if let Some(a) = std::str::from_utf8(host).ok().and_then(|t| t.parse().ok()) {
        return Ok((a, 0));
    }
    let found = resolve(vm, Some(host), None, libc::AF_INET6, 0, 0, 0)?;
    match found.first().map(|f| f.address.to_value(vm)) {
        Some(v) => {
            let a = first_text(vm, &v)?;
            let a = a.parse().map_err(|_| vm.error(Exc::OSError, "unknown address family"))?;
            Ok((a, 0))
        }
        None => Err(vm.error(Exc::OSError, "unknown address family")),
    }
}
fn first_text(vm: &mut Vm, pair: &Value) -> Result<String> {
    let host = vm.get_item(pair, &int(0))?;
    vm.to_text(&host)
}

/// One answer of `getaddrinfo`.
pub struct Resolved {
    family: i32,
    kind: i32,
    protocol: i32,
    canonical: Vec<u8>,
    pub address: Address,
}

/// Frees the resolver's list.
struct List(*mut libc::addrinfo);
impl Drop for List {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the list comes from `getaddrinfo` and is freed once.
            unsafe { libc::freeaddrinfo(self.0) }
        }
    }
}

fn resolve(vm: &mut Vm, host: Option<&[u8]>, service: Option<&[u8]>, family: i32, kind: i32, protocol: i32, flags: i32) -> Result<Vec<Resolved>> {
    let c = |bytes: Option<&[u8]>| bytes.and_then(|b| CString::new(b).ok());
    let (host, service) = (c(host), c(service));
    // SAFETY: plain data.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    (hints.ai_family, hints.ai_socktype, hints.ai_protocol, hints.ai_flags) = (family, kind, protocol, flags);
    let mut list = List(std::ptr::null_mut());
    let out = &raw mut list.0;
    let pointer = |s: &Option<CString>| s.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
    let (h, s, hints) = (pointer(&host), pointer(&service), &raw const hints);
    // SAFETY: C strings and structures that live until the call returns.
    let (status, errno) = thread::blocking(vm, || unsafe { (libc::getaddrinfo(h, s, hints, out), error::last()) });
    if status != 0 {
        return Err(raise_gai(vm, status, errno));
    }
    let mut found = Vec::new();
    let mut at = list.0;
    while !at.is_null() {
        // SAFETY: entries of a live list.
        unsafe {
            let entry = &*at;
            let mut address = Address::room();
            std::ptr::copy_nonoverlapping(entry.ai_addr.cast::<u8>(), address.pointer_mut().cast::<u8>(), (entry.ai_addrlen as usize).min(address.len as usize));
            address.len = entry.ai_addrlen;
            let canonical = if entry.ai_canonname.is_null() { Vec::new() } else { CStr::from_ptr(entry.ai_canonname).to_bytes().to_vec() };
            found.push(Resolved { family: entry.ai_family, kind: entry.ai_socktype, protocol: entry.ai_protocol, canonical, address });
            at = entry.ai_next;
        }
    }
    Ok(found)
}

#[cold]
fn raise_gai(vm: &mut Vm, status: i32, errno: i32) -> Raised {
    if status == libc::EAI_SYSTEM {
        return error::raise(vm, errno, None, None);
    }
    // SAFETY: the C library's static text.
    let message = unsafe { CStr::from_ptr(libc::gai_strerror(status)) }.to_string_lossy().into_owned();
    let class = vm.state::<Errors>().gai.clone();
    raise_numbered(vm, class, status, &message)
}
fn raise_numbered(vm: &mut Vm, class: Option<Value>, number: i32, message: &str) -> Raised {
    let message = text(vm, message);
    let made = match class {
        Some(class) => vm.call(&class, &[int(number.into()), message]),
        None => return error::raise_text(vm, number, message, None, None),
    };
    match made {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}
fn no_such_host(vm: &mut Vm) -> Raised {
    let class = vm.state::<Errors>().host.clone();
    raise_numbered(vm, class, 1, "Unknown host")
}

fn c_string(vm: &mut Vm, value: &str) -> Result<CString> {
    CString::new(value).map_err(|_| vm.value_error("embedded null character"))
}

pub struct Functions;

#[methods]
impl Functions {
    /// Resolve host and port into list of address info entries.
    #[sig("(host, port, family=0, type=0, proto=0, flags=0)")]
    fn getaddrinfo(vm: &mut Vm, host: Value, port: Value, family: i32, r#type: i32, proto: i32, flags: i32) -> Result<Value> {
        let host = if host.is_none() { None } else { Some(host_bytes(vm, &host)?) };
        let service = if port.is_none() {
            None
        } else if port.as_int(&vm.heap).is_some() {
            Some(vm.index_i64(&port, "long")?.to_string().into_bytes())
        } else if port.has_payload::<Str>(&*vm.heap) || port.has_payload::<Bytes>(&*vm.heap) {
            Some(host_bytes(vm, &port)?)
        } else {
            return Err(vm.error(Exc::OSError, "Int or String expected"));
        };
        let found = resolve(vm, host.as_deref(), service.as_deref(), family, r#type, proto, flags)?;
        let mut out = Vec::new();
        for f in found {
            let (name, address) = (text(vm, &String::from_utf8_lossy(&f.canonical)), f.address.to_value(vm));
            out.push(vm.tuple(vec![int(f.family.into()), int(f.kind.into()), int(f.protocol.into()), name, address]));
        }
        Ok(vm.list(out))
    }
    /// Get host and port for a sockaddr.
    #[sig("(sockaddr, flags, /)")]
    fn getnameinfo(vm: &mut Vm, sockaddr: Value, flags: i32) -> Result<Value> {
        let Some(items) = sockaddr.downcast::<krait_vm::builtins::tuple::Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec()) else {
            return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let [host, port, ..] = &items[..] else { return Err(vm.type_error("getnameinfo() argument 1 must be a tuple")) };
        let host = host_bytes(vm, host)?;
        let port = vm.index_i64(port, "int")?.to_string();
        let found = resolve(vm, Some(&host), Some(port.as_bytes()), 0, libc::SOCK_DGRAM, 0, libc::AI_NUMERICHOST)?;
        let Some(f) = found.first() else { return Err(no_such_host(vm)) };
        let (mut name, mut service) = ([0 as libc::c_char; 1025], [0 as libc::c_char; 32]);
        let (address, n, s) = (f.address, name.as_mut_ptr(), service.as_mut_ptr());
        // SAFETY: an address and two buffers with their sizes.
        let status = thread::blocking(vm, || unsafe { libc::getnameinfo(address.pointer(), address.len, n, 1025, s, 32, flags) });
        if status != 0 {
            return Err(raise_gai(vm, status, error::last()));
        }
        // SAFETY: the call wrote C strings.
        let (name, service) = unsafe { (CStr::from_ptr(n).to_string_lossy().into_owned(), CStr::from_ptr(s).to_string_lossy().into_owned()) };
        let pair = vec![text(vm, &name), text(vm, &service)];
        Ok(vm.tuple(pair))
    }
    /// Return the current host name.
    #[sig("()")]
    fn gethostname(vm: &mut Vm) -> Result<Value> {
        let mut buffer = vec![0u8; 256];
        let p = buffer.as_mut_ptr();
        // SAFETY: a buffer and its size.
        call::call(vm, || i64::from(unsafe { libc::gethostname(p.cast(), 255) }))?;
        let end = buffer.iter().position(|&b| b == 0).unwrap_or(buffer.len());
        Ok(text(vm, &String::from_utf8_lossy(&buffer[..end])))
    }
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[sig("(host, /)")]
    fn gethostbyname(vm: &mut Vm, host: Value) -> Result<Value> {
        let host = host_bytes(vm, &host)?;
        let found = host_v4(vm, &host)?;
        Ok(text(vm, &found.to_string()))
    }
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host.
    #[sig("(host, /)")]
    fn gethostbyname_ex(vm: &mut Vm, host: Value) -> Result<Value> {
        let host = host_bytes(vm, &host)?;
        let found = resolve(vm, Some(&host), None, libc::AF_INET, libc::SOCK_STREAM, 0, libc::AI_CANONNAME)?;
        let mut addresses = Vec::new();
        for f in &found {
            let pair = f.address.to_value(vm);
            addresses.push(vm.get_item(&pair, &int(0))?);
        }
        let canonical = found.first().map(|f| f.canonical.clone()).unwrap_or_default();
        let name = text(vm, &String::from_utf8_lossy(&canonical));
        let (aliases, addresses) = (vm.list(Vec::new()), vm.list(addresses));
        Ok(vm.tuple(vec![name, aliases, addresses]))
    }
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host.
    #[sig("(host, /)")]
    fn gethostbyaddr(vm: &mut Vm, host: Value) -> Result<Value> {
        let host = host_bytes(vm, &host)?;
        let found = resolve(vm, Some(&host), None, 0, libc::SOCK_STREAM, 0, 0)?;
        let Some(f) = found.first() else { return Err(no_such_host(vm)) };
        let pair = f.address.to_value(vm);
        let shown = vm.get_item(&pair, &int(0))?;
        let mut name = [0 as libc::c_char; 1025];
        let (address, n) = (f.address, name.as_mut_ptr());
        // SAFETY: an address and a buffer with its size.
        let status = thread::blocking(vm, || unsafe { libc::getnameinfo(address.pointer(), address.len, n, 1025, std::ptr::null_mut(), 0, libc::NI_NAMEREQD) });
        if status != 0 {
            return Err(no_such_host(vm));
        }
        // SAFETY: the call wrote a C string.
        let name = unsafe { CStr::from_ptr(n).to_string_lossy().into_owned() };
        let name = text(vm, &name);
        let (aliases, addresses) = (vm.list(Vec::new()), vm.list(vec![shown]));
        Ok(vm.tuple(vec![name, aliases, addresses]))
    }
    /// Return a port number from a service name and protocol name.
    #[sig("(servicename, protocolname=<unrepresentable>, /)")]
    fn getservbyname(vm: &mut Vm, servicename: String, protocolname: Option<String>) -> Result<Value> {
        let name = c_string(vm, &servicename)?;
        let protocol = match &protocolname {
            Some(p) => Some(c_string(vm, p)?),
            None => None,
        };
        // SAFETY: C strings; the result is read before the next call.
        let port = unsafe {
            let entry = libc::getservbyname(name.as_ptr(), protocol.as_ref().map_or(std::ptr::null(), |p| p.as_ptr()));
            if entry.is_null() { None } else { Some(u16::from_be((*entry).s_port as u16)) }
        };
        match port {
            Some(port) => Ok(int(port.into())),
            None => Err(vm.error(Exc::OSError, "service/proto not found")),
        }
    }
    /// Return the service name from a port number and protocol name.
    #[sig("(port, protocolname=<unrepresentable>, /)")]
    fn getservbyport(vm: &mut Vm, port: i64, protocolname: Option<String>) -> Result<Value> {
        let Ok(port) = u16::try_from(port) else { return Err(vm.overflow_error("getservbyport: port must be 0-65535.")) };
        let protocol = match &protocolname {
            Some(p) => Some(c_string(vm, p)?),
            None => None,
        };
        // SAFETY: C strings; the result is copied before the next call.
        let name = unsafe {
            let entry = libc::getservbyport(i32::from(port.to_be()), protocol.as_ref().map_or(std::ptr::null(), |p| p.as_ptr()));
            if entry.is_null() { None } else { Some(CStr::from_ptr((*entry).s_name).to_string_lossy().into_owned()) }
        };
        match name {
            Some(name) => Ok(text(vm, &name)),
            None => Err(vm.error(Exc::OSError, "port/proto not found")),
        }
    }
    /// Return the protocol number for the named protocol.
    #[sig("(name, /)")]
    fn getprotobyname(vm: &mut Vm, name: String) -> Result<Value> {
        let name = c_string(vm, &name)?;
        // SAFETY: a C string; the result is read at once.
        let number = unsafe {
            let entry = libc::getprotobyname(name.as_ptr());
            if entry.is_null() { None } else { Some((*entry).p_proto) }
        };
        match number {
            Some(n) => Ok(int(n.into())),
            None => Err(vm.error(Exc::OSError, "protocol not found")),
        }
    }
    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[sig("(ip_addr, /)")]
    fn inet_aton(vm: &mut Vm, ip_addr: String) -> Result<Value> {
        let name = c_string(vm, &ip_addr)?;
        let mut a = libc::in_addr { s_addr: 0 };
        // SAFETY: a C string and a structure.
        if unsafe { inet_aton(name.as_ptr(), &raw mut a) } == 0 {
            return Err(vm.error(Exc::OSError, "illegal IP address string passed to inet_aton"));
        }
        Ok(vm.heap.bytes(&a.s_addr.to_ne_bytes()).into_value())
    }
    /// Convert an IP address from 32-bit packed binary format to string format.
    #[sig("(packed_ip, /)")]
    fn inet_ntoa(vm: &mut Vm, packed_ip: Value) -> Result<Value> {
        let bytes = vm.bytes_like(&packed_ip)?;
        match <[u8; 4]>::try_from(&bytes[..]) {
            Ok(a) => Ok(text(vm, &Ipv4Addr::from(a).to_string())),
            Err(_) => Err(vm.error(Exc::OSError, "packed IP wrong length")),
        }
    }
    /// Convert an IP address from string format to a packed string suitable for use with low-level network functions.
    #[sig("(address_family, ip_string, /)")]
    fn inet_pton(vm: &mut Vm, address_family: i32, ip_string: String) -> Result<Value> {
        let packed = match address_family {
            libc::AF_INET => ip_string.parse::<Ipv4Addr>().ok().map(|a| a.octets().to_vec()),
            libc::AF_INET6 => ip_string.parse::<Ipv6Addr>().ok().map(|a| a.octets().to_vec()),
            _ => return Err(error::raise(vm, libc::EAFNOSUPPORT, None, None)),
        };
        match packed {
            Some(bytes) => Ok(vm.heap.bytes(&bytes).into_value()),
            None => Err(vm.error(Exc::OSError, "illegal IP address string passed to inet_pton")),
        }
    }
    /// Convert a packed IP address of the given family to string format.
    #[sig("(address_family, packed_ip, /)")]
    fn inet_ntop(vm: &mut Vm, address_family: i32, packed_ip: Value) -> Result<Value> {
        let bytes = vm.bytes_like(&packed_ip)?;
        let shown = match address_family {
            libc::AF_INET => <[u8; 4]>::try_from(&bytes[..]).ok().map(|a| Ipv4Addr::from(a).to_string()),
            libc::AF_INET6 => <[u8; 16]>::try_from(&bytes[..]).ok().map(|a| Ipv6Addr::from(a).to_string()),
            _ => return Err(vm.value_error(format!("unknown address family {address_family}"))),
        };
        match shown {
            Some(s) => Ok(text(vm, &s)),
            None => Err(vm.value_error("invalid length of packed IP address string")),
        }
    }
    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[sig("(x, /)")]
    fn ntohs(vm: &mut Vm, x: Value) -> Result<Value> {
        swap16(vm, &x, "ntohs")
    }
    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[sig("(x, /)")]
    fn htons(vm: &mut Vm, x: Value) -> Result<Value> {
        swap16(vm, &x, "htons")
    }
    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[sig("(x, /)")]
    fn ntohl(vm: &mut Vm, x: Value) -> Result<Value> {
        swap32(vm, &x)
    }
    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[sig("(x, /)")]
    fn htonl(vm: &mut Vm, x: Value) -> Result<Value> {
        swap32(vm, &x)
    }
    /// Returns a list of network interface information (index, name) tuples.
    #[sig("()")]
    fn if_nameindex(vm: &mut Vm) -> Result<Value> {
        let mut found = Vec::new();
        // SAFETY: the list ends with index 0, and is freed once.
        unsafe {
            let list = libc::if_nameindex();
            if list.is_null() {
                return Err(error::raise_last(vm));
            }
            let mut at = list;
            while (*at).if_index != 0 {
                found.push(((*at).if_index, CStr::from_ptr((*at).if_name).to_string_lossy().into_owned()));
                at = at.add(1);
            }
            libc::if_freenameindex(list);
        }
        let mut out = Vec::new();
        for (index, name) in found {
            let pair = vec![int(index.into()), text(vm, &name)];
            out.push(vm.tuple(pair));
        }
        Ok(vm.list(out))
    }
    /// Returns the interface index corresponding to the interface name if_name.
    #[sig("(oname, /)")]
    fn if_nametoindex(vm: &mut Vm, oname: String) -> Result<Value> {
        let name = c_string(vm, &oname)?;
        // SAFETY: a C string.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(vm.error(Exc::OSError, "no interface with this name")),
            n => Ok(int(n.into())),
        }
    }
    /// Returns the interface name corresponding to the interface index if_index.
    #[sig("(if_index, /)")]
    fn if_indextoname(vm: &mut Vm, if_index: u32) -> Result<Value> {
        let mut name = [0 as libc::c_char; 32];
        // SAFETY: a buffer longer than any interface's name.
        if unsafe { libc::if_indextoname(if_index, name.as_mut_ptr()) }.is_null() {
            return Err(error::raise_last(vm));
        }
        // SAFETY: the call wrote a C string.
        let name = unsafe { CStr::from_ptr(name.as_ptr()) }.to_string_lossy().into_owned();
        Ok(text(vm, &name))
    }
}

unsafe extern "C" {
    fn inet_aton(text: *const libc::c_char, address: *mut libc::in_addr) -> libc::c_int;
}

fn swap16(vm: &mut Vm, x: &Value, name: &str) -> Result<Value> {
    let n = vm.index_i64(x, "int")?;
    if n < 0 {
        return Err(vm.overflow_error(format!("{name}: can't convert negative Python int to C 16-bit unsigned integer")));
    }
    match u16::try_from(n) {
        Ok(n) => Ok(int(n.to_be().into())),
        Err(_) => Err(vm.overflow_error(format!("{name}: Python int too large to convert to C 16-bit unsigned integer"))),
    }
}
fn swap32(vm: &mut Vm, x: &Value) -> Result<Value> {
    let n = vm.index_i64(x, "int")?;
    match u32::try_from(n) {
        Ok(n) => Ok(int(n.to_be().into())),
        Err(_) if n < 0 => Err(vm.overflow_error("can't convert negative value to unsigned int")),
        Err(_) => Err(vm.overflow_error("int larger than 32 bits")),
    }
}

macro_rules! numbers {
    ($($name:ident)*) => { [$((stringify!($name), libc::$name as i64)),*] };
}

pub fn constants(vm: &mut Vm, module: &Ref<Module>) {
    let known = numbers! {
        AF_UNSPEC AF_INET AF_INET6 AF_UNIX AF_NETLINK AF_PACKET AF_BLUETOOTH AF_CAN AF_VSOCK AF_ALG
        SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_SEQPACKET SOCK_RDM SOCK_CLOEXEC SOCK_NONBLOCK
        SOL_SOCKET SO_DEBUG SO_ACCEPTCONN SO_REUSEADDR SO_KEEPALIVE SO_DONTROUTE SO_BROADCAST SO_LINGER SO_OOBINLINE SO_REUSEPORT
        SO_SNDBUF SO_RCVBUF SO_SNDLOWAT SO_RCVLOWAT SO_SNDTIMEO SO_RCVTIMEO SO_ERROR SO_TYPE SO_PEERCRED SO_PASSCRED SO_PEERSEC
        SO_BINDTODEVICE SO_DOMAIN SO_PROTOCOL SO_MARK SO_PRIORITY SO_INCOMING_CPU
        IPPROTO_IP IPPROTO_ICMP IPPROTO_IGMP IPPROTO_TCP IPPROTO_EGP IPPROTO_PUP IPPROTO_UDP IPPROTO_IDP IPPROTO_TP IPPROTO_IPV6
        IPPROTO_RSVP IPPROTO_GRE IPPROTO_ESP IPPROTO_AH IPPROTO_PIM IPPROTO_SCTP IPPROTO_RAW IPPROTO_ICMPV6 IPPROTO_HOPOPTS
        IPPROTO_ROUTING IPPROTO_FRAGMENT IPPROTO_NONE IPPROTO_DSTOPTS IPPROTO_IPIP IPPROTO_UDPLITE IPPROTO_MPTCP
        TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT
        TCP_WINDOW_CLAMP TCP_INFO TCP_QUICKACK TCP_FASTOPEN TCP_CONGESTION TCP_USER_TIMEOUT
        IP_OPTIONS IP_HDRINCL IP_TOS IP_TTL IP_RECVOPTS IP_RETOPTS IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP
        IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_TRANSPARENT IP_RECVTOS IP_BIND_ADDRESS_NO_PORT IP_PKTINFO
        IPV6_MULTICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_LOOP IPV6_UNICAST_HOPS IPV6_V6ONLY
        IPV6_CHECKSUM IPV6_RECVTCLASS IPV6_TCLASS IPV6_RECVPKTINFO IPV6_PKTINFO IPV6_RECVHOPLIMIT IPV6_HOPLIMIT
        MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_DONTWAIT MSG_EOR MSG_TRUNC MSG_CTRUNC MSG_WAITALL MSG_NOSIGNAL MSG_MORE MSG_CMSG_CLOEXEC
        MSG_ERRQUEUE MSG_CONFIRM MSG_FASTOPEN
        SHUT_RD SHUT_WR SHUT_RDWR SOMAXCONN SCM_RIGHTS SCM_CREDENTIALS
        AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_V4MAPPED AI_ALL AI_ADDRCONFIG
        NI_NOFQDN NI_NUMERICHOST NI_NAMEREQD NI_NUMERICSERV NI_DGRAM NI_MAXHOST
        EAI_AGAIN EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME EAI_OVERFLOW EAI_SERVICE EAI_SOCKTYPE EAI_SYSTEM
    };
    let others = [
        ("SOL_IP", 0), ("IPV6_JOIN_GROUP", 20), ("IPV6_LEAVE_GROUP", 21), ("SOL_TCP", 6), ("SOL_UDP", 17), ("NI_MAXSERV", 32), ("EAI_ADDRFAMILY", -9),
        ("INADDR_ANY", 0), ("INADDR_BROADCAST", 0xffff_ffff), ("INADDR_LOOPBACK", 0x7f00_0001), ("INADDR_UNSPEC_GROUP", 0xe000_0000),
        ("INADDR_ALLHOSTS_GROUP", 0xe000_0001), ("INADDR_MAX_LOCAL_GROUP", 0xe000_00ff), ("INADDR_NONE", 0xffff_ffff),
        ("IPPORT_RESERVED", 1024), ("IPPORT_USERRESERVED", 5000),
    ];
    for (name, n) in known.into_iter().chain(others) {
        vm.module_set(module, name, int(n));
    }
}
