//! Builtin functions on classes and attributes: `__build_class__`, isinstance, getattr, vars, dir, callable, id.

use crate::args::KwArgs;
use crate::builtins::dict::Dict;
use crate::builtins::function::{Cell, Function};
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::heap::flags;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Args, Result, Special};
use krait_macros::methods;

struct ClassFunctions;

#[methods(hot)]
impl ClassFunctions {
    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// Internal helper function used by the class statement.
    #[sig("(*args, **kwargs)")]
    fn __build_class__(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let [function, name, bases @ ..] = args else {
            return Err(vm.type_error("__build_class__: not enough arguments"));
        };
        let Some(function) = function.downcast_exact::<Function>().cloned() else {
            return Err(vm.type_error("__build_class__: func must be a function"));
        };
        if !name.has_payload::<Str>(&vm.heap) {
            return Err(vm.type_error("__build_class__: name is not a string"));
        }
        let kwargs = kwargs.items.iter().map(|(k, v)| ((*k).clone(), (*v).clone())).collect();
        vm.build_class(&function, name, bases, kwargs)
    }
    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against.
    #[sig("(obj, class_or_tuple, /)")]
    #[inlined(IsInstance)]
    fn isinstance(vm: &mut Vm, obj: &Value, class_or_tuple: &Value) -> Result<bool> {
        vm.is_instance_of(obj, class_or_tuple)
    }
    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against.
    #[sig("(cls, class_or_tuple, /)")]
    #[inlined(IsSubclass)]
    fn issubclass(vm: &mut Vm, class: &Value, class_or_tuple: &Value) -> Result<bool> {
        vm.is_subclass_of(class, class_or_tuple)
    }
    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    #[sig("(object, name, default=<unrepresentable>, /)")]
    fn getattr(vm: &mut Vm, object: &Value, name: &Value, default: Option<Value>) -> Result<Value> {
        let name = vm.attribute_name(name)?;
        match default {
            None => vm.get_attr(object, &name),
            Some(default) => Ok(vm.get_attr_opt(object, &name)?.unwrap_or(default)),
        }
    }
    /// Return whether the object has an attribute with the given name.
    #[sig("(obj, name, /)")]
    fn hasattr(vm: &mut Vm, obj: &Value, name: &Value) -> Result<bool> {
        let name = vm.attribute_name(name)?;
        Ok(vm.get_attr_opt(obj, &name)?.is_some())
    }
    /// Sets the named attribute on the given object to the specified value.
    #[sig("(obj, name, value, /)")]
    fn setattr(vm: &mut Vm, obj: &Value, name: &Value, value: Value) -> Result<()> {
        let name = vm.attribute_name(name)?;
        vm.set_attr(obj, &name, Some(value))
    }
    /// Deletes the named attribute from the given object.
    #[sig("(obj, name, /)")]
    fn delattr(vm: &mut Vm, obj: &Value, name: &Value) -> Result<()> {
        let name = vm.attribute_name(name)?;
        vm.set_attr(obj, &name, None)
    }
    /// Return whether the object is callable (i.e., some kind of function).
    #[sig("(obj, /)")]
    fn callable(vm: &mut Vm, obj: &Value) -> Result<bool> {
        Ok(vm.is_callable(obj))
    }
    /// Return the identity of an object.
    #[sig("(obj, /)")]
    fn id(vm: &mut Vm, obj: &Value) -> Result<Value> {
        Ok(vm.heap.int(i128::from(obj.identity())))
    }
    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals(). With an argument, equivalent to object.__dict__.
    #[sig("(object=<unrepresentable>, /)")]
    fn vars(vm: &mut Vm, object: Option<Value>) -> Result<Value> {
        let Some(object) = object else {
            let name = vm.names.locals.clone();
            let locals = vm.builtins.clone().get_str(&*vm, &name);
            return match locals {
                Some(f) => vm.call(&f, &[]),
                None => Err(vm.runtime_error("locals() is missing")),
            };
        };
        let name = vm.names.__dict__.clone();
        match vm.get_attr_opt(&object, &name)? {
            Some(d) => Ok(d),
            None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
        }
    }
    /// dir([object]) -> list of strings
    ///
    /// The names in the current scope, or those of an object's attributes, sorted.
    #[sig("(object=<unrepresentable>, /)")]
    fn dir(vm: &mut Vm, object: Option<Value>) -> Result<Value> {
        let names = match object {
            Some(object) => {
                let Some(f) = vm.heap.special(object.type_id(), Special::Dir) else {
                    return Err(vm.type_error("object does not provide __dir__"));
                };
                let names = vm.call_unbound(&f, &object, &[])?;
                vm.collect(&names)?
            }
            None => {
                let name = vm.names.locals.clone();
                let Some(f) = vm.builtins.clone().get_str(&*vm, &name) else { return Err(vm.runtime_error("locals() is missing")) };
                let locals = vm.call(&f, &[])?;
                let keys = vm.call_method(&locals, "keys", &[])?;
                vm.collect(&keys)?
            }
        };
        let list = vm.list(names);
        vm.sort_names(&list)?;
        Ok(list)
    }
}

impl Vm {
    /// Sorts a list; strings, the usual case, without calling Python.
    fn sort_names(&mut self, list: &Value) -> Result<()> {
        let Some(l) = list.downcast_exact::<List>().cloned() else { return Ok(()) };
        let all_text = l.to_vec(&*self).iter().all(|v| v.is_exact::<Str>());
        if !all_text {
            self.call_method(list, "sort", &[])?;
            return Ok(());
        }
        let mut keyed: Vec<(String, Value)> = Vec::new();
        for v in l.to_vec(&*self) {
            let text = v.downcast_exact::<Str>().map(|s| s.get(&*self).to_string_lossy()).unwrap_or_default();
            keyed.push((text, v));
        }
        krait_bytecode::order::sort_by(&mut keyed, |a, b| a.0.cmp(&b.0));
        l.edit(&mut self.heap, |items| *items = keyed.into_iter().map(|(_, v)| v).collect());
        Ok(())
    }
    pub fn is_callable(&mut self, value: &Value) -> bool {
        match value.type_id() {
            id::FUNCTION | id::BUILTIN_FUNCTION | id::METHOD | id::TYPE | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR | id::METHOD_WRAPPER | id::CLASSMETHOD_DESCRIPTOR => true,
            t => self.heap.special(t, Special::Call).is_some(),
        }
    }

    /// The class statement: `function` is the body.
    pub(crate) fn build_class(&mut self, function: &Ref<Function>, name: &Value, original: &[Value], mut kwargs: Vec<(Value, Value)>) -> Result<Value> {
        let bases = self.resolve_bases(original)?;
        let replaced = bases.is_some();
        let bases = bases.unwrap_or_else(|| original.to_vec());
        let at = kwargs.iter().position(|(k, _)| k.downcast::<Str>(&self.heap).is_some_and(|k| k.get(&self.heap).as_ascii() == Some("metaclass")));
        let meta = match at {
            Some(i) => kwargs.remove(i).1,
            None => match bases.first() {
                Some(b) => self.type_of(b).into_value(),
                None => self.core_type(id::TYPE).into_value(),
            },
        };
        let meta = match meta.downcast::<Type>(&self.heap).cloned() {
            Some(t) => self.calculate_metaclass(&t, &bases)?.into_value(),
            None => meta,
        };
        let bases_tuple = self.tuple(bases);
        let kw_names: Vec<Value> = kwargs.iter().map(|(k, _)| k.clone()).collect();
        let kw_values: Vec<Value> = kwargs.iter().map(|(_, v)| v.clone()).collect();
        let namespace = self.class_namespace(&meta, name, &bases_tuple, &kw_values, &kw_names)?;
        let code = function.get(&*self).code.clone();
        let cell = self.run_class_body(function, &code, &namespace)?;
        if replaced {
            let key = self.intern("__orig_bases__").into_value();
            let original = self.tuple(original.to_vec());
            self.set_item(&namespace, &key, original)?;
        }
        let mut args = vec![name.clone(), bases_tuple, namespace];
        args.extend(kw_values);
        let class = self.call_args(&meta, Args::with_names(&args, &kw_names))?;
        if let Some(cell) = cell
            && class.has_payload::<Type>(&self.heap)
        {
            let content = cell.get(&*self).content.clone();
            match content {
                None => {
                    let (name, class) = (self.repr_text(name)?, self.repr_text(&class)?);
                    return Err(self.runtime_error(format!("__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?")));
                }
                Some(c) if !c.is(&class) => {
                    let (set, name, class) = (self.repr_text(&c)?, self.repr_text(name)?, self.repr_text(&class)?);
                    return Err(self.type_error(format!("__class__ set to {set} defining {name} as {class}")));
                }
                Some(_) => {}
            }
        }
        Ok(class)
    }
    /// Replaces bases that have `__mro_entries__`; `None` when there are none.
    fn resolve_bases(&mut self, original: &[Value]) -> Result<Option<Vec<Value>>> {
        let mut bases = Vec::new();
        let mut changed = false;
        for base in original {
            if base.has_payload::<Type>(&self.heap) {
                bases.push(base.clone());
                continue;
            }
            let key = self.names.__mro_entries__.clone();
            let Some(f) = self.get_attr_opt(base, &key)? else {
                bases.push(base.clone());
                continue;
            };
            let all = self.tuple(original.to_vec());
            let entries = self.call(&f, &[all])?;
            let Some(entries) = entries.downcast::<Tuple>(&self.heap).map(|t| t.items(&self.heap).to_vec()) else {
                return Err(self.type_error("__mro_entries__ must return a tuple"));
            };
            changed = true;
            bases.extend(entries);
        }
        Ok(changed.then_some(bases))
    }
    fn class_namespace(&mut self, meta: &Value, name: &Value, bases: &Value, kw_values: &[Value], kw_names: &[Value]) -> Result<Value> {
        if meta.type_id() == id::TYPE && meta.downcast::<Type>(&self.heap).is_some_and(|t| t.id(&self.heap) == id::TYPE) {
            return Ok(self.heap.dict().into_value());
        }
        let key = self.names.__prepare__.clone();
        let Some(prepare) = self.get_attr_opt(meta, &key)? else { return Ok(self.heap.dict().into_value()) };
        let mut args = vec![name.clone(), bases.clone()];
        args.extend_from_slice(kw_values);
        let namespace = self.call_args(&prepare, Args::with_names(&args, kw_names))?;
        if !namespace.has_payload::<Dict>(&self.heap) && self.heap.special(namespace.type_id(), Special::GetItem).is_none() {
            let found = self.type_name(&namespace);
            let owner = match meta.downcast::<Type>(&self.heap) {
                Some(t) => t.name(&self.heap),
                None => "<metaclass>".into(),
            };
            return Err(self.type_error(format!("{owner}.__prepare__() must return a mapping, not {found}")));
        }
        Ok(namespace)
    }
    /// Runs a class body in its namespace; the cell of `__class__`, if the body made one.
    fn run_class_body(&mut self, function: &Ref<Function>, code: &Ref<crate::builtins::code::CodeObject>, namespace: &Value) -> Result<Option<Ref<Cell>>> {
        self.run_function_with_locals(function.to_value(), code, namespace.clone())?;
        let key = self.names.__classcell__.clone();
        let cell = match namespace.downcast_exact::<Dict>() {
            Some(d) => d.get_str(&*self, &key),
            None => {
                let result = self.get_item(namespace, key.as_value());
                self.catch(result, Exc::KeyError)?
            }
        };
        Ok(cell.and_then(|c| c.downcast_exact::<Cell>().cloned()))
    }

    /// `isinstance(value, class)` where neither class nor value has a say in it.
    #[inline(always)]
    pub(crate) fn is_plain_instance(&self, value: &Value, class: &Value) -> Option<bool> {
        let (class, own) = (class.downcast_exact::<Type>()?.id(&self.heap), value.type_id());
        if own == class {
            return Some(true);
        }
        (self.heap.info(own).flags & flags::PLAIN_CLASS != 0).then(|| self.heap.is_subtype(own, class))
    }
    /// As `is_plain_instance`, of a tuple of such classes.
    pub(crate) fn is_plain_instance_of_any(&self, value: &Value, classes: &Value) -> Option<bool> {
        let classes = classes.downcast_exact::<Tuple>()?.items(&self.heap);
        let own = value.type_id();
        if self.heap.info(own).flags & flags::PLAIN_CLASS == 0 {
            return None;
        }
        let mut is = false;
        for class in classes {
            let class = class.downcast_exact::<Type>()?.id(&self.heap);
            is = is || own == class || self.heap.is_subtype(own, class);
        }
        Some(is)
    }
    /// `issubclass(class, of)` of classes whose metaclass is `type` itself.
    #[inline(always)]
    pub(crate) fn is_plain_subclass(&self, class: &Value, of: &Value) -> Option<bool> {
        let (class, of) = (class.downcast_exact::<Type>()?, of.downcast_exact::<Type>()?);
        Some(class.is_subtype(&self.heap, of))
    }
    /// `isinstance(value, class)`: metaclass hooks, tuples, unions.
    #[inline]
    pub fn is_instance_of(&mut self, value: &Value, class: &Value) -> Result<bool> {
        if let Some(class) = class.downcast_exact::<Type>() {
            return self.is_instance_of_class(value, class);
        }
        // Classes of no metaclass call nothing, so the tuple stays.
        if let Some(is) = self.is_plain_instance_of_any(value, class) {
            return Ok(is);
        }
        self.is_instance_of_other(value, class)
    }
    /// `isinstance` of a class whose metaclass is `type` itself.
    fn is_instance_of_class(&mut self, value: &Value, class: &Ref<Type>) -> Result<bool> {
        if let Some(is) = self.is_plain_instance(value, class.as_value()) {
            return Ok(is);
        }
        if self.heap.is_instance(value, class.id(&self.heap)) { Ok(true) } else { self.claims_class(value, class) }
    }
    /// Proxies claim another class through `__class__`.
    #[cold]
    fn claims_class(&mut self, value: &Value, class: &Ref<Type>) -> Result<bool> {
        let (key, class) = (self.names.__class__.clone(), class.clone());
        let claimed = self.get_attr_opt(value, &key)?;
        Ok(match claimed.as_ref().and_then(|c| c.downcast::<Type>(&self.heap)) {
            Some(c) if c.id(&self.heap) != value.type_id() => c.is_subtype(&self.heap, &class),
            _ => false,
        })
    }
    /// `isinstance` of what is not simply a class.
    #[inline(never)]
    fn is_instance_of_other(&mut self, value: &Value, class: &Value) -> Result<bool> {
        if class.downcast::<Type>(&self.heap).is_some_and(|t| t.id(&self.heap) == value.type_id()) {
            return Ok(true);
        }
        let union = class.downcast::<crate::builtins::generic_alias::Union>(&self.heap).map(|u| u.get(&self.heap).args.clone());
        if let Some(t) = union.or_else(|| class.downcast::<Tuple>(&self.heap).cloned()) {
            self.check_native_depth(" in __instancecheck__")?;
            let mut next = 0;
            while let Some(c) = t.items(&*self.heap).get(next).cloned() {
                next += 1;
                if let Some(c) = c.downcast_exact::<Type>() {
                    if self.is_instance_of_class(value, c)? {
                        return Ok(true);
                    }
                    continue;
                }
                self.thread.native_depth += 1;
                let result = self.is_instance_of(value, &c);
                self.thread.native_depth -= 1;
                if result? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(f) = self.heap.special(class.type_id(), Special::InstanceCheck) {
            self.check_native_depth(" in __instancecheck__")?;
            let v = self.call_unbound(&f, class, std::slice::from_ref(value))?;
            return self.truth(&v);
        }
        self.real_is_instance(value, class)
    }
    /// `issubclass(class, of)`.
    pub fn is_subclass_of(&mut self, class: &Value, of: &Value) -> Result<bool> {
        if of.type_id() == id::TYPE {
            if class.is(of) {
                return Ok(true);
            }
            return self.real_is_subclass(class, of);
        }
        let union = of.downcast::<crate::builtins::generic_alias::Union>(&self.heap).map(|u| u.get(&self.heap).args.clone());
        if let Some(t) = union.or_else(|| of.downcast::<Tuple>(&self.heap).cloned()) {
            self.check_native_depth(" in __subclasscheck__")?;
            for c in t.items(&*self.heap).to_vec() {
                self.thread.native_depth += 1;
                let result = self.is_subclass_of(class, &c);
                self.thread.native_depth -= 1;
                if result? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(f) = self.heap.special(of.type_id(), Special::SubclassCheck) {
            self.check_native_depth(" in __subclasscheck__")?;
            let v = self.call_unbound(&f, of, std::slice::from_ref(class))?;
            return self.truth(&v);
        }
        self.real_is_subclass(class, of)
    }
    /// `type.__instancecheck__`.
    pub(crate) fn real_is_instance(&mut self, value: &Value, class: &Value) -> Result<bool> {
        if let Some(class) = class.downcast::<Type>(&self.heap) {
            return self.is_instance_of_class(value, class);
        }
        let key = self.names.__class__.clone();
        self.check_class_like(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
        match self.get_attr_opt(value, &key)? {
            Some(c) => self.abstract_is_subclass(&c, class, 0),
            None => Ok(false),
        }
    }
    /// `type.__subclasscheck__`.
    pub(crate) fn real_is_subclass(&mut self, class: &Value, of: &Value) -> Result<bool> {
        if let (Some(a), Some(b)) = (class.downcast::<Type>(&self.heap), of.downcast::<Type>(&self.heap)) {
            return Ok(a.is_subtype(&self.heap, b));
        }
        self.check_class_like(class, "issubclass() arg 1 must be a class")?;
        self.check_class_like(of, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
        self.abstract_is_subclass(class, of, 0)
    }
    fn abstract_bases(&mut self, class: &Value) -> Result<Option<Ref<Tuple>>> {
        let key = self.intern("__bases__");
        let bases = self.get_attr_opt(class, &key)?;
        Ok(bases.and_then(|b| b.downcast::<Tuple>(&self.heap).cloned()))
    }
    fn check_class_like(&mut self, class: &Value, message: &str) -> Result<()> {
        match self.abstract_bases(class)? {
            Some(_) => Ok(()),
            None => Err(self.type_error(message)),
        }
    }
    fn abstract_is_subclass(&mut self, class: &Value, of: &Value, depth: usize) -> Result<bool> {
        if class.is(of) {
            return Ok(true);
        }
        if depth > 900 {
            return Err(self.recursion_error(" in __issubclass__"));
        }
        let Some(bases) = self.abstract_bases(class)? else { return Ok(false) };
        for base in bases.items(&self.heap).to_vec() {
            if self.abstract_is_subclass(&base, of, depth + 1)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

pub(crate) fn init(vm: &mut Vm) {
    vm.builtins_functions::<ClassFunctions>();
}
