//! `datetime`: a date, a time of day and perhaps a time zone.

use super::clock::{self, EPOCH, Rounding};
use super::strftime;
use super::{
    Clock, Moment, check_zone, checked, date, delta, fold_or, int_or, iso_error, pickled, reduced, set_class_value, shown_name, state,
    time, with_keyword, zone, zone_or,
};
use krait_formats::datetime::{
    Date, Delta, IsoError, Time, check_date, check_time, ctime, format_date, format_offset, format_time, parse_datetime,
    to_ordinal,
};
use krait_formats::Failure;
use krait_vm::args::Methods;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::Type;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

const DAY: i128 = 86_400_000_000;

pub(super) fn define(vm: &mut Vm, base: &Ref<Type>) -> Ref<Type> {
    let doc = "A combination of a date and a time.\n\nThe year, month and day arguments are required. tzinfo may be None, or an\ninstance of a tzinfo subclass. The remaining arguments may be ints.";
    super::define::<Moment>(vm, Some(base), "datetime.datetime", doc, flags::BASETYPE, MomentMethods::METHODS)
}

pub(super) fn add_constants(vm: &mut Vm, ty: &Ref<Type>) {
    let first = Parts { date: Date { year: 1, month: 1, day: 1 }, time: Time::default(), fold: false, zone: Value::NONE };
    let last = Parts {
        date: Date { year: 9999, month: 12, day: 31 },
        time: Time { hour: 23, minute: 59, second: 59, microsecond: 999_999 },
        fold: false,
        zone: Value::NONE,
    };
    let id = ty.id(&vm.heap);
    for (name, parts) in [("min", first), ("max", last)] {
        let value = typed(vm, id, parts);
        set_class_value(vm, ty, name, value);
    }
    let resolution = delta::new(vm, Delta { days: 0, seconds: 0, microseconds: 1 });
    set_class_value(vm, ty, "resolution", resolution);
}

/// Everything a datetime consists of.
#[derive(Clone)]
struct Parts {
    date: Date,
    time: Time,
    fold: bool,
    zone: Value,
}

impl Parts {
    /// Microseconds since the first day, as the fields say, whatever the zone.
    fn total(&self) -> i128 {
        i128::from(to_ordinal(self.date)) * DAY + time::total(self.time)
    }
}

fn typed(vm: &mut Vm, type_id: u32, parts: Parts) -> Value {
    let Parts { date, time, fold, zone } = parts;
    vm.heap.alloc_typed(type_id, Moment { date, time, fold, zone }).into_value()
}

fn is_plain(vm: &mut Vm, class: &Value) -> bool {
    let plain = state(vm).moment;
    class.is(vm.core_type(plain).as_value())
}

/// A datetime of a class, through its constructor when it is a subclass.
fn of_class(vm: &mut Vm, class: &Value, parts: Parts) -> Result<Value> {
    if is_plain(vm, class) {
        let plain = state(vm).moment;
        return Ok(typed(vm, plain, parts));
    }
    let Parts { date, time, fold, zone } = parts;
    let Time { hour, minute, second, microsecond } = time;
    let mut args: Vec<Value> = [date.year, date.month, date.day, hour, minute, second, microsecond].map(Value::int32).into();
    args.push(zone);
    let made = vm.call(class, &args)?;
    if let Some(made) = of(vm, &made) {
        made.get_mut(vm).fold = fold;
    }
    Ok(made)
}

/// A date of a class that may be `date`, `datetime` or derived from them.
pub(super) fn date_of_class(vm: &mut Vm, class: &Value, date: Date) -> Result<Value> {
    let plain = state(vm).date;
    if class.is(vm.core_type(plain).as_value()) {
        return Ok(date::new(vm, date));
    }
    if is_plain(vm, class) {
        return of_class(vm, class, Parts { date, time: Time::default(), fold: false, zone: Value::NONE });
    }
    vm.call(class, &[date.year, date.month, date.day].map(Value::int32))
}

/// A value as a datetime.
pub(super) fn of(vm: &mut Vm, value: &Value) -> Option<Ref<Moment>> {
    let moment = value.downcast::<Moment>(&*vm.heap)?.clone();
    let id = state(vm).moment;
    if vm.heap.is_instance(value, id) { Some(moment) } else { None }
}

fn parts_of(vm: &Vm, this: &Ref<Moment>) -> Parts {
    let m = this.get(&*vm.heap);
    Parts { date: m.date, time: m.time, fold: m.fold, zone: m.zone.clone() }
}

/// Date and time after so many microseconds from the first day.
fn at_total(vm: &mut Vm, total: i128) -> Result<(Date, Time)> {
    let date = date::at_ordinal(vm, total.div_euclid(DAY) as i64)?;
    Ok((date, time::at_total(total.rem_euclid(DAY))))
}

/// The datetime so many microseconds later, in the same zone and class.
pub(super) fn shifted(vm: &mut Vm, this: &Ref<Moment>, micros: i128) -> Result<Value> {
    let parts = parts_of(vm, this);
    let (date, time) = at_total(vm, parts.total() + micros)?;
    let class = vm.type_of(this.as_value()).into_value();
    of_class(vm, &class, Parts { date, time, fold: false, zone: parts.zone })
}

fn offset(vm: &mut Vm, this: &Ref<Moment>) -> Result<Option<Delta>> {
    let zone = this.get(&*vm.heap).zone.clone();
    zone::offset(vm, &zone, "utcoffset", this.as_value())
}

/// Whether the offset depends on `fold`: such a time equals nothing in another zone.
fn is_problematic(vm: &mut Vm, this: &Ref<Moment>, known: Option<Delta>) -> Result<bool> {
    let mut parts = parts_of(vm, this);
    parts.fold = !parts.fold;
    let plain = state(vm).moment;
    let flipped = typed(vm, plain, parts);
    let Some(flipped) = of(vm, &flipped) else { return Ok(false) };
    Ok(offset(vm, &flipped)? != known)
}

fn compare(vm: &mut Vm, this: &Ref<Moment>, op: CmpOp, other: &Value) -> Result<Value> {
    let Some(other) = of(vm, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (a, b) = (parts_of(vm, this), parts_of(vm, &other));
    if a.zone.is(&b.zone) {
        return Ok(Value::bool(op.test(a.total().cmp(&b.total()))));
    }
    let (x, y) = (offset(vm, this)?, offset(vm, &other)?);
    let equality = matches!(op, CmpOp::Eq | CmpOp::Ne);
    if x == y || (x.is_some() && y.is_some()) {
        let shift = |offset: Option<Delta>| offset.unwrap_or_default().to_microseconds();
        let order = (a.total() - shift(x)).cmp(&(b.total() - shift(y)));
        if equality && order.is_eq() && (is_problematic(vm, this, x)? || is_problematic(vm, &other, y)?) {
            return Ok(Value::bool(op == CmpOp::Ne));
        }
        return Ok(Value::bool(op.test(order)));
    }
    if equality {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    Err(vm.type_error("can't compare offset-naive and offset-aware datetimes"))
}

fn sum(vm: &mut Vm, a: &Value, b: &Value, sign: i128) -> Result<Value> {
    match (of(vm, a), delta::of(vm, b)) {
        (Some(m), Some(d)) => shifted(vm, &m, sign * d.to_microseconds()),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn difference(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
    let (Some(x), Some(y)) = (of(vm, a), of(vm, b)) else { return sum(vm, a, b, -1) };
    let (p, q) = (parts_of(vm, &x), parts_of(vm, &y));
    let mut total = p.total() - q.total();
    if !p.zone.is(&q.zone) {
        match (offset(vm, &x)?, offset(vm, &y)?) {
            (None, None) => {}
            (Some(s), Some(t)) => total -= s.to_microseconds() - t.to_microseconds(),
            _ => return Err(vm.type_error("can't subtract offset-naive and offset-aware datetimes")),
        }
    }
    let result = Delta::from_microseconds(total);
    let result = checked(vm, result)?;
    Ok(delta::new(vm, result))
}

/// The bytes of a pickle; protocols from 4 on keep `fold` in the month.
fn packed(parts: &Parts, with_fold: bool) -> Vec<u8> {
    let mut bytes = date::packed(parts.date).to_vec();
    if with_fold && parts.fold {
        bytes[2] |= 0x80;
    }
    bytes.extend(time::packed(parts.time));
    bytes
}

fn unpacked(bytes: &[u8]) -> Option<(Date, Time, bool)> {
    let mut bytes = bytes.to_vec();
    let fold = bytes.get(2)? & 0x80 != 0;
    bytes[2] &= 0x7F;
    let date = date::unpacked(&bytes)?;
    Some((date, time::unpacked(bytes.get(4..)?)?, fold))
}

fn reduce(vm: &mut Vm, this: &Ref<Moment>, protocol: i32) -> Value {
    let parts = parts_of(vm, this);
    let bytes = packed(&parts, protocol > 3);
    let mut args = vec![vm.heap.bytes(&bytes).into_value()];
    if !parts.zone.is_none() {
        args.push(parts.zone);
    }
    reduced(vm, this.as_value(), args)
}

/// Date and time of a timestamp, in a zone or local time.
fn from_timestamp(vm: &mut Vm, class: &Value, seconds: i64, micros: i32, utc: bool, zone: &Value) -> Result<Value> {
    let in_zone = !zone.is_none();
    let (date, time, fold) = clock::date_time(vm, seconds, micros, utc || in_zone, !in_zone)?;
    let made = of_class(vm, class, Parts { date, time, fold, zone: zone.clone() })?;
    if in_zone { vm.call_method(zone, "fromutc", &[made]) } else { Ok(made) }
}

/// The zone of the machine at a timestamp, as a fixed offset.
fn zone_at(vm: &mut Vm, seconds: i64) -> Result<Value> {
    let found = clock::local_time(vm, seconds)?;
    let offset = Delta::new(0, found.offset, 0);
    let offset = checked(vm, offset)?;
    let name = if found.zone.is_none() { None } else { Some(found.zone) };
    Ok(zone::new(vm, offset, name))
}

/// The zone of the machine at a time given as local clocks show it.
fn zone_of_local(vm: &mut Vm, parts: &Parts) -> Result<Value> {
    let seconds = clock::local_to_seconds(vm, parts.date, parts.time, parts.fold)? - EPOCH;
    zone_at(vm, seconds)
}

fn check_utc_deprecated(vm: &mut Vm, name: &str, instead: &str) -> Result<()> {
    let message = format!(
        "datetime.datetime.{name} is deprecated and scheduled for removal in a future version. Use timezone-aware objects \
         to represent datetimes in UTC: {instead}."
    );
    vm.warn(Exc::DeprecationWarning, &message, 1)
}

struct MomentMethods;

#[methods]
impl MomentMethods {
    #[sig("(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, year: Option<&Value>, month: Option<&Value>, day: Option<&Value>, hour: Option<&Value>, minute: Option<&Value>, second: Option<&Value>, microsecond: Option<&Value>, tzinfo: Option<&Value>, fold: Option<&Value>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        let Some(year) = year else { return Err(date::missing(vm, "year", 1)) };
        if [day, hour, minute, second, microsecond, tzinfo, fold].iter().all(Option::is_none)
            && let Some(bytes) = pickled(vm, year, 10, "datetime")?
            && let Some((date, time, fold)) = unpacked(&bytes)
        {
            let zone = month.cloned().unwrap_or(Value::NONE);
            if check_zone(vm, &zone).is_err() {
                drop(vm.take_pending());
                return Err(vm.type_error("bad tzinfo state arg"));
            }
            return Ok(typed(vm, type_id, Parts { date, time, fold, zone }));
        }
        let year = int_or(vm, Some(year), 0)?;
        let Some(month) = month else { return Err(date::missing(vm, "month", 2)) };
        let month = int_or(vm, Some(month), 0)?;
        let Some(day) = day else { return Err(date::missing(vm, "day", 3)) };
        let day = int_or(vm, Some(day), 0)?;
        let (hour, minute) = (int_or(vm, hour, 0)?, int_or(vm, minute, 0)?);
        let (second, microsecond) = (int_or(vm, second, 0)?, int_or(vm, microsecond, 0)?);
        let zone = tzinfo.cloned().unwrap_or(Value::NONE);
        let fold = int_or(vm, fold, 0)?;
        let date = checked(vm, check_date(year, month, day))?;
        let time = checked(vm, check_time(hour, minute, second, microsecond))?;
        let fold = fold_or(vm, Some(&Value::int32(fold)), false)?;
        check_zone(vm, &zone)?;
        Ok(typed(vm, type_id, Parts { date, time, fold, zone }))
    }
    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[classmethod]
    #[sig("(tz=None)")]
    fn now(cls: &Value, vm: &mut Vm, tz: Value) -> Result<Value> {
        check_zone(vm, &tz)?;
        let (seconds, micros) = clock::now(vm);
        from_timestamp(vm, cls, seconds, micros, false, &tz)
    }
    /// Return a new datetime representing UTC day and time.
    #[classmethod]
    #[sig("()")]
    fn utcnow(cls: &Value, vm: &mut Vm) -> Result<Value> {
        check_utc_deprecated(vm, "utcnow()", "datetime.datetime.now(datetime.UTC)")?;
        let (seconds, micros) = clock::now(vm);
        from_timestamp(vm, cls, seconds, micros, true, &Value::NONE)
    }
    /// Create a datetime from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is interpreted as local time.
    #[classmethod]
    #[sig("(timestamp, tz=None)")]
    fn fromtimestamp(cls: &Value, vm: &mut Vm, timestamp: &Value, tz: Value) -> Result<Value> {
        check_zone(vm, &tz)?;
        let (seconds, micros) = clock::timestamp(vm, timestamp, Rounding::HalfEven)?;
        from_timestamp(vm, cls, seconds, micros, false, &tz)
    }
    /// Create a naive UTC datetime from a POSIX timestamp.
    #[classmethod]
    #[sig("(timestamp, /)")]
    fn utcfromtimestamp(cls: &Value, vm: &mut Vm, timestamp: &Value) -> Result<Value> {
        check_utc_deprecated(vm, "utcfromtimestamp()", "datetime.datetime.fromtimestamp(timestamp, datetime.UTC)")?;
        let (seconds, micros) = clock::timestamp(vm, timestamp, Rounding::HalfEven)?;
        from_timestamp(vm, cls, seconds, micros, true, &Value::NONE)
    }
    /// Parse string according to the given date and time format.
    #[classmethod]
    #[sig("(string, format, /)")]
    fn strptime(cls: &Value, vm: &mut Vm, string: &Value, format: &Value) -> Result<Value> {
        strftime::parse(vm, "_strptime_datetime_datetime", cls, string, format)
    }
    /// date, time -> datetime with same date and time fields.
    #[classmethod]
    #[sig("(date, time, tzinfo=<unrepresentable>)")]
    fn combine(cls: &Value, vm: &mut Vm, date: &Value, time: &Value, tzinfo: Option<&Value>) -> Result<Value> {
        let Some(date) = date.downcast::<Moment>(&*vm.heap).map(|m| m.get(&*vm.heap).date) else {
            let found = vm.type_name_or_none(date);
            return Err(vm.type_error(format!("combine() argument 1 must be datetime.date, not {found}")));
        };
        let Some(c) = time.downcast::<Clock>(&*vm.heap).cloned() else {
            let found = vm.type_name_or_none(time);
            return Err(vm.type_error(format!("combine() argument 2 must be datetime.time, not {found}")));
        };
        let (time, fold, own) = { let c = c.get(&*vm.heap); (c.time, c.fold, c.zone.clone()) };
        let zone = zone_or(vm, tzinfo, &own)?;
        of_class(vm, cls, Parts { date, time, fold, zone })
    }
    /// string -> datetime from a string in most ISO 8601 formats
    #[classmethod]
    #[sig("(string, /)")]
    fn fromisoformat(cls: &Value, vm: &mut Vm, string: &Value) -> Result<Value> {
        let Some(s) = string.downcast::<Str>(&*vm.heap) else { return Err(vm.type_error("fromisoformat: argument must be str")) };
        let parsed = parse_datetime(s.get(&*vm.heap).view(), accept_offset);
        let (date, time, offset) = parsed.map_err(|e| iso_error(vm, string, &e))?;
        let zone = zone::from_iso_offset(vm, offset);
        of_class(vm, cls, Parts { date, time, fold: false, zone })
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Moment>, vm: &mut Vm) -> Result<String> {
        let Parts { date, time, fold, zone } = parts_of(vm, this);
        let Date { year, month, day } = date;
        let name = shown_name(vm, this.as_value());
        let mut text = format!("{name}({year}, {month}, {day}, {})", time::repr_fields(time));
        if fold {
            text = with_keyword(text, "fold=1");
        }
        if !zone.is_none() {
            text = with_keyword(text, &format!("tzinfo={}", vm.repr_text(&zone)?));
        }
        Ok(text)
    }
    #[sig("()")]
    fn __str__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let space = vm.str(" ");
        vm.call_method(this, "isoformat", &[space])
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Moment>, vm: &mut Vm) -> Result<i64> {
        let mut parts = parts_of(vm, this);
        // Times that differ in nothing but fold are equal within their zone.
        let offset = if parts.fold {
            parts.fold = false;
            let plain = state(vm).moment;
            let first = typed(vm, plain, parts.clone());
            zone::offset(vm, &parts.zone, "utcoffset", &first)?
        } else {
            offset(vm, this)?
        };
        match offset {
            None => Ok(vm.heap.hash_bytes(&packed(&parts, false))),
            Some(offset) => {
                let total = vm.heap.int(parts.total() - offset.to_microseconds());
                vm.hash(&total)
            }
        }
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Eq, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Ne, value)
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Lt, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Le, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Gt, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(vm, this, CmpOp::Ge, value)
    }
    #[sig("(value, /)")]
    fn __add__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, this, value, 1)
    }
    #[sig("(value, /)")]
    fn __radd__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, this, value, 1)
    }
    #[sig("(value, /)")]
    fn __sub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        difference(vm, this, value)
    }
    #[sig("(value, /)")]
    fn __rsub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        difference(vm, value, this)
    }
    /// Return date object with same year, month and day.
    #[sig("()")]
    fn date(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let date = this.get(&*vm.heap).date;
        Ok(date::new(vm, date))
    }
    /// Return time object with same time but with tzinfo=None.
    #[sig("()")]
    fn time(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let parts = parts_of(vm, this);
        Ok(time::new(vm, parts.time, parts.fold, Value::NONE))
    }
    /// Return time object with same time and tzinfo.
    #[sig("()")]
    fn timetz(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let parts = parts_of(vm, this);
        Ok(time::new(vm, parts.time, parts.fold, parts.zone))
    }
    /// Return ctime() style string.
    #[sig("()")]
    fn ctime(this: &Ref<Moment>, vm: &mut Vm) -> Result<String> {
        let m = this.get(&*vm.heap);
        Ok(ctime(m.date, m.time))
    }
    /// Return time tuple, compatible with time.localtime().
    #[sig("()")]
    fn timetuple(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let parts = parts_of(vm, this);
        let dst = zone::offset(vm, &parts.zone, "dst", this.as_value())?;
        let dst = dst.map_or(-1, |d| i32::from(d != Delta::default()));
        strftime::struct_time(vm, parts.date, parts.time, dst)
    }
    /// Return UTC time tuple, compatible with time.localtime().
    #[sig("()")]
    fn utctimetuple(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let parts = parts_of(vm, this);
        let offset = offset(vm, this)?.unwrap_or_default();
        let (date, time) = at_total(vm, parts.total() - offset.to_microseconds())?;
        strftime::struct_time(vm, date, time, 0)
    }
    /// Return POSIX timestamp as float.
    #[sig("()")]
    fn timestamp(this: &Ref<Moment>, vm: &mut Vm) -> Result<f64> {
        let parts = parts_of(vm, this);
        if parts.zone.is_none() {
            let seconds = clock::local_to_seconds(vm, parts.date, parts.time, parts.fold)? - EPOCH;
            return Ok(seconds as f64 + f64::from(parts.time.microsecond) / 1e6);
        }
        let offset = offset(vm, this)?.unwrap_or_default();
        let since = parts.total() - offset.to_microseconds() - i128::from(EPOCH) * 1_000_000;
        let since = Delta::from_microseconds(since);
        Ok(checked(vm, since)?.total_seconds())
    }
    /// Return a string in ISO 8601 format, YYYY-MM-DDTHH:MM:SS[.ffffff][+HH:MM].
    ///
    /// The optional argument sep is used to separate the date and time, and the optional argument timespec says how
    /// many components of the time to include.
    #[sig("(sep='T', timespec='auto')")]
    fn isoformat(this: &Ref<Moment>, vm: &mut Vm, sep: Option<&Value>, timespec: Option<&Value>) -> Result<Value> {
        let separator = separator(vm, sep)?;
        let spec = time::timespec(vm, timespec)?;
        let parts = parts_of(vm, this);
        let offset = offset(vm, this)?;
        let mut text: Vec<u32> = format_date(parts.date).chars().map(u32::from).collect();
        text.push(separator);
        text.extend(format_time(parts.time, spec).chars().map(u32::from));
        if let Some(offset) = offset {
            text.extend(format_offset(offset.to_microseconds() as i64, ":").chars().map(u32::from));
        }
        Ok(vm.heap.str_from(krait_text::StrRef::Four(&text)).into_value())
    }
    /// Return self.tzinfo.utcoffset(self).
    #[sig("()")]
    fn utcoffset(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let zone = this.get(&*vm.heap).zone.clone();
        zone::offset_value(vm, &zone, "utcoffset", this.as_value())
    }
    /// Return self.tzinfo.tzname(self).
    #[sig("()")]
    fn tzname(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let zone = this.get(&*vm.heap).zone.clone();
        zone::name(vm, &zone, this.as_value())
    }
    /// Return self.tzinfo.dst(self).
    #[sig("()")]
    fn dst(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let zone = this.get(&*vm.heap).zone.clone();
        zone::offset_value(vm, &zone, "dst", this.as_value())
    }
    /// Return datetime with new specified fields.
    #[sig("(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)")]
    fn replace(this: &Ref<Moment>, vm: &mut Vm, year: Option<&Value>, month: Option<&Value>, day: Option<&Value>, hour: Option<&Value>, minute: Option<&Value>, second: Option<&Value>, microsecond: Option<&Value>, tzinfo: Option<&Value>, fold: Option<&Value>) -> Result<Value> {
        let old = parts_of(vm, this);
        let (year, month, day) = (int_or(vm, year, old.date.year)?, int_or(vm, month, old.date.month)?, int_or(vm, day, old.date.day)?);
        let (hour, minute) = (int_or(vm, hour, old.time.hour)?, int_or(vm, minute, old.time.minute)?);
        let (second, microsecond) = (int_or(vm, second, old.time.second)?, int_or(vm, microsecond, old.time.microsecond)?);
        let fold = fold_or(vm, fold, old.fold)?;
        let zone = zone_or(vm, tzinfo, &old.zone)?;
        let class = vm.type_of(this.as_value()).into_value();
        let date = checked(vm, check_date(year, month, day))?;
        let time = checked(vm, check_time(hour, minute, second, microsecond))?;
        of_class(vm, &class, Parts { date, time, fold, zone })
    }
    /// The same as replace().
    #[sig("(*, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, fold=<unrepresentable>)")]
    fn __replace__(this: &Ref<Moment>, vm: &mut Vm, year: Option<&Value>, month: Option<&Value>, day: Option<&Value>, hour: Option<&Value>, minute: Option<&Value>, second: Option<&Value>, microsecond: Option<&Value>, tzinfo: Option<&Value>, fold: Option<&Value>) -> Result<Value> {
        MomentMethods::replace(this, vm, year, month, day, hour, minute, second, microsecond, tzinfo, fold)
    }
    /// tz -> convert to local time in new timezone tz
    #[sig("(tz=None)")]
    fn astimezone(this: &Ref<Moment>, vm: &mut Vm, tz: Value) -> Result<Value> {
        check_zone(vm, &tz)?;
        let parts = parts_of(vm, this);
        let mut own = parts.zone.clone();
        if own.is_none() {
            own = zone_of_local(vm, &parts)?;
        }
        // Conversion to its own zone changes nothing.
        if own.is(&tz) {
            return Ok(this.to_value());
        }
        let offset = match zone::offset(vm, &own, "utcoffset", this.as_value())? {
            Some(offset) => offset,
            // The zone does not know: as good as none.
            None => {
                let own = zone_of_local(vm, &parts)?;
                zone::offset(vm, &own, "utcoffset", this.as_value())?.unwrap_or_default()
            }
        };
        let moment = parts.total() - offset.to_microseconds();
        let target = if tz.is_none() { zone_at(vm, (moment.div_euclid(1_000_000) as i64) - EPOCH)? } else { tz };
        let (date, time) = at_total(vm, moment)?;
        let class = vm.type_of(this.as_value()).into_value();
        let in_utc = of_class(vm, &class, Parts { date, time, fold: false, zone: target.clone() })?;
        vm.call_method(&target, "fromutc", &[in_utc])
    }
    /// __reduce_ex__(proto) -> (cls, state)
    #[sig("(proto, /)")]
    fn __reduce_ex__(this: &Ref<Moment>, vm: &mut Vm, proto: i32) -> Result<Value> {
        Ok(reduce(vm, this, proto))
    }
    /// __reduce__() -> (cls, state)
    #[sig("()")]
    fn __reduce__(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        Ok(reduce(vm, this, 2))
    }
    #[getter]
    fn hour(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.hour)
    }
    #[getter]
    fn minute(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.minute)
    }
    #[getter]
    fn second(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.second)
    }
    #[getter]
    fn microsecond(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).time.microsecond)
    }
    #[getter]
    fn tzinfo(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).zone.clone())
    }
    #[getter]
    fn fold(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).fold.into())
    }
}

/// Refuses offsets in ISO text that no `timezone` can have.
pub(super) fn accept_offset(offset: i64) -> std::result::Result<(), IsoError> {
    match Delta::from_microseconds(offset.into()) {
        Ok(delta) if !zone::is_offset(delta) => Err(Failure::value(zone::offset_message(delta)).into()),
        _ => Ok(()),
    }
}

fn separator(vm: &mut Vm, sep: Option<&Value>) -> Result<u32> {
    let Some(sep) = sep else { return Ok(u32::from('T')) };
    let Some(s) = sep.downcast::<Str>(&*vm.heap) else {
        let found = vm.type_name_or_none(sep);
        return Err(vm.type_error(format!("isoformat() argument 1 must be a unicode character, not {found}")));
    };
    let view = s.get(&*vm.heap).view();
    match (view.len(), view.get(0)) {
        (1, Some(c)) => Ok(c),
        (n, _) => Err(vm.type_error(format!("isoformat() argument 1 must be a unicode character, not a string of length {n}"))),
    }
}

