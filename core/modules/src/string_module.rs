//! The `_string` module: the parser of `str.format` templates for `string.Formatter`.

use krait_text::format_string::{self, First, Step};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::{Ref, Result, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    Ok(())
}

fn text_argument(vm: &mut Vm, value: &Value) -> Result<krait_text::StrBuf> {
    match value.downcast::<Str>(&*vm.heap) {
        Some(s) => Ok(s.view(&*vm.heap).to_buf()),
        None => {
            let found = vm.type_name(value);
            Err(vm.type_error(format!("expected str, got {found}")))
        }
    }
}

struct Functions;

#[methods]
impl Functions {
    /// The parts of a template: (literal text, field name, format specification, conversion).
    #[sig("(object, /)")]
    fn formatter_parser(vm: &mut Vm, object: &Value) -> Result<Value> {
        let text = text_argument(vm, object)?;
        let view = text.as_ref();
        let mut items = Vec::new();
        let mut error = None;
        for piece in format_string::pieces(view) {
            let piece = match piece {
                Ok(piece) => piece,
                Err(e) => {
                    error = Some(e);
                    break;
                }
            };
            let literal = vm.heap.str_from(view.slice(piece.literal)).into_value();
            let parts = match piece.field {
                None => vec![literal, Value::NONE, Value::NONE, Value::NONE],
                Some(field) => {
                    let name = vm.heap.str_from(view.slice(field.name)).into_value();
                    let spec = vm.heap.str_from(view.slice(field.spec)).into_value();
                    let conversion = match field.conversion {
                        Some(c) => vm.heap.char_str(c).into_value(),
                        None => Value::NONE,
                    };
                    vec![literal, name, spec, conversion]
                }
            };
            items.push(vm.tuple(parts));
        }
        if let Some(e) = error {
            return Err(vm.text_error(e));
        }
        let list = vm.list(items);
        vm.iter(&list)
    }
    /// The first part of a field name, and an iterator over the attributes and items after it.
    #[sig("(object, /)")]
    fn formatter_field_name_split(vm: &mut Vm, object: &Value) -> Result<Value> {
        let text = text_argument(vm, object)?;
        let view = text.as_ref();
        let (first, steps) = match format_string::split_field_name(view) {
            Ok(parts) => parts,
            Err(e) => return Err(vm.text_error(e)),
        };
        let first = match first {
            First::Empty => vm.heap.empty_str().into_value(),
            First::Index(i) => vm.heap.int(i as i128),
            First::Name(range) => vm.heap.str_from(view.slice(range)).into_value(),
        };
        let mut items = Vec::new();
        for step in steps {
            let (is_attribute, value) = match step {
                Ok(Step::Attribute(range)) => (true, vm.heap.str_from(view.slice(range)).into_value()),
                Ok(Step::Index(i)) => (false, vm.heap.int(i as i128)),
                Ok(Step::Key(range)) => (false, vm.heap.str_from(view.slice(range)).into_value()),
                Err(e) => return Err(vm.text_error(e)),
            };
            items.push(vm.tuple(vec![Value::bool(is_attribute), value]));
        }
        let list = vm.list(items);
        let rest = vm.iter(&list)?;
        Ok(vm.tuple(vec![first, rest]))
    }
}
