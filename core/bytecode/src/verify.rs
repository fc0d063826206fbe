//! A checker of register discipline, for tests and debugging.
//!
//! It walks all paths of a code object and follows which temporaries own a value. A read of a
//! dead temporary, a call window that is not on top, or a temporary that is alive on one way to
//! an instruction and dead on another is a compiler bug. It never runs in a normal start.

use crate::code::{Code, Const};
use crate::ops::{Field, Instr, KILL_A, KILL_B, KILL_C, METHOD, Op, Role, constant_flag};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Dead,
    Live,
    /// Alive or dead, depending on the way here.
    Either,
}

/// Problems of a code object and of all code objects among its constants.
pub fn verify(code: &Code) -> Vec<String> {
    let mut problems = Vec::new();
    check(code, &mut problems);
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            problems.extend(verify(inner));
        }
    }
    problems
}

fn merge(into: &mut Option<Vec<State>>, from: &[State]) -> bool {
    match into {
        None => {
            *into = Some(from.to_vec());
            true
        }
        Some(old) => {
            let mut changed = false;
            for (old, new) in old.iter_mut().zip(from) {
                if old != new && *old != State::Either {
                    *old = State::Either;
                    changed = true;
                }
            }
            changed
        }
    }
}

fn check(code: &Code, problems: &mut Vec<String>) {
    let first_temp = code.first_temp();
    let nregs = code.nregs as usize;
    let name = code.qualname.as_str().unwrap_or("?");
    if nregs < first_temp {
        problems.push(format!("{name}: nregs {nregs} below the {first_temp} variables"));
        return;
    }
    let mut before: Vec<Option<Vec<State>>> = vec![None; code.code.len() + 1];
    let mut start = vec![State::Live; first_temp];
    start.resize(nregs, State::Dead);
    before[0] = Some(start);
    let mut work = vec![0usize];
    while let Some(pc) = work.pop() {
        let Some(state) = before[pc].clone() else { continue };
        if pc >= code.code.len() {
            problems.push(format!("{name}: falls off the end"));
            continue;
        }
        let instr = code.code[pc];
        if let Some(entry) = code.handler(pc) {
            let mut caught = state.clone();
            let depth = entry.depth as usize;
            if entry.exc < entry.depth || entry.exc as usize >= nregs {
                problems.push(format!("{name}@{pc}: handler registers {} {}", entry.depth, entry.exc));
                return;
            }
            caught[depth..].fill(State::Dead);
            caught[entry.exc as usize] = State::Live;
            if merge(&mut before[entry.target as usize], &caught) {
                work.push(entry.target as usize);
            }
        }
        let Some(next) = step(code, pc, instr, state, name, problems) else { return };
        for (target, state) in next {
            if target > code.code.len() {
                problems.push(format!("{name}@{pc}: target {target} out of range"));
                return;
            }
            if merge(&mut before[target], &state) {
                work.push(target);
            }
        }
        if problems.len() > 50 {
            return;
        }
    }
    // What lives on some ways only must be gone when a loop goes round: anything else would keep
    // values alive for longer than the program can expect. Variables of comprehensions and other
    // registers that are cleared explicitly are managed by the code itself.
    let cleared = |instr: &Instr| match instr.op() {
        Op::Clear => Some(instr.a()..instr.a() + 1),
        Op::ClearRange => Some(instr.a()..instr.a() + instr.c()),
        _ => None,
    };
    let managed: Vec<usize> = code.code.iter().filter_map(cleared).flatten().collect();
    for (pc, state) in before.iter().enumerate() {
        if let Some(state) = state
            && code.code.get(pc).is_some_and(|instr| instr.op() == Op::JumpBack)
            && let Some(reg) = (first_temp..nregs).find(|&reg| state[reg] == State::Either && !managed.contains(&reg))
        {
            problems.push(format!("{name}@{pc}: r{reg} is alive on one way here and dead on another"));
            break;
        }
    }
}

/// The states after an instruction for each successor; None when the code is too broken to go on.
fn step(
    code: &Code,
    pc: usize,
    instr: Instr,
    mut state: Vec<State>,
    name: &str,
    problems: &mut Vec<String>,
) -> Option<Vec<(usize, Vec<State>)>> {
    let info = instr.op().info();
    let ext = if info.ext.is_empty() { Instr(0) } else { *code.code.get(pc + 1)? };
    let after = pc + 1 + !info.ext.is_empty() as usize;
    let first_temp = code.first_temp();
    let nregs = state.len();
    let op = instr.op();
    let value = |field: Field| match field {
        Field::a => instr.a(),
        Field::b => instr.b(),
        Field::c => instr.c(),
        Field::bc => instr.bc(),
    };
    let mut complain = |text: String| problems.push(format!("{name}@{pc} {}: {text}", op.name()));
    let mut dead = Vec::new();
    for &(field, role) in info.operands {
        let reg = value(field);
        let kill = match field {
            Field::a => KILL_A,
            Field::b => KILL_B,
            Field::c => KILL_C,
            Field::bc => 0,
        };
        match role {
            Role::Val if instr.x() & constant_flag(field) != 0 => {}
            Role::Src | Role::Val | Role::Inout => {
                // Fields of conditional meaning.
                if op == Op::YieldValue && field == Field::c && instr.x() & crate::ops::DELEGATE == 0 {
                    continue;
                }
                if reg >= nregs {
                    complain(format!("r{reg} out of range"));
                    return None;
                }
                let exempt = matches!(op, Op::MakeCell | Op::CheckBound);
                if reg >= first_temp && state[reg] != State::Live && !exempt {
                    complain(format!("reads r{reg}, which is {:?}", state[reg]));
                }
                if role != Role::Inout && instr.x() & kill != 0 {
                    if reg < first_temp && op != Op::EndAsyncFor {
                        complain(format!("kills the variable r{reg}"));
                    }
                    dead.push(reg);
                }
            }
            Role::Window => {
                let count = match op {
                    Op::Call | Op::CallKw => instr.c() + 2,
                    Op::CallEx => 3 + instr.c(),
                    Op::LoadSuperAttr | Op::GetStep => 3,
                    Op::GetSlice | Op::SetSlice | Op::MatchClass => 2,
                    Op::BuildMap => 2 * instr.c(),
                    _ => instr.c(),
                };
                if reg + count > nregs {
                    complain(format!("window r{reg}+{count} out of range"));
                    return None;
                }
                for r in reg..reg + count {
                    if r < first_temp {
                        complain(format!("window holds the variable r{r}"));
                    }
                    if state[r] != State::Live {
                        complain(format!("window register r{r} is {:?}", state[r]));
                    }
                    dead.push(r);
                }
                if matches!(op, Op::Call | Op::CallKw | Op::CallEx)
                    && let Some(r) = (reg + count..nregs).find(|&r| state[r] != State::Dead)
                {
                    complain(format!("r{r} lives above the call window"));
                }
            }
            _ => {}
        }
    }
    for reg in dead {
        state[reg] = State::Dead;
    }
    let mut jumped = state.clone();
    for &(field, role) in info.operands {
        let reg = value(field);
        let count = match (role, op) {
            (Role::Dst, Op::LoadSuperAttr | Op::LoadGlobal) if instr.x() & METHOD != 0 => 2,
            (Role::Dst, Op::Clear | Op::DeleteLocal) => {
                state[reg] = State::Dead;
                continue;
            }
            (Role::Out, Op::ClearRange) if reg + instr.c() <= nregs => {
                state[reg..reg + instr.c()].fill(State::Dead);
                continue;
            }
            (Role::Dst, _) => 1,
            (Role::Out, Op::CopyFreeVars) => instr.b(),
            (Role::Out, Op::UnpackSequence) => instr.c(),
            (Role::Out, Op::UnpackEx) => instr.c() + 1 + ext.a(),
            (Role::Out, _) => 2,
            (Role::Inout, Op::MakeCell | Op::CheckBound) => 1,
            _ => continue,
        };
        if reg + count > nregs {
            complain(format!("destination r{reg}+{count} out of range"));
            return None;
        }
        state[reg..reg + count].fill(State::Live);
    }
    if op == Op::Return && let Some(r) = (instr.b()..nregs).find(|&r| state[r] != State::Dead) {
        complain(format!("r{r} lives above what the frame drops"));
    }
    // Variables are never tracked: they may be unbound at any time.
    state[..first_temp].fill(State::Live);
    let target = info
        .ext
        .iter()
        .find(|(_, role)| *role == Role::Target)
        .map(|_| ext.bc())
        .or_else(|| info.operands.iter().find(|(_, role)| *role == Role::Target).map(|_| instr.bc()));
    Some(match op {
        Op::Return | Op::Raise | Op::RaiseExc | Op::RaiseFrom | Op::Reraise => Vec::new(),
        Op::Jump | Op::JumpBack => vec![(instr.bc(), state)],
        Op::ForIter => {
            jumped[instr.b()] = State::Dead;
            jumped[..first_temp].fill(State::Live);
            vec![(after, state), (ext.bc(), jumped)]
        }
        Op::Send => {
            jumped[instr.a()] = State::Live;
            jumped[instr.b()] = State::Dead;
            vec![(after, state), (ext.bc(), jumped)]
        }
        _ => match target {
            Some(target) => vec![(after, state.clone()), (target, state)],
            None => vec![(after, state)],
        },
    })
}
