//! The builtin types, one room each: `list.rs` stores, `list_methods.rs` has the Python methods, and so on.
//!
//! [`init`] attaches the methods and fills `builtins`. To add a type or method see docs/add-a-builtin.md.

pub mod buffer;
pub mod bytes;
pub mod code;
pub mod code_export;
pub mod code_unit;
pub mod dict;
pub mod exception_support;
pub mod float;
pub mod function;
pub mod generic_alias;
pub mod int;
pub mod iterators;
pub mod list;
pub mod memoryview;
pub mod module;
pub mod object;
pub mod set;
pub mod slice;
pub mod str;
pub mod struct_sequence;
pub mod table;
pub mod template;
pub mod tuple;
pub mod typing;
pub mod weakref;

// Python methods.
pub mod int_methods;
pub mod float_methods;
pub mod complex_methods;
pub mod number_functions;
pub mod str_methods;
pub mod bytes_common;
pub mod bytes_methods;
pub mod bytearray_methods;
pub mod memoryview_methods;
pub mod text_format;
pub mod text_functions;
pub mod sequence_support;
pub mod list_sort;
pub mod list_methods;
pub mod tuple_methods;
pub mod dict_methods;
pub mod dict_views;
pub mod mappingproxy_methods;
pub mod set_methods;
pub mod range_methods;
pub mod slice_methods;
mod code_tables;
pub(crate) mod slot_docs;
pub mod iterator_methods;
pub mod container_functions;
pub mod object_methods;
pub mod super_methods;
pub mod class_creation;
pub mod type_methods;
pub mod type_docs;
pub mod descriptor_methods;
pub mod function_methods;
pub mod module_methods;
pub mod code_methods;
pub mod generic_alias_methods;
pub mod typing_methods;
pub mod template_methods;
pub mod class_functions;
pub mod exec_functions;
pub mod exception_methods;
pub mod exception_types;
pub mod exception_fields;
pub mod exception_groups;
pub mod unraisable;
pub mod warn;
pub mod generator_methods;
pub mod async_gen_methods;
pub mod frame_locals_methods;
pub mod frame_methods;
pub mod weakref_methods;
pub mod singleton_methods;

use crate::types::id;
use crate::vm::Vm;

/// Core types that `builtins` names.
const PUBLIC: &[u32] = &[
    id::OBJECT, id::TYPE, id::INT, id::BOOL, id::FLOAT, id::COMPLEX, id::STR, id::BYTES, id::BYTEARRAY, id::MEMORYVIEW,
    id::LIST, id::TUPLE, id::DICT, id::SET, id::FROZENSET, id::RANGE, id::SLICE, id::PROPERTY, id::CLASSMETHOD,
    id::STATICMETHOD, id::SUPER, id::ENUMERATE, id::ZIP, id::MAP, id::FILTER, id::REVERSED,
];

/// Attaches methods to the core types and fills the `builtins` dict.
#[inline]
pub(crate) fn init(vm: &mut Vm) {
    for &type_id in PUBLIC {
        let ty = vm.core_type(type_id);
        let name = ty.get(&vm.heap).name.clone();
        vm.builtins.clone().set_str(vm, &name, ty.into_value());
    }
    for spec in crate::exceptions::EXCEPTIONS {
        let ty = vm.exc.get(spec.kind).clone();
        let name = vm.intern(spec.name);
        vm.builtins.clone().set_str(vm, &name, ty.into_value());
    }
    int_methods::init(vm);
    float_methods::init(vm);
    complex_methods::init(vm);
    number_functions::init(vm);
    str_methods::init(vm);
    bytes_methods::init(vm);
    bytearray_methods::init(vm);
    memoryview_methods::init(vm);
    text_functions::init(vm);
    list_methods::init(vm);
    tuple_methods::init(vm);
    dict_methods::init(vm);
    set_methods::init(vm);
    range_methods::init(vm);
    slice_methods::init(vm);
    iterator_methods::init(vm);
    container_functions::init(vm);
    object_methods::init(vm);
    type_methods::init(vm);
    descriptor_methods::init(vm);
    function_methods::init(vm);
    module_methods::init(vm);
    code_methods::init(vm);
    generic_alias_methods::init(vm);
    typing_methods::init(vm);
    template_methods::init(vm);
    class_functions::init(vm);
    exec_functions::init(vm);
    exception_methods::init(vm);
    generator_methods::init(vm);
    frame_methods::init(vm);
    weakref_methods::init(vm);
    singleton_methods::init(vm);
}
