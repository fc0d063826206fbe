//! Struct sequences: named tuples of native modules (`os.stat_result`, `sys.flags`, `time.struct_time`).
//!
//! The tuple holds the visible fields; fields beyond them live in the instance's attributes. [`Vm::define_struct_sequence`]
//! makes a type from a [`StructSpec`], [`Vm::struct_sequence`] an instance.

use crate::Result;
use crate::args::Methods;
use crate::builtins::dict::Dict;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::build::TypeSpec;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use krait_macros::{Traverse, methods};
use rustc_hash::FxHashMap;

/// Describes a struct sequence type.
pub struct StructSpec {
    pub name: &'static str,
    pub doc: &'static str,
    /// Names; visible ones first. An empty name is an unnamed field.
    pub fields: &'static [&'static str],
    /// How many are part of the tuple.
    pub visible: usize,
    /// Whether Python may make instances.
    pub instantiable: bool,
}

#[derive(Default)]
struct Specs {
    by_type: FxHashMap<u32, &'static StructSpec>,
    field: Option<Ref<Type>>,
}

/// A field's descriptor.
#[derive(Traverse)]
pub struct StructField {
    name: Ref<Str>,
    /// Position in the tuple, or -1 for a field beyond it.
    index: i64,
}

#[methods]
impl StructField {
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<StructField>, vm: &mut Vm, instance: Value, _owner: Option<Value>) -> Result<Value> {
        if instance.is_none() {
            return Ok(this.to_value());
        }
        let (name, index) = { let f = this.get(&*vm); (f.name.clone(), f.index) };
        if index >= 0 {
            if let Some(t) = instance.downcast::<Tuple>(&*vm.heap)
                && let Some(v) = t.items(&*vm.heap).get(index as usize)
            {
                return Ok(v.clone());
            }
            return Ok(Value::NONE);
        }
        Ok(vm.heap.instance_attribute(&instance, &name).unwrap_or(Value::NONE))
    }
    #[sig("(instance, value, /)")]
    fn __set__(_this: &Ref<StructField>, vm: &mut Vm, _instance: Value, _value: Value) -> Result<()> {
        Err(vm.error(Exc::AttributeError, "readonly attribute"))
    }
    #[sig("(instance, /)")]
    fn __delete__(_this: &Ref<StructField>, vm: &mut Vm, _instance: Value) -> Result<()> {
        Err(vm.error(Exc::AttributeError, "readonly attribute"))
    }
    #[getter]
    fn __name__(this: &Ref<StructField>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.to_value())
    }
}

struct SequenceMethods;

#[methods(hot)]
impl SequenceMethods {
    #[sig("(sequence, dict=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, sequence: Value, dict: Option<&Value>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        let Some(spec) = vm.struct_spec(type_id) else { return Err(vm.refuse_instantiation(cls)) };
        if !spec.instantiable {
            return Err(vm.refuse_instantiation(cls));
        }
        let items = match vm.collect(&sequence) {
            Ok(items) => items,
            Err(e) if vm.pending_is(Exc::TypeError) => {
                vm.take_pending();
                let _ = e;
                return Err(vm.type_error("constructor requires a sequence"));
            }
            Err(e) => return Err(e),
        };
        let extra = match dict {
            Some(d) => match d.downcast::<Dict>(&*vm.heap).cloned() {
                Some(d) => Some(d),
                None => {
                    let name = spec.name;
                    return Err(vm.type_error(format!("{name}() takes a dict as second arg, if any")));
                }
            },
            None => None,
        };
        let (min, max, given) = (spec.visible, spec.fields.len(), items.len());
        let name = spec.name;
        if min != max && given < min {
            return Err(vm.type_error(format!("{name}() takes an at least {min}-sequence ({given}-sequence given)")));
        }
        if min != max && given > max {
            return Err(vm.type_error(format!("{name}() takes an at most {max}-sequence ({given}-sequence given)")));
        }
        if min == max && given != min {
            return Err(vm.type_error(format!("{name}() takes a {min}-sequence ({given}-sequence given)")));
        }
        let mut values = items;
        let mut found = 0;
        for field in spec.fields.iter().skip(given) {
            let key = vm.intern(field);
            let value = extra.as_ref().filter(|_| !field.is_empty()).and_then(|d| d.get_str(&*vm.heap, &key));
            found += usize::from(value.is_some());
            values.push(value.unwrap_or(Value::NONE));
        }
        if extra.is_some_and(|d| d.len(&*vm.heap) > found) {
            return Err(vm.type_error(format!("{name}() got duplicate or unexpected field name(s)")));
        }
        Ok(vm.struct_sequence(cls, values))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<String> {
        let type_id = this.as_value().type_id();
        let Some(spec) = vm.struct_spec(type_id) else { return Ok("structseq()".into()) };
        let items = this.items(&*vm.heap).to_vec();
        let mut parts = Vec::new();
        for (name, value) in spec.fields.iter().zip(&items) {
            let shown = vm.repr_text(value)?;
            parts.push(format!("{name}={shown}"));
        }
        Ok(format!("{}({})", spec.name, parts.join(", ")))
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Value> {
        let type_id = this.as_value().type_id();
        let ty = vm.core_type(type_id);
        let items = this.items(&*vm.heap).to_vec();
        let items = vm.tuple(items);
        let dict = vm.heap.dict();
        if let Some(spec) = vm.struct_spec(type_id) {
            for field in &spec.fields[spec.visible..] {
                let key = vm.intern(field);
                let value = vm.heap.instance_attribute(this.as_value(), &key).unwrap_or(Value::NONE);
                dict.set_str(&mut *vm.heap, &key, value);
            }
        }
        let args = vm.tuple(vec![items, dict.into_value()]);
        Ok(vm.tuple(vec![ty.into_value(), args]))
    }
    /// Return a copy of the structure with new values for the specified fields.
    #[sig("(**changes)")]
    fn __replace__(this: &Ref<Tuple>, vm: &mut Vm, changes: crate::args::KwArgs<'_>) -> Result<Value> {
        let type_id = this.as_value().type_id();
        let ty = vm.core_type(type_id);
        let Some(spec) = vm.struct_spec(type_id) else { return Ok(this.to_value()) };
        if spec.fields.iter().any(|f| f.is_empty()) {
            let name = spec.name;
            return Err(vm.type_error(format!("__replace__() is not supported for {name} because it has unnamed field(s)")));
        }
        let mut values = this.items(&*vm.heap).to_vec();
        for field in &spec.fields[spec.visible..] {
            let key = vm.intern(field);
            values.push(vm.heap.instance_attribute(this.as_value(), &key).unwrap_or(Value::NONE));
        }
        for (key, value) in &changes.items {
            let text = vm.to_text(key)?;
            match spec.fields.iter().position(|f| *f == text) {
                Some(i) => values[i] = (*value).clone(),
                None => return Err(vm.type_error(format!("Got unexpected field name(s): ['{text}']"))),
            }
        }
        Ok(vm.struct_sequence(&ty, values))
    }
}

impl Vm {
    fn struct_spec(&mut self, type_id: u32) -> Option<&'static StructSpec> {
        self.state::<Specs>().by_type.get(&type_id).copied()
    }
    /// Makes the type of a struct sequence.
    pub fn define_struct_sequence(&mut self, spec: &'static StructSpec) -> Ref<Type> {
        let field_type = match self.state::<Specs>().field.clone() {
            Some(t) => t,
            None => {
                let spec = TypeSpec { name: "member_descriptor", doc: "", flags: crate::heap::flags::DISALLOW_INSTANTIATION, dict: false, methods: StructField::METHODS };
                let t = self.define_type::<StructField>(None, &spec);
                self.state::<Specs>().field = Some(t.clone());
                t
            }
        };
        let base = self.core_type(id::TUPLE);
        let type_spec = TypeSpec { name: spec.name, doc: spec.doc, flags: 0, dict: spec.fields.len() > spec.visible, methods: SequenceMethods::METHODS };
        let ty = self.define_type::<Tuple>(Some(&base), &type_spec);
        let type_id = ty.id(&self.heap);
        self.state::<Specs>().by_type.insert(type_id, spec);
        let dict = self.type_dict(&ty);
        let field_id = field_type.id(&self.heap);
        let mut unnamed = 0;
        for (i, field) in spec.fields.iter().enumerate() {
            if field.is_empty() {
                unnamed += 1;
                continue;
            }
            let name = self.intern(field);
            let index = if i < spec.visible { i as i64 } else { -1 };
            let descriptor = self.heap.alloc_typed(field_id, StructField { name: name.clone(), index });
            dict.set_str(&mut *self.heap, &name, descriptor.into_value());
        }
        let names: Vec<Value> = spec.fields[..spec.visible].iter().filter(|f| !f.is_empty()).map(|f| self.heap.intern(f).into_value()).collect();
        let names = self.tuple(names);
        let number = |n: usize| Value::small_int(n as i64).unwrap_or(Value::NONE);
        for (key, value) in [
            ("n_fields", number(spec.fields.len())),
            ("n_sequence_fields", number(spec.visible)),
            ("n_unnamed_fields", number(unnamed)),
            ("__match_args__", names),
        ] {
            let key = self.intern(key);
            dict.set_str(&mut *self.heap, &key, value);
        }
        if !spec.name.starts_with("sys.") {
            // Only the interpreter's own are static types.
            self.heap.info_mut(type_id).flags &= !crate::heap::flags::IMMUTABLE;
        }
        self.heap.type_modified(type_id, false);
        ty
    }
    /// An instance: one value per field, hidden ones included.
    pub fn struct_sequence(&mut self, ty: &Ref<Type>, mut values: Vec<Value>) -> Value {
        let type_id = ty.id(&self.heap);
        let Some(spec) = self.struct_spec(type_id) else { return self.tuple(values) };
        values.resize(spec.fields.len(), Value::NONE);
        let hidden = values.split_off(spec.visible);
        let object = self.heap.tuple_typed(type_id, values).into_value();
        for (field, value) in spec.fields[spec.visible..].iter().zip(hidden) {
            let name = self.intern(field);
            self.heap.set_instance_attribute(&object, &name, Some(value));
        }
        object
    }
}
