//! Checks of trees that a program has built by hand, before they are compiled.
//!
//! The parser cannot make such trees, so nothing behind this module expects them. Errors are
//! ValueErrors and TypeErrors with CPython's wording.

use crate::ast::*;
use crate::error::{CompileError, ErrorKind, Result};

pub fn validate(tree: &Mod<'_>) -> Result<()> {
    match tree.kind {
        ModKind::Module(node) => stmts(node.body),
        ModKind::Interactive(node) => stmts(node.body),
        ModKind::Expression(node) => expr(node.body, Context::Load),
        ModKind::FunctionType(node) => {
            exprs(node.argtypes, Context::Load)?;
            expr(node.returns, Context::Load)
        }
        ModKind::Phantom(never, _) => match never {},
    }
}

fn value_error<T>(message: impl Into<String>) -> Result<T> {
    Err(CompileError::plain(ErrorKind::ValueError, message))
}

fn type_error<T>(message: impl Into<String>) -> Result<T> {
    Err(CompileError::plain(ErrorKind::TypeError, message))
}

fn position(span: Span) -> Result<()> {
    if span.line > span.end_line {
        return value_error(format!("AST node line range ({}, {}) is not valid", span.line, span.end_line));
    }
    if (span.line < 0 && span.end_line != span.line) || (span.col < 0 && span.col != span.end_col) {
        return value_error(format!(
            "AST node column range ({}, {}) for line range ({}, {}) is not valid",
            span.col, span.end_col, span.line, span.end_line
        ));
    }
    if span.line == span.end_line && span.col > span.end_col {
        return value_error(format!(
            "line {}, column {}-{} is not a valid range",
            span.line, span.col, span.end_col
        ));
    }
    Ok(())
}

fn nonempty<T>(items: &[T], what: &str, owner: &str) -> Result<()> {
    if items.is_empty() { value_error(format!("empty {what} on {owner}")) } else { Ok(()) }
}

fn name(text: &str) -> Result<()> {
    if matches!(text, "None" | "True" | "False") {
        return value_error(format!("identifier field can't represent '{text}' constant"));
    }
    Ok(())
}

fn opt_name(text: Option<&str>) -> Result<()> {
    text.map_or(Ok(()), name)
}

fn body(items: Stmts<'_>, owner: &str) -> Result<()> {
    nonempty(items, "body", owner)?;
    stmts(items)
}

fn stmts(items: Stmts<'_>) -> Result<()> {
    items.iter().try_for_each(|item| crate::stack::deep(|| stmt(item)))
}

fn stmt(node: &Stmt<'_>) -> Result<()> {
    position(node.span)?;
    let class = node.class_name();
    match node.kind {
        StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => {
            body(def.body, class)?;
            type_params(def.type_params)?;
            arguments(def.args)?;
            exprs(def.decorator_list, Context::Load)?;
            opt_expr(def.returns)
        }
        StmtKind::ClassDef(def) => {
            body(def.body, class)?;
            type_params(def.type_params)?;
            exprs(def.bases, Context::Load)?;
            keywords(def.keywords)?;
            exprs(def.decorator_list, Context::Load)
        }
        StmtKind::Return(node) => opt_expr(node.value),
        StmtKind::Delete(node) => {
            nonempty(node.targets, "targets", class)?;
            exprs(node.targets, Context::Del)
        }
        StmtKind::Assign(node) => {
            nonempty(node.targets, "targets", class)?;
            exprs(node.targets, Context::Store)?;
            expr(node.value, Context::Load)
        }
        StmtKind::AugAssign(node) => {
            expr(node.target, Context::Store)?;
            expr(node.value, Context::Load)
        }
        StmtKind::AnnAssign(node) => {
            if !matches!(node.target.kind, ExprKind::Name(_)) && node.simple != 0 {
                return type_error("AnnAssign with simple non-Name target");
            }
            expr(node.target, Context::Store)?;
            opt_expr(node.value)?;
            expr(node.annotation, Context::Load)
        }
        StmtKind::TypeAlias(node) => {
            if !matches!(node.name.kind, ExprKind::Name(_)) {
                return type_error("TypeAlias with non-Name name");
            }
            expr(node.name, Context::Store)?;
            type_params(node.type_params)?;
            expr(node.value, Context::Load)
        }
        StmtKind::For(node) | StmtKind::AsyncFor(node) => {
            expr(node.target, Context::Store)?;
            expr(node.iter, Context::Load)?;
            body(node.body, class)?;
            stmts(node.orelse)
        }
        StmtKind::While(node) => {
            expr(node.test, Context::Load)?;
            body(node.body, class)?;
            stmts(node.orelse)
        }
        StmtKind::If(node) => {
            expr(node.test, Context::Load)?;
            body(node.body, class)?;
            stmts(node.orelse)
        }
        StmtKind::With(node) | StmtKind::AsyncWith(node) => {
            nonempty(node.items, "items", class)?;
            for item in node.items {
                expr(item.context_expr, Context::Load)?;
                if let Some(vars) = item.optional_vars {
                    expr(vars, Context::Store)?;
                }
            }
            body(node.body, class)
        }
        StmtKind::Match(node) => {
            expr(node.subject, Context::Load)?;
            nonempty(node.cases, "cases", class)?;
            for case in node.cases {
                pattern(case.pattern, false)?;
                opt_expr(case.guard)?;
                body(case.body, "match_case")?;
            }
            Ok(())
        }
        StmtKind::Raise(node) => {
            if let Some(exc) = node.exc {
                expr(exc, Context::Load)?;
                return opt_expr(node.cause);
            }
            if node.cause.is_some() {
                return value_error("Raise with cause but no exception");
            }
            Ok(())
        }
        StmtKind::Try(node) | StmtKind::TryStar(node) => {
            body(node.body, class)?;
            if node.handlers.is_empty() && node.finalbody.is_empty() {
                return value_error(format!("{class} has neither handlers nor finalbody"));
            }
            if node.handlers.is_empty() && !node.orelse.is_empty() {
                return value_error(format!("{class} has orelse but no except handlers"));
            }
            for handler in node.handlers {
                position(handler.span)?;
                let ExceptHandlerKind::ExceptHandler(inner) = handler.kind else { continue };
                opt_expr(inner.type_)?;
                body(inner.body, "ExceptHandler")?;
            }
            stmts(node.finalbody)?;
            stmts(node.orelse)
        }
        StmtKind::Assert(node) => {
            expr(node.test, Context::Load)?;
            opt_expr(node.msg)
        }
        StmtKind::Import(node) => nonempty(node.names, "names", class),
        StmtKind::ImportFrom(node) => {
            if node.level.0 < 0 {
                return value_error("Negative ImportFrom level");
            }
            nonempty(node.names, "names", class)
        }
        StmtKind::Global(node) | StmtKind::Nonlocal(node) => nonempty(node.names, "names", class),
        StmtKind::Expr(node) => expr(node.value, Context::Load),
        StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        StmtKind::Phantom(never, _) => match never {},
    }
}

fn type_params(params: &[TypeParam<'_>]) -> Result<()> {
    for param in params {
        position(param.span)?;
        match param.kind {
            TypeParamKind::TypeVar(node) => {
                name(node.name)?;
                opt_expr(node.bound)?;
                opt_expr(node.default_value)?;
            }
            TypeParamKind::ParamSpec(node) | TypeParamKind::TypeVarTuple(node) => {
                name(node.name)?;
                opt_expr(node.default_value)?;
            }
            TypeParamKind::Phantom(never, _) => match never {},
        }
    }
    Ok(())
}

fn arguments(args: &Arguments<'_>) -> Result<()> {
    for arg in args.posonlyargs.iter().chain(args.args).chain(args.vararg).chain(args.kwonlyargs).chain(args.kwarg) {
        position(arg.span)?;
        opt_expr(arg.annotation)?;
    }
    if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
        return value_error("more positional defaults than args on arguments");
    }
    if args.kw_defaults.len() != args.kwonlyargs.len() {
        return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    exprs(args.defaults, Context::Load)?;
    args.kw_defaults.iter().flatten().try_for_each(|default| expr(default, Context::Load))
}

fn keywords(items: &[Keyword<'_>]) -> Result<()> {
    items.iter().try_for_each(|item| expr(item.value, Context::Load))
}

fn generators(items: &[Comprehension<'_>]) -> Result<()> {
    if items.is_empty() {
        return value_error("comprehension with no generators");
    }
    for item in items {
        expr(item.target, Context::Store)?;
        expr(item.iter, Context::Load)?;
        exprs(item.ifs, Context::Load)?;
    }
    Ok(())
}

fn exprs(items: Exprs<'_>, ctx: Context) -> Result<()> {
    items.iter().try_for_each(|item| expr(item, ctx))
}

fn opt_expr(item: Option<ExprRef<'_>>) -> Result<()> {
    item.map_or(Ok(()), |item| expr(item, Context::Load))
}

fn expr(node: &Expr<'_>, ctx: Context) -> Result<()> {
    crate::stack::deep(|| expr_inner(node, ctx))
}

fn expr_inner(node: &Expr<'_>, ctx: Context) -> Result<()> {
    position(node.span)?;
    let actual = match node.kind {
        ExprKind::Attribute(inner) => Some(inner.ctx),
        ExprKind::Subscript(inner) => Some(inner.ctx),
        ExprKind::Starred(inner) => Some(inner.ctx),
        ExprKind::Name(inner) => {
            name(inner.id)?;
            Some(inner.ctx)
        }
        ExprKind::List(inner) | ExprKind::Tuple(inner) => Some(inner.ctx),
        _ => None,
    };
    match actual {
        None if ctx != Context::Load => {
            return value_error(format!("expression which can't be assigned to in {} context", ctx.name()));
        }
        Some(actual) if actual != ctx => {
            return value_error(format!(
                "expression must have {} context but has {} instead",
                ctx.name(),
                actual.name()
            ));
        }
        _ => {}
    }
    let load = Context::Load;
    match node.kind {
        ExprKind::BoolOp(inner) => {
            if inner.values.len() < 2 {
                return value_error("BoolOp with less than 2 values");
            }
            exprs(inner.values, load)
        }
        ExprKind::NamedExpr(inner) => {
            if !matches!(inner.target.kind, ExprKind::Name(_)) {
                return type_error("NamedExpr target must be a Name");
            }
            expr(inner.value, load)
        }
        ExprKind::BinOp(inner) => {
            expr(inner.left, load)?;
            expr(inner.right, load)
        }
        ExprKind::UnaryOp(inner) => expr(inner.operand, load),
        ExprKind::Lambda(inner) => {
            arguments(inner.args)?;
            expr(inner.body, load)
        }
        ExprKind::IfExp(inner) => {
            expr(inner.test, load)?;
            expr(inner.body, load)?;
            expr(inner.orelse, load)
        }
        ExprKind::Dict(inner) => {
            if inner.keys.len() != inner.values.len() {
                return value_error("Dict doesn't have the same number of keys as values");
            }
            inner.keys.iter().flatten().try_for_each(|key| expr(key, load))?;
            exprs(inner.values, load)
        }
        ExprKind::Set(inner) => exprs(inner.elts, load),
        ExprKind::ListComp(inner) | ExprKind::SetComp(inner) | ExprKind::GeneratorExp(inner) => {
            generators(inner.generators)?;
            expr(inner.elt, load)
        }
        ExprKind::DictComp(inner) => {
            generators(inner.generators)?;
            expr(inner.key, load)?;
            expr(inner.value, load)
        }
        ExprKind::Yield(inner) => opt_expr(inner.value),
        ExprKind::YieldFrom(inner) | ExprKind::Await(inner) => expr(inner.value, load),
        ExprKind::Compare(inner) => {
            if inner.comparators.is_empty() {
                return value_error("Compare with no comparators");
            }
            if inner.comparators.len() != inner.ops.len() {
                return value_error("Compare has a different number of comparators and operands");
            }
            exprs(inner.comparators, load)?;
            expr(inner.left, load)
        }
        ExprKind::Call(inner) => {
            expr(inner.func, load)?;
            exprs(inner.args, load)?;
            keywords(inner.keywords)
        }
        ExprKind::Constant(_) => Ok(()),
        ExprKind::JoinedStr(inner) | ExprKind::TemplateStr(inner) => exprs(inner.values, load),
        ExprKind::FormattedValue(inner) => {
            expr(inner.value, load)?;
            opt_expr(inner.format_spec)
        }
        ExprKind::Interpolation(inner) => {
            expr(inner.value, load)?;
            opt_expr(inner.format_spec)
        }
        ExprKind::Attribute(inner) => expr(inner.value, load),
        ExprKind::Subscript(inner) => {
            expr(inner.slice, load)?;
            expr(inner.value, load)
        }
        ExprKind::Starred(inner) => expr(inner.value, ctx),
        ExprKind::Slice(inner) => {
            opt_expr(inner.lower)?;
            opt_expr(inner.upper)?;
            opt_expr(inner.step)
        }
        ExprKind::List(inner) | ExprKind::Tuple(inner) => exprs(inner.elts, ctx),
        ExprKind::Name(_) => Ok(()),
        ExprKind::Phantom(never, _) => match never {},
    }
}

fn capture(text: Option<&str>) -> Result<()> {
    match text {
        Some("_") => value_error("can't capture name '_' in patterns"),
        other => opt_name(other),
    }
}

fn pattern_value(node: &Expr<'_>) -> Result<()> {
    expr(node, Context::Load)?;
    const WRONG: &str = "patterns may only match literals and attribute lookups";
    match node.kind {
        ExprKind::Constant(inner) => match inner.value {
            Constant::Ellipsis => value_error("unexpected constant inside of a literal pattern"),
            Constant::None | Constant::True | Constant::False | Constant::Tuple(_) | Constant::FrozenSet(_) => {
                value_error("unexpected constant inside of a literal pattern")
            }
            _ => Ok(()),
        },
        ExprKind::Attribute(_) | ExprKind::UnaryOp(_) | ExprKind::BinOp(_) | ExprKind::JoinedStr(_) => Ok(()),
        ExprKind::TemplateStr(_) => Ok(()),
        _ => value_error(WRONG),
    }
}

fn patterns(items: &[Pattern<'_>], star: bool) -> Result<()> {
    items.iter().try_for_each(|item| pattern(item, star))
}

fn pattern(node: &Pattern<'_>, star: bool) -> Result<()> {
    crate::stack::deep(|| pattern_inner(node, star))
}

fn pattern_inner(node: &Pattern<'_>, star: bool) -> Result<()> {
    position(node.span)?;
    match node.kind {
        PatternKind::MatchValue(inner) => pattern_value(inner.value),
        PatternKind::MatchSingleton(inner) => match inner.value {
            Constant::None | Constant::True | Constant::False => Ok(()),
            _ => value_error("MatchSingleton can only contain True, False and None"),
        },
        PatternKind::MatchSequence(inner) => patterns(inner.patterns, true),
        PatternKind::MatchMapping(inner) => {
            if inner.keys.len() != inner.patterns.len() {
                return value_error("MatchMapping doesn't have the same number of keys as patterns");
            }
            capture(inner.rest)?;
            for key in inner.keys {
                if let ExprKind::Constant(constant) = key.kind
                    && matches!(constant.value, Constant::None | Constant::True | Constant::False)
                {
                    continue;
                }
                pattern_value(key)?;
            }
            patterns(inner.patterns, false)
        }
        PatternKind::MatchClass(inner) => {
            if inner.kwd_attrs.len() != inner.kwd_patterns.len() {
                return value_error("MatchClass doesn't have the same number of keyword attributes as patterns");
            }
            expr(inner.cls, Context::Load)?;
            let mut class = inner.cls;
            loop {
                match class.kind {
                    ExprKind::Name(_) => break,
                    ExprKind::Attribute(attribute) => class = attribute.value,
                    _ => return value_error("MatchClass cls field can only contain Name or Attribute nodes."),
                }
            }
            inner.kwd_attrs.iter().try_for_each(|attr| name(attr))?;
            patterns(inner.patterns, false)?;
            patterns(inner.kwd_patterns, false)
        }
        PatternKind::MatchStar(inner) => {
            if !star {
                return value_error("can't use MatchStar here");
            }
            capture(inner.name)
        }
        PatternKind::MatchAs(inner) => {
            capture(inner.name)?;
            match (inner.pattern, inner.name) {
                (None, _) => Ok(()),
                (Some(_), None) => value_error("MatchAs must specify a target name if a pattern is given"),
                (Some(inside), _) => pattern(inside, false),
            }
        }
        PatternKind::MatchOr(inner) => {
            if inner.patterns.len() < 2 {
                return value_error("MatchOr requires at least 2 patterns");
            }
            patterns(inner.patterns, false)
        }
        PatternKind::Phantom(never, _) => match never {},
    }
}
