//! Format strings, packing and unpacking against CPython's `struct` on a 64-bit machine.

mod common;

use common::{rows, text};
use krait_formats::structs::{Arg, Format, Model, Value};
use krait_formats::{Class, Failure};

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn float(hex: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(hex, 16).unwrap())
}

fn pack(format: &str, cell: &str) -> Result<String, Failure> {
    let format = Format::parse(format.as_bytes(), Model::LP64)?;
    let data = if let Some(hex) = cell.strip_prefix('b') { bytes(hex) } else { Vec::new() };
    let arg = match cell.split_at(1) {
        ("?", value) => Arg::Bool(value == "1"),
        ("i", value) => value.parse().map_or(Arg::HugeInt, Arg::Int),
        ("f", value) => Arg::Float(float(value)),
        ("c", value) => {
            let (real, imaginary) = value.split_once('.').unwrap();
            Arg::Complex(float(real), float(imaginary))
        }
        _ => Arg::Bytes(&data),
    };
    let mut record = vec![0; format.size];
    for slot in format.slots() {
        slot.pack(arg, &mut record)?;
    }
    Ok(record.iter().map(|b| format!("{b:02x}")).collect())
}

fn unpack(format: &str, data: &str) -> String {
    let format = Format::parse(format.as_bytes(), Model::LP64).unwrap();
    let data = bytes(data);
    let slot = format.slots().next().unwrap();
    match slot.unpack(&data).unwrap() {
        Value::Signed(value) => format!("i{value}"),
        Value::Unsigned(value) => format!("i{value}"),
        Value::Float(value) => format!("f{:016x}", value.to_bits()),
        Value::Complex(real, imaginary) => format!("c{:016x}.{:016x}", real.to_bits(), imaginary.to_bits()),
        Value::Bool(value) => format!("?{}", u8::from(value)),
        Value::Bytes(value) => format!("b{}", value.iter().map(|b| format!("{b:02x}")).collect::<String>()),
    }
}

#[test]
fn table() {
    rows("struct", |cells| {
        let shown = |failure: Failure| format!("!{failure}");
        let found = match cells[0] {
            "size" => {
                let format = text(cells[1]).as_ref().to_utf8().unwrap();
                Format::parse(format.as_bytes(), Model::LP64).map_or_else(shown, |format| format.size.to_string())
            }
            "pack" => pack(cells[1], cells[2]).unwrap_or_else(shown),
            _ => unpack(cells[1], cells[2]),
        };
        (found, cells[cells.len() - 1].to_owned())
    });
}

#[test]
fn other_models() {
    let size = |format: &[u8], model| Format::parse(format, model).map(|format| format.size);
    assert_eq!(size(b"lPnN", Model::ILP32), Ok(16));
    assert_eq!(size(b"lP", Model::LLP64), Ok(16));
    assert_eq!(size(b"hq", Model::ILP32), Ok(16));
    assert_eq!(size(b"2147483648x", Model::ILP32).unwrap_err().class, Class::Module);
}
