//! enumerate, zip, map, filter, reversed and the generic iterators: Python methods.
//!
//! Storage is in `iterators.rs`. Each iterator has one native step that ends with `None`; `for` loops use it
//! directly and `__next__` turns the end into StopIteration.

use crate::args::KwArgs;
use crate::builtins::iterators::{CallableIter, DictIter, Enumerate, Filter, Map, SeqIter, Zip};
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special, methods};

/// The index and item an `enumerate` comes to next.
fn enumerate_step(vm: &mut Vm, it: &Ref<Enumerate>) -> Result<Option<[Value; 2]>> {
    let iterator = it.get(&*vm.heap).iterator.clone();
    let Some(item) = vm.next(&iterator)? else { return Ok(None) };
    let index = it.get(&*vm.heap).index.clone();
    let next = match index.as_small_int().and_then(|i| Value::small_int(i + 1)) {
        Some(next) => next,
        None => vm.binary_op(BinOp::Add, &index, &Value::int32(1))?,
    };
    it.get_mut(&mut *vm.heap).index = next;
    Ok(Some([index, item]))
}

fn enumerate_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let Some(it) = it.downcast::<Enumerate>(&*vm.heap) else { return Ok(None) };
    let Some(items) = enumerate_step(vm, it)? else { return Ok(None) };
    let kept = it.get_mut(&mut *vm.heap).pair.take();
    let pair = vm.heap.next_pair(kept.as_ref(), items);
    it.get_mut(&mut *vm.heap).pair = kept.or_else(|| Some(pair.clone()));
    Ok(Some(pair.into_value()))
}

/// The iterators of a `zip` of two that may differ in length.
fn zipped_pair(vm: &Vm, it: &Ref<Zip>) -> Option<[Value; 2]> {
    match &it.get(&*vm.heap).iterators[..] {
        [first, second] if !it.get(&*vm.heap).strict => Some([first.clone(), second.clone()]),
        _ => None,
    }
}
/// The next items of two iterators.
fn zip_step(vm: &mut Vm, [first, second]: &[Value; 2]) -> Result<Option<[Value; 2]>> {
    let Some(a) = vm.next(first)? else { return Ok(None) };
    let Some(b) = vm.next(second)? else { return Ok(None) };
    Ok(Some([a, b]))
}

fn zip_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let Some(it) = it.downcast::<Zip>(&*vm.heap) else { return Ok(None) };
    let (count, strict) = { let z = it.get(&*vm.heap); (z.iterators.len(), z.strict) };
    if count == 0 {
        return Ok(None);
    }
    if let Some(iterators) = zipped_pair(vm, it) {
        let Some(items) = zip_step(vm, &iterators)? else { return Ok(None) };
        let kept = it.get_mut(&mut *vm.heap).pair.take();
        let pair = vm.heap.next_pair(kept.as_ref(), items);
        it.get_mut(&mut *vm.heap).pair = kept.or_else(|| Some(pair.clone()));
        return Ok(Some(pair.into_value()));
    }
    let mut items = Vec::with_capacity(count);
    for i in 0..count {
        let Some(iterator) = it.get(&*vm.heap).iterators.get(i).cloned() else { return Ok(None) };
        match vm.next(&iterator)? {
            Some(item) => items.push(item),
            None if strict => return vm.strict_mismatch("zip", i, count, |vm, i| it.get(&*vm.heap).iterators.get(i).cloned()),
            None => return Ok(None),
        }
    }
    Ok(Some(vm.tuple(items)))
}

/// What a loop over pairs that unpacks them comes to.
pub(crate) enum Step {
    /// The two items, without a tuple around them.
    Pair([Value; 2]),
    Other(Value),
}

impl Vm {
    /// The next item of an iterator whose items the caller unpacks into two.
    pub(crate) fn next_unpacked(&mut self, it: &Value) -> Result<Option<Step>> {
        let pair = match it.type_id() {
            id::ENUMERATE => it.downcast_exact::<Enumerate>().map(|it| enumerate_step(self, it)),
            id::ZIP => it.downcast_exact::<Zip>().and_then(|it| zipped_pair(self, it)).map(|iterators| zip_step(self, &iterators)),
            id::DICT_ITEM_ITERATOR => it.downcast::<DictIter>(&*self.heap).map(|it| self.dict_items_step(it)),
            _ => None,
        };
        match pair {
            Some(pair) => Ok(pair?.map(Step::Pair)),
            None => Ok(self.next(it)?.map(Step::Other)),
        }
    }
}

fn map_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let Some(it) = it.downcast::<Map>(&*vm.heap) else { return Ok(None) };
    let (function, count, strict) = { let m = it.get(&*vm.heap); (m.function.clone(), m.iterators.len(), m.strict) };
    if count == 1 {
        let Some(iterator) = it.get(&*vm.heap).iterators.first().cloned() else { return Ok(None) };
        let Some(item) = vm.next(&iterator)? else { return Ok(None) };
        return vm.call(&function, &[item]).map(Some);
    }
    let mut items = Vec::with_capacity(count);
    for i in 0..count {
        let Some(iterator) = it.get(&*vm.heap).iterators.get(i).cloned() else { return Ok(None) };
        match vm.next(&iterator)? {
            Some(item) => items.push(item),
            None if strict => return vm.strict_mismatch("map", i, count, |vm, i| it.get(&*vm.heap).iterators.get(i).cloned()),
            None => return Ok(None),
        }
    }
    vm.call(&function, &items).map(Some)
}

fn filter_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let Some(it) = it.downcast::<Filter>(&*vm.heap) else { return Ok(None) };
    let (function, iterator) = { let f = it.get(&*vm.heap); (f.function.clone(), f.iterator.clone()) };
    let plain = function.is_none() || function.is(vm.core_type(id::BOOL).as_value());
    let mut steps = 0u32;
    while let Some(item) = vm.next(&iterator)? {
        let good = if plain {
            vm.truth(&item)?
        } else {
            let v = vm.call(&function, std::slice::from_ref(&item))?;
            vm.truth(&v)?
        };
        if good {
            return Ok(Some(item));
        }
        steps += 1;
        if steps & 0x3FFF == 0 {
            vm.poll()?;
        }
    }
    Ok(None)
}

fn sequence_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let Some(it) = it.downcast::<SeqIter>(&*vm.heap) else { return Ok(None) };
    let (sequence, index) = { let s = it.get(&*vm.heap); (s.sequence.clone(), s.index) };
    let Some(sequence) = sequence else { return Ok(None) };
    if index == isize::MAX {
        return Err(vm.overflow_error("iter index too large"));
    }
    let key = vm.heap.int(index as i128);
    let result = vm.get_item(&sequence, &key);
    match result {
        Ok(item) => {
            it.get_mut(&mut *vm.heap).index = index + 1;
            Ok(Some(item))
        }
        Err(_) if vm.pending_is(Exc::IndexError) || vm.pending_is(Exc::StopIteration) => {
            vm.take_pending();
            let done = it.get_mut(&mut *vm.heap).sequence.take();
            drop(done);
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

fn reversed_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let Some(it) = it.downcast::<SeqIter>(&*vm.heap) else { return Ok(None) };
    let (sequence, index) = { let s = it.get(&*vm.heap); (s.sequence.clone(), s.index) };
    if let Some(sequence) = sequence.filter(|_| index >= 0) {
        let key = vm.heap.int(index as i128);
        let result = vm.get_item(&sequence, &key);
        match result {
            Ok(item) => {
                it.get_mut(&mut *vm.heap).index = index - 1;
                return Ok(Some(item));
            }
            Err(_) if vm.pending_is(Exc::IndexError) || vm.pending_is(Exc::StopIteration) => {
                vm.take_pending();
            }
            Err(e) => return Err(e),
        }
    }
    let state = it.get_mut(&mut *vm.heap);
    state.index = -1;
    let done = state.sequence.take();
    drop(done);
    Ok(None)
}

fn callable_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let Some(it) = it.downcast::<CallableIter>(&*vm.heap) else { return Ok(None) };
    let (callable, sentinel) = { let c = it.get(&*vm.heap); (c.callable.clone(), c.sentinel.clone()) };
    let (Some(callable), Some(sentinel)) = (callable, sentinel) else { return Ok(None) };
    let result = vm.call(&callable, &[]);
    let finished = match result {
        Ok(value) => {
            if it.get(&*vm.heap).callable.is_none() {
                // The call exhausted the iterator itself.
                return Ok(None);
            }
            if !vm.equal(&sentinel, &value)? {
                return Ok(Some(value));
            }
            true
        }
        Err(_) if vm.pending_is(Exc::StopIteration) => {
            vm.take_pending();
            true
        }
        Err(e) => return Err(e),
    };
    if finished {
        let state = it.get_mut(&mut *vm.heap);
        let done = (state.callable.take(), state.sentinel.take());
        drop(done);
    }
    Ok(None)
}

impl Vm {
    /// The error of a strict zip or map after iterator `i` ended; no error when all ended.
    fn strict_mismatch(&mut self, name: &str, i: usize, count: usize, iterator: impl Fn(&Vm, usize) -> Option<Value>) -> Result<Option<Value>> {
        let plural = |n: usize| if n == 1 { " " } else { "s 1-" };
        if i > 0 {
            return Err(self.value_error(format!("{name}() argument {} is shorter than argument{}{i}", i + 1, plural(i))));
        }
        for j in 1..count {
            let Some(it) = iterator(self, j) else { return Ok(None) };
            if self.next(&it)?.is_some() {
                return Err(self.value_error(format!("{name}() argument {} is longer than argument{}{j}", j + 1, plural(j))));
            }
        }
        Ok(None)
    }
    /// Functions that count their keywords complain about the number first.
    pub(crate) fn check_keyword_count(&mut self, name: &str, kwargs: &KwArgs<'_>, most: usize) -> Result<()> {
        let given = kwargs.items.len();
        if given > most {
            let s = if most == 1 { "" } else { "s" };
            return Err(self.type_error(format!("{name}() takes at most {most} keyword argument{s} ({given} given)")));
        }
        Ok(())
    }
    #[cold]
    pub(crate) fn unknown_keyword(&mut self, name: &str, given: &str, known: &[&str]) -> crate::Raised {
        let known: Vec<String> = known.iter().map(|k| (*k).to_owned()).collect();
        let hint = crate::args::keyword_hint(given, &known);
        self.type_error(format!("{name}() got an unexpected keyword argument '{given}'{hint}"))
    }
    /// The `strict` keyword of zip and map.
    fn strict_argument(&mut self, name: &str, kwargs: &KwArgs<'_>) -> Result<bool> {
        let mut strict = false;
        self.check_keyword_count(name, kwargs, 1)?;
        for (key, value) in &kwargs.items {
            let text = self.to_text(key)?;
            if text != "strict" {
                return Err(self.unknown_keyword(name, &text, &["strict"]));
            }
            strict = self.truth(value)?;
        }
        Ok(strict)
    }
    fn no_keywords(&mut self, cls: &Ref<Type>, own: u32, name: &str, kwargs: &KwArgs<'_>) -> Result<()> {
        if !kwargs.items.is_empty() && cls.id(&self.heap) == own {
            return Err(self.type_error(format!("{name}() takes no keyword arguments")));
        }
        Ok(())
    }
    fn reduce_with(&mut self, this: &Value, args: Vec<Value>, state: Option<Value>) -> Value {
        let ty = self.type_of(this).into_value();
        let args = self.tuple(args);
        let mut parts = vec![ty, args];
        parts.extend(state);
        self.tuple(parts)
    }
    /// `reversed(value)`.
    pub fn reversed(&mut self, value: &Value, type_id: u32) -> Result<Value> {
        if let Some(f) = self.heap.special(value.type_id(), Special::Reversed) {
            if f.is_none() {
                let name = self.heap.type_name(value);
                return Err(self.type_error(format!("'{name}' object is not reversible")));
            }
            return self.call_unbound(&f, value, &[]);
        }
        if !self.is_sequence(value) {
            let name = self.heap.type_name(value);
            return Err(self.type_error(format!("'{name}' object is not reversible")));
        }
        let len = self.len(value)?;
        let iterator = SeqIter { sequence: Some(value.clone()), index: len as isize - 1 };
        Ok(self.heap.alloc_typed(type_id, iterator).into_value())
    }
}

struct EnumerateMethods;

#[methods(hot)]
impl EnumerateMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let given = args.len() + kwargs.items.len();
        if given > 2 {
            return Err(vm.type_error(format!("enumerate() takes at most 2 arguments ({given} given)")));
        }
        let (mut iterable, mut start) = (args.first().cloned(), args.get(1).cloned());
        for (key, value) in &kwargs.items {
            let text = vm.to_text(key)?;
            match &text[..] {
                "iterable" if iterable.is_none() => iterable = Some((*value).clone()),
                "start" if start.is_none() => start = Some((*value).clone()),
                _ => return Err(vm.type_error(format!("'{text}' is an invalid keyword argument for enumerate()"))),
            }
        }
        let Some(iterable) = iterable else {
            return Err(vm.type_error("enumerate() missing required argument 'iterable'"));
        };
        let index = match start {
            Some(start) => vm.index(&start)?,
            None => Value::int32(0),
        };
        let iterator = vm.iter(&iterable)?;
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Enumerate { iterator, index, pair: None }).into_value())
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Enumerate>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<Enumerate>, vm: &mut Vm) -> Result<Value> {
        let item = enumerate_next(vm, this.as_value())?;
        vm.next_value(item)
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Enumerate>, vm: &mut Vm) -> Result<Value> {
        let (iterator, index) = { let e = this.get(&*vm); (e.iterator.clone(), e.index.clone()) };
        Ok(vm.reduce_with(this.as_value(), vec![iterator, index], None))
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}

struct ZipMethods;

#[methods(hot)]
impl ZipMethods {
    #[sig("(*iterables, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterables: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let strict = vm.strict_argument("zip", &kwargs)?;
        let mut iterators = Vec::with_capacity(iterables.len());
        for iterable in iterables {
            iterators.push(vm.iter(iterable)?);
        }
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Zip { iterators, strict, pair: None }).into_value())
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Zip>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<Zip>, vm: &mut Vm) -> Result<Value> {
        let item = zip_next(vm, this.as_value())?;
        vm.next_value(item)
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Zip>, vm: &mut Vm) -> Result<Value> {
        let (iterators, strict) = { let z = this.get(&*vm); (z.iterators.clone(), z.strict) };
        Ok(vm.reduce_with(this.as_value(), iterators, if strict { Some(Value::TRUE) } else { None }))
    }
    /// Set state information for unpickling.
    #[sig("(object, /)")]
    fn __setstate__(this: &Ref<Zip>, vm: &mut Vm, object: bool) -> Result<()> {
        this.get_mut(vm).strict = object;
        Ok(())
    }
}

struct MapMethods;

#[methods(hot)]
impl MapMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let strict = vm.strict_argument("map", &kwargs)?;
        let Some((function, iterables)) = args.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return Err(vm.type_error("map() must have at least two arguments."));
        };
        let mut iterators = Vec::with_capacity(iterables.len());
        for iterable in iterables {
            iterators.push(vm.iter(iterable)?);
        }
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Map { function: function.clone(), iterators, strict }).into_value())
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Map>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<Map>, vm: &mut Vm) -> Result<Value> {
        let item = map_next(vm, this.as_value())?;
        vm.next_value(item)
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Map>, vm: &mut Vm) -> Result<Value> {
        let (mut args, strict) = { let m = this.get(&*vm); (vec![m.function.clone()], m.strict) };
        args.extend_from_slice(&this.get(&*vm).iterators);
        Ok(vm.reduce_with(this.as_value(), args, if strict { Some(Value::TRUE) } else { None }))
    }
    /// Set state information for unpickling.
    #[sig("(object, /)")]
    fn __setstate__(this: &Ref<Map>, vm: &mut Vm, object: bool) -> Result<()> {
        this.get_mut(vm).strict = object;
        Ok(())
    }
}

struct FilterMethods;

#[methods(hot)]
impl FilterMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        vm.no_keywords(cls, id::FILTER, "filter", &kwargs)?;
        let [function, iterable] = args else {
            let n = args.len();
            return Err(vm.type_error(format!("filter expected 2 arguments, got {n}")));
        };
        let iterator = vm.iter(iterable)?;
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Filter { function: function.clone(), iterator }).into_value())
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Filter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<Filter>, vm: &mut Vm) -> Result<Value> {
        let item = filter_next(vm, this.as_value())?;
        vm.next_value(item)
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Filter>, vm: &mut Vm) -> Result<Value> {
        let args = { let f = this.get(&*vm); vec![f.function.clone(), f.iterator.clone()] };
        Ok(vm.reduce_with(this.as_value(), args, None))
    }
}

struct ReversedMethods;

#[methods(hot)]
impl ReversedMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        vm.no_keywords(cls, id::REVERSED, "reversed", &kwargs)?;
        let [value] = args else {
            let n = args.len();
            return Err(vm.type_error(format!("reversed expected 1 argument, got {n}")));
        };
        let type_id = cls.id(&vm.heap);
        vm.reversed(value, type_id)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<SeqIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let item = reversed_next(vm, this.as_value())?;
        vm.next_value(item)
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<usize> {
        let (sequence, index) = { let s = this.get(&*vm); (s.sequence.clone(), s.index) };
        let Some(sequence) = sequence else { return Ok(0) };
        let len = vm.len(&sequence)?;
        let left = (index + 1).max(0) as usize;
        Ok(if len < left { 0 } else { left })
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let (sequence, index) = { let s = this.get(&*vm); (s.sequence.clone(), s.index) };
        Ok(match sequence {
            Some(sequence) => {
                let index = vm.heap.int(index as i128);
                vm.reduce_with(this.as_value(), vec![sequence], Some(index))
            }
            None => {
                let empty = vm.tuple(Vec::new());
                vm.reduce_with(this.as_value(), vec![empty], None)
            }
        })
    }
    /// Set state information for unpickling.
    #[sig("(object, /)")]
    fn __setstate__(this: &Ref<SeqIter>, vm: &mut Vm, object: isize) -> Result<()> {
        let Some(sequence) = this.get(&*vm).sequence.clone() else { return Ok(()) };
        let len = vm.len(&sequence)? as isize;
        this.get_mut(vm).index = object.clamp(-1, len - 1);
        Ok(())
    }
}

struct SequenceIterMethods;

#[methods(hot)]
impl SequenceIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<SeqIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let item = sequence_next(vm, this.as_value())?;
        vm.next_value(item)
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let (sequence, index) = { let s = this.get(&*vm); (s.sequence.clone(), s.index) };
        let Some(sequence) = sequence else { return Ok(Value::int32(0)) };
        if vm.heap.special(sequence.type_id(), Special::Len).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let len = vm.len(&sequence)?;
        Ok(vm.heap.int((len as i128 - index as i128).max(0)))
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let function = vm.builtin("iter");
        let (sequence, index) = { let s = this.get(&*vm); (s.sequence.clone(), s.index) };
        let parts = match sequence {
            Some(sequence) => vec![function, vm.tuple(vec![sequence]), vm.heap.int(index as i128)],
            None => {
                let empty = vm.tuple(Vec::new());
                vec![function, vm.tuple(vec![empty])]
            }
        };
        Ok(vm.tuple(parts))
    }
    /// Set state information for unpickling.
    #[sig("(object, /)")]
    fn __setstate__(this: &Ref<SeqIter>, vm: &mut Vm, object: isize) -> Result<()> {
        let state = this.get_mut(vm);
        if state.sequence.is_some() {
            state.index = object.max(0);
        }
        Ok(())
    }
}

struct CallableIterMethods;

#[methods(hot)]
impl CallableIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<CallableIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<CallableIter>, vm: &mut Vm) -> Result<Value> {
        let item = callable_next(vm, this.as_value())?;
        vm.next_value(item)
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<CallableIter>, vm: &mut Vm) -> Result<Value> {
        let function = vm.builtin("iter");
        let (callable, sentinel) = { let c = this.get(&*vm); (c.callable.clone(), c.sentinel.clone()) };
        let args = match (callable, sentinel) {
            (Some(callable), Some(sentinel)) => vec![callable, sentinel],
            _ => vec![vm.tuple(Vec::new())],
        };
        let args = vm.tuple(args);
        Ok(vm.tuple(vec![function, args]))
    }
}

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<EnumerateMethods>(id::ENUMERATE);
    vm.attach::<ZipMethods>(id::ZIP);
    vm.attach::<MapMethods>(id::MAP);
    vm.attach::<FilterMethods>(id::FILTER);
    vm.attach::<ReversedMethods>(id::REVERSED);
    vm.attach::<SequenceIterMethods>(id::SEQUENCE_ITERATOR);
    vm.attach::<CallableIterMethods>(id::CALLABLE_ITERATOR);
    let steps: [(u32, crate::heap::NativeNext); 7] = [
        (id::ENUMERATE, enumerate_next),
        (id::ZIP, zip_next),
        (id::MAP, map_next),
        (id::FILTER, filter_next),
        (id::REVERSED, reversed_next),
        (id::SEQUENCE_ITERATOR, sequence_next),
        (id::CALLABLE_ITERATOR, callable_next),
    ];
    for (type_id, next) in steps {
        vm.heap.info_mut(type_id).next = Some(next);
    }
}
