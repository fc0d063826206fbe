//! A checker of IR: every value is defined once, before its uses, and used as what it is.

use crate::ir::{Block, End, Inst, Repr, Source, Unit, Var};
use std::collections::HashSet;

/// What is wrong with a unit.
pub fn verify(unit: &Unit) -> Vec<String> {
    let mut problems = Vec::new();
    let mut defined = HashSet::new();
    for (n, block) in unit.blocks.iter().enumerate() {
        for v in block.params.iter().map(|(v, _)| v).chain(block.insts.iter().filter(|(_, i)| i.repr().is_some()).map(|(v, _)| v)) {
            if !defined.insert(*v) {
                problems.push(format!("b{n}: v{v} is defined twice"));
            }
        }
        for (v, inst) in &block.insts {
            if let Some(repr) = inst.repr()
                && unit.reprs.get(*v as usize) != Some(&repr)
            {
                problems.push(format!("b{n}: v{v} is no {repr:?}"));
            }
        }
    }
    let mut ways: Vec<Vec<usize>> = vec![Vec::new(); unit.blocks.len()];
    for (n, block) in unit.blocks.iter().enumerate() {
        for (target, _) in block.end.targets() {
            if let Some(ways) = ways.get_mut(target as usize) {
                ways.push(n);
            }
        }
    }
    for (n, block) in unit.blocks.iter().enumerate() {
        // What the only way here knows is known.
        let mut known = HashSet::new();
        let mut at = n;
        while let [before] = ways[at][..]
            && known.len() < unit.reprs.len()
            && before != n
        {
            at = before;
            known.extend(unit.blocks[at].params.iter().map(|(v, _)| *v).chain(unit.blocks[at].insts.iter().map(|(v, _)| *v)));
        }
        check_block(unit, n, block, known, &mut problems);
    }
    for (head, entry) in &unit.entries {
        if unit.blocks.get(*entry as usize).is_none_or(|b| !b.params.is_empty()) {
            problems.push(format!("entry {head} takes parameters"));
        }
    }
    problems
}

fn check_block(unit: &Unit, n: usize, block: &Block, mut known: HashSet<Var>, problems: &mut Vec<String>) {
    known.extend(block.params.iter().map(|(v, _)| *v));
    let exit_uses = |e: u32| -> Vec<Var> {
        unit.exits.get(e as usize).map_or(vec![], |x| {
            let registers = x.registers.iter().map(|(_, v, _)| *v);
            let ranges = x.ranges.iter().flat_map(|(_, a, b)| [*a, *b]);
            let words = x.words.iter().filter_map(|(_, source)| if let Source::Var(v) = source { Some(*v) } else { None });
            registers.chain(words).chain(ranges).chain(x.ticks).collect()
        })
    };
    let repr = |v: Var| unit.reprs.get(v as usize).copied();
    for (v, inst) in &block.insts {
        let mut uses = inst.uses();
        if let Inst::Guard(_, e) | Inst::Outcome(_, e) = inst {
            uses.extend(exit_uses(*e));
        }
        for used in uses {
            if !known.contains(&used) {
                problems.push(format!("b{n}: v{used} is used by {inst:?} but not known"));
            }
        }
        let wanted: Vec<(Var, Repr)> = match *inst {
            Inst::IntOp(_, a, b) | Inst::Compare(_, a, b) | Inst::MulFits(a, b) => vec![(a, Repr::Int), (b, Repr::Int)],
            Inst::RangeIterator(a, b, c) => [a, b, c].map(|v| (v, Repr::Int)).to_vec(),
            Inst::FloatOp(_, a, b) | Inst::FloatCompare(_, a, b) => vec![(a, Repr::Float), (b, Repr::Float)],
            Inst::MoveItems(words) => words.map(|v| (v, Repr::Word)).to_vec(),
            Inst::Lookup(_, a, b) => vec![(a, Repr::Word), (b, Repr::Word)],
            Inst::Put(_, a, b, c) => [a, b, c].map(|v| (v, Repr::Word)).to_vec(),
            Inst::Choose(a, b, c) => vec![(a, Repr::Bool), (b, Repr::Word), (c, Repr::Word)],
            Inst::SetTicks(a) => vec![(a, Repr::Int)],
            Inst::Guard(a, _) | Inst::Not(a) => vec![(a, Repr::Bool)],
            Inst::Box(r, a) => vec![(a, r)],
            Inst::Unbox(_, a) | Inst::SetRegister(_, a) | Inst::Retain(a) | Inst::ListIterator(a) | Inst::Release(a, _, _) | Inst::Is(_, a) => vec![(a, Repr::Word)],
            _ => vec![],
        };
        for (used, wanted) in wanted {
            if repr(used) != Some(wanted) {
                problems.push(format!("b{n}: v{used} is no {wanted:?} in {inst:?}"));
            }
        }
        known.insert(*v);
    }
    if let End::Leave(e) = block.end {
        for v in exit_uses(e) {
            if !known.contains(&v) {
                problems.push(format!("b{n}: v{v} of exit {e} is not known"));
            }
        }
    }
    for (target, args) in block.end.targets() {
        let Some(to) = unit.blocks.get(target as usize) else {
            problems.push(format!("b{n}: no block {target}"));
            continue;
        };
        if to.params.len() != args.len() {
            problems.push(format!("b{n}: {} arguments for b{target}, which takes {}", args.len(), to.params.len()));
        }
        for (arg, (_, wanted)) in args.iter().zip(&to.params) {
            if !known.contains(arg) {
                problems.push(format!("b{n}: argument v{arg} is not known"));
            }
            if repr(*arg) != Some(*wanted) {
                problems.push(format!("b{n}: argument v{arg} of b{target} is no {wanted:?}"));
            }
        }
    }
}
