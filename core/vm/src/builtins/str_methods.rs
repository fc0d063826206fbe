//! The methods of `str` and its iterators.
//!
//! Thin: arguments and messages are here, the algorithms in krait-text. `%` and `format` are in `text_format.rs`,
//! encodings in `runtime/codecs.rs`, storage in `str.rs`.

use crate::args::KwArgs;
use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::dict::Dict;
use crate::builtins::iterators::SeqIter;
use crate::builtins::list_methods::pick;
use crate::builtins::slice::Slice;
use crate::builtins::str::{PinnedStr, Str};
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::runtime::convert::to_size;
use crate::types::{Type, id, special::Special};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use krait_text::{StrBuf, StrBuilder, StrRef, search, unit};
use std::ops::Range;

pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<StrMethods>(id::STR);
    vm.attach::<StrIterMethods>(id::STR_ITERATOR);
    vm.attach::<StrIterMethods>(id::STR_ASCII_ITERATOR);
}

/// Longest string: lengths are stored in 32 bits.
const MAX_LEN: usize = u32::MAX as usize;

impl Vm {
    /// MemoryError for a text of `len` characters that cannot be made.
    pub fn text_room(&mut self, len: usize, width: usize) -> Result<()> {
        if len > MAX_LEN {
            return Err(self.memory_error());
        }
        let room = self.heap.check_room(len.saturating_mul(width));
        self.memory(room)
    }
    /// A new string from an engine's result.
    pub fn text_result(&mut self, result: krait_text::Result<StrBuf>) -> Result<Value> {
        match result {
            Ok(text) if text.len() > MAX_LEN => Err(self.memory_error()),
            Ok(text) => Ok(self.heap.str_buf(text).into_value()),
            Err(e) => Err(self.text_error(e)),
        }
    }
    /// The bounds of a search method's `start` and `end`; `None` finds nothing.
    #[inline]
    pub(crate) fn text_bounds(&mut self, start: Option<&Value>, end: Option<&Value>, len: usize) -> Result<Option<Range<usize>>> {
        if start.is_none() && end.is_none() {
            return Ok(Some(0..len));
        }
        let mut bound = |v: Option<&Value>| match v {
            None => Ok(None),
            Some(v) => self.slice_bound(v).map(|i| Some(i as i64)),
        };
        let (start, end) = (bound(start)?, bound(end)?);
        Ok(search::clip_bounds(start, end, len))
    }
    /// The next item of an iterator over str, bytes or bytearray.
    #[inline]
    pub(crate) fn next_of_text(&mut self, it: &Ref<SeqIter>) -> Option<Value> {
        let state = it.get(&*self.heap);
        if let Some(s) = state.sequence.as_ref()?.downcast_exact::<Str>()
            && let Some(c) = s.get(&*self.heap).view().get(state.index as usize)
        {
            it.get_mut(&mut *self.heap).index += 1;
            return Some(self.heap.char_str(c).into_value());
        }
        self.next_of_other_text(it)
    }
    #[inline(never)]
    fn next_of_other_text(&mut self, it: &Ref<SeqIter>) -> Option<Value> {
        let state = it.get(&*self.heap);
        let index = state.index as usize;
        let sequence = state.sequence.as_ref()?;
        let item = if let Some(s) = sequence.downcast::<Str>(&*self.heap) {
            s.get(&*self.heap).view().get(index).map(|c| (c, true))
        } else if let Some(b) = sequence.downcast::<Bytes>(&*self.heap) {
            b.get(&*self.heap).data.get(index).map(|&b| (u32::from(b), false))
        } else {
            sequence.downcast::<ByteArray>(&*self.heap).and_then(|b| b.get(&*self.heap).data.get(index).map(|&b| (u32::from(b), false)))
        };
        let state = it.get_mut(&mut *self.heap);
        match item {
            Some((c, true)) => {
                state.index += 1;
                Some(self.heap.char_str(c).into_value())
            }
            Some((c, false)) => {
                state.index += 1;
                Some(Value::int32(c as i32))
            }
            None => {
                let done = state.sequence.take();
                drop(done);
                None
            }
        }
    }
    /// Sorts the arguments of a type's `__new__` by name.
    pub(crate) fn bind_new<'a, const N: usize>(&mut self, name: &str, params: [&str; N], args: &'a [Value], kwargs: &KwArgs<'a>) -> Result<[Option<&'a Value>; N]> {
        let mut slots = [None; N];
        if args.len() + kwargs.items.len() > N {
            let n = args.len() + kwargs.items.len();
            return Err(self.type_error(if kwargs.items.is_empty() {
                format!("{name} expected at most {N} arguments, got {n}")
            } else {
                format!("{name}() takes at most {N} arguments ({n} given)")
            }));
        }
        for (slot, v) in slots.iter_mut().zip(args) {
            *slot = Some(v);
        }
        for (key, v) in &kwargs.items {
            let key = key.downcast::<Str>(&*self.heap).map(|s| s.get(&*self.heap).to_string_lossy()).unwrap_or_default();
            let Some(i) = params.iter().position(|p| *p == key) else {
                return Err(self.type_error(format!("{name}() got an unexpected keyword argument '{key}'")));
            };
            if slots[i].is_some() {
                let n = i + 1;
                return Err(self.type_error(format!("argument for {name}() given by name ('{key}') and position ({n})")));
            }
            slots[i] = Some(v);
        }
        Ok(slots)
    }
    /// A text argument of `__new__`: str without null characters.
    pub(crate) fn name_argument(&mut self, function: &str, argument: &str, value: Option<&Value>) -> Result<Option<String>> {
        let Some(value) = value else { return Ok(None) };
        let Some(s) = value.downcast::<Str>(&*self.heap) else {
            let found = self.type_name_or_none(value);
            return Err(self.type_error(format!("{function}() argument '{argument}' must be str, not {found}")));
        };
        let text = s.get(&*self.heap).to_string_lossy();
        if text.contains('\0') {
            return Err(self.value_error("embedded null character"));
        }
        Ok(Some(text))
    }
}

/// A string as itself when it is exactly a str, else a copy.
fn exact(vm: &mut Vm, this: &Ref<Str>) -> Value {
    let len = this.get(&*vm.heap).len();
    vm.heap.str_slice(this, 0..len).into_value()
}

/// Longest ASCII text that is changed on the stack.
const ON_STACK: usize = 128;

/// A short ASCII string with each byte changed, or the string itself when that changes nothing. `None`: not such a string.
fn mapped_ascii(vm: &mut Vm, this: &Ref<Str>, change: impl FnOnce(&mut [u8])) -> Option<Value> {
    let payload = this.get(&*vm.heap);
    let len = payload.len();
    if len > ON_STACK || !payload.is_ascii() {
        return None;
    }
    let mut buffer = [0; ON_STACK];
    let text = &mut buffer[..len];
    text.copy_from_slice(payload.bytes());
    change(text);
    if text == payload.bytes() && this.as_value().is_exact::<Str>() {
        return Some(this.to_value());
    }
    Some(vm.heap.str_ascii(text).into_value())
}

fn capitalize_ascii(text: &mut [u8]) {
    text.make_ascii_lowercase();
    if let Some(first) = text.first_mut() {
        first.make_ascii_uppercase();
    }
}
fn title_ascii(text: &mut [u8]) {
    let mut inside = false;
    for c in text {
        if inside { c.make_ascii_lowercase() } else { c.make_ascii_uppercase() }
        inside = c.is_ascii_alphabetic();
    }
}
fn swap_ascii(text: &mut [u8]) {
    for c in text.iter_mut().filter(|c| c.is_ascii_alphabetic()) {
        *c ^= 0x20;
    }
}

/// A part of a short narrow text replaced; `None` when the texts are longer or wider.
fn replaced_short(vm: &mut Vm, this: &Ref<Str>, old: &Ref<Str>, new: &Ref<Str>, max: usize) -> Option<Result<Value>> {
    let (StrRef::One(text), StrRef::One(o), StrRef::One(n)) = (this.view(&*vm.heap), old.view(&*vm.heap), new.view(&*vm.heap)) else { return None };
    if text.len() > 1024 || n.len() > 64 || o.is_empty() {
        return None;
    }
    let first = if max == 0 { None } else { unit::find(text, o) };
    let Some(mut found) = first else { return Some(Ok(exact(vm, this))) };
    let (this, old, new) = (PinnedStr::new(this), PinnedStr::new(old), PinnedStr::new(new));
    let (StrRef::One(text), StrRef::One(o)) = (this.view(), old.view()) else { return None };
    let mut out = vm.text_builder();
    let (mut at, mut left) = (0, max);
    loop {
        out.push_latin1(&text[at..found]);
        out.push_ref(new.view());
        at = found + o.len();
        left -= 1;
        match if left == 0 { None } else { unit::find(&text[at..], o) } {
            Some(next) => found = at + next,
            None => break,
        }
    }
    out.push_latin1(&text[at..]);
    Some(vm.finish_text(out))
}

/// What an engine made, or the string itself when it says that nothing changed.
fn or_same(vm: &mut Vm, this: &Ref<Str>, result: krait_text::Result<Option<StrBuf>>) -> Result<Value> {
    match result {
        Ok(None) => Ok(exact(vm, this)),
        Ok(Some(text)) => vm.text_result(Ok(text)),
        Err(e) => Err(vm.text_error(e)),
    }
}

fn must_be_str(vm: &mut Vm, value: &Value) -> Result<Ref<Str>> {
    match value.downcast::<Str>(&*vm.heap) {
        Some(s) => Ok(s.clone()),
        None => {
            let found = vm.type_name_or_none(value);
            Err(vm.type_error(format!("must be str, not {found}")))
        }
    }
}

/// The separator of `split`: `None` is white space.
fn separator(vm: &mut Vm, sep: Option<&Value>) -> Result<Option<Ref<Str>>> {
    let Some(sep) = sep else { return Ok(None) };
    let Some(s) = sep.downcast::<Str>(&*vm.heap).cloned() else {
        let found = vm.type_name(sep);
        return Err(vm.type_error(format!("must be str or None, not {found}")));
    };
    if s.get(&*vm.heap).is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    Ok(Some(s))
}

/// The pieces of a string as a list: `find` says where they are.
fn pieces(vm: &mut Vm, this: &Ref<Str>, find: impl FnOnce(StrRef<'_>, &mut dyn FnMut(Range<usize>))) -> Result<Vec<Value>> {
    let pinned = PinnedStr::new(this);
    let text = pinned.view();
    // What a text of mostly separators would take.
    let room = vm.heap.check_room(text.len() / 2);
    vm.memory(room)?;
    let mut items = Vec::with_capacity((text.len() / 8 + 2).min(16));
    let heap = &mut *vm.heap;
    find(text, &mut |r| items.push(heap.str_slice(this, r).into_value()));
    Ok(items)
}

fn strip(vm: &mut Vm, this: &Ref<Str>, name: &str, chars: Option<&Value>, left: bool, right: bool) -> Result<Value> {
    let range = match chars {
        None => this.view(&*vm.heap).strip(left, right, None),
        Some(c) => match c.downcast::<Str>(&*vm.heap) {
            Some(c) => this.view(&*vm.heap).strip(left, right, Some(c.view(&*vm.heap))),
            None => return Err(vm.type_error(format!("{name} arg must be None or str"))),
        },
    };
    Ok(vm.heap.str_slice(this, range).into_value())
}

fn fill_char(vm: &mut Vm, fill: Option<&Value>) -> Result<u32> {
    let Some(fill) = fill else { return Ok(0x20) };
    let Some(s) = fill.downcast::<Str>(&*vm.heap) else {
        let found = vm.type_name(fill);
        return Err(vm.type_error(format!("The fill character must be a unicode character, not {found}")));
    };
    match s.view(&*vm.heap) {
        view if view.len() == 1 => Ok(view.first().unwrap_or(0x20)),
        _ => Err(vm.type_error("The fill character must be exactly one character long")),
    }
}

fn pad_width(vm: &mut Vm, width: &Value, char_width: usize) -> Result<usize> {
    let width = vm.index_size(width)?.max(0) as usize;
    vm.text_room(width, char_width)?;
    Ok(width)
}

fn affix(vm: &mut Vm, this: &Ref<Str>, name: &str, affix: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<bool> {
    let len = this.get(&*vm.heap).len();
    let range = vm.text_bounds(start, end, len)?;
    let at_end = name.as_bytes() == b"endswith";
    let test = |vm: &Vm, affix: &Ref<Str>| {
        let Some(range) = range.clone() else { return false };
        let part = this.view(vm).slice(range);
        if at_end { part.ends_with(affix.view(vm)) } else { part.starts_with(affix.view(vm)) }
    };
    if let Some(s) = affix.downcast::<Str>(&*vm.heap) {
        return Ok(test(vm, s));
    }
    let Some(tuple) = affix.downcast::<Tuple>(&*vm.heap) else {
        let found = vm.type_name(affix);
        return Err(vm.type_error(format!("{name} first arg must be str or a tuple of str, not {found}")));
    };
    let tuple = tuple.clone();
    for i in 0..tuple.len(&*vm.heap) {
        let v = &tuple.items(&*vm.heap)[i];
        match v.downcast::<Str>(&*vm.heap) {
            Some(s) if test(vm, s) => return Ok(true),
            Some(_) => {}
            None => {
                let found = vm.type_name(v);
                return Err(vm.type_error(format!("tuple for {name} must only contain str, not {found}")));
            }
        }
    }
    Ok(false)
}

fn find(vm: &mut Vm, this: &Ref<Str>, sub: &Ref<Str>, start: Option<&Value>, end: Option<&Value>, last: bool) -> Result<Option<usize>> {
    let len = this.get(&*vm.heap).len();
    let Some(range) = vm.text_bounds(start, end, len)? else { return Ok(None) };
    let (hay, needle) = (this.view(&*vm.heap), sub.view(&*vm.heap));
    Ok(if last { hay.rfind(needle, range) } else { hay.find(needle, range) })
}

fn comparison(vm: &mut Vm, op: CmpOp, this: &Ref<Str>, other: &Value) -> Value {
    let Some(other) = other.downcast::<Str>(&*vm.heap) else { return Value::NOT_IMPLEMENTED };
    let (a, b) = (this.get(&*vm.heap), other.get(&*vm.heap));
    Value::bool(match op {
        CmpOp::Eq => a.same(b),
        CmpOp::Ne => !a.same(b),
        _ => op.test(a.view().cmp(&b.view())),
    })
}

fn partition(vm: &mut Vm, this: &Ref<Str>, sep: &Value, last: bool) -> Result<Value> {
    let sep = must_be_str(vm, sep)?;
    let (hay, needle) = (this.view(&*vm.heap), sep.view(&*vm.heap));
    let (len, n) = (hay.len(), needle.len());
    if n == 0 {
        return Err(vm.value_error("empty separator"));
    }
    let found = if last { hay.rfind(needle, 0..len) } else { hay.find(needle, 0..len) };
    let empty = vm.heap.empty_str().into_value();
    let parts = match found {
        Some(i) => {
            let (a, b) = (vm.heap.str_slice(this, 0..i), vm.heap.str_slice(this, i + n..len));
            vec![a.into_value(), sep.into_value(), b.into_value()]
        }
        None if last => vec![empty.clone(), empty, exact(vm, this)],
        None => vec![exact(vm, this), empty.clone(), empty],
    };
    Ok(vm.tuple(parts))
}

/// The limit of `split` and `replace`: negative means none.
fn limit(n: isize) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// What a translation table says about a character.
#[derive(Clone)]
enum Translated {
    Same,
    Deleted,
    Char(u32),
    Text(Ref<Str>),
}

fn translated(vm: &mut Vm, table: &Value, c: u32) -> Result<Translated> {
    let result = vm.get_item(table, &Value::int32(c as i32));
    let Some(v) = vm.catch(result, Exc::LookupError)? else { return Ok(Translated::Same) };
    if v.is_none() {
        return Ok(Translated::Deleted);
    }
    if let Some(n) = v.as_int(&*vm.heap) {
        return match n.to_i64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n < 0x110000) {
            Some(c) => Ok(Translated::Char(c)),
            None => Err(vm.value_error("character mapping must be in range(0x110000)")),
        };
    }
    match v.downcast_into::<Str>(&*vm.heap) {
        Ok(s) => Ok(Translated::Text(s)),
        Err(_) => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

impl Vm {
    /// `s + t` of two strings.
    pub fn concat_str(&mut self, a: &Ref<Str>, b: &Ref<Str>) -> Result<Value> {
        if let Some(s) = self.heap.concat_short(a, b) {
            return Ok(s.into_value());
        }
        let (la, lb) = (a.get(&*self.heap).len(), b.get(&*self.heap).len());
        if la == 0 && b.as_value().is_exact::<Str>() {
            return Ok(b.to_value());
        }
        if lb == 0 && a.as_value().is_exact::<Str>() {
            return Ok(a.to_value());
        }
        let (x, y) = (a.view(&*self.heap), b.view(&*self.heap));
        let width = x.width().max(y.width());
        self.text_room(la + lb, width)?;
        let (x, y) = (a.view(&*self.heap), b.view(&*self.heap));
        let text = match (x, y) {
            (StrRef::One(x), StrRef::One(y)) => {
                let mut out = Vec::with_capacity(la + lb);
                out.extend_from_slice(x);
                out.extend_from_slice(y);
                StrBuf::One(out)
            }
            _ => krait_text::transform::join(StrRef::EMPTY, [x, y]),
        };
        Ok(self.heap.str_buf(text).into_value())
    }
    /// `s * n`.
    pub(crate) fn repeat_str(&mut self, s: &Ref<Str>, n: i64) -> Result<Value> {
        let n = usize::try_from(n.max(0)).unwrap_or(usize::MAX);
        let (len, width) = { let v = s.view(&*self.heap); (v.len(), v.width()) };
        if n == 1 || len == 0 {
            return Ok(exact(self, s));
        }
        match len.checked_mul(n).filter(|&t| t <= isize::MAX as usize) {
            Some(total) => self.text_room(total, width)?,
            None => return Err(self.overflow_error("repeated string is too long")),
        }
        if len.saturating_mul(n) <= 64 {
            let mut text = self.text_builder();
            (0..n).for_each(|_| text.push_ref(s.view(&*self.heap)));
            return self.finish_text(text);
        }
        let text = s.view(&*self.heap).repeat(n);
        self.text_result(text)
    }
    /// `sep.join(iterable)`.
    pub fn join_str(&mut self, sep: &Ref<Str>, iterable: &Value) -> Result<Value> {
        if self.plain_items(iterable).is_some() {
            // Nothing runs Python while the items are borrowed.
            let items = self.plain_items(iterable).unwrap_or(&[]);
            if let [only] = items
                && only.is_exact::<Str>()
            {
                return Ok(only.clone());
            }
            match self.heap.measure_join(sep, items) {
                Ok(Some((total, ascii))) if total >= 2 => {
                    self.text_room(total, 1)?;
                    let joined = self.heap.blank_str(total, ascii);
                    self.heap.fill_join(&joined, sep, self.plain_items(iterable).unwrap_or(&[]));
                    return Ok(joined.into_value());
                }
                Ok(_) => {}
                Err(i) => {
                    let found = items.get(i).cloned().map_or(String::new(), |v| self.type_name(&v));
                    return Err(self.type_error(format!("sequence item {i}: expected str instance, {found} found")));
                }
            }
        }
        let items = match self.fast_items(iterable) {
            Some(items) => items,
            None => {
                if !self.heap.has_special(iterable, Special::Iter) && !self.is_sequence(iterable) {
                    return Err(self.type_error("can only join an iterable"));
                }
                self.collect(iterable)?
            }
        };
        if let [only] = items.as_slice()
            && only.is_exact::<Str>()
        {
            return Ok(only.clone());
        }
        let (mut total, mut width) = (0usize, 1);
        for (i, v) in items.iter().enumerate() {
            let Some(s) = v.downcast::<Str>(&*self.heap) else {
                let found = self.type_name(v);
                return Err(self.type_error(format!("sequence item {i}: expected str instance, {found} found")));
            };
            let view = s.view(&*self.heap);
            total = total.saturating_add(view.len());
            width = width.max(view.width());
        }
        let sep_view = sep.view(&*self.heap);
        total = total.saturating_add(sep_view.len().saturating_mul(items.len().saturating_sub(1)));
        width = width.max(sep_view.width());
        self.text_room(total, width)?;
        let heap = &*self.heap;
        let sep = sep.view(heap);
        let parts = items.iter().filter_map(|v| v.downcast::<Str>(heap)).map(|s| s.view(heap));
        let text = if width == 1 {
            let mut out: Vec<u8> = Vec::with_capacity(total);
            for (i, part) in parts.enumerate() {
                if let (true, StrRef::One(sep)) = (i > 0, sep) {
                    out.extend_from_slice(sep);
                }
                if let StrRef::One(part) = part {
                    out.extend_from_slice(part);
                }
            }
            StrBuf::One(out)
        } else {
            krait_text::transform::join(sep, parts)
        };
        Ok(self.heap.str_buf(text).into_value())
    }
    /// The items of an exact list or tuple, borrowed.
    fn plain_items<'a>(&'a self, value: &'a Value) -> Option<&'a [Value]> {
        if let Some(list) = value.downcast_exact::<crate::builtins::list::List>() {
            return Some(list.get(&*self.heap).items());
        }
        value.downcast_exact::<Tuple>().map(|t| t.items(&*self.heap))
    }
    /// The items of an exact list or tuple.
    pub(crate) fn fast_items(&self, value: &Value) -> Option<Vec<Value>> {
        if let Some(list) = value.downcast_exact::<crate::builtins::list::List>() {
            return Some(list.to_vec(&*self.heap));
        }
        value.downcast_exact::<Tuple>().map(|t| t.items(&*self.heap).to_vec())
    }
}

pub(crate) struct StrMethods;

#[methods(hot)]
impl StrMethods {
    /// A string from any object's `__str__`, or decoded from bytes.
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let [object, encoding, errors] = vm.bind_new("str", ["object", "encoding", "errors"], args, &kwargs)?;
        let encoding = vm.name_argument("str", "encoding", encoding)?;
        let errors = vm.name_argument("str", "errors", errors)?;
        let text = match object {
            None => vm.heap.empty_str(),
            Some(object) if encoding.is_none() && errors.is_none() => vm.to_str(object)?,
            Some(object) if object.has_payload::<Str>(&*vm.heap) => return Err(vm.type_error("decoding str is not supported")),
            Some(object) => match vm.buffer_opt(object)? {
                Some(buffer) => vm.decode_buffer(&buffer, encoding.as_deref(), errors.as_deref())?,
                None => {
                    let found = vm.type_name(object);
                    return Err(vm.type_error(format!("decoding to str: need a bytes-like object, {found} found")));
                }
            },
        };
        let type_id = cls.id(&vm.heap);
        if type_id == id::STR {
            return Ok(text.into_value());
        }
        let copy = text.view(&*vm.heap).to_buf();
        Ok(vm.heap.str_typed(type_id, copy.as_ref()).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        let text = krait_text::repr::repr(this.view(&*vm.heap));
        vm.text_result(Ok(text))
    }
    #[sig("()")]
    fn __str__(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        Ok(exact(vm, this))
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Str>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).hash(&vm.heap))
    }
    #[sig("()")]
    fn __len__(this: &Ref<Str>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).len())
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        let kind = if this.get(&*vm.heap).is_ascii() { id::STR_ASCII_ITERATOR } else { id::STR_ITERATOR };
        Ok(vm.heap.alloc_typed(kind, SeqIter { sequence: Some(this.to_value()), index: 0 }).into_value())
    }
    #[sig("(key, /)")]
    pub(crate) fn __getitem__(this: &Ref<Str>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let len = this.get(&*vm.heap).len();
        if let Some(slice) = key.downcast_exact::<Slice>().cloned() {
            let ix = vm.slice_indices(&slice, len)?;
            if ix.step == 1 {
                let start = ix.start as usize;
                return Ok(vm.heap.str_slice(this, start..start + ix.length).into_value());
            }
            let view = this.view(&*vm.heap);
            let text = match view {
                StrRef::One(b) => StrBuf::One(pick(b, ix, |&c| c)),
                _ => StrBuf::from_chars(ix.positions().filter_map(|i| view.get(i))),
            };
            return Ok(vm.heap.str_buf(text).into_value());
        }
        let index = match key.as_small_int() {
            Some(i) => to_size(i),
            None if vm.heap.has_special(key, Special::Index) => vm.sequence_index(key)?,
            None => {
                let found = vm.type_name(key);
                return Err(vm.type_error(format!("string indices must be integers, not '{found}'")));
            }
        };
        let place = if index < 0 { index.saturating_add(len as isize) } else { index };
        let c = usize::try_from(place).ok().and_then(|i| this.view(&*vm.heap).get(i));
        match c {
            Some(c) => Ok(vm.heap.char_str(c).into_value()),
            None => Err(vm.index_error("string index out of range")),
        }
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Ref<Str>, vm: &mut Vm, key: &Value) -> Result<bool> {
        match key.downcast::<Str>(&*vm.heap) {
            Some(sub) => Ok(this.view(&*vm.heap).contains(sub.view(&*vm.heap))),
            None => {
                let found = vm.type_name(key);
                Err(vm.type_error(format!("'in <string>' requires string as left operand, not {found}")))
            }
        }
    }
    #[sig("(value, /)")]
    fn __add__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        match value.downcast::<Str>(&*vm.heap).cloned() {
            Some(other) => vm.concat_str(this, &other),
            None => {
                let found = vm.type_name(value);
                Err(vm.type_error(format!("can only concatenate str (not \"{found}\") to str")))
            }
        }
    }
    #[sig("(value, /)")]
    fn __mul__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let n = match vm.index(value)?.as_int(&*vm.heap).map(|n| n.to_i64()) {
            Some(Some(n)) => n,
            _ => {
                let name = vm.type_name(value);
                return Err(vm.overflow_error(format!("cannot fit '{name}' into an index-sized integer")));
            }
        };
        vm.repeat_str(this, n)
    }
    #[sig("(value, /)")]
    fn __rmul__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        StrMethods::__mul__(this, vm, value)
    }
    #[sig("(value, /)")]
    fn __mod__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.percent_str(this, value)
    }
    #[sig("(value, /)")]
    fn __rmod__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        match value.downcast::<Str>(&*vm.heap).cloned() {
            Some(format) => vm.percent_str(&format, this.as_value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(comparison(vm, CmpOp::Eq, this, value))
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(comparison(vm, CmpOp::Ne, this, value))
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(comparison(vm, CmpOp::Lt, this, value))
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(comparison(vm, CmpOp::Le, this, value))
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(comparison(vm, CmpOp::Gt, this, value))
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Str>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(comparison(vm, CmpOp::Ge, this, value))
    }
    /// The string laid out as a format specification says.
    #[sig("(format_spec, /)")]
    fn __format__(this: &Ref<Str>, vm: &mut Vm, format_spec: &Ref<Str>) -> Result<Value> {
        if format_spec.get(&*vm.heap).is_empty() {
            return if this.as_value().is_exact::<Str>() { Ok(this.to_value()) } else { vm.to_str(this.as_value()).map(Ref::into_value) };
        }
        let name = vm.type_name(this.as_value());
        let text = krait_text::format_spec::FormatSpec::parse(format_spec.view(&*vm.heap), krait_text::format_spec::FormatTarget::for_str(&name));
        match text {
            Ok(spec) => {
                vm.text_room(spec.output_floor(), 4)?;
                let text = spec.format_str(this.view(&*vm.heap), &name);
                vm.text_result(text)
            }
            Err(e) => Err(vm.text_error(e)),
        }
    }
    /// The size of the string in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Str>, vm: &mut Vm) -> Result<usize> {
        let view = this.view(&*vm.heap);
        let head = if view.is_ascii() { 40 } else { 56 };
        Ok(head + (view.len() + 1) * view.width())
    }
    #[sig("()")]
    fn __getnewargs__(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        let copy = this.view(&*vm.heap).to_buf();
        let copy = vm.heap.str_buf(copy).into_value();
        Ok(vm.tuple(vec![copy]))
    }
    /// The string encoded as bytes.
    #[sig("(encoding='utf-8', errors='strict')")]
    fn encode(this: &Ref<Str>, vm: &mut Vm, encoding: Option<String>, errors: Option<String>) -> Result<Value> {
        let plain = |name: &Option<String>| name.as_deref().is_none_or(|name| matches!(name, "utf-8" | "ascii" | "utf8" | "latin-1"));
        if errors.is_none() && this.get(&*vm.heap).is_ascii() && plain(&encoding) {
            let bytes: Box<[u8]> = this.get(&*vm.heap).bytes().into();
            return Ok(vm.heap.bytes_boxed(bytes).into_value());
        }
        if [&encoding, &errors].iter().any(|s| s.as_ref().is_some_and(|s| s.contains('\0'))) {
            return Err(vm.value_error("embedded null character"));
        }
        vm.encode(this, encoding.as_deref(), errors.as_deref()).map(Ref::into_value)
    }
    /// Each occurrence of one part replaced by another; at most `count` of them unless it is negative.
    #[sig("(old, new, /, count=-1)")]
    fn replace(this: &Ref<Str>, vm: &mut Vm, old: &Ref<Str>, new: &Ref<Str>, count: isize) -> Result<Value> {
        let max = limit(count);
        if let Some(result) = replaced_short(vm, this, old, new, max) {
            return result;
        }
        let (text, o, n) = (this.view(&*vm.heap), old.view(&*vm.heap), new.view(&*vm.heap));
        if n.len() > o.len() {
            // The result may be much longer than what there is: ask first.
            let matches = text.count(o, 0..text.len()).min(max);
            let total = text.len().saturating_add(matches.saturating_mul(n.len() - o.len()));
            let width = text.width().max(n.width());
            if total > 1 << 16 {
                vm.text_room(total, width)?;
            }
        }
        let result = this.view(&*vm.heap).replace(old.view(&*vm.heap), new.view(&*vm.heap), max);
        or_same(vm, this, result)
    }
    /// The parts between separators, in a list; runs of white space separate when `sep` is None.
    #[sig("(sep=None, maxsplit=-1)")]
    fn split(this: &Ref<Str>, vm: &mut Vm, sep: Option<&Value>, maxsplit: isize) -> Result<Value> {
        let sep = separator(vm, sep)?.map(|s| PinnedStr::new(&s));
        let items = pieces(vm, this, |text, piece| text.split(sep.as_ref().map(PinnedStr::view), limit(maxsplit), piece))?;
        Ok(vm.heap.list(items).into_value())
    }
    /// As `split`, from the right.
    #[sig("(sep=None, maxsplit=-1)")]
    fn rsplit(this: &Ref<Str>, vm: &mut Vm, sep: Option<&Value>, maxsplit: isize) -> Result<Value> {
        let sep = separator(vm, sep)?.map(|s| PinnedStr::new(&s));
        let mut items = pieces(vm, this, |text, piece| text.rsplit(sep.as_ref().map(PinnedStr::view), limit(maxsplit), piece))?;
        items.reverse();
        Ok(vm.heap.list(items).into_value())
    }
    /// The lines of the string, with their ends if `keepends`.
    #[sig("(keepends=False)")]
    fn splitlines(this: &Ref<Str>, vm: &mut Vm, keepends: bool) -> Result<Value> {
        let items = pieces(vm, this, |text, piece| text.split_lines(keepends, piece))?;
        Ok(vm.heap.list(items).into_value())
    }
    /// What is before the first separator, the separator, and what is after it.
    #[sig("(sep, /)")]
    fn partition(this: &Ref<Str>, vm: &mut Vm, sep: &Value) -> Result<Value> {
        partition(vm, this, sep, false)
    }
    /// As `partition`, at the last separator.
    #[sig("(sep, /)")]
    fn rpartition(this: &Ref<Str>, vm: &mut Vm, sep: &Value) -> Result<Value> {
        partition(vm, this, sep, true)
    }
    /// The strings of an iterable, with this one between them.
    #[sig("(iterable, /)")]
    fn join(this: &Ref<Str>, vm: &mut Vm, iterable: &Value) -> Result<Value> {
        vm.join_str(this, iterable)
    }
    /// The lowest index of a part within bounds, or -1.
    #[sig("(sub, start=None, end=None, /)")]
    fn find(this: &Ref<Str>, vm: &mut Vm, sub: &Ref<Str>, start: Option<&Value>, end: Option<&Value>) -> Result<isize> {
        Ok(find(vm, this, sub, start, end, false)?.map_or(-1, |i| i as isize))
    }
    /// The highest index of a part within bounds, or -1.
    #[sig("(sub, start=None, end=None, /)")]
    fn rfind(this: &Ref<Str>, vm: &mut Vm, sub: &Ref<Str>, start: Option<&Value>, end: Option<&Value>) -> Result<isize> {
        Ok(find(vm, this, sub, start, end, true)?.map_or(-1, |i| i as isize))
    }
    /// As `find`, but ValueError when there is none.
    #[sig("(sub, start=None, end=None, /)")]
    fn index(this: &Ref<Str>, vm: &mut Vm, sub: &Ref<Str>, start: Option<&Value>, end: Option<&Value>) -> Result<usize> {
        match find(vm, this, sub, start, end, false)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("substring not found")),
        }
    }
    /// As `rfind`, but ValueError when there is none.
    #[sig("(sub, start=None, end=None, /)")]
    fn rindex(this: &Ref<Str>, vm: &mut Vm, sub: &Ref<Str>, start: Option<&Value>, end: Option<&Value>) -> Result<usize> {
        match find(vm, this, sub, start, end, true)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("substring not found")),
        }
    }
    /// How often a part occurs without overlap.
    #[sig("(sub, start=None, end=None, /)")]
    fn count(this: &Ref<Str>, vm: &mut Vm, sub: &Ref<Str>, start: Option<&Value>, end: Option<&Value>) -> Result<usize> {
        let len = this.get(&*vm.heap).len();
        match vm.text_bounds(start, end, len)? {
            Some(range) => Ok(this.view(&*vm.heap).count(sub.view(&*vm.heap), range)),
            None => Ok(0),
        }
    }
    /// Whether the string starts with a prefix, or any of a tuple of them.
    #[sig("(prefix, start=None, end=None, /)")]
    fn startswith(this: &Ref<Str>, vm: &mut Vm, prefix: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<bool> {
        affix(vm, this, "startswith", prefix, start, end)
    }
    /// Whether the string ends with a suffix, or any of a tuple of them.
    #[sig("(suffix, start=None, end=None, /)")]
    fn endswith(this: &Ref<Str>, vm: &mut Vm, suffix: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<bool> {
        affix(vm, this, "endswith", suffix, start, end)
    }
    /// The string without a prefix, if it starts with it.
    #[sig("(prefix, /)")]
    fn removeprefix(this: &Ref<Str>, vm: &mut Vm, prefix: &Ref<Str>) -> Result<Value> {
        let (text, part) = (this.view(&*vm.heap), prefix.view(&*vm.heap));
        let start = if text.starts_with(part) { part.len() } else { 0 };
        let range = start..text.len();
        Ok(vm.heap.str_slice(this, range).into_value())
    }
    /// The string without a suffix, if it ends with it.
    #[sig("(suffix, /)")]
    fn removesuffix(this: &Ref<Str>, vm: &mut Vm, suffix: &Ref<Str>) -> Result<Value> {
        let (text, part) = (this.view(&*vm.heap), suffix.view(&*vm.heap));
        let end = if text.ends_with(part) { text.len() - part.len() } else { text.len() };
        Ok(vm.heap.str_slice(this, 0..end).into_value())
    }
    /// The string without white space, or characters of a set, at both ends.
    #[sig("(chars=None, /)")]
    fn strip(this: &Ref<Str>, vm: &mut Vm, chars: Option<&Value>) -> Result<Value> {
        strip(vm, this, "strip", chars, true, true)
    }
    /// The string without white space, or characters of a set, at the left end.
    #[sig("(chars=None, /)")]
    fn lstrip(this: &Ref<Str>, vm: &mut Vm, chars: Option<&Value>) -> Result<Value> {
        strip(vm, this, "lstrip", chars, true, false)
    }
    /// The string without white space, or characters of a set, at the right end.
    #[sig("(chars=None, /)")]
    fn rstrip(this: &Ref<Str>, vm: &mut Vm, chars: Option<&Value>) -> Result<Value> {
        strip(vm, this, "rstrip", chars, false, true)
    }
    /// The string padded on the right to a width.
    #[sig("(width, fillchar=' ', /)")]
    fn ljust(this: &Ref<Str>, vm: &mut Vm, width: &Value, fillchar: Option<&Value>) -> Result<Value> {
        let width = pad_width(vm, width, 1)?;
        let fill = fill_char(vm, fillchar)?;
        let result = this.view(&*vm.heap).ljust(width, fill);
        or_same(vm, this, result)
    }
    /// The string padded on the left to a width.
    #[sig("(width, fillchar=' ', /)")]
    fn rjust(this: &Ref<Str>, vm: &mut Vm, width: &Value, fillchar: Option<&Value>) -> Result<Value> {
        let width = pad_width(vm, width, 1)?;
        let fill = fill_char(vm, fillchar)?;
        let result = this.view(&*vm.heap).rjust(width, fill);
        or_same(vm, this, result)
    }
    /// The string padded on both sides to a width.
    #[sig("(width, fillchar=' ', /)")]
    fn center(this: &Ref<Str>, vm: &mut Vm, width: &Value, fillchar: Option<&Value>) -> Result<Value> {
        let width = pad_width(vm, width, 1)?;
        let fill = fill_char(vm, fillchar)?;
        let result = this.view(&*vm.heap).center(width, fill);
        or_same(vm, this, result)
    }
    /// The string padded with zeros after its sign.
    #[sig("(width, /)")]
    fn zfill(this: &Ref<Str>, vm: &mut Vm, width: &Value) -> Result<Value> {
        let width = pad_width(vm, width, 1)?;
        let result = this.view(&*vm.heap).zfill(width);
        or_same(vm, this, result)
    }
    /// Tabs replaced by spaces up to the next tab stop.
    #[sig("(tabsize=8)")]
    fn expandtabs(this: &Ref<Str>, vm: &mut Vm, tabsize: i32) -> Result<Value> {
        let size = tabsize.max(0) as usize;
        let view = this.view(&*vm.heap);
        let tabs = if size > 64 { view.count(StrRef::One(b"\t"), 0..view.len()) } else { 0 };
        let (len, width) = (view.len(), view.width());
        vm.text_room(len.saturating_add(tabs.saturating_mul(size)), width)?;
        let result = this.view(&*vm.heap).expand_tabs(size);
        vm.text_result(result)
    }
    /// Each character replaced as a table says: by a code point, a string, or (None) nothing.
    #[sig("(table, /)")]
    fn translate(this: &Ref<Str>, vm: &mut Vm, table: &Value) -> Result<Value> {
        let text = PinnedStr::new(this);
        let cacheable = table.is_exact::<Dict>();
        let mut known: rustc_hash::FxHashMap<u32, Translated> = Default::default();
        let mut out = StrBuilder::with_capacity(text.view().len());
        for (i, c) in text.view().iter().enumerate() {
            if i & 0xFFF == 0xFFF {
                vm.poll()?;
                vm.text_room(out.len(), 4)?;
            }
            let what = match known.get(&c) {
                Some(t) => t.clone(),
                None => {
                    let t = translated(vm, table, c)?;
                    if cacheable {
                        known.insert(c, t.clone());
                    }
                    t
                }
            };
            match what {
                Translated::Same => out.push(c),
                Translated::Deleted => {}
                Translated::Char(c) => out.push(c),
                Translated::Text(s) => out.push_ref(s.view(&*vm.heap)),
            }
        }
        vm.text_result(Ok(out.finish()))
    }
    /// A table for `translate`: from a dict, or from two strings of equal length and one of characters to delete.
    #[staticmethod]
    #[sig("(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(vm: &mut Vm, x: &Value, y: Option<Value>, z: Option<Value>) -> Result<Value> {
        let table = vm.heap.dict();
        let Some(y) = y else {
            let Some(dict) = x.downcast::<Dict>(&*vm.heap).filter(|_| x.is_exact::<Dict>()).cloned() else {
                return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
            };
            for (key, value) in dict.items(&*vm.heap) {
                let key = if let Some(s) = key.downcast::<Str>(&*vm.heap) {
                    let view = s.view(&*vm.heap);
                    match (view.len(), view.first()) {
                        (1, Some(c)) => Value::int32(c as i32),
                        _ => return Err(vm.value_error("string keys in translatetable must be of length 1")),
                    }
                } else if key.is_int(&*vm.heap) {
                    key
                } else {
                    return Err(vm.type_error("keys in translate table mustbe strings or integers"));
                };
                table.set_item(vm, key, value)?;
            }
            return Ok(table.into_value());
        };
        let mut text = |v: &Value, i: usize| match v.downcast::<Str>(&*vm.heap) {
            Some(s) => Ok(s.view(&*vm.heap).iter().collect::<Vec<u32>>()),
            None => {
                let found = vm.type_name_or_none(v);
                Err(vm.type_error(format!("maketrans() argument {i} must be str, not {found}")))
            }
        };
        let to = text(&y, 2)?;
        let dropped = match &z {
            Some(z) => text(z, 3)?,
            None => Vec::new(),
        };
        let Some(from) = x.downcast::<Str>(&*vm.heap) else {
            return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
        };
        let from: Vec<u32> = from.view(&*vm.heap).iter().collect();
        if from.len() != to.len() {
            return Err(vm.value_error("the first two maketrans arguments must have equal length"));
        }
        for (a, b) in from.iter().zip(&to) {
            table.set_item(vm, Value::int32(*a as i32), Value::int32(*b as i32))?;
        }
        for c in dropped {
            table.set_item(vm, Value::int32(c as i32), Value::NONE)?;
        }
        Ok(table.into_value())
    }
    /// Replacement fields in braces filled from the arguments.
    #[sig("(*args, **kwargs)")]
    fn format(this: &Ref<Str>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        vm.format_template(this, args, &kwargs)
    }
    /// Replacement fields in braces filled from a mapping.
    #[sig("(mapping, /)")]
    fn format_map(this: &Ref<Str>, vm: &mut Vm, mapping: &Value) -> Result<Value> {
        vm.format_template_map(this, mapping)
    }
    /// The string in upper case.
    #[sig("()")]
    fn upper(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        if let Some(text) = mapped_ascii(vm, this, |text| text.make_ascii_uppercase()) {
            return Ok(text);
        }
        let text = this.view(&*vm.heap).upper();
        vm.text_result(Ok(text))
    }
    /// The string in lower case.
    #[sig("()")]
    fn lower(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        if let Some(text) = mapped_ascii(vm, this, |text| text.make_ascii_lowercase()) {
            return Ok(text);
        }
        let text = this.view(&*vm.heap).lower();
        vm.text_result(Ok(text))
    }
    /// The string folded for comparison without case.
    #[sig("()")]
    fn casefold(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        if let Some(text) = mapped_ascii(vm, this, |text| text.make_ascii_lowercase()) {
            return Ok(text);
        }
        let text = this.view(&*vm.heap).casefold();
        vm.text_result(Ok(text))
    }
    /// The string with its first character in title case and the rest in lower case.
    #[sig("()")]
    fn capitalize(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        if let Some(text) = mapped_ascii(vm, this, capitalize_ascii) {
            return Ok(text);
        }
        let text = this.view(&*vm.heap).capitalize();
        vm.text_result(Ok(text))
    }
    /// The string with each word in title case.
    #[sig("()")]
    fn title(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        if let Some(text) = mapped_ascii(vm, this, title_ascii) {
            return Ok(text);
        }
        let text = this.view(&*vm.heap).title();
        vm.text_result(Ok(text))
    }
    /// The string with upper and lower case exchanged.
    #[sig("()")]
    fn swapcase(this: &Ref<Str>, vm: &mut Vm) -> Result<Value> {
        if let Some(text) = mapped_ascii(vm, this, swap_ascii) {
            return Ok(text);
        }
        let text = this.view(&*vm.heap).swapcase();
        vm.text_result(Ok(text))
    }
    /// Whether all characters are letters, and there is one.
    #[sig("()")]
    fn isalpha(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_alpha())
    }
    /// Whether all characters are letters or numbers, and there is one.
    #[sig("()")]
    fn isalnum(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_alnum())
    }
    /// Whether all characters are decimal digits, and there is one.
    #[sig("()")]
    fn isdecimal(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_decimal())
    }
    /// Whether all characters are digits, and there is one.
    #[sig("()")]
    fn isdigit(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_digit())
    }
    /// Whether all characters are numeric, and there is one.
    #[sig("()")]
    fn isnumeric(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_numeric())
    }
    /// Whether all characters are white space, and there is one.
    #[sig("()")]
    fn isspace(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_space())
    }
    /// Whether all characters are printable.
    #[sig("()")]
    fn isprintable(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_printable())
    }
    /// Whether all characters make a valid identifier.
    #[sig("()")]
    fn isidentifier(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_identifier())
    }
    /// Whether all characters that have case are lower case, and there is one.
    #[sig("()")]
    fn islower(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_lower())
    }
    /// Whether all characters that have case are upper case, and there is one.
    #[sig("()")]
    fn isupper(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_upper())
    }
    /// Whether all characters are in title case.
    #[sig("()")]
    fn istitle(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_title())
    }
    /// Whether all characters are ASCII.
    #[sig("()")]
    fn isascii(this: &Ref<Str>, vm: &mut Vm) -> Result<bool> {
        Ok(this.view(&*vm.heap).is_ascii())
    }
}

struct StrIterMethods;

#[methods(hot)]
impl StrIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<SeqIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        match vm.next_of_text(this) {
            Some(v) => Ok(v),
            None => Err(vm.stop_iteration()),
        }
    }
    #[sig("()")]
    fn __length_hint__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<usize> {
        vm.sequence_left(this)
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let empty = vm.heap.empty_str().into_value();
        vm.reduce_sequence_iterator(this, empty)
    }
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<SeqIter>, vm: &mut Vm, state: &Value) -> Result<()> {
        vm.set_sequence_iterator(this, state)
    }
}

impl Vm {
    /// Items left in an iterator over a sized builtin.
    pub(crate) fn sequence_left(&mut self, it: &Ref<SeqIter>) -> Result<usize> {
        let state = it.get(&*self.heap);
        let index = state.index.max(0) as usize;
        match state.sequence.clone() {
            Some(s) => Ok(self.len(&s)?.saturating_sub(index)),
            None => Ok(0),
        }
    }
    /// `__reduce__` of such an iterator; `empty` is iterated when it is exhausted.
    pub(crate) fn reduce_sequence_iterator(&mut self, it: &Ref<SeqIter>, empty: Value) -> Result<Value> {
        let name = self.intern("iter");
        let iter = self.builtins.clone().get_str(&*self, &name).unwrap_or(Value::NONE);
        let state = it.get(&*self.heap);
        let (sequence, index) = (state.sequence.clone(), state.index);
        match sequence {
            Some(s) => {
                let (args, index) = (self.tuple(vec![s]), self.heap.int(index as i128));
                Ok(self.tuple(vec![iter, args, index]))
            }
            None => {
                let args = self.tuple(vec![empty]);
                Ok(self.tuple(vec![iter, args]))
            }
        }
    }
    /// `__setstate__` of such an iterator.
    pub(crate) fn set_sequence_iterator(&mut self, it: &Ref<SeqIter>, state: &Value) -> Result<()> {
        let index = self.index_size(state)?;
        let Some(s) = it.get(&*self.heap).sequence.clone() else { return Ok(()) };
        let len = self.len(&s)? as isize;
        it.get_mut(&mut *self.heap).index = index.clamp(0, len);
        Ok(())
    }
}
