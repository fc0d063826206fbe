//! The `_struct` module on krait-formats' engine: formats, packing, unpacking.

use crate::support;
use krait_formats::structs::{Arg, CHAR_ERROR, Format, Model, Slot, Value as Unpacked, Wants};
use krait_formats::{Class, Failure};
use krait_vm::builtins::buffer::Buffer;
use krait_vm::builtins::bytes::{ByteArray, Bytes};
use krait_vm::builtins::int::IntRef;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Raised, Ref, Result, Special, Traverse, Type, Value, Vm, args::Methods, methods};
use std::collections::HashMap;
use std::rc::Rc;

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<StructFunctions>(module);
    let error = support::exception_type(vm, module, "struct.error", Exc::Exception, "");
    vm.state::<StructState>().error = Some(error);
    let spec = TypeSpec {
        name: "_struct.Struct",
        doc: "Struct(fmt) --> compiled struct object",
        flags: flags::BASETYPE | flags::WEAKREFABLE,
        dict: false,
        methods: Struct::METHODS,
    };
    let ty = vm.define_type::<Struct>(None, &spec);
    vm.module_set(module, "Struct", ty.into());
    let spec = TypeSpec {
        name: "_struct.unpack_iterator",
        doc: "",
        flags: flags::DISALLOW_INSTANTIATION,
        dict: false,
        methods: UnpackIterator::METHODS,
    };
    vm.define_type::<UnpackIterator>(None, &spec);
    Ok(())
}

const MODEL: Model = if cfg!(target_pointer_width = "64") { Model::LP64 } else { Model::ILP32 };

/// Formats are kept, as long as there are not too many.
#[derive(Default)]
struct StructState {
    error: Option<Ref<Type>>,
    cache: HashMap<Vec<u8>, Rc<Format>>,
}

#[cold]
fn fail(vm: &mut Vm, e: &Failure) -> Raised {
    match vm.state::<StructState>().error.clone() {
        Some(ty) => support::failure(vm, &ty, e),
        None => vm.value_error(&e.message),
    }
}
#[cold]
fn struct_error(vm: &mut Vm, message: String) -> Raised {
    fail(vm, &Failure::module(message))
}

/// The format that a str or bytes object spells.
fn parse(vm: &mut Vm, value: &Value) -> Result<(Rc<Format>, Vec<u8>)> {
    let text = if let Some(s) = value.downcast::<Str>(&*vm.heap) {
        let s = s.get(&*vm.heap);
        match s.as_ascii() {
            Some(text) => text.as_bytes().to_vec(),
            None => return Err(vm.value_error("format must contain only ASCII characters")),
        }
    } else if let Some(b) = value.downcast::<Bytes>(&*vm.heap) {
        b.get(&*vm.heap).data.to_vec()
    } else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("Struct() argument 1 must be a str or bytes object, not {name}")));
    };
    if let Some(format) = vm.state::<StructState>().cache.get(&text) {
        return Ok((format.clone(), text));
    }
    let format = match Format::parse(&text, MODEL) {
        Ok(format) => Rc::new(format),
        Err(e) => return Err(fail(vm, &e)),
    };
    let cache = &mut vm.state::<StructState>().cache;
    if cache.len() >= 100 {
        cache.clear();
    }
    cache.insert(text.clone(), format.clone());
    Ok((format, text))
}

/// Packs one argument.
fn pack_slot(vm: &mut Vm, slot: &Slot, value: &Value, record: &mut [u8]) -> Result<()> {
    let mut content = Vec::new();
    let arg = match slot.wants() {
        Wants::Int => {
            let n = if value.is_int(&*vm.heap) {
                value.clone()
            } else if vm.heap.has_special(value, Special::Index) {
                vm.index(value)?
            } else {
                return Err(struct_error(vm, "required argument is not an integer".into()));
            };
            match n.as_int(&*vm.heap) {
                Some(IntRef::Small(n)) => Arg::Int(i128::from(n)),
                Some(IntRef::Big(n)) => i128::try_from(n).map_or(Arg::HugeInt, Arg::Int),
                None => Arg::HugeInt,
            }
        }
        Wants::Float => match vm.to_f64(value) {
            Ok(x) => Arg::Float(x),
            Err(_) => {
                vm.take_pending();
                return Err(struct_error(vm, "required argument is not a float".into()));
            }
        },
        Wants::Complex => match vm.to_complex(value) {
            Ok((re, im)) => Arg::Complex(re, im),
            Err(_) => {
                vm.take_pending();
                return Err(struct_error(vm, "required argument is not a complex".into()));
            }
        },
        Wants::Bool => Arg::Bool(vm.truth(value)?),
        Wants::Char => match value.downcast::<Bytes>(&*vm.heap) {
            Some(b) => {
                content.extend_from_slice(&b.get(&*vm.heap).data);
                Arg::Bytes(&content)
            }
            None => return Err(struct_error(vm, CHAR_ERROR.into())),
        },
        Wants::Bytes => {
            if let Some(b) = value.downcast::<Bytes>(&*vm.heap) {
                content.extend_from_slice(&b.get(&*vm.heap).data);
            } else if let Some(b) = value.downcast::<ByteArray>(&*vm.heap) {
                content.extend_from_slice(&b.get(&*vm.heap).data);
            } else {
                let code = char::from(slot.code);
                return Err(struct_error(vm, format!("argument for '{code}' must be a bytes object")));
            }
            Arg::Bytes(&content)
        }
    };
    slot.pack(arg, record).map_err(|e| {
        if e.class == Class::OverflowError && value.is_int(&*vm.heap) {
            return struct_error(vm, "int too large to convert".into());
        }
        fail(vm, &e)
    })
}

fn pack(vm: &mut Vm, format: &Format, values: &[Value], function: &str) -> Result<Vec<u8>> {
    if values.len() != format.count {
        let (expected, got) = (format.count, values.len());
        return Err(struct_error(vm, format!("{function} expected {expected} items for packing (got {got})")));
    }
    let room = vm.heap.check_room(format.size);
    vm.memory(room)?;
    let mut record = vec![0; format.size];
    for (slot, value) in format.slots().zip(values) {
        pack_slot(vm, &slot, value, &mut record)?;
    }
    Ok(record)
}

fn unpack(vm: &mut Vm, format: &Format, record: &[u8]) -> Result<Value> {
    let mut values = Vec::with_capacity(format.count.min(1 << 16));
    for slot in format.slots() {
        let value = match slot.unpack(record) {
            Some(Unpacked::Signed(n)) => vm.heap.int(i128::from(n)),
            Some(Unpacked::Unsigned(n)) => vm.heap.int(i128::from(n)),
            Some(Unpacked::Float(x)) => Value::float(x),
            Some(Unpacked::Complex(re, im)) => vm.heap.complex(re, im),
            Some(Unpacked::Bool(b)) => Value::bool(b),
            Some(Unpacked::Bytes(b)) => vm.heap.bytes(b).into(),
            None => Value::NONE,
        };
        values.push(value);
    }
    Ok(vm.tuple(values))
}

fn unpack_whole(vm: &mut Vm, format: &Format, buffer: &Buffer) -> Result<Value> {
    if buffer.len != format.size {
        let size = format.size;
        return Err(struct_error(vm, format!("unpack requires a buffer of {size} bytes")));
    }
    let record = buffer.bytes(&*vm.heap).to_vec();
    unpack(vm, format, &record)
}

/// The start of a record in a buffer, checked; `verb` is "pack" or "unpack".
fn record_start(vm: &mut Vm, format: &Format, len: usize, offset: isize, packing: bool) -> Result<usize> {
    let size = format.size as isize;
    let mut start = offset;
    if offset < 0 {
        if offset + size > 0 {
            let message = if packing {
                format!("no space to pack {size} bytes at offset {offset}")
            } else {
                format!("not enough data to unpack {size} bytes at offset {offset}")
            };
            return Err(struct_error(vm, message));
        }
        if offset + (len as isize) < 0 {
            return Err(struct_error(vm, format!("offset {offset} out of range for {len}-byte buffer")));
        }
        start += len as isize;
    }
    if (len as isize) - start < size {
        let (verb, doing) = if packing { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
        let needed = size as usize + start as usize;
        return Err(struct_error(
            vm,
            format!("{verb} requires a buffer of at least {needed} bytes for {doing} {size} bytes at offset {start} (actual buffer size is {len})"),
        ));
    }
    Ok(start as usize)
}

fn unpack_from(vm: &mut Vm, format: &Format, buffer: &Buffer, offset: isize) -> Result<Value> {
    let start = record_start(vm, format, buffer.len, offset, false)?;
    let record = buffer.bytes(&*vm.heap)[start..start + format.size].to_vec();
    unpack(vm, format, &record)
}

fn pack_into(vm: &mut Vm, format: &Format, args: &[Value]) -> Result<()> {
    if args.len() < 2 || args.len() - 2 != format.count {
        return Err(match args.len() {
            0 => struct_error(vm, "pack_into expected buffer argument".into()),
            1 => struct_error(vm, "pack_into expected offset argument".into()),
            n => {
                let expected = format.count;
                struct_error(vm, format!("pack_into expected {expected} items for packing (got {})", n - 2))
            }
        });
    }
    let buffer = vm.buffer_mut_argument(&args[0], "argument")?;
    let offset = vm.index_size(&args[1])?;
    let start = record_start(vm, format, buffer.len, offset, true)?;
    let record = pack(vm, format, &args[2..], "pack_into")?;
    // Converting the arguments may have changed the buffer's owner, but not its length: it is exported.
    if let Some(target) = buffer.bytes_mut(&mut *vm.heap).get_mut(start..start + record.len()) {
        target.copy_from_slice(&record);
    }
    Ok(())
}

fn iter_unpack(vm: &mut Vm, format: Rc<Format>, buffer: Buffer) -> Result<Value> {
    if format.size == 0 {
        return Err(struct_error(vm, "cannot iteratively unpack with a struct of length 0".into()));
    }
    if !buffer.len.is_multiple_of(format.size) {
        let size = format.size;
        return Err(struct_error(vm, format!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
    }
    Ok(vm.heap.alloc(UnpackIterator { format, buffer: Some(buffer), at: 0 }).into())
}

struct StructFunctions;

#[methods]
impl StructFunctions {
    /// Clear the internal cache.
    #[sig("()")]
    fn _clearcache(vm: &mut Vm) -> Result<()> {
        vm.state::<StructState>().cache.clear();
        Ok(())
    }
    /// Return size in bytes of the struct described by the format string.
    #[sig("(format, /)")]
    fn calcsize(vm: &mut Vm, format: &Value) -> Result<usize> {
        Ok(parse(vm, format)?.0.size)
    }
    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[sig("(*args)")]
    fn pack(vm: &mut Vm, args: &[Value]) -> Result<Value> {
        let Some((format, values)) = args.split_first() else { return Err(vm.type_error("missing format argument")) };
        let (format, _) = parse(vm, format)?;
        let record = pack(vm, &format, values, "pack")?;
        Ok(vm.heap.bytes_boxed(record.into()).into())
    }
    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[sig("(*args)")]
    fn pack_into(vm: &mut Vm, args: &[Value]) -> Result<()> {
        let Some((format, args)) = args.split_first() else { return Err(vm.type_error("missing format argument")) };
        let (format, _) = parse(vm, format)?;
        pack_into(vm, &format, args)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[sig("(format, buffer, /)")]
    fn unpack(vm: &mut Vm, format: &Value, buffer: Buffer) -> Result<Value> {
        let (format, _) = parse(vm, format)?;
        unpack_whole(vm, &format, &buffer)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[sig("(format, /, buffer, offset=0)")]
    fn unpack_from(vm: &mut Vm, format: &Value, buffer: Buffer, offset: isize) -> Result<Value> {
        let (format, _) = parse(vm, format)?;
        unpack_from(vm, &format, &buffer, offset)
    }
    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[sig("(format, buffer, /)")]
    fn iter_unpack(vm: &mut Vm, format: &Value, buffer: Buffer) -> Result<Value> {
        let (format, _) = parse(vm, format)?;
        iter_unpack(vm, format, buffer)
    }
}

/// `struct.Struct`: a format with its methods.
#[derive(Traverse)]
struct Struct {
    #[traverse(skip)]
    format: Option<Rc<Format>>,
    text: Vec<u8>,
}

fn ready(this: &Ref<Struct>, vm: &mut Vm) -> Result<Rc<Format>> {
    match &this.get(&*vm.heap).format {
        Some(format) => Ok(format.clone()),
        None => Err(vm.runtime_error("Struct object is not initialized")),
    }
}

#[methods]
impl Struct {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Struct { format: None, text: Vec::new() }).into())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(format)")]
    fn __init__(this: &Ref<Struct>, vm: &mut Vm, format: &Value) -> Result<()> {
        let (format, text) = parse(vm, format)?;
        let this = this.get_mut(&mut *vm.heap);
        this.format = Some(format);
        this.text = text;
        Ok(())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Struct>, vm: &mut Vm) -> Result<String> {
        ready(this, vm)?;
        let text = this.get(&*vm.heap).text.clone();
        let text = vm.heap.str_latin1(&text);
        let (name, text) = (vm.type_of(this.as_value()).name(&vm.heap), vm.repr_text(text.as_value())?);
        Ok(format!("{name}({text})"))
    }
    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[sig("(buffer, /)")]
    fn iter_unpack(this: &Ref<Struct>, vm: &mut Vm, buffer: Buffer) -> Result<Value> {
        let format = ready(this, vm)?;
        iter_unpack(vm, format, buffer)
    }
    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[sig("(*args)")]
    fn pack(this: &Ref<Struct>, vm: &mut Vm, args: &[Value]) -> Result<Value> {
        let format = ready(this, vm)?;
        let record = pack(vm, &format, args, "pack")?;
        Ok(vm.heap.bytes_boxed(record.into()).into())
    }
    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  See
    /// help(struct) for more on format strings.
    #[sig("(*args)")]
    fn pack_into(this: &Ref<Struct>, vm: &mut Vm, args: &[Value]) -> Result<()> {
        let format = ready(this, vm)?;
        pack_into(vm, &format, args)
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[sig("(buffer, /)")]
    fn unpack(this: &Ref<Struct>, vm: &mut Vm, buffer: Buffer) -> Result<Value> {
        let format = ready(this, vm)?;
        unpack_whole(vm, &format, &buffer)
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[sig("(buffer, offset=0)")]
    fn unpack_from(this: &Ref<Struct>, vm: &mut Vm, buffer: Buffer, offset: isize) -> Result<Value> {
        let format = ready(this, vm)?;
        unpack_from(vm, &format, &buffer, offset)
    }
    /// S.__sizeof__() -> size of S in memory, in bytes
    #[sig("()")]
    fn __sizeof__(this: &Ref<Struct>, vm: &mut Vm) -> Result<usize> {
        let format = ready(this, vm)?;
        Ok(72 + 32 * format.fields().len())
    }
    /// struct format string
    #[getter]
    fn format(this: &Ref<Struct>, vm: &mut Vm) -> Result<Value> {
        ready(this, vm)?;
        let text = this.get(&*vm.heap).text.clone();
        Ok(vm.heap.str_latin1(&text).into())
    }
    /// struct size in bytes
    #[getter]
    fn size(this: &Ref<Struct>, vm: &mut Vm) -> Result<usize> {
        Ok(ready(this, vm)?.size)
    }
}

#[derive(Traverse)]
struct UnpackIterator {
    #[traverse(skip)]
    format: Rc<Format>,
    /// `None` at the end.
    buffer: Option<Buffer>,
    at: usize,
}

#[methods]
impl UnpackIterator {
    /// Implement iter(self).
    #[sig("()")]
    fn __iter__(this: &Ref<UnpackIterator>, _vm: &mut Vm) -> Result<Value> {
        Ok(this.to_value())
    }
    /// Implement next(self).
    #[sig("()")]
    fn __next__(this: &Ref<UnpackIterator>, vm: &mut Vm) -> Result<Value> {
        let it = this.get(&*vm.heap);
        let (format, at) = (it.format.clone(), it.at);
        let record = it.buffer.as_ref().and_then(|b| b.bytes(&*vm.heap).get(at..at + format.size)).map(<[u8]>::to_vec);
        let Some(record) = record else {
            let done = this.get_mut(&mut *vm.heap).buffer.take();
            drop(done);
            return Err(vm.stop_iteration());
        };
        this.get_mut(&mut *vm.heap).at += record.len();
        unpack(vm, &format, &record)
    }
    #[sig("()")]
    fn __length_hint__(this: &Ref<UnpackIterator>, vm: &mut Vm) -> Result<usize> {
        let it = this.get(&*vm.heap);
        Ok(it.buffer.as_ref().map_or(0, |b| (b.len - it.at) / it.format.size))
    }
}
