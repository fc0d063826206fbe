//! `time`: a time of day, perhaps with a time zone.

use super::strftime::{self, Extra};
use super::{
    Clock, check_zone, checked, delta, fold_or, int_or, iso_error, moment, pickled, reduced, set_class_value, shown_name, state, with_keyword,
    zone, zone_or,
};
use krait_formats::datetime::{Date, Delta, Time, Timespec, check_time, format_offset, format_time, parse_time};
use krait_vm::args::Methods;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Value, Vm, methods};

pub(super) fn define(vm: &mut Vm) -> Ref<Type> {
    let doc = "Time with time zone.\n\nAll arguments are optional. tzinfo may be None, or an instance of\na tzinfo subclass. The remaining arguments may be ints.";
    super::define::<Clock>(vm, None, "datetime.time", doc, flags::BASETYPE, TimeMethods::METHODS)
}

pub(super) fn add_constants(vm: &mut Vm, ty: &Ref<Type>) {
    let last = Time { hour: 23, minute: 59, second: 59, microsecond: 999_999 };
    for (name, time) in [("min", Time::default()), ("max", last)] {
        let value = new(vm, time, false, Value::NONE);
        set_class_value(vm, ty, name, value);
    }
    let resolution = delta::new(vm, Delta { days: 0, seconds: 0, microseconds: 1 });
    set_class_value(vm, ty, "resolution", resolution);
}

/// A plain time.
pub(super) fn new(vm: &mut Vm, time: Time, fold: bool, zone: Value) -> Value {
    let id = state(vm).time;
    vm.heap.alloc_typed(id, Clock { time, fold, zone }).into_value()
}

/// A time of a class, through its constructor when it is a subclass.
fn of_class(vm: &mut Vm, class: &Value, time: Time, fold: bool, zone: Value) -> Result<Value> {
    let plain = state(vm).time;
    if class.is(vm.core_type(plain).as_value()) {
        return Ok(new(vm, time, fold, zone));
    }
    let mut args: Vec<Value> = [time.hour, time.minute, time.second, time.microsecond].map(Value::int32).into();
    args.push(zone);
    let made = vm.call(class, &args)?;
    if let Some(made) = made.downcast::<Clock>(&*vm.heap).cloned() {
        made.get_mut(vm).fold = fold;
    }
    Ok(made)
}

/// Microseconds since midnight.
pub(super) fn total(time: Time) -> i128 {
    let seconds = (i128::from(time.hour) * 60 + i128::from(time.minute)) * 60 + i128::from(time.second);
    seconds * 1_000_000 + i128::from(time.microsecond)
}

/// The time so many microseconds after midnight; less than a day.
pub(super) fn at_total(total: i128) -> Time {
    let (seconds, microsecond) = ((total / 1_000_000) as i32, (total % 1_000_000) as i32);
    Time { hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, microsecond }
}

/// The six bytes of a time in a pickle.
pub(super) fn packed(time: Time) -> [u8; 6] {
    let micros = time.microsecond;
    [time.hour as u8, time.minute as u8, time.second as u8, (micros >> 16) as u8, (micros >> 8) as u8, micros as u8]
}

/// The time of six bytes, whatever they are: parts out of range are moved into it.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Time> {
    let [hour, minute, second, a, b, c] = bytes.first_chunk::<6>()?.map(i32::from);
    let microsecond = (a << 16 | b << 8 | c).min(999_999);
    Some(Time { hour: hour.min(23), minute: minute.min(59), second: second.min(59), microsecond })
}

/// The fields in a repr: seconds and microseconds only when they are not zero.
pub(super) fn repr_fields(time: Time) -> String {
    let Time { hour, minute, second, microsecond } = time;
    match (second, microsecond) {
        (0, 0) => format!("{hour}, {minute}"),
        (_, 0) => format!("{hour}, {minute}, {second}"),
        _ => format!("{hour}, {minute}, {second}, {microsecond}"),
    }
}

/// The `timespec` argument of `isoformat`.
pub(super) fn timespec(vm: &mut Vm, value: Option<&Value>) -> Result<Timespec> {
    let Some(value) = value else { return Ok(Timespec::Auto) };
    let Some(s) = value.downcast::<Str>(&*vm.heap) else {
        let found = vm.type_name_or_none(value);
        return Err(vm.type_error(format!("isoformat() argument 'timespec' must be str, not {found}")));
    };
    let spec = Timespec::from_name(s.get(&*vm.heap).view());
    checked(vm, spec)
}

fn parts(vm: &Vm, this: &Ref<Clock>) -> (Time, bool, Value) {
    let c = this.get(&*vm.heap);
    (c.time, c.fold, c.zone.clone())
}

fn offset(vm: &mut Vm, zone: &Value) -> Result<Option<Delta>> {
    zone::offset(vm, zone, "utcoffset", &Value::NONE)
}

fn compare(vm: &mut Vm, this: &Ref<Clock>, op: CmpOp, other: &Value) -> Result<Value> {
    let Some(other) = other.downcast::<Clock>(&*vm.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
    let ((a, _, zone_a), (b, _, zone_b)) = (parts(vm, this), parts(vm, &other));
    if zone_a.is(&zone_b) {
        return Ok(Value::bool(op.test(a.cmp(&b))));
    }
    let (x, y) = (offset(vm, &zone_a)?, offset(vm, &zone_b)?);
    if x == y {
        return Ok(Value::bool(op.test(a.cmp(&b))));
    }
    match (x, y, op) {
        (Some(x), Some(y), _) => Ok(Value::bool(op.test((total(a) - x.to_microseconds()).cmp(&(total(b) - y.to_microseconds()))))),
        (_, _, CmpOp::Eq) => Ok(Value::FALSE),
        (_, _, CmpOp::Ne) => Ok(Value::TRUE),
        _ => Err(vm.type_error("can't compare offset-naive and offset-aware times")),
    }
}

fn reduce(vm: &mut Vm, this: &Ref<Clock>, protocol: i32) -> Value {
    let (time, fold, zone) = parts(vm, this);
    let mut bytes = packed(time);
    if fold && protocol > 3 {
        bytes[0] |= 0x80;
    }
    let mut args = vec![vm.heap.bytes(&bytes).into_value()];
    if !zone.is_none() {
        args.push(zone);
    }
    reduced(vm, this.as_value(), args)
}

/// A pickle's time, with the fold that its first byte holds.
fn unpacked_with_fold(mut bytes: Vec<u8>) -> Option<(Time, bool)> {
    let first = bytes.first_mut()?;
    let fold = *first & 0x80 != 0;
    *first &= 0x7F;
    // The hour alone tells whether the bytes are a pickle.
    if *first >= 24 {
        return None;
    }
    Some((unpacked(&bytes)?, fold))
}

struct TimeMethods;

#[methods]
impl TimeMethods {
    #[sig("(hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, hour: Option<&Value>, minute: Option<&Value>, second: Option<&Value>, microsecond: Option<&Value>, tzinfo: Option<&Value>, fold: Option<&Value>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        if let Some(hour) = hour
            && [second, microsecond, tzinfo, fold].iter().all(Option::is_none)
            && let Some((time, fold)) = pickled(vm, hour, 6, "time")?.and_then(unpacked_with_fold)
        {
            let zone = minute.cloned().unwrap_or(Value::NONE);
            if check_zone(vm, &zone).is_err() {
                drop(vm.take_pending());
                return Err(vm.type_error("bad tzinfo state arg"));
            }
            return Ok(vm.heap.alloc_typed(type_id, Clock { time, fold, zone }).into_value());
        }
        let (hour, minute) = (int_or(vm, hour, 0)?, int_or(vm, minute, 0)?);
        let (second, microsecond) = (int_or(vm, second, 0)?, int_or(vm, microsecond, 0)?);
        let zone = tzinfo.cloned().unwrap_or(Value::NONE);
        let fold = int_or(vm, fold, 0)?;
        let time = checked(vm, check_time(hour, minute, second, microsecond))?;
        let fold = fold_or(vm, Some(&Value::int32(fold)), false)?;
        check_zone(vm, &zone)?;
        Ok(vm.heap.alloc_typed(type_id, Clock { time, fold, zone }).into_value())
    }
    /// Construct a time from a string in ISO 8601 format.
    #[classmethod]
    #[sig("(string, /)")]
    fn fromisoformat(cls: &Value, vm: &mut Vm, string: &Value) -> Result<Value> {
        let Some(s) = string.downcast::<Str>(&*vm.heap) else { return Err(vm.type_error("fromisoformat: argument must be str")) };
        let parsed = parse_time(s.get(&*vm.heap).view(), moment::accept_offset);
        let (time, offset) = parsed.map_err(|e| iso_error(vm, string, &e))?;
        let zone = zone::from_iso_offset(vm, offset);
        of_class(vm, cls, time, false, zone)
    }
    /// Parse string according to the given time format.
    #[classmethod]
    #[sig("(string, format, /)")]
    fn strptime(cls: &Value, vm: &mut Vm, string: &Value, format: &Value) -> Result<Value> {
        strftime::parse(vm, "_strptime_datetime_time", cls, string, format)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Clock>, vm: &mut Vm) -> Result<String> {
        let (time, fold, zone) = parts(vm, this);
        let mut text = format!("{}({})", shown_name(vm, this.as_value()), repr_fields(time));
        if !zone.is_none() {
            text = with_keyword(text, &format!("tzinfo={}", vm.repr_text(&zone)?));
        }
        if fold {
            text = with_keyword(text, "fold=1");
        }
        Ok(text)
    }
    #[sig("()")]
    fn __str__(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.call_method(this, "isoformat", &[])
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Clock>, vm: &mut Vm) -> Result<i64> {
        let (time, _, zone) = parts(vm, this);
        match offset(vm, &zone)? {
            None => Ok(vm.heap.hash_bytes(&packed(time))),
            Some(offset) => {
                let total = vm.heap.int(total(time) - offset.to_microseconds());
                vm.hash(&total)
            }
        }
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Clock>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Eq, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Clock>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Ne, value)
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Clock>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Lt, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Clock>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Le, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Clock>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Gt, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Clock>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Ge, value)
    }
    /// Return the time formatted according to ISO.
    ///
    /// The full format is 'HH:MM:SS.mmmmmm+zz:zz'. By default, the fractional
    /// part is omitted if self.microsecond == 0.
    #[sig("(timespec='auto')")]
    fn isoformat(this: &Ref<Clock>, vm: &mut Vm, timespec: Option<&Value>) -> Result<String> {
        let spec = self::timespec(vm, timespec)?;
        let (time, _, zone) = parts(vm, this);
        let mut text = format_time(time, spec);
        if let Some(offset) = offset(vm, &zone)? {
            text.push_str(&format_offset(offset.to_microseconds() as i64, ":"));
        }
        Ok(text)
    }
    /// Format using strftime().
    ///
    /// The date part of the timestamp passed to underlying strftime should not be used.
    #[sig("(format)")]
    fn strftime(this: &Ref<Clock>, vm: &mut Vm, format: &Value) -> Result<Value> {
        strftime::check_text(vm, "strftime", 1, format)?;
        let (time, _, zone) = parts(vm, this);
        // Some C libraries want a year that they can show.
        let parts = strftime::struct_time(vm, Date { year: 1900, month: 1, day: 1 }, time, -1)?;
        strftime::format(vm, format, &parts, &Extra { zone: &zone, argument: &Value::NONE, microsecond: time.microsecond })
    }
    /// Formats self with strftime.
    #[sig("(format, /)")]
    fn __format__(this: &Value, vm: &mut Vm, format: &Value) -> Result<Value> {
        strftime::format_method(vm, this, format)
    }
    /// Return self.tzinfo.utcoffset(self).
    #[sig("()")]
    fn utcoffset(this: &Ref<Clock>, vm: &mut Vm) -> Result<Value> {
        let zone = this.get(&*vm.heap).zone.clone();
        zone::offset_value(vm, &zone, "utcoffset", &Value::NONE)
    }
    /// Return self.tzinfo.tzname(self).
    #[sig("()")]
    fn tzname(this: &Ref<Clock>, vm: &mut Vm) -> Result<Value> {
        let zone = this.get(&*vm.heap).zone.clone();
        zone::name(vm, &zone, &Value::NONE)
    }
    /// Return self.tzinfo.dst(self).
    #[sig("()")]
    fn dst(this: &Ref<Clock>, vm: &mut Vm) -> Result<Value> {
        let zone = this.get(&*vm.heap).zone.clone();
        zone::offset_value(vm, &zone, "dst", &Value::NONE)
    }
    /// Return time with new specified fields.
    #[sig("(hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)")]
    fn replace(this: &Ref<Clock>, vm: &mut Vm, hour: Option<&Value>, minute: Option<&Value>, second: Option<&Value>, microsecond: Option<&Value>, tzinfo: Option<&Value>, fold: Option<&Value>) -> Result<Value> {
        let (old, old_fold, old_zone) = parts(vm, this);
        let (hour, minute) = (int_or(vm, hour, old.hour)?, int_or(vm, minute, old.minute)?);
        let (second, microsecond) = (int_or(vm, second, old.second)?, int_or(vm, microsecond, old.microsecond)?);
        let fold = fold_or(vm, fold, old_fold)?;
        let zone = zone_or(vm, tzinfo, &old_zone)?;
        let time = checked(vm, check_time(hour, minute, second, microsecond))?;
        let class = vm.type_of(this.as_value()).into_value();
        of_class(vm, &class, time, fold, zone)
    }
    /// The same as replace().
    #[sig("(*, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, fold=<unrepresentable>)")]
    fn __replace__(this: &Ref<Clock>, vm: &mut Vm, hour: Option<&Value>, minute: Option<&Value>, second: Option<&Value>, microsecond: Option<&Value>, tzinfo: Option<&Value>, fold: Option<&Value>) -> Result<Value> {
        TimeMethods::replace(this, vm, hour, minute, second, microsecond, tzinfo, fold)
    }
    /// __reduce_ex__(proto) -> (cls, state)
    #[sig("(proto, /)")]
    fn __reduce_ex__(this: &Ref<Clock>, vm: &mut Vm, proto: i32) -> Result<Value> {
        Ok(reduce(vm, this, proto))
    }
    /// __reduce__() -> (cls, state)
    #[sig("()")]
    fn __reduce__(this: &Ref<Clock>, vm: &mut Vm) -> Result<Value> {
        Ok(reduce(vm, this, 2))
    }
    #[getter]
    fn hour(this: &Ref<Clock>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.hour)
    }
    #[getter]
    fn minute(this: &Ref<Clock>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.minute)
    }
    #[getter]
    fn second(this: &Ref<Clock>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.second)
    }
    #[getter]
    fn microsecond(this: &Ref<Clock>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.microsecond)
    }
    #[getter]
    fn tzinfo(this: &Ref<Clock>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).zone.clone())
    }
    #[getter]
    fn fold(this: &Ref<Clock>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).fold.into())
    }
}
