//! `itertools`: groupby, tee, batched and zip_longest.
//!
//! A tee is a reader of a chain of links, each link made by whichever reader comes first; links nobody can reach any
//! more are freed, so a tee holds only what lies between its slowest and its fastest reader.

use crate::itertools::{define_iterator, equal, native_iterator};
use krait_vm::args::{KwArgs, Methods};
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

// ---- groupby ----

#[derive(Traverse)]
struct GroupBy {
    iterator: Value,
    key: Option<Value>,
    target_key: Option<Value>,
    current_key: Option<Value>,
    current: Option<Value>,
    /// Identifies the group that may still take items: older groups are exhausted.
    group: usize,
}

#[methods]
impl GroupBy {
    #[sig("(iterable, key=None)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value, key: Option<Value>) -> Result<Value> {
        let iterator = vm.iter(iterable)?;
        let id = cls.id(&vm.heap);
        let payload = GroupBy { iterator, key, target_key: None, current_key: None, current: None, group: 0 };
        Ok(vm.heap.alloc_typed(id, payload).into_value())
    }
}
impl GroupBy {
    /// Takes the next item and its key.
    fn advance(this: &Ref<GroupBy>, vm: &mut Vm) -> Result<bool> {
        let (iterator, key) = { let g = this.get(&*vm); (g.iterator.clone(), g.key.clone()) };
        let Some(item) = vm.next(&iterator)? else { return Ok(false) };
        let found = match key {
            Some(key) => vm.call(&key, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        let state = this.get_mut(vm);
        let old = (state.current.replace(item), state.current_key.replace(found));
        drop(old);
        Ok(true)
    }
    fn step(this: &Ref<GroupBy>, vm: &mut Vm) -> Result<Option<Value>> {
        this.get_mut(vm).group += 1;
        loop {
            let (target, current) = { let g = this.get(&*vm); (g.target_key.clone(), g.current_key.clone()) };
            match (target, current) {
                (_, None) => {}
                (None, Some(_)) => break,
                (Some(target), Some(current)) => {
                    if !equal(vm, &target, &current)? {
                        break;
                    }
                }
            }
            if !GroupBy::advance(this, vm)? {
                return Ok(None);
            }
        }
        let key = this.get(&*vm).current_key.clone().unwrap_or(Value::NONE);
        let group = this.get(&*vm).group;
        let old = this.get_mut(vm).target_key.replace(key.clone());
        drop(old);
        let grouper = vm.heap.alloc(Grouper { parent: this.to_value(), target_key: key.clone(), group }).into_value();
        Ok(Some(vm.tuple(vec![key, grouper])))
    }
}
native_iterator!(GroupByIteration, GroupBy);

#[derive(Traverse)]
struct Grouper {
    parent: Value,
    target_key: Value,
    group: usize,
}

#[methods]
impl Grouper {
    #[sig("(parent, target_key, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, parent: &Ref<GroupBy>, target_key: Value) -> Result<Value> {
        let group = parent.get(&*vm).group;
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Grouper { parent: parent.to_value(), target_key, group }).into_value())
    }
}
impl Grouper {
    fn step(this: &Ref<Grouper>, vm: &mut Vm) -> Result<Option<Value>> {
        let (parent, target, group) = { let g = this.get(&*vm); (g.parent.clone(), g.target_key.clone(), g.group) };
        let Some(parent) = parent.downcast::<GroupBy>(&*vm.heap) else { return Ok(None) };
        if parent.get(&*vm).group != group {
            return Ok(None);
        }
        if parent.get(&*vm).current.is_none() && !GroupBy::advance(parent, vm)? {
            return Ok(None);
        }
        let Some(current) = parent.get(&*vm).current_key.clone() else { return Ok(None) };
        if !equal(vm, &target, &current)? {
            return Ok(None);
        }
        Ok(parent.get_mut(vm).current.take().map(|item| {
            let done = parent.get_mut(vm).current_key.take();
            drop(done);
            item
        }))
    }
}
native_iterator!(GrouperIteration, Grouper);

// ---- tee ----

/// One item of a tee and the link after it.
#[derive(Traverse)]
struct TeeLink {
    iterator: Value,
    item: Option<Value>,
    next: Option<Ref<TeeLink>>,
    running: bool,
}

#[derive(Traverse)]
struct Tee {
    link: Ref<TeeLink>,
}

#[methods]
impl Tee {
    #[sig("(iterable, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value) -> Result<Value> {
        let iterator = vm.iter(iterable)?;
        let id = cls.id(&vm.heap);
        let link = match iterator.downcast::<Tee>(&*vm.heap) {
            Some(tee) => tee.get(&*vm).link.clone(),
            None => vm.heap.alloc(TeeLink { iterator, item: None, next: None, running: false }),
        };
        Ok(vm.heap.alloc_typed(id, Tee { link }).into_value())
    }
    /// Returns an independent iterator.
    #[sig("()")]
    fn __copy__(this: &Ref<Tee>, vm: &mut Vm) -> Result<Value> {
        let link = this.get(&*vm).link.clone();
        Ok(vm.heap.alloc(Tee { link }).into_value())
    }
}
impl Tee {
    fn step(this: &Ref<Tee>, vm: &mut Vm) -> Result<Option<Value>> {
        let link = this.get(&*vm).link.clone();
        if link.get(&*vm).next.is_none() {
            if link.get(&*vm).running {
                return Err(vm.runtime_error("cannot re-enter the tee iterator"));
            }
            link.get_mut(vm).running = true;
            let iterator = link.get(&*vm).iterator.clone();
            let item = vm.next(&iterator);
            link.get_mut(vm).running = false;
            let Some(item) = item? else { return Ok(None) };
            let next = vm.heap.alloc(TeeLink { iterator, item: None, next: None, running: false });
            let state = link.get_mut(vm);
            state.item = Some(item);
            state.next = Some(next);
        }
        let (item, next) = { let l = link.get(&*vm); (l.item.clone(), l.next.clone()) };
        if let Some(next) = next {
            let old = std::mem::replace(&mut this.get_mut(vm).link, next);
            drop(old);
        }
        Ok(item)
    }
}
native_iterator!(TeeIteration, Tee);

// ---- batched ----

#[derive(Traverse)]
struct Batched {
    iterator: Option<Value>,
    size: usize,
    strict: bool,
}

#[methods]
impl Batched {
    #[sig("(iterable, n, *, strict=False)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value, n: isize, strict: bool) -> Result<Value> {
        if n < 1 {
            return Err(vm.value_error("n must be at least one"));
        }
        let iterator = Some(vm.iter(iterable)?);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Batched { iterator, size: n as usize, strict }).into_value())
    }
}
impl Batched {
    fn step(this: &Ref<Batched>, vm: &mut Vm) -> Result<Option<Value>> {
        let (iterator, size, strict) = { let b = this.get(&*vm); (b.iterator.clone(), b.size, b.strict) };
        let Some(iterator) = iterator else { return Ok(None) };
        let mut batch = Vec::with_capacity(size.min(64));
        while batch.len() < size {
            match vm.next(&iterator)? {
                Some(item) => batch.push(item),
                None => {
                    let done = this.get_mut(vm).iterator.take();
                    drop(done);
                    if strict && !batch.is_empty() {
                        return Err(vm.value_error("batched(): incomplete batch"));
                    }
                    break;
                }
            }
            if batch.len() == batch.capacity() {
                let room = vm.heap.check_room(batch.len() * 16);
                vm.memory(room)?;
            }
        }
        Ok(if batch.is_empty() { None } else { Some(vm.tuple(batch)) })
    }
}
native_iterator!(BatchedIteration, Batched);

// ---- zip_longest ----

#[derive(Traverse)]
struct ZipLongest {
    /// `None` once exhausted.
    iterators: Vec<Option<Value>>,
    active: usize,
    fill: Value,
}

#[methods]
impl ZipLongest {
    #[sig("(*iterables, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterables: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let mut fill = Value::NONE;
        for (key, value) in &kwargs.items {
            let text = vm.to_text(key)?;
            if text != "fillvalue" {
                return Err(vm.type_error(format!("zip_longest() got an unexpected keyword argument '{text}'")));
            }
            fill = (*value).clone();
        }
        let mut iterators = Vec::with_capacity(iterables.len());
        for iterable in iterables {
            iterators.push(Some(vm.iter(iterable)?));
        }
        let active = iterators.len();
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, ZipLongest { iterators, active, fill }).into_value())
    }
}
impl ZipLongest {
    fn step(this: &Ref<ZipLongest>, vm: &mut Vm) -> Result<Option<Value>> {
        let (count, fill) = { let z = this.get(&*vm); (z.iterators.len(), z.fill.clone()) };
        if count == 0 || this.get(&*vm).active == 0 {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(count);
        for i in 0..count {
            let Some(iterator) = this.get(&*vm).iterators.get(i).cloned().flatten() else {
                items.push(fill.clone());
                continue;
            };
            match vm.next(&iterator) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    let state = this.get_mut(vm);
                    state.active = state.active.saturating_sub(1);
                    let done = state.iterators.get_mut(i).and_then(Option::take);
                    let finished = state.active == 0;
                    drop(done);
                    if finished {
                        return Ok(None);
                    }
                    items.push(fill.clone());
                }
                Err(e) => {
                    this.get_mut(vm).active = 0;
                    return Err(e);
                }
            }
        }
        Ok(Some(vm.tuple(items)))
    }
}
native_iterator!(ZipLongestIteration, ZipLongest);

struct Functions;

#[methods]
impl Functions {
    /// Returns a tuple of n independent iterators.
    #[sig("(iterable, n=2, /)")]
    fn tee(vm: &mut Vm, iterable: &Value, n: Option<Value>) -> Result<Value> {
        let n = match n {
            Some(n) => vm.index_i64(&n, "ssize_t")?,
            None => 2,
        };
        if n < 0 {
            return Err(vm.value_error("n must be >= 0"));
        }
        let room = vm.heap.check_room(usize::try_from(n).unwrap_or(usize::MAX).saturating_mul(24));
        vm.memory(room)?;
        if n == 0 {
            return Ok(vm.tuple(Vec::new()));
        }
        let iterator = vm.iter(iterable)?;
        let link = match iterator.downcast::<Tee>(&*vm.heap) {
            Some(tee) => tee.get(&*vm).link.clone(),
            None => vm.heap.alloc(TeeLink { iterator, item: None, next: None, running: false }),
        };
        let tees = (0..n).map(|_| vm.heap.alloc(Tee { link: link.clone() }).into_value()).collect();
        Ok(vm.tuple(tees))
    }
}

pub(crate) fn init(vm: &mut Vm, module: &Ref<Module>) {
    define_iterator::<GroupBy>(vm, module, "itertools.groupby", "make an iterator that returns consecutive keys and groups from the iterable", GroupByIteration::METHODS, GroupBy::native);
    define_iterator::<Grouper>(vm, module, "itertools._grouper", "", GrouperIteration::METHODS, Grouper::native);
    vm.define_type::<TeeLink>(None, &TypeSpec { name: "itertools._tee_dataobject", doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: &[] });
    define_iterator::<Tee>(vm, module, "itertools._tee", "Iterator wrapped to make it copyable.", TeeIteration::METHODS, Tee::native);
    if let Some(tee) = vm.heap.payload_type::<Tee>() {
        vm.heap.info_mut(tee).flags |= flags::WEAKREFABLE;
    }
    define_iterator::<Batched>(vm, module, "itertools.batched", "Batch data into tuples of length n. The last batch may be shorter than n.", BatchedIteration::METHODS, Batched::native);
    define_iterator::<ZipLongest>(vm, module, "itertools.zip_longest", "Return a zip_longest object whose .__next__() method returns a tuple where the i-th element comes from the i-th iterable argument.", ZipLongestIteration::METHODS, ZipLongest::native);
    vm.module_functions::<Functions>(module);
}
