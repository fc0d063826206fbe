//! `tuple` and its iterator: Python methods.
//!
//! Storage is in `tuple.rs`; what lists and tuples share is in `sequence_support.rs`.

use crate::args::KwArgs;
use crate::builtins::iterators::SeqIter;
use crate::builtins::list_methods::pick;
use crate::builtins::slice::{Slice, SliceIndices};
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::runtime::compare::{CmpOp, hash_tuple};
use crate::runtime::convert::to_size;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

pub(crate) struct TupleMethods;

impl Vm {
    fn tuple_compare(&mut self, op: CmpOp, this: &Ref<Tuple>, other: &Value) -> Result<Value> {
        if !other.has_payload::<Tuple>(&*self.heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        self.compare_sequences(op, this.as_value(), other)
    }
    fn tuple_repeat(&mut self, this: &Ref<Tuple>, count: &Value) -> Result<Value> {
        let n = self.repeat_count(count)?;
        if this.as_value().is_exact::<Tuple>() && (n == 1 || this.len(&*self.heap) == 0) {
            return Ok(this.to_value());
        }
        let items = this.items(&*self.heap).to_vec();
        let all = self.repeat_items(&items, n)?;
        Ok(self.tuple(all))
    }
}

#[methods(hot)]
impl TupleMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        let keywords = !kwargs.items.is_empty() && vm.keeps_init(type_id, id::TUPLE);
        let iterable = vm.one_argument("tuple", args, keywords)?;
        if type_id == id::TUPLE
            && let Some(iterable) = iterable
            && iterable.is_exact::<Tuple>()
        {
            return Ok(iterable.clone());
        }
        let items = match iterable {
            Some(iterable) => vm.collect(iterable)?,
            None => Vec::new(),
        };
        Ok(if type_id == id::TUPLE { vm.tuple(items) } else { vm.heap.tuple_typed(type_id, items).into_value() })
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Ref<Str>> {
        if this.len(&*vm.heap) == 0 {
            return Ok(vm.intern("()"));
        }
        vm.sequence_repr(this.as_value(), "(", ")")
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<i64> {
        let items = this.items(&*vm.heap).to_vec();
        vm.nested(" while hashing a tuple", |vm| {
            let mut hashes = Vec::with_capacity(items.len());
            for item in &items {
                hashes.push(vm.hash(item)?);
            }
            Ok(hash_tuple(&hashes))
        })
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_compare(CmpOp::Lt, this, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_compare(CmpOp::Le, this, value)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_compare(CmpOp::Eq, this, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_compare(CmpOp::Ne, this, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_compare(CmpOp::Gt, this, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_compare(CmpOp::Ge, this, value)
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc_typed(id::TUPLE_ITERATOR, SeqIter { sequence: Some(this.to_value()), index: 0 }).into_value())
    }
    #[sig("()")]
    fn __len__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<usize> {
        Ok(this.len(&*vm.heap))
    }
    #[sig("(key, /)")]
    pub(crate) fn __getitem__(this: &Ref<Tuple>, vm: &mut Vm, key: &Value) -> Result<Value> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let (start, stop, step) = vm.slice_parts(slice)?;
            let items = this.items(&*vm.heap);
            let s = SliceIndices::new(start, stop, step, items.len());
            if s.step == 1 && s.length == items.len() && this.as_value().is_exact::<Tuple>() {
                return Ok(this.to_value());
            }
            let picked = if s.step == 1 {
                items[s.start as usize..s.start as usize + s.length].to_vec()
            } else {
                pick(items, s, Value::clone)
            };
            return Ok(vm.tuple(picked));
        }
        let i = match key.as_small_int() {
            Some(i) => to_size(i),
            None if !key.is_int(&*vm.heap) && vm.heap.special(key.type_id(), crate::Special::Index).is_none() => {
                let name = vm.heap.type_name(key);
                return Err(vm.type_error(format!("tuple indices must be integers or slices, not {name}")));
            }
            None => vm.sequence_index(key)?,
        };
        let items = this.items(&*vm.heap);
        let i = if i < 0 { i + items.len() as isize } else { i };
        match items.get(i as usize) {
            Some(v) => Ok(v.clone()),
            None => Err(vm.index_error("tuple index out of range")),
        }
    }
    #[sig("(value, /)")]
    fn __add__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast::<Tuple>(&*vm.heap) else {
            let name = vm.heap.type_name(value);
            return Err(vm.type_error(format!("can only concatenate tuple (not \"{name}\") to tuple")));
        };
        if this.len(&*vm.heap) == 0 && value.is_exact::<Tuple>() {
            return Ok(value.clone());
        }
        if other.len(&*vm.heap) == 0 && this.as_value().is_exact::<Tuple>() {
            return Ok(this.to_value());
        }
        let all = [this.items(&*vm.heap), other.items(&*vm.heap)].concat();
        let room = vm.heap.check_room(all.len() * 8);
        vm.memory(room)?;
        Ok(vm.tuple(all))
    }
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_repeat(this, value)
    }
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.tuple_repeat(this, value)
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<Tuple>, vm: &mut Vm, key: &Value) -> Result<bool> {
        vm.contains_sequentially(this.as_value(), key)
    }
    #[sig("()")]
    fn __getnewargs__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Value> {
        let items = this.items(&*vm.heap).to_vec();
        let copy = vm.tuple(items);
        Ok(vm.tuple(vec![copy]))
    }
    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[sig("(value, start=0, stop=<unrepresentable>, /)")]
    fn index(this: &Ref<Tuple>, vm: &mut Vm, value: &Value, start: Option<Value>, stop: Option<Value>) -> Result<usize> {
        let (start, stop) = vm.search_bounds(start, stop)?;
        match vm.sequence_find(this.as_value(), value, start, stop)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("tuple.index(x): x not in tuple")),
        }
    }
    /// Return number of occurrences of value.
    #[sig("(value, /)")]
    fn count(this: &Ref<Tuple>, vm: &mut Vm, value: &Value) -> Result<usize> {
        vm.sequence_count(this.as_value(), value)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}

struct TupleIterMethods;

#[methods(hot)]
impl TupleIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<SeqIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let item = vm.next(this.as_value())?;
        vm.next_value(item)
    }
    /// Private method returning an estimate of len(list(it)).
    #[sig("()")]
    fn __length_hint__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<usize> {
        let state = this.get(&*vm);
        let len = state.sequence.as_ref().and_then(|s| s.downcast::<Tuple>(&*vm)).map_or(0, |t| t.len(&*vm));
        Ok(len.saturating_sub(state.index.max(0) as usize))
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let (sequence, index) = { let s = this.get(&*vm); (s.sequence.clone(), s.index) };
        let function = vm.builtin("iter");
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
        let len = match &this.get(&*vm).sequence {
            Some(s) => s.downcast::<Tuple>(&*vm).map_or(0, |t| t.len(&*vm)),
            None => return Ok(()),
        };
        this.get_mut(vm).index = object.clamp(0, len as isize);
        Ok(())
    }
}

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<TupleMethods>(id::TUPLE);
    vm.attach::<TupleIterMethods>(id::TUPLE_ITERATOR);
}
