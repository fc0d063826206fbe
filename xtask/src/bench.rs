//! `cargo xtask bench`: krait and the reference take turns on each workload of tests/bench.
//!
//! Turns are interleaved, so that a change of the machine's speed hits both. Speed is the
//! reference's time over ours, from processor seconds; above 1 is faster. Workloads print
//! `@cpu`, `@hwm` and `@check` lines (see `tests/bench/_bench.py`); start-up scripts print none
//! and are timed from outside. Results must agree, or the workload counts as failed.

use crate::options::Options;
use crate::target::Target;
use crate::{Failure, proc};
use std::collections::BTreeMap;
use std::time::Duration;

/// What one turn of one interpreter gave.
#[derive(Default, Clone)]
struct Turn {
    seconds: f64,
    peak_kb: f64,
    check: String,
}

pub fn run(options: &Options) -> Result<bool, Failure> {
    let ours = Target::native(options.build)?;
    let peer = Target::peer().ok();
    if peer.is_none() {
        println!("notice: no reference interpreter (set KRAIT_PEER), so there are no ratios");
    }
    let folder = proc::root().join("tests/bench");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map_err(|e| format!("tests/bench: {e}"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".py") && !name.starts_with('_') && options.wants(name))
        .collect();
    names.sort();
    let mut ratios: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut all_agree = true;
    println!("{:<28} {:>12} {:>12} {:>8}", "workload", "krait", "reference", "ratio");
    for name in &names {
        let group = name.split('_').next().unwrap_or("").to_string();
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            mine.push(turn(&ours, name, options.timeout)?);
            if let Some(peer) = &peer {
                theirs.push(turn(peer, name, options.timeout)?);
            }
        }
        let (mine, theirs) = (best(mine), best(theirs));
        let by_memory = group == "memory";
        let figure = |turn: &Option<Turn>| match turn {
            None => "FAIL".to_string(),
            Some(turn) if by_memory => format!("{:.1} MB", turn.peak_kb / 1024.0),
            Some(turn) => format!("{:.2} ms", turn.seconds * 1e3),
        };
        let mut ratio = None;
        if let (Some(mine), Some(theirs)) = (&mine, &theirs) {
            if mine.check != theirs.check {
                println!("{name}: results differ: {} / {}", mine.check, theirs.check);
                all_agree = false;
            } else {
                ratio = Some(if by_memory { theirs.peak_kb / mine.peak_kb } else { theirs.seconds / mine.seconds });
            }
        }
        all_agree &= mine.is_some();
        let shown = ratio.map_or("-".to_string(), |r| format!("{r:.2}"));
        let reference = if peer.is_some() { figure(&theirs) } else { "-".to_string() };
        println!("{name:<28} {:>12} {reference:>12} {shown:>8}", figure(&mine));
        ratios.entry(group).or_default().extend(ratio);
    }
    for (group, ratios) in ratios.iter().filter(|(_, ratios)| !ratios.is_empty()) {
        let mean = (ratios.iter().map(|r| r.ln()).sum::<f64>() / ratios.len() as f64).exp();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        println!("{group:<10} geometric mean {mean:.2}, least {least:.2} ({} workloads)", ratios.len());
    }
    Ok(all_agree)
}

/// Runs a workload once; `None` when it fails.
fn turn(target: &Target, name: &str, limit: Duration) -> Result<Option<Turn>, Failure> {
    let file = format!("tests/bench/{name}");
    let mut command = target.command(&[], &file, &[]);
    let outcome = proc::capture(&mut command, b"", limit * 2)?;
    if outcome.code != Some(0) {
        let error = String::from_utf8_lossy(&outcome.stderr);
        println!("{name} [{}]: {}", target.name, error.trim_end().lines().last().unwrap_or("failed"));
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&outcome.stdout);
    let line = |mark: &str| text.lines().find_map(|line| line.strip_prefix(mark)).map(str::trim);
    let samples: Vec<f64> =
        line("@cpu").unwrap_or("").split_whitespace().filter_map(|word| word.parse().ok()).collect();
    // The later half of the iterations is the steady state; its least sample is the least disturbed.
    let steady = samples[samples.len() / 2..].iter().copied().fold(f64::INFINITY, f64::min);
    let seconds = if steady.is_finite() && steady > 0.0 { steady } else { outcome.took.as_secs_f64() };
    Ok(Some(Turn {
        seconds,
        peak_kb: line("@hwm").and_then(|kb| kb.parse().ok()).unwrap_or(0.0),
        check: line("@check").unwrap_or("").to_string(),
    }))
}

fn best(turns: Vec<Option<Turn>>) -> Option<Turn> {
    turns.into_iter().collect::<Option<Vec<Turn>>>()?.into_iter().min_by(|a, b| a.seconds.total_cmp(&b.seconds))
}
