//! The pure-Python standard library, compiled when Krait is built, as one pack.
//!
//! A [`Directory`] looks modules up by their full names; the parts it names (code, source) are fetched one by one, so
//! only what is imported is read and decoded, and sources only for tracebacks and `inspect`. With the feature `embed`
//! the whole pack is in the binary and [`EMBEDDED`] has its directory. Other hosts read the first part of a pack file
//! as the directory and the parts from wherever they keep the rest. Nothing here runs Python.
//!
//! A pack (made by `build.rs`) is: the number of modules, the length of the directory (both counts included), a table
//! of 44-byte entries sorted by name (name, file: offset and length; flags; code, source: offset, length, length
//! expanded), the names, and behind the directory the parts. Numbers are little-endian 32-bit words.

#![forbid(unsafe_code)]

use std::borrow::Cow;

const HEAD: usize = 8;
const ENTRY: usize = 44;
const PACKAGE: usize = 1;

/// The bytes of a pack that tell how long its directory is.
pub const HEAD_LEN: usize = HEAD;

/// The front of a pack.
#[derive(Clone, Copy)]
pub struct Directory {
    bytes: &'static [u8],
}

/// A module of the library.
#[derive(Clone, Copy)]
pub struct Module {
    bytes: &'static [u8],
    entry: usize,
}

/// Where a pack holds something, and how long it is there and expanded.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub offset: usize,
    pub len: usize,
    expanded: usize,
}

fn word(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    }
}

impl Part {
    /// The content, from the bytes at this place of the pack.
    pub fn expand(self, bytes: Cow<'static, [u8]>) -> Cow<'static, [u8]> {
        if self.len == self.expanded {
            return bytes;
        }
        Cow::Owned(miniz_oxide::inflate::decompress_to_vec_with_limit(&bytes, self.expanded).unwrap_or_default())
    }
}

impl Module {
    fn word(self, at: usize) -> usize {
        word(self.bytes, self.entry + at)
    }
    fn text(self, at: usize) -> &'static str {
        let (offset, len) = (self.word(at), self.word(at + 4));
        let bytes = self.bytes.get(offset..offset + len).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
    fn part(self, at: usize) -> Part {
        Part { offset: self.word(at), len: self.word(at + 4), expanded: self.word(at + 8) }
    }
    /// The full name: `json.decoder`.
    pub fn name(self) -> &'static str {
        self.text(0)
    }
    /// The file relative to the library's directory: `json/decoder.py`.
    pub fn file(self) -> &'static str {
        self.text(8)
    }
    pub fn is_package(self) -> bool {
        self.word(16) & PACKAGE != 0
    }
    /// The code object as `krait_bytecode::serial` writes it.
    pub fn code(self) -> Part {
        self.part(20)
    }
    /// The source text.
    pub fn source(self) -> Part {
        self.part(32)
    }
}

impl Directory {
    /// How many bytes of a pack, which begins with `head`, are its directory.
    pub fn len_in(head: &[u8; HEAD_LEN]) -> usize {
        word(head, 4)
    }
    /// The directory of a pack that begins with `bytes`.
    pub fn new(bytes: &'static [u8]) -> Directory {
        Directory { bytes }
    }
    fn module(self, index: usize) -> Module {
        Module { bytes: self.bytes, entry: HEAD + index * ENTRY }
    }
    /// Finds a module by its full name.
    pub fn find(self, name: &str) -> Option<Module> {
        let (mut low, mut high) = (0, word(self.bytes, 0));
        while low < high {
            let middle = (low + high) / 2;
            let module = self.module(middle);
            match module.name().cmp(name) {
                std::cmp::Ordering::Equal => return Some(module),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
    /// Where the last part ends: a file may hold more behind the pack.
    pub fn pack_len(self) -> usize {
        self.modules().flat_map(|m| [m.code(), m.source()]).map(|part| part.offset + part.len).max().unwrap_or(0)
    }
    /// Every module, sorted by name.
    pub fn modules(self) -> impl Iterator<Item = Module> {
        (0..word(self.bytes, 0)).map(move |i| self.module(i))
    }
}

#[cfg(feature = "embed")]
pub use embedded::{EMBEDDED, PACK, part};

#[cfg(feature = "embed")]
mod embedded {
    //! The pack inside the binary.

    use super::{Directory, Part};
    use std::borrow::Cow;

    /// The whole pack, as a file of its own would hold it.
    pub static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.pack"));
    pub static EMBEDDED: Directory = Directory { bytes: PACK };

    /// A part's content.
    pub fn part(part: Part) -> Cow<'static, [u8]> {
        part.expand(Cow::Borrowed(PACK.get(part.offset..part.offset + part.len).unwrap_or_default()))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn every_module_decodes() {
            let mut count = 0;
            for m in EMBEDDED.modules() {
                assert!(EMBEDDED.find(m.name()).is_some_and(|f| f.file() == m.file()));
                assert!(!part(m.code()).is_empty(), "{}", m.name());
                count += 1;
            }
            assert!(count > 500, "{count} modules");
            assert!(EMBEDDED.find("no_such_module").is_none());
        }
        #[test]
        fn the_directory_stands_alone() {
            let head = PACK.first_chunk().expect("a head");
            let front = &PACK[..Directory::len_in(head)];
            let json = Directory::new(front).find("json.decoder").expect("a module");
            assert_eq!(json.file(), "json/decoder.py");
        }
    }
}
