//! enumerate, zip, map, filter, reversed and the generic iterators: Python methods.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
