//! What builtins say of themselves, signatures and doc strings, moved from the wasm file to the library's pack.
//!
//! `#[methods]` puts the texts into a custom section, each behind its key and its length, and only keys into the program
//! (`krait_vm::args::About`). This takes the section out and makes the table that the host searches: the count; for each
//! text its key, start and length, by key; the texts. All numbers have four bytes.

use crate::Failure;
use crate::sections::Reader;
use std::collections::BTreeMap;
use std::path::Path;

const SECTION: &[u8] = b"krait.about";

/// Reads `built`, writes it without the section to `code` and the table to `texts`.
pub fn take_out(built: &Path, code: &Path, texts: &Path) -> Result<(), Failure> {
    let module = std::fs::read(built).map_err(|e| format!("{}: {e}", built.display()))?;
    let (rest, section) = split(&module)?;
    for (path, content) in [(code, rest), (texts, table(&section)?)] {
        std::fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// A module without the section, and its content.
fn split(module: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let (head, sections) = module.split_at_checked(8).ok_or("the wasm build is empty")?;
    let (mut rest, mut found) = (head.to_vec(), Vec::new());
    let mut all = Reader(sections);
    while !all.0.is_empty() {
        let before = all;
        let (id, mut content) = (all.byte()?, Reader(all.bytes()?));
        if id == 0 && content.bytes()? == SECTION {
            found.extend_from_slice(content.0);
        } else {
            rest.extend_from_slice(all.since(before));
        }
    }
    if found.is_empty() { Err("the wasm build has no texts of builtins".into()) } else { Ok((rest, found)) }
}

fn table(mut section: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut by_key: BTreeMap<u32, &[u8]> = BTreeMap::new();
    while let Some((&key, behind)) = section.split_first_chunk::<4>() {
        let Some((text, next)) = behind.split_first_chunk::<4>().and_then(|(&len, text)| text.split_at_checked(u32::from_le_bytes(len) as usize)) else {
            return Err("the texts of builtins are cut off".into());
        };
        if by_key.insert(u32::from_le_bytes(key), text).is_some_and(|old| old != text) {
            return Err(format!("two texts of builtins have the same key: reword {:?}", String::from_utf8_lossy(text)));
        }
        section = next;
    }
    let mut table = (by_key.len() as u32).to_le_bytes().to_vec();
    let mut start = 0;
    for (key, text) in &by_key {
        for number in [*key, start, text.len() as u32] {
            table.extend_from_slice(&number.to_le_bytes());
        }
        start += text.len() as u32;
    }
    table.extend(by_key.values().copied().flatten());
    Ok(table)
}
