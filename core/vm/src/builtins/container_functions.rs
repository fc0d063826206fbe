//! Builtin functions on containers: len, iter, next, sorted, min, max, any, all, hash.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
