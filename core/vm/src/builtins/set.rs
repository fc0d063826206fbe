//! `set` and `frozenset`: storage. Methods are in `set_methods.rs`.

use crate::Result;
use crate::builtins::dict::Found;
use crate::builtins::str::Str;
use crate::builtins::table::{Plain, Table, plainly_equal};
use crate::heap::Heap;
use crate::object::{Payload, Ref, Token};
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use std::cell::Cell;

/// The payload of `set` and `frozenset`.
pub struct Set {
    pub table: Table<()>,
    /// Of a frozenset; -1: not computed.
    pub hash: Cell<i64>,
    charged: usize,
}

impl Default for Set {
    fn default() -> Set {
        Set { table: Table::default(), hash: Cell::new(-1), charged: 0 }
    }
}

#[allow(unsafe_code, reason = "visits all items")]
// SAFETY: all items are visited.
unsafe impl Payload for Set {
    const FIXED_ID: u32 = id::SET;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.table.iter().for_each(|(k, _)| visit(k));
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.table.take_all().into_iter().filter_map(|e| e.key));
    }
    fn external_size(&self) -> usize {
        self.charged
    }
}

impl Heap {
    pub fn set(&mut self) -> Ref<Set> {
        self.alloc(Set::default())
    }
    pub fn frozen_set(&mut self) -> Ref<Set> {
        self.alloc_typed(id::FROZENSET, Set::default())
    }
    /// A frozenset of constants, whose hashes need no Python.
    pub(crate) fn frozen_set_of_constants(&mut self, items: Vec<Value>) -> Value {
        let set = self.frozen_set();
        for item in items {
            // Source nests no deeper than this.
            if let Some(hash) = self.plain_hash(&item, 512) {
                // The compiler's constants are distinct already, up to equal numbers of different types.
                let known = set.get(self).table.iter_hashed().any(|(h, k, ())| h == hash && self.equal_constants(k, &item));
                if !known {
                    set.get_mut(self).table.push(hash, item, ());
                }
            }
        }
        set.into_value()
    }
}

impl Ref<Set> {
    pub fn len(&self, token: &impl Token) -> usize {
        self.get(token).table.len()
    }
    /// Where an item is. Comparing may run Python.
    #[inline]
    pub(crate) fn find(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Found> {
        if key.is_small_int() {
            match self.get(&*vm.heap).table.find_small(key, hash) {
                Plain::Found(i) => return Ok(Found::Entry(i)),
                Plain::Absent => return Ok(Found::Absent),
                Plain::Undecided => {}
            }
        }
        self.find_any(vm, key, hash)
    }
    #[inline(never)]
    fn find_any(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Found> {
        let heap = &*vm.heap;
        let table = &self.get(heap).table;
        let plain = match key.downcast_exact::<Str>() {
            Some(text) => table.find_text(heap, text, hash),
            None => table.find_plain(hash, |candidate| plainly_equal(heap, key, candidate)),
        };
        match plain {
            Plain::Found(i) => return Ok(Found::Entry(i)),
            Plain::Absent => return Ok(Found::Absent),
            Plain::Undecided => {}
        }
        'again: loop {
            let table = &self.get(&*vm).table;
            let layout = table.layout();
            let mut probe = table.start(hash);
            loop {
                let table = &self.get(&*vm).table;
                let Some(i) = table.probe(&mut probe) else { return Ok(Found::Absent) };
                let Some(candidate) = table.entry(i).and_then(|e| e.key.as_ref()) else { continue };
                if candidate.is(key) {
                    return Ok(Found::Entry(i));
                }
                match vm.equal_without_python(candidate, key) {
                    Some(true) => return Ok(Found::Entry(i)),
                    Some(false) => continue,
                    None => {}
                }
                let candidate = candidate.clone();
                let equal = vm.equal(&candidate, key)?;
                // Comparing may have changed the table: the search goes on where this entry and all others still lie.
                let table = &self.get(&*vm).table;
                let same_entry = table.entry(i).and_then(|e| e.key.as_ref()).is_some_and(|k| k.is(&candidate));
                if !same_entry || table.layout() != layout {
                    continue 'again;
                }
                if equal {
                    return Ok(Found::Entry(i));
                }
            }
        }
    }
    /// Adds an item; whether it was new.
    pub fn add(&self, vm: &mut Vm, item: Value) -> Result<bool> {
        let hash = vm.hash_element(&item)?;
        self.add_hashed(vm, item, hash)
    }
    pub fn add_hashed(&self, vm: &mut Vm, item: Value, hash: i64) -> Result<bool> {
        Ok(match self.find(vm, &item, hash)? {
            Found::Entry(_) => false,
            Found::Absent => {
                self.get_mut(vm).table.push(hash, item, ());
                self.recharge(&mut vm.heap);
                true
            }
        })
    }
    pub fn contains(&self, vm: &mut Vm, item: &Value) -> Result<bool> {
        let hash = vm.hash_element(item)?;
        Ok(matches!(self.find(vm, item, hash)?, Found::Entry(_)))
    }
    /// Removes an item; whether it was there.
    pub fn remove(&self, vm: &mut Vm, item: &Value) -> Result<bool> {
        let hash = vm.hash_element(item)?;
        Ok(match self.find(vm, item, hash)? {
            Found::Entry(i) => {
                let removed = self.get_mut(vm).table.remove(i, ());
                drop(removed);
                true
            }
            Found::Absent => false,
        })
    }
    /// Brings the charge against the quota up to date.
    pub(crate) fn recharge(&self, heap: &mut Heap) {
        let set = self.get_mut(heap);
        let (size, charged) = (set.table.size(), set.charged);
        if size == charged {
            return;
        }
        set.charged = size;
        if size > charged {
            heap.force_charge(size - charged);
        } else {
            let _ = heap.charge(size as isize - charged as isize);
        }
    }
    /// Replaces the content; the old content is returned for the caller to drop.
    pub(crate) fn replace_table(&self, heap: &mut Heap, table: Table<()>) -> Table<()> {
        let mutations = self.get(heap).table.mutations;
        let mut table = table;
        table.mutations = mutations.wrapping_add(1);
        let old = std::mem::replace(&mut self.get_mut(heap).table, table);
        self.recharge(heap);
        old
    }
    /// The item at or after a position, with its hash and the position behind it. Walking so sees what the set holds
    /// by then; no snapshot is made.
    #[inline]
    pub(crate) fn item_from(&self, token: &impl Token, position: usize) -> Option<(usize, i64, Value)> {
        let (next, entry) = self.get(token).table.next_from(position)?;
        entry.key.as_ref().map(|k| (next, entry.hash, k.clone()))
    }
    /// Adds items of another set, each when `wanted` says so.
    pub(crate) fn add_from(&self, vm: &mut Vm, source: &Ref<Set>, wanted: &mut dyn FnMut(&mut Vm, &Value, i64) -> Result<bool>) -> Result<()> {
        // As long as nothing changed, the source's items are distinct: they need no look-up in a set that was empty.
        let (before, distinct) = (source.get(&*vm).table.mutations, self.get(&*vm).table.is_empty());
        let mut position = 0;
        while let Some((next, hash, item)) = source.item_from(&*vm, position) {
            position = next;
            if !wanted(vm, &item, hash)? {
                continue;
            }
            if distinct && source.get(&*vm).table.mutations == before {
                self.get_mut(vm).table.push(hash, item, ());
            } else {
                self.add_hashed(vm, item, hash)?;
            }
        }
        self.recharge(&mut vm.heap);
        Ok(())
    }
    /// A snapshot of the items with their hashes.
    pub fn hashed_items(&self, token: &impl Token) -> Vec<(i64, Value)> {
        self.get(token).table.iter_hashed().map(|(h, k, ())| (h, k.clone())).collect()
    }
    /// A snapshot of the items.
    pub fn items(&self, token: &impl Token) -> Vec<Value> {
        let table = &self.get(token).table;
        let mut items = Vec::with_capacity(table.len());
        items.extend(table.iter().map(|(k, _)| k.clone()));
        items
    }
}

impl Vm {
    /// The hash of a set element; the TypeError of an unhashable one says so.
    #[inline]
    pub fn hash_element(&mut self, item: &Value) -> Result<i64> {
        match self.heap.hash_without_python(item) {
            Some(hash) => Ok(hash),
            None => self.hash_for(item, "a set element"),
        }
    }
}
