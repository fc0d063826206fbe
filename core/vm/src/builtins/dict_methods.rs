//! `dict`: Python methods, and the semantics of `update` that other rooms share.
//!
//! Storage is in `dict.rs` and `table.rs`, views and iterators in `dict_views.rs`, the read-only proxy in
//! `mappingproxy_methods.rs`.

use crate::args::KwArgs;
use crate::builtins::dict::{Dict, Found};
use crate::builtins::iterators::{DictIter, DictPart, DictView};
use crate::builtins::list::List;
use crate::builtins::set::Set;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special, methods};
use krait_text::StrBuilder;

pub(crate) struct DictMethods;

impl Vm {
    /// An iterator over a dict.
    pub fn dict_iter(&mut self, dict: &Ref<Dict>, part: DictPart, reverse: bool) -> Value {
        let table = &dict.get(&*self.heap).table;
        let size = table.len();
        let position = if reverse { table.entry_count() } else { 0 };
        let type_id = match (part, reverse) {
            (DictPart::Keys, false) => id::DICT_KEY_ITERATOR,
            (DictPart::Values, false) => id::DICT_VALUE_ITERATOR,
            (DictPart::Items, false) => id::DICT_ITEM_ITERATOR,
            (DictPart::Keys, true) => id::DICT_REVERSE_KEY_ITERATOR,
            (DictPart::Values, true) => id::DICT_REVERSE_VALUE_ITERATOR,
            (DictPart::Items, true) => id::DICT_REVERSE_ITEM_ITERATOR,
        };
        self.heap.alloc_typed(type_id, DictIter { dict: Some(dict.clone()), position, size, left: size, part, reverse, pair: None }).into_value()
    }
    /// Whether iterating and indexing a dict or subclass instance is dict's own, so that its table can be read.
    fn is_plain_dict(&mut self, value: &Value) -> bool {
        if value.is_exact::<Dict>() {
            return true;
        }
        if !value.has_payload::<Dict>(&*self.heap) {
            return false;
        }
        let (own, found) = (self.heap.special(id::DICT, Special::Iter), self.heap.special(value.type_id(), Special::Iter));
        matches!((own, found), (Some(a), Some(b)) if a.is(&b))
    }
    /// `dict.update(other)` for a mapping. With `keep`, present keys stay as they are.
    pub fn dict_merge(&mut self, dict: &Ref<Dict>, other: &Value) -> Result<()> {
        if self.is_plain_dict(other)
            && let Some(other) = other.downcast::<Dict>(&*self.heap).cloned()
        {
            return self.dict_merge_dict(dict, &other);
        }
        let keys = self.call_method(other, "keys", &[])?;
        let iterator = self.iter(&keys)?;
        while let Some(key) = self.next(&iterator)? {
            let value = self.get_item(other, &key)?;
            dict.set_item(self, key, value)?;
        }
        Ok(())
    }
    fn dict_merge_dict(&mut self, dict: &Ref<Dict>, other: &Ref<Dict>) -> Result<()> {
        if dict.is(other) {
            return Ok(());
        }
        if dict.get(&*self.heap).is_empty() {
            let table = other.get(&*self.heap).table.duplicate();
            let mutations = dict.get(&*self.heap).table.mutations;
            let target = &mut dict.get_mut(&mut *self.heap).table;
            let old = std::mem::replace(target, table);
            target.mutations = mutations.wrapping_add(1);
            drop(old);
            dict.recharge(&mut self.heap);
            return Ok(());
        }
        let size = other.len(&*self.heap);
        let mut position = 0;
        while let Some((next, entry)) = other.get(&*self.heap).table.next_from(position) {
            let (key, hash, value) = (entry.key.clone(), entry.hash, entry.value.clone());
            position = next;
            if let Some(key) = key {
                dict.set_hashed(self, key, hash, value)?;
            }
            if other.len(&*self.heap) != size {
                return Err(self.runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }
    /// Updates from an iterable of pairs.
    pub fn dict_merge_pairs(&mut self, dict: &Ref<Dict>, pairs: &Value) -> Result<()> {
        let iterator = self.iter(pairs)?;
        let mut i = 0usize;
        while let Some(item) = self.next(&iterator)? {
            let pair = match (item.downcast_exact::<Tuple>(), item.downcast_exact::<List>()) {
                (Some(t), _) => t.items(&*self.heap).to_vec(),
                (_, Some(l)) => l.to_vec(&*self.heap),
                _ => {
                    let has_iter = self.heap.special(item.type_id(), Special::Iter).is_some() || self.is_sequence(&item);
                    let result = if has_iter { self.collect(&item) } else { Err(self.type_error("object is not iterable")) };
                    if result.is_err() && self.pending_is(Exc::TypeError) {
                        let error = self.take_pending();
                        let note = self.str(&format!("Cannot convert dictionary update sequence element #{i} to a sequence"));
                        self.call_method(&error, "add_note", &[note])?;
                        return Err(self.raise(error));
                    }
                    result?
                }
            };
            let [key, value] = &pair[..] else {
                let n = pair.len();
                return Err(self.value_error(format!("dictionary update sequence element #{i} has length {n}; 2 is required")));
            };
            dict.set_item(self, key.clone(), value.clone())?;
            i += 1;
        }
        Ok(())
    }
    /// `dict.update(arg, **kwargs)`, `dict(arg, **kwargs)`; `name` is for the error message.
    pub fn dict_update(&mut self, dict: &Ref<Dict>, name: &str, args: &[Value], kwargs: &KwArgs<'_>) -> Result<()> {
        if args.len() > 1 {
            let n = args.len();
            return Err(self.type_error(format!("{name} expected at most 1 argument, got {n}")));
        }
        if let Some(other) = args.first() {
            self.dict_update_from(dict, other)?;
        }
        for (key, value) in &kwargs.items {
            dict.set_item(self, (*key).clone(), (*value).clone())?;
        }
        Ok(())
    }
    /// `dict.update(other)`: a mapping or an iterable of pairs.
    pub fn dict_update_from(&mut self, dict: &Ref<Dict>, other: &Value) -> Result<()> {
        if other.is_exact::<Dict>() {
            return self.dict_merge(dict, other);
        }
        let keys = self.names.keys.clone();
        if self.get_attr_opt(other, &keys)?.is_some() { self.dict_merge(dict, other) } else { self.dict_merge_pairs(dict, other) }
    }
    fn dict_equal(&mut self, a: &Ref<Dict>, b: &Ref<Dict>) -> Result<bool> {
        if a.len(&*self.heap) != b.len(&*self.heap) {
            return Ok(false);
        }
        let mut position = 0;
        while let Some((next, entry)) = a.get(&*self.heap).table.next_from(position) {
            let (key, hash, value) = (entry.key.clone(), entry.hash, entry.value.clone());
            position = next;
            let Some(key) = key else { continue };
            let other = match b.find(self, &key, hash)? {
                Found::Entry(i) => b.get(&*self.heap).table.entry(i).map(|e| e.value.clone()),
                Found::Absent => None,
            };
            let Some(other) = other else { return Ok(false) };
            if !self.equal(&value, &other)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    fn dict_eq(&mut self, this: &Ref<Dict>, other: &Value, wanted: bool) -> Result<Value> {
        let Some(other) = other.downcast::<Dict>(&*self.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        let equal = self.nested(" in comparison", |vm| vm.dict_equal(this, &other))?;
        Ok(Value::bool(equal == wanted))
    }
    fn dict_repr_items(&mut self, dict: &Ref<Dict>, out: &mut StrBuilder) -> Result<()> {
        out.push_str("{");
        let (mut position, mut first) = (0, true);
        while let Some((next, entry)) = dict.get(&*self.heap).table.next_from(position) {
            let (key, value) = (entry.key.clone(), entry.value.clone());
            position = next;
            let Some(key) = key else { continue };
            if !first {
                out.push_str(", ");
            }
            first = false;
            self.repr_into(out, &key)?;
            out.push_str(": ");
            self.repr_into(out, &value)?;
        }
        out.push_str("}");
        Ok(())
    }
    /// `dict.pop(key)`: the value, when the key is there.
    pub fn dict_pop(&mut self, dict: &Ref<Dict>, key: &Value) -> Result<Option<Value>> {
        if dict.get(&*self.heap).is_empty() {
            // An unhashable key is an error even so.
            self.hash_key(key)?;
            return Ok(None);
        }
        dict.remove_item(self, key)
    }
    /// `dict.setdefault(key, default)` with one look-up.
    pub fn dict_set_default(&mut self, dict: &Ref<Dict>, key: &Value, default: Value) -> Result<Value> {
        match dict.locate(self, key)? {
            (_, Found::Entry(i)) => Ok(dict.get(&*self.heap).table.entry(i).map_or(Value::NONE, |e| e.value.clone())),
            (hash, Found::Absent) => {
                dict.get_mut(&mut *self.heap).table.push(hash, key.clone(), default.clone());
                dict.recharge(&mut self.heap);
                Ok(default)
            }
        }
    }
    fn dict_view(&mut self, dict: &Ref<Dict>, part: DictPart) -> Value {
        let type_id = match part {
            DictPart::Keys => id::DICT_KEYS,
            DictPart::Values => id::DICT_VALUES,
            DictPart::Items => id::DICT_ITEMS,
        };
        self.heap.alloc_typed(type_id, DictView { dict: dict.clone(), part }).into_value()
    }
    /// `dict | other` with either operand first.
    fn dict_or(&mut self, left: &Value, right: &Value) -> Result<Value> {
        let (Some(left), true) = (left.downcast::<Dict>(&*self.heap).cloned(), right.has_payload::<Dict>(&*self.heap)) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let merged = left.copy(self);
        self.dict_update_from(&merged, right)?;
        Ok(merged.into_value())
    }
}

#[methods(hot)]
impl DictMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Dict::default()).into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Dict>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.dict_update(this, "dict", args, &kwargs)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Dict>, vm: &mut Vm) -> Result<Ref<Str>> {
        if this.get(&*vm).is_empty() {
            return Ok(vm.intern("{}"));
        }
        if !vm.repr_enter(this.as_value()) {
            return Ok(vm.intern("{...}"));
        }
        let mut out = StrBuilder::new();
        let result = vm.dict_repr_items(this, &mut out);
        vm.repr_leave(this.as_value());
        result?;
        Ok(vm.heap.str_buf(out.finish()))
    }
    #[sig("(value, /)")]
    fn __lt__(_this: &Ref<Dict>, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    #[sig("(value, /)")]
    fn __le__(_this: &Ref<Dict>, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.dict_eq(this, value, true)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.dict_eq(this, value, false)
    }
    #[sig("(value, /)")]
    fn __gt__(_this: &Ref<Dict>, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    #[sig("(value, /)")]
    fn __ge__(_this: &Ref<Dict>, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.dict_iter(this, DictPart::Keys, false))
    }
    #[sig("(value, /)")]
    fn __or__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.dict_or(this.as_value(), value)
    }
    #[sig("(value, /)")]
    fn __ror__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.dict_or(value, this.as_value())
    }
    #[sig("(value, /)")]
    fn __ior__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.dict_update_from(this, value)?;
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __len__(this: &Ref<Dict>, vm: &mut Vm) -> Result<usize> {
        Ok(this.len(&*vm.heap))
    }
    #[sig("(key, /)")]
    pub(crate) fn __getitem__(this: &Ref<Dict>, vm: &mut Vm, key: &Value) -> Result<Value> {
        if let Some(v) = this.get_item(vm, key)? {
            return Ok(v);
        }
        if !this.as_value().is_exact::<Dict>()
            && let Some(missing) = vm.heap.special(this.as_value().type_id(), Special::Missing)
        {
            return vm.call_unbound(&missing, this.as_value(), std::slice::from_ref(key));
        }
        Err(vm.key_error(key.clone()))
    }
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<Dict>, vm: &mut Vm, key: Value, value: Value) -> Result<()> {
        this.set_item(vm, key, value)
    }
    #[sig("(key, /)")]
    fn __delitem__(this: &Ref<Dict>, vm: &mut Vm, key: &Value) -> Result<()> {
        match this.remove_item(vm, key)? {
            Some(_) => Ok(()),
            None => Err(vm.key_error(key.clone())),
        }
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<Dict>, vm: &mut Vm, key: &Value) -> Result<bool> {
        this.contains(vm, key)
    }
    /// Return the size of the dict in memory.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Dict>, vm: &mut Vm) -> Result<usize> {
        Ok(48 + this.get(&*vm).table.size())
    }
    /// Return the value for key if key is in the dictionary, else default.
    #[sig("(key, default=None, /)")]
    fn get(this: &Ref<Dict>, vm: &mut Vm, key: &Value, default: Value) -> Result<Value> {
        Ok(this.get_item(vm, key)?.unwrap_or(default))
    }
    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[sig("(key, default=None, /)")]
    fn setdefault(this: &Ref<Dict>, vm: &mut Vm, key: &Value, default: Value) -> Result<Value> {
        vm.dict_set_default(this, key, default)
    }
    /// Remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[sig("(key, default=<unrepresentable>, /)")]
    fn pop(this: &Ref<Dict>, vm: &mut Vm, key: &Value, default: Option<Value>) -> Result<Value> {
        match (vm.dict_pop(this, key)?, default) {
            (Some(v), _) | (None, Some(v)) => Ok(v),
            (None, None) => Err(vm.key_error(key.clone())),
        }
    }
    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[sig("()")]
    fn popitem(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        let last = this.get(&*vm).table.prev_from(usize::MAX).map(|(i, _)| i);
        let removed = last.and_then(|i| this.get_mut(vm).table.remove_last(i, Value::NONE));
        match removed {
            Some((key, value)) => Ok(vm.tuple(vec![key, value])),
            None => {
                let message = vm.str("popitem(): dictionary is empty");
                Err(vm.key_error(message))
            }
        }
    }
    /// Return a set-like object providing a view on the dict's keys.
    #[sig("()")]
    fn keys(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.dict_view(this, DictPart::Keys))
    }
    /// Return a set-like object providing a view on the dict's items.
    #[sig("()")]
    fn items(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.dict_view(this, DictPart::Items))
    }
    /// Return an object providing a view on the dict's values.
    #[sig("()")]
    fn values(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.dict_view(this, DictPart::Values))
    }
    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    ///
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[sig("(*args, **kwargs)")]
    fn update(this: &Ref<Dict>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.dict_update(this, "update", args, &kwargs)
    }
    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod]
    #[sig("(iterable, value=None, /)")]
    fn fromkeys(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value, value: Value) -> Result<Value> {
        let made = if cls.id(&vm.heap) == id::DICT { vm.heap.dict().into_value() } else { vm.call(cls.as_value(), &[])? };
        if let Some(dict) = made.downcast_exact::<Dict>().cloned() {
            if let Some(other) = iterable.downcast_exact::<Dict>().cloned() {
                for (key, hash) in other.hashed_keys(&*vm.heap) {
                    dict.set_hashed(vm, key, hash, value.clone())?;
                }
                return Ok(made);
            }
            if matches!(iterable.type_id(), id::SET | id::FROZENSET)
                && let Some(set) = iterable.downcast::<Set>(&*vm.heap).cloned()
            {
                for (hash, key) in set.hashed_items(&*vm.heap) {
                    dict.set_hashed(vm, key, hash, value.clone())?;
                }
                return Ok(made);
            }
            vm.for_each(iterable, |vm, key| dict.set_item(vm, key, value.clone()))?;
            return Ok(made);
        }
        vm.for_each(iterable, |vm, key| vm.set_item(&made, &key, value.clone()))?;
        Ok(made)
    }
    /// Remove all items from the dict.
    #[sig("()")]
    fn clear(this: &Ref<Dict>, vm: &mut Vm) -> Result<()> {
        this.clear_all(vm);
        Ok(())
    }
    /// Return a shallow copy of the dict.
    #[sig("()")]
    fn copy(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        let own = vm.heap.shares_special(this.as_value().type_id(), id::DICT, Special::Iter);
        if own {
            return Ok(this.copy(vm).into_value());
        }
        // A subclass that iterates in its own way is copied as any mapping.
        let copy = vm.heap.dict();
        vm.dict_merge(&copy, this.as_value())?;
        Ok(copy.into_value())
    }
    /// Return a reverse iterator over the dict keys.
    #[sig("()")]
    fn __reversed__(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.dict_iter(this, DictPart::Keys, true))
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}

impl Ref<Dict> {
    /// Whether the last entry has this very key (or an equal int or string).
    pub fn is_last_key(&self, heap: &crate::Heap, key: &Value) -> bool {
        match self.get(heap).table.prev_from(usize::MAX) {
            Some((_, entry)) => entry.key.as_ref().is_some_and(|k| k.is(key)),
            None => false,
        }
    }
    /// A snapshot of the keys and their hashes.
    pub fn hashed_keys(&self, token: &impl crate::Token) -> Vec<(Value, i64)> {
        self.get(token).table.iter_hashed().map(|(h, k, _)| (k.clone(), h)).collect()
    }
}

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<DictMethods>(id::DICT);
    super::dict_views::init(vm);
    super::mappingproxy_methods::init(vm);
}
