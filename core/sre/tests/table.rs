//! Runs the table of patterns and expected results that `dump.py` takes from CPython, at every character width.
//!
//! `KRAIT_SRE_TABLE=FILE` runs another table, such as a long random one.

use krait_sre::{Anchor, Found, Machine, Program, Scanner, Subject};

fn spans(machine: &Machine, found: Found, groups: u32) -> String {
    let mut line = machine.lastindex().unwrap_or(0).to_string();
    line += &format!(",{}.{}", found.start, found.end);
    for group in 1..=groups as usize {
        match machine.group(group) {
            Some((start, end)) => line += &format!(",{start}.{end}"),
            None => line += ",-1.-1",
        }
    }
    line
}

fn run(
    machine: &mut Machine,
    program: &Program,
    groups: u32,
    mode: &str,
    subject: Subject,
    pos: usize,
    end: usize,
) -> String {
    let anchor = match mode {
        "m" => Anchor::Start,
        "f" => Anchor::Both,
        _ => Anchor::Nowhere,
    };
    let mut lines = Vec::new();
    let mut calls = 0;
    // Far more steps than any case in the table needs.
    let never = &mut || {
        calls += 1;
        calls > 300
    };
    if mode == "i" {
        let mut scanner = Scanner::new(pos, end);
        loop {
            match scanner.next(machine, program, subject, anchor, never) {
                Ok(Some(found)) => lines.push(spans(machine, found, groups)),
                Ok(None) => break,
                Err(stop) => return format!("{stop:?}"),
            }
        }
    } else {
        match machine.find(program, subject, pos, end, anchor, never) {
            Ok(Some(found)) => lines.push(spans(machine, found, groups)),
            Ok(None) => {}
            Err(stop) => return format!("{stop:?}"),
        }
    }
    if lines.is_empty() { "-".to_owned() } else { lines.join(";") }
}

#[test]
fn table() {
    let other = std::env::var("KRAIT_SRE_TABLE").ok().map(|path| std::fs::read_to_string(path).unwrap());
    let table = other.as_deref().unwrap_or(include_str!("table.txt"));
    let hex = |word: &str| u32::from_str_radix(word, 16).unwrap();
    let mut machine = Machine::default();
    let mut program = None;
    let (mut cases, mut failures) = (0, 0);
    for (number, line) in table.lines().enumerate() {
        let words: Vec<&str> = line.split(' ').collect();
        if words[0] == "p" {
            let groups: u32 = words[1].parse().unwrap();
            let codes: Vec<u32> = words[2..].iter().map(|w| hex(w)).collect();
            program = Some((Program::decode(&codes, groups).expect("valid codes"), groups));
            continue;
        }
        let (program, groups) = program.as_ref().unwrap();
        let [_, mode, kind, pos, end, text, expected] = words[..] else { panic!("line {}", number + 1) };
        let text: Vec<u32> = if text == "-" { Vec::new() } else { text.split(',').map(hex).collect() };
        let (pos, end): (usize, usize) = (pos.parse().unwrap(), end.parse().unwrap());
        let narrow: Option<Vec<u8>> = text.iter().map(|&c| c.try_into().ok()).collect();
        let middle: Option<Vec<u16>> = text.iter().map(|&c| c.try_into().ok()).collect();
        let mut subjects = vec![Subject::Four(&text)];
        if kind == "b" {
            subjects = vec![Subject::Bytes(narrow.as_deref().unwrap())];
        } else {
            subjects.extend(middle.as_deref().map(Subject::Two));
            subjects.extend(narrow.as_deref().map(Subject::One));
        }
        for subject in subjects {
            cases += 1;
            let got = run(&mut machine, program, *groups, mode, subject, pos, end);
            if got != expected {
                failures += 1;
                if failures < 20 {
                    println!("line {}: expected {expected}, got {got} ({subject:?})", number + 1);
                }
            }
        }
    }
    assert_eq!(failures, 0, "of {cases} cases");
}
