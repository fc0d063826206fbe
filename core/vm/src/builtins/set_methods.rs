//! `set`, `frozenset` and their iterator: Python methods.
//!
//! Storage is in `set.rs`. Both types share one payload; operators answer only to sets, methods to any iterable.
//! Items are hashed once: what comes from another set or a dict brings its hash along.

use crate::args::KwArgs;
use crate::builtins::dict::{Dict, Found};
use crate::builtins::iterators::SetIter;
use crate::builtins::set::Set;
use crate::builtins::table::Table;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use std::cell::Cell;

impl Vm {
    fn is_any_set(&self, value: &Value) -> bool {
        value.has_payload::<Set>(&*self.heap)
    }
    /// `set.update(iterable)`.
    pub fn set_update(&mut self, set: &Ref<Set>, iterable: &Value) -> Result<()> {
        if let Some(other) = iterable.downcast::<Set>(&*self.heap).cloned() {
            if set.get(&*self.heap).table.is_empty() {
                let table = other.get(&*self.heap).table.duplicate();
                let old = set.replace_table(&mut self.heap, table);
                drop(old);
                return Ok(());
            }
            return set.add_from(self, &other, &mut |_, _, _| Ok(true));
        }
        if let Some(dict) = iterable.downcast_exact::<Dict>().cloned() {
            for (item, hash) in dict.hashed_keys(&*self.heap) {
                set.add_hashed(self, item, hash)?;
            }
            return Ok(());
        }
        if let Some(items) = self.builtin_items(iterable)? {
            for item in items {
                set.add(self, item)?;
            }
            return Ok(());
        }
        self.for_each(iterable, |vm, item| set.add(vm, item).map(drop))
    }
    /// An exact set of an iterable's items, or the set itself.
    fn as_set(&mut self, iterable: &Value) -> Result<Ref<Set>> {
        if let Some(set) = iterable.downcast::<Set>(&*self.heap) {
            return Ok(set.clone());
        }
        let set = self.heap.set();
        self.set_update(&set, iterable)?;
        Ok(set)
    }
    /// A copy as `set` or `frozenset`, whichever the original is or derives from.
    fn set_copy(&mut self, set: &Ref<Set>) -> Ref<Set> {
        let table = set.get(&*self.heap).table.duplicate();
        let copy = self.new_set_like(set);
        copy.replace_table(&mut self.heap, table);
        copy
    }
    fn new_set_like(&mut self, set: &Ref<Set>) -> Ref<Set> {
        if self.heap.is_subtype(set.as_value().type_id(), id::FROZENSET) { self.heap.frozen_set() } else { self.heap.set() }
    }
    fn has_hashed(&mut self, set: &Ref<Set>, item: &Value, hash: i64) -> Result<bool> {
        Ok(matches!(set.find(self, item, hash)?, Found::Entry(_)))
    }
    fn discard_hashed(&mut self, set: &Ref<Set>, item: &Value, hash: i64) -> Result<bool> {
        match set.find(self, item, hash)? {
            Found::Entry(i) => {
                let removed = set.get_mut(&mut *self.heap).table.remove(i, ());
                drop(removed);
                Ok(true)
            }
            Found::Absent => Ok(false),
        }
    }
    /// `item` as a key to look up: an unhashable set stands for a frozenset of its items.
    fn set_key_hash(&mut self, item: &Value) -> Result<i64> {
        let result = self.hash_element(item);
        if result.is_err()
            && self.pending_is(crate::Exc::TypeError)
            && let Some(set) = item.downcast::<Set>(&*self.heap).cloned()
        {
            self.take_pending();
            return Ok(frozen_hash(self, &set));
        }
        result
    }
    fn set_contains(&mut self, set: &Ref<Set>, item: &Value) -> Result<bool> {
        let hash = self.set_key_hash(item)?;
        self.has_hashed(set, item, hash)
    }
    pub(crate) fn set_difference_update(&mut self, set: &Ref<Set>, other: &Value) -> Result<()> {
        if other.is(set.as_value()) {
            return self.set_clear(set);
        }
        if let Some(other) = other.downcast::<Set>(&*self.heap).cloned() {
            let mut position = 0;
            while let Some((next, hash, item)) = other.item_from(&*self.heap, position) {
                position = next;
                self.discard_hashed(set, &item, hash)?;
            }
            return Ok(());
        }
        if let Some(dict) = other.downcast_exact::<Dict>().cloned() {
            for (item, hash) in dict.hashed_keys(&*self.heap) {
                self.discard_hashed(set, &item, hash)?;
            }
            return Ok(());
        }
        self.for_each(other, |vm, item| {
            let hash = vm.hash_element(&item)?;
            vm.discard_hashed(set, &item, hash).map(drop)
        })
    }
    pub(crate) fn set_symmetric_difference_update(&mut self, set: &Ref<Set>, other: &Value) -> Result<()> {
        if other.is(set.as_value()) {
            return self.set_clear(set);
        }
        let other = self.as_set(other)?;
        for (hash, item) in other.hashed_items(&*self.heap) {
            if !self.discard_hashed(set, &item, hash)? {
                set.add_hashed(self, item, hash)?;
            }
        }
        Ok(())
    }
    fn set_clear(&mut self, set: &Ref<Set>) -> Result<()> {
        let old = set.replace_table(&mut self.heap, Table::default());
        drop(old);
        Ok(())
    }
    fn set_intersection(&mut self, set: &Ref<Set>, other: &Value) -> Result<Ref<Set>> {
        if other.is(set.as_value()) {
            return Ok(self.set_copy(set));
        }
        let result = self.new_set_like(set);
        if let Some(other) = other.downcast::<Set>(&*self.heap).cloned() {
            let (small, large) = if other.len(&*self.heap) > set.len(&*self.heap) { (set, &other) } else { (&other, set) };
            result.add_from(self, small, &mut |vm, item, hash| vm.has_hashed(large, item, hash))?;
            return Ok(result);
        }
        self.for_each(other, |vm, item| {
            let hash = vm.hash(&item)?;
            if vm.has_hashed(set, &item, hash)? {
                result.add_hashed(vm, item, hash)?;
            }
            Ok(())
        })?;
        Ok(result)
    }
    fn set_difference(&mut self, set: &Ref<Set>, other: &Value) -> Result<Ref<Set>> {
        if let Some(other) = other.downcast::<Set>(&*self.heap).cloned() {
            let result = self.new_set_like(set);
            result.add_from(self, set, &mut |vm, item, hash| Ok(!vm.has_hashed(&other, item, hash)?))?;
            return Ok(result);
        }
        if let Some(dict) = other.downcast_exact::<Dict>().cloned() {
            let result = self.new_set_like(set);
            result.add_from(self, set, &mut |vm, item, hash| Ok(matches!(dict.find(vm, item, hash)?, Found::Absent)))?;
            return Ok(result);
        }
        let result = self.set_copy(set);
        self.set_difference_update(&result, other)?;
        Ok(result)
    }
    fn set_is_subset(&mut self, a: &Ref<Set>, b: &Ref<Set>) -> Result<bool> {
        if a.len(&*self.heap) > b.len(&*self.heap) {
            return Ok(false);
        }
        let mut position = 0;
        while let Some((next, hash, item)) = a.item_from(&*self.heap, position) {
            position = next;
            if !self.has_hashed(b, &item, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    fn set_compare(&mut self, op: CmpOp, this: &Ref<Set>, other: &Value) -> Result<Value> {
        let Some(other) = other.downcast::<Set>(&*self.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        let (a, b) = (this.len(&*self.heap), other.len(&*self.heap));
        let result = match op {
            CmpOp::Eq | CmpOp::Ne => {
                let known = |s: &Ref<Set>| s.get(&*self.heap).hash.get();
                let (x, y) = (known(this), known(&other));
                let equal = a == b && (x == -1 || y == -1 || x == y) && self.set_is_subset(this, &other)?;
                equal == (op == CmpOp::Eq)
            }
            CmpOp::Lt => a < b && self.set_is_subset(this, &other)?,
            CmpOp::Le => self.set_is_subset(this, &other)?,
            CmpOp::Gt => a > b && self.set_is_subset(&other, this)?,
            CmpOp::Ge => self.set_is_subset(&other, this)?,
        };
        Ok(Value::bool(result))
    }
    fn set_repr(&mut self, this: &Ref<Set>) -> Result<String> {
        let name = self.heap.type_name(this.as_value());
        if this.len(&*self.heap) == 0 {
            return Ok(format!("{name}()"));
        }
        if !self.repr_enter(this.as_value()) {
            return Ok(format!("{name}(...)"));
        }
        let items = this.items(&*self.heap);
        let list = self.list(items);
        let text = self.repr_text(&list);
        self.repr_leave(this.as_value());
        let text = text?;
        let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(&text);
        Ok(if this.as_value().type_id() == id::SET { format!("{{{inner}}}") } else { format!("{name}({{{inner}}})") })
    }
    /// The next item of a set iterator.
    pub(crate) fn set_iter_next(&mut self, it: &Ref<SetIter>) -> Result<Option<Value>> {
        let state = it.get(&*self.heap);
        let Some(set) = &state.set else { return Ok(None) };
        let table = &set.get(&*self.heap).table;
        if table.len() != state.size {
            it.get_mut(&mut *self.heap).size = usize::MAX;
            return Err(self.runtime_error("Set changed size during iteration"));
        }
        match table.next_from(state.position) {
            Some((position, entry)) => {
                let item = entry.key.clone();
                let state = it.get_mut(&mut *self.heap);
                state.position = position;
                state.left = state.left.saturating_sub(1);
                Ok(item)
            }
            None => {
                let done = it.get_mut(&mut *self.heap).set.take();
                drop(done);
                Ok(None)
            }
        }
    }
    fn set_iterator(&mut self, set: &Ref<Set>) -> Value {
        let size = set.len(&*self.heap);
        self.heap.alloc(SetIter { set: Some(set.clone()), position: 0, size, left: size }).into_value()
    }
    fn set_key_error(&mut self, item: &Value) -> crate::Raised {
        self.key_error(item.clone())
    }
    fn binary_set(&mut self, left: &Value, right: &Value, op: SetOp) -> Result<Value> {
        let (Some(a), true) = (left.downcast::<Set>(&*self.heap).cloned(), self.is_any_set(right)) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        Ok(match op {
            SetOp::Or => {
                let result = self.set_copy(&a);
                if !right.is(left) {
                    self.set_update(&result, right)?;
                }
                result
            }
            SetOp::And => self.set_intersection(&a, right)?,
            SetOp::Sub => self.set_difference(&a, right)?,
            SetOp::Xor => {
                let other = self.as_set(right)?;
                let result = self.new_set_like(&a);
                result.add_from(self, &a, &mut |vm, item, hash| Ok(!vm.has_hashed(&other, item, hash)?))?;
                result.add_from(self, &other, &mut |vm, item, hash| Ok(!vm.has_hashed(&a, item, hash)?))?;
                result
            }
        }
        .into_value())
    }
}

#[derive(Clone, Copy)]
enum SetOp {
    Or,
    And,
    Sub,
    Xor,
}

/// The hash of a set's items as a frozenset: independent of their order.
fn frozen_hash(vm: &Vm, set: &Ref<Set>) -> i64 {
    let table = &set.get(&*vm.heap).table;
    let shuffle = |h: u64| ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
    let mut hash = table.iter_hashed().fold(0u64, |acc, (h, _, ())| acc ^ shuffle(h as u64));
    hash ^= (table.len() as u64 + 1).wrapping_mul(1927868237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69069).wrapping_add(907133923);
    if hash == u64::MAX { 590923713 } else { hash as i64 }
}

struct CommonMethods;

#[methods(hot)]
impl CommonMethods {
    #[sig("()")]
    fn __repr__(this: &Ref<Set>, vm: &mut Vm) -> Result<String> {
        vm.set_repr(this)
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.set_compare(CmpOp::Lt, this, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.set_compare(CmpOp::Le, this, value)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.set_compare(CmpOp::Eq, this, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.set_compare(CmpOp::Ne, this, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.set_compare(CmpOp::Gt, this, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.set_compare(CmpOp::Ge, this, value)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Set>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.set_iterator(this))
    }
    #[sig("(value, /)")]
    fn __sub__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(this.as_value(), value, SetOp::Sub)
    }
    #[sig("(value, /)")]
    fn __rsub__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(value, this.as_value(), SetOp::Sub)
    }
    #[sig("(value, /)")]
    fn __and__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(this.as_value(), value, SetOp::And)
    }
    #[sig("(value, /)")]
    fn __rand__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(value, this.as_value(), SetOp::And)
    }
    #[sig("(value, /)")]
    fn __xor__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(this.as_value(), value, SetOp::Xor)
    }
    #[sig("(value, /)")]
    fn __rxor__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(value, this.as_value(), SetOp::Xor)
    }
    #[sig("(value, /)")]
    fn __or__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(this.as_value(), value, SetOp::Or)
    }
    #[sig("(value, /)")]
    fn __ror__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.binary_set(value, this.as_value(), SetOp::Or)
    }
    #[sig("()")]
    fn __len__(this: &Ref<Set>, vm: &mut Vm) -> Result<usize> {
        Ok(this.len(&*vm))
    }
    /// x.__contains__(y) <==> y in x.
    #[sig("(object, /)")]
    fn __contains__(this: &Ref<Set>, vm: &mut Vm, object: &Value) -> Result<bool> {
        vm.set_contains(this, object)
    }
    /// Return a shallow copy of a set.
    #[sig("()")]
    fn copy(this: &Ref<Set>, vm: &mut Vm) -> Result<Value> {
        if this.as_value().type_id() == id::FROZENSET {
            return Ok(this.to_value());
        }
        Ok(vm.set_copy(this).into_value())
    }
    /// Return a new set with elements in the set that are not in the others.
    #[sig("(*others)")]
    fn difference(this: &Ref<Set>, vm: &mut Vm, others: &[Value]) -> Result<Value> {
        let Some((first, rest)) = others.split_first() else { return Ok(vm.set_copy(this).into_value()) };
        let result = vm.set_difference(this, first)?;
        for other in rest {
            vm.set_difference_update(&result, other)?;
        }
        Ok(result.into_value())
    }
    /// Return a new set with elements common to the set and all others.
    #[sig("(*others)")]
    fn intersection(this: &Ref<Set>, vm: &mut Vm, others: &[Value]) -> Result<Value> {
        let Some((first, rest)) = others.split_first() else { return Ok(vm.set_copy(this).into_value()) };
        let mut result = vm.set_intersection(this, first)?;
        for other in rest {
            result = vm.set_intersection(&result, other)?;
        }
        Ok(result.into_value())
    }
    /// Return True if two sets have a null intersection.
    #[sig("(other, /)")]
    fn isdisjoint(this: &Ref<Set>, vm: &mut Vm, other: &Value) -> Result<bool> {
        if let Some(other) = other.downcast::<Set>(&*vm).cloned() {
            let (small, large) = if other.len(&*vm) > this.len(&*vm) { (this, &other) } else { (&other, this) };
            let mut position = 0;
            while let Some((next, hash, item)) = small.item_from(&*vm, position) {
                position = next;
                if vm.has_hashed(large, &item, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let iterator = vm.iter(other)?;
        while let Some(item) = vm.next(&iterator)? {
            let hash = vm.hash_element(&item)?;
            if vm.has_hashed(this, &item, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    /// Report whether another set contains this set.
    #[sig("(other, /)")]
    fn issubset(this: &Ref<Set>, vm: &mut Vm, other: &Value) -> Result<bool> {
        if let Some(other) = other.downcast::<Set>(&*vm).cloned() {
            return vm.set_is_subset(this, &other);
        }
        let common = vm.set_intersection(this, other)?;
        Ok(common.len(&*vm) == this.len(&*vm))
    }
    /// Report whether this set contains another set.
    #[sig("(other, /)")]
    fn issuperset(this: &Ref<Set>, vm: &mut Vm, other: &Value) -> Result<bool> {
        if let Some(other) = other.downcast::<Set>(&*vm).cloned() {
            return vm.set_is_subset(&other, this);
        }
        let iterator = vm.iter(other)?;
        while let Some(item) = vm.next(&iterator)? {
            if !vm.set_contains(this, &item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Set>, vm: &mut Vm) -> Result<Value> {
        let items = this.items(&*vm);
        let items = vm.list(items);
        let args = vm.tuple(vec![items]);
        let state = vm.call_method(this.as_value(), "__getstate__", &[])?;
        let ty = vm.type_of(this.as_value()).into_value();
        Ok(vm.tuple(vec![ty, args, state]))
    }
    /// S.__sizeof__() -> size of S in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Set>, vm: &mut Vm) -> Result<usize> {
        Ok(48 + this.get(&*vm).table.size())
    }
    /// Return a new set with elements in either the set or other but not both.
    #[sig("(other, /)")]
    fn symmetric_difference(this: &Ref<Set>, vm: &mut Vm, other: &Value) -> Result<Value> {
        let other = vm.as_set(other)?;
        vm.binary_set(this.as_value(), other.as_value(), SetOp::Xor)
    }
    /// Return a new set with elements from the set and all others.
    #[sig("(*others)")]
    fn union(this: &Ref<Set>, vm: &mut Vm, others: &[Value]) -> Result<Value> {
        let result = vm.set_copy(this);
        for other in others {
            if !other.is(this.as_value()) {
                vm.set_update(&result, other)?;
            }
        }
        Ok(result.into_value())
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}

struct SetMethods;

#[methods(hot)]
impl SetMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Set::default()).into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Set>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let keywords = !kwargs.items.is_empty() && vm.keeps_init(this.as_value().type_id(), id::SET);
        let name = if keywords { "set".into() } else { vm.type_name(this.as_value()) };
        let iterable = vm.one_argument(&name, args, keywords)?;
        vm.set_clear(this)?;
        match iterable {
            Some(iterable) => vm.set_update(this, iterable),
            None => Ok(()),
        }
    }
    #[sig("(value, /)")]
    fn __isub__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !vm.is_any_set(value) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        vm.set_difference_update(this, value)?;
        Ok(this.to_value())
    }
    #[sig("(value, /)")]
    fn __iand__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !vm.is_any_set(value) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        SetMethods::intersection_update(this, vm, std::slice::from_ref(value))?;
        Ok(this.to_value())
    }
    #[sig("(value, /)")]
    fn __ixor__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !vm.is_any_set(value) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        vm.set_symmetric_difference_update(this, value)?;
        Ok(this.to_value())
    }
    #[sig("(value, /)")]
    fn __ior__(this: &Ref<Set>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !vm.is_any_set(value) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        vm.set_update(this, value)?;
        Ok(this.to_value())
    }
    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[sig("(object, /)")]
    fn add(this: &Ref<Set>, vm: &mut Vm, object: Value) -> Result<()> {
        this.add(vm, object).map(drop)
    }
    /// Remove all elements from this set.
    #[sig("()")]
    fn clear(this: &Ref<Set>, vm: &mut Vm) -> Result<()> {
        vm.set_clear(this)
    }
    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[sig("(object, /)")]
    fn discard(this: &Ref<Set>, vm: &mut Vm, object: &Value) -> Result<()> {
        let hash = vm.set_key_hash(object)?;
        vm.discard_hashed(this, object, hash).map(drop)
    }
    /// Update the set, removing elements found in others.
    #[sig("(*others)")]
    fn difference_update(this: &Ref<Set>, vm: &mut Vm, others: &[Value]) -> Result<()> {
        for other in others {
            vm.set_difference_update(this, other)?;
        }
        Ok(())
    }
    /// Update the set, keeping only elements found in it and all others.
    #[sig("(*others)")]
    fn intersection_update(this: &Ref<Set>, vm: &mut Vm, others: &[Value]) -> Result<()> {
        let mut result = vm.set_copy(this);
        for other in others {
            result = vm.set_intersection(&result, other)?;
        }
        let table = result.get(&*vm).table.duplicate();
        let old = this.replace_table(&mut vm.heap, table);
        drop(old);
        Ok(())
    }
    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[sig("()")]
    fn pop(this: &Ref<Set>, vm: &mut Vm) -> Result<Value> {
        let first = this.get_mut(vm).table.first();
        let removed = first.and_then(|i| this.get_mut(vm).table.remove(i, ()));
        match removed {
            Some((item, ())) => Ok(item),
            None => {
                let message = vm.str("pop from an empty set");
                Err(vm.key_error(message))
            }
        }
    }
    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[sig("(object, /)")]
    fn remove(this: &Ref<Set>, vm: &mut Vm, object: &Value) -> Result<()> {
        let hash = vm.set_key_hash(object)?;
        if vm.discard_hashed(this, object, hash)? { Ok(()) } else { Err(vm.set_key_error(object)) }
    }
    /// Update the set, keeping only elements found in either set, but not in both.
    #[sig("(other, /)")]
    fn symmetric_difference_update(this: &Ref<Set>, vm: &mut Vm, other: &Value) -> Result<()> {
        vm.set_symmetric_difference_update(this, other)
    }
    /// Update the set, adding elements from all others.
    #[sig("(*others)")]
    fn update(this: &Ref<Set>, vm: &mut Vm, others: &[Value]) -> Result<()> {
        for other in others {
            vm.set_update(this, other)?;
        }
        Ok(())
    }
}

struct FrozenSetMethods;

#[methods(hot)]
impl FrozenSetMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        let keywords = !kwargs.items.is_empty() && vm.keeps_init(type_id, id::FROZENSET);
        let name = if keywords { "frozenset".into() } else { cls.name(&vm.heap) };
        let iterable = vm.one_argument(&name, args, keywords)?;
        if type_id == id::FROZENSET
            && let Some(iterable) = iterable
            && iterable.type_id() == id::FROZENSET
        {
            return Ok(iterable.clone());
        }
        let set = vm.heap.alloc_typed(type_id, Set::default());
        if let Some(iterable) = iterable {
            vm.set_update(&set, iterable)?;
        }
        Ok(set.into_value())
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Set>, vm: &mut Vm) -> Result<i64> {
        let known: &Cell<i64> = &this.get(&*vm).hash;
        if known.get() == -1 {
            known.set(frozen_hash(vm, this));
        }
        Ok(known.get())
    }
}

struct SetIterMethods;

#[methods(hot)]
impl SetIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<SetIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<SetIter>, vm: &mut Vm) -> Result<Value> {
        let item = vm.set_iter_next(this)?;
        vm.next_value(item)
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<SetIter>, vm: &mut Vm) -> Result<usize> {
        let state = this.get(&*vm);
        Ok(match &state.set {
            Some(s) if s.len(&*vm) == state.size => state.left,
            _ => 0,
        })
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<SetIter>, vm: &mut Vm) -> Result<Value> {
        let s = this.get(&*vm);
        let copy = SetIter { set: s.set.clone(), position: s.position, size: s.size, left: s.left };
        let copy = vm.heap.alloc(copy);
        let mut items = Vec::new();
        while let Some(item) = vm.set_iter_next(&copy)? {
            items.push(item);
        }
        let items = vm.list(items);
        let (function, args) = (vm.builtin("iter"), vm.tuple(vec![items]));
        Ok(vm.tuple(vec![function, args]))
    }
}

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<CommonMethods>(id::SET);
    vm.attach::<SetMethods>(id::SET);
    let hash = vm.names.__hash__.clone();
    let set = vm.core_type(id::SET);
    vm.set_type_attribute(&set, &hash, Some(Value::NONE));
    vm.attach::<CommonMethods>(id::FROZENSET);
    vm.attach::<FrozenSetMethods>(id::FROZENSET);
    vm.attach::<SetIterMethods>(id::SET_ITERATOR);
    vm.heap.info_mut(id::SET_ITERATOR).next = Some(|vm, it| match it.downcast::<SetIter>(&*vm.heap).cloned() {
        Some(it) => vm.set_iter_next(&it),
        None => Ok(None),
    });
}
