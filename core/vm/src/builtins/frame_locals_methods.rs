//! `FrameLocalsProxy`: `f_locals` of function frames, a mapping that writes through to the variables.

use crate::builtins::dict::Dict;
use crate::builtins::str::Str;
use crate::interp::frame::{FrameLocalsProxy, FrameObject};
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Exc, Result, methods};

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<ProxyMethods>(id::FRAME_LOCALS_PROXY);
}

type Proxy = Ref<FrameLocalsProxy>;

fn frame(this: &Proxy, vm: &Vm) -> Ref<FrameObject> {
    this.get(vm).frame.clone()
}

/// The variable's name that a key means: any object that hashes and compares like it will do.
fn variable(frame: &Ref<FrameObject>, vm: &mut Vm, key: &Value) -> Result<Value> {
    if key.is_exact::<Str>() {
        return Ok(key.clone());
    }
    let hash = vm.hash(key)?;
    for name in vm.frame_names(frame) {
        if vm.hash(name.as_value())? == hash && vm.equal(name.as_value(), key)? {
            return Ok(name.into_value());
        }
    }
    Ok(key.clone())
}

fn lookup(this: &Proxy, vm: &mut Vm, key: &Value) -> Result<Option<Value>> {
    let frame = frame(this, vm);
    let key = &variable(&frame, vm, key)?;
    if let Some(name) = key.downcast::<Str>(&vm.heap)
        && let Some(found) = vm.frame_lookup(&frame, name.get(&*vm))
    {
        return Ok(found);
    }
    let extra = frame.get(&*vm).extra_locals.clone();
    match extra.and_then(|d| d.downcast::<Dict>(&vm.heap).cloned()) {
        Some(d) => d.get_item(vm, key),
        None => {
            vm.hash(key)?;
            Ok(None)
        }
    }
}

fn store(this: &Proxy, vm: &mut Vm, key: &Value, value: Value) -> Result<()> {
    let frame = frame(this, vm);
    let key = &variable(&frame, vm, key)?;
    if let Some(name) = key.downcast::<Str>(&vm.heap).cloned()
        && vm.frame_assign(&frame, &name, value.clone())
    {
        return Ok(());
    }
    let extra = match frame.get(&*vm).extra_locals.clone() {
        Some(d) => d,
        None => {
            let d = vm.heap.dict().into_value();
            frame.get_mut(vm).extra_locals = Some(d.clone());
            d
        }
    };
    vm.set_item(&extra, key, value)
}

/// The items of a dict or another proxy.
fn items_of(vm: &mut Vm, other: &Value) -> Option<Vec<(Value, Value)>> {
    if let Some(d) = other.downcast::<Dict>(&vm.heap) {
        return Some(d.items(&*vm));
    }
    let p = other.downcast::<FrameLocalsProxy>(&vm.heap)?;
    let frame = frame(p, vm);
    Some(vm.frame_items(&frame))
}

fn snapshot(this: &Proxy, vm: &mut Vm) -> Result<Ref<Dict>> {
    let frame = frame(this, vm);
    let dict = vm.heap.dict();
    for (k, v) in vm.frame_items(&frame) {
        dict.set_item(vm, k, v)?;
    }
    Ok(dict)
}

fn missing(vm: &mut Vm, key: &Value) -> crate::Raised {
    match vm.repr_text(key) {
        Ok(text) => vm.error(Exc::KeyError, format!("local variable '{text}' is not defined")),
        Err(e) => e,
    }
}

struct ProxyMethods;

#[methods]
impl ProxyMethods {
    #[sig("(frame, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, frame: &Value) -> Result<Value> {
        let Some(f) = frame.downcast::<FrameObject>(&vm.heap).cloned() else {
            let found = vm.type_name(frame);
            return Err(vm.type_error(format!("expect frame, not {found}")));
        };
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, FrameLocalsProxy { frame: f }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Proxy, vm: &mut Vm) -> Result<Value> {
        if !vm.repr_enter(this.as_value()) {
            return Ok(vm.str("{...}"));
        }
        let text = snapshot(this, vm).and_then(|d| vm.repr(d.as_value()));
        vm.repr_leave(this.as_value());
        Ok(text?.into_value())
    }
    #[sig("()")]
    fn __len__(this: &Proxy, vm: &mut Vm) -> Result<usize> {
        let f = frame(this, vm);
        Ok(vm.frame_items(&f).len())
    }
    #[sig("(key, /)")]
    fn __getitem__(this: &Proxy, vm: &mut Vm, key: &Value) -> Result<Value> {
        match lookup(this, vm, key)? {
            Some(v) => Ok(v),
            None => Err(missing(vm, key)),
        }
    }
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Proxy, vm: &mut Vm, key: &Value, value: Value) -> Result<()> {
        store(this, vm, key, value)
    }
    #[sig("(key, /)")]
    fn __delitem__(this: &Proxy, vm: &mut Vm, key: &Value) -> Result<()> {
        let f = frame(this, vm);
        let key = &variable(&f, vm, key)?;
        if let Some(name) = key.downcast::<Str>(&vm.heap)
            && vm.frame_lookup(&f, name.get(&*vm)).is_some()
        {
            return Err(vm.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        let extra = f.get(&*vm).extra_locals.clone();
        if let Some(d) = extra.and_then(|d| d.downcast::<Dict>(&vm.heap).cloned())
            && d.remove_item(vm, key)?.is_some()
        {
            return Ok(());
        }
        Err(missing(vm, key))
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Proxy, vm: &mut Vm, key: &Value) -> Result<bool> {
        Ok(lookup(this, vm, key)?.is_some())
    }
    #[sig("()")]
    fn __iter__(this: &Proxy, vm: &mut Vm) -> Result<Value> {
        let keys = ProxyMethods::keys(this, vm)?;
        vm.iter(&keys)
    }
    #[sig("()")]
    fn __reversed__(this: &Proxy, vm: &mut Vm) -> Result<Value> {
        let f = frame(this, vm);
        let mut keys: Vec<Value> = vm.frame_items(&f).into_iter().map(|(k, _)| k).collect();
        keys.reverse();
        Ok(vm.list(keys))
    }
    #[sig("(other, /)")]
    fn __eq__(this: &Proxy, vm: &mut Vm, other: &Value) -> Result<Value> {
        if let Some(p) = other.downcast::<FrameLocalsProxy>(&vm.heap) {
            return Ok(Value::bool(p.get(&*vm).frame.is(&this.get(&*vm).frame)));
        }
        if !other.has_payload::<Dict>(&vm.heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let d = snapshot(this, vm)?;
        let equal = vm.equal(d.as_value(), other)?;
        Ok(Value::bool(equal))
    }
    #[sig("(other, /)")]
    fn __or__(this: &Proxy, vm: &mut Vm, other: &Value) -> Result<Value> {
        let Some(items) = items_of(vm, other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let d = snapshot(this, vm)?;
        for (k, v) in items {
            d.set_item(vm, k, v)?;
        }
        Ok(d.into_value())
    }
    #[sig("(other, /)")]
    fn __ror__(this: &Proxy, vm: &mut Vm, other: &Value) -> Result<Value> {
        let Some(items) = items_of(vm, other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let d = vm.heap.dict();
        let own = frame(this, vm);
        let own = vm.frame_items(&own);
        for (k, v) in items.into_iter().chain(own) {
            d.set_item(vm, k, v)?;
        }
        Ok(d.into_value())
    }
    #[sig("(other, /)")]
    fn __ior__(this: &Proxy, vm: &mut Vm, other: &Value) -> Result<Value> {
        let Some(items) = items_of(vm, other) else { return Ok(Value::NOT_IMPLEMENTED) };
        for (k, v) in items {
            store(this, vm, &k, v)?;
        }
        Ok(this.to_value())
    }
    #[sig("(other, /)")]
    fn update(this: &Proxy, vm: &mut Vm, other: &Value) -> Result<()> {
        let Some(items) = items_of(vm, other) else {
            return Err(vm.type_error("update() argument must be dict or another FrameLocalsProxy"));
        };
        for (k, v) in items {
            store(this, vm, &k, v)?;
        }
        Ok(())
    }
    #[sig("(key, default=None, /)")]
    fn get(this: &Proxy, vm: &mut Vm, key: &Value, default: Value) -> Result<Value> {
        Ok(lookup(this, vm, key)?.unwrap_or(default))
    }
    #[sig("(key, default=None, /)")]
    fn setdefault(this: &Proxy, vm: &mut Vm, key: &Value, default: Value) -> Result<Value> {
        if let Some(v) = lookup(this, vm, key)? {
            return Ok(v);
        }
        store(this, vm, key, default.clone())?;
        Ok(default)
    }
    #[sig("(key, default=0, /)")]
    fn pop(this: &Proxy, vm: &mut Vm, key: &Value, default: Option<Value>) -> Result<Value> {
        let f = frame(this, vm);
        if let Some(name) = key.downcast::<Str>(&vm.heap)
            && vm.frame_lookup(&f, name.get(&*vm)).is_some()
        {
            return Err(vm.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        let extra = f.get(&*vm).extra_locals.clone();
        if let Some(d) = extra.and_then(|d| d.downcast::<Dict>(&vm.heap).cloned())
            && let Some(v) = d.remove_item(vm, key)?
        {
            return Ok(v);
        }
        match default {
            Some(v) => Ok(v),
            None => Err(vm.key_error(key.clone())),
        }
    }
    #[sig("()")]
    fn copy(this: &Proxy, vm: &mut Vm) -> Result<Value> {
        Ok(snapshot(this, vm)?.into_value())
    }
    #[sig("()")]
    fn keys(this: &Proxy, vm: &mut Vm) -> Result<Value> {
        let f = frame(this, vm);
        let keys = vm.frame_items(&f).into_iter().map(|(k, _)| k).collect();
        Ok(vm.list(keys))
    }
    #[sig("()")]
    fn values(this: &Proxy, vm: &mut Vm) -> Result<Value> {
        let f = frame(this, vm);
        let values = vm.frame_items(&f).into_iter().map(|(_, v)| v).collect();
        Ok(vm.list(values))
    }
    #[sig("()")]
    fn items(this: &Proxy, vm: &mut Vm) -> Result<Value> {
        let f = frame(this, vm);
        let pairs = vm.frame_items(&f).into_iter().map(|(k, v)| vm.tuple(vec![k, v])).collect();
        Ok(vm.list(pairs))
    }
}
