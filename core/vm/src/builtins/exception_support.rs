//! Making and chaining exceptions from Rust. Python-visible methods are in `exception_methods.rs`.

use crate::exceptions::{EXCEPTIONS, Exc, Exception};
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};

impl Vm {
    /// An instance of a builtin exception type, made without running Python.
    pub fn new_exception(&mut self, kind: Exc, args: Vec<Value>) -> Value {
        let type_id = self.exc.get(kind).id(&self.heap);
        let count = Vm::exception_fields(kind).len();
        let first = args.first().cloned();
        let args = self.heap.tuple(args);
        let mut extra = vec![None; count];
        // The field that mirrors the only argument.
        let base = kind;
        if matches!(base, Exc::StopIteration | Exc::ImportError | Exc::ModuleNotFoundError | Exc::SystemExit)
            && let Some(slot) = extra.first_mut()
        {
            *slot = first;
        }
        let exception = Exception { args, traceback: None, context: None, cause: None, suppress_context: false, extra };
        self.heap.alloc_typed(type_id, exception).into_value()
    }
    /// The names of a type's extra fields, inherited ones first.
    pub(crate) fn exception_fields(kind: Exc) -> Vec<&'static str> {
        let spec = &EXCEPTIONS[kind as usize];
        let mut fields = spec.base.map(Vm::exception_fields).unwrap_or_default();
        fields.extend_from_slice(spec.extra);
        fields
    }
    /// The builtin exception type a class derives from most closely.
    pub fn exception_kind(&self, type_id: u32) -> Exc {
        let mro = self.heap.type_object(type_id).get(&self.heap).mro.items(&self.heap);
        for t in mro {
            if let Some(spec) = EXCEPTIONS.iter().find(|s| self.exc.get(s.kind).as_value().is(t)) {
                return spec.kind;
            }
        }
        Exc::BaseException
    }
    /// Sets an extra field by name; unknown names are ignored.
    pub fn set_exception_field(&mut self, exception: &Value, field: &str, value: Value) {
        let kind = self.exception_kind(exception.type_id());
        let Some(i) = Vm::exception_fields(kind).iter().position(|f| *f == field) else { return };
        if let Some(e) = exception.downcast::<Exception>(&self.heap).cloned() {
            let extra = &mut e.get_mut(self).extra;
            if extra.len() <= i {
                extra.resize(i + 1, None);
            }
            let old = extra[i].replace(value);
            drop(old);
        }
    }
    /// Reads an extra field by name.
    pub fn exception_field(&self, exception: &Value, field: &str) -> Option<Value> {
        let kind = self.exception_kind(exception.type_id());
        let i = Vm::exception_fields(kind).iter().position(|f| *f == field)?;
        let e = exception.downcast::<Exception>(&self.heap)?;
        e.get(&self.heap).extra.get(i).cloned().flatten()
    }

    /// Raises an instance, linking the exception being handled as its context.
    #[cold]
    pub fn raise_with_context(&mut self, exception: Value) -> Raised {
        if let Some(handled) = self.handled_exception()
            && !handled.is(&exception)
        {
            self.set_context(&exception, handled);
        }
        self.raise(exception)
    }
    /// Sets `__context__` unless that would close a cycle.
    pub fn set_context(&mut self, exception: &Value, context: Value) {
        let Some(e) = exception.downcast::<Exception>(&self.heap).cloned() else { return };
        // Cut the chain where it leads back to the exception itself.
        let mut current = context.clone();
        let mut steps = 0;
        while let Some(c) = current.downcast::<Exception>(&self.heap).cloned() {
            let Some(next) = c.get(&self.heap).context.clone() else { break };
            if next.is(exception) {
                let cut = c.get_mut(self).context.take();
                drop(cut);
                break;
            }
            steps += 1;
            if steps > 100_000 {
                break;
            }
            current = next;
        }
        let old = e.get_mut(self).context.replace(context);
        drop(old);
    }
    /// Makes the exception that `raise value` raises: an instance, or a class to be called.
    pub fn exception_from(&mut self, value: &Value) -> Result<Value> {
        let base = self.exc.get(Exc::BaseException).id(&self.heap);
        if self.heap.is_instance(value, base) {
            return Ok(value.clone());
        }
        if let Some(ty) = value.downcast::<crate::types::Type>(&self.heap)
            && self.heap.is_subtype(ty.get(&self.heap).id, base)
        {
            let name = ty.name(&self.heap);
            let made = self.call(value, &[])?;
            if !self.heap.is_instance(&made, base) {
                let found = self.heap.type_of(&made).clone();
                let found = self.full_type_name(&found);
                return Err(self.type_error(format!("calling <class '{name}'> should have returned an instance of BaseException, not <class '{found}'>")));
            }
            return Ok(made);
        }
        Err(self.type_error("exceptions must derive from BaseException"))
    }
    pub fn exception_payload(&self, exception: &Value) -> Option<Ref<Exception>> {
        exception.downcast::<Exception>(&self.heap).cloned()
    }
}

/// The candidate most like a misspelt name, if any is close enough: what "Did you mean" suggests.
pub fn closest_name(wrong: &str, candidates: &[String]) -> Option<String> {
    let _ = (wrong, candidates);
    None
}
