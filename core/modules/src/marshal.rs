//! The `marshal` module: CPython's data format; code objects travel in Krait's own form inside it.
//!
//! Reading takes nothing on trust: lengths are checked against what is left, nesting is bounded, references must
//! exist, and code objects pass `krait_bytecode::check` before they are linked.

use crate::ast_tree::{wide_bytes, wide_text};
use krait_vm::builtins::bytes::{ByteArray, Bytes};
use krait_vm::builtins::code::CodeObject;
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::float::Complex;
use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::set::Set;
use krait_vm::builtins::slice::Slice;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::id;
use krait_vm::{Exc, Raised, Ref, Result, Special, Value, Vm, methods};
use std::collections::HashMap;

const VERSION: i64 = 5;
const FLAG_REF: u8 = 0x80;
const MAX_DEPTH: u32 = 1000;

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    vm.module_set(module, "version", Value::int32(VERSION as i32));
    Ok(())
}

struct Functions;

#[methods]
impl Functions {
    /// Write the value on the open file.
    #[sig("(value, file, version=5, /, *, allow_code=True)")]
    fn dump(vm: &mut Vm, value: &Value, file: &Value, version: Option<i64>, allow_code: Option<bool>) -> Result<Value> {
        let bytes = dump_bytes(vm, value, version.unwrap_or(VERSION), allow_code.unwrap_or(true))?;
        let bytes = vm.heap.bytes(&bytes).into_value();
        vm.call_method(file, "write", &[bytes])
    }
    /// Return the bytes object that would be written to a file by dump(value, file).
    #[sig("(value, version=5, /, *, allow_code=True)")]
    fn dumps(vm: &mut Vm, value: &Value, version: Option<i64>, allow_code: Option<bool>) -> Result<Value> {
        let bytes = dump_bytes(vm, value, version.unwrap_or(VERSION), allow_code.unwrap_or(true))?;
        Ok(vm.heap.bytes(&bytes).into_value())
    }
    /// Read one value from the open file and return it.
    #[sig("(file, /, *, allow_code=True)")]
    fn load(vm: &mut Vm, file: &Value, allow_code: Option<bool>) -> Result<Value> {
        let probe = vm.call_method(file, "read", &[Value::int32(0)])?;
        if !probe.has_payload::<Bytes>(&*vm.heap) {
            let found = vm.type_name(&probe);
            return Err(vm.type_error(format!("file.read() returned not bytes but {found}")));
        }
        let mut reader = Reader { data: Vec::new(), at: 0, file: Some(file.clone()), refs: Vec::new(), depth: 0, allow_code: allow_code.unwrap_or(true) };
        reader.top(vm)
    }
    /// Convert the bytes-like object to a value.
    #[sig("(bytes, /, *, allow_code=True)")]
    fn loads(vm: &mut Vm, bytes: &Value, allow_code: Option<bool>) -> Result<Value> {
        let data = match (bytes.downcast::<Bytes>(&*vm.heap), bytes.downcast::<ByteArray>(&*vm.heap)) {
            (Some(b), _) => b.get(&*vm).data.to_vec(),
            (_, Some(b)) => b.get(&*vm).data.clone(),
            _ if vm.heap.special(bytes.type_id(), Special::Buffer).is_some() => {
                let class = vm.core_type(id::BYTES).into_value();
                let b = vm.call(&class, std::slice::from_ref(bytes))?;
                b.downcast::<Bytes>(&*vm.heap).map(|b| b.get(&*vm).data.to_vec()).unwrap_or_default()
            }
            _ => {
                let found = vm.type_name(bytes);
                return Err(vm.type_error(format!("a bytes-like object is required, not '{found}'")));
            }
        };
        let mut reader = Reader { data, at: 0, file: None, refs: Vec::new(), depth: 0, allow_code: allow_code.unwrap_or(true) };
        reader.top(vm)
    }
}

fn dump_bytes(vm: &mut Vm, value: &Value, version: i64, allow_code: bool) -> Result<Vec<u8>> {
    let mut writer = Writer { out: Vec::new(), version, seen: HashMap::new(), kept: Vec::new(), depth: 0, allow_code };
    writer.value(vm, value)?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    version: i64,
    /// Objects written already and the index of their reference.
    seen: HashMap<u64, u32>,
    kept: Vec<Value>,
    depth: u32,
    allow_code: bool,
}

impl Writer {
    fn long(&mut self, n: i64) {
        self.out.extend_from_slice(&(n as i32).to_le_bytes());
    }
    fn length(&mut self, vm: &mut Vm, n: usize) -> Result<()> {
        match i32::try_from(n) {
            Ok(n) => {
                self.long(i64::from(n));
                Ok(())
            }
            Err(_) => Err(vm.value_error("unmarshallable object")),
        }
    }
    fn value(&mut self, vm: &mut Vm, v: &Value) -> Result<()> {
        if self.depth >= MAX_DEPTH {
            return Err(vm.value_error("object too deeply nested to marshal"));
        }
        let simple = if v.is_none() {
            Some(b'N')
        } else if v.is(&Value::ELLIPSIS) {
            Some(b'.')
        } else if v.is_bool() {
            Some(if v.is_true() { b'T' } else { b'F' })
        } else if v.is(vm.exc.get(Exc::StopIteration).as_value()) {
            Some(b'S')
        } else {
            None
        };
        if let Some(code) = simple {
            self.out.push(code);
            return Ok(());
        }
        let mut flag = 0;
        if self.version >= 3 && v.is_heap() {
            if let Some(&index) = self.seen.get(&v.bits()) {
                self.out.push(b'r');
                self.long(i64::from(index));
                return Ok(());
            }
            // An object only the caller holds cannot come again.
            if v.ref_count() > 1 || self.depth == 0 {
                let index = self.seen.len() as u32;
                self.seen.insert(v.bits(), index);
                self.kept.push(v.clone());
                flag = FLAG_REF;
            }
        }
        self.depth += 1;
        let result = self.object(vm, v, flag);
        self.depth -= 1;
        result
    }
    fn object(&mut self, vm: &mut Vm, v: &Value, flag: u8) -> Result<()> {
        if v.is_exact_int() {
            self.int(vm, v, flag);
            return Ok(());
        }
        if let Some(f) = v.as_float() {
            if self.version > 1 {
                self.out.push(b'g' | flag);
                self.out.extend_from_slice(&f.to_le_bytes());
            } else {
                self.out.push(b'f' | flag);
                self.float_text(vm, f)?;
            }
            return Ok(());
        }
        if let Some(c) = v.downcast_exact::<Complex>() {
            let (re, im) = { let c = c.get(&*vm); (c.re, c.im) };
            if self.version > 1 {
                self.out.push(b'y' | flag);
                self.out.extend_from_slice(&re.to_le_bytes());
                self.out.extend_from_slice(&im.to_le_bytes());
            } else {
                self.out.push(b'x' | flag);
                self.float_text(vm, re)?;
                self.float_text(vm, im)?;
            }
            return Ok(());
        }
        if let Some(b) = v.downcast_exact::<Bytes>() {
            let data = b.get(&*vm).data.clone();
            self.out.push(b's' | flag);
            self.length(vm, data.len())?;
            self.out.extend_from_slice(&data);
            return Ok(());
        }
        if let Some(s) = v.downcast_exact::<Str>() {
            let s = s.clone();
            return self.text(vm, &s, flag);
        }
        if let Some(t) = v.downcast_exact::<Tuple>() {
            let items = t.items(&*vm).to_vec();
            if self.version >= 4 && items.len() < 256 {
                self.out.push(b')' | flag);
                self.out.push(items.len() as u8);
            } else {
                self.out.push(b'(' | flag);
                self.length(vm, items.len())?;
            }
            return self.items(vm, &items);
        }
        if let Some(l) = v.downcast_exact::<List>() {
            let items = l.to_vec(&*vm);
            self.out.push(b'[' | flag);
            self.length(vm, items.len())?;
            return self.items(vm, &items);
        }
        if let Some(d) = v.downcast_exact::<Dict>() {
            self.out.push(b'{' | flag);
            for (k, v) in d.items(&*vm) {
                self.value(vm, &k)?;
                self.value(vm, &v)?;
            }
            self.out.push(b'0');
            return Ok(());
        }
        if matches!(v.type_id(), id::SET | id::FROZENSET) && v.has_payload::<Set>(&*vm.heap) {
            let mut items = Vec::new();
            for item in vm.collect(v)? {
                // The order must not depend on hashes: items are sorted by what they are written as.
                let bytes = dump_bytes(vm, &item, self.version, self.allow_code)?;
                items.push((bytes, item));
            }
            krait_bytecode::order::sort_by(&mut items, |a, b| a.0.cmp(&b.0));
            self.out.push(if v.type_id() == id::SET { b'<' } else { b'>' } | flag);
            self.length(vm, items.len())?;
            let items: Vec<Value> = items.into_iter().map(|(_, v)| v).collect();
            return self.items(vm, &items);
        }
        if let Some(code) = v.downcast_exact::<CodeObject>().cloned() {
            if !self.allow_code {
                return Err(vm.value_error("marshalling code objects is disallowed"));
            }
            let Some(plain) = vm.export_code(&code) else { return Err(vm.value_error("unmarshallable object")) };
            let mut bytes = krait_bytecode::serial::FORMAT.to_le_bytes().to_vec();
            krait_bytecode::serial::write(&mut bytes, &plain);
            self.out.push(b'c' | flag);
            self.length(vm, bytes.len())?;
            self.out.extend_from_slice(&bytes);
            return Ok(());
        }
        if let Some(s) = v.downcast_exact::<Slice>()
            && self.version >= 5
        {
            let parts = { let s = s.get(&*vm); [s.start.clone(), s.stop.clone(), s.step.clone()] };
            self.out.push(b':' | flag);
            return self.items(vm, &parts);
        }
        if vm.heap.special(v.type_id(), Special::Buffer).is_some() {
            let class = vm.core_type(id::BYTES).into_value();
            let b = vm.call(&class, std::slice::from_ref(v))?;
            if let Some(b) = b.downcast_exact::<Bytes>() {
                let data = b.get(&*vm).data.clone();
                self.out.push(b's' | flag);
                self.length(vm, data.len())?;
                self.out.extend_from_slice(&data);
                return Ok(());
            }
        }
        Err(vm.value_error("unmarshallable object"))
    }
    fn items(&mut self, vm: &mut Vm, items: &[Value]) -> Result<()> {
        items.iter().try_for_each(|v| self.value(vm, v))
    }
    fn float_text(&mut self, vm: &mut Vm, f: f64) -> Result<()> {
        let text = vm.repr_text(&Value::float(f))?;
        self.out.push(text.len() as u8);
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }
    fn int(&mut self, vm: &mut Vm, v: &Value, flag: u8) {
        let Some(n) = v.as_int(&*vm.heap) else { return };
        if let Some(i) = n.to_i64().and_then(|i| i32::try_from(i).ok()) {
            self.out.push(b'i' | flag);
            self.long(i64::from(i));
            return;
        }
        let (negative, big) = (n.is_negative(), n.to_big());
        let (_, magnitude) = big.into_parts();
        let bytes = magnitude.to_le_bytes();
        // Fifteen bits a digit.
        let (mut digits, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
        for b in bytes.iter() {
            buffer |= u32::from(*b) << bits;
            bits += 8;
            if bits >= 15 {
                digits.push((buffer & 0x7FFF) as u16);
                buffer >>= 15;
                bits -= 15;
            }
        }
        if buffer != 0 {
            digits.push(buffer as u16);
        }
        while digits.last() == Some(&0) {
            digits.pop();
        }
        self.out.push(b'l' | flag);
        let count = digits.len() as i64;
        self.long(if negative { -count } else { count });
        digits.iter().for_each(|d| self.out.extend_from_slice(&d.to_le_bytes()));
    }
    fn text(&mut self, vm: &mut Vm, s: &Ref<Str>, flag: u8) -> Result<()> {
        let (ascii, interned) = { let p = s.get(&*vm); (p.is_ascii(), p.is_interned()) };
        let bytes = wide_bytes(vm, s);
        if self.version >= 4 && ascii {
            if bytes.len() < 256 {
                self.out.push(if interned { b'Z' } else { b'z' } | flag);
                self.out.push(bytes.len() as u8);
            } else {
                self.out.push(if interned { b'A' } else { b'a' } | flag);
                self.length(vm, bytes.len())?;
            }
        } else {
            self.out.push(if interned && self.version >= 3 { b't' } else { b'u' } | flag);
            self.length(vm, bytes.len())?;
        }
        self.out.extend_from_slice(&bytes);
        Ok(())
    }
}

struct Reader {
    data: Vec<u8>,
    at: usize,
    /// Where more bytes come from.
    file: Option<Value>,
    refs: Vec<Option<Value>>,
    depth: u32,
    allow_code: bool,
}

impl Reader {
    fn top(&mut self, vm: &mut Vm) -> Result<Value> {
        match self.value(vm)? {
            Some(v) => Ok(v),
            None => Err(vm.type_error("NULL object in marshal data for object")),
        }
    }
    fn take(&mut self, vm: &mut Vm, n: usize) -> Result<Vec<u8>> {
        if let Some(file) = self.file.clone() {
            let mut got = Vec::new();
            while got.len() < n {
                let want = vm.heap.int((n - got.len()) as i128);
                let chunk = vm.call_method(&file, "read", &[want])?;
                let Some(b) = chunk.downcast::<Bytes>(&*vm.heap) else {
                    let found = vm.type_name(&chunk);
                    return Err(vm.type_error(format!("file.read() returned not bytes but {found}")));
                };
                let data = &b.get(&*vm).data;
                if data.is_empty() {
                    return Err(self.short(vm));
                }
                if data.len() > n - got.len() {
                    let (asked, len) = (n - got.len(), data.len());
                    return Err(vm.value_error(format!("read() returned too much data: {asked} bytes requested, {len} returned")));
                }
                got.extend_from_slice(data);
            }
            return Ok(got);
        }
        match self.data.get(self.at..).and_then(|rest| rest.get(..n)) {
            Some(found) => {
                self.at += n;
                Ok(found.to_vec())
            }
            None => Err(self.short(vm)),
        }
    }
    fn short(&self, vm: &mut Vm) -> Raised {
        vm.error(Exc::EOFError, "marshal data too short")
    }
    fn bad(&self, vm: &mut Vm, what: &str) -> Raised {
        vm.value_error(format!("bad marshal data ({what})"))
    }
    fn byte(&mut self, vm: &mut Vm) -> Result<u8> {
        let b = self.take(vm, 1)?;
        Ok(b.first().copied().unwrap_or(0))
    }
    fn long(&mut self, vm: &mut Vm) -> Result<i32> {
        let b = self.take(vm, 4)?;
        Ok(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
    fn float(&mut self, vm: &mut Vm) -> Result<f64> {
        let b = self.take(vm, 8)?;
        Ok(f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]))
    }
    fn float_text(&mut self, vm: &mut Vm) -> Result<f64> {
        let n = self.byte(vm)?;
        let b = self.take(vm, n as usize)?;
        match std::str::from_utf8(&b).ok().and_then(|t| t.parse().ok()) {
            Some(f) => Ok(f),
            None => {
                let text = String::from_utf8_lossy(&b).into_owned();
                Err(vm.value_error(format!("could not convert string to float: '{text}'")))
            }
        }
    }
    /// A length that what is left can hold, at a byte an item.
    fn count(&mut self, vm: &mut Vm, what: &str) -> Result<usize> {
        let n = self.long(vm)?;
        match usize::try_from(n) {
            Ok(n) if self.file.is_some() || n <= self.data.len().saturating_sub(self.at) => Ok(n),
            Ok(_) => Err(self.short(vm)),
            Err(_) => Err(self.bad(vm, &format!("{what} size out of range"))),
        }
    }
    /// Keeps a place for an object that may refer to itself.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }
    fn fill(&mut self, place: Option<usize>, v: &Value) {
        if let Some(slot) = place.and_then(|p| self.refs.get_mut(p)) {
            *slot = Some(v.clone());
        }
    }
    fn value(&mut self, vm: &mut Vm) -> Result<Option<Value>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.bad(vm, "recursion limit exceeded"));
        }
        let result = vm.nested(" while unmarshalling", |vm| self.object(vm));
        self.depth -= 1;
        result
    }
    fn present(&mut self, vm: &mut Vm, what: &str) -> Result<Value> {
        match self.value(vm)? {
            Some(v) => Ok(v),
            None => Err(vm.type_error(format!("NULL object in marshal data for {what}"))),
        }
    }
    fn present_items(&mut self, vm: &mut Vm, n: usize, what: &str) -> Result<Vec<Value>> {
        let mut items = Vec::with_capacity(n.min(1 << 16));
        for _ in 0..n {
            items.push(self.present(vm, what)?);
        }
        Ok(items)
    }
    fn object(&mut self, vm: &mut Vm) -> Result<Option<Value>> {
        let byte = match self.byte(vm) {
            Ok(b) => b,
            Err(Raised) => {
                if vm.pending_is(Exc::EOFError) {
                    drop(vm.take_pending());
                    return Err(vm.error(Exc::EOFError, "EOF read where object expected"));
                }
                return Err(Raised);
            }
        };
        let (flag, kind) = (byte & FLAG_REF != 0, byte & !FLAG_REF);
        let simple = match kind {
            b'0' => return Ok(None),
            b'N' => Some(Value::NONE),
            b'F' => Some(Value::FALSE),
            b'T' => Some(Value::TRUE),
            b'.' => Some(Value::ELLIPSIS),
            b'S' => Some(vm.exc.get(Exc::StopIteration).to_value()),
            _ => None,
        };
        if let Some(v) = simple {
            return Ok(Some(v));
        }
        // Containers take their place before their items.
        let place = if matches!(kind, b'(' | b')' | b'[' | b'{' | b'<' | b'>' | b'c' | b':') { self.reserve(flag) } else { None };
        let v = match kind {
            b'r' => {
                let n = self.long(vm)?;
                let found = usize::try_from(n).ok().and_then(|n| self.refs.get(n).cloned().flatten());
                return match found {
                    Some(v) => Ok(Some(v)),
                    None => Err(self.bad(vm, "invalid reference")),
                };
            }
            b'i' => {
                let n = self.long(vm)?;
                Value::int32(n)
            }
            b'I' => {
                let b = self.take(vm, 8)?;
                vm.heap.int(i128::from(i64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])))
            }
            b'l' => self.big(vm)?,
            b'g' => Value::float(self.float(vm)?),
            b'f' => Value::float(self.float_text(vm)?),
            b'y' => {
                let (re, im) = (self.float(vm)?, self.float(vm)?);
                vm.heap.complex(re, im)
            }
            b'x' => {
                let (re, im) = (self.float_text(vm)?, self.float_text(vm)?);
                vm.heap.complex(re, im)
            }
            b's' => {
                let n = self.count(vm, "bytes object")?;
                let b = self.take(vm, n)?;
                vm.heap.bytes(&b).into_value()
            }
            b'u' | b't' | b'a' | b'A' | b'z' | b'Z' => {
                let n = if matches!(kind, b'z' | b'Z') { self.byte(vm)? as usize } else { self.count(vm, "string")? };
                let b = self.take(vm, n)?;
                let ascii = !matches!(kind, b'u' | b't');
                let text = if ascii { vm.heap.str_latin1(&b).into_value() } else { self.wide(vm, &b)? };
                match text.downcast_exact::<Str>() {
                    Some(s) if matches!(kind, b't' | b'A' | b'Z') => {
                        let s = s.clone();
                        vm.heap.intern_str(&s).into_value()
                    }
                    _ => text,
                }
            }
            b'(' | b')' => {
                let n = if kind == b')' { self.byte(vm)? as usize } else { self.count(vm, "tuple")? };
                let items = self.present_items(vm, n, "tuple")?;
                vm.tuple(items)
            }
            b'[' => {
                let n = self.count(vm, "list")?;
                let list = vm.heap.list(Vec::new());
                self.fill(place, list.as_value());
                for _ in 0..n {
                    let item = self.present(vm, "list")?;
                    let pushed = list.push(&mut vm.heap, item);
                    vm.memory(pushed)?;
                }
                list.into_value()
            }
            b'{' => {
                let dict = vm.heap.dict();
                self.fill(place, dict.as_value());
                while let Some(key) = self.value(vm)? {
                    let Some(value) = self.value(vm)? else { break };
                    dict.set_item(vm, key, value)?;
                }
                dict.into_value()
            }
            b'<' | b'>' => {
                let n = self.count(vm, "set")?;
                let class = vm.core_type(if kind == b'<' { id::SET } else { id::FROZENSET }).into_value();
                let early = if kind == b'<' { Some(vm.call(&class, &[])?) } else { None };
                if let Some(set) = &early {
                    self.fill(place, set);
                }
                let items = self.present_items(vm, n, "set")?;
                let items = vm.list(items);
                match early {
                    Some(set) => {
                        vm.call_method(&set, "update", &[items])?;
                        set
                    }
                    None => vm.call(&class, &[items])?,
                }
            }
            b':' => {
                let parts = self.present_items(vm, 3, "slice")?;
                vm.heap.slice(parts[0].clone(), parts[1].clone(), parts[2].clone()).into_value()
            }
            b'c' => {
                if !self.allow_code {
                    return Err(vm.value_error("unmarshalling code objects is disallowed"));
                }
                self.code(vm)?
            }
            _ => return Err(self.bad(vm, "unknown type code")),
        };
        if place.is_some() {
            self.fill(place, &v);
        } else if flag {
            self.refs.push(Some(v.clone()));
        }
        Ok(Some(v))
    }
    fn wide(&mut self, vm: &mut Vm, bytes: &[u8]) -> Result<Value> {
        let v = wide_text(vm, bytes);
        let round = match v.downcast_exact::<Str>() {
            Some(s) => wide_bytes(vm, s),
            None => Vec::new(),
        };
        if round != bytes {
            let at = bytes.iter().zip(&round).take_while(|(a, b)| a == b).count().min(bytes.len().saturating_sub(1)) as i32;
            let object = vm.heap.bytes(bytes).into_value();
            let args = [vm.str("utf-8"), object, Value::int32(at), Value::int32(at + 1), vm.str("invalid start byte")];
            let class = vm.exc.get(Exc::UnicodeDecodeError).to_value();
            let e = vm.call(&class, &args)?;
            return Err(vm.raise_with_context(e));
        }
        Ok(v)
    }
    fn big(&mut self, vm: &mut Vm) -> Result<Value> {
        let n = self.long(vm)?;
        let count = n.unsigned_abs() as usize;
        if n == i32::MIN {
            return Err(self.bad(vm, "long size out of range"));
        }
        let data = self.take(vm, count.saturating_mul(2))?;
        let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0u64, 0);
        for (i, pair) in data.chunks_exact(2).enumerate() {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit > 0x7FFF {
                return Err(self.bad(vm, "digit out of range in long"));
            }
            if i + 1 == count && digit == 0 {
                return Err(self.bad(vm, "unnormalized long data"));
            }
            buffer |= u64::from(digit) << bits;
            bits += 15;
            while bits >= 8 {
                bytes.push(buffer as u8);
                buffer >>= 8;
                bits -= 8;
            }
        }
        bytes.push(buffer as u8);
        let magnitude = dashu_int::IBig::from(dashu_int::UBig::from_le_bytes(&bytes));
        Ok(vm.heap.big_int(if n < 0 { -magnitude } else { magnitude }))
    }
    fn code(&mut self, vm: &mut Vm) -> Result<Value> {
        let n = self.count(vm, "code object")?;
        let bytes = self.take(vm, n)?;
        let plain = match bytes.split_at_checked(4) {
            Some((format, mut rest)) if format == krait_bytecode::serial::FORMAT.to_le_bytes() => krait_bytecode::serial::read(&mut rest).ok(),
            _ => None,
        };
        match plain {
            Some(code) if krait_bytecode::check::is_sound(&code) => Ok(vm.heap.link(&code).into_value()),
            _ => Err(self.bad(vm, "invalid code object")),
        }
    }
}
