//! The just-in-time compiler's portable half: from watched bytecode to IR, which a [`Backend`] turns into machine
//! code.
//!
//! [`build`] makes an [`ir::Unit`] of a loop: ints, floats and truth values that the loop keeps in registers become
//! plain machine values, objects stay in the frame. [`verify`] checks what was made, [`evaluate`] runs it slowly, which
//! is what tests compare machine code with.

pub mod build;
pub mod evaluate;
pub mod ir;
pub mod verify;

use ir::{Inst, Repr, Unit};
use krait_vm::jit::{Compiled, Compiler, Entry, ExitNote, Subject};
use std::any::Any;

/// Lets a unit's guard fail whenever it is reached: that is never wrong, as the interpreter knows how to go on.
fn fail(unit: &mut Unit, guard: usize) {
    let mut n = 0;
    for block in &mut unit.blocks {
        for at in 0..block.insts.len() {
            let (_, Inst::Guard(_, exit)) = block.insts[at] else { continue };
            if n == guard {
                let (word, never) = (unit.reprs.len() as ir::Var, unit.reprs.len() as ir::Var + 1);
                unit.reprs.extend([Repr::Int, Repr::Bool]);
                block.insts[at].1 = Inst::Guard(never, exit);
                block.insts.splice(at..at, [(word, Inst::Int(0)), (never, Inst::Compare(ir::Cmp::Ne, word, word))]);
                return;
            }
            n += 1;
        }
    }
}

/// Turns IR into code that can be entered.
pub trait Backend {
    /// `None` when this machine cannot run the unit.
    fn assemble(&mut self, unit: &ir::Unit) -> Option<Compiled>;
    /// Whether it will never assemble anything any more.
    fn is_over(&self) -> bool {
        false
    }
}

impl ir::Unit {
    /// The outcome of a compilation whose code is entered here; `code` owns it, and the chains that it knows.
    pub fn compiled(&self, entry: Entry, code: Box<dyn Any>) -> Compiled {
        Compiled {
            entry,
            first: 0,
            heads: self.entries.iter().map(|(head, _)| *head).collect(),
            exits: self.exits.iter().map(|e| ExitNote { pc: e.pc, inside: e.chain }).collect(),
            depth: self.chains.iter().map(Vec::len).max().unwrap_or(0),
            registers: self.registers,
            keep: Vec::new(),
            guards: 0,
            code,
        }
    }
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
        let (mut unit, keep) = match build::build(subject) {
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
        let guards = unit.blocks.iter().flat_map(|b| &b.insts).filter(|(_, inst)| matches!(inst, Inst::Guard(..))).count();
        if let Some(n) = subject.failing {
            fail(&mut unit, n);
        }
        let mut compiled = self.backend.assemble(&unit)?;
        (compiled.keep, compiled.guards) = (keep, guards);
        Some(compiled)
    }
    fn is_over(&self) -> bool {
        self.backend.is_over()
    }
}
