//! An interpreter as the page sees it: made with options, it runs files and pieces of source, and keeps its state
//! between them.

use crate::data::Data;
use crate::files::Files;
use crate::host::{JsHost, PackLibrary};
use crate::os;
use crate::os::SharedFiles;
use crate::os::posix::Environment;
use crate::page_modules::{self, PageModules};
use krait_modules::{boot, file_names, main_program, sys};
use krait_vm::vm::{Builder, Config};
use krait_vm::{Exc, Result, Value, Vm};

/// Bytes an interpreter may hold unless the page says otherwise: half of what 32 bits address.
const MEMORY: usize = 2 << 30;

pub struct Interpreter {
    pub vm: Box<Vm>,
    /// What the last call left for the page to fetch.
    pub answer: Vec<u8>,
    library: Option<&'static PackLibrary>,
}

impl Interpreter {
    /// Makes and starts an interpreter. Options: `argv`, `env`, `cwd`, `mounts` (pairs of paths), `modules`, `memory`
    /// and `stack` (bytes), `fuel`, `optimize`. `None` when it could not start, after saying why on standard error.
    pub fn new(options: &Data) -> Option<Interpreter> {
        let mut this = Interpreter::start(options)?;
        match this.configure(options, false) {
            Ok(()) => Some(this),
            Err(_) => this.give_up(),
        }
    }

    /// As far as an interpreter gets without most of its options, which [`Interpreter::configure`] adds: `site` has run.
    fn start(options: &Data) -> Option<Interpreter> {
        let files = SharedFiles::default();
        let library = PackLibrary::open();
        let host = JsHost::new(library, files.clone(), None);
        let config = Config {
            dont_write_bytecode: true,
            optimize: options.get("optimize").number().unwrap_or(0.0) as u8,
            executable: String::new(),
            ..Config::default()
        };
        let mut builder = Builder::new(host).config(config).memory(MEMORY).modules(krait_modules::MODULES);
        if let Some(fuel) = options.get("fuel").number() {
            builder = builder.fuel(fuel as u64);
        }
        let mut vm = builder.build();
        vm.thread.ident = 1;
        *vm.state::<SharedFiles>() = files;
        set_environment(&mut vm, options);
        let mut this = Interpreter { vm, answer: Vec::new(), library };
        match boot::boot(&mut this.vm).and_then(|()| boot::main_module(&mut this.vm)) {
            Ok(_) => Some(this),
            Err(_) => this.give_up(),
        }
    }

    /// An interpreter that has started without options, for a page to keep a copy of the memory that it is in.
    pub fn prepare() -> Option<Interpreter> {
        Interpreter::start(&Data::None)
    }

    /// Takes over from [`Interpreter::prepare`]: gives a prepared interpreter its options. Whether that worked.
    pub fn adopt(&mut self, options: &Data) -> bool {
        if !self.library.is_none_or(PackLibrary::is_at_hand) {
            crate::js::write(2, b"krait: the prepared start does not belong to this library\n");
            return false;
        }
        let done = self.configure(options, true);
        if done.is_err() {
            self.report();
        }
        done.is_ok()
    }

    /// Gives a started interpreter its options.
    fn configure(&mut self, options: &Data, prepared: bool) -> Result<()> {
        let vm = &mut self.vm;
        let files = vm.state::<SharedFiles>().clone();
        vm.host = Box::new(JsHost::new(self.library, files, options.get("stack").number()));
        let argv = options.get("argv").texts();
        (vm.config.argv, vm.config.orig_argv) = (argv.clone(), argv);
        sys::set_arguments(vm);
        vm.heap.set_limit(options.get("memory").number().map_or(MEMORY, |n| n as usize));
        let modules: Vec<(&'static str, Data)> = options.get("modules").pairs().iter().filter_map(|(name, members)| Some((&*String::leak(name.text()?.to_string()), members.clone()))).collect();
        let given: Vec<_> = modules.iter().map(|(name, _)| (*name, page_modules::init as krait_vm::host::ModuleInit)).collect();
        vm.state::<PageModules>().modules = modules;
        vm.add_native_modules(&given);
        sys::set_native_names(vm);
        prepare_files(vm, options);
        if prepared {
            self.take_over(options)?;
        }
        Ok(())
    }

    /// What a prepared interpreter has found out before, and finds out again: the environment, the time zone, and
    /// whether its streams are terminals.
    fn take_over(&mut self, options: &Data) -> Result<()> {
        let vm = &mut self.vm;
        if !options.get("env").pairs().is_empty() {
            set_environment(vm, options);
            let reload = vm.import_attr("os", "reload_environ")?;
            vm.call(&reload, &[])?;
        }
        krait_modules::time_module::set_zones(vm)?;
        if (0..3).any(crate::js::is_terminal) { boot::streams(vm) } else { Ok(()) }
    }

    fn report(&mut self) {
        let exception = self.vm.take_pending();
        self.vm.report_uncaught(&exception);
    }

    /// Says why there is no interpreter.
    fn give_up<T>(mut self) -> Option<T> {
        self.report();
        // What half an interpreter holds is not worth taking apart.
        std::mem::forget(self.vm);
        None
    }

    /// Runs a file as `__main__` to its end, exit functions included. The exit status.
    pub fn run_file(&mut self, path: &str) -> i32 {
        let vm = &mut self.vm;
        let status = match run_file(vm, path) {
            Ok(()) => 0,
            Err(_) => main_program::report(vm),
        };
        let flushed = boot::shut_down(vm);
        if !flushed && status == 0 { 120 } else { status }
    }

    /// Runs source in `__main__`. 0, or 1 with the traceback as the answer, or 2 with an exit status as the answer.
    pub fn run_source(&mut self, source: &[u8], name: &str) -> i32 {
        let vm = &mut self.vm;
        let done = run_source(vm, source, name);
        for stream in ["stdout", "stderr"] {
            if sys::flush(vm, stream).is_err() && done.is_ok() {
                vm.take_pending();
            }
        }
        if done.is_ok() {
            return 0;
        }
        if vm.pending_is(Exc::SystemExit) {
            let exception = vm.take_pending();
            self.answer = main_program::exit_status(vm, &exception).to_string().into_bytes();
            return 2;
        }
        self.answer_exception();
        1
    }

    /// Makes the pending exception's traceback the answer.
    fn answer_exception(&mut self) {
        let vm = &mut self.vm;
        let exception = vm.take_pending();
        let text = match traceback(vm, &exception) {
            Ok(text) => text,
            Err(_) => {
                vm.take_pending();
                vm.type_name(&exception)
            }
        };
        self.answer = text.into_bytes();
    }
}

fn set_environment(vm: &mut Vm, options: &Data) {
    let environment = options.get("env").pairs().iter().filter_map(|(k, v)| Some((k.text()?.to_string(), v.text()?.to_string())));
    vm.state::<Environment>().0 = environment.collect();
}

fn prepare_files(vm: &mut Vm, options: &Data) {
    let _ = os::try_files(vm, |files: &mut Files| {
        for mount in options.get("mounts").items() {
            if let [Data::Text(path), Data::Text(outside)] = mount.items() {
                let _ = files.mount(path.as_bytes(), outside.as_bytes());
            }
        }
        if let Some(cwd) = options.get("cwd").text() {
            files.make_folders(cwd.as_bytes())?;
            files.chdir(cwd.as_bytes())?;
        }
        Ok(())
    });
}

fn traceback(vm: &mut Vm, exception: &Value) -> Result<String> {
    let format = vm.import_attr("traceback", "format_exception")?;
    let lines = vm.call(&format, std::slice::from_ref(exception))?;
    let empty = vm.str("");
    let text = vm.call_method(&empty, "join", &[lines])?;
    vm.to_text(&text)
}

fn run_source(vm: &mut Vm, source: &[u8], name: &str) -> Result<()> {
    let main = boot::main_module(vm)?;
    let globals = vm.module_dict(&main);
    let code = main_program::compile(vm, source, name, "exec")?;
    let result = vm.run_code(&code, &globals, None);
    if result.is_err() {
        main_program::register_source(vm, &code, source, name);
    }
    result.map(drop)
}

fn run_file(vm: &mut Vm, path: &str) -> Result<()> {
    let main = boot::main_module(vm)?;
    let globals = vm.module_dict(&main);
    let source = match os::try_files(vm, |files| files.read_file(path.as_bytes())) {
        Ok(source) => source,
        Err(errno) => {
            let text = os::errno::strerror(errno);
            sys::write_stderr(vm, &format!("krait: can't open file '{path}': [Errno {errno}] {text}\n"));
            return Err(main_program::exit(vm, 2));
        }
    };
    let shown = file_names::fs_str(vm, path.as_bytes());
    let folder = match path.rsplit_once('/') {
        Some(("", _)) => "/".to_string(),
        Some((folder, _)) => folder.to_string(),
        None => ".".to_string(),
    };
    let realpath = vm.import_attr("os.path", "realpath")?;
    let folder = vm.str(&folder);
    let folder = vm.call(&realpath, &[folder])?;
    main_program::prepend_path(vm, folder)?;
    vm.module_set(&main, "__file__", shown.clone());
    vm.module_set(&main, "__cached__", Value::NONE);
    let loader = vm.import_attr("_frozen_importlib_external", "SourceFileLoader")?;
    let name = vm.str("__main__");
    let loader = vm.call(&loader, &[name, shown])?;
    vm.module_set(&main, "__loader__", loader);
    let code = main_program::compile_file(vm, &source, path)?;
    vm.run_code(&code, &globals, None).map(drop)
}
