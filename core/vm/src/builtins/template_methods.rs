//! `string.templatelib.Template` and `Interpolation`, what t-strings make: Python methods.

use crate::builtins::str::Str;
use crate::builtins::template::{Interpolation, Template, TemplateIter};
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{KwArgs, Result};
use krait_macros::methods;

struct TemplateMethods;

#[methods]
impl TemplateMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = cls;
        if !kwargs.items.is_empty() {
            return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
        }
        let mut parts: Vec<Part> = Vec::new();
        for a in args {
            if let Some(s) = a.downcast::<Str>(&vm.heap).cloned() {
                parts.push(Part::Text(s));
            } else if a.is_exact::<Interpolation>() {
                parts.push(Part::Value(a.clone()));
            } else {
                let found = vm.type_name(a);
                return Err(vm.type_error(format!("Template.__new__ *args need to be of type 'str' or 'Interpolation', got {found}")));
            }
        }
        assemble(vm, parts)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Template>, vm: &mut Vm) -> Result<String> {
        let (strings, interpolations) = { let t = this.get(&*vm); (t.strings.clone(), t.interpolations.clone()) };
        let (strings, interpolations) = (vm.repr_text(&strings)?, vm.repr_text(&interpolations)?);
        Ok(format!("Template(strings={strings}, interpolations={interpolations})"))
    }
    /// Return self+value.
    #[sig("(value, /)")]
    fn __add__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        let (Some(a), Some(b)) = (this.downcast_exact::<Template>().cloned(), value.downcast_exact::<Template>().cloned()) else {
            let found = vm.type_name(value);
            return Err(vm.type_error(format!("can only concatenate string.templatelib.Template (not \"{found}\") to string.templatelib.Template")));
        };
        let mut parts = parts_of(vm, &a);
        parts.extend(parts_of(vm, &b));
        assemble(vm, parts)
    }
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(TemplateIter { template: this.clone(), index: 0 }).into_value())
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<Template>, vm: &mut Vm) -> Result<Value> {
        let (strings, interpolations) = { let t = this.get(&*vm); (t.strings.clone(), t.interpolations.clone()) };
        let module = vm.import("string.templatelib")?;
        let name = vm.intern("_template_unpickle");
        let unpickle = vm.get_attr(&module, &name)?;
        let args = vm.tuple(vec![strings, interpolations]);
        Ok(vm.tuple(vec![unpickle, args]))
    }
    /// Strings
    #[getter]
    fn strings(this: &Ref<Template>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).strings.clone())
    }
    /// Interpolations
    #[getter]
    fn interpolations(this: &Ref<Template>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).interpolations.clone())
    }
    /// Values of interpolations
    #[getter]
    fn values(this: &Ref<Template>, vm: &mut Vm) -> Result<Value> {
        let items = tuple_items(vm, &this.get(&*vm).interpolations.clone());
        let values = items.iter().filter_map(|i| i.downcast_exact::<Interpolation>().map(|i| i.get(&*vm).value.clone())).collect();
        Ok(vm.tuple(values))
    }
}

enum Part {
    Text(Ref<Str>),
    Value(Value),
}

fn tuple_items(vm: &Vm, tuple: &Value) -> Vec<Value> {
    tuple.downcast::<Tuple>(&vm.heap).map(|t| t.items(&vm.heap).to_vec()).unwrap_or_default()
}
fn parts_of(vm: &Vm, template: &Ref<Template>) -> Vec<Part> {
    let (strings, values) = { let t = template.get(&vm.heap); (t.strings.clone(), t.interpolations.clone()) };
    let mut values = tuple_items(vm, &values).into_iter();
    let mut parts = Vec::new();
    for s in tuple_items(vm, &strings) {
        if let Some(s) = s.downcast::<Str>(&vm.heap) {
            parts.push(Part::Text(s.clone()));
        }
        parts.extend(values.next().map(Part::Value));
    }
    parts
}
/// A template of parts: strings that touch are joined, and one stands at each end.
fn assemble(vm: &mut Vm, parts: Vec<Part>) -> Result<Value> {
    let mut strings: Vec<Value> = Vec::new();
    let mut interpolations = Vec::new();
    let mut current: Option<Ref<Str>> = None;
    for part in parts {
        match part {
            Part::Text(s) => {
                current = Some(match current {
                    None => s,
                    Some(before) => {
                        let mut builder = krait_text::StrBuilder::new();
                        before.get(&*vm).view().iter().chain(s.get(&*vm).view().iter()).for_each(|c| builder.push(c));
                        vm.heap.str_buf(builder.finish())
                    }
                });
            }
            Part::Value(v) => {
                let text = current.take().unwrap_or_else(|| vm.heap.empty_str());
                strings.push(text.into_value());
                interpolations.push(v);
            }
        }
    }
    let last = current.unwrap_or_else(|| vm.heap.empty_str());
    strings.push(last.into_value());
    let (strings, interpolations) = (vm.tuple(strings), vm.tuple(interpolations));
    Ok(vm.heap.alloc(Template { strings, interpolations }).into_value())
}

struct TemplateIterMethods;

#[methods]
impl TemplateIterMethods {
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = vm;
        Ok(this.clone())
    }
    /// Implement next(self).
    #[sig("()")]
    fn __next__(this: &Ref<TemplateIter>, vm: &mut Vm) -> Result<Value> {
        loop {
            let (template, index) = { let i = this.get(&*vm); (i.template.clone(), i.index) };
            let Some(template) = template.downcast_exact::<Template>() else { return Err(vm.stop_iteration()) };
            this.get_mut(vm).index += 1;
            let (strings, values) = { let t = template.get(&*vm); (t.strings.clone(), t.interpolations.clone()) };
            let item = if index % 2 == 0 { tuple_items(vm, &strings).get(index / 2).cloned() } else { tuple_items(vm, &values).get(index / 2).cloned() };
            let Some(item) = item else { return Err(vm.stop_iteration()) };
            // Empty strings are left out.
            if item.downcast::<Str>(&vm.heap).is_some_and(|s| s.get(&*vm).is_empty()) {
                continue;
            }
            return Ok(item);
        }
    }
}

struct InterpolationMethods;

#[methods]
impl InterpolationMethods {
    #[sig("(value, expression='', conversion=None, format_spec='')")]
    #[pyname("__new__")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, value: Value, expression: Option<Value>, conversion: Option<Value>, format_spec: Option<Value>) -> Result<Value> {
        let _ = cls;
        let empty = vm.heap.empty_str().into_value();
        let expression = expression.unwrap_or_else(|| empty.clone());
        let format_spec = format_spec.unwrap_or(empty);
        for (name, v) in [("expression", &expression), ("format_spec", &format_spec)] {
            if !v.has_payload::<Str>(&vm.heap) {
                let found = vm.type_name_or_none(v);
                return Err(vm.type_error(format!("Interpolation() argument '{name}' must be str, not {found}")));
            }
        }
        let conversion = match conversion {
            None => Value::NONE,
            Some(c) => {
                let Some(s) = c.downcast::<Str>(&vm.heap) else {
                    let found = vm.type_name_or_none(&c);
                    return Err(vm.type_error(format!("Interpolation() argument 'conversion' must be str, not {found}")));
                };
                if !matches!(s.get(&*vm).as_ascii(), Some("s" | "r" | "a")) {
                    return Err(vm.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"));
                }
                c
            }
        };
        Ok(vm.heap.alloc(Interpolation { value, expression, conversion, format_spec }).into_value())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Interpolation>, vm: &mut Vm) -> Result<String> {
        let mut parts = Vec::new();
        for part in fields(this, vm) {
            parts.push(vm.repr_text(&part)?);
        }
        Ok(format!("Interpolation({})", parts.join(", ")))
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<Interpolation>, vm: &mut Vm) -> Result<Value> {
        let class = vm.core_type(id::INTERPOLATION).into_value();
        let args = fields(this, vm);
        let args = vm.tuple(args);
        Ok(vm.tuple(vec![class, args]))
    }
    /// Value
    #[getter]
    fn value(this: &Ref<Interpolation>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).value.clone())
    }
    /// Expression
    #[getter]
    fn expression(this: &Ref<Interpolation>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).expression.clone())
    }
    /// Conversion
    #[getter]
    fn conversion(this: &Ref<Interpolation>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).conversion.clone())
    }
    /// Format specifier
    #[getter]
    fn format_spec(this: &Ref<Interpolation>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).format_spec.clone())
    }
}

fn fields(this: &Ref<Interpolation>, vm: &Vm) -> Vec<Value> {
    let i = this.get(&vm.heap);
    vec![i.value.clone(), i.expression.clone(), i.conversion.clone(), i.format_spec.clone()]
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<TemplateMethods>(id::TEMPLATE);
    vm.attach::<TemplateIterMethods>(id::TEMPLATE_ITERATOR);
    vm.attach::<InterpolationMethods>(id::INTERPOLATION);
    let ty = vm.core_type(id::INTERPOLATION);
    let names = ["value", "expression", "conversion", "format_spec"].map(|n| vm.intern(n).into_value());
    let (key, args) = (vm.names.__match_args__.clone(), vm.tuple(names.to_vec()));
    vm.type_dict(&ty).set_str(vm, &key, args);
}
