//! A process that runs many scripts one after the other, each in an interpreter of its own (`wasm/npm/serve.mjs`).
//!
//! Under node most of a short script's time is compiling the core and starting the engine; a server does that once. A
//! script that takes too long, or ends the process, costs the server: the next one starts another. After some scripts
//! it makes way too, so that no test runs in a process that has seen hundreds.

use crate::Failure;
use crate::proc::{Outcome, end_group};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How many scripts a server runs.
const SCRIPTS: usize = 40;

/// Servers that wait for work.
#[derive(Default)]
pub struct Servers(Mutex<Vec<Server>>);

struct Server {
    child: Child,
    requests: ChildStdin,
    answers: Receiver<Outcome>,
    served: usize,
}

impl Servers {
    /// Has a script run, for at most `limit`. `command` starts a server.
    pub fn run(&self, command: Command, arguments: &[&str], limit: Duration) -> Result<Outcome, Failure> {
        let idle = self.0.lock().ok().and_then(|mut servers| servers.pop());
        let mut server = match idle {
            Some(server) => server,
            None => Server::start(command)?,
        };
        let began = Instant::now();
        let answer = server.ask(arguments, limit);
        let outcome = match answer {
            Some(outcome) => Outcome { took: began.elapsed(), ..outcome },
            // What is left of the process goes when the server is dropped.
            None => return Ok(Outcome { stdout: Vec::new(), stderr: Vec::new(), code: None, took: began.elapsed() }),
        };
        if server.served < SCRIPTS
            && let Ok(mut servers) = self.0.lock()
        {
            servers.push(server);
        }
        Ok(outcome)
    }
}

impl Server {
    fn start(mut command: Command) -> Result<Server, Failure> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn();
        let mut child = started.map_err(|e| format!("cannot start {:?}: {e}", command.get_program()))?;
        let (Some(requests), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("a child without pipes".to_string());
        };
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(outcome) = read_answer(&mut output) {
                if sender.send(outcome).is_err() {
                    break;
                }
            }
        });
        Ok(Server { child, requests, answers, served: 0 })
    }

    /// `None` when there is no answer in time, or no server any more.
    fn ask(&mut self, arguments: &[&str], limit: Duration) -> Option<Outcome> {
        self.served += 1;
        let request = format!("{}\n{}\n", arguments.len(), arguments.join("\n"));
        self.requests.write_all(request.as_bytes()).and_then(|()| self.requests.flush()).ok()?;
        self.answers.recv_timeout(limit).ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end_group(self.child.id());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line with status and lengths of both streams, and these.
fn read_answer(output: &mut BufReader<ChildStdout>) -> Option<Outcome> {
    let mut head = String::new();
    output.read_line(&mut head).ok()?;
    let mut numbers = head.split_whitespace();
    let code = numbers.next()?.parse().ok()?;
    let mut stream = || {
        let mut bytes = vec![0; numbers.next()?.parse().ok()?];
        output.read_exact(&mut bytes).ok()?;
        Some(bytes)
    };
    let (stdout, stderr) = (stream()?, stream()?);
    Some(Outcome { stdout, stderr, code: Some(code), took: Duration::ZERO })
}
