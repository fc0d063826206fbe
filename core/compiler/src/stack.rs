//! Stack for recursion over trees as deep as a program may nest.
//!
//! Native stacks grow when they run short. Those of WebAssembly cannot: there the limits of `syntax/limits.rs` have
//! refused what would be too deep.

/// Runs `f` on a stack with enough room for a level of recursion.
#[inline]
pub fn deep<R>(f: impl FnOnce() -> R) -> R {
    if cfg!(target_arch = "wasm32") { f() } else { stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, f) }
}
