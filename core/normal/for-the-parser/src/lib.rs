//! Stands in for the crate of this name, with which ruff's parser normalizes identifiers: the same characters from the
//! tables that `unicodedata` needs anyway (see `[patch.crates-io]` in the workspace's manifest).

#![forbid(unsafe_code)]

pub trait UnicodeNormalization {
    fn nfkc(self) -> impl Iterator<Item = char>;
}

impl UnicodeNormalization for &str {
    fn nfkc(self) -> impl Iterator<Item = char> {
        krait_normal::normalize(self.chars().map(u32::from), true, true).into_iter().filter_map(char::from_u32)
    }
}
