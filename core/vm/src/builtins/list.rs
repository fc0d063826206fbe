//! `list`: storage. Methods are in `list_methods.rs`.

use crate::heap::{Heap, OutOfMemory};
use crate::object::{Payload, Ref, Token};
use crate::types::id;
use crate::value::Value;

/// The payload of `list`.
#[derive(Default)]
pub struct List {
    items: Vec<Value>,
    charged: usize,
}

#[allow(unsafe_code, reason = "visits all items")]
// SAFETY: all items are visited.
unsafe impl Payload for List {
    const FIXED_ID: u32 = id::LIST;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.items.iter().for_each(visit);
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.append(&mut self.items);
    }
    fn external_size(&self) -> usize {
        self.charged
    }
}

impl Drop for List {
    fn drop(&mut self) {
        drop_from_last(&mut self.items);
    }
}

/// Gives items up from the last to the first, as lists and tuples that die do.
#[inline]
pub(crate) fn drop_from_last(items: &mut Vec<Value>) {
    while items.pop().is_some() {}
}

impl List {
    /// Where the payload keeps the items.
    pub(crate) const ITEMS: usize = std::mem::offset_of!(List, items);
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        &self.items
    }
    #[inline(always)]
    pub fn items_mut(&mut self) -> &mut [Value] {
        &mut self.items
    }
    pub fn len(&self) -> usize {
        self.items.len()
    }
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl Heap {
    /// A new list of these items.
    pub fn list(&mut self, items: Vec<Value>) -> Ref<List> {
        let charged = items.capacity() * 8;
        self.force_charge(charged);
        self.alloc(List { items, charged })
    }
}

impl Ref<List> {
    pub fn len(&self, token: &impl Token) -> usize {
        self.get(token).len()
    }
    /// Appends; `Err` when the quota is reached (the list is then unchanged).
    #[inline]
    pub fn push(&self, heap: &mut Heap, value: Value) -> Result<(), OutOfMemory> {
        let list = self.get_mut(heap);
        if list.items.len() == list.items.capacity() {
            self.grow(heap, 1)?;
        }
        self.get_mut(heap).items.push(value);
        Ok(())
    }
    /// Appends what `item` gives, if one more fits without growing; whether it did.
    #[inline(always)]
    pub(crate) fn push_in_room(&self, heap: &mut Heap, item: impl FnOnce() -> Value) -> bool {
        let items = &mut self.get_mut(heap).items;
        if items.len() == items.capacity() {
            return false;
        }
        items.push(item());
        true
    }
    #[cold]
    fn grow(&self, heap: &mut Heap, more: usize) -> Result<(), OutOfMemory> {
        let len = self.get(heap).items.len();
        // An eighth more, as CPython: lists are often the bulk of a program's memory. Storage of some pages is copied
        // when it grows, so that it gets a quarter; what is not used of that is not touched either.
        let target = len.checked_add(more).ok_or(OutOfMemory)?;
        let share = if target < 1 << 12 { target >> 3 } else { target >> 2 };
        let target = target + share + if target < 9 { 3 } else { 6 };
        let (charged, wanted) = (self.get(heap).charged, target.checked_mul(8).ok_or(OutOfMemory)?);
        heap.charge(wanted.saturating_sub(charged) as isize)?;
        let list = self.get_mut(heap);
        list.charged = wanted.max(charged);
        list.items.try_reserve_exact(target - len).map_err(|_| OutOfMemory)
    }
    /// Runs `change` on the item vector and brings the quota up to date. Removed items must be returned by
    /// `change`, not dropped in it.
    pub fn edit<R>(&self, heap: &mut Heap, change: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        let list = self.get_mut(heap);
        let result = change(&mut list.items);
        let (size, charged) = (list.items.capacity() * 8, list.charged);
        if size != charged {
            list.charged = size;
            if size > charged {
                heap.force_charge(size - charged);
            } else {
                let _ = heap.charge(size as isize - charged as isize);
            }
        }
        result
    }
    /// Takes the item at an index out, which counts from the end if it is negative.
    pub fn take_at(&self, heap: &mut Heap, index: isize) -> Option<Value> {
        let len = self.len(heap);
        let i = if index < 0 { index.checked_add_unsigned(len)? } else { index };
        let i = usize::try_from(i).ok().filter(|i| *i < len)?;
        Some(self.edit(heap, |items| items.remove(i)))
    }
    /// Puts an item before the one at an index, or at an end; `Err` when the quota is reached.
    pub fn insert_at(&self, heap: &mut Heap, index: isize, item: Value) -> Result<(), OutOfMemory> {
        self.reserve(heap, 1)?;
        self.edit(heap, |items| {
            let len = items.len();
            let i = if index < 0 { len.saturating_sub(index.unsigned_abs()) } else { len.min(index as usize) };
            items.insert(i, item);
        });
        Ok(())
    }
    /// Makes room for `more` items, or says that the quota forbids it.
    pub fn reserve(&self, heap: &mut Heap, more: usize) -> Result<(), OutOfMemory> {
        let list = self.get(heap);
        if list.items.capacity() - list.items.len() >= more {
            return Ok(());
        }
        self.grow(heap, more)
    }
    /// Whether the list has no storage of its own: `sort` takes the storage away to detect mutation.
    pub fn has_no_storage(&self, token: &impl Token) -> bool {
        self.get(token).items.capacity() == 0
    }
    /// A snapshot of the items.
    pub fn to_vec(&self, token: &impl Token) -> Vec<Value> {
        Value::clone_all(&self.get(token).items)
    }
}
