//! What `__doc__` of special methods says when a builtin type has nothing special to tell: what the method is for.

const OPERATORS: &[(&str, &str)] = &[
    ("add", "+"), ("sub", "-"), ("mul", "*"), ("matmul", "@"), ("truediv", "/"), ("floordiv", "//"), ("mod", "%"), ("and", "&"),
    ("or", "|"), ("xor", "^"), ("lshift", "<<"), ("rshift", ">>"),
];
const COMPARISONS: &[(&str, &str)] = &[("lt", "<"), ("le", "<="), ("eq", "=="), ("ne", "!="), ("gt", ">"), ("ge", ">=")];
const OTHERS: &[(&str, &str)] = &[
    ("abs", "abs(self)"),
    ("bool", "True if self else False"),
    ("call", "Call self as a function."),
    ("contains", "Return bool(key in self)."),
    ("delattr", "Implement delattr(self, name)."),
    ("delitem", "Delete self[key]."),
    ("divmod", "Return divmod(self, value)."),
    ("float", "float(self)"),
    ("getattribute", "Return getattr(self, name)."),
    ("getitem", "Return self[key]."),
    ("hash", "Return hash(self)."),
    ("init", "Initialize self.  See help(type(self)) for accurate signature."),
    ("int", "int(self)"),
    ("invert", "~self"),
    ("iter", "Implement iter(self)."),
    ("len", "Return len(self)."),
    ("neg", "-self"),
    ("next", "Implement next(self)."),
    ("pos", "+self"),
    ("pow", "Return pow(self, value, mod)."),
    ("rdivmod", "Return divmod(value, self)."),
    ("repr", "Return repr(self)."),
    ("rpow", "Return pow(value, self, mod)."),
    ("setattr", "Implement setattr(self, name, value)."),
    ("setitem", "Set self[key] to value."),
    ("str", "Return str(self)."),
];

/// The text for a method's name, if it is such a method.
pub(crate) fn slot_doc(method: &str) -> Option<String> {
    let name = method.strip_prefix("__")?.strip_suffix("__")?;
    let find = |table: &[(&str, &'static str)], name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, text)| *text);
    if let Some(text) = find(OTHERS, name) {
        return Some(text.into());
    }
    if let Some(symbol) = find(OPERATORS, name).or_else(|| find(COMPARISONS, name)) {
        return Some(format!("Return self{symbol}value."));
    }
    if let Some(symbol) = name.strip_prefix('r').and_then(|name| find(OPERATORS, name)) {
        return Some(format!("Return value{symbol}self."));
    }
    name.strip_prefix('i').and_then(|name| find(OPERATORS, name)).map(|symbol| format!("Return self{symbol}=value."))
}
