//! Making types: the core's own at start-up, modules' types, and the low-level half of the class statement.
//!
//! [`core_types`] fills the type table in the order of `types::id`; methods are attached afterwards by
//! `builtins::init` (they need a running `Vm`). [`Vm::define_type`] is how modules add types;
//! `builtins/type_methods.rs` builds classes on [`Vm::new_type`].

use crate::args::{MethodDef, MethodKind};
use crate::builtins::function::{BuiltinFn, ClassMethod, GetSet, Member, StaticMethod};
use crate::builtins::str::Str;
use crate::builtins::{bytes, code, dict, float, function, int, list, module, set, slice, str, tuple};
use crate::exceptions::{EXCEPTIONS, ExcTypes, Exception};
use crate::heap::{Heap, TypeInfo, flags};
use crate::names::Names;
use crate::object::{Payload, Ref};
use crate::types::shape::Shape;
use crate::types::special::{SPECIAL_NAMES, Special};
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};

/// Payload of types whose objects carry no data of their own.
pub struct Opaque<const ID: u32>;

#[allow(unsafe_code, reason = "no references")]
// SAFETY: there is nothing to visit.
unsafe impl<const ID: u32> Payload for Opaque<ID> {
    const FIXED_ID: u32 = ID;
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}
}

pub(crate) struct CoreTypes {
    pub names: Names,
    pub exc: ExcTypes,
}

struct CoreType {
    id: u32,
    name: &'static str,
    base: u32,
    flags: u32,
    info: fn(&mut Heap) -> TypeInfo,
    /// Bytes behind the payload that every object has room for.
    tail: usize,
}

macro_rules! core_type_table {
    ($($id:ident $payload:ty, $name:literal, $base:ident, $flags:expr;)*) => {
        &[$(CoreType {
            id: id::$id,
            name: $name,
            base: id::$base,
            flags: $flags,
            info: |heap| heap.new_info::<$payload>(),
            tail: 0,
        }),*]
    };
}

const NO_NEW: u32 = flags::DISALLOW_INSTANTIATION;
const BASE: u32 = flags::BASETYPE;
/// Objects own no references.
const LEAF: u32 = 1 << 31;
const WEAK: u32 = flags::WEAKREFABLE;

use crate::builtins::iterators as it;
use crate::interp::generator as generators;

/// Every core type, in the order of `types::id`.
static CORE_TYPES: &[CoreType] = core_type_table! {
    OBJECT Opaque<{ id::OBJECT }>, "object", OBJECT, BASE | LEAF;
    TYPE Type, "type", OBJECT, BASE | WEAK | flags::TYPE_SUBCLASS;
    NONE Opaque<{ id::NONE }>, "NoneType", OBJECT, LEAF;
    NOT_IMPLEMENTED Opaque<{ id::NOT_IMPLEMENTED }>, "NotImplementedType", OBJECT, LEAF;
    ELLIPSIS Opaque<{ id::ELLIPSIS }>, "ellipsis", OBJECT, LEAF;
    INT int::Int, "int", OBJECT, BASE | LEAF | flags::LONG_SUBCLASS;
    BOOL Opaque<{ id::BOOL }>, "bool", INT, LEAF | flags::LONG_SUBCLASS;
    FLOAT float::Float, "float", OBJECT, BASE | LEAF;
    COMPLEX float::Complex, "complex", OBJECT, BASE | LEAF;
    STR str::Str, "str", OBJECT, BASE | LEAF | flags::UNICODE_SUBCLASS;
    BYTES bytes::Bytes, "bytes", OBJECT, BASE | LEAF | flags::BYTES_SUBCLASS;
    BYTEARRAY bytes::ByteArray, "bytearray", OBJECT, BASE | LEAF;
    MEMORYVIEW crate::builtins::memoryview::MemoryView, "memoryview", OBJECT, WEAK | flags::SEQUENCE;
    LIST list::List, "list", OBJECT, BASE | flags::LIST_SUBCLASS | flags::SEQUENCE;
    TUPLE tuple::Tuple, "tuple", OBJECT, BASE | flags::TUPLE_SUBCLASS | flags::SEQUENCE;
    DICT dict::Dict, "dict", OBJECT, BASE | flags::DICT_SUBCLASS | flags::MAPPING;
    SET set::Set, "set", OBJECT, BASE | WEAK;
    FROZENSET set::Set, "frozenset", OBJECT, BASE | WEAK;
    RANGE slice::Range, "range", OBJECT, flags::SEQUENCE;
    SLICE slice::Slice, "slice", OBJECT, 0;
    FUNCTION function::Function, "function", OBJECT, WEAK;
    BUILTIN_FUNCTION function::BuiltinFn, "builtin_function_or_method", OBJECT, WEAK | NO_NEW;
    METHOD function::BoundMethod, "method", OBJECT, WEAK;
    METHOD_DESCRIPTOR function::BuiltinFn, "method_descriptor", OBJECT, NO_NEW;
    WRAPPER_DESCRIPTOR function::BuiltinFn, "wrapper_descriptor", OBJECT, NO_NEW;
    METHOD_WRAPPER function::BuiltinFn, "method-wrapper", OBJECT, NO_NEW;
    CLASSMETHOD_DESCRIPTOR function::BuiltinFn, "classmethod_descriptor", OBJECT, NO_NEW;
    GETSET_DESCRIPTOR function::GetSet, "getset_descriptor", OBJECT, NO_NEW;
    MEMBER_DESCRIPTOR function::Member, "member_descriptor", OBJECT, NO_NEW;
    PROPERTY function::Property, "property", OBJECT, BASE;
    CLASSMETHOD function::ClassMethod, "classmethod", OBJECT, BASE | WEAK;
    STATICMETHOD function::StaticMethod, "staticmethod", OBJECT, BASE | WEAK;
    SUPER crate::builtins::object::Super, "super", OBJECT, BASE;
    MODULE module::Module, "module", OBJECT, BASE | WEAK;
    CODE code::CodeObject, "code", OBJECT, WEAK;
    CELL function::Cell, "cell", OBJECT, 0;
    FRAME crate::interp::frame::FrameObject, "frame", OBJECT, NO_NEW;
    TRACEBACK crate::interp::frame::Traceback, "traceback", OBJECT, 0;
    GENERATOR generators::Generator, "generator", OBJECT, WEAK | NO_NEW;
    COROUTINE generators::Generator, "coroutine", OBJECT, WEAK | NO_NEW;
    ASYNC_GENERATOR generators::Generator, "async_generator", OBJECT, WEAK | NO_NEW;
    COROUTINE_WRAPPER generators::CoroutineWrapper, "coroutine_wrapper", OBJECT, NO_NEW;
    ASYNC_GEN_ASEND generators::AsyncGenAwaitable, "async_generator_asend", OBJECT, NO_NEW;
    ASYNC_GEN_ATHROW generators::AsyncGenAwaitable, "async_generator_athrow", OBJECT, NO_NEW;
    ASYNC_GEN_WRAPPED generators::AsyncGenWrapped, "async_generator_wrapped_value", OBJECT, NO_NEW;
    ANEXT_AWAITABLE generators::AnextAwaitable, "anext_awaitable", OBJECT, NO_NEW;
    DICT_KEYS it::DictView, "dict_keys", OBJECT, NO_NEW;
    DICT_VALUES it::DictView, "dict_values", OBJECT, NO_NEW;
    DICT_ITEMS it::DictView, "dict_items", OBJECT, NO_NEW;
    DICT_KEY_ITERATOR it::DictIter, "dict_keyiterator", OBJECT, NO_NEW;
    DICT_VALUE_ITERATOR it::DictIter, "dict_valueiterator", OBJECT, NO_NEW;
    DICT_ITEM_ITERATOR it::DictIter, "dict_itemiterator", OBJECT, NO_NEW;
    DICT_REVERSE_KEY_ITERATOR it::DictIter, "dict_reversekeyiterator", OBJECT, NO_NEW;
    DICT_REVERSE_VALUE_ITERATOR it::DictIter, "dict_reversevalueiterator", OBJECT, NO_NEW;
    DICT_REVERSE_ITEM_ITERATOR it::DictIter, "dict_reverseitemiterator", OBJECT, NO_NEW;
    MAPPINGPROXY it::MappingProxy, "mappingproxy", OBJECT, flags::MAPPING;
    LIST_ITERATOR it::ListIter, "list_iterator", OBJECT, NO_NEW;
    LIST_REVERSE_ITERATOR it::ListIter, "list_reverseiterator", OBJECT, NO_NEW;
    TUPLE_ITERATOR it::SeqIter, "tuple_iterator", OBJECT, NO_NEW;
    STR_ITERATOR it::SeqIter, "str_iterator", OBJECT, NO_NEW;
    STR_ASCII_ITERATOR it::SeqIter, "str_ascii_iterator", OBJECT, NO_NEW;
    BYTES_ITERATOR it::SeqIter, "bytes_iterator", OBJECT, NO_NEW;
    BYTEARRAY_ITERATOR it::SeqIter, "bytearray_iterator", OBJECT, NO_NEW;
    MEMORY_ITERATOR it::SeqIter, "memory_iterator", OBJECT, NO_NEW;
    RANGE_ITERATOR slice::RangeIter, "range_iterator", OBJECT, NO_NEW | LEAF;
    LONGRANGE_ITERATOR it::LongRangeIter, "longrange_iterator", OBJECT, NO_NEW;
    SET_ITERATOR it::SetIter, "set_iterator", OBJECT, NO_NEW;
    SEQUENCE_ITERATOR it::SeqIter, "iterator", OBJECT, NO_NEW;
    CALLABLE_ITERATOR it::CallableIter, "callable_iterator", OBJECT, NO_NEW;
    ENUMERATE it::Enumerate, "enumerate", OBJECT, BASE;
    ZIP it::Zip, "zip", OBJECT, BASE;
    MAP it::Map, "map", OBJECT, BASE;
    FILTER it::Filter, "filter", OBJECT, BASE;
    REVERSED it::SeqIter, "reversed", OBJECT, BASE;
    UNION crate::builtins::generic_alias::Union, "Union", OBJECT, WEAK | NO_NEW;
    GENERIC_ALIAS crate::builtins::generic_alias::GenericAlias, "GenericAlias", OBJECT, BASE | WEAK;
    WEAKREF crate::builtins::weakref::WeakRef, "ReferenceType", OBJECT, BASE;
    WEAK_PROXY crate::builtins::weakref::WeakRef, "ProxyType", OBJECT, NO_NEW;
    WEAK_CALLABLE_PROXY crate::builtins::weakref::WeakRef, "CallableProxyType", OBJECT, NO_NEW;
    TYPE_ALIAS crate::builtins::typing::TypeAlias, "TypeAliasType", OBJECT, 0;
    TYPE_VAR crate::builtins::typing::TypeParam, "TypeVar", OBJECT, WEAK;
    PARAM_SPEC crate::builtins::typing::TypeParam, "ParamSpec", OBJECT, WEAK;
    PARAM_SPEC_ARGS crate::builtins::typing::ParamSpecPart, "ParamSpecArgs", OBJECT, WEAK;
    PARAM_SPEC_KWARGS crate::builtins::typing::ParamSpecPart, "ParamSpecKwargs", OBJECT, WEAK;
    TYPE_VAR_TUPLE crate::builtins::typing::TypeParam, "TypeVarTuple", OBJECT, WEAK;
    GENERIC Opaque<{ id::OBJECT }>, "Generic", OBJECT, BASE | LEAF;
    NO_DEFAULT Opaque<{ id::NO_DEFAULT }>, "NoDefaultType", OBJECT, LEAF;
    TEMPLATE crate::builtins::template::Template, "Template", OBJECT, 0;
    TEMPLATE_ITERATOR crate::builtins::template::TemplateIter, "TemplateIter", OBJECT, NO_NEW;
    INTERPOLATION crate::builtins::template::Interpolation, "Interpolation", OBJECT, 0;
    SIMPLE_NAMESPACE Opaque<{ id::SIMPLE_NAMESPACE }>, "SimpleNamespace", OBJECT, BASE | LEAF;
    STRUCT_SEQUENCE tuple::Tuple, "structseq", TUPLE, flags::TUPLE_SUBCLASS | flags::SEQUENCE;
    FRAME_LOCALS_PROXY crate::interp::frame::FrameLocalsProxy, "FrameLocalsProxy", OBJECT, flags::MAPPING;
    BASE_EXCEPTION Exception, "BaseException", OBJECT, BASE | flags::BASE_EXC_SUBCLASS;
};

/// Types whose instances have a `__dict__` although they are builtin.
const WITH_DICT: &[u32] = &[id::BASE_EXCEPTION, id::SIMPLE_NAMESPACE, id::TYPE_VAR, id::PARAM_SPEC, id::TYPE_VAR_TUPLE];
/// Inline attribute slots of those.
const DICT_SLOTS: u32 = 2;

pub(crate) fn core_types(heap: &mut Heap) -> CoreTypes {
    for core in CORE_TYPES {
        let mut info = (core.info)(heap);
        let tail = match core.id {
            id::STR => str::STR_TAIL,
            id::TUPLE | id::STRUCT_SEQUENCE => tuple::TUPLE_TAIL,
            _ => core.tail,
        };
        info.size += tail as u32;
        info.layout = if core.base == id::TUPLE { id::TUPLE } else if core.id == id::BOOL { id::INT } else if core.id == id::GENERIC { id::OBJECT } else { core.id };
        info.flags = (core.flags & !LEAF) | flags::IMMUTABLE | if core.flags & LEAF != 0 { 0 } else { flags::CONTAINER };
        if WITH_DICT.contains(&core.id) {
            add_instance_part(&mut info, DICT_SLOTS);
        }
        let added = heap.add_type(info);
        debug_assert_eq!(added, core.id, "the table is in the order of types::id");
    }
    heap.special_names = SPECIAL_NAMES.iter().map(|name| heap.intern(name)).collect();
    heap.class_name = Some(heap.intern("__class__"));
    for core in CORE_TYPES {
        let name = heap.intern(core.name);
        let (bases, base, mro) = if core.id == id::OBJECT {
            (Vec::new(), None, Vec::new())
        } else {
            let base = heap.type_object(core.base).clone();
            let mro = base.get(heap).mro.items(heap).to_vec();
            (vec![base.to_value()], Some(base), mro)
        };
        make_type_object(heap, id::TYPE, core.id, name, bases, base, mro);
    }
    let mut exc = Vec::with_capacity(EXCEPTIONS.len());
    for spec in EXCEPTIONS {
        debug_assert_eq!(spec.kind as usize, exc.len());
        let Some(base) = spec.base else {
            exc.push(heap.type_object(id::BASE_EXCEPTION).clone());
            continue;
        };
        let base_type: Ref<Type> = exc[base as usize].clone();
        let base_id = base_type.id(heap);
        let info = heap.info(base_id).clone();
        let new_id = heap.add_type(info);
        let name = heap.intern(spec.name);
        let mut bases = vec![base_type.to_value()];
        let mut mro = base_type.get(heap).mro.items(heap).to_vec();
        if spec.name == "ExceptionGroup" {
            // class ExceptionGroup(BaseExceptionGroup, Exception)
            let exception: Ref<Type> = exc[crate::exceptions::Exc::Exception as usize].clone();
            bases.push(exception.to_value());
            mro.insert(1, exception.to_value());
        }
        exc.push(make_type_object(heap, id::TYPE, new_id, name, bases, Some(base_type), mro));
    }
    let names = Names::new(heap);
    CoreTypes { names, exc: ExcTypes(exc) }
}

fn add_instance_part(info: &mut TypeInfo, inline: u32) {
    info.instance = info.size;
    info.inline = inline;
    info.size += size_of::<crate::heap::Instance>() as u32 + 8 * inline;
    info.flags |= flags::CONTAINER;
}

/// Notes a subclass. The ids of classes that died go now and then, so that the list stays in proportion.
fn add_subclass(heap: &mut Heap, base: &Ref<Type>, new_id: u32) {
    let known = base.get(heap).subclasses.len();
    if known >= 16 && known.is_power_of_two() {
        let known = std::mem::take(&mut base.get_mut(heap).subclasses);
        let live = known.into_iter().filter(|&id| heap.info(id).type_object != 0).collect();
        base.get_mut(heap).subclasses = live;
    }
    base.get_mut(heap).subclasses.push(new_id);
}

impl Heap {
    /// Notes that a class's own `mro()` named these classes, so that their changes reach it.
    pub(crate) fn add_follower(&mut self, follower: u32, mro: &[Value]) {
        for ty in mro {
            let Some(ty) = ty.downcast::<Type>(self).cloned() else { continue };
            if ty.id(self) == follower || self.info(ty.id(self)).flags & flags::IMMUTABLE != 0 {
                continue;
            }
            let mut followers = std::mem::take(&mut ty.get_mut(self).followers);
            followers.retain(|&id| id != follower && self.info(id).type_object != 0);
            followers.push(follower);
            ty.get_mut(self).followers = followers;
        }
    }
}

/// Makes the type object of a table entry. `mro` is without the type itself.
fn make_type_object(
    heap: &mut Heap,
    meta: u32,
    new_id: u32,
    name: Ref<Str>,
    bases: Vec<Value>,
    base: Option<Ref<Type>>,
    mro: Vec<Value>,
) -> Ref<Type> {
    for b in &bases {
        if let Some(b) = b.downcast::<Type>(heap).cloned() {
            add_subclass(heap, &b, new_id);
        }
    }
    let bases = heap.tuple(bases);
    let empty = heap.tuple(Vec::new());
    let dict = heap.dict();
    let (root, dict_id) = (heap.fresh_version(), heap.fresh_version());
    let ty = Type {
        id: new_id,
        qualname: name.clone(),
        full_name: None,
        name,
        bases,
        base,
        mro: empty,
        dict,
        subclasses: Vec::new(),
        followers: Vec::new(),
        slots: None,
        variants: Vec::new(),
        root_shape: Shape::root(root, false),
        dict_shape: Shape::root(dict_id, true),
        specials: None,
        hooks: 0,
    };
    let object = heap.alloc_typed(meta, ty);
    let mut full = vec![object.to_value()];
    full.extend(mro);
    let mro = heap.tuple(full);
    object.get_mut(heap).mro = mro;
    heap.info_mut(new_id).type_object = object.as_value().bits();
    if heap.info(new_id).flags & flags::HEAP_TYPE == 0
        && let Some(header) = object.as_value().header()
    {
        header.make_immortal();
    }
    heap.refresh_flags(new_id);
    object
}

/// What a module says about a type it adds.
pub struct TypeSpec {
    /// `module.Name`, or just the name for builtins.
    pub name: &'static str,
    pub doc: &'static str,
    /// `flags::*`; BASETYPE allows subclassing.
    pub flags: u32,
    /// Instances have a `__dict__`.
    pub dict: bool,
    pub methods: &'static [MethodDef],
}

/// What the class statement decided about a new class.
pub struct NewType {
    pub meta: Ref<Type>,
    pub name: Ref<Str>,
    pub bases: Vec<Ref<Type>>,
    /// The base that determines the layout.
    pub base: Ref<Type>,
    /// MRO without the class itself.
    pub mro: Vec<Value>,
    pub dict: Ref<dict::Dict>,
    /// Names of new `__slots__` members (mangled); `None` without `__slots__`.
    pub slots: Option<Vec<Ref<Str>>>,
    /// Instances get a `__dict__` (they may have one from a base anyway).
    pub add_dict: bool,
    pub weakrefable: bool,
    /// Inline attribute slots wished for.
    pub inline: u32,
}

impl Vm {
    /// Adds a native type for payload `T`, with its methods.
    pub fn define_type<T: Payload>(&mut self, base: Option<&Ref<Type>>, spec: &TypeSpec) -> Ref<Type> {
        let info = self.heap.new_info::<T>();
        self.define_type_of(id::TYPE, info, base, spec)
    }
    /// As `define_type`, for a type whose own type is a metaclass.
    pub fn define_type_under<T: Payload>(&mut self, meta: &Ref<Type>, base: Option<&Ref<Type>>, spec: &TypeSpec) -> Ref<Type> {
        let info = self.heap.new_info::<T>();
        let meta = meta.id(&self.heap);
        self.define_type_of(meta, info, base, spec)
    }
    /// `define_type` for a payload that `fresh` describes: there are some ninety.
    fn define_type_of(&mut self, meta: u32, fresh: TypeInfo, base: Option<&Ref<Type>>, spec: &TypeSpec) -> Ref<Type> {
        let base = base.cloned().unwrap_or_else(|| self.core_type(id::OBJECT));
        let base_id = base.id(&self.heap);
        let payload = fresh.payload;
        // A core payload's own type is there already.
        let registered = fresh.layout != 0 || self.heap.type_of_payload(payload).is_some();
        let mut info = if self.heap.info(base_id).payload == payload { self.heap.info(base_id).clone() } else { fresh };
        info.flags |= spec.flags | (self.heap.info(base_id).flags & !(flags::IMMUTABLE | flags::BASETYPE | flags::DISALLOW_INSTANTIATION)) | flags::IMMUTABLE;
        if spec.dict && info.instance == 0 {
            add_instance_part(&mut info, DICT_SLOTS);
        }
        let new_id = self.heap.add_type(info);
        if !registered {
            self.heap.register(payload, new_id);
        }
        let short = spec.name.rsplit('.').next().unwrap_or(spec.name);
        let name = self.heap.intern(short);
        let mro = base.get(&self.heap).mro.items(&self.heap).to_vec();
        let ty = make_type_object(&mut self.heap, meta, new_id, name, vec![base.to_value()], Some(base.clone()), mro);
        if let Some((module, _)) = spec.name.rsplit_once('.') {
            if self.heap.info(new_id).flags & flags::BASE_EXC_SUBCLASS == 0 {
                ty.get_mut(self).full_name = Some(spec.name);
            }
            let module = self.heap.intern(module).into_value();
            let key = self.names.__module__.clone();
            self.type_dict(&ty).set_str(self, &key, module);
        }
        let doc = if spec.doc.is_empty() { Value::NONE } else { self.str(spec.doc) };
        let key = self.names.__doc__.clone();
        self.type_dict(&ty).set_str(self, &key, doc);
        self.add_methods(&ty, spec.methods);
        if spec.dict {
            let dict = self.type_dict(&ty);
            self.add_instance_getsets(&ty, &dict, true, false);
            self.heap.type_modified(new_id, false);
        }
        ty
    }

    pub fn type_dict(&self, ty: &Ref<Type>) -> Ref<dict::Dict> {
        ty.get(&self.heap).dict.clone()
    }

    /// Puts declared methods into a type's dict.
    pub fn add_methods(&mut self, ty: &Ref<Type>, methods: &'static [MethodDef]) {
        let owner = ty.id(&self.heap);
        let dict = self.type_dict(ty);
        dict.get_mut(self).table.make_room(methods.len());
        for def in methods {
            let name = self.heap.intern(def.name);
            let value = match def.kind {
                MethodKind::Getter | MethodKind::Setter => {
                    let existing = dict.get_str(&*self, &name);
                    if let Some(existing) = existing.as_ref().and_then(|v| v.downcast_exact::<GetSet>()) {
                        let getset = existing.get_mut(self);
                        if def.kind == MethodKind::Getter { getset.get = Some(def) } else { getset.set = Some(def) }
                        continue;
                    }
                    let (get, set) = if def.kind == MethodKind::Getter { (Some(def), None) } else { (None, Some(def)) };
                    self.heap.alloc(GetSet { name: name.clone(), get, set, owner }).into_value()
                }
                MethodKind::StaticMethod => {
                    let module = Some(ty.to_value());
                    let callable = self.heap.alloc(BuiltinFn { def, owner: 0, this: None, module }).into_value();
                    self.heap.alloc(StaticMethod { callable, dict: None }).into_value()
                }
                MethodKind::New => {
                    let this = Some(ty.to_value());
                    self.heap.alloc(BuiltinFn { def, owner, this, module: None }).into_value()
                }
                kind => {
                    let kind = match kind {
                        MethodKind::Slot => id::WRAPPER_DESCRIPTOR,
                        MethodKind::ClassMethod => id::CLASSMETHOD_DESCRIPTOR,
                        _ => id::METHOD_DESCRIPTOR,
                    };
                    self.heap.alloc_typed(kind, BuiltinFn { def, owner, this: None, module: None }).into_value()
                }
            };
            dict.set_str(self, &name, value);
        }
        // A type that defines equality but no hash is unhashable.
        let defines = |n: &str| methods.iter().any(|d| d.name == n);
        if defines("__eq__") && !defines("__hash__") {
            let name = self.names.__hash__.clone();
            self.type_dict(ty).set_str(self, &name, Value::NONE);
        }
        self.heap.type_modified(owner, false);
    }

    /// A module-level builtin function.
    pub fn builtin_function(&mut self, def: &'static MethodDef, module: Option<Value>) -> Value {
        self.heap.alloc(BuiltinFn { def, owner: 0, this: None, module }).into_value()
    }

    /// Makes a class from what the class statement decided. Slot descriptors are added to its dict.
    pub fn new_type(&mut self, new: NewType) -> Result<Ref<Type>> {
        let base_id = new.base.id(&self.heap);
        let mut info = self.heap.info(base_id).clone();
        info.flags &= !(flags::IMMUTABLE | flags::DISALLOW_INSTANTIATION | flags::ABSTRACT);
        info.flags |= flags::HEAP_TYPE | flags::BASETYPE | flags::CONTAINER;
        info.next = None;
        info.length = None;
        info.descriptor = None;
        let heap = &self.heap;
        let inherits = |flag: u32| new.bases.iter().any(|b| heap.info(b.id(heap)).flags & flag != 0);
        if new.weakrefable || inherits(flags::WEAKREFABLE) {
            info.flags |= flags::WEAKREFABLE;
        }
        // The first base that is a sequence or a mapping for patterns says which of them the class is.
        let kinds = flags::SEQUENCE | flags::MAPPING;
        info.flags &= !kinds;
        info.flags |= new.bases.iter().map(|b| heap.info(b.id(heap)).flags & kinds).find(|kind| *kind != 0).unwrap_or(0);
        // Layout: payload, members (the base's first), then the instance part with its inline slots.
        let had_dict = info.instance != 0;
        let base_inline = info.inline;
        if had_dict {
            info.size = info.instance;
            info.instance = 0;
            info.inline = 0;
        }
        if info.member_count == 0 {
            info.members = info.size;
        }
        let names = new.slots.clone().unwrap_or_default();
        let first = info.size;
        info.member_count += names.len() as u32;
        info.size += 8 * names.len() as u32;
        if had_dict || new.add_dict {
            let room = (crate::heap::MAX_OBJECT as u32).saturating_sub(info.size + 16) / 8;
            add_instance_part(&mut info, new.inline.max(base_inline).min(room).min(40));
        }
        if info.size as usize > crate::heap::MAX_OBJECT {
            return Err(self.type_error("too many slots for one object"));
        }
        let new_id = self.heap.add_type(info);
        let bases = new.bases.iter().map(Ref::to_value).collect();
        let meta = new.meta.id(&self.heap);
        let ty = make_type_object(&mut self.heap, meta, new_id, new.name, bases, Some(new.base), new.mro);
        {
            let payload = ty.get_mut(self);
            payload.dict = new.dict;
            payload.slots = new.slots;
        }
        for (i, name) in names.iter().enumerate() {
            let member = Member { name: name.clone(), offset: first + 8 * i as u32, owner: new_id };
            let member = self.heap.alloc(member).into_value();
            self.type_dict(&ty).set_str(self, name, member);
        }
        self.heap.type_modified(new_id, false);
        Ok(ty)
    }

    /// The C3 linearisation of a class with these bases, without the class itself.
    pub fn linearize(&mut self, bases: &[Ref<Type>]) -> Result<Vec<Value>> {
        if let Some(base) = bases.iter().find(|b| b.get(&self.heap).mro.len(&self.heap) == 0) {
            let name = base.name(&self.heap);
            return Err(self.type_error(format!("Cannot extend an incomplete type '{name}'")));
        }
        let heap = &self.heap;
        let mut lists: Vec<Vec<Value>> = bases.iter().map(|b| b.get(heap).mro.items(heap).to_vec()).collect();
        lists.push(bases.iter().map(Ref::to_value).collect());
        let mut heads = vec![0usize; lists.len()];
        let mut result = Vec::new();
        loop {
            let mut left = false;
            let mut chosen = None;
            for (list, &head) in lists.iter().zip(&heads) {
                let Some(candidate) = list.get(head) else { continue };
                left = true;
                let blocked = lists.iter().zip(&heads).any(|(l, &h)| l.iter().skip(h + 1).any(|t| t.is(candidate)));
                if !blocked {
                    chosen = Some(candidate.clone());
                    break;
                }
            }
            match chosen {
                Some(t) => {
                    for (list, head) in lists.iter().zip(heads.iter_mut()) {
                        if list.get(*head).is_some_and(|h| h.is(&t)) {
                            *head += 1;
                        }
                    }
                    result.push(t);
                }
                None if !left => return Ok(result),
                None => {
                    let mut names = Vec::new();
                    for (list, &head) in lists.iter().zip(&heads) {
                        if let Some(t) = list.get(head).and_then(|t| t.downcast::<Type>(&self.heap)) {
                            let name = t.name(&self.heap);
                            if !names.contains(&name) {
                                names.push(name);
                            }
                        }
                    }
                    return Err(self.type_error(format!("Cannot create a consistent method resolution order (MRO) for bases {}", names.join(", "))));
                }
            }
        }
    }

    /// A new plain instance of a class whose layout is `object`'s.
    pub fn new_instance(&mut self, type_id: u32) -> Result<Value> {
        if self.heap.info(type_id).layout != id::OBJECT {
            let name = self.heap.type_object(type_id).name(&self.heap);
            let base = self.heap.type_object(self.heap.info(type_id).layout).name(&self.heap);
            return Err(self.type_error(format!("object.__new__({name}) is not safe, use {base}.__new__()")));
        }
        Ok(self.heap.alloc_typed(type_id, Opaque::<{ id::OBJECT }>).into_value())
    }

    /// Sets an attribute of a type and refreshes what depends on it. `None` deletes; whether it was there.
    pub fn set_type_attribute(&mut self, ty: &Ref<Type>, name: &Ref<Str>, value: Option<Value>) -> bool {
        let name = self.heap.intern_str(name);
        let dict = self.type_dict(ty);
        let old = dict.get_str(&*self, &name);
        let plain = |vm: &mut Vm, v: &Option<Value>| match v {
            Some(v) => {
                let t = v.type_id();
                vm.heap.special(t, Special::Get).is_none() && vm.heap.special(t, Special::Set).is_none()
            }
            None => false,
        };
        // Replacing one plain value by another leaves instance look-ups alone.
        let shapes = !(plain(self, &old) && plain(self, &value));
        let found = match value {
            Some(v) => {
                dict.set_str(self, &name, v);
                true
            }
            None => dict.remove_str(self, &name).is_some(),
        };
        let type_id = ty.id(&self.heap);
        self.heap.type_modified(type_id, shapes);
        drop(old);
        found
    }

    /// Raises when a core type may not be instantiated from Python.
    pub fn refuse_instantiation(&mut self, ty: &Ref<Type>) -> Raised {
        let name = self.full_type_name(ty);
        self.type_error(format!("cannot create '{name}' instances"))
    }

    /// `module.qualname`, without `builtins.`.
    pub fn full_type_name(&mut self, ty: &Ref<Type>) -> String {
        let qualname = ty.get(&self.heap).qualname.get(&self.heap).to_string_lossy();
        let module = self.names.__module__.clone();
        match self.type_dict(ty).get_str(&*self, &module) {
            Some(m) => match m.downcast::<Str>(&self.heap).map(|m| m.get(&self.heap).to_string_lossy()) {
                Some(m) if m != "builtins" => format!("{m}.{qualname}"),
                _ => qualname,
            },
            None => qualname,
        }
    }
    /// As `full_type_name`, with the module left out when it is the program's own.
    pub fn shown_type_name(&mut self, ty: &Ref<Type>) -> String {
        let full = self.full_type_name(ty);
        full.strip_prefix("__main__.").map(str::to_owned).unwrap_or(full)
    }
    /// Wraps a builtin class method or static method found in a type's dict.
    pub fn is_class_or_static_method(&self, value: &Value) -> bool {
        value.is_exact::<ClassMethod>() || value.is_exact::<StaticMethod>()
    }
}
