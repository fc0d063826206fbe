//! The process's allocator: mimalloc, through its short paths.
//!
//! Lists, dicts and long strings keep their content in ordinary allocations, which come and go all the time. Types
//! of ordinary alignment skip mimalloc's search for an aligned block. A block that grows beyond two megabytes becomes a
//! mapping of its own where the system can move those: a list that grows to millions of items then leaves no trail of its
//! former selves. What is large from the start stays with mimalloc, which has it at hand when the next such block is
//! wanted: fresh pages cost more than what is done with them.

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
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block comes from this allocator.
        unsafe {
            if layout.size() >= mapped::LEAST && mapped::holds(block) {
                mapped::free(block, layout.size());
            } else {
                mi::mi_free(block.cast());
            }
        }
    }
    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the block comes from this allocator.
        unsafe {
            match layout.align() {
                align if size.max(layout.size()) >= mapped::LEAST && align <= mapped::PAGE => self.resize(block, layout, size),
                0..=NATURAL => mi::mi_realloc(block.cast(), size).cast(),
                align => mi::mi_realloc_aligned(block.cast(), size, align).cast(),
            }
        }
    }
}

impl Mimalloc {
    /// `realloc` when the block is a mapping or may become one.
    ///
    /// # Safety
    /// As there.
    #[cold]
    unsafe fn resize(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: by contract; both blocks have room for the shorter content.
        unsafe {
            let was_mapped = layout.size() >= mapped::LEAST && mapped::holds(block);
            let moved = match (was_mapped, size >= mapped::LEAST) {
                (true, true) => return mapped::resize(block, layout.size(), size),
                (false, true) if size > layout.size() => mapped::alloc(size),
                (false, _) => return mi::mi_realloc_aligned(block.cast(), size, layout.align()).cast(),
                (true, false) => self.alloc(Layout::from_size_align_unchecked(size, layout.align())),
            };
            if !moved.is_null() {
                std::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// Blocks that are mappings of their own. They have at least [`mapped::LEAST`] bytes.
#[cfg(target_os = "linux")]
mod mapped {
    /// Smaller ones are copied in less time than the system takes to hand out fresh pages.
    pub const LEAST: usize = 2 << 20;
    pub const PAGE: usize = 4096;

    unsafe extern "C" {
        /// Whether an address lies in memory that mimalloc manages.
        fn mi_is_in_heap_region(address: *const libc::c_void) -> bool;
    }

    fn block(address: *mut libc::c_void) -> *mut u8 {
        if address == libc::MAP_FAILED { std::ptr::null_mut() } else { address.cast() }
    }
    /// Whether a block of the allocator is a mapping.
    pub fn holds(address: *mut u8) -> bool {
        // SAFETY: the function looks the address up in mimalloc's map of pages, and takes any.
        unsafe { !mi_is_in_heap_region(address.cast()) }
    }
    /// A block of zeros.
    pub unsafe fn alloc(size: usize) -> *mut u8 {
        let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping touches nothing that exists.
        block(unsafe { libc::mmap(std::ptr::null_mut(), size, protection, flags, -1, 0) })
    }
    #[cold]
    pub unsafe fn free(address: *mut u8, size: usize) {
        // SAFETY: the caller's block is a mapping of this size, and nothing refers to it any more.
        unsafe { libc::munmap(address.cast(), size) };
    }
    pub unsafe fn resize(address: *mut u8, old: usize, new: usize) -> *mut u8 {
        // SAFETY: as in `free`; the caller uses the new address from now on.
        block(unsafe { libc::mremap(address.cast(), old, new, libc::MREMAP_MAYMOVE) })
    }
}

#[cfg(not(target_os = "linux"))]
mod mapped {
    pub const LEAST: usize = usize::MAX;
    pub const PAGE: usize = 4096;

    pub fn holds(_address: *mut u8) -> bool {
        false
    }
    pub unsafe fn alloc(_size: usize) -> *mut u8 {
        std::ptr::null_mut()
    }
    pub unsafe fn free(_address: *mut u8, _size: usize) {}
    pub unsafe fn resize(_address: *mut u8, _old: usize, _new: usize) -> *mut u8 {
        std::ptr::null_mut()
    }
}
