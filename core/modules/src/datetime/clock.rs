//! What dates ask of the clock and of the machine's time zone, through the `time` module.

use super::failure;
use krait_formats::datetime::{Date, MAX_YEAR, MIN_YEAR, Time, check_date, from_ordinal, to_ordinal};
use krait_vm::builtins::tuple::Tuple;
use krait_vm::{Result, Value, Vm};

/// Seconds from the start of year 1 to 1970, counting its first day as day 1.
pub(super) const EPOCH: i64 = 719_163 * 86_400;
/// No zone changes its offset by more than a day.
const MAX_FOLD: i64 = 24 * 3600;

/// A broken-down time: year, month, day, hour, minute, second.
type Parts = [i64; 6];

/// Local time as `time.localtime` tells it.
pub(super) struct Local {
    pub parts: Parts,
    /// Seconds east of UTC, and the zone's name.
    pub offset: i64,
    pub zone: Value,
}

/// `time.localtime(seconds)`.
pub(super) fn local_time(vm: &mut Vm, seconds: i64) -> Result<Local> {
    let localtime = vm.import_attr("time", "localtime")?;
    let argument = vm.heap.int(seconds.into());
    let result = vm.call(&localtime, &[argument])?;
    let mut parts = [0; 6];
    let items = result.downcast::<Tuple>(&*vm.heap).map(|t| t.items(&*vm.heap).to_vec()).unwrap_or_default();
    for (part, item) in parts.iter_mut().zip(&items) {
        *part = vm.index_i64(item, "long")?;
    }
    let (offset, zone) = (vm.intern("tm_gmtoff"), vm.intern("tm_zone"));
    let (offset, zone) = (vm.get_attr(&result, &offset)?, vm.get_attr(&result, &zone)?);
    let offset = if offset.is_none() { 0 } else { vm.index_i64(&offset, "long")? };
    Ok(Local { parts, offset, zone })
}

/// The year in which an ordinal lies, which may be far out of range.
pub(super) fn year_of_ordinal(ordinal: i64) -> i64 {
    let days = ordinal - 1;
    let (cycles, days) = (days.div_euclid(146_097), days.rem_euclid(146_097) as i32);
    cycles * 400 + i64::from(from_ordinal(days + 1).year)
}

fn utc_time(seconds: i64) -> Parts {
    let (ordinal, rest) = (seconds.div_euclid(86_400) + 719_163, seconds.rem_euclid(86_400));
    let cycles = (ordinal - 1).div_euclid(146_097);
    let date = from_ordinal((ordinal - 1).rem_euclid(146_097) as i32 + 1);
    [i64::from(date.year) + cycles * 400, date.month.into(), date.day.into(), rest / 3600, rest / 60 % 60, rest % 60]
}

/// Seconds since the start of year 1, as [`EPOCH`] counts them.
fn total_seconds(vm: &mut Vm, parts: Parts) -> Result<i64> {
    let [year, month, day, hour, minute, second] = parts;
    if !(i64::from(MIN_YEAR)..=i64::from(MAX_YEAR)).contains(&year) {
        return Err(vm.value_error(format!("year {year} is out of range")));
    }
    let date = Date { year: year as i32, month: month as i32, day: day as i32 };
    Ok(i64::from(to_ordinal(date)) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// What local clocks show at a moment, as seconds.
fn local(vm: &mut Vm, moment: i64) -> Result<i64> {
    let found = local_time(vm, moment - EPOCH)?;
    total_seconds(vm, found.parts)
}

/// The moment at which local clocks show a date and time; `fold` chooses between two. Both results count from year 1.
pub(super) fn local_to_seconds(vm: &mut Vm, date: Date, time: Time, fold: bool) -> Result<i64> {
    let parts = [date.year, date.month, date.day, time.hour, time.minute, time.second].map(i64::from);
    let shown = total_seconds(vm, parts)?;
    let first_offset = local(vm, shown)? - shown;
    let first = shown - first_offset;
    let at_first = local(vm, first)?;
    let other_offset = if at_first == shown {
        // A solution; with another offset on the other side there may be a second one.
        let probe = if fold { first + MAX_FOLD } else { first - MAX_FOLD };
        let offset = local(vm, probe)? - probe;
        if offset == first_offset {
            return Ok(first);
        }
        offset
    } else {
        at_first - first
    };
    let second = shown - other_offset;
    if local(vm, second)? == shown {
        return Ok(second);
    }
    if at_first == shown {
        return Ok(first);
    }
    // Clocks skip what is asked for: both answers are off, to either side.
    Ok(if fold { first.min(second) } else { first.max(second) })
}

/// How fractions of a microsecond are rounded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    Down,
    HalfEven,
}

/// A timestamp argument as whole seconds and microseconds.
pub(super) fn timestamp(vm: &mut Vm, value: &Value, rounding: Rounding) -> Result<(i64, i32)> {
    let Some(x) = value.as_any_float(&*vm.heap) else {
        let n = vm.index(value)?;
        return match n.as_int(&*vm.heap).and_then(|n| n.to_i64()) {
            Some(n) => Ok((n, 0)),
            None => Err(out_of_range(vm)),
        };
    };
    if x.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    let (mut whole, mut micros) = if rounding == Rounding::Down {
        (x.floor(), 0.0)
    } else {
        (x.trunc(), ((x - x.trunc()) * 1e6).round_ties_even())
    };
    if micros >= 1e6 {
        micros -= 1e6;
        whole += 1.0;
    } else if micros < 0.0 {
        micros += 1e6;
        whole -= 1.0;
    }
    if !(-9.2e18..9.2e18).contains(&whole) {
        return Err(out_of_range(vm));
    }
    Ok((whole as i64, micros as i32))
}

fn out_of_range(vm: &mut Vm) -> krait_vm::Raised {
    vm.overflow_error("timestamp out of range for platform time_t")
}

/// The time now, in seconds and microseconds since 1970.
pub(super) fn now(vm: &Vm) -> (i64, i32) {
    let now = vm.host.now();
    (now.as_secs() as i64, now.subsec_micros() as i32)
}

fn checked_date(vm: &mut Vm, parts: Parts) -> Result<Date> {
    let year = i32::try_from(parts[0]).unwrap_or(i32::MAX);
    check_date(year, parts[1] as i32, parts[2] as i32).map_err(|e| failure(vm, &e))
}

/// The local date of a timestamp.
pub(super) fn local_date(vm: &mut Vm, seconds: i64) -> Result<Date> {
    let found = local_time(vm, seconds)?;
    checked_date(vm, found.parts)
}

/// Date and time of a timestamp, in UTC or local time; the last tells whether local clocks show it a second time.
pub(super) fn date_time(vm: &mut Vm, seconds: i64, microsecond: i32, utc: bool, naive: bool) -> Result<(Date, Time, bool)> {
    let parts = if utc { utc_time(seconds) } else { local_time(vm, seconds)?.parts };
    let date = checked_date(vm, parts)?;
    // Leap seconds have no place here.
    let time = Time { hour: parts[3] as i32, minute: parts[4] as i32, second: parts[5].min(59) as i32, microsecond };
    if utc || !naive {
        return Ok((date, time, false));
    }
    let shown = total_seconds(vm, [parts[0], parts[1], parts[2], parts[3], parts[4], time.second.into()])?;
    let moment = EPOCH + seconds;
    if shown - MAX_FOLD < 86_400 {
        return Ok((date, time, false));
    }
    let transition = shown - local(vm, moment - MAX_FOLD)? - MAX_FOLD;
    let fold = transition < 0 && local(vm, moment + transition)? == shown;
    Ok((date, time, fold))
}
