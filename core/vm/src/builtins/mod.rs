//! The builtin types, one room each: `list.rs` stores, `list_methods.rs` has the Python methods, and so on.
//!
//! [`init`] attaches the methods and fills `builtins`. To add a type or method see docs/add-a-builtin.md.

pub mod bytes;
pub mod code;
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
pub mod support;
pub mod table;
pub mod template;
pub mod tuple;
pub mod typing;
pub mod weakref;

use crate::types::id;
use crate::vm::Vm;

/// Core types that `builtins` names.
const PUBLIC: &[u32] = &[
    id::OBJECT, id::TYPE, id::INT, id::BOOL, id::FLOAT, id::COMPLEX, id::STR, id::BYTES, id::BYTEARRAY, id::MEMORYVIEW,
    id::LIST, id::TUPLE, id::DICT, id::SET, id::FROZENSET, id::RANGE, id::SLICE, id::PROPERTY, id::CLASSMETHOD,
    id::STATICMETHOD, id::SUPER, id::ENUMERATE, id::ZIP, id::MAP, id::FILTER, id::REVERSED,
];

/// Attaches methods to the core types and fills the `builtins` dict.
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
}
