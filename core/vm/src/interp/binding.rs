//! Calls of Python functions whose arguments become the parameters where they lie.
//!
//! A window holds the arguments, the last ones by name. [`Vm::plan`] decides without changing anything whether
//! they fit the parameters; [`Vm::bind_window`] then moves them into place. What does not fit, or is unusually large,
//! is left to `bind_arguments`, which knows the error messages.

#![allow(unsafe_code, reason = "moves words within register windows")]

use crate::Result;
use crate::args::Args;
use crate::builtins::code::{CodeInfo, CodeObject};
use crate::builtins::dict::Dict;
use crate::builtins::function::Function;
use crate::builtins::str::Str;
use crate::builtins::tuple::Registers;
use crate::interp::call::Entered;
use crate::interp::frame::{FrameKind, Window};
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::value::{BITS_UNBOUND, Value};
use crate::vm::Vm;
use krait_bytecode::CodeFlags;

/// Keyword arguments and keyword-only parameters that are bound in place.
const MANY: usize = 8;
/// The target of a keyword argument that goes into `**kwargs`.
const EXTRA: u8 = u8::MAX;
/// Call sites whose plans are remembered.
const REMEMBERED: usize = 64;

/// Where the arguments of a call go, as far as the code of the function decides.
#[derive(Clone, Copy)]
struct Plan {
    /// A bit per parameter that has an argument.
    filled: u64,
    /// The parameter of each named argument.
    targets: [u8; MANY],
}

/// Plans of calls with names, by calling code, instruction and called code. Serial numbers are never used twice, so an
/// entry cannot be taken for another call's.
pub(crate) struct Plans {
    entries: [(PlanKey, Plan); REMEMBERED],
    /// Between `plan` and `bind`: defaults of the keyword-only parameters that have no argument, as borrowed words.
    keyword_defaults: [u64; MANY],
}

/// Serial numbers of the calling and the called code, the instruction's place, and how many arguments there are.
type PlanKey = [u32; 4];

impl Default for Plans {
    fn default() -> Plans {
        Plans { entries: [([0; 4], Plan { filled: 0, targets: [EXTRA; MANY] }); REMEMBERED], keyword_defaults: [0; MANY] }
    }
}

impl Plans {
    #[inline(always)]
    fn entry(&mut self, [caller, callee, pc, _]: PlanKey) -> &mut (PlanKey, Plan) {
        &mut self.entries[(caller.wrapping_mul(5) ^ callee.wrapping_mul(3) ^ pc) as usize % REMEMBERED]
    }
}

/// The lowest `n` bits.
#[inline(always)]
fn low_bits(n: usize) -> u64 {
    if n >= 64 { !0 } else { (1 << n) - 1 }
}

impl Vm {
    /// How `given` arguments, the last ones by the interned `names`, fill the parameters of code. `None` when the general
    /// path must take over.
    fn make_plan(&self, code: &CodeObject, given: usize, names: &[Value]) -> Option<Plan> {
        let info = &code.info;
        let (positional, kwonly, flags) = (info.argcount as usize, info.kwonlyargcount as usize, info.flags);
        let by_name = positional + kwonly;
        let by_position = given - names.len();
        if by_position > positional && !flags.has(CodeFlags::VARARGS) || names.len() > MANY || kwonly > MANY || by_name > 63 {
            return None;
        }
        let mut plan = Plan { filled: low_bits(by_position.min(positional)), targets: [EXTRA; MANY] };
        // There are none yet when the code's body is still to be decoded: the general path does that.
        let candidates = code.varnames.get(info.posonlyargcount as usize..by_name)?;
        for (name, target) in names.iter().zip(&mut plan.targets) {
            // Names are interned on both sides, so identity decides.
            match candidates.iter().position(|n| n.as_value().is(name)) {
                Some(i) => {
                    let i = i + info.posonlyargcount as usize;
                    if plan.filled & 1 << i != 0 {
                        return None;
                    }
                    plan.filled |= 1 << i;
                    *target = i as u8;
                }
                None if flags.has(CodeFlags::VARKEYWORDS) && name.downcast_exact::<Str>()?.get(&*self.heap).is_interned() => {}
                None => return None,
            }
        }
        Some(plan)
    }

    /// As `make_plan`, for an instruction that has made the same call before, most likely.
    #[inline]
    fn plan_of_site(&mut self, cx: Ctx, code: *const CodeObject, given: usize, names: &[Value]) -> Option<Plan> {
        // SAFETY: the running frame's code, and that of a function which is alive.
        let (caller, code) = unsafe { ((*(*cx.frame).code).serial, &*code) };
        let key = [caller, code.serial, cx.pc as u32, given as u32];
        let (known, plan) = self.plans.entry(key);
        if *known == key && caller != 0 && code.serial != 0 {
            return Some(*plan);
        }
        let plan = self.make_plan(code, given, names)?;
        *self.plans.entry(key) = (key, plan);
        Some(plan)
    }

    /// Whether a function has defaults for the parameters that get no argument. Leaves those of keyword-only ones in
    /// `plans.keyword_defaults`.
    #[inline]
    fn find_defaults(&mut self, function: &Ref<Function>, filled: u64) -> Option<()> {
        let f = function.get(&*self.heap);
        let code = f.code.get(&*self.heap);
        let (positional, kwonly) = (code.info.argcount as usize, code.info.kwonlyargcount as usize);
        let missing = !filled & low_bits(positional + kwonly);
        if missing == 0 {
            return Some(());
        }
        let defaults = f.defaults.as_ref().map_or(0, |d| d.len(&*self.heap));
        if missing & low_bits(positional.saturating_sub(defaults)) != 0 {
            return None;
        }
        let mut keyword_only = missing >> positional;
        while keyword_only != 0 {
            let i = keyword_only.trailing_zeros() as usize;
            keyword_only &= keyword_only - 1;
            let dict = f.kwdefaults.as_ref()?.get(&*self.heap);
            let index = dict.find_str(&self.heap, &code.varnames[positional + i])?;
            self.plans.keyword_defaults[i % MANY] = dict.table.entry(index)?.value.bits();
        }
        Some(())
    }

    /// Moves the arguments at `regs` into the parameters there; how many registers the parameters are.
    ///
    /// # Safety
    /// `plan` made the plan for this function and these arguments just now; the window has room for them and for all
    /// parameters.
    #[inline]
    unsafe fn bind_window(&mut self, function: &Ref<Function>, plan: &Plan, regs: *mut u64, given: usize, names: &[Value]) -> usize {
        let f = function.payload_ptr();
        // SAFETY: the function is alive and keeps its code and defaults; words are moved, each exactly once.
        unsafe {
            let info = &(*(*f).code.payload_ptr()).info;
            let (positional, kwonly, flags) = (info.argcount as usize, info.kwonlyargcount as usize, info.flags);
            let (has_varargs, has_kwargs) = (flags.has(CodeFlags::VARARGS), flags.has(CodeFlags::VARKEYWORDS));
            let by_name = positional + kwonly;
            let by_position = given - names.len();
            let total = by_name + usize::from(has_varargs) + usize::from(has_kwargs);
            let mut named = [0u64; MANY];
            for n in 0..names.len() {
                named[n] = *regs.add(by_position + n);
            }
            if has_varargs || has_kwargs {
                self.collect_extra(plan, regs, given, total, names, &mut named, info);
            } else {
                for n in by_position..total.max(given) {
                    *regs.add(n) = BITS_UNBOUND;
                }
            }
            for n in 0..names.len() {
                let target = plan.targets[n];
                if target != EXTRA {
                    *regs.add(target as usize) = named[n];
                }
            }
            let mut missing = !plan.filled & low_bits(by_name);
            while missing != 0 {
                let n = missing.trailing_zeros() as usize;
                missing &= missing - 1;
                let default = if n >= positional {
                    (*(&raw const self.plans.keyword_defaults[(n - positional) % MANY] as *const Value)).clone()
                } else {
                    let defaults = (*f).defaults.as_ref().unwrap_unchecked().items(&*self.heap);
                    defaults.get_unchecked(n + defaults.len() - positional).clone()
                };
                *regs.add(n) = default.into_bits();
            }
            total
        }
    }

    /// The part of `bind_window` for `*args` and `**kwargs`: those get what is left over.
    ///
    /// # Safety
    /// As there; `named` has the words of the named arguments.
    #[allow(clippy::too_many_arguments, reason = "part of one function")]
    #[inline]
    unsafe fn collect_extra(&mut self, plan: &Plan, regs: *mut u64, given: usize, total: usize, names: &[Value], named: &[u64; MANY], info: &CodeInfo) {
        let positional = info.argcount as usize;
        let by_position = given - names.len();
        // SAFETY: by contract. The arguments are owned words, and leave the window with this.
        unsafe {
            let rest = info.flags.has(CodeFlags::VARARGS).then(|| {
                let count = by_position.saturating_sub(positional);
                self.heap.tuple_of(Registers { first: regs.add(positional), count })
            });
            for n in by_position.min(positional)..total.max(given) {
                *regs.add(n) = BITS_UNBOUND;
            }
            if let Some(rest) = rest {
                *regs.add(positional + info.kwonlyargcount as usize) = rest.into_value().into_bits();
            }
            if info.flags.has(CodeFlags::VARKEYWORDS) {
                // No name comes twice.
                let extra = || plan.targets.iter().zip(names).zip(named).filter(|((target, _), _)| **target == EXTRA);
                let texts = extra().map(|((_, name), &word)| (Ref::<Str>::from_value_ref_unchecked(name), word));
                let dict = self.heap.dict_of_texts(extra().count(), texts);
                *regs.add(total - 1) = dict.into_value().into_bits();
            }
        }
    }

    /// Whether `given` arguments without names fill the parameters of a function that has at most positional ones,
    /// defaults for the last, and `*args`.
    #[inline]
    fn fits_by_position(&self, function: &Ref<Function>, given: usize) -> bool {
        let f = function.get(&*self.heap);
        let code = f.code.get(&*self.heap);
        let (info, positional) = (&code.info, code.info.argcount as usize);
        let takes_more = info.flags.has(CodeFlags::VARARGS);
        // A code object whose body is still to be decoded has no variables.
        if info.kwonlyargcount != 0 || info.flags.has(CodeFlags::VARKEYWORDS) || code.varnames.len() < positional + usize::from(takes_more) {
            return false;
        }
        given + f.defaults.as_ref().map_or(0, |d| d.len(&*self.heap)) >= positional && (given <= positional || takes_more)
    }
    /// Moves arguments that fit by position into the parameters at `regs`; how many registers those are.
    ///
    /// # Safety
    /// `fits_by_position`; the window has room for the arguments and the parameters.
    #[inline]
    unsafe fn bind_by_position(&mut self, function: &Ref<Function>, regs: *mut u64, given: usize) -> usize {
        let f = function.payload_ptr();
        // SAFETY: by contract; the function is alive and keeps its code and defaults.
        unsafe {
            let info = &(*(*f).code.payload_ptr()).info;
            let positional = info.argcount as usize;
            if given < positional
                && let Some(defaults) = &(*f).defaults
            {
                let defaults = defaults.items(&*self.heap);
                for n in given..positional {
                    *regs.add(n) = defaults[n + defaults.len() - positional].clone().into_bits();
                }
            }
            if !info.flags.has(CodeFlags::VARARGS) {
                return positional;
            }
            let rest = self.heap.tuple_of(Registers { first: regs.add(positional), count: given.saturating_sub(positional) });
            *regs.add(positional) = rest.into_value().into_bits();
            positional + 1
        }
    }

    /// How arguments fill parameters: by position alone, or as a plan says. `None` when the general path must take over.
    /// `site` is the instruction that makes the call, if its names are always the same.
    #[inline(always)]
    fn plan(&mut self, site: Option<Ctx>, function: &Ref<Function>, given: usize, names: &[Value]) -> Option<Option<Plan>> {
        if names.is_empty() && self.fits_by_position(function, given) {
            return Some(None);
        }
        let code = function.get(&*self.heap).code.payload_ptr();
        let plan = match site {
            Some(cx) => self.plan_of_site(cx, code, given, names)?,
            None => self.make_plan(function.get(&*self.heap).code.get(&*self.heap), given, names)?,
        };
        self.find_defaults(function, plan.filled)?;
        Some(Some(plan))
    }
    /// Moves the arguments at `regs` into the parameters there; how many registers the parameters are.
    ///
    /// # Safety
    /// As for `bind_window`.
    #[inline(always)]
    unsafe fn bind(&mut self, function: &Ref<Function>, plan: &Option<Plan>, regs: *mut u64, given: usize, names: &[Value]) -> usize {
        // SAFETY: by contract.
        unsafe {
            match plan {
                Some(plan) => self.bind_window(function, plan, regs, given, names),
                None => self.bind_by_position(function, regs, given),
            }
        }
    }

    /// Enters a Python function over its call window. `None`, with nothing changed, when the general path must take
    /// over.
    ///
    /// # Safety
    /// `cx` is a call instruction of the running frame; register `b` holds the function, `b + 1` its receiver when
    /// `own` is 1.
    pub(crate) unsafe fn enter_in_place(&mut self, cx: Ctx, own: usize, names: &[Value], kind: FrameKind) -> Option<Result<Entered>> {
        let (b, given) = (cx.i.b(), cx.i.c() + own);
        let function = cx.reg(b).downcast_exact::<Function>()?;
        if self.thread.depth() >= self.recursion_limit {
            return None;
        }
        let code = function.get(&*self.heap).code.payload_ptr();
        // SAFETY: the window's words are moved, each exactly once; `place` makes room for all registers.
        unsafe {
            let at = cx.regs.add(b + 2 - own);
            let plan = self.plan(Some(cx), function, given, names)?;
            let room = ((*code).nregs as usize).max(given);
            let window = if (*cx.frame).is_generator() {
                let to = self.thread.place_on_top(room);
                for n in 0..given {
                    *to.regs.add(n) = std::ptr::replace(at.add(n), BITS_UNBOUND);
                }
                to
            } else {
                self.thread.place(at, room, given)
            };
            let total = self.bind(function, &plan, window.regs, given, names);
            let function = Ref::from_value_unchecked(cx.take(b));
            Some(self.enter_bound(function, code, window, total, kind, cx.i.a() as u32))
        }
    }

    /// Enters a Python function whose parameters are bound, or makes the generator.
    ///
    /// # Safety
    /// The window holds `total` owned parameters and has room for the code's registers; the code is the function's.
    #[inline]
    pub(crate) unsafe fn enter_bound(&mut self, function: Ref<Function>, code: *mut CodeObject, window: Window, total: usize, kind: FrameKind, dst: u32) -> Result<Entered> {
        // SAFETY: by contract.
        unsafe {
            if (*code).info.flags.is_generator_like() {
                return Ok(Entered::Value(self.generator_over(&function, window.regs, total)));
            }
            self.push_frame(function.into_value(), code, window, total, kind, dst)?;
            Ok(Entered::Frame)
        }
    }

    /// Enters a Python function with arguments that are elsewhere: the receiver `this`, then `args`. As
    /// `enter_in_place`.
    pub(crate) fn enter_with(&mut self, function: &Value, this: Option<&Value>, args: Args<'_>, kind: FrameKind, dst: u32) -> Option<Result<Entered>> {
        let function = function.downcast_exact::<Function>()?;
        if self.thread.depth() >= self.recursion_limit {
            return None;
        }
        let given = args.all().len() + usize::from(this.is_some());
        let plan = self.plan(None, function, given, args.kw_names())?;
        let function = function.clone();
        let code = function.get(&*self.heap).code.payload_ptr();
        // SAFETY: the window has room, and gets clones of the arguments.
        unsafe {
            let window = self.thread.place_on_top(((*code).nregs as usize).max(given));
            for (n, value) in this.into_iter().chain(args.all()).enumerate() {
                *window.regs.add(n) = value.clone().into_bits();
            }
            let total = self.bind(&function, &plan, window.regs, given, args.kw_names());
            Some(self.enter_bound(function, code, window, total, kind, dst))
        }
    }

    /// Enters a Python function with the items of a sequence and of a dict: `f(*args, **kwargs)`. As `enter_in_place`.
    pub(crate) fn enter_unpacked(&mut self, function: &Value, items: &[Value], kwargs: &Ref<Dict>, kind: FrameKind, dst: u32) -> Option<Result<Entered>> {
        let function = function.downcast_exact::<Function>()?;
        let table = &kwargs.get(&*self.heap).table;
        if self.thread.depth() >= self.recursion_limit || table.len() > MANY {
            return None;
        }
        let mut names = [0; MANY];
        let count = table.len();
        for (name, (key, _)) in names.iter_mut().zip(table.iter()) {
            *name = key.downcast_exact::<Str>()?.as_value().bits();
        }
        // SAFETY: the words are those of the dict's keys, which nothing changes before the arguments are bound. The window
        // has room, and gets clones.
        unsafe {
            let names = std::slice::from_raw_parts(names.as_ptr() as *const Value, count);
            let given = items.len() + count;
            let plan = self.plan(None, function, given, names)?;
            let function = function.clone();
            let code = function.get(&*self.heap).code.payload_ptr();
            let window = self.thread.place_on_top(((*code).nregs as usize).max(given));
            let values = kwargs.get(&*self.heap).table.iter().map(|(_, value)| value);
            for (n, value) in items.iter().chain(values).enumerate() {
                *window.regs.add(n) = value.clone().into_bits();
            }
            let total = self.bind(&function, &plan, window.regs, given, names);
            Some(self.enter_bound(function, code, window, total, kind, dst))
        }
    }
}
