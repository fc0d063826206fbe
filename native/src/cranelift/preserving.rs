//! A way to free objects that keeps all registers.
//!
//! Compiled code frees an object that has no references any more, which happens seldom in a loop of floats, but the
//! call would take the registers of all of them: the system's convention preserves none for floats, and the register
//! allocator moves what a loop carries to memory, to and fro in each turn. The function here preserves them itself.

use super::arena;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, Signature, UserFuncName};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use krait_vm::Vm;
use krait_vm::interp::frame::Frame;
use krait_vm::jit::helpers::{self, Level};
use std::sync::OnceLock;

/// The parameters of [`helpers::release`], in a calling convention.
pub fn signature(convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend([I64, I64, I64, I32, I64, I64, I32].map(AbiParam::new));
    signature
}

/// The address of [`helpers::release`].
pub fn release() -> usize {
    let release: unsafe extern "C" fn(*mut Vm, *mut Frame, *mut u64, u32, *mut u8, *const Level, u32) =
        helpers::release;
    release as usize
}

/// The address of a function that does the same in the convention that preserves all registers; made once.
pub fn preserving(isa: &dyn TargetIsa) -> Option<usize> {
    static ADDRESS: OnceLock<Option<usize>> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        let code = arena::Code::new(&assemble(isa)?)?;
        let address = code.address() as usize;
        // Code of any unit may call it as long as the process lives.
        std::mem::forget(code);
        Some(address)
    })
}

fn assemble(isa: &dyn TargetIsa) -> Option<Vec<u8>> {
    let mut function = Function::with_name_signature(UserFuncName::default(), signature(CallConv::PreserveAll));
    let mut frontend = FunctionBuilderContext::new();
    let mut f = FunctionBuilder::new(&mut function, &mut frontend);
    let callee = f.import_signature(signature(isa.default_call_conv()));
    let block = f.create_block();
    f.append_block_params_for_function_params(block);
    f.switch_to_block(block);
    let params = f.block_params(block).to_vec();
    let address = f.ins().iconst(I64, release() as i64);
    f.ins().call_indirect(callee, address, &params);
    f.ins().return_(&[]);
    f.seal_all_blocks();
    f.finalize(isa.frontend_config());
    let mut context = Context::for_function(function);
    let compiled = context.compile(isa, &mut ControlPlane::default()).ok()?;
    compiled.buffer.relocs().is_empty().then(|| compiled.code_buffer().to_vec())
}
