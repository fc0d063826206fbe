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
        let key = self.names.__builtins__.clone();
        let builtins = match globals.get_str(&*self, &key) {
            Some(b) => self.builtins_dict(&b),
            None => {
                let builtins = self.builtins.clone();
                globals.set_str(self, &key, builtins.to_value());
                builtins
            }
        };
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
        // SAFETY: the window is reserved, then pushed.
        unsafe {
            let payload = code.payload_ptr();
            let (regs, chunk) = self.thread.reserve_window((*payload).nregs as usize);
            self.push_frame(function, payload, regs, 0, FrameKind::Entry, 0, chunk)?;
            (*self.thread.current()).locals = Some(locals);
        }
        self.run_nested(stop)
    }
    /// Reports an uncaught exception in one line (the library's traceback printer takes over once it can).
    pub fn report_uncaught(&mut self, exception: &Value) {
        let name = self.heap.type_name(exception);
        let mut lines = String::from("Traceback (most recent call last):\n");
        let mut traceback = self.exception_payload(exception).and_then(|e| e.get(&*self.heap).traceback.clone());
        while let Some(t) = traceback {
            let Some(tb) = t.downcast::<crate::interp::frame::Traceback>(&*self.heap) else { break };
            let tb = tb.get(&*self.heap);
            let frame = tb.frame.get(&*self.heap);
            let code = frame.code.get(&*self.heap);
            lines.push_str(&format!("  File \"{}\", line {}, in {}\n", code.filename.get(&*self.heap).to_string_lossy(), code.line(tb.pc as usize).unwrap_or(0), code.qualname.get(&*self.heap).to_string_lossy()));
            traceback = tb.next.clone();
        }
        let args = self.exception_payload(exception).map(|e| e.get(&*self.heap).args.items(&*self.heap).to_vec()).unwrap_or_default();
        let text = match args.first() {
            Some(a) => self.to_text(a).unwrap_or_default(),
            None => String::new(),
        };
        lines.push_str(&format!("{name}: {text}\n"));
        self.host.write(crate::host::Stream::Stderr, lines.as_bytes());
    }
}
