//! Callbacks: Python functions that C can call.
//!
//! The machine makes a C function for a [`Thunk`] and comes back with [`invoke`] when it is called. Exceptions have
//! nowhere to go from there: they are reported as unraisable and the result is zero.

use super::data;
use super::info::{self, Info, Kind, Model, Scope};
use super::isolated::{Module, Signature, pass, space};
use super::machine::Machine;
use super::memory;
use super::param::{self, Class};
use super::values;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};
use std::any::Any;
use std::rc::Rc;

/// A Python callable and its C signature (CPython's `CThunkObject`).
#[derive(Traverse)]
pub struct Thunk {
    callable: Option<Value>,
    /// The classes of the arguments.
    types: Vec<Value>,
    #[traverse(skip)]
    pub(super) args: Vec<Rc<Info>>,
    #[traverse(skip)]
    pub(super) result: Option<Rc<Info>>,
    /// How a WebAssembly module calls it.
    #[traverse(skip)]
    pub(super) signature: Signature,
    #[traverse(skip)]
    flags: u32,
    #[traverse(skip)]
    machine: Rc<dyn Machine>,
    /// The machine's part.
    #[traverse(skip)]
    closure: Option<Box<dyn Any>>,
}

#[methods]
impl Thunk {}

/// Makes a C function of a callable: its address, and the thunk that must live as long.
pub fn make(vm: &mut Vm, machine: &Rc<dyn Machine>, callable: &Value, argtypes: &[Value], restype: Option<&Value>, of: &Rc<Info>) -> Result<(u64, Value)> {
    let mut args = Vec::with_capacity(argtypes.len());
    for ty in argtypes {
        match info::info_of_class(vm, ty) {
            Some(info) => args.push(info),
            None => {
                let shown = vm.repr_text(ty)?;
                return Err(vm.type_error(format!("invalid argument type for callback function: {shown}")));
            }
        }
    }
    let result = match restype {
        None => None,
        Some(ty) if ty.is_none() => None,
        Some(ty) => match info::info_of_class(vm, ty).filter(|i| i.kind == Kind::Simple) {
            Some(info) => Some(info),
            None => return Err(vm.type_error("invalid result type for callback function")),
        },
    };
    let classes: Vec<Class> = args.iter().map(param::class_of).collect();
    let result_class = result.as_ref().map_or(Class::Void, param::class_of);
    let thunk = Thunk {
        callable: Some(callable.clone()),
        types: argtypes.to_vec(),
        args,
        result,
        signature: Signature::default(),
        flags: of.call_flags,
        machine: machine.clone(),
        closure: None,
    };
    let thunk = vm.heap.alloc(thunk);
    let (address, closure) = machine.callback(vm, &thunk, &classes, &result_class)?;
    thunk.get_mut(&mut *vm.heap).closure = Some(closure);
    Ok((address, thunk.into_value()))
}

/// Calls the Python function. `args` are the addresses of the arguments; small integer results are whole words. The
/// caller is a module, or the process itself.
pub fn invoke(vm: &mut Vm, thunk: &Ref<Thunk>, args: &[*mut u8], out: *mut u8, caller: Option<&Rc<Module>>) {
    // Whatever is pending belongs to the caller of the foreign function.
    let (callable, flags, machine) = {
        let t = thunk.get(&*vm.heap);
        (t.callable.clone(), t.flags, t.machine.clone())
    };
    let Some(callable) = callable else { return };
    let swaps = flags & super::FUNCFLAG_USE_ERRNO != 0;
    let errno = swaps.then(|| machine.swap_errno(None));
    let mut values: [Value; 4] = [Value::NONE, Value::NONE, Value::NONE, Value::NONE];
    let mut many = Vec::new();
    for (i, at) in args.iter().enumerate() {
        match argument(vm, thunk, i, *at, caller) {
            Ok(value) if args.len() <= values.len() => values[i] = value,
            Ok(value) => many.push(value),
            Err(_) => {
                vm.write_unraisable_of("Exception ignored while creating arguments of ctypes callback function", &callable);
                return;
            }
        }
    }
    let given = if args.len() <= values.len() { &values[..args.len()] } else { &many[..] };
    let result = vm.call(&callable, given);
    if let Some(errno) = errno {
        machine.swap_errno(Some(errno));
    }
    match result {
        Err(_) => vm.write_unraisable_of("Exception ignored while calling ctypes callback function", &callable),
        Ok(value) => {
            if give_back(vm, thunk, &value, out).is_err() {
                vm.write_unraisable_of("Exception ignored while converting result of ctypes callback function", &callable);
            }
        }
    }
}

fn argument(vm: &mut Vm, thunk: &Ref<Thunk>, i: usize, at: *mut u8, caller: Option<&Rc<Module>>) -> Result<Value> {
    let Some(info) = thunk.get(&*vm.heap).args.get(i).cloned() else { return Ok(Value::NONE) };
    if info.reads_plain() {
        let scope = Scope { model: info.model, memory: caller.map_or(Scope::NOWHERE, |c| c.number) };
        return values::load(vm, scope, info.code, info.swapped, at);
    }
    if matches!(info.kind, Kind::Pointer | Kind::Function) {
        let object = data::copy_of(vm, &info, at)?;
        data::adopt(vm, &object, caller);
        return Ok(object.into_value());
    }
    let class = thunk.get(&*vm.heap).types.get(i).cloned().unwrap_or(Value::NONE);
    let object = vm.call(&class, &[])?;
    if let Some(d) = object.downcast::<memory::CData>(&*vm.heap) {
        let d = d.get(&*vm.heap);
        memory::copy(at, d.at_mut(), d.size.min(info.size.get()));
    }
    if let Some(object) = object.downcast::<memory::CData>(&*vm.heap).cloned() {
        data::adopt(vm, &object, caller);
    }
    Ok(object)
}

fn give_back(vm: &mut Vm, thunk: &Ref<Thunk>, value: &Value, out: *mut u8) -> Result<()> {
    let Some(info) = thunk.get(&*vm.heap).result.clone() else { return Ok(()) };
    let mut place = [0u64; 4];
    let at: *mut u8 = place.as_mut_ptr().cast();
    let kept = values::store(vm, info.model, info.code, info.swapped, at, value)?;
    if info.model == Model::Ilp32
        && matches!(info.code, b'P' | b'z' | b'Z')
        && let Some(module) = pass::module_of_int(vm, value)
    {
        memory::write(out, space::address_in(module.number, memory::read(at)));
        return Ok(());
    }
    match param::class_of(&info) {
        Class::Int { size, signed } => memory::write(out, values::load_int(at, size.into(), signed, false)),
        _ => memory::copy(at, out, info.size.get()),
    }
    if let Some(kept) = kept {
        if info.code == b'O' {
            memory::leak(&kept.shown);
        } else {
            vm.warn(Exc::RuntimeWarning, "memory leak in callback function.", 1)?;
            memory::leak(kept.hidden.as_ref().unwrap_or(&kept.shown));
        }
    }
    Ok(())
}
