//! Compiled loops as wasm modules: the backend of this host.
//!
//! [`structure`] nests the blocks of a unit, [`lower`] encodes it, instruction by instruction
//! ([`instructions`]). The page compiles the module at once and puts its
//! function into the instance's own table, where it is called like any other function pointer; when the unit is dropped its
//! place in the table is free for another one. A page may forbid to compile: then everything stays with the
//! interpreter.

#![allow(unsafe_code, reason = "places in the table are called as functions")]

mod enter;
mod instructions;
mod lower;
mod structure;

use crate::js;
use krait_jit::ir::Unit;
use krait_jit::{Backend, LoopCompiler};
use krait_vm::jit::{Compiled, Compiler, Entry};
use std::cell::Cell;
use std::rc::Rc;

/// Modules that exist at once, their bytes together, and the bytes of one.
const MOST_MODULES: usize = 2_000;
const MOST_BYTES: usize = 16 << 20;
const LONGEST: usize = 1 << 20;

/// What an interpreter's compiled code takes.
#[derive(Default)]
struct Taken {
    modules: Cell<usize>,
    bytes: Cell<usize>,
}

/// The page's engine.
#[derive(Default)]
struct Page {
    taken: Rc<Taken>,
    forbidden: bool,
}

/// A function in the table.
struct Code {
    place: u32,
    bytes: usize,
    taken: Rc<Taken>,
}

impl Drop for Code {
    fn drop(&mut self) {
        js::forget_code(self.place);
        self.taken.modules.update(|n| n - 1);
        self.taken.bytes.update(|n| n - self.bytes);
    }
}

impl Backend for Page {
    fn assemble(&mut self, unit: &Unit) -> Option<Compiled> {
        if self.taken.modules.get() >= MOST_MODULES || self.taken.bytes.get() >= MOST_BYTES {
            return None;
        }
        let chains = unit.chains.clone();
        let targets = unit.targets.clone();
        let module = lower::lower(unit, &chains, &targets)?;
        if module.len() > LONGEST {
            return None;
        }
        let place = match js::compile(&module) {
            place @ 1.. => place as u32,
            0 => return None,
            _ => {
                self.forbidden = true;
                return None;
            }
        };
        let code = Code { place, bytes: module.len(), taken: Rc::clone(&self.taken) };
        self.taken.modules.update(|n| n + 1);
        self.taken.bytes.update(|n| n + code.bytes);
        // SAFETY: a function pointer is a place in the table, and the function has this signature.
        let entry = unsafe { std::mem::transmute::<usize, Entry>(place as usize) };
        Some(unit.compiled(entry, Box::new((code, chains, targets))))
    }
    fn is_over(&self) -> bool {
        self.forbidden
    }
}

/// The compiler of this host.
pub fn compiler() -> Box<dyn Compiler> {
    Box::new(LoopCompiler::new(Page::default()))
}
