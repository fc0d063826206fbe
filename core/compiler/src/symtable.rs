//! Scopes and symbols: which name means what, block by block.
//!
//! Pass one (`Builder`, this file) walks the tree, opens a scope for every block and records how
//! each name is used there; `analysis` then decides local, global, free or cell. The numbers of
//! the flags are those the `symtable` module of the library reads. All SyntaxErrors that depend
//! on names alone are raised here; codegen trusts the result.

use crate::ast::*;
use crate::error::{CompileError, Result};
use bumpalo::Bump;
use std::collections::HashMap;

pub const DEF_GLOBAL: u32 = 1;
pub const DEF_LOCAL: u32 = 2;
pub const DEF_PARAM: u32 = 2 << 1;
pub const DEF_NONLOCAL: u32 = 2 << 2;
pub const USE: u32 = 2 << 3;
pub const DEF_FREE_CLASS: u32 = 2 << 5;
pub const DEF_IMPORT: u32 = 2 << 6;
pub const DEF_ANNOT: u32 = 2 << 7;
pub const DEF_COMP_ITER: u32 = 2 << 8;
pub const DEF_TYPE_PARAM: u32 = 2 << 9;
pub const DEF_COMP_CELL: u32 = 2 << 10;
pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT | DEF_TYPE_PARAM;
pub const SCOPE_OFFSET: u32 = 12;

/// What a name is in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Resolution {
    Unresolved = 0,
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

/// The kinds of block, numbered as the `symtable` module numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
    TypeAlias = 4,
    TypeParameters = 5,
    TypeVariable = 6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comprehension {
    No,
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeId(pub u32);

#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    pub flags: u32,
    pub resolution: Resolution,
}

/// The symbols of a scope, in order of first appearance.
#[derive(Clone, Debug, Default)]
pub struct Symbols<'a> {
    index: HashMap<&'a str, u32>,
    pub list: Vec<(&'a str, Symbol)>,
}

impl<'a> Symbols<'a> {
    pub fn get(&self, name: &str) -> Option<Symbol> {
        self.index.get(name).map(|&i| self.list[i as usize].1)
    }

    pub fn entry(&mut self, name: &'a str) -> &mut Symbol {
        let next = self.list.len() as u32;
        let index = *self.index.entry(name).or_insert(next);
        if index == next {
            self.list.push((name, Symbol { flags: 0, resolution: Resolution::Unresolved }));
        }
        &mut self.list[index as usize].1
    }
}

#[derive(Clone, Debug)]
pub struct Scope<'a> {
    pub kind: BlockKind,
    pub name: &'a str,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    pub symbols: Symbols<'a>,
    /// Parameters in order.
    pub params: Vec<&'a str>,
    /// `global` and `nonlocal` declarations, for the place of late errors.
    directives: Vec<(&'a str, Span)>,
    pub span: Span,
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub comprehension: Comprehension,
    pub varargs: bool,
    pub varkeywords: bool,
    pub method: bool,
    pub has_docstring: bool,
    /// In the scope of a class's type parameters, and scopes in it that are no class: names are private to the class
    /// only when they are among the parameters of that scope.
    pub mangles_only: Option<ScopeId>,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    pub can_see_class_scope: bool,
    pub comp_inlined: bool,
    /// Contains a `:=` outside nested scopes, so that reading a local in place needs care.
    pub has_walrus: bool,
    pub has_conditional_annotations: bool,
    pub annotation_block: Option<ScopeId>,
    pub annotations_used: bool,
    /// Annotation blocks of functions without annotations, which only listings show, and before which child they are.
    pub unused_annotations: Vec<(u32, ScopeId)>,
    comp_iter_target: bool,
    comp_iter_expr: u32,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
}

impl<'a> Scope<'a> {
    /// Blocks whose locals live in registers.
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockKind::Class | BlockKind::Module)
    }

    pub fn resolution(&self, name: &str) -> Resolution {
        self.symbols.get(name).map_or(Resolution::Unresolved, |symbol| symbol.resolution)
    }
}

/// `from __future__` features in force, as `co_flags` bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Future {
    pub flags: u32,
    /// Line of the last future statement, after which none may come.
    pub line: i32,
}

#[derive(Debug)]
pub struct SymbolTable<'a> {
    pub scopes: Vec<Scope<'a>>,
    by_node: HashMap<usize, ScopeId>,
}

impl<'a> SymbolTable<'a> {
    pub const TOP: ScopeId = ScopeId(0);

    pub fn scope(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id.0 as usize]
    }

    /// The name that `name` stands for in a scope of the class `private`.
    pub fn mangle(&self, arena: &'a Bump, scope: ScopeId, private: Option<&str>, name: &'a str) -> &'a str {
        let mangled = mangle(arena, private, name);
        match self.scope(scope).mangles_only {
            Some(params) if mangled != name => {
                let own = self.scope(params).symbols.get(mangled).is_some_and(|s| s.flags & DEF_TYPE_PARAM != 0);
                if own { mangled } else { name }
            }
            _ => mangled,
        }
    }

    pub fn of_node(&self, key: usize) -> Option<ScopeId> {
        self.by_node.get(&key).copied()
    }
}

/// The identity of a node as a key of `SymbolTable::of_node`.
pub fn key<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// The key of a type parameter list's scope.
pub fn type_params_key(params: &[TypeParam<'_>]) -> usize {
    params.as_ptr() as usize
}

/// Private names in classes: `__x` inside class `C` is `_C__x`.
pub fn mangle<'a>(arena: &'a Bump, private: Option<&str>, name: &'a str) -> &'a str {
    let Some(class) = private else { return name };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name;
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    arena.alloc_str(&format!("_{class}{name}"))
}

/// Build and analyse the symbol table of a tree.
pub fn build<'a>(
    arena: &'a Bump,
    tree: &Mod<'a>,
    future_annotations: bool,
    top_level_await: bool,
) -> Result<SymbolTable<'a>> {
    let mut builder = Builder {
        arena,
        table: SymbolTable { scopes: Vec::new(), by_node: HashMap::new() },
        current: ScopeId(0),
        private: None,
        future_annotations,
        top_level_await,
        variable_place: "a TypeVar bound",
    };
    let (name, body): (&str, Stmts<'a>) = match tree.kind {
        ModKind::Module(module) => ("top", module.body),
        ModKind::Interactive(module) => ("top", module.body),
        ModKind::Expression(_) => ("top", &[]),
        ModKind::FunctionType(_) => {
            return Err(CompileError::plain(
                crate::error::ErrorKind::RuntimeError,
                "this compiler does not handle FunctionTypes",
            ));
        }
        ModKind::Phantom(never, _) => match never {},
    };
    builder.new_scope(name, BlockKind::Module, None, Span { line: 0, col: 0, end_line: 0, end_col: 0 });
    if let ModKind::Expression(expression) = tree.kind {
        builder.expr(expression.body)?;
    } else {
        builder.scope_mut().has_docstring = docstring(body).is_some();
        builder.stmts(body)?;
    }
    crate::analysis::analyze(&mut builder.table)?;
    Ok(builder.table)
}

/// The docstring constant that starts a body.
pub fn docstring<'a>(body: Stmts<'a>) -> Option<(&'a [u8], Span)> {
    let first = body.first()?;
    let StmtKind::Expr(statement) = first.kind else { return None };
    match statement.value.kind {
        ExprKind::Constant(ConstantExpr { value: Constant::Str(text), .. }) => Some((text, statement.value.span)),
        _ => None,
    }
}

struct Builder<'a> {
    arena: &'a Bump,
    table: SymbolTable<'a>,
    current: ScopeId,
    private: Option<&'a str>,
    future_annotations: bool,
    top_level_await: bool,
    /// How messages call the type variable scope being visited.
    variable_place: &'static str,
}

impl<'a> Builder<'a> {
    fn scope(&self) -> &Scope<'a> {
        &self.table.scopes[self.current.0 as usize]
    }

    fn scope_mut(&mut self) -> &mut Scope<'a> {
        &mut self.table.scopes[self.current.0 as usize]
    }

    fn get_mut(&mut self, id: ScopeId) -> &mut Scope<'a> {
        &mut self.table.scopes[id.0 as usize]
    }

    fn new_scope(&mut self, name: &'a str, kind: BlockKind, key: Option<usize>, span: Span) -> ScopeId {
        let id = ScopeId(self.table.scopes.len() as u32);
        let parent = (id.0 != 0).then_some(self.current);
        let (mut nested, mut method) = (false, false);
        let mut comp_iter_expr = 0;
        let mut mangles_only = None;
        if let Some(parent) = parent {
            mangles_only = self.table.scopes[parent.0 as usize].mangles_only.filter(|_| kind != BlockKind::Class);
            comp_iter_expr = self.table.scopes[parent.0 as usize].comp_iter_expr;
            let parent_scope = &self.table.scopes[parent.0 as usize];
            nested = parent_scope.nested || parent_scope.is_function_like();
            method = kind == BlockKind::Function && parent_scope.kind == BlockKind::Class;
        }
        self.table.scopes.push(Scope {
            kind,
            name,
            parent,
            children: Vec::new(),
            symbols: Symbols::default(),
            params: Vec::new(),
            directives: Vec::new(),
            span,
            nested,
            generator: false,
            coroutine: false,
            comprehension: Comprehension::No,
            varargs: false,
            varkeywords: false,
            method,
            has_docstring: false,
            mangles_only,
            needs_class_closure: false,
            needs_classdict: false,
            can_see_class_scope: false,
            comp_inlined: false,
            has_walrus: false,
            has_conditional_annotations: false,
            annotation_block: None,
            annotations_used: false,
            unused_annotations: Vec::new(),
            comp_iter_target: false,
            comp_iter_expr,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
        });
        if let Some(key) = key {
            self.table.by_node.insert(key, id);
        }
        id
    }

    /// Open a scope; the returned one is to be handed back to `leave`.
    fn enter(&mut self, name: &'a str, kind: BlockKind, key: Option<usize>, span: Span) -> ScopeId {
        let id = self.new_scope(name, kind, key, span);
        self.reenter(id)
    }

    fn reenter(&mut self, id: ScopeId) -> ScopeId {
        let outer = self.current;
        if id.0 != 0 && !self.table.scopes[outer.0 as usize].children.contains(&id) {
            self.table.scopes[outer.0 as usize].children.push(id);
        }
        self.current = id;
        outer
    }

    fn leave(&mut self, outer: ScopeId) {
        self.current = outer;
    }

    fn mangled(&self, name: &'a str) -> &'a str {
        self.table.mangle(self.arena, self.current, self.private, name)
    }

    fn flags_of(&self, name: &'a str) -> u32 {
        self.scope().symbols.get(self.mangled(name)).map_or(0, |symbol| symbol.flags)
    }

    fn check_name(&self, name: &str, span: Span, ctx: Context) -> Result<()> {
        match ctx {
            Context::Store if name == "__debug__" => Err(CompileError::at(span, "cannot assign to __debug__")),
            Context::Del if name == "__debug__" => Err(CompileError::at(span, "cannot delete __debug__")),
            _ => Ok(()),
        }
    }

    fn add_def(&mut self, name: &'a str, flag: u32, span: Span) -> Result<()> {
        if flag & (DEF_TYPE_PARAM | DEF_PARAM | DEF_LOCAL | DEF_IMPORT) != 0 {
            self.check_name(name, span, Context::Store)?;
        }
        self.add_def_to(self.current, name, flag, span)
    }

    fn add_def_to(&mut self, id: ScopeId, name: &'a str, flag: u32, span: Span) -> Result<()> {
        let mangled =
            if flag & DEF_TYPE_PARAM != 0 { mangle(self.arena, self.private, name) } else { self.mangled(name) };
        let scope = self.get_mut(id);
        let comp_iter_target = scope.comp_iter_target;
        let symbol = scope.symbols.entry(mangled);
        if flag & DEF_PARAM != 0 && symbol.flags & DEF_PARAM != 0 {
            return Err(CompileError::at(span, format!("duplicate argument '{name}' in function definition")));
        }
        if flag & DEF_TYPE_PARAM != 0 && symbol.flags & DEF_TYPE_PARAM != 0 {
            return Err(CompileError::at(span, format!("duplicate type parameter '{name}'")));
        }
        symbol.flags |= flag;
        if comp_iter_target && flag & DEF_LOCAL != 0 {
            // The target of a comprehension's `for` may not be one an assignment expression binds.
            if symbol.flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                return Err(CompileError::at(
                    span,
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'"),
                ));
            }
            symbol.flags |= DEF_COMP_ITER;
        }
        if flag & DEF_PARAM != 0 {
            scope.params.push(mangled);
        } else if flag & DEF_GLOBAL != 0 {
            self.get_mut(SymbolTable::TOP).symbols.entry(mangled).flags |= flag;
        }
        Ok(())
    }

    // Statements.

    fn stmts(&mut self, body: Stmts<'a>) -> Result<()> {
        for stmt in body {
            self.stmt(stmt)?;
        }
        Ok(())
    }

    /// A body that may not run, in which annotations are conditional.
    fn conditional(&mut self, body: Stmts<'a>) -> Result<()> {
        let before = std::mem::replace(&mut self.scope_mut().in_conditional_block, true);
        self.stmts(body)?;
        self.scope_mut().in_conditional_block = before;
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt<'a>) -> Result<()> {
        let span = stmt.span;
        match stmt.kind {
            StmtKind::FunctionDef(def) => self.function(def, false, span),
            StmtKind::AsyncFunctionDef(def) => self.function(def, true, span),
            StmtKind::ClassDef(def) => self.class(def, span),
            StmtKind::TypeAlias(alias) => self.type_alias(alias, span),
            StmtKind::Return(node) => self.opt_expr(node.value),
            StmtKind::Delete(node) => self.exprs(node.targets),
            StmtKind::Assign(node) => {
                self.expr(node.value)?;
                self.exprs(node.targets)
            }
            StmtKind::AugAssign(node) => {
                self.expr(node.target)?;
                self.expr(node.value)
            }
            StmtKind::AnnAssign(node) => self.ann_assign(node, span),
            StmtKind::For(node) | StmtKind::AsyncFor(node) => {
                if matches!(stmt.kind, StmtKind::AsyncFor(_)) {
                    self.check_async("'async for' outside async function", span)?;
                    self.scope_mut().coroutine = true;
                }
                self.expr(node.target)?;
                self.expr(node.iter)?;
                self.conditional(node.body)?;
                self.conditional(node.orelse)
            }
            StmtKind::While(node) => {
                self.expr(node.test)?;
                self.conditional(node.body)?;
                self.conditional(node.orelse)
            }
            StmtKind::If(node) => {
                self.expr(node.test)?;
                self.conditional(node.body)?;
                // A chain of `elif` is walked in a loop: it may be very long.
                let mut orelse = node.orelse;
                while let [Stmt { kind: StmtKind::If(inner), .. }] = orelse {
                    self.expr(inner.test)?;
                    self.conditional(inner.body)?;
                    orelse = inner.orelse;
                }
                self.conditional(orelse)
            }
            StmtKind::With(node) | StmtKind::AsyncWith(node) => {
                if matches!(stmt.kind, StmtKind::AsyncWith(_)) {
                    self.check_async("'async with' outside async function", span)?;
                    self.scope_mut().coroutine = true;
                }
                for item in node.items {
                    self.expr(item.context_expr)?;
                    self.opt_expr(item.optional_vars)?;
                }
                self.conditional(node.body)
            }
            StmtKind::Match(node) => {
                self.expr(node.subject)?;
                for case in node.cases {
                    self.pattern(case.pattern)?;
                    self.opt_expr(case.guard)?;
                    self.conditional(case.body)?;
                }
                Ok(())
            }
            StmtKind::Raise(node) => {
                self.opt_expr(node.exc)?;
                self.opt_expr(node.cause)
            }
            StmtKind::Try(node) | StmtKind::TryStar(node) => {
                self.conditional(node.body)?;
                for handler in node.handlers {
                    let ExceptHandlerKind::ExceptHandler(inner) = handler.kind else { continue };
                    self.opt_expr(inner.type_)?;
                    if let Some(name) = inner.name {
                        self.add_def(name, DEF_LOCAL, handler.span)?;
                    }
                    self.conditional(inner.body)?;
                }
                self.conditional(node.orelse)?;
                self.conditional(node.finalbody)
            }
            StmtKind::Assert(node) => {
                self.expr(node.test)?;
                self.opt_expr(node.msg)
            }
            StmtKind::Import(node) => self.aliases(node.names),
            StmtKind::ImportFrom(node) => self.aliases(node.names),
            StmtKind::Global(node) => self.declare(node, DEF_GLOBAL, span),
            StmtKind::Nonlocal(node) => self.declare(node, DEF_NONLOCAL, span),
            StmtKind::Expr(node) => self.expr(node.value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
            StmtKind::Phantom(never, _) => match never {},
        }
    }

    fn in_async_def(&self) -> bool {
        self.scope().kind == BlockKind::Function && self.scope().coroutine
    }

    /// Top-level await makes a module a coroutine and allows all that.
    fn allows_await(&self) -> bool {
        self.top_level_await && self.scope().kind == BlockKind::Module
    }

    fn check_async(&self, message: &str, span: Span) -> Result<()> {
        if self.in_async_def() || self.allows_await() {
            return Ok(());
        }
        Err(CompileError::at(span, message))
    }

    fn aliases(&mut self, names: &'a [Alias<'a>]) -> Result<()> {
        for alias in names {
            let name = match alias.asname {
                Some(name) => name,
                None => alias.name.split('.').next().unwrap_or(alias.name),
            };
            if name != "*" {
                self.add_def(name, DEF_IMPORT, alias.span)?;
            } else if self.scope().kind != BlockKind::Module {
                return Err(CompileError::at(alias.span, "import * only allowed at module level"));
            }
        }
        Ok(())
    }

    fn declare(&mut self, node: &'a Global<'a>, flag: u32, span: Span) -> Result<()> {
        let what = if flag == DEF_GLOBAL { "global" } else { "nonlocal" };
        for &name in node.names {
            let flags = self.flags_of(name);
            if flags & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
                let message = if flags & DEF_PARAM != 0 {
                    format!("name '{name}' is parameter and {what}")
                } else if flags & USE != 0 {
                    format!("name '{name}' is used prior to {what} declaration")
                } else if flags & DEF_ANNOT != 0 {
                    format!("annotated name '{name}' can't be {what}")
                } else {
                    format!("name '{name}' is assigned to before {what} declaration")
                };
                return Err(CompileError::at(span, message));
            }
            self.add_def(name, flag, span)?;
            let mangled = self.mangled(name);
            self.scope_mut().directives.push((mangled, span));
        }
        Ok(())
    }

    fn ann_assign(&mut self, node: &'a AnnAssign<'a>, span: Span) -> Result<()> {
        if let ExprKind::Name(name) = node.target.kind {
            let flags = self.flags_of(name.id);
            if flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0 && self.current != SymbolTable::TOP && node.simple != 0 {
                let what = if flags & DEF_GLOBAL != 0 { "global" } else { "nonlocal" };
                let message = format!("annotated name '{}' can't be {what}", name.id);
                return Err(CompileError::at(span, message));
            }
            if node.simple != 0 {
                self.add_def(name.id, DEF_ANNOT | DEF_LOCAL, node.target.span)?;
            } else if node.value.is_some() {
                self.add_def(name.id, DEF_LOCAL, node.target.span)?;
            }
        } else {
            self.expr(node.target)?;
        }
        self.variable_annotation(node.annotation, key(node))?;
        self.opt_expr(node.value)
    }

    /// The annotation of a variable belongs to its module's or class's `__annotate__` scope;
    /// that of a function's local is never evaluated.
    fn variable_annotation(&mut self, annotation: ExprRef<'a>, _key: usize) -> Result<()> {
        let parent = self.current;
        let scope = self.scope();
        let kind = scope.kind;
        let unevaluated = kind == BlockKind::Function || self.future_annotations;
        let conditional = kind == BlockKind::Module || (kind == BlockKind::Class && scope.in_conditional_block);
        if conditional && !scope.has_conditional_annotations {
            self.scope_mut().has_conditional_annotations = true;
            self.add_def("__conditional_annotations__", USE, annotation.span)?;
        }
        let outer = match self.scope().annotation_block {
            Some(block) => self.reenter(block),
            None => {
                let outer = self.enter("__annotate__", BlockKind::Annotation, None, annotation.span);
                let block = self.current;
                self.get_mut(parent).annotation_block = Some(block);
                self.annotation_parameters(annotation.span)?;
                if kind == BlockKind::Class && !self.future_annotations {
                    self.scope_mut().can_see_class_scope = true;
                    self.add_def("__classdict__", USE, annotation.span)?;
                }
                outer
            }
        };
        if conditional {
            // The block asks which of its annotations were reached.
            self.add_def("__conditional_annotations__", USE, annotation.span)?;
        }
        let before = std::mem::replace(&mut self.scope_mut().in_unevaluated_annotation, unevaluated);
        self.expr(annotation)?;
        self.scope_mut().in_unevaluated_annotation = before;
        self.leave(outer);
        if !unevaluated {
            self.get_mut(parent).annotations_used = true;
        }
        Ok(())
    }

    /// Annotation and type parameter scopes take one hidden positional parameter, the format.
    fn annotation_parameters(&mut self, span: Span) -> Result<()> {
        self.add_def(".format", DEF_PARAM, span)?;
        self.add_def(".format", USE, span)
    }

    fn function(&mut self, def: &'a FunctionDef<'a>, is_async: bool, span: Span) -> Result<()> {
        self.add_def(def.name, DEF_LOCAL, span)?;
        self.exprs(def.args.defaults)?;
        self.opt_exprs(def.args.kw_defaults)?;
        self.exprs(def.decorator_list)?;
        let generic = !def.type_params.is_empty();
        let mut outside = self.current;
        if generic {
            outside = self.enter_type_params(
                def.name,
                def.type_params,
                !def.args.defaults.is_empty(),
                def.args.kw_defaults.iter().any(|default| default.is_some()),
                false,
                span,
            )?;
            self.type_params(def.type_params)?;
        }
        let id = self.new_scope(def.name, BlockKind::Function, Some(key(def)), span);
        self.function_annotations(def, span)?;
        let outer = self.reenter(id);
        let scope = self.scope_mut();
        scope.coroutine = is_async;
        scope.has_docstring = docstring(def.body).is_some();
        self.parameters(def.args)?;
        self.stmts(def.body)?;
        self.leave(outer);
        if generic {
            self.leave(outside);
        }
        Ok(())
    }

    fn function_annotations(&mut self, def: &'a FunctionDef<'a>, span: Span) -> Result<()> {
        let kind = self.scope().kind;
        let can_see_class = self.scope().can_see_class_scope;
        let outer = self.enter("__annotate__", BlockKind::Annotation, Some(key(def.args)), span);
        self.annotation_parameters(span)?;
        if kind == BlockKind::Class || can_see_class {
            self.scope_mut().can_see_class_scope = true;
            self.add_def("__classdict__", USE, span)?;
        }
        // With the annotations feature they are text, whose names mean nothing.
        self.scope_mut().in_unevaluated_annotation = self.future_annotations;
        let args = def.args;
        let mut used = def.returns.is_some();
        for arg in args.posonlyargs.iter().chain(args.args).chain(args.vararg).chain(args.kwonlyargs).chain(args.kwarg) {
            if let Some(annotation) = arg.annotation {
                used = true;
                self.expr(annotation)?;
            }
        }
        self.opt_expr(def.returns)?;
        self.scope_mut().annotations_used = used;
        self.leave(outer);
        if !used {
            // An empty block would only disturb the analysis.
            let scope = self.scope_mut();
            if let Some(block) = scope.children.pop() {
                let place = scope.children.len() as u32;
                scope.unused_annotations.push((place, block));
            }
        }
        Ok(())
    }

    fn parameters(&mut self, args: &'a Arguments<'a>) -> Result<()> {
        for arg in args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs) {
            self.add_def(arg.arg, DEF_PARAM, arg.span)?;
        }
        if let Some(arg) = args.vararg {
            self.add_def(arg.arg, DEF_PARAM, arg.span)?;
            self.scope_mut().varargs = true;
        }
        if let Some(arg) = args.kwarg {
            self.add_def(arg.arg, DEF_PARAM, arg.span)?;
            self.scope_mut().varkeywords = true;
        }
        Ok(())
    }

    fn class(&mut self, def: &'a ClassDef<'a>, span: Span) -> Result<()> {
        self.add_def(def.name, DEF_LOCAL, span)?;
        self.exprs(def.decorator_list)?;
        let private = self.private;
        let generic = !def.type_params.is_empty();
        let mut outside = self.current;
        if generic {
            outside = self.enter_type_params(def.name, def.type_params, false, false, true, span)?;
            self.private = Some(def.name);
            self.type_params(def.type_params)?;
        }
        self.exprs(def.bases)?;
        self.keywords(def.keywords)?;
        let outer = self.enter(def.name, BlockKind::Class, Some(key(def)), span);
        self.private = Some(def.name);
        if generic {
            self.add_def("__type_params__", DEF_LOCAL, span)?;
            self.add_def(".type_params", USE, span)?;
        }
        self.scope_mut().has_docstring = docstring(def.body).is_some();
        self.stmts(def.body)?;
        self.leave(outer);
        if generic {
            self.leave(outside);
        }
        self.private = private;
        Ok(())
    }

    fn enter_type_params(
        &mut self,
        name: &'a str,
        params: &'a [TypeParam<'a>],
        defaults: bool,
        kwdefaults: bool,
        class: bool,
        span: Span,
    ) -> Result<ScopeId> {
        let in_class = self.scope().kind == BlockKind::Class;
        let outer = self.enter(name, BlockKind::TypeParameters, Some(type_params_key(params)), span);
        if in_class {
            self.scope_mut().can_see_class_scope = true;
            self.add_def("__classdict__", USE, span)?;
        }
        if class {
            let own = self.current;
            self.scope_mut().mangles_only = Some(own);
            self.add_def(".type_params", DEF_LOCAL, span)?;
            self.add_def(".type_params", USE, span)?;
            self.add_def(".generic_base", DEF_LOCAL, span)?;
            self.add_def(".generic_base", USE, span)?;
        }
        if defaults {
            self.add_def(".defaults", DEF_PARAM, span)?;
        }
        if kwdefaults {
            self.add_def(".kwdefaults", DEF_PARAM, span)?;
        }
        Ok(outer)
    }

    fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> Result<()> {
        let mut seen_default = false;
        for param in params {
            let (name, default) = match param.kind {
                TypeParamKind::TypeVar(node) => {
                    self.type_param_name(node.name, param.span)?;
                    if let Some(bound) = node.bound {
                        let constraints = matches!(bound.kind, ExprKind::Tuple(_));
                        let place = if constraints { "a TypeVar constraint" } else { "a TypeVar bound" };
                        self.type_variable(bound, node.name, key(node), place)?;
                    }
                    (node.name, node.default_value.map(|default| (default, key(node) + 1)))
                }
                TypeParamKind::ParamSpec(node) | TypeParamKind::TypeVarTuple(node) => {
                    self.type_param_name(node.name, param.span)?;
                    (node.name, node.default_value.map(|default| (default, key(node) + 1)))
                }
                TypeParamKind::Phantom(never, _) => match never {},
            };
            match default {
                Some((default, key)) => {
                    seen_default = true;
                    let place = match param.kind {
                        TypeParamKind::TypeVar(_) => "a TypeVar default",
                        TypeParamKind::ParamSpec(_) => "a ParamSpec default",
                        _ => "a TypeVarTuple default",
                    };
                    self.type_variable(default, name, key, place)?;
                }
                None if seen_default => {
                    return Err(CompileError::at(
                        param.span,
                        format!("non-default type parameter '{name}' follows default type parameter"),
                    ));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn type_param_name(&mut self, name: &'a str, span: Span) -> Result<()> {
        if name == "__classdict__" {
            let message = format!("reserved name '{name}' cannot be used for type parameter");
            return Err(CompileError::at(span, message));
        }
        self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, span)
    }

    /// The lazily evaluated bound or default of a type parameter.
    fn type_variable(
        &mut self,
        expr: ExprRef<'a>,
        name: &'a str,
        key: usize,
        place: &'static str,
    ) -> Result<()> {
        self.variable_place = place;
        let in_class = self.scope().can_see_class_scope;
        let outer = self.enter(name, BlockKind::TypeVariable, Some(key), expr.span);
        self.annotation_parameters(expr.span)?;
        if in_class {
            self.scope_mut().can_see_class_scope = true;
            self.add_def("__classdict__", USE, expr.span)?;
        }
        self.expr(expr)?;
        self.leave(outer);
        Ok(())
    }

    fn type_alias(&mut self, alias: &'a TypeAlias<'a>, span: Span) -> Result<()> {
        self.expr(alias.name)?;
        let name = match alias.name.kind {
            ExprKind::Name(name) => name.id,
            _ => "<unknown>",
        };
        let in_class = self.scope().kind == BlockKind::Class;
        let generic = !alias.type_params.is_empty();
        let mut outside = self.current;
        if generic {
            outside = self.enter_type_params(name, alias.type_params, false, false, false, span)?;
            self.type_params(alias.type_params)?;
        }
        let outer = self.enter(name, BlockKind::TypeAlias, Some(key(alias)), span);
        self.annotation_parameters(span)?;
        if in_class {
            self.scope_mut().can_see_class_scope = true;
            self.add_def("__classdict__", USE, span)?;
        }
        self.expr(alias.value)?;
        self.leave(outer);
        if generic {
            self.leave(outside);
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &Pattern<'a>) -> Result<()> {
        match pattern.kind {
            PatternKind::MatchValue(node) => self.expr(node.value),
            PatternKind::MatchSingleton(_) => Ok(()),
            PatternKind::MatchSequence(node) | PatternKind::MatchOr(node) => self.patterns(node.patterns),
            PatternKind::MatchMapping(node) => {
                self.exprs(node.keys)?;
                self.patterns(node.patterns)?;
                match node.rest {
                    Some(name) => self.add_def(name, DEF_LOCAL, pattern.span),
                    None => Ok(()),
                }
            }
            PatternKind::MatchClass(node) => {
                self.expr(node.cls)?;
                self.patterns(node.patterns)?;
                for (name, value) in node.kwd_attrs.iter().zip(node.kwd_patterns) {
                    self.check_name(name, value.span, Context::Store)?;
                }
                self.patterns(node.kwd_patterns)
            }
            PatternKind::MatchStar(node) => match node.name {
                Some(name) => self.add_def(name, DEF_LOCAL, pattern.span),
                None => Ok(()),
            },
            PatternKind::MatchAs(node) => {
                if let Some(inner) = node.pattern {
                    self.pattern(inner)?;
                }
                match node.name {
                    Some(name) => self.add_def(name, DEF_LOCAL, pattern.span),
                    None => Ok(()),
                }
            }
            PatternKind::Phantom(never, _) => match never {},
        }
    }

    fn patterns(&mut self, patterns: &'a [Pattern<'a>]) -> Result<()> {
        patterns.iter().try_for_each(|pattern| self.pattern(pattern))
    }

    // Expressions.

    fn exprs(&mut self, items: Exprs<'a>) -> Result<()> {
        items.iter().try_for_each(|item| self.expr(item))
    }

    fn opt_exprs(&mut self, items: OptExprs<'a>) -> Result<()> {
        items.iter().flatten().try_for_each(|item| self.expr(item))
    }

    fn opt_expr(&mut self, item: Option<ExprRef<'a>>) -> Result<()> {
        item.map_or(Ok(()), |item| self.expr(item))
    }

    fn keywords(&mut self, keywords: &'a [Keyword<'a>]) -> Result<()> {
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                self.check_name(name, keyword.span, Context::Store)?;
            }
            self.expr(keyword.value)?;
        }
        Ok(())
    }

    /// Left-leaning chains are unrolled; everything else goes through `expr_node`.
    fn expr(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        crate::stack::deep(|| self.expr_chain(expr))
    }

    fn expr_chain(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        let mut chain = Vec::new();
        let mut node = expr;
        loop {
            let next = match node.kind {
                ExprKind::BinOp(inner) => inner.left,
                ExprKind::Attribute(inner) => inner.value,
                ExprKind::Subscript(inner) => inner.value,
                ExprKind::Call(inner) => inner.func,
                _ => break,
            };
            chain.push(node);
            node = next;
        }
        self.expr_node(node)?;
        for node in chain.into_iter().rev() {
            match node.kind {
                ExprKind::BinOp(inner) => self.expr(inner.right)?,
                ExprKind::Attribute(inner) => self.check_name(inner.attr, node.span, inner.ctx)?,
                ExprKind::Subscript(inner) => self.expr(inner.slice)?,
                ExprKind::Call(inner) => {
                    self.exprs(inner.args)?;
                    self.keywords(inner.keywords)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn expr_node(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        match expr.kind {
            ExprKind::BoolOp(node) => self.exprs(node.values),
            ExprKind::NamedExpr(node) => self.named_expr(node, expr.span),
            ExprKind::UnaryOp(node) => self.expr(node.operand),
            ExprKind::Lambda(node) => {
                self.exprs(node.args.defaults)?;
                self.opt_exprs(node.args.kw_defaults)?;
                let outer = self.enter("<lambda>", BlockKind::Function, Some(key(node)), expr.span);
                self.parameters(node.args)?;
                self.expr(node.body)?;
                self.leave(outer);
                Ok(())
            }
            ExprKind::IfExp(node) => {
                self.expr(node.test)?;
                self.expr(node.body)?;
                self.expr(node.orelse)
            }
            ExprKind::Dict(node) => {
                self.opt_exprs(node.keys)?;
                self.exprs(node.values)
            }
            ExprKind::Set(node) => self.exprs(node.elts),
            ExprKind::ListComp(node) => {
                self.comprehension(expr, key(node), "<listcomp>", Comprehension::List, node.generators, &[node.elt])
            }
            ExprKind::SetComp(node) => {
                self.comprehension(expr, key(node), "<setcomp>", Comprehension::Set, node.generators, &[node.elt])
            }
            ExprKind::GeneratorExp(node) => {
                let kind = Comprehension::Generator;
                self.comprehension(expr, key(node), "<genexpr>", kind, node.generators, &[node.elt])
            }
            ExprKind::DictComp(node) => {
                let parts = [node.value, node.key];
                self.comprehension(expr, key(node), "<dictcomp>", Comprehension::Dict, node.generators, &parts)
            }
            ExprKind::Await(node) => {
                self.forbid_in_annotation("await expression", expr.span)?;
                if !self.allows_await() {
                    if !self.scope().is_function_like() {
                        return Err(CompileError::at(expr.span, "'await' outside function"));
                    }
                    if !self.in_async_def() && self.scope().comprehension == Comprehension::No {
                        return Err(CompileError::at(expr.span, "'await' outside async function"));
                    }
                }
                self.expr(node.value)?;
                self.scope_mut().coroutine = true;
                Ok(())
            }
            ExprKind::Yield(node) => {
                self.forbid_in_annotation("yield expression", expr.span)?;
                self.opt_expr(node.value)?;
                self.yielded(expr.span)
            }
            ExprKind::YieldFrom(node) => {
                self.forbid_in_annotation("yield expression", expr.span)?;
                self.expr(node.value)?;
                self.yielded(expr.span)
            }
            ExprKind::Compare(node) => {
                self.expr(node.left)?;
                self.exprs(node.comparators)
            }
            ExprKind::FormattedValue(node) => {
                self.expr(node.value)?;
                self.opt_expr(node.format_spec)
            }
            ExprKind::Interpolation(node) => {
                self.expr(node.value)?;
                self.opt_expr(node.format_spec)
            }
            ExprKind::JoinedStr(node) | ExprKind::TemplateStr(node) => self.exprs(node.values),
            ExprKind::Constant(_) => Ok(()),
            ExprKind::Starred(node) => self.expr(node.value),
            ExprKind::Name(node) => {
                if self.scope().in_unevaluated_annotation {
                    return Ok(());
                }
                if node.ctx != Context::Load {
                    self.check_name(node.id, expr.span, node.ctx)?;
                }
                self.add_def(node.id, if node.ctx == Context::Load { USE } else { DEF_LOCAL }, expr.span)?;
                // `super` without arguments needs the class it stands in.
                if node.ctx == Context::Load && node.id == "super" && self.scope().is_function_like() {
                    self.add_def("__class__", USE, expr.span)?;
                }
                Ok(())
            }
            ExprKind::List(node) | ExprKind::Tuple(node) => self.exprs(node.elts),
            ExprKind::Slice(node) => {
                self.opt_expr(node.lower)?;
                self.opt_expr(node.upper)?;
                self.opt_expr(node.step)
            }
            // `expr` has taken these apart.
            ExprKind::BinOp(_) | ExprKind::Attribute(_) | ExprKind::Subscript(_) | ExprKind::Call(_) => Ok(()),
            ExprKind::Phantom(never, _) => match never {},
        }
    }

    fn yielded(&mut self, span: Span) -> Result<()> {
        let scope = self.scope_mut();
        scope.generator = true;
        let what = match scope.comprehension {
            Comprehension::No => return Ok(()),
            Comprehension::List => "'yield' inside list comprehension",
            Comprehension::Set => "'yield' inside set comprehension",
            Comprehension::Dict => "'yield' inside dict comprehension",
            Comprehension::Generator => "'yield' inside generator expression",
        };
        Err(CompileError::at(span, what))
    }

    fn forbid_in_annotation(&self, what: &str, span: Span) -> Result<()> {
        let place = match self.scope().kind {
            BlockKind::Annotation => "an annotation",
            BlockKind::TypeVariable => self.variable_place,
            BlockKind::TypeAlias => "a type alias",
            BlockKind::TypeParameters => "the definition of a generic",
            _ => return Ok(()),
        };
        Err(CompileError::at(span, format!("{what} cannot be used within {place}")))
    }

    fn named_expr(&mut self, node: &'a NamedExpr<'a>, span: Span) -> Result<()> {
        self.forbid_in_annotation("named expression", span)?;
        if self.scope().comp_iter_expr > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(CompileError::at(span, message));
        }
        if self.scope().comprehension != Comprehension::No {
            self.extend_namedexpr_scope(node.target)?;
        }
        self.scope_mut().has_walrus = true;
        self.expr(node.value)?;
        self.expr(node.target)
    }

    /// `:=` in a comprehension binds in the scope around all comprehensions.
    fn extend_namedexpr_scope(&mut self, target: ExprRef<'a>) -> Result<()> {
        let ExprKind::Name(name) = target.kind else { return Ok(()) };
        let mut id = self.current;
        loop {
            let scope = self.table.scope(id);
            if scope.comprehension != Comprehension::No {
                let flags = scope.symbols.get(self.mangled(name.id)).map_or(0, |symbol| symbol.flags);
                if flags & DEF_COMP_ITER != 0 {
                    return Err(CompileError::at(
                        target.span,
                        format!(
                            "assignment expression cannot rebind comprehension iteration variable '{}'",
                            name.id
                        ),
                    ));
                }
            } else {
                let place = match scope.kind {
                    BlockKind::Function => {
                        let flags = scope.symbols.get(self.mangled(name.id)).map_or(0, |symbol| symbol.flags);
                        let here = if flags & DEF_GLOBAL != 0 { DEF_GLOBAL } else { DEF_NONLOCAL };
                        self.get_mut(id).has_walrus = true;
                        self.add_def(name.id, here, target.span)?;
                        let mangled = self.mangled(name.id);
                        self.scope_mut().directives.push((mangled, target.span));
                        return self.add_def_to(id, name.id, DEF_LOCAL, target.span);
                    }
                    BlockKind::Module => {
                        self.get_mut(id).has_walrus = true;
                        self.add_def(name.id, DEF_GLOBAL, target.span)?;
                        let mangled = self.mangled(name.id);
                        self.scope_mut().directives.push((mangled, target.span));
                        return self.add_def_to(id, name.id, DEF_GLOBAL, target.span);
                    }
                    BlockKind::Class => "cannot be used in a class body",
                    BlockKind::TypeParameters => "cannot be used within the definition of a generic",
                    BlockKind::TypeAlias => "cannot be used in a type alias",
                    BlockKind::TypeVariable => "cannot be used in a TypeVar bound",
                    BlockKind::Annotation => "cannot be used within an annotation",
                };
                let message = format!("assignment expression within a comprehension {place}");
                return Err(CompileError::at(target.span, message));
            }
            match scope.parent {
                Some(parent) => id = parent,
                None => return Ok(()),
            }
        }
    }

    fn comprehension(
        &mut self,
        expr: &'a Expr<'a>,
        key: usize,
        name: &'a str,
        kind: Comprehension,
        generators: &'a [crate::ast::Comprehension<'a>],
        parts: &[ExprRef<'a>],
    ) -> Result<()> {
        let Some((outermost, rest)) = generators.split_first() else { return Ok(()) };
        self.scope_mut().comp_iter_expr += 1;
        self.expr(outermost.iter)?;
        self.scope_mut().comp_iter_expr -= 1;
        let outer = self.enter(name, BlockKind::Function, Some(key), expr.span);
        let scope = self.scope_mut();
        scope.comprehension = kind;
        scope.method = false;
        scope.coroutine = outermost.is_async != 0;
        self.add_def(".0", DEF_PARAM, expr.span)?;
        self.comp_target(outermost.target)?;
        self.exprs(outermost.ifs)?;
        for generator in rest {
            self.comp_target(generator.target)?;
            self.scope_mut().comp_iter_expr += 1;
            self.expr(generator.iter)?;
            self.scope_mut().comp_iter_expr -= 1;
            self.exprs(generator.ifs)?;
            if generator.is_async != 0 {
                self.scope_mut().coroutine = true;
            }
        }
        for part in parts {
            self.expr(part)?;
        }
        let is_generator = kind == Comprehension::Generator;
        let scope = self.scope_mut();
        scope.generator = is_generator;
        let is_async = scope.coroutine && !is_generator;
        self.leave(outer);
        if is_async {
            if !self.in_async_def() && self.scope().comprehension == Comprehension::No && !self.allows_await() {
                let message = "asynchronous comprehension outside of an asynchronous function";
                return Err(CompileError::at(expr.span, message));
            }
            self.scope_mut().coroutine = true;
        }
        Ok(())
    }

    fn comp_target(&mut self, target: ExprRef<'a>) -> Result<()> {
        self.scope_mut().comp_iter_target = true;
        self.expr(target)?;
        self.scope_mut().comp_iter_target = false;
        Ok(())
    }
}

impl Scope<'_> {
    /// Where a `global` or `nonlocal` statement declared `name` here.
    pub fn directive(&self, name: &str) -> Span {
        self.directives.iter().find(|(declared, _)| *declared == name).map_or(self.span, |&(_, span)| span)
    }
}
