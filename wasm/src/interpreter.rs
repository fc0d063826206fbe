//! An interpreter as the page sees it: made with options, it runs files and pieces of source, and keeps its state
//! between them.

use crate::data::Data;
use crate::files::Files;
use crate::host::JsHost;
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
}

impl Interpreter {
    /// Makes and starts an interpreter. Options: `argv`, `env`, `cwd`, `mounts` (pairs of paths), `modules`, `memory`
    /// and `stack` (bytes), `fuel`, `optimize`. `None` when it could not start, after saying why on standard error.
    pub fn new(options: &Data) -> Option<Interpreter> {
        let files = SharedFiles::default();
        let host = JsHost::new(files.clone(), options.get("stack").number());
        let argv = options.get("argv").texts();
        let config = Config {
            orig_argv: argv.clone(),
            argv,
            dont_write_bytecode: true,
            optimize: options.get("optimize").number().unwrap_or(0.0) as u8,
            executable: String::new(),
            ..Config::default()
        };
        let modules: Vec<(&'static str, Data)> = options.get("modules").pairs().iter().filter_map(|(name, members)| Some((&*String::leak(name.text()?.to_string()), members.clone()))).collect();
        let given: Vec<_> = modules.iter().map(|(name, _)| (*name, page_modules::init as krait_vm::host::ModuleInit)).collect();
        let memory = options.get("memory").number().map_or(MEMORY, |n| n as usize);
        let mut builder = Builder::new(host).config(config).memory(memory).modules(krait_modules::MODULES).modules(&given);
        if let Some(fuel) = options.get("fuel").number() {
            builder = builder.fuel(fuel as u64);
        }
        let mut vm = builder.build();
        vm.thread.ident = 1;
        *vm.state::<SharedFiles>() = files;
        vm.state::<PageModules>().modules = modules;
        let environment = options.get("env").pairs().iter().filter_map(|(k, v)| Some((k.text()?.to_string(), v.text()?.to_string())));
        vm.state::<Environment>().0 = environment.collect();
        prepare_files(&mut vm, options);
        if boot::boot(&mut vm).and_then(|()| boot::main_module(&mut vm)).is_err() {
            let exception = vm.take_pending();
            vm.report_uncaught(&exception);
            // What half an interpreter holds is not worth taking apart.
            std::mem::forget(vm);
            return None;
        }
        Some(Interpreter { vm, answer: Vec::new() })
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
