//! The `math` module.
//!
//! Elementary functions are those of the C library (of `libm` where Rust's own differ from C's); special functions and
//! sums are in `math_special.rs`, integer functions in `math_ints.rs`.

use crate::math_ints;
use crate::math_special::{self as special, ExactSum, MathError, SumError, Triple};
use dashu_int::{IBig, UBig};
use krait_text::float_text::float_repr;
use krait_vm::builtins::int::IntRef;
use krait_vm::builtins::module::Module;
use krait_vm::runtime::arithmetic::BinOp;
use krait_vm::{Raised, Ref, Result, Special, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<MathFunctions>(module);
    let constants = [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, x) in constants {
        vm.module_set(module, name, Value::float(x));
    }
    Ok(())
}

#[cold]
pub(crate) fn domain(vm: &mut Vm) -> Raised {
    vm.value_error("math domain error")
}
#[cold]
pub(crate) fn range(vm: &mut Vm) -> Raised {
    vm.overflow_error("math range error")
}
#[cold]
fn unexpected(vm: &mut Vm, expected: &str, x: f64) -> Raised {
    let got = float_repr(x);
    vm.value_error(format!("expected {expected}, got {got}"))
}

/// A result that is NaN although `x` is not is a domain error; an infinite one of a finite `x` overflowed.
fn checked(vm: &mut Vm, x: f64, result: f64, expected: &str) -> Result<f64> {
    if result.is_nan() && !x.is_nan() {
        return Err(unexpected(vm, expected, x));
    }
    if result.is_infinite() && x.is_finite() {
        return Err(range(vm));
    }
    Ok(result)
}

/// A logarithm of any positive number: ints of any size too.
fn logarithm(vm: &mut Vm, value: &Value, log: fn(f64) -> f64) -> Result<f64> {
    if let Some(n) = value.as_int(&*vm.heap) {
        if n.is_negative() || n.is_zero() {
            return Err(vm.value_error("expected a positive input"));
        }
        if let IntRef::Small(n) = n {
            return Ok(log(n as f64));
        }
        let n = math_ints::magnitude(&n.to_big());
        if let Ok(x) = krait_text::int_float::int_to_float(&IBig::from(n.clone())) {
            return Ok(log(x));
        }
        let (mantissa, exponent) = math_ints::frexp(&n);
        return Ok(log(mantissa) + log(2.0) * exponent as f64);
    }
    let x = vm.to_f64(value)?;
    if x > 0.0 || x.is_nan() { Ok(log(x)) } else { Err(unexpected(vm, "a positive input", x)) }
}

/// `__floor__` or `__ceil__`, else the float rounded.
fn rounded(vm: &mut Vm, value: &Value, by: Special, round: fn(f64) -> f64) -> Result<Value> {
    if let Some(f) = value.as_float() {
        return vm.float_to_int(round(f));
    }
    if value.is_exact_int() {
        return Ok(value.clone());
    }
    if let Some(f) = vm.heap.special(value.type_id(), by) {
        return vm.call_unbound(&f, value, &[]);
    }
    let f = vm.to_f64(value)?;
    vm.float_to_int(round(f))
}

/// Coordinates and their largest magnitude for [`special::norm`].
fn length(values: Vec<f64>) -> f64 {
    let values: Vec<f64> = values.into_iter().map(f64::abs).collect();
    let nan = values.iter().any(|v| v.is_nan());
    let max = values.iter().copied().fold(0.0, f64::max);
    special::norm(&values, max, nan)
}

struct MathFunctions;

macro_rules! result {
    ($vm:ident, $x:ident, $result:expr) => {
        match $result {
            Ok(r) => Ok(r),
            Err(MathError::Domain) => Err(unexpected($vm, "a noninteger or positive integer", $x)),
            Err(MathError::Range) => Err(range($vm)),
        }
    };
}

#[methods]
impl MathFunctions {
    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[sig("(x, /)")]
    fn acos(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.acos(), "a number in range from -1 up to 1")
    }
    /// Return the inverse hyperbolic cosine of x.
    #[sig("(x, /)")]
    fn acosh(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, special::acosh(x), "argument value not less than 1")
    }
    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[sig("(x, /)")]
    fn asin(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.asin(), "a number in range from -1 up to 1")
    }
    /// Return the inverse hyperbolic sine of x.
    #[sig("(x, /)")]
    fn asinh(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(special::asinh(x))
    }
    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[sig("(x, /)")]
    fn atan(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(x.atan())
    }
    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[sig("(y, x, /)")]
    fn atan2(_vm: &mut Vm, y: f64, x: f64) -> Result<f64> {
        Ok(y.atan2(x))
    }
    /// Return the inverse hyperbolic tangent of x.
    #[sig("(x, /)")]
    fn atanh(vm: &mut Vm, x: f64) -> Result<f64> {
        if x.abs() >= 1.0 {
            return Err(unexpected(vm, "a number between -1 and 1", x));
        }
        Ok(special::atanh(x))
    }
    /// Return the cube root of x.
    #[sig("(x, /)")]
    fn cbrt(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(x.cbrt())
    }
    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[sig("(x, /)")]
    fn ceil(vm: &mut Vm, x: &Value) -> Result<Value> {
        rounded(vm, x, Special::Ceil, f64::ceil)
    }
    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[sig("(x, y, /)")]
    fn copysign(_vm: &mut Vm, x: f64, y: f64) -> Result<f64> {
        Ok(x.copysign(y))
    }
    /// Return the cosine of x (measured in radians).
    #[sig("(x, /)")]
    fn cos(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.cos(), "a finite input")
    }
    /// Return the hyperbolic cosine of x.
    #[sig("(x, /)")]
    fn cosh(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.cosh(), "")
    }
    /// Convert angle x from radians to degrees.
    #[sig("(x, /)")]
    fn degrees(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(x * (180.0 / std::f64::consts::PI))
    }
    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[sig("(p, q, /)")]
    fn dist(vm: &mut Vm, p: &Value, q: &Value) -> Result<f64> {
        let (p, q) = (vm.collect(p)?, vm.collect(q)?);
        if p.len() != q.len() {
            return Err(vm.value_error("both points must have the same number of dimensions"));
        }
        let mut differences = Vec::with_capacity(p.len());
        for (a, b) in p.iter().zip(&q) {
            let a = vm.to_f64(a)?;
            differences.push(a - vm.to_f64(b)?);
        }
        Ok(length(differences))
    }
    /// Error function at x.
    #[sig("(x, /)")]
    fn erf(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(libm::erf(x))
    }
    /// Complementary error function at x.
    #[sig("(x, /)")]
    fn erfc(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(libm::erfc(x))
    }
    /// Return e raised to the power of x.
    #[sig("(x, /)")]
    fn exp(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.exp(), "")
    }
    /// Return 2 raised to the power of x.
    #[sig("(x, /)")]
    fn exp2(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.exp2(), "")
    }
    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[sig("(x, /)")]
    fn expm1(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.exp_m1(), "")
    }
    /// Return the absolute value of the float x.
    #[sig("(x, /)")]
    fn fabs(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(x.abs())
    }
    /// Find n!.
    #[sig("(n, /)")]
    fn factorial(vm: &mut Vm, n: &Value) -> Result<Value> {
        math_ints::factorial(vm, n)
    }
    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[sig("(x, /)")]
    fn floor(vm: &mut Vm, x: &Value) -> Result<Value> {
        rounded(vm, x, Special::Floor, f64::floor)
    }
    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[sig("(x, y, z, /)")]
    fn fma(vm: &mut Vm, x: f64, y: f64, z: f64) -> Result<f64> {
        let r = x.mul_add(y, z);
        if r.is_nan() && !(x.is_nan() || y.is_nan() || z.is_nan()) {
            return Err(vm.value_error("invalid operation in fma"));
        }
        if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(vm.overflow_error("overflow in fma"));
        }
        Ok(r)
    }
    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[sig("(x, y, /)")]
    fn fmod(vm: &mut Vm, x: f64, y: f64) -> Result<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        let r = x % y;
        if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(vm)) } else { Ok(r) }
    }
    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[sig("(x, /)")]
    fn frexp(vm: &mut Vm, x: f64) -> Result<Value> {
        let (m, e) = special::frexp(x);
        Ok(vm.tuple(vec![Value::float(m), Value::int32(e)]))
    }
    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[sig("(seq, /)")]
    fn fsum(vm: &mut Vm, seq: &Value) -> Result<f64> {
        let mut sum = ExactSum::default();
        let iterator = vm.iter(seq)?;
        let failure = |vm: &mut Vm, e: SumError| match e {
            SumError::Overflow => vm.overflow_error("intermediate overflow in fsum"),
            SumError::Infinities => vm.value_error("-inf + inf in fsum"),
        };
        while let Some(item) = vm.next(&iterator)? {
            let x = vm.to_f64(&item)?;
            if let Err(e) = sum.add(x) {
                return Err(failure(vm, e));
            }
        }
        sum.value().map_err(|e| failure(vm, e))
    }
    /// Gamma function at x.
    #[sig("(x, /)")]
    fn gamma(vm: &mut Vm, x: f64) -> Result<f64> {
        result!(vm, x, special::gamma(x))
    }
    /// Greatest Common Divisor.
    #[sig("(*integers)")]
    fn gcd(vm: &mut Vm, integers: &[Value]) -> Result<Value> {
        let mut result = UBig::ZERO;
        for n in integers {
            let n = math_ints::integer(vm, n)?;
            result = math_ints::gcd(result, math_ints::magnitude(&n));
        }
        Ok(vm.heap.big_int(result.into()))
    }
    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[sig("(*coordinates)")]
    fn hypot(vm: &mut Vm, coordinates: &[Value]) -> Result<f64> {
        let mut values = Vec::with_capacity(coordinates.len());
        for v in coordinates {
            values.push(vm.to_f64(v)?);
        }
        Ok(length(values))
    }
    /// Determine whether two floating-point numbers are close in value.
    ///
    /// Return True if a is close in value to b, and False otherwise.
    #[sig("(a, b, *, rel_tol=<unrepresentable>, abs_tol=<unrepresentable>)")]
    fn isclose(vm: &mut Vm, a: f64, b: f64, rel_tol: Option<f64>, abs_tol: Option<f64>) -> Result<bool> {
        let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if relative < 0.0 || absolute < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute)
    }
    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[sig("(x, /)")]
    fn isfinite(_vm: &mut Vm, x: f64) -> Result<bool> {
        Ok(x.is_finite())
    }
    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[sig("(x, /)")]
    fn isinf(_vm: &mut Vm, x: f64) -> Result<bool> {
        Ok(x.is_infinite())
    }
    /// Return True if x is a NaN (not a number), and False otherwise.
    #[sig("(x, /)")]
    fn isnan(_vm: &mut Vm, x: f64) -> Result<bool> {
        Ok(x.is_nan())
    }
    /// Return the integer part of the square root of the input.
    #[sig("(n, /)")]
    fn isqrt(vm: &mut Vm, n: &Value) -> Result<Value> {
        math_ints::isqrt(vm, n)
    }
    /// Least Common Multiple.
    #[sig("(*integers)")]
    fn lcm(vm: &mut Vm, integers: &[Value]) -> Result<Value> {
        let mut result = UBig::ONE;
        for n in integers {
            let n = math_ints::integer(vm, n)?;
            result = math_ints::lcm(result, math_ints::magnitude(&n));
        }
        Ok(vm.heap.big_int(result.into()))
    }
    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[sig("(x, i, /)")]
    fn ldexp(vm: &mut Vm, x: f64, i: &Value) -> Result<f64> {
        let exponent = match i.as_int(&*vm.heap) {
            Some(n) => match n.to_i64() {
                Some(n) => n,
                None if n.is_negative() => i64::MIN / 2,
                None => i64::MAX / 2,
            },
            None => return Err(vm.type_error("Expected an int as second argument to ldexp.")),
        };
        let r = special::scale(x, exponent);
        if r.is_infinite() && x.is_finite() { Err(range(vm)) } else { Ok(r) }
    }
    /// Natural logarithm of absolute value of Gamma function at x.
    #[sig("(x, /)")]
    fn lgamma(vm: &mut Vm, x: f64) -> Result<f64> {
        result!(vm, x, special::log_gamma(x))
    }
    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[sig("(x, base=<unrepresentable>, /)")]
    fn log(vm: &mut Vm, x: &Value, base: Option<Value>) -> Result<f64> {
        let above = logarithm(vm, x, f64::ln)?;
        let Some(base) = base else { return Ok(above) };
        let below = logarithm(vm, &base, f64::ln)?;
        if below == 0.0 { Err(vm.zero_division("division by zero")) } else { Ok(above / below) }
    }
    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[sig("(x, /)")]
    fn log1p(vm: &mut Vm, x: f64) -> Result<f64> {
        if x <= -1.0 {
            return Err(unexpected(vm, "argument value > -1", x));
        }
        // Of negative zero too.
        Ok(if x == 0.0 { x } else { x.ln_1p() })
    }
    /// Return the base 10 logarithm of x.
    #[sig("(x, /)")]
    fn log10(vm: &mut Vm, x: &Value) -> Result<f64> {
        logarithm(vm, x, f64::log10)
    }
    /// Return the base 2 logarithm of x.
    #[sig("(x, /)")]
    fn log2(vm: &mut Vm, x: &Value) -> Result<f64> {
        logarithm(vm, x, f64::log2)
    }
    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[sig("(x, /)")]
    fn modf(vm: &mut Vm, x: f64) -> Result<Value> {
        let fraction = if x.is_infinite() { 0.0f64.copysign(x) } else { (x - x.trunc()).copysign(x) };
        Ok(vm.tuple(vec![Value::float(fraction), Value::float(x.trunc())]))
    }
    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not an integer.
    /// Raises ValueError if steps is negative.
    #[sig("(x, y, /, *, steps=None)")]
    fn nextafter(vm: &mut Vm, x: f64, y: f64, steps: Option<Value>) -> Result<f64> {
        let steps = match steps {
            None => 1,
            Some(steps) => {
                let n = math_ints::integer(vm, &steps)?;
                if n < IBig::ZERO {
                    return Err(vm.value_error("steps must be a non-negative integer"));
                }
                u64::try_from(&n).unwrap_or(u64::MAX)
            }
        };
        Ok(special::next_after(x, y, steps))
    }
    /// Return x**y (x to the power of y).
    #[sig("(x, y, /)")]
    fn pow(vm: &mut Vm, x: f64, y: f64) -> Result<f64> {
        let r = krait_vm::runtime::power::pow(x, y);
        if !x.is_finite() || !y.is_finite() {
            return Ok(r);
        }
        if r.is_nan() || (r.is_infinite() && x == 0.0) {
            return Err(domain(vm));
        }
        if r.is_infinite() { Err(range(vm)) } else { Ok(r) }
    }
    /// Convert angle x from degrees to radians.
    #[sig("(x, /)")]
    fn radians(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(x * (std::f64::consts::PI / 180.0))
    }
    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[sig("(x, y, /)")]
    fn remainder(vm: &mut Vm, x: f64, y: f64) -> Result<f64> {
        if x.is_nan() || y.is_nan() {
            return Ok(if x.is_nan() { x } else { y });
        }
        if x.is_infinite() || y == 0.0 {
            return Err(domain(vm));
        }
        Ok(if y.is_infinite() { x } else { libm::remainder(x, y) })
    }
    /// Return the sine of x (measured in radians).
    #[sig("(x, /)")]
    fn sin(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.sin(), "a finite input")
    }
    /// Return the hyperbolic sine of x.
    #[sig("(x, /)")]
    fn sinh(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.sinh(), "")
    }
    /// Return the square root of x.
    #[sig("(x, /)")]
    fn sqrt(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.sqrt(), "a nonnegative input")
    }
    /// Return the tangent of x (measured in radians).
    #[sig("(x, /)")]
    fn tan(vm: &mut Vm, x: f64) -> Result<f64> {
        checked(vm, x, x.tan(), "a finite input")
    }
    /// Return the hyperbolic tangent of x.
    #[sig("(x, /)")]
    fn tanh(_vm: &mut Vm, x: f64) -> Result<f64> {
        Ok(x.tanh())
    }
    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(map(operator.mul, p, q, strict=True))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[sig("(p, q, /)")]
    fn sumprod(vm: &mut Vm, p: &Value, q: &Value) -> Result<Value> {
        sum_of_products(vm, p, q)
    }
    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[sig("(x, /)")]
    fn trunc(vm: &mut Vm, x: &Value) -> Result<Value> {
        if let Some(f) = x.as_float() {
            return vm.float_to_int(f);
        }
        match vm.heap.special(x.type_id(), Special::Trunc) {
            Some(f) => vm.call_unbound(&f, x, &[]),
            None => {
                let name = vm.type_name(x);
                Err(vm.type_error(format!("type {name} doesn't define __trunc__ method")))
            }
        }
    }
    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[sig("(iterable, /, *, start=1)")]
    fn prod(vm: &mut Vm, iterable: &Value, start: Value) -> Result<Value> {
        let iterator = vm.iter(iterable)?;
        let mut product = start;
        while let Some(item) = vm.next(&iterator)? {
            product = vm.binary_op(BinOp::Mul, &product, &item)?;
        }
        Ok(product)
    }
    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises ValueError if either of the arguments are negative.
    #[sig("(n, k=None, /)")]
    fn perm(vm: &mut Vm, n: &Value, k: Option<Value>) -> Result<Value> {
        math_ints::perm(vm, n, k.as_ref())
    }
    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Raises ValueError if either of the arguments are negative.
    #[sig("(n, k, /)")]
    fn comb(vm: &mut Vm, n: &Value, k: &Value) -> Result<Value> {
        math_ints::comb(vm, n, k)
    }
    /// Return the value of the least significant bit of the float x.
    #[sig("(x, /)")]
    fn ulp(_vm: &mut Vm, x: f64) -> Result<f64> {
        let x = x.abs();
        if !x.is_finite() {
            return Ok(x);
        }
        let above = special::next_after(x, f64::INFINITY, 1);
        Ok(if above.is_infinite() { x - special::next_after(x, 0.0, 1) } else { above - x })
    }
}

/// What `sumprod` has added up so far: objects, machine ints and floats apart, until something else comes.
struct Products {
    total: Value,
    ints: i64,
    floats: Option<Triple>,
}

impl Products {
    fn flush(&mut self, vm: &mut Vm) -> Result<()> {
        if self.ints != 0 {
            let n = vm.heap.int(i128::from(self.ints));
            self.total = vm.binary_op(BinOp::Add, &self.total, &n)?;
            self.ints = 0;
        }
        if let Some(sum) = self.floats.take() {
            self.total = vm.binary_op(BinOp::Add, &self.total, &Value::float(sum.value()))?;
        }
        Ok(())
    }
    fn add(&mut self, vm: &mut Vm, p: &Value, q: &Value) -> Result<()> {
        let int = |v: &Value| if v.is_exact_int() { v.as_int(&*vm.heap).and_then(IntRef::to_i64) } else { None };
        if let (Some(a), Some(b), None) = (int(p), int(q), self.floats)
            && let Some(sum) = a.checked_mul(b).and_then(|n| n.checked_add(self.ints))
        {
            self.ints = sum;
            return Ok(());
        }
        let real = |v: &Value| v.as_float().or_else(|| if v.is_bool() { v.as_small_int_or_bool().map(|n| n as f64) } else { int(v).map(|n| n as f64) });
        if (p.is_float() || q.is_float())
            && let (Some(a), Some(b)) = (real(p), real(q))
        {
            let sum = self.floats.unwrap_or_default().multiply_add(a, b);
            if sum.high.is_finite() {
                if self.ints != 0 {
                    self.flush(vm)?;
                }
                self.floats = Some(sum);
                return Ok(());
            }
        }
        self.flush(vm)?;
        let product = vm.binary_op(BinOp::Mul, p, q)?;
        self.total = vm.binary_op(BinOp::Add, &self.total, &product)?;
        Ok(())
    }
}

fn sum_of_products(vm: &mut Vm, p: &Value, q: &Value) -> Result<Value> {
    let (p, q) = (vm.iter(p)?, vm.iter(q)?);
    let mut sum = Products { total: Value::int32(0), ints: 0, floats: None };
    loop {
        let (a, b) = (vm.next(&p)?, vm.next(&q)?);
        match (a, b) {
            (Some(a), Some(b)) => sum.add(vm, &a, &b)?,
            (None, None) => break,
            _ => return Err(vm.value_error("Inputs are not the same length")),
        }
    }
    sum.flush(vm)?;
    Ok(sum.total)
}
