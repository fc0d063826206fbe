//! `code`: Python attributes.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
