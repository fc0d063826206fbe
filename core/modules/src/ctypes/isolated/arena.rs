//! Memory for objects in a module that has no `malloc`: pages grown from its memory, divided here.

use krait_bytecode::sorted_map::SortedMap;

/// Every piece begins at a multiple of this.
const UNIT: u32 = 16;
pub const PAGE: u32 = 64 << 10;

#[derive(Default)]
pub struct Arena {
    /// Start and size of what is free; neighbours are one.
    free: SortedMap<u32, u32>,
    used: SortedMap<u32, u32>,
}

impl Arena {
    /// A piece of the free memory; `None` when there is none of the size.
    pub fn take(&mut self, size: u32) -> Option<u32> {
        let size = rounded(size)?;
        let (start, room) = self.free.iter().find(|(_, room)| **room >= size).map(|(s, r)| (*s, *r))?;
        self.free.remove(&start);
        if room > size {
            self.free.insert(start + size, room - size);
        }
        self.used.insert(start, size);
        Some(start)
    }
    pub fn owns(&self, start: u32) -> bool {
        self.used.contains_key(&start)
    }
    pub fn give(&mut self, start: u32) {
        if let Some(size) = self.used.remove(&start) {
            self.add(start, size);
        }
    }
    /// Adds memory that nobody uses.
    pub fn add(&mut self, mut start: u32, mut size: u32) {
        if let Some((before, room)) = self.free.before(&start).map(|(s, r)| (*s, *r))
            && before + room == start
        {
            self.free.remove(&before);
            (start, size) = (before, size + room);
        }
        if let Some(room) = self.free.remove(&(start + size)) {
            size += room;
        }
        self.free.insert(start, size);
    }
    /// Pages that a piece of a size needs.
    pub fn pages_for(size: u32) -> Option<u32> {
        Some(rounded(size)?.div_ceil(PAGE))
    }
}

fn rounded(size: u32) -> Option<u32> {
    Some(size.max(1).checked_add(UNIT - 1)? & !(UNIT - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_and_go() {
        let mut arena = Arena::default();
        assert_eq!(arena.take(1), None);
        arena.add(PAGE, PAGE);
        let pieces: Vec<u32> = (0..4).map(|_| arena.take(100).unwrap()).collect();
        assert!(pieces.windows(2).all(|p| p[1] - p[0] == 112));
        for i in [1, 3, 0, 2] {
            arena.give(pieces[i]);
        }
        assert_eq!(arena.take(PAGE), Some(PAGE));
        assert_eq!(arena.take(1), None);
        assert_eq!(Arena::pages_for(u32::MAX), None);
    }
}
