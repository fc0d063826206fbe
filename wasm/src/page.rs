//! What the page gives: modules of functions and plain data, single functions, and the errors its functions throw.
//!
//! A function of the page is a [`PageObject`], a number that the page knows. Arguments and result cross as
//! [`crate::values`] has it. An error over there is a `krait.JsError` here; when nobody catches it, the page gets its own
//! error back. A Python exception that passes through a function of the page stays the same exception.

use crate::values::{self, Writer};
use crate::{js, os};
use krait_compiler::Options;
use krait_vm::args::Methods;
use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Raised, Ref, Result, Traverse, Value, Vm, methods};

/// The modules that the page gave: (name, members as [`crate::values`] writes a map).
#[derive(Default)]
pub struct PageModules {
    modules: Vec<(&'static str, Box<[u8]>)>,
    object_type: Option<Ref<Type>>,
}

/// A function or an error of the page.
#[derive(Traverse)]
pub struct PageObject {
    pub number: u32,
    name: Value,
}

impl Drop for PageObject {
    /// The page may forget it.
    fn drop(&mut self) {
        js::release(self.number);
    }
}

#[methods]
impl PageObject {
    #[sig("(*args)")]
    fn __call__(this: &Ref<PageObject>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        let number = this.get(&*vm.heap).number;
        let mut writer = Writer::default();
        writer.list(vm, args.len())?;
        args.iter().try_for_each(|arg| writer.value(vm, arg))?;
        let answer = vm.nested(" in a function of the page", |vm| Ok(js::call(vm, number, &writer.into_bytes())))?;
        let Some(answer) = answer else { return Err(vm.runtime_error("the page gave no answer")) };
        let answer = values::read(vm, &answer)?;
        let parts = answer.downcast::<List>(&*vm.heap).map(|list| list.to_vec(&*vm.heap)).unwrap_or_default();
        match &parts[..] {
            [value] => Ok(value.clone()),
            // A Python exception that came through the page.
            [_, exception] => Err(vm.raise(exception.clone())),
            [_, name, message, error] => Err(raise(vm, name, message, error)),
            _ => Err(vm.runtime_error("the page gave no answer")),
        }
    }
    #[getter]
    fn __name__(this: &Ref<PageObject>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).name.clone())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<PageObject>, vm: &mut Vm) -> Result<String> {
        let name = this.get(&*vm.heap).name.clone();
        Ok(format!("<page object {}>", vm.to_text(&name)?))
    }
}

impl PageObject {
    pub fn make(vm: &mut Vm, number: u32, name: Value) -> Value {
        if vm.state::<PageModules>().object_type.is_none() {
            let spec = TypeSpec {
                name: "page_object",
                doc: "A function or an error of the page.",
                flags: flags::DISALLOW_INSTANTIATION,
                dict: false,
                methods: PageObject::METHODS,
            };
            let ty = vm.define_type::<PageObject>(None, &spec);
            vm.state::<PageModules>().object_type = Some(ty);
        }
        vm.heap.alloc(PageObject { number, name }).into_value()
    }
}

/// Raises an error of the page.
fn raise(vm: &mut Vm, name: &Value, message: &Value, error: &Value) -> Raised {
    match vm
        .import_attr("krait", "JsError")
        .and_then(|class| vm.call(&class, &[message.clone(), name.clone(), error.clone()]))
    {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// The error of the page that an exception stands for.
pub fn error_of(vm: &mut Vm, exception: &Value) -> Option<Value> {
    let class = vm.import_attr("krait", "JsError").ok()?;
    let class = class.downcast::<Type>(&*vm.heap)?.clone();
    if !vm.type_of(exception).get(&*vm.heap).mro.items(&*vm.heap).iter().any(|base| base.is(class.as_value())) {
        return None;
    }
    let key = vm.intern("_error");
    vm.get_attr(exception, &key).ok().filter(|error| error.has_payload::<PageObject>(&*vm.heap))
}

/// Adds a module of the page.
pub fn add_module(vm: &mut Vm, name: &str, members: Box<[u8]>) {
    let name: &'static str = String::leak(name.to_string());
    let modules = &mut vm.state::<PageModules>().modules;
    modules.retain(|(n, _)| *n != name);
    modules.push((name, members));
    vm.add_native_modules(&[(name, init as krait_vm::host::ModuleInit)]);
    krait_modules::sys::set_native_names(vm);
}

/// Fills a module of the page, found by its name.
fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let key = vm.names.__name__.clone();
    let name = vm.get_attr(module.as_value(), &key)?;
    let name = vm.to_text(&name)?;
    let modules = &mut vm.state::<PageModules>().modules;
    let Some(members) = modules.iter().find(|(n, _)| *n == name).map(|(_, members)| members.clone()) else {
        return Ok(());
    };
    let members = values::read(vm, &members)?;
    let dict = vm.module_dict(module);
    vm.call_method(dict.as_value(), "update", &[members]).map(drop)
}

/// `krait`: what a program needs to know of the page.
pub fn init_krait(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    const SOURCE: &str = "\
class JsError(Exception):
    \"\"\"An error that a function of the page threw. `name` is what the page calls its kind.\"\"\"
    def __init__(self, message='', name='Error', error=None):
        super().__init__(message)
        self.name = name
        self._error = error
    def __str__(self):
        text = super().__str__()
        return text if self.name == 'Error' else f'{self.name}: {text}'
";
    let code = vm.compile_text(SOURCE, "<krait>", krait_compiler::Mode::Exec, &Options::default())?;
    let dict = vm.module_dict(module);
    vm.run_code(&code, &dict, None).map(drop)
}

/// The interrupts that a page can ask for.
pub fn attend(vm: &mut Vm, reason: u32) -> Result<()> {
    const SIGINT: i32 = 2;
    if reason == krait_vm::vm::Interrupts::SIGNAL { os::signal::deliver(vm, SIGINT) } else { Ok(()) }
}
