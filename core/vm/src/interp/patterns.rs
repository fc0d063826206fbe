//! Pattern matching: the tests and look-ups behind `case`.

use crate::Result;
use crate::builtins::dict::Dict;
use crate::builtins::function::Cell;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::{BITS_UNBOUND, Value};
use crate::vm::Vm;

/// Builtin classes whose only positional sub-pattern is the subject itself.
const MATCH_SELF: [u32; 11] = [id::BOOL, id::BYTEARRAY, id::BYTES, id::DICT, id::FLOAT, id::FROZENSET, id::INT, id::LIST, id::SET, id::STR, id::TUPLE];

impl Vm {
    pub(crate) fn op_match_sequence(&mut self, cx: Ctx, flag: u32) -> Result<()> {
        let matches = self.heap.info(cx.b().type_id()).flags & flag != 0;
        cx.finish(Value::bool(matches))
    }

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
        let mut values = Vec::new();
        let mut seen: Vec<Ref<Str>> = Vec::new();
        if count > 0 {
            let key = self.names.__match_args__.clone();
            match self.get_attr_opt(&class, &key)? {
                Some(args) => {
                    for name in self.positional_names(&class, &args, count)? {
                        let Some(name) = name.downcast_exact::<Str>().cloned() else {
                            let found = self.heap.type_name(&name);
                            return Err(self.type_error(format!("__match_args__ elements must be strings (got {found})")));
                        };
                        match self.match_attribute(&subject, name, &class, &mut seen)? {
                            Some(v) => values.push(v),
                            None => return Ok(None),
                        }
                    }
                }
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
        let names = cx.reg(cx.i.c() + 1).clone();
        let mut next = 0;
        while let Some(name) = names.downcast_exact::<Tuple>().and_then(|t| t.items(&*self.heap).get(next).cloned()) {
            next += 1;
            let Some(name) = name.downcast_exact::<Str>().cloned() else { continue };
            match self.match_attribute(&subject, name, &class, &mut seen)? {
                Some(v) => values.push(v),
                None => return Ok(None),
            }
        }
        Ok(Some(self.tuple(values)))
    }
    /// The first `count` elements of `__match_args__`.
    fn positional_names(&mut self, class: &Value, args: &Value, count: usize) -> Result<Vec<Value>> {
        let Some(tuple) = args.downcast_exact::<Tuple>() else {
            let (name, found) = (self.class_name(class), self.heap.type_name(args));
            return Err(self.type_error(format!("{name}.__match_args__ must be a tuple (got {found})")));
        };
        match tuple.items(&*self.heap) {
            args if args.len() < count => {
                let allowed = args.len();
                Err(self.too_many_positional_patterns(class, allowed, count))
            }
            args => Ok(args[..count].to_vec()),
        }
    }
    #[cold]
    fn too_many_positional_patterns(&mut self, class: &Value, allowed: usize, count: usize) -> crate::Raised {
        let (name, plural) = (self.class_name(class), if allowed == 1 { "" } else { "s" });
        self.type_error(format!("{name}() accepts {allowed} positional sub-pattern{plural} ({count} given)"))
    }
    fn class_name(&self, class: &Value) -> String {
        class.downcast::<Type>(&*self.heap).map_or(String::new(), |t| t.name(&self.heap))
    }
    fn match_attribute(&mut self, subject: &Value, name: Ref<Str>, class: &Value, seen: &mut Vec<Ref<Str>>) -> Result<Option<Value>> {
        if seen.iter().any(|s| s.is(&name) || s.get(&*self.heap).same(name.get(&*self.heap))) {
            let (class, text) = (self.class_name(class), self.repr_text(name.as_value())?);
            return Err(self.type_error(format!("{class}() got multiple sub-patterns for attribute {text}")));
        }
        let value = self.get_attr_opt(subject, &name);
        seen.push(name);
        value
    }
    pub(crate) fn op_get_len(&mut self, cx: Ctx) -> Result<()> {
        let n = self.len(cx.b())?;
        let v = self.heap.int(n as i128);
        cx.finish(v)
    }
}
