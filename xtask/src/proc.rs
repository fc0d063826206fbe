//! Child processes: run one with a time limit and keep what it said, or run one in the open.
//!
//! A child gets its own process group where the platform has one, so that a test that starts
//! children of its own is ended whole. Nothing here knows what the child is.

use crate::Failure;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a finished child left behind. `code` is `None` when the time limit ended it.
pub struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The exit status; minus the signal's number when a signal ended it.
    pub code: Option<i32>,
    pub took: Duration,
}

/// At most this much of each stream is kept: a test that prints for ever must not fill memory.
const KEPT: u64 = 16 << 20;

/// Runs `command` with `input` on its standard input for at most `limit`.
pub fn capture(command: &mut Command, input: &[u8], limit: Duration) -> Result<Outcome, Failure> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot start {:?}: {e}", command.get_program()))?;
    let mut stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut code = None;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(mut pipe) = stdin.take() {
                // A child that ends without reading closes the pipe; that is its right.
                let _ = pipe.write_all(input);
            }
        });
        let out_reader = scope.spawn(|| read_all(stdout));
        let err_reader = scope.spawn(|| read_all(stderr));
        let mut nap = Duration::from_micros(500);
        loop {
            match child.try_wait() {
                Ok(Some(status)) => {
                    code = Some(exit_code(status));
                    break;
                }
                Ok(None) if began.elapsed() < limit => {
                    std::thread::sleep(nap);
                    nap = (nap * 2).min(Duration::from_millis(10));
                }
                _ => {
                    end_group(child.id());
                    let _ = child.kill();
                    let _ = child.wait();
                    break;
                }
            }
        }
        // Children of the child may outlive it and hold its pipes open.
        let grace = Instant::now() + Duration::from_secs(2);
        while !(out_reader.is_finished() && err_reader.is_finished()) && Instant::now() < grace {
            std::thread::sleep(Duration::from_micros(500));
        }
        if !(out_reader.is_finished() && err_reader.is_finished()) {
            end_group(child.id());
        }
        out = out_reader.join().unwrap_or_default();
        err = err_reader.join().unwrap_or_default();
    });
    Ok(Outcome { stdout: out, stderr: err, code, took: began.elapsed() })
}

fn read_all(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.by_ref().take(KEPT).read_to_end(&mut bytes);
        // Keep draining, so that the child never blocks on a full pipe before its time limit.
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    }
    bytes
}

/// Ends what a test started and left behind, which would keep its output pipes open.
pub fn end_group(leader: u32) {
    if cfg!(unix) {
        let _ = Command::new("kill")
            .args(["-KILL", "--", &format!("-{leader}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

fn exit_code(status: std::process::ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return -signal;
    }
    status.code().unwrap_or(-1)
}

/// Runs a command in the open: its output goes to ours. False when it failed.
pub fn run(command: &mut Command) -> Result<bool, Failure> {
    let shown = show(command);
    eprintln!("$ {shown}");
    let status = command.status().map_err(|e| format!("cannot start {shown}: {e}"))?;
    Ok(status.success())
}

/// As `run`, but a failure is an error.
pub fn must(command: &mut Command) -> Result<(), Failure> {
    let shown = show(command);
    if run(command)? { Ok(()) } else { Err(format!("{shown} failed")) }
}

fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Where `name` is on PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Path::new(name).exists().then(|| PathBuf::from(name));
    }
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The checkout's root: this crate's parent folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
