//! `range` and its iterators: Python methods.
//!
//! Ranges may hold ints of any size. Arithmetic is done on machine words where start, stop and step fit, on big ints
//! otherwise; `range_iterator` serves the former, `longrange_iterator` the latter.

use crate::builtins::int::IntRef;
use crate::builtins::iterators::LongRangeIter;
use crate::builtins::slice::{Range, RangeIter, Slice};
use crate::object::Ref;
use crate::runtime::compare::hash_tuple;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use dashu_int::IBig;

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<RangeMethods>(id::RANGE);
    vm.attach::<RangeIteratorMethods>(id::RANGE_ITERATOR);
    vm.attach::<LongRangeIteratorMethods>(id::LONGRANGE_ITERATOR);
}

/// The number of values from `start` towards `stop` in steps of `step`, which is not zero.
fn length_of(start: &IBig, stop: &IBig, step: &IBig) -> IBig {
    let (low, high, step) = if *step > IBig::ZERO { (start, stop, step.clone()) } else { (stop, start, -step) };
    if low >= high { IBig::ZERO } else { (high - low - IBig::ONE) / step + IBig::ONE }
}

impl Vm {
    /// `range(start, stop, step)` of ints; `step` is not zero.
    pub fn make_range(&mut self, start: Value, stop: Value, step: Value) -> Ref<Range> {
        let small = |v: &Value| v.as_small_int();
        let length = match (small(&start), small(&stop), small(&step)) {
            (Some(a), Some(b), Some(1)) => self.heap.int(i128::from((b - a).max(0))),
            _ => {
                let length = length_of(&self.big(&start), &self.big(&stop), &self.big(&step));
                self.heap.big_int(length)
            }
        };
        self.heap.alloc(Range { start, stop, step, length })
    }
    /// (start, step, length) of a range.
    fn range_parts(&self, range: &Ref<Range>) -> (IBig, IBig, IBig) {
        let r = range.get(&*self.heap);
        (self.big(&r.start), self.big(&r.step), self.big(&r.length))
    }
    /// The same in machine words, when start, stop, step and length fit 50 bits.
    fn range_words(&self, range: &Ref<Range>) -> Option<(i64, i64, i64)> {
        let r = range.get(&*self.heap);
        r.stop.as_small_int()?;
        Some((r.start.as_small_int()?, r.step.as_small_int()?, r.length.as_small_int()?))
    }
    /// The position of an int in a range.
    fn range_position(&self, range: &Ref<Range>, value: IntRef<'_>) -> Option<IBig> {
        if let (Some((start, step, length)), IntRef::Small(n)) = (self.range_words(range), value) {
            let offset = n - start;
            let position = offset / step;
            return (offset % step == 0 && (0..length).contains(&position)).then(|| IBig::from(position));
        }
        let (start, step, length) = self.range_parts(range);
        let offset = value.to_big() - start;
        if &offset % &step != IBig::ZERO {
            return None;
        }
        let position = offset / step;
        (position >= IBig::ZERO && position < length).then_some(position)
    }
    /// `range[i]` for an int object.
    fn range_item(&mut self, range: &Ref<Range>, index: &Value) -> Result<Value> {
        if let (Some((start, step, length)), Some(i)) = (self.range_words(range), index.as_small_int()) {
            let i = if i < 0 { i + length } else { i };
            if !(0..length).contains(&i) {
                return Err(self.index_error("range object index out of range"));
            }
            return Ok(self.heap.int(i128::from(start) + i128::from(i) * i128::from(step)));
        }
        let (start, step, length) = self.range_parts(range);
        let mut i = self.big(index);
        if i < IBig::ZERO {
            i += &length;
        }
        if i < IBig::ZERO || i >= length {
            return Err(self.index_error("range object index out of range"));
        }
        Ok(self.heap.big_int(start + i * step))
    }
    fn range_slice(&mut self, range: &Ref<Range>, slice: &Ref<Slice>) -> Result<Value> {
        let (start, step, length) = self.range_parts(range);
        let (low, high, stride) = self.big_slice_indices(slice, &length)?;
        let values = [&start + low * &step, start + high * &step, step * stride];
        let [start, stop, step] = values.map(|n| self.heap.big_int(n));
        Ok(self.make_range(start, stop, step).into())
    }
    /// An iterator over `length` values.
    fn range_iterator(&mut self, start: IBig, step: IBig, length: IBig, stop: Option<&IBig>) -> Value {
        let words = (i64::try_from(&start), i64::try_from(&step), i64::try_from(&length));
        if let (Ok(next), Ok(step), Ok(left)) = words {
            // The value after the last one must fit a machine word too.
            let after = stop.cloned().unwrap_or_else(|| &start + IBig::from(step) * &length) + IBig::from(step);
            if i64::try_from(&after).is_ok() {
                return self.heap.alloc(RangeIter { next, step, left: left as u64 }).into_value();
            }
        }
        let [next, step, left] = [start, step, length].map(|n| self.heap.big_int(n));
        self.heap.alloc(LongRangeIter { next, step, left }).into_value()
    }
    fn range_equal(&self, a: &Ref<Range>, b: &Ref<Range>) -> bool {
        let (a, b) = (self.range_parts(a), self.range_parts(b));
        a.2 == b.2 && (a.2 == IBig::ZERO || a.0 == b.0 && (a.2 == IBig::ONE || a.1 == b.1))
    }
    fn iter_builtin(&mut self) -> Value {
        let name = self.intern("iter");
        self.builtins.clone().get_str(&*self, &name).unwrap_or(Value::NONE)
    }
    /// The state for pickling of an iterator whose rest is a range.
    fn reduce_range_iterator(&mut self, next: Value, step: Value, left: &IBig) -> Value {
        let stop = self.big(&next) + self.big(&step) * left;
        let stop = self.heap.big_int(stop);
        let range = self.make_range(next, stop, step).into_value();
        let args = self.tuple(vec![range]);
        let iter = self.iter_builtin();
        self.tuple(vec![iter, args, Value::NONE])
    }
}

struct RangeMethods;

#[methods(hot)]
impl RangeMethods {
    #[sig("(*args)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        vm.check_new(cls, id::RANGE)?;
        let (start, stop, step) = match args {
            [] => return Err(vm.type_error("range expected at least 1 argument, got 0")),
            [stop] => (Value::int32(0), vm.range_argument(stop)?, Value::int32(1)),
            [start, stop] => (vm.range_argument(start)?, vm.range_argument(stop)?, Value::int32(1)),
            [start, stop, step] => {
                let (start, stop) = (vm.range_argument(start)?, vm.range_argument(stop)?);
                let step = vm.range_argument(step)?;
                if step.as_small_int() == Some(0) {
                    return Err(vm.value_error("range() arg 3 must not be zero"));
                }
                (start, stop, step)
            }
            _ => {
                let n = args.len();
                return Err(vm.type_error(format!("range expected at most 3 arguments, got {n}")));
            }
        };
        Ok(vm.make_range(start, stop, step).into())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Range>, vm: &mut Vm) -> Result<String> {
        let r = this.get(&*vm.heap);
        let (start, stop, step) = (r.start.clone(), r.stop.clone(), r.step.clone());
        let (a, b) = (vm.repr_text(&start)?, vm.repr_text(&stop)?);
        if step.as_small_int() == Some(1) {
            return Ok(format!("range({a}, {b})"));
        }
        let c = vm.repr_text(&step)?;
        Ok(format!("range({a}, {b}, {c})"))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<Range>, vm: &mut Vm) -> Result<i64> {
        let r = this.get(&*vm.heap);
        let (start, step, length) = (r.start.clone(), r.step.clone(), r.length.clone());
        let none = Value::NONE;
        let (start, step) = match length.as_small_int() {
            Some(0) => (&none, &none),
            Some(1) => (&start, &none),
            _ => (&start, &step),
        };
        let hashes = [vm.hash(&length)?, vm.hash(start)?, vm.hash(step)?];
        Ok(hash_tuple(&hashes))
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Range>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Range>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Range>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(match value.downcast::<Range>(&*vm.heap) {
            Some(other) => Value::bool(vm.range_equal(this, other)),
            None => Value::NOT_IMPLEMENTED,
        })
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Range>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(match value.downcast::<Range>(&*vm.heap) {
            Some(other) => Value::bool(!vm.range_equal(this, other)),
            None => Value::NOT_IMPLEMENTED,
        })
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Range>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Range>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Ref<Range>, vm: &mut Vm) -> Result<Value> {
        if let Some((next, step, left)) = vm.range_words(this) {
            return Ok(vm.heap.alloc(RangeIter { next, step, left: left as u64 }).into_value());
        }
        let stop = vm.big(&this.get(&*vm.heap).stop);
        let (start, step, length) = vm.range_parts(this);
        Ok(vm.range_iterator(start, step, length, Some(&stop)))
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Ref<Range>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).length.as_small_int() != Some(0))
    }
    /// Return len(self).
    #[sig("()")]
    fn __len__(this: &Ref<Range>, vm: &mut Vm) -> Result<Value> {
        let length = this.get(&*vm.heap).length.clone();
        if length.as_int(&*vm.heap).and_then(IntRef::to_i64).is_none() {
            return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
        }
        Ok(length)
    }
    /// Return self[key].
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<Range>, vm: &mut Vm, key: &Value) -> Result<Value> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return vm.range_slice(this, slice);
        }
        if key.is_small_int() {
            return vm.range_item(this, key);
        }
        if vm.heap.has_special(key, crate::Special::Index) {
            let index = vm.index(key)?;
            return vm.range_item(this, &index);
        }
        let found = vm.heap.type_name(key);
        Err(vm.type_error(format!("range indices must be integers or slices, not {found}")))
    }
    /// Return bool(key in self).
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<Range>, vm: &mut Vm, key: &Value) -> Result<bool> {
        if key.is_exact_int() || key.is_bool() {
            return Ok(key.as_int(&*vm.heap).is_some_and(|n| vm.range_position(this, n).is_some()));
        }
        let iterator = vm.iter(this.as_value())?;
        while let Some(item) = vm.next(&iterator)? {
            if vm.equal(&item, key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// Return a reverse iterator.
    #[sig("()")]
    fn __reversed__(this: &Ref<Range>, vm: &mut Vm) -> Result<Value> {
        let (start, step, length) = vm.range_parts(this);
        let last = &start + (&length - IBig::ONE) * &step;
        Ok(vm.range_iterator(last, -step, length, None))
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<Range>, vm: &mut Vm) -> Result<Value> {
        let r = this.get(&*vm.heap);
        let args = vec![r.start.clone(), r.stop.clone(), r.step.clone()];
        let args = vm.tuple(args);
        let class = vm.core_type(id::RANGE).into_value();
        Ok(vm.tuple(vec![class, args]))
    }
    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[sig("(object, /)")]
    fn count(this: &Ref<Range>, vm: &mut Vm, object: &Value) -> Result<usize> {
        if object.is_exact_int() || object.is_bool() {
            return RangeMethods::__contains__(this, vm, object).map(usize::from);
        }
        let (iterator, mut count) = (vm.iter(this.as_value())?, 0);
        while let Some(item) = vm.next(&iterator)? {
            count += usize::from(vm.equal(&item, object)?);
        }
        Ok(count)
    }
    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[sig("(object, /)")]
    fn index(this: &Ref<Range>, vm: &mut Vm, object: &Value) -> Result<Value> {
        if object.is_exact_int() || object.is_bool() {
            let position = object.as_int(&*vm.heap).and_then(|n| vm.range_position(this, n));
            return match position {
                Some(n) => Ok(vm.heap.big_int(n)),
                None => Err(vm.value_error("range.index(x): x not in range")),
            };
        }
        let (iterator, mut i) = (vm.iter(this.as_value())?, 0);
        while let Some(item) = vm.next(&iterator)? {
            if vm.equal(&item, object)? {
                return Ok(vm.heap.int(i));
            }
            i += 1;
        }
        Err(vm.value_error("sequence.index(x): x not in sequence"))
    }
    #[getter]
    fn start(this: &Ref<Range>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).start.clone())
    }
    #[getter]
    fn stop(this: &Ref<Range>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).stop.clone())
    }
    #[getter]
    fn step(this: &Ref<Range>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).step.clone())
    }
}

impl Vm {
    fn range_argument(&mut self, value: &Value) -> Result<Value> {
        let v = self.index(value)?;
        Ok(self.exact_int(&v))
    }
    /// How far a restored iterator has got, between 0 and the values it has left.
    fn clamped_state(&mut self, state: &Value, left: &IBig) -> Result<IBig> {
        let state = self.index(state)?;
        let n = self.big(&state);
        Ok(if n < IBig::ZERO { IBig::ZERO } else { n.min(left.clone()) })
    }
}

struct RangeIteratorMethods;

#[methods(hot)]
impl RangeIteratorMethods {
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    /// Implement next(self).
    #[sig("()")]
    fn __next__(this: &Value, vm: &mut Vm) -> Result<Value> {
        match vm.next(this)? {
            Some(v) => Ok(v),
            None => Err(vm.stop_iteration()),
        }
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<RangeIter>, vm: &mut Vm) -> Result<u64> {
        Ok(this.get(&*vm.heap).left)
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<RangeIter>, vm: &mut Vm) -> Result<Value> {
        let it = this.get(&*vm.heap);
        let (next, step, left) = (i128::from(it.next), i128::from(it.step), IBig::from(it.left));
        let (next, step) = (vm.heap.int(next), vm.heap.int(step));
        Ok(vm.reduce_range_iterator(next, step, &left))
    }
    /// Set state information for unpickling.
    #[sig("(object, /)")]
    fn __setstate__(this: &Ref<RangeIter>, vm: &mut Vm, object: &Value) -> Result<()> {
        let left = IBig::from(this.get(&*vm.heap).left);
        let done = vm.clamped_state(object, &left)?;
        let done = i64::try_from(done).unwrap_or(0);
        let it = this.get_mut(&mut *vm.heap);
        it.next = it.next.wrapping_add(it.step.wrapping_mul(done));
        it.left -= done as u64;
        Ok(())
    }
}

struct LongRangeIteratorMethods;

#[methods(hot)]
impl LongRangeIteratorMethods {
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Ref<LongRangeIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    /// Implement next(self).
    #[sig("()")]
    fn __next__(this: &Ref<LongRangeIter>, vm: &mut Vm) -> Result<Value> {
        let it = this.get(&*vm.heap);
        let left = vm.big(&it.left);
        if left == IBig::ZERO {
            return Err(vm.stop_iteration());
        }
        let current = it.next.clone();
        let next = vm.big(&current) + vm.big(&it.step);
        let (next, left) = (vm.heap.big_int(next), vm.heap.big_int(left - IBig::ONE));
        let it = this.get_mut(&mut *vm.heap);
        it.next = next;
        it.left = left;
        Ok(current)
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<LongRangeIter>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).left.clone())
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<LongRangeIter>, vm: &mut Vm) -> Result<Value> {
        let it = this.get(&*vm.heap);
        let (next, step, left) = (it.next.clone(), it.step.clone(), vm.big(&it.left));
        Ok(vm.reduce_range_iterator(next, step, &left))
    }
    /// Set state information for unpickling.
    #[sig("(object, /)")]
    fn __setstate__(this: &Ref<LongRangeIter>, vm: &mut Vm, object: &Value) -> Result<()> {
        let left = vm.big(&this.get(&*vm.heap).left);
        let done = vm.clamped_state(object, &left)?;
        let it = this.get(&*vm.heap);
        let next = vm.big(&it.next) + vm.big(&it.step) * &done;
        let (next, left) = (vm.heap.big_int(next), vm.heap.big_int(left - done));
        let it = this.get_mut(&mut *vm.heap);
        it.next = next;
        it.left = left;
        Ok(())
    }
}
