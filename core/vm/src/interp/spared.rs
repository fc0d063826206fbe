//! The quick loop of WebAssembly, and the opcodes it spares itself.
//!
//! An engine's compiler allocates registers well only in functions that are not too large: for more than 8192 values V8
//! takes a plainer way, in which calls took up to 1.8 times as long. So there the loop of [`super::run`] is compiled twice:
//! as the quick loop, which has the fast paths of frequent opcodes and nothing else, and as the loop for tracing, which
//! has everything and runs what the other spares itself: the opcodes of this list, and what is slow about others, unless
//! [`rest`] has it. What programs do all the time belongs into the quick loop; wasm/README.md says how to see that it is
//! not too large.

use crate::Result;
use crate::interp::arms::{Next, pushed};
use crate::interp::ops::Ctx;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::CmpOp;
use crate::types::special::Special;
use crate::value::Value;
use crate::vm::Vm;
use krait_bytecode::Op;
use krait_bytecode::ops::OP_COUNT;

/// Whether the loop is compiled so.
pub(crate) const HAS_QUICK_LOOP: bool = cfg!(target_arch = "wasm32");

/// The opcodes, handed to another macro.
macro_rules! with_spared_ops {
    ($with:ident) => {
        $with! {
            DeleteLocal LoadBody LoadClassDeref LoadGlobal LoadLocals
            BinaryMatmul BinaryPow InplaceMatmul InplacePow UnaryInvert UnaryPos
            UnpackEx ListExtend ImportName Intrinsic2
            EndAsyncFor
            Raise RaiseExc RaiseFrom Reraise
            MatchClass
        }
    };
}
/// Their pattern.
macro_rules! spared_pattern {
    ($($op:ident)*) => { $(krait_bytecode::Op::$op)|* };
}
macro_rules! table {
    ($($op:ident)*) => {{
        let mut quick = [true; OP_COUNT];
        $(quick[krait_bytecode::Op::$op as usize] = false;)*
        quick
    }};
}
pub(crate) use {spared_pattern, with_spared_ops};

static QUICK: [bool; OP_COUNT] = with_spared_ops!(table);

/// Whether the quick loop has a way for an opcode.
#[inline(always)]
pub(crate) fn is_quick(op: u8) -> bool {
    QUICK[op as usize % OP_COUNT]
}

type Rest = fn(&mut Vm, Ctx) -> Result<Next>;

fn on(done: Result<()>) -> Result<Next> {
    done.map(|()| Next::On)
}
fn finish(cx: Ctx, value: Result<Value>) -> Result<Next> {
    on(cx.finish(value?))
}
fn skip(done: Result<()>) -> Result<Next> {
    done.map(|()| Next::Skip)
}

/// Opcodes that the quick loop has only a part of, and what does the rest, for those where it is no rarity.
static RESTS: [Option<Rest>; OP_COUNT] = {
    let mut table: [Option<Rest>; OP_COUNT] = [None; OP_COUNT];
    macro_rules! rests {
        ($($($op:ident)|+ => $rest:expr,)*) => { $($(table[Op::$op as usize] = Some($rest);)+)* };
    }
    macro_rules! operators {
        ($($binary:ident $inplace:ident $op:ident,)*) => {
            rests! { $(
                $binary => |vm, cx| pushed(vm.op_binary(cx, BinOp::$op)),
                $inplace => |vm, cx| pushed(vm.op_inplace(cx, BinOp::$op)),
            )* }
        };
    }
    macro_rules! comparisons {
        ($($compare:ident $jump:ident $jump_imm:ident $op:ident,)*) => {
            rests! { $(
                $compare => |vm, cx| pushed(vm.op_compare(cx, CmpOp::$op)),
                $jump => |vm, cx| Ok(vm.op_compare_jump(cx, CmpOp::$op)?.map_or(Next::Frame, Next::If)),
                $jump_imm => |vm, cx| vm.op_compare_imm_jump(cx, CmpOp::$op).map(Next::If),
            )* }
        };
    }
    operators! {
        BinaryMatmul InplaceMatmul Matmul,
        BinaryPow InplacePow Pow,
    }
    comparisons! {
        CompareLt JumpIfLt JumpIfLtImm Lt,
        CompareLe JumpIfLe JumpIfLeImm Le,
        CompareEq JumpIfEq JumpIfEqImm Eq,
        CompareNe JumpIfNe JumpIfNeImm Ne,
        CompareGt JumpIfGt JumpIfGtImm Gt,
        CompareGe JumpIfGe JumpIfGeImm Ge,
    }
    rests! {
        AddImm => |vm, cx| on(vm.op_imm(cx, BinOp::Add)),
        SubImm => |vm, cx| on(vm.op_imm(cx, BinOp::Sub)),
        UnaryNeg => |vm, cx| on(vm.op_unary(cx, Special::Neg)),
        UnaryPos => |vm, cx| on(vm.op_unary(cx, Special::Pos)),
        UnaryInvert => |vm, cx| on(vm.op_unary(cx, Special::Invert)),
        UnaryNot => |vm, cx| { let truth = vm.truth(cx.b()); finish(cx, truth.map(|truth| Value::bool(!truth))) },
        ToBool => |vm, cx| { let truth = vm.truth(cx.b()); finish(cx, truth.map(Value::bool)) },
        UnpackSequence => |vm, cx| on(vm.op_unpack_sequence(cx)),
        ListAppend => |vm, cx| on(vm.op_list_append(cx)),
        MatchClass => |vm, cx| skip(vm.op_match_class(cx)),
        UnpackEx => |vm, cx| skip(vm.op_unpack_ex(cx)),
        ListExtend => |vm, cx| skip(vm.op_list_extend(cx)),
        LoadAttrSlot | LoadAttrMember | LoadAttrClass | LoadAttrItem | LoadAttrModule | LoadAttrType | LoadAttrDict => |vm, cx| vm.missed(cx, Op::LoadAttr),
        LoadMethodCached | LoadMethodBuiltin | LoadMethodNative | LoadMethodModule | LoadMethodType | LoadMethodDict => |vm, cx| vm.missed(cx, Op::LoadMethod),
        StoreAttrSlot | StoreAttrAdd | StoreAttrMember | StoreAttrDict => |vm, cx| vm.missed(cx, Op::StoreAttr),
    }
    table
};

/// What does the rest of an opcode for the quick loop.
#[inline(always)]
pub(crate) fn rest(op: u8) -> Option<Rest> {
    RESTS[op as usize % OP_COUNT]
}
