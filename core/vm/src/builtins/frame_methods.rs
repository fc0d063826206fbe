//! Frames and tracebacks: Python attributes and methods. `FrameLocalsProxy` is in `frame_locals_methods.rs`.

use crate::builtins::function::{Cell, Function};
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::interp::frame::{Frame, FrameLocalsProxy, FrameObject, Traceback};
use crate::interp::generator::{Generator, GeneratorState};
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use krait_bytecode::CodeFlags;

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<FrameMethods>(id::FRAME);
    vm.attach::<TracebackMethods>(id::TRACEBACK);
    super::frame_locals_methods::init(vm);
}

struct FrameMethods;

#[methods]
#[allow(non_snake_case, reason = "spelled as the attributes")]
impl FrameMethods {
    #[sig("()")]
    fn __repr__(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<String> {
        let line = vm.frame_line(this);
        let code = this.get(&*vm).code.clone();
        let (file, name) = { let c = code.get(&*vm); (c.filename.to_value(), c.name.get(&*vm).to_string_lossy()) };
        let file = vm.repr_text(&file)?;
        let line = line.map_or("None".into(), |n| n.to_string());
        Ok(format!("<frame at {:#x}, file {file}, line {line}, code {name}>", this.as_value().identity()))
    }
    /// Clear all references held by the frame.
    #[sig("()")]
    fn clear(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<()> {
        let (live, generator) = { let p = this.get(&*vm); (!p.live.is_null(), p.generator.clone()) };
        if live {
            return Err(vm.runtime_error("cannot clear an executing frame"));
        }
        if let Some(g) = generator.and_then(|g| g.downcast::<Generator>(&vm.heap).cloned()) {
            match g.get(&*vm).state {
                GeneratorState::Running => return Err(vm.runtime_error("cannot clear an executing frame")),
                GeneratorState::Suspended => return Err(vm.runtime_error("cannot clear a suspended frame")),
                _ => {}
            }
            vm.finalize_generator(g.as_value());
            vm.finish_generator(&g);
        }
        let old = std::mem::take(&mut this.get_mut(vm).saved);
        drop(old);
        Ok(())
    }
    #[sig("()")]
    fn __sizeof__(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<usize> {
        Ok(120 + this.get(&*vm).code.get(&*vm).nregs as usize * 8)
    }
    #[getter]
    fn f_back(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(vm.frame_back(this))
    }
    /// Return the code object being executed in this frame.
    #[getter]
    fn f_code(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).code.to_value())
    }
    /// Return the global variables used by this frame.
    #[getter]
    fn f_globals(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Value> {
        let function = this.get(&*vm).function.clone();
        Ok(function.downcast::<Function>(&vm.heap).map_or(Value::NONE, |f| f.get(&*vm).globals.to_value()))
    }
    /// Return the built-in variables used by this frame.
    #[getter]
    fn f_builtins(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Value> {
        let function = this.get(&*vm).function.clone();
        let Some(builtins) = function.downcast::<Function>(&vm.heap).map(|f| f.get(&*vm).builtins.clone()) else { return Ok(Value::NONE) };
        Ok(vm.visible_builtins(&builtins))
    }
    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Value> {
        vm.frame_locals(this)
    }
    /// Return the index of the last attempted instruction in bytecode.
    #[getter]
    fn f_lasti(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<i64> {
        let created = {
            let g = this.get(&*vm).generator.clone();
            g.and_then(|g| g.downcast::<Generator>(&vm.heap).map(|g| g.get(&*vm).state == GeneratorState::Created)).unwrap_or(false)
        };
        if created {
            return Ok(0);
        }
        let pc = i64::from(vm.frame_pc(this));
        // Entering code comes before its first instruction, going on in a generator where it has stopped.
        if this.get(&*vm).event_line != 0 {
            return Ok(2 * pc);
        }
        Ok(2 * pc + 2)
    }
    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Option<i64>> {
        Ok(vm.frame_line(this).map(i64::from))
    }
    #[setter]
    fn set_f_lineno(this: &Ref<FrameObject>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.set_frame_line(this, value)
    }
    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).generator.clone())
    }
    /// Return the trace function for this frame, or None.
    #[getter]
    fn f_trace(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).trace.clone())
    }
    #[setter]
    fn set_f_trace(this: &Ref<FrameObject>, vm: &mut Vm, value: Value) -> Result<()> {
        let value = Some(value).filter(|v| !v.is_none() && !v.is_unbound());
        let old = std::mem::replace(&mut this.get_mut(vm).trace, value);
        drop(old);
        Ok(())
    }
    #[getter]
    fn f_trace_lines(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).trace_lines)
    }
    #[setter]
    fn set_f_trace_lines(this: &Ref<FrameObject>, vm: &mut Vm, value: Value) -> Result<()> {
        this.get_mut(vm).trace_lines = flag(vm, &value)?;
        Ok(())
    }
    /// Return True if opcode tracing is enabled, False otherwise.
    #[getter]
    fn f_trace_opcodes(this: &Ref<FrameObject>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm).trace_opcodes)
    }
    #[setter]
    fn set_f_trace_opcodes(this: &Ref<FrameObject>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.error(Exc::AttributeError, "f_trace_opcodes cannot be deleted"));
        }
        this.get_mut(vm).trace_opcodes = flag(vm, &value)?;
        Ok(())
    }
}

fn flag(vm: &mut Vm, value: &Value) -> Result<bool> {
    if value.is_unbound() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    if !value.is_bool() {
        return Err(vm.type_error("attribute value type must be bool"));
    }
    Ok(value.is_true())
}

struct TracebackMethods;

#[methods]
impl TracebackMethods {
    #[sig("(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, tb_next: &Value, tb_frame: &Value, tb_lasti: i32, tb_lineno: i64) -> Result<Value> {
        let next = if tb_next.is_none() {
            None
        } else if tb_next.has_payload::<Traceback>(&vm.heap) {
            Some(tb_next.clone())
        } else {
            let found = vm.type_name(tb_next);
            return Err(vm.type_error(format!("expected traceback object, got '{found}'")));
        };
        let Some(frame) = tb_frame.downcast::<FrameObject>(&vm.heap).cloned() else {
            let found = vm.type_name_or_none(tb_frame);
            return Err(vm.type_error(format!("traceback() argument 'tb_frame' must be frame, not {found}")));
        };
        let pc = (tb_lasti / 2).wrapping_sub(1) as u32;
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Traceback { next, frame, pc, lasti: tb_lasti, line: tb_lineno }).into_value())
    }
    #[sig("()")]
    fn __dir__(_this: &Value, vm: &mut Vm) -> Result<Value> {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let items = names.iter().map(|n| vm.str(n)).collect();
        Ok(vm.list(items))
    }
    #[getter]
    fn tb_next(this: &Ref<Traceback>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).next.clone())
    }
    #[setter]
    fn set_tb_next(this: &Ref<Traceback>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("can't delete tb_next attribute"));
        }
        let next = if value.is_none() { None } else { Some(value.clone()) };
        if next.is_some() && !value.has_payload::<Traceback>(&vm.heap) {
            let found = vm.type_name(&value);
            return Err(vm.type_error(format!("expected traceback object, got '{found}'")));
        }
        let mut current = next.clone();
        while let Some(tb) = current {
            if tb.is(this.as_value()) {
                return Err(vm.value_error("traceback loop detected"));
            }
            current = tb.downcast::<Traceback>(&vm.heap).and_then(|t| t.get(&*vm).next.clone());
        }
        let old = std::mem::replace(&mut this.get_mut(vm).next, next);
        drop(old);
        Ok(())
    }
    #[getter]
    fn tb_frame(this: &Ref<Traceback>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).frame.to_value())
    }
    #[getter]
    fn tb_lineno(this: &Ref<Traceback>, vm: &mut Vm) -> Result<Option<i64>> {
        let stored = this.get(&*vm).line;
        if stored != -1 {
            return Ok(Some(stored));
        }
        Ok(vm.traceback_line(this).map(i64::from))
    }
    #[getter]
    fn tb_lasti(this: &Ref<Traceback>, vm: &mut Vm) -> Result<i32> {
        let tb = this.get(&*vm);
        Ok(if tb.lasti != 0 { tb.lasti } else { tb.pc.wrapping_mul(2).wrapping_add(2) as i32 })
    }
}

impl Vm {
    /// The frame object `depth` frames outwards from the running one: `sys._getframe`.
    pub fn frame_object_at(&mut self, depth: usize) -> Option<Value> {
        let index = self.thread.depth().checked_sub(depth + 1)?;
        let frame: *mut Frame = self.thread.frame_mut(index)?;
        Some(self.frame_object(frame).into_value())
    }
    /// `frame.f_back`.
    pub fn frame_back(&mut self, frame: &Ref<FrameObject>) -> Option<Value> {
        let live = frame.get(&*self).live;
        if live.is_null() {
            return frame.get(&*self).back.clone();
        }
        let index = (0..self.thread.depth()).rev().find(|&d| self.thread.frame(d).is_some_and(|f| std::ptr::eq(f, live)))?;
        let below: *mut Frame = self.thread.frame_mut(index.checked_sub(1)?)?;
        Some(self.frame_object(below).into_value())
    }
    /// Index of the frame's current instruction.
    pub fn frame_pc(&self, frame: &Ref<FrameObject>) -> u32 {
        if let Some(live) = self.live_frame(frame) {
            return live.pc;
        }
        let p = frame.get(self);
        match p.generator.as_ref().and_then(|g| g.downcast::<Generator>(&self.heap)) {
            Some(g) => g.get(self).pc.saturating_sub(1),
            None => p.pc,
        }
    }
    fn live_frame(&self, frame: &Ref<FrameObject>) -> Option<&Frame> {
        let live = frame.get(self).live;
        if live.is_null() {
            return None;
        }
        self.thread.frames().find(|f| std::ptr::eq(*f, live))
    }
    /// The line the frame is at.
    pub fn frame_line(&self, frame: &Ref<FrameObject>) -> Option<u32> {
        let p = frame.get(self);
        if p.event_line != 0 {
            return Some(p.event_line);
        }
        let code = p.code.get(self);
        if let Some(g) = p.generator.as_ref().and_then(|g| g.downcast::<Generator>(&self.heap))
            && g.get(self).state == GeneratorState::Created
        {
            return Some(code.info.firstlineno);
        }
        code.line(self.frame_pc(frame) as usize)
    }
    fn set_frame_line(&mut self, frame: &Ref<FrameObject>, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(self.error(Exc::AttributeError, "cannot delete attribute"));
        }
        if value.as_small_int().is_none() {
            return Err(self.value_error("lineno must be an integer"));
        }
        let _ = frame;
        Err(self.value_error("f_lineno can only be set in a trace function"))
    }
    /// `frame.f_locals`.
    pub fn frame_locals(&mut self, frame: &Ref<FrameObject>) -> Result<Value> {
        let code = frame.get(&*self).code.clone();
        let in_comprehension = self.live_frame(frame).is_some_and(|f| f.is_in_comprehension());
        if code.get(&*self).info.flags.has(CodeFlags::OPTIMIZED) || in_comprehension {
            return Ok(self.heap.alloc(FrameLocalsProxy { frame: frame.clone() }).into_value());
        }
        if let Some(locals) = self.live_frame(frame).and_then(|f| f.locals.clone()) {
            return Ok(locals);
        }
        let p = frame.get(&*self);
        if let Some(locals) = p.locals.clone() {
            return Ok(locals);
        }
        let function = p.function.clone();
        Ok(function.downcast::<Function>(&self.heap).map_or(Value::NONE, |f| f.get(&*self).globals.to_value()))
    }
    /// The content of a named register, wherever the frame keeps it.
    fn frame_register(&self, frame: &Ref<FrameObject>, i: usize) -> Option<Value> {
        if let Some(live) = self.live_frame(frame) {
            return live.register(i).cloned();
        }
        let p = frame.get(self);
        match p.generator.as_ref().and_then(|g| g.downcast::<Generator>(&self.heap)) {
            Some(g) => g.get(self).register(i),
            None => p.saved.get(i).cloned().flatten(),
        }
    }
    fn set_frame_register(&mut self, frame: &Ref<FrameObject>, i: usize, value: Option<Value>) {
        let live = frame.get(&*self).live;
        let old = if !live.is_null() {
            let depth = (0..self.thread.depth()).rev().find(|&d| self.thread.frame(d).is_some_and(|f| std::ptr::eq(f, live)));
            let old = depth.and_then(|d| self.thread.frame_mut(d)).and_then(|f| f.set_register(i, value));
            frame.get_mut(self).overwritten.extend(old);
            return;
        } else {
            let generator = frame.get(&*self).generator.clone();
            match generator.as_ref().and_then(|g| g.downcast::<Generator>(&self.heap)).cloned() {
                Some(g) => g.get_mut(self).set_register(i, value),
                None => {
                    let saved = &mut frame.get_mut(self).saved;
                    if saved.len() <= i {
                        saved.resize(i + 1, None);
                    }
                    std::mem::replace(&mut saved[i], value)
                }
            }
        };
        drop(old);
    }
    /// The registers of named variables, in order, with whether each holds a cell.
    fn frame_variables_of(&self, frame: &Ref<FrameObject>) -> Vec<(usize, Ref<Str>, bool)> {
        let p = frame.get(self);
        // A frame that was left by an exception keeps no temporaries.
        let pc = if p.live.is_null() && p.generator.is_none() { usize::MAX } else { self.frame_pc(frame) as usize };
        let named = p.code.get(self).variables(pc).into_iter().map(|(i, name, cell)| (i, name.clone(), cell));
        named.filter(|(_, n, _)| !n.get(self).as_ascii().is_some_and(|n| n.starts_with('.'))).collect()
    }
    /// The names a frame has variables for.
    pub(crate) fn frame_names(&self, frame: &Ref<FrameObject>) -> Vec<Ref<Str>> {
        self.frame_variables_of(frame).into_iter().map(|(_, name, _)| name).collect()
    }
    /// Names and values of the bound variables of a frame, extras of `f_locals` last.
    pub fn frame_items(&self, frame: &Ref<FrameObject>) -> Vec<(Value, Value)> {
        let mut items = Vec::new();
        for (i, name, cell) in self.frame_variables_of(frame) {
            if let Some(v) = self.frame_variable(frame, i, cell) {
                items.push((name.into_value(), v));
            }
        }
        let extra = frame.get(self).extra_locals.clone();
        if let Some(d) = extra.as_ref().and_then(|d| d.downcast::<crate::builtins::dict::Dict>(&self.heap)) {
            items.extend(d.items(self));
        }
        items
    }
    fn frame_variable(&self, frame: &Ref<FrameObject>, i: usize, cell: bool) -> Option<Value> {
        let value = self.frame_register(frame, i)?;
        if cell
            && let Some(cell) = value.downcast_exact::<Cell>()
        {
            return cell.get(self).content.clone();
        }
        Some(value)
    }
    /// The value of a variable by name: `None` when there is no such variable, `Some(None)` when it is unbound.
    pub(crate) fn frame_lookup(&self, frame: &Ref<FrameObject>, name: &Str) -> Option<Option<Value>> {
        let (i, _, cell) = self.frame_variables_of(frame).into_iter().find(|(_, n, _)| n.get(self).same(name))?;
        Some(self.frame_variable(frame, i, cell))
    }
    /// Sets a variable by name; whether there is one.
    pub(crate) fn frame_assign(&mut self, frame: &Ref<FrameObject>, name: &Ref<Str>, value: Value) -> bool {
        let found = self.frame_variables_of(frame).into_iter().find(|(_, n, _)| n.get(&*self).same(name.get(&*self)));
        let Some((i, _, cell)) = found else { return false };
        if cell
            && let Some(content) = self.frame_register(frame, i)
            && let Some(cell) = content.downcast_exact::<Cell>()
        {
            let old = cell.get_mut(self).content.replace(value);
            drop(old);
            return true;
        }
        self.set_frame_register(frame, i, Some(value));
        true
    }
}
