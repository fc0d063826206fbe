//! The `select` module.

use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Vm};

pub fn init(_vm: &mut Vm, _module: &Ref<Module>) -> Result<()> {
    Ok(())
}
