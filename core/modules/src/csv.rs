//! The `_csv` module: dialects, readers and writers on the state machines of krait-formats.
//!
//! The kernel reads and quotes; here are the registry of dialects, iteration, and the conversion of values to text.

use krait_formats::csv::{self, DEFAULT_FIELD_LIMIT, Field, Kind, Quoting};
use krait_formats::{Class, Failure};
use krait_vm::args::{KwArgs, Methods};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::types::build::TypeSpec;
use krait_vm::types::id;
use krait_vm::{Exc, Raised, Ref, Result, Special, Traverse, Type, Value, Vm, methods};

/// What the module keeps per interpreter.
#[derive(Default)]
struct State {
    error: Option<Value>,
    dialects: Option<Ref<Dict>>,
    dialect_type: Option<Ref<Type>>,
    limit: Option<usize>,
}

#[derive(Traverse)]
struct Dialect {
    #[traverse(skip)]
    rules: csv::Dialect,
}

#[derive(Traverse)]
struct Reader {
    lines: Value,
    dialect: Ref<Dialect>,
    #[traverse(skip)]
    engine: csv::Reader,
    line_num: usize,
}

#[derive(Traverse)]
struct Writer {
    write: Value,
    dialect: Ref<Dialect>,
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = |name: &'static str, flags: u32, methods| TypeSpec { name, doc: "", flags, dict: false, methods };
    let dialect = vm.define_type::<Dialect>(None, &spec("_csv.Dialect", krait_vm::heap::flags::BASETYPE, <DialectMethods as Methods>::METHODS));
    let hidden = krait_vm::heap::flags::DISALLOW_INSTANTIATION;
    let reader = vm.define_type::<Reader>(None, &spec("_csv.reader", hidden, <ReaderMethods as Methods>::METHODS));
    let writer = vm.define_type::<Writer>(None, &spec("_csv.writer", hidden, <WriterMethods as Methods>::METHODS));
    vm.module_set(module, "Dialect", dialect.to_value());
    vm.module_set(module, "Reader", reader.into_value());
    vm.module_set(module, "Writer", writer.into_value());
    let (name, base) = (vm.str("Error"), vm.exc.get(Exc::Exception).to_value());
    let bases = vm.tuple(vec![base]);
    let namespace = vm.heap.dict();
    let (key, home) = (vm.intern("__module__").into_value(), vm.str("_csv"));
    namespace.set_item(vm, key, home)?;
    let metatype = vm.core_type(id::TYPE).into_value();
    let error = vm.call(&metatype, &[name, bases, namespace.into_value()])?;
    vm.module_set(module, "Error", error.clone());
    let dialects = vm.heap.dict();
    vm.module_set(module, "_dialects", dialects.to_value());
    for (name, q) in [
        ("QUOTE_MINIMAL", Quoting::Minimal),
        ("QUOTE_ALL", Quoting::All),
        ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
        ("QUOTE_NONE", Quoting::None),
        ("QUOTE_STRINGS", Quoting::Strings),
        ("QUOTE_NOTNULL", Quoting::NotNull),
    ] {
        vm.module_set(module, name, Value::int32(q as i32));
    }
    let state = vm.state::<State>();
    state.error = Some(error);
    state.dialects = Some(dialects);
    state.dialect_type = Some(dialect);
    vm.module_functions::<Functions>(module);
    Ok(())
}

/// `_csv.Error`.
fn csv_error(vm: &mut Vm, message: &str) -> Raised {
    let Some(class) = vm.state::<State>().error.clone() else { return vm.value_error(message) };
    let message = vm.str(message);
    match vm.call(&class, &[message]) {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}
fn failed(vm: &mut Vm, failure: Failure) -> Raised {
    match failure.class {
        Class::Module => csv_error(vm, &failure.message),
        Class::TypeError => vm.type_error(&failure.message),
        Class::OverflowError => vm.overflow_error(&failure.message),
        _ => vm.value_error(&failure.message),
    }
}
fn dialects(vm: &mut Vm) -> Ref<Dict> {
    match vm.state::<State>().dialects.clone() {
        Some(d) => d,
        None => vm.heap.dict(),
    }
}

fn find_dialect(vm: &mut Vm, name: &Value) -> Result<Value> {
    match dialects(vm).get_item(vm, name)? {
        Some(d) => Ok(d),
        None => Err(csv_error(vm, "unknown dialect")),
    }
}

/// `Dialect(dialect, **fmtparams)`.
fn make_dialect(vm: &mut Vm, dialect: Option<&Value>, kwargs: &KwArgs<'_>) -> Result<Ref<Dialect>> {
    let Some(class) = vm.state::<State>().dialect_type.clone() else { return Err(vm.runtime_error("_csv is not initialised")) };
    build_dialect(vm, class.id(&vm.heap), dialect, kwargs)
}

fn one_character(vm: &mut Vm, name: &str, value: &Value, or_none: bool) -> Result<Option<u32>> {
    if value.is_none() && or_none {
        return Ok(None);
    }
    let kind = if or_none { "a unicode character or None" } else { "a unicode character" };
    let Some(s) = value.downcast::<Str>(&*vm.heap) else {
        let found = vm.type_name(value);
        return Err(vm.type_error(format!("\"{name}\" must be {kind}, not {found}")));
    };
    let view = s.view(&*vm.heap);
    match (view.len(), view.first()) {
        (1, c) => Ok(c),
        (n, _) => Err(vm.type_error(format!("\"{name}\" must be {kind}, not a string of length {n}"))),
    }
}

fn build_dialect(vm: &mut Vm, type_id: u32, dialect: Option<&Value>, kwargs: &KwArgs<'_>) -> Result<Ref<Dialect>> {
    const NAMES: [&str; 8] = ["delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"];
    let mut given: [Option<Value>; 8] = Default::default();
    let mut dialect = dialect.cloned();
    for (key, value) in &kwargs.items {
        let key = key.downcast::<Str>(&*vm.heap).map(|s| s.get(&*vm.heap).to_string_lossy()).unwrap_or_default();
        match NAMES.iter().position(|n| *n == key) {
            Some(i) => given[i] = Some((*value).clone()),
            None if key == "dialect" => dialect = Some((*value).clone()),
            None => return Err(vm.type_error(format!("this function got an unexpected keyword argument '{key}'"))),
        }
    }
    if let Some(d) = dialect.clone().filter(|d| !d.is_none()) {
        let d = if d.has_payload::<Str>(&*vm.heap) { find_dialect(vm, &d)? } else { d };
        let is_plain = vm.state::<State>().dialect_type.clone().is_some_and(|t| t.id(&vm.heap) == d.type_id());
        if is_plain
            && given.iter().all(Option::is_none)
            && let Some(d) = d.downcast::<Dialect>(&*vm.heap)
        {
            return Ok(d.clone());
        }
        for (i, name) in NAMES.iter().enumerate() {
            if given[i].is_none() {
                let name = vm.intern(name);
                given[i] = vm.get_attr_opt(&d, &name)?;
            }
        }
    }
    let mut rules = csv::Dialect::default();
    let [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skipinitialspace, strict] = given;
    if let Some(v) = &delimiter
        && let Some(c) = one_character(vm, "delimiter", v, false)?
    {
        rules.delimiter = c;
    }
    if let Some(v) = &doublequote {
        rules.doublequote = vm.truth(v)?;
    }
    if let Some(v) = &escapechar {
        rules.escapechar = one_character(vm, "escapechar", v, true)?;
    }
    if let Some(v) = &lineterminator {
        match v.downcast::<Str>(&*vm.heap) {
            Some(s) => rules.lineterminator = s.view(&*vm.heap).to_buf(),
            None => {
                let found = vm.type_name(v);
                return Err(vm.type_error(format!("\"lineterminator\" must be a string, not {found}")));
            }
        }
    }
    if let Some(v) = &quotechar {
        rules.quotechar = one_character(vm, "quotechar", v, true)?;
    }
    match &quoting {
        Some(v) => {
            if !v.is_exact_int() {
                let found = vm.type_name(v);
                return Err(vm.type_error(format!("\"quoting\" must be an integer, not {found}")));
            }
            let code = vm.index_i64(v, "int")?;
            rules.quoting = Quoting::from_code(code).map_err(|e| failed(vm, e))?;
        }
        None if rules.quotechar.is_none() => rules.quoting = Quoting::None,
        None => {}
    }
    if let Some(v) = &skipinitialspace {
        rules.skipinitialspace = vm.truth(v)?;
    }
    if let Some(v) = &strict {
        rules.strict = vm.truth(v)?;
    }
    rules.check().map_err(|e| failed(vm, e))?;
    Ok(vm.heap.alloc_typed(type_id, Dialect { rules }))
}

fn optional_char(vm: &mut Vm, c: Option<u32>) -> Value {
    c.map_or(Value::NONE, |c| vm.heap.char_str(c).into_value())
}

struct DialectMethods;

#[methods]
impl DialectMethods {
    /// A dialect from another one and from format parameters.
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        if args.len() > 1 {
            let mut all = kwargs.clone();
            const NAMES: [&str; 8] = ["delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"];
            let names: Vec<Value> = NAMES.iter().map(|n| vm.str(n)).collect();
            all.items.extend(names.iter().zip(&args[1..]));
            let type_id = cls.id(&vm.heap);
            return build_dialect(vm, type_id, args.first(), &all).map(Ref::into_value);
        }
        let type_id = cls.id(&vm.heap);
        build_dialect(vm, type_id, args.first(), &kwargs).map(Ref::into_value)
    }
    #[getter]
    fn delimiter(this: &Ref<Dialect>, vm: &mut Vm) -> Result<Value> {
        let c = this.get(&*vm.heap).rules.delimiter;
        Ok(vm.heap.char_str(c).into_value())
    }
    #[getter]
    fn escapechar(this: &Ref<Dialect>, vm: &mut Vm) -> Result<Value> {
        let c = this.get(&*vm.heap).rules.escapechar;
        Ok(optional_char(vm, c))
    }
    #[getter]
    fn quotechar(this: &Ref<Dialect>, vm: &mut Vm) -> Result<Value> {
        let c = this.get(&*vm.heap).rules.quotechar;
        Ok(optional_char(vm, c))
    }
    #[getter]
    fn lineterminator(this: &Ref<Dialect>, vm: &mut Vm) -> Result<Value> {
        let text = this.get(&*vm.heap).rules.lineterminator.clone();
        Ok(vm.heap.str_buf(text).into_value())
    }
    #[getter]
    fn quoting(this: &Ref<Dialect>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).rules.quoting as i64)
    }
    #[getter]
    fn doublequote(this: &Ref<Dialect>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).rules.doublequote)
    }
    #[getter]
    fn skipinitialspace(this: &Ref<Dialect>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).rules.skipinitialspace)
    }
    #[getter]
    fn strict(this: &Ref<Dialect>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).rules.strict)
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<Dialect>, vm: &mut Vm) -> Result<Value> {
        let name = vm.type_of(this.as_value()).name(&vm.heap);
        let name = name.rsplit('.').next().unwrap_or_default();
        Err(vm.type_error(format!("cannot pickle '{name}' instances")))
    }
    #[sig("(proto, /)")]
    fn __reduce_ex__(this: &Ref<Dialect>, vm: &mut Vm, _proto: &Value) -> Result<Value> {
        DialectMethods::__reduce__(this, vm)
    }
}

fn number(vm: &mut Vm, text: krait_text::StrBuf) -> Result<Value> {
    match krait_text::float_text::parse_float(text.as_ref()) {
        Ok(x) => Ok(Value::float(x)),
        Err(e) => Err(vm.text_error(e)),
    }
}

fn record(vm: &mut Vm, fields: Vec<Field>) -> Result<Value> {
    let mut items = Vec::with_capacity(fields.len());
    for field in fields {
        items.push(match field {
            Field::Text(text) => vm.heap.str_buf(text).into_value(),
            Field::Number(text) => number(vm, text)?,
            Field::None => Value::NONE,
        });
    }
    Ok(vm.list(items))
}

/// Reads one record with an engine that was taken out of its reader.
fn read_record(vm: &mut Vm, this: &Ref<Reader>, engine: &mut csv::Reader) -> Result<Value> {
    let (lines, dialect) = { let r = this.get(&*vm.heap); (r.lines.clone(), r.dialect.clone()) };
    let rules = dialect.get(&*vm.heap).rules.clone();
    engine.reset();
    loop {
        let Some(line) = vm.next(&lines)? else {
            return match engine.end_of_input(&rules) {
                Ok(Some(fields)) => record(vm, fields),
                Ok(None) => Err(vm.stop_iteration()),
                Err(e) => Err(failed(vm, e)),
            };
        };
        let Some(text) = line.downcast::<Str>(&*vm.heap).cloned() else {
            let found = vm.type_name(&line);
            return Err(csv_error(vm, &format!("iterator should return strings, not {found} (the file should be opened in text mode)")));
        };
        this.get_mut(&mut *vm.heap).line_num += 1;
        let limit = vm.state::<State>().limit.unwrap_or(DEFAULT_FIELD_LIMIT);
        let result = engine.line(&rules, text.view(&*vm.heap), limit);
        match result {
            Ok(Some(fields)) => return record(vm, fields),
            Ok(None) => {}
            Err(failure) => {
                // Numbers read before the error are converted first, and may fail first.
                for field in engine.pending().to_vec() {
                    if let Field::Number(text) = field {
                        number(vm, text)?;
                    }
                }
                return Err(failed(vm, failure));
            }
        }
    }
}

struct ReaderMethods;

#[methods]
impl ReaderMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<Reader>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<Reader>, vm: &mut Vm) -> Result<Value> {
        let mut engine = std::mem::take(&mut this.get_mut(&mut *vm.heap).engine);
        let result = read_record(vm, this, &mut engine);
        this.get_mut(&mut *vm.heap).engine = engine;
        result
    }
    #[getter]
    fn dialect(this: &Ref<Reader>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).dialect.to_value())
    }
    #[getter]
    fn line_num(this: &Ref<Reader>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).line_num)
    }
}

fn write_row(vm: &mut Vm, this: &Ref<Writer>, row: &Value) -> Result<Value> {
    let (write, dialect) = { let w = this.get(&*vm.heap); (w.write.clone(), w.dialect.clone()) };
    let rules = dialect.get(&*vm.heap).rules.clone();
    if !vm.heap.has_special(row, Special::Iter) && !vm.is_sequence(row) {
        let found = vm.type_name(row);
        return Err(csv_error(vm, &format!("iterable expected, not {found}")));
    }
    let iterator = vm.iter(row)?;
    let mut line = csv::Writer::new();
    while let Some(value) = vm.next(&iterator)? {
        let kind = if value.is_none() {
            Kind::None
        } else if value.has_payload::<Str>(&*vm.heap) {
            Kind::Str
        } else if [Special::Index, Special::Int, Special::Float].iter().any(|s| vm.heap.has_special(&value, *s)) || value.type_id() == id::COMPLEX {
            Kind::Number
        } else {
            Kind::Other
        };
        let text = match kind {
            Kind::None => vm.heap.empty_str(),
            Kind::Str => match value.downcast::<Str>(&*vm.heap) {
                Some(s) => s.clone(),
                None => vm.heap.empty_str(),
            },
            _ => vm.to_str(&value)?,
        };
        let result = line.field(&rules, text.view(&*vm.heap), kind);
        result.map_err(|e| failed(vm, e))?;
    }
    let text = line.finish(&rules).map_err(|e| failed(vm, e))?;
    let text = vm.text_result(Ok(text))?;
    vm.call(&write, &[text])
}

struct WriterMethods;

#[methods]
impl WriterMethods {
    /// Write one record.
    #[sig("(row, /)")]
    fn writerow(this: &Ref<Writer>, vm: &mut Vm, row: &Value) -> Result<Value> {
        write_row(vm, this, row)
    }
    /// Write several records.
    #[sig("(rows, /)")]
    fn writerows(this: &Ref<Writer>, vm: &mut Vm, rows: &Value) -> Result<()> {
        let iterator = vm.iter(rows)?;
        while let Some(row) = vm.next(&iterator)? {
            write_row(vm, this, &row)?;
        }
        Ok(())
    }
    #[getter]
    fn dialect(this: &Ref<Writer>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).dialect.to_value())
    }
}

struct Functions;

/// The object and the dialect among the arguments of `reader` and `writer`.
fn open_arguments(vm: &mut Vm, name: &str, args: &[Value], kwargs: &KwArgs<'_>) -> Result<(Value, Ref<Dialect>)> {
    match args {
        [] => Err(vm.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [object] => Ok((object.clone(), make_dialect(vm, None, kwargs)?)),
        [object, dialect] => Ok((object.clone(), make_dialect(vm, Some(dialect), kwargs)?)),
        more => Err(vm.type_error(format!("{name} expected at most 2 arguments, got {}", more.len()))),
    }
}

#[methods]
impl Functions {
    /// A reader of records from an iterable of lines.
    #[sig("(*args, **kwargs)")]
    fn reader(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let [first, ..] = args else { return Err(vm.type_error("reader expected at least 1 argument, got 0")) };
        let lines = vm.iter(first)?;
        let (_, dialect) = open_arguments(vm, "reader", args, &kwargs)?;
        Ok(vm.heap.alloc(Reader { lines, dialect, engine: csv::Reader::new(), line_num: 0 }).into_value())
    }
    /// A writer of records to an object with a `write` method.
    #[sig("(*args, **kwargs)")]
    fn writer(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let (file, dialect) = open_arguments(vm, "writer", args, &kwargs)?;
        let name = vm.intern("write");
        let write = vm.get_attr_opt(&file, &name)?;
        match write {
            Some(write) if vm.heap.has_special(&write, Special::Call) => Ok(vm.heap.alloc(Writer { write, dialect }).into_value()),
            _ => Err(vm.type_error("argument 1 must have a \"write\" method")),
        }
    }
    /// Give a dialect a name.
    #[sig("(*args, **kwargs)")]
    fn register_dialect(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let (name, dialect) = open_arguments(vm, "register_dialect", args, &KwArgs::default()).and_then(|(name, _)| {
            if !name.has_payload::<Str>(&*vm.heap) {
                return Err(vm.type_error("dialect name must be a string"));
            }
            Ok((name, make_dialect(vm, args.get(1), &kwargs)?))
        })?;
        dialects(vm).set_item(vm, name, dialect.into_value())
    }
    /// Forget a named dialect.
    #[sig("(name)")]
    fn unregister_dialect(vm: &mut Vm, name: &Value) -> Result<()> {
        match dialects(vm).remove_item(vm, name)? {
            Some(_) => Ok(()),
            None => Err(csv_error(vm, "unknown dialect")),
        }
    }
    /// The dialect of a name.
    #[sig("(name)")]
    fn get_dialect(vm: &mut Vm, name: &Value) -> Result<Value> {
        find_dialect(vm, name)
    }
    /// The names of all dialects.
    #[sig("()")]
    fn list_dialects(vm: &mut Vm) -> Result<Value> {
        let names = dialects(vm).items(&*vm.heap).into_iter().map(|(k, _)| k).collect();
        Ok(vm.list(names))
    }
    /// The longest field allowed; sets a new limit if one is given.
    #[sig("(new_limit=<unrepresentable>)")]
    fn field_size_limit(vm: &mut Vm, new_limit: Option<&Value>) -> Result<usize> {
        let old = vm.state::<State>().limit.unwrap_or(DEFAULT_FIELD_LIMIT);
        if let Some(v) = new_limit {
            if !v.is_exact_int() {
                return Err(vm.type_error("limit must be an integer"));
            }
            let n = vm.index_i64(v, "long")?;
            vm.state::<State>().limit = Some(n.max(0) as usize);
        }
        Ok(old)
    }
}
