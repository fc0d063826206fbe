//! The `zlib` module on zlib-rs.
//!
//! Streams cannot be copied by the library; for `copy()` they remember what they were fed, up to a limit, and replay
//! it. Compressed bytes may differ from the C library's; they mean the same.

use crate::support;
use krait_vm::builtins::buffer::Buffer;
use krait_vm::builtins::module::Module;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Exc, Raised, Ref, Result, Traverse, Type, Value, Vm, args::Methods, methods};
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateError, InflateFlush, Method, Status, Strategy};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<ZlibFunctions>(module);
    let error = support::exception_type(vm, module, "zlib.error", Exc::Exception, "");
    vm.state::<ZlibState>().error = Some(error);
    let hidden = |name, methods| TypeSpec { name, doc: "", flags: flags::DISALLOW_INSTANTIATION, dict: false, methods };
    vm.define_type::<Compress>(None, &hidden("zlib.Compress", Compress::METHODS));
    vm.define_type::<Decompress>(None, &hidden("zlib.Decompress", Decompress::METHODS));
    let spec = TypeSpec {
        name: "zlib._ZlibDecompressor",
        doc: "Create a decompressor object for decompressing data incrementally.",
        flags: 0,
        dict: false,
        methods: Decompressor::METHODS,
    };
    let ty = vm.define_type::<Decompressor>(None, &spec);
    vm.module_set(module, "_ZlibDecompressor", ty.into());
    for (name, n) in CONSTANTS {
        vm.module_set(module, name, Value::int32(n));
    }
    for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
        let version = vm.str("1.3.1");
        vm.module_set(module, name, version);
    }
    Ok(())
}

const CONSTANTS: [(&str, i32); 20] = [
    ("MAX_WBITS", 15),
    ("DEFLATED", 8),
    ("DEF_MEM_LEVEL", 8),
    ("DEF_BUF_SIZE", 16384),
    ("Z_NO_COMPRESSION", 0),
    ("Z_BEST_SPEED", 1),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_FILTERED", 1),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_RLE", 3),
    ("Z_FIXED", 4),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_SYNC_FLUSH", 2),
    ("Z_FULL_FLUSH", 3),
    ("Z_FINISH", 4),
    ("Z_BLOCK", 5),
    ("Z_TREES", 6),
];

/// Bytes a stream remembers for `copy()`.
const REPLAY_LIMIT: usize = 16 << 20;
const CHUNK: usize = 16 << 10;

#[derive(Default)]
struct ZlibState {
    error: Option<Ref<Type>>,
}

#[cold]
fn error(vm: &mut Vm, message: &str) -> Raised {
    match vm.state::<ZlibState>().error.clone() {
        Some(ty) => support::raise(vm, &ty, message),
        None => vm.value_error(message),
    }
}
#[cold]
fn stream_error(vm: &mut Vm, code: i32, doing: &str, detail: Option<&str>) -> Raised {
    let detail = detail.or(match code {
        -5 => Some("incomplete or truncated stream"),
        -2 => Some("inconsistent stream state"),
        -3 => Some("invalid input data"),
        _ => None,
    });
    let message = match detail {
        Some(detail) => format!("Error {code} {doing}: {detail}"),
        None => format!("Error {code} {doing}"),
    };
    error(vm, &message)
}

fn inflate_new(wbits: i64) -> Option<Inflate> {
    match wbits {
        -15..=-8 => Some(Inflate::new(false, -wbits as u8)),
        0 | 8..=15 | 24..=31 | 40..=47 => Some(Inflate::new(true, wbits as u8)),
        _ => None,
    }
}

fn deflate_config(level: i64, method: i64, wbits: i64, mem_level: i64, strategy: i64) -> Option<DeflateConfig> {
    let ok = matches!(wbits, -15..=-9 | 9..=15 | 25..=31) && (-1..=9).contains(&level) && (1..=9).contains(&mem_level) && method == 8;
    Some(DeflateConfig {
        level: level as i32,
        method: Method::Deflated,
        window_bits: wbits as i32,
        mem_level: mem_level as i32,
        strategy: Strategy::try_from(strategy as i32).ok()?,
    })
    .filter(|_| ok)
}

fn deflate_flush(mode: i64) -> DeflateFlush {
    match mode {
        0 => DeflateFlush::NoFlush,
        1 => DeflateFlush::PartialFlush,
        2 => DeflateFlush::SyncFlush,
        3 => DeflateFlush::FullFlush,
        5 => DeflateFlush::Block,
        _ => DeflateFlush::Finish,
    }
}

/// Runs a compressor over all of `input`; `None` on a stream error.
fn deflate(stream: &mut Deflate, input: &[u8], flush: DeflateFlush) -> Option<Vec<u8>> {
    let (mut out, mut at) = (Vec::new(), 0);
    let mut chunk = vec![0; CHUNK];
    loop {
        let (fed, made) = (stream.total_in(), stream.total_out());
        let status = stream.compress(&input[at..], &mut chunk, flush).ok()?;
        at += (stream.total_in() - fed) as usize;
        let n = (stream.total_out() - made) as usize;
        out.extend_from_slice(&chunk[..n]);
        // Output that does not fill its room is all there is for now.
        if status == Status::StreamEnd || (n < CHUNK && (at == input.len() || status == Status::BufError)) {
            return Some(out);
        }
    }
}

/// What a decompression step came to.
struct Inflated {
    out: Vec<u8>,
    /// Bytes of input used.
    used: usize,
    ended: bool,
}

/// Decompresses until the input or the room for output is used up.
fn inflate(vm: &mut Vm, stream: &mut Inflate, input: &[u8], limit: usize, dictionary: Option<&[u8]>, doing: &str) -> Result<Inflated> {
    let (mut out, mut at) = (Vec::new(), 0);
    let mut chunk = vec![0; CHUNK.min(limit)];
    loop {
        let room = chunk.len().min(limit - out.len());
        if room == 0 {
            return Ok(Inflated { out, used: at, ended: false });
        }
        let (fed, made) = (stream.total_in(), stream.total_out());
        let status = stream.decompress(&input[at..], &mut chunk[..room], InflateFlush::SyncFlush);
        at += (stream.total_in() - fed) as usize;
        let n = (stream.total_out() - made) as usize;
        out.extend_from_slice(&chunk[..n]);
        if out.len() > 1 << 20 {
            let room = vm.heap.check_room(out.len());
            vm.memory(room)?;
            vm.poll()?;
        }
        match status {
            Ok(Status::StreamEnd) => return Ok(Inflated { out, used: at, ended: true }),
            Ok(Status::Ok | Status::BufError) => {
                if n < room {
                    return Ok(Inflated { out, used: at, ended: false });
                }
            }
            Err(InflateError::NeedDict { .. }) => match dictionary {
                Some(dictionary) => {
                    if let Err(e) = stream.set_dictionary(dictionary) {
                        return Err(stream_error(vm, code_of(e), "while setting zdict", None));
                    }
                }
                None => return Err(stream_error(vm, 2, doing, Some("need dictionary"))),
            },
            Err(e) => {
                let detail = stream.error_message();
                return Err(stream_error(vm, code_of(e), doing, detail));
            }
        }
    }
}

fn code_of(e: InflateError) -> i32 {
    match e {
        InflateError::NeedDict { .. } => 2,
        InflateError::StreamError => -2,
        InflateError::DataError => -3,
        InflateError::MemError => -4,
    }
}

/// A checksum's start value: any int, its low 32 bits.
fn checksum_start(vm: &mut Vm, value: Option<Value>, default: u32) -> Result<u32> {
    let Some(value) = value else { return Ok(default) };
    let n = vm.index(&value)?;
    let n = vm.big(&n) & dashu_int::IBig::from(u32::MAX);
    Ok(u32::try_from(&n).unwrap_or(0))
}

fn bytes(vm: &mut Vm, data: Vec<u8>) -> Value {
    vm.heap.bytes_boxed(data.into()).into()
}

fn dictionary(vm: &mut Vm, zdict: Option<&Value>) -> Result<Option<Vec<u8>>> {
    let Some(zdict) = zdict else { return Ok(None) };
    match vm.buffer_opt(zdict)? {
        Some(b) => Ok(Some(b.bytes(&*vm.heap).to_vec())),
        None => Err(vm.type_error("zdict argument must support the buffer protocol")),
    }
}

struct ZlibFunctions;

#[methods]
impl ZlibFunctions {
    /// Compute an Adler-32 checksum of data.
    ///
    /// The returned checksum is an integer.
    #[sig("(data, value=1, /)")]
    fn adler32(vm: &mut Vm, data: Buffer, value: Option<Value>) -> Result<u32> {
        let mut sum = adler2::Adler32::from_checksum(checksum_start(vm, value, 1)?);
        sum.write_slice(data.bytes(&*vm.heap));
        Ok(sum.checksum())
    }
    /// Compute a CRC-32 checksum of data.
    ///
    /// The returned checksum is an integer.
    #[sig("(data, value=0, /)")]
    fn crc32(vm: &mut Vm, data: Buffer, value: Option<Value>) -> Result<u32> {
        let start = checksum_start(vm, value, 0)?;
        Ok(zlib_rs::crc32::crc32(start, data.bytes(&*vm.heap)))
    }
    /// Returns a bytes object containing compressed data.
    #[sig("(data, /, level=-1, wbits=15)")]
    fn compress(vm: &mut Vm, data: Buffer, level: i64, wbits: i64) -> Result<Value> {
        let Some(config) = deflate_config(level, 8, wbits, 8, 0) else { return Err(error(vm, "Bad compression level")) };
        let mut stream = Deflate::new_with_config(config);
        match deflate(&mut stream, data.bytes(&*vm.heap), DeflateFlush::Finish) {
            Some(out) => Ok(bytes(vm, out)),
            None => Err(stream_error(vm, -2, "while compressing data", None)),
        }
    }
    /// Returns a bytes object containing the uncompressed data.
    #[sig("(data, /, wbits=15, bufsize=16384)")]
    fn decompress(vm: &mut Vm, data: Buffer, wbits: i64, bufsize: i64) -> Result<Value> {
        if bufsize < 0 {
            return Err(vm.value_error("bufsize must be non-negative"));
        }
        let Some(mut stream) = inflate_new(wbits) else {
            return Err(stream_error(vm, -2, "while preparing to decompress data", None));
        };
        let input = data.bytes(&*vm.heap).to_vec();
        let done = inflate(vm, &mut stream, &input, usize::MAX, None, "while decompressing data")?;
        if !done.ended {
            return Err(stream_error(vm, -5, "while decompressing data", None));
        }
        Ok(bytes(vm, done.out))
    }
    /// Return a compressor object.
    #[sig("(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=<unrepresentable>)")]
    fn compressobj(vm: &mut Vm, level: i64, method: i64, wbits: i64, mem_level: i64, strategy: i64, zdict: Option<Value>) -> Result<Value> {
        let zdict = dictionary(vm, zdict.as_ref())?;
        let Some(config) = deflate_config(level, method, wbits, mem_level, strategy) else {
            return Err(vm.value_error("Invalid initialization option"));
        };
        let Some(stream) = compressor(config, zdict.as_deref()) else {
            return Err(vm.value_error("Invalid dictionary"));
        };
        let object = Compress { stream: Some(Box::new(stream)), config, zdict, fed: Vec::new(), log: Some(Vec::new()) };
        Ok(vm.heap.alloc(object).into())
    }
    /// Return a decompressor object.
    #[sig("(wbits=15, zdict=<unrepresentable>)")]
    fn decompressobj(vm: &mut Vm, wbits: i64, zdict: Option<Value>) -> Result<Value> {
        let zdict = dictionary(vm, zdict.as_ref())?;
        let Some(mut stream) = inflate_new(wbits) else { return Err(vm.value_error("Invalid initialization option")) };
        if let (Some(zdict), true) = (&zdict, wbits < 0)
            && stream.set_dictionary(zdict).is_err()
        {
            return Err(vm.value_error("Invalid dictionary"));
        }
        let object = Decompress {
            stream: Box::new(stream),
            wbits,
            zdict,
            fed: Some(Vec::new()),
            unused: Vec::new(),
            tail: Vec::new(),
            eof: false,
        };
        Ok(vm.heap.alloc(object).into())
    }
}

fn compressor(config: DeflateConfig, zdict: Option<&[u8]>) -> Option<Deflate> {
    let mut stream = Deflate::new_with_config(config);
    if let Some(zdict) = zdict {
        stream.set_dictionary(zdict).ok()?;
    }
    Some(stream)
}

/// `compressobj()`.
#[derive(Traverse)]
struct Compress {
    /// `None` once finished.
    #[traverse(skip)]
    stream: Option<Box<Deflate>>,
    #[traverse(skip)]
    config: DeflateConfig,
    #[traverse(skip)]
    zdict: Option<Vec<u8>>,
    fed: Vec<u8>,
    /// Where in `fed` which flush happened; `None` when there was too much to remember.
    #[traverse(skip)]
    log: Option<Vec<(usize, i64)>>,
}

impl Compress {
    fn run(&mut self, data: &[u8], mode: i64) -> Option<Vec<u8>> {
        let out = deflate(self.stream.as_mut()?, data, deflate_flush(mode))?;
        if self.fed.len() + data.len() > REPLAY_LIMIT {
            self.log = None;
            self.fed = Vec::new();
        } else if let Some(log) = &mut self.log {
            self.fed.extend_from_slice(data);
            if mode != 0 {
                log.push((self.fed.len(), mode));
            }
        }
        if mode == 4 {
            self.stream = None;
        }
        Some(out)
    }
}

#[methods]
impl Compress {
    /// Returns a bytes object containing compressed data.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[sig("(data, /)")]
    fn compress(this: &Ref<Compress>, vm: &mut Vm, data: Buffer) -> Result<Value> {
        let data = data.bytes(&*vm.heap).to_vec();
        match this.get_mut(&mut *vm.heap).run(&data, 0) {
            Some(out) => Ok(bytes(vm, out)),
            None => Err(stream_error(vm, -2, "while compressing data", None)),
        }
    }
    /// Return a bytes object containing any remaining compressed data.
    #[sig("(mode=4, /)")]
    fn flush(this: &Ref<Compress>, vm: &mut Vm, mode: i64) -> Result<Value> {
        if mode == 0 {
            return Ok(bytes(vm, Vec::new()));
        }
        match this.get_mut(&mut *vm.heap).run(&[], mode) {
            Some(out) => Ok(bytes(vm, out)),
            None => Err(stream_error(vm, -2, "while flushing", None)),
        }
    }
    /// Return a copy of the compression object.
    #[sig("()")]
    fn copy(this: &Ref<Compress>, vm: &mut Vm) -> Result<Value> {
        let object = this.get(&*vm.heap);
        if object.stream.is_none() {
            return Err(vm.value_error("Inconsistent stream state"));
        }
        let (config, zdict, fed, log) = (object.config, object.zdict.clone(), object.fed.clone(), object.log.clone());
        let (Some(log), Some(stream)) = (log, compressor(config, zdict.as_deref())) else {
            return Err(vm.value_error("Inconsistent stream state"));
        };
        let mut copy = Compress { stream: Some(Box::new(stream)), config, zdict, fed: Vec::new(), log: Some(Vec::new()) };
        let mut at = 0;
        for (end, mode) in log {
            copy.run(&fed[at..end], mode);
            at = end;
        }
        copy.run(&fed[at..], 0);
        Ok(vm.heap.alloc(copy).into())
    }
    #[sig("()")]
    fn __copy__(this: &Ref<Compress>, vm: &mut Vm) -> Result<Value> {
        Compress::copy(this, vm)
    }
    #[sig("(memo, /)")]
    fn __deepcopy__(this: &Ref<Compress>, vm: &mut Vm, memo: &Value) -> Result<Value> {
        let _ = memo;
        Compress::copy(this, vm)
    }
}

/// `decompressobj()`.
#[derive(Traverse)]
struct Decompress {
    #[traverse(skip)]
    stream: Box<Inflate>,
    wbits: i64,
    #[traverse(skip)]
    zdict: Option<Vec<u8>>,
    /// What went in so far, with the limits of output; `None` when there was too much to remember.
    #[traverse(skip)]
    fed: Option<Vec<u8>>,
    unused: Vec<u8>,
    tail: Vec<u8>,
    eof: bool,
}

/// One step of a `decompressobj`, whose stream is out of the object meanwhile.
fn decompress_step(this: &Ref<Decompress>, vm: &mut Vm, data: &[u8], limit: usize) -> Result<Value> {
    let object = this.get_mut(&mut *vm.heap);
    if object.eof {
        object.unused.extend_from_slice(data);
        return Ok(bytes(vm, Vec::new()));
    }
    let Some(idle) = inflate_new(15) else { return Ok(Value::NONE) };
    let mut stream = std::mem::replace(&mut object.stream, Box::new(idle));
    let zdict = object.zdict.clone();
    let result = inflate(vm, &mut stream, data, limit, zdict.as_deref(), "while decompressing data");
    let object = this.get_mut(&mut *vm.heap);
    object.stream = stream;
    let done = result?;
    let (used, rest) = data.split_at(done.used);
    match &mut object.fed {
        Some(fed) if fed.len() + used.len() <= REPLAY_LIMIT => fed.extend_from_slice(used),
        _ => object.fed = None,
    }
    if done.ended {
        object.eof = true;
        object.unused = rest.to_vec();
        object.tail = Vec::new();
    } else {
        object.tail = rest.to_vec();
    }
    Ok(bytes(vm, done.out))
}

#[methods]
impl Decompress {
    /// Return a bytes object containing the decompressed version of the data.
    #[sig("(data, /, max_length=0)")]
    fn decompress(this: &Ref<Decompress>, vm: &mut Vm, data: Buffer, max_length: i64) -> Result<Value> {
        if max_length < 0 {
            return Err(vm.value_error("max_length must be non-negative"));
        }
        let data = data.bytes(&*vm.heap).to_vec();
        let limit = if max_length == 0 { usize::MAX } else { max_length as usize };
        decompress_step(this, vm, &data, limit)
    }
    /// Return a bytes object containing any remaining decompressed data.
    #[sig("(length=16384, /)")]
    fn flush(this: &Ref<Decompress>, vm: &mut Vm, length: i64) -> Result<Value> {
        if length <= 0 {
            return Err(vm.value_error("length must be greater than zero"));
        }
        let tail = std::mem::take(&mut this.get_mut(&mut *vm.heap).tail);
        decompress_step(this, vm, &tail, usize::MAX)
    }
    /// Return a copy of the decompression object.
    #[sig("()")]
    fn copy(this: &Ref<Decompress>, vm: &mut Vm) -> Result<Value> {
        let object = this.get(&*vm.heap);
        let (wbits, zdict, fed) = (object.wbits, object.zdict.clone(), object.fed.clone());
        let (unused, tail, eof) = (object.unused.clone(), object.tail.clone(), object.eof);
        let made = object.stream.total_out() as usize;
        let (Some(fed), Some(mut stream)) = (fed, inflate_new(wbits)) else {
            return Err(vm.value_error("Inconsistent stream state"));
        };
        if let (Some(zdict), true) = (&zdict, wbits < 0) {
            let _ = stream.set_dictionary(zdict);
        }
        if made > 0 || !fed.is_empty() {
            inflate(vm, &mut stream, &fed, made.max(1), zdict.as_deref(), "while copying decompression object")?;
        }
        let copy = Decompress { stream: Box::new(stream), wbits, zdict, fed: Some(fed), unused, tail, eof };
        Ok(vm.heap.alloc(copy).into())
    }
    #[sig("()")]
    fn __copy__(this: &Ref<Decompress>, vm: &mut Vm) -> Result<Value> {
        Decompress::copy(this, vm)
    }
    #[sig("(memo, /)")]
    fn __deepcopy__(this: &Ref<Decompress>, vm: &mut Vm, memo: &Value) -> Result<Value> {
        let _ = memo;
        Decompress::copy(this, vm)
    }
    #[getter]
    fn unused_data(this: &Ref<Decompress>, vm: &mut Vm) -> Result<Value> {
        let data = this.get(&*vm.heap).unused.clone();
        Ok(bytes(vm, data))
    }
    #[getter]
    fn unconsumed_tail(this: &Ref<Decompress>, vm: &mut Vm) -> Result<Value> {
        let data = this.get(&*vm.heap).tail.clone();
        Ok(bytes(vm, data))
    }
    #[getter]
    fn eof(this: &Ref<Decompress>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).eof)
    }
}

/// `_ZlibDecompressor`: what gzip reads through.
#[derive(Traverse)]
struct Decompressor {
    #[traverse(skip)]
    stream: Box<Inflate>,
    #[traverse(skip)]
    zdict: Option<Vec<u8>>,
    /// Input not used yet.
    pending: Vec<u8>,
    unused: Vec<u8>,
    eof: bool,
    needs_input: bool,
}

#[methods]
impl Decompressor {
    #[sig("(wbits=15, zdict=<unrepresentable>)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, wbits: i64, zdict: Option<Value>) -> Result<Value> {
        let zdict = dictionary(vm, zdict.as_ref())?;
        let Some(mut stream) = inflate_new(wbits) else { return Err(vm.value_error("Invalid initialization option")) };
        if let (Some(zdict), true) = (&zdict, wbits < 0) {
            let _ = stream.set_dictionary(zdict);
        }
        let object =
            Decompressor { stream: Box::new(stream), zdict, pending: Vec::new(), unused: Vec::new(), eof: false, needs_input: true };
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, object).into())
    }
    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either because this
    /// was less than *max_length* bytes, or because *max_length* was negative),
    /// *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached raises an
    /// EOFError.  Any data found after the end of the stream is ignored and saved in
    /// the unused_data attribute.
    #[sig("(data, max_length=-1)")]
    fn decompress(this: &Ref<Decompressor>, vm: &mut Vm, data: Buffer, max_length: i64) -> Result<Value> {
        if this.get(&*vm.heap).eof {
            return Err(vm.error(Exc::EOFError, "End of stream already reached"));
        }
        let Some(idle) = inflate_new(15) else { return Ok(Value::NONE) };
        let data = data.bytes(&*vm.heap).to_vec();
        let object = this.get_mut(&mut *vm.heap);
        let mut input = std::mem::take(&mut object.pending);
        input.extend_from_slice(&data);
        let mut stream = std::mem::replace(&mut object.stream, Box::new(idle));
        let zdict = object.zdict.clone();
        let limit = usize::try_from(max_length).unwrap_or(usize::MAX);
        let result = inflate(vm, &mut stream, &input, limit, zdict.as_deref(), "while decompressing data");
        let object = this.get_mut(&mut *vm.heap);
        object.stream = stream;
        let done = result?;
        let rest = input.split_off(done.used);
        object.needs_input = !done.ended && rest.is_empty() && (done.out.len() < limit || limit == 0);
        if done.ended {
            object.eof = true;
            object.unused = rest;
        } else {
            object.pending = rest;
        }
        Ok(bytes(vm, done.out))
    }
    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(this: &Ref<Decompressor>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).eof)
    }
    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(this: &Ref<Decompressor>, vm: &mut Vm) -> Result<Value> {
        let data = this.get(&*vm.heap).unused.clone();
        Ok(bytes(vm, data))
    }
    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(this: &Ref<Decompressor>, vm: &mut Vm) -> Result<bool> {
        Ok(this.get(&*vm.heap).needs_input)
    }
}
