//! The portable IR as a wasm module.
//!
//! The module imports the interpreter's memory and its table of functions, in which a helper's address is its place, and
//! exports one function with the signature of [`krait_vm::jit::Entry`]. A value that is used once is computed where
//! it is used, others have a local each; what leaves stands behind everything else, once for each exit.

use super::structure::{Piece, structure};
use krait_jit::ir::{BlockId, End, Exit, ExitId, Inst, Repr, Source, Unit, Var};
use krait_vm::jit::helpers::{self, Level, Target};
use krait_vm::jit::layout::Layout;
use krait_vm::jit::{LEFT_BITS, Left};
use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    InstructionSink, MemArg, MemoryType, Module, RefType, TableType, TypeSection, ValType,
};

/// The parameters of the function: the interpreter, the frame, its registers; the entry is the first route.
pub(super) const VM: u32 = 0;
pub(super) const FRAME: u32 = 1;
pub(super) const REGISTERS: u32 = 2;
const ROUTE: u32 = 3;
/// The outcome of a helper that made the code leave, and places for a moment.
pub(super) const HOW: u32 = 4;
pub(super) const ADDRESS: u32 = 5;
pub(super) const COUNT: u32 = 6;
pub(super) const WORD: u32 = 7;
pub(super) const OTHER: u32 = 8;
pub(super) const MIDDLE: u32 = 9;
const NAMED_LOCALS: [(u32, ValType); 2] = [(3, ValType::I32), (3, ValType::I64)];
const FIRST_LOCAL: u32 = 10;

/// Signatures, by their place among the module's types.
pub(super) const HELPER: u32 = 0;
pub(super) const NESTED: u32 = 1;
pub(super) const RELEASE: u32 = 2;
const REBUILD: u32 = 3;
pub(super) const MAKE_ROOM: u32 = 4;
pub(super) const INT_WORD: u32 = 5;
pub(super) const RANGE_ITERATOR: u32 = 6;
pub(super) const MOVE_ITEMS: u32 = 7;
pub(super) const LOOKUP: u32 = 8;
pub(super) const LEFT: u32 = 9;

/// The bytes of a module; `None` if its frame would be too large. `chains` and
/// `targets` are the unit's, at the addresses that they keep as long as the code.
pub fn lower(unit: &Unit, chains: &[Vec<Level>], targets: &[Target]) -> Option<Vec<u8>> {
    use ValType::{I32, I64};
    let mut types = TypeSection::new();
    types.ty().function([I32; 4], [I32]);
    types.ty().function([I32; 7], [I32]);
    types.ty().function([I32; 7], []);
    types.ty().function([I32; 6], []);
    types.ty().function([I32; 2], [I32]);
    types.ty().function([I32, I64], [I64]);
    types.ty().function([I32, I64, I64, I64], [I64]);
    types.ty().function([I32, I64, I64, I64, I64, I64, I64, I64], [I32]);
    types.ty().function([I32, I64, I64], [I64]);
    types.ty().function([I32; 6], [I32]);
    let mut imports = ImportSection::new();
    imports.import(
        "k",
        "m",
        EntityType::Memory(MemoryType {
            minimum: 0,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        }),
    );
    imports.import(
        "k",
        "t",
        EntityType::Table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: 0,
            maximum: None,
            shared: false,
        }),
    );
    let mut functions = FunctionSection::new();
    functions.function(HELPER);
    let mut exports = ExportSection::new();
    exports.export("f", ExportKind::Func, 0);
    let mut code = CodeSection::new();
    code.function(&function(unit, chains, targets)?);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    Some(module.finish())
}

/// What is known of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    /// Its block was not reached.
    Nowhere,
    Local(u32),
    /// It is computed where it is used: what it is, and how deep it nests.
    Later(Inst, u32),
}

/// How deep expressions nest.
const DEEP: u32 = 30;

/// Locals of a function: engines keep them all in its frame, and `host.rs` says how large one may be.
const MOST_LOCALS: usize = 1_200;

pub(super) struct Lowering<'a> {
    pub(super) unit: &'a Unit,
    pub(super) chains: &'a [Vec<Level>],
    pub(super) targets: &'a [Target],
    pub(super) layout: Layout,
    code: Vec<u8>,
    locals: Vec<ValType>,
    pub(super) held: Vec<Held>,
    /// How often each value is still used.
    uses: Vec<u32>,
    /// Whether one is used by instructions of another block than its own.
    travels: Vec<bool>,
    /// Whether one is used at all, and whether it is a block's parameter.
    wanted: Vec<bool>,
    params: Vec<bool>,
    /// Whether one is needed where code leaves.
    leaves: Vec<bool>,
    /// Locals that are free again.
    free: Vec<u32>,
    /// What leaves, and whether a helper's outcome says how.
    exits: Vec<(ExitId, bool)>,
    /// Levels that are open.
    depth: u32,
}

fn function(unit: &Unit, chains: &[Vec<Level>], targets: &[Target]) -> Option<Function> {
    let mut lowering = Lowering::new(unit, chains, targets);
    let pieces = structure(unit);
    for _ in 0..lowering.exits.len() {
        lowering.ins().block(BlockType::Empty);
    }
    for piece in pieces {
        lowering.piece(piece);
    }
    lowering.ins().unreachable();
    for (exit, outcome) in std::mem::take(&mut lowering.exits) {
        lowering.ins().end();
        lowering.exit(exit, outcome);
    }
    lowering.ins().end();
    if lowering.locals.len() > MOST_LOCALS {
        return None;
    }
    let runs = lowering.locals.chunk_by(|a, b| a == b).map(|run| (run.len() as u32, run[0]));
    let locals: Vec<_> = NAMED_LOCALS.into_iter().chain(runs).collect();
    let mut function = Function::new(locals);
    function.raw(lowering.code.iter().copied());
    Some(function)
}

pub(super) fn ty(repr: Repr) -> ValType {
    match repr {
        Repr::Int | Repr::Wide | Repr::Word => ValType::I64,
        Repr::Float => ValType::F64,
        Repr::Bool | Repr::Address => ValType::I32,
    }
}

pub(super) fn at(offset: usize) -> MemArg {
    MemArg { offset: offset as u64, align: 0, memory_index: 0 }
}

impl<'a> Lowering<'a> {
    fn new(unit: &'a Unit, chains: &'a [Vec<Level>], targets: &'a [Target]) -> Lowering<'a> {
        let count = unit.reprs.len();
        let mut this = Lowering {
            unit,
            chains,
            targets,
            layout: Layout::new(),
            code: Vec::new(),
            locals: Vec::new(),
            held: vec![Held::Nowhere; count],
            uses: vec![0; count],
            travels: vec![false; count],
            wanted: Vec::new(),
            params: vec![false; count],
            leaves: vec![false; count],
            free: Vec::new(),
            exits: Vec::new(),
            depth: 0,
        };
        this.look_around();
        this
    }
    /// Gives parameters their locals, finds the exits, and counts uses.
    fn look_around(&mut self) {
        let mut home = vec![BlockId::MAX; self.unit.reprs.len()];
        for (n, block) in self.unit.blocks.iter().enumerate() {
            for (var, repr) in &block.params {
                self.held[*var as usize] = Held::Local(self.local(ty(*repr)));
                self.params[*var as usize] = true;
                home[*var as usize] = n as BlockId;
            }
            for (var, inst) in &block.insts {
                if inst.repr().is_some() {
                    home[*var as usize] = n as BlockId;
                }
                match inst {
                    Inst::Guard(_, exit) => self.leaves_by(*exit, false),
                    Inst::Outcome(_, exit) => self.leaves_by(*exit, true),
                    _ => {}
                }
            }
            if let End::Leave(exit) = block.end {
                self.leaves_by(exit, false);
            }
        }
        let mut used = |var: Var, block: BlockId| {
            self.uses[var as usize] += 1;
            self.travels[var as usize] |= home[var as usize] != block;
        };
        for (n, block) in self.unit.blocks.iter().enumerate() {
            let n = n as BlockId;
            block.insts.iter().flat_map(|(_, inst)| inst.uses()).for_each(|var| used(var, n));
            block.end.targets().into_iter().flat_map(|(_, args)| args).for_each(|&var| used(var, n));
            if let End::Branch(condition, ..) = block.end {
                used(condition, n);
            }
        }
        for &(exit, _) in &self.exits {
            // Wherever control leaves from, what an exit needs has been computed, or can be from what has been.
            for var in exit_uses(&self.unit.exits[exit as usize]) {
                self.uses[var as usize] += 1;
                self.leaves[var as usize] = true;
            }
        }
        self.wanted = self.uses.iter().map(|&uses| uses != 0).collect();
    }
    fn leaves_by(&mut self, exit: ExitId, outcome: bool) {
        if !self.exits.contains(&(exit, outcome)) {
            self.exits.push((exit, outcome));
        }
    }
    fn local(&mut self, ty: ValType) -> u32 {
        if let Some(n) = self.free.iter().position(|&local| self.locals[(local - FIRST_LOCAL) as usize] == ty) {
            return self.free.swap_remove(n);
        }
        self.locals.push(ty);
        FIRST_LOCAL + self.locals.len() as u32 - 1
    }
    pub(super) fn ins(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.code)
    }

    // ---- pieces ----

    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Body(block) => {
                for (var, inst) in &self.unit.blocks[block as usize].insts {
                    self.inst(*var, inst);
                }
            }
            Piece::Pass(block, n) => self.pass(block, n),
            Piece::Route(route) => {
                self.ins().i32_const(route as i32).local_set(ROUTE);
            }
            Piece::Loop => {
                self.ins().loop_(BlockType::Empty);
                self.depth += 1;
            }
            Piece::Block => {
                self.ins().block(BlockType::Empty);
                self.depth += 1;
            }
            Piece::If(block) => {
                if let End::Branch(condition, ..) = self.unit.blocks[block as usize].end {
                    self.push(condition);
                }
                self.ins().if_(BlockType::Empty);
                self.depth += 1;
            }
            Piece::IfRoute(route) => {
                self.ins().local_get(ROUTE).i32_const(route as i32).i32_eq().if_(BlockType::Empty);
                self.depth += 1;
            }
            Piece::Else => {
                self.ins().else_();
            }
            Piece::End => {
                self.ins().end();
                self.depth -= 1;
            }
            Piece::Jump(out) => {
                self.ins().br(out);
            }
            Piece::Leave(exit) => {
                let out = self.out(exit, false);
                self.ins().br(out);
            }
        }
    }
    /// How many levels out an exit is.
    pub(super) fn out(&self, exit: ExitId, outcome: bool) -> u32 {
        self.depth + self.exits.iter().position(|e| *e == (exit, outcome)).unwrap_or(0) as u32
    }
    /// All arguments are read before the first parameter is written.
    fn pass(&mut self, block: BlockId, n: usize) {
        let unit = self.unit;
        let targets = unit.blocks[block as usize].end.targets();
        let Some((to, args)) = targets.get(n) else { return };
        let params = &unit.blocks[*to as usize].params;
        let mut written = Vec::new();
        for (&arg, &(param, _)) in args.iter().zip(params) {
            let Held::Local(local) = self.held[param as usize] else { continue };
            let same = matches!(self.held[arg as usize], Held::Local(other) if other == local);
            if self.wanted[param as usize] && !same {
                self.push(arg);
                written.push(local);
            }
        }
        for local in written.into_iter().rev() {
            self.ins().local_set(local);
        }
    }

    // ---- values ----

    pub(super) fn push(&mut self, var: Var) {
        match self.held[var as usize] {
            Held::Local(local) => {
                self.ins().local_get(local);
                let n = var as usize;
                self.uses[n] = self.uses[n].saturating_sub(1);
                if self.uses[n] == 0 && !self.travels[n] && !self.leaves[n] && !self.params[n] {
                    self.free.push(local);
                }
            }
            Held::Later(inst, _) => self.compute(&inst),
            Held::Nowhere => {
                self.ins().unreachable();
            }
        }
    }
    /// Pushes an address.
    pub(super) fn push_address(&mut self, var: Var) {
        self.push(var);
        if ty(self.unit.reprs[var as usize]) == ValType::I64 {
            self.ins().i32_wrap_i64();
        }
    }
    fn inst(&mut self, var: Var, inst: &Inst) {
        if inst.repr().is_none() {
            self.compute(inst);
            return;
        }
        let n = var as usize;
        if matches!(inst, Inst::Int(_) | Inst::Float(_) | Inst::Word(_)) {
            self.held[n] = Held::Later(*inst, 0);
            return;
        }
        if is_pure(inst) {
            if !self.wanted[n] {
                return;
            }
            let deep = inst
                .uses()
                .into_iter()
                .map(|v| if let Held::Later(_, deep) = self.held[v as usize] { deep + 1 } else { 1 })
                .max()
                .unwrap_or(1);
            if self.uses[n] == 1 && !self.travels[n] && deep < DEEP {
                self.held[n] = Held::Later(*inst, deep);
                return;
            }
        }
        self.compute(inst);
        let local = self.local(ty(self.unit.reprs[n]));
        self.held[n] = Held::Local(local);
        self.ins().local_set(local);
    }

    /// Writes what an exit leaves to the frame, and returns.
    fn exit(&mut self, id: ExitId, outcome: bool) {
        let unit = self.unit;
        let exit = &unit.exits[id as usize];
        // First what looks at registers that are written then.
        for (r, source) in &exit.words {
            match *source {
                Source::Var(var) => self.push(var),
                Source::Register(other) => {
                    self.ins().local_get(REGISTERS).i64_load(at(other as usize * 8));
                }
                Source::Word(word) => self.long(word as i64),
            }
            self.ins().local_set(WORD);
            self.retain();
            self.ins().local_get(REGISTERS).local_get(WORD).i64_store(at(*r as usize * 8));
        }
        for (r, var, repr) in &exit.registers {
            self.ins().local_get(REGISTERS);
            self.push_boxed(*repr, *var);
            self.ins().i64_store(at(*r as usize * 8));
        }
        for (r, next, left) in &exit.ranges {
            for (var, offset) in [(*next, self.layout.range_next), (*left, self.layout.range_left)] {
                self.ins().local_get(REGISTERS).i32_load(at(*r as usize * 8));
                self.push(var);
                self.ins().i64_store(at(offset));
            }
        }
        if let Some(ticks) = exit.ticks {
            self.ins().local_get(VM);
            self.push(ticks);
            let place = at(self.layout.ticks);
            self.ins().i64_store32(place);
        }
        if let Some(pc) = exit.pc {
            if exit.chain == 0 {
                let place = at(self.layout.frame_pc);
                self.ins().local_get(FRAME).i32_const(pc as i32).i32_store(place);
            } else {
                self.ins().local_get(VM).local_get(FRAME).local_get(REGISTERS).i32_const(pc as i32);
                self.push_chain(exit.chain);
                self.call(helpers::rebuild as *const (), REBUILD);
            }
        }
        if outcome {
            let (done, leave) = (Left::Done as i32, helpers::outcome::LEAVE as i32);
            self.ins().i32_const(done).local_get(HOW).local_get(HOW).i32_const(leave).i32_eq().select().return_();
        } else {
            self.ins().i32_const((id << LEFT_BITS | exit.left as u32) as i32).return_();
        }
    }
}

fn exit_uses(exit: &Exit) -> impl Iterator<Item = Var> {
    let words =
        exit.words.iter().filter_map(|(_, source)| if let Source::Var(var) = source { Some(*var) } else { None });
    let ranges = exit.ranges.iter().flat_map(|(_, next, left)| [*next, *left]);
    exit.registers.iter().map(|(_, var, _)| *var).chain(words).chain(ranges).chain(exit.ticks)
}

/// Whether an instruction may be executed later than it stands, or not at all.
fn is_pure(inst: &Inst) -> bool {
    match inst {
        Inst::Box(repr, _) => *repr != Repr::Wide,
        Inst::Int(_)
        | Inst::Float(_)
        | Inst::Word(_)
        | Inst::IntOp(..)
        | Inst::FloatOp(..)
        | Inst::FloatNeg(_)
        | Inst::FloatSqrt(_)
        | Inst::FloatAbs(_)
        | Inst::FloatOfInt(_)
        | Inst::Compare(..)
        | Inst::FloatCompare(..)
        | Inst::Same(..)
        | Inst::Not(_)
        | Inst::And(..)
        | Inst::Select(..)
        | Inst::Choose(..)
        | Inst::Fits(_)
        | Inst::MulFits(..)
        | Inst::Widen(_)
        | Inst::Narrow(_)
        | Inst::Is(..)
        | Inst::Unbox(..)
        | Inst::AddressOf(_)
        | Inst::IntOfBool(_)
        | Inst::Offset(..) => true,
        Inst::Register(_)
        | Inst::SetRegister(..)
        | Inst::Load { .. }
        | Inst::Store { .. }
        | Inst::Item { .. }
        | Inst::SetItem { .. }
        | Inst::Absolute { .. }
        | Inst::MakeRoom(_)
        | Inst::MoveItems(_)
        | Inst::Lookup(..)
        | Inst::Put(..)
        | Inst::Retain(_)
        | Inst::Release(..)
        | Inst::RangeIterator(..)
        | Inst::ListIterator(_)
        | Inst::Call(..)
        | Inst::Enter(_)
        | Inst::Ticks
        | Inst::SetTicks(_)
        | Inst::Function
        | Inst::Locals
        | Inst::Guard(..)
        | Inst::Outcome(..) => false,
    }
}
