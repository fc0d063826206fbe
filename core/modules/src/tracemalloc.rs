//! The `_tracemalloc` module: how much memory the heap holds. Krait records no allocation sites, so there are sums
//! but no traces.

use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Value, Vm, methods};

#[derive(Default)]
struct State {
    tracing: bool,
    limit: i64,
    start: usize,
    peak: usize,
}

struct Functions;

#[methods]
impl Functions {
    /// Return True if the tracemalloc module is tracing Python memory allocations.
    #[sig("()")]
    fn is_tracing(vm: &mut Vm) -> Result<bool> {
        Ok(vm.state::<State>().tracing)
    }
    /// Clear traces of memory blocks allocated by Python.
    #[sig("()")]
    fn clear_traces(vm: &mut Vm) -> Result<()> {
        let used = vm.heap.used();
        let state = vm.state::<State>();
        state.start = used;
        state.peak = 0;
        Ok(())
    }
    /// Get traces of all memory blocks allocated by Python.
    #[sig("()")]
    fn _get_traces(vm: &mut Vm) -> Result<Value> {
        Ok(vm.list(Vec::new()))
    }
    /// Get the traceback where the Python object obj was allocated.
    #[sig("(obj, /)")]
    fn _get_object_traceback(_vm: &mut Vm, _obj: &Value) -> Result<()> {
        Ok(())
    }
    /// Start tracing Python memory allocations.
    #[sig("(nframe=1, /)")]
    fn start(vm: &mut Vm, nframe: Option<Value>) -> Result<()> {
        let limit = match nframe {
            Some(n) => vm.index_i64(&n, "int")?,
            None => 1,
        };
        if !(1..=65535).contains(&limit) {
            return Err(vm.value_error("the number of frames must be in range [1; 65535]"));
        }
        let used = vm.heap.used();
        let state = vm.state::<State>();
        if !state.tracing {
            *state = State { tracing: true, limit, start: used, peak: 0 };
        }
        Ok(())
    }
    /// Stop tracing Python memory allocations.
    #[sig("()")]
    fn stop(vm: &mut Vm) -> Result<()> {
        vm.state::<State>().tracing = false;
        Ok(())
    }
    /// Get the maximum number of frames stored in the traceback of a trace.
    #[sig("()")]
    fn get_traceback_limit(vm: &mut Vm) -> Result<i64> {
        Ok(vm.state::<State>().limit.max(1))
    }
    /// Get the memory usage in bytes of the tracemalloc module.
    #[sig("()")]
    fn get_tracemalloc_memory(_vm: &mut Vm) -> Result<usize> {
        Ok(size_of::<State>())
    }
    /// Get the current size and peak size of memory blocks traced by tracemalloc.
    #[sig("()")]
    fn get_traced_memory(vm: &mut Vm) -> Result<Value> {
        let used = vm.heap.used();
        let state = vm.state::<State>();
        let (current, peak) = if state.tracing {
            let current = used.saturating_sub(state.start);
            state.peak = state.peak.max(current);
            (current, state.peak)
        } else {
            (0, 0)
        };
        let (current, peak) = (vm.heap.int(current as i128), vm.heap.int(peak as i128));
        Ok(vm.tuple(vec![current, peak]))
    }
    /// Set the peak size of memory blocks traced by tracemalloc to the current size.
    #[sig("()")]
    fn reset_peak(vm: &mut Vm) -> Result<()> {
        let used = vm.heap.used();
        let state = vm.state::<State>();
        state.peak = used.saturating_sub(state.start);
        Ok(())
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    Ok(())
}
