//! Values across the boundary: plain data by content, everything else by a number that the other side keeps.
//!
//! The format is that of [`crate::data`] with more tags: `G` an int beyond 64 bits (hexadecimal text), `W` text with lone
//! surrogates (UTF-16), `U`, `E` and `Z` tuple, set and frozenset (a count), `P` a Python object in [`Handles`] (its
//! number, whether it can be called, its type's name), `J` an object of the page (its number and name). The page's half
//! is `npm/values.mjs`. What is written counts against the memory quota while it grows.

use crate::page::PageObject;
use krait_vm::builtins::bytes::{ByteArray, Bytes};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::list::List;
use krait_vm::builtins::set::Set;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::id;
use krait_vm::{Ref, Result, Value, Vm};

/// Nesting that is written or read.
const DEPTH: usize = 200;

/// Python objects that the page holds on to.
#[derive(Default)]
pub struct Handles {
    objects: Vec<Option<Value>>,
    free: Vec<u32>,
}

impl Handles {
    pub fn keep(&mut self, value: Value) -> u32 {
        match self.free.pop() {
            Some(number) => {
                self.objects[number as usize] = Some(value);
                number
            }
            None => {
                self.objects.push(Some(value));
                self.objects.len() as u32 - 1
            }
        }
    }
    pub fn get(&self, number: u32) -> Option<Value> {
        self.objects.get(number as usize)?.clone()
    }
    /// Gives an object up; dropping the result may run Python later.
    pub fn release(&mut self, number: u32) -> Option<Value> {
        let value = self.objects.get_mut(number as usize)?.take()?;
        self.free.push(number);
        Some(value)
    }
}

/// Writes Python objects.
#[derive(Default)]
pub struct Writer {
    out: Vec<u8>,
    /// The containers around the value that is being written.
    around: Vec<Value>,
}

impl Writer {
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }
    pub fn text(&mut self, vm: &mut Vm, text: &str) -> Result<()> {
        self.content(vm, b'S', text.as_bytes())
    }
    pub fn list(&mut self, vm: &mut Vm, count: usize) -> Result<()> {
        self.sized(vm, b'L', count, 0)
    }
    pub fn map(&mut self, vm: &mut Vm, count: usize) -> Result<()> {
        self.sized(vm, b'M', count, 0)
    }
    pub fn int(&mut self, vm: &mut Vm, n: i64) -> Result<()> {
        self.fixed(vm, b'I', &n.to_le_bytes())
    }
    pub fn none(&mut self, vm: &mut Vm) -> Result<()> {
        self.fixed(vm, b'N', &[])
    }
    /// A value: by content if it is plain data.
    pub fn value(&mut self, vm: &mut Vm, value: &Value) -> Result<()> {
        if value.is_none() {
            return self.none(vm);
        }
        if value.is_true() || value.is(&Value::FALSE) {
            return self.fixed(vm, if value.is_true() { b'T' } else { b'F' }, &[]);
        }
        if let Some(f) = value.as_float() {
            return self.fixed(vm, b'D', &f.to_le_bytes());
        }
        if let Some(n) = value.as_int(&vm.heap) {
            return match n.to_i64() {
                Some(n) => self.int(vm, n),
                None => {
                    let digits = format!("{:x}", n.to_big());
                    self.content(vm, b'G', digits.as_bytes())
                }
            };
        }
        if let Some(text) = value.downcast::<Str>(&*vm.heap).cloned() {
            return self.str(vm, &text);
        }
        if let Some(b) = value.downcast::<Bytes>(&*vm.heap).cloned() {
            self.header(vm, b'B', b.get(&*vm.heap).data.len())?;
            self.out.extend_from_slice(&b.get(&*vm.heap).data);
            return Ok(());
        }
        if let Some(b) = value.downcast::<ByteArray>(&*vm.heap).cloned() {
            self.header(vm, b'B', b.get(&*vm.heap).data.len())?;
            self.out.extend_from_slice(&b.get(&*vm.heap).data);
            return Ok(());
        }
        if let Some(list) = value.downcast::<List>(&*vm.heap) {
            let items = list.to_vec(&*vm.heap);
            return self.items(vm, b'L', value, &items);
        }
        if let Some(tuple) = value.downcast::<Tuple>(&*vm.heap) {
            let items = tuple.items(&*vm.heap).to_vec();
            return self.items(vm, b'U', value, &items);
        }
        if let Some(set) = value.downcast::<Set>(&*vm.heap) {
            let tag = if value.type_id() == id::FROZENSET { b'Z' } else { b'E' };
            let items = set.items(&*vm.heap);
            return self.items(vm, tag, value, &items);
        }
        if let Some(dict) = value.downcast::<Dict>(&*vm.heap) {
            let pairs = dict.items(&*vm.heap);
            self.map(vm, pairs.len())?;
            return self.inside(vm, value, |this, vm| {
                pairs.iter().try_for_each(|(k, v)| {
                    this.value(vm, k)?;
                    this.value(vm, v)
                })
            });
        }
        if let Some(object) = value.downcast::<PageObject>(&*vm.heap) {
            let number = object.get(&*vm.heap).number;
            self.fixed(vm, b'J', &number.to_le_bytes())?;
            return self.text(vm, "");
        }
        self.object(vm, value)
    }
    /// Any object, by its number.
    pub fn object(&mut self, vm: &mut Vm, value: &Value) -> Result<()> {
        let name = vm.type_name(value);
        let callable = vm.is_callable(value);
        self.room(vm, 64)?;
        let number = vm.state::<Handles>().keep(value.clone());
        self.fixed(vm, b'P', &number.to_le_bytes())?;
        self.fixed(vm, if callable { b'T' } else { b'F' }, &[])?;
        self.text(vm, &name)
    }

    fn str(&mut self, vm: &mut Vm, text: &Ref<Str>) -> Result<()> {
        let view = text.get(&*vm.heap).view();
        if view.iter().any(|c| (0xD800..0xE000).contains(&c)) {
            let utf16 = vm.encode(text, Some("utf-16-le"), Some("surrogatepass"))?;
            let utf16 = utf16.get(&*vm.heap).data.to_vec();
            return self.content(vm, b'W', &utf16);
        }
        match text.get(&*vm.heap).as_ascii().map(str::len) {
            Some(len) => {
                self.header(vm, b'S', len)?;
                self.out.extend_from_slice(text.get(&*vm.heap).as_ascii().unwrap_or_default().as_bytes());
                Ok(())
            }
            None => {
                let utf8 = vm.encode_utf8(text)?;
                self.content(vm, b'S', &utf8)
            }
        }
    }
    fn items(&mut self, vm: &mut Vm, tag: u8, container: &Value, items: &[Value]) -> Result<()> {
        self.sized(vm, tag, items.len(), 0)?;
        self.inside(vm, container, |this, vm| items.iter().try_for_each(|item| this.value(vm, item)))
    }
    fn inside(
        &mut self,
        vm: &mut Vm,
        container: &Value,
        write: impl FnOnce(&mut Writer, &mut Vm) -> Result<()>,
    ) -> Result<()> {
        if self.around.iter().any(|outer| outer.is(container)) {
            let name = vm.type_name(container);
            return Err(vm.value_error(format!("cannot pass data that contains itself ('{name}' object) to the page")));
        }
        if self.around.len() >= DEPTH {
            return Err(vm.value_error("data is nested too deeply for the page"));
        }
        self.around.push(container.clone());
        write(self, vm)?;
        self.around.pop();
        Ok(())
    }
    fn fixed(&mut self, vm: &mut Vm, tag: u8, bytes: &[u8]) -> Result<()> {
        self.room(vm, 1 + bytes.len())?;
        self.out.push(tag);
        self.out.extend_from_slice(bytes);
        Ok(())
    }
    /// A tag and a count, with room for `more` bytes behind.
    fn sized(&mut self, vm: &mut Vm, tag: u8, count: usize, more: usize) -> Result<()> {
        let Ok(count) = u32::try_from(count) else { return Err(vm.memory_error()) };
        self.room(vm, 5 + more)?;
        self.out.push(tag);
        self.out.extend_from_slice(&count.to_le_bytes());
        Ok(())
    }
    fn header(&mut self, vm: &mut Vm, tag: u8, len: usize) -> Result<()> {
        self.sized(vm, tag, len, len)
    }
    fn content(&mut self, vm: &mut Vm, tag: u8, bytes: &[u8]) -> Result<()> {
        self.header(vm, tag, bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }
    fn room(&mut self, vm: &mut Vm, more: usize) -> Result<()> {
        let needed = self.out.len().saturating_add(more);
        if needed > self.out.capacity() {
            let capacity = needed.max(self.out.capacity() * 2).max(64);
            let room = vm.heap.check_room(capacity);
            vm.memory(room)?;
            self.out.reserve_exact(capacity - self.out.len());
        }
        Ok(())
    }
}

/// Reads one value, which must be all there is.
pub fn read(vm: &mut Vm, mut bytes: &[u8]) -> Result<Value> {
    let value = read_value(vm, &mut bytes, DEPTH)?;
    if bytes.is_empty() { Ok(value) } else { Err(damaged(vm)) }
}

fn damaged(vm: &mut Vm) -> krait_vm::Raised {
    vm.value_error("the page passed damaged data")
}

fn read_value(vm: &mut Vm, input: &mut &[u8], depth: usize) -> Result<Value> {
    let Some(depth) = depth.checked_sub(1) else { return Err(vm.value_error("data is nested too deeply")) };
    let [tag] = take(vm, input)?;
    Ok(match tag {
        b'N' => Value::NONE,
        b'T' => Value::TRUE,
        b'F' => Value::FALSE,
        b'I' => {
            let n = i64::from_le_bytes(take(vm, input)?);
            vm.heap.int(n.into())
        }
        b'D' => Value::float(f64::from_le_bytes(take(vm, input)?)),
        b'G' => {
            let digits = content(vm, input)?;
            let digits = vm.str(&String::from_utf8_lossy(digits));
            let int = vm.core_type(id::INT).into_value();
            vm.call(&int, &[digits, Value::int32(16)])?
        }
        b'S' => {
            let text = content(vm, input)?;
            room(vm, text.len())?;
            vm.str(&String::from_utf8_lossy(text))
        }
        b'W' => {
            let text = content(vm, input)?;
            vm.decode(text, Some("utf-16-le"), Some("surrogatepass"))?.into_value()
        }
        b'B' => {
            let bytes = content(vm, input)?;
            room(vm, bytes.len())?;
            vm.heap.bytes(bytes).into_value()
        }
        b'L' => {
            let items = read_items(vm, input, depth)?;
            vm.list(items)
        }
        b'U' => {
            let items = read_items(vm, input, depth)?;
            vm.tuple(items)
        }
        b'E' | b'Z' => {
            let items = read_items(vm, input, depth)?;
            let items = vm.list(items);
            let class = vm.core_type(if tag == b'E' { id::SET } else { id::FROZENSET }).into_value();
            vm.call(&class, &[items])?
        }
        b'M' => {
            let dict = vm.heap.dict();
            for _ in 0..count(vm, input)? {
                let (key, value) = (read_value(vm, input, depth)?, read_value(vm, input, depth)?);
                dict.set_item(vm, key, value)?;
            }
            dict.into_value()
        }
        b'P' => {
            let number = u32::from_le_bytes(take(vm, input)?);
            match vm.state::<Handles>().get(number) {
                Some(value) => value,
                None => return Err(vm.value_error("the page passed a Python object that it has destroyed")),
            }
        }
        b'J' => {
            let number = u32::from_le_bytes(take(vm, input)?);
            let name = read_value(vm, input, depth)?;
            PageObject::make(vm, number, name)
        }
        _ => return Err(damaged(vm)),
    })
}

fn read_items(vm: &mut Vm, input: &mut &[u8], depth: usize) -> Result<Vec<Value>> {
    let count = count(vm, input)?;
    // Every item takes a byte at least.
    if count > input.len() {
        return Err(damaged(vm));
    }
    room(vm, count * size_of::<Value>())?;
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        items.push(read_value(vm, input, depth)?);
    }
    Ok(items)
}

fn room(vm: &mut Vm, bytes: usize) -> Result<()> {
    let room = vm.heap.check_room(bytes);
    vm.memory(room)
}

fn take<const N: usize>(vm: &mut Vm, input: &mut &[u8]) -> Result<[u8; N]> {
    let Some((head, rest)) = input.split_first_chunk::<N>() else { return Err(damaged(vm)) };
    *input = rest;
    Ok(*head)
}

fn count(vm: &mut Vm, input: &mut &[u8]) -> Result<usize> {
    Ok(u32::from_le_bytes(take(vm, input)?) as usize)
}

fn content<'a>(vm: &mut Vm, input: &mut &'a [u8]) -> Result<&'a [u8]> {
    let len = count(vm, input)?;
    let Some((head, rest)) = input.split_at_checked(len) else { return Err(damaged(vm)) };
    *input = rest;
    Ok(head)
}
