//! Exceptions that nothing can catch: `sys.unraisablehook`, and the plain report when there is no hook.

use crate::exceptions::Exc;
use crate::host::Stream;
use crate::types::id;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// Reports an exception that nothing can catch.
    pub(crate) fn report_unraisable(&mut self, exception: Value, message: Option<&str>, object: &Value) {
        let saved = self.thread.pending.take();
        let payload = self.exception_payload(&exception);
        if self.thread.depth() > 0 && payload.is_some_and(|e| e.get(&*self).traceback.is_none()) {
            // Raised by no Python code: it is told where it happened.
            let frame = self.thread.current();
            self.add_traceback(&exception, frame);
        }
        if self.thread.native_depth < 100_000 && !self.call_unraisable_hook(&exception, message, object) {
            self.print_unraisable(&exception, message, object);
        }
        self.thread.pending = saved;
    }
    /// Calls `sys.unraisablehook` unless it is the builtin one; whether it was called.
    fn call_unraisable_hook(&mut self, exception: &Value, message: Option<&str>, object: &Value) -> bool {
        let name = self.names.unraisablehook.clone();
        let Some(hook) = self.sys.get_str(&*self, &name) else { return false };
        if hook.is_none() || hook.type_id() == id::BUILTIN_FUNCTION {
            return false;
        }
        let class = self.type_of(exception).into_value();
        let traceback = self.exception_payload(exception).and_then(|e| e.get(&*self).traceback.clone());
        let message = message.map_or(Value::NONE, |m| self.str(m));
        let fields = [("exc_type", class), ("exc_value", exception.clone()), ("exc_traceback", traceback.unwrap_or(Value::NONE)), ("err_msg", message), ("object", object.clone())];
        let args = self.unraisable_args(&fields);
        if self.call(&hook, &[args]).is_err() {
            let inner = self.take_pending();
            self.print_unraisable(&inner, Some("Exception ignored in sys.unraisablehook"), &hook);
        }
        true
    }
    /// The argument of the hook: `sys.UnraisableHookArgs` when `sys` has made it, else a plain namespace.
    fn unraisable_args(&mut self, fields: &[(&str, Value)]) -> Value {
        let name = self.intern("UnraisableHookArgs");
        if let Some(class) = self.sys.get_str(&*self, &name) {
            let items = fields.iter().map(|(_, v)| v.clone()).collect();
            let tuple = self.tuple(items);
            if let Ok(v) = self.call(&class, &[tuple]) {
                return v;
            }
            self.thread.pending = None;
        }
        let class = self.core_type(id::SIMPLE_NAMESPACE).into_value();
        let kwargs: Vec<(&str, Value)> = fields.iter().map(|(n, v)| (*n, v.clone())).collect();
        match self.call_kw(&class, &[], &kwargs) {
            Ok(v) => v,
            Err(_) => {
                self.thread.pending = None;
                Value::NONE
            }
        }
    }
    /// What the builtin `sys.unraisablehook` prints.
    pub fn print_unraisable(&mut self, exception: &Value, message: Option<&str>, object: &Value) {
        let what = if object.is_none() {
            None
        } else {
            Some(match self.repr_text(object) {
                Ok(text) => text,
                Err(_) => {
                    self.thread.pending = None;
                    "<object repr() failed>".into()
                }
            })
        };
        let head = match (message, what) {
            (Some(m), Some(w)) => format!("{m} {w}:\n"),
            (Some(m), None) => format!("{m}:\n"),
            (None, Some(w)) => format!("Exception ignored in: {w}\n"),
            (None, None) => String::new(),
        };
        let text = self.format_exception(exception);
        self.write_stderr(&format!("{head}{text}"));
    }
    /// Writes to `sys.stderr`, or where the host's goes when there is none.
    pub fn write_stderr(&mut self, text: &str) {
        let name = self.names.stderr.clone();
        if let Some(file) = self.sys.get_str(&*self, &name)
            && !file.is_none()
        {
            let value = self.str(text);
            let saved = self.thread.pending.take();
            let written = self.call_method(&file, "write", &[value]).is_ok() && self.call_method(&file, "flush", &[]).is_ok();
            self.thread.pending = saved;
            if written {
                return;
            }
        }
        self.host.write(Stream::Stderr, text.as_bytes());
    }
    pub(crate) fn warn_unawaited_coroutine(&mut self, coroutine: &Value, name: &str) -> crate::Result<()> {
        let module = self.intern("warnings");
        let warnings = self.modules.get_str(&*self, &module);
        if let Some(warnings) = warnings
            && let Some(f) = {
                let name = self.intern("_warn_unawaited_coroutine");
                self.get_attr_opt(&warnings, &name)?
            }
        {
            let told = self.call(&f, std::slice::from_ref(coroutine)).map(drop);
            if told.is_err() {
                // The error is the caller's to show; the warning goes the plain way.
                let error = self.take_pending();
                if self.warn(Exc::RuntimeWarning, &format!("coroutine '{name}' was never awaited"), 1).is_err() {
                    drop(self.take_pending());
                }
                self.thread.pending = Some(error);
            }
            return told;
        }
        self.warn(Exc::RuntimeWarning, &format!("coroutine '{name}' was never awaited"), 1)
    }
}
