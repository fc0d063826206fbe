//! Dict views and iterators: Python methods.
//!
//! Views of keys and items are sets in behaviour: their operators build real sets. Iterators notice when the dict
//! changed its size, and stop rather than run past the entries they were made for.

use crate::Result;
use crate::builtins::iterators::{DictIter, DictPart, DictView, MappingProxy};
use crate::builtins::set::Set;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use crate::methods;
use krait_text::StrBuilder;

struct IterMethods;

impl Vm {
    /// Takes a dict iterator one step on: the index of the entry it comes to.
    fn dict_iter_step(&mut self, it: &Ref<DictIter>) -> Result<Option<usize>> {
        let state = it.get(&*self.heap);
        let Some(dict) = &state.dict else { return Ok(None) };
        let table = &dict.get(&*self.heap).table;
        if table.len() != state.size {
            // Stays so: the iterator is unusable from now on.
            it.get_mut(&mut *self.heap).size = usize::MAX;
            return Err(self.runtime_error("dictionary changed size during iteration"));
        }
        let reverse = state.reverse;
        let found = if reverse {
            // A dict that was emptied and filled again has nothing left where the iterator stood.
            if state.position > table.entry_count() { None } else { table.prev_from(state.position) }
        } else {
            table.next_from(state.position)
        };
        let Some((position, _)) = found else {
            let done = it.get_mut(&mut *self.heap).dict.take();
            drop(done);
            return Ok(None);
        };
        if state.left == 0 {
            return Err(self.runtime_error("dictionary keys changed during iteration"));
        }
        let state = it.get_mut(&mut *self.heap);
        state.position = position;
        state.left -= 1;
        Ok(Some(if reverse { position } else { position - 1 }))
    }
    /// The key and value at an index that `dict_iter_step` gave.
    fn pair_at(&self, it: &Ref<DictIter>, index: usize) -> [Value; 2] {
        let dict = &it.get(&*self.heap).dict;
        let entry = dict.as_ref().and_then(|d| d.get(&*self.heap).table.entry(index));
        entry.map_or([Value::NONE, Value::NONE], |e| [e.key.clone().unwrap_or(Value::NONE), e.value.clone()])
    }
    /// The next key and value of an iterator over items.
    pub(crate) fn dict_items_step(&mut self, it: &Ref<DictIter>) -> Result<Option<[Value; 2]>> {
        Ok(self.dict_iter_step(it)?.map(|index| self.pair_at(it, index)))
    }
    /// The next item of a dict iterator.
    pub(crate) fn dict_iter_next(&mut self, it: &Ref<DictIter>) -> Result<Option<Value>> {
        let Some(index) = self.dict_iter_step(it)? else { return Ok(None) };
        let state = it.get(&*self.heap);
        let entry = state.dict.as_ref().and_then(|d| d.get(&*self.heap).table.entry(index));
        let Some(entry) = entry else { return Ok(None) };
        Ok(Some(match state.part {
            DictPart::Keys => entry.key.clone().unwrap_or(Value::NONE),
            DictPart::Values => entry.value.clone(),
            DictPart::Items => {
                let items = self.pair_at(it, index);
                let kept = it.get_mut(&mut *self.heap).pair.take();
                let pair = self.heap.next_pair(kept.as_ref(), items);
                it.get_mut(&mut *self.heap).pair = kept.or_else(|| Some(pair.clone()));
                pair.into_value()
            }
        }))
    }
}

#[methods(hot)]
impl IterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<DictIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<DictIter>, vm: &mut Vm) -> Result<Value> {
        let item = vm.dict_iter_next(this)?;
        vm.next_value(item)
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<DictIter>, vm: &mut Vm) -> Result<usize> {
        let state = this.get(&*vm);
        Ok(match &state.dict {
            Some(d) if d.len(&*vm) == state.size => state.left,
            _ => 0,
        })
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<DictIter>, vm: &mut Vm) -> Result<Value> {
        let s = this.get(&*vm);
        let copy = DictIter { dict: s.dict.clone(), position: s.position, size: s.size, left: s.left, part: s.part, reverse: s.reverse, pair: None };
        let copy = vm.heap.alloc_typed(this.as_value().type_id(), copy);
        let mut items = Vec::new();
        while let Some(item) = vm.dict_iter_next(&copy)? {
            items.push(item);
        }
        let items = vm.list(items);
        let (function, args) = (vm.builtin("iter"), vm.tuple(vec![items]));
        Ok(vm.tuple(vec![function, args]))
    }
}

struct ViewMethods;

impl Vm {
    fn view_contains(&mut self, view: &Ref<DictView>, item: &Value) -> Result<bool> {
        let (dict, part) = { let v = view.get(&*self.heap); (v.dict.clone(), v.part) };
        match part {
            DictPart::Keys => dict.contains(self, item),
            DictPart::Items => {
                let Some(pair) = item.downcast::<Tuple>(&*self.heap) else { return Ok(false) };
                let [key, value] = pair.items(&*self.heap) else { return Ok(false) };
                let (key, value) = (key.clone(), value.clone());
                match dict.get_item(self, &key)? {
                    Some(found) => self.equal(&found, &value),
                    None => Ok(false),
                }
            }
            DictPart::Values => {
                let values = self.dict_iter(&dict, part, false);
                while let Some(v) = self.next(&values)? {
                    if self.equal(&v, item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
    /// Whether all items of `a` are in `b`.
    fn all_contained(&mut self, a: &Value, b: &Value) -> Result<bool> {
        let iterator = self.iter(a)?;
        while let Some(item) = self.next(&iterator)? {
            if !self.contains(b, &item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    fn is_set_view(&self, value: &Value) -> bool {
        value.downcast::<DictView>(&*self.heap).is_some_and(|v| v.get(&*self.heap).part != DictPart::Values)
    }
    fn view_compare(&mut self, op: CmpOp, this: &Value, other: &Value) -> Result<Value> {
        if !other.has_payload::<Set>(&*self.heap) && !self.is_set_view(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let (a, b) = (self.len(this)?, self.len(other)?);
        let result = match op {
            CmpOp::Eq => a == b && self.all_contained(this, other)?,
            CmpOp::Ne => !(a == b && self.all_contained(this, other)?),
            CmpOp::Lt => a < b && self.all_contained(this, other)?,
            CmpOp::Le => a <= b && self.all_contained(this, other)?,
            CmpOp::Gt => a > b && self.all_contained(other, this)?,
            CmpOp::Ge => a >= b && self.all_contained(other, this)?,
        };
        Ok(Value::bool(result))
    }
    fn set_of(&mut self, iterable: &Value) -> Result<Ref<Set>> {
        let set = self.heap.set();
        self.set_update(&set, iterable)?;
        Ok(set)
    }
    fn view_operation(&mut self, left: &Value, right: &Value, change: fn(&mut Vm, &Ref<Set>, &Value) -> Result<()>) -> Result<Value> {
        let set = self.set_of(left)?;
        change(self, &set, right)?;
        Ok(set.into_value())
    }
    fn view_and(&mut self, left: &Value, right: &Value) -> Result<Value> {
        let (view, other) = if self.is_set_view(left) { (left, right) } else { (right, left) };
        if other.is_exact::<Set>() && self.len(view)? <= self.len(other)? {
            return self.call_method(other, "intersection", std::slice::from_ref(view));
        }
        let set = self.heap.set();
        let iterator = self.iter(other)?;
        while let Some(item) = self.next(&iterator)? {
            if self.contains(view, &item)? {
                set.add(self, item)?;
            }
        }
        Ok(set.into_value())
    }
}

#[methods(hot)]
impl ViewMethods {
    #[sig("()")]
    fn __repr__(this: &Ref<DictView>, vm: &mut Vm) -> Result<Ref<Str>> {
        if !vm.repr_enter(this.as_value()) {
            return Ok(vm.intern("..."));
        }
        let name = vm.heap.type_name(this.as_value());
        let result = vm.collect(this.as_value()).and_then(|items| {
            let list = vm.list(items);
            vm.repr(&list)
        });
        vm.repr_leave(this.as_value());
        let list = result?;
        let mut out = StrBuilder::new();
        out.push_str(&name);
        out.push_str("(");
        out.push_ref(list.view(&*vm.heap));
        out.push_str(")");
        Ok(vm.heap.str_buf(out.finish()))
    }
    #[sig("()")]
    fn __iter__(this: &Ref<DictView>, vm: &mut Vm) -> Result<Value> {
        let (dict, part) = { let v = this.get(&*vm); (v.dict.clone(), v.part) };
        Ok(vm.dict_iter(&dict, part, false))
    }
    #[sig("()")]
    fn __len__(this: &Ref<DictView>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm).dict.len(&*vm))
    }
    /// Return a reverse iterator over the dict view.
    #[sig("()")]
    fn __reversed__(this: &Ref<DictView>, vm: &mut Vm) -> Result<Value> {
        let (dict, part) = { let v = this.get(&*vm); (v.dict.clone(), v.part) };
        Ok(vm.dict_iter(&dict, part, true))
    }
    /// dictionary that this view refers to
    #[getter]
    fn mapping(this: &Ref<DictView>, vm: &mut Vm) -> Result<Value> {
        let mapping = this.get(&*vm).dict.to_value();
        Ok(vm.heap.alloc(MappingProxy { mapping }).into_value())
    }
}

struct SetViewMethods;

#[methods(hot)]
impl SetViewMethods {
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_compare(CmpOp::Lt, this.as_value(), value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_compare(CmpOp::Le, this.as_value(), value)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_compare(CmpOp::Eq, this.as_value(), value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_compare(CmpOp::Ne, this.as_value(), value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_compare(CmpOp::Gt, this.as_value(), value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_compare(CmpOp::Ge, this.as_value(), value)
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<DictView>, vm: &mut Vm, key: &Value) -> Result<bool> {
        vm.view_contains(this, key)
    }
    #[sig("(value, /)")]
    fn __sub__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_operation(this.as_value(), value, Vm::set_difference_update)
    }
    #[sig("(value, /)")]
    fn __rsub__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_operation(value, this.as_value(), Vm::set_difference_update)
    }
    #[sig("(value, /)")]
    fn __and__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_and(this.as_value(), value)
    }
    #[sig("(value, /)")]
    fn __rand__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_and(value, this.as_value())
    }
    #[sig("(value, /)")]
    fn __xor__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_operation(this.as_value(), value, Vm::set_symmetric_difference_update)
    }
    #[sig("(value, /)")]
    fn __rxor__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_operation(value, this.as_value(), Vm::set_symmetric_difference_update)
    }
    #[sig("(value, /)")]
    fn __or__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_operation(this.as_value(), value, Vm::set_update)
    }
    #[sig("(value, /)")]
    fn __ror__(this: &Ref<DictView>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.view_operation(value, this.as_value(), Vm::set_update)
    }
    /// Return True if the view and the given iterable have a null intersection.
    #[sig("(other, /)")]
    fn isdisjoint(this: &Ref<DictView>, vm: &mut Vm, other: &Value) -> Result<bool> {
        if other.is(this.as_value()) {
            return Ok(this.get(&*vm).dict.len(&*vm) == 0);
        }
        let iterator = vm.iter(other)?;
        while let Some(item) = vm.next(&iterator)? {
            if vm.view_contains(this, &item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}


pub(crate) fn init(vm: &mut Vm) {
    for view in [id::DICT_KEYS, id::DICT_VALUES, id::DICT_ITEMS] {
        vm.attach::<ViewMethods>(view);
    }
    vm.attach::<SetViewMethods>(id::DICT_KEYS);
    vm.attach::<SetViewMethods>(id::DICT_ITEMS);
    let iterators = [
        id::DICT_KEY_ITERATOR,
        id::DICT_VALUE_ITERATOR,
        id::DICT_ITEM_ITERATOR,
        id::DICT_REVERSE_KEY_ITERATOR,
        id::DICT_REVERSE_VALUE_ITERATOR,
        id::DICT_REVERSE_ITEM_ITERATOR,
    ];
    for iterator in iterators {
        vm.attach::<IterMethods>(iterator);
        vm.heap.info_mut(iterator).next = Some(|vm, it| match it.downcast::<DictIter>(&*vm.heap).cloned() {
            Some(it) => vm.dict_iter_next(&it),
            None => Ok(None),
        });
    }
}
