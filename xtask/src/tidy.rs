//! The house rules that a machine can check, checked.
//!
//! Each rule is a function over one file that pushes sentences; exceptions are lists in this file,
//! each entry with its reason, so that a new exception is a visible change. What rustc's own lints
//! can say (`unsafe_code`) is said there as well; this names the rooms where it may be allowed.

use crate::options::Options;
use crate::{Failure, proc, profile, suite};
use std::path::Path;

/// Longest comfortable file, in lines.
const FILE_LIMIT: usize = 1000;

/// Files that may be longer, and why.
const LONG_FILES: &[(&str, &str)] = &[
    ("core/compiler/src/codegen/expr.rs", "one arm per expression kind; to be split by family"),
    ("core/compiler/src/convert.rs", "one arm per node kind of the parser's tree"),
    ("core/compiler/src/symtable.rs", "one walk over all node kinds; to be split by scope kind"),
    ("core/compiler/src/syntax/expressions.rs", "explains syntax errors; to be split by family"),
    ("core/compiler/src/syntax/statements.rs", "explains syntax errors; to be split by family"),
    ("core/compiler/src/syntax/tokenizer.rs", "one state machine"),
    ("core/vm/src/builtins/str_methods.rs", "every method of str; to be split"),
    ("core/vm/src/interp/ops.rs", "one function per data op; to be split by family"),
    ("core/vm/src/interp/run.rs", "one arm per opcode in one function, so that locals stay in registers"),
    ("native/src/os/posix.rs", "one function per system call; to be split by family"),
];

/// The rooms that may hold `unsafe`, by path prefix, and why they must.
const UNSAFE_ROOMS: &[(&str, &str)] = &[
    ("core/vm/src/value", "the NaN-boxed word"),
    ("core/vm/src/heap", "the allocator and the reference counts"),
    ("core/vm/src/object.rs", "payloads are found behind the object header"),
    ("core/vm/src/interp/", "register windows, frames and instruction words are reached through raw pointers"),
    ("core/vm/src/jit/", "compiled code works on raw frames, and is told where things lie"),
    ("core/jit/src/evaluate.rs", "the IR's loads and stores"),
    ("native/src/cranelift/", "memory that is executed, and functions called from it"),
    ("core/vm/src/types/", "instance slots and type objects are found through the type table"),
    ("core/vm/src/builtins/bytes.rs", "a `Payload` implementation"),
    ("core/vm/src/builtins/code.rs", "a `Payload` implementation"),
    ("core/vm/src/builtins/dict.rs", "a `Payload` implementation"),
    ("core/vm/src/builtins/function.rs", "`Payload` implementations"),
    ("core/vm/src/builtins/int.rs", "a `Payload` implementation"),
    ("core/vm/src/builtins/list.rs", "a `Payload` implementation"),
    ("core/vm/src/builtins/set.rs", "a `Payload` implementation"),
    ("core/vm/src/builtins/str.rs", "the characters follow the payload"),
    ("core/vm/src/builtins/tuple.rs", "the items follow the payload"),
    ("core/vm/src/builtins/table.rs", "inline caches reach entries without a bounds check"),
    ("core/vm/src/builtins/weakref.rs", "referents are held without a count"),
    ("core/macros/src/lib.rs", "the derived `Payload` implementation"),
    ("core/modules/src/ctypes/memory.rs", "ctypes reads and writes where pointers point"),
    ("native/src/allocator.rs", "the process allocator"),
    ("native/src/main.rs", "the process's entry point"),
    ("native/src/ctypes", "foreign functions"),
    ("native/src/os", "system calls"),
    ("native/src/wasm_lib", "a module's store and the interpreter, when it calls back"),
    ("wasm/src/allocator.rs", "the instance's allocator"),
    ("wasm/src/memory.rs", "what copying and comparing memory is made of"),
    ("wasm/src/lib.rs", "memory shared with JavaScript"),
    ("wasm/src/js.rs", "memory shared with JavaScript"),
    ("wasm/src/emit/", "places in the table are called as functions"),
];

/// Names of operating-system facilities that the portable core may not speak.
const OS_NAMES: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "std::os",
    "std::time::Instant",
    "std::time::SystemTime",
    "libc::",
    "js_sys",
    "wasm_bindgen",
    "target_os",
];

/// Build scripts, tests and examples run on the developer's machine, not in the product.
fn is_build_step(path: &str) -> bool {
    path.ends_with("/build.rs")
        || path.contains("/tests/")
        || path.contains("/examples/")
        || path.starts_with("core/stdlib/pack")
}

/// `cargo xtask tidy`: prints every breach, true when there is none.
pub fn run() -> Result<bool, Failure> {
    let root = proc::root();
    let mut breaches = Vec::new();
    let mut files = Vec::new();
    for folder in ["core", "native", "wasm", "xtask"] {
        rust_files(&root, folder, &mut files)?;
    }
    for path in &files {
        let text = std::fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"))?;
        check_rust(path, &text, &mut breaches);
    }
    check_manifests(&root, &mut breaches)?;
    check_tests(&mut breaches)?;
    if !profile::is_stated(&root)? {
        breaches.push("native/krait.profdata: .cargo/config.toml names another (see `cargo xtask profile`)".to_string());
    }
    for name in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "NOTICE", "docs/architecture.md", "docs/differences.md"]
    {
        if !root.join(name).exists() {
            breaches.push(format!("{name} is missing"));
        }
    }
    for breach in &breaches {
        println!("tidy: {breach}");
    }
    Ok(breaches.is_empty())
}

fn check_rust(path: &str, text: &str, breaches: &mut Vec<String>) {
    if !text.starts_with("//!") {
        breaches.push(format!("{path}: does not start with a `//!` essay"));
    }
    let lines = text.lines().count();
    if lines > FILE_LIMIT && !LONG_FILES.iter().any(|(long, _)| *long == path) {
        breaches
            .push(format!("{path}: {lines} lines, over {FILE_LIMIT}; split it or give a reason in xtask/src/tidy.rs"));
    }
    if path.starts_with("xtask/src/tidy") {
        // This file spells the forbidden words.
        return;
    }
    let mut in_tests = false;
    for (index, line) in text.lines().enumerate() {
        let code = code_of(line);
        in_tests |= code.contains("#[cfg(test)]");
        let mut breach = |what: &str| breaches.push(format!("{path}:{}: {what}", index + 1));
        for word in ["todo!(", "unimplemented!(", "dbg!("] {
            if code.contains(word) {
                breach(&format!("{word}…) is left in"));
            }
        }
        let says_unsafe =
            ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "unsafe extern", "allow(unsafe_code)"];
        if says_unsafe.iter().any(|word| code.contains(word)) {
            let at_home = UNSAFE_ROOMS.iter().any(|(room, _)| path.starts_with(room));
            let opens_room = code.contains("allow(unsafe_code)") && path.ends_with("lib.rs");
            if !at_home && !opens_room {
                breach("unsafe outside the rooms named in xtask/src/tidy.rs");
            }
        }
        if path.starts_with("core/") && !is_build_step(path) && !in_tests {
            for name in OS_NAMES {
                if code.contains(name) {
                    breach(&format!("the core names {name}; ask the host instead"));
                }
            }
            if code.contains("static mut ") || code.contains("lazy_static!") {
                breach("global mutable state");
            }
        }
    }
}

/// A line without its `//` comment. Comment marks inside string literals cut too much, which can
/// only hide a breach on that one line.
fn code_of(line: &str) -> &str {
    line.find("//").map_or(line, |at| &line[..at])
}

/// Every crate carries the workspace's licence and lints, and every outside dependency is pinned.
fn check_manifests(root: &Path, breaches: &mut Vec<String>) -> Result<(), Failure> {
    let mut manifests = vec!["native".to_string(), "wasm".to_string(), "xtask".to_string()];
    for entry in std::fs::read_dir(root.join("core")).map_err(|e| format!("core: {e}"))?.filter_map(Result::ok) {
        manifests.push(format!("core/{}", entry.file_name().to_string_lossy()));
    }
    for folder in manifests {
        let path = format!("{folder}/Cargo.toml");
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else { continue };
        if !text.contains("license.workspace = true") {
            breaches.push(format!("{path}: no `license.workspace = true`"));
        }
        if !text.contains("[lints]") {
            breaches.push(format!("{path}: does not take the workspace's lints"));
        }
        let mut in_dependencies = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                in_dependencies = line.contains("dependencies");
            } else if in_dependencies && line.contains('=') && !line.starts_with('#') {
                let pinned = line.contains("\"=") || line.contains("path =") || line.contains("workspace = true");
                if !pinned {
                    breaches.push(format!("{path}: `{line}` is not pinned with \"=x.y.z\""));
                }
            }
        }
    }
    Ok(())
}

/// Every script states something to compare.
fn check_tests(breaches: &mut Vec<String>) -> Result<(), Failure> {
    let everything = Options::parse(std::iter::empty())?;
    for script in suite::collect(&everything)? {
        if !script.states_something {
            breaches.push(format!("{}: expects nothing (see tests/README.md)", script.path));
        }
        if script.path.starts_with("examples/") && !script.has_out_file {
            breaches.push(format!("{}: an example needs its .out file", script.path));
        }
    }
    Ok(())
}

fn rust_files(root: &Path, folder: &str, files: &mut Vec<String>) -> Result<(), Failure> {
    let full = root.join(folder);
    if !full.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&full).map_err(|e| format!("{folder}: {e}"))?.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            if name != "target" && name != "node_modules" {
                rust_files(root, &path, files)?;
            }
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    Ok(())
}
