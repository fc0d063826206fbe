//! The `time` module: clocks, sleeping, calendar conversions by the system's C library.

#![allow(unsafe_code, reason = "system calls")]

use crate::os::call::int;
use crate::os::{error, path, signal, thread};
use krait_vm::builtins::float::Float;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::struct_sequence::StructSpec;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Value, Vm, methods};
use std::ffi::CString;

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

/// Seconds (int or float) as a timespec, rounded down.
pub fn timespec(vm: &mut Vm, value: &Value) -> Result<libc::timespec> {
    let float = value.as_float().or_else(|| value.has_payload::<Float>(&*vm.heap).then_some(f64::NAN));
    if float.is_some() {
        let f = vm.to_f64(value)?;
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let whole = f.floor();
        if whole.abs() >= 9.2e18 {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        let mut nsec = ((f - whole) * 1e9).floor() as i64;
        let mut sec = whole as i64;
        if nsec >= 1_000_000_000 {
            sec += 1;
            nsec -= 1_000_000_000;
        }
        return Ok(libc::timespec { tv_sec: sec, tv_nsec: nsec });
    }
    let index = vm.index(value)?;
    match index.as_int(&vm.heap).and_then(|i| i.to_i64()) {
        Some(n) => Ok(libc::timespec { tv_sec: n, tv_nsec: 0 }),
        None => Err(vm.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn clock(vm: &mut Vm, id: libc::clockid_t) -> Result<libc::timespec> {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a local.
    if unsafe { libc::clock_gettime(id, &mut t) } != 0 {
        return Err(error::raise_last(vm));
    }
    Ok(t)
}

fn seconds(t: libc::timespec) -> f64 {
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

fn nanoseconds(vm: &mut Vm, t: libc::timespec) -> Value {
    vm.heap.int(i128::from(t.tv_sec) * 1_000_000_000 + i128::from(t.tv_nsec))
}

fn moment(vm: &mut Vm, secs: &Value) -> Result<libc::time_t> {
    if secs.is_none() {
        return Ok(clock(vm, libc::CLOCK_REALTIME)?.tv_sec);
    }
    Ok(timespec(vm, secs)?.tv_sec)
}

fn struct_time(vm: &mut Vm, tm: &libc::tm) -> Value {
    let zone = if tm.tm_zone.is_null() {
        Value::NONE
    } else {
        // SAFETY: the C library's zone names are static terminated strings.
        let bytes = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_bytes().to_vec();
        path::fs_str(vm, &bytes)
    };
    let n = |n: i32| int(n.into());
    let values = vec![
        int(i64::from(tm.tm_year) + 1900),
        n(tm.tm_mon + 1),
        n(tm.tm_mday),
        n(tm.tm_hour),
        n(tm.tm_min),
        n(tm.tm_sec),
        n((tm.tm_wday + 6) % 7),
        n(tm.tm_yday + 1),
        n(tm.tm_isdst),
        zone,
        int(tm.tm_gmtoff),
    ];
    match vm.state::<Types>().struct_time.clone() {
        Some(t) => vm.struct_sequence(&t, values),
        None => vm.tuple(values),
    }
}

fn local(vm: &mut Vm, t: libc::time_t) -> Result<libc::tm> {
    // SAFETY: both pointers are to locals.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        if libc::localtime_r(&t, &mut tm).is_null() {
            return Err(error::raise_last(vm));
        }
        Ok(tm)
    }
}

fn universal(vm: &mut Vm, t: libc::time_t) -> Result<libc::tm> {
    // SAFETY: both pointers are to locals.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        if libc::gmtime_r(&t, &mut tm).is_null() {
            return Err(error::raise_last(vm));
        }
        Ok(tm)
    }
}

/// The C structure of a time tuple. The zone's text, if given, is kept alive by the second part.
fn from_tuple(vm: &mut Vm, value: &Value) -> Result<(libc::tm, Option<CString>)> {
    let Some(t) = value.downcast::<Tuple>(&*vm.heap).cloned() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    let items = t.items(&*vm.heap).to_vec();
    if items.len() != 9 {
        return Err(vm.type_error(format!("function takes exactly 9 arguments ({} given)", items.len())));
    }
    let mut fields = [0i64; 9];
    for (f, v) in fields.iter_mut().zip(&items) {
        *f = vm.index_i64(v, "int")?;
        if i32::try_from(*f).is_err() {
            return Err(vm.overflow_error("signed integer is greater than maximum"));
        }
    }
    // SAFETY: plain data.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    let year = fields[0] - 1900;
    let Ok(year) = i32::try_from(year) else { return Err(vm.overflow_error("year out of range")) };
    tm.tm_year = year;
    tm.tm_mon = fields[1] as i32 - 1;
    tm.tm_mday = fields[2] as i32;
    tm.tm_hour = fields[3] as i32;
    tm.tm_min = fields[4] as i32;
    tm.tm_sec = fields[5] as i32;
    tm.tm_wday = (fields[6] as i32 + 1).rem_euclid(7);
    tm.tm_yday = fields[7] as i32 - 1;
    tm.tm_isdst = fields[8] as i32;
    let mut zone_text = None;
    let is_struct = vm.state::<Types>().struct_time.clone().is_some_and(|ty| value.type_id() == ty.id(&vm.heap));
    if is_struct {
        let zone = vm.intern("tm_zone");
        let zone = vm.get_attr(value, &zone)?;
        let offset = vm.intern("tm_gmtoff");
        let offset = vm.get_attr(value, &offset)?;
        if !offset.is_none() {
            tm.tm_gmtoff = vm.index_i64(&offset, "long")?;
        }
        if !zone.is_none() {
            let text = vm.to_text(&zone)?;
            zone_text = CString::new(text).ok();
        }
    }
    if let Some(z) = &zone_text {
        tm.tm_zone = z.as_ptr();
    }
    Ok((tm, zone_text))
}

fn check_fields(vm: &mut Vm, tm: &mut libc::tm) -> Result<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    } else if !(0..12).contains(&tm.tm_mon) {
        return Err(vm.value_error("month out of range"));
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    } else if !(1..=31).contains(&tm.tm_mday) {
        return Err(vm.value_error("day of month out of range"));
    }
    if !(0..24).contains(&tm.tm_hour) {
        return Err(vm.value_error("hour out of range"));
    }
    if !(0..60).contains(&tm.tm_min) {
        return Err(vm.value_error("minute out of range"));
    }
    if !(0..62).contains(&tm.tm_sec) {
        return Err(vm.value_error("seconds out of range"));
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    } else if !(0..366).contains(&tm.tm_yday) {
        return Err(vm.value_error("day of year out of range"));
    }
    Ok(())
}

fn asctime(tm: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = DAYS.get(tm.tm_wday as usize).copied().unwrap_or("???");
    let month = MONTHS.get(tm.tm_mon as usize).copied().unwrap_or("???");
    format!("{day} {month} {:2} {:02}:{:02}:{:02} {}", tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, i64::from(tm.tm_year) + 1900)
}

struct Functions;

#[methods]
impl Functions {
    /// Return the current time in seconds since the Epoch.
    #[sig("()")]
    fn time(vm: &mut Vm) -> Result<f64> {
        clock(vm, libc::CLOCK_REALTIME).map(seconds)
    }
    #[sig("()")]
    fn time_ns(vm: &mut Vm) -> Result<Value> {
        let t = clock(vm, libc::CLOCK_REALTIME)?;
        Ok(nanoseconds(vm, t))
    }
    /// Monotonic clock, cannot go backward.
    #[sig("()")]
    fn monotonic(vm: &mut Vm) -> Result<f64> {
        clock(vm, libc::CLOCK_MONOTONIC).map(seconds)
    }
    #[sig("()")]
    fn monotonic_ns(vm: &mut Vm) -> Result<Value> {
        let t = clock(vm, libc::CLOCK_MONOTONIC)?;
        Ok(nanoseconds(vm, t))
    }
    /// Performance counter for benchmarking.
    #[sig("()")]
    fn perf_counter(vm: &mut Vm) -> Result<f64> {
        clock(vm, libc::CLOCK_MONOTONIC).map(seconds)
    }
    #[sig("()")]
    fn perf_counter_ns(vm: &mut Vm) -> Result<Value> {
        let t = clock(vm, libc::CLOCK_MONOTONIC)?;
        Ok(nanoseconds(vm, t))
    }
    #[sig("()")]
    fn process_time(vm: &mut Vm) -> Result<f64> {
        clock(vm, libc::CLOCK_PROCESS_CPUTIME_ID).map(seconds)
    }
    #[sig("()")]
    fn process_time_ns(vm: &mut Vm) -> Result<Value> {
        let t = clock(vm, libc::CLOCK_PROCESS_CPUTIME_ID)?;
        Ok(nanoseconds(vm, t))
    }
    #[sig("()")]
    fn thread_time(vm: &mut Vm) -> Result<f64> {
        clock(vm, libc::CLOCK_THREAD_CPUTIME_ID).map(seconds)
    }
    #[sig("()")]
    fn thread_time_ns(vm: &mut Vm) -> Result<Value> {
        let t = clock(vm, libc::CLOCK_THREAD_CPUTIME_ID)?;
        Ok(nanoseconds(vm, t))
    }
    #[sig("(clk_id, /)")]
    fn clock_gettime(vm: &mut Vm, clk_id: i32) -> Result<f64> {
        clock(vm, clk_id).map(seconds)
    }
    #[sig("(clk_id, /)")]
    fn clock_gettime_ns(vm: &mut Vm, clk_id: i32) -> Result<Value> {
        let t = clock(vm, clk_id)?;
        Ok(nanoseconds(vm, t))
    }
    #[sig("(clk_id, /)")]
    fn clock_getres(vm: &mut Vm, clk_id: i32) -> Result<f64> {
        let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the pointer is to a local.
        if unsafe { libc::clock_getres(clk_id, &mut t) } != 0 {
            return Err(error::raise_last(vm));
        }
        Ok(seconds(t))
    }
    #[sig("(clk_id, time, /)")]
    fn clock_settime(vm: &mut Vm, clk_id: i32, time: Value) -> Result<()> {
        let t = timespec(vm, &time)?;
        // SAFETY: the pointer is to a local.
        if unsafe { libc::clock_settime(clk_id, &t) } != 0 {
            return Err(error::raise_last(vm));
        }
        Ok(())
    }
    /// Delay execution for a given number of seconds.
    #[sig("(seconds, /)")]
    fn sleep(vm: &mut Vm, seconds: Value) -> Result<()> {
        let t = timespec(vm, &seconds)?;
        if t.tv_sec < 0 {
            return Err(vm.value_error("sleep length must be non-negative"));
        }
        let now = clock(vm, libc::CLOCK_MONOTONIC)?;
        let mut until = libc::timespec { tv_sec: now.tv_sec.saturating_add(t.tv_sec), tv_nsec: now.tv_nsec + t.tv_nsec };
        if until.tv_nsec >= 1_000_000_000 {
            until.tv_sec = until.tv_sec.saturating_add(1);
            until.tv_nsec -= 1_000_000_000;
        }
        loop {
            // SAFETY: the pointer is to a local.
            let result = thread::blocking(vm, || unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &until, std::ptr::null_mut()) });
            match result {
                0 => return signal::check(vm),
                libc::EINTR => signal::check(vm)?,
                errno => return Err(error::raise(vm, errno, None, None)),
            }
        }
    }
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT).
    #[sig("(seconds=None, /)")]
    fn gmtime(vm: &mut Vm, seconds: Value) -> Result<Value> {
        let t = moment(vm, &seconds)?;
        let mut tm = universal(vm, t)?;
        tm.tm_zone = c"UTC".as_ptr();
        Ok(struct_time(vm, &tm))
    }
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    #[sig("(seconds=None, /)")]
    fn localtime(vm: &mut Vm, seconds: Value) -> Result<Value> {
        let t = moment(vm, &seconds)?;
        let tm = local(vm, t)?;
        Ok(struct_time(vm, &tm))
    }
    /// Convert a time tuple in local time to seconds since the Epoch.
    #[sig("(tuple, /)")]
    fn mktime(vm: &mut Vm, tuple: Value) -> Result<f64> {
        let (mut tm, _zone) = from_tuple(vm, &tuple)?;
        tm.tm_wday = -1;
        // SAFETY: the pointer is to a local.
        let t = unsafe { libc::mktime(&mut tm) };
        if t == -1 && tm.tm_wday == -1 {
            return Err(vm.overflow_error("mktime argument out of range"));
        }
        Ok(t as f64)
    }
    #[sig("(tuple=None, /)")]
    fn asctime(vm: &mut Vm, tuple: Option<Value>) -> Result<String> {
        let tm = match tuple {
            Some(t) => {
                let (mut tm, _zone) = from_tuple(vm, &t)?;
                check_fields(vm, &mut tm)?;
                tm
            }
            None => {
                let t = moment(vm, &Value::NONE)?;
                local(vm, t)?
            }
        };
        Ok(asctime(&tm))
    }
    #[sig("(seconds=None, /)")]
    fn ctime(vm: &mut Vm, seconds: Value) -> Result<String> {
        let t = moment(vm, &seconds)?;
        Ok(asctime(&local(vm, t)?))
    }
    /// Convert a time tuple to a string according to a format specification.
    #[sig("(format, tuple=<unrepresentable>, /)")]
    fn strftime(vm: &mut Vm, format: Value, tuple: Option<Value>) -> Result<Value> {
        if !format.has_payload::<krait_vm::builtins::str::Str>(&*vm.heap) {
            let found = vm.type_name_or_none(&format);
            return Err(vm.type_error(format!("strftime() argument 1 must be str, not {found}")));
        }
        let (mut tm, _zone) = match tuple {
            Some(t) => {
                let (mut tm, zone) = from_tuple(vm, &t)?;
                check_fields(vm, &mut tm)?;
                (tm, zone)
            }
            None => {
                let t = moment(vm, &Value::NONE)?;
                (local(vm, t)?, None)
            }
        };
        tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
        let bytes = path::fs_bytes_lenient(vm, &format);
        let mut out = Vec::new();
        // Pieces between NULs: the C function stops at them.
        for (i, piece) in bytes.split(|b| *b == 0).enumerate() {
            if i > 0 {
                out.push(0);
            }
            let Ok(c) = CString::new(piece) else { continue };
            if piece.is_empty() {
                continue;
            }
            let mut size = 256 + piece.len() * 8;
            loop {
                let mut buffer = vec![0u8; size];
                // SAFETY: a buffer of `size` bytes, a terminated format and a pointer to a local.
                let n = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), size, c.as_ptr(), &tm) };
                if n > 0 || size > 256 * (piece.len() + 1) * 4 {
                    out.extend_from_slice(&buffer[..n]);
                    break;
                }
                size *= 2;
            }
        }
        Ok(path::like_lenient(vm, &out, false))
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
    #[sig("()")]
    fn tzset(vm: &mut Vm) -> Result<()> {
        let time = vm.import("time")?;
        match time.downcast::<Module>(&*vm.heap).cloned() {
            Some(m) => zones(vm, &m),
            None => Ok(()),
        }
    }
    #[sig("(thread_id, /)")]
    fn pthread_getcpuclockid(vm: &mut Vm, thread_id: Value) -> Result<i64> {
        let id = thread_id.as_int(&vm.heap).and_then(|i| i.to_i64()).unwrap_or(0);
        let mut clock = 0;
        // SAFETY: the identifier is one of this process's threads, as the caller promises.
        let result = unsafe { libc::pthread_getcpuclockid(id as libc::pthread_t, &mut clock) };
        if result != 0 {
            return Err(error::raise(vm, result, None, None));
        }
        Ok(clock.into())
    }
    /// Get information of the specified clock.
    #[sig("(name, /)")]
    fn get_clock_info(vm: &mut Vm, name: String) -> Result<Value> {
        let (implementation, id, monotonic, adjustable) = match name.as_str() {
            "time" => ("clock_gettime(CLOCK_REALTIME)", libc::CLOCK_REALTIME, false, true),
            "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", libc::CLOCK_MONOTONIC, true, false),
            "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", libc::CLOCK_PROCESS_CPUTIME_ID, true, false),
            "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", libc::CLOCK_THREAD_CPUTIME_ID, true, false),
            _ => return Err(vm.value_error("unknown clock")),
        };
        let resolution = Functions::clock_getres(vm, id)?;
        let text = vm.str(implementation);
        let namespace = vm.import_attr("types", "SimpleNamespace")?;
        vm.call_kw(&namespace, &[], &[("implementation", text), ("monotonic", Value::bool(monotonic)), ("adjustable", Value::bool(adjustable)), ("resolution", Value::float(resolution))])
    }
}

/// `timezone`, `altzone`, `daylight`, `tzname`.
fn zones(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: no arguments; reads the environment.
    unsafe { tzset() };
    let now = clock(vm, libc::CLOCK_REALTIME)?.tv_sec;
    const YEAR: i64 = 365 * 24 * 3600 + 6 * 3600;
    let start = now / YEAR * YEAR;
    let (january, july) = (local(vm, start)?, local(vm, start + YEAR / 2)?);
    let name = |vm: &mut Vm, tm: &libc::tm| {
        // SAFETY: the C library's zone names are static terminated strings.
        let bytes = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_bytes().to_vec();
        path::fs_str(vm, &bytes)
    };
    let (winter, summer) = if january.tm_gmtoff <= july.tm_gmtoff { (january, july) } else { (july, january) };
    let names = vec![name(vm, &winter), name(vm, &summer)];
    let names = vm.tuple(names);
    vm.module_set(module, "timezone", int(-winter.tm_gmtoff));
    vm.module_set(module, "altzone", int(-summer.tm_gmtoff));
    vm.module_set(module, "daylight", int((winter.tm_gmtoff != summer.tm_gmtoff).into()));
    vm.module_set(module, "tzname", names);
    Ok(())
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    zones(vm, module)?;
    let t = vm.define_struct_sequence(&STRUCT_TIME);
    vm.module_set(module, "struct_time", t.to_value());
    vm.state::<Types>().struct_time = Some(t);
    for (name, n) in [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
        ("_STRUCT_TM_ITEMS", 11),
    ] {
        vm.module_set(module, name, int(n.into()));
    }
    Ok(())
}
