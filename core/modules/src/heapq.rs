//! The `_heapq` module: lists as binary heaps, smallest or (the `_max` functions) largest item first.
//!
//! Comparisons run Python, which may change the list: every step looks at the list afresh and checks its length.

use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::{Ref, Result, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<HeapFunctions>(module);
    let about = vm.str("Heap queues: see the heapq module.\n");
    vm.module_set(module, "__about__", about);
    Ok(())
}

/// A heap in a list; `largest` says which end comes first.
struct HeapQueue<'a> {
    list: &'a Ref<List>,
    largest: bool,
}

impl HeapQueue<'_> {
    fn len(&self, vm: &Vm) -> usize {
        self.list.len(&*vm.heap)
    }
    fn item(&self, vm: &mut Vm, i: usize) -> Result<Value> {
        match self.list.get(&*vm.heap).items().get(i) {
            Some(v) => Ok(v.clone()),
            None => Err(vm.index_error("index out of range")),
        }
    }
    fn swap(&self, vm: &mut Vm, i: usize, j: usize) {
        let items = self.list.get_mut(&mut *vm.heap).items_mut();
        if i < items.len() && j < items.len() {
            items.swap(i, j);
        }
    }
    /// Puts a value into a place, giving back what was there.
    fn replace(&self, vm: &mut Vm, i: usize, value: Value) -> Value {
        match self.list.get_mut(&mut *vm.heap).items_mut().get_mut(i) {
            Some(slot) => std::mem::replace(slot, value),
            None => value,
        }
    }
    /// Whether `a` comes before `b`, when that runs no Python.
    #[inline]
    fn plainly_before(&self, vm: &Vm, a: &Value, b: &Value) -> Option<bool> {
        if self.largest { vm.less_without_python(b, a) } else { vm.less_without_python(a, b) }
    }
    /// Whether `a` comes before `b`; the list must not change its length meanwhile.
    fn before(&self, vm: &mut Vm, a: &Value, b: &Value) -> Result<bool> {
        if let Some(less) = self.plainly_before(vm, a, b) {
            return Ok(less);
        }
        let (a, b) = if self.largest { (b, a) } else { (a, b) };
        let size = self.len(vm);
        let less = vm.compare_bool(CmpOp::Lt, a, b)?;
        if self.len(vm) != size {
            return Err(vm.runtime_error("list changed size during iteration"));
        }
        Ok(less)
    }
    /// Whether the item at `i` comes before the one at `j`. Plain items are compared where they lie.
    #[inline]
    fn item_before(&self, vm: &mut Vm, i: usize, j: usize) -> Result<bool> {
        let items = self.list.get(&*vm.heap).items();
        if let (Some(a), Some(b)) = (items.get(i), items.get(j))
            && let Some(before) = self.plainly_before(vm, a, b)
        {
            return Ok(before);
        }
        let (a, b) = (self.item(vm, i)?, self.item(vm, j)?);
        self.before(vm, &a, &b)
    }
    /// Moves the item at `at` towards the root, as far as `start`.
    fn sift_down(&self, vm: &mut Vm, start: usize, mut at: usize) -> Result<()> {
        if at >= self.len(vm) {
            return Err(vm.index_error("index out of range"));
        }
        while at > start {
            let parent = (at - 1) / 2;
            if !self.item_before(vm, at, parent)? {
                break;
            }
            self.swap(vm, parent, at);
            at = parent;
        }
        Ok(())
    }
    /// Moves the item at `start` to a leaf along the smaller children, then up to its place.
    fn sift_up(&self, vm: &mut Vm, start: usize) -> Result<()> {
        let end = self.len(vm);
        let mut at = start;
        while at < end / 2 {
            let mut child = 2 * at + 1;
            if child + 1 < end && !self.item_before(vm, child, child + 1)? {
                child += 1;
            }
            self.swap(vm, child, at);
            at = child;
        }
        self.sift_down(vm, start, at)
    }
    fn push(&self, vm: &mut Vm, item: Value) -> Result<()> {
        let pushed = self.list.push(&mut vm.heap, item);
        vm.memory(pushed)?;
        let last = self.len(vm) - 1;
        self.sift_down(vm, 0, last)
    }
    fn pop(&self, vm: &mut Vm) -> Result<Value> {
        let Some(last) = self.list.edit(&mut vm.heap, Vec::pop) else { return Err(vm.index_error("index out of range")) };
        if self.len(vm) == 0 {
            return Ok(last);
        }
        let first = self.replace(vm, 0, last);
        self.sift_up(vm, 0)?;
        Ok(first)
    }
    fn replace_first(&self, vm: &mut Vm, item: Value) -> Result<Value> {
        if self.len(vm) == 0 {
            return Err(vm.index_error("index out of range"));
        }
        let first = self.replace(vm, 0, item);
        self.sift_up(vm, 0)?;
        Ok(first)
    }
    fn push_pop(&self, vm: &mut Vm, item: Value) -> Result<Value> {
        if self.len(vm) == 0 {
            return Ok(item);
        }
        let first = self.item(vm, 0)?;
        if !self.before(vm, &first, &item)? {
            return Ok(item);
        }
        if self.len(vm) == 0 {
            return Err(vm.index_error("index out of range"));
        }
        let first = self.replace(vm, 0, item);
        self.sift_up(vm, 0)?;
        Ok(first)
    }
    fn heapify(&self, vm: &mut Vm) -> Result<()> {
        for i in (0..self.len(vm) / 2).rev() {
            self.sift_up(vm, i)?;
        }
        Ok(())
    }
}

fn smallest(list: &Ref<List>) -> HeapQueue<'_> {
    HeapQueue { list, largest: false }
}
fn largest(list: &Ref<List>) -> HeapQueue<'_> {
    HeapQueue { list, largest: true }
}

struct HeapFunctions;

#[methods]
impl HeapFunctions {
    /// Push item onto heap, maintaining the heap invariant.
    #[sig("(heap, item, /)")]
    fn heappush(vm: &mut Vm, heap: &Ref<List>, item: Value) -> Result<()> {
        smallest(heap).push(vm, item)
    }
    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[sig("(heap, item, /)")]
    fn heappushpop(vm: &mut Vm, heap: &Ref<List>, item: Value) -> Result<Value> {
        smallest(heap).push_pop(vm, item)
    }
    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[sig("(heap, /)")]
    fn heappop(vm: &mut Vm, heap: &Ref<List>) -> Result<Value> {
        smallest(heap).pop(vm)
    }
    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[sig("(heap, item, /)")]
    fn heapreplace(vm: &mut Vm, heap: &Ref<List>, item: Value) -> Result<Value> {
        smallest(heap).replace_first(vm, item)
    }
    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[sig("(heap, /)")]
    fn heapify(vm: &mut Vm, heap: &Ref<List>) -> Result<()> {
        smallest(heap).heapify(vm)
    }
    /// Push item onto max heap, maintaining the heap invariant.
    #[sig("(heap, item, /)")]
    fn heappush_max(vm: &mut Vm, heap: &Ref<List>, item: Value) -> Result<()> {
        largest(heap).push(vm, item)
    }
    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max() followed by
    /// a separate call to heappop_max().
    #[sig("(heap, item, /)")]
    fn heappushpop_max(vm: &mut Vm, heap: &Ref<List>, item: Value) -> Result<Value> {
        largest(heap).push_pop(vm, item)
    }
    /// Maxheap variant of heappop.
    #[sig("(heap, /)")]
    fn heappop_max(vm: &mut Vm, heap: &Ref<List>) -> Result<Value> {
        largest(heap).pop(vm)
    }
    /// Maxheap variant of heapreplace.
    #[sig("(heap, item, /)")]
    fn heapreplace_max(vm: &mut Vm, heap: &Ref<List>, item: Value) -> Result<Value> {
        largest(heap).replace_first(vm, item)
    }
    /// Maxheap variant of heapify.
    #[sig("(heap, /)")]
    fn heapify_max(vm: &mut Vm, heap: &Ref<List>) -> Result<()> {
        largest(heap).heapify(vm)
    }
}
