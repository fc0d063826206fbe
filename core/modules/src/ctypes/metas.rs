//! The metaclasses of C types: what makes a class statement a C type, and the constructors that every C type has.
//!
//! `type.__new__` makes the class; the `__init__` of the metaclass then works out its [`Info`]. Structures and unions,
//! whose members may come later, are in `structs.rs`; functions in `function.rs`.

use super::data;
use super::info::{self, Info, Kind, Model, type_flags};
use super::library;
use super::param;
use super::{State, values};
use krait_vm::args::{KwArgs, Methods};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::int::IntRef;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::Type;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};
use std::rc::Rc;

/// An attribute of a class, inherited ones included.
pub fn class_attribute(vm: &mut Vm, class: &Ref<Type>, name: &str) -> Result<Option<Value>> {
    let name = vm.intern(name);
    vm.get_attr_opt(class.as_value(), &name)
}
/// An attribute that stands in the class statement itself.
pub fn own_attribute(vm: &mut Vm, class: &Ref<Type>, name: &str) -> Option<Value> {
    let name = vm.intern(name);
    vm.type_dict(class).get_str(&*vm, &name)
}
pub fn set_own(vm: &mut Vm, class: &Ref<Type>, name: &str, value: Value) {
    let name = vm.intern(name);
    vm.set_type_attribute(class, &name, Some(value));
}
fn missing(vm: &mut Vm, name: &str) -> krait_vm::Raised {
    vm.error(Exc::AttributeError, format!("class must define a '{name}' attribute"))
}
/// The data model of a new class: that of its base.
pub fn model_of(vm: &mut Vm, class: &Ref<Type>) -> Model {
    info::base_info(vm, class).map_or(Model::Lp64, |i| i.model)
}
/// TypeError unless `value` is a class with an info.
fn storage(vm: &mut Vm, value: &Value) -> Result<Rc<Info>> {
    match info::info_of_class(vm, value) {
        Some(info) => Ok(info),
        None => {
            let shown = vm.repr_text(value)?;
            Err(vm.type_error(format!("{shown} must have storage info")))
        }
    }
}

/// What the base of all metaclasses has.
pub struct CTypeType;

#[methods]
impl CTypeType {
    /// Return self*value.
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<Type>, vm: &mut Vm, value: &Value) -> Result<Value> {
        array_of(vm, this, value)
    }
    /// Return value*self.
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<Type>, vm: &mut Vm, value: &Value) -> Result<Value> {
        array_of(vm, this, value)
    }
    /// Return memory consumption of the type object.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Type>, vm: &mut Vm) -> Result<usize> {
        let _ = (this, vm);
        Ok(size_of::<Type>() + size_of::<Info>() + 8)
    }
    /// pointer type
    #[getter]
    fn __pointer_type__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        match own_attribute(vm, this, "__pointer_type__") {
            Some(pointer) => Ok(pointer),
            None => {
                let shown = vm.repr_text(this.as_value())?;
                let name = vm.intern("__pointer_type__");
                Err(vm.attribute_error(format!("{shown} has no attribute '__pointer_type__'"), this.as_value(), &name))
            }
        }
    }
    #[setter]
    fn set___pointer_type__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            let name = vm.intern("__pointer_type__");
            vm.set_type_attribute(this, &name, None);
            return Ok(());
        }
        set_own(vm, this, "__pointer_type__", value);
        Ok(())
    }
}

/// `item * length`: the array type, made once.
fn array_of(vm: &mut Vm, item: &Ref<Type>, length: &Value) -> Result<Value> {
    if !vm.heap.has_special(length, krait_vm::Special::Index) {
        let found = vm.type_name(length);
        return Err(vm.type_error(format!("can't multiply sequence by non-int of type '{found}'")));
    }
    let length = match vm.index(length)?.as_int(&*vm.heap).and_then(IntRef::to_i64) {
        Some(n) => n,
        None => {
            let found = vm.type_name(length);
            return Err(vm.overflow_error(format!("cannot fit '{found}' into an index-sized integer")));
        }
    };
    if length < 0 {
        return Err(vm.value_error(format!("Array length must be >= 0, not {length}")));
    }
    let key = (item.id(&vm.heap), length as u64);
    if let Some(known) = vm.state::<State>().arrays.get(&key).copied()
        && let Some(class) = vm.heap.live_type_object(known)
    {
        return Ok(class.into_value());
    }
    let bases = match info::any_info(vm, key.0) {
        Some(i) => vm.state::<State>().base(i.model, Kind::Array),
        None => None,
    };
    let Some(base) = bases.and_then(|b| vm.heap.live_type_object(b)) else {
        return Err(vm.type_error("Expected a type object"));
    };
    let name = format!("{}_Array_{length}", item.name(&vm.heap));
    let name = vm.str(&name);
    let namespace = vm.heap.dict();
    let length = vm.heap.int(i128::from(length));
    for (k, v) in [("_length_", length), ("_type_", item.to_value())] {
        let k = vm.intern(k);
        namespace.set_str(vm, &k, v);
    }
    let meta = vm.type_of(base.as_value());
    let bases = vm.tuple(vec![base.into_value()]);
    let class = vm.call(meta.as_value(), &[name, bases, namespace.into_value()])?;
    if let Some(made) = class.downcast::<Type>(&*vm.heap) {
        let made = made.id(&vm.heap);
        vm.state::<State>().arrays.insert(key, made);
    }
    Ok(class)
}

/// The constructors of every C type besides calling it.
pub struct Constructors;

#[methods]
impl Constructors {
    /// C.from_address(integer) -> C instance
    ///
    /// Access a C instance at the specified address.
    #[sig("(value, /)")]
    fn from_address(this: &Ref<Type>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !value.is_int(&*vm.heap) {
            return Err(vm.type_error("integer expected"));
        }
        let info = data::concrete(vm, this)?;
        let address = data::address_argument(vm, info.model, value)?;
        Ok(data::at_address(vm, &info, address)?.into_value())
    }
    /// C.from_buffer(object, offset=0, /) -> C instance
    ///
    /// Create a C instance from a writeable buffer.
    #[sig("(obj, offset=0, /)")]
    fn from_buffer(this: &Ref<Type>, vm: &mut Vm, obj: &Value, offset: isize) -> Result<Value> {
        let info = data::concrete(vm, this)?;
        let view = vm.memoryview(obj)?;
        let buffer = vm.live_buffer(&view)?;
        if buffer.readonly {
            return Err(vm.type_error("underlying buffer is not writable"));
        }
        if !buffer.is_contiguous() {
            return Err(vm.type_error("underlying buffer is not C contiguous"));
        }
        let offset = check_room(vm, offset, buffer.len, info.size.get())?;
        let at = buffer.bytes_mut(vm).as_mut_ptr().wrapping_add(offset);
        let made = data::in_buffer(vm, &info, at, view.as_value())?;
        data::keep(vm, &made, usize::MAX, data::Kept::plain(view.into_value()))?;
        Ok(made.into_value())
    }
    /// C.from_buffer_copy(object, offset=0, /) -> C instance
    ///
    /// Create a C instance from a readable buffer.
    #[sig("(buffer, offset=0, /)")]
    fn from_buffer_copy(this: &Ref<Type>, vm: &mut Vm, buffer: &Value, offset: isize) -> Result<Value> {
        let info = data::concrete(vm, this)?;
        let bytes = vm.bytes_like(buffer)?;
        let offset = check_room(vm, offset, bytes.len(), info.size.get())?;
        let made = data::copy_of(vm, &info, bytes[offset..].as_ptr())?;
        Ok(made.into_value())
    }
    /// C.in_dll(dll, name) -> C instance
    ///
    /// Access a C instance in a dll.
    #[sig("(dll, name, /)")]
    fn in_dll(this: &Ref<Type>, vm: &mut Vm, dll: &Value, name: &Value) -> Result<Value> {
        let Some(text) = name.downcast::<Str>(&*vm.heap).map(|s| s.get(&*vm.heap).to_string_lossy()) else {
            let found = vm.type_name(name);
            return Err(vm.type_error(format!("in_dll() argument 2 must be str, not {found}")));
        };
        let handle = library::handle_of(vm, dll)?;
        let info = data::concrete(vm, this)?;
        let machine = super::machine(vm, info.model)?;
        match machine.variable(vm, handle, text.as_bytes()) {
            Ok(address) => Ok(data::at_address(vm, &info, address)?.into_value()),
            Err(message) => Err(vm.value_error(message)),
        }
    }
}

fn check_room(vm: &mut Vm, offset: isize, len: usize, size: usize) -> Result<usize> {
    let Ok(offset) = usize::try_from(offset) else { return Err(vm.value_error("offset cannot be negative")) };
    match offset.checked_add(size) {
        Some(needed) if needed <= len => Ok(offset),
        needed => {
            let needed = needed.unwrap_or(usize::MAX);
            Err(vm.value_error(format!("Buffer size too small ({len} instead of at least {needed} bytes)")))
        }
    }
}

// ---- simple types ----

pub struct SimpleMeta;

#[methods]
impl SimpleMeta {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let _ = kwargs;
        if args.len() != 3 {
            return Err(vm.type_error("PyCSimpleType.__init__() takes a name, bases and a namespace"));
        }
        info::check_new(vm, this)?;
        let Some(code) = class_attribute(vm, this, "_type_")? else { return Err(missing(vm, "_type_")) };
        let Some(text) = code.downcast::<Str>(&*vm.heap).map(|s| s.get(&*vm.heap).to_string_lossy()) else {
            return Err(vm.type_error("class must define a '_type_' string attribute"));
        };
        if text.chars().count() != 1 {
            return Err(vm.value_error("class must define a '_type_' attribute which must be a string of length 1"));
        }
        let code = text.as_bytes()[0];
        let model = model_of(vm, this);
        let Some((size, align)) = model.simple(code).filter(|_| values::CODES.contains(&text)) else {
            return Err(vm.error(
                Exc::AttributeError,
                format!("class must define a '_type_' attribute which must be\na single character string containing one of the\nsupported types: '{}'.", values::CODES),
            ));
        };
        let swapped = std::mem::take(&mut vm.state::<State>().making_swapped);
        let base = info::base_info(vm, this);
        let mut info = Info::new(this.id(&vm.heap), Kind::Simple, model);
        info.code = code;
        info.swapped = swapped || base.as_ref().is_some_and(|b| b.swapped);
        info.keeps_class = base.is_some_and(|b| !b.is_abstract);
        info.size.set(size);
        info.align.set(align);
        let sign = if info.swapped { '>' } else { '<' };
        *info.format.borrow_mut() = format!("{sign}{}", model.format(code)).into();
        if matches!(code, b'z' | b'Z' | b'P' | b'O') {
            info.add_flags(type_flags::ISPOINTER);
        }
        info::register(vm, info);
        let meta = vm.type_of(this.as_value()).id(&vm.heap);
        if !swapped && vm.state::<State>().simple_metas.contains(&meta) && values::SWAPPABLE.contains(&code) {
            make_swapped(vm, this)?;
        }
        Ok(())
    }
    /// Convert a Python object into a function call parameter.
    #[sig("(value, /)")]
    fn from_param(this: &Ref<Type>, vm: &mut Vm, value: &Value) -> Result<Value> {
        param::simple_from_param(vm, this, value)
    }
}

/// Makes the type with the other byte order, as `__ctype_be__`.
fn make_swapped(vm: &mut Vm, class: &Ref<Type>) -> Result<()> {
    let name = class.get(&*vm.heap).name.to_value();
    let bases = class.get(&*vm.heap).bases.to_value();
    let namespace = vm.heap.dict();
    for key in ["_type_", "__module__"] {
        if let Some(value) = own_attribute(vm, class, key) {
            let key = vm.intern(key);
            namespace.set_str(vm, &key, value);
        }
    }
    vm.state::<State>().making_swapped = true;
    let meta = vm.type_of(class.as_value());
    let made = vm.call(meta.as_value(), &[name, bases, namespace.into_value()]);
    vm.state::<State>().making_swapped = false;
    let made = made?;
    let Some(swapped) = made.downcast::<Type>(&*vm.heap).cloned() else { return Ok(()) };
    for of in [class, &swapped] {
        set_own(vm, of, "__ctype_be__", made.clone());
        set_own(vm, of, "__ctype_le__", class.to_value());
    }
    Ok(())
}

// ---- pointers ----

pub struct PointerMeta;

#[methods]
impl PointerMeta {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let _ = (args, kwargs);
        info::check_new(vm, this)?;
        let model = model_of(vm, this);
        let info = Info::new(this.id(&vm.heap), Kind::Pointer, model);
        info.size.set(model.pointer());
        info.align.set(model.pointer());
        info.length.set(1);
        info.add_flags(type_flags::ISPOINTER);
        *info.format.borrow_mut() = "X{}".into();
        if let Some(item) = own_attribute(vm, this, "_type_") {
            set_item(vm, this, &info, &item)?;
        }
        info::register(vm, info);
        Ok(())
    }
    /// Set the type that the pointer points to.
    #[sig("(type, /)")]
    fn set_type(this: &Ref<Type>, vm: &mut Vm, r#type: &Value) -> Result<()> {
        let info = data::concrete(vm, this)?;
        set_item(vm, this, &info, r#type)?;
        set_own(vm, this, "_type_", r#type.clone());
        Ok(())
    }
    /// Convert a Python object into a function call parameter.
    #[sig("(value, /)")]
    fn from_param(this: &Ref<Type>, vm: &mut Vm, value: &Value) -> Result<Value> {
        param::pointer_from_param(vm, this, value)
    }
}

fn set_item(vm: &mut Vm, class: &Ref<Type>, info: &Info, item: &Value) -> Result<()> {
    let Some(item_class) = item.downcast::<Type>(&*vm.heap).cloned() else {
        return Err(vm.type_error("_type_ must be a type"));
    };
    let item_info = storage(vm, item)?;
    if item_info.model != info.model {
        return Err(vm.type_error("_type_ must be of the same ctypes as the pointer"));
    }
    info.item.set(item_info.type_id);
    info.item_code.set(item_info.code);
    let shape = item_info.shape.borrow().iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let format = item_info.format.borrow().clone();
    *info.format.borrow_mut() = if shape.is_empty() { format!("&{format}").into() } else { format!("&({shape}){format}").into() };
    if own_attribute(vm, &item_class, "__pointer_type__").is_none() {
        set_own(vm, &item_class, "__pointer_type__", class.to_value());
    }
    Ok(())
}

// ---- arrays ----

pub struct ArrayMeta;

#[methods]
impl ArrayMeta {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let _ = (args, kwargs);
        info::check_new(vm, this)?;
        let Some(length) = class_attribute(vm, this, "_length_")? else { return Err(missing(vm, "_length_")) };
        let Some(length) = length.as_int(&*vm.heap) else {
            return Err(vm.type_error("The '_length_' attribute must be an integer"));
        };
        if length.is_negative() {
            return Err(vm.value_error("The '_length_' attribute must not be negative"));
        }
        let Some(length) = length.to_i64().map(|n| n as usize) else {
            return Err(vm.overflow_error("The '_length_' attribute is too large"));
        };
        let Some(item) = class_attribute(vm, this, "_type_")? else { return Err(missing(vm, "_type_")) };
        let Some(item) = info::info_of_class(vm, &item) else {
            return Err(vm.type_error("_type_ must have storage info"));
        };
        let size = length.checked_mul(item.size.get()).filter(|s| *s <= isize::MAX as usize);
        let Some(size) = size else { return Err(vm.overflow_error("array too large")) };
        let info = Info::new(this.id(&vm.heap), Kind::Array, item.model);
        info.size.set(size);
        info.align.set(item.align.get());
        info.length.set(length);
        info.item.set(item.type_id);
        info.item_code.set(if item.kind == Kind::Simple { item.code } else { 0 });
        *info.format.borrow_mut() = item.format.borrow().clone();
        let mut shape = vec![length];
        shape.extend_from_slice(&item.shape.borrow());
        *info.shape.borrow_mut() = shape;
        if item.has(type_flags::ISPOINTER | type_flags::HASPOINTER) {
            info.add_flags(type_flags::HASPOINTER);
        }
        item.is_final.set(true);
        let code = info.item_code.get();
        info::register(vm, info);
        match code {
            b'c' => vm.add_methods(this, super::arrays::CharArray::METHODS),
            b'u' => vm.add_methods(this, super::arrays::WideArray::METHODS),
            _ => {}
        }
        Ok(())
    }
    /// Convert a Python object into a function call parameter.
    #[sig("(value, /)")]
    fn from_param(this: &Ref<Type>, vm: &mut Vm, value: &Value) -> Result<Value> {
        param::array_from_param(vm, this, value)
    }
}

/// `from_param` of types that only take their own instances.
pub struct PlainFromParam;

#[methods]
impl PlainFromParam {
    /// Convert a Python object into a function call parameter.
    #[sig("(value, /)")]
    fn from_param(this: &Ref<Type>, vm: &mut Vm, value: &Value) -> Result<Value> {
        param::instance_from_param(vm, this, value)
    }
}

/// `_unpickle` and the like need an empty instance of a class.
pub fn empty_instance(vm: &mut Vm, class: &Value) -> Result<Value> {
    let name = vm.intern("__new__");
    let new = vm.get_attr(class, &name)?;
    vm.call(&new, std::slice::from_ref(class))
}
/// The items of a tuple value.
pub fn tuple_items(vm: &Vm, value: &Value) -> Option<Vec<Value>> {
    value.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec())
}
/// A dict payload of a value.
pub fn as_dict(vm: &Vm, value: &Value) -> Option<Ref<Dict>> {
    value.downcast::<Dict>(&*vm.heap).cloned()
}
