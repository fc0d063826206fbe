//! The cycle collector: trial deletion over all containers.
//!
//! Counts that other containers account for are subtracted; what keeps a count is reachable from outside (frames,
//! Rust handles, immediates' tables), and so is everything it reaches. The rest is garbage. No root scan is needed,
//! so it works on wasm, where native stacks cannot be read. Finalisers and weak references of garbage are the
//! interpreter's business (`Vm::collect_garbage`).

use super::{Header, Heap, flags};
use crate::value::Value;
use std::collections::HashSet;

/// Settings and statistics of the collector (`gc` module).
#[derive(Clone, Debug)]
pub struct GcState {
    pub enabled: bool,
    pub collecting: bool,
    /// `gc.set_threshold`.
    pub threshold: [usize; 3],
    /// Containers alive after the last collection.
    pub survivors: usize,
    pub collections: usize,
    pub collected: usize,
    pub debug: u32,
    /// What [`Heap::note_start`] found.
    known: HashSet<(usize, u32)>,
    tables: Tables,
}

impl Default for GcState {
    fn default() -> GcState {
        GcState { enabled: true, collecting: false, threshold: [2000, 10, 0], survivors: 2 * BEFORE_START, collections: 0, collected: 0, debug: 0, known: HashSet::new(), tables: Tables::default() }
    }
}

/// Tables of at most so many entries are kept for the next collection: memory taken and given back again and again does
/// not always come from the same place.
const KEPT: usize = 1 << 18;

/// What a collection works with; empty in between.
#[derive(Clone, Debug, Default)]
struct Tables {
    objects: Vec<*mut Header>,
    /// By slot: see `unreachable_among`.
    counts: Vec<i32>,
}

/// A collection looks at all containers, and a start leaves some eight thousand: fewer new ones are not worth it.
const FEWEST: usize = 6_000;
/// A start makes no garbage to speak of.
const BEFORE_START: usize = 20_000;

impl Heap {
    /// Whether enough containers are alive that were made since the last collection to be worth another.
    pub(crate) fn collection_due(&self) -> bool {
        self.gc.enabled && !self.gc.collecting && self.gc.threshold[0] > 0 && self.containers_since_gc() > self.containers_worth_a_collection()
    }
    fn containers_worth_a_collection(&self) -> usize {
        self.gc.threshold[0].max(FEWEST).max(self.gc.survivors)
    }

    /// Finds containers that only each other refer to. Each is returned with a reference held.
    pub(crate) fn find_garbage(&mut self) -> Vec<Value> {
        let mut objects = std::mem::take(&mut self.gc.tables.objects);
        objects.reserve_exact(self.gc.survivors + self.containers_since_gc());
        self.for_each_object(|object| {
            if self.is_container(object) {
                objects.push(object);
            }
        });
        self.gc.survivors = objects.len();
        self.reset_containers_since_gc();
        let garbage = self.unreachable_among(&objects, 0);
        objects.clear();
        if objects.capacity() <= KEPT {
            self.gc.tables.objects = objects;
        }
        self.gc.survivors -= garbage.len();
        self.set_collection_alarm(self.containers_worth_a_collection());
        garbage
    }

    /// The members of `objects` that nothing outside of `objects` refers to, directly or not. `held` is how many
    /// references to each the caller itself holds.
    #[allow(unsafe_code, reason = "reads the headers of live objects")]
    pub(crate) fn unreachable_among(&mut self, objects: &[*mut Header], held: u32) -> Vec<Value> {
        // Per slot: absent from `objects`, known to be reachable, or the references not yet accounted for.
        const ABSENT: i32 = i32::MIN;
        const REACHED: i32 = i32::MAX;
        let mut counts = std::mem::take(&mut self.gc.tables.counts);
        counts.clear();
        counts.resize(self.number_pages(), ABSENT);
        for &object in objects {
            // SAFETY: all are live objects.
            counts[self.slot_number(object)] = unsafe { (*object).count() }.saturating_sub(held).min(i32::MAX as u32 - 1) as i32;
        }
        for &object in objects {
            self.traverse_object(object, &mut |child| {
                if let Some(pointer) = child.header_ptr() {
                    let count = &mut counts[self.slot_number(pointer)];
                    if *count != ABSENT {
                        *count -= 1;
                    }
                }
            });
        }
        let mut stack: Vec<*mut Header> = Vec::new();
        for &object in objects {
            let count = &mut counts[self.slot_number(object)];
            if *count > 0 && *count != REACHED {
                *count = REACHED;
                stack.push(object);
                while let Some(object) = stack.pop() {
                    self.traverse_object(object, &mut |child| {
                        if let Some(pointer) = child.header_ptr() {
                            let count = &mut counts[self.slot_number(pointer)];
                            if *count != ABSENT && *count != REACHED {
                                *count = REACHED;
                                stack.push(pointer);
                            }
                        }
                    });
                }
            }
        }
        let unreached = objects.iter().filter(|&&object| counts[self.slot_number(object)] != REACHED);
        let mut garbage = Vec::with_capacity(unreached.clone().count());
        garbage.extend(unreached.map(|&object| {
            // SAFETY: the object is live; the new reference is counted.
            unsafe {
                (*object).increment();
                Value::from_owned(object)
            }
        }));
        if counts.capacity() <= KEPT {
            self.gc.tables.counts = counts;
        }
        garbage
    }

    /// Objects whose end a program can notice, by address and type: they have a finaliser still to run, or weak
    /// references. Garbage may hold them without their being containers.
    #[allow(unsafe_code, reason = "looks at live objects")]
    fn for_each_noticeable(&self, mut f: impl FnMut((usize, u32))) {
        self.for_each_object(|object| {
            // SAFETY: the object is live; the value counts no reference and drops none.
            unsafe {
                let (header, type_id) = (&*object, (*object).type_id);
                let info = self.info(type_id);
                if info.flags & flags::FINALIZER == 0 && !header.has_weakrefs() {
                    return;
                }
                let value = std::mem::ManuallyDrop::new(Value::from_owned(object));
                let finaliser = info.flags & flags::FINALIZER != 0 && !header.is_finalized() && info.needs_finalizer.is_none_or(|check| check(&value));
                if finaliser || header.has_weakrefs() {
                    f((object as usize, type_id));
                }
            }
        });
    }
    /// Remembers the noticeable objects that every start makes, and that its containers are here to stay.
    pub fn note_start(&mut self) {
        self.gc.survivors = self.containers_since_gc();
        self.reset_containers_since_gc();
        self.set_collection_alarm(self.containers_worth_a_collection());
        let mut known = HashSet::new();
        self.for_each_noticeable(|object| {
            known.insert(object);
        });
        self.gc.known = known;
    }
    /// Whether a last collection can do anything but free memory: the program has made something noticeable, or asked
    /// the collector to keep garbage.
    pub fn last_collection_matters(&self) -> bool {
        let mut matters = self.gc.debug != 0 || self.gc.known.is_empty();
        self.for_each_noticeable(|object| matters |= !self.gc.known.contains(&object));
        matters
    }

    #[allow(unsafe_code, reason = "reads the header of a live object")]
    pub(crate) fn is_container(&self, object: *mut Header) -> bool {
        // SAFETY: the caller passes live objects.
        self.info(unsafe { (*object).type_id }).flags & flags::CONTAINER != 0
    }
}

#[allow(unsafe_code, reason = "walks live objects")]
impl Heap {
    /// Containers made since the last collection.
    pub fn containers_made(&self) -> usize {
        self.containers_since_gc()
    }
    /// Whether the collector looks at an object.
    pub fn is_tracked(&self, value: &Value) -> bool {
        value.header_ptr().is_some_and(|p| self.is_container(p))
    }
    /// Whether the object's finaliser ran.
    pub fn was_finalized(&self, value: &Value) -> bool {
        value.header().is_some_and(|h| h.is_finalized())
    }
    /// Everything the collector looks at.
    pub fn tracked_objects(&self) -> Vec<Value> {
        let mut found = Vec::new();
        self.for_each_object(|object| {
            if self.is_container(object) {
                // SAFETY: the object is live; the new reference is counted.
                unsafe {
                    if (*object).count() > 0 {
                        (*object).increment();
                        found.push(Value::from_owned(object));
                    }
                }
            }
        });
        found
    }
    /// What an object owns.
    pub fn referents(&self, value: &Value) -> Vec<Value> {
        let mut found = Vec::new();
        if let Some(pointer) = value.header_ptr() {
            self.traverse_object(pointer, &mut |child| found.push(child.clone()));
        }
        found
    }
    /// The containers that own one of these objects.
    pub fn referrers(&self, targets: &[Value]) -> Vec<Value> {
        let mut found = Vec::new();
        self.for_each_object(|object| {
            if !self.is_container(object) {
                return;
            }
            let mut refers = false;
            self.traverse_object(object, &mut |child| refers |= child.header_ptr().is_some() && targets.iter().any(|t| t.is(child)));
            if refers {
                // SAFETY: as above.
                unsafe {
                    (*object).increment();
                    found.push(Value::from_owned(object));
                }
            }
        });
        found
    }
}
