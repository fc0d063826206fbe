//! `BaseExceptionGroup` and `ExceptionGroup`: construction, splitting, and what `except*` asks for.

use super::exception_methods::exception_field;
use crate::args::{KwArgs, MethodDef, Methods};
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::{Exc, Exception};
use crate::interp::frame::Traceback;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special, methods};
use std::collections::HashSet;

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;
/// The `repr` of the sequence of exceptions, unless it was a list or tuple.
const SHOWN: usize = 2;

const FIELDS: &[MethodDef] = &[
    exception_field!("message", MESSAGE),
    exception_field!(readonly "message"),
    exception_field!("exceptions", EXCEPTIONS),
    exception_field!(readonly "exceptions"),
];

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.exception_methods(Exc::BaseExceptionGroup, FIELDS);
    vm.exception_methods(Exc::BaseExceptionGroup, GroupMethods::METHODS);
}

struct GroupMethods;

#[methods]
impl GroupMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = kwargs;
        let [message, exceptions] = args else {
            let n = args.len();
            return Err(vm.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({n} given)")));
        };
        if !message.has_payload::<Str>(&vm.heap) {
            let found = vm.type_name_or_none(message);
            return Err(vm.type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {found}")));
        }
        if !vm.is_sequence(exceptions) {
            return Err(vm.type_error("second argument (exceptions) must be a sequence"));
        }
        let items = vm.collect(exceptions)?;
        if items.is_empty() {
            return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
        }
        let mut all_plain = true;
        for (i, item) in items.iter().enumerate() {
            if !item.has_payload::<Exception>(&vm.heap) {
                return Err(vm.value_error(format!("Item {i} of second argument (exceptions) is not an exception")));
            }
            all_plain &= vm.is_exception(item, Exc::Exception);
        }
        let mut class = cls.clone();
        let group = vm.exc.get(Exc::ExceptionGroup).clone();
        if cls.is(vm.exc.get(Exc::BaseExceptionGroup)) {
            if all_plain {
                class = group;
            }
        } else if !all_plain {
            if cls.is(&group) {
                return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
            }
            let exception = vm.exc.get(Exc::Exception).clone();
            if cls.is_subtype(&vm.heap, &exception) {
                let name = cls.name(&vm.heap);
                return Err(vm.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
            }
        }
        // A list or tuple can be shown again at any time; what else may come is remembered as it looks now.
        let shown = match exceptions.type_id() {
            id::LIST | id::TUPLE => None,
            _ => Some(vm.repr(exceptions)?.into_value()),
        };
        let object = vm.alloc_exception(&class, args);
        if let Some(this) = object.downcast::<Exception>(&vm.heap).cloned() {
            let exceptions = vm.tuple(items);
            vm.set_field(&this, MESSAGE, Some(message.clone()));
            vm.set_field(&this, EXCEPTIONS, Some(exceptions));
            vm.set_field(&this, SHOWN, shown);
        }
        Ok(object)
    }
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &kwargs)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Exception>, vm: &mut Vm) -> Result<String> {
        let message = vm.field(this, MESSAGE).unwrap_or(Value::NONE);
        let message = vm.repr_text(&message)?;
        let exceptions = match vm.field(this, SHOWN) {
            Some(text) => vm.to_text(&text)?,
            None => {
                let args = this.get(&*vm).args.clone();
                let members = vm.group_members(this.as_value());
                let listed = matches!(args.items(&*vm), [_, list] if list.type_id() == id::LIST);
                let members = if listed { vm.list(members) } else { vm.tuple(members) };
                vm.repr_text(&members)?
            }
        };
        let name = vm.type_name(this.as_value());
        Ok(format!("{name}({message}, {exceptions})"))
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<String> {
        let message = vm.field(this, MESSAGE).unwrap_or(Value::NONE);
        let message = vm.to_text(&message)?;
        let n = vm.group_members(this.as_value()).len();
        let plural = if n == 1 { "" } else { "s" };
        Ok(format!("{message} ({n} sub-exception{plural})"))
    }
    /// Return a new group of the same kind with other exceptions.
    #[sig("(excs, /)")]
    fn derive(this: &Ref<Exception>, vm: &mut Vm, excs: Value) -> Result<Value> {
        let message = vm.field(this, MESSAGE).unwrap_or(Value::NONE);
        let class = vm.exc.get(Exc::BaseExceptionGroup).to_value();
        vm.call(&class, &[message, excs])
    }
    /// Split off the exceptions that match: (match, rest).
    #[sig("(matcher_value, /)")]
    fn split(this: &Ref<Exception>, vm: &mut Vm, matcher: &Value) -> Result<Value> {
        let matcher = vm.group_matcher(matcher)?;
        let (matched, rest) = vm.split_group(this.as_value(), &matcher, true)?;
        Ok(vm.tuple(vec![matched.unwrap_or(Value::NONE), rest.unwrap_or(Value::NONE)]))
    }
    /// Return the part of the group that matches, or None.
    #[sig("(matcher_value, /)")]
    fn subgroup(this: &Ref<Exception>, vm: &mut Vm, matcher: &Value) -> Result<Option<Value>> {
        let matcher = vm.group_matcher(matcher)?;
        Ok(vm.split_group(this.as_value(), &matcher, false)?.0)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
}

/// What selects exceptions of a group.
enum Matcher {
    Types(Value),
    Predicate(Value),
    /// Exceptions by identity.
    Words(HashSet<u64>),
}

impl Vm {
    /// The exceptions a group holds; empty for other exceptions.
    pub fn group_members(&self, group: &Value) -> Vec<Value> {
        if !self.is_exception(group, Exc::BaseExceptionGroup) {
            return Vec::new();
        }
        let Some(this) = group.downcast::<Exception>(&self.heap) else { return Vec::new() };
        match self.field(this, EXCEPTIONS) {
            Some(t) => t.downcast::<Tuple>(&self.heap).map(|t| t.items(&*self).to_vec()).unwrap_or_default(),
            None => Vec::new(),
        }
    }
    fn group_matcher(&mut self, value: &Value) -> Result<Matcher> {
        let base = self.exc.get(Exc::BaseException).id(&self.heap);
        let is_class = |vm: &Vm, v: &Value| v.downcast::<Type>(&vm.heap).is_some_and(|t| vm.heap.is_subtype(t.id(&vm.heap), base));
        if is_class(self, value) {
            return Ok(Matcher::Types(value.clone()));
        }
        if let Some(t) = value.downcast::<Tuple>(&self.heap).cloned() {
            if t.items(&*self).iter().all(|v| is_class(self, v)) {
                return Ok(Matcher::Types(value.clone()));
            }
        } else if !value.has_payload::<Type>(&self.heap) && self.heap.special(value.type_id(), Special::Call).is_some() || matches!(value.type_id(), id::FUNCTION | id::METHOD | id::BUILTIN_FUNCTION) {
            return Ok(Matcher::Predicate(value.clone()));
        }
        Err(self.type_error("expected an exception type, a tuple of exception types, or a callable (other than a class)"))
    }
    fn group_matches(&mut self, exception: &Value, matcher: &Matcher) -> Result<bool> {
        match matcher {
            Matcher::Types(types) => self.exception_matches(exception, types),
            Matcher::Predicate(f) => {
                let v = self.call(f, std::slice::from_ref(exception))?;
                self.truth(&v)
            }
            Matcher::Words(words) => {
                let group = self.is_exception(exception, Exc::BaseExceptionGroup);
                Ok(!group && words.contains(&exception.bits()))
            }
        }
    }
    fn split_group(&mut self, exception: &Value, matcher: &Matcher, want_rest: bool) -> Result<(Option<Value>, Option<Value>)> {
        if self.group_matches(exception, matcher)? {
            return Ok((Some(exception.clone()), None));
        }
        if !self.is_exception(exception, Exc::BaseExceptionGroup) {
            return Ok((None, Some(exception.clone()).filter(|_| want_rest)));
        }
        self.check_native_depth(" in exceptiongroup_split_recursive")?;
        self.thread.native_depth += 1;
        let result = self.split_members(exception, matcher, want_rest);
        self.thread.native_depth -= 1;
        result
    }
    fn split_members(&mut self, group: &Value, matcher: &Matcher, want_rest: bool) -> Result<(Option<Value>, Option<Value>)> {
        let (mut matches, mut rests) = (Vec::new(), Vec::new());
        for e in self.group_members(group) {
            let (matched, rest) = self.split_group(&e, matcher, want_rest)?;
            matches.extend(matched);
            rests.extend(rest);
        }
        let matched = self.group_subset(group, matches)?;
        let rest = if want_rest { self.group_subset(group, rests)? } else { None };
        Ok((matched, rest))
    }
    /// A group derived from `group` that holds some of its exceptions.
    fn group_subset(&mut self, group: &Value, exceptions: Vec<Value>) -> Result<Option<Value>> {
        if exceptions.is_empty() {
            return Ok(None);
        }
        let list = self.list(exceptions);
        let derived = self.call_method(group, "derive", &[list])?;
        if !self.is_exception(&derived, Exc::BaseExceptionGroup) {
            return Err(self.type_error("derive must return an instance of BaseExceptionGroup"));
        }
        if let (Some(from), Some(to)) = (self.exception_payload(group), self.exception_payload(&derived)) {
            let (traceback, context, cause) = { let p = from.get(&*self); (p.traceback.clone(), p.context.clone(), p.cause.clone()) };
            let p = to.get_mut(self);
            let old = (std::mem::replace(&mut p.traceback, traceback), std::mem::replace(&mut p.context, context), std::mem::replace(&mut p.cause, cause));
            p.suppress_context |= p.cause.is_some();
            drop(old);
        }
        let name = self.names.__notes__.clone();
        if let Some(notes) = self.get_attr_opt(group, &name)?
            && self.is_sequence(&notes)
        {
            let notes = self.collect(&notes)?;
            let notes = self.list(notes);
            self.set_attr(&derived, &name, Some(notes))?;
        }
        Ok(Some(derived))
    }

    /// `ExceptionGroup(message, exceptions)`, or the base kind when some are no `Exception`.
    pub fn new_exception_group(&mut self, message: &str, exceptions: Vec<Value>) -> Result<Value> {
        let (message, list) = (self.str(message), self.list(exceptions));
        let class = self.exc.get(Exc::BaseExceptionGroup).to_value();
        self.call(&class, &[message, list])
    }

    /// Splits an exception for `except*`: (rest, match).
    pub fn exception_group_match(&mut self, exception: &Value, class: &Value) -> Result<(Value, Value)> {
        if exception.is_none() {
            return Ok((Value::NONE, Value::NONE));
        }
        self.check_star_classes(class)?;
        let is_group = self.is_exception(exception, Exc::BaseExceptionGroup);
        if self.exception_matches(exception, class)? {
            if is_group {
                return Ok((Value::NONE, exception.clone()));
            }
            let group = self.new_exception_group("", vec![exception.clone()])?;
            if let Some(e) = self.exception_payload(&group) {
                let frame = self.thread.current();
                let object = self.frame_object(frame);
                let pc = self.thread.frames().next().map_or(0, |f| f.pc);
                let traceback = self.heap.alloc(Traceback { next: None, frame: object, pc, lasti: 0, line: -1 }).into_value();
                let old = e.get_mut(self).traceback.replace(traceback);
                drop(old);
            }
            return Ok((Value::NONE, group));
        }
        if !is_group {
            return Ok((exception.clone(), Value::NONE));
        }
        let pair = self.call_method(exception, "split", std::slice::from_ref(class))?;
        let ty = self.type_name(exception);
        let Some(parts) = pair.downcast::<Tuple>(&self.heap) else {
            let found = self.type_name(&pair);
            return Err(self.type_error(format!("{ty}.split must return a tuple, not {found}")));
        };
        match parts.items(&*self) {
            [matched, rest, ..] => Ok((rest.clone(), matched.clone())),
            few => {
                let n = few.len();
                Err(self.type_error(format!("{ty}.split must return a 2-tuple, got tuple of size {n}")))
            }
        }
    }
    /// The classes of an `except*` must be exception classes and no groups.
    fn check_star_classes(&mut self, class: &Value) -> Result<()> {
        let (base, group) = (self.exc.get(Exc::BaseException).id(&self.heap), self.exc.get(Exc::BaseExceptionGroup).id(&self.heap));
        let classes = match class.downcast::<Tuple>(&self.heap) {
            Some(t) => t.items(&*self).to_vec(),
            None => vec![class.clone()],
        };
        for c in &classes {
            let type_id = match c.downcast::<Type>(&self.heap) {
                Some(t) if self.heap.is_subtype(t.id(&self.heap), base) => t.id(&self.heap),
                _ => return Err(self.type_error("catching classes that do not inherit from BaseException is not allowed")),
            };
            if self.heap.is_subtype(type_id, group) {
                return Err(self.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
            }
        }
        Ok(())
    }
    /// What `except*` raises in the end, or None.
    pub fn prep_reraise_star(&mut self, original: &Value, raised: &Value) -> Result<Value> {
        let all = self.collect(raised)?;
        if !self.is_exception(original, Exc::BaseExceptionGroup) {
            // A naked exception was caught and wrapped: one clause could run, which raised at most one.
            return Ok(all.into_iter().find(|v| !v.is_none()).unwrap_or(Value::NONE));
        }
        let (mut raised, mut again) = (Vec::new(), Vec::new());
        for e in all.into_iter().filter(|e| !e.is_none()) {
            if self.same_origin(&e, original)? { again.push(e) } else { raised.push(e) }
        }
        let mut words = HashSet::new();
        again.iter().for_each(|e| self.leaf_words(e, &mut words));
        let rest = if words.is_empty() { None } else { self.split_group(original, &Matcher::Words(words), false)?.0 };
        if raised.is_empty() {
            return Ok(rest.unwrap_or(Value::NONE));
        }
        raised.extend(rest);
        if raised.len() == 1 {
            return Ok(raised.remove(0));
        }
        self.new_exception_group("", raised)
    }
    fn leaf_words(&self, exception: &Value, words: &mut HashSet<u64>) {
        if self.is_exception(exception, Exc::BaseExceptionGroup) {
            self.group_members(exception).iter().for_each(|e| self.leaf_words(e, words));
        } else {
            words.insert(exception.bits());
        }
    }
    /// Whether two groups share notes, traceback, cause and context: one was split off the other.
    fn same_origin(&mut self, a: &Value, b: &Value) -> Result<bool> {
        if !self.is_exception(a, Exc::BaseExceptionGroup) {
            return Ok(false);
        }
        let (Some(x), Some(y)) = (self.exception_payload(a), self.exception_payload(b)) else { return Ok(false) };
        let same = |p: &Option<Value>, q: &Option<Value>| match (p, q) {
            (Some(p), Some(q)) => p.is(q),
            (None, None) => true,
            _ => false,
        };
        let (p, q) = (x.get(&*self), y.get(&*self));
        if !(same(&p.traceback, &q.traceback) && same(&p.context, &q.context) && same(&p.cause, &q.cause)) {
            return Ok(false);
        }
        let name = self.names.__notes__.clone();
        let (m, n) = (self.get_attr_opt(a, &name)?, self.get_attr_opt(b, &name)?);
        Ok(match (m, n) {
            (None, None) => true,
            // A split copies the list of notes.
            (Some(m), Some(n)) => m.is(&n) || self.equal(&m, &n)?,
            _ => false,
        })
    }
}
