//! The options that all commands share, parsed by hand: there are few and they never nest.
//!
//! It only reads the command line; what an option means is decided where it is used.

use crate::Failure;
use regex_lite::Regex;
use std::time::Duration;

pub struct Options {
    pub matching: Option<Regex>,
    pub targets: Vec<String>,
    pub jobs: usize,
    pub timeout: Duration,
    pub rounds: usize,
    pub scripts_only: bool,
    pub build: bool,
    /// What followed `--`, handed on as it is.
    pub rest: Vec<String>,
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
        let mut options = Options {
            matching: None,
            targets: Vec::new(),
            jobs: std::thread::available_parallelism().map_or(2, |n| n.get()),
            timeout: Duration::from_secs(60),
            rounds: 3,
            scripts_only: false,
            build: true,
            rest: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            let (name, attached) = match argument.split_once('=') {
                Some((name, value)) => (name.to_string(), Some(value.to_string())),
                None => (argument.clone(), None),
            };
            let mut value =
                || attached.clone().or_else(|| arguments.next()).ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--match" => {
                    let pattern = value()?;
                    options.matching = Some(Regex::new(&pattern).map_err(|e| format!("--match {pattern}: {e}"))?);
                }
                "--target" => options.targets.push(value()?),
                "--jobs" | "-j" => options.jobs = number(&name, &value()?)?.max(1),
                "--timeout" => options.timeout = Duration::from_secs(number(&name, &value()?)? as u64),
                "--rounds" => options.rounds = number(&name, &value()?)?.max(1),
                "--scripts" => options.scripts_only = true,
                "--no-build" => options.build = false,
                "--" => options.rest.extend(arguments.by_ref()),
                _ => return Err(format!("no option {argument:?}")),
            }
        }
        Ok(options)
    }

    pub fn wants(&self, path: &str) -> bool {
        self.matching.as_ref().is_none_or(|re| re.is_match(path))
    }
}

fn number(name: &str, text: &str) -> Result<usize, Failure> {
    text.parse().map_err(|_| format!("{name} wants a number, not {text:?}"))
}
