//! The just-in-time compiler's portable half: from watched bytecode to IR, which a [`Backend`] turns into machine
//! code.
//!
//! [`build`] makes an [`ir::Unit`] of a loop: ints, floats and truth values that the loop keeps in registers become
//! plain machine values, objects stay in the frame. [`verify`] checks what was made, [`eval`] runs it slowly, which is
//! what tests compare machine code with.

pub mod build;
pub mod ir;
pub mod verify;

use krait_vm::jit::{Compiled, Compiler, Subject};

/// Turns IR into code that can be entered.
pub trait Backend {
    /// `None` when this machine cannot run the unit.
    fn assemble(&mut self, unit: &ir::Unit) -> Option<Compiled>;
}

/// Who wants to see what is compiled.
pub type Watcher = fn(&krait_vm::builtins::code::CodeObject, &ir::Unit);

/// A compiler of loops for a machine.
pub struct LoopCompiler<B> {
    backend: B,
    pub watcher: Option<Watcher>,
    /// Told why loops are left to the interpreter.
    pub explain: Option<fn(&Subject<'_>, &build::Refused)>,
}

impl<B: Backend> LoopCompiler<B> {
    pub fn new(backend: B) -> LoopCompiler<B> {
        LoopCompiler { backend, watcher: None, explain: None }
    }
}

impl<B: Backend> Compiler for LoopCompiler<B> {
    fn compile(&mut self, subject: &Subject<'_>) -> Option<Compiled> {
        let (unit, keep) = match build::build(subject) {
            Ok(built) => built,
            Err(refusal) => {
                if let Some(explain) = self.explain {
                    explain(subject, &refusal);
                }
                return None;
            }
        };
        if let Some(watcher) = self.watcher {
            watcher(subject.code, &unit);
        }
        debug_assert_eq!(verify::verify(&unit), Vec::<String>::new());
        let mut compiled = self.backend.assemble(&unit)?;
        compiled.keep = keep;
        Some(compiled)
    }
}
