//! Print what `co_*` attributes show of every code object of a file.

use krait_bytecode::{Code, Const, WStr};
use krait_compiler::{Mode, Options, compile_bytes};

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        println!("=== {path}");
        match compile_bytes(&bytes, &path, Mode::Exec, &Options::default(), None) {
            Ok(compiled) => {
                print(&compiled.code);
                for w in compiled.warnings {
                    println!("W {} {}", w.span.line, w.message);
                }
            }
            Err(error) => println!("ERROR {}", error.message),
        }
    }
}

fn names(list: &[WStr]) -> String {
    list.iter().map(text).collect::<Vec<_>>().join(",")
}

fn text(name: &WStr) -> String {
    name.as_str().unwrap_or("?").to_owned()
}

fn print(code: &Code) {
    println!("{} line={} flags={:#x} args={}/{}/{}", text(&code.qualname), code.firstlineno, code.flags.0, code.argcount, code.posonlyargcount, code.kwonlyargcount);
    let mut vars = code.varnames.clone();
    let params = (code.argcount + code.kwonlyargcount) as usize + (code.flags.0 & 4 != 0) as usize + (code.flags.0 & 8 != 0) as usize;
    let mut rest = vars.split_off(params);
    rest.sort_by_key(text);
    println!("  vars={}|{}", names(&vars), names(&rest));
    println!("  cells={} free={}", names(&code.cellvars), names(&code.freevars));
    for c in &code.consts {
        if let Const::Code(inner) = c {
            print(inner);
        }
    }
}
