//! `Structure` and `Union`: their metaclasses and constructors. Where members lie is worked out by the library's own
//! `ctypes._layout`; here the class gets a field for each of them (`fields.rs`).

use super::data;
use super::fields::CField;
use super::info::{self, Info, Kind, Part, type_flags};
use super::memory::CData;
use super::metas::{class_attribute, model_of, own_attribute};
use krait_vm::args::KwArgs;
use krait_vm::builtins::str::Str;
use krait_vm::types::{Type, id};
use krait_vm::{Exc, Ref, Result, Special, Value, Vm, methods};
use std::rc::Rc;

fn type_set_attribute(vm: &mut Vm, class: &Ref<Type>, name: &Value, value: Value) -> Result<()> {
    if let Some(set) = vm.heap.special(id::TYPE, Special::SetAttr) {
        vm.call_unbound(&set, class.as_value(), &[name.clone(), value])?;
    }
    Ok(())
}

macro_rules! metaclass {
    ($name:ident, $kind:expr) => {
        pub struct $name;

        #[methods]
        impl $name {
            /// Initialize self.  See help(type(self)) for accurate signature.
            #[sig("(*args, **kwargs)")]
            fn __init__(this: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
                let _ = (args, kwargs);
                init_class(vm, this, $kind)
            }
            /// Implement setattr(self, name, value).
            #[sig("(name, value, /)")]
            fn __setattr__(this: &Ref<Type>, vm: &mut Vm, name: &Value, value: Value) -> Result<()> {
                let fields = is_fields(vm, name);
                if fields {
                    check_open(vm, this)?;
                }
                type_set_attribute(vm, this, name, value.clone())?;
                if fields {
                    return set_fields(vm, this, &value);
                }
                Ok(())
            }
            /// Implement delattr(self, name).
            #[sig("(name, /)")]
            fn __delattr__(this: &Ref<Type>, vm: &mut Vm, name: &Value) -> Result<()> {
                if let Some(delete) = vm.heap.special(id::TYPE, Special::DelAttr) {
                    vm.call_unbound(&delete, this.as_value(), std::slice::from_ref(name))?;
                }
                Ok(())
            }
        }
    };
}
metaclass!(StructureMeta, Kind::Structure);
metaclass!(UnionMeta, Kind::Union);

fn is_fields(vm: &Vm, name: &Value) -> bool {
    name.downcast::<Str>(&*vm.heap).is_some_and(|s| s.get(&*vm.heap).as_ascii() == Some("_fields_"))
}

/// An error unless the members of a class can still be set.
fn check_open(vm: &mut Vm, class: &Ref<Type>) -> Result<Rc<Info>> {
    let type_id = class.id(&vm.heap);
    let Some(info) = info::info(vm, type_id) else { return Err(vm.type_error("ctypes state is not initialized")) };
    if info.is_final.get() {
        return Err(vm.error(Exc::AttributeError, "_fields_ is final"));
    }
    Ok(info)
}

fn init_class(vm: &mut Vm, class: &Ref<Type>, kind: Kind) -> Result<()> {
    info::check_new(vm, class)?;
    if own_attribute(vm, class, "_abstract_").is_some() {
        return Ok(());
    }
    let model = model_of(vm, class);
    let info = Info::new(class.id(&vm.heap), kind, model);
    let base = info::base_info(vm, class).filter(|b| !b.is_abstract);
    let fields = own_attribute(vm, class, "_fields_");
    if let (None, Some(base)) = (&fields, &base) {
        // The layout of the base, which further fields may be added to.
        info.size.set(base.size.get());
        info.align.set(base.align.get());
        info.length.set(base.length.get());
        info.flags.set(base.flags.get());
        *info.format.borrow_mut() = base.format.borrow().clone();
        *info.parts.borrow_mut() = base.parts.borrow().clone();
        *info.names.borrow_mut() = base.names.borrow().clone();
        base.is_final.set(true);
    }
    info::register(vm, info);
    match fields {
        Some(fields) => {
            let name = vm.intern("_fields_");
            vm.set_attr(class.as_value(), &name, Some(fields))
        }
        None => Ok(()),
    }
}

/// Gives a class its members.
fn set_fields(vm: &mut Vm, class: &Ref<Type>, fields: &Value) -> Result<()> {
    let info = check_open(vm, class)?;
    let base = info::base_info(vm, class).filter(|b| !b.is_abstract);
    let base_class = match &base {
        Some(b) => vm.core_type(b.type_id).into_value(),
        None => Value::NONE,
    };
    let get_layout = vm.import_attr("ctypes._layout", "get_layout")?;
    let is_structure = Value::bool(info.kind == Kind::Structure);
    let layout = vm.call(&get_layout, &[class.to_value(), fields.clone(), is_structure, base_class])?;
    let part = |vm: &mut Vm, name: &str| {
        let name = vm.intern(name);
        vm.get_attr(&layout, &name)
    };
    let (size, align) = (part(vm, "size")?, part(vm, "align")?);
    let (made, format) = (part(vm, "fields")?, part(vm, "format_spec")?);
    let made = vm.collect(&made)?;
    let mut parts = base.as_ref().map_or_else(Vec::new, |b| b.parts.borrow().clone());
    let mut flags = base.as_ref().map_or(0, |b| b.flags.get());
    let mut names = base.as_ref().map_or_else(Vec::new, |b| b.names.borrow().to_vec());
    if let Some(base) = &base {
        base.is_final.set(true);
    }
    if info.kind == Kind::Union {
        flags |= type_flags::HASUNION;
    }
    for (i, field) in made.iter().enumerate() {
        let Some(field) = field.downcast::<CField>(&*vm.heap).cloned() else {
            return Err(vm.type_error("fields of a layout must be CField objects"));
        };
        let (of, offset, name, bits) = {
            let f = field.get(&*vm.heap);
            (f.info.clone(), f.offset, f.name.to_value(), f.bit_size)
        };
        if of.model != info.model {
            return Err(vm.type_error("the types of fields must be of the same ctypes as the structure"));
        }
        if of.type_id == info.type_id {
            return Err(vm.error(Exc::AttributeError, "Structure or union cannot contain itself"));
        }
        if of.has(type_flags::ISPOINTER | type_flags::HASPOINTER) {
            flags |= type_flags::HASPOINTER;
        }
        flags |= of.flags.get() & (type_flags::HASUNION | type_flags::HASBITFIELD);
        if bits > 0 {
            flags |= type_flags::HASBITFIELD;
        }
        of.is_final.set(true);
        parts.push(Part { offset, type_id: of.type_id });
        let _ = i;
        let name = match name.downcast::<Str>(&*vm.heap).cloned() {
            Some(name) => vm.heap.intern_str(&name),
            None => continue,
        };
        names.push(name.clone());
        vm.set_attr(class.as_value(), &name, Some(field.into_value()))?;
    }
    if info.is_final.get() {
        return Err(vm.error(Exc::AttributeError, "Structure or union cannot contain itself"));
    }
    info.size.set(vm.index_size(&size)?.max(0) as usize);
    info.align.set(vm.index_size(&align)?.max(1) as usize);
    info.flags.set(flags);
    info.length.set(parts.len());
    *info.format.borrow_mut() = vm.to_text(&format)?.into();
    *info.parts.borrow_mut() = parts;
    *info.names.borrow_mut() = names.into();
    info.is_final.set(true);
    make_anonymous(vm, class)
}

/// The members of `_anonymous_` members become attributes of the class.
fn make_anonymous(vm: &mut Vm, class: &Ref<Type>) -> Result<()> {
    let Some(names) = class_attribute(vm, class, "_anonymous_")? else { return Ok(()) };
    let names = {
        let collected = vm.collect(&names);
        match vm.catch(collected, Exc::TypeError)? {
            Some(names) => names,
            None => return Err(vm.type_error("_anonymous_ must be a sequence")),
        }
    };
    for name in names {
        let field = field_of(vm, class, &name)?;
        let Some(field) = field else {
            let shown = vm.to_text(&name)?;
            return Err(vm.error(Exc::AttributeError, format!("'{shown}' is specified in _anonymous_ but not in _fields_")));
        };
        let (index, offset) = { let f = field.get_mut(&mut *vm.heap); f.anonymous = true; (f.index, f.offset) };
        lift_fields(vm, class, &field, index, offset)?;
    }
    Ok(())
}
fn field_of(vm: &mut Vm, class: &Ref<Type>, name: &Value) -> Result<Option<Ref<CField>>> {
    let Some(name) = name.downcast::<Str>(&*vm.heap).cloned() else { return Err(vm.type_error("attribute name must be string")) };
    let found = vm.get_attr(class.as_value(), &name)?;
    Ok(found.downcast::<CField>(&*vm.heap).cloned())
}
fn lift_fields(vm: &mut Vm, class: &Ref<Type>, field: &Ref<CField>, index: usize, offset: usize) -> Result<()> {
    let inner = field.get(&*vm.heap).info.type_id;
    let inner = vm.core_type(inner);
    let name = vm.intern("_fields_");
    let fields = vm.get_attr(inner.as_value(), &name)?;
    for pair in vm.collect(&fields)? {
        let name = vm.get_item(&pair, &Value::int32(0))?;
        let Some(of) = field_of(vm, &inner, &name)? else { return Err(vm.type_error("unexpected type")) };
        let (anonymous, at, i) = { let f = of.get(&*vm.heap); (f.anonymous, f.offset, f.index) };
        if anonymous {
            lift_fields(vm, class, &of, index + i, offset + at)?;
            continue;
        }
        let mut copy = of.get(&*vm.heap).copy();
        copy.offset += offset;
        copy.index += index;
        let copy = vm.heap.alloc(copy).into_value();
        let Some(name) = name.downcast::<Str>(&*vm.heap).cloned() else { continue };
        vm.set_attr(class.as_value(), &name, Some(copy))?;
    }
    Ok(())
}

pub struct Members;

/// What structures and unions have.
#[methods]
impl Members {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        let info = data::concrete(vm, cls)?;
        Ok(data::new(vm, info.type_id, &info)?.into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<CData>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        if !args.is_empty() {
            init_by_position(vm, this, args, &kwargs)?;
        }
        for (name, value) in &kwargs.items {
            if let Some(name) = name.downcast::<Str>(&*vm.heap).cloned() {
                vm.set_attr(this.as_value(), &name, Some((*value).clone()))?;
            }
        }
        Ok(())
    }
}

/// Sets the first members, those of the bases first.
fn init_by_position(vm: &mut Vm, this: &Ref<CData>, args: &[Value], kwargs: &KwArgs<'_>) -> Result<()> {
    let names = this.get(&*vm.heap).info.names.borrow().clone();
    for (name, value) in names.iter().zip(args) {
        let twice = kwargs.items.iter().any(|(k, _)| vm.equal_without_python(k, name.as_value()) == Some(true));
        if twice {
            let shown = vm.repr_text(name.as_value())?;
            return Err(vm.type_error(format!("duplicate values for field {shown}")));
        }
        vm.set_attr(this.as_value(), name, Some(value.clone()))?;
    }
    if args.len() > names.len() {
        return Err(vm.type_error("too many initializers"));
    }
    Ok(())
}
