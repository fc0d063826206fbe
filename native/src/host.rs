//! What the core asks of the machine: streams, clocks, randomness, the library, the stack's end.

use crate::os;
use krait_stdlib::EMBEDDED;
use krait_vm::host::{Host, Library, ModuleInit, Stream};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

thread_local! {
    /// Where the running thread's native stack ends.
    static STACK_END: Cell<usize> = const { Cell::new(0) };
}

/// Notes that the running thread has a stack of this size, whose start is near.
pub fn set_stack_bounds(size: usize) {
    let here = 0u8;
    let start = &raw const here as usize;
    // The guard page and what lies above this frame.
    STACK_END.set(start.saturating_sub(size).saturating_add(64 * 1024));
}

pub struct NativeHost {
    start: Instant,
    hash_seed: (u64, u64),
}

impl NativeHost {
    pub fn new(hash_seed: Option<(u64, u64)>) -> NativeHost {
        let mut seed = [0u8; 16];
        os::random::fill(&mut seed);
        let half = |b: &[u8]| b.iter().fold(0u64, |n, &b| n << 8 | u64::from(b));
        let random = (half(&seed[..8]), half(&seed[8..]));
        NativeHost { start: Instant::now(), hash_seed: hash_seed.unwrap_or(random) }
    }
}

impl Host for NativeHost {
    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let _ = match stream {
            Stream::Stdout => std::io::stdout().write_all(bytes).and_then(|()| std::io::stdout().flush()),
            Stream::Stderr => std::io::stderr().write_all(bytes),
        };
    }
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }
    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
    fn random(&mut self, buffer: &mut [u8]) {
        os::random::fill(buffer);
    }
    fn hash_seed(&mut self) -> (u64, u64) {
        self.hash_seed
    }
    fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(path).ok()
    }
    fn modules(&self) -> &'static [(&'static str, ModuleInit)] {
        os::MODULES
    }
    fn library(&self) -> Option<&'static dyn Library> {
        Some(&EmbeddedLibrary)
    }
    fn platform(&self) -> &'static str {
        if cfg!(target_os = "macos") { "darwin" } else { "linux" }
    }
    fn multiarch(&self) -> &'static str {
        if cfg!(target_arch = "aarch64") { "aarch64-linux-gnu" } else { "x86_64-linux-gnu" }
    }
    fn stack_left(&self) -> Option<usize> {
        let here = 0u8;
        Some((&raw const here as usize).saturating_sub(STACK_END.get()))
    }
}

struct EmbeddedLibrary;

impl Library for EmbeddedLibrary {
    fn find(&self, name: &str) -> Option<(&'static str, bool)> {
        EMBEDDED.find(name).map(|m| (m.file(), m.is_package()))
    }
    fn code(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        EMBEDDED.find(name).map(|m| krait_stdlib::part(m.code()))
    }
    fn source(&self, name: &str) -> Option<Vec<u8>> {
        EMBEDDED.find(name).map(|m| krait_stdlib::part(m.source()).into_owned())
    }
    fn names(&self) -> Vec<(&'static str, bool)> {
        EMBEDDED.modules().map(|m| (m.name(), m.is_package())).collect()
    }
}
