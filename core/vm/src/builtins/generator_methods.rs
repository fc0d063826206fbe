//! Generators and coroutines: Python methods and attributes, the coroutine wrapper. Async generators are in
//! `async_gen_methods.rs`; resumption itself in `interp/resume.rs`.

use crate::builtins::str::Str;
use crate::exceptions::{Exc, Exception};
use crate::interp::frame::{FrameObject, Traceback};
use crate::interp::generator::{CoroutineWrapper, Generator, GeneratorState};
use crate::interp::resume::Resumed;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};

pub(crate) fn init(vm: &mut Vm) {
    for type_id in [id::GENERATOR, id::COROUTINE, id::ASYNC_GENERATOR] {
        vm.heap.info_mut(type_id).needs_finalizer = Some(crate::interp::generator::needs_finalizer);
    }
    vm.attach::<CommonMethods>(id::GENERATOR);
    vm.attach::<ResumableMethods>(id::GENERATOR);
    vm.attach::<GeneratorMethods>(id::GENERATOR);
    vm.attach::<CommonMethods>(id::COROUTINE);
    vm.attach::<ResumableMethods>(id::COROUTINE);
    vm.attach::<CoroutineMethods>(id::COROUTINE);
    vm.attach::<CommonMethods>(id::ASYNC_GENERATOR);
    vm.attach::<WrapperMethods>(id::COROUTINE_WRAPPER);
    super::async_gen_methods::init(vm);
}

struct CommonMethods;

#[methods(hot)]
impl CommonMethods {
    #[sig("()")]
    fn __repr__(this: &Ref<Generator>, vm: &mut Vm) -> Result<String> {
        let name = this.get(&*vm).qualname.get(&*vm).to_string_lossy();
        let ty = vm.type_name(this.as_value());
        Ok(format!("<{ty} object {name} at {:#x}>", this.as_value().identity()))
    }
    /// name of the generator
    #[getter]
    fn __name__(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.to_value())
    }
    #[setter]
    fn set___name__(this: &Ref<Generator>, vm: &mut Vm, value: Value) -> Result<()> {
        match value.downcast::<Str>(&vm.heap).cloned() {
            Some(s) if !value.is_unbound() => {
                let old = std::mem::replace(&mut this.get_mut(vm).name, s);
                drop(old);
                Ok(())
            }
            _ => Err(vm.type_error("__name__ must be set to a string object")),
        }
    }
    /// qualified name of the generator
    #[getter]
    fn __qualname__(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).qualname.to_value())
    }
    #[setter]
    fn set___qualname__(this: &Ref<Generator>, vm: &mut Vm, value: Value) -> Result<()> {
        match value.downcast::<Str>(&vm.heap).cloned() {
            Some(s) if !value.is_unbound() => {
                let old = std::mem::replace(&mut this.get_mut(vm).qualname, s);
                drop(old);
                Ok(())
            }
            _ => Err(vm.type_error("__qualname__ must be set to a string object")),
        }
    }
    #[sig("()")]
    fn __del__(this: &Ref<Generator>, vm: &mut Vm) -> Result<()> {
        vm.finalize_generator(this.as_value());
        Ok(())
    }
}

/// What generators and coroutines share.
struct ResumableMethods;

#[methods(hot)]
impl ResumableMethods {
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[sig("(value, /)")]
    fn send(this: &Ref<Generator>, vm: &mut Vm, value: Value) -> Result<Value> {
        vm.send_to(this, value)
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[sig("(typ, val=None, tb=None, /)")]
    fn throw(this: &Ref<Generator>, vm: &mut Vm, typ: &Value, val: Option<Value>, tb: Option<Value>) -> Result<Value> {
        let exception = vm.thrown_exception(typ, val, tb)?;
        let resumed = vm.throw_into(this, exception)?;
        vm.resumed_value(resumed)
    }
    /// close() -> raise GeneratorExit inside generator.
    #[sig("()")]
    fn close(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        vm.close_generator(this)
    }
    #[sig("()")]
    fn __sizeof__(this: &Ref<Generator>, vm: &mut Vm) -> Result<usize> {
        Ok(200 + this.get(&*vm).code.get(&*vm).nregs as usize * 8)
    }
}

struct GeneratorMethods;

#[methods(hot)]
impl GeneratorMethods {
    #[sig("()")]
    fn __iter__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __next__(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        vm.send_to(this, Value::NONE)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
    #[getter]
    fn gi_running(this: &Ref<Generator>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).state == GeneratorState::Running)
    }
    #[getter]
    fn gi_suspended(this: &Ref<Generator>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).state == GeneratorState::Suspended)
    }
    #[getter]
    fn gi_frame(this: &Ref<Generator>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(vm.generator_frame(this))
    }
    #[getter]
    fn gi_code(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).code.to_value())
    }
    /// object being iterated by yield from, or None
    #[getter]
    fn gi_yieldfrom(this: &Ref<Generator>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).delegate().cloned())
    }
}

struct CoroutineMethods;

#[methods(hot)]
impl CoroutineMethods {
    #[sig("()")]
    fn __await__(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc(CoroutineWrapper { coroutine: this.clone() }).into_value())
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
    #[getter]
    fn cr_running(this: &Ref<Generator>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).state == GeneratorState::Running)
    }
    #[getter]
    fn cr_suspended(this: &Ref<Generator>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).state == GeneratorState::Suspended)
    }
    #[getter]
    fn cr_frame(this: &Ref<Generator>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(vm.generator_frame(this))
    }
    #[getter]
    fn cr_code(this: &Ref<Generator>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).code.to_value())
    }
    #[getter]
    fn cr_origin(this: &Ref<Generator>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).origin.clone())
    }
    /// object being awaited on, or None
    #[getter]
    fn cr_await(this: &Ref<Generator>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).delegate().cloned())
    }
}

struct WrapperMethods;

#[methods(hot)]
impl WrapperMethods {
    #[sig("()")]
    fn __iter__(this: &Value, _vm: &mut Vm) -> Result<Value> {
        Ok(this.clone())
    }
    #[sig("()")]
    fn __next__(this: &Ref<CoroutineWrapper>, vm: &mut Vm) -> Result<Value> {
        let g = this.get(&*vm).coroutine.clone();
        vm.send_to(&g, Value::NONE)
    }
    /// send(value) -> send 'value' into coroutine, return next yielded value or raise StopIteration.
    #[sig("(value, /)")]
    fn send(this: &Ref<CoroutineWrapper>, vm: &mut Vm, value: Value) -> Result<Value> {
        let g = this.get(&*vm).coroutine.clone();
        vm.send_to(&g, value)
    }
    /// Raise exception in coroutine, return next yielded value or raise StopIteration.
    #[sig("(typ, val=None, tb=None, /)")]
    fn throw(this: &Ref<CoroutineWrapper>, vm: &mut Vm, typ: &Value, val: Option<Value>, tb: Option<Value>) -> Result<Value> {
        let g = this.get(&*vm).coroutine.clone();
        let exception = vm.thrown_exception(typ, val, tb)?;
        let resumed = vm.throw_into(&g, exception)?;
        vm.resumed_value(resumed)
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[sig("()")]
    fn close(this: &Ref<CoroutineWrapper>, vm: &mut Vm) -> Result<Value> {
        let g = this.get(&*vm).coroutine.clone();
        vm.close_generator(&g)
    }
}

impl Vm {
    /// `generator.send(value)` as a method: StopIteration at the end.
    pub(crate) fn send_to(&mut self, g: &Ref<Generator>, value: Value) -> Result<Value> {
        if g.get(&*self).state == GeneratorState::Finished && g.as_value().type_id() != id::COROUTINE {
            return Err(self.stop_iteration());
        }
        let resumed = self.resume(g, value)?;
        self.resumed_value(resumed)
    }
    /// A yielded value, or StopIteration with what was returned.
    pub(crate) fn resumed_value(&mut self, resumed: Resumed) -> Result<Value> {
        match resumed {
            Resumed::Yielded(v) => Ok(v),
            Resumed::Returned(v) if v.is_none() => Err(self.stop_iteration()),
            Resumed::Returned(v) => {
                let e = self.stop_iteration_with(v);
                Err(self.raise_with_context(e))
            }
        }
    }
    /// The exception `throw(type, value, traceback)` raises.
    pub(crate) fn thrown_exception(&mut self, typ: &Value, val: Option<Value>, tb: Option<Value>) -> Result<Value> {
        if val.is_some() || tb.is_some() {
            self.warn(
                Exc::DeprecationWarning,
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
                1,
            )?;
        }
        if let Some(tb) = &tb
            && !tb.has_payload::<Traceback>(&self.heap)
        {
            return Err(self.type_error("throw() third argument must be a traceback object"));
        }
        let exception = if typ.has_payload::<Exception>(&self.heap) {
            if val.is_some() {
                return Err(self.type_error("instance exception may not have a separate value"));
            }
            typ.clone()
        } else if let Some(class) = typ.downcast::<Type>(&self.heap).cloned()
            && class.is_subtype(&self.heap, &self.exc.get(Exc::BaseException).clone())
        {
            let made = match val {
                Some(v) if self.heap.is_instance(&v, class.id(&self.heap)) => Ok(v),
                Some(v) => {
                    let args = match v.downcast::<crate::builtins::tuple::Tuple>(&self.heap) {
                        Some(t) => t.items(&*self).to_vec(),
                        None => vec![v],
                    };
                    self.call(typ, &args)
                }
                None => self.call(typ, &[]).and_then(|made| {
                    if made.has_payload::<Exception>(&self.heap) {
                        return Ok(made);
                    }
                    let (found, class) = (self.type_name(&made), self.repr_text(typ)?);
                    Err(self.type_error(format!("calling {class} should have returned an instance of BaseException, not {found}")))
                }),
            };
            // What goes wrong in making it is thrown instead.
            made.unwrap_or_else(|_| self.take_pending())
        } else {
            let found = self.type_name(typ);
            return Err(self.type_error(format!("exceptions must be classes or instances deriving from BaseException, not {found}")));
        };
        if let Some(tb) = tb
            && let Some(e) = self.exception_payload(&exception)
        {
            let old = e.get_mut(self).traceback.replace(tb);
            drop(old);
        }
        Ok(exception)
    }
    /// The frame object of a generator that is not finished.
    pub(crate) fn generator_frame(&mut self, g: &Ref<Generator>) -> Option<Value> {
        let state = g.get(&*self).state;
        match state {
            GeneratorState::Finished => None,
            GeneratorState::Running => {
                let depth = (0..self.thread.depth()).rev().find(|&d| self.thread.frame(d).is_some_and(|f| f.is_generator() && f.extra.as_ref().is_some_and(|e| e.is(g.as_value()))))?;
                let frame: *mut crate::interp::frame::Frame = self.thread.frame_mut(depth)?;
                Some(self.frame_object(frame).into_value())
            }
            GeneratorState::Created | GeneratorState::Suspended => {
                if let Some(frame) = &g.get(&*self).frame {
                    return Some(frame.to_value());
                }
                let p = g.get(&*self);
                let pc = if state == GeneratorState::Created { 0 } else { p.pc.saturating_sub(1) };
                let object = FrameObject {
                    live: std::ptr::null_mut(),
                    code: p.code.clone(),
                    function: p.function.clone(),
                    locals: p.locals.clone(),
                    back: None,
                    saved: Vec::new(),
                    generator: Some(g.to_value()),
                    pc,
                    trace: None,
                    trace_lines: true,
                    trace_opcodes: false,
                    traced_line: 0,
                    traced_pc: 0,
                    event_line: 0,
                    extra_locals: None,
                    overwritten: Vec::new(),
                };
                let object = self.heap.alloc(object);
                g.get_mut(self).frame = Some(object.clone());
                Some(object.into_value())
            }
        }
    }
}
