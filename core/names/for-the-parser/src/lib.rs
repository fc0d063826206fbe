//! Stands in for the crate of this name, which ruff's parser uses to read `\N{…}`: the same names in a quarter of the
//! room (see `[patch.crates-io]` in the workspace's manifest).

#![forbid(unsafe_code)]

/// The character of a name, in any case.
pub fn character(name: &str) -> Option<char> {
    krait_names::character(&name.to_ascii_uppercase()).and_then(char::from_u32)
}
