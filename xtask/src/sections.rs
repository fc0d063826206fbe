//! Reading the binary form of WebAssembly modules: what `about` and `split` share. Terms are the specification's.

use crate::Failure;

/// Reads a module's numbers and names.
#[derive(Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn byte(&mut self) -> Result<u8, Failure> {
        let (&byte, rest) = self.0.split_first().ok_or("a section of the wasm build is cut off")?;
        self.0 = rest;
        Ok(byte)
    }
    pub fn number(&mut self) -> Result<usize, Failure> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
    }
    /// Bytes that come with their number.
    pub fn bytes(&mut self) -> Result<&'a [u8], Failure> {
        let len = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(len).ok_or("a section of the wasm build is cut off")?;
        self.0 = rest;
        Ok(bytes)
    }
    /// What has been read since `before`.
    pub fn since(&self, before: Reader<'a>) -> &'a [u8] {
        &before.0[..before.0.len() - self.0.len()]
    }
    pub fn limits(&mut self) -> Result<usize, Failure> {
        let flags = self.byte()?;
        let least = self.number()?;
        if flags & 1 != 0 {
            self.number()?;
        }
        Ok(least)
    }
}
