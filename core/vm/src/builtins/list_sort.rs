//! Sorting: stable, with comparisons that may fail or lie.
//!
//! Lists of small ints, of floats without NaN and of exact strings are sorted without running anything. The rest
//! goes through a merge sort over runs whose comparison is Python's `<`: whatever it answers, the result is a
//! permutation. The list's storage is taken away meanwhile, so a comparison that changes the list is noticed.

use crate::Result;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::value::Value;
use crate::vm::Vm;

/// Runs shorter than this are filled up by insertion.
const MIN_RUN: usize = 32;

impl Vm {
    /// `list.sort(key=key, reverse=reverse)`.
    pub fn sort_list(&mut self, list: &Ref<List>, key: Option<&Value>, reverse: bool) -> Result<()> {
        let items = list.edit(&mut self.heap, std::mem::take);
        let (items, result) = self.sort_items(items, key, reverse);
        // What the keys' finalisers do to the list counts as well.
        if self.heap.needs_attention() {
            self.attend();
        }
        let modified = !list.has_no_storage(&*self.heap);
        let old = list.edit(&mut self.heap, |v| std::mem::replace(v, items));
        drop(old);
        result?;
        if modified {
            return Err(self.value_error("list modified during sort"));
        }
        Ok(())
    }
    /// Sorts items; they come back, in some order, also when a comparison failed.
    pub fn sort_items(&mut self, mut items: Vec<Value>, key: Option<&Value>, reverse: bool) -> (Vec<Value>, Result<()>) {
        if items.len() < 2 && key.is_none() {
            return (items, Ok(()));
        }
        let Some(key) = key else {
            if reverse {
                items.reverse();
            }
            let result = self.sort_values(&mut items);
            if reverse {
                items.reverse();
            }
            return (items, result);
        };
        let mut keys = Vec::with_capacity(items.len());
        for item in &items {
            match self.call(key, std::slice::from_ref(item)) {
                Ok(k) => keys.push(k),
                Err(e) => return (items, Err(e)),
            }
        }
        if reverse {
            items.reverse();
            keys.reverse();
        }
        let (order, result) = self.sort_order(&keys);
        let mut slots: Vec<Option<Value>> = items.into_iter().map(Some).collect();
        let mut sorted: Vec<Value> = order.iter().filter_map(|&i| slots.get_mut(i as usize).and_then(Option::take)).collect();
        if reverse {
            sorted.reverse();
        }
        (sorted, result)
    }
    fn sort_values(&mut self, items: &mut Vec<Value>) -> Result<()> {
        if items.iter().all(Value::is_small_int) {
            items.sort_by_key(|v| v.as_small_int().unwrap_or(0));
            return Ok(());
        }
        if items.iter().all(|v| v.is_exact::<Str>()) {
            let heap = &*self.heap;
            items.sort_by(|a, b| compare_strings(heap, a, b));
            return Ok(());
        }
        let (order, result) = match float_ranks(items) {
            Some(ranks) => (order_of(ranks), Ok(())),
            None => self.merge_sort(items),
        };
        let mut slots: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
        items.extend(order.iter().filter_map(|&i| slots.get_mut(i as usize).and_then(Option::take)));
        result
    }
    /// The order that sorts `keys`.
    fn sort_order(&mut self, keys: &[Value]) -> (Vec<u32>, Result<()>) {
        if let Some(ranks) = int_ranks(keys).or_else(|| float_ranks(keys)) {
            return (order_of(ranks), Ok(()));
        }
        if keys.iter().all(|v| v.is_exact::<Str>()) {
            let heap = &*self.heap;
            let mut order: Vec<u32> = (0..keys.len() as u32).collect();
            order.sort_by(|&a, &b| compare_strings(heap, &keys[a as usize], &keys[b as usize]));
            return (order, Ok(()));
        }
        self.merge_sort(keys)
    }
    #[inline]
    fn less(&mut self, a: &Value, b: &Value) -> Result<bool> {
        match self.compare_simple(CmpOp::Lt, a, b) {
            Some(less) => Ok(less),
            None => match self.compare_plain_sequences(CmpOp::Lt, a, b) {
                Some(less) => Ok(less),
                None => self.compare_bool(CmpOp::Lt, a, b),
            },
        }
    }
    fn merge_sort(&mut self, keys: &[Value]) -> (Vec<u32>, Result<()>) {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        let result = self.merge_runs(keys, &mut order);
        (order, result)
    }
    fn merge_runs(&mut self, keys: &[Value], order: &mut [u32]) -> Result<()> {
        let n = order.len();
        let mut min_run = n;
        let mut odd = 0;
        while min_run >= 2 * MIN_RUN {
            odd |= min_run & 1;
            min_run >>= 1;
        }
        min_run += odd;
        // Runs on the stack as (start, length), merged so that lengths shrink quickly towards the top.
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let mut start = 0;
        while start < n {
            let mut length = self.count_run(keys, &mut order[start..])?;
            let wanted = min_run.min(n - start);
            if length < wanted {
                self.insert_sorted(keys, &mut order[start..start + wanted], length)?;
                length = wanted;
            }
            runs.push((start, length));
            start += length;
            while runs.len() > 1 {
                let top = runs.len() - 1;
                let below = top - 1;
                let must = runs[below].1 <= runs[top].1 || (below > 0 && runs[below - 1].1 <= runs[below].1 + runs[top].1);
                if !must {
                    break;
                }
                let at = if below > 0 && runs[below - 1].1 < runs[top].1 { below - 1 } else { below };
                self.merge_at(keys, order, &mut runs, at)?;
            }
        }
        while runs.len() > 1 {
            let at = runs.len() - 2;
            self.merge_at(keys, order, &mut runs, at)?;
        }
        Ok(())
    }
    /// The length of the run at the start. A descending one (equal items may lie between) is reversed, keeping equal
    /// items in order, and then continued upwards.
    fn count_run(&mut self, keys: &[Value], order: &mut [u32]) -> Result<usize> {
        let at = |order: &[u32], i: usize| &keys[order[i] as usize];
        let len = order.len();
        let mut n = 1;
        while n < len && !self.less(at(order, n), at(order, n - 1))? {
            n += 1;
        }
        if n >= len || (n > 1 && self.less(at(order, 0), at(order, n - 1))?) {
            return Ok(n);
        }
        // Equal items so far, and a smaller one: `equal` counts how many of the last items equal their predecessor.
        let mut equal = 0;
        order[..n].reverse();
        n += 1;
        let mut ended = false;
        while n < len && !ended {
            if self.less(at(order, n), at(order, n - 1))? {
                order[n - 1 - equal..n].reverse();
                equal = 0;
            } else if self.less(at(order, n - 1), at(order, n))? {
                ended = true;
                continue;
            } else {
                equal += 1;
            }
            n += 1;
        }
        order[n - 1 - equal..n].reverse();
        order[..n].reverse();
        while n < len && !self.less(at(order, n), at(order, n - 1))? {
            n += 1;
        }
        Ok(n)
    }
    /// Binary insertion of everything from `sorted` on.
    fn insert_sorted(&mut self, keys: &[Value], order: &mut [u32], sorted: usize) -> Result<()> {
        for i in sorted.max(1)..order.len() {
            let pivot = order[i];
            let (mut low, mut high) = (0, i);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.less(&keys[pivot as usize], &keys[order[middle] as usize])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            order[low..=i].rotate_right(1);
        }
        Ok(())
    }
    fn merge_at(&mut self, keys: &[Value], order: &mut [u32], runs: &mut Vec<(usize, usize)>, at: usize) -> Result<()> {
        let ((start, a), (_, b)) = (runs[at], runs[at + 1]);
        runs[at].1 = a + b;
        runs.remove(at + 1);
        let range = &mut order[start..start + a + b];
        // What is in place already at both ends needs no merging.
        let skip = self.position(keys, &range[..a], range[a], true)?;
        if skip == a {
            return Ok(());
        }
        let last = range[a - 1];
        let keep = self.position(keys, &range[a..], last, false)?;
        if keep == 0 {
            return Ok(());
        }
        let left = range[skip..a].to_vec();
        let right = range[a..a + keep].to_vec();
        let (mut i, mut j, mut out) = (0, 0, skip);
        let mut result = Ok(());
        while i < left.len() && j < right.len() {
            match self.less(&keys[right[j] as usize], &keys[left[i] as usize]) {
                Ok(true) => {
                    range[out] = right[j];
                    j += 1;
                }
                Ok(false) => {
                    range[out] = left[i];
                    i += 1;
                }
                Err(e) => {
                    result = Err(e);
                    break;
                }
            }
            out += 1;
        }
        for &rest in left[i..].iter().chain(&right[j..]) {
            range[out] = rest;
            out += 1;
        }
        result
    }
    /// Where `item` belongs in a sorted run: after (`after`) or before its equals.
    fn position(&mut self, keys: &[Value], run: &[u32], item: u32, after: bool) -> Result<usize> {
        let (mut low, mut high) = (0, run.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (x, y) = (&keys[item as usize], &keys[run[middle] as usize]);
            let goes_left = if after { self.less(x, y)? } else { !self.less(y, x)? };
            if goes_left {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }
}

fn compare_strings(heap: &crate::Heap, a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a.downcast_exact::<Str>(), b.downcast_exact::<Str>()) {
        (Some(a), Some(b)) => a.get(heap).view().cmp(&b.get(heap).view()),
        _ => std::cmp::Ordering::Equal,
    }
}

/// Ranks of small ints, if that is what all of them are.
fn int_ranks(keys: &[Value]) -> Option<Vec<i64>> {
    keys.iter().map(Value::as_small_int).collect()
}

/// Ranks of floats, if all of them are floats and none is NaN. Both zeros have the same.
fn float_ranks(keys: &[Value]) -> Option<Vec<i64>> {
    let rank = |v: &Value| {
        let bits = (v.as_float().filter(|f| !f.is_nan())? + 0.0).to_bits() as i64;
        Some(if bits < 0 { bits ^ i64::MAX } else { bits })
    };
    keys.iter().map(rank).collect()
}

/// The order that sorts ranks: one sort in the executable for ints and floats, over what it compares.
fn order_of(ranks: Vec<i64>) -> Vec<u32> {
    let mut ranked: Vec<(i64, u32)> = ranks.into_iter().zip(0..).collect();
    ranked.sort_by_key(|&(rank, _)| rank);
    ranked.into_iter().map(|(_, at)| at).collect()
}
