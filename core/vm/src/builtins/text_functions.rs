//! The builtin functions about text: `ascii`, `chr`, `format`, `ord`, `repr`.

use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::str::Str;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

pub(crate) fn init(vm: &mut Vm) {
    vm.builtins_functions::<TextFunctions>();
}

struct TextFunctions;

#[methods(hot)]
impl TextFunctions {
    /// The repr of an object with everything outside ASCII escaped.
    #[sig("(obj, /)")]
    fn ascii(vm: &mut Vm, obj: &Value) -> Result<Value> {
        vm.ascii(obj).map(|s| s.into_value())
    }
    /// The string of one character with this code point.
    #[sig("(i, /)")]
    fn chr(vm: &mut Vm, i: &Value) -> Result<Value> {
        let n = match i.as_small_int() {
            Some(n) => Some(n),
            None => vm.index(i)?.as_int(&*vm.heap).and_then(|n| n.to_i64()),
        };
        match n.and_then(|n| u32::try_from(n).ok()).filter(|n| *n < 0x110000) {
            Some(c) => Ok(vm.heap.char_str(c).into_value()),
            None => Err(vm.value_error("chr() arg not in range(0x110000)")),
        }
    }
    /// The object formatted by its type's `__format__`.
    #[sig("(value, format_spec='', /)")]
    fn format(vm: &mut Vm, value: &Value, format_spec: Option<&Value>) -> Result<Value> {
        match format_spec {
            None => {
                let empty = vm.heap.empty_str().into_value();
                vm.format(value, &empty)
            }
            Some(spec) if spec.has_payload::<Str>(&*vm.heap) => vm.format(value, spec),
            Some(spec) => {
                let found = vm.type_name_or_none(spec);
                Err(vm.type_error(format!("format() argument 2 must be str, not {found}")))
            }
        }
    }
    /// The code point of a string of one character, or the value of one byte.
    #[sig("(character, /)")]
    fn ord(vm: &mut Vm, character: &Value) -> Result<Value> {
        let heap = &*vm.heap;
        let (len, first) = if let Some(s) = character.downcast::<Str>(heap) {
            let view = s.view(heap);
            (view.len(), view.first())
        } else if let Some(b) = character.downcast::<Bytes>(heap) {
            (b.get(heap).data.len(), b.get(heap).data.first().map(|&b| u32::from(b)))
        } else if let Some(b) = character.downcast::<ByteArray>(heap) {
            (b.get(heap).data.len(), b.get(heap).data.first().map(|&b| u32::from(b)))
        } else {
            let found = vm.type_name(character);
            return Err(vm.type_error(format!("ord() expected string of length 1, but {found} found")));
        };
        match first {
            Some(c) if len == 1 => Ok(Value::int32(c as i32)),
            _ => Err(vm.type_error(format!("ord() expected a character, but string of length {len} found"))),
        }
    }
    /// The canonical text of an object.
    #[sig("(obj, /)")]
    fn repr(vm: &mut Vm, obj: &Value) -> Result<Value> {
        vm.repr(obj).map(|s| s.into_value())
    }
}
