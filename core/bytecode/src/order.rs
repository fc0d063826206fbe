//! Sorting where size counts more than speed: short lists of names and positions.
//!
//! The sort of Rust's library is compiled anew for each type, 5 to 10 KB each time. These share one, which sorts
//! positions and asks a function that it does not know how to compare. Where a program's own data is sorted
//! (`list.sort`), the library's is used.

use std::cmp::Ordering;

/// The positions 0 to `count` in the order of what lies there; equal ones stay as they are.
fn positions(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

/// As `slice::sort_by`.
pub fn sort_by<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    if items.is_sorted_by(|a, b| compare(a, b) != Ordering::Greater) {
        return;
    }
    let order = positions(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    let mut old: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| old[at].take()));
}

/// As `slice::sort`.
pub fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_and_keeps_the_order_of_equal_items() {
        let mut items: Vec<(u32, u32)> = (0..200).map(|i| (i * 37 % 11, i)).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|item| item.0);
        sort_by(&mut items, |a, b| a.0.cmp(&b.0));
        assert_eq!(items, expected);
        let mut names = vec!["b".to_string(), "a".to_string(), String::new()];
        sort(&mut names);
        assert_eq!(names, ["", "a", "b"]);
    }
}
