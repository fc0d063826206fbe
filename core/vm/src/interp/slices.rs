//! Subscripts with slices, and `del` of items: the slow halves of their ops.
//!
//! `a[i:j]` has its bounds in two registers. As long as they are None or small ints and the container is an exact
//! builtin, nothing here runs Python, and no slice object is made; else a slice object goes the general way.

#![allow(unsafe_code, reason = "registers are raw words")]

use crate::Result;
use crate::builtins::bytes::Bytes;
use crate::builtins::dict::Dict;
use crate::builtins::list::{List, drop_from_last};
use crate::builtins::list_methods::pick;
use crate::builtins::slice::{plain_indices, plain_range};
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::types::id;
use crate::value::{BITS_UNBOUND, Value};
use crate::vm::Vm;
use krait_text::{StrBuf, StrRef};
use krait_bytecode::ops::{KILL_A, KILL_B};

impl Vm {
    pub(crate) fn op_get_slice(&mut self, cx: Ctx) -> Result<()> {
        let c = cx.i.c();
        let v = match self.plain_slice(cx.b(), cx.reg(c), cx.reg(c + 1)) {
            Some(v) => v,
            None => {
                let slice = self.heap.slice(cx.reg(c).clone(), cx.reg(c + 1).clone(), Value::NONE).into_value();
                self.get_item(cx.b(), &slice)?
            }
        };
        cx.set_word(c, BITS_UNBOUND);
        cx.set_word(c + 1, BITS_UNBOUND);
        cx.set(cx.i.a(), v);
        if cx.i.x() & KILL_B != 0 {
            cx.set_word(cx.i.b(), BITS_UNBOUND);
        }
        Ok(())
    }
    /// `object[start:stop]` of an exact builtin sequence; `None` when Python may run.
    #[inline]
    pub(crate) fn plain_slice(&mut self, object: &Value, start: &Value, stop: &Value) -> Option<Value> {
        let heap = &mut *self.heap;
        match object.type_id() {
            id::LIST => {
                let items = object.downcast_exact::<List>()?.get(heap).items();
                let range = plain_range(start, stop, items.len())?;
                let picked = Value::clone_all(&items[range]);
                Some(heap.list(picked).into_value())
            }
            id::STR => {
                let text = object.downcast_exact::<Str>()?;
                let range = plain_range(start, stop, text.get(heap).len())?;
                Some(heap.str_slice(text, range).into_value())
            }
            id::TUPLE => {
                let items = object.downcast_exact::<Tuple>()?.items(heap);
                let range = plain_range(start, stop, items.len())?;
                if range.len() == items.len() {
                    return Some(object.clone());
                }
                // SAFETY: tuples do not change, and the register keeps this one alive.
                let items = unsafe { std::slice::from_raw_parts(items.as_ptr(), items.len()) };
                Some(heap.tuple_from(&items[range]).into_value())
            }
            id::BYTES => {
                let data = &object.downcast_exact::<Bytes>()?.get(heap).data;
                let range = plain_range(start, stop, data.len())?;
                if range.len() == data.len() {
                    return Some(object.clone());
                }
                let part: Box<[u8]> = data[range].into();
                Some(heap.bytes_boxed(part).into_value())
            }
            _ => None,
        }
    }

    pub(crate) fn op_get_step(&mut self, cx: Ctx) -> Result<()> {
        let c = cx.i.c();
        let v = match self.plain_step(cx.b(), cx.reg(c), cx.reg(c + 1), cx.reg(c + 2)) {
            Some(v) => v,
            None => {
                let slice = self.heap.slice(cx.reg(c).clone(), cx.reg(c + 1).clone(), cx.reg(c + 2).clone()).into_value();
                self.get_item(cx.b(), &slice)?
            }
        };
        for n in c..c + 3 {
            cx.set_word(n, BITS_UNBOUND);
        }
        cx.set(cx.i.a(), v);
        if cx.i.x() & KILL_B != 0 {
            cx.set_word(cx.i.b(), BITS_UNBOUND);
        }
        Ok(())
    }
    /// `object[start:stop:step]` of an exact list or a narrow string; `None` when Python may run, and for all else.
    fn plain_step(&mut self, object: &Value, start: &Value, stop: &Value, step: &Value) -> Option<Value> {
        let heap = &mut *self.heap;
        if let Some(list) = object.downcast_exact::<List>() {
            let items = list.get(heap).items();
            let picked = pick(items, plain_indices(start, stop, step, items.len())?, Value::clone);
            return Some(heap.list(picked).into_value());
        }
        let StrRef::One(bytes) = object.downcast_exact::<Str>()?.get(heap).view() else { return None };
        let picked = pick(bytes, plain_indices(start, stop, step, bytes.len())?, |&c| c);
        Some(heap.str_buf(StrBuf::One(picked)).into_value())
    }

    pub(crate) fn op_set_slice(&mut self, cx: Ctx) -> Result<()> {
        let c = cx.i.c();
        let dies = cx.i.x() & KILL_A != 0;
        if !self.replace_plainly(cx.b(), cx.reg(c), cx.reg(c + 1), cx.a(), dies) {
            let slice = self.heap.slice(cx.reg(c).clone(), cx.reg(c + 1).clone(), Value::NONE).into_value();
            let value = cx.a().clone();
            self.set_item(cx.b(), &slice, value)?;
        }
        cx.set_word(c, BITS_UNBOUND);
        cx.set_word(c + 1, BITS_UNBOUND);
        if cx.i.x() & KILL_B != 0 {
            cx.set_word(cx.i.b(), BITS_UNBOUND);
        }
        if dies {
            cx.set_word(cx.i.a(), BITS_UNBOUND);
        }
        Ok(())
    }
    /// `object[start:stop] = value` for a list that takes as many items from another list or a tuple as it gives up.
    /// A list that nobody else knows, and that `dies`, gives its own away.
    fn replace_plainly(&mut self, object: &Value, start: &Value, stop: &Value, value: &Value, dies: bool) -> bool {
        let Some(list) = object.downcast_exact::<List>() else { return false };
        let heap = &mut *self.heap;
        let items = match (value.downcast_exact::<List>(), value.downcast_exact::<Tuple>()) {
            (Some(other), _) if !value.is(object) => other.get(heap).items(),
            (_, Some(tuple)) => tuple.items(heap),
            _ => return false,
        };
        let Some(range) = plain_range(start, stop, list.len(heap)) else { return false };
        if range.len() != items.len() {
            return false;
        }
        if let Some(other) = value.downcast_exact::<List>()
            && dies
            && value.is_unique()
        {
            // They change places, and what the list gave up dies with the other.
            // SAFETY: the two are not the same list, and no Python code runs here.
            let others = unsafe { &mut *other.payload_ptr() }.items_mut();
            others.swap_with_slice(&mut list.get_mut(heap).items_mut()[range]);
            return true;
        }
        let mut kept = Value::clone_all(items);
        kept.swap_with_slice(&mut list.get_mut(heap).items_mut()[range]);
        // What the list gave up dies when the list is whole again, from the last item to the first.
        drop_from_last(&mut kept);
        true
    }

    /// `target[a:b] = source[c:d:e]` for lists, without one in between: when the target takes as many items as it gives
    /// up, and none of those dies. False: nothing happened.
    #[inline]
    pub(crate) fn move_items(&mut self, target: &Value, source: &Value, bounds: [&Value; 5]) -> bool {
        let [a, b, c, d, e] = bounds;
        // The first items, turned round.
        if let (Some(end), Some(last), Some(-1)) = (b.as_small_int(), c.as_small_int(), e.as_small_int())
            && target.is(source)
            && a.is_none()
            && d.is_none()
            && last >= 0
            && end == last + 1
            && let Some(list) = target.downcast_exact::<List>()
            && let Some(first) = list.get_mut(&mut *self.heap).items_mut().get_mut(..end as usize)
        {
            first.reverse();
            return true;
        }
        self.move_any_items(target, source, bounds)
    }

    #[inline(never)]
    fn move_any_items(&mut self, target: &Value, source: &Value, [a, b, c, d, e]: [&Value; 5]) -> bool {
        let (Some(to), Some(from)) = (target.downcast_exact::<List>(), source.downcast_exact::<List>()) else { return false };
        let heap = &mut *self.heap;
        let Some(range) = plain_range(a, b, to.len(heap)) else { return false };
        let Some(picked) = plain_indices(c, d, e, from.len(heap)) else { return false };
        if range.len() != picked.length {
            return false;
        }
        if target.is(source) {
            let turned = picked.step == -1 && picked.start as usize + 1 == range.end;
            if turned {
                to.get_mut(heap).items_mut()[range].reverse();
            }
            return turned;
        }
        if to.get(heap).items()[range.clone()].iter().any(|item| item.header().is_some()) {
            return false;
        }
        // SAFETY: the two are not the same list, and no Python code runs here.
        let others = unsafe { &mut *to.payload_ptr() }.items_mut();
        let items = from.get(heap).items();
        for (n, to) in others[range].iter_mut().enumerate() {
            *to = items[(picked.start + picked.step * n as isize) as usize].clone();
        }
        true
    }

    pub(crate) fn op_delete_item(&mut self, cx: Ctx) -> Result<()> {
        let (object, key) = (cx.b(), cx.c());
        match object.downcast_exact::<Dict>() {
            Some(dict) => {
                let dict: &Ref<Dict> = &dict.clone();
                if dict.remove_item(self, key)?.is_none() {
                    return Err(self.key_error(key.clone()));
                }
            }
            None => self.del_item(object, key)?,
        }
        cx.kill();
        Ok(())
    }

    pub(crate) fn op_build_slice(&mut self, cx: Ctx) -> Result<()> {
        let (b, count) = (cx.i.b(), cx.i.c());
        let (start, stop) = (cx.take(b), cx.take(b + 1));
        let step = if count > 2 { cx.take(b + 2) } else { Value::NONE };
        let v = self.heap.slice(start, stop, step).into_value();
        cx.set(cx.i.a(), v);
        Ok(())
    }
}
