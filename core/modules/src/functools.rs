//! The `_functools` module: partial, reduce, cmp_to_key and the wrapper of lru_cache.
//!
//! The cache is a dict from keys to links of a list in order of use: a hit moves its link to the end and leaves the
//! dict alone, so that comparing keys, which may run Python that uses the cache, need not start over.

use krait_vm::args::{Args, KwArgs, Methods};
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::function::BoundMethod;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::heap::flags;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Traverse, Value, Vm, methods};

// ---- Placeholder ----

#[derive(Traverse)]
struct Placeholder {
    unused: bool,
}

#[derive(Default)]
struct State {
    placeholder: Option<Value>,
    key_marks: Option<(Value, Value)>,
}

fn placeholder(vm: &mut Vm) -> Value {
    if let Some(p) = &vm.state::<State>().placeholder {
        return p.clone();
    }
    let p = vm.heap.alloc(Placeholder { unused: true }).into_value();
    vm.state::<State>().placeholder = Some(p.clone());
    p
}

#[methods]
impl Placeholder {
    #[sig("(*args, **kwargs)")]
    fn __new__(_cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        if !args.is_empty() || !kwargs.items.is_empty() {
            return Err(vm.type_error("PlaceholderType takes no arguments"));
        }
        Ok(placeholder(vm))
    }
    #[sig("()")]
    fn __repr__(_this: &Ref<Placeholder>, _vm: &mut Vm) -> Result<&'static str> {
        Ok("Placeholder")
    }
    #[sig("()")]
    fn __reduce__(_this: &Ref<Placeholder>, _vm: &mut Vm) -> Result<&'static str> {
        Ok("Placeholder")
    }
}

// ---- partial ----

#[derive(Traverse)]
struct Partial {
    function: Value,
    args: Ref<Tuple>,
    kwargs: Ref<Dict>,
    /// How many of `args` are placeholders.
    holes: usize,
}

/// Positional arguments with the placeholders filled from `given`.
fn fill(vm: &mut Vm, args: &[Value], holes: usize, given: &[Value]) -> Vec<Value> {
    if holes == 0 {
        return [args, given].concat();
    }
    let mark = placeholder(vm);
    let mut given = given.iter();
    let mut all: Vec<Value> = args.iter().map(|a| if a.is(&mark) { given.next().unwrap_or(a).clone() } else { a.clone() }).collect();
    all.extend(given.cloned());
    all
}

#[methods]
impl Partial {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let Some((function, rest)) = args.split_first() else {
            return Err(vm.type_error("type 'partial' takes at least one argument"));
        };
        if !vm.is_callable(function) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let mark = placeholder(vm);
        if rest.last().is_some_and(|a| a.is(&mark)) {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        for (_, value) in &kwargs.items {
            if value.is(&mark) {
                return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
            }
        }
        let (mut function, mut all) = (function.clone(), rest.to_vec());
        let keywords = vm.heap.dict();
        // A partial of a partial of the same class is flattened.
        let same = vm.type_of(&function).is_subtype(&vm.heap, cls);
        if same
            && let Some(inner) = function.downcast::<Partial>(&*vm.heap).cloned()
        {
            let (inner_args, inner_kwargs, holes, inner_function) = {
                let p = inner.get(&*vm.heap);
                (p.args.items(&*vm.heap).to_vec(), p.kwargs.clone(), p.holes, p.function.clone())
            };
            all = fill(vm, &inner_args, holes, &all);
            let inner_kwargs = inner_kwargs.to_value();
            vm.dict_update_from(&keywords, &inner_kwargs)?;
            function = inner_function;
        }
        for (key, value) in &kwargs.items {
            keywords.set_item(vm, (*key).clone(), (*value).clone())?;
        }
        let holes = all.iter().filter(|a| a.is(&mark)).count();
        let args = vm.heap.tuple(all);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Partial { function, args, kwargs: keywords, holes }).into_value())
    }
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Ref<Partial>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let p = this.get(&*vm);
        let (function, bound, own, holes) = (p.function.clone(), p.args.items(&*vm).to_vec(), p.kwargs.clone(), p.holes);
        if holes > args.len() {
            let n = args.len();
            return Err(vm.type_error(format!("missing positional arguments in 'partial' call; expected at least {holes}, got {n}")));
        }
        let mut all = fill(vm, &bound, holes, args);
        if own.len(&*vm) == 0 && kwargs.items.is_empty() {
            return vm.call(&function, &all);
        }
        let merged = own.copy(vm);
        for (key, value) in &kwargs.items {
            merged.set_item(vm, (*key).clone(), (*value).clone())?;
        }
        let mut names = Vec::new();
        for (key, value) in merged.items(&*vm) {
            names.push(key);
            all.push(value);
        }
        vm.call_args(&function, Args::with_names(&all, &names))
    }
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<Partial>, vm: &mut Vm, instance: &Value, _owner: Value) -> Result<Value> {
        if instance.is_none() {
            return Ok(this.to_value());
        }
        Ok(vm.heap.alloc(BoundMethod { function: this.to_value(), this: instance.clone() }).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Partial>, vm: &mut Vm) -> Result<String> {
        if !vm.repr_enter(this.as_value()) {
            return Ok("...".into());
        }
        let result = Partial::repr_parts(this, vm);
        vm.repr_leave(this.as_value());
        result
    }
    /// Return state information for pickling.
    #[sig("()")]
    fn __reduce__(this: &Ref<Partial>, vm: &mut Vm) -> Result<Value> {
        let (function, args, kwargs) = { let p = this.get(&*vm); (p.function.clone(), p.args.to_value(), p.kwargs.to_value()) };
        let ty = vm.type_of(this.as_value()).into_value();
        let one = vm.tuple(vec![function.clone()]);
        let dict = vm.names.__dict__.clone();
        let dict = vm.get_attr_opt(this.as_value(), &dict)?;
        let dict = match dict {
            Some(d) if d.downcast::<Dict>(&*vm.heap).is_some_and(|d| d.len(&*vm.heap) > 0) => d,
            _ => Value::NONE,
        };
        let state = vm.tuple(vec![function, args, kwargs, dict]);
        Ok(vm.tuple(vec![ty, one, state]))
    }
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<Partial>, vm: &mut Vm, state: &Value) -> Result<()> {
        let parts = match state.downcast::<Tuple>(&*vm.heap) {
            Some(t) => t.items(&*vm.heap).to_vec(),
            None => Vec::new(),
        };
        let [function, args, kwargs, dict] = &parts[..] else { return Err(vm.type_error("invalid partial state")) };
        let valid = vm.is_callable(function) && args.has_payload::<Tuple>(&*vm.heap) && (kwargs.is_none() || kwargs.has_payload::<Dict>(&*vm.heap));
        if !valid {
            return Err(vm.type_error("invalid partial state"));
        }
        let mark = placeholder(vm);
        let items = vm.collect(args)?;
        if items.last().is_some_and(|a| a.is(&mark)) {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        if !dict.is_none() && !dict.has_payload::<Dict>(&*vm.heap) {
            return Err(vm.type_error("invalid partial state"));
        }
        let holes = items.iter().filter(|a| a.is(&mark)).count();
        let args = match args.downcast_exact::<Tuple>() {
            Some(same) => same.clone(),
            None => vm.heap.tuple(items),
        };
        let keywords = match (kwargs.downcast_exact::<Dict>(), kwargs.downcast::<Dict>(&*vm.heap).cloned()) {
            (Some(same), _) => same.clone(),
            (None, Some(d)) => d.copy(vm),
            (None, None) => vm.heap.dict(),
        };
        let p = this.get_mut(vm);
        let old = (std::mem::replace(&mut p.function, function.clone()), std::mem::replace(&mut p.args, args), std::mem::replace(&mut p.kwargs, keywords));
        p.holes = holes;
        drop(old);
        let dict = match dict.downcast::<Dict>(&*vm.heap) {
            Some(dict) => dict.clone(),
            None => vm.heap.dict(),
        };
        vm.heap.install_dict(this.as_value(), dict);
        Ok(())
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(object, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, object: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), object)
    }
    /// function object to use in future partial calls
    #[getter]
    fn func(this: &Ref<Partial>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).function.clone())
    }
    /// tuple of arguments to future partial calls
    #[getter]
    fn args(this: &Ref<Partial>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).args.to_value())
    }
    /// dictionary of keyword arguments to future partial calls
    #[getter]
    fn keywords(this: &Ref<Partial>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).kwargs.to_value())
    }
}
impl Partial {
    fn repr_parts(this: &Ref<Partial>, vm: &mut Vm) -> Result<String> {
        let ty = vm.type_of(this.as_value());
        let name = vm.full_type_name(&ty);
        let p = this.get(&*vm);
        let (function, args, kwargs) = (p.function.clone(), p.args.items(&*vm).to_vec(), p.kwargs.items(&*vm));
        let mut text = format!("{name}({}", vm.repr_text(&function)?);
        for arg in &args {
            text.push_str(", ");
            text.push_str(&vm.repr_text(arg)?);
        }
        for (key, value) in &kwargs {
            text.push_str(&format!(", {}={}", vm.to_text(key)?, vm.repr_text(value)?));
        }
        text.push(')');
        Ok(text)
    }
}

// ---- cmp_to_key ----

#[derive(Traverse)]
struct KeyWrapper {
    compare: Value,
    object: Option<Value>,
}

impl KeyWrapper {
    fn test(this: &Ref<KeyWrapper>, vm: &mut Vm, op: CmpOp, other: &Value) -> Result<Value> {
        let Some(other) = other.downcast::<KeyWrapper>(&*vm.heap).cloned() else {
            return Err(vm.type_error("other argument must be K instance"));
        };
        let (compare, x) = { let k = this.get(&*vm); (k.compare.clone(), k.object.clone()) };
        let y = other.get(&*vm).object.clone();
        let (Some(x), Some(y)) = (x, y) else { return Err(vm.error(Exc::AttributeError, "object")) };
        let result = vm.call(&compare, &[x, y])?;
        vm.compare(op, &result, &Value::int32(0))
    }
}

#[methods]
impl KeyWrapper {
    #[sig("(obj)")]
    fn __call__(this: &Ref<KeyWrapper>, vm: &mut Vm, obj: Value) -> Result<Value> {
        let compare = this.get(&*vm).compare.clone();
        Ok(vm.heap.alloc(KeyWrapper { compare, object: Some(obj) }).into_value())
    }
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<KeyWrapper>, vm: &mut Vm, value: &Value) -> Result<Value> {
        KeyWrapper::test(this, vm, CmpOp::Lt, value)
    }
    #[sig("(value, /)")]
    fn __le__(this: &Ref<KeyWrapper>, vm: &mut Vm, value: &Value) -> Result<Value> {
        KeyWrapper::test(this, vm, CmpOp::Le, value)
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<KeyWrapper>, vm: &mut Vm, value: &Value) -> Result<Value> {
        KeyWrapper::test(this, vm, CmpOp::Eq, value)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<KeyWrapper>, vm: &mut Vm, value: &Value) -> Result<Value> {
        KeyWrapper::test(this, vm, CmpOp::Ne, value)
    }
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<KeyWrapper>, vm: &mut Vm, value: &Value) -> Result<Value> {
        KeyWrapper::test(this, vm, CmpOp::Gt, value)
    }
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<KeyWrapper>, vm: &mut Vm, value: &Value) -> Result<Value> {
        KeyWrapper::test(this, vm, CmpOp::Ge, value)
    }
    /// Value wrapped by a key function.
    #[getter]
    fn obj(this: &Ref<KeyWrapper>, vm: &mut Vm) -> Result<Value> {
        match this.get(&*vm).object.clone() {
            Some(v) => Ok(v),
            None => Err(vm.error(Exc::AttributeError, "object")),
        }
    }
}

// ---- lru_cache ----

#[derive(Traverse)]
struct LruCache {
    function: Value,
    /// `None`: unbounded.
    #[traverse(skip)]
    maxsize: Option<usize>,
    typed: bool,
    /// From keys to results, or to the numbers of links when the size is limited.
    cache: Ref<Dict>,
    links: Vec<Option<Value>>,
    #[traverse(skip)]
    order: Order,
    info: Value,
    hits: usize,
    misses: usize,
}

/// The order of use of cached results. Link `i` owns `links[2 * i]`, its key, and `links[2 * i + 1]`, its result.
#[derive(Default)]
struct Order {
    nodes: Vec<Node>,
    free: Vec<usize>,
    /// The least and the most recently used.
    first: Option<usize>,
    last: Option<usize>,
}

#[derive(Clone, Copy, Default)]
struct Node {
    hash: i64,
    before: Option<usize>,
    after: Option<usize>,
}

impl Order {
    fn unlink(&mut self, i: usize) {
        let Some(&Node { before, after, .. }) = self.nodes.get(i) else { return };
        match before.and_then(|b| self.nodes.get_mut(b)) {
            Some(b) => b.after = after,
            None => self.first = after,
        }
        match after.and_then(|a| self.nodes.get_mut(a)) {
            Some(a) => a.before = before,
            None => self.last = before,
        }
    }
    fn append(&mut self, i: usize) {
        let last = self.last;
        if let Some(node) = self.nodes.get_mut(i) {
            node.before = last;
            node.after = None;
        }
        match last.and_then(|l| self.nodes.get_mut(l)) {
            Some(l) => l.after = Some(i),
            None => self.first = Some(i),
        }
        self.last = Some(i);
    }
    /// A link at the end of the list.
    fn new_link(&mut self, hash: i64) -> usize {
        let i = self.free.pop().unwrap_or_else(|| {
            self.nodes.push(Node::default());
            self.nodes.len() - 1
        });
        self.nodes[i].hash = hash;
        self.append(i);
        i
    }
}

impl LruCache {
    /// The result that a link keeps; it becomes the most recently used one.
    fn touch(this: &Ref<LruCache>, vm: &mut Vm, link: &Value) -> Option<Value> {
        let i = link.as_small_int()? as usize;
        let c = this.get_mut(vm);
        if c.order.last != Some(i) {
            c.order.unlink(i);
            c.order.append(i);
        }
        c.links.get(2 * i + 1)?.clone()
    }
    /// Keeps a result, in the place of the least recently used one when there is no more room.
    fn store(this: &Ref<LruCache>, vm: &mut Vm, key: Value, hash: i64, result: &Value, maxsize: usize) -> Result<()> {
        let cache = this.get(&*vm).cache.clone();
        if cache.get_hashed(vm, &key, hash)?.is_some() {
            // The call itself made the entry.
            return Ok(());
        }
        if cache.len(&*vm.heap) >= maxsize
            && let Some(oldest) = this.get(&*vm).order.first
        {
            let c = this.get_mut(vm);
            c.order.unlink(oldest);
            c.order.free.push(oldest);
            let old_hash = c.order.nodes[oldest].hash;
            let old = (c.links[2 * oldest].take(), c.links[2 * oldest + 1].take());
            if let Some(old_key) = &old.0 {
                cache.remove_hashed(vm, old_key, old_hash)?;
            }
            drop(old);
        }
        let c = this.get_mut(vm);
        let i = c.order.new_link(hash);
        if c.links.len() < 2 * i + 2 {
            c.links.resize(2 * i + 2, None);
        }
        c.links[2 * i] = Some(key.clone());
        c.links[2 * i + 1] = Some(result.clone());
        let link = vm.heap.int(i as i128);
        cache.set_hashed(vm, key, hash, link)
    }
}

/// The key of a call: the only argument itself when it is an int or str, else a tuple.
fn cache_key(vm: &mut Vm, args: &[Value], kwargs: &KwArgs<'_>, typed: bool) -> Value {
    if !typed
        && kwargs.items.is_empty()
        && let [one] = args
        && (one.is_exact_int() || one.is_exact::<Str>())
    {
        return one.clone();
    }
    let mut parts = args.to_vec();
    if !kwargs.items.is_empty() {
        parts.push(key_mark(vm));
        for (key, value) in &kwargs.items {
            parts.push((*key).clone());
            parts.push((*value).clone());
        }
    }
    if typed {
        parts.extend(args.iter().map(|a| vm.type_of(a).into_value()));
        parts.extend(kwargs.items.iter().map(|(_, v)| vm.type_of(v).into_value()));
    }
    vm.tuple(parts)
}

/// Stands between positional and keyword arguments in a key.
fn key_mark(vm: &mut Vm) -> Value {
    if let Some((mark, _)) = &vm.state::<State>().key_marks {
        return mark.clone();
    }
    let mark = vm.heap.alloc(Placeholder { unused: false }).into_value();
    vm.state::<State>().key_marks = Some((mark.clone(), Value::NONE));
    mark
}

#[methods]
impl LruCache {
    #[sig("(user_function, maxsize, typed, cache_info_type)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, user_function: Value, maxsize: Value, typed: bool, cache_info_type: Value) -> Result<Value> {
        if !vm.is_callable(&user_function) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let maxsize = if maxsize.is_none() {
            None
        } else if maxsize.is_int(&*vm.heap) {
            Some(vm.index_size(&maxsize)?.max(0) as usize)
        } else {
            return Err(vm.type_error("maxsize should be integer or None"));
        };
        let cache = vm.heap.dict();
        let id = cls.id(&vm.heap);
        let payload = LruCache { function: user_function, maxsize, typed, cache, links: Vec::new(), order: Order::default(), info: cache_info_type, hits: 0, misses: 0 };
        Ok(vm.heap.alloc_typed(id, payload).into_value())
    }
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Ref<LruCache>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let c = this.get(&*vm);
        let (function, maxsize, typed, cache) = (c.function.clone(), c.maxsize, c.typed, c.cache.clone());
        let run = |vm: &mut Vm| {
            if kwargs.items.is_empty() {
                return vm.call(&function, args);
            }
            let mut all = args.to_vec();
            all.extend(kwargs.items.iter().map(|(_, v)| (*v).clone()));
            let names: Vec<Value> = kwargs.items.iter().map(|(k, _)| (*k).clone()).collect();
            vm.call_args(&function, Args::with_names(&all, &names))
        };
        if maxsize == Some(0) {
            this.get_mut(vm).misses += 1;
            return run(vm);
        }
        let key = cache_key(vm, args, &kwargs, typed);
        let hash = vm.hash(&key)?;
        if let Some(found) = cache.get_hashed(vm, &key, hash)? {
            let found = if maxsize.is_some() { LruCache::touch(this, vm, &found) } else { Some(found) };
            if let Some(found) = found {
                this.get_mut(vm).hits += 1;
                return Ok(found);
            }
        }
        this.get_mut(vm).misses += 1;
        let result = run(vm)?;
        match maxsize {
            Some(maxsize) => LruCache::store(this, vm, key, hash, &result, maxsize)?,
            None => cache.set_hashed(vm, key, hash, result.clone())?,
        }
        Ok(result)
    }
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<LruCache>, vm: &mut Vm, instance: &Value, _owner: Value) -> Result<Value> {
        if instance.is_none() {
            return Ok(this.to_value());
        }
        Ok(vm.heap.alloc(BoundMethod { function: this.to_value(), this: instance.clone() }).into_value())
    }
    /// Report cache statistics
    #[sig("()")]
    fn cache_info(this: &Ref<LruCache>, vm: &mut Vm) -> Result<Value> {
        let c = this.get(&*vm);
        let (info, hits, misses, maxsize, size) = (c.info.clone(), c.hits, c.misses, c.maxsize, c.cache.len(&*vm));
        let maxsize = match maxsize {
            Some(m) => vm.heap.int(m as i128),
            None => Value::NONE,
        };
        let (hits, misses, size) = (vm.heap.int(hits as i128), vm.heap.int(misses as i128), vm.heap.int(size as i128));
        vm.call(&info, &[hits, misses, maxsize, size])
    }
    /// Clear the cache and cache statistics
    #[sig("()")]
    fn cache_clear(this: &Ref<LruCache>, vm: &mut Vm) -> Result<()> {
        let c = this.get_mut(vm);
        c.hits = 0;
        c.misses = 0;
        c.order = Order::default();
        let (cache, links) = (c.cache.clone(), std::mem::take(&mut c.links));
        cache.clear_all(vm);
        drop(links);
        Ok(())
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<LruCache>, vm: &mut Vm) -> Result<Value> {
        let name = vm.names.__qualname__.clone();
        vm.get_attr(this.as_value(), &name)
    }
    #[sig("()")]
    fn __copy__(this: &Ref<LruCache>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("(memo, /)")]
    fn __deepcopy__(this: &Ref<LruCache>, _vm: &mut Vm, _memo: &Value) -> Result<Value> {
        Ok(this.to_value())
    }
}

struct Functions;

#[methods]
impl Functions {
    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[sig("(mycmp)")]
    fn cmp_to_key(vm: &mut Vm, mycmp: Value) -> Result<Value> {
        Ok(vm.heap.alloc(KeyWrapper { compare: mycmp, object: None }).into_value())
    }
    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[sig("(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(vm: &mut Vm, function: &Value, iterable: &Value, initial: Option<Value>) -> Result<Value> {
        let iterator = match vm.iter(iterable) {
            Ok(it) => it,
            Err(_) if vm.pending_is(Exc::TypeError) => {
                vm.take_pending();
                return Err(vm.type_error("reduce() arg 2 must support iteration"));
            }
            Err(e) => return Err(e),
        };
        let mut total = initial;
        while let Some(item) = vm.next(&iterator)? {
            total = Some(match total {
                Some(t) => vm.call(function, &[t, item])?,
                None => item,
            });
        }
        match total {
            Some(v) => Ok(v),
            None => Err(vm.type_error("reduce() of empty iterable with no initial value")),
        }
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = |name, doc, flags, dict, methods| TypeSpec { name, doc, flags, dict, methods };
    let mark = vm.define_type::<Placeholder>(None, &spec("functools._PlaceholderType", "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.", 0, false, Placeholder::METHODS));
    vm.module_set(module, "_PlaceholderType", mark.into_value());
    let value = placeholder(vm);
    vm.module_set(module, "Placeholder", value);
    let partial = vm.define_type::<Partial>(
        None,
        &spec("functools.partial", "Create a new function with partial application of the given arguments and keywords.", flags::BASETYPE | flags::WEAKREFABLE, true, Partial::METHODS),
    );
    vm.module_set(module, "partial", partial.into_value());
    vm.define_type::<KeyWrapper>(None, &spec("functools.KeyWrapper", "", flags::DISALLOW_INSTANTIATION, false, KeyWrapper::METHODS));
    let lru = vm.define_type::<LruCache>(
        None,
        &spec("functools._lru_cache_wrapper", "Create a cached callable that wraps another function.", flags::BASETYPE | flags::WEAKREFABLE, true, LruCache::METHODS),
    );
    vm.module_set(module, "_lru_cache_wrapper", lru.into_value());
    vm.module_functions::<Functions>(module);
    Ok(())
}
