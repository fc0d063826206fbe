//! Trees between Python objects and the compiler: `to_object` for `ast.parse`, `read_module` for compiling nodes.

use crate::ast::{Classes, new_node};
use krait_compiler::ast::{Constant, FieldReader, FieldValue, Ident, Mod, Node, ReadError, Span};
use krait_compiler::{Bump, Mode};
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::float::Complex;
use krait_vm::builtins::int::IntRef;
use krait_vm::builtins::list::List;
use krait_vm::builtins::set::Set;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::id;
use krait_vm::{Raised, Result, Type, Value, Vm};

/// A string from generalised UTF-8, in which lone surrogates are encoded too.
pub(crate) fn wide_text(vm: &mut Vm, bytes: &[u8]) -> Value {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return vm.str(text);
    }
    let mut builder = krait_text::StrBuilder::new();
    let mut i = 0;
    while i < bytes.len() {
        let b = u32::from(bytes[i]);
        let next = |n: usize| u32::from(bytes.get(i + n).copied().unwrap_or(0x80)) & 0x3F;
        let (point, width) = match b {
            0..=0x7F => (b, 1),
            0xC0..=0xDF => ((b & 0x1F) << 6 | next(1), 2),
            0xE0..=0xEF => ((b & 0xF) << 12 | next(1) << 6 | next(2), 3),
            _ => ((b & 7) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4),
        };
        builder.push(point);
        i += width;
    }
    vm.heap.str_buf(builder.finish()).into_value()
}

/// Generalised UTF-8 of a string.
pub(crate) fn wide_bytes(vm: &Vm, s: &krait_vm::Ref<Str>) -> Vec<u8> {
    let mut out = Vec::new();
    for c in s.get(vm).view().iter() {
        match c {
            0..=0x7F => out.push(c as u8),
            0x80..=0x7FF => out.extend([0xC0 | (c >> 6) as u8, 0x80 | (c & 0x3F) as u8]),
            0x800..=0xFFFF => out.extend([0xE0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3F) as u8, 0x80 | (c & 0x3F) as u8]),
            _ => out.extend([0xF0 | (c >> 18) as u8, 0x80 | (c >> 12 & 0x3F) as u8, 0x80 | (c >> 6 & 0x3F) as u8, 0x80 | (c & 0x3F) as u8]),
        }
    }
    out
}

fn constant_value(vm: &mut Vm, c: &Constant<'_>) -> Value {
    match *c {
        Constant::None => Value::NONE,
        Constant::True => Value::TRUE,
        Constant::False => Value::FALSE,
        Constant::Ellipsis => Value::ELLIPSIS,
        Constant::Int(i) => vm.heap.int(i128::from(i)),
        Constant::BigInt { negative, magnitude } => {
            let n = dashu_int::IBig::from(dashu_int::UBig::from_le_bytes(magnitude));
            vm.heap.big_int(if negative { -n } else { n })
        }
        Constant::Float(f) => Value::float(f),
        Constant::Complex { real, imag } => vm.heap.complex(real, imag),
        Constant::Str(s) => wide_text(vm, s),
        Constant::Bytes(b) => vm.heap.bytes(b).into_value(),
        Constant::Tuple(items) => {
            let items = items.iter().map(|c| constant_value(vm, c)).collect();
            vm.tuple(items)
        }
        Constant::FrozenSet(items) => {
            let items: Vec<Value> = items.iter().map(|c| constant_value(vm, c)).collect();
            let (list, class) = (vm.list(items), vm.core_type(id::FROZENSET).into_value());
            match vm.call(&class, &[list]) {
                Ok(v) => v,
                Err(Raised) => {
                    drop(vm.take_pending());
                    Value::NONE
                }
            }
        }
    }
}

/// The Python object of a node and everything below it, optimised at a level or left as it is.
pub(crate) fn to_object<'a>(vm: &mut Vm, arena: &'a Bump, node: Node<'a>, level: Option<u8>) -> Result<Value> {
    vm.nested(" during ast construction", |vm| object_of(vm, arena, node, level))
}

fn object_of<'a>(vm: &mut Vm, arena: &'a Bump, node: Node<'a>, level: Option<u8>) -> Result<Value> {
    let node = level.map_or(node, |level| krait_compiler::optimized(arena, node, level));
    let Some(class) = vm.state::<Classes>().by_name.get(node.class_name()).cloned() else {
        return Err(vm.runtime_error("unknown node class"));
    };
    let object = new_node(vm, &class);
    let mut fields: Vec<(&'static str, FieldValue<'a>)> = Vec::new();
    node.for_each_field(&mut |name, value| fields.push((name, value)));
    for (name, value) in fields {
        let value = field_object(vm, arena, value, level)?;
        let name = vm.intern(name);
        vm.heap.set_instance_attribute(&object, &name, Some(value));
    }
    if let Some(span) = node.span() {
        for (name, n) in [("lineno", span.line), ("col_offset", span.col), ("end_lineno", span.end_line), ("end_col_offset", span.end_col)] {
            let name = vm.intern(name);
            vm.heap.set_instance_attribute(&object, &name, Some(Value::int32(n)));
        }
    }
    Ok(object)
}

fn field_object<'a>(vm: &mut Vm, arena: &'a Bump, value: FieldValue<'a>, level: Option<u8>) -> Result<Value> {
    Ok(match value {
        FieldValue::None => Value::NONE,
        FieldValue::Node(node) => return to_object(vm, arena, node, level),
        FieldValue::List(list) => {
            let mut items = Vec::with_capacity(list.len());
            for i in 0..list.len() {
                items.push(field_object(vm, arena, list.get(i), level)?);
            }
            vm.list(items)
        }
        FieldValue::Ident(name) => vm.intern(name).into_value(),
        FieldValue::Token(name) => vm.state::<Classes>().tokens.get(name).cloned().unwrap_or(Value::NONE),
        FieldValue::Int(n) => vm.heap.int(i128::from(n)),
        FieldValue::Str(s) => wide_text(vm, s),
        FieldValue::Constant(c) => constant_value(vm, c),
    })
}

/// Reads the root node that `mode` wants.
pub(crate) fn read_module<'a>(vm: &mut Vm, arena: &'a Bump, object: &Value, mode: Mode) -> Result<Mod<'a>> {
    let wanted = match mode {
        Mode::Exec => "Module",
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
        Mode::FuncType => "FunctionType",
    };
    match concrete_class(vm, object) {
        Some((name, "mod")) if name == wanted => {}
        _ => {
            let found = vm.type_name(object);
            return Err(vm.type_error(format!("expected {wanted} node, got {found}")));
        }
    }
    match read_node(vm, arena, object, "mod") {
        Ok(Node::Mod(m)) => Ok(*m),
        Ok(_) | Err(ReadError) => Err(Raised),
    }
}

/// The concrete node class an object is an instance of: its name and abstract base.
fn concrete_class(vm: &mut Vm, object: &Value) -> Option<(&'static str, &'static str)> {
    let mro = vm.type_of(object).get(&*vm).mro_items(&vm.heap).to_vec();
    for t in mro {
        let type_id = t.downcast::<Type>(&*vm.heap)?.id(&vm.heap);
        if let Some(&found) = vm.state::<Classes>().known.get(&type_id) {
            return Some(found);
        }
    }
    None
}

fn read_node<'a>(vm: &mut Vm, arena: &'a Bump, object: &Value, ty: &'static str) -> Result<Node<'a>, ReadError> {
    vm.nested(" during ast construction", |vm| Ok(read_positioned(vm, arena, object, ty))).unwrap_or(Err(ReadError))
}

fn read_positioned<'a>(vm: &mut Vm, arena: &'a Bump, object: &Value, ty: &'static str) -> Result<Node<'a>, ReadError> {
    let class = concrete_class(vm, object);
    let positioned = matches!(ty, "stmt" | "expr" | "excepthandler" | "pattern" | "type_param" | "arg" | "keyword" | "alias");
    let mut span = Span::NONE;
    if positioned {
        let line = position(vm, object, "lineno", ty, None)?;
        let col = position(vm, object, "col_offset", ty, None)?;
        span = Span { line, col, end_line: position(vm, object, "end_lineno", ty, Some(line))?, end_col: position(vm, object, "end_col_offset", ty, Some(col))? };
    }
    let Some((name, _)) = class.filter(|(_, base)| *base == ty) else {
        if let Ok(text) = vm.repr_text(object) {
            vm.type_error(format!("expected some sort of {ty}, but got {text}"));
        }
        return Err(ReadError);
    };
    let mut reader = Reader { vm, arena, object: object.clone(), class: name };
    match Node::read(name, span, &mut reader)? {
        Some(node) => Ok(node),
        None => Err(reader.unexpected("node", ty)),
    }
}

fn position(vm: &mut Vm, object: &Value, name: &str, ty: &str, default: Option<i32>) -> Result<i32, ReadError> {
    let key = vm.intern(name);
    let value = vm.get_attr_opt(object, &key).map_err(|Raised| ReadError)?;
    match value {
        Some(v) if !v.is_none() || default.is_none() => {
            if v.is_int(&*vm.heap) {
                let n = v.as_int(&*vm.heap).and_then(IntRef::to_i64).and_then(|n| i32::try_from(n).ok());
                return match n {
                    Some(n) => Ok(n),
                    None => {
                        vm.overflow_error("Python int too large to convert to C int");
                        Err(ReadError)
                    }
                };
            }
            if let Ok(text) = vm.repr_text(&v) {
                vm.value_error(format!("invalid integer value: {text}"));
            }
            Err(ReadError)
        }
        _ => match default {
            Some(n) => Ok(n),
            None => {
                vm.type_error(format!("required field \"{name}\" missing from {ty}"));
                Err(ReadError)
            }
        },
    }
}

struct Reader<'v, 'a> {
    vm: &'v mut Vm,
    arena: &'a Bump,
    object: Value,
    class: &'static str,
}

impl<'a> Reader<'_, 'a> {
    fn get(&mut self, name: &str) -> Result<Option<Value>, ReadError> {
        let key = self.vm.intern(name);
        self.vm.get_attr_opt(&self.object, &key).map_err(|Raised| ReadError)
    }
    fn missing(&mut self, name: &str) -> ReadError {
        let class = self.class;
        self.vm.type_error(format!("required field \"{name}\" missing from {class}"));
        ReadError
    }
    fn required(&mut self, name: &str) -> ReadError {
        let class = self.class;
        self.vm.value_error(format!("field '{name}' is required for {class}"));
        ReadError
    }
    fn list(&mut self, name: &str) -> Result<Vec<Value>, ReadError> {
        let Some(v) = self.get(name)? else { return Ok(Vec::new()) };
        match v.downcast::<List>(&*self.vm.heap) {
            Some(l) => Ok(l.to_vec(&*self.vm)),
            None => {
                let (class, found) = (self.class, self.vm.type_name(&v));
                self.vm.type_error(format!("{class} field \"{name}\" must be a list, not a {found}"));
                Err(ReadError)
            }
        }
    }
    fn text(&mut self, v: &Value) -> Result<Ident<'a>, ReadError> {
        match v.downcast_exact::<Str>() {
            Some(s) => {
                let text = s.get(&*self.vm).to_string_lossy();
                Ok(self.arena.alloc_str(&text))
            }
            None => {
                self.vm.type_error("AST identifier must be of type str");
                Err(ReadError)
            }
        }
    }
    fn token_of(&mut self, v: &Value, ty: &'static str) -> Result<&'a str, ReadError> {
        match concrete_class(self.vm, v) {
            Some((name, base)) if base == ty => Ok(name),
            _ => {
                if let Ok(text) = self.vm.repr_text(v) {
                    self.vm.type_error(format!("expected some sort of {ty}, but got {text}"));
                }
                Err(ReadError)
            }
        }
    }
    fn constant_of(&mut self, v: &Value) -> Result<Constant<'a>, ReadError> {
        let arena = self.arena;
        if v.is_none() {
            return Ok(Constant::None);
        }
        if v.is_bool() {
            return Ok(if v.is_true() { Constant::True } else { Constant::False });
        }
        if v.is(&Value::ELLIPSIS) {
            return Ok(Constant::Ellipsis);
        }
        if let Some(f) = v.as_float() {
            return Ok(Constant::Float(f));
        }
        if v.is_exact_int()
            && let Some(n) = v.as_int(&*self.vm.heap)
        {
            if let Some(i) = n.to_i64() {
                return Ok(Constant::Int(i));
            }
            let (negative, big) = (n.is_negative(), n.to_big());
            let (_, magnitude) = big.into_parts();
            return Ok(Constant::BigInt { negative, magnitude: arena.alloc_slice_copy(&magnitude.to_le_bytes()) });
        }
        if let Some(s) = v.downcast_exact::<Str>() {
            return Ok(Constant::Str(arena.alloc_slice_copy(&wide_bytes(self.vm, s))));
        }
        if let Some(b) = v.downcast_exact::<Bytes>() {
            return Ok(Constant::Bytes(arena.alloc_slice_copy(&b.get(&*self.vm).data)));
        }
        if let Some(c) = v.downcast_exact::<Complex>() {
            let c = c.get(&*self.vm);
            return Ok(Constant::Complex { real: c.re, imag: c.im });
        }
        let items = if let Some(t) = v.downcast_exact::<Tuple>() {
            Some((true, t.items(&*self.vm).to_vec()))
        } else if v.type_id() == id::FROZENSET && v.has_payload::<Set>(&*self.vm.heap) {
            match self.vm.collect(v) {
                Ok(items) => Some((false, items)),
                Err(Raised) => return Err(ReadError),
            }
        } else {
            None
        };
        let Some((tuple, items)) = items else {
            let name = self.vm.type_name(v);
            self.vm.type_error(format!("got an invalid type in Constant: {name}"));
            return Err(ReadError);
        };
        if self.vm.check_native_depth(" during ast construction").is_err() {
            return Err(ReadError);
        }
        let mut read = Vec::new();
        for item in &items {
            read.push(self.constant_of(item)?);
        }
        let read = arena.alloc_slice_copy(&read);
        Ok(if tuple { Constant::Tuple(read) } else { Constant::FrozenSet(read) })
    }
}

impl<'a> FieldReader<'a> for Reader<'_, 'a> {
    fn arena(&self) -> &'a Bump {
        self.arena
    }
    fn node(&mut self, name: &'static str, ty: &'static str) -> Result<Node<'a>, ReadError> {
        match self.get(name)? {
            None => Err(self.missing(name)),
            Some(v) if v.is_none() => Err(self.required(name)),
            Some(v) => read_node(self.vm, self.arena, &v, ty),
        }
    }
    fn opt_node(&mut self, name: &'static str, ty: &'static str) -> Result<Option<Node<'a>>, ReadError> {
        match self.get(name)? {
            Some(v) if !v.is_none() => read_node(self.vm, self.arena, &v, ty).map(Some),
            _ => Ok(None),
        }
    }
    fn nodes(&mut self, name: &'static str, ty: &'static str, allow_none: bool) -> Result<Vec<Option<Node<'a>>>, ReadError> {
        let mut nodes = Vec::new();
        for v in self.list(name)? {
            if v.is_none() {
                if !allow_none {
                    let what = if ty == "expr" { "expression" } else { ty };
                    let _ = what;
                    self.vm.value_error(format!("None disallowed in {} list", if ty == "expr" { "expression" } else { "statement" }));
                    return Err(ReadError);
                }
                nodes.push(None);
                continue;
            }
            nodes.push(Some(read_node(self.vm, self.arena, &v, ty)?));
        }
        Ok(nodes)
    }
    fn ident(&mut self, name: &'static str) -> Result<Ident<'a>, ReadError> {
        match self.get(name)? {
            None => Err(self.missing(name)),
            Some(v) if v.is_none() => Err(self.required(name)),
            Some(v) => self.text(&v),
        }
    }
    fn opt_ident(&mut self, name: &'static str) -> Result<Option<Ident<'a>>, ReadError> {
        match self.get(name)? {
            Some(v) if !v.is_none() => self.text(&v).map(Some),
            _ => Ok(None),
        }
    }
    fn idents(&mut self, name: &'static str) -> Result<Vec<Ident<'a>>, ReadError> {
        let items = self.list(name)?;
        items.iter().map(|v| self.text(v)).collect()
    }
    fn token(&mut self, name: &'static str, ty: &'static str) -> Result<&'a str, ReadError> {
        match self.get(name)? {
            None => Err(self.missing(name)),
            Some(v) if v.is_none() => Err(self.required(name)),
            Some(v) => self.token_of(&v, ty),
        }
    }
    fn tokens(&mut self, name: &'static str, ty: &'static str) -> Result<Vec<&'a str>, ReadError> {
        let items = self.list(name)?;
        items.iter().map(|v| self.token_of(v, ty)).collect()
    }
    fn int(&mut self, name: &'static str, optional: bool) -> Result<i64, ReadError> {
        match self.get(name)? {
            None if optional => Ok(0),
            None => Err(self.missing(name)),
            Some(v) if v.is_none() && optional => Ok(0),
            Some(v) => {
                if let Some(n) = v.as_int(&*self.vm.heap).and_then(IntRef::to_i64) {
                    return Ok(n);
                }
                if let Ok(text) = self.vm.repr_text(&v) {
                    self.vm.value_error(format!("invalid integer value: {text}"));
                }
                Err(ReadError)
            }
        }
    }
    fn opt_str(&mut self, name: &'static str) -> Result<Option<&'a [u8]>, ReadError> {
        match self.get(name)? {
            Some(v) if !v.is_none() => match v.downcast::<Str>(&*self.vm.heap) {
                Some(s) => Ok(Some(self.arena.alloc_slice_copy(&wide_bytes(self.vm, s)))),
                None => {
                    self.vm.type_error("AST string must be of type str");
                    Err(ReadError)
                }
            },
            _ => Ok(None),
        }
    }
    fn constant(&mut self, name: &'static str) -> Result<Constant<'a>, ReadError> {
        match self.get(name)? {
            Some(v) => self.constant_of(&v),
            None => Err(self.missing(name)),
        }
    }
    fn unexpected(&mut self, name: &'static str, ty: &'static str) -> ReadError {
        let object = self.object.clone();
        let key = self.vm.intern(name);
        let value = match self.vm.get_attr_opt(&object, &key) {
            Ok(v) => v.unwrap_or(Value::NONE),
            Err(Raised) => return ReadError,
        };
        if let Ok(text) = self.vm.repr_text(&value) {
            self.vm.type_error(format!("expected some sort of {ty}, but got {text}"));
        }
        ReadError
    }
}

