//! The portable IR as Cranelift's.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I8, I32, I64};
use cranelift_codegen::ir::{self, AbiParam, AliasRegion, AliasRegionData, BlockArg, Function, InstBuilder, MemFlagsData, SigRef, Signature, UserFuncName};
use super::preserving;
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use krait_jit::ir::{Class, Cmp, End, ExitId, FloatOp, Inst, IntOp, Region, Repr, Source, Unit, Var, Width};
use krait_vm::Vm;
use krait_vm::interp::frame::{Frame, FrameKind};
use krait_vm::jit::helpers::{self, Helper, Level, Target};
use krait_vm::jit::lookups;
use krait_vm::jit::layout::{Layout, REFERENCE};
use krait_vm::jit::{LEFT_BITS, Left, MOST_INSIDE, MOST_PARTS};
use krait_vm::value::{NONE_WORD, UNBOUND_WORD, layout};
use std::collections::HashMap;

/// Translates a unit to a function with the signature of [`krait_vm::jit::Entry`].
///
/// `chains` and `targets` are the unit's, at the addresses that they keep as long as the code.
pub fn lower(unit: &Unit, chains: &[Vec<Level>], targets: &[Target], isa: &dyn TargetIsa) -> Function {
    let call = isa.default_call_conv();
    let mut signature = Signature::new(call);
    signature.params.extend([I64, I64, I64, I32].map(AbiParam::new));
    signature.returns.push(AbiParam::new(I32));
    let mut helper = Signature::new(call);
    helper.params.extend([I64, I64, I64, I32].map(AbiParam::new));
    helper.returns.push(AbiParam::new(I32));
    let mut nested = Signature::new(call);
    nested.params.extend([I64, I64, I64, I32, I64, I64, I32].map(AbiParam::new));
    nested.returns.push(AbiParam::new(I32));
    // Loops with floats keep them in registers.
    let floats = unit.reprs.contains(&Repr::Float);
    let (release, freeing) = match preserving::preserving(isa).filter(|_| floats) {
        Some(address) => (preserving::signature(CallConv::PreserveAll), address),
        None => (preserving::signature(call), preserving::release()),
    };
    let mut rebuild = Signature::new(call);
    rebuild.params.extend([I64, I64, I64, I32, I64, I32].map(AbiParam::new));
    let mut lookup = Signature::new(call);
    lookup.params.extend([I64; 3].map(AbiParam::new));
    lookup.returns.push(AbiParam::new(I64));
    let mut move_items = Signature::new(call);
    move_items.params.extend([I64; 8].map(AbiParam::new));
    move_items.returns.push(AbiParam::new(I32));
    let mut enter = Signature::new(call);
    enter.params.extend([I64; 4].map(AbiParam::new));
    enter.returns.push(AbiParam::new(I32));
    let mut left = Signature::new(call);
    left.params.extend([I64, I64, I64, I64, I64, I32].map(AbiParam::new));
    left.returns.push(AbiParam::new(I32));
    let mut function = Function::with_name_signature(UserFuncName::default(), signature);
    let mut context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut function, &mut context);
    let mut make_room = Signature::new(call);
    make_room.params.extend([I64, I64].map(AbiParam::new));
    make_room.returns.push(AbiParam::new(I32));
    let mut int_word = Signature::new(call);
    int_word.params.extend([I64, I64].map(AbiParam::new));
    int_word.returns.push(AbiParam::new(I64));
    let mut range_iterator = Signature::new(call);
    range_iterator.params.extend([I64, I64, I64, I64].map(AbiParam::new));
    range_iterator.returns.push(AbiParam::new(I64));
    let [helper, nested, release, rebuild, make_room, int_word, range_iterator, lookup, move_items, enter, left] = [helper, nested, release, rebuild, make_room, int_word, range_iterator, lookup, move_items, enter, left].map(|s| builder.import_signature(s));
    let regions = ["registers", "heap", "types"];
    let regions = [0, 1, 2].map(|n| builder.func.dfg.alias_regions.insert(AliasRegionData { user_id: n, description: regions[n as usize].into() }));
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    let params = builder.block_params(entry).to_vec();
    let mut lowering = Lowering {
        unit,
        layout: Layout::new(),
        vm: params[0],
        frame: params[1],
        registers: params[2],
        chains,
        targets,
        helper,
        nested,
        release,
        freeing,
        rebuild,
        make_room,
        int_word,
        range_iterator,
        lookup,
        move_items,
        enter,
        left,
        regions,
        values: HashMap::new(),
        blocks: unit.blocks.iter().map(|_| builder.create_block()).collect(),
        exits: HashMap::new(),
        f: builder,
    };
    lowering.dispatch(entry, params[3]);
    for n in 0..unit.blocks.len() {
        lowering.block(n);
    }
    let exits: Vec<_> = lowering.exits.iter().map(|(e, b)| (*e, *b)).collect();
    for ((exit, outcome), block) in exits {
        lowering.exit(exit, outcome, block);
    }
    lowering.f.seal_all_blocks();
    lowering.f.finalize(isa.frontend_config());
    function
}

struct Lowering<'a> {
    unit: &'a Unit,
    layout: Layout,
    f: FunctionBuilder<'a>,
    vm: ir::Value,
    frame: ir::Value,
    registers: ir::Value,
    chains: &'a [Vec<Level>],
    targets: &'a [Target],
    helper: SigRef,
    nested: SigRef,
    release: SigRef,
    /// The address of the function that frees objects, and has the signature `release`.
    freeing: usize,
    rebuild: SigRef,
    make_room: SigRef,
    int_word: SigRef,
    range_iterator: SigRef,
    lookup: SigRef,
    move_items: SigRef,
    enter: SigRef,
    left: SigRef,
    regions: [AliasRegion; 3],
    values: HashMap<Var, ir::Value>,
    blocks: Vec<ir::Block>,
    /// Blocks that leave; by whether a helper's outcome, their parameter, says how.
    exits: HashMap<(ExitId, bool), ir::Block>,
}

fn ty(repr: Repr) -> ir::Type {
    match repr {
        Repr::Float => F64,
        Repr::Bool => I8,
        Repr::Int | Repr::Wide | Repr::Word | Repr::Address => I64,
    }
}

/// How memory of a region is reached.
fn flags(regions: &[AliasRegion; 3], region: Region) -> MemFlagsData {
    let n = match region {
        Region::Registers => 0,
        Region::Heap => 1,
        Region::Types => 2,
    };
    MemFlagsData::trusted().with_alias_region(Some(regions[n]))
}

impl Lowering<'_> {
    fn value(&self, var: Var) -> ir::Value {
        self.values[&var]
    }
    fn int(&mut self, n: i64) -> ir::Value {
        self.f.ins().iconst(I64, n)
    }
    fn word(&mut self, word: u64) -> ir::Value {
        self.int(word as i64)
    }

    /// Goes to the entry that is asked for.
    fn dispatch(&mut self, entry: ir::Block, which: ir::Value) {
        self.f.switch_to_block(entry);
        for (n, (_, block)) in self.unit.entries.iter().enumerate() {
            let to = self.blocks[*block as usize];
            if n + 1 == self.unit.entries.len() {
                self.f.ins().jump(to, &[]);
                return;
            }
            let next = self.f.create_block();
            let this = self.f.ins().icmp_imm_s(IntCC::Equal, which, n as i64);
            self.f.ins().brif(this, to, &[], next, &[]);
            self.f.switch_to_block(next);
        }
    }

    fn block(&mut self, n: usize) {
        let block = self.blocks[n];
        let ir = &self.unit.blocks[n];
        self.f.switch_to_block(block);
        for (var, repr) in &ir.params {
            let value = self.f.append_block_param(block, ty(*repr));
            self.values.insert(*var, value);
        }
        for (var, inst) in &ir.insts {
            if let Some(value) = self.inst(inst) {
                self.values.insert(*var, value);
            }
        }
        let args = |this: &Self, args: &[Var]| args.iter().map(|&v| BlockArg::Value(this.value(v))).collect::<Vec<_>>();
        match &ir.end {
            End::Jump(to, list) => {
                let list = args(self, list);
                let to = self.blocks[*to as usize];
                self.f.ins().jump(to, &list);
            }
            End::Branch(condition, (then, x), (otherwise, y)) => {
                let (x, y, condition) = (args(self, x), args(self, y), self.value(*condition));
                let (then, otherwise) = (self.blocks[*then as usize], self.blocks[*otherwise as usize]);
                self.f.ins().brif(condition, then, &x, otherwise, &y);
            }
            End::Leave(exit) => {
                let to = self.exit_block(*exit, false);
                self.f.ins().jump(to, &[]);
            }
        }
    }
    fn exit_block(&mut self, exit: ExitId, outcome: bool) -> ir::Block {
        if let Some(&block) = self.exits.get(&(exit, outcome)) {
            return block;
        }
        let block = self.f.create_block();
        self.f.set_cold_block(block);
        self.exits.insert((exit, outcome), block);
        block
    }
    /// Goes on in a new block when the condition holds, and leaves otherwise.
    fn guard(&mut self, condition: ir::Value, exit: ExitId) {
        let (next, out) = (self.f.create_block(), self.exit_block(exit, false));
        self.f.ins().brif(condition, next, &[], out, &[]);
        self.f.switch_to_block(next);
    }

    /// Writes what an exit leaves to the frame, and returns.
    fn exit(&mut self, id: ExitId, outcome: bool, block: ir::Block) {
        let exit = &self.unit.exits[id as usize];
        self.f.switch_to_block(block);
        let how = if outcome { Some(self.f.append_block_param(block, I32)) } else { None };
        // First what looks at registers that are written then.
        for (r, source) in &exit.words {
            let word = match *source {
                Source::Var(var) => self.value(var),
                Source::Register(other) => self.register(other),
                Source::Word(word) => self.word(word),
            };
            self.retain(word);
            self.set_register(*r, word);
        }
        for (r, var, repr) in &exit.registers {
            let word = self.boxed(*repr, *var);
            self.set_register(*r, word);
        }
        for (r, next, left) in &exit.ranges {
            let base = self.register(*r);
            let (next, left) = (self.value(*next), self.value(*left));
            self.f.ins().store(flags(&self.regions, Region::Heap), next, base, self.layout.range_next as i32);
            self.f.ins().store(flags(&self.regions, Region::Heap), left, base, self.layout.range_left as i32);
        }
        if let Some(ticks) = exit.ticks {
            let ticks = self.value(ticks);
            self.f.ins().istore32(flags(&self.regions, Region::Registers), ticks, self.vm, self.layout.ticks as i32);
        }
        if let Some(pc) = exit.pc {
            let pc = self.f.ins().iconst(I32, i64::from(pc));
            if exit.chain == 0 {
                self.f.ins().store(flags(&self.regions, Region::Registers), pc, self.frame, self.layout.frame_pc as i32);
            } else {
                let rebuild: unsafe extern "C" fn(*mut Vm, *mut Frame, *mut u64, u32, *const Level, u32) = helpers::rebuild;
                let callee = self.int(rebuild as usize as i64);
                let (levels, count) = self.chain(exit.chain);
                self.f.ins().call_indirect(self.rebuild, callee, &[self.vm, self.frame, self.registers, pc, levels, count]);
            }
        }
        let result = match how {
            Some(how) => {
                let done = self.f.ins().iconst(I32, i64::from(Left::Done as u32));
                let leaves = self.f.ins().icmp_imm_s(IntCC::Equal, how, i64::from(helpers::outcome::LEAVE));
                self.f.ins().select(leaves, done, how)
            }
            None => {
                self.f.ins().iconst(I32, i64::from(id << LEFT_BITS | exit.left as u32))
            }
        };
        self.f.ins().return_(&[result]);
    }

    // ---- instructions ----

    fn inst(&mut self, inst: &Inst) -> Option<ir::Value> {
        Some(match *inst {
            Inst::Int(n) => self.int(n),
            Inst::Float(x) => self.f.ins().f64const(x),
            Inst::Word(word) => self.word(word),
            Inst::IntOp(op, a, b) => self.int_op(op, a, b),
            Inst::FloatOp(op, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match op {
                    FloatOp::Add => self.f.ins().fadd(a, b),
                    FloatOp::Sub => self.f.ins().fsub(a, b),
                    FloatOp::Mul => self.f.ins().fmul(a, b),
                    FloatOp::Div => self.f.ins().fdiv(a, b),
                }
            }
            Inst::FloatNeg(a) => {
                let a = self.value(a);
                self.f.ins().fneg(a)
            }
            Inst::FloatSqrt(a) => {
                let a = self.value(a);
                self.f.ins().sqrt(a)
            }
            Inst::FloatAbs(a) => {
                let a = self.value(a);
                self.f.ins().fabs(a)
            }
            Inst::FloatOfInt(a) => {
                let a = self.value(a);
                self.f.ins().fcvt_from_sint(F64, a)
            }
            Inst::Compare(cmp, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.f.ins().icmp(int_condition(cmp), a, b)
            }
            Inst::FloatCompare(cmp, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.f.ins().fcmp(float_condition(cmp), a, b)
            }
            Inst::Same(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.f.ins().icmp(IntCC::Equal, a, b)
            }
            Inst::Not(a) => {
                let a = self.value(a);
                self.f.ins().bxor_imm_u(a, 1)
            }
            Inst::And(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.f.ins().band(a, b)
            }
            Inst::Select(c, a, b) | Inst::Choose(c, a, b) => {
                let (c, a, b) = (self.value(c), self.value(a), self.value(b));
                self.f.ins().select(c, a, b)
            }
            Inst::Fits(a) => {
                let a = self.value(a);
                let moved = self.f.ins().iadd_imm_s(a, 1 << 49);
                self.f.ins().icmp_imm_u(IntCC::UnsignedLessThan, moved, 1 << 50)
            }
            Inst::MulFits(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                let (low, high) = (self.f.ins().imul(a, b), self.f.ins().smulhi(a, b));
                let sign = self.f.ins().sshr_imm_u(low, 63);
                self.f.ins().icmp(IntCC::Equal, high, sign)
            }
            Inst::Is(class, a) => self.is(class, a),
            Inst::Box(repr, a) => self.boxed(repr, a),
            Inst::Unbox(repr, a) => self.unboxed(repr, a),
            Inst::AddressOf(a) | Inst::Widen(a) | Inst::Narrow(a) => self.value(a),
            Inst::IntOfBool(a) => {
                let a = self.value(a);
                self.f.ins().uextend(I64, a)
            }
            Inst::Register(r) => self.register(r),
            Inst::SetRegister(r, a) => {
                let a = self.value(a);
                self.set_register(r, a);
                return None;
            }
            Inst::Load { base, offset, width, region, .. } => {
                let base = self.value(base);
                self.load(base, offset as i32, width, region)
            }
            Inst::Store { base, offset, width, value, region } => {
                let (base, value) = (self.value(base), self.value(value));
                match width {
                    Width::W8 => self.f.ins().istore8(flags(&self.regions, region), value, base, offset as i32),
                    Width::W32 => self.f.ins().istore32(flags(&self.regions, region), value, base, offset as i32),
                    Width::W64 | Width::Pointer => self.f.ins().store(flags(&self.regions, region), value, base, offset as i32),
                };
                return None;
            }
            Inst::Item { base, index } => {
                let at = self.item(base, index);
                self.f.ins().load(I64, flags(&self.regions, Region::Heap), at, 0)
            }
            Inst::SetItem { base, index, value } => {
                let (at, value) = (self.item(base, index), self.value(value));
                self.f.ins().store(flags(&self.regions, Region::Heap), value, at, 0);
                return None;
            }
            Inst::Absolute { address, width, region, .. } => {
                let base = self.word(address);
                self.load(base, 0, width, region)
            }
            Inst::Offset(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.f.ins().iadd(a, b)
            }
            Inst::MakeRoom(list) => self.make_room(list),
            Inst::RangeIterator(start, stop, step) => {
                let function: unsafe extern "C" fn(*mut Vm, i64, i64, i64) -> u64 = helpers::range_iterator;
                let callee = self.int(function as usize as i64);
                let (start, stop, step) = (self.value(start), self.value(stop), self.value(step));
                let call = self.f.ins().call_indirect(self.range_iterator, callee, &[self.vm, start, stop, step]);
                self.f.inst_results(call)[0]
            }
            Inst::Lookup(what, a, b) => {
                let callee = self.int(what.function() as usize as i64);
                let (a, b) = (self.value(a), self.value(b));
                let call = self.f.ins().call_indirect(self.lookup, callee, &[self.vm, a, b]);
                self.f.inst_results(call)[0]
            }
            Inst::Put(what, a, b, c) => {
                let callee = self.int(what.function() as usize as i64);
                let (a, b, c) = (self.value(a), self.value(b), self.value(c));
                let call = self.f.ins().call_indirect(self.range_iterator, callee, &[self.vm, a, b, c]);
                self.f.inst_results(call)[0]
            }
            Inst::MoveItems(words) => {
                let function: unsafe extern "C" fn(*mut Vm, u64, u64, u64, u64, u64, u64, u64) -> u32 = lookups::move_items;
                let callee = self.int(function as usize as i64);
                let args: Vec<_> = std::iter::once(self.vm).chain(words.map(|v| self.value(v))).collect();
                let call = self.f.ins().call_indirect(self.move_items, callee, &args);
                let done = self.f.inst_results(call)[0];
                self.f.ins().ireduce(I8, done)
            }
            Inst::ListIterator(list) => {
                let function: unsafe extern "C" fn(*mut Vm, u64) -> u64 = helpers::list_iterator;
                let callee = self.int(function as usize as i64);
                let list = self.value(list);
                let call = self.f.ins().call_indirect(self.int_word, callee, &[self.vm, list]);
                self.f.inst_results(call)[0]
            }
            Inst::Retain(a) => {
                let a = self.value(a);
                self.retain(a);
                return None;
            }
            Inst::Release(a, next, chain) => {
                self.release(a, next, chain);
                return None;
            }
            Inst::Call(helper, pc, chain) => {
                let (callee, pc) = (self.int(helper.function() as usize as i64), self.f.ins().iconst(I32, i64::from(pc)));
                let call = if chain == 0 {
                    self.f.ins().call_indirect(self.helper, callee, &[self.vm, self.frame, self.registers, pc])
                } else {
                    let nested: unsafe extern "C" fn(*mut Vm, *mut Frame, *mut u64, u32, Helper, *const Level, u32) -> u32 = helpers::nested;
                    let nested = self.int(nested as usize as i64);
                    let (levels, count) = self.chain(chain);
                    self.f.ins().call_indirect(self.nested, nested, &[self.vm, self.frame, self.registers, pc, callee, levels, count])
                };
                let result = self.f.inst_results(call)[0];
                self.f.ins().uextend(I64, result)
            }
            Inst::Enter(target) => self.enter(target),
            Inst::Ticks => self.f.ins().uload32(flags(&self.regions, Region::Registers), self.vm, self.layout.ticks as i32),
            Inst::SetTicks(ticks) => {
                let ticks = self.value(ticks);
                self.f.ins().istore32(flags(&self.regions, Region::Registers), ticks, self.vm, self.layout.ticks as i32);
                return None;
            }
            Inst::Locals => self.f.ins().load(I64, flags(&self.regions, Region::Registers), self.frame, self.layout.frame_locals as i32),
            Inst::Function => self.f.ins().load(I64, flags(&self.regions, Region::Registers), self.frame, self.layout.frame_function as i32),
            Inst::Guard(a, exit) => {
                let a = self.value(a);
                self.guard(a, exit);
                return None;
            }
            Inst::Outcome(a, exit) => {
                let outcome = self.value(a);
                let (next, out) = (self.f.create_block(), self.exit_block(exit, true));
                let below = self.f.ins().iadd_imm_s(outcome, -1);
                let leaves = self.f.ins().icmp_imm_u(IntCC::UnsignedLessThan, below, i64::from(helpers::outcome::LEAVE));
                let how = self.f.ins().ireduce(I32, outcome);
                self.f.ins().brif(leaves, out, &[BlockArg::Value(how)], next, &[]);
                self.f.switch_to_block(next);
                return None;
            }
        })
    }
    fn int_op(&mut self, op: IntOp, a: Var, b: Var) -> ir::Value {
        let (a, b) = (self.value(a), self.value(b));
        match op {
            IntOp::Add => self.f.ins().iadd(a, b),
            IntOp::Sub => self.f.ins().isub(a, b),
            IntOp::Mul => self.f.ins().imul(a, b),
            IntOp::MulHigh => self.f.ins().smulhi(a, b),
            IntOp::And => self.f.ins().band(a, b),
            IntOp::Or => self.f.ins().bor(a, b),
            IntOp::Xor => self.f.ins().bxor(a, b),
            IntOp::Shl => self.f.ins().ishl(a, b),
            IntOp::Shr => self.f.ins().sshr(a, b),
            IntOp::Div => self.f.ins().sdiv(a, b),
            IntOp::Rem => self.f.ins().srem(a, b),
        }
    }
    fn is(&mut self, class: Class, a: Var) -> ir::Value {
        let a = self.value(a);
        self.is_word(class, a)
    }
    fn is_word(&mut self, class: Class, a: ir::Value) -> ir::Value {
        match class {
            Class::Int => {
                let first = self.word(layout::INT_FIRST);
                self.f.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, a, first)
            }
            Class::Float => {
                let (offset, count) = (self.word(layout::FLOAT_OFFSET), self.word(layout::INT_FIRST - layout::FLOAT_OFFSET));
                let moved = self.f.ins().isub(a, offset);
                self.f.ins().icmp(IntCC::UnsignedLessThan, moved, count)
            }
            Class::Bool => {
                let upper = self.f.ins().band_imm_s(a, !1);
                self.f.ins().icmp_imm_s(IntCC::Equal, upper, layout::FALSE as i64)
            }
            Class::Object => {
                let moved = self.f.ins().iadd_imm_s(a, -(layout::POINTER_FIRST as i64));
                let upper = self.f.ins().ushr_imm_u(moved, 48);
                self.f.ins().icmp_imm_s(IntCC::Equal, upper, 0)
            }
        }
    }
    fn boxed(&mut self, repr: Repr, a: Var) -> ir::Value {
        let a = self.value(a);
        match repr {
            Repr::Int => {
                let zero = self.word(layout::INT_ZERO);
                self.f.ins().iadd(a, zero)
            }
            Repr::Float => {
                let (bits, offset) = (self.f.ins().bitcast(I64, MemFlagsData::new(), a), self.word(layout::FLOAT_OFFSET));
                self.f.ins().iadd(bits, offset)
            }
            Repr::Bool => {
                let wide = self.f.ins().uextend(I64, a);
                self.f.ins().iadd_imm_s(wide, layout::FALSE as i64)
            }
            Repr::Wide => {
                let int_word: unsafe extern "C" fn(*mut Vm, i64) -> u64 = helpers::int_word;
                let callee = self.int(int_word as usize as i64);
                let call = self.f.ins().call_indirect(self.int_word, callee, &[self.vm, a]);
                self.f.inst_results(call)[0]
            }
            Repr::Word | Repr::Address => a,
        }
    }
    fn unboxed(&mut self, repr: Repr, a: Var) -> ir::Value {
        let a = self.value(a);
        match repr {
            Repr::Int => {
                let zero = self.word(layout::INT_ZERO);
                self.f.ins().isub(a, zero)
            }
            Repr::Float => {
                let offset = self.word(layout::FLOAT_OFFSET);
                let bits = self.f.ins().isub(a, offset);
                self.f.ins().bitcast(F64, MemFlagsData::new(), bits)
            }
            Repr::Bool => {
                let low = self.f.ins().band_imm_s(a, 1);
                self.f.ins().ireduce(I8, low)
            }
            Repr::Wide | Repr::Word | Repr::Address => a,
        }
    }
    fn register(&mut self, r: u32) -> ir::Value {
        self.f.ins().load(I64, flags(&self.regions, Region::Registers), self.registers, (r * 8) as i32)
    }
    fn set_register(&mut self, r: u32, word: ir::Value) {
        self.f.ins().store(flags(&self.regions, Region::Registers), word, self.registers, (r * 8) as i32);
    }
    fn load(&mut self, base: ir::Value, offset: i32, width: Width, region: Region) -> ir::Value {
        match width {
            Width::W8 => self.f.ins().uload8(I64, flags(&self.regions, region), base, offset),
            Width::W32 => self.f.ins().uload32(flags(&self.regions, region), base, offset),
            Width::W64 | Width::Pointer => self.f.ins().load(I64, flags(&self.regions, region), base, offset),
        }
    }
    fn item(&mut self, base: Var, index: Var) -> ir::Value {
        let (base, index) = (self.value(base), self.value(index));
        let offset = self.f.ins().ishl_imm_u(index, 3);
        self.f.ins().iadd(base, offset)
    }
    fn make_room(&mut self, list: Var) -> ir::Value {
        let base = self.value(list);
        let (full, next) = (self.f.create_block(), self.f.create_block());
        self.f.set_cold_block(full);
        let there = self.f.append_block_param(next, I8);
        let len = self.load(base, self.layout.list_len as i32, Width::Pointer, Region::Types);
        let room = self.load(base, self.layout.list_room as i32, Width::Pointer, Region::Types);
        let fits = self.f.ins().icmp(IntCC::UnsignedLessThan, len, room);
        self.f.ins().brif(fits, next, &[BlockArg::Value(fits)], full, &[]);
        self.f.switch_to_block(full);
        let make_room: unsafe extern "C" fn(*mut Vm, *mut u8) -> u32 = helpers::make_room;
        let callee = self.int(make_room as usize as i64);
        let call = self.f.ins().call_indirect(self.make_room, callee, &[self.vm, base]);
        let made = self.f.inst_results(call)[0];
        let made = self.f.ins().ireduce(I8, made);
        self.f.ins().jump(next, &[BlockArg::Value(made)]);
        self.f.switch_to_block(next);
        there
    }
    /// The functions that need frames: where they are listed, and how many.
    fn chain(&mut self, chain: usize) -> (ir::Value, ir::Value) {
        let levels = &self.chains[chain];
        let (at, count) = (levels.as_ptr() as usize as i64, levels.len() as i64);
        (self.int(at), self.f.ins().iconst(I32, count))
    }
    fn own_load(&mut self, ty: ir::Type, base: ir::Value, offset: usize) -> ir::Value {
        self.f.ins().load(ty, flags(&self.regions, Region::Registers), base, offset as i32)
    }
    fn own_store(&mut self, value: ir::Value, base: ir::Value, offset: usize) {
        self.f.ins().store(flags(&self.regions, Region::Registers), value, base, offset as i32);
    }
    /// Goes on in a new block when the condition holds, and elsewhere otherwise.
    fn unless(&mut self, condition: ir::Value, elsewhere: ir::Block) {
        let next = self.f.create_block();
        self.f.ins().brif(condition, next, &[], elsewhere, &[]);
        self.f.switch_to_block(next);
    }
    /// A call of a function that is known: what `Frame::call_above` and the end of a call do, around a call of its code.
    fn enter(&mut self, n: usize) -> ir::Value {
        let (target, layout) = (self.targets[n], self.layout);
        let [slow, after, done] = [(); 3].map(|()| self.f.create_block());
        self.f.set_cold_block(slow);
        self.f.set_cold_block(after);
        let outcome = self.f.append_block_param(done, I32);
        let code = self.int(target.code as usize as i64);
        // The interpreter looks up before the last tick is used.
        let ticks = self.own_load(I32, self.vm, layout.ticks);
        let enough = self.f.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, ticks, 1);
        self.unless(enough, slow);
        let entry = self.own_load(I64, code, layout.code_direct);
        self.unless(entry, slow);
        let next = self.own_load(I64, self.frame, layout.frame_above);
        self.unless(next, slow);
        let thread = self.own_load(I64, self.vm, layout.thread);
        let inside = self.own_load(I32, thread, layout.compiled_depth);
        let shallow = self.f.ins().icmp_imm_u(IntCC::UnsignedLessThan, inside, i64::from(MOST_INSIDE));
        self.unless(shallow, slow);
        let (depth, most) = (self.own_load(I64, next, layout.frame_depth), self.own_load(I64, self.vm, layout.recursion_limit));
        let deepest = self.f.ins().iadd_imm_s(depth, MOST_PARTS as i64);
        let allowed = self.f.ins().icmp(IntCC::UnsignedLessThanOrEqual, deepest, most);
        self.unless(allowed, slow);
        let at = self.f.ins().iadd_imm_s(self.registers, i64::from(target.base) * 8);
        let (limit, room) = (self.own_load(I64, self.frame, layout.frame_limit), self.own_load(I64, code, layout.code_room));
        let (left, needed) = (self.f.ins().isub(limit, at), self.f.ins().ishl_imm_u(room, 3));
        let fits = self.f.ins().icmp(IntCC::UnsignedLessThanOrEqual, needed, left);
        self.unless(fits, slow);
        // The frame.
        let unbound = self.word(UNBOUND_WORD);
        for slot in target.base + target.given..target.base + target.first_temp {
            self.set_register(slot, unbound);
        }
        let less = self.f.ins().iadd_imm_s(ticks, -1);
        self.own_store(less, self.vm, layout.ticks);
        let call = self.f.ins().iconst(I32, i64::from(target.call));
        self.own_store(call, self.frame, layout.frame_pc);
        let top = self.f.ins().iadd_imm_s(at, i64::from(target.nregs) * 8);
        let function = self.word(target.function);
        for (value, offset) in [(at, layout.frame_registers), (limit, layout.frame_limit), (top, layout.frame_top), (code, layout.frame_code), (function, layout.frame_function)] {
            self.own_store(value, next, offset);
        }
        let (zero, dst, kind) = (self.f.ins().iconst(I32, 0), self.f.ins().iconst(I32, i64::from(target.dst)), self.f.ins().iconst(I8, FrameKind::Call as i64));
        self.own_store(zero, next, layout.frame_pc);
        self.own_store(dst, next, layout.frame_dst);
        self.own_store(kind, next, layout.frame_kind);
        self.own_store(next, thread, layout.current);
        let deeper = self.f.ins().iadd_imm_s(inside, 1);
        self.own_store(deeper, thread, layout.compiled_depth);
        let called = self.f.ins().call_indirect(self.helper, entry, &[self.vm, next, at, zero]);
        let result = self.f.inst_results(called)[0];
        let thread = self.own_load(I64, self.vm, layout.thread);
        let inside = self.own_load(I32, thread, layout.compiled_depth);
        let shallower = self.f.ins().iadd_imm_s(inside, -1);
        self.own_store(shallower, thread, layout.compiled_depth);
        // It has returned, and nobody wants anything.
        let how = self.f.ins().band_imm_u(result, (1 << LEFT_BITS) - 1);
        let returned = self.f.ins().icmp_imm_s(IntCC::Equal, how, i64::from(Left::Returned as u32));
        self.unless(returned, after);
        let flag = self.own_load(I64, self.vm, layout.attention);
        let flag = self.f.ins().uload8(I64, flags(&self.regions, Region::Registers), flag, 0);
        let (own, other) = (self.own_load(I64, self.frame, layout.frame_object), self.own_load(I64, next, layout.frame_object));
        let seen = self.f.ins().bor(own, other);
        let wanted = self.f.ins().bor(seen, flag);
        let quiet = self.f.ins().icmp_imm_s(IntCC::Equal, wanted, 0);
        self.unless(quiet, after);
        self.own_store(self.frame, thread, layout.current);
        let none = self.word(NONE_WORD);
        self.own_store(none, next, layout.frame_function);
        let fine = self.f.ins().iconst(I32, i64::from(helpers::outcome::DONE));
        self.f.ins().jump(done, &[BlockArg::Value(fine)]);
        // The long ways.
        let description = &raw const self.targets[n] as usize as i64;
        self.f.switch_to_block(slow);
        let enter: unsafe extern "C" fn(*mut Vm, *mut Frame, *mut u64, *const Target) -> u32 = helpers::enter;
        let (callee, place) = (self.int(enter as usize as i64), self.int(description));
        let called = self.f.ins().call_indirect(self.enter, callee, &[self.vm, self.frame, self.registers, place]);
        let how = self.f.inst_results(called)[0];
        self.f.ins().jump(done, &[BlockArg::Value(how)]);
        self.f.switch_to_block(after);
        let left: unsafe extern "C" fn(*mut Vm, *mut Frame, *mut u64, *const Target, *mut Frame, u32) -> u32 = helpers::left;
        let (callee, place) = (self.int(left as usize as i64), self.int(description));
        let called = self.f.ins().call_indirect(self.left, callee, &[self.vm, self.frame, self.registers, place, next, result]);
        let how = self.f.inst_results(called)[0];
        self.f.ins().jump(done, &[BlockArg::Value(how)]);
        self.f.switch_to_block(done);
        self.f.ins().uextend(I64, outcome)
    }
    fn retain(&mut self, a: ir::Value) {
        let (object, next) = (self.f.create_block(), self.f.create_block());
        let is = self.is_word(Class::Object, a);
        self.f.ins().brif(is, object, &[], next, &[]);
        self.f.switch_to_block(object);
        let base = a;
        let count = self.f.ins().load(I32, flags(&self.regions, Region::Registers), base, 0);
        let more = self.f.ins().iadd_imm_s(count, i64::from(REFERENCE));
        self.f.ins().store(flags(&self.regions, Region::Registers), more, base, 0);
        self.f.ins().jump(next, &[]);
        self.f.switch_to_block(next);
    }
    fn release(&mut self, a: Var, after: u32, chain: usize) {
        let (object, last, next) = (self.f.create_block(), self.f.create_block(), self.f.create_block());
        self.f.set_cold_block(last);
        let is = self.is(Class::Object, a);
        self.f.ins().brif(is, object, &[], next, &[]);
        self.f.switch_to_block(object);
        let base = self.value(a);
        let count = self.f.ins().load(I32, flags(&self.regions, Region::Registers), base, 0);
        let less = self.f.ins().iadd_imm_s(count, -i64::from(REFERENCE));
        self.f.ins().store(flags(&self.regions, Region::Registers), less, base, 0);
        let dead = self.f.ins().icmp_imm_u(IntCC::UnsignedLessThan, less, i64::from(REFERENCE));
        self.f.ins().brif(dead, last, &[], next, &[]);
        self.f.switch_to_block(last);
        let (callee, after) = (self.int(self.freeing as i64), self.f.ins().iconst(I32, i64::from(after)));
        let (levels, count) = self.chain(chain);
        self.f.ins().call_indirect(self.release, callee, &[self.vm, self.frame, self.registers, after, base, levels, count]);
        self.f.ins().jump(next, &[]);
        self.f.switch_to_block(next);
    }
}

fn int_condition(cmp: Cmp) -> IntCC {
    match cmp {
        Cmp::Lt => IntCC::SignedLessThan,
        Cmp::Le => IntCC::SignedLessThanOrEqual,
        Cmp::Eq => IntCC::Equal,
        Cmp::Ne => IntCC::NotEqual,
        Cmp::Gt => IntCC::SignedGreaterThan,
        Cmp::Ge => IntCC::SignedGreaterThanOrEqual,
        Cmp::Below => IntCC::UnsignedLessThan,
    }
}

fn float_condition(cmp: Cmp) -> FloatCC {
    match cmp {
        Cmp::Lt | Cmp::Below => FloatCC::LessThan,
        Cmp::Le => FloatCC::LessThanOrEqual,
        Cmp::Eq => FloatCC::Equal,
        Cmp::Ne => FloatCC::NotEqual,
        Cmp::Gt => FloatCC::GreaterThan,
        Cmp::Ge => FloatCC::GreaterThanOrEqual,
    }
}
