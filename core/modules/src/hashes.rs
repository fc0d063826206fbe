//! The hash modules: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`.
//!
//! One payload for all of them: the algorithms differ in their state, the Python types only in what they are called
//! and in the few attributes that SHA-3 and BLAKE2 add.

use krait_text::bytes::to_hex;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Type, Value, Vm, args::MethodDef, args::Methods, methods};
use sha3::digest::{Digest, ExtendableOutput, Update, XofReader};
use std::collections::HashMap;

macro_rules! algorithms {
    ($($variant:ident $state:ty, $name:literal, $block:literal, $size:literal;)*) => {
        /// A hash function.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        enum Algorithm { $($variant),*, Shake128, Shake256, Blake2b, Blake2s }
        #[derive(Clone)]
        enum State {
            $($variant($state),)*
            Shake128(sha3::Shake128),
            Shake256(sha3::Shake256),
            Blake2b(blake2b_simd::State),
            Blake2s(blake2s_simd::State),
        }
        impl Algorithm {
            fn name(self) -> &'static str {
                match self {
                    $(Algorithm::$variant => $name,)*
                    Algorithm::Shake128 => "shake_128",
                    Algorithm::Shake256 => "shake_256",
                    Algorithm::Blake2b => "blake2b",
                    Algorithm::Blake2s => "blake2s",
                }
            }
            fn block_size(self) -> usize {
                match self {
                    $(Algorithm::$variant => $block,)*
                    Algorithm::Shake128 => 168,
                    Algorithm::Shake256 => 136,
                    Algorithm::Blake2b => 128,
                    Algorithm::Blake2s => 64,
                }
            }
            fn start(self) -> State {
                match self {
                    $(Algorithm::$variant => State::$variant(<$state as Digest>::new()),)*
                    Algorithm::Shake128 => State::Shake128(sha3::Shake128::default()),
                    Algorithm::Shake256 => State::Shake256(sha3::Shake256::default()),
                    Algorithm::Blake2b => State::Blake2b(blake2b_simd::State::new()),
                    Algorithm::Blake2s => State::Blake2s(blake2s_simd::State::new()),
                }
            }
        }
        impl State {
            fn algorithm(&self) -> Algorithm {
                match self {
                    $(State::$variant(_) => Algorithm::$variant,)*
                    State::Shake128(_) => Algorithm::Shake128,
                    State::Shake256(_) => Algorithm::Shake256,
                    State::Blake2b(_) => Algorithm::Blake2b,
                    State::Blake2s(_) => Algorithm::Blake2s,
                }
            }
            fn update(&mut self, data: &[u8]) {
                match self {
                    $(State::$variant(s) => Digest::update(s, data),)*
                    State::Shake128(s) => Update::update(s, data),
                    State::Shake256(s) => Update::update(s, data),
                    State::Blake2b(s) => { s.update(data); }
                    State::Blake2s(s) => { s.update(data); }
                }
            }
            /// The digest; `length` is for the functions whose output has any length.
            fn digest(&self, length: usize) -> Vec<u8> {
                match self {
                    $(State::$variant(s) => s.clone().finalize().as_slice().to_vec(),)*
                    State::Shake128(s) => {
                        let mut out = vec![0; length];
                        s.clone().finalize_xof().read(&mut out);
                        out
                    }
                    State::Shake256(s) => {
                        let mut out = vec![0; length];
                        s.clone().finalize_xof().read(&mut out);
                        out
                    }
                    State::Blake2b(s) => s.finalize().as_bytes().to_vec(),
                    State::Blake2s(s) => s.finalize().as_bytes().to_vec(),
                }
            }
            fn digest_size(&self) -> usize {
                match self {
                    $(State::$variant(_) => $size,)*
                    State::Shake128(_) | State::Shake256(_) => 0,
                    State::Blake2b(s) => s.finalize().as_bytes().len(),
                    State::Blake2s(s) => s.finalize().as_bytes().len(),
                }
            }
        }
    };
}

algorithms! {
    Md5 md5::Md5, "md5", 64, 16;
    Sha1 sha1::Sha1, "sha1", 64, 20;
    Sha224 sha2::Sha224, "sha224", 64, 28;
    Sha256 sha2::Sha256, "sha256", 64, 32;
    Sha384 sha2::Sha384, "sha384", 128, 48;
    Sha512 sha2::Sha512, "sha512", 128, 64;
    Sha3x224 sha3::Sha3_224, "sha3_224", 144, 28;
    Sha3x256 sha3::Sha3_256, "sha3_256", 136, 32;
    Sha3x384 sha3::Sha3_384, "sha3_384", 104, 48;
    Sha3x512 sha3::Sha3_512, "sha3_512", 72, 64;
}

/// A hash object. The state is boxed: objects are small.
#[derive(Traverse)]
struct Hash {
    #[traverse(skip)]
    state: Box<State>,
}

/// The types of the algorithms that functions make.
#[derive(Default)]
struct HashTypes(HashMap<&'static str, Ref<Type>>);

fn add_type(vm: &mut Vm, module: &Ref<Module>, name: &'static str, shown: &str, extra: u32, methods: &[&'static [MethodDef]]) -> Ref<Type> {
    let spec = TypeSpec { name, doc: "", flags: extra, dict: false, methods: methods[0] };
    let ty = vm.define_type::<Hash>(None, &spec);
    for more in &methods[1..] {
        vm.add_methods(&ty, more);
    }
    vm.module_set(module, shown, ty.to_value());
    ty
}

fn add_minimum(vm: &mut Vm, module: &Ref<Module>) {
    // The size from which CPython releases its lock while hashing.
    vm.module_set(module, "_GIL_MINSIZE", Value::int32(2048));
}

/// Adds the type of a function-made hash.
fn add_made(vm: &mut Vm, module: &Ref<Module>, algorithm: Algorithm, name: &'static str, shown: &str) {
    let ty = add_type(vm, module, name, shown, flags::DISALLOW_INSTANTIATION, &[Hash::METHODS, PlainDigest::METHODS]);
    vm.state::<HashTypes>().0.insert(algorithm.name(), ty);
}

pub fn init_md5(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Md5Functions>(module);
    add_made(vm, module, Algorithm::Md5, "_md5.md5", "MD5Type");
    add_minimum(vm, module);
    Ok(())
}
pub fn init_sha1(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Sha1Functions>(module);
    add_made(vm, module, Algorithm::Sha1, "_sha1.sha1", "SHA1Type");
    add_minimum(vm, module);
    Ok(())
}
pub fn init_sha2(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Sha2Functions>(module);
    add_made(vm, module, Algorithm::Sha224, "_sha2.SHA224Type", "SHA224Type");
    add_made(vm, module, Algorithm::Sha256, "_sha2.SHA256Type", "SHA256Type");
    add_made(vm, module, Algorithm::Sha384, "_sha2.SHA384Type", "SHA384Type");
    add_made(vm, module, Algorithm::Sha512, "_sha2.SHA512Type", "SHA512Type");
    add_minimum(vm, module);
    Ok(())
}
pub fn init_sha3(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let plain = [
        ("_sha3.sha3_224", Sha3x224::METHODS),
        ("_sha3.sha3_256", Sha3x256::METHODS),
        ("_sha3.sha3_384", Sha3x384::METHODS),
        ("_sha3.sha3_512", Sha3x512::METHODS),
    ];
    for (name, new) in plain {
        let shown = &name[6..];
        add_type(vm, module, name, shown, 0, &[new, Hash::METHODS, PlainDigest::METHODS, Sponge::METHODS]);
    }
    for (name, new) in [("_sha3.shake_128", Shake128::METHODS), ("_sha3.shake_256", Shake256::METHODS)] {
        let shown = &name[6..];
        add_type(vm, module, name, shown, 0, &[new, Hash::METHODS, LongDigest::METHODS, Sponge::METHODS]);
    }
    let implementation = vm.str("generic");
    vm.module_set(module, "implementation", implementation);
    add_minimum(vm, module);
    Ok(())
}
pub fn init_blake2(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let types = [
        ("_blake2.blake2b", "blake2b", "BLAKE2B", Blake2b::METHODS, [16, 16, 64, 64]),
        ("_blake2.blake2s", "blake2s", "BLAKE2S", Blake2s::METHODS, [8, 8, 32, 32]),
    ];
    for (name, shown, constant, new, limits) in types {
        let ty = add_type(vm, module, name, shown, flags::BASETYPE, &[new, Hash::METHODS, PlainDigest::METHODS]);
        for (what, limit) in ["SALT_SIZE", "PERSON_SIZE", "MAX_KEY_SIZE", "MAX_DIGEST_SIZE"].iter().zip(limits) {
            vm.module_set(module, &format!("{constant}_{what}"), Value::int32(limit));
            let key = vm.intern(what);
            vm.type_dict(&ty).set_str(vm, &key, Value::int32(limit));
        }
    }
    add_minimum(vm, module);
    Ok(())
}

/// Feeds an object's bytes to a state.
fn feed(vm: &mut Vm, state: &mut State, data: &Value) -> Result<()> {
    if data.has_payload::<Str>(&*vm.heap) {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    match vm.buffer_opt(data)? {
        Some(buffer) => {
            state.update(buffer.bytes(&*vm.heap));
            Ok(())
        }
        None => Err(vm.type_error("object supporting the buffer API required")),
    }
}

fn start(vm: &mut Vm, mut state: State, data: Option<Value>, string: Option<Value>) -> Result<Hash> {
    if data.is_some() && string.is_some() {
        return Err(vm.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version.",
        ));
    }
    if let Some(data) = data.or(string) {
        feed(vm, &mut state, &data)?;
    }
    Ok(Hash { state: Box::new(state) })
}

fn make(vm: &mut Vm, algorithm: Algorithm, data: Option<Value>, string: Option<Value>) -> Result<Value> {
    let hash = start(vm, algorithm.start(), data, string)?;
    let id = vm.state::<HashTypes>().0.get(algorithm.name()).cloned().map_or(0, |t| t.id(&vm.heap));
    Ok(if id == 0 { vm.heap.alloc(hash) } else { vm.heap.alloc_typed(id, hash) }.into())
}

#[methods]
impl Hash {
    /// Return a copy of the hash object.
    #[sig("()")]
    fn copy(this: &Ref<Hash>, vm: &mut Vm) -> Result<Value> {
        let state = this.get(&*vm.heap).state.clone();
        Ok(vm.heap.alloc_typed(this.as_value().type_id(), Hash { state }).into())
    }
    /// Update this hash object's state with the provided string.
    #[sig("(data, /)")]
    fn update(this: &Ref<Hash>, vm: &mut Vm, data: &Value) -> Result<()> {
        let mut state = this.get(&*vm.heap).state.clone();
        feed(vm, &mut state, data)?;
        this.get_mut(&mut *vm.heap).state = state;
        Ok(())
    }
    #[getter]
    fn name(this: &Ref<Hash>, vm: &mut Vm) -> Result<&'static str> {
        Ok(this.get(&*vm.heap).state.algorithm().name())
    }
    #[getter]
    fn block_size(this: &Ref<Hash>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).state.algorithm().block_size())
    }
    #[getter]
    fn digest_size(this: &Ref<Hash>, vm: &mut Vm) -> Result<usize> {
        Ok(this.get(&*vm.heap).state.digest_size())
    }
}

struct PlainDigest;

#[methods]
impl PlainDigest {
    /// Return the digest value as a bytes object.
    #[sig("()")]
    fn digest(this: &Ref<Hash>, vm: &mut Vm) -> Result<Value> {
        let digest = this.get(&*vm.heap).state.digest(0);
        Ok(vm.heap.bytes(&digest).into())
    }
    /// Return the digest value as a string of hexadecimal digits.
    #[sig("()")]
    fn hexdigest(this: &Ref<Hash>, vm: &mut Vm) -> Result<String> {
        Ok(to_hex(&this.get(&*vm.heap).state.digest(0)))
    }
}

struct LongDigest;

fn long_digest(this: &Ref<Hash>, vm: &mut Vm, length: &Value) -> Result<Vec<u8>> {
    let n = vm.index(length)?;
    let n = vm.big(&n);
    if n < dashu_int::IBig::ZERO {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    match usize::try_from(&n) {
        Ok(n) if n < 1 << 29 => {
            let room = vm.heap.check_room(n);
            vm.memory(room)?;
            Ok(this.get(&*vm.heap).state.digest(n))
        }
        _ => Err(vm.value_error("length is too large")),
    }
}

#[methods]
impl LongDigest {
    /// Return the digest value as a bytes object.
    #[sig("(length)")]
    fn digest(this: &Ref<Hash>, vm: &mut Vm, length: &Value) -> Result<Value> {
        let digest = long_digest(this, vm, length)?;
        Ok(vm.heap.bytes_boxed(digest.into()).into())
    }
    /// Return the digest value as a string of hexadecimal digits.
    #[sig("(length)")]
    fn hexdigest(this: &Ref<Hash>, vm: &mut Vm, length: &Value) -> Result<String> {
        Ok(to_hex(&long_digest(this, vm, length)?))
    }
}

struct Sponge;

#[methods]
impl Sponge {
    #[getter]
    fn _capacity_bits(this: &Ref<Hash>, vm: &mut Vm) -> Result<usize> {
        Ok(1600 - 8 * this.get(&*vm.heap).state.algorithm().block_size())
    }
    #[getter]
    fn _rate_bits(this: &Ref<Hash>, vm: &mut Vm) -> Result<usize> {
        Ok(8 * this.get(&*vm.heap).state.algorithm().block_size())
    }
    #[getter]
    fn _suffix(this: &Ref<Hash>, vm: &mut Vm) -> Result<Value> {
        let shake = matches!(this.get(&*vm.heap).state.algorithm(), Algorithm::Shake128 | Algorithm::Shake256);
        Ok(vm.heap.bytes(if shake { b"\x1f" } else { b"\x06" }).into())
    }
}

macro_rules! functions {
    ($($holder:ident { $($name:ident $algorithm:ident $doc:literal;)* })*) => { $(
        struct $holder;
        #[methods]
        impl $holder { $(
            #[doc = $doc]
            #[sig("(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)")]
            fn $name(vm: &mut Vm, data: Option<Value>, usedforsecurity: bool, string: Option<Value>) -> Result<Value> {
                let _ = usedforsecurity;
                make(vm, Algorithm::$algorithm, data, string)
            }
        )* }
    )* };
}
functions! {
    Md5Functions { md5 Md5 "Return a new MD5 hash object; optionally initialized with a string."; }
    Sha1Functions { sha1 Sha1 "Return a new SHA1 hash object; optionally initialized with a string."; }
    Sha2Functions {
        sha224 Sha224 "Return a new SHA-224 hash object; optionally initialized with a string.";
        sha256 Sha256 "Return a new SHA-256 hash object; optionally initialized with a string.";
        sha384 Sha384 "Return a new SHA-384 hash object; optionally initialized with a string.";
        sha512 Sha512 "Return a new SHA-512 hash object; optionally initialized with a string.";
    }
}

macro_rules! constructors {
    ($($holder:ident;)*) => { $(
        struct $holder;
        #[methods]
        impl $holder {
            #[sig("(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)")]
            fn __new__(cls: &Ref<Type>, vm: &mut Vm, data: Option<Value>, usedforsecurity: bool, string: Option<Value>) -> Result<Value> {
                let _ = usedforsecurity;
                let hash = start(vm, Algorithm::$holder.start(), data, string)?;
                let id = cls.id(&vm.heap);
                Ok(vm.heap.alloc_typed(id, hash).into())
            }
        }
    )* };
}
constructors! { Sha3x224; Sha3x256; Sha3x384; Sha3x512; Shake128; Shake256; }

/// What BLAKE2 can be told, checked.
struct Blake2Settings {
    size: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
}

/// Arguments as they came.
struct Blake2Arguments {
    size: Option<Value>,
    key: Option<Value>,
    salt: Option<Value>,
    person: Option<Value>,
    fanout: Option<Value>,
    depth: Option<Value>,
    leaf_size: Option<Value>,
    node_offset: Option<Value>,
    node_depth: Option<Value>,
    inner_size: Option<Value>,
}

fn int_or(vm: &mut Vm, value: &Option<Value>, default: i64) -> Result<i64> {
    match value {
        Some(v) => vm.index_i64(v, "int"),
        None => Ok(default),
    }
}
/// An unsigned argument of any size up to 64 bits.
fn unsigned_or_zero(vm: &mut Vm, value: &Option<Value>, c_type: &str) -> Result<u64> {
    let Some(v) = value else { return Ok(0) };
    let n = vm.index(v)?;
    let n = vm.big(&n);
    if n < dashu_int::IBig::ZERO {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    u64::try_from(&n).map_err(|_| vm.overflow_error(format!("Python int too large for C {c_type}")))
}
fn bytes_or_empty(vm: &mut Vm, value: &Option<Value>) -> Result<Vec<u8>> {
    match value {
        Some(v) => vm.bytes_like(v),
        None => Ok(Vec::new()),
    }
}

impl Blake2Arguments {
    fn check(&self, vm: &mut Vm, name: &str, max: usize, salt_max: usize, offset_max: u64) -> Result<Blake2Settings> {
        let size = int_or(vm, &self.size, max as i64)?;
        let (fanout, depth) = (int_or(vm, &self.fanout, 1)?, int_or(vm, &self.depth, 1)?);
        let (node_depth, inner_size) = (int_or(vm, &self.node_depth, 0)?, int_or(vm, &self.inner_size, 0)?);
        let (key, salt, person) = (bytes_or_empty(vm, &self.key)?, bytes_or_empty(vm, &self.salt)?, bytes_or_empty(vm, &self.person)?);
        if size <= 0 || size > max as i64 {
            return Err(vm.value_error(format!("digest_size for {name} must be between 1 and {max} bytes, here it is {size}")));
        }
        for (what, bytes) in [("salt", &salt), ("person", &person)] {
            if bytes.len() > salt_max {
                return Err(vm.value_error(format!("maximum {what} length is {salt_max} bytes")));
            }
        }
        for (what, n, low) in [("fanout", fanout, 0), ("depth", depth, 1)] {
            if !(low..=255).contains(&n) {
                return Err(vm.value_error(format!("{what} must be between {low} and 255")));
            }
        }
        let leaf_size = unsigned_or_zero(vm, &self.leaf_size, "unsigned long")?;
        let Ok(leaf_size) = u32::try_from(leaf_size) else { return Err(vm.overflow_error("leaf_size is too large")) };
        let node_offset = unsigned_or_zero(vm, &self.node_offset, "unsigned long long")?;
        if node_offset > offset_max {
            return Err(vm.overflow_error("node_offset is too large"));
        }
        if !(0..=255).contains(&node_depth) {
            return Err(vm.value_error("node_depth must be between 0 and 255"));
        }
        if !(0..=max as i64).contains(&inner_size) {
            return Err(vm.value_error(format!("inner_size must be between 0 and is {max}")));
        }
        if key.len() > max {
            return Err(vm.value_error(format!("maximum key length is {max} bytes")));
        }
        Ok(Blake2Settings {
            size: size as usize,
            key,
            salt,
            person,
            fanout: fanout as u8,
            depth: depth as u8,
            leaf_size,
            node_offset,
            node_depth: node_depth as u8,
            inner_size: inner_size as usize,
        })
    }
}

macro_rules! blake2 {
    ($holder:ident, $krate:ident, $name:literal, $max:literal, $salt:literal, $offset:expr) => {
        struct $holder;
        #[methods]
        impl $holder {
            /// Return a new BLAKE2 hash object.
            #[sig("(data=<unrepresentable>, *, digest_size=<unrepresentable>, key=<unrepresentable>, salt=<unrepresentable>, person=<unrepresentable>, fanout=<unrepresentable>, depth=<unrepresentable>, leaf_size=<unrepresentable>, node_offset=<unrepresentable>, node_depth=<unrepresentable>, inner_size=<unrepresentable>, last_node=False, usedforsecurity=True, string=<unrepresentable>)")]
            fn __new__(
                cls: &Ref<Type>,
                vm: &mut Vm,
                data: Option<Value>,
                size: Option<Value>,
                key: Option<Value>,
                salt: Option<Value>,
                person: Option<Value>,
                fanout: Option<Value>,
                depth: Option<Value>,
                leaf_size: Option<Value>,
                node_offset: Option<Value>,
                node_depth: Option<Value>,
                inner_size: Option<Value>,
                last_node: bool,
                usedforsecurity: bool,
                string: Option<Value>,
            ) -> Result<Value> {
                let _ = usedforsecurity;
                let arguments = Blake2Arguments { size, key, salt, person, fanout, depth, leaf_size, node_offset, node_depth, inner_size };
                let s = arguments.check(vm, $name, $max, $salt, $offset)?;
                let mut params = $krate::Params::new();
                params.hash_length(s.size).key(&s.key).salt(&s.salt).personal(&s.person).fanout(s.fanout);
                params.max_depth(s.depth).max_leaf_length(s.leaf_size).node_offset(s.node_offset);
                params.node_depth(s.node_depth).inner_hash_length(s.inner_size).last_node(last_node);
                let hash = start(vm, State::$holder(params.to_state()), data, string)?;
                let id = cls.id(&vm.heap);
                Ok(vm.heap.alloc_typed(id, hash).into())
            }
        }
    };
}
blake2!(Blake2b, blake2b_simd, "Blake2b", 64, 16, u64::MAX);
blake2!(Blake2s, blake2s_simd, "Blake2s", 32, 8, (1 << 48) - 1);
