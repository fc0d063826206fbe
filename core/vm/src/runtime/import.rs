//! Imports: the native half of the import system. The other half is the library's `importlib`.
//!
//! `import_name` answers from `sys.modules` without running Python whenever it can; a miss goes to
//! `_frozen_importlib._find_and_load`. `import_from` and `import_star` are the ops of those names. Native modules are
//! made here, once each; `sys.rs` and `imp.rs` of core/modules are the Python faces.

use crate::builtins::dict::Dict;
use crate::builtins::module::Module;
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::host::ModuleInit;
use crate::interp::frame::FrameObject;
use crate::object::Ref;
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};

/// What imports need to remember.
#[derive(Default)]
pub struct Imports {
    /// The running `_frozen_importlib`.
    pub importlib: Option<Value>,
    /// Native modules made so far, by name.
    pub native: Vec<(String, Ref<Module>)>,
}

impl Vm {
    /// The native module of a name, made and filled on first use.
    pub fn native_module(&mut self, name: &str) -> Result<Option<Ref<Module>>> {
        if let Some((_, m)) = self.state::<Imports>().native.iter().find(|(n, _)| n == name) {
            return Ok(Some(m.clone()));
        }
        let Some(init) = self.native_modules.get(name).copied() else { return Ok(None) };
        let module = self.new_module(name, None);
        init(self, &module)?;
        self.state::<Imports>().native.push((name.to_string(), module.clone()));
        Ok(Some(module))
    }
    /// Adds native modules, which are made when they are imported.
    pub fn add_native_modules(&mut self, modules: &[(&'static str, ModuleInit)]) {
        self.native_modules.extend(modules.iter().copied());
    }
    /// Registers a module made elsewhere (`sys`, `builtins`) as a native one.
    pub fn add_native_module(&mut self, name: &str, module: &Ref<Module>) {
        self.state::<Imports>().native.push((name.to_string(), module.clone()));
    }
    /// Names of the native modules, sorted.
    pub fn native_module_names(&mut self) -> Vec<String> {
        let mut names: Vec<String> = self.native_modules.keys().map(|n| n.to_string()).collect();
        names.extend(["sys".to_string(), "builtins".to_string()]);
        krait_bytecode::order::sort(&mut names);
        names.dedup();
        names
    }

    /// `sys.modules`, which programs may replace.
    pub fn sys_modules(&mut self) -> Value {
        let name = self.names.modules.clone();
        self.sys.get_str(&*self.heap, &name).unwrap_or_else(|| self.modules.to_value())
    }
    /// `sys.modules.get(name)`.
    pub fn loaded_module(&mut self, name: &Value) -> Result<Option<Value>> {
        let modules = self.sys_modules();
        if let Some(d) = modules.downcast_exact::<Dict>().cloned() {
            return d.get_item(self, name);
        }
        let found = self.get_item(&modules, name);
        self.catch(found, Exc::KeyError)
    }
    /// Imports a module by its full name and returns it (not its top package).
    pub fn import(&mut self, name: &str) -> Result<Value> {
        let name = self.str(name);
        self.import_absolute(&name)
    }
    /// An attribute of a module that is imported for it.
    pub fn import_attr(&mut self, module: &str, attribute: &str) -> Result<Value> {
        let module = self.import(module)?;
        let name = self.intern(attribute);
        self.get_attr(&module, &name)
    }
    fn importlib(&mut self) -> Result<Value> {
        match self.state::<Imports>().importlib.clone() {
            Some(m) => Ok(m),
            None => Err(self.error(Exc::ImportError, "the import system is not running")),
        }
    }
    fn import_absolute(&mut self, name: &Value) -> Result<Value> {
        if let Some(module) = self.loaded_module(name)?
            && !module.is_none()
        {
            if self.is_initializing(&module)? {
                let importlib = self.importlib()?;
                self.call_method(&importlib, "_lock_unlock_module", std::slice::from_ref(name))?;
            }
            return Ok(module);
        }
        if self.state::<Imports>().importlib.is_none() {
            return self.import_before_importlib(name);
        }
        let importlib = self.importlib()?;
        let key = self.names.__import__.clone();
        let import = self.builtins.get_str(&*self.heap, &key).unwrap_or(Value::NONE);
        let result = self.call_method(&importlib, "_find_and_load", &[name.clone(), import]);
        if result.is_err() {
            self.remove_importlib_frames();
        }
        result
    }
    /// Native modules while importlib itself is being started (or when there is no library at all).
    fn import_before_importlib(&mut self, name: &Value) -> Result<Value> {
        let text = self.to_text(name)?;
        if let Some(module) = self.native_module(&text)? {
            let modules = self.modules.clone();
            modules.set_item(self, name.clone(), module.to_value())?;
            return Ok(module.into_value());
        }
        let message = self.str(&format!("No module named '{text}'"));
        let raised = self.error_args(Exc::ModuleNotFoundError, vec![message]);
        let exception = self.take_pending();
        self.set_exception_field(&exception, "name", name.clone());
        self.thread.pending = Some(exception);
        Err(raised)
    }
    /// Whether `module.__spec__._initializing` is true.
    fn is_initializing(&mut self, module: &Value) -> Result<bool> {
        let spec = self.names.__spec__.clone();
        let spec = match module.downcast_exact::<Module>().cloned() {
            Some(m) => self.module_dict(&m).get_str(&*self.heap, &spec),
            None => {
                let found = self.get_attr_opt(module, &spec);
                self.catch(found, Exc::AttributeError)?.flatten()
            }
        };
        let Some(spec) = spec.filter(|s| !s.is_none()) else { return Ok(false) };
        let name = self.names._initializing.clone();
        match self.get_attr_opt(&spec, &name)? {
            Some(v) => self.truth(&v),
            None => Ok(false),
        }
    }

    /// `__import__(name, globals, locals, fromlist, level)`.
    pub fn import_name(&mut self, name: &Value, globals: &Value, fromlist: &Value, level: i64) -> Result<Value> {
        let Some(text) = name.downcast::<Str>(&*self.heap).cloned() else {
            return Err(self.type_error("module name must be a string"));
        };
        if level < 0 {
            return Err(self.value_error("level must be >= 0"));
        }
        let absolute = if level > 0 {
            self.resolve_relative(&text, globals, level)?
        } else {
            if text.get(&*self.heap).is_empty() {
                return Err(self.value_error("Empty module name"));
            }
            name.clone()
        };
        let module = self.import_absolute(&absolute)?;
        let from = !fromlist.is_none() && self.truth(fromlist)?;
        if from {
            let path = self.names.__path__.clone();
            if self.get_attr_opt(&module, &path)?.is_none() {
                return Ok(module);
            }
            return self.handle_fromlist(module, fromlist);
        }
        let (len, dot) = {
            let view = text.view(&*self.heap);
            (view.len(), view.find_char(u32::from(b'.')))
        };
        if level > 0 && len == 0 {
            return Ok(module);
        }
        let Some(dot) = dot else { return Ok(module) };
        if level == 0 {
            let front = self.substring(&text, 0, dot);
            return self.import_absolute(&front);
        }
        let Some(absolute) = absolute.downcast::<Str>(&*self.heap).cloned() else { return Ok(module) };
        let cut = len - dot;
        let whole = absolute.view(&*self.heap).len();
        let package = self.substring(&absolute, 0, whole.saturating_sub(cut));
        match self.loaded_module(&package)? {
            Some(m) => Ok(m),
            None => {
                let shown = self.repr_text(&package)?;
                let message = self.str(&format!("{shown} not in sys.modules as expected"));
                Err(self.key_error(message))
            }
        }
    }
    fn substring(&mut self, s: &Ref<Str>, from: usize, to: usize) -> Value {
        let buffer = s.view(&*self.heap).slice(from..to).to_buf();
        self.heap.str_buf(buffer).into_value()
    }
    /// Submodules named in `from package import …` are imported; plain attributes need no Python.
    fn handle_fromlist(&mut self, module: Value, fromlist: &Value) -> Result<Value> {
        if let Some(t) = fromlist.downcast_exact::<crate::builtins::tuple::Tuple>().cloned() {
            let mut all = true;
            for item in t.items(&*self.heap).to_vec() {
                let Some(s) = item.downcast_exact::<Str>().cloned() else { all = false; break };
                let star = s.view(&*self.heap).eq_str("*");
                let s = self.heap.intern_str(&s);
                if star || self.get_attr_opt(&module, &s)?.is_none() {
                    all = false;
                    break;
                }
            }
            if all {
                return Ok(module);
            }
        }
        let importlib = self.importlib()?;
        let import = self.names.__import__.clone();
        let import = match self.builtins.get_str(&*self.heap, &import) {
            Some(f) => f,
            None => return Err(self.error(Exc::ImportError, "__import__ not found")),
        };
        self.call_method(&importlib, "_handle_fromlist", &[module, fromlist.clone(), import])
    }
    /// The absolute name of a relative import.
    fn resolve_relative(&mut self, name: &Ref<Str>, globals: &Value, level: i64) -> Result<Value> {
        let Some(globals) = globals.downcast::<Dict>(&*self.heap).cloned() else {
            return Err(if globals.is_none() { self.key_error_text("'__name__' not in globals") } else { self.type_error("globals must be a dict") });
        };
        let n = &self.names;
        let (package_key, spec_key, name_key, path_key) = (n.__package__.clone(), n.__spec__.clone(), n.__name__.clone(), n.__path__.clone());
        let mut package = globals.get_str(&*self.heap, &package_key).filter(|v| !v.is_none());
        let spec = globals.get_str(&*self.heap, &spec_key).filter(|v| !v.is_none());
        if package.is_none()
            && let Some(spec) = &spec
        {
            let parent = self.intern("parent");
            package = Some(self.get_attr(spec, &parent)?);
        }
        let package = match package {
            Some(p) => match p.downcast::<Str>(&*self.heap) {
                Some(s) => s.get(&*self.heap).to_string_lossy(),
                None => return Err(self.type_error(if spec.is_some() { "__spec__.parent must be a string" } else { "package must be a string" })),
            },
            None => {
                let message = "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
                self.warn(Exc::ImportWarning, message, 1)?;
                let Some(module_name) = globals.get_str(&*self.heap, &name_key) else {
                    return Err(self.key_error_text("'__name__' not in globals"));
                };
                let Some(s) = module_name.downcast::<Str>(&*self.heap).cloned() else {
                    return Err(self.type_error("__name__ must be a string"));
                };
                let text = s.get(&*self.heap).to_string_lossy();
                if globals.get_str(&*self.heap, &path_key).is_some() {
                    text
                } else {
                    match text.rfind('.') {
                        Some(dot) => text[..dot].to_string(),
                        None => String::new(),
                    }
                }
            }
        };
        if package.is_empty() {
            return Err(self.error(Exc::ImportError, "attempted relative import with no known parent package"));
        }
        let mut base = package.as_str();
        for _ in 1..level {
            match base.rfind('.') {
                Some(dot) => base = &base[..dot],
                None => return Err(self.error(Exc::ImportError, "attempted relative import beyond top-level package")),
            }
        }
        let tail = name.get(&*self.heap).to_string_lossy();
        let full = if tail.is_empty() { base.to_string() } else { format!("{base}.{tail}") };
        Ok(self.str(&full))
    }
    fn key_error_text(&mut self, text: &str) -> Raised {
        let text = self.str(text);
        self.key_error(text)
    }

    /// `from module import name`.
    pub fn import_from(&mut self, module: &Value, name: &Ref<Str>) -> Result<Value> {
        let found = self.get_attr_opt(module, name);
        if let Some(Some(v)) = self.catch(found, Exc::AttributeError)? {
            return Ok(v);
        }
        let text = name.get(&*self.heap).to_string_lossy();
        let key = self.names.__name__.clone();
        let found = self.get_attr_opt(module, &key);
        let package = self.catch(found, Exc::AttributeError)?.flatten();
        let package_name = match package.as_ref().and_then(|p| p.downcast::<Str>(&*self.heap)) {
            Some(p) => Some(p.get(&*self.heap).to_string_lossy()),
            None => None,
        };
        if let Some(p) = &package_name {
            let full = self.str(&format!("{p}.{text}"));
            if let Some(m) = self.loaded_module(&full)? {
                return Ok(m);
            }
        }
        let spec_key = self.names.__spec__.clone();
        let found = self.get_attr_opt(module, &spec_key);
        let spec = self.catch(found, Exc::AttributeError)?.flatten();
        let file_key = self.names.__file__.clone();
        let mut origin = Value::NONE;
        if let Some(spec) = spec.as_ref().filter(|s| !s.is_none()) {
            let key = self.intern("has_location");
            if let Some(v) = self.get_attr_opt(spec, &key)?
                && self.truth(&v)?
            {
                let key = self.intern("origin");
                origin = self.get_attr_opt(spec, &key)?.unwrap_or(Value::NONE);
            }
        }
        if origin.is_none() {
            let found = self.get_attr_opt(module, &file_key);
            origin = self.catch(found, Exc::AttributeError)?.flatten().unwrap_or(Value::NONE);
        }
        if !origin.has_payload::<Str>(&*self.heap) {
            origin = Value::NONE;
        }
        let shown = package_name.clone().unwrap_or_else(|| "<unknown module name>".into());
        let shown_package = match &package {
            Some(p) if package_name.is_some() => self.repr_text(p)?,
            _ => format!("'{shown}'"),
        };
        let place = if origin.is_none() { "unknown location".to_string() } else { self.to_text(&origin)? };
        let shown_name = self.repr_text(name.as_value())?;
        let initializing = self.is_initializing(module)?;
        let message = if self.shadows_library(&shown, &place)? {
            format!(
                "cannot import name {shown_name} from {shown_package} (consider renaming '{place}' since it has the same name as the standard library module named {shown_package} and prevents importing that standard library module)"
            )
        } else if initializing && !origin.is_none() {
            format!("cannot import name {shown_name} from partially initialized module {shown_package} (most likely due to a circular import) ({place})")
        } else {
            format!("cannot import name {shown_name} from {shown_package} ({place})")
        };
        let raised = self.error(Exc::ImportError, message);
        let exception = self.take_pending();
        if let Some(p) = package {
            self.set_exception_field(&exception, "name", p);
        }
        self.set_exception_field(&exception, "path", origin);
        self.set_exception_field(&exception, "name_from", name.to_value());
        self.thread.pending = Some(exception);
        Err(raised)
    }
    /// Whether a module found in the script's directory hides one of the standard library.
    fn shadows_library(&mut self, name: &str, origin: &str) -> Result<bool> {
        let names_key = self.intern("stdlib_module_names");
        let path_key = self.intern("path");
        let (Some(names), Some(path)) = (self.sys.get_str(&*self.heap, &names_key), self.sys.get_str(&*self.heap, &path_key)) else {
            return Ok(false);
        };
        let module = self.str(name);
        if name.contains('.') || !matches!(self.contains(&names, &module), Ok(true)) {
            self.thread.pending = None;
            return Ok(false);
        }
        let Some(list) = path.downcast::<crate::builtins::list::List>(&*self.heap) else { return Ok(false) };
        if self.config.safe_path {
            return Ok(false);
        }
        let first = match list.get(&*self.heap).items().first().and_then(|v| v.downcast::<Str>(&*self.heap)) {
            Some(s) => s.get(&*self.heap).to_string_lossy(),
            None => return Ok(false),
        };
        let directory = match origin.rsplit_once('/') {
            Some((d, file)) if file == "__init__.py" => d.rsplit_once('/').map_or("", |(d, _)| d),
            Some((d, _)) => d,
            None => "",
        };
        Ok(!first.is_empty() && first == directory)
    }

    /// `from module import *`.
    pub fn import_star(&mut self, module: &Value, locals: &Value) -> Result<()> {
        let all_key = self.names.__all__.clone();
        let found = self.get_attr_opt(module, &all_key);
        let all = self.catch(found, Exc::AttributeError)?.flatten();
        let explicit = all.is_some();
        let names = match all {
            Some(all) => self.collect(&all)?,
            None => {
                let key = self.names.__dict__.clone();
                let found = self.get_attr_opt(module, &key);
                let Some(dict) = self.catch(found, Exc::AttributeError)?.flatten() else {
                    return Err(self.error(Exc::ImportError, "from-import-* object has no __dict__ and no __all__"));
                };
                match dict.downcast_exact::<Dict>().cloned() {
                    Some(d) => d.items(&*self.heap).into_iter().map(|(k, _)| k).collect(),
                    None => {
                        let keys = self.call_method(&dict, "keys", &[])?;
                        self.collect(&keys)?
                    }
                }
            }
        };
        for name in names {
            let Some(s) = name.downcast::<Str>(&*self.heap).cloned() else {
                let key = self.names.__name__.clone();
                let module_name = self.get_attr(module, &key)?;
                let module_name = self.to_text(&module_name)?;
                let found = self.type_name(&name);
                return Err(self.type_error(if explicit {
                    format!("Item in {module_name}.__all__ must be str, not {found}")
                } else {
                    format!("Key in {module_name}.__dict__ must be str, not {found}")
                }));
            };
            if !explicit && s.view(&*self.heap).first() == Some(u32::from(b'_')) {
                continue;
            }
            let s = self.heap.intern_str(&s);
            let value = self.get_attr(module, &s)?;
            match locals.downcast_exact::<Dict>().cloned() {
                Some(d) => d.set_str(&mut *self.heap, &s, value),
                None => self.set_item(locals, s.as_value(), value)?,
            }
        }
        Ok(())
    }

    /// Leaves importlib's own frames out of the pending exception's traceback, as CPython does: all of them for
    /// ImportError, else those that end in `_call_with_frames_removed`.
    fn remove_importlib_frames(&mut self) {
        use crate::interp::frame::Traceback;
        if self.config.verbose > 0 {
            return;
        }
        let Some(exception) = self.thread.pending.clone() else { return };
        let always = self.is_exception(&exception, Exc::ImportError);
        let Some(payload) = self.exception_payload(&exception) else { return };
        let mut entries = Vec::new();
        let mut next = payload.get(&*self.heap).traceback.clone();
        while let Some(t) = next.and_then(|t| t.downcast_exact::<Traceback>().cloned()) {
            next = t.get(&*self.heap).next.clone();
            let frame = t.get(&*self.heap).frame.clone();
            let code = frame.get(&*self.heap).code.clone();
            let code = code.get(&*self.heap);
            let file = code.filename.get(&*self.heap).to_string_lossy();
            let inside = file == "<frozen importlib._bootstrap>" || file == "<frozen importlib._bootstrap_external>";
            let stop = code.name.get(&*self.heap).to_string_lossy() == "_call_with_frames_removed";
            entries.push((t, inside, stop));
        }
        let mut kept: Vec<Ref<Traceback>> = Vec::new();
        let mut chunk: Vec<Ref<Traceback>> = Vec::new();
        for (t, inside, stop) in entries {
            if inside {
                chunk.push(t);
                if always || stop {
                    chunk.clear();
                }
            } else {
                kept.append(&mut chunk);
                kept.push(t);
            }
        }
        kept.append(&mut chunk);
        for (i, t) in kept.iter().enumerate() {
            let next = kept.get(i + 1).map(Ref::to_value);
            let old = std::mem::replace(&mut t.get_mut(&mut *self.heap).next, next);
            drop(old);
        }
        let first = kept.first().map(Ref::to_value);
        let old = std::mem::replace(&mut payload.get_mut(&mut *self.heap).traceback, first);
        drop(old);
    }

    /// The frame `depth` levels up from the running one.
    pub fn frame_above(&mut self, depth: usize) -> Option<Ref<FrameObject>> {
        let index = self.thread.depth().checked_sub(depth.checked_add(1)?)?;
        let frame: *mut crate::interp::frame::Frame = self.thread.frame_mut(index)?;
        Some(self.frame_object(frame))
    }
    /// The globals of the running Python function.
    pub fn current_globals(&mut self) -> Option<Ref<Dict>> {
        let index = self.thread.depth().checked_sub(1)?;
        let frame = self.thread.frame(index)?;
        Some(frame.function_ref().get(&*self.heap).globals.clone())
    }
    /// Whether a value is a module (or of a subclass).
    pub fn is_module(&self, value: &Value) -> bool {
        self.heap.is_instance(value, id::MODULE)
    }
}
