//! The order of the executable's code: what a start runs lies together, and so does what ordinary programs run.
//!
//! The kernel maps not just the page that is touched but what lies around it in the page cache, so that functions strewn
//! over the file make all of it resident. `native/startup.ld` names the functions to put first; this command writes it
//! anew, from what callgrind sees the release build execute. A name that no longer exists does no harm: its successor lies
//! with the rest until somebody runs this again. Functions are named without the hash at the end where one name means
//! one function.

use crate::Failure;
use crate::options::Options;
use crate::proc;
use crate::target::Target;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::process::{Command, Stdio};

const HEAD: &str = "\
/* What a start runs, and then what ordinary programs run: one after the other, apart from the rest.
   Written by `cargo xtask order`. */
SECTIONS
{
  .text.startup_order :
  {
";
const TAIL: &str = "  }\n}\nINSERT BEFORE .text;\n";

/// The programs that are watched, a start alone first.
const PROGRAMS: &[&[&str]] = &[
    &["-c", "pass"],
    &["tests/bench/startup_hello.py"],
    &["-S", "-c", "print(open('/proc/self/status').read())"],
    &["tests/bench/memory_base.py"],
    &["tests/bench/memory_churn.py", "5000"],
    &["tests/bench/memory_dicts.py", "1000"],
    &["tests/bench/memory_instances.py", "1000"],
    &["tests/bench/memory_strs.py", "1000"],
    &["-X", "jit=off", "tests/bench/memory_churn.py", "5000"],
    &["examples/wordcount.py"],
    &["examples/shapes.py"],
    // What the compiler of hot loops runs, behind the rest.
    &["tests/bench/classic_nbody.py", "2000"],
    &["tests/bench/memory_churn.py", "100000"],
    &["tests/bench/micro_recursion.py", "11"],
];

pub fn run(options: &Options) -> Result<bool, Failure> {
    Target::native(options.build)?;
    let root = proc::root();
    let krait = root.join("target/release/krait");
    let valgrind = proc::find_program("valgrind").ok_or("`order` needs valgrind, for its callgrind")?;
    let trace = root.join("target/order.callgrind");
    let mut functions = Vec::new();
    let mut seen = HashSet::new();
    for program in PROGRAMS {
        let mut command = Command::new(&valgrind);
        command.args(["--tool=callgrind", "--demangle=no"]).arg(format!("--callgrind-out-file={}", trace.display()));
        command.arg(&krait).args(*program).current_dir(&root);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        proc::must(&mut command)?;
        let profile = std::fs::read_to_string(&trace).map_err(|e| format!("{}: {e}", trace.display()))?;
        functions.extend(executed(&profile).filter(|name| seen.insert(name.to_string())).map(str::to_string));
    }
    let known = symbols(&krait)?;
    let mut script = HEAD.to_string();
    let mut count = 0;
    let mut stems: HashMap<&str, usize> = HashMap::new();
    for name in &functions {
        *stems.entry(without_hash(name)).or_insert(0) += 1;
    }
    for name in &functions {
        let stem = without_hash(name);
        let pattern = match known.get(stem) {
            None => continue,
            // Where most functions of a name run, all may lie here: hashes change with the code.
            Some(&all) if stem != name && stems[stem] * 2 > all => format!("{stem}17h*"),
            Some(_) => name.clone(),
        };
        count += 1;
        // Functions marked cold are in `.text.unlikely.` sections.
        let _ = writeln!(script, "    *(.text*.{pattern})");
    }
    script.push_str(TAIL);
    let path = root.join("native/startup.ld");
    std::fs::write(&path, script).map_err(|e| format!("{}: {e}", path.display()))?;
    println!("{count} functions of {}", known.values().sum::<usize>());
    Ok(true)
}

/// The functions a callgrind profile mentions.
fn executed(profile: &str) -> impl Iterator<Item = &str> {
    let names = profile.lines().filter_map(|line| {
        let rest = line.strip_prefix("fn=(").or_else(|| line.strip_prefix("cfn=("))?;
        let (_, name) = rest.split_once(") ")?;
        // Recursion shows as a number behind the name.
        Some(name.split('\'').next().unwrap_or(name))
    });
    names.filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.$".contains(&b)))
}

/// How many functions of the executable have each name, hashes apart.
fn symbols(krait: &std::path::Path) -> Result<HashMap<String, usize>, Failure> {
    let output = Command::new("nm").arg(krait).output().map_err(|e| format!("nm: {e}"))?;
    let mut count = HashMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let [_, "t" | "T" | "w" | "W", name] = line.split_whitespace().collect::<Vec<_>>()[..] {
            *count.entry(without_hash(name).to_string()).or_insert(0) += 1;
        }
    }
    Ok(count)
}

/// A mangled name without `17h`, sixteen hexadecimal digits and `E` at its end.
fn without_hash(name: &str) -> &str {
    let Some(at) = name.len().checked_sub(20) else { return name };
    match name.get(at..) {
        Some(end) if end.starts_with("17h") && end.ends_with('E') => &name[..at],
        _ => name,
    }
}
