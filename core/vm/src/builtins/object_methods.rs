//! `object`: Python methods. Every class inherits these; `super` is in `super_methods.rs`.
//!
//! Attribute access proper is in types/attr.rs; here are the dunders that expose it, construction with the rules for
//! excess arguments, identity comparison, and assignment to `__class__`. Pickling support goes through `copyreg`.

use crate::args::KwArgs;
use crate::builtins::dict::Dict;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::heap::flags;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result, Special};
use krait_macros::methods;

struct ObjectMethods;

#[methods(hot)]
impl ObjectMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        if !args.is_empty() || !kwargs.items.is_empty() {
            if !vm.is_objects_own(type_id, Special::New) {
                return Err(vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
            }
            if vm.is_objects_own(type_id, Special::Init) {
                let name = cls.name(&vm.heap);
                return Err(vm.type_error(format!("{name}() takes no arguments")));
            }
        }
        if vm.heap.info(type_id).flags & flags::ABSTRACT != 0 {
            return Err(vm.abstract_instantiation(cls));
        }
        vm.new_instance(type_id)
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        if args.is_empty() && kwargs.items.is_empty() {
            return Ok(());
        }
        let type_id = this.type_id();
        if !vm.is_objects_own(type_id, Special::Init) {
            return Err(vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
        }
        if vm.is_objects_own(type_id, Special::New) {
            let name = vm.type_name(this);
            return Err(vm.type_error(format!("{name}.__init__() takes exactly one argument (the instance to initialize)")));
        }
        Ok(())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<String> {
        let ty = vm.type_of(this);
        let name = vm.full_type_name(&ty);
        Ok(format!("<{name} object at {:#x}>", this.identity()))
    }
    /// Return str(self).
    #[sig("()")]
    fn __str__(this: &Value, vm: &mut Vm) -> Result<Value> {
        // Not `Vm::repr`: a result that is no string is reported as `__str__`'s.
        vm.nested(" while getting the str of an object", |vm| vm.call_special(Special::Repr, this, &[]))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Value, vm: &mut Vm) -> Result<i64> {
        Ok(vm.identity_hash(this))
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = vm;
        Ok(if this.is(value) { Value::TRUE } else { Value::NOT_IMPLEMENTED })
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let equal = vm.nested(" in comparison", |vm| vm.call_special(Special::Eq, this, std::slice::from_ref(value)))?;
        if equal.is_not_implemented() {
            return Ok(equal);
        }
        Ok(Value::bool(!vm.truth(&equal)?))
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, vm, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, vm, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, vm, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let _ = (this, vm, value);
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return getattr(self, name).
    #[sig("(name, /)")]
    fn __getattribute__(this: &Value, vm: &mut Vm, name: &Value) -> Result<Value> {
        let name = vm.attribute_name(name)?;
        match vm.generic_get_attr(this, this.type_id(), &name)? {
            Some(v) => Ok(v),
            None => {
                // A class looked at as a plain object is reported as one.
                if this.has_payload::<Type>(&vm.heap) {
                    let (ty, text) = (vm.type_name(this), name.get(&vm.heap).to_string_lossy());
                    return Err(vm.attribute_error(format!("'{ty}' object has no attribute '{text}'"), this, &name));
                }
                Err(vm.no_attribute(this, &name))
            }
        }
    }
    /// Implement setattr(self, name, value).
    #[sig("(name, value, /)")]
    fn __setattr__(this: &Value, vm: &mut Vm, name: &Value, value: Value) -> Result<()> {
        let value = match vm.generic_store_cached(this, name, value) {
            Ok(()) => return Ok(()),
            Err(value) => value,
        };
        let name = vm.attribute_name(name)?;
        vm.refuse_foreign_setattr(this, "__setattr__")?;
        vm.generic_set_attr(this, &name, Some(value))
    }
    /// Implement delattr(self, name).
    #[sig("(name, /)")]
    fn __delattr__(this: &Value, vm: &mut Vm, name: &Value) -> Result<()> {
        let name = vm.attribute_name(name)?;
        vm.refuse_foreign_setattr(this, "__delattr__")?;
        vm.generic_set_attr(this, &name, None)
    }
    /// the object's class
    #[getter]
    fn __class__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.type_of(this).into_value())
    }
    #[setter]
    fn set___class__(this: &Value, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("can't delete __class__ attribute"));
        }
        let Some(class) = value.downcast::<Type>(&vm.heap).cloned() else {
            let name = vm.type_name(&value);
            return Err(vm.type_error(format!("__class__ must be set to a class, not '{name}' object")));
        };
        vm.assign_class(this, &class)
    }
    /// Default object formatter.
    #[sig("(format_spec, /)")]
    fn __format__(this: &Value, vm: &mut Vm, format_spec: &Value) -> Result<Value> {
        let Some(spec) = format_spec.downcast::<Str>(&vm.heap) else {
            let found = vm.type_name(format_spec);
            return Err(vm.type_error(format!("__format__() argument must be str, not {found}")));
        };
        if !spec.get(&vm.heap).is_empty() {
            let name = vm.type_name(this);
            return Err(vm.type_error(format!("unsupported format string passed to {name}.__format__")));
        }
        vm.to_str(this).map(Ref::into_value)
    }
    /// Size of object in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Value, vm: &mut Vm) -> Result<u32> {
        Ok(if this.is_heap() { vm.heap.info(this.type_id()).size } else { 8 })
    }
    /// Default dir() implementation.
    #[sig("()")]
    fn __dir__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let names = vm.heap.dict();
        let key = vm.names.__dict__.clone();
        if let Some(dict) = vm.get_attr_opt(this, &key)?
            && let Some(dict) = dict.downcast::<Dict>(&vm.heap).cloned()
        {
            for (k, _) in dict.items(&*vm) {
                names.set_item(vm, k, Value::NONE)?;
            }
        }
        let key = vm.names.__class__.clone();
        if let Some(class) = vm.get_attr_opt(this, &key)? {
            vm.merge_class_names(&names, &class, 0)?;
        }
        let keys = names.items(&*vm).into_iter().map(|(k, _)| k).collect();
        Ok(vm.list(keys))
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.reduce_by_copyreg(this, 0)
    }
    /// Helper for pickle.
    #[sig("(protocol, /)")]
    fn __reduce_ex__(this: &Value, vm: &mut Vm, protocol: i32) -> Result<Value> {
        let name = vm.names.__reduce__.clone();
        // A class's own __reduce__ wins over the default protocol.
        if let Some((_, owner)) = vm.heap.type_lookup_where(this.type_id(), &name)
            && owner.id(&vm.heap) != id::OBJECT
        {
            return vm.nested(" while pickling an object", |vm| {
                let reduce = vm.get_attr(this, &name)?;
                vm.call(&reduce, &[])
            });
        }
        vm.reduce_by_copyreg(this, protocol)
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __getstate__(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.object_state(this, false)
    }
    /// This method is called when a class is subclassed.
    ///
    /// The default does nothing; classes override it to look at their subclasses.
    #[classmethod]
    #[sig("(*args, **kwargs)")]
    fn __init_subclass__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let name = cls.get(&*vm).qualname.get(&*vm).to_string_lossy();
        if !kwargs.items.is_empty() {
            return Err(vm.type_error(format!("{name}.__init_subclass__() takes no keyword arguments")));
        }
        if !args.is_empty() {
            return Err(vm.type_error(format!("{name}.__init_subclass__() takes no arguments ({} given)", args.len())));
        }
        Ok(())
    }
    /// Abstract classes can override this to customize issubclass().
    ///
    /// The default returns NotImplemented, and the usual algorithm decides.
    #[classmethod]
    #[sig("(object, /)")]
    fn __subclasshook__(cls: &Value, vm: &mut Vm, object: &Value) -> Result<Value> {
        let _ = (cls, vm, object);
        Ok(Value::NOT_IMPLEMENTED)
    }
}

impl Vm {
    /// Whether a class inherits a special method from `object` itself.
    pub fn is_objects_own(&mut self, type_id: u32, special: Special) -> bool {
        self.heap.shares_special(type_id, id::OBJECT, special)
    }
    /// An attribute name as an interned string.
    pub fn attribute_name(&mut self, name: &Value) -> Result<Ref<Str>> {
        match name.downcast::<Str>(&self.heap).cloned() {
            Some(s) => Ok(self.heap.intern_str(&s)),
            None => {
                let found = self.type_name(name);
                Err(self.type_error(format!("attribute name must be string, not '{found}'")))
            }
        }
    }
    /// `object.__setattr__(SomeClass, …)` would go around the checks of a class of its own.
    fn refuse_foreign_setattr(&mut self, this: &Value, method: &str) -> Result<()> {
        if this.has_payload::<Type>(&self.heap) {
            let name = self.type_name(this);
            return Err(self.type_error(format!("can't apply this {method} to {name} object")));
        }
        Ok(())
    }
    #[cold]
    fn abstract_instantiation(&mut self, cls: &Ref<Type>) -> Raised {
        let key = self.names.__abstractmethods__.clone();
        let methods = match self.get_attr(cls.as_value(), &key).and_then(|m| self.collect(&m)) {
            Ok(m) => m,
            Err(e) => return e,
        };
        let mut names = Vec::new();
        for m in &methods {
            match self.to_text(m) {
                Ok(t) => names.push(t),
                Err(e) => return e,
            }
        }
        krait_bytecode::order::sort(&mut names);
        let plural = if names.len() == 1 { "" } else { "s" };
        let list: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
        let name = cls.name(&self.heap);
        self.type_error(format!("Can't instantiate abstract class {name} without an implementation for abstract method{plural} {}", list.join(", ")))
    }
    /// Adds the names a class and its bases define, most basic last.
    pub(crate) fn merge_class_names(&mut self, names: &Ref<Dict>, class: &Value, depth: usize) -> Result<()> {
        if depth > 500 {
            return Err(self.recursion_error(""));
        }
        let key = self.names.__dict__.clone();
        if let Some(dict) = self.get_attr_opt(class, &key)? {
            for k in self.collect(&dict)? {
                names.set_item(self, k, Value::NONE)?;
            }
        }
        let key = self.intern("__bases__");
        let Some(bases) = self.get_attr_opt(class, &key)? else { return Ok(()) };
        if let Some(bases) = bases.downcast::<Tuple>(&self.heap).cloned() {
            for base in bases.items(&self.heap).to_vec() {
                self.merge_class_names(names, &base, depth + 1)?;
            }
        }
        Ok(())
    }
    fn copyreg(&mut self) -> Result<Value> {
        self.import("copyreg")
    }
    fn reduce_by_copyreg(&mut self, this: &Value, protocol: i32) -> Result<Value> {
        let copyreg = self.copyreg()?;
        if protocol < 2 {
            let name = self.intern("_reduce_ex");
            let f = self.get_attr(&copyreg, &name)?;
            return self.call(&f, &[this.clone(), Value::int32(protocol)]);
        }
        self.reduce_new_object(this, &copyreg)
    }
    /// The pickling recipe of protocol 2 and later: `copyreg.__newobj__`, its arguments, state, items.
    fn reduce_new_object(&mut self, this: &Value, copyreg: &Value) -> Result<Value> {
        if self.heap.special(this.type_id(), Special::New).is_none() {
            let name = self.type_name(this);
            return Err(self.type_error(format!("cannot pickle '{name}' object")));
        }
        let class = self.type_of(this).into_value();
        let (mut args, mut kwargs) = (None, None);
        let (ex, plain) = (self.intern("__getnewargs_ex__"), self.intern("__getnewargs__"));
        if let Some(f) = self.type_method(this, &ex)? {
            let result = self.call(&f, &[])?;
            let Some(pair) = result.downcast::<Tuple>(&self.heap).map(|t| t.items(&self.heap).to_vec()) else {
                let found = self.type_name(&result);
                return Err(self.type_error(format!("__getnewargs_ex__ should return a tuple, not '{found}'")));
            };
            let [a, k] = pair.as_slice() else {
                return Err(self.value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {}", pair.len())));
            };
            if !a.has_payload::<Tuple>(&self.heap) {
                let found = self.type_name(a);
                return Err(self.type_error(format!("first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{found}'")));
            }
            if !k.has_payload::<Dict>(&self.heap) {
                let found = self.type_name(k);
                return Err(self.type_error(format!("second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{found}'")));
            }
            (args, kwargs) = (Some(a.clone()), Some(k.clone()));
        } else if let Some(f) = self.type_method(this, &plain)? {
            let result = self.call(&f, &[])?;
            if !result.has_payload::<Tuple>(&self.heap) {
                let found = self.type_name(&result);
                return Err(self.type_error(format!("__getnewargs__ should return a tuple, not '{found}'")));
            }
            args = Some(result);
        }
        let has_args = args.is_some();
        let items = args.as_ref().and_then(|a| a.downcast::<Tuple>(&self.heap)).map(|t| t.items(&self.heap).to_vec()).unwrap_or_default();
        let has_kwargs = kwargs.as_ref().and_then(|k| k.downcast::<Dict>(&self.heap)).is_some_and(|d| d.len(&*self.heap) > 0);
        let (maker, maker_args) = if has_kwargs {
            let name = self.intern("__newobj_ex__");
            let args = self.tuple(items);
            (self.get_attr(copyreg, &name)?, vec![class, args, kwargs.unwrap_or(Value::NONE)])
        } else {
            let name = self.intern("__newobj__");
            let mut all = vec![class];
            all.extend(items);
            (self.get_attr(copyreg, &name)?, all)
        };
        let (is_list, is_dict) = (this.has_payload::<List>(&self.heap), this.has_payload::<Dict>(&self.heap));
        let required = !has_args && !is_list && !is_dict;
        let name = self.names.__getstate__.clone();
        let state = match self.heap.type_lookup_where(this.type_id(), &name) {
            Some((_, owner)) if owner.id(&self.heap) == id::OBJECT && self.heap.instance_attribute(this, &name).is_none() => self.object_state(this, required)?,
            _ => {
                let f = self.get_attr(this, &name)?;
                self.call(&f, &[])?
            }
        };
        let list_items = if is_list { self.iter(this)? } else { Value::NONE };
        let dict_items = if is_dict {
            let items = self.call_method(this, "items", &[])?;
            self.iter(&items)?
        } else {
            Value::NONE
        };
        let maker_args = self.tuple(maker_args);
        Ok(self.tuple(vec![maker, maker_args, state, list_items, dict_items]))
    }
    /// A special method that is looked up on the type alone, bound to the object.
    fn type_method(&mut self, this: &Value, name: &Ref<Str>) -> Result<Option<Value>> {
        let type_id = this.type_id();
        match self.heap.type_lookup(type_id, name) {
            Some(f) => self.descriptor_get(&f, Some(this), type_id).map(Some),
            None => Ok(None),
        }
    }
    /// The default state of an object: its `__dict__`, paired with its `__slots__` values if there are any.
    pub(crate) fn object_state(&mut self, this: &Value, required: bool) -> Result<Value> {
        let type_id = this.type_id();
        if required {
            let info = self.heap.info(type_id);
            if info.layout != id::OBJECT && info.layout != id::SIMPLE_NAMESPACE && info.layout != id::BASE_EXCEPTION {
                let name = self.type_name(this);
                return Err(self.type_error(format!("cannot pickle '{name}' object")));
            }
        }
        let key = self.names.__dict__.clone();
        let mut state = match self.get_attr_opt(this, &key)? {
            // An object that has no attributes yet has no state.
            Some(d) if d.downcast_exact::<Dict>().is_some_and(|d| d.len(&*self) == 0) => Value::NONE,
            Some(d) => d,
            None => Value::NONE,
        };
        let copyreg = self.copyreg()?;
        let name = self.intern("_slotnames");
        let f = self.get_attr(&copyreg, &name)?;
        let class = self.type_of(this).into_value();
        let slot_names = self.call(&f, &[class])?;
        if slot_names.is_none() {
            return Ok(state);
        }
        let slots = self.heap.dict();
        for name in self.collect(&slot_names)? {
            let key = self.attribute_name(&name)?;
            if let Some(v) = self.get_attr_opt(this, &key)? {
                slots.set_str(self, &key, v);
            }
        }
        if slots.len(&*self) > 0 {
            state = self.tuple(vec![state, slots.into_value()]);
        }
        Ok(state)
    }
    /// `this.__class__ = class`.
    fn assign_class(&mut self, this: &Value, class: &Ref<Type>) -> Result<()> {
        let (old_id, new_id) = (this.type_id(), class.id(&self.heap));
        if old_id == new_id {
            return Ok(());
        }
        let is_module = |vm: &Vm, t: u32| vm.heap.info(t).layout == id::MODULE;
        let mutable = |vm: &Vm, t: u32| vm.heap.info(t).flags & flags::IMMUTABLE == 0;
        let modules = is_module(self, old_id) && is_module(self, new_id);
        if !modules && !(mutable(self, old_id) && mutable(self, new_id)) {
            return Err(self.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
        }
        if !self.same_layout(old_id, new_id) {
            let (new, old) = (class.name(&self.heap), self.type_name(this));
            return Err(self.type_error(format!("__class__ assignment: '{new}' object layout differs from '{old}'")));
        }
        if !self.heap.change_type(this, new_id) {
            let (new, old) = (class.name(&self.heap), self.type_name(this));
            return Err(self.type_error(format!("__class__ assignment: '{new}' object layout differs from '{old}'")));
        }
        Ok(())
    }
    /// Whether instances of two types keep their data in the same places, as far as Python can tell.
    pub(crate) fn same_layout(&self, a: u32, b: u32) -> bool {
        let (x, y) = (self.heap.info(a), self.heap.info(b));
        if x.layout != y.layout || x.member_count != y.member_count || (x.instance != 0) != (y.instance != 0) {
            return false;
        }
        if (x.flags ^ y.flags) & flags::WEAKREFABLE != 0 {
            return false;
        }
        let (a, b) = (self.layout_owner(a), self.layout_owner(b));
        if a.is(&b) {
            return true;
        }
        let (a, b) = (a.get(&self.heap), b.get(&self.heap));
        let same_base = matches!((&a.base, &b.base), (Some(a), Some(b)) if a.is(b));
        let (a, b) = (a.slots.as_deref().unwrap_or(&[]), b.slots.as_deref().unwrap_or(&[]));
        same_base && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is(b))
    }
    /// The nearest base (or the type itself) whose objects have something that those of its base do not: data,
    /// `__slots__` members, a `__dict__`, weak references.
    fn layout_owner(&self, type_id: u32) -> Ref<Type> {
        let parts = |t: &Ref<Type>| {
            let info = self.heap.info(t.id(&self.heap));
            (info.layout, info.member_count, info.instance != 0, info.flags & flags::WEAKREFABLE)
        };
        let mut ty = self.heap.type_object(type_id).clone();
        loop {
            match ty.get(&self.heap).base.clone() {
                Some(base) if parts(&base) == parts(&ty) => ty = base,
                _ => return ty,
            }
        }
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<ObjectMethods>(id::OBJECT);
    super::super_methods::init(vm);
}
