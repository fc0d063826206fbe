//! The methods of `bytes`, those that `bytearray` has too, and their iterators.
//!
//! The shared methods are declared once, for both types, by `shared_methods!`; what they do is in `bytes_common.rs`.

use crate::args::KwArgs;
use crate::builtins::buffer::Buffer;
use crate::builtins::bytes::{ByteArray, Bytes};
use crate::builtins::bytes_common::{self as common, ByteString, data, made};
use crate::builtins::iterators::SeqIter;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, methods};
use krait_text::bytes as kernel;

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.heap.register_buffer::<Bytes>(super::buffer::BYTES_PROVIDER);
    vm.heap.register_buffer::<ByteArray>(super::buffer::BYTEARRAY_PROVIDER);
    vm.attach::<BytesShared>(id::BYTES);
    vm.attach::<BytesMethods>(id::BYTES);
    vm.attach::<ByteArrayShared>(id::BYTEARRAY);
    vm.attach::<BytesIterMethods>(id::BYTES_ITERATOR);
    vm.attach::<BytesIterMethods>(id::BYTEARRAY_ITERATOR);
}

macro_rules! shared_methods {
    ($name:ident, $payload:ty) => {
        struct $name;

        #[methods]
        impl $name {
            #[sig("()")]
            fn __len__(this: &Ref<$payload>, vm: &mut Vm) -> Result<usize> {
                Ok(data(this, &*vm.heap).len())
            }
            #[sig("(key, /)")]
            fn __getitem__(this: &Ref<$payload>, vm: &mut Vm, key: &Value) -> Result<Value> {
                common::get_item(this, vm, key)
            }
            #[sig("(key, /)")]
            fn __contains__(this: &Ref<$payload>, vm: &mut Vm, key: &Value) -> Result<bool> {
                common::contains(this, vm, key)
            }
            #[sig("(value, /)")]
            fn __add__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                common::add(this, vm, value)
            }
            #[sig("(value, /)")]
            fn __mul__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                if value.as_small_int() == Some(1) {
                    return Ok(<$payload>::unchanged(this, vm));
                }
                let bytes = common::repeated(this, vm, value)?;
                Ok(<$payload>::make(vm, bytes))
            }
            #[sig("(value, /)")]
            fn __rmul__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                $name::__mul__(this, vm, value)
            }
            #[sig("(value, /)")]
            fn __mod__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                let _held = this.get(&*vm.heap).hold();
                let format = data(this, &*vm.heap).to_vec();
                let out = vm.percent_bytes(&format, value)?;
                Ok(<$payload>::make(vm, out))
            }
            #[sig("(value, /)")]
            fn __rmod__(_this: &Ref<$payload>, _vm: &mut Vm, _value: &Value) -> Result<Value> {
                Ok(Value::NOT_IMPLEMENTED)
            }
            #[sig("(value, /)")]
            fn __eq__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                common::compare(this, vm, CmpOp::Eq, value)
            }
            #[sig("(value, /)")]
            fn __ne__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                common::compare(this, vm, CmpOp::Ne, value)
            }
            #[sig("(value, /)")]
            fn __lt__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                common::compare(this, vm, CmpOp::Lt, value)
            }
            #[sig("(value, /)")]
            fn __le__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                common::compare(this, vm, CmpOp::Le, value)
            }
            #[sig("(value, /)")]
            fn __gt__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                common::compare(this, vm, CmpOp::Gt, value)
            }
            #[sig("(value, /)")]
            fn __ge__(this: &Ref<$payload>, vm: &mut Vm, value: &Value) -> Result<Value> {
                common::compare(this, vm, CmpOp::Ge, value)
            }
            #[sig("(flags, /)")]
            fn __buffer__(this: &Ref<$payload>, vm: &mut Vm, _flags: i32) -> Result<Value> {
                match vm.heap_buffer(this.as_value())? {
                    Some(buffer) => Ok(vm.new_memoryview(buffer).into_value()),
                    None => Err(vm.not_bytes_like(this.as_value())),
                }
            }
            /// The text that the bytes encode.
            #[sig("(encoding='utf-8', errors='strict')")]
            fn decode(this: &Ref<$payload>, vm: &mut Vm, encoding: Option<String>, errors: Option<String>) -> Result<Value> {
                if [&encoding, &errors].iter().any(|s| s.as_ref().is_some_and(|s| s.contains('\0'))) {
                    return Err(vm.value_error("embedded null character"));
                }
                let plain = encoding.as_deref().is_none_or(|name| matches!(name, "utf-8" | "ascii" | "utf8" | "latin-1"));
                if plain && errors.is_none() && data(this, &*vm.heap).is_ascii() {
                    let text = data(this, &*vm.heap).to_vec();
                    let room = vm.heap.check_room(text.len());
                    vm.memory(room)?;
                    return Ok(vm.heap.str_buf(krait_text::StrBuf::One(text)).into_value());
                }
                match vm.heap_buffer(this.as_value())? {
                    Some(buffer) => vm.decode_buffer(&buffer, encoding.as_deref(), errors.as_deref()).map(Ref::into_value),
                    None => Err(vm.not_bytes_like(this.as_value())),
                }
            }
            /// Hexadecimal digits of the bytes, with a separator between groups if one is given.
            ///
            /// >>> bytes([1, 254, 3]).hex(':')
            /// '01:fe:03'
            #[sig("(sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(this: &Ref<$payload>, vm: &mut Vm, sep: Option<&Value>, bytes_per_sep: i32) -> Result<String> {
                let _held = this.get(&*vm.heap).hold();
                let bytes = data(this, &*vm.heap).to_vec();
                common::hex(vm, bytes, sep, bytes_per_sep.into())
            }
            /// Bytes from pairs of hexadecimal digits.
            #[classmethod]
            #[sig("(string, /)")]
            fn fromhex(cls: &Ref<Type>, vm: &mut Vm, string: &Value) -> Result<Value> {
                let bytes = common::from_hex(vm, string)?;
                let made = <$payload>::make(vm, bytes);
                if cls.as_value().is(vm.type_of(&made).as_value()) {
                    return Ok(made);
                }
                vm.call(&cls.to_value(), &[made])
            }
            /// A table for `translate` that maps the bytes of one string to those of another.
            #[staticmethod]
            #[sig("(frm, to, /)")]
            fn maketrans(vm: &mut Vm, frm: Buffer, to: Buffer) -> Result<Value> {
                common::make_trans(vm, &frm, &to)
            }
            /// The bytes-like objects of an iterable, with this one between them.
            #[sig("(iterable_of_bytes, /)")]
            fn join(this: &Ref<$payload>, vm: &mut Vm, iterable_of_bytes: &Value) -> Result<Value> {
                common::join(this, vm, iterable_of_bytes)
            }
            /// Each occurrence of one part replaced by another; at most `count` of them unless it is negative.
            #[sig("(old, new, count=-1, /)")]
            fn replace(this: &Ref<$payload>, vm: &mut Vm, old: Buffer, new: Buffer, count: isize) -> Result<Value> {
                common::replace(this, vm, &old, &new, count)
            }
            /// The bytes looked up in a table of 256, after those of `delete` are removed.
            #[sig("(table, /, delete=b'')")]
            fn translate(this: &Ref<$payload>, vm: &mut Vm, table: Option<&Value>, delete: Option<&Value>) -> Result<Value> {
                common::translate(this, vm, table, delete)
            }
            /// The parts between separators, in a list; runs of white space separate when `sep` is None.
            #[sig("(sep=None, maxsplit=-1)")]
            fn split(this: &Ref<$payload>, vm: &mut Vm, sep: Option<&Value>, maxsplit: isize) -> Result<Value> {
                common::split_parts(this, vm, sep, maxsplit, false)
            }
            /// As `split`, from the right.
            #[sig("(sep=None, maxsplit=-1)")]
            fn rsplit(this: &Ref<$payload>, vm: &mut Vm, sep: Option<&Value>, maxsplit: isize) -> Result<Value> {
                common::split_parts(this, vm, sep, maxsplit, true)
            }
            /// The lines of the bytes, with their ends if `keepends`.
            #[sig("(keepends=False)")]
            fn splitlines(this: &Ref<$payload>, vm: &mut Vm, keepends: bool) -> Result<Value> {
                common::split_lines(this, vm, keepends)
            }
            /// What is before the first separator, the separator, and what is after it.
            #[sig("(sep, /)")]
            fn partition(this: &Ref<$payload>, vm: &mut Vm, sep: &Value) -> Result<Value> {
                common::partition(this, vm, sep, false)
            }
            /// As `partition`, at the last separator.
            #[sig("(sep, /)")]
            fn rpartition(this: &Ref<$payload>, vm: &mut Vm, sep: &Value) -> Result<Value> {
                common::partition(this, vm, sep, true)
            }
            /// The lowest index of a byte or part within bounds, or -1.
            #[sig("(sub, start=None, end=None, /)")]
            fn find(this: &Ref<$payload>, vm: &mut Vm, sub: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<isize> {
                Ok(common::find(this, vm, sub, start, end, false)?.map_or(-1, |i| i as isize))
            }
            /// The highest index of a byte or part within bounds, or -1.
            #[sig("(sub, start=None, end=None, /)")]
            fn rfind(this: &Ref<$payload>, vm: &mut Vm, sub: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<isize> {
                Ok(common::find(this, vm, sub, start, end, true)?.map_or(-1, |i| i as isize))
            }
            /// As `find`, but ValueError when there is none.
            #[sig("(sub, start=None, end=None, /)")]
            fn index(this: &Ref<$payload>, vm: &mut Vm, sub: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<usize> {
                match common::find(this, vm, sub, start, end, false)? {
                    Some(i) => Ok(i),
                    None => Err(vm.value_error("subsection not found")),
                }
            }
            /// As `rfind`, but ValueError when there is none.
            #[sig("(sub, start=None, end=None, /)")]
            fn rindex(this: &Ref<$payload>, vm: &mut Vm, sub: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<usize> {
                match common::find(this, vm, sub, start, end, true)? {
                    Some(i) => Ok(i),
                    None => Err(vm.value_error("subsection not found")),
                }
            }
            /// How often a byte or part occurs without overlap.
            #[sig("(sub, start=None, end=None, /)")]
            fn count(this: &Ref<$payload>, vm: &mut Vm, sub: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<usize> {
                common::count(this, vm, sub, start, end)
            }
            /// Whether the bytes start with a prefix, or any of a tuple of them.
            #[sig("(prefix, start=None, end=None, /)")]
            fn startswith(this: &Ref<$payload>, vm: &mut Vm, prefix: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<bool> {
                common::affix(this, vm, "startswith", prefix, start, end)
            }
            /// Whether the bytes end with a suffix, or any of a tuple of them.
            #[sig("(suffix, start=None, end=None, /)")]
            fn endswith(this: &Ref<$payload>, vm: &mut Vm, suffix: &Value, start: Option<&Value>, end: Option<&Value>) -> Result<bool> {
                common::affix(this, vm, "endswith", suffix, start, end)
            }
            /// The bytes without a prefix, if they start with it.
            #[sig("(prefix, /)")]
            fn removeprefix(this: &Ref<$payload>, vm: &mut Vm, prefix: Buffer) -> Result<Value> {
                common::remove_affix(this, vm, &prefix, false)
            }
            /// The bytes without a suffix, if they end with it.
            #[sig("(suffix, /)")]
            fn removesuffix(this: &Ref<$payload>, vm: &mut Vm, suffix: Buffer) -> Result<Value> {
                common::remove_affix(this, vm, &suffix, true)
            }
            /// The bytes without white space, or bytes of a set, at both ends.
            #[sig("(bytes=None, /)")]
            fn strip(this: &Ref<$payload>, vm: &mut Vm, bytes: Option<&Value>) -> Result<Value> {
                common::strip(this, vm, bytes, true, true)
            }
            /// The bytes without white space, or bytes of a set, at the left end.
            #[sig("(bytes=None, /)")]
            fn lstrip(this: &Ref<$payload>, vm: &mut Vm, bytes: Option<&Value>) -> Result<Value> {
                common::strip(this, vm, bytes, true, false)
            }
            /// The bytes without white space, or bytes of a set, at the right end.
            #[sig("(bytes=None, /)")]
            fn rstrip(this: &Ref<$payload>, vm: &mut Vm, bytes: Option<&Value>) -> Result<Value> {
                common::strip(this, vm, bytes, false, true)
            }
            /// The bytes padded on the right to a width.
            #[sig("(width, fillchar=b' ', /)")]
            fn ljust(this: &Ref<$payload>, vm: &mut Vm, width: &Value, fillchar: Option<&Value>) -> Result<Value> {
                common::pad(this, vm, "ljust", width, fillchar, kernel::ljust)
            }
            /// The bytes padded on the left to a width.
            #[sig("(width, fillchar=b' ', /)")]
            fn rjust(this: &Ref<$payload>, vm: &mut Vm, width: &Value, fillchar: Option<&Value>) -> Result<Value> {
                common::pad(this, vm, "rjust", width, fillchar, kernel::rjust)
            }
            /// The bytes padded on both sides to a width.
            #[sig("(width, fillchar=b' ', /)")]
            fn center(this: &Ref<$payload>, vm: &mut Vm, width: &Value, fillchar: Option<&Value>) -> Result<Value> {
                common::pad(this, vm, "center", width, fillchar, kernel::center)
            }
            /// The bytes padded with zeros after a sign.
            #[sig("(width, /)")]
            fn zfill(this: &Ref<$payload>, vm: &mut Vm, width: &Value) -> Result<Value> {
                common::zfill(this, vm, width)
            }
            /// Tabs replaced by spaces up to the next tab stop.
            #[sig("(tabsize=8)")]
            fn expandtabs(this: &Ref<$payload>, vm: &mut Vm, tabsize: i32) -> Result<Value> {
                common::expand_tabs(this, vm, tabsize)
            }
            /// The bytes with ASCII letters in upper case.
            #[sig("()")]
            fn upper(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                let t = data(this, &*vm.heap);
                let out = t.to_ascii_uppercase();
                made::<$payload>(vm, Ok(out))
            }
            /// The bytes with ASCII letters in lower case.
            #[sig("()")]
            fn lower(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                let t = data(this, &*vm.heap);
                let out = t.to_ascii_lowercase();
                made::<$payload>(vm, Ok(out))
            }
            /// The bytes with the first byte in upper case, the rest in lower case.
            #[sig("()")]
            fn capitalize(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                let t = data(this, &*vm.heap);
                let out = kernel::capitalize(t);
                made::<$payload>(vm, Ok(out))
            }
            /// The bytes with each word in title case.
            #[sig("()")]
            fn title(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                let t = data(this, &*vm.heap);
                let out = kernel::title(t);
                made::<$payload>(vm, Ok(out))
            }
            /// The bytes with the case of ASCII letters exchanged.
            #[sig("()")]
            fn swapcase(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                let t = data(this, &*vm.heap);
                let out = kernel::swapcase(t);
                made::<$payload>(vm, Ok(out))
            }
            /// Whether all bytes are ASCII letters, and there is one.
            #[sig("()")]
            fn isalpha(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(kernel::is_alpha(t))
            }
            /// Whether all bytes are ASCII letters or digits, and there is one.
            #[sig("()")]
            fn isalnum(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(kernel::is_alnum(t))
            }
            /// Whether all bytes are ASCII digits, and there is one.
            #[sig("()")]
            fn isdigit(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(kernel::is_digit(t))
            }
            /// Whether all bytes are white space, and there is one.
            #[sig("()")]
            fn isspace(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(kernel::all_space(t))
            }
            /// Whether all bytes that are letters are in lower case, and there is one.
            #[sig("()")]
            fn islower(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(kernel::is_lower(t))
            }
            /// Whether all bytes that are letters are in upper case, and there is one.
            #[sig("()")]
            fn isupper(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(kernel::is_upper(t))
            }
            /// Whether all bytes are in title case.
            #[sig("()")]
            fn istitle(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(kernel::is_title(t))
            }
            /// Whether all bytes are ASCII.
            #[sig("()")]
            fn isascii(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let t = data(this, &*vm.heap);
                Ok(t.is_ascii())
            }
        }
    };
}

shared_methods!(BytesShared, Bytes);
shared_methods!(ByteArrayShared, ByteArray);

impl Vm {
    /// A view of a bytes or bytearray object's own memory, whatever `__buffer__` a subclass has.
    pub(crate) fn heap_buffer(&mut self, value: &Value) -> Result<Option<Buffer>> {
        let provider = if value.has_payload::<Bytes>(&*self.heap) { super::buffer::BYTES_PROVIDER } else { super::buffer::BYTEARRAY_PROVIDER };
        Buffer::of_provider(self, value, provider).map(Some)
    }
}

struct BytesMethods;

#[methods]
impl BytesMethods {
    /// Bytes from an iterable of ints, a buffer, encoded text, or that many zeros.
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        if args.len() + kwargs.items.len() > 3 {
            let n = args.len() + kwargs.items.len();
            return Err(vm.type_error(format!("bytes() takes at most 3 arguments ({n} given)")));
        }
        let [source, encoding, errors] = vm.bind_new("bytes", ["source", "encoding", "errors"], args, &kwargs)?;
        let encoding = vm.name_argument("bytes", "encoding", encoding)?;
        let errors = vm.name_argument("bytes", "errors", errors)?;
        let type_id = cls.id(&vm.heap);
        if let (Some(source), None, None) = (source, &encoding, &errors) {
            if type_id == id::BYTES && source.is_exact::<Bytes>() {
                return Ok(source.clone());
            }
            if !source.is_exact::<Bytes>()
                && let Some(f) = vm.heap.special(source.type_id(), Special::Bytes)
            {
                let v = vm.call_unbound(&f, source, &[])?;
                let Some(bytes) = v.downcast::<Bytes>(&*vm.heap) else {
                    let found = vm.type_name(&v);
                    return Err(vm.type_error(format!("__bytes__ returned non-bytes (type {found})")));
                };
                if type_id == id::BYTES {
                    return Ok(v);
                }
                let copy = bytes.get(&*vm.heap).data.to_vec();
                return Ok(vm.heap.bytes_typed(type_id, copy).into_value());
            }
        }
        let content = common::construct(vm, "bytes", source, encoding, errors)?;
        if type_id == id::BYTES {
            return Ok(vm.heap.bytes_boxed(content.into()).into_value());
        }
        Ok(vm.heap.bytes_typed(type_id, content).into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<Bytes>, vm: &mut Vm) -> Result<String> {
        common::room(vm, data(this, &*vm.heap).len().saturating_mul(4))?;
        Ok(krait_text::repr::repr_bytes(data(this, &*vm.heap)))
    }
    #[sig("()")]
    fn __str__(this: &Ref<Bytes>, vm: &mut Vm) -> Result<String> {
        vm.bytes_warning("str() on a bytes instance")?;
        BytesMethods::__repr__(this, vm)
    }
    #[sig("()")]
    fn __hash__(this: &Ref<Bytes>, vm: &mut Vm) -> Result<i64> {
        let bytes = this.get(&*vm.heap);
        if bytes.hash.get() == -1 {
            bytes.hash.set(vm.heap.hash_bytes(&bytes.data));
        }
        Ok(bytes.hash.get())
    }
    #[sig("()")]
    fn __iter__(this: &Ref<Bytes>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.alloc_typed(id::BYTES_ITERATOR, SeqIter { sequence: Some(this.to_value()), index: 0 }).into_value())
    }
    /// The object itself, as exact bytes.
    #[sig("()")]
    fn __bytes__(this: &Ref<Bytes>, vm: &mut Vm) -> Result<Value> {
        Ok(Bytes::unchanged(this, vm))
    }
    #[sig("()")]
    fn __getnewargs__(this: &Ref<Bytes>, vm: &mut Vm) -> Result<Value> {
        let copy = data(this, &*vm.heap).to_vec();
        let copy = Bytes::make(vm, copy);
        Ok(vm.tuple(vec![copy]))
    }
    /// The size of the object in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Bytes>, vm: &mut Vm) -> Result<usize> {
        Ok(33 + data(this, &*vm.heap).len())
    }
}

impl Vm {
    /// With `-b`, warns about a mixture of bytes and text; with `-bb`, refuses it.
    pub(crate) fn bytes_warning(&mut self, message: &str) -> Result<()> {
        if self.config.bytes_warning >= 2 {
            return Err(self.error(crate::Exc::BytesWarning, message));
        }
        Ok(())
    }
}

struct BytesIterMethods;

#[methods]
impl BytesIterMethods {
    #[sig("()")]
    fn __iter__(this: &Ref<SeqIter>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    #[sig("()")]
    fn __next__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let state = this.get(&*vm.heap);
        let (index, sequence) = (state.index as usize, state.sequence.clone());
        let item = match &sequence {
            None => None,
            Some(s) => match s.downcast::<Bytes>(&*vm.heap) {
                Some(b) => b.get(&*vm.heap).data.get(index).copied(),
                None => s.downcast::<ByteArray>(&*vm.heap).and_then(|b| b.get(&*vm.heap).data.get(index).copied()),
            },
        };
        let state = this.get_mut(&mut *vm.heap);
        match item {
            Some(b) => {
                state.index += 1;
                Ok(Value::int32(b.into()))
            }
            None => {
                let done = state.sequence.take();
                drop(done);
                Err(vm.stop_iteration())
            }
        }
    }
    #[sig("()")]
    fn __length_hint__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<usize> {
        vm.sequence_left(this)
    }
    #[sig("()")]
    fn __reduce__(this: &Ref<SeqIter>, vm: &mut Vm) -> Result<Value> {
        let empty = vm.tuple(Vec::new());
        vm.reduce_sequence_iterator(this, empty)
    }
    #[sig("(state, /)")]
    fn __setstate__(this: &Ref<SeqIter>, vm: &mut Vm, state: &Value) -> Result<()> {
        vm.set_sequence_iterator(this, state)
    }
}
