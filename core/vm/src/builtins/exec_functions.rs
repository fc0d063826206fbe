//! Builtin functions that run code: exec, eval, compile, globals, locals, input, breakpoint.

use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::builtins::function::Cell;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result, Special, methods};
use krait_compiler::error::Place;
use krait_compiler::source::Decoded;
use krait_compiler::{CompileError, ErrorKind, Mode, Options};

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.builtins_functions::<Functions>();
    let name = vm.intern("print");
    if vm.builtins.get_str(&*vm, &name).is_none() {
        vm.builtins_functions::<PlainPrint>();
    }
}

/// `print` straight to the host, while nothing better is there.
struct PlainPrint;

#[methods]
impl PlainPrint {
    #[sig("(*args, **kwargs)")]
    fn print(vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<()> {
        let (mut sep, mut end, mut file, mut flush) = (Value::NONE, Value::NONE, Value::NONE, false);
        for (k, v) in &kwargs.items {
            match vm.to_text(k)?.as_str() {
                "sep" => sep = (*v).clone(),
                "end" => end = (*v).clone(),
                "file" => file = (*v).clone(),
                "flush" => flush = vm.truth(v)?,
                other => return Err(vm.unknown_keyword("print", other, &["sep", "end", "file", "flush"])),
            }
        }
        for (v, name) in [(&sep, "sep"), (&end, "end")] {
            if !v.is_none() && !v.has_payload::<crate::builtins::str::Str>(&*vm.heap) {
                let found = vm.type_name(v);
                return Err(vm.type_error(format!("{name} must be None or a string, not {found}")));
            }
        }
        if file.is_none() {
            let key = vm.names.stdout.clone();
            match vm.sys.get_str(&*vm.heap, &key) {
                // A program without a console: nothing is printed.
                Some(out) if out.is_none() => return Ok(()),
                Some(out) => file = out,
                None => {}
            }
        }
        if !flush
            && args.len() <= 64
            && vm.writes_plainly(&file)
            && let Some(text) = vm.printed(args, &sep, &end)?
        {
            let write = vm.names.write.clone();
            let write = vm.get_attr(&file, &write)?;
            return vm.call(&write, &[text]).map(drop);
        }
        let sep = if sep.is_none() { vm.str(" ") } else { sep };
        let end = if end.is_none() { vm.str("\n") } else { end };
        let put = |vm: &mut Vm, text: Value| -> Result<()> {
            if file.is_none() {
                let text = vm.to_text(&text)?;
                vm.host.write(crate::host::Stream::Stdout, text.as_bytes());
                return Ok(());
            }
            vm.call_method(&file, "write", &[text]).map(drop)
        };
        for (i, v) in args.iter().enumerate() {
            if i > 0 {
                put(vm, sep.clone())?;
            }
            let text = vm.to_str(v)?.into_value();
            put(vm, text)?;
        }
        put(vm, end)?;
        if flush && !file.is_none() {
            vm.call_method(&file, "flush", &[])?;
        }
        Ok(())
    }
}

impl Vm {
    /// Whether a file is one of the library's own text streams, so that one write is as good as several.
    fn writes_plainly(&mut self, file: &Value) -> bool {
        let type_id = file.type_id();
        let info = self.heap.info(type_id);
        if !file.is_heap() || info.flags & crate::heap::flags::HEAP_TYPE != 0 || info.type_object == 0 {
            return false;
        }
        let name = self.heap.type_of(file).get(&*self.heap).full_name;
        let write = self.names.write.clone();
        matches!(name, Some("_io.TextIOWrapper" | "_io.StringIO"))
            && self.heap.instance_attribute(file, &write).is_none()
    }
    /// What `print` writes, if that is short ASCII text of exact strings and numbers.
    fn printed(&mut self, args: &[Value], sep: &Value, end: &Value) -> Result<Option<Value>> {
        let mut text = self.text_builder();
        for (i, v) in args.iter().enumerate() {
            if i > 0 && (if sep.is_none() { text.push(b' '.into()); false } else { !self.push_plain(&mut text, sep) }) {
                return Ok(None);
            }
            if !self.push_plain(&mut text, v) {
                return Ok(None);
            }
        }
        if end.is_none() {
            text.push(b'\n'.into());
        } else if !self.push_plain(&mut text, end) {
            return Ok(None);
        }
        if text.len() > 4096 || !text.as_ref().is_ascii() {
            return Ok(None);
        }
        self.finish_text(text).map(Some)
    }
}

/// Flags of `compile()`.
mod flag {
    pub const DONT_IMPLY_DEDENT: i64 = 0x200;
    pub const ONLY_AST: i64 = 0x400;
    pub const TYPE_COMMENTS: i64 = 0x1000;
    pub const TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ALLOW_INCOMPLETE: i64 = 0x4000;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
    /// Future features: `co_flags` bits.
    pub const FUTURE: i64 = 0x1FF0000 | 0x10;
    pub const ALL: i64 = DONT_IMPLY_DEDENT | OPTIMIZED_AST | TYPE_COMMENTS | TOP_LEVEL_AWAIT | ALLOW_INCOMPLETE | 0x100 | FUTURE;
}

struct Functions;

#[methods]
impl Functions {
    /// Execute the given source in the context of globals and locals.
    #[sig("(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(vm: &mut Vm, source: &Value, globals: Option<Value>, locals: Option<Value>, closure: Option<Value>) -> Result<()> {
        let (globals, locals) = vm.namespaces("exec", globals, locals)?;
        let code = match source.downcast::<CodeObject>(&vm.heap).cloned() {
            Some(code) => {
                vm.check_closure(&code, closure.as_ref())?;
                code
            }
            None => {
                if closure.is_some() {
                    return Err(vm.type_error("closure argument can only be used when source is a code object"));
                }
                vm.compile_dynamic("exec", source, Mode::Exec)?
            }
        };
        vm.run_code_with(&code, globals, locals, closure).map(drop)
    }
    /// Evaluate the given source in the context of globals and locals.
    #[sig("(source, /, globals=None, locals=None)")]
    fn eval(vm: &mut Vm, source: &Value, globals: Option<Value>, locals: Option<Value>) -> Result<Value> {
        let (globals, locals) = vm.namespaces("eval", globals, locals)?;
        let code = match source.downcast::<CodeObject>(&vm.heap).cloned() {
            Some(code) => {
                vm.load_body(&code)?;
                if !code.get(&*vm).freevars.is_empty() {
                    return Err(vm.type_error("code object passed to eval() may not contain free variables"));
                }
                code
            }
            None => vm.compile_dynamic("eval", source, Mode::Eval)?,
        };
        vm.run_code_with(&code, globals, locals, None)
    }
    /// Compile source into a code object that can be executed by exec() or eval().
    #[sig("(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)")]
    fn compile(vm: &mut Vm, source: &Value, filename: &Value, mode: String, flags: i64, dont_inherit: bool, optimize: i64, _feature_version: i64) -> Result<Value> {
        let filename = vm.file_name(filename)?;
        if flags & !flag::ALL != 0 {
            return Err(vm.value_error("compile(): unrecognised flags"));
        }
        if !(-1..=2).contains(&optimize) {
            return Err(vm.value_error("compile(): invalid optimize value"));
        }
        let mut options = Options {
            optimize: if optimize < 0 { vm.config.optimize } else { optimize as u8 },
            future: (flags & flag::FUTURE & !0x10) as u32,
            top_level_await: flags & flag::TOP_LEVEL_AWAIT != 0,
            allow_incomplete: flags & flag::ALLOW_INCOMPLETE != 0,
            dont_imply_dedent: flags & flag::DONT_IMPLY_DEDENT != 0,
            type_comments: flags & flag::TYPE_COMMENTS != 0,
            max_int_digits: vm.config.int_max_str_digits,
            feature_version: if flags & flag::ONLY_AST != 0 { u8::try_from(_feature_version).unwrap_or(14) } else { 14 },
            last_value: false,
        };
        if !dont_inherit {
            options.future |= vm.inherited_future();
        }
        let mode = match mode.as_str() {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            "func_type" if flags & flag::ONLY_AST != 0 => Mode::FuncType,
            "func_type" => return Err(vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST")),
            _ if flags & flag::ONLY_AST != 0 => return Err(vm.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'")),
            _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
        };
        if let Some(hooks) = vm.state::<AstHooks>().0 {
            let optimized = flags & flag::OPTIMIZED_AST == flag::OPTIMIZED_AST;
            if (hooks.is_node)(vm, source)? {
                let only_tree = (flags & flag::ONLY_AST != 0).then_some(optimized);
                return (hooks.compile)(vm, source, &filename, mode, &options, only_tree);
            }
            if flags & flag::ONLY_AST != 0 {
                let text = vm.source_text("compile", source, &filename)?;
                return (hooks.parse)(vm, &text, &filename, mode, &options, optimized);
            }
        }
        let text = vm.source_text("compile", source, &filename)?;
        Ok(vm.compile_text(&text, &filename, mode, &options)?.into_value())
    }
    /// Return the dictionary containing the current scope's global variables.
    #[sig("()")]
    fn globals(vm: &mut Vm) -> Result<Value> {
        match vm.thread.frames().next() {
            Some(f) => Ok(f.function_ref().get(&*vm).globals.to_value()),
            None => Ok(Value::NONE),
        }
    }
    /// Return a dictionary containing the current scope's local variables.
    #[sig("()")]
    fn locals(vm: &mut Vm) -> Result<Value> {
        vm.current_locals()
    }
    /// Read a string from standard input.  The trailing newline is stripped.
    #[sig("(prompt='', /)")]
    fn input(vm: &mut Vm, prompt: Option<Value>) -> Result<Value> {
        vm.read_input(prompt)
    }
    /// Call sys.breakpointhook(*args, **kws).
    #[sig("(*args, **kws)")]
    fn breakpoint(vm: &mut Vm, args: &[Value], kws: crate::KwArgs<'_>) -> Result<Value> {
        let name = vm.intern("breakpointhook");
        let Some(hook) = vm.sys.get_str(&*vm, &name) else {
            return Err(vm.runtime_error("lost sys.breakpointhook"));
        };
        let mut all = args.to_vec();
        let mut names = Vec::new();
        for (k, v) in &kws.items {
            names.push((*k).clone());
            all.push((*v).clone());
        }
        vm.call_args(&hook, crate::Args::with_names(&all, &names))
    }
}

/// What the `_ast` module gives `compile()`.
#[derive(Clone, Copy)]
pub struct AstHooksTable {
    pub is_node: fn(&mut Vm, &Value) -> Result<bool>,
    /// node, filename, mode, options, whether optimised if only the tree is wanted.
    pub compile: fn(&mut Vm, &Value, &str, Mode, &Options, Option<bool>) -> Result<Value>,
    /// text, filename, mode, options, optimised.
    pub parse: fn(&mut Vm, &str, &str, Mode, &Options, bool) -> Result<Value>,
}

/// Set when `_ast` is loaded.
#[derive(Default)]
pub struct AstHooks(pub Option<AstHooksTable>);

impl Vm {
    fn run_code_with(&mut self, code: &Ref<CodeObject>, globals: Ref<Dict>, locals: Option<Value>, closure: Option<Value>) -> Result<Value> {
        let builtins = self.builtins_of(&globals);
        let function = self.new_function(code, globals.clone(), builtins);
        if let Some(closure) = closure.and_then(|c| c.downcast::<Tuple>(&self.heap).cloned()) {
            function.get_mut(self).closure = Some(closure);
        }
        let locals = locals.unwrap_or_else(|| globals.to_value());
        self.run_function_with_locals(function.into_value(), code, locals)
    }
    /// The builtins a function with these globals sees; `__builtins__` is added when missing.
    pub fn builtins_of(&mut self, globals: &Ref<Dict>) -> Ref<Dict> {
        let key = self.names.__builtins__.clone();
        match globals.get_str(&*self, &key) {
            Some(v) => self.builtins_dict(&v),
            None => {
                let builtins = self.current_builtins();
                let shown = self.visible_builtins(&builtins);
                globals.set_str(self, &key, shown);
                builtins
            }
        }
    }
    /// The builtins of the running frame, which globals without any inherit.
    pub fn current_builtins(&mut self) -> Ref<Dict> {
        match self.thread.frames().next() {
            Some(frame) => frame.function_ref().get(&*self).builtins.clone(),
            None => self.builtins.clone(),
        }
    }
    fn check_closure(&mut self, code: &Ref<CodeObject>, closure: Option<&Value>) -> Result<()> {
        self.load_body(code)?;
        let free = code.get(&*self).freevars.len();
        let Some(closure) = closure else {
            if free > 0 {
                return Err(self.type_error(format!("code object requires a closure of exactly length {free}")));
            }
            return Ok(());
        };
        if free == 0 {
            return Err(self.type_error("cannot use a closure with this code object"));
        }
        let fits = closure.downcast_exact::<Tuple>().is_some_and(|t| t.len(&*self) == free && t.items(&*self).iter().all(|c| c.is_exact::<Cell>()));
        if !fits {
            return Err(self.type_error(format!("code object requires a closure of exactly length {free}")));
        }
        Ok(())
    }
    /// Globals and locals of `exec` and `eval`: checked, or those of the running frame. Locals are `None` when they
    /// are the globals.
    fn namespaces(&mut self, function: &str, globals: Option<Value>, locals: Option<Value>) -> Result<(Ref<Dict>, Option<Value>)> {
        if let Some(l) = &locals
            && l.downcast::<Dict>(&self.heap).is_none()
            && self.heap.special(l.type_id(), Special::GetItem).is_none()
        {
            let found = self.type_name(l);
            return Err(if function == "eval" {
                self.type_error("locals must be a mapping")
            } else {
                self.type_error(format!("locals must be a mapping or None, not {found}"))
            });
        }
        match globals {
            Some(g) => match g.downcast::<Dict>(&self.heap).cloned() {
                Some(d) => {
                    self.builtins_of(&d);
                    let locals = locals.filter(|l| !l.is(&g));
                    Ok((d, locals))
                }
                None if function == "eval" => {
                    let mapping = self.heap.special(g.type_id(), Special::GetItem).is_some();
                    let message = if mapping { "globals must be a real dict; try eval(code, {}, mapping)" } else { "globals must be a dict" };
                    Err(self.type_error(message))
                }
                None => {
                    let found = self.type_name(&g);
                    Err(self.type_error(format!("exec() globals must be a dict, not {found}")))
                }
            },
            None => {
                let Some(frame) = self.thread.frames().next() else {
                    let d = self.heap.dict();
                    return Ok((d, locals));
                };
                let globals = frame.function_ref().get(&*self).globals.clone();
                let locals = match locals {
                    Some(l) => l,
                    None => self.current_locals()?,
                };
                let locals = Some(locals).filter(|l| !l.is(globals.as_value()));
                Ok((globals, locals))
            }
        }
    }
    /// `locals()` of the running frame: its namespace, or a snapshot of its variables, which those of a comprehension in
    /// a module or class are too.
    pub fn current_locals(&mut self) -> Result<Value> {
        let Some(frame) = self.thread.frames().next() else { return Ok(self.heap.dict().into_value()) };
        let code = frame.code();
        if code.info.flags.has(krait_bytecode::CodeFlags::OPTIMIZED) || frame.is_in_comprehension() {
            let variables = self.frame_variables(frame);
            let dict = self.heap.dict();
            let extra = frame.object.as_ref().and_then(|o| o.get(&*self).extra_locals.clone());
            for (name, value) in variables {
                dict.set_str(self, &name, value);
            }
            // What was added through `f_locals`.
            if let Some(extra) = extra.and_then(|d| d.downcast::<Dict>(&self.heap).cloned()) {
                for (key, value) in extra.items(&*self) {
                    dict.set_item(self, key, value)?;
                }
            }
            return Ok(dict.into_value());
        }
        let locals = match &frame.locals {
            Some(l) => l.clone(),
            None => frame.function_ref().get(&*self).globals.to_value(),
        };
        Ok(locals)
    }
    /// Names and values of a live frame's bound variables.
    fn frame_variables(&self, frame: &crate::interp::frame::Frame) -> Vec<(Ref<Str>, Value)> {
        let code = frame.code();
        let mut found = Vec::new();
        for (i, name, in_cell) in code.variables(frame.pc as usize) {
            if name.get(self).as_ascii().is_some_and(|n| n.starts_with('.')) {
                continue;
            }
            let Some(value) = frame.register(i) else { continue };
            match value.downcast_exact::<Cell>() {
                Some(cell) if in_cell => {
                    if let Some(v) = cell.get(self).content.clone() {
                        found.push((name.clone(), v));
                    }
                }
                _ => found.push((name.clone(), value.clone())),
            }
        }
        found
    }
    /// Future features of the running code.
    fn inherited_future(&self) -> u32 {
        self.thread.frames().next().map_or(0, |f| f.code().info.flags.0 & flag::FUTURE as u32)
    }
    /// A file name given as str, bytes or path.
    pub fn file_name(&mut self, value: &Value) -> Result<String> {
        if value.has_payload::<Str>(&self.heap) {
            return self.to_text(value);
        }
        if let Some(b) = value.downcast::<Bytes>(&self.heap) {
            return Ok(String::from_utf8_lossy(&b.get(&self.heap).data).into_owned());
        }
        if let Some(f) = self.heap.special(value.type_id(), Special::Fspath) {
            let path = self.call_unbound(&f, value, &[])?;
            return self.file_name(&path);
        }
        let found = self.type_name(value);
        Err(self.type_error(format!("expected str, bytes or os.PathLike object, not {found}")))
    }
    /// The text of source given as str or bytes.
    pub fn source_text(&mut self, function: &str, source: &Value, filename: &str) -> Result<String> {
        if let Some(s) = source.downcast::<Str>(&self.heap) {
            let text = s.get(&self.heap).to_string_lossy();
            self.check_surrogates(source)?;
            return Ok(text);
        }
        let bytes = match (source.downcast::<Bytes>(&self.heap), source.downcast::<ByteArray>(&self.heap)) {
            (Some(b), _) => b.get(&self.heap).data.to_vec(),
            (_, Some(b)) => b.get(&self.heap).data.clone(),
            _ if self.heap.special(source.type_id(), Special::Buffer).is_some() => {
                let class = self.core_type(crate::types::id::BYTES).into_value();
                let b = self.call(&class, std::slice::from_ref(source))?;
                b.downcast::<Bytes>(&self.heap).map(|b| b.get(&self.heap).data.to_vec()).unwrap_or_default()
            }
            _ => {
                let what = if function == "compile" { "a string, bytes or AST object" } else { "a string, bytes or code object" };
                return Err(self.type_error(format!("{function}() arg 1 must be {what}")));
            }
        };
        self.decode_source(&bytes, filename, false)
    }
    /// The text of source given as bytes. `is_file` says that a file is run, and not what a loader has read: some
    /// errors are worded differently.
    pub fn decode_source(&mut self, bytes: &[u8], filename: &str, is_file: bool) -> Result<String> {
        let mut decoder = |name: &str, input: &[u8]| self.decode_source_with(name, input);
        match krait_compiler::source::decode(bytes, Some(filename).filter(|_| is_file), Some(&mut decoder)) {
            Ok(text) => Ok(text),
            Err(e) => Err(self.compile_error(e, filename)),
        }
    }
    fn decode_source_with(&mut self, encoding: &str, input: &[u8]) -> Decoded {
        let lost = |vm: &mut Vm| match vm.pending_is(Exc::LookupError) || vm.pending_is(Exc::ValueError) {
            true => {
                let exception = vm.take_pending();
                vm.to_text_of(&exception).map_or(Decoded::Raised, Decoded::Failed)
            }
            false => Decoded::Raised,
        };
        let text = match self.decode(input, Some(encoding), None) {
            Ok(text) => text.into_value(),
            Err(Raised) => return lost(self),
        };
        // Lone surrogates are no source either.
        if let Err(Raised) = self.check_surrogates(&text) {
            return lost(self);
        }
        self.to_text(&text).map_or(Decoded::Raised, Decoded::Text)
    }
    fn to_text_of(&mut self, value: &Value) -> Result<String> {
        let text = self.to_str(value)?.into_value();
        self.to_text(&text)
    }
    /// UnicodeEncodeError unless a str can be encoded in UTF-8.
    pub(crate) fn check_surrogates(&mut self, text: &Value) -> Result<()> {
        let Some(s) = text.downcast::<Str>(&self.heap) else { return Ok(()) };
        let view = s.get(&self.heap).view();
        let Some(at) = view.iter().position(|c| (0xD800..0xE000).contains(&c)) else { return Ok(()) };
        let end = at + view.iter().skip(at).take_while(|c| (0xD800..0xE000).contains(c)).count();
        let args = vec![self.str("utf-8"), text.clone(), Value::int32(at as i32), Value::int32(end as i32), self.str("surrogates not allowed")];
        let class = self.exc.get(Exc::UnicodeEncodeError).to_value();
        let e = self.call(&class, &args)?;
        Err(self.raise_with_context(e))
    }
    fn compile_dynamic(&mut self, function: &str, source: &Value, mode: Mode) -> Result<Ref<CodeObject>> {
        let mut text = self.source_text(function, source, "<string>")?;
        if mode == Mode::Eval {
            text = text.trim_start_matches([' ', '\t']).to_string();
        }
        let options = Options { optimize: self.config.optimize, future: self.inherited_future(), max_int_digits: self.config.int_max_str_digits, ..Options::default() };
        self.compile_text(&text, "<string>", mode, &options)
    }
    /// Compiles text to a linked code object; warnings are issued.
    pub fn compile_text(&mut self, text: &str, filename: &str, mode: Mode, options: &Options) -> Result<Ref<CodeObject>> {
        let arena = krait_compiler::Bump::new();
        let (tree, mut warnings) = match krait_compiler::parse(&arena, text, mode, options) {
            Ok(parsed) => parsed,
            Err(mut e) => {
                self.compiler_warnings(&std::mem::take(&mut e.warnings), filename, text)?;
                krait_compiler::attach_text(&mut e, text);
                // The parser reads lines; the last one gets its end.
                if mode == Mode::Exec
                    && !e.bare_text
                    && let Some(line) = &mut e.text
                    && !line.ends_with('\n')
                {
                    line.push('\n');
                }
                return Err(self.compile_error(e, filename));
            }
        };
        match krait_compiler::compile_tree(&arena, &tree, filename, options) {
            Ok(mut compiled) => {
                warnings.append(&mut compiled.warnings);
                self.compiler_warnings(&warnings, filename, text)?;
                Ok(self.heap.link(&compiled.code))
            }
            Err(mut e) => {
                // Later phases find the line in the file, if there is one.
                e.text = u32::try_from(e.line).ok().and_then(|n| self.source_line(filename, n));
                Err(self.compile_error(e, filename))
            }
        }
    }
    /// Issues the warnings compiling gave; one turned into an error becomes a SyntaxError.
    pub fn compiler_warnings(&mut self, warnings: &[krait_compiler::Warning], filename: &str, text: &str) -> Result<()> {
        for w in warnings {
            let category = if w.category == "DeprecationWarning" { Exc::DeprecationWarning } else { Exc::SyntaxWarning };
            if self.warn_at(category, &w.message, filename, w.span.line.max(1) as usize).is_err() {
                if !self.pending_is(category) {
                    return Err(Raised);
                }
                self.thread.pending = None;
                let mut error = CompileError::at(w.span, w.error_message());
                krait_compiler::attach_text(&mut error, text);
                return Err(self.compile_error(error, filename));
            }
        }
        Ok(())
    }
    /// The exception of a failed compilation.
    #[cold]
    pub fn compile_error(&mut self, e: CompileError, filename: &str) -> Raised {
        let kind = match e.kind {
            ErrorKind::SyntaxError => Exc::SyntaxError,
            ErrorKind::IndentationError => Exc::IndentationError,
            ErrorKind::TabError => Exc::TabError,
            ErrorKind::IncompleteInput => Exc::_IncompleteInputError,
            ErrorKind::MemoryError => Exc::MemoryError,
            ErrorKind::RecursionError => Exc::RecursionError,
            ErrorKind::OverflowError => Exc::OverflowError,
            ErrorKind::RuntimeError => Exc::RuntimeError,
            ErrorKind::ValueError => Exc::ValueError,
            ErrorKind::TypeError => Exc::TypeError,
            ErrorKind::SystemError => Exc::SystemError,
            ErrorKind::Raised => return Raised,
        };
        let syntax = matches!(kind, Exc::SyntaxError | Exc::IndentationError | Exc::TabError | Exc::_IncompleteInputError);
        let int = Value::int32;
        if syntax && e.place == Place::File {
            let details = vec![self.str(filename), int(0), int(-1), Value::NONE];
            let (message, details) = (self.str(&e.message), self.tuple(details));
            let class = self.exc.get(kind).to_value();
            return match self.call(&class, &[message, details]) {
                Ok(exception) => self.raise_with_context(exception),
                Err(e) => e,
            };
        }
        if !syntax || (e.line <= 0 && e.text.is_none()) {
            return self.error(kind, e.message);
        }
        let text = e.text.map_or(Value::NONE, |t| self.str(&t));
        let named = self.str(filename);
        let file = if e.place == Place::Nameless { Value::NONE } else { named.clone() };
        let details = vec![file, int(e.line), int(e.offset), text, int(e.end_line), int(e.end_offset)];
        let metadata = e.metadata.map(|(line, column, source)| {
            let source = self.str(&source);
            self.tuple(vec![int(line), int(column), source])
        });
        let (message, details) = (self.str(&e.message), self.tuple(details));
        let class = self.exc.get(kind).to_value();
        match self.call(&class, &[message, details]) {
            Ok(exception) => {
                if let Some(metadata) = metadata {
                    self.set_exception_field(&exception, "_metadata", metadata);
                }
                // The tokenizer knows no name; what reads the exception finds it all the same.
                if e.place == Place::Nameless {
                    self.set_exception_field(&exception, "filename", named);
                }
                self.raise_with_context(exception)
            }
            Err(e) => e,
        }
    }
    /// A stream of `sys`, which `input` cannot do without.
    fn stream_for_input(&mut self, name: &str) -> Result<Value> {
        let key = self.intern(name);
        match self.sys.get_str(&*self, &key) {
            Some(file) if !file.is_none() => Ok(file),
            _ => Err(self.runtime_error(format!("lost sys.{name}"))),
        }
    }
    fn flush_for_input(&mut self, file: &Value) {
        if self.call_method(file, "flush", &[]).is_err() {
            drop(self.take_pending());
        }
    }
    fn read_input(&mut self, prompt: Option<Value>) -> Result<Value> {
        let input = self.stream_for_input("stdin")?;
        let out = self.stream_for_input("stdout")?;
        let err = self.stream_for_input("stderr")?;
        self.flush_for_input(&err);
        if let Some(prompt) = prompt {
            let text = self.to_str(&prompt)?.into_value();
            self.call_method(&out, "write", &[text])?;
        }
        self.flush_for_input(&out);
        let line = self.call_method(&input, "readline", &[])?;
        let last = if let Some(text) = line.downcast::<Str>(&self.heap) {
            let view = text.get(&*self).view();
            view.len().checked_sub(1).and_then(|i| view.get(i))
        } else if let Some(bytes) = line.downcast::<Bytes>(&self.heap) {
            let data = &bytes.get(&*self).data;
            data.last().map(|&byte| u32::from(byte))
        } else {
            return Err(self.type_error("object.readline() returned non-string"));
        };
        match last {
            None => Err(self.error(Exc::EOFError, "EOF when reading a line")),
            Some(c) if c == u32::from('\n') => {
                let slice = self.heap.slice(Value::NONE, Value::int32(-1), Value::NONE).into_value();
                self.get_item(&line, &slice)
            }
            Some(_) => Ok(line),
        }
    }
}
