//! What the ops ask of builtins that have rooms of their own: isinstance, imports, groups, type parameters.

use crate::builtins::str::Str;
use crate::builtins::typing::{TypeAlias, TypeParam};
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use crate::Result;

impl Vm {
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
