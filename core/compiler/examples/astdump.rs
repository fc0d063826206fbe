//! Print a file's tree, one node per line, for comparison with another implementation's.

use krait_compiler::ast::{Constant, FieldValue, Node};
use krait_compiler::{Bump, Mode, Options, parse, source, unparse};

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        println!("=== {path}");
        let arena = Bump::new();
        let tree = source::decode(&bytes, None, None)
            .and_then(|text| parse(&arena, &text, Mode::Exec, &Options::default()));
        match tree {
            Ok((tree, _)) => node(Node::Mod(&tree), 0),
            Err(error) => println!("ERROR {}", error.message),
        }
    }
}

fn node(n: Node<'_>, depth: usize) {
    let mut line = format!("{:depth$}{}", "", n.class_name());
    if let Some(s) = n.span() {
        line += &format!(" @{}:{}-{}:{}", s.line, s.col, s.end_line, s.end_col);
    }
    println!("{line}");
    n.for_each_field(&mut |name, value| field(name, value, depth + 1));
}

fn field(name: &str, value: FieldValue<'_>, depth: usize) {
    let pad = format!("{:depth$}", "");
    match value {
        FieldValue::None => println!("{pad}{name}=None"),
        FieldValue::Node(n) => {
            println!("{pad}{name}:");
            node(n, depth + 1);
        }
        FieldValue::List(list) => {
            println!("{pad}{name}[{}]", list.len());
            for index in 0..list.len() {
                field("-", list.get(index), depth + 1);
            }
        }
        FieldValue::Ident(s) => println!("{pad}{name}={s}"),
        FieldValue::Token(s) => println!("{pad}{name}={s}"),
        FieldValue::Int(i) => println!("{pad}{name}={i}"),
        FieldValue::Str(s) => println!("{pad}{name}={}", hex(s)),
        FieldValue::Constant(c) => println!("{pad}{name}={}", constant(*c)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn constant(value: Constant<'_>) -> String {
    match value {
        Constant::Str(s) => format!("str {}", hex(s)),
        Constant::Bytes(s) => format!("bytes {}", hex(s)),
        Constant::Float(f) => format!("float {:016x}", f.to_bits()),
        Constant::Complex { real, imag } => format!("complex {:016x} {:016x}", real.to_bits(), imag.to_bits()),
        other => String::from_utf8_lossy(&unparse::constant(other)).into_owned(),
    }
}
