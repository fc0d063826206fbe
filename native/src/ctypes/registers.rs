//! Calls whose arguments all travel in registers.
//!
//! The calling conventions of x86-64 and AArch64 Unix count integer and float registers apart, so that a call which fills
//! the first of each suits every function that takes no more, whatever the order of its parameters. Float arguments are
//! passed as variable ones, which go to the same registers, and tell a variadic callee how many there are.

use krait_modules::ctypes::machine::Registers;

/// Whether that holds here. On Apple's AArch64 variable arguments are passed in memory.
pub const AVAILABLE: bool = cfg!(all(any(target_arch = "x86_64", target_arch = "aarch64"), unix, not(target_vendor = "apple")));

/// What comes back in the first two integer registers.
#[repr(C)]
struct Pair(u64, u64);

type Words2<R> = unsafe extern "C" fn(u64, u64) -> R;
type Words4<R> = unsafe extern "C" fn(u64, u64, u64, u64) -> R;
type Words6<R> = unsafe extern "C" fn(u64, u64, u64, u64, u64, u64) -> R;
type Mixed<R> = unsafe extern "C" fn(u64, u64, u64, u64, u64, u64, ...) -> R;

/// # Safety
/// The address is that of a function that takes its arguments in registers, no more than given.
#[inline(always)]
pub unsafe fn call(address: usize, args: &Registers, float_result: bool) -> [u64; 2] {
    // SAFETY: by contract.
    unsafe {
        if float_result {
            return [of_kind::<f64>(address, args).to_bits(), 0];
        }
        let Pair(first, second) = of_kind(address, args);
        [first, second]
    }
}

/// # Safety
/// As for `call`, and the result is of kind `R`.
#[inline(always)]
unsafe fn of_kind<R>(address: usize, args: &Registers) -> R {
    let (i, f) = (&args.ints, &args.floats);
    // SAFETY: by contract; registers beyond the callee's parameters are ignored.
    unsafe {
        if args.float_count > 0 {
            let x = |n: usize| f64::from_bits(f[n]);
            let function: Mixed<R> = std::mem::transmute(address);
            return match args.float_count {
                1 => function(i[0], i[1], i[2], i[3], i[4], i[5], x(0)),
                2 => function(i[0], i[1], i[2], i[3], i[4], i[5], x(0), x(1)),
                _ => function(i[0], i[1], i[2], i[3], i[4], i[5], x(0), x(1), x(2), x(3), x(4), x(5), x(6), x(7)),
            };
        }
        match args.int_count {
            0..=2 => std::mem::transmute::<usize, Words2<R>>(address)(i[0], i[1]),
            3 | 4 => std::mem::transmute::<usize, Words4<R>>(address)(i[0], i[1], i[2], i[3]),
            _ => std::mem::transmute::<usize, Words6<R>>(address)(i[0], i[1], i[2], i[3], i[4], i[5]),
        }
    }
}
