//! `BytesIO` and `StringIO`.

use super::base::{IoState, size_arg};
use super::int;
use super::newline::{Newlines, translate_universal};
use krait_text::StrRef;
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::{PinnedStr, Str};
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

/// The payload of `BytesIO`.
#[derive(Traverse)]
pub struct BytesIo {
    data: Vec<u8>,
    pos: usize,
    closed: bool,
}

impl BytesIo {
    fn open(vm: &mut Vm, this: &Ref<BytesIo>) -> Result<()> {
        if this.get(&*vm.heap).closed { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(()) }
    }
    fn take(vm: &mut Vm, this: &Ref<BytesIo>, n: usize) -> Value {
        let b = this.get_mut(&mut *vm.heap);
        let start = b.pos.min(b.data.len());
        let end = (start.saturating_add(n)).min(b.data.len());
        b.pos = b.pos.max(end);
        let out = b.data[start..end].to_vec();
        vm.heap.bytes_boxed(out.into_boxed_slice()).into_value()
    }
    fn line_len(vm: &mut Vm, this: &Ref<BytesIo>, limit: i64) -> usize {
        let b = this.get(&*vm.heap);
        let rest = b.data.get(b.pos..).unwrap_or(&[]);
        let n = rest.iter().position(|c| *c == b'\n').map_or(rest.len(), |i| i + 1);
        if limit >= 0 { n.min(limit as usize) } else { n }
    }
}

#[methods]
impl BytesIo {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, BytesIo { data: Vec::new(), pos: 0, closed: false }).into_value())
    }
    #[sig("(initial_bytes=b'')")]
    fn __init__(this: &Ref<BytesIo>, vm: &mut Vm, initial_bytes: Option<Value>) -> Result<()> {
        let data = match initial_bytes {
            Some(v) if !v.is_none() => vm.bytes_like(&v)?,
            _ => Vec::new(),
        };
        let b = this.get_mut(&mut *vm.heap);
        b.data = data;
        b.pos = 0;
        b.closed = false;
        Ok(())
    }
    /// Read at most size bytes, returned as a bytes object.
    #[sig("(size=-1, /)")]
    fn read(this: &Ref<BytesIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        BytesIo::open(vm, this)?;
        Ok(BytesIo::take(vm, this, if n < 0 { usize::MAX } else { n as usize }))
    }
    #[sig("(size=-1, /)")]
    fn read1(this: &Ref<BytesIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        BytesIo::read(this, vm, size)
    }
    #[sig("(size=-1, /)")]
    fn peek(this: &Ref<BytesIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let pos = this.get(&*vm.heap).pos;
        let v = BytesIo::read(this, vm, size)?;
        this.get_mut(&mut *vm.heap).pos = pos;
        Ok(v)
    }
    #[sig("(buffer, /)")]
    fn readinto(this: &Ref<BytesIo>, vm: &mut Vm, buffer: Value) -> Result<usize> {
        BytesIo::open(vm, this)?;
        let target = vm.buffer_mut_argument(&buffer, "readinto() argument")?;
        let b = this.get(&*vm.heap);
        let start = b.pos.min(b.data.len());
        let n = target.len.min(b.data.len() - start);
        let data = b.data[start..start + n].to_vec();
        target.bytes_mut(&mut *vm.heap)[..n].copy_from_slice(&data);
        this.get_mut(&mut *vm.heap).pos += n;
        Ok(n)
    }
    #[sig("(size=-1, /)")]
    fn readline(this: &Ref<BytesIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        BytesIo::open(vm, this)?;
        let n = BytesIo::line_len(vm, this, n);
        Ok(BytesIo::take(vm, this, n))
    }
    #[sig("(size=None, /)")]
    fn readlines(this: &Ref<BytesIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let limit = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        BytesIo::open(vm, this)?;
        let mut lines = Vec::new();
        let mut total = 0i64;
        loop {
            let n = BytesIo::line_len(vm, this, -1);
            if n == 0 {
                break;
            }
            lines.push(BytesIo::take(vm, this, n));
            total += n as i64;
            if limit > 0 && total >= limit {
                break;
            }
        }
        Ok(vm.list(lines))
    }
    #[sig("()")]
    fn __iter__(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<Value> {
        BytesIo::open(vm, this)?;
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<Value> {
        BytesIo::open(vm, this)?;
        match BytesIo::line_len(vm, this, -1) {
            0 => Err(vm.stop_iteration()),
            n => Ok(BytesIo::take(vm, this, n)),
        }
    }
    /// Write bytes to file.
    #[sig("(b, /)")]
    fn write(this: &Ref<BytesIo>, vm: &mut Vm, b: Value) -> Result<usize> {
        BytesIo::open(vm, this)?;
        let new = vm.bytes_like(&b)?;
        let pos = this.get(&*vm.heap).pos;
        let room = vm.heap.check_room(pos.saturating_add(new.len()));
        vm.memory(room)?;
        if new.is_empty() {
            return Ok(0);
        }
        let io = this.get_mut(&mut *vm.heap);
        if io.data.len() < pos {
            io.data.resize(pos, 0);
        }
        let overlap = new.len().min(io.data.len() - pos);
        io.data[pos..pos + overlap].copy_from_slice(&new[..overlap]);
        io.data.extend_from_slice(&new[overlap..]);
        io.pos = pos + new.len();
        Ok(new.len())
    }
    #[sig("(lines, /)")]
    fn writelines(this: &Ref<BytesIo>, vm: &mut Vm, lines: Value) -> Result<()> {
        BytesIo::open(vm, this)?;
        let this = this.clone();
        vm.for_each(&lines, |vm, line| BytesIo::write(&this, vm, line).map(drop))
    }
    #[sig("(pos, whence=0, /)")]
    fn seek(this: &Ref<BytesIo>, vm: &mut Vm, pos: i64, whence: i32) -> Result<usize> {
        BytesIo::open(vm, this)?;
        let (at, len) = { let b = this.get(&*vm.heap); (b.pos as i64, b.data.len() as i64) };
        let target = match whence {
            0 if pos < 0 => return Err(vm.value_error(format!("negative seek value {pos}"))),
            0 => pos,
            1 => at.saturating_add(pos),
            2 => len.saturating_add(pos),
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        let target = target.max(0) as usize;
        this.get_mut(&mut *vm.heap).pos = target;
        Ok(target)
    }
    #[sig("()")]
    fn tell(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<usize> {
        BytesIo::open(vm, this)?;
        Ok(this.get(&*vm.heap).pos)
    }
    #[sig("(size=None, /)")]
    fn truncate(this: &Ref<BytesIo>, vm: &mut Vm, size: Option<Value>) -> Result<usize> {
        BytesIo::open(vm, this)?;
        let n = match size { Some(s) => vm.index_i64(&s, "ssize_t")?, None => this.get(&*vm.heap).pos as i64 };
        if n < 0 {
            return Err(vm.value_error(format!("negative size value {n}")));
        }
        this.get_mut(&mut *vm.heap).data.truncate(n as usize);
        Ok(n as usize)
    }
    /// Retrieve the entire contents of the BytesIO object.
    #[sig("()")]
    fn getvalue(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<Value> {
        BytesIo::open(vm, this)?;
        let data = this.get(&*vm.heap).data.clone();
        Ok(vm.heap.bytes_boxed(data.into_boxed_slice()).into_value())
    }
    /// Get a read-write view over the contents of the BytesIO object.
    #[sig("()")]
    fn getbuffer(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<Value> {
        BytesIo::open(vm, this)?;
        let data = this.get(&*vm.heap).data.clone();
        let copy = vm.heap.byte_array(data).into_value();
        let class = vm.core_type(krait_vm::types::id::MEMORYVIEW).into_value();
        vm.call(&class, &[copy])
    }
    #[sig("()")]
    fn close(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<()> {
        let b = this.get_mut(&mut *vm.heap);
        b.closed = true;
        b.data = Vec::new();
        Ok(())
    }
    /// True if the file is closed.
    #[getter]
    fn closed(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).closed)
    }
    #[sig("()")]
    fn readable(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<bool> {
        BytesIo::open(vm, this).map(|()| true)
    }
    #[sig("()")]
    fn writable(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<bool> {
        BytesIo::open(vm, this).map(|()| true)
    }
    #[sig("()")]
    fn seekable(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<bool> {
        BytesIo::open(vm, this).map(|()| true)
    }
    #[sig("()")]
    fn flush(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<()> {
        BytesIo::open(vm, this)
    }
    #[sig("()")]
    fn isatty(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<bool> {
        BytesIo::open(vm, this).map(|()| false)
    }
    #[sig("()")]
    fn __getstate__(this: &Ref<BytesIo>, vm: &mut Vm) -> Result<Value> {
        let value = BytesIo::getvalue(this, vm)?;
        let pos = this.get(&*vm.heap).pos as i64;
        let dict = vm.heap.materialize_dict(this.as_value()).map_or(Value::NONE, Ref::into_value);
        Ok(vm.tuple(vec![value, int(pos), dict]))
    }
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<BytesIo>, vm: &mut Vm, state: Value) -> Result<()> {
        let parts = vm.collect(&state)?;
        let [data, pos, dict] = &parts[..] else { return Err(vm.type_error("BytesIO.__setstate__ argument should be 3-tuple")) };
        let data = vm.bytes_like(data)?;
        let pos = vm.index_size(pos)?.max(0) as usize;
        let b = this.get_mut(&mut *vm.heap);
        b.data = data;
        b.pos = pos;
        if !dict.is_none() {
            let key = vm.names.__dict__.clone();
            let own = vm.get_attr(this.as_value(), &key)?;
            vm.call_method(&own, "update", &[dict.clone()])?;
        }
        Ok(())
    }
}

/// The payload of `StringIO`.
#[derive(Traverse)]
pub struct StringIo {
    data: Vec<u32>,
    pos: usize,
    closed: bool,
    #[traverse(skip)]
    newlines: Newlines,
    pending_cr: bool,
    seen: u8,
}

impl StringIo {
    fn open(vm: &mut Vm, this: &Ref<StringIo>) -> Result<()> {
        if this.get(&*vm.heap).closed { Err(vm.value_error("I/O operation on closed file")) } else { Ok(()) }
    }
    fn take(vm: &mut Vm, this: &Ref<StringIo>, n: usize) -> Value {
        let s = this.get_mut(&mut *vm.heap);
        let start = s.pos.min(s.data.len());
        let end = start.saturating_add(n).min(s.data.len());
        s.pos = s.pos.max(end);
        let buffer = StrRef::Four(&s.data[start..end]).to_buf();
        vm.heap.str_buf(buffer).into_value()
    }
    fn line_len(vm: &mut Vm, this: &Ref<StringIo>, limit: i64) -> usize {
        let s = this.get(&*vm.heap);
        let rest = s.data.get(s.pos..).unwrap_or(&[]);
        let n = s.newlines.line_end(rest.iter().copied()).unwrap_or(rest.len());
        if limit >= 0 { n.min(limit as usize) } else { n }
    }
    fn put(vm: &mut Vm, this: &Ref<StringIo>, text: StrRefOwned) {
        let s = this.get_mut(&mut *vm.heap);
        let mut chars = text.0;
        if s.newlines.translate_reads() {
            chars = translate_universal(&chars, &mut s.pending_cr, &mut s.seen, s.newlines == Newlines::Universal, true);
        }
        let chars = s.newlines.translate_write(chars);
        if s.data.len() < s.pos {
            s.data.resize(s.pos, 0);
        }
        let overlap = chars.len().min(s.data.len() - s.pos);
        let pos = s.pos;
        s.data[pos..pos + overlap].copy_from_slice(&chars[..overlap]);
        s.data.extend_from_slice(&chars[overlap..]);
        s.pos = pos + chars.len();
    }
}

/// Code points copied out of a str.
struct StrRefOwned(Vec<u32>);

fn points(view: StrRef<'_>) -> StrRefOwned {
    StrRefOwned(view.iter().collect())
}

#[methods]
impl StringIo {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        let io = StringIo { data: Vec::new(), pos: 0, closed: false, newlines: Newlines::Lf, pending_cr: false, seen: 0 };
        Ok(vm.heap.alloc_typed(id, io).into_value())
    }
    #[sig("(initial_value='', newline='\\n')")]
    fn __init__(this: &Ref<StringIo>, vm: &mut Vm, initial_value: Option<Value>, newline: Option<Value>) -> Result<()> {
        let newlines = match newline {
            Some(n) => Newlines::parse(vm, &n)?,
            None => Newlines::Lf,
        };
        let initial = match initial_value {
            Some(v) if !v.is_none() => match v.downcast::<Str>(&*vm.heap) {
                Some(s) => Some(points(s.view(&*vm.heap))),
                None => {
                    let found = vm.type_name(&v);
                    return Err(vm.type_error(format!("initial_value must be str or None, not {found}")));
                }
            },
            _ => None,
        };
        {
            let s = this.get_mut(&mut *vm.heap);
            s.data.clear();
            s.pos = 0;
            s.closed = false;
            s.newlines = newlines;
            s.seen = 0;
        }
        if let Some(text) = initial {
            StringIo::put(vm, this, text);
            this.get_mut(&mut *vm.heap).pos = 0;
        }
        Ok(())
    }
    /// Read at most size characters, returned as a string.
    #[sig("(size=-1, /)")]
    fn read(this: &Ref<StringIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        StringIo::open(vm, this)?;
        Ok(StringIo::take(vm, this, if n < 0 { usize::MAX } else { n as usize }))
    }
    #[sig("(size=-1, /)")]
    fn readline(this: &Ref<StringIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        StringIo::open(vm, this)?;
        let n = StringIo::line_len(vm, this, n);
        Ok(StringIo::take(vm, this, n))
    }
    #[sig("()")]
    fn __iter__(this: &Ref<StringIo>, vm: &mut Vm) -> Result<Value> {
        StringIo::open(vm, this)?;
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<StringIo>, vm: &mut Vm) -> Result<Value> {
        StringIo::open(vm, this)?;
        match StringIo::line_len(vm, this, -1) {
            0 => Err(vm.stop_iteration()),
            n => Ok(StringIo::take(vm, this, n)),
        }
    }
    /// Write string to file.
    #[sig("(s, /)")]
    fn write(this: &Ref<StringIo>, vm: &mut Vm, s: &Value) -> Result<usize> {
        let Some(text) = s.downcast::<Str>(&*vm.heap) else {
            let found = vm.type_name(s);
            return Err(vm.type_error(format!("string argument expected, got '{found}'")));
        };
        StringIo::open(vm, this)?;
        let n = text.get(&*vm.heap).len();
        let room = vm.heap.check_room(this.get(&*vm.heap).pos.saturating_add(n).saturating_mul(4));
        vm.memory(room)?;
        let pinned = PinnedStr::new(text);
        let io = this.get_mut(&mut *vm.heap);
        if io.newlines == Newlines::Lf && io.pos == io.data.len() {
            match pinned.view() {
                StrRef::One(u) => io.data.extend(u.iter().map(|&c| u32::from(c))),
                StrRef::Two(u) => io.data.extend(u.iter().map(|&c| u32::from(c))),
                StrRef::Four(u) => io.data.extend_from_slice(u),
            }
            io.pos += n;
            return Ok(n);
        }
        let text = points(pinned.view());
        if n > 0 {
            StringIo::put(vm, this, text);
        }
        Ok(n)
    }
    #[sig("(pos, whence=0, /)")]
    fn seek(this: &Ref<StringIo>, vm: &mut Vm, pos: i64, whence: i32) -> Result<usize> {
        StringIo::open(vm, this)?;
        if !(0..=2).contains(&whence) {
            return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
        if pos < 0 && whence == 0 {
            return Err(vm.value_error(format!("Negative seek position {pos}")));
        }
        if whence != 0 && pos != 0 {
            return Err(vm.error(krait_vm::Exc::OSError, "Can't do nonzero cur-relative seeks"));
        }
        let s = this.get_mut(&mut *vm.heap);
        s.pos = match whence {
            0 => pos as usize,
            1 => s.pos,
            _ => s.data.len(),
        };
        Ok(s.pos)
    }
    #[sig("()")]
    fn tell(this: &Ref<StringIo>, vm: &mut Vm) -> Result<usize> {
        StringIo::open(vm, this)?;
        Ok(this.get(&*vm.heap).pos)
    }
    #[sig("(pos=None, /)")]
    fn truncate(this: &Ref<StringIo>, vm: &mut Vm, pos: Option<Value>) -> Result<usize> {
        StringIo::open(vm, this)?;
        let n = match pos { Some(s) => vm.index_i64(&s, "ssize_t")?, None => this.get(&*vm.heap).pos as i64 };
        if n < 0 {
            return Err(vm.value_error(format!("Negative size value {n}")));
        }
        this.get_mut(&mut *vm.heap).data.truncate(n as usize);
        Ok(n as usize)
    }
    /// Retrieve the entire contents of the object.
    #[sig("()")]
    fn getvalue(this: &Ref<StringIo>, vm: &mut Vm) -> Result<Value> {
        StringIo::open(vm, this)?;
        let text = StrRef::Four(&this.get(&*vm.heap).data).to_buf();
        Ok(vm.heap.str_buf(text).into_value())
    }
    #[sig("()")]
    fn close(this: &Ref<StringIo>, vm: &mut Vm) -> Result<()> {
        let s = this.get_mut(&mut *vm.heap);
        s.closed = true;
        s.data = Vec::new();
        Ok(())
    }
    #[getter]
    fn closed(this: &Ref<StringIo>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).closed)
    }
    #[getter]
    fn line_buffering(this: &Ref<StringIo>, vm: &mut Vm) -> Result<bool> {
        StringIo::open(vm, this).map(|()| false)
    }
    #[getter]
    fn newlines(this: &Ref<StringIo>, vm: &mut Vm) -> Result<Value> {
        StringIo::open(vm, this)?;
        let seen = this.get(&*vm.heap).seen;
        Ok(super::newline::seen_value(vm, seen))
    }
    #[sig("()")]
    fn readable(this: &Ref<StringIo>, vm: &mut Vm) -> Result<bool> {
        StringIo::open(vm, this).map(|()| true)
    }
    #[sig("()")]
    fn writable(this: &Ref<StringIo>, vm: &mut Vm) -> Result<bool> {
        StringIo::open(vm, this).map(|()| true)
    }
    #[sig("()")]
    fn seekable(this: &Ref<StringIo>, vm: &mut Vm) -> Result<bool> {
        StringIo::open(vm, this).map(|()| true)
    }
    #[sig("()")]
    fn __getstate__(this: &Ref<StringIo>, vm: &mut Vm) -> Result<Value> {
        let value = StringIo::getvalue(this, vm)?;
        let (pos, newlines) = { let s = this.get(&*vm.heap); (s.pos as i64, s.newlines) };
        let newline = match newlines.text() { Some(t) => vm.str(t), None => Value::NONE };
        let dict = vm.heap.materialize_dict(this.as_value()).map_or(Value::NONE, Ref::into_value);
        Ok(vm.tuple(vec![value, newline, int(pos), dict]))
    }
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<StringIo>, vm: &mut Vm, state: Value) -> Result<()> {
        let parts = vm.collect(&state)?;
        let [value, newline, pos, dict] = &parts[..] else { return Err(vm.type_error("StringIO.__setstate__ argument should be 4-tuple")) };
        let newlines = Newlines::parse(vm, newline)?;
        let Some(text) = value.downcast::<Str>(&*vm.heap) else { return Err(vm.type_error("initial_value must be str")) };
        let text = points(text.view(&*vm.heap)).0;
        let pos = vm.index_size(pos)?.max(0) as usize;
        let s = this.get_mut(&mut *vm.heap);
        s.data = text;
        s.newlines = newlines;
        s.pos = pos;
        if !dict.is_none() {
            let key = vm.names.__dict__.clone();
            let own = vm.get_attr(this.as_value(), &key)?;
            vm.call_method(&own, "update", &[dict.clone()])?;
        }
        Ok(())
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let flags = flags::BASETYPE | flags::WEAKREFABLE;
    let (buffered, text) = { let s = vm.state::<IoState>(); (s.buffered.clone(), s.text.clone()) };
    let t = vm.define_type::<BytesIo>(buffered.as_ref(), &TypeSpec { name: "_io.BytesIO", doc: "Buffered I/O implementation using an in-memory bytes buffer.", flags, dict: true, methods: BytesIo::METHODS });
    vm.module_set(module, "BytesIO", t.into_value());
    let t = vm.define_type::<StringIo>(text.as_ref(), &TypeSpec { name: "_io.StringIO", doc: "Text I/O implementation using an in-memory buffer.", flags, dict: true, methods: StringIo::METHODS });
    vm.module_set(module, "StringIO", t.into_value());
    Ok(())
}
