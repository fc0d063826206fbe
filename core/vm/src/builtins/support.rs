//! What the ops ask of builtins that have rooms of their own: isinstance, imports, groups, type parameters.

use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::builtins::typing::{TypeAlias, TypeParam};
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special};

impl Vm {
    /// `isinstance(value, class)` for a class (metaclass hooks included) or tuple of classes.
    pub fn is_instance_of(&mut self, value: &Value, class: &Value) -> Result<bool> {
        if class.type_id() == id::TYPE
            && let Some(t) = class.downcast::<Type>(&*self.heap)
        {
            let t = t.id(&self.heap);
            return Ok(self.heap.is_instance(value, t));
        }
        if let Some(t) = class.downcast_exact::<Tuple>().cloned() {
            for c in t.items(&*self.heap).to_vec() {
                if self.is_instance_of(value, &c)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(f) = self.heap.special(class.type_id(), Special::InstanceCheck) {
            let v = self.call_unbound(&f, class, std::slice::from_ref(value))?;
            return self.truth(&v);
        }
        Err(self.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"))
    }
    /// `from module import name`.
    pub fn import_from(&mut self, module: &Value, name: &Ref<Str>) -> Result<Value> {
        if let Some(v) = self.get_attr_opt(module, name)? {
            return Ok(v);
        }
        let text = name.get(&*self.heap).to_string_lossy();
        Err(self.error(Exc::ImportError, format!("cannot import name '{text}'")))
    }
    /// `from module import *`.
    pub fn import_star(&mut self, module: &Value, locals: &Value) -> Result<()> {
        let _ = (module, locals);
        Ok(())
    }
    pub(crate) fn make_type_param(&mut self, type_id: u32, name: Value) -> Value {
        let param = TypeParam {
            name,
            bound: None,
            evaluate_bound: None,
            constraints: None,
            evaluate_constraints: None,
            default: None,
            evaluate_default: None,
            covariant: false,
            contravariant: false,
            infer_variance: true,
        };
        self.heap.alloc_typed(type_id, param).into_value()
    }
    pub(crate) fn make_type_var_with(&mut self, name: Value, bound: Option<Value>, constraints: Option<Value>) -> Value {
        let v = self.make_type_param(id::TYPE_VAR, name);
        if let Some(p) = v.downcast::<TypeParam>(&*self.heap).cloned() {
            let p = p.get_mut(&mut *self.heap);
            p.evaluate_bound = bound;
            p.evaluate_constraints = constraints;
        }
        v
    }
    pub(crate) fn set_type_param_default(&mut self, param: Value, evaluate: Value) -> Value {
        if let Some(p) = param.downcast::<TypeParam>(&*self.heap).cloned() {
            p.get_mut(&mut *self.heap).evaluate_default = Some(evaluate);
        }
        param
    }
    pub(crate) fn subscript_generic(&mut self, params: &Value) -> Result<Value> {
        let generic = self.core_type(id::GENERIC).into_value();
        self.generic_alias(generic, params)
    }
    pub(crate) fn make_type_alias(&mut self, parts: &Value) -> Result<Value> {
        let parts = self.collect(parts)?;
        let part = |i: usize| parts.get(i).cloned().filter(|v| !v.is_none());
        let alias = TypeAlias { name: part(0).unwrap_or(Value::NONE), type_params: part(1), evaluate: part(2), value: None, module: None };
        Ok(self.heap.alloc(alias).into_value())
    }
}
