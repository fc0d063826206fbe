//! Constants: parsing of large integers, folding of constant expressions, conversion to bytecode.
//!
//! Folding never changes what a program can observe: operations that would raise are left to
//! run time, and results have CPython's size limits so that `"a" * 10**9` costs nothing at
//! compile time.

use crate::ast::*;
use crate::strings;
use bumpalo::Bump;
use dashu_int::ops::{BitTest, DivEuclid, RemEuclid};
use dashu_int::{IBig, Sign, UBig};
use krait_bytecode::Const;

/// Integers beyond these many bits are not folded.
const MAX_INT_BITS: usize = 128;
const MAX_COLLECTION: usize = 256;
const MAX_STR: usize = 4096;
/// The default limit of `sys.set_int_max_str_digits`, which literals obey.
const MAX_STR_DIGITS: usize = 4300;

/// The value of an integer literal as written.
pub fn parse_int(text: &str) -> Result<IBig, String> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, &digits[2..]),
        Some("0o" | "0O") => (8, &digits[2..]),
        Some("0b" | "0B") => (2, &digits[2..]),
        _ => (10, digits.as_str()),
    };
    if radix == 10 && digits.len() > MAX_STR_DIGITS {
        return Err(format!(
            "Exceeds the limit ({MAX_STR_DIGITS} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
             to avoid decimal conversion limits.",
            digits.len()
        ));
    }
    IBig::from_str_radix(digits, radix).map_err(|_| "invalid integer literal".to_owned())
}

pub fn constant_from_int<'a>(arena: &'a Bump, value: &IBig) -> Constant<'a> {
    match i64::try_from(value) {
        Ok(small) => Constant::Int(small),
        Err(_) => {
            let (sign, magnitude) = value.clone().into_parts();
            let magnitude = arena.alloc_slice_copy(&magnitude.to_le_bytes());
            Constant::BigInt { negative: sign == Sign::Negative, magnitude }
        }
    }
}

fn int_of(value: Constant<'_>) -> Option<IBig> {
    match value {
        Constant::Int(small) => Some(IBig::from(small)),
        Constant::True => Some(IBig::ONE),
        Constant::False => Some(IBig::ZERO),
        Constant::BigInt { negative, magnitude } => {
            let sign = if negative { Sign::Negative } else { Sign::Positive };
            Some(IBig::from_parts(sign, UBig::from_le_bytes(magnitude)))
        }
        _ => None,
    }
}

fn float_of(value: Constant<'_>) -> Option<f64> {
    match value {
        Constant::Float(value) => Some(value),
        Constant::Int(small) if small.unsigned_abs() <= 1 << 53 => Some(small as f64),
        Constant::True => Some(1.0),
        Constant::False => Some(0.0),
        _ => None,
    }
}

/// The value of a constant expression, if it is one and folding it is harmless.
pub fn fold<'a>(arena: &'a Bump, expr: &Expr<'a>, optimize: u8) -> Option<Constant<'a>> {
    fold_deep(arena, expr, optimize, 100)
}

fn fold_deep<'a>(arena: &'a Bump, expr: &Expr<'a>, optimize: u8, depth: u32) -> Option<Constant<'a>> {
    let depth = depth.checked_sub(1)?;
    match expr.kind {
        ExprKind::Constant(node) => Some(node.value),
        ExprKind::Name(Name { id: "__debug__", ctx: Context::Load, .. }) => {
            Some(if optimize == 0 { Constant::True } else { Constant::False })
        }
        ExprKind::UnaryOp(node) => unary(arena, node.op, fold_deep(arena, node.operand, optimize, depth)?),
        ExprKind::BinOp(node) => {
            let left = fold_deep(arena, node.left, optimize, depth)?;
            let right = fold_deep(arena, node.right, optimize, depth)?;
            binary(arena, node.op, left, right)
        }
        ExprKind::Tuple(node) if node.ctx == Context::Load => tuple(arena, node.elts, optimize, depth),
        ExprKind::Subscript(node) if node.ctx == Context::Load => {
            let value = fold_deep(arena, node.value, optimize, depth)?;
            let index = fold_deep(arena, node.slice, optimize, depth)?;
            subscript(arena, value, index)
        }
        _ => None,
    }
}

/// What an optimised tree has in place of a node: `__debug__` is a constant, so are the numbers of patterns, and the second
/// level has no docstrings.
pub fn optimized<'a>(arena: &'a Bump, node: Node<'a>, level: u8) -> Node<'a> {
    match node {
        Node::Expr(expr) if matches!(expr.kind, ExprKind::Name(Name { id: "__debug__", ctx: Context::Load, .. })) => {
            Node::Expr(as_constant(arena, expr, level))
        }
        Node::Pattern(pattern) => {
            let kind = match pattern.kind {
                PatternKind::MatchValue(&node) => {
                    PatternKind::MatchValue(arena.alloc(MatchValue { value: as_constant(arena, node.value, level), ..node }))
                }
                PatternKind::MatchMapping(&node) => {
                    let keys: Vec<Expr<'a>> = node.keys.iter().map(|key| *as_constant(arena, key, level)).collect();
                    PatternKind::MatchMapping(arena.alloc(MatchMapping { keys: arena.alloc_slice_copy(&keys), ..node }))
                }
                _ => return node,
            };
            Node::Pattern(arena.alloc(Pattern { kind, ..*pattern }))
        }
        Node::Stmt(stmt) if level >= 2 => {
            let kind = match stmt.kind {
                StmtKind::FunctionDef(&node) => StmtKind::FunctionDef(arena.alloc(FunctionDef { body: undocumented(arena, node.body), ..node })),
                StmtKind::AsyncFunctionDef(&node) => StmtKind::AsyncFunctionDef(arena.alloc(FunctionDef { body: undocumented(arena, node.body), ..node })),
                StmtKind::ClassDef(&node) => StmtKind::ClassDef(arena.alloc(ClassDef { body: undocumented(arena, node.body), ..node })),
                _ => return node,
            };
            Node::Stmt(arena.alloc(Stmt { kind, ..*stmt }))
        }
        Node::Mod(module) if level >= 2 => match module.kind {
            ModKind::Module(&node) => {
                let kind = ModKind::Module(arena.alloc(Module { body: undocumented(arena, node.body), ..node }));
                Node::Mod(arena.alloc(Mod { kind, ..*module }))
            }
            _ => node,
        },
        node => node,
    }
}

/// The expression as a constant, if it is one.
fn as_constant<'a>(arena: &'a Bump, expr: &'a Expr<'a>, level: u8) -> &'a Expr<'a> {
    match fold(arena, expr, level) {
        Some(_) if matches!(expr.kind, ExprKind::Constant(_)) => expr,
        Some(value) => {
            let kind = ExprKind::Constant(arena.alloc(ConstantExpr { value, kind: None, marker: M }));
            arena.alloc(Expr { kind, ..*expr })
        }
        None => expr,
    }
}

/// A body without its docstring.
fn undocumented<'a>(arena: &'a Bump, body: Stmts<'a>) -> Stmts<'a> {
    match (crate::symtable::docstring(body), body) {
        (Some(_), [only]) => std::slice::from_ref(arena.alloc(Stmt { kind: StmtKind::Pass, ..*only })),
        (Some(_), [_, rest @ ..]) => rest,
        _ => body,
    }
}

/// The constant tuple of some constant items.
pub fn tuple<'a>(arena: &'a Bump, items: Exprs<'a>, optimize: u8, depth: u32) -> Option<Constant<'a>> {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        values.push(fold_deep(arena, item, optimize, depth)?);
    }
    Some(Constant::Tuple(arena.alloc_slice_copy(&values)))
}

fn subscript<'a>(arena: &'a Bump, value: Constant<'a>, index: Constant<'a>) -> Option<Constant<'a>> {
    let Constant::Int(index) = index else { return None };
    let pick = |length: usize| -> Option<usize> {
        let at = if index < 0 { index + length as i64 } else { index };
        usize::try_from(at).ok().filter(|&at| at < length)
    };
    match value {
        Constant::Tuple(items) => pick(items.len()).map(|at| items[at]),
        Constant::Bytes(bytes) => pick(bytes.len()).map(|at| Constant::Int(bytes[at] as i64)),
        Constant::Str(text) => {
            let points = strings::code_points(text);
            let at = pick(points.len())?;
            let mut out = Vec::new();
            strings::push_code_point(&mut out, points[at]);
            Some(Constant::Str(arena.alloc_slice_copy(&out)))
        }
        _ => None,
    }
}

/// The truth of a constant.
pub fn truth(value: Constant<'_>) -> bool {
    match value {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::BigInt { .. } => true,
        Constant::Int(value) => value != 0,
        Constant::Float(value) => value != 0.0,
        Constant::Complex { real, imag } => real != 0.0 || imag != 0.0,
        Constant::Str(value) | Constant::Bytes(value) => !value.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

pub fn unary<'a>(arena: &'a Bump, op: UnaryOp, value: Constant<'a>) -> Option<Constant<'a>> {
    match (op, value) {
        (UnaryOp::Not, value) => Some(if truth(value) { Constant::False } else { Constant::True }),
        // `~True` warns at run time.
        (UnaryOp::Invert, Constant::True | Constant::False) => None,
        (UnaryOp::USub, Constant::Float(value)) => Some(Constant::Float(-value)),
        (UnaryOp::UAdd, Constant::Float(value)) => Some(Constant::Float(value)),
        (UnaryOp::USub, Constant::Complex { real, imag }) => Some(Constant::Complex { real: -real, imag: -imag }),
        (UnaryOp::UAdd, Constant::Complex { real, imag }) => Some(Constant::Complex { real, imag }),
        (op, value) => {
            let int = int_of(value)?;
            let result = match op {
                UnaryOp::USub => -int,
                UnaryOp::UAdd => int,
                UnaryOp::Invert => -int - IBig::ONE,
                UnaryOp::Not => return None,
            };
            Some(constant_from_int(arena, &result))
        }
    }
}

pub fn binary<'a>(arena: &'a Bump, op: Operator, left: Constant<'a>, right: Constant<'a>) -> Option<Constant<'a>> {
    match (left, right) {
        (Constant::Str(a), Constant::Str(b)) if op == Operator::Add => {
            concat(arena, a, b).map(Constant::Str)
        }
        (Constant::Bytes(a), Constant::Bytes(b)) if op == Operator::Add => {
            concat(arena, a, b).map(Constant::Bytes)
        }
        (Constant::Tuple(a), Constant::Tuple(b)) if op == Operator::Add && a.len() + b.len() <= MAX_COLLECTION => {
            Some(Constant::Tuple(arena.alloc_slice_copy(&[a, b].concat())))
        }
        (Constant::Str(text), Constant::Int(count)) | (Constant::Int(count), Constant::Str(text))
            if op == Operator::Mult =>
        {
            repeat(arena, text, count, MAX_STR).map(Constant::Str)
        }
        (Constant::Bytes(text), Constant::Int(count)) | (Constant::Int(count), Constant::Bytes(text))
            if op == Operator::Mult =>
        {
            repeat(arena, text, count, MAX_STR).map(Constant::Bytes)
        }
        (Constant::Tuple(items), Constant::Int(count)) | (Constant::Int(count), Constant::Tuple(items))
            if op == Operator::Mult =>
        {
            repeat(arena, items, count, MAX_COLLECTION).map(Constant::Tuple)
        }
        (Constant::Complex { .. }, _) | (_, Constant::Complex { .. }) => complex(op, left, right),
        (Constant::Float(_), _) | (_, Constant::Float(_)) => float(op, float_of(left)?, float_of(right)?),
        _ => integer(arena, op, left, right),
    }
}

fn concat<'a>(arena: &'a Bump, a: &[u8], b: &[u8]) -> Option<&'a [u8]> {
    (a.len() + b.len() <= MAX_STR * 16).then(|| &*arena.alloc_slice_copy(&[a, b].concat()))
}

fn repeat<'a, T: Copy>(arena: &'a Bump, items: &[T], count: i64, limit: usize) -> Option<&'a [T]> {
    let count = usize::try_from(count.max(0)).ok()?;
    let length = items.len().checked_mul(count)?;
    (length <= limit).then(|| &*arena.alloc_slice_copy(&items.repeat(count)))
}

fn float<'a>(op: Operator, a: f64, b: f64) -> Option<Constant<'a>> {
    let result = match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        // The others have Python's own rounding rules and are left to the runtime.
        _ => return None,
    };
    Some(Constant::Float(result))
}

fn complex<'a>(op: Operator, left: Constant<'_>, right: Constant<'_>) -> Option<Constant<'a>> {
    // Mixed real and complex arithmetic does not convert the real operand, which matters for
    // signed zeros.
    let (real, imag) = match (op, left, right) {
        (Operator::Add, Constant::Complex { real: a, imag: b }, Constant::Complex { real: c, imag: d }) => {
            (a + c, b + d)
        }
        (Operator::Sub, Constant::Complex { real: a, imag: b }, Constant::Complex { real: c, imag: d }) => {
            (a - c, b - d)
        }
        (Operator::Add, Constant::Complex { real, imag }, other)
        | (Operator::Add, other, Constant::Complex { real, imag }) => (real + float_of(other)?, imag),
        (Operator::Sub, Constant::Complex { real, imag }, other) => (real - float_of(other)?, imag),
        (Operator::Sub, other, Constant::Complex { real, imag }) => (float_of(other)? - real, -imag),
        _ => return None,
    };
    Some(Constant::Complex { real, imag })
}

fn integer<'a>(arena: &'a Bump, op: Operator, left: Constant<'_>, right: Constant<'_>) -> Option<Constant<'a>> {
    let (a, b) = (int_of(left)?, int_of(right)?);
    let bits = |value: &IBig| value.bit_len();
    let result = match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult if bits(&a) + bits(&b) <= MAX_INT_BITS => a * b,
        Operator::FloorDiv | Operator::Mod if !b.is_zero() => {
            let (quotient, remainder) = floor_div(&a, &b);
            if op == Operator::Mod { remainder } else { quotient }
        }
        Operator::Div if !b.is_zero() => {
            // Both exact in a double: the quotient is then correctly rounded.
            return Some(Constant::Float(float_of(left)? / float_of(right)?));
        }
        Operator::Pow => {
            let exponent = usize::try_from(&b).ok()?;
            if !a.is_zero() && bits(&a).checked_mul(exponent)? > MAX_INT_BITS {
                return None;
            }
            a.pow(exponent)
        }
        Operator::LShift => {
            let shift = usize::try_from(&b).ok()?;
            if shift > MAX_INT_BITS || bits(&a) + shift > MAX_INT_BITS {
                return None;
            }
            a << shift
        }
        Operator::RShift => {
            let shift = usize::try_from(&b).ok()?;
            a >> shift
        }
        Operator::BitAnd | Operator::BitOr | Operator::BitXor => {
            // Bool with bool stays bool.
            let bools = matches!(left, Constant::True | Constant::False)
                && matches!(right, Constant::True | Constant::False);
            let result = match op {
                Operator::BitAnd => a & b,
                Operator::BitOr => a | b,
                _ => a ^ b,
            };
            if bools {
                return Some(if result.is_zero() { Constant::False } else { Constant::True });
            }
            result
        }
        _ => return None,
    };
    Some(constant_from_int(arena, &result))
}

fn floor_div(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let quotient = a.clone().div_euclid(b.clone());
    let remainder = IBig::from(a.clone().rem_euclid(b.clone()));
    // The Euclidean remainder is never negative; Python's has the divisor's sign.
    if b.sign() == Sign::Negative && !remainder.is_zero() {
        (quotient - IBig::ONE, remainder + b)
    } else {
        (quotient, remainder)
    }
}

pub fn to_const(value: Constant<'_>) -> Const {
    match value {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(value) => Const::Int(value),
        Constant::BigInt { negative, magnitude } => Const::BigInt { negative, magnitude: magnitude.into() },
        Constant::Float(value) => Const::Float(value),
        Constant::Complex { real, imag } => Const::Complex(real, imag),
        Constant::Str(text) => Const::Str(strings::to_wstr(text)),
        Constant::Bytes(bytes) => Const::Bytes(bytes.into()),
        Constant::Tuple(items) => Const::Tuple(items.iter().map(|&item| to_const(item)).collect()),
        Constant::FrozenSet(items) => Const::FrozenSet(items.iter().map(|&item| to_const(item)).collect()),
    }
}

/// A key that is equal exactly for constants that may share a slot: type and bits, so that `1`,
/// `1.0`, `True`, `0.0` and `-0.0` stay apart. Code objects never share; `unique` keeps them apart.
pub fn const_key(value: &Const, unique: u32, key: &mut Vec<u8>) {
    match value {
        Const::None => key.push(b'N'),
        Const::True => key.push(b'T'),
        Const::False => key.push(b'F'),
        Const::Ellipsis => key.push(b'.'),
        Const::Int(value) => {
            key.push(b'i');
            key.extend(value.to_le_bytes());
        }
        Const::BigInt { negative, magnitude } => {
            key.push(if *negative { b'm' } else { b'p' });
            key.extend((magnitude.len() as u32).to_le_bytes());
            key.extend(magnitude);
        }
        Const::Float(value) => {
            key.push(b'f');
            key.extend(value.to_bits().to_le_bytes());
        }
        Const::Complex(real, imag) => {
            key.push(b'c');
            key.extend(real.to_bits().to_le_bytes());
            key.extend(imag.to_bits().to_le_bytes());
        }
        Const::Str(text) => {
            let points = text.code_points();
            key.push(b's');
            key.extend((points.len() as u32).to_le_bytes());
            points.iter().for_each(|point| key.extend(point.to_le_bytes()));
        }
        Const::Bytes(bytes) => {
            key.push(b'b');
            key.extend((bytes.len() as u32).to_le_bytes());
            key.extend(bytes);
        }
        Const::Tuple(items) | Const::FrozenSet(items) => {
            key.push(if matches!(value, Const::Tuple(_)) { b'(' } else { b'{' });
            key.extend((items.len() as u32).to_le_bytes());
            items.iter().for_each(|item| const_key(item, unique, key));
        }
        Const::Slice(parts) => {
            key.push(b':');
            parts.iter().for_each(|part| const_key(part, unique, key));
        }
        Const::Code(_) => {
            key.push(b'C');
            key.extend(unique.to_le_bytes());
        }
    }
}
