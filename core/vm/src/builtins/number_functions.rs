//! Builtin functions on numbers: abs, divmod, pow, round, sum, bin, oct, hex.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
