//! File names: str, bytes, path objects and descriptors to what a host's file functions take, and back.
//!
//! Names are bytes decoded as UTF-8 with surrogate escapes, both ways.

use krait_text::codecs::{Codec, Errors};
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::str::Str;
use krait_vm::{Result, Value, Vm};
use std::ffi::CString;

/// A converted path argument.
pub struct PathArg {
    /// The path; meaningless when `fd` is given.
    pub c: CString,
    pub fd: Option<i32>,
    /// The argument was bytes: results are bytes too.
    pub bytes: bool,
    /// What error messages show as the filename.
    pub object: Value,
}

impl PathArg {
    pub fn ptr(&self) -> *const std::ffi::c_char {
        self.c.as_ptr()
    }
}

/// A name from the system as str.
pub fn fs_str(vm: &mut Vm, bytes: &[u8]) -> Value {
    if bytes.is_ascii() {
        return vm.heap.str_latin1(bytes).into_value();
    }
    match krait_text::codecs::decode(Codec::Utf8, bytes, Errors::SurrogateEscape, true) {
        Ok((buffer, _)) => vm.heap.str_buf(buffer).into_value(),
        Err(_) => vm.str(&String::from_utf8_lossy(bytes)),
    }
}

/// The bytes of a str for the system.
pub fn fs_bytes(vm: &mut Vm, value: &Value) -> Result<Option<Vec<u8>>> {
    if let Some(s) = value.downcast::<Str>(&*vm.heap) {
        if let Some(ascii) = s.get(&*vm.heap).as_ascii() {
            return Ok(Some(ascii.as_bytes().to_vec()));
        }
        let encoded = krait_text::codecs::encode(Codec::Utf8, s.view(&*vm.heap), Errors::SurrogateEscape);
        return match encoded {
            Ok(bytes) => Ok(Some(bytes)),
            Err(_) => {
                // Raises the right UnicodeEncodeError.
                let (encoding, errors) = (vm.str("utf-8"), vm.str("surrogateescape"));
                vm.call_method(value, "encode", &[encoding, errors])?;
                Ok(Some(Vec::new()))
            }
        };
    }
    if let Some(b) = value.downcast::<Bytes>(&*vm.heap) {
        return Ok(Some(b.get(&*vm.heap).data.to_vec()));
    }
    Ok(None)
}

/// `os.fspath`.
pub fn fspath(vm: &mut Vm, value: &Value) -> Result<Value> {
    if value.has_payload::<Str>(&*vm.heap) || value.has_payload::<Bytes>(&*vm.heap) {
        return Ok(value.clone());
    }
    let ty = vm.type_of(value).into_value();
    let name = vm.names.__fspath__.clone();
    let found = vm.type_name(value);
    let method = vm.get_attr_opt(&ty, &name)?.filter(|m| !m.is_none());
    let Some(method) = method else {
        return Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {found}")));
    };
    let path = vm.call(&method, std::slice::from_ref(value))?;
    if path.has_payload::<Str>(&*vm.heap) || path.has_payload::<Bytes>(&*vm.heap) {
        return Ok(path);
    }
    let got = vm.type_name(&path);
    Err(vm.type_error(format!("expected {found}.__fspath__() to return str or bytes, not {got}")))
}

fn convert(vm: &mut Vm, function: &str, name: &str, value: &Value, kinds: &str) -> Result<PathArg> {
    let found = vm.type_name_or_none(value);
    let mut path = value.clone();
    if !value.has_payload::<Str>(&*vm.heap) && !value.has_payload::<Bytes>(&*vm.heap) {
        let ty = vm.type_of(value).into_value();
        let key = vm.names.__fspath__.clone();
        if vm.get_attr_opt(&ty, &key)?.is_none_or(|m| m.is_none()) {
            return Err(vm.type_error(format!("{function}: {name} should be {kinds}, not {found}")));
        }
        path = fspath(vm, value)?;
    }
    let bytes = path.has_payload::<Bytes>(&*vm.heap);
    let data = fs_bytes(vm, &path)?.unwrap_or_default();
    match CString::new(data) {
        Ok(c) => Ok(PathArg { c, fd: None, bytes, object: path }),
        Err(_) => Err(vm.value_error(format!("{function}: embedded null character in {name}"))),
    }
}

/// A path.
pub fn arg(vm: &mut Vm, function: &str, name: &str, value: &Value) -> Result<PathArg> {
    convert(vm, function, name, value, "string, bytes or os.PathLike")
}

/// A path or an open descriptor.
pub fn arg_or_fd(vm: &mut Vm, function: &str, name: &str, value: &Value) -> Result<PathArg> {
    if is_index(vm, value) {
        let fd = fd_number(vm, value)?;
        return Ok(PathArg { c: CString::default(), fd: Some(fd), bytes: false, object: value.clone() });
    }
    convert(vm, function, name, value, "string, bytes, os.PathLike or integer")
}

fn is_index(vm: &mut Vm, value: &Value) -> bool {
    value.as_int(&vm.heap).is_some() || vm.heap.special(value.type_id(), krait_vm::Special::Index).is_some()
}

/// An int that is a descriptor.
pub fn fd_number(vm: &mut Vm, value: &Value) -> Result<i32> {
    let index = vm.index(value)?;
    let n = index.as_int(&vm.heap).and_then(|i| i.to_i64());
    match n.map(i32::try_from) {
        Some(Ok(fd)) => Ok(fd),
        _ => {
            let big = vm.repr_text(&index)?;
            Err(vm.overflow_error(if big.starts_with('-') { "fd is less than minimum" } else { "fd is greater than maximum" }))
        }
    }
}

/// A descriptor, or an object with `fileno()`.
pub fn fileno(vm: &mut Vm, value: &Value) -> Result<i32> {
    if value.as_int(&vm.heap).is_some() {
        let fd = vm.index_i64(value, "int")? as i32;
        if fd < 0 {
            return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
        }
        return Ok(fd);
    }
    let name = vm.names.fileno.clone();
    match vm.get_attr_opt(value, &name)? {
        Some(method) => {
            let n = vm.call(&method, &[])?;
            if n.as_int(&vm.heap).is_none() {
                return Err(vm.type_error("fileno() returned a non-integer"));
            }
            let fd = vm.index_i64(&n, "int")? as i32;
            if fd < 0 {
                return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
            }
            Ok(fd)
        }
        None => Err(vm.type_error("argument must be an int, or have a fileno() method")),
    }
}

/// A name like the argument it came from: bytes for bytes.
pub fn like(vm: &mut Vm, bytes: &[u8], as_bytes: bool) -> Value {
    if as_bytes { vm.heap.bytes(bytes).into_value() } else { fs_str(vm, bytes) }
}

/// The bytes of a name that may hold any surrogates: for functions that only look at separators.
pub fn fs_bytes_lenient(vm: &mut Vm, value: &Value) -> Vec<u8> {
    if let Some(s) = value.downcast::<Str>(&*vm.heap) {
        return krait_text::codecs::encode(Codec::Utf8, s.view(&*vm.heap), Errors::SurrogatePass).unwrap_or_default();
    }
    match value.downcast::<Bytes>(&*vm.heap) {
        Some(b) => b.get(&*vm.heap).data.to_vec(),
        None => Vec::new(),
    }
}

/// The opposite of `fs_bytes_lenient`.
pub fn like_lenient(vm: &mut Vm, bytes: &[u8], as_bytes: bool) -> Value {
    if as_bytes {
        return vm.heap.bytes(bytes).into_value();
    }
    match krait_text::codecs::decode(Codec::Utf8, bytes, Errors::SurrogatePass, true) {
        Ok((buffer, _)) => vm.heap.str_buf(buffer).into_value(),
        Err(_) => fs_str(vm, bytes),
    }
}

/// How much of a path is its root: two slashes are one of their own, three are one.
pub fn root_len(path: &[u8]) -> usize {
    match path.iter().take_while(|b| **b == b'/').count() {
        0 => 0,
        2 => 2,
        _ => 1,
    }
}

/// `posixpath.normpath`.
pub fn normalize(path: &[u8]) -> Vec<u8> {
    if path.is_empty() {
        return b".".to_vec();
    }
    let root = &path[..root_len(path)];
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/') {
        if part.is_empty() || part == b"." {
            continue;
        }
        if part != b".." || (root.is_empty() && parts.is_empty()) || parts.last() == Some(&&b".."[..]) {
            parts.push(part);
        } else {
            parts.pop();
        }
    }
    let mut out = root.to_vec();
    out.extend_from_slice(&parts.join(&b'/'));
    if out.is_empty() { b".".to_vec() } else { out }
}
