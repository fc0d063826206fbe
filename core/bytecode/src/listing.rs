//! Text listings of code objects, for `--dump=bytecode` and the bytecode tests.
//!
//! Listings name operands by role and never print addresses, so that they are stable across runs and targets.

use crate::code::{Code, Const, WStr};
use crate::ops::{CONST_B, CONST_C, Field, Instr, KILL_A, KILL_B, KILL_C, OPS, Role, constant_flag};
use std::fmt::Write;

/// The listing of a code object and of all code objects among its constants.
pub fn listing(code: &Code) -> String {
    let mut out = String::new();
    write_code(&mut out, code);
    out
}

fn write_code(out: &mut String, code: &Code) {
    let _ = writeln!(
        out,
        "code {} regs={} args={}/{}/{} flags={:#x}",
        text(&code.qualname),
        code.nregs,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.flags.0
    );
    let mut line = u32::MAX;
    let mut pc = 0;
    while pc < code.code.len() {
        let instr = code.code[pc];
        let here = code.position(pc).map_or(0, |p| p.line);
        let mark = if here == line { String::new() } else { here.to_string() };
        line = here;
        let info = &OPS[(instr.op_byte() as usize).min(OPS.len() - 1)];
        let _ = write!(out, "{mark:>5} {pc:>5} {:<18}", info.name.trim_end_matches('_'));
        operands(out, code, instr, info.operands, instr.x());
        if !info.ext.is_empty() && pc + 1 < code.code.len() {
            out.push_str(" |");
            operands(out, code, code.code[pc + 1], info.ext, 0);
            pc += 1;
        }
        let shown = instr.x() & !(KILL_A | KILL_B | KILL_C | CONST_B | CONST_C);
        if shown != 0 {
            let _ = write!(out, " x={shown:#x}");
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
        pc += 1;
    }
    for e in &code.exceptions {
        let _ = writeln!(out, "      {}..{} -> {} depth={} exc=r{}", e.start, e.end, e.target, e.depth, e.exc);
    }
    for t in &code.temporaries {
        let (name, cell) = (t.name.as_str().unwrap_or("?"), if t.cell { " cell" } else { "" });
        let _ = writeln!(out, "      {}..{} r{} {name}{cell}", t.start, t.end, t.reg);
    }
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            out.push('\n');
            write_code(out, inner);
        }
    }
}

fn operands(out: &mut String, code: &Code, instr: Instr, list: &[(Field, Role)], x: u8) {
    for (i, &(field, role)) in list.iter().enumerate() {
        let (value, kill) = match field {
            Field::a => (instr.a(), x & KILL_A != 0),
            Field::b => (instr.b(), x & KILL_B != 0),
            Field::c => (instr.c(), x & KILL_C != 0),
            Field::bc => (instr.bc(), false),
        };
        out.push_str(if i == 0 { " " } else { ", " });
        let _ = match role {
            Role::Val if x & constant_flag(field) != 0 => {
                write!(out, "{}", code.consts.get(value).map_or("?".into(), constant))
            }
            Role::Dst | Role::Src | Role::Val | Role::Inout | Role::Out | Role::Window => {
                write!(out, "{}{}", register(code, value), if kill { "!" } else { "" })
            }
            Role::Count => write!(out, "#{value}"),
            Role::Imm if field == Field::bc => write!(out, "{}", instr.imm32()),
            Role::Imm => write!(out, "{}", instr.imm()),
            Role::Name => write!(out, "'{}'", code.names.get(value).map_or("?".into(), text)),
            Role::Site => {
                let name = code.sites.get(value).and_then(|&n| code.names.get(n as usize));
                write!(out, "'{}'@{value}", name.map_or("?".into(), text))
            }
            Role::Const => write!(out, "{}", code.consts.get(value).map_or("?".into(), constant)),
            Role::Target => write!(out, "-> {value}"),
            Role::Which => write!(out, "%{value}"),
        };
    }
}

fn register(code: &Code, index: usize) -> String {
    match code.localsplus().get(index) {
        Some((name, _)) => format!("r{index}({})", text(name)),
        None => format!("r{index}"),
    }
}

fn text(s: &WStr) -> String {
    match s {
        WStr::Utf8(s) => s.to_string(),
        WStr::Wide(w) => w.iter().map(|&p| char::from_u32(p).unwrap_or('\u{fffd}')).collect(),
    }
}

fn constant(c: &Const) -> String {
    match c {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "...".into(),
        Const::Int(i) => i.to_string(),
        Const::BigInt { negative, magnitude } => {
            format!("{}big({} bytes)", if *negative { "-" } else { "" }, magnitude.len())
        }
        Const::Float(f) => format!("{f:?}"),
        Const::Complex(re, im) => format!("({re:?}, {im:?}j)"),
        Const::Str(s) => format!("{:?}", text(s)),
        Const::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Const::Tuple(items) => format!("({})", list(items)),
        Const::FrozenSet(items) => format!("frozenset({})", list(items)),
        Const::Slice(items) => format!("slice({})", list(&items[..])),
        Const::Code(code) => format!("<code {}>", text(&code.qualname)),
    }
}

fn list(items: &[Const]) -> String {
    items.iter().map(constant).collect::<Vec<_>>().join(", ")
}
