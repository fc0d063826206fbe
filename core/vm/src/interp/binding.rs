//! Calls of Python functions whose arguments become the parameters where they lie.
//!
//! A window holds the arguments, the last ones by name. [`Vm::plan_binding`] decides without changing anything whether
//! they fit the parameters; [`Vm::bind_window`] then moves them into place. What does not fit, or is unusually large,
//! is left to `bind_arguments`, which knows the error messages.

#![allow(unsafe_code, reason = "moves words within register windows")]

use crate::Result;
use crate::args::Args;
use crate::builtins::code::CodeObject;
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

/// Where arguments go.
struct Plan {
    /// A bit per parameter that has an argument.
    filled: u64,
    /// The parameter of each named argument.
    targets: [u8; MANY],
    /// Defaults of keyword-only parameters that have no argument.
    keyword_defaults: Option<Box<[Option<Value>; MANY]>>,
}

/// The lowest `n` bits.
#[inline(always)]
fn low_bits(n: usize) -> u64 {
    if n >= 64 { !0 } else { (1 << n) - 1 }
}

impl Vm {
    /// How `given` arguments, the last ones by the interned `names`, fill a function's parameters. `None` when the
    /// general path must take over.
    #[inline]
    fn plan_binding(&self, function: &Ref<Function>, given: usize, names: &[Value]) -> Option<Plan> {
        let f = function.get(&*self.heap);
        let code = f.code.get(&*self.heap);
        let info = &code.info;
        let (positional, kwonly, flags) = (info.argcount as usize, info.kwonlyargcount as usize, info.flags);
        let by_name = positional + kwonly;
        let by_position = given - names.len();
        if by_position > positional && !flags.has(CodeFlags::VARARGS) || names.len() > MANY || kwonly > MANY || by_name > 63 {
            return None;
        }
        let mut plan = Plan { filled: low_bits(by_position.min(positional)), targets: [EXTRA; MANY], keyword_defaults: None };
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
        let defaults = f.defaults.as_ref().map_or(0, |d| d.len(&*self.heap));
        if !plan.filled & low_bits(positional.saturating_sub(defaults)) != 0 {
            return None;
        }
        if !(plan.filled >> positional) & low_bits(kwonly) != 0 {
            let mut values = Box::new([const { None }; MANY]);
            for (i, value) in values.iter_mut().enumerate().take(kwonly) {
                if plan.filled & 1 << (positional + i) == 0 {
                    *value = Some(f.kwdefaults.as_ref()?.get_str(&*self.heap, &code.varnames[positional + i])?);
                }
            }
            plan.keyword_defaults = Some(values);
        }
        Some(plan)
    }

    /// Moves the arguments at `regs` into the parameters there; how many registers the parameters are.
    ///
    /// # Safety
    /// The plan was made for this function and these arguments; the window has room for them and for all parameters.
    #[inline]
    unsafe fn bind_window(&mut self, function: &Ref<Function>, plan: Plan, regs: *mut u64, given: usize, names: &[Value]) -> usize {
        let f = function.payload_ptr();
        // SAFETY: the function is alive and keeps its code; words are moved, each exactly once.
        unsafe {
            let info = &(*(*f).code.payload_ptr()).info;
            let (positional, kwonly, flags) = (info.argcount as usize, info.kwonlyargcount as usize, info.flags);
            let (has_varargs, has_kwargs) = (flags.has(CodeFlags::VARARGS), flags.has(CodeFlags::VARKEYWORDS));
            let by_name = positional + kwonly;
            let by_position = given - names.len();
            let total = by_name + usize::from(has_varargs) + usize::from(has_kwargs);
            let mut named = [0u64; MANY];
            for (n, word) in named.iter_mut().enumerate().take(names.len()) {
                *word = *regs.add(by_position + n);
            }
            let rest = if has_varargs {
                let count = by_position.saturating_sub(positional);
                // The arguments are owned words, and leave the window with this.
                Some(self.heap.tuple_of(Registers { first: regs.add(positional), count }))
            } else {
                None
            };
            for n in by_position.min(positional)..total.max(given) {
                *regs.add(n) = BITS_UNBOUND;
            }
            if let Some(rest) = rest {
                *regs.add(by_name) = rest.into_value().into_bits();
            }
            let extra = if has_kwargs {
                let dict = self.heap.dict();
                *regs.add(total - 1) = dict.to_value().into_bits();
                Some(dict)
            } else {
                None
            };
            for ((&target, &word), name) in plan.targets.iter().zip(&named).zip(names) {
                if target != EXTRA {
                    *regs.add(target as usize) = word;
                } else if let (Some(dict), Some(name)) = (&extra, name.downcast_exact::<Str>()) {
                    dict.set_str(&mut *self.heap, name, Value::from_bits(word));
                }
            }
            let missing = !plan.filled & low_bits(positional);
            if missing != 0
                && let Some(defaults) = &(*f).defaults
            {
                let defaults = defaults.items(&*self.heap);
                let first = positional - defaults.len().min(positional);
                for n in by_position.max(first)..positional {
                    if missing & 1 << n != 0 {
                        *regs.add(n) = defaults[n - first].clone().into_bits();
                    }
                }
            }
            if let Some(values) = plan.keyword_defaults {
                for (n, value) in values.into_iter().enumerate() {
                    if let Some(value) = value {
                        *regs.add(positional + n) = value.into_bits();
                    }
                }
            }
            total
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
    #[inline(always)]
    fn plan(&self, function: &Ref<Function>, given: usize, names: &[Value]) -> Option<Option<Plan>> {
        if names.is_empty() && self.fits_by_position(function, given) {
            return Some(None);
        }
        self.plan_binding(function, given, names).map(Some)
    }
    /// Moves the arguments at `regs` into the parameters there; how many registers the parameters are.
    ///
    /// # Safety
    /// As for `bind_window`.
    #[inline(always)]
    unsafe fn bind(&mut self, function: &Ref<Function>, plan: Option<Plan>, regs: *mut u64, given: usize, names: &[Value]) -> usize {
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
            let plan = self.plan(function, given, names)?;
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
            let total = self.bind(function, plan, window.regs, given, names);
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
        let plan = self.plan(function, given, args.kw_names())?;
        let function = function.clone();
        let code = function.get(&*self.heap).code.payload_ptr();
        // SAFETY: the window has room, and gets clones of the arguments.
        unsafe {
            let window = self.thread.place_on_top(((*code).nregs as usize).max(given));
            for (n, value) in this.into_iter().chain(args.all()).enumerate() {
                *window.regs.add(n) = value.clone().into_bits();
            }
            let total = self.bind(&function, plan, window.regs, given, args.kw_names());
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
            let plan = self.plan(function, given, names)?;
            let function = function.clone();
            let code = function.get(&*self.heap).code.payload_ptr();
            let window = self.thread.place_on_top(((*code).nregs as usize).max(given));
            let values = kwargs.get(&*self.heap).table.iter().map(|(_, value)| value);
            for (n, value) in items.iter().chain(values).enumerate() {
                *window.regs.add(n) = value.clone().into_bits();
            }
            let total = self.bind(&function, plan, window.regs, given, names);
            Some(self.enter_bound(function, code, window, total, kind, dst))
        }
    }
}
