//! Type parameters (`TypeVar`, `ParamSpec`, `TypeVarTuple`), `TypeAliasType`, `Generic`, `NoDefault`: Python methods.
//!
//! Bounds, constraints, defaults and alias values of the PEP 695 syntax are functions, called when first asked for.
//! What needs the `typing` module (substitution, `Unpack[…]`) imports it on demand, as CPython does.

use crate::builtins::function::Function;
use crate::builtins::generic_alias::GenericAlias;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::builtins::typing::{ConstEvaluator, ParamSpecPart, TypeAlias, TypeParam};
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::build::TypeSpec;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{KwArgs, Result};
use krait_macros::methods;

/// The one value `NoDefault`, kept for the life of the interpreter.
#[derive(Default)]
struct TypingState {
    no_default: Option<Value>,
}

/// What the constructors of type parameters share once their arguments are sorted out.
struct NewParam {
    name: Value,
    bound: Option<Value>,
    constraints: Option<Value>,
    default: Option<Value>,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

struct TypeVarNew;

#[methods]
impl TypeVarNew {
    #[sig("(name, *constraints, bound=None, default=<unrepresentable>, covariant=False, contravariant=False, infer_variance=False)")]
    #[allow(clippy::too_many_arguments, reason = "mirrors the Python signature")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, name: Value, constraints: &[Value], bound: Option<Value>, default: Option<Value>, covariant: bool, contravariant: bool, infer_variance: bool) -> Result<Value> {
        let _ = cls;
        check_name(vm, &name, "typevar")?;
        check_variance(vm, covariant, contravariant, infer_variance)?;
        if constraints.len() == 1 {
            return Err(vm.type_error("A single constraint is not allowed"));
        }
        let bound = match bound {
            Some(_) if !constraints.is_empty() => return Err(vm.type_error("Constraints cannot be combined with bound=...")),
            Some(b) => Some(check_type(vm, b, "Bound must be a type.")?),
            None => None,
        };
        let constraints = if constraints.is_empty() { None } else { Some(vm.tuple(constraints.to_vec())) };
        vm.new_type_param(id::TYPE_VAR, NewParam { name, bound, constraints, default, covariant, contravariant, infer_variance })
    }
    /// Substitutes an argument for this type variable.
    #[sig("(arg, /)")]
    fn __typing_subst__(this: &Value, vm: &mut Vm, arg: Value) -> Result<Value> {
        vm.call_typing("_typevar_subst", &[this.clone(), arg])
    }
    #[sig("(alias, args, /)")]
    fn __typing_prepare_subst__(this: &Value, vm: &mut Vm, alias: &Value, args: &Value) -> Result<Value> {
        let key = vm.names.__parameters__.clone();
        let params = vm.get_attr(alias, &key)?;
        let params = vm.collect(&params)?;
        let Some(given) = args.downcast::<Tuple>(&vm.heap).map(|t| t.items(&vm.heap).to_vec()) else { return Ok(args.clone()) };
        let Some(index) = params.iter().position(|p| p.is(this)) else {
            return Err(vm.value_error("sequence.index(x): x not in sequence"));
        };
        if index < given.len() {
            return Ok(args.clone());
        }
        let default = vm.type_param_default(this)?;
        if index == given.len() && default.type_id() != id::NO_DEFAULT {
            let mut all = given;
            all.push(default);
            return Ok(vm.tuple(all));
        }
        let text = vm.to_text(alias)?;
        Err(vm.type_error(format!("Too few arguments for {text}; actual {}, expected at least {}", given.len(), index + 1)))
    }
    /// Lazily evaluated bound.
    #[getter]
    fn __bound__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Value> {
        let (known, evaluate) = { let p = this.get(&*vm); (p.bound.clone(), p.evaluate_bound.clone()) };
        let Some(evaluate) = evaluate.filter(|_| known.is_none()) else { return Ok(known.unwrap_or(Value::NONE)) };
        let bound = vm.call(&evaluate, &[Value::int32(1)])?;
        this.get_mut(vm).bound = Some(bound.clone());
        Ok(bound)
    }
    #[getter]
    fn __constraints__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Value> {
        let (known, evaluate) = { let p = this.get(&*vm); (p.constraints.clone(), p.evaluate_constraints.clone()) };
        match (known, evaluate) {
            (Some(k), _) => Ok(k),
            (None, Some(evaluate)) => {
                let value = vm.call(&evaluate, &[Value::int32(1)])?;
                this.get_mut(vm).constraints = Some(value.clone());
                Ok(value)
            }
            (None, None) => Ok(vm.tuple(Vec::new())),
        }
    }
    #[getter]
    fn evaluate_bound(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Value> {
        let (known, evaluate) = { let p = this.get(&*vm); (p.bound.clone(), p.evaluate_bound.clone()) };
        Ok(evaluator(vm, known, evaluate))
    }
    #[getter]
    fn evaluate_constraints(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Value> {
        let (known, evaluate) = { let p = this.get(&*vm); (p.constraints.clone(), p.evaluate_constraints.clone()) };
        Ok(evaluator(vm, known, evaluate))
    }
}

struct ParamSpecNew;

#[methods]
impl ParamSpecNew {
    #[sig("(name, *, bound=None, default=<unrepresentable>, covariant=False, contravariant=False, infer_variance=False)")]
    #[allow(clippy::too_many_arguments, reason = "mirrors the Python signature")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, name: Value, bound: Option<Value>, default: Option<Value>, covariant: bool, contravariant: bool, infer_variance: bool) -> Result<Value> {
        let _ = cls;
        check_name(vm, &name, "paramspec")?;
        check_variance(vm, covariant, contravariant, infer_variance)?;
        let bound = match bound {
            Some(b) => Some(check_type(vm, b, "Bound must be a type.")?),
            None => None,
        };
        vm.new_type_param(id::PARAM_SPEC, NewParam { name, bound, constraints: None, default, covariant, contravariant, infer_variance })
    }
    #[sig("(arg, /)")]
    fn __typing_subst__(this: &Value, vm: &mut Vm, arg: Value) -> Result<Value> {
        vm.call_typing("_paramspec_subst", &[this.clone(), arg])
    }
    #[sig("(alias, args, /)")]
    fn __typing_prepare_subst__(this: &Value, vm: &mut Vm, alias: Value, args: Value) -> Result<Value> {
        vm.call_typing("_paramspec_prepare_subst", &[this.clone(), alias, args])
    }
    #[getter]
    fn __bound__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).bound.clone())
    }
    /// Represents positional arguments.
    #[getter]
    fn args(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc_typed(id::PARAM_SPEC_ARGS, ParamSpecPart { origin: this.clone() }).into_value())
    }
    /// Represents keyword arguments.
    #[getter]
    fn kwargs(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc_typed(id::PARAM_SPEC_KWARGS, ParamSpecPart { origin: this.clone() }).into_value())
    }
}

struct TypeVarTupleNew;

#[methods]
impl TypeVarTupleNew {
    #[sig("(name, *, default=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, name: Value, default: Option<Value>) -> Result<Value> {
        let _ = cls;
        check_name(vm, &name, "typevartuple")?;
        let new = NewParam { name, bound: None, constraints: None, default, covariant: false, contravariant: false, infer_variance: false };
        vm.new_type_param(id::TYPE_VAR_TUPLE, new)
    }
    #[sig("(arg, /)")]
    fn __typing_subst__(this: &Value, vm: &mut Vm, arg: &Value) -> Result<Value> {
        let _ = (this, arg);
        Err(vm.type_error("Substitution of bare TypeVarTuple is not supported"))
    }
    #[sig("(alias, args, /)")]
    fn __typing_prepare_subst__(this: &Value, vm: &mut Vm, alias: Value, args: Value) -> Result<Value> {
        vm.call_typing("_typevartuple_prepare_subst", &[this.clone(), alias, args])
    }
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let unpacked = vm.unpack_type(this)?;
        let list = vm.list(vec![unpacked]);
        vm.iter(&list)
    }
}

/// What all three kinds have.
struct TypeParamMethods;

#[methods]
impl TypeParamMethods {
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<String> {
        let (name, covariant, contravariant, inferred) = {
            let p = this.get(&*vm);
            (p.name.clone(), p.covariant, p.contravariant, p.infer_variance)
        };
        let name = vm.to_text(&name)?;
        if inferred || this.as_value().type_id() == id::TYPE_VAR_TUPLE {
            return Ok(name);
        }
        Ok(format!("{}{name}", if covariant { '+' } else if contravariant { '-' } else { '~' }))
    }
    #[sig("(bases, /)")]
    fn __mro_entries__(this: &Value, vm: &mut Vm, bases: &Value) -> Result<Value> {
        let _ = bases;
        let name = match this.type_id() {
            id::TYPE_VAR => "a TypeVar".to_string(),
            id::PARAM_SPEC => "a ParamSpec".to_string(),
            _ => "a TypeVarTuple".to_string(),
        };
        Err(vm.type_error(format!("Cannot subclass an instance of {}", name.trim_start_matches("a "))))
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.clone())
    }
    #[sig("()")]
    fn has_default(this: &Value, vm: &mut Vm) -> Result<bool> {
        let Some(p) = this.downcast::<TypeParam>(&vm.heap) else { return Ok(false) };
        let p = p.get(&*vm);
        Ok(p.evaluate_default.is_some() || p.default.as_ref().is_some_and(|d| d.type_id() != id::NO_DEFAULT))
    }
    #[getter]
    fn __name__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.clone())
    }
    #[getter]
    fn __default__(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.type_param_default(this)
    }
    #[getter]
    fn evaluate_default(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<Value> {
        let (known, evaluate) = { let p = this.get(&*vm); (p.default.clone(), p.evaluate_default.clone()) };
        let known = known.or_else(|| Some(vm.no_default()));
        Ok(evaluator(vm, known, evaluate))
    }
}

struct Variance;

#[methods]
impl Variance {
    #[getter]
    fn __covariant__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).covariant)
    }
    #[getter]
    fn __contravariant__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).contravariant)
    }
    #[getter]
    fn __infer_variance__(this: &Ref<TypeParam>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).infer_variance)
    }
    /// Return self|value.
    #[sig("(value, /)")]
    fn __or__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_from_args_of(this, value)
    }
    /// Return value|self.
    #[sig("(value, /)")]
    fn __ror__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_from_args_of(value, this)
    }
}

/// `P.args` and `P.kwargs`.
struct ParamSpecParts;

#[methods]
impl ParamSpecParts {
    #[sig("(origin)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, origin: Value) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, ParamSpecPart { origin }).into_value())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<ParamSpecPart>, vm: &mut Vm) -> Result<String> {
        let origin = this.get(&*vm).origin.clone();
        let part = if this.as_value().type_id() == id::PARAM_SPEC_ARGS { "args" } else { "kwargs" };
        let name = match origin.downcast::<TypeParam>(&vm.heap) {
            Some(p) if origin.type_id() == id::PARAM_SPEC => p.get(&*vm).name.clone(),
            _ => return Ok(format!("{}.{part}", vm.repr_text(&origin)?)),
        };
        Ok(format!("{}.{part}", vm.to_text(&name)?))
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<ParamSpecPart>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if value.type_id() != this.as_value().type_id() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let Some(other) = value.downcast::<ParamSpecPart>(&vm.heap) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (a, b) = (this.get(&*vm).origin.clone(), other.get(&*vm).origin.clone());
        Ok(Value::bool(vm.equal(&a, &b)?))
    }
    #[sig("(bases, /)")]
    fn __mro_entries__(this: &Value, vm: &mut Vm, bases: &Value) -> Result<Value> {
        let _ = bases;
        let name = vm.type_name(this);
        Err(vm.type_error(format!("Cannot subclass an instance of {name}")))
    }
    #[getter]
    fn __origin__(this: &Ref<ParamSpecPart>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).origin.clone())
    }
}

struct AliasMethods;

#[methods]
impl AliasMethods {
    #[sig("(name, value, *, type_params=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, name: Value, value: Value, type_params: Option<Value>) -> Result<Value> {
        let _ = cls;
        check_name(vm, &name, "typealias")?;
        let type_params = match type_params {
            Some(p) => {
                let Some(params) = p.downcast::<Tuple>(&vm.heap).map(|t| t.items(&vm.heap).to_vec()) else {
                    return Err(vm.type_error("type_params must be a tuple"));
                };
                check_type_params(vm, &params)?;
                if params.is_empty() { None } else { Some(p) }
            }
            None => None,
        };
        let module = vm.calling_module();
        Ok(vm.heap.alloc(TypeAlias { name, type_params, evaluate: None, value: Some(value), module }).into_value())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.clone())
    }
    /// Return self[key].
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<TypeAlias>, vm: &mut Vm, key: &Value) -> Result<Value> {
        if this.get(&*vm).type_params.is_none() {
            return Err(vm.type_error("Only generic type aliases are subscriptable"));
        }
        let args = match key.downcast::<Tuple>(&vm.heap) {
            Some(t) => t.clone(),
            None => vm.heap.tuple(vec![key.clone()]),
        };
        Ok(vm.heap.alloc(GenericAlias { origin: this.to_value(), args, parameters: None, starred: false }).into_value())
    }
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let unpacked = vm.unpack_type(this)?;
        let list = vm.list(vec![unpacked]);
        vm.iter(&list)
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
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.clone())
    }
    #[getter]
    fn __name__(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.clone())
    }
    #[getter]
    fn __value__(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        let (known, evaluate) = { let a = this.get(&*vm); (a.value.clone(), a.evaluate.clone()) };
        match (known, evaluate) {
            (Some(v), _) => Ok(v),
            (None, Some(f)) => {
                let value = vm.call(&f, &[Value::int32(1)])?;
                this.get_mut(vm).value = Some(value.clone());
                Ok(value)
            }
            (None, None) => Ok(Value::NONE),
        }
    }
    #[getter]
    fn evaluate_value(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        let (known, evaluate) = { let a = this.get(&*vm); (a.value.clone(), a.evaluate.clone()) };
        Ok(evaluator(vm, known, evaluate))
    }
    #[getter]
    fn __type_params__(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        match this.get(&*vm).type_params.clone() {
            Some(p) => Ok(p),
            None => Ok(vm.tuple(Vec::new())),
        }
    }
    #[getter]
    fn __parameters__(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        let params = this.get(&*vm).type_params.clone();
        let params = params.and_then(|p| p.downcast::<Tuple>(&vm.heap).map(|t| t.items(&vm.heap).to_vec())).unwrap_or_default();
        let unpacked = vm.unpack_tuples(params)?;
        Ok(vm.tuple(unpacked))
    }
    #[getter]
    fn __module__(this: &Ref<TypeAlias>, vm: &mut Vm) -> Result<Value> {
        let (module, evaluate) = { let a = this.get(&*vm); (a.module.clone(), a.evaluate.clone()) };
        if let Some(m) = module {
            return Ok(m);
        }
        let function = evaluate.as_ref().and_then(|f| f.downcast_exact::<Function>());
        Ok(function.and_then(|f| f.get(&*vm).module.clone()).unwrap_or(Value::NONE))
    }
}

struct GenericMethods;

#[methods]
impl GenericMethods {
    #[sig("(*args, **kwargs)")]
    #[classmethod]
    fn __class_getitem__(cls: &Value, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        call_typing_with(vm, "_generic_class_getitem", cls, args, &kwargs)
    }
    #[sig("(*args, **kwargs)")]
    #[classmethod]
    fn __init_subclass__(cls: &Value, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        call_typing_with(vm, "_generic_init_subclass", cls, args, &kwargs)
    }
}

fn call_typing_with(vm: &mut Vm, name: &str, cls: &Value, args: &[Value], kwargs: &KwArgs<'_>) -> Result<Value> {
    let typing = vm.import("typing")?;
    let name = vm.intern(name);
    let f = vm.get_attr(&typing, &name)?;
    let mut all = vec![cls.clone()];
    all.extend_from_slice(args);
    let (all, names) = super::type_methods::flatten(&all, kwargs);
    vm.call_args(&f, crate::Args::with_names(&all, &names))
}

struct NoDefaultMethods;

#[methods]
impl NoDefaultMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = cls;
        if !args.is_empty() || !kwargs.items.is_empty() {
            return Err(vm.type_error("NoDefaultType takes no arguments"));
        }
        Ok(vm.no_default())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("typing.NoDefault")
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Value, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("NoDefault")
    }
}

struct EvaluatorMethods;

#[methods]
impl EvaluatorMethods {
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<ConstEvaluator>, vm: &mut Vm) -> Result<String> {
        let value = this.get(&*vm).value.clone();
        Ok(format!("<constevaluator {}>", vm.repr_text(&value)?))
    }
    /// Call self as a function.
    #[sig("(format, /)")]
    fn __call__(this: &Ref<ConstEvaluator>, vm: &mut Vm, format: i64) -> Result<Value> {
        let value = this.get(&*vm).value.clone();
        if format != 4 {
            return Ok(value);
        }
        // Format 4 is the source text of the value.
        let text = match value.downcast_exact::<Tuple>() {
            Some(t) => {
                let mut parts = Vec::new();
                for item in t.items(&*vm).to_vec() {
                    parts.push(vm.type_argument_repr(&item)?);
                }
                format!("({})", parts.join(", "))
            }
            None => vm.type_argument_repr(&value)?,
        };
        Ok(vm.str(&text))
    }
}

fn check_name(vm: &mut Vm, name: &Value, function: &str) -> Result<()> {
    if name.has_payload::<Str>(&vm.heap) {
        return Ok(());
    }
    let found = vm.type_name_or_none(name);
    Err(vm.type_error(format!("{function}() argument 'name' must be str, not {found}")))
}
fn check_variance(vm: &mut Vm, covariant: bool, contravariant: bool, infer: bool) -> Result<()> {
    if covariant && contravariant {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(())
}
/// `typing._type_check`, without the import for what is plainly a type.
fn check_type(vm: &mut Vm, value: Value, message: &str) -> Result<Value> {
    if value.has_payload::<Type>(&vm.heap) {
        return Ok(value);
    }
    let message = vm.str(message);
    vm.call_typing("_type_check", &[value, message])
}
fn check_type_params(vm: &mut Vm, params: &[Value]) -> Result<()> {
    let mut default_seen = false;
    for p in params {
        if !matches!(p.type_id(), id::TYPE_VAR | id::PARAM_SPEC | id::TYPE_VAR_TUPLE) {
            let text = vm.repr_text(p)?;
            return Err(vm.type_error(format!("Expected a type param, got {text}")));
        }
        let default = vm.type_param_default(p)?;
        if default.type_id() != id::NO_DEFAULT {
            default_seen = true;
        } else if default_seen {
            let text = vm.repr_text(p)?;
            return Err(vm.type_error(format!("non-default type parameter '{text}' follows default type parameter")));
        }
    }
    Ok(())
}
/// What computes a lazy value: the compiled function, or a stand-in that gives back what is known.
fn evaluator(vm: &mut Vm, known: Option<Value>, evaluate: Option<Value>) -> Value {
    match (evaluate, known) {
        (Some(f), _) => f,
        (None, Some(value)) => vm.heap.alloc(ConstEvaluator { value }).into_value(),
        (None, None) => Value::NONE,
    }
}

impl Vm {
    /// `typing.NoDefault`.
    pub fn no_default(&mut self) -> Value {
        if let Some(v) = &self.state::<TypingState>().no_default {
            return v.clone();
        }
        let v = self.heap.alloc_typed(id::NO_DEFAULT, crate::types::build::Opaque::<{ id::NO_DEFAULT }>).into_value();
        self.state::<TypingState>().no_default = Some(v.clone());
        v
    }
    fn new_type_param(&mut self, type_id: u32, new: NewParam) -> Result<Value> {
        let param = TypeParam {
            name: new.name,
            bound: new.bound,
            evaluate_bound: None,
            constraints: new.constraints,
            evaluate_constraints: None,
            default: new.default.filter(|d| d.type_id() != id::NO_DEFAULT),
            evaluate_default: None,
            covariant: new.covariant,
            contravariant: new.contravariant,
            infer_variance: new.infer_variance,
        };
        let value = self.heap.alloc_typed(type_id, param).into_value();
        if let Some(module) = self.calling_module() {
            let key = self.names.__module__.clone();
            self.heap.set_instance_attribute(&value, &key, Some(module));
        }
        Ok(value)
    }
    fn type_param_default(&mut self, param: &Value) -> Result<Value> {
        let Some(p) = param.downcast::<TypeParam>(&self.heap).cloned() else { return Ok(self.no_default()) };
        let (known, evaluate) = { let p = p.get(&*self); (p.default.clone(), p.evaluate_default.clone()) };
        match (known, evaluate) {
            (Some(v), _) => Ok(v),
            (None, Some(f)) => {
                let value = self.call(&f, &[Value::int32(1)])?;
                p.get_mut(self).default = Some(value.clone());
                Ok(value)
            }
            (None, None) => Ok(self.no_default()),
        }
    }
    fn union_from_args_of(&mut self, a: &Value, b: &Value) -> Result<Value> {
        self.union_from_args(&[a.clone(), b.clone()])
    }
    /// `typing.Unpack[value]`.
    fn unpack_type(&mut self, value: &Value) -> Result<Value> {
        let typing = self.import("typing")?;
        let name = self.intern("Unpack");
        let unpack = self.get_attr(&typing, &name)?;
        self.get_item(&unpack, value)
    }
    fn unpack_tuples(&mut self, params: Vec<Value>) -> Result<Vec<Value>> {
        let mut out = Vec::with_capacity(params.len());
        for p in params {
            out.push(if p.type_id() == id::TYPE_VAR_TUPLE { self.unpack_type(&p)? } else { p });
        }
        Ok(out)
    }

    // ---- what the compiled PEP 695 syntax calls ----

    pub(crate) fn make_type_param(&mut self, type_id: u32, name: Value) -> Value {
        let param = TypeParam {
            name,
            bound: None,
            evaluate_bound: None,
            constraints: None,
            evaluate_constraints: None,
            default: None,
            evaluate_default: None,
            covariant: false,
            contravariant: false,
            infer_variance: true,
        };
        self.heap.alloc_typed(type_id, param).into_value()
    }
    pub(crate) fn make_type_var_with(&mut self, name: Value, bound: Option<Value>, constraints: Option<Value>) -> Value {
        let v = self.make_type_param(id::TYPE_VAR, name);
        if let Some(p) = v.downcast::<TypeParam>(&*self.heap).cloned() {
            let p = p.get_mut(&mut *self.heap);
            p.evaluate_bound = bound;
            p.evaluate_constraints = constraints;
        }
        v
    }
    pub(crate) fn set_type_param_default(&mut self, param: Value, evaluate: Value) -> Value {
        if let Some(p) = param.downcast::<TypeParam>(&*self.heap).cloned() {
            p.get_mut(&mut *self.heap).evaluate_default = Some(evaluate);
        }
        param
    }
    /// `Generic[params]` for the bases of a generic class.
    pub(crate) fn subscript_generic(&mut self, params: &Value) -> Result<Value> {
        let generic = self.core_type(id::GENERIC).into_value();
        let params = self.collect(params)?;
        let typing = self.import("typing");
        let Some(typing) = self.catch(typing, Exc::ImportError)? else {
            // Without the library the alias still names its class and parameters.
            let key = self.tuple(params);
            return self.generic_alias(generic, &key);
        };
        let params = self.unpack_tuples(params)?;
        let params = self.tuple(params);
        let name = self.intern("_GenericAlias");
        let alias = self.get_attr(&typing, &name)?;
        self.call(&alias, &[generic, params])
    }
    pub(crate) fn make_type_alias(&mut self, parts: &Value) -> Result<Value> {
        let parts = self.collect(parts)?;
        let part = |i: usize| parts.get(i).cloned().filter(|v| !v.is_none());
        let alias = TypeAlias { name: part(0).unwrap_or(Value::NONE), type_params: part(1), evaluate: part(2), value: None, module: None };
        Ok(self.heap.alloc(alias).into_value())
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<TypeVarNew>(id::TYPE_VAR);
    vm.attach::<ParamSpecNew>(id::PARAM_SPEC);
    vm.attach::<TypeVarTupleNew>(id::TYPE_VAR_TUPLE);
    for type_id in [id::TYPE_VAR, id::PARAM_SPEC, id::TYPE_VAR_TUPLE] {
        vm.attach::<TypeParamMethods>(type_id);
    }
    for type_id in [id::TYPE_VAR, id::PARAM_SPEC] {
        vm.attach::<Variance>(type_id);
    }
    for type_id in [id::PARAM_SPEC_ARGS, id::PARAM_SPEC_KWARGS] {
        vm.attach::<ParamSpecParts>(type_id);
    }
    vm.attach::<AliasMethods>(id::TYPE_ALIAS);
    vm.attach::<GenericMethods>(id::GENERIC);
    vm.attach::<NoDefaultMethods>(id::NO_DEFAULT);
    let spec = TypeSpec { name: "_typing._ConstEvaluator", doc: "", flags: crate::heap::flags::DISALLOW_INSTANTIATION, dict: false, methods: <EvaluatorMethods as crate::args::Methods>::METHODS };
    vm.define_type::<ConstEvaluator>(None, &spec);
}
