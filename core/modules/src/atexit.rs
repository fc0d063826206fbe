//! The `atexit` module; the functions run in `Vm::shut_down`.

use krait_vm::builtins::module::Module;
use krait_vm::interp::shutdown::AtExit;
use krait_vm::{KwArgs, Ref, Result, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    Ok(())
}

struct Functions;

#[methods]
impl Functions {
    /// Register a function to be executed upon normal program termination
    #[sig("(func, /, *args, **kwargs)")]
    fn register(vm: &mut Vm, func: Value, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        if !vm.is_callable(&func) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let mut all = args.to_vec();
        let mut names = Vec::new();
        for (k, v) in &kwargs.items {
            names.push((*k).clone());
            all.push((*v).clone());
        }
        vm.state::<AtExit>().functions.push((func.clone(), all, names));
        Ok(func)
    }
    /// Unregister an exit function which was previously registered using atexit.register
    #[sig("(func, /)")]
    fn unregister(vm: &mut Vm, func: &Value) -> Result<()> {
        let mut i = 0;
        while let Some((f, _, _)) = vm.state::<AtExit>().functions.get(i).cloned() {
            if vm.equal(&f, func)? {
                let functions = &mut vm.state::<AtExit>().functions;
                if i < functions.len() {
                    let old = functions.remove(i);
                    drop(old);
                }
            } else {
                i += 1;
            }
        }
        Ok(())
    }
    /// Clear the list of previously registered exit functions.
    #[sig("()")]
    fn _clear(vm: &mut Vm) -> Result<()> {
        let old = std::mem::take(&mut vm.state::<AtExit>().functions);
        drop(old);
        Ok(())
    }
    /// Run all registered exit functions.
    #[sig("()")]
    fn _run_exitfuncs(vm: &mut Vm) -> Result<()> {
        vm.run_exit_functions();
        Ok(())
    }
    /// Return the number of registered exit functions.
    #[sig("()")]
    fn _ncallbacks(vm: &mut Vm) -> Result<usize> {
        Ok(vm.state::<AtExit>().functions.len())
    }
}
