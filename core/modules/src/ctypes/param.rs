//! Arguments of foreign calls: `from_param` of every kind of type, and what a Python value becomes in C.
//!
//! A [`Param`] (CPython's `CArgObject`) is a value on its way into a call: `byref()` makes one, and `from_param` of simple
//! types. An [`Arg`] is what the machine gets: a class, which says where the calling convention puts it, and the bits.

use super::data;
use super::info::{self, Info, Kind, Model, Scope};
use super::isolated::pass;
use super::memory::{self, CData};
use super::values;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::str::Str;
use krait_vm::types::Type;
use krait_vm::{Raised, Ref, Result, Traverse, Value, Vm, methods};
use std::rc::Rc;

/// What the calling convention has to know of a type.
#[derive(Clone)]
pub enum Class {
    Void,
    Int { size: u8, signed: bool },
    Float,
    Double,
    LongDouble,
    /// The code of a complex type.
    Complex(u8),
    /// A structure or union by value.
    Aggregate(Rc<Info>),
}

/// An argument as the machine gets it.
pub struct Arg {
    pub class: Class,
    pub place: [u64; 4],
    /// The bytes of an aggregate.
    pub memory: *const u8,
    /// The bits are an address, of data or of a function.
    pub is_pointer: bool,
    pub is_function: bool,
}

impl Arg {
    pub fn int(size: u8, signed: bool, bits: u64) -> Arg {
        Arg { class: Class::Int { size, signed }, place: [bits, 0, 0, 0], memory: std::ptr::null(), is_pointer: false, is_function: false }
    }
    pub fn pointer(model: Model, address: u64) -> Arg {
        Arg { is_pointer: true, ..Arg::int(model.pointer() as u8, false, address) }
    }
    /// How many bytes there are.
    pub fn size(&self) -> usize {
        match &self.class {
            Class::Aggregate(info) => info.size.get(),
            Class::LongDouble | Class::Complex(b'D') => 16,
            Class::Complex(b'G') => 32,
            _ => 8,
        }
    }
    /// Where the bits are.
    pub fn bytes(&self) -> *const u8 {
        if self.memory.is_null() { self.place.as_ptr().cast() } else { self.memory }
    }
}

/// A value on its way into a call.
#[derive(Traverse)]
pub struct Param {
    pub tag: u8,
    #[traverse(skip)]
    pub model: Model,
    #[traverse(skip)]
    pub place: [u64; 4],
    /// What the value points to.
    pub object: Option<Value>,
}

#[methods]
impl Param {
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Param>, vm: &mut Vm) -> Result<String> {
        let (tag, place, model) = { let p = this.get(&*vm.heap); (p.tag, p.place, p.model) };
        let shown = char::from(tag);
        let at = place.as_ptr().cast();
        Ok(match tag {
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'd' | b'f' => {
                let value = values::load(vm, Scope::of(model), tag, false, at)?;
                format!("<cparam '{shown}' ({})>", vm.repr_text(&value)?)
            }
            b'c' => {
                let value = values::load(vm, Scope::of(model), tag, false, at)?;
                let text = vm.repr_text(&value)?;
                format!("<cparam '{shown}' ({})>", text.trim_start_matches('b'))
            }
            b'z' | b'Z' | b'P' => match place[0] {
                0 => format!("<cparam '{shown}' (0x(nil))>"),
                address => format!("<cparam '{shown}' ({address:#x})>"),
            },
            _ => format!("<cparam '{shown}' at {:#x}>", this.as_value().identity()),
        })
    }
    /// the wrapped object
    #[getter]
    fn _obj(this: &Ref<Param>, vm: &mut Vm) -> Result<Option<Value>> {
        let object = this.get(&*vm.heap).object.clone();
        Ok(object.and_then(|o| match o.downcast::<values::KeptString>(&*vm.heap) {
            Some(kept) => kept.get(&*vm.heap).object.clone(),
            None => Some(o),
        }))
    }
}

fn param(vm: &mut Vm, tag: u8, model: Model, address: u64, object: Option<Value>) -> Value {
    vm.heap.alloc(Param { tag, model, place: [address, 0, 0, 0], object }).into_value()
}
/// `byref(object, offset)`.
pub fn by_reference(vm: &mut Vm, object: &Ref<CData>, offset: isize) -> Result<Value> {
    let model = object.get(&*vm.heap).info.model;
    let address = data::address_of(vm, object)?.wrapping_add_signed(offset as i64);
    Ok(param(vm, b'P', model, address, Some(object.to_value())))
}

fn is_instance(vm: &mut Vm, value: &Value, class: &Ref<Type>) -> Result<bool> {
    // Only C objects are instances of C types; asking `__instancecheck__` about others would be slow.
    if !value.has_payload::<CData>(&*vm.heap) {
        return Ok(false);
    }
    vm.is_instance_of(value, class.as_value())
}
fn as_parameter(vm: &mut Vm, value: &Value) -> Result<Option<Value>> {
    let name = vm.intern("_as_parameter_");
    vm.get_attr_opt(value, &name)
}
/// Tries `_as_parameter_` where a value itself does not fit; `refusal` says so.
fn or_as_parameter(vm: &mut Vm, class: &Ref<Type>, value: &Value, convert: fn(&mut Vm, &Ref<Type>, &Value) -> Result<Value>, refusal: impl FnOnce(&mut Vm) -> Raised) -> Result<Value> {
    match as_parameter(vm, value)? {
        Some(inner) => vm.nested(" while processing _as_parameter_", |vm| convert(vm, class, &inner)),
        None => Err(refusal(vm)),
    }
}

pub fn simple_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    let type_id = class.id(&vm.heap);
    let Some(info) = info::info(vm, type_id) else { return Err(vm.type_error("abstract class")) };
    if is_instance(vm, value, class)? {
        return Ok(value.clone());
    }
    match info.code {
        b'z' | b'Z' => string_from_param(vm, class, value),
        b'P' => address_from_param(vm, class, value),
        _ => number_from_param(vm, class, value),
    }
}
fn number_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    let info = data::concrete(vm, class)?;
    let mut place = [0; 4];
    match values::store(vm, info.model, info.code, info.swapped, place.as_mut_ptr().cast(), value) {
        Ok(kept) => {
            let object = kept.map(|k| k.hidden.unwrap_or(k.shown));
            Ok(vm.heap.alloc(Param { tag: info.code, model: info.model, place, object }).into_value())
        }
        Err(Raised) => {
            let exception = vm.take_pending();
            or_as_parameter(vm, class, value, simple_from_param, |vm| vm.raise(exception))
        }
    }
}
/// The code of the items of a pointer or array.
fn item_code(vm: &Vm, value: &Value) -> Option<u8> {
    let d = value.downcast::<CData>(&*vm.heap)?.get(&*vm.heap);
    matches!(d.info.kind, Kind::Pointer | Kind::Array).then(|| d.info.item_code.get())
}
fn cannot_interpret(vm: &mut Vm, value: &Value, name: &str) -> Raised {
    let found = vm.type_name(value);
    vm.type_error(format!("'{found}' object cannot be interpreted as ctypes.{name}"))
}
fn string_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    let info = data::concrete(vm, class)?;
    if value.is_none() {
        return Ok(Value::NONE);
    }
    let narrow = info.code == b'z';
    let (item, name) = if narrow { (b'c', "c_char_p") } else { (b'u', "c_wchar_p") };
    let kept = if narrow && value.has_payload::<Bytes>(&*vm.heap) {
        Some(values::keep_bytes(vm, info.model, value, true)?)
    } else if !narrow && value.has_payload::<Str>(&*vm.heap) {
        Some(values::keep_text(vm, info.model, value, true)?)
    } else {
        None
    };
    if let Some(kept) = kept {
        let address = values::kept_address(vm, &kept)?;
        return Ok(param(vm, info.code, info.model, address, Some(kept)));
    }
    if item_code(vm, value) == Some(item) {
        return Ok(value.clone());
    }
    if let Some(p) = value.downcast::<Param>(&*vm.heap) {
        // byref(c_char(…))
        let object = p.get(&*vm.heap).object.clone();
        let code = object.as_ref().and_then(|o| o.downcast::<CData>(&*vm.heap)).map(|d| d.get(&*vm.heap).info.code);
        if code == Some(item) {
            return Ok(value.clone());
        }
    }
    or_as_parameter(vm, class, value, simple_from_param, |vm| cannot_interpret(vm, value, name))
}
fn address_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    let model = data::concrete(vm, class)?.model;
    if value.is_none() {
        return Ok(Value::NONE);
    }
    if value.is_int(&*vm.heap) {
        let bits = values::int_bits(vm, value)?;
        return Ok(param(vm, b'P', model, pass::from_python(model, bits), None));
    }
    if value.has_payload::<Bytes>(&*vm.heap) {
        let kept = values::keep_bytes(vm, model, value, true)?;
        let address = values::kept_address(vm, &kept)?;
        return Ok(param(vm, b'z', model, address, Some(kept)));
    }
    if value.has_payload::<Str>(&*vm.heap) {
        let kept = values::keep_text(vm, model, value, true)?;
        let address = values::kept_address(vm, &kept)?;
        return Ok(param(vm, b'Z', model, address, Some(kept)));
    }
    if let Some(d) = value.downcast::<CData>(&*vm.heap).filter(|d| d.get(&*vm.heap).info.model == model) {
        let (kind, code, (at, scope)) = { let d = d.get(&*vm.heap); (d.info.kind, d.info.code, d.reading()) };
        match (kind, code) {
            (Kind::Array | Kind::Pointer, _) => return Ok(value.clone()),
            (Kind::Function, _) => {
                let address = values::load_pointer(at, scope);
                return Ok(param(vm, b'P', model, address, Some(value.clone())));
            }
            (Kind::Simple, b'z' | b'Z') => {
                let address = values::load_pointer(at, scope);
                return Ok(param(vm, b'Z', model, address, Some(value.clone())));
            }
            _ => {}
        }
    }
    if value.downcast::<Param>(&*vm.heap).is_some_and(|p| p.get(&*vm.heap).tag == b'P') {
        return Ok(value.clone());
    }
    or_as_parameter(vm, class, value, simple_from_param, |vm| cannot_interpret(vm, value, "c_void_p"))
}

pub fn pointer_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    if value.is_none() {
        return Ok(Value::NONE);
    }
    let info = data::concrete(vm, class)?;
    let item = info.item.get();
    if let (Some(d), Some(item_class)) = (value.downcast::<CData>(&*vm.heap).cloned(), vm.heap.live_type_object(item)) {
        if vm.is_instance_of(value, item_class.as_value())? {
            return by_reference(vm, &d, 0);
        }
        let (kind, of) = { let d = d.get(&*vm.heap); (d.info.kind, d.info.item.get()) };
        if matches!(kind, Kind::Array | Kind::Pointer)
            && let Some(of) = vm.heap.live_type_object(of)
            && vm.is_subclass_of(of.as_value(), item_class.as_value())?
        {
            return Ok(value.clone());
        }
    }
    instance_from_param(vm, class, value)
}
pub fn array_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    instance_from_param(vm, class, value)
}
pub fn instance_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    if is_instance(vm, value, class)? {
        return Ok(value.clone());
    }
    if let Some(p) = value.downcast::<Param>(&*vm.heap) {
        let object = p.get(&*vm.heap).object.clone().unwrap_or(Value::NONE);
        let type_id = class.id(&vm.heap);
        let wanted = info::info(vm, type_id).map_or(0, |i| i.item.get());
        if let Some(item) = vm.heap.live_type_object(wanted)
            && is_instance(vm, &object, &item)?
        {
            return Ok(value.clone());
        }
        let (wanted, found) = (class.name(&vm.heap), vm.type_name(&object));
        return Err(vm.type_error(format!("expected {wanted} instance instead of pointer to {found}")));
    }
    or_as_parameter(vm, class, value, generic_from_param, |vm| {
        let (wanted, found) = (class.name(&vm.heap), vm.type_name(value));
        vm.type_error(format!("expected {wanted} instance instead of {found}"))
    })
}
fn generic_from_param(vm: &mut Vm, class: &Ref<Type>, value: &Value) -> Result<Value> {
    let type_id = class.id(&vm.heap);
    match info::info(vm, type_id).map(|i| i.kind) {
        Some(Kind::Pointer) => pointer_from_param(vm, class, value),
        _ => instance_from_param(vm, class, value),
    }
}

/// The class of a C type's values in calls; arrays are pointers there.
pub fn class_of(info: &Rc<Info>) -> Class {
    let pointer = Class::Int { size: info.model.pointer() as u8, signed: false };
    match info.kind {
        Kind::Simple => match info.code {
            b'f' => Class::Float,
            b'd' => Class::Double,
            b'g' => Class::LongDouble,
            b'F' | b'D' | b'G' => Class::Complex(info.code),
            code => Class::Int { size: info.size.get() as u8, signed: values::is_signed(code) },
        },
        Kind::Pointer | Kind::Array | Kind::Function => pointer,
        Kind::Structure | Kind::Union => Class::Aggregate(info.clone()),
    }
}

/// The argument that a C object is.
pub fn object_arg(vm: &mut Vm, object: &Ref<CData>) -> Result<Arg> {
    let d = object.get(&*vm.heap);
    let class = class_of(&d.info);
    match d.info.kind {
        Kind::Array => {
            let model = d.info.model;
            Ok(Arg::pointer(model, data::address_of(vm, object)?))
        }
        Kind::Structure | Kind::Union => Ok(Arg { class, memory: d.at(), ..Arg::int(0, false, 0) }),
        kind if d.home().is_some() && (kind != Kind::Simple || matches!(d.info.code, b'P' | b'z' | b'Z')) => {
            let (at, scope) = d.reading();
            let address = values::load_pointer(at, scope);
            Ok(Arg { is_function: kind == Kind::Function, ..Arg::pointer(d.info.model, address) })
        }
        _ => {
            let mut place = [0u64; 4];
            memory::copy(d.at(), place.as_mut_ptr().cast(), d.info.size.get().min(32));
            Ok(Arg { class, place, ..Arg::int(0, false, 0) })
        }
    }
}

/// TypeError for what is of another data model than the function.
fn same_model(vm: &mut Vm, found: Model, wanted: Model) -> Result<()> {
    match (found, wanted) {
        (Model::Ilp32, Model::Lp64) => Err(vm.type_error("an object of ctypes.wasm32 cannot be passed to the process's own functions")),
        (Model::Lp64, Model::Ilp32) => Err(vm.type_error("a WebAssembly module takes objects of ctypes.wasm32 only")),
        _ => Ok(()),
    }
}

/// What a value becomes as an argument, and what must live as long as the call.
pub fn arg_of(vm: &mut Vm, model: Model, value: &Value, position: usize) -> Result<(Arg, Option<Value>)> {
    if let Some(d) = value.downcast::<CData>(&*vm.heap).cloned() {
        let of = d.get(&*vm.heap).info.model;
        same_model(vm, of, model)?;
        return Ok((object_arg(vm, &d)?, Some(value.clone())));
    }
    if let Some(p) = value.downcast::<Param>(&*vm.heap).cloned() {
        let of = p.get(&*vm.heap).model;
        same_model(vm, of, model)?;
        let p = p.get(&*vm.heap);
        let size = p.model.simple(p.tag).map_or(8, |(size, _)| size);
        let class = match p.tag {
            b'f' => Class::Float,
            b'd' => Class::Double,
            b'g' => Class::LongDouble,
            b'F' | b'D' | b'G' => Class::Complex(p.tag),
            tag => Class::Int { size: size as u8, signed: values::is_signed(tag) },
        };
        let is_pointer = matches!(p.tag, b'P' | b'z' | b'Z');
        return Ok((Arg { class, place: p.place, is_pointer, ..Arg::int(0, false, 0) }, Some(value.clone())));
    }
    if value.is_none() {
        return Ok((Arg::pointer(model, 0), None));
    }
    if let Some(n) = value.as_int(&*vm.heap) {
        let bits = match (n.to_i64(), n.to_u64()) {
            (Some(n), _) => n as u64,
            (_, Some(n)) => n,
            _ => return Err(vm.overflow_error("int too long to convert")),
        };
        return Ok((Arg::int(4, true, bits as i32 as i64 as u64), None));
    }
    if value.has_payload::<Bytes>(&*vm.heap) {
        let kept = values::keep_bytes(vm, model, value, true)?;
        let address = values::kept_address(vm, &kept)?;
        return Ok((Arg::pointer(model, address), Some(kept)));
    }
    if value.has_payload::<Str>(&*vm.heap) {
        let kept = values::keep_text(vm, model, value, true)?;
        let address = values::kept_address(vm, &kept)?;
        return Ok((Arg::pointer(model, address), Some(kept)));
    }
    match as_parameter(vm, value)? {
        Some(inner) => vm.nested(" while processing _as_parameter_", |vm| arg_of(vm, model, &inner, position)),
        None => Err(vm.type_error(format!("Don't know how to convert parameter {position}"))),
    }
}
