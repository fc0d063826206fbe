//! What list and tuple share: comparison item by item, search, repr with its recursion guard, repetition.
//!
//! Every loop here re-reads the sequence after each step that may run Python, because that step may have changed
//! it. The methods themselves are in `list_methods.rs` and `tuple_methods.rs`.

use crate::Result;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::value::Value;
use crate::vm::Vm;
use krait_text::StrBuilder;

/// Objects whose repr is being made, by identity.
#[derive(Default)]
struct ReprStack(Vec<u64>);

/// The items of a list or tuple (or of a subclass instance), as they are now.
pub(crate) fn sequence_items<'a>(vm: &'a Vm, sequence: &'a Value) -> &'a [Value] {
    if let Some(list) = sequence.downcast::<List>(&*vm.heap) {
        return list.get(&*vm.heap).items();
    }
    match sequence.downcast::<Tuple>(&*vm.heap) {
        Some(tuple) => tuple.items(&*vm.heap),
        None => &[],
    }
}

impl Vm {
    /// Says that the repr of `value` starts; false when it is being made already.
    pub fn repr_enter(&mut self, value: &Value) -> bool {
        let bits = value.bits();
        let stack = &mut self.state::<ReprStack>().0;
        if stack.contains(&bits) {
            return false;
        }
        stack.push(bits);
        true
    }
    /// The repr of `value` ended, well or not.
    pub fn repr_leave(&mut self, value: &Value) {
        let bits = value.bits();
        let stack = &mut self.state::<ReprStack>().0;
        if let Some(i) = stack.iter().rposition(|&b| b == bits) {
            stack.remove(i);
        }
    }
    /// Appends the repr of a value to a buffer.
    pub(crate) fn repr_into(&mut self, out: &mut StrBuilder, value: &Value) -> Result<()> {
        let text = self.repr(value)?;
        out.push_ref(text.view(&*self.heap));
        let room = self.heap.check_room(out.as_ref().len());
        self.memory(room)
    }

    /// `a op b` for two lists or two tuples.
    pub(crate) fn compare_sequences(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<Value> {
        let (la, lb) = (sequence_items(self, a).len(), sequence_items(self, b).len());
        if la != lb && a.has_payload::<List>(&*self.heap) {
            match op {
                CmpOp::Eq => return Ok(Value::FALSE),
                CmpOp::Ne => return Ok(Value::TRUE),
                _ => {}
            }
        }
        self.nested(" in comparison", |vm| vm.compare_sequences_nested(op, a, b))
    }
    fn compare_sequences_nested(&mut self, op: CmpOp, a: &Value, b: &Value) -> Result<Value> {
        let mut i = 0;
        loop {
            let (xs, ys) = (sequence_items(self, a), sequence_items(self, b));
            let (Some(x), Some(y)) = (xs.get(i), ys.get(i)) else {
                return Ok(Value::bool(op.test(xs.len().cmp(&ys.len()))));
            };
            if !x.is(y) {
                let (x, y) = match self.equal_without_python(x, y) {
                    Some(true) => {
                        i += 1;
                        continue;
                    }
                    Some(false) => (x.clone(), y.clone()),
                    None => {
                        let (x, y) = (x.clone(), y.clone());
                        if self.equal(&x, &y)? {
                            i += 1;
                            continue;
                        }
                        (x, y)
                    }
                };
                // Comparing may have shortened a list.
                let (n, m) = (sequence_items(self, a).len(), sequence_items(self, b).len());
                if i >= n || i >= m {
                    return Ok(Value::bool(op.test(n.cmp(&m))));
                }
                return match op {
                    CmpOp::Eq => Ok(Value::FALSE),
                    CmpOp::Ne => Ok(Value::TRUE),
                    _ => self.compare(op, &x, &y),
                };
            }
            i += 1;
        }
    }
    /// The index of the first item that equals `item` within bounds given as Python gives them.
    pub(crate) fn sequence_find(&mut self, sequence: &Value, item: &Value, start: isize, stop: isize) -> Result<Option<usize>> {
        let clamp = |i: isize, len: usize| if i < 0 { i.saturating_add(len as isize).max(0) as usize } else { i as usize };
        let len = sequence_items(self, sequence).len();
        let (mut i, stop) = (clamp(start, len), clamp(stop, len));
        while i < stop {
            let Some(x) = sequence_items(self, sequence).get(i) else { break };
            let equal = if x.is(item) {
                true
            } else {
                match self.equal_without_python(x, item) {
                    Some(equal) => equal,
                    None => {
                        let x = x.clone();
                        self.equal(&x, item)?
                    }
                }
            };
            if equal {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }
    pub(crate) fn sequence_count(&mut self, sequence: &Value, item: &Value) -> Result<usize> {
        let (mut i, mut count) = (0, 0);
        while let Some(at) = self.sequence_find(sequence, item, i, isize::MAX)? {
            count += 1;
            i = at as isize + 1;
        }
        Ok(count)
    }
    /// `[a, b]` or `(a, b)`: the items between brackets.
    pub(crate) fn sequence_repr(&mut self, sequence: &Value, open: &str, close: &str) -> Result<Ref<Str>> {
        if !self.repr_enter(sequence) {
            return Ok(self.heap.str(&format!("{open}...{close}")));
        }
        let mut out = StrBuilder::new();
        let result = self.sequence_repr_items(sequence, &mut out, open, close);
        self.repr_leave(sequence);
        result?;
        Ok(self.heap.str_buf(out.finish()))
    }
    fn sequence_repr_items(&mut self, sequence: &Value, out: &mut StrBuilder, open: &str, close: &str) -> Result<()> {
        out.push_str(open);
        let mut i = 0;
        while let Some(item) = sequence_items(self, sequence).get(i).cloned() {
            if i > 0 {
                out.push_str(", ");
            }
            self.repr_into(out, &item)?;
            i += 1;
        }
        if i == 1 && open == "(" {
            out.push_str(",");
        }
        out.push_str(close);
        Ok(())
    }
    /// How often `sequence * count` repeats; `None` when `count` is no index.
    pub(crate) fn repeat_count(&mut self, count: &Value) -> Result<usize> {
        if let Some(n) = count.as_small_int() {
            return Ok(usize::try_from(n.max(0)).unwrap_or(usize::MAX));
        }
        match self.sequence_index(count) {
            Ok(n) => Ok(usize::try_from(n.max(0)).unwrap_or(usize::MAX)),
            Err(_) if self.pending_is(crate::Exc::IndexError) => {
                let name = self.heap.type_name(count);
                self.take_pending();
                Err(self.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
            Err(e) => Err(e),
        }
    }
    /// `items * count`, within the memory quota.
    pub(crate) fn repeat_items(&mut self, items: &[Value], count: usize) -> Result<Vec<Value>> {
        let Some(total) = items.len().checked_mul(count).filter(|n| n.checked_mul(8).is_some_and(|n| n < isize::MAX as usize)) else {
            return Err(self.memory_error());
        };
        let room = self.heap.check_room(total * 8);
        self.memory(room)?;
        let mut all = Vec::new();
        if all.try_reserve_exact(total).is_err() {
            return Err(self.memory_error());
        }
        if let [one] = items {
            Value::extend_with(&mut all, one, count);
        } else {
            for _ in 0..count {
                all.extend_from_slice(items);
            }
        }
        Ok(all)
    }
    /// Checks that a constructor call of a builtin container has at most one positional argument and no keywords.
    pub(crate) fn one_argument<'a>(&mut self, name: &str, args: &'a [Value], has_keywords: bool) -> Result<Option<&'a Value>> {
        if has_keywords {
            return Err(self.type_error(format!("{name}() takes no keyword arguments")));
        }
        if args.len() > 1 {
            let n = args.len();
            return Err(self.type_error(format!("{name} expected at most 1 argument, got {n}")));
        }
        Ok(args.first())
    }
}
