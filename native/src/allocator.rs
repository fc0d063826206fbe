//! The process's allocator: mimalloc, through its short paths.
//!
//! Lists, dicts and long strings keep their content in ordinary allocations, which come and go all the time. Types
//! of ordinary alignment skip mimalloc's search for an aligned block.

#![allow(unsafe_code, reason = "an allocator is unsafe by nature")]

use libmimalloc_sys as mi;
use std::alloc::{GlobalAlloc, Layout};

/// Every block is aligned to this.
const NATURAL: usize = 16;

struct Mimalloc;

#[global_allocator]
static ALLOCATOR: Mimalloc = Mimalloc;

// SAFETY: mimalloc's blocks have the size and alignment asked for, and any of them can be freed and resized.
unsafe impl GlobalAlloc for Mimalloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: no preconditions.
        unsafe {
            match layout.align() {
                0..=NATURAL => mi::mi_malloc(layout.size()).cast(),
                align => mi::mi_malloc_aligned(layout.size(), align).cast(),
            }
        }
    }
    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: no preconditions.
        unsafe {
            match layout.align() {
                0..=NATURAL => mi::mi_zalloc(layout.size()).cast(),
                align => mi::mi_zalloc_aligned(layout.size(), align).cast(),
            }
        }
    }
    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _layout: Layout) {
        // SAFETY: the block comes from this allocator.
        unsafe { mi::mi_free(block.cast()) }
    }
    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the block comes from this allocator.
        unsafe {
            match layout.align() {
                0..=NATURAL => mi::mi_realloc(block.cast(), size).cast(),
                align => mi::mi_realloc_aligned(block.cast(), size, align).cast(),
            }
        }
    }
}
