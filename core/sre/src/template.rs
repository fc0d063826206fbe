//! Replacement templates: what `_sre.template` stores and `Match.expand` and `Pattern.sub` walk.
//!
//! A template alternates literal texts with group numbers. Literals are the host's own string handles; this module
//! only keeps the order and skips what is empty, so the host joins the pieces in one pass.

/// A parsed template: text, then any number of (group, text) pairs. `None` stands for an empty text.
#[derive(Clone, Debug)]
pub struct Template<L> {
    pub head: Option<L>,
    pub tail: Vec<(usize, Option<L>)>,
}

/// One thing to append to the result of an expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t, L> {
    Literal(&'t L),
    /// The text of this group, or nothing if it took no part in the match.
    Group(usize),
}

impl<L> Template<L> {
    /// Whether expansion yields the head alone, for every match.
    pub fn is_literal(&self) -> bool {
        self.tail.is_empty()
    }

    /// The largest group number used, to be checked against the pattern's.
    pub fn max_group(&self) -> usize {
        self.tail.iter().map(|(group, _)| *group).max().unwrap_or(0)
    }

    /// The non-empty literals and the groups, in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_, L>> {
        let tail =
            self.tail.iter().flat_map(|(group, text)| [Some(Piece::Group(*group)), text.as_ref().map(Piece::Literal)]);
        std::iter::once(self.head.as_ref().map(Piece::Literal)).chain(tail).flatten()
    }
}
