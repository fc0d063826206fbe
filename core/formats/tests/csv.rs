//! Dialect checks, reading and writing against CPython's `_csv`.

mod common;

use common::{hex, rows, text};
use krait_formats::Failure;
use krait_formats::csv::{Dialect, Field, Kind, Quoting, Reader, Writer};

fn dialect(cell: &str) -> Dialect {
    let parts: Vec<&str> = cell.split(';').collect();
    let character = |at: usize| text(parts[at]).as_ref().first();
    Dialect {
        delimiter: character(0).unwrap(),
        quotechar: character(1),
        escapechar: character(2),
        doublequote: parts[3] == "1",
        skipinitialspace: parts[4] == "1",
        lineterminator: text(parts[5]),
        quoting: Quoting::from_code(parts[6].parse().unwrap()).unwrap(),
        strict: parts[7] == "1",
    }
}

fn show(record: &[Field]) -> String {
    let fields: Vec<String> = record
        .iter()
        .map(|field| match field {
            Field::Text(text) => format!("t{}", hex(text.as_ref())),
            Field::Number(_) => "n".to_owned(),
            Field::None => "none".to_owned(),
        })
        .collect();
    format!("[{}]", fields.join(";"))
}

fn has_bad_number(record: &[Field]) -> bool {
    record.iter().any(|field| match field {
        Field::Number(number) => krait_text::float_text::parse_float(number.as_ref()).is_err(),
        _ => false,
    })
}

fn read(dialect: &Dialect, limit: usize, lines: &str) -> String {
    let mut results = Vec::new();
    let mut reader = Reader::new();
    let mut lines = lines.split('/').filter(|line| *line != "0");
    loop {
        reader.reset();
        let record = loop {
            let step = match lines.next() {
                Some(line) => reader.line(dialect, text(line).as_ref(), limit),
                None => match reader.end_of_input(dialect) {
                    Ok(None) => return results.join(" "),
                    other => other,
                },
            };
            match step {
                Ok(None) => {}
                Ok(Some(record)) => break Ok(record),
                Err(failure) => break Err(failure),
            }
        };
        match record {
            Ok(record) => {
                if has_bad_number(&record) {
                    results.push("!float".to_owned());
                    return results.join(" ");
                }
                results.push(show(&record));
            }
            Err(failure) => {
                let bad = has_bad_number(reader.pending());
                results.push(if bad { "!float".to_owned() } else { format!("!{failure}").replace('\t', "\\t") });
                return results.join(" ");
            }
        }
    }
}

fn write(dialect: &Dialect, row: &str) -> Result<String, Failure> {
    let mut writer = Writer::new();
    for cell in row.split('/').filter(|cell| *cell != "0") {
        let value = text(&cell[1..]);
        let kind = match &cell[..1] {
            "n" => Kind::None,
            "s" => Kind::Str,
            _ => Kind::Number,
        };
        writer.field(dialect, value.as_ref(), kind)?;
    }
    Ok(hex(writer.finish(dialect)?.as_ref()))
}

#[test]
fn table() {
    rows("csv", |cells| {
        let dialect = dialect(cells[1]);
        let shown = |failure: Failure| format!("!{failure}");
        match cells[0] {
            "dialect" => (dialect.check().map_or_else(shown, |()| "ok".to_owned()), cells[2].to_owned()),
            "read" => (read(&dialect, cells[2].parse().unwrap(), cells[3]), cells[4].to_owned()),
            _ => (write(&dialect, cells[2]).unwrap_or_else(shown), cells[3].to_owned()),
        }
    });
}
