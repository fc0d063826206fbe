//! C objects and functions of WebAssembly modules that have a memory of their own: `ctypes.wasm32`.
//!
//! The data model is that of all of `ctypes`, with pointers of 32 bits. What is different is that a pointer leads into the
//! memory of some module: [`space`] has the addresses, [`home`] the bytes of objects, which move into a module's memory
//! when they are first passed to it, [`module`] and [`arena`] that memory. [`abi`] is how clang passes arguments, [`pass`]
//! follows pointers, [`machine`] makes and takes calls. A host brings an [`Engine`]; what a module does cannot reach
//! anything but its own memory, and what Python does there is checked against the memory's bounds.

mod abi;
mod arena;
mod home;
pub mod machine;
mod module;
pub mod pass;
pub mod space;

pub use home::Home;
pub use module::Module;

use krait_vm::Vm;

/// A type of WebAssembly's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    I32,
    I64,
    F32,
    F64,
    /// Something that C has no value of.
    Other,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    pub params: Vec<ValueType>,
    pub results: Vec<ValueType>,
}

/// Why a call or a request of a module failed.
#[derive(Debug)]
pub enum Failure {
    /// The module did what it must not.
    Trap(String),
    /// An exception is pending.
    Raised,
    /// There is no room in the module's memory.
    Memory,
}

/// Functions at or above have been exported under a name and need not be in the table; below are the table's slots.
pub const NAMED: u32 = 0x4000_0000;

/// A host's way to WebAssembly.
pub trait Engine {
    fn read_file(&self, vm: &mut Vm, path: &[u8]) -> Result<Vec<u8>, String>;
    /// Makes an instance; what its memory grows by counts against the interpreter's quota. Its callbacks arrive at [`machine::called_back`] with the number.
    fn load(&self, vm: &mut Vm, number: u32, bytes: &[u8]) -> Result<Box<dyn Instance>, String>;
}

/// A module at work. Places outside of its memory are refused, functions that do not exist trap.
pub trait Instance {
    /// Bytes of the memory, which never get fewer.
    fn memory_size(&self) -> u64;
    /// Makes the memory larger by some pages; the first new one.
    fn grow(&self, pages: u32) -> Option<u32>;
    fn read(&self, place: u32, out: &mut [u8]) -> bool;
    fn write(&self, place: u32, bytes: &[u8]) -> bool;
    /// Where a part of the memory is for this process, if it stays there as long as the instance lives.
    fn direct(&self, _place: u32, _size: usize) -> Option<*mut u8> {
        None
    }
    /// An exported function: a number from [`NAMED`] on.
    fn function(&self, name: &str) -> Option<u32>;
    /// The value of an exported variable, which is a place.
    fn variable(&self, name: &str) -> Option<u32>;
    /// The types of a function, if there is one and they are known.
    fn signature(&self, function: u32) -> Option<Signature>;
    /// The slot of a function in the table, which may have to be made.
    fn slot(&self, function: u32) -> Option<u32>;
    /// Calls a function: the types and words of its arguments, which fit its signature where that is known, and the type
    /// of its result; the result's word.
    fn call(&self, vm: &mut Vm, function: u32, args: &[(ValueType, u64)], result: Option<ValueType>) -> Result<Option<u64>, Failure>;
    /// Makes a function of the table that leads to [`machine::called_back`]; its slot.
    fn install(&self, vm: &mut Vm, signature: &Signature, id: u32) -> Option<u32>;
}
