//! Items, attributes, names.

use super::ops::Operand;
use super::state::{Known, Place};
use super::{At, Builder, Result, class_of, repr_of};
use crate::ir::{Class, Cmp, End, Inst, IntOp, Lookup, Put, Region, Repr, Var, Width};
use krait_bytecode::ops::{CONST_C, Field, KILL_A, KILL_B, KILL_C, METHOD, Role};
use krait_bytecode::Op;
use krait_vm::{Ref, Value};
use krait_vm::builtins::code::CodeObject;
use krait_vm::builtins::dict::Dict;
use krait_vm::jit::helpers::{entry_of, keys_version, native_word_of};
use krait_vm::jit::record::{Seen};
use krait_vm::types::id;
use krait_vm::value::{EMPTY_WORD, NONE_WORD, UNBOUND_WORD};

impl Builder<'_> {
    /// An object operand of a type that was seen: its word and address.
    pub(super) fn object(&mut self, r: usize, type_id: u32) -> (Var, Var) {
        let slot = if let Place::Alias(slot) = self.state.places[r] { slot } else { r };
        let word = self.word(slot);
        if let Place::Borrowed(_, Known::Object(known)) | Place::Memory(Known::Object(known)) = self.state.places[slot]
            && known == type_id
        {
            let base = self.emit(Inst::AddressOf(word));
            return (word, base);
        }
        let exit = self.undo();
        let base = self.guard_type(word, type_id, exit);
        if let Place::Borrowed(_, known) | Place::Memory(known) = &mut self.state.places[slot] {
            *known = Known::Object(type_id);
        }
        (word, base)
    }
    /// The address of an item, as base and index, after bounds were checked.
    pub(super) fn item(&mut self, base: Var, type_id: u32, index: Var) -> (Var, Var) {
        // Storing an item changes neither.
        let (len, items) = if type_id == id::LIST {
            let items = self.emit(Inst::Load { base, offset: self.layout.list_items as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
            let len = self.emit(Inst::Load { base, offset: self.layout.list_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types });
            (len, items)
        } else {
            let len = self.emit(Inst::Load { base, offset: self.layout.tuple_len as u32, width: Width::W64, repr: Repr::Int, region: Region::Types });
            let by = self.emit(Inst::Int(self.layout.tuple_items as i64));
            (len, self.emit(Inst::Offset(base, by)))
        };
        let zero = self.emit(Inst::Int(0));
        if type_id == id::TUPLE {
            let most = self.emit(Inst::Int(self.layout.tuple_most as i64));
            let inside = self.emit(Inst::Compare(Cmp::Below, len, most));
            self.guard(inside);
        }
        let index = match self.constants.get(&index) {
            Some(0..) => index,
            _ => {
                let negative = self.emit(Inst::Compare(Cmp::Lt, index, zero));
                let moved = self.emit(Inst::IntOp(IntOp::Add, index, len));
                self.emit(Inst::Select(negative, moved, index))
            }
        };
        let within = self.emit(Inst::Compare(Cmp::Below, index, len));
        self.guard(within);
        (items, index)
    }
    /// The address of a byte of a bytearray.
    pub(super) fn byte(&mut self, i: At) -> Option<Var> {
        let Operand::Int(index) = self.operand(i, Field::c) else { return None };
        let (_, base) = self.object(i.b(), id::BYTEARRAY);
        let items = self.emit(Inst::Load { base, offset: self.layout.bytes_items as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        let len = self.emit(Inst::Load { base, offset: self.layout.bytes_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types });
        let within = self.emit(Inst::Compare(Cmp::Below, index, len));
        self.guard(within);
        Some(self.emit(Inst::Offset(items, index)))
    }
    pub(super) fn get_item(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        if at.b == Seen::Object(id::BYTEARRAY)
            && let Some(base) = self.byte(i)
        {
            let byte = self.emit(Inst::Load { base, offset: 0, width: Width::W8, repr: Repr::Int, region: Region::Heap });
            self.define_and_kill(i, Repr::Int, byte);
            return Ok(false);
        }
        if at.b == Seen::Object(id::DICT) && matches!(at.c, Seen::Int | Seen::Object(id::STR)) && !at.surprised {
            let key = self.key(i, Field::c, i.c());
            let (word, found) = self.dict_item(i.b(), key);
            self.guard(found);
            self.take_out_of(i, word, at.result);
            return Ok(false);
        }
        let Seen::Object(type_id @ (id::LIST | id::TUPLE)) = at.b else { return self.operation() };
        let Operand::Int(index) = self.operand(i, Field::c) else { return self.operation() };
        let (_, base) = self.object(i.b(), type_id);
        let (items, index) = self.item(base, type_id, index);
        let word = self.emit(Inst::Item { base: items, index });
        self.take_out_of(i, word, at.result);
        Ok(false)
    }
    /// The word of an operand that may be a constant; `r` is its register otherwise.
    fn key(&mut self, i: At, field: Field, r: usize) -> Var {
        let may_be = i.op().info().operands.contains(&(field, Role::Val));
        if may_be && i.x() & krait_bytecode::ops::constant_flag(field) != 0 {
            let bits = self.context().code.consts[r - i.base].bits();
            return self.emit(Inst::Word(bits));
        }
        self.word(r)
    }
    /// As `take_out`, of a subscript, whose key may die.
    fn take_out_of(&mut self, i: At, word: Var, seen: Seen) {
        let dies = i.x() & KILL_C != 0 && i.x() & CONST_C == 0 && i.c() != i.a();
        if dies && self.state.places[i.c()].owns() {
            // What goes with the key does not take the item.
            self.emit(Inst::Retain(word));
            self.kill_register(i.c());
            if i.x() & KILL_B != 0 && i.a() != i.b() {
                self.kill_register(i.b());
            }
            self.define_owned(i.a(), word, Known::Unknown);
            return;
        }
        if dies {
            self.kill_register(i.c());
        }
        self.take_out(i, word, seen);
    }
    /// The destination gets a word that operand `b` owns, which may die here.
    fn take_out(&mut self, i: At, word: Var, seen: Seen) {
        let (a, b) = (i.a(), i.b());
        let dies = i.x() & KILL_B != 0 && a != b;
        if let Some(repr) = repr_of(seen) {
            let is = self.emit(Inst::Is(class_of(repr), word));
            self.guard(is);
            let var = self.emit(Inst::Unbox(repr, word));
            if dies {
                self.kill_register(b);
            }
            self.define(a, repr, var);
        } else if a == b || dies && self.state.places[b].owns() {
            // With the object may go what owns the word.
            self.emit(Inst::Retain(word));
            if dies {
                self.kill_register(b);
            }
            self.define_owned(a, word, Known::Unknown);
        } else {
            if dies {
                self.kill_register(b);
            }
            self.define_borrowed(a, word, Known::Unknown);
        }
    }
    pub(super) fn set_item(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        if at.b == Seen::Object(id::BYTEARRAY)
            && let Some(base) = self.byte(i)
            && let Operand::Int(value) = self.operand(i, Field::a)
        {
            let most = self.emit(Inst::Int(256));
            let fits = self.emit(Inst::Compare(Cmp::Below, value, most));
            self.guard(fits);
            self.emit(Inst::Store { base, offset: 0, width: Width::W8, value, region: Region::Heap });
            self.kill(i);
            return Ok(false);
        }
        if at.b == Seen::Object(id::DICT) && matches!(at.c, Seen::Int | Seen::Object(id::STR)) && !at.surprised {
            let (dict, _) = self.object(i.b(), id::DICT);
            let (key, value) = (self.key(i, Field::c, i.c()), self.word(i.a()));
            let old = self.put(Put::Item, dict, key, value);
            if i.x() & KILL_A != 0 {
                self.kill_register(i.a());
            }
            if i.x() & KILL_C != 0 && i.x() & CONST_C == 0 {
                self.kill_register(i.c());
            }
            self.drop_old(i, old);
            return Ok(false);
        }
        let Seen::Object(id::LIST) = at.b else { return self.operation() };
        let Operand::Int(index) = self.operand(i, Field::c) else { return self.operation() };
        let (_, base) = self.object(i.b(), id::LIST);
        let (items, index) = self.item(base, id::LIST, index);
        let value = self.given_away(i);
        let old = self.emit(Inst::Item { base: items, index });
        self.emit(Inst::SetItem { base: items, index, value });
        if i.x() & KILL_C != 0 && i.x() & CONST_C == 0 {
            self.kill_register(i.c());
        }
        self.drop_old(i, old);
        Ok(false)
    }
    /// The word of operand `a`, and a reference with it.
    pub(super) fn given_away(&mut self, i: At) -> Var {
        self.given(i.a(), i.x() & KILL_A != 0)
    }
    pub(super) fn given(&mut self, r: usize, killed: bool) -> Var {
        let word = self.word(r);
        match self.state.places[r] {
            Place::Machine { .. } | Place::Memory(Known::Plain) => {}
            Place::Memory(_) if killed => {
                let unbound = self.emit(Inst::Word(UNBOUND_WORD));
                self.emit(Inst::SetRegister(r as u32, unbound));
            }
            _ => {
                self.emit(Inst::Retain(word));
            }
        }
        if killed {
            self.state.places[r] = Place::Memory(Known::Plain);
        }
        word
    }
    /// Drops what a store replaced, and the object operand when it dies.
    pub(super) fn drop_old(&mut self, i: At, old: Var) {
        let b = i.b();
        let killed = i.x() & KILL_B != 0;
        if killed && matches!(self.state.places[b], Place::Borrowed(..)) {
            self.state.places[b] = Place::Memory(Known::Plain);
        }
        self.release(old);
        if killed {
            self.kill_register(b);
        }
    }

    /// Leaves unless a dict's keys have this version.
    fn guard_keys(&mut self, dict: &Ref<Dict>, wanted: u32) {
        let address = dict.as_value().bits() + self.layout.dict_version as u64;
        let found = self.emit(Inst::Absolute { address, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(wanted)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
    }
    /// Where the value of a dict's entry is: the address of the entries, and the offset from it.
    fn entry(&mut self, dict: &Ref<Dict>, index: usize) -> (Var, u32) {
        let address = dict.as_value().bits() + self.layout.dict_entries as u64;
        let entries = self.emit(Inst::Absolute { address, width: Width::Pointer, repr: Repr::Address, region: Region::Heap });
        (entries, (index * self.layout.entry_size + self.layout.entry_value) as u32)
    }
    /// A name of a module, whose locals are its globals.
    pub(super) fn load_name(&mut self, i: At) -> Result<bool> {
        let (vm, function) = (self.subject.vm, self.context().function);
        let name = &self.context().code.sites[i.i.bc()].name;
        let globals = keys_version(vm, &function.globals);
        let (dict, index) = match (entry_of(vm, &function.globals, name), entry_of(vm, &function.builtins, name)) {
            (Some((_, index)), _) => (&function.globals, index),
            (None, Some((version, index))) if globals != 0 => {
                self.guard_keys(&function.builtins, version);
                (&function.builtins, index)
            }
            _ => return self.operation(),
        };
        self.guard_keys(&function.globals, globals);
        let (base, offset) = self.entry(dict, index);
        let word = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let seen = self.seen().result;
        self.define_seen(i.a(), word, seen);
        Ok(false)
    }
    /// Assigns a name of a module.
    pub(super) fn store_name(&mut self, i: At) -> Result<bool> {
        let dict = &self.context().function.globals;
        let Some((version, index)) = entry_of(self.subject.vm, dict, &self.context().code.names[i.i.bc()]) else { return self.operation() };
        self.guard_keys(dict, version);
        self.store_entry(i, dict, index);
        Ok(false)
    }
    /// Stores operand `a` in a dict's entry.
    fn store_entry(&mut self, i: At, dict: &Ref<Dict>, index: usize) {
        let (base, offset) = self.entry(dict, index);
        let value = self.given_away(i);
        let old = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        self.emit(Inst::Store { base, offset, width: Width::W64, value, region: Region::Heap });
        self.release(old);
    }
    pub(super) fn load_global(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.bc()];
        let function = self.context().function;
        let (globals, builtins) = (&function.globals, &function.builtins);
        let (dict, guard) = if i.op() == Op::LoadGlobalModule { (globals, site.guard) } else { (builtins, site.part) };
        if guard == 0 {
            return self.operation();
        }
        if i.op() != Op::LoadGlobalModule {
            self.guard_keys(globals, site.guard);
        }
        self.guard_keys(dict, guard);
        let (base, offset) = self.entry(dict, site.offset as usize);
        let word = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let method = i.x() & METHOD != 0;
        if i.op() == Op::LoadGlobalNative {
            let Some((found, native)) = site.value.as_ref().and_then(|v| Some((v.bits(), native_word_of(v)?))) else { return self.refuse("no builtin") };
            let expected = self.emit(Inst::Word(found));
            let same = self.emit(Inst::Same(word, expected));
            self.guard(same);
            self.define_constant(i.a(), native);
        } else {
            let seen = if method { Seen::Mixed } else { self.seen().result };
            self.define_seen(i.a(), word, seen);
        }
        if method {
            self.set_plain(i.a() + 1, EMPTY_WORD);
        }
        Ok(false)
    }
    pub(super) fn store_global(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.bc()];
        if site.guard == 0 {
            return self.operation();
        }
        let dict = &self.context().function.globals;
        self.guard_keys(dict, site.guard);
        self.store_entry(i, dict, site.offset as usize);
        Ok(false)
    }
    /// The address of an instance of a class and shape.
    pub(super) fn instance(&mut self, i: At) -> Var {
        let site = &self.context().code.sites[i.i.c()];
        let (type_id, part, shape) = (site.type_id, site.part, site.guard);
        let (_, base) = self.object(i.b(), type_id);
        let found = self.emit(Inst::Load { base, offset: part + self.layout.shape as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        let found = self.emit(Inst::Load { base: found, offset: self.layout.shape_id as u32, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(shape)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
        base
    }
    /// The address of an instance of a class that has not changed.
    pub(super) fn instance_of_class(&mut self, i: At) -> Var {
        let site = &self.context().code.sites[i.i.c()];
        let (type_id, version) = (site.type_id, site.guard);
        let (_, base) = self.object(i.b(), type_id);
        self.guard_type_version(type_id, version);
        base
    }
    /// A slice of a list that the next instructions assign to a slice of a list: the items move at once, which ends the
    /// block; whether it is that. What goes wrong does so before the first of these instructions.
    pub(super) fn slice_to_slice(&mut self, i: At) -> bool {
        let list = Seen::Object(id::LIST);
        let Some(last) = slice_assignment(self.context().code, self.pc) else { return false };
        let set = At { i: self.instr(last), base: i.base };
        let there = self.context().feedback.map(|f| f.at(last)).unwrap_or_default();
        if self.seen().b != list || there.b != list || self.seen().surprised || there.surprised || i.a() < self.context().first_temp() {
            return false;
        }
        // What lies in the window of the assignment then.
        let mut bounds = [None; 2];
        for pc in self.pc + 1..last {
            let load = At { i: self.instr(pc), base: i.base };
            let Some(n) = load.a().checked_sub(set.c()).filter(|n| *n < 2) else { return false };
            bounds[n] = match load.op() {
                Op::LoadConst => Some(self.emit(Inst::Word(self.context().code.consts[load.i.bc()].bits()))),
                Op::LoadInt => {
                    let n = self.emit(Inst::Int(load.i.imm32()));
                    Some(self.emit(Inst::Box(Repr::Int, n)))
                }
                _ if (set.c()..set.c() + 2).contains(&load.b()) => return false,
                _ => {
                    let Place::Machine { var, repr: Repr::Int, .. } = self.state.places[load.b()] else { return false };
                    let by = match load.op() {
                        Op::AddImm => load.i.imm(),
                        Op::SubImm => -load.i.imm(),
                        _ => 0,
                    };
                    let by = self.emit(Inst::Int(by));
                    let n = self.int_arithmetic(IntOp::Add, var, by);
                    Some(self.emit(Inst::Box(Repr::Int, n)))
                }
            };
        }
        let [Some(a), Some(b)] = bounds else { return false };
        let (from, _) = self.object(i.b(), id::LIST);
        let (to, _) = self.object(set.b(), id::LIST);
        let (c, d) = (self.word(i.c()), self.word(i.c() + 1));
        let e = if i.op() == Op::GetStep { self.word(i.c() + 2) } else { self.emit(Inst::Word(NONE_WORD)) };
        let done = self.emit(Inst::MoveItems([to, from, a, b, c, d, e]));
        // No guard: those may fail for no reason.
        self.go_on_if(done);
        let parts = if i.op() == Op::GetStep { 3 } else { 2 };
        (i.c()..i.c() + parts).chain([i.a(), set.c(), set.c() + 1]).for_each(|r| self.kill_register(r));
        for (x, list) in [(i.x(), i.b()), (set.x(), set.b())] {
            if x & KILL_B != 0 {
                self.kill_register(list);
            }
        }
        self.go_to(last + 1);
        true
    }
    /// A slice of something.
    pub(super) fn slice(&mut self, i: At) {
        let (object, known) = match self.seen().b {
            Seen::Object(id::LIST) => (self.object(i.b(), id::LIST).0, Known::Object(id::LIST)),
            _ => (self.word(i.b()), Known::Unknown),
        };
        let (start, stop) = (self.word(i.c()), self.word(i.c() + 1));
        let word = self.put(Put::Slice, object, start, stop);
        (i.c()..i.c() + 2).for_each(|r| self.kill_register(r));
        if i.x() & KILL_B != 0 && i.b() != i.a() {
            self.kill_register(i.b());
        }
        self.define_owned(i.a(), word, known);
    }
    /// Looks something up; leaves when that takes more.
    fn look_up(&mut self, what: Lookup, object: Var, key: Var) -> Var {
        let word = self.emit(Inst::Lookup(what, object, key));
        let empty = self.emit(Inst::Word(EMPTY_WORD));
        let missing = self.emit(Inst::Same(word, empty));
        let there = self.emit(Inst::Not(missing));
        self.guard(there);
        word
    }
    /// The word of the name at an instruction's site.
    fn site_name(&mut self, i: At) -> Var {
        let name = self.context().code.sites[i.i.c()].name.as_value().bits();
        self.emit(Inst::Word(name))
    }
    /// The value of a module's entry, whose dict has the keys that it had.
    fn module_entry(&mut self, i: At) -> Var {
        let site = &self.context().code.sites[i.i.c()];
        let (version, offset) = (site.guard, (site.offset as usize * self.layout.entry_size + self.layout.entry_value) as u32);
        let (_, base) = self.object(i.b(), id::MODULE);
        let dict = self.emit(Inst::Load { base, offset: self.layout.module_dict as u32, width: Width::W64, repr: Repr::Word, region: Region::Types });
        let there = self.emit(Inst::Is(Class::Object, dict));
        self.guard(there);
        let base = self.emit(Inst::AddressOf(dict));
        let found = self.emit(Inst::Load { base, offset: self.layout.dict_version as u32, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(version)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
        let base = self.emit(Inst::Load { base, offset: self.layout.dict_entries as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Heap });
        self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap })
    }
    /// An attribute of a module.
    pub(super) fn load_from_module(&mut self, i: At) -> Result<bool> {
        let word = self.module_entry(i);
        self.take_out(i, word, self.seen().result);
        Ok(false)
    }
    /// A function of a module, for a call.
    pub(super) fn load_module_function(&mut self, i: At) -> Result<bool> {
        let word = self.module_entry(i);
        let dies = i.x() & KILL_B != 0 && i.b() != i.a();
        self.take_out(i, word, Seen::Mixed);
        if dies && i.b() == i.a() + 1 {
            self.kill_register(i.b());
        }
        self.set_plain(i.a() + 1, EMPTY_WORD);
        Ok(false)
    }
    /// Leaves unless a type has this version.
    fn guard_type_version(&mut self, type_id: u32, version: u32) {
        let (table, offset) = krait_vm::jit::layout::type_version(self.subject.vm, type_id);
        let types = self.emit(Inst::Absolute { address: table, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        let found = self.emit(Inst::Load { base: types, offset, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(version)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
    }
    /// What a class says of an attribute that its instance does not have.
    pub(super) fn load_class_attribute(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.c()];
        let (type_id, version) = (site.type_id, site.offset);
        let Some(value) = site.value.as_ref().filter(|v| v.type_id() != id::FUNCTION).map(Value::bits) else { return self.operation() };
        self.instance(i);
        self.guard_type_version(type_id, version);
        let word = self.emit(Inst::Word(value));
        self.take_out(i, word, self.seen().result);
        Ok(false)
    }
    /// An attribute of a class.
    pub(super) fn load_from_class(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.c()];
        let (meta, type_id, version) = (site.part, site.type_id, site.guard);
        let Some(value) = site.value.as_ref().map(Value::bits) else { return self.operation() };
        let (_, base) = self.object(i.b(), meta);
        let found = self.emit(Inst::Load { base, offset: self.layout.class_id as u32, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(type_id)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
        self.guard_type_version(type_id, version);
        let word = self.emit(Inst::Word(value));
        self.take_out(i, word, self.seen().result);
        Ok(false)
    }
    /// An attribute of objects of several classes.
    pub(super) fn look_attribute_up(&mut self, i: At) -> Result<bool> {
        let (object, name) = (self.word(i.b()), self.site_name(i));
        let word = self.look_up(Lookup::Attribute, object, name);
        self.take_out(i, word, self.seen().result);
        Ok(false)
    }
    /// A method of objects of several classes, for a call.
    pub(super) fn look_method_up(&mut self, i: At) -> Result<bool> {
        let (object, name) = (self.word(i.b()), self.site_name(i));
        let word = self.look_up(Lookup::Method, object, name);
        self.fill_window(i, word);
        Ok(false)
    }
    /// Stores an attribute of objects of several classes.
    pub(super) fn store_attribute(&mut self, i: At) -> Result<bool> {
        let (object, name, value) = (self.word(i.b()), self.site_name(i), self.word(i.a()));
        let old = self.put(Put::Attribute, object, name, value);
        if i.x() & KILL_A != 0 {
            self.kill_register(i.a());
        }
        self.drop_old(i, old);
        Ok(false)
    }
    /// Stores something; leaves when that takes more. What was there before.
    pub(super) fn put(&mut self, what: Put, object: Var, key: Var, value: Var) -> Var {
        let old = self.emit(Inst::Put(what, object, key, value));
        let unbound = self.emit(Inst::Word(UNBOUND_WORD));
        let not = self.emit(Inst::Same(old, unbound));
        // No guard: those may fail for no reason.
        let done = self.emit(Inst::Not(not));
        self.go_on_if(done);
        old
    }
    /// What a dict has for a key, and whether that is something; leaves when it takes more to tell.
    pub(super) fn dict_item(&mut self, dict: usize, key: Var) -> (Var, Var) {
        let (dict, _) = self.object(dict, id::DICT);
        let word = self.emit(Inst::Lookup(Lookup::Item, dict, key));
        let unbound = self.emit(Inst::Word(UNBOUND_WORD));
        let not = self.emit(Inst::Same(word, unbound));
        let told = self.emit(Inst::Not(not));
        self.guard(told);
        let empty = self.emit(Inst::Word(EMPTY_WORD));
        let missing = self.emit(Inst::Same(word, empty));
        (word, self.emit(Inst::Not(missing)))
    }
    /// Whether a key is in a dict, where that is what was seen.
    pub(super) fn in_dict(&mut self, key: (usize, Field, Seen), dict: (usize, Seen)) -> Option<Var> {
        let at = self.seen();
        let (r, field, seen) = key;
        if dict.1 != Seen::Object(id::DICT) || !matches!(seen, Seen::Int | Seen::Object(id::STR) | Seen::Never) || at.surprised {
            return None;
        }
        let i = At { i: self.instr(self.pc), base: self.context().base };
        let key = self.key(i, field, r);
        Some(self.dict_item(dict.0, key).1)
    }
    /// Goes back to before the instruction when it did nothing.
    fn go_on_if(&mut self, done: Var) {
        let exit = self.undo();
        let (on, back) = (self.new_block(), self.new_block());
        self.end(End::Branch(done, (on, Vec::new()), (back, Vec::new())));
        self.begin(back);
        self.end(End::Leave(exit));
        self.begin(on);
    }
    pub(super) fn load_slot(&mut self, i: At) -> Result<bool> {
        let base = if i.op() == Op::LoadAttrMember { self.instance_of_class(i) } else { self.instance(i) };
        let offset = self.context().code.sites[i.i.c()].offset;
        let word = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let seen = self.seen().result;
        if repr_of(seen).is_none() {
            let empty = self.emit(Inst::Word(EMPTY_WORD));
            let missing = self.emit(Inst::Same(word, empty));
            let there = self.emit(Inst::Not(missing));
            self.guard(there);
        }
        self.take_out(i, word, seen);
        Ok(false)
    }
    pub(super) fn store_slot(&mut self, i: At) -> Result<bool> {
        let base = if i.op() == Op::StoreAttrMember { self.instance_of_class(i) } else { self.instance(i) };
        let site = &self.context().code.sites[i.i.c()];
        let (offset, part) = (site.offset, site.part as usize);
        let next = site.value.as_ref().and_then(Value::as_small_int).filter(|_| i.op() == Op::StoreAttrAdd);
        let value = self.given_away(i);
        let old = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        self.emit(Inst::Store { base, offset, width: Width::W64, value, region: Region::Heap });
        if let Some(next) = next {
            let value = self.emit(Inst::Int(next));
            let offset = (part + self.layout.shape) as u32;
            self.emit(Inst::Store { base, offset, width: Width::Pointer, value, region: Region::Types });
        }
        self.drop_old(i, old);
        Ok(false)
    }
}

/// The assignment to a slice that takes the slice which an instruction makes, if only its bounds are loaded in between.
pub(super) fn slice_assignment(code: &CodeObject, pc: usize) -> Option<usize> {
    let made = code.instrs[pc];
    for (n, i) in code.instrs.iter().enumerate().skip(pc + 1).take(5) {
        let kept = i.x() & KILL_B == 0;
        match i.op() {
            Op::LoadConst | Op::LoadInt => {}
            Op::Move | Op::AddImm | Op::SubImm if kept => {}
            Op::SetSlice if i.a() == made.a() && i.x() & KILL_A != 0 => return Some(n),
            _ => return None,
        }
    }
    None
}
