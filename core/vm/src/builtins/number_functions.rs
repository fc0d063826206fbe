//! Builtin functions about numbers: `abs`, `divmod`, `pow`, `round`, `sum`, `bin`, `oct`, `hex`.

use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::int::IntRef;
use crate::builtins::str::Str;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::iterate::Walk;
use crate::types::id;
use crate::types::special::Special;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use krait_text::int_text;

pub(crate) fn init(vm: &mut Vm) {
    vm.builtins_functions::<NumberFunctions>();
}

/// A float sum with the error of every addition kept aside (Neumaier's variant of Kahan's algorithm).
#[derive(Clone, Copy)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn new(high: f64) -> Compensated {
        Compensated { high, low: 0.0 }
    }
    fn add(&mut self, x: f64) {
        let total = self.high + x;
        self.low += if self.high.abs() >= x.abs() { (self.high - total) + x } else { (x - total) + self.high };
        self.high = total;
    }
    fn value(self) -> f64 {
        // A NaN or infinite error says only that the sum overflowed.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

impl Vm {
    /// `pow(base, exponent, modulus)` with a modulus that is not None.
    pub fn power_modulo(&mut self, base: &Value, exponent: &Value, modulus: &Value) -> Result<Value> {
        let (ta, tb) = (base.type_id(), exponent.type_id());
        let left = self.heap.special(ta, Special::Pow);
        let mut right = if ta == tb { None } else { self.heap.special(tb, Special::Rpow) };
        let subclass = ta != tb && self.heap.is_subtype(tb, ta);
        if subclass
            && self.heap.special(ta, Special::Rpow).is_none_or(|inherited| right.as_ref().is_some_and(|r| !r.is(&inherited)))
            && let Some(f) = right.take()
        {
            let v = self.call_unbound(&f, exponent, &[base.clone(), modulus.clone()])?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        if let Some(f) = left {
            let v = self.call_unbound(&f, base, &[exponent.clone(), modulus.clone()])?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        if let Some(f) = right {
            let v = self.call_unbound(&f, exponent, &[base.clone(), modulus.clone()])?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        // The modulus is asked too, but builtin floats and complex numbers only know how to refuse.
        let numbers = [base, exponent].iter().all(|v| v.is_int(&*self.heap) || v.as_any_float(&*self.heap).is_some());
        if numbers && modulus.as_any_float(&*self.heap).is_some() {
            return Err(self.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
        }
        if numbers && modulus.type_id() == id::COMPLEX {
            return Err(self.value_error("complex modulo"));
        }
        let (a, b, c) = (self.heap.type_name(base), self.heap.type_name(exponent), self.heap.type_name(modulus));
        Err(self.type_error(format!("unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{c}'")))
    }

    fn in_radix(&mut self, number: &Value, radix: u8) -> Result<Value> {
        let n = self.index(number)?;
        let text = match n.as_int(&*self.heap) {
            Some(IntRef::Small(i)) => int_text::small_to_radix(i, radix),
            Some(IntRef::Big(big)) => int_text::int_to_radix(big, radix),
            None => String::new(),
        };
        Ok(self.str(&text))
    }

    /// `sum(iterable, start)`: machine ints and floats are added without objects in between.
    fn sum_of(&mut self, mut walk: Walk, start: Value) -> Result<Value> {
        let mut result = start;
        if result.is_exact_int()
            && let Some(mut total) = result.as_int(&*self.heap).and_then(IntRef::to_i64)
        {
            loop {
                let Some(item) = self.walk_next(&mut walk)? else { return Ok(self.heap.int(i128::from(total))) };
                if let Some(sum) = item.as_small_int().and_then(|n| total.checked_add(n)) {
                    total = sum;
                    continue;
                }
                let n = if item.is_exact_int() || item.is_bool() { item.as_int(&*self.heap).and_then(IntRef::to_i64) } else { None };
                match n.and_then(|n| total.checked_add(n)) {
                    Some(n) => total = n,
                    None => {
                        let so_far = self.heap.int(i128::from(total));
                        result = self.binary_op(BinOp::Add, &so_far, &item)?;
                        break;
                    }
                }
            }
        }
        if let Some(first) = result.as_float() {
            let mut total = Compensated::new(first);
            loop {
                let Some(item) = self.walk_next(&mut walk)? else { return Ok(Value::float(total.value())) };
                if let Some(x) = item.as_float() {
                    total.add(x);
                    continue;
                }
                let real = if item.is_float() || item.is_int(&*self.heap) { self.float_operand(&item)? } else { None };
                match real {
                    Some(x) => total.add(x),
                    None => {
                        result = self.binary_op(BinOp::Add, &Value::float(total.value()), &item)?;
                        break;
                    }
                }
            }
        }
        if result.type_id() == id::COMPLEX
            && let Some((re, im)) = self.as_complex(&result)
        {
            let (mut re, mut im) = (Compensated::new(re), Compensated::new(im));
            loop {
                let Some(item) = self.walk_next(&mut walk)? else { return Ok(self.heap.complex(re.value(), im.value())) };
                if item.type_id() == id::COMPLEX
                    && let Some((x, y)) = self.as_complex(&item)
                {
                    re.add(x);
                    im.add(y);
                } else if let Some(x) = self.float_operand(&item)? {
                    re.add(x);
                } else {
                    let so_far = self.heap.complex(re.value(), im.value());
                    result = self.binary_op(BinOp::Add, &so_far, &item)?;
                    break;
                }
            }
        }
        while let Some(item) = self.walk_next(&mut walk)? {
            result = self.binary_op(BinOp::Add, &result, &item)?;
        }
        Ok(result)
    }
}

struct NumberFunctions;

#[methods(hot)]
impl NumberFunctions {
    /// Return the absolute value of the argument.
    #[sig("(number, /)")]
    fn abs(vm: &mut Vm, number: &Value) -> Result<Value> {
        match (number.as_small_int(), number.as_float()) {
            (Some(i), _) => Ok(vm.heap.int(i128::from(i).abs())),
            (_, Some(f)) => Ok(Value::float(f.abs())),
            _ => vm.unary_op(Special::Abs, number),
        }
    }
    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[sig("(number, /)")]
    fn bin(vm: &mut Vm, number: &Value) -> Result<Value> {
        vm.in_radix(number, 2)
    }
    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[sig("(number, /)")]
    fn oct(vm: &mut Vm, number: &Value) -> Result<Value> {
        vm.in_radix(number, 8)
    }
    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[sig("(number, /)")]
    fn hex(vm: &mut Vm, number: &Value) -> Result<Value> {
        vm.in_radix(number, 16)
    }
    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[sig("(x, y, /)")]
    fn divmod(vm: &mut Vm, x: &Value, y: &Value) -> Result<Value> {
        vm.binary_op(BinOp::Divmod, x, y)
    }
    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[sig("(base, exp, mod=None)")]
    fn pow(vm: &mut Vm, base: &Value, exp: &Value, modulus: Option<Value>) -> Result<Value> {
        match modulus {
            None => vm.binary_op(BinOp::Pow, base, exp),
            Some(modulus) => vm.power_modulo(base, exp, &modulus),
        }
    }
    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[sig("(number, ndigits=None)")]
    fn round(vm: &mut Vm, number: &Value, ndigits: Option<Value>) -> Result<Value> {
        let Some(f) = vm.heap.special(number.type_id(), Special::Round) else {
            let name = vm.heap.type_name(number);
            return Err(vm.type_error(format!("type {name} doesn't define __round__ method")));
        };
        vm.call_unbound(&f, number, ndigits.as_slice())
    }
    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[sig("(iterable, /, start=0)")]
    fn sum(vm: &mut Vm, iterable: &Value, start: Value) -> Result<Value> {
        let walk = vm.walk(iterable)?;
        let heap = &*vm.heap;
        let refusal = if start.has_payload::<Str>(heap) {
            "sum() can't sum strings [use ''.join(seq) instead]"
        } else if start.has_payload::<Bytes>(heap) {
            "sum() can't sum bytes [use b''.join(seq) instead]"
        } else if start.has_payload::<ByteArray>(heap) {
            "sum() can't sum bytearray [use b''.join(seq) instead]"
        } else {
            return vm.sum_of(walk, start);
        };
        Err(vm.type_error(refusal))
    }
}
