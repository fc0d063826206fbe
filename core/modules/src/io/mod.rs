//! The `_io` module: base classes, `open`, and the names of the rest.
//!
//! [`memory`] has BytesIO and StringIO, [`buffered`] the buffered readers and writers, [`text`] TextIOWrapper,
//! [`newline`] universal newlines. `FileIO` is the host's: `open` finds it in the module. The base classes carry no
//! data of their own: whether a stream is closed is an attribute, as in CPython's.

pub mod base;
pub mod buffered;
pub mod memory;
pub mod newline;
pub mod text;

pub use base::{base_close, unsupported, warn_unclosed, warn_unclosed_as};

use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

/// The size of buffers when nothing better is known.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

fn io_attr(vm: &mut Vm, name: &str) -> Result<Value> {
    vm.import_attr("_io", name)
}

fn int(n: i64) -> Value {
    Value::small_int(n).unwrap_or(Value::NONE)
}

struct Functions;

#[methods]
impl Functions {
    /// Open file and return a stream.  Raise OSError upon failure.
    #[sig("(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)")]
    fn open(
        vm: &mut Vm, file: Value, mode: Option<String>, buffering: Option<Value>, encoding: Value, errors: Value, newline: Value, closefd: bool, opener: Value,
    ) -> Result<Value> {
        let file = if file.as_int(&vm.heap).is_some() || file.is_float() {
            file
        } else {
            let found = vm.type_name(&file);
            let fspath = vm.import_attr("posix", "fspath");
            match fspath {
                Ok(f) => match vm.call(&f, std::slice::from_ref(&file)) {
                    Ok(v) => v,
                    Err(e) => return Err(e),
                },
                Err(_) => {
                    vm.take_pending();
                    if !file.has_payload::<Str>(&*vm.heap) {
                        return Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {found}")));
                    }
                    file
                }
            }
        };
        let mode = mode.unwrap_or_else(|| "r".into());
        let mut seen = String::new();
        for c in mode.chars() {
            if !"rwaxbt+".contains(c) || seen.contains(c) {
                return Err(vm.value_error(format!("invalid mode: '{mode}'")));
            }
            seen.push(c);
        }
        let has = |c: char| mode.contains(c);
        let (binary, text) = (has('b'), has('t'));
        if text && binary {
            return Err(vm.value_error("can't have text and binary mode at once"));
        }
        let ways = [has('r'), has('w'), has('a'), has('x')].iter().filter(|b| **b).count();
        if ways != 1 {
            let message = if ways > 1 { "must have exactly one of create/read/write/append mode" } else { "Must have exactly one of create/read/write/append mode and at most one plus" };
            return Err(vm.value_error(message));
        }
        for (given, name) in [(&encoding, "encoding"), (&errors, "errors"), (&newline, "newline")] {
            if binary && !given.is_none() {
                return Err(vm.value_error(format!("binary mode doesn't take {} {name} argument", if name == "newline" { "a" } else { "an" })));
            }
        }
        let mut buffering = match &buffering {
            Some(b) => vm.index_i64(b, "int")?,
            None => -1,
        };
        if binary && buffering == 1 {
            let warn = vm.import_attr("warnings", "warn")?;
            let message = vm.str("line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used");
            let class = vm.exc.get(Exc::RuntimeWarning).to_value();
            vm.call(&warn, &[message, class, int(1)])?;
            buffering = -1;
        }
        let raw_mode: String = mode.chars().filter(|c| "rwax+".contains(*c)).collect();
        let raw_mode = vm.str(&raw_mode);
        let class = io_attr(vm, "FileIO")?;
        let raw = vm.call(&class, &[file, raw_mode, Value::bool(closefd), opener])?;
        let result = layers(vm, &raw, &mode, binary, buffering, [encoding, errors, newline]);
        if result.is_err() {
            let saved = vm.take_pending();
            if vm.call_method(&raw, "close", &[]).is_err() {
                vm.take_pending();
            }
            vm.thread.pending = Some(saved);
        }
        result
    }
    /// Opens the provided file with the intent to import the contents.
    #[sig("(path)")]
    fn open_code(vm: &mut Vm, path: Value) -> Result<Value> {
        if !path.has_payload::<Str>(&*vm.heap) {
            let found = vm.type_name_or_none(&path);
            return Err(vm.type_error(format!("open_code() argument 'path' must be str, not {found}")));
        }
        let open = io_attr(vm, "open")?;
        let mode = vm.str("rb");
        vm.call(&open, &[path, mode])
    }
    /// A helper function to choose the text encoding.
    #[sig("(encoding, stacklevel=2, /)")]
    fn text_encoding(vm: &mut Vm, encoding: Value, stacklevel: i32) -> Result<Value> {
        if !encoding.is_none() {
            return Ok(encoding);
        }
        if vm.config.warn_default_encoding {
            let warn = vm.import_attr("warnings", "warn")?;
            let message = vm.str("'encoding' argument not specified");
            let class = vm.exc.get(Exc::EncodingWarning).to_value();
            vm.call(&warn, &[message, class, int(i64::from(stacklevel) + 1)])?;
        }
        Ok(vm.str(if vm.config.utf8_mode { "utf-8" } else { "locale" }))
    }
}

/// Puts the buffer and text layers that a mode asks for on a raw file.
fn layers(vm: &mut Vm, raw: &Value, mode: &str, binary: bool, buffering: i64, [encoding, errors, newline]: [Value; 3]) -> Result<Value> {
    let name = vm.names.mode.clone();
    let isatty = if buffering < 0 {
        let v = vm.call_method(raw, "isatty", &[])?;
        vm.truth(&v)?
    } else {
        false
    };
    let line_buffering = buffering == 1 || isatty;
    let size = if buffering < 0 || buffering == 1 {
        let key = vm.intern("_blksize");
        let blksize = match vm.get_attr_opt(raw, &key)? {
            Some(v) => vm.index_i64(&v, "long")?,
            None => 0,
        };
        (DEFAULT_BUFFER_SIZE as i64).min((8 * 1024 * 1024).max(blksize)).max(blksize)
    } else {
        buffering
    };
    if size == 0 {
        if binary {
            return Ok(raw.clone());
        }
        return Err(vm.value_error("can't have unbuffered text I/O"));
    }
    let class = if mode.contains('+') {
        "BufferedRandom"
    } else if mode.contains('r') {
        "BufferedReader"
    } else {
        "BufferedWriter"
    };
    let class = io_attr(vm, class)?;
    let buffer = vm.call(&class, &[raw.clone(), int(size)])?;
    if binary {
        return Ok(buffer);
    }
    let class = io_attr(vm, "TextIOWrapper")?;
    let wrapper = vm.call(&class, &[buffer, encoding, errors, newline, Value::bool(line_buffering)])?;
    let mode = vm.str(mode);
    vm.set_attr(&wrapper, &name, Some(mode))?;
    Ok(wrapper)
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    vm.module_set(module, "DEFAULT_BUFFER_SIZE", int(DEFAULT_BUFFER_SIZE as i64));
    let blocking = vm.exc.get(Exc::BlockingIOError).to_value();
    vm.module_set(module, "BlockingIOError", blocking);
    let (os_error, value_error) = (vm.exc.get(Exc::OSError).to_value(), vm.exc.get(Exc::ValueError).to_value());
    let ty = vm.core_type(krait_vm::types::id::TYPE).into_value();
    let (name, bases, dict) = (vm.str("UnsupportedOperation"), vm.tuple(vec![os_error, value_error]), vm.heap.dict());
    let key = vm.names.__module__.clone();
    let module_name = vm.str("io");
    dict.set_str(&mut *vm.heap, &key, module_name);
    let class = vm.call(&ty, &[name, bases, dict.into_value()])?;
    vm.module_set(module, "UnsupportedOperation", class.clone());
    vm.state::<base::IoState>().unsupported = Some(class);
    base::init(vm, module)?;
    memory::init(vm, module)?;
    buffered::init(vm, module)?;
    newline::init(vm, module)?;
    text::init(vm, module)
}
