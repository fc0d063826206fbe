//! `float`: Python methods.
//!
//! Arithmetic is in `runtime/arithmetic.rs`; conversion, rounding and text are krait-text's.

use crate::builtins::float::Float;
use crate::builtins::int::IntRef;
use crate::builtins::str::Str;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::{CmpOp, compare_int_float};
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use krait_text::format_spec::{FormatSpec, FormatTarget};
use krait_text::format_value::NumberLocale;
use krait_text::{float_text, int_float};

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<FloatMethods>(id::FLOAT);
}

impl Vm {
    /// A float, or an instance of a float subclass.
    pub fn float_typed(&mut self, type_id: u32, value: f64) -> Value {
        if type_id == id::FLOAT { Value::float(value) } else { self.heap.alloc_typed(type_id, Float { value }).into_value() }
    }
    /// `float(value)`: conversion of any object, text included.
    pub fn to_float(&mut self, value: &Value) -> Result<f64> {
        if let Some(f) = value.as_float() {
            return Ok(f);
        }
        if let Some(f) = self.heap.special(value.type_id(), Special::Float) {
            return self.float_by_method(value, &f);
        }
        if self.heap.special(value.type_id(), Special::Index).is_some() {
            return self.to_f64(value);
        }
        let parsed = if let Some(s) = value.downcast::<Str>(&*self.heap) {
            float_text::parse_float(s.view(&*self.heap))
        } else if let Some(data) = self.plain_bytes(value)? {
            float_text::parse_float_bytes(&data)
        } else {
            let name = self.heap.type_name(value);
            return Err(self.type_error(format!("float() argument must be a string or a real number, not '{name}'")));
        };
        parsed.map_err(|e| self.text_error(e))
    }
    fn float_by_method(&mut self, value: &Value, method: &Value) -> Result<f64> {
        let v = self.call_unbound(method, value, &[])?;
        if let Some(f) = v.as_float() {
            return Ok(f);
        }
        let (t, found) = (self.heap.type_name(value), self.heap.type_name(&v));
        let Some(f) = v.as_any_float(&*self.heap) else {
            return Err(self.type_error(format!("{t}.__float__ returned non-float (type {found})")));
        };
        self.warn_strict_subclass(&format!("{t}.__float__ returned non-float (type {found})"), "float")?;
        Ok(f)
    }
    /// An operand of a float operator: `None` declines.
    pub(crate) fn float_operand(&mut self, value: &Value) -> Result<Option<f64>> {
        if let Some(f) = value.as_any_float(&*self.heap) {
            return Ok(Some(f));
        }
        match value.as_int(&*self.heap) {
            Some(IntRef::Small(i)) => Ok(Some(i as f64)),
            Some(big) => {
                let big = big.to_big();
                self.big_to_f64(&big).map(Some)
            }
            None => Ok(None),
        }
    }
    fn float_operator(&mut self, op: BinOp, a: &Value, b: &Value) -> Result<Value> {
        let Some(x) = self.float_operand(a)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let Some(y) = self.float_operand(b)? else { return Ok(Value::NOT_IMPLEMENTED) };
        self.float_op(op, x, y).unwrap_or(Ok(Value::NOT_IMPLEMENTED))
    }
    fn float_comparison(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<Value> {
        let heap = &*self.heap;
        let Some(x) = a.as_any_float(heap) else { return Ok(Value::NOT_IMPLEMENTED) };
        if let Some(y) = b.as_any_float(heap) {
            return Ok(Value::bool(op.test_floats(x, y)));
        }
        Ok(match b.as_int(heap) {
            Some(y) => Value::bool(match compare_int_float(y, x) {
                Some(o) => op.test(o.reverse()),
                None => op == CmpOp::Ne,
            }),
            None => Value::NOT_IMPLEMENTED,
        })
    }
    fn float_power(&mut self, a: &Value, b: &Value, modulus: Option<Value>) -> Result<Value> {
        if modulus.is_some() {
            return Err(self.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
        }
        self.float_operator(BinOp::Pow, a, b)
    }
    fn float_of(&self, value: &Value) -> f64 {
        value.as_any_float(&*self.heap).unwrap_or(0.0)
    }
}

struct FloatMethods;

#[methods(hot)]
impl FloatMethods {
    #[sig("(x=0, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, x: Option<Value>) -> Result<Value> {
        vm.check_new(cls, id::FLOAT)?;
        let f = match x {
            Some(x) => vm.to_float(&x)?,
            None => 0.0,
        };
        Ok(vm.float_typed(cls.id(&vm.heap), f))
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<String> {
        Ok(float_text::float_repr(vm.float_of(this)))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Value, vm: &mut Vm) -> Result<i64> {
        Ok(match int_float::hash_float(vm.float_of(this)) {
            Some(h) => h,
            None => vm.identity_hash(this),
        })
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_comparison(CmpOp::Lt, this, value)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_comparison(CmpOp::Le, this, value)
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_comparison(CmpOp::Eq, this, value)
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_comparison(CmpOp::Ne, this, value)
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_comparison(CmpOp::Gt, this, value)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_comparison(CmpOp::Ge, this, value)
    }
    /// Return self+value.
    #[sig("(value, /)")]
    fn __add__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Add, this, value)
    }
    /// Return value+self.
    #[sig("(value, /)")]
    fn __radd__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Add, value, this)
    }
    /// Return self-value.
    #[sig("(value, /)")]
    fn __sub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Sub, this, value)
    }
    /// Return value-self.
    #[sig("(value, /)")]
    fn __rsub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Sub, value, this)
    }
    /// Return self*value.
    #[sig("(value, /)")]
    fn __mul__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Mul, this, value)
    }
    /// Return value*self.
    #[sig("(value, /)")]
    fn __rmul__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Mul, value, this)
    }
    /// Return self%value.
    #[sig("(value, /)")]
    fn __mod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Mod, this, value)
    }
    /// Return value%self.
    #[sig("(value, /)")]
    fn __rmod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Mod, value, this)
    }
    /// Return divmod(self, value).
    #[sig("(value, /)")]
    fn __divmod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Divmod, this, value)
    }
    /// Return divmod(value, self).
    #[sig("(value, /)")]
    fn __rdivmod__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Divmod, value, this)
    }
    /// Return pow(self, value, mod).
    #[sig("(value, mod=None, /)")]
    fn __pow__(this: &Value, vm: &mut Vm, value: &Value, modulus: Option<Value>) -> Result<Value> {
        vm.float_power(this, value, modulus)
    }
    /// Return pow(value, self, mod).
    #[sig("(value, mod=None, /)")]
    fn __rpow__(this: &Value, vm: &mut Vm, value: &Value, modulus: Option<Value>) -> Result<Value> {
        vm.float_power(value, this, modulus)
    }
    /// -self
    #[sig("()")]
    fn __neg__(this: &Value, vm: &mut Vm) -> Result<f64> {
        Ok(-vm.float_of(this))
    }
    /// +self
    #[sig("()")]
    fn __pos__(this: &Value, vm: &mut Vm) -> Result<f64> {
        Ok(vm.float_of(this))
    }
    /// abs(self)
    #[sig("()")]
    fn __abs__(this: &Value, vm: &mut Vm) -> Result<f64> {
        Ok(vm.float_of(this).abs())
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Value, vm: &mut Vm) -> Result<bool> {
        Ok(vm.float_of(this) != 0.0)
    }
    /// int(self)
    #[sig("()")]
    fn __int__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let f = vm.float_of(this);
        vm.float_to_int(f)
    }
    /// float(self)
    #[sig("()")]
    fn __float__(this: &Value, vm: &mut Vm) -> Result<f64> {
        Ok(vm.float_of(this))
    }
    /// Return self//value.
    #[sig("(value, /)")]
    fn __floordiv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Floordiv, this, value)
    }
    /// Return value//self.
    #[sig("(value, /)")]
    fn __rfloordiv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Floordiv, value, this)
    }
    /// Return self/value.
    #[sig("(value, /)")]
    fn __truediv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Truediv, this, value)
    }
    /// Return value/self.
    #[sig("(value, /)")]
    fn __rtruediv__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.float_operator(BinOp::Truediv, value, this)
    }
    /// Convert real number to a floating-point number.
    #[classmethod]
    #[sig("(number, /)")]
    fn from_number(cls: &Ref<Type>, vm: &mut Vm, number: &Value) -> Result<Value> {
        let f = vm.to_f64(number)?;
        if cls.id(&vm.heap) == id::FLOAT { Ok(Value::float(f)) } else { vm.call(cls.as_value(), &[Value::float(f)]) }
    }
    /// Return self, the complex conjugate of any float.
    #[sig("()")]
    fn conjugate(this: &Value, vm: &mut Vm) -> Result<f64> {
        Ok(vm.float_of(this))
    }
    /// Return the Integral closest to x between 0 and x.
    #[sig("()")]
    fn __trunc__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let f = vm.float_of(this);
        vm.float_to_int(f)
    }
    /// Return the floor as an Integral.
    #[sig("()")]
    fn __floor__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let f = vm.float_of(this).floor();
        vm.float_to_int(f)
    }
    /// Return the ceiling as an Integral.
    #[sig("()")]
    fn __ceil__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let f = vm.float_of(this).ceil();
        vm.float_to_int(f)
    }
    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[sig("(ndigits=None, /)")]
    fn __round__(this: &Value, vm: &mut Vm, ndigits: Option<Value>) -> Result<Value> {
        let f = vm.float_of(this);
        let Some(ndigits) = ndigits else { return vm.float_to_int(f.round_ties_even()) };
        let places = vm.index_clamped(&ndigits)?;
        match int_float::float_round(f, places as i64) {
            Ok(f) => Ok(Value::float(f)),
            Err(e) => Err(vm.text_error(e)),
        }
    }
    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// The ratio is in lowest terms and has a positive denominator.  Raise
    /// OverflowError on infinities and a ValueError on NaNs.
    ///
    /// >>> (2.5).as_integer_ratio()
    /// (5, 2)
    #[sig("()")]
    fn as_integer_ratio(this: &Value, vm: &mut Vm) -> Result<Value> {
        match int_float::float_as_integer_ratio(vm.float_of(this)) {
            Ok((n, d)) => {
                let pair = vec![vm.heap.big_int(n), vm.heap.big_int(d)];
                Ok(vm.tuple(pair))
            }
            Err(e) => Err(vm.text_error(e)),
        }
    }
    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex('0x1.8p1')
    /// 3.0
    #[classmethod]
    #[sig("(string, /)")]
    fn fromhex(cls: &Ref<Type>, vm: &mut Vm, string: &Value) -> Result<Value> {
        let Some(s) = string.downcast::<Str>(&*vm.heap) else {
            return Err(vm.type_error("bad argument type for built-in operation"));
        };
        let parsed = float_text::float_fromhex(s.view(&*vm.heap));
        let f = parsed.map_err(|e| vm.text_error(e))?;
        if cls.id(&vm.heap) == id::FLOAT { Ok(Value::float(f)) } else { vm.call(cls.as_value(), &[Value::float(f)]) }
    }
    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (3.0).hex()
    /// '0x1.8000000000000p+1'
    #[sig("()")]
    fn hex(this: &Value, vm: &mut Vm) -> Result<String> {
        Ok(float_text::float_hex(vm.float_of(this)))
    }
    /// Return True if the float is an integer.
    #[sig("()")]
    fn is_integer(this: &Value, vm: &mut Vm) -> Result<bool> {
        let f = vm.float_of(this);
        Ok(f.is_finite() && f == f.floor())
    }
    #[sig("()")]
    fn __getnewargs__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let f = Value::float(vm.float_of(this));
        Ok(vm.tuple(vec![f]))
    }
    /// You probably don't want to use this function.
    #[classmethod]
    #[sig("(typestr, /)")]
    fn __getformat__(cls: &Ref<Type>, vm: &mut Vm, typestr: String) -> Result<&'static str> {
        let _ = cls;
        match typestr.as_str() {
            "double" | "float" => Ok("IEEE, little-endian"),
            _ => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        }
    }
    /// Formats the float according to format_spec.
    #[sig("(format_spec, /)")]
    fn __format__(this: &Value, vm: &mut Vm, format_spec: &Ref<Str>) -> Result<Value> {
        if format_spec.get(&*vm.heap).is_empty() {
            return vm.to_str(this).map(Value::from);
        }
        let (name, f) = (vm.heap.type_name(this), vm.float_of(this));
        let text = FormatSpec::parse(format_spec.view(&*vm.heap), FormatTarget::for_float(&name))
            .and_then(|spec| spec.format_float(f, &name, &NumberLocale::default()));
        match text {
            Ok(text) => Ok(vm.heap.str_buf(text).into()),
            Err(e) => Err(vm.text_error(e)),
        }
    }
    /// the real part of a complex number
    #[getter]
    fn real(this: &Value, vm: &mut Vm) -> Result<f64> {
        Ok(vm.float_of(this))
    }
    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: &Value, _vm: &mut Vm) -> Result<f64> {
        let _ = this;
        Ok(0.0)
    }
}
