//! Normal forms of strings.

use crate::strref::{StrBuf, StrRef};

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

impl Form {
    fn is_compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }
    fn is_composed(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }
}

fn is_surely_normal(form: Form, text: StrRef<'_>) -> bool {
    text.is_ascii() || krait_normal::is_surely_normal(text.iter(), form.is_compatible(), form.is_composed())
}

/// `unicodedata.normalize`.
pub fn normalize(form: Form, text: StrRef<'_>) -> StrBuf {
    if is_surely_normal(form, text) {
        return text.to_buf();
    }
    StrBuf::from_chars(krait_normal::normalize(text.iter(), form.is_compatible(), form.is_composed()))
}

pub fn is_normalized(form: Form, text: StrRef<'_>) -> bool {
    is_surely_normal(form, text) || normalize(form, text).as_ref() == text
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
