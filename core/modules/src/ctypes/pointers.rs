//! `_Pointer`: typed pointers, their target and the items from there on.

use super::data;
use super::info::{self, Info, Model};
use super::memory::{self, CData};
use super::values;
use krait_vm::args::KwArgs;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::slice::Slice;
use krait_vm::types::Type;
use krait_vm::{Exc, Ref, Result, Special, Value, Vm, methods};
use std::rc::Rc;

pub struct Pointer;

/// Where a pointer points, and the type there.
fn target(vm: &mut Vm, this: &Ref<CData>) -> Result<(u64, Rc<Info>)> {
    let (address, info) = {
        let d = this.get(&*vm.heap);
        let (at, scope) = d.reading();
        (values::load_pointer(at, scope), d.info.clone())
    };
    if address == 0 {
        return Err(vm.value_error("NULL pointer access"));
    }
    if let Some(known) = info.known_item() {
        return Ok((address, known));
    }
    match info.item_info(vm) {
        Some(info) => Ok((address, info)),
        None => Err(vm.type_error("_type_ must have storage info")),
    }
}

#[methods]
impl Pointer {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        let type_id = cls.id(&vm.heap);
        match info::info(vm, type_id).filter(|i| i.item.get() != 0) {
            Some(info) => Ok(data::new(vm, type_id, &info)?.into_value()),
            None => Err(vm.type_error("Cannot create instance: has no _type_")),
        }
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(value=<unrepresentable>, /)")]
    fn __init__(this: &Ref<CData>, vm: &mut Vm, value: Option<Value>) -> Result<()> {
        match value {
            Some(value) => set_contents(vm, this, &value),
            None => Ok(()),
        }
    }
    /// the object this pointer points to (read-write)
    #[getter]
    fn contents(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        let (address, info) = target(vm, this)?;
        Ok(data::at_address(vm, &info, address)?.into_value())
    }
    #[setter]
    fn set_contents(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("Pointer does not support item deletion"));
        }
        set_contents(vm, this, &value)
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Ref<CData>, vm: &mut Vm) -> Result<bool> {
        let d = this.get(&*vm.heap);
        Ok(!values::is_null(d.at(), d.info.model))
    }
    /// Return self[key].
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<CData>, vm: &mut Vm, key: &Value) -> Result<Value> {
        if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
            return get_slice(vm, this, &slice);
        }
        let index = index_of(vm, key)?;
        let (address, info) = target(vm, this)?;
        load_item(vm, this, &info, address, index)
    }
    /// Set self[key] to value.
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<CData>, vm: &mut Vm, key: &Value, value: &Value) -> Result<()> {
        let index = index_of(vm, key)?;
        let (address, info) = target(vm, this)?;
        let address = item_address(address, &info, index);
        if info.model == Model::Lp64 {
            return data::store(vm, this, &info, index as usize, address as usize as *mut u8, value);
        }
        store_checked_item(vm, this, &info, address, index, value)
    }
    /// Delete self[key].
    #[sig("(key, /)")]
    fn __delitem__(this: &Value, vm: &mut Vm, key: &Value) -> Result<()> {
        let _ = (this, key);
        Err(vm.type_error("Pointer does not support item deletion"))
    }
}

#[inline]
fn item_address(address: u64, info: &Info, index: isize) -> u64 {
    address.wrapping_add_signed((index as i64).wrapping_mul(info.size.get() as i64))
}
/// Reads an item of what a pointer leads to.
#[inline]
fn load_item(vm: &mut Vm, this: &Ref<CData>, info: &Rc<Info>, address: u64, index: isize) -> Result<Value> {
    let address = item_address(address, info, index);
    if info.model == Model::Lp64 {
        return data::load(vm, info, this.as_value(), index as usize, address as usize as *mut u8);
    }
    load_checked_item(vm, this, info, address, index)
}
#[inline(never)]
fn load_checked_item(vm: &mut Vm, this: &Ref<CData>, info: &Rc<Info>, address: u64, index: isize) -> Result<Value> {
    let item = element(vm, this, info, address, index)?;
    if info.reads_plain() {
        return super::simple::get_value(vm, &item);
    }
    Ok(item.into_value())
}
#[inline(never)]
fn store_checked_item(vm: &mut Vm, this: &Ref<CData>, info: &Rc<Info>, address: u64, index: isize, value: &Value) -> Result<()> {
    let item = element(vm, this, info, address, index)?;
    let at = item.get(&*vm.heap).at_mut();
    data::store(vm, &item, info, index as usize, at, value)
}
/// An item of what a pointer leads to, as an object that keeps what the pointer keeps.
fn element(vm: &mut Vm, this: &Ref<CData>, info: &Rc<Info>, address: u64, index: isize) -> Result<Ref<CData>> {
    let item = data::at_address(vm, info, address)?;
    let d = item.get_mut(&mut *vm.heap);
    (d.base, d.index) = (Some(this.to_value()), index as usize);
    Ok(item)
}

/// Subscripts of pointers, for the runtime's own use.
pub fn get_item(vm: &mut Vm, this: &Value, key: &Value) -> Result<Value> {
    match this.downcast::<CData>(&*vm.heap) {
        Some(this) => Pointer::__getitem__(this, vm, key),
        None => Err(vm.type_error("a pointer is required")),
    }
}
pub fn set_item(vm: &mut Vm, this: &Value, key: &Value, value: &Value) -> Result<()> {
    match this.downcast::<CData>(&*vm.heap) {
        Some(this) => Pointer::__setitem__(this, vm, key, value),
        None => Err(vm.type_error("a pointer is required")),
    }
}

fn index_of(vm: &mut Vm, key: &Value) -> Result<isize> {
    if let Some(n) = key.as_small_int() {
        return Ok(n as isize);
    }
    if !vm.heap.has_special(key, Special::Index) {
        return Err(vm.type_error("Pointer indices must be integer"));
    }
    vm.sequence_index(key)
}

fn set_contents(vm: &mut Vm, this: &Ref<CData>, value: &Value) -> Result<()> {
    let item = this.get(&*vm.heap).info.item.get();
    let Some(class) = vm.heap.live_type_object(item) else { return Err(vm.type_error("_type_ must have storage info")) };
    let fits = vm.is_instance_of(value, class.as_value())?;
    let Some(target) = value.downcast::<CData>(&*vm.heap).filter(|_| fits).cloned() else {
        let (wanted, found) = (class.name(&vm.heap), vm.type_name(value));
        return Err(vm.type_error(format!("expected {wanted} instead of {found}")));
    };
    let address = data::address_of(vm, &target)?;
    data::point(vm, this, address)?;
    data::keep(vm, this, 1, data::Kept::plain(value.clone()))?;
    let kept = data::kept_objects(vm, &target);
    data::keep(vm, this, 0, kept)
}

fn get_slice(vm: &mut Vm, this: &Ref<CData>, slice: &Ref<Slice>) -> Result<Value> {
    let (start, stop, step) = { let s = slice.get(&*vm.heap); (s.start.clone(), s.stop.clone(), s.step.clone()) };
    let step = if step.is_none() { 1 } else { bound(vm, &step)? };
    if step == 0 {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let start = match start.is_none() {
        true if step < 0 => return Err(vm.value_error("slice start is required for step < 0")),
        true => 0,
        false => bound(vm, &start)?,
    };
    if stop.is_none() {
        return Err(vm.value_error("slice stop is required"));
    }
    let stop = bound(vm, &stop)?;
    let distance = if step > 0 { stop.saturating_sub(start) } else { start.saturating_sub(stop) };
    let count = if distance > 0 { ((distance - 1) / step.saturating_abs()).saturating_add(1) } else { 0 };
    let item = this.get(&*vm.heap).info.item.get();
    let Some(info) = info::info(vm, item) else { return Err(vm.type_error("_type_ must have storage info")) };
    let address = { let (at, scope) = this.get(&*vm.heap).reading(); values::load_pointer(at, scope) };
    if address == 0 && count > 0 {
        return Err(vm.value_error("NULL pointer access"));
    }
    let positions = (0..count).map(move |i| start.wrapping_add(i.wrapping_mul(step)));
    if info.model == Model::Lp64 {
        return slice_of(vm, this, &info, address as usize as *mut u8, positions);
    }
    let room = vm.heap.check_room(positions.len().saturating_mul(8));
    vm.memory(room)?;
    let mut items = Vec::new();
    for i in positions {
        items.push(load_item(vm, this, &info, address, i)?);
    }
    match (info.reads_plain(), info.code) {
        (true, b'c') => {
            let bytes: Vec<u8> = items.iter().filter_map(|b| b.downcast::<Bytes>(&*vm.heap)).flat_map(|b| b.get(&*vm.heap).data.to_vec()).collect();
            Ok(vm.heap.bytes(&bytes).into_value())
        }
        (true, b'u') => {
            let empty = vm.str("");
            let list = vm.list(items);
            vm.call_method(&empty, "join", &[list])
        }
        _ => Ok(vm.list(items)),
    }
}
fn bound(vm: &mut Vm, value: &Value) -> Result<isize> {
    if !vm.heap.has_special(value, Special::Index) {
        return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    let result = vm.sequence_index(value);
    match vm.catch(result, Exc::IndexError)? {
        Some(n) => Ok(n),
        None => Err(vm.value_error("slice bound too large")),
    }
}

/// Items at some positions from an address on: bytes, a string or a list.
pub fn slice_of(vm: &mut Vm, this: &Ref<CData>, info: &Rc<Info>, at: *mut u8, positions: impl ExactSizeIterator<Item = isize>) -> Result<Value> {
    let place = |i: isize, size: usize| at.wrapping_offset(i.wrapping_mul(size as isize));
    let room = vm.heap.check_room(positions.len().saturating_mul(8));
    vm.memory(room)?;
    if info.reads_plain() && info.code == b'c' {
        let data: Vec<u8> = positions.map(|i| memory::read::<u8>(place(i, 1))).collect();
        return Ok(vm.heap.bytes(&data).into_value());
    }
    if info.reads_plain() && info.code == b'u' {
        let chars: Vec<u32> = positions.map(|i| memory::read::<u32>(place(i, 4))).collect();
        return values::wide_string(vm, chars.as_ptr().cast(), chars.len());
    }
    let mut items = Vec::with_capacity(positions.len());
    for i in positions {
        items.push(data::load(vm, info, this.as_value(), i as usize, place(i, info.size.get()))?);
    }
    Ok(vm.list(items))
}
