//! Strings as Krait stores them: a borrowed view, an owned buffer, a builder.
//!
//! `StrRef` views code points stored in one of three widths; lone surrogates are legal. `StrBuf` owns its elements and
//! is always *canonical*: the narrowest width that holds its largest code point, so equal strings have equal layout and
//! hash alike. A `StrRef` obtained by slicing may be wider than needed; `to_buf` makes it canonical.
//! `StrBuilder` widens as it goes. Searching and splitting are in `search` and `split`, case in `case`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use crate::unit::{self, Unit};

/// A borrowed string in one of three widths. Width one is Latin-1, not UTF-8.
#[derive(Clone, Copy)]
pub enum StrRef<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// An owned string in its narrowest width.
#[derive(Clone)]
pub enum StrBuf {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// Runs one expression for whichever width a `StrRef` has.
#[macro_export]
macro_rules! each_width {
    ($s:expr, $units:ident => $body:expr) => {
        match $s {
            $crate::StrRef::One($units) => $body,
            $crate::StrRef::Two($units) => $body,
            $crate::StrRef::Four($units) => $body,
        }
    };
}
pub(crate) use each_width;

impl<'a> StrRef<'a> {
    pub const EMPTY: StrRef<'static> = StrRef::One(&[]);

    /// A view of ASCII (or Latin-1) bytes.
    pub fn latin1(bytes: &'a [u8]) -> StrRef<'a> {
        StrRef::One(bytes)
    }
    #[inline]
    pub fn len(self) -> usize {
        each_width!(self, u => u.len())
    }
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    #[inline]
    pub fn get(self, index: usize) -> Option<u32> {
        match self {
            StrRef::One(u) => u.get(index).map(|&c| c.into()),
            StrRef::Two(u) => u.get(index).map(|&c| c.into()),
            StrRef::Four(u) => u.get(index).copied(),
        }
    }
    #[inline]
    pub fn first(self) -> Option<u32> {
        self.get(0)
    }
    #[inline]
    pub fn last(self) -> Option<u32> {
        self.len().checked_sub(1).and_then(|i| self.get(i))
    }
    /// The part from `range.start` to `range.end`, cut to the string's length. The width stays.
    #[inline]
    pub fn slice(self, range: Range<usize>) -> StrRef<'a> {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        match self {
            StrRef::One(u) => StrRef::One(&u[start..end]),
            StrRef::Two(u) => StrRef::Two(&u[start..end]),
            StrRef::Four(u) => StrRef::Four(&u[start..end]),
        }
    }
    pub fn iter(self) -> Chars<'a> {
        Chars { rest: self }
    }
    /// Bytes per element: 1, 2 or 4.
    #[inline]
    pub fn width(self) -> usize {
        each_width!(self, u => width_of(u))
    }
    /// The largest code point, zero for the empty string.
    pub fn max_char(self) -> u32 {
        each_width!(self, u => unit::max_unit(u))
    }
    #[inline]
    pub fn is_ascii(self) -> bool {
        match self {
            StrRef::One(u) => u.is_ascii(),
            StrRef::Two(u) => !unit::any_above(u, 0x7F),
            StrRef::Four(u) => !unit::any_above(u, 0x7F),
        }
    }
    /// The bytes, if every character is ASCII.
    pub fn as_ascii(self) -> Option<&'a str> {
        match self {
            StrRef::One(u) if u.is_ascii() => std::str::from_utf8(u).ok(),
            _ => None,
        }
    }
    /// Owned copy in the narrowest width.
    pub fn to_buf(self) -> StrBuf {
        match self {
            StrRef::One(u) => StrBuf::One(u.to_vec()),
            StrRef::Two(u) if unit::any_above(u, 0xFF) => StrBuf::Two(u.to_vec()),
            StrRef::Two(u) => StrBuf::One(u.iter().map(|&c| c as u8).collect()),
            StrRef::Four(u) if unit::any_above(u, 0xFFFF) => StrBuf::Four(u.to_vec()),
            StrRef::Four(u) if unit::any_above(u, 0xFF) => StrBuf::Two(u.iter().map(|&c| c as u16).collect()),
            StrRef::Four(u) => StrBuf::One(u.iter().map(|&c| c as u8).collect()),
        }
    }
    /// The elements at width `T`: borrowed if that is the width already, converted if every element fits.
    pub fn at_width<T: Unit>(self) -> Option<Cow<'a, [T]>> {
        fn convert<'a, S: Unit, T: Unit>(units: &'a [S]) -> Option<Cow<'a, [T]>> {
            if S::WIDTH == T::WIDTH {
                return bytemuck::try_cast_slice(units).ok().map(Cow::Borrowed);
            }
            let fits = S::WIDTH < T::WIDTH || !unit::any_above(units, T::MAX);
            fits.then(|| Cow::Owned(units.iter().map(|&c| T::truncate(c.into())).collect()))
        }
        each_width!(self, u => convert(u))
    }
    /// Rust text; `None` if there are lone surrogates.
    pub fn to_utf8(self) -> Option<String> {
        match self {
            StrRef::One(u) if u.is_ascii() => String::from_utf8(u.to_vec()).ok(),
            _ => self.iter().map(char::from_u32).collect(),
        }
    }
    /// Rust text, with U+FFFD in place of lone surrogates.
    pub fn to_utf8_lossy(self) -> String {
        self.iter().map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
    /// Whether the text is exactly this Rust text.
    pub fn eq_str(self, text: &str) -> bool {
        match self {
            StrRef::One(u) if text.is_ascii() => u == text.as_bytes(),
            _ => self.iter().eq(text.chars().map(u32::from)),
        }
    }
    pub fn contains_char(self, c: u32) -> bool {
        self.find_char(c).is_some()
    }
    pub fn find_char(self, c: u32) -> Option<usize> {
        fn go<T: Unit>(u: &[T], c: u32) -> Option<usize> {
            if c > T::MAX { None } else { T::find_one(u, T::truncate(c)) }
        }
        each_width!(self, u => go(u, c))
    }
}

fn width_of<T: Unit>(_: &[T]) -> usize {
    T::WIDTH
}

impl PartialEq for StrRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (StrRef::One(a), StrRef::One(b)) => a == b,
            (StrRef::Two(a), StrRef::Two(b)) => a == b,
            (StrRef::Four(a), StrRef::Four(b)) => a == b,
            (a, b) => a.len() == b.len() && a.iter().eq(b.iter()),
        }
    }
}
impl Eq for StrRef<'_> {}

impl PartialOrd for StrRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for StrRef<'_> {
    /// By code points, as Python orders strings.
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (StrRef::One(a), StrRef::One(b)) => a.cmp(b),
            (StrRef::Two(a), StrRef::Two(b)) => a.cmp(b),
            (StrRef::Four(a), StrRef::Four(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }
}

impl fmt::Debug for StrRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::repr::repr(*self).as_ref().to_utf8_lossy())
    }
}
impl fmt::Debug for StrBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

/// The code points of a string, from either end.
#[derive(Clone, Copy)]
pub struct Chars<'a> {
    rest: StrRef<'a>,
}

impl Iterator for Chars<'_> {
    type Item = u32;
    #[inline]
    fn next(&mut self) -> Option<u32> {
        match &mut self.rest {
            StrRef::One(u) => u.split_off_first().map(|&c| c.into()),
            StrRef::Two(u) => u.split_off_first().map(|&c| c.into()),
            StrRef::Four(u) => u.split_off_first().copied(),
        }
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len(), Some(self.rest.len()))
    }
    fn nth(&mut self, n: usize) -> Option<u32> {
        self.rest = self.rest.slice(n..usize::MAX);
        self.next()
    }
}
impl DoubleEndedIterator for Chars<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        match &mut self.rest {
            StrRef::One(u) => u.split_off_last().map(|&c| c.into()),
            StrRef::Two(u) => u.split_off_last().map(|&c| c.into()),
            StrRef::Four(u) => u.split_off_last().copied(),
        }
    }
}
impl ExactSizeIterator for Chars<'_> {}

/// Text that parsers read by index. They are made for bytes, which most formats are, and for all that is wider.
pub(crate) trait Chars32: Copy {
    fn at(self, index: usize) -> Option<u32>;
    fn count(self) -> usize;
}
impl Chars32 for &[u8] {
    #[inline(always)]
    fn at(self, index: usize) -> Option<u32> {
        self.get(index).map(|&c| c.into())
    }
    #[inline(always)]
    fn count(self) -> usize {
        self.len()
    }
}
impl Chars32 for StrRef<'_> {
    #[inline]
    fn at(self, index: usize) -> Option<u32> {
        self.get(index)
    }
    #[inline]
    fn count(self) -> usize {
        self.len()
    }
}

impl<'a> IntoIterator for StrRef<'a> {
    type Item = u32;
    type IntoIter = Chars<'a>;
    fn into_iter(self) -> Chars<'a> {
        self.iter()
    }
}

impl StrBuf {
    #[inline]
    pub const fn new() -> StrBuf {
        StrBuf::One(Vec::new())
    }
    #[inline]
    pub fn as_ref(&self) -> StrRef<'_> {
        match self {
            StrBuf::One(u) => StrRef::One(u),
            StrBuf::Two(u) => StrRef::Two(u),
            StrBuf::Four(u) => StrRef::Four(u),
        }
    }
    #[inline]
    pub fn len(&self) -> usize {
        self.as_ref().len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One character.
    pub fn from_char(c: u32) -> StrBuf {
        match c {
            0..=0xFF => StrBuf::One(vec![c as u8]),
            0x100..=0xFFFF => StrBuf::Two(vec![c as u16]),
            _ => StrBuf::Four(vec![c]),
        }
    }
    /// From code points; surrogates pass.
    pub fn from_chars(chars: impl IntoIterator<Item = u32>) -> StrBuf {
        let mut out = StrBuilder::new();
        out.extend(chars);
        out.finish()
    }
}

impl Default for StrBuf {
    fn default() -> Self {
        StrBuf::new()
    }
}
impl PartialEq for StrBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}
impl Eq for StrBuf {}
impl PartialEq<str> for StrBuf {
    fn eq(&self, other: &str) -> bool {
        self.as_ref().eq_str(other)
    }
}
impl PartialEq<&str> for StrBuf {
    fn eq(&self, other: &&str) -> bool {
        self.as_ref().eq_str(other)
    }
}

impl From<String> for StrBuf {
    fn from(text: String) -> StrBuf {
        if text.is_ascii() { StrBuf::One(text.into_bytes()) } else { StrBuf::from(text.as_str()) }
    }
}

impl From<&str> for StrBuf {
    /// The lead bytes alone decide the width, so one vectorised pass over the bytes finds it.
    fn from(text: &str) -> StrBuf {
        let bytes = text.as_bytes();
        if bytes.is_ascii() {
            return StrBuf::One(bytes.to_vec());
        }
        let top = unit::max_unit(bytes);
        if top >= 0xF0 {
            StrBuf::Four(decode_chars(text))
        } else if top > 0xC3 {
            StrBuf::Two(decode_chars(text))
        } else {
            StrBuf::One(decode_chars(text))
        }
    }
}

/// The characters at width `T`. Counting them first is vectorised, and lets the loop run without capacity checks.
fn decode_chars<T: Unit>(text: &str) -> Vec<T> {
    let mut out = vec![T::truncate(0); text.chars().count()];
    for (slot, c) in out.iter_mut().zip(text.chars()) {
        *slot = T::truncate(c.into());
    }
    out
}

/// Builds a string, widening when a wider character arrives.
#[derive(Clone, Default, Debug)]
pub struct StrBuilder {
    buf: StrBuf,
}

impl StrBuilder {
    pub fn new() -> StrBuilder {
        StrBuilder::default()
    }
    #[inline]
    pub fn with_capacity(capacity: usize) -> StrBuilder {
        StrBuilder { buf: StrBuf::One(Vec::with_capacity(capacity)) }
    }
    #[inline]
    pub fn len(&self) -> usize {
        self.buf.len()
    }
    pub fn is_empty(&self) -> bool {
        self.buf.is_empty()
    }
    pub fn as_ref(&self) -> StrRef<'_> {
        self.buf.as_ref()
    }
    /// The finished string, in its narrowest width (nothing was widened without need).
    #[inline]
    pub fn finish(self) -> StrBuf {
        self.buf
    }
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.buf {
            StrBuf::One(u) if c <= 0xFF => u.push(c as u8),
            StrBuf::Two(u) if c <= 0xFFFF => u.push(c as u16),
            StrBuf::Four(u) => u.push(c),
            _ => self.push_wider(c),
        }
    }
    #[cold]
    fn push_wider(&mut self, c: u32) {
        self.widen_for(c);
        self.push(c);
    }
    pub fn push_char(&mut self, c: char) {
        self.push(c.into());
    }
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_latin1(text.as_bytes());
        } else {
            self.extend(text.chars().map(u32::from));
        }
    }
    /// Appends Latin-1 text; each byte is one character.
    #[inline]
    pub fn push_latin1(&mut self, text: &[u8]) {
        match &mut self.buf {
            StrBuf::One(u) => u.extend_from_slice(text),
            _ => self.push_latin1_wide(text),
        }
    }
    fn push_latin1_wide(&mut self, text: &[u8]) {
        match &mut self.buf {
            StrBuf::One(u) => u.extend_from_slice(text),
            StrBuf::Two(u) => u.extend(text.iter().map(|&c| u16::from(c))),
            StrBuf::Four(u) => u.extend(text.iter().map(|&c| u32::from(c))),
        }
    }
    /// Appends a machine int in decimal.
    pub fn push_int(&mut self, n: i64) {
        let mut buffer = [0; 20];
        self.push_latin1(crate::int_text::decimal(n, &mut buffer));
    }
    #[inline]
    pub fn push_ref(&mut self, text: StrRef<'_>) {
        match text {
            StrRef::One(t) => self.push_latin1(t),
            text => self.push_wide(text),
        }
    }
    fn push_wide(&mut self, text: StrRef<'_>) {
        match (&mut self.buf, text) {
            (_, StrRef::One(t)) => self.push_latin1(t),
            (StrBuf::Two(u), StrRef::Two(t)) => u.extend_from_slice(t),
            (StrBuf::Four(u), StrRef::Two(t)) => u.extend(t.iter().map(|&c| u32::from(c))),
            (StrBuf::Four(u), StrRef::Four(t)) => u.extend_from_slice(t),
            _ => {
                self.widen_for(text.max_char());
                each_width!(text, t => match &mut self.buf {
                    StrBuf::One(u) => u.extend(t.iter().map(|&c| u32::from(c) as u8)),
                    StrBuf::Two(u) => u.extend(t.iter().map(|&c| u32::from(c) as u16)),
                    StrBuf::Four(u) => u.extend(t.iter().map(|&c| u32::from(c))),
                });
            }
        }
    }
    #[inline]
    pub fn push_repeated(&mut self, c: u32, times: usize) {
        if times != 0 {
            self.push_run(c, times);
        }
    }
    fn push_run(&mut self, c: u32, times: usize) {
        self.widen_for(c);
        match &mut self.buf {
            StrBuf::One(u) => u.resize(u.len() + times, c as u8),
            StrBuf::Two(u) => u.resize(u.len() + times, c as u16),
            StrBuf::Four(u) => u.resize(u.len() + times, c),
        }
    }
    fn widen_for(&mut self, c: u32) {
        match &mut self.buf {
            StrBuf::One(u) if c > 0xFFFF => self.buf = StrBuf::Four(widen(u)),
            StrBuf::One(u) if c > 0xFF => self.buf = StrBuf::Two(widen(u)),
            StrBuf::Two(u) if c > 0xFFFF => self.buf = StrBuf::Four(widen(u)),
            _ => {}
        }
    }
}

/// Converts to a wider element, keeping the spare capacity that was asked for.
fn widen<S: Unit, T: Unit>(units: &Vec<S>) -> Vec<T> {
    let mut out = Vec::with_capacity(units.capacity().max(units.len() + 8));
    out.extend(units.iter().map(|&c| T::truncate(c.into())));
    out
}

impl From<StrBuf> for StrBuilder {
    fn from(buf: StrBuf) -> StrBuilder {
        StrBuilder { buf }
    }
}

impl Extend<u32> for StrBuilder {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, chars: I) {
        for c in chars {
            self.push(c);
        }
    }
}

impl fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl From<&StrBuf> for String {
    fn from(text: &StrBuf) -> String {
        text.as_ref().to_utf8_lossy()
    }
}
