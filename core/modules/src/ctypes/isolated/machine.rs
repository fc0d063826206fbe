//! Calls into modules and calls that come back.

use super::abi::{self, Passing};
use super::module::Module;
use super::pass;
use super::space::{Entry, Found, PROVISIONAL, Space, address_in};
use super::{Engine, Signature, ValueType};
use crate::ctypes::callback::{self, Thunk};
use crate::ctypes::info::{Kind, Model};
use crate::ctypes::machine::{Machine, Target};
use crate::ctypes::memory;
use crate::ctypes::param::{self, Arg, Class};
use crate::ctypes::{self, State, values};
use krait_vm::builtins::module::Module as PythonModule;
use krait_vm::{Exc, Raised, Ref, Result, Value, Vm};
use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

/// Fills a `_ctypes` module that loads WebAssembly modules through an engine.
pub fn init(vm: &mut Vm, module: &Ref<PythonModule>, engine: Box<dyn Engine>) -> Result<()> {
    ctypes::init(vm, module, Model::Ilp32, Rc::new(Isolated { engine, errno: Cell::new(0) }))
}

struct Isolated {
    engine: Box<dyn Engine>,
    errno: Cell<i32>,
}

/// The library of the interpreter itself, which has nothing to offer.
const NOTHING: usize = 0;

impl Isolated {
    fn load(&self, vm: &mut Vm, name: &[u8]) -> Result<usize, String> {
        let bytes = self.engine.read_file(vm, name)?;
        let space = pass::space(vm);
        let number = space.modules() as u32;
        let shown = String::from_utf8_lossy(name).into_owned();
        let instance = self.engine.load(vm, number, &bytes).map_err(|why| format!("{shown}: {why}"))?;
        // The start function may have loaded another one.
        if space.modules() as u32 != number {
            return Err(format!("{shown}: a module was loaded while this one started"));
        }
        space.add_module(Rc::new(Module::new(number, shown, instance)));
        Ok(number as usize + 1)
    }
    fn look_up(&self, vm: &mut Vm, handle: usize, name: &[u8], find: impl FnOnce(&Module, &str) -> Option<u32>) -> Result<u64, String> {
        let shown = String::from_utf8_lossy(name);
        let module = handle.checked_sub(1).and_then(|n| vm.state::<State>().space.module(n as u32));
        let Some(module) = module else { return Err(format!("undefined symbol: {shown}")) };
        match find(&module, &shown) {
            Some(found) => Ok(address_in(module.number, found)),
            None => Err(format!("{}: undefined symbol: {shown}", module.name)),
        }
    }
}

impl Machine for Isolated {
    fn open(&self, vm: &mut Vm, name: Option<&[u8]>, _mode: i64) -> Result<usize, String> {
        match name {
            Some(name) => self.load(vm, name),
            None => Ok(NOTHING),
        }
    }
    fn symbol(&self, vm: &mut Vm, handle: usize, name: &[u8]) -> Result<u64, String> {
        self.look_up(vm, handle, name, |module, name| module.instance.function(name))
    }
    fn variable(&self, vm: &mut Vm, handle: usize, name: &[u8]) -> Result<u64, String> {
        self.look_up(vm, handle, name, |module, name| module.instance.variable(name))
    }
    fn close(&self, _handle: usize) -> Result<(), String> {
        // Objects in its memory keep the module.
        Ok(())
    }
    fn call(&self, vm: &mut Vm, target: Target, args: &[Arg], fixed: Option<usize>, result: &Class, out: *mut u8) -> Result<()> {
        let space = pass::space(vm);
        let place = target.address as u32;
        if place >= PROVISIONAL {
            return call_back_directly(vm, &space, place, args, out);
        }
        let Some(module) = space.module_of(target.address) else { return Err(pass::wild(vm, target.address)) };
        let mut call = Call { module, words: Vec::new(), temporaries: Vec::new() };
        let done = call.make(vm, place, args, fixed, result, out);
        call.finish(vm);
        // The module's own `free` may have been interrupted.
        if done.is_ok() && vm.has_pending() { Err(Raised) } else { done }
    }
    fn callback(&self, vm: &mut Vm, thunk: &Ref<Thunk>, args: &[Class], result: &Class) -> Result<(u64, Box<dyn Any>)> {
        let signature = callback_signature(vm, args, result);
        thunk.get_mut(&mut *vm.heap).signature = signature;
        let space = pass::space(vm);
        let word = thunk.as_value().bits();
        let Some(address) = space.reserve(0, Entry::Callback(word)) else { return Err(vm.memory_error()) };
        Ok((address.into(), Box::new(Reserved { space, address, word })))
    }
    fn swap_errno(&self, value: Option<i32>) -> i32 {
        match value {
            Some(value) => self.errno.replace(value),
            None => self.errno.get(),
        }
    }
    fn memory_functions(&self) -> Option<(u64, u64)> {
        None
    }
    fn loaded(&self, vm: &mut Vm) -> Vec<String> {
        let mut names = Vec::new();
        pass::space(vm).each_module(|m| names.push(m.name.clone()));
        names
    }
}

/// A callback's address; ends with the callback.
struct Reserved {
    space: Rc<Space>,
    address: u32,
    word: u64,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.space.forget(self.address);
        self.space.each_module(|m| m.forget_callback(self.word));
    }
}

/// A call under way.
struct Call {
    module: Rc<Module>,
    words: Vec<(ValueType, u64)>,
    /// Room in the module's memory for copies.
    temporaries: Vec<u32>,
}

impl Call {
    fn make(&mut self, vm: &mut Vm, function: u32, args: &[Arg], fixed: Option<usize>, result: &Class, out: *mut u8) -> Result<()> {
        let signature = self.module.instance.signature(function);
        let how = abi::passing(vm, result);
        let hidden = match how {
            Passing::Memory { size, align } => Some((self.temporary(vm, size, align)?, size)),
            Passing::Pair => Some((self.temporary(vm, 16, 16)?, 16)),
            _ => None,
        };
        if let Some((place, _)) = hidden {
            self.words.push((ValueType::I32, place.into()));
        }
        // A function that takes one pointer more than is declared takes variable arguments.
        let declared = fixed.unwrap_or(args.len()).min(args.len());
        for (i, arg) in args[..declared].iter().enumerate() {
            let passed = self.argument(vm, arg);
            self.named(vm, passed, i)?;
        }
        let takes_more = |s: &Signature| s.params.len() == self.words.len() + 1 && s.params.last() == Some(&ValueType::I32);
        if declared < args.len() || (fixed.is_some() && signature.as_ref().is_some_and(takes_more)) {
            let passed = self.variable(vm, &args[declared..]);
            self.named(vm, passed, declared)?;
        }
        if let Some(signature) = &signature {
            self.check(vm, signature, hidden.is_some(), how)?;
        }
        let wanted = match how {
            Passing::Word(ty) => Some(ty),
            _ => None,
        };
        let module = self.module.clone();
        module.enter();
        let called = vm.nested(" in a foreign function", |vm| Ok(module.instance.call(vm, function, &self.words, wanted)));
        module.leave();
        let word = match called? {
            Ok(word) => word.unwrap_or(0),
            Err(failure) => return Err(pass::raise(vm, &module, failure)),
        };
        if let Some((place, size)) = hidden {
            match module.read(place, size) {
                Some(bytes) => memory::put(out, &bytes),
                None => return Err(pass::wild(vm, address_in(module.number, place))),
            }
        } else {
            give_word(how, result, word, out);
        }
        Ok(())
    }

    fn temporary(&mut self, vm: &mut Vm, size: usize, align: usize) -> Result<u32> {
        match self.module.allocate(vm, size, align) {
            Ok(place) => {
                self.temporaries.push(place);
                Ok(place)
            }
            Err(failure) => Err(pass::raise(vm, &self.module, failure)),
        }
    }
    /// Gives an error of an argument its position.
    fn named(&self, vm: &mut Vm, passed: Result<()>, i: usize) -> Result<()> {
        match passed {
            Err(Raised) => {
                let exception = vm.take_pending();
                let value_error = vm.exc.get(Exc::ValueError).to_value();
                if !vm.is_instance_of(&exception, &value_error)? {
                    return Err(vm.raise(exception));
                }
                let text = vm.to_text(&exception)?;
                let n = i + 1;
                Err(ctypes::argument_error(vm, &format!("argument {n}: ValueError: {text}")))
            }
            Ok(()) => Ok(()),
        }
    }
    fn argument(&mut self, vm: &mut Vm, arg: &Arg) -> Result<()> {
        let how = abi::passing(vm, &arg.class);
        match how {
            Passing::Nothing => {}
            Passing::Word(ty) => {
                let word = self.word(vm, arg, ty)?;
                self.words.push((ty, word));
            }
            Passing::Pair => self.words.extend(memory::bytes(arg.bytes(), 16).as_chunks::<8>().0.iter().map(|w| (ValueType::I64, u64::from_le_bytes(*w)))),
            Passing::Memory { size, align } => {
                let place = self.temporary(vm, size, align)?;
                let bytes = self.copy(vm, arg, size)?;
                self.module.write(place, &bytes);
                self.words.push((ValueType::I32, place.into()));
            }
        }
        Ok(())
    }
    /// The bits of a scalar, pointers as the module's words.
    fn word(&mut self, vm: &mut Vm, arg: &Arg, ty: ValueType) -> Result<u64> {
        if arg.is_pointer {
            let word = pass::word_for(vm, &self.module, arg.place[0])?;
            let word = if arg.is_function { pass::function_word(vm, &self.module, word)? } else { word };
            return Ok(word.into());
        }
        let bits = match &arg.class {
            Class::Int { size, signed } => values::load_int(arg.bytes(), usize::from(*size), *signed, false),
            Class::Aggregate(info) => {
                let bytes = self.copy(vm, arg, info.size.get())?;
                let mut word = [0; 8];
                word[..bytes.len()].copy_from_slice(&bytes);
                u64::from_le_bytes(word)
            }
            _ => memory::read::<u64>(arg.bytes()),
        };
        Ok(match ty {
            ValueType::I32 | ValueType::F32 => bits & 0xFFFF_FFFF,
            _ => bits,
        })
    }
    fn copy(&self, vm: &mut Vm, arg: &Arg, size: usize) -> Result<Vec<u8>> {
        let mut bytes = memory::bytes(arg.bytes(), size).to_vec();
        if let Class::Aggregate(info) = &arg.class {
            pass::settle_copy(vm, &self.module, info, &mut bytes)?;
        }
        Ok(bytes)
    }
    /// Puts variable arguments into memory and passes a pointer to them.
    fn variable(&mut self, vm: &mut Vm, args: &[Arg]) -> Result<()> {
        let mut bytes: Vec<u8> = Vec::new();
        let outer = std::mem::take(&mut self.words);
        for arg in args {
            let passed = self.argument(vm, arg);
            if passed.is_err() {
                self.words = outer;
                return passed;
            }
            let class_is_pair = matches!(arg.class, Class::LongDouble);
            for (i, (ty, word)) in self.words.drain(..).enumerate() {
                // As C promotes it.
                let (word, size) = match ty {
                    ValueType::I32 => (word, 4),
                    ValueType::F32 => (f64::from(f32::from_bits(word as u32)).to_bits(), 8),
                    _ => (word, 8),
                };
                let align = if class_is_pair && i == 0 { 16 } else { size };
                bytes.resize(bytes.len().next_multiple_of(align), 0);
                bytes.extend_from_slice(&word.to_le_bytes()[..size]);
            }
        }
        self.words = outer;
        let place = self.temporary(vm, bytes.len().max(16), 16)?;
        self.module.write(place, &bytes);
        self.words.push((ValueType::I32, place.into()));
        Ok(())
    }
    fn check(&self, vm: &mut Vm, signature: &Signature, hidden: bool, how: Passing) -> Result<()> {
        let skipped = usize::from(hidden);
        let (takes, given) = (signature.params.len(), self.words.len());
        if takes != given {
            let (takes, given) = (takes.saturating_sub(skipped), given - skipped);
            return Err(ctypes::argument_error(vm, &format!("the function takes {takes} argument{} ({given} given)", if takes == 1 { "" } else { "s" })));
        }
        for (i, (wanted, (found, _))) in signature.params.iter().zip(&self.words).enumerate() {
            if wanted != found {
                let n = i + 1 - skipped.min(i);
                return Err(ctypes::argument_error(vm, &format!("argument {n}: the function takes {}, not {}", abi::c_name(*wanted), abi::c_name(*found))));
            }
        }
        match (&signature.results[..], how) {
            // Who says nothing of the result of a function without one gets 0.
            ([], _) | (_, Passing::Nothing) => Ok(()),
            ([found], Passing::Word(wanted)) if *found == wanted => Ok(()),
            ([found], _) => Err(vm.type_error(format!("the function returns {}: its restype is another", abi::c_name(*found)))),
            _ => Err(vm.type_error("the function returns more than one value")),
        }
    }
    /// Frees what was for this call only.
    fn finish(self, vm: &mut Vm) {
        for place in self.temporaries {
            self.module.free_later(place);
        }
        if !vm.has_pending() {
            self.module.free_pending(vm);
        }
    }
}

/// Puts a result where the caller wants it: small integers as whole words.
fn give_word(how: Passing, class: &Class, word: u64, out: *mut u8) {
    let size = match (how, class) {
        (Passing::Nothing, _) => return,
        (_, Class::Int { size, signed }) => {
            let bytes = word.to_le_bytes();
            memory::write(out, values::load_int(bytes.as_ptr(), usize::from(*size), *signed, false));
            return;
        }
        (_, Class::Aggregate(info)) => info.size.get(),
        (_, Class::Float) => 4,
        _ => 8,
    };
    memory::put(out, &word.to_le_bytes()[..size.min(8)]);
}

/// The call of a callback that never left Python.
fn call_back_directly(vm: &mut Vm, space: &Rc<Space>, address: u32, args: &[Arg], out: *mut u8) -> Result<()> {
    let thunk = match space.find(address) {
        Some(Found::Callback(word)) => memory::object_of(word),
        _ => None,
    };
    let Some(thunk) = thunk.as_ref().and_then(|t| t.downcast::<Thunk>(&*vm.heap)) else { return Err(pass::wild(vm, address.into())) };
    let mut words: Vec<Vec<u8>> = Vec::with_capacity(args.len());
    for arg in args {
        // An address that Python has is a word like any other.
        words.push(memory::bytes(arg.bytes(), arg.size()).to_vec());
    }
    let places: Vec<*mut u8> = words.iter_mut().map(|w| w.as_mut_ptr()).collect();
    callback::invoke(vm, thunk, &places, out, None);
    Ok(())
}

/// How C calls a callback.
fn callback_signature(vm: &mut Vm, args: &[Class], result: &Class) -> Signature {
    let mut signature = Signature::default();
    match abi::passing(vm, result) {
        Passing::Nothing => {}
        Passing::Word(ty) => signature.results.push(ty),
        Passing::Pair | Passing::Memory { .. } => signature.params.push(ValueType::I32),
    }
    for class in args {
        match abi::passing(vm, class) {
            Passing::Nothing => {}
            Passing::Word(ty) => signature.params.push(ty),
            Passing::Pair => signature.params.extend([ValueType::I64; 2]),
            Passing::Memory { .. } => signature.params.push(ValueType::I32),
        }
    }
    signature
}

/// A module has called a callback: its number and the callback's, and the words of the arguments. The word of the result.
pub fn called_back(vm: &mut Vm, number: u32, id: u32, args: &[u64]) -> u64 {
    let Some(module) = vm.state::<State>().space.module(number) else { return 0 };
    let thunk = module.callbacks.borrow().get(id as usize).map_or(0, |c| c.thunk);
    let Some(thunk) = memory::object_of(thunk) else { return 0 };
    let Some(thunk) = thunk.downcast::<Thunk>(&*vm.heap) else { return 0 };
    module.leave();
    let word = call_thunk(vm, &module, thunk, args);
    module.enter();
    word
}
fn call_thunk(vm: &mut Vm, module: &Rc<Module>, thunk: &Ref<Thunk>, args: &[u64]) -> u64 {
    let (infos, result) = { let t = thunk.get(&*vm.heap); (t.args.clone(), t.result.clone()) };
    let result_class = result.as_ref().map_or(Class::Void, param::class_of);
    let how = abi::passing(vm, &result_class);
    let mut words = args.iter().copied();
    let hidden = match how {
        Passing::Memory { size, .. } => words.next().map(|place| (place as u32, size)),
        Passing::Pair => words.next().map(|place| (place as u32, 16)),
        _ => None,
    };
    let mut places: Vec<Vec<u8>> = Vec::with_capacity(infos.len());
    for info in &infos {
        let class = param::class_of(info);
        places.push(match abi::passing(vm, &class) {
            Passing::Nothing => Vec::new(),
            Passing::Word(_) => words.next().unwrap_or(0).to_le_bytes().to_vec(),
            Passing::Pair => [words.next(), words.next()].iter().flat_map(|w| w.unwrap_or(0).to_le_bytes()).collect(),
            Passing::Memory { size, .. } => {
                // A wild pointer gives zeros: the callback is not called with less than it expects.
                let place = words.next().unwrap_or(0) as u32;
                module.read(place, size).unwrap_or_else(|| vec![0; size])
            }
        });
    }
    let pointers: Vec<*mut u8> = places.iter_mut().map(|p| p.as_mut_ptr()).collect();
    let mut out = [0u64; 4];
    callback::invoke(vm, thunk, &pointers, out.as_mut_ptr().cast(), Some(module));
    if let Some((place, size)) = hidden {
        module.write(place, memory::bytes(out.as_ptr().cast(), size.min(32)));
        return 0;
    }
    match (&result, &result_class) {
        (Some(info), _) if info.kind == Kind::Simple && matches!(info.code, b'P' | b'z' | b'Z') => {
            match pass::word_for(vm, module, out[0]) {
                Ok(word) => word.into(),
                Err(Raised) => {
                    vm.write_unraisable_of("Exception ignored while converting result of ctypes callback function", &Value::NONE);
                    0
                }
            }
        }
        (_, Class::Int { size: 8, .. } | Class::Double) => out[0],
        _ => out[0] & 0xFFFF_FFFF,
    }
}

