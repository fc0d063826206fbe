//! `dict`: storage and the look-ups the core uses. Methods are in `dict_methods.rs`.
//!
//! Look-ups of strings compare identities and bytes and never run Python as long as the candidates are exact
//! strings; others may call `__eq__`, and start over when that changed the table.

use crate::Result;
use crate::builtins::iterators::DictPart;
use crate::builtins::str::Str;
use crate::builtins::table::{Plain, Table, plainly_equal};
use crate::heap::Heap;
use crate::object::{Payload, Ref, Token, TokenMut};
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;

/// The payload of `dict`.
#[derive(Default)]
pub struct Dict {
    pub table: Table<Value>,
    /// Bytes charged to the quota for the table.
    charged: usize,
}

#[allow(unsafe_code, reason = "visits all keys and values")]
// SAFETY: all keys and values are visited.
unsafe impl Payload for Dict {
    const FIXED_ID: u32 = id::DICT;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for (k, v) in self.table.iter() {
            visit(k);
            visit(v);
        }
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        for e in self.table.take_all() {
            out.extend(e.key);
            out.push(e.value);
        }
    }
    fn external_size(&self) -> usize {
        self.charged
    }
}

impl Dict {
    pub fn len(&self) -> usize {
        self.table.len()
    }
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
    /// The entry index of an interned (or any exact) string key.
    #[inline]
    pub fn find_str(&self, heap: &Heap, name: &Ref<Str>) -> Option<usize> {
        let hash = name.get(heap).hash(heap);
        let same = |key: &Value| {
            if key.is(name.as_value()) {
                return Some(true);
            }
            Some(key.downcast_exact::<Str>().is_some_and(|other| other.get(heap).same(name.get(heap))))
        };
        match self.table.find_plain(hash, same) {
            Plain::Found(i) => Some(i),
            Plain::Absent | Plain::Undecided => None,
        }
    }
}

impl Heap {
    pub fn dict(&mut self) -> Ref<Dict> {
        self.alloc(Dict::default())
    }
    /// A new dict of `count` distinct strings and the values that words own.
    ///
    /// # Safety
    /// Each word is an owned value that nobody else uses again.
    #[allow(unsafe_code, reason = "arguments move out of registers")]
    pub(crate) unsafe fn dict_of_texts<'a>(&mut self, count: usize, items: impl Iterator<Item = (&'a Ref<Str>, u64)>) -> Ref<Dict> {
        let mut table = Table::with_room(count);
        for (text, word) in items {
            // SAFETY: by contract.
            let value = unsafe { Value::from_bits(word) };
            table.push(text.get(self).hash(self), text.to_value(), value);
        }
        let dict = self.alloc(Dict { table, ..Dict::default() });
        dict.recharge(self);
        dict
    }
}

/// How a key look-up ended.
pub(crate) enum Found {
    Entry(usize),
    Absent,
}

impl Ref<Dict> {
    pub fn len(&self, token: &impl Token) -> usize {
        self.get(token).len()
    }

    /// The value of a string key. Never runs Python: only exact strings match.
    #[inline]
    pub fn get_str(&self, token: &impl Token, name: &Ref<Str>) -> Option<Value> {
        let heap = token.heap();
        let dict = self.get(heap);
        let i = dict.find_str(heap, name)?;
        dict.table.entry(i).map(|e| e.value.clone())
    }
    /// Sets a string key. Never runs Python.
    pub fn set_str(&self, token: &mut impl TokenMut, name: &Ref<Str>, value: Value) {
        let heap = token.heap_mut();
        let found = self.get(heap).find_str(heap, name);
        match found {
            Some(i) => {
                let old = self.get_mut(heap).table.entry_mut(i).map(|e| std::mem::replace(&mut e.value, value));
                drop(old);
            }
            None => {
                let hash = name.get(heap).hash(heap);
                self.get_mut(heap).table.push(hash, name.to_value(), value);
                self.recharge(heap);
            }
        }
    }
    /// Removes a string key. Never runs Python.
    pub fn remove_str(&self, token: &mut impl TokenMut, name: &Ref<Str>) -> Option<Value> {
        let heap = token.heap_mut();
        let i = self.get(heap).find_str(heap, name)?;
        self.get_mut(heap).table.remove(i, Value::NONE).map(|(_, value)| value)
    }
    /// Brings the charge against the quota up to date after the table grew.
    pub(crate) fn recharge(&self, heap: &mut Heap) {
        let dict = self.get_mut(heap);
        let size = dict.table.size();
        if size == dict.charged {
            return;
        }
        let delta = size as isize - dict.charged as isize;
        dict.charged = size;
        if heap.charge(delta).is_err() {
            // Not refused here, where the entry is already in place: the interpreter raises MemoryError next.
            heap.force_charge(delta as usize);
        }
    }

    /// The hash of a key (TypeError when unhashable), and where it is.
    #[inline]
    pub(crate) fn locate(&self, vm: &mut Vm, key: &Value) -> Result<(i64, Found)> {
        let heap = &*vm.heap;
        let hash = if let Some(text) = key.downcast_exact::<Str>() {
            let hash = text.get(heap).hash(heap);
            match self.get(heap).table.find_text(heap, text, hash) {
                Plain::Found(i) => return Ok((hash, Found::Entry(i))),
                Plain::Absent => return Ok((hash, Found::Absent)),
                Plain::Undecided => hash,
            }
        } else if let Some(n) = key.as_small_int() {
            let hash = krait_text::int_float::hash_small(n);
            match self.get(heap).table.find_small(key, hash) {
                Plain::Found(i) => return Ok((hash, Found::Entry(i))),
                Plain::Absent => return Ok((hash, Found::Absent)),
                Plain::Undecided => hash,
            }
        } else {
            vm.hash_key(key)?
        };
        Ok((hash, self.find(vm, key, hash)?))
    }
    /// Finds a key. May run `__eq__`.
    pub(crate) fn find(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Found> {
        let heap = &*vm.heap;
        match self.get(heap).table.find_plain(hash, |candidate| plainly_equal(heap, key, candidate)) {
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

    /// `self.get(key)`; hashes the key (TypeError when unhashable).
    pub fn get_item(&self, vm: &mut Vm, key: &Value) -> Result<Option<Value>> {
        Ok(match self.locate(vm, key)?.1 {
            Found::Entry(i) => self.get(&*vm).table.entry(i).map(|e| e.value.clone()),
            Found::Absent => None,
        })
    }
    /// `get_item` for a key whose hash is known.
    pub fn get_hashed(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Option<Value>> {
        Ok(match self.find(vm, key, hash)? {
            Found::Entry(i) => self.get(&*vm).table.entry(i).map(|e| e.value.clone()),
            Found::Absent => None,
        })
    }
    /// `remove_item` for a key whose hash is known.
    pub fn remove_hashed(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Option<Value>> {
        Ok(match self.find(vm, key, hash)? {
            Found::Entry(i) => self.get_mut(vm).table.remove(i, Value::NONE).map(|(_, value)| value),
            Found::Absent => None,
        })
    }
    /// `self[key] = value`.
    pub fn set_item(&self, vm: &mut Vm, key: Value, value: Value) -> Result<()> {
        self.set_item_of(vm, &key, value)
    }
    /// `set_item` for a borrowed key.
    pub(crate) fn set_item_of(&self, vm: &mut Vm, key: &Value, value: Value) -> Result<()> {
        match self.locate(vm, key)? {
            (_, Found::Entry(i)) => {
                let old = self.get_mut(vm).table.entry_mut(i).map(|e| std::mem::replace(&mut e.value, value));
                drop(old);
            }
            (hash, Found::Absent) => {
                self.get_mut(vm).table.push(hash, key.clone(), value);
                self.recharge(&mut vm.heap);
            }
        }
        Ok(())
    }
    pub fn set_hashed(&self, vm: &mut Vm, key: Value, hash: i64, value: Value) -> Result<()> {
        match self.find(vm, &key, hash)? {
            Found::Entry(i) => {
                let old = self.get_mut(vm).table.entry_mut(i).map(|e| std::mem::replace(&mut e.value, value));
                drop(old);
            }
            Found::Absent => {
                self.get_mut(vm).table.push(hash, key, value);
                self.recharge(&mut vm.heap);
            }
        }
        Ok(())
    }
    /// Removes a key; its value, or `None` when absent.
    pub fn remove_item(&self, vm: &mut Vm, key: &Value) -> Result<Option<Value>> {
        Ok(match self.locate(vm, key)?.1 {
            Found::Entry(i) => self.get_mut(vm).table.remove(i, Value::NONE).map(|(_, value)| value),
            Found::Absent => None,
        })
    }
    pub fn contains(&self, vm: &mut Vm, key: &Value) -> Result<bool> {
        Ok(matches!(self.locate(vm, key)?.1, Found::Entry(_)))
    }
    /// The keys or the values, in order.
    pub(crate) fn part_to_vec(&self, heap: &Heap, part: DictPart) -> Vec<Value> {
        let table = &self.get(heap).table;
        let mut items = Vec::with_capacity(table.len());
        match part {
            DictPart::Values => items.extend(table.iter().map(|(_, v)| v.clone())),
            DictPart::Keys | DictPart::Items => items.extend(table.iter().map(|(k, _)| k.clone())),
        }
        items
    }
    /// A snapshot of all items, for loops that run Python.
    pub fn items(&self, token: &impl Token) -> Vec<(Value, Value)> {
        self.get(token).table.iter().map(|(k, v)| (k.clone(), v.clone())).collect()
    }
    /// Empties the dict.
    pub fn clear_all(&self, token: &mut impl TokenMut) {
        let heap = token.heap_mut();
        let dropped = self.get_mut(heap).table.take_all();
        self.recharge(heap);
        drop(dropped);
    }
    /// A shallow copy as an exact dict.
    pub fn copy(&self, token: &mut impl TokenMut) -> Ref<Dict> {
        let heap = token.heap_mut();
        let table = self.get(heap).table.duplicate();
        let copy = heap.alloc(Dict { table, charged: 0 });
        copy.recharge(heap);
        copy
    }
    /// The version of the key set for inline caches; equal versions mean equal entry positions.
    pub(crate) fn keys_version(&self, heap: &mut Heap) -> u32 {
        let version = self.get(heap).table.version;
        if version != 0 {
            return version;
        }
        let fresh = heap.fresh_version();
        self.get_mut(heap).table.version = fresh;
        fresh
    }
}

impl Vm {
    /// The hash of a dict key; the TypeError of an unhashable one says so.
    #[inline]
    pub fn hash_key(&mut self, key: &Value) -> Result<i64> {
        match self.heap.hash_without_python(key) {
            Some(hash) => Ok(hash),
            None => self.hash_for(key, "a dict key"),
        }
    }
    #[inline(never)]
    pub(crate) fn hash_for(&mut self, key: &Value, what: &str) -> Result<i64> {
        let result = self.hash(key);
        if result.is_err() {
            let type_error = self.exc.get(crate::Exc::TypeError).id(&self.heap);
            if self.thread.pending.as_ref().is_some_and(|e| e.type_id() == type_error) {
                let error = self.take_pending();
                let (name, text) = (self.heap.type_name(key), self.to_text(&error)?);
                return Err(self.type_error(format!("cannot use '{name}' as {what} ({text})")));
            }
        }
        result
    }
}
