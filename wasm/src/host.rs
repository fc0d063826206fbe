//! The core's way out under JavaScript: clocks, randomness, the library's pack, the modules of `os/`.

use crate::os::SharedFiles;
use crate::{js, os};
use krait_stdlib::{Directory, HEAD_LEN, Part};
use krait_vm::host::{Host, Library, LocalTime, ModuleInit, Stream};
use std::borrow::Cow;
use std::time::Duration;

/// What a level of native recursion may take of the engine's stack, in its slowest code: see `wasm/README.md`.
const LEVEL: usize = 18 << 10;
/// What native code may need below a check, of the stack in linear memory.
const RESERVE: usize = 256 << 10;
/// An engine's stack unless the page knows better.
const STACK: usize = 900 << 10;

pub struct JsHost {
    library: Option<&'static PackLibrary>,
    files: SharedFiles,
    max_native_depth: usize,
}

impl JsHost {
    /// A host; with the library if the page has its pack. `stack`: bytes of the engine's stack.
    pub fn new(library: Option<&'static PackLibrary>, files: SharedFiles, stack: Option<f64>) -> JsHost {
        let stack = stack.map_or(STACK, |n| n as usize);
        JsHost { library, files, max_native_depth: stack / LEVEL }
    }
}

fn milliseconds(n: f64) -> Duration {
    Duration::try_from_secs_f64(n / 1000.0).unwrap_or_default()
}

impl Host for JsHost {
    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let number = match stream {
            Stream::Stdout => 1,
            Stream::Stderr => 2,
        };
        js::write(number, bytes);
    }
    fn now(&self) -> Duration {
        milliseconds(js::now())
    }
    fn monotonic(&self) -> Duration {
        milliseconds(js::monotonic())
    }
    fn sleep(&mut self, time: Duration) {
        js::sleep(time.as_secs_f64() * 1000.0);
    }
    fn requests(&mut self) -> u32 {
        js::requests()
    }
    fn local_time(&self, seconds: i64) -> LocalTime {
        let offset = js::zone_offset(seconds as f64) as i32;
        // The page tells offsets only: the smaller one of the year is standard time.
        const HALF_YEAR: i64 = 182 * 24 * 3600;
        let other = js::zone_offset((seconds - HALF_YEAR) as f64) as i32;
        LocalTime { offset, daylight: offset > other, zone: None }
    }
    fn random(&mut self, buffer: &mut [u8]) {
        js::random(buffer);
    }
    fn hash_seed(&mut self) -> (u64, u64) {
        let mut seed = [0; 16];
        self.random(&mut seed);
        let (a, b) = seed.split_at(8);
        let word = |bytes: &[u8]| bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b));
        (word(a), word(b))
    }
    fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.0.try_borrow_mut().ok()?.read_file(path.as_bytes()).ok()
    }
    fn modules(&self) -> &'static [(&'static str, ModuleInit)] {
        os::MODULES
    }
    fn library(&self) -> Option<&'static dyn Library> {
        self.library.map(|l| l as &'static dyn Library)
    }
    /// No process, thread or socket: what CPython's library knows under this name.
    fn platform(&self) -> &'static str {
        "wasi"
    }
    fn multiarch(&self) -> &'static str {
        "wasm32-wasi"
    }
    fn max_native_depth(&self) -> usize {
        // The stack in linear memory ends at address zero, and what is left of it can be seen.
        let here = 0u8;
        let left = &raw const here as usize;
        if cfg!(target_arch = "wasm32") && left < RESERVE { 0 } else { self.max_native_depth }
    }
}

/// The library in a pack that the page keeps: the directory is here, parts are fetched.
pub struct PackLibrary {
    directory: Directory,
    front: &'static [u8],
}

impl PackLibrary {
    /// Lives as long as the instance.
    pub fn open() -> Option<&'static PackLibrary> {
        let head: [u8; HEAD_LEN] = js::library(0, HEAD_LEN)?.try_into().ok()?;
        let front = js::library(0, Directory::len_in(&head))?;
        let front: &'static [u8] = Vec::leak(front);
        let directory = Directory::new(front);
        // Behind the pack lie the tables of character names, behind those the decompositions, then the texts of builtins.
        #[cfg(target_arch = "wasm32")]
        {
            let names = directory.pack_len();
            krait_names::provide(Box::new(move |len| js::library(names, len)));
            krait_normal::provide(Box::new(move |len| js::library(names + krait_names::len(), len)));
        }
        Some(Box::leak(Box::new(PackLibrary { directory, front })))
    }
    /// Whether the page's pack is the one that was opened.
    pub fn is_at_hand(&self) -> bool {
        js::library(0, self.front.len()).is_some_and(|front| front == self.front)
    }
    /// The text of a builtin: behind the count and the places of all texts, which are in the order of their keys.
    #[cfg(target_arch = "wasm32")]
    fn text(&self, key: u32) -> Option<String> {
        use std::cmp::Ordering;
        let table = self.directory.pack_len() + krait_names::len() + krait_normal::len();
        let numbers = |at: usize| -> Option<[usize; 3]> {
            let bytes = js::library(table + at, 12)?;
            let (numbers, _) = bytes.as_chunks::<4>();
            numbers.iter().map(|&n| u32::from_le_bytes(n) as usize).collect::<Vec<_>>().try_into().ok()
        };
        let [count, ..] = numbers(0)?;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            let [found, start, len] = numbers(4 + 12 * middle)?;
            match found.cmp(&(key as usize)) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return String::from_utf8(js::library(table + 4 + 12 * count + start, len)?).ok(),
            }
        }
        None
    }
    fn part(part: Part) -> Option<Cow<'static, [u8]>> {
        Some(part.expand(Cow::Owned(js::library(part.offset, part.len)?)))
    }
}

impl Library for PackLibrary {
    fn find(&self, name: &str) -> Option<(&'static str, bool)> {
        self.directory.find(name).map(|m| (m.file(), m.is_package()))
    }
    fn code(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        PackLibrary::part(self.directory.find(name)?.code())
    }
    fn source(&self, name: &str) -> Option<Vec<u8>> {
        PackLibrary::part(self.directory.find(name)?.source()).map(Cow::into_owned)
    }
    #[cfg(target_arch = "wasm32")]
    fn about(&self, key: u32) -> Option<String> {
        self.text(key)
    }
    fn names(&self) -> Vec<(&'static str, bool)> {
        self.directory.modules().map(|m| (m.name(), m.is_package())).collect()
    }
}
