//! One test script and what it expects, read from its comments and its neighbour files.
//!
//! `tests/README.md` is the definition of the format; this file is its only reader.
//! It runs nothing and knows no target.

use crate::Failure;
use std::path::Path;

/// A Python script with its expectations.
#[derive(Default)]
pub struct Script {
    /// Relative to the checkout, with forward slashes: the name by which the test is known.
    pub path: String,
    /// Standard output, exactly.
    pub stdout: Vec<u8>,
    pub stdin: Vec<u8>,
    /// The last line of standard error, from `# expect-error:`.
    pub error: Option<String>,
    /// Standard error as a whole, from a neighbour `.err` file.
    pub stderr: Option<Vec<u8>>,
    pub exit: i32,
    /// What a target must be able to do: `os`, `threads`, `cli`, …
    pub needs: Vec<String>,
    /// Interpreter options placed before the file.
    pub flags: Vec<String>,
    /// Arguments placed after the file.
    pub arguments: Vec<String>,
    /// Whether the script states anything to compare at all; tidy insists on it.
    pub states_something: bool,
    pub has_out_file: bool,
}

impl Script {
    pub fn read(root: &Path, path: &str) -> Result<Script, Failure> {
        let full = root.join(path);
        let bytes = std::fs::read(&full).map_err(|e| format!("{path}: {e}"))?;
        let text = String::from_utf8_lossy(&bytes);
        let mut script = Script { path: path.to_string(), ..Script::default() };
        let mut exit = None;
        for line in text.split('\n') {
            if let Some(rest) = after(line, "# expect:") {
                script.stdout.extend_from_slice(rest.as_bytes());
                script.stdout.push(b'\n');
                script.states_something = true;
            } else if let Some(rest) = after(line, "# expect-error:") {
                script.error = Some(rest.to_string());
                script.states_something = true;
            } else if let Some(rest) = line.strip_prefix("# exit:") {
                exit = Some(rest.trim().parse().map_err(|_| format!("{path}: `# exit:` wants a number"))?);
                script.states_something = true;
            } else if let Some(rest) = line.strip_prefix("# needs:") {
                script.needs.extend(words(rest));
            } else if let Some(rest) = line.strip_prefix("# flags:") {
                script.flags.extend(words(rest));
                script.needs.push("cli".to_string());
            } else if let Some(rest) = line.strip_prefix("# args:") {
                script.arguments.extend(words(rest));
            } else if let Some(rest) = line.strip_prefix("# stdin:") {
                script.stdin.extend_from_slice(rest.strip_prefix(' ').unwrap_or(rest).as_bytes());
                script.stdin.push(b'\n');
            }
        }
        if let Ok(out) = std::fs::read(full.with_extension("out")) {
            if !script.stdout.is_empty() {
                return Err(format!("{path}: has both `# expect:` lines and an .out file"));
            }
            script.stdout = out;
            script.has_out_file = true;
            script.states_something = true;
        }
        if let Ok(err) = std::fs::read(full.with_extension("err")) {
            script.stderr = Some(err);
            script.states_something = true;
        }
        if let Ok(input) = std::fs::read(full.with_extension("in")) {
            script.stdin = input;
        }
        script.exit = exit.unwrap_or(i32::from(script.error.is_some() || script.stderr.is_some()));
        Ok(script)
    }

    /// Says what differs between the expectations and an outcome; `None` when nothing does.
    pub fn judge(&self, outcome: &crate::proc::Outcome, root: &Path) -> Option<String> {
        let Some(code) = outcome.code else {
            return Some(format!("ran past its time limit ({:.0?})", outcome.took));
        };
        let stderr = without_root(&outcome.stderr, root);
        let complaint = || {
            let text = String::from_utf8_lossy(&stderr);
            let tail: Vec<&str> = text.trim_end().lines().rev().take(4).collect();
            if tail.is_empty() {
                String::new()
            } else {
                format!("\n      stderr: {}", tail.into_iter().rev().collect::<Vec<_>>().join("\n              "))
            }
        };
        if code < 0 {
            return Some(format!("ended by signal {}{}", -code, complaint()));
        }
        let stdout = without_root(&outcome.stdout, root);
        if stdout != self.stdout {
            return Some(format!("{}{}", first_difference(&self.stdout, &stdout), complaint()));
        }
        if let Some(expected) = &self.stderr
            && &stderr != expected
        {
            return Some(format!("standard error: {}", first_difference(expected, &stderr)));
        }
        if let Some(expected) = &self.error {
            let text = String::from_utf8_lossy(&stderr);
            let last = text.trim_end().lines().last().unwrap_or("").trim_end();
            if last != expected {
                return Some(format!("expected error  {expected}\n      got             {last}"));
            }
        }
        if code != self.exit {
            return Some(format!("exit status {code}, expected {}{}", self.exit, complaint()));
        }
        None
    }
}

/// The text after a marker comment, one space after the colon dropped. The marker must be a
/// comment of its own or follow code after white space.
fn after<'a>(line: &'a str, marker: &str) -> Option<&'a str> {
    let at = line.rfind(marker)?;
    if at > 0 && !line[..at].ends_with([' ', '\t']) {
        return None;
    }
    let rest = &line[at + marker.len()..];
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split([' ', ',', '\t']).filter(|word| !word.is_empty()).map(str::to_string)
}

/// Tracebacks name files by their full path; expectations name them from the checkout's root.
pub fn without_root(bytes: &[u8], root: &Path) -> Vec<u8> {
    let prefix = format!("{}/", root.display());
    let prefix = prefix.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(prefix) {
            at += prefix.len();
        } else {
            kept.push(bytes[at]);
            at += 1;
        }
    }
    kept
}

fn first_difference(expected: &[u8], got: &[u8]) -> String {
    let expected = String::from_utf8_lossy(expected);
    let got = String::from_utf8_lossy(got);
    let (mut ours, mut theirs) = (expected.split('\n'), got.split('\n'));
    let mut number = 1;
    loop {
        match (ours.next(), theirs.next()) {
            (Some(a), Some(b)) if a == b => number += 1,
            (None, None) => return "differs".to_string(),
            (a, b) => {
                let shown = |line: Option<&str>| line.map_or("<end>".to_string(), |l| clip(l).to_string());
                return format!(
                    "line {number}: expected  {}\n      {:>pad$}  {}",
                    shown(a),
                    "got",
                    shown(b),
                    pad = format!("line {number}: expected").len()
                );
            }
        }
    }
}

fn clip(line: &str) -> &str {
    match line.char_indices().nth(300) {
        Some((at, _)) => &line[..at],
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proc::Outcome;
    use std::time::Duration;

    fn outcome(stdout: &str, stderr: &str, code: i32) -> Outcome {
        Outcome { stdout: stdout.into(), stderr: stderr.into(), code: Some(code), took: Duration::ZERO }
    }

    fn script(name: &str, source: &str) -> Script {
        let folder = std::env::temp_dir().join(format!("krait-xtask-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("t.py"), source).unwrap();
        let script = Script::read(&folder, "t.py").unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        script
    }

    #[test]
    fn expectations_are_read_in_order() {
        let script = script("order", "# needs: os, threads\nprint(1)  # expect: 1\n# expect:\n# expect:  two\n");
        assert_eq!(script.stdout, b"1\n\n two\n");
        assert_eq!(script.needs, ["os", "threads"]);
        assert!(script.judge(&outcome("1\n\n two\n", "", 0), Path::new("/")).is_none());
        assert!(script.judge(&outcome("1\n\n two", "", 0), Path::new("/")).is_some());
        assert!(script.judge(&outcome("1\n\n two\n", "", 1), Path::new("/")).is_some());
    }

    #[test]
    fn an_error_is_the_last_line_and_exit_status_one() {
        let script = script("error", "x\n# expect-error: NameError: name 'x' is not defined\n");
        let good = "Traceback\n  x\nNameError: name 'x' is not defined\n";
        assert!(script.judge(&outcome("", good, 1), Path::new("/")).is_none());
        assert!(script.judge(&outcome("", good, 0), Path::new("/")).is_some());
        assert!(script.judge(&outcome("", "NameError: y\n", 1), Path::new("/")).is_some());
    }

    #[test]
    fn a_marker_inside_a_word_is_code() {
        assert_eq!(after("x = 'a# expect: b'", "# expect:"), None);
        assert_eq!(after("print()  # expect: b", "# expect:"), Some("b"));
    }

    #[test]
    fn paths_are_told_from_the_root() {
        assert_eq!(without_root(b"File \"/a/b/c.py\"", Path::new("/a/b")), b"File \"c.py\"");
    }
}
