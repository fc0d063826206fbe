//! Where compiled code finds things: offsets in bytes.

#![allow(unsafe_code, reason = "asks where the standard library's vectors keep their parts")]

use crate::builtins::bytes::ByteArray;
use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::builtins::function::Function;
use crate::builtins::iterators::ListIter;
use crate::builtins::list::List;
use crate::builtins::module::Module;
use crate::builtins::slice::RangeIter;
use crate::builtins::table::Table;
use crate::heap::{Header, Instance};
use crate::interp::frame::{Frame, Thread};
use crate::types::Type;
use crate::types::shape::Shape;
use crate::value::Value;
use crate::vm::Vm;
use std::mem::offset_of;

/// A reference counts this much in the header's first word; below it are flags.
pub const REFERENCE: u32 = crate::heap::ONE;

const PAYLOAD: usize = size_of::<Header>();

/// Offsets from an object's address.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub type_id: usize,
    pub list_items: usize,
    pub list_len: usize,
    pub list_room: usize,
    pub tuple_len: usize,
    pub tuple_items: usize,
    /// Tuples whose first word is less have their items there, and that many.
    pub tuple_most: u64,
    pub range_next: usize,
    pub range_left: usize,
    pub range_step: usize,
    pub list_iterator_list: usize,
    pub list_iterator_index: usize,
    pub function_globals: usize,
    pub function_builtins: usize,
    pub function_code: usize,
    pub function_closure: usize,
    pub bytes_items: usize,
    pub bytes_len: usize,
    pub cell_content: usize,
    pub dict_version: usize,
    pub module_dict: usize,
    /// A class's type id.
    pub class_id: usize,
    /// Where a dict keeps the address of its entries; an entry's size, and the value's place in it.
    pub dict_entries: usize,
    pub entry_size: usize,
    pub entry_value: usize,
    /// In the instance part.
    pub shape: usize,
    /// From a shape's address.
    pub shape_id: usize,
    /// From a frame's address.
    pub frame_pc: usize,
    pub frame_function: usize,
    pub frame_locals: usize,
    pub frame_object: usize,
    pub frame_registers: usize,
    pub frame_dst: usize,
    pub frame_kind: usize,
    pub frame_code: usize,
    pub frame_top: usize,
    pub frame_limit: usize,
    pub frame_above: usize,
    pub frame_depth: usize,
    /// From the interpreter's address.
    pub ticks: usize,
    pub thread: usize,
    pub recursion_limit: usize,
    pub attention: usize,
    /// From a thread's.
    pub current: usize,
    pub compiled_depth: usize,
    /// From a code object's contents.
    pub code_direct: usize,
    pub code_room: usize,
}

/// The words of a vector's header that hold its address, its length and its capacity.
fn vector_parts<T>() -> (usize, usize, usize) {
    let probe: std::mem::ManuallyDrop<Vec<T>> = std::mem::ManuallyDrop::new(Vec::with_capacity(3));
    let mut probe = probe;
    // SAFETY: never read; only the header is looked at, and the length set back.
    let words: [usize; 3] = unsafe {
        probe.set_len(1);
        let words = std::ptr::read(&raw const probe as *const [usize; 3]);
        probe.set_len(0);
        words
    };
    let (address, capacity) = (probe.as_ptr() as usize, probe.capacity());
    drop(std::mem::ManuallyDrop::into_inner(probe));
    let word = |wanted: usize| words.iter().position(|&w| w == wanted).unwrap_or(0) * size_of::<usize>();
    (word(address), word(1), word(capacity))
}

impl Layout {
    pub fn new() -> Layout {
        let (items, len, room) = vector_parts::<Value>();
        let list = PAYLOAD + List::ITEMS;
        let bytes = vector_parts::<u8>();
        let (entries, ..) = vector_parts::<crate::builtins::table::Entry<Value>>();
        Layout {
            type_id: offset_of!(Header, type_id),
            list_items: list + items,
            list_len: list + len,
            list_room: list + room,
            tuple_len: PAYLOAD,
            tuple_items: PAYLOAD + 8,
            tuple_most: u64::from(crate::builtins::tuple::EXTERNAL),
            range_next: PAYLOAD + offset_of!(RangeIter, next),
            range_left: PAYLOAD + offset_of!(RangeIter, left),
            range_step: PAYLOAD + offset_of!(RangeIter, step),
            list_iterator_list: PAYLOAD + offset_of!(ListIter, list),
            list_iterator_index: PAYLOAD + offset_of!(ListIter, index),
            function_closure: PAYLOAD + offset_of!(Function, closure),
            bytes_items: PAYLOAD + offset_of!(ByteArray, data) + bytes.0,
            bytes_len: PAYLOAD + offset_of!(ByteArray, data) + bytes.1,
            function_builtins: PAYLOAD + offset_of!(Function, builtins),
            function_code: PAYLOAD + offset_of!(Function, code),
            function_globals: PAYLOAD + offset_of!(Function, globals),
            cell_content: PAYLOAD + offset_of!(crate::builtins::function::Cell, content),
            module_dict: PAYLOAD + offset_of!(Module, dict),
            class_id: PAYLOAD + offset_of!(Type, id),
            dict_version: PAYLOAD + offset_of!(Dict, table) + offset_of!(Table<Value>, version),
            dict_entries: PAYLOAD + offset_of!(Dict, table) + Table::<Value>::ENTRIES + entries,
            entry_size: size_of::<crate::builtins::table::Entry<Value>>(),
            entry_value: offset_of!(crate::builtins::table::Entry<Value>, value),
            shape: offset_of!(Instance, shape),
            shape_id: Shape::ID,
            frame_pc: offset_of!(Frame, pc),
            frame_function: offset_of!(Frame, function),
            frame_locals: offset_of!(Frame, locals),
            frame_object: offset_of!(Frame, object),
            frame_registers: offset_of!(Frame, regs),
            frame_dst: offset_of!(Frame, dst),
            frame_kind: offset_of!(Frame, kind),
            frame_code: offset_of!(Frame, code),
            frame_top: offset_of!(Frame, top),
            frame_limit: offset_of!(Frame, limit),
            frame_above: offset_of!(Frame, above),
            frame_depth: offset_of!(Frame, depth),
            ticks: offset_of!(Vm, ticks),
            thread: offset_of!(Vm, thread),
            recursion_limit: offset_of!(Vm, recursion_limit),
            attention: offset_of!(Vm, attention),
            current: offset_of!(Thread, current),
            compiled_depth: offset_of!(Thread, compiled_depth),
            code_direct: offset_of!(CodeObject, direct),
            code_room: offset_of!(CodeObject, room),
        }
    }
}

/// Where the version of a type is: the place that holds the address of the table of types, and the offset in it.
pub fn type_version(vm: &Vm, type_id: u32) -> (u64, u32) {
    let (table, size) = vm.heap.types_table();
    (table as u64, (type_id as usize * size + offset_of!(crate::heap::TypeInfo, version)) as u32)
}

impl Default for Layout {
    fn default() -> Layout {
        Layout::new()
    }
}
