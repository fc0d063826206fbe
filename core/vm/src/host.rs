//! `Host`: the only way out of the core.
//!
//! A host gives bytes of source files, standard streams, clock, randomness and the native modules it contributes.
//! Clock, randomness and hash seed come from here, so a run can be deterministic. Defaults grant nothing.

use crate::Result;
use crate::object::Ref;
use crate::vm::Vm;
use std::borrow::Cow;
use std::time::Duration;

/// Which standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Makes a module object's content; called when the module is first imported.
pub type ModuleInit = fn(&mut Vm, &Ref<crate::builtins::module::Module>) -> Result<()>;

/// Local time at some moment.
pub struct LocalTime {
    /// Seconds ahead of UTC.
    pub offset: i32,
    /// Daylight saving time is in force.
    pub daylight: bool,
    /// The zone's short name, where the host knows one.
    pub zone: Option<String>,
}

pub trait Host {
    /// Writes to a standard stream (used before, and without, the `io` module).
    fn write(&mut self, stream: Stream, bytes: &[u8]);
    /// Time since the Unix epoch.
    fn now(&self) -> Duration {
        Duration::ZERO
    }
    /// A clock that never goes backwards.
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    /// Waits, where the host can.
    fn sleep(&mut self, _time: Duration) {}
    /// What the run loop shall attend to, as bits of [`crate::vm::Interrupts`]: for hosts that no other thread or signal
    /// handler can interrupt, asked wherever the loop looks up.
    fn requests(&mut self) -> u32 {
        0
    }
    /// What the clocks on the wall show at a moment, in seconds since the epoch.
    fn local_time(&self, _seconds: i64) -> LocalTime {
        LocalTime { offset: 0, daylight: false, zone: Some("UTC".into()) }
    }
    /// Fills a buffer with random bytes.
    fn random(&mut self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
    /// The seed of string hashes.
    fn hash_seed(&mut self) -> (u64, u64) {
        (0, 0)
    }
    /// The content of a file, for hosts that grant a file system without the `posix` module.
    fn read_file(&mut self, _path: &str) -> Option<Vec<u8>> {
        None
    }
    /// Native modules this host adds to the portable ones.
    fn modules(&self) -> &'static [(&'static str, ModuleInit)] {
        &[]
    }
    /// The pure-Python library, when the host brings one.
    fn library(&self) -> Option<&'static dyn Library> {
        None
    }
    /// `sys.platform`.
    fn platform(&self) -> &'static str {
        "krait"
    }
    /// `sys.implementation._multiarch`.
    fn multiarch(&self) -> &'static str {
        ""
    }
    /// Bytes of native stack left before native recursion must stop; `None` when unknown (a depth count is used).
    fn stack_left(&self) -> Option<usize> {
        None
    }
    /// Native calls of the run loop that may nest where the stack cannot be measured.
    fn max_native_depth(&self) -> usize {
        200
    }
}

/// The pure-Python part of the standard library, compiled. Names are full module names.
pub trait Library {
    /// (file relative to the library's directory, is a package)
    fn find(&self, name: &str) -> Option<(&'static str, bool)>;
    /// A code object as krait-bytecode serialises it.
    fn code(&self, name: &str) -> Option<Cow<'static, [u8]>>;
    fn source(&self, name: &str) -> Option<Vec<u8>>;
    /// What a builtin says of itself, where the binary has only keys to that (`args::About`).
    fn about(&self, _key: u32) -> Option<String> {
        None
    }
    /// Every module: (name, is a package).
    fn names(&self) -> Vec<(&'static str, bool)>;
}
