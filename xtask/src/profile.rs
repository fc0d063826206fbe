//! What the release build knows of how programs run: `native/krait.profdata`, which `.cargo/rustc` hands to rustc.
//!
//! A build of its own counts how often each branch is taken while it runs the programs below, once with every loop
//! interpreted and once with the JIT. The compiler then lays out, inlines and spills for what is common. A function
//! that has changed since is compiled as without a profile, so this is run after changes to the interpreter's loop and
//! what it calls, and `order` after it. Symbols carry a hash of the compiler's version and of the crate's dependencies:
//! a new toolchain, or a new dependency, needs a new profile for the crates concerned.

use crate::Failure;
use crate::options::Options;
use crate::{proc, setup, suite};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const PROFILE: &str = "native/krait.profdata";
const CONFIG: &str = ".cargo/config.toml";
/// Where the configuration names the profile.
const FLAG: &str = "--cfg=krait_profile=\\\"";
/// What is watched: what the wasm's build watches, too.
const PROGRAMS: &[&str] = &["tests/bench", "examples", "tests/builtins"];
/// Of a workload: its own size, two iterations and a fifth of a second at least, but no more than a second.
const WORKLOAD: &[&str] = &["0", "2", "0.2", "1"];
const WORKLOADS: &[&str] = &["tests/bench/micro_", "tests/bench/classic_"];
const LIMIT: Duration = Duration::from_secs(60);

pub fn run(options: &Options) -> Result<bool, Failure> {
    let root = proc::root();
    let profdata = setup::llvm_tool("llvm-profdata")?;
    let folder = root.join("target/profile");
    let counts = folder.join("counts");
    let krait = folder.join("release/krait");
    if options.build {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "-p", "krait"]).current_dir(&root);
        // Which profile is in force does not matter here, and need not have all compiled anew.
        cargo.env("CARGO_TARGET_DIR", &folder).env("KRAIT_PROFILE", &counts).env("RUSTFLAGS", "");
        proc::must(&mut cargo)?;
    }
    // Builds leave profiles, too, of what they run.
    let _ = std::fs::remove_dir_all(&counts);
    let mut scripts = Vec::new();
    for programs in PROGRAMS {
        suite::walk(&root, programs, &mut scripts)?;
    }
    scripts.sort();
    for jit in ["jit=off", "jit=on"] {
        for script in &scripts {
            watch(&krait, &counts, &root, jit, script)?;
        }
    }
    // Functions that never ran are left out: the file is a fourth of what it would be, for some 2 % of speed.
    proc::must(Command::new(profdata).args(["merge", "-sparse", "-o"]).arg(root.join(PROFILE)).arg(&counts))?;
    let config = read(&root, CONFIG)?;
    let stated = stated(&config).ok_or_else(|| format!("{CONFIG} names no profile"))?.to_string();
    let config = config.replace(&format!("{FLAG}{stated}"), &format!("{FLAG}{}", fingerprint(&root)?));
    std::fs::write(root.join(CONFIG), config).map_err(|e| format!("{CONFIG}: {e}"))?;
    println!("{} programs", scripts.len());
    Ok(true)
}

/// Whether cargo's configuration names the profile that is there: what was compiled with another cannot be linked with
/// what is compiled with this one, and cargo knows of flags only, not of what `.cargo/rustc` adds.
pub fn is_stated(root: &Path) -> Result<bool, Failure> {
    Ok(stated(&read(root, CONFIG)?) == Some(&*fingerprint(root)?))
}

fn stated(config: &str) -> Option<&str> {
    config.split_once(FLAG)?.1.split('\\').next()
}

/// Of the profile's bytes, as hexadecimal digits.
fn fingerprint(root: &Path) -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    std::fs::read(root.join(PROFILE)).map_err(|e| format!("{PROFILE}: {e}"))?.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn read(root: &Path, path: &str) -> Result<String, Failure> {
    std::fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"))
}

/// Runs a program; whether it succeeds is what tests are for.
fn watch(krait: &Path, counts: &Path, root: &Path, jit: &str, script: &str) -> Result<(), Failure> {
    let mut command = Command::new(krait);
    command.args(["-X", jit, script]).current_dir(root).env("PYTHONDONTWRITEBYTECODE", "1");
    if WORKLOADS.iter().any(|workloads| script.starts_with(workloads)) {
        command.args(WORKLOAD);
    }
    // One file for all runs, which add to it.
    command.env("LLVM_PROFILE_FILE", counts.join("%m.profraw"));
    let input = std::fs::read(root.join(script).with_extension("in")).unwrap_or_default();
    proc::capture(&mut command, &input, LIMIT).map(drop)
}
