//! The `_codecs` module: the codec registry, error handlers and every built-in encoder and decoder.
//!
//! The machinery is `krait_vm::runtime::codecs`; here are the Python functions on top of it, the built-in error
//! handlers as callables, and character maps.

use krait_text::codecs::escape::{EscapeErrors, decode_bytes_escape, encode_bytes_escape};
use krait_text::codecs::{self, ByteOrder, CharmapEncoder, Codec, CodecError, Decoder, Errors, Replacement};
use krait_text::{StrBuf, StrBuilder, StrRef};
use krait_vm::args::Methods;
use krait_vm::builtins::buffer::Buffer;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Special, Traverse, Value, Vm, methods};

/// What `charmap_build` gives: an encoding table in a form quicker than a dict.
#[derive(Traverse)]
struct EncodingMap {
    #[traverse(skip)]
    table: CharmapEncoder,
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = TypeSpec { name: "EncodingMap", doc: "", flags: krait_vm::heap::flags::DISALLOW_INSTANTIATION, dict: false, methods: &[] };
    vm.define_type::<EncodingMap>(None, &spec);
    vm.module_functions::<Functions>(module);
    vm.module_functions::<Transcoders>(module);
    let names = ["strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"];
    for (name, def) in names.iter().zip(<Handlers as Methods>::METHODS) {
        let function = vm.builtin_function(def, None);
        vm.register_error_handler(name, function);
    }
    Ok(())
}

fn pair(vm: &mut Vm, first: Value, n: usize) -> Result<Value> {
    let n = vm.heap.int(n as i128);
    Ok(vm.tuple(vec![first, n]))
}

fn no_null(vm: &mut Vm, text: &str) -> Result<()> {
    if text.contains('\0') { Err(vm.value_error("embedded null character")) } else { Ok(()) }
}

fn callable(vm: &mut Vm, value: &Value, message: &str) -> Result<()> {
    if vm.heap.has_special(value, Special::Call) { Ok(()) } else { Err(vm.type_error(message)) }
}

struct Functions;

#[methods]
impl Functions {
    /// Add a function that finds codecs by name.
    #[sig("(search_function, /)")]
    fn register(vm: &mut Vm, search_function: &Value) -> Result<()> {
        callable(vm, search_function, "argument must be callable")?;
        vm.register_codec_search(search_function.clone());
        Ok(())
    }
    /// Remove such a function and forget what was found.
    #[sig("(search_function, /)")]
    fn unregister(vm: &mut Vm, search_function: &Value) -> Result<()> {
        vm.unregister_codec_search(search_function);
        Ok(())
    }
    /// The codec of an encoding.
    #[sig("(encoding, /)")]
    fn lookup(vm: &mut Vm, encoding: String) -> Result<Value> {
        no_null(vm, &encoding)?;
        vm.lookup_codec(&encoding)
    }
    /// Encode an object by any codec.
    #[sig("(obj, encoding='utf-8', errors='strict')")]
    fn encode(vm: &mut Vm, obj: &Value, encoding: Option<String>, errors: Option<String>) -> Result<Value> {
        let encoding = encoding.unwrap_or_else(|| "utf-8".into());
        let codec = vm.lookup_codec(&encoding)?;
        vm.call_codec(&codec, 0, obj, &encoding, errors.as_deref())
    }
    /// Decode an object by any codec.
    #[sig("(obj, encoding='utf-8', errors='strict')")]
    fn decode(vm: &mut Vm, obj: &Value, encoding: Option<String>, errors: Option<String>) -> Result<Value> {
        let encoding = encoding.unwrap_or_else(|| "utf-8".into());
        let codec = vm.lookup_codec(&encoding)?;
        vm.call_codec(&codec, 1, obj, &encoding, errors.as_deref())
    }
    /// Give an error handler a name.
    #[sig("(errors, handler, /)")]
    fn register_error(vm: &mut Vm, errors: String, handler: &Value) -> Result<()> {
        no_null(vm, &errors)?;
        callable(vm, handler, "handler must be callable")?;
        vm.register_error_handler(&errors, handler.clone());
        Ok(())
    }
    /// Forget a registered error handler; whether there was one.
    #[sig("(errors, /)")]
    fn _unregister_error(vm: &mut Vm, errors: String) -> Result<bool> {
        if Errors::from_name(&errors).is_some() {
            return Err(vm.value_error(format!("cannot un-register built-in error handler '{errors}'")));
        }
        Ok(vm.unregister_error_handler(&errors))
    }
    /// The error handler of a name.
    #[sig("(name, /)")]
    fn lookup_error(vm: &mut Vm, name: String) -> Result<Value> {
        no_null(vm, &name)?;
        vm.lookup_error(&name)
    }
    /// A table for `charmap_encode` from a decoding table.
    #[sig("(map, /)")]
    fn charmap_build(vm: &mut Vm, map: &Ref<Str>) -> Result<Value> {
        let chars: Vec<u32> = map.view(&*vm.heap).iter().take(256).collect();
        // Tables that do not begin with NUL or leave the basic plane are few: a dict will do.
        if chars.first() != Some(&0) || chars.iter().skip(1).any(|c| *c == 0 || *c > 0xFFFF) {
            let dict = vm.heap.dict();
            for (i, c) in chars.iter().enumerate() {
                dict.set_item(vm, Value::int32(*c as i32), Value::int32(i as i32))?;
            }
            return Ok(dict.into_value());
        }
        let table = CharmapEncoder::build(map.view(&*vm.heap));
        Ok(vm.heap.alloc(EncodingMap { table }).into_value())
    }
    /// Decode bytes by a table.
    #[sig("(data, errors=None, mapping=None, /)")]
    fn charmap_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, mapping: Option<&Value>) -> Result<Value> {
        let input = data.bytes(&*vm.heap).to_vec();
        let n = input.len();
        let Some(mapping) = mapping else {
            let text = vm.heap.str_latin1(&input).into_value();
            return pair(vm, text, n);
        };
        let text = if let Some(table) = mapping.downcast::<Str>(&*vm.heap) {
            let table = table.view(&*vm.heap).to_buf();
            let mut step = |_: &mut Vm, input: &[u8], at: &mut usize, out: &mut StrBuilder| {
                Ok(codecs::decode_charmap(input, at, out, table.as_ref()))
            };
            vm.decode_with("charmap", input, errors.as_deref(), &mut step)?.0
        } else {
            let mut step = |vm: &mut Vm, input: &[u8], at: &mut usize, out: &mut StrBuilder| map_decode(vm, mapping, input, at, out);
            vm.decode_with("charmap", input, errors.as_deref(), &mut step)?.0
        };
        let text = vm.heap.str_buf(text).into_value();
        pair(vm, text, n)
    }
    /// Encode a string by a table.
    #[sig("(str, errors=None, mapping=None, /)")]
    fn charmap_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>, mapping: Option<&Value>) -> Result<Value> {
        let n = text.get(&*vm.heap).len();
        let bytes = match mapping {
            None => vm.encode_codec(Codec::Latin1, text, errors.as_deref())?,
            Some(mapping) => {
                let mut step = |vm: &mut Vm, text: StrRef<'_>, at: &mut usize, out: &mut Vec<u8>| map_encode(vm, mapping, text, at, out);
                let mut put = |vm: &mut Vm, replacement: &Replacement, out: &mut Vec<u8>| match replacement {
                    Replacement::Bytes(bytes) => {
                        out.extend_from_slice(bytes);
                        Ok(true)
                    }
                    Replacement::Text(text) => {
                        let before = out.len();
                        let done = map_encode(vm, mapping, text.as_ref(), &mut 0, out)?.is_ok();
                        if !done {
                            out.truncate(before);
                        }
                        Ok(done)
                    }
                };
                vm.encode_with("charmap", Codec::Ascii, text, errors.as_deref(), Vec::new(), &mut step, &mut put)?
            }
        };
        let bytes = vm.heap.bytes_boxed(bytes.into()).into_value();
        pair(vm, bytes, n)
    }
    /// Undo the escapes of bytes literals.
    #[sig("(data, errors=None, /)")]
    fn escape_decode(vm: &mut Vm, data: &Value, errors: Option<String>) -> Result<Value> {
        let input = text_or_bytes(vm, data)?;
        let errors = match errors.as_deref() {
            None | Some("strict") => EscapeErrors::Strict,
            Some("replace") => EscapeErrors::Replace,
            Some("ignore") => EscapeErrors::Ignore,
            Some(other) => EscapeErrors::Unknown(other),
        };
        let mut invalid = None;
        match decode_bytes_escape(&input, errors, &mut invalid) {
            Ok(bytes) => {
                warn_escape(vm, &input, invalid)?;
                let bytes = vm.heap.bytes_boxed(bytes.into()).into_value();
                pair(vm, bytes, input.len())
            }
            Err(e) => Err(vm.text_error(e)),
        }
    }
    /// Escape bytes as in a literal.
    #[sig("(data, errors=None, /)")]
    fn escape_encode(vm: &mut Vm, data: &Ref<Bytes>, _errors: Option<String>) -> Result<Value> {
        let input = data.get(&*vm.heap).data.to_vec();
        let bytes = vm.heap.bytes_boxed(encode_bytes_escape(&input).into()).into_value();
        pair(vm, bytes, input.len())
    }
    /// The bytes of a buffer or the UTF-8 of a string.
    #[sig("(data, errors=None, /)")]
    fn readbuffer_encode(vm: &mut Vm, data: &Value, _errors: Option<String>) -> Result<Value> {
        let input = text_or_bytes(vm, data)?;
        let n = input.len();
        let bytes = vm.heap.bytes_boxed(input.into()).into_value();
        pair(vm, bytes, n)
    }
    /// Decode UTF-16, saying which byte order was found.
    #[sig("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, byteorder: i32, last: bool) -> Result<Value> {
        decode_ordered(vm, data, errors, byteorder, last, Codec::Utf16, &[(b"\xff\xfe", -1), (b"\xfe\xff", 1)])
    }
    /// Decode UTF-32, saying which byte order was found.
    #[sig("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, byteorder: i32, last: bool) -> Result<Value> {
        decode_ordered(vm, data, errors, byteorder, last, Codec::Utf32, &[(b"\xff\xfe\0\0", -1), (b"\0\0\xfe\xff", 1)])
    }
    /// Encode as UTF-16; byte order 0 writes a mark.
    #[sig("(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>, byteorder: i32) -> Result<Value> {
        encode_text(vm, Codec::Utf16(order(byteorder)), text, errors)
    }
    /// Encode as UTF-32; byte order 0 writes a mark.
    #[sig("(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>, byteorder: i32) -> Result<Value> {
        encode_text(vm, Codec::Utf32(order(byteorder)), text, errors)
    }
    /// Undo the escapes of string literals.
    #[sig("(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(vm: &mut Vm, data: &Value, errors: Option<String>, last: Option<bool>) -> Result<Value> {
        let input = text_or_bytes(vm, data)?;
        let mut decoder = Decoder::new(Codec::UnicodeEscape);
        let (text, n) = vm.decode_stateful(&mut decoder, input.clone(), errors.as_deref(), last.unwrap_or(true))?;
        warn_escape(vm, &input, decoder.invalid_escape)?;
        let text = vm.heap.str_buf(text).into_value();
        pair(vm, text, n)
    }
    /// Undo `\\u` escapes only.
    #[sig("(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(vm: &mut Vm, data: &Value, errors: Option<String>, last: Option<bool>) -> Result<Value> {
        let input = text_or_bytes(vm, data)?;
        let (text, n) = vm.decode_codec(Codec::RawUnicodeEscape, input, errors.as_deref(), last.unwrap_or(true))?;
        let text = vm.heap.str_buf(text).into_value();
        pair(vm, text, n)
    }
}

fn order(byteorder: i32) -> Option<ByteOrder> {
    match byteorder {
        0 => None,
        n if n < 0 => Some(ByteOrder::Little),
        _ => Some(ByteOrder::Big),
    }
}

fn decode_ordered(vm: &mut Vm, data: Buffer, errors: Option<String>, byteorder: i32, last: bool, codec: fn(Option<ByteOrder>) -> Codec, marks: &[(&[u8], i32)]) -> Result<Value> {
    let input = data.bytes(&*vm.heap).to_vec();
    let found = match byteorder {
        0 => marks.iter().find(|(mark, _)| input.starts_with(mark)).map_or(0, |m| m.1),
        n => n.signum(),
    };
    let (text, n) = vm.decode_codec(codec(order(byteorder)), input, errors.as_deref(), last)?;
    let (text, n) = (vm.heap.str_buf(text).into_value(), vm.heap.int(n as i128));
    Ok(vm.tuple(vec![text, n, Value::int32(found)]))
}

/// A deprecation warning for an escape that means nothing.
fn warn_escape(vm: &mut Vm, input: &[u8], invalid: Option<usize>) -> Result<()> {
    let Some(at) = invalid else { return Ok(()) };
    let rest = input.get(at + 1..).unwrap_or(&[]);
    let octal: String = rest.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).map(|b| char::from(*b)).collect();
    let message = if octal.is_empty() {
        let c = rest.first().map_or(String::new(), |b| char::from(*b).to_string());
        format!("\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. ")
    } else {
        format!("\"\\{octal}\" is an invalid octal escape sequence. Such sequences will not work in the future. ")
    };
    let message = vm.str(&message);
    let category = vm.exc.get(Exc::DeprecationWarning).to_value();
    let modules = vm.modules.clone();
    let key = vm.intern("warnings");
    let Some(warnings) = modules.get_str(&*vm, &key) else { return Ok(()) };
    vm.call_method(&warnings, "warn", &[message, category]).map(drop)
}

/// The argument of decoders that take strings too.
fn text_or_bytes(vm: &mut Vm, data: &Value) -> Result<Vec<u8>> {
    match data.downcast::<Str>(&*vm.heap).cloned() {
        Some(text) => vm.encode_utf8(&text),
        None => vm.bytes_like(data),
    }
}

fn decode_data(vm: &mut Vm, codec: Codec, data: &Buffer, errors: Option<String>, last: bool) -> Result<Value> {
    let builtin = Errors::from_name(errors.as_deref().unwrap_or("strict"));
    if let Some(handler) = builtin
        && let Ok((text, n)) = codecs::decode(codec, data.bytes(&*vm.heap), handler, last)
    {
        let text = vm.heap.str_buf(text).into_value();
        return pair(vm, text, n);
    }
    let input = data.bytes(&*vm.heap).to_vec();
    let (text, n) = vm.decode_codec(codec, input, errors.as_deref(), last)?;
    let text = vm.heap.str_buf(text).into_value();
    pair(vm, text, n)
}

fn encode_text(vm: &mut Vm, codec: Codec, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
    let n = text.get(&*vm.heap).len();
    let handler = Errors::from_name(errors.as_deref().unwrap_or("strict"));
    let quick = handler.and_then(|h| codecs::encode(codec, text.view(&*vm.heap), h).ok());
    let bytes = match quick {
        Some(bytes) => bytes,
        None => vm.encode_codec(codec, text, errors.as_deref())?,
    };
    let bytes = vm.heap.bytes_boxed(bytes.into()).into_value();
    pair(vm, bytes, n)
}

const UNDEFINED: &str = "character maps to <undefined>";
type Step = Result<Result<(), CodecError>>;

fn stop(start: usize, end: usize) -> Step {
    Ok(Err(CodecError { start, end, reason: UNDEFINED }))
}

/// A step of `charmap_decode` with a mapping.
fn map_decode(vm: &mut Vm, mapping: &Value, input: &[u8], at: &mut usize, out: &mut StrBuilder) -> Step {
    while let Some(&b) = input.get(*at) {
        let result = vm.get_item(mapping, &Value::int32(b.into()));
        let found = vm.catch(result, Exc::LookupError)?.unwrap_or(Value::NONE);
        if found.is_none() {
            return stop(*at, *at + 1);
        }
        if let Some(n) = found.as_int(&*vm.heap) {
            match n.to_i64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n < 0x110000) {
                Some(0xFFFE) => return stop(*at, *at + 1),
                Some(c) => out.push(c),
                None => return Err(vm.type_error("character mapping must be in range(0x110000)")),
            }
        } else if let Some(s) = found.downcast::<Str>(&*vm.heap) {
            let view = s.view(&*vm.heap);
            if view.len() == 1 && view.first() == Some(0xFFFE) {
                return stop(*at, *at + 1);
            }
            out.push_ref(view);
        } else {
            return Err(vm.type_error("character mapping must return integer, None or str"));
        }
        *at += 1;
    }
    Ok(Ok(()))
}

/// What a mapping says about a character to encode; `None`: nothing.
fn map_char(vm: &mut Vm, mapping: &Value, c: u32) -> Result<Option<Vec<u8>>> {
    if let Some(map) = mapping.downcast::<EncodingMap>(&*vm.heap) {
        return Ok(map.get(&*vm.heap).table.lookup(c).map(|b| vec![b]));
    }
    let result = vm.get_item(mapping, &Value::int32(c as i32));
    let found = vm.catch(result, Exc::LookupError)?.unwrap_or(Value::NONE);
    if found.is_none() {
        return Ok(None);
    }
    if let Some(n) = found.as_int(&*vm.heap) {
        return match n.to_i64().and_then(|n| u8::try_from(n).ok()) {
            Some(b) => Ok(Some(vec![b])),
            None => Err(vm.type_error("character mapping must be in range(256)")),
        };
    }
    if let Some(b) = found.downcast::<Bytes>(&*vm.heap) {
        return Ok(Some(b.get(&*vm.heap).data.to_vec()));
    }
    let name = vm.type_name(&found);
    Err(vm.type_error(format!("character mapping must return integer, bytes or None, not {name}")))
}

/// A step of `charmap_encode`.
fn map_encode(vm: &mut Vm, mapping: &Value, text: StrRef<'_>, at: &mut usize, out: &mut Vec<u8>) -> Step {
    while let Some(c) = text.get(*at) {
        match map_char(vm, mapping, c)? {
            Some(bytes) => out.extend_from_slice(&bytes),
            None => {
                // The error covers the whole run of characters without a byte.
                let mut end = *at + 1;
                while let Some(c) = text.get(end) {
                    if map_char(vm, mapping, c)?.is_some() {
                        break;
                    }
                    end += 1;
                }
                return stop(*at, end);
            }
        }
        *at += 1;
    }
    Ok(Ok(()))
}

/// The built-in error handlers, in the order of the names in `init`.
struct Handlers;

#[methods]
impl Handlers {
    /// The error handler 'strict': raise the exception it is given.
    #[sig("(exception, /)")]
    fn strict_errors(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::Strict, exception)
    }
    /// The error handler 'ignore': leave out what cannot be converted.
    #[sig("(exception, /)")]
    fn ignore_errors(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::Ignore, exception)
    }
    /// The error handler 'replace': put a replacement mark.
    #[sig("(exception, /)")]
    fn replace_errors(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::Replace, exception)
    }
    /// The error handler 'xmlcharrefreplace': put an XML character reference.
    #[sig("(exception, /)")]
    fn xmlcharrefreplace_errors(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::XmlCharRefReplace, exception)
    }
    /// The error handler 'backslashreplace': put a backslashed escape.
    #[sig("(exception, /)")]
    fn backslashreplace_errors(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::BackslashReplace, exception)
    }
    /// The error handler 'namereplace': put a `\\N{...}` escape.
    #[sig("(exception, /)")]
    fn namereplace_errors(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::NameReplace, exception)
    }
    /// The error handler 'surrogatepass': let surrogates through.
    #[sig("(exception, /)")]
    fn surrogatepass(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::SurrogatePass, exception)
    }
    /// The error handler 'surrogateescape': carry bytes as surrogates.
    #[sig("(exception, /)")]
    fn surrogateescape(vm: &mut Vm, exception: &Value) -> Result<Value> {
        handle(vm, Errors::SurrogateEscape, exception)
    }
}

fn position(vm: &Vm, exception: &Value, field: &str) -> i64 {
    vm.exception_field(exception, field).and_then(|v| v.as_int(&*vm.heap).and_then(|n| n.to_i64())).unwrap_or(0)
}

/// Runs a built-in handler on an exception: the replacement and where to go on.
fn handle(vm: &mut Vm, errors: Errors, exception: &Value) -> Result<Value> {
    if errors == Errors::Strict {
        if vm.is_exception(exception, Exc::BaseException) {
            return Err(vm.raise_with_context(exception.clone()));
        }
        return Err(vm.type_error("codec must pass exception instance"));
    }
    let encoding = vm.exception_field(exception, "encoding").and_then(|v| v.downcast::<Str>(&*vm.heap).map(|s| s.get(&*vm.heap).to_string_lossy()));
    let codec = Codec::from_name(&krait_vm::runtime::codecs::normalize_encoding(encoding.as_deref().unwrap_or(""))).unwrap_or(Codec::Ascii);
    let object = vm.exception_field(exception, "object").unwrap_or(Value::NONE);
    let len = if object.is_none() { 0 } else { vm.len(&object)? as i64 };
    let start = position(vm, exception, "start").clamp(0, (len - 1).max(0)) as usize;
    let end = (position(vm, exception, "end").clamp(1.min(len), len) as usize).max(start);
    let error = CodecError { start, end, reason: "" };
    if vm.is_exception(exception, Exc::UnicodeDecodeError) && errors.can_decode() {
        let Some(bytes) = object.downcast::<Bytes>(&*vm.heap) else {
            return Err(vm.type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        let result = errors.decode_error(&bytes.get(&*vm.heap).data, &error, codec);
        return match result {
            Some((text, resume)) => {
                let text = vm.heap.str_buf(text).into_value();
                pair(vm, text, resume)
            }
            None => Err(vm.raise_with_context(exception.clone())),
        };
    }
    let encode = vm.is_exception(exception, Exc::UnicodeEncodeError);
    let translate = vm.is_exception(exception, Exc::UnicodeTranslateError);
    let translates = matches!(errors, Errors::Ignore | Errors::Replace | Errors::BackslashReplace);
    if encode || translate && translates {
        let Some(text) = object.downcast::<Str>(&*vm.heap) else {
            return Err(vm.type_error("UnicodeError 'object' attribute must be a str"));
        };
        if translate && errors == Errors::Replace {
            let text = StrBuf::from_chars(std::iter::repeat_n(0xFFFD, end - start));
            let text = vm.heap.str_buf(text).into_value();
            return pair(vm, text, end);
        }
        let result = errors.encode_error(text.view(&*vm.heap), &error, codec);
        return match result {
            Some((Replacement::Text(text), resume)) => {
                let text = vm.heap.str_buf(text).into_value();
                pair(vm, text, resume)
            }
            Some((Replacement::Bytes(bytes), resume)) => {
                let bytes = vm.heap.bytes_boxed(bytes.into()).into_value();
                pair(vm, bytes, resume)
            }
            None => Err(vm.raise_with_context(exception.clone())),
        };
    }
    Err(vm.cannot_handle(exception))
}

/// The encoders and decoders that differ in nothing but the engine.
struct Transcoders;

#[methods]
impl Transcoders {
    /// Decode UTF-8: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_8_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf8, &data, errors, last)
    }
    /// Decode UTF-7: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_7_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf7, &data, errors, last)
    }
    /// Decode UTF-16: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_16_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf16(None), &data, errors, last)
    }
    /// Decode UTF-16-LE: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf16(Some(ByteOrder::Little)), &data, errors, last)
    }
    /// Decode UTF-16-BE: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf16(Some(ByteOrder::Big)), &data, errors, last)
    }
    /// Decode UTF-32: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_32_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf32(None), &data, errors, last)
    }
    /// Decode UTF-32-LE: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf32(Some(ByteOrder::Little)), &data, errors, last)
    }
    /// Decode UTF-32-BE: the text and how many bytes were used.
    #[sig("(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(vm: &mut Vm, data: Buffer, errors: Option<String>, last: bool) -> Result<Value> {
        decode_data(vm, Codec::Utf32(Some(ByteOrder::Big)), &data, errors, last)
    }
    /// Decode LATIN-1: the text and how many bytes were used.
    #[sig("(data, errors=None, /)")]
    fn latin_1_decode(vm: &mut Vm, data: Buffer, errors: Option<String>) -> Result<Value> {
        decode_data(vm, Codec::Latin1, &data, errors, true)
    }
    /// Decode ASCII: the text and how many bytes were used.
    #[sig("(data, errors=None, /)")]
    fn ascii_decode(vm: &mut Vm, data: Buffer, errors: Option<String>) -> Result<Value> {
        decode_data(vm, Codec::Ascii, &data, errors, true)
    }
    /// Encode as UTF-8: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn utf_8_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Utf8, text, errors)
    }
    /// Encode as UTF-7: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn utf_7_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Utf7, text, errors)
    }
    /// Encode as UTF-16-LE: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn utf_16_le_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Utf16(Some(ByteOrder::Little)), text, errors)
    }
    /// Encode as UTF-16-BE: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn utf_16_be_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Utf16(Some(ByteOrder::Big)), text, errors)
    }
    /// Encode as UTF-32-LE: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn utf_32_le_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Utf32(Some(ByteOrder::Little)), text, errors)
    }
    /// Encode as UTF-32-BE: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn utf_32_be_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Utf32(Some(ByteOrder::Big)), text, errors)
    }
    /// Encode as LATIN-1: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn latin_1_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Latin1, text, errors)
    }
    /// Encode as ASCII: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn ascii_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::Ascii, text, errors)
    }
    /// Encode as unicode_escape: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn unicode_escape_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::UnicodeEscape, text, errors)
    }
    /// Encode as raw_unicode_escape: the bytes and how many characters were used.
    #[sig("(str, errors=None, /)")]
    fn raw_unicode_escape_encode(vm: &mut Vm, text: &Ref<Str>, errors: Option<String>) -> Result<Value> {
        encode_text(vm, Codec::RawUnicodeEscape, text, errors)
    }
}
