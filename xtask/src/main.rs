//! Developer commands: `cargo xtask test|tidy|bench|bless|confirm|conformance|web|playground|order|profile`.
//!
//! Every command does its own set-up, so a fresh checkout on a Debian-like machine with rustup,
//! node and python3 needs nothing but this. The rooms: `script` reads a test's expectations,
//! `target` knows how to start each interpreter, `suite` runs and compares, `tidy` checks the
//! house rules, `bench` measures, `wasm` builds and weighs the JavaScript host,
//! `host_js` tests the package and the playground, `profile` and `order` tell the
//! compiler and the linker of the executable what programs run.
//! Nothing here is part of the product, and no machine's own paths are written down: what lies
//! outside the checkout comes in through environment variables named in `usage`.

mod about;
mod bench;
mod conformance;
mod host_js;
mod options;
mod order;
mod proc;
mod profile;
mod script;
mod sections;
mod server;
mod setup;
mod split;
mod suite;
mod target;
mod tidy;
mod wasm;

use options::Options;
use std::process::ExitCode;

/// What can go wrong in a developer command: a sentence for the person who ran it.
pub type Failure = String;

const USAGE: &str = "\
usage: cargo xtask COMMAND [options]

  test          every test on every target present; ends with `N passed, N failed`
  tidy          the house rules, checked
  bless         write the expectations of the matching tests from the reference interpreter
  confirm       run the matching tests on the reference interpreter (pending ones too)
  bench         run tests/bench on krait and the reference in turns, print the ratios
  conformance   run CPython's own test folder ($KRAIT_CPYTHON_TESTS) under krait
  web           build the JavaScript host and print its size
  playground    build the playground and serve it
  order         write native/startup.ld: which functions of the executable come first (needs valgrind)
  profile       write native/krait.profdata: which branches of the executable are taken how often

options:
  --match RE    only tests whose path matches
  --target T    native, jit, guards, evaluator, checks, node, node-jit, aarch64, aarch64-jit, aarch64-guards, npm or
                playground (repeatable; default: all)
  --jobs N      how many at a time (default: the number of processors)
  --timeout S   seconds one test may take (default 60)
  --rounds N    bench: how many turns each interpreter gets (default 3)
  --scripts     test: only the Python scripts, no cargo tests, no tidy
  --no-build    test: use the binaries that are there

environment:
  KRAIT_PEER            the reference interpreter (default: python3.14 on PATH)
  KRAIT_CPYTHON_TESTS   a folder that holds CPython's `test` package, for conformance
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let outcome = Options::parse(arguments).and_then(|options| match command.as_str() {
        "test" => suite::test(&options),
        "tidy" => tidy::run(),
        "bless" => suite::bless(&options),
        "confirm" => suite::confirm(&options),
        "bench" => bench::run(&options),
        "conformance" => conformance::run(&options),
        "web" => wasm::run(),
        "playground" => host_js::serve(),
        "order" => order::run(&options),
        "profile" => profile::run(&options),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(true)
        }
        other => Err(format!("no command {other:?}\n\n{USAGE}")),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}
