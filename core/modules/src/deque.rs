//! `collections.deque` and its iterators.
//!
//! Every change counts up `state`, which is how iterators and searches notice that the deque changed under them.

use krait_vm::args::{KwArgs, Methods};
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Special, Traverse, Value, Vm, methods};
use std::collections::VecDeque;

#[derive(Traverse, Default)]
struct Deque {
    items: VecDeque<Value>,
    #[traverse(skip)]
    maxlen: Option<usize>,
    state: u64,
}

impl Deque {
    fn push(this: &Ref<Deque>, vm: &mut Vm, item: Value, left: bool) -> Result<()> {
        let deque = this.get(&*vm);
        if deque.items.len() == deque.items.capacity() {
            let more = deque.items.len() * 8;
            let room = vm.heap.check_room(more);
            vm.memory(room)?;
        }
        let deque = this.get_mut(vm);
        deque.state += 1;
        let dropped = if left {
            deque.items.push_front(item);
            if deque.maxlen.is_some_and(|m| deque.items.len() > m) { deque.items.pop_back() } else { None }
        } else {
            deque.items.push_back(item);
            if deque.maxlen.is_some_and(|m| deque.items.len() > m) { deque.items.pop_front() } else { None }
        };
        drop(dropped);
        Ok(())
    }
    fn extend_with(this: &Ref<Deque>, vm: &mut Vm, iterable: &Value, left: bool) -> Result<()> {
        let iterable = if iterable.is(this.as_value()) {
            let items = this.get(&*vm).items.iter().cloned().collect();
            vm.list(items)
        } else {
            iterable.clone()
        };
        vm.for_each(&iterable, |vm, item| Deque::push(this, vm, item, left))
    }
    fn len(this: &Ref<Deque>, vm: &Vm) -> usize {
        this.get(vm).items.len()
    }
    fn position(this: &Ref<Deque>, vm: &mut Vm, key: &Value) -> Result<usize> {
        if key.as_small_int().is_none() && !vm.heap.has_special(key, Special::Index) {
            let name = vm.type_name(key);
            return Err(vm.type_error(format!("sequence index must be integer, not '{name}'")));
        }
        let i = vm.sequence_index(key)?;
        let len = Deque::len(this, vm) as isize;
        let i = if i < 0 { i + len } else { i };
        if i < 0 || i >= len {
            return Err(vm.index_error("deque index out of range"));
        }
        Ok(i as usize)
    }
    /// The first index of a value between bounds; an error of kind `changed` when the deque changes meanwhile.
    fn find(this: &Ref<Deque>, vm: &mut Vm, value: &Value, start: usize, stop: usize, changed: Exc) -> Result<Option<usize>> {
        let state = this.get(&*vm).state;
        for i in start..stop {
            let Some(item) = this.get(&*vm).items.get(i).cloned() else { break };
            let equal = vm.equal(&item, value)?;
            if this.get(&*vm).state != state {
                return Err(vm.error(changed, "deque mutated during iteration"));
            }
            if equal {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
    fn new_like(this: &Ref<Deque>, vm: &mut Vm, items: VecDeque<Value>) -> Ref<Deque> {
        let maxlen = this.get(&*vm).maxlen;
        vm.heap.alloc(Deque { items, maxlen, state: 0 })
    }
    fn repeated(this: &Ref<Deque>, vm: &mut Vm, count: &Value) -> Result<VecDeque<Value>> {
        if count.as_small_int().is_none() && !vm.heap.has_special(count, Special::Index) {
            let name = vm.type_name(count);
            return Err(vm.type_error(format!("can't multiply sequence by non-int of type '{name}'")));
        }
        let count = vm.index_clamped(count)?.max(0) as usize;
        let (items, maxlen) = { let d = this.get(&*vm); (d.items.clone(), d.maxlen) };
        let total = items.len().checked_mul(count).filter(|n| *n < isize::MAX as usize / 8);
        let wanted = match (total, maxlen) {
            (_, Some(m)) if total.is_none_or(|t| t > m) => m,
            (Some(t), _) => t,
            (None, _) => return Err(vm.memory_error()),
        };
        let room = vm.heap.check_room(wanted * 8);
        vm.memory(room)?;
        if items.is_empty() {
            return Ok(items);
        }
        // With a limit only the end survives.
        let n = items.len();
        let skip = total.map_or(0, |t| (t - wanted) % n);
        Ok((0..wanted).filter_map(|i| items.get((skip + i) % n).cloned()).collect())
    }
    fn compare(this: &Ref<Deque>, vm: &mut Vm, op: CmpOp, other: &Value) -> Result<Value> {
        let Some(other) = other.downcast::<Deque>(&*vm.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        if this.is(&other) && matches!(op, CmpOp::Eq | CmpOp::Le | CmpOp::Ge) {
            return Ok(Value::TRUE);
        }
        if Deque::len(this, vm) != Deque::len(&other, vm) {
            match op {
                CmpOp::Eq => return Ok(Value::FALSE),
                CmpOp::Ne => return Ok(Value::TRUE),
                _ => {}
            }
        }
        let a = this.get(&*vm).items.iter().cloned().collect();
        let b = other.get(&*vm).items.iter().cloned().collect();
        let (a, b) = (vm.list(a), vm.list(b));
        vm.compare(op, &a, &b)
    }
    fn clear(this: &Ref<Deque>, vm: &mut Vm) {
        let deque = this.get_mut(vm);
        deque.state += 1;
        let old = std::mem::take(&mut deque.items);
        drop(old);
    }
}

struct DequeMethods;

#[methods]
impl DequeMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Deque::default()).into_value())
    }
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Deque>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let given = args.len() + kwargs.items.len();
        if given > 2 {
            return Err(vm.type_error(format!("deque() takes at most 2 arguments ({given} given)")));
        }
        let (mut iterable, mut maxlen) = (args.first().cloned(), args.get(1).cloned());
        for (key, value) in &kwargs.items {
            let text = vm.to_text(key)?;
            match &text[..] {
                "iterable" if iterable.is_none() => iterable = Some((*value).clone()),
                "maxlen" if maxlen.is_none() => maxlen = Some((*value).clone()),
                _ => return Err(vm.type_error(format!("deque() got an unexpected keyword argument '{text}'"))),
            }
        }
        let maxlen = match maxlen.filter(|m| !m.is_none()) {
            Some(m) => {
                if !m.is_int(&*vm.heap) {
                    return Err(vm.type_error("an integer is required"));
                }
                match vm.index_i64(&m, "ssize_t")? {
                    m if m < 0 => return Err(vm.value_error("maxlen must be non-negative")),
                    m => Some(krait_vm::runtime::convert::to_size(m) as usize),
                }
            }
            None => None,
        };
        this.get_mut(vm).maxlen = maxlen;
        Deque::clear(this, vm);
        match iterable {
            Some(iterable) => Deque::extend_with(this, vm, &iterable, false),
            None => Ok(()),
        }
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Deque>, vm: &mut Vm) -> Result<String> {
        if !vm.repr_enter(this.as_value()) {
            return Ok("[...]".into());
        }
        let (items, maxlen) = { let d = this.get(&*vm); (d.items.iter().cloned().collect(), d.maxlen) };
        let list = vm.list(items);
        let text = vm.repr_text(&list);
        vm.repr_leave(this.as_value());
        let (name, text) = (vm.type_of(this.as_value()).name(&vm.heap), text?);
        Ok(match maxlen {
            Some(m) => format!("{name}({text}, maxlen={m})"),
            None => format!("{name}({text})"),
        })
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Deque::compare(this, vm, CmpOp::Lt, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Deque::compare(this, vm, CmpOp::Le, value)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Deque::compare(this, vm, CmpOp::Eq, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Deque::compare(this, vm, CmpOp::Ne, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Deque::compare(this, vm, CmpOp::Gt, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Deque::compare(this, vm, CmpOp::Ge, value)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        let (state, left) = { let d = this.get(&*vm); (d.state, d.items.len()) };
        Ok(vm.heap.alloc(DequeIter { deque: this.clone(), state, left }).into_value())
    }
    /// Return a reverse iterator over the deque.
    #[sig("()")]
    fn __reversed__(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        let (state, left) = { let d = this.get(&*vm); (d.state, d.items.len()) };
        Ok(vm.heap.alloc(DequeReverseIter { deque: this.clone(), state, left }).into_value())
    }
    #[sig("()")]
    fn __len__(this: &Ref<Deque>, vm: &mut Vm) -> Result<usize> {
        Ok(Deque::len(this, vm))
    }
    #[sig("(value, /)")]
    fn __add__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !value.has_payload::<Deque>(&*vm.heap) {
            let name = vm.type_name(value);
            return Err(vm.type_error(format!("can only concatenate deque (not \"{name}\") to deque")));
        }
        let items = this.get(&*vm).items.clone();
        let sum = Deque::new_like(this, vm, items);
        Deque::extend_with(&sum, vm, value, false)?;
        Ok(sum.into_value())
    }
    #[sig("(value, /)")]
    fn __iadd__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Deque::extend_with(this, vm, value, false)?;
        Ok(this.to_value())
    }
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let items = Deque::repeated(this, vm, value)?;
        Ok(Deque::new_like(this, vm, items).into_value())
    }
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        DequeMethods::__mul__(this, vm, value)
    }
    #[sig("(value, /)")]
    fn __imul__(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let items = Deque::repeated(this, vm, value)?;
        let deque = this.get_mut(vm);
        deque.state += 1;
        let old = std::mem::replace(&mut deque.items, items);
        drop(old);
        Ok(this.to_value())
    }
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<Deque>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let i = Deque::position(this, vm, key)?;
        Ok(this.get(&*vm).items.get(i).cloned().unwrap_or(Value::NONE))
    }
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Ref<Deque>, vm: &mut Vm, key: &Value, value: Value) -> Result<()> {
        let i = Deque::position(this, vm, key)?;
        let old = this.get_mut(vm).items.get_mut(i).map(|slot| std::mem::replace(slot, value));
        drop(old);
        Ok(())
    }
    #[sig("(key, /)")]
    fn __delitem__(this: &Ref<Deque>, vm: &mut Vm, key: &Value) -> Result<()> {
        let i = Deque::position(this, vm, key)?;
        let deque = this.get_mut(vm);
        deque.state += 1;
        let old = deque.items.remove(i);
        drop(old);
        Ok(())
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<Deque>, vm: &mut Vm, key: &Value) -> Result<bool> {
        let len = Deque::len(this, vm);
        Ok(Deque::find(this, vm, key, 0, len, Exc::RuntimeError)?.is_some())
    }
    /// Add an element to the right side of the deque.
    #[sig("(item, /)")]
    fn append(this: &Ref<Deque>, vm: &mut Vm, item: Value) -> Result<()> {
        Deque::push(this, vm, item, false)
    }
    /// Add an element to the left side of the deque.
    #[sig("(item, /)")]
    fn appendleft(this: &Ref<Deque>, vm: &mut Vm, item: Value) -> Result<()> {
        Deque::push(this, vm, item, true)
    }
    /// Remove all elements from the deque.
    #[sig("()")]
    fn clear(this: &Ref<Deque>, vm: &mut Vm) -> Result<()> {
        Deque::clear(this, vm);
        Ok(())
    }
    /// Return a shallow copy of a deque.
    #[sig("()")]
    fn copy(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        let ty = vm.type_of(this.as_value());
        if this.as_value().type_id() == vm.heap.payload_type::<Deque>().unwrap_or(0) {
            let items = this.get(&*vm).items.clone();
            return Ok(Deque::new_like(this, vm, items).into_value());
        }
        match this.get(&*vm).maxlen {
            Some(m) => {
                let m = vm.heap.int(m as i128);
                vm.call(ty.as_value(), &[this.to_value(), m])
            }
            None => vm.call(ty.as_value(), &[this.to_value()]),
        }
    }
    /// Return a shallow copy of a deque.
    #[sig("()")]
    fn __copy__(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        DequeMethods::copy(this, vm)
    }
    /// Return number of occurrences of value.
    #[sig("(value, /)")]
    fn count(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<usize> {
        let (len, mut start, mut count) = (Deque::len(this, vm), 0, 0);
        while let Some(i) = Deque::find(this, vm, value, start, len, Exc::RuntimeError)? {
            count += 1;
            start = i + 1;
        }
        Ok(count)
    }
    /// Extend the right side of the deque with elements from the iterable.
    #[sig("(iterable, /)")]
    fn extend(this: &Ref<Deque>, vm: &mut Vm, iterable: &Value) -> Result<()> {
        Deque::extend_with(this, vm, iterable, false)
    }
    /// Extend the left side of the deque with elements from the iterable.
    #[sig("(iterable, /)")]
    fn extendleft(this: &Ref<Deque>, vm: &mut Vm, iterable: &Value) -> Result<()> {
        Deque::extend_with(this, vm, iterable, true)
    }
    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[sig("(value, start=0, stop=<unrepresentable>, /)")]
    fn index(this: &Ref<Deque>, vm: &mut Vm, value: &Value, start: Option<Value>, stop: Option<Value>) -> Result<usize> {
        let len = Deque::len(this, vm);
        let mut bound = |v: Option<Value>, default: usize| -> Result<usize> {
            let Some(v) = v else { return Ok(default) };
            if !vm.heap.has_special(&v, Special::Index) && !v.is_int(&*vm.heap) {
                return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
            }
            let i = vm.index_clamped(&v)?;
            Ok(if i < 0 { i.saturating_add(len as isize).max(0) as usize } else { i as usize }.min(len))
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, len)?);
        match Deque::find(this, vm, value, start, stop, Exc::RuntimeError)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("deque.index(x): x not in deque")),
        }
    }
    /// Insert value before index.
    #[sig("(index, value, /)")]
    fn insert(this: &Ref<Deque>, vm: &mut Vm, index: isize, value: Value) -> Result<()> {
        let deque = this.get_mut(vm);
        if deque.maxlen.is_some_and(|m| deque.items.len() >= m) {
            return Err(vm.index_error("deque already at its maximum size"));
        }
        let len = deque.items.len() as isize;
        let i = if index < 0 { (index + len).max(0) } else { index.min(len) };
        deque.state += 1;
        deque.items.insert(i as usize, value);
        Ok(())
    }
    /// Remove and return the rightmost element.
    #[sig("()")]
    fn pop(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        let deque = this.get_mut(vm);
        deque.state += 1;
        match deque.items.pop_back() {
            Some(v) => Ok(v),
            None => Err(vm.index_error("pop from an empty deque")),
        }
    }
    /// Remove and return the leftmost element.
    #[sig("()")]
    fn popleft(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        let deque = this.get_mut(vm);
        deque.state += 1;
        match deque.items.pop_front() {
            Some(v) => Ok(v),
            None => Err(vm.index_error("pop from an empty deque")),
        }
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        let state = vm.call_method(this.as_value(), "__getstate__", &[])?;
        let iterator = vm.iter(this.as_value())?;
        let args = match this.get(&*vm).maxlen {
            Some(m) => {
                let empty = vm.tuple(Vec::new());
                let m = vm.heap.int(m as i128);
                vm.tuple(vec![empty, m])
            }
            None => vm.tuple(Vec::new()),
        };
        let ty = vm.type_of(this.as_value()).into_value();
        Ok(vm.tuple(vec![ty, args, state, iterator]))
    }
    /// Remove first occurrence of value.
    #[sig("(value, /)")]
    fn remove(this: &Ref<Deque>, vm: &mut Vm, value: &Value) -> Result<()> {
        let len = Deque::len(this, vm);
        match Deque::find(this, vm, value, 0, len, Exc::IndexError)? {
            Some(i) => {
                let deque = this.get_mut(vm);
                deque.state += 1;
                let old = deque.items.remove(i);
                drop(old);
                Ok(())
            }
            None => Err(vm.value_error("deque.remove(x): x not in deque")),
        }
    }
    /// Reverse *IN PLACE*.
    #[sig("()")]
    fn reverse(this: &Ref<Deque>, vm: &mut Vm) -> Result<()> {
        this.get_mut(vm).items.make_contiguous().reverse();
        Ok(())
    }
    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[sig("(n=1, /)")]
    fn rotate(this: &Ref<Deque>, vm: &mut Vm, n: isize) -> Result<()> {
        let deque = this.get_mut(vm);
        let len = deque.items.len();
        if len > 1 {
            deque.items.rotate_right(n.rem_euclid(len as isize) as usize);
            deque.state += 1;
        }
        Ok(())
    }
    /// Return the size of the deque in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Deque>, vm: &mut Vm) -> Result<usize> {
        Ok(64 + this.get(&*vm).items.capacity() * 8)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(this: &Ref<Deque>, vm: &mut Vm) -> Result<Value> {
        match this.get(&*vm).maxlen {
            Some(m) => Ok(vm.heap.int(m as i128)),
            None => Ok(Value::NONE),
        }
    }
}

macro_rules! deque_iterator {
    ($name:ident, |$len:ident, $left:ident| $at:expr) => {
        #[derive(Traverse)]
        struct $name {
            deque: Ref<Deque>,
            state: u64,
            left: usize,
        }
        impl $name {
            fn step(this: &Ref<$name>, vm: &mut Vm) -> Result<Option<Value>> {
                let s = this.get(&*vm);
                let $left = s.left;
                let deque = s.deque.get(&*vm);
                if deque.state != s.state {
                    this.get_mut(vm).left = 0;
                    return Err(vm.runtime_error("deque mutated during iteration"));
                }
                if $left == 0 {
                    return Ok(None);
                }
                let $len = deque.items.len();
                let item = deque.items.get($at).cloned();
                this.get_mut(vm).left = $left - 1;
                Ok(item)
            }
            fn native(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
                match it.downcast::<$name>(&*vm.heap).cloned() {
                    Some(this) => $name::step(&this, vm),
                    None => Ok(None),
                }
            }
        }
        #[methods]
        impl $name {
            #[sig("(deque, index=0, /)")]
            fn __new__(cls: &Ref<Type>, vm: &mut Vm, deque: Ref<Deque>, index: usize) -> Result<Value> {
                let (state, len) = { let d = deque.get(&*vm); (d.state, d.items.len()) };
                let id = cls.id(&vm.heap);
                Ok(vm.heap.alloc_typed(id, $name { deque, state, left: len.saturating_sub(index) }).into_value())
            }
            #[sig("()")]
            fn __iter__(this: &Ref<$name>, _vm: &mut Vm) -> Result<Value> {
                Ok(this.to_value())
            }
            #[sig("()")]
            fn __next__(this: &Ref<$name>, vm: &mut Vm) -> Result<Value> {
                let item = $name::step(this, vm)?;
                vm.next_value(item)
            }
            /// Private method returning an estimate of len(list(it)).
            #[sig("()")]
            fn __length_hint__(this: &Ref<$name>, vm: &mut Vm) -> Result<usize> {
                Ok(this.get(&*vm).left)
            }
            /// Return state information for pickling.
            #[sig("()")]
            fn __reduce__(this: &Ref<$name>, vm: &mut Vm) -> Result<Value> {
                let (deque, left) = { let s = this.get(&*vm); (s.deque.clone(), s.left) };
                let done = vm.heap.int((Deque::len(&deque, vm) - left.min(Deque::len(&deque, vm))) as i128);
                let args = vm.tuple(vec![deque.into_value(), done]);
                let ty = vm.type_of(this.as_value()).into_value();
                Ok(vm.tuple(vec![ty, args]))
            }
        }
    };
}

deque_iterator!(DequeIter, |len, left| len - left);
deque_iterator!(DequeReverseIter, |_len, left| left - 1);

pub(crate) fn init(vm: &mut Vm, module: &Ref<Module>) {
    let spec = TypeSpec {
        name: "collections.deque",
        doc: "A list-like sequence optimized for data accesses near its endpoints.",
        flags: flags::BASETYPE | flags::WEAKREFABLE | flags::SEQUENCE,
        dict: false,
        methods: DequeMethods::METHODS,
    };
    let deque = vm.define_type::<Deque>(None, &spec);
    let id = deque.id(&vm.heap);
    vm.heap.info_mut(id).length = Some(|heap, deque| deque.downcast::<Deque>(heap).map(|d| d.get(heap).items.len()));
    vm.module_set(module, "deque", deque.into_value());
    let spec = |name, methods| TypeSpec { name, doc: "", flags: 0, dict: false, methods };
    let forwards = vm.define_type::<DequeIter>(None, &spec("collections._deque_iterator", DequeIter::METHODS));
    let backwards = vm.define_type::<DequeReverseIter>(None, &spec("collections._deque_reverse_iterator", DequeReverseIter::METHODS));
    let ids = (forwards.id(&vm.heap), backwards.id(&vm.heap));
    vm.heap.info_mut(ids.0).next = Some(DequeIter::native);
    vm.heap.info_mut(ids.1).next = Some(DequeReverseIter::native);
    vm.module_set(module, "_deque_iterator", forwards.into_value());
    vm.module_set(module, "_deque_reverse_iterator", backwards.into_value());
}
