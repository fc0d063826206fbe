//! Constructors and fields of the simpler exception types: StopIteration, SystemExit, ImportError, NameError,
//! AttributeError, KeyError, SyntaxError.

use super::exception_methods::exception_field;
use crate::args::{KwArgs, MethodDef, Methods};
use crate::builtins::str::Str;
use crate::exceptions::{Exc, Exception};
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

/// Table positions of SyntaxError's fields.
mod syntax {
    pub const MSG: usize = 0;
    pub const FILENAME: usize = 1;
    pub const LINENO: usize = 2;
    pub const OFFSET: usize = 3;
    pub const TEXT: usize = 4;
    pub const END_LINENO: usize = 5;
    pub const END_OFFSET: usize = 6;
    pub const METADATA: usize = 8;
}

const VALUE: &[MethodDef] = &[exception_field!("value", 0), exception_field!(set "value", 0)];
const CODE: &[MethodDef] = &[exception_field!("code", 0), exception_field!(set "code", 0)];
const NAME: &[MethodDef] = &[exception_field!("name", 0), exception_field!(set "name", 0)];
const NAME_OBJ: &[MethodDef] = &[
    exception_field!("name", 0),
    exception_field!(set "name", 0),
    exception_field!("obj", 1),
    exception_field!(set "obj", 1),
];
const IMPORT: &[MethodDef] = &[
    exception_field!("msg", 0),
    exception_field!(set "msg", 0),
    exception_field!("name", 1),
    exception_field!(set "name", 1),
    exception_field!("path", 2),
    exception_field!(set "path", 2),
    exception_field!("name_from", 3),
    exception_field!(set "name_from", 3),
];
const SYNTAX: &[MethodDef] = &[
    exception_field!("msg", 0),
    exception_field!(set "msg", 0),
    exception_field!("filename", 1),
    exception_field!(set "filename", 1),
    exception_field!("lineno", 2),
    exception_field!(set "lineno", 2),
    exception_field!("offset", 3),
    exception_field!(set "offset", 3),
    exception_field!("text", 4),
    exception_field!(set "text", 4),
    exception_field!("end_lineno", 5),
    exception_field!(set "end_lineno", 5),
    exception_field!("end_offset", 6),
    exception_field!(set "end_offset", 6),
    exception_field!("print_file_and_line", 7),
    exception_field!(set "print_file_and_line", 7),
    exception_field!("_metadata", 8),
    exception_field!(set "_metadata", 8),
];

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.exception_methods(Exc::StopIteration, VALUE);
    vm.exception_methods(Exc::StopIteration, StopIterationMethods::METHODS);
    vm.exception_methods(Exc::SystemExit, CODE);
    vm.exception_methods(Exc::SystemExit, SystemExitMethods::METHODS);
    vm.exception_methods(Exc::ImportError, IMPORT);
    vm.exception_methods(Exc::ImportError, ImportErrorMethods::METHODS);
    vm.exception_methods(Exc::NameError, NAME);
    vm.exception_methods(Exc::NameError, NameErrorMethods::METHODS);
    vm.exception_methods(Exc::AttributeError, NAME_OBJ);
    vm.exception_methods(Exc::AttributeError, AttributeErrorMethods::METHODS);
    vm.exception_methods(Exc::KeyError, KeyErrorMethods::METHODS);
    vm.exception_methods(Exc::SyntaxError, SYNTAX);
    vm.exception_methods(Exc::SyntaxError, SyntaxErrorMethods::METHODS);
}

struct StopIterationMethods;

#[methods(hot)]
impl StopIterationMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &kwargs)?;
        let value = args.first().cloned().unwrap_or(Value::NONE);
        vm.set_field(this, 0, Some(value));
        Ok(())
    }
}

struct SystemExitMethods;

#[methods(hot)]
impl SystemExitMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &kwargs)?;
        match args {
            [] => {}
            [one] => vm.set_field(this, 0, Some(one.clone())),
            _ => {
                let all = this.get(&*vm).args.to_value();
                vm.set_field(this, 0, Some(all));
            }
        }
        Ok(())
    }
}

struct ImportErrorMethods;

#[methods(hot)]
impl ImportErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &KwArgs::default())?;
        let found = vm.exception_keywords("ImportError", &kwargs, &["name", "path", "name_from"])?;
        for (i, value) in found.into_iter().enumerate() {
            vm.set_field(this, i + 1, value);
        }
        let message = if let [one] = args { Some(one.clone()) } else { None };
        vm.set_field(this, 0, message);
        Ok(())
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        match vm.field(this, 0) {
            Some(message) if message.is_exact::<Str>() => Ok(message),
            _ => vm.base_exception_str(this),
        }
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let args = this.get(&*vm).args.to_value();
        let names = ["name", "path", "name_from"];
        let fields = (0..3).filter_map(|i| vm.field(this, i + 1).map(|v| (names[i], v))).collect();
        vm.reduce_exception(this, args, fields)
    }
}

struct NameErrorMethods;

#[methods(hot)]
impl NameErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &KwArgs::default())?;
        let found = vm.exception_keywords("NameError", &kwargs, &["name"])?;
        for (i, value) in found.into_iter().enumerate() {
            vm.set_field(this, i, value);
        }
        Ok(())
    }
}

struct AttributeErrorMethods;

#[methods(hot)]
impl AttributeErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &KwArgs::default())?;
        let found = vm.exception_keywords("AttributeError", &kwargs, &["name", "obj"])?;
        for (i, value) in found.into_iter().enumerate() {
            vm.set_field(this, i, value);
        }
        Ok(())
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __getstate__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Option<Value>> {
        let mut fields: Vec<(&str, Value)> = vm.field(this, 0).map(|v| ("name", v)).into_iter().collect();
        if !fields.is_empty() || this.get(&*vm).args.len(&*vm) > 0 {
            let args = this.get(&*vm).args.to_value();
            fields.push(("args", args));
        }
        vm.exception_state(this, fields)
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let state = AttributeErrorMethods::__getstate__(this, vm)?.unwrap_or(Value::NONE);
        let (class, args) = (vm.type_of(this.as_value()).into_value(), this.get(&*vm).args.to_value());
        Ok(vm.tuple(vec![class, args, state]))
    }
}

struct KeyErrorMethods;

#[methods(hot)]
impl KeyErrorMethods {
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let args = this.get(&*vm).args.clone();
        if let [one] = args.items(&*vm) {
            let one = one.clone();
            return Ok(vm.repr(&one)?.into_value());
        }
        vm.base_exception_str(this)
    }
}

struct SyntaxErrorMethods;

#[methods(hot)]
impl SyntaxErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        vm.init_base_exception(this, args, &kwargs)?;
        if let Some(message) = args.first() {
            vm.set_field(this, syntax::MSG, Some(message.clone()));
        }
        let [_, details] = args else { return Ok(()) };
        let items = vm.collect(details)?;
        if items.len() < 4 || items.len() > 7 {
            let (word, bound, n) = if items.len() < 4 { ("at least", 4, items.len()) } else { ("at most", 7, items.len()) };
            return Err(vm.type_error(format!("function takes {word} {bound} arguments ({n} given)")));
        }
        let places = [syntax::FILENAME, syntax::LINENO, syntax::OFFSET, syntax::TEXT, syntax::END_LINENO, syntax::END_OFFSET, syntax::METADATA];
        // What an earlier call has set and this one does not is gone.
        for (i, &place) in places.iter().enumerate() {
            vm.set_field(this, place, items.get(i).cloned());
        }
        if items.len() == 5 {
            return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
        }
        Ok(())
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let message = vm.field(this, syntax::MSG).unwrap_or(Value::NONE);
        let message = vm.to_text(&message)?;
        let file = match vm.field(this, syntax::FILENAME) {
            Some(f) if f.has_payload::<Str>(&vm.heap) => {
                let text = vm.to_text(&f)?;
                Some(text.rsplit('/').next().unwrap_or(&text).to_string())
            }
            _ => None,
        };
        let line = match vm.field(this, syntax::LINENO) {
            Some(n) if n.is_exact_int() => Some(vm.to_text(&n)?),
            _ => None,
        };
        let text = match (file, line) {
            (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
            (Some(file), None) => format!("{message} ({file})"),
            (None, Some(line)) => format!("{message} (line {line})"),
            (None, None) => message,
        };
        Ok(vm.str(&text))
    }
}
