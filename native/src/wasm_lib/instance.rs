//! A module at work: its store, its calls and the calls that come back.
//!
//! While the module calls Python, its store is lent to the host function that was called. [`Shared::current`] is where
//! whatever Python does then finds it: the innermost one, in the manner of a stack.

use super::{LARGEST_MEMORY, STACK_NEEDED};
use krait_modules::ctypes::isolated::{Failure, Instance, NAMED, Signature, ValueType, machine};
use krait_vm::Vm;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::rc::Rc;
use std::thread::ThreadId;
use wasmtime::{AsContext, AsContextMut, Caller, Extern, Func, FuncType, Memory, Module, Ref, ResourceLimiter, Store, StoreContextMut, Table, UpdateDeadline, Val, ValType};

/// How long to wait before asking again whether another thread is done with a module.
const WAIT: std::time::Duration = std::time::Duration::from_micros(200);
/// Functions that a table may have.
const LARGEST_TABLE: usize = 1 << 20;

type Lent = NonNull<StoreContextMut<'static, Data>>;

/// What the host's functions find.
pub struct Shared {
    vm: *mut Vm,
    number: u32,
    /// The store, while the module waits for Python.
    current: Cell<Option<Lent>>,
    /// The thread whose calls are under way.
    thread: Cell<Option<ThreadId>>,
    depth: Cell<u32>,
}

impl Shared {
    pub fn new(vm: &mut Vm, number: u32) -> Rc<Shared> {
        Rc::new(Shared { vm, number, current: Cell::new(None), thread: Cell::new(None), depth: Cell::new(0) })
    }
    /// The interpreter, which waits for the module.
    #[allow(clippy::mut_from_ref, reason = "whoever calls a module lends it the interpreter")]
    fn vm(&self) -> &mut Vm {
        // SAFETY: modules live in the interpreter's state, and run only in calls that borrow it and wait.
        unsafe { &mut *self.vm }
    }
    /// Runs Python while the store is lent to a host function.
    fn lending<R>(&self, mut store: StoreContextMut<'_, Data>, work: impl FnOnce(&mut Vm) -> R) -> R {
        let before = self.current.replace(Some(NonNull::from(&mut store).cast()));
        let result = work(self.vm());
        self.current.set(before);
        result
    }
}

pub struct Data {
    shared: Rc<Shared>,
    limits: Limits,
}

/// What memories and tables may grow to.
struct Limits {
    vm: *mut Vm,
}
// SAFETY: a store is used where its interpreter is, by one thread at a time.
unsafe impl Send for Limits {}

impl ResourceLimiter for Limits {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        // SAFETY: as for `Shared::vm`.
        let vm = unsafe { &mut *self.vm };
        let more = desired.saturating_sub(current);
        if desired > LARGEST_MEMORY || vm.heap.used().saturating_add(more) > vm.heap.limit() {
            return Ok(false);
        }
        vm.heap.force_charge(more);
        Ok(true)
    }
    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= LARGEST_TABLE)
    }
    fn memories(&self) -> usize {
        8
    }
}

/// A failure in one line.
pub fn message(error: &wasmtime::Error) -> String {
    if let Some(trap) = error.downcast_ref::<wasmtime::Trap>() {
        return trap.to_string();
    }
    let text = error.root_cause().to_string();
    text.lines().next().unwrap_or_default().to_string()
}

pub struct Loaded {
    store: UnsafeCell<Store<Data>>,
    shared: Rc<Shared>,
    memory: Option<Memory>,
    table: Option<Table>,
    names: HashMap<String, u32>,
    functions: Vec<Func>,
    variables: HashMap<String, u32>,
    /// Slots of functions that were looked up by name.
    slots: RefCell<HashMap<u32, u32>>,
}

impl Loaded {
    pub fn new(vm: &mut Vm, engine: &wasmtime::Engine, module: &Module, shared: Rc<Shared>) -> Result<Loaded, String> {
        let limits = Limits { vm: shared.vm };
        let mut store = Store::new(engine, Data { shared: shared.clone(), limits });
        store.limiter(|data| &mut data.limits);
        store.epoch_deadline_callback(|store| {
            let shared = store.data().shared.clone();
            match shared.lending(store, Vm::poll) {
                Ok(()) => Ok(UpdateDeadline::Continue(1)),
                Err(_) => Err(wasmtime::Error::msg("interrupted")),
            }
        });
        store.set_epoch_deadline(1);
        if !has_stack(vm) {
            return Err("there is no stack left to start a module".into());
        }
        let instance = wasmtime::Instance::new(&mut store, module, &[]).map_err(|e| message(&e))?;
        let exports: Vec<(String, Extern)> = instance.exports(&mut store).map(|e| (e.name().to_string(), e.into_extern())).collect();
        let (mut names, mut functions, mut variables) = (HashMap::new(), Vec::new(), HashMap::new());
        let (mut memory, mut table) = (None, None);
        for (name, export) in exports {
            match export {
                Extern::Func(f) => {
                    names.insert(name, NAMED + functions.len() as u32);
                    functions.push(f);
                }
                Extern::Memory(m) => memory = memory.or(Some(m)),
                Extern::Table(t) => table = table.or(Some(t)),
                Extern::Global(g) => {
                    if let Val::I32(place) = g.get(&mut store) {
                        variables.insert(name, place as u32);
                    }
                }
                _ => {}
            }
        }
        Ok(Loaded { store: UnsafeCell::new(store), shared, memory, table, names, functions, variables, slots: RefCell::default() })
    }

    /// Uses the store: the one that is lent, while Python runs below the module's own calls.
    fn with<R>(&self, use_it: impl FnOnce(StoreContextMut<'_, Data>) -> R) -> R {
        match self.shared.current.get() {
            // SAFETY: the host function that lent it waits until Python is done, and nobody else has it meanwhile: each
            // use ends before the next one begins, or lends it further.
            Some(mut lent) => use_it(unsafe { lent.as_mut() }.as_context_mut()),
            // SAFETY: as above; nothing of the module runs.
            None => use_it(unsafe { &mut *self.store.get() }.as_context_mut()),
        }
    }
    fn find(&self, store: impl AsContextMut<Data = Data>, function: u32) -> Option<Func> {
        if function >= NAMED {
            return self.functions.get((function - NAMED) as usize).copied();
        }
        match self.table?.get(store, function.into())? {
            Ref::Func(found) => found,
            _ => None,
        }
    }
    /// A slot with a function in it, behind all others.
    fn add_slot(&self, mut store: impl AsContextMut<Data = Data>, function: Func) -> Option<u32> {
        let slot = self.table?.grow(&mut store, 1, Ref::Func(Some(function))).ok()?;
        u32::try_from(slot).ok().filter(|s| *s < NAMED)
    }
}

fn has_stack(vm: &Vm) -> bool {
    vm.host.stack_left().is_none_or(|left| left > STACK_NEEDED)
}
fn value_type(ty: &ValType) -> ValueType {
    match ty {
        ValType::I32 => ValueType::I32,
        ValType::I64 => ValueType::I64,
        ValType::F32 => ValueType::F32,
        ValType::F64 => ValueType::F64,
        _ => ValueType::Other,
    }
}
fn val_type(ty: &ValueType) -> Option<ValType> {
    Some(match ty {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
        ValueType::F32 => ValType::F32,
        ValueType::F64 => ValType::F64,
        ValueType::Other => return None,
    })
}
fn val(ty: &ValType, word: u64) -> Option<Val> {
    Some(match ty {
        ValType::I32 => Val::I32(word as i32),
        ValType::I64 => Val::I64(word as i64),
        ValType::F32 => Val::F32(word as u32),
        ValType::F64 => Val::F64(word),
        _ => return None,
    })
}
fn word(value: &Val) -> u64 {
    match value {
        Val::I32(n) => u64::from(*n as u32),
        Val::I64(n) => *n as u64,
        Val::F32(bits) => u64::from(*bits),
        Val::F64(bits) => *bits,
        _ => 0,
    }
}

impl Instance for Loaded {
    fn memory_size(&self) -> u64 {
        self.memory.map_or(0, |m| self.with(|store| m.data_size(store) as u64))
    }
    fn grow(&self, pages: u32) -> Option<u32> {
        let memory = self.memory?;
        let first = self.with(|store| memory.grow(store, pages.into())).ok()?;
        u32::try_from(first).ok()
    }
    fn read(&self, place: u32, out: &mut [u8]) -> bool {
        self.memory.is_some_and(|m| self.with(|store| m.read(store, place as usize, out)).is_ok())
    }
    fn write(&self, place: u32, bytes: &[u8]) -> bool {
        self.memory.is_some_and(|m| self.with(|store| m.write(store, place as usize, bytes)).is_ok())
    }
    fn direct(&self, place: u32, size: usize) -> Option<*mut u8> {
        let memory = self.memory?;
        self.with(|store| {
            let end = (place as usize).checked_add(size)?;
            (end <= memory.data_size(store.as_context())).then(|| memory.data_ptr(store.as_context()).wrapping_add(place as usize))
        })
    }
    fn function(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }
    fn variable(&self, name: &str) -> Option<u32> {
        self.variables.get(name).copied()
    }
    fn signature(&self, function: u32) -> Option<Signature> {
        self.with(|mut store| {
            let ty = self.find(&mut store, function)?.ty(&store);
            Some(Signature { params: ty.params().map(|t| value_type(&t)).collect(), results: ty.results().map(|t| value_type(&t)).collect() })
        })
    }
    fn slot(&self, function: u32) -> Option<u32> {
        if let Some(known) = self.slots.borrow().get(&function) {
            return Some(*known);
        }
        let slot = self.with(|mut store| {
            let found = self.find(&mut store, function)?;
            self.add_slot(&mut store, found)
        })?;
        self.slots.borrow_mut().insert(function, slot);
        Some(slot)
    }
    fn call(&self, vm: &mut Vm, function: u32, args: &[(ValueType, u64)], _result: Option<ValueType>) -> Result<Option<u64>, Failure> {
        let thread = std::thread::current().id();
        // A module has one stack: another thread waits until the calls that are under way have ended.
        while self.shared.depth.get() > 0 && self.shared.thread.get() != Some(thread) {
            crate::os::thread::blocking(vm, || std::thread::sleep(WAIT));
            if vm.poll().is_err() {
                return Err(Failure::Raised);
            }
        }
        let busy = self.shared.depth.get() > 0;
        if !busy && !has_stack(vm) {
            vm.recursion_error(" in a foreign function");
            return Err(Failure::Raised);
        }
        let called = self.with(|mut store| {
            let Some(function) = self.find(&mut store, function) else {
                return Err(Failure::Trap("there is no function at the address".into()));
            };
            let ty = function.ty(&store);
            let params: Option<Vec<Val>> = ty.params().zip(args).map(|(t, (_, w))| val(&t, *w)).collect();
            let mut results = vec![Val::I32(0); ty.results().len()];
            let Some(params) = params else { return Err(Failure::Trap("the function is not C's".into())) };
            if !busy {
                store.set_epoch_deadline(1);
            }
            self.shared.thread.set(Some(thread));
            self.shared.depth.set(self.shared.depth.get() + 1);
            let called = function.call(&mut store, &params, &mut results);
            self.shared.depth.set(self.shared.depth.get() - 1);
            match called {
                Ok(()) => Ok(results.first().map(word)),
                Err(error) => Err(Failure::Trap(message(&error))),
            }
        });
        if vm.has_pending() { Err(Failure::Raised) } else { called }
    }
    fn install(&self, _vm: &mut Vm, signature: &Signature, id: u32) -> Option<u32> {
        let types = |of: &[ValueType]| of.iter().map(val_type).collect::<Option<Vec<_>>>();
        let (params, results) = (types(&signature.params)?, types(&signature.results)?);
        self.with(|mut store| {
            let ty = FuncType::new(store.engine(), params, results.clone());
            let function = Func::new(&mut store, ty, move |mut caller: Caller<'_, Data>, params, out| {
                let shared = caller.data().shared.clone();
                let words: Vec<u64> = params.iter().map(word).collect();
                let number = shared.number;
                let result = shared.lending(caller.as_context_mut(), |vm| machine::called_back(vm, number, id, &words));
                if let (Some(out), Some(ty)) = (out.first_mut(), results.first()) {
                    *out = val(ty, result).unwrap_or(Val::I32(0));
                }
                Ok(())
            });
            self.add_slot(&mut store, function)
        })
    }
}
