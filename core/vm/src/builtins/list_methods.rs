//! `list` and its iterators: Python methods.
//!
//! Storage is in `list.rs`, sorting in `list_sort.rs`, what lists and tuples share in `sequence_support.rs`. Items
//! are read anew after every step that may run Python.

use crate::args::KwArgs;
use crate::builtins::iterators::ListIter;
use crate::builtins::list::{List, drop_from_last};
use crate::builtins::slice::{Slice, SliceIndices};
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::runtime::convert::to_size;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

pub(crate) struct ListMethods;

/// What a slice selects from items, in order.
pub(crate) fn pick<T, R>(items: &[T], s: SliceIndices, one: impl Fn(&T) -> R) -> Vec<R> {
    let mut picked = Vec::with_capacity(s.length);
    let (start, step) = (s.start as usize, s.step.unsigned_abs());
    if s.length > 0 && s.step == -1 {
        picked.extend(items[start + 1 - s.length..=start].iter().rev().map(one));
    } else if s.length > 0 && s.step > 0 {
        picked.extend(items[start..].iter().step_by(step).take(s.length).map(one));
    } else if s.length > 0 {
        picked.extend(items[..=start].iter().rev().step_by(step).take(s.length).map(one));
    }
    picked
}

impl Vm {
    /// Appends to a list; MemoryError when the quota is reached.
    #[inline]
    pub fn list_append(&mut self, list: &Ref<List>, item: Value) -> Result<()> {
        let pushed = list.push(&mut self.heap, item);
        self.memory(pushed)
    }
    /// `list.extend(iterable)`.
    pub fn list_extend(&mut self, list: &Ref<List>, iterable: &Value) -> Result<()> {
        let items = if let Some(items) = self.builtin_items(iterable)? {
            items
        } else {
            let iterator = self.iter(iterable)?;
            let hint = self.length_hint(iterable, 8)?;
            if hint.saturating_add(list.get(&*self).len()) > isize::MAX as usize {
                // Too much to be true.
            } else if hint >= 1 << 20 {
                // What cannot be had is refused before it is begun.
                let room = self.heap.check_room(hint.saturating_mul(8));
                self.memory(room)?;
            } else if hint > 8 {
                let room = list.reserve(&mut self.heap, hint);
                self.memory(room)?;
            }
            while let Some(item) = self.next(&iterator)? {
                self.list_append(list, item)?;
                // The iterator may be one over this list.
                self.tick()?;
            }
            return Ok(());
        };
        let room = list.reserve(&mut self.heap, items.len());
        self.memory(room)?;
        list.edit(&mut self.heap, |v| v.extend(items));
        Ok(())
    }
    fn list_index(&mut self, key: &Value) -> Result<isize> {
        if let Some(i) = key.as_small_int() {
            return Ok(to_size(i));
        }
        if !key.is_int(&*self.heap) && self.heap.special(key.type_id(), crate::Special::Index).is_none() {
            let name = self.heap.type_name(key);
            return Err(self.type_error(format!("list indices must be integers or slices, not {name}")));
        }
        self.sequence_index(key)
    }
    /// The positions a slice selects, from the list's length after `__index__` has run.
    fn list_slice(&mut self, list: &Ref<List>, slice: &Ref<Slice>) -> Result<SliceIndices> {
        let (start, stop, step) = self.slice_parts(slice)?;
        Ok(SliceIndices::new(start, stop, step, list.len(&*self.heap)))
    }
    /// The items to assign to a slice; `list` itself is copied.
    fn assigned_items(&mut self, value: &Value) -> Result<Vec<Value>> {
        if let Some(list) = value.downcast::<List>(&*self.heap) {
            return Ok(list.to_vec(&*self.heap));
        }
        let iterator = self.iter(value);
        match iterator {
            Ok(iterator) => {
                let mut items = Vec::new();
                while let Some(item) = self.next(&iterator)? {
                    items.push(item);
                }
                Ok(items)
            }
            Err(_) if self.pending_is(Exc::TypeError) => {
                self.take_pending();
                Err(self.type_error("must assign iterable to extended slice"))
            }
            Err(e) => Err(e),
        }
    }
    fn list_assign_slice(&mut self, list: &Ref<List>, slice: &Ref<Slice>, value: Option<&Value>) -> Result<()> {
        let (start, stop, step) = self.slice_parts(slice)?;
        let items = match value {
            Some(v) => self.assigned_items(v)?,
            None => Vec::new(),
        };
        let s = SliceIndices::new(start, stop, step, list.len(&*self.heap));
        if s.step == 1 {
            let (from, to) = (s.start as usize, s.start as usize + s.length);
            if items.len() > s.length {
                let room = list.reserve(&mut self.heap, items.len() - s.length);
                self.memory(room)?;
            }
            let mut old = list.edit(&mut self.heap, |v| v.splice(from..to, items).collect::<Vec<_>>());
            // From the last to the first, as CPython.
            drop_from_last(&mut old);
            return Ok(());
        }
        if value.is_none() {
            if s.length == 0 {
                return Ok(());
            }
            let step = s.step.unsigned_abs();
            let first = if s.step > 0 { s.start as usize } else { s.start as usize - (s.length - 1) * step };
            let last = first + (s.length - 1) * step;
            let removed = list.edit(&mut self.heap, |v| {
                let mut removed = Vec::with_capacity(s.length);
                let tail = v.split_off(first);
                for (i, item) in tail.into_iter().enumerate() {
                    if i + first <= last && i % step == 0 { removed.push(item) } else { v.push(item) }
                }
                removed
            });
            drop(removed);
            return Ok(());
        }
        if items.len() != s.length {
            let (given, wanted) = (items.len(), s.length);
            return Err(self.value_error(format!("attempt to assign sequence of size {given} to extended slice of size {wanted}")));
        }
        let slots = list.get_mut(&mut *self.heap).items_mut();
        let mut old = Vec::with_capacity(items.len());
        for (i, item) in s.positions().zip(items) {
            old.push(std::mem::replace(&mut slots[i], item));
        }
        drop(old);
        Ok(())
    }
    fn list_compare(&mut self, op: CmpOp, this: &Ref<List>, other: &Value) -> Result<Value> {
        if !other.has_payload::<List>(&*self.heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        self.compare_sequences(op, this.as_value(), other)
    }
    fn list_repeat(&mut self, this: &Ref<List>, count: &Value) -> Result<Value> {
        let count = self.repeat_count(count)?;
        let items = this.to_vec(&*self.heap);
        let all = self.repeat_items(&items, count)?;
        Ok(self.list(all))
    }
    /// Builtin functions that `__reduce__` results name.
    pub(crate) fn builtin(&mut self, name: &str) -> Value {
        let name = self.intern(name);
        self.builtins.get_str(&*self.heap, &name).unwrap_or(Value::NONE)
    }
}

#[methods(hot)]
impl ListMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        Ok(if type_id == id::LIST { vm.list(Vec::new()) } else { vm.heap.alloc_typed(type_id, List::default()).into_value() })
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<List>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let keywords = !kwargs.items.is_empty() && vm.keeps_new(this.as_value().type_id(), id::LIST);
        let iterable = vm.one_argument("list", args, keywords)?.cloned();
        if !this.get(&*vm).is_empty() {
            let mut old = this.edit(&mut vm.heap, std::mem::take);
            drop_from_last(&mut old);
        }
        match iterable {
            Some(iterable) => vm.list_extend(this, &iterable),
            None => Ok(()),
        }
    }
    #[sig("()")]
    fn __repr__(this: &Ref<List>, vm: &mut Vm) -> Result<Ref<Str>> {
        if this.get(&*vm).is_empty() {
            return Ok(vm.intern("[]"));
        }
        vm.sequence_repr(this.as_value(), "[", "]")
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_compare(CmpOp::Lt, this, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_compare(CmpOp::Le, this, value)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_compare(CmpOp::Eq, this, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_compare(CmpOp::Ne, this, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_compare(CmpOp::Gt, this, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_compare(CmpOp::Ge, this, value)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<List>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(ListIter { list: Some(this.to_value()), index: 0, reverse: false }).into_value())
    }
    #[sig("()")]
    fn __len__(this: &Ref<List>, vm: &mut Vm) -> Result<usize> {
        Ok(this.len(&*vm.heap))
    }
    #[sig("(index, /)")]
    pub(crate) fn __getitem__(this: &Ref<List>, vm: &mut Vm, index: &Value) -> Result<Value> {
        if let Some(slice) = index.downcast_exact::<Slice>() {
            let s = vm.list_slice(this, slice)?;
            let items = this.get(&*vm).items();
            let picked = if s.step == 1 {
                Value::clone_all(&items[s.start as usize..s.start as usize + s.length])
            } else {
                pick(items, s, Value::clone)
            };
            return Ok(vm.list(picked));
        }
        let i = vm.list_index(index)?;
        let items = this.get(&*vm).items();
        let i = if i < 0 { i + items.len() as isize } else { i };
        match items.get(i as usize) {
            Some(v) => Ok(v.clone()),
            None => Err(vm.index_error("list index out of range")),
        }
    }
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<List>, vm: &mut Vm, key: &Value, value: Value) -> Result<()> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return vm.list_assign_slice(this, slice, Some(&value));
        }
        let i = vm.list_index(key)?;
        let items = this.get_mut(vm).items_mut();
        let i = if i < 0 { i + items.len() as isize } else { i };
        match items.get_mut(i as usize) {
            Some(slot) => {
                let old = std::mem::replace(slot, value);
                drop(old);
                Ok(())
            }
            None => Err(vm.index_error("list assignment index out of range")),
        }
    }
    #[sig("(key, /)")]
    fn __delitem__(this: &Ref<List>, vm: &mut Vm, key: &Value) -> Result<()> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return vm.list_assign_slice(this, slice, None);
        }
        let i = vm.list_index(key)?;
        let len = this.len(&*vm.heap);
        let i = if i < 0 { i + len as isize } else { i };
        if i < 0 || i as usize >= len {
            return Err(vm.index_error("list assignment index out of range"));
        }
        let old = this.edit(&mut vm.heap, |v| v.remove(i as usize));
        drop(old);
        Ok(())
    }
    #[sig("(value, /)")]
    fn __add__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast::<List>(&*vm.heap) else {
            let name = vm.heap.type_name(value);
            return Err(vm.type_error(format!("can only concatenate list (not \"{name}\") to list")));
        };
        let (x, y) = (this.get(&*vm.heap).items(), other.get(&*vm.heap).items());
        let room = vm.heap.check_room((x.len() + y.len()) * 8);
        let mut all = Vec::with_capacity(if room.is_ok() { x.len() + y.len() } else { 0 });
        if room.is_ok() {
            all.extend_from_slice(x);
            all.extend_from_slice(y);
        }
        vm.memory(room)?;
        Ok(vm.list(all))
    }
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_repeat(this, value)
    }
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_repeat(this, value)
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<List>, vm: &mut Vm, key: &Value) -> Result<bool> {
        vm.contains_sequentially(this.as_value(), key)
    }
    #[sig("(value, /)")]
    fn __iadd__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.list_extend(this, value)?;
        Ok(this.to_value())
    }
    #[sig("(value, /)")]
    fn __imul__(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let count = vm.repeat_count(value)?;
        let items = this.to_vec(&*vm.heap);
        let all = vm.repeat_items(&items, count)?;
        let old = this.edit(&mut vm.heap, |v| std::mem::replace(v, all));
        drop(old);
        Ok(this.to_value())
    }
    /// Return a reverse iterator over the list.
    #[sig("()")]
    fn __reversed__(this: &Ref<List>, vm: &mut Vm) -> Result<Value> {
        let index = this.len(&*vm.heap);
        Ok(vm.heap.alloc_typed(id::LIST_REVERSE_ITERATOR, ListIter { list: Some(this.to_value()), index, reverse: true }).into_value())
    }
    /// Return the size of the list in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<List>, vm: &mut Vm) -> Result<usize> {
        Ok(40 + this.edit(&mut vm.heap, |v| v.capacity()) * 8)
    }
    /// Remove all items from list.
    #[sig("()")]
    fn clear(this: &Ref<List>, vm: &mut Vm) -> Result<()> {
        let mut old = this.edit(&mut vm.heap, std::mem::take);
        drop_from_last(&mut old);
        Ok(())
    }
    /// Return a shallow copy of the list.
    #[sig("()")]
    fn copy(this: &Ref<List>, vm: &mut Vm) -> Result<Value> {
        let items = this.to_vec(&*vm.heap);
        Ok(vm.list(items))
    }
    /// Append object to the end of the list.
    #[sig("(object, /)")]
    #[inlined(Append)]
    fn append(this: &Ref<List>, vm: &mut Vm, object: Value) -> Result<()> {
        vm.list_append(this, object)
    }
    /// Insert object before index.
    #[sig("(index, object, /)")]
    fn insert(this: &Ref<List>, vm: &mut Vm, index: isize, object: Value) -> Result<()> {
        let done = this.insert_at(&mut vm.heap, index, object);
        vm.memory(done)
    }
    /// Extend list by appending elements from the iterable.
    #[sig("(iterable, /)")]
    fn extend(this: &Ref<List>, vm: &mut Vm, iterable: &Value) -> Result<()> {
        vm.list_extend(this, iterable)
    }
    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[sig("(index=-1, /)")]
    fn pop(this: &Ref<List>, vm: &mut Vm, index: isize) -> Result<Value> {
        match this.take_at(&mut vm.heap, index) {
            Some(item) => Ok(item),
            None if this.len(&*vm.heap) == 0 => Err(vm.index_error("pop from empty list")),
            None => Err(vm.index_error("pop index out of range")),
        }
    }
    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[sig("(value, /)")]
    fn remove(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<()> {
        match vm.sequence_find(this.as_value(), value, 0, isize::MAX)? {
            Some(i) => {
                let old = this.edit(&mut vm.heap, |v| if i < v.len() { Some(v.remove(i)) } else { None });
                drop(old);
                Ok(())
            }
            None => Err(vm.value_error("list.remove(x): x not in list")),
        }
    }
    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[sig("(value, start=0, stop=<unrepresentable>, /)")]
    fn index(this: &Ref<List>, vm: &mut Vm, value: &Value, start: Option<Value>, stop: Option<Value>) -> Result<usize> {
        let (start, stop) = vm.search_bounds(start, stop)?;
        match vm.sequence_find(this.as_value(), value, start, stop)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("list.index(x): x not in list")),
        }
    }
    /// Return number of occurrences of value.
    #[sig("(value, /)")]
    fn count(this: &Ref<List>, vm: &mut Vm, value: &Value) -> Result<usize> {
        vm.sequence_count(this.as_value(), value)
    }
    /// Reverse *IN PLACE*.
    #[sig("()")]
    fn reverse(this: &Ref<List>, vm: &mut Vm) -> Result<()> {
        this.get_mut(vm).items_mut().reverse();
        Ok(())
    }
    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[sig("(*, key=None, reverse=False)")]
    fn sort(this: &Ref<List>, vm: &mut Vm, key: Option<Value>, reverse: bool) -> Result<()> {
        vm.sort_list(this, key.as_ref(), reverse)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}

impl Vm {
    /// Whether a class keeps the `__init__` of the builtin type it derives from: only then are keyword arguments an
    /// error.
    pub(crate) fn keeps_init(&mut self, type_id: u32, base: u32) -> bool {
        self.keeps_special(type_id, base, crate::Special::Init)
    }
    /// The same for `__new__`, where `__init__` is what takes the arguments.
    pub(crate) fn keeps_new(&mut self, type_id: u32, base: u32) -> bool {
        self.keeps_special(type_id, base, crate::Special::New)
    }
    pub(crate) fn keeps_special(&mut self, type_id: u32, base: u32, special: crate::Special) -> bool {
        self.heap.shares_special(type_id, base, special)
    }
    /// `start` and `stop` of `index` methods.
    pub(crate) fn search_bounds(&mut self, start: Option<Value>, stop: Option<Value>) -> Result<(isize, isize)> {
        let mut bound = |v: Option<Value>, default: isize| match v {
            None => Ok(default),
            Some(v) if !v.is_int(&*self.heap) && self.heap.special(v.type_id(), crate::Special::Index).is_none() => {
                Err(self.type_error("slice indices must be integers or have an __index__ method"))
            }
            Some(v) => self.index_clamped(&v),
        };
        Ok((bound(start, 0)?, bound(stop, isize::MAX)?))
    }
}

struct ListIterMethods;

#[methods(hot)]
impl ListIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<ListIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<ListIter>, vm: &mut Vm) -> Result<Value> {
        let item = vm.next_of_list(this);
        vm.next_value(item)
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<ListIter>, vm: &mut Vm) -> Result<usize> {
        let state = this.get(&*vm);
        let len = state.list.as_ref().and_then(|l| l.downcast::<List>(&*vm)).map_or(0, |l| l.len(&*vm));
        Ok(match (&state.list, state.reverse) {
            (None, _) => 0,
            (_, false) => len.saturating_sub(state.index),
            (_, true) => if state.index <= len { state.index } else { 0 },
        })
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<ListIter>, vm: &mut Vm) -> Result<Value> {
        let (list, index, reverse) = { let s = this.get(&*vm); (s.list.clone(), s.index, s.reverse) };
        let function = vm.builtin(if reverse { "reversed" } else { "iter" });
        let parts = match list {
            Some(list) => {
                let args = vm.tuple(vec![list]);
                let index = index as i128 - i128::from(reverse);
                vec![function, args, vm.heap.int(index)]
            }
            None => {
                let empty = vm.list(Vec::new());
                vec![function, vm.tuple(vec![empty])]
            }
        };
        Ok(vm.tuple(parts))
    }
    /// Set state information for unpickling.
    #[sig("(object, /)")]
    fn __setstate__(this: &Ref<ListIter>, vm: &mut Vm, object: isize) -> Result<()> {
        let len = match &this.get(&*vm).list {
            Some(l) => l.downcast::<List>(&*vm).map_or(0, |l| l.len(&*vm)),
            None => return Ok(()),
        };
        let state = this.get_mut(vm);
        state.index = if state.reverse {
            (object.clamp(-1, len as isize - 1) + 1) as usize
        } else {
            object.clamp(0, len as isize) as usize
        };
        Ok(())
    }
}

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<ListMethods>(id::LIST);
    vm.attach::<ListIterMethods>(id::LIST_ITERATOR);
    vm.attach::<ListIterMethods>(id::LIST_REVERSE_ITERATOR);
    vm.heap.info_mut(id::LIST_REVERSE_ITERATOR).next = Some(|vm, it| match it.downcast::<ListIter>(&*vm.heap).cloned() {
        Some(it) => Ok(vm.next_of_list(&it)),
        None => Ok(None),
    });
}
