//! `unicodedata.ucd_3_2_0`: the database of Unicode 3.2, which `stringprep` and so IDNA are defined by.
//!
//! Kept as differences from the current one: what was assigned, and where a property has changed since. Characters that
//! were not assigned have no properties and take no part in normalization.

use krait_normal::{expand, order, recompose};

use super::Form;
use crate::numeric;
use crate::strref::{StrBuf, StrRef};

/// `ucd_3_2_0.unidata_version`.
pub const UNIDATA_VERSION: &str = "3.2.0";

/// Code points assigned in Unicode 3.2: first, length.
#[rustfmt::skip]
static ASSIGNED: [(u32, u32); 386] = [
    (0x0, 545), (0x222, 18), (0x250, 94), (0x2B0, 63), (0x300, 80), (0x360, 16), (0x374, 2), (0x37A, 1), (0x37E, 1),
    (0x384, 7), (0x38C, 1), (0x38E, 20), (0x3A3, 44), (0x3D0, 39), (0x400, 135), (0x488, 71), (0x4D0, 38), (0x4F8, 2),
    (0x500, 16), (0x531, 38), (0x559, 7), (0x561, 39), (0x589, 2), (0x591, 17), (0x5A3, 23), (0x5BB, 10), (0x5D0, 27),
    (0x5F0, 5), (0x60C, 1), (0x61B, 1), (0x61F, 1), (0x621, 26), (0x640, 22), (0x660, 142), (0x6F0, 15), (0x700, 14),
    (0x70F, 30), (0x730, 27), (0x780, 50), (0x901, 3), (0x905, 53), (0x93C, 18), (0x950, 5), (0x958, 25), (0x981, 3),
    (0x985, 8), (0x98F, 2), (0x993, 22), (0x9AA, 7), (0x9B2, 1), (0x9B6, 4), (0x9BC, 1), (0x9BE, 7), (0x9C7, 2),
    (0x9CB, 3), (0x9D7, 1), (0x9DC, 2), (0x9DF, 5), (0x9E6, 21), (0xA02, 1), (0xA05, 6), (0xA0F, 2), (0xA13, 22),
    (0xA2A, 7), (0xA32, 2), (0xA35, 2), (0xA38, 2), (0xA3C, 1), (0xA3E, 5), (0xA47, 2), (0xA4B, 3), (0xA59, 4),
    (0xA5E, 1), (0xA66, 15), (0xA81, 3), (0xA85, 7), (0xA8D, 1), (0xA8F, 3), (0xA93, 22), (0xAAA, 7), (0xAB2, 2),
    (0xAB5, 5), (0xABC, 10), (0xAC7, 3), (0xACB, 3), (0xAD0, 1), (0xAE0, 1), (0xAE6, 10), (0xB01, 3), (0xB05, 8),
    (0xB0F, 2), (0xB13, 22), (0xB2A, 7), (0xB32, 2), (0xB36, 4), (0xB3C, 8), (0xB47, 2), (0xB4B, 3), (0xB56, 2),
    (0xB5C, 2), (0xB5F, 3), (0xB66, 11), (0xB82, 2), (0xB85, 6), (0xB8E, 3), (0xB92, 4), (0xB99, 2), (0xB9C, 1),
    (0xB9E, 2), (0xBA3, 2), (0xBA8, 3), (0xBAE, 8), (0xBB7, 3), (0xBBE, 5), (0xBC6, 3), (0xBCA, 4), (0xBD7, 1),
    (0xBE7, 12), (0xC01, 3), (0xC05, 8), (0xC0E, 3), (0xC12, 23), (0xC2A, 10), (0xC35, 5), (0xC3E, 7), (0xC46, 3),
    (0xC4A, 4), (0xC55, 2), (0xC60, 2), (0xC66, 10), (0xC82, 2), (0xC85, 8), (0xC8E, 3), (0xC92, 23), (0xCAA, 10),
    (0xCB5, 5), (0xCBE, 7), (0xCC6, 3), (0xCCA, 4), (0xCD5, 2), (0xCDE, 1), (0xCE0, 2), (0xCE6, 10), (0xD02, 2),
    (0xD05, 8), (0xD0E, 3), (0xD12, 23), (0xD2A, 16), (0xD3E, 6), (0xD46, 3), (0xD4A, 4), (0xD57, 1), (0xD60, 2),
    (0xD66, 10), (0xD82, 2), (0xD85, 18), (0xD9A, 24), (0xDB3, 9), (0xDBD, 1), (0xDC0, 7), (0xDCA, 1), (0xDCF, 6),
    (0xDD6, 1), (0xDD8, 8), (0xDF2, 3), (0xE01, 58), (0xE3F, 29), (0xE81, 2), (0xE84, 1), (0xE87, 2), (0xE8A, 1),
    (0xE8D, 1), (0xE94, 4), (0xE99, 7), (0xEA1, 3), (0xEA5, 1), (0xEA7, 1), (0xEAA, 2), (0xEAD, 13), (0xEBB, 3),
    (0xEC0, 5), (0xEC6, 1), (0xEC8, 6), (0xED0, 10), (0xEDC, 2), (0xF00, 72), (0xF49, 34), (0xF71, 27), (0xF90, 8),
    (0xF99, 36), (0xFBE, 15), (0xFCF, 1), (0x1000, 34), (0x1023, 5), (0x1029, 2), (0x102C, 7), (0x1036, 4),
    (0x1040, 26), (0x10A0, 38), (0x10D0, 41), (0x10FB, 1), (0x1100, 90), (0x115F, 68), (0x11A8, 82), (0x1200, 7),
    (0x1208, 63), (0x1248, 1), (0x124A, 4), (0x1250, 7), (0x1258, 1), (0x125A, 4), (0x1260, 39), (0x1288, 1),
    (0x128A, 4), (0x1290, 31), (0x12B0, 1), (0x12B2, 4), (0x12B8, 7), (0x12C0, 1), (0x12C2, 4), (0x12C8, 7),
    (0x12D0, 7), (0x12D8, 23), (0x12F0, 31), (0x1310, 1), (0x1312, 4), (0x1318, 7), (0x1320, 39), (0x1348, 19),
    (0x1361, 28), (0x13A0, 85), (0x1401, 630), (0x1680, 29), (0x16A0, 81), (0x1700, 13), (0x170E, 7), (0x1720, 23),
    (0x1740, 20), (0x1760, 13), (0x176E, 3), (0x1772, 2), (0x1780, 93), (0x17E0, 10), (0x1800, 15), (0x1810, 10),
    (0x1820, 88), (0x1880, 42), (0x1E00, 156), (0x1EA0, 90), (0x1F00, 22), (0x1F18, 6), (0x1F20, 38), (0x1F48, 6),
    (0x1F50, 8), (0x1F59, 1), (0x1F5B, 1), (0x1F5D, 1), (0x1F5F, 31), (0x1F80, 53), (0x1FB6, 15), (0x1FC6, 14),
    (0x1FD6, 6), (0x1FDD, 19), (0x1FF2, 3), (0x1FF6, 9), (0x2000, 83), (0x2057, 1), (0x205F, 5), (0x206A, 8),
    (0x2074, 27), (0x20A0, 18), (0x20D0, 27), (0x2100, 59), (0x213D, 15), (0x2153, 49), (0x2190, 575), (0x2400, 39),
    (0x2440, 11), (0x2460, 159), (0x2500, 276), (0x2616, 2), (0x2619, 101), (0x2680, 10), (0x2701, 4), (0x2706, 4),
    (0x270C, 28), (0x2729, 35), (0x274D, 1), (0x274F, 4), (0x2756, 1), (0x2758, 7), (0x2761, 52), (0x2798, 24),
    (0x27B1, 14), (0x27D0, 28), (0x27F0, 784), (0x2E80, 26), (0x2E9B, 89), (0x2F00, 214), (0x2FF0, 12), (0x3000, 64),
    (0x3041, 86), (0x3099, 103), (0x3105, 40), (0x3131, 94), (0x3190, 40), (0x31F0, 45), (0x3220, 36), (0x3251, 43),
    (0x327F, 77), (0x32D0, 47), (0x3300, 119), (0x337B, 99), (0x33E0, 31), (0x3400, 6582), (0x4E00, 20902),
    (0xA000, 1165), (0xA490, 55), (0xAC00, 11172), (0xD800, 8750), (0xFA30, 59), (0xFB00, 7), (0xFB13, 5),
    (0xFB1D, 26), (0xFB38, 5), (0xFB3E, 1), (0xFB40, 2), (0xFB43, 2), (0xFB46, 108), (0xFBD3, 365), (0xFD50, 64),
    (0xFD92, 54), (0xFDF0, 13), (0xFE00, 16), (0xFE20, 4), (0xFE30, 23), (0xFE49, 10), (0xFE54, 19), (0xFE68, 4),
    (0xFE70, 5), (0xFE76, 135), (0xFEFF, 1), (0xFF01, 190), (0xFFC2, 6), (0xFFCA, 6), (0xFFD2, 6), (0xFFDA, 3),
    (0xFFE0, 7), (0xFFE8, 7), (0xFFF9, 5), (0x10300, 31), (0x10320, 4), (0x10330, 27), (0x10400, 38), (0x10428, 38),
    (0x1D000, 246), (0x1D100, 39), (0x1D12A, 180), (0x1D400, 85), (0x1D456, 71), (0x1D49E, 2), (0x1D4A2, 1),
    (0x1D4A5, 2), (0x1D4A9, 4), (0x1D4AE, 12), (0x1D4BB, 1), (0x1D4BD, 4), (0x1D4C2, 2), (0x1D4C5, 65), (0x1D507, 4),
    (0x1D50D, 8), (0x1D516, 7), (0x1D51E, 28), (0x1D53B, 4), (0x1D540, 5), (0x1D546, 1), (0x1D54A, 7), (0x1D552, 338),
    (0x1D6A8, 290), (0x1D7CE, 50), (0x20000, 42711), (0x2F800, 542), (0xE0001, 1), (0xE0020, 96), (0xF0000, 65534),
    (0x100000, 65534),
];

/// Where `category` differed: first, length, old value.
#[rustfmt::skip]
static CATEGORIES: [(u32, u32, &str); 37] = [
    (0xA7, 1, "So"), (0xAA, 1, "Ll"), (0xAD, 1, "Pd"), (0xB6, 1, "So"), (0xBA, 1, "Ll"), (0x294, 1, "Ll"),
    (0x2B9, 2, "Sk"), (0x2C6, 10, "Sk"), (0x2EC, 1, "Sk"), (0x374, 1, "Sk"), (0x5BE, 1, "Po"), (0x6DE, 1, "Me"),
    (0xF14, 1, "So"), (0x10D0, 41, "Lo"), (0x1369, 9, "Nd"), (0x13A0, 85, "Lo"), (0x166D, 1, "Po"), (0x1734, 1, "Mn"),
    (0x17B4, 2, "Mc"), (0x1885, 2, "Lo"), (0x200B, 1, "Zs"), (0x2071, 1, "Ll"), (0x207F, 1, "Ll"), (0x2118, 1, "So"),
    (0x2132, 1, "So"), (0x2183, 1, "Nl"), (0x2308, 4, "Sm"), (0x23B4, 1, "Ps"), (0x23B5, 1, "Pe"), (0x23B6, 1, "Po"),
    (0x302E, 2, "Mn"), (0x30FB, 1, "Pc"), (0xA015, 1, "Lo"), (0xFD3E, 1, "Ps"), (0xFD3F, 1, "Pe"), (0xFF65, 1, "Pc"),
    (0x10341, 1, "Lo"),
];

/// Where `bidirectional` differed: first, length, old value.
#[rustfmt::skip]
static BIDI_CLASSES: [(u32, u32, &str); 38] = [
    (0x2B, 1, "ET"), (0x2D, 1, "ET"), (0x2F, 1, "ES"), (0xAD, 1, "ON"), (0x6DD, 1, "AL"), (0x6DE, 1, "NSM"),
    (0x70F, 1, "BN"), (0xCBF, 1, "NSM"), (0xCC6, 1, "NSM"), (0x1734, 1, "NSM"), (0x17B4, 2, "L"), (0x1885, 2, "L"),
    (0x202F, 1, "WS"), (0x2044, 1, "ON"), (0x207A, 2, "ET"), (0x208A, 2, "ET"), (0x2132, 1, "ON"), (0x2212, 1, "ET"),
    (0x2460, 40, "EN"), (0x24EA, 1, "EN"), (0x2800, 256, "ON"), (0x302E, 2, "NSM"), (0xFB29, 1, "ET"),
    (0xFE62, 2, "ET"), (0xFF0B, 1, "ET"), (0xFF0D, 1, "ET"), (0xFF0F, 1, "ES"), (0xFFF9, 3, "BN"), (0x1D6C1, 1, "L"),
    (0x1D6DB, 1, "L"), (0x1D6FB, 1, "L"), (0x1D715, 1, "L"), (0x1D735, 1, "L"), (0x1D74F, 1, "L"), (0x1D76F, 1, "L"),
    (0x1D789, 1, "L"), (0x1D7A9, 1, "L"), (0x1D7C3, 1, "L"),
];

/// Where `east_asian_width` differed: first, length, old value.
#[rustfmt::skip]
static WIDTHS: [(u32, u32, &str); 4] = [
    (0x231A, 2, "N"), (0x25FD, 2, "N"), (0x2630, 8, "N"), (0x2648, 12, "N"),
];

/// Where `mirrored` was the other value: first, length.
#[rustfmt::skip]
static MIRRORED: [(u32, u32); 11] = [
    (0xF3A, 4), (0x169B, 2), (0x226D, 1), (0x29A1, 1), (0xFE59, 6), (0xFE64, 2), (0x1D6DB, 1), (0x1D715, 1),
    (0x1D74F, 1), (0x1D789, 1), (0x1D7C3, 1),
];

/// Where `numeric` differed; NaN stands for no value.
#[rustfmt::skip]
static NUMERICS: [(u32, f64); 56] = [
    (0x9F4, 1.0), (0x9F5, 2.0), (0x9F6, 3.0), (0x9F7, 4.0), (0x9F8, f64::NAN), (0x3405, f64::NAN), (0x3483, f64::NAN),
    (0x382A, f64::NAN), (0x3B4D, f64::NAN), (0x4E24, f64::NAN), (0x4E96, f64::NAN), (0x4EC0, f64::NAN),
    (0x4EE8, f64::NAN), (0x4FE9, f64::NAN), (0x5006, f64::NAN), (0x5146, 1000000000000.0), (0x5344, f64::NAN),
    (0x534C, f64::NAN), (0x53C4, f64::NAN), (0x5793, 1e20), (0x5E7A, f64::NAN), (0x5EFE, f64::NAN), (0x62D0, f64::NAN),
    (0x6D1E, f64::NAN), (0x6F06, f64::NAN), (0x7695, f64::NAN), (0x79ED, f64::NAN), (0x8CB3, f64::NAN),
    (0x920E, f64::NAN), (0x94A9, f64::NAN), (0x9621, f64::NAN), (0xF96B, f64::NAN), (0xF973, f64::NAN),
    (0xF978, f64::NAN), (0xF9B2, f64::NAN), (0xF9D1, f64::NAN), (0xF9D3, f64::NAN), (0xF9FD, f64::NAN),
    (0x10341, f64::NAN), (0x1034A, f64::NAN), (0x20001, f64::NAN), (0x20064, f64::NAN), (0x200E2, f64::NAN),
    (0x20121, f64::NAN), (0x2092A, f64::NAN), (0x20983, f64::NAN), (0x2098C, f64::NAN), (0x2099C, f64::NAN),
    (0x20AEA, f64::NAN), (0x20AFD, f64::NAN), (0x20B19, f64::NAN), (0x22390, f64::NAN), (0x22998, f64::NAN),
    (0x23B1B, f64::NAN), (0x2626D, f64::NAN), (0x2F890, f64::NAN),
];

/// Compatibility ideographs whose mapping was corrected later: the character and its old canonical mapping.
const CORRECTIONS: [(u32, u32); 5] =
    [(0x2F868, 0x2136A), (0x2F874, 0x5F33), (0x2F91F, 0x43AB), (0x2F95F, 0x7AAE), (0x2F9BF, 0x4D57)];

fn run_of<T>(runs: &'static [T], c: u32, bounds: impl Fn(&T) -> (u32, u32)) -> Option<&'static T> {
    let run = &runs[runs.partition_point(|r| bounds(r).0 <= c).checked_sub(1)?];
    let (first, len) = bounds(run);
    (c - first < len).then_some(run)
}

fn text_of(runs: &'static [(u32, u32, &'static str)], c: u32) -> Option<&'static str> {
    run_of(runs, c, |r| (r.0, r.1)).map(|r| r.2)
}

fn is_assigned(c: u32) -> bool {
    run_of(&ASSIGNED, c, |&r| r).is_some()
}
pub fn category(c: u32) -> &'static str {
    if is_assigned(c) { text_of(&CATEGORIES, c).unwrap_or_else(|| super::category(c)) } else { "Cn" }
}
pub fn bidirectional(c: u32) -> &'static str {
    if is_assigned(c) { text_of(&BIDI_CLASSES, c).unwrap_or_else(|| super::bidirectional(c)) } else { "" }
}
pub fn combining(c: u32) -> u8 {
    if is_assigned(c) { super::combining(c) } else { 0 }
}
pub fn east_asian_width(c: u32) -> &'static str {
    // What is unassigned in both keeps the width of the block it lies in.
    if !is_assigned(c) && super::category(c) != "Cn" {
        return "N";
    }
    text_of(&WIDTHS, c).unwrap_or_else(|| super::east_asian_width(c))
}
pub fn mirrored(c: u32) -> bool {
    is_assigned(c) && super::mirrored(c) != run_of(&MIRRORED, c, |&r| r).is_some()
}
pub fn decomposition(c: u32) -> String {
    if is_assigned(c) { super::decomposition(c) } else { String::new() }
}
/// Superscripts, subscripts and Ethiopic digits were decimals then.
pub fn decimal(c: u32) -> Option<u8> {
    if !is_assigned(c) {
        return None;
    }
    match c {
        0xB2 | 0xB3 | 0xB9 | 0x1369..=0x1371 | 0x2070..=0x2079 | 0x2080..=0x2089 => numeric::digit(c),
        _ => numeric::decimal(c),
    }
}
/// CPython looks this one up in the current database only.
pub fn digit(c: u32) -> Option<u8> {
    numeric::digit(c)
}
pub fn numeric(c: u32) -> Option<f64> {
    if !is_assigned(c) {
        return None;
    }
    match NUMERICS.binary_search_by_key(&c, |e| e.0) {
        Ok(i) => Some(NUMERICS[i].1).filter(|x| !x.is_nan()),
        Err(_) => numeric::numeric(c),
    }
}
pub fn name(c: u32) -> Option<String> {
    if is_assigned(c) { super::name(c) } else { None }
}

/// Normalizes with the old mappings. What was not assigned is left alone, but still takes its place among the marks.
pub fn normalize(form: Form, text: StrRef<'_>) -> StrBuf {
    let compatible = matches!(form, Form::Nfkc | Form::Nfkd);
    let mut chars: Vec<(u8, u32)> = Vec::with_capacity(text.len());
    for c in text {
        let c = CORRECTIONS.iter().find(|e| e.0 == c).map_or(c, |e| e.1);
        let mut push = |c: u32| chars.push((super::combining(c), c));
        if is_assigned(c) { expand(c, compatible, &mut push) } else { push(c) }
    }
    order(&mut chars);
    if matches!(form, Form::Nfc | Form::Nfkc) {
        chars = recompose(chars);
    }
    StrBuf::from_chars(chars.into_iter().map(|(_, c)| c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        assert_eq!((category(0x221), category(0x294)), ("Cn", "Ll"));
        assert_eq!(bidirectional(0x2B), "ET");
        assert_eq!(numeric(0x9F4), Some(1.0));
        assert_eq!(normalize(Form::Nfc, StrBuf::from_char(0x2F868).as_ref()), StrBuf::from_char(0x2136A));
    }
}
