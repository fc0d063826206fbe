//! Builtin functions on text: chr, ord, ascii, repr, format, print helpers.

use crate::vm::Vm;

pub(crate) fn init(_vm: &mut Vm) {}
