//! Shapes (hidden classes): which instance slot holds which attribute. A shape implies the class.
//!
//! Shapes form a tree per class; adding an attribute moves an instance to a child. The `id` is what inline caches
//! guard: it is unique and changes whenever the class changes in a way that matters to attribute look-up. The dict
//! mode shape marks instances whose attributes live in a real dict.

#![allow(unsafe_code, reason = "shapes are referred to by pointer from instances of their class")]

use crate::builtins::str::Str;
use crate::object::Ref;
use std::cell::{Cell, RefCell};
use rustc_hash::FxHashMap;

pub struct Shape {
    id: Cell<u32>,
    parent: *const Shape,
    /// The attribute this shape adds to its parent; `None` for roots.
    name: Option<Ref<Str>>,
    /// Number of attributes.
    pub count: u32,
    pub is_dict: bool,
    children: RefCell<Vec<Box<Shape>>>,
    table: RefCell<Option<FxHashMap<u64, u32>>>,
}

/// Chains this short are walked.
const WALK: u32 = 6;
/// Instances with more attributes go to dict mode.
pub const MAX_SLOTS: u32 = 200;

impl Shape {
    /// Where a shape keeps its id.
    pub(crate) const ID: usize = std::mem::offset_of!(Shape, id);
    pub fn root(id: u32, is_dict: bool) -> Box<Shape> {
        Box::new(Shape {
            id: Cell::new(id),
            parent: std::ptr::null(),
            name: None,
            count: 0,
            is_dict,
            children: RefCell::default(),
            table: RefCell::default(),
        })
    }
    /// What inline caches compare.
    #[inline(always)]
    pub fn id(&self) -> u32 {
        self.id.get()
    }
    fn parent(&self) -> Option<&Shape> {
        // SAFETY: parents own their children, so they outlive them.
        unsafe { self.parent.as_ref() }
    }
    /// The slot of an attribute (an interned name).
    pub fn find(&self, name: &Ref<Str>) -> Option<u32> {
        let bits = name.as_value().bits();
        if self.count > WALK {
            let mut table = self.table.borrow_mut();
            let table = table.get_or_insert_with(|| self.names().iter().enumerate().map(|(i, n)| (n.as_value().bits(), i as u32)).collect());
            return table.get(&bits).copied();
        }
        let mut shape = Some(self);
        while let Some(s) = shape {
            match &s.name {
                Some(n) if n.as_value().bits() == bits => return Some(s.count - 1),
                _ => shape = s.parent(),
            }
        }
        None
    }
    /// The attribute names in slot order.
    pub fn names(&self) -> Vec<Ref<Str>> {
        let mut names = Vec::with_capacity(self.count as usize);
        let mut shape = Some(self);
        while let Some(s) = shape {
            names.extend(s.name.clone());
            shape = s.parent();
        }
        names.reverse();
        names
    }
    /// The shape with one attribute more. `fresh` makes a new id.
    pub fn with(&self, name: &Ref<Str>, fresh: impl FnOnce() -> u32) -> *const Shape {
        let mut children = self.children.borrow_mut();
        let bits = name.as_value().bits();
        if let Some(child) = children.iter().find(|c| c.name.as_ref().is_some_and(|n| n.as_value().bits() == bits)) {
            return &**child;
        }
        children.push(Box::new(Shape {
            id: Cell::new(fresh()),
            parent: self,
            name: Some(name.clone()),
            count: self.count + 1,
            is_dict: false,
            children: RefCell::default(),
            table: RefCell::default(),
        }));
        match children.last() {
            Some(child) => &**child,
            None => self,
        }
    }
    /// The parent, if `name` was the attribute added last.
    pub fn without_last(&self, name: &Ref<Str>) -> Option<*const Shape> {
        let last = self.name.as_ref()?;
        if last.as_value().is(name.as_value()) { Some(self.parent) } else { None }
    }
    /// Gives this shape and all below it new ids: every inline cache on them misses from now on.
    pub fn renumber(&self, fresh: &mut impl FnMut() -> u32) {
        self.id.set(fresh());
        for child in self.children.borrow().iter() {
            child.renumber(fresh);
        }
    }
}
