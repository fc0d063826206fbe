//! `CField`: the attributes of a structure's class that read and write its members.

use super::arrays;
use super::data;
use super::info::{self, Info, Kind, Model, Scope};
use super::memory::CData;
use super::values;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::str::Str;
use krait_vm::heap::NativeDescriptor;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};
use std::rc::Rc;

/// How a member is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Plain,
    Bits,
    CharArray,
    WideArray,
}

#[derive(Traverse)]
pub struct CField {
    pub name: Ref<Str>,
    /// The class of the member, which stays alive with the field.
    class: Value,
    #[traverse(skip)]
    pub info: Rc<Info>,
    pub offset: usize,
    pub index: usize,
    pub size: usize,
    /// 0: no bit field.
    pub bit_size: u32,
    bit_offset: u32,
    pub anonymous: bool,
    #[traverse(skip)]
    access: Access,
}

impl CField {
    fn bits(&self) -> values::Bits {
        values::Bits { size: self.size, offset: self.bit_offset, width: self.bit_size, swapped: self.info.swapped }
    }
    pub fn copy(&self) -> CField {
        CField { name: self.name.clone(), class: self.class.clone(), info: self.info.clone(), ..*self }
    }
}

fn size_argument(vm: &mut Vm, value: &Value, what: &str, name: &Ref<Str>) -> Result<usize> {
    let n = vm.index_size(value)?;
    match usize::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => {
            let name = vm.repr_text(name.as_value())?;
            Err(vm.value_error(format!("{what} of field {name} must not be negative, got {n}")))
        }
    }
}

#[methods]
impl CField {
    #[sig("(*, name, type, byte_size, byte_offset, index, _internal_use, bit_size=None, bit_offset=None)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, name: &Value, r#type: &Value, byte_size: &Value, byte_offset: &Value, index: &Value, _internal_use: bool, bit_size: Option<Value>, bit_offset: Option<Value>) -> Result<Value> {
        let _ = cls;
        if !_internal_use {
            return Err(vm.type_error("CField is not intended to be used directly; it is for internal use in ctypes only"));
        }
        let Some(name) = name.downcast::<Str>(&*vm.heap) else {
            let found = vm.type_name(name);
            return Err(vm.type_error(format!("CField() argument 'name' must be str, not {found}")));
        };
        let name = vm.heap.intern_str(name);
        let size = size_argument(vm, byte_size, "byte_size", &name)?;
        let offset = size_argument(vm, byte_offset, "byte_offset", &name)?;
        let index = size_argument(vm, index, "index", &name)?;
        let Some(info) = info::info_of_class(vm, r#type) else {
            let name = vm.repr_text(name.as_value())?;
            return Err(vm.type_error(format!("type of field {name} must be a C type")));
        };
        if size != info.size.get() {
            let (name, wanted) = (vm.repr_text(name.as_value())?, info.size.get());
            return Err(vm.value_error(format!("byte_size of field {name} ({size}) does not match type size ({wanted})")));
        }
        let mut field = CField {
            name,
            class: r#type.clone(),
            info: info.clone(),
            offset,
            index,
            size,
            bit_size: 0,
            bit_offset: 0,
            anonymous: false,
            access: match (info.kind, info.item_code.get()) {
                (Kind::Array, b'c') => Access::CharArray,
                (Kind::Array, b'u') => Access::WideArray,
                _ => Access::Plain,
            },
        };
        if let Some(bits) = bit_size {
            set_bits(vm, &mut field, &bits, bit_offset.as_ref())?;
        }
        Ok(vm.heap.alloc(field).into_value())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<CField>, vm: &mut Vm) -> Result<String> {
        let f = this.get(&*vm.heap);
        let (name, class, offset) = (f.name.to_value(), f.info.type_id, f.offset);
        let rest = match f.bit_size {
            0 => format!("size={}", f.size),
            bits => format!("bit_size={bits}, bit_offset={}", f.bit_offset),
        };
        let (name, class) = (vm.repr_text(&name)?, vm.core_type(class).name(&vm.heap));
        Ok(format!("<ctypes.CField {name} type={class}, ofs={offset}, {rest}>"))
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<CField>, vm: &mut Vm, instance: &Value, owner: Option<&Value>) -> Result<Value> {
        if let Some(data) = instance.downcast::<CData>(&*vm.heap) {
            return get(vm, this, data);
        }
        match (instance.is_none(), owner) {
            (true, None) => Err(vm.type_error("__get__(None, None) is invalid")),
            (true, Some(_)) => Ok(this.to_value()),
            _ => Err(vm.type_error("not a ctype instance")),
        }
    }
    /// Set an attribute of instance to value.
    #[sig("(instance, value, /)")]
    fn __set__(this: &Ref<CField>, vm: &mut Vm, instance: &Value, value: &Value) -> Result<()> {
        match instance.downcast::<CData>(&*vm.heap) {
            Some(data) => set(vm, this, data, value),
            None => Err(vm.type_error("not a ctype instance")),
        }
    }
    /// Delete an attribute of instance.
    #[sig("(instance, /)")]
    fn __delete__(this: &Ref<CField>, vm: &mut Vm, instance: &Value) -> Result<()> {
        let _ = this;
        if instance.has_payload::<CData>(&*vm.heap) {
            return Err(vm.type_error("can't delete attribute"));
        }
        Err(vm.type_error("not a ctype instance"))
    }
    /// name of this field
    #[getter]
    fn name(this: &Ref<CField>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).name.to_value())
    }
    /// type of this field
    #[getter]
    fn r#type(this: &Ref<CField>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).class.clone())
    }
    /// offset in bytes of this field (same as byte_offset)
    #[getter]
    fn offset(this: &Ref<CField>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).offset)
    }
    /// offset in bytes of this field. For bitfields: excludes bit_offset.
    #[getter]
    fn byte_offset(this: &Ref<CField>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).offset)
    }
    /// size of this field in bytes
    #[getter]
    fn byte_size(this: &Ref<CField>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).size)
    }
    /// additional offset in bits (relative to byte_offset); zero for non-bitfields
    #[getter]
    fn bit_offset(this: &Ref<CField>, vm: &mut Vm) -> Result<u32> {
        Ok(this.get(&*vm.heap).bit_offset)
    }
    /// size in bytes of this field. For bitfields, this is a legacy packed value; use byte_size instead
    #[getter]
    fn size(this: &Ref<CField>, vm: &mut Vm) -> Result<usize> {
        let f = this.get(&*vm.heap);
        Ok(if f.bit_size > 0 { (f.bit_size as usize) << 16 | f.bit_offset as usize } else { f.size })
    }
    /// size of this field in bits
    #[getter]
    fn bit_size(this: &Ref<CField>, vm: &mut Vm) -> Result<Value> {
        let f = this.get(&*vm.heap);
        let bits = if f.bit_size > 0 { i128::from(f.bit_size) } else { f.size as i128 * 8 };
        Ok(vm.heap.int(bits))
    }
    /// true if this is a bitfield
    #[getter]
    fn is_bitfield(this: &Ref<CField>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).bit_size > 0)
    }
    /// true if this field is anonymous
    #[getter]
    fn is_anonymous(this: &Ref<CField>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).anonymous)
    }
}

fn set_bits(vm: &mut Vm, field: &mut CField, bits: &Value, offset: Option<&Value>) -> Result<()> {
    let (info, name) = (field.info.clone(), field.name.clone());
    if info.kind != Kind::Simple || !values::is_integer(info.code) {
        let class = vm.core_type(info.type_id).name(&vm.heap);
        return Err(vm.type_error(format!("bit fields not allowed for type {class}")));
    }
    let bits = vm.index_size(bits)?;
    let shown = vm.repr_text(name.as_value())?;
    let room = field.size as isize * 8;
    if bits <= 0 || bits > room {
        return Err(vm.value_error(format!("number of bits invalid for bit field {shown}")));
    }
    let offset = match offset {
        Some(offset) => vm.index_size(offset)?,
        None => 0,
    };
    if offset < 0 {
        return Err(vm.value_error(format!("bit offset of field {shown} must not be negative, got {offset}")));
    }
    if offset + bits > room {
        return Err(vm.value_error(format!("bit field {shown} overflows its type ({offset} + {bits} > {room})")));
    }
    (field.bit_size, field.bit_offset, field.access) = (bits as u32, offset as u32, Access::Bits);
    Ok(())
}

/// How attribute caches use a field.
pub const DESCRIPTOR: NativeDescriptor = NativeDescriptor { get: get_natively, set: set_natively };

fn get_natively(vm: &mut Vm, field: &Value, object: &Value) -> Result<Value> {
    match (field.downcast::<CField>(&*vm.heap), object.downcast::<CData>(&*vm.heap)) {
        (Some(field), Some(data)) => get(vm, field, data),
        _ => Err(vm.type_error("not a ctype instance")),
    }
}
fn set_natively(vm: &mut Vm, field: &Value, object: &Value, value: &Value) -> Result<()> {
    match (field.downcast::<CField>(&*vm.heap), object.downcast::<CData>(&*vm.heap)) {
        (Some(field), Some(data)) => set(vm, field, data, value),
        _ => Err(vm.type_error("not a ctype instance")),
    }
}

/// Reads a member.
#[inline]
pub fn get(vm: &mut Vm, this: &Ref<CField>, data: &Ref<CData>) -> Result<Value> {
    let (f, d) = (this.get(&*vm.heap), data.get(&*vm.heap));
    if f.info.model == Model::Ilp32 {
        return get_checked(vm, this, data);
    }
    let at = d.start.wrapping_add(f.offset);
    if f.access == Access::Plain && f.info.reads_plain() {
        let (code, swapped) = (f.info.code, f.info.swapped);
        return values::load(vm, Scope::of(Model::Lp64), code, swapped, at);
    }
    get_other(vm, this, data, at)
}
/// Reads a member of an object that may be in a module's memory. The field may be another class's.
#[inline(never)]
fn get_checked(vm: &mut Vm, this: &Ref<CField>, data: &Ref<CData>) -> Result<Value> {
    let (f, d) = (this.get(&*vm.heap), data.get(&*vm.heap));
    if !is_within(f, d) {
        return Err(vm.type_error("the object has no such field"));
    }
    let (at, scope) = d.reading();
    let at = at.wrapping_add(f.offset);
    if f.access == Access::Plain && f.info.reads_plain() {
        let (code, swapped) = (f.info.code, f.info.swapped);
        return values::load(vm, scope, code, swapped, at);
    }
    get_other(vm, this, data, at)
}
fn is_within(f: &CField, d: &CData) -> bool {
    d.info.model == f.info.model && f.offset.checked_add(f.size).is_some_and(|end| end <= d.size)
}
#[inline(never)]
fn get_other(vm: &mut Vm, this: &Ref<CField>, data: &Ref<CData>, at: *mut u8) -> Result<Value> {
    let (info, access, index, size, bits) = {
        let f = this.get(&*vm.heap);
        (f.info.clone(), f.access, f.index, f.size, f.bits())
    };
    match access {
        Access::Plain => data::load(vm, &info, data.as_value(), index, at),
        Access::Bits => Ok(values::load_bits(vm, info.code, at, bits)),
        Access::CharArray => Ok(arrays::char_array_value(vm, at, size)),
        Access::WideArray => arrays::wide_array_value(vm, at, size),
    }
}
/// Writes a member.
pub fn set(vm: &mut Vm, this: &Ref<CField>, data: &Ref<CData>, value: &Value) -> Result<()> {
    let (f, d) = (this.get(&*vm.heap), data.get(&*vm.heap));
    if f.info.model == Model::Ilp32 {
        return set_checked(vm, this, data, value);
    }
    if f.access == Access::Plain {
        let (info, index, at) = (f.info.clone(), f.index, d.start.wrapping_add(f.offset));
        return data::store(vm, data, &info, index, at, value);
    }
    set_other(vm, this, data, value)
}
#[inline(never)]
fn set_checked(vm: &mut Vm, this: &Ref<CField>, data: &Ref<CData>, value: &Value) -> Result<()> {
    let inside = is_within(this.get(&*vm.heap), data.get(&*vm.heap));
    if !inside {
        return Err(vm.type_error("the object has no such field"));
    }
    set_other(vm, this, data, value)
}
#[inline(never)]
fn set_other(vm: &mut Vm, this: &Ref<CField>, data: &Ref<CData>, value: &Value) -> Result<()> {
    let (info, access, index, size, bits, offset) = {
        let f = this.get(&*vm.heap);
        (f.info.clone(), f.access, f.index, f.size, f.bits(), f.offset)
    };
    let at = data.get(&*vm.heap).at_mut().wrapping_add(offset);
    match access {
        Access::Plain => data::store(vm, data, &info, index, at, value),
        Access::Bits => values::store_bits(vm, info.code, at, bits, value),
        Access::CharArray => set_char_array(vm, at, size, value),
        Access::WideArray => arrays::set_wide_array(vm, at, size, value, |n, most| format!("string too long ({n}, maximum length {most})")),
    }
}
/// As C's `strcpy`: up to the first zero of the bytes.
fn set_char_array(vm: &mut Vm, at: *mut u8, size: usize, value: &Value) -> Result<()> {
    let Some(bytes) = value.downcast::<Bytes>(&*vm.heap).map(|b| b.get(&*vm.heap).data.to_vec()) else {
        let found = vm.type_name(value);
        return Err(vm.type_error(format!("expected bytes, {found} found")));
    };
    let len = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    if len > size {
        return Err(vm.value_error(format!("bytes too long ({len}, maximum length {size})")));
    }
    super::memory::put(at, &bytes[..len]);
    if len < size {
        super::memory::write(at.wrapping_add(len), 0u8);
    }
    Ok(())
}
