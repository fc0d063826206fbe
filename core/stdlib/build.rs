//! Packs the pure-Python standard library: every module compiled to bytecode, compressed, indexed.
//!
//! Sources come from the `rustpython-pylib` crate (CPython 3.14's `Lib`) and, on top, from `overlay/`: our own small
//! files for what the crate lacks or says about another implementation. [`PATCHES`] words the few lines anew that
//! name it. The pack is read by `src/lib.rs`, which documents the layout.

use krait_compiler::{Mode, Options};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Left out: demos and applications, stand-ins for modules that Krait has.
const SKIP: &[&str] = &["idlelib", "turtledemo", "_dummy_os.py", "_dummy_thread.py", "dummy_threading.py", "_pycodecs.py"];

/// (file, text, replacement)
const PATCHES: &[(&str, &str, &str)] = &[
    ("sysconfig/__init__.py", "return 'RustPython'", "return 'Python'"),
    ("site.py", "return 'RustPython'", "return 'Python'"),
    ("site.py", "lib/rustpython{version[0]}", "lib/python{version[0]}"),
    ("platform.py", "\"RustPython\" in sys_version", "\"Krait\" in sys_version"),
    ("platform.py", "name = \"RustPython\"", "name = \"Krait\""),
    // The sizes that matter are those of the library's data model, which `struct` does not know.
    ("ctypes/__init__.py", "from struct import calcsize as _calcsize", "from _ctypes import _calcsize"),
    ("ctypes/__init__.py", "    from struct import calcsize\n", "    from _ctypes import _calcsize as calcsize\n"),
];

/// Needed by every start: stored uncompressed.
const STARTUP: &[&str] = &[
    "_frozen_importlib", "importlib._bootstrap", "importlib._bootstrap_external", "zipimport", "_krait_library",
    "encodings", "encodings.aliases", "encodings.utf_8", "codecs", "io", "abc", "site", "os", "stat", "posixpath",
    "genericpath", "_collections_abc", "_sitebuiltins", "linecache",
];

struct Source {
    name: String,
    file: String,
    path: PathBuf,
    package: bool,
}

struct Packed {
    name: String,
    file: String,
    package: bool,
    code: Vec<u8>,
    code_len: usize,
    source: Vec<u8>,
    source_len: usize,
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=overlay");
    if std::env::var_os("CARGO_FEATURE_EMBED").is_some() {
        build();
    }
}

fn build() {
    let library = PathBuf::from(rustpython_pylib::LIB_PATH);
    let overlay = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("overlay");
    let mut sources = BTreeMap::new();
    for root in [&library, &overlay] {
        gather(root, root, &mut sources);
    }
    let sources: Vec<Source> = sources.into_values().collect();
    let next = AtomicUsize::new(0);
    let packed = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let work = || {
                while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(p) = pack(source) {
                        packed.lock().unwrap_or_else(|e| e.into_inner()).push(p);
                    }
                }
            };
            // Deep nesting in a source needs stack in the compiler.
            std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work).expect("a worker thread");
        }
    });
    let mut packed = packed.into_inner().unwrap_or_else(|e| e.into_inner());
    packed.sort_by(|a, b| a.name.cmp(&b.name));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("library.pack");
    std::fs::write(out, assemble(&packed)).expect("the pack can be written");
}

fn gather(root: &Path, dir: &Path, out: &mut BTreeMap<String, Source>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if SKIP.contains(&relative.as_str()) {
            continue;
        }
        if path.is_dir() {
            gather(root, &path, out);
        } else if let Some(stem) = relative.strip_suffix(".py") {
            let package = stem.ends_with("/__init__");
            let name = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
            out.insert(name.clone(), Source { name, file: relative, path, package });
        }
    }
}

fn pack(source: &Source) -> Option<Packed> {
    let text = std::fs::read(&source.path).ok()?;
    let mut text = String::from_utf8(text).ok()?;
    for (file, from, to) in PATCHES {
        if *file == source.file {
            text = text.replace(from, to);
        }
    }
    // These names of frames are what tracebacks leave out.
    let filename = match source.name.as_str() {
        "importlib._bootstrap" => "<frozen importlib._bootstrap>",
        "importlib._bootstrap_external" | "_krait_library" => "<frozen importlib._bootstrap_external>",
        "zipimport" => "<frozen zipimport>",
        _ => &source.file,
    };
    let compiled = match krait_compiler::compile(&text, filename, Mode::Exec, &Options::default()) {
        Ok(c) => c,
        Err(e) => {
            println!("cargo:warning=library module {}: {e:?}", source.file);
            return None;
        }
    };
    let mut code = Vec::new();
    krait_bytecode::serial::write(&mut code, &compiled.code);
    let startup = STARTUP.contains(&source.name.as_str());
    let code_len = code.len();
    if !startup {
        code = compress(&code);
    }
    let packed_source = compress(text.as_bytes());
    Some(Packed { name: source.name.clone(), file: source.file.clone(), package: source.package, code, code_len, source: packed_source, source_len: text.len() })
}

/// Bytes that do not get smaller stay as they are: equal lengths mean that.
fn compress(bytes: &[u8]) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec(bytes, 7);
    if packed.len() < bytes.len() { packed } else { bytes.to_vec() }
}

fn assemble(modules: &[Packed]) -> Vec<u8> {
    let text: usize = modules.iter().map(|m| m.name.len() + m.file.len()).sum();
    let table = 8 + modules.len() * 44;
    // What a start reads lies together: few pages are touched.
    let mut parts = Vec::new();
    let is_startup = |m: &Packed| STARTUP.contains(&m.name.as_str());
    let mut place = |bytes: &[u8]| {
        let at = table + text + parts.len();
        parts.extend_from_slice(bytes);
        at
    };
    let first: Vec<Option<usize>> = modules.iter().map(|m| is_startup(m).then(|| place(&m.code))).collect();
    let places: Vec<[usize; 2]> = modules.iter().zip(first).map(|(m, at)| [at.unwrap_or_else(|| place(&m.code)), place(&m.source)]).collect();
    let (mut out, mut names) = (Vec::new(), Vec::new());
    let word = |out: &mut Vec<u8>, n: usize| out.extend_from_slice(&(n as u32).to_le_bytes());
    word(&mut out, modules.len());
    word(&mut out, table + text);
    for (m, [code_at, source_at]) in modules.iter().zip(places) {
        for bytes in [m.name.as_bytes(), m.file.as_bytes()] {
            word(&mut out, table + names.len());
            word(&mut out, bytes.len());
            names.extend_from_slice(bytes);
        }
        word(&mut out, m.package.into());
        for (at, bytes, len) in [(code_at, &m.code, m.code_len), (source_at, &m.source, m.source_len)] {
            word(&mut out, at);
            word(&mut out, bytes.len());
            word(&mut out, len);
        }
    }
    assert_eq!(out.len(), table);
    out.extend_from_slice(&names);
    out.extend_from_slice(&parts);
    out
}
