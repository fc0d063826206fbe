//! Pass two of the symbol table: from uses and definitions to local, global, free or cell.
//!
//! The block tree is walked outside in with the set of names bound around each block, and the
//! free names of inner blocks flow back out. Comprehensions other than generator expressions
//! are inlined into their scope (PEP 709): their own variables stay theirs, but a name that is
//! free in them can be a plain local of the function around them.

use crate::error::{CompileError, Result};
use crate::symtable::*;
use std::collections::{HashMap, HashSet};

type Names<'a> = HashSet<&'a str>;

pub fn analyze(table: &mut SymbolTable<'_>) -> Result<()> {
    let mut free = Names::new();
    let mut global = Names::new();
    let mut type_params = Names::new();
    analyze_block(table, SymbolTable::TOP, None, &mut free, &mut global, &mut type_params, None)
}

fn analyze_block<'a>(
    table: &mut SymbolTable<'a>,
    id: ScopeId,
    mut bound: Option<&mut Names<'a>>,
    free: &mut Names<'a>,
    global: &mut Names<'a>,
    type_params: &mut Names<'a>,
    class_entry: Option<ScopeId>,
) -> Result<()> {
    let index = id.0 as usize;
    let mut local = Names::new();
    let mut new_bound = Names::new();
    let mut new_global = Names::new();
    let mut new_free = Names::new();
    let mut inlined_cells = Names::new();
    let mut resolutions: HashMap<&'a str, Resolution> = HashMap::new();
    let is_class = table.scopes[index].kind == BlockKind::Class;

    if is_class {
        // Methods see the names around the class, not those of the class.
        new_global.extend(global.iter());
        if let Some(bound) = &bound {
            new_bound.extend(bound.iter());
        }
    }

    let symbols: Vec<(&'a str, u32)> = table.scopes[index].symbols.list.iter().map(|&(n, s)| (n, s.flags)).collect();
    for (name, flags) in symbols {
        let resolution = analyze_name(
            table,
            id,
            name,
            flags,
            bound.as_deref_mut(),
            &mut local,
            free,
            global,
            type_params,
            class_entry,
        )?;
        resolutions.insert(name, resolution);
    }

    if is_class {
        new_bound.insert("__class__");
        new_bound.insert("__classdict__");
        new_bound.insert("__conditional_annotations__");
    } else {
        if table.scopes[index].is_function_like() {
            new_bound.extend(local.iter());
        }
        if let Some(bound) = &bound {
            new_bound.extend(bound.iter());
        }
        new_global.extend(global.iter());
    }

    let children = table.scopes[index].children.clone();
    let mut spliced = Vec::with_capacity(children.len());
    for child in children {
        let new_class_entry = if table.scope(child).can_see_class_scope {
            if is_class { Some(id) } else { class_entry }
        } else {
            None
        };
        let inline = matches!(
            table.scope(child).comprehension,
            Comprehension::List | Comprehension::Set | Comprehension::Dict
        ) && !table.scopes[index].can_see_class_scope;
        let mut child_free = Names::new();
        {
            // Siblings must not see each other's bindings.
            let mut child_bound = new_bound.clone();
            let mut child_global = new_global.clone();
            let mut child_params = type_params.clone();
            crate::stack::deep(|| {
                analyze_block(
                    table,
                    child,
                    Some(&mut child_bound),
                    &mut child_free,
                    &mut child_global,
                    &mut child_params,
                    new_class_entry,
                )
            })?;
        }
        if inline {
            inline_comprehension(table, id, child, &mut child_free, &mut inlined_cells);
            table.scopes[child.0 as usize].comp_inlined = true;
            spliced.push((child, true));
        } else {
            spliced.push((child, false));
        }
        new_free.extend(child_free);
    }
    let _ = spliced;

    if table.scopes[index].is_function_like() {
        for (name, resolution) in &mut resolutions {
            if *resolution == Resolution::Local && new_free.remove(name) {
                *resolution = Resolution::Cell;
            }
        }
    } else if is_class {
        let scope = &mut table.scopes[index];
        scope.needs_class_closure |= new_free.remove("__class__");
        scope.needs_classdict |= new_free.remove("__classdict__");
        if new_free.remove("__conditional_annotations__") {
            scope.has_conditional_annotations = true;
        }
    }

    let scope = &mut table.scopes[index];
    let mark_class = is_class || scope.can_see_class_scope;
    for (name, symbol) in &mut scope.symbols.list {
        if let Some(&resolution) = resolutions.get(name) {
            symbol.resolution = resolution;
        }
    }
    let mut sorted: Vec<_> = new_free.iter().copied().collect();
    krait_bytecode::order::sort(&mut sorted);
    for name in sorted {
        if scope.symbols.get(name).is_some() {
            // A class can both bind a name and pass the outer one on to its methods.
            if mark_class {
                scope.symbols.entry(name).flags |= DEF_FREE_CLASS;
            }
            continue;
        }
        if bound.as_ref().is_some_and(|bound| !bound.contains(name)) {
            continue;
        }
        if bound.is_some() {
            scope.symbols.entry(name).resolution = Resolution::Free;
        }
    }
    free.extend(new_free);
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "the sets of one block's analysis")]
fn analyze_name<'a>(
    table: &SymbolTable<'a>,
    id: ScopeId,
    name: &'a str,
    flags: u32,
    bound: Option<&mut Names<'a>>,
    local: &mut Names<'a>,
    free: &mut Names<'a>,
    global: &mut Names<'a>,
    type_params: &mut Names<'a>,
    class_entry: Option<ScopeId>,
) -> Result<Resolution> {
    let scope = table.scope(id);
    if flags & DEF_GLOBAL != 0 {
        if flags & DEF_NONLOCAL != 0 {
            return Err(CompileError::at(scope.directive(name), format!("name '{name}' is nonlocal and global")));
        }
        global.insert(name);
        if let Some(bound) = bound {
            bound.remove(name);
        }
        return Ok(Resolution::GlobalExplicit);
    }
    if flags & DEF_NONLOCAL != 0 {
        let span = scope.directive(name);
        let Some(bound) = bound else {
            return Err(CompileError::at(span, "nonlocal declaration not allowed at module level"));
        };
        if !bound.contains(name) {
            return Err(CompileError::at(span, format!("no binding for nonlocal '{name}' found")));
        }
        if type_params.contains(name) {
            let message = format!("nonlocal binding not allowed for type parameter '{name}'");
            return Err(CompileError::at(span, message));
        }
        free.insert(name);
        return Ok(Resolution::Free);
    }
    if flags & DEF_BOUND != 0 {
        local.insert(name);
        global.remove(name);
        if flags & DEF_TYPE_PARAM != 0 {
            type_params.insert(name);
        } else {
            type_params.remove(name);
        }
        return Ok(Resolution::Local);
    }
    // An annotation scope in a class sees the class's own names first.
    if let Some(class) = class_entry
        && let Some(symbol) = table.scope(class).symbols.get(name)
    {
        if symbol.flags & DEF_GLOBAL != 0 {
            return Ok(Resolution::GlobalExplicit);
        }
        if symbol.flags & DEF_BOUND != 0 && symbol.flags & DEF_NONLOCAL == 0 {
            return Ok(Resolution::GlobalImplicit);
        }
    }
    if bound.is_some_and(|bound| bound.contains(name)) {
        free.insert(name);
        return Ok(Resolution::Free);
    }
    Ok(Resolution::GlobalImplicit)
}

/// Let a name that is free in an inlined comprehension be a plain local of the function around
/// it, unless a real closure inside the comprehension needs it too.
fn inline_comprehension<'a>(
    table: &mut SymbolTable<'a>,
    outer: ScopeId,
    comprehension: ScopeId,
    free: &mut Names<'a>,
    inlined_cells: &mut Names<'a>,
) {
    let names: Vec<_> = table.scope(comprehension).symbols.list.clone();
    for (name, symbol) in names {
        if symbol.flags & DEF_PARAM != 0 {
            continue;
        }
        if symbol.resolution == Resolution::Cell {
            inlined_cells.insert(name);
        }
        let class_cell = matches!(name, "__class__" | "__classdict__" | "__conditional_annotations__");
        if class_cell
            && symbol.resolution == Resolution::Free
            && table.scope(outer).kind == BlockKind::Class
            && !free_in_children(table, comprehension, name)
        {
            // The body of a class does not see these cells, and no more does what is part of it.
            table.scopes[comprehension.0 as usize].symbols.entry(name).resolution = Resolution::GlobalImplicit;
            free.remove(name);
            continue;
        }
        if symbol.resolution == Resolution::Free
            && table.scope(outer).kind != BlockKind::Class
            && table.scope(outer).symbols.get(name).is_some_and(|s| s.flags & DEF_BOUND != 0)
            && !free_in_children(table, comprehension, name)
        {
            free.remove(name);
        }
    }
}

/// Whether a block nested in `id` (through inlined comprehensions too) closes over `name`.
fn free_in_children(table: &SymbolTable<'_>, id: ScopeId, name: &str) -> bool {
    table.scope(id).children.iter().any(|&child| {
        let scope = table.scope(child);
        let free = scope.resolution(name) == Resolution::Free;
        if scope.comp_inlined { free && free_in_children(table, child, name) } else { free }
    })
}
