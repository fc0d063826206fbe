//! Socket addresses between Python's tuples and the system's structures.

#![allow(unsafe_code, reason = "the system's structures are read and written as bytes")]

use super::{names, text};
use crate::os::call::int;
use crate::os::path;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::{Result, Value, Vm};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A `sockaddr` of any family and the bytes of it that count.
#[derive(Clone, Copy)]
pub struct Address {
    storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for the system to write an address to.
    pub fn room() -> Address {
        // SAFETY: plain data, valid when zeroed.
        let storage = unsafe { std::mem::zeroed() };
        Address { storage, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }
    pub fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }
    pub fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
    fn of<T: Copy>(value: &T, len: usize) -> Address {
        let mut address = Address::room();
        // SAFETY: every `sockaddr` fits into the storage.
        unsafe { std::ptr::write((&raw mut address.storage).cast::<T>(), *value) }
        address.len = len as libc::socklen_t;
        address
    }
    fn view<T: Copy>(&self) -> T {
        // SAFETY: the storage is large enough and aligned for every `sockaddr`.
        unsafe { std::ptr::read((&raw const self.storage).cast::<T>()) }
    }
    pub fn family(&self) -> i32 {
        if self.len < 2 { libc::AF_UNSPEC } else { i32::from(self.storage.ss_family) }
    }

    /// Python's form: a tuple for internet addresses, str or bytes for names in the file system.
    pub fn to_value(self, vm: &mut Vm) -> Value {
        match self.family() {
            libc::AF_INET => {
                let a: libc::sockaddr_in = self.view();
                let host = text(vm, &Ipv4Addr::from(u32::from_be(a.sin_addr.s_addr)).to_string());
                vm.tuple(vec![host, int(u16::from_be(a.sin_port).into())])
            }
            libc::AF_INET6 => {
                let a: libc::sockaddr_in6 = self.view();
                let host = text(vm, &Ipv6Addr::from(a.sin6_addr.s6_addr).to_string());
                let (flow, scope) = (u32::from_be(a.sin6_flowinfo), a.sin6_scope_id);
                vm.tuple(vec![host, int(u16::from_be(a.sin6_port).into()), int(flow.into()), int(scope.into())])
            }
            libc::AF_UNIX => {
                let a: libc::sockaddr_un = self.view();
                let offset = std::mem::offset_of!(libc::sockaddr_un, sun_path);
                let bytes: Vec<u8> = a.sun_path[..(self.len as usize).saturating_sub(offset).min(a.sun_path.len())].iter().map(|&c| c as u8).collect();
                if bytes.first() == Some(&0) {
                    return vm.heap.bytes(&bytes).into_value();
                }
                let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
                path::fs_str(vm, &bytes[..end])
            }
            _ => Value::NONE,
        }
    }

    /// From Python's form. `caller` is the method that error messages name.
    pub fn from_value(vm: &mut Vm, family: i32, value: &Value, caller: &str) -> Result<Address> {
        match family {
            libc::AF_INET => {
                let (host, port, _) = internet_parts(vm, value, caller, "AF_INET", 2)?;
                let found = names::host_v4(vm, &host)?;
                // SAFETY: plain data.
                let mut a: libc::sockaddr_in = unsafe { std::mem::zeroed() };
                a.sin_family = libc::AF_INET as _;
                a.sin_port = port.to_be();
                a.sin_addr.s_addr = u32::from(found).to_be();
                Ok(Address::of(&a, size_of::<libc::sockaddr_in>()))
            }
            libc::AF_INET6 => {
                let (host, port, rest) = internet_parts(vm, value, caller, "AF_INET6", 4)?;
                let (found, scope) = names::host_v6(vm, &host)?;
                // SAFETY: plain data.
                let mut a: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
                a.sin6_family = libc::AF_INET6 as _;
                a.sin6_port = port.to_be();
                a.sin6_addr.s6_addr = found.octets();
                let flow = rest.first().map_or(Ok(0), |v| vm.index_i64(v, "int"))?;
                if !(0..=0xfffff).contains(&flow) {
                    return Err(vm.overflow_error(format!("{caller}(): flowinfo must be 0-1048575.")));
                }
                a.sin6_flowinfo = (flow as u32).to_be();
                a.sin6_scope_id = rest.get(1).map_or(Ok(i64::from(scope)), |v| vm.index_i64(v, "int"))? as u32;
                Ok(Address::of(&a, size_of::<libc::sockaddr_in6>()))
            }
            libc::AF_UNIX => {
                let name = match path::fs_bytes(vm, value)? {
                    Some(bytes) => bytes,
                    None => vm.bytes_like(value)?,
                };
                // SAFETY: plain data.
                let mut a: libc::sockaddr_un = unsafe { std::mem::zeroed() };
                let is_abstract = name.first() == Some(&0);
                let room = a.sun_path.len() - usize::from(!is_abstract);
                if name.len() > room {
                    return Err(vm.error(krait_vm::Exc::OSError, "AF_UNIX path too long"));
                }
                a.sun_family = libc::AF_UNIX as _;
                for (to, from) in a.sun_path.iter_mut().zip(&name) {
                    *to = *from as _;
                }
                let offset = std::mem::offset_of!(libc::sockaddr_un, sun_path);
                let end = if is_abstract || name.is_empty() { name.len() } else { name.len() + 1 };
                Ok(Address::of(&a, offset + end))
            }
            _ => Err(vm.error(krait_vm::Exc::OSError, format!("{caller}(): bad family"))),
        }
    }
}

/// Host, port and what follows of an internet address.
fn internet_parts(vm: &mut Vm, value: &Value, caller: &str, family: &str, most: usize) -> Result<(Vec<u8>, u16, Vec<Value>)> {
    let Some(items) = value.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec()) else {
        let found = vm.heap.type_name(value);
        return Err(vm.type_error(format!("{caller}(): {family} address must be tuple, not {found}")));
    };
    if items.len() < 2 || items.len() > most {
        let wanted = if most == 2 { "a pair (host, port)" } else { "a tuple (host, port[, flowinfo[, scopeid]])" };
        return Err(vm.type_error(format!("{family} address must be {wanted}")));
    }
    let host = names::host_bytes(vm, &items[0])?;
    let port = vm.index_i64(&items[1], "int")?;
    let Ok(port) = u16::try_from(port) else {
        return Err(vm.overflow_error(format!("{caller}(): port must be 0-65535.")));
    };
    Ok((host, port, items[2..].to_vec()))
}
