//! Expressions back to text, as `from __future__ import annotations` stores them.
//!
//! The output is that of CPython's own unparser: minimal parentheses, single quotes preferred,
//! `1e309` for infinities. The `ast` module's `unparse` is the library's and not this.

use crate::ast::*;
use crate::strings;

/// Binding strengths, weakest first.
const TUPLE: u8 = 0;
const TEST: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const CMP: u8 = 5;
const EXPR: u8 = 6;
const BXOR: u8 = 7;
const BAND: u8 = 8;
const SHIFT: u8 = 9;
const ARITH: u8 = 10;
const TERM: u8 = 11;
const FACTOR: u8 = 12;
const POWER: u8 = 13;
const AWAIT: u8 = 14;
const ATOM: u8 = 15;

/// The text of an expression, in generalised UTF-8.
pub fn expression(expr: &Expr<'_>) -> Vec<u8> {
    let mut out = Writer { out: Vec::new() };
    out.expr(expr, TEST);
    out.out
}

/// The text of a constant: its `repr`.
pub fn constant(value: Constant<'_>) -> Vec<u8> {
    let mut out = Writer { out: Vec::new() };
    out.constant(value);
    out.out
}

/// `repr` of a float.
pub fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        if plain.contains('.') { plain } else { plain + ".0" }
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    }
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn enclose(&mut self, wrap: bool, inner: impl FnOnce(&mut Self)) {
        if wrap {
            self.text("(");
        }
        inner(self);
        if wrap {
            self.text(")");
        }
    }

    fn list(&mut self, items: Exprs<'_>, level: u8) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            self.expr(item, level);
        }
    }

    fn expr(&mut self, expr: &Expr<'_>, level: u8) {
        crate::stack::deep(|| self.expr_inner(expr, level))
    }

    fn expr_inner(&mut self, expr: &Expr<'_>, level: u8) {
        match expr.kind {
            ExprKind::BoolOp(node) => {
                let (op, own) = if node.op == BoolOp::And { (" and ", AND) } else { (" or ", OR) };
                self.enclose(level > own, |out| {
                    for (index, value) in node.values.iter().enumerate() {
                        if index > 0 {
                            out.text(op);
                        }
                        out.expr(value, own + 1);
                    }
                });
            }
            ExprKind::NamedExpr(node) => self.enclose(level > TUPLE, |out| {
                out.expr(node.target, ATOM);
                out.text(" := ");
                out.expr(node.value, ATOM);
            }),
            ExprKind::BinOp(node) => {
                let own = match node.op {
                    Operator::Add | Operator::Sub => ARITH,
                    Operator::Mult | Operator::MatMult | Operator::Div | Operator::Mod | Operator::FloorDiv => TERM,
                    Operator::LShift | Operator::RShift => SHIFT,
                    Operator::BitOr => EXPR,
                    Operator::BitXor => BXOR,
                    Operator::BitAnd => BAND,
                    Operator::Pow => POWER,
                };
                let right_associative = node.op == Operator::Pow;
                self.enclose(level > own, |out| {
                    out.expr(node.left, own + right_associative as u8);
                    out.text(&format!(" {} ", node.op.symbol()));
                    out.expr(node.right, own + !right_associative as u8);
                });
            }
            ExprKind::UnaryOp(node) => {
                let (op, own) = match node.op {
                    UnaryOp::Invert => ("~", FACTOR),
                    UnaryOp::Not => ("not ", NOT),
                    UnaryOp::UAdd => ("+", FACTOR),
                    UnaryOp::USub => ("-", FACTOR),
                };
                self.enclose(level > own, |out| {
                    out.text(op);
                    out.expr(node.operand, own);
                });
            }
            ExprKind::Lambda(node) => self.enclose(level > TEST, |out| {
                let args = node.args;
                let has_args = !args.posonlyargs.is_empty()
                    || !args.args.is_empty()
                    || args.vararg.is_some()
                    || !args.kwonlyargs.is_empty()
                    || args.kwarg.is_some();
                out.text(if has_args { "lambda " } else { "lambda" });
                out.arguments(args);
                out.text(": ");
                out.expr(node.body, TEST);
            }),
            ExprKind::IfExp(node) => self.enclose(level > TEST, |out| {
                out.expr(node.body, TEST + 1);
                out.text(" if ");
                out.expr(node.test, TEST + 1);
                out.text(" else ");
                out.expr(node.orelse, TEST);
            }),
            ExprKind::Dict(node) => {
                self.text("{");
                for (index, (key, value)) in node.keys.iter().zip(node.values).enumerate() {
                    if index > 0 {
                        self.text(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, TEST);
                            self.text(": ");
                            self.expr(value, TEST);
                        }
                        None => {
                            self.text("**");
                            self.expr(value, EXPR);
                        }
                    }
                }
                self.text("}");
            }
            ExprKind::Set(node) => {
                self.text("{");
                self.list(node.elts, TEST);
                self.text("}");
            }
            ExprKind::GeneratorExp(node) => self.comprehension("(", node.elt, None, node.generators, ")"),
            ExprKind::ListComp(node) => self.comprehension("[", node.elt, None, node.generators, "]"),
            ExprKind::SetComp(node) => self.comprehension("{", node.elt, None, node.generators, "}"),
            ExprKind::DictComp(node) => {
                self.comprehension("{", node.key, Some(node.value), node.generators, "}");
            }
            ExprKind::Await(node) => self.enclose(level > AWAIT, |out| {
                out.text("await ");
                out.expr(node.value, ATOM);
            }),
            ExprKind::Yield(node) => {
                self.text("(yield");
                if let Some(value) = node.value {
                    self.text(" ");
                    self.expr(value, TUPLE);
                }
                self.text(")");
            }
            ExprKind::YieldFrom(node) => {
                self.text("(yield from ");
                self.expr(node.value, TEST);
                self.text(")");
            }
            ExprKind::Compare(node) => self.enclose(level > CMP, |out| {
                out.expr(node.left, CMP + 1);
                for (op, right) in node.ops.iter().zip(node.comparators) {
                    out.text(match op {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    });
                    out.expr(right, CMP + 1);
                }
            }),
            ExprKind::Call(node) => {
                self.expr(node.func, ATOM);
                if let ([Expr { kind: ExprKind::GeneratorExp(_), .. }], []) = (node.args, node.keywords) {
                    self.expr(&node.args[0], TEST);
                    return;
                }
                self.text("(");
                self.list(node.args, TEST);
                for (index, keyword) in node.keywords.iter().enumerate() {
                    if index > 0 || !node.args.is_empty() {
                        self.text(", ");
                    }
                    match keyword.arg {
                        Some(name) => self.text(&format!("{name}=")),
                        None => self.text("**"),
                    }
                    self.expr(keyword.value, TEST);
                }
                self.text(")");
            }
            ExprKind::Constant(node) => {
                if node.kind.is_some() {
                    self.text("u");
                }
                self.constant(node.value);
            }
            ExprKind::JoinedStr(_) | ExprKind::FormattedValue(_) => self.interpolated("f", expr),
            ExprKind::TemplateStr(_) | ExprKind::Interpolation(_) => self.interpolated("t", expr),
            ExprKind::Attribute(node) => {
                self.expr(node.value, ATOM);
                // `1 .real`: a dot right after an integer would make a float.
                let integer = matches!(
                    node.value.kind,
                    ExprKind::Constant(ConstantExpr { value: Constant::Int(_) | Constant::BigInt { .. }, .. })
                );
                self.text(if integer { " ." } else { "." });
                self.text(node.attr);
            }
            ExprKind::Starred(node) => {
                self.text("*");
                self.expr(node.value, EXPR);
            }
            ExprKind::Name(node) => self.text(node.id),
            ExprKind::List(node) => {
                self.text("[");
                self.list(node.elts, TEST);
                self.text("]");
            }
            ExprKind::Tuple(node) => match node.elts {
                [] => self.text("()"),
                [one] => self.enclose(level > TUPLE, |out| {
                    out.expr(one, TEST);
                    out.text(",");
                }),
                elts => self.enclose(level > TUPLE, |out| out.list(elts, TEST)),
            },
            ExprKind::Subscript(node) => {
                self.expr(node.value, ATOM);
                self.text("[");
                self.expr(node.slice, TUPLE);
                self.text("]");
            }
            ExprKind::Slice(node) => {
                if let Some(lower) = node.lower {
                    self.expr(lower, TEST);
                }
                self.text(":");
                if let Some(upper) = node.upper {
                    self.expr(upper, TEST);
                }
                if let Some(step) = node.step {
                    self.text(":");
                    self.expr(step, TEST);
                }
            }
            ExprKind::Phantom(never, _) => match never {},
        }
    }

    fn arguments(&mut self, args: &Arguments<'_>) {
        let positional = args.posonlyargs.len() + args.args.len();
        let mut first = true;
        let separate = |out: &mut Self, first: &mut bool| {
            if !std::mem::replace(first, false) {
                out.text(", ");
            }
        };
        for (index, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            separate(self, &mut first);
            self.text(arg.arg);
            if let Some(at) = (index + args.defaults.len()).checked_sub(positional) {
                self.text("=");
                self.expr(&args.defaults[at], TEST);
            }
            if index + 1 == args.posonlyargs.len() {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            separate(self, &mut first);
            self.text("*");
            if let Some(arg) = args.vararg {
                self.text(arg.arg);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            separate(self, &mut first);
            self.text(arg.arg);
            if let Some(default) = default {
                self.text("=");
                self.expr(default, TEST);
            }
        }
        if let Some(arg) = args.kwarg {
            separate(self, &mut first);
            self.text("**");
            self.text(arg.arg);
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr<'_>,
        value: Option<&Expr<'_>>,
        generators: &[Comprehension<'_>],
        close: &str,
    ) {
        self.text(open);
        self.expr(elt, TEST);
        if let Some(value) = value {
            self.text(": ");
            self.expr(value, TEST);
        }
        for generator in generators {
            self.text(if generator.is_async != 0 { " async for " } else { " for " });
            self.expr(generator.target, TUPLE);
            self.text(" in ");
            self.expr(generator.iter, TEST + 1);
            for condition in generator.ifs {
                self.text(" if ");
                self.expr(condition, TEST + 1);
            }
        }
        self.text(close);
    }

    fn constant(&mut self, value: Constant<'_>) {
        match value {
            Constant::None => self.text("None"),
            Constant::True => self.text("True"),
            Constant::False => self.text("False"),
            Constant::Ellipsis => self.text("..."),
            Constant::Int(value) => self.text(&value.to_string()),
            Constant::BigInt { negative, magnitude } => {
                if negative {
                    self.text("-");
                }
                self.text(&dashu_int::UBig::from_le_bytes(magnitude).to_string());
            }
            Constant::Float(value) => self.text(&float_repr(value).replace("inf", "1e309")),
            Constant::Complex { real, imag } => {
                let part = |value: f64| {
                    let text = float_repr(value).replace("inf", "1e309");
                    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
                };
                if real == 0.0 && real.is_sign_positive() {
                    self.text(&format!("{}j", part(imag)));
                } else {
                    let sign = if imag.is_sign_negative() { "" } else { "+" };
                    self.text(&format!("({}{sign}{}j)", part(real), part(imag)));
                }
            }
            Constant::Str(text) => self.string(text),
            Constant::Bytes(bytes) => {
                let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
                self.out.extend([b'b', quote]);
                for &byte in bytes {
                    match byte {
                        b'\n' => self.text("\\n"),
                        b'\r' => self.text("\\r"),
                        b'\t' => self.text("\\t"),
                        b'\\' => self.text("\\\\"),
                        _ if byte == quote => self.out.extend([b'\\', byte]),
                        0x20..0x7F => self.out.push(byte),
                        _ => self.text(&format!("\\x{byte:02x}")),
                    }
                }
                self.out.push(quote);
            }
            Constant::Tuple(items) => {
                self.text("(");
                for (index, &item) in items.iter().enumerate() {
                    if index > 0 {
                        self.text(", ");
                    }
                    self.constant(item);
                }
                self.text(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet(items) => {
                self.text("frozenset({");
                for (index, &item) in items.iter().enumerate() {
                    if index > 0 {
                        self.text(", ");
                    }
                    self.constant(item);
                }
                self.text("})");
            }
        }
    }

    fn string(&mut self, text: &[u8]) {
        let quote = if text.contains(&b'\'') && !text.contains(&b'"') { '"' } else { '\'' };
        self.out.push(quote as u8);
        for point in strings::code_points(text) {
            match char::from_u32(point) {
                Some('\n') => self.text("\\n"),
                Some('\r') => self.text("\\r"),
                Some('\t') => self.text("\\t"),
                Some('\\') => self.text("\\\\"),
                Some(c) if c == quote => {
                    self.out.push(b'\\');
                    self.out.push(c as u8);
                }
                Some(c) if !c.is_control() => strings::push_code_point(&mut self.out, point),
                _ if point < 0x100 => self.text(&format!("\\x{point:02x}")),
                _ if point < 0x10000 => self.text(&format!("\\u{point:04x}")),
                _ => self.text(&format!("\\U{point:08x}")),
            }
        }
        self.out.push(quote as u8);
    }

    /// An f-string or t-string: its body first, then quotes that fit around it.
    fn interpolated(&mut self, prefix: &str, expr: &Expr<'_>) {
        let mut body = Writer { out: Vec::new() };
        body.interpolated_part(expr, false);
        self.text(prefix);
        self.string(&body.out);
    }

    fn interpolated_part(&mut self, expr: &Expr<'_>, spec: bool) {
        match expr.kind {
            ExprKind::Constant(ConstantExpr { value: Constant::Str(text), .. }) => {
                for &byte in *text {
                    self.out.push(byte);
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                }
            }
            ExprKind::JoinedStr(node) | ExprKind::TemplateStr(node) => {
                node.values.iter().for_each(|value| self.interpolated_part(value, spec));
            }
            ExprKind::FormattedValue(node) => {
                let mut inner = Writer { out: Vec::new() };
                inner.expr(node.value, TEST + 1);
                self.field(&inner.out, node.conversion, node.format_spec);
            }
            ExprKind::Interpolation(node) => {
                let mut inner = Writer { out: Vec::new() };
                match node.str {
                    Constant::Str(text) => inner.out.extend_from_slice(text),
                    _ => inner.expr(node.value, TEST + 1),
                }
                self.field(&inner.out, node.conversion, node.format_spec);
            }
            _ => self.expr(expr, TEST),
        }
    }

    fn field(&mut self, value: &[u8], conversion: i64, spec: Option<&Expr<'_>>) {
        self.text(if value.starts_with(b"{") { "{ " } else { "{" });
        self.out.extend_from_slice(value);
        match conversion {
            115 => self.text("!s"),
            114 => self.text("!r"),
            97 => self.text("!a"),
            _ => {}
        }
        if let Some(spec) = spec {
            self.text(":");
            self.interpolated_part(spec, true);
        }
        self.text("}");
    }
}
