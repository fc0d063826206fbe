//! `memcpy` and its relatives, for the short lengths that an interpreter has.
//!
//! The engine's own instructions for this are calls out of the compiled code, which pay off beyond a hundred bytes only. So
//! the build leaves them out (`.cargo/config.toml`) and calls these functions: up to 64 bytes with a few wide loads,
//! all of them before the first store, so that overlapping blocks need no second thought; longer ones with the
//! engine's instruction. Nothing here loops over bytes, which the compiler would turn into a call of the very function.

#![allow(unsafe_code, reason = "these functions are what unsafe code stands on")]

use std::arch::wasm32::v128;
use std::ptr::{read_unaligned, write_unaligned};

/// Copies both ends of a block, which overlap in the middle.
macro_rules! ends {
    ($t:ty, $to:ident, $from:ident, $len:ident) => {{
        let last = $len - size_of::<$t>();
        let (a, b) = (read_unaligned($from.cast::<$t>()), read_unaligned($from.add(last).cast::<$t>()));
        write_unaligned($to.cast::<$t>(), a);
        write_unaligned($to.add(last).cast::<$t>(), b);
    }};
}

/// # Safety
/// As C has it, except that the blocks may overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    // SAFETY: each branch reads and writes within `len` bytes.
    unsafe {
        match len {
            8..=16 => ends!(u64, to, from, len),
            17..=32 => ends!(v128, to, from, len),
            33..=64 => ends!([v128; 2], to, from, len),
            4..=7 => ends!(u32, to, from, len),
            2..=3 => ends!(u16, to, from, len),
            1 => *to = *from,
            0 => {}
            _ => copy_long(to, from, len),
        }
    }
    to
}

/// # Safety
/// As C has it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    // SAFETY: by contract.
    unsafe { memcpy(to, from, len) }
}

/// # Safety
/// As C has it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memset(to: *mut u8, byte: i32, len: usize) -> *mut u8 {
    let word = u64::from(byte as u8) * 0x0101_0101_0101_0101;
    // SAFETY: each branch writes within `len` bytes.
    unsafe {
        match len {
            8..=16 => {
                write_unaligned(to.cast(), word);
                write_unaligned(to.add(len - 8).cast(), word);
            }
            17..=32 => {
                write_unaligned(to.cast(), [word; 2]);
                write_unaligned(to.add(len - 16).cast(), [word; 2]);
            }
            4..=7 => {
                write_unaligned(to.cast(), word as u32);
                write_unaligned(to.add(len - 4).cast(), word as u32);
            }
            1..=3 => {
                *to = byte as u8;
                *to.add(len / 2) = byte as u8;
                *to.add(len - 1) = byte as u8;
            }
            0 => {}
            _ => fill_long(to, byte as u8, len),
        }
    }
    to
}

/// # Safety
/// As C has it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    let mut at = 0;
    // SAFETY: reads stay within `len` bytes.
    unsafe {
        while at + 8 <= len {
            let (x, y) = (read_unaligned(a.add(at).cast::<u64>()), read_unaligned(b.add(at).cast::<u64>()));
            if x != y {
                return if x.swap_bytes() < y.swap_bytes() { -1 } else { 1 };
            }
            at += 8;
        }
        while at < len {
            let (x, y) = (*a.add(at), *b.add(at));
            if x != y {
                return i32::from(x) - i32::from(y);
            }
            at += 1;
        }
    }
    0
}

/// # Safety
/// As C has it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    // SAFETY: each branch reads within `len` bytes.
    unsafe {
        match len {
            8.. => {
                let mut at = 0;
                while at + 8 < len {
                    if read_unaligned(a.add(at).cast::<u64>()) != read_unaligned(b.add(at).cast::<u64>()) {
                        return 1;
                    }
                    at += 8;
                }
                i32::from(read_unaligned(a.add(len - 8).cast::<u64>()) != read_unaligned(b.add(len - 8).cast::<u64>()))
            }
            4..=7 => {
                let differs = |at: usize| read_unaligned(a.add(at).cast::<u32>()) ^ read_unaligned(b.add(at).cast::<u32>());
                (differs(0) | differs(len - 4)) as i32
            }
            1..=3 => {
                let differs = |at: usize| *a.add(at) ^ *b.add(at);
                i32::from(differs(0) | differs(len / 2) | differs(len - 1))
            }
            0 => 0,
        }
    }
}

#[target_feature(enable = "bulk-memory")]
#[inline(never)]
unsafe fn copy_long(to: *mut u8, from: *const u8, len: usize) {
    // SAFETY: the caller's; overlapping is fine.
    unsafe { std::ptr::copy(from, to, len) }
}

#[target_feature(enable = "bulk-memory")]
#[inline(never)]
unsafe fn fill_long(to: *mut u8, byte: u8, len: usize) {
    // SAFETY: the caller's.
    unsafe { std::ptr::write_bytes(to, byte, len) }
}
