//! `mappingproxy`: a read-only view of any mapping. Python methods.
//!
//! Everything is handed to the mapping behind it, so that the proxy shows what the mapping's class defines.

use crate::builtins::dict::Dict;
use crate::builtins::iterators::MappingProxy;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::CmpOp;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special, methods};

struct ProxyMethods;

fn mapping(vm: &Vm, value: &Value) -> Value {
    match value.downcast::<MappingProxy>(&*vm.heap) {
        Some(p) => p.get(&*vm.heap).mapping.clone(),
        None => value.clone(),
    }
}

impl Vm {
    fn proxy_compare(&mut self, op: CmpOp, this: &Ref<MappingProxy>, other: &Value) -> Result<Value> {
        let mapping = mapping(self, this.as_value());
        self.compare(op, &mapping, other)
    }
}

#[methods]
impl ProxyMethods {
    #[sig("(mapping)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, mapping: Value) -> Result<Value> {
        let refused = mapping.has_payload::<List>(&*vm.heap) || mapping.has_payload::<Tuple>(&*vm.heap);
        if refused || vm.heap.special(mapping.type_id(), Special::GetItem).is_none() {
            let name = vm.heap.type_name(&mapping);
            return Err(vm.type_error(format!("mappingproxy() argument must be a mapping, not {name}")));
        }
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, MappingProxy { mapping }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<String> {
        let mapping = mapping(vm, this.as_value());
        Ok(format!("mappingproxy({})", vm.repr_text(&mapping)?))
    }
    #[sig("()")]
    fn __str__(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<Ref<Str>> {
        let mapping = mapping(vm, this.as_value());
        vm.to_str(&mapping)
    }
    #[sig("()")]
    fn __hash__(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<i64> {
        let mapping = mapping(vm, this.as_value());
        vm.hash(&mapping)
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.proxy_compare(CmpOp::Lt, this, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.proxy_compare(CmpOp::Le, this, value)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.proxy_compare(CmpOp::Eq, this, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.proxy_compare(CmpOp::Ne, this, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.proxy_compare(CmpOp::Gt, this, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.proxy_compare(CmpOp::Ge, this, value)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        vm.iter(&mapping)
    }
    #[sig("(value, /)")]
    fn __or__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let (a, b) = (mapping(vm, this.as_value()), mapping(vm, value));
        vm.binary_op(BinOp::Or, &a, &b)
    }
    #[sig("(value, /)")]
    fn __ror__(this: &Ref<MappingProxy>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let (a, b) = (mapping(vm, value), mapping(vm, this.as_value()));
        vm.binary_op(BinOp::Or, &a, &b)
    }
    #[sig("(value, /)")]
    fn __ior__(_this: &Ref<MappingProxy>, vm: &mut Vm, _value: &Value) -> Result<Value> {
        Err(vm.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
    }
    #[sig("()")]
    fn __len__(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<usize> {
        let mapping = mapping(vm, this.as_value());
        vm.len(&mapping)
    }
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<MappingProxy>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        vm.get_item(&mapping, key)
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<MappingProxy>, vm: &mut Vm, key: &Value) -> Result<bool> {
        let mapping = mapping(vm, this.as_value());
        vm.contains(&mapping, key)
    }
    /// Return the value for key if key is in the mapping, else default.
    #[sig("(key, default=None, /)")]
    fn get(this: &Ref<MappingProxy>, vm: &mut Vm, key: &Value, default: Value) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        if let Some(dict) = mapping.downcast_exact::<Dict>().cloned() {
            return Ok(dict.get_item(vm, key)?.unwrap_or(default));
        }
        vm.call_method(&mapping, "get", &[key.clone(), default])
    }
    /// a set-like object providing a view on the underlying mapping's keys
    #[sig("()")]
    fn keys(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        vm.call_method(&mapping, "keys", &[])
    }
    /// an object providing a view on the underlying mapping's values
    #[sig("()")]
    fn values(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        vm.call_method(&mapping, "values", &[])
    }
    /// a set-like object providing a view on the underlying mapping's items
    #[sig("()")]
    fn items(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        vm.call_method(&mapping, "items", &[])
    }
    /// a shallow copy of the underlying mapping
    #[sig("()")]
    fn copy(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        vm.call_method(&mapping, "copy", &[])
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
    /// reverse iterator over the underlying mapping's keys
    #[sig("()")]
    fn __reversed__(this: &Ref<MappingProxy>, vm: &mut Vm) -> Result<Value> {
        let mapping = mapping(vm, this.as_value());
        vm.call_method(&mapping, "__reversed__", &[])
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<ProxyMethods>(id::MAPPINGPROXY);
}
