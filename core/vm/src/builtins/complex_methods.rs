//! `complex`: Python methods and arithmetic.
//!
//! A real operand is no complex number with a zero imaginary part: signed zeros and infinities of the other operand
//! survive. Products and quotients that come out as NaN by accident are recovered as C's Annex G describes.

use crate::builtins::float::Complex;
use crate::builtins::int::IntRef;
use crate::builtins::str::Str;
use crate::object::Ref;
use crate::runtime::compare::compare_int_float;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use krait_text::format_spec::{FormatSpec, FormatTarget};
use krait_text::format_value::NumberLocale;
use krait_text::{float_text, int_float};

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<ComplexMethods>(id::COMPLEX);
}

/// Real and imaginary part.
pub type Pair = (f64, f64);

/// An operand of a complex operator.
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(Pair),
}

impl Operand {
    fn pair(self) -> Pair {
        match self {
            Operand::Real(x) => (x, 0.0),
            Operand::Complex(z) => z,
        }
    }
}

/// 1 with the sign of an infinity, else a zero with the sign: the direction of an infinite number.
fn boxed(x: f64) -> f64 {
    if x.is_infinite() { 1.0f64 } else { 0.0 }.copysign(x)
}

/// The product of two complex numbers.
pub fn product((a, b): Pair, (c, d): Pair) -> Pair {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let (re, im) = (ac - bd, ad + bc);
    if !(re.is_nan() && im.is_nan()) {
        return (re, im);
    }
    let clean = |x: f64| if x.is_nan() { 0.0f64.copysign(x) } else { x };
    let (mut a, mut b, mut c, mut d) = (a, b, c, d);
    let mut recover = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d) = (boxed(a), boxed(b), clean(c), clean(d));
        recover = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (a, b, c, d) = (clean(a), clean(b), boxed(c), boxed(d));
        recover = true;
    }
    if !recover && (ac.is_infinite() || bd.is_infinite() || ad.is_infinite() || bc.is_infinite()) {
        (a, b, c, d) = (clean(a), clean(b), clean(c), clean(d));
        recover = true;
    }
    if recover { (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { (re, im) }
}

/// The quotient of two complex numbers; `None` for a zero divisor.
pub fn quotient((a, b): Pair, (c, d): Pair) -> Option<Pair> {
    let (re, im) = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        ((a + b * ratio) / denominator, (b - a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio + b) / denominator, (b * ratio - a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if !(re.is_nan() && im.is_nan()) {
        return Some((re, im));
    }
    if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
        let (x, y) = (boxed(a), boxed(b));
        return Some((f64::INFINITY * (x * c + y * d), f64::INFINITY * (y * c - x * d)));
    }
    if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
        let (x, y) = (boxed(c), boxed(d));
        return Some((0.0 * (a * x + b * y), 0.0 * (b * x - a * y)));
    }
    Some((re, im))
}

/// A real number divided by a complex one; `None` for a zero divisor.
fn real_quotient(a: f64, (c, d): Pair) -> Option<Pair> {
    let (re, im) = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        (a / denominator, (-a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio) / denominator, (-a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if re.is_nan() && im.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        return Some((0.0 * (a * boxed(c)), 0.0 * (-a * boxed(d))));
    }
    Some((re, im))
}

/// How a power can fail.
enum PowerError {
    Zero,
    Range,
}

fn power(a: Pair, b: Pair) -> std::result::Result<Pair, PowerError> {
    let ranged = |z: Pair| if z.0.is_infinite() || z.1.is_infinite() { Err(PowerError::Range) } else { Ok(z) };
    if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        let n = b.0 as i64;
        let positive = small_power(a, n.unsigned_abs());
        let z = if n > 0 { Some(positive) } else { quotient((1.0, 0.0), positive) };
        return z.map_or(Err(PowerError::Zero), ranged);
    }
    if a == (0.0, 0.0) {
        return if b.1 != 0.0 || b.0 < 0.0 { Err(PowerError::Zero) } else { Ok((0.0, 0.0)) };
    }
    let absolute = a.0.hypot(a.1);
    let mut length = absolute.powf(b.0);
    let angle = a.1.atan2(a.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        length *= (-angle * b.1).exp();
        phase += b.1 * absolute.ln();
    }
    ranged((length * phase.cos(), length * phase.sin()))
}

fn small_power(x: Pair, n: u64) -> Pair {
    let (mut result, mut square, mut n) = ((1.0, 0.0), x, n);
    while n > 0 {
        if n & 1 == 1 {
            result = product(result, square);
        }
        n >>= 1;
        if n > 0 {
            square = product(square, square);
        }
    }
    result
}

impl Vm {
    /// The parts of a complex object.
    pub fn as_complex(&self, value: &Value) -> Option<Pair> {
        let z = value.downcast::<Complex>(&*self.heap)?.get(&*self.heap);
        Some((z.re, z.im))
    }
    fn complex_typed(&mut self, type_id: u32, (re, im): Pair) -> Value {
        self.heap.alloc_typed(type_id, Complex { re, im }).into_value()
    }
    fn complex_value(&mut self, z: Pair) -> Result<Value> {
        Ok(self.heap.complex(z.0, z.1))
    }
    fn complex_operand(&mut self, value: &Value) -> Result<Option<Operand>> {
        if let Some(z) = self.as_complex(value) {
            return Ok(Some(Operand::Complex(z)));
        }
        Ok(self.float_operand(value)?.map(Operand::Real))
    }
    fn complex_operator(&mut self, a: &Value, b: &Value, op: fn(Operand, Operand) -> Option<Pair>) -> Result<Value> {
        let Some(a) = self.complex_operand(a)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let Some(b) = self.complex_operand(b)? else { return Ok(Value::NOT_IMPLEMENTED) };
        match op(a, b) {
            Some(z) => self.complex_value(z),
            None => Err(self.zero_division("division by zero")),
        }
    }
    fn complex_power(&mut self, a: &Value, b: &Value, modulus: Option<Value>) -> Result<Value> {
        let Some(a) = self.complex_operand(a)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let Some(b) = self.complex_operand(b)? else { return Ok(Value::NOT_IMPLEMENTED) };
        if modulus.is_some() {
            return Err(self.value_error("complex modulo"));
        }
        match power(a.pair(), b.pair()) {
            Ok(z) => self.complex_value(z),
            Err(PowerError::Zero) => Err(self.zero_division("zero to a negative or complex power")),
            Err(PowerError::Range) => Err(self.overflow_error("complex exponentiation")),
        }
    }
    fn complex_equal(&mut self, a: &Value, b: &Value) -> Option<bool> {
        let heap = &*self.heap;
        let (re, im) = self.as_complex(a)?;
        if let Some((x, y)) = self.as_complex(b) {
            return Some(re == x && im == y);
        }
        if let Some(x) = b.as_any_float(heap) {
            return Some(re == x && im == 0.0);
        }
        let n: IntRef<'_> = b.as_int(heap)?;
        Some(im == 0.0 && compare_int_float(n, re) == Some(std::cmp::Ordering::Equal))
    }
    /// What `__complex__` gives; `None` when there is no such method.
    fn complex_by_method(&mut self, value: &Value) -> Result<Option<Pair>> {
        if value.type_id() == id::COMPLEX {
            return Ok(self.as_complex(value));
        }
        let Some(f) = self.heap.special(value.type_id(), Special::Complex) else { return Ok(None) };
        let v = self.call_unbound(&f, value, &[])?;
        let found = self.heap.type_name(&v);
        let Some(z) = self.as_complex(&v) else {
            return Err(self.type_error(format!("__complex__ returned non-complex (type {found})")));
        };
        if v.type_id() != id::COMPLEX {
            self.warn_strict_subclass(&format!("__complex__ returned non-complex (type {found})"), "complex")?;
        }
        Ok(Some(z))
    }
    /// A complex number as functions of `cmath` take it.
    pub fn to_complex(&mut self, value: &Value) -> Result<Pair> {
        if let Some(z) = self.as_complex(value) {
            return Ok(z);
        }
        match self.complex_by_method(value)? {
            Some(z) => Ok(z),
            None => Ok((self.to_f64(value)?, 0.0)),
        }
    }
    fn is_real(&mut self, value: &Value) -> bool {
        let t = value.type_id();
        self.heap.special(t, Special::Float).is_some() || self.heap.special(t, Special::Index).is_some()
    }
}

struct ComplexMethods;

#[methods]
impl ComplexMethods {
    #[sig("(real=0, imag=0)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, real: Option<Value>, imag: Option<Value>) -> Result<Value> {
        vm.check_new(cls, id::COMPLEX)?;
        let type_id = cls.id(&vm.heap);
        if let (Some(r), None) = (&real, &imag) {
            if r.type_id() == id::COMPLEX && type_id == id::COMPLEX {
                return Ok(r.clone());
            }
            if let Some(s) = r.downcast::<Str>(&*vm.heap) {
                let parsed = float_text::parse_complex(s.view(&*vm.heap));
                let z = parsed.map_err(|e| vm.text_error(e))?;
                return Ok(vm.complex_typed(type_id, z));
            }
        }
        let part_error = |vm: &mut Vm, part: &str, v: &Value| {
            let found = vm.heap.type_name(v);
            vm.type_error(format!("complex() argument '{part}' must be a real number, not {found}"))
        };
        let mut z = (0.0, 0.0);
        let mut real_is_complex = false;
        if let Some(r) = &real {
            if r.has_payload::<Str>(&*vm.heap) {
                return Err(part_error(vm, "real", r));
            }
            if let Some(i) = imag.as_ref().filter(|i| i.has_payload::<Str>(&*vm.heap)) {
                return Err(part_error(vm, "imag", i));
            }
            match vm.complex_by_method(r)? {
                Some(pair) => {
                    z = pair;
                    real_is_complex = true;
                    if imag.is_some() {
                        let found = vm.heap.type_name(r);
                        vm.warn_deprecated(&format!("complex() argument 'real' must be a real number, not {found}"))?;
                    }
                }
                None if vm.is_real(r) => {
                    if let Some(i) = &imag
                        && vm.as_complex(i).is_none()
                        && !vm.is_real(i)
                    {
                        return Err(part_error(vm, "imag", i));
                    }
                    z.0 = vm.to_f64(r)?;
                }
                None if imag.is_some() => return Err(part_error(vm, "real", r)),
                None => {
                    let found = vm.heap.type_name(r);
                    return Err(vm.type_error(format!("complex() argument must be a string or a number, not {found}")));
                }
            }
        }
        if let Some(i) = &imag {
            if let Some((x, y)) = vm.as_complex(i) {
                let found = vm.heap.type_name(i);
                vm.warn_deprecated(&format!("complex() argument 'imag' must be a real number, not {found}"))?;
                z = (z.0 - y, if real_is_complex { x + z.1 } else { x });
            } else if vm.is_real(i) {
                let y = vm.to_f64(i)?;
                z.1 = if real_is_complex { y + z.1 } else { y };
            } else {
                return Err(part_error(vm, "imag", i));
            }
        }
        Ok(vm.complex_typed(type_id, z))
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Complex>, vm: &mut Vm) -> Result<String> {
        let z = this.get(&*vm.heap);
        Ok(float_text::complex_repr(z.re, z.im))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<Complex>, vm: &mut Vm) -> Result<i64> {
        let identity = vm.identity_hash(this.as_value());
        let z = this.get(&*vm.heap);
        let part = |f: f64| int_float::hash_float(f).unwrap_or(identity);
        Ok(int_float::hash_complex(part(z.re), part(z.im)))
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Complex>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Complex>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(vm.complex_equal(this.as_value(), value).map_or(Value::NOT_IMPLEMENTED, Value::bool))
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(vm.complex_equal(this.as_value(), value).map_or(Value::NOT_IMPLEMENTED, |equal| Value::bool(!equal)))
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Complex>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Complex>, _vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self+value.
    #[sig("(value, /)")]
    fn __add__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(this.as_value(), value, sum)
    }
    /// Return value+self.
    #[sig("(value, /)")]
    fn __radd__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(value, this.as_value(), sum)
    }
    /// Return self-value.
    #[sig("(value, /)")]
    fn __sub__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(this.as_value(), value, difference)
    }
    /// Return value-self.
    #[sig("(value, /)")]
    fn __rsub__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(value, this.as_value(), difference)
    }
    /// Return self*value.
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(this.as_value(), value, multiplied)
    }
    /// Return value*self.
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(value, this.as_value(), multiplied)
    }
    /// Return self/value.
    #[sig("(value, /)")]
    fn __truediv__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(this.as_value(), value, divided)
    }
    /// Return value/self.
    #[sig("(value, /)")]
    fn __rtruediv__(this: &Ref<Complex>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.complex_operator(value, this.as_value(), divided)
    }
    /// Return pow(self, value, mod).
    #[sig("(value, mod=None, /)")]
    fn __pow__(this: &Ref<Complex>, vm: &mut Vm, value: &Value, modulus: Option<Value>) -> Result<Value> {
        vm.complex_power(this.as_value(), value, modulus)
    }
    /// Return pow(value, self, mod).
    #[sig("(value, mod=None, /)")]
    fn __rpow__(this: &Ref<Complex>, vm: &mut Vm, value: &Value, modulus: Option<Value>) -> Result<Value> {
        vm.complex_power(value, this.as_value(), modulus)
    }
    /// -self
    #[sig("()")]
    fn __neg__(this: &Ref<Complex>, vm: &mut Vm) -> Result<Value> {
        let z = this.get(&*vm.heap);
        let z = (-z.re, -z.im);
        vm.complex_value(z)
    }
    /// +self
    #[sig("()")]
    fn __pos__(this: &Ref<Complex>, vm: &mut Vm) -> Result<Value> {
        if this.as_value().type_id() == id::COMPLEX {
            return Ok(this.to_value());
        }
        let z = this.get(&*vm.heap);
        let z = (z.re, z.im);
        vm.complex_value(z)
    }
    /// abs(self)
    #[sig("()")]
    fn __abs__(this: &Ref<Complex>, vm: &mut Vm) -> Result<f64> {
        let z = this.get(&*vm.heap);
        let (re, im) = (z.re, z.im);
        let length = re.hypot(im);
        if length.is_infinite() && re.is_finite() && im.is_finite() {
            return Err(vm.overflow_error("absolute value too large"));
        }
        Ok(length)
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Ref<Complex>, vm: &mut Vm) -> Result<bool> {
        let z = this.get(&*vm.heap);
        Ok(z.re != 0.0 || z.im != 0.0)
    }
    /// Convert number to a complex floating-point number.
    #[classmethod]
    #[sig("(number, /)")]
    fn from_number(cls: &Ref<Type>, vm: &mut Vm, number: &Value) -> Result<Value> {
        let exact = cls.id(&vm.heap) == id::COMPLEX;
        if exact && number.type_id() == id::COMPLEX {
            return Ok(number.clone());
        }
        let z = vm.to_complex(number)?;
        let z = vm.heap.complex(z.0, z.1);
        if exact { Ok(z) } else { vm.call(cls.as_value(), &[z]) }
    }
    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[sig("()")]
    fn conjugate(this: &Ref<Complex>, vm: &mut Vm) -> Result<Value> {
        let z = this.get(&*vm.heap);
        let z = (z.re, -z.im);
        vm.complex_value(z)
    }
    /// Convert this value to exact type complex.
    #[sig("()")]
    fn __complex__(this: &Ref<Complex>, vm: &mut Vm) -> Result<Value> {
        ComplexMethods::__pos__(this, vm)
    }
    #[sig("()")]
    fn __getnewargs__(this: &Ref<Complex>, vm: &mut Vm) -> Result<Value> {
        let z = this.get(&*vm.heap);
        let parts = vec![Value::float(z.re), Value::float(z.im)];
        Ok(vm.tuple(parts))
    }
    /// Convert to a string according to format_spec.
    #[sig("(format_spec, /)")]
    fn __format__(this: &Ref<Complex>, vm: &mut Vm, format_spec: &Ref<Str>) -> Result<Value> {
        if format_spec.get(&*vm.heap).is_empty() {
            return vm.to_str(this.as_value()).map(Value::from);
        }
        let name = vm.heap.type_name(this.as_value());
        let z = this.get(&*vm.heap);
        let text = FormatSpec::parse(format_spec.view(&*vm.heap), FormatTarget::for_float(&name))
            .and_then(|spec| spec.format_complex(z.re, z.im, &name, &NumberLocale::default()));
        match text {
            Ok(text) => Ok(vm.heap.str_buf(text).into()),
            Err(e) => Err(vm.text_error(e)),
        }
    }
    /// the real part of a complex number
    #[getter]
    fn real(this: &Ref<Complex>, vm: &mut Vm) -> Result<f64> {
        Ok(this.get(&*vm.heap).re)
    }
    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: &Ref<Complex>, vm: &mut Vm) -> Result<f64> {
        Ok(this.get(&*vm.heap).im)
    }
}

fn sum(a: Operand, b: Operand) -> Option<Pair> {
    Some(match (a, b) {
        (Operand::Complex((x, y)), Operand::Real(r)) | (Operand::Real(r), Operand::Complex((x, y))) => (x + r, y),
        (a, b) => (a.pair().0 + b.pair().0, a.pair().1 + b.pair().1),
    })
}
fn difference(a: Operand, b: Operand) -> Option<Pair> {
    Some(match (a, b) {
        (Operand::Complex((x, y)), Operand::Real(r)) => (x - r, y),
        (Operand::Real(r), Operand::Complex((x, y))) => (r - x, -y),
        (a, b) => (a.pair().0 - b.pair().0, a.pair().1 - b.pair().1),
    })
}
fn multiplied(a: Operand, b: Operand) -> Option<Pair> {
    Some(match (a, b) {
        (Operand::Complex((x, y)), Operand::Real(r)) | (Operand::Real(r), Operand::Complex((x, y))) => (x * r, y * r),
        (a, b) => product(a.pair(), b.pair()),
    })
}
fn divided(a: Operand, b: Operand) -> Option<Pair> {
    match (a, b) {
        (_, Operand::Real(0.0)) => None,
        (Operand::Complex((x, y)), Operand::Real(r)) => Some((x / r, y / r)),
        (Operand::Real(r), Operand::Complex(z)) => real_quotient(r, z),
        (a, b) => quotient(a.pair(), b.pair()),
    }
}
