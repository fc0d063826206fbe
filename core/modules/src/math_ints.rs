//! Integer functions of `math`: factorials, binomials, greatest common divisors, integer square roots.

use dashu_int::ops::{BitTest, Gcd, SquareRoot};
use dashu_int::{IBig, UBig};
use krait_vm::{Result, Value, Vm};

/// An int argument through `__index__`.
pub fn integer(vm: &mut Vm, value: &Value) -> Result<IBig> {
    let v = vm.index(value)?;
    Ok(vm.big(&v))
}

pub fn magnitude(n: &IBig) -> UBig {
    n.clone().into_parts().1
}

pub fn gcd(a: UBig, b: UBig) -> UBig {
    if a == UBig::ZERO {
        b
    } else if b == UBig::ZERO {
        a
    } else {
        a.gcd(b)
    }
}

pub fn lcm(a: UBig, b: UBig) -> UBig {
    if a == UBig::ZERO || b == UBig::ZERO {
        return UBig::ZERO;
    }
    let divisor = gcd(a.clone(), b.clone());
    a / divisor * b
}

pub fn isqrt(vm: &mut Vm, value: &Value) -> Result<Value> {
    let n = integer(vm, value)?;
    if n < IBig::ZERO {
        return Err(vm.value_error("isqrt() argument must be nonnegative"));
    }
    let root = magnitude(&n).sqrt();
    Ok(vm.heap.big_int(IBig::from(root)))
}

/// The product of `first + i` for `i` below `count`, by halves, so that factors are of like size.
fn rising_product(vm: &mut Vm, first: &UBig, count: u64) -> Result<UBig> {
    if count <= 16 {
        return Ok((0..count).fold(UBig::ONE, |product, i| product * (first + UBig::from(i))));
    }
    let half = count / 2;
    let low = rising_product(vm, first, half)?;
    let high = rising_product(vm, &(first + UBig::from(half)), count - half)?;
    let bits = low.bit_len() + high.bit_len();
    if bits > 1 << 16 {
        vm.poll()?;
        let room = vm.heap.check_room(bits / 8);
        vm.memory(room)?;
    }
    Ok(low * high)
}

pub fn factorial(vm: &mut Vm, value: &Value) -> Result<Value> {
    let n = integer(vm, value)?;
    if n < IBig::ZERO {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    match i64::try_from(&n) {
        Ok(n) => {
            let product = rising_product(vm, &UBig::ONE, n as u64)?;
            Ok(vm.heap.big_int(product.into()))
        }
        Err(_) => Err(vm.overflow_error("factorial() argument should not exceed 9223372036854775807")),
    }
}

fn check_both(vm: &mut Vm, n: &IBig, k: &IBig) -> Result<()> {
    if *n < IBig::ZERO {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if *k < IBig::ZERO {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    Ok(())
}

pub fn perm(vm: &mut Vm, n: &Value, k: Option<&Value>) -> Result<Value> {
    let Some(k) = k else { return factorial(vm, n) };
    let n = integer(vm, n)?;
    let k = integer(vm, k)?;
    check_both(vm, &n, &k)?;
    if k > n {
        return Ok(Value::int32(0));
    }
    let Ok(count) = i64::try_from(&k) else {
        return Err(vm.overflow_error("k must not exceed 9223372036854775807"));
    };
    let first = magnitude(&(n - k + IBig::ONE));
    let product = rising_product(vm, &first, count as u64)?;
    Ok(vm.heap.big_int(product.into()))
}

pub fn comb(vm: &mut Vm, n: &Value, k: &Value) -> Result<Value> {
    let n = integer(vm, n)?;
    let k = integer(vm, k)?;
    check_both(vm, &n, &k)?;
    if k > n {
        return Ok(Value::int32(0));
    }
    let k = k.clone().min(&n - &k);
    let Ok(count) = i64::try_from(&k) else {
        return Err(vm.overflow_error("min(n - k, k) must not exceed 9223372036854775807"));
    };
    let first = magnitude(&(n - k + IBig::ONE));
    let above = rising_product(vm, &first, count as u64)?;
    let below = rising_product(vm, &UBig::ONE, count as u64)?;
    Ok(vm.heap.big_int((above / below).into()))
}

/// Mantissa in [0.5, 1), rounded once, and exponent of a positive int of any size.
pub fn frexp(n: &UBig) -> (f64, u64) {
    let bits = n.bit_len();
    let (top, shift) = if bits > 64 {
        let shift = bits - 64;
        let top = u64::try_from(n >> shift).unwrap_or(u64::MAX);
        let sticky = n.trailing_zeros().is_some_and(|z| z < shift);
        (top | u64::from(sticky), shift)
    } else {
        (u64::try_from(n).unwrap_or(0), 0)
    };
    let (mantissa, exponent) = crate::math_special::frexp(top as f64);
    (mantissa, shift as u64 + exponent as u64)
}
