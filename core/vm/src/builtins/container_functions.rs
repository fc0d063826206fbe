//! Builtin functions on containers: len, iter, next, sorted, min, max, any, all, hash, aiter, anext.

use crate::args::KwArgs;
use crate::builtins::iterators::CallableIter;
use crate::interp::generator::{AnextAwaitable, Generator};
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special, methods};

struct Functions;

impl Vm {
    /// `sorted(iterable)`: the items of an iterable in order.
    pub fn sorted(&mut self, iterable: &Value, key: Option<&Value>, reverse: bool) -> Result<Value> {
        let items = self.collect(iterable)?;
        let (items, result) = self.sort_items(items, key, reverse);
        result?;
        Ok(self.list(items))
    }
    fn extreme(&mut self, name: &str, op: CmpOp, args: &[Value], kwargs: &KwArgs<'_>) -> Result<Value> {
        let (mut key, mut default) = (None, None);
        if args.is_empty() {
            return Err(self.type_error(format!("{name} expected at least 1 argument, got 0")));
        }
        self.check_keyword_count(name, kwargs, 2)?;
        for (k, value) in &kwargs.items {
            let text = self.to_text(k)?;
            match &text[..] {
                "key" => key = Some((*value).clone()).filter(|k| !k.is_none()),
                "default" => default = Some((*value).clone()),
                _ => return Err(self.unknown_keyword(name, &text, &["key", "default"])),
            }
        }
        if args.len() > 1 && default.is_some() {
            return Err(self.type_error(format!("Cannot specify a default for {name}() with multiple positional arguments")));
        }
        if key.is_none() {
            return self.plain_extreme(name, op, args, default);
        }
        let mut best: Option<(Value, Value)> = None;
        let mut consider = |vm: &mut Vm, item: Value| -> Result<()> {
            let rank = match &key {
                Some(key) => vm.call(key, std::slice::from_ref(&item))?,
                None => item.clone(),
            };
            let better = match &best {
                None => true,
                Some((_, top)) => match vm.compare_simple(op, &rank, top) {
                    Some(better) => better,
                    None => vm.compare_bool(op, &rank, top)?,
                },
            };
            if better {
                best = Some((item, rank));
            }
            Ok(())
        };
        match args {
            [iterable] => self.for_each(iterable, consider)?,
            several => {
                for item in several {
                    consider(self, item.clone())?;
                }
            }
        }
        match (best, default) {
            (Some((item, _)), _) | (None, Some(item)) => Ok(item),
            (None, None) => Err(self.value_error(format!("{name}() iterable argument is empty"))),
        }
    }
    /// `extreme` without a key function.
    fn plain_extreme(&mut self, name: &str, op: CmpOp, args: &[Value], default: Option<Value>) -> Result<Value> {
        let mut best: Option<Value> = None;
        let mut consider = |vm: &mut Vm, item: Value| -> Result<()> {
            let better = match &best {
                None => true,
                Some(top) => match vm.compare_simple(op, &item, top) {
                    Some(better) => better,
                    None => vm.compare_bool(op, &item, top)?,
                },
            };
            if better {
                best = Some(item);
            }
            Ok(())
        };
        match args {
            [iterable] => self.for_each(iterable, consider)?,
            several => {
                for item in several {
                    consider(self, item.clone())?;
                }
            }
        }
        match best.or(default) {
            Some(item) => Ok(item),
            None => Err(self.value_error(format!("{name}() iterable argument is empty"))),
        }
    }
}

#[methods(hot)]
impl Functions {
    /// Return the number of items in a container.
    #[sig("(obj, /)")]
    #[inlined(Len)]
    fn len(vm: &mut Vm, obj: &Value) -> Result<usize> {
        vm.len(obj)
    }
    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    ///
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[sig("(object, sentinel=<unrepresentable>, /)")]
    fn iter(vm: &mut Vm, object: &Value, sentinel: Option<Value>) -> Result<Value> {
        let Some(sentinel) = sentinel else { return vm.iter(object) };
        if !vm.is_callable(object) {
            return Err(vm.type_error("iter(v, w): v must be callable"));
        }
        Ok(vm.heap.alloc(CallableIter { callable: Some(object.clone()), sentinel: Some(sentinel) }).into_value())
    }
    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator.
    ///
    /// If default is given and the iterator is exhausted,
    /// it is returned instead of raising StopIteration.
    #[sig("(iterator, default=<unrepresentable>, /)")]
    fn next(vm: &mut Vm, iterator: &Value, default: Option<Value>) -> Result<Value> {
        if let Some(default) = default {
            return Ok(vm.next(iterator)?.unwrap_or(default));
        }
        if let Some(generator) = iterator.downcast_exact::<Generator>().cloned() {
            return vm.send_to(&generator, Value::NONE);
        }
        // A StopIteration may carry a value: it is let through as it is.
        if vm.heap.info(iterator.type_id()).next.is_none()
            && let Some(f) = vm.heap.special(iterator.type_id(), Special::Next)
        {
            return vm.call_unbound(&f, iterator, &[]);
        }
        let item = vm.next(iterator)?;
        vm.next_value(item)
    }
    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[sig("(*args, **kwargs)")]
    fn sorted(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let [iterable] = args else {
            let n = args.len();
            return Err(vm.type_error(format!("sorted expected 1 argument, got {n}")));
        };
        let items = vm.collect(iterable)?;
        let (mut key, mut reverse) = (None, false);
        for (k, value) in &kwargs.items {
            let text = vm.to_text(k)?;
            match &text[..] {
                "key" => key = Some((*value).clone()).filter(|k| !k.is_none()),
                "reverse" => reverse = vm.truth(value)?,
                _ => return Err(vm.type_error(format!("sort() got an unexpected keyword argument '{text}'"))),
            }
        }
        let (items, result) = vm.sort_items(items, key.as_ref(), reverse);
        result?;
        Ok(vm.list(items))
    }
    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[sig("(*args, **kwargs)")]
    fn min(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        vm.extreme("min", CmpOp::Lt, args, &kwargs)
    }
    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[sig("(*args, **kwargs)")]
    fn max(vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        vm.extreme("max", CmpOp::Gt, args, &kwargs)
    }
    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[sig("(iterable, /)")]
    fn any(vm: &mut Vm, iterable: &Value) -> Result<bool> {
        let mut walk = vm.walk(iterable)?;
        while let Some(item) = vm.walk_next(&mut walk)? {
            if vm.truth(&item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[sig("(iterable, /)")]
    fn all(vm: &mut Vm, iterable: &Value) -> Result<bool> {
        let mut walk = vm.walk(iterable)?;
        while let Some(item) = vm.walk_next(&mut walk)? {
            if !vm.truth(&item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[sig("(obj, /)")]
    fn hash(vm: &mut Vm, obj: &Value) -> Result<i64> {
        vm.hash(obj)
    }
    /// Return an AsyncIterator for an AsyncIterable object.
    #[sig("(async_iterable, /)")]
    fn aiter(vm: &mut Vm, async_iterable: &Value) -> Result<Value> {
        let name = vm.heap.type_name(async_iterable);
        let Some(f) = vm.heap.special(async_iterable.type_id(), Special::Aiter).filter(|f| !f.is_none()) else {
            return Err(vm.type_error(format!("'{name}' object is not an async iterable")));
        };
        let iterator = vm.call_unbound(&f, async_iterable, &[])?;
        if vm.heap.special(iterator.type_id(), Special::Anext).is_none() {
            let found = vm.heap.type_name(&iterator);
            return Err(vm.type_error(format!("aiter() returned not an async iterator of type '{found}'")));
        }
        Ok(iterator)
    }
    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[sig("(async_iterator, default=<unrepresentable>, /)")]
    fn anext(vm: &mut Vm, async_iterator: &Value, default: Option<Value>) -> Result<Value> {
        let Some(f) = vm.heap.special(async_iterator.type_id(), Special::Anext).filter(|f| !f.is_none()) else {
            let name = vm.heap.type_name(async_iterator);
            return Err(vm.type_error(format!("'{name}' object is not an async iterator")));
        };
        let awaitable = vm.call_unbound(&f, async_iterator, &[])?;
        let Some(default) = default else { return Ok(awaitable) };
        let made: Ref<AnextAwaitable> = vm.heap.alloc(AnextAwaitable { awaitable, default });
        Ok(made.into_value())
    }
}

pub(crate) fn init(vm: &mut Vm) {
    vm.builtins_functions::<Functions>();
}
