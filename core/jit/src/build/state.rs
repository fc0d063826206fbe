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

/// Where a register's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a machine register. The frame's memory holds no object there; `stale` says that it holds another value.
    Machine { var: Var, repr: Repr, stale: bool },
    /// In the frame's memory, which owns it.
    Memory(Known),
    /// A word that somebody else owns until the next effect. The frame's memory holds no object there.
    Borrowed(Var, Known),
    /// An iterator over a range that nobody else knows: the object in the frame's memory is out of date.
    Range { next: Var, left: Var, step: i64 },
}

/// What every way to a block agrees on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Machine(Repr),
    Memory(Known),
    Range(i64),
}

impl Place {
    pub fn kind(self) -> Kind {
        match self {
            Place::Machine { repr, .. } => Kind::Machine(repr),
            Place::Memory(known) | Place::Borrowed(_, known) => Kind::Memory(known),
            Place::Range { step, .. } => Kind::Range(step),
        }
    }
}

impl Kind {
    /// What holds of both.
    pub fn join(self, other: Kind) -> Kind {
        if self == other { self } else { Kind::Memory(Known::Unknown) }
    }
}

#[derive(Clone, Debug)]
pub struct State {
    pub places: Vec<Place>,
    pub ticks: Var,
}
