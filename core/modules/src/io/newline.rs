//! Universal newlines: the modes of text streams and `IncrementalNewlineDecoder`.

use super::int;
use krait_text::StrBuf;
use krait_vm::args::Methods;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

/// The `newline` argument of text streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Newlines {
    /// None: every ending is read as `\n`; `\n` is written as the system's.
    Universal,
    /// `''`: every ending ends a line, none is changed.
    Untranslated,
    Lf,
    Cr,
    CrLf,
}

pub const SEEN_CR: u8 = 1;
pub const SEEN_LF: u8 = 2;
pub const SEEN_CRLF: u8 = 4;
const CR: u32 = 13;
const LF: u32 = 10;

impl Newlines {
    pub fn parse(vm: &mut Vm, value: &Value) -> Result<Newlines> {
        if value.is_none() {
            return Ok(Newlines::Universal);
        }
        let Some(s) = value.downcast::<Str>(&*vm.heap) else {
            let found = vm.type_name(value);
            return Err(vm.type_error(format!("newline must be str or None, not {found}")));
        };
        match s.get(&*vm.heap).to_string_lossy().as_str() {
            "" => Ok(Newlines::Untranslated),
            "\n" => Ok(Newlines::Lf),
            "\r" => Ok(Newlines::Cr),
            "\r\n" => Ok(Newlines::CrLf),
            _ => {
                let shown = vm.repr_text(value)?;
                Err(vm.value_error(format!("illegal newline value: {shown}")))
            }
        }
    }
    pub fn text(self) -> Option<&'static str> {
        match self {
            Newlines::Universal => None,
            Newlines::Untranslated => Some(""),
            Newlines::Lf => Some("\n"),
            Newlines::Cr => Some("\r"),
            Newlines::CrLf => Some("\r\n"),
        }
    }
    /// Whether reading looks at every kind of ending.
    pub fn translate_reads(self) -> bool {
        matches!(self, Newlines::Universal | Newlines::Untranslated)
    }
    /// What `\n` becomes when written.
    pub fn translate_write(self, chars: Vec<u32>) -> Vec<u32> {
        match self {
            Newlines::Cr => chars.into_iter().map(|c| if c == LF { CR } else { c }).collect(),
            Newlines::CrLf => chars.into_iter().flat_map(|c| if c == LF { vec![CR, LF] } else { vec![c] }).collect(),
            _ => chars,
        }
    }
    /// Characters up to and including the first line ending, if there is one.
    pub fn line_end(self, chars: impl Iterator<Item = u32> + Clone) -> Option<usize> {
        match self {
            Newlines::Universal | Newlines::Lf => chars.clone().position(|c| c == LF).map(|i| i + 1),
            Newlines::Cr => chars.clone().position(|c| c == CR).map(|i| i + 1),
            Newlines::CrLf => {
                let mut before = 0;
                for (i, c) in chars.enumerate() {
                    if c == LF && before == CR {
                        return Some(i + 1);
                    }
                    before = c;
                }
                None
            }
            Newlines::Untranslated => {
                let mut chars = chars.enumerate().peekable();
                while let Some((i, c)) = chars.next() {
                    if c == LF {
                        return Some(i + 1);
                    }
                    if c == CR {
                        return Some(if chars.peek().is_some_and(|(_, n)| *n == LF) { i + 2 } else { i + 1 });
                    }
                }
                None
            }
        }
    }
}

/// Notes the endings in `chars` and, when `translate`, turns them into `\n`. A final `\r` waits in `pending_cr` unless
/// this is the end.
pub fn translate_universal(chars: &[u32], pending_cr: &mut bool, seen: &mut u8, translate: bool, last: bool) -> Vec<u32> {
    let mut input = Vec::with_capacity(chars.len() + 1);
    if *pending_cr && !(chars.is_empty() && !last) {
        input.push(CR);
        *pending_cr = false;
    }
    input.extend_from_slice(chars);
    if input.last() == Some(&CR) && !last {
        input.pop();
        *pending_cr = true;
    }
    let mut out = Vec::with_capacity(input.len());
    let mut i = 0;
    while i < input.len() {
        let c = input[i];
        i += 1;
        if c == LF {
            *seen |= SEEN_LF;
            out.push(c);
        } else if c == CR {
            let pair = input.get(i) == Some(&LF);
            *seen |= if pair { SEEN_CRLF } else { SEEN_CR };
            if pair {
                i += 1;
            }
            match (translate, pair) {
                (true, _) => out.push(LF),
                (false, true) => out.extend([CR, LF]),
                (false, false) => out.push(CR),
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// `newlines`: None, one ending, or a tuple of those seen.
pub fn seen_value(vm: &mut Vm, seen: u8) -> Value {
    let mut items = Vec::new();
    for (bit, text) in [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")] {
        if seen & bit != 0 {
            items.push(vm.str(text));
        }
    }
    match items.len() {
        0 => Value::NONE,
        1 => items.swap_remove(0),
        _ => vm.tuple(items),
    }
}

/// The payload of `IncrementalNewlineDecoder`.
#[derive(Traverse)]
pub struct NewlineDecoder {
    decoder: Value,
    translate: bool,
    pending_cr: bool,
    seen: u8,
}

#[methods]
impl NewlineDecoder {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, NewlineDecoder { decoder: Value::NONE, translate: false, pending_cr: false, seen: 0 }).into_value())
    }
    #[sig("(decoder, translate, errors='strict')")]
    fn __init__(this: &Ref<NewlineDecoder>, vm: &mut Vm, decoder: Value, translate: bool, _errors: Option<Value>) -> Result<()> {
        let d = this.get_mut(&mut *vm.heap);
        let old = std::mem::replace(&mut d.decoder, decoder);
        d.translate = translate;
        drop(old);
        Ok(())
    }
    #[sig("(input, final=False)")]
    fn decode(this: &Ref<NewlineDecoder>, vm: &mut Vm, input: Value, r#final: bool) -> Result<Value> {
        let decoder = this.get(&*vm.heap).decoder.clone();
        let text = if decoder.is_none() { input } else { vm.call_method(&decoder, "decode", &[input, Value::bool(r#final)])? };
        let Some(s) = text.downcast::<Str>(&*vm.heap) else {
            let found = vm.type_name(&text);
            return Err(vm.type_error(format!("decoder should return a string result, not '{found}'")));
        };
        let chars: Vec<u32> = s.view(&*vm.heap).iter().collect();
        let d = this.get_mut(&mut *vm.heap);
        let (mut cr, mut seen) = (d.pending_cr, d.seen);
        let out = translate_universal(&chars, &mut cr, &mut seen, d.translate, r#final);
        d.pending_cr = cr;
        d.seen = seen;
        Ok(vm.heap.str_buf(StrBuf::from_chars(out)).into_value())
    }
    #[sig("()")]
    fn getstate(this: &Ref<NewlineDecoder>, vm: &mut Vm) -> Result<Value> {
        let (decoder, cr) = { let d = this.get(&*vm.heap); (d.decoder.clone(), d.pending_cr) };
        let (buffer, flag) = if decoder.is_none() {
            (vm.heap.bytes(b"").into_value(), 0)
        } else {
            let state = vm.call_method(&decoder, "getstate", &[])?;
            let parts = vm.collect(&state)?;
            let [buffer, flag] = &parts[..] else { return Err(vm.type_error("illegal decoder state")) };
            (buffer.clone(), vm.index_i64(flag, "long")?)
        };
        Ok(vm.tuple(vec![buffer, int(flag << 1 | i64::from(cr))]))
    }
    #[sig("(state, /)")]
    fn setstate(this: &Ref<NewlineDecoder>, vm: &mut Vm, state: Value) -> Result<()> {
        let parts = vm.collect(&state)?;
        let [buffer, flag] = &parts[..] else { return Err(vm.type_error("state argument must be a tuple")) };
        let flag = vm.index_i64(flag, "long")?;
        let decoder = {
            let d = this.get_mut(&mut *vm.heap);
            d.pending_cr = flag & 1 != 0;
            d.decoder.clone()
        };
        if decoder.is_none() {
            return Ok(());
        }
        let state = vm.tuple(vec![buffer.clone(), int(flag >> 1)]);
        vm.call_method(&decoder, "setstate", &[state]).map(drop)
    }
    #[sig("()")]
    fn reset(this: &Ref<NewlineDecoder>, vm: &mut Vm) -> Result<()> {
        let d = this.get_mut(&mut *vm.heap);
        d.pending_cr = false;
        d.seen = 0;
        let decoder = d.decoder.clone();
        if decoder.is_none() { Ok(()) } else { vm.call_method(&decoder, "reset", &[]).map(drop) }
    }
    #[getter]
    fn newlines(this: &Ref<NewlineDecoder>, vm: &mut Vm) -> Result<Value> {
        let seen = this.get(&*vm.heap).seen;
        Ok(seen_value(vm, seen))
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let t = vm.define_type::<NewlineDecoder>(None, &TypeSpec {
        name: "_io.IncrementalNewlineDecoder",
        doc: "Codec used when reading a file in universal newlines mode.",
        flags: flags::BASETYPE,
        dict: false,
        methods: NewlineDecoder::METHODS,
    });
    vm.module_set(module, "IncrementalNewlineDecoder", t.into_value());
    Ok(())
}
