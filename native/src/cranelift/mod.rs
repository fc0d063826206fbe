//! Machine code for loops, by Cranelift.
//!
//! [`lower`] translates the portable IR, [`arena`] keeps the code. Calls of helpers go through their addresses, so that
//! code needs no relocation; [`preserving`] has one that leaves floats in their registers.

#![allow(unsafe_code, reason = "memory that is executed")]

mod arena;
mod lower;
mod preserving;

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use krait_jit::ir::Unit;
use krait_jit::{Backend, LoopCompiler};
use krait_vm::jit::{Compiled, Compiler, Entry, Subject};

/// This machine.
pub struct Machine {
    isa: OwnedTargetIsa,
    /// Print the code that is made.
    pub dump: Dump,
}

/// What to print of what is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dump {
    pub clif: bool,
    pub asm: bool,
}

impl Machine {
    pub fn new(dump: Dump) -> Option<Machine> {
        let mut flags = settings::builder();
        for (name, value) in [("opt_level", "speed"), ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }), ("unwind_info", "false")] {
            flags.set(name, value).ok()?;
        }
        let isa = cranelift_codegen::isa::lookup(target_lexicon::Triple::host()).ok()?.finish(settings::Flags::new(flags)).ok()?;
        Some(Machine { isa, dump })
    }
}

impl Backend for Machine {
    fn assemble(&mut self, unit: &Unit) -> Option<Compiled> {
        let mut context = Context::new();
        let chains = unit.chains.clone();
        let targets = unit.targets.clone();
        context.func = lower::lower(unit, &chains, &targets, &*self.isa);
        if self.dump.clif {
            eprintln!("{}", context.func.display());
        }
        context.set_disasm(self.dump.asm);
        let compiled = context.compile(&*self.isa, &mut ControlPlane::default()).ok()?;
        if let Some(text) = &compiled.vcode {
            eprintln!("{text}");
        }
        if !compiled.buffer.relocs().is_empty() {
            return None;
        }
        let code = arena::Code::new(compiled.code_buffer())?;
        // SAFETY: the code was made with this signature.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(code.address()) };
        Some(unit.compiled(entry, Box::new((code, chains, targets))))
    }
}

/// What the command line says of the compiler.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub ir: bool,
    /// Say why loops are left to the interpreter.
    pub explain: bool,
    pub dump: Dump,
}

/// The compiler of this machine, set up when the first loop is hot.
struct Lazy {
    options: Options,
    compiler: Option<Option<LoopCompiler<Machine>>>,
}

impl Compiler for Lazy {
    fn compile(&mut self, subject: &Subject<'_>) -> Option<Compiled> {
        let options = self.options;
        let compiler = self.compiler.get_or_insert_with(|| {
            let mut compiler = LoopCompiler::new(Machine::new(options.dump)?);
            if options.ir {
                compiler.watcher = Some(|_, unit| eprintln!("{unit}"));
            }
            if options.explain {
                compiler.explain = Some(|subject, refused| {
                    let name = subject.code.qualname.view(subject.vm).to_utf8_lossy();
                    eprintln!("jit: {name} {:?} is left to the interpreter: {} at {} {} {:?}", subject.range, refused.why, refused.code, refused.pc, refused.op);
                });
            }
            Some(compiler)
        });
        compiler.as_mut()?.compile(subject)
    }
}

/// The compiler of this machine.
pub fn compiler(options: Options) -> Box<dyn Compiler> {
    Box::new(Lazy { options, compiler: None })
}
