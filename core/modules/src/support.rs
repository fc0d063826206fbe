//! What native modules share: exception types of their own, and raising what the format engines report.

use krait_formats::{Class, Failure};
use krait_vm::builtins::module::Module;
use krait_vm::exceptions::Exception;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Raised, Ref, Type, Vm};

/// Adds an exception type to a module. `name` is qualified, as `struct.error`.
pub fn exception_type(vm: &mut Vm, module: &Ref<Module>, name: &'static str, base: Exc, doc: &'static str) -> Ref<Type> {
    let base = vm.exc.get(base).clone();
    let spec = TypeSpec { name, doc, flags: flags::BASETYPE, dict: false, methods: &[] };
    let ty = vm.define_type::<Exception>(Some(&base), &spec);
    let short = name.rsplit('.').next().unwrap_or(name);
    vm.module_set(module, short, ty.to_value());
    ty
}

/// Raises an instance of an exception type with one message.
#[cold]
pub fn raise(vm: &mut Vm, ty: &Ref<Type>, message: &str) -> Raised {
    let message = vm.str(message);
    match vm.call(ty.as_value(), &[message]) {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// Raises what an engine reports; `module_error` is the module's own exception type.
#[cold]
pub fn failure(vm: &mut Vm, module_error: &Ref<Type>, e: &Failure) -> Raised {
    match e.class {
        Class::ValueError => vm.value_error(&e.message),
        Class::TypeError => vm.type_error(&e.message),
        Class::OverflowError => vm.overflow_error(&e.message),
        Class::Module => raise(vm, module_error, &e.message),
    }
}
