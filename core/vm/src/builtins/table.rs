//! The insertion-ordered hash table behind dict and set.
//!
//! Entries sit in insertion order; an index of the narrowest integers finds them. Up to eight entries need no
//! index. Equality may run Python, so look-ups are steps: [`Table::probe`] yields candidates of equal hash until
//! the caller, who may have run Python in between, is satisfied; `mutations` tells whether it must start over.

use crate::builtins::str::Str;
use crate::heap::Heap;
use crate::runtime::compare::{NESTED_TUPLES, equal_nested};
use crate::object::Ref;
use crate::value::Value;

/// Tables this small are scanned.
const SMALL: usize = 8;
/// Tables of these sizes double when they are full.
const DOUBLING_FROM: usize = 16;
const DOUBLING_TO: usize = 1 << 12;
const EMPTY_SLOT: u32 = u32::MAX;
const DELETED_SLOT: u32 = u32::MAX - 1;

pub struct Entry<V> {
    pub hash: i64,
    /// `None` when deleted.
    pub key: Option<Value>,
    pub value: V,
}

enum Index {
    None,
    Narrow(Box<[u8]>),
    Medium(Box<[u16]>),
    Wide(Box<[u32]>),
}

impl Index {
    fn len(&self) -> usize {
        match self {
            Index::None => 0,
            Index::Narrow(t) => t.len(),
            Index::Medium(t) => t.len(),
            Index::Wide(t) => t.len(),
        }
    }
    #[inline(always)]
    fn get(&self, slot: usize) -> u32 {
        match self {
            Index::None => EMPTY_SLOT,
            Index::Narrow(t) => match t[slot] {
                u8::MAX => EMPTY_SLOT,
                0xFE => DELETED_SLOT,
                i => i.into(),
            },
            Index::Medium(t) => match t[slot] {
                u16::MAX => EMPTY_SLOT,
                0xFFFE => DELETED_SLOT,
                i => i.into(),
            },
            Index::Wide(t) => t[slot],
        }
    }
    #[inline(always)]
    fn set(&mut self, slot: usize, value: u32) {
        match self {
            Index::None => {}
            Index::Narrow(t) => t[slot] = value as u8,
            Index::Medium(t) => t[slot] = value as u16,
            Index::Wide(t) => t[slot] = value,
        }
    }
}

/// How [`Table::find_plain`] ended.
pub enum Plain {
    Found(usize),
    Absent,
    Undecided,
}

/// Follows the probe sequence of a hash through an index whose two highest values mean deleted and empty.
#[inline(always)]
fn walk<T: Copy + Into<u32> + MaxValue>(index: &[T], hash: i64, judge: impl Fn(usize) -> Option<bool>) -> Plain {
    let mask = index.len() - 1;
    let (mut slot, mut perturb) = (hash as usize & mask, hash as u64);
    while let Some(&i) = index.get(slot) {
        let i: u32 = i.into();
        if i >= T::MAX_VALUE - 1 {
            if i == T::MAX_VALUE {
                return Plain::Absent;
            }
        } else {
            match judge(i as usize) {
                Some(false) => {}
                Some(true) => return Plain::Found(i as usize),
                None => return Plain::Undecided,
            }
        }
        perturb >>= 5;
        slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
    }
    Plain::Absent
}

/// Writes an entry's number to the first free slot of its hash's probe sequence; whether that slot was empty.
#[inline(always)]
fn place<T: Copy + Into<u32> + MaxValue>(index: &mut [T], hash: i64, entry: T) -> bool {
    let mask = index.len() - 1;
    let (mut slot, mut perturb) = (hash as usize & mask, hash as u64);
    while let Some(found) = index.get_mut(slot) {
        let old: u32 = (*found).into();
        if old >= T::MAX_VALUE - 1 {
            *found = entry;
            return old == T::MAX_VALUE;
        }
        perturb >>= 5;
        slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
    }
    false
}

/// The highest value of an index type, which marks empty slots; the one below marks deleted ones.
trait MaxValue {
    const MAX_VALUE: u32;
}
impl MaxValue for u8 {
    const MAX_VALUE: u32 = u8::MAX as u32;
}
impl MaxValue for u16 {
    const MAX_VALUE: u32 = u16::MAX as u32;
}
impl MaxValue for u32 {
    const MAX_VALUE: u32 = u32::MAX;
}

/// Whether an exact str or small int equals a key, when that is plain to see.
#[inline(always)]
pub(crate) fn plainly_equal(heap: &Heap, key: &Value, candidate: &Value) -> Option<bool> {
    if candidate.is(key) {
        return Some(true);
    }
    match (candidate.downcast_exact::<Str>(), key.downcast_exact::<Str>()) {
        (Some(a), Some(b)) => Some(a.get(heap).same(b.get(heap))),
        (Some(_), None) if key.is_small_int() => Some(false),
        _ if candidate.is_small_int() && (key.is_small_int() || key.is_exact::<Str>()) => Some(false),
        _ => otherwise_equal(heap, key, candidate),
    }
}
/// As `plainly_equal` for the rarer kinds of keys: tuples, floats, bytes.
#[inline(never)]
fn otherwise_equal(heap: &Heap, key: &Value, candidate: &Value) -> Option<bool> {
    equal_nested(heap, candidate, key, NESTED_TUPLES)
}

/// A position in a probe sequence.
#[derive(Clone, Copy)]
pub struct Probe {
    hash: i64,
    slot: usize,
    perturb: u64,
    started: bool,
}

/// An insertion-ordered table with values `V` (`Value` for dicts, `()` for sets).
pub struct Table<V> {
    entries: Vec<Entry<V>>,
    index: Index,
    live: usize,
    /// No live entry lies before this index.
    front: usize,
    /// Index slots that are not empty (deleted ones included): some must stay empty for probes to end.
    filled: usize,
    /// Changes whenever keys are added, removed or moved.
    pub mutations: u32,
    /// For inline caches: 0 until asked for, and again after keys changed.
    pub version: u32,
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Table { entries: Vec::new(), index: Index::None, live: 0, front: 0, filled: 0, mutations: 0, version: 0 }
    }
}

impl<V> Table<V> {
    /// Where a table keeps its entries.
    pub(crate) const ENTRIES: usize = std::mem::offset_of!(Table<V>, entries);
    #[inline]
    pub fn len(&self) -> usize {
        self.live
    }
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }
    /// Number of entries, deleted ones included: the bound of iteration by index.
    #[inline]
    pub fn entry_count(&self) -> usize {
        self.entries.len()
    }
    #[inline]
    pub fn entry(&self, i: usize) -> Option<&Entry<V>> {
        self.entries.get(i).filter(|e| e.key.is_some())
    }
    /// The entry at a position that was found while the table had its present version.
    ///
    /// # Safety
    /// `version` is not 0 and the one the position was found under: no key was added, removed or moved since.
    #[inline(always)]
    #[allow(unsafe_code, reason = "inline caches skip the bounds check")]
    pub(crate) unsafe fn entry_unchecked(&self, i: usize) -> &Entry<V> {
        debug_assert!(self.version != 0 && self.entry(i).is_some());
        // SAFETY: by contract.
        unsafe { self.entries.get_unchecked(i) }
    }
    /// As `entry_unchecked`, to change the value.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    #[allow(unsafe_code, reason = "inline caches skip the bounds check")]
    pub(crate) unsafe fn value_unchecked(&mut self, i: usize) -> &mut V {
        debug_assert!(self.version != 0 && self.entry(i).is_some());
        // SAFETY: by contract.
        unsafe { &mut self.entries.get_unchecked_mut(i).value }
    }
    #[inline]
    pub fn entry_mut(&mut self, i: usize) -> Option<&mut Entry<V>> {
        self.entries.get_mut(i)
    }
    /// Entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Value, &V)> {
        self.entries.iter().filter_map(|e| e.key.as_ref().map(|k| (k, &e.value)))
    }
    pub fn iter_hashed(&self) -> impl Iterator<Item = (i64, &Value, &V)> {
        self.entries.iter().filter_map(|e| e.key.as_ref().map(|k| (e.hash, k, &e.value)))
    }
    /// The first live entry at or after index `i`, with the index after it.
    #[inline]
    pub fn next_from(&self, mut i: usize) -> Option<(usize, &Entry<V>)> {
        while let Some(e) = self.entries.get(i) {
            i += 1;
            if e.key.is_some() {
                return Some((i, e));
            }
        }
        None
    }
    /// The last live entry before index `i`, with its index.
    pub fn prev_from(&self, mut i: usize) -> Option<(usize, &Entry<V>)> {
        i = i.min(self.entries.len());
        while i > 0 {
            i -= 1;
            if self.entries[i].key.is_some() {
                return Some((i, &self.entries[i]));
            }
        }
        None
    }
    /// The index of the first live entry. Entries removed from the front one after the other are not scanned again.
    pub fn first(&mut self) -> Option<usize> {
        let mut i = self.front;
        while i < self.entries.len() && self.entries[i].key.is_none() {
            i += 1;
        }
        self.front = i;
        if i < self.entries.len() { Some(i) } else { None }
    }
    fn mask(&self) -> usize {
        self.index.len().wrapping_sub(1)
    }
    /// Looks a key up whose equality with most keys is plain: `same` says whether it equals a candidate, or `None` when
    /// only Python can tell. The look-up is then undecided, and steps with [`Table::probe`] must answer it.
    #[inline]
    pub fn find_plain(&self, hash: i64, same: impl Fn(&Value) -> Option<bool>) -> Plain {
        let judge = |i: usize| {
            let entry = self.entries.get(i)?;
            if entry.hash != hash {
                return Some(false);
            }
            match &entry.key {
                Some(key) => same(key),
                None => Some(false),
            }
        };
        match &self.index {
            Index::None => {
                for i in 0..self.entries.len() {
                    match judge(i) {
                        Some(false) => {}
                        Some(true) => return Plain::Found(i),
                        None => return Plain::Undecided,
                    }
                }
                Plain::Absent
            }
            Index::Narrow(t) => walk(t, hash, judge),
            Index::Medium(t) => walk(t, hash, judge),
            Index::Wide(t) => walk(t, hash, judge),
        }
    }
    /// Looks an exact string up; undecided when a key of another kind than exact strings and small ints is in the way.
    #[inline(never)]
    pub(crate) fn find_text(&self, heap: &Heap, text: &Ref<Str>, hash: i64) -> Plain {
        self.find_plain(hash, |key| {
            if key.is(text.as_value()) {
                return Some(true);
            }
            match key.downcast_exact::<Str>() {
                Some(other) => Some(other.get(heap).same(text.get(heap))),
                None => key.is_small_int().then_some(false),
            }
        })
    }
    /// Looks a small int up; undecided as above.
    #[inline(never)]
    pub(crate) fn find_small(&self, small: &Value, hash: i64) -> Plain {
        self.find_plain(hash, |key| {
            if key.is(small) {
                return Some(true);
            }
            (key.is_small_int() || key.is_exact::<Str>()).then_some(false)
        })
    }
    /// Whether probes started before are still good: entries and index lie where they lay.
    #[inline]
    pub(crate) fn layout(&self) -> (usize, usize) {
        (self.entries.as_ptr() as usize, self.index.len())
    }
    /// Starts looking for a hash.
    #[inline]
    pub fn start(&self, hash: i64) -> Probe {
        Probe { hash, slot: 0, perturb: hash as u64, started: false }
    }
    /// The next entry of equal hash, as its index.
    #[inline]
    pub fn probe(&self, p: &mut Probe) -> Option<usize> {
        if let Index::None = self.index {
            while p.slot < self.entries.len() {
                let i = p.slot;
                p.slot += 1;
                if self.entries[i].hash == p.hash && self.entries[i].key.is_some() {
                    return Some(i);
                }
            }
            return None;
        }
        let mask = self.mask();
        if !p.started {
            p.started = true;
            p.slot = p.hash as usize & mask;
        }
        loop {
            let i = self.index.get(p.slot);
            p.perturb >>= 5;
            p.slot = (p.slot.wrapping_mul(5).wrapping_add(p.perturb as usize).wrapping_add(1)) & mask;
            match i {
                EMPTY_SLOT => return None,
                DELETED_SLOT => {}
                i => {
                    if self.entries[i as usize].hash == p.hash {
                        return Some(i as usize);
                    }
                }
            }
        }
    }
    /// An empty table with room for some entries.
    pub fn with_room(entries: usize) -> Table<V> {
        let mut table = Table::default();
        if entries != 0 {
            table.entries.reserve_exact(entries);
            table.rebuild(entries);
        }
        table
    }
    /// Appends an entry whose key is known to be absent; its index.
    pub fn push(&mut self, hash: i64, key: Value, value: V) -> usize {
        self.changed();
        if !self.has_room() {
            self.make_room(1);
        }
        let i = self.entries.len();
        self.entries.push(Entry { hash, key: Some(key), value });
        self.live += 1;
        self.index_entry(hash, i);
        i
    }
    /// Whether another entry fits without growth.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        let capacity = self.index_capacity();
        self.entries.len() < self.entries.capacity() && self.entries.len() < capacity && self.filled < capacity
    }
    #[inline]
    fn changed(&mut self) {
        self.mutations = self.mutations.wrapping_add(1);
        self.version = 0;
    }
    fn index_capacity(&self) -> usize {
        match self.index {
            Index::None => SMALL,
            _ => self.index.len() / 3 * 2,
        }
    }
    /// Notes an entry in the index.
    #[inline]
    fn index_entry(&mut self, hash: i64, i: usize) {
        let was_empty = match &mut self.index {
            Index::None => false,
            Index::Narrow(t) => place(t, hash, i as u8),
            Index::Medium(t) => place(t, hash, i as u16),
            Index::Wide(t) => place(t, hash, i as u32),
        };
        self.filled += usize::from(was_empty);
    }
    /// Makes room for `more` entries, dropping deleted ones.
    pub fn make_room(&mut self, more: usize) {
        let wanted = self.live + more;
        if self.live < self.entries.len() {
            self.entries.retain(|e| e.key.is_some());
            self.front = 0;
            self.changed();
        }
        // Small tables grow by half: they are many, and most stop growing early. Those that went on double, up to
        // where the memory left unused would tell.
        let growth = if (DOUBLING_FROM..DOUBLING_TO).contains(&self.live) { self.live } else { self.live / 2 };
        let target = if wanted <= 4 { 4 } else { wanted.max(self.live + growth).max(SMALL) };
        if self.entries.capacity() < target {
            self.entries.reserve_exact(target - self.entries.len());
        }
        self.rebuild(wanted.max(self.entries.capacity()));
    }
    fn rebuild(&mut self, room: usize) {
        self.filled = 0;
        if room <= SMALL {
            self.index = Index::None;
            return;
        }
        let size = (room * 3 / 2 + 1).next_power_of_two();
        self.index = if size <= 0x100 && room < 0xFE {
            Index::Narrow(vec![u8::MAX; size].into())
        } else if size <= 0x10000 && room < 0xFFFE {
            Index::Medium(vec![u16::MAX; size].into())
        } else {
            Index::Wide(vec![EMPTY_SLOT; size].into())
        };
        for i in 0..self.entries.len() {
            if self.entries[i].key.is_some() {
                self.index_entry(self.entries[i].hash, i);
            }
        }
    }
    /// Removes entry `i`; its key and what `take` leaves of the value.
    pub fn remove(&mut self, i: usize, replacement: V) -> Option<(Value, V)> {
        let entry = self.entries.get_mut(i)?;
        let key = entry.key.take()?;
        let hash = entry.hash;
        let value = std::mem::replace(&mut entry.value, replacement);
        self.live -= 1;
        self.changed();
        if !matches!(self.index, Index::None) {
            let mask = self.mask();
            let (mut slot, mut perturb) = (hash as usize & mask, hash as u64);
            loop {
                match self.index.get(slot) {
                    EMPTY_SLOT => break,
                    found if found as usize == i => {
                        self.index.set(slot, DELETED_SLOT);
                        break;
                    }
                    _ => {}
                }
                perturb >>= 5;
                slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
            }
        }
        Some((key, value))
    }
    /// Removes the last entry `i`; `popitem` in a loop stays linear because the holes behind it go as well. Other
    /// removals leave holes, so that an iterator notices entries that were added in their place.
    pub fn remove_last(&mut self, i: usize, replacement: V) -> Option<(Value, V)> {
        let removed = self.remove(i, replacement);
        while self.entries.last().is_some_and(|e| e.key.is_none()) {
            self.entries.pop();
        }
        self.front = self.front.min(self.entries.len());
        removed
    }
    /// Empties the table; the entries, for the caller to drop once nothing is borrowed.
    pub fn take_all(&mut self) -> Vec<Entry<V>> {
        self.changed();
        self.live = 0;
        self.front = 0;
        self.filled = 0;
        self.index = Index::None;
        std::mem::take(&mut self.entries)
    }
    /// Bytes held.
    pub fn size(&self) -> usize {
        let index = match &self.index {
            Index::None => 0,
            Index::Narrow(t) => t.len(),
            Index::Medium(t) => t.len() * 2,
            Index::Wide(t) => t.len() * 4,
        };
        self.entries.capacity() * size_of::<Entry<V>>() + index
    }
}

impl<V: Clone> Table<V> {
    /// A copy without deleted entries.
    pub fn duplicate(&self) -> Table<V> {
        let mut entries = Vec::with_capacity(self.live);
        for e in &self.entries {
            if let Some(key) = &e.key {
                entries.push(Entry { hash: e.hash, key: Some(key.clone()), value: e.value.clone() });
            }
        }
        let mut table = Table { entries, index: Index::None, live: self.live, front: 0, filled: 0, mutations: 0, version: 0 };
        table.rebuild(table.live);
        table
    }
}
