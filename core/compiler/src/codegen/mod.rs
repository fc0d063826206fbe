//! From the tree and its scopes to register bytecode.
//!
//! `Generator` walks one code object at a time; nested functions push their `Unit` on a stack.
//! Here: entering and leaving code objects, and what a name means where. Expressions, calls and
//! comprehensions are in `expr`, `call` and `comprehension`; statements in `stmt`, `control`
//! (loops, try, with) and `pattern`; functions, classes and type parameters in `function`.
//!
//! Evaluation order is CPython's, instruction for instruction where a program can tell. Locals
//! are read in place, so an operand that a later operand could rebind is copied first; only an
//! assignment expression can do that.

mod call;
mod comprehension;
mod control;
mod expr;
mod function;
mod pattern;
mod stmt;
mod unit;
pub mod walk;

use crate::ast::*;
use crate::error::{CompileError, ErrorKind, Result, Warning};
use crate::symtable::{self, BlockKind, Comprehension as CompKind, Resolution, ScopeId, SymbolTable};
use bumpalo::Bump;
use control::Block;
use krait_bytecode::ops::{KILL_A, KILL_B};
use krait_bytecode::{Code, CodeFlags, Op};
use std::collections::{HashMap, HashSet};
use unit::{Operand, Reg, Unit};

/// What the caller asked for.
#[derive(Clone, Debug)]
pub struct Settings {
    pub optimize: u8,
    /// `co_flags` of future features in force.
    pub future: u32,
    pub top_level_await: bool,
    /// Expression statements are printed (`single` mode).
    pub interactive: bool,
    /// A module's body returns the value of its last statement, if that is an expression.
    pub last_value: bool,
}

pub struct Generator<'t, 'a> {
    arena: &'a Bump,
    table: &'t SymbolTable<'a>,
    filename: &'t str,
    settings: Settings,
    unit: Unit<'a>,
    blocks: Vec<Block<'a>>,
    outer: Vec<(Unit<'a>, Vec<Block<'a>>)>,
    pub warnings: Vec<Warning>,
    warned: HashSet<(i32, i32, String)>,
    /// The numbers of conditional annotations, by their statement.
    conditional_annotations: HashMap<usize, i64>,
    /// The statement to come is the last one of its function.
    tail: bool,
}

/// Where a name's value is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// A register that is the variable.
    Local(Reg),
    /// A register that holds the variable's cell.
    Deref(Reg),
    /// In a class body: the locals mapping first, then the cell.
    ClassDeref(Reg),
    /// In an annotation scope of a class: the class's namespace (a cell), then the cell.
    AnnotationDeref { classdict: Reg, cell: Reg },
    AnnotationGlobal { classdict: Reg },
    Global,
    Name,
}

/// Compile a tree whose symbol table has been built.
pub fn generate<'t, 'a>(
    arena: &'a Bump,
    table: &'t SymbolTable<'a>,
    tree: &Mod<'a>,
    filename: &'t str,
    settings: Settings,
) -> Result<(Code, Vec<Warning>)> {
    let unit = Unit::new(SymbolTable::TOP, "<module>", "<module>".into(), None, 1);
    let mut generator = Generator {
        arena,
        table,
        filename,
        settings,
        unit,
        blocks: Vec::new(),
        outer: Vec::new(),
        warnings: Vec::new(),
        warned: HashSet::new(),
        conditional_annotations: HashMap::new(),
        tail: false,
    };
    generator.unit.flags = generator.settings.future;
    if table.scope(SymbolTable::TOP).coroutine {
        // Top-level await, even in what is not compiled.
        generator.unit.flags |= CodeFlags::COROUTINE;
    }
    generator.unit.declare();
    match tree.kind {
        ModKind::Module(module) => generator.module(module.body)?,
        ModKind::Interactive(module) => {
            generator.settings.interactive = true;
            generator.module(module.body)?;
        }
        ModKind::Expression(expression) => {
            let value = generator.expr(expression.body)?;
            generator.emit_return(value);
        }
        ModKind::FunctionType(_) => {
            return Err(CompileError::plain(ErrorKind::SystemError, "a function type cannot be compiled"));
        }
        ModKind::Phantom(never, _) => match never {},
    }
    let code = generator.unit.finish(filename)?;
    Ok((code, generator.warnings))
}

impl<'t, 'a> Generator<'t, 'a> {
    fn error<T>(&self, span: Span, message: impl Into<String>) -> Result<T> {
        Err(CompileError::at(span, message))
    }

    /// Record a SyntaxWarning once, although `finally` bodies are compiled several times.
    fn warn(&mut self, span: Span, message: String) {
        if self.warned.insert((span.line, span.col, message.clone())) {
            self.warnings.push(Warning { category: "SyntaxWarning", message, span });
        }
    }

    fn scope(&self) -> &'t symtable::Scope<'a> {
        self.table.scope(self.unit.scope)
    }

    fn scope_of(&self, key: usize) -> Result<ScopeId> {
        self.table
            .of_node(key)
            .ok_or_else(|| CompileError::plain(ErrorKind::SystemError, "a block is missing from the symbol table"))
    }

    fn mangle(&self, name: &'a str) -> &'a str {
        self.table.mangle(self.arena, self.unit.scope, self.unit.private, name)
    }

    fn in_function(&self) -> bool {
        self.scope().is_function_like()
    }

    // Code objects.

    /// Start the code object of a scope: registers for its variables, cells made.
    fn enter(&mut self, id: ScopeId, name: &'a str, private: Option<&'a str>, line: i32) {
        let scope = self.table.scope(id);
        let qualname = self.qualified_name(id, name);
        let mut unit = Unit::new(id, name, qualname, private, line.max(0) as u32);
        let mut flags = self.settings.future;
        if scope.is_function_like() {
            flags |= CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS;
            if scope.nested {
                flags |= CodeFlags::NESTED;
            }
            if scope.method {
                flags |= CodeFlags::METHOD;
            }
            flags |= match (scope.generator, scope.coroutine) {
                (true, true) => CodeFlags::ASYNC_GENERATOR,
                (true, false) => CodeFlags::GENERATOR,
                (false, true) => CodeFlags::COROUTINE,
                (false, false) => 0,
            };
            if scope.varargs {
                flags |= CodeFlags::VARARGS;
            }
            if scope.varkeywords {
                flags |= CodeFlags::VARKEYWORDS;
            }
            unit.varnames.extend(&scope.params);
            for (name, symbol) in &scope.symbols.list {
                match symbol.resolution {
                    Resolution::Local if symbol.flags & symtable::DEF_PARAM == 0 => unit.varnames.push(name),
                    Resolution::Cell => unit.cellvars.push(name),
                    _ => {}
                }
            }
            let place = |name: &str| scope.params.iter().position(|p| *p == name).unwrap_or(usize::MAX);
            krait_bytecode::order::sort_by(&mut unit.cellvars, |a, b| (place(a), *a).cmp(&(place(b), *b)));
        } else if scope.kind == BlockKind::Class {
            if scope.needs_class_closure {
                unit.cellvars.push("__class__");
            }
            if scope.needs_classdict {
                unit.cellvars.push("__classdict__");
            }
            if scope.has_conditional_annotations {
                unit.cellvars.push("__conditional_annotations__");
            }
        }
        for (name, symbol) in &scope.symbols.list {
            // The body of a class that has a cell `__class__` for its methods may use an outer class's.
            let shadowed = scope.kind == BlockKind::Class && symbol.resolution == Resolution::Free;
            if (symbol.resolution == Resolution::Free || symbol.flags & symtable::DEF_FREE_CLASS != 0)
                && (shadowed || !unit.cellvars.contains(name))
            {
                unit.freevars.push(name);
            }
        }
        krait_bytecode::order::sort(&mut unit.freevars);
        unit.flags = flags;
        unit.declare();
        for index in 0..scope.params.len() {
            unit.assigned.insert(index as Reg);
        }
        self.outer.push((std::mem::replace(&mut self.unit, unit), std::mem::take(&mut self.blocks)));

        // Entering a function counts as being on its first line.
        if scope.is_function_like() {
            self.unit.mark_entry(line);
        }
        let free = self.unit.freevars.len() as Reg;
        if free > 0 {
            let first = self.unit.first_temp - free;
            self.unit.emit(Op::CopyFreeVars, 0, first, free, 0);
        }
        for name in self.unit.cellvars.clone() {
            let reg = self.unit.slots[name].reg;
            self.unit.emit(Op::MakeCell, 0, reg, 0, 0);
        }
    }

    /// Finish the current code object and go back to the one around it.
    fn leave(&mut self) -> Result<Code> {
        let Some((outer, blocks)) = self.outer.pop() else {
            return Err(CompileError::plain(ErrorKind::SystemError, "no enclosing code object"));
        };
        let mut unit = std::mem::replace(&mut self.unit, outer);
        self.blocks = blocks;
        // Names assigned through `self` are passed on until a class takes them.
        self.unit.static_attributes.append(&mut unit.static_attributes);
        if self.table.scope(unit.scope).kind == BlockKind::Annotation {
            // Hidden from the annotation's own names while compiling, shown by its real name.
            unit.varnames.iter_mut().filter(|name| **name == ".format").for_each(|name| *name = "format");
        }
        unit.finish(self.filename)
    }

    fn qualified_name(&self, id: ScopeId, name: &str) -> String {
        let scope = self.table.scope(id);
        // The parent that counts is the code object around, not an inlined comprehension; a scope
        // of type parameters is transparent.
        let mut parent = &self.unit;
        let mut outer = self.outer.iter().rev().map(|(unit, _)| unit);
        if self.table.scope(parent.scope).kind == BlockKind::TypeParameters {
            match outer.next() {
                Some(unit) => parent = unit,
                None => return name.to_owned(),
            }
        }
        let parent_scope = self.table.scope(parent.scope);
        if parent_scope.kind == BlockKind::Module {
            return name.to_owned();
        }
        if matches!(scope.kind, BlockKind::Function | BlockKind::Class) {
            // A function or class that is declared global is not nested.
            let mangled = symtable::mangle(self.arena, parent.private, self.arena.alloc_str(name));
            if parent_scope.resolution(mangled) == Resolution::GlobalExplicit {
                return name.to_owned();
            }
        }
        if parent_scope.kind == BlockKind::Function && parent_scope.comprehension == CompKind::No {
            format!("{}.<locals>.{name}", parent.qualname)
        } else {
            format!("{}.{name}", parent.qualname)
        }
    }

    // Names.

    fn place(&self, mangled: &'a str) -> Place {
        let unit_scope = self.scope();
        let mut class_body = unit_scope.kind == BlockKind::Class;
        for frame in self.unit.comprehensions.iter().rev() {
            if let Some(slot) = frame.vars.get(mangled) {
                return if slot.cell { Place::Deref(slot.reg) } else { Place::Local(slot.reg) };
            }
            // What is not the comprehension's own is looked up as in a function of its own.
            match self.table.scope(frame.scope).resolution(mangled) {
                Resolution::GlobalExplicit => return Place::Global,
                Resolution::GlobalImplicit if class_body || unit_scope.is_function_like() => return Place::Global,
                _ => {}
            }
            if class_body && let Some(slot) = self.unit.slots.get(mangled) {
                return Place::Deref(slot.reg);
            }
        }
        if !self.unit.comprehensions.is_empty() {
            class_body = false;
        }
        let slot = self.unit.slots.get(mangled).copied();
        let classdict = (unit_scope.can_see_class_scope)
            .then(|| self.unit.slots.get("__classdict__"))
            .flatten()
            .map(|slot| slot.reg);
        match (unit_scope.resolution(mangled), slot) {
            (Resolution::Local, Some(slot)) if unit_scope.is_function_like() => Place::Local(slot.reg),
            (Resolution::Local, _) => Place::Name,
            (Resolution::Cell, Some(slot)) => Place::Deref(slot.reg),
            (Resolution::Free, Some(slot)) => match classdict {
                _ if class_body => Place::ClassDeref(self.unit.outer_cells.get(mangled).copied().unwrap_or(slot.reg)),
                Some(classdict) if mangled != "__classdict__" => Place::AnnotationDeref { classdict, cell: slot.reg },
                _ => Place::Deref(slot.reg),
            },
            (Resolution::GlobalExplicit, _) => Place::Global,
            _ if unit_scope.is_function_like() => match classdict {
                Some(classdict) => Place::AnnotationGlobal { classdict },
                None => Place::Global,
            },
            _ => Place::Name,
        }
    }

    /// A local variable that can be read where it is, after the check that it is bound.
    fn local(&mut self, name: &'a str) -> Option<Reg> {
        let mangled = self.mangle(name);
        match self.place(mangled) {
            Place::Local(reg) => {
                self.check_bound(reg, mangled);
                Some(reg)
            }
            _ => None,
        }
    }

    fn check_bound(&mut self, reg: Reg, name: &'a str) {
        let unsteady = self.unit.unsteady.contains(&reg);
        if unsteady || !self.unit.assigned.contains(reg) {
            let name = self.unit.name(name);
            self.unit.emit_bc(Op::CheckBound, 0, reg, name);
            if !unsteady {
                self.unit.assigned.insert(reg);
            }
        }
    }

    fn load_name(&mut self, name: &'a str, dst: Reg) -> Result<()> {
        let name = self.mangle(name);
        match self.place(name) {
            Place::Local(reg) => {
                self.check_bound(reg, name);
                if reg != dst {
                    self.unit.emit(Op::Move, 0, dst, reg, 0);
                }
            }
            Place::Deref(reg) => {
                let name = self.name16(name)?;
                self.unit.emit(Op::LoadDeref, 0, dst, reg, name);
            }
            Place::ClassDeref(cell) => {
                let mapping = self.unit.alloc();
                self.unit.emit(Op::LoadLocals, 0, mapping, 0, 0);
                let name = self.name16(name)?;
                self.unit.emit(Op::LoadClassDeref, KILL_B, dst, mapping, cell);
                self.unit.ext(name, 0);
                self.unit.next_temp = mapping;
            }
            Place::AnnotationDeref { classdict, cell } => {
                let mapping = self.load_classdict(classdict)?;
                let name = self.name16(name)?;
                self.unit.emit(Op::LoadClassDeref, KILL_B, dst, mapping, cell);
                self.unit.ext(name, 0);
                self.unit.next_temp = mapping;
            }
            Place::AnnotationGlobal { classdict } => {
                let mapping = self.load_classdict(classdict)?;
                let name = self.name16(name)?;
                self.unit.emit(Op::LoadDictOrGlobal, KILL_B, dst, mapping, name);
                self.unit.next_temp = mapping;
            }
            Place::Global => {
                let site = self.unit.site(name);
                self.unit.emit_bc(Op::LoadGlobal, 0, dst, site);
            }
            Place::Name => {
                let site = self.unit.site(name);
                self.unit.emit_bc(Op::LoadName, 0, dst, site);
            }
        }
        Ok(())
    }

    fn load_classdict(&mut self, classdict: Reg) -> Result<Reg> {
        let mapping = self.unit.alloc();
        let name = self.name16("__classdict__")?;
        self.unit.emit(Op::LoadDeref, 0, mapping, classdict, name);
        Ok(mapping)
    }

    /// Bind a name to a value.
    fn store_name(&mut self, name: &'a str, value: Operand) {
        let name = self.mangle(name);
        match self.place(name) {
            Place::Local(reg) => {
                if reg != value.reg {
                    self.unit.emit(Op::Move, value.kill(KILL_B, reg), reg, value.reg, 0);
                }
                self.unit.assigned.insert(reg);
            }
            Place::Deref(reg) | Place::ClassDeref(reg) | Place::AnnotationDeref { cell: reg, .. } => {
                self.unit.emit(Op::StoreDeref, value.kill_always(KILL_B), reg, value.reg, 0);
            }
            Place::Global | Place::AnnotationGlobal { .. } => {
                let site = self.unit.site(name);
                self.unit.emit_bc(Op::StoreGlobal, value.kill_always(KILL_A), value.reg, site);
            }
            Place::Name => {
                let name = self.unit.name(name);
                self.unit.emit_bc(Op::StoreName, value.kill_always(KILL_A), value.reg, name);
            }
        }
    }

    fn delete_name(&mut self, name: &'a str) -> Result<()> {
        let name = self.mangle(name);
        match self.place(name) {
            Place::Local(reg) => {
                let name = self.unit.name(name);
                self.unit.emit_bc(Op::DeleteLocal, 0, reg, name);
                self.unit.assigned.remove(reg);
            }
            Place::Deref(reg) | Place::ClassDeref(reg) | Place::AnnotationDeref { cell: reg, .. } => {
                let name = self.unit.name(name);
                self.unit.emit_bc(Op::DeleteDeref, 0, reg, name);
            }
            Place::Global | Place::AnnotationGlobal { .. } => {
                let name = self.unit.name(name);
                self.unit.emit_bc(Op::DeleteGlobal, 0, 0, name);
            }
            Place::Name => {
                let name = self.unit.name(name);
                self.unit.emit_bc(Op::DeleteName, 0, 0, name);
            }
        }
        Ok(())
    }

    /// An index into `names` for an operand of 16 bits.
    fn name16(&mut self, name: &'a str) -> Result<Reg> {
        Reg::try_from(self.unit.name(name))
            .map_err(|_| CompileError::plain(ErrorKind::OverflowError, "too many names in one code object"))
    }

    /// The register a plain local name is stored to directly, if `expr` is one.
    fn local_target(&self, expr: &Expr<'a>) -> Option<Reg> {
        match expr.kind {
            ExprKind::Name(name) if name.ctx == Context::Store => match self.place(self.mangle(name.id)) {
                Place::Local(reg) => Some(reg),
                _ => None,
            },
            _ => None,
        }
    }

    // Small emissions used everywhere.

    fn load_constant(&mut self, value: Constant<'_>, dst: Reg) {
        match value {
            Constant::Int(small) if i32::try_from(small).is_ok() => {
                self.unit.emit_bc(Op::LoadInt, 0, dst, small as i32 as u32);
            }
            value => {
                let index = self.unit.constant(value);
                self.unit.emit_bc(Op::LoadConst, 0, dst, index);
            }
        }
    }

    fn load_none(&mut self, dst: Reg) {
        self.load_constant(Constant::None, dst);
    }

    fn clear(&mut self, reg: Reg) {
        self.unit.emit(Op::Clear, 0, reg, 0, 0);
    }

    /// Clears neighbouring registers.
    fn clear_range(&mut self, regs: std::ops::Range<Reg>) {
        match regs.len() {
            0 => {}
            1 => self.clear(regs.start),
            n => self.unit.emit(Op::ClearRange, 0, regs.start, 0, n as Reg),
        }
    }

    fn emit_return(&mut self, value: Operand) {
        // Nothing lives from here up: what the frame has to drop.
        let end = self.unit.next_temp;
        self.unit.emit(Op::Return, value.kill_always(KILL_A), value.reg, end, 0);
        self.unit.terminate();
    }

    fn return_none(&mut self) {
        if self.unit.reachable {
            let reg = self.unit.alloc();
            self.load_none(reg);
            self.emit_return(Operand::temp(reg));
            self.unit.next_temp = reg;
        }
    }

    /// The first register of a call window: `dst` itself when it is the topmost temporary.
    fn window(&mut self, dst: Reg) -> Reg {
        if self.unit.is_temp(dst) && self.unit.next_temp == dst + 1 { dst } else { self.unit.alloc() }
    }

    /// A temporary to build a result in: `dst` itself unless it is a variable.
    fn scratch(&mut self, dst: Reg) -> Reg {
        if self.unit.is_temp(dst) { dst } else { self.unit.alloc() }
    }

    fn is_async_comprehension_allowed(&self) -> bool {
        let scope = self.scope();
        scope.coroutine && scope.kind == BlockKind::Function && scope.comprehension == CompKind::No
    }
}
