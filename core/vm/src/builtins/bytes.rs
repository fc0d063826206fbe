//! `bytes` and `bytearray`: storage. Methods are in `bytes_methods.rs`.

use crate::heap::Heap;
use crate::object::{Payload, Ref};
use crate::types::id;
use crate::value::Value;
use std::cell::Cell;

/// The payload of `bytes`.
pub struct Bytes {
    pub data: Box<[u8]>,
    /// -1: not computed.
    pub hash: Cell<i64>,
}

/// The payload of `bytearray`.
#[derive(Default)]
pub struct ByteArray {
    pub data: Vec<u8>,
    /// Views taken: resizing is refused with BufferError while there are any.
    pub exports: crate::builtins::buffer::Exports,
    charged: usize,
}

#[allow(unsafe_code, reason = "no references")]
// SAFETY: bytes own no references.
unsafe impl Payload for Bytes {
    const FIXED_ID: u32 = id::BYTES;
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}
    fn external_size(&self) -> usize {
        self.data.len()
    }
}

#[allow(unsafe_code, reason = "no references")]
// SAFETY: bytearrays own no references.
unsafe impl Payload for ByteArray {
    const FIXED_ID: u32 = id::BYTEARRAY;
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}
    fn external_size(&self) -> usize {
        self.charged
    }
}

impl Heap {
    pub fn bytes(&mut self, data: &[u8]) -> Ref<Bytes> {
        self.bytes_boxed(data.into())
    }
    pub fn bytes_boxed(&mut self, data: Box<[u8]>) -> Ref<Bytes> {
        self.force_charge(data.len());
        self.alloc(Bytes { data, hash: Cell::new(-1) })
    }
    /// An instance of `bytes` or a subclass.
    pub fn bytes_typed(&mut self, type_id: u32, data: Vec<u8>) -> Ref<Bytes> {
        self.force_charge(data.len());
        self.alloc_typed(type_id, Bytes { data: data.into(), hash: Cell::new(-1) })
    }
    pub fn byte_array(&mut self, data: Vec<u8>) -> Ref<ByteArray> {
        let charged = data.capacity();
        self.force_charge(charged);
        self.alloc(ByteArray { data, exports: Default::default(), charged })
    }
}

impl Ref<ByteArray> {
    /// Changes the bytes and brings the quota up to date. The caller has checked `exports` before resizing.
    pub fn edit<R>(&self, heap: &mut Heap, change: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let array = self.get_mut(heap);
        let result = change(&mut array.data);
        let (size, charged) = (array.data.capacity(), array.charged);
        array.charged = size;
        if size > charged {
            heap.force_charge(size - charged);
        } else {
            let _ = heap.charge(size as isize - charged as isize);
        }
        result
    }
}
