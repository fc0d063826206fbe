//! `module`: a namespace. Attribute access with module-level `__getattr__` is in `module_methods.rs`.

use crate::args::{MethodDef, Methods};
use crate::builtins::dict::Dict;
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use krait_macros::Traverse;

/// The payload of `module` (and subclasses).
#[derive(Traverse)]
#[traverse(id = MODULE)]
pub struct Module {
    pub dict: Option<Ref<Dict>>,
}

impl Vm {
    /// A new module object with `__name__` and the usual dunders.
    pub fn new_module(&mut self, name: &str, doc: Option<&str>) -> Ref<Module> {
        let dict = self.heap.dict();
        let name = self.str(name);
        let doc = doc.map_or(Value::NONE, |d| self.str(d));
        let n = &self.names;
        let keys = [n.__name__.clone(), n.__doc__.clone(), n.__package__.clone(), n.__loader__.clone(), n.__spec__.clone()];
        for (key, value) in keys.iter().zip([name, doc, Value::NONE, Value::NONE, Value::NONE]) {
            dict.set_str(self, key, value);
        }
        self.heap.alloc(Module { dict: Some(dict) })
    }
    /// The namespace of a module.
    pub fn module_dict(&mut self, module: &Ref<Module>) -> Ref<Dict> {
        if let Some(d) = &module.get(&*self).dict {
            return d.clone();
        }
        let dict = self.heap.dict();
        module.get_mut(self).dict = Some(dict.clone());
        dict
    }
    /// Sets a name in a module.
    pub fn module_set(&mut self, module: &Ref<Module>, name: &str, value: Value) {
        let dict = self.module_dict(module);
        let name = self.heap.intern(name);
        dict.set_str(self, &name, value);
    }
    /// Adds the functions declared by `#[methods] impl T` to a module.
    pub fn module_functions<T: Methods>(&mut self, module: &Ref<Module>) {
        self.add_functions(module, T::METHODS);
    }
    fn add_functions(&mut self, module: &Ref<Module>, functions: &'static [MethodDef]) {
        let dict = self.module_dict(module);
        let key = self.names.__name__.clone();
        let module_name = dict.get_str(&*self, &key);
        dict.get_mut(self).table.make_room(functions.len());
        for def in functions {
            self.add_function(&dict, def, module_name.clone());
        }
    }
    fn add_function(&mut self, dict: &Ref<Dict>, def: &'static MethodDef, module: Option<Value>) {
        let function = self.builtin_function(def, module);
        let name = self.heap.intern(def.name);
        dict.set_str(self, &name, function);
    }
    /// Adds functions declared by `#[methods] impl T` to `builtins`.
    pub(crate) fn builtins_functions<T: Methods>(&mut self) {
        let dict = self.builtins.clone();
        let module = self.str("builtins");
        for def in T::METHODS {
            self.add_function(&dict, def, Some(module.clone()));
        }
    }
    /// Attaches the methods declared by `#[methods] impl T` to a core type.
    pub(crate) fn attach<T: Methods>(&mut self, type_id: u32) {
        let ty = self.core_type(type_id);
        self.add_methods(&ty, T::METHODS);
    }
}
