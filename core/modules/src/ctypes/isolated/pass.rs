//! Pointers on their way: from C's 32 bits to the interpreter's addresses and back, and what they lead to into a module's
//! memory.

use super::home::Home;
use super::module::Module;
use super::space::{Found, PROVISIONAL, Space, address_in, number_of};
use super::{Failure, NAMED};
use crate::ctypes::callback::Thunk;
use crate::ctypes::info::{self, Info, Kind, Model, Scope, type_flags};
use crate::ctypes::memory;
use crate::ctypes::{State, values};
use krait_vm::{Exc, Raised, Result, Value, Vm};
use std::rc::Rc;

pub fn space(vm: &mut Vm) -> Rc<Space> {
    vm.state::<State>().space.clone()
}

/// The address that a word in some memory is.
pub fn address_of_word(word: u32, scope: Scope) -> u64 {
    match scope.memory {
        Scope::NOWHERE => word.into(),
        _ if word == 0 || word >= PROVISIONAL => word.into(),
        number => address_in(number, word),
    }
}

/// Bad address, as an OSError.
#[cold]
pub fn wild(vm: &mut Vm, address: u64) -> Raised {
    let number = Value::int32(14);
    let place = address & 0xFFFF_FFFF;
    let text = match number_of(address) {
        Some(_) => format!("Bad address: {place:#x} is outside of the module's memory"),
        None => format!("Bad address: {place:#x} leads to nothing"),
    };
    let text = vm.str(&text);
    let class = vm.exc.get(Exc::OSError).to_value();
    match vm.call(&class, &[number, text]) {
        Ok(exception) => vm.raise_with_context(exception),
        Err(e) => e,
    }
}

/// The bytes that an address leads to: a home and where they are in it.
pub fn locate(vm: &mut Vm, info: &Rc<Info>, address: u64) -> Result<(Rc<Home>, usize)> {
    let space = space(vm);
    let (place, size) = (address as u32, info.size.get());
    if place >= PROVISIONAL && number_of(address).is_none() {
        if let Some(Found::Data(home, offset)) = space.find(place)
            && offset + size <= home.size()
        {
            return Ok((home, offset));
        }
        return Err(wild(vm, address));
    }
    let Some(module) = space.module_of(address) else { return Err(wild(vm, address)) };
    let room = vm.heap.check_room(size);
    if module.holds(place, size) {
        vm.memory(room)?;
    }
    match Home::at(&space, info, &module, place) {
        Some(home) => Ok((home, 0)),
        None => Err(wild(vm, address)),
    }
}

/// The bytes from an address on: `size` of them, or as many as come before a zero item of `item` bytes.
pub fn read(vm: &mut Vm, address: u64, size: Option<usize>, item: usize) -> Result<Vec<u8>> {
    let space = space(vm);
    let place = address as u32;
    if place >= PROVISIONAL && number_of(address).is_none() {
        if let Some(Found::Data(home, offset)) = space.find(place) {
            let rest = memory::bytes(home.bytes(offset), home.size() - offset);
            let end = match size {
                Some(size) => Some(size).filter(|s| *s <= rest.len()),
                // What Python made ends where it ends.
                None => Some(rest.chunks_exact(item).position(|c| c.iter().all(|b| *b == 0)).map_or(rest.len() / item * item, |n| n * item)),
            };
            if let Some(end) = end {
                return Ok(rest[..end].to_vec());
            }
        }
        return Err(wild(vm, address));
    }
    let Some(module) = space.module_of(address) else { return Err(wild(vm, address)) };
    let found = match size {
        Some(size) if module.holds(place, size) => {
            let room = vm.heap.check_room(size);
            vm.memory(room)?;
            module.read(place, size)
        }
        Some(_) => None,
        None => module.read_to_zero(place, item),
    };
    match found {
        Some(bytes) => Ok(bytes),
        None => Err(wild(vm, address)),
    }
}
/// Puts bytes at an address.
pub fn write(vm: &mut Vm, address: u64, bytes: &[u8]) -> Result<()> {
    let space = space(vm);
    let place = address as u32;
    let done = if place >= PROVISIONAL && number_of(address).is_none() {
        match space.find(place) {
            Some(Found::Data(home, offset)) if offset + bytes.len() <= home.size() => {
                memory::put(home.bytes_mut(offset), bytes);
                true
            }
            _ => false,
        }
    } else {
        space.module_of(address).is_some_and(|module| module.write(place, bytes))
    };
    if done { Ok(()) } else { Err(wild(vm, address)) }
}

/// Where the pointers of a type are, in order.
pub fn pointers_in(vm: &mut Vm, info: &Rc<Info>) -> Result<Rc<[u32]>> {
    if let Some(known) = &*info.pointers.borrow() {
        return Ok(known.clone());
    }
    let mut found = Vec::new();
    find_pointers(vm, info, 0, &mut found)?;
    krait_bytecode::order::sort(&mut found);
    found.dedup();
    let found: Rc<[u32]> = found.into();
    if info.is_final.get() {
        *info.pointers.borrow_mut() = Some(found.clone());
    }
    Ok(found)
}
fn find_pointers(vm: &mut Vm, info: &Rc<Info>, at: u32, found: &mut Vec<u32>) -> Result<()> {
    if !info.has(type_flags::ISPOINTER | type_flags::HASPOINTER) {
        return Ok(());
    }
    match info.kind {
        Kind::Pointer | Kind::Function => found.push(at),
        Kind::Simple if matches!(info.code, b'P' | b'z' | b'Z') && !info.swapped => found.push(at),
        Kind::Simple => {}
        Kind::Array => {
            let Some(item) = info::info(vm, info.item.get()) else { return Ok(()) };
            let mut one = Vec::new();
            find_pointers(vm, &item, 0, &mut one)?;
            // Twice: the list is copied in the end.
            let room = vm.heap.check_room(one.len().saturating_mul(info.length.get()).saturating_mul(2 * size_of::<u32>()));
            vm.memory(room)?;
            let size = item.size.get() as u32;
            for i in 0..info.length.get() as u32 {
                found.extend(one.iter().map(|offset| at.wrapping_add(i.wrapping_mul(size)).wrapping_add(*offset)));
            }
        }
        Kind::Structure | Kind::Union => {
            let parts = info.parts.borrow().clone();
            for part in parts {
                if let Some(member) = info::info(vm, part.type_id) {
                    find_pointers(vm, &member, at.wrapping_add(part.offset as u32), found)?;
                }
            }
        }
    }
    Ok(())
}

/// What a failure to pass something is for Python.
pub fn raise(vm: &mut Vm, module: &Module, failure: Failure) -> Raised {
    match failure {
        Failure::Raised => Raised,
        Failure::Memory => vm.memory_error(),
        Failure::Trap(what) => {
            let name = &module.name;
            vm.error(Exc::OSError, format!("{name}: {what}"))
        }
    }
}
fn other_module(vm: &mut Vm) -> Raised {
    vm.value_error("the address belongs to the memory of another module")
}

/// The word that an address is for a module. What Python still has moves into its memory, and what that points to.
pub fn word_for(vm: &mut Vm, module: &Rc<Module>, address: u64) -> Result<u32> {
    let mut moved = Vec::new();
    let word = word_or_move(vm, module, address, &mut moved)?;
    settle_all(vm, module, moved)?;
    Ok(word)
}
fn word_or_move(vm: &mut Vm, module: &Rc<Module>, address: u64, moved: &mut Vec<Rc<Home>>) -> Result<u32> {
    let word = address as u32;
    match number_of(address) {
        Some(number) if number != module.number => return Err(other_module(vm)),
        None if word >= PROVISIONAL => {}
        // Below the table's slots are places and slots alike: only functions are looked up by name.
        _ => return Ok(word),
    }
    let found = vm.state::<State>().space.find(word);
    match found {
        Some(Found::Data(home, offset)) => Ok(move_in(vm, module, &home, moved)?.wrapping_add(offset as u32)),
        Some(Found::Callback(thunk)) => callback_slot(vm, module, thunk),
        // It leads nowhere for C either.
        None => Ok(word),
    }
}
/// The word of a function pointer: a function that was looked up by name gets a slot in the table.
pub fn function_word(vm: &mut Vm, module: &Rc<Module>, word: u32) -> Result<u32> {
    if !(NAMED..PROVISIONAL).contains(&word) {
        return Ok(word);
    }
    match module.instance.slot(word) {
        Some(slot) => Ok(slot),
        None => Err(no_table(vm, module)),
    }
}
fn no_table(vm: &mut Vm, module: &Module) -> Raised {
    let name = &module.name;
    vm.error(Exc::OSError, format!("{name}: the module exports no table that grows (-Wl,--export-table,--growable-table)"))
}
fn callback_slot(vm: &mut Vm, module: &Rc<Module>, thunk: u64) -> Result<u32> {
    let Some(object) = memory::object_of(thunk) else { return Ok(0) };
    let Some(signature) = object.downcast::<Thunk>(&*vm.heap).cloned().map(|t| t.get(&*vm.heap).signature.clone()) else { return Ok(0) };
    match module.slot_for(vm, &signature, thunk) {
        Some(slot) => Ok(slot),
        None => Err(no_table(vm, module)),
    }
}
/// Moves an object's bytes into a module's memory, if they are not there; where they are.
fn move_in(vm: &mut Vm, module: &Rc<Module>, home: &Rc<Home>, moved: &mut Vec<Rc<Home>>) -> Result<u32> {
    if !home.adopt(module) {
        return Err(other_module(vm));
    }
    if let Some(place) = home.place() {
        return Ok(place);
    }
    let place = match module.allocate(vm, home.size(), home.info.align.get()) {
        Ok(place) => place,
        Err(failure) => return Err(raise(vm, module, failure)),
    };
    home.settle(module, place);
    moved.push(home.clone());
    Ok(place)
}
/// Makes the pointers in what has moved words of the module. Lists may be long: no recursion.
fn settle_all(vm: &mut Vm, module: &Rc<Module>, mut moved: Vec<Rc<Home>>) -> Result<()> {
    while let Some(home) = moved.pop() {
        let size = home.size();
        settle_pointers(vm, module, &home, 0, size, &mut moved)?;
    }
    Ok(())
}
fn settle_pointers(vm: &mut Vm, module: &Rc<Module>, home: &Rc<Home>, from: usize, size: usize, moved: &mut Vec<Rc<Home>>) -> Result<()> {
    let info = home.info.clone();
    let pointers = pointers_in(vm, &info)?;
    let (first, end) = (pointers.partition_point(|p| (*p as usize) < from), from + size);
    for at in pointers[first..].iter().take_while(|p| **p as usize + 4 <= end) {
        let at = *at as usize;
        let word = memory::read::<u32>(home.bytes(at));
        let new = if word >= PROVISIONAL {
            word_or_move(vm, module, word.into(), moved)?
        } else {
            // A place of so high an address would be as good; functions are rarely met in structures.
            match (NAMED..PROVISIONAL).contains(&word) && !module.holds(word, 1) {
                true => function_word(vm, module, word)?,
                false => word,
            }
        };
        if new != word {
            memory::write(home.bytes_mut(at), new);
        }
    }
    Ok(())
}
/// The pointers of a copy of an object's bytes, as words of a module.
pub fn settle_copy(vm: &mut Vm, module: &Rc<Module>, info: &Rc<Info>, bytes: &mut [u8]) -> Result<()> {
    for at in pointers_in(vm, info)?.iter() {
        let at = *at as usize;
        let Some(word) = bytes.get(at..at + 4).and_then(|w| w.try_into().ok()).map(u32::from_le_bytes) else { continue };
        if word >= PROVISIONAL {
            let new = word_for(vm, module, word.into())?;
            bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
        }
    }
    Ok(())
}

/// After pointers were written into an object: where it lies in a module's memory they become words of the module.
/// `of` is whose addresses they are.
pub fn written(vm: &mut Vm, home: &Rc<Home>, from: usize, size: usize, of: Option<Rc<Module>>) -> Result<()> {
    if !home.info.has(type_flags::ISPOINTER | type_flags::HASPOINTER) {
        return Ok(());
    }
    if let Some(of) = of
        && !home.adopt(&of)
    {
        return Err(other_module(vm));
    }
    if home.place().is_none() {
        return Ok(());
    }
    let Some(module) = home.module() else { return Ok(()) };
    let mut moved = Vec::new();
    settle_pointers(vm, &module, home, from, size, &mut moved)?;
    settle_all(vm, &module, moved)
}

/// The module of an address that a Python int is, if it says.
pub fn module_of_int(vm: &mut Vm, value: &Value) -> Option<Rc<Module>> {
    if !value.is_int(&*vm.heap) {
        return None;
    }
    let bits = values::int_bits(vm, value).ok()?;
    let number = number_of(super::space::from_python(bits))?;
    vm.state::<State>().space.module(number)
}

/// Address of a model, as Python has it.
pub fn from_python(model: Model, bits: u64) -> u64 {
    match model {
        Model::Lp64 => bits,
        Model::Ilp32 => super::space::from_python(bits),
    }
}
pub fn to_python(model: Model, address: u64) -> u64 {
    match model {
        Model::Lp64 => address,
        Model::Ilp32 => super::space::to_python(address),
    }
}
