//! Weak references and proxies: storage, and the table from referents to their weak references.
//!
//! The referent's word is held without a count; it is forgotten when the object is finalised
//! (`Vm::finalize_object`), before its memory goes.

use crate::heap::Heap;
use crate::object::{Payload, Ref};
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use rustc_hash::FxHashMap;

/// The payload of `weakref.ref` and the proxies.
pub struct WeakRef {
    /// Word of the referent, 0 when it is gone.
    referent: u64,
    pub callback: Option<Value>,
    pub hash: Option<i64>,
}

#[allow(unsafe_code, reason = "visits the callback only: the referent is not owned")]
// SAFETY: the only owned reference is visited.
unsafe impl Payload for WeakRef {
    const FIXED_ID: u32 = id::WEAKREF;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.callback.iter().for_each(visit);
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.callback.take());
    }
}

/// Words of the weak references of each referent, oldest first; entries of dead weak references are skipped.
#[derive(Default)]
pub(crate) struct WeakTable {
    by_referent: FxHashMap<u64, Vec<u64>>,
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        // The table is cleaned when the referent dies or is asked for its references: see `live`.
        self.referent = 0;
    }
}

#[allow(unsafe_code, reason = "words of weak references become references again while their objects live")]
impl Heap {
    /// The referent, if it is alive.
    pub fn weak_referent(&self, weak: &Ref<WeakRef>) -> Option<Value> {
        let bits = weak.get(self).referent;
        if bits == 0 {
            return None;
        }
        // SAFETY: the word is wiped before the referent's memory is freed; the clone counts the new reference.
        unsafe {
            let value = std::mem::ManuallyDrop::new(Value::from_bits(bits));
            if value.ref_count() == 0 { None } else { Some(Value::clone(&value)) }
        }
    }
}

impl Vm {
    /// A new weak reference of type `type_id` to `referent` (whose type allows it).
    pub fn new_weakref(&mut self, type_id: u32, referent: &Value, callback: Option<Value>) -> Ref<WeakRef> {
        let weak = self.heap.alloc_typed(type_id, WeakRef { referent: referent.bits(), callback, hash: None });
        if let Some(header) = referent.header() {
            header.set_weakrefs(true);
        }
        // The weak reference itself must leave the table when it dies: it has the weak-reference flag too.
        if let Some(header) = weak.as_value().header() {
            header.set_weakrefs(true);
        }
        let table = &mut self.state::<WeakTable>().by_referent;
        table.entry(referent.bits()).or_default().push(weak.as_value().bits());
        weak
    }
    /// Forgets a dying weak reference.
    pub(crate) fn forget_weakref(&mut self, weak: &Value) {
        let Some(w) = weak.downcast::<WeakRef>(&self.heap) else { return };
        let referent = w.get(&self.heap).referent;
        let bits = weak.bits();
        let table = &mut self.state::<WeakTable>().by_referent;
        if let Some(list) = table.get_mut(&referent) {
            list.retain(|&b| b != bits);
            if list.is_empty() {
                table.remove(&referent);
            }
        }
    }
    /// The live weak references to an object.
    #[allow(unsafe_code, reason = "words in the table belong to live weak references")]
    pub fn weakrefs_of(&mut self, referent: &Value) -> Vec<Value> {
        let bits = self.state::<WeakTable>().by_referent.get(&referent.bits()).cloned().unwrap_or_default();
        bits.into_iter()
            .map(|b| {
                // SAFETY: weak references leave the table before their memory is freed.
                unsafe { Value::clone(&std::mem::ManuallyDrop::new(Value::from_bits(b))) }
            })
            .collect()
    }
    /// Cuts all weak references to a dying object; those with callbacks are returned, newest first.
    pub(crate) fn clear_weakrefs(&mut self, referent: &Value) -> Vec<(Value, Value)> {
        let references = self.weakrefs_of(referent);
        self.state::<WeakTable>().by_referent.remove(&referent.bits());
        if let Some(header) = referent.header() {
            header.set_weakrefs(false);
        }
        let mut callbacks = Vec::new();
        for weak in references.into_iter().rev() {
            if let Some(w) = weak.downcast::<WeakRef>(&self.heap).cloned() {
                let payload = w.get_mut(self);
                payload.referent = 0;
                if let Some(callback) = payload.callback.take() {
                    callbacks.push((weak, callback));
                }
            }
        }
        callbacks
    }
}
