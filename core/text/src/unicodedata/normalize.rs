//! Normal forms. Lone surrogates never combine with anything, so the text is normalized between them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick};

use crate::strref::{StrBuf, StrBuilder, StrRef};

/// A normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

impl Form {
    pub fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFD" => Form::Nfd,
            "NFKC" => Form::Nfkc,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }
}

/// The canonical combining class.
pub fn combining(c: u32) -> u8 {
    char::from_u32(c).map_or(0, canonical_combining_class)
}

/// `unicodedata.normalize`.
pub fn normalize(form: Form, text: StrRef<'_>) -> StrBuf {
    let untouched = match form {
        // Latin-1 composes with nothing before it and decomposes only from U+00A0 on.
        Form::Nfc => matches!(text, StrRef::One(_)),
        _ => text.is_ascii(),
    };
    if untouched {
        return text.to_buf();
    }
    let mut out = StrBuilder::with_capacity(text.len());
    let mut chars = text.iter();
    loop {
        let mut surrogate = None;
        let part = std::iter::from_fn(|| {
            let c = chars.next()?;
            let scalar = char::from_u32(c);
            if scalar.is_none() {
                surrogate = Some(c);
            }
            scalar
        })
        .fuse();
        match form {
            Form::Nfc => out.extend(part.nfc().map(u32::from)),
            Form::Nfd => out.extend(part.nfd().map(u32::from)),
            Form::Nfkc => out.extend(part.nfkc().map(u32::from)),
            Form::Nfkd => out.extend(part.nfkd().map(u32::from)),
        }
        match surrogate {
            Some(c) => out.push(c),
            None => return out.finish(),
        }
    }
}

/// `unicodedata.is_normalized`: the quick check, and the whole work only when it cannot tell.
pub fn is_normalized(form: Form, text: StrRef<'_>) -> bool {
    if text.is_ascii() {
        return true;
    }
    let scalars = text.iter().map(|c| char::from_u32(c).unwrap_or('\u{FFFD}'));
    let quick = match form {
        Form::Nfc => is_nfc_quick(scalars),
        Form::Nfd => is_nfd_quick(scalars),
        Form::Nfkc => is_nfkc_quick(scalars),
        Form::Nfkd => is_nfkd_quick(scalars),
    };
    match quick {
        IsNormalized::Yes => true,
        IsNormalized::No => false,
        IsNormalized::Maybe => normalize(form, text).as_ref() == text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_separate() {
        let text = StrBuf::from_chars([0x65, 0xD800, 0x301, 0x65, 0x301]);
        let composed = normalize(Form::Nfc, text.as_ref());
        assert_eq!(composed, StrBuf::from_chars([0x65, 0xD800, 0x301, 0xE9]));
        assert!(is_normalized(Form::Nfc, composed.as_ref()) && !is_normalized(Form::Nfc, text.as_ref()));
        assert_eq!(normalize(Form::Nfkd, StrBuf::from("ﬁ①").as_ref()), "fi1");
    }
}
