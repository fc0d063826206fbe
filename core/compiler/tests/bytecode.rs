//! The listings in tests/bytecode: what the compiler makes of small programs.
//!
//! Each `NAME.py` there has its listing in `NAME.txt`. `BLESS=1 cargo test -p krait-compiler`
//! rewrites the listings; the difference belongs into the same commit as its cause.

use krait_compiler::{Mode, Options, compile};
use std::path::PathBuf;

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/bytecode")
}

#[test]
fn listings() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut files: Vec<_> = std::fs::read_dir(directory())
        .expect("tests/bytecode exists")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let mut failed = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a readable test");
        let compiled = compile(&text, &name, Mode::Exec, &Options::default()).expect("a program that compiles");
        let problems = krait_bytecode::verify::verify(&compiled.code);
        assert!(problems.is_empty(), "{name}: {problems:?}");
        let listing = krait_bytecode::listing::listing(&compiled.code);
        let expected_path = path.with_extension("txt");
        if bless {
            std::fs::write(&expected_path, &listing).expect("a writable listing");
        } else if std::fs::read_to_string(&expected_path).unwrap_or_default() != listing {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "listings differ (BLESS=1 rewrites them): {failed:?}");
}
