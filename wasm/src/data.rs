//! Options as they cross the boundary: a tag byte, then the content; lengths and numbers little-endian.
//!
//! `N` none, `T`, `F`, `I` and 8 bytes, `D` and 8 bytes, `S` and `B` with a 4-byte length (text, bytes), `L` with a
//! count (list), `M` with a count of pairs (map). What programs and the page exchange has more kinds:
//! [`crate::values`].

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Data>),
    Map(Vec<(Data, Data)>),
}

/// Nesting that is read.
const DEPTH: usize = 64;

impl Data {
    pub fn read(bytes: &[u8]) -> Option<Data> {
        read(&mut { bytes }, DEPTH)
    }
    /// A map's member.
    pub fn get(&self, name: &str) -> &Data {
        match self {
            Data::Map(pairs) => pairs.iter().find(|(k, _)| k.text() == Some(name)).map_or(&Data::None, |(_, v)| v),
            _ => &Data::None,
        }
    }
    pub fn text(&self) -> Option<&str> {
        if let Data::Text(t) = self { Some(t) } else { None }
    }
    pub fn number(&self) -> Option<f64> {
        match self {
            Data::Int(n) => Some(*n as f64),
            Data::Float(f) => Some(*f),
            _ => None,
        }
    }
    pub fn items(&self) -> &[Data] {
        if let Data::List(items) = self { items } else { &[] }
    }
    pub fn pairs(&self) -> &[(Data, Data)] {
        if let Data::Map(pairs) = self { pairs } else { &[] }
    }
    pub fn texts(&self) -> Vec<String> {
        self.items().iter().filter_map(|d| d.text().map(str::to_string)).collect()
    }
}

fn read(input: &mut &[u8], depth: usize) -> Option<Data> {
    let (tag, rest) = input.split_first()?;
    *input = rest;
    let depth = depth.checked_sub(1)?;
    Some(match tag {
        b'N' => Data::None,
        b'T' => Data::Bool(true),
        b'F' => Data::Bool(false),
        b'I' => Data::Int(i64::from_le_bytes(take(input, 8)?.try_into().ok()?)),
        b'D' => Data::Float(f64::from_le_bytes(take(input, 8)?.try_into().ok()?)),
        b'S' => {
            let n = length(input)?;
            Data::Text(String::from_utf8_lossy(take(input, n)?).into_owned())
        }
        b'B' => {
            let n = length(input)?;
            Data::Bytes(take(input, n)?.to_vec())
        }
        b'L' => {
            let n = length(input)?;
            Data::List((0..n).map(|_| read(input, depth)).collect::<Option<_>>()?)
        }
        b'M' => {
            let n = length(input)?;
            Data::Map((0..n).map(|_| Some((read(input, depth)?, read(input, depth)?))).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn take<'a>(input: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, rest) = input.split_at_checked(n)?;
    *input = rest;
    Some(head)
}

fn length(input: &mut &[u8]) -> Option<usize> {
    Some(u32::from_le_bytes(take(input, 4)?.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        let bytes = b"M\x02\0\0\0S\x01\0\0\0aL\x02\0\0\0TI\xfb\xff\xff\xff\xff\xff\xff\xffS\x02\0\0\0\xc3\xa9B\x02\0\0\0\0\xff";
        let data = Data::read(bytes).unwrap();
        assert_eq!(data.get("a"), &Data::List(vec![Data::Bool(true), Data::Int(-5)]));
        assert_eq!(data.get("é"), &Data::Bytes(vec![0, 255]));
        assert_eq!(Data::read(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Data::read(&[b'L', 1, 0, 0, 0].repeat(100)), None, "nested too deeply");
    }
}
