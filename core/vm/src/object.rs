//! `Ref<T>`: an owned reference to a heap object whose Rust payload is `T`, and the `Payload` trait behind it.
//!
//! A borrow of a payload lives as long as both the reference and the token it was made from: `get` takes any
//! shared token (`&Heap`, `&Vm`), `get_mut` an exclusive one. Code that may run Python needs `&mut Vm`, so no
//! borrow survives it. Instances of Python subclasses of a builtin type carry the same payload.

#![allow(unsafe_code, reason = "payloads are found behind the object header")]

use crate::heap::{Heap, Header};
use crate::value::Value;
use std::marker::PhantomData;

/// The Rust data of a builtin type's objects, stored right after the header.
///
/// # Safety
/// `traverse` visits every `Value` the payload owns, each as often as it is owned.
pub unsafe trait Payload: Sized + 'static {
    /// The type id when the type is one of the core's (see `types::id`), or 0 for types registered at run time.
    const FIXED_ID: u32 = 0;

    /// Visits every reference owned, for the cycle collector.
    fn traverse(&self, visit: &mut dyn FnMut(&Value));

    /// Moves references out so that a garbage cycle falls apart. Types that cannot close a cycle need none.
    fn clear(&mut self, _out: &mut Vec<Value>) {}

    /// Bytes owned outside the object, counted against the memory quota.
    fn external_size(&self) -> usize {
        0
    }
}

/// Which Rust type a payload is, in a word that code can compare in one instruction: a part of its `TypeId`. The heap
/// checks that no two payloads share theirs when it first hears of a type ([`Heap::new_info`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PayloadKey(u32);

impl PayloadKey {
    /// Of no payload.
    pub const NONE: PayloadKey = PayloadKey(0);

    #[inline(always)]
    pub fn of<T: Payload>() -> PayloadKey {
        // SAFETY: a `TypeId` is sixteen bytes, all of them initialised.
        let words: [u32; 4] = unsafe { std::mem::transmute(std::any::TypeId::of::<T>()) };
        PayloadKey(words[0])
    }
}

/// An owned reference to an object with payload `T`.
#[repr(transparent)]
pub struct Ref<T> {
    value: Value,
    payload: PhantomData<*const T>,
}

/// What can lend the heap: the tokens.
pub trait Token {
    fn heap(&self) -> &Heap;
}
pub trait TokenMut: Token {
    fn heap_mut(&mut self) -> &mut Heap;
}
impl Token for Heap {
    #[inline(always)]
    fn heap(&self) -> &Heap {
        self
    }
}
impl TokenMut for Heap {
    #[inline(always)]
    fn heap_mut(&mut self) -> &mut Heap {
        self
    }
}

impl Token for Box<Heap> {
    #[inline(always)]
    fn heap(&self) -> &Heap {
        self
    }
}
impl TokenMut for Box<Heap> {
    #[inline(always)]
    fn heap_mut(&mut self) -> &mut Heap {
        self
    }
}

impl<T: Payload> Ref<T> {
    /// # Safety
    /// The value's object has payload `T`.
    #[inline(always)]
    pub unsafe fn from_value_unchecked(value: Value) -> Ref<T> {
        Ref { value, payload: PhantomData }
    }
    /// # Safety
    /// The value's object has payload `T`.
    #[inline(always)]
    pub unsafe fn from_value_ref_unchecked(value: &Value) -> &Ref<T> {
        // SAFETY: `Ref` is a transparent wrapper of `Value`; the payload is right by contract.
        unsafe { &*(value as *const Value as *const Ref<T>) }
    }
    #[inline(always)]
    pub fn address(&self) -> *mut T {
        self.payload_ptr()
    }
    #[inline(always)]
    pub(crate) fn payload_ptr(&self) -> *mut T {
        // SAFETY: the payload follows the 8-byte header inside the same allocation.
        unsafe { self.value.as_ptr().add(1) as *mut T }
    }
    /// Borrows the payload. The token shows that nothing mutates it meanwhile.
    #[inline(always)]
    pub fn get<'a>(&'a self, _token: &'a impl Token) -> &'a T {
        // SAFETY: the reference keeps the object alive; exclusive borrows need an exclusive token, which cannot
        // coexist with this shared one.
        unsafe { &*self.payload_ptr() }
    }
    /// Borrows the payload exclusively.
    #[inline(always)]
    pub fn get_mut<'a>(&'a self, _token: &'a mut impl TokenMut) -> &'a mut T {
        // SAFETY: the token is borrowed exclusively for as long as the result lives.
        unsafe { &mut *self.payload_ptr() }
    }
    #[inline(always)]
    pub fn as_value(&self) -> &Value {
        &self.value
    }
    /// A new reference as a plain value.
    #[inline(always)]
    pub fn to_value(&self) -> Value {
        self.value.clone()
    }
    #[inline(always)]
    pub fn into_value(self) -> Value {
        self.value
    }
    #[inline(always)]
    pub fn is(&self, other: &Ref<T>) -> bool {
        self.value.is(&other.value)
    }
}

impl<T> Ref<T> {
    /// The word itself, for the cycle collector.
    pub(crate) fn word(&self) -> &Value {
        &self.value
    }
}

impl<T> Clone for Ref<T> {
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn clone(&self) -> Ref<T> {
        Ref { value: self.value.clone(), payload: PhantomData }
    }
}
impl<T> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}
impl<T> From<Ref<T>> for Value {
    #[inline(always)]
    fn from(r: Ref<T>) -> Value {
        r.value
    }
}

impl Value {
    /// The type id of any value, immediates included.
    #[inline(always)]
    pub fn type_id(&self) -> u32 {
        match self.header() {
            Some(header) => header.type_id,
            None => self.immediate_type_id(),
        }
    }
    fn immediate_type_id(&self) -> u32 {
        use crate::types::id;
        if self.is_small_int() {
            id::INT
        } else if self.is_float() {
            id::FLOAT
        } else if self.is_bool() {
            id::BOOL
        } else if self.is_none() {
            id::NONE
        } else if self.is_not_implemented() {
            id::NOT_IMPLEMENTED
        } else {
            id::ELLIPSIS
        }
    }
    /// Whether the object's payload is a `T` (exact type or any subtype).
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub fn has_payload<T: Payload>(&self, token: &impl Token) -> bool {
        match self.header() {
            Some(header) => {
                (T::FIXED_ID != 0 && header.type_id == T::FIXED_ID)
                    || token.heap().info(header.type_id).payload == PayloadKey::of::<T>()
            }
            None => false,
        }
    }
    /// Whether the object is exactly of the core type with payload `T`, no subtype.
    #[inline(always)]
    pub fn is_exact<T: Payload>(&self) -> bool {
        T::FIXED_ID != 0 && self.header().is_some_and(|h| h.type_id == T::FIXED_ID)
    }
    /// The typed reference, when the payload is a `T` (exact type or subtype).
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub fn downcast<'a, T: Payload>(&'a self, token: &impl Token) -> Option<&'a Ref<T>> {
        if self.has_payload::<T>(token) {
            // SAFETY: just checked.
            Some(unsafe { Ref::from_value_ref_unchecked(self) })
        } else {
            None
        }
    }
    /// The typed reference, when the object is exactly of the core type with payload `T`.
    #[inline(always)]
    pub fn downcast_exact<T: Payload>(&self) -> Option<&Ref<T>> {
        if self.is_exact::<T>() {
            // SAFETY: just checked.
            Some(unsafe { Ref::from_value_ref_unchecked(self) })
        } else {
            None
        }
    }
    /// As `downcast`, taking the value.
    pub fn downcast_into<T: Payload>(self, token: &impl Token) -> Result<Ref<T>, Value> {
        if self.has_payload::<T>(token) {
            // SAFETY: just checked.
            Ok(unsafe { Ref::from_value_unchecked(self) })
        } else {
            Err(self)
        }
    }
    /// A `Value` slice's words are the owned references themselves: how registers are viewed.
    pub(crate) fn header_ptr(&self) -> Option<*mut Header> {
        if self.is_heap() { Some(self.as_ptr()) } else { None }
    }
}
