//! The `_datetime` module: dates, times, durations and time zones.
//!
//! Calendar arithmetic and ISO text are in `krait_formats::datetime`; here are the classes: [`delta`], [`date`],
//! [`moment`] (datetime), [`time`], [`zone`] (tzinfo and timezone), and in [`clock`] what they ask of the `time`
//! module. `datetime` derives from `date`, so both share one payload, [`Moment`].

mod clock;
mod date;
mod delta;
mod moment;
mod strftime;
mod time;
mod zone;

use krait_formats::datetime::{Date, Delta, IsoError, Time};
use krait_formats::{Class, Failure};
use krait_vm::args::MethodDef;
use krait_vm::builtins::module::Module;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Payload, Raised, Ref, Result, Traverse, Value, Vm};

/// A date, and for `datetime` the rest of it.
#[derive(Traverse)]
pub(crate) struct Moment {
    #[traverse(skip)]
    date: Date,
    #[traverse(skip)]
    time: Time,
    fold: bool,
    zone: Value,
}

/// A time of day.
#[derive(Traverse)]
pub(crate) struct Clock {
    #[traverse(skip)]
    time: Time,
    fold: bool,
    zone: Value,
}

/// A duration.
#[derive(Traverse)]
pub(crate) struct Duration {
    #[traverse(skip)]
    delta: Delta,
}

/// The classes of the module, as type ids, and the UTC time zone.
#[derive(Clone, Default)]
struct State {
    delta: u32,
    date: u32,
    moment: u32,
    time: u32,
    zone_base: u32,
    zone: u32,
    iso_date: u32,
    utc: Option<Value>,
    /// What stands for the table of C functions.
    capsule: Option<Value>,
}

/// One of the ids in [`State`].
fn state(vm: &mut Vm) -> &State {
    vm.state::<State>()
}

/// Raises what the engine reports.
fn failure(vm: &mut Vm, e: &Failure) -> Raised {
    match e.class {
        Class::TypeError => vm.type_error(&e.message),
        Class::OverflowError => vm.overflow_error(&e.message),
        Class::ValueError | Class::Module => vm.value_error(&e.message),
    }
}

fn checked<T>(vm: &mut Vm, result: std::result::Result<T, Failure>) -> Result<T> {
    result.map_err(|e| failure(vm, &e))
}

/// The error of a `fromisoformat`.
fn iso_error(vm: &mut Vm, text: &Value, e: &IsoError) -> Raised {
    match e {
        IsoError::Failure(e) => failure(vm, e),
        IsoError::Malformed => match vm.repr_text(text) {
            Ok(shown) => vm.value_error(format!("Invalid isoformat string: {shown}")),
            Err(raised) => raised,
        },
    }
}

/// An integer argument, or what stands for it when it is absent.
fn int_or(vm: &mut Vm, value: Option<&Value>, default: i32) -> Result<i32> {
    let Some(value) = value else { return Ok(default) };
    let n = vm.index_i64(value, "int")?;
    i32::try_from(n).map_err(|_| {
        vm.overflow_error(if n < 0 { "signed integer is less than minimum" } else { "signed integer is greater than maximum" })
    })
}

/// The `fold` argument.
fn fold_or(vm: &mut Vm, value: Option<&Value>, default: bool) -> Result<bool> {
    match int_or(vm, value, default.into())? {
        0 => Ok(false),
        1 => Ok(true),
        n => Err(vm.value_error(format!("fold must be either 0 or 1, not {n}"))),
    }
}

/// The `tzinfo` argument, or what stands for it when it is absent.
fn zone_or(vm: &mut Vm, value: Option<&Value>, default: &Value) -> Result<Value> {
    let Some(value) = value else { return Ok(default.clone()) };
    check_zone(vm, value)?;
    Ok(value.clone())
}

fn check_zone(vm: &mut Vm, value: &Value) -> Result<()> {
    let base = state(vm).zone_base;
    if value.is_none() || vm.heap.is_instance(value, base) {
        return Ok(());
    }
    let found = vm.type_name(value);
    Err(vm.type_error(format!("tzinfo argument must be None or of a tzinfo subclass, not type '{found}'")))
}

/// The name with which a repr begins: qualified for the module's own classes.
fn shown_name(vm: &mut Vm, value: &Value) -> String {
    vm.type_name(value)
}

/// `datetime.datetime(…)` with one more argument before the parenthesis.
fn with_keyword(text: String, keyword: &str) -> String {
    let open = text.strip_suffix(')').unwrap_or(&text);
    format!("{open}, {keyword})")
}

/// `(class, arguments)`: what `__reduce__` returns.
fn reduced(vm: &mut Vm, this: &Value, args: Vec<Value>) -> Value {
    let (ty, args) = (vm.type_of(this).into_value(), vm.tuple(args));
    vm.tuple(vec![ty, args])
}

/// The bytes of a pickle of `length` bytes: bytes, or what Python 2 wrote as text.
fn pickled(vm: &mut Vm, value: &Value, length: usize, kind: &str) -> Result<Option<Vec<u8>>> {
    use krait_vm::builtins::{bytes::Bytes, str::Str};
    if let Some(b) = value.downcast::<Bytes>(&*vm.heap) {
        let data = b.get(&*vm.heap).data.to_vec();
        return Ok(Some(data).filter(|d| d.len() == length));
    }
    let Some(s) = value.downcast::<Str>(&*vm.heap) else { return Ok(None) };
    let view = s.get(&*vm.heap).view();
    if view.len() != length {
        return Ok(None);
    }
    let bytes: Option<Vec<u8>> = view.iter().map(|c| u8::try_from(c).ok()).collect();
    match bytes {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(vm.value_error(format!(
            "Failed to encode latin1 string when unpickling a {kind} object. pickle.load(data, encoding='latin1') is assumed."
        ))),
    }
}

/// Whether an optional constructor argument may belong to a pickle: nothing but a time zone follows the bytes.
fn is_state_call(rest: &[Option<&Value>]) -> bool {
    rest.iter().all(Option::is_none)
}

fn set_class_value(vm: &mut Vm, ty: &Ref<Type>, name: &str, value: Value) {
    let name = vm.intern(name);
    vm.set_type_attribute(ty, &name, Some(value));
}

fn define<T: Payload>(vm: &mut Vm, base: Option<&Ref<Type>>, name: &'static str, doc: &'static str, flags: u32, methods: &'static [MethodDef]) -> Ref<Type> {
    vm.define_type::<T>(base, &TypeSpec { name, doc, flags, dict: false, methods })
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    // The classes stay the same when the module is imported again.
    if state(vm).utc.is_none() {
        make_classes(vm);
    }
    let State { delta, date, moment, time, zone_base, zone, utc, capsule, .. } = state(vm).clone();
    for (name, id) in [("timedelta", delta), ("date", date), ("datetime", moment), ("time", time), ("tzinfo", zone_base), ("timezone", zone)] {
        let ty = vm.core_type(id);
        vm.module_set(module, name, ty.into_value());
    }
    vm.module_set(module, "UTC", utc.unwrap_or(Value::NONE));
    vm.module_set(module, "datetime_CAPI", capsule.unwrap_or(Value::NONE));
    vm.module_set(module, "MINYEAR", Value::int32(krait_formats::datetime::MIN_YEAR));
    vm.module_set(module, "MAXYEAR", Value::int32(krait_formats::datetime::MAX_YEAR));
    Ok(())
}

fn make_classes(vm: &mut Vm) {
    let delta = delta::define(vm);
    let zone_base = zone::define_base(vm);
    let date = date::define(vm);
    let moment = moment::define(vm, &date);
    let time = time::define(vm);
    let zone = zone::define(vm, &zone_base);
    let iso_date = date::define_iso_date(vm);
    let ids = [&delta, &date, &moment, &time, &zone_base, &zone, &iso_date].map(|t| t.id(&vm.heap));
    let [delta_id, date_id, moment_id, time_id, base_id, zone_id, iso_id] = ids;
    *vm.state::<State>() =
        State { delta: delta_id, date: date_id, moment: moment_id, time: time_id, zone_base: base_id, zone: zone_id, iso_date: iso_id, ..State::default() };
    delta::add_constants(vm, &delta);
    let utc = zone::add_constants(vm, &zone);
    date::add_constants(vm, &date);
    moment::add_constants(vm, &moment);
    time::add_constants(vm, &time);
    debug_assert!(utc.is_heap());
    vm.state::<State>().capsule = Some(crate::types_module::capsule(vm));
}
