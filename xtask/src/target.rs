//! The interpreters a test can run on, and how each is built and started.
//!
//! `native` is the release binary, `checks` the same sources with debug assertions and overflow
//! checks on, `node` the wasm build under node, `jit` and `node-jit` those with every loop compiled,
//! `evaluator` with every loop as the compiler's IR, `peer` the reference interpreter that confirms
//! expectations. A target says which `# needs:` it can serve; nothing else differs between them.

use crate::script::Script;
use crate::server::Servers;
use crate::{Failure, proc, wasm};
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
    /// Processes that run one script after the other.
    servers: Option<Arc<Servers>>,
    /// How many times longer than the release binary this target may take.
    pub timeout_factor: u32,
}

/// What CPython can do: it loads no WebAssembly modules.
const REFERENCE: &[&str] = &["os", "threads", "cli", "subprocess", "network", "libraries"];
const HOSTED: &[&str] = &["os", "threads", "cli", "subprocess", "network", "libraries", "modules"];

impl Target {
    pub fn native(build: bool) -> Result<Target, Failure> {
        if build {
            proc::must(Command::new("cargo").args(["build", "--release", "-p", "krait"]).current_dir(proc::root()))?;
        }
        Ok(Target::binary("native", "release", 1))
    }

    pub fn checks(build: bool) -> Result<Target, Failure> {
        if build {
            let mut cargo = Command::new("cargo");
            // All of the workspace, as cargo's own tests need it: another choice has other features, and builds twice.
            proc::must(cargo.args(["build", "--profile", "quick", "--workspace"]).current_dir(proc::root()))?;
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

    pub fn node(build: bool) -> Result<Target, Failure> {
        if build {
            wasm::build()?;
        }
        Ok(Target {
            name: "node",
            program: PathBuf::from("node"),
            before: vec![proc::root().join(wasm::NODE_HOST).display().to_string()],
            serves: &["modules"],
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
        Ok(Target { name: "peer", program, before: Vec::new(), serves: REFERENCE, servers: None, timeout_factor: 1 })
    }

    fn binary(name: &'static str, folder: &str, timeout_factor: u32) -> Target {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| proc::root().join("target"), PathBuf::from);
        Target { name, program: target.join(folder).join("krait"), before: Vec::new(), serves: HOSTED, servers: None, timeout_factor }
    }

    pub fn can_run(&self, needs: &[String]) -> bool {
        needs.iter().all(|need| self.serves.contains(&need.as_str()))
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
