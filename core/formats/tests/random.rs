//! The Mersenne Twister's draws and states against CPython's `_random`.

mod common;

use common::rows;
use krait_formats::random::MersenneTwister;

fn integer(words: &[u32]) -> String {
    let digits: String = words.iter().rev().map(|word| format!("{word:08x}")).collect();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
}

#[test]
fn table() {
    rows("random", |cells| {
        let key: Vec<u32> = cells[0].split(',').map(|word| u32::from_str_radix(word, 16).unwrap()).collect();
        let mut twister = MersenneTwister::from_key(&key);
        let mut draws: Vec<String> = (0..3).map(|_| format!("{:016x}", twister.random().to_bits())).collect();
        for bits in [1, 7, 32, 33, 64, 65, 200] {
            draws.push(if bits <= 64 {
                format!("{:x}", twister.bits64(bits as u32))
            } else {
                integer(&twister.bits(bits))
            });
        }
        for _ in 0..700 {
            twister.random();
        }
        let state: Vec<u32> = twister.get_state().collect();
        let check = (1u64..).zip(&state).fold(0u64, |sum, (i, &w)| sum.wrapping_add(i.wrapping_mul(u64::from(w))));
        let mut copy = MersenneTwister::default();
        copy.set_state(&state).unwrap();
        let next = format!("{:016x}", copy.random().to_bits());
        (format!("{}\t{check:x}\t{next}", draws.join(" ")), cells[1..].join("\t"))
    });
}

#[test]
fn bad_states() {
    let mut twister = MersenneTwister::default();
    assert_eq!(twister.set_state(&[1; 624]).unwrap_err().message, "state vector is the wrong size");
    let mut state = [0; 625];
    state[624] = 625;
    assert_eq!(twister.set_state(&state).unwrap_err().message, "invalid state");
}
