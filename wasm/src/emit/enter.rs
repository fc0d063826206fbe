//! A call of a function that is known: what `Frame::call_above` and the end of a call do, around a call of its code.

use super::lower::{ADDRESS, FRAME, HELPER, HOW, LEFT, Lowering, REGISTERS, VM, at};
use krait_vm::interp::frame::FrameKind;
use krait_vm::jit::helpers::{self, outcome};
use krait_vm::jit::{LEFT_BITS, Left, MOST_INSIDE, MOST_PARTS};
use krait_vm::value::{NONE_WORD, UNBOUND_WORD};
use wasm_encoder::{BlockType, ValType};

/// Levels to the places where the long ways begin, and to the end, from the straight way.
const AFTER: u32 = 0;
const SLOW: u32 = 1;
const OUT: u32 = 2;

impl Lowering<'_> {
    /// Pushes the outcome.
    pub(super) fn enter(&mut self, n: usize) {
        let (target, layout) = (self.targets[n], self.layout);
        let (code, place) = (target.code as usize as i32, &raw const self.targets[n] as usize as i32);
        let [ticks, thread, inside, current, pc, above, object, function] =
            [layout.ticks, layout.thread, layout.compiled_depth, layout.current, layout.frame_pc, layout.frame_above, layout.frame_object, layout.frame_function].map(at);
        let [direct, room, depth, most, limit, attention] =
            [layout.code_direct, layout.code_room, layout.frame_depth, layout.recursion_limit, layout.frame_limit, layout.attention].map(at);
        let window = (target.base * 8) as i32;
        let mut ins = self.ins();
        ins.block(BlockType::Result(ValType::I32)).block(BlockType::Empty).block(BlockType::Empty);
        // The interpreter looks up before the last tick is used.
        ins.local_get(VM).i32_load(ticks).i32_const(2).i32_lt_u().br_if(SLOW);
        ins.i32_const(code).i32_load(direct).i32_eqz().br_if(SLOW);
        ins.local_get(FRAME).i32_load(above).local_tee(ADDRESS).i32_eqz().br_if(SLOW);
        ins.local_get(VM).i32_load(thread).i32_load(inside).i32_const(MOST_INSIDE as i32).i32_ge_u().br_if(SLOW);
        ins.local_get(ADDRESS).i32_load(depth).i32_const(MOST_PARTS as i32).i32_add();
        ins.local_get(VM).i32_load(most).i32_gt_u().br_if(SLOW);
        ins.i32_const(code).i32_load(room).i32_const(3).i32_shl();
        ins.local_get(FRAME).i32_load(limit).local_get(REGISTERS).i32_sub().i32_const(window).i32_sub().i32_gt_u().br_if(SLOW);
        // The frame.
        for slot in target.base + target.given..target.base + target.first_temp {
            ins.local_get(REGISTERS).i64_const(UNBOUND_WORD as i64).i64_store(at(slot as usize * 8));
        }
        ins.local_get(VM).local_get(VM).i32_load(ticks).i32_const(1).i32_sub().i32_store(ticks);
        ins.local_get(FRAME).i32_const(target.call as i32).i32_store(pc);
        ins.local_get(ADDRESS).local_get(REGISTERS).i32_const(window).i32_add().i32_store(at(layout.frame_registers));
        ins.local_get(ADDRESS).local_get(FRAME).i32_load(limit).i32_store(limit);
        let top = window + (target.nregs * 8) as i32;
        ins.local_get(ADDRESS).local_get(REGISTERS).i32_const(top).i32_add().i32_store(at(layout.frame_top));
        ins.local_get(ADDRESS).i32_const(0).i32_store(pc);
        ins.local_get(ADDRESS).i32_const(target.dst as i32).i32_store(at(layout.frame_dst));
        ins.local_get(ADDRESS).i32_const(FrameKind::Call as i32).i32_store8(at(layout.frame_kind));
        ins.local_get(ADDRESS).i32_const(code).i32_store(at(layout.frame_code));
        ins.local_get(ADDRESS).i64_const(target.function as i64).i64_store(function);
        ins.local_get(VM).i32_load(thread).local_get(ADDRESS).i32_store(current);
        for by in [1, -1] {
            ins.local_get(VM).i32_load(thread).local_get(VM).i32_load(thread).i32_load(inside).i32_const(by).i32_add().i32_store(inside);
            if by == 1 {
                ins.local_get(VM).local_get(ADDRESS).local_get(REGISTERS).i32_const(window).i32_add().i32_const(0);
                ins.i32_const(code).i32_load(direct).call_indirect(0, HELPER).local_set(HOW);
            }
        }
        // It has returned, and nobody wants anything.
        ins.local_get(HOW).i32_const((1 << LEFT_BITS) - 1).i32_and().i32_const(Left::Returned as i32).i32_ne().br_if(AFTER);
        ins.local_get(VM).i32_load(attention).i32_load8_u(at(0)).br_if(AFTER);
        ins.local_get(FRAME).i64_load(object).local_get(ADDRESS).i64_load(object).i64_or().i64_eqz().i32_eqz().br_if(AFTER);
        ins.local_get(VM).i32_load(thread).local_get(FRAME).i32_store(current);
        ins.local_get(ADDRESS).i64_const(NONE_WORD as i64).i64_store(function);
        ins.i32_const(outcome::DONE as i32).br(OUT);
        // The long ways.
        ins.end().local_get(VM).local_get(FRAME).local_get(REGISTERS).i32_const(place).local_get(ADDRESS).local_get(HOW);
        self.call(helpers::left as *const (), LEFT);
        let mut ins = self.ins();
        ins.br(OUT - 1).end();
        ins.local_get(VM).local_get(FRAME).local_get(REGISTERS).i32_const(place);
        self.call(helpers::enter as *const (), HELPER);
        self.ins().end();
    }
}
