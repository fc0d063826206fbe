//! `_SimpleCData`: numbers, characters and simple pointers.

use super::data::{self};
use super::info::Model;
use super::memory::CData;
use super::{memory, values};
use krait_vm::args::KwArgs;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Value, Vm, methods};

pub struct Simple;

#[methods]
impl Simple {
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
        match args {
            [] => Ok(()),
            [value] => set_value(vm, this, value),
            more => Err(vm.type_error(format!("__init__ expected at most 1 argument, got {}", more.len()))),
        }
    }
    /// current value
    #[getter]
    fn value(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        get_value(vm, this)
    }
    #[setter]
    fn set_value(this: &Ref<CData>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("can't delete attribute"));
        }
        set_value(vm, this, &value)
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Ref<CData>, vm: &mut Vm) -> Result<bool> {
        let d = this.get(&*vm.heap);
        Ok(memory::bytes(d.at(), d.info.size.get()).iter().any(|b| *b != 0))
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        let plain = { let d = this.get(&*vm.heap); !d.info.keeps_class };
        if !plain {
            let class = vm.type_of(this.as_value());
            let (name, address) = (class.name(&vm.heap), this.as_value().identity());
            return Ok(vm.str(&format!("<{name} object at {address:#x}>")));
        }
        let value = get_value(vm, this)?;
        let shown = vm.repr_text(&value)?;
        let name = vm.type_of(this.as_value()).name(&vm.heap);
        Ok(vm.str(&format!("{name}({shown})")))
    }
    /// __ctypes_from_outparam__
    #[sig("()")]
    fn __ctypes_from_outparam__(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        if this.get(&*vm.heap).info.keeps_class {
            return Ok(this.to_value());
        }
        get_value(vm, this)
    }
}

#[inline]
pub fn get_value(vm: &mut Vm, this: &Ref<CData>) -> Result<Value> {
    let ((at, scope), code, swapped) = { let d = this.get(&*vm.heap); (d.reading(), d.info.code, d.info.swapped) };
    values::load(vm, scope, code, swapped, at)
}
fn set_value(vm: &mut Vm, this: &Ref<CData>, value: &Value) -> Result<()> {
    let (model, code, swapped, at) = { let d = this.get(&*vm.heap); (d.info.model, d.info.code, d.info.swapped, d.at_mut()) };
    if let Some(kept) = values::store(vm, model, code, swapped, at, value)? {
        data::keep(vm, this, 0, kept)?;
    }
    if model == Model::Ilp32 && matches!(code, b'P' | b'z' | b'Z') {
        let of = data::module_of(vm, value);
        return data::written(vm, this, at, 4, of);
    }
    Ok(())
}
