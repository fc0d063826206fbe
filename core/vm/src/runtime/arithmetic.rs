//! Binary, in-place and unary operators: the numeric fast paths and the dunder protocol.

use crate::Result;
use crate::args::MethodKind;
use crate::builtins::function::BuiltinFn;
use crate::builtins::int::IntRef;
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::heap::Heap;
use crate::runtime::power;
use crate::types::id;
use crate::types::special::Special;
use crate::value::Value;
use crate::vm::Vm;
use dashu_int::IBig;

macro_rules! binary_ops {
    ($($op:ident $special:ident $reflected:ident $inplace:ident $symbol:literal $isymbol:literal;)*) => {
        /// A binary operator.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum BinOp { $($op),* }
        impl BinOp {
            pub const ALL: &'static [BinOp] = &[$(BinOp::$op),*];
            pub fn special(self) -> Special { match self { $(BinOp::$op => Special::$special),* } }
            pub fn reflected(self) -> Special { match self { $(BinOp::$op => Special::$reflected),* } }
            pub fn inplace(self) -> Special { match self { $(BinOp::$op => Special::$inplace),* } }
            pub fn symbol(self) -> &'static str { match self { $(BinOp::$op => $symbol),* } }
            pub fn inplace_symbol(self) -> &'static str { match self { $(BinOp::$op => $isymbol),* } }
        }
    };
}

binary_ops! {
    Add Add Radd Iadd "+" "+=";
    Sub Sub Rsub Isub "-" "-=";
    Mul Mul Rmul Imul "*" "*=";
    Matmul Matmul Rmatmul Imatmul "@" "@=";
    Truediv Truediv Rtruediv Itruediv "/" "/=";
    Floordiv Floordiv Rfloordiv Ifloordiv "//" "//=";
    Mod Mod Rmod Imod "%" "%=";
    Pow Pow Rpow Ipow "** or pow()" "**=";
    Lshift Lshift Rlshift Ilshift "<<" "<<=";
    Rshift Rshift Rrshift Irshift ">>" ">>=";
    And And Rand Iand "&" "&=";
    Or Or Ror Ior "|" "|=";
    Xor Xor Rxor Ixor "^" "^=";
    Divmod Divmod Rdivmod Divmod "divmod()" "divmod()";
}

/// Floor division of machine ints; `b` is not zero.
#[inline(always)]
pub fn floor_div(a: i64, b: i64) -> i64 {
    let q = a.wrapping_div(b);
    if (a % b != 0) && ((a < 0) != (b < 0)) { q - 1 } else { q }
}
/// Modulo with the sign of the divisor; `b` is not zero.
#[inline(always)]
pub fn floor_mod(a: i64, b: i64) -> i64 {
    let r = a.wrapping_rem(b);
    if r != 0 && ((r < 0) != (b < 0)) { r + b } else { r }
}
/// Python's float modulo; `b` is not zero.
pub fn float_mod(a: f64, b: f64) -> f64 {
    let r = a % b;
    if r != 0.0 {
        if (b < 0.0) != (r < 0.0) { r + b } else { r }
    } else {
        0.0f64.copysign(b)
    }
}
/// Python's float floor division; `b` is not zero.
pub fn float_floor_div(a: f64, b: f64) -> f64 {
    let r = a % b;
    let mut div = (a - r) / b;
    if r != 0.0 && (b < 0.0) != (r < 0.0) {
        div -= 1.0;
    }
    if div != 0.0 {
        let floor = div.floor();
        if div - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0.0f64.copysign(a / b)
    }
}

pub(crate) fn floor_div_big(a: &IBig, b: &IBig) -> (IBig, IBig) {
    use dashu_int::ops::DivRem;
    let (q, r) = a.div_rem(b);
    if r != IBig::ZERO && ((r < IBig::ZERO) != (*b < IBig::ZERO)) { (q - IBig::ONE, r + b) } else { (q, r) }
}

/// The product of two words, which takes two.
#[inline]
fn product(x: i64, y: i64) -> i128 {
    crate::value::checked_product(x, y).map_or_else(|| i128::from(x) * i128::from(y), i128::from)
}

/// Operators on ints of at most two machine words: what products and hashes of small ints lead to.
fn two_word_op(op: BinOp, x: IntRef<'_>, y: IntRef<'_>) -> Option<i128> {
    let word = |n: IntRef<'_>| match n {
        IntRef::Small(n) => Some(i128::from(n)),
        IntRef::Big(n) => i128::try_from(n).ok(),
    };
    let (x, y) = (word(x)?, word(y)?);
    match op {
        BinOp::Add => x.checked_add(y),
        BinOp::Sub => x.checked_sub(y),
        BinOp::And => Some(x & y),
        BinOp::Or => Some(x | y),
        BinOp::Xor => Some(x ^ y),
        BinOp::Rshift if (0..128).contains(&y) => Some(x >> y),
        BinOp::Mod if y > 0 => Some(x.rem_euclid(y)),
        BinOp::Floordiv if y > 0 => Some(x.div_euclid(y)),
        _ => None,
    }
}

impl Heap {
    /// Two floats that an arithmetic operator sees when at least one operand is an exact float and the other a
    /// float or an int that a float holds exactly enough. `None` sends the caller to the protocol.
    fn float_pair(&self, a: &Value, b: &Value) -> Option<(f64, f64)> {
        let number = |v: &Value| v.as_float().or_else(|| v.as_small_int().map(|i| i as f64));
        if a.is_float() || b.is_float() { Some((number(a)?, number(b)?)) } else { None }
    }
}

impl Vm {
    /// `a op b`.
    pub fn binary_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Value> {
        if let Some(result) = self.number_op(op, a, b) {
            return result;
        }
        if let Some(result) = self.text_op(op, a, b) {
            return result;
        }
        if let Some(v) = self.try_binary(op, a, b)? {
            return Ok(v);
        }
        self.unsupported_operands(op.symbol(), op, a, b)
    }

    /// The operator on exact ints of one word or two, where that makes an int of two: what linear congruences, hashes and
    /// fixed-point products are made of. `None` says nothing.
    #[inline]
    pub(crate) fn word_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Option<Value> {
        let (x, y) = (self.heap.int_words(a)?, self.heap.int_words(b)?);
        let n = match op {
            BinOp::Add => x.checked_add(y)?,
            BinOp::Sub => x.checked_sub(y)?,
            BinOp::Mul => product(i64::try_from(x).ok()?, i64::try_from(y).ok()?),
            BinOp::And => x & y,
            BinOp::Or => x | y,
            BinOp::Xor => x ^ y,
            BinOp::Rshift if (0..128).contains(&y) => x >> y,
            BinOp::Lshift if (0..63).contains(&y) => i128::from(i64::try_from(x).ok()?) << y,
            BinOp::Mod if y > 0 => match (u64::try_from(x), u64::try_from(y)) {
                (Ok(x), Ok(y)) => i128::from(x % y),
                _ => x.rem_euclid(y),
            },
            BinOp::Floordiv if y > 0 => match (u64::try_from(x), u64::try_from(y)) {
                (Ok(x), Ok(y)) => i128::from(x / y),
                _ => x.div_euclid(y),
            },
            _ => return None,
        };
        Some(self.heap.int(n))
    }
    /// The operators on exact ints and floats, without look-ups. `None` when the operands are something else.
    pub fn number_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Option<Result<Value>> {
        if let Some((x, y)) = self.heap.float_pair(a, b) {
            return self.float_op(op, x, y);
        }
        if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
            return self.small_int_op(op, x, y);
        }
        if let (Some(x), Some(y)) = (a.as_small_int_or_bool(), b.as_small_int_or_bool())
            && (!matches!(op, BinOp::And | BinOp::Or | BinOp::Xor) || a.is_small_int() || b.is_small_int())
        {
            return self.small_int_op(op, x, y);
        }
        if a.is_exact_int() && b.is_exact_int() {
            if let Some(v) = self.word_op(op, a, b).or_else(|| self.big_int_op(op, a, b)) {
                return Some(Ok(v));
            }
            return self.int_op(op, a, b);
        }
        None
    }

    /// A float operator; `None` for operators floats do not have.
    pub fn float_op(&mut self, op: BinOp, x: f64, y: f64) -> Option<Result<Value>> {
        let f = match op {
            BinOp::Add => x + y,
            BinOp::Sub => x - y,
            BinOp::Mul => x * y,
            BinOp::Truediv if y != 0.0 => x / y,
            BinOp::Floordiv if y != 0.0 => float_floor_div(x, y),
            BinOp::Mod if y != 0.0 => float_mod(x, y),
            BinOp::Truediv => return Some(Err(self.zero_division("division by zero"))),
            BinOp::Floordiv => return Some(Err(self.zero_division("division by zero"))),
            BinOp::Mod => return Some(Err(self.zero_division("division by zero"))),
            BinOp::Divmod => {
                if y == 0.0 {
                    return Some(Err(self.zero_division("division by zero")));
                }
                let pair = vec![Value::float(float_floor_div(x, y)), Value::float(float_mod(x, y))];
                return Some(Ok(self.tuple(pair)));
            }
            BinOp::Pow => return Some(self.float_pow(x, y)),
            _ => return None,
        };
        Some(Ok(Value::float(f)))
    }

    /// `x ** y` of floats.
    pub fn float_pow(&mut self, x: f64, y: f64) -> Result<Value> {
        if x == 0.0 && y < 0.0 && y.is_finite() {
            return Err(self.zero_division("zero to a negative power"));
        }
        if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
            // A negative number to a fraction is complex: polar form.
            let (length, angle) = (power::pow(-x, y), std::f64::consts::PI * y);
            return Ok(self.heap.complex(length * angle.cos(), length * angle.sin()));
        }
        let result = power::pow(x, y);
        if result.is_infinite() && x.is_finite() && y.is_finite() {
            return Err(self.error_args_errno(34, "Numerical result out of range"));
        }
        Ok(Value::float(result))
    }
    /// `OverflowError(errno, text)`, as float power raises it.
    fn error_args_errno(&mut self, errno: i32, text: &str) -> crate::Raised {
        let text = self.str(text);
        self.error_args(Exc::OverflowError, vec![Value::int32(errno), text])
    }

    fn small_int_op(&mut self, op: BinOp, x: i64, y: i64) -> Option<Result<Value>> {
        let n: i128 = match op {
            BinOp::Add => i128::from(x + y),
            BinOp::Sub => i128::from(x - y),
            BinOp::Mul => product(x, y),
            BinOp::And => i128::from(x & y),
            BinOp::Or => i128::from(x | y),
            BinOp::Xor => i128::from(x ^ y),
            BinOp::Floordiv if y != 0 => i128::from(floor_div(x, y)),
            BinOp::Mod if y != 0 => i128::from(floor_mod(x, y)),
            BinOp::Truediv if y != 0 => return Some(Ok(Value::float(x as f64 / y as f64))),
            BinOp::Divmod if y != 0 => {
                let pair = vec![self.heap.int(i128::from(floor_div(x, y))), self.heap.int(i128::from(floor_mod(x, y)))];
                return Some(Ok(self.tuple(pair)));
            }
            BinOp::Truediv | BinOp::Floordiv | BinOp::Divmod => {
                return Some(Err(self.zero_division("division by zero")));
            }
            BinOp::Mod => return Some(Err(self.zero_division("division by zero"))),
            BinOp::Rshift if y >= 0 => i128::from(x >> y.min(63)),
            BinOp::Lshift if (0..64).contains(&y) => i128::from(x) << y,
            BinOp::Lshift | BinOp::Rshift | BinOp::Pow => {
                return self.big_op(op, &IBig::from(x), &IBig::from(y));
            }
            BinOp::Matmul => return None,
        };
        Some(Ok(self.heap.int(n)))
    }

    /// An int operator on ints of any storage (bools and subclasses included); `None` if an operand is no int.
    pub fn int_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Option<Result<Value>> {
        let (x, y) = (a.as_int(&*self.heap)?, b.as_int(&*self.heap)?);
        if let (IntRef::Small(x), IntRef::Small(y)) = (x, y) {
            return self.small_int_op(op, x, y);
        }
        if let Some(n) = two_word_op(op, x, y) {
            return Some(Ok(self.heap.int(n)));
        }
        let (x, y) = (x.to_big(), y.to_big());
        self.big_op(op, &x, &y)
    }

    fn big_op(&mut self, op: BinOp, x: &IBig, y: &IBig) -> Option<Result<Value>> {
        use dashu_int::ops::BitTest;
        let result = match op {
            BinOp::Add => x + y,
            BinOp::Sub => x - y,
            BinOp::Mul => {
                let bytes = (x.bit_len() + y.bit_len()) / 8;
                if let Err(e) = self.check_big(bytes) {
                    return Some(Err(e));
                }
                x * y
            }
            BinOp::And => x & y,
            BinOp::Or => x | y,
            BinOp::Xor => x ^ y,
            BinOp::Floordiv | BinOp::Mod | BinOp::Divmod => {
                if *y == IBig::ZERO {
                    return Some(Err(self.zero_division("division by zero")));
                }
                let (q, r) = floor_div_big(x, y);
                match op {
                    BinOp::Floordiv => q,
                    BinOp::Mod => r,
                    _ => {
                        let pair = vec![self.heap.big_int(q), self.heap.big_int(r)];
                        return Some(Ok(self.tuple(pair)));
                    }
                }
            }
            BinOp::Truediv => {
                if *y == IBig::ZERO {
                    return Some(Err(self.zero_division("division by zero")));
                }
                return Some(match krait_text::int_float::int_true_divide(x, y) {
                    Ok(f) => Ok(Value::float(f)),
                    Err(e) => Err(self.text_error(e)),
                });
            }
            BinOp::Lshift | BinOp::Rshift => {
                if *y < IBig::ZERO {
                    return Some(Err(self.value_error("negative shift count")));
                }
                let shift = usize::try_from(y).unwrap_or(usize::MAX);
                if op == BinOp::Rshift {
                    if shift >= x.bit_len() + 1 { if *x < IBig::ZERO { IBig::NEG_ONE } else { IBig::ZERO } } else { x >> shift }
                } else if *x == IBig::ZERO {
                    IBig::ZERO
                } else {
                    if shift as u64 > (1u64 << 60) {
                        return Some(Err(self.overflow_error("too many digits in integer")));
                    }
                    if let Err(e) = self.check_big(shift / 8) {
                        return Some(Err(e));
                    }
                    x << shift
                }
            }
            BinOp::Pow => return Some(self.int_pow(x, y)),
            BinOp::Matmul => return None,
        };
        Some(Ok(self.heap.big_int(result)))
    }

    /// MemoryError before making an int of that many bytes that cannot be had.
    fn check_big(&mut self, bytes: usize) -> Result<()> {
        // Beyond this no machine holds the result, and the library would abort.
        if bytes as u64 > 1u64 << 36 {
            return Err(self.memory_error());
        }
        // Products of long ints are made with several times their size at hand.
        let scratch = if bytes > 1 << 26 { 8 } else { 1 };
        let room = self.heap.check_room(bytes * scratch);
        self.memory(room)
    }

    /// `x ** y` of ints: a float for negative exponents.
    fn int_pow(&mut self, x: &IBig, y: &IBig) -> Result<Value> {
        use dashu_int::ops::BitTest;
        if *y < IBig::ZERO {
            if *x == IBig::ZERO {
                return Err(self.zero_division("zero to a negative power"));
            }
            let (x, y) = (self.big_to_f64(x)?, self.big_to_f64(y)?);
            return self.float_pow(x, y);
        }
        if *x == IBig::ZERO || *x == IBig::ONE {
            return Ok(self.heap.big_int(if *y == IBig::ZERO { IBig::ONE } else { x.clone() }));
        }
        if *x == IBig::NEG_ONE {
            let odd = y.bit(0);
            return Ok(Value::int32(if odd { -1 } else { 1 }));
        }
        let Ok(exponent) = usize::try_from(y) else { return Err(self.memory_error()) };
        let bits = x.bit_len().saturating_mul(exponent);
        self.check_big(bits / 8)?;
        // Square and multiply, polling for signals when the numbers get long.
        let mut result = IBig::ONE;
        let top = usize::BITS - exponent.leading_zeros();
        for i in (0..top).rev() {
            result = result.sqr().into();
            if exponent >> i & 1 == 1 {
                result *= x;
            }
            if result.bit_len() > 1 << 20 {
                self.poll()?;
            }
        }
        Ok(self.heap.big_int(result))
    }
    pub fn big_to_f64(&mut self, x: &IBig) -> Result<f64> {
        krait_text::int_float::int_to_float(x).map_err(|e| self.text_error(e))
    }

    /// The operator through `__op__` and `__rop__`; `None` when both decline.
    pub fn try_binary(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Option<Value>> {
        match self.try_numeric(op, a, b)? {
            Some(v) => Ok(Some(v)),
            None => self.try_sequence(op, a, b),
        }
    }
    /// The operator through all methods but those of builtin sequences, whose concatenation and repetition come last.
    fn try_numeric(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Option<Value>> {
        let (ta, tb) = (a.type_id(), b.type_id());
        let left = self.heap.special(ta, op.special());
        let left_is_sequence = left.as_ref().is_some_and(|f| self.is_sequence_slot(op, f));
        let mut right = None;
        if ta != tb {
            right = self.heap.special(tb, op.reflected());
            if right.is_some() && left.is_some() && !left_is_sequence && self.heap.is_subtype(tb, ta) {
                // The right operand's class is a subclass: it goes first if it overrides.
                let inherited = self.heap.special(ta, op.reflected());
                let overrides = match (&inherited, &right) {
                    (Some(i), Some(r)) => !i.is(r),
                    _ => true,
                };
                if overrides && let Some(f) = right.take() {
                    let v = self.call_unbound(&f, b, std::slice::from_ref(a))?;
                    if !v.is_not_implemented() {
                        return Ok(Some(v));
                    }
                }
            }
        }
        if let Some(f) = left.as_ref().filter(|_| !left_is_sequence) {
            let v = self.call_unbound(f, a, std::slice::from_ref(b))?;
            if !v.is_not_implemented() {
                return Ok(Some(v));
            }
        }
        if let Some(f) = right.filter(|f| !self.is_sequence_slot(op, f)) {
            let v = self.call_unbound(&f, b, std::slice::from_ref(a))?;
            if !v.is_not_implemented() {
                return Ok(Some(v));
            }
        }
        Ok(None)
    }
    /// What comes after the left operand's method gave NotImplemented.
    pub(crate) fn binary_after_left(&mut self, op: BinOp, a: &Value, b: &Value, symbol: &str) -> Result<Value> {
        let (ta, tb) = (a.type_id(), b.type_id());
        let right = if ta == tb { None } else { self.heap.special(tb, op.reflected()) };
        if let Some(f) = right.filter(|f| !self.is_sequence_slot(op, f)) {
            let v = self.call_unbound(&f, b, std::slice::from_ref(a))?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        match self.try_sequence(op, a, b)? {
            Some(v) => Ok(v),
            None => self.unsupported_operands(symbol, op, a, b),
        }
    }
    /// What comes after the target's in-place method gave NotImplemented.
    pub(crate) fn inplace_after_left(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Value> {
        match self.try_binary(op, a, b)? {
            Some(v) => Ok(v),
            None => self.unsupported_operands(op.inplace_symbol(), op, a, b),
        }
    }
    fn try_sequence(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Option<Value>> {
        let sides = [(a, b, op.special()), (b, a, op.reflected())];
        let sides = if op == BinOp::Mul { &sides[..] } else { &sides[..1] };
        for (sequence, other, method) in sides {
            let Some(f) = self.heap.special(sequence.type_id(), *method).filter(|f| self.is_sequence_slot(op, f)) else { continue };
            if op == BinOp::Mul && !self.heap.has_special(other, Special::Index) {
                continue;
            }
            let v = self.call_unbound(&f, sequence, std::slice::from_ref(other))?;
            if !v.is_not_implemented() {
                return Ok(Some(v));
            }
        }
        Ok(None)
    }
    /// Whether a method is a builtin sequence's concatenation or repetition (`sq_concat`, not `nb_add`).
    fn is_sequence_slot(&self, op: BinOp, function: &Value) -> bool {
        if !matches!(op, BinOp::Add | BinOp::Mul) || function.type_id() != id::WRAPPER_DESCRIPTOR {
            return false;
        }
        let Some(f) = function.downcast::<BuiltinFn>(&self.heap) else { return false };
        let f = f.get(&self.heap);
        f.def.kind == MethodKind::Slot && !matches!(f.owner, id::INT | id::FLOAT | id::COMPLEX | id::BOOL | id::WEAK_PROXY | id::WEAK_CALLABLE_PROXY) && {
            let owner = self.heap.type_object(f.owner).get(&self.heap);
            let has_len = owner.dict.get_str(&*self.heap, &self.names.__len__).is_some();
            has_len && owner.dict.get_str(&*self.heap, &self.names.__getitem__).is_some()
        }
    }

    #[cold]
    fn unsupported_operands(&mut self, symbol: &str, op: BinOp, a: &Value, b: &Value) -> Result<Value> {
        let (ta, tb) = (self.heap.type_name(a), self.heap.type_name(b));
        if op == BinOp::Mul {
            // A sequence operand makes the message about the count.
            for (s, n) in [(a, b), (b, a)] {
                if self.heap.special(s.type_id(), Special::Mul).is_some_and(|f| self.is_sequence_slot(op, &f)) {
                    let found = self.heap.type_name(n);
                    return Err(self.type_error(format!("can't multiply sequence by non-int of type '{found}'")));
                }
            }
        }
        Err(self.type_error(format!("unsupported operand type(s) for {symbol}: '{ta}' and '{tb}'")))
    }
    /// `a op= b`: the value to bind.
    pub fn inplace_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Value> {
        if let Some(result) = self.number_op(op, a, b) {
            return result;
        }
        if let Some(result) = self.text_op(op, a, b) {
            return result;
        }
        let inplace = self.heap.special(a.type_id(), op.inplace());
        // A builtin sequence extends itself only after the numeric methods of both were asked.
        let both_builtin = |vm: &Vm| [a, b].iter().all(|v| vm.heap.info(v.type_id()).flags & crate::heap::flags::HEAP_TYPE == 0);
        let is_sequence = inplace.as_ref().is_some_and(|f| !both_builtin(self) && self.is_sequence_slot(op, f));
        if is_sequence && let Some(v) = self.try_numeric(op, a, b)? {
            return Ok(v);
        }
        if let Some(f) = inplace.filter(|_| !is_sequence || op != BinOp::Mul || self.heap.has_special(b, Special::Index)) {
            let v = self.call_unbound(&f, a, std::slice::from_ref(b))?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        self.inplace_after_left(op, a, b)
    }

    /// `s += t` where the operand is owned: strings with one owner grow in place.
    pub fn inplace_add_owned(&mut self, a: Value, b: &Value) -> Result<Value> {
        if a.is_exact::<Str>()
            && let Some(t) = b.downcast_exact::<Str>()
        {
            let (la, lb) = (a.downcast_exact::<Str>().map_or(0, |s| s.get(&self.heap).len()), t.get(&self.heap).len());
            let room = self.heap.check_room((la + lb) / 8);
            self.memory(room)?;
            return match self.heap.append_owned(a, t) {
                Ok(v) => Ok(v),
                Err(a) => self.binary_op(BinOp::Add, &a, b),
            };
        }
        self.inplace_op(BinOp::Add, &a, b)
    }

    /// `-a`, `+a`, `~a`, `abs(a)`.
    pub fn unary_op(&mut self, special: Special, a: &Value) -> Result<Value> {
        if let Some(i) = a.as_small_int() {
            match special {
                Special::Neg => return Ok(self.heap.int(-i128::from(i))),
                Special::Pos => return Ok(a.clone()),
                Special::Invert => return Ok(self.heap.int(!i128::from(i))),
                _ => {}
            }
        }
        if let Some(f) = a.as_float() {
            match special {
                Special::Neg => return Ok(Value::float(-f)),
                Special::Pos => return Ok(a.clone()),
                _ => {}
            }
        }
        if let Some(f) = self.heap.special(a.type_id(), special) {
            return self.call_unbound(&f, a, &[]);
        }
        let symbol = match special {
            Special::Neg => "unary -",
            Special::Pos => "unary +",
            Special::Invert => "unary ~",
            _ => "abs()",
        };
        let ty = self.heap.type_name(a);
        Err(self.type_error(format!("bad operand type for {symbol}: '{ty}'")))
    }
}
