//! `memoryview`: storage. The memory itself is described by a [`Buffer`]; methods are in `memoryview_methods.rs`.

use crate::Result;
use crate::builtins::buffer::{Buffer, Exports};
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use krait_macros::Traverse;

#[derive(Traverse)]
#[traverse(id = MEMORYVIEW)]
pub struct MemoryView {
    /// `None` once released.
    pub buffer: Option<Buffer>,
    /// Views that others have taken of this one: it cannot be released before they are.
    pub exports: Exports,
    pub hash: Option<i64>,
    /// Lent to `__release_buffer__`: no further views may be made of it.
    pub restricted: bool,
}

impl crate::args::Traverse for Option<i64> {}

/// Stands between a view and the Python object whose `__buffer__` gave it; calls `__release_buffer__` when dropped.
#[derive(Traverse)]
pub struct BufferWrapper {
    pub view: Option<Value>,
    pub object: Option<Value>,
    /// The view was made for the call and ends with it.
    pub temporary: bool,
}

impl Vm {
    /// A new memoryview of a buffer.
    pub fn new_memoryview(&mut self, buffer: Buffer) -> Ref<MemoryView> {
        self.heap.alloc(MemoryView { buffer: Some(buffer), exports: Exports::default(), hash: None, restricted: false })
    }
    /// `memoryview(value)`.
    pub fn memoryview(&mut self, value: &Value) -> Result<Ref<MemoryView>> {
        if let Some(view) = value.downcast::<MemoryView>(&*self.heap).cloned() {
            let buffer = self.free_buffer(&view)?.unlent();
            return Ok(self.new_memoryview(buffer));
        }
        match self.buffer_full(value, super::buffer::flags::FULL_RO)? {
            Some(buffer) => Ok(self.new_memoryview(buffer)),
            None => {
                let name = self.heap.type_name(value);
                Err(self.type_error(format!("memoryview: a bytes-like object is required, not '{name}'")))
            }
        }
    }
    /// The buffer of a view; ValueError once it is released.
    pub fn live_buffer(&mut self, view: &Ref<MemoryView>) -> Result<Buffer> {
        match &view.get(&*self.heap).buffer {
            Some(b) => Ok(b.clone()),
            None => Err(self.value_error("operation forbidden on released memoryview object")),
        }
    }
    /// The buffer of a view of which others may be made.
    pub fn free_buffer(&mut self, view: &Ref<MemoryView>) -> Result<Buffer> {
        let buffer = self.live_buffer(view)?;
        if view.get(&*self.heap).restricted {
            return Err(self.value_error("cannot create new view on restricted memoryview"));
        }
        Ok(buffer)
    }
    /// The buffer of a view for somebody else, counted in the view until it is dropped.
    pub fn lend_view(&mut self, view: &Ref<MemoryView>) -> Result<Buffer> {
        let mut buffer = self.free_buffer(view)?;
        buffer.also_export(view.get(&*self.heap).exports.export());
        buffer.object = view.to_value();
        Ok(buffer)
    }
}
