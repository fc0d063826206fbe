//! `int` and `bool`: Python methods.
//!
//! Arithmetic is in `runtime/arithmetic.rs`, text in krait-text; here the operators are declared, and conversion
//! to and from other types is done. `bool` adds only what differs from `int`.

use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::int::IntRef;
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::{CmpOp, compare_ints};
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use dashu_int::ops::BitTest;
use dashu_int::{IBig, Sign, UBig};
use krait_text::format_spec::{FormatSpec, FormatTarget};
use krait_text::format_value::NumberLocale;
use krait_text::{int_float, int_text};

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<IntMethods>(id::INT);
    vm.attach::<BoolMethods>(id::BOOL);
}

impl Vm {
    /// The int in a value that is known to be one.
    pub fn big(&self, value: &Value) -> IBig {
        value.as_int(&*self.heap).map_or(IBig::ZERO, IntRef::to_big)
    }
    /// The result of a krait-text engine that yields an int.
    fn int_result(&mut self, result: krait_text::Result<int_text::Int>) -> Result<Value> {
        match result {
            Ok(int_text::Int::Small(n)) => Ok(self.heap.int(i128::from(n))),
            Ok(int_text::Int::Big(n)) => Ok(self.heap.big_int(n)),
            Err(e) => Err(self.text_error(e)),
        }
    }
    /// A float truncated to an int.
    pub fn float_to_int(&mut self, x: f64) -> Result<Value> {
        self.int_result(int_float::float_to_int(x))
    }
    /// Exactly an int of the same value.
    pub fn exact_int(&mut self, value: &Value) -> Value {
        if value.is_exact_int() {
            return value.clone();
        }
        let n = self.big(value);
        self.heap.big_int(n)
    }
    /// `int(value)`: conversion of any object, text included.
    pub fn to_int(&mut self, value: &Value) -> Result<Value> {
        if value.is_exact_int() {
            return Ok(value.clone());
        }
        if let Some(f) = value.as_float() {
            return self.float_to_int(f);
        }
        if let Some(f) = self.heap.special(value.type_id(), Special::Int) {
            let v = self.call_unbound(&f, value, &[])?;
            self.check_int_result(&v, "__int__")?;
            return Ok(self.exact_int(&v));
        }
        if self.heap.special(value.type_id(), Special::Index).is_some() {
            let v = self.index(value)?;
            return Ok(self.exact_int(&v));
        }
        if let Some(v) = self.int_from_text(value, 10)? {
            return Ok(v);
        }
        let name = self.heap.type_name(value);
        Err(self.type_error(format!("int() argument must be a string, a bytes-like object or a real number, not '{name}'")))
    }
    /// The int that text or bytes spell; `None` for other objects.
    fn int_from_text(&mut self, value: &Value, base: u32) -> Result<Option<Value>> {
        let max = self.config.int_max_str_digits;
        if let Some(s) = value.downcast::<Str>(&*self.heap) {
            let parsed = int_text::parse_int(s.view(&*self.heap), base, max);
            return self.int_result(parsed).map(Some);
        }
        if let Some(data) = self.plain_bytes(value)? {
            let parsed = int_text::parse_int_bytes(&data, base, max);
            return self.int_result(parsed).map(Some);
        }
        Ok(None)
    }
    /// A copy of the bytes of a bytes-like object; `None` for objects that offer no contiguous memory.
    pub(crate) fn plain_bytes(&mut self, value: &Value) -> Result<Option<Vec<u8>>> {
        let buffer = self.buffer_full(value, crate::builtins::buffer::flags::SIMPLE)?;
        Ok(buffer.filter(|b| b.is_contiguous()).map(|b| b.to_vec(&*self.heap)))
    }
    /// A DeprecationWarning through the `warnings` module, when it is there.
    pub(crate) fn warn_deprecated(&mut self, message: &str) -> Result<()> {
        for module in ["warnings", "_warnings"] {
            let name = self.intern(module);
            let Some(module) = self.modules.clone().get_str(&*self, &name) else { continue };
            let category = self.exc.get(Exc::DeprecationWarning).to_value();
            let message = self.str(message);
            self.call_method(&module, "warn", &[message, category, Value::int32(1)])?;
            break;
        }
        Ok(())
    }
    /// Checks the class given to a builtin's `__new__`.
    pub(crate) fn check_new(&mut self, class: &Ref<Type>, base: u32) -> Result<()> {
        let class_id = class.id(&self.heap);
        if class_id == base {
            return Ok(());
        }
        let (name, found) = (self.core_type(base).name(&self.heap), class.name(&self.heap));
        if !self.heap.is_subtype(class_id, base) {
            return Err(self.type_error(format!("{name}.__new__({found}): {found} is not a subtype of {name}")));
        }
        if class_id == id::BOOL {
            return Err(self.type_error(format!("{name}.__new__(bool) is not safe, use bool.__new__()")));
        }
        Ok(())
    }
    /// The text of an int in base 10, subject to the limit.
    pub fn int_to_decimal(&mut self, value: &Value) -> Result<Value> {
        if let Some(n) = value.as_small_int() {
            return Ok(self.str(&n.to_string()));
        }
        let n = self.big(value);
        match int_text::int_to_decimal(&n, self.config.int_max_str_digits) {
            Ok(text) => Ok(self.str(&text)),
            Err(e) => Err(self.text_error(e)),
        }
    }
    /// `pow(a, b, c)` of ints.
    pub fn int_pow_mod(&mut self, a: &IBig, b: &IBig, c: &IBig) -> Result<Value> {
        use dashu_int::fast_div::ConstDivisor;
        if *c == IBig::ZERO {
            return Err(self.value_error("pow() 3rd argument cannot be 0"));
        }
        let (sign, modulus) = c.clone().into_parts();
        if modulus == UBig::ONE {
            return Ok(Value::int32(0));
        }
        let residue = {
            let (exponent_sign, exponent) = b.clone().into_parts();
            let mut base = IBig::from(modulus.clone());
            base = a % &base;
            if base < IBig::ZERO {
                base += IBig::from(modulus.clone());
            }
            let mut base = base.into_parts().1;
            if exponent_sign == Sign::Negative {
                match inverse(&base, &modulus) {
                    Some(inverse) => base = inverse,
                    None => return Err(self.value_error("base is not invertible for the given modulus")),
                }
            }
            let ring = ConstDivisor::new(modulus.clone());
            let base = ring.reduce(base);
            if exponent.bit_len().saturating_mul(modulus.bit_len()) < LONG_POWER {
                base.pow(&exponent).residue()
            } else {
                // Square and multiply, so that signals and limits are seen between the steps.
                let mut power = ring.reduce(UBig::ONE);
                for i in (0..exponent.bit_len()).rev() {
                    power = power.sqr();
                    if exponent.bit(i) {
                        power *= &base;
                    }
                    self.poll()?;
                }
                power.residue()
            }
        };
        let mut result = IBig::from(residue);
        if sign == Sign::Negative && result != IBig::ZERO {
            result -= IBig::from(modulus);
        }
        Ok(self.heap.big_int(result))
    }
    fn int_operator(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Value> {
        self.int_op(op, a, b).unwrap_or(Ok(Value::NOT_IMPLEMENTED))
    }
    fn int_comparison(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<Value> {
        let heap = &*self.heap;
        Ok(match (a.as_int(heap), b.as_int(heap)) {
            (Some(x), Some(y)) => Value::bool(op.test(compare_ints(x, y))),
            _ => Value::NOT_IMPLEMENTED,
        })
    }
    fn int_power(&mut self, a: &Value, b: &Value, modulus: Option<Value>) -> Result<Value> {
        let heap = &*self.heap;
        if !a.is_int(heap) || !b.is_int(heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let Some(modulus) = modulus else { return self.int_operator(BinOp::Pow, a, b) };
        if !modulus.is_int(heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let (a, b, c) = (self.big(a), self.big(b), self.big(&modulus));
        self.int_pow_mod(&a, &b, &c)
    }
    /// Whether `byteorder` says "little".
    fn little_endian(&mut self, byteorder: Option<&Ref<Str>>) -> Result<bool> {
        let Some(order) = byteorder else { return Ok(false) };
        match order.get(&*self.heap).to_string_lossy().as_str() {
            "little" => Ok(true),
            "big" => Ok(false),
            _ => Err(self.value_error("byteorder must be either 'little' or 'big'")),
        }
    }
}

/// A modular power is one step up to so many bits of exponent times bits of modulus.
const LONG_POWER: usize = 1 << 22;

/// The inverse of `a` modulo `modulus`, both non-negative and `a` below the modulus.
fn inverse(a: &UBig, modulus: &UBig) -> Option<UBig> {
    use dashu_int::ops::ExtendedGcd;
    if *a == UBig::ZERO {
        return None;
    }
    let (gcd, x, _) = a.gcd_ext(modulus);
    if gcd != UBig::ONE {
        return None;
    }
    let modulus = IBig::from(modulus.clone());
    let x = x % &modulus;
    Some(if x < IBig::ZERO { x + modulus } else { x }.into_parts().1)
}

/// `value` as two's complement or unsigned bytes, least significant first; the message if it does not fit.
pub fn int_to_le_bytes(value: &IBig, length: usize, signed: bool) -> std::result::Result<Vec<u8>, &'static str> {
    let (sign, magnitude) = value.clone().into_parts();
    let negative = sign == Sign::Negative;
    if negative && !signed {
        return Err("can't convert negative int to unsigned");
    }
    let bits = length.saturating_mul(8);
    let fits = match (signed, negative) {
        (false, _) => magnitude.bit_len() <= bits,
        (true, false) => magnitude == UBig::ZERO || magnitude.bit_len() < bits,
        // The lowest value has one bit more than the highest.
        (true, true) => (&magnitude - UBig::ONE).bit_len() < bits,
    };
    if !fits {
        return Err("int too big to convert");
    }
    let source = if negative { magnitude - UBig::ONE } else { magnitude };
    let mut bytes = source.to_le_bytes().into_vec();
    bytes.resize(length, 0);
    if negative {
        bytes.iter_mut().for_each(|b| *b = !*b);
    }
    Ok(bytes)
}

/// The int that bytes, least significant first, stand for.
pub fn int_from_le_bytes(bytes: &[u8], signed: bool) -> IBig {
    if signed && bytes.last().is_some_and(|b| b & 0x80 != 0) {
        let inverted: Vec<u8> = bytes.iter().map(|b| !b).collect();
        return -IBig::from(UBig::from_le_bytes(&inverted)) - IBig::ONE;
    }
    IBig::from(UBig::from_le_bytes(bytes))
}

struct IntMethods;

macro_rules! binary_methods {
    ($($name:ident $op:ident $a:ident $b:ident;)*) => { $(fn $name(vm: &mut Vm, this: &Value, value: &Value) -> Result<Value> {
        let ($a, $b) = (this, value);
        vm.int_operator(BinOp::$op, $a, $b)
    })* };
}
// The macro above keeps the bodies of the twenty-six operators in one place; `#[methods]` needs them spelled out.
binary_methods! {
    int_add Add a b; int_sub Sub a b; int_mul Mul a b; int_mod Mod a b; int_divmod Divmod a b;
    int_floordiv Floordiv a b; int_truediv Truediv a b; int_lshift Lshift a b; int_rshift Rshift a b;
    int_and And a b; int_or Or a b; int_xor Xor a b;
}

#[methods(hot)]
impl IntMethods {
    #[sig("(x=<unrepresentable>, /, base=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, x: Option<Value>, base: Option<Value>) -> Result<Value> {
        vm.check_new(cls, id::INT)?;
        let value = match (x, base) {
            (None, None) => Value::int32(0),
            (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
            (Some(x), None) => vm.to_int(&x)?,
            (Some(x), Some(base)) => {
                let base = vm.index_clamped(&base)?;
                if base == 1 || !(0..=36).contains(&base) {
                    return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0"));
                }
                if !(x.has_payload::<Str>(&*vm.heap) || x.has_payload::<Bytes>(&*vm.heap) || x.has_payload::<ByteArray>(&*vm.heap)) {
                    return Err(vm.type_error("int() can't convert non-string with explicit base"));
                }
                match vm.int_from_text(&x, base as u32)? {
                    Some(v) => v,
                    None => return Err(vm.type_error("int() can't convert non-string with explicit base")),
                }
            }
        };
        let type_id = cls.id(&vm.heap);
        if type_id == id::INT {
            return Ok(value);
        }
        let n = vm.big(&value);
        Ok(vm.heap.int_typed(type_id, n))
    }

    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.int_to_decimal(this)
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Value, vm: &mut Vm) -> Result<i64> {
        Ok(match this.as_small_int_or_bool() {
            Some(n) => int_float::hash_small(n),
            None => int_float::hash_int(&vm.big(this)),
        })
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.int_comparison(CmpOp::Lt, this, value)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.int_comparison(CmpOp::Le, this, value)
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.int_comparison(CmpOp::Eq, this, value)
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.int_comparison(CmpOp::Ne, this, value)
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.int_comparison(CmpOp::Gt, this, value)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.int_comparison(CmpOp::Ge, this, value)
    }

    /// Return self+value.
    #[sig("(value, /)")]
    fn __add__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_add(vm, this, value)
    }
    /// Return value+self.
    #[sig("(value, /)")]
    fn __radd__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_add(vm, value, this)
    }
    /// Return self-value.
    #[sig("(value, /)")]
    fn __sub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_sub(vm, this, value)
    }
    /// Return value-self.
    #[sig("(value, /)")]
    fn __rsub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_sub(vm, value, this)
    }
    /// Return self*value.
    #[sig("(value, /)")]
    fn __mul__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_mul(vm, this, value)
    }
    /// Return value*self.
    #[sig("(value, /)")]
    fn __rmul__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_mul(vm, value, this)
    }
    /// Return self%value.
    #[sig("(value, /)")]
    fn __mod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_mod(vm, this, value)
    }
    /// Return value%self.
    #[sig("(value, /)")]
    fn __rmod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_mod(vm, value, this)
    }
    /// Return divmod(self, value).
    #[sig("(value, /)")]
    fn __divmod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_divmod(vm, this, value)
    }
    /// Return divmod(value, self).
    #[sig("(value, /)")]
    fn __rdivmod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_divmod(vm, value, this)
    }
    /// Return pow(self, value, mod).
    #[sig("(value, mod=None, /)")]
    fn __pow__(this: &Value, vm: &mut Vm, value: &Value, modulus: Option<Value>) -> Result<Value> {
        vm.int_power(this, value, modulus)
    }
    /// Return pow(value, self, mod).
    #[sig("(value, mod=None, /)")]
    fn __rpow__(this: &Value, vm: &mut Vm, value: &Value, modulus: Option<Value>) -> Result<Value> {
        vm.int_power(value, this, modulus)
    }
    /// -self
    #[sig("()")]
    fn __neg__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let n = -vm.big(this);
        Ok(vm.heap.big_int(n))
    }
    /// +self
    #[sig("()")]
    fn __pos__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// abs(self)
    #[sig("()")]
    fn __abs__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let n = IBig::from(vm.big(this).into_parts().1);
        Ok(vm.heap.big_int(n))
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Value, vm: &mut Vm) -> Result<bool> {
        Ok(this.as_int(&*vm.heap).is_some_and(|n| !n.is_zero()))
    }
    /// ~self
    #[sig("()")]
    fn __invert__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let n = -vm.big(this) - IBig::ONE;
        Ok(vm.heap.big_int(n))
    }
    /// Return self<<value.
    #[sig("(value, /)")]
    fn __lshift__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_lshift(vm, this, value)
    }
    /// Return value<<self.
    #[sig("(value, /)")]
    fn __rlshift__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_lshift(vm, value, this)
    }
    /// Return self>>value.
    #[sig("(value, /)")]
    fn __rshift__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_rshift(vm, this, value)
    }
    /// Return value>>self.
    #[sig("(value, /)")]
    fn __rrshift__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_rshift(vm, value, this)
    }
    /// Return self&value.
    #[sig("(value, /)")]
    fn __and__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_and(vm, this, value)
    }
    /// Return value&self.
    #[sig("(value, /)")]
    fn __rand__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_and(vm, value, this)
    }
    /// Return self^value.
    #[sig("(value, /)")]
    fn __xor__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_xor(vm, this, value)
    }
    /// Return value^self.
    #[sig("(value, /)")]
    fn __rxor__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_xor(vm, value, this)
    }
    /// Return self|value.
    #[sig("(value, /)")]
    fn __or__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_or(vm, this, value)
    }
    /// Return value|self.
    #[sig("(value, /)")]
    fn __ror__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_or(vm, value, this)
    }
    /// int(self)
    #[sig("()")]
    fn __int__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// float(self)
    #[sig("()")]
    fn __float__(this: &Value, vm: &mut Vm) -> Result<f64> {
        let n = vm.big(this);
        vm.big_to_f64(&n)
    }
    /// Return self//value.
    #[sig("(value, /)")]
    fn __floordiv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_floordiv(vm, this, value)
    }
    /// Return value//self.
    #[sig("(value, /)")]
    fn __rfloordiv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_floordiv(vm, value, this)
    }
    /// Return self/value.
    #[sig("(value, /)")]
    fn __truediv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_truediv(vm, this, value)
    }
    /// Return value/self.
    #[sig("(value, /)")]
    fn __rtruediv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        int_truediv(vm, value, this)
    }
    /// Return self converted to an integer, if self is suitable for use as an index into a list.
    #[sig("()")]
    fn __index__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }

    /// Returns self, the complex conjugate of any int.
    #[sig("()")]
    fn conjugate(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// Number of bits necessary to represent self in binary.
    ///
    /// >>> (9).bit_length()
    /// 4
    #[sig("()")]
    fn bit_length(this: &Value, vm: &mut Vm) -> Result<usize> {
        Ok(vm.big(this).into_parts().1.bit_len())
    }
    /// Number of ones in the binary representation of the absolute value of self.
    ///
    /// >>> (9).bit_count()
    /// 2
    #[sig("()")]
    fn bit_count(this: &Value, vm: &mut Vm) -> Result<usize> {
        Ok(vm.big(this).into_parts().1.count_ones())
    }
    /// Return an array of bytes representing an integer.
    #[sig("(length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(this: &Value, vm: &mut Vm, length: isize, byteorder: Option<&Ref<Str>>, signed: bool) -> Result<Value> {
        let little = vm.little_endian(byteorder)?;
        let Ok(length) = usize::try_from(length) else {
            return Err(vm.value_error("length argument must be non-negative"));
        };
        let room = vm.heap.check_room(length);
        vm.memory(room)?;
        let n = vm.big(this);
        match int_to_le_bytes(&n, length, signed) {
            Ok(mut bytes) => {
                if !little {
                    bytes.reverse();
                }
                Ok(vm.heap.bytes_boxed(bytes.into()).into())
            }
            Err(message) => Err(vm.overflow_error(message)),
        }
    }
    /// Return the integer represented by the given array of bytes.
    #[classmethod]
    #[sig("(bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(cls: &Ref<Type>, vm: &mut Vm, bytes: &Value, byteorder: Option<&Ref<Str>>, signed: bool) -> Result<Value> {
        let little = vm.little_endian(byteorder)?;
        let mut data = vm.object_bytes(bytes)?;
        if !little {
            data.reverse();
        }
        let n = int_from_le_bytes(&data, signed);
        let v = vm.heap.big_int(n);
        if cls.id(&vm.heap) == id::INT { Ok(v) } else { vm.call(cls.as_value(), &[v]) }
    }
    /// Return a pair of integers, whose ratio is equal to the original int.
    ///
    /// >>> (9).as_integer_ratio()
    /// (9, 1)
    #[sig("()")]
    fn as_integer_ratio(this: &Value, vm: &mut Vm) -> Result<Value> {
        let n = vm.exact_int(this);
        Ok(vm.tuple(vec![n, Value::int32(1)]))
    }
    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[sig("()")]
    fn is_integer(this: &Value, _vm: &mut Vm) -> Result<bool> {
        let _ = this;
        Ok(true)
    }
    /// Truncating an Integral returns itself.
    #[sig("()")]
    fn __trunc__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// Flooring an Integral returns itself.
    #[sig("()")]
    fn __floor__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// Ceiling of an Integral returns itself.
    #[sig("()")]
    fn __ceil__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[sig("(ndigits=None, /)")]
    fn __round__(this: &Value, vm: &mut Vm, ndigits: Option<Value>) -> Result<Value> {
        let Some(ndigits) = ndigits else { return Ok(vm.exact_int(this)) };
        let places = vm.index(&ndigits)?;
        let places = vm.big(&places);
        if places >= IBig::ZERO {
            return Ok(vm.exact_int(this));
        }
        let n = vm.big(this);
        let places = usize::try_from(-places).unwrap_or(usize::MAX);
        // Every number is less than half of such a power of ten.
        if places > n.bit_len() / 3 + 2 {
            return Ok(Value::int32(0));
        }
        let unit = IBig::from(UBig::from(10u8).pow(places));
        let n = round_to_multiple(&n, &unit);
        Ok(vm.heap.big_int(n))
    }
    #[sig("()")]
    fn __getnewargs__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let n = vm.exact_int(this);
        Ok(vm.tuple(vec![n]))
    }
    /// Convert to a string according to format_spec.
    #[sig("(format_spec, /)")]
    fn __format__(this: &Value, vm: &mut Vm, format_spec: &Ref<Str>) -> Result<Value> {
        if format_spec.get(&*vm.heap).is_empty() {
            return if this.is_exact_int() { vm.int_to_decimal(this) } else { vm.to_str(this).map(Value::from) };
        }
        let (name, n) = (vm.heap.type_name(this), vm.big(this));
        let max = vm.config.int_max_str_digits;
        let text = FormatSpec::parse(format_spec.view(&*vm.heap), FormatTarget::for_int(&name))
            .and_then(|spec| spec.format_int(&n, &name, max, &NumberLocale::default()));
        match text {
            Ok(text) => Ok(vm.heap.str_buf(text).into()),
            Err(e) => Err(vm.text_error(e)),
        }
    }
    /// Returns size in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Value, vm: &mut Vm) -> Result<usize> {
        Ok(24 + 4 * vm.big(this).into_parts().1.bit_len().div_ceil(30).max(1))
    }
    /// the real part of a complex number
    #[getter]
    fn real(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: &Value, _vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Ok(Value::int32(0))
    }
    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.exact_int(this))
    }
    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(this: &Value, _vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Ok(Value::int32(1))
    }
}

/// The multiple of `unit` (positive) nearest to `n`, ties to the even multiple.
fn round_to_multiple(n: &IBig, unit: &IBig) -> IBig {
    use dashu_int::ops::DivRemEuclid;
    let (quotient, remainder) = n.div_rem_euclid(unit);
    let remainder = IBig::from(remainder);
    let twice = &remainder << 1usize;
    let up = match twice.cmp(unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.bit(0),
        std::cmp::Ordering::Less => false,
    };
    (if up { quotient + IBig::ONE } else { quotient }) * unit
}

struct BoolMethods;

impl Vm {
    /// A logical operator: on two bools it stays a bool.
    fn bool_operator(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Value> {
        if !a.is_bool() || !b.is_bool() {
            return self.int_operator(op, a, b);
        }
        let (x, y) = (a.is_true(), b.is_true());
        Ok(Value::bool(match op {
            BinOp::And => x & y,
            BinOp::Or => x | y,
            _ => x ^ y,
        }))
    }
}

#[methods(hot)]
impl BoolMethods {
    #[sig("(object=False, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, object: Option<Value>) -> Result<Value> {
        if cls.id(&vm.heap) != id::BOOL {
            let found = cls.name(&vm.heap);
            return Err(vm.type_error(format!("bool.__new__({found}): {found} is not a subtype of bool")));
        }
        match object {
            Some(v) => vm.truth(&v).map(Value::bool),
            None => Ok(Value::bool(false)),
        }
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, _vm: &mut Vm) -> Result<&'static str> {
        Ok(if this.is_true() { "True" } else { "False" })
    }
    /// ~self
    #[sig("()")]
    fn __invert__(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.warn_deprecated(
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from the negation of a bool \
             object. Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the \
             underlying int.",
        )?;
        Ok(Value::int32(if this.is_true() { -2 } else { -1 }))
    }
    /// Return self&value.
    #[sig("(value, /)")]
    fn __and__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.bool_operator(BinOp::And, this, value)
    }
    /// Return value&self.
    #[sig("(value, /)")]
    fn __rand__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.bool_operator(BinOp::And, value, this)
    }
    /// Return self^value.
    #[sig("(value, /)")]
    fn __xor__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.bool_operator(BinOp::Xor, this, value)
    }
    /// Return value^self.
    #[sig("(value, /)")]
    fn __rxor__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.bool_operator(BinOp::Xor, value, this)
    }
    /// Return self|value.
    #[sig("(value, /)")]
    fn __or__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.bool_operator(BinOp::Or, this, value)
    }
    /// Return value|self.
    #[sig("(value, /)")]
    fn __ror__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.bool_operator(BinOp::Or, value, this)
    }
}

impl Vm {
    /// The bytes of `bytes(object)` for objects that are not counts: buffers, `__bytes__`, iterables of ints.
    pub(crate) fn object_bytes(&mut self, value: &Value) -> Result<Vec<u8>> {
        if let Some(data) = self.plain_bytes(value)? {
            return Ok(data);
        }
        if let Some(f) = self.heap.special(value.type_id(), Special::Bytes) {
            let v = self.call_unbound(&f, value, &[])?;
            return match v.downcast::<Bytes>(&*self.heap) {
                Some(b) => Ok(b.get(&*self.heap).data.to_vec()),
                None => {
                    let found = self.heap.type_name(&v);
                    Err(self.type_error(format!("__bytes__ returned non-bytes (type {found})")))
                }
            };
        }
        let text = value.has_payload::<Str>(&*self.heap);
        if text || !(self.heap.has_special(value, Special::Iter) || self.is_sequence(value)) {
            let found = self.heap.type_name(value);
            return Err(self.type_error(format!("cannot convert '{found}' object to bytes")));
        }
        let mut data = Vec::new();
        self.for_each(value, |vm, item| {
            let n = vm.index(&item)?;
            match n.as_int(&*vm.heap).and_then(IntRef::to_i64).and_then(|n| u8::try_from(n).ok()) {
                Some(byte) => data.push(byte),
                None => return Err(vm.value_error("bytes must be in range(0, 256)")),
            }
            Ok(())
        })?;
        Ok(data)
    }
}
