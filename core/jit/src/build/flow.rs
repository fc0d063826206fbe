//! Control flow and liveness of bytecode.

use krait_bytecode::ops::{Field, METHOD, Role, constant_flag};
use krait_bytecode::{Instr, Op};

/// Where an instruction may go on.
pub struct Next {
    pub falls: bool,
    pub target: Option<usize>,
}

pub fn width(op: Op) -> usize {
    if op.has_ext() { 2 } else { 1 }
}

/// The successors of an instruction, but for exceptions.
pub fn next(instrs: &[Instr], pc: usize) -> Next {
    let i = instrs[pc];
    let op = i.op();
    let ext = || instrs.get(pc + 1).map(|e| e.bc());
    match op {
        Op::Jump | Op::JumpBack | Op::EnterLoop => Next { falls: false, target: Some(i.bc()) },
        Op::Return | Op::Raise | Op::RaiseExc | Op::RaiseFrom | Op::Reraise => Next { falls: false, target: None },
        Op::JumpIfTrue | Op::JumpIfFalse | Op::JumpIfNone | Op::JumpIfNotNone => Next { falls: true, target: Some(i.bc()) },
        _ if op.info().ext.iter().any(|&(_, role)| role == Role::Target) => Next { falls: true, target: ext() },
        _ => Next { falls: true, target: None },
    }
}

/// The registers an operand is about: the first, and how many.
fn span(instrs: &[Instr], pc: usize, field: Field, role: Role) -> (usize, usize) {
    let i = instrs[pc];
    let n = match field {
        Field::a => i.a(),
        Field::b => i.b(),
        Field::c => i.c(),
        Field::bc => i.bc(),
    };
    let count = match (role, i.op()) {
        (Role::Window, Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass | Op::CallKw) => 2 + i.c(),
        (Role::Window, Op::CallEx) => 3 + usize::from(i.c() != 0),
        (Role::Window, Op::GetSlice | Op::SetSlice | Op::MatchClass) => 2,
        (Role::Window, Op::LoadSuperAttr | Op::GetStep) => 3,
        (Role::Window, Op::BuildMap) => 2 * i.c(),
        (Role::Window, _) => i.c(),
        (Role::Out, Op::UnpackEx) => i.c() + 1 + instrs.get(pc + 1).map_or(0, |e| e.a()),
        (Role::Out, Op::CopyFreeVars) => i.b(),
        (Role::Out, Op::UnpackSequence | Op::ClearRange) => i.c(),
        (Role::Out, _) => 2,
        (Role::Dst, _) if i.x() & METHOD != 0 && matches!(i.op(), Op::LoadGlobal | Op::LoadGlobalModule | Op::LoadGlobalBuiltin | Op::LoadGlobalNative | Op::LoadSuperAttr) => 2,
        _ => 1,
    };
    (n, count)
}

/// The registers an instruction reads (windows included), and those it writes.
pub fn registers(instrs: &[Instr], pc: usize) -> (Vec<(usize, usize)>, Vec<(usize, usize)>) {
    let i = instrs[pc];
    let (mut read, mut written) = (Vec::new(), Vec::new());
    for &(field, role) in i.op().info().operands {
        match role {
            Role::Val if i.x() & constant_flag(field) != 0 => {}
            Role::Src | Role::Val | Role::Window => read.push(span(instrs, pc, field, role)),
            Role::Inout => {
                read.push(span(instrs, pc, field, role));
                written.push(span(instrs, pc, field, role));
            }
            Role::Dst | Role::Out => written.push(span(instrs, pc, field, role)),
            _ => {}
        }
    }
    (read, written)
}

/// For each instruction, which registers are read before they are written from there on. Handlers of exceptions are
/// not looked at.
pub fn liveness(instrs: &[Instr], nregs: usize) -> Vec<Vec<bool>> {
    let mut starts = Vec::new();
    let mut pc = 0;
    while pc < instrs.len() {
        starts.push(pc);
        pc += width(instrs[pc].op());
    }
    let mut live = vec![vec![false; nregs]; instrs.len() + 1];
    let mut changed = true;
    while changed {
        changed = false;
        for &pc in starts.iter().rev() {
            let way = next(instrs, pc);
            let mut now = vec![false; nregs];
            let behind = [way.falls.then_some(pc + width(instrs[pc].op())), way.target];
            for target in behind.into_iter().flatten() {
                if let Some(there) = live.get(target) {
                    now.iter_mut().zip(there).for_each(|(n, &t)| *n |= t);
                }
            }
            let (read, written) = registers(instrs, pc);
            for (spans, alive) in [(written, false), (read, true)] {
                for (first, count) in spans {
                    for r in first..first + count {
                        if let Some(n) = now.get_mut(r) {
                            *n = alive;
                        }
                    }
                }
            }
            if live[pc] != now {
                live[pc] = now;
                changed = true;
            }
        }
    }
    live
}
