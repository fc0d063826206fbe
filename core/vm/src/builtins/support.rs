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
}
