//! `types.GenericAlias` and `typing.Union`: Python methods.

use crate::Result;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `a | b` of types.
    pub(crate) fn union_of(&mut self, a: &Value, b: &Value) -> Result<Value> {
        let _ = (a, b);
        Ok(Value::NOT_IMPLEMENTED)
    }
}

pub(crate) fn init(_vm: &mut Vm) {}
