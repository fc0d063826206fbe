//! The `_imp` module: what importlib asks of the interpreter, and the built-in library's face.
//!
//! Frozen modules are the few that importlib needs to start and CPython's test ones; everything else of the library is
//! found on `sys.path` under `sys._stdlib_dir` by `_krait_library` (core/stdlib/overlay), through `library_*` here.

use krait_bytecode::serial;
use krait_vm::builtins::code::CodeObject;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// Frozen names and the library modules they are.
const FROZEN: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
    ("zipimport", "zipimport"),
    ("_krait_library", "_krait_library"),
    ("__hello__", "__hello__"),
    ("__hello_alias__", "__hello__"),
    ("__phello__", "__phello__"),
    ("__phello__.__init__", "__phello__"),
    ("__phello__.ham", "__phello__.ham"),
    ("__phello__.ham.__init__", "__phello__.ham"),
    ("__phello__.ham.eggs", "__phello__.ham.eggs"),
    ("__phello__.spam", "__phello__.spam"),
    ("__phello_alias__", "__hello__"),
    ("__phello_alias__.spam", "__hello__"),
];

/// (library name, is a package) of a frozen module.
fn frozen(vm: &mut Vm, name: &str) -> Option<(&'static str, bool)> {
    let (alias, origin) = FROZEN.iter().find(|(n, _)| *n == name)?;
    let (_, package) = vm.host.library()?.find(origin)?;
    Some((origin, (package && !alias.ends_with(".__init__")) || *alias == "__phello_alias__"))
}

/// The code of a library module.
pub fn library_code(vm: &mut Vm, name: &str) -> Result<Option<Ref<CodeObject>>> {
    let Some(library) = vm.host.library() else { return Ok(None) };
    let (Some((file, _)), Some(bytes)) = (library.find(name), library.code(name)) else { return Ok(None) };
    let full = format!("{}/{file}", vm.config.stdlib_dir);
    match vm.heap.link_unit(bytes, || full) {
        Ok(code) => Ok(Some(code)),
        Err(_) => Err(vm.error(Exc::ImportError, format!("the library's module {name} is damaged"))),
    }
}

fn no_frozen(vm: &mut Vm, name: &str) -> krait_vm::Raised {
    let raised = vm.error(Exc::ImportError, format!("No such frozen object named {name}"));
    let exception = vm.take_pending();
    let name = vm.str(name);
    vm.set_exception_field(&exception, "name", name);
    vm.thread.pending = Some(exception);
    raised
}

#[derive(Default)]
struct ImportLock {
    held: usize,
}

struct Functions;

#[methods]
impl Functions {
    /// Create an extension module.
    #[sig("(spec, /)")]
    fn create_builtin(vm: &mut Vm, spec: Value) -> Result<Value> {
        let key = vm.names.name.clone();
        let name = vm.get_attr(&spec, &key)?;
        let text = vm.to_text(&name)?;
        match vm.native_module(&text)? {
            Some(m) => Ok(m.into_value()),
            None => {
                let raised = vm.error(Exc::ImportError, format!("no built-in module named '{text}'"));
                let exception = vm.take_pending();
                vm.set_exception_field(&exception, "name", name);
                vm.thread.pending = Some(exception);
                Err(raised)
            }
        }
    }
    /// Initialize a built-in module.
    #[sig("(mod, /)")]
    fn exec_builtin(_vm: &mut Vm, _mod: Value) -> Result<i64> {
        Ok(0)
    }
    /// Create an extension module.
    #[sig("(spec, file=None, /)")]
    fn create_dynamic(vm: &mut Vm, _spec: Value, _file: Value) -> Result<Value> {
        Err(vm.error(Exc::ImportError, "extension modules are not supported"))
    }
    /// Initialize an extension module.
    #[sig("(mod, /)")]
    fn exec_dynamic(_vm: &mut Vm, _mod: Value) -> Result<i64> {
        Ok(0)
    }
    /// Returns True if the module name corresponds to a built-in module.
    #[sig("(name, /)")]
    fn is_builtin(vm: &mut Vm, name: String) -> Result<i64> {
        if name == "sys" || name == "builtins" {
            return Ok(-1);
        }
        Ok(vm.has_native_module(&name).into())
    }
    /// Returns True if the module name corresponds to a frozen module.
    #[sig("(name, /)")]
    fn is_frozen(vm: &mut Vm, name: String) -> Result<bool> {
        Ok(frozen(vm, &name).is_some())
    }
    /// Returns True if the module name is of a frozen package.
    #[sig("(name, /)")]
    fn is_frozen_package(vm: &mut Vm, name: String) -> Result<bool> {
        match frozen(vm, &name) {
            Some((_, package)) => Ok(package),
            None => Err(no_frozen(vm, &name)),
        }
    }
    /// Return info about the corresponding frozen module (if there is one) or None.
    #[sig("(name, /, *, withdata=False)")]
    fn find_frozen(vm: &mut Vm, name: String, withdata: bool) -> Result<Value> {
        let Some((origin, package)) = frozen(vm, &name) else { return Ok(Value::NONE) };
        let data = if withdata {
            match vm.host.library().and_then(|l| l.code(origin)) {
                Some(bytes) => vm.heap.bytes(&bytes).into_value(),
                None => Value::NONE,
            }
        } else {
            Value::NONE
        };
        let origin = match name.as_str() {
            "_frozen_importlib" | "_frozen_importlib_external" => vm.str(origin),
            "__hello_alias__" | "__phello_alias__" | "__phello_alias__.spam" => vm.str("__hello__"),
            "__phello__.__init__" => vm.str("<__phello__"),
            "__phello__.ham.__init__" => vm.str("<__phello__.ham"),
            _ => vm.str(&name),
        };
        Ok(vm.tuple(vec![data, Value::bool(package), origin]))
    }
    /// Create a code object for a frozen module.
    #[sig("(name, data=None, /)")]
    fn get_frozen_object(vm: &mut Vm, name: String, data: Value) -> Result<Value> {
        if let Some(b) = data.downcast::<krait_vm::builtins::bytes::Bytes>(&*vm.heap) {
            let bytes = b.get(&*vm.heap).data.to_vec();
            return match serial::read(&mut &bytes[..]) {
                Ok(code) => Ok(vm.heap.link(&code).into_value()),
                Err(_) => {
                    let shown = vm.repr_text(&data)?;
                    let _ = shown;
                    Err(vm.error(Exc::ImportError, format!("Frozen object named '{name}' is invalid")))
                }
            };
        }
        let Some((origin, _)) = frozen(vm, &name) else { return Err(no_frozen(vm, &name)) };
        match library_code(vm, origin)? {
            Some(code) => Ok(code.into_value()),
            None => Err(no_frozen(vm, &name)),
        }
    }
    /// Initializes a frozen module.
    #[sig("(name, /)")]
    fn init_frozen(vm: &mut Vm, name: String) -> Result<Value> {
        if frozen(vm, &name).is_none() {
            return Ok(Value::NONE);
        }
        import_frozen(vm, &name).map(Ref::into_value)
    }
    /// Returns the list of available frozen modules.
    #[sig("()")]
    fn _frozen_module_names(vm: &mut Vm) -> Result<Value> {
        let names = FROZEN.iter().map(|(n, _)| vm.heap.str(n).into_value()).collect();
        Ok(vm.list(names))
    }
    #[sig("(override, /)")]
    fn _override_frozen_modules_for_tests(_vm: &mut Vm, _override: i32) -> Result<()> {
        Ok(())
    }
    #[sig("(override, /)")]
    fn _override_multi_interp_extensions_check(_vm: &mut Vm, _override: i32) -> Result<i64> {
        Ok(0)
    }
    /// Return True if the import lock is currently held, else False.
    #[sig("()")]
    fn lock_held(vm: &mut Vm) -> Result<bool> {
        Ok(vm.state::<ImportLock>().held > 0)
    }
    /// Acquires the interpreter's import lock for the current thread.
    #[sig("()")]
    fn acquire_lock(vm: &mut Vm) -> Result<()> {
        vm.state::<ImportLock>().held += 1;
        Ok(())
    }
    /// Release the interpreter's import lock.
    #[sig("()")]
    fn release_lock(vm: &mut Vm) -> Result<()> {
        let lock = vm.state::<ImportLock>();
        if lock.held == 0 {
            return Err(vm.runtime_error("not holding the import lock"));
        }
        lock.held -= 1;
        Ok(())
    }
    /// Returns the list of file suffixes used to identify extension modules.
    #[sig("()")]
    fn extension_suffixes(vm: &mut Vm) -> Result<Value> {
        Ok(vm.list(Vec::new()))
    }
    #[sig("(key, source)")]
    fn source_hash(vm: &mut Vm, key: i64, source: Value) -> Result<Value> {
        let bytes = vm.bytes_like(&source)?;
        let mut hasher = SipHasher13::new_with_keys(key as u64, 0);
        hasher.write(&bytes);
        Ok(vm.heap.bytes(&hasher.finish().to_le_bytes()).into_value())
    }
    /// Changes code.co_filename to specify the passed-in file path.
    #[sig("(code, path, /)")]
    fn _fix_co_filename(vm: &mut Vm, code: Ref<CodeObject>, path: Ref<Str>) -> Result<()> {
        let old = code.get(&*vm.heap).filename.clone();
        rename(vm, &code, &old, &path);
        Ok(())
    }
    /// (file, is a package) of a module of the built-in library, or None.
    #[sig("(name, /)")]
    fn library_find(vm: &mut Vm, name: String) -> Result<Value> {
        match vm.host.library().and_then(|l| l.find(&name)) {
            Some((file, package)) => {
                let file = vm.str(file);
                Ok(vm.tuple(vec![file, Value::bool(package)]))
            }
            None => Ok(Value::NONE),
        }
    }
    #[sig("(name, /)")]
    fn library_has_package(vm: &mut Vm, name: String) -> Result<bool> {
        Ok(vm.host.library().and_then(|l| l.find(&name)).is_some_and(|(_, package)| package))
    }
    /// The code of a module of the built-in library.
    #[sig("(name, /)")]
    fn library_code(vm: &mut Vm, name: String) -> Result<Value> {
        match library_code(vm, &name)? {
            Some(code) => Ok(code.into_value()),
            None => Err(vm.error(Exc::ImportError, format!("no library module named '{name}'"))),
        }
    }
    /// The source text of a module of the built-in library.
    #[sig("(name, /)")]
    fn library_source(vm: &mut Vm, name: String) -> Result<Value> {
        match vm.host.library().and_then(|l| l.source(&name)) {
            Some(bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                Ok(vm.str(&text))
            }
            None => Ok(Value::NONE),
        }
    }
    /// The bytes of a source file of the library, named relative to its directory, or None.
    #[sig("(file, /)")]
    fn library_data(vm: &mut Vm, file: String) -> Result<Value> {
        let Some(stem) = file.strip_suffix(".py") else { return Ok(Value::NONE) };
        let name = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
        match vm.host.library().and_then(|l| l.source(&name)) {
            Some(bytes) => Ok(vm.heap.bytes(&bytes).into_value()),
            None => Ok(Value::NONE),
        }
    }
    /// (name, is a package) of every module of the built-in library.
    #[sig("()")]
    fn library_names(vm: &mut Vm) -> Result<Value> {
        let names = vm.host.library().map(|l| l.names()).unwrap_or_default();
        let mut out = Vec::with_capacity(names.len());
        for (name, package) in names {
            let name = vm.str(name);
            out.push(vm.tuple(vec![name, Value::bool(package)]));
        }
        Ok(vm.list(out))
    }
}

fn rename(vm: &mut Vm, code: &Ref<CodeObject>, old: &Ref<Str>, path: &Ref<Str>) {
    // Code inside that is still to be decoded would not be found; a damaged library has none.
    let _ = vm.heap.load_body(code);
    let payload = code.get_mut(&mut *vm.heap);
    if !payload.filename.is(old) {
        return;
    }
    let before = std::mem::replace(&mut payload.filename, path.clone());
    drop(before);
    let inner: Vec<Ref<CodeObject>> = code.get(&*vm.heap).consts.iter().filter_map(|c| c.downcast_exact::<CodeObject>().cloned()).collect();
    for c in inner {
        rename(vm, &c, old, path);
    }
}

/// Runs a frozen module without importlib: how importlib itself is started.
pub fn import_frozen(vm: &mut Vm, name: &str) -> Result<Ref<Module>> {
    let Some((origin, package)) = frozen(vm, name) else { return Err(no_frozen(vm, name)) };
    let Some(code) = library_code(vm, origin)? else { return Err(no_frozen(vm, name)) };
    let module = vm.new_module(name, None);
    if package {
        let path = vm.list(Vec::new());
        vm.module_set(&module, "__path__", path);
    }
    let builtins = vm.builtins.to_value();
    vm.module_set(&module, "__builtins__", builtins);
    let known = vm.str(origin);
    vm.module_set(&module, "__origname__", known);
    let key = vm.intern(name);
    vm.modules.clone().set_str(&mut *vm.heap, &key, module.to_value());
    let globals = vm.module_dict(&module);
    vm.run_code(&code, &globals, None)?;
    Ok(module)
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    let default = vm.str("default");
    vm.module_set(module, "check_hash_based_pycs", default);
    let magic = i64::from(serial::FORMAT & 0xFFFF) | 0x0A0D_0000;
    vm.module_set(module, "pyc_magic_number_token", Value::small_int(magic).unwrap_or(Value::NONE));
    Ok(())
}
