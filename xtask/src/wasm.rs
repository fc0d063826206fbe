//! The JavaScript host: building the npm package's files and weighing what a page would download.
//!
//! `wasm/npm/dist/` gets `krait.wasm` (built, then improved by binaryen's wasm-opt), `library.pack` and `krait.start`, the
//! memory of an interpreter that has started (`wasm/npm/start.mjs`), and the licences. Sizes are raw, as gzip
//! and as brotli (node's own, for the wasm at its best quality), because that is what the budgets in
//! `docs/architecture.md` speak of; the budget is for the wasm file without the library.

use crate::{Failure, about, proc, setup, split};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The script that runs a Python file under node.
pub const NODE_HOST: &str = "wasm/npm/run.mjs";
/// The script that runs many of them one after the other.
pub const NODE_SERVER: &str = "wasm/npm/serve.mjs";
/// What the build makes for it.
const DIST: &str = "wasm/npm/dist";
/// Where npm puts the tools of the build.
const TOOLS: &str = "wasm/tools";

/// The folders of the programs that stand for all others.
const PROGRAMS: &[&str] = &["examples", "tests/bench", "tests/builtins"];

/// What wasm-opt does with the whole.
const OPTIMISE: &[&str] = &[
    "-O3",
    // Functions that differ in constants only become one: a fortieth of the file, and no workload can tell. `-Oz` takes
    // as much again but costs attributes and calls a twentieth.
    "--merge-similar-functions",
    // rustc has inlined what is worth it; more would only make the run loop slower to compile for the engine.
    "--one-caller-inline-max-function-size=30",
    "--flexible-inline-max-function-size=15",
    "--always-inline-max-function-size=5",
];
/// And with each of the two files.
const TIDY: &[&str] = &["--remove-unused-module-elements", "--reorder-functions"];
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-simd",
];

/// `cargo xtask web`.
pub fn run() -> Result<bool, Failure> {
    build()?;
    print_size()?;
    Ok(true)
}

/// Builds what is out of date.
pub fn build() -> Result<(), Failure> {
    setup::wasm_target()?;
    setup::node()?;
    let root = proc::root();
    let dist = root.join(DIST);
    std::fs::create_dir_all(&dist).map_err(|e| format!("{DIST}: {e}"))?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", "wasm", "-p", "krait-wasm", "--target", setup::WASM_TARGET]).current_dir(&root);
    proc::must(&mut cargo)?;
    let (built, wasm) = (built(), dist.join("krait.wasm"));
    let made = |name: &str| built.with_extension(name);
    let stale = !is_newer(&wasm, &built);
    if stale {
        setup::npm(TOOLS)?;
        about::take_out(&built, &made("code.wasm"), &made("about"))?;
        optimise(OPTIMISE, &made("code.wasm"), &made("whole.wasm"))?;
    }
    let mut pack = Command::new("cargo");
    pack.args(["run", "--quiet", "--release", "-p", "krait-stdlib", "--example", "write_pack", "--"]);
    proc::must(pack.arg(dist.join("library.pack")).arg(made("about")).current_dir(&root))?;
    if stale {
        let whole = read(&made("whole.wasm"))?;
        write(&made("watched.wasm"), &split::watched(&whole)?)?;
        let mut watch = Command::new("node");
        watch.arg(root.join("wasm/npm/watch.mjs")).args([made("watched.wasm"), dist.join("library.pack"), made("ran")]);
        proc::must(watch.args(PROGRAMS).current_dir(&root))?;
        let ran = String::from_utf8_lossy(&read(&made("ran"))?).lines().filter_map(|n| n.parse().ok()).collect::<Vec<_>>();
        let (core, more) = split::split(&whole, &ran)?;
        for (name, content, to) in [("more.wasm", more, dist.join("krait.more.wasm")), ("core.wasm", core, wasm.clone())] {
            write(&made(name), &content)?;
            optimise(TIDY, &made(name), &to)?;
        }
    }
    proc::must(Command::new("node").arg(root.join("wasm/npm/prepare.mjs")).arg(&dist))?;
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE"] {
        std::fs::copy(root.join(name), dist.join(name)).map_err(|e| format!("{name}: {e}"))?;
    }
    Ok(())
}

fn optimise(passes: &[&str], from: &Path, to: &Path) -> Result<(), Failure> {
    let mut optimise = Command::new(proc::root().join(TOOLS).join("node_modules/.bin/wasm-opt"));
    proc::must(optimise.args(passes).args(FEATURES).arg(from).arg("-o").arg(to))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))
}

fn built() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| proc::root().join("target"), PathBuf::from);
    target.join(setup::WASM_TARGET).join("wasm/krait_wasm.wasm")
}

fn is_newer(file: &Path, than: &Path) -> bool {
    let date = |path: &Path| path.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    file.exists() && date(file) > date(than)
}

pub fn print_size() -> Result<(), Failure> {
    setup::node()?;
    // The best quality takes half a minute for the pack, most of which is compressed already.
    const WEIGH: &str = "const {readFileSync} = require('fs'), zlib = require('zlib');\
        const mb = n => (n / 1e6).toFixed(2) + ' MB';\
        for (const [name, quality] of [['krait.wasm', 11], ['krait.more.wasm', 11], ['krait.start', 9], ['library.pack', 7]]) {\
            const bytes = readFileSync(process.argv[1] + '/' + name);\
            const zipped = zlib.gzipSync(bytes, {level: 9});\
            const small = zlib.brotliCompressSync(bytes, {params: {\
                [zlib.constants.BROTLI_PARAM_QUALITY]: quality, [zlib.constants.BROTLI_PARAM_LGWIN]: 24}});\
            console.log(`${name}: ${mb(bytes.length)} raw, ${mb(zipped.length)} gzip, ${mb(small.length)} brotli`);\
        }";
    let weighed = Command::new("node").arg("-e").arg(WEIGH).arg(proc::root().join(DIST)).status();
    match weighed {
        Ok(status) if status.success() => Ok(()),
        _ => Err("could not weigh the wasm build".to_string()),
    }
}
