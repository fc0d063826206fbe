//! What the builder knows of the frame's registers at a point of the bytecode.

use crate::ir::{Repr, Var};

/// What is known of a word in the frame's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Unknown,
    /// No object.
    Plain,
    /// An object of this type.
    Object(u32),
}

/// Where a register's value is. Where it is not in the frame's memory, no object is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a machine register; `stale` says that the frame's memory holds another value.
    Machine { var: Var, repr: Repr, stale: bool },
    /// In the frame's memory, which owns it.
    Memory(Known),
    /// A word that somebody else owns until the next effect.
    Borrowed(Var, Known),
    /// What another register, a local variable, has in its memory.
    Alias(usize),
    /// An object that the unit keeps.
    Constant(u64),
    /// An iterator over a range that nobody else knows: the object in the frame's memory is out of date. The step is
    /// known, or read there.
    Range { next: Var, left: Var, step: Option<i64> },
}

/// What every way to a block agrees on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Machine(Repr),
    Memory(Known),
    Alias(usize),
    Constant(u64),
    Range(Option<i64>),
}

impl Place {
    pub fn kind(self) -> Kind {
        match self {
            Place::Machine { repr, .. } => Kind::Machine(repr),
            Place::Memory(known) | Place::Borrowed(_, known) => Kind::Memory(known),
            Place::Alias(slot) => Kind::Alias(slot),
            Place::Constant(word) => Kind::Constant(word),
            Place::Range { step, .. } => Kind::Range(step),
        }
    }
    /// Whether the frame's memory may hold an object here.
    pub fn owns(self) -> bool {
        matches!(self, Place::Memory(Known::Unknown | Known::Object(_)) | Place::Range { .. })
    }
}

impl Kind {
    /// What holds of both.
    pub fn join(self, other: Kind) -> Kind {
        match (self, other) {
            (a, b) if a == b => a,
            // Words of numbers are no objects.
            (Kind::Machine(_) | Kind::Memory(Known::Plain), Kind::Machine(_) | Kind::Memory(Known::Plain)) => Kind::Memory(Known::Plain),
            _ => Kind::Memory(Known::Unknown),
        }
    }
}

#[derive(Clone, Debug)]
pub struct State {
    pub places: Vec<Place>,
    pub ticks: Var,
}
