//! The pure-Python standard library, compiled when Krait is built and embedded as one pack.
//!
//! [`find`] looks a module up by its full name and decodes only that one; sources are kept for tracebacks and
//! `inspect`. Nothing here runs Python. The pack (made by `build.rs`) is a count, a table of 44-byte entries sorted by
//! name (name, file, flags, code, source; each as offset and length, compressed parts with the length they expand to)
//! and the bytes they point to. All numbers are little-endian 32-bit words.

#![forbid(unsafe_code)]

use std::borrow::Cow;

static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.pack"));

const ENTRY: usize = 44;
const PACKAGE: u32 = 1;
const COMPRESSED: u32 = 2;

/// A module of the library.
#[derive(Clone, Copy)]
pub struct Module {
    entry: usize,
}

fn word(at: usize) -> usize {
    match PACK.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    }
}

fn slice(offset: usize, len: usize) -> &'static [u8] {
    PACK.get(offset..offset + len).unwrap_or(&[])
}

fn text(entry: usize) -> &'static str {
    std::str::from_utf8(slice(word(entry), word(entry + 4))).unwrap_or("")
}

impl Module {
    /// The full name: `json.decoder`.
    pub fn name(self) -> &'static str {
        text(self.entry)
    }
    /// The file relative to the library's directory: `json/decoder.py`.
    pub fn file(self) -> &'static str {
        text(self.entry + 8)
    }
    pub fn is_package(self) -> bool {
        word(self.entry + 16) as u32 & PACKAGE != 0
    }
    /// The code object as `krait_bytecode::serial` writes it.
    pub fn code(self) -> Cow<'static, [u8]> {
        let bytes = slice(word(self.entry + 20), word(self.entry + 24));
        if word(self.entry + 16) as u32 & COMPRESSED == 0 {
            return Cow::Borrowed(bytes);
        }
        Cow::Owned(inflate(bytes, word(self.entry + 28)))
    }
    /// The source text.
    pub fn source(self) -> Vec<u8> {
        inflate(slice(word(self.entry + 32), word(self.entry + 36)), word(self.entry + 40))
    }
}

fn inflate(bytes: &[u8], len: usize) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, len).unwrap_or_default()
}

/// Finds a module by its full name.
pub fn find(name: &str) -> Option<Module> {
    let (mut low, mut high) = (0, word(0));
    while low < high {
        let middle = (low + high) / 2;
        let module = Module { entry: 4 + middle * ENTRY };
        match module.name().cmp(name) {
            std::cmp::Ordering::Equal => return Some(module),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

/// Every module, sorted by name.
pub fn modules() -> impl Iterator<Item = Module> {
    (0..word(0)).map(|i| Module { entry: 4 + i * ENTRY })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_module_decodes() {
        let mut count = 0;
        for m in super::modules() {
            assert!(super::find(m.name()).is_some_and(|f| f.file() == m.file()));
            assert!(!m.code().is_empty(), "{}", m.name());
            count += 1;
        }
        assert!(count > 500, "{count} modules");
        assert!(super::find("no_such_module").is_none());
    }
}
