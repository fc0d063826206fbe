//! [`Module`]: a loaded WebAssembly module with its own memory, as the host's [`Instance`] and what is known of it here.

use super::arena::{Arena, PAGE};
use super::home::{Home, WeakHome};
use super::space::PROVISIONAL;
use super::{Failure, Instance, Signature, ValueType};
use krait_vm::Vm;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A function that C can call through its table, and the callback behind it.
pub struct Installed {
    pub signature: Signature,
    pub slot: u32,
    /// The word of the thunk; 0: nobody's at the moment.
    pub thunk: u64,
}

pub struct Module {
    pub number: u32,
    pub name: String,
    pub instance: Box<dyn Instance>,
    /// Counts what may have changed the memory.
    state: Cell<u64>,
    dirty: RefCell<Option<WeakHome>>,
    /// Buffers of Python's that were passed: copied in and out around every call.
    buffers: RefCell<Vec<WeakHome>>,
    freed: RefCell<Vec<u32>>,
    arena: RefCell<Arena>,
    /// The module's own `malloc` and `free`.
    allocator: Option<(u32, u32)>,
    pub callbacks: RefCell<Vec<Installed>>,
}

impl Module {
    pub fn new(number: u32, name: String, instance: Box<dyn Instance>) -> Module {
        let own = |name: &str, params: usize, results: usize| {
            let function = instance.function(name)?;
            let signature = instance.signature(function)?;
            let words = signature.params.iter().chain(&signature.results).all(|t| *t == ValueType::I32);
            (words && signature.params.len() == params && signature.results.len() == results).then_some(function)
        };
        let allocator = own("malloc", 1, 1).zip(own("free", 1, 0));
        Module {
            number,
            name,
            instance,
            state: Cell::new(1),
            dirty: RefCell::default(),
            buffers: RefCell::default(),
            freed: RefCell::default(),
            arena: RefCell::default(),
            allocator,
            callbacks: RefCell::default(),
        }
    }

    /// Whether a place is within the memory.
    pub fn holds(&self, place: u32, size: usize) -> bool {
        u64::from(place) + size as u64 <= self.instance.memory_size().min(PROVISIONAL.into())
    }
    pub fn state(&self) -> u64 {
        self.state.get()
    }
    /// Copies of the memory are out of date; the new state.
    pub fn changed(&self) -> u64 {
        let state = self.state.get().wrapping_add(1);
        self.state.set(state);
        state
    }
    pub fn set_dirty(&self, home: &Rc<Home>) {
        let before = self.dirty.replace(Some(Rc::downgrade(home)));
        if let Some(before) = before.and_then(|b| b.upgrade())
            && !Rc::ptr_eq(&before, home)
        {
            before.flush();
        }
    }
    /// Puts back what has changed, unless it is this home's own.
    pub fn flush_others(&self, home: &Rc<Home>) {
        let other = match &*self.dirty.borrow() {
            Some(dirty) if dirty.as_ptr() != Rc::as_ptr(home) => dirty.upgrade(),
            _ => return,
        };
        *self.dirty.borrow_mut() = None;
        if let Some(other) = other {
            other.flush();
        }
    }
    fn flush(&self) {
        let dirty = self.dirty.borrow_mut().take();
        if let Some(home) = dirty.and_then(|d| d.upgrade()) {
            home.flush();
        }
    }
    pub fn add_buffer(&self, home: &Rc<Home>) {
        self.buffers.borrow_mut().push(Rc::downgrade(home));
    }
    fn live_buffers(&self) -> Vec<Rc<Home>> {
        let mut buffers = self.buffers.borrow_mut();
        buffers.retain(|b| b.strong_count() > 0);
        buffers.iter().filter_map(WeakHome::upgrade).collect()
    }
    /// Before foreign code goes on: its memory shows what Python wrote.
    pub fn enter(&self) {
        self.flush();
        self.live_buffers().iter().for_each(|b| b.put_back());
    }
    /// After foreign code has run: Python shows what it wrote.
    pub fn leave(&self) {
        self.changed();
        self.live_buffers().iter().for_each(|b| b.fetch_now());
    }

    /// The bytes at a place; `None` when they are not all in the memory.
    pub fn read(&self, place: u32, size: usize) -> Option<Vec<u8>> {
        if !self.holds(place, size) {
            return None;
        }
        self.flush();
        let mut bytes = vec![0; size];
        self.instance.read(place, &mut bytes).then_some(bytes)
    }
    /// False when the place is not within the memory.
    pub fn write(&self, place: u32, bytes: &[u8]) -> bool {
        self.flush();
        let done = self.holds(place, bytes.len()) && self.instance.write(place, bytes);
        self.changed();
        done
    }
    /// The bytes from a place to the first item that is zero; `None` when the memory ends before.
    pub fn read_to_zero(&self, place: u32, item: usize) -> Option<Vec<u8>> {
        let mut found = Vec::new();
        let mut at = place;
        loop {
            let left = self.instance.memory_size().min(PROVISIONAL.into()).saturating_sub(at.into());
            // Most strings are short.
            let size = left.min(if found.is_empty() { 64 } else { 4096 }) as usize / item * item;
            if size == 0 {
                return None;
            }
            let part = self.read(at, size)?;
            match part.chunks(item).position(|c| c.iter().all(|b| *b == 0)) {
                Some(end) => {
                    found.extend_from_slice(&part[..end * item]);
                    return Some(found);
                }
                None => found.extend_from_slice(&part),
            }
            at += size as u32;
        }
    }

    /// Room for an object: from the module's own `malloc`, or from pages that its memory grows by.
    pub fn allocate(&self, vm: &mut Vm, size: usize, align: usize) -> Result<u32, Failure> {
        let no_room = || Failure::Memory;
        let size = u32::try_from(size.max(1)).map_err(|_| no_room())?;
        self.free_pending(vm);
        if vm.has_pending() {
            return Err(Failure::Raised);
        }
        let place = match self.allocator {
            Some((malloc, _)) if align <= 8 => {
                let made = self.instance.call(vm, malloc, &[(ValueType::I32, u64::from(size))], Some(ValueType::I32));
                self.changed();
                made?.map_or(0, |place| place as u32)
            }
            _ => self.allocate_here(size)?,
        };
        if place == 0 || !self.holds(place, size as usize) {
            return Err(no_room());
        }
        Ok(place)
    }
    fn allocate_here(&self, size: u32) -> Result<u32, Failure> {
        if let Some(place) = self.arena.borrow_mut().take(size) {
            return Ok(place);
        }
        let pages = Arena::pages_for(size).ok_or(Failure::Memory)?;
        let first = self.instance.grow(pages).ok_or(Failure::Memory)?;
        let mut arena = self.arena.borrow_mut();
        let start = first.checked_mul(PAGE).filter(|s| *s < PROVISIONAL).ok_or(Failure::Memory)?;
        arena.add(start, pages * PAGE);
        arena.take(size).ok_or(Failure::Memory)
    }
    /// Notes that a place is not needed any more: it may be when nothing can be called.
    pub fn free_later(&self, place: u32) {
        self.freed.borrow_mut().push(place);
    }
    pub fn free_pending(&self, vm: &mut Vm) {
        while let Some(place) = { self.freed.borrow_mut().pop() } {
            if self.arena.borrow().owns(place) {
                self.arena.borrow_mut().give(place);
            } else if let Some((_, free)) = self.allocator {
                // What a module's own `free` has to complain of is its own affair.
                let _ = self.instance.call(vm, free, &[(ValueType::I32, u64::from(place))], None);
                self.changed();
            }
        }
    }

    /// The slot in the module's table of a callback with a signature; made when it is first passed.
    pub fn slot_for(&self, vm: &mut Vm, signature: &Signature, thunk: u64) -> Option<u32> {
        let mut unused = None;
        for (i, known) in self.callbacks.borrow().iter().enumerate() {
            if known.thunk == thunk {
                return Some(known.slot);
            }
            if known.thunk == 0 && known.signature == *signature {
                unused = Some(i);
            }
        }
        if let Some(known) = unused.and_then(|i| self.callbacks.borrow_mut().get_mut(i).map(|k| { k.thunk = thunk; k.slot })) {
            return Some(known);
        }
        let id = self.callbacks.borrow().len() as u32;
        let slot = self.instance.install(vm, signature, id)?;
        self.callbacks.borrow_mut().push(Installed { signature: signature.clone(), slot, thunk });
        Some(slot)
    }
    /// A callback is gone; C that calls it all the same gets zeros.
    pub fn forget_callback(&self, thunk: u64) {
        for installed in self.callbacks.borrow_mut().iter_mut().filter(|i| i.thunk == thunk) {
            installed.thunk = 0;
        }
    }
}
