//! Modules that the page gives: its functions, called with plain data.
//!
//! An interpreter is told the names and numbers of functions when it is made; `import` finds them like any native
//! module. An exception over there becomes a RuntimeError here.

use crate::data::Data;
use crate::js;
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

/// (module, its members: functions by number, or data)
#[derive(Default)]
pub struct PageModules {
    pub modules: Vec<(&'static str, Data)>,
    function_type: Option<Ref<Type>>,
}

/// A function of the page.
#[derive(Traverse)]
pub struct PageFunction {
    number: u32,
    name: Value,
}

#[methods]
impl PageFunction {
    #[sig("(*args)")]
    fn __call__(this: &Ref<PageFunction>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        let items = args.iter().map(|a| Data::from_value(vm, a)).collect::<Result<_>>()?;
        let mut bytes = Vec::new();
        Data::List(items).write(&mut bytes);
        let answer = js::call(this.get(&*vm.heap).number, &bytes).and_then(|a| Data::read(&a));
        match &answer {
            Some(Data::List(parts)) => match &parts[..] {
                [value] => value.to_value(vm),
                [_, Data::Text(message)] => Err(vm.runtime_error(message)),
                _ => Err(vm.runtime_error("the page gave no answer")),
            },
            _ => Err(vm.runtime_error("the page gave no answer")),
        }
    }
    #[getter]
    fn __name__(this: &Ref<PageFunction>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).name.clone())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<PageFunction>, vm: &mut Vm) -> Result<String> {
        let name = this.get(&*vm.heap).name.clone();
        Ok(format!("<page function {}>", vm.to_text(&name)?))
    }
}

/// Fills a module of the page, found by its name.
pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let key = vm.names.__name__.clone();
    let name = vm.get_attr(module.as_value(), &key)?;
    let name = vm.to_text(&name)?;
    let members = vm.state::<PageModules>().modules.iter().find(|(n, _)| *n == name).map(|(_, m)| m.clone());
    for (key, content) in members.as_ref().map_or(&[][..], Data::pairs) {
        let Some(key) = key.text() else { continue };
        // Functions come as a list of their number.
        let value = match content {
            Data::List(parts) if let [Data::Int(number)] = parts[..] => function(vm, key, number as u32),
            other => other.to_value(vm)?,
        };
        vm.module_set(module, key, value);
    }
    Ok(())
}

fn function(vm: &mut Vm, name: &str, number: u32) -> Value {
    if vm.state::<PageModules>().function_type.is_none() {
        let spec = TypeSpec { name: "page_function", doc: "A function of the page.", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: PageFunction::METHODS };
        let ty = vm.define_type::<PageFunction>(None, &spec);
        vm.state::<PageModules>().function_type = Some(ty);
    }
    let name = vm.str(name);
    vm.heap.alloc(PageFunction { number, name }).into_value()
}
