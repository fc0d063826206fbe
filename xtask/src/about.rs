//! What builtins say of themselves, signatures and doc strings, moved from the wasm file to the library's pack.
//!
//! `#[methods]` puts the texts into a custom section, each behind its key and its length, and only keys into the program
//! (`krait_vm::args::About`). This takes the section out and makes the table that the host searches: the count; for each
//! text its key, start and length, by key; the texts. All numbers have four bytes.

use crate::Failure;
use std::collections::BTreeMap;
use std::path::Path;

const SECTION: &[u8] = b"krait.about";

/// Reads `built`, writes it without the section to `code` and the table to `texts`.
pub fn take_out(built: &Path, code: &Path, texts: &Path) -> Result<(), Failure> {
    let module = std::fs::read(built).map_err(|e| format!("{}: {e}", built.display()))?;
    let (rest, section) = split(&module).ok_or_else(|| format!("{} has no texts of builtins", built.display()))?;
    for (path, content) in [(code, rest), (texts, table(&section)?)] {
        std::fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// A module without the section, and its content.
fn split(module: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (head, mut left) = module.split_at_checked(8)?;
    let (mut rest, mut found) = (head.to_vec(), Vec::new());
    while let [id, behind @ ..] = left {
        let (len, content) = number(behind)?;
        let (content, next) = content.split_at_checked(len)?;
        let name = if *id == 0 { number(content).and_then(|(len, name)| name.split_at_checked(len)) } else { None };
        match name {
            Some((SECTION, texts)) => found.extend_from_slice(texts),
            _ => rest.extend_from_slice(&left[..left.len() - next.len()]),
        }
        left = next;
    }
    (!found.is_empty()).then_some((rest, found))
}

/// A number as wasm writes it (LEB128), and what follows.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let len = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let value = bytes[..len].iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f));
    Some((value, &bytes[len..]))
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
