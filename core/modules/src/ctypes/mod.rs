//! `_ctypes`: C types, their objects, and calls of foreign functions.
//!
//! The data model is here: [`info`] (what is known of a type), [`data`] (objects), [`values`] (simple values), one file
//! per kind of type, [`param`] and [`call`] (arguments and calls), [`callback`]. How foreign code is reached is the host's
//! matter, behind [`machine::Machine`]: its native module calls [`init`] with one. [`memory`] follows raw addresses.

mod arrays;
mod builtin;
mod call;
pub mod callback;
pub mod data;
mod fields;
pub mod isolated;
pub mod function;
pub mod info;
mod library;
pub mod machine;
pub mod memory;
mod metas;
pub mod param;
mod pointers;
mod simple;
mod structs;
pub mod values;

use info::{Info, Infos, Kind, Model};
use krait_vm::args::{MethodDef, Methods};
use krait_vm::builtins::module::Module;
use krait_vm::heap::{NativeMethods, flags};
use krait_vm::types::build::TypeSpec;
use krait_vm::types::{Type, id};
use krait_vm::{Exc, Raised, Ref, Result, Value, Vm};
use machine::Machine;
use memory::CData;
use rustc_hash::FxHashMap;
use std::rc::Rc;

pub const FUNCFLAG_CDECL: u32 = 1;
pub const FUNCFLAG_PYTHONAPI: u32 = 4;
pub const FUNCFLAG_USE_ERRNO: u32 = 8;
const FUNCFLAG_USE_LASTERROR: u32 = 16;

/// What `_ctypes` keeps per interpreter.
#[derive(Default)]
pub(crate) struct State {
    /// Array types by item and length.
    arrays: FxHashMap<(u32, u64), u32>,
    /// The abstract base classes, by data model.
    bases: Vec<(Model, Kind, u32)>,
    machines: Vec<(Model, Rc<dyn Machine>)>,
    simple_metas: Vec<u32>,
    making_swapped: bool,
    argument_error: Option<Value>,
    /// Addresses of objects and modules with 32-bit pointers.
    pub(crate) space: Rc<isolated::space::Space>,
}

impl State {
    fn base(&self, model: Model, kind: Kind) -> Option<u32> {
        self.bases.iter().find(|(m, k, _)| *m == model && *k == kind).map(|(_, _, id)| *id)
    }
}

/// The way to foreign code of a data model.
pub fn machine(vm: &mut Vm, model: Model) -> Result<Rc<dyn Machine>> {
    let found = vm.state::<State>().machines.iter().find(|(m, _)| *m == model).map(|(_, machine)| machine.clone());
    match found {
        Some(machine) => Ok(machine),
        None => Err(vm.runtime_error("this interpreter has no way to foreign functions")),
    }
}

/// `ctypes.ArgumentError` with a message.
#[cold]
pub(crate) fn argument_error(vm: &mut Vm, message: &str) -> Raised {
    let text = vm.str(message);
    match vm.state::<State>().argument_error.clone() {
        Some(class) => match vm.call(&class, &[text]) {
            Ok(exception) => vm.raise_with_context(exception),
            Err(e) => e,
        },
        None => vm.type_error(message),
    }
}

const META: u32 = flags::BASETYPE;

struct Base {
    kind: Kind,
    name: &'static str,
    doc: &'static str,
    methods: &'static [MethodDef],
    meta: &'static str,
    meta_doc: &'static str,
    meta_methods: &'static [MethodDef],
    plain_from_param: bool,
}

static BASES: &[Base] = &[
    Base {
        kind: Kind::Simple,
        name: "_ctypes._SimpleCData",
        doc: "XXX to be provided",
        methods: simple::Simple::METHODS,
        meta: "_ctypes.PyCSimpleType",
        meta_doc: "metatype for the PyCSimpleType Objects",
        meta_methods: metas::SimpleMeta::METHODS,
        plain_from_param: false,
    },
    Base {
        kind: Kind::Pointer,
        name: "_ctypes._Pointer",
        doc: "XXX to be provided",
        methods: pointers::Pointer::METHODS,
        meta: "_ctypes.PyCPointerType",
        meta_doc: "metatype for the Pointer Objects",
        meta_methods: metas::PointerMeta::METHODS,
        plain_from_param: false,
    },
    Base {
        kind: Kind::Array,
        name: "_ctypes.Array",
        doc: "Abstract base class for arrays.\n\nThe recommended way to create concrete array types is by multiplying any\nctypes data type with a non-negative integer. Alternatively, you can subclass\nthis type and define _length_ and _type_ class variables. Array elements can\nbe read and written using standard subscript and slice accesses for slice\nreads, the resulting object is not itself an Array.",
        methods: arrays::Array::METHODS,
        meta: "_ctypes.PyCArrayType",
        meta_doc: "metatype for the Array Objects",
        meta_methods: metas::ArrayMeta::METHODS,
        plain_from_param: false,
    },
    Base {
        kind: Kind::Structure,
        name: "_ctypes.Structure",
        doc: "Structure base class",
        methods: structs::Members::METHODS,
        meta: "_ctypes.PyCStructType",
        meta_doc: "metatype for the CData Objects",
        meta_methods: structs::StructureMeta::METHODS,
        plain_from_param: true,
    },
    Base {
        kind: Kind::Union,
        name: "_ctypes.Union",
        doc: "Union base class",
        methods: structs::Members::METHODS,
        meta: "_ctypes.UnionType",
        meta_doc: "metatype for the Union Objects",
        meta_methods: structs::UnionMeta::METHODS,
        plain_from_param: true,
    },
    Base {
        kind: Kind::Function,
        name: "_ctypes.CFuncPtr",
        doc: "Function Pointer",
        methods: function::FunctionPointer::METHODS,
        meta: "_ctypes.PyCFuncPtrType",
        meta_doc: "metatype for C function pointers",
        meta_methods: function::FunctionMeta::METHODS,
        plain_from_param: true,
    },
];

fn helper_type<T: krait_vm::Payload>(vm: &mut Vm, name: &'static str, doc: &'static str, type_flags: u32, methods: &'static [MethodDef]) -> Ref<Type> {
    let spec = TypeSpec { name, doc, flags: type_flags, dict: false, methods };
    vm.define_type::<T>(None, &spec)
}

/// Fills a `_ctypes` module for a data model and a machine.
pub fn init(vm: &mut Vm, module: &Ref<Module>, model: Model, machine: Rc<dyn Machine>) -> Result<()> {
    vm.state::<State>().machines.push((model, machine.clone()));
    let no_new = flags::DISALLOW_INSTANTIATION;
    if vm.heap.payload_type::<CData>().is_none() {
        helper_type::<values::KeptString>(vm, "_ctypes.KeptString", "", no_new, &[]);
        helper_type::<callback::Thunk>(vm, "_ctypes.CThunkObject", "", no_new, callback::Thunk::METHODS);
        helper_type::<builtin::RawMemory>(vm, "_ctypes.RawMemory", "", no_new, builtin::RawMemory::METHODS);
        helper_type::<param::Param>(vm, "_ctypes.CArgObject", "", no_new, param::Param::METHODS);
        vm.heap.register_buffer::<builtin::RawMemory>(builtin::raw_provider());
    }
    define_bases(vm, module, model);
    let field = match vm.heap.payload_type::<fields::CField>() {
        Some(known) => vm.core_type(known),
        None => {
            let made = helper_type::<fields::CField>(vm, "ctypes.CField", "Structure/Union member", 0, fields::CField::METHODS);
            let field_id = made.id(&vm.heap);
            vm.heap.info_mut(field_id).descriptor = Some(fields::DESCRIPTOR);
            made
        }
    };
    vm.module_set(module, "CField", field.into_value());
    let error = argument_error_class(vm)?;
    vm.module_set(module, "ArgumentError", error);
    vm.module_functions::<library::Functions>(module);
    match model {
        Model::Lp64 => {
            vm.module_functions::<library::Process>(module);
            vm.module_functions::<library::Objects>(module);
        }
        Model::Ilp32 => vm.module_functions::<library::Modules>(module),
    }
    let c_library = machine.memory_functions().map(|(to_move, to_set)| [("_memmove_addr", to_move), ("_memset_addr", to_set)]);
    for (name, address) in builtin::addresses(model).into_iter().chain(c_library.into_iter().flatten()) {
        let address = values::unsigned(vm, address);
        vm.module_set(module, name, address);
    }
    let numbers = [
        ("FUNCFLAG_CDECL", FUNCFLAG_CDECL),
        ("FUNCFLAG_PYTHONAPI", FUNCFLAG_PYTHONAPI),
        ("FUNCFLAG_USE_ERRNO", FUNCFLAG_USE_ERRNO),
        ("FUNCFLAG_USE_LASTERROR", FUNCFLAG_USE_LASTERROR),
        ("RTLD_LOCAL", 0),
        ("RTLD_GLOBAL", 256),
        ("SIZEOF_TIME_T", 8),
        ("CTYPES_MAX_ARGCOUNT", call::MAX_ARGUMENTS as u32),
        ("TYPEFLAG_ISPOINTER", info::type_flags::ISPOINTER),
        ("TYPEFLAG_HASPOINTER", info::type_flags::HASPOINTER),
        ("TYPEFLAG_HASUNION", info::type_flags::HASUNION),
        ("TYPEFLAG_HASBITFIELD", info::type_flags::HASBITFIELD),
    ];
    for (name, number) in numbers {
        vm.module_set(module, name, Value::int32(number as i32));
    }
    let version = vm.str("1.1.0");
    vm.module_set(module, "__version__", version);
    Ok(())
}

fn define_bases(vm: &mut Vm, module: &Ref<Module>, model: Model) {
    let type_type = vm.core_type(id::TYPE);
    let spec = TypeSpec { name: "_ctypes.CType_Type", doc: "", flags: META, dict: false, methods: metas::CTypeType::METHODS };
    let ctype_type = vm.define_type::<Type>(Some(&type_type), &spec);
    let spec = TypeSpec { name: "_ctypes._CData", doc: "XXX to be provided", flags: flags::BASETYPE, dict: false, methods: data::Common::METHODS };
    let cdata = vm.define_type::<CData>(None, &spec);
    vm.heap.register_buffer::<CData>(data::provider());
    for base in BASES {
        let spec = TypeSpec { name: base.meta, doc: base.meta_doc, flags: META, dict: false, methods: base.meta_methods };
        let meta = vm.define_type::<Type>(Some(&ctype_type), &spec);
        vm.add_methods(&meta, metas::Constructors::METHODS);
        if base.plain_from_param {
            vm.add_methods(&meta, metas::PlainFromParam::METHODS);
        }
        let meta_id = meta.id(&vm.heap);
        if base.kind == Kind::Simple {
            vm.state::<State>().simple_metas.push(meta_id);
        }
        let spec = TypeSpec { name: base.name, doc: base.doc, flags: flags::BASETYPE, dict: false, methods: base.methods };
        let class = vm.define_type_under::<CData>(&meta, Some(&cdata), &spec);
        let class_id = class.id(&vm.heap);
        let mut native = NativeMethods { owner: class_id, get_item: None, set_item: None, call: None };
        match base.kind {
            Kind::Array => {
                native.get_item = Some(arrays::get_item);
                native.set_item = Some(arrays::set_item);
            }
            Kind::Pointer => {
                native.get_item = Some(pointers::get_item);
                native.set_item = Some(pointers::set_item);
            }
            Kind::Function => native.call = base.methods.iter().find(|m| m.name == "__call__"),
            _ => {}
        }
        let layout = vm.heap.info_mut(class_id);
        layout.inherited = Some(native);
        if base.kind == Kind::Array {
            layout.length = Some(arrays::length);
        }
        let mut info = Info::new(class_id, base.kind, model);
        info.is_abstract = true;
        vm.state::<Infos>().put(Rc::new(info));
        vm.state::<State>().bases.push((model, base.kind, class_id));
        let short = base.name.rsplit('.').next().unwrap_or(base.name);
        vm.module_set(module, short, class.into_value());
    }
}

fn argument_error_class(vm: &mut Vm) -> Result<Value> {
    if let Some(class) = vm.state::<State>().argument_error.clone() {
        return Ok(class);
    }
    let exception = vm.exc.get(Exc::Exception).to_value();
    let (name, bases, namespace) = (vm.str("ArgumentError"), vm.tuple(vec![exception]), vm.heap.dict());
    let key = vm.names.__module__.clone();
    let module = vm.str("ctypes");
    namespace.set_str(vm, &key, module);
    let type_type = vm.core_type(id::TYPE).into_value();
    let class = vm.call(&type_type, &[name, bases, namespace.into_value()])?;
    vm.state::<State>().argument_error = Some(class.clone());
    Ok(class)
}
