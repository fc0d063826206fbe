//! `module`: Python methods: construction, attribute access with module-level `__getattr__`, `__dir__`, annotations.

use crate::builtins::dict::Dict;
use crate::builtins::module::Module;
use crate::builtins::str::Str;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_macros::methods;

struct ModuleMethods;

#[methods]
impl ModuleMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        let type_id = cls.id(&vm.heap);
        let dict = vm.heap.dict();
        Ok(vm.heap.alloc_typed(type_id, Module { dict: Some(dict) }).into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(name, doc=None)")]
    fn __init__(this: &Ref<Module>, vm: &mut Vm, name: Value, doc: Value) -> Result<()> {
        if !name.has_payload::<Str>(&vm.heap) {
            let found = vm.type_name_or_none(&name);
            return Err(vm.type_error(format!("module() argument 'name' must be str, not {found}")));
        }
        let dict = vm.module_dict(this);
        let n = &vm.names;
        let keys = [n.__name__.clone(), n.__doc__.clone(), n.__package__.clone(), n.__loader__.clone(), n.__spec__.clone()];
        for (key, value) in keys.iter().zip([name, doc, Value::NONE, Value::NONE, Value::NONE]) {
            dict.set_str(vm, key, value);
        }
        Ok(())
    }
    /// Return getattr(self, name).
    #[sig("(name, /)")]
    fn __getattribute__(this: &Ref<Module>, vm: &mut Vm, name: &Value) -> Result<Value> {
        let name = vm.attribute_name(name)?;
        vm.module_get_attr(this, &name)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Module>, vm: &mut Vm) -> Result<Value> {
        if let Ok(bootstrap) = vm.import_cached("_frozen_importlib") {
            return vm.call_method(&bootstrap, "_module_repr", &[this.to_value()]);
        }
        vm.thread.pending = None;
        let dict = vm.module_dict(this);
        let key = vm.names.__name__.clone();
        let name = match dict.get_str(&*vm, &key) {
            Some(n) => vm.repr_text(&n)?,
            None => "'?'".into(),
        };
        Ok(vm.str(&format!("<module {name}>")))
    }
    /// __dir__() -> specialized dir() implementation
    #[sig("()")]
    fn __dir__(this: &Ref<Module>, vm: &mut Vm) -> Result<Value> {
        let dict_name = vm.names.__dict__.clone();
        let dict = vm.get_attr(this.as_value(), &dict_name)?;
        let Some(dict) = dict.downcast::<Dict>(&vm.heap).cloned() else {
            return Err(vm.type_error("<module>.__dict__ is not a dictionary"));
        };
        let key = vm.names.__dir__.clone();
        if let Some(f) = dict.get_str(&*vm, &key) {
            return vm.call(&f, &[]);
        }
        let keys = dict.items(&*vm).into_iter().map(|(k, _)| k).collect();
        Ok(vm.list(keys))
    }
    #[getter]
    fn __dict__(this: &Ref<Module>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.module_dict(this).into_value())
    }
    #[getter]
    fn __annotations__(this: &Ref<Module>, vm: &mut Vm) -> Result<Value> {
        let dict = vm.module_dict(this);
        let key = vm.names.__annotations__.clone();
        if let Some(v) = dict.get_str(&*vm, &key) {
            return Ok(v);
        }
        let annotate_key = vm.names.__annotate__.clone();
        let annotations = match dict.get_str(&*vm, &annotate_key) {
            Some(f) if vm.is_callable(&f) => {
                let result = vm.call(&f, &[Value::int32(1)])?;
                if !result.has_payload::<Dict>(&vm.heap) {
                    let found = vm.type_name(&result);
                    return Err(vm.type_error(format!("__annotate__ returned non-dict of type '{found}'")));
                }
                result
            }
            _ => vm.heap.dict().into_value(),
        };
        // A module still being initialised may define more: nothing is cached yet.
        if !vm.module_is_initializing(&dict)? {
            dict.set_str(vm, &key, annotations.clone());
        }
        Ok(annotations)
    }
    #[setter]
    fn set___annotations__(this: &Ref<Module>, vm: &mut Vm, value: Value) -> Result<()> {
        let dict = vm.module_dict(this);
        let (key, annotate) = (vm.names.__annotations__.clone(), vm.names.__annotate__.clone());
        if value.is_unbound() {
            let Some(old) = dict.remove_str(vm, &key) else {
                return Err(vm.error_args(crate::Exc::AttributeError, vec![key.to_value()]));
            };
            drop(old);
        } else {
            dict.set_str(vm, &key, value);
        }
        let old = dict.remove_str(vm, &annotate);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __annotate__(this: &Ref<Module>, vm: &mut Vm) -> Result<Value> {
        let dict = vm.module_dict(this);
        let key = vm.names.__annotate__.clone();
        match dict.get_str(&*vm, &key) {
            Some(v) => Ok(v),
            None => {
                dict.set_str(vm, &key, Value::NONE);
                Ok(Value::NONE)
            }
        }
    }
    #[setter]
    fn set___annotate__(this: &Ref<Module>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("cannot delete __annotate__ attribute"));
        }
        if !value.is_none() && !vm.is_callable(&value) {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        let dict = vm.module_dict(this);
        let (key, cache) = (vm.names.__annotate__.clone(), vm.names.__annotations__.clone());
        let clear = !value.is_none();
        dict.set_str(vm, &key, value);
        if clear {
            let old = dict.remove_str(vm, &cache);
            drop(old);
        }
        Ok(())
    }
}

impl Vm {
    /// `module.name`, with the module's own `__getattr__`.
    pub(crate) fn module_get_attr(&mut self, module: &Ref<Module>, name: &Ref<Str>) -> Result<Value> {
        match self.module_attr_opt(module, name)? {
            Some(v) => Ok(v),
            None => {
                let dict = self.module_dict(module);
                Err(self.no_module_attribute(module, &dict, name))
            }
        }
    }
    /// As `module_get_attr`, without the work that goes into an AttributeError's message.
    pub(crate) fn module_attr_opt(&mut self, module: &Ref<Module>, name: &Ref<Str>) -> Result<Option<Value>> {
        let value = module.as_value();
        if let Some(v) = self.generic_get_attr(value, value.type_id(), name)? {
            return Ok(Some(v));
        }
        let dict = self.module_dict(module);
        let key = self.names.__getattr__.clone();
        match dict.get_str(&*self, &key) {
            Some(f) => self.call(&f, &[name.to_value()]).map(Some),
            None => Ok(None),
        }
    }
    fn module_is_initializing(&mut self, dict: &Ref<Dict>) -> Result<bool> {
        let key = self.names.__spec__.clone();
        let Some(spec) = dict.get_str(&*self, &key) else { return Ok(false) };
        let key = self.names._initializing.clone();
        match self.get_attr_opt(&spec, &key)? {
            Some(v) => self.truth(&v),
            None => Ok(false),
        }
    }
    #[cold]
    fn no_module_attribute(&mut self, module: &Ref<Module>, dict: &Ref<Dict>, name: &Ref<Str>) -> Raised {
        match self.module_attribute_message(dict, name) {
            Ok(message) => self.attribute_error(message, module.as_value(), name),
            Err(e) => e,
        }
    }
    fn module_attribute_message(&mut self, dict: &Ref<Dict>, name: &Ref<Str>) -> Result<String> {
        let text = name.get(&self.heap).to_string_lossy();
        let key = self.names.__name__.clone();
        let module_name = dict.get_str(&*self, &key);
        let Some(module_name) = module_name.as_ref().and_then(|n| n.downcast::<Str>(&self.heap)).map(|n| n.get(&self.heap).to_string_lossy()) else {
            return Ok(format!("module has no attribute '{text}'"));
        };
        let key = self.names.__spec__.clone();
        let spec = dict.get_str(&*self, &key).filter(|s| !s.is_none());
        let mut origin = None;
        if let Some(spec) = &spec {
            let key = self.intern("has_location");
            if let Some(v) = self.get_attr_opt(spec, &key)?
                && self.truth(&v)?
            {
                let key = self.intern("origin");
                origin = self.get_attr_opt(spec, &key)?.filter(|o| o.has_payload::<Str>(&self.heap));
            }
        }
        let origin = match &origin {
            Some(o) => Some(self.to_text(o)?),
            None => None,
        };
        let initializing = self.module_is_initializing(dict)?;
        if let Some(origin) = &origin
            && self.shadows_stdlib(origin, &module_name)?
        {
            return Ok(format!(
                "module '{module_name}' has no attribute '{text}' (consider renaming '{origin}' since it has the same name as the standard library module named '{module_name}' and prevents importing that standard library module)"
            ));
        }
        if initializing {
            return Ok(match origin {
                Some(o) => format!("partially initialized module '{module_name}' from '{o}' has no attribute '{text}' (most likely due to a circular import)"),
                None => format!("partially initialized module '{module_name}' has no attribute '{text}' (most likely due to a circular import)"),
            });
        }
        if let Some(spec) = &spec {
            let key = self.intern("_uninitialized_submodules");
            if let Some(list) = self.get_attr_opt(spec, &key)?
                && !list.is_none()
                && self.contains(&list, name.as_value())?
            {
                return Ok(format!("cannot access submodule '{text}' of module '{module_name}' (most likely due to a circular import)"));
            }
        }
        Ok(format!("module '{module_name}' has no attribute '{text}'"))
    }
    /// Whether a module file lies in the script's directory and hides a module of the standard library.
    fn shadows_stdlib(&mut self, origin: &str, module_name: &str) -> Result<bool> {
        let key = self.intern("stdlib_module_names");
        let Some(names) = self.sys.clone().get_str(&*self, &key) else { return Ok(false) };
        let name = self.str(module_name);
        if !self.contains(&names, &name)? {
            return Ok(false);
        }
        let key = self.intern("path");
        let Some(path) = self.sys.clone().get_str(&*self, &key) else { return Ok(false) };
        let first = self.collect(&path)?.into_iter().next();
        let Some(first) = first else { return Ok(false) };
        let first = self.to_text(&first)?;
        let folder = origin.rsplit_once('/').map_or("", |(f, _)| f);
        let folder = folder.strip_suffix(&format!("/{module_name}")).filter(|_| origin.ends_with("/__init__.py")).unwrap_or(folder);
        if self.config.safe_path {
            return Ok(false);
        }
        Ok(folder == first)
    }
    fn import_cached(&mut self, name: &str) -> Result<Value> {
        let key = self.str(name);
        match self.modules.clone().get_item(self, &key)? {
            Some(m) => Ok(m),
            None => Err(self.key_error(key)),
        }
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<ModuleMethods>(id::MODULE);
}
