//! The `itertools` module: the iterators that pass items on, choose among them or repeat them.
//!
//! Products and selections are in `itertools_combine.rs`; groupby, tee, batched and zip_longest in
//! `itertools_group.rs`. Each type has one native step that ends with `None`; loops use it directly.

use krait_vm::args::{KwArgs, MethodDef, Methods};
use krait_vm::builtins::module::Module;
use krait_vm::heap::{NativeNext, flags};
use krait_vm::runtime::arithmetic::BinOp;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Payload, Ref, Result, Traverse, Value, Vm, methods};

/// Adds `__iter__` and `__next__` for a payload with a `step`.
macro_rules! native_iterator {
    ($methods:ident, $payload:ident) => {
        pub(crate) struct $methods;
        #[krait_vm::methods]
        impl $methods {
            #[sig("()")]
            fn __iter__(this: &krait_vm::Ref<$payload>, _vm: &mut krait_vm::Vm) -> krait_vm::Result<krait_vm::Value> {
                Ok(this.to_value())
            }
            #[sig("()")]
            fn __next__(this: &krait_vm::Ref<$payload>, vm: &mut krait_vm::Vm) -> krait_vm::Result<krait_vm::Value> {
                let item = $payload::step(this, vm)?;
                vm.next_value(item)
            }
        }
        impl $payload {
            fn native(vm: &mut krait_vm::Vm, it: &krait_vm::Value) -> krait_vm::Result<Option<krait_vm::Value>> {
                match it.downcast::<$payload>(&*vm.heap).cloned() {
                    Some(this) => $payload::step(&this, vm),
                    None => Ok(None),
                }
            }
        }
    };
}
pub(crate) use native_iterator;

/// Defines an iterator type and puts it into the module.
pub(crate) fn define_iterator<T: Payload + Methods>(
    vm: &mut Vm,
    module: &Ref<Module>,
    name: &'static str,
    doc: &'static str,
    iteration: &'static [MethodDef],
    next: NativeNext,
) -> Ref<Type> {
    let ty = vm.define_type::<T>(None, &TypeSpec { name, doc, flags: flags::BASETYPE, dict: false, methods: T::METHODS });
    vm.add_methods(&ty, iteration);
    let type_id = ty.id(&vm.heap);
    vm.heap.info_mut(type_id).next = Some(next);
    let short = name.rsplit('.').next().unwrap_or(name);
    vm.module_set(module, short, ty.to_value());
    ty
}

/// `value + 1` for counters of any size.
fn add(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
    vm.binary_op(BinOp::Add, a, b)
}

// ---- count ----

#[derive(Traverse)]
struct Count {
    next: Value,
    step: Value,
}

#[methods]
impl Count {
    #[sig("(start=0, step=1)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, start: Option<Value>, step: Option<Value>) -> Result<Value> {
        for v in [&start, &step].into_iter().flatten() {
            let number = v.is_float() || v.is_int(&*vm.heap) || {
                use krait_vm::Special;
                [Special::Index, Special::Float, Special::Int, Special::Complex].into_iter().any(|s| vm.heap.has_special(v, s))
            };
            if !number {
                return Err(vm.type_error("a number is required"));
            }
        }
        let payload = Count { next: start.unwrap_or(Value::int32(0)), step: step.unwrap_or(Value::int32(1)) };
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, payload).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Count>, vm: &mut Vm) -> Result<String> {
        let (next, step) = { let c = this.get(&*vm); (c.next.clone(), c.step.clone()) };
        let name = vm.type_of(this.as_value()).name(&vm.heap);
        let text = vm.repr_text(&next)?;
        if step.is(&Value::int32(1)) {
            return Ok(format!("{name}({text})"));
        }
        Ok(format!("{name}({text}, {})", vm.repr_text(&step)?))
    }
}
impl Count {
    fn step(this: &Ref<Count>, vm: &mut Vm) -> Result<Option<Value>> {
        let (now, step) = { let c = this.get(&*vm); (c.next.clone(), c.step.clone()) };
        let next = add(vm, &now, &step)?;
        this.get_mut(vm).next = next;
        Ok(Some(now))
    }
}
native_iterator!(CountIteration, Count);

// ---- repeat ----

#[derive(Traverse)]
struct Repeat {
    object: Value,
    /// `None`: for ever.
    #[traverse(skip)]
    left: Option<usize>,
}

#[methods]
impl Repeat {
    #[sig("(object, times=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, object: Value, times: Option<Value>) -> Result<Value> {
        let left = match times {
            Some(t) => Some(vm.index_size(&t)?.max(0) as usize),
            None => None,
        };
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Repeat { object, left }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Repeat>, vm: &mut Vm) -> Result<String> {
        let (object, left) = { let c = this.get(&*vm); (c.object.clone(), c.left) };
        let (name, text) = (vm.type_of(this.as_value()).name(&vm.heap), vm.repr_text(&object)?);
        Ok(match left {
            Some(n) => format!("{name}({text}, {n})"),
            None => format!("{name}({text})"),
        })
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<Repeat>, vm: &mut Vm) -> Result<usize> {
        match this.get(&*vm).left {
            Some(n) => Ok(n),
            None => Err(vm.type_error("len() of unsized object")),
        }
    }
}
impl Repeat {
    fn step(this: &Ref<Repeat>, vm: &mut Vm) -> Result<Option<Value>> {
        let state = this.get_mut(vm);
        match &mut state.left {
            Some(0) => return Ok(None),
            Some(n) => *n -= 1,
            None => {}
        }
        Ok(Some(state.object.clone()))
    }
}
native_iterator!(RepeatIteration, Repeat);

// ---- cycle ----

#[derive(Traverse)]
struct Cycle {
    iterator: Option<Value>,
    saved: Vec<Value>,
    index: usize,
}

#[methods]
impl Cycle {
    #[sig("(iterable, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value) -> Result<Value> {
        let iterator = Some(vm.iter(iterable)?);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Cycle { iterator, saved: Vec::new(), index: 0 }).into_value())
    }
}
impl Cycle {
    fn step(this: &Ref<Cycle>, vm: &mut Vm) -> Result<Option<Value>> {
        if let Some(iterator) = this.get(&*vm).iterator.clone() {
            if let Some(item) = vm.next(&iterator)? {
                let room = vm.heap.check_room(this.get(&*vm).saved.len() * 8);
                vm.memory(room)?;
                this.get_mut(vm).saved.push(item.clone());
                return Ok(Some(item));
            }
            let done = this.get_mut(vm).iterator.take();
            drop(done);
        }
        let state = this.get_mut(vm);
        let Some(item) = state.saved.get(state.index).cloned() else { return Ok(None) };
        state.index = (state.index + 1) % state.saved.len();
        Ok(Some(item))
    }
}
native_iterator!(CycleIteration, Cycle);

// ---- accumulate ----

#[derive(Traverse)]
struct Accumulate {
    iterator: Value,
    function: Option<Value>,
    total: Option<Value>,
    initial: Option<Value>,
}

#[methods]
impl Accumulate {
    #[sig("(iterable, func=None, *, initial=None)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value, func: Option<Value>, initial: Option<Value>) -> Result<Value> {
        let iterator = vm.iter(iterable)?;
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Accumulate { iterator, function: func, total: None, initial }).into_value())
    }
}
impl Accumulate {
    fn step(this: &Ref<Accumulate>, vm: &mut Vm) -> Result<Option<Value>> {
        if let Some(initial) = this.get_mut(vm).initial.take() {
            this.get_mut(vm).total = Some(initial.clone());
            return Ok(Some(initial));
        }
        let iterator = this.get(&*vm).iterator.clone();
        let Some(item) = vm.next(&iterator)? else { return Ok(None) };
        let (total, function) = { let a = this.get(&*vm); (a.total.clone(), a.function.clone()) };
        let new = match (total, function) {
            (None, _) => item,
            (Some(total), None) => add(vm, &total, &item)?,
            (Some(total), Some(f)) => vm.call(&f, &[total, item])?,
        };
        let old = this.get_mut(vm).total.replace(new.clone());
        drop(old);
        Ok(Some(new))
    }
}
native_iterator!(AccumulateIteration, Accumulate);

// ---- chain ----

#[derive(Traverse)]
struct Chain {
    source: Option<Value>,
    active: Option<Value>,
}

#[methods]
impl Chain {
    #[sig("(*iterables)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterables: &[Value]) -> Result<Value> {
        let all = vm.tuple(iterables.to_vec());
        let source = Some(vm.iter(&all)?);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Chain { source, active: None }).into_value())
    }
    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod]
    #[sig("(iterable, /)")]
    fn from_iterable(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value) -> Result<Value> {
        let source = Some(vm.iter(iterable)?);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Chain { source, active: None }).into_value())
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}
impl Chain {
    fn step(this: &Ref<Chain>, vm: &mut Vm) -> Result<Option<Value>> {
        loop {
            if let Some(active) = this.get(&*vm).active.clone() {
                if let Some(item) = vm.next(&active)? {
                    return Ok(Some(item));
                }
                let done = this.get_mut(vm).active.take();
                drop(done);
            }
            let Some(source) = this.get(&*vm).source.clone() else { return Ok(None) };
            let following = match vm.next(&source) {
                Ok(Some(iterable)) => vm.iter(&iterable),
                Ok(None) => {
                    let done = this.get_mut(vm).source.take();
                    drop(done);
                    return Ok(None);
                }
                Err(e) => Err(e),
            };
            match following {
                Ok(iterator) => this.get_mut(vm).active = Some(iterator),
                Err(e) => {
                    let done = this.get_mut(vm).source.take();
                    drop(done);
                    return Err(e);
                }
            }
        }
    }
}
native_iterator!(ChainIteration, Chain);

// ---- compress, filterfalse, takewhile, dropwhile, starmap ----

#[derive(Traverse)]
struct Compress {
    data: Value,
    selectors: Value,
}

#[methods]
impl Compress {
    #[sig("(data, selectors)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, data: &Value, selectors: &Value) -> Result<Value> {
        let (data, selectors) = (vm.iter(data)?, vm.iter(selectors)?);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Compress { data, selectors }).into_value())
    }
}
impl Compress {
    fn step(this: &Ref<Compress>, vm: &mut Vm) -> Result<Option<Value>> {
        let (data, selectors) = { let c = this.get(&*vm); (c.data.clone(), c.selectors.clone()) };
        loop {
            let Some(item) = vm.next(&data)? else { return Ok(None) };
            let Some(selector) = vm.next(&selectors)? else { return Ok(None) };
            if vm.truth(&selector)? {
                return Ok(Some(item));
            }
        }
    }
}
native_iterator!(CompressIteration, Compress);

/// filterfalse, takewhile, dropwhile and starmap hold the same.
macro_rules! with_function {
    ($name:ident, $iteration:ident, $sig:literal, |$this:ident, $vm:ident, $function:ident, $iterator:ident| $body:expr) => {
        #[derive(Traverse)]
        struct $name {
            function: Value,
            iterator: Value,
            /// takewhile: ended; dropwhile: started.
            switched: bool,
        }
        #[methods]
        impl $name {
            #[sig($sig)]
            fn __new__(cls: &Ref<Type>, vm: &mut Vm, function: Value, iterable: &Value) -> Result<Value> {
                let iterator = vm.iter(iterable)?;
                let id = cls.id(&vm.heap);
                Ok(vm.heap.alloc_typed(id, $name { function, iterator, switched: false }).into_value())
            }
        }
        impl $name {
            fn step($this: &Ref<$name>, $vm: &mut Vm) -> Result<Option<Value>> {
                let ($function, $iterator) = { let f = $this.get(&*$vm); (f.function.clone(), f.iterator.clone()) };
                $body
            }
        }
        native_iterator!($iteration, $name);
    };
}

fn holds(vm: &mut Vm, predicate: &Value, item: &Value) -> Result<bool> {
    let v = vm.call(predicate, std::slice::from_ref(item))?;
    vm.truth(&v)
}

with_function!(FilterFalse, FilterFalseIteration, "(function, iterable, /)", |this, vm, function, iterator| {
    let plain = function.is_none() || function.is(vm.core_type(krait_vm::types::id::BOOL).as_value());
    while let Some(item) = vm.next(&iterator)? {
        let good = if plain { vm.truth(&item)? } else { holds(vm, &function, &item)? };
        if !good {
            return Ok(Some(item));
        }
    }
    Ok(None)
});
with_function!(TakeWhile, TakeWhileIteration, "(predicate, iterable, /)", |this, vm, function, iterator| {
    if this.get(&*vm).switched {
        return Ok(None);
    }
    let Some(item) = vm.next(&iterator)? else { return Ok(None) };
    if holds(vm, &function, &item)? {
        return Ok(Some(item));
    }
    this.get_mut(vm).switched = true;
    Ok(None)
});
with_function!(DropWhile, DropWhileIteration, "(predicate, iterable, /)", |this, vm, function, iterator| {
    while let Some(item) = vm.next(&iterator)? {
        if this.get(&*vm).switched {
            return Ok(Some(item));
        }
        if !holds(vm, &function, &item)? {
            this.get_mut(vm).switched = true;
            return Ok(Some(item));
        }
    }
    Ok(None)
});
with_function!(StarMap, StarMapIteration, "(function, iterable, /)", |this, vm, function, iterator| {
    let Some(args) = vm.next(&iterator)? else { return Ok(None) };
    let args = vm.collect(&args)?;
    vm.call(&function, &args).map(Some)
});

// ---- islice ----

#[derive(Traverse)]
struct ISlice {
    iterator: Option<Value>,
    next: usize,
    #[traverse(skip)]
    stop: Option<usize>,
    step: usize,
    count: usize,
}

#[methods]
impl ISlice {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        if !kwargs.items.is_empty() {
            return Err(vm.type_error("islice() takes no keyword arguments"));
        }
        let n = args.len();
        if n < 2 {
            return Err(vm.type_error(format!("islice expected at least 2 arguments, got {n}")));
        }
        if n > 4 {
            return Err(vm.type_error(format!("islice expected at most 4 arguments, got {n}")));
        }
        let single = n == 2;
        let bound = |vm: &mut Vm, v: &Value, message: &str| -> Result<Option<usize>> {
            if v.is_none() {
                return Ok(None);
            }
            let result = vm.index_i64(v, "ssize_t");
            match result {
                Ok(i) if i >= 0 => Ok(Some(krait_vm::runtime::convert::to_size(i) as usize)),
                Err(e) if !vm.pending_is(Exc::TypeError) && !vm.pending_is(Exc::OverflowError) => Err(e),
                _ => {
                    if vm.has_pending() {
                        vm.take_pending();
                    }
                    Err(vm.value_error(message))
                }
            }
        };
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STEP: &str = "Step for islice() must be a positive integer or None.";
        let (next, stop) = if single {
            (0, bound(vm, &args[1], STOP)?)
        } else {
            let start = bound(vm, &args[1], INDICES)?;
            let stop = bound(vm, &args[2], STOP)?;
            (start.unwrap_or(0), stop)
        };
        let step = match args.get(3) {
            Some(v) => match bound(vm, v, STEP)? {
                Some(0) => return Err(vm.value_error(STEP)),
                step => step.unwrap_or(1),
            },
            None => 1,
        };
        let iterator = Some(vm.iter(&args[0])?);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, ISlice { iterator, next, stop, step, count: 0 }).into_value())
    }
}
impl ISlice {
    fn step(this: &Ref<ISlice>, vm: &mut Vm) -> Result<Option<Value>> {
        let (iterator, stop) = { let s = this.get(&*vm); (s.iterator.clone(), s.stop.unwrap_or(usize::MAX)) };
        let Some(iterator) = iterator else { return Ok(None) };
        loop {
            let (count, next) = { let s = this.get(&*vm); (s.count, s.next) };
            if count >= next {
                break;
            }
            match vm.next(&iterator) {
                Ok(Some(item)) => drop(item),
                Ok(None) => return ISlice::end(this, vm),
                Err(e) => {
                    ISlice::end(this, vm)?;
                    return Err(e);
                }
            }
            this.get_mut(vm).count += 1;
            if count & 0x3FFF == 0x3FFF {
                vm.poll()?;
            }
        }
        if this.get(&*vm).count >= stop {
            return ISlice::end(this, vm);
        }
        match vm.next(&iterator) {
            Ok(Some(item)) => {
                let state = this.get_mut(vm);
                state.count += 1;
                state.next = state.next.saturating_add(state.step).min(stop);
                Ok(Some(item))
            }
            Ok(None) => ISlice::end(this, vm),
            Err(e) => {
                ISlice::end(this, vm)?;
                Err(e)
            }
        }
    }
    fn end(this: &Ref<ISlice>, vm: &mut Vm) -> Result<Option<Value>> {
        let done = this.get_mut(vm).iterator.take();
        drop(done);
        Ok(None)
    }
}
native_iterator!(ISliceIteration, ISlice);

// ---- pairwise ----

#[derive(Traverse)]
struct Pairwise {
    iterator: Option<Value>,
    old: Option<Value>,
}

#[methods]
impl Pairwise {
    #[sig("(iterable, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value) -> Result<Value> {
        let iterator = Some(vm.iter(iterable)?);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Pairwise { iterator, old: None }).into_value())
    }
}
impl Pairwise {
    fn step(this: &Ref<Pairwise>, vm: &mut Vm) -> Result<Option<Value>> {
        let Some(iterator) = this.get(&*vm).iterator.clone() else { return Ok(None) };
        if this.get(&*vm).old.is_none() {
            let Some(first) = vm.next(&iterator)? else {
                this.get_mut(vm).iterator = None;
                return Ok(None);
            };
            this.get_mut(vm).old = Some(first);
            if this.get(&*vm).iterator.is_none() {
                this.get_mut(vm).old = None;
                return Ok(None);
            }
        }
        let old = this.get(&*vm).old.clone();
        let (Some(new), Some(old)) = (vm.next(&iterator)?, old) else {
            let state = this.get_mut(vm);
            let done = (state.iterator.take(), state.old.take());
            drop(done);
            return Ok(None);
        };
        let previous = this.get_mut(vm).old.replace(new.clone());
        drop(previous);
        Ok(Some(vm.tuple(vec![old, new])))
    }
}
native_iterator!(PairwiseIteration, Pairwise);

/// Equality as groupby asks for it.
pub(crate) fn equal(vm: &mut Vm, a: &Value, b: &Value) -> Result<bool> {
    if a.is(b) {
        return Ok(true);
    }
    vm.compare_bool(CmpOp::Eq, a, b)
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    define_iterator::<Count>(vm, module, "itertools.count", "Return a count object whose .__next__() method returns consecutive values.", CountIteration::METHODS, Count::native);
    define_iterator::<Repeat>(vm, module, "itertools.repeat", "repeat(object [,times]) -> create an iterator which returns the object for the specified number of times.  If not specified, returns the object endlessly.", RepeatIteration::METHODS, Repeat::native);
    define_iterator::<Cycle>(vm, module, "itertools.cycle", "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.", CycleIteration::METHODS, Cycle::native);
    define_iterator::<Accumulate>(vm, module, "itertools.accumulate", "Return series of accumulated sums (or other binary function results).", AccumulateIteration::METHODS, Accumulate::native);
    define_iterator::<Chain>(vm, module, "itertools.chain", "Return a chain object whose .__next__() method returns elements from the first iterable until it is exhausted, then the next, until all are exhausted.", ChainIteration::METHODS, Chain::native);
    define_iterator::<Compress>(vm, module, "itertools.compress", "Return data elements corresponding to true selector elements.", CompressIteration::METHODS, Compress::native);
    define_iterator::<FilterFalse>(vm, module, "itertools.filterfalse", "Return those items of iterable for which function(item) is false.", FilterFalseIteration::METHODS, FilterFalse::native);
    define_iterator::<TakeWhile>(vm, module, "itertools.takewhile", "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.", TakeWhileIteration::METHODS, TakeWhile::native);
    define_iterator::<DropWhile>(vm, module, "itertools.dropwhile", "Drop items from the iterable while predicate(item) is true; afterwards, return every element.", DropWhileIteration::METHODS, DropWhile::native);
    define_iterator::<StarMap>(vm, module, "itertools.starmap", "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.", StarMapIteration::METHODS, StarMap::native);
    define_iterator::<ISlice>(vm, module, "itertools.islice", "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object", ISliceIteration::METHODS, ISlice::native);
    define_iterator::<Pairwise>(vm, module, "itertools.pairwise", "Return an iterator of overlapping pairs taken from the input iterator.", PairwiseIteration::METHODS, Pairwise::native);
    crate::itertools_combine::init(vm, module);
    crate::itertools_group::init(vm, module);
    Ok(())
}
