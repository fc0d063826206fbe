//! A structural check of code objects that come from outside (`marshal`): nothing the interpreter takes on trust
//! may be wrong.
//!
//! Operands lie inside the register window and the tables they index, jumps land on instructions, every
//! instruction exists in compiled code, execution cannot run off the end. Register discipline is [`crate::verify`]'s
//! part, which runs afterwards.

use crate::code::{Code, Const};
use crate::ops::{DISCARD, Field, Instr, Kind, METHOD, Op, Role, constant_flag, kill_flag};

const MAX_NESTING: u32 = 60;

/// What is wrong, and at which instruction.
pub type Problem = (&'static str, usize);

/// Whether the interpreter may run this code object and those among its constants.
pub fn is_sound(code: &Code) -> bool {
    structure(code).is_ok() && crate::verify::verify(code).is_empty()
}

/// The structural half of the check.
pub fn structure(code: &Code) -> Result<(), Problem> {
    nested(code, 0)
}

fn nested(code: &Code, depth: u32) -> Result<(), Problem> {
    if depth >= MAX_NESTING {
        return Err(("nested too deep", 0));
    }
    sound(code)?;
    code.consts.iter().try_for_each(|c| constant(c, depth))
}

fn constant(c: &Const, depth: u32) -> Result<(), Problem> {
    match c {
        Const::Code(code) => nested(code, depth + 1),
        Const::Tuple(items) | Const::FrozenSet(items) => items.iter().try_for_each(|c| constant(c, depth + 1)),
        _ => Ok(()),
    }
}

fn field(i: Instr, f: Field) -> usize {
    match f {
        Field::a => i.a(),
        Field::b => i.b(),
        Field::c => i.c(),
        Field::bc => i.bc(),
    }
}

/// Registers a window operand spans.
fn window(op: Op, i: Instr, ext: Option<Instr>, role: Role) -> usize {
    match (op, role) {
        (Op::Call | Op::CallKw, _) => i.c() + 2,
        (Op::CallEx, _) => 3 + i.c(),
        (Op::BuildMap, _) => i.c() * 2,
        (Op::GetSlice | Op::SetSlice | Op::MatchClass, _) => 2,
        (Op::LoadSuperAttr, Role::Window) | (Op::GetStep, _) => 3,
        (Op::LoadMethod | Op::LoadSpecial | Op::CheckEgMatch | Op::LoadSuperAttr, _) => 2,
        (Op::CopyFreeVars, _) => i.b(),
        (Op::UnpackSequence, Role::Out) => i.c(),
        (Op::UnpackEx, Role::Out) => i.c() + 1 + ext.map_or(0, Instr::a),
        _ => {
            let info = op.info();
            let counts = info.operands.iter().filter(|(_, r)| *r == Role::Count).map(|(f, _)| field(i, *f));
            let more = info.ext.iter().filter(|(_, r)| *r == Role::Count).map(|(f, _)| ext.map_or(0, |e| field(e, *f)));
            counts.chain(more).sum::<usize>()
        }
    }
}

fn sound(code: &Code) -> Result<(), Problem> {
    let (nregs, count) = (code.nregs as usize, code.code.len());
    let parameters = code.argcount as usize + code.kwonlyargcount as usize + usize::from(code.flags.0 & 4 != 0) + usize::from(code.flags.0 & 8 != 0);
    if code.posonlyargcount > code.argcount || parameters > code.nlocals() || code.first_temp() > nregs || count == 0 {
        return Err(("header", 0));
    }
    if code.sites.iter().any(|&n| n as usize >= code.names.len()) {
        return Err(("site", 0));
    }
    // Where instructions start.
    let mut starts = vec![false; count];
    let mut at = 0;
    let mut last = Op::Nop;
    while at < count {
        let Some(op) = Op::from_byte(code.code[at].op_byte()) else { return Err(("no such opcode", at)) };
        if op == Op::Ext || op.info().kind == Kind::quick {
            return Err(("not an opcode of compiled code", at));
        }
        starts[at] = true;
        last = op;
        at += if op.has_ext() { 2 } else { 1 };
    }
    if at != count || !matches!(last, Op::Return | Op::Raise | Op::RaiseExc | Op::RaiseFrom | Op::Reraise | Op::Jump | Op::JumpBack) {
        return Err(("runs off the end", at));
    }
    let is_start = |pc: usize| starts.get(pc).copied().unwrap_or(false);
    for pc in (0..count).filter(|&pc| starts[pc]) {
        let i = code.code[pc];
        let op = i.op();
        let ext = if op.has_ext() { code.code.get(pc + 1).copied() } else { None };
        if op.has_ext() && ext.is_none_or(|e| e.op_byte() != Op::Ext as u8) {
            return Err(("no ext word", pc));
        }
        let own = op.info().operands.iter().map(|o| (o, i));
        let more = op.info().ext.iter().filter_map(|o| ext.map(|e| (o, e)));
        for (&(f, role), word) in own.chain(more) {
            let n = field(word, f);
            let good = match role {
                Role::Dst if op == Op::LoadGlobal && word.x() & METHOD != 0 => n + 1 < nregs,
                Role::Val if word.x() & constant_flag(f) != 0 => n < code.consts.len() && word.x() & kill_flag(f) == 0,
                Role::Dst | Role::Src | Role::Val | Role::Inout => n < nregs,
                // A window of no registers may lie behind the last one.
                Role::Out | Role::Window => n + window(op, i, ext, role) <= nregs,
                Role::Name => n < code.names.len(),
                Role::Site => n < code.sites.len(),
                Role::Const => n < code.consts.len(),
                Role::Target => is_start(n),
                Role::Count | Role::Imm | Role::Which => true,
            };
            if !good {
                return Err((op.info().name, pc));
            }
        }
        let constant_index = |n: usize| code.consts.get(n);
        let fits = match op {
            Op::Call if i.x() & DISCARD != 0 => i.a() == i.b() && code.code.get(pc + 1).is_some_and(|next| next.op() == Op::Clear && next.a() == i.a()),
            Op::MakeFunction => matches!(constant_index(i.bc()), Some(Const::Code(_))),
            Op::CallKw => match ext.and_then(|e| constant_index(e.bc())) {
                Some(Const::Tuple(names)) => names.len() <= i.c() && names.iter().all(|n| matches!(n, Const::Str(_))),
                _ => false,
            },
            // Suspended generators and delegation look at the words around.
            Op::YieldValue if i.x() & crate::ops::DELEGATE != 0 => {
                code.flags.is_generator_like() && pc >= 2 && code.code[pc - 2].op() == Op::Send
            }
            Op::YieldValue | Op::Send => code.flags.is_generator_like(),
            Op::Return => i.b() <= nregs && i.b() >= code.first_temp(),
            Op::CopyFreeVars => i.b() <= code.freevars.len(),
            _ => true,
        };
        if !fits {
            return Err((op.info().name, pc));
        }
    }
    let lands = |e: &crate::code::ExceptionEntry| {
        e.start <= e.end
            && e.end as usize <= count
            && is_start(e.target as usize)
            && (e.exc as usize) < nregs
            && e.depth as usize <= nregs
            && e.depth as usize >= code.first_temp()
            && e.exc >= e.depth
    };
    if let Some(entry) = code.exceptions.iter().find(|e| !lands(e)) {
        return Err(("exception table", entry.start as usize));
    }
    match code.temporaries.iter().find(|t| !(code.first_temp()..nregs).contains(&t.reg.into())) {
        Some(temporary) => Err(("named temporary", temporary.start as usize)),
        None => Ok(()),
    }
}

/// The compiled form of an instruction the interpreter may have specialised.
pub fn unspecialized(i: Instr) -> Instr {
    let op = match i.op() {
        Op::LoadAttrSlot | Op::LoadAttrClass | Op::LoadAttrModule | Op::LoadAttrType | Op::LoadAttrProperty | Op::LoadAttrMember | Op::LoadAttrItem | Op::LoadAttrDict | Op::LoadAttrGetset | Op::LoadAttrDescriptor => Op::LoadAttr,
        Op::StoreAttrDict | Op::StoreAttrSlot | Op::StoreAttrAdd | Op::StoreAttrMember | Op::StoreAttrProperty | Op::StoreAttrDescriptor => Op::StoreAttr,
        Op::LoadMethodModule | Op::LoadMethodType | Op::LoadMethodDict | Op::LoadMethodCached | Op::LoadMethodBuiltin | Op::LoadMethodNative => Op::LoadMethod,
        Op::LoadGlobalModule | Op::LoadGlobalBuiltin | Op::LoadGlobalNative => Op::LoadGlobal,
        Op::StoreGlobalModule => Op::StoreGlobal,
        Op::ForRange | Op::ForList | Op::ForPair | Op::ForGenerator => Op::ForIter,
        Op::CallPyExact | Op::CallBuiltin | Op::CallClass => Op::Call,
        Op::EnterLoop => return Instr::with_bc(Op::JumpBack, i.x(), 0, i.bc() as u32),
        _ => return i,
    };
    Instr((i.0 & !0xFF) | op as u64)
}

#[cfg(test)]
mod tests {
    use super::unspecialized;
    use crate::ops::{Instr, Kind, OPS, Op};

    #[test]
    fn every_specialised_form_has_a_general_one() {
        for info in OPS {
            let general = unspecialized(Instr::new(info.op, 0, 0, 0, 0)).op();
            if info.kind != Kind::quick {
                assert_eq!(general, info.op);
            } else if info.op != Op::LoadBody {
                assert_ne!(general.info().kind, Kind::quick, "{}", info.name);
            }
        }
    }
}
