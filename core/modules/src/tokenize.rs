//! The `_tokenize` module: an iterator over the tokens of lines, for the library's `tokenize`.
//!
//! The compiler tokenizes whole texts, so the first token reads all lines.

use krait_compiler::tokens::{self, TokenInfo, number};
use krait_compiler::{CompileError, ErrorKind};
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Raised, Ref, Result, Type, Value, Vm, methods};

#[derive(krait_vm::Traverse)]
struct TokenizerIter {
    readline: Value,
    encoding: Option<Value>,
    /// Comments and blank lines too, and every operator is an OP.
    extra: bool,
    #[traverse(skip)]
    state: Option<Box<Listing>>,
}

/// What the lines hold.
struct Listing {
    text: String,
    tokens: std::vec::IntoIter<TokenInfo>,
    error: Option<CompileError>,
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let methods = <IterMethods as krait_vm::args::Methods>::METHODS;
    let spec = TypeSpec { name: "_tokenize.TokenizerIter", doc: "", flags: krait_vm::heap::flags::BASETYPE, dict: false, methods };
    let class = vm.define_type::<TokenizerIter>(None, &spec);
    vm.module_set(module, "TokenizerIter", class.into_value());
    Ok(())
}

struct IterMethods;

#[methods]
impl IterMethods {
    #[sig("(readline, /, *, encoding=None, extra_tokens)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, readline: Value, encoding: Option<Value>, extra_tokens: bool) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        let made = TokenizerIter { readline, encoding, extra: extra_tokens, state: None };
        Ok(vm.heap.alloc_typed(type_id, made).into_value())
    }
    #[sig("()")]
    fn __iter__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __next__(this: &Ref<TokenizerIter>, vm: &mut Vm) -> Result<Value> {
        if this.get(&*vm).state.is_none() {
            let text = read_all(vm, this)?;
            let (tokens, error) = tokens::tokenize(&text);
            this.get_mut(vm).state = Some(Box::new(Listing { text, tokens: tokens.into_iter(), error }));
        }
        next_token(vm, this)
    }
}

/// Calls `readline` until there are no more lines.
fn read_all(vm: &mut Vm, this: &Ref<TokenizerIter>) -> Result<String> {
    let (readline, encoding) = { let t = this.get(&*vm); (t.readline.clone(), t.encoding.clone()) };
    let encoding = match encoding {
        Some(e) => Some(vm.to_text(&e)?),
        None => None,
    };
    let mut text = String::new();
    loop {
        let line = match vm.call(&readline, &[]) {
            Ok(line) => line,
            Err(Raised) if vm.pending_is(Exc::StopIteration) => {
                vm.take_pending();
                return Ok(text);
            }
            Err(Raised) => return Err(Raised),
        };
        let line = match (&encoding, line.downcast::<Bytes>(&vm.heap)) {
            (Some(encoding), Some(bytes)) => {
                let bytes = bytes.get(&vm.heap).data.to_vec();
                vm.decode(&bytes, Some(encoding), Some("replace"))?.into_value()
            }
            (Some(_), None) => return Err(vm.type_error("readline() returned a non-bytes object")),
            (None, _) if line.has_payload::<Str>(&vm.heap) => line,
            (None, _) => return Err(vm.type_error("readline() returned a non-string object")),
        };
        let line = vm.to_text(&line)?;
        if line.is_empty() {
            return Ok(text);
        }
        text.push_str(&line);
    }
}

fn next_token(vm: &mut Vm, this: &Ref<TokenizerIter>) -> Result<Value> {
    let extra = this.get(&*vm).extra;
    let (token, line) = loop {
        let Some(state) = this.get_mut(vm).state.as_deref_mut() else { return Err(vm.stop_iteration()) };
        let Some(token) = state.tokens.next() else {
            return match state.error.take() {
                Some(error) => Err(raise(vm, error)),
                None => Err(vm.stop_iteration()),
            };
        };
        if extra || !matches!(token.kind, number::COMMENT | number::NL) {
            let line = state.text.get(token.line.0..token.line.1).unwrap_or("").to_owned();
            break (token, line);
        }
    };
    let kind = if extra || token.kind != number::OP { token.kind } else { tokens::exact(&token.text) };
    let place = |vm: &mut Vm, (line, column): (i32, i32)| vm.tuple(vec![Value::int32(line), Value::int32(column)]);
    let (start, end) = (place(vm, token.start), place(vm, token.end));
    let (text, line) = (vm.str(&token.text), vm.str(&line));
    Ok(vm.tuple(vec![Value::int32(kind as i32), text, start, end, line]))
}

fn raise(vm: &mut Vm, error: CompileError) -> Raised {
    let kind = match error.kind {
        ErrorKind::IndentationError => Exc::IndentationError,
        ErrorKind::TabError => Exc::TabError,
        _ => Exc::SyntaxError,
    };
    let message = vm.str(&error.message);
    let number = |n: i32| if n < 0 { Value::NONE } else { Value::int32(n) };
    let exception = match error.text {
        Some(text) => {
            let (file, text) = (vm.str("<string>"), vm.str(&text));
            let details = vec![file, number(error.line), number(error.offset), text, number(error.end_line), number(error.end_offset)];
            let details = vm.tuple(details);
            let class = vm.exc.get(kind).to_value();
            match vm.call(&class, &[message, details]) {
                Ok(exception) => exception,
                Err(e) => return e,
            }
        }
        None => {
            let exception = vm.new_exception(kind, vec![message]);
            let file = vm.str("<string>");
            for (name, value) in [("filename", file), ("lineno", number(error.line)), ("offset", number(error.offset)), ("end_lineno", number(error.line))] {
                let name = vm.intern(name);
                if vm.set_attr(&exception, &name, Some(value)).is_err() {
                    return Raised;
                }
            }
            exception
        }
    };
    vm.raise_with_context(exception)
}
