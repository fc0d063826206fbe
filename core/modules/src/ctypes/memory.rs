//! Memory behind `ctypes` objects: blocks that they own, and bytes at addresses that only the program vouches for.
//!
//! `ctypes` lets Python read and write wherever a pointer points; that it points to something is the program's word, as
//! in C. This file is where the core follows raw addresses, and it never follows null.

#![allow(unsafe_code, reason = "the addresses are the program's")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "whatever the program gives is followed: that is what ctypes is")]

use super::info::{Info, Model, Scope};
use super::isolated::Home;
use krait_vm::Value;
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr;
use std::rc::Rc;

/// Zeroed memory that keeps its address until it is dropped.
pub struct Block {
    start: *mut u8,
    layout: Layout,
}

impl Block {
    /// `None` when there is not so much memory.
    pub fn new(size: usize, align: usize) -> Option<Block> {
        let align = align.max(16).checked_next_power_of_two()?;
        let layout = Layout::from_size_align(size.max(1), align).ok()?;
        // SAFETY: the layout is not empty.
        let start = unsafe { alloc_zeroed(layout) };
        if start.is_null() { None } else { Some(Block { start, layout }) }
    }
    pub fn start(&self) -> *mut u8 {
        self.start
    }
    pub fn size(&self) -> usize {
        self.layout.size()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout.
        unsafe { dealloc(self.start, self.layout) }
    }
}

/// The number at an address.
#[inline(always)]
pub fn read<T: Copy + Default>(at: *const u8) -> T {
    if at.is_null() {
        return T::default();
    }
    // SAFETY: the program's word; numbers are read at any alignment, and any bits are one.
    unsafe { ptr::read_unaligned(at as *const T) }
}
/// Puts a number at an address.
#[inline(always)]
pub fn write<T: Copy>(at: *mut u8, value: T) {
    if !at.is_null() {
        // SAFETY: as in `read`.
        unsafe { ptr::write_unaligned(at as *mut T, value) }
    }
}
/// The bytes at an address.
pub fn bytes<'a>(at: *const u8, len: usize) -> &'a [u8] {
    if at.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: the program's word. The result is copied or handed to the buffer protocol, whose token bounds its life.
    unsafe { std::slice::from_raw_parts(at, len) }
}
/// As `bytes`, to be written to.
pub fn bytes_mut<'a>(at: *mut u8, len: usize) -> &'a mut [u8] {
    if at.is_null() || len == 0 {
        return &mut [];
    }
    // SAFETY: as in `bytes`.
    unsafe { std::slice::from_raw_parts_mut(at, len) }
}
/// Copies bytes between places that may overlap.
pub fn copy(from: *const u8, to: *mut u8, len: usize) {
    if !from.is_null() && !to.is_null() {
        // SAFETY: the program's word for both ends.
        unsafe { ptr::copy(from, to, len) }
    }
}
/// Copies a slice to an address.
pub fn put(to: *mut u8, data: &[u8]) {
    copy(data.as_ptr(), to, data.len());
}
/// How many items there are before a zero.
pub fn length_to_zero<T: Copy + Default + PartialEq>(at: *const u8) -> usize {
    let mut n = 0;
    while !at.is_null() && read::<T>(at.wrapping_add(n * size_of::<T>())) != T::default() {
        n += 1;
    }
    n
}

/// The object whose word stands at an address (`py_object`); `None` for null.
pub fn object_at(at: *const u8) -> Option<Value> {
    object_of(read(at))
}
/// The object that a word stands for.
pub fn object_of(word: u64) -> Option<Value> {
    if word == 0 {
        return None;
    }
    // SAFETY: the program's word that the object is alive; the reference counted here is a new one.
    let borrowed = unsafe { std::mem::ManuallyDrop::new(Value::from_bits(word)) };
    Some(Value::clone(&borrowed))
}
/// An object whose reference a callee handed over.
pub fn owned_object(word: u64) -> Option<Value> {
    if word == 0 {
        return None;
    }
    // SAFETY: as above, and the reference is the caller's.
    Some(unsafe { Value::from_bits(word) })
}
/// Counts a reference that nobody owns, or drops one.
pub fn leak(value: &Value) {
    std::mem::forget(value.clone());
}

/// What holds the bytes of an object.
pub(super) enum Storage {
    /// Another object, the object's own small room, or nobody known.
    Elsewhere,
    Block(Block),
    /// Bytes that may lie in a module's memory: of the object, or of one that it is part of.
    Home(Rc<Home>),
    Shared(Rc<Home>),
}

/// Objects of all C types. Where the bytes are, whose they are, and what must live as long as they do.
pub struct CData {
    /// The bytes; null when nobody has any. With a home: where they begin in it.
    pub(super) start: *mut u8,
    pub size: usize,
    pub info: Rc<Info>,
    /// Room for small values: objects do not move.
    pub small: [u64; 2],
    pub(super) storage: Storage,
    /// The object whose bytes these are, and which of its members or items.
    pub base: Option<Value>,
    pub index: usize,
    /// What the bytes point to, as `_objects` shows it.
    pub objects: Option<Value>,
    /// C's copies of strings among that, under the same keys.
    pub strings: Option<Value>,
    pub function: Option<Box<super::function::Function>>,
}

impl CData {
    #[inline(always)]
    pub(super) fn home(&self) -> Option<&Rc<Home>> {
        match &self.storage {
            Storage::Home(home) | Storage::Shared(home) => Some(home),
            Storage::Elsewhere | Storage::Block(_) => None,
        }
    }
    /// The bytes, to be read.
    #[inline(always)]
    pub fn at(&self) -> *mut u8 {
        self.reading().0
    }
    /// The bytes, to be written.
    #[inline(always)]
    pub fn at_mut(&self) -> *mut u8 {
        if self.info.model == Model::Lp64 {
            return self.start;
        }
        self.writing_home()
    }
    #[inline(never)]
    fn writing_home(&self) -> *mut u8 {
        match self.home() {
            None => std::ptr::null_mut(),
            Some(home) => home.bytes_mut(self.start as usize),
        }
    }
    /// The bytes, and how the values in them are read.
    #[inline(always)]
    pub fn reading(&self) -> (*mut u8, Scope) {
        // Objects of the process have no home.
        if self.info.model == Model::Lp64 {
            return (self.start, Scope::of(Model::Lp64));
        }
        self.reading_home()
    }
    #[inline(never)]
    fn reading_home(&self) -> (*mut u8, Scope) {
        match self.home() {
            None => (std::ptr::null_mut(), Scope::of(Model::Ilp32)),
            Some(home) => (home.bytes(self.start as usize), Scope { model: Model::Ilp32, memory: home.memory_number() }),
        }
    }
    /// Whether the bytes are its own, and not part of another object's.
    pub fn owns_bytes(&self) -> bool {
        match &self.storage {
            Storage::Block(_) | Storage::Home(_) => true,
            Storage::Shared(_) => false,
            Storage::Elsewhere => self.start.cast_const() == self.small.as_ptr().cast(),
        }
    }
}

// SAFETY: every reference owned is visited.
unsafe impl krait_vm::Payload for CData {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.base.iter().for_each(&mut *visit);
        self.objects.iter().for_each(&mut *visit);
        self.strings.iter().for_each(&mut *visit);
        if let Some(f) = &self.function {
            f.visit(visit);
        }
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        // The base stays: the bytes are in it.
        out.extend(self.objects.take());
        out.extend(self.strings.take());
        if let Some(f) = &mut self.function {
            f.clear(out);
        }
    }
    fn external_size(&self) -> usize {
        match &self.storage {
            Storage::Block(block) => block.size(),
            Storage::Home(home) => home.size(),
            Storage::Elsewhere | Storage::Shared(_) => 0,
        }
    }
}
