//! What `bytes` and `bytearray` share: every method that only reads, written once over [`ByteString`].
//!
//! Arguments are taken as [`Buffer`]s before the receiver's bytes are looked at, since taking them may run Python.

use crate::builtins::buffer::{Buffer, Export};
use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::list::List;
use crate::builtins::sequence_support::sequence_items;
use crate::builtins::slice::Slice;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::{Payload, Ref};
use crate::runtime::compare::CmpOp;
use crate::runtime::convert::to_size;
use crate::types::special::Special;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Token};
use krait_text::{bytes as kernel, split, transform, unit};
use std::ops::Range;

/// A payload that is a string of bytes.
pub(crate) trait ByteString: Payload {
    /// "byte" or "bytearray", as index errors begin.
    const INDICES: &'static str;
    const OUT_OF_RANGE: &'static str;
    fn data(&self) -> &[u8];
    /// A new object of the builtin type.
    fn make(vm: &mut Vm, data: Vec<u8>) -> Value;
    /// Keeps the memory from being resized while arguments are converted, which may run Python.
    fn hold(&self) -> Option<Export> {
        None
    }
    /// The object itself when it may stand for an unchanged copy.
    fn unchanged(this: &Ref<Self>, vm: &mut Vm) -> Value;
}

impl ByteString for Bytes {
    const INDICES: &'static str = "byte";
    const OUT_OF_RANGE: &'static str = "index out of range";
    fn data(&self) -> &[u8] {
        &self.data
    }
    fn make(vm: &mut Vm, data: Vec<u8>) -> Value {
        vm.heap.bytes_boxed(data.into()).into_value()
    }
    fn unchanged(this: &Ref<Bytes>, vm: &mut Vm) -> Value {
        if this.as_value().is_exact::<Bytes>() {
            return this.to_value();
        }
        let copy = this.get(&*vm.heap).data.to_vec();
        Bytes::make(vm, copy)
    }
}
impl ByteString for ByteArray {
    const INDICES: &'static str = "bytearray";
    const OUT_OF_RANGE: &'static str = "bytearray index out of range";
    fn data(&self) -> &[u8] {
        &self.data
    }
    fn hold(&self) -> Option<Export> {
        Some(self.exports.export())
    }
    fn make(vm: &mut Vm, data: Vec<u8>) -> Value {
        vm.heap.byte_array(data).into_value()
    }
    fn unchanged(this: &Ref<ByteArray>, vm: &mut Vm) -> Value {
        let copy = this.get(&*vm.heap).data.clone();
        ByteArray::make(vm, copy)
    }
}

pub(crate) fn data<'a, T: ByteString>(this: &'a Ref<T>, token: &'a impl Token) -> &'a [u8] {
    this.get(token).data()
}

/// The result of an engine as a new object.
pub(crate) fn made<T: ByteString>(vm: &mut Vm, result: krait_text::Result<Vec<u8>>) -> Result<Value> {
    match result {
        Ok(bytes) => Ok(T::make(vm, bytes)),
        Err(e) => Err(vm.text_error(e)),
    }
}

fn part<T: ByteString>(vm: &mut Vm, this: &Ref<T>, range: Range<usize>) -> Value {
    if range.len() == data(this, &*vm.heap).len() {
        return T::unchanged(this, vm);
    }
    let copy = data(this, &*vm.heap).get(range).unwrap_or(&[]).to_vec();
    T::make(vm, copy)
}

fn parts<T: ByteString>(vm: &mut Vm, this: &Ref<T>, ranges: Vec<Range<usize>>) -> Result<Value> {
    let room = vm.heap.check_room(ranges.len() * 48);
    vm.memory(room)?;
    let items = ranges.into_iter().map(|r| part(vm, this, r)).collect();
    Ok(vm.list(items))
}

/// MemoryError for more bytes than the quota or the machine allows.
pub(crate) fn room(vm: &mut Vm, len: usize) -> Result<()> {
    if len > isize::MAX as usize / 2 {
        return Err(vm.memory_error());
    }
    let room = vm.heap.check_room(len);
    vm.memory(room)
}

/// One byte from an int argument.
pub(crate) fn byte(vm: &mut Vm, value: &Value, message: &str) -> Result<u8> {
    let n = vm.index(value)?;
    match n.as_int(&*vm.heap).and_then(|n| n.to_i64()).and_then(|n| u8::try_from(n).ok()) {
        Some(b) => Ok(b),
        None => Err(vm.value_error(message)),
    }
}
pub(crate) const BYTE_RANGE: &str = "byte must be in range(0, 256)";

/// What a search looks for: a byte or bytes.
enum Needle {
    Byte([u8; 1]),
    Exact(Ref<Bytes>),
    Bytes(Buffer),
}
impl Needle {
    fn bytes<'a>(&'a self, vm: &'a Vm) -> &'a [u8] {
        match self {
            Needle::Byte(b) => b,
            Needle::Exact(b) => &b.get(vm).data,
            Needle::Bytes(b) => b.bytes(vm),
        }
    }
}
fn needle(vm: &mut Vm, value: &Value) -> Result<Needle> {
    if let Some(b) = value.downcast_exact::<Bytes>() {
        return Ok(Needle::Exact(b.clone()));
    }
    if let Some(b) = vm.buffer_opt(value)? {
        return Ok(Needle::Bytes(b));
    }
    if !vm.heap.has_special(value, Special::Index) {
        let found = vm.type_name(value);
        return Err(vm.type_error(format!("argument should be integer or bytes-like object, not '{found}'")));
    }
    Ok(Needle::Byte([byte(vm, value, BYTE_RANGE)?]))
}

pub(crate) fn find<T: ByteString>(this: &Ref<T>, vm: &mut Vm, sub: &Value, start: Option<&Value>, end: Option<&Value>, last: bool) -> Result<Option<usize>> {
    let _held = this.get(&*vm.heap).hold();
    let needle = needle(vm, sub)?;
    let len = data(this, &*vm.heap).len();
    let Some(range) = vm.text_bounds(start, end, len)? else { return Ok(None) };
    let Some(hay) = data(this, &*vm).get(range.clone()) else { return Ok(None) };
    let needle = needle.bytes(&*vm);
    let found = if last { unit::rfind(hay, needle) } else { unit::find(hay, needle) };
    Ok(found.map(|i| i + range.start))
}
pub(crate) fn count<T: ByteString>(this: &Ref<T>, vm: &mut Vm, sub: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<usize> {
    let _held = this.get(&*vm.heap).hold();
    let needle = needle(vm, sub)?;
    let len = data(this, &*vm.heap).len();
    let Some(range) = vm.text_bounds(start, end, len)? else { return Ok(0) };
    let hay = data(this, &*vm).get(range).unwrap_or(&[]);
    Ok(unit::count(hay, needle.bytes(&*vm), usize::MAX))
}
pub(crate) fn contains<T: ByteString>(this: &Ref<T>, vm: &mut Vm, key: &Value) -> Result<bool> {
    let _held = this.get(&*vm.heap).hold();
    if vm.heap.has_special(key, Special::Index) && !vm.is_bytes_like(key) {
        let b = byte(vm, key, BYTE_RANGE)?;
        return Ok(data(this, &*vm.heap).contains(&b));
    }
    let sub = vm.buffer(key)?;
    Ok(unit::find(data(this, &*vm.heap), sub.bytes(&*vm.heap)).is_some())
}
pub(crate) fn affix<T: ByteString>(this: &Ref<T>, vm: &mut Vm, name: &str, affix: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<bool> {
    let len = data(this, &*vm.heap).len();
    let range = vm.text_bounds(start, end, len)?;
    let at_end = name == "endswith";
    let test = |vm: &Vm, affix: &Buffer| {
        let part = range.clone().and_then(|r| data(this, vm).get(r));
        part.is_some_and(|p| if at_end { p.ends_with(affix.bytes(vm)) } else { p.starts_with(affix.bytes(vm)) })
    };
    if let Some(tuple) = affix.downcast::<Tuple>(&*vm.heap) {
        for v in tuple.items(&*vm.heap).to_vec() {
            let b = vm.buffer(&v)?;
            if test(vm, &b) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match vm.buffer_opt(affix)? {
        Some(b) => Ok(test(vm, &b)),
        None => {
            let found = vm.type_name(affix);
            Err(vm.type_error(format!("{name} first arg must be bytes or a tuple of bytes, not {found}")))
        }
    }
}
pub(crate) fn remove_affix<T: ByteString>(this: &Ref<T>, vm: &mut Vm, affix: &Buffer, at_end: bool) -> Result<Value> {
    let (text, affix) = (data(this, &*vm.heap), affix.bytes(&*vm.heap));
    let (len, n) = (text.len(), affix.len());
    let range = match at_end {
        true if text.ends_with(affix) => 0..len - n,
        false if text.starts_with(affix) => n..len,
        _ => 0..len,
    };
    Ok(part(vm, this, range))
}
pub(crate) fn split_parts<T: ByteString>(this: &Ref<T>, vm: &mut Vm, sep: Option<&Value>, maxsplit: isize, right: bool) -> Result<Value> {
    let _held = this.get(&*vm.heap).hold();
    let sep = match sep {
        Some(v) => Some(vm.buffer(v)?),
        None => None,
    };
    let limit = usize::try_from(maxsplit).unwrap_or(usize::MAX);
    let mut ranges = Vec::new();
    let text = data(this, &*vm.heap);
    match sep.as_ref().map(|s| s.bytes(&*vm.heap)) {
        Some([]) => return Err(vm.value_error("empty separator")),
        Some(sep) if right => split::rsplit_at(text, sep, limit, |r| ranges.push(r)),
        Some(sep) => split::split_at(text, sep, limit, |r| ranges.push(r)),
        None if right => kernel::rsplit_whitespace(text, limit, |r| ranges.push(r)),
        None => kernel::split_whitespace(text, limit, |r| ranges.push(r)),
    }
    if right {
        ranges.reverse();
    }
    parts(vm, this, ranges)
}
pub(crate) fn split_lines<T: ByteString>(this: &Ref<T>, vm: &mut Vm, keepends: bool) -> Result<Value> {
    let mut ranges = Vec::new();
    kernel::split_lines(data(this, &*vm.heap), keepends, |r| ranges.push(r));
    parts(vm, this, ranges)
}
pub(crate) fn partition<T: ByteString>(this: &Ref<T>, vm: &mut Vm, sep: &Value, last: bool) -> Result<Value> {
    let buffer = vm.buffer(sep)?;
    let (text, n) = (data(this, &*vm.heap), buffer.len);
    if n == 0 {
        return Err(vm.value_error("empty separator"));
    }
    let len = text.len();
    let found = if last { unit::rfind(text, buffer.bytes(&*vm.heap)) } else { unit::find(text, buffer.bytes(&*vm.heap)) };
    let items = match found {
        Some(i) => {
            let middle = if sep.is_exact::<Bytes>() && T::INDICES == "byte" { sep.clone() } else {
                let copy = buffer.bytes(&*vm.heap).to_vec();
                T::make(vm, copy)
            };
            vec![part(vm, this, 0..i), middle, part(vm, this, i + n..len)]
        }
        None => {
            let (whole, a, b) = (T::unchanged(this, vm), T::make(vm, Vec::new()), T::make(vm, Vec::new()));
            if last { vec![a, b, whole] } else { vec![whole, a, b] }
        }
    };
    Ok(vm.tuple(items))
}
pub(crate) fn strip<T: ByteString>(this: &Ref<T>, vm: &mut Vm, set: Option<&Value>, left: bool, right: bool) -> Result<Value> {
    let set = match set {
        Some(v) => Some(vm.buffer(v)?),
        None => None,
    };
    let range = kernel::strip(data(this, &*vm.heap), left, right, set.as_ref().map(|s| s.bytes(&*vm.heap)));
    Ok(part(vm, this, range))
}
pub(crate) fn replace<T: ByteString>(this: &Ref<T>, vm: &mut Vm, old: &Buffer, new: &Buffer, count: isize) -> Result<Value> {
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let (text, o, n) = (data(this, &*vm.heap), old.bytes(&*vm.heap), new.bytes(&*vm.heap));
    if n.len() > o.len() {
        let total = text.len().saturating_add(unit::count(text, o, limit).saturating_mul(n.len() - o.len()));
        if total > 1 << 16 {
            room(vm, total)?;
        }
    }
    let result = transform::replace_units(data(this, &*vm.heap), old.bytes(&*vm.heap), new.bytes(&*vm.heap), limit);
    match result {
        Ok(Some(bytes)) => Ok(T::make(vm, bytes)),
        Ok(None) => Ok(T::unchanged(this, vm)),
        Err(e) => Err(vm.text_error(e)),
    }
}
pub(crate) fn translate<T: ByteString>(this: &Ref<T>, vm: &mut Vm, table: Option<&Value>, delete: Option<&Value>) -> Result<Value> {
    let table = match table {
        None => None,
        Some(v) => {
            let buffer = vm.buffer(v)?;
            match <[u8; 256]>::try_from(buffer.bytes(&*vm.heap)) {
                Ok(table) => Some(table),
                Err(_) => return Err(vm.value_error("translation table must be 256 characters long")),
            }
        }
    };
    let delete = match delete {
        Some(v) => Some(vm.buffer(v)?),
        None => None,
    };
    let out = kernel::translate(data(this, &*vm.heap), table.as_ref(), delete.as_ref().map_or(&[], |d| d.bytes(&*vm.heap)));
    Ok(T::make(vm, out))
}
pub(crate) fn pad<T: ByteString>(this: &Ref<T>, vm: &mut Vm, name: &str, width: &Value, fill: Option<&Value>, kernel: fn(&[u8], usize, u8) -> krait_text::Result<Vec<u8>>) -> Result<Value> {
    let width = vm.index_size(width)?.max(0) as usize;
    let fill = match fill {
        None => b' ',
        Some(v) => {
            let bytes = v
                .downcast::<Bytes>(&*vm.heap)
                .map(|b| (b.get(&*vm.heap).data(), "bytes"))
                .or_else(|| v.downcast::<ByteArray>(&*vm.heap).map(|b| (b.get(&*vm.heap).data(), "bytearray")));
            match bytes {
                Some(([one], _)) => *one,
                Some((other, kind)) => {
                    let n = other.len();
                    return Err(vm.type_error(format!("{name}(): argument 2 must be a byte string of length 1, not a {kind} object of length {n}")));
                }
                None => {
                    let found = vm.type_name_or_none(v);
                    return Err(vm.type_error(format!("{name}() argument 2 must be a byte string of length 1, not {found}")));
                }
            }
        }
    };
    if width <= data(this, &*vm.heap).len() {
        return Ok(T::unchanged(this, vm));
    }
    room(vm, width)?;
    let result = kernel(data(this, &*vm.heap), width, fill);
    made::<T>(vm, result)
}
pub(crate) fn zfill<T: ByteString>(this: &Ref<T>, vm: &mut Vm, width: &Value) -> Result<Value> {
    let width = vm.index_size(width)?.max(0) as usize;
    if width <= data(this, &*vm.heap).len() {
        return Ok(T::unchanged(this, vm));
    }
    room(vm, width)?;
    let result = kernel::zfill(data(this, &*vm.heap), width);
    made::<T>(vm, result)
}
pub(crate) fn expand_tabs<T: ByteString>(this: &Ref<T>, vm: &mut Vm, size: i32) -> Result<Value> {
    let size = size.max(0) as usize;
    let text = data(this, &*vm.heap);
    let tabs = if size > 64 { unit::count(text, b"\t", usize::MAX) } else { 0 };
    let total = text.len().saturating_add(tabs.saturating_mul(size));
    room(vm, total)?;
    let result = kernel::expand_tabs(data(this, &*vm.heap), size);
    made::<T>(vm, result)
}
pub(crate) fn hex(vm: &mut Vm, bytes: Vec<u8>, sep: Option<&Value>, group: i64) -> Result<String> {
    room(vm, bytes.len().saturating_mul(3))?;
    let Some(sep) = sep else { return Ok(kernel::to_hex(&bytes)) };
    if vm.len(sep)? != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    let one = if let Some(s) = sep.downcast::<Str>(&*vm.heap) {
        kernel::hex_separator(s.view(&*vm.heap))
    } else if let Some(b) = sep.downcast::<Bytes>(&*vm.heap) {
        kernel::hex_separator(krait_text::StrRef::One(b.get(&*vm.heap).data()))
    } else {
        return Err(vm.type_error("sep must be str or bytes."));
    };
    match one {
        Ok(sep) => Ok(kernel::to_hex_grouped(&bytes, sep, group)),
        Err(e) => Err(vm.text_error(e)),
    }
}
/// The bytes of `fromhex`.
pub(crate) fn from_hex(vm: &mut Vm, text: &Value) -> Result<Vec<u8>> {
    let result = if let Some(s) = text.downcast::<Str>(&*vm.heap) {
        kernel::from_hex(s.view(&*vm.heap))
    } else {
        match vm.buffer_opt(text)? {
            Some(b) => kernel::from_hex_bytes(b.bytes(&*vm.heap)),
            None => {
                let found = vm.type_name_or_none(text);
                return Err(vm.type_error(format!("fromhex() argument must be str or bytes-like, not {found}")));
            }
        }
    };
    result.map_err(|e| vm.text_error(e))
}
/// The table of `maketrans`.
pub(crate) fn make_trans(vm: &mut Vm, from: &Buffer, to: &Buffer) -> Result<Value> {
    if from.len != to.len {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (a, b) in from.bytes(&*vm.heap).iter().zip(to.bytes(&*vm.heap)) {
        table[usize::from(*a)] = *b;
    }
    Ok(vm.heap.bytes_boxed(table.into()).into_value())
}
/// Joins items that are all exact bytes.
fn join_exact<T: ByteString>(vm: &mut Vm, this: &Ref<T>, items: &[Value]) -> Option<Result<Value>> {
    let heap = &*vm.heap;
    let sep = data(this, heap);
    let mut total = sep.len().saturating_mul(items.len().saturating_sub(1));
    for v in items {
        total = total.saturating_add(v.downcast_exact::<Bytes>()?.get(heap).data.len());
    }
    if let Err(e) = room(vm, total) {
        return Some(Err(e));
    }
    let heap = &*vm.heap;
    let mut out = Vec::with_capacity(total);
    for (i, b) in items.iter().filter_map(|v| v.downcast_exact::<Bytes>()).enumerate() {
        if i > 0 {
            out.extend_from_slice(data(this, heap));
        }
        out.extend_from_slice(&b.get(heap).data);
    }
    Some(Ok(T::make(vm, out)))
}

pub(crate) fn join<T: ByteString>(this: &Ref<T>, vm: &mut Vm, iterable: &Value) -> Result<Value> {
    let _held = this.get(&*vm).hold();
    let items = match vm.fast_items(iterable) {
        Some(items) => items,
        None => {
            if !vm.heap.has_special(iterable, Special::Iter) && !vm.is_sequence(iterable) {
                return Err(vm.type_error("can only join an iterable"));
            }
            vm.collect(iterable)?
        }
    };
    if let [only] = items.as_slice()
        && only.is_exact::<Bytes>()
        && T::INDICES == "byte"
    {
        return Ok(only.clone());
    }
    if let Some(joined) = join_exact(vm, this, &items) {
        return joined;
    }
    let sep_len = data(this, &*vm.heap).len();
    let mut buffers = Vec::with_capacity(items.len());
    let mut total = sep_len.saturating_mul(items.len().saturating_sub(1));
    for (i, v) in items.iter().enumerate() {
        let Some(b) = vm.buffer_opt(v)? else {
            let found = vm.type_name(v);
            return Err(vm.type_error(format!("sequence item {i}: expected a bytes-like object, {found} found")));
        };
        total = total.saturating_add(b.len);
        buffers.push(b);
        if iterable.is_exact::<List>() && sequence_items(vm, iterable).len() != items.len() {
            return Err(vm.runtime_error("sequence changed size during iteration"));
        }
    }
    room(vm, total)?;
    let mut out = Vec::with_capacity(total);
    for (i, b) in buffers.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(data(this, &*vm.heap));
        }
        out.extend_from_slice(b.bytes(&*vm.heap));
    }
    Ok(T::make(vm, out))
}
pub(crate) fn add<T: ByteString>(this: &Ref<T>, vm: &mut Vm, value: &Value) -> Result<Value> {
    let Some(other) = vm.buffer_full(value, 0)? else {
        let (a, b) = (vm.type_name(value), vm.type_name(this.as_value()));
        return Err(vm.type_error(format!("can't concat {a} to {b}")));
    };
    let other = other.to_vec(&*vm.heap);
    let total = data(this, &*vm.heap).len() + other.len();
    room(vm, total)?;
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(data(this, &*vm.heap));
    out.extend_from_slice(&other);
    Ok(T::make(vm, out))
}
/// `b * n` as a vector; `None` declines.
pub(crate) fn repeated<T: ByteString>(this: &Ref<T>, vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    let n = match vm.index(value)?.as_int(&*vm.heap).map(|n| n.to_i64()) {
        Some(Some(n)) => n.max(0) as usize,
        _ => {
            let name = vm.type_name(value);
            return Err(vm.overflow_error(format!("cannot fit '{name}' into an index-sized integer")));
        }
    };
    let len = data(this, &*vm.heap).len();
    let Some(total) = len.checked_mul(n).filter(|t| *t <= isize::MAX as usize) else { return Err(vm.memory_error()) };
    room(vm, total)?;
    Ok(data(this, &*vm.heap).repeat(n))
}
pub(crate) fn get_item<T: ByteString>(this: &Ref<T>, vm: &mut Vm, key: &Value) -> Result<Value> {
    if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
        let len = data(this, &*vm.heap).len();
        let ix = vm.slice_indices(&slice, len)?;
        // `__index__` may have resized the bytearray.
        let len = data(this, &*vm.heap).len();
        if ix.step == 1 {
            let start = (ix.start as usize).min(len);
            let end = (start + ix.length).min(len);
            return Ok(part(vm, this, start..end));
        }
        let text = data(this, &*vm.heap);
        let out = ix.positions().filter_map(|i| text.get(i).copied()).collect();
        return Ok(T::make(vm, out));
    }
    let i = item_index(this, vm, key)?;
    match data(this, &*vm.heap).get(i) {
        Some(&b) => Ok(Value::int32(i32::from(b))),
        None => Err(vm.index_error(T::OUT_OF_RANGE)),
    }
}
/// The position that an integer index means; out of range ones become `usize::MAX`.
pub(crate) fn item_index<T: ByteString>(this: &Ref<T>, vm: &mut Vm, key: &Value) -> Result<usize> {
    let index = match key.as_small_int() {
        Some(i) => to_size(i),
        None if vm.heap.has_special(key, Special::Index) => vm.sequence_index(key)?,
        None => {
            let found = vm.type_name(key);
            return Err(vm.type_error(format!("{} indices must be integers or slices, not {found}", T::INDICES)));
        }
    };
    let len = data(this, &*vm.heap).len() as isize;
    let place = if index < 0 { index.saturating_add(len) } else { index };
    Ok(usize::try_from(place).unwrap_or(usize::MAX))
}
pub(crate) fn compare<T: ByteString>(this: &Ref<T>, vm: &mut Vm, op: CmpOp, other: &Value) -> Result<Value> {
    // bytes leaves other buffers to their own comparison, bytearray compares with any.
    let bytes = other.has_payload::<Bytes>(&*vm.heap) || other.has_payload::<ByteArray>(&*vm.heap);
    if !bytes && T::INDICES == "byte" {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let Some(other) = vm.buffer_opt(other)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let (a, b) = (data(this, &*vm.heap), other.bytes(&*vm.heap));
    Ok(Value::bool(match op {
        CmpOp::Eq => a == b,
        CmpOp::Ne => a != b,
        _ => op.test(a.cmp(b)),
    }))
}

/// The content that `bytes(…)` and `bytearray(…)` make of their arguments.
pub(crate) fn construct(vm: &mut Vm, kind: &str, source: Option<&Value>, encoding: Option<String>, errors: Option<String>) -> Result<Vec<u8>> {
    let Some(source) = source else {
        return match (encoding, errors) {
            (Some(_), _) => Err(vm.type_error("encoding without a string argument")),
            (_, Some(_)) => Err(vm.type_error("errors without a string argument")),
            _ => Ok(Vec::new()),
        };
    };
    if let Some(text) = source.downcast::<Str>(&*vm.heap).cloned() {
        let Some(encoding) = encoding else { return Err(vm.type_error("string argument without an encoding")) };
        let bytes = vm.encode(&text, Some(&encoding), errors.as_deref())?;
        return Ok(bytes.get(&*vm.heap).data.to_vec());
    }
    if encoding.is_some() {
        return Err(vm.type_error("encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(vm.type_error("errors without a string argument"));
    }
    if vm.heap.has_special(source, Special::Index) && !vm.is_bytes_like(source) {
        let result = vm.index(source);
        if let Some(n) = vm.catch(result, crate::Exc::TypeError)? {
            return match n.as_int(&*vm.heap).map(|n| (n.is_negative(), n.to_i64())) {
                Some((_, None)) | None => {
                    let name = vm.type_name(source);
                    Err(vm.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
                }
                Some((true, _)) => Err(vm.value_error("negative count")),
                Some((_, Some(n))) => {
                    room(vm, n as usize)?;
                    let mut zeros = Vec::new();
                    if zeros.try_reserve_exact(n as usize).is_err() {
                        return Err(vm.memory_error());
                    }
                    zeros.resize(n as usize, 0);
                    Ok(zeros)
                }
            };
        }
    }
    if let Some(buffer) = vm.buffer_full(source, super::buffer::flags::FULL_RO)? {
        room(vm, buffer.len)?;
        return Ok(buffer.to_vec(&*vm.heap));
    }
    if !vm.heap.has_special(source, Special::Iter) && !vm.is_sequence(source) {
        let found = vm.type_name(source);
        return Err(vm.type_error(format!("cannot convert '{found}' object to {kind}")));
    }
    let message = if kind == "bytes" { "bytes must be in range(0, 256)" } else { BYTE_RANGE };
    let mut out = Vec::new();
    collect_bytes(vm, source, message, &mut out)?;
    Ok(out)
}
/// Appends the ints of an iterable.
pub(crate) fn collect_bytes(vm: &mut Vm, iterable: &Value, message: &str, out: &mut Vec<u8>) -> Result<()> {
    let iterator = vm.iter(iterable)?;
    while let Some(v) = vm.next(&iterator)? {
        out.push(byte(vm, &v, message)?);
        if out.len() & 0xFFFF == 0 {
            room(vm, out.len())?;
        }
    }
    Ok(())
}
