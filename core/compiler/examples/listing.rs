//! Print the bytecode of files, or just compile them (`-q`) and report what fails.

use krait_compiler::{Mode, Options, compile_bytes};

fn main() {
    let mut quiet = false;
    let mut failed = 0;
    for path in std::env::args().skip(1) {
        if path == "-q" {
            quiet = true;
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else {
            eprintln!("{path}: cannot read");
            continue;
        };
        match compile_bytes(&bytes, &path, Mode::Exec, &Options::default(), None) {
            Ok(compiled) => {
                for problem in krait_bytecode::verify::verify(&compiled.code) {
                    failed += 1;
                    println!("{path}: {problem}");
                }
                if let Err((what, pc)) = krait_bytecode::check::structure(&compiled.code) {
                    failed += 1;
                    println!("{path}: {what} at {pc} is not sound");
                }
                if !quiet {
                    print!("{}", krait_bytecode::listing::listing(&compiled.code));
                    for warning in compiled.warnings {
                        println!("{}:{} {}: {}", path, warning.span.line, warning.category, warning.message);
                    }
                }
            }
            Err(error) => {
                failed += 1;
                println!("{path}:{}:{}: {:?}: {}", error.line, error.offset, error.kind, error.message);
            }
        }
    }
    if quiet {
        println!("{failed} failed");
    }
}
