//! `re.Match`: what a successful match says about its groups.

use crate::sre::{Pattern, ReplacementTemplate, Spans, Text, compile_template, expanded};
use krait_vm::args::Methods;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Ref, Result, Special, Traverse, Type, Value, Vm, methods};

/// A successful match.
#[derive(Traverse)]
pub struct Match {
    pub pattern: Ref<Pattern>,
    pub string: Value,
    #[traverse(skip)]
    pub spans: Spans,
    #[traverse(skip)]
    pub lastindex: Option<usize>,
    #[traverse(skip)]
    pub pos: usize,
    #[traverse(skip)]
    pub endpos: usize,
}

pub(crate) fn define(vm: &mut Vm) {
    let spec = TypeSpec { name: "re.Match", doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods: <MatchMethods as Methods>::METHODS };
    vm.define_type::<Match>(None, &spec);
}

/// The number of a group given by number or name.
fn group_number(this: &Ref<Match>, vm: &mut Vm, group: &Value) -> Result<usize> {
    let count = this.get(&*vm.heap).spans.len();
    if let Some(n) = group.as_small_int()
        && let Some(n) = usize::try_from(n).ok().filter(|n| *n < count)
    {
        return Ok(n);
    }
    let number = if vm.heap.has_special(group, Special::Index) {
        let n = vm.index(group)?;
        n.as_int(&*vm.heap).and_then(|n| n.to_i64())
    } else {
        let names = this.get(&*vm.heap).pattern.clone().get(&*vm.heap).groupindex.clone();
        let result = names.get_item(vm, group);
        let found = vm.catch(result, Exc::TypeError)?.flatten();
        found.and_then(|v| v.as_small_int())
    };
    match number.and_then(|n| usize::try_from(n).ok()).filter(|n| *n < count) {
        Some(n) => Ok(n),
        None => Err(vm.index_error("no such group")),
    }
}

fn group_text(this: &Ref<Match>, vm: &mut Vm, group: usize) -> Result<Option<Value>> {
    let (string, span) = { let m = this.get(&*vm.heap); (m.string.clone(), m.spans.get(group).copied().flatten()) };
    let Some((start, end)) = span else { return Ok(None) };
    let text = Text::of(vm, &string)?;
    let len = text.len(vm);
    Ok(Some(text.slice(vm, start.min(len)..end.min(len))))
}

fn span(this: &Ref<Match>, vm: &mut Vm, group: Option<&Value>) -> Result<(i64, i64)> {
    let n = match group {
        Some(g) => group_number(this, vm, g)?,
        None => 0,
    };
    let span = this.get(&*vm.heap).spans.get(n).copied().flatten();
    Ok(span.map_or((-1, -1), |(a, b)| (a as i64, b as i64)))
}

fn span_tuple(vm: &mut Vm, (a, b): (i64, i64)) -> Value {
    let (a, b) = (vm.heap.int(a.into()), vm.heap.int(b.into()));
    vm.tuple(vec![a, b])
}

struct MatchMethods;

#[methods]
impl MatchMethods {
    /// The text of one group, or of several in a tuple.
    #[sig("(*args)")]
    fn group(this: &Ref<Match>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        match args {
            [] => Ok(group_text(this, vm, 0)?.unwrap_or(Value::NONE)),
            [one] => {
                let n = group_number(this, vm, one)?;
                Ok(group_text(this, vm, n)?.unwrap_or(Value::NONE))
            }
            several => {
                let mut items = Vec::with_capacity(several.len());
                for g in several {
                    let n = group_number(this, vm, g)?;
                    items.push(group_text(this, vm, n)?.unwrap_or(Value::NONE));
                }
                Ok(vm.tuple(items))
            }
        }
    }
    #[sig("(key, /)")]
    fn __getitem__(this: &Ref<Match>, vm: &mut Vm, key: &Value) -> Result<Value> {
        let n = group_number(this, vm, key)?;
        Ok(group_text(this, vm, n)?.unwrap_or(Value::NONE))
    }
    /// The texts of all groups.
    #[sig("(default=None)")]
    fn groups(this: &Ref<Match>, vm: &mut Vm, default: Value) -> Result<Value> {
        let count = this.get(&*vm.heap).spans.len();
        let mut items = Vec::with_capacity(count);
        for g in 1..count {
            items.push(group_text(this, vm, g)?.unwrap_or_else(|| default.clone()));
        }
        Ok(vm.tuple(items))
    }
    /// The texts of the named groups.
    #[sig("(default=None)")]
    fn groupdict(this: &Ref<Match>, vm: &mut Vm, default: Value) -> Result<Value> {
        let names = this.get(&*vm.heap).pattern.clone().get(&*vm.heap).groupindex.clone();
        let out = vm.heap.dict();
        for (name, number) in names.items(&*vm.heap) {
            let n = group_number(this, vm, &number)?;
            let text = group_text(this, vm, n)?.unwrap_or_else(|| default.clone());
            out.set_item(vm, name, text)?;
        }
        Ok(out.into_value())
    }
    /// Where a group starts, or -1.
    #[sig("(group=0, /)")]
    fn start(this: &Ref<Match>, vm: &mut Vm, group: Option<&Value>) -> Result<i64> {
        Ok(span(this, vm, group)?.0)
    }
    /// Where a group ends, or -1.
    #[sig("(group=0, /)")]
    fn end(this: &Ref<Match>, vm: &mut Vm, group: Option<&Value>) -> Result<i64> {
        Ok(span(this, vm, group)?.1)
    }
    /// Where a group starts and ends.
    #[sig("(group=0, /)")]
    fn span(this: &Ref<Match>, vm: &mut Vm, group: Option<&Value>) -> Result<Value> {
        let span = span(this, vm, group)?;
        Ok(span_tuple(vm, span))
    }
    /// What a replacement template makes of the match.
    #[sig("(template)")]
    fn expand(this: &Ref<Match>, vm: &mut Vm, template: &Value) -> Result<Value> {
        let pattern = this.get(&*vm.heap).pattern.clone();
        let compiled = compile_template(vm, &pattern, template)?;
        match compiled.downcast_into::<ReplacementTemplate>(&*vm.heap) {
            Ok(template) => {
                let (string, spans) = { let m = this.get(&*vm.heap); (m.string.clone(), m.spans.clone()) };
                let text = Text::of(vm, &string)?;
                expanded(vm, &template, &text, &spans)
            }
            Err(literal) => Ok(literal),
        }
    }
    #[sig("()")]
    fn __copy__(this: &Ref<Match>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("(memo, /)")]
    fn __deepcopy__(this: &Ref<Match>, _vm: &mut Vm, _memo: &Value) -> Result<Value> {
        Ok(this.to_value())
    }
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Match>, vm: &mut Vm) -> Result<Value> {
        let (start, end) = span(this, vm, None)?;
        let text = group_text(this, vm, 0)?.unwrap_or(Value::NONE);
        let repr = vm.repr(&text)?;
        let view = repr.view(&*vm.heap);
        let mut out = krait_text::StrBuilder::new();
        out.push_str(&format!("<re.Match object; span=({start}, {end}), match="));
        out.push_ref(view.slice(0..view.len().min(50)));
        out.push_str(">");
        vm.text_result(Ok(out.finish()))
    }
    /// The string that was searched.
    #[getter]
    fn string(this: &Ref<Match>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).string.clone())
    }
    /// The pattern that matched.
    #[getter]
    fn re(this: &Ref<Match>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).pattern.to_value())
    }
    /// Where the search began.
    #[getter]
    fn pos(this: &Ref<Match>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).pos)
    }
    /// Where the search had to end.
    #[getter]
    fn endpos(this: &Ref<Match>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).endpos)
    }
    /// The number of the group that closed last.
    #[getter]
    fn lastindex(this: &Ref<Match>, vm: &mut Vm) -> Result<Option<usize>> {
        Ok(this.get(&*vm.heap).lastindex)
    }
    /// The name of the group that closed last.
    #[getter]
    fn lastgroup(this: &Ref<Match>, vm: &mut Vm) -> Result<Value> {
        let m = this.get(&*vm.heap);
        let names = m.pattern.get(&*vm.heap).indexgroup.clone();
        let name = m.lastindex.and_then(|i| names.items(&*vm.heap).get(i).cloned());
        Ok(name.filter(|v| v.has_payload::<Str>(&*vm.heap)).unwrap_or(Value::NONE))
    }
    /// The spans of the match and all groups.
    #[getter]
    fn regs(this: &Ref<Match>, vm: &mut Vm) -> Result<Value> {
        let spans = this.get(&*vm.heap).spans.clone();
        let items = spans.iter().map(|s| span_tuple(vm, s.map_or((-1, -1), |(a, b)| (a as i64, b as i64)))).collect();
        Ok(vm.tuple(items))
    }
}
