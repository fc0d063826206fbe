//! Making and chaining exceptions from Rust. Python-visible methods are in `exception_methods.rs`.

use crate::Special;
use crate::exceptions::{EXCEPTIONS, Exc, Exception};
use crate::heap::flags;
use crate::object::Ref;
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};

impl Vm {
    /// An instance of a builtin exception type, made without running Python.
    pub fn new_exception(&mut self, kind: Exc, args: Vec<Value>) -> Value {
        let type_id = self.exc.get(kind).id(&self.heap);
        let count = Vm::exception_fields(kind).len();
        let first = args.first().cloned();
        let args = self.heap.tuple(args);
        let mut extra = vec![None; count];
        // The field that mirrors the only argument.
        let base = kind;
        let syntax = matches!(base, Exc::SyntaxError | Exc::IndentationError | Exc::TabError | Exc::_IncompleteInputError);
        if (syntax || matches!(base, Exc::StopIteration | Exc::ImportError | Exc::ModuleNotFoundError | Exc::SystemExit))
            && let Some(slot) = extra.first_mut()
        {
            *slot = first;
        }
        let exception = Exception { args, traceback: None, context: None, cause: None, suppress_context: false, extra };
        self.heap.alloc_typed(type_id, exception).into_value()
    }
    /// The names of a type's extra fields: its own or a base's, never both.
    pub(crate) fn exception_fields(kind: Exc) -> &'static [&'static str] {
        let mut spec = &EXCEPTIONS[kind as usize];
        loop {
            match spec.base {
                Some(base) if spec.extra.is_empty() => spec = &EXCEPTIONS[base as usize],
                _ => return spec.extra,
            }
        }
    }
    /// The builtin exception type a class derives from most closely.
    pub fn exception_kind(&self, type_id: u32) -> Exc {
        // The builtin exception types follow each other, in the order of the table.
        let known = |id: u32| EXCEPTIONS.get(id.wrapping_sub(crate::types::id::BASE_EXCEPTION) as usize).map(|s| s.kind);
        if let Some(kind) = known(type_id) {
            return kind;
        }
        let mro = self.heap.type_object(type_id).get(&self.heap).mro.items(&self.heap);
        let mut ids = mro.iter().filter_map(|t| t.downcast::<crate::types::Type>(&self.heap)).map(|t| t.id(&self.heap));
        let mut best = Exc::BaseException;
        // The layout decides: among several builtin bases, the first that adds fields.
        let mut first = None;
        while let Some(id) = ids.next() {
            if let Some(kind) = known(id) {
                first.get_or_insert(kind);
                if !Vm::exception_fields(kind).is_empty() {
                    best = kind;
                    break;
                }
            }
        }
        if best == Exc::BaseException { first.unwrap_or(best) } else { best }
    }
    /// Sets an extra field by name; unknown names are ignored.
    pub fn set_exception_field(&mut self, exception: &Value, field: &str, value: Value) {
        let kind = self.exception_kind(exception.type_id());
        let Some(i) = Vm::exception_fields(kind).iter().position(|f| *f == field) else { return };
        if let Some(e) = exception.downcast::<Exception>(&self.heap).cloned() {
            let extra = &mut e.get_mut(self).extra;
            if extra.len() <= i {
                extra.resize(i + 1, None);
            }
            let old = extra[i].replace(value);
            drop(old);
        }
    }
    /// Reads an extra field by name.
    pub fn exception_field(&self, exception: &Value, field: &str) -> Option<Value> {
        let kind = self.exception_kind(exception.type_id());
        let i = Vm::exception_fields(kind).iter().position(|f| *f == field)?;
        let e = exception.downcast::<Exception>(&self.heap)?;
        e.get(&self.heap).extra.get(i).cloned().flatten()
    }

    /// Raises an instance, linking the exception being handled as its context.
    #[cold]
    pub fn raise_with_context(&mut self, exception: Value) -> Raised {
        if let Some(handled) = self.handled_exception()
            && !handled.is(&exception)
        {
            self.set_context(&exception, handled);
        }
        self.raise(exception)
    }
    /// Sets `__context__` unless that would close a cycle.
    pub fn set_context(&mut self, exception: &Value, context: Value) {
        let Some(e) = exception.downcast::<Exception>(&self.heap).cloned() else { return };
        // Cut the chain where it leads back to the exception itself.
        let mut current = context.clone();
        let mut steps = 0;
        while let Some(c) = current.downcast::<Exception>(&self.heap).cloned() {
            let Some(next) = c.get(&self.heap).context.clone() else { break };
            if next.is(exception) {
                let cut = c.get_mut(self).context.take();
                drop(cut);
                break;
            }
            steps += 1;
            if steps > 100_000 {
                break;
            }
            current = next;
        }
        let old = e.get_mut(self).context.replace(context);
        drop(old);
    }
    /// Whether a type derives from BaseException.
    pub(crate) fn is_exception_type(&self, type_id: u32) -> bool {
        self.heap.info(type_id).flags & flags::BASE_EXC_SUBCLASS != 0
    }
    /// Whether instances of a type are made of their arguments alone: a builtin exception with the `__new__` and
    /// `__init__` of BaseException, and no fields.
    pub(crate) fn is_plain_exception_type(&mut self, type_id: u32) -> bool {
        let base = crate::types::id::BASE_EXCEPTION;
        let Some(builtin) = EXCEPTIONS.get(type_id.wrapping_sub(base) as usize) else { return false };
        Vm::exception_fields(builtin.kind).is_empty()
            && self.heap.shares_special(type_id, base, Special::New)
            && self.heap.shares_special(type_id, base, Special::Init)
    }
    /// Makes the exception that `raise value` raises: an instance, or a class to be called.
    pub fn exception_from(&mut self, value: &Value) -> Result<Value> {
        if value.has_payload::<Exception>(&self.heap) {
            return Ok(value.clone());
        }
        if let Some(ty) = value.downcast::<crate::types::Type>(&self.heap).cloned()
            && self.is_exception_type(ty.id(&self.heap))
        {
            if self.is_plain_exception_type(ty.id(&self.heap)) {
                return Ok(self.alloc_exception(&ty, &[]));
            }
            let made = self.call(value, &[])?;
            if !made.has_payload::<Exception>(&self.heap) {
                let found = self.heap.type_of(&made).clone();
                let found = self.full_type_name(&found);
                let name = self.full_type_name(&ty);
                return Err(self.type_error(format!("calling <class '{name}'> should have returned an instance of BaseException, not <class '{found}'>")));
            }
            return Ok(made);
        }
        Err(self.type_error("exceptions must derive from BaseException"))
    }
    pub fn exception_payload(&self, exception: &Value) -> Option<Ref<Exception>> {
        exception.downcast::<Exception>(&self.heap).cloned()
    }
}

/// Costs of edits: changing case is cheap.
const MOVE: usize = 2;
const CASE: usize = 1;
/// Longer names are not compared.
const MAX_NAME: usize = 40;
const MAX_CANDIDATES: usize = 750;

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The edit distance between two names, or anything above `limit` when it is larger than that.
fn name_distance(a: &str, b: &str, limit: usize) -> usize {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > MAX_NAME || b.len() > MAX_NAME {
        return limit + 1;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (j, &y) in b.iter().enumerate() {
        let (mut diagonal, mut left) = (j * MOVE, j * MOVE);
        result = left;
        let mut minimum = usize::MAX;
        for (i, &x) in a.iter().enumerate() {
            let swap = diagonal + substitution(x, y);
            diagonal = row[i];
            let step = left.min(diagonal) + MOVE;
            result = swap.min(step);
            left = result;
            row[i] = result;
            minimum = minimum.min(result);
        }
        if minimum > limit {
            return limit + 1;
        }
    }
    result
}

/// The candidate most like a misspelt name, if any is close enough: what "Did you mean" suggests.
pub fn closest_name(wrong: &str, candidates: &[String]) -> Option<String> {
    if candidates.len() > MAX_CANDIDATES || wrong.len() > MAX_NAME {
        return None;
    }
    let mut best: Option<(usize, &String)> = None;
    for candidate in candidates {
        if candidate == wrong {
            continue;
        }
        let mut limit = (wrong.len() + candidate.len() + 3) * MOVE / 6;
        if let Some((found, _)) = best {
            limit = limit.min(found - 1);
        }
        let distance = name_distance(wrong, candidate, limit);
        if distance <= limit && best.is_none_or(|(found, _)| distance < found) {
            best = Some((distance, candidate));
            if distance == 0 {
                break;
            }
        }
    }
    best.map(|(_, name)| name.clone())
}
