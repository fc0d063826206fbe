//! ASCII, Latin-1 and character maps: one byte per character.

use super::CodecError;
use crate::strref::{StrBuilder, StrRef, each_width};
use crate::unit::{self, Unit};

pub(super) fn decode_ascii(input: &[u8], at: &mut usize, out: &mut StrBuilder) -> Result<(), CodecError> {
    let rest = &input[(*at).min(input.len())..];
    let len = if rest.is_ascii() { rest.len() } else { rest.iter().take_while(|b| b.is_ascii()).count() };
    out.push_latin1(&rest[..len]);
    *at += len;
    if len == rest.len() { Ok(()) } else { Err(CodecError::new(*at, *at + 1, "ordinal not in range(128)")) }
}

/// Every byte is a character.
pub fn decode_latin1(input: &[u8], out: &mut StrBuilder) {
    out.push_latin1(input);
}

/// Encodes the characters below `limit`; the error range covers the whole run of those that are not.
pub(super) fn encode_below(
    text: StrRef<'_>,
    at: &mut usize,
    out: &mut Vec<u8>,
    limit: u32,
    reason: &'static str,
) -> Result<(), CodecError> {
    fn go<T: Unit>(
        units: &[T],
        at: &mut usize,
        out: &mut Vec<u8>,
        limit: u32,
        reason: &'static str,
    ) -> Result<(), CodecError> {
        let rest = &units[(*at).min(units.len())..];
        let fits = |c: &&T| u32::from((**c).into()) < limit;
        let len = if unit::any_above(rest, limit - 1) { rest.iter().take_while(fits).count() } else { rest.len() };
        out.extend(rest[..len].iter().map(|&c| u32::from(c.into()) as u8));
        *at += len;
        if len == rest.len() {
            return Ok(());
        }
        let run = rest[len..].iter().take_while(|c| !fits(c)).count();
        Err(CodecError::new(*at, *at + run, reason))
    }
    each_width!(text, u => go(u, at, out, limit, reason))
}

/// `charmap_decode` with a string as table: U+FFFE and bytes beyond its end are undefined.
pub fn decode_charmap(input: &[u8], at: &mut usize, out: &mut StrBuilder, table: StrRef<'_>) -> Result<(), CodecError> {
    while let Some(&b) = input.get(*at) {
        match table.get(b.into()) {
            Some(c) if c != 0xFFFE => out.push(c),
            _ => return Err(CodecError::new(*at, *at + 1, "character maps to <undefined>")),
        }
        *at += 1;
    }
    Ok(())
}

/// What `codecs.charmap_build` makes of a decoding table: the way back, as a sorted list.
#[derive(Clone, Debug, Default)]
pub struct CharmapEncoder {
    entries: Vec<(u32, u8)>,
}

impl CharmapEncoder {
    /// From a decoding table of at most 256 characters; of duplicates the last byte counts.
    pub fn build(table: StrRef<'_>) -> CharmapEncoder {
        let mut entries: Vec<(u32, u8)> = Vec::new();
        for (c, b) in table.iter().zip(0..=255u8).filter(|&(c, _)| c != 0xFFFE) {
            match entries.binary_search_by_key(&c, |e| e.0) {
                Ok(known) => entries[known].1 = b,
                Err(at) => entries.insert(at, (c, b)),
            }
        }
        CharmapEncoder { entries }
    }

    pub fn lookup(&self, c: u32) -> Option<u8> {
        self.entries.binary_search_by_key(&c, |e| e.0).ok().map(|i| self.entries[i].1)
    }

    /// One step of encoding; the error range covers the whole run of characters without a byte.
    pub fn encode(&self, text: StrRef<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
        while let Some(c) = text.get(*at) {
            let Some(b) = self.lookup(c) else {
                let rest = text.slice(*at..text.len());
                let run = rest.iter().take_while(|&c| self.lookup(c).is_none()).count();
                return Err(CodecError::new(*at, *at + run, "character maps to <undefined>"));
            };
            out.push(b);
            *at += 1;
        }
        Ok(())
    }
}
