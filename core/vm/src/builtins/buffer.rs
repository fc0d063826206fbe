//! The buffer protocol: [`Buffer`], a view of some object's memory, and how types offer theirs.
//!
//! `vm.buffer(&value)` is what functions that take "a bytes-like object" call; `buffer_mut` asks for writable memory
//! and `buffer_full` for any layout. Native types offer memory by registering a [`BufferProvider`] for their payload;
//! Python classes by `__buffer__`. A `Buffer` never holds a borrow: it names the object that stores the bytes, and
//! [`Buffer::bytes`] borrows them through a token. While it lives, its [`Export`]s keep the memory from being resized.
//! The Python type on top is in `memoryview.rs`.

use crate::args::{FromArg, Signature};
use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::memoryview::MemoryView;
use crate::exceptions::Exc;
use crate::heap::Heap;
use crate::types::{id, special::Special};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result, Token, TokenMut};
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// A counter of the views that exist of some memory; its owner refuses to resize while it is not zero.
#[derive(Clone, Debug, Default)]
pub struct Exports(Rc<Cell<usize>>);

impl Exports {
    pub fn count(&self) -> usize {
        self.0.get()
    }
    /// Counts one more until the result is dropped.
    pub fn export(&self) -> Export {
        self.0.set(self.0.get() + 1);
        Export(self.0.clone())
    }
}
impl crate::args::Traverse for Exports {}

/// One counted view.
#[derive(Debug)]
pub struct Export(Rc<Cell<usize>>);

impl Clone for Export {
    fn clone(&self) -> Export {
        self.0.set(self.0.get() + 1);
        Export(self.0.clone())
    }
}
impl Drop for Export {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// What a type's memory looks like when a view of it is taken.
pub struct Memory {
    /// `struct` format of one item, `B` for plain bytes.
    pub format: Cow<'static, str>,
    pub itemsize: usize,
    pub readonly: bool,
    pub export: Option<Export>,
    /// Length in bytes.
    pub len: usize,
    /// Items along each dimension when it is not one.
    pub shape: Option<Vec<usize>>,
}

/// How a native type offers its memory.
#[derive(Clone, Copy)]
pub struct BufferProvider {
    pub memory: fn(&mut Vm, &Value) -> Result<Memory>,
    pub bytes: for<'a> fn(&'a Heap, &'a Value) -> &'a [u8],
    pub bytes_mut: Option<for<'a> fn(&'a mut Heap, &'a Value) -> &'a mut [u8]>,
}

/// The shape of a view that is not one dimension of contiguous plain bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub format: Cow<'static, str>,
    pub itemsize: usize,
    pub shape: Vec<usize>,
    /// In bytes.
    pub strides: Vec<isize>,
}

impl Layout {
    /// A contiguous layout in row-major order.
    pub fn contiguous(format: Cow<'static, str>, itemsize: usize, shape: Vec<usize>) -> Layout {
        let mut strides = vec![0; shape.len()];
        let mut step = itemsize as isize;
        for (s, n) in strides.iter_mut().zip(&shape).rev() {
            *s = step;
            step *= *n as isize;
        }
        Layout { format, itemsize, shape, strides }
    }
    pub fn items(&self) -> usize {
        self.shape.iter().product()
    }
    pub fn is_c_contiguous(&self) -> bool {
        let mut step = self.itemsize as isize;
        self.items() == 0
            || self.shape.iter().zip(&self.strides).rev().all(|(&n, &s)| {
                let ok = n <= 1 || s == step;
                step *= n as isize;
                ok
            })
    }
    pub fn is_f_contiguous(&self) -> bool {
        let mut step = self.itemsize as isize;
        self.items() == 0
            || self.shape.iter().zip(&self.strides).all(|(&n, &s)| {
                let ok = n <= 1 || s == step;
                step *= n as isize;
                ok
            })
    }
    /// Calls `item` with the byte offset of each item, in row-major order.
    pub fn each_offset(&self, start: usize, mut item: impl FnMut(usize)) {
        if self.items() == 0 {
            return;
        }
        let mut at = vec![0usize; self.shape.len()];
        let mut offset = start as isize;
        loop {
            item(offset as usize);
            let mut d = self.shape.len();
            loop {
                if d == 0 {
                    return;
                }
                d -= 1;
                at[d] += 1;
                offset += self.strides[d];
                if at[d] < self.shape[d] {
                    break;
                }
                offset -= self.strides[d] * at[d] as isize;
                at[d] = 0;
            }
        }
    }
}

/// A view of an object's memory.
#[derive(Clone)]
pub struct Buffer {
    /// The object that stores the bytes: its payload has a provider.
    source: Value,
    /// What `memoryview.obj` shows.
    pub object: Value,
    /// Kept alive as long as the view: the wrapper that calls `__release_buffer__`.
    keep: Option<Value>,
    provider: BufferProvider,
    pub readonly: bool,
    /// Byte offset of the first item.
    pub offset: usize,
    /// Bytes of all items.
    pub len: usize,
    /// `None`: one dimension of contiguous bytes.
    pub layout: Option<Box<Layout>>,
    exports: [Option<Export>; 2],
}

impl crate::args::Traverse for Buffer {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.source);
        visit(&self.object);
        if let Some(v) = &self.keep {
            visit(v);
        }
    }
}
impl crate::args::Traverse for Option<Buffer> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(b) = self {
            b.traverse(visit);
        }
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        if let Some(b) = self.take() {
            out.extend([b.source.clone(), b.object.clone()]);
            out.extend(b.keep.clone());
        }
    }
}

impl Buffer {
    /// A view of an object through its type's provider.
    pub(crate) fn of_provider(vm: &mut Vm, value: &Value, provider: BufferProvider) -> Result<Buffer> {
        let memory = (provider.memory)(vm, value)?;
        let plain = memory.itemsize == 1 && memory.format == "B" && memory.shape.is_none();
        let layout = if plain {
            None
        } else {
            let shape = memory.shape.unwrap_or_else(|| vec![memory.len / memory.itemsize.max(1)]);
            Some(Box::new(Layout::contiguous(memory.format, memory.itemsize, shape)))
        };
        Ok(Buffer {
            source: value.clone(),
            object: value.clone(),
            keep: None,
            provider,
            readonly: memory.readonly,
            offset: 0,
            len: memory.len,
            layout,
            exports: [memory.export, None],
        })
    }
    pub fn is_contiguous(&self) -> bool {
        self.layout.as_ref().is_none_or(|l| l.is_c_contiguous())
    }
    pub fn itemsize(&self) -> usize {
        self.layout.as_ref().map_or(1, |l| l.itemsize)
    }
    pub fn format(&self) -> &str {
        self.layout.as_ref().map_or("B", |l| &l.format)
    }
    /// The layout written out.
    pub fn full_layout(&self) -> Layout {
        match &self.layout {
            Some(l) => (**l).clone(),
            None => Layout::contiguous(Cow::Borrowed("B"), 1, vec![self.len]),
        }
    }
    /// All memory of the object that stores the bytes; item offsets count from its start.
    pub fn memory<'a>(&'a self, token: &'a impl Token) -> &'a [u8] {
        (self.provider.bytes)(token.heap(), &self.source)
    }
    pub fn memory_mut<'a>(&'a self, token: &'a mut impl TokenMut) -> &'a mut [u8] {
        match self.provider.bytes_mut {
            Some(f) if !self.readonly => f(token.heap_mut(), &self.source),
            _ => &mut [],
        }
    }
    /// The bytes of a contiguous view.
    pub fn bytes<'a>(&'a self, token: &'a impl Token) -> &'a [u8] {
        self.memory(token).get(self.offset..self.offset + self.len).unwrap_or(&[])
    }
    /// The bytes of a contiguous, writable view.
    pub fn bytes_mut<'a>(&'a self, token: &'a mut impl TokenMut) -> &'a mut [u8] {
        self.memory_mut(token).get_mut(self.offset..self.offset + self.len).unwrap_or(&mut [])
    }
    /// A copy of the items in row-major order, whatever the layout.
    pub fn to_vec(&self, token: &impl Token) -> Vec<u8> {
        match &self.layout {
            Some(l) if !l.is_c_contiguous() => {
                let memory = self.memory(token);
                let mut out = Vec::with_capacity(self.len);
                l.each_offset(self.offset, |at| out.extend_from_slice(memory.get(at..at + l.itemsize).unwrap_or(&[])));
                out
            }
            _ => self.bytes(token).to_vec(),
        }
    }
    /// Counts this view in one more exporter: a memoryview that lends it.
    pub fn also_export(&mut self, export: Export) {
        self.exports[1] = Some(export);
    }
    /// The view without the count in the memoryview that lent it.
    pub fn unlent(&self) -> Buffer {
        let mut copy = self.clone();
        copy.exports[1] = None;
        copy
    }
}

impl Heap {
    /// Says how objects with payload `T` (subclasses too) offer their memory.
    pub fn register_buffer<T: crate::Payload>(&mut self, provider: BufferProvider) {
        self.buffers.insert(crate::object::PayloadKey::of::<T>(), provider);
    }
    fn buffer_provider(&self, value: &Value) -> Option<BufferProvider> {
        if !value.is_heap() {
            return None;
        }
        self.buffers.get(&self.info(value.type_id()).payload).copied()
    }
}

fn bytes_of<'a>(heap: &'a Heap, value: &'a Value) -> &'a [u8] {
    value.downcast::<Bytes>(heap).map_or(&[], |b| &b.get(heap).data)
}
fn array_bytes<'a>(heap: &'a Heap, value: &'a Value) -> &'a [u8] {
    value.downcast::<ByteArray>(heap).map_or(&[], |b| &b.get(heap).data)
}
fn array_bytes_mut<'a>(heap: &'a mut Heap, value: &'a Value) -> &'a mut [u8] {
    match value.downcast::<ByteArray>(&*heap) {
        Some(b) => &mut b.get_mut(heap).data,
        None => &mut [],
    }
}
fn bytes_memory(vm: &mut Vm, value: &Value) -> Result<Memory> {
    let len = bytes_of(&vm.heap, value).len();
    Ok(Memory { format: "B".into(), itemsize: 1, readonly: true, export: None, len, shape: None })
}
fn array_memory(vm: &mut Vm, value: &Value) -> Result<Memory> {
    let (len, export) = match value.downcast::<ByteArray>(&*vm.heap) {
        Some(b) => (b.get(&*vm.heap).data.len(), Some(b.get(&*vm.heap).exports.export())),
        None => (0, None),
    };
    Ok(Memory { format: "B".into(), itemsize: 1, readonly: false, export, len, shape: None })
}

pub(crate) const BYTES_PROVIDER: BufferProvider = BufferProvider { memory: bytes_memory, bytes: bytes_of, bytes_mut: None };
pub(crate) const BYTEARRAY_PROVIDER: BufferProvider =
    BufferProvider { memory: array_memory, bytes: array_bytes, bytes_mut: Some(array_bytes_mut) };

/// `PyBUF_*` request flags that `__buffer__` methods see.
pub mod flags {
    pub const SIMPLE: i64 = 0;
    pub const WRITABLE: i64 = 1;
    pub const FULL_RO: i64 = 0x11c;
}

impl Vm {
    /// A view in any layout, or `None` when the object has no memory to offer.
    pub fn buffer_full(&mut self, value: &Value, request: i64) -> Result<Option<Buffer>> {
        let provider = match value.type_id() {
            id::BYTES => Some(BYTES_PROVIDER),
            id::BYTEARRAY => Some(BYTEARRAY_PROVIDER),
            _ => {
                if !value.is_heap() {
                    return Ok(None);
                }
                if let Some(f) = self.heap.special(value.type_id(), Special::Buffer)
                    && f.type_id() != id::WRAPPER_DESCRIPTOR
                {
                    return self.python_buffer(value, &f, request).map(Some);
                }
                if let Some(view) = value.downcast::<MemoryView>(&*self.heap).cloned() {
                    return self.lend_view(&view).map(Some);
                }
                self.heap.buffer_provider(value)
            }
        };
        let Some(provider) = provider else { return Ok(None) };
        let buffer = Buffer::of_provider(self, value, provider)?;
        if self.heap.info(value.type_id()).flags & crate::heap::flags::HEAP_TYPE != 0 && self.releases_in_python(value) {
            // The view that `__release_buffer__` gets, of which it can make no other.
            let view = self.new_memoryview(buffer.clone());
            view.get_mut(&mut *self.heap).restricted = true;
            return Ok(Some(self.wrapped_buffer(buffer, view.into_value(), value, true)));
        }
        Ok(Some(buffer))
    }
    /// Whether a Python class has its own `__release_buffer__`.
    fn releases_in_python(&mut self, value: &Value) -> bool {
        let method = self.heap.special(value.type_id(), Special::ReleaseBuffer);
        method.is_some_and(|f| f.type_id() != id::WRAPPER_DESCRIPTOR)
    }
    /// A buffer whose end calls `__release_buffer__` of `object` with `view`.
    fn wrapped_buffer(&mut self, mut buffer: Buffer, view: Value, object: &Value, temporary: bool) -> Buffer {
        let wrapper = crate::builtins::memoryview::BufferWrapper { view: Some(view), object: Some(object.clone()), temporary };
        let wrapper = self.heap.alloc(wrapper).into_value();
        if !temporary {
            buffer.object = wrapper.clone();
        }
        buffer.keep = Some(wrapper);
        // The wrapper holds the memoryview itself, so the buffer is not counted there.
        buffer.unlent()
    }

    /// A view through a Python class's `__buffer__`.
    fn python_buffer(&mut self, value: &Value, method: &Value, request: i64) -> Result<Buffer> {
        let request = self.heap.int(i128::from(request));
        let result = self.call_unbound(method, value, std::slice::from_ref(&request))?;
        let Some(view) = result.downcast::<MemoryView>(&*self.heap).cloned() else {
            return Err(self.type_error("__buffer__ returned non-memoryview object"));
        };
        let buffer = self.lend_view(&view)?;
        if self.releases_in_python(value) {
            return Ok(self.wrapped_buffer(buffer, result, value, false));
        }
        Ok(buffer)
    }

    /// A contiguous view of a bytes-like object; TypeError for others.
    pub fn buffer(&mut self, value: &Value) -> Result<Buffer> {
        match self.buffer_opt(value)? {
            Some(b) => Ok(b),
            None => Err(self.not_bytes_like(value)),
        }
    }
    /// As `buffer`; `None` for objects that are not bytes-like.
    pub fn buffer_opt(&mut self, value: &Value) -> Result<Option<Buffer>> {
        let Some(buffer) = self.buffer_full(value, flags::SIMPLE)? else { return Ok(None) };
        if !buffer.is_contiguous() {
            return Err(self.error(Exc::BufferError, "memoryview: underlying buffer is not C-contiguous"));
        }
        Ok(Some(buffer))
    }
    /// A contiguous, writable view ("read-write bytes-like object").
    pub fn buffer_mut(&mut self, value: &Value) -> Result<Buffer> {
        let buffer = self.buffer_full(value, flags::WRITABLE)?;
        match buffer {
            Some(b) if b.readonly => Err(self.error(Exc::BufferError, "Object is not writable.")),
            Some(b) if !b.is_contiguous() => Err(self.error(Exc::BufferError, "memoryview: underlying buffer is not C-contiguous")),
            Some(b) => Ok(b),
            None => Err(self.not_bytes_like(value)),
        }
    }
    /// As `buffer_mut` for the argument of a function, which `what` names: TypeError when it cannot be written to.
    pub fn buffer_mut_argument(&mut self, value: &Value, what: &str) -> Result<Buffer> {
        match self.buffer_full(value, flags::WRITABLE)? {
            Some(b) if !b.readonly && b.is_contiguous() => Ok(b),
            Some(b) if !b.readonly => Err(self.error(Exc::BufferError, "memoryview: underlying buffer is not C-contiguous")),
            _ => {
                let name = self.type_name_or_none(value);
                Err(self.type_error(format!("{what} must be read-write bytes-like object, not {name}")))
            }
        }
    }
    /// Whether an object offers memory, without taking a view.
    pub fn is_bytes_like(&mut self, value: &Value) -> bool {
        value.has_payload::<MemoryView>(&*self.heap)
            || self.heap.buffer_provider(value).is_some()
            || self.heap.has_special(value, Special::Buffer)
    }
    /// A copy of a bytes-like object's content.
    pub fn bytes_like(&mut self, value: &Value) -> Result<Vec<u8>> {
        let buffer = self.buffer(value)?;
        Ok(buffer.bytes(&*self.heap).to_vec())
    }
    #[cold]
    pub fn not_bytes_like(&mut self, value: &Value) -> Raised {
        let name = self.heap.type_name(value);
        self.type_error(format!("a bytes-like object is required, not '{name}'"))
    }
}

impl<'a> FromArg<'a> for Buffer {
    fn from_arg(vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
        vm.buffer(value)
    }
}
