//! What a host must know to reach foreign code: opening libraries, finding symbols, calling, and being called.

use super::callback::Thunk;
use super::param::{Arg, Class};
use krait_vm::{Ref, Result, Vm};
use std::any::Any;

/// Arguments that all go to registers: whole words, in the order of the integer and of the float registers.
#[derive(Default)]
pub struct Registers {
    pub ints: [u64; 6],
    pub floats: [u64; 8],
    pub int_count: usize,
    pub float_count: usize,
}

impl Registers {
    /// False when there is no register left.
    #[inline(always)]
    pub fn int(&mut self, bits: u64) -> bool {
        let Some(slot) = self.ints.get_mut(self.int_count) else { return false };
        *slot = bits;
        self.int_count += 1;
        true
    }
    #[inline(always)]
    pub fn float(&mut self, bits: u64) -> bool {
        let Some(slot) = self.floats.get_mut(self.float_count) else { return false };
        *slot = bits;
        self.float_count += 1;
        true
    }
}

/// A foreign function.
#[derive(Clone, Copy)]
pub struct Target {
    pub address: u64,
    /// `FUNCFLAG_*`.
    pub flags: u32,
}

/// A host's way to foreign code. Failures to open and to find are messages.
pub trait Machine {
    fn open(&self, vm: &mut Vm, name: Option<&[u8]>, mode: i64) -> Result<usize, String>;
    /// The address of a function.
    fn symbol(&self, vm: &mut Vm, handle: usize, name: &[u8]) -> Result<u64, String>;
    /// The address of a variable.
    fn variable(&self, vm: &mut Vm, handle: usize, name: &[u8]) -> Result<u64, String> {
        self.symbol(vm, handle, name)
    }
    fn close(&self, handle: usize) -> Result<(), String>;
    /// Whether `call_registers` can be used.
    fn has_registers(&self) -> bool {
        false
    }
    /// Calls a function whose arguments are all in registers; the result's words.
    fn call_registers(&self, _vm: &mut Vm, _target: Target, _args: &Registers, _float_result: bool) -> [u64; 2] {
        [0; 2]
    }
    /// Calls a function; its result is put at `out`, small integers as whole words. Of `args`, the first `fixed` are
    /// declared and the others variable arguments; `None`: nothing is declared.
    fn call(&self, vm: &mut Vm, target: Target, args: &[Arg], fixed: Option<usize>, result: &Class, out: *mut u8) -> Result<()>;
    /// Makes a C function that calls a Python one; its address, and what must live as long.
    fn callback(&self, vm: &mut Vm, thunk: &Ref<Thunk>, args: &[Class], result: &Class) -> Result<(u64, Box<dyn Any>)>;
    /// Exchanges the program's copy of `errno`.
    fn swap_errno(&self, value: Option<i32>) -> i32;
    /// Addresses of `memmove` and `memset`, where these are functions of the machine's.
    fn memory_functions(&self) -> Option<(u64, u64)>;
    /// The names of the loaded libraries.
    fn loaded(&self, _vm: &mut Vm) -> Vec<String> {
        Vec::new()
    }
}
