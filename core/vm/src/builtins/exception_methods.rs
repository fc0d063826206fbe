//! Exceptions: Python constructors, attributes and methods, groups.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
