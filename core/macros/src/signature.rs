//! Parses a Python-like signature string such as `(object, /, *, key=None, reverse=False)`.
//!
//! Only what `#[methods]` needs: names, kinds and simple defaults. `<unrepresentable>` stands for a default that
//! has no literal (the parameter is then an `Option` that is `None` when the argument is missing).

pub enum Default {
    None,
    Bool(bool),
    Int(i64),
    Other,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    PositionalOnly,
    Standard,
    KeywordOnly,
    VarArgs,
    VarKwargs,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::PositionalOnly => "PositionalOnly",
            Kind::Standard => "Standard",
            Kind::KeywordOnly => "KeywordOnly",
            Kind::VarArgs => "VarArgs",
            Kind::VarKwargs => "VarKwargs",
        }
    }
}

pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub default: Option<Default>,
}

pub fn parse(text: &str) -> Result<Vec<Param>, String> {
    let inner = text
        .trim()
        .strip_prefix('(')
        .and_then(|t| t.strip_suffix(')'))
        .ok_or_else(|| format!("signature {text:?} is not in parentheses"))?;
    let mut params: Vec<Param> = Vec::new();
    let mut kind = Kind::Standard;
    for part in split(inner) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        if part == "/" {
            params.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly);
        } else if part == "*" {
            kind = Kind::KeywordOnly;
        } else if let Some(name) = part.strip_prefix("**") {
            params.push(Param { name: name.into(), kind: Kind::VarKwargs, default: Some(Default::Other) });
        } else if let Some(name) = part.strip_prefix('*') {
            params.push(Param { name: name.into(), kind: Kind::VarArgs, default: Some(Default::Other) });
            kind = Kind::KeywordOnly;
        } else {
            let (name, default) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(literal(value.trim()))),
                None => (part, None),
            };
            params.push(Param { name: name.into(), kind, default });
        }
    }
    Ok(params)
}

/// Splits at commas outside quotes.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (None, ',') => {
                parts.push(String::new());
                continue;
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(q), _) if q == c => quote = None,
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

fn literal(value: &str) -> Default {
    match value {
        "None" => Default::None,
        "True" => Default::Bool(true),
        "False" => Default::Bool(false),
        _ => value.parse().map_or(Default::Other, Default::Int),
    }
}
