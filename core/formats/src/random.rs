//! The Mersenne Twister (MT19937) as `_random.Random` runs it: same seeds, same sequences as CPython.
//!
//! Seeding always goes through an array of 32-bit words, least significant first, taken from the magnitude of the
//! seed. Where entropy comes from when there is no seed is the caller's business.

use crate::failure::{Failure, Result};

const N: usize = 624;
const M: usize = 397;

/// A generator with its state.
#[derive(Clone)]
pub struct MersenneTwister {
    state: [u32; N],
    /// How many words of the state have been handed out.
    index: usize,
}

impl Default for MersenneTwister {
    fn default() -> MersenneTwister {
        MersenneTwister::from_key(&[0])
    }
}

impl MersenneTwister {
    /// The generator seeded with the words of a non-negative integer, least significant first. Leading zero words do
    /// not count; zero itself is one word.
    pub fn from_key(key: &[u32]) -> MersenneTwister {
        let length = key.iter().rposition(|&word| word != 0).map_or(0, |last| last + 1);
        let key = if length == 0 { &[0][..] } else { &key[..length] };
        let mut twister = MersenneTwister::from_word(19_650_218);
        let state = &mut twister.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let mixed = state[i - 1] ^ (state[i - 1] >> 30);
            state[i] = (state[i] ^ mixed.wrapping_mul(1_664_525)).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i == N {
                state[0] = state[N - 1];
                i = 1;
            }
        }
        for _ in 0..N - 1 {
            let mixed = state[i - 1] ^ (state[i - 1] >> 30);
            state[i] = (state[i] ^ mixed.wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i == N {
                state[0] = state[N - 1];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
        twister
    }

    fn from_word(seed: u32) -> MersenneTwister {
        let mut state = [seed; N];
        for i in 1..N {
            let previous = state[i - 1];
            state[i] = (previous ^ (previous >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        MersenneTwister { state, index: N }
    }

    fn refill(&mut self) {
        for i in 0..N {
            let joined = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % N] & 0x7FFF_FFFF);
            let twist = if joined & 1 == 0 { 0 } else { 0x9908_B0DF };
            self.state[i] = self.state[(i + M) % N] ^ (joined >> 1) ^ twist;
        }
        self.index = 0;
    }

    /// The next 32 random bits.
    pub fn next_word(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C_5680;
        y ^= (y << 15) & 0xEFC6_0000;
        y ^ (y >> 18)
    }

    /// A float in [0, 1) with 53 random bits.
    pub fn random(&mut self) -> f64 {
        let high = f64::from(self.next_word() >> 5);
        let low = f64::from(self.next_word() >> 6);
        (high * 67_108_864.0 + low) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A random integer of up to 64 bits.
    pub fn bits64(&mut self, bits: u32) -> u64 {
        match bits {
            0 => 0,
            1..=32 => u64::from(self.next_word() >> (32 - bits)),
            _ => {
                let low = u64::from(self.next_word());
                let high = self.next_word() >> (64 - bits.min(64));
                low | u64::from(high) << 32
            }
        }
    }

    /// A random integer of `bits` bits as words, least significant first. The caller has checked that so much memory
    /// may be used.
    pub fn bits(&mut self, bits: usize) -> Vec<u32> {
        let count = bits.div_ceil(32);
        (0..count)
            .map(|i| {
                let left = bits - 32 * i;
                let word = self.next_word();
                if left < 32 { word >> (32 - left) } else { word }
            })
            .collect()
    }

    /// A random integer below `limit`, drawn as `Random._randbelow` does.
    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 {
            return 0;
        }
        let bits = 64 - limit.leading_zeros();
        loop {
            let drawn = self.bits64(bits);
            if drawn < limit {
                return drawn;
            }
        }
    }

    /// The 625 integers of `getstate()`.
    pub fn get_state(&self) -> impl Iterator<Item = u32> + '_ {
        self.state.iter().copied().chain([self.index as u32])
    }

    /// Take over the integers of a `getstate()`.
    pub fn set_state(&mut self, state: &[u32]) -> Result<()> {
        let Some((&index, words)) = state.split_last().filter(|(_, words)| words.len() == N) else {
            return Err(Failure::value("state vector is the wrong size"));
        };
        if index as usize > N {
            return Err(Failure::value("invalid state"));
        }
        self.state.copy_from_slice(words);
        self.index = index as usize;
        Ok(())
    }
}
