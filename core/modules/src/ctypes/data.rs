//! Objects of C types: making them, reading and writing what they hold, keeping alive what they point to.
//!
//! A [`CData`] owns its bytes, shares those of a base object (a member of a structure, an item of an array), or stands
//! for an address the program gave. What its bytes point to is remembered in the `_objects` of the outermost object,
//! under a key that tells the way there.

use super::info::{self, Info, Kind, Model, Scope, type_flags};
use super::isolated::{Home, Module, pass, space};
pub use super::memory::CData;
use super::memory::{self, Block, Storage};
use super::metas::as_dict;
use super::values;
use krait_vm::builtins::buffer::{BufferProvider, Memory};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::Type;
use krait_vm::{Heap, Ref, Result, Value, Vm, methods};
use std::rc::Rc;

fn blank(info: &Rc<Info>) -> CData {
    CData {
        start: std::ptr::null_mut(),
        size: info.size.get(),
        info: info.clone(),
        small: [0; 2],
        storage: Storage::Elsewhere,
        base: None,
        index: 0,
        objects: None,
        strings: None,
        function: None,
    }
}

/// A new object of a type with zeroed bytes of its own.
pub fn new(vm: &mut Vm, class: u32, info: &Rc<Info>) -> Result<Ref<CData>> {
    has_objects(vm, info)?;
    info.is_final.set(true);
    let (size, align) = (info.size.get(), info.align.get());
    let mut data = blank(info);
    if info.model == Model::Ilp32 {
        data.storage = Storage::Home(new_home(vm, info)?);
        return Ok(vm.heap.alloc_typed(class, data));
    }
    if size > 16 || align > 8 {
        let room = vm.heap.check_room(size);
        vm.memory(room)?;
        let Some(block) = Block::new(size, align) else { return Err(vm.memory_error()) };
        vm.heap.force_charge(block.size());
        data.start = block.start();
        data.storage = Storage::Block(block);
        return Ok(vm.heap.alloc_typed(class, data));
    }
    let object = vm.heap.alloc_typed(class, data);
    let data = object.get_mut(&mut *vm.heap);
    data.start = data.small.as_mut_ptr().cast();
    Ok(object)
}
#[inline(never)]
fn new_home(vm: &mut Vm, info: &Rc<Info>) -> Result<Rc<Home>> {
    let size = info.size.get();
    let room = vm.heap.check_room(size);
    vm.memory(room)?;
    let space = pass::space(vm);
    let Some(home) = Home::new(&space, info, size) else { return Err(vm.memory_error()) };
    vm.heap.force_charge(size);
    Ok(home)
}
/// An object of a type whose bytes are at an address.
#[inline]
pub fn at_address(vm: &mut Vm, info: &Rc<Info>, address: u64) -> Result<Ref<CData>> {
    if info.model == Model::Ilp32 {
        return at_checked_address(vm, info, address);
    }
    place(vm, info, None, address as usize as *mut u8)
}
#[inline(never)]
fn at_checked_address(vm: &mut Vm, info: &Rc<Info>, address: u64) -> Result<Ref<CData>> {
    let (home, offset) = pass::locate(vm, info, address)?;
    place(vm, info, Some(home), offset as *mut u8)
}
/// An object of a type whose bytes are in a buffer of Python's.
pub fn in_buffer(vm: &mut Vm, info: &Rc<Info>, at: *mut u8, view: &Value) -> Result<Ref<CData>> {
    if info.model == Model::Ilp32 {
        let space = pass::space(vm);
        return place(vm, info, Some(Home::of_buffer(&space, info, at, view)), std::ptr::null_mut());
    }
    place(vm, info, None, at)
}
fn place(vm: &mut Vm, info: &Rc<Info>, home: Option<Rc<Home>>, start: *mut u8) -> Result<Ref<CData>> {
    has_objects(vm, info)?;
    info.is_final.set(true);
    let mut data = blank(info);
    data.start = start;
    if let Some(home) = home {
        data.storage = Storage::Shared(home);
    }
    let object = vm.heap.alloc_typed(info.type_id, data);
    super::function::adopt(vm, &object);
    Ok(object)
}
/// TypeError for a class that a metaclass was made to take although its instances are no C objects.
fn has_objects(vm: &mut Vm, info: &Rc<Info>) -> Result<()> {
    if info.is_bare {
        return Err(vm.type_error("abstract class"));
    }
    Ok(())
}
/// An object of a type whose bytes are part of another's.
pub fn within(vm: &mut Vm, info: &Rc<Info>, base: &Value, index: usize, at: *mut u8) -> Result<Ref<CData>> {
    let object = match info.model {
        Model::Lp64 => place(vm, info, None, at)?,
        Model::Ilp32 => within_home(vm, info, base, at)?,
    };
    let data = object.get_mut(&mut *vm.heap);
    data.base = Some(base.clone());
    data.index = index;
    Ok(object)
}
#[inline(never)]
fn within_home(vm: &mut Vm, info: &Rc<Info>, base: &Value, at: *mut u8) -> Result<Ref<CData>> {
    let home = base.downcast::<CData>(&*vm.heap).and_then(|b| b.get(&*vm.heap).home().cloned());
    // Relative to the home, which may move.
    let start = home.as_ref().map_or(0, |home| (at as usize).wrapping_sub(home.start() as usize));
    place(vm, info, home, start as *mut u8)
}
/// A new object with a copy of the bytes at an address.
pub fn copy_of(vm: &mut Vm, info: &Rc<Info>, from: *const u8) -> Result<Ref<CData>> {
    let object = new(vm, info.type_id, info)?;
    let data = object.get(&*vm.heap);
    memory::copy(from, data.at_mut(), data.size.min(info.size.get()));
    super::function::adopt(vm, &object);
    Ok(object)
}

/// The address of an object's bytes.
pub fn address_of(vm: &mut Vm, object: &Ref<CData>) -> Result<u64> {
    let (start, home) = { let d = object.get(&*vm.heap); (d.start as usize as u64, d.home().cloned()) };
    let Some(home) = home else { return Ok(start) };
    let address = match (home.place(), home.module()) {
        (Some(place), Some(module)) => space::address_in(module.number, place),
        _ => match home.provisional() {
            Some(address) => address.into(),
            None => return Err(vm.memory_error()),
        },
    };
    Ok(address.wrapping_add(start))
}
/// An address that the program gave as an int.
pub fn address_argument(vm: &mut Vm, model: Model, value: &Value) -> Result<u64> {
    let bits = values::int_bits(vm, value)?;
    Ok(pass::from_python(model, bits))
}
/// Says whose addresses the pointers in an object are.
#[inline]
pub fn adopt(vm: &mut Vm, object: &Ref<CData>, module: Option<&Rc<Module>>) {
    if let Some(module) = module
        && let Some(home) = object.get(&*vm.heap).home()
    {
        home.adopt(module);
    }
}
/// Puts an address into an object that is a pointer.
pub fn point(vm: &mut Vm, object: &Ref<CData>, address: u64) -> Result<()> {
    let (model, at) = { let d = object.get(&*vm.heap); (d.info.model, d.at_mut()) };
    values::store_pointer(at, model, address);
    if model == Model::Lp64 {
        return Ok(());
    }
    let of = space::number_of(address).and_then(|n| pass::space(vm).module(n));
    written(vm, object, at, 4, of)
}
/// What has to be done after pointers were written at a place in an object, if its bytes may move. `of`: the module that
/// they lead into.
#[inline]
pub fn written(vm: &mut Vm, object: &Ref<CData>, at: *mut u8, size: usize, of: Option<Rc<Module>>) -> Result<()> {
    match object.get(&*vm.heap).home().cloned() {
        Some(home) => {
            let from = (at as usize).wrapping_sub(home.start() as usize);
            pass::written(vm, &home, from, size, of)
        }
        None => Ok(()),
    }
}
/// The module that the pointers in a value lead into, if they do.
pub fn module_of(vm: &mut Vm, value: &Value) -> Option<Rc<Module>> {
    match value.downcast::<CData>(&*vm.heap).map(|d| d.get(&*vm.heap)) {
        Some(d) if d.info.has(type_flags::ISPOINTER | type_flags::HASPOINTER) => d.home().and_then(|h| h.module()),
        // An array that a pointer is to lead to.
        Some(d) => d.home().filter(|h| h.place().is_some()).and_then(|h| h.module()),
        None => pass::module_of_int(vm, value),
    }
}

/// The outermost object that another is part of.
fn root(vm: &Vm, object: &Ref<CData>) -> Ref<CData> {
    let mut current = object.clone();
    while let Some(base) = current.get(&*vm.heap).base.as_ref().and_then(|b| b.downcast::<CData>(&*vm.heap)).cloned() {
        current = base;
    }
    current
}
/// Something that must live as long as an object that points to it.
pub struct Kept {
    /// What `_objects` shows.
    pub shown: Value,
    /// C's copy, where it points to one.
    pub hidden: Option<Value>,
}

impl Kept {
    pub fn plain(shown: Value) -> Kept {
        Kept { shown, hidden: None }
    }
}

/// What is kept alive for the outermost object; made when it is a dict that is still missing.
pub fn kept_objects(vm: &mut Vm, object: &Ref<CData>) -> Kept {
    let root = root(vm, object);
    let data = root.get(&*vm.heap);
    let (objects, hidden, parts) = (data.objects.clone(), data.strings.clone(), data.info.length.get());
    if let Some(shown) = objects {
        return Kept { shown, hidden };
    }
    let shown = if parts > 0 { vm.heap.dict().into_value() } else { Value::NONE };
    root.get_mut(&mut *vm.heap).objects = Some(shown.clone());
    Kept { shown, hidden }
}
/// As `kept_objects`, for an object that shares them from now on.
pub fn shared_objects(vm: &mut Vm, object: &Ref<CData>) -> Kept {
    let mut kept = kept_objects(vm, object);
    if kept.hidden.is_none() && as_dict(vm, &kept.shown).is_some() {
        let strings = vm.heap.dict().into_value();
        root(vm, object).get_mut(&mut *vm.heap).strings = Some(strings.clone());
        kept.hidden = Some(strings);
    }
    kept
}
/// Remembers what part `index` of an object points to.
pub fn keep(vm: &mut Vm, object: &Ref<CData>, index: usize, kept: Kept) -> Result<()> {
    if kept.shown.is_none() && kept.hidden.is_none() {
        return Ok(());
    }
    let objects = kept_objects(vm, object);
    let root = root(vm, object);
    let Some(dict) = as_dict(vm, &objects.shown) else {
        let data = root.get_mut(&mut *vm.heap);
        let old = (data.objects.replace(kept.shown), std::mem::replace(&mut data.strings, kept.hidden));
        drop(old);
        return Ok(());
    };
    let mut key = format!("{:x}", index as u32);
    let mut current = object.clone();
    loop {
        let data = current.get(&*vm.heap);
        let Some(base) = data.base.as_ref().and_then(|b| b.downcast::<CData>(&*vm.heap)).cloned() else { break };
        key.push_str(&format!(":{:x}", data.index as u32));
        current = base;
    }
    let key = vm.str(&key);
    let strings = objects.hidden.as_ref().and_then(|h| as_dict(vm, h));
    match (kept.hidden, strings) {
        (Some(hidden), Some(strings)) => strings.set_item(vm, key.clone(), hidden)?,
        (Some(hidden), None) => {
            let strings = vm.heap.dict();
            if let Some(old) = objects.hidden {
                // What a cast has copied.
                let key = vm.str("");
                strings.set_item(vm, key, old)?;
            }
            strings.set_item(vm, key.clone(), hidden)?;
            root.get_mut(&mut *vm.heap).strings = Some(strings.into_value());
        }
        (None, Some(strings)) => drop(strings.remove_item(vm, &key)?),
        (None, None) => {}
    }
    dict.set_item(vm, key, kept.shown)
}

/// A value of a type, read at an address that is part of an object.
#[inline]
pub fn load(vm: &mut Vm, info: &Rc<Info>, base: &Value, index: usize, at: *mut u8) -> Result<Value> {
    if info.reads_plain() {
        let mut scope = Scope::of(info.model);
        if info.model == Model::Ilp32
            && let Some(base) = base.downcast::<CData>(&*vm.heap)
        {
            scope = base.get(&*vm.heap).reading().1;
        }
        return values::load(vm, scope, info.code, info.swapped, at);
    }
    Ok(within(vm, info, base, index, at)?.into_value())
}

/// Puts a value of a type at an address that is part of `object`.
#[inline]
pub fn store(vm: &mut Vm, object: &Ref<CData>, info: &Rc<Info>, index: usize, at: *mut u8, value: &Value) -> Result<()> {
    if info.kind == Kind::Simple && !info.swapped {
        // Numbers as they are: nothing can go wrong and nothing is kept.
        match (info.code, value.as_small_int(), value.as_float()) {
            (b'd', _, Some(x)) => {
                memory::write(at, x);
                return Ok(());
            }
            (code, Some(n), _) if values::is_integer(code) && code != b'?' => {
                values::store_int(at, info.size.get(), n as u64, false);
                return Ok(());
            }
            _ => {}
        }
    }
    store_other(vm, object, info, index, at, value)
}
/// As `store`, for what is more than a number.
#[inline(never)]
fn store_other(vm: &mut Vm, object: &Ref<CData>, info: &Rc<Info>, index: usize, at: *mut u8, value: &Value) -> Result<()> {
    if let Some(kept) = put(vm, info, at, value)? {
        keep(vm, object, index, kept)?;
    }
    if info.model == Model::Ilp32 && info.has(type_flags::ISPOINTER | type_flags::HASPOINTER) {
        let of = module_of(vm, value);
        return written(vm, object, at, info.size.get(), of);
    }
    Ok(())
}
fn put(vm: &mut Vm, info: &Rc<Info>, at: *mut u8, value: &Value) -> Result<Option<Kept>> {
    let Some(source) = value.downcast::<CData>(&*vm.heap).cloned() else { return put_plain(vm, info, at, value) };
    let class = vm.core_type(info.type_id).into_value();
    if vm.is_instance_of(value, &class)? {
        let data = source.get(&*vm.heap);
        memory::copy(data.at(), at, info.size.get().min(data.size));
        return Ok(Some(kept_objects(vm, &source)));
    }
    let of = source.get(&*vm.heap).info.clone();
    if info.is_pointer() && of.kind == Kind::Array && of.item.get() == info.item.get() {
        let address = address_of(vm, &source)?;
        values::store_pointer(at, info.model, address);
        let kept = kept_objects(vm, &source);
        let shown = vm.tuple(vec![kept.shown, value.clone()]);
        return Ok(Some(Kept { shown, hidden: kept.hidden }));
    }
    if info.kind == Kind::Simple && info.code == b'O' {
        return values::store(vm, info.model, info.code, info.swapped, at, value);
    }
    let (found, wanted) = (vm.type_name(value), vm.core_type(info.type_id).name(&vm.heap));
    Err(vm.type_error(format!("incompatible types, {found} instance instead of {wanted} instance")))
}
fn put_plain(vm: &mut Vm, info: &Rc<Info>, at: *mut u8, value: &Value) -> Result<Option<Kept>> {
    if info.kind == Kind::Simple {
        return values::store(vm, info.model, info.code, info.swapped, at, value);
    }
    if let Some(items) = value.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec()) {
        // The constructor's arguments.
        let class = vm.core_type(info.type_id);
        return match vm.call(class.as_value(), &items) {
            Ok(made) => put(vm, info, at, &made),
            Err(_) if matches!(info.kind, Kind::Structure | Kind::Union | Kind::Array) => {
                let exception = vm.take_pending();
                let (kind, text) = (vm.type_name(&exception), vm.to_text(&exception)?);
                let name = class.name(&vm.heap);
                Err(vm.runtime_error(format!("({name}) {kind}: {text}")))
            }
            Err(e) => Err(e),
        };
    }
    if info.is_pointer() && value.is_none() {
        values::store_pointer(at, info.model, 0);
        return Ok(None);
    }
    let (wanted, found) = (vm.core_type(info.type_id).name(&vm.heap), vm.type_name(value));
    Err(vm.type_error(format!("expected {wanted} instance, got {found}")))
}

/// TypeError unless the class may have instances.
pub fn concrete(vm: &mut Vm, class: &Ref<Type>) -> Result<Rc<Info>> {
    let type_id = class.id(&vm.heap);
    match info::info(vm, type_id) {
        Some(info) => Ok(info),
        None => Err(vm.type_error("abstract class")),
    }
}
/// The argument of a function that takes any C object.
pub fn instance<'a>(vm: &mut Vm, value: &'a Value, what: &str) -> Result<&'a Ref<CData>> {
    match value.downcast::<CData>(&*vm.heap) {
        Some(data) => Ok(data),
        None => {
            let found = vm.type_name(value);
            Err(vm.type_error(format!("{what} must be _ctypes._CData, not {found}")))
        }
    }
}

// ---- the buffer protocol ----

pub fn provider() -> BufferProvider {
    BufferProvider { memory: view, bytes: view_bytes, bytes_mut: Some(view_bytes_mut) }
}
/// Format, dimensions and item of a type's buffers.
pub fn buffer_shape(vm: &mut Vm, info: &Rc<Info>) -> (Rc<str>, Vec<usize>, usize) {
    let mut innermost = info.clone();
    while innermost.kind == Kind::Array {
        let item = innermost.item.get();
        match info::info(vm, item) {
            Some(item) => innermost = item,
            None => break,
        }
    }
    let shape = info.shape.borrow().clone();
    (info.format.borrow().clone(), shape, innermost.size.get())
}
fn view(vm: &mut Vm, value: &Value) -> Result<Memory> {
    let Some(data) = value.downcast::<CData>(&*vm.heap) else { return Err(vm.not_bytes_like(value)) };
    let (info, len) = { let d = data.get(&*vm.heap); (d.info.clone(), d.size) };
    let (format, shape, itemsize) = buffer_shape(vm, &info);
    Ok(Memory { format: format.to_string().into(), itemsize, readonly: false, export: None, len, shape: Some(shape) })
}
fn view_bytes<'a>(heap: &'a Heap, value: &'a Value) -> &'a [u8] {
    value.downcast::<CData>(heap).map_or(&[], |d| {
        let d = d.get(heap);
        memory::bytes(d.at(), d.size)
    })
}
fn view_bytes_mut<'a>(heap: &'a mut Heap, value: &'a Value) -> &'a mut [u8] {
    match value.downcast::<CData>(&*heap) {
        Some(d) => {
            let d = d.get(&*heap);
            memory::bytes_mut(d.at_mut(), d.size)
        }
        None => &mut [],
    }
}

pub struct Common;

/// What all C objects have: the methods of `_ctypes._CData`.
#[methods]
impl Common {
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Value, vm: &mut Vm) -> Result<i64> {
        let _ = this;
        Err(vm.type_error("unhashable type"))
    }
    /// default __ctypes_from_outparam__ method returns self.
    #[sig("()")]
    fn __ctypes_from_outparam__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = vm;
        Ok(this.clone())
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<CData>, vm: &mut Vm) -> Result<Value> {
        let info = this.get(&*vm.heap).info.clone();
        if info.has(type_flags::ISPOINTER | type_flags::HASPOINTER) {
            return Err(vm.value_error("ctypes objects containing pointers cannot be pickled"));
        }
        let rebuild = vm.import_attr("_ctypes", "_unpickle")?;
        let dict = match vm.heap.materialize_dict(this.as_value()) {
            Some(d) => d.into_value(),
            None => vm.heap.dict().into_value(),
        };
        let bytes = { let d = this.get(&*vm.heap); memory::bytes(d.at(), d.size).to_vec() };
        let bytes = vm.heap.bytes(&bytes).into_value();
        let state = vm.tuple(vec![dict, bytes]);
        let class = vm.type_of(this.as_value()).into_value();
        let args = vm.tuple(vec![class, state]);
        Ok(vm.tuple(vec![rebuild, args]))
    }
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<CData>, vm: &mut Vm, state: &Value) -> Result<()> {
        let parts = state.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec());
        let Some([dict, bytes]) = parts.as_deref() else { return Err(vm.type_error("__setstate__ argument must be a pair")) };
        let bytes = vm.bytes_like(bytes)?;
        let d = this.get(&*vm.heap);
        memory::put(d.at_mut(), &bytes[..bytes.len().min(d.size)]);
        if dict.has_payload::<Dict>(&*vm.heap)
            && let Some(own) = vm.heap.materialize_dict(this.as_value())
        {
            vm.dict_update_from(&own, dict)?;
        }
        Ok(())
    }
    /// the base object
    #[getter]
    fn _b_base_(this: &Ref<CData>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm.heap).base.clone())
    }
    /// whether the object owns the memory or not
    #[getter]
    fn _b_needsfree_(this: &Ref<CData>, vm: &mut Vm) -> Result<i64> {
        let d = this.get(&*vm.heap);
        Ok(i64::from(d.owns_bytes()))
    }
    /// internal objects tree (NEVER CHANGE THIS OBJECT!)
    #[getter]
    fn _objects(this: &Ref<CData>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm.heap).objects.clone())
    }
}
