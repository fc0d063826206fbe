//! The intermediate representation: blocks of instructions in static single assignment form.
//!
//! A [`Var`] is defined once: as a block's parameter, or by an instruction. Values that cross blocks go through
//! parameters only, but for those of a block that dominates their use. What a guard leaves for the interpreter is an
//! [`Exit`]: which registers of the frame get which values, and where it goes on.

use krait_vm::jit::Left;
use krait_vm::jit::helpers::{self, Helper, Level, Target};
use krait_vm::jit::lookups::{self, Find, Store};
use std::fmt::{self, Display, Write};

/// A value.
pub type Var = u32;
/// The number of a block.
pub type BlockId = u32;
/// The number of an exit.
pub type ExitId = u32;
/// The number of a chain of functions that became part of the unit; 0 has none.
pub type ChainId = usize;

/// How a machine holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repr {
    /// A 64-bit integer; a Python int of one word where that matters.
    Int,
    /// A 64-bit integer that need not be a Python int of one word.
    Wide,
    Float,
    /// 0 or 1.
    Bool,
    /// The word of a Python value, or of none.
    Word,
    /// An address.
    Address,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntOp {
    Add,
    Sub,
    /// The low and the high half of a product.
    Mul,
    MulHigh,
    And,
    Or,
    Xor,
    /// Shifts by 0 to 63.
    Shl,
    Shr,
    /// The divisor is not zero, and the quotient has no 65 bits.
    Div,
    Rem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FloatOp {
    Add,
    Sub,
    Mul,
    Div,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cmp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
    /// Of ints: as unsigned numbers.
    Below,
}

/// What a word may be tested for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Int,
    Float,
    Bool,
    Object,
}

/// How much memory an access is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    W8,
    W32,
    W64,
    /// An address of the machine.
    Pointer,
}

/// Memory that no access of another region changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Region {
    /// The frame's registers.
    Registers,
    /// Items, slots, and all else that programs change.
    Heap,
    /// Types and shapes of objects, versions of dicts.
    Types,
}

/// A function of the interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HelperId {
    Operation,
    /// One that the run loop calls through its table.
    CalledOperation,
    GetItem,
    Condition,
    Advance,
    AdvancePair,
    Call,
    CallPython,
}

/// What is looked up without any Python code, in a function that needs no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// An object's attribute or method, by name.
    Attribute,
    Method,
    /// The item of a dict: see [`lookups::dict_item`].
    Item,
}

/// What is stored or taken out in such a function, which says what was there before: see [`lookups::store_attribute`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Put {
    Attribute,
    Item,
    /// A list's item, by index: out of it, and into it before that index.
    Pop,
    Insert,
    /// Nothing is stored: what is between two bounds is copied.
    Slice,
}

impl Put {
    pub fn function(self) -> Store {
        match self {
            Put::Attribute => lookups::store_attribute,
            Put::Item => lookups::store_item,
            Put::Pop => lookups::pop_item,
            Put::Insert => lookups::insert_item,
            Put::Slice => lookups::slice,
        }
    }
}

impl Lookup {
    pub fn function(self) -> Find {
        match self {
            Lookup::Attribute => lookups::attribute,
            Lookup::Method => lookups::method,
            Lookup::Item => lookups::dict_item,
        }
    }
}

impl HelperId {
    pub fn function(self) -> Helper {
        match self {
            HelperId::Operation => helpers::operation,
            HelperId::CalledOperation => helpers::called_operation,
            HelperId::GetItem => helpers::get_item,
            HelperId::Condition => helpers::condition,
            HelperId::Advance => helpers::advance,
            HelperId::AdvancePair => helpers::advance_pair,
            HelperId::Call => helpers::call,
            HelperId::CallPython => helpers::call_python,
        }
    }
}

/// What an instruction computes or does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inst {
    // ---- pure ----
    Int(i64),
    Float(f64),
    Word(u64),
    IntOp(IntOp, Var, Var),
    FloatOp(FloatOp, Var, Var),
    FloatNeg(Var),
    FloatSqrt(Var),
    FloatAbs(Var),
    FloatOfInt(Var),
    Compare(Cmp, Var, Var),
    FloatCompare(Cmp, Var, Var),
    /// Equality of words.
    Same(Var, Var),
    Not(Var),
    And(Var, Var),
    /// The second or the third, as the first says; ints.
    Select(Var, Var, Var),
    /// Whether an int is a Python int of one word.
    Fits(Var),
    /// Whether the product of two ints has no more than 64 bits; a machine may say no when it nearly has not.
    MulFits(Var, Var),
    /// An int as one of the other representation.
    Widen(Var),
    Narrow(Var),
    Is(Class, Var),
    /// The word of an int, a float, a truth value.
    Box(Repr, Var),
    /// What a word holds, which must be that.
    Unbox(Repr, Var),
    /// The address of an object, from its word.
    AddressOf(Var),
    /// A truth value as an int.
    IntOfBool(Var),
    // ---- memory ----
    /// A register of the frame.
    Register(u32),
    SetRegister(u32, Var),
    /// Memory at an address and an offset; an int, address or word, as the representation says.
    Load { base: Var, offset: u32, width: Width, repr: Repr, region: Region },
    Store { base: Var, offset: u32, width: Width, value: Var, region: Region },
    /// The item of an array of words.
    Item { base: Var, index: Var },
    SetItem { base: Var, index: Var, value: Var },
    /// Memory at an absolute address.
    Absolute { address: u64, width: Width, repr: Repr, region: Region },
    /// Makes room for one more item in the list at an address; whether there is.
    MakeRoom(Var),
    /// The word of a new iterator over the range with these ints as start, stop and step; 0 when the step is.
    RangeIterator(Var, Var, Var),
    /// The word of a new iterator over a list, from its word.
    ListIterator(Var),
    /// Looks something up: a borrowed word, 0 when it takes more than that.
    Lookup(Lookup, Var, Var),
    /// Stores an object's attribute or item: object, name or key, value.
    Put(Put, Var, Var, Var),
    /// The second or the third word, as the first says.
    Choose(Var, Var, Var),
    /// `v0[v2:v3] = v1[v4:v5:v6]` of lists, all words, if that takes no list in between; whether it was done.
    MoveItems([Var; 7]),
    /// An address and an int.
    Offset(Var, Var),
    /// Counts a reference to an object up, if the word is one's.
    Retain(Var),
    /// Counts down, and frees what has no references any more; the index of the next instruction, and its chain.
    Release(Var, u32, ChainId),
    /// Calls a helper for the instruction of this index and chain: its outcome.
    Call(HelperId, u32, ChainId),
    /// Calls the function that this one of the unit's targets describes: the outcome. The result is in the first
    /// argument's register.
    Enter(usize),
    /// The interpreter's ticks: read at entry, and around calls that use some.
    Ticks,
    SetTicks(Var),
    /// The frame's function and locals mapping (0 where there is none): read at entry.
    Function,
    Locals,
    /// Leaves when the condition does not hold.
    Guard(Var, ExitId),
    /// Leaves when the outcome of a helper says so.
    Outcome(Var, ExitId),
}

/// How a block ends.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Jump(BlockId, Vec<Var>),
    Branch(Var, (BlockId, Vec<Var>), (BlockId, Vec<Var>)),
    Leave(ExitId),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub params: Vec<(Var, Repr)>,
    pub insts: Vec<(Var, Inst)>,
    pub end: End,
}

/// What an exit leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// Where the interpreter goes on; the helper has set it otherwise.
    pub pc: Option<u32>,
    /// What the entry's result says; surprises are counted, and the loop is compiled anew when they happen often.
    pub left: Left,
    /// Registers of the frame that get values.
    pub registers: Vec<(u32, Var, Repr)>,
    /// Words that registers get, and a reference with them.
    pub words: Vec<(u32, Source)>,
    /// Iterators over ranges, by register: next value and number of values left.
    pub ranges: Vec<(u32, Var, Var)>,
    pub ticks: Option<Var>,
    /// Functions that get their frames.
    pub chain: ChainId,
}

/// Where a word is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    Var(Var),
    Register(u32),
    Word(u64),
}

/// A compiled loop.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Unit {
    pub name: String,
    pub blocks: Vec<Block>,
    pub exits: Vec<Exit>,
    /// Blocks without parameters where code is entered, and the instruction index of the loop's head.
    pub entries: Vec<(usize, BlockId)>,
    /// The representation of each value.
    pub reprs: Vec<Repr>,
    /// Functions that became part of this, from the outermost in.
    pub chains: Vec<Vec<Level>>,
    /// Functions that are called.
    pub targets: Vec<Target>,
    /// Registers above the first of the frame that are used.
    pub registers: usize,
}

impl Inst {
    /// What the instruction defines; `None` for effects.
    pub fn repr(&self) -> Option<Repr> {
        Some(match self {
            Inst::Int(_) | Inst::IntOp(..) | Inst::Select(..) | Inst::Call(..) | Inst::Enter(_) | Inst::Ticks | Inst::IntOfBool(_) => Repr::Int,
            Inst::Widen(_) => Repr::Wide,
            Inst::Narrow(_) => Repr::Int,
            Inst::Float(_) | Inst::FloatOp(..) | Inst::FloatNeg(_) | Inst::FloatSqrt(_) | Inst::FloatAbs(_) | Inst::FloatOfInt(_) => Repr::Float,
            Inst::Compare(..) | Inst::FloatCompare(..) | Inst::Same(..) | Inst::Not(_) | Inst::And(..) | Inst::Fits(_) | Inst::MulFits(..) | Inst::Is(..) | Inst::MakeRoom(_) | Inst::MoveItems(_) => Repr::Bool,
            Inst::Word(_) | Inst::Box(..) | Inst::Register(_) | Inst::Item { .. } | Inst::Function | Inst::Locals | Inst::RangeIterator(..) | Inst::ListIterator(_) | Inst::Lookup(..) | Inst::Put(..) | Inst::Choose(..) => Repr::Word,
            Inst::Unbox(repr, _) => *repr,
            Inst::AddressOf(_) | Inst::Offset(..) => Repr::Address,
            Inst::Load { repr, .. } | Inst::Absolute { repr, .. } => *repr,
            Inst::SetRegister(..) | Inst::Store { .. } | Inst::SetItem { .. } | Inst::SetTicks(_) | Inst::Retain(_) | Inst::Release(..) | Inst::Guard(..) | Inst::Outcome(..) => return None,
        })
    }
    /// The values the instruction uses.
    pub fn uses(&self) -> Vec<Var> {
        match *self {
            Inst::Int(_) | Inst::Float(_) | Inst::Word(_) | Inst::Register(_) | Inst::Absolute { .. } | Inst::Call(..) | Inst::Enter(_) | Inst::Ticks | Inst::Function | Inst::Locals => vec![],
            Inst::IntOp(_, a, b) | Inst::FloatOp(_, a, b) | Inst::Compare(_, a, b) | Inst::FloatCompare(_, a, b) | Inst::Same(a, b) | Inst::And(a, b) | Inst::MulFits(a, b) | Inst::Offset(a, b) | Inst::Lookup(_, a, b) => vec![a, b],
            Inst::FloatNeg(a) | Inst::FloatSqrt(a) | Inst::FloatAbs(a) | Inst::FloatOfInt(a) | Inst::Not(a) | Inst::Fits(a) | Inst::Widen(a) | Inst::Narrow(a) | Inst::Is(_, a) | Inst::Box(_, a) | Inst::Unbox(_, a) | Inst::AddressOf(a) | Inst::IntOfBool(a) | Inst::MakeRoom(a) | Inst::ListIterator(a) => vec![a],
            Inst::MoveItems(words) => words.to_vec(),
            Inst::Select(a, b, c) | Inst::RangeIterator(a, b, c) | Inst::Put(_, a, b, c) | Inst::Choose(a, b, c) => vec![a, b, c],
            Inst::SetRegister(_, a) | Inst::SetTicks(a) | Inst::Retain(a) | Inst::Release(a, _, _) | Inst::Guard(a, _) | Inst::Outcome(a, _) => vec![a],
            Inst::Load { base, .. } => vec![base],
            Inst::Store { base, value, .. } => vec![base, value],
            Inst::Item { base, index } => vec![base, index],
            Inst::SetItem { base, index, value } => vec![base, index, value],
        }
    }
}

impl End {
    pub fn targets(&self) -> Vec<(BlockId, &[Var])> {
        match self {
            End::Jump(b, args) => vec![(*b, args)],
            End::Branch(_, (a, x), (b, y)) => vec![(*a, x), (*b, y)],
            End::Leave(_) => vec![],
        }
    }
}

impl Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "unit {}", self.name)?;
        for (head, block) in &self.entries {
            writeln!(f, "  entry {head} -> b{block}")?;
        }
        for (n, block) in self.blocks.iter().enumerate() {
            let params: Vec<String> = block.params.iter().map(|(v, r)| format!("v{v}: {r:?}")).collect();
            writeln!(f, "b{n}({})", params.join(", "))?;
            for (v, inst) in &block.insts {
                let mut text = format!("{inst:?}");
                if inst.repr().is_some() {
                    text = format!("v{v} = {text}");
                }
                writeln!(f, "    {text}")?;
            }
            let list = |args: &[Var]| args.iter().map(|v| format!("v{v}")).collect::<Vec<_>>().join(", ");
            match &block.end {
                End::Jump(b, args) => writeln!(f, "    jump b{b}({})", list(args))?,
                End::Branch(c, (a, x), (b, y)) => writeln!(f, "    branch v{c} b{a}({}) b{b}({})", list(x), list(y))?,
                End::Leave(e) => writeln!(f, "    leave x{e}")?,
            }
        }
        for (n, e) in self.exits.iter().enumerate() {
            let mut text = String::new();
            for (r, v, repr) in &e.registers {
                write!(text, " r{r}=v{v}:{repr:?}")?;
            }
            for (r, source) in &e.words {
                write!(text, " r{r}=&{source:?}")?;
            }
            for (r, next, left) in &e.ranges {
                write!(text, " range r{r}=v{next},v{left}")?;
            }
            writeln!(f, "x{n}: pc={:?} {:?}{text}", e.pc, e.left)?;
        }
        Ok(())
    }
}
