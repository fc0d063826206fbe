//! Start-up: `sys`, `builtins`, importlib, the standard streams, `site`.
//!
//! [`boot`] brings an interpreter to the point where `__main__` can run, as CPython does: frozen importlib first, then
//! the path-based importer, then the streams, then `site`. A host without a library gets as far as `sys`.
//! [`shut_down`] runs exit functions and flushes.

use crate::{imp, sys};
use krait_vm::builtins::module::Module;
use krait_vm::runtime::import::Imports;
use krait_vm::{Exc, Ref, Result, Value, Vm};

/// Starts everything up to and including `site` (unless `-S`). Leaves the exception pending on failure.
pub fn boot(vm: &mut Vm) -> Result<()> {
    sys::init(vm)?;
    let builtins = vm.import("builtins")?;
    if let Some(builtins) = builtins.downcast::<Module>(&*vm.heap).cloned() {
        vm.module_functions::<sys::BuiltinImport>(&builtins);
        let debug = Value::bool(vm.config.optimize == 0);
        vm.module_set(&builtins, "__debug__", debug);
    }
    if vm.host.library().is_none() {
        return Ok(());
    }
    importlib(vm)?;
    streams(vm)?;
    if !vm.config.no_site {
        vm.import("site")?;
    }
    vm.heap.note_start();
    Ok(())
}

/// Starts the import system.
pub fn importlib(vm: &mut Vm) -> Result<()> {
    let imp = vm.import("_imp")?;
    let bootstrap = imp::import_frozen(vm, "_frozen_importlib")?.into_value();
    let sys = vm.import("sys")?;
    vm.call_method(&bootstrap, "_install", &[sys, imp])?;
    vm.state::<Imports>().importlib = Some(bootstrap.clone());
    // A host without an operating system has no path-based importer, only the library.
    if vm.has_native_module("posix") {
        vm.call_method(&bootstrap, "_install_external_importers", &[])?;
        let zipimport = vm.import("zipimport")?;
        let importer = vm.intern("zipimporter");
        let importer = vm.get_attr(&zipimport, &importer)?;
        let hooks = vm.intern("path_hooks");
        if let Some(hooks) = vm.sys.get_str(&*vm.heap, &hooks) {
            vm.call_method(&hooks, "insert", &[Value::small_int(0).unwrap_or(Value::NONE), importer])?;
        }
    }
    let library = vm.import("_krait_library")?;
    vm.call_method(&library, "_install", &[])?;
    Ok(())
}

/// `sys.stdin`, `sys.stdout` and `sys.stderr`.
pub fn streams(vm: &mut Vm) -> Result<()> {
    vm.import("encodings")?;
    let io = vm.import("io")?;
    let open = vm.intern("open");
    let open = vm.get_attr(&io, &open)?;
    let key = vm.intern("open");
    vm.builtins.clone().set_str(&mut *vm.heap, &key, open.clone());
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let stream = match stream(vm, &io, &open, fd, name) {
            Ok(s) => s,
            // The descriptor is closed.
            Err(_) if vm.pending_is(Exc::OSError) => {
                vm.take_pending();
                Value::NONE
            }
            Err(e) => return Err(e),
        };
        for key in [name.to_string(), format!("__{name}__")] {
            let key = vm.intern(&key);
            vm.sys.clone().set_str(&mut *vm.heap, &key, stream.clone());
        }
    }
    Ok(())
}

fn stream(vm: &mut Vm, io: &Value, open: &Value, fd: i64, name: &str) -> Result<Value> {
    let fd_value = Value::small_int(fd).unwrap_or(Value::NONE);
    let unbuffered = vm.config.unbuffered && fd != 0;
    let mode = vm.str(if fd == 0 { "rb" } else { "wb" });
    let buffering = Value::small_int(if unbuffered { 0 } else { -1 }).unwrap_or(Value::NONE);
    let buffer = vm.call_kw(open, &[fd_value, mode, buffering], &[("closefd", Value::FALSE)])?;
    let raw = if unbuffered {
        buffer.clone()
    } else {
        let key = vm.intern("raw");
        vm.get_attr(&buffer, &key)?
    };
    let shown = vm.str(&format!("<{name}>"));
    let key = vm.names.name.clone();
    vm.set_attr(&raw, &key, Some(shown))?;
    let isatty = vm.call_method(&raw, "isatty", &[])?;
    let isatty = vm.truth(&isatty)?;
    let (encoding, errors) = vm.config.stdio_encoding.clone();
    let encoding = vm.str(encoding.as_deref().unwrap_or("utf-8"));
    let errors = match (fd, errors) {
        (2, _) => "backslashreplace".to_string(),
        (_, Some(e)) => e,
        (_, None) => vm.config.stdio_errors.clone(),
    };
    let errors = vm.str(&errors);
    let newline = vm.str("\n");
    let text = vm.intern("TextIOWrapper");
    let text = vm.get_attr(io, &text)?;
    let line_buffering = Value::bool(!unbuffered && (isatty || fd == 2));
    let wrapper = vm.call_kw(
        &text,
        &[buffer, encoding, errors],
        &[("newline", newline), ("line_buffering", line_buffering), ("write_through", Value::bool(unbuffered))],
    )?;
    let mode = vm.str(if fd == 0 { "r" } else { "w" });
    let key = vm.names.mode.clone();
    vm.set_attr(&wrapper, &key, Some(mode))?;
    Ok(wrapper)
}

/// The `__main__` module.
pub fn main_module(vm: &mut Vm) -> Result<Ref<Module>> {
    let key = vm.intern("__main__");
    if let Some(m) = vm.modules.get_str(&*vm.heap, &key)
        && let Some(m) = m.downcast::<Module>(&*vm.heap)
    {
        return Ok(m.clone());
    }
    let module = vm.new_module("__main__", None);
    let builtins = vm.import("builtins")?;
    vm.module_set(&module, "__builtins__", builtins);
    if let Some(importlib) = vm.state::<Imports>().importlib.clone() {
        let loader = vm.intern("BuiltinImporter");
        let loader = vm.get_attr(&importlib, &loader)?;
        vm.module_set(&module, "__loader__", loader);
    }
    vm.modules.clone().set_str(&mut *vm.heap, &key, module.to_value());
    Ok(module)
}

/// Ends an interpreter: threads are joined, exit functions run, streams flushed. Whether flushing stdout worked.
pub fn shut_down(vm: &mut Vm) -> bool {
    let key = vm.intern("threading");
    if let Some(threading) = vm.modules.get_str(&*vm.heap, &key)
        && vm.call_method(&threading, "_shutdown", &[]).is_err()
    {
        vm.write_unraisable(Some("Exception ignored on threading shutdown"), &threading);
    }
    let key = vm.intern("atexit");
    if let Some(atexit) = vm.modules.get_str(&*vm.heap, &key)
        && vm.call_method(&atexit, "_run_exitfuncs", &[]).is_err()
    {
        vm.take_pending();
    }
    let ok = flush_all(vm);
    vm.set_finalizing();
    // Modules go in CPython's order: __main__'s objects are finalised while the rest is alive.
    let main = vm.intern("__main__");
    if let Some(m) = vm.modules.clone().remove_str(&mut *vm.heap, &main)
        && let Some(m) = m.downcast::<Module>(&*vm.heap).cloned()
    {
        let dict = vm.module_dict(&m);
        for private in [true, false] {
            for (k, _) in dict.items(&*vm.heap) {
                let Some(name) = k.downcast_exact::<krait_vm::builtins::str::Str>().cloned() else { continue };
                let text = name.get(&*vm.heap).to_string_lossy();
                if text == "__builtins__" || (text.starts_with('_') && !text.starts_with("__")) != private {
                    continue;
                }
                dict.set_str(&mut *vm.heap, &name, Value::NONE);
                let _ = vm.poll();
            }
        }
    }
    if vm.heap.last_collection_matters() {
        vm.collect_garbage();
    }
    let late = flush_all(vm);
    ok && late
}

fn flush_all(vm: &mut Vm) -> bool {
    let mut ok = true;
    if sys::flush(vm, "stdout").is_err() {
        let key = vm.names.stdout.clone();
        let stdout = vm.sys.get_str(&*vm.heap, &key).unwrap_or(Value::NONE);
        vm.write_unraisable(None, &stdout);
        // Once is enough.
        vm.sys.clone().set_str(&mut *vm.heap, &key, Value::NONE);
        ok = false;
    }
    if sys::flush(vm, "stderr").is_err() {
        vm.take_pending();
    }
    ok
}
