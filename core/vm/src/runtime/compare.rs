//! Rich comparison, identity-first equality, hashing.

use crate::Result;
use crate::builtins::bytes::Bytes;
use crate::builtins::float::Complex;
use crate::builtins::int::IntRef;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::heap::Heap;
use crate::types::id;
use crate::types::special::Special;
use crate::value::Value;
use crate::vm::Vm;
use krait_text::StrRef;
use std::cmp::Ordering;

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CmpOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CmpOp {
    pub const ALL: &'static [CmpOp] = &[CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne, CmpOp::Gt, CmpOp::Ge];
    pub fn special(self) -> Special {
        match self {
            CmpOp::Lt => Special::Lt,
            CmpOp::Le => Special::Le,
            CmpOp::Eq => Special::Eq,
            CmpOp::Ne => Special::Ne,
            CmpOp::Gt => Special::Gt,
            CmpOp::Ge => Special::Ge,
        }
    }
    pub fn reflected(self) -> CmpOp {
        match self {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
            same => same,
        }
    }
    pub fn symbol(self) -> &'static str {
        match self {
            CmpOp::Lt => "<",
            CmpOp::Le => "<=",
            CmpOp::Eq => "==",
            CmpOp::Ne => "!=",
            CmpOp::Gt => ">",
            CmpOp::Ge => ">=",
        }
    }
    /// Whether an ordering satisfies the operator.
    #[inline(always)]
    pub fn test(self, ordering: Ordering) -> bool {
        match self {
            CmpOp::Lt => ordering.is_lt(),
            CmpOp::Le => ordering.is_le(),
            CmpOp::Eq => ordering.is_eq(),
            CmpOp::Ne => ordering.is_ne(),
            CmpOp::Gt => ordering.is_gt(),
            CmpOp::Ge => ordering.is_ge(),
        }
    }
    /// The operator on floats: NaN is unordered.
    #[inline(always)]
    pub fn test_floats(self, x: f64, y: f64) -> bool {
        match self {
            CmpOp::Lt => x < y,
            CmpOp::Le => x <= y,
            CmpOp::Eq => x == y,
            CmpOp::Ne => x != y,
            CmpOp::Gt => x > y,
            CmpOp::Ge => x >= y,
        }
    }
}

/// Order of two ints.
pub fn compare_ints(a: IntRef<'_>, b: IntRef<'_>) -> Ordering {
    match (a, b) {
        (IntRef::Small(x), IntRef::Small(y)) => x.cmp(&y),
        (IntRef::Big(x), IntRef::Big(y)) => x.cmp(y),
        (IntRef::Small(x), IntRef::Big(y)) => dashu_int::IBig::from(x).cmp(y),
        (IntRef::Big(x), IntRef::Small(y)) => x.cmp(&dashu_int::IBig::from(y)),
    }
}

/// Order of an int and a float, exact; `None` for NaN.
pub fn compare_int_float(a: IntRef<'_>, f: f64) -> Option<Ordering> {
    match a {
        IntRef::Small(i) if i.unsigned_abs() < 1 << 53 => (i as f64).partial_cmp(&f),
        a => krait_text::int_float::cmp_int_float(&a.to_big(), f),
    }
}

/// How many levels of nested tuples are hashed without looking at the stack.
const PLAIN_DEPTH: u32 = 32;

impl Heap {
    /// Hash of values whose hashing runs no Python; `None` for others (and for unhashable ones), and for tuples nested
    /// so deeply that only `__hash__`, which watches the stack, may go down.
    #[inline]
    pub fn hash_without_python(&self, value: &Value) -> Option<i64> {
        if let Some(n) = value.as_small_int() {
            return Some(krait_text::int_float::hash_small(n));
        }
        self.plain_hash(value, PLAIN_DEPTH)
    }
    /// `depth` more levels of tuples are followed here; deeper ones are left to the guarded recursion of `__hash__`.
    pub(crate) fn plain_hash(&self, value: &Value, depth: u32) -> Option<i64> {
        if let Some(i) = value.as_small_int_or_bool() {
            return Some(krait_text::int_float::hash_small(i));
        }
        if let Some(f) = value.as_float() {
            return Some(krait_text::int_float::hash_float(f).unwrap_or_else(|| identity_hash(value)));
        }
        match value.type_id() {
            id::STR => value.downcast_exact::<Str>().map(|s| s.get(self).hash(self)),
            id::INT => value.as_int(self).map(|i| krait_text::int_float::hash_int(&i.to_big())),
            id::NONE => Some(0xFCA8_6420),
            id::ELLIPSIS => Some(0x7AC7_3B11),
            id::NOT_IMPLEMENTED => Some(0x7AC7_3B12),
            id::BYTES => value.downcast_exact::<Bytes>().map(|b| {
                let b = b.get(self);
                if b.hash.get() == -1 {
                    b.hash.set(self.hash_bytes(&b.data));
                }
                b.hash.get()
            }),
            id::COMPLEX => value.downcast_exact::<Complex>().map(|c| {
                let c = c.get(self);
                {
                    let part = |f: f64| krait_text::int_float::hash_float(f).unwrap_or((value.bits() >> 4) as i64);
                    krait_text::int_float::hash_complex(part(c.re), part(c.im))
                }
            }),
            id::TUPLE => {
                let tuple = value.downcast_exact::<Tuple>()?;
                let depth = depth.checked_sub(1)?;
                let mut hasher = TupleHasher::default();
                for item in tuple.items(self) {
                    hasher.add(match item.as_small_int() {
                        Some(i) => krait_text::int_float::hash_small(i),
                        None => self.plain_hash(item, depth)?,
                    });
                }
                Some(hasher.finish())
            }
            _ => None,
        }
    }
    /// Equality of the compiler's constants (in frozensets).
    pub(crate) fn equal_constants(&self, a: &Value, b: &Value) -> bool {
        equal_simple(self, a, b).unwrap_or(false)
    }
}

/// The hash of a tuple, made from those of its items one after the other (xxHash-based, as in CPython).
pub struct TupleHasher {
    acc: u64,
    count: u64,
}

impl TupleHasher {
    const P1: u64 = 11400714785074694791;
    const P2: u64 = 14029467366897019727;
    const P5: u64 = 2870177450012600261;

    #[inline]
    pub fn add(&mut self, hash: i64) {
        self.acc = self.acc.wrapping_add((hash as u64).wrapping_mul(Self::P2)).rotate_left(31).wrapping_mul(Self::P1);
        self.count += 1;
    }
    pub fn finish(self) -> i64 {
        let acc = self.acc.wrapping_add(self.count ^ (Self::P5 ^ 3527539));
        if acc as i64 == -1 { 1546275796 } else { acc as i64 }
    }
}

impl Default for TupleHasher {
    fn default() -> TupleHasher {
        TupleHasher { acc: TupleHasher::P5, count: 0 }
    }
}

/// The hash of a tuple from those of its items.
pub fn hash_tuple(hashes: &[i64]) -> i64 {
    let mut hasher = TupleHasher::default();
    hashes.iter().for_each(|&hash| hasher.add(hash));
    hasher.finish()
}

/// Equality that needs no Python; `None` when the types have code of their own.
fn equal_simple(heap: &Heap, a: &Value, b: &Value) -> Option<bool> {
    if a.is(b) {
        return Some(!a.as_float().is_some_and(f64::is_nan));
    }
    if a.is_small_int() && b.is_small_int() {
        return Some(false);
    }
    if let (Some(x), Some(y)) = (a.downcast_exact::<Str>(), b.downcast_exact::<Str>()) {
        return Some(x.get(heap).same(y.get(heap)));
    }
    match (kind(a)?, kind(b)?) {
        (Comparable::Number, Comparable::Number) => Some(match (a.as_float(), b.as_float()) {
            (Some(x), Some(y)) => x == y,
            (Some(x), None) => compare_int_float(b.as_int(heap)?, x) == Some(Ordering::Equal),
            (None, Some(y)) => compare_int_float(a.as_int(heap)?, y) == Some(Ordering::Equal),
            (None, None) => compare_ints(a.as_int(heap)?, b.as_int(heap)?).is_eq(),
        }),
        // str and bytes may have to warn.
        (Comparable::Text, Comparable::Text) => match (a.downcast_exact::<Bytes>(), b.downcast_exact::<Bytes>()) {
            (Some(x), Some(y)) => Some(x.get(heap).data == y.get(heap).data),
            _ => None,
        },
        // Builtin containers and scalars of different kinds never equal each other.
        (x, y) if x != y => Some(false),
        _ => None,
    }
}

/// As `equal_simple`, following tuples of such values a few levels down.
pub(crate) fn equal_nested(heap: &Heap, a: &Value, b: &Value, depth: u32) -> Option<bool> {
    if let (Some(x), Some(y)) = (a.downcast_exact::<Tuple>(), b.downcast_exact::<Tuple>()) {
        return if a.is(b) { Some(true) } else { equal_tuples(heap, x.items(heap), y.items(heap), depth.checked_sub(1)?) };
    }
    equal_simple(heap, a, b)
}
/// Items first: only when all are equal do the lengths decide, since an undecided item's `__eq__` must run before.
fn equal_tuples(heap: &Heap, xs: &[Value], ys: &[Value], depth: u32) -> Option<bool> {
    for (x, y) in xs.iter().zip(ys) {
        if x.is(y) {
            continue;
        }
        if (x.is_small_int() && y.is_small_int()) || !equal_nested(heap, x, y, depth)? {
            return Some(false);
        }
    }
    Some(xs.len() == ys.len())
}

/// So many levels of tuples within tuples are compared without asking for the stack.
pub(crate) const NESTED_TUPLES: u32 = 8;

/// What exact builtin types can be compared with each other at all.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Comparable {
    Number,
    Text,
    List,
    Tuple,
    Dict,
    Set,
    None,
}

fn kind(v: &Value) -> Option<Comparable> {
    Some(match v.type_id() {
        id::INT | id::FLOAT | id::BOOL => Comparable::Number,
        id::STR | id::BYTES => Comparable::Text,
        id::LIST => Comparable::List,
        id::TUPLE => Comparable::Tuple,
        id::DICT => Comparable::Dict,
        id::SET | id::FROZENSET => Comparable::Set,
        id::NONE => Comparable::None,
        _ => return None,
    })
}

impl Vm {
    /// `a op b` as a value.
    pub fn compare(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<Value> {
        if let Some(result) = self.compare_simple(op, a, b) {
            return Ok(Value::bool(result));
        }
        let (ta, tb) = (a.type_id(), b.type_id());
        if ta == tb && matches!(ta, id::TUPLE | id::LIST) {
            if let Some(result) = self.compare_plain_sequences(op, a, b) {
                return Ok(Value::bool(result));
            }
            return self.compare_sequences(op, a, b);
        }
        if (self.is_instance_type(ta) || self.is_instance_type(tb)) && self.only_identity_compares(op, a, b) {
            return self.compare_identity(op, a, b);
        }
        let mut tried_reflected = false;
        if ta != tb && self.heap.is_subtype(tb, ta) {
            if let Some(f) = self.heap.special(tb, op.reflected().special()) {
                tried_reflected = true;
                let v = self.call_comparison(&f, b, a)?;
                if !v.is_not_implemented() {
                    return Ok(v);
                }
            }
        }
        if let Some(f) = self.heap.special(ta, op.special()) {
            let v = self.call_comparison(&f, a, b)?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        if tried_reflected { self.compare_identity(op, a, b) } else { self.compare_after_left(op, a, b) }
    }
    /// What comes after the left operand's method gave NotImplemented.
    pub(crate) fn compare_after_left(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<Value> {
        if let Some(f) = self.heap.special(b.type_id(), op.reflected().special()) {
            let v = self.call_comparison(&f, b, a)?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        self.compare_identity(op, a, b)
    }
    /// Whether a type's comparison is that of `object`.
    fn compares_by_identity(&mut self, op: CmpOp, type_id: u32) -> bool {
        let mut inherited = |special| self.heap.shares_special(type_id, id::OBJECT, special);
        inherited(op.special()) && (op != CmpOp::Ne || inherited(Special::Eq))
    }
    /// Whether instances of a type are made by a class statement, over nothing but `object`.
    fn is_instance_type(&self, type_id: u32) -> bool {
        let info = self.heap.info(type_id);
        info.layout == id::OBJECT && info.flags & crate::heap::flags::HEAP_TYPE != 0
    }
    /// Whether each side has `object`'s comparison, or is an exact builtin scalar, which knows no instances.
    fn only_identity_compares(&mut self, op: CmpOp, a: &Value, b: &Value) -> bool {
        let scalar = |v: &Value| matches!(v.type_id(), id::INT | id::FLOAT | id::BOOL | id::STR | id::NONE);
        (scalar(a) || self.compares_by_identity(op, a.type_id())) && (scalar(b) || self.compares_by_identity(op.reflected(), b.type_id()))
    }
    /// What comparisons mean that neither operand knows.
    fn compare_identity(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<Value> {
        match op {
            CmpOp::Eq => Ok(Value::bool(a.is(b))),
            CmpOp::Ne => Ok(Value::bool(!a.is(b))),
            _ => {
                let (symbol, x, y) = (op.symbol(), self.heap.type_name(a), self.heap.type_name(b));
                Err(self.type_error(format!("'{symbol}' not supported between instances of '{x}' and '{y}'")))
            }
        }
    }
    /// Calls a comparison method. A descriptor that gives none counts as no method at all.
    fn call_comparison(&mut self, method: &Value, this: &Value, other: &Value) -> Result<Value> {
        let type_id = method.type_id();
        if matches!(type_id, id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR) || self.heap.special(type_id, Special::Get).is_none() {
            return self.call_unbound(method, this, std::slice::from_ref(other));
        }
        match self.descriptor_get(method, Some(this), this.type_id()) {
            Ok(bound) => self.call(&bound, std::slice::from_ref(other)),
            Err(crate::Raised) if self.pending_is(crate::Exc::AttributeError) => {
                self.take_pending();
                Ok(Value::NOT_IMPLEMENTED)
            }
            Err(e) => Err(e),
        }
    }
    /// Comparison of exact numbers and strings.
    pub fn compare_simple(&self, op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
        if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
            return Some(op.test(x.cmp(&y)));
        }
        if let (Some(x), Some(y)) = (a.downcast_exact::<Str>(), b.downcast_exact::<Str>()) {
            let (x, y) = (x.get(&self.heap), y.get(&self.heap));
            return Some(match op {
                CmpOp::Eq => x.same(y),
                CmpOp::Ne => !x.same(y),
                _ => match (x.view(), y.view()) {
                    (StrRef::One(&[x]), StrRef::One(&[y])) => op.test(x.cmp(&y)),
                    (x, y) => op.test(x.cmp(&y)),
                },
            });
        }
        if matches!(op, CmpOp::Eq | CmpOp::Ne) && !a.is(b) {
            // Of different plain kinds, or neither text nor number: None, True.
            return equal_simple(&self.heap, a, b).map(|equal| equal == (op == CmpOp::Eq));
        }
        let number = |v: &Value| v.is_small_int() || v.is_float() || v.is_exact_int();
        if number(a) && number(b) {
            return Some(match (a.as_float(), b.as_float()) {
                (Some(x), Some(y)) => op.test_floats(x, y),
                (Some(x), None) => match compare_int_float(b.as_int(&*self.heap)?, x) {
                    Some(o) => op.test(o.reverse()),
                    None => op == CmpOp::Ne,
                },
                (None, Some(y)) => match compare_int_float(a.as_int(&*self.heap)?, y) {
                    Some(o) => op.test(o),
                    None => op == CmpOp::Ne,
                },
                (None, None) => op.test(compare_ints(a.as_int(&*self.heap)?, b.as_int(&*self.heap)?)),
            });
        }
        None
    }
    /// Comparison of tuples or lists as far as the items up to the first difference are exact builtin scalars, or
    /// tuples of such.
    pub fn compare_plain_sequences(&self, op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
        self.compare_nested(op, a, b, NESTED_TUPLES)
    }
    fn compare_nested(&self, op: CmpOp, a: &Value, b: &Value, depth: u32) -> Option<bool> {
        let heap = &*self.heap;
        let (xs, ys) = match (a.downcast_exact::<Tuple>(), b.downcast_exact::<Tuple>()) {
            (Some(a), Some(b)) => (a.items(heap), b.items(heap)),
            _ => (a.downcast_exact::<List>()?.get(heap).items(), b.downcast_exact::<List>()?.get(heap).items()),
        };
        for (x, y) in xs.iter().zip(ys) {
            if x.is(y) {
                continue;
            }
            if let (Some(x), Some(y)) = (x.as_small_int(), y.as_small_int()) {
                return Some(op.test(x.cmp(&y)));
            }
            if equal_nested(heap, x, y, depth)? {
                continue;
            }
            return match op {
                CmpOp::Eq => Some(false),
                CmpOp::Ne => Some(true),
                _ if x.is_exact::<Tuple>() => self.compare_nested(op, x, y, depth.checked_sub(1)?),
                _ => self.compare_simple(op, x, y),
            };
        }
        Some(op.test(xs.len().cmp(&ys.len())))
    }
    /// `a < b` where that runs no Python: scalars, and tuples or lists of such.
    #[inline]
    pub fn less_without_python(&self, a: &Value, b: &Value) -> Option<bool> {
        if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
            return Some(x < y);
        }
        if let (Some(x), Some(y)) = (a.as_float(), b.as_float()) {
            return Some(x < y);
        }
        // Most tuples differ in their first items already.
        if let (Some(x), Some(y)) = (a.downcast_exact::<Tuple>(), b.downcast_exact::<Tuple>()) {
            if let (Some(x), Some(y)) = (x.items(&*self.heap).first(), y.items(&*self.heap).first())
                && let (Some(x), Some(y)) = (x.as_small_int(), y.as_small_int())
                && x != y
            {
                return Some(x < y);
            }
            return self.compare_plain_sequences(CmpOp::Lt, a, b);
        }
        self.compare_simple(CmpOp::Lt, a, b).or_else(|| self.compare_plain_sequences(CmpOp::Lt, a, b))
    }
    /// `a op b` as a truth value.
    pub fn compare_bool(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<bool> {
        let v = self.compare(op, a, b)?;
        self.truth(&v)
    }
    /// `a is b or a == b`: how containers compare.
    pub fn equal(&mut self, a: &Value, b: &Value) -> Result<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if let Some(equal) = equal_simple(&self.heap, a, b) {
            return Ok(equal);
        }
        self.compare_bool(CmpOp::Eq, a, b)
    }
    /// Equality of exact builtin scalars; `None` when `__eq__` must be asked.
    #[inline]
    pub fn equal_without_python(&self, a: &Value, b: &Value) -> Option<bool> {
        equal_simple(&self.heap, a, b)
    }

    /// `hash(value)`.
    #[inline]
    pub fn hash(&mut self, value: &Value) -> Result<i64> {
        if let Some(h) = self.heap.hash_without_python(value) {
            return Ok(h);
        }
        self.hash_slow(value)
    }
    fn hash_slow(&mut self, value: &Value) -> Result<i64> {
        match self.heap.special(value.type_id(), Special::Hash) {
            Some(f) if !f.is_none() => {
                let h = self.call_unbound(&f, value, &[])?;
                match h.as_int(&*self.heap) {
                    Some(IntRef::Small(i)) => Ok(if i == -1 { -2 } else { i }),
                    Some(big) => match big.to_i64() {
                        Some(-1) => Ok(-2),
                        Some(i) => Ok(i),
                        None => Ok(krait_text::int_float::hash_int(&big.to_big())),
                    },
                    None => Err(self.type_error("__hash__ method should return an integer")),
                }
            }
            _ => {
                let name = self.heap.type_name(value);
                Err(self.type_error(format!("unhashable type: '{name}'")))
            }
        }
    }
    /// The hash of identity.
    pub fn identity_hash(&self, value: &Value) -> i64 {
        identity_hash(value)
    }
}

fn identity_hash(value: &Value) -> i64 {
    let h = (value.bits() >> 4) as i64;
    if h == -1 { -2 } else { h }
}
