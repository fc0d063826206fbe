//! The `_bisect` module: binary search in sorted sequences.

use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::{Ref, Result, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<BisectFunctions>(module);
    Ok(())
}

struct Search<'a> {
    sequence: &'a Value,
    low: isize,
    high: Option<isize>,
    key: Option<&'a Value>,
}

impl Search<'_> {
    /// Where `x` goes: behind equal items, or before them.
    fn position(&self, vm: &mut Vm, x: &Value, behind: bool) -> Result<usize> {
        if self.low < 0 {
            return Err(vm.value_error("lo must be non-negative"));
        }
        let mut low = self.low as usize;
        let mut high = match self.high {
            // A negative bound other than -1, which CPython takes for "no bound", leaves nothing to search.
            Some(high) if high != -1 => high.max(0) as usize,
            _ => vm.len(self.sequence)?,
        };
        while low < high {
            let middle = low + (high - low) / 2;
            let index = vm.heap.int(middle as i128);
            let mut item = vm.get_item(self.sequence, &index)?;
            if let Some(key) = self.key {
                item = vm.call(key, &[item])?;
            }
            let go_left = if behind { vm.compare_bool(CmpOp::Lt, x, &item)? } else { !vm.compare_bool(CmpOp::Lt, &item, x)? };
            if go_left {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }
    fn insert(&self, vm: &mut Vm, x: Value, behind: bool) -> Result<()> {
        let wanted = match self.key {
            Some(key) => vm.call(key, std::slice::from_ref(&x))?,
            None => x.clone(),
        };
        let at = self.position(vm, &wanted, behind)?;
        if let Some(list) = self.sequence.downcast_exact::<List>() {
            let at = at.min(list.len(&*vm.heap));
            let room = list.reserve(&mut vm.heap, 1);
            vm.memory(room)?;
            list.edit(&mut vm.heap, |items| items.insert(at, x));
            return Ok(());
        }
        let at = vm.heap.int(at as i128);
        vm.call_method(self.sequence, "insert", &[at, x])?;
        Ok(())
    }
}

struct BisectFunctions;

#[methods]
impl BisectFunctions {
    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[sig("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(vm: &mut Vm, a: &Value, x: &Value, lo: isize, hi: Option<isize>, key: Option<Value>) -> Result<usize> {
        Search { sequence: a, low: lo, high: hi, key: key.as_ref() }.position(vm, x, true)
    }
    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[sig("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(vm: &mut Vm, a: &Value, x: &Value, lo: isize, hi: Option<isize>, key: Option<Value>) -> Result<usize> {
        Search { sequence: a, low: lo, high: hi, key: key.as_ref() }.position(vm, x, false)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[sig("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(vm: &mut Vm, a: &Value, x: Value, lo: isize, hi: Option<isize>, key: Option<Value>) -> Result<()> {
        Search { sequence: a, low: lo, high: hi, key: key.as_ref() }.insert(vm, x, true)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[sig("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(vm: &mut Vm, a: &Value, x: Value, lo: isize, hi: Option<isize>, key: Option<Value>) -> Result<()> {
        Search { sequence: a, low: lo, high: hi, key: key.as_ref() }.insert(vm, x, false)
    }
}
