//! Iteration, items, containment.

use crate::Result;
use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::dict::{Dict, Found};
use crate::builtins::dict_methods::DictMethods;
use crate::builtins::iterators::{DictIter, DictPart, DictView, ListIter, SeqIter, SetIter};
use crate::builtins::list::List;
use crate::builtins::list_methods::ListMethods;
use crate::builtins::set::Set;
use crate::builtins::str::{PinnedStr, Str};
use crate::builtins::str_methods::StrMethods;
use crate::builtins::slice::{RangeIter, Slice, SliceIndices};
use crate::builtins::tuple::Tuple;
use crate::builtins::tuple_methods::TupleMethods;
use crate::exceptions::Exc;
use crate::builtins::table::Plain;
use crate::heap::flags;
use crate::object::Ref;
use crate::runtime::convert::to_size;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;

/// A loop in Rust: over an exact builtin sequence by position, as its iterator would go, else over an iterator.
pub(crate) enum Walk {
    Items(Value, usize),
    Bytes(Value, usize),
    Iterator(Value),
}

/// So many nested native calls fit on any stack: steps of iterators do not ask how much is left before.
const UNASKED_LEVELS: usize = 16;

impl Vm {
    /// `iter(value)`.
    pub fn iter(&mut self, value: &Value) -> Result<Value> {
        match value.type_id() {
            id::LIST => return Ok(self.heap.alloc(ListIter { list: Some(value.clone()), index: 0, reverse: false }).into_value()),
            id::TUPLE => return Ok(self.heap.alloc_typed(id::TUPLE_ITERATOR, SeqIter { sequence: Some(value.clone()), index: 0 }).into_value()),
            id::GENERATOR | id::LIST_ITERATOR | id::RANGE_ITERATOR => return Ok(value.clone()),
            id::DICT => {
                if let Some(dict) = value.downcast_exact::<Dict>().cloned() {
                    return Ok(self.dict_iter(&dict, DictPart::Keys, false));
                }
            }
            type_id => {
                if self.heap.info(type_id).next.is_some() {
                    return Ok(value.clone());
                }
            }
        }
        if let Some(f) = self.heap.special(value.type_id(), Special::Iter) {
            if f.is_none() {
                return Err(self.not_iterable(value));
            }
            let iterator = self.call_unbound(&f, value, &[])?;
            if self.heap.special(iterator.type_id(), Special::Next).is_none() {
                let name = self.heap.type_name(&iterator);
                return Err(self.type_error(format!("iter() returned non-iterator of type '{name}'")));
            }
            return Ok(iterator);
        }
        if self.is_sequence(value) {
            return Ok(self.heap.alloc(SeqIter { sequence: Some(value.clone()), index: 0 }).into_value());
        }
        Err(self.not_iterable(value))
    }
    /// Whether the generic sequence iterator applies: `__getitem__` on no dict.
    pub fn is_sequence(&mut self, value: &Value) -> bool {
        !value.has_payload::<Dict>(&*self.heap) && self.heap.special(value.type_id(), Special::GetItem).is_some()
    }
    #[cold]
    pub fn not_iterable(&mut self, value: &Value) -> crate::Raised {
        let name = self.heap.type_name(value);
        self.type_error(format!("'{name}' object is not iterable"))
    }

    /// The next item of an iterator; `None` at the end.
    #[inline]
    pub fn next(&mut self, iterator: &Value) -> Result<Option<Value>> {
        match iterator.type_id() {
            id::RANGE_ITERATOR => {
                if let Some(it) = iterator.downcast_exact::<RangeIter>() {
                    let it = it.get_mut(&mut *self.heap);
                    if it.left == 0 {
                        return Ok(None);
                    }
                    let n = it.next;
                    it.left -= 1;
                    it.next = n.wrapping_add(it.step);
                    self.tick()?;
                    return Ok(Some(self.heap.int(i128::from(n))));
                }
            }
            id::LIST_ITERATOR => {
                if let Some(it) = iterator.downcast_exact::<ListIter>() {
                    return Ok(self.next_of_list(it));
                }
            }
            _ => {}
        }
        self.next_of_other(iterator)
    }
    /// `next` for iterators that are neither over a range nor over a list.
    #[inline(never)]
    pub(crate) fn next_of_other(&mut self, iterator: &Value) -> Result<Option<Value>> {
        match iterator.type_id() {
            id::LIST_REVERSE_ITERATOR => {
                if let Some(it) = iterator.downcast::<ListIter>(&*self.heap) {
                    return Ok(self.next_of_list(it));
                }
            }
            id::TUPLE_ITERATOR => {
                if let Some(it) = iterator.downcast::<SeqIter>(&*self.heap) {
                    let (sequence, index) = { let i = it.get(&*self.heap); (&i.sequence, i.index) };
                    let item = sequence.as_ref().and_then(|s| s.downcast::<Tuple>(&*self.heap)).and_then(|t| t.items(&*self.heap).get(index as usize).cloned());
                    let it = it.get_mut(&mut *self.heap);
                    match item {
                        Some(v) => {
                            it.index += 1;
                            return Ok(Some(v));
                        }
                        None => {
                            let done = it.sequence.take();
                            drop(done);
                            return Ok(None);
                        }
                    }
                }
            }
            id::STR_ITERATOR | id::STR_ASCII_ITERATOR | id::BYTES_ITERATOR | id::BYTEARRAY_ITERATOR => {
                if let Some(it) = iterator.downcast::<SeqIter>(&*self.heap) {
                    return Ok(self.next_of_text(it));
                }
            }
            id::GENERATOR => return self.generator_next(iterator),
            id::DICT_KEY_ITERATOR | id::DICT_VALUE_ITERATOR | id::DICT_ITEM_ITERATOR => {
                if let Some(it) = iterator.downcast::<DictIter>(&*self.heap) {
                    return self.dict_iter_next(it);
                }
            }
            id::SET_ITERATOR => {
                if let Some(it) = iterator.downcast::<SetIter>(&*self.heap) {
                    return self.set_iter_next(it);
                }
            }
            type_id => {
                if let Some(next) = self.heap.info(type_id).next {
                    self.tick()?;
                    // Iterators over iterators go down one by one; the first few levels need not ask for the stack.
                    let result = if self.thread.native_depth < UNASKED_LEVELS {
                        self.thread.native_depth += 1;
                        let result = next(self, iterator);
                        self.thread.native_depth -= 1;
                        result
                    } else {
                        self.nested("", |vm| next(vm, iterator))
                    };
                    return match result {
                        Err(_) if self.pending_is(Exc::StopIteration) => {
                            self.thread.pending = None;
                            Ok(None)
                        }
                        result => result,
                    };
                }
            }
        }
        let Some(f) = self.heap.special(iterator.type_id(), Special::Next) else {
            let name = self.heap.type_name(iterator);
            return Err(self.type_error(format!("'{name}' object is not an iterator")));
        };
        let result = self.call_unbound(&f, iterator, &[]);
        self.catch(result, Exc::StopIteration)
    }
    /// The next item of a list iterator.
    #[inline]
    pub fn next_of_list(&mut self, it: &Ref<ListIter>) -> Option<Value> {
        let state = it.get(&*self.heap);
        let list = state.list.as_ref()?;
        let index = if state.reverse { state.index.wrapping_sub(1) } else { state.index };
        let item = list.downcast::<List>(&*self.heap).and_then(|l| l.get(&*self.heap).items().get(index).cloned());
        let state = it.get_mut(&mut *self.heap);
        match item {
            Some(v) => {
                state.index = if state.reverse { index } else { index + 1 };
                Some(v)
            }
            None => {
                let done = state.list.take();
                drop(done);
                None
            }
        }
    }
    /// All items of an exact builtin container, whose iteration runs no Python; `None` for all else.
    pub(crate) fn builtin_items(&mut self, iterable: &Value) -> Result<Option<Vec<Value>>> {
        let heap = &*self.heap;
        let items = match iterable.type_id() {
            id::LIST => iterable.downcast_exact::<List>().map(|l| l.to_vec(heap)),
            id::TUPLE => iterable.downcast_exact::<Tuple>().map(|t| Value::clone_all(t.items(heap))),
            id::DICT | id::DICT_KEYS | id::DICT_VALUES => {
                let (dict, part) = match iterable.downcast_exact::<Dict>() {
                    Some(dict) => (dict.clone(), DictPart::Keys),
                    None => match iterable.downcast::<DictView>(heap) {
                        Some(view) => { let v = view.get(heap); (v.dict.clone(), v.part) }
                        None => return Ok(None),
                    },
                };
                let room = self.heap.check_room(dict.len(&*self.heap) * 8);
                self.memory(room)?;
                Some(dict.part_to_vec(&self.heap, part))
            }
            id::SET | id::FROZENSET => {
                let Some(set) = iterable.downcast::<Set>(heap).cloned() else { return Ok(None) };
                let room = self.heap.check_room(set.len(&*self.heap) * 8);
                self.memory(room)?;
                Some(set.items(&*self.heap))
            }
            _ => None,
        };
        Ok(items)
    }
    /// All items of an iterable.
    pub fn collect(&mut self, iterable: &Value) -> Result<Vec<Value>> {
        if let Some(items) = self.builtin_items(iterable)? {
            return Ok(items);
        }
        if let Some(text) = iterable.downcast_exact::<Str>() {
            return self.characters(text);
        }
        let iterator = self.iter(iterable)?;
        let mut items = Vec::new();
        // A hint that fails is an error, as is one beyond all memory; one that lies is not trusted with more than a bit.
        let hint = self.length_hint(iterable, 0)?;
        if hint < isize::MAX as usize {
            let room = self.heap.check_room(hint.saturating_mul(8));
            self.memory(room)?;
        }
        items.reserve(hint.min(1 << 16));
        while let Some(item) = self.next(&iterator)? {
            if items.len() == items.capacity() {
                let room = self.heap.check_room(items.len() * 16);
                self.memory(room)?;
            }
            items.push(item);
        }
        Ok(items)
    }
    /// The characters of a string.
    fn characters(&mut self, text: &Ref<Str>) -> Result<Vec<Value>> {
        let pinned = PinnedStr::new(text);
        let view = pinned.view();
        let room = self.heap.check_room(view.len() * 8);
        self.memory(room)?;
        let mut items = Vec::with_capacity(view.len());
        items.extend(view.iter().map(|c| self.heap.char_str(c).into_value()));
        Ok(items)
    }
    /// What `__next__` returns for the result of a native iterator: StopIteration at the end.
    #[inline]
    pub fn next_value(&mut self, item: Option<Value>) -> Result<Value> {
        match item {
            Some(v) => Ok(v),
            None => Err(self.stop_iteration()),
        }
    }
    /// Runs `f` one native level deeper. `what` continues the RecursionError's message.
    #[inline]
    pub fn nested<R>(&mut self, what: &str, f: impl FnOnce(&mut Vm) -> Result<R>) -> Result<R> {
        self.check_native_depth(what)?;
        self.thread.native_depth += 1;
        let result = f(self);
        self.thread.native_depth -= 1;
        result
    }
    /// Starts a loop over an iterable.
    pub(crate) fn walk(&mut self, iterable: &Value) -> Result<Walk> {
        Ok(match iterable.type_id() {
            id::LIST | id::TUPLE => Walk::Items(iterable.clone(), 0),
            id::BYTES | id::BYTEARRAY => Walk::Bytes(iterable.clone(), 0),
            _ => Walk::Iterator(self.iter(iterable)?),
        })
    }
    /// The next item of a loop; `None` at the end, after which the loop is not asked again.
    #[inline(always)]
    pub(crate) fn walk_next(&mut self, walk: &mut Walk) -> Result<Option<Value>> {
        match walk {
            Walk::Items(sequence, next) => {
                let items = match sequence.downcast_exact::<List>() {
                    Some(list) => list.get(&*self.heap).items(),
                    None => sequence.downcast_exact::<Tuple>().map_or(&[][..], |t| t.items(&*self.heap)),
                };
                let item = items.get(*next).cloned();
                *next += 1;
                Ok(item)
            }
            Walk::Bytes(sequence, next) => Ok(self.byte_at(sequence, next)),
            Walk::Iterator(iterator) => self.next(iterator),
        }
    }
    /// A step over an exact `bytes` or `bytearray`.
    fn byte_at(&self, sequence: &Value, next: &mut usize) -> Option<Value> {
        let bytes = match sequence.downcast_exact::<ByteArray>() {
            Some(bytes) => &bytes.get(&*self.heap).data[..],
            None => sequence.downcast_exact::<Bytes>().map_or(&[][..], |b| &b.get(&*self.heap).data[..]),
        };
        let byte = bytes.get(*next)?;
        *next += 1;
        Value::small_int(i64::from(*byte))
    }
    /// Calls `each` for every item of an iterable.
    pub fn for_each(&mut self, iterable: &Value, mut each: impl FnMut(&mut Vm, Value) -> Result<()>) -> Result<()> {
        let mut walk = self.walk(iterable)?;
        while let Some(item) = self.walk_next(&mut walk)? {
            each(self, item)?;
        }
        Ok(())
    }

    /// `object[key]`.
    pub fn get_item(&mut self, object: &Value, key: &Value) -> Result<Value> {
        match object.type_id() {
            id::DICT => {
                if let Some(dict) = object.downcast_exact::<Dict>() {
                    let dict = dict.clone();
                    return match dict.get_item(self, key)? {
                        Some(v) => Ok(v),
                        None => Err(self.key_error(key.clone())),
                    };
                }
            }
            id::LIST | id::TUPLE | id::STR if key.type_id() == id::SLICE => return self.sliced(object, key),
            id::LIST => {
                if let (Some(list), Some(i)) = (object.downcast_exact::<List>(), key.as_small_int_or_bool()) {
                    let items = list.get(&*self.heap).items();
                    let i = if i < 0 { i + items.len() as i64 } else { i };
                    return match items.get(to_size(i) as usize) {
                        Some(v) => Ok(v.clone()),
                        None => Err(self.index_error("list index out of range")),
                    };
                }
            }
            id::TUPLE => {
                if let (Some(tuple), Some(i)) = (object.downcast_exact::<Tuple>(), key.as_small_int_or_bool()) {
                    let items = tuple.items(&*self.heap);
                    let i = if i < 0 { i + items.len() as i64 } else { i };
                    return match items.get(to_size(i) as usize) {
                        Some(v) => Ok(v.clone()),
                        None => Err(self.index_error("tuple index out of range")),
                    };
                }
            }
            id::STR | id::BYTES | id::BYTEARRAY => {
                if let Some(v) = self.text_item(object, key) {
                    return Ok(v);
                }
            }
            _ => {}
        }
        if let Some(item) = self.inherited_item(object, key) {
            return item;
        }
        let type_id = object.type_id();
        if let Some(native) = self.heap.info(type_id).inherited
            && let Some(get) = native.get_item
            && self.heap.shares_special(type_id, native.owner, Special::GetItem)
        {
            return get(self, object, key);
        }
        if let Some(f) = self.heap.special(type_id, Special::GetItem) {
            return self.call_unbound(&f, object, std::slice::from_ref(key));
        }
        if let Some(ty) = object.downcast::<Type>(&*self.heap).cloned() {
            return self.class_getitem(&ty, key);
        }
        let name = self.heap.type_name(object);
        Err(self.type_error(format!("'{name}' object is not subscriptable")))
    }
    /// An instance of a subclass of `dict` that has inherited one of its special methods.
    #[inline]
    fn dict_by_inheritance(&mut self, object: &Value, special: Special) -> Option<Ref<Dict>> {
        let type_id = object.type_id();
        if self.heap.info(type_id).flags & flags::DICT_SUBCLASS == 0 || !self.heap.shares_special(type_id, id::DICT, special) {
            return None;
        }
        object.downcast::<Dict>(&*self.heap).cloned()
    }
    /// The item of an instance of a subclass that has inherited `__getitem__` from a builtin container.
    fn inherited_item(&mut self, object: &Value, key: &Value) -> Option<Result<Value>> {
        let type_id = object.type_id();
        let flags = self.heap.info(type_id).flags;
        if flags & (flags::DICT_SUBCLASS | flags::TUPLE_SUBCLASS | flags::LIST_SUBCLASS) == 0 {
            return None;
        }
        if let Some(dict) = self.dict_by_inheritance(object, Special::GetItem) {
            return Some(DictMethods::__getitem__(&dict, self, key));
        }
        if flags & flags::TUPLE_SUBCLASS != 0 && self.heap.shares_special(type_id, id::TUPLE, Special::GetItem) {
            let tuple = object.downcast::<Tuple>(&*self.heap)?.clone();
            return Some(TupleMethods::__getitem__(&tuple, self, key));
        }
        if flags & flags::LIST_SUBCLASS != 0 && self.heap.shares_special(type_id, id::LIST, Special::GetItem) {
            let list = object.downcast::<List>(&*self.heap)?.clone();
            return Some(ListMethods::__getitem__(&list, self, key));
        }
        None
    }
    /// A slice of an exact list, tuple or str.
    fn sliced(&mut self, object: &Value, key: &Value) -> Result<Value> {
        if let Some(list) = object.downcast_exact::<List>() {
            return ListMethods::__getitem__(list, self, key);
        }
        if let Some(tuple) = object.downcast_exact::<Tuple>() {
            return TupleMethods::__getitem__(tuple, self, key);
        }
        match object.downcast_exact::<Str>() {
            Some(text) => StrMethods::__getitem__(text, self, key),
            None => Ok(Value::NONE),
        }
    }
    /// The item of an exact str, bytes or bytearray at a small int; `None` for all else.
    #[inline(never)]
    pub(crate) fn text_item(&mut self, object: &Value, key: &Value) -> Option<Value> {
        let i = key.as_small_int_or_bool()?;
        let place = |len: usize| usize::try_from(if i < 0 { i + len as i64 } else { i }).ok();
        let heap = &*self.heap;
        if let Some(s) = object.downcast_exact::<Str>() {
            let view = s.get(heap).view();
            let c = view.get(place(view.len())?)?;
            return Some(self.heap.char_str(c).into_value());
        }
        let bytes = match object.downcast_exact::<Bytes>() {
            Some(b) => &b.get(heap).data[..],
            None => &object.downcast_exact::<ByteArray>()?.get(heap).data[..],
        };
        bytes.get(place(bytes.len())?).map(|&b| Value::int32(b.into()))
    }
    /// `cls[key]`: `type[…]` itself, `__class_getitem__`.
    fn class_getitem(&mut self, ty: &Ref<Type>, key: &Value) -> Result<Value> {
        if ty.id(&self.heap) == id::TYPE {
            return self.generic_alias(ty.to_value(), key);
        }
        let name = self.names.__class_getitem__.clone();
        let value = ty.to_value();
        if let Some(f) = self.get_attr_opt(&value, &name)?
            && !f.is_none()
        {
            return self.call(&f, std::slice::from_ref(key));
        }
        let name = ty.name(&self.heap);
        Err(self.type_error(format!("type '{name}' is not subscriptable")))
    }
    /// `origin[key]` as a `types.GenericAlias`.
    pub fn generic_alias(&mut self, origin: Value, key: &Value) -> Result<Value> {
        let args = match key.downcast_exact::<Tuple>() {
            Some(t) => t.clone(),
            None => self.heap.tuple(vec![key.clone()]),
        };
        let alias = crate::builtins::generic_alias::GenericAlias { origin, args, parameters: None, starred: false };
        Ok(self.heap.alloc(alias).into_value())
    }

    /// `object[key] = value`.
    pub fn set_item(&mut self, object: &Value, key: &Value, value: Value) -> Result<()> {
        if let Some(dict) = object.downcast_exact::<Dict>() {
            let dict = dict.clone();
            return dict.set_item_of(self, key, value);
        }
        if let (Some(list), Some(i)) = (object.downcast_exact::<List>(), key.as_small_int()) {
            let items = list.get_mut(&mut *self.heap).items_mut();
            let i = if i < 0 { i + items.len() as i64 } else { i };
            return match items.get_mut(to_size(i) as usize) {
                Some(slot) => {
                    let old = std::mem::replace(slot, value);
                    drop(old);
                    Ok(())
                }
                None => Err(self.index_error("list assignment index out of range")),
            };
        }
        if let (Some(array), Some(i), Some(b)) = (object.downcast_exact::<ByteArray>(), key.as_small_int(), value.as_small_int().and_then(|b| u8::try_from(b).ok())) {
            let data = &mut array.get_mut(&mut *self.heap).data;
            let i = if i < 0 { i + data.len() as i64 } else { i };
            if let Some(slot) = usize::try_from(i).ok().and_then(|i| data.get_mut(i)) {
                *slot = b;
                return Ok(());
            }
        }
        if let Some(dict) = self.dict_by_inheritance(object, Special::SetItem) {
            return dict.set_item_of(self, key, value);
        }
        let type_id = object.type_id();
        if let Some(native) = self.heap.info(type_id).inherited
            && let Some(set) = native.set_item
            && self.heap.shares_special(type_id, native.owner, Special::SetItem)
        {
            return set(self, object, key, &value);
        }
        if let Some(f) = self.heap.special(type_id, Special::SetItem) {
            self.call_unbound(&f, object, &[key.clone(), value])?;
            return Ok(());
        }
        let name = self.heap.type_name(object);
        Err(self.type_error(format!("'{name}' object does not support item assignment")))
    }
    /// `del object[key]`.
    pub fn del_item(&mut self, object: &Value, key: &Value) -> Result<()> {
        if let Some(f) = self.heap.special(object.type_id(), Special::DelItem) {
            self.call_unbound(&f, object, std::slice::from_ref(key))?;
            return Ok(());
        }
        let name = self.heap.type_name(object);
        let verb = if self.deletes_as_sequence(object, key) { "doesn't" } else { "does not" };
        Err(self.type_error(format!("'{name}' object {verb} support item deletion")))
    }
    /// Whether an error about `del object[key]` is one about sequences: those have words of their own.
    #[cold]
    fn deletes_as_sequence(&mut self, object: &Value, key: &Value) -> bool {
        let (heap, t) = (&mut self.heap, object.type_id());
        let sequence = heap.info(t).flags & flags::HEAP_TYPE != 0
            || [Special::GetItem, Special::Len, Special::Contains].into_iter().any(|s| heap.special(t, s).is_some());
        sequence && heap.special(key.type_id(), Special::Index).is_some() && t != id::TYPE
    }

    /// The positions a slice object selects from `len` items.
    pub fn slice_indices(&mut self, slice: &Ref<Slice>, len: usize) -> Result<SliceIndices> {
        let (start, stop, step) = self.slice_parts(slice)?;
        Ok(SliceIndices::new(start, stop, step, len))
    }
    /// The raw bounds of a slice object: start, stop and step. Runs `__index__`.
    pub fn slice_parts(&mut self, slice: &Ref<Slice>) -> Result<(Option<isize>, Option<isize>, isize)> {
        let parts = slice.get(&*self.heap);
        let plain = |v: &Value| v.is_none() || v.is_small_int();
        if plain(&parts.start) && plain(&parts.stop) && plain(&parts.step) {
            let (start, stop) = (parts.start.as_small_int().map(to_size), parts.stop.as_small_int().map(to_size));
            match parts.step.as_small_int() {
                Some(0) => {}
                Some(step) => return Ok((start, stop, to_size(step).max(-isize::MAX))),
                None => return Ok((start, stop, 1)),
            }
        }
        let (start, stop, step) = { let s = slice.get(&*self.heap); (s.start.clone(), s.stop.clone(), s.step.clone()) };
        let step = if step.is_none() { 1 } else { self.slice_bound(&step)? };
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let start = if start.is_none() { None } else { Some(self.slice_bound(&start)?) };
        let stop = if stop.is_none() { None } else { Some(self.slice_bound(&stop)?) };
        Ok((start, stop, step.max(-isize::MAX)))
    }
    /// As `slice_indices`, before the length is known: the raw bounds run `__index__` first.
    pub fn slice_bounds(&mut self, start: &Value, stop: &Value, step: &Value, len: usize) -> Result<SliceIndices> {
        let step = if step.is_none() { 1 } else { self.slice_bound(step)? };
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let step = step.max(-isize::MAX);
        let start = if start.is_none() { None } else { Some(self.slice_bound(start)?) };
        let stop = if stop.is_none() { None } else { Some(self.slice_bound(stop)?) };
        Ok(SliceIndices::new(start, stop, step, len))
    }
    /// One bound of a slice; anything with `__index__`, clamped.
    pub fn slice_bound(&mut self, v: &Value) -> Result<isize> {
        if let Some(i) = v.as_small_int() {
            return Ok(to_size(i));
        }
        if self.heap.special(v.type_id(), Special::Index).is_none() {
            return Err(self.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.index_clamped(v)
    }

    /// `item in container`.
    pub fn contains(&mut self, container: &Value, item: &Value) -> Result<bool> {
        if let Some(found) = self.contains_plain(container, item) {
            return Ok(found);
        }
        if let Some(dict) = container.downcast_exact::<Dict>() {
            let dict = dict.clone();
            return dict.contains(self, item);
        }
        self.contains_in(container, item)
    }
    /// Whether a string or small int is in a string, a dict's keys or a set; `None` when that takes more to tell.
    #[inline(never)]
    pub(crate) fn contains_plain(&self, container: &Value, item: &Value) -> Option<bool> {
        let heap = &*self.heap;
        let found = if let Some(small) = item.as_small_int() {
            let hash = krait_text::int_float::hash_small(small);
            match container.type_id() {
                id::DICT => container.downcast_exact::<Dict>()?.get(heap).table.find_small(item, hash),
                id::SET | id::FROZENSET => container.downcast::<Set>(heap)?.get(heap).table.find_small(item, hash),
                _ => return None,
            }
        } else {
            let part = item.downcast_exact::<Str>()?;
            match container.type_id() {
                id::STR => return Some(container.downcast_exact::<Str>()?.get(heap).view().contains(part.get(heap).view())),
                id::DICT => container.downcast_exact::<Dict>()?.get(heap).table.find_text(heap, part, part.get(heap).hash(heap)),
                id::SET | id::FROZENSET => container.downcast::<Set>(heap)?.get(heap).table.find_text(heap, part, part.get(heap).hash(heap)),
                _ => return None,
            }
        };
        match found {
            Plain::Found(_) => Some(true),
            Plain::Absent => Some(false),
            Plain::Undecided => None,
        }
    }
    fn contains_in(&mut self, container: &Value, item: &Value) -> Result<bool> {
        match container.type_id() {
            id::LIST | id::TUPLE => return self.contains_sequentially(container, item),
            id::SET | id::FROZENSET => {
                if let (Some(set), Some(hash)) = (container.downcast::<Set>(&*self.heap), self.heap.hash_without_python(item)) {
                    let set = set.clone();
                    return Ok(matches!(set.find(self, item, hash)?, Found::Entry(_)));
                }
            }
            _ => {}
        }
        if let Some(dict) = self.dict_by_inheritance(container, Special::Contains) {
            return dict.contains(self, item);
        }
        if let Some(f) = self.heap.special(container.type_id(), Special::Contains) {
            if f.is_none() {
                let name = self.heap.type_name(container);
                return Err(self.type_error(format!("'{name}' object is not a container")));
            }
            let v = self.call_unbound(&f, container, std::slice::from_ref(item))?;
            return self.truth(&v);
        }
        let result = self.iter(container);
        let iterator = match self.catch(result, Exc::TypeError)? {
            Some(it) => it,
            None => {
                let name = self.heap.type_name(container);
                return Err(self.type_error(format!("argument of type '{name}' is not a container or iterable")));
            }
        };
        while let Some(v) = self.next(&iterator)? {
            if self.equal(&v, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// Search of a list or tuple, item by item: the list may change meanwhile.
    pub fn contains_sequentially(&mut self, container: &Value, item: &Value) -> Result<bool> {
        let mut i = 0;
        loop {
            let heap = &*self.heap;
            let candidate = match (container.downcast::<List>(heap), container.downcast::<Tuple>(heap)) {
                (Some(l), _) => l.get(heap).items().get(i),
                (_, Some(t)) => t.items(heap).get(i),
                _ => None,
            };
            let Some(candidate) = candidate else { return Ok(false) };
            i += 1;
            if candidate.is(item) {
                return Ok(true);
            }
            match self.equal_without_python(candidate, item) {
                Some(true) => return Ok(true),
                Some(false) => continue,
                None => {}
            }
            let candidate = candidate.clone();
            if self.equal(&candidate, item)? {
                return Ok(true);
            }
        }
    }
}
