//! The `_json` module: the scanner and encoder behind `json`, on the kernel of krait-formats.
//!
//! The scanner turns tokens into values with a stack of its own, so only a limit bounds the depth; the encoder
//! recurses and counts. Errors are the library's `JSONDecodeError`.

use krait_formats::json::{self, JsonError, Scanned, Token};
use krait_text::{StrBuf, StrBuilder, StrRef};
use krait_vm::args::Methods;
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::function::BuiltinFn;
use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::{PinnedStr, Str};
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::build::TypeSpec;
use krait_vm::types::id;
use krait_vm::{Exc, Raised, Ref, Result, Traverse, Type, Value, Vm, methods};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::Hasher;

/// Containers that may be open at a time.
const MAX_DEPTH: usize = 20_000;

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = |name: &'static str, methods| TypeSpec { name, doc: "", flags: krait_vm::heap::flags::BASETYPE, dict: false, methods };
    let scanner = vm.define_type::<Scanner>(None, &spec("_json.Scanner", <ScannerMethods as Methods>::METHODS));
    let encoder = vm.define_type::<Encoder>(None, &spec("_json.Encoder", <EncoderMethods as Methods>::METHODS));
    vm.module_set(module, "make_scanner", scanner.into_value());
    vm.module_set(module, "make_encoder", encoder.into_value());
    vm.module_functions::<Functions>(module);
    Ok(())
}

fn text_argument<'a>(vm: &mut Vm, value: &'a Value) -> Result<&'a Ref<Str>> {
    if value.has_payload::<Str>(&*vm.heap)
        && let Some(s) = value.downcast::<Str>(&*vm.heap)
    {
        return Ok(s);
    }
    let found = vm.type_name(value);
    Err(vm.type_error(format!("first argument must be a string, not {found}")))
}

/// Raises what an error of the kernel stands for.
fn json_error(vm: &mut Vm, error: JsonError, document: &Value) -> Raised {
    match error {
        JsonError::OutOfBounds => vm.value_error("end is out of bounds"),
        JsonError::NoValue { at } => {
            let at = vm.heap.int(at as i128);
            vm.error_args(Exc::StopIteration, vec![at])
        }
        JsonError::Decode { message, at } => match decode_error(vm, message, at, document) {
            Ok(exception) => vm.raise_with_context(exception),
            Err(raised) => raised,
        },
    }
}
fn decode_error(vm: &mut Vm, message: &str, at: isize, document: &Value) -> Result<Value> {
    let name = vm.names.__import__.clone();
    let import = vm.builtins.clone().get_str(&*vm, &name).unwrap_or(Value::NONE);
    let text = vm.str("json.decoder");
    vm.call(&import, &[text])?;
    let key = vm.intern("json.decoder");
    let module = vm.modules.clone().get_str(&*vm, &key).unwrap_or(Value::NONE);
    let name = vm.intern("JSONDecodeError");
    let class = vm.get_attr(&module, &name)?;
    let (message, at) = (vm.str(message), vm.heap.int(at as i128));
    vm.call(&class, &[message, document.clone(), at])
}

struct Functions;

#[methods]
impl Functions {
    /// Read a string whose opening quote is just before `end`: the string and the position after it.
    #[sig("(string, end, strict=True, /)")]
    fn scanstring(vm: &mut Vm, string: &Value, end: isize, strict: bool) -> Result<Value> {
        let text = text_argument(vm, string)?;
        let Ok(end) = usize::try_from(end) else { return Err(vm.value_error("end is out of bounds")) };
        let result = json::scan_string(text.view(&*vm.heap), end, strict);
        match result {
            Ok((text, end)) => {
                let (text, end) = (vm.heap.str_buf(text).into_value(), vm.heap.int(end as i128));
                Ok(vm.tuple(vec![text, end]))
            }
            Err(e) => Err(json_error(vm, e, string)),
        }
    }
    /// A string as JSON.
    #[sig("(string, /)")]
    fn encode_basestring(vm: &mut Vm, string: &Value) -> Result<Value> {
        let text = text_argument(vm, string)?;
        let out = json::encode_basestring(text.view(&*vm.heap));
        vm.text_result(Ok(out))
    }
    /// A string as JSON in ASCII.
    #[sig("(string, /)")]
    fn encode_basestring_ascii(vm: &mut Vm, string: &Value) -> Result<Value> {
        let text = text_argument(vm, string)?;
        let out = json::encode_basestring_ascii(text.view(&*vm.heap));
        vm.text_result(Ok(out))
    }
}

/// Reads documents.
#[derive(Traverse)]
struct Scanner {
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}

/// A container being read. Members wait for a hook that wants them as pairs; else they go into the dict at once.
enum Open {
    Array(Vec<Value>),
    Object(Ref<Dict>, Value),
    Pairs(Vec<(Value, Value)>, Value),
}

/// The keys met last, by a hash of their text: objects of a document have the same keys.
struct Keys(Vec<Option<Ref<Str>>>);

impl Keys {
    const SLOTS: usize = 256;

    fn get(&mut self, vm: &mut Vm, key: StrRef<'_>) -> Value {
        let mut hasher = FxHasher::default();
        match key {
            StrRef::One(bytes) => hasher.write(bytes),
            wide => wide.iter().for_each(|c| hasher.write_u32(c)),
        }
        let slot = (hasher.finish() >> 32) as usize % Keys::SLOTS;
        if self.0.is_empty() {
            self.0.resize(Keys::SLOTS, None);
        }
        if let Some(known) = &self.0[slot]
            && known.view(&*vm.heap) == key
        {
            return known.to_value();
        }
        let fresh = vm.heap.str_from(key);
        self.0[slot] = Some(fresh.clone());
        fresh.into_value()
    }
}

struct ScannerMethods;

fn scan(this: &Ref<Scanner>, vm: &mut Vm, document: &Value, start: usize) -> Result<(Value, usize)> {
    let (strict, object_hook, pairs_hook, parse_float, parse_int, parse_constant) = {
        let s = this.get(&*vm.heap);
        (s.strict, s.object_hook.clone(), s.object_pairs_hook.clone(), s.parse_float.clone(), s.parse_int.clone(), s.parse_constant.clone())
    };
    let pinned = PinnedStr::new(text_argument(vm, document)?);
    let view = pinned.view();
    let plain_float = parse_float.is(vm.core_type(id::FLOAT).as_value());
    let plain_int = parse_int.is(vm.core_type(id::INT).as_value());
    let mut scanner = json::Scanner::new(view, start, strict);
    let mut open: Vec<Open> = Vec::new();
    let mut keys = Keys(Vec::new());
    let mut steps = 0usize;
    loop {
        steps += 1;
        if steps & 0xFFF == 0 {
            vm.poll()?;
        }
        let token = match scanner.next_token() {
            Ok(Some(token)) => token,
            Ok(None) => return Err(vm.runtime_error("the scanner ended early")),
            Err(e) => return Err(json_error(vm, e, document)),
        };
        let value = match token {
            Token::ArrayStart | Token::ObjectStart => {
                let (container, what) = match token {
                    Token::ArrayStart => (Open::Array(Vec::new()), "array"),
                    _ if pairs_hook.is_none() => (Open::Object(vm.heap.dict(), Value::NONE), "object"),
                    _ => (Open::Pairs(Vec::new(), Value::NONE), "object"),
                };
                if open.len() >= MAX_DEPTH {
                    let message = format!("maximum recursion depth exceeded while decoding a JSON {what} from a unicode string");
                    return Err(vm.error(Exc::RecursionError, message));
                }
                open.push(container);
                continue;
            }
            Token::Key(key) => {
                let key = match key {
                    Scanned::Plain(range) => keys.get(vm, view.slice(range)),
                    Scanned::Escaped(text) => keys.get(vm, text.as_ref()),
                };
                if let Some(Open::Object(_, slot) | Open::Pairs(_, slot)) = open.last_mut() {
                    *slot = key;
                }
                continue;
            }
            Token::ArrayEnd | Token::ObjectEnd => match open.pop() {
                Some(Open::Array(items)) => vm.list(items),
                Some(Open::Object(dict, _)) if object_hook.is_none() => dict.into_value(),
                Some(Open::Object(dict, _)) => vm.call(&object_hook, &[dict.into_value()])?,
                Some(Open::Pairs(pairs, _)) => {
                    let items = pairs.into_iter().map(|(k, v)| vm.tuple(vec![k, v])).collect();
                    let items = vm.list(items);
                    vm.call(&pairs_hook, &[items])?
                }
                None => Value::NONE,
            },
            Token::Str(Scanned::Plain(range)) => vm.heap.str_from(view.slice(range)).into_value(),
            Token::Str(Scanned::Escaped(text)) => vm.heap.str_buf(text).into_value(),
            Token::True => Value::bool(true),
            Token::False => Value::bool(false),
            Token::Null => Value::NONE,
            Token::Constant(name) => {
                let name = vm.str(name);
                vm.call(&parse_constant, &[name])?
            }
            Token::Int(range) if plain_int => {
                let max_digits = vm.config.int_max_str_digits;
                match krait_text::int_text::parse_int(view.slice(range), 10, max_digits) {
                    Ok(krait_text::Int::Small(n)) => vm.heap.int(n.into()),
                    Ok(n) => vm.heap.big_int(n.into_ibig()),
                    Err(e) => return Err(vm.text_error(e)),
                }
            }
            Token::Float(range) if plain_float => match krait_text::float_text::parse_float(view.slice(range)) {
                Ok(x) => Value::float(x),
                Err(e) => return Err(vm.text_error(e)),
            },
            Token::Int(range) => {
                let digits = vm.heap.str_from(view.slice(range)).into_value();
                vm.call(&parse_int, &[digits])?
            }
            Token::Float(range) => {
                let digits = vm.heap.str_from(view.slice(range)).into_value();
                vm.call(&parse_float, &[digits])?
            }
        };
        match open.last_mut() {
            None => return Ok((value, scanner.position())),
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Object(dict, key)) => {
                let (dict, key) = (dict.clone(), std::mem::replace(key, Value::NONE));
                dict.set_item(vm, key, value)?;
            }
            Some(Open::Pairs(pairs, key)) => pairs.push((key.clone(), value)),
        }
    }
}

#[methods]
impl ScannerMethods {
    /// A scanner with the settings of a `JSONDecoder`.
    #[sig("(context)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, context: &Value) -> Result<Value> {
        let mut get = |name: &str| {
            let name = vm.intern(name);
            vm.get_attr(context, &name)
        };
        let strict = get("strict")?;
        let (object_hook, object_pairs_hook) = (get("object_hook")?, get("object_pairs_hook")?);
        let (parse_float, parse_int, parse_constant) = (get("parse_float")?, get("parse_int")?, get("parse_constant")?);
        let strict = vm.truth(&strict)?;
        let type_id = cls.id(&vm.heap);
        let scanner = Scanner { strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant };
        Ok(vm.heap.alloc_typed(type_id, scanner).into_value())
    }
    #[sig("(string, idx)")]
    fn __call__(this: &Ref<Scanner>, vm: &mut Vm, string: &Value, idx: isize) -> Result<Value> {
        text_argument(vm, string)?;
        let Ok(start) = usize::try_from(idx) else { return Err(vm.value_error("idx cannot be negative")) };
        let (value, end) = scan(this, vm, string, start)?;
        let end = vm.heap.int(end as i128);
        Ok(vm.tuple(vec![value, end]))
    }
    #[getter]
    fn strict(this: &Ref<Scanner>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).strict)
    }
    #[getter]
    fn object_hook(this: &Ref<Scanner>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).object_hook.clone())
    }
    #[getter]
    fn object_pairs_hook(this: &Ref<Scanner>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).object_pairs_hook.clone())
    }
    #[getter]
    fn parse_float(this: &Ref<Scanner>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).parse_float.clone())
    }
    #[getter]
    fn parse_int(this: &Ref<Scanner>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).parse_int.clone())
    }
    #[getter]
    fn parse_constant(this: &Ref<Scanner>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).parse_constant.clone())
    }
}

/// Which of the module's own functions encodes strings.
#[derive(Clone, Copy, PartialEq)]
enum Fast {
    Ascii,
    Unicode,
    No,
}

/// Writes documents.
#[derive(Traverse)]
struct Encoder {
    markers: Value,
    default: Value,
    encoder: Value,
    indent: Value,
    key_separator: Ref<Str>,
    item_separator: Ref<Str>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    #[traverse(skip)]
    fast: Fast,
}

/// One call of an encoder.
struct Writing {
    out: StrBuilder,
    /// Containers being written, to find cycles; `None` does not look.
    open: Option<FxHashSet<u64>>,
    default: Value,
    encoder: Value,
    indent: Option<StrBuf>,
    key_separator: StrBuf,
    item_separator: StrBuf,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    fast: Fast,
}

impl Writing {
    fn string(&mut self, vm: &mut Vm, s: &Ref<Str>) -> Result<()> {
        match self.fast {
            Fast::Ascii => json::push_basestring_ascii(&mut self.out, s.view(&*vm.heap)),
            Fast::Unicode => json::push_basestring(&mut self.out, s.view(&*vm.heap)),
            Fast::No => {
                let v = vm.call(&self.encoder, &[s.to_value()])?;
                match v.downcast::<Str>(&*vm.heap) {
                    Some(text) => self.out.push_ref(text.view(&*vm.heap)),
                    None => {
                        let found = vm.type_name(&v);
                        return Err(vm.type_error(format!("encoder() must return a string, not {found}")));
                    }
                }
            }
        }
        Ok(())
    }
    fn float(&mut self, vm: &mut Vm, value: &Value, x: f64) -> Result<String> {
        match json::encode_float(x, self.allow_nan) {
            Some(text) => Ok(text),
            None => {
                let shown = vm.repr_text(value)?;
                Err(vm.value_error(format!("Out of range float values are not JSON compliant: {shown}")))
            }
        }
    }
    fn int(vm: &mut Vm, value: &Value) -> Result<String> {
        if let Some(n) = value.as_small_int() {
            return Ok(n.to_string());
        }
        let big = value.as_int(&*vm.heap).map(|n| n.to_big()).unwrap_or_default();
        let max_digits = vm.config.int_max_str_digits;
        krait_text::int_text::int_to_decimal(&big, max_digits).map_err(|e| vm.text_error(e))
    }
    fn word(value: &Value) -> Option<&'static str> {
        match value {
            v if v.is_none() => Some("null"),
            v if v.is_bool() => Some(if v.is_true() { "true" } else { "false" }),
            _ => None,
        }
    }
    fn newline(&mut self, level: usize) {
        if let Some(indent) = &self.indent {
            self.out.push(10);
            for _ in 0..level {
                self.out.push_ref(indent.as_ref());
            }
        }
    }
    fn enter(&mut self, vm: &mut Vm, value: &Value) -> Result<()> {
        if let Some(open) = &mut self.open
            && !open.insert(value.identity())
        {
            return Err(vm.value_error("Circular reference detected"));
        }
        Ok(())
    }
    fn leave(&mut self, value: &Value) {
        if let Some(open) = &mut self.open {
            open.remove(&value.identity());
        }
    }
    fn value(&mut self, vm: &mut Vm, value: &Value, level: usize) -> Result<()> {
        if let Some(n) = value.as_small_int() {
            self.out.push_int(n);
        } else if let Some(x) = value.as_float().filter(|x| x.is_finite()) {
            krait_text::float_text::push_repr(&mut self.out, x);
        } else if let Some(word) = Writing::word(value) {
            self.out.push_latin1(word.as_bytes());
        } else if let Some(s) = value.downcast::<Str>(&*vm.heap) {
            return self.string(vm, &s.clone());
        } else if value.is_int(&*vm.heap) {
            let text = Writing::int(vm, value)?;
            self.out.push_str(&text);
        } else if let Some(x) = value.as_any_float(&*vm.heap) {
            let text = self.float(vm, value, x)?;
            self.out.push_str(&text);
        } else {
            vm.check_native_depth(" while encoding a JSON object")?;
            if level >= MAX_DEPTH {
                return Err(vm.recursion_error(" while encoding a JSON object"));
            }
            let room = vm.heap.check_room(self.out.len());
            vm.memory(room)?;
            vm.thread.native_depth += 1;
            let result = self.compound(vm, value, level);
            vm.thread.native_depth -= 1;
            return result;
        }
        Ok(())
    }
    fn compound(&mut self, vm: &mut Vm, value: &Value, level: usize) -> Result<()> {
        if value.has_payload::<List>(&*vm.heap) || value.has_payload::<Tuple>(&*vm.heap) {
            return self.array(vm, value, level);
        }
        if value.has_payload::<Dict>(&*vm.heap) {
            return self.dict(vm, value, level);
        }
        self.enter(vm, value)?;
        let replaced = vm.call(&self.default.clone(), std::slice::from_ref(value))?;
        let result = self.value(vm, &replaced, level);
        if result.is_err() {
            let name = type_name(vm, value);
            note(vm, format!("when serializing {name} object"));
            return result;
        }
        self.leave(value);
        Ok(())
    }
    fn array(&mut self, vm: &mut Vm, value: &Value, level: usize) -> Result<()> {
        let items = vm.collect(value)?;
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.enter(vm, value)?;
        self.out.push(b'['.into());
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_ref(self.item_separator.as_ref());
            }
            self.newline(level + 1);
            if self.value(vm, item, level + 1).is_err() {
                let name = type_name(vm, value);
                note(vm, format!("when serializing {name} item {i}"));
                return Err(Raised);
            }
        }
        self.newline(level);
        self.out.push(b']'.into());
        self.leave(value);
        Ok(())
    }
    fn dict(&mut self, vm: &mut Vm, value: &Value, level: usize) -> Result<()> {
        if vm.len(value)? == 0 {
            self.out.push_str("{}");
            return Ok(());
        }
        self.enter(vm, value)?;
        let items = if let Some(dict) = value.downcast_exact::<Dict>().filter(|_| !self.sort_keys) {
            dict.items(&*vm.heap)
        } else {
            let items = vm.call_method(value, "items", &[])?;
            let items = vm.collect(&items)?;
            let list = vm.list(items);
            if self.sort_keys {
                vm.call_method(&list, "sort", &[])?;
            }
            let mut pairs = Vec::new();
            for pair in vm.collect(&list)? {
                match pair.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap)) {
                    Some([k, v]) => pairs.push((k.clone(), v.clone())),
                    _ => return Err(vm.value_error("items must return 2-tuples")),
                }
            }
            pairs
        };
        self.out.push(b'{'.into());
        let mut first = true;
        for (key, item) in items {
            let text = if let Some(s) = key.downcast::<Str>(&*vm.heap) {
                s.clone()
            } else if let Some(x) = key.as_any_float(&*vm.heap) {
                let text = self.float(vm, &key, x)?;
                vm.heap.str(&text)
            } else if let Some(word) = Writing::word(&key) {
                vm.heap.str(word)
            } else if key.is_int(&*vm.heap) {
                let text = Writing::int(vm, &key)?;
                vm.heap.str(&text)
            } else if self.skipkeys {
                continue;
            } else {
                let found = vm.type_name(&key);
                return Err(vm.type_error(format!("keys must be str, int, float, bool or None, not {found}")));
            };
            if !first {
                self.out.push_ref(self.item_separator.as_ref());
            }
            first = false;
            self.newline(level + 1);
            self.string(vm, &text)?;
            self.out.push_ref(self.key_separator.as_ref());
            if self.value(vm, &item, level + 1).is_err() {
                let exception = vm.take_pending();
                let (name, shown) = (type_name(vm, value), vm.repr_text(&key).unwrap_or_default());
                vm.raise(exception);
                note(vm, format!("when serializing {name} item {shown}"));
                return Err(Raised);
            }
        }
        self.newline(level);
        self.out.push(b'}'.into());
        self.leave(value);
        Ok(())
    }
}

fn type_name(vm: &mut Vm, value: &Value) -> String {
    let ty = vm.type_of(value);
    vm.full_type_name(&ty)
}

/// Adds a note to the pending exception: where in the document it happened.
fn note(vm: &mut Vm, text: String) {
    let exception = vm.take_pending();
    let text = vm.str(&text);
    if vm.call_method(&exception, "add_note", &[text]).is_err() {
        drop(vm.take_pending());
    }
    vm.raise(exception);
}

struct EncoderMethods;

#[methods]
impl EncoderMethods {
    /// An encoder with the settings of a `JSONEncoder`.
    #[sig("(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)")]
    fn __new__(
        cls: &Ref<Type>,
        vm: &mut Vm,
        markers: &Value,
        default: &Value,
        encoder: &Value,
        indent: &Value,
        key_separator: &Value,
        item_separator: &Value,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> Result<Value> {
        let mut text = |v: &Value, i: usize| match v.downcast::<Str>(&*vm.heap) {
            Some(s) => Ok(s.clone()),
            None => {
                let found = vm.type_name_or_none(v);
                Err(vm.type_error(format!("make_encoder() argument {i} must be str, not {found}")))
            }
        };
        let (key_separator, item_separator) = (text(key_separator, 5)?, text(item_separator, 6)?);
        if !markers.is_none() && !markers.has_payload::<Dict>(&*vm.heap) {
            let found = vm.type_name(markers);
            return Err(vm.type_error(format!("make_encoder() argument 1 must be dict or None, not {found}")));
        }
        let fast = match encoder.downcast::<BuiltinFn>(&*vm.heap).map(|f| f.get(&*vm.heap).def.name) {
            Some("encode_basestring_ascii") => Fast::Ascii,
            Some("encode_basestring") => Fast::Unicode,
            _ => Fast::No,
        };
        let made = Encoder {
            markers: markers.clone(),
            default: default.clone(),
            encoder: encoder.clone(),
            indent: indent.clone(),
            key_separator,
            item_separator,
            sort_keys,
            skipkeys,
            allow_nan,
            fast,
        };
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, made).into_value())
    }
    #[sig("(obj, _current_indent_level)")]
    fn __call__(this: &Ref<Encoder>, vm: &mut Vm, obj: &Value, level: isize) -> Result<Value> {
        let mut writing = {
            let e = this.get(&*vm.heap);
            let copy = |s: StrRef<'_>| s.to_buf();
            Writing {
                out: StrBuilder::new(),
                open: (!e.markers.is_none()).then(FxHashSet::default),
                default: e.default.clone(),
                encoder: e.encoder.clone(),
                indent: e.indent.downcast::<Str>(&*vm.heap).map(|s| copy(s.view(&*vm.heap))),
                key_separator: copy(e.key_separator.view(&*vm.heap)),
                item_separator: copy(e.item_separator.view(&*vm.heap)),
                sort_keys: e.sort_keys,
                skipkeys: e.skipkeys,
                allow_nan: e.allow_nan,
                fast: e.fast,
            }
        };
        writing.value(vm, obj, level.max(0) as usize)?;
        let text = vm.text_result(Ok(writing.out.finish()))?;
        Ok(vm.tuple(vec![text]))
    }
    #[getter]
    fn markers(this: &Ref<Encoder>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).markers.clone())
    }
    #[getter]
    fn default(this: &Ref<Encoder>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).default.clone())
    }
    #[getter]
    fn encoder(this: &Ref<Encoder>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).encoder.clone())
    }
    #[getter]
    fn indent(this: &Ref<Encoder>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).indent.clone())
    }
    #[getter]
    fn key_separator(this: &Ref<Encoder>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).key_separator.to_value())
    }
    #[getter]
    fn item_separator(this: &Ref<Encoder>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).item_separator.to_value())
    }
    #[getter]
    fn sort_keys(this: &Ref<Encoder>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).sort_keys)
    }
    #[getter]
    fn skipkeys(this: &Ref<Encoder>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).skipkeys)
    }
}
