//! The `_sre` module: patterns, matches, scanners and templates on the engine of krait-sre.
//!
//! A match runs over borrowed text, so nothing can run Python meanwhile; signals stop the engine, are handled, and the
//! match starts again. Replacement templates are parsed by the library's `re._compile_template`.

use crate::sre_match::Match;
use krait_sre::{Anchor, Found, Machine, Program, Scanner, Stop, Subject, Template};
use krait_text::{StrBuilder, StrRef};
use krait_vm::args::Methods;
use krait_vm::builtins::buffer::Buffer;
use krait_vm::builtins::bytes::Bytes;
use krait_vm::builtins::dict::Dict;
use krait_vm::builtins::iterators::{CallableIter, MappingProxy};
use krait_vm::builtins::list::List;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::heap::flags;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::types::build::TypeSpec;
use krait_vm::vm::Interrupts;
use krait_vm::{Heap, Ref, Result, Special, Traverse, Type, Value, Vm, methods};
use std::ops::Range;
use std::rc::Rc;

/// A compiled pattern.
#[derive(Traverse)]
pub struct Pattern {
    pub pattern: Value,
    pub groupindex: Ref<Dict>,
    pub indexgroup: Ref<Tuple>,
    #[traverse(skip)]
    pub flags: i64,
    #[traverse(skip)]
    pub groups: usize,
    #[traverse(skip)]
    codes: Rc<[u32]>,
    #[traverse(skip)]
    program: Rc<Program>,
    /// `None` for a pattern that goes with both.
    #[traverse(skip)]
    is_bytes: Option<bool>,
}

/// A walk over matches, as `Pattern.scanner` gives it.
#[derive(Traverse)]
struct PatternScanner {
    pattern: Ref<Pattern>,
    string: Value,
    #[traverse(skip)]
    walk: Scanner,
    #[traverse(skip)]
    pos: usize,
    #[traverse(skip)]
    endpos: usize,
}

/// A parsed replacement template.
#[derive(Traverse)]
pub struct ReplacementTemplate {
    literals: Vec<Value>,
    #[traverse(skip)]
    template: Template<usize>,
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = |name: &'static str, flags: u32, methods| TypeSpec { name, doc: "", flags: flags | flags::DISALLOW_INSTANTIATION, dict: false, methods };
    vm.define_type::<Pattern>(None, &spec("re.Pattern", flags::WEAKREFABLE, <PatternMethods as Methods>::METHODS));
    vm.define_type::<PatternScanner>(None, &spec("_sre.SRE_Scanner", 0, <ScannerMethods as Methods>::METHODS));
    vm.define_type::<ReplacementTemplate>(None, &spec("_sre.SRE_Template", 0, &[]));
    crate::sre_match::define(vm);
    for (name, n) in [
        ("MAGIC", krait_sre::MAGIC),
        ("CODESIZE", krait_sre::CODESIZE as u32),
        ("MAXREPEAT", krait_sre::MAXREPEAT),
        ("MAXGROUPS", krait_sre::MAXGROUPS),
    ] {
        let n = vm.heap.int(n.into());
        vm.module_set(module, name, n);
    }
    vm.module_functions::<Functions>(module);
    Ok(())
}

/// The text a pattern runs over.
#[derive(Clone)]
pub enum Text {
    Str(Ref<Str>),
    Bytes(Buffer),
}

impl Text {
    /// The text of an object: a string or something bytes-like.
    pub fn of(vm: &mut Vm, value: &Value) -> Result<Text> {
        if let Some(s) = value.downcast::<Str>(&*vm.heap) {
            return Ok(Text::Str(s.clone()));
        }
        match vm.buffer_opt(value)? {
            Some(b) => Ok(Text::Bytes(b)),
            None => {
                let found = vm.type_name(value);
                Err(vm.type_error(format!("expected string or bytes-like object, got '{found}'")))
            }
        }
    }
    fn subject<'a>(&'a self, heap: &'a Heap) -> Subject<'a> {
        match self {
            Text::Bytes(b) => Subject::Bytes(b.bytes(heap)),
            Text::Str(s) => match s.view(heap) {
                StrRef::One(u) => Subject::One(u),
                StrRef::Two(u) => Subject::Two(u),
                StrRef::Four(u) => Subject::Four(u),
            },
        }
    }
    pub fn len(&self, vm: &Vm) -> usize {
        match self {
            Text::Bytes(b) => b.len,
            Text::Str(s) => s.get(&*vm.heap).len(),
        }
    }
    /// A part of the text.
    pub fn slice(&self, vm: &mut Vm, range: Range<usize>) -> Value {
        match self {
            Text::Str(s) => {
                let len = s.get(&*vm.heap).len();
                vm.heap.str_slice(s, range.start.min(len)..range.end.min(len)).into_value()
            }
            Text::Bytes(b) => {
                if b.object.is_exact::<Bytes>() && range.len() == b.len {
                    return b.object.clone();
                }
                let copy = b.bytes(&*vm.heap).get(range).unwrap_or(&[]).to_vec();
                vm.heap.bytes_boxed(copy.into()).into_value()
            }
        }
    }
    /// Joins pieces of the text's kind.
    fn join(&self, vm: &mut Vm, pieces: Vec<Value>) -> Result<Value> {
        let list = vm.list(pieces);
        match self {
            Text::Str(_) => {
                let empty = vm.heap.empty_str();
                vm.join_str(&empty, &list)
            }
            Text::Bytes(_) => {
                let empty = vm.heap.bytes(&[]).into_value();
                vm.call_method(&empty, "join", &[list])
            }
        }
    }
}

/// The engine's stacks, kept between matches.
#[derive(Default)]
struct KeptMachine(Option<Box<Machine>>);

/// One call of the engine; `run` may be called again after signals were handled.
fn with_machine(
    vm: &mut Vm,
    text: &Text,
    mut run: impl FnMut(&mut Machine, Subject<'_>, &mut dyn FnMut() -> bool) -> std::result::Result<Option<Found>, Stop>,
) -> Result<Option<(Found, Box<Machine>)>> {
    let mut machine = vm.state::<KeptMachine>().0.take().unwrap_or_default();
    loop {
        let interrupts = &vm.interrupts;
        let mut interrupt = || interrupts.has(Interrupts::SIGNAL | Interrupts::STOP);
        match run(&mut machine, text.subject(&vm.heap), &mut interrupt) {
            Ok(Some(found)) => return Ok(Some((found, machine))),
            Ok(None) => {
                vm.state::<KeptMachine>().0 = Some(machine);
                return Ok(None);
            }
            Err(Stop::Memory) => return Err(vm.memory_error()),
            Err(Stop::Interrupted) => vm.poll()?,
        }
    }
}

/// A match's spans, the whole one first; `None` for groups that took no part.
pub type Spans = Vec<Option<(usize, usize)>>;

struct Hit {
    spans: Spans,
    lastindex: Option<usize>,
}

fn hit(vm: &mut Vm, found: Found, machine: Box<Machine>, groups: usize) -> Hit {
    let mut spans = Vec::with_capacity(groups + 1);
    spans.push(Some((found.start, found.end)));
    spans.extend((1..=groups).map(|g| machine.group(g)));
    let lastindex = machine.lastindex();
    vm.state::<KeptMachine>().0 = Some(machine);
    Hit { spans, lastindex }
}

/// A pattern about to run over a text.
struct Search {
    pattern: Ref<Pattern>,
    program: Rc<Program>,
    groups: usize,
    text: Text,
    string: Value,
    pos: usize,
    endpos: usize,
}

impl Search {
    fn new(vm: &mut Vm, pattern: &Ref<Pattern>, string: &Value, pos: isize, endpos: isize) -> Result<Search> {
        let text = Text::of(vm, string)?;
        let (program, groups, is_bytes) = {
            let p = pattern.get(&*vm.heap);
            (p.program.clone(), p.groups, p.is_bytes)
        };
        match (is_bytes, &text) {
            (Some(true), Text::Str(_)) => return Err(vm.type_error("cannot use a bytes pattern on a string-like object")),
            (Some(false), Text::Bytes(_)) => return Err(vm.type_error("cannot use a string pattern on a bytes-like object")),
            _ => {}
        }
        let len = text.len(vm) as isize;
        let (pos, endpos) = (pos.clamp(0, len) as usize, endpos.clamp(0, len) as usize);
        Ok(Search { pattern: pattern.clone(), program, groups, text, string: string.clone(), pos, endpos })
    }
    fn all(vm: &mut Vm, pattern: &Ref<Pattern>, string: &Value) -> Result<Search> {
        Search::new(vm, pattern, string, 0, isize::MAX)
    }
    fn once(&self, vm: &mut Vm, anchor: Anchor) -> Result<Value> {
        if self.pos > self.endpos {
            return Ok(Value::NONE);
        }
        let found = with_machine(vm, &self.text, |machine, subject, interrupt| {
            machine.find(&self.program, subject, self.pos, self.endpos, anchor, interrupt)
        })?;
        Ok(match found {
            Some((found, machine)) => {
                let hit = hit(vm, found, machine, self.groups);
                self.match_object(vm, hit)
            }
            None => Value::NONE,
        })
    }
    fn match_object(&self, vm: &mut Vm, hit: Hit) -> Value {
        let m = Match {
            pattern: self.pattern.clone(),
            string: self.string.clone(),
            spans: hit.spans,
            lastindex: hit.lastindex,
            pos: self.pos,
            endpos: self.endpos,
        };
        vm.heap.alloc(m).into_value()
    }
    fn next(&self, vm: &mut Vm, walk: &mut Scanner, anchor: Anchor) -> Result<Option<Hit>> {
        let found = with_machine(vm, &self.text, |machine, subject, interrupt| {
            let mut step = *walk;
            let found = step.next(machine, &self.program, subject, anchor, interrupt)?;
            *walk = step;
            Ok(found)
        })?;
        Ok(found.map(|(found, machine)| hit(vm, found, machine, self.groups)))
    }
    /// The text of a group, or `default` if it took no part.
    fn group(&self, vm: &mut Vm, hit: &Hit, group: usize) -> Option<Value> {
        let (start, end) = hit.spans.get(group).copied().flatten()?;
        Some(self.text.slice(vm, start..end))
    }
}

/// What `sub` replaces a match by.
enum Replacement {
    Literal(Value),
    Template(Ref<ReplacementTemplate>),
    Function(Value),
}

/// The replacement that a template argument stands for.
pub fn compile_template(vm: &mut Vm, pattern: &Ref<Pattern>, template: &Value) -> Result<Value> {
    let name = vm.names.__import__.clone();
    let import = vm.builtins.clone().get_str(&*vm, &name).unwrap_or(Value::NONE);
    let re = vm.str("re");
    let re = vm.call(&import, &[re])?;
    let compiled = vm.call_method(&re, "_compile_template", &[pattern.to_value(), template.clone()])?;
    // A template without groups is its only literal.
    if let Some(t) = compiled.downcast::<ReplacementTemplate>(&*vm.heap) {
        let t = t.get(&*vm.heap);
        if t.template.is_literal()
            && let Some(i) = t.template.head
        {
            return Ok(t.literals[i].clone());
        }
    }
    Ok(compiled)
}

impl Replacement {
    fn of(vm: &mut Vm, pattern: &Ref<Pattern>, repl: &Value) -> Result<Replacement> {
        if vm.heap.has_special(repl, Special::Call) {
            return Ok(Replacement::Function(repl.clone()));
        }
        let literal = if let Some(s) = repl.downcast::<Str>(&*vm.heap) {
            !s.view(&*vm.heap).contains_char(0x5C)
        } else {
            let result = vm.buffer_opt(repl);
            match result {
                Ok(Some(b)) => !b.bytes(&*vm.heap).contains(&0x5C),
                Ok(None) => false,
                Err(_) => {
                    drop(vm.take_pending());
                    false
                }
            }
        };
        if literal {
            return Ok(Replacement::Literal(repl.clone()));
        }
        let compiled = compile_template(vm, pattern, repl)?;
        Ok(match compiled.downcast_into::<ReplacementTemplate>(&*vm.heap) {
            Ok(t) => Replacement::Template(t),
            Err(literal) => Replacement::Literal(literal),
        })
    }
}

/// What `sub` and `expand` make: text is written as it comes, pieces of bytes are joined at the end.
pub enum Output {
    Str { text: StrBuilder, pieces: usize, wrong: Option<(usize, Value)> },
    Bytes(Vec<Value>),
}

impl Output {
    fn for_text(text: &Text) -> Output {
        match text {
            Text::Str(_) => Output::Str { text: StrBuilder::new(), pieces: 0, wrong: None },
            Text::Bytes(_) => Output::Bytes(Vec::new()),
        }
    }
    fn is_empty(&self) -> bool {
        match self {
            Output::Str { pieces, .. } => *pieces == 0,
            Output::Bytes(pieces) => pieces.is_empty(),
        }
    }
    /// Appends a piece; one of the wrong type is complained about at the end, as joining would.
    fn push(&mut self, vm: &Vm, piece: Value) {
        match self {
            Output::Bytes(pieces) => pieces.push(piece),
            Output::Str { text, pieces, wrong } => {
                match piece.downcast::<Str>(&*vm.heap) {
                    Some(s) => text.push_ref(s.view(&*vm.heap)),
                    None if wrong.is_none() => *wrong = Some((*pieces, piece)),
                    None => {}
                }
                *pieces += 1;
            }
        }
    }
    /// Appends a part of the text searched.
    fn push_slice(&mut self, vm: &mut Vm, source: &Text, range: Range<usize>) {
        match (self, source) {
            (Output::Str { text, pieces, .. }, Text::Str(s)) => {
                text.push_ref(s.view(&*vm.heap).slice(range));
                *pieces += 1;
            }
            (out, source) => {
                let piece = source.slice(vm, range);
                out.push(vm, piece);
            }
        }
    }
    fn finish(self, vm: &mut Vm, source: &Text) -> Result<Value> {
        match self {
            Output::Bytes(pieces) => source.join(vm, pieces),
            Output::Str { wrong: Some((i, piece)), .. } => {
                let found = vm.type_name(&piece);
                Err(vm.type_error(format!("sequence item {i}: expected str instance, {found} found")))
            }
            Output::Str { text, .. } => vm.text_result(Ok(text.finish())),
        }
    }
}

/// Appends what a template makes of a match.
fn expand_template(vm: &mut Vm, template: &Ref<ReplacementTemplate>, text: &Text, spans: &Spans, out: &mut Output) -> Result<()> {
    let (template, literals) = { let t = template.get(&*vm.heap); (t.template.clone(), t.literals.clone()) };
    for piece in template.pieces() {
        match piece {
            krait_sre::Piece::Literal(i) => out.push(vm, literals[*i].clone()),
            krait_sre::Piece::Group(g) => match spans.get(g) {
                None => return Err(vm.index_error("no such group")),
                Some(None) => {}
                Some(Some((a, b))) => out.push_slice(vm, text, *a..*b),
            },
        }
    }
    Ok(())
}
/// The expansion of a template for one match, joined.
pub fn expanded(vm: &mut Vm, template: &Ref<ReplacementTemplate>, text: &Text, spans: &Spans) -> Result<Value> {
    let mut out = Output::for_text(text);
    expand_template(vm, template, text, spans, &mut out)?;
    out.finish(vm, text)
}

fn substitute(vm: &mut Vm, pattern: &Ref<Pattern>, repl: &Value, string: &Value, count: isize) -> Result<(Value, usize)> {
    let replacement = Replacement::of(vm, pattern, repl)?;
    let search = Search::all(vm, pattern, string)?;
    let mut walk = Scanner::new(search.pos, search.endpos);
    let (mut out, mut at, mut n) = (Output::for_text(&search.text), 0, 0usize);
    let mut checked = 1 << 20;
    while count <= 0 || n < count as usize {
        let Some(hit) = search.next(vm, &mut walk, Anchor::Nowhere)? else { break };
        let (start, end) = hit.spans[0].unwrap_or((0, 0));
        if start > at {
            out.push_slice(vm, &search.text, at..start);
        }
        match &replacement {
            Replacement::Literal(v) => out.push(vm, v.clone()),
            Replacement::Template(t) => expand_template(vm, t, &search.text, &hit.spans, &mut out)?,
            Replacement::Function(f) => {
                let m = search.match_object(vm, hit);
                let v = vm.call(f, &[m])?;
                if !v.is_none() {
                    out.push(vm, v);
                }
            }
        }
        at = end;
        n += 1;
        if n & 0xFFF == 0 {
            vm.poll()?;
        }
        if let Output::Str { text, .. } = &out
            && text.len() > checked
        {
            // Before a buffer doubles, there must be room for it.
            checked = text.len() * 2;
            vm.text_room(checked, 1)?;
        }
    }
    let len = search.text.len(vm);
    if n == 0 {
        return Ok((search.text.slice(vm, 0..len), 0));
    }
    if at < len || out.is_empty() {
        out.push_slice(vm, &search.text, at..len);
    }
    Ok((out.finish(vm, &search.text)?, n))
}

struct PatternMethods;

#[methods]
impl PatternMethods {
    /// A match at the start of the string, or None.
    #[pyname("match")]
    #[sig("(string, pos=0, endpos=9223372036854775807)")]
    fn match_(this: &Ref<Pattern>, vm: &mut Vm, string: &Value, pos: isize, endpos: isize) -> Result<Value> {
        Search::new(vm, this, string, pos, endpos)?.once(vm, Anchor::Start)
    }
    /// A match of the whole string, or None.
    #[sig("(string, pos=0, endpos=9223372036854775807)")]
    fn fullmatch(this: &Ref<Pattern>, vm: &mut Vm, string: &Value, pos: isize, endpos: isize) -> Result<Value> {
        Search::new(vm, this, string, pos, endpos)?.once(vm, Anchor::Both)
    }
    /// The first match anywhere in the string, or None.
    #[sig("(string, pos=0, endpos=9223372036854775807)")]
    fn search(this: &Ref<Pattern>, vm: &mut Vm, string: &Value, pos: isize, endpos: isize) -> Result<Value> {
        Search::new(vm, this, string, pos, endpos)?.once(vm, Anchor::Nowhere)
    }
    /// The string with matches replaced.
    #[sig("(repl, string, count=0)")]
    fn sub(this: &Ref<Pattern>, vm: &mut Vm, repl: &Value, string: &Value, count: isize) -> Result<Value> {
        Ok(substitute(vm, this, repl, string, count)?.0)
    }
    /// As `sub`, with the number of replacements.
    #[sig("(repl, string, count=0)")]
    fn subn(this: &Ref<Pattern>, vm: &mut Vm, repl: &Value, string: &Value, count: isize) -> Result<Value> {
        let (text, n) = substitute(vm, this, repl, string, count)?;
        let n = vm.heap.int(n as i128);
        Ok(vm.tuple(vec![text, n]))
    }
    /// All matches that do not overlap: their texts, or their groups.
    #[sig("(string, pos=0, endpos=9223372036854775807)")]
    fn findall(this: &Ref<Pattern>, vm: &mut Vm, string: &Value, pos: isize, endpos: isize) -> Result<Value> {
        let search = Search::new(vm, this, string, pos, endpos)?;
        let mut walk = Scanner::new(search.pos, search.endpos);
        let mut items = Vec::new();
        let empty = search.text.slice(vm, 0..0);
        while let Some(hit) = search.next(vm, &mut walk, Anchor::Nowhere)? {
            let item = match search.groups {
                0 => search.group(vm, &hit, 0),
                1 => search.group(vm, &hit, 1),
                n => {
                    let parts = (1..=n).map(|g| search.group(vm, &hit, g).unwrap_or_else(|| empty.clone())).collect();
                    Some(vm.tuple(parts))
                }
            };
            items.push(item.unwrap_or_else(|| empty.clone()));
            if items.len() & 0xFFF == 0 {
                vm.poll()?;
            }
        }
        Ok(vm.list(items))
    }
    /// An iterator over all matches that do not overlap.
    #[sig("(string, pos=0, endpos=9223372036854775807)")]
    fn finditer(this: &Ref<Pattern>, vm: &mut Vm, string: &Value, pos: isize, endpos: isize) -> Result<Value> {
        let scanner = PatternMethods::scanner(this, vm, string, pos, endpos)?;
        let name = vm.intern("search");
        let callable = vm.get_attr(&scanner, &name)?;
        Ok(vm.heap.alloc(CallableIter { callable: Some(callable), sentinel: Some(Value::NONE) }).into_value())
    }
    /// A walk over the string, one match per call.
    #[sig("(string, pos=0, endpos=9223372036854775807)")]
    fn scanner(this: &Ref<Pattern>, vm: &mut Vm, string: &Value, pos: isize, endpos: isize) -> Result<Value> {
        let search = Search::new(vm, this, string, pos, endpos)?;
        let scanner = PatternScanner {
            pattern: this.clone(),
            string: string.clone(),
            walk: Scanner::new(search.pos, search.endpos),
            pos: search.pos,
            endpos: search.endpos,
        };
        Ok(vm.heap.alloc(scanner).into_value())
    }
    /// The parts of the string between matches, and the groups of the matches.
    #[sig("(string, maxsplit=0)")]
    fn split(this: &Ref<Pattern>, vm: &mut Vm, string: &Value, maxsplit: isize) -> Result<Value> {
        let search = Search::all(vm, this, string)?;
        let mut walk = Scanner::new(search.pos, search.endpos);
        let (mut items, mut at, mut n) = (Vec::new(), 0, 0);
        while maxsplit <= 0 || n < maxsplit {
            let Some(hit) = search.next(vm, &mut walk, Anchor::Nowhere)? else { break };
            let (start, end) = hit.spans[0].unwrap_or((0, 0));
            items.push(search.text.slice(vm, at..start));
            for g in 1..=search.groups {
                let group = search.group(vm, &hit, g).unwrap_or(Value::NONE);
                items.push(group);
            }
            at = end;
            n += 1;
        }
        let len = search.text.len(vm);
        items.push(search.text.slice(vm, at..len));
        Ok(vm.list(items))
    }
    #[sig("()")]
    fn __copy__(this: &Ref<Pattern>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("(memo, /)")]
    fn __deepcopy__(this: &Ref<Pattern>, _vm: &mut Vm, _memo: &Value) -> Result<Value> {
        Ok(this.to_value())
    }
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Pattern>, vm: &mut Vm) -> Result<Value> {
        const NAMES: [(i64, &str); 8] =
            [(2, "re.IGNORECASE"), (4, "re.LOCALE"), (8, "re.MULTILINE"), (16, "re.DOTALL"), (32, "re.UNICODE"), (64, "re.VERBOSE"), (128, "re.DEBUG"), (256, "re.ASCII")];
        let (pattern, mut rest, is_bytes) = { let p = this.get(&*vm.heap); (p.pattern.clone(), p.flags, p.is_bytes) };
        if is_bytes == Some(false) && rest & (4 | 32 | 256) == 32 {
            rest &= !32;
        }
        let repr = vm.repr(&pattern)?;
        let view = repr.view(&*vm.heap);
        let mut out = krait_text::StrBuilder::new();
        out.push_str("re.compile(");
        out.push_ref(view.slice(0..view.len().min(200)));
        let mut words = Vec::new();
        for (flag, name) in NAMES {
            if rest & flag != 0 {
                words.push(name.to_string());
                rest &= !flag;
            }
        }
        if rest != 0 {
            words.push(format!("{rest:#x}"));
        }
        if !words.is_empty() {
            out.push_str(", ");
            out.push_str(&words.join("|"));
        }
        out.push_str(")");
        vm.text_result(Ok(out.finish()))
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Pattern>, vm: &mut Vm) -> Result<i64> {
        let (pattern, flags, codes) = { let p = this.get(&*vm.heap); (p.pattern.clone(), p.flags, p.codes.clone()) };
        let h = vm.hash(&pattern)?;
        let bytes: Vec<u8> = codes.iter().flat_map(|c| c.to_le_bytes()).collect();
        let h = h ^ vm.heap.hash_bytes(&bytes) ^ flags;
        Ok(if h == -1 { -2 } else { h })
    }
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Pattern>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast::<Pattern>(&*vm.heap).cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        if this.is(&other) {
            return Ok(Value::bool(true));
        }
        let (a, b) = (this.get(&*vm.heap), other.get(&*vm.heap));
        if a.flags != b.flags || a.is_bytes != b.is_bytes || a.codes != b.codes {
            return Ok(Value::bool(false));
        }
        let (a, b) = (a.pattern.clone(), b.pattern.clone());
        vm.compare_bool(CmpOp::Eq, &a, &b).map(Value::bool)
    }
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Pattern>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let equal = PatternMethods::__eq__(this, vm, value)?;
        Ok(if equal.is_not_implemented() { equal } else { Value::bool(!equal.is_true()) })
    }
    /// The string the pattern was compiled from.
    #[getter]
    fn pattern(this: &Ref<Pattern>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).pattern.clone())
    }
    /// The flags, those written in the pattern included.
    #[getter]
    fn flags(this: &Ref<Pattern>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm.heap).flags)
    }
    /// The number of groups.
    #[getter]
    fn groups(this: &Ref<Pattern>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).groups)
    }
    /// The numbers of named groups.
    #[getter]
    fn groupindex(this: &Ref<Pattern>, vm: &mut Vm) -> Result<Value> {
        let mapping = this.get(&*vm.heap).groupindex.to_value();
        Ok(vm.heap.alloc(MappingProxy { mapping }).into_value())
    }
}

struct ScannerMethods;

fn scan(this: &Ref<PatternScanner>, vm: &mut Vm, anchor: Anchor) -> Result<Value> {
    let (pattern, string, mut walk, pos, endpos) = {
        let s = this.get(&*vm.heap);
        (s.pattern.clone(), s.string.clone(), s.walk, s.pos, s.endpos)
    };
    let mut search = Search::all(vm, &pattern, &string)?;
    (search.pos, search.endpos) = (pos, endpos);
    let hit = search.next(vm, &mut walk, anchor)?;
    this.get_mut(&mut *vm.heap).walk = walk;
    Ok(match hit {
        Some(hit) => search.match_object(vm, hit),
        None => Value::NONE,
    })
}

#[methods]
impl ScannerMethods {
    /// A match where the last one ended, or None.
    #[pyname("match")]
    #[sig("()")]
    fn match_(this: &Ref<PatternScanner>, vm: &mut Vm) -> Result<Value> {
        scan(this, vm, Anchor::Start)
    }
    /// The next match, or None.
    #[sig("()")]
    fn search(this: &Ref<PatternScanner>, vm: &mut Vm) -> Result<Value> {
        scan(this, vm, Anchor::Nowhere)
    }
    /// The pattern.
    #[getter]
    fn pattern(this: &Ref<PatternScanner>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm.heap).pattern.to_value())
    }
}

struct Functions;

fn code_point(vm: &mut Vm, v: &Value) -> Result<u32> {
    Ok(vm.index_i64(v, "int")? as u32)
}

#[methods]
impl Functions {
    /// Make a pattern from compiled code.
    #[sig("(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(vm: &mut Vm, pattern: &Value, flags: i32, code: &Ref<List>, groups: isize, groupindex: &Ref<Dict>, indexgroup: &Ref<Tuple>) -> Result<Value> {
        let mut codes = Vec::with_capacity(code.len(&*vm.heap));
        for v in code.to_vec(&*vm.heap) {
            let Some(n) = v.as_int(&*vm.heap) else { return Err(vm.type_error("an integer is required")) };
            match n.to_i64().and_then(|n| u32::try_from(n).ok()) {
                Some(n) => codes.push(n),
                None => return Err(vm.overflow_error("regular expression code size limit exceeded")),
            }
        }
        let is_bytes = if pattern.is_none() {
            None
        } else {
            Some(matches!(Text::of(vm, pattern)?, Text::Bytes(_)))
        };
        let invalid = |vm: &mut Vm| vm.runtime_error("invalid SRE code");
        let Ok(count) = u32::try_from(groups) else { return Err(invalid(vm)) };
        let Ok(program) = Program::decode(&codes, count) else { return Err(invalid(vm)) };
        let p = Pattern {
            pattern: pattern.clone(),
            groupindex: groupindex.clone(),
            indexgroup: indexgroup.clone(),
            flags: flags.into(),
            groups: count as usize,
            codes: codes.into(),
            program: Rc::new(program),
            is_bytes,
        };
        Ok(vm.heap.alloc(p).into_value())
    }
    /// Make a template from literals and group numbers by turns.
    #[sig("(pattern, template, /)")]
    fn template(vm: &mut Vm, _pattern: &Value, template: &Ref<List>) -> Result<Value> {
        let items = template.to_vec(&*vm.heap);
        if items.len() % 2 == 0 {
            return Err(vm.type_error("invalid template"));
        }
        let mut literals = Vec::new();
        let (mut head, mut tail) = (None, Vec::new());
        for (i, v) in items.iter().enumerate() {
            if i % 2 == 1 {
                let g = vm.index_i64(v, "ssize_t")?;
                match usize::try_from(g) {
                    Ok(g) => tail.push((g, None)),
                    Err(_) => return Err(vm.type_error("invalid template")),
                }
                continue;
            }
            // The first literal is always kept: a template without groups is its literal.
            if i > 0 && vm.len(v)? == 0 || i == 0 && items.len() > 1 && vm.len(v)? == 0 {
                continue;
            }
            let place = Some(literals.len());
            literals.push(v.clone());
            match tail.last_mut() {
                Some((_, slot)) => *slot = place,
                None => head = place,
            }
        }
        Ok(vm.heap.alloc(ReplacementTemplate { literals, template: Template { head, tail } }).into_value())
    }
    /// The size of a code in bytes.
    #[sig("()")]
    fn getcodesize(_vm: &mut Vm) -> Result<usize> {
        Ok(krait_sre::CODESIZE)
    }
    /// Whether an ASCII character has case.
    #[sig("(character, /)")]
    fn ascii_iscased(vm: &mut Vm, character: &Value) -> Result<bool> {
        Ok(krait_sre::ascii_iscased(code_point(vm, character)?))
    }
    /// Whether a character has case.
    #[sig("(character, /)")]
    fn unicode_iscased(vm: &mut Vm, character: &Value) -> Result<bool> {
        Ok(krait_sre::unicode_iscased(code_point(vm, character)?))
    }
    /// The lower case of an ASCII character.
    #[sig("(character, /)")]
    fn ascii_tolower(vm: &mut Vm, character: &Value) -> Result<u32> {
        Ok(krait_sre::ascii_tolower(code_point(vm, character)?))
    }
    /// The lower case of a character.
    #[sig("(character, /)")]
    fn unicode_tolower(vm: &mut Vm, character: &Value) -> Result<u32> {
        Ok(krait_sre::unicode_tolower(code_point(vm, character)?))
    }
}
