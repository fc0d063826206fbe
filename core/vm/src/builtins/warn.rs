//! Warnings: the native half of the `warnings` module, whose filters and registries it reads when it is loaded.
//!
//! `Vm::warn` is what the core raises warnings with; `Vm::warn_object` and `Vm::warn_explicit` serve `_warnings`.

use crate::builtins::dict::Dict;
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::interp::frame::FrameObject;
use crate::object::Ref;
use crate::types::Type;
use crate::value::Value;
use crate::vm::Vm;
use crate::Result;

/// The state of `_warnings`; the objects are made on first use.
#[derive(Default)]
pub struct WarningState {
    pub filters: Option<Value>,
    pub once_registry: Option<Value>,
    pub default_action: Option<Value>,
    pub version: i64,
}

/// What a warning is about and where it happened.
pub struct Warned {
    pub category: Value,
    pub message: Value,
    pub filename: Value,
    pub line: i64,
    pub module: Option<Value>,
    pub registry: Option<Value>,
    pub source: Option<Value>,
    pub source_line: Option<Value>,
}

impl Vm {
    /// Issues a warning of a builtin category, blamed on the Python frame `stack_level` (1: the running one).
    pub fn warn(&mut self, category: Exc, message: &str, stack_level: usize) -> Result<()> {
        let (text, class) = (self.str(message), self.exc.get(category).to_value());
        self.warn_object(text, class, stack_level as i64, None, &[])
    }
    /// Issues a warning about a line of a source file.
    pub fn warn_at(&mut self, category: Exc, message: &str, filename: &str, line: usize) -> Result<()> {
        let (message, category, filename) = (self.str(message), self.exc.get(category).to_value(), self.str(filename));
        let warned = Warned { category, message, filename, line: line as i64, module: None, registry: None, source: None, source_line: None };
        self.warn_explicit(warned)
    }
    /// The `_warnings` state with its objects made.
    pub fn warning_state(&mut self) -> (Value, Value, Value) {
        if self.state::<WarningState>().filters.is_none() {
            let filters = self.default_filters();
            let (once, action) = (self.heap.dict().into_value(), self.str("default"));
            let state = self.state::<WarningState>();
            state.filters = Some(filters);
            state.once_registry = Some(once);
            state.default_action = Some(action);
        }
        let state = self.state::<WarningState>();
        let get = |v: &Option<Value>| v.clone().unwrap_or(Value::NONE);
        (get(&state.filters), get(&state.once_registry), get(&state.default_action))
    }
    fn default_filters(&mut self) -> Value {
        let mut items = Vec::new();
        if !self.config.dev_mode {
            let kinds = [
                ("default", Exc::DeprecationWarning, Some("__main__")),
                ("ignore", Exc::DeprecationWarning, None),
                ("ignore", Exc::PendingDeprecationWarning, None),
                ("ignore", Exc::ImportWarning, None),
                ("ignore", Exc::ResourceWarning, None),
            ];
            for (action, kind, module) in kinds {
                let module = module.map_or(Value::NONE, |m| self.str(m));
                let parts = vec![self.str(action), Value::NONE, self.exc.get(kind).to_value(), module, Value::int32(0)];
                items.push(self.tuple(parts));
            }
        }
        self.list(items)
    }
    /// An attribute of the `warnings` module, if that is loaded and has it.
    fn warnings_attribute(&mut self, name: &str) -> Result<Option<Value>> {
        let key = self.names.warnings.clone();
        match self.modules.get_str(&*self, &key) {
            Some(module) => {
                let name = self.intern(name);
                self.get_attr_opt(&module, &name)
            }
            None => Ok(None),
        }
    }
    /// The category of a warning: the message's own class, or a checked class.
    pub fn warning_category(&mut self, message: &Value, category: Option<Value>) -> Result<Value> {
        if self.is_exception(message, Exc::Warning) {
            return Ok(self.type_of(message).into_value());
        }
        let Some(category) = category else { return Ok(self.exc.get(Exc::UserWarning).to_value()) };
        let warning = self.exc.get(Exc::Warning).id(&self.heap);
        match category.downcast::<Type>(&self.heap) {
            Some(t) if self.heap.is_subtype(t.id(&self.heap), warning) => Ok(category.clone()),
            _ => {
                let name = match category.downcast::<Type>(&self.heap) {
                    Some(t) => t.name(&self.heap),
                    None => self.type_name(&category),
                };
                Err(self.type_error(format!("category must be a Warning subclass, not '{name}'")))
            }
        }
    }
    /// `warnings.warn(message, category, stack_level, source)`.
    pub fn warn_object(&mut self, message: Value, category: Value, stack_level: i64, source: Option<Value>, skip: &[String]) -> Result<()> {
        let frame = self.blamed_frame(stack_level, skip);
        let (globals, filename, line) = match frame {
            Some(frame) => {
                let line = self.frame_line(&frame).unwrap_or(0);
                let p = frame.get(&*self);
                let filename = p.code.get(&*self).filename.to_value();
                let function = p.function.clone();
                let globals = function.downcast::<crate::builtins::function::Function>(&self.heap).map(|f| f.get(&*self).globals.clone());
                (globals.unwrap_or_else(|| self.sys.clone()), filename, i64::from(line))
            }
            None => (self.sys.clone(), self.str("<sys>"), 0),
        };
        let key = self.names.__warningregistry__.clone();
        let registry = match globals.get_str(&*self, &key) {
            Some(r) => r,
            None => {
                let r = self.heap.dict().into_value();
                globals.set_str(self, &key, r.clone());
                r
            }
        };
        let name = self.names.__name__.clone();
        let module = match globals.get_str(&*self, &name) {
            Some(m) if m.is_none() || m.has_payload::<Str>(&self.heap) => m,
            _ => self.str("<string>"),
        };
        self.warn_explicit(Warned { category, message, filename, line, module: Some(module), registry: Some(registry), source, source_line: None })
    }
    /// The frame a warning is blamed on; frames of the import system do not count.
    fn blamed_frame(&mut self, stack_level: i64, skip: &[String]) -> Option<Ref<FrameObject>> {
        let mut level = if skip.is_empty() { stack_level } else { stack_level.max(2) };
        let internal = |vm: &Vm, depth: usize| {
            let file = vm.thread.frame(depth).map(|f| f.code().filename.get(vm).to_string_lossy()).unwrap_or_default();
            (file.contains("importlib") && file.contains("_bootstrap")) || skip.iter().any(|s| file.starts_with(s.as_str()))
        };
        let mut depth = self.thread.depth().checked_sub(1)?;
        let all = level <= 0 || (skip.is_empty() && internal(self, depth));
        while level > 1 {
            depth = depth.checked_sub(1)?;
            while !all && internal(self, depth) {
                depth = depth.checked_sub(1)?;
            }
            level -= 1;
        }
        let frame: *mut crate::interp::frame::Frame = self.thread.frame_mut(depth)?;
        Some(self.frame_object(frame))
    }
    /// `warnings.warn_explicit`: filters, registries, and at last showing the warning.
    pub fn warn_explicit(&mut self, w: Warned) -> Result<()> {
        let registry = match w.registry {
            Some(r) if r.is_none() => None,
            Some(r) => match r.downcast::<Dict>(&self.heap).cloned() {
                Some(d) => Some(d),
                None => return Err(self.type_error("'registry' must be a dict or None")),
            },
            None => None,
        };
        let module = match w.module {
            Some(m) => m,
            None => {
                let file = self.to_text(&w.filename)?;
                let name = if file.is_empty() { "<unknown>" } else { file.strip_suffix(".py").unwrap_or(&file) };
                self.str(name)
            }
        };
        if module.is_none() {
            return Ok(());
        }
        let (text, category, message) = if self.is_exception(&w.message, Exc::Warning) {
            let text = self.to_str(&w.message)?.into_value();
            (text, self.type_of(&w.message).into_value(), w.message)
        } else {
            let message = self.call(&w.category, std::slice::from_ref(&w.message))?;
            (w.message, w.category, message)
        };
        let line = self.heap.int(i128::from(w.line));
        let key = self.tuple(vec![text.clone(), category.clone(), line.clone()]);
        if let Some(r) = &registry
            && self.already_warned(r, &key, false)?
        {
            return Ok(());
        }
        let (action, item) = self.warning_action(&category, &text, w.line, &module)?;
        let action_text = self.to_text(&action)?;
        match action_text.as_str() {
            "error" => return Err(self.raise_with_context(message)),
            "ignore" => return Ok(()),
            "always" | "all" => {}
            kind => {
                if let Some(r) = &registry {
                    r.set_item(self, key, Value::TRUE)?;
                }
                let already = match kind {
                    "once" => {
                        let r = match registry {
                            Some(r) => r,
                            None => self.once_registry()?,
                        };
                        self.warned_before(&r, &text, &category)?
                    }
                    "module" => match &registry {
                        Some(r) => self.warned_before(r, &text, &category)?,
                        None => false,
                    },
                    "default" => false,
                    _ => {
                        let (action, item) = (self.repr_text(&action)?, self.repr_text(&item)?);
                        return Err(self.runtime_error(format!("Unrecognized action ({action}) in warnings.filters:\n {item}")));
                    }
                };
                if already {
                    return Ok(());
                }
            }
        }
        self.show_warning(&category, &text, message, &w.filename, line, w.source, w.source_line)
    }
    fn warned_before(&mut self, registry: &Ref<Dict>, text: &Value, category: &Value) -> Result<bool> {
        let key = self.tuple(vec![text.clone(), category.clone()]);
        self.already_warned(registry, &key, true)
    }
    fn already_warned(&mut self, registry: &Ref<Dict>, key: &Value, set: bool) -> Result<bool> {
        let name = self.intern("version");
        let version = self.state::<WarningState>().version;
        if registry.get_str(&*self, &name).and_then(|v| v.as_small_int()) == Some(version) {
            if let Some(v) = registry.get_item(self, key)? {
                return self.truth(&v);
            }
        } else {
            registry.clear_all(self);
            let version = self.heap.int(i128::from(version));
            registry.set_str(self, &name, version);
        }
        if set {
            registry.set_item(self, key.clone(), Value::TRUE)?;
        }
        Ok(false)
    }
    fn once_registry(&mut self) -> Result<Ref<Dict>> {
        let found = match self.warnings_attribute("onceregistry")? {
            Some(v) => v,
            None => self.warning_state().1,
        };
        match found.downcast::<Dict>(&self.heap).cloned() {
            Some(d) => Ok(d),
            None => {
                let name = self.type_name(&found);
                Err(self.type_error(format!("_warnings.onceregistry must be a dict, not '{name}'")))
            }
        }
    }
    /// The action of the first filter that matches, and that filter.
    fn warning_action(&mut self, category: &Value, text: &Value, line: i64, module: &Value) -> Result<(Value, Value)> {
        let filters = match self.warnings_attribute("filters")? {
            Some(v) => v,
            None => self.warning_state().0,
        };
        let Some(list) = filters.downcast::<List>(&self.heap).cloned() else {
            return Err(self.value_error("warnings.filters must be a list"));
        };
        let mut i = 0;
        while let Some(item) = list.get(&*self).items().get(i).cloned() {
            let parts = match item.downcast::<Tuple>(&self.heap) {
                Some(t) if t.len(&*self) == 5 => t.items(&*self).to_vec(),
                _ => return Err(self.value_error(format!("warnings.filters item {i} isn't a 5-tuple"))),
            };
            i += 1;
            let wanted = self.index_i64(&parts[4], "ssize_t")?;
            if (wanted == 0 || wanted == line) && self.exception_class_matches(category, &parts[2])? && self.filter_matches(&parts[1], text)? && self.filter_matches(&parts[3], module)? {
                return Ok((parts[0].clone(), item));
            }
        }
        let action = match self.warnings_attribute("defaultaction")? {
            Some(v) => v,
            None => self.warning_state().2,
        };
        if !action.has_payload::<Str>(&self.heap) {
            let name = self.type_name(&action);
            return Err(self.type_error(format!("_warnings.defaultaction must be a string, not '{name}'")));
        }
        Ok((action, Value::NONE))
    }
    fn exception_class_matches(&mut self, class: &Value, wanted: &Value) -> Result<bool> {
        if let (Some(a), Some(b)) = (class.downcast::<Type>(&self.heap), wanted.downcast::<Type>(&self.heap)) {
            return Ok(a.is_subtype(&self.heap, b));
        }
        // Filters may name several categories in a tuple.
        self.is_subclass_of(class, wanted)
    }
    /// A filter's pattern: None matches all, a string what equals it, others have `match`.
    fn filter_matches(&mut self, pattern: &Value, text: &Value) -> Result<bool> {
        if pattern.is_none() {
            return Ok(true);
        }
        if pattern.is_exact::<Str>() {
            return self.equal(pattern, text);
        }
        let found = self.call_method(pattern, "match", std::slice::from_ref(text))?;
        self.truth(&found)
    }
    #[allow(clippy::too_many_arguments, reason = "the parts of a warning")]
    fn show_warning(&mut self, category: &Value, text: &Value, message: Value, filename: &Value, line: Value, source: Option<Value>, source_line: Option<Value>) -> Result<()> {
        if let Some(show) = self.warnings_attribute("_showwarnmsg")? {
            let Some(class) = self.warnings_attribute("WarningMessage")? else {
                return Err(self.runtime_error("unable to get warnings.WarningMessage"));
            };
            let args = [message, category.clone(), filename.clone(), line, Value::NONE, Value::NONE, source.unwrap_or(Value::NONE)];
            let shown = self.call(&class, &args)?;
            self.call(&show, &[shown])?;
            return Ok(());
        }
        let name = match category.downcast::<Type>(&self.heap) {
            Some(t) => t.name(&self.heap),
            None => String::new(),
        };
        let (file, number, text) = (self.to_text(filename)?, self.to_text(&line)?, self.to_text(text)?);
        let source_line = match source_line {
            Some(v) => Some(self.to_text(&v)?),
            None => u32::try_from(line.as_small_int().unwrap_or(0)).ok().and_then(|n| self.source_line(&file, n)),
        };
        let tail = source_line.map_or(String::new(), |l| format!("  {}\n", l.trim()));
        self.write_stderr(&format!("{file}:{number}: {name}: {text}\n{tail}"));
        Ok(())
    }
}
