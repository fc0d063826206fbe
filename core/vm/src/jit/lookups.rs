//! Functions for compiled code that find and store things without any Python code.
//!
//! They need no frame: the caller keeps what it holds in machine registers. What takes more than a look is not done here;
//! they say so, and the interpreter does it.

#![allow(unsafe_code, reason = "called from machine code with raw words")]

use crate::builtins::dict::Dict;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::table::Plain;
use crate::object::Ref;
use crate::value::{BITS_UNBOUND, EMPTY_WORD, Value, is_pointer};
use crate::vm::Vm;

/// Finds something of an object, by name or key: a borrowed word.
pub type Find = unsafe extern "C" fn(*mut Vm, u64, u64) -> u64;
/// Stores something of an object, by name or key: what was there before.
pub type Store = unsafe extern "C" fn(*mut Vm, u64, u64, u64) -> u64;

/// Assigns items of one list to another one's ([`Vm::move_items`]), or of the same; whether it was done.
///
/// # Safety
/// Called by compiled code: `target` and `source` are words of lists, `bounds` other words.
pub unsafe extern "C" fn move_items(vm: *mut Vm, target: u64, source: u64, a: u64, b: u64, c: u64, d: u64, e: u64) -> u32 {
    // SAFETY: by contract; all are borrowed.
    unsafe {
        let value = |word: &u64| &*(&raw const *word as *const Value);
        let bounds = [value(&a), value(&b), value(&c), value(&d), value(&e)];
        u32::from((*vm).move_items(value(&target), value(&source), bounds))
    }
}

/// An attribute of an object that the interpreter met before, whatever its class: a borrowed word, or 0.
///
/// # Safety
/// Called by compiled code with words of values, `name` that of an interned string.
pub unsafe extern "C" fn attribute(vm: *mut Vm, object: u64, name: u64) -> u64 {
    // SAFETY: by contract.
    unsafe { if is_pointer(object) { (*vm).cached_attribute(&*(&raw const object as *const Value), name, false) } else { 0 } }
}

/// As [`attribute`], for a method, which is not bound.
///
/// # Safety
/// As for [`attribute`].
pub unsafe extern "C" fn method(vm: *mut Vm, object: u64, name: u64) -> u64 {
    // SAFETY: by contract.
    unsafe { if is_pointer(object) { (*vm).cached_attribute(&*(&raw const object as *const Value), name, true) } else { 0 } }
}

/// Stores an attribute as [`attribute`] finds it: what was there before, an owned word that may be 0, or that of no value
/// if nothing was stored.
///
/// # Safety
/// As for [`attribute`].
pub unsafe extern "C" fn store_attribute(vm: *mut Vm, object: u64, name: u64, value: u64) -> u64 {
    // SAFETY: by contract.
    unsafe {
        let (object, value) = (&*(&raw const object as *const Value), &*(&raw const value as *const Value));
        if !is_pointer(object.bits()) {
            return BITS_UNBOUND;
        }
        (*vm).cached_store(object, name, value).unwrap_or(BITS_UNBOUND)
    }
}

/// Where a dict has a string or a small int, and its hash, if no Python code has a say in that: `None` otherwise.
#[inline]
fn entry_for(vm: &Vm, dict: &Ref<Dict>, key: &Value) -> Option<(Option<usize>, i64)> {
    let (heap, table) = (&*vm.heap, &dict.get(&*vm.heap).table);
    let (found, hash) = match key.downcast_exact::<Str>() {
        Some(text) => {
            let hash = text.get(heap).hash(heap);
            (table.find_text(heap, text, hash), hash)
        }
        None => {
            let hash = krait_text::int_float::hash_small(key.as_small_int()?);
            (table.find_small(key, hash), hash)
        }
    };
    match found {
        Plain::Found(i) => Some((Some(i), hash)),
        Plain::Absent => Some((None, hash)),
        Plain::Undecided => None,
    }
}

/// The item of a dict for a string or a small int: a borrowed word, 0 where there is none, and that of no value if it takes
/// more to tell.
///
/// # Safety
/// Called by compiled code, with the word of a dict and that of a value.
pub unsafe extern "C" fn dict_item(vm: *mut Vm, dict: u64, key: u64) -> u64 {
    // SAFETY: by contract.
    unsafe {
        let dict = Ref::<Dict>::from_value_ref_unchecked(&*(&raw const dict as *const Value));
        match entry_for(&*vm, dict, &*(&raw const key as *const Value)) {
            Some((Some(i), _)) => dict.get(&*vm).table.entry(i).map_or(EMPTY_WORD, |entry| entry.value.bits()),
            Some((None, _)) => EMPTY_WORD,
            None => BITS_UNBOUND,
        }
    }
}

/// Sets an item of a dict for a string or a small int: what was there before, as [`store_attribute`] says it.
///
/// # Safety
/// As for [`dict_item`].
pub unsafe extern "C" fn store_item(vm: *mut Vm, dict: u64, key: u64, value: u64) -> u64 {
    // SAFETY: by contract.
    unsafe {
        let dict = Ref::<Dict>::from_value_ref_unchecked(&*(&raw const dict as *const Value));
        let (key, value) = (&*(&raw const key as *const Value), &*(&raw const value as *const Value));
        let Some((found, hash)) = entry_for(&*vm, dict, key) else { return BITS_UNBOUND };
        let table = &mut dict.get_mut(&mut *vm).table;
        match found {
            Some(i) => table.entry_mut(i).map_or(BITS_UNBOUND, |entry| std::mem::replace(&mut entry.value, value.clone()).into_bits()),
            // Growth is a matter of the quota.
            None if !table.has_room() => BITS_UNBOUND,
            None => {
                table.push(hash, key.clone(), value.clone());
                EMPTY_WORD
            }
        }
    }
}

/// Takes the item at an index out of a list: an owned word, or that of no value if there is none.
///
/// # Safety
/// Called by compiled code, with the word of a list and that of an int; the last one is not looked at.
pub unsafe extern "C" fn pop_item(vm: *mut Vm, list: u64, index: u64, _: u64) -> u64 {
    // SAFETY: by contract.
    unsafe {
        let list = Ref::<List>::from_value_ref_unchecked(&*(&raw const list as *const Value));
        let Some(index) = (*(&raw const index as *const Value)).as_small_int() else { return BITS_UNBOUND };
        isize::try_from(index).ok().and_then(|index| list.take_at(&mut (*vm).heap, index)).map_or(BITS_UNBOUND, Value::into_bits)
    }
}

/// Puts an item before the one at an index of a list: an empty word, or that of no value if memory forbids it.
///
/// # Safety
/// As for [`pop_item`]; the last word is a value's.
pub unsafe extern "C" fn insert_item(vm: *mut Vm, list: u64, index: u64, item: u64) -> u64 {
    // SAFETY: by contract.
    unsafe {
        let list = Ref::<List>::from_value_ref_unchecked(&*(&raw const list as *const Value));
        let Some(index) = (*(&raw const index as *const Value)).as_small_int() else { return BITS_UNBOUND };
        let item = (*(&raw const item as *const Value)).clone();
        // In a machine of 32 bits an index beyond them is beyond the list.
        let index = index.clamp(isize::MIN as i64, isize::MAX as i64) as isize;
        list.insert_at(&mut (*vm).heap, index, item).map_or(BITS_UNBOUND, |()| EMPTY_WORD)
    }
}

/// A slice of a list, a string, a tuple or bytes: an owned word, or that of no value if it takes more.
///
/// # Safety
/// Called by compiled code with words of values.
pub unsafe extern "C" fn slice(vm: *mut Vm, object: u64, start: u64, stop: u64) -> u64 {
    // SAFETY: by contract; all are borrowed.
    unsafe {
        let value = |word: &u64| &*(&raw const *word as *const Value);
        (*vm).plain_slice(value(&object), value(&start), value(&stop)).map_or(BITS_UNBOUND, Value::into_bits)
    }
}
