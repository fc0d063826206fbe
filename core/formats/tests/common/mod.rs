//! Reading the tables that `dump.py` writes. `KRAIT_FORMATS_TABLES=DIRECTORY` reads others, such as long random ones.

use krait_text::{StrBuf, StrRef};

/// Call `check` with the cells of each row of a table; it returns what was found and what was expected.
pub fn rows(name: &str, mut check: impl FnMut(&[&str]) -> (String, String)) {
    let directory = std::env::var("KRAIT_FORMATS_TABLES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tables").to_owned());
    let table = std::fs::read_to_string(format!("{directory}/{name}.txt")).unwrap();
    let (mut count, mut failures) = (0, 0);
    for line in table.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (found, expected) = check(&cells);
        count += 1;
        if found != expected {
            failures += 1;
            if failures < 15 {
                println!("{line}\n  expected {expected}\n  found    {found}");
            }
        }
    }
    assert!(count > 0 && failures == 0, "{failures} of {count} rows differ");
}

/// A text from its hexadecimal code points.
#[allow(dead_code)]
pub fn text(cell: &str) -> StrBuf {
    match cell {
        "-" | "" => StrBuf::default(),
        _ => StrBuf::from_chars(cell.split(',').map(|c| u32::from_str_radix(c, 16).unwrap())),
    }
}

#[allow(dead_code)]
pub fn hex(text: StrRef<'_>) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    text.iter().map(|c| format!("{c:x}")).collect::<Vec<_>>().join(",")
}
