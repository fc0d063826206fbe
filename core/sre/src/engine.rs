//! The backtracking machine: runs a decoded program from one position.
//!
//! Everything that could still be tried otherwise is a [`Frame`] on an explicit stack; failing pops the newest one and
//! resumes there, succeeding forgets them. Assertions, atomic groups and possessive repeats push a *barrier* frame:
//! success inside them drops all frames down to the barrier instead of ending the match. Captures live in `marks`, of
//! which the first `valid` mean something; they are saved with a frame only inside general repeats, because only there
//! can a mark be set again. Group numbers, `lastindex` and what survives a failed path follow CPython's engine.
//!
//! The stack is bounded in bytes and the host is called every [`PERIOD`] steps, so no pattern can run away.
//! `search` decides where to start; nothing here scans for a beginning.

use crate::chars::{Fold, is_ascii_word, is_unicode_word};
use crate::decode::{Bounds, Inst, NONE, One, Peek, Position, Program};
use crate::opcodes::MAXREPEAT;
use crate::unit::{Unit, count_one, matches_one};

/// Steps between two calls of the host's interrupt check.
const PERIOD: usize = 1 << 16;
/// Bound on the memory of one match unless the host sets another.
pub const DEFAULT_MEMORY_LIMIT: usize = 512 << 20;
/// A position that is not set.
pub(crate) const UNSET: usize = usize::MAX;

/// Why a match was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The backtracking stack would have outgrown its bound: `MemoryError`.
    Memory,
    /// The interrupt check asked to stop.
    Interrupted,
}

/// The captures at some moment: how many marks were valid, and where their copies start, if copies were made.
#[derive(Clone, Copy)]
struct Saved {
    valid: u32,
    lastindex: u32,
    copies: u32,
}

/// What to put back when an assertion, atomic group or possessive repeat is left.
#[derive(Clone, Copy)]
struct Barrier {
    outer: u32,
    repeat: u32,
    repeats: u32,
    saved: Saved,
}

/// Something to undo or to try when the current path fails.
#[derive(Clone, Copy)]
enum Frame {
    /// Another arm of a branch.
    Branch {
        next: u32,
        at: usize,
        saved: Saved,
    },
    /// Leave a general repeat backwards, before its first iteration.
    Repeat {
        index: u32,
    },
    /// Take back one of the iterations a general repeat must make.
    Required {
        index: u32,
    },
    /// Instead of one more iteration of a greedy repeat, go on behind it.
    MaxMore {
        index: u32,
        until: u32,
        at: usize,
        last: usize,
        saved: Saved,
    },
    /// A path behind a repeat failed: the repeat is current again.
    Reenter {
        index: u32,
    },
    /// Instead of going on behind a lazy repeat, one more iteration.
    MinMore {
        index: u32,
        until: u32,
        at: usize,
        saved: Saved,
    },
    /// Take back an extra iteration of a lazy repeat.
    MinUndo {
        index: u32,
        last: usize,
    },
    /// A greedy single-character repeat may also end anywhere in `low..=high`.
    MaxOne {
        pc: u32,
        low: usize,
        high: usize,
        saved: Saved,
    },
    /// A lazy single-character repeat may take up to `left` more.
    MinOne {
        pc: u32,
        at: usize,
        left: u32,
        saved: Saved,
    },
    Assert {
        end: u32,
        at: usize,
        barrier: Barrier,
    },
    AssertNot {
        end: u32,
        at: usize,
        barrier: Barrier,
    },
    Atomic {
        end: u32,
        barrier: Barrier,
    },
    /// An iteration of a possessive repeat that started at `at`, after `count` complete ones.
    Possessive {
        pc: u32,
        at: usize,
        count: u32,
        barrier: Barrier,
    },
}

/// A general repeat in progress.
#[derive(Clone, Copy)]
struct Repetition {
    /// Iterations begun.
    count: u32,
    /// Where the newest iteration beyond the minimum began: an empty one is not tried twice.
    last: usize,
    /// The repeat around this one.
    outer: u32,
}

/// The state of a match, reusable for any number of programs and subjects.
pub struct Machine {
    frames: Vec<Frame>,
    copies: Vec<usize>,
    repeats: Vec<Repetition>,
    pub(crate) marks: Vec<usize>,
    pub(crate) valid: usize,
    pub(crate) lastindex: u32,
    /// The innermost general repeat, or `NONE`.
    repeat: u32,
    /// The innermost barrier frame, or `NONE`.
    barrier: u32,
    steps: usize,
    memory_limit: usize,
}

impl Default for Machine {
    fn default() -> Machine {
        Machine::new(DEFAULT_MEMORY_LIMIT)
    }
}

impl Machine {
    /// A machine whose stack may take `memory_limit` bytes.
    pub fn new(memory_limit: usize) -> Machine {
        Machine {
            frames: Vec::new(),
            copies: Vec::new(),
            repeats: Vec::new(),
            marks: Vec::new(),
            valid: 0,
            lastindex: 0,
            repeat: NONE,
            barrier: NONE,
            steps: PERIOD,
            memory_limit,
        }
    }

    /// Start and end of a group (1 is the first) in the last successful match.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        let start = group.checked_sub(1)?.checked_mul(2)?;
        if start + 1 >= self.valid {
            return None;
        }
        let span = (self.marks[start], self.marks[start + 1]);
        (span.0 != UNSET && span.1 != UNSET).then_some(span)
    }

    /// Number of the group that closed last in the last successful match.
    pub fn lastindex(&self) -> Option<usize> {
        (self.lastindex != 0).then_some(self.lastindex as usize)
    }

    /// Make room for a program's marks and forget everything of the last match.
    pub(crate) fn prepare(&mut self, program: &Program) -> Result<(), Stop> {
        let missing = program.mark_count.saturating_sub(self.marks.len());
        self.marks.try_reserve(missing).map_err(|_| Stop::Memory)?;
        if missing > 0 {
            self.marks.resize(program.mark_count, UNSET);
        }
        self.reset();
        Ok(())
    }

    pub(crate) fn reset(&mut self) {
        self.valid = 0;
        self.lastindex = 0;
        self.frames.clear();
        self.copies.clear();
        self.repeats.clear();
        self.repeat = NONE;
        self.barrier = NONE;
    }

    fn grow(&mut self) -> Result<(), Stop> {
        let used = self.frames.capacity() * size_of::<Frame>()
            + self.copies.capacity() * size_of::<usize>()
            + self.repeats.capacity() * size_of::<Repetition>();
        // Each of the three at most doubles.
        if used.saturating_mul(2) > self.memory_limit.max(1 << 12) {
            return Err(Stop::Memory);
        }
        let more = |len: usize, capacity: usize| if len == capacity { len.max(32) } else { 0 };
        self.frames.try_reserve(more(self.frames.len(), self.frames.capacity())).map_err(|_| Stop::Memory)?;
        self.repeats.try_reserve(more(self.repeats.len(), self.repeats.capacity())).map_err(|_| Stop::Memory)
    }

    #[inline]
    fn push(&mut self, frame: Frame) -> Result<(), Stop> {
        if self.frames.len() == self.frames.capacity() {
            self.grow()?;
        }
        self.frames.push(frame);
        Ok(())
    }

    /// Remember the captures; copies are needed only where marks can be set again.
    #[inline]
    fn save(&mut self) -> Result<Saved, Stop> {
        self.save_if(self.repeat != NONE)
    }

    fn save_if(&mut self, copy: bool) -> Result<Saved, Stop> {
        let from = self.copies.len();
        if copy && self.valid > 0 {
            if self.copies.capacity() - from < self.valid {
                self.grow()?;
                self.copies.try_reserve(self.valid).map_err(|_| Stop::Memory)?;
            }
            self.copies.extend_from_slice(&self.marks[..self.valid]);
            if self.copies.len() >= NONE as usize {
                return Err(Stop::Memory);
            }
        }
        Ok(Saved { valid: self.valid as u32, lastindex: self.lastindex, copies: from as u32 })
    }

    /// Put the captures back and drop their copies. All frames above the owner are gone, so the copies are on top.
    #[inline]
    fn restore(&mut self, saved: Saved) {
        self.valid = saved.valid as usize;
        self.lastindex = saved.lastindex;
        let from = saved.copies as usize;
        if from < self.copies.len() {
            let copies = &self.copies[from..];
            self.marks[..copies.len()].copy_from_slice(copies);
            self.copies.truncate(from);
        }
    }

    #[inline]
    fn set_mark(&mut self, mark: u32, at: usize) {
        if mark & 1 == 1 {
            self.lastindex = mark / 2 + 1;
        }
        let mark = mark as usize;
        if mark >= self.valid {
            self.marks[self.valid..mark].fill(UNSET);
            self.valid = mark + 1;
        }
        self.marks[mark] = at;
    }

    /// The text of a group (counted from 0), if it is complete and in order.
    fn captured(&self, group: u32) -> Option<(usize, usize)> {
        self.group(group as usize + 1).filter(|(start, end)| start <= end)
    }

    fn enter_barrier(&mut self, copy: bool) -> Result<Barrier, Stop> {
        let saved = self.save_if(copy)?;
        Ok(Barrier { outer: self.barrier, repeat: self.repeat, repeats: self.repeats.len() as u32, saved })
    }

    /// Push a barrier frame; success from here on returns to it.
    fn push_barrier(&mut self, frame: Frame) -> Result<(), Stop> {
        let index = u32::try_from(self.frames.len()).map_err(|_| Stop::Memory)?;
        self.push(frame)?;
        self.barrier = index;
        Ok(())
    }

    fn leave_barrier(&mut self, barrier: Barrier) {
        self.barrier = barrier.outer;
        self.repeat = barrier.repeat;
        self.repeats.truncate(barrier.repeats as usize);
    }
}

/// Where to go on: an instruction and a position.
type Next = Option<(usize, usize)>;

/// One run of a program: the borrowed surroundings of a [`Machine`].
pub(crate) struct Run<'r, C> {
    pub(crate) machine: &'r mut Machine,
    pub(crate) program: &'r Program,
    /// The subject up to the end position; what lies behind does not exist for the match.
    pub(crate) text: &'r [C],
    pub(crate) interrupt: &'r mut dyn FnMut() -> bool,
    /// The match must reach the end of the text.
    pub(crate) whole: bool,
    /// The match must not end here.
    pub(crate) not_at: usize,
}

impl<C: Unit> Run<'_, C> {
    #[inline]
    pub(crate) fn tick(&mut self, steps: usize) -> Result<(), Stop> {
        if self.machine.steps > steps {
            self.machine.steps -= steps;
            return Ok(());
        }
        self.machine.steps = PERIOD;
        if (self.interrupt)() { Err(Stop::Interrupted) } else { Ok(()) }
    }

    /// Match from instruction `pc` at position `at`; the end of the match, or `None`.
    pub(crate) fn run(&mut self, pc: usize, at: usize) -> Result<Option<usize>, Stop> {
        let program = self.program;
        let text = self.text;
        let (mut pc, mut at) = (pc, at);
        loop {
            self.tick(1)?;
            let next = match program.insts[pc] {
                Inst::One(one) => match text.get(at) {
                    Some(&unit) if matches_one(&program.sets, one, unit) => Some((pc + 1, at + 1)),
                    _ => None,
                },
                Inst::Category(category) => match text.get(at) {
                    Some(&unit) if category.holds(unit.code()) => Some((pc + 1, at + 1)),
                    _ => None,
                },
                Inst::At(position) => self.is_at(position, at).then_some((pc + 1, at)),
                Inst::Mark(mark) => {
                    self.machine.set_mark(mark, at);
                    Some((pc + 1, at))
                }
                Inst::Jump(to) => Some((to as usize, at)),
                Inst::Branch { .. } => self.branch(pc, at)?,
                Inst::MaxOne { one, bounds, .. } => self.max_one(pc, one, bounds, at)?,
                Inst::MinOne { one, bounds, .. } => self.min_one(pc, one, bounds, at)?,
                Inst::PossessiveOne { one, bounds } => {
                    let count = self.count(one, at, bounds.max)?;
                    (count >= bounds.min as usize).then_some((pc + 1, at + count))
                }
                Inst::Repeat { until } => {
                    self.enter_repeat()?;
                    Some((until as usize, at))
                }
                Inst::MaxUntil { body, bounds } => self.max_until(pc, body, bounds, at)?,
                Inst::MinUntil { body, bounds } => self.min_until(pc, body, bounds, at)?,
                Inst::GroupRef { group, fold } => self.group_ref(group, fold, at)?.map(|at| (pc + 1, at)),
                Inst::GroupExists { group, otherwise } => {
                    let exists = self.machine.captured(group).is_some();
                    Some((if exists { pc + 1 } else { otherwise as usize }, at))
                }
                Inst::Assert { back, end } => match at.checked_sub(back as usize) {
                    Some(start) => {
                        let barrier = self.machine.enter_barrier(false)?;
                        self.machine.push_barrier(Frame::Assert { end, at, barrier })?;
                        Some((pc + 1, start))
                    }
                    None => None,
                },
                Inst::AssertNot { back, end } => match at.checked_sub(back as usize) {
                    Some(start) => {
                        let barrier = self.machine.enter_barrier(self.machine.repeat != NONE)?;
                        self.machine.push_barrier(Frame::AssertNot { end, at, barrier })?;
                        Some((pc + 1, start))
                    }
                    None => Some((end as usize, at)),
                },
                Inst::Atomic { end } => {
                    let barrier = self.machine.enter_barrier(false)?;
                    self.machine.push_barrier(Frame::Atomic { end, barrier })?;
                    Some((pc + 1, at))
                }
                Inst::Possessive { .. } => {
                    // Marks inside are set again and again, so the body counts as being in a repeat.
                    let barrier = self.machine.enter_barrier(false)?;
                    self.possessive(pc, 0, UNSET, at, barrier)?
                }
                Inst::Success => {
                    if self.machine.barrier == NONE {
                        if !(self.whole && at != text.len()) && at != self.not_at {
                            return Ok(Some(at));
                        }
                        None
                    } else {
                        self.commit(at)?
                    }
                }
            };
            (pc, at) = match next {
                Some(next) => next,
                None => match self.backtrack()? {
                    Some(next) => next,
                    None => return Ok(None),
                },
            };
        }
    }

    fn is_at(&self, position: Position, at: usize) -> bool {
        let text = self.text;
        let newline = |at: usize| text.get(at).is_some_and(|unit| unit.code() == 10);
        let boundary = |is_word: fn(u32) -> bool| {
            let before = at > 0 && is_word(text[at - 1].code());
            let after = text.get(at).is_some_and(|unit| is_word(unit.code()));
            before != after
        };
        match position {
            Position::Beginning => at == 0,
            Position::BeginningLine => at == 0 || newline(at - 1),
            Position::End => at == text.len() || (at + 1 == text.len() && newline(at)),
            Position::EndLine => at == text.len() || newline(at),
            Position::EndString => at == text.len(),
            Position::AsciiBoundary { negated } => boundary(is_ascii_word) != negated,
            Position::UnicodeBoundary { negated } => boundary(is_unicode_word) != negated,
        }
    }

    fn peek(&self, peek: Peek, at: usize) -> bool {
        match peek {
            Peek::Unknown => true,
            Peek::Literal(c) => self.text.get(at).is_some_and(|unit| unit.code() == c),
            Peek::Set(set) => {
                self.text.get(at).is_some_and(|unit| self.program.sets[set as usize].contains(unit.code()))
            }
        }
    }

    /// Enter the first arm from `pc` on that can match, remembering the next one.
    fn branch(&mut self, mut pc: usize, at: usize) -> Result<Next, Stop> {
        while let Inst::Branch { next, peek } = self.program.insts[pc] {
            if self.peek(peek, at) {
                if next != NONE {
                    let saved = self.machine.save()?;
                    self.machine.push(Frame::Branch { next, at, saved })?;
                }
                return Ok(Some((pc + 1, at)));
            }
            if next == NONE {
                break;
            }
            pc = next as usize;
        }
        Ok(None)
    }

    /// How many characters from `at` on match, up to `max`.
    fn count(&mut self, one: One, at: usize, max: u32) -> Result<usize, Stop> {
        let rest = &self.text[at..];
        let rest = match max {
            MAXREPEAT => rest,
            _ => &rest[..rest.len().min(max as usize)],
        };
        let count = count_one(&self.program.sets, one, rest);
        self.tick(count >> 4)?;
        Ok(count)
    }

    fn max_one(&mut self, pc: usize, one: One, bounds: Bounds, at: usize) -> Result<Next, Stop> {
        if self.text.len() - at < bounds.min as usize {
            return Ok(None);
        }
        let count = self.count(one, at, bounds.max)?;
        if count < bounds.min as usize {
            return Ok(None);
        }
        self.max_one_end(pc, at + bounds.min as usize, at + count)
    }

    /// End a greedy single-character repeat as late as possible in `low..=high`.
    fn max_one_end(&mut self, pc: usize, low: usize, high: usize) -> Result<Next, Stop> {
        let text = &self.text[low..(high + 1).min(self.text.len())];
        let found = match self.program.insts[pc] {
            Inst::MaxOne { peek: Peek::Literal(c), .. } => C::from_code(c).and_then(|unit| C::rfind(text, unit)),
            Inst::MaxOne { peek: Peek::Set(set), .. } => {
                let set = &self.program.sets[set as usize];
                text.iter().rposition(|unit| set.contains(unit.code()))
            }
            _ => Some(high - low),
        };
        let Some(found) = found else {
            self.tick(text.len() >> 4)?;
            return Ok(None);
        };
        let end = low + found;
        self.tick((high - end) >> 4)?;
        if end > low {
            let saved = self.machine.save()?;
            self.machine.push(Frame::MaxOne { pc: pc as u32, low, high: end - 1, saved })?;
        }
        Ok(Some((pc + 1, end)))
    }

    fn min_one(&mut self, pc: usize, one: One, bounds: Bounds, at: usize) -> Result<Next, Stop> {
        let count = self.count(one, at, bounds.min)?;
        if count < bounds.min as usize {
            return Ok(None);
        }
        let at = at + count;
        let left = if bounds.max == MAXREPEAT { MAXREPEAT } else { bounds.max - bounds.min };
        if let Inst::MinOne { peek, .. } = self.program.insts[pc]
            && !self.peek(peek, at)
        {
            return self.min_one_more(pc, at, left);
        }
        self.min_one_end(pc, at, left)
    }

    fn min_one_end(&mut self, pc: usize, at: usize, left: u32) -> Result<Next, Stop> {
        if left > 0 {
            let saved = self.machine.save()?;
            self.machine.push(Frame::MinOne { pc: pc as u32, at, left, saved })?;
        }
        Ok(Some((pc + 1, at)))
    }

    /// Let a lazy single-character repeat take at least one more, to where its tail may match.
    fn min_one_more(&mut self, pc: usize, at: usize, left: u32) -> Result<Next, Stop> {
        let Inst::MinOne { one, peek, .. } = self.program.insts[pc] else { return Ok(None) };
        let (mut end, mut left) = (at, left);
        while left > 0 && end < self.text.len() && matches_one(&self.program.sets, one, self.text[end]) {
            end += 1;
            if left != MAXREPEAT {
                left -= 1;
            }
            if self.peek(peek, end) {
                self.tick((end - at) >> 4)?;
                return self.min_one_end(pc, end, left);
            }
        }
        self.tick((end - at) >> 4)?;
        Ok(None)
    }

    fn enter_repeat(&mut self) -> Result<(), Stop> {
        let machine = &mut *self.machine;
        if machine.repeats.len() == machine.repeats.capacity() {
            machine.grow()?;
        }
        let index = u32::try_from(machine.repeats.len()).map_err(|_| Stop::Memory)?;
        machine.push(Frame::Repeat { index })?;
        machine.repeats.push(Repetition { count: 0, last: UNSET, outer: machine.repeat });
        machine.repeat = index;
        Ok(())
    }

    fn max_until(&mut self, pc: usize, body: u32, bounds: Bounds, at: usize) -> Result<Next, Stop> {
        let index = self.machine.repeat;
        let Some(&Repetition { count, last, .. }) = self.machine.repeats.get(index as usize) else { return Ok(None) };
        if count < bounds.min {
            self.machine.push(Frame::Required { index })?;
            self.machine.repeats[index as usize].count = count + 1;
            return Ok(Some((body as usize, at)));
        }
        if (count < bounds.max || bounds.max == MAXREPEAT) && at != last {
            let saved = self.machine.save_if(true)?;
            self.machine.push(Frame::MaxMore { index, until: pc as u32, at, last, saved })?;
            let repetition = &mut self.machine.repeats[index as usize];
            repetition.count = count.saturating_add(1);
            repetition.last = at;
            return Ok(Some((body as usize, at)));
        }
        self.behind_repeat(pc, index, at)
    }

    /// Go on behind a greedy repeat.
    fn behind_repeat(&mut self, pc: usize, index: u32, at: usize) -> Result<Next, Stop> {
        self.machine.push(Frame::Reenter { index })?;
        self.machine.repeat = self.machine.repeats[index as usize].outer;
        Ok(Some((pc + 1, at)))
    }

    fn min_until(&mut self, pc: usize, body: u32, bounds: Bounds, at: usize) -> Result<Next, Stop> {
        let index = self.machine.repeat;
        let Some(&Repetition { count, outer, .. }) = self.machine.repeats.get(index as usize) else { return Ok(None) };
        if count < bounds.min {
            self.machine.push(Frame::Required { index })?;
            self.machine.repeats[index as usize].count = count + 1;
            return Ok(Some((body as usize, at)));
        }
        self.machine.repeat = outer;
        let saved = self.machine.save()?;
        self.machine.push(Frame::MinMore { index, until: pc as u32, at, saved })?;
        Ok(Some((pc + 1, at)))
    }

    /// The tail of a lazy repeat failed at `at`: one more iteration, if there may be one.
    fn min_until_more(&mut self, index: u32, until: u32, at: usize) -> Result<Next, Stop> {
        let Inst::MinUntil { body, bounds } = self.program.insts[until as usize] else { return Ok(None) };
        let Repetition { count, last, .. } = self.machine.repeats[index as usize];
        if (count >= bounds.max && bounds.max != MAXREPEAT) || at == last {
            return Ok(None);
        }
        self.machine.push(Frame::MinUndo { index, last })?;
        let repetition = &mut self.machine.repeats[index as usize];
        repetition.count = count.saturating_add(1);
        repetition.last = at;
        Ok(Some((body as usize, at)))
    }

    /// Begin the next iteration of a possessive repeat at `at`, or go on behind it. `previous` is where the iteration
    /// before began, if that was one beyond the minimum.
    fn possessive(
        &mut self,
        pc: usize,
        count: u32,
        previous: usize,
        at: usize,
        barrier: Barrier,
    ) -> Result<Next, Stop> {
        let Inst::Possessive { bounds, end } = self.program.insts[pc] else { return Ok(None) };
        let required = count < bounds.min;
        if !required && ((count >= bounds.max && bounds.max != MAXREPEAT) || at == previous) {
            return Ok(Some((end as usize, at)));
        }
        let saved = self.machine.save_if(!required)?;
        let barrier = Barrier { saved, ..barrier };
        self.machine.push_barrier(Frame::Possessive { pc: pc as u32, at, count, barrier })?;
        if self.machine.repeats.len() == self.machine.repeats.capacity() {
            self.machine.grow()?;
        }
        let index = u32::try_from(self.machine.repeats.len()).map_err(|_| Stop::Memory)?;
        self.machine.repeats.push(Repetition { count: 0, last: UNSET, outer: barrier.repeat });
        self.machine.repeat = index;
        Ok(Some((pc + 1, at)))
    }

    fn group_ref(&mut self, group: u32, fold: Fold, at: usize) -> Result<Option<usize>, Stop> {
        let Some((start, end)) = self.machine.captured(group) else { return Ok(None) };
        self.tick((end - start) >> 4)?;
        let Some(candidate) = self.text[at..].get(..end - start) else { return Ok(None) };
        let captured = &self.text[start..end];
        let equal = match fold {
            Fold::None => captured == candidate,
            _ => {
                let mut pairs = captured.iter().zip(candidate);
                pairs.all(|(a, b)| a == b || fold.lower(a.code()) == fold.lower(b.code()))
            }
        };
        Ok(equal.then_some(at + (end - start)))
    }

    /// Success inside a barrier: forget how it came about and go on behind it.
    fn commit(&mut self, at: usize) -> Result<Next, Stop> {
        let index = self.machine.barrier as usize;
        let frame = self.machine.frames[index];
        self.machine.frames.truncate(index);
        match frame {
            Frame::Assert { end, at, barrier } => {
                self.machine.copies.truncate(barrier.saved.copies as usize);
                self.machine.leave_barrier(barrier);
                Ok(Some((end as usize, at)))
            }
            Frame::Atomic { end, barrier } => {
                self.machine.copies.truncate(barrier.saved.copies as usize);
                self.machine.leave_barrier(barrier);
                Ok(Some((end as usize, at)))
            }
            Frame::AssertNot { barrier, .. } => {
                self.machine.copies.truncate(barrier.saved.copies as usize);
                self.machine.leave_barrier(barrier);
                Ok(None)
            }
            Frame::Possessive { pc, at: began, count, barrier } => {
                self.machine.copies.truncate(barrier.saved.copies as usize);
                self.machine.leave_barrier(barrier);
                let Inst::Possessive { bounds, .. } = self.program.insts[pc as usize] else { return Ok(None) };
                let previous = if count < bounds.min { UNSET } else { began };
                self.possessive(pc as usize, count.saturating_add(1), previous, at, barrier)
            }
            _ => Ok(None),
        }
    }

    /// Undo frames until one has another path to try.
    fn backtrack(&mut self) -> Result<Next, Stop> {
        while let Some(frame) = self.machine.frames.pop() {
            let machine = &mut *self.machine;
            let next = match frame {
                Frame::Branch { next, at, saved } => {
                    machine.restore(saved);
                    Some((next as usize, at))
                }
                Frame::Repeat { index } => {
                    machine.repeat = machine.repeats[index as usize].outer;
                    machine.repeats.truncate(index as usize);
                    None
                }
                Frame::Required { index } => {
                    machine.repeats[index as usize].count -= 1;
                    None
                }
                Frame::MaxMore { index, until, at, last, saved } => {
                    machine.restore(saved);
                    let repetition = &mut machine.repeats[index as usize];
                    repetition.count -= 1;
                    repetition.last = last;
                    self.behind_repeat(until as usize, index, at)?
                }
                Frame::Reenter { index } => {
                    machine.repeat = index;
                    None
                }
                Frame::MinMore { index, until, at, saved } => {
                    machine.restore(saved);
                    machine.repeat = index;
                    self.min_until_more(index, until, at)?
                }
                Frame::MinUndo { index, last } => {
                    let repetition = &mut machine.repeats[index as usize];
                    repetition.count -= 1;
                    repetition.last = last;
                    None
                }
                Frame::MaxOne { pc, low, high, saved } => {
                    machine.restore(saved);
                    self.max_one_end(pc as usize, low, high)?
                }
                Frame::MinOne { pc, at, left, saved } => {
                    machine.restore(saved);
                    self.min_one_more(pc as usize, at, left)?
                }
                Frame::Assert { barrier, .. } | Frame::Atomic { barrier, .. } => {
                    machine.leave_barrier(barrier);
                    None
                }
                Frame::AssertNot { end, at, barrier } => {
                    machine.leave_barrier(barrier);
                    machine.restore(barrier.saved);
                    Some((end as usize, at))
                }
                Frame::Possessive { pc, at, count, barrier } => {
                    machine.leave_barrier(barrier);
                    match self.program.insts[pc as usize] {
                        Inst::Possessive { bounds, end } if count >= bounds.min => {
                            machine.restore(barrier.saved);
                            Some((end as usize, at))
                        }
                        _ => None,
                    }
                }
            };
            if next.is_some() {
                return Ok(next);
            }
            self.tick(1)?;
        }
        Ok(None)
    }
}

// Instructions and frames are copied a lot, so they should not grow unnoticed.
const _: () = assert!(size_of::<Inst>() <= 32 && size_of::<Frame>() <= 64);
