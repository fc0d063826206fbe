//! [`Home`]: where the bytes of an object with 32-bit pointers are.
//!
//! An object that Python made begins in Python's memory. When its address is first wanted it gets one that no module's
//! memory has (a *provisional* address), and when it is first passed to a module its bytes move there and stay as long as
//! the object lives. What lies in a module's memory is read and written here through a copy: it is fetched anew after
//! foreign code has run or another object was written, and put back before either of them matters; unless the host can
//! show the memory itself. Members and items share the home of the object that they are part of.

use super::module::Module;
use super::space::{Entry, Space};
use crate::ctypes::info::{Info, Scope};
use crate::ctypes::memory::{self, Block};
use krait_vm::Value;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

pub struct Home {
    /// The type of the whole, which tells where pointers are.
    pub info: Rc<Info>,
    space: Rc<Space>,
    /// The bytes here; a buffer of Python's has them elsewhere.
    start: Cell<*mut u8>,
    size: Cell<usize>,
    block: RefCell<Option<Block>>,
    /// Keeps a buffer where it is.
    view: Option<Value>,
    /// 0: nobody has asked for one.
    provisional: Cell<u32>,
    /// Whose addresses the pointers are, and where the bytes have moved to if they have.
    module: RefCell<Option<Rc<Module>>>,
    place: Cell<Option<u32>>,
    /// The place is ours to be freed.
    owns_place: Cell<bool>,
    /// `start` is the place itself: nothing needs to be copied.
    is_direct: Cell<bool>,
    /// The state of the module's memory that the copy shows.
    seen: Cell<u64>,
    dirty: Cell<bool>,
}

impl Home {
    fn make(space: &Rc<Space>, info: &Rc<Info>, start: *mut u8, size: usize, block: Option<Block>) -> Home {
        Home {
            info: info.clone(),
            space: space.clone(),
            start: Cell::new(start),
            size: Cell::new(size),
            block: RefCell::new(block),
            view: None,
            provisional: Cell::new(0),
            module: RefCell::default(),
            place: Cell::new(None),
            owns_place: Cell::new(false),
            is_direct: Cell::new(false),
            seen: Cell::new(0),
            dirty: Cell::new(false),
        }
    }
    /// Zeroed bytes in Python's memory; `None` when there are not so many.
    pub fn new(space: &Rc<Space>, info: &Rc<Info>, size: usize) -> Option<Rc<Home>> {
        let block = Block::new(size, info.align.get())?;
        Some(Rc::new(Home::make(space, info, block.start(), size, Some(block))))
    }
    /// The bytes of a buffer of Python's, which a memoryview holds.
    pub fn of_buffer(space: &Rc<Space>, info: &Rc<Info>, start: *mut u8, view: &Value) -> Rc<Home> {
        let mut home = Home::make(space, info, start, info.size.get(), None);
        home.view = Some(view.clone());
        Rc::new(home)
    }
    /// A place in a module's memory; `None` when it is not all in there, or there is no room for the copy.
    pub fn at(space: &Rc<Space>, info: &Rc<Info>, module: &Rc<Module>, place: u32) -> Option<Rc<Home>> {
        if !module.holds(place, info.size.get()) {
            return None;
        }
        let size = info.size.get();
        let home = match module.instance.direct(place, size) {
            Some(start) => {
                let home = Home::make(space, info, start, size, None);
                home.is_direct.set(true);
                Rc::new(home)
            }
            None => Home::new(space, info, size)?,
        };
        *home.module.borrow_mut() = Some(module.clone());
        home.place.set(Some(place));
        // Not seen yet.
        home.seen.set(module.state().wrapping_sub(1));
        Some(home)
    }

    pub fn size(&self) -> usize {
        self.size.get()
    }
    pub fn start(&self) -> *mut u8 {
        self.start.get()
    }
    pub fn place(&self) -> Option<u32> {
        self.place.get()
    }
    pub fn module(&self) -> Option<Rc<Module>> {
        self.module.borrow().clone()
    }
    #[inline]
    pub fn memory_number(&self) -> u32 {
        self.module.borrow().as_ref().map_or(Scope::NOWHERE, |m| m.number)
    }
    /// Says whose addresses the pointers in here are. False: they are another module's.
    pub fn adopt(&self, module: &Rc<Module>) -> bool {
        let mut mine = self.module.borrow_mut();
        match &*mine {
            Some(known) => Rc::ptr_eq(known, module),
            None => {
                *mine = Some(module.clone());
                true
            }
        }
    }
    /// Whether the bytes are in a buffer, which others read and write behind our back.
    pub fn is_buffer(&self) -> bool {
        self.view.is_some()
    }

    /// The bytes from an offset on, to be read.
    pub fn bytes(self: &Rc<Self>, offset: usize) -> *mut u8 {
        if let Some(place) = self.place.get()
            && !self.is_direct.get()
        {
            self.fetch(place);
        }
        self.start.get().wrapping_add(offset)
    }
    /// The bytes from an offset on, to be written.
    pub fn bytes_mut(self: &Rc<Self>, offset: usize) -> *mut u8 {
        let at = self.bytes(offset);
        if self.place.get().is_some() && !self.is_direct.get() {
            self.touch();
        }
        at
    }
    /// The copy has changed.
    pub fn touch(self: &Rc<Self>) {
        if !self.dirty.replace(true)
            && let Some(module) = &*self.module.borrow()
        {
            module.set_dirty(self);
        }
    }
    fn fetch(self: &Rc<Self>, place: u32) {
        let module = self.module.borrow();
        let Some(module) = &*module else { return };
        module.flush_others(self);
        let state = module.state();
        if self.seen.replace(state) != state && !self.dirty.get() {
            module.instance.read(place, memory::bytes_mut(self.start.get(), self.size.get()));
        }
    }
    /// Puts what has changed into the module's memory.
    pub fn flush(&self) {
        if self.dirty.replace(false) {
            self.put_back();
        }
    }
    pub fn put_back(&self) {
        if let (Some(module), Some(place)) = (&*self.module.borrow(), self.place.get()) {
            module.instance.write(place, memory::bytes(self.start.get(), self.size.get()));
            self.seen.set(module.changed());
        }
    }
    /// Fetches what others read without asking.
    pub fn fetch_now(&self) {
        if let (Some(module), Some(place)) = (&*self.module.borrow(), self.place.get()) {
            module.instance.read(place, memory::bytes_mut(self.start.get(), self.size.get()));
            self.seen.set(module.state());
        }
    }

    /// The bytes are in the module's memory from now on.
    pub fn settle(self: &Rc<Self>, module: &Rc<Module>, place: u32) {
        *self.module.borrow_mut() = Some(module.clone());
        self.place.set(Some(place));
        self.owns_place.set(true);
        self.seen.set(module.state());
        if self.is_buffer() {
            module.add_buffer(self);
        } else if let Some(start) = module.instance.direct(place, self.size.get()) {
            memory::copy(self.start.get(), start, self.size.get());
            self.start.set(start);
            self.is_direct.set(true);
            *self.block.borrow_mut() = None;
            return;
        }
        self.touch();
    }

    /// The address that stands for the bytes as long as they are in no module's memory.
    pub fn provisional(self: &Rc<Self>) -> Option<u32> {
        if self.provisional.get() == 0 {
            let made = self.space.reserve(self.size.get(), Entry::Data(Rc::downgrade(self)))?;
            self.provisional.set(made);
        }
        Some(self.provisional.get())
    }

    /// More bytes; false when they have moved or there are not so many.
    pub fn resize(&self, size: usize) -> bool {
        if self.place.get().is_some() || self.is_buffer() {
            return false;
        }
        let Some(block) = Block::new(size, self.info.align.get()) else { return false };
        memory::copy(self.start.get(), block.start(), self.size.get().min(size));
        self.start.set(block.start());
        self.size.set(size);
        *self.block.borrow_mut() = Some(block);
        // As after `realloc`: whoever has the old address must ask again.
        self.space.forget(self.provisional.take());
        true
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.flush();
        self.space.forget(self.provisional.get());
        if self.owns_place.get()
            && let (Some(module), Some(place)) = (&*self.module.borrow(), self.place.get())
        {
            module.free_later(place);
        }
    }
}

pub type WeakHome = Weak<Home>;
