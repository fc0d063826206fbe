//! `BaseException`: Python constructor, attributes and methods, and the machinery its subclasses' fields share.
//!
//! Fields that concrete types add are in `exception_types.rs`, `OSError` and the Unicode errors in
//! `exception_fields.rs`, groups in `exception_groups.rs`. Making exceptions from Rust is in `exception_support.rs`.

use crate::args::{Args, KwArgs, MethodDef};
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::{Exc, Exception};
use crate::interp::frame::Traceback;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<BaseExceptionMethods>(id::BASE_EXCEPTION);
    let base = vm.core_type(id::BASE_EXCEPTION);
    let dict = vm.type_dict(&base);
    vm.add_instance_getsets(&base, &dict, true, false);
    super::exception_types::init(vm);
    super::exception_fields::init(vm);
    super::exception_groups::init(vm);
}

struct BaseExceptionMethods;

#[methods(hot)]
#[allow(non_snake_case, reason = "setters are spelled as the attributes")]
impl BaseExceptionMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = kwargs;
        Ok(vm.alloc_exception(cls, args))
    }
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &kwargs)
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        vm.base_exception_str(this)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let name = vm.type_name(this.as_value());
        let args = this.get(&*vm).args.clone();
        let text = match args.items(&*vm) {
            [one] => {
                let one = one.clone();
                format!("({})", vm.repr_text(&one)?)
            }
            _ => vm.repr_text(args.as_value())?,
        };
        Ok(vm.str(&format!("{name}{text}")))
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let args = this.get(&*vm).args.to_value();
        vm.reduce_exception(this, args, Vec::new())
    }
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<Exception>, vm: &mut Vm, state: &Value) -> Result<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(dict) = state.downcast::<crate::builtins::dict::Dict>(&vm.heap).cloned() else {
            return Err(vm.type_error("state is not a dictionary"));
        };
        for (key, value) in dict.items(&*vm) {
            match key.downcast::<Str>(&vm.heap).cloned() {
                Some(name) => vm.set_attr(this.as_value(), &name, Some(value))?,
                None => return Err(vm.type_error("attribute name must be string")),
            }
        }
        Ok(())
    }
    /// Set self.__traceback__ to tb and return self.
    #[sig("(tb, /)")]
    fn with_traceback(this: &Ref<Exception>, vm: &mut Vm, tb: Value) -> Result<Value> {
        set_traceback(this, vm, tb)?;
        Ok(this.to_value())
    }
    /// Add a note to the exception.
    #[sig("(note, /)")]
    fn add_note(this: &Ref<Exception>, vm: &mut Vm, note: &Value) -> Result<()> {
        if !note.has_payload::<Str>(&vm.heap) {
            let found = vm.type_name(note);
            return Err(vm.type_error(format!("add_note() argument must be str, not {found}")));
        }
        let name = vm.names.__notes__.clone();
        let notes = match vm.get_attr_opt(this.as_value(), &name)? {
            Some(notes) => notes,
            None => {
                let notes = vm.list(Vec::new());
                vm.set_attr(this.as_value(), &name, Some(notes.clone()))?;
                notes
            }
        };
        match notes.downcast::<List>(&vm.heap).cloned() {
            Some(list) => {
                let pushed = list.push(&mut vm.heap, note.clone());
                vm.memory(pushed)
            }
            None => Err(vm.type_error("Cannot add note: __notes__ is not a list")),
        }
    }
    #[getter]
    fn args(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).args.to_value())
    }
    #[setter]
    fn set_args(this: &Ref<Exception>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("args may not be deleted"));
        }
        let items = vm.collect(&value)?;
        let tuple = vm.heap.tuple(items);
        let old = std::mem::replace(&mut this.get_mut(vm).args, tuple);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __traceback__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).traceback.clone())
    }
    #[setter]
    fn set___traceback__(this: &Ref<Exception>, vm: &mut Vm, value: Value) -> Result<()> {
        set_traceback(this, vm, value)
    }
    #[getter]
    fn __context__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).context.clone())
    }
    #[setter]
    fn set___context__(this: &Ref<Exception>, vm: &mut Vm, value: Value) -> Result<()> {
        let value = linked(vm, value, "__context__", "exception context")?;
        let old = std::mem::replace(&mut this.get_mut(vm).context, value);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __cause__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).cause.clone())
    }
    #[setter]
    fn set___cause__(this: &Ref<Exception>, vm: &mut Vm, value: Value) -> Result<()> {
        let value = linked(vm, value, "__cause__", "exception cause")?;
        let payload = this.get_mut(vm);
        payload.suppress_context = true;
        let old = std::mem::replace(&mut payload.cause, value);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __suppress_context__(this: &Ref<Exception>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).suppress_context)
    }
    #[setter]
    fn set___suppress_context__(this: &Ref<Exception>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("can't delete numeric/char attribute"));
        }
        if !value.is_bool() {
            return Err(vm.type_error("attribute value type must be bool"));
        }
        this.get_mut(vm).suppress_context = value.is_true();
        Ok(())
    }
}

fn set_traceback(this: &Ref<Exception>, vm: &mut Vm, value: Value) -> Result<()> {
    if value.is_unbound() {
        return Err(vm.type_error("__traceback__ may not be deleted"));
    }
    if !value.is_none() && !value.has_payload::<Traceback>(&vm.heap) {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    let value = if value.is_none() { None } else { Some(value) };
    let old = std::mem::replace(&mut this.get_mut(vm).traceback, value);
    drop(old);
    Ok(())
}

fn linked(vm: &mut Vm, value: Value, name: &str, what: &str) -> Result<Option<Value>> {
    if value.is_unbound() {
        return Err(vm.type_error(format!("{name} may not be deleted")));
    }
    if value.is_none() {
        return Ok(None);
    }
    if !value.has_payload::<Exception>(&vm.heap) {
        return Err(vm.type_error(format!("{what} must be None or derive from BaseException")));
    }
    Ok(Some(value))
}

impl Vm {
    /// A new instance of an exception class, its fields empty.
    pub(crate) fn alloc_exception(&mut self, cls: &Ref<Type>, args: &[Value]) -> Value {
        let type_id = cls.id(&self.heap);
        let count = Vm::exception_fields(self.exception_kind(type_id)).len();
        let args = self.heap.tuple_from(args);
        let exception = Exception { args, traceback: None, context: None, cause: None, suppress_context: false, extra: vec![None; count] };
        self.heap.alloc_typed(type_id, exception).into_value()
    }
    /// `BaseException.__init__`.
    pub(crate) fn init_base_exception(&mut self, this: &Ref<Exception>, args: &[Value], kwargs: &KwArgs<'_>) -> Result<()> {
        if !kwargs.items.is_empty() {
            let name = self.type_name(this.as_value());
            return Err(self.type_error(format!("{name}() takes no keyword arguments")));
        }
        self.set_exception_args(this, args);
        Ok(())
    }
    pub(crate) fn set_exception_args(&mut self, this: &Ref<Exception>, args: &[Value]) {
        // `__new__` has usually put the same arguments there.
        let known = this.get(&*self).args.items(&*self);
        if known.len() == args.len() && known.iter().zip(args).all(|(a, b)| a.is(b)) {
            return;
        }
        let tuple = self.heap.tuple_from(args);
        let old = std::mem::replace(&mut this.get_mut(self).args, tuple);
        drop(old);
    }
    /// `BaseException.__str__`.
    pub(crate) fn base_exception_str(&mut self, this: &Ref<Exception>) -> Result<Value> {
        let args: Ref<Tuple> = this.get(&*self).args.clone();
        match args.items(&*self) {
            [] => Ok(self.heap.empty_str().into_value()),
            [one] => {
                let one = one.clone();
                Ok(self.to_str(&one)?.into_value())
            }
            _ => Ok(self.to_str(args.as_value())?.into_value()),
        }
    }
    /// What `__reduce__` returns: type, arguments, and the instance dict with these fields added.
    pub(crate) fn reduce_exception(&mut self, this: &Ref<Exception>, args: Value, fields: Vec<(&str, Value)>) -> Result<Value> {
        let class = self.type_of(this.as_value()).into_value();
        let state = self.exception_state(this, fields)?;
        let mut parts = vec![class, args];
        parts.extend(state);
        Ok(self.tuple(parts))
    }
    /// The instance dict of an exception (a copy when fields are added); `None` when there is nothing.
    pub(crate) fn exception_state(&mut self, this: &Ref<Exception>, fields: Vec<(&str, Value)>) -> Result<Option<Value>> {
        let dict = self.heap.materialize_dict(this.as_value());
        if fields.is_empty() {
            return Ok(dict.filter(|d| d.len(&*self) > 0).map(Value::from));
        }
        let state = match dict {
            Some(d) => d.copy(self),
            None => self.heap.dict(),
        };
        for (name, value) in fields {
            let name = self.intern(name);
            state.set_str(self, &name, value);
        }
        Ok(Some(state.into_value()))
    }
    /// Field `i` of an exception.
    pub(crate) fn field(&self, this: &Ref<Exception>, i: usize) -> Option<Value> {
        this.get(self).extra.get(i).cloned().flatten()
    }
    pub(crate) fn set_field(&mut self, this: &Ref<Exception>, i: usize, value: Option<Value>) {
        let extra = &mut this.get_mut(self).extra;
        if extra.len() <= i {
            extra.resize(i + 1, None);
        }
        let old = std::mem::replace(&mut extra[i], value);
        drop(old);
    }
    /// Getter of a field: None while unset.
    pub(crate) fn get_field(&mut self, args: Args<'_>, i: usize) -> Result<Value> {
        match args.this().downcast::<Exception>(&self.heap) {
            Some(e) => Ok(self.field(e, i).unwrap_or(Value::NONE)),
            None => Ok(Value::NONE),
        }
    }
    /// Setter of a field; deleting leaves it unset.
    pub(crate) fn put_field(&mut self, args: Args<'_>, i: usize) -> Result<Value> {
        let value = args.pos().get(1).cloned().filter(|v| !v.is_unbound());
        if let Some(e) = args.this().downcast::<Exception>(&self.heap).cloned() {
            self.set_field(&e, i, value);
        }
        Ok(Value::NONE)
    }
    /// Adds methods to an exception type.
    pub(crate) fn exception_methods(&mut self, kind: Exc, methods: &'static [MethodDef]) {
        let ty = self.exc.get(kind).clone();
        self.add_methods(&ty, methods);
    }
    /// Sorts the keyword arguments of an exception constructor; others are refused.
    pub(crate) fn exception_keywords(&mut self, function: &str, kwargs: &KwArgs<'_>, names: &[&str]) -> Result<Vec<Option<Value>>> {
        let mut found = vec![None; names.len()];
        for (key, value) in &kwargs.items {
            let text = self.to_text(key)?;
            match names.iter().position(|n| *n == text) {
                Some(i) => found[i] = Some((*value).clone()),
                None => return Err(self.type_error(format!("{function}() got an unexpected keyword argument '{text}'"))),
            }
        }
        Ok(found)
    }
}

/// Getter and setter definitions of a plain field.
macro_rules! exception_field {
    ($name:literal, $i:expr) => {
        crate::args::MethodDef { name: $name, about: krait_macros::about!("()"), kind: crate::args::MethodKind::Getter, inlined: None, entry: |vm, all, names| vm.get_field(crate::args::Args::with_names(all, names), $i) }
    };
    (readonly $name:literal) => {
        crate::args::MethodDef { name: $name, about: krait_macros::about!("(value, /)"), kind: crate::args::MethodKind::Setter, inlined: None, entry: |vm, _, _| Err(vm.error(crate::Exc::AttributeError, "readonly attribute")) }
    };
    (set $name:literal, $i:expr) => {
        crate::args::MethodDef { name: $name, about: krait_macros::about!("(value, /)"), kind: crate::args::MethodKind::Setter, inlined: None, entry: |vm, all, names| vm.put_field(crate::args::Args::with_names(all, names), $i) }
    };
}
pub(crate) use exception_field;
