//! What the tests need of the machine, brought in only where it is missing.
//!
//! Targets of rustc come from rustup, node, the browser, and AArch64's C compiler and emulator from Debian when the machine
//! has none and we may install them, wasm-opt from npm. Nothing else is assumed beyond rustup, a C linker and python3.

use crate::script::Script;
use crate::{Failure, proc};
use std::path::PathBuf;
use std::process::Command;

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
pub const AARCH64_TARGET: &str = "aarch64-unknown-linux-gnu";

/// Debian's compiler for AArch64, its emulator of that processor, and where the C library of the one is for the other.
pub const AARCH64_CC: &str = "aarch64-linux-gnu-gcc";
pub const AARCH64_EMULATOR: &str = "qemu-aarch64";
pub const AARCH64_ROOT: &str = "/usr/aarch64-linux-gnu";

/// Makes sure that rustc can build for wasm.
pub fn wasm_target() -> Result<(), Failure> {
    rust_target(WASM_TARGET)
}

/// Makes sure that programs for AArch64 can be built and run, installing Debian's tools where we are root.
pub fn aarch64() -> Result<(), Failure> {
    rust_target(AARCH64_TARGET)?;
    program(AARCH64_CC, "gcc-aarch64-linux-gnu")?;
    program(&format!("{AARCH64_ROOT}/include/stdio.h"), "libc6-dev-arm64-cross")?;
    program(AARCH64_EMULATOR, "qemu-user")
}

/// Makes sure that rustc can build for `target`.
fn rust_target(target: &str) -> Result<(), Failure> {
    if rustc_print("sysroot")?.join("lib/rustlib").join(target).exists() {
        return Ok(());
    }
    proc::must(Command::new("rustup").args(["target", "add", target]).current_dir(proc::root()))
}

/// Where the tool of that name is which belongs to rustc's own LLVM.
pub fn llvm_tool(name: &str) -> Result<PathBuf, Failure> {
    let tool = rustc_print("target-libdir")?.with_file_name("bin").join(name);
    if !tool.exists() {
        proc::must(Command::new("rustup").args(["component", "add", "llvm-tools"]).current_dir(proc::root()))?;
    }
    Ok(tool)
}

/// A folder that rustc knows.
fn rustc_print(what: &str) -> Result<PathBuf, Failure> {
    let output = Command::new("rustc").args(["--print", what]).current_dir(proc::root()).output();
    let output = output.map_err(|e| format!("cannot start rustc: {e}"))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

/// Makes sure that there is a node to run, installing Debian's where we are root.
pub fn node() -> Result<(), Failure> {
    program("node", "nodejs")
}

/// Makes sure that the packages a folder's `package-lock.json` names are installed there.
pub fn npm(folder: &str) -> Result<(), Failure> {
    node()?;
    program("npm", "npm")?;
    let folder = proc::root().join(folder);
    // npm leaves its own copy of the lock file, dated when it finished.
    let date = |name: &str| folder.join(name).metadata().and_then(|m| m.modified()).ok();
    if date("node_modules/.package-lock.json") >= date("package-lock.json") {
        return Ok(());
    }
    proc::must(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))
}

/// Makes sure that there is a browser, installing Debian's where we are root. `KRAIT_CHROMIUM` names another.
pub fn chromium() -> Result<(), Failure> {
    if std::env::var_os("KRAIT_CHROMIUM").is_some() {
        return Ok(());
    }
    program("chromium", "chromium")
}

/// The C side of the ctypes tests, and what is made of it: a shared object for each kind of machine, and a module.
const LIBRARY_SOURCE: &str = "tests/ctypes/library.c";
const LIBRARIES: &str = "target/ctypes";

/// Compiles the libraries that scripts under `tests/ctypes` load, where they are older than their source.
pub fn test_libraries(scripts: &[Script], aarch64: bool) -> Result<(), Failure> {
    if !scripts.iter().any(|s| s.path.starts_with("tests/ctypes/")) {
        return Ok(());
    }
    shared_library("cc", "gcc", std::env::consts::ARCH)?;
    if aarch64 {
        shared_library(AARCH64_CC, "gcc-aarch64-linux-gnu", "aarch64")?;
    }
    if is_older("library.wasm") {
        program("clang-19", "clang-19")?;
        program("wasm-ld-19", "lld-19")?;
        let mut clang = Command::new("clang-19");
        // No C library: loops must not become calls of its functions.
        clang.args(["--target=wasm32-unknown-unknown", "-nostdlib", "-fno-builtin", "-O1"]);
        clang.args(["-Wl,--no-entry,--export-dynamic,--export-table,--growable-table", "-o"]);
        proc::must(clang.arg(format!("{LIBRARIES}/library.wasm")).arg(LIBRARY_SOURCE).current_dir(proc::root()))?;
    }
    Ok(())
}
/// As `tests/ctypes/_native.py` looks for it.
fn shared_library(cc: &str, package: &str, machine: &str) -> Result<(), Failure> {
    let folder = format!("{LIBRARIES}/{machine}");
    std::fs::create_dir_all(proc::root().join(&folder)).map_err(|e| format!("{folder}: {e}"))?;
    if !is_older(&format!("{machine}/library.so")) {
        return Ok(());
    }
    program(cc, package)?;
    let mut command = Command::new(cc);
    command.args(["-shared", "-fPIC", "-O1", "-o", &format!("{folder}/library.so"), LIBRARY_SOURCE]);
    proc::must(command.current_dir(proc::root()))
}
fn is_older(library: &str) -> bool {
    let date = |path: String| proc::root().join(path).metadata().and_then(|m| m.modified()).ok();
    date(format!("{LIBRARIES}/{library}")) < date(LIBRARY_SOURCE.to_string())
}

/// Makes sure that a program is on PATH, or a file is there, which Debian's `package` brings.
fn program(name: &str, package: &str) -> Result<(), Failure> {
    if proc::find_program(name).is_some() {
        return Ok(());
    }
    if proc::find_program("apt-get").is_none() {
        return Err(format!("{name} is missing and this machine has no apt-get: please install {name}"));
    }
    let _ = proc::run(Command::new("apt-get").args(["update", "-qq"]));
    let mut install = Command::new("apt-get");
    install.args(["install", "-y", "-qq", "--no-install-recommends", package]);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    if !proc::run(&mut install)? {
        return Err(format!("{name} is missing and could not be installed: please install Debian's {package}"));
    }
    Ok(())
}
