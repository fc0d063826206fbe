//! What the page asks of a running interpreter: run source, call objects, look at globals; and how that ended.
//!
//! Everything runs as a program in steps (`Vm::advance`), so that it can run out of fuel and go on, be stopped, or let
//! the page do other things in between. Programs lie on top of each other: a function of the page that Python called may
//! start another. The state is the interpreter's, so that these functions need nothing but the `Vm`.

use crate::page;
use crate::values::{self, Handles, Writer};
use krait_compiler::{Mode, Options};
use krait_modules::{boot, main_program, sys};
use krait_vm::builtins::code::CodeObject;
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::list::List;
use krait_vm::interp::program::{Outcome, Program, Suspension};
use krait_vm::{Exc, Ref, Result, Value, Vm};

/// Outcomes as the page knows them.
pub const DONE: i32 = 0;
pub const RAISED: i32 = 1;
pub const OUT_OF_FUEL: i32 = 2;
pub const STOPPED: i32 = 3;
pub const YIELDED: i32 = 4;
/// There is no program, or no such global.
pub const NOTHING: i32 = 5;

/// The file name of code that is not the program's.
const OURS: &str = "<krait>";
/// What describing an exception may take beyond the memory quota.
const HEADROOM: usize = 4 << 20;
/// Pieces of source whose lines tracebacks can still show.
const SOURCES: usize = 64;

/// What a page's calls leave behind.
#[derive(Default)]
pub struct Session {
    /// What the last call left for the page to fetch.
    pub answer: Vec<u8>,
    /// Programs that have been started and wait.
    programs: Vec<Program>,
    /// How many are in the middle of a step.
    running: usize,
    sources: Vec<(Ref<CodeObject>, Box<[u8]>, String)>,
    call: Option<Ref<CodeObject>>,
}

/// Bits of what `start_source` may be asked: the source may be a coroutine, which `asyncio` then runs; the value of its last
/// statement is not wanted.
const MAY_AWAIT: u32 = 1;
const NO_VALUE: u32 = 2;

/// Starts source in `__main__`.
pub fn start_source(vm: &mut Vm, source: Box<[u8]>, name: &str, flags: u32) -> i32 {
    let started = compile(vm, source, name, flags).and_then(|code| {
        let main = boot::main_module(vm)?;
        let globals = vm.module_dict(&main);
        if !code.get(&*vm.heap).info.flags.is_generator_like() {
            return vm.start(&code, &globals);
        }
        let coroutine = vm.run_code(&code, &globals, None)?;
        let run = vm.import_attr("asyncio", "run")?;
        let arguments = vm.list(vec![coroutine]);
        start_object(vm, run, arguments, Value::NONE)
    });
    began(vm, started)
}

fn compile(vm: &mut Vm, source: Box<[u8]>, name: &str, flags: u32) -> Result<Ref<CodeObject>> {
    let text = String::from_utf8_lossy(&source).into_owned();
    let options = Options {
        optimize: vm.config.optimize,
        max_int_digits: vm.config.int_max_str_digits,
        last_value: flags & NO_VALUE == 0,
        top_level_await: flags & MAY_AWAIT != 0,
        ..Options::default()
    };
    let code = vm.compile_text(&text, name, Mode::Exec, &options)?;
    let sources = &mut vm.state::<Session>().sources;
    if sources.len() >= SOURCES {
        sources.remove(0);
    }
    sources.push((code.clone(), source, name.to_string()));
    Ok(code)
}

/// Starts the call that a request describes: a list of what is called (an object, or the text `module.name`), the
/// arguments, and the keyword arguments or None.
pub fn start_call(vm: &mut Vm, request: &[u8]) -> i32 {
    let started = values::read(vm, request).and_then(|request| {
        let parts = request.downcast::<List>(&*vm.heap).map(|list| list.to_vec(&*vm.heap)).unwrap_or_default();
        let [target, arguments, keywords] = &parts[..] else { return Err(vm.value_error("a call needs three parts")) };
        let target = if target.has_payload::<krait_vm::builtins::str::Str>(&*vm.heap) {
            let name = vm.to_text(target)?;
            let (module, name) = name.rsplit_once('.').unwrap_or(("builtins", &name));
            vm.import_attr(module, name)?
        } else {
            target.clone()
        };
        start_object(vm, target, arguments.clone(), keywords.clone())
    });
    began(vm, started)
}

fn start_object(vm: &mut Vm, target: Value, arguments: Value, keywords: Value) -> Result<Program> {
    let code = match vm.state::<Session>().call.clone() {
        Some(code) => code,
        None => {
            let code = vm.compile_text("f(*a, **k)", OURS, Mode::Eval, &Options::default())?;
            vm.state::<Session>().call = Some(code.clone());
            code
        }
    };
    let globals = vm.heap.dict();
    let keywords = if keywords.is_none() { vm.heap.dict().into_value() } else { keywords };
    for (name, value) in [("f", target), ("a", arguments), ("k", keywords)] {
        let name = vm.intern(name);
        globals.set_str(vm, &name, value);
    }
    vm.start(&code, &globals)
}

fn began(vm: &mut Vm, started: Result<Program>) -> i32 {
    match started {
        Ok(program) => {
            vm.state::<Session>().programs.push(program);
            DONE
        }
        Err(_) => {
            let exception = vm.take_pending();
            raised(vm, exception)
        }
    }
}

/// Runs the last program that was started for about `fuel` ticks. The answer is its value or its exception.
pub fn advance(vm: &mut Vm, fuel: u64) -> i32 {
    let Some(program) = vm.state::<Session>().programs.pop() else { return NOTHING };
    vm.state::<Session>().running += 1;
    let outcome = vm.advance(&program, fuel);
    vm.state::<Session>().running -= 1;
    let code = match outcome {
        Outcome::Suspended(why) => {
            vm.state::<Session>().programs.push(program);
            match why {
                Suspension::OutOfFuel => OUT_OF_FUEL,
                Suspension::Stopped => STOPPED,
                Suspension::Yielded => return YIELDED,
            }
        }
        Outcome::Done(value) => answer(vm, &value),
        Outcome::Raised(exception) => raised(vm, exception),
    };
    for stream in ["stdout", "stderr"] {
        if sys::flush(vm, stream).is_err() {
            vm.take_pending();
        }
    }
    code
}

/// Takes the last program away, wherever it is.
pub fn abandon(vm: &mut Vm) {
    if let Some(program) = vm.state::<Session>().programs.pop() {
        vm.abandon(program);
    }
}

/// Makes a global of `__main__` the answer.
pub fn global(vm: &mut Vm, name: &str) -> i32 {
    let globals = match boot::main_module(vm) {
        Ok(main) => vm.module_dict(&main),
        Err(_) => return NOTHING,
    };
    let name = vm.intern(name);
    match globals.get_str(&*vm.heap, &name) {
        Some(value) => answer(vm, &value),
        None => NOTHING,
    }
}

/// Makes the namespace of `__main__` itself the answer, as an object.
pub fn globals(vm: &mut Vm) -> i32 {
    let Ok(main) = boot::main_module(vm) else { return NOTHING };
    let globals: Ref<Dict> = vm.module_dict(&main);
    let mut writer = Writer::default();
    if writer.object(vm, globals.as_value()).is_err() {
        let exception = vm.take_pending();
        return raised(vm, exception);
    }
    vm.state::<Session>().answer = writer.into_bytes();
    DONE
}

/// Gives up an object that the page held.
pub fn release(vm: &mut Vm, number: u32) {
    let object = vm.state::<Handles>().release(number);
    drop(object);
    vm.attend();
}

fn answer(vm: &mut Vm, value: &Value) -> i32 {
    let mut writer = Writer::default();
    match writer.value(vm, value) {
        Ok(()) => {
            vm.state::<Session>().answer = writer.into_bytes();
            DONE
        }
        Err(_) => {
            let exception = vm.take_pending();
            raised(vm, exception)
        }
    }
}

/// Makes an exception the answer.
fn raised(vm: &mut Vm, exception: Value) -> i32 {
    without_our_frames(vm, &exception);
    // There may be no room left, which is what is to be told.
    let limit = vm.heap.limit();
    vm.heap.set_limit(limit.saturating_add(HEADROOM));
    let mut writer = Writer::default();
    if describe(vm, &mut writer, &exception).is_err() {
        vm.take_pending();
        writer = Writer::default();
        let name = vm.type_name(&exception);
        vm.heap.set_limit(usize::MAX);
        let _ = writer.map(vm, 1).and_then(|()| writer.text(vm, "type")).and_then(|()| writer.text(vm, &name));
    }
    vm.heap.set_limit(limit);
    vm.state::<Session>().answer = writer.into_bytes();
    RAISED
}

/// The frame of the call on the page's behalf is none of the program's business.
fn without_our_frames(vm: &mut Vm, exception: &Value) {
    let Some(payload) = vm.exception_payload(exception) else { return };
    while let Some(traceback) = payload.get(&*vm.heap).traceback.clone() {
        let Ok(Some(frame)) = frame(vm, &traceback).map(Some) else {
            vm.take_pending();
            return;
        };
        if frame.0 != OURS {
            return;
        }
        let next = attribute(vm, &traceback, "tb_next").ok().filter(|next| !next.is_none());
        payload.get_mut(&mut *vm.heap).traceback = next;
    }
}

fn attribute(vm: &mut Vm, object: &Value, name: &str) -> Result<Value> {
    let name = vm.intern(name);
    vm.get_attr(object, &name)
}

/// (file, line, function) of a traceback entry.
fn frame(vm: &mut Vm, traceback: &Value) -> Result<(String, i64, String)> {
    let code = attribute(vm, traceback, "tb_frame").and_then(|frame| attribute(vm, &frame, "f_code"))?;
    let file = attribute(vm, &code, "co_filename").and_then(|file| vm.to_text(&file))?;
    let function = attribute(vm, &code, "co_qualname").and_then(|name| vm.to_text(&name))?;
    let line = attribute(vm, traceback, "tb_lineno")?;
    let line = if line.is_none() { 0 } else { vm.index_i64(&line, "int")? };
    Ok((file, line, function))
}

fn frames(vm: &mut Vm, exception: &Value) -> Result<Vec<(String, i64, String)>> {
    let mut frames = Vec::new();
    let mut next = vm.exception_payload(exception).and_then(|e| e.get(&*vm.heap).traceback.clone());
    while let Some(traceback) = next {
        frames.push(frame(vm, &traceback)?);
        next = Some(attribute(vm, &traceback, "tb_next")?).filter(|next| !next.is_none());
    }
    Ok(frames)
}

fn describe(vm: &mut Vm, writer: &mut Writer, exception: &Value) -> Result<()> {
    let name = vm.type_name(exception);
    let message = text_or(vm, |vm| vm.to_str(exception).map(krait_vm::Ref::into_value), "");
    let traceback = text_or(vm, |vm| traceback(vm, exception), &name);
    let frames = frames(vm, exception)?;
    writer.map(vm, 7)?;
    for (key, text) in [("type", &name), ("message", &message), ("traceback", &traceback)] {
        writer.text(vm, key)?;
        writer.text(vm, text)?;
    }
    writer.text(vm, "frames")?;
    writer.list(vm, frames.len())?;
    for (file, line, function) in &frames {
        writer.list(vm, 3)?;
        writer.text(vm, file)?;
        writer.int(vm, *line)?;
        writer.text(vm, function)?;
    }
    writer.text(vm, "exit")?;
    if vm.is_exception(exception, Exc::SystemExit) {
        let status = main_program::exit_status(vm, exception);
        writer.int(vm, status.into())?;
    } else {
        writer.none(vm)?;
    }
    writer.text(vm, "error")?;
    match page::error_of(vm, exception) {
        Some(error) => writer.value(vm, &error)?,
        None => {
            if vm.has_pending() {
                vm.take_pending();
            }
            writer.none(vm)?;
        }
    }
    // Only while a program waits further down can it be raised again there; otherwise it would keep what its frames hold.
    writer.text(vm, "exception")?;
    let session = vm.state::<Session>();
    if session.running == 0 && session.programs.is_empty() { writer.none(vm) } else { writer.object(vm, exception) }
}

/// A text that Python code makes, or what is to be said when that fails.
fn text_or(vm: &mut Vm, make: impl FnOnce(&mut Vm) -> Result<Value>, otherwise: &str) -> String {
    let made = make(vm).and_then(|text| {
        let text = text.downcast::<krait_vm::builtins::str::Str>(&*vm.heap).map(|s| s.get(&*vm.heap).to_string_lossy());
        text.ok_or_else(|| vm.type_error("a str is needed"))
    });
    made.unwrap_or_else(|_| {
        vm.take_pending();
        otherwise.to_string()
    })
}

/// The text Python would print.
fn traceback(vm: &mut Vm, exception: &Value) -> Result<Value> {
    let register = vm.import_attr("linecache", "_register_code")?;
    let cache = vm.import_attr("linecache", "cache")?;
    for (code, source, name) in std::mem::take(&mut vm.state::<Session>().sources) {
        let text = vm.str(&String::from_utf8_lossy(&source));
        let is_code_only = name.starts_with('<') && name.ends_with('>');
        let name = vm.str(&name);
        if is_code_only {
            vm.call(&register, &[code.to_value(), text, name])?;
            continue;
        }
        // A file that is nowhere, under its name.
        let lines = vm.call_method(&text, "splitlines", &[Value::TRUE])?;
        let entry = vm.tuple(vec![Value::int32(source.len() as i32), Value::NONE, lines, name.clone()]);
        vm.set_item(&cache, &name, entry)?;
    }
    let format = vm.import_attr("traceback", "format_exception")?;
    let lines = vm.call(&format, std::slice::from_ref(exception))?;
    let empty = vm.str("");
    vm.call_method(&empty, "join", &[lines])
}
