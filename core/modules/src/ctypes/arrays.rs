//! `Array`: items of one type in a row; `value` and `raw` of character arrays.

use super::data;
use super::info::Info;
use super::memory::{self, CData};
use super::pointers::slice_of;
use super::values;
use krait_vm::args::KwArgs;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::slice::Slice;
use krait_vm::builtins::str::Str;
use krait_vm::types::Type;
use krait_vm::{Heap, Ref, Result, Special, Value, Vm, methods};
use std::rc::Rc;

pub struct Array;

/// Subscripts of arrays, for the runtime's own use.
pub fn get_item(vm: &mut Vm, this: &Value, key: &Value) -> Result<Value> {
    match this.downcast::<CData>(&*vm.heap) {
        Some(this) => Array::__getitem__(this, vm, key),
        None => Err(vm.type_error("an array is required")),
    }
}
pub fn set_item(vm: &mut Vm, this: &Value, key: &Value, value: &Value) -> Result<()> {
    match this.downcast::<CData>(&*vm.heap) {
        Some(this) => Array::__setitem__(this, vm, key, value),
        None => Err(vm.type_error("an array is required")),
    }
}
/// `len()` of arrays, for the runtime's own use.
pub fn length(heap: &Heap, value: &Value) -> Option<usize> {
    value.downcast::<CData>(heap).map(|d| d.get(heap).info.length.get())
}

/// Length and item type.
#[inline(always)]
fn items(vm: &mut Vm, this: &Ref<CData>) -> Result<(usize, Rc<Info>)> {
    let d = this.get(&*vm.heap);
    let length = d.info.length.get();
    if let Some(known) = d.info.known_item() {
        return Ok((length, known));
    }
    let info = d.info.clone();
    match info.item_info(vm) {
        Some(info) => Ok((length, info)),
        None => Err(vm.type_error("_type_ must have storage info")),
    }
}
fn index_of(vm: &mut Vm, key: &Value, length: usize) -> Result<usize> {
    let index = match key.as_small_int() {
        Some(n) => n as isize,
        None if vm.heap.has_special(key, Special::Index) => vm.sequence_index(key)?,
        None => return Err(vm.type_error("indices must be integers")),
    };
    let index = if index < 0 { index.wrapping_add(length as isize) } else { index };
    if (0..length as isize).contains(&index) { Ok(index as usize) } else { Err(vm.index_error("invalid index")) }
}
fn set_at(vm: &mut Vm, this: &Ref<CData>, index: usize, value: &Value) -> Result<()> {
    let (length, info) = items(vm, this)?;
    if index >= length {
        return Err(vm.index_error("invalid index"));
    }
    let at = this.get(&*vm.heap).at_mut();
    data::store(vm, this, &info, index, at.wrapping_add(index * info.size.get()), value)
}

#[methods]
impl Array {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        let info = data::concrete(vm, cls)?;
        Ok(data::new(vm, info.type_id, &info)?.into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<CData>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let _ = kwargs;
        for (i, value) in args.iter().enumerate() {
            set_at(vm, this, i, value)?;
        }
        Ok(())
    }
    /// Return len(self).
    #[sig("()")]
    fn __len__(this: &Ref<CData>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).info.length.get())
    }
    /// Return self[key].
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<CData>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let (length, info) = items(vm, this)?;
        let at = this.get(&*vm.heap).at();
        if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
            let s = vm.slice_indices(&slice, length)?;
            let (start, step) = (s.start, s.step);
            return slice_of(vm, this, &info, at, (0..s.length).map(move |i| start + i as isize * step));
        }
        let index = index_of(vm, key, length)?;
        data::load(vm, &info, this.as_value(), index, at.wrapping_add(index * info.size.get()))
    }
    /// Set self[key] to value.
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<CData>, vm: &mut Vm, key: &Value, value: &Value) -> Result<()> {
        let length = this.get(&*vm.heap).info.length.get();
        if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
            let s = vm.slice_indices(&slice, length)?;
            let (start, step, count) = (s.start, s.step, s.length);
            if vm.len(value)? != count {
                return Err(vm.value_error("Can only assign sequence of same size"));
            }
            for i in 0..count {
                let item = vm.get_item(value, &Value::small_int(i as i64).unwrap_or(Value::NONE))?;
                set_at(vm, this, (start + i as isize * step) as usize, &item)?;
            }
            return Ok(());
        }
        let index = index_of(vm, key, length)?;
        set_at(vm, this, index, value)
    }
    /// Delete self[key].
    #[sig("(key, /)")]
    fn __delitem__(this: &Value, vm: &mut Vm, key: &Value) -> Result<()> {
        let _ = (this, key);
        Err(vm.type_error("Array does not support item deletion"))
    }
    /// See PEP 585
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}

/// Bytes and size of an array, to be read.
fn room(vm: &Vm, this: &Ref<CData>) -> (*mut u8, usize) {
    let d = this.get(&*vm.heap);
    (d.at(), d.size)
}
/// The same, to be written.
fn room_mut(vm: &Vm, this: &Ref<CData>) -> (*mut u8, usize) {
    let d = this.get(&*vm.heap);
    (d.at_mut(), d.size)
}
fn deletion(vm: &mut Vm) -> krait_vm::Raised {
    vm.error(krait_vm::Exc::AttributeError, "cannot delete attribute")
}

pub struct CharArray;

/// What arrays of `c_char` have besides.
#[methods]
impl CharArray {
    /// string value
    #[getter]
    fn value(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        let (at, size) = room(vm, this);
        Ok(char_array_value(vm, at, size))
    }
    #[setter]
    fn set_value(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("can't delete attribute"));
        }
        let Some(bytes) = value.downcast::<Bytes>(&*vm.heap).map(|b| b.get(&*vm.heap).data.to_vec()) else {
            let found = vm.type_name(&value);
            return Err(vm.type_error(format!("bytes expected instead of {found} instance")));
        };
        let (at, size) = room_mut(vm, this);
        if bytes.len() > size {
            return Err(vm.value_error("byte string too long"));
        }
        memory::put(at, &bytes);
        if bytes.len() < size {
            memory::write(at.wrapping_add(bytes.len()), 0u8);
        }
        Ok(())
    }
    /// value
    #[getter]
    fn raw(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        let (at, size) = room(vm, this);
        Ok(vm.heap.bytes(memory::bytes(at, size)).into_value())
    }
    #[setter]
    fn set_raw(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(deletion(vm));
        }
        let bytes = vm.bytes_like(&value)?;
        let (at, size) = room_mut(vm, this);
        if bytes.len() > size {
            return Err(vm.value_error("byte string too long"));
        }
        memory::put(at, &bytes);
        Ok(())
    }
}

/// The bytes of a character array up to the first zero.
pub fn char_array_value(vm: &mut Vm, at: *const u8, size: usize) -> Value {
    let bytes = memory::bytes(at, size);
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(size);
    vm.heap.bytes(&bytes[..end]).into_value()
}
/// The wide characters of an array up to the first zero.
pub fn wide_array_value(vm: &mut Vm, at: *const u8, size: usize) -> Result<Value> {
    let count = size / 4;
    let end = (0..count).find(|i| memory::read::<u32>(at.wrapping_add(4 * i)) == 0).unwrap_or(count);
    values::wide_string(vm, at, end)
}
/// Puts a string into a wide character array; `what` words the refusal.
pub fn set_wide_array(vm: &mut Vm, at: *mut u8, size: usize, value: &Value, too_long: impl FnOnce(usize, usize) -> String) -> Result<()> {
    let Some(s) = value.downcast::<Str>(&*vm.heap) else {
        let found = vm.type_name(value);
        return Err(vm.type_error(format!("unicode string expected instead of {found} instance")));
    };
    let chars: Vec<u32> = s.get(&*vm.heap).view().iter().collect();
    let count = size / 4;
    if chars.len() > count {
        return Err(vm.value_error(too_long(chars.len(), count)));
    }
    for (i, c) in chars.iter().enumerate() {
        memory::write(at.wrapping_add(4 * i), *c);
    }
    if chars.len() < count {
        memory::write(at.wrapping_add(4 * chars.len()), 0u32);
    }
    Ok(())
}

pub struct WideArray;

/// What arrays of `c_wchar` have besides.
#[methods]
impl WideArray {
    /// string value
    #[getter]
    fn value(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        let (at, size) = room(vm, this);
        wide_array_value(vm, at, size)
    }
    #[setter]
    fn set_value(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("can't delete attribute"));
        }
        let (at, size) = room_mut(vm, this);
        set_wide_array(vm, at, size, &value, |_, _| "string too long".into())
    }
}
