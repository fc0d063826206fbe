//! The `_types` module: names for the types of functions, frames and the like. `PyCapsule` is here as well: nothing in
//! Krait hides C pointers, but some library modules export one.

use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::types::id;
use krait_vm::{Ref, Result, Traverse, Value, Vm};

/// A capsule; there is nothing in it.
#[derive(Traverse)]
struct Capsule {
    unused: bool,
}

/// A new capsule.
pub(crate) fn capsule(vm: &mut Vm) -> Value {
    capsule_type(vm);
    vm.heap.alloc(Capsule { unused: true }).into_value()
}

fn capsule_type(vm: &mut Vm) -> Value {
    if let Some(id) = vm.heap.payload_type::<Capsule>() {
        return vm.core_type(id).into_value();
    }
    let doc = "Capsule objects let you wrap a C \"void *\" pointer in a Python\nobject.  They're a way of passing data through the Python interpreter\nwithout creating your own custom type.";
    let spec = TypeSpec { name: "PyCapsule", doc, flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: &[] };
    vm.define_type::<Capsule>(None, &spec).into_value()
}

const TYPES: &[(&str, u32)] = &[
    ("AsyncGeneratorType", id::ASYNC_GENERATOR),
    ("BuiltinFunctionType", id::BUILTIN_FUNCTION),
    ("BuiltinMethodType", id::BUILTIN_FUNCTION),
    ("CellType", id::CELL),
    ("ClassMethodDescriptorType", id::CLASSMETHOD_DESCRIPTOR),
    ("CodeType", id::CODE),
    ("CoroutineType", id::COROUTINE),
    ("EllipsisType", id::ELLIPSIS),
    ("FrameType", id::FRAME),
    ("FunctionType", id::FUNCTION),
    ("GeneratorType", id::GENERATOR),
    ("GenericAlias", id::GENERIC_ALIAS),
    ("GetSetDescriptorType", id::GETSET_DESCRIPTOR),
    ("LambdaType", id::FUNCTION),
    ("MappingProxyType", id::MAPPINGPROXY),
    ("MemberDescriptorType", id::MEMBER_DESCRIPTOR),
    ("MethodDescriptorType", id::METHOD_DESCRIPTOR),
    ("MethodType", id::METHOD),
    ("MethodWrapperType", id::METHOD_WRAPPER),
    ("ModuleType", id::MODULE),
    ("NoneType", id::NONE),
    ("NotImplementedType", id::NOT_IMPLEMENTED),
    ("SimpleNamespace", id::SIMPLE_NAMESPACE),
    ("TracebackType", id::TRACEBACK),
    ("UnionType", id::UNION),
    ("WrapperDescriptorType", id::WRAPPER_DESCRIPTOR),
];

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    for &(name, type_id) in TYPES {
        let ty = vm.core_type(type_id).into_value();
        vm.module_set(module, name, ty);
    }
    let capsule = capsule_type(vm);
    vm.module_set(module, "CapsuleType", capsule);
    Ok(())
}
