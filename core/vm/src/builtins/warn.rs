//! Warnings raised by the core. The `_warnings` module is in core/modules.

use crate::Result;
use crate::exceptions::Exc;
use crate::vm::Vm;

impl Vm {
    /// Issues a warning of a builtin category, blamed on the Python frame `stack_level` (1: the running one).
    pub fn warn(&mut self, category: Exc, message: &str, stack_level: usize) -> Result<()> {
        let name = self.names.warnings.clone();
        if let Some(module) = self.modules.get_str(&*self, &name) {
            let (text, class) = (self.str(message), self.exc.get(category).to_value());
            let level = self.heap.int(stack_level as i128);
            self.call_method(&module, "warn", &[text, class, level])?;
        }
        Ok(())
    }
    /// Issues a warning about a line of a source file.
    pub fn warn_at(&mut self, category: Exc, message: &str, filename: &str, line: usize) -> Result<()> {
        let name = self.names.warnings.clone();
        if let Some(module) = self.modules.get_str(&*self, &name) {
            let (text, class, file) = (self.str(message), self.exc.get(category).to_value(), self.str(filename));
            let line = self.heap.int(line as i128);
            self.call_method(&module, "warn_explicit", &[text, class, file, line])?;
        }
        Ok(())
    }
}
