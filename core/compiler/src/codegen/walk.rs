//! Small questions about trees that code generation asks ahead of time.

use crate::ast::*;

/// Whether evaluating `expr` may rebind the local `name`: only an assignment expression can,
/// and not one in a nested function.
pub fn rebinds(expr: &Expr<'_>, name: &str) -> bool {
    let mut found = false;
    let mut work = vec![Node::Expr(expr)];
    while let Some(node) = work.pop() {
        if let Node::Expr(expr) = node {
            match expr.kind {
                ExprKind::NamedExpr(node) => {
                    if let ExprKind::Name(target) = node.target.kind {
                        found |= target.id == name;
                    }
                }
                ExprKind::Lambda(_) | ExprKind::Constant(_) | ExprKind::Name(_) => continue,
                _ => {}
            }
        }
        children(node, &mut work);
    }
    found
}

fn children<'a>(node: Node<'a>, work: &mut Vec<Node<'a>>) {
    node.for_each_field(&mut |_, value| match value {
        FieldValue::Node(node) => work.push(node),
        FieldValue::List(list) => {
            for index in 0..list.len() {
                if let FieldValue::Node(node) = list.get(index) {
                    work.push(node);
                }
            }
        }
        _ => {}
    });
}

/// Names that a function body may unbind: by `del`, or at the end of `except … as`.
pub fn unbound_names<'a>(body: Stmts<'a>, names: &mut Vec<&'a str>) {
    each_statement(body, &mut |stmt| match stmt.kind {
        StmtKind::Delete(node) => deleted(node.targets, names),
        StmtKind::Try(node) | StmtKind::TryStar(node) => {
            for handler in node.handlers {
                if let ExceptHandlerKind::ExceptHandler(inner) = handler.kind {
                    names.extend(inner.name);
                }
            }
        }
        _ => {}
    });
}

fn deleted<'a>(targets: Exprs<'a>, names: &mut Vec<&'a str>) {
    for target in targets {
        match target.kind {
            ExprKind::Name(name) => names.push(name.id),
            ExprKind::Tuple(node) | ExprKind::List(node) => deleted(node.elts, names),
            _ => {}
        }
    }
}

/// A simple annotated name of a module or class body, and whether it stands in a conditional
/// block.
pub struct Annotated<'a> {
    pub node: &'a AnnAssign<'a>,
    pub conditional: bool,
}

/// All annotated names of a body in source order.
pub fn annotated<'a>(body: Stmts<'a>) -> Vec<Annotated<'a>> {
    let mut found = Vec::new();
    each_with_depth(body, 0, &mut |stmt, depth| {
        if let StmtKind::AnnAssign(node) = stmt.kind
            && node.simple != 0
        {
            found.push(Annotated { node, conditional: depth > 0 });
        }
    });
    found
}

/// Visit the statements of a body and of the blocks in it, nested functions and classes apart.
pub fn each_statement<'a>(body: Stmts<'a>, visit: &mut dyn FnMut(&'a Stmt<'a>)) {
    each_with_depth(body, 0, &mut |stmt, _| visit(stmt));
}

pub fn each_with_depth<'a>(body: Stmts<'a>, depth: u32, visit: &mut dyn FnMut(&'a Stmt<'a>, u32)) {
    // A work list in reverse keeps source order and needs no recursion for long `elif` chains.
    let mut work: Vec<(&'a Stmt<'a>, u32)> = body.iter().rev().map(|stmt| (stmt, depth)).collect();
    while let Some((stmt, depth)) = work.pop() {
        visit(stmt, depth);
        let mut blocks: Vec<Stmts<'a>> = Vec::new();
        match stmt.kind {
            StmtKind::If(node) => blocks.extend([node.body, node.orelse]),
            StmtKind::For(node) | StmtKind::AsyncFor(node) => blocks.extend([node.body, node.orelse]),
            StmtKind::While(node) => blocks.extend([node.body, node.orelse]),
            StmtKind::With(node) | StmtKind::AsyncWith(node) => blocks.push(node.body),
            StmtKind::Match(node) => blocks.extend(node.cases.iter().map(|case| case.body)),
            StmtKind::Try(node) | StmtKind::TryStar(node) => {
                blocks.push(node.body);
                for handler in node.handlers {
                    if let ExceptHandlerKind::ExceptHandler(inner) = handler.kind {
                        blocks.push(inner.body);
                    }
                }
                blocks.extend([node.orelse, node.finalbody]);
            }
            _ => {}
        }
        for block in blocks.into_iter().rev() {
            work.extend(block.iter().rev().map(|stmt| (stmt, depth + 1)));
        }
    }
}

/// The `self` of `self.x = …`, which `__static_attributes__` lists by that name, method or not.
pub fn is_self(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Name(name) if name.id == "self")
}
