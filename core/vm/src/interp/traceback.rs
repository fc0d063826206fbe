//! Printing exceptions without the `traceback` module: the plain form of CPython's report.

use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::exceptions::{Exc, Exception};
use crate::interp::frame::{FrameObject, Traceback};
use crate::object::Ref;
use crate::Raised;
use crate::value::Value;
use crate::vm::Vm;
use std::collections::HashSet;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

impl Vm {
    /// Prints the report of an exception to `sys.stderr`.
    pub fn print_exception(&mut self, exception: &Value) {
        let text = self.format_exception(exception);
        self.write_stderr(&text);
    }
    /// The report of an uncaught exception, with its chain.
    pub fn format_exception(&mut self, exception: &Value) -> String {
        let mut out = String::new();
        self.format_chain(exception, &mut out, &mut HashSet::new(), "");
        out
    }
    fn format_chain(&mut self, exception: &Value, out: &mut String, seen: &mut HashSet<u64>, indent: &str) {
        let Some(e) = self.exception_payload(exception) else { return };
        if !seen.insert(exception.bits()) || seen.len() > 200 {
            return;
        }
        let (cause, context, suppress, traceback) = {
            let p = e.get(&*self);
            (p.cause.clone(), p.context.clone(), p.suppress_context, p.traceback.clone())
        };
        match (cause, context) {
            (Some(cause), _) if !seen.contains(&cause.bits()) => {
                self.format_chain(&cause, out, seen, indent);
                push_indented(out, CAUSE, indent);
            }
            (None, Some(context)) if !suppress && !seen.contains(&context.bits()) => {
                self.format_chain(&context, out, seen, indent);
                push_indented(out, CONTEXT, indent);
            }
            _ => {}
        }
        let members = self.group_members(exception);
        let mut text = String::new();
        if let Some(tb) = traceback {
            text.push_str(if members.is_empty() { "Traceback (most recent call last):\n" } else { "Exception Group Traceback (most recent call last):\n" });
            self.format_traceback(&tb, &mut text);
        }
        self.format_exception_only(exception, &e, &mut text);
        if members.is_empty() {
            push_indented(out, &text, indent);
            return;
        }
        let inner = format!("{indent}  | ");
        let first = text.strip_prefix("Exception Group").map(|rest| format!("{indent}  + Exception Group{rest}"));
        match first.and_then(|f| f.split_once('\n').map(|(a, b)| (a.to_string(), b.to_string()))) {
            Some((head, rest)) => {
                out.push_str(&head);
                out.push('\n');
                push_indented(out, &rest, &inner);
            }
            None => push_indented(out, &text, &inner),
        }
        let count = members.len();
        for (i, member) in members.iter().take(15).enumerate() {
            let corner = if i == 0 { "+-" } else { "  " };
            out.push_str(&format!("{indent}  {corner}+---------------- {} ----------------\n", i + 1));
            let deeper = format!("{indent}    ");
            let nested = !self.group_members(member).is_empty();
            let prefix = if nested { deeper.clone() } else { format!("{deeper}| ") };
            self.format_chain(member, out, seen, &prefix);
        }
        if count > 15 {
            out.push_str(&format!("{indent}    +---------------- ... ----------------\n{indent}    | and {} more exceptions\n", count - 15));
        }
        out.push_str(&format!("{indent}    +------------------------------------\n"));
    }
    fn format_traceback(&mut self, traceback: &Value, out: &mut String) {
        let mut entries: Vec<(String, u32, String)> = Vec::new();
        let mut current = Some(traceback.clone());
        while let Some(tb) = current.take() {
            let Some(tb) = tb.downcast::<Traceback>(&self.heap).cloned() else { break };
            let line = self.traceback_line(&tb);
            let p = tb.get(&*self);
            let code = p.frame.get(&*self).code.get(&*self);
            let file = code.filename.get(&*self).to_string_lossy();
            entries.push((file, line.unwrap_or(0), code.qualname_or_name(&self.heap)));
            current = p.next.clone();
            if entries.len() > 100_000 {
                break;
            }
        }
        let mut repeated = 0;
        for (i, entry) in entries.iter().enumerate() {
            repeated = if i > 0 && entries[i - 1] == *entry { repeated + 1 } else { 0 };
            let last_of_run = entries.get(i + 1) != Some(entry);
            if repeated < 3 {
                out.push_str(&format!("  File \"{}\", line {}, in {}\n", entry.0, entry.1, entry.2));
                if let Some(text) = self.source_line(&entry.0, entry.1) {
                    out.push_str(&format!("    {}\n", text.trim()));
                }
            } else if last_of_run {
                let n = repeated - 2;
                let plural = if n == 1 { "" } else { "s" };
                out.push_str(&format!("  [Previous line repeated {n} more time{plural}]\n"));
            }
        }
    }
    fn format_exception_only(&mut self, exception: &Value, e: &Ref<Exception>, out: &mut String) {
        let ty = self.type_of(exception);
        let name = self.full_type_name(&ty);
        let name = name.strip_prefix("builtins.").or_else(|| name.strip_prefix("__main__.")).unwrap_or(&name).to_string();
        if self.is_exception(exception, Exc::SyntaxError) {
            self.format_syntax_error(e, out);
        }
        let text = match if self.is_exception(exception, Exc::SyntaxError) {
            let message = self.exception_field(exception, "msg").unwrap_or(Value::NONE);
            self.to_text(&message)
        } else {
            self.to_text(exception)
        } {
            Ok(text) => text,
            Err(_) => {
                self.thread.pending = None;
                "<exception str() failed>".into()
            }
        };
        out.push_str(&if text.is_empty() { format!("{name}\n") } else { format!("{name}: {text}\n") });
        let notes = self.names.__notes__.clone();
        let found = self.get_attr_opt(exception, &notes);
        match found {
            Ok(Some(notes)) => {
                if let Some(list) = notes.downcast::<List>(&self.heap).cloned() {
                    for note in list.to_vec(&*self) {
                        let text = self.to_text(&note).unwrap_or_else(|_| "<note str() failed>".into());
                        self.thread.pending = None;
                        out.push_str(&text);
                        out.push('\n');
                    }
                }
            }
            Ok(None) => {}
            Err(_) => self.thread.pending = None,
        }
    }
    fn format_syntax_error(&mut self, e: &Ref<Exception>, out: &mut String) {
        let field = |vm: &Vm, i: usize| vm.field(e, i).filter(|v| !v.is_none());
        let Some(line) = field(self, 2) else { return };
        let file = field(self, 1).and_then(|f| self.to_text(&f).ok()).unwrap_or_else(|| "<string>".into());
        let line = self.to_text(&line).unwrap_or_default();
        out.push_str(&format!("  File \"{file}\", line {line}\n"));
        let Some(text) = field(self, 4).and_then(|t| t.downcast::<Str>(&self.heap).map(|s| s.get(&self.heap).to_string_lossy())) else { return };
        let text = text.trim_end_matches(['\n', '\r']);
        let shown = text.trim_start();
        let cut = text.chars().count() - shown.chars().count();
        out.push_str(&format!("    {shown}\n"));
        let number = |vm: &Vm, i: usize| field(vm, i).and_then(|v| v.as_small_int());
        if let Some(offset) = number(self, 3).filter(|&o| o >= 1) {
            let end = number(self, 6).filter(|&o| o > offset).unwrap_or(offset + 1);
            let start = (offset as usize - 1).saturating_sub(cut);
            let width = ((end as usize - 1).saturating_sub(cut)).min(shown.chars().count().max(start + 1)).saturating_sub(start).max(1);
            out.push_str(&format!("    {}{}\n", " ".repeat(start), "^".repeat(width)));
        }
    }
    /// The source line a traceback entry points at.
    pub(crate) fn traceback_line(&self, tb: &Ref<Traceback>) -> Option<u32> {
        let p = tb.get(self);
        if p.line >= 0 {
            return u32::try_from(p.line).ok();
        }
        let frame: &Ref<FrameObject> = &p.frame;
        frame.get(self).code.get(self).line(p.pc as usize)
    }
    /// One line of a source file the host can read, with its end.
    pub(crate) fn source_line(&mut self, file: &str, line: u32) -> Option<String> {
        let bytes = self.host.read_file(file)?;
        let text = match self.decode_source(&bytes, file, true) {
            Ok(text) => text,
            // A line of what is no text is shown all the same.
            Err(Raised) => {
                drop(self.take_pending());
                String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned()
            }
        };
        text.split_inclusive('\n').nth((line as usize).checked_sub(1)?).map(str::to_owned)
    }
}

fn push_indented(out: &mut String, text: &str, indent: &str) {
    if indent.is_empty() {
        out.push_str(text);
        return;
    }
    for line in text.split_inclusive('\n') {
        out.push_str(indent);
        out.push_str(line);
    }
}

impl crate::builtins::code::CodeObject {
    fn qualname_or_name(&self, heap: &crate::heap::Heap) -> String {
        self.name.get(heap).to_string_lossy()
    }
}
