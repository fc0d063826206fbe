//! The JavaScript host: building it and weighing what a page would download.
//!
//! Sizes are of the wasm file alone, raw and as brotli (node's own, at its best quality), because
//! that is what the budgets in `docs/architecture.md` speak of.

use crate::{Failure, proc, setup};
use std::path::PathBuf;
use std::process::Command;

/// The script that runs a Python file under node.
pub const NODE_HOST: &str = "wasm/node/run.mjs";

pub fn has_node_host() -> bool {
    proc::root().join(NODE_HOST).exists()
}

/// `cargo xtask web`.
pub fn run() -> Result<bool, Failure> {
    if !has_node_host() {
        println!("notice: no {NODE_HOST} yet, so there is no host to build");
        return Ok(true);
    }
    build()?;
    print_size()?;
    Ok(true)
}

pub fn build() -> Result<(), Failure> {
    setup::wasm_target()?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "-p", "krait-wasm", "--target", setup::WASM_TARGET]).current_dir(proc::root());
    proc::must(&mut cargo)
}

fn file() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| proc::root().join("target"), PathBuf::from);
    target.join(setup::WASM_TARGET).join("release/krait_wasm.wasm")
}

pub fn print_size() -> Result<(), Failure> {
    setup::node()?;
    const WEIGH: &str = "const {readFileSync} = require('fs'), zlib = require('zlib');\
        const bytes = readFileSync(process.argv[1]);\
        const small = zlib.brotliCompressSync(bytes, {params: {\
            [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 24}});\
        const mb = n => (n / 1e6).toFixed(2) + ' MB';\
        console.log(`wasm: ${mb(bytes.length)} raw, ${mb(small.length)} brotli`);";
    proc::must(Command::new("node").arg("-e").arg(WEIGH).arg(file()))
}
