//! `CFuncPtr`: function pointers, foreign or made from Python callables. Calling them is in `call.rs`.

use super::call::{self, Plan};
use super::callback;
use super::data;
use super::info::{self, Info, Kind};
use super::library;
use super::machine::Machine;
use super::memory::CData;
use super::metas::{class_attribute, model_of, tuple_items};
use super::values;
use krait_vm::args::KwArgs;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::str::Str;
use krait_vm::types::Type;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};
use std::rc::Rc;

/// What a function object knows besides its address.
#[derive(Default)]
pub struct Function {
    pub machine: Option<Rc<dyn Machine>>,
    /// As set on the object; the class's own otherwise.
    pub argtypes: Option<Value>,
    pub restype: Option<Value>,
    pub errcheck: Option<Value>,
    pub paramflags: Option<Value>,
    /// The Python callable behind a callback.
    pub callable: Option<Value>,
    pub thunk: Option<Value>,
    /// How to call it; made at the first call.
    pub plan: Option<Rc<Plan>>,
}

impl Function {
    fn slots(&self) -> [&Option<Value>; 6] {
        [&self.argtypes, &self.restype, &self.errcheck, &self.paramflags, &self.callable, &self.thunk]
    }
    pub fn visit(&self, visit: &mut dyn FnMut(&Value)) {
        self.slots().into_iter().flatten().for_each(&mut *visit);
        if let Some(plan) = &self.plan {
            plan.visit(visit);
        }
    }
    pub fn clear(&mut self, out: &mut Vec<Value>) {
        if let Some(plan) = self.plan.take() {
            Plan::clear(plan, out);
        }
        out.extend([self.argtypes.take(), self.restype.take(), self.errcheck.take(), self.paramflags.take(), self.callable.take()].into_iter().flatten());
        // The thunk stays: C may still hold the address.
    }
}

/// Gives a function pointer that was made from memory what calling it takes.
pub fn adopt(vm: &mut Vm, object: &Ref<CData>) {
    let (kind, model) = { let d = object.get(&*vm.heap); (d.info.kind, d.info.model) };
    if kind == Kind::Function {
        let machine = super::machine(vm, model).ok();
        object.get_mut(&mut *vm.heap).function = Some(Box::new(Function { machine, ..Function::default() }));
    }
}

/// The types in `argtypes`, each of which must convert arguments.
pub fn check_argtypes(vm: &mut Vm, value: &Value) -> Result<Vec<Value>> {
    let is_sequence = tuple_items(vm, value).is_some() || vm.is_sequence(value);
    let collected = if is_sequence { Some(vm.collect(value)?) } else { None };
    let Some(types) = collected else { return Err(vm.type_error("_argtypes_ must be a sequence of types")) };
    if types.len() > call::MAX_ARGUMENTS {
        let (n, most) = (types.len(), call::MAX_ARGUMENTS);
        return Err(super::argument_error(vm, &format!("_argtypes_ has too many arguments ({n}), maximum is {most}")));
    }
    let mut converters = Vec::with_capacity(types.len());
    let name = vm.intern("from_param");
    for (i, ty) in types.iter().enumerate() {
        match vm.get_attr_opt(ty, &name)? {
            Some(converter) => converters.push(converter),
            None => {
                let n = i + 1;
                return Err(vm.type_error(format!("item {n} in _argtypes_ has no from_param method")));
            }
        }
    }
    Ok(converters)
}
fn check_restype(vm: &mut Vm, value: &Value, name: &str) -> Result<()> {
    if value.is_none() || info::info_of_class(vm, value).is_some() || vm.is_callable(value) {
        return Ok(());
    }
    Err(vm.type_error(format!("{name} must be a type, a callable, or None")))
}

pub struct FunctionMeta;

#[methods]
impl FunctionMeta {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let _ = (args, kwargs);
        info::check_new(vm, this)?;
        let flags = class_attribute(vm, this, "_flags_")?;
        let Some(flags) = flags.as_ref().and_then(|f| f.as_int(&*vm.heap)).and_then(|n| n.to_i64()) else {
            return Err(vm.type_error("class must define _flags_ which must be an integer"));
        };
        if let Some(argtypes) = class_attribute(vm, this, "_argtypes_")? {
            if tuple_items(vm, &argtypes).is_none() {
                return Err(vm.type_error("_argtypes_ must be a sequence of types"));
            }
            check_argtypes(vm, &argtypes)?;
        }
        if let Some(restype) = class_attribute(vm, this, "_restype_")? {
            check_restype(vm, &restype, "_restype_")?;
        }
        let model = model_of(vm, this);
        let mut info = Info::new(this.id(&vm.heap), Kind::Function, model);
        info.call_flags = flags as u32;
        info.size.set(model.pointer());
        info.align.set(model.pointer());
        info.length.set(1);
        info.add_flags(info::type_flags::ISPOINTER);
        *info.format.borrow_mut() = "X{}".into();
        info::register(vm, info);
        Ok(())
    }
}

fn function<'a>(vm: &'a mut Vm, this: &'a Ref<CData>) -> &'a mut Function {
    this.get_mut(&mut *vm.heap).function.get_or_insert_default()
}
/// A part of the function, or what its class says.
fn own_or_class(vm: &mut Vm, this: &Ref<CData>, own: fn(&Function) -> &Option<Value>, class: &str) -> Result<Option<Value>> {
    if let Some(value) = this.get(&*vm.heap).function.as_ref().and_then(|f| own(f).clone()) {
        return Ok(Some(value));
    }
    let ty = vm.type_of(this.as_value());
    class_attribute(vm, &ty, class)
}
pub fn argtypes_of(vm: &mut Vm, this: &Ref<CData>) -> Result<Option<Value>> {
    Ok(own_or_class(vm, this, |f| &f.argtypes, "_argtypes_")?.filter(|v| !v.is_none()))
}
/// `None` when nobody has said: an `int` then.
pub fn restype_of(vm: &mut Vm, this: &Ref<CData>) -> Result<Option<Value>> {
    own_or_class(vm, this, |f| &f.restype, "_restype_")
}

pub struct FunctionPointer;

#[methods]
impl FunctionPointer {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = kwargs;
        let info = data::concrete(vm, cls)?;
        match args {
            [] => {
                let object = data::new(vm, info.type_id, &info)?;
                adopt(vm, &object);
                Ok(object.into_value())
            }
            [first, rest @ ..] if tuple_items(vm, first).is_some() => from_library(vm, cls, &info, first, rest.first()),
            [address] if address.is_int(&*vm.heap) => {
                let Some(bits) = address.as_int(&*vm.heap).and_then(|n| n.to_u64().or(n.to_i64().map(|n| n as u64))) else {
                    return Err(vm.overflow_error("Python int too large to convert to C unsigned long"));
                };
                let address = super::isolated::pass::from_python(info.model, bits);
                Ok(at(vm, &info, address)?.into_value())
            }
            [callable] if vm.is_callable(callable) => from_callable(vm, &info, callable),
            _ => Err(vm.type_error("argument must be callable or integer function address")),
        }
    }
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Ref<CData>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        call::call(vm, this, args, &kwargs)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<String> {
        Ok(format!("<{} object at {:#x}>", vm.type_of(this).name(&vm.heap), this.identity()))
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Ref<CData>, vm: &mut Vm) -> Result<bool> {
        let d = this.get(&*vm.heap);
        Ok(!values::is_null(d.at(), d.info.model))
    }
    /// specify the argument types
    #[getter]
    fn argtypes(this: &Ref<CData>, vm: &mut Vm) -> Result<Option<Value>> {
        argtypes_of(vm, this)
    }
    #[setter]
    fn set_argtypes(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() || value.is_none() {
            let f = function(vm, this);
            (f.plan, f.argtypes) = (None, (!value.is_unbound()).then_some(Value::NONE));
            return Ok(());
        }
        check_argtypes(vm, &value)?;
        if let Some(flags) = function(vm, this).paramflags.clone() {
            check_paramflags(vm, &value, &flags)?;
        }
        let f = function(vm, this);
        (f.plan, f.argtypes) = (None, Some(value));
        Ok(())
    }
    /// specify the result type
    #[getter]
    fn restype(this: &Ref<CData>, vm: &mut Vm) -> Result<Option<Value>> {
        restype_of(vm, this)
    }
    #[setter]
    fn set_restype(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            let f = function(vm, this);
            (f.plan, f.restype) = (None, None);
            return Ok(());
        }
        check_restype(vm, &value, "restype")?;
        let f = function(vm, this);
        (f.plan, f.restype) = (None, Some(value));
        Ok(())
    }
    /// a function to check for errors
    #[getter]
    fn errcheck(this: &Ref<CData>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm.heap).function.as_ref().and_then(|f| f.errcheck.clone()))
    }
    #[setter]
    fn set_errcheck(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if !value.is_unbound() && !value.is_none() && !vm.is_callable(&value) {
            return Err(vm.type_error("the errcheck attribute must be callable"));
        }
        let f = function(vm, this);
        f.plan = None;
        f.errcheck = (!value.is_unbound() && !value.is_none()).then_some(value);
        Ok(())
    }
}

/// A function pointer with an address.
fn at(vm: &mut Vm, info: &Rc<Info>, address: u64) -> Result<Ref<CData>> {
    let object = data::new(vm, info.type_id, info)?;
    data::point(vm, &object, address)?;
    adopt(vm, &object);
    Ok(object)
}

/// `(name, dll)`, and perhaps flags of the parameters.
fn from_library(vm: &mut Vm, class: &Ref<Type>, info: &Rc<Info>, pair: &Value, flags: Option<&Value>) -> Result<Value> {
    let parts = tuple_items(vm, pair).unwrap_or_default();
    let [name, dll] = &parts[..] else {
        let n = parts.len();
        return Err(vm.type_error(format!("argument 1 must be sequence of length 2, not {n}")));
    };
    let text = if let Some(s) = name.downcast::<Str>(&*vm.heap) {
        s.get(&*vm.heap).to_string_lossy().into_bytes()
    } else if let Some(b) = name.downcast::<Bytes>(&*vm.heap) {
        b.get(&*vm.heap).data.to_vec()
    } else {
        // Functions are found by number on Windows only.
        return Err(vm.type_error("function name must be string, bytes object or integer"));
    };
    let handle = library::handle_of(vm, dll)?;
    if text.contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    let machine = super::machine(vm, info.model)?;
    let address = match machine.symbol(vm, handle, &text) {
        Ok(address) => address,
        Err(message) => return Err(vm.error(Exc::AttributeError, message)),
    };
    let flags = match flags {
        Some(flags) if !flags.is_none() => {
            if tuple_items(vm, flags).is_none() {
                return Err(vm.type_error("paramflags must be a tuple or None"));
            }
            if let Some(argtypes) = class_attribute(vm, class, "_argtypes_")? {
                check_paramflags(vm, &argtypes, flags)?;
            }
            Some(flags.clone())
        }
        _ => None,
    };
    let object = at(vm, info, address)?;
    function(vm, &object).paramflags = flags;
    // The library stays as long as its functions.
    data::keep(vm, &object, 0, data::Kept::plain(dll.clone()))?;
    Ok(object.into_value())
}

fn from_callable(vm: &mut Vm, info: &Rc<Info>, callable: &Value) -> Result<Value> {
    let object = data::new(vm, info.type_id, info)?;
    adopt(vm, &object);
    let Some(argtypes) = argtypes_of(vm, &object)? else {
        return Err(vm.type_error("cannot construct instance of this class: no argtypes"));
    };
    let restype = restype_of(vm, &object)?;
    let argtypes = vm.collect(&argtypes)?;
    let machine = super::machine(vm, info.model)?;
    let (address, thunk) = callback::make(vm, &machine, callable, &argtypes, restype.as_ref(), info)?;
    data::point(vm, &object, address)?;
    let f = function(vm, &object);
    f.callable = Some(callable.clone());
    f.thunk = Some(thunk.clone());
    data::keep(vm, &object, 0, data::Kept::plain(thunk))?;
    // Nothing that is counted happens at the first call.
    call::plan_of(vm, &object)?;
    Ok(object.into_value())
}

/// Flags of parameters: which go in and which come out, their names and defaults.
fn check_paramflags(vm: &mut Vm, argtypes: &Value, flags: &Value) -> Result<()> {
    const SHAPE: &str = "paramflags must be a sequence of (int [,string [,value]]) tuples";
    let items = tuple_items(vm, flags).unwrap_or_default();
    let argtypes = vm.collect(argtypes)?;
    if argtypes.len() != items.len() {
        return Err(vm.value_error("paramflags must have the same length as argtypes"));
    }
    for (i, (item, ty)) in items.iter().zip(&argtypes).enumerate() {
        let parts = tuple_items(vm, item).unwrap_or_default();
        let flag = parts.first().and_then(|f| f.as_int(&*vm.heap)).and_then(|n| n.to_i64());
        let named = parts.get(1).is_none_or(|n| n.is_none() || n.has_payload::<Str>(&*vm.heap));
        let Some(flag) = flag.filter(|_| named && parts.len() <= 3) else { return Err(vm.type_error(SHAPE)) };
        match flag & 7 {
            0 | 1 | 3 | 4 | 5 => {}
            2 => {
                let info = info::info_of_class(vm, ty);
                let fits = info.is_some_and(|i| match i.kind {
                    Kind::Pointer | Kind::Array => true,
                    Kind::Simple => matches!(i.code, b'P' | b'z' | b'Z'),
                    _ => false,
                });
                if !fits {
                    let name = match ty.downcast::<Type>(&*vm.heap).cloned() {
                        Some(t) => t.name(&vm.heap),
                        None => vm.repr_text(ty)?,
                    };
                    let n = i + 1;
                    return Err(vm.type_error(format!("'out' parameter {n} must be a pointer type, not {name}")));
                }
            }
            _ => return Err(vm.type_error(format!("paramflag value {flag} not supported"))),
        }
    }
    Ok(())
}
