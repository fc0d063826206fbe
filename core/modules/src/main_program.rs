//! Running a main program: compiling it, reporting how it ended, the exit status that means.
//!
//! What a host does between [`crate::boot::boot`] and [`crate::boot::shut_down`], whatever the program came from.

use crate::{file_names, sys};
use krait_compiler::{Mode, Options};
use krait_vm::builtins::code::CodeObject;
use krait_vm::{Exc, Raised, Ref, Result, Value, Vm};

/// Puts an entry at the front of `sys.path`.
pub fn prepend_path(vm: &mut Vm, entry: Value) -> Result<()> {
    let key = vm.names.path.clone();
    if let Some(path) = vm.sys.get_str(&*vm.heap, &key) {
        vm.call_method(&path, "insert", &[Value::small_int(0).unwrap_or(Value::NONE), entry])?;
    }
    Ok(())
}

/// Raises SystemExit.
pub fn exit(vm: &mut Vm, status: i64) -> Raised {
    let status = Value::small_int(status).unwrap_or(Value::NONE);
    vm.error_args(Exc::SystemExit, vec![status])
}

/// Compiles through `builtins.compile`, which raises SyntaxError with all its details.
pub fn compile(vm: &mut Vm, source: &[u8], filename: &str, mode: &str) -> Result<Ref<CodeObject>> {
    let key = vm.intern("compile");
    if let Some(compile) = vm.builtins.get_str(&*vm.heap, &key) {
        let source = vm.heap.bytes(source).into_value();
        let (filename, mode) = (file_names::fs_str(vm, filename.as_bytes()), vm.str(mode));
        let code = vm.call_kw(&compile, &[source, filename, mode], &[("dont_inherit", Value::TRUE)])?;
        if let Some(code) = code.downcast::<CodeObject>(&*vm.heap) {
            return Ok(code.clone());
        }
    }
    compile_file(vm, source, filename)
}

/// Compiles a program that was read from a file.
pub fn compile_file(vm: &mut Vm, source: &[u8], filename: &str) -> Result<Ref<CodeObject>> {
    let text = vm.decode_source(source, filename, true)?;
    let options = Options { optimize: vm.config.optimize, ..Options::default() };
    vm.compile_text(&text, filename, Mode::Exec, &options)
}

/// Lets tracebacks show lines of a program that is in no file.
pub fn register_source(vm: &mut Vm, code: &Ref<CodeObject>, source: &[u8], name: &str) {
    let saved = vm.take_pending();
    let text = String::from_utf8_lossy(source).into_owned();
    let register = vm.import_attr("linecache", "_register_code");
    if let Ok(register) = register {
        let (text, name) = (vm.str(&text), vm.str(name));
        if vm.call(&register, &[code.to_value(), text, name]).is_err() {
            vm.take_pending();
        }
    } else {
        vm.take_pending();
    }
    vm.thread.pending = Some(saved);
}

/// Hands the pending exception to `sys.excepthook`; the exit status it means.
pub fn report(vm: &mut Vm) -> i32 {
    let exception = vm.take_pending();
    if vm.is_exception(&exception, Exc::SystemExit) {
        return exit_status(vm, &exception);
    }
    let ty = vm.type_of(&exception).into_value();
    let traceback = vm.exception_payload(&exception).and_then(|e| e.get(&*vm.heap).traceback.clone()).unwrap_or(Value::NONE);
    for (name, value) in [("last_exc", &exception), ("last_type", &ty), ("last_value", &exception), ("last_traceback", &traceback)] {
        let key = vm.intern(name);
        vm.sys.clone().set_str(&mut *vm.heap, &key, value.clone());
    }
    let key = vm.names.excepthook.clone();
    match vm.sys.get_str(&*vm.heap, &key) {
        Some(hook) => {
            if vm.call(&hook, &[ty, exception.clone(), traceback]).is_err() {
                let second = vm.take_pending();
                if vm.is_exception(&second, Exc::SystemExit) {
                    return exit_status(vm, &second);
                }
                sys::write_stderr(vm, "Error in sys.excepthook:\n");
                let _ = sys::print_exception(vm, &second);
                sys::write_stderr(vm, "\nOriginal exception was:\n");
                let _ = sys::print_exception(vm, &exception);
            }
        }
        None => {
            sys::write_stderr(vm, "sys.excepthook is missing\n");
            let _ = sys::print_exception(vm, &exception);
        }
    }
    1
}

/// The status that a SystemExit asks for; anything that is no number is printed.
pub fn exit_status(vm: &mut Vm, exception: &Value) -> i32 {
    let code = vm.exception_field(exception, "code").unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    if code.as_int(&vm.heap).is_some() {
        return match vm.index_i64(&code, "long") {
            Ok(n) => n as i32,
            Err(_) => {
                vm.take_pending();
                -1
            }
        };
    }
    let _ = sys::flush(vm, "stdout");
    match vm.to_text(&code) {
        Ok(text) => sys::write_stderr(vm, &format!("{text}\n")),
        Err(_) => drop(vm.take_pending()),
    }
    1
}

