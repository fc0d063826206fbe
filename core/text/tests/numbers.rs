//! Numbers from and to text, conversions between them, against results taken from CPython 3.14.

use krait_text::float_text::{complex_repr, float_fromhex, float_hex, float_repr, parse_complex, parse_float};
use krait_text::int_float::{cmp_int_float, float_round, hash_float, hash_int, int_to_float, int_true_divide};
use krait_text::int_text::{int_to_decimal, parse_int};
use krait_text::{Result, StrBuf};

const INTS: &[(&str, u32, &str)] = &[
    ("12", 10, "12"),
    (" -1_000 ", 10, "-1000"),
    ("\u{663}\u{664}", 10, "34"),
    ("0x1F", 0, "31"),
    ("0x1F", 16, "31"),
    ("0b1", 16, "177"),
    ("010", 0, "ValueError: invalid literal for int() with base 0: '010'"),
    ("0_0", 0, "0"),
    ("1__2", 10, "ValueError: invalid literal for int() with base 10: '1__2'"),
    ("", 10, "ValueError: invalid literal for int() with base 10: ''"),
    ("z", 36, "35"),
    ("1", 37, "ValueError: int() base must be >= 2 and <= 36, or 0"),
    ("999999999999999999999999999999", 10, "999999999999999999999999999999"),
    ("-9223372036854775808", 10, "-9223372036854775808"),
    ("9223372036854775808", 10, "9223372036854775808"),
    ("\u{1c}1", 10, "ValueError: invalid literal for int() with base 10: '\\x1c1'"),
    ("x'", 10, "ValueError: invalid literal for int() with base 10: \"x'\""),
];

const FLOATS: &[(&str, &str)] = &[
    ("1.5", "1.5"),
    (" 1_0.5e1_0 ", "105000000000.0"),
    ("inf", "inf"),
    ("-Infinity", "-inf"),
    ("nan", "nan"),
    (".", "ValueError: could not convert string to float: '.'"),
    ("1_", "ValueError: could not convert string to float: '1_'"),
    ("1e400", "inf"),
    ("5e-324", "5e-324"),
    ("0.1", "0.1"),
    ("1e16", "1e+16"),
    ("123456789012345680.0", "1.2345678901234568e+17"),
    ("1e-5", "1e-05"),
    ("0.0001", "0.0001"),
    ("-0.0", "-0.0"),
    ("\u{663}.\u{664}", "3.4"),
    ("1e", "ValueError: could not convert string to float: '1e'"),
    ("2.2250738585072011e-308", "2.225073858507201e-308"),
    ("9007199254740993", "9007199254740992.0"),
];

const COMPLEXES: &[(&str, &str)] = &[
    ("1+2j", "(1+2j)"),
    ("(1-2j)", "(1-2j)"),
    ("j", "1j"),
    ("-0j", "-0j"),
    ("inf-nanj", "(inf+nanj)"),
    ("1 + 2j", "ValueError: complex() arg is a malformed string"),
    ("1_0j", "10j"),
    ("1__0j", "ValueError: could not convert string to complex: '1__0j'"),
    ("1e20-1e-7j", "(1e+20-1e-07j)"),
];

const HEX: &[(&str, &str)] = &[
    ("0x1.8p3", "0x1.8000000000000p+3"),
    ("0x.1p-1074", "0x0.0p+0"),
    ("0x1.fffffffffffff8p1023", "OverflowError: hexadecimal value too large to represent as a float"),
    ("0x1.fffffffffffff7p1023", "0x1.fffffffffffffp+1023"),
    ("0x1.00000000000008p0", "0x1.0000000000000p+0"),
    ("0x1.000000000000081p0", "0x1.0000000000001p+0"),
    ("1.8", "0x1.8000000000000p+0"),
    ("-0xap-1", "-0x1.4000000000000p+2"),
    ("0x", "ValueError: invalid hexadecimal floating-point string"),
    ("inf", "inf"),
    ("0x1p", "ValueError: invalid hexadecimal floating-point string"),
    ("0x0.8p-1074", "0x0.0p+0"),
    ("0x1p-1075", "0x0.0p+0"),
];

const ROUNDED: &[(f64, i64, &str)] = &[
    (2.675, 2, "2.67"),
    (0.5, 0, "0.0"),
    (1.5, 0, "2.0"),
    (2.5, 0, "2.0"),
    (1234.5, -2, "1200.0"),
    (1250.0, -2, "1200.0"),
    (1350.0, -2, "1400.0"),
    (1.7976931348623157e+308, -308, "OverflowError: rounded value too large to represent"),
    (5e-324, 323, "0.0"),
    (0.1, 400, "0.1"),
    (-0.4, 0, "-0.0"),
    (15.0, -1, "20.0"),
    (25.0, -1, "20.0"),
];

const QUOTIENTS: &[(&str, &str, &str)] = &[
    ("1", "3", "0.3333333333333333"),
    ("0", "-5", "-0.0"),
    (
        "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "10.0",
    ),
    (
        "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "1",
        "OverflowError: integer division result too large for a float",
    ),
    (
        "1",
        "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "0.0",
    ),
    ("9007199254740993", "1", "9007199254740992.0"),
    (
        "607206759921931855057486040156751921148669949292426355070704074082291018703986040675881151104311373485561233592950435734169426212157380430601040199822215529764552272829699084093400723226279649023719303035418235205686022450274078095854310066947478669022430169537076308657000243845691507596558982525938018789923123223280484352",
        "40966672143876732145176228848043091143928566425868314369800638377010779053124493714260960149070292229477000187962034707314131344279013990700557084216067703100110397626915930050017669416781158249744236172365003101763600273594402063864722325201532144604115521818460662623935143647469165084514879475815880467163982182410113805509643338164835839186040845030529294117697218294439255325218264815180040054295920900280527835303063728875285777248462704511695944824230554347848626506942611938335291999257755662113691788246053880398723321865319809478918081631431889557552749507834196358292243660837246218506196446294893757162080795972525602568587162635206656",
        "1.5e-323",
    ),
    (
        "1",
        "404804506614621236704990693437834614099113299528284236713802716054860679135990693783920767402874248990374155728633623822779617474771586953734026799881477019843034848553132722728933815484186432682479535356945490137124014966849385397236206711298319112681620113024717539104666829230461005064372655017292012526615415482186989568",
        "0.0",
    ),
    (
        "3",
        "404804506614621236704990693437834614099113299528284236713802716054860679135990693783920767402874248990374155728633623822779617474771586953734026799881477019843034848553132722728933815484186432682479535356945490137124014966849385397236206711298319112681620113024717539104666829230461005064372655017292012526615415482186989568",
        "1e-323",
    ),
    ("1", "0", "ZeroDivisionError: division by zero"),
    ("-7", "2", "-3.5"),
];

const HASHES: &[(f64, i64)] = &[
    (0.0, 0),
    (1.0, 1),
    (-1.0, -2),
    (0.5, 1152921504606846976),
    (1e+300, 1224995262755759164),
    (-2.5e-10, -699647011998930896),
    (3.14, 322818021289917443),
    (2.305843009213694e+18, 1),
];

fn shown<T: std::fmt::Display>(result: Result<T>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(error) => format!("{:?}: {}", error.kind, error.message),
    }
}

#[test]
fn text_to_numbers() {
    for &(text, base, expected) in INTS {
        let result = parse_int(StrBuf::from(text).as_ref(), base, 4300).map(|i| i.into_ibig());
        assert_eq!(shown(result), expected, "int({text:?}, {base})");
    }
    for &(text, expected) in FLOATS {
        assert_eq!(shown(parse_float(StrBuf::from(text).as_ref()).map(float_repr)), expected, "float({text:?})");
    }
    for &(text, expected) in COMPLEXES {
        let result = parse_complex(StrBuf::from(text).as_ref()).map(|(re, im)| complex_repr(re, im));
        assert_eq!(shown(result), expected, "complex({text:?})");
    }
    for &(text, expected) in HEX {
        assert_eq!(shown(float_fromhex(StrBuf::from(text).as_ref()).map(float_hex)), expected, "fromhex({text:?})");
    }
}

#[test]
fn rounding_happens_once() {
    for &(x, ndigits, expected) in ROUNDED {
        assert_eq!(shown(float_round(x, ndigits).map(float_repr)), expected, "round({x}, {ndigits})");
    }
    for &(a, b, expected) in QUOTIENTS {
        let result = int_true_divide(&a.parse().unwrap(), &b.parse().unwrap()).map(float_repr);
        assert_eq!(shown(result), expected, "{a} / {b}");
    }
    for &(x, expected) in HASHES {
        assert_eq!(hash_float(x), Some(expected), "hash({x})");
    }
}

#[test]
fn limits_and_edges() {
    let long = StrBuf::from("1".repeat(4301));
    let message = parse_int(long.as_ref(), 10, 4300).unwrap_err().message;
    assert!(
        message.starts_with("Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits")
    );
    let big = parse_int(long.as_ref(), 10, 0).unwrap().into_ibig();
    assert!(int_to_decimal(&big, 4300).is_err());
    assert_eq!(int_to_decimal(&big, 0).unwrap().len(), 4301);
    assert_eq!(shown(int_to_float(&big)), "OverflowError: int too large to convert to float");
    assert_eq!(
        cmp_int_float(&((dashu_int::IBig::ONE << 53) + 1), 9007199254740992.0),
        Some(std::cmp::Ordering::Greater)
    );
    assert_eq!(cmp_int_float(&big, f64::INFINITY), Some(std::cmp::Ordering::Less));
    assert_eq!(hash_int(&(dashu_int::IBig::from(2).pow(61) - 1)), 0);
    assert_eq!(hash_int(&dashu_int::IBig::from(-1)), -2);
}
