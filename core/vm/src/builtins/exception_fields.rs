//! `OSError` (errno picks the subclass) and the Unicode errors, whose fields are checked.

use krait_macros::about;
use super::exception_methods::exception_field;
use crate::args::{Args, KwArgs, MethodDef, MethodKind, Methods};
use crate::builtins::bytes::Bytes;
use crate::builtins::str::Str;
use crate::exceptions::{Exc, Exception};
use crate::object::Ref;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

const OS_FIELDS: &[MethodDef] = &[
    exception_field!("errno", ERRNO),
    exception_field!(set "errno", ERRNO),
    exception_field!("strerror", STRERROR),
    exception_field!(set "strerror", STRERROR),
    exception_field!("filename", FILENAME),
    exception_field!(set "filename", FILENAME),
    exception_field!("filename2", FILENAME2),
    exception_field!(set "filename2", FILENAME2),
];

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.exception_methods(Exc::OSError, OS_FIELDS);
    vm.exception_methods(Exc::OSError, OsErrorMethods::METHODS);
    for name in ["EnvironmentError", "IOError"] {
        let (ty, name) = (vm.exc.get(Exc::OSError).to_value(), vm.intern(name));
        vm.builtins.clone().set_str(vm, &name, ty);
    }
    for kind in [Exc::UnicodeEncodeError, Exc::UnicodeDecodeError, Exc::UnicodeTranslateError] {
        vm.exception_methods(kind, UNICODE_FIELDS);
    }
    vm.exception_methods(Exc::UnicodeEncodeError, EncodeErrorMethods::METHODS);
    vm.exception_methods(Exc::UnicodeDecodeError, DecodeErrorMethods::METHODS);
    vm.exception_methods(Exc::UnicodeTranslateError, TranslateErrorMethods::METHODS);
}

/// The subclass of OSError for an error number (Linux numbering).
pub fn os_error_kind(errno: i64) -> Exc {
    match errno {
        11 | 114 | 115 => Exc::BlockingIOError,
        32 | 108 => Exc::BrokenPipeError,
        10 => Exc::ChildProcessError,
        103 => Exc::ConnectionAbortedError,
        111 => Exc::ConnectionRefusedError,
        104 => Exc::ConnectionResetError,
        17 => Exc::FileExistsError,
        2 => Exc::FileNotFoundError,
        21 => Exc::IsADirectoryError,
        20 => Exc::NotADirectoryError,
        4 => Exc::InterruptedError,
        13 | 1 => Exc::PermissionError,
        3 => Exc::ProcessLookupError,
        110 => Exc::TimeoutError,
        _ => Exc::OSError,
    }
}

struct OsErrorMethods;

#[methods]
impl OsErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let mut class = cls.clone();
        let in_init = vm.os_error_uses_init(cls);
        if !in_init {
            if !kwargs.items.is_empty() {
                let name = cls.name(&vm.heap);
                return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
            }
            if cls.is(vm.exc.get(Exc::OSError))
                && (2..=5).contains(&args.len())
                && let Some(errno) = args[0].as_small_int()
            {
                class = vm.exc.get(os_error_kind(errno)).clone();
            }
        }
        let object = vm.alloc_exception(&class, &[]);
        if !in_init && let Some(this) = object.downcast::<Exception>(&vm.heap).cloned() {
            fill_os_error(&this, vm, args)?;
        }
        Ok(object)
    }
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let class = vm.type_of(this.as_value());
        if !vm.os_error_uses_init(&class) {
            return Ok(());
        }
        if !kwargs.items.is_empty() {
            let name = class.name(&vm.heap);
            return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
        }
        fill_os_error(this, vm, args)
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let (errno, strerror) = (vm.field(this, ERRNO), vm.field(this, STRERROR));
        let (filename, filename2) = (vm.field(this, FILENAME), vm.field(this, FILENAME2));
        let head = |vm: &mut Vm| -> Result<String> {
            let errno = vm.to_text(&errno.clone().unwrap_or(Value::NONE))?;
            let strerror = vm.to_text(&strerror.clone().unwrap_or(Value::NONE))?;
            Ok(format!("[Errno {errno}] {strerror}"))
        };
        let text = match (filename, filename2) {
            (Some(first), Some(second)) => {
                let head = head(vm)?;
                let (first, second) = (vm.repr_text(&first)?, vm.repr_text(&second)?);
                format!("{head}: {first} -> {second}")
            }
            (Some(first), None) => {
                let head = head(vm)?;
                format!("{head}: {}", vm.repr_text(&first)?)
            }
            _ if errno.is_some() && strerror.is_some() => head(vm)?,
            _ => return vm.base_exception_str(this),
        };
        Ok(vm.str(&text))
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        let args = this.get(&*vm).args.clone();
        let mut items = args.items(&*vm).to_vec();
        let args = match vm.field(this, FILENAME) {
            Some(filename) if items.len() == 2 => {
                items.push(filename);
                if let Some(second) = vm.field(this, FILENAME2) {
                    items.push(Value::NONE);
                    items.push(second);
                }
                vm.tuple(items)
            }
            _ => args.into_value(),
        };
        vm.reduce_exception(this, args, Vec::new())
    }
    #[getter]
    fn characters_written(this: &Ref<Exception>, vm: &mut Vm) -> Result<Value> {
        match vm.field(this, WRITTEN) {
            Some(n) => Ok(n),
            None => Err(vm.error(Exc::AttributeError, "characters_written")),
        }
    }
    #[setter]
    fn set_characters_written(this: &Ref<Exception>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            if vm.field(this, WRITTEN).is_none() {
                return Err(vm.error(Exc::AttributeError, "characters_written"));
            }
            vm.set_field(this, WRITTEN, None);
            return Ok(());
        }
        let n = vm.index_i64(&value, "ssize_t")?;
        let n = vm.heap.int(i128::from(n));
        vm.set_field(this, WRITTEN, Some(n));
        Ok(())
    }
}

impl Vm {
    /// Whether a subclass of OSError overrides `__init__` but not `__new__`: then its arguments count in `__init__`.
    fn os_error_uses_init(&mut self, class: &Ref<Type>) -> bool {
        let os = self.exc.get(Exc::OSError).id(&self.heap);
        let type_id = class.id(&self.heap);
        let mut same = |special| match (self.heap.special(type_id, special), self.heap.special(os, special)) {
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        };
        !same(Special::Init) && same(Special::New)
    }
}

fn fill_os_error(this: &Ref<Exception>, vm: &mut Vm, args: &[Value]) -> Result<()> {
    let mut kept = args;
    if (2..=5).contains(&args.len()) {
        if let Some(filename) = args.get(2).filter(|v| !v.is_none()) {
            let blocking = vm.exc.get(Exc::BlockingIOError).is(&vm.type_of(this.as_value()));
            let number = vm.heap.special(filename.type_id(), Special::Index).is_some();
            if blocking && number {
                let n = vm.index_i64(filename, "ssize_t")?;
                let n = vm.heap.int(i128::from(n));
                vm.set_field(this, WRITTEN, Some(n));
            } else {
                vm.set_field(this, FILENAME, Some(filename.clone()));
                if let Some(second) = args.get(4).filter(|v| !v.is_none()) {
                    vm.set_field(this, FILENAME2, Some(second.clone()));
                }
                kept = &args[..2];
            }
        }
        vm.set_field(this, ERRNO, Some(args[0].clone()));
        vm.set_field(this, STRERROR, Some(args[1].clone()));
    }
    vm.set_exception_args(this, kept);
    Ok(())
}

const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

const fn get(name: &'static str, entry: crate::args::NativeFn) -> MethodDef {
    MethodDef { name, about: about!("()"), kind: MethodKind::Getter, inlined: None, entry }
}
const fn set(name: &'static str, entry: crate::args::NativeFn) -> MethodDef {
    MethodDef { name, about: about!("(value, /)"), kind: MethodKind::Setter, inlined: None, entry }
}

const UNICODE_FIELDS: &[MethodDef] = &[
    get("encoding", |vm, all, names| vm.get_field(Args::with_names(all, names), ENCODING)),
    set("encoding", |vm, all, names| vm.put_field(Args::with_names(all, names), ENCODING)),
    get("object", |vm, all, names| vm.get_field(Args::with_names(all, names), OBJECT)),
    set("object", |vm, all, names| vm.put_field(Args::with_names(all, names), OBJECT)),
    get("start", |vm, all, names| vm.get_field(Args::with_names(all, names), START)),
    set("start", |vm, all, names| put_index(vm, Args::with_names(all, names), START)),
    get("end", |vm, all, names| vm.get_field(Args::with_names(all, names), END)),
    set("end", |vm, all, names| put_index(vm, Args::with_names(all, names), END)),
    get("reason", |vm, all, names| vm.get_field(Args::with_names(all, names), REASON)),
    set("reason", |vm, all, names| vm.put_field(Args::with_names(all, names), REASON)),
];

fn put_index(vm: &mut Vm, args: Args<'_>, i: usize) -> Result<Value> {
    match args.pos().get(1) {
        Some(v) if !v.is_unbound() => {
            let n = vm.index_i64(v, "ssize_t")?;
            let n = vm.heap.int(i128::from(n));
            if let Some(e) = args.this().downcast::<Exception>(&vm.heap).cloned() {
                vm.set_field(&e, i, Some(n));
            }
            Ok(Value::NONE)
        }
        _ => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

/// Takes apart the arguments of a Unicode error's constructor: `kinds` has a letter each: `s` str, `b` bytes, `n` int.
fn fill_unicode_error(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: &KwArgs<'_>, kinds: &str, places: &[usize]) -> Result<()> {
    vm.init_base_exception(this, args, kwargs)?;
    if args.len() != kinds.len() {
        let (wanted, n) = (kinds.len(), args.len());
        return Err(vm.type_error(format!("function takes exactly {wanted} arguments ({n} given)")));
    }
    for (i, (kind, arg)) in kinds.chars().zip(args).enumerate() {
        let value = match kind {
            's' => {
                if !arg.has_payload::<Str>(&vm.heap) {
                    let found = vm.type_name_or_none(arg);
                    return Err(vm.type_error(format!("argument {} must be str, not {found}", i + 1)));
                }
                arg.clone()
            }
            'n' => {
                let n = vm.index_i64(arg, "ssize_t")?;
                vm.heap.int(i128::from(n))
            }
            _ => {
                if arg.has_payload::<Bytes>(&vm.heap) {
                    arg.clone()
                } else if vm.heap.special(arg.type_id(), Special::Buffer).is_some() {
                    let bytes = vm.core_type(id::BYTES).into_value();
                    vm.call(&bytes, std::slice::from_ref(arg))?
                } else {
                    let found = vm.type_name(arg);
                    return Err(vm.type_error(format!("a bytes-like object is required, not '{found}'")));
                }
            }
        };
        vm.set_field(this, places[i], Some(value));
    }
    Ok(())
}

/// Encoding, object, start and end (as they were given, inside of the object or not) and reason; `None` while
/// incomplete.
struct Parts {
    encoding: String,
    object: Value,
    start: i64,
    end: i64,
    reason: String,
}

fn parts(this: &Ref<Exception>, vm: &mut Vm) -> Result<Option<Parts>> {
    let Some(object) = vm.field(this, OBJECT) else { return Ok(None) };
    let text = |vm: &mut Vm, i: usize| -> Result<String> {
        match vm.field(this, i) {
            Some(v) => vm.to_text(&v),
            None => Ok(String::new()),
        }
    };
    let reason = text(vm, REASON)?;
    let encoding = text(vm, ENCODING)?;
    // Making the texts may have run Python, which may have taken the object away.
    let object = match vm.field(this, OBJECT) {
        Some(now) if now.has_payload::<Str>(&vm.heap) == object.has_payload::<Str>(&vm.heap) && !now.is_none() => now,
        Some(_) => return Err(vm.type_error("object attribute must be a string or bytes")),
        None => return Err(vm.type_error("object attribute not set")),
    };
    let number = |vm: &Vm, i: usize| vm.field(this, i).and_then(|v| v.as_small_int()).unwrap_or(0);
    Ok(Some(Parts { encoding, start: number(vm, START), end: number(vm, END), object, reason }))
}

fn character(vm: &Vm, p: &Parts) -> Option<String> {
    if p.end != p.start + 1 {
        return None;
    }
    let s = p.object.downcast::<Str>(&vm.heap)?;
    let c = s.get(&vm.heap).view().get(p.start as usize)?;
    Some(match c {
        0..=0xFF => format!("\\x{c:02x}"),
        0x100..=0xFFFF => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    })
}

struct EncodeErrorMethods;

#[methods]
impl EncodeErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        fill_unicode_error(this, vm, args, &kwargs, "ssnns", &[ENCODING, OBJECT, START, END, REASON])
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<String> {
        let Some(p) = parts(this, vm)? else { return Ok(String::new()) };
        Ok(match character(vm, &p) {
            Some(c) => format!("'{}' codec can't encode character '{c}' in position {}: {}", p.encoding, p.start, p.reason),
            None => format!("'{}' codec can't encode characters in position {}-{}: {}", p.encoding, p.start, p.end - 1, p.reason),
        })
    }
}

struct DecodeErrorMethods;

#[methods]
impl DecodeErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        fill_unicode_error(this, vm, args, &kwargs, "sbnns", &[ENCODING, OBJECT, START, END, REASON])
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<String> {
        let Some(p) = parts(this, vm)? else { return Ok(String::new()) };
        let byte = match p.object.downcast::<Bytes>(&vm.heap) {
            Some(b) if p.end == p.start + 1 => b.get(&vm.heap).data.get(p.start as usize).copied(),
            _ => None,
        };
        Ok(match byte {
            Some(b) => format!("'{}' codec can't decode byte 0x{b:02x} in position {}: {}", p.encoding, p.start, p.reason),
            None => format!("'{}' codec can't decode bytes in position {}-{}: {}", p.encoding, p.start, p.end - 1, p.reason),
        })
    }
}

struct TranslateErrorMethods;

#[methods]
impl TranslateErrorMethods {
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Exception>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        fill_unicode_error(this, vm, args, &kwargs, "snns", &[OBJECT, START, END, REASON])
    }
    #[sig("()")]
    fn __str__(this: &Ref<Exception>, vm: &mut Vm) -> Result<String> {
        let Some(p) = parts(this, vm)? else { return Ok(String::new()) };
        Ok(match character(vm, &p) {
            Some(c) => format!("can't translate character '{c}' in position {}: {}", p.start, p.reason),
            None => format!("can't translate characters in position {}-{}: {}", p.start, p.end - 1, p.reason),
        })
    }
}
