//! Async generators: their methods, the awaitables of `asend`, `athrow`, `aclose` and `anext()`, and the hooks of
//! `sys.set_asyncgen_hooks`.

use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::interp::generator::{AnextAwaitable, AsyncGenAction, AsyncGenAwaitable, AsyncGenWrapped, AwaitableState, Generator, GeneratorState};
use crate::interp::resume::Resumed;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special, methods};

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<AsyncGeneratorMethods>(id::ASYNC_GENERATOR);
    vm.attach::<AwaitableMethods>(id::ASYNC_GEN_ASEND);
    vm.attach::<AwaitableMethods>(id::ASYNC_GEN_ATHROW);
    for type_id in [id::ASYNC_GEN_ASEND, id::ASYNC_GEN_ATHROW] {
        let info = vm.heap.info_mut(type_id);
        info.flags |= crate::heap::flags::FINALIZER;
        info.needs_finalizer = Some(crate::interp::generator::is_unawaited);
    }
    vm.attach::<AnextMethods>(id::ANEXT_AWAITABLE);
}

struct AsyncGeneratorMethods;

#[methods]
impl AsyncGeneratorMethods {
    #[sig("()")]
    fn __aiter__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __anext__(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        vm.init_async_hooks(this)?;
        Ok(vm.async_awaitable(this, AsyncGenAction::Send, vec![Value::NONE]))
    }
    /// asend(v) -> send 'v' in generator.
    #[sig("(value, /)")]
    fn asend(this: &Ref<Generator>, vm: &mut Vm, value: Value) -> Result<Value> {
        vm.init_async_hooks(this)?;
        Ok(vm.async_awaitable(this, AsyncGenAction::Send, vec![value]))
    }
    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    #[sig("(typ, val=None, tb=None, /)")]
    fn athrow(this: &Ref<Generator>, vm: &mut Vm, typ: Value, val: Option<Value>, tb: Option<Value>) -> Result<Value> {
        if val.is_some() || tb.is_some() {
            let message = "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.";
            vm.warn(Exc::DeprecationWarning, message, 1)?;
        }
        vm.init_async_hooks(this)?;
        let args = vec![typ, val.unwrap_or(Value::NONE), tb.unwrap_or(Value::NONE)];
        Ok(vm.async_awaitable(this, AsyncGenAction::Throw, args))
    }
    /// aclose() -> raise GeneratorExit inside generator.
    #[sig("()")]
    fn aclose(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        vm.init_async_hooks(this)?;
        Ok(vm.async_awaitable(this, AsyncGenAction::Close, Vec::new()))
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
    #[sig("()")]
    fn __sizeof__(this: &Ref<Generator>, vm: &mut Vm) -> Result<usize> {
        Ok(200 + this.get(&*vm).code.get(&*vm).nregs as usize * 8)
    }
    #[getter]
    fn ag_running(this: &Ref<Generator>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).running_async)
    }
    #[getter]
    fn ag_suspended(this: &Ref<Generator>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).state == GeneratorState::Suspended)
    }
    #[getter]
    fn ag_frame(this: &Ref<Generator>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(vm.generator_frame(this))
    }
    #[getter]
    fn ag_code(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).code.to_value())
    }
    /// object being awaited on, or None
    #[getter]
    fn ag_await(this: &Ref<Generator>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).delegate().cloned())
    }
}

struct AwaitableMethods;

#[methods]
impl AwaitableMethods {
    #[sig("()")]
    fn __await__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __iter__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __next__(this: &Ref<AsyncGenAwaitable>, vm: &mut Vm) -> Result<Value> {
        vm.advance_async(this, Value::NONE)
    }
    #[sig("(value, /)")]
    fn send(this: &Ref<AsyncGenAwaitable>, vm: &mut Vm, value: Value) -> Result<Value> {
        vm.advance_async(this, value)
    }
    #[sig("(typ, val=None, tb=None, /)")]
    fn throw(this: &Ref<AsyncGenAwaitable>, vm: &mut Vm, typ: &Value, val: Option<Value>, tb: Option<Value>) -> Result<Value> {
        vm.throw_async(this, typ, val, tb)
    }
    #[sig("()")]
    fn close(this: &Ref<AsyncGenAwaitable>, vm: &mut Vm) -> Result<()> {
        if this.get(&*vm).state == AwaitableState::Closed {
            return Ok(());
        }
        let exit = vm.exc.get(Exc::GeneratorExit).to_value();
        match vm.throw_async(this, &exit, None, None) {
            Ok(_) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
            Err(_) if vm.pending_is(Exc::StopIteration) || vm.pending_is(Exc::StopAsyncIteration) || vm.pending_is(Exc::GeneratorExit) => {
                let done = vm.take_pending();
                drop(done);
                Ok(())
            }
            Err(e) => Err(e),
        }
    }
}

impl Vm {
    fn async_awaitable(&mut self, g: &Ref<Generator>, action: AsyncGenAction, args: Vec<Value>) -> Value {
        let type_id = if action == AsyncGenAction::Send { id::ASYNC_GEN_ASEND } else { id::ASYNC_GEN_ATHROW };
        self.heap.alloc_typed(type_id, AsyncGenAwaitable { generator: g.clone(), action, state: AwaitableState::Init, args }).into_value()
    }
    /// The warning about an awaitable that goes away without having been awaited.
    pub(crate) fn finalize_awaitable(&mut self, object: &Value) -> bool {
        let Some(awaitable) = object.downcast::<AsyncGenAwaitable>(&*self.heap).cloned() else { return false };
        let (action, generator, state) = { let a = awaitable.get(&*self.heap); (a.action, a.generator.clone(), a.state) };
        if state != AwaitableState::Init {
            return true;
        }
        let method = match action {
            AsyncGenAction::Send => "asend",
            AsyncGenAction::Throw => "athrow",
            AsyncGenAction::Close => "aclose",
        };
        let name = generator.get(&*self.heap).qualname.get(&*self.heap).to_string_lossy();
        if self.warn(Exc::RuntimeWarning, &format!("coroutine method '{method}' of '{name}' was never awaited"), 1).is_err() {
            self.write_unraisable_of("Exception ignored while finalizing coroutine", object);
        }
        true
    }
    /// The first use of an async generator: its finaliser is kept, the firstiter hook called.
    fn init_async_hooks(&mut self, g: &Ref<Generator>) -> Result<()> {
        if g.get(&*self).hooks_inited {
            return Ok(());
        }
        let [first, finalizer] = self.thread.async_gen_hooks.clone();
        let p = g.get_mut(self);
        p.hooks_inited = true;
        p.origin = finalizer;
        if let Some(first) = first {
            self.call(&first, &[g.to_value()])?;
        }
        Ok(())
    }
    fn async_method(this: &Ref<AsyncGenAwaitable>, vm: &Vm) -> &'static str {
        match this.get(vm).action {
            AsyncGenAction::Send => "asend",
            AsyncGenAction::Throw => "athrow",
            AsyncGenAction::Close => "aclose",
        }
    }
    fn refuse_running(&mut self, this: &Ref<AsyncGenAwaitable>) -> crate::Raised {
        this.get_mut(self).state = AwaitableState::Closed;
        let message = match this.get(&*self).action {
            AsyncGenAction::Send => "anext(): asynchronous generator is already running",
            AsyncGenAction::Throw => "athrow(): asynchronous generator is already running",
            AsyncGenAction::Close => "aclose(): asynchronous generator is already running",
        };
        self.runtime_error(message)
    }
    fn advance_async(&mut self, this: &Ref<AsyncGenAwaitable>, sent: Value) -> Result<Value> {
        let (g, action, state, args) = { let p = this.get(&*self); (p.generator.clone(), p.action, p.state, p.args.clone()) };
        if state == AwaitableState::Closed {
            let method = Vm::async_method(this, self);
            let what = if action == AsyncGenAction::Send { "__anext__()/asend()" } else { "aclose()/athrow()" };
            let _ = method;
            return Err(self.runtime_error(format!("cannot reuse already awaited {what}")));
        }
        if state == AwaitableState::Init {
            if action != AsyncGenAction::Send && g.get(&*self).state == GeneratorState::Finished {
                this.get_mut(self).state = AwaitableState::Closed;
                return Err(self.stop_iteration());
            }
            if g.get(&*self).running_async {
                return Err(self.refuse_running(this));
            }
            if action != AsyncGenAction::Send && g.get(&*self).closed {
                this.get_mut(self).state = AwaitableState::Closed;
                return Err(self.error_args(Exc::StopAsyncIteration, Vec::new()));
            }
            if action != AsyncGenAction::Send && !sent.is_none() {
                return Err(self.runtime_error("can't send non-None value to a just-started coroutine"));
            }
            let sent = if sent.is_none() && action == AsyncGenAction::Send { args.first().cloned().unwrap_or(Value::NONE) } else { sent };
            this.get_mut(self).state = AwaitableState::Iterating;
            g.get_mut(self).running_async = true;
            let result = match action {
                AsyncGenAction::Send => self.async_send(&g, sent),
                AsyncGenAction::Close => {
                    g.get_mut(self).closed = true;
                    let exit = self.new_exception(Exc::GeneratorExit, Vec::new());
                    self.throw_into(&g, exit)
                }
                AsyncGenAction::Throw => {
                    let arg = |i: usize| args.get(i).cloned().filter(|v| !v.is_none());
                    let typ = arg(0).unwrap_or(Value::NONE);
                    match self.thrown_without_warning(&typ, arg(1), arg(2)) {
                        Ok(e) => self.throw_into(&g, e),
                        Err(e) => Err(e),
                    }
                }
            };
            return self.async_outcome(this, &g, action, result);
        }
        let result = self.async_send(&g, sent);
        self.async_outcome(this, &g, action, result)
    }
    fn async_send(&mut self, g: &Ref<Generator>, sent: Value) -> Result<Resumed> {
        if g.get(&*self).state == GeneratorState::Finished {
            return Ok(Resumed::Returned(Value::NONE));
        }
        self.resume(g, sent)
    }
    fn thrown_without_warning(&mut self, typ: &Value, val: Option<Value>, tb: Option<Value>) -> Result<Value> {
        match (val, tb) {
            (None, None) => self.thrown_exception(typ, None, None),
            (val, tb) => {
                let e = match val {
                    Some(v) if v.has_payload::<crate::exceptions::Exception>(&self.heap) => v,
                    Some(v) => {
                        let args = match v.downcast::<Tuple>(&self.heap) {
                            Some(t) => t.items(&*self).to_vec(),
                            None => vec![v],
                        };
                        self.call(typ, &args)?
                    }
                    None => self.exception_from(typ)?,
                };
                if let Some(tb) = tb
                    && let Some(p) = self.exception_payload(&e)
                {
                    let old = p.get_mut(self).traceback.replace(tb);
                    drop(old);
                }
                Ok(e)
            }
        }
    }
    /// What came out of the generator: a value it yielded ends the awaitable, an awaited one passes through.
    fn async_outcome(&mut self, this: &Ref<AsyncGenAwaitable>, g: &Ref<Generator>, action: AsyncGenAction, result: Result<Resumed>) -> Result<Value> {
        let close = |vm: &mut Vm| {
            this.get_mut(vm).state = AwaitableState::Closed;
            g.get_mut(vm).running_async = false;
        };
        match result {
            Ok(Resumed::Yielded(v)) => {
                let Some(wrapped) = v.downcast_exact::<AsyncGenWrapped>() else { return Ok(v) };
                let value = wrapped.get(&*self).value.clone();
                close(self);
                if action == AsyncGenAction::Close {
                    return Err(self.runtime_error("async generator ignored GeneratorExit"));
                }
                let e = self.stop_iteration_with(value);
                Err(self.raise_with_context(e))
            }
            Ok(Resumed::Returned(_)) => {
                close(self);
                g.get_mut(self).closed = true;
                if action == AsyncGenAction::Close {
                    return Err(self.stop_iteration());
                }
                Err(self.error_args(Exc::StopAsyncIteration, Vec::new()))
            }
            Err(e) => {
                close(self);
                if action == AsyncGenAction::Close && (self.pending_is(Exc::StopAsyncIteration) || self.pending_is(Exc::GeneratorExit)) {
                    let done = self.take_pending();
                    drop(done);
                    return Err(self.stop_iteration());
                }
                if self.pending_is(Exc::StopAsyncIteration) || self.pending_is(Exc::GeneratorExit) {
                    g.get_mut(self).closed = true;
                }
                Err(e)
            }
        }
    }
    fn throw_async(&mut self, this: &Ref<AsyncGenAwaitable>, typ: &Value, val: Option<Value>, tb: Option<Value>) -> Result<Value> {
        let (g, action, state) = { let p = this.get(&*self); (p.generator.clone(), p.action, p.state) };
        match state {
            AwaitableState::Closed => {
                let what = if action == AsyncGenAction::Send { "__anext__()/asend()" } else { "aclose()/athrow()" };
                return Err(self.runtime_error(format!("cannot reuse already awaited {what}")));
            }
            AwaitableState::Init => {
                if g.get(&*self).running_async {
                    return Err(self.refuse_running(this));
                }
                this.get_mut(self).state = AwaitableState::Iterating;
                g.get_mut(self).running_async = true;
            }
            AwaitableState::Iterating => {}
        }
        let exception = self.thrown_exception(typ, val, tb)?;
        let result = self.throw_into(&g, exception);
        self.async_outcome(this, &g, action, result)
    }
}

struct AnextMethods;

#[methods]
impl AnextMethods {
    #[sig("()")]
    fn __await__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __iter__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __next__(this: &Ref<AnextAwaitable>, vm: &mut Vm) -> Result<Value> {
        let it = anext_iterator(this, vm)?;
        let result = match vm.heap.special(it.type_id(), Special::Next) {
            Some(f) => vm.call_unbound(&f, &it, &[]),
            None => vm.call_method(&it, "send", &[Value::NONE]),
        };
        anext_result(this, vm, result)
    }
    #[sig("(value, /)")]
    fn send(this: &Ref<AnextAwaitable>, vm: &mut Vm, value: Value) -> Result<Value> {
        let it = anext_iterator(this, vm)?;
        let result = vm.call_method(&it, "send", &[value]);
        anext_result(this, vm, result)
    }
    #[sig("(*args)")]
    fn throw(this: &Ref<AnextAwaitable>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        let it = anext_iterator(this, vm)?;
        let result = vm.call_method(&it, "throw", args);
        anext_result(this, vm, result)
    }
    #[sig("()")]
    fn close(this: &Ref<AnextAwaitable>, vm: &mut Vm) -> Result<Value> {
        let it = anext_iterator(this, vm)?;
        let result = vm.call_method(&it, "close", &[]);
        anext_result(this, vm, result)
    }
}

fn anext_iterator(this: &Ref<AnextAwaitable>, vm: &mut Vm) -> Result<Value> {
    let awaitable = this.get(&*vm).awaitable.clone();
    let it = vm.awaitable_iter(&awaitable)?;
    if it.type_id() == id::COROUTINE {
        return vm.call_method(&it, "__await__", &[]);
    }
    Ok(it)
}
fn anext_result(this: &Ref<AnextAwaitable>, vm: &mut Vm, result: Result<Value>) -> Result<Value> {
    match result {
        Err(_) if vm.pending_is(Exc::StopAsyncIteration) => {
            let done = vm.take_pending();
            drop(done);
            let default = this.get(&*vm).default.clone();
            let e = vm.stop_iteration_with(default);
            Err(vm.raise_with_context(e))
        }
        other => other,
    }
}
