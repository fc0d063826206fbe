//! `slice`: Python methods, and slice arithmetic on ints of any size.

use crate::builtins::slice::Slice;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use dashu_int::IBig;

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<SliceMethods>(id::SLICE);
}

impl Vm {
    fn big_slice_bound(&mut self, value: &Value) -> Result<IBig> {
        if self.heap.special(value.type_id(), Special::Index).is_none() {
            return Err(self.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        let v = self.index(value)?;
        Ok(self.big(&v))
    }
    /// (start, stop, step) that a slice selects from `length` items.
    pub(crate) fn big_slice_indices(&mut self, slice: &Ref<Slice>, length: &IBig) -> Result<(IBig, IBig, IBig)> {
        let (start, stop, step) = { let s = slice.get(&*self.heap); (s.start.clone(), s.stop.clone(), s.step.clone()) };
        let step = if step.is_none() { IBig::ONE } else { self.big_slice_bound(&step)? };
        if step == IBig::ZERO {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let backwards = step < IBig::ZERO;
        let (low, high) = if backwards { (IBig::NEG_ONE, length - IBig::ONE) } else { (IBig::ZERO, length.clone()) };
        let clamp = |n: IBig| if n < IBig::ZERO { (n + length).max(low.clone()) } else { n.min(high.clone()) };
        let start = if start.is_none() {
            if backwards { high.clone() } else { low.clone() }
        } else {
            clamp(self.big_slice_bound(&start)?)
        };
        let stop = if stop.is_none() {
            if backwards { low.clone() } else { high.clone() }
        } else {
            clamp(self.big_slice_bound(&stop)?)
        };
        Ok((start, stop, step))
    }
    fn slice_comparison(&mut self, op: CmpOp, a: &Ref<Slice>, b: &Value) -> Result<Value> {
        let Some(b) = b.downcast::<Slice>(&*self.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        if a.is(&b) {
            return Ok(Value::bool(matches!(op, CmpOp::Eq | CmpOp::Le | CmpOp::Ge)));
        }
        let (a, b) = (self.slice_tuple(a), self.slice_tuple(&b));
        self.compare(op, &a, &b)
    }
    fn slice_tuple(&mut self, slice: &Ref<Slice>) -> Value {
        let s = slice.get(&*self.heap);
        let parts = vec![s.start.clone(), s.stop.clone(), s.step.clone()];
        self.tuple(parts)
    }
}

struct SliceMethods;

#[methods(hot)]
impl SliceMethods {
    #[sig("(*args)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        vm.check_new(cls, id::SLICE)?;
        let (start, stop, step) = match args {
            [] => return Err(vm.type_error("slice expected at least 1 argument, got 0")),
            [stop] => (Value::NONE, stop.clone(), Value::NONE),
            [start, stop] => (start.clone(), stop.clone(), Value::NONE),
            [start, stop, step] => (start.clone(), stop.clone(), step.clone()),
            _ => {
                let n = args.len();
                return Err(vm.type_error(format!("slice expected at most 3 arguments, got {n}")));
            }
        };
        Ok(vm.heap.slice(start, stop, step).into())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Slice>, vm: &mut Vm) -> Result<Value> {
        let parts = vm.slice_tuple(this);
        let parts = vm.repr(&parts)?;
        let word = vm.str("slice");
        vm.binary_op(crate::runtime::arithmetic::BinOp::Add, &word, parts.as_value())
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<Slice>, vm: &mut Vm) -> Result<i64> {
        let s = this.get(&*vm.heap);
        let parts = [s.start.clone(), s.stop.clone(), s.step.clone()];
        // The hash of a tuple without the addend for its length.
        let mut acc = 2_870_177_450_012_600_261_u64;
        for part in &parts {
            let h = vm.hash(part)? as u64;
            acc = acc.wrapping_add(h.wrapping_mul(14_029_467_366_897_019_727)).rotate_left(31).wrapping_mul(11_400_714_785_074_694_791);
        }
        Ok(if acc as i64 == -1 { 1_546_275_796 } else { acc as i64 })
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Slice>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.slice_comparison(CmpOp::Lt, this, value)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Slice>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.slice_comparison(CmpOp::Le, this, value)
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Slice>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.slice_comparison(CmpOp::Eq, this, value)
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Slice>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.slice_comparison(CmpOp::Ne, this, value)
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Slice>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.slice_comparison(CmpOp::Gt, this, value)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Slice>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.slice_comparison(CmpOp::Ge, this, value)
    }
    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[sig("(object, /)")]
    fn indices(this: &Ref<Slice>, vm: &mut Vm, object: &Value) -> Result<Value> {
        let length = vm.index(object)?;
        let length = vm.big(&length);
        if length < IBig::ZERO {
            return Err(vm.value_error("length should not be negative"));
        }
        let (start, stop, step) = vm.big_slice_indices(this, &length)?;
        let parts = [start, stop, step].map(|n| vm.heap.big_int(n));
        Ok(vm.tuple(parts.into()))
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Slice>, vm: &mut Vm) -> Result<Value> {
        let (class, args) = (vm.core_type(id::SLICE).into_value(), vm.slice_tuple(this));
        Ok(vm.tuple(vec![class, args]))
    }
    #[getter]
    fn start(this: &Ref<Slice>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).start.clone())
    }
    #[getter]
    fn stop(this: &Ref<Slice>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).stop.clone())
    }
    #[getter]
    fn step(this: &Ref<Slice>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).step.clone())
    }
}
