//! A map in the order of its keys, for what is looked up far more often than changed.
//!
//! It is a sorted list: finding is a binary search, adding in the middle moves what comes after. For the few hundred
//! entries of a folder or a unit of compiled code that is as fast as a tree, of which every type of key and value
//! would be another copy, 6 KB each.

use std::borrow::Borrow;
use std::ops::Index;

pub struct SortedMap<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> SortedMap<K, V> {
        SortedMap { entries: Vec::new() }
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    pub fn new() -> SortedMap<K, V> {
        SortedMap::default()
    }
    pub fn len(&self) -> usize {
        self.entries.len()
    }
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.entries.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|at| &self.entries[at].1)
    }
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|at| &mut self.entries[at].1)
    }
    /// Adds an entry or replaces its value.
    pub fn insert(&mut self, key: K, value: V) {
        match self.find(&key) {
            Ok(at) => self.entries[at].1 = value,
            Err(at) => self.entries.insert(at, (key, value)),
        }
    }
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|at| self.entries.remove(at).1)
    }
    /// The entry with the largest key that is less than this one.
    pub fn before(&self, key: &K) -> Option<(&K, &V)> {
        let at = self.find(key).unwrap_or_else(|at| at);
        self.entries[..at].last().map(|(key, value)| (key, value))
    }
    /// The entry with the smallest key that is not less than this one.
    pub fn from(&self, key: &K) -> Option<(&K, &V)> {
        let at = self.find(key).unwrap_or_else(|at| at);
        self.entries.get(at).map(|(key, value)| (key, value))
    }
    /// The entry with the largest key that is not greater than this one.
    pub fn up_to(&self, key: &K) -> Option<(&K, &V)> {
        let end = self.find(key).map_or_else(|at| at, |at| at + 1);
        self.entries[..end].last().map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V> Index<&K> for SortedMap<K, V> {
    type Output = V;
    fn index(&self, key: &K) -> &V {
        match self.get(key) {
            Some(value) => value,
            None => panic!("no such key"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_and_finds_neighbours() {
        let mut map = SortedMap::new();
        for key in [5, 1, 9, 3, 5] {
            map.insert(key, key * 10);
        }
        assert_eq!(map.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>(), [(1, 10), (3, 30), (5, 50), (9, 90)]);
        assert_eq!(map.before(&5), Some((&3, &30)));
        assert_eq!(map.up_to(&5), Some((&5, &50)));
        assert_eq!(map.up_to(&4), Some((&3, &30)));
        assert_eq!(map.from(&6), Some((&9, &90)));
        assert_eq!(map.from(&10), None);
        assert_eq!(map.remove(&1), Some(10));
        assert_eq!(map.before(&3), None);
        assert_eq!(map[&9], 90);
    }
}
