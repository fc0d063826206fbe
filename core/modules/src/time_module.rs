//! The `time` module over the host's clocks. Hosts with an operating system bring their own.
//!
//! Calendar arithmetic is in [`crate::calendar`]; local time is what the host says the offset is at a moment, so that
//! a run can be the same everywhere.

use crate::calendar::{self, Civil};
use crate::file_names;
use krait_vm::builtins::float::Float;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Value, Vm, methods};
use std::time::Duration;

static STRUCT_TIME: StructSpec = StructSpec {
    name: "time.struct_time",
    doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().",
    fields: &["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst", "tm_zone", "tm_gmtoff"],
    visible: 9,
    instantiable: true,
};

#[derive(Default)]
struct Types {
    struct_time: Option<Ref<Type>>,
}

fn int(n: i64) -> Value {
    Value::small_int(n).unwrap_or(Value::NONE)
}

/// Seconds (int or float) as whole seconds and nanoseconds, rounded down.
pub fn split_seconds(vm: &mut Vm, value: &Value) -> Result<(i64, i64)> {
    if value.is_float() || value.has_payload::<Float>(&*vm.heap) {
        let f = vm.to_f64(value)?;
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let whole = f.floor();
        if whole.abs() >= 9.2e18 {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        let nanoseconds = ((f - whole) * 1e9).floor() as i64;
        return Ok((whole as i64 + nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000));
    }
    let index = vm.index(value)?;
    match index.as_int(&vm.heap).and_then(|i| i.to_i64()) {
        Some(n) => Ok((n, 0)),
        None => Err(vm.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn nanoseconds(vm: &mut Vm, time: Duration) -> Value {
    vm.heap.int(time.as_nanos() as i128)
}

fn moment(vm: &mut Vm, seconds: &Value) -> Result<i64> {
    if seconds.is_none() { Ok(vm.host.now().as_secs() as i64) } else { Ok(split_seconds(vm, seconds)?.0) }
}

fn out_of_range(vm: &mut Vm) -> krait_vm::Raised {
    vm.overflow_error("timestamp out of range for platform time_t")
}

fn universal(vm: &mut Vm, seconds: i64) -> Result<Civil> {
    let civil = calendar::from_seconds(seconds).ok_or_else(|| out_of_range(vm))?;
    Ok(Civil { zone: Some("UTC".into()), ..civil })
}

fn local(vm: &mut Vm, seconds: i64) -> Result<Civil> {
    let zone = vm.host.local_time(seconds);
    let shifted = seconds.checked_add(zone.offset.into()).and_then(calendar::from_seconds);
    let civil = shifted.ok_or_else(|| out_of_range(vm))?;
    let name = zone.zone.unwrap_or_else(|| calendar::offset_name(zone.offset));
    Ok(Civil { daylight: zone.daylight.into(), offset: zone.offset.into(), zone: Some(name), ..civil })
}

fn struct_time(vm: &mut Vm, t: Civil) -> Value {
    let zone = match &t.zone {
        Some(z) => vm.str(z),
        None => Value::NONE,
    };
    let mut values: Vec<Value> = [t.year, t.month, t.day, t.hour, t.minute, t.second, t.weekday, t.yearday, t.daylight].map(int).to_vec();
    values.extend([zone, int(t.offset)]);
    match vm.state::<Types>().struct_time.clone() {
        Some(t) => vm.struct_sequence(&t, values),
        None => vm.tuple(values),
    }
}

fn from_tuple(vm: &mut Vm, value: &Value) -> Result<Civil> {
    let Some(t) = value.downcast::<Tuple>(&*vm.heap).cloned() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    let items = t.items(&*vm.heap).to_vec();
    if items.len() != 9 {
        return Err(vm.type_error(format!("function takes exactly 9 arguments ({} given)", items.len())));
    }
    let mut fields = [0i64; 9];
    for (field, item) in fields.iter_mut().zip(&items) {
        *field = vm.index_i64(item, "int")?;
        if i32::try_from(*field).is_err() {
            return Err(vm.overflow_error("signed integer is greater than maximum"));
        }
    }
    let [year, month, day, hour, minute, second, weekday, yearday, daylight] = fields;
    if i32::try_from(year - 1900).is_err() {
        return Err(vm.overflow_error("year out of range"));
    }
    let weekday = weekday.rem_euclid(7);
    let mut civil = Civil { year, month, day, hour, minute, second, weekday, yearday, daylight, offset: 0, zone: None };
    let is_struct = vm.state::<Types>().struct_time.clone().is_some_and(|ty| value.type_id() == ty.id(&vm.heap));
    if is_struct {
        let (zone, offset) = (vm.intern("tm_zone"), vm.intern("tm_gmtoff"));
        let (zone, offset) = (vm.get_attr(value, &zone)?, vm.get_attr(value, &offset)?);
        if !offset.is_none() {
            civil.offset = vm.index_i64(&offset, "long")?;
        }
        if !zone.is_none() {
            civil.zone = Some(vm.to_text(&zone)?);
        }
    }
    Ok(civil)
}

/// Zeros where a program leaves fields out; ValueError where one is out of its range.
fn check_fields(vm: &mut Vm, t: &mut Civil) -> Result<()> {
    for field in [&mut t.month, &mut t.day, &mut t.yearday] {
        if *field == 0 {
            *field = 1;
        }
    }
    let wrong = [
        (1..=12, t.month, "month"),
        (1..=31, t.day, "day of month"),
        (0..=23, t.hour, "hour"),
        (0..=59, t.minute, "minute"),
        (0..=61, t.second, "seconds"),
        (1..=366, t.yearday, "day of year"),
    ]
    .into_iter()
    .find(|(range, n, _)| !range.contains(n));
    match wrong {
        Some((_, _, what)) => Err(vm.value_error(format!("{what} out of range"))),
        None => Ok(()),
    }
}

struct Functions;

#[methods]
impl Functions {
    /// Return the current time in seconds since the Epoch.
    #[sig("()")]
    fn time(vm: &mut Vm) -> Result<f64> {
        Ok(vm.host.now().as_secs_f64())
    }
    #[sig("()")]
    fn time_ns(vm: &mut Vm) -> Result<Value> {
        let t = vm.host.now();
        Ok(nanoseconds(vm, t))
    }
    /// Monotonic clock, cannot go backward.
    #[sig("()")]
    fn monotonic(vm: &mut Vm) -> Result<f64> {
        Ok(vm.host.monotonic().as_secs_f64())
    }
    #[sig("()")]
    fn monotonic_ns(vm: &mut Vm) -> Result<Value> {
        let t = vm.host.monotonic();
        Ok(nanoseconds(vm, t))
    }
    /// Performance counter for benchmarking.
    #[sig("()")]
    fn perf_counter(vm: &mut Vm) -> Result<f64> {
        Functions::monotonic(vm)
    }
    #[sig("()")]
    fn perf_counter_ns(vm: &mut Vm) -> Result<Value> {
        Functions::monotonic_ns(vm)
    }
    #[sig("()")]
    fn process_time(vm: &mut Vm) -> Result<f64> {
        Functions::monotonic(vm)
    }
    #[sig("()")]
    fn process_time_ns(vm: &mut Vm) -> Result<Value> {
        Functions::monotonic_ns(vm)
    }
    #[sig("()")]
    fn thread_time(vm: &mut Vm) -> Result<f64> {
        Functions::monotonic(vm)
    }
    #[sig("()")]
    fn thread_time_ns(vm: &mut Vm) -> Result<Value> {
        Functions::monotonic_ns(vm)
    }
    /// Delay execution for a given number of seconds.
    #[sig("(seconds, /)")]
    fn sleep(vm: &mut Vm, seconds: Value) -> Result<()> {
        let (whole, nanoseconds) = split_seconds(vm, &seconds)?;
        match u64::try_from(whole) {
            Ok(whole) => vm.host.sleep(Duration::new(whole, nanoseconds as u32)),
            Err(_) => return Err(vm.value_error("sleep length must be non-negative")),
        }
        vm.poll()
    }
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT).
    #[sig("(seconds=None, /)")]
    fn gmtime(vm: &mut Vm, seconds: Value) -> Result<Value> {
        let seconds = moment(vm, &seconds)?;
        let t = universal(vm, seconds)?;
        Ok(struct_time(vm, t))
    }
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    #[sig("(seconds=None, /)")]
    fn localtime(vm: &mut Vm, seconds: Value) -> Result<Value> {
        let seconds = moment(vm, &seconds)?;
        let t = local(vm, seconds)?;
        Ok(struct_time(vm, t))
    }
    /// Convert a time tuple in local time to seconds since the Epoch.
    #[sig("(tuple, /)")]
    fn mktime(vm: &mut Vm, tuple: Value) -> Result<f64> {
        let t = from_tuple(vm, &tuple)?;
        let Some(wall) = calendar::to_seconds(&t) else { return Err(vm.overflow_error("mktime argument out of range")) };
        // The offset at the moment that the offset itself decides: twice is near enough to any change of it.
        let mut seconds = wall;
        for _ in 0..2 {
            seconds = wall - i64::from(vm.host.local_time(seconds).offset);
        }
        Ok(seconds as f64)
    }
    #[sig("(tuple=None, /)")]
    fn asctime(vm: &mut Vm, tuple: Option<Value>) -> Result<String> {
        let t = match tuple {
            Some(t) => {
                let mut t = from_tuple(vm, &t)?;
                check_fields(vm, &mut t)?;
                t
            }
            None => {
                let seconds = moment(vm, &Value::NONE)?;
                local(vm, seconds)?
            }
        };
        Ok(calendar::asctime(&t))
    }
    #[sig("(seconds=None, /)")]
    fn ctime(vm: &mut Vm, seconds: Value) -> Result<String> {
        let seconds = moment(vm, &seconds)?;
        Ok(calendar::asctime(&local(vm, seconds)?))
    }
    /// Convert a time tuple to a string according to a format specification.
    #[sig("(format, tuple=<unrepresentable>, /)")]
    fn strftime(vm: &mut Vm, format: Value, tuple: Option<Value>) -> Result<Value> {
        if !format.has_payload::<Str>(&*vm.heap) {
            let found = vm.type_name_or_none(&format);
            return Err(vm.type_error(format!("strftime() argument 1 must be str, not {found}")));
        }
        let t = match tuple {
            Some(t) => {
                let mut t = from_tuple(vm, &t)?;
                check_fields(vm, &mut t)?;
                t
            }
            None => {
                let seconds = moment(vm, &Value::NONE)?;
                local(vm, seconds)?
            }
        };
        let format = file_names::fs_bytes_lenient(vm, &format);
        Ok(file_names::like_lenient(vm, &calendar::strftime(&format, &t), false))
    }
    /// Parse a string to a time tuple according to a format specification.
    #[sig("(string, format='%a %b %d %H:%M:%S %Y', /)")]
    fn strptime(vm: &mut Vm, string: Value, format: Option<Value>) -> Result<Value> {
        let parse = vm.import_attr("_strptime", "_strptime_time")?;
        match format {
            Some(f) => vm.call(&parse, &[string, f]),
            None => vm.call(&parse, &[string]),
        }
    }
    /// Get information of the specified clock.
    #[sig("(name, /)")]
    fn get_clock_info(vm: &mut Vm, name: String) -> Result<Value> {
        let (monotonic, adjustable) = match name.as_str() {
            "time" => (false, true),
            "monotonic" | "perf_counter" | "process_time" | "thread_time" => (true, false),
            _ => return Err(vm.value_error("unknown clock")),
        };
        let text = vm.str("the host's clock");
        let namespace = vm.import_attr("types", "SimpleNamespace")?;
        let fields = [("implementation", text), ("monotonic", Value::bool(monotonic)), ("adjustable", Value::bool(adjustable)), ("resolution", Value::float(1e-6))];
        vm.call_kw(&namespace, &[], &fields)
    }
}

/// `timezone`, `altzone`, `daylight`, `tzname`.
fn zones(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    const YEAR: i64 = 365 * 24 * 3600 + 6 * 3600;
    let start = vm.host.now().as_secs() as i64 / YEAR * YEAR;
    let (january, july) = (local(vm, start)?, local(vm, start + YEAR / 2)?);
    let (winter, summer) = if january.offset <= july.offset { (january, july) } else { (july, january) };
    let names = [&winter, &summer].map(|t| vm.str(t.zone.as_deref().unwrap_or("UTC"))).to_vec();
    let names = vm.tuple(names);
    vm.module_set(module, "timezone", int(-winter.offset));
    vm.module_set(module, "altzone", int(-summer.offset));
    vm.module_set(module, "daylight", int((winter.offset != summer.offset).into()));
    vm.module_set(module, "tzname", names);
    Ok(())
}

/// Asks the host again for the time zone, if the module is there.
pub fn set_zones(vm: &mut Vm) -> Result<()> {
    match vm.native_module("time")? {
        Some(module) => zones(vm, &module),
        None => Ok(()),
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    zones(vm, module)?;
    let t = vm.define_struct_sequence(&STRUCT_TIME);
    vm.module_set(module, "struct_time", t.to_value());
    vm.state::<Types>().struct_time = Some(t);
    vm.module_set(module, "_STRUCT_TM_ITEMS", int(11));
    Ok(())
}
