//! Calls from Rust code, and the binding of arguments to parameters.

#![allow(unsafe_code, reason = "lays out register windows")]

use crate::Result;
use crate::args::Args;
use crate::builtins::code::CodeObject;
use crate::builtins::function::{BoundMethod, BuiltinFn, Function, StaticMethod, with_receiver};
use crate::builtins::str::Str;
use crate::heap::flags;
use crate::interp::frame::{FrameKind, Window, drop_registers};
use crate::object::Ref;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::{BITS_UNBOUND, Value};
use crate::vm::Vm;
use krait_bytecode::CodeFlags;

/// What entering a Python function led to.
pub(crate) enum Entered {
    /// A frame was pushed.
    Frame,
    /// The call made a generator or coroutine: its result.
    Value(Value),
}

impl Vm {
    /// `callable(*args)`.
    #[inline]
    pub fn call(&mut self, callable: &Value, args: &[Value]) -> Result<Value> {
        self.call_args(callable, Args::positional(args))
    }
    /// `callable(*args, **kwargs)`.
    pub fn call_args(&mut self, callable: &Value, args: Args<'_>) -> Result<Value> {
        match callable.type_id() {
            id::FUNCTION => self.call_function(callable, None, args),
            id::BUILTIN_FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR | id::METHOD_WRAPPER | id::CLASSMETHOD_DESCRIPTOR => self.call_native(callable, args),
            id::METHOD => {
                let Some(method) = callable.downcast_exact::<BoundMethod>() else { return Ok(Value::NONE) };
                let (function, this) = { let m = method.get(&*self.heap); (m.function.clone(), m.this.clone()) };
                if function.type_id() == id::FUNCTION {
                    return self.call_function(&function, Some(&this), args);
                }
                with_receiver(&this, args, |args| self.call_args(&function, args))
            }
            id::TYPE => match callable.downcast::<Type>(&*self.heap) {
                Some(ty) => {
                    let ty = ty.clone();
                    self.call_type(&ty, args)
                }
                None => Ok(Value::NONE),
            },
            type_id => match self.heap.special(type_id, Special::Call) {
                // A class whose metaclass leaves calls to `type`.
                Some(_) if self.heap.info(type_id).layout == id::TYPE && self.heap.shares_special(type_id, id::TYPE, Special::Call) => match callable.downcast::<Type>(&*self.heap).cloned() {
                    Some(ty) => self.call_type(&ty, args),
                    None => Ok(Value::NONE),
                },
                Some(f) => {
                    self.check_native_depth("")?;
                    self.thread.native_depth += 1;
                    let result = if f.type_id() == id::FUNCTION {
                        self.call_function(&f, Some(callable), args)
                    } else if matches!(f.type_id(), id::WRAPPER_DESCRIPTOR | id::METHOD_DESCRIPTOR) {
                        with_receiver(callable, args, |args| self.call_native(&f, args))
                    } else {
                        match self.descriptor_get(&f, Some(callable), type_id) {
                            Ok(bound) => self.call_args(&bound, args),
                            Err(e) => Err(e),
                        }
                    };
                    self.thread.native_depth -= 1;
                    result
                }
                None => {
                    let name = self.heap.type_name(callable);
                    Err(self.type_error(format!("'{name}' object is not callable")))
                }
            },
        }
    }
    /// Calls with keyword arguments given by name.
    pub fn call_kw(&mut self, callable: &Value, args: &[Value], kwargs: &[(&str, Value)]) -> Result<Value> {
        let mut all = args.to_vec();
        all.extend(kwargs.iter().map(|(_, v)| v.clone()));
        let names: Vec<Value> = kwargs.iter().map(|(n, _)| self.heap.intern(n).into_value()).collect();
        self.call_args(callable, Args::with_names(&all, &names))
    }
    /// `object.name(*args)`.
    pub fn call_method(&mut self, object: &Value, name: &str, args: &[Value]) -> Result<Value> {
        let name = self.heap.intern(name);
        let type_id = object.type_id();
        // Methods found on the class need no bound method object.
        if self.heap.info(type_id).flags & flags::PLAIN_GETATTR != 0
            && self.heap.instance_attribute(object, &name).is_none()
            && let Some(f) = self.heap.type_lookup(type_id, &name)
            && matches!(f.type_id(), id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR)
        {
            return self.call_unbound(&f, object, args);
        }
        let f = self.get_attr(object, &name)?;
        self.call(&f, args)
    }
    /// Calls a special method of the object's type; TypeError when it has none.
    pub fn call_special(&mut self, special: Special, object: &Value, args: &[Value]) -> Result<Value> {
        match self.heap.special(object.type_id(), special) {
            Some(f) => self.call_unbound(&f, object, args),
            None => {
                let (ty, name) = (self.heap.type_name(object), special.name());
                Err(self.type_error(format!("'{ty}' object has no '{name}' method")))
            }
        }
    }
    /// Calls what a class attribute look-up gave, as a method of `this`.
    pub fn call_unbound(&mut self, function: &Value, this: &Value, args: &[Value]) -> Result<Value> {
        match function.type_id() {
            id::FUNCTION => self.call_function(function, Some(this), Args::positional(args)),
            id::WRAPPER_DESCRIPTOR | id::METHOD_DESCRIPTOR => match args {
                [] => self.call_native(function, Args::positional(std::slice::from_ref(this))),
                [a] => self.call_native(function, Args::positional(&[this.clone(), a.clone()])),
                [a, b] => self.call_native(function, Args::positional(&[this.clone(), a.clone(), b.clone()])),
                _ => with_receiver(this, Args::positional(args), |args| self.call_native(function, args)),
            },
            _ => {
                let bound = self.descriptor_get(function, Some(this), this.type_id())?;
                self.call(&bound, args)
            }
        }
    }
    /// Calls a builtin function object.
    #[inline]
    pub(crate) fn call_native(&mut self, function: &Value, args: Args<'_>) -> Result<Value> {
        let Some(f) = function.downcast::<BuiltinFn>(&*self.heap) else { return Ok(Value::NONE) };
        let payload = f.get(&*self.heap);
        let (def, owner) = (payload.def, payload.owner);
        // A method of just this type, most of the time.
        if payload.this.is_none() && def.kind != crate::args::MethodKind::ClassMethod && args.pos().first().is_some_and(|this| this.type_id() == owner) {
            return def.call(self, args);
        }
        let this = payload.this.clone();
        match this {
            Some(this) if def.kind == crate::args::MethodKind::New => self.call_new(def, &this, args),
            Some(this) => with_receiver(&this, args, |args| def.call(self, args)),
            None if owner != 0 => {
                self.check_receiver(def, owner, args, function)?;
                def.call(self, args)
            }
            None => def.call(self, args),
        }
    }
    fn check_receiver(&mut self, def: &'static crate::args::MethodDef, owner: u32, args: Args<'_>, function: &Value) -> Result<()> {
        let name = def.name;
        let Some(this) = args.pos().first() else {
            let ty = self.heap.type_object(owner).name(&self.heap);
            return Err(match function.type_id() {
                id::WRAPPER_DESCRIPTOR => self.type_error(format!("descriptor '{name}' of '{ty}' object needs an argument")),
                _ => self.type_error(format!("unbound method {ty}.{name}() needs an argument")),
            });
        };
        let found = if def.kind == crate::args::MethodKind::ClassMethod {
            match this.downcast::<Type>(&*self.heap) {
                Some(t) => t.id(&self.heap),
                None => 0,
            }
        } else {
            this.type_id()
        };
        if found != 0 && (found == owner || self.heap.is_subtype(found, owner)) {
            return Ok(());
        }
        let (wanted, found) = (self.heap.type_object(owner).name(&self.heap), self.heap.type_name(this));
        Err(match function.type_id() {
            id::WRAPPER_DESCRIPTOR => self.type_error(format!("descriptor '{name}' requires a '{wanted}' object but received a '{found}'")),
            _ => self.type_error(format!("descriptor '{name}' for '{wanted}' objects doesn't apply to a '{found}' object")),
        })
    }
    /// `T.__new__(cls, …)` called from Python: checks `cls` as CPython does.
    fn call_new(&mut self, def: &'static crate::args::MethodDef, owner: &Value, args: Args<'_>) -> Result<Value> {
        if !self.may_make(owner, args.pos().first()) {
            return Err(self.refuse_new(owner, args.pos().first()));
        }
        def.call(self, args)
    }
    /// Whether `owner.__new__` makes instances of a class: of a subclass with the same layout.
    pub(crate) fn may_make(&self, owner: &Value, class: Option<&Value>) -> bool {
        let heap = &*self.heap;
        let Some(class) = class.and_then(|c| c.downcast::<Type>(heap)) else { return false };
        let Some(owner) = owner.downcast::<Type>(heap) else { return true };
        let (c, o) = (class.id(heap), owner.id(heap));
        let (info, of_owner) = (heap.info(c), heap.info(o));
        let fits = info.layout == of_owner.layout || info.flags & flags::BASE_EXC_SUBCLASS != 0 || (info.layout == id::INT && of_owner.layout == id::BOOL);
        fits && info.flags & flags::DISALLOW_INSTANTIATION == 0 && heap.is_subtype(c, o)
    }
    #[cold]
    fn refuse_new(&mut self, owner: &Value, class: Option<&Value>) -> crate::Raised {
        let owner = owner.downcast::<Type>(&*self.heap).cloned();
        let owner_name = owner.as_ref().map_or_else(String::new, |t| t.name(&self.heap));
        let Some(class) = class else { return self.type_error(format!("{owner_name}.__new__(): not enough arguments")) };
        let Some(cls) = class.downcast::<Type>(&*self.heap).cloned() else {
            let found = self.heap.type_name(class);
            return self.type_error(format!("{owner_name}.__new__(X): X is not a type object ({found})"));
        };
        let (c, cname) = (cls.id(&self.heap), cls.name(&self.heap));
        if owner.is_some_and(|o| !self.heap.is_subtype(c, o.id(&self.heap))) {
            return self.type_error(format!("{owner_name}.__new__({cname}): {cname} is not a subtype of {owner_name}"));
        }
        if self.heap.info(c).flags & flags::DISALLOW_INSTANTIATION != 0 {
            return self.refuse_instantiation(&cls);
        }
        let best = self.heap.type_object(self.heap.info(c).layout).name(&self.heap);
        self.type_error(format!("{owner_name}.__new__({cname}) is not safe, use {best}.__new__()"))
    }

    /// `cls(*args)` for classes whose metaclass does not override `__call__`.
    pub fn call_type(&mut self, ty: &Ref<Type>, args: Args<'_>) -> Result<Value> {
        let type_id = ty.id(&self.heap);
        if type_id == id::TYPE {
            if let ([one], true) = (args.pos(), args.kw_names().is_empty()) {
                return Ok(self.heap.type_of(one).to_value());
            }
            if args.pos().len() != 3 {
                return Err(self.type_error("type() takes 1 or 3 arguments"));
            }
        }
        if self.heap.info(type_id).flags & flags::DISALLOW_INSTANTIATION != 0 {
            return Err(self.refuse_instantiation(ty));
        }
        let Some(new) = self.heap.special(type_id, Special::New) else { return Err(self.refuse_instantiation(ty)) };
        let object = self.call_new_method(&new, ty, args)?;
        self.initialise(ty, &object, args)?;
        Ok(object)
    }
    /// Calls `__init__` on what the `__new__` of a class made, if that is an instance of it.
    pub(crate) fn initialise(&mut self, class: &Ref<Type>, object: &Value, args: Args<'_>) -> Result<()> {
        let (type_id, made) = (class.id(&self.heap), object.type_id());
        // `object.__init__` minds arguments only where `object.__new__` did not.
        let as_made = made == type_id || self.heap.info(type_id).flags & flags::HEAP_TYPE == 0;
        if as_made && self.heap.shares_special(made, id::OBJECT, Special::Init) && !self.heap.shares_special(type_id, id::OBJECT, Special::New) {
            return Ok(());
        }
        if !self.heap.is_subtype(made, type_id) {
            return Ok(());
        }
        let Some(init) = self.heap.special(made, Special::Init) else { return Ok(()) };
        let result = match init.type_id() {
            id::FUNCTION => self.call_function(&init, Some(object), args)?,
            id::WRAPPER_DESCRIPTOR => with_receiver(object, args, |args| self.call_native(&init, args))?,
            _ => {
                let bound = self.descriptor_get(&init, Some(object), made)?;
                self.call_args(&bound, args)?
            }
        };
        if !result.is_none() {
            let name = self.heap.type_name(&result);
            return Err(self.type_error(format!("__init__() should return None, not '{name}'")));
        }
        Ok(())
    }
    /// Calls what `__new__` resolves to with the class in front.
    pub(crate) fn call_new_method(&mut self, new: &Value, ty: &Ref<Type>, args: Args<'_>) -> Result<Value> {
        let class = ty.as_value();
        if let Some(f) = new.downcast_exact::<BuiltinFn>() {
            let (def, owner) = { let f = f.get(&*self.heap); (f.def, f.this.clone()) };
            // A class that has taken the `__new__` of a type with another layout goes on using that of its own.
            let layout = |t: u32| self.heap.info(t).layout;
            let foreign = owner
                .as_ref()
                .and_then(|o| o.downcast::<Type>(&*self.heap))
                .is_some_and(|o| layout(o.id(&self.heap)) != layout(ty.id(&self.heap)));
            return match owner.filter(|_| foreign) {
                Some(_) => {
                    let own = self.heap.info(ty.id(&self.heap)).layout;
                    let Some(new) = self.heap.special(own, Special::New) else { return Ok(Value::NONE) };
                    match new.downcast_exact::<BuiltinFn>().map(|f| f.get(&*self.heap).def) {
                        Some(def) => with_receiver(class, args, |args| def.call(self, args)),
                        None => with_receiver(class, args, |args| self.call_args(&new, args)),
                    }
                }
                None => with_receiver(class, args, |args| def.call(self, args)),
            };
        }
        if let Some(s) = new.downcast_exact::<StaticMethod>() {
            let f = s.get(&*self.heap).callable.clone();
            return with_receiver(class, args, |args| self.call_args(&f, args));
        }
        let f = self.descriptor_get(new, None, ty.id(&self.heap))?;
        with_receiver(class, args, |args| self.call_args(&f, args))
    }

    /// Calls a Python function from Rust and runs it to its end.
    pub(crate) fn call_function(&mut self, function: &Value, this: Option<&Value>, args: Args<'_>) -> Result<Value> {
        let f = match function.downcast_exact::<Function>() {
            Some(f) => f,
            None => return Ok(Value::NONE),
        };
        self.check_native_depth("")?;
        let code = f.get(&*self.heap).code.payload_ptr();
        let given = args.all().len() + usize::from(this.is_some());
        // SAFETY: `code` is alive as long as the function; the window is laid out before the frame is pushed.
        unsafe {
            let stop = self.thread.depth();
            if (*code).simple_args as usize == given && args.kw_names().is_empty() {
                let window = self.thread.place_on_top((*code).nregs as usize);
                for (i, v) in this.into_iter().chain(args.all()).enumerate() {
                    *window.regs.add(i) = v.clone().into_bits();
                }
                self.push_frame(function.clone(), code, window, given, FrameKind::Entry, 0)?;
            } else {
                let entered = match self.enter_with(function, this, args, FrameKind::Entry, 0) {
                    Some(entered) => entered,
                    None => self.enter_function(function.clone(), this, args, FrameKind::Entry, 0),
                };
                match entered? {
                    Entered::Value(v) => return Ok(v),
                    Entered::Frame => {}
                }
            }
            self.run_nested(stop)
        }
    }
    /// Runs the frames above `stop` to their end.
    pub(crate) fn run_nested(&mut self, stop: usize) -> Result<Value> {
        self.thread.native_depth += 1;
        let result = self.run(stop);
        self.thread.native_depth -= 1;
        result
    }

    /// Pushes a frame whose first `given` registers are filled; clears the other locals.
    ///
    /// # Safety
    /// `window` was placed with room for the code's registers.
    #[inline(always)]
    pub(crate) unsafe fn push_frame(&mut self, function: Value, code: *mut CodeObject, window: Window, given: usize, kind: FrameKind, dst: u32) -> Result<()> {
        // SAFETY: by contract.
        unsafe {
            if (*self.thread.next_box()).depth() > self.recursion_limit {
                drop_registers(window.regs, 0, given);
                return Err(self.recursion_error(""));
            }
            for i in given..(*code).first_temp as usize {
                *window.regs.add(i) = BITS_UNBOUND;
            }
            self.thread.push(function, code, window, kind, dst, true);
        }
        Ok(())
    }

    /// Binds arguments and enters a Python function, in a window above everything.
    pub(crate) fn enter_function(&mut self, function: Value, this: Option<&Value>, args: Args<'_>, kind: FrameKind, dst: u32) -> Result<Entered> {
        let Some(f) = function.downcast_exact::<Function>().cloned() else { return Ok(Entered::Value(Value::NONE)) };
        let params = self.bind_arguments(&f, this, args)?;
        let code_ref = f.get(&*self.heap).code.clone();
        let code = code_ref.payload_ptr();
        let info = code_ref.get(&*self.heap);
        if info.info.flags.is_generator_like() {
            return Ok(Entered::Value(self.new_generator(&f, &code_ref, params)));
        }
        let nregs = info.nregs as usize;
        let given = params.len();
        // SAFETY: the window is placed, filled and pushed before anything else runs.
        unsafe {
            let window = self.thread.place_on_top(nregs);
            for (i, v) in params.into_iter().enumerate() {
                *window.regs.add(i) = v.map_or(BITS_UNBOUND, Value::into_bits);
            }
            self.push_frame(function, code, window, given, kind, dst)?;
        }
        Ok(Entered::Frame)
    }

    /// Sorts arguments into the parameters of a Python function: registers `0..` of its frame.
    pub(crate) fn bind_arguments(&mut self, f: &Ref<Function>, this: Option<&Value>, args: Args<'_>) -> Result<Vec<Option<Value>>> {
        let (code, defaults, kwdefaults) = { let p = f.get(&*self.heap); (p.code.clone(), p.defaults.clone(), p.kwdefaults.clone()) };
        self.load_body(&code)?;
        let (argcount, posonly, kwonly, flags) = {
            let c = &code.get(&*self.heap).info;
            (c.argcount as usize, c.posonlyargcount as usize, c.kwonlyargcount as usize, c.flags)
        };
        let (has_varargs, has_kwargs) = (flags.has(CodeFlags::VARARGS), flags.has(CodeFlags::VARKEYWORDS));
        let total = argcount + kwonly + usize::from(has_varargs) + usize::from(has_kwargs);
        let mut slots: Vec<Option<Value>> = vec![None; total];
        let pos = args.pos();
        let offset = usize::from(this.is_some());
        let given = pos.len() + offset;
        let mut all = this.into_iter().chain(pos);
        for slot in slots.iter_mut().take(argcount.min(given)) {
            *slot = all.next().cloned();
        }
        if has_varargs {
            let rest: Vec<Value> = all.cloned().collect();
            slots[argcount + kwonly] = Some(self.heap.tuple(rest).into_value());
        }
        let mut extra = None;
        if has_kwargs {
            let dict = self.heap.dict();
            slots[total - 1] = Some(dict.to_value());
            extra = Some(dict);
        }
        for (name, value) in args.keywords() {
            let Some(name_str) = name.downcast::<Str>(&*self.heap).cloned() else {
                return Err(self.type_error("keywords must be strings"));
            };
            let found = {
                let heap = &*self.heap;
                let names = &code.get(heap).varnames;
                let text = name_str.get(heap);
                let candidates = names.get(posonly..argcount + kwonly).unwrap_or(&[]);
                let by_identity = candidates.iter().position(|n| n.as_value().is(name));
                by_identity.or_else(|| candidates.iter().position(|n| n.get(heap).same(text))).map(|i| i + posonly)
            };
            match found {
                Some(i) if slots[i].is_some() => {
                    let (function, text) = (self.function_name(f), name_str.get(&*self.heap).to_string_lossy());
                    return Err(self.type_error(format!("{function}() got multiple values for argument '{text}'")));
                }
                Some(i) => slots[i] = Some(value.clone()),
                None => match &extra {
                    Some(dict) => dict.clone().set_item(self, name.clone(), value.clone())?,
                    None => return Err(self.unexpected_keyword(f, &code, posonly, &name_str, args)),
                },
            }
        }
        if given > argcount && !has_varargs {
            return Err(self.too_many_positional(f, &code, given, argcount, kwonly, &defaults, &slots));
        }
        if given < argcount {
            let ndefaults = defaults.as_ref().map_or(0, |d| d.len(&*self.heap));
            let first_default = argcount - ndefaults.min(argcount);
            let missing: Vec<usize> = (given.min(argcount)..first_default).filter(|&i| slots[i].is_none()).collect();
            if !missing.is_empty() {
                return Err(self.missing_arguments(f, &code, &missing, "positional"));
            }
            if let Some(defaults) = &defaults {
                for i in first_default.max(given)..argcount {
                    if slots[i].is_none() {
                        slots[i] = defaults.items(&*self.heap).get(i - first_default).cloned();
                    }
                }
            }
        }
        if kwonly > 0 {
            let mut missing = Vec::new();
            for i in argcount..argcount + kwonly {
                if slots[i].is_some() {
                    continue;
                }
                let name = code.get(&*self.heap).varnames[i].clone();
                match kwdefaults.as_ref().and_then(|d| d.get_str(&*self.heap, &name)) {
                    Some(v) => slots[i] = Some(v),
                    None => missing.push(i),
                }
            }
            if !missing.is_empty() {
                return Err(self.missing_arguments(f, &code, &missing, "keyword-only"));
            }
        }
        Ok(slots)
    }
    fn function_name(&self, f: &Ref<Function>) -> String {
        f.get(&*self.heap).qualname.get(&*self.heap).to_string_lossy()
    }
    #[cold]
    fn unexpected_keyword(&mut self, f: &Ref<Function>, code: &Ref<CodeObject>, posonly: usize, name: &Ref<Str>, args: Args<'_>) -> crate::Raised {
        let function = self.function_name(f);
        let heap = &*self.heap;
        let positional_only: Vec<String> = code.get(heap).varnames[..posonly]
            .iter()
            .filter(|n| args.kw_names().iter().any(|k| k.downcast::<Str>(heap).is_some_and(|k| k.get(heap).same(n.get(heap)))))
            .map(|n| n.get(heap).to_string_lossy())
            .collect();
        if !positional_only.is_empty() {
            let list = positional_only.join(", ");
            return self.type_error(format!("{function}() got some positional-only arguments passed as keyword arguments: '{list}'"));
        }
        let text = name.get(heap).to_string_lossy();
        let info = &code.get(heap).info;
        let candidates: Vec<String> = code.get(heap).varnames[posonly..(info.argcount + info.kwonlyargcount) as usize].iter().map(|n| n.get(heap).to_string_lossy()).collect();
        let hint = crate::args::keyword_hint(&text, &candidates);
        self.type_error(format!("{function}() got an unexpected keyword argument '{text}'{hint}"))
    }
    #[cold]
    #[allow(clippy::too_many_arguments, reason = "everything the message mentions")]
    fn too_many_positional(&mut self, f: &Ref<Function>, _code: &Ref<CodeObject>, given: usize, argcount: usize, kwonly: usize, defaults: &Option<Ref<crate::builtins::tuple::Tuple>>, slots: &[Option<Value>]) -> crate::Raised {
        let function = self.function_name(f);
        let ndefaults = defaults.as_ref().map_or(0, |d| d.len(&*self.heap));
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let takes = if ndefaults > 0 { format!("from {} to {argcount}", argcount - ndefaults) } else { argcount.to_string() };
        let takes_plural = if ndefaults > 0 || argcount != 1 { "s" } else { "" };
        let kw_given = slots[argcount..argcount + kwonly].iter().filter(|s| s.is_some()).count();
        let kw_text = if kw_given > 0 {
            format!(" positional argument{} (and {kw_given} keyword-only argument{})", plural(given), plural(kw_given))
        } else {
            String::new()
        };
        let verb = if given == 1 && kw_given == 0 { "was" } else { "were" };
        self.type_error(format!("{function}() takes {takes} positional argument{takes_plural} but {given}{kw_text} {verb} given"))
    }
    #[cold]
    fn missing_arguments(&mut self, f: &Ref<Function>, code: &Ref<CodeObject>, missing: &[usize], kind: &str) -> crate::Raised {
        let function = self.function_name(f);
        let heap = &*self.heap;
        let names: Vec<String> = missing.iter().map(|&i| format!("'{}'", code.get(heap).varnames[i].get(heap).to_string_lossy())).collect();
        let list = match names.as_slice() {
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [head @ .., last] => format!("{}, and {last}", head.join(", ")),
            [] => String::new(),
        };
        let (n, plural) = (names.len(), if names.len() == 1 { "" } else { "s" });
        self.type_error(format!("{function}() missing {n} required {kind} argument{plural}: {list}"))
    }
}
