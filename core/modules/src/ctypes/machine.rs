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
    pub address: usize,
    /// `FUNCFLAG_*`.
    pub flags: u32,
}

/// A host's way to foreign code. Failures to open and to find are messages.
pub trait Machine {
    fn open(&self, vm: &mut Vm, name: Option<&[u8]>, mode: i64) -> Result<usize, String>;
    fn symbol(&self, handle: usize, name: &[u8]) -> Result<usize, String>;
    fn close(&self, handle: usize) -> Result<(), String>;
    /// Whether `call_registers` can be used.
    fn has_registers(&self) -> bool {
        false
    }
    /// Calls a function whose arguments are all in registers; the result's words.
    fn call_registers(&self, vm: &mut Vm, target: Target, args: &Registers, float_result: bool) -> [u64; 2];
    /// Calls a function; its result is put at `out`, small integers as whole words. Of `args`, the first `fixed` are
    /// declared and the others variable arguments.
    fn call(&self, vm: &mut Vm, target: Target, args: &[Arg], fixed: Option<usize>, result: &Class, out: *mut u8) -> Result<()>;
    /// Makes a C function that calls a Python one; its address, and what must live as long.
    fn callback(&self, vm: &mut Vm, thunk: &Ref<Thunk>, args: &[Class], result: &Class) -> Result<(usize, Box<dyn Any>)>;
    /// Exchanges the program's copy of `errno`.
    fn swap_errno(&self, value: Option<i32>) -> i32;
    /// Addresses of `memmove` and `memset`.
    fn memory_functions(&self) -> (usize, usize);
    /// The names of the loaded libraries.
    fn loaded(&self) -> Vec<String> {
        Vec::new()
    }
}
