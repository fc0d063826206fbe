//! Making classes: `type.__new__` and the steps CPython takes in it, in its order.
//!
//! Metaclass and layout are decided first, then `__slots__`, then the namespace is put in shape, the type object is
//! made (`Vm::new_type`), and last `__set_name__` and `__init_subclass__` run. `__build_class__`, which calls all
//! this, is in `class_functions.rs`.

use crate::args::Methods;
use crate::builtins::dict::Dict;
use crate::builtins::function::{Cell, ClassMethod, GetSet, StaticMethod};
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::heap::flags;
use crate::object::Ref;
use crate::types::build::NewType;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special};
use krait_macros::methods;

/// Inline slots of classes whose methods store few attributes.
const MIN_INLINE: u32 = 4;

/// What `__slots__` asks for.
struct Slots {
    names: Option<Vec<Ref<Str>>>,
    add_dict: bool,
    add_weak: bool,
}

impl Vm {
    /// The most derived metaclass of `meta` and the bases' types.
    pub(crate) fn calculate_metaclass(&mut self, meta: &Ref<Type>, bases: &[Value]) -> Result<Ref<Type>> {
        let mut winner = meta.clone();
        for base in bases {
            let other = self.type_of(base);
            if winner.is_subtype(&self.heap, &other) {
                continue;
            }
            if other.is_subtype(&self.heap, &winner) {
                winner = other;
                continue;
            }
            return Err(self.type_error("metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"));
        }
        Ok(winner)
    }

    /// `type.__new__(meta, name, bases, namespace, **kwargs)`.
    pub(crate) fn make_class(&mut self, meta: &Ref<Type>, name: &Value, bases: &Value, namespace: &Value, kwargs: &[(Value, Value)]) -> Result<Value> {
        let Some(name) = name.downcast::<Str>(&self.heap).cloned() else {
            let found = self.type_name_or_none(name);
            return Err(self.type_error(format!("type.__new__() argument 1 must be str, not {found}")));
        };
        let Some(bases_tuple) = bases.downcast::<Tuple>(&self.heap).cloned() else {
            let found = self.type_name_or_none(bases);
            return Err(self.type_error(format!("type.__new__() argument 2 must be tuple, not {found}")));
        };
        let Some(namespace_dict) = namespace.downcast::<Dict>(&self.heap).cloned() else {
            let found = self.type_name_or_none(namespace);
            return Err(self.type_error(format!("type.__new__() argument 3 must be dict, not {found}")));
        };
        let mut base_values = bases_tuple.items(&self.heap).to_vec();
        for base in &base_values {
            if base.has_payload::<Type>(&self.heap) {
                continue;
            }
            let key = self.names.__mro_entries__.clone();
            if self.get_attr_opt(base, &key)?.is_some() {
                return Err(self.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
            }
        }
        let winner = self.calculate_metaclass(meta, &base_values)?;
        if !winner.is(meta) {
            // Another metaclass's __new__ takes over.
            let new = self.heap.special(winner.id(&self.heap), Special::New);
            let own = self.heap.special(id::TYPE, Special::New);
            if let (Some(new), Some(own)) = (new, own)
                && !new.is(&own)
            {
                let mut all = vec![name.to_value(), bases.clone(), namespace.clone()];
                let names: Vec<Value> = kwargs.iter().map(|(k, _)| k.clone()).collect();
                all.extend(kwargs.iter().map(|(_, v)| v.clone()));
                return self.call_new_method(&new, &winner, crate::Args::with_names(&all, &names));
            }
        }
        if base_values.is_empty() {
            base_values.push(self.core_type(id::OBJECT).into_value());
        }
        let base = self.best_base(&base_values)?;
        let bases: Vec<Ref<Type>> = base_values.iter().filter_map(|b| b.downcast::<Type>(&self.heap).cloned()).collect();
        let class = self.make_type(&winner, &name, bases, base, &namespace_dict)?;
        if bases_tuple.len(&*self.heap) > 0 {
            // `__bases__` is what was given, a subclass of tuple perhaps.
            class.get_mut(self).bases = bases_tuple;
        }
        self.announce_names(&class)?;
        self.announce_subclass(&class, kwargs)?;
        Ok(class.into_value())
    }

    fn make_type(&mut self, meta: &Ref<Type>, name: &Ref<Str>, bases: Vec<Ref<Type>>, base: Ref<Type>, namespace: &Ref<Dict>) -> Result<Ref<Type>> {
        let dict = namespace.copy(self);
        let slots = self.class_slots(name, &base, &bases, &dict)?;
        self.check_type_name(name)?;
        // Names are looked up as interned strings; keys of odd kinds stay as they are.
        let qualname = self.take_qualname(&dict, name)?;
        let own_mro = self.overrides_mro(meta);
        let mro = if own_mro { Vec::new() } else { self.check_duplicate_bases(&bases)?; self.linearize(&bases)? };
        let base_inline = self.heap.info(base.id(&self.heap)).inline;
        let inline = (base_inline + self.stored_attributes(&dict)).max(MIN_INLINE);
        let (class_cell, dict_cell) = self.take_class_cells(&dict)?;
        self.prepare_namespace(&dict)?;
        if dict.items(&*self).iter().any(|(key, _)| !key.has_payload::<Str>(&self.heap)) {
            let name = name.get(&self.heap).to_string_lossy();
            self.warn(Exc::RuntimeWarning, &format!("non-string key in the __dict__ of class {name}"), 1)?;
        }
        let new = NewType {
            meta: meta.clone(),
            name: self.heap.intern_str(name),
            bases,
            base,
            mro,
            dict: dict.clone(),
            slots: slots.names,
            add_dict: slots.add_dict,
            weakrefable: slots.add_weak,
            inline,
        };
        let class = self.new_type(new)?;
        class.get_mut(self).qualname = qualname;
        self.add_instance_getsets(&class, &dict, slots.add_dict, slots.add_weak);
        let (doc, hash, eq) = (self.names.__doc__.clone(), self.names.__hash__.clone(), self.names.__eq__.clone());
        match dict.get_str(&*self, &doc) {
            Some(text) => self.check_surrogates(&text)?,
            None => dict.set_str(self, &doc, Value::NONE),
        }
        if dict.get_str(&*self, &eq).is_some() && dict.get_str(&*self, &hash).is_none() {
            dict.set_str(self, &hash, Value::NONE);
        }
        if let Some(cell) = class_cell {
            let old = cell.get_mut(self).content.replace(class.to_value());
            drop(old);
        }
        if let Some(cell) = dict_cell {
            let old = cell.get_mut(self).content.replace(dict.to_value());
            drop(old);
        }
        let type_id = class.id(&self.heap);
        self.heap.type_modified(type_id, false);
        if own_mro {
            // What `mro()` sees is a class that has no MRO yet.
            class.get_mut(self).mro = self.heap.tuple(Vec::new());
            self.heap.type_modified(type_id, false);
            self.recompute_mro(&class)?;
        }
        Ok(class)
    }

    pub(crate) fn check_type_name(&mut self, name: &Ref<Str>) -> Result<()> {
        self.check_surrogates(name.as_value())?;
        if name.get(&self.heap).view().iter().any(|c| c == 0) {
            return Err(self.value_error("type name must not contain null characters"));
        }
        Ok(())
    }
    fn check_duplicate_bases(&mut self, bases: &[Ref<Type>]) -> Result<()> {
        for (i, base) in bases.iter().enumerate() {
            if bases[..i].iter().any(|b| b.is(base)) {
                let name = base.name(&self.heap);
                return Err(self.type_error(format!("duplicate base class {name}")));
            }
        }
        Ok(())
    }
    /// Whether the metaclass replaces `type.mro`.
    pub(crate) fn overrides_mro(&mut self, meta: &Ref<Type>) -> bool {
        let meta_id = meta.id(&self.heap);
        if meta_id == id::TYPE {
            return false;
        }
        let name = self.names.mro.clone();
        self.heap.type_lookup_where(meta_id, &name).is_some_and(|(_, owner)| owner.id(&self.heap) != id::TYPE)
    }
    /// Sets the MRO anew: the metaclass's `mro()`, or the linearisation of the bases.
    pub(crate) fn recompute_mro(&mut self, class: &Ref<Type>) -> Result<()> {
        let meta = self.type_of(class.as_value());
        let mro = if self.overrides_mro(&meta) {
            let result = self.call_method(class.as_value(), "mro", &[])?;
            let items = self.collect(&result)?;
            if items.is_empty() {
                return Err(self.type_error("type MRO must not be empty"));
            }
            for item in &items {
                let Some(t) = item.downcast::<Type>(&self.heap).cloned() else {
                    let found = self.type_name(item);
                    return Err(self.type_error(format!("mro() returned a non-class ('{found}')")));
                };
                let layouts_agree = {
                    let solid = self.solid_base(&t);
                    let own = self.solid_base(class);
                    own.is_subtype(&self.heap, &solid)
                };
                if !layouts_agree {
                    let name = t.name(&self.heap);
                    return Err(self.type_error(format!("mro() returned base with unsuitable layout ('{name}')")));
                }
            }
            self.heap.add_follower(class.id(&self.heap), &items);
            items
        } else {
            let bases: Vec<Ref<Type>> = {
                let heap = &self.heap;
                class.get(heap).bases.items(heap).iter().filter_map(|b| b.downcast::<Type>(heap).cloned()).collect()
            };
            self.check_duplicate_bases(&bases)?;
            let mut mro = vec![class.to_value()];
            mro.extend(self.linearize(&bases)?);
            mro
        };
        let mro = self.heap.tuple(mro);
        let old = std::mem::replace(&mut class.get_mut(self).mro, mro);
        drop(old);
        let type_id = class.id(&self.heap);
        self.heap.type_modified(type_id, true);
        Ok(())
    }

    /// Bytes of an object up to the end of its payload and members: what a base class fixes.
    fn fixed_end(&self, type_id: u32) -> u32 {
        let info = self.heap.info(type_id);
        if info.instance != 0 { info.instance } else { info.size }
    }
    /// The nearest base (or the type itself) that added data to its objects.
    pub(crate) fn solid_base(&self, ty: &Ref<Type>) -> Ref<Type> {
        let mut current = ty.clone();
        loop {
            let Some(base) = current.get(&self.heap).base.clone() else { return current };
            let (c, b) = (current.id(&self.heap), base.id(&self.heap));
            let own_fields = self.exc.0.iter().position(|t| t.is(&current)).is_some_and(|i| !crate::exceptions::EXCEPTIONS[i].extra.is_empty());
            if own_fields || self.heap.info(c).layout != self.heap.info(b).layout || self.fixed_end(c) != self.fixed_end(b) {
                return current;
            }
            current = base;
        }
    }
    /// The base whose layout the class extends.
    pub(crate) fn best_base(&mut self, bases: &[Value]) -> Result<Ref<Type>> {
        let mut best: Option<(Ref<Type>, Ref<Type>)> = None;
        for base in bases {
            let Some(base) = base.downcast::<Type>(&self.heap).cloned() else {
                return Err(self.type_error("bases must be types"));
            };
            if self.heap.info(base.id(&self.heap)).flags & flags::BASETYPE == 0 {
                let name = self.full_type_name(&base);
                return Err(self.type_error(format!("type '{name}' is not an acceptable base type")));
            }
            let candidate = self.solid_base(&base);
            match &best {
                None => best = Some((base, candidate)),
                Some((_, winner)) if winner.is_subtype(&self.heap, &candidate) => {}
                Some((_, winner)) if candidate.is_subtype(&self.heap, winner) => best = Some((base, candidate)),
                Some(_) => return Err(self.type_error("multiple bases have instance lay-out conflict")),
            }
        }
        match best {
            Some((base, _)) => Ok(base),
            None => Ok(self.core_type(id::OBJECT)),
        }
    }

    /// Reads `__slots__` out of the namespace.
    fn class_slots(&mut self, class_name: &Ref<Str>, base: &Ref<Type>, bases: &[Ref<Type>], dict: &Ref<Dict>) -> Result<Slots> {
        let base_id = base.id(&self.heap);
        let (layout, base_flags, instance) = { let i = self.heap.info(base_id); (i.layout, i.flags, i.instance) };
        let variable = matches!(layout, id::INT | id::TUPLE | id::BYTES | id::TYPE);
        let may_add_dict = instance == 0 && layout != id::TYPE && layout != id::MODULE;
        let may_add_weak = base_flags & flags::WEAKREFABLE == 0 && !variable;
        let key = self.names.__slots__.clone();
        let Some(slots) = dict.get_str(&*self, &key) else {
            return Ok(Slots { names: None, add_dict: may_add_dict, add_weak: may_add_weak });
        };
        let items = if slots.has_payload::<Str>(&self.heap) { vec![slots] } else { self.collect(&slots)? };
        if !items.is_empty() && variable {
            let name = base.name(&self.heap);
            return Err(self.type_error(format!("nonempty __slots__ not supported for subtype of '{name}'")));
        }
        let (mut add_dict, mut add_weak) = (false, false);
        let mut names: Vec<Ref<Str>> = Vec::new();
        for item in &items {
            let Some(name) = item.downcast::<Str>(&self.heap).cloned() else {
                let found = self.type_name(item);
                return Err(self.type_error(format!("__slots__ items must be strings, not '{found}'")));
            };
            let text = name.get(&self.heap).to_string_lossy();
            if !name.get(&self.heap).view().is_identifier() {
                return Err(self.type_error("__slots__ must be identifiers"));
            }
            match text.as_str() {
                "__dict__" => {
                    if !may_add_dict || add_dict {
                        return Err(self.type_error("__dict__ slot disallowed: we already got one"));
                    }
                    add_dict = true;
                }
                "__weakref__" => {
                    if !may_add_weak || add_weak {
                        return Err(self.type_error("__weakref__ slot disallowed: we already got one"));
                    }
                    add_weak = true;
                }
                _ => {
                    let name = self.mangle(class_name, &text);
                    let special = matches!(text.as_str(), "__qualname__" | "__classcell__" | "__classdictcell__");
                    if !special && dict.get_str(&*self, &name).is_some() {
                        let shown = self.repr_text(name.as_value())?;
                        return Err(self.value_error(format!("{shown} in __slots__ conflicts with class variable")));
                    }
                    names.push(name);
                }
            }
        }
        let mut keyed: Vec<(String, Ref<Str>)> = names.into_iter().map(|n| (n.get(&self.heap).to_string_lossy(), n)).collect();
        krait_bytecode::order::sort_by(&mut keyed, |a, b| a.0.cmp(&b.0));
        keyed.dedup_by(|a, b| a.0 == b.0);
        // Further bases may bring a dict or weak references along.
        for other in bases.iter().filter(|b| !b.is(base)) {
            let info = self.heap.info(other.id(&self.heap));
            if may_add_dict && info.instance != 0 {
                add_dict = true;
            }
            if may_add_weak && info.flags & flags::WEAKREFABLE != 0 {
                add_weak = true;
            }
        }
        Ok(Slots { names: Some(keyed.into_iter().map(|(_, n)| n).collect()), add_dict, add_weak })
    }
    /// `__name` becomes `_Class__name`.
    fn mangle(&mut self, class_name: &Ref<Str>, name: &str) -> Ref<Str> {
        if !name.starts_with("__") || name.ends_with("__") {
            return self.heap.intern(name);
        }
        let class = class_name.get(&self.heap).to_string_lossy();
        let class = class.trim_start_matches('_');
        if class.is_empty() { self.heap.intern(name) } else { self.heap.intern(&format!("_{class}{name}")) }
    }
    fn take_qualname(&mut self, dict: &Ref<Dict>, name: &Ref<Str>) -> Result<Ref<Str>> {
        let key = self.names.__qualname__.clone();
        let Some(value) = dict.remove_str(self, &key) else { return Ok(name.clone()) };
        match value.downcast::<Str>(&self.heap).cloned() {
            Some(s) => Ok(s),
            None => {
                let found = self.type_name(&value);
                Err(self.type_error(format!("type __qualname__ must be a str, not {found}")))
            }
        }
    }
    /// How many instance attributes the class's methods are known to store.
    fn stored_attributes(&self, dict: &Ref<Dict>) -> u32 {
        let names = dict.get_str(self, &self.names.__static_attributes__);
        names.as_ref().and_then(|n| n.downcast::<Tuple>(&self.heap)).map_or(0, |t| t.items(&self.heap).len() as u32)
    }
    #[allow(clippy::type_complexity, reason = "two cells")]
    fn take_class_cells(&mut self, dict: &Ref<Dict>) -> Result<(Option<Ref<Cell>>, Option<Ref<Cell>>)> {
        let mut cells = [None, None];
        let keys = [self.names.__classcell__.clone(), self.names.__classdictcell__.clone()];
        for (cell, key) in cells.iter_mut().zip(&keys) {
            let Some(value) = dict.remove_str(self, key) else { continue };
            match value.downcast_exact::<Cell>() {
                Some(c) => *cell = Some(c.clone()),
                None => {
                    let name = key.get(&self.heap).to_string_lossy();
                    let found = self.type_of(&value).into_value();
                    let found = self.repr_text(&found)?;
                    return Err(self.type_error(format!("{name} must be a nonlocal cell, not {found}")));
                }
            }
        }
        let [class, class_dict] = cells;
        Ok((class, class_dict))
    }
    /// `__module__`, and the wrapping of methods that are class or static methods by nature.
    fn prepare_namespace(&mut self, dict: &Ref<Dict>) -> Result<()> {
        let module = self.names.__module__.clone();
        if dict.get_str(&*self, &module).is_none() {
            let caller = self.thread.frames().next().map(|f| f.function_ref().get(&*self.heap).globals.clone());
            let name = self.names.__name__.clone();
            if let Some(value) = caller.and_then(|globals| globals.get_str(&*self, &name)) {
                dict.set_str(self, &module, value);
            }
        }
        let new = self.names.__new__.clone();
        if let Some(f) = dict.get_str(&*self, &new)
            && f.type_id() == id::FUNCTION
        {
            let wrapped = self.heap.alloc(StaticMethod { callable: f, dict: None }).into_value();
            dict.set_str(self, &new, wrapped);
        }
        for name in [self.names.__init_subclass__.clone(), self.names.__class_getitem__.clone()] {
            if let Some(f) = dict.get_str(&*self, &name)
                && f.type_id() == id::FUNCTION
            {
                let wrapped = self.heap.alloc(ClassMethod { callable: f, dict: None }).into_value();
                dict.set_str(self, &name, wrapped);
            }
        }
        Ok(())
    }
    pub(crate) fn add_instance_getsets(&mut self, class: &Ref<Type>, dict: &Ref<Dict>, add_dict: bool, add_weak: bool) {
        let owner = class.id(&self.heap);
        for (wanted, name) in [(add_dict, "__dict__"), (add_weak, "__weakref__")] {
            if !wanted {
                continue;
            }
            let find = |kind| InstanceGetSets::METHODS.iter().find(|d| d.name == name && d.kind == kind);
            let name = self.heap.intern(name);
            if dict.get_str(&*self, &name).is_some() {
                continue;
            }
            let getset = GetSet {
                name: name.clone(),
                get: find(crate::args::MethodKind::Getter),
                set: find(crate::args::MethodKind::Setter),
                owner,
            };
            let getset = self.heap.alloc(getset).into_value();
            dict.set_str(self, &name, getset);
        }
    }

    /// The `__dict__` descriptor of the builtin type that keeps an object's attributes in its payload: classes and
    /// modules have one of their own, whatever a further base brings along.
    fn builtin_dict_descriptor(&mut self, object: &Value) -> Option<Value> {
        if self.heap.instance_part(object).is_some() {
            return None;
        }
        let builtin = self.core_type(self.heap.info(object.type_id()).layout);
        let key = self.names.__dict__.clone();
        self.type_dict(&builtin).get_str(&*self, &key)
    }
    /// The nearest base (or the type itself) that no class statement made.
    pub(crate) fn builtin_base(&self, type_id: u32) -> u32 {
        let mut ty = self.core_type(type_id);
        while self.is_heap_type(&ty) {
            let Some(base) = ty.get(&self.heap).base.clone() else { break };
            ty = base;
        }
        ty.id(&self.heap)
    }
    /// Tells the attributes of a new class their names.
    fn announce_names(&mut self, class: &Ref<Type>) -> Result<()> {
        let dict = self.type_dict(class);
        for (name, value) in dict.items(&*self) {
            let Some(set_name) = self.heap.special(value.type_id(), Special::SetName) else { continue };
            if self.call_unbound(&set_name, &value, &[class.to_value(), name.clone()]).is_err() {
                let exception = self.take_pending();
                let (ty, shown, owner) = (self.type_name(&value), self.repr_text(&name)?, class.name(&self.heap));
                let note = self.str(&format!("Error calling __set_name__ on '{ty}' instance {shown} in '{owner}'"));
                if self.call_method(&exception, "add_note", &[note]).is_err() {
                    drop(self.take_pending());
                }
                return Err(self.raise(exception));
            }
        }
        Ok(())
    }
    /// `super(cls, cls).__init_subclass__(**kwargs)`.
    fn announce_subclass(&mut self, class: &Ref<Type>, kwargs: &[(Value, Value)]) -> Result<()> {
        let name = self.names.__init_subclass__.clone();
        let found = {
            let heap = &self.heap;
            let mro = class.get(heap).mro.items(heap).to_vec();
            if !mro.iter().any(|t| t.is(class.as_value())) {
                let name = class.name(heap);
                return Err(self.type_error(format!("super(type, obj): obj (type {name}) is not an instance or subtype of type ({name}).")));
            }
            mro.iter().skip(1).find_map(|t| t.downcast::<Type>(heap).and_then(|t| t.get(heap).dict.get_str(heap, &name)))
        };
        let Some(hook) = found else { return Ok(()) };
        let bound = self.descriptor_get(&hook, None, class.id(&self.heap))?;
        let names: Vec<Value> = kwargs.iter().map(|(k, _)| k.clone()).collect();
        let values: Vec<Value> = kwargs.iter().map(|(_, v)| v.clone()).collect();
        self.call_args(&bound, crate::Args::with_names(&values, &names))?;
        Ok(())
    }
}

/// `__dict__` and `__weakref__` of instances, put into each class that adds them.
struct InstanceGetSets;

#[methods(hot)]
impl InstanceGetSets {
    /// dictionary for instance variables
    #[getter]
    fn __dict__(this: &Value, vm: &mut Vm) -> Result<Value> {
        if let Some(d) = vm.heap.materialize_dict(this) {
            return Ok(d.into_value());
        }
        match vm.builtin_dict_descriptor(this) {
            Some(own) => vm.descriptor_get(&own, Some(this), this.type_id()),
            None => {
                let name = vm.intern("__dict__");
                Err(vm.no_attribute(this, &name))
            }
        }
    }
    #[setter]
    fn set___dict__(this: &Value, vm: &mut Vm, value: Value) -> Result<()> {
        if let Some(own) = vm.builtin_dict_descriptor(this) {
            return vm.descriptor_set(&own, this, Some(value).filter(|v| !v.is_unbound()));
        }
        if value.is_unbound() {
            let base = vm.builtin_base(this.type_id());
            if vm.heap.info(base).instance != 0 {
                return Err(vm.type_error("cannot delete __dict__"));
            }
            let fresh = vm.heap.dict();
            vm.heap.install_dict(this, fresh);
            return Ok(());
        }
        let Some(dict) = value.downcast::<Dict>(&vm.heap).cloned() else {
            let found = vm.type_name(&value);
            return Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{found}'")));
        };
        vm.heap.install_dict(this, dict);
        Ok(())
    }
    /// list of weak references to the object
    #[getter]
    fn __weakref__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = (this, vm);
        Ok(Value::NONE)
    }
}
