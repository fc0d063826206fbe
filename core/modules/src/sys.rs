//! The `sys` module's functions and its start-up. Constants are in `sys_data.rs`.
//!
//! `init` fills `vm.sys`; paths, `argv` and the streams come from `boot.rs`. `settrace` and friends only note the
//! function in the thread: the interpreter calls it.

use crate::sys_data::{self, SysTypes};
use krait_vm::args::KwArgs;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::exceptions::Exception;
use krait_vm::host::Stream;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

#[derive(Default)]
struct SysState {
    audit_hooks: Vec<Value>,
    switch_interval: Option<f64>,
}

struct Functions;

#[methods]
impl Functions {
    /// Exit the interpreter by raising SystemExit(status).
    ///
    /// If the status is omitted or None, it defaults to zero (i.e., success).
    /// If the status is an integer, it will be used as the system exit status.
    /// If it is another kind of object, it will be printed and the system
    /// exit status will be one (i.e., failure).
    #[sig("(status=None, /)")]
    fn exit(vm: &mut Vm, status: Value) -> Result<Value> {
        let args = match status.downcast::<krait_vm::builtins::tuple::Tuple>(&*vm.heap) {
            _ if status.is_none() => Vec::new(),
            Some(t) => t.items(&*vm.heap).to_vec(),
            None => vec![status],
        };
        let class = vm.exc.get(Exc::SystemExit).to_value();
        let exception = vm.call(&class, &args)?;
        Err(vm.raise_with_context(exception))
    }
    /// Return current exception information: (type, value, traceback).
    #[sig("()")]
    fn exc_info(vm: &mut Vm) -> Result<Value> {
        let Some(e) = vm.handled_exception() else { return Ok(vm.tuple(vec![Value::NONE; 3])) };
        let ty = vm.type_of(&e).into_value();
        let tb = e.downcast::<Exception>(&*vm.heap).and_then(|p| p.get(&*vm.heap).traceback.clone()).unwrap_or(Value::NONE);
        Ok(vm.tuple(vec![ty, e, tb]))
    }
    /// Return the current exception.
    #[sig("()")]
    fn exception(vm: &mut Vm) -> Result<Value> {
        Ok(vm.handled_exception().unwrap_or(Value::NONE))
    }
    /// Print an object to sys.stdout and also save it in builtins._
    #[sig("(object, /)")]
    fn displayhook(vm: &mut Vm, object: Value) -> Result<()> {
        if object.is_none() {
            return Ok(());
        }
        let underscore = vm.intern("_");
        let builtins = vm.builtins.clone();
        builtins.set_str(&mut *vm.heap, &underscore, Value::NONE);
        let key = vm.names.stdout.clone();
        let Some(out) = vm.sys.get_str(&*vm.heap, &key).filter(|v| !v.is_none()) else {
            return Err(vm.runtime_error("lost sys.stdout"));
        };
        let text = vm.repr(&object)?;
        let written = vm.call_method(&out, "write", &[text.to_value()]);
        if vm.catch(written, Exc::UnicodeEncodeError)?.is_none() {
            let encoding = vm.names.encoding.clone();
            let encoding = vm.get_attr(&out, &encoding)?;
            let errors = vm.str("backslashreplace");
            let bytes = vm.call_method(text.as_value(), "encode", &[encoding.clone(), errors])?;
            let strict = vm.str("strict");
            let text = vm.call_method(&bytes, "decode", &[encoding, strict])?;
            vm.call_method(&out, "write", &[text])?;
        }
        let newline = vm.str("\n");
        vm.call_method(&out, "write", &[newline])?;
        builtins.set_str(&mut *vm.heap, &underscore, object);
        Ok(())
    }
    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[sig("(exctype, value, traceback, /)")]
    fn excepthook(vm: &mut Vm, _exctype: Value, value: Value, traceback: Value) -> Result<()> {
        if let Some(e) = vm.exception_payload(&value) {
            let e = e.get_mut(&mut *vm.heap);
            if e.traceback.is_none() && !traceback.is_none() {
                e.traceback = Some(traceback);
            }
        }
        print_exception(vm, &value)
    }
    /// Handle an unraisable exception.
    #[sig("(unraisable, /)")]
    fn unraisablehook(vm: &mut Vm, unraisable: Value) -> Result<()> {
        let field = |vm: &mut Vm, name: &str| {
            let name = vm.intern(name);
            vm.get_attr(&unraisable, &name)
        };
        let (exception, message, object) = (field(vm, "exc_value")?, field(vm, "err_msg")?, field(vm, "object")?);
        let message = if message.is_none() { None } else { Some(vm.to_text(&message)?) };
        vm.print_unraisable(&exception, message.as_deref(), &object);
        Ok(())
    }
    /// ``Intern'' the given string.
    #[sig("(string, /)")]
    fn intern(vm: &mut Vm, string: Value) -> Result<Value> {
        match string.downcast_exact::<Str>().cloned() {
            Some(s) => Ok(vm.heap.intern_str(&s).into_value()),
            None if string.has_payload::<Str>(&*vm.heap) => {
                let name = vm.type_name(&string);
                Err(vm.type_error(format!("can't intern {name}")))
            }
            None => {
                let name = vm.type_name_or_none(&string);
                Err(vm.type_error(format!("intern() argument must be str, not {name}")))
            }
        }
    }
    #[sig("(string, /)")]
    fn _is_interned(vm: &mut Vm, string: Ref<Str>) -> Result<bool> {
        Ok(string.get(&*vm.heap).is_interned())
    }
    #[sig("(op, /)")]
    fn _is_immortal(_vm: &mut Vm, op: Value) -> Result<bool> {
        Ok(!op.is_heap() || op.ref_count() >= 1 << 28)
    }
    #[sig("()")]
    fn _is_gil_enabled(_vm: &mut Vm) -> Result<bool> {
        Ok(true)
    }
    /// getsizeof(object [, default]) -> int
    ///
    /// Return the size of object in bytes.
    #[sig("(object, default=<unrepresentable>)")]
    fn getsizeof(vm: &mut Vm, object: Value, default: Option<Value>) -> Result<Value> {
        let name = vm.intern("__sizeof__");
        let ty = vm.type_of(&object).into_value();
        let size = match vm.get_attr(&ty, &name) {
            Ok(method) => vm.call(&method, &[object.clone()]),
            Err(_) if vm.pending_is(Exc::AttributeError) => {
                vm.take_pending();
                let name = vm.type_name(&object);
                Err(vm.type_error(format!("Type {name} doesn't define __sizeof__")))
            }
            Err(e) => Err(e),
        };
        let size = match (size, default) {
            (Err(_), Some(d)) if vm.pending_is(Exc::TypeError) => {
                vm.take_pending();
                return Ok(d);
            }
            (size, _) => size?,
        };
        let n = vm.index_i64(&size, "ssize_t")?;
        if n < 0 {
            return Err(vm.value_error("__sizeof__() should return >= 0"));
        }
        Ok(size)
    }
    /// Return the reference count of object.
    #[sig("(object, /)")]
    fn getrefcount(_vm: &mut Vm, object: &Value) -> Result<i64> {
        Ok(if object.is_heap() { i64::from(object.ref_count()) } else { 0xFFFF_FFFF })
    }
    /// Return the current value of the recursion limit.
    #[sig("()")]
    fn getrecursionlimit(vm: &mut Vm) -> Result<usize> {
        Ok(vm.recursion_limit)
    }
    /// Set the maximum depth of the Python interpreter stack to n.
    #[sig("(limit, /)")]
    fn setrecursionlimit(vm: &mut Vm, limit: i32) -> Result<()> {
        if limit < 1 {
            return Err(vm.value_error("recursion limit must be greater or equal than 1"));
        }
        let depth = vm.thread.depth();
        if depth >= limit as usize {
            return Err(vm.error(Exc::RecursionError, format!("cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low")));
        }
        vm.recursion_limit = limit as usize;
        Ok(())
    }
    /// Return a frame object from the call stack.
    #[sig("(depth=0, /)")]
    fn _getframe(vm: &mut Vm, depth: i32) -> Result<Value> {
        match vm.frame_above(depth.max(0) as usize) {
            Some(f) => Ok(f.into_value()),
            None => Err(vm.value_error("call stack is not deep enough")),
        }
    }
    /// Return the name of the module for a calling frame.
    #[sig("(depth=0)")]
    fn _getframemodulename(vm: &mut Vm, depth: i32) -> Result<Value> {
        let Some(index) = vm.thread.depth().checked_sub(depth.max(0) as usize + 1) else { return Ok(Value::NONE) };
        let Some(frame) = vm.thread.frame(index) else { return Ok(Value::NONE) };
        Ok(frame.function_ref().get(&*vm.heap).module.clone().unwrap_or(Value::NONE))
    }
    /// Return a dict mapping each thread's thread id to its current stack frame.
    #[sig("()")]
    fn _current_frames(vm: &mut Vm) -> Result<Value> {
        let dict = vm.heap.dict();
        if let Some(frame) = vm.frame_above(0) {
            let ident = vm.heap.int(vm.thread.ident.into());
            dict.set_item(vm, ident, frame.into_value())?;
        }
        Ok(dict.into_value())
    }
    /// Return a dict mapping each thread's identifier to its current raised exception.
    #[sig("()")]
    fn _current_exceptions(vm: &mut Vm) -> Result<Value> {
        let dict = vm.heap.dict();
        let ident = vm.heap.int(vm.thread.ident.into());
        let handled = vm.handled_exception().unwrap_or(Value::NONE);
        dict.set_item(vm, ident, handled)?;
        Ok(dict.into_value())
    }
    #[sig("()")]
    fn getswitchinterval(vm: &mut Vm) -> Result<f64> {
        Ok(vm.state::<SysState>().switch_interval.unwrap_or(0.005))
    }
    #[sig("(interval, /)")]
    fn setswitchinterval(vm: &mut Vm, interval: f64) -> Result<()> {
        if interval <= 0.0 {
            return Err(vm.value_error("switch interval must be strictly positive"));
        }
        vm.state::<SysState>().switch_interval = Some(interval);
        Ok(())
    }
    /// Return the current default encoding used by the Unicode implementation.
    #[sig("()")]
    fn getdefaultencoding(_vm: &mut Vm) -> Result<&'static str> {
        Ok("utf-8")
    }
    #[sig("()")]
    fn getfilesystemencoding(_vm: &mut Vm) -> Result<&'static str> {
        Ok("utf-8")
    }
    #[sig("()")]
    fn getfilesystemencodeerrors(_vm: &mut Vm) -> Result<&'static str> {
        Ok("surrogateescape")
    }
    #[sig("()")]
    fn get_int_max_str_digits(vm: &mut Vm) -> Result<usize> {
        Ok(vm.config.int_max_str_digits)
    }
    #[sig("(maxdigits)")]
    fn set_int_max_str_digits(vm: &mut Vm, maxdigits: i32) -> Result<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(vm.value_error("maxdigits must be >= 640 or 0 for unlimited"));
        }
        vm.config.int_max_str_digits = maxdigits as usize;
        Ok(())
    }
    #[sig("()")]
    fn is_finalizing(vm: &mut Vm) -> Result<bool> {
        Ok(vm.is_finalizing())
    }
    #[sig("()")]
    fn is_remote_debug_enabled(_vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
    #[sig("()")]
    fn is_stack_trampoline_active(_vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
    #[sig("()")]
    fn _clear_type_cache(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
    #[sig("()")]
    fn _clear_internal_caches(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
    #[sig("(type, /)")]
    fn _clear_type_descriptors(_vm: &mut Vm, _type: Value) -> Result<()> {
        Ok(())
    }
    #[sig("()")]
    fn _get_cpu_count_config(_vm: &mut Vm) -> Result<i64> {
        Ok(-1)
    }
    #[sig("()")]
    fn getallocatedblocks(vm: &mut Vm) -> Result<usize> {
        Ok(vm.heap.used() / 32)
    }
    #[sig("(*, _only_immortal=False)")]
    fn getunicodeinternedsize(_vm: &mut Vm, _only_immortal: bool) -> Result<usize> {
        Ok(0)
    }
    #[sig("()")]
    fn getdlopenflags(_vm: &mut Vm) -> Result<i64> {
        Ok(2)
    }
    #[sig("(flags, /)")]
    fn setdlopenflags(_vm: &mut Vm, _flags: i32) -> Result<()> {
        Ok(())
    }
    /// Call func(*args), while tracing is enabled.
    #[sig("(func, args, /)")]
    fn call_tracing(vm: &mut Vm, func: Value, args: Value) -> Result<Value> {
        let saved = std::mem::replace(&mut vm.thread.in_trace, false);
        let args = vm.collect(&args)?;
        let result = vm.call(&func, &args);
        vm.thread.in_trace = saved;
        result
    }
    /// Set the global debug tracing function.
    #[sig("(function, /)")]
    fn settrace(vm: &mut Vm, function: Value) -> Result<()> {
        vm.set_trace_function(Some(function).filter(|f| !f.is_none()));
        Ok(())
    }
    #[sig("()")]
    fn gettrace(vm: &mut Vm) -> Result<Value> {
        Ok(vm.thread.trace_function.clone().unwrap_or(Value::NONE))
    }
    #[sig("(function, /)")]
    fn _settraceallthreads(vm: &mut Vm, function: Value) -> Result<()> {
        Functions::settrace(vm, function)
    }
    /// Set the profiling function.
    #[sig("(function, /)")]
    fn setprofile(vm: &mut Vm, function: Value) -> Result<()> {
        vm.set_profile_function(Some(function).filter(|f| !f.is_none()));
        Ok(())
    }
    #[sig("()")]
    fn getprofile(vm: &mut Vm) -> Result<Value> {
        Ok(vm.thread.profile_function.clone().unwrap_or(Value::NONE))
    }
    #[sig("(function, /)")]
    fn _setprofileallthreads(vm: &mut Vm, function: Value) -> Result<()> {
        Functions::setprofile(vm, function)
    }
    #[sig("()")]
    fn get_coroutine_origin_tracking_depth(vm: &mut Vm) -> Result<usize> {
        Ok(vm.thread.coroutine_origin_depth)
    }
    #[sig("(depth)")]
    fn set_coroutine_origin_tracking_depth(vm: &mut Vm, depth: i32) -> Result<()> {
        if depth < 0 {
            return Err(vm.value_error("depth must be >= 0"));
        }
        vm.thread.coroutine_origin_depth = depth as usize;
        Ok(())
    }
    /// Return the installed asynchronous generators hooks.
    #[sig("()")]
    fn get_asyncgen_hooks(vm: &mut Vm) -> Result<Value> {
        let values: Vec<Value> = vm.thread.async_gen_hooks.iter().map(|h| h.clone().unwrap_or(Value::NONE)).collect();
        match vm.state::<SysTypes>().asyncgen_hooks.clone() {
            Some(t) => Ok(vm.struct_sequence(&t, values)),
            None => Ok(vm.tuple(values)),
        }
    }
    /// Set a finalizer and first iteration hooks for async generators.
    #[sig("(firstiter=<unrepresentable>, finalizer=<unrepresentable>)")]
    fn set_asyncgen_hooks(vm: &mut Vm, firstiter: Option<Value>, finalizer: Option<Value>) -> Result<()> {
        for (name, hook) in [("finalizer", &finalizer), ("firstiter", &firstiter)] {
            if let Some(h) = hook
                && !h.is_none()
                && !vm.is_callable(h)
            {
                let found = vm.type_name(h);
                return Err(vm.type_error(format!("callable {name} expected, got {found}")));
            }
        }
        if let Some(h) = finalizer {
            vm.thread.async_gen_hooks[1] = Some(h).filter(|h| !h.is_none());
        }
        if let Some(h) = firstiter {
            vm.thread.async_gen_hooks[0] = Some(h).filter(|h| !h.is_none());
        }
        Ok(())
    }
    /// Passes the event to any hooks that are attached.
    #[sig("(event, /, *args)")]
    fn audit(vm: &mut Vm, event: Value, args: &[Value]) -> Result<()> {
        if !event.has_payload::<Str>(&*vm.heap) {
            let found = vm.type_name_or_none(&event);
            return Err(vm.type_error(format!("audit() argument 1 must be str, not {found}")));
        }
        let hooks = vm.state::<SysState>().audit_hooks.clone();
        if hooks.is_empty() {
            return Ok(());
        }
        let args = vm.tuple(args.to_vec());
        for hook in hooks {
            vm.call(&hook, &[event.clone(), args.clone()])?;
        }
        Ok(())
    }
    /// Adds a new audit hook callback.
    #[sig("(hook)")]
    fn addaudithook(vm: &mut Vm, hook: Value) -> Result<()> {
        vm.state::<SysState>().audit_hooks.push(hook);
        Ok(())
    }
    /// This hook function is called by built-in breakpoint().
    #[sig("(*args, **kwargs)")]
    fn breakpointhook(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let mut name = "pdb.set_trace".to_string();
        if let Ok(os) = vm.import("os") {
            let key = vm.intern("environ");
            let environ = vm.get_attr(&os, &key)?;
            let variable = vm.str("PYTHONBREAKPOINT");
            let found = vm.call_method(&environ, "get", &[variable])?;
            if !found.is_none() {
                let text = vm.to_text(&found)?;
                if text == "0" {
                    return Ok(Value::NONE);
                }
                if !text.is_empty() {
                    name = text;
                }
            }
        } else {
            vm.take_pending();
        }
        let (module, attribute) = match name.rsplit_once('.') {
            Some((m, a)) => (m.to_string(), a.to_string()),
            None => ("builtins".to_string(), name.clone()),
        };
        let function = match vm.import_attr(&module, &attribute) {
            Ok(f) => f,
            Err(_) if vm.pending_is(Exc::ImportError) || vm.pending_is(Exc::AttributeError) => {
                vm.take_pending();
                let warn = vm.import_attr("warnings", "warn")?;
                let text = vm.str(&format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\""));
                let class = vm.exc.get(Exc::RuntimeWarning).to_value();
                vm.call(&warn, &[text, class])?;
                return Ok(Value::NONE);
            }
            Err(e) => return Err(e),
        };
        let mut all = args.to_vec();
        let mut names = Vec::new();
        for (k, v) in &kwargs.items {
            names.push((*k).clone());
            all.push((*v).clone());
        }
        vm.call_args(&function, krait_vm::Args::with_names(&all, &names))
    }
    #[sig("()")]
    fn _debugmallocstats(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
}

/// Writes to `sys.stderr`, or to the host's when there is none.
pub fn write_stderr(vm: &mut Vm, text: &str) {
    let key = vm.names.stderr.clone();
    match vm.sys.get_str(&*vm.heap, &key) {
        Some(err) if !err.is_none() => {
            let value = vm.str(text);
            if vm.call_method(&err, "write", &[value]).is_ok() {
                return;
            }
            vm.take_pending();
        }
        // A program may set it to None to be quiet.
        Some(_) => return,
        None => {}
    }
    vm.host.write(Stream::Stderr, text.as_bytes());
}

/// Prints an exception with its traceback the way an uncaught one is.
pub fn print_exception(vm: &mut Vm, exception: &Value) -> Result<()> {
    let key = vm.names.stderr.clone();
    let stderr = vm.sys.get_str(&*vm.heap, &key);
    if stderr.as_ref().is_some_and(Value::is_none) {
        return Ok(());
    }
    if stderr.is_some() {
        let printed = vm.import_attr("traceback", "_print_exception_bltin").and_then(|f| vm.call(&f, std::slice::from_ref(exception)));
        if printed.is_ok() {
            return flush(vm, "stderr");
        }
        vm.take_pending();
    }
    vm.report_uncaught(exception);
    Ok(())
}

/// Flushes a standard stream if it is there.
pub fn flush(vm: &mut Vm, name: &str) -> Result<()> {
    let key = vm.intern(name);
    if let Some(stream) = vm.sys.get_str(&*vm.heap, &key).filter(|s| !s.is_none()) {
        let closed = vm.intern("closed");
        if let Ok(Some(c)) = vm.get_attr_opt(&stream, &closed)
            && vm.truth(&c).unwrap_or(false)
        {
            return Ok(());
        }
        vm.call_method(&stream, "flush", &[])?;
    }
    Ok(())
}

/// `sys.argv` and `sys.orig_argv`, as the configuration has them.
pub fn set_arguments(vm: &mut Vm) {
    for (name, items) in [("argv", vm.config.argv.clone()), ("orig_argv", vm.config.orig_argv.clone())] {
        let items = items.iter().map(|s| vm.heap.str(s).into_value()).collect();
        let (name, list) = (vm.intern(name), vm.list(items));
        vm.sys.clone().set_str(&mut *vm.heap, &name, list);
    }
}

/// `sys.builtin_module_names`.
pub fn set_native_names(vm: &mut Vm) {
    let names: Vec<Value> = vm.native_module_names().iter().map(|n| vm.heap.str(n).into_value()).collect();
    let (name, names) = (vm.intern("builtin_module_names"), vm.tuple(names));
    vm.sys.clone().set_str(&mut *vm.heap, &name, names);
}

/// Makes `sys` and `builtins` and puts them into `sys.modules`.
pub fn init(vm: &mut Vm) -> Result<()> {
    let sys_dict = vm.sys.clone();
    let sys = vm.new_module("sys", Some("This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter."));
    adopt(vm, &sys, &sys_dict);
    vm.module_functions::<Functions>(&sys);
    crate::monitoring::init(vm, &sys)?;
    sys_data::fill(vm, &sys_dict)?;
    let modules = vm.modules.clone();
    let set = |vm: &mut Vm, name: &str, value: Value| {
        let name = vm.intern(name);
        sys_dict.set_str(&mut *vm.heap, &name, value);
    };
    set(vm, "modules", modules.to_value());
    for (name, hidden) in [
        ("displayhook", "__displayhook__"),
        ("excepthook", "__excepthook__"),
        ("unraisablehook", "__unraisablehook__"),
        ("breakpointhook", "__breakpointhook__"),
    ] {
        let key = vm.intern(name);
        if let Some(f) = sys_dict.get_str(&*vm.heap, &key) {
            set(vm, hidden, f);
        }
    }
    let c = vm.config.clone();
    let strings = |vm: &mut Vm, items: &[String]| {
        let items = items.iter().map(|s| vm.heap.str(s).into_value()).collect();
        vm.list(items)
    };
    let warn_options = strings(vm, &c.warn_options);
    set(vm, "warnoptions", warn_options);
    set_arguments(vm);
    set_native_names(vm);
    let xoptions = vm.heap.dict();
    for (key, value) in &c.xoptions {
        let key = vm.intern(key);
        let value = match value {
            Some(v) => vm.str(v),
            None => Value::TRUE,
        };
        xoptions.set_str(&mut *vm.heap, &key, value);
    }
    set(vm, "_xoptions", xoptions.into_value());
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        let v = vm.str(&c.prefix);
        set(vm, name, v);
    }
    for name in ["executable", "_base_executable"] {
        let v = vm.str(&c.executable);
        set(vm, name, v);
    }
    let library = vm.str(&c.stdlib_dir);
    set(vm, "_stdlib_dir", library);
    set(vm, "_home", Value::NONE);
    let prefix = match &c.pycache_prefix {
        Some(p) => vm.str(p),
        None => Value::NONE,
    };
    set(vm, "pycache_prefix", prefix);
    set(vm, "dont_write_bytecode", Value::bool(c.dont_write_bytecode));
    let path = strings(vm, &c.module_search_paths);
    set(vm, "path", path);
    for name in ["meta_path", "path_hooks"] {
        let list = vm.list(Vec::new());
        set(vm, name, list);
    }
    let cache = vm.heap.dict().into_value();
    set(vm, "path_importer_cache", cache);

    let builtins_dict = vm.builtins.clone();
    let builtins = vm.new_module("builtins", Some("Built-in functions, types, exceptions, and other objects."));
    adopt(vm, &builtins, &builtins_dict);
    for (name, module) in [("sys", &sys), ("builtins", &builtins)] {
        vm.add_native_module(name, module);
        let name = vm.intern(name);
        modules.set_str(&mut *vm.heap, &name, module.to_value());
    }
    Ok(())
}

/// Gives a module an existing dict, which gets the names that the module already had.
fn adopt(vm: &mut Vm, module: &Ref<Module>, dict: &Ref<krait_vm::builtins::dict::Dict>) {
    let old = vm.module_dict(module);
    for (k, v) in old.items(&*vm.heap) {
        if let Some(k) = k.downcast_exact::<Str>() {
            dict.set_str(&mut *vm.heap, k, v);
        }
    }
    module.get_mut(&mut *vm.heap).dict = Some(dict.clone());
}

/// The builtin function `__import__`.
pub struct BuiltinImport;

#[methods]
impl BuiltinImport {
    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    #[sig("(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn __import__(vm: &mut Vm, name: Value, globals: Value, _locals: Value, fromlist: Option<Value>, level: i32) -> Result<Value> {
        let fromlist = fromlist.unwrap_or(Value::NONE);
        vm.import_name(&name, &globals, &fromlist, level.into())
    }
}
