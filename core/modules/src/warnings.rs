//! The `_warnings` module: the core's warning machinery (`Vm::warn_explicit`) for the `warnings` library.

use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::builtins::warn::{WarningState, Warned};
use krait_vm::{Ref, Result, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    let (filters, once, action) = vm.warning_state();
    vm.module_set(module, "filters", filters);
    vm.module_set(module, "_onceregistry", once);
    vm.module_set(module, "_defaultaction", action);
    // The context variable needs another native module; without it the library keeps its own.
    let import = vm.intern("__import__");
    if let Some(import) = vm.builtins.get_str(&*vm, &import) {
        let name = vm.str("_contextvars");
        let made = vm.call(&import, &[name]).and_then(|m| {
            let class = vm.intern("ContextVar");
            let class = vm.get_attr(&m, &class)?;
            let name = vm.str("warnings_context");
            vm.call(&class, &[name])
        });
        match made {
            Ok(var) => vm.module_set(module, "_warnings_context", var),
            Err(_) => drop(vm.take_pending()),
        }
    }
    Ok(())
}

struct Functions;

#[methods]
impl Functions {
    /// Issue a warning, or maybe ignore it or raise an exception.
    #[sig("(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())")]
    fn warn(vm: &mut Vm, message: Value, category: Option<Value>, stacklevel: i64, source: Option<Value>, skip_file_prefixes: Option<Value>) -> Result<()> {
        let category = vm.warning_category(&message, category)?;
        let mut skip = Vec::new();
        if let Some(prefixes) = skip_file_prefixes {
            let Some(t) = prefixes.downcast::<Tuple>(&*vm.heap).cloned() else {
                let found = vm.type_name(&prefixes);
                return Err(vm.type_error(format!("warn() argument 'skip_file_prefixes' must be tuple, not {found}")));
            };
            for v in t.items(&*vm).to_vec() {
                match v.downcast::<Str>(&*vm.heap) {
                    Some(s) => skip.push(s.get(&*vm).to_string_lossy()),
                    None => {
                        let found = vm.type_name(&v);
                        return Err(vm.type_error(format!("Found non-str '{found}' in skip_file_prefixes.")));
                    }
                }
            }
        }
        vm.warn_object(message, category, stacklevel, source, &skip)
    }
    /// Issue a warning, or maybe ignore it or raise an exception.
    #[sig("(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)")]
    #[allow(clippy::too_many_arguments, reason = "mirrors the Python signature")]
    fn warn_explicit(
        vm: &mut Vm,
        message: Value,
        category: Option<Value>,
        filename: &Ref<Str>,
        lineno: i64,
        module: Option<Value>,
        registry: Option<Value>,
        module_globals: Option<Value>,
        source: Option<Value>,
    ) -> Result<()> {
        let category = vm.warning_category(&message, category)?;
        let mut source_line = None;
        if let Some(globals) = module_globals {
            let Some(globals) = globals.downcast::<Dict>(&*vm.heap).cloned() else {
                let found = vm.type_name(&globals);
                return Err(vm.type_error(format!("module_globals must be a dict, not '{found}'")));
            };
            source_line = line_from_loader(vm, &globals, lineno)?;
        }
        vm.warn_explicit(Warned { category, message, filename: filename.to_value(), line: lineno, module, registry, source, source_line })
    }
    #[sig("()")]
    fn _filters_mutated_lock_held(vm: &mut Vm) -> Result<()> {
        vm.state::<WarningState>().version += 1;
        Ok(())
    }
    #[sig("()")]
    fn _acquire_lock(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
    #[sig("()")]
    fn _release_lock(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
}

/// The source line a loader's `get_source` gives.
fn line_from_loader(vm: &mut Vm, globals: &Ref<Dict>, line: i64) -> Result<Option<Value>> {
    let (loader, name) = (vm.names.__loader__.clone(), vm.names.__name__.clone());
    let (Some(loader), Some(name)) = (globals.get_str(&*vm, &loader), globals.get_str(&*vm, &name)) else { return Ok(None) };
    let get_source = vm.intern("get_source");
    let Some(get_source) = vm.get_attr_opt(&loader, &get_source)? else { return Ok(None) };
    let source = vm.call(&get_source, &[name])?;
    if source.is_none() {
        return Ok(None);
    }
    let text = vm.to_text(&source)?;
    let found = usize::try_from(line - 1).ok().and_then(|n| text.lines().nth(n).map(str::to_owned));
    Ok(found.map(|l| vm.str(&l)))
}
