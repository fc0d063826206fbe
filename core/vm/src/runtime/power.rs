//! `x ** y` of floats where no C library computes it.
//!
//! The standard library's own `powf` on WebAssembly is off by one in the last place for some results in a hundred. Here
//! the logarithm is taken to about 68 bits, multiplied and exponentiated, so that results are rounded right but for a
//! few in a thousand, as with the C libraries elsewhere. Tables are computed by the compiler, in pairs of floats whose
//! sum is the value ([`Pair`]).

/// An unevaluated sum of two floats.
#[derive(Clone, Copy)]
struct Pair(f64, f64);

const fn two_sum(a: f64, b: f64) -> Pair {
    let s = a + b;
    let t = s - a;
    Pair(s, (a - (s - t)) + (b - t))
}
const fn split(a: f64) -> Pair {
    let t = 134_217_729.0 * a;
    let high = t - (t - a);
    Pair(high, a - high)
}
const fn two_product(a: f64, b: f64) -> Pair {
    let p = a * b;
    let (x, y) = (split(a), split(b));
    Pair(p, ((x.0 * y.0 - p) + x.0 * y.1 + x.1 * y.0) + x.1 * y.1)
}
const fn add(a: Pair, b: Pair) -> Pair {
    let s = two_sum(a.0, b.0);
    two_sum(s.0, s.1 + a.1 + b.1)
}
const fn multiply(a: Pair, b: Pair) -> Pair {
    let p = two_product(a.0, b.0);
    two_sum(p.0, p.1 + a.0 * b.1 + a.1 * b.0)
}
const fn divide(a: Pair, b: f64) -> Pair {
    let q = a.0 / b;
    let p = two_product(q, b);
    two_sum(q, ((a.0 - p.0) - p.1 + a.1) / b)
}

/// ln 2 as a float whose low bits are zero, and the rest.
const LN2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEFA_0000);
const LN2_LOW: f64 = f64::from_bits(0x3D7C_F79A_BC9E_3B3A);

const STEPS: usize = 128;
/// Where the intervals of the logarithm's table begin: near the square root of a half, so that 1 is inside one.
const FIRST: u64 = 0x3FE6_9555_0000_0000;

struct Step {
    /// About the inverse of the interval's middle, with few bits.
    inverse: f64,
    /// Minus the logarithm of that.
    log: Pair,
}

static LOG: [Step; STEPS] = log_table();
static EXP: [Pair; STEPS] = exp_table();

const fn log_table() -> [Step; STEPS] {
    let mut table = [const { Step { inverse: 1.0, log: Pair(0.0, 0.0) } }; STEPS];
    let mut i = 0;
    while i < STEPS {
        let start = f64::from_bits(FIRST + ((i as u64) << 45));
        let end = f64::from_bits(FIRST + ((i as u64 + 1) << 45));
        // Around 1 the logarithm must be relatively exact: nothing is added there.
        if !(start <= 1.0 && 1.0 <= end) {
            let inverse = 2.0 / (start + end);
            let inverse = f64::from_bits((inverse.to_bits() + (1 << 33)) & !((1 << 34) - 1));
            table[i] = Step { inverse, log: minus_log(inverse) };
        }
        i += 1;
    }
    table
}
/// By the series of the area tangent, for arguments near 1.
const fn minus_log(x: f64) -> Pair {
    let t = divide_pairs(Pair(1.0 - x, 0.0), two_sum(1.0, x));
    let square = multiply(t, t);
    let (mut power, mut sum, mut n) = (t, t, 3);
    while n < 50 {
        power = multiply(power, square);
        sum = add(sum, divide(power, n as f64));
        n += 2;
    }
    Pair(2.0 * sum.0, 2.0 * sum.1)
}
const fn divide_pairs(a: Pair, b: Pair) -> Pair {
    let q = a.0 / b.0;
    let p = multiply(Pair(q, 0.0), b);
    let rest = add(a, Pair(-p.0, -p.1));
    two_sum(q, rest.0 / b.0)
}
const fn exp_table() -> [Pair; STEPS] {
    let mut table = [Pair(1.0, 0.0); STEPS];
    let mut i = 1;
    while i < STEPS {
        let part = i as f64 / STEPS as f64;
        let x = add(two_product(LN2_HIGH, part), two_product(LN2_LOW, part));
        let (mut power, mut sum, mut n) = (Pair(1.0, 0.0), Pair(1.0, 0.0), 1);
        while n < 30 {
            power = divide(multiply(power, x), n as f64);
            sum = add(sum, power);
            n += 1;
        }
        table[i] = sum;
        i += 1;
    }
    table
}

/// The natural logarithm of a positive normal float.
#[inline]
fn log(x: f64) -> Pair {
    let bits = x.to_bits();
    let shifted = bits.wrapping_sub(FIRST);
    let exponent = (shifted as i64) >> 52;
    let step = &LOG[(shifted >> 45) as usize % STEPS];
    let z = f64::from_bits(bits.wrapping_sub(shifted & (0xFFF << 52)));
    // z * inverse - 1 without error: the halves of z times the few bits of the inverse are exact.
    let high = f64::from_bits((z.to_bits() + (1 << 31)) & !((1 << 32) - 1));
    let r = two_sum(high * step.inverse - 1.0, (z - high) * step.inverse);
    let square = two_product(r.0, r.0);
    let r0 = r.0;
    let series = r0 * square.0 * (1.0 / 3.0 + r0 * (-1.0 / 4.0 + r0 * (1.0 / 5.0 + r0 * (-1.0 / 6.0 + r0 * (1.0 / 7.0 + r0 * (-1.0 / 8.0 + r0 * (1.0 / 9.0 - r0 / 10.0)))))));
    let k = exponent as f64;
    let whole = two_sum(k * LN2_HIGH, step.log.0);
    let sum = two_sum(whole.0, r.0);
    let half = two_sum(sum.0, -0.5 * square.0);
    let rest = half.1 + sum.1 + whole.1 + series + (k * LN2_LOW + step.log.1) + (r.1 - r0 * r.1 - 0.5 * square.1);
    two_sum(half.0, rest)
}

/// `x ** y` as C's `pow`.
pub fn pow(x: f64, y: f64) -> f64 {
    if cfg!(target_arch = "wasm32") { portable(x, y) } else { x.powf(y) }
}

fn portable(x: f64, y: f64) -> f64 {
    let magnitude = x.abs();
    let plain = magnitude.is_normal() && y.is_normal() && y.abs() < 1e19 && y.abs() > 1e-19;
    if !plain || (x < 0.0 && y.trunc() != y) {
        return x.powf(y);
    }
    let log = log(magnitude);
    let product = two_product(y, log.0);
    let low = product.1 + y * log.1;
    // Also false for what is no number.
    if !(product.0.abs() < 708.0) {
        return x.powf(y);
    }
    let result = exp(product.0, low);
    if x < 0.0 && (y * 0.5).trunc() * 2.0 != y { -result } else { result }
}

/// e to the power of a sum, which is small enough for a normal result.
#[inline]
fn exp(x: f64, low: f64) -> f64 {
    const SCALE: f64 = STEPS as f64 / std::f64::consts::LN_2;
    let n = (x * SCALE).round_ties_even();
    let r = (x - n * (LN2_HIGH / STEPS as f64)) - n * (LN2_LOW / STEPS as f64) + low;
    let series = r + r * r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r / 720.0))));
    let n = n as i64;
    let step = EXP[n.rem_euclid(STEPS as i64) as usize];
    let scale = f64::from_bits(((n.div_euclid(STEPS as i64) + 1023) as u64) << 52);
    scale * (step.0 + (step.1 + step.0 * series))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp, reason = "the results are exact")]
    fn exact_results() {
        for (x, y, z) in [(2.0, 10.0, 1024.0), (-2.0, 3.0, -8.0), (9.0, 0.5, 3.0), (10.0, -2.0, 0.01), (1.0, 1e300, 1.0), (-1.0, 1e300, 1.0), (7.0, 0.0, 1.0)] {
            assert_eq!(portable(x, y), z, "{x} ** {y}");
        }
        assert!(portable(-8.0, 0.3).is_nan());
        assert_eq!(portable(10.0, 400.0), f64::INFINITY);
        assert_eq!(portable(10.0, -400.0), 0.0);
    }
    #[test]
    fn as_the_c_library() {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut different = 0;
        for _ in 0..100_000 {
            let (x, y) = ((random() * 40.0 - 20.0).exp(), random() * 40.0 - 20.0);
            let (ours, theirs) = (portable(x, y), x.powf(y));
            assert!((ours.to_bits() as i64 - theirs.to_bits() as i64).abs() <= 1, "{x} ** {y}: {ours} {theirs}");
            different += i32::from(ours.to_bits() != theirs.to_bits());
        }
        assert!(different < 1000, "{different} of 100000 differ");
    }
}
