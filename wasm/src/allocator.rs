//! The instance's allocator: pages of equal blocks for what is small, the standard library's for what is not.
//!
//! Lists, dicts, strings and Rust's own containers come and go all the time, and a wasm instance has one thread. So a
//! block is taken from and given back to its page's list of free blocks, a dozen instructions each; a page whose
//! blocks are all free serves any size again. Pages are the engine's own: 64 KiB, aligned, never given back to it.
//! A block knows nothing of itself: its size is what the caller says, its page is its address rounded down.

#![allow(unsafe_code, reason = "an allocator is unsafe by nature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::arch::wasm32::memory_grow;
use std::cell::UnsafeCell;
use std::ptr::{self, null_mut};

/// The engine's unit of memory.
const PAGE: usize = 64 << 10;
/// Pages asked of the engine at once: fewer, and they would break up the memory that large blocks grow into.
const ARENA: usize = 16;
/// Blocks are multiples of this, and aligned to it.
const GRANULE: usize = 16;
/// Larger blocks are the standard library's.
const LARGEST: usize = 8 << 10;
/// Sizes up to here have a class each; beyond, there are four classes to a doubling.
const FINE: usize = 256;
const CLASSES: usize = FINE / GRANULE + 4 * (LARGEST / FINE).ilog2() as usize + 1;
/// Bytes of a page whose blocks are listed at once: what is not used is not touched.
const STRETCH: usize = 4 << 10;

/// What stands at the start of a page.
#[repr(C, align(16))]
struct Page {
    /// Blocks that were given back or are listed for the first time.
    free: *mut Block,
    /// Blocks in use.
    used: u32,
    /// Where the blocks begin that were never listed.
    fresh: u32,
    class: u32,
    /// Whether its class knows it as a page with something to give.
    listed: bool,
    next: *mut Page,
    previous: *mut Page,
}

/// A free block.
struct Block {
    next: *mut Block,
}

struct State {
    /// The page each class takes blocks from; more with free blocks follow it.
    pages: [*mut Page; CLASSES],
    /// Pages without blocks.
    spare: *mut Page,
}

struct Pages(UnsafeCell<State>);

// SAFETY: the instance has one thread.
unsafe impl Sync for Pages {}

#[global_allocator]
static ALLOCATOR: Pages = Pages(UnsafeCell::new(State { pages: [&raw const EMPTY as *mut Page; CLASSES], spare: null_mut() }));

/// Stands for a page where a class has none: it has no free block and is never written to.
static EMPTY: SharedPage = SharedPage(Page { free: null_mut(), used: 0, fresh: PAGE as u32, class: 0, listed: false, next: null_mut(), previous: null_mut() });

#[repr(transparent)]
struct SharedPage(Page);
// SAFETY: never written to.
unsafe impl Sync for SharedPage {}

/// The class of a size of at most [`LARGEST`].
#[inline(always)]
const fn class_of(size: usize) -> usize {
    if size <= FINE {
        return size.div_ceil(GRANULE);
    }
    let last = size - 1;
    let doubling = last.ilog2();
    // Two bits below the leading one.
    let quarter = (last >> (doubling - 2)) & 3;
    FINE / GRANULE + 1 + 4 * (doubling - FINE.ilog2()) as usize + quarter
}

/// The bytes of a class's blocks.
const fn size_of_class(class: usize) -> usize {
    if class <= FINE / GRANULE {
        return if class == 0 { GRANULE } else { class * GRANULE };
    }
    let step = class - FINE / GRANULE - 1;
    (FINE << (step / 4)) / 4 * (5 + step % 4)
}

#[inline(always)]
fn is_small(layout: &Layout) -> bool {
    layout.size() <= LARGEST && layout.align() <= GRANULE
}

#[inline(always)]
fn page_of(block: *mut u8) -> *mut Page {
    (block as usize & !(PAGE - 1)) as *mut Page
}

impl State {
    #[inline(always)]
    fn take(&mut self, class: usize) -> *mut u8 {
        // SAFETY: a class's page is a page, or the one that stands for none and has no free block.
        unsafe {
            let page = self.pages[class];
            let block = (*page).free;
            if block.is_null() {
                return self.take_slowly(class);
            }
            (*page).free = (*block).next;
            (*page).used += 1;
            block.cast()
        }
    }

    /// # Safety
    /// The block is one of a page's and in use.
    #[inline(always)]
    unsafe fn give(&mut self, block: *mut u8) {
        // SAFETY: by contract; a block has room for a `Block`.
        unsafe {
            let page = page_of(block);
            let block: *mut Block = block.cast();
            (*block).next = (*page).free;
            (*page).free = block;
            (*page).used -= 1;
            if (*page).used == 0 || !(*page).listed {
                self.changed(page);
            }
        }
    }

    /// `take` when the class's page has no free block listed.
    #[cold]
    #[inline(never)]
    fn take_slowly(&mut self, class: usize) -> *mut u8 {
        // SAFETY: pages in the lists are pages, and a page that lists blocks has one to give.
        unsafe {
            loop {
                let page = self.pages[class];
                if ptr::eq(page, &raw const EMPTY.0) {
                    let page = self.new_page(class);
                    if page.is_null() {
                        return null_mut();
                    }
                    self.list(page);
                } else if !(*page).free.is_null() || list_fresh(page) {
                    return self.take(class);
                } else {
                    self.unlist(page);
                }
            }
        }
    }

    /// After a block was given back: the page has a free block now, or only free ones.
    #[cold]
    #[inline(never)]
    unsafe fn changed(&mut self, page: *mut Page) {
        // SAFETY: the caller's page is a page in use.
        unsafe {
            if (*page).used > 0 {
                self.list(page);
                return;
            }
            // The only page of a class stays: a block that comes and goes shall not take its page along.
            let alone = self.pages[(*page).class as usize] == page && (*page).next.is_null();
            if alone {
                return;
            }
            if (*page).listed {
                self.unlist(page);
            }
            (*page).next = self.spare;
            self.spare = page;
        }
    }

    /// Puts a page that has something to give behind its class's first one.
    unsafe fn list(&mut self, page: *mut Page) {
        // SAFETY: the caller's page and those in the list are pages.
        unsafe {
            let head = &mut self.pages[(*page).class as usize];
            (*page).listed = true;
            if ptr::eq(*head, &raw const EMPTY.0) {
                ((*page).next, (*page).previous) = (null_mut(), null_mut());
                *head = page;
                return;
            }
            ((*page).next, (*page).previous) = ((**head).next, *head);
            (**head).next = page;
            if !(*page).next.is_null() {
                (*(*page).next).previous = page;
            }
        }
    }

    unsafe fn unlist(&mut self, page: *mut Page) {
        // SAFETY: as above.
        unsafe {
            let (next, previous) = ((*page).next, (*page).previous);
            (*page).listed = false;
            if !next.is_null() {
                (*next).previous = previous;
            }
            if !previous.is_null() {
                (*previous).next = next;
            } else {
                self.pages[(*page).class as usize] = if next.is_null() { &raw const EMPTY as *mut Page } else { next };
            }
        }
    }

    /// A page for a class, not listed yet; null when the engine has no more memory.
    unsafe fn new_page(&mut self, class: usize) -> *mut Page {
        // SAFETY: spare pages are pages that nobody uses; new memory is ours.
        unsafe {
            if self.spare.is_null() {
                self.grow();
            }
            let page = self.spare;
            if !page.is_null() {
                self.spare = (*page).next;
                *page = Page { free: null_mut(), used: 0, fresh: size_of::<Page>() as u32, class: class as u32, listed: false, next: null_mut(), previous: null_mut() };
            }
            page
        }
    }

    /// Asks the engine for pages.
    unsafe fn grow(&mut self) {
        let mut count = ARENA;
        let mut first = memory_grow::<0>(count);
        if first == usize::MAX {
            count = 1;
            first = memory_grow::<0>(count);
        }
        if first == usize::MAX {
            return;
        }
        for i in (first..first + count).rev() {
            let page = (i * PAGE) as *mut Page;
            // SAFETY: fresh memory.
            unsafe {
                (*page).next = self.spare;
                self.spare = page;
            }
        }
    }
}

/// Lists some of a page's blocks for the first time; whether there were any.
unsafe fn list_fresh(page: *mut Page) -> bool {
    // SAFETY: the blocks lie within the page, behind all that are in use.
    unsafe {
        let size = size_of_class((*page).class as usize);
        let start = (*page).fresh as usize;
        let count = ((PAGE - start) / size).min((STRETCH / size).max(1));
        for i in (0..count).rev() {
            let block = (page as *mut u8).add(start + i * size) as *mut Block;
            (*block).next = (*page).free;
            (*page).free = block;
        }
        (*page).fresh = (start + count * size) as u32;
        count > 0
    }
}

// SAFETY: blocks are at least as large and as aligned as asked for, and belong to one owner at a time; whether a block is
// a page's or the standard library's follows from its layout, which the caller gives at every call.
unsafe impl GlobalAlloc for Pages {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and nothing here calls back.
        unsafe { if is_small(&layout) { (*self.0.get()).take(class_of(layout.size())) } else { System.alloc(layout) } }
    }
    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above; the block comes from here.
        unsafe { if is_small(&layout) { (*self.0.get()).give(block) } else { System.dealloc(block, layout) } }
    }
    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe {
            if !is_small(&layout) {
                return System.alloc_zeroed(layout);
            }
            let block = self.alloc(layout);
            if !block.is_null() {
                ptr::write_bytes(block, 0, layout.size());
            }
            block
        }
    }
    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; the caller vouches for the new layout.
        unsafe {
            let new = Layout::from_size_align_unchecked(size, layout.align());
            match (is_small(&layout), is_small(&new)) {
                (false, false) => return System.realloc(block, layout, size),
                (true, true) if class_of(layout.size()) == class_of(size) => return block,
                _ => {}
            }
            let moved = self.alloc(new);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
