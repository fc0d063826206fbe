//! The addresses that objects have before they are in a module's memory, and the modules.
//!
//! C has 32 bits for a pointer. Those below [`PROVISIONAL`] are places in a module's memory, those above stand for what
//! Python still has: objects and callbacks, found in a table. Within the interpreter an address has 64 bits, the upper
//! ones telling the module: its number plus one, 0 where nothing is known. Python sees the addresses of the first module
//! as C does, and those of another one with its number in the upper half.

use super::home::{Home, WeakHome};
use super::module::Module;
use krait_bytecode::sorted_map::SortedMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The first address that is in no module's memory.
pub const PROVISIONAL: u32 = 0x8000_0000;
/// From here on are the functions of `ctypes` itself.
const LAST: u32 = 0xFFFF_0000;

/// What an address stands for.
pub enum Entry {
    Data(WeakHome),
    /// The word of a thunk, which takes the entry away when it ends.
    Callback(u64),
}

/// What was found at an address.
pub enum Found {
    Data(Rc<Home>, usize),
    Callback(u64),
}

struct Range {
    size: u32,
    entry: Entry,
}

pub struct Space {
    ranges: RefCell<SortedMap<u32, Range>>,
    next: Cell<u32>,
    modules: RefCell<Vec<Rc<Module>>>,
}

impl Default for Space {
    fn default() -> Space {
        Space { ranges: RefCell::default(), next: Cell::new(PROVISIONAL + 0x1000), modules: RefCell::default() }
    }
}

impl Space {
    /// An address for so many bytes; `None` when there is no room.
    pub fn reserve(&self, size: usize, entry: Entry) -> Option<u32> {
        // A gap behind each, so that one past the end is nobody else's.
        let needed = u32::try_from(size).ok()?.checked_add(32)? & !15;
        let mut ranges = self.ranges.borrow_mut();
        let fits = |ranges: &SortedMap<u32, Range>, at: u32| {
            let end = at.checked_add(needed).filter(|end| *end <= LAST)?;
            ranges.from(&at).is_none_or(|(start, _)| *start >= end).then_some(at)
        };
        let at = match fits(&ranges, self.next.get()) {
            Some(at) => at,
            None => {
                // Once around: the first gap.
                let mut at = PROVISIONAL + 0x1000;
                for (start, range) in ranges.iter() {
                    if start.saturating_sub(at) >= needed {
                        break;
                    }
                    at = start.saturating_add(range.size).saturating_add(32) & !15;
                }
                fits(&ranges, at)?
            }
        };
        self.next.set(at + needed);
        ranges.insert(at, Range { size: size as u32, entry });
        Some(at)
    }
    pub fn forget(&self, address: u32) {
        if address != 0 {
            self.ranges.borrow_mut().remove(&address);
        }
    }
    /// What a provisional address stands for; nothing when that is gone.
    pub fn find(&self, address: u32) -> Option<Found> {
        if address < PROVISIONAL {
            return None;
        }
        let ranges = self.ranges.borrow();
        let (start, range) = ranges.up_to(&address)?;
        let offset = address - start;
        if offset > range.size {
            return None;
        }
        match &range.entry {
            Entry::Data(home) => home.upgrade().map(|home| Found::Data(home, offset as usize)),
            Entry::Callback(thunk) => (offset == 0).then_some(Found::Callback(*thunk)),
        }
    }

    pub fn modules(&self) -> usize {
        self.modules.borrow().len()
    }
    pub fn add_module(&self, module: Rc<Module>) {
        self.modules.borrow_mut().push(module);
    }
    pub fn module(&self, number: u32) -> Option<Rc<Module>> {
        self.modules.borrow().get(number as usize).cloned()
    }
    /// The module that an address belongs to: the first one where nothing is known.
    pub fn module_of(&self, address: u64) -> Option<Rc<Module>> {
        self.module(number_of(address).unwrap_or(0))
    }
    pub fn each_module(&self, mut f: impl FnMut(&Module)) {
        let modules = self.modules.borrow().clone();
        modules.iter().for_each(|m| f(m));
    }
}

/// An address in the memory of the module with a number.
pub fn address_in(number: u32, place: u32) -> u64 {
    u64::from(number + 1) << 32 | u64::from(place)
}
/// The number of an address's module.
pub fn number_of(address: u64) -> Option<u32> {
    ((address >> 32) as u32).checked_sub(1)
}
/// An address as Python sees it, and back.
pub fn to_python(address: u64) -> u64 {
    match number_of(address) {
        Some(number) => u64::from(number) << 32 | address & 0xFFFF_FFFF,
        None => address,
    }
}
pub fn from_python(bits: u64) -> u64 {
    match (bits >> 32) as u32 {
        // Negative numbers are as good as large ones.
        0 | u32::MAX => bits & 0xFFFF_FFFF,
        number => address_in(number, bits as u32),
    }
}
