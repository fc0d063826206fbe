//! Encodings: `bytes.decode`, `str.encode` and what the `_codecs` module shows of it.
//!
//! The engines are krait-text's. Here are the ways to them: [`Vm::decode`] and [`Vm::encode`] go straight to an engine
//! for the encodings it knows and to the registry of codecs otherwise; [`Vm::decode_with`] and [`Vm::encode_with`] run
//! an engine step by step, asking error handlers (built-in ones natively, registered ones as Python callables). The
//! registry starts by importing the `encodings` package.

use crate::builtins::buffer::Buffer;
use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_text::codecs::{self, Codec, CodecError, Decoder, Errors, Replacement};
use krait_text::{StrBuf, StrBuilder, StrRef};
use std::collections::HashMap;

/// Registered codecs and error handlers.
#[derive(Default)]
pub struct Registry {
    search: Vec<Value>,
    cache: HashMap<String, Value>,
    handlers: HashMap<String, Value>,
    started: bool,
}

/// A step of decoding: consumes from the position and pushes; an inner error asks the handler.
pub type DecodeStep<'s> = dyn FnMut(&mut Vm, &[u8], &mut usize, &mut StrBuilder) -> Result<Result<(), CodecError>> + 's;
/// A step of encoding.
pub type EncodeStep<'s> = dyn FnMut(&mut Vm, StrRef<'_>, &mut usize, &mut Vec<u8>) -> Result<Result<(), CodecError>> + 's;
/// Puts a handler's replacement into the output; false raises the original error.
pub type PutReplacement<'s> = dyn FnMut(&mut Vm, &Replacement, &mut Vec<u8>) -> Result<bool> + 's;

/// Lower case, with everything but letters, digits and dots turned into single underscores.
pub fn normalize_encoding(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// The engine for an encoding that needs no registry.
fn native_codec(name: &str) -> Option<Codec> {
    match name {
        "utf-8" => Some(Codec::Utf8),
        "ascii" => Some(Codec::Ascii),
        "latin-1" => Some(Codec::Latin1),
        _ => match Codec::from_name(&normalize_encoding(name)) {
            // The escapes warn and look names up, UTF-7 is rare: their modules do it.
            Some(Codec::UnicodeEscape | Codec::RawUnicodeEscape | Codec::Utf7) | None => None,
            Some(codec) if name.is_ascii() => Some(codec),
            Some(_) => None,
        },
    }
}

impl Vm {
    // ---- decoding ----

    /// Decodes bytes; `None` means UTF-8 and strict.
    pub fn decode(&mut self, input: &[u8], encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Str>> {
        self.check_codec_names(encoding, errors)?;
        let codec = native_codec(encoding.unwrap_or("utf-8"));
        if let (Some(codec), Some(handler)) = (codec, Errors::from_name(errors.unwrap_or("strict")))
            && let Ok((text, _)) = codecs::decode(codec, input, handler, true)
        {
            return Ok(self.heap.str_buf(text));
        }
        if let Some(codec) = codec {
            let (text, _) = self.decode_codec(codec, input.to_vec(), errors, true)?;
            return Ok(self.heap.str_buf(text));
        }
        let object = self.heap.bytes(input).into_value();
        self.decode_registered(&object, encoding.unwrap_or("utf-8"), errors)
    }
    /// As `decode`, for UTF-8 and strict.
    pub fn decode_utf8(&mut self, input: &[u8]) -> Result<Ref<Str>> {
        self.decode(input, None, None)
    }
    /// Decodes a view of an object's memory.
    pub fn decode_buffer(&mut self, buffer: &Buffer, encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Str>> {
        self.check_codec_names(encoding, errors)?;
        let codec = native_codec(encoding.unwrap_or("utf-8"));
        if let (Some(codec), Some(handler)) = (codec, Errors::from_name(errors.unwrap_or("strict"))) {
            let result = codecs::decode(codec, buffer.bytes(&*self.heap), handler, true);
            if let Ok((text, _)) = result {
                return Ok(self.heap.str_buf(text));
            }
        }
        if codec.is_none() && buffer.object.is_exact::<Bytes>() {
            return self.decode_registered(&buffer.object.clone(), encoding.unwrap_or("utf-8"), errors);
        }
        let input = buffer.bytes(&*self.heap).to_vec();
        self.decode(&input, encoding, errors)
    }
    /// Decodes with an engine; gives the text and how many bytes were consumed.
    pub fn decode_codec(&mut self, codec: Codec, input: Vec<u8>, errors: Option<&str>, last: bool) -> Result<(StrBuf, usize)> {
        let mut decoder = Decoder::new(codec);
        self.decode_stateful(&mut decoder, input, errors, last)
    }
    /// As `decode_codec`, with a decoder whose findings the caller wants.
    pub fn decode_stateful(&mut self, decoder: &mut Decoder, input: Vec<u8>, errors: Option<&str>, last: bool) -> Result<(StrBuf, usize)> {
        let errors = errors.unwrap_or("strict");
        let mut input = input;
        let mut out = StrBuilder::with_capacity(input.len() / 2);
        let mut at = 0;
        let mut exception = None;
        loop {
            self.poll_text(input.len())?;
            match decoder.step(&input, &mut at, &mut out, last) {
                Ok(()) => return Ok((out.finish(), at)),
                Err(error) => {
                    let (codec, name) = (decoder.codec, decoder.codec.name());
                    self.handle_decode_error(&mut input, &mut at, &mut out, &error, Some(codec), name, errors, &mut exception)?;
                }
            }
        }
    }
    /// Runs any decoding step by step. `name` is what exceptions call the encoding.
    pub fn decode_with(&mut self, name: &str, input: Vec<u8>, errors: Option<&str>, step: &mut DecodeStep<'_>) -> Result<(StrBuf, usize)> {
        let errors = errors.unwrap_or("strict");
        let mut input = input;
        let mut out = StrBuilder::with_capacity(input.len());
        let mut at = 0;
        let mut exception = None;
        loop {
            match step(self, &input, &mut at, &mut out)? {
                Ok(()) => return Ok((out.finish(), at)),
                Err(error) => {
                    self.handle_decode_error(&mut input, &mut at, &mut out, &error, None, name, errors, &mut exception)?;
                }
            }
        }
    }
    fn poll_text(&mut self, size: usize) -> Result<()> {
        let room = self.heap.check_room(size);
        self.memory(room)
    }
    #[allow(clippy::too_many_arguments, reason = "the state of a decoding loop")]
    fn handle_decode_error(
        &mut self,
        input: &mut Vec<u8>,
        at: &mut usize,
        out: &mut StrBuilder,
        error: &CodecError,
        codec: Option<Codec>,
        name: &str,
        errors: &str,
        exception: &mut Option<Value>,
    ) -> Result<()> {
        if let Some(handler) = Errors::from_name(errors) {
            let for_codec = codec.unwrap_or(Codec::Ascii);
            if let Some((text, resume)) = handler.decode_error(input, error, for_codec) {
                out.push_ref(text.as_ref());
                *at = resume;
                return Ok(());
            }
            let exception = self.unicode_decode_error(name, input, error);
            if !handler.can_decode() {
                return Err(self.cannot_handle(&exception));
            }
            return Err(self.raise_with_context(exception));
        }
        let handler = self.lookup_error(errors)?;
        let exception = match exception {
            Some(e) => {
                let (start, end) = (self.heap.int(error.start as i128), self.heap.int(error.end as i128));
                let reason = self.str(error.reason);
                self.set_exception_field(e, "start", start);
                self.set_exception_field(e, "end", end);
                self.set_exception_field(e, "reason", reason);
                e.clone()
            }
            None => {
                let e = self.unicode_decode_error(name, input, error);
                *exception = Some(e.clone());
                e
            }
        };
        let result = self.call(&handler, std::slice::from_ref(&exception))?;
        let pair = result.downcast::<Tuple>(&*self.heap).map(|t| t.items(&*self.heap).to_vec());
        let (text, position) = match pair.as_deref() {
            Some([text, position]) if text.has_payload::<Str>(&*self.heap) && position.is_int(&*self.heap) => (text.clone(), position.clone()),
            _ => return Err(self.type_error("decoding error handler must return (str, int) tuple")),
        };
        // The handler may have replaced the input.
        if let Some(object) = self.exception_field(&exception, "object") {
            let Some(bytes) = object.downcast::<Bytes>(&*self.heap) else {
                return Err(self.type_error("UnicodeError 'object' attribute must be a bytes"));
            };
            let bytes = &bytes.get(&*self.heap).data;
            if **bytes != **input {
                *input = bytes.to_vec();
            }
        }
        *at = self.handler_position(&position, input.len())?;
        if let Some(text) = text.downcast::<Str>(&*self.heap) {
            out.push_ref(text.view(&*self.heap));
        }
        Ok(())
    }
    fn handler_position(&mut self, position: &Value, len: usize) -> Result<usize> {
        let position = self.index_clamped(position)?;
        let place = if position < 0 { position.saturating_add(len as isize) } else { position };
        if place < 0 || place as usize > len {
            return Err(self.index_error(format!("position {place} from error handler out of bounds")));
        }
        Ok(place as usize)
    }
    /// A `UnicodeDecodeError` instance.
    pub fn unicode_decode_error(&mut self, encoding: &str, input: &[u8], error: &CodecError) -> Value {
        let object = self.heap.bytes(input).into_value();
        self.unicode_error(Exc::UnicodeDecodeError, encoding, object, error)
    }
    /// A `UnicodeEncodeError` instance.
    pub fn unicode_encode_error(&mut self, encoding: &str, text: Value, error: &CodecError) -> Value {
        self.unicode_error(Exc::UnicodeEncodeError, encoding, text, error)
    }
    fn unicode_error(&mut self, kind: Exc, encoding: &str, object: Value, error: &CodecError) -> Value {
        let (start, end) = (self.heap.int(error.start as i128), self.heap.int(error.end as i128));
        let args = vec![self.str(encoding), object, start, end, self.str(error.reason)];
        let exception = self.new_exception(kind, args.clone());
        for (field, value) in ["encoding", "object", "start", "end", "reason"].iter().zip(args) {
            self.set_exception_field(&exception, field, value);
        }
        exception
    }
    /// TypeError for an error handler that does not know this kind of exception.
    pub fn cannot_handle(&mut self, exception: &Value) -> Raised {
        let name = self.heap.type_name(exception);
        self.type_error(format!("don't know how to handle {name} in error callback"))
    }
    fn decode_registered(&mut self, object: &Value, encoding: &str, errors: Option<&str>) -> Result<Ref<Str>> {
        let codec = self.text_codec(encoding, "decode", "decoding")?;
        let result = self.call_codec(&codec, 1, object, encoding, errors)?;
        match result.downcast_into::<Str>(&*self.heap) {
            Ok(s) => Ok(s),
            Err(v) => {
                let name = self.heap.type_name(&v);
                Err(self.type_error(format!("'{encoding}' decoder returned '{name}' instead of 'str'; use codecs.decode() to decode to arbitrary types")))
            }
        }
    }

    /// In development mode, unknown names are errors even where nothing comes to need them.
    fn check_codec_names(&mut self, encoding: Option<&str>, errors: Option<&str>) -> Result<()> {
        if !self.config.dev_mode || (encoding.is_none() && errors.is_none()) {
            return Ok(());
        }
        if let Some(name) = encoding.filter(|n| !matches!(*n, "utf-8" | "utf8" | "ascii")) {
            self.lookup_codec(name)?;
        }
        if let Some(name) = errors.filter(|n| !matches!(*n, "strict" | "ignore" | "replace" | "surrogateescape" | "surrogatepass")) {
            self.lookup_error(name)?;
        }
        Ok(())
    }

    // ---- encoding ----

    /// Encodes a string; `None` means UTF-8 and strict.
    pub fn encode(&mut self, text: &Ref<Str>, encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Bytes>> {
        self.check_codec_names(encoding, errors)?;
        let encoding = encoding.unwrap_or("utf-8");
        let codec = native_codec(encoding);
        if let (Some(codec), Some(handler)) = (codec, Errors::from_name(errors.unwrap_or("strict"))) {
            let result = codecs::encode(codec, text.view(&*self.heap), handler);
            if let Ok(bytes) = result {
                return Ok(self.heap.bytes_boxed(bytes.into()));
            }
        }
        if let Some(codec) = codec {
            let bytes = self.encode_codec(codec, text, errors)?;
            return Ok(self.heap.bytes_boxed(bytes.into()));
        }
        let registered = self.text_codec(encoding, "encode", "encoding")?;
        let result = self.call_codec(&registered, 0, text.as_value(), encoding, errors)?;
        if let Some(array) = result.downcast::<ByteArray>(&*self.heap) {
            let data = array.get(&*self.heap).data.clone();
            return Ok(self.heap.bytes(&data));
        }
        match result.downcast_into::<Bytes>(&*self.heap) {
            Ok(b) => Ok(b),
            Err(v) => {
                let name = self.heap.type_name(&v);
                Err(self.type_error(format!("'{encoding}' encoder returned '{name}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types")))
            }
        }
    }
    /// The UTF-8 bytes of a string; UnicodeEncodeError for surrogates.
    pub fn encode_utf8(&mut self, text: &Ref<Str>) -> Result<Vec<u8>> {
        let result = codecs::encode_utf8_strict(text.view(&*self.heap));
        match result {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                let e = self.unicode_encode_error("utf-8", text.to_value(), &error);
                Err(self.raise_with_context(e))
            }
        }
    }
    /// Encodes with an engine.
    pub fn encode_codec(&mut self, codec: Codec, text: &Ref<Str>, errors: Option<&str>) -> Result<Vec<u8>> {
        let start = codecs::bom(codec).to_vec();
        let mut step = |_: &mut Vm, text: StrRef<'_>, at: &mut usize, out: &mut Vec<u8>| Ok(codecs::encode_step(codec, text, at, out));
        let mut put = |_: &mut Vm, replacement: &Replacement, out: &mut Vec<u8>| {
            Ok(match replacement {
                Replacement::Text(text) => codecs::encode_replacement(codec, text.as_ref(), out),
                Replacement::Bytes(bytes) => codecs::encode_replacement_bytes(codec, bytes, out),
            })
        };
        self.encode_with(codec.name(), codec, text, errors, start, &mut step, &mut put)
    }
    /// Runs any encoding step by step.
    #[allow(clippy::too_many_arguments, reason = "what makes an encoding")]
    pub fn encode_with(
        &mut self,
        name: &str,
        codec: Codec,
        text: &Ref<Str>,
        errors: Option<&str>,
        start: Vec<u8>,
        step: &mut EncodeStep<'_>,
        put: &mut PutReplacement<'_>,
    ) -> Result<Vec<u8>> {
        let errors = errors.unwrap_or("strict");
        let buffer = text.view(&*self.heap).to_buf();
        let content = buffer.as_ref();
        let mut out = start;
        let mut at = 0;
        let mut exception: Option<Value> = None;
        loop {
            self.poll_text(out.len())?;
            let Err(error) = step(self, content, &mut at, &mut out)? else { return Ok(out) };
            if let Some(handler) = Errors::from_name(errors) {
                if handler == Errors::SurrogateEscape {
                    // The escaped bytes at the start of the run go through; an error then names what is after them.
                    let bytes: Vec<u8> = content
                        .slice(error.start..error.end)
                        .iter()
                        .map_while(|c| (0xDC80..=0xDCFF).contains(&c).then(|| (c - 0xDC00) as u8))
                        .collect();
                    let n = bytes.len();
                    if n > 0 && put(self, &Replacement::Bytes(bytes), &mut out)? {
                        at += n;
                        continue;
                    }
                } else if let Some((replacement, resume)) = handler.encode_error(content, &error, codec)
                    && put(self, &replacement, &mut out)?
                {
                    at = resume;
                    continue;
                }
                let e = self.unicode_encode_error(name, text.to_value(), &error);
                return Err(self.raise_with_context(e));
            }
            let handler = self.lookup_error(errors)?;
            let e = match &exception {
                Some(e) => {
                    let (start, end) = (self.heap.int(error.start as i128), self.heap.int(error.end as i128));
                    let reason = self.str(error.reason);
                    self.set_exception_field(e, "start", start);
                    self.set_exception_field(e, "end", end);
                    self.set_exception_field(e, "reason", reason);
                    e.clone()
                }
                None => {
                    let e = self.unicode_encode_error(name, text.to_value(), &error);
                    exception = Some(e.clone());
                    e
                }
            };
            let result = self.call(&handler, std::slice::from_ref(&e))?;
            let (replacement, position) = self.handler_replacement(&result)?;
            let resume = self.handler_position(&position, content.len())?;
            if !put(self, &replacement, &mut out)? {
                return Err(self.raise_with_context(e));
            }
            at = resume;
        }
    }
    fn handler_replacement(&mut self, result: &Value) -> Result<(Replacement, Value)> {
        const WANTED: &str = "encoding error handler must return (str/bytes, int) tuple";
        let pair = result.downcast::<Tuple>(&*self.heap).map(|t| t.items(&*self.heap).to_vec());
        let Some([replacement, position]) = pair.as_deref() else { return Err(self.type_error(WANTED)) };
        if !position.is_int(&*self.heap) {
            return Err(self.type_error(WANTED));
        }
        let replacement = if let Some(s) = replacement.downcast::<Str>(&*self.heap) {
            Replacement::Text(s.view(&*self.heap).to_buf())
        } else if let Some(b) = replacement.downcast::<Bytes>(&*self.heap) {
            Replacement::Bytes(b.get(&*self.heap).data.to_vec())
        } else {
            return Err(self.type_error(WANTED));
        };
        Ok((replacement, position.clone()))
    }

    // ---- the registry ----

    /// `codecs.register(search_function)`.
    pub fn register_codec_search(&mut self, search: Value) {
        self.state::<Registry>().search.push(search);
    }
    /// `codecs.unregister(search_function)`.
    pub fn unregister_codec_search(&mut self, search: &Value) {
        let registry = self.state::<Registry>();
        let removed: Vec<Value> = match registry.search.iter().position(|f| f.is(search)) {
            Some(i) => {
                let f = registry.search.remove(i);
                registry.cache.drain().map(|(_, v)| v).chain([f]).collect()
            }
            None => Vec::new(),
        };
        drop(removed);
    }
    /// Imports `encodings`, which registers its search function.
    fn start_codecs(&mut self) -> Result<()> {
        if self.state::<Registry>().started {
            return Ok(());
        }
        self.state::<Registry>().started = true;
        let name = self.names.__import__.clone();
        let Some(import) = self.builtins.clone().get_str(&*self, &name) else { return Ok(()) };
        let name = self.str("encodings");
        if let Err(e) = self.call(&import, &[name]) {
            self.state::<Registry>().started = false;
            return Err(e);
        }
        Ok(())
    }
    /// `codecs.lookup(encoding)`: the 4-tuple of encoder, decoder, stream reader and writer.
    pub fn lookup_codec(&mut self, encoding: &str) -> Result<Value> {
        let key = normalize_encoding(encoding);
        if let Some(found) = self.state::<Registry>().cache.get(&key) {
            return Ok(found.clone());
        }
        self.start_codecs()?;
        let search = self.state::<Registry>().search.clone();
        if search.is_empty() {
            return Err(self.error(Exc::LookupError, "no codec search functions registered: can't find encoding"));
        }
        let argument = self.str(&key);
        for f in search {
            let found = self.call(&f, std::slice::from_ref(&argument))?;
            if found.is_none() {
                continue;
            }
            if found.downcast::<Tuple>(&*self.heap).is_none_or(|t| t.items(&*self.heap).len() != 4) {
                return Err(self.type_error("codec search functions must return 4-tuples"));
            }
            let old = self.state::<Registry>().cache.insert(key, found.clone());
            drop(old);
            return Ok(found);
        }
        Err(self.error(Exc::LookupError, format!("unknown encoding: {encoding}")))
    }
    /// A codec that is a text encoding; LookupError names the alternative otherwise.
    fn text_codec(&mut self, encoding: &str, function: &str, doing: &str) -> Result<Value> {
        let _ = doing;
        if encoding.contains('\0') {
            return Err(self.value_error("embedded null character"));
        }
        let codec = self.lookup_codec(encoding)?;
        if !codec.is_exact::<Tuple>() {
            let name = self.intern("_is_text_encoding");
            if let Some(flag) = self.get_attr_opt(&codec, &name)?
                && !self.truth(&flag)?
            {
                let message = format!("'{encoding}' is not a text encoding; use codecs.{function}() to handle arbitrary codecs");
                return Err(self.error(Exc::LookupError, message));
            }
        }
        Ok(codec)
    }
    /// Calls the encoder (0) or decoder (1) of a codec: the first of the two results. An exception gets a note that
    /// names the encoding.
    pub fn call_codec(&mut self, codec: &Value, which: usize, object: &Value, encoding: &str, errors: Option<&str>) -> Result<Value> {
        let result = self.run_codec(codec, which, object, errors);
        if result.is_err() {
            let exception = self.take_pending();
            let what = if which == 0 { "encoding" } else { "decoding" };
            let note = self.str(&format!("{what} with '{encoding}' codec failed"));
            if self.call_method(&exception, "add_note", &[note]).is_err() {
                drop(self.take_pending());
            }
            self.raise(exception);
        }
        result
    }
    fn run_codec(&mut self, codec: &Value, which: usize, object: &Value, errors: Option<&str>) -> Result<Value> {
        let Some(function) = codec.downcast::<Tuple>(&*self.heap).and_then(|t| t.items(&*self.heap).get(which).cloned()) else {
            return Err(self.type_error("codec search functions must return 4-tuples"));
        };
        let mut args = vec![object.clone()];
        if let Some(errors) = errors {
            args.push(self.str(errors));
        }
        let result = self.call(&function, &args)?;
        let pair = result.downcast::<Tuple>(&*self.heap).map(|t| t.items(&*self.heap).to_vec());
        match pair.as_deref() {
            Some([first, _]) => Ok(first.clone()),
            _ => {
                let what = if which == 0 { "encoder" } else { "decoder" };
                Err(self.type_error(format!("{what} must return a tuple (object, integer)")))
            }
        }
    }
    /// `codecs.register_error(name, handler)`.
    pub fn register_error_handler(&mut self, name: &str, handler: Value) {
        let old = self.state::<Registry>().handlers.insert(name.to_string(), handler);
        drop(old);
    }
    /// Forgets a handler; whether there was one.
    pub fn unregister_error_handler(&mut self, name: &str) -> bool {
        let old = self.state::<Registry>().handlers.remove(name);
        old.is_some()
    }
    /// A registered error handler, if any.
    pub fn find_error_handler(&mut self, name: &str) -> Option<Value> {
        self.state::<Registry>().handlers.get(name).cloned()
    }
    /// `codecs.lookup_error(name)`.
    pub fn lookup_error(&mut self, name: &str) -> Result<Value> {
        match self.find_error_handler(name) {
            Some(f) => Ok(f),
            None => Err(self.error(Exc::LookupError, format!("unknown error handler name '{name}'"))),
        }
    }
}
