//! Calls into Rust: arguments, signatures, conversions. `#[methods]` expands to this vocabulary.
//!
//! Arguments stay where the caller put them (registers, usually): [`Args`] is two slices, positional values followed
//! by keyword values, and the keywords' names. [`Signature::bind`] sorts them into slots with CPython's errors.

use crate::builtins::str::Str;
use crate::object::{Payload, Ref};
use crate::types::Type;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};

/// A function Python can call: all values, and the names of the last ones. Two slices travel in registers, where
/// [`Args`] would not; `native` makes one from a function of `Args`.
pub type NativeFn = for<'a> fn(&mut Vm, &'a [Value], &'a [Value]) -> Result<Value>;

/// The arguments of a call: for methods the receiver comes first.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    all: &'a [Value],
    /// Names (strings) of the last `names.len()` values.
    names: &'a [Value],
}

impl<'a> Args<'a> {
    pub fn positional(all: &'a [Value]) -> Args<'a> {
        Args { all, names: &[] }
    }
    pub fn with_names(all: &'a [Value], names: &'a [Value]) -> Args<'a> {
        debug_assert!(names.len() <= all.len());
        Args { all, names }
    }
    /// The positional arguments, receiver included.
    #[inline]
    pub fn pos(&self) -> &'a [Value] {
        &self.all[..self.all.len() - self.names.len()]
    }
    pub fn kw_names(&self) -> &'a [Value] {
        self.names
    }
    pub fn kw_values(&self) -> &'a [Value] {
        &self.all[self.all.len() - self.names.len()..]
    }
    pub fn all(&self) -> &'a [Value] {
        self.all
    }
    /// The receiver of a method call; descriptors have checked that there is one.
    #[inline]
    pub fn this(&self) -> &'a Value {
        const NONE: &Value = &Value::NONE;
        self.all.first().unwrap_or(NONE)
    }
    /// Without the first positional argument.
    pub fn rest(&self) -> Args<'a> {
        Args { all: self.all.get(1..).unwrap_or(&[]), names: self.names }
    }
    /// The keyword arguments as pairs.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> {
        self.names.iter().zip(self.kw_values())
    }
}

/// What kind of attribute a [`MethodDef`] becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodKind {
    Method,
    /// A dunder that CPython shows as a slot wrapper.
    Slot,
    ClassMethod,
    StaticMethod,
    New,
    Getter,
    Setter,
}

/// What a builtin says of itself. In WebAssembly that is not in the binary but beside the library, under a key.
#[derive(Clone, Copy)]
pub struct About {
    #[cfg(not(target_arch = "wasm32"))]
    text: &'static str,
    #[cfg(target_arch = "wasm32")]
    key: u32,
}

impl About {
    /// The signature and, behind a line break, the doc string.
    #[cfg(not(target_arch = "wasm32"))]
    pub const fn new(text: &'static str) -> About {
        About { text }
    }
    #[cfg(target_arch = "wasm32")]
    pub const fn kept_by_host(key: u32) -> About {
        About { key }
    }
    #[cfg(not(target_arch = "wasm32"))]
    fn text(self, _vm: &Vm) -> String {
        self.text.to_string()
    }
    #[cfg(target_arch = "wasm32")]
    fn text(self, vm: &Vm) -> String {
        vm.host.library().and_then(|library| library.about(self.key)).unwrap_or_default()
    }
    /// The signature as written, for `__text_signature__`. Empty where the host does not have it.
    pub fn signature(self, vm: &Vm) -> String {
        self.text(vm).split('\n').next().unwrap_or_default().to_string()
    }
    /// The doc string; empty when there is none.
    pub fn doc(self, vm: &Vm) -> String {
        self.text(vm).split_once('\n').map(|(_, doc)| doc.to_string()).unwrap_or_default()
    }
}

/// A builtin function or method, declared by `#[methods]`.
pub struct MethodDef {
    pub name: &'static str,
    pub about: About,
    pub kind: MethodKind,
    /// Set for what the run loop does itself where the arguments are of the usual types.
    pub inlined: Option<Inlined>,
    pub entry: NativeFn,
}

/// Builtin functions that the run loop knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inlined {
    /// `list.append(item)`
    Append,
    /// `len(value)`
    Len,
    /// `isinstance(value, class)`
    IsInstance,
    /// `issubclass(class, of)`
    IsSubclass,
}

impl MethodDef {
    #[inline(always)]
    pub fn call(&self, vm: &mut Vm, args: Args<'_>) -> Result<Value> {
        (self.entry)(vm, args.all, args.names)
    }
}

/// What `#[methods]` adds to a type.
pub trait Methods {
    const METHODS: &'static [MethodDef];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    PositionalOnly,
    Standard,
    KeywordOnly,
    VarArgs,
    VarKwargs,
}

pub struct ParamDef {
    pub name: &'static str,
    pub kind: ParamKind,
    pub required: bool,
}

/// The parameters of a builtin function.
pub struct Signature {
    pub name: &'static str,
    pub params: &'static [ParamDef],
    /// For methods: what the receiver is called in errors. It is the first argument of a call and no parameter.
    pub receiver: Option<fn(&Vm) -> String>,
}

/// Parameters that are sorted without an allocation.
const FEW: usize = 12;
/// Stands for an argument that was not given; no Python value.
const MISSING: &Value = &Value::UNBOUND;

/// Star arguments of a bound call.
pub struct Bound<'a> {
    rest: &'a [Value],
    kwargs: Vec<(&'a Value, &'a Value)>,
}

impl<'a> Bound<'a> {
    pub fn rest(&self) -> &'a [Value] {
        self.rest
    }
    #[inline]
    pub fn kwargs(&self) -> KwArgs<'a> {
        if self.kwargs.is_empty() { KwArgs::default() } else { KwArgs { items: self.kwargs.clone() } }
    }
}

/// `**kwargs` of a builtin function.
#[derive(Clone, Default)]
pub struct KwArgs<'a> {
    pub items: Vec<(&'a Value, &'a Value)>,
}

impl Signature {
    fn count(&self, kinds: &[ParamKind]) -> usize {
        self.params.iter().filter(|p| kinds.contains(&p.kind)).count()
    }

    /// Positional arguments before the parameters: the receiver.
    #[inline]
    fn skip(&self) -> usize {
        usize::from(self.receiver.is_some())
    }

    /// What a shim whose parameters can all be given by position does with a call it cannot take as it stands: other
    /// than by position, too few or too many arguments, a receiver of another type. The arguments are put in the order
    /// of the parameters, with UNBOUND for those that are missing, and `entry`, the shim, is called with them.
    /// All of that is here so that two thousand shims are small.
    #[cold]
    #[inline(never)]
    pub fn call_sorted(&self, vm: &mut Vm, all: &[Value], names: &[Value], entry: NativeFn) -> Result<Value> {
        let (skip, args) = (self.skip(), Args { all, names });
        let least = skip + self.params.iter().rposition(|p| p.required).map_or(0, |i| i + 1);
        if names.is_empty() && (least..=skip + self.params.len()).contains(&all.len()) {
            return Err(self.wrong_receiver(vm, args.this()));
        }
        let mut slots: [Option<&Value>; FEW] = [None; FEW];
        let mut many;
        let slots = match slots.get_mut(..self.params.len()) {
            Some(few) => few,
            None => {
                many = vec![None; self.params.len()];
                &mut many[..]
            }
        };
        self.bind_slow(vm, args, args.pos().get(skip..).unwrap_or(&[]), skip, slots)?;
        let sorted = self.receiver.iter().map(|_| args.this()).chain(slots.iter().map(|slot| slot.unwrap_or(MISSING)));
        let mut few = [const { Value::UNBOUND }; FEW];
        let count = skip + slots.len();
        match few.get_mut(..count) {
            Some(line) => {
                line.iter_mut().zip(sorted).for_each(|(place, value)| *place = value.clone());
                entry(vm, line, &[])
            }
            None => entry(vm, &sorted.cloned().collect::<Vec<Value>>(), &[]),
        }
    }

    #[cold]
    #[inline(never)]
    pub fn wrong_receiver(&self, vm: &mut Vm, value: &Value) -> Raised {
        let (method, found) = (self.name, vm.heap.type_name(value));
        let wanted = self.receiver.map_or_else(String::new, |name| name(vm));
        vm.type_error(format!("descriptor '{method}' requires a '{wanted}' object but received a '{found}'"))
    }

    /// Sorts arguments into `slots`, one per parameter.
    #[inline]
    pub fn bind<'a, const N: usize>(
        &self,
        vm: &mut Vm,
        args: Args<'a>,
        slots: &mut [Option<&'a Value>; N],
    ) -> Result<Bound<'a>> {
        let skip = self.skip();
        let pos = args.pos().get(skip..).unwrap_or(&[]);
        if args.names.is_empty()
            && let Some(rest) = self.bind_by_position(pos, slots)
        {
            return Ok(Bound { rest, kwargs: Vec::new() });
        }
        self.bind_slow(vm, args, pos, skip, slots)
    }
    /// Binds positional arguments; the ones beyond the parameters. `None` when the call is wrong.
    fn bind_by_position<'a>(&self, pos: &'a [Value], slots: &mut [Option<&'a Value>]) -> Option<&'a [Value]> {
        let mut left = pos;
        for (param, slot) in self.params.iter().zip(slots) {
            match param.kind {
                ParamKind::PositionalOnly | ParamKind::Standard => match left.split_first() {
                    Some((value, rest)) => {
                        *slot = Some(value);
                        left = rest;
                    }
                    None if param.required => return None,
                    None => {}
                },
                ParamKind::KeywordOnly if param.required => return None,
                ParamKind::KeywordOnly | ParamKind::VarKwargs => {}
                ParamKind::VarArgs => return Some(left),
            }
        }
        if left.is_empty() { Some(left) } else { None }
    }

    #[inline(never)]
    fn bind_slow<'a>(&self, vm: &mut Vm, args: Args<'a>, pos: &'a [Value], skip: usize, slots: &mut [Option<&'a Value>]) -> Result<Bound<'a>> {
        let positional = self.count(&[ParamKind::PositionalOnly, ParamKind::Standard]);
        let has_varargs = self.count(&[ParamKind::VarArgs]) > 0;
        let has_kwargs = self.count(&[ParamKind::VarKwargs]) > 0;
        let takes_names = has_kwargs || self.count(&[ParamKind::Standard, ParamKind::KeywordOnly]) > 0;
        let for_init = !args.names.is_empty() && !takes_names && self.leaves_names_to_init(vm, args);
        if !args.names.is_empty() && !takes_names && !for_init {
            let name = self.qualified(vm, args, skip);
            return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
        }
        let taken = pos.len().min(positional);
        let mut next = 0;
        for (p, slot) in self.params.iter().zip(slots.iter_mut()) {
            if matches!(p.kind, ParamKind::PositionalOnly | ParamKind::Standard) && next < taken {
                *slot = Some(&pos[next]);
                next += 1;
            }
        }
        let total = pos.len() + args.names.len();
        let slots_in_all = self.count(&[ParamKind::PositionalOnly, ParamKind::Standard, ParamKind::KeywordOnly]);
        if !has_varargs && (pos.len() > positional || (takes_names && !has_kwargs && !for_init && total > slots_in_all && !args.names.is_empty())) {
            return Err(self.wrong_count(vm, args, skip, pos.len(), positional));
        }
        let mut kwargs = Vec::new();
        for (key, value) in args.keywords() {
            let Some(key_text) = key.downcast::<Str>(&vm.heap) else { return Err(vm.type_error("keywords must be strings")) };
            let ascii = key_text.get(&vm.heap).as_ascii();
            let found = self.params.iter().position(|p| Some(p.name) == ascii && matches!(p.kind, ParamKind::Standard | ParamKind::KeywordOnly));
            match found {
                Some(i) if slots[i].is_none() => {
                    slots[i] = Some(value);
                    continue;
                }
                _ => {}
            }
            let text = key_text.get(&vm.heap).to_string_lossy();
            match found {
                Some(i) if slots[i].is_some() => {
                    let (name, n) = (self.shown_name(vm, args), i + 1);
                    return Err(vm.type_error(format!("argument for {name}() given by name ('{text}') and position ({n})")));
                }
                Some(_) => {}
                None if has_kwargs => kwargs.push((key, value)),
                None if for_init => {}
                None => {
                    let name = self.shown_name(vm, args);
                    if self.params.iter().any(|p| p.name == text && p.kind == ParamKind::PositionalOnly) && self.params.iter().all(|p| p.kind != ParamKind::Standard) && self.count(&[ParamKind::KeywordOnly]) == 0 {
                        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
                    }
                    return Err(self.unexpected_keyword(vm, &name, &text));
                }
            }
        }
        for (i, p) in self.params.iter().enumerate() {
            if p.required && slots[i].is_none() {
                return Err(match p.kind {
                    ParamKind::PositionalOnly => self.wrong_count(vm, args, skip, pos.len(), positional),
                    _ => {
                        let (name, n) = (self.shown_name(vm, args), i + 1);
                        vm.type_error(format!("{name}() missing required argument '{}' (pos {n})", p.name))
                    }
                });
            }
        }
        Ok(Bound { rest: pos.get(positional..).unwrap_or(&[]), kwargs })
    }

    #[cold]
    fn unexpected_keyword(&self, vm: &mut Vm, name: &str, given: &str) -> Raised {
        let known = self.params.iter().filter(|p| matches!(p.kind, ParamKind::Standard | ParamKind::KeywordOnly));
        let known: Vec<String> = known.map(|p| p.name.to_owned()).collect();
        let hint = keyword_hint(given, &known);
        vm.type_error(format!("{name}() got an unexpected keyword argument '{given}'{hint}"))
    }

    /// A builtin `__new__` without named parameters ignores keyword arguments when a subclass has its own `__init__`
    /// to take them.
    fn leaves_names_to_init(&self, vm: &mut Vm, args: Args<'_>) -> bool {
        if self.name != "__new__" {
            return false;
        }
        let Some(class) = args.this().downcast::<Type>(&vm.heap).cloned() else { return false };
        let Some(builtin) = Signature::builtin_base(vm, &class) else { return false };
        let (class, builtin) = (class.id(&vm.heap), builtin.id(&vm.heap));
        !vm.keeps_init(class, builtin)
    }
    /// The nearest builtin type that a class derives from.
    fn builtin_base(vm: &Vm, class: &Ref<Type>) -> Option<Ref<Type>> {
        let heap = &*vm.heap;
        let mut classes = class.get(heap).mro_items(heap).iter().filter_map(|c| c.downcast::<Type>(heap));
        classes.find(|c| heap.info(c.id(heap)).flags & crate::heap::flags::HEAP_TYPE == 0).cloned()
    }

    /// The function's name in messages: `__new__` and `__init__` go by the builtin type they belong to.
    fn shown_name(&self, vm: &Vm, args: Args<'_>) -> String {
        let class = match self.name {
            "__new__" => args.this().downcast::<Type>(&vm.heap).cloned(),
            "__init__" => Some(vm.type_of(args.this())),
            _ => None,
        };
        let Some(class) = class else { return self.name.into() };
        Signature::builtin_base(vm, &class).map_or_else(|| self.name.into(), |c| c.name(&vm.heap))
    }

    /// `owner.name` for methods: as CPython's errors about calls with few arguments word it.
    fn qualified(&self, vm: &mut Vm, args: Args<'_>, skip: usize) -> String {
        let name = self.name;
        if skip == 0 || (name.starts_with("__") && name != "__class_getitem__") {
            return self.shown_name(vm, args);
        }
        let key = vm.heap.intern(name);
        let this = args.this();
        let own = this.downcast::<Type>(&vm.heap).map(|t| t.id(&vm.heap));
        for type_id in own.into_iter().chain([this.type_id()]) {
            if let Some((_, owner)) = vm.heap.type_lookup_where(type_id, &key) {
                return format!("{}.{name}", owner.name(&vm.heap));
            }
        }
        name.into()
    }

    #[cold]
    fn wrong_count(&self, vm: &mut Vm, args: Args<'_>, skip: usize, given: usize, positional: usize) -> Raised {
        let name = self.shown_name(vm, args);
        let given_kw = args.names.len();
        let required = self.params.iter().filter(|p| p.required && matches!(p.kind, ParamKind::PositionalOnly | ParamKind::Standard)).count();
        let all_positional = self.params.iter().all(|p| p.kind == ParamKind::PositionalOnly);
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        // Special methods count for themselves, without names.
        let special = !matches!(self.name, "__init__" | "__call__") && crate::builtins::slot_docs::slot_doc(self.name).is_some();
        if special && all_positional {
            let wanted = if required < positional { format!("{required} or {positional}") } else { required.to_string() };
            return vm.type_error(format!("expected {wanted} argument{}, got {given}", plural(positional)));
        }
        if all_positional && positional == 0 {
            let name = self.qualified(vm, args, skip);
            return vm.type_error(format!("{name}() takes no arguments ({given} given)"));
        }
        if all_positional && positional == 1 && required == 1 {
            let name = self.qualified(vm, args, skip);
            return vm.type_error(format!("{name}() takes exactly one argument ({given} given)"));
        }
        if all_positional {
            if required == positional {
                return vm.type_error(format!("{name} expected {required} argument{}, got {given}", plural(required)));
            }
            let (word, n) = if given < required { ("at least", required) } else { ("at most", positional) };
            return vm.type_error(format!("{name} expected {word} {n} argument{}, got {given}", plural(n)));
        }
        let total = given + given_kw;
        // `str` and `int` count positional arguments before it looks at names.
        if given_kw == 0 && given > positional && self.name == "__new__" && matches!(&name[..], "str" | "int") {
            return vm.type_error(format!("{name} expected at most {positional} arguments, got {given}"));
        }
        let keyword_only = self.count(&[ParamKind::KeywordOnly]);
        let in_all = positional + keyword_only;
        if total > in_all && given_kw > 0 {
            let kind = if given == 0 { "keyword " } else { "" };
            let word = if required == in_all { "exactly" } else { "at most" };
            return vm.type_error(format!("{name}() takes {word} {in_all} {kind}argument{} ({total} given)", plural(in_all)));
        }
        let unnamed = self.params.iter().filter(|p| p.required && p.kind == ParamKind::PositionalOnly).count();
        if given < unnamed {
            let word = if unnamed < positional { "at least" } else { "exactly" };
            return vm.type_error(format!("{name}() takes {word} {unnamed} positional argument{} ({given} given)", plural(unnamed)));
        }
        if given < required {
            let n = given + 1;
            let missing = self.params.get(given).map_or("", |p| p.name);
            return vm.type_error(format!("{name}() missing required argument '{missing}' (pos {n})"));
        }
        if positional == 0 && keyword_only > 0 {
            return vm.type_error(format!("{name}() takes no positional arguments"));
        }
        let word = if required == positional { "exactly" } else { "at most" };
        let kind = if keyword_only > 0 { "positional " } else { "" };
        let shown = if keyword_only > 0 { given } else { total };
        vm.type_error(format!("{name}() takes {word} {positional} {kind}argument{} ({shown} given)", plural(positional)))
    }

    /// "f() argument 'x'" or "f() argument 2", as conversion errors begin.
    pub fn argument(&self, i: usize) -> String {
        let name = self.name;
        match self.params.get(i) {
            Some(p) if p.kind == ParamKind::PositionalOnly && self.params.len() == 1 => format!("{name}() argument"),
            Some(p) if p.kind == ParamKind::PositionalOnly => format!("{name}() argument {}", i + 1),
            Some(p) => format!("{name}() argument '{}'", p.name),
            None => format!("{name}() argument"),
        }
    }
}

/// What an error about an unknown keyword suggests.
pub(crate) fn keyword_hint(given: &str, known: &[String]) -> String {
    crate::builtins::exception_support::closest_name(given, known).map_or_else(String::new, |n| format!(". Did you mean '{n}'?"))
}

/// The value of a slot that `bind` has checked to be filled.
#[inline]
pub fn required<'a>(slots: &[Option<&'a Value>], i: usize) -> &'a Value {
    const NONE: &Value = &Value::NONE;
    slots[i].unwrap_or(NONE)
}

/// An argument of a call by position that may be left out.
#[inline(always)]
pub fn given(all: &[Value], i: usize) -> Option<&Value> {
    all.get(i).filter(|value| !value.is_unbound())
}

/// Conversion of the receiver.
pub trait FromThis<'a>: Sized {
    /// How errors call the receiver that was wanted.
    const WANTED: fn(&Vm) -> String;
    fn from_this(vm: &Vm, value: &'a Value) -> Option<Self>;
}

impl<'a> FromThis<'a> for &'a Value {
    const WANTED: fn(&Vm) -> String = |_| "object".into();
    #[inline(always)]
    fn from_this(_vm: &Vm, value: &'a Value) -> Option<Self> {
        Some(value)
    }
}

impl<'a, T: Payload> FromThis<'a> for &'a Ref<T> {
    const WANTED: fn(&Vm) -> String = Vm::payload_name::<T>;
    #[inline(always)]
    fn from_this(vm: &Vm, value: &'a Value) -> Option<Self> {
        value.downcast::<T>(&vm.heap)
    }
}
/// Conversion of an argument.
pub trait FromArg<'a>: Sized {
    /// `sig` and `i` say which argument it is, for error messages.
    fn from_arg(vm: &mut Vm, value: &'a Value, sig: &Signature, i: usize) -> Result<Self>;
}

impl<'a> FromArg<'a> for &'a Value {
    #[inline]
    fn from_arg(_vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
        Ok(value)
    }
}
impl<'a> FromArg<'a> for Value {
    #[inline]
    fn from_arg(_vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
        Ok(value.clone())
    }
}
impl<'a, T: Payload> FromArg<'a> for &'a Ref<T> {
    #[inline]
    fn from_arg(vm: &mut Vm, value: &'a Value, sig: &Signature, i: usize) -> Result<Self> {
        match value.downcast::<T>(&vm.heap) {
            Some(v) => Ok(v),
            None => Err(wrong_payload(vm, value, sig, i, Vm::payload_name::<T>)),
        }
    }
}
impl<'a, T: Payload> FromArg<'a> for Ref<T> {
    #[inline]
    fn from_arg(vm: &mut Vm, value: &'a Value, sig: &Signature, i: usize) -> Result<Self> {
        <&Ref<T>>::from_arg(vm, value, sig, i).cloned()
    }
}
#[cold]
#[inline(never)]
fn wrong_payload(vm: &mut Vm, value: &Value, sig: &Signature, i: usize, wanted: fn(&Vm) -> String) -> Raised {
    let wanted = wanted(vm);
    wrong_type(vm, value, sig, i, &wanted)
}
#[cold]
#[inline(never)]
fn wrong_type(vm: &mut Vm, value: &Value, sig: &Signature, i: usize, wanted: &str) -> Raised {
    let (what, found) = (sig.argument(i), vm.type_name_or_none(value));
    vm.type_error(format!("{what} must be {wanted}, not {found}"))
}
impl<'a> FromArg<'a> for bool {
    fn from_arg(vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
        vm.truth(value)
    }
}
impl<'a> FromArg<'a> for f64 {
    fn from_arg(vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
        vm.to_f64(value)
    }
}
impl<'a> FromArg<'a> for String {
    fn from_arg(vm: &mut Vm, value: &'a Value, sig: &Signature, i: usize) -> Result<Self> {
        match value.downcast::<Str>(&vm.heap) {
            Some(s) => Ok(s.get(&vm.heap).to_string_lossy()),
            None => Err(wrong_type(vm, value, sig, i, "str")),
        }
    }
}
macro_rules! int_args {
    ($($t:ty: $name:literal),*) => { $(
        impl<'a> FromArg<'a> for $t {
            fn from_arg(vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
                let n = match value.as_small_int() { Some(n) => n, None => vm.index_i64(value, $name)? };
                <$t>::try_from(n).map_err(|_| vm.overflow_error(
                    if n < 0 && <$t>::MIN == 0 { "can't convert negative int to unsigned" } else { concat!("Python int too large to convert to C ", $name) }))
            }
        }
    )* };
}
int_args!(i64: "long", i32: "int", u32: "unsigned int", u8: "unsigned char", u16: "unsigned short", u64: "unsigned long");

/// A number of 64 bits as a size or index of this machine: what does not fit is beyond everything there is.
fn saturated<T: TryFrom<i64>>(n: i64, min: T, max: T) -> T {
    T::try_from(n).unwrap_or(if n < 0 { min } else { max })
}
impl<'a> FromArg<'a> for isize {
    fn from_arg(vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
        Ok(saturated(size_t(vm, value)?, isize::MIN, isize::MAX))
    }
}
impl<'a> FromArg<'a> for usize {
    fn from_arg(vm: &mut Vm, value: &'a Value, _sig: &Signature, _i: usize) -> Result<Self> {
        match size_t(vm, value)? {
            n if n < 0 => Err(vm.overflow_error("can't convert negative int to unsigned")),
            n => Ok(saturated(n, 0, usize::MAX)),
        }
    }
}
fn size_t(vm: &mut Vm, value: &Value) -> Result<i64> {
    match value.as_small_int() {
        Some(n) => Ok(n),
        None => vm.index_i64(value, "ssize_t"),
    }
}

/// Defaults of parameters that are no `Option`.
pub trait ArgDefault {
    fn none() -> Self;
    fn int(n: i64) -> Self;
}
impl ArgDefault for Value {
    fn none() -> Value {
        Value::NONE
    }
    fn int(n: i64) -> Value {
        Value::small_int(n).unwrap_or(Value::NONE)
    }
}
macro_rules! int_defaults {
    ($($t:ty),*) => { $(impl ArgDefault for $t {
        fn none() -> $t { 0 as $t }
        fn int(n: i64) -> $t { n as $t }
    })* };
}
impl ArgDefault for isize {
    fn none() -> isize {
        0
    }
    fn int(n: i64) -> isize {
        saturated(n, isize::MIN, isize::MAX)
    }
}
impl ArgDefault for usize {
    fn none() -> usize {
        0
    }
    fn int(n: i64) -> usize {
        saturated(n, 0, usize::MAX)
    }
}
int_defaults!(i64, i32, u32, u8, u16, u64, f64);
impl ArgDefault for bool {
    fn none() -> bool {
        false
    }
    fn int(n: i64) -> bool {
        n != 0
    }
}

/// Conversion of a Rust result.
pub trait IntoValue {
    fn into_value(self, vm: &mut Vm) -> Result<Value>;
}
impl IntoValue for Value {
    #[inline]
    fn into_value(self, _vm: &mut Vm) -> Result<Value> {
        Ok(self)
    }
}
impl IntoValue for () {
    #[inline]
    fn into_value(self, _vm: &mut Vm) -> Result<Value> {
        Ok(Value::NONE)
    }
}
impl IntoValue for bool {
    fn into_value(self, _vm: &mut Vm) -> Result<Value> {
        Ok(Value::bool(self))
    }
}
impl IntoValue for f64 {
    fn into_value(self, _vm: &mut Vm) -> Result<Value> {
        Ok(Value::float(self))
    }
}
impl<T> IntoValue for Ref<T> {
    fn into_value(self, _vm: &mut Vm) -> Result<Value> {
        Ok(Value::from(self))
    }
}
impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self, vm: &mut Vm) -> Result<Value> {
        match self {
            Some(v) => v.into_value(vm),
            None => Ok(Value::NONE),
        }
    }
}
impl IntoValue for String {
    fn into_value(self, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.str(&self).into())
    }
}
impl IntoValue for &str {
    fn into_value(self, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.str(self).into())
    }
}
macro_rules! int_results {
    ($($t:ty),*) => { $(impl IntoValue for $t {
        #[inline]
        fn into_value(self, vm: &mut Vm) -> Result<Value> {
            match i64::try_from(self).ok().and_then(Value::small_int) {
                Some(small) => Ok(small),
                None => Ok(vm.heap.int(self as i128)),
            }
        }
    })* };
}
int_results!(i64, isize, usize, i32, u32, u8, u16, u64);

/// What `#[derive(Traverse)]` asks of a payload's fields.
pub trait Traverse {
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}
    fn clear(&mut self, _out: &mut Vec<Value>) {}
}
impl Traverse for Value {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self)
    }
}
impl<T> Traverse for Ref<T>
where
    T: 'static,
{
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.word())
    }
}
impl Traverse for Option<Value> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(v) = self {
            visit(v)
        }
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.take())
    }
}
impl<T: 'static> Traverse for Option<Ref<T>> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(v) = self {
            visit(v.word())
        }
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.take().map(Value::from))
    }
}
impl Traverse for Vec<Value> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.iter().for_each(visit)
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.append(self)
    }
}
impl Traverse for std::collections::VecDeque<Value> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.iter().for_each(visit)
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.drain(..))
    }
}
impl Traverse for Box<[Value]> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.iter().for_each(visit)
    }
}
impl Traverse for Vec<Option<Value>> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.iter().flatten().for_each(visit)
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.iter_mut().filter_map(Option::take))
    }
}
macro_rules! no_references {
    ($($t:ty),*) => { $(impl Traverse for $t {})* };
}
no_references!(bool, u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, f32, f64, String, &'static str, Vec<u8>, Vec<u32>, Box<str>);

