//! The constant part of `sys`: versions, limits, flags and other struct sequences, names of the standard library.

use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Value, Vm};

pub const VERSION: (i64, i64, i64) = (3, 14, 0);
/// The tag of compiled files: changes of the bytecode format are told by the magic number in them.
pub const CACHE_TAG: &str = "krait-314";

static FLAGS: StructSpec = StructSpec {
    name: "sys.flags",
    doc: "sys.flags\n\nFlags provided through command line arguments or environment vars.",
    fields: &[
        "debug", "inspect", "interactive", "optimize", "dont_write_bytecode", "no_user_site", "no_site",
        "ignore_environment", "verbose", "bytes_warning", "quiet", "hash_randomization", "isolated", "dev_mode",
        "utf8_mode", "warn_default_encoding", "safe_path", "int_max_str_digits", "gil", "thread_inherit_context",
        "context_aware_warnings",
    ],
    visible: 18,
    instantiable: false,
};
static VERSION_INFO: StructSpec = StructSpec {
    name: "sys.version_info",
    doc: "sys.version_info\n\nVersion information as a named tuple.",
    fields: &["major", "minor", "micro", "releaselevel", "serial"],
    visible: 5,
    instantiable: false,
};
static FLOAT_INFO: StructSpec = StructSpec {
    name: "sys.float_info",
    doc: "sys.float_info\n\nA named tuple holding information about the float type.",
    fields: &["max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp", "dig", "mant_dig", "epsilon", "radix", "rounds"],
    visible: 11,
    instantiable: true,
};
static INT_INFO: StructSpec = StructSpec {
    name: "sys.int_info",
    doc: "sys.int_info\n\nA named tuple that holds information about the internal representation of integers.",
    fields: &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
    visible: 4,
    instantiable: true,
};
static HASH_INFO: StructSpec = StructSpec {
    name: "sys.hash_info",
    doc: "hash_info\n\nA named tuple providing parameters used for computing hashes.",
    fields: &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
    visible: 9,
    instantiable: true,
};
static THREAD_INFO: StructSpec = StructSpec {
    name: "sys.thread_info",
    doc: "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
    fields: &["name", "lock", "version"],
    visible: 3,
    instantiable: true,
};
static ASYNCGEN_HOOKS: StructSpec = StructSpec {
    name: "asyncgen_hooks",
    doc: "asyncgen_hooks\n\nA named tuple that contains the asynchronous generator hooks.",
    fields: &["firstiter", "finalizer"],
    visible: 2,
    instantiable: true,
};
static UNRAISABLE: StructSpec = StructSpec {
    name: "sys.UnraisableHookArgs",
    doc: "Type used to pass arguments to sys.unraisablehook.",
    fields: &["exc_type", "exc_value", "exc_traceback", "err_msg", "object"],
    visible: 5,
    instantiable: true,
};

/// Struct sequence types that functions of `sys` need later.
#[derive(Default)]
pub struct SysTypes {
    pub asyncgen_hooks: Option<Ref<Type>>,
    pub unraisable: Option<Ref<Type>>,
}

fn int(n: i64) -> Value {
    Value::small_int(n).unwrap_or(Value::NONE)
}

/// Fills the constants.
pub fn fill(vm: &mut Vm, sys: &Ref<Dict>) -> Result<()> {
    let set = |vm: &mut Vm, name: &str, value: Value| {
        let name = vm.intern(name);
        sys.set_str(&mut *vm.heap, &name, value);
    };
    let (major, minor, micro) = VERSION;
    let version_type = vm.define_struct_sequence(&VERSION_INFO);
    let level = vm.str("final");
    let version_info = vm.struct_sequence(&version_type, vec![int(major), int(minor), int(micro), level, int(0)]);
    let hexversion = (major << 24) | (minor << 16) | (micro << 8) | 0xF0;
    let version = format!("{major}.{minor}.{micro} (main) [Krait {}]", env!("CARGO_PKG_VERSION"));
    let version = vm.str(&version);
    set(vm, "version", version);
    set(vm, "version_info", version_info.clone());
    set(vm, "hexversion", int(hexversion));
    set(vm, "api_version", int(1013));
    let texts = [
        ("copyright", "Copyright (c) the Krait authors.\n\nThe standard library is Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved."),
        ("byteorder", "little"),
        ("float_repr_style", "short"),
        ("abiflags", ""),
        ("platlibdir", "lib"),
        ("_framework", ""),
    ];
    for (name, text) in texts {
        let v = vm.str(text);
        set(vm, name, v);
    }
    let platform = vm.host.platform();
    let platform = vm.str(platform);
    set(vm, "platform", platform);
    let maxsize = vm.heap.int(i64::MAX.into());
    set(vm, "maxsize", maxsize);
    set(vm, "maxunicode", int(0x10FFFF));
    let git = ["Krait", "", ""].map(|s| vm.str(s));
    let git = vm.tuple(git.to_vec());
    set(vm, "_git", git);

    let t = vm.define_struct_sequence(&FLOAT_INFO);
    let f = Value::float;
    let values = vec![f(f64::MAX), int(1024), int(308), f(f64::MIN_POSITIVE), int(-1021), int(-307), int(15), int(53), f(f64::EPSILON), int(2), int(1)];
    let v = vm.struct_sequence(&t, values);
    set(vm, "float_info", v);
    let t = vm.define_struct_sequence(&INT_INFO);
    let v = vm.struct_sequence(&t, vec![int(30), int(4), int(4300), int(640)]);
    set(vm, "int_info", v);
    let t = vm.define_struct_sequence(&HASH_INFO);
    let modulus = vm.heap.int((1i128 << 61) - 1);
    let algorithm = vm.str("siphash13");
    let v = vm.struct_sequence(&t, vec![int(64), modulus, int(314159), int(0), int(1000003), algorithm, int(64), int(128), int(0)]);
    set(vm, "hash_info", v);
    let t = vm.define_struct_sequence(&THREAD_INFO);
    let (name, lock) = (vm.str("pthread"), vm.str("semaphore"));
    let v = vm.struct_sequence(&t, vec![name, lock, Value::NONE]);
    set(vm, "thread_info", v);
    let hooks = vm.define_struct_sequence(&ASYNCGEN_HOOKS);
    let unraisable = vm.define_struct_sequence(&UNRAISABLE);
    set(vm, "UnraisableHookArgs", unraisable.to_value());
    let types = vm.state::<SysTypes>();
    types.asyncgen_hooks = Some(hooks);
    types.unraisable = Some(unraisable);

    let t = vm.define_struct_sequence(&FLAGS);
    let c = vm.config.clone();
    let b = |x: bool| int(x.into());
    let values = vec![
        int(c.debug.into()),
        b(c.inspect || c.interactive),
        b(c.interactive),
        int(c.optimize.into()),
        b(c.dont_write_bytecode),
        b(c.no_user_site),
        b(c.no_site),
        b(c.ignore_environment),
        int(c.verbose.into()),
        int(c.bytes_warning.into()),
        b(c.quiet),
        b(c.hash_randomization),
        b(c.isolated),
        Value::bool(c.dev_mode),
        b(c.utf8_mode),
        b(c.warn_default_encoding),
        Value::bool(c.safe_path),
        int(c.int_max_str_digits as i64),
        int(1),
        int(0),
        int(0),
    ];
    let v = vm.struct_sequence(&t, values);
    set(vm, "flags", v);

    // sys.implementation
    let namespace = vm.core_type(krait_vm::types::id::SIMPLE_NAMESPACE);
    let implementation = vm.heap.alloc_typed(namespace.id(&vm.heap), krait_vm::types::build::Opaque::<{ krait_vm::types::id::SIMPLE_NAMESPACE }>).into_value();
    let (name, tag) = (vm.str("krait"), vm.str(CACHE_TAG));
    let multiarch = vm.host.multiarch();
    let multiarch = vm.str(multiarch);
    let parts = [
        ("name", name),
        ("cache_tag", tag),
        ("version", version_info),
        ("hexversion", int(hexversion)),
        ("_multiarch", multiarch),
        ("supports_isolated_interpreters", Value::FALSE),
    ];
    for (key, value) in parts {
        let key = vm.intern(key);
        vm.heap.set_instance_attribute(&implementation, &key, Some(value));
    }
    set(vm, "implementation", implementation);

    let names: Vec<Value> = STDLIB_NAMES.split_whitespace().map(|n| vm.str(n)).collect();
    let names = vm.list(names);
    let frozenset = vm.core_type(krait_vm::types::id::FROZENSET).into_value();
    if let Ok(names) = vm.call(&frozenset, &[names]) {
        set(vm, "stdlib_module_names", names);
    } else {
        vm.take_pending();
    }
    Ok(())
}

/// Top-level names of the standard library, on every platform.
const STDLIB_NAMES: &str = "__future__ _abc _aix_support _android_support _apple_support _ast _ast_unparse _asyncio _bisect _blake2 _bz2
_codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _colorize
_compat_pickle _contextvars _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib
_frozen_importlib_external _functools _gdbm _hashlib _heapq _hmac _imp _interpchannels _interpqueues _interpreters _io
_ios_support _json _locale _lsprof _lzma _markupbase _md5 _multibytecodec _multiprocessing _opcode _opcode_metadata
_operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess _py_abc _py_warnings _pydatetime _pydecimal
_pyio _pylong _pyrepl _queue _random _remote_debugging _scproxy _sha1 _sha2 _sha3 _signal _sitebuiltins _socket
_sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _suggestions _symtable _sysconfig _thread
_threading_local _tkinter _tokenize _tracemalloc _types _typing _uuid _warnings _weakref _weakrefset _winapi _wmi
_zoneinfo _zstd abc annotationlib antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins
bz2 cProfile calendar cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser
contextlib contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email
encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath
getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io
ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder msvcrt
multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil
platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue
quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal
site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep
struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap this threading time timeit
tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest
urllib uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib
zoneinfo";
