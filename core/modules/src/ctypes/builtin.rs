//! Functions of `ctypes` itself that Python calls through function pointers: `cast`, `string_at` and their like.
//!
//! Their addresses are those of the bytes of [`MARKS`]: no code is there, [`super::call`] knows them.

use super::data;
use super::info::{self, Info, Kind};
use super::memory::{self, CData};
use super::metas::as_dict;
use super::param::{self};
use super::values;
use krait_vm::builtins::buffer::{Buffer, BufferProvider, Memory};
use krait_vm::builtins::int::IntRef;
use krait_vm::types::Type;
use krait_vm::{Heap, Raised, Result, Traverse, Value, Vm, methods};
use std::rc::Rc;

static MARKS: [u8; 4] = [1, 2, 3, 4];
const CAST: usize = 0;
const STRING_AT: usize = 1;
const WSTRING_AT: usize = 2;
const MEMORYVIEW_AT: usize = 3;

fn address(which: usize) -> usize {
    MARKS.as_ptr() as usize + which
}
/// The names under which the module gives the addresses.
pub fn addresses() -> [(&'static str, usize); 4] {
    [("_cast_addr", address(CAST)), ("_string_at_addr", address(STRING_AT)), ("_wstring_at_addr", address(WSTRING_AT)), ("_memoryview_at_addr", address(MEMORYVIEW_AT))]
}
#[inline(always)]
pub fn is_builtin(at: usize) -> bool {
    at.wrapping_sub(MARKS.as_ptr() as usize) < MARKS.len()
}

/// Memory at an address, as the object behind a memoryview.
#[derive(Traverse)]
pub struct RawMemory {
    address: usize,
    len: usize,
    readonly: bool,
}

#[methods]
impl RawMemory {}

pub fn raw_provider() -> BufferProvider {
    BufferProvider { memory: raw_view, bytes: raw_bytes, bytes_mut: Some(raw_bytes_mut) }
}
fn raw_view(vm: &mut Vm, value: &Value) -> Result<Memory> {
    let Some(raw) = value.downcast::<RawMemory>(&*vm.heap) else { return Err(vm.not_bytes_like(value)) };
    let raw = raw.get(&*vm.heap);
    Ok(Memory { format: "B".into(), itemsize: 1, readonly: raw.readonly, export: None, len: raw.len, shape: None })
}
fn raw_bytes<'a>(heap: &'a Heap, value: &'a Value) -> &'a [u8] {
    value.downcast::<RawMemory>(heap).map_or(&[], |r| {
        let r = r.get(heap);
        memory::bytes(r.address as *const u8, r.len)
    })
}
fn raw_bytes_mut<'a>(heap: &'a mut Heap, value: &'a Value) -> &'a mut [u8] {
    match value.downcast::<RawMemory>(&*heap) {
        Some(r) => {
            let r = r.get(&*heap);
            memory::bytes_mut(r.address as *mut u8, r.len)
        }
        None => &mut [],
    }
}

/// The address that an argument of type `void *` stands for, and what keeps it valid.
fn pointer_argument(vm: &mut Vm, converters: &[Value], value: &Value) -> Result<(usize, Option<Value>)> {
    let made = match converters.first() {
        Some(converter) => vm.call(converter, std::slice::from_ref(value)),
        None => Ok(value.clone()),
    };
    let made = made.and_then(|v| param::arg_of(vm, info::Model::Lp64, &v, 1).map(|(arg, _)| (arg.place[0] as usize, Some(v))));
    match made {
        Ok(found) => Ok(found),
        Err(Raised) => {
            let exception = vm.take_pending();
            let kind = vm.type_name(&exception);
            let text = vm.to_text(&exception)?;
            Err(super::argument_error(vm, &format!("argument 1: {kind}: {text}")))
        }
    }
}
/// An argument that is a number of some C type.
fn size_argument(vm: &mut Vm, value: Option<&Value>, position: usize) -> Result<i64> {
    let Some(value) = value else { return Ok(-1) };
    let n = vm.index(value);
    match n {
        Ok(n) => Ok(n.as_int(&*vm.heap).and_then(IntRef::to_i64).unwrap_or(-1)),
        Err(Raised) => {
            let exception = vm.take_pending();
            let kind = vm.type_name(&exception);
            let text = vm.to_text(&exception)?;
            Err(super::argument_error(vm, &format!("argument {position}: {kind}: {text}")))
        }
    }
}

pub fn call(vm: &mut Vm, converters: &[Value], at: usize, args: &[Value]) -> Result<Value> {
    let which = at - address(0);
    let needed = if which == CAST || which == MEMORYVIEW_AT { 3 } else { 2 };
    let [first, rest @ ..] = args else {
        return Err(vm.type_error(format!("this function takes at least {needed} arguments (0 given)")));
    };
    if args.len() < needed {
        let n = args.len();
        return Err(vm.type_error(format!("this function takes at least {needed} arguments ({n} given)")));
    }
    // Objects with their bytes at hand need no conversion.
    let direct = first.downcast::<CData>(&*vm.heap).filter(|d| d.get(&*vm.heap).info.kind == Kind::Array).map(|d| d.get(&*vm.heap).at as usize);
    let (pointer, kept) = match direct {
        Some(pointer) => (pointer, None),
        None => pointer_argument(vm, converters, first)?,
    };
    let result = match which {
        CAST => cast(vm, pointer, &rest[0], &rest[1], kept.as_ref()),
        STRING_AT => {
            let size = size_argument(vm, rest.first(), 2)? as i32;
            let size = if size == -1 { memory::length_to_zero::<u8>(pointer as *const u8) } else { check_size(vm, size.into())? };
            Ok(vm.heap.bytes(memory::bytes(pointer as *const u8, size)).into_value())
        }
        WSTRING_AT => {
            let size = size_argument(vm, rest.first(), 2)? as i32;
            let size = if size == -1 { memory::length_to_zero::<u32>(pointer as *const u8) } else { check_size(vm, size.into())? };
            values::wide_string(vm, pointer as *const u8, size)
        }
        _ => {
            let size = size_argument(vm, rest.first(), 2)?;
            if size < 0 {
                return Err(vm.value_error("memoryview_at: size is negative (or overflowed)"));
            }
            let readonly = vm.truth(&rest[1])?;
            let raw = vm.heap.alloc(RawMemory { address: pointer, len: size as usize, readonly }).into_value();
            let buffer: Option<Buffer> = vm.buffer_full(&raw, 0)?;
            match buffer {
                Some(mut buffer) => {
                    buffer.object = Value::NONE;
                    Ok(vm.new_memoryview(buffer).into_value())
                }
                None => Ok(Value::NONE),
            }
        }
    };
    drop(kept);
    result
}
fn check_size(vm: &mut Vm, size: i64) -> Result<usize> {
    match usize::try_from(size) {
        Ok(size) => {
            let room = vm.heap.check_room(size);
            vm.memory(room)?;
            Ok(size)
        }
        Err(_) => Err(vm.error(krait_vm::Exc::SystemError, "Negative size passed to PyBytes_FromStringAndSize")),
    }
}

/// `cast(obj, typ)`: an object of a pointer type that shares what the source keeps alive.
fn cast(vm: &mut Vm, pointer: usize, source: &Value, class: &Value, copy: Option<&Value>) -> Result<Value> {
    let info = match info::info_of_class(vm, class) {
        Some(info) if castable(&info) => info,
        _ => {
            let message = match class.downcast::<Type>(&*vm.heap).cloned() {
                Some(t) => format!("cast() argument 2 must be a pointer type, not {}", t.name(&vm.heap)),
                None => "cast() argument 2 must be a pointer type".to_string(),
            };
            return Err(vm.type_error(message));
        }
    };
    let made = vm.call(class, &[])?;
    let Some(result) = made.downcast::<CData>(&*vm.heap).cloned() else { return Ok(made) };
    // What the source keeps alive is kept by the result, and the other way round: both see what is added.
    if let Some(d) = source.downcast::<CData>(&*vm.heap).cloned() {
        let shared = data::shared_objects(vm, &d);
        let objects = shared.shown.clone();
        let r = result.get_mut(&mut *vm.heap);
        (r.objects, r.strings) = (Some(shared.shown), shared.hidden);
        if let Some(dict) = as_dict(vm, &objects) {
            let key = vm.heap.int(i128::from(source.identity()));
            dict.set_item(vm, key, source.clone())?;
        }
    } else if let Some(string) = copy.and_then(|c| c.downcast::<param::Param>(&*vm.heap)).and_then(|p| p.get(&*vm.heap).object.clone()) {
        // The pointer goes to a copy of the string.
        result.get_mut(&mut *vm.heap).strings = Some(string);
    }
    let at = result.get(&*vm.heap).at;
    values::store_pointer(at, info.model, pointer);
    Ok(made)
}
fn castable(info: &Rc<Info>) -> bool {
    match info.kind {
        Kind::Pointer | Kind::Function => true,
        Kind::Simple => matches!(info.code, b's' | b'P' | b'z' | b'U' | b'Z' | b'X'),
        _ => false,
    }
}
