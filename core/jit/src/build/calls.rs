//! Calls, and what helpers execute.

use super::flow;
use super::ops::Operand;
use super::state::{Known, Place};
use super::{At, Builder, Result, class_of, repr_of};
use crate::ir::{Cmp, HelperId, Inst, IntOp, Put, Region, Repr, Var, Width};
use krait_bytecode::Op;
use krait_bytecode::ops::{Field, KILL_B, Role};
use krait_vm::{Type, Value};
use krait_vm::builtins::function::Function;
use krait_vm::heap::flags;
use krait_vm::jit::helpers::{is_called_operation, math_function, native_def_of};
use krait_vm::jit::record::{Callee, Seen};
use krait_vm::types::id;
use krait_vm::value::{EMPTY_WORD, NONE_WORD, UNBOUND_WORD};

impl Builder<'_> {
    /// An instruction that a helper executes.
    pub(super) fn operation(&mut self) -> Result<bool> {
        let helper = match self.instr(self.pc).op() {
            Op::GetItem => HelperId::GetItem,
            op if is_called_operation(op) => HelperId::CalledOperation,
            _ => HelperId::Operation,
        };
        self.helper(helper);
        Ok(false)
    }
    pub(super) fn call(&mut self, i: At) -> Result<bool> {
        match self.seen().b {
            Seen::Object(id::FUNCTION) => self.inline(i),
            Seen::Object(id::TYPE) if self.range_iterator(i) => Ok(true),
            Seen::Object(id::TYPE) if self.calls_builtin_type() => {
                self.helper(HelperId::Call);
                Ok(false)
            }
            Seen::Object(id::METHOD | id::TYPE) | Seen::Mixed => self.call_python(),
            _ => self.call_builtin(i),
        }
    }
    /// A call that pushes a frame, whose code runs on its own.
    pub(super) fn call_python(&mut self) -> Result<bool> {
        if self.seen().pushes {
            return self.refuse("calls what runs in the interpreter");
        }
        // A generator's registers do not lie where a call's window can become the next frame's.
        if self.subject.code.info.flags.is_generator_like() {
            return self.refuse("calls from a generator");
        }
        self.emit(Inst::SetTicks(self.state.ticks));
        self.helper(HelperId::CallPython);
        Ok(false)
    }
    /// The call of a builtin function: some need no call.
    pub(super) fn call_builtin(&mut self, i: At) -> Result<bool> {
        let serial = self.context().code.serial;
        let (window, count) = (i.b(), i.i.c());
        let native = match self.state.places[window] {
            Place::Constant(word) => native_def_of(word),
            _ => None,
        };
        let (name, function) = match (native, self.subject.callees.get(&(serial, self.pc))) {
            (Some(def), _) => (def.name, None),
            (None, Some(Callee::One(function, false))) => match math_function(self.subject.vm, function) {
                Some(name) => (name, Some(function.clone())),
                None => return self.call_helper(),
            },
            _ => return self.call_helper(),
        };
        let own = !matches!(self.state.places[window + 1], Place::Memory(Known::Plain));
        let result = match (name, own, count) {
            ("sqrt", false, 1) if function.is_some() => {
                let Some(x) = self.window_number(window + 2) else { return self.call_helper() };
                let (word, wanted) = (self.word(window), function.as_ref().map_or(0, Value::bits));
                let wanted = self.emit(Inst::Word(wanted));
                let same = self.emit(Inst::Same(word, wanted));
                self.guard(same);
                let x = self.float(x);
                let zero = self.emit(Inst::Float(0.0));
                let positive = self.emit(Inst::FloatCompare(Cmp::Ge, x, zero));
                self.guard(positive);
                (Repr::Float, self.emit(Inst::FloatSqrt(x)))
            }
            ("len", false, 1) if native.is_some() => {
                if !self.is_known(window + 2, id::LIST) {
                    return self.call_helper();
                }
                let (_, base) = self.object(window + 2, id::LIST);
                (Repr::Int, self.emit(Inst::Load { base, offset: self.layout.list_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types }))
            }
            ("append", true, 1) if native.is_some() => {
                if !self.is_known(window + 1, id::LIST) {
                    return self.call_helper();
                }
                self.append(window + 1, window + 2, true);
                for r in [window, window + 1] {
                    self.kill_register(r);
                }
                self.set_plain(i.a(), NONE_WORD);
                return Ok(false);
            }
            ("pop", true, 0 | 1) | ("insert", true, 2) if native.is_some() && !self.seen().surprised => {
                if !self.is_known(window + 1, id::LIST) {
                    return self.call_helper();
                }
                let index = match count {
                    0 => self.emit(Inst::Int(-1)),
                    _ => match self.window_number(window + 2) {
                        Some(Operand::Int(index)) => index,
                        _ => return self.call_helper(),
                    },
                };
                let index = self.emit(Inst::Box(Repr::Int, index));
                let (list, _) = self.object(window + 1, id::LIST);
                if name == "insert" {
                    let item = self.word(window + 3);
                    self.put(Put::Insert, list, index, item);
                    (window..window + 4).for_each(|r| self.kill_register(r));
                    self.set_plain(i.a(), NONE_WORD);
                } else {
                    let word = self.put(Put::Pop, list, index, index);
                    (window..window + 2 + count).for_each(|r| self.kill_register(r));
                    self.define_owned(i.a(), word, Known::Unknown);
                    self.refine(i.a(), self.seen().result);
                }
                return Ok(false);
            }
            ("get", true, 1 | 2) if native.is_some() && !self.seen().surprised => {
                if !self.is_known(window + 1, id::DICT) {
                    return self.call_helper();
                }
                let key = self.word(window + 2);
                let (word, found) = self.dict_item(window + 1, key);
                let other = if count == 2 { self.word(window + 3) } else { self.emit(Inst::Word(NONE_WORD)) };
                let word = self.emit(Inst::Choose(found, word, other));
                self.define_result(i, window + 2 + count, word);
                return Ok(false);
            }
            ("abs", false, 1) if native.is_some() => match self.window_number(window + 2) {
                Some(Operand::Float(x)) => (Repr::Float, self.emit(Inst::FloatAbs(x))),
                Some(Operand::Int(x)) => {
                    let zero = self.emit(Inst::Int(0));
                    let negative = self.emit(Inst::Compare(Cmp::Lt, x, zero));
                    let other = self.emit(Inst::IntOp(IntOp::Sub, zero, x));
                    let result = self.emit(Inst::Select(negative, other, x));
                    let fits = self.emit(Inst::Fits(result));
                    self.guard(fits);
                    (Repr::Int, result)
                }
                _ => return self.call_helper(),
            },
            ("min" | "max", false, 2) if native.is_some() => match (self.window_number(window + 2), self.window_number(window + 3)) {
                (Some(Operand::Int(x)), Some(Operand::Int(y))) => {
                    let second = self.emit(Inst::Compare(if name == "min" { Cmp::Lt } else { Cmp::Gt }, y, x));
                    (Repr::Int, self.emit(Inst::Select(second, y, x)))
                }
                _ => return self.call_helper(),
            },
            _ => return self.call_helper(),
        };
        for r in window..window + 2 + count {
            self.kill_register(r);
        }
        self.define(i.a(), result.0, result.1);
        Ok(false)
    }
    /// The result of a call that was not made: a borrowed word. The window, which ends before `end`, dies.
    fn define_result(&mut self, i: At, end: usize, word: Var) {
        let seen = self.seen().result;
        if let Some(repr) = repr_of(seen) {
            let is = self.emit(Inst::Is(class_of(repr), word));
            self.guard(is);
            let var = self.emit(Inst::Unbox(repr, word));
            (i.b()..end).for_each(|r| self.kill_register(r));
            return self.define(i.a(), repr, var);
        }
        // What dies may be what owns it.
        self.emit(Inst::Retain(word));
        (i.b()..end).for_each(|r| self.kill_register(r));
        self.define_owned(i.a(), word, Known::Unknown);
    }
    pub(super) fn call_helper(&mut self) -> Result<bool> {
        self.helper(HelperId::Call);
        Ok(false)
    }
    /// The place behind an alias.
    pub(super) fn resolved(&self, r: usize) -> Place {
        match self.state.places[r] {
            Place::Alias(slot) => self.state.places[slot],
            place => place,
        }
    }
    /// Whether a register has an object of this type.
    fn is_known(&self, r: usize, type_id: u32) -> bool {
        matches!(self.resolved(r), Place::Memory(Known::Object(found)) | Place::Borrowed(_, Known::Object(found)) if found == type_id)
    }
    /// An argument that is a number already.
    pub(super) fn window_number(&mut self, r: usize) -> Option<Operand> {
        match self.state.places[r] {
            Place::Machine { var, repr: Repr::Int, .. } => Some(Operand::Int(var)),
            Place::Machine { var, repr: Repr::Float, .. } => Some(Operand::Float(var)),
            _ => None,
        }
    }
    /// Appends a register's value to a list.
    pub(super) fn append(&mut self, list: usize, item: usize, dies: bool) {
        let (_, base) = self.object(list, id::LIST);
        let there = self.emit(Inst::MakeRoom(base));
        self.guard(there);
        let word = self.given(item, dies);
        let len = self.emit(Inst::Load { base, offset: self.layout.list_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types });
        let items = self.emit(Inst::Load { base, offset: self.layout.list_items as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        self.emit(Inst::SetItem { base: items, index: len, value: word });
        let one = self.emit(Inst::Int(1));
        let value = self.emit(Inst::IntOp(IntOp::Add, len, one));
        self.emit(Inst::Store { base, offset: self.layout.list_len as u32, width: Width::Pointer, value, region: Region::Types });
    }
    /// A builtin method of a type that cannot change.
    pub(super) fn load_native_method(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.c()];
        let (type_id, word) = (site.type_id, u64::from(site.offset) << 32 | u64::from(site.part));
        if self.seen().b != Seen::Object(type_id) {
            return self.operation();
        }
        self.object(i.b(), type_id);
        let bits = self.emit(Inst::Word(word));
        self.fill_window(i, bits);
        self.kill_register(i.a());
        self.define_constant(i.a(), word);
        Ok(false)
    }
    /// Whether the call was always of one type that is not made in Python.
    pub(super) fn calls_builtin_type(&self) -> bool {
        let heap = &self.subject.vm.heap;
        match self.subject.callees.get(&(self.context().code.serial, self.pc)) {
            Some(Callee::One(ty, _)) => ty.downcast_exact::<Type>().is_some_and(|ty| heap.info(ty.id(heap)).flags & flags::HEAP_TYPE == 0),
            _ => false,
        }
    }
    /// `range(…)` of ints that nothing but a loop asks for: the iterator at once, which ends the block; whether it is that.
    fn range_iterator(&mut self, i: At) -> bool {
        let (window, count) = (i.b(), i.i.c());
        let iterates = At { i: self.instr(self.pc + 1), base: i.base };
        if iterates.op() != Op::GetIter || iterates.a() != i.a() || iterates.b() != i.a() || !(1..=3).contains(&count) {
            return false;
        }
        let class = krait_vm::jit::helpers::range_class(self.subject.vm);
        let one = |callee: Option<&Callee>| matches!(callee, Some(Callee::One(ty, _)) if ty.bits() == class);
        if !one(self.subject.callees.get(&(self.context().code.serial, self.pc))) {
            return false;
        }
        let mut numbers = Vec::new();
        for n in 0..count {
            match self.window_number(window + 2 + n) {
                Some(Operand::Int(var)) => numbers.push(var),
                _ => return false,
            }
        }
        let (word, wanted) = (self.word(window), self.emit(Inst::Word(class)));
        let same = self.emit(Inst::Same(word, wanted));
        self.guard(same);
        let (start, stop, step) = match numbers[..] {
            [stop] => (self.emit(Inst::Int(0)), stop, None),
            [start, stop] => (start, stop, None),
            _ => (numbers[0], numbers[1], Some(numbers[2])),
        };
        let step = match step {
            Some(step) => {
                let zero = self.emit(Inst::Int(0));
                let moves = self.emit(Inst::Compare(Cmp::Ne, step, zero));
                self.guard(moves);
                step
            }
            None => self.emit(Inst::Int(1)),
        };
        let iterator = self.emit(Inst::RangeIterator(start, stop, step));
        for r in window..window + 2 + count {
            self.kill_register(r);
        }
        self.define_owned(i.a(), iterator, Known::Object(id::RANGE_ITERATOR));
        // Behind both instructions.
        self.go_to(self.pc + 2);
        true
    }
    /// Lets a helper execute the instruction.
    pub(super) fn helper(&mut self, helper: HelperId) {
        let (pc, base) = (self.pc, self.context().base);
        let named = matches!(self.instr(pc).op(), Op::CallKw | Op::CallEx);
        if helper != HelperId::CallPython || named {
            self.count_helper();
        }
        let (read, written) = flow::registers(&self.context().code.instrs, pc);
        let slots = |spans: &[(usize, usize)]| spans.iter().flat_map(|&(first, count)| base + first..base + first + count).collect::<Vec<_>>();
        let (read, written) = (slots(&read), slots(&written));
        // Iterators are given back: what runs may look at them.
        for &r in &read {
            if let Place::Range { .. } = self.state.places[r] {
                self.put_back(r);
            }
        }
        self.flush();
        let done = self.emit(Inst::Call(helper, pc as u32, self.cx));
        if helper == HelperId::CallPython {
            self.state.ticks = self.emit(Inst::Ticks);
        }
        let i = At { i: self.instr(pc), base };
        for &(field, role) in i.op().info().operands {
            let r = match field {
                Field::a => i.a(),
                Field::b => i.b(),
                Field::c | Field::bc => i.c(),
            };
            if krait_bytecode::ops::kill_flag(field) & i.x() != 0 && matches!(role, Role::Src | Role::Val) {
                self.state.places[r] = Place::Memory(Known::Plain);
            }
        }
        if i.op().info().operands.iter().any(|&(_, role)| role == Role::Window) {
            for &r in &read {
                if self.is_dead(r, self.behind() as usize) {
                    self.state.places[r] = Place::Memory(Known::Plain);
                }
            }
        }
        for &r in &written {
            self.state.places[r] = Place::Memory(Known::Unknown);
        }
        let state = self.state.clone();
        let exit = self.exit(&state, None, false);
        self.emit(Inst::Outcome(done, exit));
        if let [r] = written[..] {
            self.refine(r, self.seen().result);
        }
    }
    /// The method of an instance's class, for a call.
    pub(super) fn load_method(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.c()];
        let Some(method) = &site.value else { return self.operation() };
        let method = method.clone();
        let _ = self.instance(i);
        // What a closure refers to, its class often, shall not live longer than it.
        let closure = method.downcast_exact::<Function>().is_none_or(|f| f.get(self.subject.vm).closure.is_some());
        if !closure && !self.keep.iter().any(|kept| kept.is(&method)) {
            self.keep.push(method.clone());
        }
        let word = self.emit(Inst::Word(method.bits()));
        self.fill_window(i, word);
        if !closure {
            self.kill_register(i.a());
            self.define_constant(i.a(), method.bits());
        }
        Ok(false)
    }
    /// A window gets a function and its receiver.
    pub(super) fn fill_window(&mut self, i: At, function: Var) {
        let (a, b) = (i.a(), i.b());
        let moved = i.x() & KILL_B != 0 || a == b;
        let place = self.state.places[b];
        if moved && !place.owns() {
            self.state.places[b] = Place::Memory(Known::Plain);
        }
        match place {
            Place::Memory(known) if moved => {
                let word = self.emit(Inst::Register(b as u32));
                let unbound = self.emit(Inst::Word(UNBOUND_WORD));
                self.emit(Inst::SetRegister(b as u32, unbound));
                self.state.places[b] = Place::Memory(Known::Plain);
                self.define_owned(a + 1, word, known);
            }
            Place::Borrowed(word, known) => self.define_borrowed(a + 1, word, known),
            Place::Alias(slot) => self.define_alias(a + 1, slot),
            Place::Constant(bits) => self.define_constant(a + 1, bits),
            _ => self.define_alias(a + 1, b),
        }
        self.define_borrowed(a, function, Known::Unknown);
    }
    /// The content of a cell.
    pub(super) fn load_deref(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        if at.b != Seen::Object(id::CELL) || i.x() & KILL_B != 0 {
            return self.operation();
        }
        let (_, base) = self.object(i.b(), id::CELL);
        let word = self.emit(Inst::Load { base, offset: self.layout.cell_content as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let empty = self.emit(Inst::Word(EMPTY_WORD));
        let missing = self.emit(Inst::Same(word, empty));
        let there = self.emit(Inst::Not(missing));
        self.guard(there);
        self.define_seen(i.a(), word, at.result);
        Ok(false)
    }
    /// The cells of a function that is known.
    pub(super) fn copy_free_vars(&mut self, i: At) -> Result<bool> {
        let subject = self.subject;
        if let Some(window) = self.context().window {
            // It lives as long as its function, which lies in the window.
            let word = self.emit(Inst::Register(window as u32));
            let base = self.emit(Inst::AddressOf(word));
            let tuple = self.emit(Inst::Load { base, offset: self.layout.function_closure as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
            let base = self.emit(Inst::AddressOf(tuple));
            let len = self.emit(Inst::Load { base, offset: self.layout.tuple_len as u32, width: Width::W64, repr: Repr::Int, region: Region::Types });
            let most = self.emit(Inst::Int(self.layout.tuple_most as i64));
            let inside = self.emit(Inst::Compare(Cmp::Below, len, most));
            self.guard(inside);
            for n in 0..i.i.b() {
                let cell = self.emit(Inst::Load { base, offset: (self.layout.tuple_items + n * 8) as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
                self.define_borrowed(i.a() + n, cell, Known::Object(id::CELL));
            }
            return Ok(false);
        }
        let closure = match &self.context().function.closure {
            Some(closure) if self.cx != 0 => closure.items(subject.vm),
            _ => return self.operation(),
        };
        for (n, cell) in closure.iter().enumerate().take(i.i.b()) {
            self.define_constant(i.a() + n, cell.bits());
        }
        Ok(false)
    }
}
