//! Running whole code objects: modules, `exec`, `eval`; and programs that run in bounded steps.

#![allow(unsafe_code, reason = "sets up the frame of a code object")]

use crate::Result;
use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::interp::frame::FrameKind;
use crate::object::Ref;
use crate::value::Value;
use crate::exceptions::Exc;
use crate::vm::{Interrupts, Vm};

/// A program that runs in bounded steps: its frames lie on the interpreter's stack while it waits.
///
/// One at a time can wait. Dropping it leaves its frames where they are; [`Vm::abandon`] takes them away.
pub struct Program {
    /// Frames below belong to somebody else.
    stop: usize,
}

/// How a step of a program ended.
#[derive(Debug)]
pub enum Outcome {
    Done(Value),
    /// The exception that was not caught.
    Raised(Value),
    /// The program can go on: call [`Vm::advance`] again.
    Suspended(Suspension),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    OutOfFuel,
    /// [`Interrupts::STOP`] was set.
    Stopped,
    /// [`Interrupts::YIELD`] was set.
    Yielded,
}

/// Fuel a builtin function that calls back (a sort key, say) may use after it has run out, before the run ends in a
/// RuntimeError: such a function cannot be suspended, and is left to finish if it can.
const GRACE: u64 = 64 * crate::interp::TICKS as u64;

impl Vm {
    /// Prepares a module's code to run in `globals`; nothing runs yet.
    pub fn start(&mut self, code: &Ref<CodeObject>, globals: &Ref<Dict>) -> Result<Program> {
        let stop = self.thread.depth();
        let builtins = self.builtins_of(globals);
        let function = self.new_function(code, globals.clone(), builtins).into_value();
        self.enter_body(function, code, globals.to_value())?;
        Ok(Program { stop })
    }
    /// Runs a program until it ends or has made about `fuel` back-edges and calls. A program that a function called by
    /// another one advances lives on that one's fuel.
    pub fn advance(&mut self, program: &Program, fuel: u64) -> Outcome {
        let around = if self.resumable.is_some() { self.fuel } else { None };
        let given = around.map_or(fuel, |fuel_around| fuel.min(fuel_around));
        self.fuel = Some(given);
        self.fuel_debt = 0;
        let outer = self.resumable.replace(self.thread.native_depth + 1);
        let result = self.run_nested(program.stop);
        self.resumable = outer;
        self.fuel_left = self.fuel.take().unwrap_or(0);
        self.fuel = around.map(|fuel_around| fuel_around.saturating_sub(given - self.fuel_left.min(given)));
        match (result, self.suspension.take()) {
            (_, Some(why)) => Outcome::Suspended(why),
            (Ok(value), None) => Outcome::Done(value),
            (Err(_), None) => Outcome::Raised(self.take_pending()),
        }
    }
    /// What the last step of a program left of its fuel.
    pub fn fuel_left(&self) -> u64 {
        self.fuel_left
    }
    /// Takes a waiting program's frames away. Its `finally` blocks do not run.
    pub fn abandon(&mut self, program: Program) {
        while self.thread.depth() > program.stop {
            self.leave_frame();
        }
        self.attend();
    }
    /// Uses up fuel. `true`: the run loop must suspend. Where it cannot, because a builtin function is on the native
    /// stack, it goes on for a while, and then raises.
    #[cold]
    pub(crate) fn burn(&mut self, ticks: u32) -> Result<bool> {
        let resumable = self.resumable == Some(self.thread.native_depth);
        if resumable && self.interrupts.has(Interrupts::STOP) {
            self.interrupts.clear(Interrupts::STOP);
            self.suspension = Some(Suspension::Stopped);
            return Ok(true);
        }
        if resumable && self.fuel.is_some_and(|fuel| fuel <= u64::from(ticks)) {
            self.fuel = Some(0);
            self.suspension = Some(Suspension::OutOfFuel);
            return Ok(true);
        }
        if resumable && self.interrupts.has(Interrupts::YIELD) {
            self.interrupts.clear(Interrupts::YIELD);
            self.fuel = self.fuel.map(|fuel| fuel - u64::from(ticks));
            self.suspension = Some(Suspension::Yielded);
            return Ok(true);
        }
        self.burn_natively(ticks)?;
        Ok(false)
    }
    /// As `burn`, where native code on top of the run loop cannot be suspended.
    #[cold]
    pub(crate) fn burn_natively(&mut self, ticks: u32) -> Result<()> {
        let stopping = self.resumable.is_some() && self.interrupts.has(Interrupts::STOP);
        match &mut self.fuel {
            Some(fuel) if *fuel > u64::from(ticks) => {
                *fuel -= u64::from(ticks);
                if !stopping {
                    return Ok(());
                }
            }
            Some(fuel) => *fuel = 0,
            None if !stopping => return Ok(()),
            None => {}
        }
        self.fuel_debt += u64::from(ticks);
        if self.resumable.is_some() && self.fuel_debt < GRACE {
            return Ok(());
        }
        self.fuel_debt = 0;
        Err(self.error(Exc::RuntimeError, if stopping { "stopped" } else { "out of fuel" }))
    }

    /// Runs a code object in namespaces. Without `locals` the globals are the locals, as in a module.
    pub fn run_code(&mut self, code: &Ref<CodeObject>, globals: &Ref<Dict>, locals: Option<Value>) -> Result<Value> {
        let builtins = self.builtins_of(globals);
        let function = self.new_function(code, globals.clone(), builtins);
        self.run_function_with_locals(function.into_value(), code, locals.unwrap_or_else(|| globals.to_value()))
    }
    /// The dict behind `__builtins__`: a module or a dict. Any other object is asked item by item: a dict that holds
    /// nothing but that object stands for it.
    pub fn builtins_dict(&mut self, value: &Value) -> Ref<Dict> {
        if let Some(d) = value.downcast::<Dict>(&*self.heap) {
            return d.clone();
        }
        match value.downcast::<crate::builtins::module::Module>(&*self.heap).cloned() {
            Some(m) => self.module_dict(&m),
            None => {
                let stand_in = self.heap.dict();
                // A key without `__eq__` or `__hash__` of its own.
                let _ = stand_in.set_item(self, Value::NOT_IMPLEMENTED, value.clone());
                stand_in
            }
        }
    }
    /// What a dict made by `builtins_dict` stands for.
    #[cold]
    pub(crate) fn mapping_behind(&mut self, builtins: &Ref<Dict>) -> Option<Value> {
        if builtins.len(&*self.heap) != 1 {
            return None;
        }
        let found = builtins.get_item(self, &Value::NOT_IMPLEMENTED);
        self.catch(found.map(|v| v.unwrap_or(Value::UNBOUND)), Exc::TypeError).ok().flatten().filter(|v| !v.is_unbound())
    }
    /// A function's builtins as Python sees them.
    pub(crate) fn visible_builtins(&mut self, builtins: &Ref<Dict>) -> Value {
        self.mapping_behind(builtins).unwrap_or_else(|| builtins.to_value())
    }
    /// Runs a function's code as a body whose names live in the mapping `locals` (modules, classes).
    pub fn run_function_with_locals(&mut self, function: Value, code: &Ref<CodeObject>, locals: Value) -> Result<Value> {
        self.check_native_depth("")?;
        let stop = self.thread.depth();
        if code.get(&*self).info.flags.is_generator_like() {
            // Code with a top-level `await`.
            let Some(f) = function.downcast_exact::<crate::builtins::function::Function>() else { return Ok(Value::NONE) };
            let coroutine = self.new_generator(f, code, Vec::new());
            if let Some(g) = coroutine.downcast::<crate::interp::generator::Generator>(&*self.heap) {
                g.get_mut(&mut *self.heap).locals = Some(locals);
            }
            return Ok(coroutine);
        }
        self.enter_body(function, code, locals)?;
        self.run_nested(stop)
    }
    /// Pushes the frame of a module's or class's body.
    fn enter_body(&mut self, function: Value, code: &Ref<CodeObject>, locals: Value) -> Result<()> {
        // SAFETY: the window is reserved, then pushed.
        unsafe {
            let payload = code.payload_ptr();
            let window = self.thread.place_on_top((*payload).nregs as usize);
            self.push_frame(function, payload, window, 0, FrameKind::Entry, 0)?;
            (*self.thread.current()).locals = Some(locals);
        }
        Ok(())
    }
    /// Reports an uncaught exception: `sys.excepthook`'s default.
    pub fn report_uncaught(&mut self, exception: &Value) {
        self.print_exception(exception);
    }
}
