//! `slice` and `range`: storage and index arithmetic. Methods are in `slice_methods.rs` and `range_methods.rs`.

use crate::heap::Heap;
use crate::object::Ref;
use crate::value::Value;
use krait_macros::Traverse;

/// The payload of `slice`.
#[derive(Traverse)]
#[traverse(id = SLICE)]
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

/// The payload of `range`: ints of any size.
#[derive(Traverse)]
#[traverse(id = RANGE)]
pub struct Range {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
    pub length: Value,
}

/// Iterator over a range whose values are all small ints.
#[derive(Traverse)]
#[traverse(id = RANGE_ITERATOR)]
pub struct RangeIter {
    pub next: i64,
    pub step: i64,
    /// Values left.
    pub left: u64,
}

/// Positions a slice selects from a sequence of known length, as `slice.indices` gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndices {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    /// Number of positions.
    pub length: usize,
}

impl SliceIndices {
    /// Clamps raw bounds to a sequence of `len` items. `None` bounds are open ends; `step` is not zero.
    pub fn new(start: Option<isize>, stop: Option<isize>, step: isize, len: usize) -> SliceIndices {
        let len = len as isize;
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let clamp = |i: isize| if i < 0 { i.saturating_add(len).max(low) } else { i.min(high) };
        let start = start.map_or(if step < 0 { high } else { low }, clamp);
        let stop = stop.map_or(if step < 0 { low } else { high }, clamp);
        let length = if step < 0 {
            if stop < start { ((start - stop - 1) as usize) / step.unsigned_abs() + 1 } else { 0 }
        } else if start < stop {
            ((stop - start - 1) as usize) / step as usize + 1
        } else {
            0
        };
        SliceIndices { start, stop, step, length }
    }
    /// The selected positions in order.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        (0..self.length as isize).map(move |i| (self.start + i * self.step) as usize)
    }
}

/// What the bounds of a slice without a step select from `len` items, when they are None or small ints.
#[inline(always)]
pub(crate) fn plain_range(start: &Value, stop: &Value, len: usize) -> Option<std::ops::Range<usize>> {
    let len = len as i64;
    let place = |bound: &Value, open: i64| match bound.as_small_int() {
        Some(i) if i < 0 => Some((i + len).max(0)),
        Some(i) => Some(i.min(len)),
        None if bound.is_none() => Some(open),
        None => None,
    };
    let (start, stop) = (place(start, 0)?, place(stop, len)?);
    Some(start as usize..stop.max(start) as usize)
}

/// What a slice selects from `len` items, when its parts are None or small ints and the step is not zero.
#[inline]
pub(crate) fn plain_indices(start: &Value, stop: &Value, step: &Value, len: usize) -> Option<SliceIndices> {
    let part = |v: &Value| match v.as_small_int() {
        Some(i) => Some(Some(isize::try_from(i).ok()?)),
        None => v.is_none().then_some(None),
    };
    match part(step)?.unwrap_or(1) {
        0 => None,
        step => Some(SliceIndices::new(part(start)?, part(stop)?, step.max(-isize::MAX), len)),
    }
}

impl Heap {
    pub fn slice(&mut self, start: Value, stop: Value, step: Value) -> Ref<Slice> {
        self.alloc(Slice { start, stop, step })
    }
}
