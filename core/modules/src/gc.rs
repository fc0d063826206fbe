//! The `gc` module.

use krait_vm::builtins::module::Module;
use krait_vm::{Exc, Ref, Result, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    let (garbage, callbacks) = (vm.list(Vec::new()), vm.list(Vec::new()));
    vm.state::<State>().callbacks = Some(callbacks.clone());
    vm.module_set(module, "garbage", garbage);
    vm.module_set(module, "callbacks", callbacks);
    for (name, value) in [("DEBUG_STATS", 1), ("DEBUG_COLLECTABLE", 2), ("DEBUG_UNCOLLECTABLE", 4), ("DEBUG_SAVEALL", 32), ("DEBUG_LEAK", 38)] {
        vm.module_set(module, name, Value::int32(value));
    }
    Ok(())
}

#[derive(Default)]
struct State {
    callbacks: Option<Value>,
    frozen: usize,
    runs: [usize; 3],
    found: [usize; 3],
}

struct Functions;

fn tell_callbacks(vm: &mut Vm, phase: &str, generation: i64, collected: usize) -> Result<()> {
    let Some(callbacks) = vm.state::<State>().callbacks.clone() else { return Ok(()) };
    for callback in vm.collect(&callbacks)? {
        let info = vm.heap.dict();
        for (name, n) in [("generation", generation), ("collected", collected as i64), ("uncollectable", 0)] {
            let (name, n) = (vm.intern(name), vm.heap.int(i128::from(n)));
            info.set_str(vm, &name, n);
        }
        let phase = vm.str(phase);
        if vm.call(&callback, &[phase, info.into_value()]).is_err() {
            vm.write_unraisable(None, &callback);
        }
    }
    Ok(())
}

#[methods]
impl Functions {
    /// Run the garbage collector.
    #[sig("(generation=2)")]
    fn collect(vm: &mut Vm, generation: Option<i64>) -> Result<usize> {
        let generation = generation.unwrap_or(2);
        if !(0..=2).contains(&generation) {
            return Err(vm.value_error("invalid generation"));
        }
        tell_callbacks(vm, "start", generation, 0)?;
        vm.stop_watching();
        let found = vm.collect_garbage();
        let state = vm.state::<State>();
        state.runs[generation as usize] += 1;
        state.found[generation as usize] += found;
        tell_callbacks(vm, "stop", generation, found)?;
        Ok(found)
    }
    /// Enable automatic garbage collection.
    #[sig("()")]
    fn enable(vm: &mut Vm) -> Result<()> {
        vm.heap.gc.enabled = true;
        Ok(())
    }
    /// Disable automatic garbage collection.
    #[sig("()")]
    fn disable(vm: &mut Vm) -> Result<()> {
        vm.heap.gc.enabled = false;
        Ok(())
    }
    /// Returns true if automatic garbage collection is enabled.
    #[sig("()")]
    fn isenabled(vm: &mut Vm) -> Result<bool> {
        Ok(vm.heap.gc.enabled)
    }
    /// Return a three-tuple of the current collection counts.
    #[sig("()")]
    fn get_count(vm: &mut Vm) -> Result<Value> {
        let n = vm.heap.containers_made();
        let n = vm.heap.int(n as i128);
        Ok(vm.tuple(vec![n, Value::int32(0), Value::int32(0)]))
    }
    /// Return the current collection thresholds.
    #[sig("()")]
    fn get_threshold(vm: &mut Vm) -> Result<Value> {
        let items = vm.heap.gc.threshold.map(|n| Value::int32(n as i32));
        Ok(vm.tuple(items.to_vec()))
    }
    /// Set the collection thresholds (the collection frequency).
    #[sig("(threshold0, threshold1=0, threshold2=0, /)")]
    fn set_threshold(vm: &mut Vm, threshold0: i32, threshold1: Option<i32>, threshold2: Option<i32>) -> Result<()> {
        let limits = &mut vm.heap.gc.threshold;
        limits[0] = threshold0.max(0) as usize;
        for (i, n) in [(1, threshold1), (2, threshold2)] {
            if let Some(n) = n {
                limits[i] = n.max(0) as usize;
            }
        }
        Ok(())
    }
    /// Set the garbage collection debugging flags.
    #[sig("(flags, /)")]
    fn set_debug(vm: &mut Vm, flags: u32) -> Result<()> {
        vm.heap.gc.debug = flags;
        Ok(())
    }
    /// Get the garbage collection debugging flags.
    #[sig("()")]
    fn get_debug(vm: &mut Vm) -> Result<u32> {
        Ok(vm.heap.gc.debug)
    }
    /// Return a list of dictionaries containing per-generation statistics.
    #[sig("()")]
    fn get_stats(vm: &mut Vm) -> Result<Value> {
        let (runs, found) = { let s = vm.state::<State>(); (s.runs, s.found) };
        let mut items = Vec::new();
        for i in 0..3 {
            let d = vm.heap.dict();
            for (name, n) in [("collections", runs[i]), ("collected", found[i]), ("uncollectable", 0)] {
                let (name, n) = (vm.intern(name), vm.heap.int(n as i128));
                d.set_str(vm, &name, n);
            }
            items.push(d.into_value());
        }
        Ok(vm.list(items))
    }
    /// Return a list of objects tracked by the collector.
    #[sig("(generation=None)")]
    fn get_objects(vm: &mut Vm, generation: Option<Value>) -> Result<Value> {
        if let Some(g) = generation {
            let g = vm.index_i64(&g, "ssize_t")?;
            if !(0..=2).contains(&g) {
                let what = if g < 0 { "generation parameter cannot be negative" } else { "generation parameter must be less than the number of available generations (3)" };
                return Err(vm.error(Exc::ValueError, what));
            }
        }
        let objects = vm.heap.tracked_objects();
        Ok(vm.list(objects))
    }
    /// Return the list of objects that directly refer to any of 'objs'.
    #[sig("(*objs)")]
    fn get_referrers(vm: &mut Vm, objs: &[Value]) -> Result<Value> {
        let found = vm.heap.referrers(objs);
        Ok(vm.list(found))
    }
    /// Return the list of objects that are directly referred to by 'objs'.
    #[sig("(*objs)")]
    fn get_referents(vm: &mut Vm, objs: &[Value]) -> Result<Value> {
        let found = objs.iter().flat_map(|o| vm.heap.referents(o)).collect();
        Ok(vm.list(found))
    }
    /// Returns true if the object is tracked by the garbage collector.
    #[sig("(obj, /)")]
    fn is_tracked(vm: &mut Vm, obj: &Value) -> Result<bool> {
        Ok(vm.heap.is_tracked(obj))
    }
    /// Returns true if the object has been already finalized by the GC.
    #[sig("(obj, /)")]
    fn is_finalized(vm: &mut Vm, obj: &Value) -> Result<bool> {
        Ok(vm.heap.was_finalized(obj))
    }
    /// Freeze all current tracked objects and ignore them for future collections.
    #[sig("()")]
    fn freeze(vm: &mut Vm) -> Result<()> {
        let n = vm.heap.tracked_objects().len();
        vm.state::<State>().frozen = n;
        Ok(())
    }
    /// Unfreeze all objects in the permanent generation.
    #[sig("()")]
    fn unfreeze(vm: &mut Vm) -> Result<()> {
        vm.state::<State>().frozen = 0;
        Ok(())
    }
    /// Return the number of objects in the permanent generation.
    #[sig("()")]
    fn get_freeze_count(vm: &mut Vm) -> Result<usize> {
        Ok(vm.state::<State>().frozen)
    }
}
