//! What a module's file says of its functions: the sections with types, imports, exports and the table's first content.
//!
//! The engine has the last word on whether a file is a module. What is not understood here is not known, no more.

use krait_modules::ctypes::isolated::{Signature, ValueType};
use std::collections::HashMap;
use std::ops::Range;

#[derive(Default)]
pub struct Types {
    /// `module.name` of what is imported.
    pub imports: Vec<String>,
    /// The least size of all memories.
    pub pages: u64,
    /// Where the section with the memories is in the file, and their sizes.
    memories: Option<(Range<usize>, Vec<Limits>)>,
    signatures: Vec<Signature>,
    /// The type of each function.
    functions: Vec<u32>,
    exports: HashMap<String, u32>,
    /// The functions in the table.
    slots: HashMap<u32, u32>,
}

/// Pages that a memory begins with and may grow to.
struct Limits {
    flags: u8,
    least: u64,
    most: Option<u64>,
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }
    /// A number in LEB128.
    fn number(&mut self) -> Option<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(n);
            }
        }
        None
    }
    fn index(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }
    fn take(&mut self, len: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(usize::try_from(len).ok()?)?;
        self.bytes = rest;
        Some(taken)
    }
    fn name(&mut self) -> Option<String> {
        let len = self.number()?;
        Some(String::from_utf8_lossy(self.take(len)?).into_owned())
    }
    fn value_types(&mut self) -> Option<Vec<ValueType>> {
        let count = self.number()?;
        (0..count)
            .map(|_| {
                Some(match self.byte()? {
                    0x7F => ValueType::I32,
                    0x7E => ValueType::I64,
                    0x7D => ValueType::F32,
                    0x7C => ValueType::F64,
                    // References may have more bytes: types after one that has are not known.
                    0x63 | 0x64 => return None,
                    _ => ValueType::Other,
                })
            })
            .collect()
    }
    /// Limits of a memory or table.
    fn limits(&mut self) -> Option<Limits> {
        let flags = self.byte()?;
        let least = self.number()?;
        let most = if flags & 1 != 0 { Some(self.number()?) } else { None };
        Some(Limits { flags, least, most })
    }
}

fn leb(out: &mut Vec<u8>, mut n: u64) {
    while n > 0x7F {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

impl Types {
    /// `None` when it is not understood at all.
    pub fn read(file: &[u8]) -> Option<Types> {
        let mut reader = Reader { bytes: file.strip_prefix(b"\0asm\x01\0\0\0")? };
        let mut types = Types::default();
        loop {
            let start = file.len() - reader.bytes.len();
            let Some(id) = reader.byte() else { break };
            let len = reader.number()?;
            let mut section = Reader { bytes: reader.take(len)? };
            let known = match id {
                1 => types.read_types(&mut section),
                2 => types.read_imports(&mut section),
                3 => types.read_functions(&mut section),
                5 => {
                    let place = start..file.len() - reader.bytes.len();
                    types.read_memories(&mut section, place)
                }
                7 => types.read_exports(&mut section),
                9 => types.read_elements(&mut section),
                _ => Some(()),
            };
            // The engine tells what is wrong with it, if something is.
            known.unwrap_or(());
        }
        Some(types)
    }
    fn read_types(&mut self, section: &mut Reader<'_>) -> Option<()> {
        for _ in 0..section.number()? {
            if section.byte()? != 0x60 {
                return None;
            }
            let (params, results) = (section.value_types()?, section.value_types()?);
            self.signatures.push(Signature { params, results });
        }
        Some(())
    }
    fn read_imports(&mut self, section: &mut Reader<'_>) -> Option<()> {
        for _ in 0..section.number()? {
            let (module, name) = (section.name()?, section.name()?);
            self.imports.push(format!("{module}.{name}"));
            match section.byte()? {
                0 => {
                    let ty = section.index()?;
                    self.functions.push(ty);
                }
                1 => {
                    section.byte()?;
                    section.limits()?;
                }
                2 => {
                    section.limits()?;
                }
                3 => {
                    section.take(2)?;
                }
                _ => return None,
            }
        }
        Some(())
    }
    fn read_functions(&mut self, section: &mut Reader<'_>) -> Option<()> {
        for _ in 0..section.number()? {
            let ty = section.index()?;
            self.functions.push(ty);
        }
        Some(())
    }
    fn read_memories(&mut self, section: &mut Reader<'_>, place: Range<usize>) -> Option<()> {
        let mut memories = Vec::new();
        for _ in 0..section.number()? {
            let limits = section.limits()?;
            self.pages = self.pages.saturating_add(limits.least);
            memories.push(limits);
        }
        self.memories = Some((place, memories));
        Some(())
    }
    /// The file with memories that grow to so many pages at most; `None` when they are of a kind that C does not have.
    pub fn limited(&self, file: &[u8], most: u64) -> Option<Vec<u8>> {
        let Some((place, memories)) = &self.memories else { return Some(file.to_vec()) };
        let mut content = Vec::new();
        leb(&mut content, memories.len() as u64);
        for memory in memories {
            if memory.flags > 1 {
                return None;
            }
            content.push(1);
            leb(&mut content, memory.least);
            leb(&mut content, memory.most.map_or(most, |m| m.min(most)).max(memory.least));
        }
        let mut section = vec![5];
        leb(&mut section, content.len() as u64);
        Some([file.get(..place.start)?, &section, &content, file.get(place.end..)?].concat())
    }
    fn read_exports(&mut self, section: &mut Reader<'_>) -> Option<()> {
        for _ in 0..section.number()? {
            let (name, kind, index) = (section.name()?, section.byte()?, section.index()?);
            if kind == 0 {
                self.exports.insert(name, index);
            }
        }
        Some(())
    }
    /// Plain segments at a constant offset: what linkers make.
    fn read_elements(&mut self, section: &mut Reader<'_>) -> Option<()> {
        for _ in 0..section.number()? {
            if section.number()? != 0 || section.byte()? != 0x41 {
                return None;
            }
            let start = section.index()?;
            if section.byte()? != 0x0B {
                return None;
            }
            for i in 0..section.index()? {
                let function = section.index()?;
                self.slots.insert(start.checked_add(i)?, function);
            }
        }
        Some(())
    }

    fn of_function(&self, index: u32) -> Option<Signature> {
        self.signatures.get(*self.functions.get(index as usize)? as usize).cloned()
    }
    pub fn of_export(&self, name: &str) -> Option<Signature> {
        self.of_function(*self.exports.get(name)?)
    }
    /// The types of what was in a slot of the table to begin with.
    pub fn of_slot(&self, slot: u32) -> Option<Signature> {
        self.of_function(*self.slots.get(&slot)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_and_its_slot() {
        let file = [
            &b"\0asm\x01\0\0\0"[..],
            &[1, 7, 1, 0x60, 2, 0x7F, 0x7C, 1, 0x7E],
            &[3, 2, 1, 0],
            &[5, 3, 1, 0, 2],
            &[7, 5, 1, 1, b'f', 0, 0],
            &[9, 7, 1, 0, 0x41, 1, 0x0B, 1, 0],
        ]
        .concat();
        let types = Types::read(&file).unwrap();
        let f = types.of_export("f").unwrap();
        assert_eq!((f.params, f.results), (vec![ValueType::I32, ValueType::F64], vec![ValueType::I64]));
        assert!(types.of_slot(1).is_some() && types.of_slot(0).is_none() && types.of_export("g").is_none());
        assert_eq!(types.pages, 2);
        let limited = types.limited(&file, 200).unwrap();
        assert_eq!(limited.len(), file.len() + 2);
        let (_, memories) = Types::read(&limited).unwrap().memories.unwrap();
        assert_eq!((memories[0].least, memories[0].most), (2, Some(200)));
        for end in 0..file.len() {
            let _ = Types::read(&file[..end]);
        }
    }
}
