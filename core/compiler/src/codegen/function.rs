//! Functions, classes, lambdas, type parameters and annotations.

use super::unit::{Operand, Reg};
use super::stmt::{clean_docstring, skip_docstring};
use super::{Generator, walk};
use crate::ast::*;
use crate::error::Result;
use crate::symtable::{self, BlockKind};
use krait_bytecode::ops::{Common, FunctionAttr, Intrinsic1, Intrinsic2, KILL_A, KILL_B, KILL_C, NEGATE};
use krait_bytecode::{Code, CodeFlags, Const, Op};

/// The parts of a function that are computed before it is made.
#[derive(Default)]
struct Parts {
    defaults: Option<Operand>,
    kwdefaults: Option<Operand>,
}

impl<'a> Generator<'_, 'a> {
    /// Make a function of `code` in the temporary `dst`, with its closure.
    pub(super) fn make_closure(&mut self, code: Code, dst: Reg) -> Result<()> {
        let free: Vec<String> = code.freevars.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        // Code objects in dead code are not even stored.
        if !self.unit.reachable {
            return Ok(());
        }
        let index = self.unit.add_const(Const::Code(Box::new(code)));
        self.unit.emit_bc(Op::MakeFunction, 0, dst, index);
        if !free.is_empty() {
            let mark = self.unit.next_temp;
            let first = self.unit.alloc();
            for (index, name) in free.iter().enumerate() {
                let reg = if index == 0 { first } else { self.unit.alloc() };
                let name = &*self.arena.alloc_str(name);
                let cell = self.cell_register(name);
                self.unit.emit(Op::Move, 0, reg, cell, 0);
            }
            self.unit.emit(Op::BuildTuple, 0, first, first, free.len() as u16);
            self.set_function_attr(dst, Operand::temp(first), FunctionAttr::Closure);
            self.unit.next_temp = mark;
        }
        Ok(())
    }

    /// The register that holds the cell of a variable an inner function closes over.
    fn cell_register(&self, mangled: &'a str) -> Reg {
        for frame in self.unit.comprehensions.iter().rev() {
            if let Some(slot) = frame.vars.get(mangled) {
                return slot.reg;
            }
        }
        self.unit.slots.get(mangled).map_or(0, |slot| slot.reg)
    }

    // Functions.

    fn parts(&mut self, args: &'a Arguments<'a>) -> Result<Parts> {
        let mut parts = Parts::default();
        if !args.defaults.is_empty() {
            let reg = self.unit.alloc();
            match crate::fold::tuple(self.arena, args.defaults, self.settings.optimize, 100) {
                Some(constant) => self.load_constant(constant, reg),
                None => {
                    let mark = self.unit.next_temp;
                    for (index, default) in args.defaults.iter().enumerate() {
                        let item = if index == 0 { reg } else { self.unit.alloc() };
                        self.expr_to(default, item)?;
                    }
                    self.unit.emit(Op::BuildTuple, 0, reg, reg, args.defaults.len() as u16);
                    self.unit.next_temp = mark;
                }
            }
            parts.defaults = Some(Operand::temp(reg));
        }
        let mut count = 0;
        let reg = self.unit.next_temp;
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            if let Some(default) = default {
                let key = self.unit.alloc();
                let name = self.mangle(arg.arg);
                self.load_constant(Constant::Str(name.as_bytes()), key);
                self.temp(default)?;
                count += 1;
            }
        }
        if count > 0 {
            self.unit.emit(Op::BuildMap, 0, reg, reg, count);
            self.unit.next_temp = reg + 1;
            parts.kwdefaults = Some(Operand::temp(reg));
        }
        Ok(parts)
    }

    /// Set what was computed ahead on the fresh function.
    fn attach(&mut self, function: Reg, parts: &Parts, annotate: Option<Reg>) {
        if let Some(reg) = annotate {
            self.set_function_attr(function, Operand::temp(reg), FunctionAttr::Annotate);
        }
        if let Some(value) = parts.kwdefaults {
            self.set_function_attr(function, value, FunctionAttr::KwDefaults);
        }
        if let Some(value) = parts.defaults {
            self.set_function_attr(function, value, FunctionAttr::Defaults);
        }
    }

    fn set_argument_counts(&mut self, args: &Arguments<'a>) {
        self.unit.posonlyargcount = args.posonlyargs.len() as u16;
        self.unit.argcount = (args.posonlyargs.len() + args.args.len()) as u16;
        self.unit.kwonlyargcount = args.kwonlyargs.len() as u16;
    }

    pub(super) fn lambda(&mut self, node: &'a Lambda<'a>, span: Span, dst: Reg) -> Result<()> {
        let result = self.scratch(dst);
        let parts = self.parts(node.args)?;
        let id = self.scope_of(symtable::key(node))?;
        let private = self.unit.private;
        self.enter(id, "<lambda>", private, span.line);
        self.set_argument_counts(node.args);
        self.unit.set_span(node.body.span);
        let guard = self.table.scope(id).generator.then(|| self.begin_generator_guard());
        let value = self.expr(node.body)?;
        self.emit_return(value);
        if let Some(guard) = guard {
            self.end_generator_guard(guard);
        }
        let code = self.leave()?;
        self.make_closure(code, result)?;
        self.attach(result, &parts, None);
        self.move_to(dst, Operand::temp(result));
        Ok(())
    }

    pub(super) fn function_def(&mut self, node: &'a FunctionDef<'a>, span: Span, is_async: bool) -> Result<()> {
        let first_line = node.decorator_list.first().map_or(span.line, |decorator| decorator.span.line);
        let (windows, slot) = self.decorators(node.decorator_list)?;
        self.unit.set_span(span);
        if node.type_params.is_empty() {
            let parts = self.parts(node.args)?;
            self.function_object(node, span, first_line, &parts, is_async, slot)?;
        } else {
            // The defaults are arguments of the type parameters' own function.
            let base = slot;
            let mark = self.unit.next_temp;
            let parts = self.parts(node.args)?;
            self.type_params_function(node.name, node.type_params, span, first_line, &parts, |this| {
                let hidden = |this: &Self, name| {
                    this.unit.slots.get(name).map(|slot| Operand::kept(slot.reg))
                };
                let inner = Parts {
                    defaults: parts.defaults.and_then(|_| hidden(this, ".defaults")),
                    kwdefaults: parts.kwdefaults.and_then(|_| hidden(this, ".kwdefaults")),
                };
                let params = this.type_params_tuple(node.type_params)?;
                this.unit.set_span(span);
                let result = this.unit.alloc();
                this.function_object(node, span, first_line, &inner, is_async, result)?;
                this.set_function_attr(result, Operand::temp(params), FunctionAttr::TypeParams);
                Ok(result)
            }, base)?;
            self.unit.next_temp = mark;
        }
        self.apply_decorators(node.decorator_list, &windows, slot);
        self.unit.set_span(span);
        self.store_name(node.name, Operand::temp(slot));
        Ok(())
    }

    /// Evaluate decorators into nested call windows; the innermost argument's register.
    fn decorators(&mut self, decorators: Exprs<'a>) -> Result<(Vec<Reg>, Reg)> {
        let mut windows = Vec::new();
        for decorator in decorators {
            let base = self.temp(decorator)?;
            let null = self.unit.alloc();
            self.unit.set_span(decorator.span);
            self.unit.emit(Op::PushNull, 0, null, 0, 0);
            windows.push(base);
        }
        Ok((windows, self.unit.alloc()))
    }

    fn apply_decorators(&mut self, decorators: Exprs<'a>, windows: &[Reg], slot: Reg) {
        for (index, &base) in windows.iter().enumerate().rev() {
            self.unit.set_span(decorators[index].span);
            // The result goes where the next outer decorator expects its argument: the base of
            // this window; for the outermost, the slot the name is stored from.
            let dst = if index == 0 { slot } else { base };
            self.unit.emit(Op::Call, 0, dst, base, 1);
        }
    }

    /// The code and the function object of a `def`, into the temporary `dst`.
    fn function_object(
        &mut self,
        node: &'a FunctionDef<'a>,
        span: Span,
        first_line: i32,
        parts: &Parts,
        is_async: bool,
        dst: Reg,
    ) -> Result<()> {
        let annotate = self.function_annotate(node, span)?;
        let id = self.scope_of(symtable::key(node))?;
        let scope = self.table.scope(id);
        let private = self.unit.private;
        self.enter(id, node.name, private, first_line);
        self.set_argument_counts(node.args);
        let mut unbound = Vec::new();
        walk::unbound_names(node.body, &mut unbound);
        for name in unbound {
            let mangled = self.mangle(name);
            if let Some(slot) = self.unit.slots.get(mangled) {
                self.unit.unsteady.insert(slot.reg);
            }
        }
        if let Some((text, _)) = symtable::docstring(node.body)
            && self.settings.optimize < 2
        {
            self.unit.flags |= CodeFlags::HAS_DOCSTRING;
            let text = clean_docstring(text);
            self.unit.constant(Constant::Str(&text));
        }
        let guard = (scope.generator || is_async).then(|| self.begin_generator_guard());
        self.unit.set_span(Span { line: span.line, col: 0, end_line: span.line, end_col: 0 });
        let entry = (self.unit.span(), self.unit.pc());
        self.tail = true;
        self.stmts(skip_docstring(node.body, false))?;
        self.tail = false;
        if self.unit.pc() == entry.1 {
            self.unit.set_span(entry.0);
        }
        self.return_none();
        if let Some(guard) = guard {
            self.end_generator_guard(guard);
        }
        let code = self.leave()?;
        self.unit.set_span(span);
        self.make_closure(code, dst)?;
        self.attach(dst, parts, annotate);
        Ok(())
    }

    // Classes.

    pub(super) fn class_def(&mut self, node: &'a ClassDef<'a>, span: Span) -> Result<()> {
        let first_line = node.decorator_list.first().map_or(span.line, |decorator| decorator.span.line);
        let (windows, slot) = self.decorators(node.decorator_list)?;
        self.unit.set_span(span);
        if node.type_params.is_empty() {
            self.class_object(node, span, first_line, slot, None)?;
        } else {
            let mark = self.unit.next_temp;
            let parts = Parts::default();
            self.type_params_function(node.name, node.type_params, span, first_line, &parts, |this| {
                let params = this.type_params_tuple(node.type_params)?;
                this.store_name(".type_params", Operand::temp(params));
                this.unit.next_temp = params;
                let result = this.unit.alloc();
                this.class_object(node, span, first_line, result, Some(".type_params"))?;
                Ok(result)
            }, slot)?;
            self.unit.next_temp = mark;
        }
        self.apply_decorators(node.decorator_list, &windows, slot);
        self.unit.set_span(span);
        self.store_name(node.name, Operand::temp(slot));
        Ok(())
    }

    /// Build the class in the topmost temporary `dst`.
    fn class_object(
        &mut self,
        node: &'a ClassDef<'a>,
        span: Span,
        first_line: i32,
        dst: Reg,
        generic: Option<&'a str>,
    ) -> Result<()> {
        super::call::check_keywords(node.keywords)?;
        let code = self.class_body(node, first_line, generic.is_some())?;
        let base = self.window(dst);
        self.unit.set_span(span);
        self.load_common(Common::BuildClass, base);
        let null = self.unit.alloc();
        self.unit.emit(Op::PushNull, 0, null, 0, 0);
        let function = self.unit.alloc();
        self.make_closure(code, function)?;
        let name = self.unit.alloc();
        self.load_constant(Constant::Str(node.name.as_bytes()), name);
        let mut generic_base = None;
        if let Some(params) = generic {
            let value = self.unit.alloc();
            self.load_name(params, value)?;
            let result = self.unit.slots.get(".generic_base").map_or(value, |slot| slot.reg);
            self.unit.emit(Op::Intrinsic1, KILL_B, result, value, Intrinsic1::SubscriptGeneric as u16);
            self.unit.assigned.insert(result);
            self.unit.next_temp = value;
            generic_base = Some(result);
        }
        let spread = node.bases.iter().any(|base| matches!(base.kind, ExprKind::Starred(_)))
            || node.keywords.iter().any(|keyword| keyword.arg.is_none());
        if spread {
            return self.finish_spread_call(
                dst,
                base,
                node.bases,
                node.keywords,
                Some((function, 2, generic_base)),
                span,
            );
        }
        for base in node.bases {
            self.temp(base)?;
        }
        let mut positional = 2 + node.bases.len();
        if let Some(reg) = generic_base {
            let slot = self.unit.alloc();
            self.unit.emit(Op::Move, 0, slot, reg, 0);
            positional += 1;
        }
        for keyword in node.keywords {
            self.temp(keyword.value)?;
        }
        self.unit.set_span(span);
        self.emit_call(dst, base, positional, node.keywords)
    }

    fn class_body(&mut self, node: &'a ClassDef<'a>, first_line: i32, generic: bool) -> Result<Code> {
        let id = self.scope_of(symtable::key(node))?;
        let scope = self.table.scope(id);
        self.enter(id, node.name, Some(node.name), first_line);
        self.unit.set_span(Span { line: first_line, col: 0, end_line: first_line, end_col: 0 });
        let value = self.unit.alloc();
        self.load_name("__name__", value)?;
        self.store_name("__module__", Operand::temp(value));
        let qualname = self.unit.qualname.clone();
        self.load_constant(Constant::Str(qualname.as_bytes()), value);
        self.store_name("__qualname__", Operand::temp(value));
        self.load_constant(Constant::Int(first_line as i64), value);
        self.store_name("__firstlineno__", Operand::temp(value));
        if generic {
            self.load_name(".type_params", value)?;
            self.store_name("__type_params__", Operand::temp(value));
        }
        if scope.needs_classdict {
            let cell = self.unit.slots["__classdict__"].reg;
            self.unit.emit(Op::LoadLocals, 0, value, 0, 0);
            self.unit.emit(Op::StoreDeref, KILL_B, cell, value, 0);
        }
        if scope.has_conditional_annotations {
            let cell = self.unit.slots["__conditional_annotations__"].reg;
            self.unit.emit(Op::BuildSet, 0, value, value, 0);
            self.unit.emit(Op::StoreDeref, KILL_B, cell, value, 0);
        }
        if self.settings.future & CodeFlags::FUTURE_ANNOTATIONS != 0 && !walk::annotated(node.body).is_empty() {
            self.unit.emit(Op::SetupAnnotations, 0, 0, 0, 0);
        }
        if let Some((text, span)) = symtable::docstring(node.body)
            && self.settings.optimize < 2
        {
            self.unit.set_span(span);
            let text = clean_docstring(text);
            self.load_constant(Constant::Str(&text), value);
            self.store_name("__doc__", Operand::temp(value));
        }
        self.unit.next_temp = value;
        self.number_annotations(node.body, false);
        self.stmts(skip_docstring(node.body, false))?;

        let class_line = Span { line: first_line, col: 0, end_line: first_line, end_col: 0 };
        let last = self.unit.span();
        self.unit.set_span(class_line);
        let annotated = walk::annotated(node.body);
        if !annotated.is_empty() && self.settings.future & CodeFlags::FUTURE_ANNOTATIONS == 0 {
            let function = self.unit.alloc();
            self.body_annotate(&annotated, function)?;
            self.store_name("__annotate_func__", Operand::temp(function));
            self.unit.next_temp = function;
        }
        // The class has no line for what it ends with.
        self.unit.set_span(if last.line > 0 { last } else { class_line });
        let value = self.unit.alloc();
        let mut attributes = std::mem::take(&mut self.unit.static_attributes);
        krait_bytecode::order::sort(&mut attributes);
        attributes.dedup();
        let attributes: Vec<_> = attributes.iter().map(|name| Constant::Str(name.as_bytes())).collect();
        self.load_constant(Constant::Tuple(&attributes), value);
        self.store_name("__static_attributes__", Operand::temp(value));
        if scope.needs_classdict {
            let cell = self.unit.slots["__classdict__"].reg;
            self.unit.emit(Op::Move, 0, value, cell, 0);
            self.store_name("__classdictcell__", Operand::temp(value));
        }
        if scope.needs_class_closure {
            let cell = self.unit.slots["__class__"].reg;
            self.unit.emit(Op::Move, 0, value, cell, 0);
            self.store_name("__classcell__", Operand::kept(value));
        } else {
            self.load_none(value);
        }
        self.emit_return(Operand::temp(value));
        self.leave()
    }

    // Type parameters.

    /// The function that holds a generic definition's type parameters, made and called at once;
    /// `body` emits the definition inside it. The result lands in `dst`, the topmost temporary
    /// below the parts.
    fn type_params_function(
        &mut self,
        name: &'a str,
        params: &'a [TypeParam<'a>],
        span: Span,
        first_line: i32,
        parts: &Parts,
        body: impl FnOnce(&mut Self) -> Result<Reg>,
        dst: Reg,
    ) -> Result<()> {
        let id = self.scope_of(symtable::type_params_key(params))?;
        let label = &*self.arena.alloc_str(&format!("<generic parameters of {name}>"));
        let private = if self.table.scope(id).symbols.get(".generic_base").is_some() {
            Some(name)
        } else {
            self.unit.private
        };
        self.enter(id, label, private, first_line);
        self.unit.argcount = self.table.scope(id).params.len() as u16;
        self.unit.set_span(span);
        let result = body(self)?;
        self.emit_return(Operand::temp(result));
        let code = self.leave()?;
        self.unit.set_span(span);
        let base = self.unit.alloc();
        self.make_closure(code, base)?;
        let null = self.unit.alloc();
        self.unit.emit(Op::PushNull, 0, null, 0, 0);
        let mut count = 0;
        for operand in [parts.defaults, parts.kwdefaults].into_iter().flatten() {
            let reg = self.unit.alloc();
            self.unit.emit(Op::Move, KILL_B, reg, operand.reg, 0);
            count += 1;
        }
        self.unit.emit(Op::Call, 0, dst, base, count);
        self.unit.next_temp = dst + 1;
        Ok(())
    }

    /// Make and bind the type parameters; the temporary that holds their tuple.
    fn type_params_tuple(&mut self, params: &'a [TypeParam<'a>]) -> Result<Reg> {
        let first = self.unit.next_temp;
        for param in params {
            self.unit.set_span(param.span);
            let reg = self.unit.alloc();
            let (name, bound, default, which) = match param.kind {
                TypeParamKind::TypeVar(node) => {
                    let bound = node.bound.map(|bound| (bound, symtable::key(node)));
                    let default = node.default_value.map(|value| (value, symtable::key(node) + 1));
                    (node.name, bound, default, Intrinsic1::TypeVar)
                }
                TypeParamKind::ParamSpec(node) => {
                    let default = node.default_value.map(|value| (value, symtable::key(node) + 1));
                    (node.name, None, default, Intrinsic1::ParamSpec)
                }
                TypeParamKind::TypeVarTuple(node) => {
                    let default = node.default_value.map(|value| (value, symtable::key(node) + 1));
                    (node.name, None, default, Intrinsic1::TypeVarTuple)
                }
                TypeParamKind::Phantom(never, _) => match never {},
            };
            self.load_constant(Constant::Str(name.as_bytes()), reg);
            match bound {
                Some((bound, key)) => {
                    let function = self.unit.alloc();
                    self.lazy_value(bound, key, name, false, function)?;
                    let which = match bound.kind {
                        ExprKind::Tuple(_) => Intrinsic2::TypeVarWithConstraints,
                        _ => Intrinsic2::TypeVarWithBound,
                    };
                    self.unit.emit(Op::Intrinsic2, KILL_C, reg, reg, function);
                    self.unit.ext(which as u16, 0);
                    self.unit.next_temp = function;
                }
                None => self.unit.emit(Op::Intrinsic1, 0, reg, reg, which as u16),
            }
            if let Some((default, key)) = default {
                let function = self.unit.alloc();
                let star = matches!(param.kind, TypeParamKind::TypeVarTuple(_));
                self.lazy_value(default, key, name, star, function)?;
                self.unit.emit(Op::Intrinsic2, KILL_C, reg, reg, function);
                self.unit.ext(Intrinsic2::SetTypeParamDefault as u16, 0);
                self.unit.next_temp = function;
            }
            self.store_name(name, Operand::kept(reg));
        }
        self.unit.emit(Op::BuildTuple, 0, first, first, params.len() as u16);
        self.unit.next_temp = first + 1;
        Ok(first)
    }

    /// A function that evaluates a bound, a default or an alias when asked to.
    fn lazy_value(
        &mut self,
        expr: &'a Expr<'a>,
        key: usize,
        name: &'a str,
        allow_star: bool,
        dst: Reg,
    ) -> Result<()> {
        let id = self.scope_of(key)?;
        let private = self.unit.private;
        let span = self.unit.span();
        self.enter(id, name, private, expr.span.line);
        self.unit.set_span(expr.span);
        self.check_format();
        let value = match expr.kind {
            // `*Ts = *tuple[int]`: the one item of the unpacked value.
            ExprKind::Starred(star) if allow_star => {
                let value = self.expr(star.value)?;
                let reg = self.unit.alloc();
                self.unit.emit(Op::UnpackSequence, value.kill(KILL_B, reg), reg, value.reg, 1);
                Operand::temp(reg)
            }
            _ => self.expr(expr)?,
        };
        self.emit_return(value);
        let code = self.leave()?;
        self.unit.set_span(span);
        self.make_closure(code, dst)?;
        let mark = self.unit.next_temp;
        let defaults = self.unit.alloc();
        self.load_constant(Constant::Tuple(&[Constant::Int(1)]), defaults);
        self.set_function_attr(dst, Operand::temp(defaults), FunctionAttr::Defaults);
        self.unit.next_temp = mark;
        Ok(())
    }

    /// Annotation scopes support the formats 1 and 2 only: others are the library's business.
    fn check_format(&mut self) {
        self.unit.argcount = 1;
        self.unit.posonlyargcount = 1;
        let fine = self.unit.label();
        self.unit.jump_ext(Op::JumpIfGtImm, NEGATE, 0, 0, 2, fine);
        let reg = self.unit.alloc();
        self.load_common(Common::NotImplementedError, reg);
        self.unit.emit(Op::RaiseExc, KILL_A, reg, 0, 0);
        self.unit.terminate();
        self.unit.next_temp = reg;
        self.unit.bind(fine);
    }

    pub(super) fn type_alias(&mut self, node: &'a TypeAlias<'a>, span: Span) -> Result<()> {
        let name = match node.name.kind {
            ExprKind::Name(name) => name.id,
            _ => return self.error(span, "TypeAlias with non-Name name"),
        };
        let dst = self.unit.alloc();
        if node.type_params.is_empty() {
            self.alias_object(node, name, None, dst)?;
        } else {
            let parts = Parts::default();
            self.type_params_function(name, node.type_params, span, span.line, &parts, |this| {
                let result = this.unit.alloc();
                this.alias_object(node, name, Some(node.type_params), result)?;
                Ok(result)
            }, dst)?;
        }
        self.unit.set_span(span);
        self.store_name(name, Operand::temp(dst));
        Ok(())
    }

    fn alias_object(
        &mut self,
        node: &'a TypeAlias<'a>,
        name: &'a str,
        params: Option<&'a [TypeParam<'a>]>,
        dst: Reg,
    ) -> Result<()> {
        let base = self.window(dst);
        self.load_constant(Constant::Str(name.as_bytes()), base);
        match params {
            Some(params) => {
                self.type_params_tuple(params)?;
            }
            None => {
                let none = self.unit.alloc();
                self.load_none(none);
            }
        }
        let function = self.unit.alloc();
        self.lazy_value(node.value, symtable::key(node), name, false, function)?;
        self.unit.emit(Op::BuildTuple, 0, base, base, 3);
        self.unit.emit(Op::Intrinsic1, Operand::temp(base).kill(KILL_B, dst), dst, base, Intrinsic1::TypeAlias as u16);
        Ok(())
    }

    // Annotations.

    /// The `__annotate__` function of a `def`, or with `from __future__ import annotations` too:
    /// there it makes the strings.
    fn function_annotate(&mut self, node: &'a FunctionDef<'a>, span: Span) -> Result<Option<Reg>> {
        let args = node.args;
        let mut annotations: Vec<(&'a str, &'a Expr<'a>)> = Vec::new();
        for arg in
            args.posonlyargs.iter().chain(args.args).chain(args.vararg).chain(args.kwonlyargs).chain(args.kwarg)
        {
            if let Some(annotation) = arg.annotation {
                annotations.push((arg.arg, annotation));
            }
        }
        if let Some(returns) = node.returns {
            annotations.push(("return", returns));
        }
        if annotations.is_empty() {
            return Ok(None);
        }
        let id = self.scope_of(symtable::key(node.args))?;
        let future = self.settings.future & CodeFlags::FUTURE_ANNOTATIONS != 0;
        let dst = self.unit.alloc();
        let private = self.unit.private;
        let owner = self.qualified_name(self.scope_of(symtable::key(node))?, node.name);
        self.enter(id, "__annotate__", private, span.line);
        self.unit.qualname = format!("{owner}.__annotate__");
        self.unit.set_span(span);
        self.check_format();
        let base = self.unit.next_temp;
        for (name, annotation) in &annotations {
            let key = self.unit.alloc();
            let name = self.mangle(name);
            self.load_constant(Constant::Str(name.as_bytes()), key);
            let value = self.unit.alloc();
            self.annotation_value(annotation, future, value)?;
        }
        self.unit.emit(Op::BuildMap, 0, base, base, annotations.len() as u16);
        self.emit_return(Operand::temp(base));
        let code = self.leave()?;
        self.unit.set_span(span);
        self.make_closure(code, dst)?;
        Ok(Some(dst))
    }

    fn annotation_value(&mut self, annotation: &'a Expr<'a>, future: bool, dst: Reg) -> Result<()> {
        if future {
            let text = crate::unparse::expression(annotation);
            self.load_constant(Constant::Str(&text), dst);
            return Ok(());
        }
        match annotation.kind {
            // `*args: *Ts`
            ExprKind::Starred(star) => {
                let mark = self.unit.next_temp;
                let value = self.expr(star.value)?;
                self.unit.emit(Op::UnpackSequence, value.kill(KILL_B, dst), dst, value.reg, 1);
                self.unit.next_temp = mark;
                Ok(())
            }
            _ => self.expr_to(annotation, dst),
        }
    }

    /// At the start of a module with annotated names: `__annotate__` and the set that notes which
    /// annotations were reached.
    pub(super) fn module_annotations(&mut self, body: Stmts<'a>) -> Result<()> {
        let annotated = walk::annotated(body);
        if annotated.is_empty() {
            return Ok(());
        }
        if self.settings.future & CodeFlags::FUTURE_ANNOTATIONS != 0 {
            self.unit.emit(Op::SetupAnnotations, 0, 0, 0, 0);
            return Ok(());
        }
        self.unit.set_span(Span { line: 1, col: 0, end_line: 1, end_col: 0 });
        let value = self.unit.alloc();
        self.body_annotate(&annotated, value)?;
        self.store_name("__annotate__", Operand::temp(value));
        self.unit.emit(Op::BuildSet, 0, value, value, 0);
        self.store_name("__conditional_annotations__", Operand::temp(value));
        self.unit.next_temp = value;
        Ok(())
    }

    /// The `__annotate__` function of a module or class body, in `dst`.
    fn body_annotate(&mut self, annotated: &[walk::Annotated<'a>], dst: Reg) -> Result<()> {
        let Some(id) = self.scope().annotation_block else { return Ok(()) };
        let is_module = self.scope().kind == BlockKind::Module;
        let private = self.unit.private;
        let span = self.unit.span();
        self.enter(id, "__annotate__", private, self.unit.first_line as i32);
        self.unit.set_span(span);
        self.check_format();
        let dict = self.unit.alloc();
        self.unit.emit(Op::BuildMap, 0, dict, dict, 0);
        let mut index = 0;
        for item in annotated {
            let ExprKind::Name(name) = item.node.target.kind else { continue };
            let skip = self.unit.label();
            let mark = self.unit.next_temp;
            if is_module || item.conditional {
                let number = self.unit.alloc();
                self.load_constant(Constant::Int(index), number);
                let set = self.unit.alloc();
                if is_module {
                    self.load_name("__conditional_annotations__", set)?;
                } else if let Some(slot) = self.unit.slots.get("__conditional_annotations__").copied() {
                    let name = self.name16("__conditional_annotations__")?;
                    self.unit.emit(Op::LoadDeref, 0, set, slot.reg, name);
                }
                self.unit.jump_ext(Op::JumpIfIn, KILL_A | KILL_B | NEGATE, number, set, 0, skip);
                self.unit.next_temp = mark;
                index += 1;
            }
            let value = self.unit.alloc();
            self.unit.set_span(item.node.annotation.span);
            self.annotation_value(item.node.annotation, false, value)?;
            let key = self.unit.alloc();
            let name = self.mangle(name.id);
            self.load_constant(Constant::Str(name.as_bytes()), key);
            self.unit.emit(Op::SetItem, KILL_A | KILL_C, value, dict, key);
            self.unit.next_temp = mark;
            self.unit.bind(skip);
        }
        self.unit.set_span(span);
        self.emit_return(Operand::temp(dict));
        let code = self.leave()?;
        self.unit.set_span(span);
        self.make_closure(code, dst)
    }

    /// A simple annotated name was reached: note it when it is conditional.
    pub(super) fn note_annotation(&mut self, node: &'a AnnAssign<'a>) -> Result<()> {
        let scope = self.scope();
        if !matches!(scope.kind, BlockKind::Module | BlockKind::Class) {
            return Ok(());
        }
        if self.settings.future & CodeFlags::FUTURE_ANNOTATIONS != 0 {
            let ExprKind::Name(name) = node.target.kind else { return Ok(()) };
            let value = self.unit.alloc();
            let text = crate::unparse::expression(node.annotation);
            self.load_constant(Constant::Str(&text), value);
            let dict = self.unit.alloc();
            self.load_name("__annotations__", dict)?;
            let key = self.unit.alloc();
            let name = self.mangle(name.id);
            self.load_constant(Constant::Str(name.as_bytes()), key);
            self.unit.emit(Op::SetItem, KILL_A | KILL_B | KILL_C, value, dict, key);
            return Ok(());
        }
        let is_module = scope.kind == BlockKind::Module;
        let Some(&index) = self.conditional_annotations.get(&symtable::key(node)) else { return Ok(()) };
        let set = self.unit.alloc();
        if is_module {
            self.load_name("__conditional_annotations__", set)?;
        } else if let Some(slot) = self.unit.slots.get("__conditional_annotations__").copied() {
            let name = self.name16("__conditional_annotations__")?;
            self.unit.emit(Op::LoadDeref, 0, set, slot.reg, name);
        }
        let number = self.unit.alloc();
        self.load_constant(Constant::Int(index), number);
        self.unit.emit(Op::SetAdd, KILL_B, set, number, 0);
        self.clear(set);
        Ok(())
    }

    /// Number the conditional annotations of a body before its code is generated.
    pub(super) fn number_annotations(&mut self, body: Stmts<'a>, is_module: bool) {
        let mut index = 0;
        for item in walk::annotated(body) {
            if is_module || item.conditional {
                self.conditional_annotations.insert(symtable::key(item.node), index);
                index += 1;
            }
        }
    }
}
