//! The `_collections` module: defaultdict, OrderedDict, the helpers of Counter and namedtuple.
//!
//! deque is in `deque.rs`. Dicts keep insertion order by themselves, so OrderedDict is a dict with more methods; the
//! factory of a defaultdict is a slot behind the dict, as `__slots__` would make it.

use krait_vm::args::{KwArgs, Methods};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::function::Member;
use krait_vm::builtins::iterators::{DictPart, DictView};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::tuple::{Tuple, TupleGetter};
use krait_vm::heap::flags;
use krait_vm::runtime::arithmetic::BinOp;
use krait_vm::types::build::TypeSpec;
use krait_vm::types::{Type, id};
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

// ---- defaultdict ----

struct DefaultDict;

/// The descriptor of the slot that holds `default_factory`.
#[derive(Default)]
struct FactorySlot(Option<Value>);

fn factory(vm: &mut Vm, this: &Ref<Dict>) -> Result<Value> {
    let Some(slot) = vm.state::<FactorySlot>().0.clone() else { return Ok(Value::NONE) };
    let type_id = this.as_value().type_id();
    let value = vm.descriptor_get(&slot, Some(this.as_value()), type_id);
    Ok(vm.catch(value, krait_vm::Exc::AttributeError)?.unwrap_or(Value::NONE))
}

fn default_dict_copy(vm: &mut Vm, this: &Ref<Dict>, content: &Value) -> Result<Value> {
    let ty = vm.type_of(this.as_value());
    let factory = factory(vm, this)?;
    vm.call(ty.as_value(), &[factory, content.clone()])
}

#[methods]
impl DefaultDict {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Dict>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let (factory, rest) = match args.split_first() {
            Some((f, rest)) => (f.clone(), rest),
            None => (Value::NONE, args),
        };
        if !factory.is_none() && !vm.is_callable(&factory) {
            return Err(vm.type_error("first argument must be callable or None"));
        }
        DefaultDict::set_default_factory(this, vm, factory)?;
        vm.dict_update(this, "dict", rest, &kwargs)
    }
    /// Factory for default value called by __missing__().
    #[getter]
    fn default_factory(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        factory(vm, this)
    }
    #[setter]
    fn set_default_factory(this: &Ref<Dict>, vm: &mut Vm, value: Value) -> Result<()> {
        let Some(slot) = vm.state::<FactorySlot>().0.clone() else { return Ok(()) };
        let value = if value.is_unbound() { Value::NONE } else { value };
        vm.descriptor_set(&slot, this.as_value(), Some(value))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Dict>, vm: &mut Vm) -> Result<String> {
        let factory = factory(vm, this)?;
        let name = vm.type_of(this.as_value()).name(&vm.heap);
        let base = vm.core_type(id::DICT).into_value();
        let repr = vm.names.__repr__.clone();
        let dict_repr = vm.get_attr(&base, &repr)?;
        let content = vm.call(&dict_repr, &[this.to_value()])?;
        let content = vm.to_text(&content)?;
        let key = factory.clone();
        let shown = if vm.repr_enter(&key) && vm.repr_enter(this.as_value()) {
            let shown = vm.repr_text(&factory);
            vm.repr_leave(&key);
            vm.repr_leave(this.as_value());
            shown?
        } else {
            vm.repr_leave(&key);
            "...".into()
        };
        Ok(format!("{name}({shown}, {content})"))
    }
    #[sig("(value, /)")]
    fn __or__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !value.has_payload::<Dict>(&*vm.heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let new = default_dict_copy(vm, this, this.as_value())?;
        if let Some(dict) = new.downcast::<Dict>(&*vm.heap).cloned() {
            vm.dict_update_from(&dict, value)?;
        }
        Ok(new)
    }
    #[sig("(value, /)")]
    fn __ror__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !value.has_payload::<Dict>(&*vm.heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let new = default_dict_copy(vm, this, value)?;
        if let Some(dict) = new.downcast::<Dict>(&*vm.heap).cloned() {
            vm.dict_update_from(&dict, this.as_value())?;
        }
        Ok(new)
    }
    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    #[sig("(key, /)")]
    fn __missing__(this: &Ref<Dict>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let factory = factory(vm, this)?;
        if factory.is_none() {
            return Err(vm.key_error(key.clone()));
        }
        let value = vm.call(&factory, &[])?;
        // The factory may have set the key itself.
        if let Some(known) = this.get_item(vm, key)? {
            return Ok(known);
        }
        vm.set_item(this.as_value(), key, value.clone())?;
        Ok(value)
    }
    /// D.copy() -> a shallow copy of D.
    #[sig("()")]
    fn copy(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        default_dict_copy(vm, this, this.as_value())
    }
    /// D.copy() -> a shallow copy of D.
    #[sig("()")]
    fn __copy__(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        default_dict_copy(vm, this, this.as_value())
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        let factory = factory(vm, this)?;
        let args = if factory.is_none() { vm.tuple(Vec::new()) } else { vm.tuple(vec![factory]) };
        let items = vm.call_method(this.as_value(), "items", &[])?;
        let items = vm.iter(&items)?;
        let ty = vm.type_of(this.as_value()).into_value();
        Ok(vm.tuple(vec![ty, args, Value::NONE, Value::NONE, items]))
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
}

// ---- OrderedDict ----

struct OrderedDict;

/// `MutableMapping.update` as OrderedDict does it: through `__setitem__`.
fn ordered_update(vm: &mut Vm, this: &Ref<Dict>, args: &[Value], kwargs: &KwArgs<'_>) -> Result<()> {
    if args.len() > 1 {
        let n = args.len();
        return Err(vm.type_error(format!("expected at most 1 argument, got {n}")));
    }
    let plain = vm.type_of(this.as_value()).get(&*vm.heap).full_name.is_some();
    if plain {
        if let Some(other) = args.first() {
            vm.dict_update_from(this, other)?;
        }
    } else if let Some(other) = args.first() {
        let source = vm.heap.dict();
        vm.dict_update_from(&source, other)?;
        for (key, value) in source.items(&*vm.heap) {
            vm.set_item(this.as_value(), &key, value)?;
        }
    }
    for (key, value) in &kwargs.items {
        vm.set_item(this.as_value(), key, (*value).clone())?;
    }
    Ok(())
}

fn ordered_equal(vm: &mut Vm, this: &Ref<Dict>, other: &Value) -> Result<Option<bool>> {
    let Some(other_dict) = other.downcast::<Dict>(&*vm.heap).cloned() else { return Ok(None) };
    let base = vm.core_type(id::DICT).into_value();
    let name = vm.names.__eq__.clone();
    let dict_eq = vm.get_attr(&base, &name)?;
    let equal = vm.call(&dict_eq, &[this.to_value(), other.clone()])?;
    if !vm.truth(&equal)? {
        return Ok(Some(false));
    }
    let ordered = vm.state::<OrderedId>().0;
    if !vm.heap.is_instance(other, ordered) {
        return Ok(Some(true));
    }
    let (a, b) = (this.hashed_keys(&*vm.heap), other_dict.hashed_keys(&*vm.heap));
    let changes = |vm: &Vm| (this.get(vm).table.mutations, other_dict.get(vm).table.mutations);
    let before = changes(vm);
    for ((x, _), (y, _)) in a.iter().zip(&b) {
        let equal = vm.equal(x, y)?;
        if changes(vm) != before {
            return Err(vm.runtime_error("OrderedDict mutated during iteration"));
        }
        if !equal {
            return Ok(Some(false));
        }
    }
    Ok(Some(a.len() == b.len()))
}

/// Type ids of OrderedDict and its views.
#[derive(Default)]
struct OrderedId(u32, [u32; 3]);

fn ordered_view(vm: &mut Vm, this: &Ref<Dict>, part: DictPart) -> Value {
    let ids = vm.state::<OrderedId>().1;
    let type_id = match part {
        DictPart::Keys => ids[0],
        DictPart::Values => ids[1],
        DictPart::Items => ids[2],
    };
    vm.heap.alloc_typed(type_id, DictView { dict: this.clone(), part }).into_value()
}

#[methods]
impl OrderedDict {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Dict>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        ordered_update(vm, this, args, &kwargs)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Dict>, vm: &mut Vm) -> Result<String> {
        let name = vm.type_of(this.as_value()).name(&vm.heap);
        if this.len(&*vm) == 0 {
            return Ok(format!("{name}()"));
        }
        if !vm.repr_enter(this.as_value()) {
            return Ok("...".into());
        }
        let content = this.copy(vm).into_value();
        let text = vm.repr_text(&content);
        vm.repr_leave(this.as_value());
        Ok(format!("{name}({})", text?))
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(ordered_equal(vm, this, value)?.map_or(Value::NOT_IMPLEMENTED, Value::bool))
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(ordered_equal(vm, this, value)?.map_or(Value::NOT_IMPLEMENTED, |e| Value::bool(!e)))
    }
    #[sig("(value, /)")]
    fn __or__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !value.has_payload::<Dict>(&*vm.heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let ty = vm.type_of(this.as_value()).into_value();
        let new = vm.call(&ty, &[this.to_value()])?;
        vm.call_method(&new, "update", std::slice::from_ref(value))?;
        Ok(new)
    }
    #[sig("(value, /)")]
    fn __ror__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if !value.has_payload::<Dict>(&*vm.heap) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let ty = vm.type_of(this.as_value()).into_value();
        let new = vm.call(&ty, std::slice::from_ref(value))?;
        vm.call_method(&new, "update", &[this.to_value()])?;
        Ok(new)
    }
    #[sig("(value, /)")]
    fn __ior__(this: &Ref<Dict>, vm: &mut Vm, value: &Value) -> Result<Value> {
        ordered_update(vm, this, std::slice::from_ref(value), &KwArgs::default())?;
        Ok(this.to_value())
    }
    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[classmethod]
    #[sig("(iterable, value=None)")]
    fn fromkeys(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value, value: Value) -> Result<Value> {
        let made = vm.call(cls.as_value(), &[])?;
        vm.for_each(iterable, |vm, key| vm.set_item(&made, &key, value.clone()))?;
        Ok(made)
    }
    /// Return state information for pickling
    #[sig("()")]
    fn __reduce__(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        let state = vm.call_method(this.as_value(), "__getstate__", &[])?;
        let args = vm.tuple(Vec::new());
        let items = vm.call_method(this.as_value(), "items", &[])?;
        let items = vm.iter(&items)?;
        let ty = vm.type_of(this.as_value()).into_value();
        Ok(vm.tuple(vec![ty, args, state, Value::NONE, items]))
    }
    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[sig("(key, default=None)")]
    fn setdefault(this: &Ref<Dict>, vm: &mut Vm, key: &Value, default: Value) -> Result<Value> {
        if let Some(v) = this.get_item(vm, key)? {
            return Ok(v);
        }
        vm.set_item(this.as_value(), key, default.clone())?;
        Ok(default)
    }
    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[sig("(key, default=<unrepresentable>)")]
    fn pop(this: &Ref<Dict>, vm: &mut Vm, key: &Value, default: Option<Value>) -> Result<Value> {
        match (this.remove_item(vm, key)?, default) {
            (Some(v), _) | (None, Some(v)) => Ok(v),
            (None, None) => Err(vm.key_error(key.clone())),
        }
    }
    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    #[sig("(last=True)")]
    fn popitem(this: &Ref<Dict>, vm: &mut Vm, last: bool) -> Result<Value> {
        let table = &mut this.get_mut(vm).table;
        let at = if last { table.prev_from(usize::MAX).map(|(i, _)| i) } else { table.first() };
        match at.and_then(|i| this.get_mut(vm).table.remove(i, Value::NONE)) {
            Some((key, value)) => Ok(vm.tuple(vec![key, value])),
            None => {
                let message = vm.str("dictionary is empty");
                Err(vm.key_error(message))
            }
        }
    }
    #[sig("()")]
    fn keys(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(ordered_view(vm, this, DictPart::Keys))
    }
    #[sig("()")]
    fn values(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(ordered_view(vm, this, DictPart::Values))
    }
    #[sig("()")]
    fn items(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        Ok(ordered_view(vm, this, DictPart::Items))
    }
    #[sig("(*args, **kwargs)")]
    fn update(this: &Ref<Dict>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        ordered_update(vm, this, args, &kwargs)
    }
    /// od.copy() -> a shallow copy of od
    #[sig("()")]
    fn copy(this: &Ref<Dict>, vm: &mut Vm) -> Result<Value> {
        let ty = vm.type_of(this.as_value()).into_value();
        vm.call(&ty, &[this.to_value()])
    }
    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[sig("(key, last=True)")]
    fn move_to_end(this: &Ref<Dict>, vm: &mut Vm, key: &Value, last: Option<Value>) -> Result<()> {
        let last = match last {
            Some(v) => vm.truth(&v)?,
            None => true,
        };
        let Some(value) = this.remove_item(vm, key)? else { return Err(vm.key_error(key.clone())) };
        if last {
            return this.set_item(vm, key.clone(), value);
        }
        let items = this.items(&*vm);
        this.clear_all(vm);
        this.set_item(vm, key.clone(), value)?;
        for (k, v) in items {
            this.set_item(vm, k, v)?;
        }
        Ok(())
    }
}

// ---- namedtuple's and Counter's helpers ----

/// Methods of `TupleGetter`, a namedtuple field.
struct TupleGetterMethods;

#[methods]
impl TupleGetterMethods {
    #[sig("(index, doc, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, index: usize, doc: Value) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, TupleGetter { index, doc }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<TupleGetter>, vm: &mut Vm) -> Result<String> {
        let (index, doc) = { let g = this.get(&*vm); (g.index, g.doc.clone()) };
        Ok(format!("_tuplegetter({index}, {})", vm.repr_text(&doc)?))
    }
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<TupleGetter>, vm: &mut Vm, instance: &Value, _owner: Value) -> Result<Value> {
        let index = this.get(&*vm).index;
        if let Some(tuple) = instance.downcast::<Tuple>(&*vm.heap) {
            return match tuple.items(&*vm.heap).get(index) {
                Some(v) => Ok(v.clone()),
                None => Err(vm.index_error("tuple index out of range")),
            };
        }
        if instance.is_none() {
            return Ok(this.to_value());
        }
        let name = vm.type_name(instance);
        Err(vm.type_error(format!("descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object")))
    }
    #[sig("(instance, value, /)")]
    fn __set__(_this: &Ref<TupleGetter>, vm: &mut Vm, _instance: &Value, _value: &Value) -> Result<()> {
        Err(vm.error(Exc::AttributeError, "can't set attribute"))
    }
    #[sig("(instance, /)")]
    fn __delete__(_this: &Ref<TupleGetter>, vm: &mut Vm, _instance: &Value) -> Result<()> {
        Err(vm.error(Exc::AttributeError, "can't delete attribute"))
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<TupleGetter>, vm: &mut Vm) -> Result<Value> {
        let (index, doc) = { let g = this.get(&*vm); (g.index, g.doc.clone()) };
        let index = vm.heap.int(index as i128);
        let args = vm.tuple(vec![index, doc]);
        let ty = vm.type_of(this.as_value()).into_value();
        Ok(vm.tuple(vec![ty, args]))
    }
    #[getter]
    fn __doc__(this: &Ref<TupleGetter>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).doc.clone())
    }
    #[setter]
    #[pyname("__doc__")]
    fn set_doc(this: &Ref<TupleGetter>, vm: &mut Vm, value: Value) -> Result<()> {
        this.get_mut(vm).doc = if value.is_unbound() { Value::NONE } else { value };
        Ok(())
    }
}

struct Functions;

#[methods]
impl Functions {
    /// Count elements in the iterable, updating the mapping
    #[sig("(mapping, iterable, /)")]
    fn _count_elements(vm: &mut Vm, mapping: &Value, iterable: &Value) -> Result<()> {
        let one = Value::int32(1);
        if let Some(dict) = mapping.downcast::<Dict>(&*vm.heap).cloned() {
            let base = vm.heap.special(id::DICT, krait_vm::Special::SetItem);
            let own = vm.heap.special(mapping.type_id(), krait_vm::Special::SetItem);
            let get = vm.names.get.clone();
            let (own_get, base_get) = (vm.heap.type_lookup(mapping.type_id(), &get), vm.heap.type_lookup(id::DICT, &get));
            let same = |a: &Option<Value>, b: &Option<Value>| matches!((a, b), (Some(a), Some(b)) if a.is(b));
            if same(&base, &own) && same(&own_get, &base_get) {
                return vm.for_each(iterable, |vm, item| {
                    let hash = vm.hash_key(&item)?;
                    let count = match dict.get_item(vm, &item)? {
                        Some(old) => match old.as_small_int().and_then(|n| Value::small_int(n + 1)) {
                            Some(n) => n,
                            None => vm.binary_op(BinOp::Add, &old, &one)?,
                        },
                        None => one.clone(),
                    };
                    dict.set_hashed(vm, item, hash, count)
                });
            }
        }
        let name = vm.names.get.clone();
        let get = vm.get_attr(mapping, &name)?;
        vm.for_each(iterable, |vm, item| {
            let old = vm.call(&get, &[item.clone(), Value::int32(0)])?;
            let count = vm.binary_op(BinOp::Add, &old, &one)?;
            vm.set_item(mapping, &item, count)
        })
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    crate::deque::init(vm, module);
    let dict = vm.core_type(id::DICT);
    let spec = TypeSpec {
        name: "collections.defaultdict",
        doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.",
        flags: flags::BASETYPE,
        dict: false,
        methods: DefaultDict::METHODS,
    };
    let default_dict = vm.define_type::<Dict>(Some(&dict), &spec);
    let slot = add_slot(vm, &default_dict, "default_factory");
    vm.state::<FactorySlot>().0 = Some(slot);
    vm.module_set(module, "defaultdict", default_dict.into_value());
    let spec = TypeSpec {
        name: "collections.OrderedDict",
        doc: "Dictionary that remembers insertion order",
        flags: flags::BASETYPE | flags::WEAKREFABLE,
        dict: true,
        methods: OrderedDict::METHODS,
    };
    let ordered = vm.define_type::<Dict>(Some(&dict), &spec);
    let mut views = [0; 3];
    for (i, (base, name)) in [(id::DICT_KEYS, "odict_keys"), (id::DICT_VALUES, "odict_values"), (id::DICT_ITEMS, "odict_items")].into_iter().enumerate() {
        let base = vm.core_type(base);
        let view = vm.define_type::<DictView>(Some(&base), &TypeSpec { name, doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: &[] });
        views[i] = view.id(&vm.heap);
    }
    *vm.state::<OrderedId>() = OrderedId(ordered.id(&vm.heap), views);
    vm.module_set(module, "OrderedDict", ordered.into_value());
    let spec = TypeSpec { name: "collections._tuplegetter", doc: "", flags: 0, dict: false, methods: TupleGetterMethods::METHODS };
    let getter = vm.define_type::<TupleGetter>(None, &spec);
    vm.module_set(module, "_tuplegetter", getter.into_value());
    vm.module_functions::<Functions>(module);
    Ok(())
}

/// Gives the instances of a fresh type one more slot; the member descriptor that reaches it.
fn add_slot(vm: &mut Vm, ty: &Ref<Type>, name: &str) -> Value {
    let type_id = ty.id(&vm.heap);
    let info = vm.heap.info_mut(type_id);
    let offset = info.size;
    info.members = offset;
    info.member_count = 1;
    info.size += 8;
    info.flags |= flags::CONTAINER;
    let name = vm.intern(name);
    vm.heap.alloc(Member { name, offset, owner: type_id }).into_value()
}
