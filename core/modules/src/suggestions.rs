//! The `_suggestions` module: which known name was perhaps meant, for `traceback`.

use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::{Ref, Result, Value, Vm, methods};

/// What a letter costs that is missing, added or another; and one in the other case.
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
/// More candidates, and longer names, are not compared.
const MAX_CANDIDATES: usize = 750;
const MAX_LENGTH: usize = 40;

struct Functions;

#[methods]
impl Functions {
    /// Returns the candidate in candidates that's closest to item
    #[sig("(candidates, item, /)")]
    fn _generate_suggestions(vm: &mut Vm, candidates: &Value, item: &Value) -> Result<Value> {
        let Some(item) = item.downcast::<Str>(&vm.heap).cloned() else {
            let found = vm.type_name(item);
            return Err(vm.type_error(format!("_generate_suggestions() argument 2 must be str, not {found}")));
        };
        let Some(candidates) = candidates.downcast_exact::<List>().map(|list| list.to_vec(&*vm)) else {
            return Err(vm.type_error("candidates must be a list"));
        };
        if !candidates.iter().all(|c| c.has_payload::<Str>(&vm.heap)) {
            return Err(vm.type_error("all elements in 'candidates' must be strings"));
        }
        let item = vm.to_text(item.as_value())?;
        if candidates.len() > MAX_CANDIDATES || item.len() > MAX_LENGTH {
            return Ok(Value::NONE);
        }
        let mut best: Option<(usize, Value)> = None;
        for candidate in candidates {
            let name = vm.to_text(&candidate)?;
            // A third of the letters may differ, and only what is closer than the best so far counts.
            let limit = (name.len() + item.len() + 3) * MOVE_COST / 6;
            let limit = best.as_ref().map_or(limit, |(distance, _)| limit.min(distance.saturating_sub(1)));
            if name != item
                && let Some(distance) = distance(item.as_bytes(), name.as_bytes(), limit)
            {
                best = Some((distance, candidate));
            }
        }
        Ok(best.map_or(Value::NONE, |(_, candidate)| candidate))
    }
}

/// The Levenshtein distance of two names, unless it is beyond the limit.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let (mut a, mut b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    if b.len() > MAX_LENGTH && !a.is_empty() || (b.len() - a.len()) * MOVE_COST > limit {
        return None;
    }
    // One row of the table: what it takes from each beginning of `a` to the part of `b` so far.
    let mut row: Vec<usize> = (0..=a.len()).map(|n| n * MOVE_COST).collect();
    for &y in b {
        let mut diagonal = row[0];
        row[0] += MOVE_COST;
        for (i, &x) in a.iter().enumerate() {
            let replaced = diagonal + replacement_cost(x, y);
            diagonal = row[i + 1];
            row[i + 1] = replaced.min(row[i].min(diagonal) + MOVE_COST);
        }
        if row.iter().all(|&cost| cost > limit) {
            return None;
        }
    }
    Some(row[a.len()]).filter(|&cost| cost <= limit)
}

fn replacement_cost(x: u8, y: u8) -> usize {
    match (x == y, x.eq_ignore_ascii_case(&y)) {
        (true, _) => 0,
        (false, true) => CASE_COST,
        (false, false) => MOVE_COST,
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    Ok(())
}
