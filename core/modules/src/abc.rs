//! The `_abc` module: the machinery of abstract base classes.
//!
//! Registry and caches name classes by their type ids, which are never reused, so nothing here keeps a class alive.

use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::{Type, id};
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};
use std::collections::HashSet;

/// What an abstract base class knows.
#[derive(Traverse, Default)]
struct AbcData {
    /// Type ids in order of registration.
    #[traverse(skip)]
    registry: Vec<u32>,
    #[traverse(skip)]
    cache: HashSet<u32>,
    #[traverse(skip)]
    negative: HashSet<u32>,
    negative_version: u64,
}

#[derive(Default)]
struct Counter(u64);

struct Functions;

fn data(vm: &mut Vm, cls: &Value) -> Result<Ref<AbcData>> {
    let name = vm.intern("_abc_impl");
    let value = vm.get_attr(cls, &name)?;
    match value.downcast::<AbcData>(&*vm.heap) {
        Some(d) => Ok(d.clone()),
        None => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn class_id(vm: &Vm, class: &Value) -> Option<u32> {
    class.downcast::<Type>(&*vm.heap).map(|t| t.id(&vm.heap))
}

/// The names of abstract methods a class leaves open, as `__abstractmethods__`.
fn compute_abstract_methods(vm: &mut Vm, cls: &Value) -> Result<()> {
    let names = (vm.names.__isabstractmethod__.clone(), vm.names.__abstractmethods__.clone());
    let Some(ty) = cls.downcast::<Type>(&*vm.heap).cloned() else { return Err(vm.type_error("_abc_init() argument must be a type")) };
    let abstracts = vm.heap.frozen_set();
    let dict = vm.type_dict(&ty);
    for (key, value) in dict.items(&*vm.heap) {
        if is_abstract(vm, &value, &names.0)? {
            abstracts.add(vm, key)?;
        }
    }
    let bases = ty.get(&*vm.heap).bases.items(&*vm.heap).to_vec();
    for base in bases {
        let Some(inherited) = vm.get_attr_opt(&base, &names.1)? else { continue };
        for key in vm.collect(&inherited)? {
            let Some(name) = key.downcast::<Str>(&*vm.heap).cloned() else { continue };
            let name = vm.heap.intern_str(&name);
            let Some(value) = vm.get_attr_opt(cls, &name)? else { continue };
            if is_abstract(vm, &value, &names.0)? {
                abstracts.add(vm, key)?;
            }
        }
    }
    vm.set_attr(cls, &names.1, Some(abstracts.into_value()))
}

fn is_abstract(vm: &mut Vm, value: &Value, name: &Ref<Str>) -> Result<bool> {
    // Most class attributes are functions without the mark.
    match vm.get_attr_opt(value, name)? {
        Some(mark) => vm.truth(&mark),
        None => Ok(false),
    }
}

const COLLECTION_FLAGS: u32 = flags::SEQUENCE | flags::MAPPING;

/// Makes `match` see a class and its subclasses as sequence or mapping.
fn set_collection_flag(vm: &mut Vm, type_id: u32, flag: u32) {
    let info = vm.heap.info(type_id);
    if info.flags & COLLECTION_FLAGS == flag || info.flags & flags::IMMUTABLE != 0 {
        return;
    }
    let info = vm.heap.info_mut(type_id);
    info.flags = info.flags & !COLLECTION_FLAGS | flag;
    if let Some(ty) = vm.heap.live_type_object(type_id) {
        for sub in ty.get(&*vm.heap).subclasses.clone() {
            set_collection_flag(vm, sub, flag);
        }
    }
}

fn subclass_check(vm: &mut Vm, cls: &Value, subclass: &Value) -> Result<bool> {
    let Some(sub_id) = class_id(vm, subclass) else { return Err(vm.type_error("issubclass() arg 1 must be a class")) };
    let data = data(vm, cls)?;
    if data.get(&*vm).cache.contains(&sub_id) {
        return Ok(true);
    }
    let now = vm.state::<Counter>().0;
    let state = data.get_mut(vm);
    if state.negative_version < now {
        state.negative.clear();
        state.negative_version = now;
    } else if state.negative.contains(&sub_id) {
        return Ok(false);
    }
    let answer = vm.call_method(cls, "__subclasshook__", std::slice::from_ref(subclass))?;
    if answer.is(&Value::TRUE) {
        data.get_mut(vm).cache.insert(sub_id);
        return Ok(true);
    }
    if answer.is(&Value::FALSE) {
        data.get_mut(vm).negative.insert(sub_id);
        return Ok(false);
    }
    if !answer.is_not_implemented() {
        return Err(vm.error_args(krait_vm::Exc::AssertionError, vec![]));
    }
    let in_mro = subclass.downcast::<Type>(&*vm.heap).is_some_and(|t| t.get(&*vm.heap).mro.items(&*vm.heap).iter().any(|c| c.is(cls)));
    if in_mro {
        data.get_mut(vm).cache.insert(sub_id);
        return Ok(true);
    }
    for registered in data.get(&*vm).registry.clone() {
        let Some(class) = vm.heap.live_type_object(registered) else { continue };
        if vm.is_subclass_of(subclass, class.as_value())? {
            data.get_mut(vm).cache.insert(sub_id);
            return Ok(true);
        }
    }
    let subclasses = vm.call_method(cls, "__subclasses__", &[])?;
    for class in vm.collect(&subclasses)? {
        if vm.is_subclass_of(subclass, &class)? {
            data.get_mut(vm).cache.insert(sub_id);
            return Ok(true);
        }
    }
    data.get_mut(vm).negative.insert(sub_id);
    Ok(false)
}

#[methods]
impl Functions {
    /// Returns the current ABC cache token.
    #[sig("()")]
    fn get_cache_token(vm: &mut Vm) -> Result<u64> {
        Ok(vm.state::<Counter>().0)
    }
    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[sig("(object, /)")]
    fn _abc_init(vm: &mut Vm, object: &Value) -> Result<()> {
        compute_abstract_methods(vm, object)?;
        let version = vm.state::<Counter>().0;
        let data = vm.heap.alloc(AbcData { negative_version: version, ..AbcData::default() }).into_value();
        let name = vm.intern("_abc_impl");
        vm.set_attr(object, &name, Some(data))?;
        let Some(ty) = object.downcast::<Type>(&*vm.heap).cloned() else { return Ok(()) };
        let name = vm.intern("__abc_tpflags__");
        let wanted = vm.type_dict(&ty).get_str(&*vm.heap, &name);
        if let Some(bits) = wanted.and_then(|v| v.as_small_int()) {
            // CPython's bits for sequences and mappings.
            let flag = match (bits & (1 << 5) != 0, bits & (1 << 6) != 0) {
                (true, false) => flags::SEQUENCE,
                (false, true) => flags::MAPPING,
                (true, true) => return Err(vm.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING")),
                _ => 0,
            };
            let type_id = ty.id(&vm.heap);
            let info = vm.heap.info_mut(type_id);
            info.flags = info.flags & !COLLECTION_FLAGS | flag;
            vm.set_type_attribute(&ty, &name, None);
        }
        Ok(())
    }
    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[sig("(self, subclass, /)")]
    fn _abc_register(vm: &mut Vm, this_: &Value, subclass: Value) -> Result<Value> {
        let cls = this_;
        let Some(sub_id) = class_id(vm, &subclass) else { return Err(vm.type_error("Can only register classes")) };
        if vm.is_subclass_of(&subclass, cls)? {
            return Ok(subclass);
        }
        if vm.is_subclass_of(cls, &subclass)? {
            return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
        }
        let data = data(vm, cls)?;
        let registry = &mut data.get_mut(vm).registry;
        if !registry.contains(&sub_id) {
            registry.push(sub_id);
        }
        vm.state::<Counter>().0 += 1;
        if let Some(type_id) = class_id(vm, cls) {
            let flag = vm.heap.info(type_id).flags & COLLECTION_FLAGS;
            if flag != 0 {
                set_collection_flag(vm, sub_id, flag);
            }
        }
        Ok(subclass)
    }
    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[sig("(self, instance, /)")]
    fn _abc_instancecheck(vm: &mut Vm, this_: &Value, instance: &Value) -> Result<Value> {
        let cls = this_;
        let data = data(vm, cls)?;
        let name = vm.names.__class__.clone();
        let subtype = vm.type_of(instance).into_value();
        let subclass = vm.get_attr_opt(instance, &name)?.unwrap_or_else(|| subtype.clone());
        if let Some(sub_id) = class_id(vm, &subclass) {
            if data.get(&*vm).cache.contains(&sub_id) {
                return Ok(Value::TRUE);
            }
            if subclass.is(&subtype) {
                let now = vm.state::<Counter>().0;
                let state = data.get(&*vm);
                if state.negative_version == now && state.negative.contains(&sub_id) {
                    return Ok(Value::FALSE);
                }
            }
        }
        let result = vm.call_method(cls, "__subclasscheck__", std::slice::from_ref(&subclass))?;
        if subclass.is(&subtype) || vm.truth(&result)? {
            return Ok(result);
        }
        vm.call_method(cls, "__subclasscheck__", std::slice::from_ref(&subtype))
    }
    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[sig("(self, subclass, /)")]
    fn _abc_subclasscheck(vm: &mut Vm, this_: &Value, subclass: &Value) -> Result<bool> {
        subclass_check(vm, this_, subclass)
    }
    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[sig("(self, /)")]
    fn _get_dump(vm: &mut Vm, this_: &Value) -> Result<Value> {
        let data = data(vm, this_)?;
        let (registry, cache, negative, version) = {
            let d = data.get(&*vm);
            (d.registry.clone(), d.cache.iter().copied().collect::<Vec<_>>(), d.negative.iter().copied().collect::<Vec<_>>(), d.negative_version)
        };
        let mut parts = Vec::new();
        for ids in [registry, cache, negative] {
            let set = vm.heap.set();
            for type_id in ids {
                if let Some(class) = vm.heap.live_type_object(type_id) {
                    let weak = vm.new_weakref(id::WEAKREF, class.as_value(), None).into_value();
                    set.add(vm, weak)?;
                }
            }
            parts.push(set.into_value());
        }
        parts.push(vm.heap.int(version.into()));
        Ok(vm.tuple(parts))
    }
    /// Internal ABC helper to reset registry of a given class.
    #[sig("(self, /)")]
    fn _reset_registry(vm: &mut Vm, this_: &Value) -> Result<()> {
        let data = data(vm, this_)?;
        data.get_mut(vm).registry.clear();
        Ok(())
    }
    /// Internal ABC helper to reset both caches of a given class.
    #[sig("(self, /)")]
    fn _reset_caches(vm: &mut Vm, this_: &Value) -> Result<()> {
        let data = data(vm, this_)?;
        let state = data.get_mut(vm);
        state.cache.clear();
        state.negative.clear();
        Ok(())
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = TypeSpec { name: "_abc._abc_data", doc: "Internal state held by ABC machinery.", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: &[] };
    vm.define_type::<AbcData>(None, &spec);
    vm.module_functions::<Functions>(module);
    Ok(())
}
