//! The test suite: finds the scripts, runs each on every target, compares, counts.
//!
//! A family is a folder. Every script of every family runs on every target that can serve its
//! needs, with the same expectations. Known failures are named in `tests/pending.txt`; they run
//! all the same and count as skipped, and an entry that is no longer needed is reported.

use crate::options::Options;
use crate::script::Script;
use crate::target::{Target, quick_cargo};
use crate::{Failure, host_js, proc, setup, tidy, wasm};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// The folders that hold scripts.
pub const FAMILIES: &[&str] = &["tests/lang", "tests/builtins", "tests/stdlib", "tests/jit", "tests/ctypes", "tests/fuzz/corpus", "examples"];
/// The targets that run them.
const SCRIPT_TARGETS: &[&str] =
    &["native", "jit", "guards", "evaluator", "checks", "node", "node-jit", "aarch64", "aarch64-jit", "aarch64-guards"];
/// Those under emulation: how loops are compiled there, and which folders there is time for.
const AARCH64_TARGETS: &[(&str, Option<&str>, &[&str])] = &[
    ("aarch64", None, &["tests/jit", "tests/ctypes"]),
    ("aarch64-jit", Some("stress"), &["tests/jit", "tests/lang", "tests/builtins"]),
    ("aarch64-guards", Some("guards"), &["tests/jit"]),
];
/// Tests of the JavaScript side.
const HOST_SUITES: &[&str] = &["npm", "playground"];
pub const PENDING: &str = "tests/pending.txt";

#[derive(Default, Clone, Copy)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

enum Verdict {
    Passed,
    Failed,
    /// A known failure, and whether it failed as known.
    Pending {
        failed: bool,
    },
    /// The target cannot serve what the script needs.
    Unserved,
}

/// `cargo xtask test`.
pub fn test(options: &Options) -> Result<bool, Failure> {
    let began = Instant::now();
    let wanted = |name: &str| options.targets.is_empty() || options.targets.iter().any(|t| t == name);
    if let Some(unknown) = options.targets.iter().find(|t| !SCRIPT_TARGETS.contains(&t.as_str()) && !HOST_SUITES.contains(&t.as_str())) {
        return Err(format!("no target {unknown:?}: {}", [SCRIPT_TARGETS, HOST_SUITES].concat().join(", ")));
    }
    let whole = options.matching.is_none() && !options.scripts_only && SCRIPT_TARGETS.iter().any(|t| wanted(t));
    let mut total = Count::default();
    let mut rows = Vec::new();

    let mut targets = Vec::new();
    if wanted("native") {
        targets.push(Target::native(options.build)?);
    }
    for (name, mode) in [("jit", "stress"), ("guards", "guards"), ("evaluator", "evaluate")] {
        if wanted(name) {
            // They are one binary.
            targets.push(Target::compiled(name, mode, options.build && targets.is_empty())?);
        }
    }
    if wanted("checks") {
        targets.push(Target::checks(options.build)?);
    }
    if wanted("node") {
        targets.push(Target::node(options.build)?);
    }
    if wanted("node-jit") {
        targets.push(Target::node_jit(options.build && !wanted("node"))?);
    }
    let mut is_built = !options.build;
    for &(name, mode, families) in AARCH64_TARGETS.iter().filter(|(name, ..)| wanted(name)) {
        // Whoever names scripts wants them.
        let families = if options.matching.is_some() { FAMILIES } else { families };
        targets.push(Target::aarch64(name, mode, families, !is_built)?);
        is_built = true;
    }
    if whole {
        let tidy = if tidy::run()? {
            Count { passed: 1, ..Count::default() }
        } else {
            Count { failed: 1, ..Count::default() }
        };
        rows.push(("house rules (tidy)".to_string(), "-", tidy));
        rows.push(("cargo test".to_string(), "-", cargo_tests()?));
    }

    for (suite, run) in HOST_SUITES.iter().zip([host_js::npm, host_js::playground]) {
        // They are no scripts, but whoever names them wants them.
        if wanted(suite) && (!options.scripts_only || !options.targets.is_empty()) {
            let count = run(options)?;
            if count.passed + count.failed + count.skipped > 0 {
                rows.push(("tests/host-js".to_string(), suite, count));
            }
        }
    }

    let scripts = if targets.is_empty() { Vec::new() } else { collect(options)? };
    setup::test_libraries(&scripts, AARCH64_TARGETS.iter().any(|(name, ..)| wanted(name)))?;
    let pending = Pending::read()?;
    let verdicts = run_all(&scripts, &targets, options, &pending);
    let mut table: BTreeMap<(&str, usize), Count> = BTreeMap::new();
    for (script_index, target_index, verdict) in &verdicts {
        let count = table.entry((family(&scripts[*script_index].path), *target_index)).or_default();
        match verdict {
            Verdict::Passed => count.passed += 1,
            Verdict::Failed => count.failed += 1,
            Verdict::Pending { .. } | Verdict::Unserved => count.skipped += 1,
        }
    }
    for ((family, target), count) in &table {
        rows.push((family.to_string(), targets[*target].name, *count));
    }
    pending.report(&verdicts, &scripts, &targets, options.matching.is_none() && !targets.is_empty());

    println!("\n{:<24} {:<10} {:>7} {:>7} {:>8}", "tests", "target", "passed", "failed", "skipped");
    for (name, target, count) in &rows {
        println!("{name:<24} {target:<10} {:>7} {:>7} {:>8}", count.passed, count.failed, count.skipped);
        total.add(*count);
    }
    if targets.iter().any(|t| t.name == "node") || wanted("npm") {
        wasm::print_size()?;
    }
    println!("took {:.0} s", began.elapsed().as_secs_f64());
    close(total)
}

/// `cargo xtask confirm`: the reference must meet every expectation, those of pending tests too.
pub fn confirm(options: &Options) -> Result<bool, Failure> {
    let targets = [Target::peer()?];
    let scripts = collect(options)?;
    setup::test_libraries(&scripts, false)?;
    let verdicts = run_all(&scripts, &targets, options, &Pending::default());
    let mut total = Count::default();
    for (_, _, verdict) in &verdicts {
        match verdict {
            Verdict::Passed => total.passed += 1,
            Verdict::Failed => total.failed += 1,
            _ => total.skipped += 1,
        }
    }
    close(total)
}

/// `cargo xtask bless`: has the reference write the expectations of the matching scripts.
pub fn bless(options: &Options) -> Result<bool, Failure> {
    if options.matching.is_none() {
        return Err("bless rewrites expectations: name the tests with --match".to_string());
    }
    let peer = Target::peer()?;
    for script in collect(options)? {
        let helper = ["tests/bless.py".to_string()];
        let mut command = peer.command(&[], &helper[0], std::slice::from_ref(&script.path));
        proc::must(&mut command)?;
    }
    Ok(true)
}

fn close(total: Count) -> Result<bool, Failure> {
    print!("{} passed, {} failed", total.passed, total.failed);
    if total.skipped > 0 {
        print!(", {} skipped", total.skipped);
    }
    println!();
    Ok(total.failed == 0)
}

fn family(path: &str) -> &'static str {
    FAMILIES.iter().find(|family| path.starts_with(**family)).copied().unwrap_or("?")
}

/// Every script of every family that the options ask for. Files named `_*.py` are helpers.
pub fn collect(options: &Options) -> Result<Vec<Script>, Failure> {
    let root = proc::root();
    let mut paths = Vec::new();
    for family in FAMILIES {
        walk(&root, family, &mut paths)?;
    }
    paths.sort();
    paths.iter().filter(|path| options.wants(path)).map(|path| Script::read(&root, path)).collect()
}

/// Adds the scripts under `folder` to `paths`, relative to `root`; names that begin with `_` or `.` are left out.
pub fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> Result<(), Failure> {
    let full = root.join(folder);
    if !full.exists() {
        return Ok(());
    }
    let entries = std::fs::read_dir(&full).map_err(|e| format!("{folder}: {e}"))?;
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(['_', '.']) {
            continue;
        }
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            walk(root, &path, paths)?;
        } else if name.ends_with(".py") {
            paths.push(path);
        }
    }
    Ok(())
}

fn run_all(
    scripts: &[Script],
    targets: &[Target],
    options: &Options,
    pending: &Pending,
) -> Vec<(usize, usize, Verdict)> {
    let root = proc::root();
    let all = (0..targets.len()).flat_map(|t| (0..scripts.len()).map(move |s| (s, t)));
    let work: Vec<(usize, usize)> = all.filter(|(s, t)| targets[*t].runs_family(family(&scripts[*s].path))).collect();
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(Vec::with_capacity(work.len()));
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while let Some(&(s, t)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (script, target) = (&scripts[s], &targets[t]);
                    let known = pending.covers(&script.path, target.name);
                    let verdict = if !target.can_run(&script.needs) {
                        Verdict::Unserved
                    } else {
                        match (run_one(script, target, options, &root), known) {
                            (None, false) => Verdict::Passed,
                            (complaint, true) => Verdict::Pending { failed: complaint.is_some() },
                            (Some(complaint), false) => {
                                println!("FAILED {} [{}]\n      {complaint}", script.path, target.name);
                                Verdict::Failed
                            }
                        }
                    };
                    if let Ok(mut verdicts) = verdicts.lock() {
                        verdicts.push((s, t, verdict));
                    }
                }
            });
        }
    });
    verdicts.into_inner().unwrap_or_default()
}

/// Runs one script on one target; `None` when every expectation is met.
fn run_one(script: &Script, target: &Target, options: &Options, root: &Path) -> Option<String> {
    match target.run(script, options.timeout * target.timeout_factor) {
        Ok(outcome) => script.judge(&outcome, root),
        Err(sentence) => Some(sentence),
    }
}

/// The workspace's own unit and integration tests, built with checks on.
fn cargo_tests() -> Result<Count, Failure> {
    let mut cargo = quick_cargo("test");
    cargo.args(["--workspace", "--no-fail-fast"]);
    eprintln!("$ cargo test --profile quick --workspace --no-fail-fast");
    let outcome =
        cargo.stderr(std::process::Stdio::inherit()).output().map_err(|e| format!("cannot start cargo: {e}"))?;
    let text = String::from_utf8_lossy(&outcome.stdout);
    let mut count = Count::default();
    for line in text.lines().filter(|line| line.starts_with("test result:")) {
        let numbers: Vec<usize> = line.split([' ', ';']).filter_map(|word| word.parse().ok()).collect();
        if let [passed, failed, ignored, ..] = numbers[..] {
            count.add(Count { passed, failed, skipped: ignored });
        }
    }
    if !outcome.status.success() {
        println!("{text}");
        // A crate that does not build has no result line, and must count all the same.
        count.failed = count.failed.max(1);
    }
    Ok(count)
}

/// `tests/pending.txt`: one glob a line, ` @target` after it to speak of one target only, `#` for
/// why. It lists what is known to fail, so that everything else has to pass.
#[derive(Default)]
struct Pending {
    entries: Vec<(String, Option<String>)>,
}

impl Pending {
    fn read() -> Result<Pending, Failure> {
        let path = proc::root().join(PENDING);
        let text = if path.exists() {
            std::fs::read_to_string(&path).map_err(|e| format!("{PENDING}: {e}"))?
        } else {
            String::new()
        };
        let mut entries = Vec::new();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or("").trim();
            if let Some((glob, target)) = line.split_once(" @") {
                entries.push((glob.trim().to_string(), Some(target.trim().to_string())));
            } else if !line.is_empty() {
                entries.push((line.to_string(), None));
            }
        }
        Ok(Pending { entries })
    }

    fn covers(&self, path: &str, target: &str) -> bool {
        self.entries.iter().any(|entry| Pending::matches(entry, path, target))
    }

    fn matches((glob, only): &(String, Option<String>), path: &str, target: &str) -> bool {
        let target = target.strip_suffix("-jit").unwrap_or(target);
        only.as_ref().is_none_or(|only| only == target) && glob_matches(glob.as_bytes(), path.as_bytes())
    }

    fn report(&self, verdicts: &[(usize, usize, Verdict)], scripts: &[Script], targets: &[Target], all_ran: bool) {
        for entry in &self.entries {
            let (mut passing, mut failing) = (0, 0);
            for (s, t, verdict) in verdicts {
                if let Verdict::Pending { failed } = verdict
                    && Pending::matches(entry, &scripts[*s].path, targets[*t].name)
                {
                    if *failed { failing += 1 } else { passing += 1 }
                }
            }
            let at = entry.1.as_ref().map_or(String::new(), |target| format!(" @{target}"));
            match (passing, failing) {
                (0, 0) if all_ran => println!("pending: {}{at} names no test; remove it", entry.0),
                (0, 0) => {}
                (_, 0) => println!("pending: {}{at} passes now ({passing} runs); remove it", entry.0),
                _ => println!("pending: {}{at}: {failing} runs fail, {passing} pass", entry.0),
            }
        }
    }
}

/// `*` stands for any run of characters, `/` included.
fn glob_matches(glob: &[u8], text: &[u8]) -> bool {
    match glob.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| glob_matches(rest, &text[at..])),
        Some((c, rest)) => text.first() == Some(c) && glob_matches(rest, &text[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::glob_matches;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(glob_matches(b"*", b"tests/lang/a.py"));
        assert!(glob_matches(b"tests/*/a.py", b"tests/lang/deep/a.py"));
        assert!(!glob_matches(b"tests/*.py", b"examples/a.py"));
        assert!(!glob_matches(b"tests", b"tests/a.py"));
    }
}
