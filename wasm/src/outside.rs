//! What the file system finds outside: the page's streams and the folders it lets Python see.

use crate::files::{Outside, OutsideEntry};
use crate::js;

pub struct Page;

impl Outside for Page {
    fn list(&mut self, path: &[u8]) -> Option<Vec<OutsideEntry>> {
        let text = js::list_folder(path)?;
        Some(text.split(|b| *b == 0).filter_map(entry).collect())
    }
    fn read(&mut self, path: &[u8]) -> Option<Vec<u8>> {
        js::read_file(path)
    }
    fn input(&mut self, limit: usize) -> Vec<u8> {
        js::read(limit)
    }
    fn output(&mut self, stream: u8, bytes: &[u8]) {
        js::write(stream, bytes);
    }
    fn is_terminal(&mut self, stream: u8) -> bool {
        js::is_terminal(stream)
    }
}

/// One line of a listing: `d` or `f`, size, milliseconds since the epoch, name.
fn entry(line: &[u8]) -> Option<OutsideEntry> {
    let mut parts = line.splitn(4, |b| *b == b' ');
    let mut next = || parts.next();
    let folder = next()? == b"d";
    let number = |bytes: &[u8]| std::str::from_utf8(bytes).ok()?.parse::<f64>().ok();
    let (size, modified) = (number(next()?)?, number(next()?)?);
    Some(OutsideEntry { name: next()?.to_vec(), folder, size: size as u64, modified: (modified * 1e6) as i64 })
}

#[cfg(test)]
mod tests {
    #[test]
    fn listings() {
        let e = super::entry(b"f 12 1500.5 a b.py").unwrap();
        assert_eq!((e.name.as_slice(), e.folder, e.size, e.modified), (&b"a b.py"[..], false, 12, 1_500_500_000));
        assert!(super::entry(b"").is_none());
    }
}
