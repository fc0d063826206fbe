//! Arguments and environment variables, with CPython's meaning, turned into a [`Config`] and what to run.

use krait_vm::vm::Config;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What to run.
#[derive(Clone, Debug)]
pub enum Program {
    Command(Vec<u8>),
    Module(String),
    File(OsString),
    /// Standard input: a prompt when it is a terminal (or `-i`).
    Stdin,
}

pub struct Settings {
    pub config: Config,
    pub program: Program,
    /// `sys.argv`.
    pub argv: Vec<OsString>,
    pub orig_argv: Vec<OsString>,
    pub hash_seed: Option<(u64, u64)>,
    pub dump: Vec<String>,
    /// Tell at the end what the compiler did.
    pub jit_stats: bool,
    /// Tell of exits from compiled code that were not expected.
    pub trace_exits: bool,
}

/// How reading the command line ended.
pub enum Parsed {
    Run(Box<Settings>),
    /// Print and leave with this status.
    Exit(String, i32),
}

const USAGE: &str = "usage: krait [option] ... [-c cmd | -m mod | file | -] [arg] ...";

const HELP: &str = "Options (and corresponding environment variables):
-b     : issue warnings about converting bytes/bytearray to str and comparing
         bytes/bytearray with str or bytes with int; -bb: issue errors
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-d     : turn on parser debugging output; also PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; forces a prompt even
         if stdin does not appear to be a terminal; also PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings
-P     : don't prepend a potentially unsafe path to sys.path; also PYTHONSAFEPATH
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered; also PYTHONUNBUFFERED=x
-v     : verbose (trace import statements); also PYTHONVERBOSE=x
-V     : print the Python version number and exit (also --version)
-W arg : warning control; arg is action:message:category:module:lineno
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option
--dump=ast,bytecode : print the syntax tree, the bytecode instead of running it
--dump=ir,clif,asm : print what hot loops become
--jit-stats : tell which loops were compiled, and why others were not
--trace-exits : tell where compiled loops met what they did not expect
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
";

fn version() -> String {
    "Python 3.14.0 (Krait)\n".to_string()
}

fn bad(message: &str) -> Parsed {
    Parsed::Exit(format!("{message}\n{USAGE}\nTry `krait -h' for more information.\n"), 2)
}

/// Reads the process's arguments and environment.
pub fn parse() -> Parsed {
    let all: Vec<OsString> = std::env::args_os().collect();
    let mut config = Config::default();
    let mut program = None;
    let mut rest: Vec<OsString> = Vec::new();
    let mut dump = Vec::new();
    let (mut jit_stats, mut trace_exits) = (false, false);
    let mut warn_options = Vec::new();
    let mut skip_first_line = false;
    let mut no_environment = false;
    let mut i = 1;
    while i < all.len() {
        let arg = all[i].as_bytes();
        i += 1;
        if arg == b"-" {
            program = Some(Program::Stdin);
            rest.push("-".into());
            break;
        }
        if arg == b"--" {
            break;
        }
        if let Some(long) = arg.strip_prefix(b"--") {
            let long = String::from_utf8_lossy(long).into_owned();
            match long.as_str() {
                "help" | "help-all" => return Parsed::Exit(format!("{USAGE}\n{HELP}"), 0),
                "help-env" | "help-xoptions" => return Parsed::Exit(HELP.into(), 0),
                "jit-stats" => jit_stats = true,
                "trace-exits" => trace_exits = true,
                "version" => return Parsed::Exit(version(), 0),
                "check-hash-based-pycs" => i += 1,
                _ => match long.strip_prefix("dump=") {
                    Some(what) => dump = what.split(',').map(str::to_string).collect(),
                    None => return bad(&format!("unknown option --{long}")),
                },
            }
            continue;
        }
        let Some(letters) = arg.strip_prefix(b"-") else {
            program = Some(Program::File(all[i - 1].clone()));
            rest.push(all[i - 1].clone());
            break;
        };
        let mut j = 0;
        while j < letters.len() {
            let letter = letters[j];
            j += 1;
            // Options with an argument: the rest of the word, or the next one.
            if matches!(letter, b'c' | b'm' | b'W' | b'X') {
                let value = if j < letters.len() {
                    OsString::from_vec(letters[j..].to_vec())
                } else {
                    match all.get(i) {
                        Some(v) => {
                            i += 1;
                            v.clone()
                        }
                        None => return bad(&format!("Argument expected for the -{} option", letter as char)),
                    }
                };
                match letter {
                    b'c' => {
                        program = Some(Program::Command(value.into_vec()));
                        rest.push("-c".into());
                    }
                    b'm' => {
                        program = Some(Program::Module(value.to_string_lossy().into_owned()));
                        rest.push("-m".into());
                    }
                    b'W' => warn_options.push(value.to_string_lossy().into_owned()),
                    _ => {
                        let text = value.to_string_lossy().into_owned();
                        let (key, value) = match text.split_once('=') {
                            Some((k, v)) => (k.to_string(), Some(v.to_string())),
                            None => (text, None),
                        };
                        config.xoptions.push((key, value));
                    }
                }
                break;
            }
            match letter {
                b'b' => config.bytes_warning += 1,
                b'B' => config.dont_write_bytecode = true,
                b'd' => config.debug += 1,
                b'E' => no_environment = true,
                b'h' | b'?' => return Parsed::Exit(format!("{USAGE}\n{HELP}"), 0),
                b'i' => {
                    config.inspect = true;
                    config.interactive = true;
                }
                b'I' => {
                    config.isolated = true;
                    no_environment = true;
                    config.no_user_site = true;
                    config.safe_path = true;
                }
                b'O' => config.optimize = (config.optimize + 1).min(2),
                b'P' => config.safe_path = true,
                b'q' => config.quiet = true,
                b'R' => {}
                b's' => config.no_user_site = true,
                b'S' => config.no_site = true,
                b't' => {}
                b'u' => config.unbuffered = true,
                b'v' => config.verbose += 1,
                b'V' => return Parsed::Exit(version(), 0),
                b'x' => skip_first_line = true,
                _ => return bad(&format!("Unknown option: -{}", letter as char)),
            }
        }
        if program.is_some() {
            break;
        }
    }
    let _ = skip_first_line;
    if program.is_none() && i < all.len() {
        program = Some(Program::File(all[i].clone()));
        rest.push(all[i].clone());
        i += 1;
    }
    if program.is_none() {
        rest.push("".into());
    }
    rest.extend_from_slice(&all[i.min(all.len())..]);
    config.ignore_environment = no_environment;
    config.utf8_mode = false;
    let mut hash_seed = None;
    let mut python_path = Vec::new();
    if !no_environment {
        match environment(&mut config, &mut python_path) {
            Ok(seed) => hash_seed = seed,
            Err(message) => return Parsed::Exit(format!("Fatal Python error: {message}\n"), 1),
        }
    }
    if let Err(message) = xoptions(&mut config) {
        return Parsed::Exit(format!("Fatal Python error: {message}\n"), 1);
    }
    if config.dev_mode {
        config.warn_options.push("default".into());
    }
    if !no_environment && let Some(v) = variable("PYTHONWARNINGS") {
        config.warn_options.extend(v.split(',').filter(|w| !w.is_empty()).map(str::to_string));
    }
    config.warn_options.append(&mut warn_options);
    if config.bytes_warning > 0 {
        config.warn_options.push(if config.bytes_warning > 1 { "error::BytesWarning" } else { "default::BytesWarning" }.into());
    }
    locale(&mut config);
    paths(&mut config, python_path, no_environment);
    let settings = Settings { config, program: program.unwrap_or(Program::Stdin), argv: rest, orig_argv: all, hash_seed, dump, jit_stats, trace_exits };
    Parsed::Run(Box::new(settings))
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).filter(|v| !v.is_empty()).map(|v| v.to_string_lossy().into_owned())
}

fn environment(config: &mut Config, python_path: &mut Vec<String>) -> Result<Option<(u64, u64)>, String> {
    let level = |name: &str| -> u32 {
        match variable(name) {
            Some(v) => v.parse().ok().filter(|&n| n > 0).unwrap_or(1),
            None => 0,
        }
    };
    config.debug = config.debug.max(level("PYTHONDEBUG"));
    config.verbose = config.verbose.max(level("PYTHONVERBOSE"));
    config.optimize = config.optimize.max(level("PYTHONOPTIMIZE").min(2) as u8);
    config.inspect |= variable("PYTHONINSPECT").is_some();
    config.dont_write_bytecode |= variable("PYTHONDONTWRITEBYTECODE").is_some();
    config.no_user_site |= variable("PYTHONNOUSERSITE").is_some();
    config.unbuffered |= variable("PYTHONUNBUFFERED").is_some();
    config.safe_path |= variable("PYTHONSAFEPATH").is_some();
    config.dev_mode |= variable("PYTHONDEVMODE").is_some();
    config.warn_default_encoding |= variable("PYTHONWARNDEFAULTENCODING").is_some();
    config.code_debug_ranges &= variable("PYTHONNODEBUGRANGES").is_none();
    config.pycache_prefix = variable("PYTHONPYCACHEPREFIX");
    match variable("PYTHONUTF8").as_deref() {
        Some("1") => config.utf8_mode = true,
        Some("0") | None => {}
        Some(_) => return Err("config_init: invalid PYTHONUTF8 environment variable value".into()),
    }
    if let Some(v) = variable("PYTHONINTMAXSTRDIGITS") {
        config.int_max_str_digits = match v.parse::<usize>() {
            Ok(n) if n == 0 || n >= 640 => n,
            _ => return Err("config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.".into()),
        };
    }
    if let Some(v) = variable("PYTHONIOENCODING") {
        let (encoding, errors) = match v.split_once(':') {
            Some((e, r)) => (e.to_string(), Some(r.to_string())),
            None => (v, None),
        };
        let errors = errors.filter(|e| !e.is_empty()).or_else(|| Some("strict".into()).filter(|_: &String| !encoding.is_empty()));
        config.stdio_encoding = (Some(encoding).filter(|e| !e.is_empty()), errors);
    }
    if let Some(v) = variable("PYTHONPATH") {
        python_path.extend(v.split(':').map(str::to_string));
    }
    match variable("PYTHONHASHSEED").as_deref() {
        None | Some("random") => Ok(None),
        Some(v) => match v.parse::<u32>() {
            Ok(seed) => {
                config.hash_randomization = seed != 0;
                Ok(Some(if seed == 0 { (0, 0) } else { hash_keys(seed) }))
            }
            Err(_) => Err("config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]".into()),
        },
    }
}

/// The keys of the string hash for a fixed seed: bytes of the linear congruential generator that CPython uses, so
/// that hashes agree. Seed 0 turns randomisation off.
fn hash_keys(seed: u32) -> (u64, u64) {
    let mut x = seed;
    let mut key = || {
        (0..8).fold(0u64, |key, i| {
            x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
            key | u64::from(x >> 16 & 0xFF) << (8 * i)
        })
    };
    (key(), key())
}

fn xoptions(config: &mut Config) -> Result<(), String> {
    for (key, value) in config.xoptions.clone() {
        match (key.as_str(), value.as_deref()) {
            ("dev", None) => config.dev_mode = true,
            ("utf8", None | Some("1")) => config.utf8_mode = true,
            ("utf8", Some("0")) => config.utf8_mode = false,
            ("warn_default_encoding", _) => config.warn_default_encoding = true,
            ("no_debug_ranges", _) => config.code_debug_ranges = false,
            ("pycache_prefix", Some(p)) => config.pycache_prefix = Some(p.into()),
            ("int_max_str_digits", v) => match v.and_then(|v| v.parse::<usize>().ok()) {
                Some(n) if n == 0 || n >= 640 => config.int_max_str_digits = n,
                _ => return Err("config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.".into()),
            },
            _ => {}
        }
    }
    Ok(())
}

/// The C and POSIX locales mean UTF-8 with a lenient error handler.
fn locale(config: &mut Config) {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|v| variable(v)).unwrap_or_default();
    if matches!(name.as_str(), "" | "C" | "POSIX") {
        config.utf8_mode |= variable("PYTHONUTF8").as_deref() != Some("0") || config.ignore_environment;
    }
    config.stdio_errors = if config.utf8_mode || name.starts_with("C.") { "surrogateescape" } else { "strict" }.into();
}

fn paths(config: &mut Config, mut python_path: Vec<String>, no_environment: bool) {
    let executable = std::env::current_exe().unwrap_or_default();
    config.executable = match std::env::args_os().next() {
        // The name it was called by, when that has a directory: symbolic links stay as they are.
        Some(name) if name.as_bytes().contains(&b'/') => std::path::absolute(&name).unwrap_or(executable.clone()).to_string_lossy().into_owned(),
        _ => executable.to_string_lossy().into_owned(),
    };
    let home = if no_environment { None } else { variable("PYTHONHOME") };
    let prefix = match home {
        Some(h) => h.split(':').next().unwrap_or_default().to_string(),
        None => executable.parent().and_then(|d| d.parent()).map_or("/".into(), |p| p.to_string_lossy().into_owned()),
    };
    config.prefix = if prefix.is_empty() { "/".into() } else { prefix };
    config.stdlib_dir = format!("{}/lib/python3.14", config.prefix.trim_end_matches('/'));
    python_path.push(config.stdlib_dir.clone());
    config.module_search_paths = python_path;
}
