//! Operators on ints of more than a word, of sizes that neither take long nor run out of memory.
//!
//! Operands are read where they are. A left operand that dies with the instruction, and that nobody else holds, gives
//! its digits to the result: `f *= i` and `x << 3 ^ x >> 1` then need no new object. Errors, huge operands and powers
//! are left to arithmetic.rs.

use crate::builtins::int::{Int, IntRef, big_size};
use crate::heap::Heap;
use crate::runtime::arithmetic::{BinOp, floor_div_big};
use crate::value::Value;
use crate::vm::Vm;
use dashu_int::{IBig, Word};

/// Operands up to this many bits are handled here.
const MODERATE: usize = 1 << 16;

fn is_moderate(n: &IBig) -> bool {
    n.as_sign_words().1.len() <= MODERATE / Word::BITS as usize
}

/// A shift's count.
fn places(n: &IntRef<'_>) -> Option<usize> {
    match n {
        IntRef::Small(n) => usize::try_from(*n).ok().filter(|&n| n < MODERATE),
        IntRef::Big(_) => None,
    }
}

/// The operator, if it cannot fail or take long; at least one operand is big.
fn moderate_op(op: BinOp, x: IntRef<'_>, y: IntRef<'_>) -> Option<IBig> {
    if let (BinOp::Lshift | BinOp::Rshift, IntRef::Big(x)) = (op, x) {
        let n = places(&y).filter(|_| is_moderate(x))?;
        return Some(if op == BinOp::Lshift { x << n } else { x >> n });
    }
    let (left, right);
    let (x, y): (&IBig, &IBig) = match (x, y) {
        (IntRef::Big(x), IntRef::Big(y)) => (x, y),
        (IntRef::Big(x), IntRef::Small(y)) => {
            right = IBig::from(y);
            (x, &right)
        }
        (IntRef::Small(x), IntRef::Big(y)) => {
            left = IBig::from(x);
            (&left, y)
        }
        (IntRef::Small(_), IntRef::Small(_)) => return None,
    };
    if !is_moderate(x) || !is_moderate(y) {
        return None;
    }
    Some(match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => x * y,
        BinOp::And => x & y,
        BinOp::Or => x | y,
        BinOp::Xor => x ^ y,
        BinOp::Mod if *y != IBig::ZERO => floor_div_big(x, y).1,
        BinOp::Floordiv if *y != IBig::ZERO => floor_div_big(x, y).0,
        _ => return None,
    })
}

/// As `moderate_op`, over a left operand whose digits may be used; it comes back when the operator is none of these.
fn moderate_op_owned(op: BinOp, x: IBig, y: IntRef<'_>) -> Result<IBig, IBig> {
    if !is_moderate(&x) {
        return Err(x);
    }
    if let BinOp::Lshift | BinOp::Rshift = op {
        return match places(&y) {
            Some(n) if op == BinOp::Lshift => Ok(x << n),
            Some(n) => Ok(x >> n),
            None => Err(x),
        };
    }
    let small;
    let y = match y {
        IntRef::Big(y) if is_moderate(y) => y,
        IntRef::Big(_) => return Err(x),
        IntRef::Small(n) => {
            small = IBig::from(n);
            &small
        }
    };
    Ok(match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => x * y,
        BinOp::And => x & y,
        BinOp::Or => x | y,
        BinOp::Xor => x ^ y,
        _ => return Err(x),
    })
}

impl Heap {
    /// An exact int.
    #[inline(always)]
    fn exact_int<'a>(&'a self, value: &'a Value) -> Option<IntRef<'a>> {
        match value.as_small_int() {
            Some(n) => Some(IntRef::Small(n)),
            None => value.downcast_exact::<Int>().map(|n| IntRef::Big(&n.get(self).value)),
        }
    }
}

impl Vm {
    /// `a op b` of exact ints, at least one of them big; `None` when the general way must be gone.
    #[inline(never)]
    pub(crate) fn big_int_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Option<Value> {
        let heap = &*self.heap;
        let n = moderate_op(op, heap.exact_int(a)?, heap.exact_int(b)?)?;
        Some(self.heap.big_int(n))
    }
    /// As `big_int_op`, with a left operand that is given up; it comes back when nothing was done.
    #[inline(never)]
    pub(crate) fn big_int_op_owned(&mut self, op: BinOp, a: Value, b: &Value) -> Result<Value, Value> {
        if !a.is_unique() {
            return self.big_int_op(op, &a, b).ok_or(a);
        }
        let heap = &mut *self.heap;
        let Some(object) = a.downcast_exact::<Int>() else { return self.big_int_op(op, &a, b).ok_or(a) };
        let x = std::mem::take(&mut object.get_mut(heap).value);
        let before = big_size(&x);
        let done = match heap.exact_int(b) {
            Some(y) => moderate_op_owned(op, x, y),
            None => Err(x),
        };
        match done {
            Ok(n) => {
                // What the object was charged for went into the result.
                let after = big_size(&n);
                if after > before {
                    heap.force_charge(after - before);
                } else if after < before {
                    let _ = heap.charge(after as isize - before as isize);
                }
                if after == 0
                    && let Some(small) = i64::try_from(&n).ok().and_then(Value::small_int)
                {
                    return Ok(small);
                }
                object.get_mut(heap).value = n;
                Ok(a)
            }
            Err(x) => {
                object.get_mut(heap).value = x;
                self.big_int_op(op, &a, b).ok_or(a)
            }
        }
    }
}
