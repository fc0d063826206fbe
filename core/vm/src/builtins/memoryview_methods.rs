//! The methods of `memoryview`: items in native formats, slices, casts, several dimensions.
//!
//! A view is a [`Buffer`]; what changes shape makes a new view of the same memory. Items are read and written by
//! [`unpack_item`] and [`pack_item`], which know the single-character native formats of `struct`.

use crate::args::KwArgs;
use crate::builtins::buffer::{Buffer, Layout};
use crate::builtins::bytes::Bytes;
use crate::builtins::bytes_common as common;
use crate::builtins::iterators::SeqIter;
use crate::builtins::list::List;
use crate::builtins::memoryview::{BufferWrapper, MemoryView};
use crate::builtins::slice::Slice;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::build::TypeSpec;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result, methods};
use std::borrow::Cow;

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<MemoryViewMethods>(id::MEMORYVIEW);
    vm.attach::<MemoryIterMethods>(id::MEMORY_ITERATOR);
    let spec = TypeSpec {
        name: "_buffer_wrapper",
        doc: "",
        flags: crate::heap::flags::DISALLOW_INSTANTIATION,
        dict: false,
        methods: <WrapperMethods as crate::args::Methods>::METHODS,
    };
    vm.define_type::<BufferWrapper>(None, &spec);
}

/// Most dimensions a view can have.
const MAX_DIMENSIONS: usize = 64;
const DESTINATION: &str = "memoryview: destination format must be a native single character format prefixed with an optional '@'";

/// The character of a native format and its size.
fn native_format(format: &str) -> Option<(u8, usize)> {
    let c = match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [c] => *c,
        _ => return None,
    };
    let size = match c {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    };
    Some((c, size))
}

fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        e => sign * (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    }
}
/// The nearest half-precision number, ties to even; `None` when it is too large.
fn f64_to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7E00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let a = x.abs();
    if a < 2f64.powi(-14) {
        return Some(sign | (a * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (a.to_bits() >> 52) as i32 - 1023;
    let units = (a / 2f64.powi(exponent - 10)).round_ties_even();
    let bits = ((exponent + 15) as i64) * 1024 + units as i64 - 1024;
    if bits >= 0x7C00 { None } else { Some(sign | bits as u16) }
}

fn unsupported(vm: &mut Vm, format: &str) -> Raised {
    // Formats of one character are understood, but this one is not.
    let one = format.strip_prefix('@').unwrap_or(format).len() == 1;
    let message = if one { format!("memoryview: format {format} not supported") } else { format!("memoryview: unsupported format {format}") };
    vm.error(Exc::NotImplementedError, message)
}

/// An item as a Python value.
pub fn unpack_item(vm: &mut Vm, format: &str, bytes: &[u8]) -> Result<Value> {
    let Some((c, size)) = native_format(format) else {
        return Err(unsupported(vm, format));
    };
    let mut raw = [0; 8];
    raw[..size].copy_from_slice(bytes.get(..size).unwrap_or(&[0; 8][..size]));
    let unsigned = u64::from_le_bytes(raw);
    let shift = 64 - 8 * size as u32;
    let signed = ((unsigned << shift) as i64) >> shift;
    Ok(match c {
        b'c' => vm.heap.bytes(&raw[..1]).into_value(),
        b'?' => Value::bool(raw[0] != 0),
        b'e' => Value::float(half_to_f64(unsigned as u16)),
        b'f' => Value::float(f64::from(f32::from_bits(unsigned as u32))),
        b'd' => Value::float(f64::from_bits(unsigned)),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => vm.heap.int(signed.into()),
        _ => vm.heap.int(unsigned.into()),
    })
}

/// The bytes of an item from a Python value.
pub fn pack_item(vm: &mut Vm, format: &str, value: &Value) -> Result<Vec<u8>> {
    let Some((c, size)) = native_format(format) else {
        return Err(unsupported(vm, format));
    };
    let bad_type = |vm: &mut Vm| vm.type_error(format!("memoryview: invalid type for format '{}'", char::from(c)));
    let bad_value = |vm: &mut Vm| vm.value_error(format!("memoryview: invalid value for format '{}'", char::from(c)));
    match c {
        b'c' => {
            let Some(b) = value.downcast::<Bytes>(&*vm.heap) else { return Err(bad_type(vm)) };
            let data = b.get(&*vm.heap).data.to_vec();
            if data.len() == 1 { Ok(data) } else { Err(bad_value(vm)) }
        }
        b'?' => Ok(vec![vm.truth(value)?.into()]),
        b'e' | b'f' | b'd' => {
            let result = vm.to_f64(value);
            let Some(f) = vm.catch(result, Exc::TypeError)? else { return Err(bad_type(vm)) };
            Ok(match c {
                b'd' => f.to_le_bytes().to_vec(),
                b'f' => (f as f32).to_le_bytes().to_vec(),
                _ => match f64_to_half(f) {
                    Some(bits) => bits.to_le_bytes().to_vec(),
                    None => return Err(vm.overflow_error("float too large to pack with e format")),
                },
            })
        }
        _ => {
            if !vm.heap.has_special(value, Special::Index) {
                return Err(bad_type(vm));
            }
            let n = vm.index(value)?;
            let Some(n) = n.as_int(&*vm.heap) else { return Err(bad_type(vm)) };
            let signed = matches!(c, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
            let wide = match (n.to_i64(), n.to_u64()) {
                (Some(n), _) => Some(i128::from(n)),
                (_, Some(n)) => Some(i128::from(n)),
                _ => None,
            };
            let bits = 8 * size as u32;
            let (low, high) = if signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) };
            match wide.filter(|n| (low..=high).contains(n)) {
                Some(n) => Ok(n.to_le_bytes()[..size].to_vec()),
                None => Err(bad_value(vm)),
            }
        }
    }
}

fn item_at(vm: &mut Vm, buffer: &Buffer, offset: usize) -> Result<Value> {
    if buffer.layout.is_none() {
        return Ok(Value::int32(buffer.memory(&*vm.heap).get(offset).copied().unwrap_or(0).into()));
    }
    let size = buffer.itemsize();
    let bytes = buffer.memory(&*vm.heap).get(offset..offset + size).unwrap_or(&[]).to_vec();
    unpack_item(vm, buffer.format(), &bytes)
}

fn put_item(vm: &mut Vm, buffer: &Buffer, offset: usize, bytes: &[u8]) {
    if let Some(slot) = buffer.memory_mut(&mut *vm.heap).get_mut(offset..offset + bytes.len()) {
        slot.copy_from_slice(bytes);
    }
}

/// The items of a view in nested lists.
fn to_list(vm: &mut Vm, buffer: &Buffer, layout: &Layout, dimension: usize, offset: usize) -> Result<Value> {
    let (Some(&n), Some(&stride)) = (layout.shape.get(dimension), layout.strides.get(dimension)) else {
        return item_at(vm, buffer, offset);
    };
    let room = vm.heap.check_room(n * 8);
    vm.memory(room)?;
    let mut items = Vec::with_capacity(n);
    for i in 0..n {
        items.push(to_list(vm, buffer, layout, dimension + 1, (offset as isize + stride * i as isize) as usize)?);
    }
    Ok(vm.list(items))
}

/// The byte offset of the item at some indices.
fn locate(vm: &mut Vm, buffer: &Buffer, layout: &Layout, indices: &[Value]) -> Result<usize> {
    let mut offset = buffer.offset as isize;
    for (d, v) in indices.iter().enumerate() {
        let i = vm.sequence_index(v)?;
        let n = layout.shape[d] as isize;
        let i = if i < 0 { i.saturating_add(n) } else { i };
        if i < 0 || i >= n {
            return Err(vm.index_error(format!("index out of bounds on dimension {}", d + 1)));
        }
        offset += layout.strides[d] * i;
    }
    Ok(offset as usize)
}

/// What a key selects.
enum Key {
    Item(usize),
    Slice(Buffer),
    /// All of a view without dimensions.
    Whole,
}

fn resolve(vm: &mut Vm, buffer: &Buffer, key: &Value, sub_views: &str) -> Result<Key> {
    let layout = buffer.full_layout();
    let dimensions = layout.shape.len();
    if dimensions == 0 {
        if key.downcast::<Tuple>(&*vm.heap).is_some_and(|t| t.items(&*vm.heap).is_empty()) {
            return Ok(Key::Item(buffer.offset));
        }
        if key.type_id() == id::ELLIPSIS {
            return Ok(Key::Whole);
        }
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if vm.heap.has_special(key, Special::Index) {
        if dimensions > 1 {
            return Err(vm.error(Exc::NotImplementedError, sub_views));
        }
        return locate(vm, buffer, &layout, std::slice::from_ref(key)).map(Key::Item);
    }
    if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
        let ix = vm.slice_indices(&slice, layout.shape[0])?;
        let mut part = buffer.clone();
        part.offset = (buffer.offset as isize + if ix.length == 0 { 0 } else { layout.strides[0] * ix.start }) as usize;
        if buffer.layout.is_none() && ix.step == 1 {
            part.len = ix.length;
            return Ok(Key::Slice(part));
        }
        let mut layout = layout;
        layout.shape[0] = ix.length;
        layout.strides[0] *= ix.step;
        part.len = layout.items() * layout.itemsize;
        part.layout = Some(Box::new(layout));
        return Ok(Key::Slice(part));
    }
    if let Some(tuple) = key.downcast::<Tuple>(&*vm.heap) {
        let indices = tuple.items(&*vm.heap).to_vec();
        let all_ints = indices.iter().all(|v| vm.heap.has_special(v, Special::Index));
        if all_ints {
            if indices.len() < dimensions {
                return Err(vm.error(Exc::NotImplementedError, "sub-views are not implemented"));
            }
            if indices.len() > dimensions {
                let n = indices.len();
                return Err(vm.type_error(format!("cannot index {dimensions}-dimension view with {n}-element tuple")));
            }
            return locate(vm, buffer, &layout, &indices).map(Key::Item);
        }
        if indices.iter().all(|v| v.is_exact::<Slice>()) {
            return Err(vm.error(Exc::NotImplementedError, "multi-dimensional slicing is not implemented"));
        }
    }
    Err(vm.type_error("memoryview: invalid slice key"))
}

/// Dimensions asked for in a cast.
fn cast_shape(vm: &mut Vm, shape: &Value) -> Result<Vec<usize>> {
    let items = match (shape.downcast::<List>(&*vm.heap), shape.downcast::<Tuple>(&*vm.heap)) {
        (Some(l), _) => l.to_vec(&*vm.heap),
        (_, Some(t)) => t.items(&*vm.heap).to_vec(),
        _ => return Err(vm.type_error("shape must be a list or a tuple")),
    };
    if items.len() > MAX_DIMENSIONS {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut out = Vec::new();
    for v in items {
        let Some(n) = v.as_int(&*vm.heap) else {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        };
        match n.to_i64() {
            Some(n) if n > 0 => out.push(n as usize),
            _ => return Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0")),
        }
    }
    Ok(out)
}

/// Whether two views have equal shapes and items.
fn equal_views(vm: &mut Vm, a: &Buffer, b: &Buffer) -> Result<bool> {
    if a.layout.is_none() && b.layout.is_none() {
        return Ok(a.bytes(&*vm.heap) == b.bytes(&*vm.heap));
    }
    let (la, lb) = (a.full_layout(), b.full_layout());
    if la.shape != lb.shape {
        return Ok(false);
    }
    let strip = |f: &str| f.strip_prefix('@').unwrap_or(f).to_string();
    let (fa, fb) = (strip(&la.format), strip(&lb.format));
    let (x, y) = (a.to_vec(&*vm.heap), b.to_vec(&*vm.heap));
    // Formats that are not native compare equal only when the bytes of an equal format do.
    if native_format(&fa).is_none() || native_format(&fb).is_none() {
        return Ok(fa == fb && x == y);
    }
    let integral = |f: &str| !matches!(f, "f" | "d" | "e");
    if fa == fb && integral(&fa) && fa != "?" {
        return Ok(x == y);
    }
    for (p, q) in x.chunks(la.itemsize.max(1)).zip(y.chunks(lb.itemsize.max(1))) {
        let (p, q) = (unpack_item(vm, &fa, p)?, unpack_item(vm, &fb, q)?);
        if !vm.compare_bool(crate::runtime::compare::CmpOp::Eq, &p, &q)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(vm: &mut Vm, this: &Ref<MemoryView>, value: &Value) -> Result<Option<bool>> {
    if this.as_value().is(value) {
        return Ok(Some(true));
    }
    let released = |vm: &Vm, v: &Ref<MemoryView>| v.get(&*vm.heap).buffer.is_none();
    if released(vm, this) {
        return Ok(Some(false));
    }
    if let Some(other) = value.downcast::<MemoryView>(&*vm.heap)
        && released(vm, other)
    {
        return Ok(Some(false));
    }
    let result = vm.buffer_full(value, super::buffer::flags::FULL_RO);
    let Some(other) = (match result {
        Ok(b) => b,
        Err(Raised) => {
            drop(vm.take_pending());
            return Ok(None);
        }
    }) else {
        return Ok(None);
    };
    let mine = vm.live_buffer(this)?;
    equal_views(vm, &mine, &other).map(Some)
}

fn dims(vm: &mut Vm, values: impl Iterator<Item = i128>) -> Value {
    let items = values.map(|n| vm.heap.int(n)).collect::<Vec<_>>();
    vm.tuple(items)
}

fn release(vm: &mut Vm, this: &Ref<MemoryView>) -> Result<()> {
    let n = this.get(&*vm.heap).exports.count();
    if n > 0 && this.get(&*vm.heap).buffer.is_some() {
        let s = if n == 1 { "" } else { "s" };
        return Err(vm.error(Exc::BufferError, format!("memoryview has {n} exported buffer{s}")));
    }
    let gone = this.get_mut(&mut *vm.heap).buffer.take();
    drop(gone);
    Ok(())
}

struct MemoryViewMethods;

#[methods]
impl MemoryViewMethods {
    /// A view of another object's memory.
    #[sig("(*args, **kwargs)")]
    fn __new__(_cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        if args.len() + kwargs.items.len() > 1 {
            let n = args.len() + kwargs.items.len();
            return Err(vm.type_error(format!("memoryview() takes at most 1 argument ({n} given)")));
        }
        let [object] = vm.bind_new("memoryview", ["object"], args, &kwargs)?;
        match object {
            Some(object) => vm.memoryview(object).map(Ref::into_value),
            None => Err(vm.type_error("memoryview() missing required argument 'object' (pos 1)")),
        }
    }
    #[sig("()")]
    fn __repr__(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<String> {
        let word = if this.get(&*vm.heap).buffer.is_some() { "memory" } else { "released memory" };
        Ok(format!("<{word} at {:#x}>", this.as_value().identity()))
    }
    #[sig("()")]
    fn __hash__(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<i64> {
        if let Some(h) = this.get(&*vm.heap).hash {
            return Ok(h);
        }
        let buffer = vm.live_buffer(this)?;
        if !buffer.readonly {
            return Err(vm.value_error("cannot hash writable memoryview object"));
        }
        if !matches!(buffer.format().trim_start_matches('@'), "B" | "b" | "c") {
            return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        let object = buffer.object.clone();
        let lent = vm.lend_view(this)?;
        vm.hash(&object)?;
        drop(lent);
        let content = buffer.to_vec(&*vm.heap);
        let h = vm.heap.hash_bytes(&content);
        this.get_mut(&mut *vm.heap).hash = Some(h);
        Ok(h)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<MemoryView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, value)?.map_or(Value::NOT_IMPLEMENTED, Value::bool))
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<MemoryView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, value)?.map_or(Value::NOT_IMPLEMENTED, |b| Value::bool(!b)))
    }
    #[sig("()")]
    fn __len__(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<usize> {
        let buffer = vm.live_buffer(this)?;
        match &buffer.layout {
            None => Ok(buffer.len),
            Some(l) => match l.shape.first() {
                Some(n) => Ok(*n),
                None => Err(vm.type_error("0-dim memory has no length")),
            },
        }
    }
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<MemoryView>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let buffer = vm.live_buffer(this)?;
        match resolve(vm, &buffer, key, "multi-dimensional sub-views are not implemented")? {
            Key::Item(offset) => {
                vm.live_buffer(this)?;
                item_at(vm, &buffer, offset)
            }
            Key::Slice(_) if this.get(&*vm.heap).restricted => vm.free_buffer(this).map(|_| Value::NONE),
            Key::Slice(part) => Ok(vm.new_memoryview(part.unlent()).into_value()),
            Key::Whole => Ok(this.to_value()),
        }
    }
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<MemoryView>, vm: &mut Vm, key: &Value, value: &Value) -> Result<()> {
        let buffer = vm.live_buffer(this)?;
        if buffer.readonly {
            return Err(vm.type_error("cannot modify read-only memory"));
        }
        let dimensions = buffer.layout.as_ref().map_or(1, |l| l.shape.len());
        if dimensions > 1 && key.is_exact::<Slice>() {
            return Err(vm.error(Exc::NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1"));
        }
        if dimensions > 0 && key.downcast::<Tuple>(&*vm.heap).is_some_and(|t| t.items(&*vm.heap).is_empty()) {
            return Err(vm.error(Exc::NotImplementedError, "sub-views are not implemented"));
        }
        match resolve(vm, &buffer, key, "sub-views are not implemented")? {
            Key::Item(offset) => {
                let bytes = pack_item(vm, buffer.format(), value)?;
                vm.live_buffer(this)?;
                put_item(vm, &buffer, offset, &bytes);
            }
            Key::Whole => {
                let bytes = pack_item(vm, buffer.format(), value)?;
                vm.live_buffer(this)?;
                put_item(vm, &buffer, buffer.offset, &bytes);
            }
            Key::Slice(target) => {
                let Some(source) = vm.buffer_full(value, super::buffer::flags::FULL_RO)? else { return Err(vm.not_bytes_like(value)) };
                let (t, s) = (target.full_layout(), source.full_layout());
                let plain = |f: &str| f.trim_start_matches('@').to_string();
                if plain(&t.format) != plain(&s.format) || t.itemsize != s.itemsize || t.shape != s.shape {
                    return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
                }
                let bytes = source.to_vec(&*vm.heap);
                vm.live_buffer(this)?;
                if target.is_contiguous() {
                    put_item(vm, &target, target.offset, &bytes);
                } else {
                    let mut chunks = bytes.chunks(t.itemsize.max(1));
                    let memory = target.memory_mut(&mut *vm.heap);
                    t.each_offset(target.offset, |at| {
                        if let (Some(chunk), Some(slot)) = (chunks.next(), memory.get_mut(at..at + t.itemsize)) {
                            slot.copy_from_slice(chunk);
                        }
                    });
                }
            }
        }
        Ok(())
    }
    #[sig("(key, /)")]
    fn __delitem__(this: &Ref<MemoryView>, vm: &mut Vm, _key: &Value) -> Result<()> {
        let buffer = vm.live_buffer(this)?;
        Err(vm.type_error(if buffer.readonly { "cannot modify read-only memory" } else { "cannot delete memory" }))
    }
    #[sig("()")]
    fn __iter__(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        let buffer = vm.live_buffer(this)?;
        match buffer.layout.as_ref().map_or(1, |l| l.shape.len()) {
            0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
            1 => Ok(vm.heap.alloc_typed(id::MEMORY_ITERATOR, SeqIter { sequence: Some(this.to_value()), index: 0 }).into_value()),
            _ => Err(vm.error(Exc::NotImplementedError, "multi-dimensional sub-views are not implemented")),
        }
    }
    #[sig("(flags, /)")]
    fn __buffer__(this: &Ref<MemoryView>, vm: &mut Vm, _flags: i32) -> Result<Value> {
        let buffer = vm.lend_view(this)?;
        Ok(vm.new_memoryview(buffer).into_value())
    }
    #[sig("(buffer, /)")]
    fn __release_buffer__(this: &Value, vm: &mut Vm, buffer: &Value) -> Result<()> {
        release_view_of(vm, this, buffer)
    }
    /// A view taken with these `inspect.BufferFlags`.
    #[classmethod]
    #[sig("(object, flags)")]
    fn _from_flags(_cls: &Value, vm: &mut Vm, object: &Value, flags: i32) -> Result<Value> {
        match vm.buffer_full(object, flags.into())? {
            Some(b) if b.readonly && i64::from(flags) & super::buffer::flags::WRITABLE != 0 => {
                Err(vm.error(Exc::BufferError, "Object is not writable."))
            }
            Some(b) => Ok(vm.new_memoryview(b).into_value()),
            None => Err(vm.not_bytes_like(object)),
        }
    }
    /// Give up the memory; the view cannot be used any more.
    #[sig("()")]
    fn release(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<()> {
        release(vm, this)
    }
    #[sig("()")]
    fn __enter__(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        vm.live_buffer(this)?;
        Ok(this.to_value())
    }
    #[sig("(*exc_info)")]
    fn __exit__(this: &Ref<MemoryView>, vm: &mut Vm, _exc_info: &[Value]) -> Result<()> {
        release(vm, this)
    }
    /// A copy of the items as bytes, in row-major ('C'), column-major ('F') or memory ('A') order.
    #[sig("(order='C')")]
    fn tobytes(this: &Ref<MemoryView>, vm: &mut Vm, order: Option<String>) -> Result<Value> {
        let buffer = vm.live_buffer(this)?;
        let order = order.unwrap_or_else(|| "C".into());
        let column_major = match order.as_str() {
            "C" => false,
            "F" => true,
            "A" => buffer.layout.as_ref().is_some_and(|l| l.is_f_contiguous() && !l.is_c_contiguous()),
            _ => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
        };
        common::room(vm, buffer.len)?;
        let bytes = match (&buffer.layout, column_major) {
            (Some(layout), true) => {
                let mut flipped = buffer.clone();
                let mut turned = (**layout).clone();
                turned.shape.reverse();
                turned.strides.reverse();
                flipped.layout = Some(Box::new(turned));
                flipped.to_vec(&*vm.heap)
            }
            _ => buffer.to_vec(&*vm.heap),
        };
        Ok(vm.heap.bytes_boxed(bytes.into()).into_value())
    }
    /// Hexadecimal digits of the bytes, with a separator between groups if one is given.
    ///
    /// >>> memoryview(bytes([1, 254, 3])).hex(':')
    /// '01:fe:03'
    #[sig("(sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(this: &Ref<MemoryView>, vm: &mut Vm, sep: Option<&Value>, bytes_per_sep: i32) -> Result<String> {
        let lent = vm.lend_view(this)?;
        let bytes = lent.to_vec(&*vm.heap);
        common::hex(vm, bytes, sep, bytes_per_sep.into())
    }
    /// The items in a list, nested for several dimensions.
    #[sig("()")]
    fn tolist(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        let buffer = vm.live_buffer(this)?;
        let layout = buffer.full_layout();
        to_list(vm, &buffer, &layout, 0, buffer.offset)
    }
    /// A view of the same memory that cannot be written to.
    #[sig("()")]
    fn toreadonly(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        let mut buffer = vm.free_buffer(this)?.unlent();
        buffer.readonly = true;
        Ok(vm.new_memoryview(buffer).into_value())
    }
    /// A view of the same memory with another item format or shape.
    #[sig("(format, shape=<unrepresentable>)")]
    fn cast(this: &Ref<MemoryView>, vm: &mut Vm, format: &Ref<Str>, shape: Option<&Value>) -> Result<Value> {
        let buffer = vm.free_buffer(this)?;
        if !buffer.is_contiguous() {
            return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
        }
        let layout = buffer.full_layout();
        if (shape.is_some() || layout.shape.len() != 1) && layout.shape.contains(&0) {
            return Err(vm.type_error("memoryview: cannot cast view with zeros in shape or strides"));
        }
        let shape = match shape {
            Some(s) => {
                let shape = cast_shape(vm, s)?;
                if layout.shape.len() != 1 && shape.len() != 1 {
                    return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
                }
                Some(shape)
            }
            None => None,
        };
        let format = format.get(&*vm.heap).to_string_lossy();
        let Some((c, size)) = native_format(&format) else { return Err(vm.value_error(DESTINATION)) };
        let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
        // Bytes can be taken of any format.
        if !is_byte(c) && !native_format(&layout.format).is_some_and(|(old, _)| is_byte(old)) {
            return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
        }
        if buffer.len % size != 0 {
            return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
        }
        let shape = match shape {
            Some(shape) => {
                let items = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d));
                if items.and_then(|n| n.checked_mul(size)) != Some(buffer.len) {
                    return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
                }
                shape
            }
            None => vec![buffer.len / size],
        };
        let mut out = buffer.unlent();
        out.layout = if format == "B" && shape.len() == 1 {
            None
        } else {
            Some(Box::new(Layout::contiguous(Cow::Owned(format), size, shape)))
        };
        Ok(vm.new_memoryview(out).into_value())
    }
    /// How often a value occurs among the items.
    #[sig("(value, /)")]
    fn count(this: &Ref<MemoryView>, vm: &mut Vm, value: &Value) -> Result<usize> {
        let iterator = vm.iter(this.as_value())?;
        let mut n = 0;
        while let Some(item) = vm.next(&iterator)? {
            if vm.equal(&item, value)? {
                n += 1;
            }
        }
        Ok(n)
    }
    /// The first index of a value within bounds.
    #[sig("(value, start=0, stop=9223372036854775807, /)")]
    fn index(this: &Ref<MemoryView>, vm: &mut Vm, value: &Value, start: Option<&Value>, stop: Option<&Value>) -> Result<usize> {
        let buffer = vm.live_buffer(this)?;
        let layout = buffer.full_layout();
        if layout.shape.len() != 1 {
            return Err(vm.error(Exc::NotImplementedError, "multi-dimensional lookup is not implemented"));
        }
        let n = layout.shape[0] as isize;
        let mut bound = |v: Option<&Value>, default: isize| -> Result<isize> {
            let i = match v {
                Some(v) => vm.slice_bound(v)?,
                None => default,
            };
            Ok(if i < 0 { i.saturating_add(n).max(0) } else { i.min(n) })
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, n)?);
        for i in start..stop {
            let item = item_at(vm, &buffer, (buffer.offset as isize + layout.strides[0] * i) as usize)?;
            if vm.equal(&item, value)? {
                return Ok(i as usize);
            }
        }
        Err(vm.value_error("memoryview.index(x): x not found"))
    }
    /// `memoryview[item]` in annotations.
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
    /// The object whose memory is viewed.
    #[getter]
    fn obj(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.live_buffer(this)?.object.clone())
    }
    /// Bytes that the items take up.
    #[getter]
    fn nbytes(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<usize> {
        Ok(vm.live_buffer(this)?.len)
    }
    /// Whether the memory cannot be written to.
    #[getter]
    fn readonly(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<bool> {
        Ok(vm.live_buffer(this)?.readonly)
    }
    /// Bytes of one item.
    #[getter]
    fn itemsize(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<usize> {
        Ok(vm.live_buffer(this)?.itemsize())
    }
    /// The format of an item, as `struct` spells it.
    #[getter]
    fn format(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<String> {
        Ok(vm.live_buffer(this)?.format().to_string())
    }
    /// The number of dimensions.
    #[getter]
    fn ndim(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<usize> {
        Ok(vm.live_buffer(this)?.layout.as_ref().map_or(1, |l| l.shape.len()))
    }
    /// Items along each dimension.
    #[getter]
    fn shape(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        let layout = vm.live_buffer(this)?.full_layout();
        Ok(dims(vm, layout.shape.into_iter().map(|n| n as i128)))
    }
    /// Bytes from one item to the next along each dimension.
    #[getter]
    fn strides(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        let layout = vm.live_buffer(this)?.full_layout();
        Ok(dims(vm, layout.strides.into_iter().map(|n| n as i128)))
    }
    /// Always empty: no view goes through pointers.
    #[getter]
    fn suboffsets(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<Value> {
        vm.live_buffer(this)?;
        Ok(vm.tuple(Vec::new()))
    }
    /// Whether the items follow each other in row-major order.
    #[getter]
    fn c_contiguous(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<bool> {
        Ok(vm.live_buffer(this)?.is_contiguous())
    }
    /// Whether the items follow each other in column-major order.
    #[getter]
    fn f_contiguous(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<bool> {
        Ok(vm.live_buffer(this)?.layout.as_ref().is_none_or(|l| l.is_f_contiguous()))
    }
    /// Whether the items follow each other in either order.
    #[getter]
    fn contiguous(this: &Ref<MemoryView>, vm: &mut Vm) -> Result<bool> {
        Ok(vm.live_buffer(this)?.layout.as_ref().is_none_or(|l| l.is_c_contiguous() || l.is_f_contiguous()))
    }
}

struct MemoryIterMethods;

#[methods]
impl MemoryIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<SeqIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let state = this.get(&*vm.heap);
        let index = state.index;
        let view = state.sequence.as_ref().and_then(|s| s.downcast::<MemoryView>(&*vm.heap)).cloned();
        let Some(view) = view else { return Err(vm.stop_iteration()) };
        let buffer = vm.live_buffer(&view)?;
        let (n, stride) = match &buffer.layout {
            None => (buffer.len, 1),
            Some(l) => (l.shape.first().copied().unwrap_or(0), l.strides.first().copied().unwrap_or(0)),
        };
        if index as usize >= n {
            let done = this.get_mut(&mut *vm.heap).sequence.take();
            drop(done);
            return Err(vm.stop_iteration());
        }
        this.get_mut(&mut *vm.heap).index += 1;
        item_at(vm, &buffer, (buffer.offset as isize + stride * index) as usize)
    }
}

struct WrapperMethods;

#[methods]
impl WrapperMethods {
    #[sig("()")]
    fn __del__(this: &Ref<BufferWrapper>, vm: &mut Vm) -> Result<()> {
        let parts = this.get_mut(&mut *vm.heap);
        let temporary = parts.temporary;
        let (Some(view), Some(object)) = (parts.view.take(), parts.object.take()) else { return Ok(()) };
        if vm.call_method(&object, "__release_buffer__", std::slice::from_ref(&view)).is_err() {
            vm.write_unraisable(None, &object);
        }
        if let Some(view) = view.downcast::<MemoryView>(&*vm.heap).filter(|_| temporary).cloned() {
            release(vm, &view)?;
        }
        Ok(())
    }
}

/// `__release_buffer__` of builtin types: ends a view of `object`.
pub(crate) fn release_view_of(vm: &mut Vm, object: &Value, view: &Value) -> Result<()> {
    let Some(view) = view.downcast::<MemoryView>(&*vm.heap).cloned() else {
        return Err(vm.type_error("expected a memoryview object"));
    };
    match &view.get(&*vm.heap).buffer {
        Some(buffer) if !buffer.object.is(object) => Err(vm.value_error("memoryview's buffer is not this object")),
        Some(_) => release(vm, &view),
        None => Err(vm.value_error("memoryview's buffer has already been released")),
    }
}
