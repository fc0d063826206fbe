//! The `array` module: sequences of machine numbers or characters in one block of bytes.
//!
//! Items are stored as their bytes (`array_items.rs` converts), so that the buffer protocol lends them as they are.

use crate::array_items::{self as items, Kind};
use krait_vm::builtins::buffer::{Buffer, BufferProvider, Exports, Memory};
use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::slice::{Slice, SliceIndices};
use krait_vm::builtins::str::Str;
use krait_vm::heap::{Heap, flags};
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Special, Traverse, Type, Value, Vm, args::Methods, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<ArrayFunctions>(module);
    let spec = TypeSpec {
        name: "array.array",
        doc: "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
        flags: flags::BASETYPE | flags::SEQUENCE | flags::WEAKREFABLE,
        dict: false,
        methods: Array::METHODS,
    };
    let ty = vm.define_type::<Array>(None, &spec);
    vm.module_set(module, "array", ty.to_value());
    let ty_value = ty.to_value();
    vm.module_set(module, "ArrayType", ty.into());
    let spec = TypeSpec {
        name: "array.arrayiterator",
        doc: "",
        flags: flags::DISALLOW_INSTANTIATION,
        dict: false,
        methods: ArrayIterator::METHODS,
    };
    vm.define_type::<ArrayIterator>(None, &spec);
    vm.heap.register_buffer::<Array>(BufferProvider { memory, bytes: array_bytes, bytes_mut: Some(array_bytes_mut) });
    let codes = vm.str(items::CODES);
    vm.module_set(module, "typecodes", codes);
    let sequence = vm.import_attr("collections.abc", "MutableSequence")?;
    vm.call_method(&sequence, "register", &[ty_value])?;
    Ok(())
}

#[derive(Traverse)]
struct Array {
    code: u8,
    size: u8,
    data: Vec<u8>,
    exports: Exports,
}

fn array_bytes<'a>(heap: &'a Heap, value: &'a Value) -> &'a [u8] {
    value.downcast::<Array>(heap).map_or(&[], |a| &a.get(heap).data)
}
fn array_bytes_mut<'a>(heap: &'a mut Heap, value: &'a Value) -> &'a mut [u8] {
    match value.downcast::<Array>(&*heap) {
        Some(a) => &mut a.get_mut(heap).data,
        None => &mut [],
    }
}
fn memory(vm: &mut Vm, value: &Value) -> Result<Memory> {
    let Some(array) = value.downcast::<Array>(&*vm.heap) else { return Err(vm.not_bytes_like(value)) };
    let array = array.get(&*vm.heap);
    let code = if array.code == b'u' { 'w' } else { char::from(array.code) };
    Ok(Memory {
        format: code.to_string().into(),
        itemsize: array.size.into(),
        readonly: false,
        export: Some(array.exports.export()),
        len: array.data.len(),
        shape: None,
    })
}

type This<'a> = &'a Ref<Array>;

/// Code, item size and length.
fn shape(this: This<'_>, vm: &Vm) -> (u8, usize, usize) {
    let a = this.get(&*vm.heap);
    (a.code, a.size.into(), a.data.len() / usize::from(a.size))
}
fn item(this: This<'_>, vm: &mut Vm, i: usize) -> Option<Value> {
    let (code, size, _) = shape(this, vm);
    let bytes = this.get(&*vm.heap).data.get(i * size..(i + 1) * size)?.to_vec();
    Some(items::unpack(vm, code, &bytes))
}
fn list(this: This<'_>, vm: &mut Vm) -> Vec<Value> {
    let (code, size, _) = shape(this, vm);
    let data = this.get(&*vm.heap).data.clone();
    data.chunks_exact(size).map(|bytes| items::unpack(vm, code, bytes)).collect()
}
/// Changes the bytes; BufferError while views exist of an array whose length changes.
fn edit(this: This<'_>, vm: &mut Vm, resizes: bool, change: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
    if resizes && this.get(&*vm.heap).exports.count() > 0 {
        return Err(vm.error(Exc::BufferError, "cannot resize an array that is exporting buffers"));
    }
    change(&mut this.get_mut(&mut *vm.heap).data);
    Ok(())
}
fn append_bytes(this: This<'_>, vm: &mut Vm, bytes: &[u8]) -> Result<()> {
    let room = vm.heap.check_room(bytes.len());
    vm.memory(room)?;
    edit(this, vm, !bytes.is_empty(), |data| data.extend_from_slice(bytes))
}
fn new(vm: &mut Vm, type_id: u32, code: u8, data: Vec<u8>) -> Value {
    let size = items::info(code).map_or(1, |(_, size)| size as u8);
    vm.heap.alloc_typed(type_id, Array { code, size, data, exports: Exports::default() }).into()
}
/// A new array of the plain type.
fn plain(vm: &mut Vm, code: u8, data: Vec<u8>) -> Value {
    let size = items::info(code).map_or(1, |(_, size)| size as u8);
    vm.heap.alloc(Array { code, size, data, exports: Exports::default() }).into()
}
fn same_code<'a>(vm: &mut Vm, this: This<'_>, other: &'a Value, refusal: &str) -> Result<&'a Ref<Array>> {
    let Some(b) = other.downcast::<Array>(&*vm.heap) else {
        let name = vm.type_name(other);
        return Err(vm.type_error(format!("{refusal} (not \"{name}\") to array")));
    };
    if b.get(&*vm.heap).code != this.get(&*vm.heap).code {
        return Err(vm.type_error("bad argument type for built-in operation"));
    }
    Ok(b)
}
fn extend(this: This<'_>, vm: &mut Vm, iterable: &Value) -> Result<()> {
    let code = this.get(&*vm.heap).code;
    if let Some(b) = iterable.downcast::<Array>(&*vm.heap) {
        if b.get(&*vm.heap).code != code {
            return Err(vm.type_error("can only extend with array of same kind"));
        }
        let bytes = b.get(&*vm.heap).data.clone();
        return append_bytes(this, vm, &bytes);
    }
    let iterator = vm.iter(iterable)?;
    while let Some(value) = vm.next(&iterator)? {
        let mut bytes = Vec::new();
        items::pack(vm, code, &value, &mut bytes)?;
        append_bytes(this, vm, &bytes)?;
    }
    Ok(())
}
fn text_bytes(vm: &Vm, s: &Ref<Str>) -> Vec<u8> {
    s.get(&*vm.heap).view().iter().flat_map(u32::to_le_bytes).collect()
}
fn text(this: This<'_>, vm: &mut Vm) -> Result<Value> {
    let chars: Vec<u32> = this.get(&*vm.heap).data.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    if let Some(c) = chars.iter().find(|c| **c > 0x10_FFFF) {
        return Err(vm.value_error(format!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
    }
    Ok(vm.heap.str_from(krait_text::StrRef::Four(&chars)).into())
}
fn is_text(code: u8) -> bool {
    matches!(items::info(code), Some((Kind::Character, _)))
}
fn index_of(this: This<'_>, vm: &mut Vm, key: &Value, message: &str) -> Result<usize> {
    let i = vm.sequence_index(key)?;
    let length = shape(this, vm).2 as isize;
    let i = if i < 0 { i + length } else { i };
    if (0..length).contains(&i) { Ok(i as usize) } else { Err(vm.index_error(message)) }
}
fn is_index(vm: &mut Vm, key: &Value) -> bool {
    vm.heap.has_special(key, Special::Index)
}
fn compare(this: This<'_>, vm: &mut Vm, other: &Value, op: CmpOp) -> Result<Value> {
    let Some(b) = other.downcast::<Array>(&*vm.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
    let (n, m) = (shape(this, vm).2, shape(&b, vm).2);
    if n != m && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    for i in 0..n.min(m) {
        let (Some(x), Some(y)) = (item(this, vm, i), item(&b, vm, i)) else { break };
        if !vm.compare_bool(CmpOp::Eq, &x, &y)? {
            return match op {
                CmpOp::Eq => Ok(Value::bool(false)),
                CmpOp::Ne => Ok(Value::bool(true)),
                _ => vm.compare(op, &x, &y),
            };
        }
    }
    Ok(Value::bool(op.test(n.cmp(&m))))
}
fn repeated(this: This<'_>, vm: &mut Vm, count: isize) -> Result<Vec<u8>> {
    let count = count.max(0) as usize;
    let length = this.get(&*vm.heap).data.len();
    let Some(total) = length.checked_mul(count) else { return Err(vm.memory_error()) };
    let room = vm.heap.check_room(total);
    vm.memory(room)?;
    Ok(this.get(&*vm.heap).data.repeat(count))
}
/// The bytes at the positions of a slice.
fn slice_bytes(this: This<'_>, vm: &Vm, s: SliceIndices) -> Vec<u8> {
    let a = this.get(&*vm.heap);
    let size = usize::from(a.size);
    s.positions().flat_map(|i| a.data.get(i * size..(i + 1) * size).unwrap_or(&[]).to_vec()).collect()
}
fn set_slice(this: This<'_>, vm: &mut Vm, slice: &Ref<Slice>, bytes: &[u8], deleting: bool) -> Result<()> {
    let (_, size, length) = shape(this, vm);
    let s = vm.slice_indices(slice, length)?;
    let count = bytes.len() / size;
    if s.step == 1 {
        let (start, stop) = (s.start as usize, s.start.max(s.stop) as usize);
        return edit(this, vm, count != stop - start, |data| {
            data.splice(start * size..stop * size, bytes.iter().copied());
        });
    }
    if deleting {
        let gone: std::collections::HashSet<usize> = s.positions().collect();
        return edit(this, vm, !gone.is_empty(), |data| {
            *data = data.chunks_exact(size).enumerate().filter(|(i, _)| !gone.contains(i)).flat_map(|(_, b)| b.to_vec()).collect();
        });
    }
    if count != s.length {
        let wanted = s.length;
        return Err(vm.value_error(format!("attempt to assign array of size {count} to extended slice of size {wanted}")));
    }
    edit(this, vm, false, |data| {
        for (at, b) in s.positions().zip(bytes.chunks_exact(size)) {
            data[at * size..(at + 1) * size].copy_from_slice(b);
        }
    })
}
/// The first position of an item equal to `value` in a range.
fn find(this: This<'_>, vm: &mut Vm, value: &Value, from: usize, to: usize) -> Result<Option<usize>> {
    let mut i = from;
    while i < to.min(shape(this, vm).2) {
        if let Some(x) = item(this, vm, i)
            && vm.equal(&x, value)?
        {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

#[methods]
impl Array {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        if !kwargs.items.is_empty() && cls.as_value().is(vm.heap.payload_type::<Array>().map_or(&Value::NONE, |id| vm.heap.type_object(id).as_value())) {
            return Err(vm.type_error("array.array() takes no keyword arguments"));
        }
        let (code, initial) = match args {
            [code] => (code, None),
            [code, initial] => (code, Some(initial)),
            [] => return Err(vm.type_error("array() takes at least 1 argument (0 given)")),
            _ => {
                let n = args.len();
                return Err(vm.type_error(format!("array() takes at most 2 arguments ({n} given)")));
            }
        };
        let Some(s) = code.downcast::<Str>(&*vm.heap) else {
            let name = vm.type_name(code);
            return Err(vm.type_error(format!("array() argument 1 must be a unicode character, not {name}")));
        };
        let length = s.get(&*vm.heap).len();
        let first = s.get(&*vm.heap).view().get(0);
        let Some(first) = first.filter(|_| length == 1) else {
            return Err(vm.type_error(format!("array() argument 1 must be a unicode character, not a string of length {length}")));
        };
        let code = u8::try_from(first).unwrap_or(0);
        if items::info(code).is_none() {
            return Err(vm.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
        }
        if let Some(initial) = initial
            && !is_text(code)
        {
            let shown = char::from(code);
            if initial.has_payload::<Str>(&*vm.heap) {
                return Err(vm.type_error(format!("cannot use a str to initialize an array with typecode '{shown}'")));
            }
            if initial.downcast::<Array>(&*vm.heap).is_some_and(|a| is_text(a.get(&*vm.heap).code)) {
                return Err(vm.type_error(format!("cannot use a unicode array to initialize an array with typecode '{shown}'")));
            }
        }
        if code == b'u' {
            let message = "The 'u' type code is deprecated and will be removed in Python 3.16";
            vm.warn(Exc::DeprecationWarning, message, 1)?;
        }
        let type_id = cls.id(&vm.heap);
        let value = new(vm, type_id, code, Vec::new());
        let (Some(initial), Some(this)) = (initial, value.downcast::<Array>(&*vm.heap).cloned()) else { return Ok(value) };
        if let Some(s) = initial.downcast::<Str>(&*vm.heap).cloned() {
            let bytes = text_bytes(vm, &s);
            append_bytes(&this, vm, &bytes)?;
        } else if initial.has_payload::<krait_vm::builtins::bytes::Bytes>(&*vm.heap)
            || initial.has_payload::<krait_vm::builtins::bytes::ByteArray>(&*vm.heap)
        {
            let buffer = vm.buffer(initial)?;
            Array::frombytes(&this, vm, buffer)?;
        } else if initial.downcast::<Array>(&*vm.heap).is_some_and(|a| a.get(&*vm.heap).code == code) {
            extend(&this, vm, initial)?;
        } else {
            // Item by item: another kind of array too.
            let iterator = vm.iter(initial)?;
            extend(&this, vm, &iterator)?;
        }
        Ok(value)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Array>, vm: &mut Vm) -> Result<Value> {
        let (code, _, length) = shape(this, vm);
        let (name, shown) = (vm.type_name(this.as_value()), char::from(code));
        let name = name.rsplit('.').next().unwrap_or(&name).to_string();
        if length == 0 {
            return Ok(vm.str(&format!("{name}('{shown}')")));
        }
        let content = if is_text(code) {
            text(this, vm)?
        } else {
            let values = list(this, vm);
            vm.list(values)
        };
        let content = vm.repr(&content)?;
        let mut out = krait_text::StrBuilder::with_capacity(content.get(&*vm.heap).len() + 16);
        out.push_latin1(format!("{name}('{shown}', ").as_bytes());
        out.push_ref(content.view(&*vm.heap));
        out.push_latin1(b")");
        Ok(vm.heap.str_buf(out.finish()).into())
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, CmpOp::Lt)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, CmpOp::Le)
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, CmpOp::Eq)
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, CmpOp::Ne)
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, CmpOp::Gt)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, CmpOp::Ge)
    }
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Ref<Array>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(ArrayIterator { array: Some(this.to_value()), index: 0 }).into())
    }
    /// Return len(self).
    #[sig("()")]
    fn __len__(this: &Ref<Array>, vm: &mut Vm) -> Result<usize> {
        Ok(shape(this, vm).2)
    }
    /// Return self[key].
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<Array>, vm: &mut Vm, key: &Value) -> Result<Value> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let (code, _, length) = shape(this, vm);
            let s = vm.slice_indices(slice, length)?;
            let bytes = slice_bytes(this, vm, s);
            return Ok(plain(vm, code, bytes));
        }
        if !is_index(vm, key) {
            return Err(vm.type_error("array indices must be integers"));
        }
        let i = index_of(this, vm, key, "array index out of range")?;
        Ok(item(this, vm, i).unwrap_or(Value::NONE))
    }
    /// Set self[key] to value.
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<Array>, vm: &mut Vm, key: &Value, value: &Value) -> Result<()> {
        let (code, size, _) = shape(this, vm);
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let Some(b) = value.downcast::<Array>(&*vm.heap) else {
                let name = vm.type_name(value);
                return Err(vm.type_error(format!("can only assign array (not \"{name}\") to array slice")));
            };
            if b.get(&*vm.heap).code != code {
                return Err(vm.type_error("bad argument type for built-in operation"));
            }
            let bytes = b.get(&*vm.heap).data.clone();
            return set_slice(this, vm, slice, &bytes, false);
        }
        if !is_index(vm, key) {
            return Err(vm.type_error("array indices must be integers"));
        }
        let i = index_of(this, vm, key, "array assignment index out of range")?;
        let mut bytes = Vec::new();
        items::pack(vm, code, value, &mut bytes)?;
        if i >= shape(this, vm).2 {
            // Converting the item shortened the array.
            return Err(vm.index_error("array assignment index out of range"));
        }
        edit(this, vm, false, |data| {
            if let Some(slot) = data.get_mut(i * size..(i + 1) * size) {
                slot.copy_from_slice(&bytes);
            }
        })
    }
    /// Delete self[key].
    #[sig("(key, /)")]
    fn __delitem__(this: &Ref<Array>, vm: &mut Vm, key: &Value) -> Result<()> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return set_slice(this, vm, slice, &[], true);
        }
        if !is_index(vm, key) {
            return Err(vm.type_error("array indices must be integers"));
        }
        let i = index_of(this, vm, key, "array assignment index out of range")?;
        let size = shape(this, vm).1;
        edit(this, vm, true, |data| drop(data.drain(i * size..(i + 1) * size)))
    }
    /// Return self+value.
    #[sig("(value, /)")]
    fn __add__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let b = same_code(vm, this, value, "can only append array")?;
        let code = shape(this, vm).0;
        let mut bytes = this.get(&*vm.heap).data.clone();
        bytes.extend_from_slice(&b.get(&*vm.heap).data);
        Ok(plain(vm, code, bytes))
    }
    /// Implement self+=value.
    #[sig("(value, /)")]
    fn __iadd__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !value.has_payload::<Array>(&*vm.heap) {
            let name = vm.type_name(value);
            return Err(vm.type_error(format!("can only extend with array (not \"{name}\")")));
        }
        extend(this, vm, value)?;
        Ok(this.to_value())
    }
    /// Return self*value.
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !is_index(vm, value) {
            let name = vm.type_name(value);
            return Err(vm.type_error(format!("can't multiply sequence by non-int of type '{name}'")));
        }
        let count = vm.index_size(value)?;
        let bytes = repeated(this, vm, count)?;
        let code = shape(this, vm).0;
        Ok(plain(vm, code, bytes))
    }
    /// Return value*self.
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Array::__mul__(this, vm, value)
    }
    /// Implement self*=value.
    #[sig("(value, /)")]
    fn __imul__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let count = vm.index_size(value)?;
        let bytes = repeated(this, vm, count)?;
        let changes = bytes.len() != this.get(&*vm.heap).data.len();
        edit(this, vm, changes, |data| *data = bytes)?;
        Ok(this.to_value())
    }
    /// Return bool(key in self).
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<Array>, vm: &mut Vm, key: &Value) -> Result<bool> {
        Ok(find(this, vm, key, 0, usize::MAX)?.is_some())
    }
    /// Append new value v to the end of the array.
    #[sig("(v, /)")]
    fn append(this: &Ref<Array>, vm: &mut Vm, v: &Value) -> Result<()> {
        let mut bytes = Vec::new();
        items::pack(vm, shape(this, vm).0, v, &mut bytes)?;
        append_bytes(this, vm, &bytes)
    }
    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to calculate
    /// the buffer length in bytes.
    #[sig("()")]
    fn buffer_info(this: &Ref<Array>, vm: &mut Vm) -> Result<Value> {
        let address = this.get(&*vm.heap).data.as_ptr() as usize;
        let pair = vec![vm.heap.int(address as i128), vm.heap.int(shape(this, vm).2 as i128)];
        Ok(vm.tuple(pair))
    }
    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is
    /// raised.
    #[sig("()")]
    fn byteswap(this: &Ref<Array>, vm: &mut Vm) -> Result<()> {
        let size = shape(this, vm).1;
        edit(this, vm, false, |data| data.chunks_exact_mut(size).for_each(<[u8]>::reverse))
    }
    /// Remove all items from the array.
    #[sig("()")]
    fn clear(this: &Ref<Array>, vm: &mut Vm) -> Result<()> {
        edit(this, vm, true, Vec::clear)
    }
    /// Return a copy of the array.
    #[sig("()")]
    fn __copy__(this: &Ref<Array>, vm: &mut Vm) -> Result<Value> {
        let (code, data) = (shape(this, vm).0, this.get(&*vm.heap).data.clone());
        Ok(plain(vm, code, data))
    }
    /// Return a copy of the array.
    #[sig("(unused, /)")]
    fn __deepcopy__(this: &Ref<Array>, vm: &mut Vm, unused: &Value) -> Result<Value> {
        let _ = unused;
        Array::__copy__(this, vm)
    }
    /// Return number of occurrences of v in the array.
    #[sig("(v, /)")]
    fn count(this: &Ref<Array>, vm: &mut Vm, v: &Value) -> Result<usize> {
        let (mut count, mut from) = (0, 0);
        while let Some(i) = find(this, vm, v, from, usize::MAX)? {
            count += 1;
            from = i + 1;
        }
        Ok(count)
    }
    /// Append items to the end of the array.
    #[sig("(bb, /)")]
    fn extend(this: &Ref<Array>, vm: &mut Vm, bb: &Value) -> Result<()> {
        extend(this, vm, bb)
    }
    /// Read n objects from the file object f and append them to the end of the array.
    #[sig("(f, n, /)")]
    fn fromfile(this: &Ref<Array>, vm: &mut Vm, f: &Value, n: isize) -> Result<()> {
        if n < 0 {
            return Err(vm.value_error("negative count"));
        }
        let wanted = n as usize * shape(this, vm).1;
        let size = vm.heap.int(wanted as i128);
        let data = vm.call_method(f, "read", &[size])?;
        if !data.has_payload::<krait_vm::builtins::bytes::Bytes>(&*vm.heap) {
            return Err(vm.type_error("read() didn't return bytes"));
        }
        let buffer = vm.buffer(&data)?;
        let short = buffer.len != wanted;
        Array::frombytes(this, vm, buffer)?;
        if short { Err(vm.error(Exc::EOFError, "read() didn't return enough bytes")) } else { Ok(()) }
    }
    /// Append items to array from list.
    #[sig("(list, /)")]
    fn fromlist(this: &Ref<Array>, vm: &mut Vm, list: &Value) -> Result<()> {
        let Some(list) = list.downcast::<List>(&*vm.heap).cloned() else { return Err(vm.type_error("arg must be list")) };
        let (code, mut bytes) = (shape(this, vm).0, Vec::new());
        let length = list.len(&*vm.heap);
        for i in 0..length {
            let Some(value) = list.get(&*vm.heap).items().get(i).cloned() else { break };
            items::pack(vm, code, &value, &mut bytes)?;
            if list.len(&*vm.heap) != length {
                return Err(vm.runtime_error("list changed size during iteration"));
            }
        }
        append_bytes(this, vm, &bytes)
    }
    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method).
    #[sig("(buffer, /)")]
    fn frombytes(this: &Ref<Array>, vm: &mut Vm, buffer: Buffer) -> Result<()> {
        if !buffer.len.is_multiple_of(shape(this, vm).1) {
            return Err(vm.value_error("bytes length not a multiple of item size"));
        }
        let bytes = buffer.bytes(&*vm.heap).to_vec();
        drop(buffer);
        append_bytes(this, vm, &bytes)
    }
    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is raised.
    /// Use array.frombytes(ustr.encode(...)) to append Unicode data to an array of
    /// some other type.
    #[sig("(ustr, /)")]
    fn fromunicode(this: &Ref<Array>, vm: &mut Vm, ustr: &Ref<Str>) -> Result<()> {
        if !is_text(shape(this, vm).0) {
            return Err(vm.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        let bytes = text_bytes(vm, ustr);
        append_bytes(this, vm, &bytes)
    }
    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[sig("(v, start=0, stop=<unrepresentable>, /)")]
    fn index(this: &Ref<Array>, vm: &mut Vm, v: &Value, start: Option<Value>, stop: Option<Value>) -> Result<usize> {
        let length = shape(this, vm).2;
        let bound = |vm: &mut Vm, value: Option<Value>, default: usize| -> Result<usize> {
            let Some(value) = value else { return Ok(default) };
            let i = vm.index_clamped(&value)?;
            Ok(if i < 0 { i.saturating_add(length as isize).max(0) } else { i } as usize)
        };
        let (from, to) = (bound(vm, start, 0)?, bound(vm, stop, usize::MAX)?);
        match find(this, vm, v, from, to)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("array.index(x): x not in array")),
        }
    }
    /// Insert a new item v into the array before position i.
    #[sig("(i, v, /)")]
    fn insert(this: &Ref<Array>, vm: &mut Vm, i: isize, v: &Value) -> Result<()> {
        let (code, size, _) = shape(this, vm);
        let mut bytes = Vec::new();
        items::pack(vm, code, v, &mut bytes)?;
        let length = shape(this, vm).2 as isize;
        let at = if i < 0 { (i + length).max(0) } else { i.min(length) } as usize * size;
        edit(this, vm, true, |data| drop(data.splice(at..at, bytes)))
    }
    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[sig("(i=-1, /)")]
    fn pop(this: &Ref<Array>, vm: &mut Vm, i: isize) -> Result<Value> {
        let (_, size, length) = shape(this, vm);
        if length == 0 {
            return Err(vm.index_error("pop from empty array"));
        }
        let i = if i < 0 { i + length as isize } else { i };
        if i < 0 || i >= length as isize {
            return Err(vm.index_error("pop index out of range"));
        }
        let i = i as usize;
        let value = item(this, vm, i).unwrap_or(Value::NONE);
        edit(this, vm, true, |data| drop(data.drain(i * size..(i + 1) * size)))?;
        Ok(value)
    }
    /// Return state information for pickling.
    #[sig("(value, /)")]
    fn __reduce_ex__(this: &Ref<Array>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let protocol = vm.index_i64(value, "long")?;
        let name = vm.intern("__dict__");
        let state = vm.get_attr_opt(this.as_value(), &name)?.unwrap_or(Value::NONE);
        let class = vm.type_of(this.as_value()).into_value();
        let code = shape(this, vm).0;
        let shown = vm.str(&char::from(code).to_string());
        if protocol < 3 {
            let values = list(this, vm);
            let values = vm.list(values);
            let args = vm.tuple(vec![shown, values]);
            return Ok(vm.tuple(vec![class, args, state]));
        }
        let name = vm.intern("array");
        let module = vm.modules.clone().get_str(&*vm, &name).unwrap_or(Value::NONE);
        let name = vm.intern("_array_reconstructor");
        let function = vm.get_attr(&module, &name)?;
        let data = this.get(&*vm.heap).data.clone();
        let data = vm.heap.bytes(&data).into();
        let args = vm.tuple(vec![class, shown, Value::int32(items::machine_format(code).into()), data]);
        Ok(vm.tuple(vec![function, args, state]))
    }
    /// Remove the first occurrence of v in the array.
    #[sig("(v, /)")]
    fn remove(this: &Ref<Array>, vm: &mut Vm, v: &Value) -> Result<()> {
        let size = shape(this, vm).1;
        match find(this, vm, v, 0, usize::MAX)? {
            Some(i) => edit(this, vm, true, |data| drop(data.drain(i * size..(i + 1) * size))),
            None => Err(vm.value_error("array.remove(x): x not in array")),
        }
    }
    /// Reverse the order of the items in the array.
    #[sig("()")]
    fn reverse(this: &Ref<Array>, vm: &mut Vm) -> Result<()> {
        let size = shape(this, vm).1;
        edit(this, vm, false, |data| *data = data.chunks_exact(size).rev().flatten().copied().collect())
    }
    /// Write all items (as machine values) to the file object f.
    #[sig("(f, /)")]
    fn tofile(this: &Ref<Array>, vm: &mut Vm, f: &Value) -> Result<()> {
        let data = this.get(&*vm.heap).data.clone();
        for chunk in data.chunks(64 << 10) {
            let chunk = vm.heap.bytes(chunk).into();
            vm.call_method(f, "write", &[chunk])?;
        }
        Ok(())
    }
    /// Convert array to an ordinary list with the same items.
    #[sig("()")]
    fn tolist(this: &Ref<Array>, vm: &mut Vm) -> Result<Value> {
        let values = list(this, vm);
        Ok(vm.list(values))
    }
    /// Convert the array to an array of machine values and return the bytes representation.
    #[sig("()")]
    fn tobytes(this: &Ref<Array>, vm: &mut Vm) -> Result<Value> {
        let data = this.get(&*vm.heap).data.clone();
        Ok(vm.heap.bytes_boxed(data.into()).into())
    }
    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode type array;
    /// otherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a
    /// unicode string from an array of some other type.
    #[sig("()")]
    fn tounicode(this: &Ref<Array>, vm: &mut Vm) -> Result<Value> {
        if !is_text(shape(this, vm).0) {
            return Err(vm.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        text(this, vm)
    }
    /// Size of the array in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Array>, vm: &mut Vm) -> Result<usize> {
        Ok(64 + this.get(&*vm.heap).data.len())
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
    /// the typecode character used to create the array
    #[getter]
    fn typecode(this: &Ref<Array>, vm: &mut Vm) -> Result<String> {
        Ok(char::from(shape(this, vm).0).to_string())
    }
    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(this: &Ref<Array>, vm: &mut Vm) -> Result<usize> {
        Ok(shape(this, vm).1)
    }
}

struct ArrayFunctions;

#[methods]
impl ArrayFunctions {
    /// Internal. Used for pickling support.
    #[sig("(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(vm: &mut Vm, arraytype: &Value, typecode: &Ref<Str>, mformat_code: i64, items: &Value) -> Result<Value> {
        let Some(class) = arraytype.downcast::<Type>(&*vm.heap).cloned() else {
            let text = vm.repr_text(arraytype)?;
            return Err(vm.type_error(format!("first argument must be a type object, not {text}")));
        };
        let code = typecode.get(&*vm.heap).view().get(0).and_then(|c| u8::try_from(c).ok()).unwrap_or(0);
        if items::info(code).is_none() {
            return Err(vm.value_error("second argument must be a valid type code"));
        }
        if let (18 | 19, true) = (mformat_code, is_text(code)) {
            let data = vm.bytes_like(items)?;
            let text = vm.decode(&data, Some(if mformat_code == 18 { "utf-16-le" } else { "utf-16-be" }), None)?;
            let data = text_bytes(vm, &text);
            return Ok(new(vm, class.id(&vm.heap), code, data));
        }
        let foreign = u8::try_from(mformat_code).ok().and_then(items::foreign_format);
        let Some((from, swapped)) = foreign else {
            return Err(vm.value_error("third argument must be a valid machine format code."));
        };
        let mut data = vm.bytes_like(items)?;
        let size = items::info(from).map_or(1, |(_, size)| size);
        if !data.len().is_multiple_of(size) {
            return Err(vm.value_error("bytes length not a multiple of item size"));
        }
        if swapped {
            data.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
        if items::info(from) != items::info(code) {
            let mut converted = Vec::new();
            for bytes in data.chunks_exact(size) {
                let value = items::unpack(vm, from, bytes);
                items::pack(vm, code, &value, &mut converted)?;
            }
            data = converted;
        }
        let array = vm.heap.payload_type::<Array>().unwrap_or(0);
        let id = class.id(&vm.heap);
        if !vm.heap.is_subtype(id, array) {
            let name = class.name(&vm.heap);
            return Err(vm.type_error(format!("{name} is not a subtype of array.array")));
        }
        Ok(new(vm, id, code, data))
    }
}

#[derive(Traverse)]
struct ArrayIterator {
    /// `None` at the end.
    array: Option<Value>,
    index: usize,
}

#[methods]
impl ArrayIterator {
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Ref<ArrayIterator>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    /// Implement next(self).
    #[sig("()")]
    fn __next__(this: &Ref<ArrayIterator>, vm: &mut Vm) -> Result<Value> {
        let it = this.get(&*vm.heap);
        let (array, i) = (it.array.as_ref().and_then(|a| a.downcast::<Array>(&*vm.heap)).cloned(), it.index);
        let value = array.and_then(|a| item(&a, vm, i));
        let it = this.get_mut(&mut *vm.heap);
        match value {
            Some(v) => {
                it.index += 1;
                Ok(v)
            }
            None => {
                let done = it.array.take();
                drop(done);
                Err(vm.stop_iteration())
            }
        }
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<ArrayIterator>, vm: &mut Vm) -> Result<Value> {
        let it = this.get(&*vm.heap);
        let (array, i) = (it.array.clone(), it.index);
        let name = vm.intern("iter");
        let iter = vm.builtins.clone().get_str(&*vm, &name).unwrap_or(Value::NONE);
        match array {
            Some(array) => {
                let (args, i) = (vm.tuple(vec![array]), vm.heap.int(i as i128));
                Ok(vm.tuple(vec![iter, args, i]))
            }
            None => {
                let empty = vm.tuple(Vec::new());
                let args = vm.tuple(vec![empty]);
                Ok(vm.tuple(vec![iter, args]))
            }
        }
    }
    /// Set state information for unpickling.
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<ArrayIterator>, vm: &mut Vm, state: isize) -> Result<()> {
        this.get_mut(&mut *vm.heap).index = state.max(0) as usize;
        Ok(())
    }
}
