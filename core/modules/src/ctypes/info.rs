//! What is known about a C type: [`Info`], kept per Python type and found by its type id.
//!
//! Infos hold no references to Python objects, only type ids, so that they are no part of reference cycles: the classes
//! keep each other alive through their attributes. Sizes and alignments come from the data model of the library.

use krait_vm::builtins::str::Str;
use krait_vm::types::Type;
use krait_vm::{Ref, Value, Vm};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The sizes of C's types on a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Unix machines of 64 bits.
    Lp64,
    /// WebAssembly with 32-bit memories.
    Ilp32,
}

impl Model {
    #[inline]
    pub fn pointer(self) -> usize {
        match self {
            Model::Lp64 => 8,
            Model::Ilp32 => 4,
        }
    }
    /// Size and alignment of a simple type.
    pub fn simple(self, code: u8) -> Option<(usize, usize)> {
        let size = match code {
            b'c' | b'b' | b'B' | b'?' => 1,
            b'h' | b'H' | b'v' => 2,
            b'i' | b'I' | b'f' | b'u' => 4,
            b'q' | b'Q' | b'd' => 8,
            b'l' | b'L' | b'z' | b'Z' | b'P' => self.pointer(),
            // A word of this interpreter, not of the library.
            b'O' if self == Model::Lp64 => 8,
            // Only so that the type exists: modules cannot hold objects.
            b'O' => 4,
            b'F' => return Some((8, 4)),
            b'D' => return Some((16, 8)),
            b'g' => 16,
            b'G' => return Some((32, 16)),
            _ => return None,
        };
        Some((size, size))
    }
    /// The item of a buffer format that stands for a simple type.
    pub fn format(self, code: u8) -> char {
        let long = self.pointer() == 8;
        match code {
            b'l' if long => 'q',
            b'L' if long => 'Q',
            _ => char::from(code),
        }
    }
}

/// How values are read: their sizes, and whose addresses their pointers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub model: Model,
    /// The number of a module's memory, or [`Scope::NOWHERE`].
    pub memory: u32,
}

impl Scope {
    pub const NOWHERE: u32 = u32::MAX;

    #[inline(always)]
    pub const fn of(model: Model) -> Scope {
        Scope { model, memory: Scope::NOWHERE }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Simple,
    Pointer,
    Array,
    Structure,
    Union,
    Function,
}

/// Flags of [`Info`], with CPython's values.
pub mod type_flags {
    pub const ISPOINTER: u32 = 0x100;
    pub const HASPOINTER: u32 = 0x200;
    pub const HASUNION: u32 = 0x400;
    pub const HASBITFIELD: u32 = 0x800;
}

/// A member of a structure, for those who pass it by value.
#[derive(Clone, Copy)]
pub struct Part {
    pub offset: usize,
    pub type_id: u32,
}

pub struct Info {
    pub type_id: u32,
    pub kind: Kind,
    pub model: Model,
    /// One of the base classes that only subclasses have instances of.
    pub is_abstract: bool,
    /// The class's instances are no C objects: made by hand, without the bases.
    pub is_bare: bool,
    /// The `_type_` of a simple type.
    pub code: u8,
    /// Bytes are in the other order than the machine's.
    pub swapped: bool,
    /// Read as an object, not as the Python value: a subclass of a simple type.
    pub keeps_class: bool,
    pub size: Cell<usize>,
    pub align: Cell<usize>,
    /// Items or members.
    pub length: Cell<usize>,
    /// What a pointer points to or an array is made of; 0: nothing yet.
    pub item: Cell<u32>,
    /// The info of `item`, once somebody asked.
    item_info: RefCell<Option<Rc<Info>>>,
    /// The code of an array's or pointer's items when they are simple.
    pub item_code: Cell<u8>,
    pub flags: Cell<u32>,
    /// The layout cannot change any more.
    pub is_final: Cell<bool>,
    pub format: RefCell<Rc<str>>,
    pub shape: RefCell<Vec<usize>>,
    pub parts: RefCell<Vec<Part>>,
    /// Where pointers are, once somebody asked.
    pub pointers: RefCell<Option<Rc<[u32]>>>,
    /// Names of the members, those of the bases first.
    pub names: RefCell<Rc<[Ref<Str>]>>,
    /// `_flags_` of function types.
    pub call_flags: u32,
}

impl Info {
    pub fn new(type_id: u32, kind: Kind, model: Model) -> Info {
        Info {
            type_id,
            kind,
            model,
            is_abstract: false,
            is_bare: false,
            code: 0,
            swapped: false,
            keeps_class: false,
            size: Cell::new(0),
            align: Cell::new(1),
            length: Cell::new(0),
            item: Cell::new(0),
            item_info: RefCell::default(),
            item_code: Cell::new(0),
            flags: Cell::new(0),
            is_final: Cell::new(false),
            format: RefCell::new("B".into()),
            shape: RefCell::default(),
            parts: RefCell::default(),
            pointers: RefCell::default(),
            names: RefCell::new(Rc::new([])),
            call_flags: 0,
        }
    }
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    pub fn add_flags(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }
    /// As `item_info`, if it was asked for before.
    #[inline]
    pub fn known_item(&self) -> Option<Rc<Info>> {
        let known = self.item_info.borrow();
        known.as_ref().filter(|k| k.type_id == self.item.get()).cloned()
    }
    /// The info of what a pointer points to or an array is made of.
    pub fn item_info(&self, vm: &mut Vm) -> Option<Rc<Info>> {
        let found = info(vm, self.item.get())?;
        *self.item_info.borrow_mut() = Some(found.clone());
        Some(found)
    }
    pub fn is_pointer(&self) -> bool {
        self.kind == Kind::Pointer
    }
    /// Reading a value of this type gives a Python number, string or the like.
    #[inline]
    pub fn reads_plain(&self) -> bool {
        self.kind == Kind::Simple && !self.keeps_class
    }
}

/// The infos of an interpreter, by type id.
#[derive(Default)]
pub struct Infos {
    all: Vec<Option<Rc<Info>>>,
}

impl Infos {
    pub fn put(&mut self, info: Rc<Info>) {
        let at = info.type_id as usize;
        if self.all.len() <= at {
            self.all.resize(at + 1, None);
        }
        self.all[at] = Some(info);
    }
    #[inline]
    pub fn get(&self, type_id: u32) -> Option<&Rc<Info>> {
        self.all.get(type_id as usize)?.as_ref()
    }
}

/// Notes the info of a class. A class whose instances are no C objects has none to give.
pub fn register(vm: &mut Vm, mut info: Info) {
    let is_object = vm.heap.info(info.type_id).payload == krait_vm::object::PayloadKey::of::<super::memory::CData>();
    info.is_bare = !is_object;
    vm.state::<Infos>().put(Rc::new(info));
}
/// SystemError for a class that has its info already.
pub fn check_new(vm: &mut Vm, class: &Ref<Type>) -> krait_vm::Result<()> {
    let type_id = class.id(&vm.heap);
    if any_info(vm, type_id).is_some() {
        let name = class.name(&vm.heap);
        return Err(vm.error(krait_vm::Exc::SystemError, format!("StgInfo of '{name}' is already initialized")));
    }
    Ok(())
}

/// The info of a type id, abstract ones included.
#[inline]
pub fn any_info(vm: &mut Vm, type_id: u32) -> Option<Rc<Info>> {
    vm.state::<Infos>().get(type_id).cloned()
}
/// The info of a concrete C type.
#[inline]
pub fn info(vm: &mut Vm, type_id: u32) -> Option<Rc<Info>> {
    any_info(vm, type_id).filter(|i| !i.is_abstract)
}
/// The info of a class, if it is a concrete C type.
pub fn info_of_class(vm: &mut Vm, class: &Value) -> Option<Rc<Info>> {
    let type_id = class.downcast::<Type>(&*vm.heap)?.id(&vm.heap);
    info(vm, type_id)
}
/// The info that a class inherits from its first C base, abstract ones included.
pub fn base_info(vm: &mut Vm, class: &Ref<Type>) -> Option<Rc<Info>> {
    let base = class.get(&*vm.heap).base.as_ref().map(|b| b.id(&vm.heap))?;
    any_info(vm, base)
}
