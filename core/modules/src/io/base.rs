//! `_IOBase` and its three abstract children: what every stream can do through its own other methods.

#![allow(non_snake_case, reason = "methods are named as in Python")]

use super::int;
use krait_vm::args::Methods;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::{Opaque, TypeSpec};
use krait_vm::types::id;
use krait_vm::{Exc, Raised, Ref, Result, Value, Vm, methods};

#[derive(Default)]
pub struct IoState {
    pub unsupported: Option<Value>,
    pub raw: Option<Ref<Type>>,
    pub buffered: Option<Ref<Type>>,
    pub text: Option<Ref<Type>>,
}

/// Raises `io.UnsupportedOperation`.
pub fn unsupported(vm: &mut Vm, text: &str) -> Raised {
    let message = vm.str(text);
    match vm.state::<IoState>().unsupported.clone() {
        Some(class) => match vm.call(&class, &[message]) {
            Ok(e) => vm.raise_with_context(e),
            Err(e) => e,
        },
        None => vm.value_error(text),
    }
}

/// Whether a stream is closed, by its own attribute.
pub fn is_closed(vm: &mut Vm, stream: &Value) -> Result<bool> {
    let key = vm.intern("closed");
    let closed = vm.get_attr(stream, &key)?;
    vm.truth(&closed)
}

pub fn check_closed(vm: &mut Vm, stream: &Value, message: &str) -> Result<()> {
    if is_closed(vm, stream)? { Err(vm.value_error(message)) } else { Ok(()) }
}

fn mark_closed(vm: &mut Vm, stream: &Value) {
    let key = vm.intern("__IOBase_closed");
    vm.heap.set_instance_attribute(stream, &key, Some(Value::TRUE));
}

fn marked_closed(vm: &mut Vm, stream: &Value) -> bool {
    let key = vm.intern("__IOBase_closed");
    vm.heap.instance_attribute(stream, &key).is_some()
}

/// `IOBase.close`: flushes once, then the stream counts as closed even if that failed.
pub fn base_close(vm: &mut Vm, stream: &Value) -> Result<()> {
    if marked_closed(vm, stream) {
        return Ok(());
    }
    let flushed = vm.call_method(stream, "flush", &[]);
    mark_closed(vm, stream);
    flushed.map(drop)
}

/// The ResourceWarning of a file that was not closed.
pub fn warn_unclosed(vm: &mut Vm, stream: &Value) -> Result<()> {
    warn_unclosed_as(vm, stream, "unclosed file")
}
/// As `warn_unclosed`, for other things that want closing; `what` begins the message.
pub fn warn_unclosed_as(vm: &mut Vm, stream: &Value, what: &str) -> Result<()> {
    let shown = vm.repr_text(stream)?;
    let message = vm.str(&format!("{what} {shown}"));
    let class = vm.exc.get(Exc::ResourceWarning).to_value();
    let modules = vm.modules.clone();
    let key = vm.intern("warnings");
    if modules.get_str(&*vm.heap, &key).is_none() {
        return Ok(());
    }
    let warn = vm.import_attr("warnings", "warn")?;
    let done = vm.call_kw(&warn, &[message, class, int(1)], &[("source", stream.clone())]);
    if done.is_err() {
        // Warnings turned into errors cannot be raised from a finaliser.
        vm.write_unraisable(None, stream);
    }
    Ok(())
}

/// The bytes of a result that must be bytes.
pub fn expect_bytes(vm: &mut Vm, value: &Value, what: &str) -> Result<Vec<u8>> {
    match value.downcast::<Bytes>(&*vm.heap) {
        Some(b) => Ok(b.get(&*vm.heap).data.to_vec()),
        None => {
            let found = vm.type_name(value);
            Err(vm.error(Exc::OSError, format!("{what} should have returned a bytes object, not '{found}'")))
        }
    }
}

/// An optional size: None and negative mean everything.
pub fn size_arg(vm: &mut Vm, size: &Value) -> Result<i64> {
    if size.is_none() {
        return Ok(-1);
    }
    if size.as_int(&vm.heap).is_none() && vm.heap.special(size.type_id(), krait_vm::Special::Index).is_none() {
        let found = vm.type_name(size);
        return Err(vm.type_error(format!("argument should be integer or None, not '{found}'")));
    }
    vm.index_i64(size, "ssize_t")
}

struct IoBase;

#[methods]
impl IoBase {
    /// Change the stream position to the given byte offset.
    #[sig("(offset, whence=0, /)")]
    fn seek(this: &Value, vm: &mut Vm, _offset: Value, _whence: i32) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "seek"))
    }
    /// Return current stream position.
    #[sig("()")]
    fn tell(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.call_method(this, "seek", &[int(0), int(1)])
    }
    /// Truncate file to size bytes.
    #[sig("(size=None, /)")]
    fn truncate(this: &Value, vm: &mut Vm, _size: Value) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "truncate"))
    }
    /// Flush write buffers, if applicable.
    #[sig("()")]
    fn flush(this: &Value, vm: &mut Vm) -> Result<()> {
        if marked_closed(vm, this) {
            return Err(vm.value_error("I/O operation on closed file."));
        }
        Ok(())
    }
    /// Flush and close the IO object.
    #[sig("()")]
    fn close(this: &Value, vm: &mut Vm) -> Result<()> {
        base_close(vm, this)
    }
    #[getter]
    fn closed(this: &Value, vm: &mut Vm) -> Result<bool> {
        Ok(marked_closed(vm, this))
    }
    #[sig("()")]
    fn __del__(this: &Value, vm: &mut Vm) -> Result<()> {
        let key = vm.intern("closed");
        let closed = match vm.get_attr(this, &key) {
            Ok(v) => vm.truth(&v).unwrap_or(true),
            Err(_) => {
                vm.take_pending();
                true
            }
        };
        if closed {
            return Ok(());
        }
        // An exception here has nowhere to go; CPython shows it in development mode only.
        if vm.call_method(this, "close", &[]).is_err() {
            let e = vm.take_pending();
            if vm.config.dev_mode {
                return Err(vm.raise(e));
            }
        }
        Ok(())
    }
    #[sig("()")]
    fn seekable(this: &Value, _vm: &mut Vm) -> Result<bool> {
        let _ = this;
        Ok(false)
    }
    #[sig("()")]
    fn readable(this: &Value, _vm: &mut Vm) -> Result<bool> {
        let _ = this;
        Ok(false)
    }
    #[sig("()")]
    fn writable(this: &Value, _vm: &mut Vm) -> Result<bool> {
        let _ = this;
        Ok(false)
    }
    #[sig("(*args)")]
    fn _checkClosed(this: &Value, vm: &mut Vm, _args: &[Value]) -> Result<()> {
        check_closed(vm, this, "I/O operation on closed file.")
    }
    #[sig("(*args)")]
    fn _checkSeekable(this: &Value, vm: &mut Vm, _args: &[Value]) -> Result<()> {
        ability(vm, this, "seekable", "File or stream is not seekable.")
    }
    #[sig("(*args)")]
    fn _checkReadable(this: &Value, vm: &mut Vm, _args: &[Value]) -> Result<()> {
        ability(vm, this, "readable", "File or stream is not readable.")
    }
    #[sig("(*args)")]
    fn _checkWritable(this: &Value, vm: &mut Vm, _args: &[Value]) -> Result<()> {
        ability(vm, this, "writable", "File or stream is not writable.")
    }
    /// Return underlying file descriptor if one exists.
    #[sig("()")]
    fn fileno(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "fileno"))
    }
    /// Return whether this is an 'interactive' stream.
    #[sig("()")]
    fn isatty(this: &Value, vm: &mut Vm) -> Result<bool> {
        check_closed(vm, this, "I/O operation on closed file.")?;
        Ok(false)
    }
    #[sig("()")]
    fn __enter__(this: &Value, vm: &mut Vm) -> Result<Value> {
        check_closed(vm, this, "I/O operation on closed file.")?;
        Ok(this.clone())
    }
    #[sig("(*exc)")]
    fn __exit__(this: &Value, vm: &mut Vm, _exc: &[Value]) -> Result<Value> {
        vm.call_method(this, "close", &[])
    }
    #[sig("()")]
    fn __iter__(this: &Value, vm: &mut Vm) -> Result<Value> {
        check_closed(vm, this, "I/O operation on closed file.")?;
        Ok(this.clone())
    }
    #[sig("()")]
    fn __next__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let line = vm.call_method(this, "readline", &[])?;
        if vm.len(&line)? == 0 {
            return Err(vm.stop_iteration());
        }
        Ok(line)
    }
    /// Read and return a line from the stream.
    #[sig("(size=-1, /)")]
    fn readline(this: &Value, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let limit = match size {
            Some(s) => size_arg(vm, &s)?,
            None => -1,
        };
        let peek = vm.intern("peek");
        let can_peek = vm.get_attr_opt(this, &peek)?.is_some();
        let mut line: Vec<u8> = Vec::new();
        while limit < 0 || (line.len() as i64) < limit {
            let mut wanted = 1;
            if can_peek {
                let ahead = vm.call_method(this, "peek", &[int(1)])?;
                let ahead = expect_bytes(vm, &ahead, "peek()")?;
                if !ahead.is_empty() {
                    wanted = ahead.iter().position(|b| *b == b'\n').map_or(ahead.len(), |i| i + 1) as i64;
                    if limit >= 0 {
                        wanted = wanted.min(limit - line.len() as i64);
                    }
                }
            }
            let got = vm.call_method(this, "read", &[int(wanted)])?;
            let got = expect_bytes(vm, &got, "read()")?;
            if got.is_empty() {
                break;
            }
            line.extend_from_slice(&got);
            if line.ends_with(b"\n") {
                break;
            }
        }
        Ok(vm.heap.bytes(&line).into_value())
    }
    /// Return a list of lines from the stream.
    #[sig("(hint=-1, /)")]
    fn readlines(this: &Value, vm: &mut Vm, hint: Option<Value>) -> Result<Value> {
        let hint = match hint {
            Some(h) => size_arg(vm, &h)?,
            None => -1,
        };
        let mut lines = Vec::new();
        let mut total = 0;
        let iterator = vm.iter(this)?;
        while let Some(line) = vm.next(&iterator)? {
            total += vm.len(&line)? as i64;
            lines.push(line);
            if hint > 0 && total >= hint {
                break;
            }
        }
        Ok(vm.list(lines))
    }
    /// Write a list of lines to stream.
    #[sig("(lines, /)")]
    fn writelines(this: &Value, vm: &mut Vm, lines: Value) -> Result<()> {
        check_closed(vm, this, "I/O operation on closed file.")?;
        let this = this.clone();
        vm.for_each(&lines, |vm, line| vm.call_method(&this, "write", &[line]).map(drop))
    }
}

fn ability(vm: &mut Vm, this: &Value, method: &str, message: &str) -> Result<()> {
    let v = vm.call_method(this, method, &[])?;
    if v.is_true() { Ok(()) } else { Err(unsupported(vm, message)) }
}

struct RawBase;

#[methods]
impl RawBase {
    #[sig("(size=-1, /)")]
    fn read(this: &Value, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size {
            Some(s) => size_arg(vm, &s)?,
            None => -1,
        };
        if n < 0 {
            return vm.call_method(this, "readall", &[]);
        }
        let room = vm.heap.check_room(n as usize);
        vm.memory(room)?;
        let buffer = vm.heap.byte_array(vec![0; n as usize]);
        let got = vm.call_method(this, "readinto", &[buffer.to_value()])?;
        if got.is_none() {
            return Ok(got);
        }
        let got = vm.index_i64(&got, "ssize_t")?;
        if got < 0 || got > n {
            return Err(vm.value_error(format!("readinto returned {got} outside buffer size {n}")));
        }
        let data = buffer.get(&*vm.heap).data[..got as usize].to_vec();
        Ok(vm.heap.bytes(&data).into_value())
    }
    /// Read until EOF, using multiple read() call.
    #[sig("()")]
    fn readall(this: &Value, vm: &mut Vm) -> Result<Value> {
        let mut data = Vec::new();
        loop {
            let got = vm.call_method(this, "read", &[int(super::DEFAULT_BUFFER_SIZE as i64)])?;
            if got.is_none() {
                if data.is_empty() {
                    return Ok(got);
                }
                break;
            }
            let Some(b) = got.downcast::<Bytes>(&*vm.heap) else { return Err(vm.type_error("read() should return bytes")) };
            let b = b.get(&*vm.heap).data.to_vec();
            if b.is_empty() {
                break;
            }
            data.extend_from_slice(&b);
        }
        Ok(vm.heap.bytes(&data).into_value())
    }
}

struct BufferedBase;

fn read_into(this: &Value, vm: &mut Vm, buffer: &Value, method: &str) -> Result<Value> {
    let target = vm.buffer_mut_argument(buffer, "readinto() argument")?;
    let n = target.len as i64;
    let got = vm.call_method(this, method, &[int(n)])?;
    let data = expect_bytes(vm, &got, &format!("{method}()"))?;
    if data.len() as i64 > n {
        return Err(vm.value_error(format!("{method}() returned too much data: {n} bytes requested, {} returned", data.len())));
    }
    target.bytes_mut(&mut *vm.heap)[..data.len()].copy_from_slice(&data);
    Ok(int(data.len() as i64))
}

#[methods]
impl BufferedBase {
    #[sig("(size=-1, /)")]
    fn read(this: &Value, vm: &mut Vm, _size: Value) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "read"))
    }
    #[sig("(size=-1, /)")]
    fn read1(this: &Value, vm: &mut Vm, _size: Value) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "read1"))
    }
    #[sig("(buffer, /)")]
    fn readinto(this: &Value, vm: &mut Vm, buffer: Value) -> Result<Value> {
        read_into(this, vm, &buffer, "read")
    }
    #[sig("(buffer, /)")]
    fn readinto1(this: &Value, vm: &mut Vm, buffer: Value) -> Result<Value> {
        read_into(this, vm, &buffer, "read1")
    }
    #[sig("(b, /)")]
    fn write(this: &Value, vm: &mut Vm, _b: Value) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "write"))
    }
    #[sig("()")]
    fn detach(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "detach"))
    }
}

struct TextBase;

#[methods]
impl TextBase {
    #[sig("(size=-1, /)")]
    fn read(this: &Value, vm: &mut Vm, _size: Value) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "read"))
    }
    #[sig("(size=-1, /)")]
    fn readline(this: &Value, vm: &mut Vm, _size: Value) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "readline"))
    }
    #[sig("(s, /)")]
    fn write(this: &Value, vm: &mut Vm, _s: Value) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "write"))
    }
    #[sig("()")]
    fn detach(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Err(unsupported(vm, "detach"))
    }
    #[getter]
    fn encoding(this: &Value, _vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Ok(Value::NONE)
    }
    #[getter]
    fn newlines(this: &Value, _vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Ok(Value::NONE)
    }
    #[getter]
    fn errors(this: &Value, _vm: &mut Vm) -> Result<Value> {
        let _ = this;
        Ok(Value::NONE)
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    type Plain = Opaque<{ id::OBJECT }>;
    let flags = flags::BASETYPE | flags::WEAKREFABLE;
    let base = vm.define_type::<Plain>(None, &TypeSpec { name: "_io._IOBase", doc: "The abstract base class for all I/O classes.", flags, dict: true, methods: IoBase::METHODS });
    vm.module_set(module, "_IOBase", base.to_value());
    let raw = vm.define_type::<Plain>(Some(&base), &TypeSpec { name: "_io._RawIOBase", doc: "Base class for raw binary I/O.", flags, dict: true, methods: RawBase::METHODS });
    vm.module_set(module, "_RawIOBase", raw.to_value());
    let buffered = vm.define_type::<Plain>(Some(&base), &TypeSpec { name: "_io._BufferedIOBase", doc: "Base class for buffered IO objects.", flags, dict: true, methods: BufferedBase::METHODS });
    vm.module_set(module, "_BufferedIOBase", buffered.to_value());
    let text = vm.define_type::<Plain>(Some(&base), &TypeSpec { name: "_io._TextIOBase", doc: "Base class for text I/O.", flags, dict: true, methods: TextBase::METHODS });
    vm.module_set(module, "_TextIOBase", text.to_value());
    let state = vm.state::<IoState>();
    state.raw = Some(raw);
    state.buffered = Some(buffered);
    state.text = Some(text);
    Ok(())
}
