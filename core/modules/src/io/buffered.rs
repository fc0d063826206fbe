//! `BufferedReader`, `BufferedWriter`, `BufferedRandom` and `BufferedRWPair`.
//!
//! One payload serves the first three: bytes read ahead, and bytes not written yet. At most one of the two is not
//! empty; switching between reading and writing brings the raw stream to the right place first.

use super::base::{IoState, expect_bytes, is_closed, size_arg, unsupported};
use super::{DEFAULT_BUFFER_SIZE, int};
use krait_vm::args::Methods;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};

/// The payload of the three buffered streams.
#[derive(Traverse)]
pub struct Buffered {
    raw: Option<Value>,
    size: usize,
    /// Read ahead; `rpos` is how far the program has come.
    rbuf: Vec<u8>,
    rpos: usize,
    wbuf: Vec<u8>,
    detached: bool,
    reads: bool,
    writes: bool,
    /// A method is running on this stream (in some thread or signal handler).
    busy: bool,
}

impl Buffered {
    pub fn raw(vm: &mut Vm, this: &Ref<Buffered>) -> Result<Value> {
        let (raw, detached) = { let b = this.get(&*vm.heap); (b.raw.clone(), b.detached) };
        match raw {
            Some(r) => Ok(r),
            None if detached => Err(vm.value_error("raw stream has been detached")),
            None => Err(vm.value_error("I/O operation on uninitialized object")),
        }
    }
    fn open(vm: &mut Vm, this: &Ref<Buffered>, what: &str) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        if is_closed(vm, &raw)? {
            return Err(vm.value_error(format!("{what} of closed file")));
        }
        Ok(raw)
    }
    fn ahead(vm: &Vm, this: &Ref<Buffered>) -> usize {
        let b = this.get(&*vm.heap);
        b.rbuf.len() - b.rpos
    }
    fn make(vm: &mut Vm, cls: &Ref<Type>, reads: bool, writes: bool) -> Value {
        let id = cls.id(&vm.heap);
        let b = Buffered { raw: None, size: 0, rbuf: Vec::new(), rpos: 0, wbuf: Vec::new(), detached: false, reads, writes, busy: false };
        vm.heap.alloc_typed(id, b).into_value()
    }
    fn init(vm: &mut Vm, this: &Ref<Buffered>, raw: Value, size: Option<i64>) -> Result<()> {
        let size = size.unwrap_or(DEFAULT_BUFFER_SIZE as i64);
        if size <= 0 {
            return Err(vm.value_error("buffer size must be strictly positive"));
        }
        let room = vm.heap.check_room(size as usize);
        vm.memory(room)?;
        let b = this.get_mut(&mut *vm.heap);
        b.size = size as usize;
        b.detached = false;
        b.rbuf.clear();
        b.rpos = 0;
        b.wbuf.clear();
        let old = b.raw.replace(raw);
        drop(old);
        Ok(())
    }
    /// Reads once from the raw stream: `None` when it would block.
    fn raw_read(vm: &mut Vm, raw: &Value, n: usize) -> Result<Option<Vec<u8>>> {
        let got = vm.call_method(raw, "read", &[int(n as i64)])?;
        if got.is_none() {
            return Ok(None);
        }
        match got.downcast::<Bytes>(&*vm.heap) {
            Some(b) => {
                let data = b.get(&*vm.heap).data.to_vec();
                if data.len() > n {
                    let got = data.len();
                    return Err(vm.error(Exc::OSError, format!("raw readinto() returned invalid length {got} (should have been between 0 and {n})")));
                }
                Ok(Some(data))
            }
            None => expect_bytes(vm, &got, "read()").map(Some),
        }
    }
    fn take_ahead(vm: &mut Vm, this: &Ref<Buffered>, n: usize) -> Vec<u8> {
        let b = this.get_mut(&mut *vm.heap);
        let end = (b.rpos + n).min(b.rbuf.len());
        let out = b.rbuf[b.rpos..end].to_vec();
        b.rpos = end;
        if b.rpos == b.rbuf.len() {
            b.rbuf.clear();
            b.rpos = 0;
        }
        out
    }
    /// Fills the empty read-ahead buffer once; how much came, `None` when it would block.
    fn fill(vm: &mut Vm, this: &Ref<Buffered>, raw: &Value) -> Result<Option<usize>> {
        let size = this.get(&*vm.heap).size;
        let Some(data) = Buffered::raw_read(vm, raw, size)? else { return Ok(None) };
        let n = data.len();
        let b = this.get_mut(&mut *vm.heap);
        if b.rpos > 0 {
            b.rbuf.drain(..b.rpos);
            b.rpos = 0;
        }
        b.rbuf.extend_from_slice(&data);
        Ok(Some(n))
    }
    /// Before reading: what was written goes out first.
    fn before_read(vm: &mut Vm, this: &Ref<Buffered>, raw: &Value) -> Result<()> {
        if this.get(&*vm.heap).wbuf.is_empty() { Ok(()) } else { Buffered::flush_writes(vm, this, raw) }
    }
    /// Before writing: the raw stream goes back to where the program is.
    fn before_write(vm: &mut Vm, this: &Ref<Buffered>, raw: &Value) -> Result<()> {
        let ahead = Buffered::ahead(vm, this);
        let b = this.get_mut(&mut *vm.heap);
        b.rbuf.clear();
        b.rpos = 0;
        if ahead > 0 {
            vm.call_method(raw, "seek", &[int(-(ahead as i64)), int(1)])?;
        }
        Ok(())
    }
    fn flush_writes(vm: &mut Vm, this: &Ref<Buffered>, raw: &Value) -> Result<()> {
        if this.get(&*vm.heap).busy {
            return Err(vm.runtime_error("reentrant call inside buffered stream"));
        }
        this.get_mut(&mut *vm.heap).busy = true;
        let result = Buffered::flush_loop(vm, this, raw);
        this.get_mut(&mut *vm.heap).busy = false;
        result
    }
    fn flush_loop(vm: &mut Vm, this: &Ref<Buffered>, raw: &Value) -> Result<()> {
        while !this.get(&*vm.heap).wbuf.is_empty() {
            let data = std::mem::take(&mut this.get_mut(&mut *vm.heap).wbuf);
            let len = data.len() as i64;
            let bytes = vm.heap.bytes(&data).into_value();
            let written = vm.call_method(raw, "write", &[bytes]);
            let n = match written {
                Ok(v) if v.is_none() => {
                    Buffered::put_back(vm, this, data, 0);
                    return Err(blocking_error(vm, "write could not complete without blocking", 0));
                }
                Ok(v) => match vm.index_i64(&v, "ssize_t") {
                    Ok(n) if (0..=len).contains(&n) => n as usize,
                    Ok(n) => {
                        Buffered::put_back(vm, this, data, 0);
                        return Err(vm.error(Exc::OSError, format!("raw write() returned invalid length {n} (should have been between 0 and {len})")));
                    }
                    Err(e) => {
                        Buffered::put_back(vm, this, data, 0);
                        return Err(e);
                    }
                },
                Err(e) => {
                    Buffered::put_back(vm, this, data, 0);
                    return Err(e);
                }
            };
            Buffered::put_back(vm, this, data, n);
        }
        Ok(())
    }
    /// What was not written stays first in line.
    fn put_back(vm: &mut Vm, this: &Ref<Buffered>, mut data: Vec<u8>, done: usize) {
        data.drain(..done);
        let b = this.get_mut(&mut *vm.heap);
        data.append(&mut b.wbuf);
        b.wbuf = data;
    }
    /// Appends bytes to be written.
    pub fn write_bytes(vm: &mut Vm, this: &Ref<Buffered>, data: &[u8]) -> Result<()> {
        let raw = Buffered::open(vm, this, "write")?;
        Buffered::before_write(vm, this, &raw)?;
        let (size, have) = { let b = this.get(&*vm.heap); (b.size, b.wbuf.len()) };
        if have + data.len() <= size {
            this.get_mut(&mut *vm.heap).wbuf.extend_from_slice(data);
            return Ok(());
        }
        if let Err(e) = Buffered::flush_writes(vm, this, &raw) {
            if !vm.pending_is(Exc::BlockingIOError) {
                return Err(e);
            }
            // As much as fits is kept, the rest was not written.
            let b = this.get_mut(&mut *vm.heap);
            let room = b.size.saturating_sub(b.wbuf.len());
            if data.len() <= room {
                b.wbuf.extend_from_slice(data);
                vm.take_pending();
                return Ok(());
            }
            b.wbuf.extend_from_slice(&data[..room]);
            vm.take_pending();
            return Err(blocking_error(vm, "write could not complete without blocking", room));
        }
        this.get_mut(&mut *vm.heap).wbuf.extend_from_slice(data);
        if data.len() > size {
            let before = data.len();
            if let Err(e) = Buffered::flush_writes(vm, this, &raw) {
                if !vm.pending_is(Exc::BlockingIOError) {
                    return Err(e);
                }
                vm.take_pending();
                let b = this.get_mut(&mut *vm.heap);
                let left = b.wbuf.len();
                if left > b.size {
                    let over = left - b.size;
                    b.wbuf.truncate(b.size);
                    return Err(blocking_error(vm, "write could not complete without blocking", before - over));
                }
            }
        }
        Ok(())
    }
    /// Reads up to `n` bytes (`None`: everything), as `read` does. `None` when nothing came without blocking.
    fn read_n(vm: &mut Vm, this: &Ref<Buffered>, raw: &Value, n: Option<usize>) -> Result<Option<Vec<u8>>> {
        Buffered::before_read(vm, this, raw)?;
        match n {
            None => {
                let mut data = Buffered::take_ahead(vm, this, usize::MAX >> 1);
                let readall = vm.intern("readall");
                if vm.get_attr_opt(raw, &readall)?.is_some_and(|m| !m.is_none()) {
                    let rest = vm.call_method(raw, "readall", &[])?;
                    if rest.is_none() {
                        return Ok(if data.is_empty() { None } else { Some(data) });
                    }
                    let Some(b) = rest.downcast::<Bytes>(&*vm.heap) else { return Err(vm.type_error("readall() should return bytes")) };
                    data.extend_from_slice(&b.get(&*vm.heap).data);
                    return Ok(Some(data));
                }
                loop {
                    match Buffered::raw_read(vm, raw, DEFAULT_BUFFER_SIZE)? {
                        None if data.is_empty() => return Ok(None),
                        None => break,
                        Some(chunk) if chunk.is_empty() => break,
                        Some(chunk) => data.extend_from_slice(&chunk),
                    }
                }
                Ok(Some(data))
            }
            Some(n) => {
                let mut data = Buffered::take_ahead(vm, this, n);
                let size = this.get(&*vm.heap).size;
                while data.len() < n {
                    let missing = n - data.len();
                    if missing >= size {
                        let room = vm.heap.check_room(missing);
                        vm.memory(room)?;
                        match Buffered::raw_read(vm, raw, missing - missing % size)? {
                            None => return Ok(if data.is_empty() { None } else { Some(data) }),
                            Some(chunk) if chunk.is_empty() => break,
                            Some(chunk) => data.extend_from_slice(&chunk),
                        }
                    } else {
                        match Buffered::fill(vm, this, raw)? {
                            None => return Ok(if data.is_empty() { None } else { Some(data) }),
                            Some(0) => break,
                            Some(_) => {
                                let more = Buffered::take_ahead(vm, this, missing);
                                data.extend_from_slice(&more);
                            }
                        }
                    }
                }
                Ok(Some(data))
            }
        }
    }
    /// One chunk: what is buffered, else one raw read. Used by text streams.
    pub fn read_chunk(vm: &mut Vm, this: &Ref<Buffered>, n: usize) -> Result<Vec<u8>> {
        let raw = Buffered::open(vm, this, "read")?;
        Buffered::before_read(vm, this, &raw)?;
        if Buffered::ahead(vm, this) == 0 {
            Buffered::fill(vm, this, &raw)?;
        }
        Ok(Buffered::take_ahead(vm, this, n))
    }
    fn line(vm: &mut Vm, this: &Ref<Buffered>, limit: i64) -> Result<Vec<u8>> {
        let raw = Buffered::open(vm, this, "readline")?;
        Buffered::before_read(vm, this, &raw)?;
        let mut line = Vec::new();
        loop {
            let b = this.get(&*vm.heap);
            let rest = &b.rbuf[b.rpos..];
            let room = if limit >= 0 { limit as usize - line.len() } else { usize::MAX };
            let end = rest.iter().take(room).position(|c| *c == b'\n').map(|i| i + 1);
            let n = end.unwrap_or(rest.len().min(room));
            let part = Buffered::take_ahead(vm, this, n);
            line.extend_from_slice(&part);
            if end.is_some() || (limit >= 0 && line.len() as i64 >= limit) {
                return Ok(line);
            }
            match Buffered::fill(vm, this, &raw)? {
                None | Some(0) => return Ok(line),
                Some(_) => {}
            }
        }
    }
}

/// Lets the raw stream warn that `source` was not closed.
pub fn dealloc_warn(vm: &mut Vm, stream: &Value, source: &Value) {
    let key = vm.intern("_dealloc_warn");
    let warned = match vm.get_attr_opt(stream, &key) {
        Ok(Some(method)) => vm.call(&method, std::slice::from_ref(source)).map(drop),
        Ok(None) => Ok(()),
        Err(e) => Err(e),
    };
    if warned.is_err() {
        vm.take_pending();
    }
}

fn blocking_error(vm: &mut Vm, text: &str, written: usize) -> krait_vm::Raised {
    let text = vm.str(text);
    let exception = vm.new_exception(Exc::BlockingIOError, vec![int(11), text.clone()]);
    vm.set_exception_field(&exception, "errno", int(11));
    vm.set_exception_field(&exception, "strerror", text);
    vm.set_exception_field(&exception, "characters_written", int(written as i64));
    vm.raise_with_context(exception)
}

/// What readers, writers and random streams share.
struct Common;

#[methods]
impl Common {
    #[getter]
    fn raw(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).raw.clone().unwrap_or(Value::NONE))
    }
    #[getter]
    fn closed(this: &Ref<Buffered>, vm: &mut Vm) -> Result<bool> {
        let raw = Buffered::raw(vm, this)?;
        is_closed(vm, &raw)
    }
    #[getter]
    fn name(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        let key = vm.names.name.clone();
        vm.get_attr(&raw, &key)
    }
    #[getter]
    fn mode(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        let key = vm.names.mode.clone();
        vm.get_attr(&raw, &key)
    }
    #[sig("()")]
    fn seekable(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        vm.call_method(&raw, "seekable", &[])
    }
    #[sig("()")]
    fn fileno(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        vm.call_method(&raw, "fileno", &[])
    }
    #[sig("()")]
    fn isatty(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        vm.call_method(&raw, "isatty", &[])
    }
    #[sig("()")]
    fn readable(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        if !this.get(&*vm.heap).reads {
            return Ok(Value::FALSE);
        }
        vm.call_method(&raw, "readable", &[])
    }
    #[sig("()")]
    fn writable(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        if !this.get(&*vm.heap).writes {
            return Ok(Value::FALSE);
        }
        vm.call_method(&raw, "writable", &[])
    }
    #[sig("()")]
    fn flush(this: &Ref<Buffered>, vm: &mut Vm) -> Result<()> {
        let raw = Buffered::open(vm, this, "flush")?;
        Buffered::flush_writes(vm, this, &raw)?;
        if this.get(&*vm.heap).reads && this.get(&*vm.heap).writes {
            Buffered::before_write(vm, this, &raw)?;
        }
        Ok(())
    }
    #[sig("()")]
    fn close(this: &Ref<Buffered>, vm: &mut Vm) -> Result<()> {
        let Some(raw) = this.get(&*vm.heap).raw.clone() else { return Buffered::raw(vm, this).map(drop) };
        if is_closed(vm, &raw)? {
            return Ok(());
        }
        let flushed = vm.call_method(this.as_value(), "flush", &[]).map(drop);
        let first = if flushed.is_err() { Some(vm.take_pending()) } else { None };
        let closed = vm.call_method(&raw, "close", &[]).map(drop);
        match (first, closed) {
            (None, closed) => closed,
            (Some(e), Ok(())) => Err(vm.raise(e)),
            (Some(e), Err(raised)) => {
                if let Some(second) = vm.thread.pending.clone() {
                    vm.set_context(&second, e);
                }
                Err(raised)
            }
        }
    }
    #[sig("()")]
    fn detach(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let raw = Buffered::raw(vm, this)?;
        vm.call_method(this.as_value(), "flush", &[])?;
        let b = this.get_mut(&mut *vm.heap);
        b.raw = None;
        b.detached = true;
        Ok(raw)
    }
    #[sig("()")]
    fn tell(this: &Ref<Buffered>, vm: &mut Vm) -> Result<i64> {
        let raw = Buffered::raw(vm, this)?;
        let at = vm.call_method(&raw, "tell", &[])?;
        let at = vm.index_i64(&at, "long")?;
        if at < 0 {
            return Err(vm.error(Exc::OSError, format!("Raw stream returned invalid position {at}")));
        }
        let b = this.get(&*vm.heap);
        Ok(at - (b.rbuf.len() - b.rpos) as i64 + b.wbuf.len() as i64)
    }
    #[sig("(target, whence=0, /)")]
    fn seek(this: &Ref<Buffered>, vm: &mut Vm, target: Value, whence: i32) -> Result<Value> {
        if !(0..=4).contains(&whence) {
            return Err(vm.value_error(format!("whence value {whence} unsupported")));
        }
        let raw = Buffered::open(vm, this, "seek")?;
        let can = vm.call_method(&raw, "seekable", &[])?;
        if !vm.truth(&can)? {
            return Err(unsupported(vm, "File or stream is not seekable."));
        }
        let mut offset = vm.index_i64(&target, "long")?;
        Buffered::flush_writes(vm, this, &raw)?;
        let ahead = Buffered::ahead(vm, this) as i64;
        if whence != 2 && ahead > 0 {
            // Inside what was read ahead nothing needs to be asked of the raw stream but where it is.
            let at = vm.call_method(&raw, "tell", &[])?;
            let current = vm.index_i64(&at, "long")? - ahead;
            let delta = if whence == 0 { offset - current } else { offset };
            let b = this.get_mut(&mut *vm.heap);
            if delta >= -(b.rpos as i64) && delta <= ahead {
                b.rpos = (b.rpos as i64 + delta) as usize;
                return Ok(int(current + delta));
            }
        }
        if whence == 1 {
            offset -= ahead;
        }
        let at = vm.call_method(&raw, "seek", &[int(offset), int(whence.into())])?;
        let b = this.get_mut(&mut *vm.heap);
        b.rbuf.clear();
        b.rpos = 0;
        Ok(at)
    }
    #[sig("(pos=None, /)")]
    fn truncate(this: &Ref<Buffered>, vm: &mut Vm, pos: Value) -> Result<Value> {
        let raw = Buffered::open(vm, this, "truncate")?;
        if !this.get(&*vm.heap).writes {
            return Err(unsupported(vm, "truncate"));
        }
        Buffered::flush_writes(vm, this, &raw)?;
        let pos = if pos.is_none() { int(Common::tell(this, vm)?) } else { pos };
        vm.call_method(&raw, "truncate", &[pos])
    }
    #[sig("(source, /)")]
    fn _dealloc_warn(this: &Ref<Buffered>, vm: &mut Vm, source: Value) -> Result<()> {
        let raw = Buffered::raw(vm, this)?;
        dealloc_warn(vm, &raw, &source);
        Ok(())
    }
    #[sig("()")]
    fn __del__(this: &Ref<Buffered>, vm: &mut Vm) -> Result<()> {
        let Some(raw) = this.get(&*vm.heap).raw.clone() else { return Ok(()) };
        if is_closed(vm, &raw)? {
            return Ok(());
        }
        dealloc_warn(vm, &raw, this.as_value());
        vm.call_method(this.as_value(), "close", &[]).map(drop)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Buffered>, vm: &mut Vm) -> Result<String> {
        let class = vm.full_type_name(&vm.type_of(this.as_value()));
        let key = vm.names.name.clone();
        let name = vm.get_attr(this.as_value(), &key);
        match name {
            Ok(n) => {
                let shown = vm.repr_text(&n)?;
                Ok(format!("<{class} name={shown}>"))
            }
            Err(_) => {
                vm.take_pending();
                Ok(format!("<{class}>"))
            }
        }
    }
    #[sig("()")]
    fn __getstate__(this: &Ref<Buffered>, vm: &mut Vm) -> Result<()> {
        let name = vm.type_name(this.as_value());
        Err(vm.type_error(format!("cannot pickle '{name}' instances")))
    }
}

struct Reads;

#[methods]
impl Reads {
    /// Read and return up to size bytes.
    #[sig("(size=-1, /)")]
    fn read(this: &Ref<Buffered>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        if n < -1 {
            return Err(vm.value_error("read length must be non-negative or -1"));
        }
        let raw = Buffered::open(vm, this, "read")?;
        match Buffered::read_n(vm, this, &raw, usize::try_from(n).ok())? {
            Some(data) => Ok(vm.heap.bytes_boxed(data.into_boxed_slice()).into_value()),
            None => Ok(Value::NONE),
        }
    }
    #[sig("(size=-1, /)")]
    fn read1(this: &Ref<Buffered>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        let raw = Buffered::open(vm, this, "read")?;
        let n = if n < 0 { this.get(&*vm.heap).size } else { n as usize };
        if n == 0 {
            return Ok(vm.heap.bytes(b"").into_value());
        }
        Buffered::before_read(vm, this, &raw)?;
        let data = if Buffered::ahead(vm, this) > 0 {
            Buffered::take_ahead(vm, this, n)
        } else {
            Buffered::raw_read(vm, &raw, n)?.unwrap_or_default()
        };
        Ok(vm.heap.bytes_boxed(data.into_boxed_slice()).into_value())
    }
    #[sig("(size=0, /)")]
    fn peek(this: &Ref<Buffered>, vm: &mut Vm, _size: Option<Value>) -> Result<Value> {
        let raw = Buffered::open(vm, this, "peek")?;
        Buffered::before_read(vm, this, &raw)?;
        if Buffered::ahead(vm, this) == 0 {
            Buffered::fill(vm, this, &raw)?;
        }
        let b = this.get(&*vm.heap);
        let data = b.rbuf[b.rpos..].to_vec();
        Ok(vm.heap.bytes_boxed(data.into_boxed_slice()).into_value())
    }
    #[sig("(buffer, /)")]
    fn readinto(this: &Ref<Buffered>, vm: &mut Vm, buffer: Value) -> Result<Value> {
        let raw = Buffered::open(vm, this, "readinto")?;
        let target = vm.buffer_mut_argument(&buffer, "readinto() argument")?;
        let Some(data) = Buffered::read_n(vm, this, &raw, Some(target.len))? else { return Ok(Value::NONE) };
        target.bytes_mut(&mut *vm.heap)[..data.len()].copy_from_slice(&data);
        Ok(int(data.len() as i64))
    }
    #[sig("(buffer, /)")]
    fn readinto1(this: &Ref<Buffered>, vm: &mut Vm, buffer: Value) -> Result<Value> {
        let target = vm.buffer_mut_argument(&buffer, "readinto1() argument")?;
        let data = Reads::read1(this, vm, Some(int(target.len as i64)))?;
        let data = expect_bytes(vm, &data, "read1()")?;
        target.bytes_mut(&mut *vm.heap)[..data.len()].copy_from_slice(&data);
        Ok(int(data.len() as i64))
    }
    #[sig("(size=-1, /)")]
    fn readline(this: &Ref<Buffered>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        let line = Buffered::line(vm, this, n)?;
        Ok(vm.heap.bytes_boxed(line.into_boxed_slice()).into_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<Buffered>, vm: &mut Vm) -> Result<Value> {
        let line = Buffered::line(vm, this, -1)?;
        if line.is_empty() {
            return Err(vm.stop_iteration());
        }
        Ok(vm.heap.bytes_boxed(line.into_boxed_slice()).into_value())
    }
}

struct Writes;

#[methods]
impl Writes {
    /// Write the given buffer to the IO stream.
    #[sig("(buffer, /)")]
    fn write(this: &Ref<Buffered>, vm: &mut Vm, buffer: Value) -> Result<usize> {
        let data = vm.bytes_like(&buffer)?;
        Buffered::write_bytes(vm, this, &data)?;
        Ok(data.len())
    }
}

macro_rules! constructors {
    ($name:ident, $reads:literal, $writes:literal, $check:expr) => {
        struct $name;
        #[methods]
        impl $name {
            #[sig("(*args, **kwargs)")]
            fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
                Ok(Buffered::make(vm, cls, $reads, $writes))
            }
            #[sig("(raw, buffer_size=131072)")]
            fn __init__(this: &Ref<Buffered>, vm: &mut Vm, raw: Value, buffer_size: Option<i64>) -> Result<()> {
                for (method, message) in $check {
                    let v = vm.call_method(&raw, method, &[])?;
                    if !vm.truth(&v)? {
                        return Err(unsupported(vm, message));
                    }
                }
                Buffered::init(vm, this, raw, buffer_size)
            }
        }
    };
}
constructors!(ReaderNew, true, false, [("readable", "File or stream is not readable.")]);
constructors!(WriterNew, false, true, [("writable", "File or stream is not writable.")]);
constructors!(RandomNew, true, true, [
    ("seekable", "File or stream is not seekable."),
    ("readable", "File or stream is not readable."),
    ("writable", "File or stream is not writable.")
]);

/// The payload of `BufferedRWPair`.
#[derive(Traverse)]
pub struct Pair {
    reader: Value,
    writer: Value,
}

fn forward(vm: &mut Vm, this: &Ref<Pair>, to_writer: bool, method: &str, args: &[Value]) -> Result<Value> {
    let target = { let p = this.get(&*vm.heap); if to_writer { p.writer.clone() } else { p.reader.clone() } };
    if target.is_none() {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    vm.call_method(&target, method, args)
}

#[methods]
impl Pair {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Pair { reader: Value::NONE, writer: Value::NONE }).into_value())
    }
    #[sig("(reader, writer, buffer_size=131072, /)")]
    fn __init__(this: &Ref<Pair>, vm: &mut Vm, reader: Value, writer: Value, buffer_size: Option<i64>) -> Result<()> {
        let size = int(buffer_size.unwrap_or(DEFAULT_BUFFER_SIZE as i64));
        let class = super::io_attr(vm, "BufferedReader")?;
        let reader = vm.call(&class, &[reader, size.clone()])?;
        let class = super::io_attr(vm, "BufferedWriter")?;
        let writer = vm.call(&class, &[writer, size])?;
        let p = this.get_mut(&mut *vm.heap);
        p.reader = reader;
        p.writer = writer;
        Ok(())
    }
    #[sig("(*args)")]
    fn read(this: &Ref<Pair>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        forward(vm, this, false, "read", args)
    }
    #[sig("(*args)")]
    fn peek(this: &Ref<Pair>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        forward(vm, this, false, "peek", args)
    }
    #[sig("(*args)")]
    fn read1(this: &Ref<Pair>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        forward(vm, this, false, "read1", args)
    }
    #[sig("(*args)")]
    fn readinto(this: &Ref<Pair>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        forward(vm, this, false, "readinto", args)
    }
    #[sig("(*args)")]
    fn readinto1(this: &Ref<Pair>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        forward(vm, this, false, "readinto1", args)
    }
    #[sig("(*args)")]
    fn write(this: &Ref<Pair>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        forward(vm, this, true, "write", args)
    }
    #[sig("()")]
    fn flush(this: &Ref<Pair>, vm: &mut Vm) -> Result<Value> {
        forward(vm, this, true, "flush", &[])
    }
    #[sig("()")]
    fn readable(this: &Ref<Pair>, vm: &mut Vm) -> Result<Value> {
        forward(vm, this, false, "readable", &[])
    }
    #[sig("()")]
    fn writable(this: &Ref<Pair>, vm: &mut Vm) -> Result<Value> {
        forward(vm, this, true, "writable", &[])
    }
    #[sig("()")]
    fn close(this: &Ref<Pair>, vm: &mut Vm) -> Result<Value> {
        let first = forward(vm, this, true, "close", &[]);
        let saved = if first.is_err() { Some(vm.take_pending()) } else { None };
        let second = forward(vm, this, false, "close", &[]);
        match saved {
            Some(e) => {
                if second.is_err() {
                    vm.take_pending();
                }
                Err(vm.raise(e))
            }
            None => second,
        }
    }
    #[sig("()")]
    fn isatty(this: &Ref<Pair>, vm: &mut Vm) -> Result<Value> {
        let w = forward(vm, this, true, "isatty", &[])?;
        if w.is_true() { Ok(w) } else { forward(vm, this, false, "isatty", &[]) }
    }
    #[getter]
    fn closed(this: &Ref<Pair>, vm: &mut Vm) -> Result<bool> {
        let writer = this.get(&*vm.heap).writer.clone();
        if writer.is_none() {
            return Err(vm.runtime_error("the BufferedRWPair object is being garbage-collected"));
        }
        is_closed(vm, &writer)
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let flags = flags::BASETYPE | flags::WEAKREFABLE;
    let base = vm.state::<IoState>().buffered.clone();
    let add = |vm: &mut Vm, name: &'static str, parts: &[&'static [krait_vm::args::MethodDef]]| {
        let t = vm.define_type::<Buffered>(base.as_ref(), &TypeSpec { name, doc: "A buffered stream.", flags, dict: true, methods: Common::METHODS });
        for p in parts {
            vm.add_methods(&t, p);
        }
        let short = name.rsplit('.').next().unwrap_or(name);
        vm.module_set(module, short, t.into_value());
    };
    add(vm, "_io.BufferedReader", &[Reads::METHODS, ReaderNew::METHODS]);
    add(vm, "_io.BufferedWriter", &[Writes::METHODS, WriterNew::METHODS]);
    add(vm, "_io.BufferedRandom", &[Reads::METHODS, Writes::METHODS, RandomNew::METHODS]);
    let t = vm.define_type::<Pair>(base.as_ref(), &TypeSpec { name: "_io.BufferedRWPair", doc: "A buffered reader and writer object together.", flags, dict: true, methods: Pair::METHODS });
    vm.module_set(module, "BufferedRWPair", t.into_value());
    Ok(())
}
