//! Plain data across the boundary: a tag byte, then the content; lengths and numbers little-endian.
//!
//! `N` none, `T`, `F`, `I` and 8 bytes, `D` and 8 bytes, `S` and `B` with a 4-byte length (text, bytes), `L` with a
//! count (list), `M` with a count of pairs (map). The page's half of this is in `npm/data.mjs`.

use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::list::List;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::{Result, Value, Vm};

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

/// Nesting that is read or written.
const DEPTH: usize = 64;

impl Data {
    pub fn read(bytes: &[u8]) -> Option<Data> {
        read(&mut { bytes }, DEPTH)
    }
    pub fn write(&self, out: &mut Vec<u8>) {
        let sized = |out: &mut Vec<u8>, tag: u8, len: usize| {
            out.push(tag);
            out.extend_from_slice(&(len as u32).to_le_bytes());
        };
        match self {
            Data::None => out.push(b'N'),
            Data::Bool(b) => out.push(if *b { b'T' } else { b'F' }),
            Data::Int(n) => {
                out.push(b'I');
                out.extend_from_slice(&n.to_le_bytes());
            }
            Data::Float(f) => {
                out.push(b'D');
                out.extend_from_slice(&f.to_le_bytes());
            }
            Data::Text(t) => {
                sized(out, b'S', t.len());
                out.extend_from_slice(t.as_bytes());
            }
            Data::Bytes(b) => {
                sized(out, b'B', b.len());
                out.extend_from_slice(b);
            }
            Data::List(items) => {
                sized(out, b'L', items.len());
                items.iter().for_each(|item| item.write(out));
            }
            Data::Map(pairs) => {
                sized(out, b'M', pairs.len());
                for (key, value) in pairs {
                    key.write(out);
                    value.write(out);
                }
            }
        }
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

    /// As a Python object.
    pub fn to_value(&self, vm: &mut Vm) -> Result<Value> {
        Ok(match self {
            Data::None => Value::NONE,
            Data::Bool(b) => Value::bool(*b),
            Data::Int(n) => vm.heap.int((*n).into()),
            Data::Float(f) => Value::float(*f),
            Data::Text(t) => vm.str(t),
            Data::Bytes(b) => vm.heap.bytes(b).into_value(),
            Data::List(items) => {
                let items = items.iter().map(|i| i.to_value(vm)).collect::<Result<_>>()?;
                vm.list(items)
            }
            Data::Map(pairs) => {
                let dict = vm.heap.dict();
                for (key, value) in pairs {
                    let (key, value) = (key.to_value(vm)?, value.to_value(vm)?);
                    dict.set_item(vm, key, value)?;
                }
                dict.into_value()
            }
        })
    }
    /// From a Python object; TypeError for what is not plain data.
    pub fn from_value(vm: &mut Vm, value: &Value) -> Result<Data> {
        from_value(vm, value, DEPTH)
    }
}

fn from_value(vm: &mut Vm, value: &Value, depth: usize) -> Result<Data> {
    if depth == 0 {
        return Err(vm.value_error("data is nested too deeply for the page"));
    }
    if value.is_none() {
        return Ok(Data::None);
    }
    if value.is_true() || value.is(&Value::FALSE) {
        return Ok(Data::Bool(value.is_true()));
    }
    if let Some(f) = value.as_float() {
        return Ok(Data::Float(f));
    }
    if let Some(n) = value.as_int(&vm.heap) {
        return match n.to_i64() {
            Some(n) => Ok(Data::Int(n)),
            None => Err(vm.overflow_error("int too large for the page")),
        };
    }
    if value.has_payload::<Str>(&*vm.heap) {
        return Ok(Data::Text(vm.to_text(value)?));
    }
    if let Some(b) = value.downcast::<Bytes>(&*vm.heap) {
        return Ok(Data::Bytes(b.get(&*vm.heap).data.to_vec()));
    }
    if value.has_payload::<List>(&*vm.heap) || value.has_payload::<Tuple>(&*vm.heap) {
        let items = vm.collect(value)?;
        return Ok(Data::List(items.iter().map(|i| from_value(vm, i, depth - 1)).collect::<Result<_>>()?));
    }
    if let Some(dict) = value.downcast::<Dict>(&*vm.heap).cloned() {
        let pairs = dict.items(&*vm.heap);
        let pairs = pairs.iter().map(|(k, v)| Ok((from_value(vm, k, depth - 1)?, from_value(vm, v, depth - 1)?)));
        return Ok(Data::Map(pairs.collect::<Result<_>>()?));
    }
    let name = vm.type_name(value);
    Err(vm.type_error(format!("cannot pass '{name}' object to the page")))
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
    fn there_and_back() {
        let list = Data::List(vec![Data::None, Data::Bool(true), Data::Int(-5), Data::Float(0.5), Data::Bytes(vec![0, 255])]);
        let data = Data::Map(vec![(Data::Text("a".into()), list), (Data::Text("é".into()), Data::Bool(false))]);
        let mut bytes = Vec::new();
        data.write(&mut bytes);
        assert_eq!(Data::read(&bytes).as_ref(), Some(&data));
        assert_eq!(Data::read(&bytes[..bytes.len() - 1]), None);
        assert_eq!(data.get("é"), &Data::Bool(false));
        assert_eq!(Data::read(&[b'L', 1, 0, 0, 0].repeat(100)), None, "nested too deeply");
    }
}
