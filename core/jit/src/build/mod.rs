//! From watched bytecode to IR.
//!
//! The builder walks a loop's instructions and keeps, for each register of the frame, where its value is
//! ([`state::Place`]). What the ways to a block's begin agree on ([`state::Kind`]) is found by trying: kinds start as
//! they were seen, and passes over the loop are made until no back-edge contradicts them. What an instruction was
//! never seen to do is a guard, whose exit leaves the frame as the interpreter would have it.
//!
//! Python functions that a call was seen to call become part of the unit ([`inline`]): their registers lie above the
//! caller's window, as they do in the interpreter, and they get a frame only when somebody looks.

mod calls;
mod control;
mod flow;
mod inline;
mod numbers;
mod objects;
mod ops;
mod state;

use crate::ir::{Block, BlockId, Class, Cmp, End, Exit, ExitId, Inst, Region, Repr, Source, Unit, Var, Width};
use flow::width;
use inline::Context;
use krait_bytecode::sorted_map::SortedMap;
use krait_bytecode::{Instr, Op};
use krait_vm::Value;
use krait_vm::jit::{Left, Subject};
use krait_vm::jit::layout::{Layout, REFERENCE};
use krait_vm::jit::record::Seen;
use krait_vm::types::id;
use state::{Kind, Known, Place, State};
use std::collections::HashMap;

/// Why a loop is left to the interpreter.
#[derive(Debug)]
pub struct Refused {
    pub code: String,
    pub pc: usize,
    pub op: Option<Op>,
    pub why: &'static str,
}

type Result<T> = std::result::Result<T, Refused>;

/// Passes until kinds must agree; instructions of a unit, and registers of its frames.
const PASSES: usize = 24;
const MOST: usize = 1200;
const MOST_REGISTERS: usize = 500;

/// The IR of a loop, and the functions that are part of it.
pub fn build(subject: &Subject<'_>) -> Result<(Unit, Vec<Value>)> {
    let mut kinds = SortedMap::new();
    let mut contexts = vec![Context::of_subject(subject)];
    let refused = |why| Refused { code: String::new(), pc: subject.range.start, op: None, why };
    if subject.range.len() > MOST || subject.code.nregs as usize > MOST_REGISTERS {
        return Err(refused("too large"));
    }
    for _ in 0..PASSES {
        let mut builder = Builder::new(subject, kinds, contexts);
        builder.pass()?;
        // A block that an edge leads to, but that the walk had passed, is made by the next.
        if !builder.changed && !builder.unit.blocks.iter().any(|block| block.end == UNFINISHED) {
            // Calls of a function that is compiled keep their caller's code running: that is worth a helper or two.
            let free = if subject.whole { 2 } else { 0 };
            if !subject.eager && builder.helpers.saturating_sub(free) * 5 > builder.count {
                return Err(refused("little to gain"));
            }
            return Ok(builder.finish());
        }
        kinds = builder.kinds;
        contexts = builder.contexts;
    }
    Err(refused("no agreement"))
}

/// The end of a block that was not walked.
const UNFINISHED: End = End::Leave(ExitId::MAX);

/// An instruction with its registers counted from the first of the unit's frame.
#[derive(Clone, Copy)]
struct At {
    i: Instr,
    base: usize,
}

impl At {
    fn op(self) -> Op {
        self.i.op()
    }
    fn x(self) -> u8 {
        self.i.x()
    }
    fn a(self) -> usize {
        self.base + self.i.a()
    }
    fn b(self) -> usize {
        self.base + self.i.b()
    }
    fn c(self) -> usize {
        self.base + self.i.c()
    }
}

pub(crate) struct Builder<'a> {
    subject: &'a Subject<'a>,
    layout: Layout,
    /// The loop, and the functions that are part of it; the one being walked.
    contexts: Vec<Context<'a>>,
    cx: usize,
    /// What holds at the begin of each block, by context and instruction.
    kinds: SortedMap<(usize, usize), Vec<Kind>>,
    blocks: SortedMap<(usize, usize), BlockId>,
    changed: bool,
    unit: Unit,
    /// The block being filled, and its instructions.
    current: BlockId,
    insts: Vec<(Var, Inst)>,
    /// Ints that are known.
    constants: HashMap<Var, i64>,
    state: State,
    /// The state before the instruction, which its guards go back to, and their exit.
    start: State,
    start_exit: Option<ExitId>,
    pc: usize,
    /// The instruction that the next edge starts at; none when another function is entered or left.
    origin: Option<usize>,
    /// Instructions, and those that take a helper.
    count: usize,
    helpers: usize,
    /// Translate what was never reached, too.
    thorough: bool,
    keep: Vec<Value>,
}

impl<'a> Builder<'a> {
    fn new(
        subject: &'a Subject<'a>,
        kinds: SortedMap<(usize, usize), Vec<Kind>>,
        contexts: Vec<Context<'a>>,
    ) -> Builder<'a> {
        let state = State { places: Vec::new(), ticks: 0 };
        Builder {
            subject,
            layout: Layout::new(),
            contexts,
            cx: 0,
            kinds,
            blocks: SortedMap::new(),
            changed: false,
            unit: Unit::default(),
            current: 0,
            insts: Vec::new(),
            constants: HashMap::new(),
            start: state.clone(),
            state,
            start_exit: None,
            pc: 0,
            origin: None,
            count: 0,
            helpers: 0,
            thorough: subject.known.get(&subject.code.serial).is_some_and(|f| f.was_surprised()),
            keep: Vec::new(),
        }
    }
    fn context(&self) -> &Context<'a> {
        &self.contexts[self.cx]
    }
    /// An instruction; nothing behind the last one.
    fn instr(&self, pc: usize) -> Instr {
        self.context().code.instrs.get(pc).copied().unwrap_or(Instr::new(Op::Nop, 0, 0, 0, 0))
    }
    fn seen(&self) -> krait_vm::jit::record::At {
        self.context().feedback.map(|f| f.at(self.pc)).unwrap_or_default()
    }
    fn refuse<T>(&self, why: &'static str) -> Result<T> {
        let code = self.context().code;
        Err(Refused { code: code.qualname.view(self.subject.vm).to_utf8_lossy(), pc: self.pc, op: code.instrs.get(self.pc).map(|i| i.op()), why })
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
        if let Inst::Int(n) = inst {
            self.constants.insert(var, n);
        }
        self.insts.push((var, inst));
        var
    }
    fn new_block(&mut self) -> BlockId {
        self.unit.blocks.push(Block { params: Vec::new(), insts: Vec::new(), end: UNFINISHED });
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
    fn block_at(&mut self, at: (usize, usize)) -> BlockId {
        if let Some(&block) = self.blocks.get(&at) {
            return block;
        }
        let block = self.new_block();
        let mut params = Vec::new();
        for kind in self.kinds.get(&at).cloned().unwrap_or_default() {
            match kind {
                Kind::Machine(repr) => params.push((self.var(repr), repr)),
                Kind::Range(_) => params.extend([(self.var(Repr::Int), Repr::Int), (self.var(Repr::Int), Repr::Int)]),
                Kind::Memory(_) | Kind::Alias(_) | Kind::Constant(_) => {}
            }
        }
        params.push((self.var(Repr::Int), Repr::Int));
        self.unit.blocks[block as usize].params = params;
        self.blocks.insert(at, block);
        block
    }
    /// The state at a block's begin.
    fn state_at(&mut self, at: (usize, usize)) -> State {
        let block = self.block_at(at);
        let mut params = self.unit.blocks[block as usize].params.clone().into_iter().map(|(v, _)| v);
        let mut next = || params.next().unwrap_or_default();
        let places = self.kinds[&at]
            .iter()
            .map(|kind| match *kind {
                Kind::Machine(repr) => Place::Machine { var: next(), repr, stale: true },
                Kind::Range(step) => Place::Range { next: next(), left: next(), step },
                Kind::Memory(known) => Place::Memory(known),
                Kind::Alias(slot) => Place::Alias(slot),
                Kind::Constant(word) => Place::Constant(word),
            })
            .collect();
        State { places, ticks: next() }
    }
    /// Whether nobody reads a temporary from an instruction of the running code on.
    fn is_dead(&self, slot: usize, pc: usize) -> bool {
        let cx = self.context();
        slot >= cx.first_temp() && !cx.live[pc].get(slot - cx.base).copied().unwrap_or(true)
    }
    /// What the registers were seen to hold at a loop's head; `state` says it of callers'.
    fn seen_at_head(&self, pc: usize, state: &State) -> Vec<Kind> {
        let cx = self.context();
        let seen = cx.feedback.and_then(|f| f.head(pc)).unwrap_or_default();
        (0..cx.base + cx.code.nregs as usize)
            .map(|slot| {
                let place = state.places.get(slot).copied().unwrap_or(Place::Memory(Known::Unknown));
                if slot < cx.base || matches!(place, Place::Alias(_) | Place::Constant(_)) {
                    return place.kind();
                }
                match seen.get(slot - cx.base).copied().unwrap_or_default() {
                    _ if self.is_dead(slot, pc) => Kind::Memory(Known::Plain),
                    Seen::Int => Kind::Machine(Repr::Int),
                    Seen::Float => Kind::Machine(Repr::Float),
                    Seen::Bool => Kind::Machine(Repr::Bool),
                    Seen::Range(step) if slot >= cx.first_temp() => Kind::Range(Some(step)),
                    Seen::Object(id::RANGE_ITERATOR) if slot >= cx.first_temp() => Kind::Range(None),
                    Seen::Object(type_id) => Kind::Memory(Known::Object(type_id)),
                    Seen::Scalar | Seen::Plain => Kind::Memory(Known::Plain),
                    _ => Kind::Memory(Known::Unknown),
                }
            })
            .collect()
    }

    // ---- exits ----

    /// An exit with what a state has elsewhere than in memory.
    fn exit(&mut self, state: &State, pc: Option<usize>, surprise: bool) -> ExitId {
        let left = if surprise { Left::Surprised } else { Left::Done };
        let mut exit = Exit { pc: pc.map(|pc| pc as u32), left, registers: Vec::new(), words: Vec::new(), ranges: Vec::new(), ticks: Some(state.ticks), chain: if pc.is_some() { self.cx } else { 0 } };
        for (r, place) in state.places.iter().enumerate() {
            match *place {
                Place::Machine { var, repr, stale: true } => {
                    if !pc.is_some_and(|pc| self.is_dead(r, pc)) {
                        exit.registers.push((r as u32, var, repr));
                    }
                }
                Place::Borrowed(var, _) => exit.words.push((r as u32, Source::Var(var))),
                Place::Alias(slot) => exit.words.push((r as u32, Source::Register(slot as u32))),
                Place::Constant(word) => exit.words.push((r as u32, Source::Word(word))),
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

    /// Goes on at an instruction of the running code, with the state as it is: brings it into the form that block wants.
    fn go_to(&mut self, pc: usize) {
        if !self.context().range.contains(&pc) {
            let state = self.state.clone();
            let exit = self.exit(&state, Some(pc), false);
            self.end(End::Leave(exit));
            return;
        }
        self.settle_borrowed();
        for r in 0..self.state.places.len() {
            self.narrow_if_wide(r);
        }
        let at = (self.cx, pc);
        let is_head = self.context().heads.contains(&pc);
        if !self.kinds.contains_key(&at) {
            let kinds = if is_head {
                self.seen_at_head(pc, &self.state)
            } else {
                let dead = |(r, p): (usize, &Place)| if self.is_dead(r, pc) && !p.owns() { Kind::Memory(Known::Plain) } else { p.kind() };
                self.state.places.iter().enumerate().map(dead).collect()
            };
            self.kinds.insert(at, kinds);
        }
        let forward = self.origin.is_none_or(|origin| pc > origin);
        let mut args = Vec::new();
        let exit_state = self.state.clone();
        let mut exit = None;
        for r in 0..self.state.places.len() {
            let wanted = self.kinds[&at][r];
            let place = self.state.places[r];
            if place.kind() == wanted {
                match place {
                    Place::Machine { var, .. } => args.push(var),
                    Place::Range { next, left, .. } => args.extend([next, left]),
                    _ => {}
                }
                continue;
            }
            match (place, wanted) {
                (Place::Memory(Known::Unknown | Known::Plain), Kind::Machine(repr)) if is_head => {
                    let word = self.emit(Inst::Register(r as u32));
                    let is = self.emit(Inst::Is(class_of(repr), word));
                    let exit = *exit.get_or_insert_with(|| self.exit(&exit_state, Some(pc), true));
                    self.emit(Inst::Guard(is, exit));
                    args.push(self.emit(Inst::Unbox(repr, word)));
                }
                (Place::Memory(Known::Unknown), Kind::Memory(Known::Object(type_id))) if is_head && forward => {
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
                (place, Kind::Memory(Known::Plain)) if self.is_dead(r, pc) && !place.owns() => {}
                (Place::Memory(Known::Unknown), Kind::Memory(Known::Plain)) if is_head && forward => {
                    let word = self.emit(Inst::Register(r as u32));
                    let exit = *exit.get_or_insert_with(|| self.exit(&exit_state, Some(pc), true));
                    self.guard_plain(word, exit);
                }
                (_, Kind::Memory(Known::Unknown)) | (Place::Machine { .. }, Kind::Memory(Known::Plain)) => self.put_back(r),
                (place, _) => {
                    // They disagree: the next pass knows.
                    let joined = place.kind().join(wanted);
                    if let Some(kinds) = self.kinds.get_mut(&at) {
                        kinds[r] = joined;
                    }
                    self.changed = true;
                    match wanted {
                        Kind::Machine(repr) => args.push(self.any(repr)),
                        Kind::Range(_) => args.extend([self.any(Repr::Int), self.any(Repr::Int)]),
                        _ => {}
                    }
                }
            }
        }
        args.push(self.state.ticks);
        let block = self.block_at(at);
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

    // ---- places ----

    /// Puts a register's value into the frame's memory, with a reference.
    fn put_back(&mut self, r: usize) {
        match self.state.places[r] {
            Place::Machine { repr: Repr::Wide, .. } => {
                // Only ints of one word may lie in memory that owns nothing.
                self.narrow(r);
                self.put_back(r);
            }
            Place::Machine { var, repr, stale } => {
                self.settle_aliases(r);
                if stale {
                    let word = self.emit(Inst::Box(repr, var));
                    self.emit(Inst::SetRegister(r as u32, word));
                }
                self.state.places[r] = Place::Memory(Known::Plain);
            }
            Place::Range { next, left, .. } => {
                let word = self.emit(Inst::Register(r as u32));
                let base = self.emit(Inst::AddressOf(word));
                let (next_at, left_at) = (self.layout.range_next as u32, self.layout.range_left as u32);
                self.emit(Inst::Store { base, offset: next_at, width: Width::W64, value: next, region: Region::Heap });
                self.emit(Inst::Store { base, offset: left_at, width: Width::W64, value: left, region: Region::Heap });
                self.state.places[r] = Place::Memory(Known::Object(id::RANGE_ITERATOR));
            }
            Place::Memory(_) => {}
            Place::Borrowed(word, known) => self.own(r, word, known),
            Place::Alias(slot) => {
                let word = self.emit(Inst::Register(slot as u32));
                self.own(r, word, Known::Unknown);
            }
            Place::Constant(bits) => {
                let word = self.emit(Inst::Word(bits));
                self.own(r, word, Known::Unknown);
            }
        }
    }
    fn narrow_if_wide(&mut self, r: usize) {
        if let Place::Machine { repr: Repr::Wide, .. } = self.state.places[r] {
            self.narrow(r);
        }
    }
    /// Makes a wide int one of one word, or leaves.
    fn narrow(&mut self, r: usize) -> Var {
        match self.state.places[r] {
            Place::Machine { var, repr: Repr::Wide, .. } => {
                let fits = self.emit(Inst::Fits(var));
                self.guard(fits);
                let var = self.emit(Inst::Narrow(var));
                self.state.places[r] = Place::Machine { var, repr: Repr::Int, stale: true };
                var
            }
            Place::Machine { var, .. } => var,
            _ => self.emit(Inst::Int(0)),
        }
    }
    /// A register's memory, which holds no object, gets a word and a reference.
    fn own(&mut self, r: usize, word: Var, known: Known) {
        self.emit(Inst::Retain(word));
        self.emit(Inst::SetRegister(r as u32, word));
        self.state.places[r] = Place::Memory(known);
    }
    /// Gives borrowed words references of their own.
    fn settle_borrowed(&mut self) {
        for r in 0..self.state.places.len() {
            if let Place::Borrowed(word, known) = self.state.places[r] {
                self.own(r, word, known);
            }
        }
    }
    /// Gives those that look at a register's memory their own references, as it is about to change.
    fn settle_aliases(&mut self, of: usize) {
        for r in 0..self.state.places.len() {
            if self.state.places[r] == Place::Alias(of) {
                self.put_back(r);
            }
        }
    }
    /// Writes all there is to the frame's memory, for a helper that may look at it.
    fn flush(&mut self) {
        for r in 0..self.state.places.len() {
            if matches!(self.state.places[r], Place::Borrowed(..) | Place::Alias(_) | Place::Constant(_)) {
                self.put_back(r);
            }
        }
        for r in 0..self.state.places.len() {
            if let Place::Machine { repr: Repr::Wide, .. } = self.state.places[r] {
                self.narrow(r);
            }
            if let Place::Machine { var, repr, stale: true } = self.state.places[r] {
                self.put_back(r);
                self.state.places[r] = Place::Machine { var, repr, stale: false };
            }
        }
    }

    // ---- objects ----

    /// Leaves by an exit if a word is an object.
    fn guard_plain(&mut self, word: Var, exit: ExitId) {
        let is = self.emit(Inst::Is(Class::Object, word));
        let plain = self.emit(Inst::Not(is));
        self.emit(Inst::Guard(plain, exit));
    }
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
    fn open_range(&mut self, word: Var, step: Option<i64>, exit: ExitId) -> (Var, Var) {
        let base = self.guard_type(word, id::RANGE_ITERATOR, exit);
        let count = self.emit(Inst::Load { base, offset: 0, width: Width::W32, repr: Repr::Int, region: Region::Heap });
        let most = self.emit(Inst::Int(2 * i64::from(REFERENCE)));
        let alone = self.emit(Inst::Compare(Cmp::Below, count, most));
        self.emit(Inst::Guard(alone, exit));
        let field = |b: &mut Self, offset: usize| b.emit(Inst::Load { base, offset: offset as u32, width: Width::W64, repr: Repr::Int, region: Region::Heap });
        let (next_at, left_at, step_at) = (self.layout.range_next, self.layout.range_left, self.layout.range_step);
        if let Some(step) = step {
            let found = field(self, step_at);
            let wanted = self.emit(Inst::Int(step));
            let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
            self.emit(Inst::Guard(same, exit));
        }
        (field(self, next_at), field(self, left_at))
    }

    // ---- the walk ----

    fn pass(&mut self) -> Result<()> {
        let head = self.subject.range.start;
        if !self.kinds.contains_key(&(0, head)) {
            let kinds = self.seen_at_head(head, &self.state);
            self.kinds.insert((0, head), kinds);
        }
        self.walk()
    }
    /// Walks the blocks of the running code that some way leads to.
    fn walk(&mut self) -> Result<()> {
        let cx = self.cx;
        let leaders = self.context().leaders.clone();
        for &leader in leaders.iter() {
            // A function that returned left its caller's context behind.
            self.cx = cx;
            if !self.kinds.contains_key(&(cx, leader)) {
                continue;
            }
            self.state = self.state_at((cx, leader));
            let block = self.block_at((cx, leader));
            self.begin(block);
            let mut pc = leader;
            loop {
                self.pc = pc;
                self.origin = Some(pc);
                self.start = self.state.clone();
                self.start_exit = None;
                self.count += 1;
                if self.count > MOST {
                    return self.refuse("too large");
                }
                if self.instruction(pc)? {
                    break;
                }
                pc += width(self.instr(pc).op());
                if leaders.binary_search(&pc).is_ok() || !self.context().range.contains(&pc) {
                    self.go_to(pc);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Adds the ways in.
    fn finish(mut self) -> (Unit, Vec<Value>) {
        self.cx = 0;
        // Calls enter a function at its first instruction only; its loops have units of their own.
        let heads = if self.subject.whole { vec![0] } else { self.context().heads.to_vec() };
        for head in heads {
            if !self.blocks.contains_key(&(0, head)) {
                continue;
            }
            let block = self.new_block();
            self.begin(block);
            let ticks = self.emit(Inst::Ticks);
            let kinds = self.kinds[&(0, head)].clone();
            let empty = State { places: vec![Place::Memory(Known::Unknown); kinds.len()], ticks };
            let exit = self.exit(&empty, Some(head), true);
            // Names were looked up in these.
            let function = self.emit(Inst::Function);
            let base = self.emit(Inst::AddressOf(function));
            let names = self.subject.function.get(self.subject.vm);
            let dicts = [(self.layout.function_globals, names.globals.as_value().bits()), (self.layout.function_builtins, names.builtins.as_value().bits())];
            for (offset, dict) in dicts {
                let found = self.emit(Inst::Load { base, offset: offset as u32, width: Width::W64, repr: Repr::Word, region: Region::Types });
                let dict = self.emit(Inst::Word(dict));
                let same = self.emit(Inst::Same(found, dict));
                self.emit(Inst::Guard(same, exit));
            }
            if let Some(word) = self.subject.module {
                let (locals, wanted) = (self.emit(Inst::Locals), self.emit(Inst::Word(word)));
                let same = self.emit(Inst::Same(locals, wanted));
                self.emit(Inst::Guard(same, exit));
            }
            let mut args = Vec::new();
            for (r, kind) in kinds.into_iter().enumerate() {
                match kind {
                    Kind::Memory(Known::Unknown) => {}
                    // Variables that are no parameters are unassigned.
                    Kind::Memory(Known::Plain) if self.subject.whole && r >= self.subject.code.simple_args as usize => {}
                    Kind::Memory(Known::Plain) => {
                        if !self.is_dead(r, head) {
                            let word = self.emit(Inst::Register(r as u32));
                            self.guard_plain(word, exit);
                        }
                    }
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
                    // Only ways inside the unit lead to these.
                    Kind::Alias(_) | Kind::Constant(_) => {
                        let never = self.emit(Inst::Int(0));
                        let never = self.emit(Inst::Compare(Cmp::Ne, never, never));
                        self.emit(Inst::Guard(never, exit));
                    }
                }
            }
            args.push(ticks);
            let to = self.blocks[&(0, head)];
            self.end(End::Jump(to, args));
            self.unit.entries.push((head, block));
        }
        let code = self.subject.code;
        let part = if self.subject.whole { String::new() } else { format!(":{}", self.subject.range.start) };
        self.unit.name = format!("{}{part}", code.qualname.view(self.subject.vm).to_utf8_lossy());
        self.unit.registers = self.contexts.iter().map(|cx| cx.base + cx.code.nregs as usize).max().unwrap_or(0);
        self.unit.chains = self.contexts.iter().map(|cx| cx.levels.clone()).collect();
        (self.unit, self.keep)
    }
}

/// How a machine holds what was seen, if that is a number or a truth value.
fn repr_of(seen: Seen) -> Option<Repr> {
    match seen {
        Seen::Int => Some(Repr::Int),
        Seen::Float => Some(Repr::Float),
        Seen::Bool => Some(Repr::Bool),
        _ => None,
    }
}

fn class_of(repr: Repr) -> Class {
    match repr {
        Repr::Float => Class::Float,
        Repr::Bool => Class::Bool,
        _ => Class::Int,
    }
}
