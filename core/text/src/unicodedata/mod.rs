//! The engine of the `unicodedata` module, for Unicode 16.
//!
//! Categories, widths and mirroring come from `icu_properties`, combining classes, decompositions and normal forms from
//! `krait-normal`, names from `krait-names`. `ucd_3_2` holds the differences of the old database that `stringprep` asks for.

mod names;
mod normalize;
pub mod ucd_3_2;

pub use names::{lookup, lookup_first_name, lookup_sequence, name};
pub use krait_normal::combining;
pub use normalize::{Form, is_normalized, normalize};

use icu_properties::props::{BidiClass, BidiMirrored, EastAsianWidth, GeneralCategory as Gc};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed};

use crate::classify;

/// `unicodedata.unidata_version`.
pub const UNIDATA_VERSION: &str = "16.0.0";

const BIDI: CodePointMapDataBorrowed<'static, BidiClass> = CodePointMapData::<BidiClass>::new();
const WIDTH: CodePointMapDataBorrowed<'static, EastAsianWidth> = CodePointMapData::<EastAsianWidth>::new();
const MIRRORED: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<BidiMirrored>();

/// The general category's two letters.
pub fn category(c: u32) -> &'static str {
    match classify::category(c) {
        Gc::Unassigned => "Cn",
        Gc::UppercaseLetter => "Lu",
        Gc::LowercaseLetter => "Ll",
        Gc::TitlecaseLetter => "Lt",
        Gc::ModifierLetter => "Lm",
        Gc::OtherLetter => "Lo",
        Gc::NonspacingMark => "Mn",
        Gc::SpacingMark => "Mc",
        Gc::EnclosingMark => "Me",
        Gc::DecimalNumber => "Nd",
        Gc::LetterNumber => "Nl",
        Gc::OtherNumber => "No",
        Gc::SpaceSeparator => "Zs",
        Gc::LineSeparator => "Zl",
        Gc::ParagraphSeparator => "Zp",
        Gc::Control => "Cc",
        Gc::Format => "Cf",
        Gc::PrivateUse => "Co",
        Gc::Surrogate => "Cs",
        Gc::DashPunctuation => "Pd",
        Gc::OpenPunctuation => "Ps",
        Gc::ClosePunctuation => "Pe",
        Gc::ConnectorPunctuation => "Pc",
        Gc::InitialPunctuation => "Pi",
        Gc::FinalPunctuation => "Pf",
        Gc::OtherPunctuation => "Po",
        Gc::MathSymbol => "Sm",
        Gc::CurrencySymbol => "Sc",
        Gc::ModifierSymbol => "Sk",
        Gc::OtherSymbol => "So",
    }
}

/// The bidirectional class; empty for unassigned code points.
pub fn bidirectional(c: u32) -> &'static str {
    const NAMES: [&str; 23] = [
        "L", "R", "EN", "ES", "ET", "AN", "CS", "B", "S", "WS", "ON", "LRE", "LRO", "AL", "RLE", "RLO", "PDF", "NSM",
        "BN", "FSI", "LRI", "RLI", "PDI",
    ];
    if classify::category(c) == Gc::Unassigned {
        return "";
    }
    NAMES.get(usize::from(BIDI.get32(c).to_icu4c_value())).copied().unwrap_or("")
}

/// The East Asian width: `A F H N Na W`.
pub fn east_asian_width(c: u32) -> &'static str {
    match WIDTH.get32(c) {
        EastAsianWidth::Ambiguous => "A",
        EastAsianWidth::Halfwidth => "H",
        EastAsianWidth::Fullwidth => "F",
        EastAsianWidth::Narrow => "Na",
        EastAsianWidth::Wide => "W",
        _ => "N",
    }
}

pub fn mirrored(c: u32) -> bool {
    MIRRORED.contains32(c)
}

/// The one-step decomposition: its tag (empty if canonical) and its characters.
pub(crate) fn decompose(c: u32) -> Option<(&'static str, &'static str)> {
    let (kind, parts) = krait_normal::decompose(c)?;
    let tag = match kind {
        '=' => "",
        'f' => "<font>",
        'n' => "<noBreak>",
        'i' => "<initial>",
        'm' => "<medial>",
        'l' => "<final>",
        'o' => "<isolated>",
        'c' => "<circle>",
        's' => "<super>",
        'b' => "<sub>",
        'v' => "<vertical>",
        'w' => "<wide>",
        'a' => "<narrow>",
        't' => "<small>",
        'q' => "<square>",
        'r' => "<fraction>",
        _ => "<compat>",
    };
    Some((tag, parts))
}

/// `unicodedata.decomposition`: the tag and the code points in hexadecimal; empty if there is none.
pub fn decomposition(c: u32) -> String {
    if let Some((lead, vowel, tail)) = krait_normal::hangul_parts(c) {
        // Hangul syllables decompose by arithmetic, at once into all their parts.
        return tail.map_or_else(|| format!("{lead:04X} {vowel:04X}"), |tail| format!("{lead:04X} {vowel:04X} {tail:04X}"));
    }
    let Some((tag, mapping)) = decompose(c) else { return String::new() };
    let codes = mapping.chars().map(|c| format!("{:04X}", u32::from(c)));
    let parts: Vec<String> = (!tag.is_empty()).then(|| tag.to_owned()).into_iter().chain(codes).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties() {
        assert_eq!((category(0x41), category(0xD800), category(0x378)), ("Lu", "Cs", "Cn"));
        assert_eq!((bidirectional(0x5D0), bidirectional(0x378)), ("R", ""));
        assert_eq!((east_asian_width(0xFF21), east_asian_width(0x4E00)), ("F", "W"));
        assert!(mirrored(0x28) && !mirrored(0x61));
        assert_eq!(combining(0x301), 230);
        assert_eq!(decomposition(0xA0), "<noBreak> 0020");
        assert_eq!(decomposition(0x1E14), "0112 0300");
        assert_eq!(decomposition(0xAC01), "1100 1161 11A8");
        assert_eq!(decomposition(0x2FA1D), "2A600");
        assert_eq!(decomposition(0x61), "");
    }
}
