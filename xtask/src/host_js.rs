//! The npm package and the playground: their tests, and the playground for a person.
//!
//! `tests/host-js/*.test.mjs` are for node's own test runner, which reports in TAP; a page is opened in Debian's Chromium.
//! `playground.test.mjs` is a suite of its own, because it needs the playground built.

use crate::options::Options;
use crate::suite::Count;
use crate::{Failure, proc, setup, wasm};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const TESTS: &str = "tests/host-js";
const PLAYGROUND: &str = "web-demo";
const PLAYGROUND_TEST: &str = "tests/host-js/playground.test.mjs";
/// What all tests of a suite together may take.
const LIMIT: Duration = Duration::from_secs(300);

/// The tests of the package, under node and in Chromium.
pub fn npm(options: &Options) -> Result<Count, Failure> {
    let tests = tests(options, |path| path != PLAYGROUND_TEST)?;
    if tests.is_empty() {
        return Ok(Count::default());
    }
    set_up(options)?;
    run(&tests)
}

/// The test of the playground, in Chromium.
pub fn playground(options: &Options) -> Result<Count, Failure> {
    let tests = tests(options, |path| path == PLAYGROUND_TEST)?;
    if tests.is_empty() {
        return Ok(Count::default());
    }
    set_up(options)?;
    setup::npm(PLAYGROUND)?;
    proc::must(&mut vite(&["build", "--logLevel", "warn"]))?;
    run(&tests)
}

/// `cargo xtask playground`: serves it until it is stopped.
pub fn serve() -> Result<bool, Failure> {
    wasm::build()?;
    setup::npm(PLAYGROUND)?;
    proc::must(&mut vite(&[]))?;
    Ok(true)
}

fn vite(arguments: &[&str]) -> Command {
    let folder = proc::root().join(PLAYGROUND);
    let mut command = Command::new("node");
    command.arg("node_modules/vite/bin/vite.js").args(arguments).current_dir(folder);
    command
}

fn set_up(options: &Options) -> Result<(), Failure> {
    if options.build {
        wasm::build()?;
    }
    setup::npm(TESTS)?;
    setup::chromium()
}

fn tests(options: &Options, belongs: impl Fn(&str) -> bool) -> Result<Vec<String>, Failure> {
    let entries = std::fs::read_dir(proc::root().join(TESTS)).map_err(|e| format!("{TESTS}: {e}"))?;
    let names = entries.filter_map(Result::ok).map(|entry| format!("{TESTS}/{}", entry.file_name().to_string_lossy()));
    let mut tests: Vec<String> =
        names.filter(|path| path.ends_with(".test.mjs") && belongs(path) && options.wants(path)).collect();
    tests.sort();
    Ok(tests)
}

fn run(tests: &[String]) -> Result<Count, Failure> {
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1", "--test-reporter=tap"]).args(tests).current_dir(proc::root());
    // What the tests start may want to colour what it says.
    node.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    let outcome = proc::capture(&mut node, &[], LIMIT)?;
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let mut count = read_tap(&text);
    if outcome.code != Some(0) {
        print!("{text}{}", String::from_utf8_lossy(&outcome.stderr));
        if outcome.code.is_none() {
            println!("FAILED {} did not end in {} s", Path::new(TESTS).display(), LIMIT.as_secs());
        }
        count.failed = count.failed.max(1);
    }
    for remark in text.lines().filter_map(|line| line.trim().strip_prefix("# ")).filter(|line| line.contains(": ")) {
        if !remark.starts_with("Subtest:") {
            println!("{remark}");
        }
    }
    Ok(count)
}

/// The summary at the end: `# pass 12`.
fn read_tap(text: &str) -> Count {
    let number = |what: &str| {
        let line = text.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(what)?.strip_prefix(' '));
        line.and_then(|n| n.trim().parse().ok()).unwrap_or(0)
    };
    Count { passed: number("pass"), failed: number("fail") + number("cancelled"), skipped: number("skipped") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_summary_of_tap_is_read() {
        let count = super::read_tap(
            "TAP version 13\n# Subtest: # pass 9\nok 1 - a\n1..2\n# tests 2\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 3\n",
        );
        assert_eq!((count.passed, count.failed, count.skipped), (1, 1, 3));
    }
}
