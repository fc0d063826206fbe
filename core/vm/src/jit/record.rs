//! Watching a loop or a function: what its registers hold, at each instruction and at the heads of loops.

#![allow(unsafe_code, reason = "reads the registers of the running frame")]

use crate::args::MethodDef;
use crate::builtins::code::CodeObject;
use crate::builtins::function::Function;
use crate::builtins::slice::RangeIter;
use crate::interp::frame::Frame;
use crate::object::Ref;
use crate::types::id;
use crate::value::{BITS_UNBOUND, Value, is_native, is_pointer};
use crate::vm::Vm;
use krait_bytecode::Op;
use krait_bytecode::ops::{Field, Role};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// What a register was seen to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// Nothing yet.
    #[default]
    Never,
    /// Ints of one word.
    Int,
    Float,
    Bool,
    /// Another word that is no object: None, no value.
    Plain,
    /// Objects of one type.
    Object(u32),
    /// Numbers and other words, but no objects.
    Scalar,
    /// Iterators over ranges with one step.
    Range(i64),
    Mixed,
}

impl Seen {
    fn of(word: u64) -> Seen {
        if word == 0 || word == BITS_UNBOUND || is_native(word) {
            return Seen::Plain;
        }
        // SAFETY: a word in a register that is neither empty nor a builtin's is a value, borrowed here.
        let value = std::mem::ManuallyDrop::new(unsafe { Value::from_bits(word) });
        if value.is_small_int() {
            Seen::Int
        } else if value.is_float() {
            Seen::Float
        } else if value.is_bool() {
            Seen::Bool
        } else if !is_pointer(word) {
            Seen::Plain
        } else if value.type_id() == id::RANGE_ITERATOR {
            // SAFETY: of that exact type.
            Seen::Range(unsafe { (*Ref::<RangeIter>::from_value_ref_unchecked(&value).payload_ptr()).step })
        } else {
            Seen::Object(value.type_id())
        }
    }
    fn merge(&mut self, other: Seen) {
        *self = match (*self, other) {
            (Seen::Never, x) => x,
            (x, y) if x == y => x,
            (Seen::Range(_) | Seen::Object(id::RANGE_ITERATOR), Seen::Range(_) | Seen::Object(id::RANGE_ITERATOR)) => Seen::Object(id::RANGE_ITERATOR),
            (Seen::Object(_) | Seen::Range(_) | Seen::Mixed, _) | (_, Seen::Object(_) | Seen::Range(_) | Seen::Mixed) => Seen::Mixed,
            _ => Seen::Scalar,
        };
    }
}

/// What was seen at an instruction.
#[derive(Clone, Copy, Debug, Default)]
pub struct At {
    pub a: Seen,
    pub b: Seen,
    pub c: Seen,
    /// What it wrote to its destination.
    pub result: Seen,
    /// It was executed.
    pub reached: bool,
    /// Compiled code met something else here, and did so again when it knew that.
    pub surprised: bool,
    pub again: bool,
    /// The call leads to code that is never compiled.
    pub pushes: bool,
}

/// What was seen of a code object.
#[derive(Default)]
pub struct Feedback {
    at: FxHashMap<usize, At>,
    /// The registers at loop heads, and where functions begin.
    heads: FxHashMap<usize, Vec<Seen>>,
    /// What it took to compile its loops, and to compile it as a whole: one may go well where the other does not.
    loops: Tries,
    whole: Tries,
}

/// How often something was compiled and given back, and how often that was refused.
#[derive(Default)]
struct Tries {
    surprises: u32,
    refusals: u32,
}

impl Tries {
    /// Whether there were enough. A refusal says more than a surprise.
    fn are_over(&self) -> bool {
        const MOST: u32 = 6;
        self.surprises + 3 * self.refusals >= MOST
    }
}

impl Feedback {
    pub fn at(&self, pc: usize) -> At {
        self.at.get(&pc).copied().unwrap_or_default()
    }
    /// What registers held whenever a loop began an iteration.
    pub fn head(&self, pc: usize) -> Option<&[Seen]> {
        self.heads.get(&pc).map(Vec::as_slice)
    }
    /// Whether the code was compiled before, and met what it did not expect.
    pub fn was_surprised(&self) -> bool {
        self.loops.surprises + self.whole.surprises > 0
    }
    /// Notes what an instruction is about to work on.
    fn note(&mut self, code: &CodeObject, pc: usize, word: impl Fn(usize) -> u64) -> At {
        let at = self.at.entry(pc).or_default();
        at.reached = true;
        let i = code.instrs[pc];
        for &(field, role) in i.op().info().operands {
            if matches!(role, Role::Src | Role::Val | Role::Inout | Role::Window) {
                let (seen, n, flag) = match field {
                    Field::a => (&mut at.a, i.a(), 0),
                    Field::b => (&mut at.b, i.b(), krait_bytecode::ops::CONST_B),
                    Field::c => (&mut at.c, i.c(), krait_bytecode::ops::CONST_C),
                    Field::bc => continue,
                };
                seen.merge(Seen::of(if role == Role::Val && i.x() & flag != 0 { code.consts[n].bits() } else { word(n) }));
            }
        }
        *at
    }
    /// Notes what the registers hold where compiled code met what it did not expect.
    pub fn note_surprise(&mut self, frame: &Frame) {
        let (code, pc, regs) = (frame.code(), frame.pc as usize, frame.regs);
        if pc >= code.instrs.len() {
            return;
        }
        // SAFETY: the running frame's registers.
        let word = |n: usize| unsafe { *regs.add(n) };
        // A way that was never gone before is no surprise of this kind.
        let known = self.at(pc).reached;
        self.note(code, pc, word);
        if known {
            let at = self.at.entry(pc).or_default();
            at.again = at.surprised;
            at.surprised = true;
        }
        if let Some(seen) = self.heads.get_mut(&pc) {
            for (n, seen) in seen.iter_mut().enumerate() {
                seen.merge(Seen::of(word(n)));
            }
        }
    }
    /// Notes that a call leads to code that is never compiled.
    pub fn note_push(&mut self, pc: usize) {
        self.at.entry(pc).or_default().pushes = true;
    }
    fn tries(&mut self, whole: bool) -> &mut Tries {
        if whole { &mut self.whole } else { &mut self.loops }
    }
    /// Counts that code of a loop, or of the `whole`, was given back; whether that is enough.
    pub fn given_back(&mut self, whole: bool) -> bool {
        let tries = self.tries(whole);
        tries.surprises += 1;
        tries.are_over()
    }
    /// Counts a refusal to compile a loop, or the `whole`; whether that is enough.
    pub fn refused(&mut self, whole: bool) -> bool {
        let tries = self.tries(whole);
        tries.refusals += 1;
        tries.are_over()
    }
}

/// Instructions of the loop that are watched, and instructions in all; of a function, and its calls.
const OWN: u32 = 5_000;
const ALL: u32 = 25_000;
const FUNCTION: u32 = 5_000;
const CALLS: u32 = 4;

/// The function a call was seen to call.
pub enum Callee {
    /// Always this object, with a receiver in the window or without.
    One(Value, bool),
    /// Functions made of the same code, of which this is one.
    Code(Value, bool),
    /// Always this builtin function, whose word lies in the window.
    Native(&'static MethodDef, bool),
    Many,
}

/// What is known of all code that was watched, by the code's serial number.
pub type Known = FxHashMap<u32, Feedback>;

/// A loop being watched, or a function.
pub struct Recording {
    pub frame: *mut Frame,
    pub code: *mut CodeObject,
    pub serial: u32,
    /// The function, and how often it was entered.
    pub function: Option<Value>,
    pub entered: u32,
    /// That of the loop's frame, or of the function's caller.
    depth: usize,
    /// The loops around the sampled back-edge, outermost first, with how often their head was passed.
    loops: Vec<(Range<usize>, u32)>,
    /// The loop heads of each code that was met.
    heads: FxHashMap<u32, Vec<usize>>,
    /// The instruction each frame is at, from the loop's up.
    last: Vec<Option<(u32, usize)>>,
    /// What calls called, by code and instruction.
    pub callees: FxHashMap<(u32, usize), Callee>,
    own: u32,
    all: u32,
}

impl Recording {
    pub fn new(frame: *mut Frame, code: &mut CodeObject, at: usize, depth: usize) -> Recording {
        let mut around: Vec<_> = loops(code).into_iter().filter(|l| l.contains(&at)).map(|l| (l, 0)).collect();
        krait_bytecode::order::sort_by(&mut around, |(a, _), (b, _)| b.len().cmp(&a.len()));
        Recording { frame, code, serial: code.serial, function: None, entered: 0, depth, loops: around, heads: FxHashMap::default(), last: Vec::new(), callees: FxHashMap::default(), own: 0, all: 0 }
    }
    /// The next calls of a function, from a frame at this depth or above it.
    pub fn of_function(function: &Value, code: &mut CodeObject, depth: usize) -> Recording {
        Recording { frame: std::ptr::null_mut(), code, serial: code.serial, function: Some(function.clone()), entered: 0, depth, loops: Vec::new(), heads: FxHashMap::default(), last: Vec::new(), callees: FxHashMap::default(), own: 0, all: 0 }
    }
    /// The loops that were seen from head to head, outermost first.
    pub fn complete(&self) -> Vec<Range<usize>> {
        self.loops.iter().filter(|(_, passed)| *passed >= 2).map(|(l, _)| l.clone()).collect()
    }
    /// Looks at the instruction that comes next; `false` when enough was seen.
    pub fn step(&mut self, vm: &mut Vm, known: &mut Known) -> bool {
        self.all += 1;
        let (frame, depth) = (vm.thread.current(), vm.thread.depth());
        if depth < self.depth || self.all > ALL {
            return false;
        }
        // SAFETY: the running frame.
        let (pc, code, regs) = unsafe { ((*frame).pc as usize, &*(*frame).code, (*frame).regs) };
        let own = self.function.is_none() && depth == self.depth;
        if self.function.is_some() {
            self.entered += u32::from(pc == 0 && std::ptr::eq(code, self.code));
            if self.all > FUNCTION || self.entered >= CALLS && depth == self.depth {
                return false;
            }
        }
        if own && (frame != self.frame || !std::ptr::eq(code, self.code)) {
            return false;
        }
        // SAFETY: the running frame's registers.
        let word = |n: usize| unsafe { *regs.add(n) };
        let level = depth - self.depth;
        self.last.resize(level + 1, None);
        let feedback = known.entry(code.serial).or_default();
        if let Some((serial, last)) = self.last[level].take()
            && serial == code.serial
            && let Some(i) = code.instrs.get(last)
            && let Some((Field::a, Role::Dst | Role::Out)) = i.op().info().operands.first()
        {
            feedback.at.entry(last).or_default().result.merge(Seen::of(word(i.a())));
        }
        let heads = self.heads.entry(code.serial).or_insert_with(|| loops(code).into_iter().map(|l| l.start).collect());
        if pc == 0 || heads.contains(&pc) {
            let seen = feedback.heads.entry(pc).or_insert_with(|| vec![Seen::Never; code.nregs as usize]);
            for (n, seen) in seen.iter_mut().enumerate() {
                seen.merge(Seen::of(word(n)));
            }
            if own {
                self.loops.iter_mut().filter(|(l, _)| l.start == pc).for_each(|(_, passed)| *passed += 1);
                if self.loops.first().is_none_or(|(_, passed)| *passed >= 3) {
                    return false;
                }
            }
        }
        let Some(i) = code.instrs.get(pc) else { return false };
        let at = feedback.note(code, pc, word);
        if matches!(i.op(), Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass) && is_native(word(i.b())) {
            // SAFETY: such a word is made of a definition's address.
            let (def, own) = unsafe { (crate::value::native_def(word(i.b())), word(i.b() + 1) != 0) };
            let entry = self.callees.entry((code.serial, pc)).or_insert(Callee::Native(def, own));
            if !matches!(entry, Callee::Native(seen, receiver) if std::ptr::eq(*seen, def) && *receiver == own) {
                *entry = Callee::Many;
            }
        }
        if matches!(i.op(), Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass) && matches!(at.b, Seen::Object(id::FUNCTION | id::TYPE | id::BUILTIN_FUNCTION)) {
            // SAFETY: a register with an object.
            let callee = std::mem::ManuallyDrop::new(unsafe { Value::from_bits(word(i.b())) });
            let own = word(i.b() + 1) != 0;
            let entry = self.callees.entry((code.serial, pc)).or_insert_with(|| Callee::One((*callee).clone(), own));
            let code = |v: &Value| v.downcast_exact::<Function>().map(|f| f.get(&*vm).code.as_value().bits());
            let seen = match &*entry {
                Callee::One(seen, receiver) | Callee::Code(seen, receiver) if *receiver == own => Some(seen.clone()),
                _ => None,
            };
            match seen {
                Some(seen) if seen.is(&callee) => {}
                Some(seen) if code(&seen).is_some() && code(&seen) == code(&callee) => *entry = Callee::Code(seen, own),
                _ => *entry = Callee::Many,
            }
        }
        self.last[level] = Some((code.serial, pc));
        self.own += u32::from(own);
        self.own < OWN
    }
}

/// The loops of a code object: from a head to behind its last back-edge.
pub fn loops(code: &CodeObject) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut pc = 0;
    while let Some(i) = code.instrs.get(pc) {
        let op = i.op();
        if matches!(op, Op::JumpBack | Op::EnterLoop) {
            match found.iter_mut().find(|l| l.start == i.bc()) {
                Some(l) => l.end = l.end.max(pc + 1),
                None => found.push(i.bc()..pc + 1),
            }
        }
        pc += if op.has_ext() { 2 } else { 1 };
    }
    found
}
