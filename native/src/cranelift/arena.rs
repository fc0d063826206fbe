//! Memory for machine code: written, then made executable; given back when its unit is dropped.

/// Machine code of one unit.
pub struct Code {
    address: *mut u8,
    size: usize,
}

impl Code {
    /// Memory with this code; `None` when the system gives none.
    pub fn new(bytes: &[u8]) -> Option<Code> {
        const PAGE: usize = 4096;
        let size = bytes.len().div_ceil(PAGE) * PAGE;
        // SAFETY: a fresh anonymous mapping, written before it is made executable.
        unsafe {
            let address = libc::mmap(std::ptr::null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0);
            if address == libc::MAP_FAILED {
                return None;
            }
            let code = Code { address: address as *mut u8, size };
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), code.address, bytes.len());
            if libc::mprotect(address, size, libc::PROT_READ | libc::PROT_EXEC) != 0 {
                return None;
            }
            flush_instructions(code.address, bytes.len());
            Some(code)
        }
    }
    pub fn address(&self) -> *const u8 {
        self.address
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: the mapping that `new` made; nobody runs it any more.
        unsafe { libc::munmap(self.address as *mut libc::c_void, self.size) };
    }
}

/// Makes the processor see new instructions; x86 does by itself.
#[cfg(not(target_arch = "aarch64"))]
unsafe fn flush_instructions(_: *mut u8, _: usize) {}

#[cfg(target_arch = "aarch64")]
unsafe fn flush_instructions(address: *mut u8, size: usize) {
    // No cache has shorter lines.
    const LINE: usize = 16;
    // SAFETY: cleans and invalidates caches of mapped memory.
    unsafe {
        for at in (0..size).step_by(LINE) {
            std::arch::asm!("dc cvau, {0}", in(reg) address.add(at));
        }
        std::arch::asm!("dsb ish");
        for at in (0..size).step_by(LINE) {
            std::arch::asm!("ic ivau, {0}", in(reg) address.add(at));
        }
        std::arch::asm!("dsb ish", "isb");
    }
    discard_prefetched();
}

/// Other threads may take over with what was at this address before already fetched by their processors.
#[cfg(target_arch = "aarch64")]
fn discard_prefetched() {
    #[cfg(target_os = "linux")]
    {
        const PRIVATE_EXPEDITED_SYNC_CORE: libc::c_int = 32;
        const REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: libc::c_int = 64;
        // SAFETY: changes no memory.
        let barrier = |command: libc::c_int| unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) };
        // It has to be announced once. Where the system cannot do it, taking the interpreter's lock is a system call.
        if barrier(PRIVATE_EXPEDITED_SYNC_CORE) != 0 && barrier(REGISTER_PRIVATE_EXPEDITED_SYNC_CORE) == 0 {
            barrier(PRIVATE_EXPEDITED_SYNC_CORE);
        }
    }
}
