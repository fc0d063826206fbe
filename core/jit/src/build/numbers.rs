//! Arithmetic.

use super::ops::Operand;
use super::state::{Place};
use super::{At, Builder, Result};
use crate::ir::{Cmp, FloatOp, Inst, IntOp, Repr, Var};
use krait_bytecode::ops::{CONST_B, Field, KILL_B};
use krait_bytecode::Op;

/// The largest shift to the left that stays in a machine integer.
const MOST_SHIFT: i64 = 13;

impl Builder<'_> {
    pub(super) fn arithmetic(&mut self, i: At, op: IntOp, float: Option<FloatOp>) -> Result<bool> {
        if self.seen().surprised {
            // Results that outgrew a machine word before will do so again.
            return self.operation();
        }
        if let Some((wide, y)) = self.wide_operand(i, op) {
            let Some(result) = self.wide_arithmetic(op, wide, y, self.is_cut_down(i)) else { return self.operation() };
            self.define_and_kill(i, result.0, result.1);
            return Ok(false);
        }
        let (x, y) = (self.number(i, Field::b), self.number(i, Field::c));
        let (Some(x), Some(y)) = (x, y) else { return self.operation() };
        if let (Operand::Int(x), Operand::Int(y)) = (x, y) {
            if matches!(op, IntOp::Mul | IntOp::Add | IntOp::Sub) && self.is_cut_down(i) {
                let x = self.emit(Inst::Widen(x));
                if let Some(result) = self.wide_arithmetic(op, x, y, true) {
                    self.define_and_kill(i, result.0, result.1);
                    return Ok(false);
                }
            }
            let result = self.int_arithmetic(op, x, y);
            self.define_and_kill(i, Repr::Int, result);
            return Ok(false);
        }
        let Some(float) = float else { return self.operation() };
        let (x, y) = (self.float(x), self.float(y));
        let result = self.emit(Inst::FloatOp(float, x, y));
        self.define_and_kill(i, Repr::Float, result);
        Ok(false)
    }
    /// A left operand that is a wide int, with the right one, an int.
    pub(super) fn wide_operand(&mut self, i: At, op: IntOp) -> Option<(Var, Var)> {
        if i.x() & CONST_B != 0 || op == IntOp::Shl {
            return None;
        }
        let Place::Machine { var, repr: Repr::Wide, .. } = self.state.places[i.b()] else { return None };
        match self.number(i, Field::c) {
            Some(Operand::Int(y)) => Some((var, y)),
            _ => None,
        }
    }
    /// Whether the result goes to a temporary that the next instruction makes smaller: it need not be one word meanwhile.
    pub(super) fn is_cut_down(&self, i: At) -> bool {
        let mut pc = self.pc + 1;
        for _ in 0..3 {
            let cx = self.context();
            let Some(&next) = cx.code.instrs.get(pc) else { return false };
            let dies = next.x() & KILL_B != 0 || next.a() == next.b();
            if i.a() < cx.first_temp() || cx.leaders.contains(&pc) || cx.base + next.b() != i.a() || next.x() & CONST_B != 0 || !dies {
                return false;
            }
            match next.op() {
                Op::BinaryAnd | Op::InplaceAnd | Op::BinaryMod | Op::InplaceMod | Op::BinaryRshift | Op::InplaceRshift => return true,
                Op::BinaryAdd | Op::BinarySub | Op::BinaryXor | Op::AddImm | Op::SubImm if cx.base + next.a() == i.a() => pc += 1,
                _ => return false,
            }
        }
        false
    }
    /// Arithmetic of a wide int and an int; the result is wide when that is `enough`.
    pub(super) fn wide_arithmetic(&mut self, op: IntOp, x: Var, y: Var, enough: bool) -> Option<(Repr, Var)> {
        let x = self.emit(Inst::Narrow(x));
        let result = match op {
            IntOp::Mul => {
                let low = self.emit(Inst::IntOp(IntOp::Mul, x, y));
                let whole = self.emit(Inst::MulFits(x, y));
                self.guard(whole);
                low
            }
            IntOp::Add | IntOp::Sub => {
                let result = self.emit(Inst::IntOp(op, x, y));
                // It wrapped when its sign is neither operand's (the second one's turned round when it is taken away).
                let one = self.emit(Inst::IntOp(IntOp::Xor, x, result));
                let other = if op == IntOp::Add { self.emit(Inst::IntOp(IntOp::Xor, y, result)) } else { self.emit(Inst::IntOp(IntOp::Xor, x, y)) };
                let both = self.emit(Inst::IntOp(IntOp::And, one, other));
                let zero = self.emit(Inst::Int(0));
                let holds = self.emit(Inst::Compare(Cmp::Ge, both, zero));
                self.guard(holds);
                result
            }
            IntOp::Div => {
                let fits = self.emit(Inst::Fits(x));
                self.guard(fits);
                return Some((Repr::Int, self.int_arithmetic(op, x, y)));
            }
            IntOp::And | IntOp::Or | IntOp::Xor => self.emit(Inst::IntOp(op, x, y)),
            IntOp::Rem if self.constants.get(&y).is_some_and(|&n| n > 0) => self.constant_division(op, x, y, true),
            IntOp::Rem | IntOp::Shr => self.int_arithmetic(op, x, y),
            IntOp::Shl | IntOp::MulHigh => return None,
        };
        if enough && !matches!(op, IntOp::Rem) {
            return Some((Repr::Wide, self.emit(Inst::Widen(result))));
        }
        let fits = self.emit(Inst::Fits(result));
        self.guard(fits);
        Some((Repr::Int, result))
    }
    /// Arithmetic of ints whose result is one word.
    pub(super) fn int_arithmetic(&mut self, op: IntOp, x: Var, y: Var) -> Var {
        let zero = self.emit(Inst::Int(0));
        match op {
            IntOp::Mul => {
                let low = self.emit(Inst::IntOp(IntOp::Mul, x, y));
                let whole = self.emit(Inst::MulFits(x, y));
                let fits = self.emit(Inst::Fits(low));
                let both = self.emit(Inst::And(whole, fits));
                self.guard(both);
                low
            }
            IntOp::Div | IntOp::Rem if self.constants.get(&y).is_some_and(|&n| n > 0) => self.constant_division(op, x, y, false),
            IntOp::Div | IntOp::Rem => {
                let divides = self.emit(Inst::Compare(Cmp::Ne, y, zero));
                self.guard(divides);
                let rem = self.emit(Inst::IntOp(IntOp::Rem, x, y));
                // Python rounds down: where the remainder has another sign than the divisor.
                let signs = self.emit(Inst::IntOp(IntOp::Xor, rem, y));
                let differs = self.emit(Inst::Compare(Cmp::Lt, signs, zero));
                let remains = self.emit(Inst::Compare(Cmp::Ne, rem, zero));
                let adjust = self.emit(Inst::And(differs, remains));
                if op == IntOp::Rem {
                    let moved = self.emit(Inst::IntOp(IntOp::Add, rem, y));
                    return self.emit(Inst::Select(adjust, moved, rem));
                }
                let quotient = self.emit(Inst::IntOp(IntOp::Div, x, y));
                let one = self.emit(Inst::IntOfBool(adjust));
                let result = self.emit(Inst::IntOp(IntOp::Sub, quotient, one));
                let fits = self.emit(Inst::Fits(result));
                self.guard(fits);
                result
            }
            IntOp::Shl => {
                let most = self.emit(Inst::Int(MOST_SHIFT + 1));
                let small = self.emit(Inst::Compare(Cmp::Below, y, most));
                self.guard(small);
                let result = self.emit(Inst::IntOp(IntOp::Shl, x, y));
                let fits = self.emit(Inst::Fits(result));
                self.guard(fits);
                result
            }
            IntOp::Shr if self.constants.get(&y).is_some_and(|n| (0..64).contains(n)) => self.emit(Inst::IntOp(IntOp::Shr, x, y)),
            IntOp::Shr => {
                let positive = self.emit(Inst::Compare(Cmp::Ge, y, zero));
                self.guard(positive);
                let most = self.emit(Inst::Int(63));
                let less = self.emit(Inst::Compare(Cmp::Lt, y, most));
                let shift = self.emit(Inst::Select(less, y, most));
                self.emit(Inst::IntOp(IntOp::Shr, x, shift))
            }
            IntOp::And | IntOp::Or | IntOp::Xor | IntOp::MulHigh => self.emit(Inst::IntOp(op, x, y)),
            IntOp::Add | IntOp::Sub => {
                let result = self.emit(Inst::IntOp(op, x, y));
                let fits = self.emit(Inst::Fits(result));
                self.guard(fits);
                result
            }
        }
    }
    /// Division by a positive number that is known, rounded down; the quotient is no larger than the dividend. A `wide`
    /// dividend has up to 64 bits, another one those of a Python int of one word.
    fn constant_division(&mut self, op: IntOp, x: Var, y: Var, wide: bool) -> Var {
        let divisor = self.constants[&y];
        if divisor & (divisor - 1) == 0 {
            return if op == IntOp::Div {
                let shift = self.emit(Inst::Int(i64::from(divisor.trailing_zeros())));
                self.emit(Inst::IntOp(IntOp::Shr, x, shift))
            } else {
                let mask = self.emit(Inst::Int(divisor - 1));
                self.emit(Inst::IntOp(IntOp::And, x, mask))
            };
        }
        // Of a negative number, what its complement gives, complemented.
        let most = self.emit(Inst::Int(63));
        let sign = self.emit(Inst::IntOp(IntOp::Shr, x, most));
        let magnitude = self.emit(Inst::IntOp(IntOp::Xor, x, sign));
        // In wasm the high half of a product takes four products, and the engine knows how to divide.
        let quotient = if !wide && !cfg!(target_arch = "wasm32") && (3..1 << 15).contains(&divisor) {
            // The reciprocal in units of 2^-64, rounded up, is too large by less than `divisor` such units over the
            // divisor: times less than 2^49 that does not reach the next quotient.
            let reciprocal = self.emit(Inst::Int((u64::MAX / divisor as u64 + 1) as i64));
            self.emit(Inst::IntOp(IntOp::MulHigh, magnitude, reciprocal))
        } else {
            self.emit(Inst::IntOp(IntOp::Div, magnitude, y))
        };
        let quotient = self.emit(Inst::IntOp(IntOp::Xor, quotient, sign));
        if op == IntOp::Div {
            return quotient;
        }
        let whole = self.emit(Inst::IntOp(IntOp::Mul, quotient, y));
        self.emit(Inst::IntOp(IntOp::Sub, x, whole))
    }
    pub(super) fn true_division(&mut self, i: At) -> Result<bool> {
        let (x, y) = (self.number(i, Field::b), self.number(i, Field::c));
        let (Some(x), Some(y)) = (x, y) else { return self.operation() };
        // Ints of one word are exact as floats.
        let (x, y) = (self.float(x), self.float(y));
        let zero = self.emit(Inst::Float(0.0));
        let divides = self.emit(Inst::FloatCompare(Cmp::Ne, y, zero));
        self.guard(divides);
        let result = self.emit(Inst::FloatOp(FloatOp::Div, x, y));
        self.define_and_kill(i, Repr::Float, result);
        Ok(false)
    }
    pub(super) fn add_immediate(&mut self, i: At) -> Result<bool> {
        let n = if i.op() == Op::AddImm { i.i.imm() } else { -i.i.imm() };
        if let Place::Machine { var, repr: Repr::Wide, .. } = self.state.places[i.b()] {
            let y = self.emit(Inst::Int(n));
            let enough = self.is_cut_down(i);
            if let Some((repr, var)) = self.wide_arithmetic(IntOp::Add, var, y, enough) {
                self.define_and_kill(i, repr, var);
                return Ok(false);
            }
        }
        match self.number(i, Field::b) {
            Some(Operand::Int(x)) => {
                let y = self.emit(Inst::Int(n));
                let result = self.int_arithmetic(IntOp::Add, x, y);
                self.define_and_kill(i, Repr::Int, result);
            }
            Some(Operand::Float(x)) => {
                let y = self.emit(Inst::Float(i.i.imm() as f64));
                let op = if i.op() == Op::AddImm { FloatOp::Add } else { FloatOp::Sub };
                let result = self.emit(Inst::FloatOp(op, x, y));
                self.define_and_kill(i, Repr::Float, result);
            }
            _ => return self.operation(),
        }
        Ok(false)
    }
}
