//! The `_typing` module: names of the core's typing types, for `typing` to import.

use krait_vm::builtins::module::Module;
use krait_vm::types::id;
use krait_vm::{Ref, Result, Value, Vm, methods};

struct TypingModule;

#[methods]
impl TypingModule {
    /// Return the argument.
    #[sig("(x, /)")]
    fn _idfunc(_vm: &mut Vm, x: Value) -> Result<Value> {
        Ok(x)
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<TypingModule>(module);
    let types = [
        ("Generic", id::GENERIC),
        ("TypeVar", id::TYPE_VAR),
        ("TypeVarTuple", id::TYPE_VAR_TUPLE),
        ("ParamSpec", id::PARAM_SPEC),
        ("ParamSpecArgs", id::PARAM_SPEC_ARGS),
        ("ParamSpecKwargs", id::PARAM_SPEC_KWARGS),
        ("TypeAliasType", id::TYPE_ALIAS),
        ("Union", id::UNION),
    ];
    for (name, type_id) in types {
        let ty = vm.core_type(type_id).into_value();
        vm.module_set(module, name, ty);
    }
    let no_default = vm.no_default();
    vm.module_set(module, "NoDefault", no_default);
    Ok(())
}
