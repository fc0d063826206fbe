//! `types.GenericAlias` (`list[int]`) and `typing.Union` (`int | str`): Python methods.
//!
//! Both collect the type parameters among their arguments and substitute them on subscription, asking the
//! parameters themselves (`__typing_subst__`, `__typing_prepare_subst__`) how.

use crate::builtins::function::Function;
use crate::builtins::generic_alias::{GenericAlias, Union};
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Args, KwArgs, Result};
use krait_macros::methods;

/// Attributes that are the alias's own; all others are looked up on the origin.
const OWN: &[&str] = &[
    "__class__", "__origin__", "__args__", "__unpacked__", "__parameters__", "__typing_unpacked_tuple_args__",
    "__mro_entries__", "__reduce_ex__", "__reduce__", "__setstate__", "__bases__", "__copy__", "__deepcopy__",
];

/// Own attributes that there are none of: those of the origin must not be taken for the alias's.
const BLOCKED: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

struct AliasMethods;

#[methods]
impl AliasMethods {
    #[sig("(origin, args, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, origin: Value, args: &Value) -> Result<Value> {
        let args = match args.downcast::<Tuple>(&vm.heap) {
            Some(t) => t.clone(),
            None => vm.heap.tuple(vec![args.clone()]),
        };
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, GenericAlias { origin, args, parameters: None, starred: false }).into_value())
    }
    /// Return getattr(self, name).
    #[sig("(name, /)")]
    fn __getattribute__(this: &Ref<GenericAlias>, vm: &mut Vm, name: &Value) -> Result<Value> {
        let name = vm.attribute_name(name)?;
        let own = name.get(&*vm).as_ascii().is_some_and(|n| OWN.contains(&n));
        if !own {
            let origin = this.get(&*vm).origin.clone();
            return vm.get_attr(&origin, &name);
        }
        match vm.generic_get_attr(this.as_value(), this.as_value().type_id(), &name)? {
            Some(v) => Ok(v),
            None => Err(vm.no_attribute(this.as_value(), &name)),
        }
    }
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Ref<GenericAlias>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let origin = this.get(&*vm).origin.clone();
        let (all, names) = super::type_methods::flatten(args, &kwargs);
        let object = vm.call_args(&origin, Args::with_names(&all, &names))?;
        let key = vm.intern("__orig_class__");
        if vm.set_attr(&object, &key, Some(this.to_value())).is_err() {
            if !vm.pending_is(Exc::AttributeError) && !vm.pending_is(Exc::TypeError) {
                return Err(crate::Raised);
            }
            drop(vm.take_pending());
        }
        Ok(object)
    }
    /// Return self[key].
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<GenericAlias>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let parameters = vm.alias_parameters(this)?;
        let (origin, args, starred) = { let a = this.get(&*vm); (a.origin.clone(), a.args.clone(), a.starred) };
        let items = vm.substitute(this.as_value(), args.items(&*vm).to_vec(), &parameters, key)?;
        let args = vm.heap.tuple(items);
        Ok(vm.heap.alloc(GenericAlias { origin, args, parameters: None, starred }).into_value())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<String> {
        let (origin, args, starred) = { let a = this.get(&*vm); (a.origin.clone(), a.args.items(&*vm).to_vec(), a.starred) };
        let mut text = String::from(if starred { "*" } else { "" });
        text.push_str(&vm.type_argument_repr(&origin)?);
        let mut parts = Vec::new();
        for a in &args {
            parts.push(vm.type_argument_repr(a)?);
        }
        let inner = if parts.is_empty() { "()".to_string() } else { parts.join(", ") };
        Ok(format!("{text}[{inner}]"))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<i64> {
        let (origin, args) = { let a = this.get(&*vm); (a.origin.clone(), a.args.to_value()) };
        let h = vm.hash(&origin)? ^ vm.hash(&args)?;
        Ok(if h == -1 { -2 } else { h })
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<GenericAlias>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast::<GenericAlias>(&vm.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        let (o1, a1, s1) = { let a = this.get(&*vm); (a.origin.clone(), a.args.to_value(), a.starred) };
        let (o2, a2, s2) = { let a = other.get(&*vm); (a.origin.clone(), a.args.to_value(), a.starred) };
        Ok(Value::bool(s1 == s2 && vm.equal(&o1, &o2)? && vm.equal(&a1, &a2)?))
    }
    /// Return self|value.
    #[sig("(value, /)")]
    fn __or__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_of(this, value)
    }
    /// Return value|self.
    #[sig("(value, /)")]
    fn __ror__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_of(value, this)
    }
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<Value> {
        let (origin, args) = { let a = this.get(&*vm); (a.origin.clone(), a.args.clone()) };
        let star = vm.heap.alloc(GenericAlias { origin, args, parameters: None, starred: true }).into_value();
        let list = vm.list(vec![star]);
        vm.iter(&list)
    }
    /// Return the class this is made from, as the bases of a class statement.
    #[sig("(bases, /)")]
    fn __mro_entries__(this: &Ref<GenericAlias>, vm: &mut Vm, bases: &Value) -> Result<Value> {
        let _ = bases;
        let origin = this.get(&*vm).origin.clone();
        Ok(vm.tuple(vec![origin]))
    }
    #[sig("(instance, /)")]
    fn __instancecheck__(this: &Value, vm: &mut Vm, instance: &Value) -> Result<Value> {
        let _ = (this, instance);
        Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }
    #[sig("(subclass, /)")]
    fn __subclasscheck__(this: &Value, vm: &mut Vm, subclass: &Value) -> Result<Value> {
        let _ = (this, subclass);
        Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<Value> {
        let (origin, args, starred) = { let a = this.get(&*vm); (a.origin.clone(), a.args.clone(), a.starred) };
        if starred {
            let class = vm.core_type(id::GENERIC_ALIAS).into_value();
            let inner = vm.tuple(vec![origin, args.into_value()]);
            return Ok(vm.tuple(vec![class, inner, Value::TRUE]));
        }
        let class = vm.core_type(id::GENERIC_ALIAS).into_value();
        let inner = vm.tuple(vec![origin, args.into_value()]);
        Ok(vm.tuple(vec![class, inner]))
    }
    /// Restores the star when unpickling.
    #[sig("(starred, /)")]
    fn __setstate__(this: &Ref<GenericAlias>, vm: &mut Vm, starred: bool) -> Result<()> {
        this.get_mut(vm).starred = starred;
        Ok(())
    }
    #[sig("()")]
    fn __dir__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<Value> {
        let origin = this.get(&*vm).origin.clone();
        let names = vm.call_special(crate::Special::Dir, &origin, &[])?;
        let mut names = vm.collect(&names)?;
        let blocked = BLOCKED.map(|name| vm.intern(name).into_value());
        for own in OWN {
            let name = vm.intern(own).into_value();
            if !names.iter().any(|n| n.is(&name)) {
                names.push(name);
            }
        }
        names.retain(|name| !blocked.iter().any(|b| b.is(name)));
        Ok(vm.list(names))
    }
    #[getter]
    fn __origin__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).origin.clone())
    }
    #[getter]
    fn __args__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).args.to_value())
    }
    /// Type variables in the GenericAlias.
    #[getter]
    fn __parameters__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<Value> {
        let p = vm.alias_parameters(this)?;
        Ok(vm.tuple(p))
    }
    #[getter]
    fn __unpacked__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).starred)
    }
    #[getter]
    fn __typing_unpacked_tuple_args__(this: &Ref<GenericAlias>, vm: &mut Vm) -> Result<Option<Value>> {
        let a = this.get(&*vm);
        let tuple = vm.heap.type_object(id::TUPLE).as_value();
        Ok((a.starred && a.origin.is(tuple)).then(|| a.args.to_value()))
    }
}

struct UnionMethods;

#[methods]
impl UnionMethods {
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Union>, vm: &mut Vm) -> Result<String> {
        let mut parts = Vec::new();
        for a in this.get(&*vm).args.items(&*vm).to_vec() {
            let none = a.downcast::<Type>(&vm.heap).is_some_and(|t| t.id(&vm.heap) == id::NONE);
            parts.push(if none { "None".into() } else { vm.type_argument_repr(&a)? });
        }
        Ok(parts.join(" | "))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<Union>, vm: &mut Vm) -> Result<i64> {
        let (hashable, unhashable) = { let u = this.get(&*vm); (u.hashable.to_value(), u.unhashable.items(&*vm).to_vec()) };
        for a in &unhashable {
            vm.hash(a)?;
        }
        match unhashable.len() {
            0 => vm.hash(&hashable),
            1 => Err(vm.type_error("union contains 1 unhashable element")),
            n => Err(vm.type_error(format!("union contains {n} unhashable elements"))),
        }
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Union>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast::<Union>(&vm.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        let (h1, u1) = { let u = this.get(&*vm); (u.hashable.to_value(), u.unhashable.items(&*vm).to_vec()) };
        let (h2, u2) = { let u = other.get(&*vm); (u.hashable.to_value(), u.unhashable.items(&*vm).to_vec()) };
        if !vm.equal(&h1, &h2)? || u1.len() != u2.len() {
            return Ok(Value::FALSE);
        }
        for x in &u1 {
            if !vm.any_equal(&u2, x)? {
                return Ok(Value::FALSE);
            }
        }
        Ok(Value::TRUE)
    }
    /// Return self|value.
    #[sig("(value, /)")]
    fn __or__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_of(this, value)
    }
    /// Return value|self.
    #[sig("(value, /)")]
    fn __ror__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_of(value, this)
    }
    /// Return self[key].
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<Union>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let args = this.get(&*vm).args.items(&*vm).to_vec();
        let parameters = vm.type_parameters(&args)?;
        let items = vm.substitute(this.as_value(), args, &parameters, key)?;
        let mut items = items.into_iter();
        let Some(mut result) = items.next() else { return Ok(Value::NONE) };
        for item in items {
            result = vm.binary_or(&result, &item)?;
        }
        Ok(result)
    }
    #[sig("(params, /)")]
    fn __class_getitem__(cls: &Value, vm: &mut Vm, params: &Value) -> Result<Value> {
        let _ = cls;
        let items = match params.downcast::<Tuple>(&vm.heap) {
            Some(t) => t.items(&*vm).to_vec(),
            None => vec![params.clone()],
        };
        if items.is_empty() {
            return Err(vm.type_error("Cannot take a Union of no types."));
        }
        vm.union_from_args(&items)
    }
    #[sig("(bases, /)")]
    fn __mro_entries__(this: &Ref<Union>, vm: &mut Vm, bases: &Value) -> Result<Value> {
        let _ = bases;
        let text = vm.repr_text(this.as_value())?;
        Err(vm.type_error(format!("Cannot subclass {text}")))
    }
    /// Type variables in the types.UnionType.
    #[getter]
    fn __parameters__(this: &Ref<Union>, vm: &mut Vm) -> Result<Value> {
        let args = this.get(&*vm).args.items(&*vm).to_vec();
        let p = vm.type_parameters(&args)?;
        Ok(vm.tuple(p))
    }
    #[getter]
    fn __args__(this: &Ref<Union>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).args.to_value())
    }
    /// Always returns the type
    #[getter]
    fn __origin__(this: &Ref<Union>, vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Ok(vm.core_type(id::UNION).into_value())
    }
    /// Name of the type
    #[getter]
    fn __name__(this: &Ref<Union>, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("Union")
    }
    /// Qualified name of the type
    #[getter]
    fn __qualname__(this: &Ref<Union>, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("Union")
    }
}

impl Vm {
    fn binary_or(&mut self, a: &Value, b: &Value) -> Result<Value> {
        if let Some(f) = self.heap.special(a.type_id(), crate::Special::Or) {
            let v = self.call_unbound(&f, a, std::slice::from_ref(b))?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        if let Some(f) = self.heap.special(b.type_id(), crate::Special::Ror) {
            let v = self.call_unbound(&f, b, std::slice::from_ref(a))?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        let (x, y) = (self.type_name(a), self.type_name(b));
        Err(self.type_error(format!("unsupported operand type(s) for |: '{x}' and '{y}'")))
    }
    fn is_unionable(&self, v: &Value) -> bool {
        v.is_none()
            || v.has_payload::<Type>(&self.heap)
            || v.has_payload::<GenericAlias>(&self.heap)
            || v.has_payload::<Union>(&self.heap)
            || v.type_id() == id::TYPE_ALIAS
    }
    /// `a | b` of types; NotImplemented for anything else.
    pub(crate) fn union_of(&mut self, a: &Value, b: &Value) -> Result<Value> {
        if !self.is_unionable(a) || !self.is_unionable(b) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        self.make_union(&[a.clone(), b.clone()])
    }
    /// `typing.Union[args]`: strings become forward references, other things must be types.
    pub(crate) fn union_from_args(&mut self, args: &[Value]) -> Result<Value> {
        let mut checked = Vec::new();
        for a in args {
            if self.is_unionable(a) {
                checked.push(a.clone());
                continue;
            }
            let message = self.str("Union[arg, ...]: each arg must be a type.");
            checked.push(self.call_typing("_type_check", &[a.clone(), message])?);
        }
        self.make_union(&checked)
    }
    fn make_union(&mut self, args: &[Value]) -> Result<Value> {
        let mut flat: Vec<Value> = Vec::new();
        for a in args {
            match a.downcast::<Union>(&self.heap) {
                Some(u) => flat.extend(u.get(&self.heap).args.items(&self.heap).iter().cloned()),
                None if a.is_none() => flat.push(self.core_type(id::NONE).into_value()),
                None => flat.push(a.clone()),
            }
        }
        let mut unique: Vec<Value> = Vec::new();
        let hashable = self.heap.frozen_set();
        let mut unhashable: Vec<Value> = Vec::new();
        for a in flat {
            let hash = self.hash(&a);
            let new = match self.catch(hash, Exc::TypeError)? {
                Some(hash) => hashable.add_hashed(self, a.clone(), hash)?,
                None if self.any_equal(&unhashable, &a)? => false,
                None => {
                    unhashable.push(a.clone());
                    true
                }
            };
            if new {
                unique.push(a);
            }
        }
        if unique.len() == 1 {
            return Ok(unique.remove(0));
        }
        let (args, unhashable) = (self.heap.tuple(unique), self.heap.tuple(unhashable));
        Ok(self.heap.alloc(Union { args, hashable, unhashable, parameters: None }).into_value())
    }
    fn any_equal(&mut self, known: &[Value], value: &Value) -> Result<bool> {
        for k in known {
            if k.is(value) || self.equal(k, value)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    fn alias_parameters(&mut self, alias: &Ref<GenericAlias>) -> Result<Vec<Value>> {
        let (known, args) = { let a = alias.get(&*self); (a.parameters.clone(), a.args.items(&*self).to_vec()) };
        if let Some(known) = known.as_ref().and_then(|k| k.downcast::<Tuple>(&self.heap)) {
            return Ok(known.items(&*self).to_vec());
        }
        let found = self.type_parameters(&args)?;
        let tuple = self.tuple(found.clone());
        alias.get_mut(self).parameters = Some(tuple);
        Ok(found)
    }
    /// The type parameters among type arguments, each once, in order of appearance.
    pub(crate) fn type_parameters(&mut self, args: &[Value]) -> Result<Vec<Value>> {
        let mut found: Vec<Value> = Vec::new();
        let (subst, params) = (self.names.__typing_subst__.clone(), self.names.__parameters__.clone());
        for a in args {
            if a.has_payload::<Type>(&self.heap) {
                continue;
            }
            let nested = match (a.downcast_exact::<Tuple>(), a.downcast_exact::<List>()) {
                (Some(t), _) => Some(t.items(&*self).to_vec()),
                (_, Some(l)) => Some(l.to_vec(&*self)),
                _ => None,
            };
            let more = if let Some(items) = nested {
                self.nested(" in type arguments", |vm| vm.type_parameters(&items))?
            } else if self.get_attr_opt(a, &subst)?.is_some() {
                vec![a.clone()]
            } else {
                match self.get_attr_opt(a, &params)? {
                    Some(p) => p.downcast::<Tuple>(&self.heap).map(|t| t.items(&self.heap).to_vec()).unwrap_or_default(),
                    None => Vec::new(),
                }
            };
            for p in more {
                if !found.iter().any(|f| f.is(&p)) {
                    found.push(p);
                }
            }
        }
        Ok(found)
    }
    /// Type arguments with parameters replaced by what `alias[key]` gives for them.
    fn substitute(&mut self, alias: &Value, args: Vec<Value>, parameters: &[Value], key: &Value) -> Result<Vec<Value>> {
        if parameters.is_empty() {
            let text = self.repr_text(alias)?;
            return Err(self.type_error(format!("{text} is not a generic class")));
        }
        let mut given = self.unpacked_arguments(key)?;
        let prepare = self.names.__typing_prepare_subst__.clone();
        for p in parameters {
            let Some(f) = self.get_attr_opt(p, &prepare)? else { continue };
            if f.is_none() {
                continue;
            }
            let tuple = self.tuple(given);
            let result = self.call(&f, &[alias.clone(), tuple])?;
            given = match result.downcast::<Tuple>(&self.heap) {
                Some(t) => t.items(&self.heap).to_vec(),
                None => vec![result],
            };
        }
        if given.len() != parameters.len() {
            let (word, text) = (if given.len() > parameters.len() { "many" } else { "few" }, self.repr_text(alias)?);
            return Err(self.type_error(format!("Too {word} arguments for {text}; actual {}, expected {}", given.len(), parameters.len())));
        }
        self.substitute_in(args, parameters, &given)
    }
    fn substitute_in(&mut self, args: Vec<Value>, parameters: &[Value], given: &[Value]) -> Result<Vec<Value>> {
        let (subst, params) = (self.names.__typing_subst__.clone(), self.names.__parameters__.clone());
        let mut out = Vec::new();
        for a in args {
            if a.has_payload::<Type>(&self.heap) {
                out.push(a);
                continue;
            }
            if let Some(t) = a.downcast_exact::<Tuple>() {
                let items = t.items(&*self).to_vec();
                let items = self.substitute_in(items, parameters, given)?;
                out.push(self.tuple(items));
                continue;
            }
            if let Some(l) = a.downcast_exact::<List>() {
                let items = l.to_vec(&*self);
                let items = self.substitute_in(items, parameters, given)?;
                out.push(self.list(items));
                continue;
            }
            let unpack_key = self.intern("__typing_is_unpacked_typevartuple__");
            let unpack = match self.get_attr_opt(&a, &unpack_key)? {
                Some(v) => self.truth(&v)?,
                None => false,
            };
            let position = |p: &Value| parameters.iter().position(|q| q.is(p));
            let replaced = if let Some(f) = self.get_attr_opt(&a, &subst)? {
                match position(&a).and_then(|i| given.get(i)) {
                    Some(v) => self.call(&f, std::slice::from_ref(v))?,
                    None => a.clone(),
                }
            } else {
                let own = self.get_attr_opt(&a, &params)?;
                let own = own.as_ref().and_then(|o| o.downcast::<Tuple>(&self.heap)).map(|t| t.items(&self.heap).to_vec()).unwrap_or_default();
                if own.is_empty() {
                    a.clone()
                } else {
                    let mut inner = Vec::new();
                    for p in &own {
                        let Some(v) = position(p).and_then(|i| given.get(i)) else {
                            inner.push(p.clone());
                            continue;
                        };
                        let spread = p.type_id() == id::TYPE_VAR_TUPLE;
                        match v.downcast_exact::<Tuple>() {
                            Some(t) if spread => inner.extend(t.items(&*self).iter().cloned()),
                            _ => inner.push(v.clone()),
                        }
                    }
                    let key = self.tuple(inner);
                    self.get_item(&a, &key)?
                }
            };
            match replaced.downcast_exact::<Tuple>() {
                Some(t) if unpack => out.extend(t.items(&*self).iter().cloned()),
                _ => out.push(replaced),
            }
        }
        Ok(out)
    }
    /// The arguments of a subscription, with `*tuple[…]` of known length spread.
    fn unpacked_arguments(&mut self, key: &Value) -> Result<Vec<Value>> {
        let items = match key.downcast::<Tuple>(&self.heap) {
            Some(t) => t.items(&*self).to_vec(),
            None => vec![key.clone()],
        };
        let name = self.names.__typing_unpacked_tuple_args__.clone();
        let mut out = Vec::new();
        for item in items {
            if item.has_payload::<Type>(&self.heap) {
                out.push(item);
                continue;
            }
            let spread = match self.get_attr_opt(&item, &name)? {
                Some(v) => v.downcast::<Tuple>(&self.heap).map(|t| t.items(&self.heap).to_vec()),
                None => None,
            };
            match spread {
                Some(inner) if !inner.last().is_some_and(|v| v.type_id() == id::ELLIPSIS) => out.extend(inner),
                _ => out.push(item),
            }
        }
        Ok(out)
    }
    /// How a type shows in `list[…]` and `… | …`.
    pub(crate) fn type_argument_repr(&mut self, v: &Value) -> Result<String> {
        if v.type_id() == id::ELLIPSIS {
            return Ok("...".into());
        }
        if let Some(l) = v.downcast_exact::<List>() {
            let mut parts = Vec::new();
            for i in 0..l.len(&*self) {
                // Making a text may run Python, which may have shortened the list.
                let Some(item) = l.get(&self.heap).items().get(i).cloned() else {
                    return Err(self.error(Exc::IndexError, "list index out of range"));
                };
                parts.push(self.type_argument_repr(&item)?);
            }
            return Ok(format!("[{}]", parts.join(", ")));
        }
        let (origin, args) = (self.names.__origin__.clone(), self.names.__args__.clone());
        if self.get_attr_opt(v, &origin)?.is_some() && self.get_attr_opt(v, &args)?.is_some() {
            return self.repr_text(v);
        }
        let (qualname, module) = (self.names.__qualname__.clone(), self.names.__module__.clone());
        let Some(qualname) = self.get_attr_opt(v, &qualname)? else { return self.repr_text(v) };
        let Some(module) = self.get_attr_opt(v, &module)?.filter(|m| !m.is_none()) else { return self.repr_text(v) };
        let (qualname, module) = (self.to_text(&qualname)?, self.to_text(&module)?);
        Ok(if module == "builtins" { qualname } else { format!("{module}.{qualname}") })
    }
    /// Calls a helper of the `typing` module.
    pub(crate) fn call_typing(&mut self, name: &str, args: &[Value]) -> Result<Value> {
        let typing = self.import("typing")?;
        let name = self.intern(name);
        let f = self.get_attr(&typing, &name)?;
        self.call(&f, args)
    }
    /// The module name of the Python code that is running, for `__module__` of what it makes.
    pub(crate) fn calling_module(&mut self) -> Option<Value> {
        let globals = self.thread.frames().next().map(|f| {
            let function: &Ref<Function> = f.function_ref();
            function.get(&*self.heap).globals.clone()
        })?;
        let key = self.names.__name__.clone();
        globals.get_str(&*self, &key).filter(|v| v.has_payload::<Str>(&self.heap))
    }
    /// Lets `cls[…]` make a generic alias of a native class.
    pub fn make_subscriptable(&mut self, ty: &Ref<Type>) {
        use crate::args::Methods;
        self.add_methods(ty, ClassGetItem::METHODS);
    }
}

/// `__class_getitem__` of builtin containers.
struct ClassGetItem;

#[methods]
impl ClassGetItem {
    /// See PEP 585
    #[sig("(object, /)")]
    #[classmethod]
    fn __class_getitem__(cls: &Value, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.clone(), object)
    }
}

const SUBSCRIPTABLE: &[u32] = &[
    id::LIST, id::TUPLE, id::DICT, id::SET, id::FROZENSET, id::ENUMERATE, id::GENERATOR, id::COROUTINE,
    id::ASYNC_GENERATOR, id::CLASSMETHOD, id::STATICMETHOD, id::MAPPINGPROXY, id::WEAKREF, id::TEMPLATE, id::INTERPOLATION, id::MEMORYVIEW, id::SLICE,
];

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<AliasMethods>(id::GENERIC_ALIAS);
    vm.attach::<UnionMethods>(id::UNION);
    let name = vm.names.__class_getitem__.clone();
    for &type_id in SUBSCRIPTABLE {
        let ty = vm.core_type(type_id);
        if vm.type_dict(&ty).get_str(&*vm, &name).is_none() {
            vm.make_subscriptable(&ty);
        }
    }
}
