//! `_ctypes` of a page: WebAssembly modules, through the page's own engine.
//!
//! The data model is the core's (`krait_modules::ctypes::isolated`); this is its [`Engine`]. Modules are files of the file
//! system that Python sees. They import nothing, and what their memories take counts against the interpreter's quota.
//! What types a function has, an engine does not tell: [`types`] reads them from the file.

mod types;

use crate::js::module;
use crate::os;
use krait_modules::ctypes::isolated::{Engine, Failure, Instance, NAMED, Signature, ValueType, machine};
use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Vm};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use types::Types;

const PAGE: u64 = 64 << 10;
/// The most that a module's memory may have to begin with: addresses above stand for what Python still has.
const LARGEST_MEMORY: u64 = 0x7FFF_0000;
const NO_RESULT: u8 = 255;

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    machine::init(vm, module, Box::new(Page))
}

struct Page;

impl Engine for Page {
    fn read_file(&self, vm: &mut Vm, path: &[u8]) -> std::result::Result<Vec<u8>, String> {
        os::try_files(vm, |files| files.read_file(path)).map_err(|errno| {
            let (path, why) = (String::from_utf8_lossy(path), os::errno::strerror(errno));
            format!("{path}: cannot open WebAssembly module: {why}")
        })
    }
    fn load(&self, vm: &mut Vm, number: u32, bytes: &[u8]) -> std::result::Result<Box<dyn Instance>, String> {
        let types = Types::read(bytes).unwrap_or_default();
        if !types.imports.is_empty() {
            return Err(format!("the module imports what is not there: {}", types.imports.join(", ")));
        }
        let room = vm.heap.limit().saturating_sub(vm.heap.used()) as u64;
        let most = room.min(LARGEST_MEMORY) / PAGE;
        if types.pages > most {
            return Err(format!("memory minimum size of {} pages exceeds memory limits", types.pages));
        }
        // An engine asks nobody when a memory grows.
        let limited = types.limited(bytes, most).ok_or("the module's memory is not C's")?;
        module::load(number, &limited)?;
        let size = module::size(number);
        vm.heap.force_charge(size as usize);
        Ok(Box::new(Loaded { number, types, names: RefCell::default(), slots: RefCell::default(), charged: Cell::new(size) }))
    }
}

struct Loaded {
    number: u32,
    types: Types,
    /// Names of the functions that were looked up.
    names: RefCell<HashMap<u32, String>>,
    slots: RefCell<HashMap<u32, u32>>,
    /// Bytes of the memory that count already.
    charged: Cell<u64>,
}

impl Loaded {
    fn charge(&self, vm: &mut Vm) {
        let size = module::size(self.number);
        let more = size.saturating_sub(self.charged.replace(size));
        if more > 0 {
            vm.heap.force_charge(more as usize);
        }
    }
}

fn code(ty: ValueType) -> Option<u8> {
    Some(match ty {
        ValueType::I32 => 0,
        ValueType::I64 => 1,
        ValueType::F32 => 2,
        ValueType::F64 => 3,
        ValueType::Other => return None,
    })
}
fn codes<'a>(types: impl Iterator<Item = &'a ValueType>) -> Option<Vec<u8>> {
    types.map(|t| code(*t)).collect()
}

impl Instance for Loaded {
    fn memory_size(&self) -> u64 {
        module::size(self.number)
    }
    fn grow(&self, pages: u32) -> Option<u32> {
        module::grow(self.number, pages)
    }
    fn read(&self, place: u32, out: &mut [u8]) -> bool {
        module::read(self.number, place, out)
    }
    fn write(&self, place: u32, bytes: &[u8]) -> bool {
        module::write(self.number, place, bytes)
    }
    fn function(&self, name: &str) -> Option<u32> {
        let found = module::function(self.number, name)?;
        self.names.borrow_mut().insert(found, name.to_string());
        Some(found)
    }
    fn variable(&self, name: &str) -> Option<u32> {
        module::variable(self.number, name)
    }
    fn signature(&self, function: u32) -> Option<Signature> {
        if function >= NAMED {
            return self.types.of_export(self.names.borrow().get(&function)?);
        }
        self.types.of_slot(function)
    }
    fn slot(&self, function: u32) -> Option<u32> {
        if let Some(known) = self.slots.borrow().get(&function) {
            return Some(*known);
        }
        let slot = module::slot(self.number, function)?;
        self.slots.borrow_mut().insert(function, slot);
        Some(slot)
    }
    fn call(&self, vm: &mut Vm, function: u32, args: &[(ValueType, u64)], result: Option<ValueType>) -> std::result::Result<Option<u64>, Failure> {
        let trap = |what: &str| Failure::Trap(what.to_string());
        match module::arity(self.number, function) {
            None => return Err(trap("there is no function at the address")),
            Some(arity) if arity as usize != args.len() => return Err(trap("the function takes another number of arguments")),
            _ => {}
        }
        let types = codes(args.iter().map(|(t, _)| t)).ok_or_else(|| trap("the function is not C's"))?;
        let words: Vec<u64> = args.iter().map(|(_, word)| *word).collect();
        let result = result.and_then(code).unwrap_or(NO_RESULT);
        let called = module::call(vm, self.number, function, &types, &words, result);
        self.charge(vm);
        match called {
            _ if vm.has_pending() => Err(Failure::Raised),
            Ok(word) => Ok((result != NO_RESULT).then_some(word)),
            Err(message) => Err(Failure::Trap(message)),
        }
    }
    fn install(&self, vm: &mut Vm, signature: &Signature, id: u32) -> Option<u32> {
        let types = codes(signature.params.iter())?;
        let result = match signature.results.first() {
            Some(ty) => code(*ty)?,
            None => NO_RESULT,
        };
        module::install(vm, self.number, id, &types, result)
    }
}
