//! One code object under construction: instructions, labels, tables, registers.
//!
//! A `Unit` knows nothing of Python syntax. It hands out temporaries stack-wise, patches jumps,
//! records which handler covers which instructions, and follows along every path which local
//! variables are certainly bound, so that reads need no check. Instructions after a jump that
//! never falls through are dropped here, so code generation need not care about dead code.

use crate::ast::{Constant, Span};
use crate::error::{CompileError, ErrorKind, Result};
use crate::fold;
use crate::symtable::ScopeId;
use krait_bytecode::ops::{DISCARD, Field, LAYOUT, METHOD, PART, Role, constant_flag, kill_flag};
use krait_bytecode::{Code, CodeFlags, Const, ExceptionEntry, Instr, NamedTemporary, Op, Position};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

pub type Reg = u16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandlerId(u32);

/// A value in a register, and whether that register is a temporary to be killed by its last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    pub reg: Reg,
    pub temp: bool,
}

impl Operand {
    pub fn temp(reg: Reg) -> Operand {
        Operand { reg, temp: true }
    }

    pub fn kept(reg: Reg) -> Operand {
        Operand { reg, temp: false }
    }

    /// The kill flag for an instruction that writes `dst`.
    pub fn kill(self, flag: u8, dst: Reg) -> u8 {
        if self.temp && self.reg != dst { flag } else { 0 }
    }

    /// The kill flag for an instruction without a destination.
    pub fn kill_always(self, flag: u8) -> u8 {
        if self.temp { flag } else { 0 }
    }
}

/// A set of registers.
#[derive(Clone, Debug, Default)]
pub struct RegSet(Vec<u64>);

impl RegSet {
    pub fn insert(&mut self, reg: Reg) {
        let word = reg as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (reg % 64);
    }

    pub fn remove(&mut self, reg: Reg) {
        if let Some(word) = self.0.get_mut(reg as usize / 64) {
            *word &= !(1 << (reg % 64));
        }
    }

    pub fn contains(&self, reg: Reg) -> bool {
        self.0.get(reg as usize / 64).is_some_and(|word| word & 1 << (reg % 64) != 0)
    }

    fn intersect(&mut self, other: &RegSet) {
        self.0.truncate(other.0.len());
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }
}

#[derive(Default)]
struct LabelState {
    target: Option<u32>,
    /// What is bound on every path that has jumped here so far.
    assigned: Option<RegSet>,
}

struct Handler {
    label: Label,
    depth: Reg,
    exc: Reg,
}

/// Where a named variable of this code object lives.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub reg: Reg,
    pub cell: bool,
}

/// The variables of one inlined comprehension.
pub struct CompFrame<'a> {
    pub scope: ScopeId,
    pub vars: HashMap<&'a str, Slot>,
    /// Where they are in the list of named temporaries.
    temporaries: Range<usize>,
}

/// Named variables beyond this many leave no registers for values.
const MAX_VARIABLES: usize = 60_000;

pub struct Unit<'a> {
    pub scope: ScopeId,
    pub name: &'a str,
    pub qualname: String,
    pub private: Option<&'a str>,
    pub first_line: u32,
    pub flags: u32,
    pub slots: HashMap<&'a str, Slot>,
    /// In a class: free variables that are called like a cell of its own.
    pub outer_cells: HashMap<&'a str, Reg>,
    pub varnames: Vec<&'a str>,
    pub cellvars: Vec<&'a str>,
    pub freevars: Vec<&'a str>,
    pub argcount: u16,
    pub posonlyargcount: u16,
    pub kwonlyargcount: u16,
    pub first_temp: Reg,
    pub next_temp: Reg,
    max_temp: Reg,
    too_large: bool,
    pub assigned: RegSet,
    /// Locals that some `del` or `except … as` may unbind: they are checked at every read.
    pub unsteady: HashSet<Reg>,
    pub reachable: bool,
    pub comprehensions: Vec<CompFrame<'a>>,
    /// Attributes assigned through the first parameter (a class's `__static_attributes__`).
    pub static_attributes: Vec<&'a str>,
    span: Span,
    code: Vec<Instr>,
    positions: Vec<Position>,
    labels: Vec<LabelState>,
    fixups: Vec<(u32, Label)>,
    /// Jumps that are a statement's own: tracers see their lines.
    statements: HashSet<u32>,
    handlers: Vec<Handler>,
    handler: Option<HandlerId>,
    range_start: u32,
    /// Instructions before this one are final: something refers to the place.
    barrier: u32,
    ranges: Vec<(u32, u32, HandlerId)>,
    temporaries: Vec<NamedTemporary<&'a str>>,
    consts: Vec<Const>,
    const_index: HashMap<Vec<u8>, u32>,
    names: Vec<&'a str>,
    name_index: HashMap<&'a str, u32>,
    sites: Vec<u32>,
}

impl<'a> Unit<'a> {
    pub fn new(scope: ScopeId, name: &'a str, qualname: String, private: Option<&'a str>, first_line: u32) -> Self {
        Unit {
            scope,
            name,
            qualname,
            private,
            first_line,
            flags: 0,
            slots: HashMap::new(),
            outer_cells: HashMap::new(),
            varnames: Vec::new(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            first_temp: 0,
            next_temp: 0,
            max_temp: 0,
            too_large: false,
            assigned: RegSet::default(),
            unsteady: HashSet::new(),
            reachable: true,
            comprehensions: Vec::new(),
            static_attributes: Vec::new(),
            span: Span::NONE,
            code: Vec::new(),
            positions: Vec::new(),
            labels: Vec::new(),
            fixups: Vec::new(),
            statements: HashSet::new(),
            handlers: Vec::new(),
            handler: None,
            range_start: 0,
            barrier: 0,
            ranges: Vec::new(),
            temporaries: Vec::new(),
            consts: Vec::new(),
            const_index: HashMap::new(),
            names: Vec::new(),
            name_index: HashMap::new(),
            sites: Vec::new(),
        }
    }

    // Registers.

    /// Declare the registers of named variables: parameters and locals, other cells, free variables.
    pub fn declare(&mut self) {
        if self.varnames.len() + self.cellvars.len() + self.freevars.len() > MAX_VARIABLES {
            // `finish` reports it; nothing is emitted meanwhile.
            self.too_large = true;
            self.reachable = false;
            return;
        }
        let cells: HashSet<&str> = self.cellvars.iter().copied().collect();
        let locals: HashSet<&str> = self.varnames.iter().copied().collect();
        for (index, name) in self.varnames.iter().enumerate() {
            let cell = cells.contains(name);
            self.slots.insert(name, Slot { reg: index as Reg, cell });
        }
        let mut next = self.varnames.len();
        for name in &self.cellvars {
            if !locals.contains(name) {
                self.slots.insert(name, Slot { reg: next as Reg, cell: true });
                next += 1;
            }
        }
        for name in &self.freevars {
            if cells.contains(name) {
                self.outer_cells.insert(name, next as Reg);
            } else {
                self.slots.insert(name, Slot { reg: next as Reg, cell: true });
            }
            next += 1;
        }
        self.first_temp = next as Reg;
        self.next_temp = self.first_temp;
        self.max_temp = self.first_temp;
    }

    pub fn alloc(&mut self) -> Reg {
        let reg = self.next_temp;
        // The limit is checked once, in `finish`: wrapped registers never reach a code object.
        self.next_temp = self.next_temp.saturating_add(1);
        self.max_temp = self.max_temp.max(self.next_temp);
        reg
    }

    /// Enter the variables of a comprehension. With `seen`, their temporaries have names from here on.
    pub fn enter_comprehension(&mut self, scope: ScopeId, vars: Vec<(&'a str, Slot)>, seen: bool) {
        let (start, first) = (self.pc(), self.temporaries.len());
        let named = |&(name, slot): &(&'a str, Slot)| NamedTemporary { start, end: start, reg: slot.reg, cell: slot.cell, name };
        self.temporaries.extend(vars.iter().filter(|_| seen).map(named));
        let temporaries = first..self.temporaries.len();
        self.comprehensions.push(CompFrame { scope, vars: vars.into_iter().collect(), temporaries });
    }

    pub fn leave_comprehension(&mut self) {
        let end = self.pc();
        if let Some(frame) = self.comprehensions.pop() {
            self.temporaries[frame.temporaries].iter_mut().for_each(|t| t.end = end);
        }
    }

    /// Has a `load_global` of `base`, when that is the last instruction, clear the register behind it as well: the
    /// call window of a plain call.
    pub fn fill_window(&mut self, base: Reg) -> bool {
        match self.code.last_mut() {
            Some(last) if self.reachable && last.op() == Op::LoadGlobal && last.a() == base as usize => {
                *last = Instr::with_bc(Op::LoadGlobal, METHOD, base, last.bc() as u32);
                true
            }
            _ => false,
        }
    }

    /// Tell a call of the window `base`, when that is the last instruction, that a `clear` of its result follows.
    pub fn discard_result(&mut self, base: Reg) {
        if let Some(last) = self.code.last_mut()
            && self.reachable
            && last.op() == Op::Call
            && last.a() == base as usize
            && last.b() == base as usize
        {
            *last = Instr::new(Op::Call, last.x() | DISCARD, base, base, last.c() as u16);
        }
    }

    pub fn is_temp(&self, reg: Reg) -> bool {
        reg >= self.first_temp
    }

    // Positions.

    pub fn set_span(&mut self, span: Span) {
        self.span = span;
    }

    pub fn span(&self) -> Span {
        self.span
    }

    fn record_position(&mut self) {
        let pc = self.code.len() as u32;
        let span = self.span;
        let position = if span.line < 1 {
            Position { pc, line: 0, end_line: 0, col: u32::MAX, end_col: u32::MAX }
        } else {
            let column = |col: i32| if col < 0 { u32::MAX } else { col as u32 };
            Position {
                pc,
                line: span.line as u32,
                end_line: span.end_line.max(span.line) as u32,
                col: column(span.col),
                end_col: column(span.end_col),
            }
        };
        if self.positions.last().is_none_or(|last| Position { pc, ..*last } != position) {
            self.positions.push(position);
        }
    }

    /// A position of no instructions: the line a function is entered on.
    pub fn mark_entry(&mut self, line: i32) {
        let line = line.max(0) as u32;
        self.positions.push(Position { pc: 0, line, end_line: line, col: 0, end_col: 0 });
    }

    // Instructions.

    pub fn pc(&self) -> u32 {
        self.code.len() as u32
    }

    fn push(&mut self, instr: Instr) {
        if self.reachable {
            self.record_position();
            self.code.push(instr);
        }
    }

    pub fn emit(&mut self, op: Op, x: u8, a: Reg, b: Reg, c: Reg) {
        let mut instr = Instr::new(op, x, a, b, c);
        if self.reachable {
            self.take_constant(&mut instr);
        }
        self.push(instr);
    }

    /// Says that the value just formatted into `reg` is part of a longer string.
    pub fn mark_part(&mut self, reg: Reg) {
        if self.reachable
            && let Some(last) = self.code.last_mut()
            && last.op() == Op::FormatSimple
            && last.a() == reg as usize
        {
            *last = Instr::new(Op::FormatSimple, last.x() | PART, reg, last.b() as Reg, 0);
        }
    }

    /// An operand that the instruction before loaded into a temporary just for this one becomes a constant operand.
    fn take_constant(&mut self, instr: &mut Instr) {
        let op = instr.op();
        let pc = self.code.len();
        let Some(last) = self.code.last().copied() else { return };
        let load = match last.op() {
            Op::LoadConst => last.bc(),
            Op::LoadInt => usize::MAX,
            _ => return,
        };
        let field = if op.takes_constant(Field::c) && instr.c() == last.a() {
            Field::c
        } else if op.takes_constant(Field::b) && instr.b() == last.a() {
            Field::b
        } else {
            return;
        };
        // The temporary must die here: by its kill flag, or by being the destination.
        let writes = op.info().operands.first() == Some(&(Field::a, Role::Dst)) && instr.a() == last.a();
        let others_read = matches!(field, Field::c) && instr.b() == last.a() || op.info().operands.first() != Some(&(Field::a, Role::Dst)) && instr.a() == last.a();
        let dies = writes || instr.x() & kill_flag(field) != 0;
        // No jump may arrive between the two, no handler begin there, and the tracer must not miss a line.
        let line = self.positions.last().map_or(0, |p| p.line);
        if !self.is_temp(last.a() as Reg) || !dies || others_read || self.barrier == pc as u32 || line != self.span.line.max(0) as u32 {
            return;
        }
        let index = if load == usize::MAX { self.constant(Constant::Int(last.imm32())) as usize } else { load };
        let Ok(index) = Reg::try_from(index) else { return };
        self.code.pop();
        if self.positions.last().is_some_and(|p| p.pc as usize == pc - 1) {
            self.positions.pop();
        }
        let x = instr.x() & !kill_flag(field) | constant_flag(field);
        *instr = match field {
            Field::c => Instr::new(op, x, instr.a() as Reg, instr.b() as Reg, index),
            _ => Instr::new(op, x, instr.a() as Reg, index, instr.c() as Reg),
        };
    }

    pub fn emit_bc(&mut self, op: Op, x: u8, a: Reg, bc: u32) {
        self.push(Instr::with_bc(op, x, a, bc));
    }

    /// The second word of an instruction.
    pub fn ext(&mut self, a: Reg, bc: u32) {
        self.push(Instr::with_bc(Op::Ext, 0, a, bc));
    }

    pub fn terminate(&mut self) {
        self.reachable = false;
    }

    // Labels.

    pub fn label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() as u32 - 1)
    }

    fn arrive(&mut self, label: Label) {
        let state = &mut self.labels[label.0 as usize].assigned;
        match state {
            Some(assigned) => assigned.intersect(&self.assigned),
            None => *state = Some(self.assigned.clone()),
        }
    }

    /// A jump whose target is in `bc` of its own word.
    pub fn jump(&mut self, op: Op, x: u8, a: Reg, label: Label) {
        if !self.reachable {
            return;
        }
        self.arrive(label);
        self.fixups.push((self.pc(), label));
        self.emit_bc(op, x, a, 0);
    }

    /// A jump whose target is in the `ext` word.
    pub fn jump_ext(&mut self, op: Op, x: u8, a: Reg, b: Reg, c: Reg, label: Label) {
        if !self.reachable {
            return;
        }
        self.arrive(label);
        self.emit(op, x, a, b, c);
        self.fixups.push((self.pc(), label));
        self.ext(0, 0);
    }

    pub fn goto(&mut self, label: Label) {
        self.jump(Op::Jump, 0, 0, label);
        self.terminate();
    }

    /// As `goto`, where nothing stands in the source.
    pub fn goto_end(&mut self, label: Label) {
        self.jump(Op::Jump, LAYOUT, 0, label);
        self.terminate();
    }

    pub fn loop_back(&mut self, label: Label) {
        self.jump(Op::JumpBack, 0, 0, label);
        self.terminate();
    }

    /// The next instruction is a jump of a statement's own.
    pub fn mark_statement(&mut self) {
        self.statements.insert(self.pc());
    }

    /// A jump to a jump goes where that goes, and back at once at the end of a loop's body; its line stays.
    fn shorten_jumps(&mut self) {
        // From the end, so that where a jump goes is final already.
        for pc in (0..self.code.len()).rev() {
            let (jump, target) = (self.code[pc], self.code[pc].bc());
            if jump.op() != Op::Jump || target <= pc || self.statements.contains(&(target as u32)) {
                continue;
            }
            match self.code.get(target) {
                Some(next) if next.op() == Op::Jump => self.code[pc] = Instr::with_bc(Op::Jump, jump.x(), 0, next.bc() as u32),
                Some(&next) if next.op() == Op::JumpBack && next.bc() <= pc => self.code[pc] = next,
                _ => {}
            }
        }
    }

    /// Place a label that is only reached by forward jumps and from above.
    pub fn bind(&mut self, label: Label) {
        let pc = self.pc();
        self.barrier = pc;
        let state = &mut self.labels[label.0 as usize];
        state.target = Some(pc);
        if let Some(assigned) = state.assigned.take() {
            if self.reachable {
                self.assigned.intersect(&assigned);
            } else {
                self.assigned = assigned;
                self.reachable = true;
            }
        }
    }

    /// Place the head of a loop. Variables only become bound on the way round (those that do not
    /// are `unsteady`), so what holds on entry holds at every arrival.
    pub fn bind_head(&mut self, label: Label) {
        let pc = self.pc();
        self.barrier = pc;
        self.labels[label.0 as usize].target = Some(pc);
    }

    // Exception handlers.

    pub fn new_handler(&mut self, depth: Reg, exc: Reg) -> HandlerId {
        let label = self.label();
        self.max_temp = self.max_temp.max(exc.saturating_add(1));
        self.handlers.push(Handler { label, depth, exc });
        HandlerId(self.handlers.len() as u32 - 1)
    }

    pub fn handler(&self) -> Option<HandlerId> {
        self.handler
    }

    /// From here on `handler` covers the instructions; returns the one before.
    pub fn switch_handler(&mut self, handler: Option<HandlerId>) -> Option<HandlerId> {
        self.close_range();
        if let Some(id) = handler
            && self.reachable
        {
            // Whatever is bound when the range begins is bound in the handler.
            let label = self.handlers[id.0 as usize].label;
            self.arrive(label);
        }
        std::mem::replace(&mut self.handler, handler)
    }

    fn close_range(&mut self) {
        let pc = self.pc();
        if let Some(id) = self.handler
            && pc > self.range_start
        {
            match self.ranges.last_mut() {
                Some(last) if last.1 == self.range_start && last.2 == id => last.1 = pc,
                _ => self.ranges.push((self.range_start, pc, id)),
            }
        }
        self.range_start = pc;
        self.barrier = pc;
    }

    /// Start the code of a handler: the registers below `depth` are as they were. Unreachable
    /// unless some covered instruction was emitted.
    pub fn bind_handler(&mut self, id: HandlerId) {
        self.close_range();
        let (label, exc) = {
            let handler = &self.handlers[id.0 as usize];
            (handler.label, handler.exc)
        };
        if !self.ranges.iter().any(|range| range.2 == id) {
            self.labels[label.0 as usize].assigned = None;
        }
        self.bind(label);
        self.next_temp = exc + 1;
    }

    // Tables.

    pub fn name(&mut self, name: &'a str) -> u32 {
        let next = self.names.len() as u32;
        let index = *self.name_index.entry(name).or_insert(next);
        if index == next {
            self.names.push(name);
        }
        index
    }

    pub fn site(&mut self, name: &'a str) -> u32 {
        let name = self.name(name);
        self.sites.push(name);
        self.sites.len() as u32 - 1
    }

    pub fn site_count(&self) -> usize {
        self.sites.len()
    }

    pub fn constant(&mut self, value: Constant<'_>) -> u32 {
        self.add_const(fold::to_const(value))
    }

    pub fn add_const(&mut self, value: Const) -> u32 {
        let next = self.consts.len() as u32;
        let mut key = Vec::new();
        fold::const_key(&value, next, &mut key);
        let index = *self.const_index.entry(key).or_insert(next);
        if index == next {
            self.consts.push(value);
        }
        index
    }

    pub fn finish(mut self, filename: &str) -> Result<Code> {
        self.close_range();
        if self.too_large || self.max_temp >= Reg::MAX - 1 {
            return Err(CompileError::plain(ErrorKind::MemoryError, "too many variables and temporary values"));
        }
        for &(pc, label) in &self.fixups {
            let target = self.labels[label.0 as usize].target.unwrap_or(0);
            let word = &mut self.code[pc as usize];
            *word = Instr(word.0 & 0xFFFF_FFFF | (target as u64) << 32);
        }
        self.shorten_jumps();
        let exceptions = self
            .ranges
            .iter()
            .map(|&(start, end, id)| {
                let handler = &self.handlers[id.0 as usize];
                let target = self.labels[handler.label.0 as usize].target.unwrap_or(0);
                ExceptionEntry { start, end, target, depth: handler.depth, exc: handler.exc }
            })
            .collect();
        let owned = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        Ok(Code {
            name: self.name.into(),
            qualname: self.qualname.as_str().into(),
            filename: filename.into(),
            flags: CodeFlags(self.flags),
            argcount: self.argcount,
            posonlyargcount: self.posonlyargcount,
            kwonlyargcount: self.kwonlyargcount,
            nregs: self.max_temp,
            firstlineno: self.first_line,
            varnames: owned(&self.varnames),
            cellvars: owned(&self.cellvars),
            freevars: owned(&self.freevars),
            names: owned(&self.names),
            sites: self.sites,
            consts: self.consts,
            code: self.code,
            positions: self.positions,
            exceptions,
            temporaries: self.temporaries.iter().filter(|t| t.start < t.end).map(|t| t.renamed(t.name.into())).collect(),
        })
    }
}
