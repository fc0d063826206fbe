//! Pattern matching: the tests and look-ups behind `case`.

use crate::Result;
use crate::builtins::dict::Dict;
use crate::builtins::function::Cell;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::heap::Heap;
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::{BITS_UNBOUND, Value};
use crate::vm::Vm;

/// Builtin classes whose only positional sub-pattern is the subject itself.
const MATCH_SELF: [u32; 11] = [id::BOOL, id::BYTEARRAY, id::BYTES, id::DICT, id::FLOAT, id::FROZENSET, id::INT, id::LIST, id::SET, id::STR, id::TUPLE];

impl Vm {
    pub(crate) fn op_match_keys(&mut self, cx: Ctx) -> Result<()> {
        // A single key cannot be a duplicate, and an exact dict's `get` is known.
        if let (Some(dict), Some(keys)) = (cx.b().downcast_exact::<Dict>(), cx.c().downcast_exact::<Tuple>())
            && let [key] = keys.items(&*self.heap)
        {
            let (dict, key) = (dict.clone(), key.clone());
            let found = dict.get_item(self, &key)?;
            let v = found.map_or(Value::NONE, |v| self.tuple(vec![v]));
            return cx.finish(v);
        }
        let (subject, keys) = (cx.b().clone(), cx.c().clone());
        let keys = self.collect(&keys)?;
        if let Some(dict) = subject.downcast_exact::<Dict>()
            && self.plainly_distinct(&keys)
        {
            let values = self.values_of_keys(dict, &keys)?;
            let v = values.map_or(Value::NONE, |values| self.tuple(values));
            return cx.finish(v);
        }
        let mut values = Vec::with_capacity(keys.len());
        let seen = self.heap.set();
        let get = self.names.get.clone();
        let getter = self.get_attr(&subject, &get)?;
        let sentinel = self.heap.alloc(Cell { content: None }).into_value();
        for k in keys {
            if !seen.add(self, k.clone())? {
                let k = self.repr_text(&k)?;
                return Err(self.value_error(format!("mapping pattern checks duplicate key ({k})")));
            }
            let v = self.call(&getter, &[k, sentinel.clone()])?;
            if v.is(&sentinel) {
                return cx.finish(Value::NONE);
            }
            values.push(v);
        }
        let v = self.tuple(values);
        cx.finish(v)
    }

    /// Whether no two keys are equal; `false` also when that takes Python to tell.
    fn plainly_distinct(&self, keys: &[Value]) -> bool {
        let differs = |a: &Value, b: &Value| !a.is(b) && self.equal_without_python(a, b) == Some(false);
        keys.iter().enumerate().all(|(i, key)| keys[..i].iter().all(|k| differs(k, key)))
    }
    /// The values of keys in an exact dict; `None` when one is missing.
    fn values_of_keys(&mut self, dict: &Ref<Dict>, keys: &[Value]) -> Result<Option<Vec<Value>>> {
        let mut values = Vec::with_capacity(keys.len());
        for key in keys {
            match dict.get_item(self, key)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        Ok(Some(values))
    }

    pub(crate) fn op_match_class(&mut self, cx: Ctx) -> Result<()> {
        let c = cx.i.c();
        if !cx.reg(c).has_payload::<Type>(&*self.heap) {
            return Err(self.type_error("called match pattern must be a class"));
        }
        // `__instancecheck__` may be Python, but registers stay as they are meanwhile.
        let matched = if self.is_instance_of(cx.b(), cx.reg(c))? { self.match_class(cx)? } else { None };
        for n in [c, c + 1] {
            cx.set_word(n, BITS_UNBOUND);
        }
        cx.set(cx.i.a(), matched.unwrap_or(Value::NONE));
        Ok(())
    }
    /// The attributes that the sub-patterns look at, of a subject that is an instance.
    fn match_class(&mut self, cx: Ctx) -> Result<Option<Value>> {
        let (subject, class, count) = (cx.b().clone(), cx.reg(cx.i.c()).clone(), cx.ext().a());
        let Some(by_name) = cx.reg(cx.i.c() + 1).downcast_exact::<Tuple>().cloned() else { return Ok(None) };
        let mut values = Vec::new();
        let mut positional = None;
        if count > 0 {
            match self.match_args(&class)? {
                Some(args) => positional = Some(self.positional_names(&class, &args, count)?),
                None => {
                    let matches_self = class.downcast::<Type>(&*self.heap).is_some_and(|t| MATCH_SELF.iter().any(|&s| self.heap.is_subtype(t.id(&self.heap), s)));
                    let allowed = usize::from(matches_self);
                    if count > allowed {
                        return Err(self.too_many_positional_patterns(&class, allowed, count));
                    }
                    values.push(subject.clone());
                }
            }
        }
        let by_position = if positional.is_some() { count } else { 0 };
        let total = by_position + by_name.len(&*self.heap);
        // Tuples do not change, so a name's place says which it is.
        let name_at = |heap: &Heap, n: usize| match &positional {
            Some(names) if n < by_position => names.items(heap).get(n).cloned(),
            _ => by_name.items(heap).get(n - by_position).cloned(),
        };
        values.reserve_exact(total);
        for n in 0..total {
            let Some(name) = name_at(&self.heap, n) else { break };
            let Some(name) = name.downcast_exact::<Str>().cloned() else {
                let found = name_at(&self.heap, n).map_or(String::new(), |name| self.heap.type_name(&name));
                return Err(self.type_error(format!("__match_args__ elements must be strings (got {found})")));
            };
            let same = |earlier: &Value| earlier.downcast_exact::<Str>().is_some_and(|e| e.is(&name) || e.get(&*self.heap).same(name.get(&*self.heap)));
            if (0..n).any(|earlier| name_at(&self.heap, earlier).as_ref().is_some_and(same)) {
                let (class, text) = (self.class_name(&class), self.repr_text(name.as_value())?);
                return Err(self.type_error(format!("{class}() got multiple sub-patterns for attribute {text}")));
            }
            match self.get_attr_opt(&subject, &name)? {
                Some(v) => values.push(v),
                None => return Ok(None),
            }
        }
        Ok(Some(self.tuple(values)))
    }
    /// A class's `__match_args__`.
    fn match_args(&mut self, class: &Value) -> Result<Option<Value>> {
        let key = self.names.__match_args__.clone();
        // Nothing of `type` is in the way, and a tuple is no descriptor.
        if let Some(class) = class.downcast_exact::<Type>()
            && let Some(found) = self.heap.type_lookup(class.id(&self.heap), &key)
            && found.is_exact::<Tuple>()
        {
            return Ok(Some(found));
        }
        self.get_attr_opt(class, &key)
    }
    /// The names in `__match_args__`, of which there must be `count`.
    fn positional_names(&mut self, class: &Value, args: &Value, count: usize) -> Result<Ref<Tuple>> {
        let Some(tuple) = args.downcast_exact::<Tuple>() else {
            let (name, found) = (self.class_name(class), self.heap.type_name(args));
            return Err(self.type_error(format!("{name}.__match_args__ must be a tuple (got {found})")));
        };
        let allowed = tuple.len(&*self.heap);
        if allowed < count {
            return Err(self.too_many_positional_patterns(class, allowed, count));
        }
        Ok(tuple.clone())
    }
    #[cold]
    fn too_many_positional_patterns(&mut self, class: &Value, allowed: usize, count: usize) -> crate::Raised {
        let (name, plural) = (self.class_name(class), if allowed == 1 { "" } else { "s" });
        self.type_error(format!("{name}() accepts {allowed} positional sub-pattern{plural} ({count} given)"))
    }
    fn class_name(&self, class: &Value) -> String {
        class.downcast::<Type>(&*self.heap).map_or(String::new(), |t| t.name(&self.heap))
    }
    pub(crate) fn op_get_len(&mut self, cx: Ctx) -> Result<()> {
        let n = self.len(cx.b())?;
        let v = self.heap.int(n as i128);
        cx.finish(v)
    }
}
