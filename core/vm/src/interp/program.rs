//! Running whole code objects: modules, `exec`, `eval`.

#![allow(unsafe_code, reason = "sets up the frame of a code object")]

use crate::Result;
use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::interp::frame::FrameKind;
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// Runs a code object in namespaces. Without `locals` the globals are the locals, as in a module.
    pub fn run_code(&mut self, code: &Ref<CodeObject>, globals: &Ref<Dict>, locals: Option<Value>) -> Result<Value> {
        let builtins = self.builtins_of(globals);
        let function = self.new_function(code, globals.clone(), builtins);
        self.run_function_with_locals(function.into_value(), code, locals.unwrap_or_else(|| globals.to_value()))
    }
    /// The dict behind `__builtins__`: a module or a dict.
    pub fn builtins_dict(&mut self, value: &Value) -> Ref<Dict> {
        if let Some(d) = value.downcast::<Dict>(&*self.heap) {
            return d.clone();
        }
        match value.downcast::<crate::builtins::module::Module>(&*self.heap).cloned() {
            Some(m) => self.module_dict(&m),
            None => self.builtins.clone(),
        }
    }
    /// Runs a function's code as a body whose names live in the mapping `locals` (modules, classes).
    pub fn run_function_with_locals(&mut self, function: Value, code: &Ref<CodeObject>, locals: Value) -> Result<Value> {
        self.check_native_depth("")?;
        let stop = self.thread.depth();
        if code.get(&*self).info.flags.is_generator_like() {
            // Code with a top-level `await`.
            let Some(f) = function.downcast_exact::<crate::builtins::function::Function>() else { return Ok(Value::NONE) };
            let coroutine = self.new_generator(f, code, Vec::new());
            if let Some(g) = coroutine.downcast::<crate::interp::generator::Generator>(&*self.heap) {
                g.get_mut(&mut *self.heap).locals = Some(locals);
            }
            return Ok(coroutine);
        }
        // SAFETY: the window is reserved, then pushed.
        unsafe {
            let payload = code.payload_ptr();
            let (regs, chunk) = self.thread.reserve_window((*payload).nregs as usize);
            self.push_frame(function, payload, regs, 0, FrameKind::Entry, 0, chunk)?;
            (*self.thread.current()).locals = Some(locals);
        }
        self.run_nested(stop)
    }
    /// Reports an uncaught exception: `sys.excepthook`'s default.
    pub fn report_uncaught(&mut self, exception: &Value) {
        self.print_exception(exception);
    }
}
