//! `str`: storage and interning. Methods are in `str_methods.rs`; the algorithms in krait-text.
//!
//! Code points are stored at one, two or four bytes, always the narrowest that fits, so equal strings have equal
//! bytes. Short strings live inside the object; long ones in a buffer that a unique owner can grow in place.

#![allow(unsafe_code, reason = "the characters follow the payload in memory")]

use crate::heap::Heap;
use crate::object::{Payload, Ref, Token};
use crate::types::id;
use crate::value::Value;
use krait_text::{StrBuf, StrRef};
use std::cell::Cell;

const ASCII: u8 = 1;
const INTERNED: u8 = 2;
const EXTERNAL: u8 = 4;
/// Longest inline content in bytes.
const INLINE: usize = 128;
/// CPython's hash is never -1, which makes it a fine mark for "not computed".
const NO_HASH: i64 = -1;

/// The payload of `str` (and subclasses). Content follows it in memory, or an `External`.
#[repr(C)]
pub struct Str {
    hash: Cell<i64>,
    len: u32,
    width: u8,
    flags: Cell<u8>,
}

#[repr(C)]
struct External {
    data: *mut u8,
    /// In elements.
    capacity: usize,
}

// SAFETY: strings own no references.
unsafe impl Payload for Str {
    const FIXED_ID: u32 = id::STR;
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}
    fn external_size(&self) -> usize {
        if self.flags.get() & EXTERNAL != 0 { self.external().capacity * self.width as usize } else { 0 }
    }
}

impl Drop for Str {
    fn drop(&mut self) {
        if self.flags.get() & EXTERNAL != 0 {
            drop(self.take_external());
        }
    }
}

impl Str {
    fn tail(&self) -> *const u8 {
        // SAFETY: strings are allocated with their tail behind the payload.
        unsafe { (self as *const Str).add(1) as *const u8 }
    }
    fn external(&self) -> &External {
        // SAFETY: only called when EXTERNAL is set: the tail is an `External`.
        unsafe { &*(self.tail() as *const External) }
    }
    /// Whether the content lies outside the object.
    #[inline(always)]
    pub(crate) fn holds_buffer(&self) -> bool {
        self.flags.get() & EXTERNAL != 0
    }
    /// Takes the buffer out. The caller overwrites or forgets the string's content.
    fn take_external(&self) -> StrBuf {
        let (data, capacity, len) = (self.external().data, self.external().capacity, self.len as usize);
        // SAFETY: the parts come from a Vec of that element type.
        unsafe {
            match self.width {
                1 => StrBuf::One(Vec::from_raw_parts(data, len, capacity)),
                2 => StrBuf::Two(Vec::from_raw_parts(data as *mut u16, len, capacity)),
                _ => StrBuf::Four(Vec::from_raw_parts(data as *mut u32, len, capacity)),
            }
        }
    }
    fn set_external(&mut self, buffer: StrBuf) {
        fn parts<T>(v: Vec<T>) -> (*mut u8, usize, usize) {
            let mut v = std::mem::ManuallyDrop::new(v);
            (v.as_mut_ptr() as *mut u8, v.capacity(), v.len())
        }
        let (width, (data, capacity, len)) = match buffer {
            StrBuf::One(v) => (1, parts(v)),
            StrBuf::Two(v) => (2, parts(v)),
            StrBuf::Four(v) => (4, parts(v)),
        };
        self.width = width;
        self.len = len as u32;
        self.flags.set(self.flags.get() | EXTERNAL);
        // SAFETY: external strings are allocated with room for an `External`.
        unsafe { std::ptr::write(self.tail() as *mut External, External { data, capacity }) }
    }

    /// The content.
    #[inline(always)]
    pub fn view(&self) -> StrRef<'_> {
        let len = self.len as usize;
        let data = if self.flags.get() & EXTERNAL != 0 { self.external().data as *const u8 } else { self.tail() };
        // SAFETY: `len` elements of that width are stored there; inline tails are 8-aligned.
        unsafe {
            match self.width {
                1 => StrRef::One(std::slice::from_raw_parts(data, len)),
                2 => StrRef::Two(std::slice::from_raw_parts(data as *const u16, len)),
                _ => StrRef::Four(std::slice::from_raw_parts(data as *const u32, len)),
            }
        }
    }
    /// Number of code points.
    #[inline]
    pub fn len(&self) -> usize {
        self.len as usize
    }
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.flags.get() & ASCII != 0
    }
    pub fn is_interned(&self) -> bool {
        self.flags.get() & INTERNED != 0
    }
    /// The ASCII content as Rust text.
    pub fn as_ascii(&self) -> Option<&str> {
        match self.view() {
            StrRef::One(bytes) if self.is_ascii() => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }
    #[inline(always)]
    pub fn hash(&self, heap: &Heap) -> i64 {
        let hash = self.hash.get();
        if hash != NO_HASH {
            return hash;
        }
        self.compute_hash(heap)
    }
    #[inline(never)]
    fn compute_hash(&self, heap: &Heap) -> i64 {
        let hash = hash_view(self.view(), heap.symbols.seed);
        self.hash.set(hash);
        hash
    }
    #[inline]
    pub fn same(&self, other: &Str) -> bool {
        if self.len != other.len || self.width != other.width {
            return false;
        }
        let (a, b) = (self.bytes(), other.bytes());
        // Most strings that differ do so in their first character.
        match (a.first(), b.first()) {
            (Some(x), Some(y)) => x == y && (a.len() == 1 || a == b),
            _ => true,
        }
    }
    /// The stored bytes; equal strings have equal bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        match self.view() {
            StrRef::One(b) => b,
            // SAFETY: any initialised memory can be viewed as bytes.
            StrRef::Two(u) => unsafe { std::slice::from_raw_parts(u.as_ptr() as *const u8, u.len() * 2) },
            // SAFETY: as above.
            StrRef::Four(u) => unsafe { std::slice::from_raw_parts(u.as_ptr() as *const u8, u.len() * 4) },
        }
    }
    pub fn to_string_lossy(&self) -> String {
        match self.as_ascii() {
            Some(s) => s.to_string(),
            None => self.view().to_utf8_lossy(),
        }
    }
}

fn hash_bytes(bytes: &[u8], seed: (u64, u64)) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    match siphash13(bytes, seed) as i64 {
        -1 => -2,
        h => h,
    }
}

/// SipHash with one round per word and three at the end, over bytes that are all there: no state to keep between calls.
fn siphash13(bytes: &[u8], key: (u64, u64)) -> u64 {
    #[inline(always)]
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[2] = v[2].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32).wrapping_add(v[3]);
        v[2] = v[2].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].rotate_left(32);
    }
    let mut v = [key.0 ^ 0x736f_6d65_7073_6575, key.1 ^ 0x646f_7261_6e64_6f6d, key.0 ^ 0x6c79_6765_6e65_7261, key.1 ^ 0x7465_6462_7974_6573];
    let (words, tail) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    }
    let mut last = (bytes.len() as u64) << 56;
    for (i, &b) in tail.iter().enumerate() {
        last |= u64::from(b) << (8 * i);
    }
    v[3] ^= last;
    round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xff;
    round(&mut v);
    round(&mut v);
    round(&mut v);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn hash_view(view: StrRef<'_>, seed: (u64, u64)) -> i64 {
    match view {
        StrRef::One(b) => hash_bytes(b, seed),
        StrRef::Two(u) => hash_bytes(&u.iter().flat_map(|c| c.to_le_bytes()).collect::<Vec<u8>>(), seed),
        StrRef::Four(u) => hash_bytes(&u.iter().flat_map(|c| c.to_le_bytes()).collect::<Vec<u8>>(), seed),
    }
}

impl Heap {
    /// The hash of bytes, as `bytes.__hash__` and `str.__hash__` give it.
    pub fn hash_bytes(&self, bytes: &[u8]) -> i64 {
        hash_bytes(bytes, self.symbols.seed)
    }
    pub(crate) fn set_hash_seed(&mut self, seed: (u64, u64)) {
        self.symbols.seed = seed;
    }

    /// A new string. `view` need not be in its narrowest width.
    pub fn str_from(&mut self, view: StrRef<'_>) -> Ref<Str> {
        match view {
            StrRef::One(bytes) => self.str_latin1(bytes),
            other => self.str_buf(other.to_buf()),
        }
    }
    /// A new string from Latin-1 bytes.
    #[inline]
    pub fn str_latin1(&mut self, bytes: &[u8]) -> Ref<Str> {
        match bytes {
            [] => self.empty_str(),
            [one] => self.char_str(u32::from(*one)),
            _ if bytes.len() <= INLINE => self.inline_str(1, bytes.len(), bytes, is_ascii(bytes)),
            _ => self.str_buf(StrBuf::One(bytes.to_vec())),
        }
    }
    /// As `str_latin1`, of bytes that are known to be ASCII.
    #[inline]
    pub fn str_ascii(&mut self, bytes: &[u8]) -> Ref<Str> {
        debug_assert!(bytes.is_ascii());
        match bytes {
            [] => self.empty_str(),
            [one] => self.char_str(u32::from(*one)),
            _ if bytes.len() <= INLINE => self.inline_str(1, bytes.len(), bytes, true),
            _ => self.external_str(StrBuf::One(bytes.to_vec()), true),
        }
    }
    /// A machine int in decimal.
    pub fn str_int(&mut self, n: i64) -> Ref<Str> {
        let mut buffer = [0; 20];
        self.str_ascii(krait_text::int_text::decimal(n, &mut buffer))
    }
    /// `x + y` of narrow strings that are short together; `None` leaves it to others.
    #[inline]
    pub(crate) fn concat_short(&mut self, x: &Ref<Str>, y: &Ref<Str>) -> Option<Ref<Str>> {
        let (a, b) = (x.get(self), y.get(self));
        let (la, lb) = (a.len(), b.len());
        if a.width | b.width != 1 || la + lb > INLINE || la + lb < 2 {
            return None;
        }
        let flags = Cell::new(a.flags.get() & b.flags.get() & ASCII);
        let (from_a, from_b) = (a.bytes().as_ptr(), b.bytes().as_ptr());
        let payload = Str { hash: Cell::new(NO_HASH), len: (la + lb) as u32, width: 1, flags };
        // SAFETY: `x` and `y` keep the bytes alive, and a new object moves no other; the tail has room for both.
        unsafe {
            let object = self.alloc_tail(id::STR, payload, la + lb);
            let tail = object.payload_ptr().add(1) as *mut u8;
            copy_short(from_a, tail, la);
            copy_short(from_b, tail.add(la), lb);
            Some(object)
        }
    }
    /// A part of a string.
    pub fn str_slice(&mut self, s: &Ref<Str>, range: std::ops::Range<usize>) -> Ref<Str> {
        if range.len() == s.get(self).len() && s.as_value().is_exact::<Str>() {
            return s.clone();
        }
        match s.get(self).view().slice(range) {
            StrRef::One(bytes) => {
                // SAFETY: `s` keeps the bytes alive, and making a string changes no other string.
                let bytes = unsafe { std::slice::from_raw_parts(bytes.as_ptr(), bytes.len()) };
                if s.get(self).is_ascii() { self.str_ascii(bytes) } else { self.str_latin1(bytes) }
            }
            part => {
                let buffer = part.to_buf();
                self.str_buf(buffer)
            }
        }
    }
    /// A new string from Rust text.
    pub fn str(&mut self, text: &str) -> Ref<Str> {
        if text.is_ascii() {
            return self.str_latin1(text.as_bytes());
        }
        let mut builder = krait_text::StrBuilder::new();
        builder.push_str(text);
        self.str_buf(builder.finish())
    }
    /// A new string from a canonical buffer, which is kept when it is long.
    pub fn str_buf(&mut self, buffer: StrBuf) -> Ref<Str> {
        let view = buffer.as_ref();
        let (len, width) = (view.len(), view.width());
        if len <= 1 {
            return match view.get(0) {
                None => self.empty_str(),
                Some(c) => self.char_str(c),
            };
        }
        let ascii = view.is_ascii();
        if len * width <= INLINE {
            return match view {
                StrRef::One(b) => self.inline_str(1, len, b, ascii),
                // SAFETY: any initialised memory can be viewed as bytes.
                StrRef::Two(u) => {
                    let bytes = unsafe { std::slice::from_raw_parts(u.as_ptr() as *const u8, len * 2) };
                    self.inline_str(2, len, bytes, false)
                }
                // SAFETY: as above.
                StrRef::Four(u) => {
                    let bytes = unsafe { std::slice::from_raw_parts(u.as_ptr() as *const u8, len * 4) };
                    self.inline_str(4, len, bytes, false)
                }
            };
        }
        self.external_str(buffer, ascii)
    }
    fn external_str(&mut self, buffer: StrBuf, ascii: bool) -> Ref<Str> {
        let payload = Str { hash: Cell::new(NO_HASH), len: 0, width: 1, flags: Cell::new(if ascii { ASCII } else { 0 }) };
        // SAFETY: `set_external` initialises the tail before anyone sees the string.
        let object = unsafe { self.alloc_tail(id::STR, payload, size_of::<External>()) };
        object.get_mut(self).set_external(buffer);
        let bytes = object.get(self).external_size();
        // The buffer exists already; the caller checked large requests before making it.
        let _ = self.charge(bytes as isize);
        object
    }
    #[inline]
    fn inline_str(&mut self, width: u8, len: usize, bytes: &[u8], ascii: bool) -> Ref<Str> {
        let flags = Cell::new(if ascii { ASCII } else { 0 });
        let payload = Str { hash: Cell::new(NO_HASH), len: len as u32, width, flags };
        // SAFETY: the tail has room for `bytes`, which are copied at once.
        unsafe {
            let object = self.alloc_tail(id::STR, payload, bytes.len());
            let tail = object.payload_ptr().add(1) as *mut u8;
            copy_short(bytes.as_ptr(), tail, bytes.len());
            object
        }
    }
    /// The empty string (one object).
    #[inline]
    pub fn empty_str(&mut self) -> Ref<Str> {
        match &self.symbols.empty {
            Some(s) => s.clone(),
            None => {
                let s = self.inline_str(1, 0, &[], true);
                self.symbols.empty = Some(s.clone());
                s
            }
        }
    }
    /// A string of one code point; Latin-1 ones are kept.
    #[inline]
    pub fn char_str(&mut self, c: u32) -> Ref<Str> {
        if let Some(Some(s)) = self.symbols.latin1.get(c as usize) {
            return s.clone();
        }
        self.new_char_str(c)
    }
    #[inline(never)]
    fn new_char_str(&mut self, c: u32) -> Ref<Str> {
        let Ok(byte) = u8::try_from(c) else {
            return if c < 0x10000 {
                self.inline_str(2, 1, &(c as u16).to_le_bytes(), false)
            } else {
                self.inline_str(4, 1, &c.to_le_bytes(), false)
            };
        };
        let s = self.inline_str(1, 1, &[byte], byte < 128);
        if self.symbols.latin1.is_empty() {
            self.symbols.latin1.resize(256, None);
        }
        self.symbols.latin1[c as usize] = Some(s.clone());
        s
    }
    /// A string subclass instance or a copy that is not shared: storage for `str.__new__(cls, …)`.
    pub fn str_typed(&mut self, type_id: u32, view: StrRef<'_>) -> Ref<Str> {
        // Subclass objects have a fixed size (slots may follow the payload), so their content is always external.
        let flags = Cell::new(if view.is_ascii() { ASCII } else { 0 });
        let object = self.alloc_typed(type_id, Str { hash: Cell::new(NO_HASH), len: 0, width: 1, flags });
        object.get_mut(self).set_external(view.to_buf());
        object
    }

    /// `s += t` on a unique owner: grows the buffer in place if the width allows. Gives `s` back otherwise.
    pub fn str_append(&mut self, s: Value, t: StrRef<'_>) -> Result<Value, Value> {
        let Some(target) = s.downcast_exact::<Str>() else { return Err(s) };
        let (width, len) = { let p = target.get(self); (p.width as usize, p.len()) };
        let total = len + t.len();
        if !s.is_unique() || total > u32::MAX as usize || total < 2 {
            return Err(s);
        }
        if target.get(self).flags.get() & EXTERNAL == 0 {
            let StrRef::One(bytes) = t else { return Err(s) };
            return if self.append_within(target, bytes, t.is_ascii()) { Ok(s) } else { Err(s) };
        }
        if total * width <= INLINE {
            return Err(s);
        }
        let payload = target.get_mut(self);
        if payload.flags.get() & (EXTERNAL | INTERNED) != EXTERNAL || t.width() > width {
            return Err(s);
        }
        let before = payload.external_size();
        let mut buffer = payload.take_external();
        match (&mut buffer, t) {
            (StrBuf::One(v), StrRef::One(u)) => v.extend_from_slice(u),
            (StrBuf::Two(v), StrRef::One(u)) => v.extend(u.iter().map(|&c| u16::from(c))),
            (StrBuf::Two(v), StrRef::Two(u)) => v.extend_from_slice(u),
            (StrBuf::Four(v), t) => v.extend(t.iter()),
            _ => {}
        }
        if payload.flags.get() & ASCII != 0 && !t.is_ascii() {
            payload.flags.set(payload.flags.get() & !ASCII);
        }
        payload.hash.set(NO_HASH);
        payload.set_external(buffer);
        let grown = payload.external_size() as isize - before as isize;
        let _ = self.charge(grown);
        Ok(s)
    }
}

/// Copies a few bytes: short strings are not worth a call.
///
/// # Safety
/// As `copy_nonoverlapping`.
#[inline(always)]
unsafe fn copy_short(from: *const u8, to: *mut u8, len: usize) {
    // SAFETY: two pieces that overlap in the middle cover `len` bytes, and no more are touched.
    unsafe {
        match len {
            8..=16 => {
                let (a, b) = ((from as *const u64).read_unaligned(), (from.add(len - 8) as *const u64).read_unaligned());
                (to as *mut u64).write_unaligned(a);
                (to.add(len - 8) as *mut u64).write_unaligned(b);
            }
            4..8 => {
                let (a, b) = ((from as *const u32).read_unaligned(), (from.add(len - 4) as *const u32).read_unaligned());
                (to as *mut u32).write_unaligned(a);
                (to.add(len - 4) as *mut u32).write_unaligned(b);
            }
            0 => {}
            1..4 => {
                let (a, b, c) = (*from, *from.add(len / 2), *from.add(len - 1));
                *to = a;
                *to.add(len / 2) = b;
                *to.add(len - 1) = c;
            }
            _ => std::ptr::copy_nonoverlapping(from, to, len),
        }
    }
}

/// Whether all bytes are ASCII, by words.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    if bytes.len() > 32 {
        return bytes.is_ascii();
    }
    let (words, tail) = bytes.as_chunks::<8>();
    let all = words.iter().fold(0, |all, word| all | u64::from_le_bytes(*word));
    tail.iter().fold(0, |all, &b| all | b) < 0x80 && all & HIGH == 0
}

/// A string whose content can be read while Python runs: it is owned here too, so nobody can take it for theirs alone
/// and append to it in place.
pub struct PinnedStr(Ref<Str>);

impl PinnedStr {
    pub fn new(s: &Ref<Str>) -> PinnedStr {
        PinnedStr(s.clone())
    }
    #[inline]
    pub fn view(&self) -> StrRef<'_> {
        // SAFETY: the object lives as long as this reference. A string's content changes only in `str_append`, which wants
        // the one owner of the string to give it up; this reference is never given away.
        unsafe { (*self.0.payload_ptr()).view() }
    }
}

impl Heap {
    /// Appends to a narrow string whose slot or buffer has room left; whether it did.
    #[inline]
    fn append_within(&mut self, target: &Ref<Str>, bytes: &[u8], ascii: bool) -> bool {
        let payload = target.get_mut(self);
        let (len, flags) = (payload.len(), payload.flags.get());
        let total = len + bytes.len();
        if payload.width != 1 || flags & INTERNED != 0 || total > u32::MAX as usize {
            return false;
        }
        let to = if flags & EXTERNAL != 0 {
            if total > payload.external().capacity {
                return false;
            }
            payload.external().data
        } else {
            let tail = payload.tail() as *mut u8;
            let room = self.slot_size(target.as_value()) - size_of::<crate::heap::Header>() - size_of::<Str>();
            if total > room.min(INLINE) {
                return false;
            }
            tail
        };
        // SAFETY: there is room for the bytes behind those that are there. They are not the string's own, because a string
        // that lends its content out has two owners.
        unsafe { copy_short(bytes.as_ptr(), to.add(len), bytes.len()) }
        let payload = target.get_mut(self);
        payload.len = total as u32;
        payload.hash.set(NO_HASH);
        if !ascii {
            payload.flags.set(flags & !ASCII);
        }
        true
    }
    /// `s += t` where nobody else has `s` and no memory is needed for it; whether it was done.
    #[inline]
    pub(crate) fn append_in_room(&mut self, s: &Value, t: &Value) -> bool {
        let (Some(target), Some(t)) = (s.downcast_exact::<Str>(), t.downcast_exact::<Str>()) else { return false };
        if !s.is_unique() || target.get(self).len() < 2 {
            return false;
        }
        // SAFETY: as in `append_within`.
        let more = unsafe { &*t.payload_ptr() };
        let StrRef::One(bytes) = more.view() else { return false };
        self.append_within(target, bytes, more.flags.get() & ASCII != 0)
    }

    /// How long the narrow strings in `items` are together, and whether all are ASCII; `None` when one is wide.
    /// `Err`: the index of an item that is no string.
    pub(crate) fn measure_join(&self, sep: &Ref<Str>, items: &[Value]) -> Result<Option<(usize, bool)>, usize> {
        let sep = sep.get(self);
        let mut total = sep.len().saturating_mul(items.len().saturating_sub(1));
        let (mut flags, mut width) = (sep.flags.get(), sep.width);
        for (i, item) in items.iter().enumerate() {
            let Some(s) = item.downcast::<Str>(self) else { return Err(i) };
            let s = s.get(self);
            total = total.saturating_add(s.len());
            flags &= s.flags.get();
            width |= s.width;
        }
        Ok((width == 1).then_some((total, flags & ASCII != 0)))
    }
    /// A string of `len` (at least two) narrow characters, for [`Heap::fill_join`].
    pub(crate) fn blank_str(&mut self, len: usize, ascii: bool) -> Ref<Str> {
        if len > INLINE {
            return self.external_str(StrBuf::One(vec![0; len]), ascii);
        }
        self.inline_str(1, len, &[0; INLINE][..len], ascii)
    }
    /// Writes narrow strings with a separator between them into a blank string of their length.
    pub(crate) fn fill_join(&self, blank: &Ref<Str>, sep: &Ref<Str>, items: &[Value]) {
        let target = blank.get(self);
        if !blank.as_value().is_unique() || target.width != 1 {
            return;
        }
        let start = if target.holds_buffer() { target.external().data } else { target.tail() as *mut u8 };
        let sep = sep.get(self).bytes();
        let (mut at, end) = (0, target.len());
        let mut put = |bytes: &[u8]| {
            if bytes.len() <= end - at {
                // SAFETY: within the content of a string that nobody else has seen yet.
                unsafe { copy_short(bytes.as_ptr(), start.add(at), bytes.len()) }
                at += bytes.len();
            }
        };
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                put(sep);
            }
            if let Some(s) = item.downcast::<Str>(self) {
                put(s.get(self).bytes());
            }
        }
    }
    /// `s += t` of exact strings; the target grows in place when nobody else owns it.
    #[inline]
    pub(crate) fn append_owned(&mut self, s: Value, t: &Ref<Str>) -> Result<Value, Value> {
        if !s.is_unique() {
            return Err(s);
        }
        // SAFETY: `t` keeps its content alive. It is another object than `s`, whose one owner is at hand, and what is
        // done to `s` moves nothing of other strings.
        let view = unsafe { (*t.payload_ptr()).view() };
        self.str_append(s, view)
    }
}

/// Bytes of an external string's tail: what `TypeInfo::size` of `str` must add to the payload.
pub(crate) const STR_TAIL: usize = size_of::<External>();

/// Names that are interned by the time `__main__` runs.
const START_NAMES: usize = 7_000;

/// The table of interned strings and the kept short ones.
#[derive(Default)]
pub(crate) struct Interner {
    table: hashbrown::HashTable<Ref<Str>>,
    empty: Option<Ref<Str>>,
    latin1: Vec<Option<Ref<Str>>>,
    seed: (u64, u64),
}

impl Heap {
    /// The one string object with this text, used for names: equal interned strings are identical.
    pub fn intern(&mut self, text: &str) -> Ref<Str> {
        if text.is_ascii() {
            return self.intern_latin1(text.as_bytes());
        }
        let s = self.str(text);
        self.intern_str(&s)
    }
    /// The interned string of Latin-1 bytes: a new object only when there is none yet.
    pub fn intern_latin1(&mut self, bytes: &[u8]) -> Ref<Str> {
        if bytes.len() <= 1 {
            let s = self.str_latin1(bytes);
            return self.intern_str(&s);
        }
        let hash = self.hash_bytes(bytes);
        let known = self.symbols.table.find(hash as u64, |o| matches!(o.get(&*self).view(), StrRef::One(b) if b == bytes));
        if let Some(known) = known {
            return known.clone();
        }
        let s = self.str_latin1(bytes);
        s.get(self).hash.set(hash);
        self.keep_interned(s.clone(), hash as u64);
        s
    }
    /// Enters an exact string that has no equal in the table yet.
    fn keep_interned(&mut self, s: Ref<Str>, hash: u64) {
        let payload = s.get(self);
        payload.flags.set(payload.flags.get() | INTERNED);
        let mut table = std::mem::take(&mut self.symbols.table);
        if table.capacity() == 0 {
            // A start interns this many.
            table.reserve(START_NAMES, |_| 0);
        }
        table.insert_unique(hash, s, |o| o.get(&*self).hash(self) as u64);
        self.symbols.table = table;
    }
    /// The interned equal of a string.
    pub fn intern_str(&mut self, s: &Ref<Str>) -> Ref<Str> {
        if s.get(self).is_interned() {
            return s.clone();
        }
        let hash = s.get(self).hash(self) as u64;
        let table = &self.symbols.table;
        if let Some(found) = table.find(hash, |o| o.get(&*self).same(s.get(&*self))) {
            return found.clone();
        }
        let kept = if s.as_value().is_exact::<Str>() {
            s.clone()
        } else {
            let buffer = s.get(self).view().to_buf();
            self.str_buf(buffer)
        };
        self.keep_interned(kept.clone(), hash);
        kept
    }
    /// The interned string with this content, if there is one: what a dynamic attribute name can match.
    pub fn find_interned(&self, s: &Ref<Str>) -> Option<Ref<Str>> {
        if s.get(self).is_interned() {
            return Some(s.clone());
        }
        let hash = s.get(self).hash(self) as u64;
        self.symbols.table.find(hash, |o| o.get(self).same(s.get(self))).cloned()
    }
}

impl Ref<Str> {
    #[inline(always)]
    pub fn view<'a>(&'a self, token: &'a impl Token) -> StrRef<'a> {
        self.get(token).view()
    }
}
