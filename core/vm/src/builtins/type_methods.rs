//! `type`: Python methods and the class statement.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
