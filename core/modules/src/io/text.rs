//! `TextIOWrapper`: str on top of a buffered byte stream.
//!
//! UTF-8, ASCII and Latin-1 are coded here directly; other encodings go through the `codecs` registry's incremental
//! coders. `tell` counts how many of the bytes read belong to the characters given out, so that `seek` can return.

#![allow(non_snake_case, reason = "attributes are named as in Python")]

use super::base::{IoState, expect_bytes, is_closed, size_arg, unsupported};
use super::buffered::Buffered;
use super::int;
use super::newline::{Newlines, seen_value, translate_universal};
use krait_text::codecs::{Codec, Errors};
use krait_text::{StrBuf, StrBuilder};
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};

const CHUNK: usize = 8192;

/// The payload of `TextIOWrapper`.
#[derive(Traverse)]
pub struct TextIo {
    buffer: Option<Value>,
    encoding: Value,
    errors: Value,
    /// Coders of the registry, for encodings that are not coded here.
    encoder: Option<Value>,
    decoder: Option<Value>,
    #[traverse(skip)]
    codec: Option<Codec>,
    #[traverse(skip)]
    handler: Option<Errors>,
    #[traverse(skip)]
    newlines: Newlines,
    line_buffering: bool,
    write_through: bool,
    detached: bool,
    seekable: bool,
    telling: bool,
    has_read1: bool,
    /// Encoded, not yet given to the buffer.
    pending: Vec<u8>,
    /// Decoded; the first `used` characters were given out.
    chars: Vec<u32>,
    used: usize,
    /// The bytes that `chars` and the coder's state came from.
    snapshot: Vec<u8>,
    /// The registry decoder's flags before the snapshot.
    snapshot_flags: i64,
    /// Bytes of an incomplete character.
    tail: Vec<u8>,
    pending_cr: bool,
    seen: u8,
    chunk_size: usize,
}

fn errors_kind(name: &str) -> Option<Errors> {
    Some(match name {
        "strict" => Errors::Strict,
        "ignore" => Errors::Ignore,
        "replace" => Errors::Replace,
        "backslashreplace" => Errors::BackslashReplace,
        "surrogateescape" => Errors::SurrogateEscape,
        "surrogatepass" => Errors::SurrogatePass,
        "xmlcharrefreplace" => Errors::XmlCharRefReplace,
        _ => return None,
    })
}

/// The codec of an encoding's name if it is coded here.
fn direct(name: &str) -> Option<Codec> {
    let name: String = name.chars().map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect();
    Codec::from_name(&name).filter(|c| matches!(c, Codec::Utf8 | Codec::Ascii | Codec::Latin1))
}

impl TextIo {
    fn buffer(vm: &mut Vm, this: &Ref<TextIo>) -> Result<Value> {
        let t = this.get(&*vm.heap);
        match (&t.buffer, t.detached) {
            (Some(b), _) => Ok(b.clone()),
            (None, true) => Err(vm.value_error("underlying buffer has been detached")),
            (None, false) => Err(vm.value_error("I/O operation on uninitialized object")),
        }
    }
    fn open(vm: &mut Vm, this: &Ref<TextIo>) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        if let Some(b) = native(vm, &buffer) {
            // The common case without attribute look-ups: a native buffer over any raw stream.
            let raw = Buffered::raw(vm, &b)?;
            if is_closed(vm, &raw)? {
                return Err(vm.value_error("I/O operation on closed file."));
            }
        } else if is_closed(vm, &buffer)? {
            return Err(vm.value_error("I/O operation on closed file."));
        }
        Ok(buffer)
    }
    fn set_coders(vm: &mut Vm, this: &Ref<TextIo>, encoding: Value, errors: Value) -> Result<()> {
        let (name, handler_name) = (vm.to_text(&encoding)?, vm.to_text(&errors)?);
        if name.contains('\0') || handler_name.contains('\0') {
            return Err(vm.value_error("embedded null character"));
        }
        let handler = errors_kind(&handler_name);
        let codec = direct(&name).filter(|_| handler.is_some());
        let (mut encoder, mut decoder) = (None, None);
        if codec.is_none() {
            let lookup = vm.import_attr("codecs", "lookup")?;
            let info = vm.call(&lookup, std::slice::from_ref(&encoding))?;
            let key = vm.intern("_is_text_encoding");
            if let Some(v) = vm.get_attr_opt(&info, &key)?
                && !vm.truth(&v)?
            {
                let shown = vm.repr_text(&encoding)?;
                return Err(vm.error(Exc::LookupError, format!("{shown} is not a text encoding; use codecs.open() to handle arbitrary codecs")));
            }
            let key = vm.intern("incrementaldecoder");
            let make = vm.get_attr(&info, &key)?;
            if !make.is_none() {
                decoder = Some(vm.call(&make, std::slice::from_ref(&errors))?);
            }
            let key = vm.intern("incrementalencoder");
            let make = vm.get_attr(&info, &key)?;
            if !make.is_none() {
                encoder = Some(vm.call(&make, std::slice::from_ref(&errors))?);
            }
        }
        let t = this.get_mut(&mut *vm.heap);
        let old = (std::mem::replace(&mut t.encoding, encoding), std::mem::replace(&mut t.errors, errors), t.encoder.take(), t.decoder.take());
        t.encoder = encoder;
        t.decoder = decoder;
        t.codec = codec;
        t.handler = handler;
        drop(old);
        Ok(())
    }
    fn forget_read(vm: &mut Vm, this: &Ref<TextIo>) {
        let t = this.get_mut(&mut *vm.heap);
        t.chars.clear();
        t.used = 0;
        t.snapshot.clear();
        t.snapshot_flags = 0;
        t.tail.clear();
        t.pending_cr = false;
    }
    fn encode(vm: &mut Vm, this: &Ref<TextIo>, text: &Ref<Str>) -> Result<Vec<u8>> {
        let (codec, handler, newlines) = { let t = this.get(&*vm.heap); (t.codec, t.handler, t.newlines) };
        let mut text = text.clone();
        if matches!(newlines, Newlines::Cr | Newlines::CrLf) && text.view(&*vm.heap).contains_char(10) {
            let chars = newlines.translate_write(text.view(&*vm.heap).iter().collect());
            text = vm.heap.str_buf(StrBuf::from_chars(chars));
        }
        if let (Some(codec), Some(handler)) = (codec, handler) {
            if let Some(ascii) = text.get(&*vm.heap).as_ascii() {
                return Ok(ascii.as_bytes().to_vec());
            }
            if let Ok(bytes) = krait_text::codecs::encode(codec, text.view(&*vm.heap), handler) {
                return Ok(bytes);
            }
        }
        let (encoder, encoding, errors) = { let t = this.get(&*vm.heap); (t.encoder.clone(), t.encoding.clone(), t.errors.clone()) };
        let bytes = match encoder {
            Some(e) => vm.call_method(&e, "encode", &[text.into_value()])?,
            // Raises the right error, or asks a registered handler.
            None => vm.call_method(text.as_value(), "encode", &[encoding, errors])?,
        };
        expect_bytes(vm, &bytes, "encoder")
    }
    fn flush_pending(vm: &mut Vm, this: &Ref<TextIo>) -> Result<()> {
        let data = std::mem::take(&mut this.get_mut(&mut *vm.heap).pending);
        if data.is_empty() {
            return Ok(());
        }
        let buffer = TextIo::buffer(vm, this)?;
        if let Some(b) = native(vm, &buffer) {
            return Buffered::write_bytes(vm, &b, &data);
        }
        let bytes = vm.heap.bytes_boxed(data.into_boxed_slice()).into_value();
        vm.call_method(&buffer, "write", &[bytes]).map(drop)
    }
    /// Decodes bytes that follow what was decoded before.
    fn decode(vm: &mut Vm, this: &Ref<TextIo>, data: &[u8], last: bool) -> Result<Vec<u32>> {
        let (codec, handler, decoder) = { let t = this.get(&*vm.heap); (t.codec, t.handler, t.decoder.clone()) };
        let chars: Vec<u32> = if let (Some(codec), Some(handler)) = (codec, handler) {
            let mut input = std::mem::take(&mut this.get_mut(&mut *vm.heap).tail);
            input.extend_from_slice(data);
            if input.is_ascii() {
                input.iter().map(|b| u32::from(*b)).collect()
            } else {
                match krait_text::codecs::decode(codec, &input, handler, last) {
                    Ok((text, consumed)) => {
                        this.get_mut(&mut *vm.heap).tail = input[consumed..].to_vec();
                        text.as_ref().iter().collect()
                    }
                    Err(_) => {
                        // Raises with all details.
                        let (encoding, errors) = { let t = this.get(&*vm.heap); (t.encoding.clone(), t.errors.clone()) };
                        let bytes = vm.heap.bytes(&input).into_value();
                        let text = vm.call_method(&bytes, "decode", &[encoding, errors])?;
                        match text.downcast::<Str>(&*vm.heap) {
                            Some(s) => s.view(&*vm.heap).iter().collect(),
                            None => Vec::new(),
                        }
                    }
                }
            }
        } else {
            let Some(decoder) = decoder else { return Err(unsupported(vm, "not readable")) };
            let bytes = vm.heap.bytes(data).into_value();
            let text = vm.call_method(&decoder, "decode", &[bytes, Value::bool(last)])?;
            match text.downcast::<Str>(&*vm.heap) {
                Some(s) => s.view(&*vm.heap).iter().collect(),
                None => {
                    let found = vm.type_name(&text);
                    return Err(vm.type_error(format!("decoder should return a string result, not '{found}'")));
                }
            }
        };
        let t = this.get_mut(&mut *vm.heap);
        if !t.newlines.translate_reads() {
            return Ok(chars);
        }
        let (mut cr, mut seen) = (t.pending_cr, t.seen);
        let out = translate_universal(&chars, &mut cr, &mut seen, t.newlines == Newlines::Universal, last);
        t.pending_cr = cr;
        t.seen = seen;
        Ok(out)
    }
    /// Reads and decodes one more chunk; false at the end.
    fn read_chunk(vm: &mut Vm, this: &Ref<TextIo>, hint: usize) -> Result<bool> {
        let buffer = TextIo::buffer(vm, this)?;
        if this.get(&*vm.heap).codec.is_none() && this.get(&*vm.heap).decoder.is_none() {
            return Err(unsupported(vm, "not readable"));
        }
        let size = this.get(&*vm.heap).chunk_size.max(hint);
        let data = match native(vm, &buffer) {
            Some(b) => {
                let readable = vm.call_method(&buffer, "readable", &[])?;
                if !vm.truth(&readable)? {
                    return Err(unsupported(vm, "not readable"));
                }
                Buffered::read_chunk(vm, &b, size)?
            }
            None => {
                let method = if this.get(&*vm.heap).has_read1 { "read1" } else { "read" };
                let got = vm.call_method(&buffer, method, &[int(size as i64)])?;
                match vm.buffer_opt(&got)? {
                    Some(b) => b.to_vec(&*vm.heap),
                    None => {
                        let found = vm.type_name(&got);
                        return Err(vm.type_error(format!("underlying {method}() should have returned a bytes-like object, not '{found}'")));
                    }
                }
            }
        };
        TextIo::forget_used(vm, this)?;
        let last = data.is_empty();
        let chars = TextIo::decode(vm, this, &data, last)?;
        let t = this.get_mut(&mut *vm.heap);
        if t.seekable {
            t.snapshot.extend_from_slice(&data);
        }
        t.chars.extend_from_slice(&chars);
        Ok(!last)
    }
    /// Drops what was given out from `chars` and from the snapshot.
    fn forget_used(vm: &mut Vm, this: &Ref<TextIo>) -> Result<()> {
        let used = this.get(&*vm.heap).used;
        if used == 0 {
            return Ok(());
        }
        if this.get(&*vm.heap).seekable {
            let (bytes, flags) = TextIo::bytes_used(vm, this)?;
            let t = this.get_mut(&mut *vm.heap);
            t.snapshot.drain(..bytes.min(t.snapshot.len()));
            t.snapshot_flags = flags;
        }
        let t = this.get_mut(&mut *vm.heap);
        t.chars.drain(..used);
        t.used = 0;
        Ok(())
    }
    /// How many bytes of the snapshot made the characters given out, and the decoder's flags there.
    fn bytes_used(vm: &mut Vm, this: &Ref<TextIo>) -> Result<(usize, i64)> {
        let t = this.get(&*vm.heap);
        let (used, universal) = (t.used, t.newlines == Newlines::Universal);
        if let Some(codec) = t.codec {
            let s = &t.snapshot;
            let mut at = 0;
            for _ in 0..used {
                let Some(b) = s.get(at) else { break };
                at += match (codec, *b) {
                    (_, b'\r') if universal && s.get(at + 1) == Some(&b'\n') => 2,
                    (Codec::Utf8, 0xC2..=0xF4) => {
                        let len = if *b < 0xE0 { 2 } else if *b < 0xF0 { 3 } else { 4 };
                        // Bytes that an error handler replaced count one by one.
                        let valid = s.get(at..at + len).is_some_and(|c| std::str::from_utf8(c).is_ok());
                        if valid { len } else { 1 }
                    }
                    _ => 1,
                };
            }
            return Ok((at, 0));
        }
        if used == t.chars.len() && t.tail.is_empty() && !t.pending_cr {
            let decoder = t.decoder.clone();
            let all = t.snapshot.len();
            let Some(d) = decoder else { return Ok((all, 0)) };
            let state = vm.call_method(&d, "getstate", &[])?;
            let parts = vm.collect(&state)?;
            let waiting = match parts.first() { Some(b) => vm.bytes_like(b)?.len(), None => 0 };
            let flags = match parts.get(1) { Some(f) => vm.index_i64(f, "long")?, None => 0 };
            return Ok((all - waiting.min(all), flags));
        }
        // Byte by byte with the decoder itself, from where the snapshot starts.
        let (decoder, snapshot, flags) = (t.decoder.clone(), t.snapshot.clone(), t.snapshot_flags);
        let Some(d) = decoder else { return Ok((0, 0)) };
        let saved = vm.call_method(&d, "getstate", &[])?;
        let empty = vm.heap.bytes(b"").into_value();
        let state = vm.tuple(vec![empty, int(flags)]);
        vm.call_method(&d, "setstate", &[state])?;
        let (mut count, mut at, mut result) = (0, 0, (0, flags));
        while count < used && at < snapshot.len() {
            let byte = vm.heap.bytes(&snapshot[at..at + 1]).into_value();
            let text = vm.call_method(&d, "decode", &[byte])?;
            let n = vm.len(&text)?;
            at += 1;
            count += n;
            let state = vm.call_method(&d, "getstate", &[])?;
            let parts = vm.collect(&state)?;
            if let [b, f] = &parts[..]
                && vm.len(b)? == 0
                && count <= used
            {
                result = (at, vm.index_i64(f, "long")?);
            }
        }
        vm.call_method(&d, "setstate", &[saved])?;
        Ok(result)
    }
    fn take(vm: &mut Vm, this: &Ref<TextIo>, n: usize) -> Value {
        let t = this.get_mut(&mut *vm.heap);
        let end = t.used.saturating_add(n).min(t.chars.len());
        let mut builder = StrBuilder::with_capacity(end - t.used);
        t.chars[t.used..end].iter().for_each(|c| builder.push(*c));
        t.used = end;
        vm.heap.str_buf(builder.finish()).into_value()
    }
    fn line(vm: &mut Vm, this: &Ref<TextIo>, limit: i64) -> Result<Value> {
        TextIo::open(vm, this)?;
        TextIo::flush_pending(vm, this)?;
        loop {
            let t = this.get(&*vm.heap);
            let rest = &t.chars[t.used..];
            let mut end = t.newlines.line_end(rest.iter().copied());
            // A CR at the very end may be half of a CR LF.
            if t.newlines == Newlines::Untranslated && end == Some(rest.len()) && rest.last() == Some(&13) {
                end = None;
            }
            let room = if limit >= 0 { limit as usize } else { usize::MAX };
            if let Some(n) = end {
                return Ok(TextIo::take(vm, this, n.min(room)));
            }
            if rest.len() >= room {
                return Ok(TextIo::take(vm, this, room));
            }
            if !TextIo::read_chunk(vm, this, 0)? {
                let t = this.get(&*vm.heap);
                let rest = &t.chars[t.used..];
                let n = t.newlines.line_end(rest.iter().copied()).unwrap_or(rest.len());
                return Ok(TextIo::take(vm, this, n.min(room)));
            }
        }
    }
}

/// The buffered stream behind a value when no Python class overrides its methods.
fn native(vm: &Vm, buffer: &Value) -> Option<Ref<Buffered>> {
    if vm.heap.info(buffer.type_id()).flags & flags::HEAP_TYPE != 0 {
        return None;
    }
    buffer.downcast::<Buffered>(&*vm.heap).cloned()
}

#[methods]
impl TextIo {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        let t = TextIo {
            buffer: None, encoding: Value::NONE, errors: Value::NONE, encoder: None, decoder: None, codec: None, handler: None,
            newlines: Newlines::Universal, line_buffering: false, write_through: false, detached: false, seekable: false, telling: false,
            has_read1: false, pending: Vec::new(), chars: Vec::new(), used: 0, snapshot: Vec::new(), snapshot_flags: 0, tail: Vec::new(),
            pending_cr: false, seen: 0, chunk_size: CHUNK,
        };
        Ok(vm.heap.alloc_typed(id, t).into_value())
    }
    #[sig("(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)")]
    fn __init__(this: &Ref<TextIo>, vm: &mut Vm, buffer: Value, encoding: Value, errors: Value, newline: Value, line_buffering: bool, write_through: bool) -> Result<()> {
        let old = this.get_mut(&mut *vm.heap).buffer.take();
        drop(old);
        for (v, what) in [(&encoding, "encoding"), (&errors, "errors")] {
            if !v.is_none() && !v.has_payload::<Str>(&*vm.heap) {
                let found = vm.type_name(v);
                return Err(vm.type_error(format!("TextIOWrapper() argument '{what}' must be str or None, not {found}")));
            }
        }
        let newlines = Newlines::parse(vm, &newline)?;
        let encoding = if encoding.is_none() || matches!(encoding.downcast::<Str>(&*vm.heap), Some(s) if s.view(&*vm.heap).eq_str("locale")) { vm.str("utf-8") } else { encoding };
        let errors = if errors.is_none() { vm.str("strict") } else { errors };
        TextIo::set_coders(vm, this, encoding, errors)?;
        let seekable = vm.call_method(&buffer, "seekable", &[])?;
        let seekable = vm.truth(&seekable)?;
        let key = vm.intern("read1");
        let has_read1 = vm.get_attr_opt(&buffer, &key)?.is_some();
        {
            let t = this.get_mut(&mut *vm.heap);
            t.newlines = newlines;
            t.line_buffering = line_buffering;
            t.write_through = write_through;
            t.seekable = seekable;
            t.telling = seekable;
            t.has_read1 = has_read1;
            t.detached = false;
            t.seen = 0;
            t.buffer = Some(buffer.clone());
        }
        TextIo::forget_read(vm, this);
        if seekable && let Some(e) = this.get(&*vm.heap).encoder.clone() {
            let writable = vm.call_method(&buffer, "writable", &[])?;
            if vm.truth(&writable)? {
                let at = vm.call_method(&buffer, "tell", &[])?;
                if vm.truth(&at)? {
                    vm.call_method(&e, "setstate", &[int(0)])?;
                }
            }
        }
        Ok(())
    }
    #[sig("(*, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)")]
    fn reconfigure(this: &Ref<TextIo>, vm: &mut Vm, encoding: Value, errors: Value, newline: Option<Value>, line_buffering: Value, write_through: Value) -> Result<()> {
        let reading = { let t = this.get(&*vm.heap); !t.chars.is_empty() || !t.snapshot.is_empty() };
        if reading && (!encoding.is_none() || !errors.is_none() || newline.is_some()) {
            return Err(unsupported(vm, "It is not possible to set the encoding or newline of stream after the first read"));
        }
        let newlines = match newline {
            Some(n) => Some(Newlines::parse(vm, &n)?),
            None => None,
        };
        vm.call_method(this.as_value(), "flush", &[])?;
        if !encoding.is_none() || !errors.is_none() {
            let (old_encoding, old_errors) = { let t = this.get(&*vm.heap); (t.encoding.clone(), t.errors.clone()) };
            let new_errors = if !errors.is_none() { errors } else if encoding.is_none() { old_errors } else { vm.str("strict") };
            let new_encoding = if encoding.is_none() { old_encoding } else if matches!(encoding.downcast::<Str>(&*vm.heap), Some(s) if s.view(&*vm.heap).eq_str("locale")) { vm.str("utf-8") } else { encoding };
            TextIo::set_coders(vm, this, new_encoding, new_errors)?;
        }
        let line = if line_buffering.is_none() { None } else { Some(vm.truth(&line_buffering)?) };
        let through = if write_through.is_none() { None } else { Some(vm.truth(&write_through)?) };
        let t = this.get_mut(&mut *vm.heap);
        t.newlines = newlines.unwrap_or(t.newlines);
        t.line_buffering = line.unwrap_or(t.line_buffering);
        t.write_through = through.unwrap_or(t.write_through);
        Ok(())
    }
    #[sig("(text, /)")]
    fn write(this: &Ref<TextIo>, vm: &mut Vm, text: Value) -> Result<usize> {
        let Some(s) = text.downcast::<Str>(&*vm.heap).cloned() else {
            let found = vm.type_name(&text);
            return Err(vm.type_error(format!("write() argument must be str, not {found}")));
        };
        let buffer = TextIo::open(vm, this)?;
        let len = s.view(&*vm.heap).len();
        let (line_buffering, through) = { let t = this.get(&*vm.heap); (t.line_buffering, t.write_through) };
        let flush = line_buffering && { let v = s.view(&*vm.heap); v.contains_char(10) || v.contains_char(13) };
        let bytes = TextIo::encode(vm, this, &s)?;
        let t = this.get_mut(&mut *vm.heap);
        if t.pending.len() + bytes.len() > t.chunk_size.max(CHUNK) {
            TextIo::flush_pending(vm, this)?;
        }
        let t = this.get_mut(&mut *vm.heap);
        t.pending.extend_from_slice(&bytes);
        let full = t.pending.len() >= t.chunk_size;
        if full || flush || through {
            TextIo::flush_pending(vm, this)?;
        }
        if flush {
            vm.call_method(&buffer, "flush", &[])?;
        }
        if !this.get(&*vm.heap).chars.is_empty() || !this.get(&*vm.heap).snapshot.is_empty() {
            TextIo::forget_read(vm, this);
            if let Some(d) = this.get(&*vm.heap).decoder.clone() {
                vm.call_method(&d, "reset", &[])?;
            }
        }
        Ok(len)
    }
    #[sig("(size=-1, /)")]
    fn read(this: &Ref<TextIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        let buffer = TextIo::open(vm, this)?;
        if this.get(&*vm.heap).codec.is_none() && this.get(&*vm.heap).decoder.is_none() {
            return Err(unsupported(vm, "not readable"));
        }
        TextIo::flush_pending(vm, this)?;
        if n < 0 {
            let rest = vm.call_method(&buffer, "read", &[])?;
            if rest.is_none() {
                return Err(vm.error(Exc::BlockingIOError, "Read returned None."));
            }
            let data = vm.bytes_like(&rest)?;
            let more = TextIo::decode(vm, this, &data, true)?;
            this.get_mut(&mut *vm.heap).chars.extend_from_slice(&more);
            let text = TextIo::take(vm, this, usize::MAX);
            TextIo::forget_read(vm, this);
            return Ok(text);
        }
        let n = n as usize;
        while { let t = this.get(&*vm.heap); t.chars.len() - t.used < n } {
            if !TextIo::read_chunk(vm, this, 0)? {
                break;
            }
        }
        Ok(TextIo::take(vm, this, n))
    }
    #[sig("(size=-1, /)")]
    fn readline(this: &Ref<TextIo>, vm: &mut Vm, size: Option<Value>) -> Result<Value> {
        let n = match size { Some(s) => size_arg(vm, &s)?, None => -1 };
        TextIo::line(vm, this, n)
    }
    #[sig("()")]
    fn __next__(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        this.get_mut(&mut *vm.heap).telling = false;
        let plain = vm.heap.info(this.as_value().type_id()).flags & flags::HEAP_TYPE == 0;
        let line = if plain { TextIo::line(vm, this, -1)? } else { vm.call_method(this.as_value(), "readline", &[])? };
        if !line.has_payload::<Str>(&*vm.heap) {
            let found = vm.type_name(&line);
            return Err(vm.error(Exc::OSError, format!("readline() should have returned a str object, not '{found}'")));
        }
        if vm.len(&line)? == 0 {
            let t = this.get_mut(&mut *vm.heap);
            t.telling = t.seekable;
            return Err(vm.stop_iteration());
        }
        Ok(line)
    }
    #[sig("()")]
    fn flush(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::open(vm, this)?;
        let t = this.get_mut(&mut *vm.heap);
        t.telling = t.seekable;
        TextIo::flush_pending(vm, this)?;
        vm.call_method(&buffer, "flush", &[])
    }
    #[sig("()")]
    fn close(this: &Ref<TextIo>, vm: &mut Vm) -> Result<()> {
        let buffer = TextIo::buffer(vm, this)?;
        if is_closed(vm, &buffer)? {
            return Ok(());
        }
        let flushed = vm.call_method(this.as_value(), "flush", &[]);
        let first = if flushed.is_err() { Some(vm.take_pending()) } else { None };
        let closed = vm.call_method(&buffer, "close", &[]).map(drop);
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
    fn detach(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        vm.call_method(this.as_value(), "flush", &[])?;
        let t = this.get_mut(&mut *vm.heap);
        t.buffer = None;
        t.detached = true;
        Ok(buffer)
    }
    #[sig("()")]
    fn tell(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::open(vm, this)?;
        let (seekable, telling) = { let t = this.get(&*vm.heap); (t.seekable, t.telling) };
        if !seekable {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        if !telling {
            return Err(vm.error(Exc::OSError, "telling position disabled by next() call"));
        }
        TextIo::flush_pending(vm, this)?;
        vm.call_method(this.as_value(), "flush", &[])?;
        let at = vm.call_method(&buffer, "tell", &[])?;
        let at = vm.index_i64(&at, "long")?;
        let total = this.get(&*vm.heap).snapshot.len() as i64;
        if total == 0 {
            return Ok(int(at));
        }
        let (bytes, flags) = TextIo::bytes_used(vm, this)?;
        let position = at - total + bytes as i64;
        Ok(vm.heap.int(i128::from(position) | i128::from(flags) << 64))
    }
    #[sig("(cookie, whence=0, /)")]
    fn seek(this: &Ref<TextIo>, vm: &mut Vm, cookie: Value, whence: i32) -> Result<Value> {
        let buffer = TextIo::open(vm, this)?;
        if !this.get(&*vm.heap).seekable {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        let zero = !vm.truth(&cookie)?;
        let cookie = match whence {
            1 if !zero => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
            1 => vm.call_method(this.as_value(), "tell", &[])?,
            2 if !zero => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
            2 => {
                vm.call_method(this.as_value(), "flush", &[])?;
                TextIo::forget_read(vm, this);
                if let Some(d) = this.get(&*vm.heap).decoder.clone() {
                    vm.call_method(&d, "reset", &[])?;
                }
                let end = vm.call_method(&buffer, "seek", &[int(0), int(2)])?;
                if let Some(e) = this.get(&*vm.heap).encoder.clone() {
                    if vm.truth(&end)? {
                        vm.call_method(&e, "setstate", &[int(0)])?;
                    } else {
                        vm.call_method(&e, "reset", &[])?;
                    }
                }
                return Ok(end);
            }
            0 => cookie,
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        let index = vm.index(&cookie)?;
        let whole = index.as_int(&vm.heap).map(|i| i.to_big()).unwrap_or_default();
        let whole: i128 = match i128::try_from(&whole) {
            Ok(n) => n,
            Err(_) => return Err(vm.overflow_error("cookie is too large")),
        };
        if whole < 0 {
            return Err(vm.value_error(format!("negative seek position {whole}")));
        }
        let (position, flags) = ((whole & 0xFFFF_FFFF_FFFF_FFFF) as i64, (whole >> 64) as i64);
        vm.call_method(this.as_value(), "flush", &[])?;
        vm.call_method(&buffer, "seek", &[int(position)])?;
        TextIo::forget_read(vm, this);
        if let Some(d) = this.get(&*vm.heap).decoder.clone() {
            if position == 0 && flags == 0 {
                vm.call_method(&d, "reset", &[])?;
            } else {
                let empty = vm.heap.bytes(b"").into_value();
                let state = vm.tuple(vec![empty, int(flags)]);
                vm.call_method(&d, "setstate", &[state])?;
                this.get_mut(&mut *vm.heap).snapshot_flags = flags;
            }
        }
        if let Some(e) = this.get(&*vm.heap).encoder.clone() {
            if position == 0 {
                vm.call_method(&e, "reset", &[])?;
            } else {
                vm.call_method(&e, "setstate", &[int(0)])?;
            }
        }
        Ok(cookie)
    }
    #[sig("(pos=None, /)")]
    fn truncate(this: &Ref<TextIo>, vm: &mut Vm, pos: Value) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        vm.call_method(this.as_value(), "flush", &[])?;
        vm.call_method(&buffer, "truncate", &[pos])
    }
    #[sig("()")]
    fn fileno(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        vm.call_method(&buffer, "fileno", &[])
    }
    #[sig("()")]
    fn seekable(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        vm.call_method(&buffer, "seekable", &[])
    }
    #[sig("()")]
    fn readable(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        vm.call_method(&buffer, "readable", &[])
    }
    #[sig("()")]
    fn writable(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        vm.call_method(&buffer, "writable", &[])
    }
    #[sig("()")]
    fn isatty(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        vm.call_method(&buffer, "isatty", &[])
    }
    #[sig("()")]
    fn __del__(this: &Ref<TextIo>, vm: &mut Vm) -> Result<()> {
        let Some(buffer) = this.get(&*vm.heap).buffer.clone() else { return Ok(()) };
        if is_closed(vm, &buffer)? {
            return Ok(());
        }
        super::buffered::dealloc_warn(vm, &buffer, this.as_value());
        vm.call_method(this.as_value(), "close", &[]).map(drop)
    }
    #[sig("()")]
    fn __getstate__(this: &Ref<TextIo>, vm: &mut Vm) -> Result<()> {
        let name = vm.type_name(this.as_value());
        Err(vm.type_error(format!("cannot pickle '{name}' instances")))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<TextIo>, vm: &mut Vm) -> Result<String> {
        let mut out = String::from("<_io.TextIOWrapper");
        for name in ["name", "mode"] {
            let key = vm.intern(name);
            match vm.get_attr(this.as_value(), &key) {
                Ok(v) => {
                    let shown = vm.repr_text(&v)?;
                    out.push_str(&format!(" {name}={shown}"));
                }
                Err(_) => drop(vm.take_pending()),
            }
        }
        let encoding = this.get(&*vm.heap).encoding.clone();
        let shown = vm.repr_text(&encoding)?;
        Ok(format!("{out} encoding={shown}>"))
    }
    #[getter]
    #[pyname("buffer")]
    fn buffer_attr(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        TextIo::buffer(vm, this)
    }
    #[getter]
    fn encoding(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).encoding.clone())
    }
    #[getter]
    fn errors(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).errors.clone())
    }
    #[getter]
    fn line_buffering(this: &Ref<TextIo>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).line_buffering)
    }
    #[getter]
    fn write_through(this: &Ref<TextIo>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).write_through)
    }
    #[getter]
    fn newlines(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let seen = this.get(&*vm.heap).seen;
        Ok(seen_value(vm, seen))
    }
    #[getter]
    fn closed(this: &Ref<TextIo>, vm: &mut Vm) -> Result<bool> {
        let buffer = TextIo::buffer(vm, this)?;
        is_closed(vm, &buffer)
    }
    #[getter]
    fn name(this: &Ref<TextIo>, vm: &mut Vm) -> Result<Value> {
        let buffer = TextIo::buffer(vm, this)?;
        let key = vm.names.name.clone();
        vm.get_attr(&buffer, &key)
    }
    #[getter]
    fn _CHUNK_SIZE(this: &Ref<TextIo>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).chunk_size)
    }
    #[setter]
    #[pyname("_CHUNK_SIZE")]
    fn set_chunk_size(this: &Ref<TextIo>, vm: &mut Vm, value: Value) -> Result<()> {
        let n = vm.index_i64(&value, "ssize_t")?;
        if n <= 0 {
            return Err(vm.value_error("a strictly positive integer is required"));
        }
        this.get_mut(&mut *vm.heap).chunk_size = n as usize;
        Ok(())
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let base = vm.state::<IoState>().text.clone();
    let flags = flags::BASETYPE | flags::WEAKREFABLE;
    let t = vm.define_type::<TextIo>(base.as_ref(), &TypeSpec { name: "_io.TextIOWrapper", doc: "Character and line based layer over a BufferedIOBase object, buffer.", flags, dict: true, methods: TextIo::METHODS });
    vm.module_set(module, "TextIOWrapper", t.into_value());
    Ok(())
}
