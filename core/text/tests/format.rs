//! The format mini-language against a table of results taken from CPython 3.14.

use krait_text::StrBuf;
use krait_text::format_value::{format_float, format_int, format_str};

enum Value {
    Int(&'static str),
    Float(f64),
    Text(&'static str),
}
use Value::{Float, Int, Text};

const CASES: &[(Value, &str, &str)] = &[
    (Int("1234567"), "010,", "01,234,567"),
    (Int("1234567"), "016,", "0,000,001,234,567"),
    (Int("-1234567"), "#_x", "-0x12_d687"),
    (Int("5"), "010_x", "0_0000_0005"),
    (Int("5"), "+", "+5"),
    (Int("5"), "c", "\u{5}"),
    (Int("5"), "#b", "0b101"),
    (Int("255"), "#X", "0XFF"),
    (Int("255"), "08x", "000000ff"),
    (Int("5"), ".2", "ValueError: Precision not allowed in integer format specifier"),
    (Int("5"), "z", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"),
    (Int("5"), "y", "ValueError: Unknown format code 'y' for object of type 'int'"),
    (Int("5"), ",n", "ValueError: Cannot specify ',' with 'n'."),
    (Int("5"), "^7", "   5   "),
    (Int("5"), "é=4", "ééé5"),
    (Int("1234567"), "e", "1.234567e+06"),
    (Int("1000000000000000000000000000000"), ",", "1,000,000,000,000,000,000,000,000,000,000"),
    (Int("5"), "1.2.3", "ValueError: Invalid format specifier '1.2.3' for object of type 'int'"),
    (Int("5"), ",", "5"),
    (Int("-5"), "05", "-0005"),
    (Int("5"), "_,", "ValueError: Cannot specify both ',' and '_'."),
    (Int("1234567"), ",b", "ValueError: Cannot specify ',' with 'b'."),
    (Float(1.5), "", "1.5"),
    (Float(1e+16), "", "1e+16"),
    (Float(0.1), ".3", "0.1"),
    (Float(2.5), ".0f", "2"),
    (Float(1234567.891), ",.2f", "1,234,567.89"),
    (Float(1234.5678), "015,.3f", "000,001,234.568"),
    (Float(0.25), "%", "25.000000%"),
    (Float(f64::INFINITY), "08", "00000inf"),
    (Float(f64::NAN), "+", "+nan"),
    (Float(-0.001), "z.1f", "0.0"),
    (Float(1e+100), "g", "1e+100"),
    (Float(1.0), "#.3g", "1.00"),
    (Float(1.5), "x", "ValueError: Unknown format code 'x' for object of type 'float'"),
    (Float(1234567.891), ".5,f", "1234567.891,00"),
    (Float(1e+22), "r", "ValueError: Unknown format code 'r' for object of type 'float'"),
    (Float(3.0), "", "3.0"),
    (Float(1e-05), "", "1e-05"),
    (Float(123456789.0), "_", "123_456_789.0"),
    (Float(0.000123456), ".3e", "1.235e-04"),
    (Float(5e-324), "", "5e-324"),
    (Text("ab"), "5", "ab   "),
    (Text("ab"), ">5", "   ab"),
    (Text("ab"), "*^6", "**ab**"),
    (Text("ab"), ".1", "a"),
    (Text("ab"), "05", "ab000"),
    (Text("ab"), "=5", "ValueError: '=' alignment not allowed in string format specifier"),
    (Text("ab"), "+", "ValueError: Sign not allowed in string format specifier"),
    (Text("ab"), "d", "ValueError: Unknown format code 'd' for object of type 'str'"),
    (Text("ab"), "#", "ValueError: Alternate form (#) not allowed in string format specifier"),
    (Text("ab"), "é>4", "ééab"),
];

#[test]
fn formats_like_cpython() {
    for (value, spec, expected) in CASES {
        let spec_text = StrBuf::from(*spec);
        let spec_ref = spec_text.as_ref();
        let result = match value {
            Int(digits) => format_int(&digits.parse().unwrap(), spec_ref, 4300),
            Float(x) => format_float(*x, spec_ref),
            Text(text) => format_str(StrBuf::from(*text).as_ref(), spec_ref),
        };
        let shown = match result {
            Ok(text) => String::from(&text),
            Err(error) => format!("{:?}: {}", error.kind, error.message),
        };
        assert_eq!(shown, *expected, "format spec {spec:?}");
    }
}
