//! The heap: object headers, slab pages, reference counts, the table of type layouts, and the memory quota.
//!
//! Objects up to 512 bytes live in 16 KiB pages of one size class; larger data hangs off them in Rust containers
//! and is charged to the quota. A count that drops to zero frees at once, except that objects with finalisers or
//! weak references (and chains nested too deep) are queued: `Drop` never runs Python. The interpreter drains the
//! queue before its next instruction (`Vm::drain_pending`). Cycles are [`gc`]'s business.
//!
//! The allocator's state sits behind a raw pointer because `Drop` of a `Value` reaches it without any token.

#![allow(unsafe_code, reason = "memory is this room's business")]

pub mod gc;

use crate::object::{Payload, PayloadKey, Ref};
use crate::value::{self, Value};
use std::alloc::{Layout, alloc, dealloc};
use std::any::TypeId;
use std::cell::Cell;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::ptr;

pub const PAGE_SIZE: usize = 16 * 1024;
const ARENA_PAGES: usize = 16;
const GRANULE: usize = 16;
pub const MAX_OBJECT: usize = 512;
const CLASSES: usize = MAX_OBJECT / GRANULE + 1;

/// Counts go in steps of four: the low two bits are flags.
pub(crate) const ONE: u32 = 4;
const FLAG_WEAKREFS: u32 = 1;
const FLAG_FINALIZED: u32 = 2;
const FLAGS: u32 = ONE - 1;
/// Count of objects that live as long as the interpreter.
const IMMORTAL: u32 = 1 << 30;
/// Frees nested deeper than this are deferred.
const MAX_FREE_DEPTH: u32 = 100;

/// The first eight bytes of every object.
#[repr(C)]
pub struct Header {
    rc: Cell<u32>,
    pub(crate) type_id: u32,
}

impl Header {
    #[inline(always)]
    pub fn increment(&self) {
        self.rc.set(self.rc.get().wrapping_add(ONE));
    }
    #[inline(always)]
    pub fn decrement_is_zero(&self) -> bool {
        let rc = self.rc.get().wrapping_sub(ONE);
        self.rc.set(rc);
        rc < ONE
    }
    pub fn count(&self) -> u32 {
        self.rc.get() / ONE
    }
    pub fn has_weakrefs(&self) -> bool {
        self.rc.get() & FLAG_WEAKREFS != 0
    }
    pub fn set_weakrefs(&self, on: bool) {
        self.rc.set(if on { self.rc.get() | FLAG_WEAKREFS } else { self.rc.get() & !FLAG_WEAKREFS });
    }
    pub fn is_finalized(&self) -> bool {
        self.rc.get() & FLAG_FINALIZED != 0
    }
    pub fn set_finalized(&self) {
        self.rc.set(self.rc.get() | FLAG_FINALIZED);
    }
    /// Makes the object live as long as the interpreter.
    pub fn make_immortal(&self) {
        self.rc.set(self.rc.get() | IMMORTAL);
    }
}

/// What differs between new types by their payload.
struct PayloadParts {
    layout: u32,
    size: u32,
    drop: Option<unsafe fn(*mut Header) -> usize>,
    traverse: unsafe fn(*mut Header, &mut dyn FnMut(&Value)),
    clear: unsafe fn(*mut Header, &mut Vec<Value>),
}

/// What the heap must know about the objects of one type. Indexed by type id.
#[derive(Clone)]
pub struct TypeInfo {
    /// The Rust payload.
    pub payload: PayloadKey,
    /// The core type id whose payload this is (or the id of the type that introduced it).
    pub layout: u32,
    /// Bytes of an object, header included.
    pub size: u32,
    /// Offset of the instance part (shape, overflow, inline slots); 0 when instances have no `__dict__`.
    pub instance: u32,
    /// Number of inline slots in the instance part.
    pub inline: u32,
    /// Offset of the first `__slots__` member.
    pub members: u32,
    /// Number of `__slots__` members, inherited ones included.
    pub member_count: u32,
    pub flags: u32,
    /// Changes whenever an attribute of the type or of a base changes. Never reused.
    pub version: u32,
    /// The word of the type object (borrowed: every instance of a collectable type owns a reference); 0 when dead.
    pub(crate) type_object: u64,
    /// Drops the payload; the bytes it held outside the object.
    drop: Option<unsafe fn(*mut Header) -> usize>,
    traverse: Option<unsafe fn(*mut Header, &mut dyn FnMut(&Value))>,
    clear: Option<unsafe fn(*mut Header, &mut Vec<Value>)>,
    /// Says whether an object must be finalised now (generators: only when suspended inside a block).
    pub needs_finalizer: Option<fn(&Value) -> bool>,
    /// `__next__` of native iterators, without a StopIteration at the end. Such a type is its own iterator; Python
    /// subclasses go through `__next__`.
    pub next: Option<NativeNext>,
    /// `__len__` of native types that have a length at hand; Python subclasses go through `__len__`.
    pub length: Option<NativeLength>,
    /// `__get__` and `__set__` of native data descriptors, for attribute caches.
    pub descriptor: Option<NativeDescriptor>,
    /// What instances of classes derived from a native type do as long as no class says otherwise.
    pub inherited: Option<NativeMethods>,
}

/// Native special methods that are found without a look-up where a class shares them with `owner`.
#[derive(Clone, Copy)]
pub struct NativeMethods {
    /// The native type.
    pub owner: u32,
    pub get_item: Option<fn(&mut crate::vm::Vm, &Value, &Value) -> crate::Result<Value>>,
    pub set_item: Option<fn(&mut crate::vm::Vm, &Value, &Value, &Value) -> crate::Result<()>>,
    pub call: Option<&'static crate::args::MethodDef>,
}

/// How a native data descriptor reads and writes: the descriptor, the object.
#[derive(Clone, Copy)]
pub struct NativeDescriptor {
    pub get: fn(&mut crate::vm::Vm, &Value, &Value) -> crate::Result<Value>,
    pub set: fn(&mut crate::vm::Vm, &Value, &Value, &Value) -> crate::Result<()>,
}

/// The next item of a native iterator; `None` (or a raised StopIteration) at the end.
pub type NativeNext = fn(&mut crate::vm::Vm, &Value) -> crate::Result<Option<Value>>;

/// How many items an object has.
pub type NativeLength = fn(&Heap, &Value) -> Option<usize>;

impl TypeInfo {
    #[inline(always)]
    pub(crate) fn type_pointer(&self) -> *mut Header {
        self.type_object as usize as *mut Header
    }
}

/// Flags of [`TypeInfo`].
pub mod flags {
    /// Instances hold a reference to their (collectable) type.
    pub const HEAP_TYPE: u32 = 1;
    /// The class or a base has `__del__`, or the type finalises natively.
    pub const FINALIZER: u32 = 2;
    /// Instances own references (the collector looks at them).
    pub const CONTAINER: u32 = 4;
    pub const LONG_SUBCLASS: u32 = 1 << 4;
    pub const LIST_SUBCLASS: u32 = 1 << 5;
    pub const TUPLE_SUBCLASS: u32 = 1 << 6;
    pub const BYTES_SUBCLASS: u32 = 1 << 7;
    pub const UNICODE_SUBCLASS: u32 = 1 << 8;
    pub const DICT_SUBCLASS: u32 = 1 << 9;
    pub const BASE_EXC_SUBCLASS: u32 = 1 << 10;
    pub const TYPE_SUBCLASS: u32 = 1 << 11;
    /// `match` treats instances as sequences / mappings.
    pub const SEQUENCE: u32 = 1 << 12;
    pub const MAPPING: u32 = 1 << 13;
    /// May be subclassed by a class statement.
    pub const BASETYPE: u32 = 1 << 14;
    /// Attributes cannot be set from Python.
    pub const IMMUTABLE: u32 = 1 << 15;
    pub const ABSTRACT: u32 = 1 << 16;
    /// `object.__new__` is refused (no public constructor).
    pub const DISALLOW_INSTANTIATION: u32 = 1 << 17;
    /// Weak references to instances are allowed.
    pub const WEAKREFABLE: u32 = 1 << 18;
    /// `__getattribute__` is object's own: attribute look-up may use shapes and caches.
    pub const PLAIN_GETATTR: u32 = 1 << 19;
    /// `__setattr__` and `__delattr__` are object's own.
    pub const PLAIN_SETATTR: u32 = 1 << 20;
    /// The class has `__getattr__`.
    pub const HAS_GETATTR: u32 = 1 << 21;
    /// `__class__` of instances is sure to be their type.
    pub const PLAIN_CLASS: u32 = 1 << 22;
}

/// The instance part of objects with a `__dict__`, at `TypeInfo::instance`. Inline slots follow.
#[repr(C)]
pub(crate) struct Instance {
    pub shape: *const crate::types::shape::Shape,
    /// Slots beyond the inline ones, or (in dict mode) the dict.
    pub overflow: Option<Value>,
}

#[repr(C)]
struct Page {
    alloc: *mut Alloc,
    slot_size: u32,
    /// Offset of the first slot never handed out.
    bump: u32,
    /// Number of slots in the pages before this one, while the collector runs.
    gc_base: Cell<u32>,
}
const PAGE_HEADER: usize = 32;

impl Page {
    /// The number of a slot among those of all pages (`Heap::number_pages` ran before).
    #[inline(always)]
    fn slot_number(&self, object: *mut Header) -> usize {
        let granules = ((object as usize & (PAGE_SIZE - 1)) - PAGE_HEADER) / GRANULE;
        // Division by the class through a reciprocal: exact for fewer than 1,024 granules and 33 classes.
        let class = self.slot_size as usize / GRANULE;
        self.gc_base.get() as usize + ((granules * RECIPROCALS[class] as usize) >> 16)
    }
}

/// 2^16 divided by a class, rounded up.
static RECIPROCALS: [u32; CLASSES] = {
    let mut table = [0; CLASSES];
    let mut class = 1;
    while class < CLASSES {
        table[class] = (65536 + class as u32 - 1) / class as u32;
        class += 1;
    }
    table
};

#[repr(C)]
struct FreeSlot {
    header: u64,
    next: *mut FreeSlot,
}

struct Alloc {
    free: [*mut FreeSlot; CLASSES],
    current: [*mut Page; CLASSES],
    types: *mut TypeInfo,
    pages: Vec<*mut Page>,
    arenas: Vec<*mut u8>,
    spare_pages: Vec<*mut Page>,
    pending: VecDeque<*mut Header>,
    deferred: Vec<*mut Header>,
    depth: u32,
    used: usize,
    limit: usize,
    over_quota: bool,
    containers_since_gc: usize,
    /// With more of them, taking a page asks for a collection.
    collection_alarm: usize,
    /// Set when anything above wants the interpreter's attention.
    attention: bool,
}

/// The allocator and the type table of one interpreter: the token that reads (`&Heap`) and writes (`&mut Heap`).
pub struct Heap {
    // Fields go in this order: references first, then the type table they need, the memory last.
    pub(crate) symbols: crate::builtins::str::Interner,
    pub(crate) empty_tuple: Option<Ref<crate::builtins::tuple::Tuple>>,
    pub(crate) method_cache: crate::types::MethodCache,
    pub(crate) special_names: Vec<Ref<crate::builtins::str::Str>>,
    /// `__class__`
    pub(crate) class_name: Option<Ref<crate::builtins::str::Str>>,
    pub gc: gc::GcState,
    by_payload: FxHashMap<PayloadKey, u32>,
    /// The type behind each key.
    payloads: FxHashMap<PayloadKey, TypeId>,
    /// How payloads offer their memory: the buffer protocol.
    pub(crate) buffers: FxHashMap<PayloadKey, crate::builtins::buffer::BufferProvider>,
    next_version: u32,
    last_code: u32,
    types: Vec<TypeInfo>,
    alloc: *mut Alloc,
    _memory: Memory,
}

/// Owns the allocator: dropped after everything that may still release objects.
struct Memory(*mut Alloc);

/// Blocks from this size on are asked for before they are promised: a failed allocation would end the process.
const PROBED: usize = 1 << 28;

/// Whether the machine would give a block of memory. Nothing touches it, so asking costs a system call or two; since
/// systems promise more than they have, what no machine has is refused as well.
#[cold]
fn is_there(bytes: usize) -> bool {
    bytes as u64 <= 1 << 38 && Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

/// A request went over the memory quota (or the machine's memory).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl Heap {
    /// An empty heap whose objects may use `limit` bytes.
    pub fn new(limit: usize) -> Heap {
        let alloc = Box::into_raw(Box::new(Alloc {
            free: [ptr::null_mut(); CLASSES],
            current: [ptr::null_mut(); CLASSES],
            types: ptr::null_mut(),
            pages: Vec::new(),
            arenas: Vec::new(),
            spare_pages: Vec::new(),
            pending: VecDeque::new(),
            deferred: Vec::new(),
            depth: 0,
            used: 0,
            limit,
            over_quota: false,
            containers_since_gc: 0,
            collection_alarm: usize::MAX,
            attention: false,
        }));
        let mut heap = Heap {
            alloc,
            _memory: Memory(alloc),
            types: Vec::with_capacity(1024),
            by_payload: FxHashMap::default(),
            payloads: FxHashMap::default(),
            buffers: FxHashMap::default(),
            next_version: 1,
            last_code: 0,
            symbols: Default::default(),
            empty_tuple: None,
            method_cache: Default::default(),
            special_names: Vec::new(),
            class_name: None,
            gc: Default::default(),
        };
        let free_slot = TypeInfo {
            payload: PayloadKey::NONE,
            layout: 0,
            size: 0,
            instance: 0,
            inline: 0,
            members: 0,
            member_count: 0,
            flags: 0,
            version: 0,
            type_object: 0,
            drop: None,
            traverse: None,
            clear: None,
            needs_finalizer: None,
            next: None,
            length: None,
            descriptor: None,
            inherited: None,
        };
        // Type id 0 marks free slots.
        heap.types.push(free_slot);
        heap.publish_types();
        heap
    }

    fn publish_types(&mut self) {
        // SAFETY: `alloc` lives as long as the heap; the table pointer is refreshed after every change.
        unsafe { (*self.alloc).types = self.types.as_mut_ptr() }
    }

    /// The layout facts of a type id.
    #[inline(always)]
    pub fn info(&self, type_id: u32) -> &TypeInfo {
        debug_assert!((type_id as usize) < self.types.len());
        // SAFETY: type ids come only from this table, which never shrinks.
        unsafe { self.types.get_unchecked(type_id as usize) }
    }
    pub fn info_mut(&mut self, type_id: u32) -> &mut TypeInfo {
        &mut self.types[type_id as usize]
    }
    /// Where the address of the type table is, and the size of an entry.
    pub(crate) fn types_table(&self) -> (usize, usize) {
        // SAFETY: the allocator lives as long as the heap.
        (unsafe { &raw const (*self.alloc).types as usize }, size_of::<TypeInfo>())
    }
    pub fn type_count(&self) -> usize {
        self.types.len()
    }
    /// The layout of a new type for payload `T`.
    pub fn new_info<T: Payload>(&mut self) -> TypeInfo {
        unsafe fn drop_payload<T: Payload>(p: *mut Header) -> usize {
            // SAFETY: called once, for a dead object with payload `T`.
            unsafe {
                let payload = p.add(1) as *mut T;
                let external = (*payload).external_size();
                ptr::drop_in_place(payload);
                external
            }
        }
        unsafe fn traverse_payload<T: Payload>(p: *mut Header, visit: &mut dyn FnMut(&Value)) {
            // SAFETY: the object is live and has payload `T`.
            unsafe { (*(p.add(1) as *const T)).traverse(visit) }
        }
        unsafe fn clear_payload<T: Payload>(p: *mut Header, out: &mut Vec<Value>) {
            // SAFETY: the collector holds the only token.
            unsafe { (*(p.add(1) as *mut T)).clear(out) }
        }
        let parts = const {
            &PayloadParts {
                layout: T::FIXED_ID,
                // What follows a payload (instance parts, members) is aligned to words, on 32-bit machines too.
                size: (size_of::<Header>() + size_of::<T>()).next_multiple_of(8) as u32,
                drop: if std::mem::needs_drop::<T>() { Some(drop_payload::<T>) } else { None },
                traverse: traverse_payload::<T>,
                clear: clear_payload::<T>,
            }
        };
        self.new_info_of(PayloadKey::of::<T>(), TypeId::of::<T>(), parts)
    }
    fn new_info_of(&mut self, key: PayloadKey, payload: TypeId, parts: &PayloadParts) -> TypeInfo {
        self.check_key(key, payload);
        TypeInfo {
            payload: key,
            layout: parts.layout,
            size: parts.size,
            instance: 0,
            inline: 0,
            members: 0,
            member_count: 0,
            flags: flags::CONTAINER,
            version: 0,
            type_object: 0,
            drop: parts.drop,
            traverse: Some(parts.traverse),
            clear: Some(parts.clear),
            needs_finalizer: None,
            next: None,
            length: None,
            descriptor: None,
            inherited: None,
        }
    }
    /// Two payloads with one key would be taken for each other. Which keys there are is settled when the program is built,
    /// and two hundred of them share one by chance in a hundred thousand builds.
    fn check_key(&mut self, key: PayloadKey, payload: TypeId) {
        let known = *self.payloads.entry(key).or_insert(payload);
        assert!(known == payload, "two payload types share a key: build with another compiler or name one differently");
    }
    /// Adds a type. With `id` other than 0 the entry must be the next one (core types are added in order).
    pub fn add_type(&mut self, mut info: TypeInfo) -> u32 {
        info.version = self.fresh_version();
        self.types.push(info);
        let id = (self.types.len() - 1) as u32;
        if self.types[id as usize].layout == 0 {
            self.types[id as usize].layout = id;
        }
        self.publish_types();
        id
    }
    /// Says that objects made with [`Heap::alloc`] from payload `T` get this type id.
    pub fn register_payload<T: Payload>(&mut self, type_id: u32) {
        self.register(PayloadKey::of::<T>(), type_id);
    }
    pub(crate) fn register(&mut self, payload: PayloadKey, type_id: u32) {
        self.by_payload.insert(payload, type_id);
    }
    #[inline]
    pub fn payload_type<T: Payload>(&self) -> Option<u32> {
        if T::FIXED_ID != 0 { Some(T::FIXED_ID) } else { self.type_of_payload(PayloadKey::of::<T>()) }
    }
    /// The type that objects of a registered payload get. One function for all payloads.
    #[inline(never)]
    pub(crate) fn type_of_payload(&self, payload: PayloadKey) -> Option<u32> {
        self.by_payload.get(&payload).copied()
    }
    /// A version never used before, for types and dict keys.
    pub fn fresh_version(&mut self) -> u32 {
        self.next_version += 1;
        self.next_version
    }
    /// A number for a code object that no other has; 0 when there is none left.
    pub(crate) fn next_code_serial(&mut self) -> u32 {
        self.last_code = self.last_code.saturating_add(1);
        if self.last_code == u32::MAX { 0 } else { self.last_code }
    }

    /// A new object of the registered type of its payload.
    #[inline]
    pub fn alloc<T: Payload>(&mut self, payload: T) -> Ref<T> {
        let id = if T::FIXED_ID != 0 {
            T::FIXED_ID
        } else {
            // A payload whose type nobody registered is a bug of the module that made it.
            self.type_of_payload(PayloadKey::of::<T>()).unwrap_or(crate::types::id::OBJECT)
        };
        self.alloc_typed(id, payload)
    }

    /// A new object of a given type (one whose payload is `T`); slots and instance part start empty.
    #[inline]
    pub fn alloc_typed<T: Payload>(&mut self, type_id: u32, payload: T) -> Ref<T> {
        let info = self.info(type_id);
        debug_assert!(info.payload == PayloadKey::of::<T>(), "payload of another type");
        let (size, flags, instance) = (info.size as usize, info.flags, info.instance as usize);
        // SAFETY: the slot is at least `size` bytes, the payload follows the header, the rest is zeroed: EMPTY
        // members, and an instance part whose shape is set right away.
        unsafe {
            let object = (*self.alloc).take(size);
            let start = size_of::<Header>() + size_of::<T>();
            if size > start {
                ptr::write_bytes((object as *mut u8).add(start), 0, size - start);
            }
            ptr::write(object.add(1) as *mut T, payload);
            if instance != 0 {
                let root = self.root_shape(type_id);
                (*((object as *mut u8).add(instance) as *mut Instance)).shape = root;
            }
            self.finish(object, type_id, flags);
            Ref::from_value_unchecked(Value::from_owned(object))
        }
    }

    fn root_shape(&self, type_id: u32) -> *const crate::types::shape::Shape {
        let type_object = self.info(type_id).type_pointer();
        debug_assert!(!type_object.is_null());
        // SAFETY: a type with instances has a type object, whose payload is a `Type`.
        unsafe { (*(type_object.add(1) as *const crate::types::Type)).root_shape() }
    }

    /// A new object whose payload is followed by `tail` bytes (short strings, tuples). `size` is capped by
    /// [`MAX_OBJECT`]; the tail is not initialised.
    ///
    /// # Safety
    /// The caller initialises the tail before the object can be looked at.
    #[inline]
    pub(crate) unsafe fn alloc_tail<T: Payload>(&mut self, type_id: u32, payload: T, tail: usize) -> Ref<T> {
        let size = size_of::<Header>() + size_of::<T>() + tail;
        debug_assert!(size <= MAX_OBJECT);
        let flags = self.info(type_id).flags;
        // SAFETY: as in `alloc_typed`.
        unsafe {
            let object = (*self.alloc).take(size);
            ptr::write(object.add(1) as *mut T, payload);
            self.finish(object, type_id, flags);
            Ref::from_value_unchecked(Value::from_owned(object))
        }
    }

    /// # Safety
    /// `object` is a fresh slot whose payload is written.
    #[inline(always)]
    unsafe fn finish(&mut self, object: *mut Header, type_id: u32, type_flags: u32) {
        // SAFETY: by contract.
        unsafe {
            ptr::write(object, Header { rc: Cell::new(ONE), type_id });
            if type_flags & (flags::HEAP_TYPE | flags::CONTAINER) != 0 {
                if type_flags & flags::HEAP_TYPE != 0 {
                    (*self.info(type_id).type_pointer()).increment();
                }
                (*self.alloc).containers_since_gc += 1;
            }
        }
    }

    /// Room that an object of a type has after header and payload size: whether a tail of n bytes fits inline.
    pub const fn tail_fits(payload: usize, tail: usize) -> bool {
        size_of::<Header>() + payload + tail <= MAX_OBJECT
    }

    /// Bytes of the slot an object lies in.
    #[inline]
    pub(crate) fn slot_size(&self, object: &Value) -> usize {
        // SAFETY: every object lies in a page with a header.
        unsafe { (*((object.as_ptr() as usize & !(PAGE_SIZE - 1)) as *mut Page)).slot_size as usize }
    }

    /// Charges (or with a negative number gives back) bytes held outside objects.
    pub fn charge(&mut self, bytes: isize) -> Result<(), OutOfMemory> {
        // SAFETY: `alloc` lives as long as the heap.
        let alloc = unsafe { &mut *self.alloc };
        if bytes > 0 && alloc.used.saturating_add(bytes as usize) > alloc.limit {
            return Err(OutOfMemory);
        }
        alloc.used = alloc.used.saturating_add_signed(bytes);
        Ok(())
    }
    /// Charges what exists already; passing the quota makes the interpreter raise MemoryError next.
    pub fn force_charge(&mut self, bytes: usize) {
        // SAFETY: as above.
        let alloc = unsafe { &mut *self.alloc };
        alloc.used = alloc.used.saturating_add(bytes);
        if alloc.used > alloc.limit {
            alloc.over_quota = true;
            alloc.attention = true;
        }
    }
    /// Whether `bytes` more could be had, without charging them.
    pub fn check_room(&self, bytes: usize) -> Result<(), OutOfMemory> {
        // SAFETY: as above.
        let alloc = unsafe { &*self.alloc };
        if alloc.used.saturating_add(bytes) > alloc.limit || (bytes >= PROBED && !is_there(bytes)) { Err(OutOfMemory) } else { Ok(()) }
    }
    pub fn used(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.alloc).used }
    }
    pub fn limit(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.alloc).limit }
    }
    pub fn set_limit(&mut self, limit: usize) {
        // SAFETY: as above.
        unsafe { (*self.alloc).limit = limit }
    }
    /// Small objects took the heap over its quota since the last call.
    pub fn take_over_quota(&mut self) -> bool {
        // SAFETY: as above.
        unsafe { std::mem::take(&mut (*self.alloc).over_quota) }
    }

    /// Whether finalisers wait, the quota was passed or a collection is due.
    #[inline(always)]
    pub fn needs_attention(&self) -> bool {
        // SAFETY: as above.
        unsafe { (*self.alloc).attention }
    }
    /// Where `needs_attention` looks; valid while the heap is.
    pub(crate) fn attention_flag(&self) -> *const bool {
        // SAFETY: as above.
        unsafe { &raw const (*self.alloc).attention }
    }
    pub(crate) fn clear_attention(&mut self) {
        // SAFETY: as above.
        unsafe { (*self.alloc).attention = false }
    }
    pub(crate) fn request_attention(&mut self) {
        // SAFETY: as above.
        unsafe { (*self.alloc).attention = true }
    }
    /// An object whose count dropped to zero and that must be finalised; the caller owns its last reference.
    pub(crate) fn next_pending(&mut self) -> Option<Value> {
        // SAFETY: queued objects were given back one count.
        unsafe {
            // First dropped, first finalised.
            (*self.alloc).pending.pop_front().map(|object| Value::from_owned(object))
        }
    }
    pub(crate) fn has_pending(&self) -> bool {
        // SAFETY: as above.
        unsafe { !(*self.alloc).pending.is_empty() }
    }
    pub(crate) fn containers_since_gc(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.alloc).containers_since_gc }
    }
    pub(crate) fn reset_containers_since_gc(&mut self) {
        // SAFETY: as above.
        unsafe { (*self.alloc).containers_since_gc = 0 }
    }

    pub(crate) fn set_collection_alarm(&mut self, containers: usize) {
        // SAFETY: as above.
        unsafe { (*self.alloc).collection_alarm = containers }
    }

    /// Numbers the slots of all pages, for side tables of the collector; how many there are.
    pub(crate) fn number_pages(&self) -> usize {
        // SAFETY: pages are live as long as the heap.
        unsafe {
            let mut total = 0u32;
            for &page in &(*self.alloc).pages {
                (*page).gc_base.set(total);
                total += ((PAGE_SIZE - PAGE_HEADER) / (*page).slot_size as usize) as u32;
            }
            total as usize
        }
    }
    /// The number that `number_pages` gave an object's slot.
    #[inline(always)]
    pub(crate) fn slot_number(&self, object: *mut Header) -> usize {
        // SAFETY: every object lies in a page.
        unsafe { (*((object as usize & !(PAGE_SIZE - 1)) as *mut Page)).slot_number(object) }
    }

    /// Calls `f` for every live object.
    pub(crate) fn for_each_object(&self, mut f: impl FnMut(*mut Header)) {
        // SAFETY: slots below `bump` either are free (type id 0) or hold a live object.
        unsafe {
            for &page in &(*self.alloc).pages {
                let base = page as *mut u8;
                let (step, end) = ((*page).slot_size as usize, (*page).bump as usize);
                let mut offset = PAGE_HEADER;
                while offset < end {
                    let object = base.add(offset) as *mut Header;
                    if (*object).type_id != 0 {
                        f(object);
                    }
                    offset += step;
                }
            }
        }
    }
    /// Visits what an object owns: payload, members, instance slots, type.
    pub(crate) fn traverse_object(&self, object: *mut Header, visit: &mut dyn FnMut(&Value)) {
        // SAFETY: `object` is live.
        unsafe {
            let info = self.info((*object).type_id);
            if let Some(traverse) = info.traverse {
                traverse(object, visit);
            }
            let base = object as *mut u8;
            for i in 0..info.member_count as usize {
                if let Some(v) = &*(base.add(info.members as usize + 8 * i) as *const Option<Value>) {
                    visit(v);
                }
            }
            if info.instance != 0 {
                let instance = base.add(info.instance as usize) as *mut Instance;
                if let Some(v) = &(*instance).overflow {
                    visit(v);
                }
                let slots = instance.add(1) as *const Option<Value>;
                for i in 0..info.inline as usize {
                    if let Some(v) = &*slots.add(i) {
                        visit(v);
                    }
                }
            }
            if info.flags & flags::HEAP_TYPE != 0 {
                let type_value = std::mem::ManuallyDrop::new(Value::from_owned(info.type_pointer()));
                visit(&type_value);
            }
        }
    }
    /// Moves out of an object what may close a cycle.
    pub(crate) fn clear_object(&mut self, object: &Value, out: &mut Vec<Value>) {
        let pointer = object.as_ptr();
        // SAFETY: `object` is live, and this token is exclusive.
        unsafe {
            let info = self.info((*pointer).type_id);
            if let Some(clear) = info.clear {
                clear(pointer, out);
            }
            take_slots(pointer, info, out);
        }
    }
}

/// # Safety
/// `pointer` is a live object with layout `info`, and nothing else looks at its slots.
unsafe fn take_slots(pointer: *mut Header, info: &TypeInfo, out: &mut Vec<Value>) {
    let base = pointer as *mut u8;
    // SAFETY: members and inline slots lie inside the object.
    unsafe {
        for i in 0..info.member_count as usize {
            out.extend((*(base.add(info.members as usize + 8 * i) as *mut Option<Value>)).take());
        }
        if info.instance != 0 {
            let instance = base.add(info.instance as usize) as *mut Instance;
            let slots = instance.add(1) as *mut Option<Value>;
            for i in 0..info.inline as usize {
                out.extend((*slots.add(i)).take());
            }
            // The shape goes back to the root, which has no slots: absent attributes, not EMPTY ones.
            out.extend((*instance).overflow.take());
            let type_object = info.type_pointer().add(1) as *const crate::types::Type;
            (*instance).shape = (*type_object).root_shape();
        }
    }
}

/// Frees (or queues) an object whose count dropped to zero.
///
/// # Safety
/// The object is live and its last reference is gone.
#[inline(never)]
pub(crate) unsafe fn release(pointer: *mut Header) {
    // SAFETY: every object lies in a page whose header knows the allocator.
    unsafe {
        let page = (pointer as usize & !(PAGE_SIZE - 1)) as *mut Page;
        Alloc::release((*page).alloc, pointer);
    }
}

impl Alloc {
    /// # Safety
    /// `alloc` is live and `pointer` is an object of it without references.
    unsafe fn release(alloc: *mut Alloc, pointer: *mut Header) {
        // SAFETY: by contract; the allocator is only reached through raw pointers, never through a held borrow.
        unsafe {
            let rc = (*pointer).rc.get();
            if (*pointer).type_id == crate::types::id::STR && rc & FLAGS == 0 && !(*(pointer.add(1) as *const crate::builtins::str::Str)).holds_buffer() {
                // Short strings are nothing but their slot.
                Alloc::give_back(alloc, pointer);
                return;
            }
            if (*pointer).type_id == crate::types::id::INT && rc & FLAGS == 0 && (*(pointer.add(1) as *const crate::builtins::int::Int)).is_short() {
                // So are short ints.
                Alloc::give_back(alloc, pointer);
                return;
            }
            let info = (*alloc).types.add((*pointer).type_id as usize);
            if (rc & FLAGS) | ((*info).flags & flags::FINALIZER) != 0 && Alloc::must_queue(alloc, pointer, info, rc) {
                return;
            }
            if (*alloc).depth >= MAX_FREE_DEPTH {
                (*alloc).deferred.push(pointer);
                return;
            }
            if (*info).instance == 0 && (*info).member_count == 0 && (*info).flags & (flags::HEAP_TYPE | flags::TYPE_SUBCLASS) == 0 {
                // Objects that are their payload: strings, tuples, lists, iterators.
                (*alloc).containers_since_gc = (*alloc).containers_since_gc.saturating_sub(usize::from((*info).flags & flags::CONTAINER != 0));
                if let Some(drop) = (*info).drop {
                    (*alloc).depth += 1;
                    let external = drop(pointer);
                    (*alloc).used = (*alloc).used.saturating_sub(external);
                    (*alloc).depth -= 1;
                }
                Alloc::give_back(alloc, pointer);
            } else {
                Alloc::destroy(alloc, pointer);
            }
            if (*alloc).depth == 0 {
                while let Some(next) = (*alloc).deferred.pop() {
                    Alloc::destroy(alloc, next);
                }
            }
        }
    }

    #[cold]
    unsafe fn must_queue(alloc: *mut Alloc, pointer: *mut Header, info: *mut TypeInfo, rc: u32) -> bool {
        // SAFETY: as in `release`.
        unsafe {
            let finalize = (*info).flags & flags::FINALIZER != 0 && rc & FLAG_FINALIZED == 0;
            let wanted = finalize && {
                let value = std::mem::ManuallyDrop::new(Value::from_owned(pointer));
                (*info).needs_finalizer.is_none_or(|check| check(&value))
            };
            if !wanted && rc & FLAG_WEAKREFS == 0 {
                return false;
            }
            (*pointer).rc.set(rc + ONE);
            (*alloc).pending.push_back(pointer);
            (*alloc).attention = true;
            true
        }
    }

    unsafe fn destroy(alloc: *mut Alloc, pointer: *mut Header) {
        // SAFETY: as in `release`; dropping the payload may release other objects, never this one.
        unsafe {
            (*alloc).depth += 1;
            let info = (*alloc).types.add((*pointer).type_id as usize);
            let (instance, members, inline) = ((*info).instance, (*info).member_count, (*info).inline);
            if instance != 0 || members != 0 {
                let base = pointer as *mut u8;
                let first = base.add((*info).members as usize) as *mut Option<Value>;
                if instance != 0 {
                    let part = base.add(instance as usize) as *mut Instance;
                    let slots = part.add(1) as *mut Option<Value>;
                    for i in 0..inline as usize {
                        ptr::drop_in_place(slots.add(i));
                    }
                    ptr::drop_in_place(&raw mut (*part).overflow);
                }
                for i in 0..members as usize {
                    ptr::drop_in_place(first.add(i));
                }
            }
            let info = (*alloc).types.add((*pointer).type_id as usize);
            if (*info).flags & flags::TYPE_SUBCLASS != 0 {
                // A dead type's id is not used again; its table entry says so.
                let dead = (*(pointer.add(1) as *const crate::types::Type)).id;
                (*(*alloc).types.add(dead as usize)).type_object = 0;
            }
            if let Some(drop) = (*info).drop {
                let external = drop(pointer);
                (*alloc).used = (*alloc).used.saturating_sub(external);
            }
            let info = (*alloc).types.add((*pointer).type_id as usize);
            let type_flags = (*info).flags;
            if type_flags & (flags::HEAP_TYPE | flags::CONTAINER) != 0 {
                (*alloc).containers_since_gc = (*alloc).containers_since_gc.saturating_sub(1);
                if type_flags & flags::HEAP_TYPE != 0 {
                    drop(Value::from_owned((*info).type_pointer()));
                }
            }
            Alloc::give_back(alloc, pointer);
            (*alloc).depth -= 1;
        }
    }

    /// Puts the slot of a dead object on the free list of its class.
    #[inline(always)]
    unsafe fn give_back(alloc: *mut Alloc, pointer: *mut Header) {
        // SAFETY: the slot lies in a page of this allocator and is not used any more.
        unsafe {
            let page = (pointer as usize & !(PAGE_SIZE - 1)) as *mut Page;
            let class = (*page).slot_size as usize / GRANULE;
            let slot = pointer as *mut FreeSlot;
            (*slot).header = 0;
            (*slot).next = (*alloc).free[class];
            (*alloc).free[class] = slot;
        }
    }

    /// A slot of at least `size` bytes.
    #[inline(always)]
    fn take(&mut self, size: usize) -> *mut Header {
        let class = size.div_ceil(GRANULE);
        let slot = self.free[class];
        if slot.is_null() {
            return self.take_slow(class);
        }
        // SAFETY: free slots form a list.
        unsafe { self.free[class] = (*slot).next }
        slot as *mut Header
    }

    #[cold]
    #[inline(never)]
    fn take_slow(&mut self, class: usize) -> *mut Header {
        let size = class * GRANULE;
        // SAFETY: the current page of a class is live; `bump` never passes the page's end.
        unsafe {
            let mut page = self.current[class];
            if page.is_null() || (*page).bump as usize + size > PAGE_SIZE {
                page = self.new_page(size);
                self.current[class] = page;
            }
            let slot = (page as *mut u8).add((*page).bump as usize);
            (*page).bump += size as u32;
            slot as *mut Header
        }
    }

    fn new_page(&mut self, slot_size: usize) -> *mut Page {
        if self.spare_pages.is_empty() {
            let layout = arena_layout();
            // SAFETY: the layout is not empty. Out of memory aborts, as everywhere in Rust; quotas come first.
            unsafe {
                let arena = alloc(layout);
                if arena.is_null() {
                    std::alloc::handle_alloc_error(layout);
                }
                self.arenas.push(arena);
                for i in (0..ARENA_PAGES).rev() {
                    self.spare_pages.push(arena.add(i * PAGE_SIZE) as *mut Page);
                }
            }
        }
        self.used += PAGE_SIZE;
        if self.used > self.limit {
            self.over_quota = true;
            self.attention = true;
        }
        // Garbage that is not collected takes pages. Polls would see it, but only once in some thousand steps.
        self.attention |= self.containers_since_gc > self.collection_alarm;
        let page = match self.spare_pages.pop() {
            Some(page) => page,
            None => unreachable!("an arena was just added"),
        };
        let alloc: *mut Alloc = self;
        // SAFETY: the page is ours and unused.
        unsafe { ptr::write(page, Page { alloc, slot_size: slot_size as u32, bump: PAGE_HEADER as u32, gc_base: Cell::new(0) }) }
        self.pages.push(page);
        page
    }
}

fn arena_layout() -> Layout {
    match Layout::from_size_align(ARENA_PAGES * PAGE_SIZE, PAGE_SIZE) {
        Ok(layout) => layout,
        Err(_) => unreachable!("constants"),
    }
}

impl Drop for Memory {
    /// Gives all memory back without running drops of objects: nothing of the interpreter is left to observe.
    fn drop(&mut self) {
        // SAFETY: objects may own Rust memory outside the pages; dropping payloads here could touch dead
        // neighbours, so only the pages go back. Interpreters that come and go first clear their modules.
        unsafe {
            let state = Box::from_raw(self.0);
            for &arena in &state.arenas {
                dealloc(arena, arena_layout());
            }
        }
    }
}

const _: () = assert!(size_of::<Page>() <= PAGE_HEADER);
const _: () = assert!(size_of::<Option<Value>>() == 8);
const _: () = assert!(value::INT_MAX < 1 << 50);
