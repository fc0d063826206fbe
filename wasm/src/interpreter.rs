//! An interpreter as the page sees it: made with options, it runs files and pieces of source, and keeps its state
//! between them.

use crate::data::Data;
use crate::files::Files;
use crate::host::{JsHost, PackLibrary};
use crate::emit;
use crate::os;
use crate::os::SharedFiles;
use crate::os::posix::Environment;
use crate::page;
use krait_modules::{boot, file_names, main_program, sys};
use krait_vm::jit::{Jit, Mode};
use krait_vm::vm::{Builder, Config};
use krait_vm::{Result, Value, Vm};

/// Bytes an interpreter may hold unless the page says otherwise: half of what 32 bits address.
const MEMORY: usize = 2 << 30;

/// To watch a loop, the engine first compiles the run loop's other form, twice: programs that are over in some milliseconds
/// are better off without. So many times ten thousand steps are waited for.
const PATIENCE: u32 = 8;

pub struct Interpreter {
    pub vm: Box<Vm>,
    library: Option<&'static PackLibrary>,
}

impl Interpreter {
    /// Makes and starts an interpreter. Options: `argv`, `env`, `cwd`, `mounts` (pairs of paths), `memory` and `stack`
    /// (bytes), `optimize`, `line_buffering`, `jit` (false, "stress" or "guards"). `None` when it could not start, after saying why on standard error.
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
        let mut vm = Builder::new(host).config(config).memory(MEMORY).modules(krait_modules::MODULES).build();
        vm.poll_hook = Some(page::attend);
        vm.thread.ident = 1;
        *vm.state::<SharedFiles>() = files;
        set_environment(&mut vm, options);
        let mut this = Interpreter { vm, library };
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
        prepare_files(vm, options);
        match options.get("jit") {
            Data::Bool(false) => vm.jit = None,
            mode => {
                let mode = match mode.text() {
                    Some("stress") => Mode::Stress,
                    Some("guards") => Mode::Guards,
                    _ => Mode::On,
                };
                let mut jit = Jit::new(emit::compiler(), mode);
                if mode == Mode::On {
                    jit.patience = PATIENCE;
                }
                vm.compile_loops(jit);
            }
        }
        if prepared {
            self.take_over(options)?;
        }
        if options.get("line_buffering") == &Data::Bool(true) {
            let vm = &mut self.vm;
            let key = vm.names.stdout.clone();
            if let Some(stdout) = vm.sys.get_str(&*vm.heap, &key) {
                let reconfigure = vm.intern("reconfigure");
                let reconfigure = vm.get_attr(&stdout, &reconfigure)?;
                vm.call_kw(&reconfigure, &[], &[("line_buffering", Value::TRUE)])?;
            }
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
