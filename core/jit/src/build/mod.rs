//! From watched bytecode to IR.
//!
//! The builder walks a loop's instructions and keeps, for each register of the frame, where its value is
//! ([`state::Place`]). What the way to a block's begin agrees on ([`state::Kind`]) is found by trying: kinds start as
//! they were seen, and passes over the loop are made until no back-edge contradicts them. What an instruction was
//! never seen to do is a guard, whose exit leaves the frame as the interpreter would have it.

mod flow;
mod ops;
mod state;

use crate::ir::{Block, BlockId, Class, Cmp, End, Exit, ExitId, Inst, Region, Repr, Unit, Var, Width};
use flow::width;
use krait_bytecode::Instr;
use krait_vm::jit::Subject;
use krait_vm::jit::layout::{Layout, REFERENCE};
use krait_vm::jit::record::{Seen, loops};
use krait_vm::types::id;
use state::{Kind, Known, Place, State};
use std::collections::BTreeMap;
use std::ops::Range;

/// The loop is left to the interpreter.
pub(crate) struct Refused;

type Result<T> = std::result::Result<T, Refused>;

/// Passes until kinds must agree, and instructions of a loop that is compiled.
const PASSES: usize = 24;
const MOST: usize = 4000;

/// The IR of a loop; `None` when it is better left to the interpreter.
pub fn build(subject: &Subject<'_>) -> Option<Unit> {
    let range = subject.range.clone();
    if range.len() > MOST || subject.code.nregs > 500 {
        return None;
    }
    let mut kinds = BTreeMap::new();
    for _ in 0..PASSES {
        let mut builder = Builder::new(subject, kinds);
        builder.pass().ok()?;
        if !builder.changed {
            return Some(builder.finish());
        }
        kinds = builder.kinds;
    }
    None
}

pub(crate) struct Builder<'a> {
    subject: &'a Subject<'a>,
    instrs: &'a [Instr],
    range: Range<usize>,
    first_temp: usize,
    layout: Layout,
    live: Vec<Vec<bool>>,
    heads: Vec<usize>,
    /// What holds at the begin of each block.
    kinds: BTreeMap<usize, Vec<Kind>>,
    blocks: BTreeMap<usize, BlockId>,
    changed: bool,
    unit: Unit,
    /// The block being filled, and its instructions.
    current: BlockId,
    insts: Vec<(Var, Inst)>,
    state: State,
    /// The state before the instruction, which its guards go back to, and their exit.
    start: State,
    start_exit: Option<ExitId>,
    pc: usize,
}

impl<'a> Builder<'a> {
    fn new(subject: &'a Subject<'a>, kinds: BTreeMap<usize, Vec<Kind>>) -> Builder<'a> {
        let instrs = &subject.code.instrs[..];
        let state = State { places: Vec::new(), ticks: 0 };
        Builder {
            subject,
            instrs,
            range: subject.range.clone(),
            first_temp: subject.code.first_temp as usize,
            layout: Layout::new(),
            live: flow::liveness(instrs, subject.code.nregs as usize),
            heads: loops(subject.code).into_iter().map(|l| l.start).filter(|h| subject.range.contains(h)).collect(),
            kinds,
            blocks: BTreeMap::new(),
            changed: false,
            unit: Unit::default(),
            current: 0,
            insts: Vec::new(),
            start: state.clone(),
            state,
            start_exit: None,
            pc: 0,
        }
    }

    // ---- blocks ----

    fn var(&mut self, repr: Repr) -> Var {
        self.unit.reprs.push(repr);
        (self.unit.reprs.len() - 1) as Var
    }
    fn emit(&mut self, inst: Inst) -> Var {
        let var = match inst.repr() {
            Some(repr) => self.var(repr),
            None => Var::MAX,
        };
        self.insts.push((var, inst));
        var
    }
    fn new_block(&mut self) -> BlockId {
        self.unit.blocks.push(Block { params: Vec::new(), insts: Vec::new(), end: End::Leave(0) });
        (self.unit.blocks.len() - 1) as BlockId
    }
    fn begin(&mut self, block: BlockId) {
        self.current = block;
        self.insts = Vec::new();
    }
    fn end(&mut self, end: End) {
        let block = &mut self.unit.blocks[self.current as usize];
        block.insts = std::mem::take(&mut self.insts);
        block.end = end;
    }
    /// The block of an instruction, with the parameters that its kinds ask for.
    fn block_at(&mut self, pc: usize) -> BlockId {
        if let Some(&block) = self.blocks.get(&pc) {
            return block;
        }
        let block = self.new_block();
        let mut params = Vec::new();
        for kind in self.kinds.get(&pc).cloned().unwrap_or_default() {
            match kind {
                Kind::Machine(repr) => params.push((self.var(repr), repr)),
                Kind::Range(_) => params.extend([(self.var(Repr::Int), Repr::Int), (self.var(Repr::Int), Repr::Int)]),
                Kind::Memory(_) => {}
            }
        }
        params.push((self.var(Repr::Int), Repr::Int));
        self.unit.blocks[block as usize].params = params;
        self.blocks.insert(pc, block);
        block
    }
    /// The state at a block's begin.
    fn state_at(&mut self, pc: usize) -> State {
        let block = self.block_at(pc);
        let mut params = self.unit.blocks[block as usize].params.clone().into_iter().map(|(v, _)| v);
        let mut next = || params.next().unwrap_or_default();
        let places = self.kinds[&pc]
            .iter()
            .map(|kind| match *kind {
                Kind::Machine(repr) => Place::Machine { var: next(), repr, stale: true },
                Kind::Range(step) => Place::Range { next: next(), left: next(), step },
                Kind::Memory(known) => Place::Memory(known),
            })
            .collect();
        State { places, ticks: next() }
    }
    fn is_dead(&self, register: usize, pc: usize) -> bool {
        register >= self.first_temp && !self.live[pc].get(register).copied().unwrap_or(true)
    }
    /// What the registers were seen to hold at a loop's head.
    fn seen_at_head(&self, pc: usize) -> Vec<Kind> {
        let seen = self.subject.feedback.head(pc).unwrap_or_default();
        (0..self.subject.code.nregs as usize)
            .map(|r| match seen.get(r).copied().unwrap_or_default() {
                _ if self.is_dead(r, pc) => Kind::Memory(Known::Plain),
                Seen::Int => Kind::Machine(Repr::Int),
                Seen::Float => Kind::Machine(Repr::Float),
                Seen::Bool => Kind::Machine(Repr::Bool),
                Seen::Range(step) if r >= self.first_temp => Kind::Range(step),
                Seen::Object(type_id) => Kind::Memory(Known::Object(type_id)),
                _ => Kind::Memory(Known::Unknown),
            })
            .collect()
    }

    // ---- exits ----

    /// An exit with what a state has in machine registers.
    fn exit(&mut self, state: &State, pc: Option<usize>, surprise: bool) -> ExitId {
        let mut exit = Exit { pc: pc.map(|pc| pc as u32), surprise, registers: Vec::new(), borrowed: Vec::new(), ranges: Vec::new(), ticks: Some(state.ticks) };
        for (r, place) in state.places.iter().enumerate() {
            match *place {
                Place::Machine { var, repr, stale: true } => {
                    if !pc.is_some_and(|pc| self.is_dead(r, pc)) {
                        exit.registers.push((r as u32, var, repr));
                    }
                }
                Place::Borrowed(var, _) => exit.borrowed.push((r as u32, var)),
                Place::Range { next, left, .. } => exit.ranges.push((r as u32, next, left)),
                _ => {}
            }
        }
        self.unit.exits.push(exit);
        (self.unit.exits.len() - 1) as ExitId
    }
    /// The exit that goes back to before the instruction.
    fn undo(&mut self) -> ExitId {
        if let Some(exit) = self.start_exit {
            return exit;
        }
        let start = self.start.clone();
        let exit = self.exit(&start, Some(self.pc), true);
        self.start_exit = Some(exit);
        exit
    }
    /// Leaves before the instruction unless the condition holds.
    fn guard(&mut self, condition: Var) {
        let exit = self.undo();
        self.emit(Inst::Guard(condition, exit));
    }

    // ---- edges ----

    /// Goes on at an instruction, with the state as it is: brings it into the form that block wants.
    fn go_to(&mut self, pc: usize) {
        if !self.range.contains(&pc) {
            let state = self.state.clone();
            let exit = self.exit(&state, Some(pc), false);
            self.end(End::Leave(exit));
            return;
        }
        self.settle_borrowed(None);
        if !self.kinds.contains_key(&pc) {
            let here: Vec<Kind> = self.state.places.iter().enumerate().map(|(r, p)| if self.is_dead(r, pc) && !matches!(p, Place::Memory(Known::Unknown | Known::Object(_)) | Place::Range { .. }) { Kind::Memory(Known::Plain) } else { p.kind() }).collect();
            let kinds = if self.heads.contains(&pc) { self.seen_at_head(pc) } else { here };
            self.kinds.insert(pc, kinds);
        }
        let is_head = self.heads.contains(&pc);
        let mut args = Vec::new();
        let exit_state = self.state.clone();
        let mut exit = None;
        for r in 0..self.state.places.len() {
            let wanted = self.kinds[&pc][r];
            let place = self.state.places[r];
            if place.kind() == wanted {
                match place {
                    Place::Machine { var, .. } => args.push(var),
                    Place::Range { next, left, .. } => args.extend([next, left]),
                    _ => {}
                }
                continue;
            }
            let forward = pc > self.pc;
            // What was seen at a head is asked for on the way there.
            let register = self.subject.feedback.head(pc).and_then(|seen| seen.get(r)).copied().unwrap_or_default();
            match (place, wanted) {
                (Place::Memory(Known::Unknown | Known::Plain), Kind::Machine(repr)) if is_head => {
                    let word = self.emit(Inst::Register(r as u32));
                    let class = class_of(repr);
                    let is = self.emit(Inst::Is(class, word));
                    let exit = *exit.get_or_insert_with(|| self.exit(&exit_state, Some(pc), true));
                    self.emit(Inst::Guard(is, exit));
                    args.push(self.emit(Inst::Unbox(repr, word)));
                }
                (Place::Memory(Known::Unknown), Kind::Memory(Known::Object(type_id))) if is_head && forward && register == Seen::Object(type_id) => {
                    let word = self.emit(Inst::Register(r as u32));
                    let exit = *exit.get_or_insert_with(|| self.exit(&exit_state, Some(pc), true));
                    self.guard_type(word, type_id, exit);
                }
                (Place::Memory(Known::Unknown | Known::Object(id::RANGE_ITERATOR)), Kind::Range(step)) if is_head => {
                    let word = self.emit(Inst::Register(r as u32));
                    let exit = *exit.get_or_insert_with(|| self.exit(&exit_state, Some(pc), true));
                    let (next, left) = self.open_range(word, step, exit);
                    args.extend([next, left]);
                }
                (Place::Machine { .. }, Kind::Memory(Known::Plain)) if self.is_dead(r, pc) => {}
                (place, Kind::Memory(Known::Unknown)) => self.put_back(r, place),
                (place, _) => {
                    // They disagree: the next pass knows.
                    let joined = place.kind().join(wanted);
                    if let Some(kinds) = self.kinds.get_mut(&pc) {
                        kinds[r] = joined;
                    }
                    self.changed = true;
                    match wanted {
                        Kind::Machine(repr) => args.push(self.any(repr)),
                        Kind::Range(_) => args.extend([self.any(Repr::Int), self.any(Repr::Int)]),
                        Kind::Memory(_) => {}
                    }
                }
            }
        }
        args.push(self.state.ticks);
        let block = self.block_at(pc);
        self.end(End::Jump(block, args));
    }
    /// A value for IR that is thrown away.
    fn any(&mut self, repr: Repr) -> Var {
        match repr {
            Repr::Float => self.emit(Inst::Float(0.0)),
            Repr::Bool => {
                let zero = self.emit(Inst::Int(0));
                self.emit(Inst::Compare(Cmp::Eq, zero, zero))
            }
            _ => self.emit(Inst::Int(0)),
        }
    }
    /// Ends the block in a branch to two instructions.
    fn branch(&mut self, condition: Var, then: usize, otherwise: usize) {
        let (a, b) = (self.new_block(), self.new_block());
        self.end(End::Branch(condition, (a, Vec::new()), (b, Vec::new())));
        let state = self.state.clone();
        self.begin(a);
        self.go_to(then);
        self.state = state;
        self.begin(b);
        self.go_to(otherwise);
    }
    /// Writes a register's value to the frame's memory.
    fn put_back(&mut self, r: usize, place: Place) {
        match place {
            Place::Machine { var, repr, stale: true } => {
                let word = self.emit(Inst::Box(repr, var));
                self.emit(Inst::SetRegister(r as u32, word));
            }
            Place::Range { next, left, .. } => {
                let word = self.emit(Inst::Register(r as u32));
                let base = self.emit(Inst::AddressOf(word));
                let (next_at, left_at) = (self.layout.range_next as u32, self.layout.range_left as u32);
                self.emit(Inst::Store { base, offset: next_at, width: Width::W64, value: next, region: Region::Heap });
                self.emit(Inst::Store { base, offset: left_at, width: Width::W64, value: left, region: Region::Heap });
            }
            _ => {}
        }
    }
    /// Gives borrowed words references of their own, but for one register's.
    fn settle_borrowed(&mut self, but: Option<usize>) {
        for r in 0..self.state.places.len() {
            if let Place::Borrowed(var, known) = self.state.places[r]
                && but != Some(r)
            {
                self.emit(Inst::Retain(var));
                self.emit(Inst::SetRegister(r as u32, var));
                self.state.places[r] = Place::Memory(known);
            }
        }
    }
    /// Writes all there is to the frame's memory, for a helper that may look at it.
    fn flush(&mut self) {
        self.settle_borrowed(None);
        for r in 0..self.state.places.len() {
            if let place @ Place::Machine { var, repr, stale: true } = self.state.places[r] {
                self.put_back(r, place);
                self.state.places[r] = Place::Machine { var, repr, stale: false };
            }
        }
    }

    // ---- objects ----

    /// Leaves by an exit unless a word is an object of a type.
    fn guard_type(&mut self, word: Var, type_id: u32, exit: ExitId) -> Var {
        let is = self.emit(Inst::Is(Class::Object, word));
        self.emit(Inst::Guard(is, exit));
        let base = self.emit(Inst::AddressOf(word));
        let found = self.emit(Inst::Load { base, offset: self.layout.type_id as u32, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(type_id)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.emit(Inst::Guard(same, exit));
        base
    }
    /// Takes over an iterator over a range with this step that nobody else knows.
    fn open_range(&mut self, word: Var, step: i64, exit: ExitId) -> (Var, Var) {
        let base = self.guard_type(word, id::RANGE_ITERATOR, exit);
        let count = self.emit(Inst::Load { base, offset: 0, width: Width::W32, repr: Repr::Int, region: Region::Heap });
        let most = self.emit(Inst::Int(2 * i64::from(REFERENCE)));
        let alone = self.emit(Inst::Compare(Cmp::Below, count, most));
        self.emit(Inst::Guard(alone, exit));
        let field = |b: &mut Self, offset: usize| b.emit(Inst::Load { base, offset: offset as u32, width: Width::W64, repr: Repr::Int, region: Region::Heap });
        let (next_at, left_at, step_at) = (self.layout.range_next, self.layout.range_left, self.layout.range_step);
        let found = field(self, step_at);
        let wanted = self.emit(Inst::Int(step));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.emit(Inst::Guard(same, exit));
        (field(self, next_at), field(self, left_at))
    }

    // ---- the walk ----

    fn pass(&mut self) -> Result<()> {
        let head = self.range.start;
        if !self.kinds.contains_key(&head) {
            let kinds = self.seen_at_head(head);
            self.kinds.insert(head, kinds);
        }
        let leaders = self.leaders();
        for &leader in &leaders {
            // What no way leads to has no kinds.
            if !self.kinds.contains_key(&leader) {
                continue;
            }
            self.state = self.state_at(leader);
            let block = self.block_at(leader);
            self.begin(block);
            let mut pc = leader;
            loop {
                self.pc = pc;
                self.start = self.state.clone();
                self.start_exit = None;
                if self.instruction(pc)? {
                    break;
                }
                pc += width(self.instrs[pc].op());
                if leaders.binary_search(&pc).is_ok() || !self.range.contains(&pc) {
                    self.go_to(pc);
                    break;
                }
            }
        }
        Ok(())
    }
    /// Where blocks begin.
    fn leaders(&self) -> Vec<usize> {
        let mut leaders = vec![self.range.start];
        let mut pc = self.range.start;
        while pc < self.range.end {
            let way = flow::next(self.instrs, pc);
            let behind = pc + width(self.instrs[pc].op());
            if let Some(target) = way.target {
                leaders.extend([target, behind]);
            }
            pc = behind;
        }
        leaders.retain(|pc| self.range.contains(pc));
        leaders.sort_unstable();
        leaders.dedup();
        leaders
    }

    /// Adds the ways in.
    fn finish(mut self) -> Unit {
        for head in self.heads.clone() {
            if !self.blocks.contains_key(&head) {
                continue;
            }
            let block = self.new_block();
            self.begin(block);
            let ticks = self.emit(Inst::Ticks);
            let empty = State { places: vec![Place::Memory(Known::Unknown); self.kinds[&head].len()], ticks };
            let exit = self.exit(&empty, Some(head), true);
            // Names were looked up in these globals.
            let function = self.emit(Inst::Function);
            let base = self.emit(Inst::AddressOf(function));
            let found = self.emit(Inst::Load { base, offset: self.layout.function_globals as u32, width: Width::W64, repr: Repr::Word, region: Region::Types });
            let globals = self.emit(Inst::Word(self.subject.function.get(self.subject.vm).globals.as_value().bits()));
            let same = self.emit(Inst::Same(found, globals));
            self.emit(Inst::Guard(same, exit));
            let mut args = Vec::new();
            for (r, kind) in self.kinds[&head].clone().into_iter().enumerate() {
                match kind {
                    Kind::Memory(Known::Unknown | Known::Plain) => {}
                    Kind::Memory(Known::Object(type_id)) => {
                        let word = self.emit(Inst::Register(r as u32));
                        self.guard_type(word, type_id, exit);
                    }
                    Kind::Machine(repr) => {
                        let word = self.emit(Inst::Register(r as u32));
                        let is = self.emit(Inst::Is(class_of(repr), word));
                        self.emit(Inst::Guard(is, exit));
                        args.push(self.emit(Inst::Unbox(repr, word)));
                    }
                    Kind::Range(step) => {
                        let word = self.emit(Inst::Register(r as u32));
                        let (next, left) = self.open_range(word, step, exit);
                        args.extend([next, left]);
                    }
                }
            }
            args.push(ticks);
            let to = self.blocks[&head];
            self.end(End::Jump(to, args));
            self.unit.entries.push((head, block));
        }
        let code = self.subject.code;
        self.unit.name = format!("{}:{}", code.qualname.view(self.subject.vm).to_utf8_lossy(), self.range.start);
        self.unit
    }
}

fn class_of(repr: Repr) -> Class {
    match repr {
        Repr::Float => Class::Float,
        Repr::Bool => Class::Bool,
        _ => Class::Int,
    }
}



