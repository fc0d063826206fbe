//! The `_weakref` module.

use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::weakref::WeakRef;
use krait_vm::types::id;
use krait_vm::{Ref, Result, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    for (name, type_id) in [("ref", id::WEAKREF), ("ReferenceType", id::WEAKREF), ("ProxyType", id::WEAK_PROXY), ("CallableProxyType", id::WEAK_CALLABLE_PROXY)] {
        let ty = vm.core_type(type_id).into_value();
        vm.module_set(module, name, ty);
    }
    Ok(())
}

struct Functions;

#[methods]
impl Functions {
    /// Return the number of weak references to 'object'.
    #[sig("(object, /)")]
    fn getweakrefcount(vm: &mut Vm, object: &Value) -> Result<usize> {
        Ok(vm.weakrefs_of(object).len())
    }
    /// Return a list of all weak reference objects pointing to 'object'.
    #[sig("(object, /)")]
    fn getweakrefs(vm: &mut Vm, object: &Value) -> Result<Value> {
        let refs = vm.weakrefs_of(object);
        Ok(vm.list(refs))
    }
    /// Create a proxy object that weakly references 'object'.
    #[sig("(object, callback=None, /)")]
    fn proxy(vm: &mut Vm, object: &Value, callback: Option<Value>) -> Result<Value> {
        vm.weak_proxy(object, callback)
    }
    /// Atomically remove key from dict if it points to a dead weakref.
    #[sig("(dct, key, /)")]
    fn _remove_dead_weakref(vm: &mut Vm, dct: &Ref<Dict>, key: &Value) -> Result<()> {
        if let Some(v) = dct.get_item(vm, key)? {
            let Some(w) = v.downcast::<WeakRef>(&*vm.heap).cloned() else {
                return Err(vm.type_error("not a weakref"));
            };
            if vm.heap.weak_referent(&w).is_none() {
                dct.remove_item(vm, key)?;
            }
        }
        Ok(())
    }
}
