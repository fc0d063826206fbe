//! The end of an interpreter: exit functions, then modules are emptied so that finalisers run.

use crate::args::Args;
use crate::builtins::dict::Dict;
use crate::builtins::module::Module;
use crate::builtins::str::Str;
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use crate::Result;

/// Functions registered with `atexit`: function, arguments, names of the keyword ones.
#[derive(Default)]
pub struct AtExit {
    pub functions: Vec<(Value, Vec<Value>, Vec<Value>)>,
}

impl Vm {
    /// Runs the `atexit` functions, last registered first.
    pub fn run_exit_functions(&mut self) {
        while let Some((function, args, names)) = self.state::<AtExit>().functions.pop() {
            let result = self.call_args(&function, Args::with_names(&args, &names));
            if result.is_err() {
                self.write_unraisable(Some("Exception ignored in atexit callback"), &function);
            }
        }
    }
    /// Ends the interpreter: other threads are joined, exit functions run, streams are flushed, modules emptied.
    pub fn shut_down(&mut self) {
        let threading = self.intern("threading");
        if let Some(module) = self.modules.get_str(&*self, &threading) {
            let result = self.call_method(&module, "_shutdown", &[]);
            self.ignore_at_exit(result, &module);
        }
        self.run_exit_functions();
        self.flush_streams();
        self.finalizing = true;
        self.collect_garbage();
        let modules = self.modules.items(&*self);
        let names = self.modules.clone();
        names.clear_all(self);
        let mut last = Vec::new();
        for (name, module) in modules.into_iter().rev() {
            let text = name.downcast::<Str>(&self.heap).map(|s| s.get(&*self).to_string_lossy()).unwrap_or_default();
            if matches!(text.as_str(), "builtins" | "sys" | "io" | "_io" | "warnings" | "traceback" | "linecache") {
                last.push(module);
            } else if let Some(module) = module.downcast::<Module>(&self.heap).cloned() {
                // Modules that nothing else holds go by themselves.
                if let Some(dict) = module.get(&*self).dict.clone() {
                    self.empty_namespace(&dict);
                }
            }
            self.attend();
        }
        self.collect_garbage();
        self.flush_streams();
        for module in last.into_iter().rev() {
            drop(module);
        }
    }
    fn ignore_at_exit(&mut self, result: Result<Value>, object: &Value) {
        if result.is_err() {
            self.write_unraisable(None, object);
        }
    }
    /// Flushes `sys.stdout` and `sys.stderr`.
    pub fn flush_streams(&mut self) {
        for name in [self.names.stdout.clone(), self.names.stderr.clone()] {
            if let Some(file) = self.sys.get_str(&*self, &name)
                && !file.is_none()
            {
                let result = self.call_method(&file, "flush", &[]);
                self.ignore_at_exit(result, &file);
            }
        }
    }
    /// Sets the names of a namespace to None: private ones first, `__builtins__` never.
    fn empty_namespace(&mut self, dict: &Ref<Dict>) {
        for private in [true, false] {
            for (key, value) in dict.items(&*self) {
                if value.is_none() {
                    continue;
                }
                drop(value);
                let Some(name) = key.downcast::<Str>(&self.heap).cloned() else { continue };
                let text = name.get(&*self).to_string_lossy();
                let is_private = text.starts_with('_') && !text.starts_with("__");
                if text == "__builtins__" || (private && !is_private) {
                    continue;
                }
                dict.set_str(self, &name, Value::NONE);
                self.attend();
            }
        }
    }
}
