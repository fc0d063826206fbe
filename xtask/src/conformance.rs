//! CPython's own test suite under krait: a thin loop over `-m test` style modules.
//!
//! The folder comes from `$KRAIT_CPYTHON_TESTS` and holds the `test` package of CPython 3.14;
//! it is never part of this checkout. Each module runs in its own process through `unittest`,
//! and the counts are read from unittest's closing lines.

use crate::options::Options;
use crate::target::Target;
use crate::{Failure, proc};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn run(options: &Options) -> Result<bool, Failure> {
    let folder = std::env::var_os("KRAIT_CPYTHON_TESTS").map(PathBuf::from);
    let folder = folder.ok_or("KRAIT_CPYTHON_TESTS must name a folder that holds CPython's `test` package")?;
    let mut modules: Vec<String> = std::fs::read_dir(folder.join("test"))
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("test_"))
        .map(|name| name.trim_end_matches(".py").to_string())
        .filter(|name| options.wants(name))
        .collect();
    modules.sort();
    let target = if options.targets.iter().any(|t| t == "peer") {
        Target::peer()?
    } else if options.targets.iter().any(|t| t == "checks") {
        Target::checks(options.build)?
    } else {
        Target::native(options.build)?
    };
    let next = AtomicUsize::new(0);
    let totals = Mutex::new((0usize, 0usize, 0usize));
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while let Some(module) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (passed, failed, line) = run_module(&target, &folder, module, options);
                    println!("{module:<32} {line}");
                    if let Ok(mut totals) = totals.lock() {
                        totals.0 += passed;
                        totals.1 += failed;
                        totals.2 += usize::from(passed + failed == 0);
                    }
                }
            });
        }
    });
    let (passed, failed, lost) = totals.into_inner().unwrap_or_default();
    println!("{passed} passed, {failed} failed, {lost} modules without a result");
    Ok(failed == 0 && lost == 0)
}

fn run_module(target: &Target, folder: &std::path::Path, module: &str, options: &Options) -> (usize, usize, String) {
    let flags = ["-m".to_string()];
    let mut command = target.command(&flags, "unittest", &[format!("test.{module}")]);
    command.env("PYTHONPATH", folder).current_dir(std::env::temp_dir());
    let outcome = match proc::capture(&mut command, b"", options.timeout * 5) {
        Ok(outcome) => outcome,
        Err(sentence) => return (0, 0, sentence),
    };
    let text = String::from_utf8_lossy(&outcome.stderr);
    let count = |word: &str| -> usize {
        let digits = text.rfind(word).map(|at| &text[at + word.len()..]).unwrap_or("");
        digits.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
    };
    let ran = count("\nRan ");
    let failed = (count("failures=") + count("errors=") + count("unexpected successes=")).min(ran);
    let line = match (outcome.code, ran) {
        (None, _) => "ran past its time limit".to_string(),
        (Some(code), 0) => format!("no result, exit status {code}"),
        _ => format!("{} of {ran}", ran - failed),
    };
    (ran - failed, failed, line)
}
