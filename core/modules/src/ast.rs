//! The `_ast` module: the node classes, made from the compiler's table of them, and `compile()`'s side of trees.
//!
//! `AST` itself is native; the classes below it are ordinary classes. Conversions are in `ast_tree.rs`.

use crate::ast_tree;
use krait_compiler::ast::{self, ClassInfo, FieldInfo, Shape};
use krait_compiler::{Bump, Mode, Options};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::exec_functions::{AstHooks, AstHooksTable};
use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::heap::flags;
use krait_vm::runtime::arithmetic::BinOp;
use krait_vm::types::build::TypeSpec;
use krait_vm::types::id;
use krait_vm::{Exc, KwArgs, Payload, Ref, Result, Type, Value, Vm, methods};
use std::collections::HashMap;

/// The payload of nodes: everything is in their `__dict__`.
#[derive(krait_vm::Traverse)]
pub struct AstNode {}

/// The classes by name.
#[derive(Default)]
pub(crate) struct Classes {
    pub by_name: HashMap<&'static str, Ref<Type>>,
    /// Concrete class and its abstract base, by type id.
    pub known: HashMap<u32, (&'static str, &'static str)>,
    pub tokens: HashMap<&'static str, Value>,
    module: Option<Ref<Module>>,
}

const POSITIONS: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];
const POSITIONED: [&str; 8] = ["stmt", "expr", "excepthandler", "pattern", "type_param", "arg", "keyword", "alias"];

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let base = vm.define_type::<AstNode>(
        None,
        &TypeSpec { name: "ast.AST", doc: "", flags: flags::BASETYPE, dict: true, methods: <NodeMethods as krait_vm::args::Methods>::METHODS },
    );
    let empty = vm.tuple(Vec::new());
    for name in ["_fields", "_attributes", "__match_args__"] {
        let key = vm.intern(name);
        vm.type_dict(&base).set_str(vm, &key, empty.clone());
    }
    vm.module_set(module, "AST", base.to_value());
    vm.state::<Classes>().module = Some(module.clone());
    let groups: [(&str, &[&str]); 5] = [
        ("expr_context", ast::Context::ALL),
        ("boolop", ast::BoolOp::ALL),
        ("operator", ast::Operator::ALL),
        ("unaryop", ast::UnaryOp::ALL),
        ("cmpop", ast::CmpOp::ALL),
    ];
    let sums = ["mod", "stmt", "expr", "excepthandler", "pattern", "type_ignore", "type_param"];
    for sum in sums {
        let docs: Vec<String> = ast::SUM_CLASSES.iter().filter(|c| c.base == sum).map(class_doc).collect();
        make(vm, module, sum, "", &base, None, &format!("{sum} = {}", docs.join("\n     | ")))?;
    }
    for (group, members) in groups {
        let parent = make(vm, module, group, "", &base, None, &format!("{group} = {}", members.join(" | ")))?;
        for &member in members {
            let class = make(vm, module, member, group, &parent, Some(&[]), member)?;
            let node = new_node(vm, &class);
            vm.state::<Classes>().tokens.insert(member, node);
        }
    }
    for class in ast::PRODUCT_CLASSES {
        make(vm, module, class.name, class.base, &base, Some(class.fields), &class_doc(class))?;
    }
    for class in ast::SUM_CLASSES {
        let Some(parent) = vm.state::<Classes>().by_name.get(class.base).cloned() else { continue };
        make(vm, module, class.name, class.base, &parent, Some(class.fields), &class_doc(class))?;
    }
    // Field types name classes made later, so they come last.
    for class in ast::PRODUCT_CLASSES.iter().chain(ast::SUM_CLASSES) {
        set_field_types(vm, class.name, class.fields)?;
    }
    for (_, members) in groups {
        for &member in members {
            set_field_types(vm, member, &[])?;
        }
    }
    for (name, value) in [("PyCF_ONLY_AST", 0x400), ("PyCF_TYPE_COMMENTS", 0x1000), ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000), ("PyCF_OPTIMIZED_AST", 0x8400)] {
        vm.module_set(module, name, Value::int32(value));
    }
    vm.state::<AstHooks>().0 = Some(AstHooksTable { is_node, compile, parse });
    Ok(())
}

fn field_doc(f: &FieldInfo) -> String {
    let mark = match f.shape {
        Shape::One => "",
        Shape::Optional => "?",
        Shape::Many => "*",
        Shape::ManyOptional => "?*",
    };
    format!("{}{mark} {}", f.ty, f.name)
}
fn class_doc(class: &ClassInfo) -> String {
    if class.fields.is_empty() {
        return class.name.to_string();
    }
    let fields: Vec<String> = class.fields.iter().map(field_doc).collect();
    format!("{}({})", class.name, fields.join(", "))
}

/// Makes a node class; `fields` is `None` for abstract ones.
fn make(vm: &mut Vm, module: &Ref<Module>, name: &'static str, group: &'static str, parent: &Ref<Type>, fields: Option<&[FieldInfo]>, doc: &str) -> Result<Ref<Type>> {
    let dict = vm.heap.dict();
    let set = |vm: &mut Vm, key: &str, value: Value| {
        let key = vm.intern(key);
        dict.set_str(vm, &key, value);
    };
    let (module_name, doc) = (vm.str("ast"), vm.str(doc));
    set(vm, "__module__", module_name);
    set(vm, "__doc__", doc);
    let names: Vec<Value> = fields.unwrap_or(&[]).iter().map(|f| vm.intern(f.name).into_value()).collect();
    let names = vm.tuple(names);
    set(vm, "_fields", names.clone());
    set(vm, "__match_args__", names);
    let product = group == name;
    if fields.is_none() || product {
        let positions: Vec<Value> = if POSITIONED.contains(&name) { POSITIONS.iter().map(|p| vm.intern(p).into_value()).collect() } else { Vec::new() };
        if !positions.is_empty() {
            set(vm, "end_lineno", Value::NONE);
            set(vm, "end_col_offset", Value::NONE);
        }
        let positions = vm.tuple(positions);
        set(vm, "_attributes", positions);
    }
    for f in fields.unwrap_or(&[]) {
        if f.shape == Shape::Optional {
            set(vm, f.name, Value::NONE);
        }
    }
    let (class_name, bases) = (vm.str(name), vm.tuple(vec![parent.to_value()]));
    let metaclass = vm.core_type(id::TYPE).into_value();
    let class = vm.call(&metaclass, &[class_name, bases, dict.into_value()])?;
    let Some(class) = class.downcast::<Type>(&*vm.heap).cloned() else { return Err(vm.type_error("type() made no class")) };
    vm.module_set(module, name, class.to_value());
    let type_id = class.id(&vm.heap);
    let classes = vm.state::<Classes>();
    classes.by_name.insert(name, class.clone());
    if fields.is_some() {
        classes.known.insert(type_id, (name, group));
    }
    Ok(class)
}

fn set_field_types(vm: &mut Vm, name: &'static str, fields: &[FieldInfo]) -> Result<()> {
    let Some(class) = vm.state::<Classes>().by_name.get(name).cloned() else { return Ok(()) };
    let types = vm.heap.dict();
    for f in fields {
        let core = match f.ty {
            "identifier" => Some(id::STR),
            "int" => Some(id::INT),
            "string" if f.shape == Shape::Optional => Some(id::STR),
            "string" | "constant" => Some(id::OBJECT),
            _ => None,
        };
        let ty = match core {
            Some(t) => vm.core_type(t).into_value(),
            None => vm.state::<Classes>().by_name.get(f.ty).map_or(Value::NONE, |c| c.to_value()),
        };
        let ty = match f.shape {
            Shape::One => ty,
            Shape::Optional => vm.binary_op(BinOp::Or, &ty, &Value::NONE)?,
            Shape::Many | Shape::ManyOptional => {
                let list = vm.core_type(id::LIST).into_value();
                vm.generic_alias(list, &ty)?
            }
        };
        let key = vm.intern(f.name);
        types.set_str(vm, &key, ty);
    }
    for key in ["_field_types", "__annotations__"] {
        let key = vm.intern(key);
        vm.set_attr(class.as_value(), &key, Some(types.to_value()))?;
    }
    Ok(())
}

pub(crate) fn new_node(vm: &mut Vm, class: &Ref<Type>) -> Value {
    let type_id = class.id(&vm.heap);
    vm.heap.alloc_typed(type_id, AstNode {}).into_value()
}

fn is_node(vm: &mut Vm, value: &Value) -> Result<bool> {
    Ok(value.has_payload::<AstNode>(&*vm.heap))
}

fn compile(vm: &mut Vm, node: &Value, filename: &str, mode: Mode, options: &Options, only_tree: Option<bool>) -> Result<Value> {
    let arena = Bump::new();
    let tree = ast_tree::read_module(vm, &arena, node, mode)?;
    if let Err(e) = krait_compiler::validate::validate(&tree) {
        return Err(vm.compile_error(e, filename));
    }
    if let Some(optimized) = only_tree {
        let tree = ast::Node::Mod(arena.alloc(tree));
        return ast_tree::to_object(vm, &arena, tree, optimized.then_some(options.optimize));
    }
    match krait_compiler::compile_tree(&arena, &tree, filename, options) {
        Ok(compiled) => {
            vm.compiler_warnings(&compiled.warnings, filename, "")?;
            Ok(vm.heap.link(&compiled.code).into_value())
        }
        Err(e) => Err(vm.compile_error(e, filename)),
    }
}

fn parse(vm: &mut Vm, text: &str, filename: &str, mode: Mode, options: &Options, optimized: bool) -> Result<Value> {
    let arena = Bump::new();
    match krait_compiler::parse(&arena, text, mode, options) {
        Ok((tree, warnings)) => {
            vm.compiler_warnings(&warnings, filename, text)?;
            let tree: &ast::Mod<'_> = arena.alloc(tree);
            ast_tree::to_object(vm, &arena, ast::Node::Mod(tree), optimized.then_some(options.optimize))
        }
        Err(mut e) => {
            krait_compiler::attach_text(&mut e, text);
            Err(vm.compile_error(e, filename))
        }
    }
}

fn class_names(vm: &mut Vm, this: &Value, attribute: &str) -> Result<Vec<Ref<Str>>> {
    let class = vm.type_of(this).into_value();
    let name = vm.intern(attribute);
    let Some(fields) = vm.get_attr_opt(&class, &name)? else { return Ok(Vec::new()) };
    let items = vm.collect(&fields)?;
    let mut names = Vec::new();
    for v in items {
        match v.downcast::<Str>(&*vm.heap).cloned() {
            Some(s) => names.push(s),
            None => return Err(vm.type_error("attribute name must be string")),
        }
    }
    Ok(names)
}

struct NodeMethods;

#[methods]
impl NodeMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        Ok(new_node(vm, cls))
    }
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let fields = class_names(vm, this, "_fields")?;
        let class_name = vm.type_name(this);
        if args.len() > fields.len() {
            let (n, plural) = (fields.len(), if fields.len() == 1 { "" } else { "s" });
            return Err(vm.type_error(format!("{class_name} constructor takes at most {n} positional argument{plural}")));
        }
        let mut given = vec![false; fields.len()];
        for (i, v) in args.iter().enumerate() {
            given[i] = true;
            vm.set_attr(this, &fields[i], Some(v.clone()))?;
        }
        for (key, value) in &kwargs.items {
            let Some(key) = key.downcast::<Str>(&*vm.heap).cloned() else { continue };
            let found = fields.iter().position(|f| f.get(&*vm).same(key.get(&*vm)));
            match found {
                Some(i) if given[i] => {
                    let text = vm.repr_text(key.as_value())?;
                    return Err(vm.type_error(format!("{class_name} got multiple values for argument {text}")));
                }
                Some(i) => given[i] = true,
                None => {
                    let attributes = class_names(vm, this, "_attributes")?;
                    if !attributes.iter().any(|a| a.get(&*vm).same(key.get(&*vm))) {
                        let text = vm.repr_text(key.as_value())?;
                        let message = format!("{class_name}.__init__ got an unexpected keyword argument {text}. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.");
                        vm.warn(Exc::DeprecationWarning, &message, 1)?;
                    }
                }
            }
            vm.set_attr(this, &key, Some((*value).clone()))?;
        }
        if given.iter().all(|g| *g) {
            return Ok(());
        }
        let (class, types) = (vm.type_of(this).into_value(), vm.intern("_field_types"));
        let types = vm.get_attr_opt(&class, &types)?.and_then(|t| t.downcast::<Dict>(&*vm.heap).cloned());
        let context = vm.state::<Classes>().by_name.get("expr_context").cloned();
        for (i, field) in fields.iter().enumerate().filter(|(i, _)| !given[*i]) {
            let _ = i;
            let text = vm.repr_text(field.as_value())?;
            let ty = match &types {
                Some(d) => d.get_item(vm, field.as_value())?,
                None => return Ok(()),
            };
            match ty {
                None => {
                    let message = format!("Field {text} is missing from {class_name}._field_types. This will become an error in Python 3.15.");
                    vm.warn(Exc::DeprecationWarning, &message, 1)?;
                }
                Some(t) if t.type_id() == id::UNION => {}
                Some(t) if t.type_id() == id::GENERIC_ALIAS => {
                    let list = vm.list(Vec::new());
                    vm.set_attr(this, field, Some(list))?;
                }
                Some(t) if context.as_ref().is_some_and(|c| c.as_value().is(&t)) => {
                    let load = vm.state::<Classes>().tokens.get("Load").cloned().unwrap_or(Value::NONE);
                    vm.set_attr(this, field, Some(load))?;
                }
                Some(_) => {
                    let message = format!("{class_name}.__init__ missing 1 required positional argument: {text}. This will become an error in Python 3.15.");
                    vm.warn(Exc::DeprecationWarning, &message, 1)?;
                }
            }
        }
        Ok(())
    }
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<String> {
        node_repr(vm, this, 3)
    }
    #[sig("()")]
    fn __reduce__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let class = vm.type_of(this).into_value();
        let dict = vm.heap.materialize_dict(this);
        let state = match dict {
            Some(d) => d.copy(vm),
            None => vm.heap.dict(),
        };
        // Placeholders keep the constructor from warning; the state then sets the fields.
        let mut args = Vec::new();
        for field in class_names(vm, this, "_fields")? {
            if state.get_str(&*vm, &field).is_none() {
                break;
            }
            args.push(Value::NONE);
        }
        let args = vm.tuple(args);
        Ok(vm.tuple(vec![class, args, state.into_value()]))
    }
    /// Return a copy of the AST node with new values for the specified fields.
    #[sig("(**fields)")]
    fn __replace__(this: &Value, vm: &mut Vm, fields: KwArgs<'_>) -> Result<Value> {
        let mut names = class_names(vm, this, "_fields")?;
        names.extend(class_names(vm, this, "_attributes")?);
        let class_name = vm.type_name(this);
        let mut changes: Vec<(Ref<Str>, Value)> = Vec::new();
        for (key, value) in &fields.items {
            let Some(key) = key.downcast::<Str>(&*vm.heap).cloned() else { continue };
            if !names.iter().any(|n| n.get(&*vm).same(key.get(&*vm))) {
                let text = vm.repr_text(key.as_value())?;
                return Err(vm.type_error(format!("{class_name}.__replace__ got an unexpected keyword argument {text}.")));
            }
            changes.push((key, (*value).clone()));
        }
        let class = vm.type_of(this);
        let copy = new_node(vm, &class);
        if let Some(d) = vm.heap.materialize_dict(this) {
            for (k, v) in d.items(&*vm) {
                if let Some(k) = k.downcast::<Str>(&*vm.heap).cloned() {
                    vm.set_attr(&copy, &k, Some(v))?;
                }
            }
        }
        for (k, v) in changes {
            vm.set_attr(&copy, &k, Some(v))?;
        }
        Ok(copy)
    }
}

fn node_repr(vm: &mut Vm, node: &Value, depth: u32) -> Result<String> {
    let name = vm.type_name(node);
    if depth == 0 {
        return Ok(format!("{name}(...)"));
    }
    vm.check_native_depth(" during ast.AST.__repr__")?;
    let mut parts = Vec::new();
    for field in class_names(vm, node, "_fields")? {
        let value = vm.get_attr(node, &field)?;
        let text = if let Some(list) = value.downcast_exact::<List>() {
            let items = list.to_vec(&*vm);
            format!("[{}]", sequence_repr(vm, &items, depth)?)
        } else if let Some(tuple) = value.downcast_exact::<Tuple>() {
            let items = tuple.items(&*vm).to_vec();
            format!("({})", sequence_repr(vm, &items, depth)?)
        } else {
            item_repr(vm, &value, depth)?
        };
        parts.push(format!("{}={text}", field.get(&*vm).to_string_lossy()));
    }
    Ok(format!("{name}({})", parts.join(", ")))
}
fn item_repr(vm: &mut Vm, value: &Value, depth: u32) -> Result<String> {
    if value.has_payload::<AstNode>(&*vm.heap) { node_repr(vm, value, depth - 1) } else { vm.repr_text(value) }
}
fn sequence_repr(vm: &mut Vm, items: &[Value], depth: u32) -> Result<String> {
    Ok(match items {
        [] => String::new(),
        [one] => item_repr(vm, one, depth)?,
        [first, .., last] => {
            let (a, b) = (item_repr(vm, first, depth)?, item_repr(vm, last, depth)?);
            if items.len() == 2 { format!("{a}, {b}") } else { format!("{a}, ..., {b}") }
        }
    })
}

const _: () = assert!(AstNode::FIXED_ID == 0);
