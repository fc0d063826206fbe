//! The `unicodedata` module: the character database, for Unicode 16 and (as `ucd_3_2_0`) 3.2.
//!
//! The data is krait-text's. The module's functions are the methods of a hidden database object of version 16.

use krait_text::unicodedata::{self as ucd, Form, ucd_3_2};
use krait_text::{StrBuf, numeric};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::types::build::TypeSpec;
use krait_vm::args::Methods;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

/// A database object; `old` is Unicode 3.2.
#[derive(Traverse)]
struct Database {
    old: bool,
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = TypeSpec {
        name: "unicodedata.UCD",
        doc: "",
        flags: krait_vm::heap::flags::DISALLOW_INSTANTIATION,
        dict: false,
        methods: <DatabaseMethods as Methods>::METHODS,
    };
    let ty = vm.define_type::<Database>(None, &spec);
    vm.add_methods(&ty, <DatabaseAttributes as Methods>::METHODS);
    vm.module_set(module, "UCD", ty.to_value());
    let old = vm.heap.alloc(Database { old: true }).into_value();
    vm.module_set(module, "ucd_3_2_0", old);
    let version = vm.str(ucd::UNIDATA_VERSION);
    vm.module_set(module, "unidata_version", version);
    vm.module_functions::<Functions>(module);
    Ok(())
}

/// The one character of an argument.
fn character(vm: &mut Vm, function: &str, position: &str, value: &Value) -> Result<u32> {
    let Some(s) = value.downcast::<Str>(&*vm.heap) else {
        let found = vm.type_name_or_none(value);
        return Err(vm.type_error(format!("{function}() argument{position} must be a unicode character, not {found}")));
    };
    let view = s.view(&*vm.heap);
    match (view.len(), view.first()) {
        (1, Some(c)) => Ok(c),
        (n, _) => Err(vm.type_error(format!("{function}(): argument{position} must be a unicode character, not a string of length {n}"))),
    }
}

fn or_default(vm: &mut Vm, found: Option<Value>, default: Option<Value>, message: &str) -> Result<Value> {
    match found.or(default) {
        Some(v) => Ok(v),
        None => Err(vm.value_error(message)),
    }
}

fn decimal(vm: &mut Vm, old: bool, c: &Value, default: Option<Value>) -> Result<Value> {
    let c = character(vm, "decimal", " 1", c)?;
    let found = if old { ucd_3_2::decimal(c) } else { numeric::decimal(c) };
    or_default(vm, found.map(|d| Value::int32(d.into())), default, "not a decimal")
}
fn digit(vm: &mut Vm, old: bool, c: &Value, default: Option<Value>) -> Result<Value> {
    let c = character(vm, "digit", " 1", c)?;
    let found = if old { ucd_3_2::digit(c) } else { numeric::digit(c) };
    or_default(vm, found.map(|d| Value::int32(d.into())), default, "not a digit")
}
fn numeric_value(vm: &mut Vm, old: bool, c: &Value, default: Option<Value>) -> Result<Value> {
    let c = character(vm, "numeric", " 1", c)?;
    let found = if old { ucd_3_2::numeric(c) } else { numeric::numeric(c) };
    or_default(vm, found.map(Value::float), default, "not a numeric character")
}
fn name(vm: &mut Vm, old: bool, c: &Value, default: Option<Value>) -> Result<Value> {
    let c = character(vm, "name", " 1", c)?;
    let found = if old { ucd_3_2::name(c) } else { ucd::name(c) };
    let found = found.map(|n| vm.str(&n));
    or_default(vm, found, default, "no such name")
}
fn lookup(vm: &mut Vm, old: bool, name: &str) -> Result<Value> {
    let found = if old {
        ucd::lookup_first_name(name).map(StrBuf::from_char)
    } else {
        ucd::lookup_sequence(name)
    };
    match found {
        Some(text) => Ok(vm.heap.str_buf(text).into_value()),
        None => {
            let message = vm.str(&format!("undefined character name '{name}'"));
            Err(vm.key_error(message))
        }
    }
}
fn form(vm: &mut Vm, name: &str) -> Result<Form> {
    match Form::from_name(name) {
        Some(form) => Ok(form),
        None => Err(vm.value_error("invalid normalization form")),
    }
}
fn normalized(vm: &mut Vm, old: bool, name: &str, text: &Ref<Str>) -> Result<Value> {
    if text.get(&*vm.heap).is_empty() {
        return Ok(vm.heap.empty_str().into_value());
    }
    let form = form(vm, name)?;
    let view = text.view(&*vm.heap);
    let out = if old { ucd_3_2::normalize(form, view) } else { ucd::normalize(form, view) };
    vm.text_result(Ok(out))
}
fn is_normalized(vm: &mut Vm, old: bool, name: &str, text: &Ref<Str>) -> Result<bool> {
    if text.get(&*vm.heap).is_empty() {
        return Ok(true);
    }
    let form = form(vm, name)?;
    let view = text.view(&*vm.heap);
    Ok(if old { ucd_3_2::normalize(form, view).as_ref() == view } else { ucd::is_normalized(form, view) })
}

macro_rules! database {
    ($type:ident, [$($this:ident: $ty:ty)?], $old:ident) => {
        #[methods]
        impl $type {
            /// The decimal value of a character.
            #[sig("(chr, default=<unrepresentable>, /)")]
            fn decimal($($this: $ty,)? vm: &mut Vm, chr: &Value, default: Option<Value>) -> Result<Value> {
                let old = $old(vm $(, $this)?);
                decimal(vm, old, chr, default)
            }
            /// The digit value of a character.
            #[sig("(chr, default=<unrepresentable>, /)")]
            fn digit($($this: $ty,)? vm: &mut Vm, chr: &Value, default: Option<Value>) -> Result<Value> {
                let old = $old(vm $(, $this)?);
                digit(vm, old, chr, default)
            }
            /// The numeric value of a character.
            #[sig("(chr, default=<unrepresentable>, /)")]
            fn numeric($($this: $ty,)? vm: &mut Vm, chr: &Value, default: Option<Value>) -> Result<Value> {
                let old = $old(vm $(, $this)?);
                numeric_value(vm, old, chr, default)
            }
            /// The name of a character.
            #[sig("(chr, default=<unrepresentable>, /)")]
            fn name($($this: $ty,)? vm: &mut Vm, chr: &Value, default: Option<Value>) -> Result<Value> {
                let old = $old(vm $(, $this)?);
                name(vm, old, chr, default)
            }
            /// The character of a name.
            #[sig("(name, /)")]
            fn lookup($($this: $ty,)? vm: &mut Vm, name: String) -> Result<Value> {
                let old = $old(vm $(, $this)?);
                lookup(vm, old, &name)
            }
            /// The general category of a character.
            #[sig("(chr, /)")]
            fn category($($this: $ty,)? vm: &mut Vm, chr: &Value) -> Result<&'static str> {
                let c = character(vm, "category", "", chr)?;
                Ok(if $old(vm $(, $this)?) { ucd_3_2::category(c) } else { ucd::category(c) })
            }
            /// The bidirectional class of a character.
            #[sig("(chr, /)")]
            fn bidirectional($($this: $ty,)? vm: &mut Vm, chr: &Value) -> Result<&'static str> {
                let c = character(vm, "bidirectional", "", chr)?;
                Ok(if $old(vm $(, $this)?) { ucd_3_2::bidirectional(c) } else { ucd::bidirectional(c) })
            }
            /// The canonical combining class of a character.
            #[sig("(chr, /)")]
            fn combining($($this: $ty,)? vm: &mut Vm, chr: &Value) -> Result<i64> {
                let c = character(vm, "combining", "", chr)?;
                Ok(i64::from(if $old(vm $(, $this)?) { ucd_3_2::combining(c) } else { ucd::combining(c) }))
            }
            /// 1 for a character that is mirrored in right-to-left text.
            #[sig("(chr, /)")]
            fn mirrored($($this: $ty,)? vm: &mut Vm, chr: &Value) -> Result<i64> {
                let c = character(vm, "mirrored", "", chr)?;
                Ok(i64::from(if $old(vm $(, $this)?) { ucd_3_2::mirrored(c) } else { ucd::mirrored(c) }))
            }
            /// The East Asian width of a character.
            #[sig("(chr, /)")]
            fn east_asian_width($($this: $ty,)? vm: &mut Vm, chr: &Value) -> Result<&'static str> {
                let c = character(vm, "east_asian_width", "", chr)?;
                Ok(if $old(vm $(, $this)?) { ucd_3_2::east_asian_width(c) } else { ucd::east_asian_width(c) })
            }
            /// The decomposition mapping of a character.
            #[sig("(chr, /)")]
            fn decomposition($($this: $ty,)? vm: &mut Vm, chr: &Value) -> Result<String> {
                let c = character(vm, "decomposition", "", chr)?;
                Ok(if $old(vm $(, $this)?) { ucd_3_2::decomposition(c) } else { ucd::decomposition(c) })
            }
            /// The text in a normal form.
            #[sig("(form, unistr, /)")]
            fn normalize($($this: $ty,)? vm: &mut Vm, form: String, unistr: &Ref<Str>) -> Result<Value> {
                let old = $old(vm $(, $this)?);
                normalized(vm, old, &form, unistr)
            }
            /// Whether the text is in a normal form.
            #[sig("(form, unistr, /)")]
            fn is_normalized($($this: $ty,)? vm: &mut Vm, form: String, unistr: &Ref<Str>) -> Result<bool> {
                let old = $old(vm $(, $this)?);
                is_normalized(vm, old, &form, unistr)
            }
        }
    };
}

struct Functions;
struct DatabaseMethods;

fn is_never_old(_vm: &mut Vm) -> bool {
    false
}
fn is_old(vm: &mut Vm, this: &Ref<Database>) -> bool {
    this.get(&*vm.heap).old
}

database!(Functions, [], is_never_old);
database!(DatabaseMethods, [this: &Ref<Database>], is_old);

/// Attributes of the old database.
struct DatabaseAttributes;

#[methods]
impl DatabaseAttributes {
    /// The version of Unicode that the database is of.
    #[getter]
    fn unidata_version(this: &Ref<Database>, vm: &mut Vm) -> Result<&'static str> {
        Ok(if this.get(&*vm.heap).old { ucd_3_2::UNIDATA_VERSION } else { ucd::UNIDATA_VERSION })
    }
}
