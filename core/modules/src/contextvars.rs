//! The `_contextvars` module: context variables, contexts, tokens.
//!
//! A context is a dict from variables to values that is copied on `copy_context`; the running context hangs in
//! `vm.thread.context`.

use krait_vm::args::{Args, KwArgs, Methods};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};

#[derive(Traverse)]
struct Context {
    vars: Ref<Dict>,
    entered: bool,
}

#[derive(Traverse)]
struct ContextVar {
    name: Value,
    default: Option<Value>,
}

#[derive(Traverse)]
struct Token {
    context: Ref<Context>,
    var: Ref<ContextVar>,
    old: Option<Value>,
    used: bool,
}

#[derive(Traverse)]
struct Missing {
    unused: bool,
}

#[derive(Default)]
struct State {
    missing: Option<Value>,
}

/// The running context, made when there is none yet.
fn current(vm: &mut Vm) -> Ref<Context> {
    if let Some(context) = &vm.thread.context
        && let Some(context) = context.downcast::<Context>(&*vm.heap)
    {
        return context.clone();
    }
    let vars = vm.heap.dict();
    let context = vm.heap.alloc(Context { vars, entered: true });
    vm.thread.context = Some(context.to_value());
    context
}

fn missing(vm: &mut Vm) -> Value {
    if let Some(m) = &vm.state::<State>().missing {
        return m.clone();
    }
    let m = vm.heap.alloc(Missing { unused: true }).into_value();
    vm.state::<State>().missing = Some(m.clone());
    m
}

fn check_key(vm: &mut Vm, key: &Value) -> Result<()> {
    if key.has_payload::<ContextVar>(&*vm.heap) {
        return Ok(());
    }
    let text = vm.repr_text(key)?;
    Err(vm.type_error(format!("a ContextVar key was expected, got {text}")))
}

#[methods]
impl Context {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        if !args.is_empty() || !kwargs.items.is_empty() {
            return Err(vm.type_error("Context() does not accept any arguments"));
        }
        let vars = vm.heap.dict();
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Context { vars, entered: false }).into_value())
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Context>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast::<Context>(&*vm.heap) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (a, b) = (this.get(&*vm.heap).vars.to_value(), other.get(&*vm.heap).vars.to_value());
        vm.equal(&a, &b).map(Value::bool)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Context>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let equal = Context::__eq__(this, vm, value)?;
        Ok(if equal.is_not_implemented() { equal } else { Value::bool(!equal.is_true()) })
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Context>, vm: &mut Vm) -> Result<Value> {
        let vars = this.get(&*vm).vars.to_value();
        vm.iter(&vars)
    }
    #[sig("()")]
    fn __len__(this: &Ref<Context>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm).vars.len(&*vm))
    }
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<Context>, vm: &mut Vm, key: &Value) -> Result<Value> {
        check_key(vm, key)?;
        let vars = this.get(&*vm).vars.clone();
        match vars.get_item(vm, key)? {
            Some(v) => Ok(v),
            None => Err(vm.key_error(key.clone())),
        }
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<Context>, vm: &mut Vm, key: &Value) -> Result<bool> {
        check_key(vm, key)?;
        let vars = this.get(&*vm).vars.clone();
        vars.contains(vm, key)
    }
    /// Return the value for `key` if `key` has the value in the context object.
    ///
    /// If `key` does not exist, return `default`. If `default` is not
    /// given, return None.
    #[sig("(key, default=None, /)")]
    fn get(this: &Ref<Context>, vm: &mut Vm, key: &Value, default: Value) -> Result<Value> {
        check_key(vm, key)?;
        let vars = this.get(&*vm).vars.clone();
        Ok(vars.get_item(vm, key)?.unwrap_or(default))
    }
    /// Return all variables and their values in the context object.
    ///
    /// The result is returned as a list of 2-tuples (variable, value).
    #[sig("()")]
    fn items(this: &Ref<Context>, vm: &mut Vm) -> Result<Value> {
        let vars = this.get(&*vm).vars.to_value();
        let items = vm.call_method(&vars, "items", &[])?;
        vm.iter(&items)
    }
    /// Return a list of all variables in the context object.
    #[sig("()")]
    fn keys(this: &Ref<Context>, vm: &mut Vm) -> Result<Value> {
        Context::__iter__(this, vm)
    }
    /// Return a list of all variables' values in the context object.
    #[sig("()")]
    fn values(this: &Ref<Context>, vm: &mut Vm) -> Result<Value> {
        let vars = this.get(&*vm).vars.to_value();
        let values = vm.call_method(&vars, "values", &[])?;
        vm.iter(&values)
    }
    /// Return a shallow copy of the context object.
    #[sig("()")]
    fn copy(this: &Ref<Context>, vm: &mut Vm) -> Result<Value> {
        let vars = this.get(&*vm).vars.clone().copy(vm);
        Ok(vm.heap.alloc(Context { vars, entered: false }).into_value())
    }
    #[sig("(*args, **kwargs)")]
    fn run(this: &Ref<Context>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let Some((callable, rest)) = args.split_first() else {
            return Err(vm.type_error("run() missing 1 required positional argument"));
        };
        if this.get(&*vm).entered {
            let text = vm.repr_text(this.as_value())?;
            return Err(vm.runtime_error(format!("cannot enter context: {text} is already entered")));
        }
        current(vm);
        this.get_mut(vm).entered = true;
        let outer = vm.thread.context.replace(this.to_value());
        let mut all = rest.to_vec();
        all.extend(kwargs.items.iter().map(|(_, v)| (*v).clone()));
        let names: Vec<Value> = kwargs.items.iter().map(|(k, _)| (*k).clone()).collect();
        let result = vm.call_args(callable, Args::with_names(&all, &names));
        vm.thread.context = outer;
        this.get_mut(vm).entered = false;
        result
    }
}

fn set_var(vm: &mut Vm, var: &Ref<ContextVar>, value: Value) -> Result<Value> {
    let context = current(vm);
    let vars = context.get(&*vm).vars.clone();
    let old = vars.get_item(vm, var.as_value())?;
    vars.set_item(vm, var.to_value(), value)?;
    Ok(vm.heap.alloc(Token { context, var: var.clone(), old, used: false }).into_value())
}

fn reset_var(vm: &mut Vm, var: &Ref<ContextVar>, token: &Ref<Token>) -> Result<()> {
    let (context, owner, old, used) = { let t = token.get(&*vm); (t.context.clone(), t.var.clone(), t.old.clone(), t.used) };
    if used {
        let text = vm.repr_text(token.as_value())?;
        return Err(vm.runtime_error(format!("{text} has already been used once")));
    }
    if !owner.is(var) {
        let text = vm.repr_text(token.as_value())?;
        return Err(vm.value_error(format!("{text} was created by a different ContextVar")));
    }
    let now = current(vm);
    if !now.is(&context) {
        let text = vm.repr_text(token.as_value())?;
        return Err(vm.value_error(format!("{text} was created in a different Context")));
    }
    token.get_mut(vm).used = true;
    let vars = context.get(&*vm).vars.clone();
    match old {
        Some(old) => vars.set_item(vm, var.to_value(), old),
        None => vars.remove_item(vm, var.as_value()).map(drop),
    }
}

#[methods]
impl ContextVar {
    #[sig("(name, /, *, default=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, name: Value, default: Option<Value>) -> Result<Value> {
        if !name.has_payload::<Str>(&*vm.heap) {
            return Err(vm.type_error("context variable name must be a str"));
        }
        vm.hash(&name)?;
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, ContextVar { name, default }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<ContextVar>, vm: &mut Vm) -> Result<String> {
        let (name, default) = { let v = this.get(&*vm); (v.name.clone(), v.default.clone()) };
        let name = vm.repr_text(&name)?;
        let at = this.as_value().identity();
        let text = default.map(|d| vm.nested(" while getting the repr of an object", |vm| vm.repr_text(&d))).transpose()?;
        Ok(match text {
            Some(d) => format!("<ContextVar name={name} default={d} at {at:#x}>"),
            None => format!("<ContextVar name={name} at {at:#x}>"),
        })
    }
    #[sig("()")]
    fn __hash__(this: &Ref<ContextVar>, vm: &mut Vm) -> Result<i64> {
        Ok(vm.identity_hash(this.as_value()))
    }
    /// Return a value for the context variable for the current context.
    ///
    /// If there is no value for the variable in the current context, the method will:
    ///  * return the value of the default argument of the method, if provided; or
    ///  * return the default value for the context variable, if it was created
    ///    with one; or
    ///  * raise a LookupError.
    #[sig("(default=<unrepresentable>, /)")]
    fn get(this: &Ref<ContextVar>, vm: &mut Vm, default: Option<Value>) -> Result<Value> {
        let vars = current(vm).get(&*vm).vars.clone();
        if let Some(v) = vars.get_item(vm, this.as_value())? {
            return Ok(v);
        }
        match default.or_else(|| this.get(&*vm).default.clone()) {
            Some(v) => Ok(v),
            None => Err(vm.error_args(Exc::LookupError, vec![this.to_value()])),
        }
    }
    /// Call to set a new value for the context variable in the current context.
    ///
    /// The required *value* argument is the new value for the context variable.
    ///
    /// Returns a Token object that can be used to restore the variable to its previous
    /// value via the `ContextVar.reset()` method.
    #[sig("(value, /)")]
    fn set(this: &Ref<ContextVar>, vm: &mut Vm, value: Value) -> Result<Value> {
        set_var(vm, this, value)
    }
    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the `ContextVar.set()` that
    /// created the token was used.
    #[sig("(token, /)")]
    fn reset(this: &Ref<ContextVar>, vm: &mut Vm, token: &Value) -> Result<()> {
        let Some(token) = token.downcast::<Token>(&*vm.heap).cloned() else {
            let text = vm.repr_text(token)?;
            return Err(vm.type_error(format!("expected an instance of Token, got {text}")));
        };
        reset_var(vm, this, &token)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
    #[getter]
    fn name(this: &Ref<ContextVar>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.clone())
    }
}

#[methods]
impl Token {
    #[sig("(*args, **kwargs)")]
    fn __new__(_cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<Value> {
        Err(vm.runtime_error("Tokens can only be created by ContextVars"))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Token>, vm: &mut Vm) -> Result<String> {
        let (var, used) = { let t = this.get(&*vm); (t.var.to_value(), t.used) };
        let var = vm.repr_text(&var)?;
        let (used, at) = (if used { " used" } else { "" }, this.as_value().identity());
        Ok(format!("<Token{used} var={var} at {at:#x}>"))
    }
    /// Enter into Token context manager.
    #[sig("()")]
    fn __enter__(this: &Ref<Token>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    /// Exit from Token context manager, restore the linked ContextVar.
    #[sig("(type, value, traceback, /)")]
    fn __exit__(this: &Ref<Token>, vm: &mut Vm, _type_: &Value, _value: &Value, _traceback: &Value) -> Result<()> {
        let var = this.get(&*vm).var.clone();
        reset_var(vm, &var, this)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
    #[getter]
    fn var(this: &Ref<Token>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).var.to_value())
    }
    #[getter]
    fn old_value(this: &Ref<Token>, vm: &mut Vm) -> Result<Value> {
        match this.get(&*vm).old.clone() {
            Some(v) => Ok(v),
            None => Ok(missing(vm)),
        }
    }
}

#[methods]
impl Missing {
    #[sig("()")]
    fn __repr__(_this: &Ref<Missing>, _vm: &mut Vm) -> Result<&'static str> {
        Ok("<Token.MISSING>")
    }
}

struct Functions;

#[methods]
impl Functions {
    #[sig("()")]
    fn copy_context(vm: &mut Vm) -> Result<Value> {
        let context = current(vm);
        Context::copy(&context, vm)
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = |name, flags, methods| TypeSpec { name, doc: "", flags, dict: false, methods };
    let context = vm.define_type::<Context>(None, &spec("_contextvars.Context", flags::MAPPING | flags::WEAKREFABLE, Context::METHODS));
    vm.module_set(module, "Context", context.into_value());
    let var = vm.define_type::<ContextVar>(None, &spec("_contextvars.ContextVar", 0, ContextVar::METHODS));
    vm.module_set(module, "ContextVar", var.into_value());
    let token = vm.define_type::<Token>(None, &spec("_contextvars.Token", 0, Token::METHODS));
    vm.define_type::<Missing>(None, &spec("Token.MISSING", flags::DISALLOW_INSTANTIATION, Missing::METHODS));
    let (name, value) = (vm.intern("MISSING"), missing(vm));
    vm.type_dict(&token).set_str(vm, &name, value);
    vm.module_set(module, "Token", token.into_value());
    vm.module_functions::<Functions>(module);
    Ok(())
}
