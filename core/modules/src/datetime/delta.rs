//! `timedelta`: durations. Products and quotients are exact and rounded once, half to even.

use super::{Duration, checked, define as define_class, reduced, set_class_value, shown_name, state};
use dashu_int::IBig;
use krait_formats::datetime::{Accumulator, Delta, MAX_DELTA_DAYS};
use krait_vm::args::Methods;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::heap::flags;
use krait_vm::runtime::arithmetic::BinOp;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Value, Vm, methods};

pub(super) fn define(vm: &mut Vm) -> Ref<Type> {
    let doc = "Difference between two datetime values.\n\ntimedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\nAll arguments are optional and default to 0.\nArguments may be integers or floats, and may be positive or negative.";
    define_class::<Duration>(vm, None, "datetime.timedelta", doc, flags::BASETYPE, DeltaMethods::METHODS)
}

pub(super) fn add_constants(vm: &mut Vm, ty: &Ref<Type>) {
    let (min, max) = (
        Delta { days: -MAX_DELTA_DAYS, seconds: 0, microseconds: 0 },
        Delta { days: MAX_DELTA_DAYS, seconds: 86_399, microseconds: 999_999 },
    );
    for (name, delta) in [("min", min), ("max", max), ("resolution", Delta { days: 0, seconds: 0, microseconds: 1 })] {
        let value = new(vm, delta);
        set_class_value(vm, ty, name, value);
    }
}

/// A plain timedelta.
pub(super) fn new(vm: &mut Vm, delta: Delta) -> Value {
    let id = state(vm).delta;
    vm.heap.alloc_typed(id, Duration { delta }).into_value()
}

pub(super) fn of(vm: &Vm, value: &Value) -> Option<Delta> {
    value.downcast::<Duration>(&*vm.heap).map(|d| d.get(&*vm.heap).delta)
}

/// A timedelta of so many microseconds; OverflowError when there are too many.
pub(super) fn from_total(vm: &mut Vm, total: &IBig) -> Result<Value> {
    let Ok(total) = i128::try_from(total) else {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    };
    let delta = Delta::from_microseconds(total);
    let delta = checked(vm, delta)?;
    Ok(new(vm, delta))
}

fn total(delta: Delta) -> IBig {
    IBig::from(delta.to_microseconds())
}

/// Quotient rounded down.
fn floor_quotient(a: &IBig, b: &IBig) -> IBig {
    let zero = IBig::from(0);
    let (q, r) = (a / b, a % b);
    if r != zero && (r < zero) != (*b < zero) { q - IBig::from(1) } else { q }
}

/// Quotient rounded to nearest, halves to even.
fn nearest_quotient(a: &IBig, b: &IBig) -> IBig {
    let zero = IBig::from(0);
    let q = floor_quotient(a, b);
    let twice = (a - &q * b) * IBig::from(2);
    let (twice, b) = if *b < zero { (-twice, -b.clone()) } else { (twice, b.clone()) };
    let odd = &q % IBig::from(2) != zero;
    if twice > b || (twice == b && odd) { q + IBig::from(1) } else { q }
}

/// What a float's `as_integer_ratio` says, which a subclass may override.
fn ratio_of(vm: &mut Vm, value: &Value, x: f64) -> Result<(IBig, IBig)> {
    if value.as_float().is_some() {
        return ratio(vm, x);
    }
    let pair = vm.call_method(value, "as_integer_ratio", &[])?;
    let Some(items) = pair.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec()) else {
        let found = vm.type_name(&pair);
        return Err(vm.type_error(format!("unexpected return type from as_integer_ratio(): expected tuple, not '{found}'")));
    };
    let [n, d] = &items[..] else {
        return Err(vm.value_error("unexpected return value from as_integer_ratio(): expected 2-tuple"));
    };
    match (int_of(vm, n), int_of(vm, d)) {
        (Some(n), Some(d)) if d != IBig::from(0) => Ok((n, d)),
        _ => Err(vm.type_error("unexpected return value from as_integer_ratio(): expected ints")),
    }
}

/// A finite float as numerator and denominator; what `as_integer_ratio` raises for others.
fn ratio(vm: &mut Vm, x: f64) -> Result<(IBig, IBig)> {
    if x.is_nan() {
        return Err(vm.value_error("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let mantissa = IBig::from(if x < 0.0 { -mantissa } else { mantissa });
    Ok(match exponent {
        0.. => (mantissa << exponent as usize, IBig::from(1)),
        _ => (mantissa, IBig::from(1) << (-exponent) as usize),
    })
}

fn int_of(vm: &Vm, value: &Value) -> Option<IBig> {
    value.as_int(&*vm.heap).map(|n| n.to_big())
}

/// `delta * value`.
fn product(vm: &mut Vm, delta: Delta, value: &Value) -> Result<Value> {
    if let Some(n) = int_of(vm, value) {
        return from_total(vm, &(total(delta) * n));
    }
    if let Some(x) = value.as_any_float(&*vm.heap) {
        let (n, d) = ratio_of(vm, value, x)?;
        return from_total(vm, &nearest_quotient(&(total(delta) * n), &d));
    }
    Ok(Value::NOT_IMPLEMENTED)
}

fn compare(vm: &Vm, this: &Ref<Duration>, op: CmpOp, other: &Value) -> Value {
    match of(vm, other) {
        Some(other) => Value::bool(op.test(this.get(vm).delta.cmp(&other))),
        None => Value::NOT_IMPLEMENTED,
    }
}

/// `a + b` or `a - b` of two durations.
fn sum(vm: &mut Vm, a: &Value, b: &Value, sign: i128) -> Result<Value> {
    let (Some(a), Some(b)) = (of(vm, a), of(vm, b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    let delta = Delta::from_microseconds(a.to_microseconds() + sign * b.to_microseconds());
    let delta = checked(vm, delta)?;
    Ok(new(vm, delta))
}

/// Both operands as microseconds, when both are durations.
fn both(vm: &Vm, a: &Value, b: &Value) -> Option<(IBig, IBig)> {
    Some((total(of(vm, a)?), total(of(vm, b)?)))
}

fn check_divisor(vm: &mut Vm, divisor: &IBig, message: &str) -> Result<()> {
    if *divisor == IBig::from(0) { Err(vm.zero_division(message)) } else { Ok(()) }
}

const BY_ZERO: &str = "division by zero";

struct DeltaMethods;

#[methods]
impl DeltaMethods {
    #[sig("(days=<unrepresentable>, seconds=<unrepresentable>, microseconds=<unrepresentable>, milliseconds=<unrepresentable>, minutes=<unrepresentable>, hours=<unrepresentable>, weeks=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, days: Option<&Value>, seconds: Option<&Value>, microseconds: Option<&Value>, milliseconds: Option<&Value>, minutes: Option<&Value>, hours: Option<&Value>, weeks: Option<&Value>) -> Result<Value> {
        let parts = [
            ("microseconds", microseconds, 1),
            ("milliseconds", milliseconds, 1000),
            ("seconds", seconds, 1_000_000),
            ("minutes", minutes, 60_000_000),
            ("hours", hours, 3_600_000_000),
            ("days", days, 86_400_000_000),
            ("weeks", weeks, 604_800_000_000),
        ];
        let mut sum = Accumulator::default();
        for (name, value, factor) in parts {
            let Some(value) = value else { continue };
            let added = if let Some(n) = int_of(vm, value) {
                sum.add_int(i128::try_from(&n).unwrap_or(i128::MAX), factor)
            } else if let Some(x) = value.as_any_float(&*vm.heap) {
                sum.add_float(x, factor)
            } else {
                let found = vm.type_name(value);
                return Err(vm.type_error(format!("unsupported type for timedelta {name} component: {found}")));
            };
            checked(vm, added)?;
        }
        let delta = checked(vm, sum.finish())?;
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Duration { delta }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Duration>, vm: &mut Vm) -> Result<String> {
        let arguments = this.get(vm).delta.repr_arguments();
        Ok(format!("{}({arguments})", shown_name(vm, this.as_value())))
    }
    #[sig("()")]
    fn __str__(this: &Ref<Duration>, vm: &mut Vm) -> Result<String> {
        Ok(this.get(vm).delta.to_string())
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Duration>, vm: &mut Vm) -> Result<i64> {
        let Delta { days, seconds, microseconds } = this.get(vm).delta;
        Ok(krait_vm::runtime::compare::hash_tuple(&[days, seconds, microseconds].map(|n| krait_text::int_float::hash_small(n.into()))))
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Eq, value))
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Ne, value))
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Lt, value))
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Le, value))
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Gt, value))
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Ge, value))
    }
    #[sig("()")]
    fn __bool__(this: &Ref<Duration>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(vm).delta != Delta::default())
    }
    #[sig("()")]
    fn __neg__(this: &Ref<Duration>, vm: &mut Vm) -> Result<Value> {
        let total = total(this.get(vm).delta);
        from_total(vm, &-total)
    }
    #[sig("()")]
    fn __pos__(this: &Ref<Duration>, vm: &mut Vm) -> Result<Value> {
        let delta = this.get(vm).delta;
        Ok(new(vm, delta))
    }
    #[sig("()")]
    fn __abs__(this: &Ref<Duration>, vm: &mut Vm) -> Result<Value> {
        let delta = this.get(vm).delta;
        if delta.days < 0 { from_total(vm, &-total(delta)) } else { Ok(new(vm, delta)) }
    }
    #[sig("(value, /)")]
    fn __add__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, this, value, 1)
    }
    #[sig("(value, /)")]
    fn __radd__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, value, this, 1)
    }
    #[sig("(value, /)")]
    fn __sub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, this, value, -1)
    }
    #[sig("(value, /)")]
    fn __rsub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, value, this, -1)
    }
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let delta = this.get(vm).delta;
        product(vm, delta, value)
    }
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let delta = this.get(vm).delta;
        product(vm, delta, value)
    }
    #[sig("(value, /)")]
    fn __floordiv__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let a = total(this.get(vm).delta);
        if let Some(b) = of(vm, value) {
            let b = total(b);
            check_divisor(vm, &b, BY_ZERO)?;
            return Ok(vm.heap.big_int(floor_quotient(&a, &b)));
        }
        let Some(b) = int_of(vm, value) else { return Ok(Value::NOT_IMPLEMENTED) };
        check_divisor(vm, &b, BY_ZERO)?;
        from_total(vm, &floor_quotient(&a, &b))
    }
    #[sig("(value, /)")]
    fn __rfloordiv__(_this: &Ref<Duration>, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    #[sig("(value, /)")]
    fn __truediv__(this: &Ref<Duration>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let a = total(this.get(vm).delta);
        if let Some(b) = of(vm, value) {
            let (a, b) = (vm.heap.big_int(a), vm.heap.big_int(total(b)));
            return vm.binary_op(BinOp::Truediv, &a, &b);
        }
        if let Some(b) = int_of(vm, value) {
            check_divisor(vm, &b, BY_ZERO)?;
            return from_total(vm, &nearest_quotient(&a, &b));
        }
        let Some(x) = value.as_any_float(&*vm.heap) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (n, d) = ratio_of(vm, value, x)?;
        check_divisor(vm, &n, BY_ZERO)?;
        from_total(vm, &nearest_quotient(&(a * d), &n))
    }
    #[sig("(value, /)")]
    fn __rtruediv__(_this: &Ref<Duration>, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    #[sig("(value, /)")]
    fn __mod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some((a, b)) = both(vm, this, value) else { return Ok(Value::NOT_IMPLEMENTED) };
        check_divisor(vm, &b, BY_ZERO)?;
        let rest = &a - floor_quotient(&a, &b) * &b;
        from_total(vm, &rest)
    }
    #[sig("(value, /)")]
    fn __rmod__(_this: &Value, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    #[sig("(value, /)")]
    fn __divmod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some((a, b)) = both(vm, this, value) else { return Ok(Value::NOT_IMPLEMENTED) };
        check_divisor(vm, &b, BY_ZERO)?;
        let quotient = floor_quotient(&a, &b);
        let rest = from_total(vm, &(&a - &quotient * &b))?;
        let quotient = vm.heap.big_int(quotient);
        Ok(vm.tuple(vec![quotient, rest]))
    }
    #[sig("(value, /)")]
    fn __rdivmod__(_this: &Value, _vm: &mut Vm, _value: &Value) -> Result<Value> {
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Total seconds in the duration.
    #[sig("()")]
    fn total_seconds(this: &Ref<Duration>, vm: &mut Vm) -> Result<f64> {
        Ok(this.get(vm).delta.total_seconds())
    }
    /// __reduce__() -> (cls, state)
    #[sig("()")]
    fn __reduce__(this: &Ref<Duration>, vm: &mut Vm) -> Result<Value> {
        let Delta { days, seconds, microseconds } = this.get(vm).delta;
        Ok(reduced(vm, this.as_value(), [days, seconds, microseconds].map(Value::int32).into()))
    }
    /// Number of days.
    #[getter]
    fn days(this: &Ref<Duration>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(vm).delta.days)
    }
    /// Number of seconds (>= 0 and less than 1 day).
    #[getter]
    fn seconds(this: &Ref<Duration>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(vm).delta.seconds)
    }
    /// Number of microseconds (>= 0 and less than 1 second).
    #[getter]
    fn microseconds(this: &Ref<Duration>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(vm).delta.microseconds)
    }
}
