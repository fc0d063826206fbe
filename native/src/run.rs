//! Runs what the command line asks for; exit statuses as CPython's.

use crate::command_line::{self, Parsed, Program, Settings};
use crate::cranelift;
use crate::host::NativeHost;
use crate::os;
use krait_compiler::{Mode, Options};
use krait_jit::LoopCompiler;
use krait_jit::evaluate::Evaluator;
use krait_modules::main_program::{compile, exit, exit_status, prepend_path, register_source};
use krait_modules::{boot, main_program, sys};
use krait_vm::args::Methods;
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::module::Module;
use krait_vm::jit;
use krait_vm::vm::Builder;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};
use std::io::{IsTerminal, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Runs the process's command line; its exit status.
pub fn main() -> i32 {
    let settings = match command_line::parse() {
        Parsed::Run(settings) => settings,
        Parsed::Exit(text, status) => {
            let _ = if status == 0 { std::io::stdout().write_all(text.as_bytes()) } else { std::io::stderr().write_all(text.as_bytes()) };
            return status;
        }
    };
    let mut settings = settings;
    if settings.dump.iter().any(|d| d == "ast") {
        let also = settings.dump.iter().any(|d| d == "bytecode");
        if also && dump(&settings) != 0 {
            return 1;
        }
        print_tree(&mut settings);
    }
    execute(&settings)
}

/// Makes the program one that prints the syntax tree of what would have run.
fn print_tree(settings: &mut Settings) {
    let (source, given) = match &settings.program {
        Program::File(path) => ("open(sys.argv[1], 'rb').read()", path.clone()),
        Program::Command(code) => ("sys.argv[1]", std::ffi::OsString::from_vec(code.clone())),
        Program::Module(_) | Program::Stdin => ("sys.stdin.buffer.read()", "-".into()),
    };
    settings.program = Program::Command(format!("import ast, sys; print(ast.dump(ast.parse({source}), indent=2))").into_bytes());
    settings.argv = vec!["-c".into(), given];
    settings.dump.clear();
}

fn execute(settings: &Settings) -> i32 {
    let machine = |what: &str| settings.dump.iter().any(|d| d == what);
    let options = cranelift::Options { ir: machine("ir"), explain: settings.jit_stats, dump: cranelift::Dump { clif: machine("clif"), asm: machine("asm") } };
    if settings.dump.iter().any(|d| !matches!(d.as_str(), "ir" | "clif" | "asm")) {
        return dump(settings);
    }
    let host = NativeHost::new(settings.hash_seed);
    let mut config = settings.config.clone();
    let text = |items: &[std::ffi::OsString]| items.iter().map(|a| a.to_string_lossy().into_owned()).collect();
    config.argv = text(&settings.argv);
    config.orig_argv = text(&settings.orig_argv);
    let mut vm = Builder::new(host).config(config).modules(krait_modules::MODULES).build();
    os::start(&mut vm);
    let status = match boot::boot(&mut vm).and_then(|()| arguments(&mut vm, settings)) {
        Ok(()) => {
            if let Some((compiler, mode)) = jit_compiler(&mut vm, settings, options) {
                let mut jit = jit::Jit::new(compiler, mode);
                jit.trace_exits = settings.trace_exits;
                vm.compile_loops(jit);
            }
            os::pages::give_start_back();
            let result = run(&mut vm, settings);
            finish(&mut vm, settings, result)
        }
        Err(_) => {
            let exception = vm.take_pending();
            if vm.is_exception(&exception, Exc::SystemExit) {
                exit_status(&mut vm, &exception)
            } else if std::env::var_os("KRAIT_STRICT_START").is_none() && !matches!(settings.program, Program::Module(_)) {
                // Until the whole library runs: programs that need none of it work.
                let result = run(&mut vm, settings);
                finish(&mut vm, settings, result)
            } else {
                eprintln!("Fatal Python error: cannot start the interpreter");
                let _ = sys::print_exception(&mut vm, &exception);
                1
            }
        }
    };
    if settings.jit_stats
        && let Some(jit) = &vm.jit
    {
        let s = jit.stats;
        eprintln!("jit: {} loops compiled, {} left to the interpreter, {} given back", s.compiled, s.refused, s.discarded);
    }
    let flushed = boot::shut_down(&mut vm);
    os::end(&mut vm);
    if os::signal::interrupted_by_sigint(&mut vm) {
        os::signal::die_by_sigint();
    }
    // Freeing everything would only take time.
    std::mem::forget(vm);
    if !flushed && status == 0 { 120 } else { status }
}

/// `-X jit=off|on|stress|guards|evaluate`, or the environment's `PYTHON_JIT`.
fn jit_compiler(vm: &mut Vm, settings: &Settings, options: cranelift::Options) -> Option<(Box<dyn jit::Compiler>, jit::Mode)> {
    let config = &settings.config;
    let given = config.xoptions.iter().rev().find(|(key, _)| key == "jit").map(|(_, value)| value.clone().unwrap_or_default());
    let given = given.or_else(|| if config.ignore_environment { None } else { std::env::var("PYTHON_JIT").ok() });
    match given.as_deref() {
        Some("off" | "0") => None,
        Some("stress") => Some((cranelift::compiler(options), jit::Mode::Stress)),
        Some("guards") => Some((cranelift::compiler(options), jit::Mode::Guards)),
        Some("evaluate") => Some((Box::new(LoopCompiler::new(Evaluator::new(vm))), jit::Mode::Stress)),
        _ => Some((cranelift::compiler(options), jit::Mode::On)),
    }
}

fn dump(settings: &Settings) -> i32 {
    let (name, source) = match &settings.program {
        Program::Command(code) => ("<string>".to_string(), code.clone()),
        Program::File(path) => match std::fs::read(path) {
            Ok(bytes) => (path.to_string_lossy().into_owned(), bytes),
            Err(e) => {
                eprintln!("krait: can't open file '{}': {e}", path.to_string_lossy());
                return 2;
            }
        },
        _ => {
            let mut bytes = Vec::new();
            let _ = std::io::stdin().read_to_end(&mut bytes);
            ("<stdin>".to_string(), bytes)
        }
    };
    let options = Options { optimize: settings.config.optimize, ..Options::default() };
    match krait_compiler::compile_bytes(&source, &name, Mode::Exec, &options, None) {
        Ok(compiled) => {
            let _ = write!(std::io::stdout(), "{}", krait_bytecode::listing::listing(&compiled.code));
            0
        }
        Err(e) => {
            eprintln!("{e:?}");
            1
        }
    }
}

/// Gives `sys.argv` and `sys.orig_argv` their exact bytes.
fn arguments(vm: &mut Vm, settings: &Settings) -> Result<()> {
    for (name, items) in [("argv", &settings.argv), ("orig_argv", &settings.orig_argv)] {
        let items = items.iter().map(|a| os::path::fs_str(vm, a.as_bytes())).collect();
        let list = vm.list(items);
        let key = vm.intern(name);
        vm.sys.clone().set_str(&mut *vm.heap, &key, list);
    }
    Ok(())
}

fn run(vm: &mut Vm, settings: &Settings) -> Result<()> {
    let main = boot::main_module(vm)?;
    let globals = vm.module_dict(&main);
    let safe = settings.config.safe_path;
    match &settings.program {
        Program::Command(source) => {
            if !safe {
                let here = vm.str("");
                prepend_path(vm, here)?;
            }
            let mut source = source.clone();
            source.push(b'\n');
            let code = compile(vm, &source, "<string>", "exec")?;
            let result = vm.run_code(&code, &globals, None);
            if result.is_err() {
                register_source(vm, &code, &source, "<string>");
            }
            result.map(drop)
        }
        Program::Module(name) => {
            if !safe {
                let here = std::env::current_dir().unwrap_or_default();
                let here = os::path::fs_str(vm, here.as_os_str().as_bytes());
                prepend_path(vm, here)?;
            }
            let run = vm.import_attr("runpy", "_run_module_as_main")?;
            let name = vm.str(name);
            vm.call(&run, &[name, Value::TRUE]).map(drop)
        }
        Program::File(path) => run_file(vm, settings, path, &main, &globals),
        Program::Stdin => {
            if !safe {
                let here = vm.str("");
                prepend_path(vm, here)?;
            }
            if settings.config.interactive || std::io::stdin().is_terminal() {
                return interact(vm, settings, true);
            }
            let mut source = Vec::new();
            let _ = std::io::stdin().read_to_end(&mut source);
            let code = compile(vm, &source, "<stdin>", "exec")?;
            let result = vm.run_code(&code, &globals, None);
            if result.is_err() {
                register_source(vm, &code, &source, "<stdin>");
            }
            result.map(drop)
        }
    }
}

fn run_file(vm: &mut Vm, settings: &Settings, path: &std::ffi::OsStr, main: &Ref<Module>, globals: &Ref<Dict>) -> Result<()> {
    let shown = os::path::fs_str(vm, path.as_bytes());
    let is_dir = std::path::Path::new(path).is_dir();
    let source = if is_dir { Ok(Vec::new()) } else { std::fs::read(path) };
    let source = match source {
        Ok(s) => s,
        Err(e) => {
            let errno = e.raw_os_error().unwrap_or(0);
            let text = os::error::strerror(errno);
            let full = std::path::absolute(path).unwrap_or_default();
            let name = vm.config.executable.clone();
            eprintln!("{name}: can't open file '{}': [Errno {errno}] {text}", full.to_string_lossy());
            return Err(exit(vm, 2));
        }
    };
    if is_dir || source.starts_with(b"PK\x03\x04") {
        // A directory or zip file with a __main__ module.
        prepend_path(vm, shown)?;
        let run = vm.import_attr("runpy", "_run_module_as_main")?;
        let name = vm.str("__main__");
        return vm.call(&run, &[name, Value::FALSE]).map(drop);
    }
    if !settings.config.safe_path {
        let real = std::fs::canonicalize(path).unwrap_or_default();
        let parent = real.parent().map(|p| p.as_os_str().as_bytes().to_vec()).unwrap_or_default();
        let parent = os::path::fs_str(vm, &parent);
        prepend_path(vm, parent)?;
    }
    vm.module_set(main, "__file__", shown.clone());
    vm.module_set(main, "__cached__", Value::NONE);
    if vm.has_native_module("posix") {
        let loader = vm.import_attr("_frozen_importlib_external", "SourceFileLoader")?;
        let name = vm.str("__main__");
        let loader = vm.call(&loader, &[name, shown.clone()])?;
        vm.module_set(main, "__loader__", loader);
    }
    let name = path.to_string_lossy().into_owned();
    let code = main_program::compile_file(vm, &source, &name)?;
    vm.run_code(&code, globals, None).map(drop)
}

/// Reports what is left to report, and goes interactive when asked to.
fn finish(vm: &mut Vm, settings: &Settings, result: Result<()>) -> i32 {
    let mut status = match result {
        Ok(()) => 0,
        Err(_) => report(vm),
    };
    let variable = vm.config.inspect || (!settings.config.ignore_environment && std::env::var_os("PYTHONINSPECT").is_some_and(|v| !v.is_empty()));
    if variable && !matches!(settings.program, Program::Stdin) {
        status = match interact(vm, settings, false) {
            Ok(()) => 0,
            Err(_) => report(vm),
        };
    }
    status
}

/// As the portable one; what Ctrl-C ended will end by the signal.
fn report(vm: &mut Vm) -> i32 {
    if vm.pending_is(Exc::KeyboardInterrupt) {
        os::signal::note_sigint(vm);
    }
    main_program::report(vm)
}

struct Prompt;

#[methods]
impl Prompt {
    /// Reads a line for the plain prompt where no terminal shows it: standard output is the program's alone.
    #[sig("(prompt='', /)")]
    fn raw_input(vm: &mut Vm, prompt: String) -> Result<Value> {
        sys::write_stderr(vm, &prompt);
        let input = vm.import_attr("builtins", "input")?;
        vm.call(&input, &[])
    }
}

/// The interactive prompt: the library's, which falls back to a plain one.
fn interact(vm: &mut Vm, settings: &Settings, banner: bool) -> Result<()> {
    if banner && !settings.config.quiet {
        let version = vm.import_attr("sys", "version")?;
        let version = vm.to_text(&version)?;
        sys::write_stderr(vm, &format!("Python {version} on {}\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n", vm.host.platform()));
    }
    if banner && !settings.config.ignore_environment
        && let Some(startup) = std::env::var_os("PYTHONSTARTUP").filter(|v| !v.is_empty())
        && let Ok(source) = std::fs::read(&startup)
    {
        let main = boot::main_module(vm)?;
        let globals = vm.module_dict(&main);
        let name = startup.to_string_lossy().into_owned();
        let done = compile(vm, &source, &name, "exec").and_then(|code| vm.run_code(&code, &globals, None));
        if done.is_err() {
            report(vm);
        }
    }
    if let Ok(hook) = vm.import_attr("sys", "__interactivehook__") {
        if vm.call(&hook, &[]).is_err() {
            report(vm);
        }
    } else {
        vm.take_pending();
    }
    let basic = std::env::var_os("PYTHON_BASIC_REPL").is_some() || !std::io::stdin().is_terminal();
    if !basic {
        let repl = vm.import_attr("_pyrepl.main", "interactive_console");
        if let Ok(repl) = repl {
            return vm.call_kw(&repl, &[], &[("quiet", Value::TRUE), ("pythonstartup", Value::FALSE)]).map(drop);
        }
        vm.take_pending();
    }
    let main = boot::main_module(vm)?;
    let globals = vm.module_dict(&main);
    let console = vm.import_attr("code", "InteractiveConsole")?;
    let name = vm.str("<stdin>");
    let console = vm.call(&console, &[globals.to_value(), name])?;
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        for def in <Prompt as Methods>::METHODS {
            let (name, function) = (vm.intern("raw_input"), vm.builtin_function(def, None));
            vm.set_attr(&console, &name, Some(function))?;
        }
    }
    let empty = vm.str("");
    vm.call_kw(&console, &[], &[]).map(drop).or_else(|_| {
        vm.take_pending();
        vm.call_method(&console, "interact", &[empty.clone(), empty.clone()]).map(drop)
    })
}
