//! `Vm`: one interpreter. The token that may raise and run Python.
//!
//! Holds the heap, the interned names, the builtin modules' dicts, the running thread's frames and the pending
//! exception. Raising is `Err(vm.type_error("…"))`: the exception waits here, `Raised` travels.

use crate::builtins::dict::Dict;
use crate::builtins::str::Str;
use crate::exceptions::{Exc, ExcTypes};
use crate::heap::{Heap, OutOfMemory};
use crate::host::{Host, ModuleInit};
use crate::interp::frame::Thread;
use crate::names::Names;
use crate::object::{Payload, Ref, Token, TokenMut};
use crate::types::Type;
use crate::value::Value;
use crate::{Raised, Result};
use std::any::{Any, TypeId};
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Settings of an interpreter: CPython's command line flags and limits.
#[derive(Clone, Debug)]
pub struct Config {
    pub argv: Vec<String>,
    pub optimize: u8,
    pub verbose: u32,
    pub quiet: bool,
    pub inspect: bool,
    pub interactive: bool,
    pub isolated: bool,
    pub ignore_environment: bool,
    pub no_site: bool,
    pub no_user_site: bool,
    pub safe_path: bool,
    pub dont_write_bytecode: bool,
    pub bytes_warning: u32,
    pub dev_mode: bool,
    pub utf8_mode: bool,
    pub warn_options: Vec<String>,
    pub xoptions: Vec<(String, Option<String>)>,
    pub executable: String,
    pub unbuffered: bool,
    pub debug: u32,
    pub int_max_str_digits: usize,
    /// Code objects tell columns (not with `-X no_debug_ranges`).
    pub code_debug_ranges: bool,
    pub orig_argv: Vec<String>,
    pub hash_randomization: bool,
    pub warn_default_encoding: bool,
    pub prefix: String,
    /// Where the built-in library seems to be installed.
    pub stdlib_dir: String,
    /// `sys.path` at the start.
    pub module_search_paths: Vec<String>,
    pub pycache_prefix: Option<String>,
    /// Encoding and error handler of the standard streams, when given (`PYTHONIOENCODING`).
    pub stdio_encoding: (Option<String>, Option<String>),
    /// The error handler otherwise.
    pub stdio_errors: String,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            argv: Vec::new(),
            optimize: 0,
            verbose: 0,
            quiet: false,
            inspect: false,
            interactive: false,
            isolated: false,
            ignore_environment: false,
            no_site: false,
            no_user_site: false,
            safe_path: false,
            dont_write_bytecode: false,
            bytes_warning: 0,
            dev_mode: false,
            utf8_mode: true,
            warn_options: Vec::new(),
            xoptions: Vec::new(),
            executable: String::new(),
            unbuffered: false,
            debug: 0,
            int_max_str_digits: 4300,
            code_debug_ranges: true,
            orig_argv: Vec::new(),
            hash_randomization: true,
            warn_default_encoding: false,
            prefix: "/".into(),
            stdlib_dir: "/lib/python3.14".into(),
            module_search_paths: vec!["/lib/python3.14".into()],
            pycache_prefix: None,
            stdio_encoding: (None, None),
            stdio_errors: "strict".into(),
        }
    }
}

/// Reasons for the run loop to look up, set from other threads or signal handlers.
#[derive(Clone, Default)]
pub struct Interrupts(Arc<AtomicU32>);

impl Interrupts {
    /// A signal arrived: run Python signal handlers.
    pub const SIGNAL: u32 = 1;
    /// Another thread wants the interpreter.
    pub const GIL: u32 = 2;
    /// Stop: the run is suspended.
    pub const STOP: u32 = 4;
    /// Something was queued with `Vm::call_soon`.
    pub const PENDING_CALL: u32 = 8;
    /// Suspend the run where that is possible; native code that calls back goes on undisturbed.
    pub const YIELD: u32 = 16;

    pub fn set(&self, reason: u32) {
        self.0.fetch_or(reason, Ordering::Release);
    }
    pub fn clear(&self, reason: u32) {
        self.0.fetch_and(!reason, Ordering::AcqRel);
    }
    #[inline(always)]
    pub fn any(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }
    pub fn has(&self, reason: u32) -> bool {
        self.0.load(Ordering::Acquire) & reason != 0
    }
}

/// One interpreter.
pub struct Vm {
    pub thread: Box<Thread>,
    pub names: Names,
    pub exc: ExcTypes,
    /// `builtins.__dict__`.
    pub builtins: Ref<Dict>,
    /// `sys.__dict__`.
    pub sys: Ref<Dict>,
    /// `sys.modules`.
    pub modules: Ref<Dict>,
    pub config: Config,
    pub recursion_limit: usize,
    pub interrupts: Interrupts,
    pub host: Box<dyn Host>,
    /// Hooks a host installs for `Interrupts` (signals, GIL).
    pub poll_hook: Option<fn(&mut Vm, u32) -> Result<()>>,
    /// Native modules by name.
    pub(crate) native_modules: HashMap<&'static str, ModuleInit>,
    state: FxHashMap<TypeId, Box<dyn Any>>,
    /// Back-edges and calls left before the run loop looks at limits; `fuel` refills it.
    pub(crate) ticks: u32,
    pub(crate) fuel: Option<u64>,
    /// What the last [`Vm::advance`] left of its fuel.
    pub(crate) fuel_left: u64,
    /// Fuel used beyond what was given, where the run could not be suspended.
    pub(crate) fuel_debt: u64,
    /// The native depth at which the run loop can be left and entered again.
    pub(crate) resumable: Option<usize>,
    /// Why the run loop was left with its frames in place.
    pub(crate) suspension: Option<crate::interp::program::Suspension>,
    pub deadline: Option<std::time::Duration>,
    pub(crate) finalizing: bool,
    /// The exception being raised keeps its traceback as it is.
    pub(crate) reraising: bool,
    /// The run that just ended did so at a `yield`.
    pub(crate) yielded: bool,
    /// The frame below goes on at a jump target.
    pub(crate) jumped: bool,
    pub(crate) attributes: crate::interp::attr_cache::AttributeCache,
    /// The heap's flag: finalisers wait, the quota was passed or a collection is due.
    pub(crate) attention: *const bool,
    pub(crate) plans: Box<crate::interp::binding::Plans>,
    /// The room of a builder that is done, for the next one.
    pub(crate) text_buffer: Vec<u8>,
    /// `sys.settrace`, `sys.setprofile` or `sys.monitoring` is in use somewhere.
    pub tracing: bool,
    /// The just-in-time compiler, where the host has one.
    pub jit: Option<Box<crate::jit::Jit>>,
    pub monitoring: Box<crate::interp::monitoring::Monitoring>,
    // Last: everything above may own references into it.
    pub heap: Box<Heap>,
}

impl Token for Vm {
    #[inline(always)]
    fn heap(&self) -> &Heap {
        &self.heap
    }
}
impl TokenMut for Vm {
    #[inline(always)]
    fn heap_mut(&mut self) -> &mut Heap {
        &mut self.heap
    }
}

/// Makes interpreters.
pub struct Builder {
    host: Box<dyn Host>,
    config: Config,
    memory: usize,
    modules: Vec<(&'static str, ModuleInit)>,
    fuel: Option<u64>,
}

impl Builder {
    pub fn new(host: impl Host + 'static) -> Builder {
        Builder { host: Box::new(host), config: Config::default(), memory: usize::MAX, modules: Vec::new(), fuel: None }
    }
    pub fn config(mut self, config: Config) -> Builder {
        self.config = config;
        self
    }
    /// The memory quota in bytes.
    pub fn memory(mut self, bytes: usize) -> Builder {
        self.memory = bytes;
        self
    }
    /// Back-edges and calls that may be made in all, outside of [`Vm::advance`]; then a RuntimeError is raised.
    pub fn fuel(mut self, fuel: u64) -> Builder {
        self.fuel = Some(fuel);
        self
    }
    pub fn modules(mut self, modules: &[(&'static str, ModuleInit)]) -> Builder {
        self.modules.extend_from_slice(modules);
        self
    }
    /// `#[inline]`: what only this calls is compiled by the host's crate, see `#[methods]`.
    #[inline]
    pub fn build(self) -> Box<Vm> {
        let mut vm = self.without_builtins();
        crate::builtins::init(&mut vm);
        vm
    }
    fn without_builtins(mut self) -> Box<Vm> {
        let mut heap = Box::new(Heap::new(self.memory));
        heap.set_hash_seed(self.host.hash_seed());
        let core = crate::types::build::core_types(&mut heap);
        let (builtins, sys, modules) = (heap.dict(), heap.dict(), heap.dict());
        let mut native_modules: HashMap<&'static str, ModuleInit> = self.modules.into_iter().collect();
        native_modules.extend(self.host.modules().iter().copied());
        let recursion_limit = 1000;
        let attention = heap.attention_flag();
        Box::new(Vm {
            thread: Box::default(),
            heap,
            names: core.names,
            exc: core.exc,
            builtins,
            sys,
            modules,
            config: self.config,
            recursion_limit,
            interrupts: Interrupts::default(),
            host: self.host,
            poll_hook: None,
            native_modules,
            state: FxHashMap::default(),
            ticks: crate::interp::TICKS,
            fuel: self.fuel,
            fuel_left: 0,
            fuel_debt: 0,
            resumable: None,
            suspension: None,
            deadline: None,
            finalizing: false,
            reraising: false,
            yielded: false,
            jumped: false,
            tracing: false,
            jit: None,
            attributes: Default::default(),
            attention,
            plans: Default::default(),
            text_buffer: Vec::new(),
            monitoring: Box::default(),
        })
    }
}

impl Vm {
    // ---- raising ----

    /// Makes `exception` (an instance) the pending one.
    #[cold]
    pub fn raise(&mut self, exception: Value) -> Raised {
        self.thread.pending = Some(exception);
        Raised
    }
    /// Raises a builtin exception with one message argument.
    #[cold]
    pub fn error(&mut self, kind: Exc, message: impl AsRef<str>) -> Raised {
        let text = self.heap.str(message.as_ref()).into_value();
        self.error_args(kind, vec![text])
    }
    /// Raises a builtin exception with these arguments.
    #[cold]
    pub fn error_args(&mut self, kind: Exc, args: Vec<Value>) -> Raised {
        let exception = self.new_exception(kind, args);
        self.raise_with_context(exception)
    }
    #[cold]
    pub fn type_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::TypeError, message)
    }
    #[cold]
    pub fn value_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::ValueError, message)
    }
    #[cold]
    pub fn index_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::IndexError, message)
    }
    #[cold]
    pub fn overflow_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::OverflowError, message)
    }
    #[cold]
    pub fn runtime_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::RuntimeError, message)
    }
    #[cold]
    pub fn zero_division(&mut self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::ZeroDivisionError, message)
    }
    #[cold]
    pub fn key_error(&mut self, key: Value) -> Raised {
        self.error_args(Exc::KeyError, vec![key])
    }
    #[cold]
    pub fn memory_error(&mut self) -> Raised {
        self.error_args(Exc::MemoryError, Vec::new())
    }
    /// `StopIteration` without a value.
    #[cold]
    pub fn stop_iteration(&mut self) -> Raised {
        self.error_args(Exc::StopIteration, Vec::new())
    }
    /// The exception a krait-text engine reports.
    #[cold]
    pub fn text_error(&mut self, e: krait_text::TextError) -> Raised {
        let kind = match e.kind {
            krait_text::ErrorKind::TypeError => Exc::TypeError,
            krait_text::ErrorKind::OverflowError => Exc::OverflowError,
            krait_text::ErrorKind::MemoryError => Exc::MemoryError,
            krait_text::ErrorKind::ZeroDivisionError => Exc::ZeroDivisionError,
            krait_text::ErrorKind::IndexError => Exc::IndexError,
            krait_text::ErrorKind::KeyError => Exc::KeyError,
            _ => Exc::ValueError,
        };
        self.error(kind, e.message)
    }
    /// Takes the pending exception after `Err(Raised)`.
    pub fn take_pending(&mut self) -> Value {
        match self.thread.pending.take() {
            Some(e) => e,
            None => self.new_exception(Exc::SystemError, Vec::new()),
        }
    }
    pub fn has_pending(&self) -> bool {
        self.thread.pending.is_some()
    }
    /// Whether the pending exception is an instance of a builtin exception type.
    pub fn pending_is(&self, kind: Exc) -> bool {
        self.thread.pending.as_ref().is_some_and(|e| {
            let id = self.exc.get(kind).id(&self.heap);
            self.heap.is_instance(e, id)
        })
    }
    /// `Err` of a kind becomes `Ok(None)`; other errors stay.
    pub fn catch<T>(&mut self, result: Result<T>, kind: Exc) -> Result<Option<T>> {
        match result {
            Ok(v) => Ok(Some(v)),
            Err(Raised) if self.pending_is(kind) => {
                self.thread.pending = None;
                Ok(None)
            }
            Err(Raised) => Err(Raised),
        }
    }
    pub fn is_exception(&self, value: &Value, kind: Exc) -> bool {
        self.heap.is_instance(value, self.exc.get(kind).id(&self.heap))
    }

    /// Whether the interpreter is being shut down.
    pub fn is_finalizing(&self) -> bool {
        self.finalizing
    }
    pub fn set_finalizing(&mut self) {
        self.finalizing = true;
    }
    pub fn has_native_module(&self, name: &str) -> bool {
        self.native_modules.contains_key(name)
    }

    // ---- small helpers ----

    /// A `str` object.
    pub fn str(&mut self, text: &str) -> Value {
        self.heap.str(text).into_value()
    }
    pub fn tuple(&mut self, items: Vec<Value>) -> Value {
        self.heap.tuple(items).into_value()
    }
    pub fn list(&mut self, items: Vec<Value>) -> Value {
        self.heap.list(items).into_value()
    }
    pub fn intern(&mut self, text: &str) -> Ref<Str> {
        self.heap.intern(text)
    }
    /// "None" for None, else the type's name: as argument errors word it.
    pub fn type_name_or_none(&self, value: &Value) -> String {
        if value.is_none() { "None".into() } else { self.heap.type_name(value) }
    }
    pub fn type_name(&self, value: &Value) -> String {
        self.heap.type_name(value)
    }
    /// The type of a value.
    pub fn type_of(&self, value: &Value) -> Ref<Type> {
        self.heap.type_of(value).clone()
    }
    pub fn core_type(&self, id: u32) -> Ref<Type> {
        self.heap.type_object(id).clone()
    }
    pub fn payload_name<T: Payload>(&self) -> String {
        self.name_of_type_id(self.heap.payload_type::<T>())
    }
    #[cold]
    fn name_of_type_id(&self, type_id: Option<u32>) -> String {
        match type_id {
            Some(id) => self.heap.type_object(id).name(&self.heap),
            None => "object".into(),
        }
    }
    /// MemoryError for a refused request.
    pub fn memory<T>(&mut self, result: Result<T, OutOfMemory>) -> Result<T> {
        result.map_err(|OutOfMemory| self.memory_error())
    }

    // ---- state of native modules ----

    /// The per-interpreter state of a native module, made on first use.
    pub fn state<T: Any + Default>(&mut self) -> &mut T {
        match self.state_of(TypeId::of::<T>(), || Box::new(T::default())).downcast_mut::<T>() {
            Some(state) => state,
            None => unreachable!("keyed by type"),
        }
    }
    fn state_of(&mut self, key: TypeId, make: fn() -> Box<dyn Any>) -> &mut dyn Any {
        &mut **self.state.entry(key).or_insert_with(make)
    }
}
