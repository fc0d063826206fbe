//! The functions of the module: sizes, addresses, libraries, `errno`.

use super::call;
use super::data;
use super::info::{self, Model};
use super::isolated::{Home, pass};
use super::memory::{self, Block, CData, Storage};
use super::metas::{self, tuple_items};
use super::param;
use super::values;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::int::IntRef;
use krait_vm::builtins::str::Str;
use krait_vm::{Exc, Result, Value, Vm, methods};

/// The handle in a library object.
pub fn handle_of(vm: &mut Vm, dll: &Value) -> Result<usize> {
    let name = vm.intern("_handle");
    let handle = vm.get_attr(dll, &name)?;
    match handle.as_int(&*vm.heap).and_then(IntRef::to_i64) {
        Some(handle) => Ok(handle as usize),
        None => Err(vm.type_error("the _handle attribute of the second argument must be an integer")),
    }
}

/// The info of a C type or object.
fn info_of(vm: &mut Vm, value: &Value) -> Option<std::rc::Rc<info::Info>> {
    if let Some(info) = info::info_of_class(vm, value) {
        return Some(info);
    }
    value.downcast::<CData>(&*vm.heap).map(|d| d.get(&*vm.heap).info.clone())
}
fn handle_argument(vm: &mut Vm, value: &Value) -> Result<usize> {
    if !value.is_int(&*vm.heap) {
        return Err(vm.type_error("an integer is required"));
    }
    Ok(values::int_bits(vm, value)? as usize)
}

pub struct Functions;

#[methods]
impl Functions {
    /// Return the size in bytes of a C instance.
    #[sig("(obj, /)")]
    fn sizeof(vm: &mut Vm, obj: &Value) -> Result<usize> {
        if let Some(info) = info::info_of_class(vm, obj) {
            return Ok(info.size.get());
        }
        match obj.downcast::<CData>(&*vm.heap) {
            Some(d) => Ok(d.get(&*vm.heap).size),
            None => Err(vm.type_error("this type has no size")),
        }
    }
    /// alignment(C type) -> integer
    /// alignment(C instance) -> integer
    /// Return the alignment requirements of a C instance
    #[sig("(obj, /)")]
    fn alignment(vm: &mut Vm, obj: &Value) -> Result<usize> {
        match info_of(vm, obj) {
            Some(info) => Ok(info.align.get()),
            None => Err(vm.type_error("no alignment info")),
        }
    }
    /// Return a pointer lookalike to a C instance, only usable as function argument.
    #[sig("(obj, offset=0, /)")]
    fn byref(vm: &mut Vm, obj: &Value, offset: isize) -> Result<Value> {
        let object = data::instance(vm, obj, "byref() argument 1")?;
        param::by_reference(vm, object, offset)
    }
    /// Return the address of the C instance internal buffer
    #[sig("(obj, /)")]
    fn addressof(vm: &mut Vm, obj: &Value) -> Result<Value> {
        let object = data::instance(vm, obj, "addressof() argument")?;
        let model = object.get(&*vm.heap).info.model;
        let address = data::address_of(vm, object)?;
        Ok(values::unsigned(vm, pass::to_python(model, address)))
    }
    #[sig("(obj, size, /)")]
    fn resize(vm: &mut Vm, obj: &Value, size: isize) -> Result<()> {
        let object = data::instance(vm, obj, "resize() argument 1")?;
        let (info, old, owns) = {
            let d = object.get(&*vm.heap);
            (d.info.clone(), d.size, d.owns_bytes())
        };
        let least = info.size.get();
        let Some(size) = usize::try_from(size).ok().filter(|s| *s >= least) else {
            return Err(vm.value_error(format!("minimum size is {least}")));
        };
        if !owns {
            return Err(vm.value_error("Memory cannot be resized because this object doesn't own it"));
        }
        if size <= old {
            object.get_mut(&mut *vm.heap).size = size;
            return Ok(());
        }
        let room = vm.heap.check_room(size);
        vm.memory(room)?;
        if let Some(home) = object.get(&*vm.heap).home().cloned() {
            return resize_home(vm, object, &home, size);
        }
        let Some(block) = Block::new(size, info.align.get()) else { return Err(vm.memory_error()) };
        vm.heap.force_charge(block.size());
        let data = object.get_mut(&mut *vm.heap);
        memory::copy(data.start, block.start(), old);
        data.start = block.start();
        data.size = size;
        let freed = match std::mem::replace(&mut data.storage, Storage::Block(block)) {
            Storage::Block(old) => old.size(),
            _ => 0,
        };
        let _ = vm.heap.charge(-(freed as isize));
        Ok(())
    }
    /// Return buffer interface information
    #[sig("(arg, /)")]
    fn buffer_info(vm: &mut Vm, arg: &Value) -> Result<Value> {
        let Some(info) = info_of(vm, arg) else { return Err(vm.type_error("not a ctypes type or object")) };
        let (format, shape, _) = data::buffer_shape(vm, &info);
        let dimensions = Value::small_int(shape.len() as i64).unwrap_or(Value::NONE);
        let shape = shape.iter().map(|n| values::unsigned(vm, *n as u64)).collect();
        let shape = vm.tuple(shape);
        let format = vm.str(&format);
        Ok(vm.tuple(vec![format, dimensions, shape]))
    }
    #[sig("(type, state, /)")]
    fn _unpickle(vm: &mut Vm, r#type: &Value, state: &Value) -> Result<Value> {
        let object = metas::empty_instance(vm, r#type)?;
        vm.call_method(&object, "__setstate__", std::slice::from_ref(state))?;
        Ok(object)
    }
}

pub struct Objects;

/// What only makes sense in one's own process.
#[methods]
impl Objects {
    #[sig("(address, /)")]
    #[pyname("PyObj_FromPtr")]
    fn object_from_pointer(vm: &mut Vm, address: &Value) -> Result<Value> {
        let bits = values::int_bits(vm, address)?;
        match memory::object_of(bits) {
            Some(object) => Ok(object),
            None => Err(vm.value_error("PyObject is NULL")),
        }
    }
    #[sig("(object, /)")]
    #[pyname("Py_INCREF")]
    fn incref(vm: &mut Vm, object: &Value) -> Result<Value> {
        let _ = vm;
        memory::leak(object);
        Ok(object.clone())
    }
    #[sig("(object, /)")]
    #[pyname("Py_DECREF")]
    fn decref(vm: &mut Vm, object: &Value) -> Result<Value> {
        let _ = vm;
        drop(memory::owned_object(object.bits()));
        Ok(object.clone())
    }
}

fn resize_home(vm: &mut Vm, object: &krait_vm::Ref<CData>, home: &std::rc::Rc<Home>, size: usize) -> Result<()> {
    let before = home.size();
    if !home.resize(size) {
        return Err(vm.value_error("Memory cannot be resized once it is a WebAssembly module's"));
    }
    object.get_mut(&mut *vm.heap).size = size;
    vm.heap.force_charge(size - before.min(size));
    Ok(())
}

fn open(vm: &mut Vm, model: Model, name: &Value, flag: i64) -> Result<Value> {
    let path = if name.is_none() {
        None
    } else if let Some(s) = name.downcast::<Str>(&*vm.heap).cloned() {
        Some(vm.encode(&s, Some("utf-8"), Some("surrogateescape"))?.get(&*vm.heap).data.to_vec())
    } else if let Some(b) = name.downcast::<Bytes>(&*vm.heap) {
        Some(b.get(&*vm.heap).data.to_vec())
    } else {
        let found = vm.type_name(name);
        return Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {found}")));
    };
    if path.as_ref().is_some_and(|p| p.contains(&0)) {
        return Err(vm.value_error("embedded null byte"));
    }
    let machine = super::machine(vm, model)?;
    match machine.open(vm, path.as_deref(), flag) {
        Ok(handle) => Ok(values::unsigned(vm, handle as u64)),
        // A start function may have let an exception through.
        Err(_) if vm.has_pending() => Err(krait_vm::Raised),
        Err(message) => Err(vm.error(Exc::OSError, message)),
    }
}
fn symbol(vm: &mut Vm, model: Model, handle: &Value, name: &str) -> Result<Value> {
    let handle = handle_argument(vm, handle)?;
    let machine = super::machine(vm, model)?;
    let found = match machine.symbol(vm, handle, name.as_bytes()) {
        Ok(address) => Ok(address),
        Err(_) => machine.variable(vm, handle, name.as_bytes()),
    };
    match found {
        Ok(address) => Ok(values::unsigned(vm, pass::to_python(model, address))),
        Err(message) => Err(vm.error(Exc::OSError, message)),
    }
}
fn close(vm: &mut Vm, model: Model, handle: &Value) -> Result<()> {
    let handle = handle_argument(vm, handle)?;
    let machine = super::machine(vm, model)?;
    match machine.close(handle) {
        Ok(()) => Ok(()),
        Err(message) => Err(vm.error(Exc::OSError, message)),
    }
}

/// The functions that have to do with a machine: for each data model the same.
macro_rules! foreign {
    ($name:ident, $model:expr) => {
        pub struct $name;

        #[methods]
        impl $name {
            /// dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library
            #[sig("(name, flag=0, /)")]
            fn dlopen(vm: &mut Vm, name: &Value, flag: i64) -> Result<Value> {
                open(vm, $model, name, flag)
            }
            /// find symbol in shared library
            #[sig("(handle, name, /)")]
            fn dlsym(vm: &mut Vm, handle: &Value, name: String) -> Result<Value> {
                symbol(vm, $model, handle, &name)
            }
            /// dlclose a library
            #[sig("(handle, /)")]
            fn dlclose(vm: &mut Vm, handle: &Value) -> Result<()> {
                close(vm, $model, handle)
            }
            /// dllist() return a list of loaded shared libraries
            #[sig("()")]
            fn dllist(vm: &mut Vm) -> Result<Value> {
                let names = super::machine(vm, $model)?.loaded(vm);
                let names = names.iter().map(|n| vm.str(n)).collect();
                Ok(vm.list(names))
            }
            #[sig("()")]
            fn get_errno(vm: &mut Vm) -> Result<i32> {
                Ok(super::machine(vm, $model)?.swap_errno(None))
            }
            #[sig("(value, /)")]
            fn set_errno(vm: &mut Vm, value: i32) -> Result<i32> {
                Ok(super::machine(vm, $model)?.swap_errno(Some(value)))
            }
            #[sig("(address, arguments, /)")]
            fn call_function(vm: &mut Vm, address: &Value, arguments: &Value) -> Result<Value> {
                call_with_tuple(vm, $model, address, arguments, 0)
            }
            #[sig("(address, arguments, /)")]
            fn call_cdeclfunction(vm: &mut Vm, address: &Value, arguments: &Value) -> Result<Value> {
                call_with_tuple(vm, $model, address, arguments, super::FUNCFLAG_CDECL)
            }
            /// The size of a simple type, by its code.
            #[sig("(code, /)")]
            fn _calcsize(vm: &mut Vm, code: String) -> Result<usize> {
                match code.bytes().next().and_then(|code| Model::simple($model, code)) {
                    Some((size, _)) => Ok(size),
                    None => Err(vm.value_error("no such type")),
                }
            }
        }
    };
}
foreign!(Process, Model::Lp64);
foreign!(Modules, Model::Ilp32);

fn call_with_tuple(vm: &mut Vm, model: Model, address: &Value, arguments: &Value, flags: u32) -> Result<Value> {
    if !address.is_int(&*vm.heap) {
        return Err(vm.type_error("an integer is required"));
    }
    let address = data::address_argument(vm, model, address)?;
    let Some(items) = tuple_items(vm, arguments) else {
        let found = vm.type_name(arguments);
        return Err(vm.type_error(format!("argument 2 must be tuple, not {found}")));
    };
    call::call_address(vm, model, address, flags, &items)
}
