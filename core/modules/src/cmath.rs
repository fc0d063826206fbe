//! The `cmath` module: functions of complex numbers, with the branch cuts and special values of C's Annex G.
//!
//! Large and tiny arguments are scaled so that intermediate results neither overflow nor lose their bits.

use crate::math::{domain, range};
use crate::math_special as real;
use krait_vm::builtins::complex_methods::{Pair, quotient};
use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Value, Vm, methods};
use std::f64::consts::{FRAC_PI_2, LN_2, LN_10, PI};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<CmathFunctions>(module);
    let constants = [
        ("pi", PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, x) in constants {
        vm.module_set(module, name, Value::float(x));
    }
    for (name, im) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
        let z = vm.heap.complex(0.0, im);
        vm.module_set(module, name, z);
    }
    Ok(())
}

/// Beyond this, squares and sums of two may overflow.
const LARGE: f64 = f64::MAX / 4.0;
/// The logarithm of `LARGE`: beyond it exp and its kin may overflow although the result does not.
const LOG_LARGE: f64 = 708.396_418_532_264_1;

/// A result, or that the argument has none.
type Outcome = std::result::Result<Pair, ()>;

fn infinite_sign(x: f64) -> f64 {
    f64::INFINITY.copysign(x)
}
fn is_finite((x, y): Pair) -> bool {
    x.is_finite() && y.is_finite()
}
/// i * z and -i * z.
fn turned((x, y): Pair) -> Pair {
    (-y, x)
}
fn turned_back((x, y): Pair) -> Pair {
    (y, -x)
}

fn sqrt((x, y): Pair) -> Pair {
    if y.is_infinite() {
        return (f64::INFINITY, y);
    }
    if x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x.is_infinite() {
        return match (x > 0.0, y.is_nan()) {
            (true, true) => (x, y),
            (true, false) => (x, 0.0f64.copysign(y)),
            (false, true) => (f64::NAN, f64::INFINITY),
            (false, false) => (0.0, infinite_sign(y)),
        };
    }
    if y.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x == 0.0 && y == 0.0 {
        return (0.0, y);
    }
    let (ax, ay) = (x.abs(), y.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        let ax = real::scale(ax, 54);
        real::scale((ax + ax.hypot(real::scale(ay, 54))).sqrt(), -27)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if x >= 0.0 { (s, d.copysign(y)) } else { (d, s.copysign(y)) }
}

fn exp((x, y): Pair) -> Outcome {
    if !is_finite((x, y)) {
        if x.is_infinite() && y.is_finite() && y != 0.0 {
            let size = if x > 0.0 { f64::INFINITY } else { 0.0 };
            return Ok((size.copysign(y.cos()), size.copysign(y.sin())));
        }
        if y.is_infinite() && (x.is_finite() || x == f64::INFINITY) {
            return Err(());
        }
        return Ok(if x == f64::INFINITY {
            (x, y)
        } else if x == f64::NEG_INFINITY {
            if y == 0.0 { (0.0, y) } else { (0.0, 0.0) }
        } else if y == 0.0 {
            (x, y)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x > LOG_LARGE {
        let l = (x - 1.0).exp();
        return Ok((l * y.cos() * std::f64::consts::E, l * y.sin() * std::f64::consts::E));
    }
    let l = x.exp();
    Ok((l * y.cos(), l * y.sin()))
}

fn log((x, y): Pair) -> Outcome {
    let angle = y.atan2(x);
    let (ax, ay) = (x.abs(), y.abs());
    let length = if !is_finite((x, y)) {
        ax.hypot(ay)
    } else if ax > LARGE || ay > LARGE {
        return Ok(((ax / 2.0).hypot(ay / 2.0).ln() + LN_2, angle));
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(());
        }
        return Ok((real::scale(ax, 53).hypot(real::scale(ay, 53)).ln() - 53.0 * LN_2, angle));
    } else {
        let h = ax.hypot(ay);
        if (0.71..=1.73).contains(&h) {
            let (big, small) = (ax.max(ay), ax.min(ay));
            return Ok((((big - 1.0) * (big + 1.0) + small * small).ln_1p() / 2.0, angle));
        }
        h
    };
    Ok((length.ln(), angle))
}

fn cosh((x, y): Pair) -> Outcome {
    if !is_finite((x, y)) {
        if y.is_infinite() && !x.is_nan() {
            return Err(());
        }
        if x.is_infinite() {
            if y.is_nan() {
                return Ok((f64::INFINITY, f64::NAN));
            }
            if y == 0.0 {
                return Ok((f64::INFINITY, if x > 0.0 { y } else { -y }));
            }
            let im = infinite_sign(y.sin());
            return Ok((infinite_sign(y.cos()), if x > 0.0 { im } else { -im }));
        }
        let im = if x == 0.0 || (x.is_nan() && y == 0.0) { if x == 0.0 { 0.0 } else { y } } else { f64::NAN };
        return Ok((f64::NAN, im));
    }
    if x.abs() > LOG_LARGE {
        let less = x - 1.0f64.copysign(x);
        return Ok((y.cos() * less.cosh() * std::f64::consts::E, y.sin() * less.sinh() * std::f64::consts::E));
    }
    Ok((y.cos() * x.cosh(), y.sin() * x.sinh()))
}

fn sinh((x, y): Pair) -> Outcome {
    if !is_finite((x, y)) {
        if y.is_infinite() && !x.is_nan() {
            return Err(());
        }
        if x.is_infinite() {
            if y.is_nan() {
                return Ok((x, f64::NAN));
            }
            if y == 0.0 {
                return Ok((x, y));
            }
            let re = infinite_sign(y.cos());
            return Ok((if x > 0.0 { re } else { -re }, infinite_sign(y.sin())));
        }
        return Ok(if x == 0.0 {
            (x, f64::NAN)
        } else if x.is_nan() && y == 0.0 {
            (x, y)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x.abs() > LOG_LARGE {
        let less = x - 1.0f64.copysign(x);
        return Ok((y.cos() * less.sinh() * std::f64::consts::E, y.sin() * less.cosh() * std::f64::consts::E));
    }
    Ok((y.cos() * x.sinh(), y.sin() * x.cosh()))
}

fn tanh((x, y): Pair) -> Outcome {
    if !is_finite((x, y)) {
        if x.is_infinite() {
            let im = if y.is_finite() { 0.0f64.copysign(2.0 * y.sin() * y.cos()) } else { 0.0 };
            return Ok((1.0f64.copysign(x), im));
        }
        if y.is_infinite() && x.is_finite() {
            return Err(());
        }
        return Ok(if x.is_nan() && y == 0.0 {
            (x, y)
        } else if x == 0.0 {
            (x, f64::NAN)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x.abs() > LOG_LARGE {
        return Ok((1.0f64.copysign(x), 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp()));
    }
    let (tx, ty, cx) = (x.tanh(), y.tan(), 1.0 / x.cosh());
    let both = tx * ty;
    let denominator = 1.0 + both * both;
    Ok((tx * (1.0 + ty * ty) / denominator, ty / denominator * cx * cx))
}

/// The logarithm of a length beyond `LARGE`.
fn large_log((x, y): Pair) -> f64 {
    (x / 2.0).hypot(y / 2.0).ln() + 2.0 * LN_2
}
fn is_large((x, y): Pair) -> bool {
    x.abs() > LARGE || y.abs() > LARGE
}

fn acos((x, y): Pair) -> Pair {
    if is_large((x, y)) {
        let size = large_log((x, y));
        return (y.abs().atan2(x), if x < 0.0 { -size.copysign(y) } else { size.copysign(-y) });
    }
    if x == 0.0 && y.is_nan() {
        return (FRAC_PI_2, y);
    }
    let (s1, s2) = (sqrt((1.0 - x, -y)), sqrt((1.0 + x, y)));
    (2.0 * s1.0.atan2(s2.0), real::asinh(s2.0 * s1.1 - s2.1 * s1.0))
}

fn acosh((x, y): Pair) -> Pair {
    if is_large((x, y)) {
        return (large_log((x, y)), y.atan2(x));
    }
    if x == 0.0 && y.is_nan() {
        return (y, FRAC_PI_2);
    }
    let (s1, s2) = (sqrt((x - 1.0, y)), sqrt((x + 1.0, y)));
    (real::asinh(s1.0 * s2.0 + s1.1 * s2.1), 2.0 * s1.1.atan2(s2.0))
}

fn asinh((x, y): Pair) -> Pair {
    if is_large((x, y)) {
        let size = large_log((x, y));
        return (size.copysign(x), y.atan2(x.abs()));
    }
    if x.is_nan() && y == 0.0 {
        return (x, y);
    }
    let (s1, s2) = (sqrt((1.0 + y, -x)), sqrt((1.0 - y, x)));
    (real::asinh(s1.0 * s2.1 - s2.0 * s1.1), y.atan2(s1.0 * s2.0 - s1.1 * s2.1))
}

fn atanh((x, y): Pair) -> Outcome {
    if x.is_sign_negative() && !x.is_nan() {
        let (re, im) = atanh((-x, -y))?;
        return Ok((-re, -im));
    }
    if !is_finite((x, y)) {
        return Ok(if y.is_infinite() {
            (0.0, FRAC_PI_2.copysign(y))
        } else if x.is_infinite() {
            (0.0, if y.is_nan() { y } else { FRAC_PI_2.copysign(y) })
        } else if x == 0.0 {
            (x, f64::NAN)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    let ay = y.abs();
    let large = LARGE.sqrt();
    if x > large || ay > large {
        let h = (x / 2.0).hypot(y / 2.0);
        return Ok((x / 4.0 / h / h, -FRAC_PI_2.copysign(-y)));
    }
    if x == 1.0 && ay < f64::MIN_POSITIVE.sqrt() {
        if ay == 0.0 {
            return Err(());
        }
        return Ok((-(ay.sqrt() / ay.hypot(2.0).sqrt()).ln(), (2.0f64.atan2(-ay) / 2.0).copysign(y)));
    }
    let re = (4.0 * x / ((1.0 - x) * (1.0 - x) + ay * ay)).ln_1p() / 4.0;
    Ok((re, -(-2.0 * y).atan2((1.0 - x) * (1.0 + x) - ay * ay) / 2.0))
}

/// The object of a result: no result is a domain error, an infinite one of a finite argument an overflow.
fn finish(vm: &mut Vm, argument: Pair, outcome: Outcome) -> Result<Value> {
    match outcome {
        Err(()) => Err(domain(vm)),
        Ok((x, y)) if (x.is_infinite() || y.is_infinite()) && is_finite(argument) => Err(range(vm)),
        Ok((x, y)) => Ok(vm.heap.complex(x, y)),
    }
}

fn apply(vm: &mut Vm, z: &Value, function: fn(Pair) -> Outcome) -> Result<Value> {
    let z = vm.to_complex(z)?;
    finish(vm, z, function(z))
}

struct CmathFunctions;

#[methods]
impl CmathFunctions {
    /// Return the arc cosine of z.
    #[sig("(z, /)")]
    fn acos(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| Ok(acos(z)))
    }
    /// Return the inverse hyperbolic cosine of z.
    #[sig("(z, /)")]
    fn acosh(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| Ok(acosh(z)))
    }
    /// Return the arc sine of z.
    #[sig("(z, /)")]
    fn asin(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| Ok(turned_back(asinh(turned(z)))))
    }
    /// Return the inverse hyperbolic sine of z.
    #[sig("(z, /)")]
    fn asinh(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| Ok(asinh(z)))
    }
    /// Return the arc tangent of z.
    #[sig("(z, /)")]
    fn atan(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| atanh(turned(z)).map(turned_back))
    }
    /// Return the inverse hyperbolic tangent of z.
    #[sig("(z, /)")]
    fn atanh(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, atanh)
    }
    /// Return the cosine of z.
    #[sig("(z, /)")]
    fn cos(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| cosh(turned(z)))
    }
    /// Return the hyperbolic cosine of z.
    #[sig("(z, /)")]
    fn cosh(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, cosh)
    }
    /// Return the exponential value e**z.
    #[sig("(z, /)")]
    fn exp(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, exp)
    }
    /// Determine whether two complex numbers are close in value.
    ///
    /// Return True if a is close in value to b, and False otherwise.
    #[sig("(a, b, *, rel_tol=<unrepresentable>, abs_tol=<unrepresentable>)")]
    fn isclose(vm: &mut Vm, a: &Value, b: &Value, rel_tol: Option<f64>, abs_tol: Option<f64>) -> Result<bool> {
        let (a, b) = (vm.to_complex(a)?, vm.to_complex(b)?);
        let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if relative < 0.0 || absolute < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if [a.0, a.1, b.0, b.1].iter().any(|x| x.is_infinite()) {
            return Ok(false);
        }
        let difference = (a.0 - b.0).hypot(a.1 - b.1);
        Ok(difference <= relative * b.0.hypot(b.1) || difference <= relative * a.0.hypot(a.1) || difference <= absolute)
    }
    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[sig("(z, /)")]
    fn isfinite(vm: &mut Vm, z: &Value) -> Result<bool> {
        Ok(is_finite(vm.to_complex(z)?))
    }
    /// Checks if the real or imaginary part of z is infinite.
    #[sig("(z, /)")]
    fn isinf(vm: &mut Vm, z: &Value) -> Result<bool> {
        let (x, y) = vm.to_complex(z)?;
        Ok(x.is_infinite() || y.is_infinite())
    }
    /// Checks if the real or imaginary part of z not a number (NaN).
    #[sig("(z, /)")]
    fn isnan(vm: &mut Vm, z: &Value) -> Result<bool> {
        let (x, y) = vm.to_complex(z)?;
        Ok(x.is_nan() || y.is_nan())
    }
    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of z.
    #[sig("(z, base=<unrepresentable>, /)")]
    fn log(vm: &mut Vm, z: &Value, base: Option<Value>) -> Result<Value> {
        let z = vm.to_complex(z)?;
        let Some(base) = base else { return finish(vm, z, log(z)) };
        let base = vm.to_complex(&base)?;
        let (Ok(above), Ok(below)) = (log(z), log(base)) else { return Err(domain(vm)) };
        let z = quotient(above, below).ok_or(());
        match z {
            Ok((x, y)) => Ok(vm.heap.complex(x, y)),
            Err(()) => Err(domain(vm)),
        }
    }
    /// Return the base-10 logarithm of z.
    #[sig("(z, /)")]
    fn log10(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| log(z).map(|(x, y)| (x / LN_10, y / LN_10)))
    }
    /// Return argument, also known as the phase angle, of a complex.
    #[sig("(z, /)")]
    fn phase(vm: &mut Vm, z: &Value) -> Result<f64> {
        let (x, y) = vm.to_complex(z)?;
        Ok(y.atan2(x))
    }
    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[sig("(z, /)")]
    fn polar(vm: &mut Vm, z: &Value) -> Result<Value> {
        let (x, y) = vm.to_complex(z)?;
        let r = x.hypot(y);
        if r.is_infinite() && is_finite((x, y)) {
            return Err(range(vm));
        }
        Ok(vm.tuple(vec![Value::float(r), Value::float(y.atan2(x))]))
    }
    /// Convert from polar coordinates to rectangular coordinates.
    #[sig("(r, phi, /)")]
    fn rect(vm: &mut Vm, r: f64, phi: f64) -> Result<Value> {
        let z = if phi.is_infinite() && r != 0.0 && !r.is_nan() {
            return Err(domain(vm));
        } else if phi == 0.0 {
            (r, r * phi)
        } else if !phi.is_finite() && r == 0.0 {
            (0.0, 0.0)
        } else if r.is_infinite() && phi.is_finite() {
            let (re, im) = (infinite_sign(phi.cos()), infinite_sign(phi.sin()));
            if r > 0.0 { (re, im) } else { (-re, -im) }
        } else {
            (r * phi.cos(), r * phi.sin())
        };
        Ok(vm.heap.complex(z.0, if phi == 0.0 && r.is_infinite() { phi.copysign(phi * r.signum()) } else { z.1 }))
    }
    /// Return the sine of z.
    #[sig("(z, /)")]
    fn sin(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| sinh(turned(z)).map(turned_back))
    }
    /// Return the hyperbolic sine of z.
    #[sig("(z, /)")]
    fn sinh(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, sinh)
    }
    /// Return the square root of z.
    #[sig("(z, /)")]
    fn sqrt(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| Ok(sqrt(z)))
    }
    /// Return the tangent of z.
    #[sig("(z, /)")]
    fn tan(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, |z| tanh(turned(z)).map(turned_back))
    }
    /// Return the hyperbolic tangent of z.
    #[sig("(z, /)")]
    fn tanh(vm: &mut Vm, z: &Value) -> Result<Value> {
        apply(vm, z, tanh)
    }
}
