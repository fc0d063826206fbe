//! libffi: descriptions of types and calls through them.

use krait_modules::ctypes::info::{self, Info, Kind};
use krait_modules::ctypes::param::{self, Arg, Class};
use krait_vm::Vm;
use libffi_sys as raw;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A type as libffi describes it.
pub type Type = *mut raw::ffi_type;

/// The default calling convention.
const ABI: raw::ffi_abi = raw::ffi_abi_FFI_DEFAULT_ABI;

/// Structures of more bytes travel in memory under every calling convention, whatever they are made of.
const LARGE: usize = 64;

/// The description of a structure and of what it is made of.
struct Aggregate {
    /// Boxed: libffi keeps the address.
    ty: Box<raw::ffi_type>,
    _elements: Vec<Type>,
}

/// The descriptions of structures, made once for each.
#[derive(Default)]
pub struct Types {
    aggregates: RefCell<HashMap<u32, Rc<Aggregate>>>,
}

/// A call that libffi is ready for.
pub struct Call {
    cif: raw::ffi_cif,
    _types: Vec<Type>,
}

impl Types {
    /// The description of a class of arguments or results.
    pub fn of(&self, vm: &mut Vm, class: &Class) -> Type {
        match class {
            Class::Void => &raw mut raw::ffi_type_void,
            Class::Float => &raw mut raw::ffi_type_float,
            Class::Double => &raw mut raw::ffi_type_double,
            Class::LongDouble => &raw mut raw::ffi_type_longdouble,
            Class::Complex(b'F') => &raw mut raw::ffi_type_complex_float,
            Class::Complex(b'G') => &raw mut raw::ffi_type_complex_longdouble,
            Class::Complex(_) => &raw mut raw::ffi_type_complex_double,
            Class::Int { size, signed } => match (size, signed) {
                (1, true) => &raw mut raw::ffi_type_sint8,
                (1, false) => &raw mut raw::ffi_type_uint8,
                (2, true) => &raw mut raw::ffi_type_sint16,
                (2, false) => &raw mut raw::ffi_type_uint16,
                (4, true) => &raw mut raw::ffi_type_sint32,
                (4, false) => &raw mut raw::ffi_type_uint32,
                (_, true) => &raw mut raw::ffi_type_sint64,
                (_, false) => &raw mut raw::ffi_type_uint64,
            },
            Class::Aggregate(info) => self.aggregate(vm, info),
        }
    }

    fn aggregate(&self, vm: &mut Vm, info: &Rc<Info>) -> Type {
        if let Some(known) = self.aggregates.borrow().get(&info.type_id) {
            return (&raw const *known.ty).cast_mut();
        }
        let mut elements = Vec::new();
        if info.size.get() > LARGE {
            elements.push(&raw mut raw::ffi_type_uint8);
        } else {
            self.elements(vm, info, &mut elements);
        }
        elements.push(std::ptr::null_mut());
        // Size and alignment are ours: what libffi would compute knows no packing and no bit fields.
        let ty = Box::new(raw::ffi_type {
            size: info.size.get(),
            alignment: info.align.get() as u16,
            type_: raw::FFI_TYPE_STRUCT,
            elements: elements.as_mut_ptr(),
        });
        let made = Rc::new(Aggregate { ty, _elements: elements });
        let address = (&raw const *made.ty).cast_mut();
        self.aggregates.borrow_mut().insert(info.type_id, made);
        address
    }

    /// What an aggregate is made of.
    fn elements(&self, vm: &mut Vm, info: &Rc<Info>, out: &mut Vec<Type>) {
        if info.kind == Kind::Union {
            return self.union_elements(vm, info, out);
        }
        let mut last = None;
        for (offset, member) in members(vm, info) {
            // Bit fields that share their storage count once.
            if last.replace(offset) != Some(offset) {
                self.member(vm, &member, out);
            }
        }
    }
    fn member(&self, vm: &mut Vm, member: &Rc<Info>, out: &mut Vec<Type>) {
        if member.size.get() == 0 {
            return;
        }
        if member.kind == Kind::Array {
            let Some(item) = info::info(vm, member.item.get()) else { return };
            for _ in 0..member.length.get() {
                self.member(vm, &item, out);
            }
            return;
        }
        let class = param::class_of(member);
        out.push(self.of(vm, &class));
    }
    /// What travels like a union, which libffi does not know: the largest member where all hold floats of one kind, and
    /// else words. On AArch64 those are of integers, on x86-64 of floats where no member has anything else.
    fn union_elements(&self, vm: &mut Vm, info: &Rc<Info>, out: &mut Vec<Type>) {
        let mut scalars = Vec::new();
        collect_scalars(vm, info, 0, &mut scalars);
        let is_long = |s: &Scalar| matches!(s.class, Class::LongDouble | Class::Complex(b'G'));
        let one_kind = scalars.iter().all(|s| s.float().is_some() && s.float() == scalars[0].float());
        if one_kind || (cfg!(target_arch = "x86_64") && scalars.iter().any(is_long)) {
            let largest = members(vm, info).into_iter().max_by_key(|(_, member)| member.size.get());
            if let Some((_, largest)) = largest {
                self.member(vm, &largest, out);
            }
            return;
        }
        let size = info.size.get();
        let mut at = 0;
        while at < size {
            let width = [8, 4, 2, 1].into_iter().find(|w| *w <= size - at).unwrap_or(1);
            let floats = cfg!(target_arch = "x86_64") && scalars.iter().all(|s| s.float().is_some() || s.at + s.size <= at || s.at >= at + 8);
            let class = match width {
                8 if floats => Class::Double,
                4 if floats => Class::Float,
                _ => Class::Int { size: width as u8, signed: false },
            };
            out.push(self.of(vm, &class));
            at += width;
        }
    }

    /// Describes a call; `None` when libffi cannot make it.
    pub fn prepare(&self, vm: &mut Vm, args: &[Arg], fixed: Option<usize>, result: &Class) -> Option<Call> {
        let types: Vec<Type> = args.iter().map(|a| self.of(vm, &a.class)).collect();
        self.describe(vm, types, fixed, result)
    }
    pub fn describe(&self, vm: &mut Vm, mut types: Vec<Type>, fixed: Option<usize>, result: &Class) -> Option<Call> {
        let result = self.of(vm, result);
        let count = types.len() as u32;
        // SAFETY: an all-zero description is what libffi fills in; the list of types lives as long as the description.
        unsafe {
            let mut cif: raw::ffi_cif = std::mem::zeroed();
            let status = match fixed {
                Some(fixed) if fixed < types.len() => raw::ffi_prep_cif_var(&mut cif, ABI, fixed as u32, count, result, types.as_mut_ptr()),
                _ => raw::ffi_prep_cif(&mut cif, ABI, count, result, types.as_mut_ptr()),
            };
            (status == raw::ffi_status_FFI_OK).then_some(Call { cif, _types: types })
        }
    }
}

impl Call {
    pub fn cif(&mut self) -> *mut raw::ffi_cif {
        &mut self.cif
    }
    /// # Safety
    /// The address is that of such a function, and `out` has room for its result, a whole word at least.
    pub unsafe fn run(mut self, address: usize, args: &[Arg], out: *mut u8) {
        let mut places: Vec<*mut libc::c_void> = args.iter().map(|a| a.bytes().cast_mut().cast()).collect();
        // SAFETY: by contract; the arguments outlive the call.
        unsafe {
            let function: unsafe extern "C" fn() = std::mem::transmute(address);
            raw::ffi_call(&mut self.cif, Some(function), out.cast(), places.as_mut_ptr());
        }
    }
}

/// A number or pointer within an aggregate.
struct Scalar {
    at: usize,
    size: usize,
    class: Class,
}

impl Scalar {
    /// The size of a float, or of those that a complex number has.
    fn float(&self) -> Option<u8> {
        match self.class {
            Class::Float | Class::Complex(b'F') => Some(4),
            Class::Double | Class::Complex(b'D') => Some(8),
            Class::LongDouble | Class::Complex(_) => Some(16),
            _ => None,
        }
    }
}

/// The members of a structure or union, and where they are.
fn members(vm: &mut Vm, info: &Info) -> Vec<(usize, Rc<Info>)> {
    let parts = info.parts.borrow().clone();
    parts.iter().filter_map(|part| info::info(vm, part.type_id).map(|member| (part.offset, member))).collect()
}

fn collect_scalars(vm: &mut Vm, info: &Rc<Info>, at: usize, out: &mut Vec<Scalar>) {
    let size = info.size.get();
    match info.kind {
        _ if size == 0 => {}
        Kind::Structure | Kind::Union => {
            for (offset, member) in members(vm, info) {
                collect_scalars(vm, &member, at + offset, out);
            }
        }
        Kind::Array => {
            let Some(item) = info::info(vm, info.item.get()) else { return };
            for n in 0..info.length.get() {
                collect_scalars(vm, &item, at + n * item.size.get(), out);
            }
        }
        _ => out.push(Scalar { at, size, class: param::class_of(info) }),
    }
}
