//! Functions of `ctypes` itself that Python calls through function pointers: `cast`, `string_at` and their like.
//!
//! Their addresses are those of the bytes of [`MARKS`]: no code is there, [`super::call`] knows them.

use super::data;
use super::info::{self, Info, Kind, Model};
use super::isolated::{Home, pass};
use super::memory::{self, CData};
use super::metas::as_dict;
use super::param::{self};
use super::values;
use krait_vm::builtins::buffer::{Buffer, BufferProvider, Memory};
use krait_vm::builtins::int::IntRef;
use krait_vm::types::Type;
use krait_vm::{Heap, Raised, Result, Traverse, Value, Vm, methods};
use std::rc::Rc;

static MARKS: [u8; 6] = [0, 1, 2, 3, 4, 5];
const CAST: u64 = 0;
const STRING_AT: u64 = 1;
const WSTRING_AT: u64 = 2;
/// (3 is `memoryview_at`.) These two are C's own where there is a C library.
const MEMMOVE: u64 = 4;
const MEMSET: u64 = 5;
const NAMES: [&str; 6] = ["_cast_addr", "_string_at_addr", "_wstring_at_addr", "_memoryview_at_addr", "_memmove_addr", "_memset_addr"];

/// Where the functions are in 32 bits: behind everything else.
const FIRST_IN_32_BITS: u64 = 0xFFFF_FF00;

#[inline(always)]
fn first(model: Model) -> u64 {
    match model {
        Model::Lp64 => MARKS.as_ptr() as usize as u64,
        Model::Ilp32 => FIRST_IN_32_BITS,
    }
}
/// The names under which the module gives the addresses.
pub fn addresses(model: Model) -> [(&'static str, u64); 6] {
    std::array::from_fn(|i| (NAMES[i], first(model) + i as u64))
}
#[inline(always)]
pub fn is_builtin(model: Model, at: u64) -> bool {
    at.wrapping_sub(first(model)) < MARKS.len() as u64
}

/// Memory at an address, as the object behind a memoryview.
#[derive(Traverse)]
pub struct RawMemory {
    address: u64,
    #[traverse(skip)]
    home: Option<Rc<Home>>,
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
        match &r.home {
            Some(home) => memory::bytes(home.bytes(r.address as usize), r.len),
            None => memory::bytes(r.address as usize as *const u8, r.len),
        }
    })
}
fn raw_bytes_mut<'a>(heap: &'a mut Heap, value: &'a Value) -> &'a mut [u8] {
    match value.downcast::<RawMemory>(&*heap) {
        Some(r) => {
            let r = r.get(&*heap);
            match &r.home {
                Some(home) => memory::bytes_mut(home.bytes_mut(r.address as usize), r.len),
                None => memory::bytes_mut(r.address as usize as *mut u8, r.len),
            }
        }
        None => &mut [],
    }
}

/// The address that an argument of type `void *` stands for, and what keeps it valid.
fn pointer_argument(vm: &mut Vm, model: Model, converters: &[Value], value: &Value, position: usize) -> Result<(u64, Option<Value>)> {
    let made = match converters.get(position - 1) {
        Some(converter) => vm.call(converter, std::slice::from_ref(value)),
        None => Ok(value.clone()),
    };
    let made = made.and_then(|v| param::arg_of(vm, model, &v, position).map(|(arg, _)| (arg.place[0], Some(v))));
    match made {
        Ok(found) => Ok(found),
        Err(Raised) => {
            let exception = vm.take_pending();
            let kind = vm.type_name(&exception);
            let text = vm.to_text(&exception)?;
            Err(super::argument_error(vm, &format!("argument {position}: {kind}: {text}")))
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

pub fn call(vm: &mut Vm, model: Model, converters: &[Value], at: u64, args: &[Value]) -> Result<Value> {
    let which = at - first(model);
    let needed = if which == STRING_AT || which == WSTRING_AT { 2 } else { 3 };
    let [first, rest @ ..] = args else {
        return Err(vm.type_error(format!("this function takes at least {needed} arguments (0 given)")));
    };
    if args.len() < needed {
        let n = args.len();
        return Err(vm.type_error(format!("this function takes at least {needed} arguments ({n} given)")));
    }
    // Objects with their bytes at hand need no conversion.
    let direct = first.downcast::<CData>(&*vm.heap).filter(|d| { let info = &d.get(&*vm.heap).info; info.kind == Kind::Array && info.model == model }).cloned();
    let (pointer, kept) = match direct {
        Some(array) => (data::address_of(vm, &array)?, None),
        None => pointer_argument(vm, model, converters, first, 1)?,
    };
    let result = match which {
        CAST => cast(vm, pointer, &rest[0], &rest[1], kept.as_ref()),
        STRING_AT => {
            let size = size_argument(vm, rest.first(), 2)? as i32;
            match (size, model) {
                (-1, _) => values::c_string(vm, model, pointer),
                (size, Model::Lp64) => {
                    let size = check_size(vm, size.into())?;
                    Ok(vm.heap.bytes(memory::bytes(pointer as usize as *const u8, size)).into_value())
                }
                (size, Model::Ilp32) => {
                    let size = natural(vm, size.into())?;
                    let bytes = pass::read(vm, pointer, Some(size), 1)?;
                    Ok(vm.heap.bytes(&bytes).into_value())
                }
            }
        }
        WSTRING_AT => {
            let size = size_argument(vm, rest.first(), 2)? as i32;
            let count = if size == -1 { None } else { Some(natural(vm, size.into())?) };
            values::wide_string_at(vm, model, pointer, count)
        }
        MEMMOVE => move_bytes(vm, model, converters, pointer, rest),
        MEMSET => set_bytes(vm, model, pointer, rest),
        _ => {
            let size = size_argument(vm, rest.first(), 2)?;
            if size < 0 {
                return Err(vm.value_error("memoryview_at: size is negative (or overflowed)"));
            }
            let readonly = vm.truth(&rest[1])?;
            let (home, address) = match model {
                Model::Lp64 => (None, pointer),
                Model::Ilp32 => {
                    let info = Info::new(0, Kind::Array, model);
                    info.size.set(size as usize);
                    let (home, offset) = pass::locate(vm, &Rc::new(info), pointer)?;
                    (Some(home), offset as u64)
                }
            };
            let raw = vm.heap.alloc(RawMemory { address, home, len: size as usize, readonly }).into_value();
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
/// `memmove(to, from, count)` where there is no C library.
fn move_bytes(vm: &mut Vm, model: Model, converters: &[Value], to: u64, rest: &[Value]) -> Result<Value> {
    let (from, kept) = pointer_argument(vm, model, converters, &rest[0], 2)?;
    let count = size_argument(vm, rest.get(1), 3)?;
    let count = natural(vm, count)?;
    let bytes = pass::read(vm, from, Some(count), 1)?;
    drop(kept);
    pass::write(vm, to, &bytes)?;
    Ok(values::unsigned(vm, pass::to_python(model, to)))
}
/// `memset(to, byte, count)`.
fn set_bytes(vm: &mut Vm, model: Model, to: u64, rest: &[Value]) -> Result<Value> {
    let byte = size_argument(vm, rest.first(), 2)? as u8;
    let count = size_argument(vm, rest.get(1), 3)?;
    let count = check_size(vm, count)?;
    pass::write(vm, to, &vec![byte; count])?;
    Ok(values::unsigned(vm, pass::to_python(model, to)))
}
/// A size for which there is room.
fn check_size(vm: &mut Vm, size: i64) -> Result<usize> {
    let size = natural(vm, size)?;
    let room = vm.heap.check_room(size);
    vm.memory(room)?;
    Ok(size)
}
fn natural(vm: &mut Vm, size: i64) -> Result<usize> {
    match usize::try_from(size) {
        Ok(size) => Ok(size),
        Err(_) => Err(vm.error(krait_vm::Exc::SystemError, "Negative size passed to PyBytes_FromStringAndSize")),
    }
}

/// `cast(obj, typ)`: an object of a pointer type that shares what the source keeps alive.
fn cast(vm: &mut Vm, pointer: u64, source: &Value, class: &Value, copy: Option<&Value>) -> Result<Value> {
    match info::info_of_class(vm, class) {
        Some(info) if castable(&info) => {}
        _ => {
            let message = match class.downcast::<Type>(&*vm.heap).cloned() {
                Some(t) => format!("cast() argument 2 must be a pointer type, not {}", t.name(&vm.heap)),
                None => "cast() argument 2 must be a pointer type".to_string(),
            };
            return Err(vm.type_error(message));
        }
    }
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
    data::point(vm, &result, pointer)?;
    Ok(made)
}
fn castable(info: &Rc<Info>) -> bool {
    match info.kind {
        Kind::Pointer | Kind::Function => true,
        Kind::Simple => matches!(info.code, b's' | b'P' | b'z' | b'U' | b'Z' | b'X'),
        _ => false,
    }
}
