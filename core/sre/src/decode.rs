//! Pattern codes in, checked instructions out.
//!
//! Decoding is validation: it walks the codes once, in order, keeping the constructs that are open on a stack of its
//! own (so deep nesting cannot exhaust the native one), and refuses whatever does not nest, points outside or names an
//! unknown code. What comes out has resolved jump targets, sets with their tables, and a hint for where a search may
//! start; the engine can run it without checking anything again.

use memchr::memmem;

use crate::chars::{Category, Fold};
use crate::opcodes as op;
use crate::search::{Hint, first_characters};
use crate::set::{self, Set};

/// Marks "no instruction" and "no set" where a number is expected.
pub(crate) const NONE: u32 = u32::MAX;

/// The codes do not form a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid;

/// What matches exactly one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum One {
    /// Anything but a newline.
    Any,
    AnyAll,
    Literal(u32),
    NotLiteral(u32),
    /// Index of a set.
    Set(u32),
    /// Nothing at all: what an empty set compiles to.
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    AsciiBoundary { negated: bool },
    UnicodeBoundary { negated: bool },
}

/// What can be told about the next character before a path is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peek {
    Unknown,
    Literal(u32),
    Set(u32),
}

/// Bounds of a repeat; `max` is [`op::MAXREPEAT`] when there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

/// An instruction; `u32` fields named after places are indices of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inst {
    Success,
    One(One),
    Category(Category),
    At(Position),
    Mark(u32),
    GroupRef {
        group: u32,
        fold: Fold,
    },
    GroupExists {
        group: u32,
        otherwise: u32,
    },
    Jump(u32),
    /// Try what follows, else the branch at `next`.
    Branch {
        next: u32,
        peek: Peek,
    },
    /// Start a general repeat, whose end is at `until`.
    Repeat {
        until: u32,
    },
    MaxUntil {
        body: u32,
        bounds: Bounds,
    },
    MinUntil {
        body: u32,
        bounds: Bounds,
    },
    MaxOne {
        one: One,
        bounds: Bounds,
        peek: Peek,
    },
    MinOne {
        one: One,
        bounds: Bounds,
        peek: Peek,
    },
    PossessiveOne {
        one: One,
        bounds: Bounds,
    },
    /// The body follows and ends in `Success`; `end` is behind it.
    Possessive {
        bounds: Bounds,
        end: u32,
    },
    Atomic {
        end: u32,
    },
    Assert {
        back: u32,
        end: u32,
    },
    AssertNot {
        back: u32,
        end: u32,
    },
}

/// A checked pattern, ready to run.
#[derive(Debug)]
pub struct Program {
    pub(crate) insts: Box<[Inst]>,
    pub(crate) sets: Box<[Set]>,
    /// Number of marks (two per group) the instructions may set.
    pub(crate) mark_count: usize,
    pub(crate) min_width: usize,
    pub(crate) hint: Hint,
    pub(crate) prefix: Option<Prefix>,
}

/// A literal every match begins with.
#[derive(Debug)]
pub(crate) struct Prefix {
    pub(crate) text: Box<[u32]>,
    /// Instructions at the start of the program that the found prefix makes superfluous.
    pub(crate) skip: u32,
    /// The prefix is all there is to match.
    pub(crate) whole: bool,
    /// Present when the prefix is longer than one character and can occur in bytes at all.
    pub(crate) finder: Option<memmem::Finder<'static>>,
}

/// Whether `codes` are a pattern with `groups` groups, as `_sre.compile` demands.
pub fn validate(codes: &[u32], groups: u32) -> bool {
    Program::decode(codes, groups).is_ok()
}

impl Program {
    pub fn decode(codes: &[u32], groups: u32) -> Result<Program, Invalid> {
        if groups > op::MAXGROUPS || codes.last() != Some(&op::SUCCESS) || u32::try_from(codes.len()).is_err() {
            return Err(Invalid);
        }
        let mut decoder =
            Decoder { codes, groups, insts: Vec::new(), sets: Vec::new(), mark_count: 0, jumps: Vec::new() };
        let info = decoder.info()?;
        decoder.run()?;
        Ok(decoder.finish(info))
    }

    /// Whether a search can only succeed where it starts, because the pattern begins with `\A` or a plain `^`.
    pub(crate) fn is_anchored(&self) -> bool {
        self.insts.first() == Some(&Inst::At(Position::Beginning))
    }
}

struct Info {
    min_width: usize,
    prefix: Option<Prefix>,
}

/// A construct whose end has not been reached.
struct Open {
    kind: Kind,
    /// Where its closing code is expected.
    end: usize,
}

enum Kind {
    Root,
    Repeat {
        at: usize,
        bounds: Bounds,
    },
    /// Possessive repeats, atomic groups and assertions, which all close with `SUCCESS`.
    Closed {
        at: usize,
    },
    /// An arm of the branch at `at`; jumps from `jumps_from` on lead to `target`.
    Arm {
        at: usize,
        jumps_from: usize,
        target: Option<usize>,
    },
    Then {
        at: usize,
    },
    Else {
        jump: usize,
    },
}

struct Decoder<'c> {
    codes: &'c [u32],
    groups: u32,
    insts: Vec<Inst>,
    sets: Vec<Set>,
    mark_count: usize,
    /// Jump instructions that wait for the end of their branch.
    jumps: Vec<usize>,
}

impl Decoder<'_> {
    fn code(&self, at: usize) -> Result<u32, Invalid> {
        self.codes.get(at).copied().ok_or(Invalid)
    }

    /// The place the skip at `at` leads to.
    fn target(&self, at: usize) -> Result<usize, Invalid> {
        at.checked_add(self.code(at)? as usize).filter(|&to| to <= self.codes.len()).ok_or(Invalid)
    }

    fn emit(&mut self, inst: Inst) -> usize {
        self.insts.push(inst);
        self.insts.len() - 1
    }

    fn here(&self) -> u32 {
        self.insts.len() as u32
    }

    fn run(&mut self) -> Result<(), Invalid> {
        let mut open = vec![Open { kind: Kind::Root, end: self.codes.len() - 1 }];
        let mut pc = 0;
        while let Some(top) = open.last() {
            if pc > top.end {
                return Err(Invalid);
            }
            if pc == top.end {
                pc = self.close(&mut open, pc)?;
            } else {
                pc = self.open_or_emit(&mut open, pc)?;
            }
        }
        if pc == self.codes.len() { Ok(()) } else { Err(Invalid) }
    }

    /// Handle the closing code of the innermost construct.
    fn close(&mut self, open: &mut Vec<Open>, pc: usize) -> Result<usize, Invalid> {
        let Some(Open { kind, .. }) = open.pop() else { return Err(Invalid) };
        let outer = open.last().map_or(self.codes.len(), |o| o.end);
        let after = match kind {
            Kind::Root => {
                self.emit(Inst::Success);
                pc + 1
            }
            Kind::Repeat { at, bounds } => {
                let until = self.here();
                let body = at as u32 + 1;
                let inst = match self.code(pc)? {
                    op::MAX_UNTIL => Inst::MaxUntil { body, bounds },
                    op::MIN_UNTIL => Inst::MinUntil { body, bounds },
                    _ => return Err(Invalid),
                };
                self.emit(inst);
                self.insts[at] = Inst::Repeat { until };
                pc + 1
            }
            Kind::Closed { at } => {
                if self.code(pc)? != op::SUCCESS {
                    return Err(Invalid);
                }
                self.emit(Inst::Success);
                let here = self.here();
                match &mut self.insts[at] {
                    Inst::Possessive { end, .. }
                    | Inst::Atomic { end }
                    | Inst::Assert { end, .. }
                    | Inst::AssertNot { end, .. } => *end = here,
                    _ => return Err(Invalid),
                }
                pc + 1
            }
            Kind::Arm { at, jumps_from, target } => {
                if self.code(pc)? != op::JUMP {
                    return Err(Invalid);
                }
                let to = self.target(pc + 1)?;
                if target.is_some_and(|target| target != to) {
                    return Err(Invalid);
                }
                let jump = self.emit(Inst::Jump(NONE));
                self.jumps.push(jump);
                let skip_at = pc + 2;
                if self.code(skip_at)? == 0 {
                    if skip_at + 1 != to {
                        return Err(Invalid);
                    }
                    let here = self.here();
                    for jump in self.jumps.drain(jumps_from..) {
                        self.insts[jump] = Inst::Jump(here);
                    }
                    to
                } else {
                    let here = self.here();
                    if let Inst::Branch { next, .. } = &mut self.insts[at] {
                        *next = here;
                    }
                    self.open_arm(open, skip_at, jumps_from, Some(to))?
                }
            }
            Kind::Then { at } => {
                self.close_then(at);
                pc
            }
            Kind::Else { jump } => {
                self.insts[jump] = Inst::Jump(self.here());
                pc
            }
        };
        if after <= outer { Ok(after) } else { Err(Invalid) }
    }

    fn close_then(&mut self, at: usize) {
        let here = self.here();
        if let Inst::GroupExists { otherwise, .. } = &mut self.insts[at] {
            *otherwise = here;
        }
    }

    /// Open the arm whose skip is at `skip_at`; returns where its body starts.
    fn open_arm(
        &mut self,
        open: &mut Vec<Open>,
        skip_at: usize,
        jumps_from: usize,
        target: Option<usize>,
    ) -> Result<usize, Invalid> {
        let end = self.target(skip_at)?.checked_sub(2).ok_or(Invalid)?;
        let at = self.emit(Inst::Branch { next: NONE, peek: Peek::Unknown });
        self.push(open, Kind::Arm { at, jumps_from, target }, skip_at + 1, end)
    }

    /// Open a construct whose body runs from `start` to `end`.
    fn push(&self, open: &mut Vec<Open>, kind: Kind, start: usize, end: usize) -> Result<usize, Invalid> {
        let outer = open.last().map_or(0, |o| o.end);
        if start > end || end > outer {
            return Err(Invalid);
        }
        open.push(Open { kind, end });
        Ok(start)
    }

    fn bounds(&self, at: usize) -> Result<Bounds, Invalid> {
        let bounds = Bounds { min: self.code(at)?, max: self.code(at + 1)? };
        if bounds.min <= bounds.max { Ok(bounds) } else { Err(Invalid) }
    }

    fn group(&self, at: usize) -> Result<u32, Invalid> {
        let group = self.code(at)?;
        if group < self.groups { Ok(group) } else { Err(Invalid) }
    }

    fn add_set(&mut self, set: Set) -> One {
        self.sets.push(set);
        One::Set(self.sets.len() as u32 - 1)
    }

    /// Decode the single-character instruction at `pc`, if it is one; with where the next instruction is.
    fn one(&mut self, pc: usize) -> Result<Option<(One, usize)>, Invalid> {
        let code = self.code(pc)?;
        Ok(Some(match code {
            op::FAILURE => (One::Never, pc + 1),
            op::ANY => (One::Any, pc + 1),
            op::ANY_ALL => (One::AnyAll, pc + 1),
            op::LITERAL => (One::Literal(self.code(pc + 1)?), pc + 2),
            op::NOT_LITERAL => (One::NotLiteral(self.code(pc + 1)?), pc + 2),
            op::LITERAL_IGNORE | op::LITERAL_LOC_IGNORE | op::LITERAL_UNI_IGNORE => {
                let set = Set::from_literal(self.code(pc + 1)?, fold_of(code), false);
                (self.add_set(set), pc + 2)
            }
            op::NOT_LITERAL_IGNORE | op::NOT_LITERAL_LOC_IGNORE | op::NOT_LITERAL_UNI_IGNORE => {
                let set = Set::from_literal(self.code(pc + 1)?, fold_of(code), true);
                (self.add_set(set), pc + 2)
            }
            op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE => {
                let end = self.target(pc + 1)?;
                let codes = self.codes.get(pc + 2..end).ok_or(Invalid)?;
                if set::check(codes) != Some(codes.len()) {
                    return Err(Invalid);
                }
                let set = Set::from_codes(codes, fold_of(code));
                (self.add_set(set), end)
            }
            _ => return Ok(None),
        }))
    }

    fn open_or_emit(&mut self, open: &mut Vec<Open>, pc: usize) -> Result<usize, Invalid> {
        if let Some((one, next)) = self.one(pc)? {
            self.emit(Inst::One(one));
            return Ok(next);
        }
        let code = self.code(pc)?;
        match code {
            op::SUCCESS => {
                self.emit(Inst::Success);
                Ok(pc + 1)
            }
            op::AT => {
                let position = position(self.code(pc + 1)?)?;
                self.emit(Inst::At(position));
                Ok(pc + 2)
            }
            op::CATEGORY => {
                let category = Category::from_code(self.code(pc + 1)?).ok_or(Invalid)?;
                self.emit(Inst::Category(category));
                Ok(pc + 2)
            }
            op::MARK => {
                let mark = self.code(pc + 1)?;
                if u64::from(mark) > 2 * u64::from(self.groups) + 1 {
                    return Err(Invalid);
                }
                self.mark_count = self.mark_count.max(mark as usize + 1);
                self.emit(Inst::Mark(mark));
                Ok(pc + 2)
            }
            op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE | op::GROUPREF_UNI_IGNORE => {
                let group = self.group(pc + 1)?;
                self.emit(Inst::GroupRef { group, fold: fold_of(code) });
                Ok(pc + 2)
            }
            op::GROUPREF_EXISTS => {
                let group = self.group(pc + 1)?;
                let end = self.target(pc + 2)?.checked_sub(1).ok_or(Invalid)?;
                let at = self.emit(Inst::GroupExists { group, otherwise: NONE });
                self.push(open, Kind::Then { at }, pc + 3, end)
            }
            op::JUMP => {
                // The only jump that is not an arm's closing one leads over the "no" part of a conditional.
                let Some(Open { kind: Kind::Then { at }, end }) = open.pop() else { return Err(Invalid) };
                if pc + 2 != end {
                    return Err(Invalid);
                }
                let else_end = self.target(pc + 1)?;
                let jump = self.emit(Inst::Jump(NONE));
                self.close_then(at);
                self.push(open, Kind::Else { jump }, pc + 2, else_end)
            }
            op::INFO => self.target(pc + 1).and_then(|to| if to > pc + 1 { Ok(to) } else { Err(Invalid) }),
            op::BRANCH => {
                let jumps_from = self.jumps.len();
                self.open_arm(open, pc + 1, jumps_from, None)
            }
            op::REPEAT => {
                let bounds = self.bounds(pc + 2)?;
                let at = self.emit(Inst::Repeat { until: NONE });
                self.push(open, Kind::Repeat { at, bounds }, pc + 4, self.target(pc + 1)?)
            }
            op::POSSESSIVE_REPEAT => {
                let bounds = self.bounds(pc + 2)?;
                let at = self.emit(Inst::Possessive { bounds, end: NONE });
                self.push(open, Kind::Closed { at }, pc + 4, self.target(pc + 1)?)
            }
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                let bounds = self.bounds(pc + 2)?;
                let end = self.target(pc + 1)?;
                // The compiler only ever repeats single characters here, and nothing else has a meaning.
                let (one, close) = self.one(pc + 4)?.ok_or(Invalid)?;
                if self.code(close)? != op::SUCCESS || close + 1 != end {
                    return Err(Invalid);
                }
                let peek = Peek::Unknown;
                self.emit(match code {
                    op::REPEAT_ONE => Inst::MaxOne { one, bounds, peek },
                    op::MIN_REPEAT_ONE => Inst::MinOne { one, bounds, peek },
                    _ => Inst::PossessiveOne { one, bounds },
                });
                Ok(end)
            }
            op::ATOMIC_GROUP => {
                let end = self.target(pc + 1)?.checked_sub(1).ok_or(Invalid)?;
                let at = self.emit(Inst::Atomic { end: NONE });
                self.push(open, Kind::Closed { at }, pc + 2, end)
            }
            op::ASSERT | op::ASSERT_NOT => {
                let end = self.target(pc + 1)?.checked_sub(1).ok_or(Invalid)?;
                let back = self.code(pc + 2)?;
                if back > i32::MAX as u32 {
                    return Err(Invalid);
                }
                let at = self.emit(if code == op::ASSERT {
                    Inst::Assert { back, end: NONE }
                } else {
                    Inst::AssertNot { back, end: NONE }
                });
                self.push(open, Kind::Closed { at }, pc + 3, end)
            }
            _ => Err(Invalid),
        }
    }

    /// Read the block of hints at the front, if there is one.
    fn info(&mut self) -> Result<Info, Invalid> {
        if self.codes.first() != Some(&op::INFO) {
            return Ok(Info { min_width: 0, prefix: None });
        }
        let end = self.target(1)?;
        let (flags, min_width) = (self.code(2)?, self.code(3)? as usize);
        let known = op::SRE_INFO_PREFIX | op::SRE_INFO_LITERAL | op::SRE_INFO_CHARSET;
        let has_prefix = flags & op::SRE_INFO_PREFIX != 0;
        let has_charset = flags & op::SRE_INFO_CHARSET != 0;
        let whole = flags & op::SRE_INFO_LITERAL != 0;
        if flags & !known != 0 || (has_prefix && has_charset) || (whole && !has_prefix) {
            return Err(Invalid);
        }
        let mut at = 5;
        let mut prefix = None;
        if has_prefix {
            let (length, skip) = (self.code(5)? as usize, self.code(6)?);
            let text = length.checked_add(7).and_then(|stop| self.codes.get(7..stop)).ok_or(Invalid)?;
            let overlap = self.codes.get(7 + length..).and_then(|rest| rest.get(..length)).ok_or(Invalid)?;
            if length == 0 || skip as usize > length || overlap.iter().any(|&to| to as usize >= length) {
                return Err(Invalid);
            }
            let finder = if length > 1 {
                let bytes: Option<Vec<u8>> = text.iter().map(|&c| u8::try_from(c).ok()).collect();
                bytes.map(|bytes| memmem::Finder::new(&bytes).into_owned())
            } else {
                None
            };
            prefix = Some(Prefix { text: text.into(), skip, whole, finder });
            at = 7 + 2 * length;
        }
        if has_charset {
            at += set::check(self.codes.get(5..end).ok_or(Invalid)?).ok_or(Invalid)?;
        }
        if at != end {
            return Err(Invalid);
        }
        Ok(Info { min_width, prefix })
    }

    fn finish(mut self, info: Info) -> Program {
        for at in 0..self.insts.len() {
            let follows = match self.insts[at] {
                Inst::Branch { .. } => self.peek(at + 1),
                Inst::MaxOne { .. } | Inst::MinOne { .. } => self.peek_far(at + 1),
                _ => continue,
            };
            if let Inst::Branch { peek, .. } | Inst::MaxOne { peek, .. } | Inst::MinOne { peek, .. } =
                &mut self.insts[at]
            {
                *peek = follows;
            }
        }
        // A prefix is only believed when the program really starts with it.
        let prefix = info.prefix.filter(|prefix| {
            let literals = &prefix.text[..prefix.skip as usize];
            literals.iter().enumerate().all(|(at, &c)| self.insts.get(at) == Some(&Inst::One(One::Literal(c))))
                && (!prefix.whole || self.insts.get(prefix.skip as usize) == Some(&Inst::Success))
        });
        let hint = Hint::new(first_characters(&self.insts, &self.sets, 0, 512));
        Program {
            insts: self.insts.into(),
            sets: self.sets.into(),
            mark_count: self.mark_count,
            min_width: info.min_width,
            hint,
            prefix,
        }
    }

    fn peek(&self, at: usize) -> Peek {
        match self.insts.get(at) {
            Some(Inst::One(One::Literal(c))) => Peek::Literal(*c),
            Some(Inst::One(One::Set(set))) => Peek::Set(*set),
            _ => Peek::Unknown,
        }
    }

    /// Like `peek`, but looks through marks, optional parts and branches: a repeat saves a try per character.
    fn peek_far(&mut self, at: usize) -> Peek {
        let near = self.peek(at);
        if near != Peek::Unknown {
            return near;
        }
        let Some((low, high)) = first_characters(&self.insts, &self.sets, at, 24) else { return Peek::Unknown };
        let mut members = (0..=255).filter(|&c| low[c as usize]);
        match (members.next(), members.next()) {
            (Some(only), None) if !high => Peek::Literal(only),
            _ => {
                self.sets.push(Set::from_parts(*low, high));
                Peek::Set(self.sets.len() as u32 - 1)
            }
        }
    }
}

fn fold_of(code: u32) -> Fold {
    match code {
        op::GROUPREF_IGNORE | op::IN_IGNORE | op::LITERAL_IGNORE | op::NOT_LITERAL_IGNORE => Fold::Ascii,
        op::GROUPREF_LOC_IGNORE | op::IN_LOC_IGNORE | op::LITERAL_LOC_IGNORE | op::NOT_LITERAL_LOC_IGNORE => {
            Fold::Locale
        }
        op::GROUPREF_UNI_IGNORE | op::IN_UNI_IGNORE | op::LITERAL_UNI_IGNORE | op::NOT_LITERAL_UNI_IGNORE => {
            Fold::Unicode
        }
        _ => Fold::None,
    }
}

fn position(code: u32) -> Result<Position, Invalid> {
    Ok(match code {
        op::AT_BEGINNING | op::AT_BEGINNING_STRING => Position::Beginning,
        op::AT_BEGINNING_LINE => Position::BeginningLine,
        op::AT_END => Position::End,
        op::AT_END_LINE => Position::EndLine,
        op::AT_END_STRING => Position::EndString,
        op::AT_BOUNDARY | op::AT_LOC_BOUNDARY => Position::AsciiBoundary { negated: false },
        op::AT_NON_BOUNDARY | op::AT_LOC_NON_BOUNDARY => Position::AsciiBoundary { negated: true },
        op::AT_UNI_BOUNDARY => Position::UnicodeBoundary { negated: false },
        op::AT_UNI_NON_BOUNDARY => Position::UnicodeBoundary { negated: true },
        _ => return Err(Invalid),
    })
}
