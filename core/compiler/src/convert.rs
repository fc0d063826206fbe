//! From the parser's tree to ours.
//!
//! The parser's tree is taken apart by value: chains that lean to the left (`a + b + c + …`,
//! `a.b.c…`) are walked in a loop, so neither building nor dropping them recurses. The rest
//! recurses under `stacker` on native targets and under the depth guard of `limits` elsewhere.
//! Here are also CPython's shapes: nested `If` for `elif`, one `Constant` for adjacent literals,
//! functions that start at `def` and not at their decorators.

use crate::ast::*;
use crate::error::{CompileError, Result, Warning};
use crate::stack::deep;
use crate::strings;
use crate::type_comments::{self, TypeComments};
use bumpalo::Bump;
use ruff_python_ast as ruff;
use ruff_python_ast::PythonVersion;
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Byte offsets to lines and columns.
pub struct Locator<'s> {
    pub source: &'s str,
    starts: Vec<u32>,
}

impl<'s> Locator<'s> {
    pub fn new(source: &'s str) -> Self {
        let mut starts = vec![0];
        starts.extend(source.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i as u32 + 1));
        Locator { source, starts }
    }

    /// Line from 1 and byte column from 0.
    pub fn position(&self, offset: TextSize) -> (i32, i32) {
        let offset = u32::from(offset);
        let line = self.starts.partition_point(|&start| start <= offset);
        (line as i32, (offset - self.starts[line - 1]) as i32)
    }

    pub fn span(&self, range: TextRange) -> Span {
        let (line, col) = self.position(range.start());
        let (end_line, end_col) = self.position(range.end());
        Span { line, col, end_line, end_col }
    }

    /// The text of a line (from 1), with its newline.
    pub fn line(&self, line: i32) -> &'s str {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(self.source.len(), |&e| e as usize);
        &self.source[start..end]
    }

    pub fn slice(&self, range: TextRange) -> &'s str {
        &self.source[range.start().to_usize()..range.end().to_usize()]
    }
}

pub struct Converter<'a, 's> {
    arena: &'a Bump,
    pub locator: &'s Locator<'s>,
    pub warnings: Vec<Warning>,
    /// The first error met; conversion goes on so that the whole tree is taken apart.
    error: Option<CompileError>,
    /// How many format specs nest around the current text.
    field_depth: u32,
    pub type_comments: TypeComments,
    /// The minor version whose grammar is wanted.
    pub feature_version: u8,
    pub max_int_digits: usize,
}

pub const TARGET: PythonVersion = PythonVersion::PY314;

impl<'a, 's> Converter<'a, 's> {
    pub fn new(arena: &'a Bump, locator: &'s Locator<'s>) -> Self {
        Converter { arena, locator, warnings: Vec::new(), error: None, field_depth: 0, type_comments: TypeComments::default(), feature_version: 14, max_int_digits: 0 }
    }

    pub fn finish(self) -> Result<Vec<Warning>> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.warnings),
        }
    }

    fn fail(&mut self, error: CompileError) {
        self.error.get_or_insert(error);
    }

    /// Refuses what an older grammar did not have.
    fn needs(&mut self, minor: u8, what: &str, range: TextRange) {
        if self.feature_version < minor {
            let verb = if what.ends_with('s') { "are" } else { "is" };
            let span = self.span(range);
            self.fail(CompileError::at(span, format!("{what} {verb} only supported in Python 3.{minor} and greater")));
        }
    }

    fn type_comment(&mut self, from: TextSize, until: TextSize, fits: impl Fn(&str) -> bool) -> Option<&'a [u8]> {
        if self.type_comments.is_empty() {
            return None;
        }
        let source = self.locator.source;
        let text = self.type_comments.take(source, from.to_usize(), until.to_usize(), fits)?;
        Some(self.arena.alloc_slice_copy(text.as_bytes()))
    }

    /// The comment of a header that ends at `from`, or of a function, below it.
    fn header_comment(&mut self, from: TextSize, body: &[ruff::Stmt], function: bool) -> Option<&'a [u8]> {
        let until = body.first()?.start();
        let beside = self.type_comment(from, until, type_comments::behind_colon);
        if !function {
            return beside;
        }
        let below = self.type_comment(from, until, type_comments::below_colon);
        // What was taken beside the header is in the way of `below`, so look behind it.
        let below = below.or_else(|| {
            beside?;
            self.type_comment(from, until, |between| between.contains('#') && between.ends_with([' ', '\t', '\n']))
        });
        if beside.is_some() && below.is_some() {
            let span = self.span(TextRange::new(from, until));
            self.fail(CompileError::at(span, "Cannot have two type comments on def"));
        }
        beside.or(below)
    }

    fn span(&self, range: TextRange) -> Span {
        self.locator.span(range)
    }

    fn text(&self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    fn ident(&self, ident: &ruff::Identifier) -> Ident<'a> {
        self.text(ident.as_str())
    }

    fn alloc<T>(&self, value: T) -> &'a T {
        self.arena.alloc(value)
    }

    fn list<T: Copy>(&self, items: Vec<T>) -> &'a [T] {
        self.arena.alloc_slice_copy(&items)
    }

    fn node(&self, kind: ExprKind<'a>, span: Span) -> Expr<'a> {
        Expr { kind, span }
    }

    // Statements.

    pub fn module(&mut self, body: impl IntoIterator<Item = ruff::Stmt>) -> Stmts<'a> {
        self.stmts(body)
    }

    fn stmts(&mut self, body: impl IntoIterator<Item = ruff::Stmt>) -> Stmts<'a> {
        let items: Vec<_> = body.into_iter().map(|stmt| deep(|| self.stmt(stmt))).collect();
        self.list(items)
    }

    /// Where `def`, `class` or `async` stands after the decorators.
    fn after_decorators(&self, range: TextRange, decorators: &[ruff::Decorator]) -> Span {
        let mut span = self.block_span(range);
        if let Some(last) = decorators.last() {
            let bytes = self.locator.source.as_bytes();
            let mut at = last.range().end().to_usize();
            // Nothing but blanks, comments, line continuations and closing parentheses can stand
            // between a decorator's expression and the definition.
            while at < bytes.len() {
                match bytes[at] {
                    b'#' => {
                        while at < bytes.len() && bytes[at] != b'\n' {
                            at += 1;
                        }
                    }
                    b' ' | b'\t' | b'\n' | b'\x0c' | b'\\' | b'\r' | b')' => at += 1,
                    _ => break,
                }
            }
            (span.line, span.col) = self.locator.position(TextSize::new(at as u32));
        }
        span
    }

    /// The end of a block: a semicolon after its last statement belongs to it.
    fn block_span(&self, range: TextRange) -> Span {
        let mut end = range.end();
        let rest = &self.locator.source[end.to_usize()..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        if rest[blanks..].starts_with(';') {
            end = TextSize::new(end.to_u32() + blanks as u32 + 1);
        }
        self.span(TextRange::new(range.start(), end))
    }

    fn stmt(&mut self, stmt: ruff::Stmt) -> Stmt<'a> {
        use ruff::Stmt as R;
        let mut span = match &stmt {
            R::FunctionDef(_)
            | R::ClassDef(_)
            | R::For(_)
            | R::While(_)
            | R::If(_)
            | R::With(_)
            | R::Match(_)
            | R::Try(_) => self.block_span(stmt.range()),
            _ => self.span(stmt.range()),
        };
        let kind = match stmt {
            R::FunctionDef(node) => {
                span = self.after_decorators(node.range, &node.decorator_list);
                if node.is_async {
                    self.needs(5, "Async functions", node.range);
                }
                let header = node.returns.as_ref().map_or(node.parameters.range.end(), |returns| returns.end());
                let type_comment = self.header_comment(header, &node.body, true);
                let decorator_list = self.decorators(node.decorator_list.into_iter());
                let def = FunctionDef {
                    name: self.ident(&node.name),
                    type_params: self.type_params(node.type_params),
                    args: self.parameters(*node.parameters),
                    returns: self.opt_expr(node.returns),
                    body: self.stmts(node.body),
                    decorator_list,
                    type_comment,
                    marker: M,
                };
                let def = self.alloc(def);
                if node.is_async { StmtKind::AsyncFunctionDef(def) } else { StmtKind::FunctionDef(def) }
            }
            R::ClassDef(node) => {
                span = self.after_decorators(node.range, &node.decorator_list);
                let decorator_list = self.decorators(node.decorator_list.into_iter());
                let type_params = self.type_params(node.type_params);
                let (bases, keywords) = match node.arguments {
                    Some(arguments) => self.arguments(*arguments),
                    None => (&[][..], &[][..]),
                };
                let def = ClassDef {
                    name: self.ident(&node.name),
                    bases,
                    keywords,
                    body: self.stmts(node.body),
                    decorator_list,
                    type_params,
                    marker: M,
                };
                StmtKind::ClassDef(self.alloc(def))
            }
            R::Return(node) => {
                let value = self.opt_expr(node.value);
                StmtKind::Return(self.alloc(Return { value, marker: M }))
            }
            R::Delete(node) => {
                let targets = self.exprs(node.targets);
                StmtKind::Delete(self.alloc(Delete { targets, marker: M }))
            }
            R::TypeAlias(node) => {
                let name = self.boxed(*node.name);
                let type_params = self.type_params(node.type_params);
                let value = self.boxed(*node.value);
                StmtKind::TypeAlias(self.alloc(TypeAlias { name, type_params, value, marker: M }))
            }
            R::Assign(node) => {
                let end = TextSize::of(self.locator.source);
                let type_comment = self.type_comment(node.range.end(), end, type_comments::same_line);
                let targets = self.exprs(node.targets);
                let value = self.boxed(*node.value);
                StmtKind::Assign(self.alloc(Assign { targets, value, type_comment, marker: M }))
            }
            R::AugAssign(node) => {
                let target = self.boxed(*node.target);
                let value = self.boxed(*node.value);
                if node.op == ruff::Operator::MatMult {
                    self.needs(5, "The '@' operator", node.range);
                }
                StmtKind::AugAssign(self.alloc(AugAssign { target, op: operator(node.op), value, marker: M }))
            }
            R::AnnAssign(node) => {
                self.needs(6, "Variable annotation syntax", node.range);
                let target = self.boxed(*node.target);
                let annotation = self.boxed(*node.annotation);
                let value = self.opt_expr(node.value);
                let simple = node.simple as i64;
                StmtKind::AnnAssign(self.alloc(AnnAssign { target, annotation, value, simple, marker: M }))
            }
            R::For(node) => {
                if node.is_async {
                    self.needs(5, "Async for loops", node.range);
                }
                let type_comment = self.header_comment(node.iter.end(), &node.body, false);
                let target = self.boxed(*node.target);
                let iter = self.boxed(*node.iter);
                let body = self.stmts(node.body);
                let orelse = self.stmts(node.orelse);
                let inner = self.alloc(For { target, iter, body, orelse, type_comment, marker: M });
                if node.is_async { StmtKind::AsyncFor(inner) } else { StmtKind::For(inner) }
            }
            R::While(node) => {
                let test = self.boxed(*node.test);
                let body = self.stmts(node.body);
                let orelse = self.stmts(node.orelse);
                StmtKind::While(self.alloc(While { test, body, orelse, marker: M }))
            }
            R::If(node) => {
                let test = self.boxed(*node.test);
                let body = self.stmts(node.body);
                let orelse = self.elif_clauses(node.elif_else_clauses);
                StmtKind::If(self.alloc(If { test, body, orelse, marker: M }))
            }
            R::With(node) => {
                if node.is_async {
                    self.needs(5, "Async with statements", node.range);
                }
                let header = node.items.last().map_or(node.range.start(), |item| item.range.end());
                let type_comment = self.header_comment(header, &node.body, false);
                let mut items = Vec::new();
                for item in node.items {
                    let span = self.span(item.range);
                    let context_expr = self.boxed(item.context_expr);
                    let optional_vars = self.opt_expr(item.optional_vars);
                    items.push(WithItem { fields: WithItemFields { context_expr, optional_vars, marker: M }, span });
                }
                let items = self.list(items);
                let body = self.stmts(node.body);
                let inner = self.alloc(With { items, body, type_comment, marker: M });
                if node.is_async { StmtKind::AsyncWith(inner) } else { StmtKind::With(inner) }
            }
            R::Match(node) => {
                self.needs(10, "Pattern matching", node.range);
                let subject = self.boxed(*node.subject);
                let mut cases = Vec::new();
                for case in node.cases {
                    let span = self.span(case.range);
                    let pattern = self.pattern(case.pattern);
                    let pattern = self.alloc(pattern);
                    let guard = self.opt_expr(case.guard);
                    let body = self.stmts(case.body);
                    cases.push(MatchCase { fields: MatchCaseFields { pattern, guard, body, marker: M }, span });
                }
                let cases = self.list(cases);
                StmtKind::Match(self.alloc(Match { subject, cases, marker: M }))
            }
            R::Raise(node) => {
                let exc = self.opt_expr(node.exc);
                let cause = self.opt_expr(node.cause);
                StmtKind::Raise(self.alloc(Raise { exc, cause, marker: M }))
            }
            R::Try(node) => {
                if node.is_star {
                    self.needs(11, "Exception groups", node.range);
                }
                let body = self.stmts(node.body);
                let mut handlers = Vec::new();
                for ruff::ExceptHandler::ExceptHandler(handler) in node.handlers {
                    let span = self.block_span(handler.range);
                    let type_ = self.opt_expr(handler.type_);
                    let name = handler.name.as_ref().map(|name| self.ident(name));
                    let body = self.stmts(handler.body);
                    let inner = self.alloc(Handler { type_, name, body, marker: M });
                    handlers.push(ExceptHandler { kind: ExceptHandlerKind::ExceptHandler(inner), span });
                }
                let handlers = self.list(handlers);
                let orelse = self.stmts(node.orelse);
                let finalbody = self.stmts(node.finalbody);
                let inner = self.alloc(Try { body, handlers, orelse, finalbody, marker: M });
                if node.is_star { StmtKind::TryStar(inner) } else { StmtKind::Try(inner) }
            }
            R::Assert(node) => {
                let test = self.boxed(*node.test);
                let msg = self.opt_expr(node.msg);
                StmtKind::Assert(self.alloc(Assert { test, msg, marker: M }))
            }
            R::Import(node) => {
                let names = self.aliases(node.names);
                StmtKind::Import(self.alloc(Import { names, marker: M }))
            }
            R::ImportFrom(node) => {
                let module = node.module.as_ref().map(|name| self.ident(name));
                let names = self.aliases(node.names);
                let level = OptInt(node.level as i64);
                StmtKind::ImportFrom(self.alloc(ImportFrom { module, names, level, marker: M }))
            }
            R::Global(node) => {
                let names: Vec<_> = node.names.iter().map(|name| self.ident(name)).collect();
                let names = self.list(names);
                StmtKind::Global(self.alloc(Global { names, marker: M }))
            }
            R::Nonlocal(node) => {
                let names: Vec<_> = node.names.iter().map(|name| self.ident(name)).collect();
                let names = self.list(names);
                StmtKind::Nonlocal(self.alloc(Global { names, marker: M }))
            }
            R::Expr(node) => {
                let value = self.boxed(*node.value);
                StmtKind::Expr(self.alloc(ExprStmt { value, marker: M }))
            }
            R::Pass(_) => StmtKind::Pass,
            R::Break(_) => StmtKind::Break,
            R::Continue(_) => StmtKind::Continue,
            R::IpyEscapeCommand(node) => {
                let span = self.span(node.range);
                self.fail(CompileError::at(span, "invalid syntax"));
                StmtKind::Pass
            }
        };
        Stmt { kind, span }
    }

    /// `elif` chains become nested `If` statements, built from the last clause back so that a
    /// chain of any length needs no recursion here.
    fn elif_clauses(&mut self, clauses: Vec<ruff::ElifElseClause>) -> Stmts<'a> {
        let end = clauses.last().map(|clause| self.block_span(clause.range));
        let converted: Vec<_> = clauses
            .into_iter()
            .map(|clause| {
                let span = self.span(clause.range);
                (span, clause.test.map(|test| self.boxed(test)), self.stmts(clause.body))
            })
            .collect();
        let mut orelse: Stmts<'a> = &[];
        for (span, test, body) in converted.into_iter().rev() {
            orelse = match test {
                None => body,
                Some(test) => {
                    let inner = self.alloc(If { test, body, orelse, marker: M });
                    let span = end.map_or(span, |end| span.to(end));
                    self.list(vec![Stmt { kind: StmtKind::If(inner), span }])
                }
            };
        }
        orelse
    }

    fn decorators(&mut self, decorators: impl Iterator<Item = ruff::Decorator>) -> Exprs<'a> {
        let items: Vec<_> = decorators.map(|decorator| self.expr(decorator.expression)).collect();
        self.list(items)
    }

    fn aliases(&mut self, names: Vec<ruff::Alias>) -> &'a [Alias<'a>] {
        let items: Vec<_> = names
            .iter()
            .map(|alias| Alias {
                fields: AliasFields {
                    name: self.ident(&alias.name),
                    asname: alias.asname.as_ref().map(|name| self.ident(name)),
                    marker: M,
                },
                span: self.span(alias.range),
            })
            .collect();
        self.list(items)
    }

    fn type_params(&mut self, params: Option<Box<ruff::TypeParams>>) -> &'a [TypeParam<'a>] {
        let Some(params) = params else { return &[] };
        self.needs(12, "Type parameter lists", params.range);
        let mut items = Vec::new();
        for param in params.type_params {
            let span = self.span(param.range());
            let kind = match param {
                ruff::TypeParam::TypeVar(node) => {
                    let name = self.ident(&node.name);
                    let bound = self.opt_expr(node.bound);
                    let default_value = self.opt_expr(node.default);
                    TypeParamKind::TypeVar(self.alloc(TypeVar { name, bound, default_value, marker: M }))
                }
                ruff::TypeParam::ParamSpec(node) => {
                    let name = self.ident(&node.name);
                    let default_value = self.opt_expr(node.default);
                    TypeParamKind::ParamSpec(self.alloc(ParamSpec { name, default_value, marker: M }))
                }
                ruff::TypeParam::TypeVarTuple(node) => {
                    let name = self.ident(&node.name);
                    let default_value = self.opt_expr(node.default);
                    TypeParamKind::TypeVarTuple(self.alloc(ParamSpec { name, default_value, marker: M }))
                }
            };
            items.push(TypeParam { kind, span });
        }
        self.list(items)
    }

    fn parameter(&mut self, parameter: ruff::Parameter, end: TextSize) -> Arg<'a> {
        let until = TextSize::of(self.locator.source);
        let type_comment = self.type_comment(end, until, type_comments::behind_parameter);
        // The stars of `*args` and `**kwargs` do not belong to the parameter.
        let span = self.span(TextRange::new(parameter.name.range.start(), parameter.range.end()));
        let arg = self.ident(&parameter.name);
        let annotation = self.opt_expr(parameter.annotation);
        Arg { fields: ArgFields { arg, annotation, type_comment, marker: M }, span }
    }

    fn parameters(&mut self, parameters: ruff::Parameters) -> &'a Arguments<'a> {
        let span = self.span(parameters.range);
        let mut defaults = Vec::new();
        let mut posonlyargs = Vec::new();
        if !parameters.posonlyargs.is_empty() {
            self.needs(8, "Positional-only parameters", parameters.range);
        }
        for p in parameters.posonlyargs {
            posonlyargs.push(self.parameter(p.parameter, p.range.end()));
            defaults.extend(p.default.map(|default| self.expr(*default)));
        }
        let mut args = Vec::new();
        for p in parameters.args {
            args.push(self.parameter(p.parameter, p.range.end()));
            defaults.extend(p.default.map(|default| self.expr(*default)));
        }
        let vararg = parameters.vararg.map(|p| {
            let end = p.range.end();
            let arg = self.parameter(*p, end);
            self.alloc(arg)
        });
        let mut kwonlyargs = Vec::new();
        let mut kw_defaults = Vec::new();
        for p in parameters.kwonlyargs {
            kwonlyargs.push(self.parameter(p.parameter, p.range.end()));
            kw_defaults.push(self.opt_expr(p.default));
        }
        let kwarg = parameters.kwarg.map(|p| {
            let end = p.range.end();
            let arg = self.parameter(*p, end);
            self.alloc(arg)
        });
        let fields = ArgumentsFields {
            posonlyargs: self.list(posonlyargs),
            args: self.list(args),
            vararg,
            kwonlyargs: self.list(kwonlyargs),
            kw_defaults: self.list(kw_defaults),
            kwarg,
            defaults: self.list(defaults),
            marker: M,
        };
        self.alloc(Arguments { fields, span })
    }

    fn arguments(&mut self, arguments: ruff::Arguments) -> (Exprs<'a>, &'a [Keyword<'a>]) {
        // A generator expression that shares the call's parentheses spans them.
        let bare = matches!(&arguments.args[..], [ruff::Expr::Generator(generator)] if !generator.parenthesized);
        let range = arguments.range;
        let mut args: Vec<_> = arguments.args.into_iter().map(|arg| self.expr(arg)).collect();
        if let ([generator], true) = (&mut args[..], bare) {
            generator.span = self.span(range);
        }
        let args = self.list(args);
        let mut keywords = Vec::new();
        for keyword in arguments.keywords {
            let span = self.span(keyword.range);
            let arg = keyword.arg.as_ref().map(|name| self.ident(name));
            let value = self.boxed(keyword.value);
            keywords.push(Keyword { fields: KeywordFields { arg, value, marker: M }, span });
        }
        (args, self.list(keywords))
    }

    // Expressions.

    fn exprs(&mut self, items: impl IntoIterator<Item = ruff::Expr>) -> Exprs<'a> {
        let items: Vec<_> = items.into_iter().map(|item| self.expr(item)).collect();
        self.list(items)
    }

    fn boxed(&mut self, expr: ruff::Expr) -> ExprRef<'a> {
        let expr = self.expr(expr);
        self.alloc(expr)
    }

    fn opt_expr(&mut self, expr: Option<Box<ruff::Expr>>) -> Option<ExprRef<'a>> {
        expr.map(|expr| self.boxed(*expr))
    }

    pub fn root(&mut self, expr: ruff::Expr) -> ExprRef<'a> {
        self.boxed(expr)
    }

    /// Walk down a left-leaning chain, then build it up again.
    pub fn expr(&mut self, expr: ruff::Expr) -> Expr<'a> {
        deep(|| self.chain(expr))
    }

    fn chain(&mut self, mut expr: ruff::Expr) -> Expr<'a> {
        enum Link {
            BinOp(ruff::Operator, ruff::Expr),
            Attribute(ruff::Identifier, ruff::ExprContext),
            Subscript(ruff::Expr, ruff::ExprContext),
            Call(ruff::Arguments),
        }
        let mut links = Vec::new();
        loop {
            let range = expr.range();
            match expr {
                ruff::Expr::BinOp(node) => {
                    links.push((Link::BinOp(node.op, *node.right), range));
                    expr = *node.left;
                }
                ruff::Expr::Attribute(node) => {
                    links.push((Link::Attribute(node.attr, node.ctx), range));
                    expr = *node.value;
                }
                ruff::Expr::Subscript(node) => {
                    links.push((Link::Subscript(*node.slice, node.ctx), range));
                    expr = *node.value;
                }
                ruff::Expr::Call(node) => {
                    links.push((Link::Call(node.arguments), range));
                    expr = *node.func;
                }
                other => {
                    expr = other;
                    break;
                }
            }
        }
        let mut built = self.leaf(expr);
        for (link, range) in links.into_iter().rev() {
            let span = self.span(range);
            if matches!(link, Link::BinOp(ruff::Operator::MatMult, _)) {
                self.needs(5, "The '@' operator", range);
            }
            let inner = self.alloc(built);
            let kind = match link {
                Link::BinOp(op, right) => {
                    let right = self.boxed(right);
                    ExprKind::BinOp(self.alloc(BinOp { left: inner, op: operator(op), right, marker: M }))
                }
                Link::Attribute(attr, ctx) => {
                    let attr = self.ident(&attr);
                    ExprKind::Attribute(self.alloc(Attribute { value: inner, attr, ctx: context(ctx), marker: M }))
                }
                Link::Subscript(slice, ctx) => {
                    let slice = self.boxed(slice);
                    ExprKind::Subscript(self.alloc(Subscript { value: inner, slice, ctx: context(ctx), marker: M }))
                }
                Link::Call(arguments) => {
                    let (args, keywords) = self.arguments(arguments);
                    ExprKind::Call(self.alloc(Call { func: inner, args, keywords, marker: M }))
                }
            };
            built = self.node(kind, span);
        }
        built
    }

    fn leaf(&mut self, expr: ruff::Expr) -> Expr<'a> {
        use ruff::Expr as R;
        let span = self.span(expr.range());
        let kind = match expr {
            R::BoolOp(node) => {
                let op = match node.op {
                    ruff::BoolOp::And => BoolOp::And,
                    ruff::BoolOp::Or => BoolOp::Or,
                };
                let values = self.exprs(node.values);
                ExprKind::BoolOp(self.alloc(BoolOpExpr { op, values, marker: M }))
            }
            R::Named(node) => {
                let target = self.boxed(*node.target);
                let value = self.boxed(*node.value);
                ExprKind::NamedExpr(self.alloc(NamedExpr { target, value, marker: M }))
            }
            R::UnaryOp(node) => {
                let op = match node.op {
                    ruff::UnaryOp::Invert => UnaryOp::Invert,
                    ruff::UnaryOp::Not => UnaryOp::Not,
                    ruff::UnaryOp::UAdd => UnaryOp::UAdd,
                    ruff::UnaryOp::USub => UnaryOp::USub,
                };
                let operand = self.boxed(*node.operand);
                ExprKind::UnaryOp(self.alloc(UnaryOpExpr { op, operand, marker: M }))
            }
            R::Lambda(node) => {
                let args = match node.parameters {
                    Some(parameters) => self.parameters(*parameters),
                    None => self.no_parameters(span),
                };
                let body = self.boxed(*node.body);
                ExprKind::Lambda(self.alloc(Lambda { args, body, marker: M }))
            }
            R::If(node) => {
                let test = self.boxed(*node.test);
                let body = self.boxed(*node.body);
                let orelse = self.boxed(*node.orelse);
                ExprKind::IfExp(self.alloc(IfExp { test, body, orelse, marker: M }))
            }
            R::Dict(node) => {
                let mut keys = Vec::new();
                let mut values = Vec::new();
                for item in node.items {
                    keys.push(item.key.map(|key| self.boxed(key)));
                    values.push(self.expr(item.value));
                }
                let (keys, values) = (self.list(keys), self.list(values));
                ExprKind::Dict(self.alloc(Dict { keys, values, marker: M }))
            }
            R::Set(node) => {
                let elts = self.exprs(node.elts);
                ExprKind::Set(self.alloc(Set { elts, marker: M }))
            }
            R::ListComp(node) => ExprKind::ListComp(self.comp(*node.elt, node.generators)),
            R::SetComp(node) => ExprKind::SetComp(self.comp(*node.elt, node.generators)),
            R::Generator(node) => ExprKind::GeneratorExp(self.comp(*node.elt, node.generators)),
            R::DictComp(node) => {
                let key = match node.key {
                    Some(key) => self.boxed(*key),
                    None => {
                        self.fail(CompileError::at(span, "dict unpacking cannot be used in dict comprehension"));
                        self.alloc(Expr { kind: self.none(), span })
                    }
                };
                let value = self.boxed(*node.value);
                let generators = self.comprehensions(node.generators);
                ExprKind::DictComp(self.alloc(DictComp { key, value, generators, marker: M }))
            }
            R::Await(node) => {
                let value = self.boxed(*node.value);
                ExprKind::Await(self.alloc(Await { value, marker: M }))
            }
            R::Yield(node) => {
                let value = self.opt_expr(node.value);
                ExprKind::Yield(self.alloc(Yield { value, marker: M }))
            }
            R::YieldFrom(node) => {
                let value = self.boxed(*node.value);
                ExprKind::YieldFrom(self.alloc(Await { value, marker: M }))
            }
            R::Compare(node) => {
                let left = self.boxed(*node.left);
                let ops: Vec<_> = node.ops.iter().map(|&op| cmp_op(op)).collect();
                let ops = self.list(ops);
                let comparators = self.exprs(node.comparators.into_vec());
                ExprKind::Compare(self.alloc(Compare { left, ops, comparators, marker: M }))
            }
            R::FString(node) => return self.f_string(node),
            R::TString(node) => return self.t_string(node),
            R::StringLiteral(node) => {
                let mut bytes = Vec::new();
                let kind = node.value.is_unicode().then_some(&b"u"[..]);
                for part in node.value.as_slice() {
                    self.string_part(part, &mut bytes);
                }
                let value = Constant::Str(self.arena.alloc_slice_copy(&bytes));
                ExprKind::Constant(self.alloc(ConstantExpr { value, kind, marker: M }))
            }
            R::BytesLiteral(node) => {
                let mut bytes = Vec::new();
                for part in node.value.as_slice() {
                    let content = self.locator.slice(part.content_range());
                    let raw = matches!(part.flags.prefix(), ruff::str_prefix::ByteStringPrefix::Raw { .. });
                    let start = part.content_range().start().to_usize();
                    match strings::decode_bytes(content, raw, &mut bytes, &mut |at, message| {
                        self.warnings.push(Warning {
                            category: "SyntaxWarning",
                            message,
                            span: escape_span(self.locator, start + at),
                        })
                    }) {
                        Ok(()) => {}
                        Err(message) => {
                            let span = self.span(part.range);
                            self.fail(CompileError::at(span, message));
                        }
                    }
                }
                self.constant(Constant::Bytes(self.arena.alloc_slice_copy(&bytes)))
            }
            R::NumberLiteral(node) => self.number(&node),
            R::BooleanLiteral(node) => self.constant(if node.value { Constant::True } else { Constant::False }),
            R::NoneLiteral(_) => self.none(),
            R::EllipsisLiteral(_) => self.constant(Constant::Ellipsis),
            R::Starred(node) => {
                let value = self.boxed(*node.value);
                ExprKind::Starred(self.alloc(Starred { value, ctx: context(node.ctx), marker: M }))
            }
            R::Name(node) => {
                let id = self.text(node.id.as_str());
                ExprKind::Name(self.alloc(Name { id, ctx: context(node.ctx), marker: M }))
            }
            R::List(node) => {
                let elts = self.exprs(node.elts);
                ExprKind::List(self.alloc(Sequence { elts, ctx: context(node.ctx), marker: M }))
            }
            R::Tuple(node) => {
                let elts = self.exprs(node.elts);
                ExprKind::Tuple(self.alloc(Sequence { elts, ctx: context(node.ctx), marker: M }))
            }
            R::Slice(node) => {
                let lower = self.opt_expr(node.lower);
                let upper = self.opt_expr(node.upper);
                let step = self.opt_expr(node.step);
                ExprKind::Slice(self.alloc(Slice { lower, upper, step, marker: M }))
            }
            R::IpyEscapeCommand(_) => {
                self.fail(CompileError::at(span, "invalid syntax"));
                self.none()
            }
            chain @ (R::BinOp(_) | R::Attribute(_) | R::Subscript(_) | R::Call(_)) => return self.expr(chain),
        };
        self.node(kind, span)
    }

    fn none(&self) -> ExprKind<'a> {
        self.constant(Constant::None)
    }

    fn constant(&self, value: Constant<'a>) -> ExprKind<'a> {
        ExprKind::Constant(self.alloc(ConstantExpr { value, kind: None, marker: M }))
    }

    fn no_parameters(&self, span: Span) -> &'a Arguments<'a> {
        let fields = ArgumentsFields {
            posonlyargs: &[],
            args: &[],
            vararg: None,
            kwonlyargs: &[],
            kw_defaults: &[],
            kwarg: None,
            defaults: &[],
            marker: M,
        };
        self.alloc(Arguments { fields, span })
    }

    fn comp(&mut self, elt: ruff::Expr, generators: Vec<ruff::Comprehension>) -> &'a Comp<'a> {
        let elt = self.boxed(elt);
        let generators = self.comprehensions(generators);
        self.alloc(Comp { elt, generators, marker: M })
    }

    fn comprehensions(&mut self, generators: Vec<ruff::Comprehension>) -> &'a [Comprehension<'a>] {
        let mut items = Vec::new();
        for generator in generators {
            let span = self.span(generator.range);
            let target = self.boxed(generator.target);
            let iter = self.boxed(generator.iter);
            let ifs = self.exprs(generator.ifs);
            if generator.is_async {
                self.needs(6, "Async comprehensions", generator.range);
            }
            let is_async = generator.is_async as i64;
            items.push(Comprehension { fields: ComprehensionFields { target, iter, ifs, is_async, marker: M }, span });
        }
        self.list(items)
    }

    fn number(&mut self, node: &ruff::ExprNumberLiteral) -> ExprKind<'a> {
        if self.locator.slice(node.range).contains('_') {
            self.needs(6, "Underscores in numeric literals", node.range);
        }
        let end = node.range.end();
        if self.locator.source[end.to_usize()..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            // A keyword right behind a number is still accepted.
            let text = self.locator.slice(node.range);
            let kind = match text.get(..2) {
                Some("0x" | "0X") => "hexadecimal",
                Some("0o" | "0O") => "octal",
                Some("0b" | "0B") => "binary",
                _ if text.ends_with(['j', 'J']) => "imaginary",
                _ => "decimal",
            };
            let message = format!("invalid {kind} literal");
            let span = self.span(TextRange::new(end, end));
            self.warnings.push(Warning { category: "SyntaxWarning", message, span });
        }
        let text = self.locator.slice(node.range);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let decimal = matches!(node.value, ruff::Number::Int(_)) && text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        if decimal && self.max_int_digits != 0 && digits > self.max_int_digits {
            let span = self.span(node.range);
            let limit = self.max_int_digits;
            self.fail(CompileError::at(
                span,
                format!(
                    "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
                     sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
                     to avoid decimal conversion limits."
                ),
            ));
        }
        let value = match &node.value {
            ruff::Number::Float(value) => Constant::Float(*value),
            ruff::Number::Complex { real, imag } => Constant::Complex { real: *real, imag: *imag },
            ruff::Number::Int(value) => match value.as_i64() {
                Some(small) => Constant::Int(small),
                None => match crate::fold::parse_int(self.locator.slice(node.range)) {
                    Ok(big) => crate::fold::constant_from_int(self.arena, &big),
                    Err(message) => {
                        let span = self.span(node.range);
                        self.fail(CompileError::at(span, message));
                        Constant::Int(0)
                    }
                },
            },
        };
        self.constant(value)
    }

    // Strings.

    fn string_part(&mut self, part: &ruff::StringLiteral, out: &mut Vec<u8>) {
        let content = self.locator.slice(part.content_range());
        let raw = matches!(part.flags.prefix(), ruff::str_prefix::StringLiteralPrefix::Raw { .. });
        self.decode(content, part.content_range().start().to_usize(), raw, part.range, out);
    }

    fn decode(&mut self, content: &str, start: usize, raw: bool, range: TextRange, out: &mut Vec<u8>) {
        if raw {
            out.extend_from_slice(content.as_bytes());
            return;
        }
        let locator = self.locator;
        let warnings = &mut self.warnings;
        let result = strings::decode_str(content, out, &mut |at, message| {
            warnings.push(Warning { category: "SyntaxWarning", message, span: escape_span(locator, start + at) })
        });
        if let Err(message) = result {
            let span = self.span(range);
            self.fail(CompileError::at(span, message));
        }
    }

    fn str_expr(&self, bytes: &[u8], span: Span) -> Expr<'a> {
        let value = Constant::Str(self.arena.alloc_slice_copy(bytes));
        self.node(self.constant(value), span)
    }

    fn f_string(&mut self, mut node: ruff::ExprFString) -> Expr<'a> {
        let span = self.span(node.range);
        let mut parts = Parts::default();
        let depth = std::mem::take(&mut self.field_depth);
        for part in node.value.iter_mut() {
            match part {
                ruff::FStringPart::Literal(literal) => {
                    let span = self.span(literal.range);
                    let mut bytes = Vec::new();
                    self.string_part(literal, &mut bytes);
                    parts.literal(&bytes, span);
                }
                ruff::FStringPart::FString(f) => {
                    let raw = matches!(f.flags.prefix(), ruff::str_prefix::FStringPrefix::Raw { .. });
                    self.elements(&mut f.elements, raw, false, &mut parts);
                }
            }
        }
        self.field_depth = depth;
        let values = parts.finish(self);
        let values = self.list(values);
        self.node(ExprKind::JoinedStr(self.alloc(JoinedStr { values, marker: M })), span)
    }

    fn t_string(&mut self, mut node: ruff::ExprTString) -> Expr<'a> {
        let span = self.span(node.range);
        let mut parts = Parts::default();
        let depth = std::mem::take(&mut self.field_depth);
        for t in node.value.iter_mut() {
            let raw = matches!(t.flags.prefix(), ruff::str_prefix::TStringPrefix::Raw { .. });
            self.elements(&mut t.elements, raw, true, &mut parts);
        }
        self.field_depth = depth;
        let values = parts.finish(self);
        let values = self.list(values);
        self.node(ExprKind::TemplateStr(self.alloc(JoinedStr { values, marker: M })), span)
    }

    /// The parts of one f-string or t-string, or of a format spec.
    fn elements(
        &mut self,
        elements: &mut [ruff::InterpolatedStringElement],
        raw: bool,
        template: bool,
        parts: &mut Parts<'a>,
    ) {
        self.field_depth += 1;
        for element in elements {
            match element {
                ruff::InterpolatedStringElement::Literal(literal) => {
                    let content = self.locator.slice(literal.range);
                    let span = self.span(literal.range);
                    let mut bytes = Vec::new();
                    // A backslash before a field escapes nothing.
                    let slashes = content.len() - content.trim_end_matches('\\').len();
                    let lone = !raw && slashes % 2 == 1;
                    let content = if lone { &content[..content.len() - 1] } else { content };
                    // The parser has collapsed doubled braces; the source still has them.
                    if content.contains('{') || content.contains('}') {
                        let mut single = String::with_capacity(content.len());
                        strings::collapse_braces(content, raw, &mut single);
                        self.decode(&single, literal.range.start().to_usize(), raw, literal.range, &mut bytes);
                    } else {
                        self.decode(content, literal.range.start().to_usize(), raw, literal.range, &mut bytes);
                    }
                    if lone {
                        bytes.push(b'\\');
                        let start = literal.range.end().to_usize() - 1;
                        let (message, span) = (strings::invalid_escape("{"), escape_span(self.locator, start));
                        self.warnings.push(Warning { category: "SyntaxWarning", message, span });
                    }
                    parts.literal(&bytes, span);
                }
                ruff::InterpolatedStringElement::Interpolation(field) => {
                    let span = self.span(field.range);
                    let mut conversion = match field.conversion {
                        ruff::ConversionFlag::None => -1,
                        ruff::ConversionFlag::Str => b's' as i64,
                        ruff::ConversionFlag::Ascii => b'a' as i64,
                        ruff::ConversionFlag::Repr => b'r' as i64,
                    };
                    if let Some(debug) = &field.debug_text {
                        let text = strings::strip_comments(debug.as_str());
                        parts.literal(text.as_bytes(), self.debug_span(field));
                        if conversion == -1 && field.format_spec.is_none() {
                            conversion = b'r' as i64;
                        }
                    }
                    let format_spec = field.format_spec.as_mut().map(|spec| {
                        let span = self.span(spec.range);
                        // The colon belongs to the spec's own node in CPython.
                        let span = Span { col: span.col - 1, ..span };
                        let mut inner = Parts::default();
                        self.elements(&mut spec.elements, raw, false, &mut inner);
                        let values = inner.finish(self);
                        let values = self.list(values);
                        let joined = self.alloc(JoinedStr { values, marker: M });
                        self.alloc(Expr { kind: ExprKind::JoinedStr(joined), span })
                    });
                    let text = if template { self.interpolation_text(field) } else { String::new() };
                    let taken = ruff::Expr::NoneLiteral(ruff::ExprNoneLiteral::default());
                    let value = self.boxed(std::mem::replace(&mut *field.expression, taken));
                    let kind = if template {
                        let str = Constant::Str(self.arena.alloc_slice_copy(text.as_bytes()));
                        let inner = Interpolation { value, str, conversion, format_spec, marker: M };
                        ExprKind::Interpolation(self.alloc(inner))
                    } else {
                        let inner = FormattedValue { value, conversion, format_spec, marker: M };
                        ExprKind::FormattedValue(self.alloc(inner))
                    };
                    let node = self.node(kind, span);
                    parts.push(self, node);
                    if self.field_depth > 3 {
                        self.fail(CompileError::at(span, "f-string: expressions nested too deeply"));
                    }
                }
            }
        }
        self.field_depth -= 1;
    }

    /// The text of a t-string's expression: everything up to the conversion, spec or brace.
    fn interpolation_text(&self, field: &ruff::InterpolatedElement) -> String {
        let source = self.locator.source;
        let start = field.range.start().to_usize() + 1;
        let end = self.expression_end(field);
        strings::strip_comments(&source[start..end])
    }

    /// Where the text of a replacement field's expression ends: past its closing parentheses.
    fn expression_end(&self, field: &ruff::InterpolatedElement) -> usize {
        let bytes = self.locator.source.as_bytes();
        let mut at = field.expression.range().end().to_usize();
        while at < bytes.len() {
            match bytes[at] {
                b'#' => {
                    while at < bytes.len() && bytes[at] != b'\n' {
                        at += 1;
                    }
                }
                b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' | b'\\' | b')' | b',' => at += 1,
                _ => break,
            }
        }
        at
    }

    fn debug_span(&self, field: &ruff::InterpolatedElement) -> Span {
        let start = field.range.start().to_usize() + 1;
        let end = start + field.debug_text.as_ref().map_or(0, |debug| debug.as_str().len());
        self.span(TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32)))
    }

    // Patterns.

    fn patterns(&mut self, patterns: impl IntoIterator<Item = ruff::Pattern>) -> &'a [Pattern<'a>] {
        let items: Vec<_> = patterns.into_iter().map(|pattern| deep(|| self.pattern(pattern))).collect();
        self.list(items)
    }

    fn pattern(&mut self, pattern: ruff::Pattern) -> Pattern<'a> {
        use ruff::Pattern as R;
        let span = self.span(pattern.range());
        let kind = match pattern {
            R::MatchValue(node) => {
                let value = self.boxed(*node.value);
                PatternKind::MatchValue(self.alloc(MatchValue { value, marker: M }))
            }
            R::MatchSingleton(node) => {
                let value = match node.value {
                    ruff::Singleton::None => Constant::None,
                    ruff::Singleton::True => Constant::True,
                    ruff::Singleton::False => Constant::False,
                };
                PatternKind::MatchSingleton(self.alloc(MatchSingleton { value, marker: M }))
            }
            R::MatchSequence(node) => {
                let patterns = self.patterns(node.patterns);
                PatternKind::MatchSequence(self.alloc(MatchSequence { patterns, marker: M }))
            }
            R::MatchMapping(node) => {
                let keys = self.exprs(node.keys);
                let patterns = self.patterns(node.patterns);
                let rest = node.rest.as_ref().map(|name| self.ident(name));
                PatternKind::MatchMapping(self.alloc(MatchMapping { keys, patterns, rest, marker: M }))
            }
            R::MatchClass(node) => {
                let cls = self.boxed(*node.cls);
                let patterns = self.patterns(node.arguments.patterns);
                let mut kwd_attrs = Vec::new();
                let mut kwd_patterns = Vec::new();
                for keyword in node.arguments.keywords {
                    kwd_attrs.push(self.ident(&keyword.attr));
                    kwd_patterns.push(self.pattern(keyword.pattern));
                }
                let (kwd_attrs, kwd_patterns) = (self.list(kwd_attrs), self.list(kwd_patterns));
                PatternKind::MatchClass(self.alloc(MatchClass { cls, patterns, kwd_attrs, kwd_patterns, marker: M }))
            }
            R::MatchStar(node) => {
                let name = node.name.as_ref().map(|name| self.ident(name)).filter(|&name| name != "_");
                PatternKind::MatchStar(self.alloc(MatchStar { name, marker: M }))
            }
            R::MatchAs(node) => {
                let pattern = node.pattern.map(|pattern| {
                    let pattern = deep(|| self.pattern(*pattern));
                    self.alloc(pattern)
                });
                let name = node.name.as_ref().map(|name| self.ident(name)).filter(|&name| name != "_");
                PatternKind::MatchAs(self.alloc(MatchAs { pattern, name, marker: M }))
            }
            R::MatchOr(node) => {
                let patterns = self.patterns(node.patterns);
                PatternKind::MatchOr(self.alloc(MatchSequence { patterns, marker: M }))
            }
        };
        Pattern { kind, span }
    }
}

/// The values of an f-string under construction: adjacent literal text is one constant.
#[derive(Default)]
struct Parts<'a> {
    values: Vec<Expr<'a>>,
    pending: Vec<u8>,
    span: Option<Span>,
}

impl<'a> Parts<'a> {
    fn literal(&mut self, bytes: &[u8], span: Span) {
        if bytes.is_empty() {
            return;
        }
        self.pending.extend_from_slice(bytes);
        self.span = Some(self.span.map_or(span, |first| first.to(span)));
    }

    fn flush(&mut self, converter: &Converter<'a, '_>) {
        if let Some(span) = self.span.take() {
            self.values.push(converter.str_expr(&self.pending, span));
            self.pending.clear();
        }
    }

    fn push(&mut self, converter: &Converter<'a, '_>, value: Expr<'a>) {
        self.flush(converter);
        self.values.push(value);
    }

    fn finish(mut self, converter: &Converter<'a, '_>) -> Vec<Expr<'a>> {
        self.flush(converter);
        self.values
    }
}

/// The backslash and the character after it, which an invalid-escape warning points at.
fn escape_span(locator: &Locator<'_>, at: usize) -> Span {
    let end = (at + 2).min(locator.source.len());
    locator.span(TextRange::new(TextSize::new(at as u32), TextSize::new(end as u32)))
}

fn context(ctx: ruff::ExprContext) -> Context {
    match ctx {
        ruff::ExprContext::Load | ruff::ExprContext::Invalid => Context::Load,
        ruff::ExprContext::Store => Context::Store,
        ruff::ExprContext::Del => Context::Del,
    }
}

fn operator(op: ruff::Operator) -> Operator {
    match op {
        ruff::Operator::Add => Operator::Add,
        ruff::Operator::Sub => Operator::Sub,
        ruff::Operator::Mult => Operator::Mult,
        ruff::Operator::MatMult => Operator::MatMult,
        ruff::Operator::Div => Operator::Div,
        ruff::Operator::Mod => Operator::Mod,
        ruff::Operator::Pow => Operator::Pow,
        ruff::Operator::LShift => Operator::LShift,
        ruff::Operator::RShift => Operator::RShift,
        ruff::Operator::BitOr => Operator::BitOr,
        ruff::Operator::BitXor => Operator::BitXor,
        ruff::Operator::BitAnd => Operator::BitAnd,
        ruff::Operator::FloorDiv => Operator::FloorDiv,
    }
}

fn cmp_op(op: ruff::CmpOp) -> CmpOp {
    match op {
        ruff::CmpOp::Eq => CmpOp::Eq,
        ruff::CmpOp::NotEq => CmpOp::NotEq,
        ruff::CmpOp::Lt => CmpOp::Lt,
        ruff::CmpOp::LtE => CmpOp::LtE,
        ruff::CmpOp::Gt => CmpOp::Gt,
        ruff::CmpOp::GtE => CmpOp::GtE,
        ruff::CmpOp::Is => CmpOp::Is,
        ruff::CmpOp::IsNot => CmpOp::IsNot,
        ruff::CmpOp::In => CmpOp::In,
        ruff::CmpOp::NotIn => CmpOp::NotIn,
    }
}
