//! `tzinfo`, the base class of time zones, and `timezone`, the zones with a fixed offset.

use super::{Duration, delta, moment, set_class_value, state};
use krait_formats::datetime::{Delta, format_offset};
use krait_vm::args::Methods;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::Type;
use krait_vm::{Exc, KwArgs, Ref, Result, Traverse, Value, Vm, methods};

/// Instances of `tzinfo` and its subclasses carry nothing of their own.
#[derive(Traverse)]
struct ZoneBase {
    unused: bool,
}

/// A `timezone`.
#[derive(Traverse)]
struct Zone {
    #[traverse(skip)]
    offset: Delta,
    name: Option<Value>,
}

pub(super) fn define_base(vm: &mut Vm) -> Ref<Type> {
    super::define::<ZoneBase>(vm, None, "datetime.tzinfo", "Abstract base class for time zone info objects.", flags::BASETYPE, BaseMethods::METHODS)
}

pub(super) fn define(vm: &mut Vm, base: &Ref<Type>) -> Ref<Type> {
    super::define::<Zone>(vm, Some(base), "datetime.timezone", "Fixed offset from UTC implementation of tzinfo.", 0, ZoneMethods::METHODS)
}

/// Adds the constants of `timezone`; the UTC zone.
pub(super) fn add_constants(vm: &mut Vm, ty: &Ref<Type>) -> Value {
    let utc = new(vm, Delta::default(), None);
    vm.state::<super::State>().utc = Some(utc.clone());
    let limit = 24 * 3600 - 60;
    for (name, seconds) in [("min", -limit), ("max", limit)] {
        let offset = Delta::new(0, seconds, 0).unwrap_or_default();
        let zone = new(vm, offset, None);
        set_class_value(vm, ty, name, zone);
    }
    set_class_value(vm, ty, "utc", utc.clone());
    utc
}

/// A `timezone`; not the shared one for UTC.
pub(super) fn new(vm: &mut Vm, offset: Delta, name: Option<Value>) -> Value {
    let id = state(vm).zone;
    vm.heap.alloc_typed(id, Zone { offset, name }).into_value()
}

pub(super) fn utc(vm: &mut Vm) -> Value {
    state(vm).utc.clone().unwrap_or(Value::NONE)
}

/// Whether an offset from UTC is less than a day.
pub(super) fn is_offset(delta: Delta) -> bool {
    delta.to_microseconds().unsigned_abs() < 86_400_000_000
}

/// Complains about the offset of a `timezone`.
pub(super) fn offset_message(delta: Delta) -> String {
    format!(
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not datetime.timedelta({})",
        delta.repr_arguments()
    )
}

/// The zone that ISO text names by its offset in microseconds.
pub(super) fn from_iso_offset(vm: &mut Vm, offset: Option<i64>) -> Value {
    match offset {
        None => Value::NONE,
        Some(0) => utc(vm),
        Some(offset) => {
            let offset = Delta::from_microseconds(offset.into()).unwrap_or_default();
            new(vm, offset, None)
        }
    }
}

/// `zone.utcoffset(argument)` or `zone.dst(argument)`, checked; `None` without a zone or an answer.
pub(super) fn offset(vm: &mut Vm, zone: &Value, method: &str, argument: &Value) -> Result<Option<Delta>> {
    if zone.is_none() {
        return Ok(None);
    }
    let result = vm.call_method(zone, method, std::slice::from_ref(argument))?;
    if result.is_none() {
        return Ok(None);
    }
    let Some(offset) = delta::of(vm, &result) else {
        let found = vm.type_name(&result);
        return Err(vm.type_error(format!("tzinfo.{method}() must return None or a timedelta, not '{found}'")));
    };
    if !is_offset(offset) {
        return Err(vm.value_error("offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)."));
    }
    Ok(Some(offset))
}

/// `zone.tzname(argument)`: a string or None.
pub(super) fn name(vm: &mut Vm, zone: &Value, argument: &Value) -> Result<Value> {
    if zone.is_none() {
        return Ok(Value::NONE);
    }
    let result = vm.call_method(zone, "tzname", std::slice::from_ref(argument))?;
    if result.is_none() || result.has_payload::<Str>(&*vm.heap) {
        return Ok(result);
    }
    let found = vm.type_name(&result);
    Err(vm.type_error(format!("tzinfo.tzname() must return None or a string, not '{found}'")))
}

fn duration(vm: &mut Vm, offset: Option<Delta>) -> Value {
    match offset {
        Some(offset) => delta::new(vm, offset),
        None => Value::NONE,
    }
}

/// What `utcoffset()` and `dst()` of dates and times return.
pub(super) fn offset_value(vm: &mut Vm, zone: &Value, method: &str, argument: &Value) -> Result<Value> {
    let offset = offset(vm, zone, method, argument)?;
    Ok(duration(vm, offset))
}

fn abstract_method(vm: &mut Vm, name: &str) -> krait_vm::Raised {
    vm.error(Exc::NotImplementedError, format!("a tzinfo subclass must implement {name}()"))
}

struct BaseMethods;

#[methods]
impl BaseMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, ZoneBase { unused: true }).into_value())
    }
    /// datetime -> string name of time zone.
    #[sig("(dt, /)")]
    fn tzname(_this: &Value, vm: &mut Vm, _dt: &Value) -> Result<Value> {
        Err(abstract_method(vm, "tzname"))
    }
    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[sig("(dt, /)")]
    fn utcoffset(_this: &Value, vm: &mut Vm, _dt: &Value) -> Result<Value> {
        Err(abstract_method(vm, "utcoffset"))
    }
    /// datetime -> DST offset as timedelta positive east of UTC.
    #[sig("(dt, /)")]
    fn dst(_this: &Value, vm: &mut Vm, _dt: &Value) -> Result<Value> {
        Err(abstract_method(vm, "dst"))
    }
    /// datetime in UTC -> datetime in local time.
    #[sig("(dt, /)")]
    fn fromutc(this: &Value, vm: &mut Vm, dt: &Value) -> Result<Value> {
        let Some(m) = moment::of(vm, dt) else { return Err(vm.type_error("fromutc: argument must be a datetime")) };
        let zone = m.get(&*vm.heap).zone.clone();
        if !zone.is(this) {
            return Err(vm.value_error("fromutc: dt.tzinfo is not self"));
        }
        let off = vm.call_method(dt, "utcoffset", &[])?;
        let Some(off) = delta::of(vm, &off) else {
            return Err(vm.value_error("fromutc: non-None utcoffset() result required"));
        };
        let dst = vm.call_method(dt, "dst", &[])?;
        let Some(dst) = delta::of(vm, &dst) else {
            return Err(vm.value_error("fromutc: non-None dst() result required"));
        };
        let standard = off.to_microseconds() - dst.to_microseconds();
        let result = moment::shifted(vm, &m, standard)?;
        let Some(dst) = offset(vm, &zone, "dst", &result)? else {
            return Err(vm.value_error("fromutc: tz.dst() gave inconsistent results; cannot convert"));
        };
        match (dst.to_microseconds(), moment::of(vm, &result)) {
            (0, _) | (_, None) => Ok(result),
            (dst, Some(result)) => moment::shifted(vm, &result, dst),
        }
    }
    /// -> (cls, state)
    #[sig("()")]
    fn __reduce__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let name = vm.intern("__getinitargs__");
        let args = match vm.get_attr_opt(this, &name)? {
            Some(f) => vm.call(&f, &[])?,
            None => vm.tuple(Vec::new()),
        };
        let state = vm.call_method(this, "__getstate__", &[])?;
        let ty = vm.type_of(this).into_value();
        Ok(vm.tuple(vec![ty, args, state]))
    }
}

/// The name that a zone without one goes by.
fn default_name(vm: &mut Vm, this: &Ref<Zone>) -> String {
    let is_utc = this.as_value().is(&utc(vm));
    let offset = this.get(&*vm.heap).offset;
    if is_utc || offset == Delta::default() {
        return "UTC".into();
    }
    format!("UTC{}", format_offset(offset.to_microseconds() as i64, ":"))
}

fn check_argument(vm: &mut Vm, dt: &Value, method: &str) -> Result<()> {
    if dt.is_none() || moment::of(vm, dt).is_some() {
        return Ok(());
    }
    let found = vm.type_name(dt);
    Err(vm.type_error(format!("{method}(dt) argument must be a datetime instance or None, not {found}")))
}

struct ZoneMethods;

#[methods]
impl ZoneMethods {
    #[sig("(offset, name=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, offset: &Value, name: Option<Value>) -> Result<Value> {
        let Some(delta) = offset.downcast::<Duration>(&*vm.heap).map(|d| d.get(&*vm.heap).delta) else {
            let found = vm.type_name_or_none(offset);
            return Err(vm.type_error(format!("timezone() argument 1 must be datetime.timedelta, not {found}")));
        };
        if let Some(name) = &name
            && !name.has_payload::<Str>(&*vm.heap)
        {
            let found = vm.type_name_or_none(name);
            return Err(vm.type_error(format!("timezone() argument 2 must be str, not {found}")));
        }
        if name.is_none() && delta == Delta::default() {
            return Ok(utc(vm));
        }
        if !is_offset(delta) {
            let shown = vm.repr_text(offset)?;
            return Err(vm.value_error(format!(
                "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {shown}"
            )));
        }
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Zone { offset: delta, name }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Zone>, vm: &mut Vm) -> Result<String> {
        let type_name = vm.type_name(this.as_value());
        if this.as_value().is(&utc(vm)) {
            return Ok(format!("{type_name}.utc"));
        }
        let (offset, name) = { let z = this.get(&*vm.heap); (z.offset, z.name.clone()) };
        let offset = delta::new(vm, offset);
        let offset = vm.repr_text(&offset)?;
        Ok(match name {
            Some(name) => format!("{type_name}({offset}, {})", vm.repr_text(&name)?),
            None => format!("{type_name}({offset})"),
        })
    }
    #[sig("()")]
    fn __str__(this: &Ref<Zone>, vm: &mut Vm) -> Result<Value> {
        match this.get(&*vm.heap).name.clone() {
            Some(name) => Ok(name),
            None => {
                let name = default_name(vm, this);
                Ok(vm.str(&name))
            }
        }
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Zone>, vm: &mut Vm) -> Result<i64> {
        let offset = this.get(&*vm.heap).offset;
        let offset = delta::new(vm, offset);
        vm.hash(&offset)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Zone>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(match value.downcast::<Zone>(&*vm.heap) {
            Some(other) => Value::bool(this.get(&*vm.heap).offset == other.get(&*vm.heap).offset),
            None => Value::NOT_IMPLEMENTED,
        })
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Zone>, vm: &mut Vm, value: &Value) -> Result<Value> {
        Ok(match value.downcast::<Zone>(&*vm.heap) {
            Some(other) => Value::bool(this.get(&*vm.heap).offset != other.get(&*vm.heap).offset),
            None => Value::NOT_IMPLEMENTED,
        })
    }
    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[sig("(dt, /)")]
    fn tzname(this: &Ref<Zone>, vm: &mut Vm, dt: &Value) -> Result<Value> {
        check_argument(vm, dt, "tzname")?;
        ZoneMethods::__str__(this, vm)
    }
    /// Return fixed offset.
    #[sig("(dt, /)")]
    fn utcoffset(this: &Ref<Zone>, vm: &mut Vm, dt: &Value) -> Result<Value> {
        check_argument(vm, dt, "utcoffset")?;
        let offset = this.get(&*vm.heap).offset;
        Ok(delta::new(vm, offset))
    }
    /// Return None.
    #[sig("(dt, /)")]
    fn dst(_this: &Ref<Zone>, vm: &mut Vm, dt: &Value) -> Result<()> {
        check_argument(vm, dt, "dst")
    }
    /// datetime in UTC -> datetime in local time.
    #[sig("(dt, /)")]
    fn fromutc(this: &Ref<Zone>, vm: &mut Vm, dt: &Value) -> Result<Value> {
        let Some(m) = moment::of(vm, dt) else {
            return Err(vm.type_error("fromutc: argument must be a datetime instance"));
        };
        if !m.get(&*vm.heap).zone.is(this.as_value()) {
            return Err(vm.value_error("fromutc: dt.tzinfo is not self"));
        }
        let offset = this.get(&*vm.heap).offset.to_microseconds();
        moment::shifted(vm, &m, offset)
    }
    /// pickle support
    #[sig("()")]
    fn __getinitargs__(this: &Ref<Zone>, vm: &mut Vm) -> Result<Value> {
        let (offset, name) = { let z = this.get(&*vm.heap); (z.offset, z.name.clone()) };
        let mut args = vec![delta::new(vm, offset)];
        args.extend(name);
        Ok(vm.tuple(args))
    }
}
