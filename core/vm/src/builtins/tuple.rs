//! `tuple`: storage. Items follow the payload in memory when they are few, else they live in a box.

#![allow(unsafe_code, reason = "the items follow the payload in memory")]

use crate::builtins::list::drop_from_last;
use crate::heap::Heap;
use crate::object::{Payload, Ref, Token};
use crate::types::id;
use crate::value::{BITS_UNBOUND, Value};
use krait_macros::Traverse;

/// Tuples up to this length are stored inline.
const INLINE: usize = 48;
pub(crate) const EXTERNAL: u32 = 1 << 31;

/// The payload of `tuple`; `len` with the top bit set means that a boxed slice follows instead of the items.
#[repr(C)]
pub struct Tuple {
    len: u64,
}

// SAFETY: all items are visited.
unsafe impl Payload for Tuple {
    const FIXED_ID: u32 = id::TUPLE;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.items().iter().for_each(visit);
    }
    fn external_size(&self) -> usize {
        if self.is_external() { self.items().len() * 8 } else { 0 }
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        // SAFETY: the items are owned and not used afterwards.
        unsafe {
            if self.is_external() {
                let items = Box::from_raw(std::ptr::slice_from_raw_parts_mut(self.external(), self.len()));
                drop_from_last(&mut items.into_vec());
            } else {
                let items = self.tail() as *mut Value;
                for n in (0..self.len()).rev() {
                    std::ptr::drop_in_place(items.add(n));
                }
            }
        }
    }
}

impl Tuple {
    fn is_external(&self) -> bool {
        self.len & EXTERNAL as u64 != 0
    }
    #[inline(always)]
    fn tail(&self) -> *const Value {
        // SAFETY: tuples are allocated with their tail behind the payload.
        unsafe { (self as *const Tuple).add(1) as *const Value }
    }
    fn external(&self) -> *mut Value {
        // SAFETY: only called when EXTERNAL is set: the tail holds the pointer.
        unsafe { *(self.tail() as *const *mut Value) }
    }
    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.len & !(EXTERNAL as u64)) as usize
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        let data = if self.is_external() { self.external() as *const Value } else { self.tail() };
        // SAFETY: `len` items are stored there.
        unsafe { std::slice::from_raw_parts(data, self.len()) }
    }
}

/// The payload of the descriptor that gives a named tuple's field: the item at an index.
#[derive(Traverse)]
pub struct TupleGetter {
    pub index: usize,
    pub doc: Value,
}

/// What a tuple can be made of: items that move in.
pub trait TupleItems: Sized {
    fn count(&self) -> usize;
    /// Moves all items to memory with room for them.
    ///
    /// # Safety
    /// `to` has room for `count` values.
    unsafe fn move_to(self, to: *mut Value);
    fn into_vec(self) -> Vec<Value>;
}

impl TupleItems for Vec<Value> {
    #[inline]
    fn count(&self) -> usize {
        self.len()
    }
    #[inline]
    unsafe fn move_to(mut self, to: *mut Value) {
        // SAFETY: by contract; the vector gives up the items it no longer owns.
        unsafe {
            std::ptr::copy_nonoverlapping(self.as_ptr(), to, self.len());
            self.set_len(0);
        }
    }
    fn into_vec(self) -> Vec<Value> {
        self
    }
}

impl<const N: usize> TupleItems for [Value; N] {
    #[inline]
    fn count(&self) -> usize {
        N
    }
    #[inline]
    unsafe fn move_to(self, to: *mut Value) {
        // SAFETY: by contract.
        unsafe { std::ptr::write(to as *mut [Value; N], self) }
    }
    fn into_vec(self) -> Vec<Value> {
        self.into()
    }
}

/// Registers that give up what they hold.
pub(crate) struct Registers {
    pub first: *mut u64,
    pub count: usize,
}

impl TupleItems for Registers {
    #[inline]
    fn count(&self) -> usize {
        self.count
    }
    #[inline]
    unsafe fn move_to(self, to: *mut Value) {
        // SAFETY: the registers are a live window whose owner hands them over.
        unsafe {
            for n in 0..self.count {
                *(to as *mut u64).add(n) = std::ptr::replace(self.first.add(n), BITS_UNBOUND);
            }
        }
    }
    fn into_vec(self) -> Vec<Value> {
        let mut items = Vec::with_capacity(self.count);
        // SAFETY: as above; the vector has room.
        unsafe {
            let count = self.count;
            self.move_to(items.as_mut_ptr());
            items.set_len(count);
        }
        items
    }
}

pub(crate) const TUPLE_TAIL: usize = 8;

impl Heap {
    /// A new tuple of these items.
    pub fn tuple(&mut self, items: Vec<Value>) -> Ref<Tuple> {
        self.tuple_of(items)
    }
    /// As `tuple`, from an array or registers: no vector is made on the way.
    #[inline]
    pub fn tuple_of(&mut self, items: impl TupleItems) -> Ref<Tuple> {
        let len = items.count();
        if len == 0
            && let Some(empty) = self.empty_tuple.clone()
        {
            return empty;
        }
        if len > INLINE {
            return self.tuple_typed(id::TUPLE, items.into_vec());
        }
        // SAFETY: the tail has room for the items, which are moved in at once.
        let tuple = unsafe {
            let tuple = self.alloc_tail(id::TUPLE, Tuple { len: len as u64 }, len.max(1) * 8);
            items.move_to(tuple.payload_ptr().add(1) as *mut Value);
            tuple
        };
        if len == 0 {
            self.empty_tuple = Some(tuple.clone());
        }
        tuple
    }
    /// A new tuple of clones.
    #[inline]
    pub fn tuple_from(&mut self, items: &[Value]) -> Ref<Tuple> {
        if items.is_empty() || items.len() > INLINE {
            return self.tuple(items.to_vec());
        }
        // SAFETY: as in `tuple`; each item is cloned into its place.
        unsafe {
            let tuple = self.alloc_tail(id::TUPLE, Tuple { len: items.len() as u64 }, items.len() * 8);
            let tail = tuple.payload_ptr().add(1) as *mut Value;
            for (i, item) in items.iter().enumerate() {
                std::ptr::write(tail.add(i), item.clone());
            }
            tuple
        }
    }
    /// A pair for an iterator's step: in `kept`, the pair of the step before, when nobody else holds that any more (a
    /// loop that unpacks it does not), else a new one.
    #[inline]
    pub(crate) fn next_pair(&mut self, kept: Option<&Ref<Tuple>>, pair: [Value; 2]) -> Ref<Tuple> {
        if let Some(tuple) = kept
            && tuple.as_value().is_unique()
            && tuple.get(self).len == 2
        {
            // SAFETY: the tuple's two items lie behind it, and the one reference to it is the iterator's: no borrow of
            // the items can be alive. The old items are dropped when the new ones are in place.
            let old = unsafe { std::ptr::replace(tuple.payload_ptr().add(1) as *mut [Value; 2], pair) };
            drop(old);
            return tuple.clone();
        }
        self.tuple_of(pair)
    }
    /// A tuple (or instance of a subclass): its items are always boxed, so that slots can follow.
    pub fn tuple_typed(&mut self, type_id: u32, items: Vec<Value>) -> Ref<Tuple> {
        let len = items.len();
        self.force_charge(len * 8);
        let tuple = if type_id == id::TUPLE {
            // SAFETY: the pointer is written at once below.
            unsafe { self.alloc_tail(type_id, Tuple { len: 0 }, TUPLE_TAIL) }
        } else {
            self.alloc_typed(type_id, Tuple { len: 0 })
        };
        let boxed = Box::into_raw(items.into_boxed_slice()) as *mut Value;
        // SAFETY: tuples of this kind have room for the pointer behind the payload.
        unsafe {
            *(tuple.payload_ptr().add(1) as *mut *mut Value) = boxed;
            (*tuple.payload_ptr()).len = len as u64 | EXTERNAL as u64;
        }
        tuple
    }
}

impl Ref<Tuple> {
    #[inline(always)]
    pub fn items<'a>(&'a self, token: &'a impl Token) -> &'a [Value] {
        self.get(token).items()
    }
    pub fn len(&self, token: &impl Token) -> usize {
        self.get(token).len()
    }
}
