//! Where to try a match: anchored matches, searches, and the walk over successive matches.
//!
//! A search skips positions that cannot start a match, by the pattern's literal prefix when it has one and otherwise
//! by the set of characters a match can begin with, both worked out when the pattern was decoded. [`Scanner`] holds
//! the rule by which `findall`, `finditer`, `split` and `sub` step past empty matches.

use crate::Subject;
use crate::decode::{Inst, NONE, One, Prefix, Program};
use crate::engine::{Machine, Run, Stop, UNSET};
use crate::opcodes::MAXREPEAT;
use crate::set::Set;
use crate::unit::Unit;

/// What a match is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Anywhere from the start position on (`search`).
    Nowhere,
    /// At the start position (`match`).
    Start,
    /// At the start position and at the end (`fullmatch`).
    Both,
}

/// The span of a successful match; its groups are in the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub start: usize,
    pub end: usize,
}

impl Machine {
    /// Match `program` against `subject[..end]` from `start` on. Positions out of range are clamped. `interrupt` is
    /// called every now and then and stops the match by returning true.
    pub fn find(
        &mut self,
        program: &Program,
        subject: Subject<'_>,
        start: usize,
        end: usize,
        anchor: Anchor,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Found>, Stop> {
        self.find_not_ending_at(program, subject, start, end, anchor, UNSET, interrupt)
    }

    #[allow(clippy::too_many_arguments)]
    fn find_not_ending_at(
        &mut self,
        program: &Program,
        subject: Subject<'_>,
        start: usize,
        end: usize,
        anchor: Anchor,
        not_at: usize,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Found>, Stop> {
        self.prepare(program)?;
        let end = end.min(subject.len());
        let start = start.min(end);
        match subject {
            Subject::Bytes(text) | Subject::One(text) => {
                find(self, program, &text[..end], start, anchor, not_at, interrupt)
            }
            Subject::Two(text) => find(self, program, &text[..end], start, anchor, not_at, interrupt),
            Subject::Four(text) => find(self, program, &text[..end], start, anchor, not_at, interrupt),
        }
    }
}

fn find<C: Unit>(
    machine: &mut Machine,
    program: &Program,
    text: &[C],
    start: usize,
    anchor: Anchor,
    not_at: usize,
    interrupt: &mut dyn FnMut() -> bool,
) -> Result<Option<Found>, Stop> {
    if text.len() - start < program.min_width {
        return Ok(None);
    }
    let mut run = Run { machine, program, text, interrupt, whole: anchor == Anchor::Both, not_at };
    if anchor == Anchor::Nowhere {
        return match &program.prefix {
            Some(prefix) => run.search_prefix(prefix, start),
            None => run.search(start),
        };
    }
    Ok(run.run(0, start)?.map(|end| Found { start, end }))
}

impl<C: Unit> Run<'_, C> {
    fn search(&mut self, start: usize) -> Result<Option<Found>, Stop> {
        let last = self.text.len() - self.program.min_width;
        let mut at = start;
        while let Some(candidate) = self.program.hint.next(self.text, at, last) {
            self.tick((candidate - at) >> 4)?;
            if let Some(end) = self.run(0, candidate)? {
                return Ok(Some(Found { start: candidate, end }));
            }
            if self.program.is_anchored() {
                break;
            }
            self.machine.reset();
            // The ban on an empty match concerns the first position only.
            self.not_at = UNSET;
            at = candidate + 1;
        }
        Ok(None)
    }

    fn search_prefix(&mut self, prefix: &Prefix, start: usize) -> Result<Option<Found>, Stop> {
        self.not_at = UNSET;
        let skip = prefix.skip as usize;
        let mut at = start;
        while let Some(candidate) = find_prefix(prefix, self.text, at) {
            self.tick((candidate - at) >> 4)?;
            let end = if prefix.whole { Some(candidate + skip) } else { self.run(skip, candidate + skip)? };
            if let Some(end) = end {
                return Ok(Some(Found { start: candidate, end }));
            }
            self.machine.reset();
            at = candidate + 1;
        }
        Ok(None)
    }
}

/// The next place from `at` on where the prefix occurs.
fn find_prefix<C: Unit>(prefix: &Prefix, text: &[C], at: usize) -> Option<usize> {
    if at > text.len() {
        return None;
    }
    let (&first, rest) = prefix.text.split_first()?;
    if let (Some(finder), Some(bytes)) = (&prefix.finder, C::as_bytes(text)) {
        return finder.find(&bytes[at..]).map(|found| at + found);
    }
    let first = C::from_code(first)?;
    let mut at = at;
    loop {
        let found = at + C::find(&text[at..], first)?;
        let candidate = text[found + 1..].get(..rest.len())?;
        if candidate.iter().zip(rest).all(|(unit, &c)| unit.code() == c) {
            return Some(found);
        }
        at = found + 1;
    }
}

/// Which positions are worth trying.
#[derive(Debug)]
pub(crate) enum Hint {
    Anywhere,
    /// Only before this character.
    Literal(u8),
    EitherOf([u8; 3]),
    /// Only before one of these; `high` stands for all characters from U+0100 on.
    First {
        low: Box<[bool; 256]>,
        high: bool,
    },
}

impl Hint {
    pub(crate) fn new(first: Option<(Box<[bool; 256]>, bool)>) -> Hint {
        let Some((low, high)) = first else { return Hint::Anywhere };
        let members: Vec<u8> = (0..=255).filter(|&c: &u8| low[usize::from(c)]).collect();
        match (members.as_slice(), high) {
            ([a], false) => Hint::Literal(*a),
            ([a, b], false) => Hint::EitherOf([*a, *b, *b]),
            ([a, b, c], false) => Hint::EitherOf([*a, *b, *c]),
            (all, true) if all.len() == 256 => Hint::Anywhere,
            _ => Hint::First { low, high },
        }
    }

    /// The first position in `at..=last` worth trying.
    fn next<C: Unit>(&self, text: &[C], at: usize, last: usize) -> Option<usize> {
        if at > last {
            return None;
        }
        let rest = &text[at..];
        let found = match self {
            Hint::Anywhere => Some(0),
            Hint::Literal(c) => C::find(rest, C::from_code(u32::from(*c))?),
            Hint::EitherOf([a, b, c]) => match C::as_bytes(rest) {
                Some(bytes) => memchr::memchr3(*a, *b, *c, bytes),
                None => {
                    let wanted = [u32::from(*a), u32::from(*b), u32::from(*c)];
                    rest.iter().position(|unit| wanted.contains(&unit.code()))
                }
            },
            Hint::First { low, high } => rest.iter().position(|unit| {
                let c = unit.code();
                if c < 256 { low[c as usize] } else { *high }
            }),
        };
        found.map(|found| at + found).filter(|&found| found <= last)
    }
}

/// The characters below U+0100 a match can begin with, and whether others can; `None` if a match may be empty or its
/// beginning depends on more than the next character.
///
/// "A match" is one of the instructions from `start` on; more than `budget` of them are not looked at.
pub(crate) fn first_characters(
    insts: &[Inst],
    sets: &[Set],
    start: usize,
    mut budget: usize,
) -> Option<(Box<[bool; 256]>, bool)> {
    let mut low = Box::new([false; 256]);
    let mut high = false;
    let mut pending = vec![start];
    while let Some(pc) = pending.pop() {
        budget = budget.checked_sub(1)?;
        let mut add = |one: One| match one {
            One::Any => {
                (0..256).for_each(|c| low[c] |= c != 10);
                high = true;
            }
            One::AnyAll => {
                low.fill(true);
                high = true;
            }
            One::Literal(c) => match low.get_mut(c as usize) {
                Some(member) => *member = true,
                None => high = true,
            },
            One::NotLiteral(literal) => {
                (0..256).for_each(|c| low[c] |= c != literal as usize);
                high = true;
            }
            One::Set(set) => {
                let set = &sets[set as usize];
                low.iter_mut().zip(&set.low).for_each(|(member, more)| *member |= more);
                high |= set.may_contain_high();
            }
            One::Never => {}
        };
        match *insts.get(pc)? {
            Inst::One(one) => add(one),
            Inst::Category(category) => {
                (0..256).for_each(|c| low[c] |= category.holds(c as u32));
                high = true;
            }
            Inst::At(_) | Inst::Mark(_) => pending.push(pc + 1),
            Inst::Jump(to) => pending.push(to as usize),
            Inst::Branch { next, .. } => {
                pending.push(pc + 1);
                if next != NONE {
                    pending.push(next as usize);
                }
            }
            Inst::GroupExists { otherwise, .. } => pending.extend([pc + 1, otherwise as usize]),
            Inst::MaxOne { one, bounds, .. }
            | Inst::MinOne { one, bounds, .. }
            | Inst::PossessiveOne { one, bounds } => {
                add(one);
                if bounds.min == 0 {
                    pending.push(pc + 1);
                }
            }
            Inst::Repeat { until } => {
                pending.push(pc + 1);
                match *insts.get(until as usize)? {
                    Inst::MaxUntil { bounds, .. } | Inst::MinUntil { bounds, .. } if bounds.min == 0 => {
                        pending.push(until as usize + 1);
                    }
                    _ => {}
                }
            }
            Inst::Possessive { bounds, end } => {
                pending.push(pc + 1);
                if bounds.min == 0 {
                    pending.push(end as usize);
                }
            }
            Inst::Atomic { .. } => pending.push(pc + 1),
            Inst::Assert { end, .. } | Inst::AssertNot { end, .. } => pending.push(end as usize),
            Inst::Success | Inst::GroupRef { .. } | Inst::MaxUntil { .. } | Inst::MinUntil { .. } => return None,
        }
    }
    Some((low, high))
}

/// A walk over the successive matches in a subject.
#[derive(Clone, Copy, Debug)]
pub struct Scanner {
    start: usize,
    end: usize,
    not_at: usize,
    done: bool,
}

impl Scanner {
    pub fn new(start: usize, end: usize) -> Scanner {
        Scanner { start, end, not_at: UNSET, done: start > end }
    }

    /// The next match. One that is empty may not end where the one before did; after the last there are no more.
    pub fn next(
        &mut self,
        machine: &mut Machine,
        program: &Program,
        subject: Subject<'_>,
        anchor: Anchor,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Found>, Stop> {
        if self.done {
            return Ok(None);
        }
        let found =
            machine.find_not_ending_at(program, subject, self.start, self.end, anchor, self.not_at, interrupt)?;
        match found {
            Some(Found { start, end }) => {
                self.not_at = if start == end { end } else { UNSET };
                self.start = end;
            }
            None => self.done = true,
        }
        Ok(found)
    }
}

const _: () = assert!(MAXREPEAT == NONE);
