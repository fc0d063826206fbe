//! `date`, and the named tuple that `isocalendar()` returns.

use super::clock::{self, Rounding};
use super::strftime::{self, Extra};
use super::{Moment, checked, delta, failure, int_or, iso_error, is_state_call, moment, pickled, reduced, set_class_value, shown_name, state};
use krait_formats::datetime::{
    Date, Delta, MAX_ORDINAL, MAX_YEAR, MIN_YEAR, Time, check_date, ctime, days_in_month, format_date, from_iso_calendar, from_ordinal, iso_calendar, parse_date, to_ordinal,
    weekday,
};
use krait_vm::args::Methods;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::heap::flags;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::{Type, id};
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

pub(super) fn define(vm: &mut Vm) -> Ref<Type> {
    super::define::<Moment>(vm, None, "datetime.date", "date(year, month, day) --> date object", flags::BASETYPE, DateMethods::METHODS)
}

pub(super) fn define_iso_date(vm: &mut Vm) -> Ref<Type> {
    let base = vm.core_type(id::TUPLE);
    super::define::<Tuple>(vm, Some(&base), "datetime.IsoCalendarDate", "The result of date.isocalendar() or datetime.isocalendar()\n\nThis object may be accessed either as a tuple of\n  ((year, week, weekday))\nor via the object attributes as named in the above tuple.", 0, IsoDateMethods::METHODS)
}

pub(super) fn add_constants(vm: &mut Vm, ty: &Ref<Type>) {
    for (name, date) in [("min", Date { year: 1, month: 1, day: 1 }), ("max", Date { year: 9999, month: 12, day: 31 })] {
        let value = new(vm, date);
        set_class_value(vm, ty, name, value);
    }
    let resolution = delta::new(vm, Delta { days: 1, seconds: 0, microseconds: 0 });
    set_class_value(vm, ty, "resolution", resolution);
}

/// A plain date.
pub(super) fn new(vm: &mut Vm, date: Date) -> Value {
    let type_id = state(vm).date;
    typed(vm, type_id, date)
}

fn typed(vm: &mut Vm, type_id: u32, date: Date) -> Value {
    vm.heap.alloc_typed(type_id, Moment { date, time: Time::default(), fold: false, zone: Value::NONE }).into_value()
}

/// A date of a class, through its constructor when it is a subclass.
fn of_class(vm: &mut Vm, class: &Value, date: Date) -> Result<Value> {
    let plain = state(vm).date;
    if class.is(vm.core_type(plain).as_value()) {
        return Ok(new(vm, date));
    }
    vm.call(class, &[date.year, date.month, date.day].map(Value::int32))
}

/// The date a value is, unless it is a datetime.
fn pure(vm: &mut Vm, value: &Value) -> Option<Date> {
    let date = value.downcast::<Moment>(&*vm.heap)?.get(&*vm.heap).date;
    let moment = state(vm).moment;
    if vm.heap.is_instance(value, moment) { None } else { Some(date) }
}

/// The date with an ordinal; OverflowError beyond the calendar.
pub(super) fn at_ordinal(vm: &mut Vm, ordinal: i64) -> Result<Date> {
    if (1..=i64::from(MAX_ORDINAL)).contains(&ordinal) {
        return Ok(from_ordinal(ordinal as i32));
    }
    Err(vm.overflow_error("date value out of range"))
}

fn compare(vm: &mut Vm, this: &Ref<Moment>, op: CmpOp, other: &Value) -> Value {
    match (pure(vm, this.as_value()), pure(vm, other)) {
        (Some(a), Some(b)) => Value::bool(op.test(a.cmp(&b))),
        _ => Value::NOT_IMPLEMENTED,
    }
}

/// A date `sign` times the days of a duration later.
fn shifted(vm: &mut Vm, this: &Value, days: i32, sign: i64) -> Result<Value> {
    let Some(date) = this.downcast::<Moment>(&*vm.heap).map(|m| m.get(&*vm.heap).date) else { return Ok(Value::NOT_IMPLEMENTED) };
    let date = at_ordinal(vm, i64::from(to_ordinal(date)) + sign * i64::from(days))?;
    let class = vm.type_of(this).into_value();
    of_class(vm, &class, date)
}

fn sum(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
    match (pure(vm, a), delta::of(vm, b)) {
        (Some(_), Some(delta)) => shifted(vm, a, delta.days, 1),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn difference(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
    let Some(date) = pure(vm, a) else { return Ok(Value::NOT_IMPLEMENTED) };
    if let Some(other) = pure(vm, b) {
        let days = to_ordinal(date) - to_ordinal(other);
        return Ok(delta::new(vm, Delta { days, seconds: 0, microseconds: 0 }));
    }
    match delta::of(vm, b) {
        Some(delta) => shifted(vm, a, delta.days, -1),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The four bytes of a date in a pickle.
pub(super) fn packed(date: Date) -> [u8; 4] {
    [(date.year >> 8) as u8, date.year as u8, date.month as u8, date.day as u8]
}

/// The date of four bytes. Only the month tells whether they are one; the rest is moved into range.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Date> {
    let [high, low, month, day] = bytes.first_chunk::<4>()?.map(i32::from);
    if !(1..=12).contains(&month) {
        return None;
    }
    let year = (high << 8 | low).clamp(MIN_YEAR, MAX_YEAR);
    Some(Date { year, month, day: day.clamp(1, days_in_month(year, month)) })
}

pub(super) fn missing(vm: &mut Vm, name: &str, position: usize) -> krait_vm::Raised {
    vm.type_error(format!("function missing required argument '{name}' (pos {position})"))
}

struct DateMethods;

#[methods]
impl DateMethods {
    #[sig("(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, year: Option<&Value>, month: Option<&Value>, day: Option<&Value>) -> Result<Value> {
        let type_id = cls.id(&vm.heap);
        let Some(year) = year else { return Err(missing(vm, "year", 1)) };
        if is_state_call(&[month, day])
            && let Some(date) = pickled(vm, year, 4, "date")?.as_deref().and_then(unpacked)
        {
            return Ok(typed(vm, type_id, date));
        }
        let year = int_or(vm, Some(year), 0)?;
        let Some(month) = month else { return Err(missing(vm, "month", 2)) };
        let month = int_or(vm, Some(month), 0)?;
        let Some(day) = day else { return Err(missing(vm, "day", 3)) };
        let day = int_or(vm, Some(day), 0)?;
        let date = checked(vm, check_date(year, month, day))?;
        Ok(typed(vm, type_id, date))
    }
    /// Current date or datetime.
    ///
    /// Equivalent to fromtimestamp(time.time()).
    #[classmethod]
    #[sig("()")]
    fn today(cls: &Value, vm: &mut Vm) -> Result<Value> {
        let time = vm.import_attr("time", "time")?;
        let now = vm.call(&time, &[])?;
        vm.call_method(cls, "fromtimestamp", &[now])
    }
    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is interpreted
    /// as local time.
    #[classmethod]
    #[sig("(timestamp, /)")]
    fn fromtimestamp(cls: &Value, vm: &mut Vm, timestamp: &Value) -> Result<Value> {
        let (seconds, _) = clock::timestamp(vm, timestamp, Rounding::Down)?;
        let date = clock::local_date(vm, seconds)?;
        of_class(vm, cls, date)
    }
    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[classmethod]
    #[sig("(ordinal, /)")]
    fn fromordinal(cls: &Value, vm: &mut Vm, ordinal: &Value) -> Result<Value> {
        let ordinal = int_or(vm, Some(ordinal), 0)?;
        if ordinal < 1 {
            return Err(vm.value_error("ordinal must be >= 1"));
        }
        if ordinal > MAX_ORDINAL {
            let year = clock::year_of_ordinal(ordinal.into());
            return Err(vm.value_error(format!("year must be in 1..9999, not {year}")));
        }
        moment::date_of_class(vm, cls, from_ordinal(ordinal))
    }
    /// str -> Construct a date from a string in ISO 8601 format.
    #[classmethod]
    #[sig("(string, /)")]
    fn fromisoformat(cls: &Value, vm: &mut Vm, string: &Value) -> Result<Value> {
        let Some(s) = string.downcast::<Str>(&*vm.heap) else { return Err(vm.type_error("fromisoformat: argument must be str")) };
        let parsed = parse_date(s.get(&*vm.heap).view());
        let date = parsed.map_err(|e| iso_error(vm, string, &e))?;
        moment::date_of_class(vm, cls, date)
    }
    /// int, int, int -> Construct a date from the ISO year, week number and weekday.
    ///
    /// This is the inverse of the function date.isocalendar()
    #[classmethod]
    #[sig("(year, week, day)")]
    fn fromisocalendar(cls: &Value, vm: &mut Vm, year: &Value, week: &Value, day: &Value) -> Result<Value> {
        let mut parts = [0; 3];
        for (part, value) in parts.iter_mut().zip([year, week, day]) {
            let n = int_or(vm, Some(value), 0);
            let Some(n) = vm.catch(n, Exc::OverflowError)? else {
                return Err(vm.value_error("ISO calendar component out of range"));
            };
            *part = n;
        }
        let [year, week, day] = parts;
        let date = checked(vm, from_iso_calendar(year, week, day))?;
        moment::date_of_class(vm, cls, date)
    }
    /// Parse string according to the given date format.
    #[classmethod]
    #[sig("(string, format, /)")]
    fn strptime(cls: &Value, vm: &mut Vm, string: &Value, format: &Value) -> Result<Value> {
        strftime::parse(vm, "_strptime_datetime_date", cls, string, format)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Moment>, vm: &mut Vm) -> Result<String> {
        let Date { year, month, day } = this.get(&*vm.heap).date;
        Ok(format!("{}({year}, {month}, {day})", shown_name(vm, this.as_value())))
    }
    #[sig("()")]
    fn __str__(this: &Value, vm: &mut Vm) -> Result<Value> {
        vm.call_method(this, "isoformat", &[])
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Moment>, vm: &mut Vm) -> Result<i64> {
        let bytes = packed(this.get(&*vm.heap).date);
        Ok(vm.heap.hash_bytes(&bytes))
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Eq, value))
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Ne, value))
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Lt, value))
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Le, value))
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Gt, value))
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Moment>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(compare(vm, this, CmpOp::Ge, value))
    }
    #[sig("(value, /)")]
    fn __add__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, this, value)
    }
    #[sig("(value, /)")]
    fn __radd__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        sum(vm, this, value)
    }
    #[sig("(value, /)")]
    fn __sub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        difference(vm, this, value)
    }
    #[sig("(value, /)")]
    fn __rsub__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        difference(vm, value, this)
    }
    /// Return ctime() style string.
    #[sig("()")]
    fn ctime(this: &Ref<Moment>, vm: &mut Vm) -> Result<String> {
        Ok(ctime(this.get(&*vm.heap).date, Time::default()))
    }
    /// Format using strftime().
    ///
    /// Example: "%d/%m/%Y, %H:%M:%S"
    #[sig("(format)")]
    fn strftime(this: &Ref<Moment>, vm: &mut Vm, format: &Value) -> Result<Value> {
        strftime::check_text(vm, "strftime", 1, format)?;
        let parts = vm.call_method(this.as_value(), "timetuple", &[])?;
        let (zone, microsecond) = { let m = this.get(&*vm.heap); (m.zone.clone(), m.time.microsecond) };
        strftime::format(vm, format, &parts, &Extra { zone: &zone, argument: this.as_value(), microsecond })
    }
    /// Formats self with strftime.
    #[sig("(format, /)")]
    fn __format__(this: &Value, vm: &mut Vm, format: &Value) -> Result<Value> {
        strftime::format_method(vm, this, format)
    }
    /// Return string in ISO 8601 format, YYYY-MM-DD.
    #[sig("()")]
    fn isoformat(this: &Ref<Moment>, vm: &mut Vm) -> Result<String> {
        Ok(format_date(this.get(&*vm.heap).date))
    }
    /// Return the day of the week represented by the date.
    ///
    /// Monday == 1 ... Sunday == 7
    #[sig("()")]
    fn isoweekday(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(weekday(this.get(&*vm.heap).date) + 1)
    }
    /// Return a named tuple containing ISO year, week number, and weekday.
    #[sig("()")]
    fn isocalendar(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let (year, week, day) = iso_calendar(this.get(&*vm.heap).date);
        let type_id = state(vm).iso_date;
        Ok(vm.heap.tuple_typed(type_id, [year, week, day].map(Value::int32).into()).into_value())
    }
    /// Return time tuple, compatible with time.localtime().
    #[sig("()")]
    fn timetuple(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let date = this.get(&*vm.heap).date;
        strftime::struct_time(vm, date, Time::default(), -1)
    }
    /// Return proleptic Gregorian ordinal.
    ///
    /// January 1 of year 1 is day 1.  Only the year, month and day values contribute to the result.
    #[sig("()")]
    fn toordinal(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(to_ordinal(this.get(&*vm.heap).date))
    }
    /// Return the day of the week represented by the date.
    ///
    /// Monday == 0 ... Sunday == 6
    #[sig("()")]
    fn weekday(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(weekday(this.get(&*vm.heap).date))
    }
    /// Return date with new specified fields.
    #[sig("(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)")]
    fn replace(this: &Ref<Moment>, vm: &mut Vm, year: Option<&Value>, month: Option<&Value>, day: Option<&Value>) -> Result<Value> {
        let old = this.get(&*vm.heap).date;
        let (year, month, day) = (int_or(vm, year, old.year)?, int_or(vm, month, old.month)?, int_or(vm, day, old.day)?);
        let class = vm.type_of(this.as_value()).into_value();
        let plain = state(vm).date;
        if class.is(vm.core_type(plain).as_value()) {
            let date = check_date(year, month, day).map_err(|e| failure(vm, &e))?;
            return Ok(new(vm, date));
        }
        vm.call(&class, &[year, month, day].map(Value::int32))
    }
    /// The same as replace().
    #[sig("(*, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)")]
    fn __replace__(this: &Ref<Moment>, vm: &mut Vm, year: Option<&Value>, month: Option<&Value>, day: Option<&Value>) -> Result<Value> {
        DateMethods::replace(this, vm, year, month, day)
    }
    /// __reduce__() -> (cls, state)
    #[sig("()")]
    fn __reduce__(this: &Ref<Moment>, vm: &mut Vm) -> Result<Value> {
        let bytes = packed(this.get(&*vm.heap).date);
        let bytes = vm.heap.bytes(&bytes).into_value();
        Ok(reduced(vm, this.as_value(), vec![bytes]))
    }
    #[getter]
    fn year(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).date.year)
    }
    #[getter]
    fn month(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).date.month)
    }
    #[getter]
    fn day(this: &Ref<Moment>, vm: &mut Vm) -> Result<i32> {
        Ok(this.get(&*vm.heap).date.day)
    }
}

struct IsoDateMethods;

fn iso_part(vm: &Vm, this: &Ref<Tuple>, index: usize) -> Value {
    this.items(&*vm.heap).get(index).cloned().unwrap_or(Value::NONE)
}

#[methods]
impl IsoDateMethods {
    #[sig("(year, week, weekday)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, year: Value, week: Value, weekday: Value) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.tuple_typed(id, vec![year, week, weekday]).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<String> {
        let parts = [0, 1, 2].map(|i| iso_part(vm, this, i));
        let (year, week, day) = (vm.repr_text(&parts[0])?, vm.repr_text(&parts[1])?, vm.repr_text(&parts[2])?);
        Ok(format!("{}(year={year}, week={week}, weekday={day})", vm.type_name(this.as_value())))
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Value> {
        let parts = this.items(&*vm.heap).to_vec();
        let parts = vm.tuple(parts);
        let (class, args) = (vm.core_type(id::TUPLE).into_value(), vm.tuple(vec![parts]));
        Ok(vm.tuple(vec![class, args]))
    }
    #[getter]
    fn year(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Value> {
        Ok(iso_part(vm, this, 0))
    }
    #[getter]
    fn week(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Value> {
        Ok(iso_part(vm, this, 1))
    }
    #[getter]
    fn weekday(this: &Ref<Tuple>, vm: &mut Vm) -> Result<Value> {
        Ok(iso_part(vm, this, 2))
    }
}
