//! Codes and patterns that mean harm: broken codes must be refused or run safely, expensive ones must be stoppable.

use krait_sre::{Anchor, Machine, Program, Stop, Subject, validate};

const FAILURE: u32 = 0;
const SUCCESS: u32 = 1;
const ANY: u32 = 2;
const BRANCH: u32 = 7;
const LITERAL: u32 = 16;
const MAX_UNTIL: u32 = 18;
const REPEAT: u32 = 23;
const REPEAT_ONE: u32 = 24;
const ATOMIC_GROUP: u32 = 27;
const POSSESSIVE_REPEAT: u32 = 28;
const MAXREPEAT: u32 = u32::MAX;

fn run(codes: &[u32], groups: u32, text: &[u8], memory: usize, calls: usize) -> Result<bool, Stop> {
    let program = Program::decode(codes, groups).expect("valid codes");
    let mut left = calls;
    let stop = &mut || {
        left = left.saturating_sub(1);
        left == 0
    };
    let mut machine = Machine::new(memory);
    machine.find(&program, Subject::One(text), 0, text.len(), Anchor::Nowhere, stop).map(|found| found.is_some())
}

/// `(?:a|a)*b`
const EXPONENTIAL: [u32; 20] = [
    REPEAT, 15, 0, MAXREPEAT, BRANCH, 5, LITERAL, 97, 15, 7, 5, LITERAL, 97, 15, 2, 0, MAX_UNTIL, LITERAL, 98, SUCCESS,
];

#[test]
fn refuses_what_does_not_nest() {
    assert!(validate(&[SUCCESS], 0));
    assert!(validate(&EXPONENTIAL, 0));
    for cut in 0..EXPONENTIAL.len() - 1 {
        assert!(!validate(&EXPONENTIAL[..cut], 0), "cut at {cut}");
    }
    assert!(!validate(&[], 0));
    assert!(!validate(&[SUCCESS], u32::MAX));
    assert!(!validate(&[99, SUCCESS], 0));
    assert!(!validate(&[LITERAL, SUCCESS], 0));
    assert!(!validate(&[BRANCH, 0, SUCCESS], 0));
    assert!(!validate(&[REPEAT_ONE, u32::MAX, 0, 1, ANY, SUCCESS, SUCCESS], 0));
    assert!(!validate(&[REPEAT_ONE, 5, 2, 1, ANY, SUCCESS, SUCCESS], 0));
    assert!(!validate(&[15, 1, SUCCESS], 0));
}

#[test]
fn stops_when_asked() {
    let text = [b'a'; 64];
    assert_eq!(run(&EXPONENTIAL, 0, &text, 1 << 20, 3), Err(Stop::Interrupted));
}

#[test]
fn stops_at_the_memory_limit() {
    let text = vec![b'a'; 1 << 20];
    assert_eq!(run(&EXPONENTIAL, 0, &text, 1 << 20, 1 << 20), Err(Stop::Memory));
    // An empty body, required four thousand million times.
    let codes = [REPEAT, 3, MAXREPEAT - 1, MAXREPEAT, MAX_UNTIL, SUCCESS];
    assert_eq!(run(&codes, 0, &[], 1 << 20, 1 << 20), Err(Stop::Memory));
    let codes = [POSSESSIVE_REPEAT, 3, MAXREPEAT - 1, MAXREPEAT, SUCCESS, SUCCESS];
    assert_eq!(run(&codes, 0, &[], 1 << 20, 3), Err(Stop::Interrupted));
}

#[test]
fn deep_nesting_needs_no_native_stack() {
    let depth = 200_000;
    let mut codes = Vec::new();
    for level in 0..depth {
        codes.extend([ATOMIC_GROUP, 1 + 3 * (depth - level - 1) + 3]);
    }
    codes.extend([LITERAL, 97]);
    codes.extend(std::iter::repeat_n(SUCCESS, depth as usize));
    codes.push(SUCCESS);
    assert_eq!(run(&codes, 0, b"ba", 1 << 30, 1000), Ok(true));
}

#[test]
fn empty_set_never_matches() {
    assert_eq!(run(&[FAILURE, SUCCESS], 0, b"abc", 1 << 20, 10), Ok(false));
}

/// Real codes with a few words changed at random: whatever still decodes must run without a panic.
#[test]
fn mutated_codes_do_no_harm() {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let rounds = std::env::var("KRAIT_SRE_ROUNDS").map_or(4, |n| n.parse().unwrap());
    let (mut accepted, mut refused) = (0, 0);
    let mut machine = Machine::new(1 << 22);
    for line in include_str!("table.txt").lines().filter(|line| line.starts_with("p ")) {
        let words: Vec<&str> = line.split(' ').collect();
        let groups: u32 = words[1].parse().unwrap();
        let codes: Vec<u32> = words[2..].iter().map(|w| u32::from_str_radix(w, 16).unwrap()).collect();
        for _ in 0..rounds {
            let mut codes = codes.clone();
            for _ in 0..=random(3) {
                let at = random(codes.len());
                codes[at] = match random(4) {
                    0 => random(44) as u32,
                    1 => codes[at].wrapping_add(1),
                    2 => codes[at].wrapping_sub(1),
                    _ => codes[random(codes.len())],
                };
            }
            let Ok(program) = Program::decode(&codes, groups) else {
                refused += 1;
                continue;
            };
            accepted += 1;
            let text: Vec<u8> = (0..random(12)).map(|_| b"aaabbcAB\n "[random(10)]).collect();
            let mut calls = 0;
            let stop = &mut || {
                calls += 1;
                calls > 3
            };
            for anchor in [Anchor::Nowhere, Anchor::Start, Anchor::Both] {
                let _ = machine.find(&program, Subject::One(&text), random(4), text.len(), anchor, stop);
                for group in 0..=groups as usize + 1 {
                    let _ = machine.group(group);
                }
            }
        }
    }
    assert!(accepted > 100 && refused > 100, "{accepted} accepted, {refused} refused");
}
