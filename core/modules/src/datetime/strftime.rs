//! `strftime`: the directives that `time.strftime` does not know, and the struct_time it wants.

use super::zone;
use krait_formats::datetime::{Date, Time, day_of_year, format_offset, weekday};
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::{Result, Value, Vm};

/// `time.struct_time` of a date and time.
pub(super) fn struct_time(vm: &mut Vm, date: Date, time: Time, dst: i32) -> Result<Value> {
    let class = vm.import_attr("time", "struct_time")?;
    let Time { hour, minute, second, .. } = time;
    let parts = [date.year, date.month, date.day, hour, minute, second, weekday(date), day_of_year(date), dst];
    let parts = vm.tuple(parts.map(Value::int32).into());
    vm.call(&class, &[parts])
}

/// What a format may ask for beyond the struct_time.
pub(super) struct Extra<'a> {
    pub zone: &'a Value,
    /// What the zone's methods are called with.
    pub argument: &'a Value,
    pub microsecond: i32,
}

/// The offset as `+HHMM` or `+HH:MM`, empty without one.
fn offset_text(vm: &mut Vm, extra: &Extra<'_>, separator: &str) -> Result<String> {
    let offset = zone::offset(vm, extra.zone, "utcoffset", extra.argument)?;
    Ok(offset.map_or_else(String::new, |o| format_offset(o.to_microseconds() as i64, separator)))
}

/// The zone's name, with `%` doubled since it becomes part of the format.
fn name_text(vm: &mut Vm, extra: &Extra<'_>) -> Result<Vec<u32>> {
    let name = zone::name(vm, extra.zone, extra.argument)?;
    if name.is_none() {
        return Ok(Vec::new());
    }
    let (one, two) = (vm.str("%"), vm.str("%%"));
    let name = vm.call_method(&name, "replace", &[one, two])?;
    let Some(s) = name.downcast::<Str>(&*vm.heap) else { return Err(vm.type_error("tzname.replace() did not return a string")) };
    Ok(s.get(&*vm.heap).view().iter().collect())
}

/// The year that `%Y` or `%G` shows.
fn shown_year(vm: &mut Vm, iso: bool, parts: &Value) -> Result<i64> {
    if !iso {
        let year = parts.downcast::<Tuple>(&*vm.heap).and_then(|t| t.items(&*vm.heap).first().cloned());
        return Ok(year.and_then(|y| y.as_small_int()).unwrap_or(0));
    }
    let strftime = vm.import_attr("time", "strftime")?;
    let format = vm.str("%G");
    let text = vm.call(&strftime, &[format, parts.clone()])?;
    Ok(vm.to_text(&text)?.parse().unwrap_or(0))
}

/// `time.strftime(format, parts)` with the additional directives filled in. Years are padded to four digits, which
/// C libraries do not agree on.
pub(super) fn format(vm: &mut Vm, format: &Value, parts: &Value, extra: &Extra<'_>) -> Result<Value> {
    let chars: Vec<u32> = match format.downcast::<Str>(&*vm.heap) {
        Some(s) => s.get(&*vm.heap).view().iter().collect(),
        None => Vec::new(),
    };
    let mut out: Vec<u32> = Vec::with_capacity(chars.len());
    let mut i = 0;
    let is = |at: usize, c: char| chars.get(at) == Some(&u32::from(c));
    while i < chars.len() {
        if !is(i, '%') || i + 1 >= chars.len() {
            out.push(chars[i]);
            i += 1;
            continue;
        }
        let directive = char::from_u32(chars[i + 1]).unwrap_or(' ');
        let mut used = 2;
        let text: Vec<u32> = match directive {
            'z' => offset_text(vm, extra, "")?.chars().map(u32::from).collect(),
            ':' if is(i + 2, 'z') => {
                used = 3;
                offset_text(vm, extra, ":")?.chars().map(u32::from).collect()
            }
            'Z' => name_text(vm, extra)?,
            'f' => format!("{:06}", extra.microsecond).chars().map(u32::from).collect(),
            'Y' | 'G' | 'C' | 'F' => {
                let year = shown_year(vm, directive == 'G', parts)?;
                let text = match directive {
                    'C' => format!("{:02}", year / 100),
                    'F' => format!("{year:04}-%m-%d"),
                    _ => format!("{year:04}"),
                };
                text.chars().map(u32::from).collect()
            }
            _ => chars[i..i + 2].to_vec(),
        };
        out.extend(text);
        i += used;
    }
    let format = vm.heap.str_from(krait_text::StrRef::Four(&out)).into_value();
    let strftime = vm.import_attr("time", "strftime")?;
    vm.call(&strftime, &[format, parts.clone()])
}

/// The format argument of `strftime` and `strptime` must be text.
pub(super) fn check_text(vm: &mut Vm, function: &str, position: usize, value: &Value) -> Result<()> {
    if value.has_payload::<Str>(&*vm.heap) {
        return Ok(());
    }
    let found = vm.type_name_or_none(value);
    Err(vm.type_error(format!("{function}() argument {position} must be str, not {found}")))
}

/// `__format__`: `str()` for an empty specification, else the object's own `strftime`.
pub(super) fn format_method(vm: &mut Vm, this: &Value, spec: &Value) -> Result<Value> {
    check_text(vm, "__format__", 1, spec)?;
    if !vm.truth(spec)? {
        return vm.to_str(this).map(krait_vm::Ref::into_value);
    }
    vm.call_method(this, "strftime", std::slice::from_ref(spec))
}

/// `strptime` of a class: the library's parser.
pub(super) fn parse(vm: &mut Vm, function: &str, class: &Value, text: &Value, format: &Value) -> Result<Value> {
    check_text(vm, "strptime", 1, text)?;
    check_text(vm, "strptime", 2, format)?;
    let parser = vm.import_attr("_strptime", function)?;
    vm.call(&parser, &[class.clone(), text.clone(), format.clone()])
}
