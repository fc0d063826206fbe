//! The interpreters a test can run on, and how each is built and started.
//!
//! `native` is the release binary, `checks` the same sources with debug assertions and overflow
//! checks on, `node` the wasm build under node, `jit` and `node-jit` those with every loop compiled,
//! `evaluator` with every loop as the compiler's IR, `peer` the reference interpreter that confirms
//! expectations. `aarch64`, `aarch64-jit` and `aarch64-guards` are a build for that processor, under emulation. A target says
//! which `# needs:` it can serve and, where it has not the time for all, which folders; nothing else differs between them.

use crate::script::Script;
use crate::server::Servers;
use crate::suite::FAMILIES;
use crate::{Failure, proc, setup, wasm};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone)]
pub struct Target {
    pub name: &'static str,
    program: PathBuf,
    before: Vec<String>,
    serves: &'static [&'static str],
    /// The folders whose scripts it runs.
    families: &'static [&'static str],
    /// Processes that run one script after the other.
    servers: Option<Arc<Servers>>,
    /// How many times longer than the release binary this target may take.
    pub timeout_factor: u32,
}

/// What CPython can do: it loads no WebAssembly modules.
const REFERENCE: &[&str] = &["os", "threads", "cli", "subprocess", "network", "libraries"];
const HOSTED: &[&str] = &["os", "threads", "cli", "subprocess", "network", "libraries", "modules"];
/// A program under emulation cannot start itself again; and there wasmtime would take as long to build as all the rest.
const EMULATED: &[&str] = &["os", "threads", "cli", "network", "libraries"];

impl Target {
    pub fn native(build: bool) -> Result<Target, Failure> {
        if build {
            proc::must(Command::new("cargo").args(["build", "--release", "-p", "krait"]).current_dir(proc::root()))?;
        }
        Ok(Target::binary("native", "release", 1))
    }

    pub fn checks(build: bool) -> Result<Target, Failure> {
        if build {
            // All of the workspace, as cargo's own tests need it: another choice has other features, and builds twice.
            proc::must(quick_cargo("build").arg("--workspace"))?;
        }
        Ok(Target::binary("checks", "quick", 3))
    }

    /// The release binary with every loop compiled as soon as it goes round: `mode` is `stress`; `guards`, with which each
    /// guard fails in turn; or `evaluate`, with which the compiler's IR is walked.
    pub fn compiled(name: &'static str, mode: &str, build: bool) -> Result<Target, Failure> {
        let mut target = Target::native(build)?;
        target.name = name;
        target.before = vec!["-X".to_string(), format!("jit={mode}")];
        target.timeout_factor = 2;
        Ok(target)
    }

    /// The build for AArch64 under emulation; `mode` as for `compiled`, or none for the compiler as users have it.
    pub fn aarch64(
        name: &'static str,
        mode: Option<&str>,
        families: &'static [&'static str],
        build: bool,
    ) -> Result<Target, Failure> {
        setup::aarch64()?;
        if build {
            proc::must(&mut aarch64_build())?;
        }
        let krait = target_folder().join(setup::AARCH64_TARGET).join("quick/krait");
        let mut before = vec!["-L".to_string(), setup::AARCH64_ROOT.to_string(), krait.display().to_string()];
        if let Some(mode) = mode {
            before.extend(["-X".to_string(), format!("jit={mode}")]);
        }
        let program = PathBuf::from(setup::AARCH64_EMULATOR);
        Ok(Target { name, program, before, serves: EMULATED, families, servers: None, timeout_factor: 4 })
    }

    pub fn node(build: bool) -> Result<Target, Failure> {
        if build {
            wasm::build()?;
        }
        Ok(Target {
            name: "node",
            program: PathBuf::from("node"),
            before: vec![proc::root().join(wasm::NODE_HOST).display().to_string()],
            serves: &["modules"],
            families: FAMILIES,
            servers: Some(Arc::default()),
            timeout_factor: 2,
        })
    }

    /// The wasm build with every loop compiled as soon as it goes round.
    pub fn node_jit(build: bool) -> Result<Target, Failure> {
        let mut target = Target::node(build)?;
        target.name = "node-jit";
        target.before.extend(["-X", "jit=stress"].map(String::from));
        target.timeout_factor = 4;
        Ok(target)
    }

    pub fn peer() -> Result<Target, Failure> {
        let named = std::env::var("KRAIT_PEER").unwrap_or_else(|_| "python3.14".to_string());
        let program = proc::find_program(&named)
            .ok_or_else(|| format!("no reference interpreter: {named} not found (set KRAIT_PEER)"))?;
        let before = Vec::new();
        Ok(Target { name: "peer", program, before, serves: REFERENCE, families: FAMILIES, servers: None, timeout_factor: 1 })
    }

    fn binary(name: &'static str, folder: &str, timeout_factor: u32) -> Target {
        let program = target_folder().join(folder).join("krait");
        let before = Vec::new();
        Target { name, program, before, serves: HOSTED, families: FAMILIES, servers: None, timeout_factor }
    }

    pub fn can_run(&self, needs: &[String]) -> bool {
        needs.iter().all(|need| self.serves.contains(&need.as_str()))
    }
    pub fn runs_family(&self, family: &str) -> bool {
        self.families.contains(&family)
    }

    /// Runs a script in an interpreter of its own.
    pub fn run(&self, script: &Script, limit: Duration) -> Result<proc::Outcome, Failure> {
        match &self.servers {
            // Standard input is the process's own business.
            Some(servers) if script.stdin.is_empty() && script.flags.is_empty() => {
                let server = proc::root().join(wasm::NODE_SERVER).display().to_string();
                let mut arguments: Vec<&str> = self.before.iter().skip(1).map(String::as_str).collect();
                arguments.push(&script.path);
                arguments.extend(script.arguments.iter().map(String::as_str));
                servers.run(self.bare_command(&[server]), &arguments, limit)
            }
            _ => proc::capture(&mut self.command(&script.flags, &script.path, &script.arguments), &script.stdin, limit),
        }
    }

    /// A command that runs `file` in an environment no user setting can disturb.
    pub fn command(&self, flags: &[String], file: &str, arguments: &[String]) -> Command {
        let mut command = self.bare_command(&self.before);
        command.args(flags).arg(file).args(arguments);
        command
    }
    fn bare_command(&self, before: &[String]) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("PYTHON") || name.ends_with("_COLOR") {
                command.env_remove(&*name);
            }
        }
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("LC_ALL", "C.UTF-8").env("TERM", "dumb");
        command.args(before).current_dir(proc::root());
        command
    }
}

fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| proc::root().join("target"), PathBuf::from)
}

/// What runs at build time is that of `checks`, so the profile is too, but for the checks: emulation is slow enough.
fn aarch64_build() -> Command {
    let mut cargo = quick_cargo("build");
    cargo.args(["-p", "krait", "--no-default-features"]);
    cargo.args(["--features", "shared-host-build", "--target", setup::AARCH64_TARGET]);
    for check in ["debug-assertions", "overflow-checks"] {
        cargo.args(["--config", &format!("profile.quick.{check}=false")]);
    }
    cargo.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", setup::AARCH64_CC);
    cargo.env("CC_aarch64_unknown_linux_gnu", setup::AARCH64_CC);
    cargo
}

/// cargo with the profile of `checks`. The flag in its configuration is the release build's; for a build that names a
/// target it is not there for what runs at build time, which all of these share.
pub fn quick_cargo(command: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args([command, "--profile", "quick"]).current_dir(proc::root());
    if std::env::var_os("RUSTFLAGS").is_none() {
        cargo.env("RUSTFLAGS", "");
    }
    cargo
}
