//! A string element of one width, and the searches that are generic over it.
//!
//! `u8`, `u16` and `u32` slices share one set of kernels here: find, reverse find, count. Multi-element needles go
//! through `memchr::memmem` on the raw bytes, which is vectorised and linear; a hit that is not aligned to an element
//! is skipped. `StrRef` (in `strref`) dispatches on its width into this file, the bytes methods call it with `u8`.

use memchr::memmem;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

/// One stored element of a string: a code point that fits the width.
pub trait Unit: Copy + Eq + Ord + Into<u32> + bytemuck::Pod + sealed::Sealed {
    const WIDTH: usize;
    /// The largest code point this width stores.
    const MAX: u32;
    /// Keeps the low bits; callers have checked that `c` fits.
    fn truncate(c: u32) -> Self;
    fn find_one(hay: &[Self], c: Self) -> Option<usize>;
    fn rfind_one(hay: &[Self], c: Self) -> Option<usize>;
}

impl Unit for u8 {
    const WIDTH: usize = 1;
    const MAX: u32 = 0xFF;
    #[inline]
    fn truncate(c: u32) -> u8 {
        c as u8
    }
    #[inline]
    fn find_one(hay: &[u8], c: u8) -> Option<usize> {
        if hay.len() <= 16 {
            return hay.iter().position(|&other| other == c);
        }
        memchr::memchr(c, hay)
    }
    #[inline]
    fn rfind_one(hay: &[u8], c: u8) -> Option<usize> {
        memchr::memrchr(c, hay)
    }
}

impl Unit for u16 {
    const WIDTH: usize = 2;
    const MAX: u32 = 0xFFFF;
    #[inline]
    fn truncate(c: u32) -> u16 {
        c as u16
    }
    #[inline]
    fn find_one(hay: &[u16], c: u16) -> Option<usize> {
        find_one_chunked(hay, c)
    }
    #[inline]
    fn rfind_one(hay: &[u16], c: u16) -> Option<usize> {
        hay.iter().rposition(|&x| x == c)
    }
}

impl Unit for u32 {
    const WIDTH: usize = 4;
    const MAX: u32 = 0x10_FFFF;
    #[inline]
    fn truncate(c: u32) -> u32 {
        c
    }
    #[inline]
    fn find_one(hay: &[u32], c: u32) -> Option<usize> {
        find_one_chunked(hay, c)
    }
    #[inline]
    fn rfind_one(hay: &[u32], c: u32) -> Option<usize> {
        hay.iter().rposition(|&x| x == c)
    }
}

/// Tests sixteen elements at a time without an early exit, so that the compiler vectorises the test.
fn find_one_chunked<T: Unit>(hay: &[T], c: T) -> Option<usize> {
    let mut at = 0;
    for chunk in hay.chunks(16) {
        if chunk.iter().fold(false, |hit, &x| hit | (x == c)) {
            return chunk.iter().position(|&x| x == c).map(|i| at + i);
        }
        at += chunk.len();
    }
    None
}

/// A needle prepared for repeated forward searches.
pub struct Searcher<'n, T: Unit> {
    needle: &'n [T],
    finder: Option<memmem::Finder<'n>>,
}

/// Texts up to this length are searched without preparation.
const SHORT: usize = 256;

/// As `find`, for short texts: looks for the first element, then compares.
fn find_short<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    let (&first, rest) = needle.split_first()?;
    let last_start = hay.len().checked_sub(needle.len())?;
    let mut at = 0;
    while at <= last_start {
        at += T::find_one(&hay[at..=last_start], first)?;
        if hay[at + 1..at + needle.len()] == *rest {
            return Some(at);
        }
        at += 1;
    }
    None
}

impl<'n, T: Unit> Searcher<'n, T> {
    /// A searcher for texts of `len` elements.
    pub fn new(needle: &'n [T], len: usize) -> Searcher<'n, T> {
        let finder = (needle.len() > 1 && len > SHORT).then(|| memmem::Finder::new(bytemuck::cast_slice(needle)));
        Searcher { needle, finder }
    }

    /// The first index at or after `from` where the needle occurs. An empty needle occurs everywhere.
    pub fn find_from(&self, hay: &[T], from: usize) -> Option<usize> {
        let rest = hay.get(from..)?;
        let found = match (&self.finder, self.needle.first()) {
            (_, None) => Some(0),
            (None, Some(&c)) if self.needle.len() == 1 => T::find_one(rest, c),
            (None, Some(_)) => find_short(rest, self.needle),
            (Some(_), _) if rest.len() < self.needle.len() => None,
            (Some(finder), _) => {
                let bytes: &[u8] = bytemuck::cast_slice(rest);
                let mut at = 0;
                loop {
                    match finder.find(&bytes[at..]) {
                        None => break None,
                        Some(i) if (at + i) % T::WIDTH == 0 => break Some((at + i) / T::WIDTH),
                        Some(i) => at += i + 1,
                    }
                }
            }
        };
        found.map(|i| i + from)
    }
}

/// The first index where `needle` occurs in `hay`.
pub fn find<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [c] => T::find_one(hay, *c),
        _ if needle.len() > hay.len() => None,
        _ if hay.len() <= SHORT => find_short(hay, needle),
        _ if T::WIDTH == 1 => memmem::find(bytemuck::cast_slice(hay), bytemuck::cast_slice(needle)),
        _ => Searcher::new(needle, hay.len()).find_from(hay, 0),
    }
}

/// The last index where `needle` occurs in `hay`.
pub fn rfind<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(hay.len()),
        [c] => T::rfind_one(hay, *c),
        _ if needle.len() > hay.len() => None,
        _ => {
            let mut bytes: &[u8] = bytemuck::cast_slice(hay);
            let finder = memmem::FinderRev::new(bytemuck::cast_slice::<T, u8>(needle));
            loop {
                match finder.rfind(bytes)? {
                    i if i % T::WIDTH == 0 => return Some(i / T::WIDTH),
                    i => bytes = &bytes[..i + needle.len() * T::WIDTH - 1],
                }
            }
        }
    }
}

/// How many non-overlapping occurrences there are, at most `limit`; an empty needle occurs between all elements.
pub fn count<T: Unit>(hay: &[T], needle: &[T], limit: usize) -> usize {
    match needle {
        [] => (hay.len() + 1).min(limit),
        [c] if limit >= hay.len() => hay.iter().map(|x| usize::from(x == c)).sum(),
        _ => {
            let searcher = Searcher::new(needle, hay.len());
            let (mut n, mut at) = (0, 0);
            while n < limit
                && let Some(i) = searcher.find_from(hay, at)
            {
                n += 1;
                at = i + needle.len();
            }
            n
        }
    }
}

/// Whether any element exceeds `limit`, tested in vectorisable chunks.
pub fn any_above<T: Unit>(units: &[T], limit: u32) -> bool {
    if T::MAX <= limit {
        return false;
    }
    let limit = T::truncate(limit);
    units.chunks(64).any(|chunk| chunk.iter().fold(false, |hit, &x| hit | (x > limit)))
}

/// The largest element, zero if there is none.
pub fn max_unit<T: Unit>(units: &[T]) -> u32 {
    units.iter().copied().max().map_or(0, Into::into)
}
