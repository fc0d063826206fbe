//! `sys.monitoring` and `sys._jit`, modules that live in `sys` only.
//!
//! What tools ask for is kept by `interp/monitoring.rs` of krait-vm.

use krait_vm::builtins::code::CodeObject;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::interp::monitoring::{EVENTS, Event, LOCAL_EVENTS, TOOLS, Tool};
use krait_vm::types::id;
use krait_vm::{Ref, Result, Value, Vm, methods};

/// Adds both to `sys`.
pub fn init(vm: &mut Vm, sys: &Ref<Module>) -> Result<()> {
    let monitoring = vm.new_module("sys.monitoring", None);
    vm.module_functions::<Functions>(&monitoring);
    for (name, number) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        vm.module_set(&monitoring, name, Value::int32(number));
    }
    let object = vm.core_type(id::OBJECT).into_value();
    for name in ["DISABLE", "MISSING"] {
        let marker = vm.call(&object, &[])?;
        vm.module_set(&monitoring, name, marker.clone());
        let state = &mut vm.monitoring;
        *(if name == "DISABLE" { &mut state.disable } else { &mut state.missing }) = Some(marker);
    }
    let namespace = vm.core_type(id::SIMPLE_NAMESPACE).into_value();
    let events = vm.call(&namespace, &[])?;
    let numbered = Event::NAMES.iter().enumerate().map(|(n, name)| (*name, 1 << n));
    for (name, bit) in numbered.chain([("NO_EVENTS", 0)]) {
        let name = vm.intern(name);
        vm.set_attr(&events, &name, Some(Value::int32(bit)))?;
    }
    vm.module_set(&monitoring, "events", events);
    vm.module_set(sys, "monitoring", monitoring.into_value());

    let jit = vm.new_module("sys._jit", Some("Utilities for observing just-in-time compilation."));
    vm.module_functions::<Jit>(&jit);
    vm.module_set(sys, "_jit", jit.into_value());
    Ok(())
}

struct Jit;

#[methods]
impl Jit {
    /// Whether this build has a compiler for hot loops.
    #[sig("()")]
    fn is_available(_vm: &mut Vm) -> Result<bool> {
        Ok(true)
    }
    /// Whether hot loops are compiled in this process.
    #[sig("()")]
    fn is_enabled(vm: &mut Vm) -> Result<bool> {
        Ok(vm.jit.is_some())
    }
    /// Whether the calling frame runs in machine code. Frames that call out have left it.
    #[sig("()")]
    fn is_active(_vm: &mut Vm) -> Result<bool> {
        Ok(false)
    }
}

fn check_tool(vm: &mut Vm, tool_id: i32) -> Result<usize> {
    match usize::try_from(tool_id) {
        Ok(n) if n < TOOLS => Ok(n),
        _ => Err(vm.value_error(format!("invalid tool {tool_id} (must be between 0 and 5)"))),
    }
}
fn check_used(vm: &mut Vm, tool_id: i32) -> Result<usize> {
    let n = check_tool(vm, tool_id)?;
    if vm.monitoring.tools[n].name.is_none() {
        return Err(vm.value_error(format!("tool {n} is not in use")));
    }
    Ok(n)
}
/// Forgets what a tool wants in single code objects.
fn clear_local(vm: &mut Vm, tool: usize) {
    for (_, local) in vm.monitoring.local.values_mut() {
        local.events[tool] = 0;
        local.disabled.retain(|&(_, _, owner)| owner as usize != tool);
    }
    forget_unused(vm);
}
fn forget_unused(vm: &mut Vm) {
    let entries = std::mem::take(&mut vm.monitoring.local);
    let (kept, dropped): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(_, (_, local))| !local.disabled.is_empty() || local.events.iter().any(|e| *e != 0));
    vm.monitoring.local = kept.into_iter().collect();
    drop(dropped);
}

/// The set that is kept for one a program gives: events of C functions come with calls, both branches are two events.
fn normal_set(vm: &mut Vm, set: i64) -> Result<u32> {
    let mut set = set as u32;
    let of_calls = Event::CReturn.bit() | Event::CRaise.bit();
    if set & of_calls != 0 {
        if set & Event::Call.bit() == 0 {
            return Err(vm.value_error("cannot set C_RETURN or C_RAISE events independently"));
        }
        set &= !of_calls;
    }
    if set & Event::Branch.bit() != 0 {
        set = set & !Event::Branch.bit() | Event::BranchLeft.bit() | Event::BranchRight.bit();
    }
    Ok(set)
}

struct Functions;

#[methods]
impl Functions {
    #[sig("(tool_id, name, /)")]
    fn use_tool_id(vm: &mut Vm, tool_id: i32, name: Value) -> Result<()> {
        let n = check_tool(vm, tool_id)?;
        if !name.has_payload::<Str>(&vm.heap) {
            return Err(vm.value_error("tool name must be a str"));
        }
        if vm.monitoring.tools[n].name.is_some() {
            return Err(vm.value_error(format!("tool {n} is already in use")));
        }
        vm.monitoring.tools[n].name = Some(name);
        Ok(())
    }
    #[sig("(tool_id, /)")]
    fn clear_tool_id(vm: &mut Vm, tool_id: i32) -> Result<()> {
        let n = check_tool(vm, tool_id)?;
        if vm.monitoring.tools[n].name.is_some() {
            let name = vm.monitoring.tools[n].name.take();
            let old = std::mem::replace(&mut vm.monitoring.tools[n], Tool { name, ..Tool::default() });
            clear_local(vm, n);
            vm.monitoring_changed();
            drop(old);
        }
        Ok(())
    }
    #[sig("(tool_id, /)")]
    fn free_tool_id(vm: &mut Vm, tool_id: i32) -> Result<()> {
        Functions::clear_tool_id(vm, tool_id)?;
        let n = check_tool(vm, tool_id)?;
        let old = vm.monitoring.tools[n].name.take();
        drop(old);
        Ok(())
    }
    #[sig("(tool_id, /)")]
    fn get_tool(vm: &mut Vm, tool_id: i32) -> Result<Value> {
        let n = check_tool(vm, tool_id)?;
        Ok(vm.monitoring.tools[n].name.clone().unwrap_or(Value::NONE))
    }
    #[sig("(tool_id, event, func, /)")]
    fn register_callback(vm: &mut Vm, tool_id: i32, event: i32, func: Value) -> Result<Value> {
        let n = check_tool(vm, tool_id)?;
        if event <= 0 || event.count_ones() != 1 {
            return Err(vm.value_error("The callback can only be set for one event at a time"));
        }
        let number = event.trailing_zeros() as usize;
        if number >= EVENTS {
            return Err(vm.value_error(format!("invalid event {event}")));
        }
        let callback = Some(func).filter(|f| !f.is_none());
        let slots = &mut vm.monitoring.tools[n].callbacks;
        if number == Event::Branch as usize {
            let left = std::mem::replace(&mut slots[Event::BranchLeft as usize], callback.clone());
            let right = std::mem::replace(&mut slots[Event::BranchRight as usize], callback.clone());
            drop((left, right));
        }
        let slots = &mut vm.monitoring.tools[n].callbacks;
        let old = std::mem::replace(&mut slots[number], callback);
        Ok(old.unwrap_or(Value::NONE))
    }
    #[sig("(tool_id, /)")]
    fn get_events(vm: &mut Vm, tool_id: i32) -> Result<i64> {
        let n = check_tool(vm, tool_id)?;
        Ok(vm.monitoring.tools[n].events.into())
    }
    #[sig("(tool_id, event_set, /)")]
    fn set_events(vm: &mut Vm, tool_id: i32, event_set: i32) -> Result<()> {
        let n = check_tool(vm, tool_id)?;
        if !(0..1 << EVENTS).contains(&event_set) {
            return Err(vm.value_error(format!("invalid event set 0x{event_set:x}")));
        }
        let set = normal_set(vm, event_set.into())?;
        check_used(vm, tool_id)?;
        vm.monitoring.tools[n].events = set;
        vm.monitoring_changed();
        Ok(())
    }
    #[sig("(tool_id, code, /)")]
    fn get_local_events(vm: &mut Vm, tool_id: i32, code: &Value) -> Result<i64> {
        let Some(code) = code.downcast_exact::<CodeObject>().cloned() else { return Err(vm.type_error("code must be a code object")) };
        let n = check_tool(vm, tool_id)?;
        let found = vm.monitoring.local.get(&code.as_value().bits());
        Ok(found.map_or(0, |(_, local)| local.events[n]).into())
    }
    #[sig("(tool_id, code, event_set, /)")]
    fn set_local_events(vm: &mut Vm, tool_id: i32, code: &Value, event_set: i32) -> Result<()> {
        let Some(code) = code.downcast_exact::<CodeObject>().cloned() else { return Err(vm.type_error("code must be a code object")) };
        check_used(vm, tool_id)?;
        let n = check_tool(vm, tool_id)?;
        let set = normal_set(vm, event_set.into())?;
        if event_set < 0 || set >= 1 << LOCAL_EVENTS {
            return Err(vm.value_error(format!("invalid local event set 0x{event_set:x}")));
        }
        vm.monitoring.local_mut(&code).events[n] = set;
        forget_unused(vm);
        vm.monitoring_changed();
        Ok(())
    }
    #[sig("()")]
    fn restart_events(vm: &mut Vm) -> Result<()> {
        for (_, local) in vm.monitoring.local.values_mut() {
            local.disabled.clear();
        }
        forget_unused(vm);
        Ok(())
    }
    #[sig("()")]
    fn _all_events(vm: &mut Vm) -> Result<Value> {
        let dict = vm.heap.dict();
        for (number, name) in Event::NAMES.iter().enumerate().take(EVENTS - 1) {
            let tools = &vm.monitoring.tools;
            let wanting = tools.iter().enumerate().filter(|(_, t)| t.events >> number & 1 != 0).map(|(n, _)| 1 << n).sum::<i32>();
            if wanting != 0 {
                let name = vm.intern(name);
                dict.set_str(vm, &name, Value::int32(wanting));
            }
        }
        Ok(dict.into_value())
    }
}
