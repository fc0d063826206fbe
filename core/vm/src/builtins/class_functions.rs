//! Builtin functions on classes and attributes: __build_class__, isinstance, getattr, vars, dir.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
