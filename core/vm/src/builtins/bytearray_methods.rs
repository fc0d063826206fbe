//! The methods that `bytearray` has beyond those of `bytes`: everything that changes it.
//!
//! A change of size is refused with BufferError while views of the memory exist. Items are converted before the
//! array is looked at, since converting may run Python.

use crate::args::KwArgs;
use crate::builtins::bytes::ByteArray;
use crate::builtins::bytes_common::{self as common, BYTE_RANGE, ByteString, data};
use crate::builtins::iterators::SeqIter;
use crate::builtins::slice::Slice;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<ByteArrayMethods>(id::BYTEARRAY);
}

/// Refuses to resize memory that is being viewed.
fn resizable(vm: &mut Vm, this: &Ref<ByteArray>) -> Result<()> {
    if this.get(&*vm.heap).exports.count() > 0 {
        return Err(vm.error(Exc::BufferError, "Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

/// The bytes assigned to a slice.
fn assigned(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    if let Some(b) = vm.buffer_full(value, 0)? {
        return Ok(b.to_vec(&*vm.heap));
    }
    let text = value.has_payload::<crate::builtins::str::Str>(&*vm.heap);
    let iterable = vm.heap.has_special(value, Special::Iter) || vm.is_sequence(value);
    if text || !iterable {
        return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    let mut out = Vec::new();
    common::collect_bytes(vm, value, BYTE_RANGE, &mut out)?;
    Ok(out)
}

fn extend(vm: &mut Vm, this: &Ref<ByteArray>, more: &[u8]) -> Result<()> {
    if more.is_empty() {
        return Ok(());
    }
    resizable(vm, this)?;
    common::room(vm, more.len())?;
    this.edit(&mut vm.heap, |data| data.extend_from_slice(more));
    Ok(())
}

/// Inserts bytes where the array ended before they were asked for, which may have changed it.
fn insert_at(vm: &mut Vm, this: &Ref<ByteArray>, at: usize, more: Vec<u8>) -> Result<()> {
    if at >= data(this, &*vm.heap).len() {
        return extend(vm, this, &more);
    }
    if more.is_empty() {
        return Ok(());
    }
    resizable(vm, this)?;
    common::room(vm, more.len())?;
    this.edit(&mut vm.heap, |data| drop(data.splice(at..at, more)));
    Ok(())
}

fn set_slice(vm: &mut Vm, this: &Ref<ByteArray>, slice: &Ref<Slice>, new: Vec<u8>, delete: bool) -> Result<()> {
    let len = data(this, &*vm.heap).len();
    let ix = vm.slice_indices(slice, len)?;
    let len = data(this, &*vm.heap).len();
    if ix.step == 1 {
        let start = (ix.start as usize).min(len);
        let end = (start + ix.length).min(len);
        if new.len() != end - start {
            resizable(vm, this)?;
            common::room(vm, new.len())?;
        }
        this.edit(&mut vm.heap, |data| drop(data.splice(start..end, new)));
        return Ok(());
    }
    // Assigning nothing deletes, as for no other sequence.
    if delete || new.is_empty() {
        if ix.length == 0 {
            return Ok(());
        }
        resizable(vm, this)?;
        let mut drop_at: Vec<usize> = ix.positions().collect();
        krait_bytecode::order::sort(&mut drop_at);
        let mut next = drop_at.into_iter().peekable();
        let mut i = 0;
        this.edit(&mut vm.heap, |data| {
            data.retain(|_| {
                let gone = next.next_if_eq(&i).is_some();
                i += 1;
                !gone
            })
        });
        return Ok(());
    }
    if new.len() != ix.length {
        let n = ix.length;
        return Err(vm.value_error(format!("attempt to assign bytes of size {} to extended slice of size {n}", new.len())));
    }
    this.edit(&mut vm.heap, |data| {
        for (i, b) in ix.positions().zip(new) {
            if let Some(slot) = data.get_mut(i) {
                *slot = b;
            }
        }
    });
    Ok(())
}

struct ByteArrayMethods;

#[methods]
impl ByteArrayMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, ByteArray::default()).into_value())
    }
    /// Fills the array from an iterable of ints, a buffer, encoded text, or with that many zeros.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<ByteArray>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        if args.len() + kwargs.items.len() > 3 {
            let n = args.len() + kwargs.items.len();
            return Err(vm.type_error(format!("bytearray() takes at most 3 arguments ({n} given)")));
        }
        let [source, encoding, errors] = vm.bind_new("bytearray", ["source", "encoding", "errors"], args, &kwargs)?;
        let encoding = vm.name_argument("bytearray", "encoding", encoding)?;
        let errors = vm.name_argument("bytearray", "errors", errors)?;
        if !data(this, &*vm.heap).is_empty() {
            resizable(vm, this)?;
            this.edit(&mut vm.heap, Vec::clear);
        }
        if let Some(source) = source.filter(|_| encoding.is_none() && errors.is_none())
            && vm.heap.has_special(source, Special::Next)
            && vm.buffer_opt(source)?.is_none()
        {
            // An iterator may look at the array that it fills.
            return vm.for_each(source, |vm, item| ByteArrayMethods::append(this, vm, &item));
        }
        let content = common::construct(vm, "bytearray", source, encoding, errors)?;
        resizable(vm, this)?;
        this.edit(&mut vm.heap, |data| *data = content);
        Ok(())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<String> {
        common::room(vm, data(this, &*vm.heap).len().saturating_mul(4))?;
        let name = vm.type_name(this.as_value());
        Ok(krait_text::repr::repr_bytearray(&name, data(this, &*vm.heap)))
    }
    #[sig("()")]
    fn __str__(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<String> {
        vm.bytes_warning("str() on a bytearray instance")?;
        ByteArrayMethods::__repr__(this, vm)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc_typed(id::BYTEARRAY_ITERATOR, SeqIter { sequence: Some(this.to_value()), index: 0 }).into_value())
    }
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<ByteArray>, vm: &mut Vm, key: &Value, value: &Value) -> Result<()> {
        if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
            if !value.has_payload::<ByteArray>(&*vm.heap) {
                // A slice that is wrong in itself is so before the value is looked at.
                vm.slice_indices(&slice, 0)?;
            }
            let new = assigned(vm, value)?;
            return set_slice(vm, this, &slice, new, false);
        }
        let i = common::item_index(this, vm, key)?;
        if i >= data(this, &*vm.heap).len() {
            return Err(vm.index_error("bytearray index out of range"));
        }
        let b = common::byte(vm, value, BYTE_RANGE)?;
        match this.get_mut(&mut *vm.heap).data.get_mut(i) {
            Some(slot) => *slot = b,
            None => return Err(vm.index_error("bytearray index out of range")),
        }
        Ok(())
    }
    #[sig("(key, /)")]
    fn __delitem__(this: &Ref<ByteArray>, vm: &mut Vm, key: &Value) -> Result<()> {
        if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
            return set_slice(vm, this, &slice, Vec::new(), true);
        }
        let i = common::item_index(this, vm, key)?;
        if i >= data(this, &*vm.heap).len() {
            return Err(vm.index_error("bytearray index out of range"));
        }
        resizable(vm, this)?;
        this.edit(&mut vm.heap, |data| data.remove(i));
        Ok(())
    }
    #[sig("(value, /)")]
    fn __iadd__(this: &Ref<ByteArray>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = vm.buffer_full(value, 0)? else {
            let (a, b) = (vm.type_name(value), vm.type_name(this.as_value()));
            return Err(vm.type_error(format!("can't concat {a} to {b}")));
        };
        let other = { let copy = other.to_vec(&*vm.heap); drop(other); copy };
        extend(vm, this, &other)?;
        Ok(this.to_value())
    }
    #[sig("(value, /)")]
    fn __imul__(this: &Ref<ByteArray>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let bytes = common::repeated(this, vm, value)?;
        if bytes.len() != data(this, &*vm.heap).len() {
            resizable(vm, this)?;
            this.edit(&mut vm.heap, |data| *data = bytes);
        }
        Ok(this.to_value())
    }
    /// Add one byte at the end.
    #[sig("(item, /)")]
    fn append(this: &Ref<ByteArray>, vm: &mut Vm, item: &Value) -> Result<()> {
        let b = common::byte(vm, item, BYTE_RANGE)?;
        extend(vm, this, &[b])
    }
    /// Add all bytes of an iterable or buffer at the end.
    #[sig("(iterable_of_ints, /)")]
    fn extend(this: &Ref<ByteArray>, vm: &mut Vm, iterable_of_ints: &Value) -> Result<()> {
        let value = iterable_of_ints;
        let end = data(this, &*vm.heap).len();
        if let Some(b) = vm.buffer_full(value, 0)? {
            let more = b.to_vec(&*vm.heap);
            drop(b);
            return insert_at(vm, this, end, more);
        }
        if !vm.heap.has_special(value, Special::Iter) && !vm.is_sequence(value) {
            let found = vm.type_name(value);
            return Err(vm.type_error(format!("can't extend bytearray with {found}")));
        }
        if value.has_payload::<crate::builtins::str::Str>(&*vm.heap) {
            return Err(vm.type_error("expected iterable of integers; got: 'str'"));
        }
        // A hint that fails is an error.
        vm.length_hint(value, 0)?;
        let mut more = Vec::new();
        common::collect_bytes(vm, value, BYTE_RANGE, &mut more)?;
        extend(vm, this, &more)
    }
    /// Put one byte before an index.
    #[sig("(index, item, /)")]
    fn insert(this: &Ref<ByteArray>, vm: &mut Vm, index: isize, item: &Value) -> Result<()> {
        let b = common::byte(vm, item, BYTE_RANGE)?;
        resizable(vm, this)?;
        common::room(vm, 1)?;
        this.edit(&mut vm.heap, |data| {
            let len = data.len() as isize;
            let at = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) };
            data.insert(at as usize, b);
        });
        Ok(())
    }
    /// Remove the byte at an index (the last one by default) and return it.
    #[sig("(index=-1, /)")]
    fn pop(this: &Ref<ByteArray>, vm: &mut Vm, index: isize) -> Result<i64> {
        let len = data(this, &*vm.heap).len();
        if len == 0 {
            return Err(vm.index_error("pop from empty bytearray"));
        }
        let at = if index < 0 { index.saturating_add(len as isize) } else { index };
        if at < 0 || at as usize >= len {
            return Err(vm.index_error("pop index out of range"));
        }
        resizable(vm, this)?;
        Ok(this.edit(&mut vm.heap, |data| data.remove(at as usize)).into())
    }
    /// Remove the first occurrence of a byte.
    #[sig("(value, /)")]
    fn remove(this: &Ref<ByteArray>, vm: &mut Vm, value: &Value) -> Result<()> {
        let b = common::byte(vm, value, BYTE_RANGE)?;
        let Some(at) = data(this, &*vm.heap).iter().position(|x| *x == b) else {
            return Err(vm.value_error("value not found in bytearray"));
        };
        resizable(vm, this)?;
        this.edit(&mut vm.heap, |data| data.remove(at));
        Ok(())
    }
    /// Reverse the order of the bytes in place.
    #[sig("()")]
    fn reverse(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<()> {
        this.get_mut(&mut *vm.heap).data.reverse();
        Ok(())
    }
    /// Remove all bytes.
    #[sig("()")]
    fn clear(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<()> {
        resizable(vm, this)?;
        this.edit(&mut vm.heap, |data| *data = Vec::new());
        Ok(())
    }
    /// A copy of the array.
    #[sig("()")]
    fn copy(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<Value> {
        Ok(ByteArray::unchanged(this, vm))
    }
    /// Cut the array or fill it with zeros up to a size.
    #[sig("(size, /)")]
    fn resize(this: &Ref<ByteArray>, vm: &mut Vm, size: isize) -> Result<()> {
        let Ok(len) = usize::try_from(size) else {
            return Err(vm.value_error(format!("Can only resize to positive sizes, got {size}")));
        };
        if len == data(this, &*vm.heap).len() {
            return Ok(());
        }
        resizable(vm, this)?;
        common::room(vm, len)?;
        let fits = this.edit(&mut vm.heap, |data| {
            let more = len.saturating_sub(data.len());
            let fits = data.try_reserve(more).is_ok();
            if fits {
                data.resize(len, 0);
            }
            fits
        });
        if fits { Ok(()) } else { Err(vm.memory_error()) }
    }
    /// The number of bytes there is room for.
    #[sig("()")]
    fn __alloc__(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<usize> {
        let len = data(this, &*vm.heap).len();
        let room = this.get(&*vm.heap).data.capacity();
        Ok(if room == 0 && len == 0 { 0 } else { room.max(len + 1) })
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<Value> {
        reduce(vm, this, 2)
    }
    #[sig("(proto=0, /)")]
    fn __reduce_ex__(this: &Ref<ByteArray>, vm: &mut Vm, proto: i32) -> Result<Value> {
        reduce(vm, this, proto)
    }
    /// The size of the object in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<ByteArray>, vm: &mut Vm) -> Result<usize> {
        Ok(56 + ByteArrayMethods::__alloc__(this, vm)?)
    }
    #[sig("(buffer, /)")]
    fn __release_buffer__(this: &Value, vm: &mut Vm, buffer: &Value) -> Result<()> {
        crate::builtins::memoryview_methods::release_view_of(vm, this, buffer)
    }
}

fn reduce(vm: &mut Vm, this: &Ref<ByteArray>, proto: i32) -> Result<Value> {
    let name = vm.intern("__getstate__");
    let state = vm.get_attr(this.as_value(), &name)?;
    let state = vm.call(&state, &[])?;
    let content = data(this, &*vm.heap).to_vec();
    let args = if content.is_empty() {
        Vec::new()
    } else if proto < 3 {
        let text = vm.heap.str_latin1(&content).into_value();
        vec![text, vm.str("latin-1")]
    } else {
        vec![vm.heap.bytes(&content).into_value()]
    };
    let (cls, args) = (vm.type_of(this.as_value()).into_value(), vm.tuple(args));
    Ok(vm.tuple(vec![cls, args, state]))
}
