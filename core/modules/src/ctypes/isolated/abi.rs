//! How clang passes C values in WebAssembly (tool-conventions, "Basic C ABI").
//!
//! Integers and pointers are i32 or i64, floats are themselves, `long double` is two i64. A structure or union that is
//! nothing but one scalar is passed as that; one without members not at all; others, and complex numbers, as a pointer to
//! a copy. Results in memory get a hidden first argument. Variable arguments lie in memory, one after the other, each at
//! its own alignment, behind a pointer.

use super::ValueType;
use crate::ctypes::info::{self, Info, Kind};
use crate::ctypes::param::{self, Class};
use krait_vm::Vm;
use std::rc::Rc;

/// How a C value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    Nothing,
    Word(ValueType),
    /// A `long double`, as an argument.
    Pair,
    /// In memory: size and alignment.
    Memory { size: usize, align: usize },
}

pub fn passing(vm: &mut Vm, class: &Class) -> Passing {
    match class {
        Class::Void => Passing::Nothing,
        Class::Int { size: 8, .. } => Passing::Word(ValueType::I64),
        Class::Int { .. } => Passing::Word(ValueType::I32),
        Class::Float => Passing::Word(ValueType::F32),
        Class::Double => Passing::Word(ValueType::F64),
        Class::LongDouble => Passing::Pair,
        Class::Complex(b'F') => Passing::Memory { size: 8, align: 4 },
        Class::Complex(b'D') => Passing::Memory { size: 16, align: 8 },
        Class::Complex(_) => Passing::Memory { size: 32, align: 16 },
        Class::Aggregate(info) => aggregate(vm, info),
    }
}

fn aggregate(vm: &mut Vm, info: &Rc<Info>) -> Passing {
    let in_memory = Passing::Memory { size: info.size.get(), align: info.align.get() };
    let mut only = None;
    match scalars(vm, info, &mut only) {
        0 => Passing::Nothing,
        1 => match only {
            // Padding counts.
            Some(scalar) if scalar.size.get() == info.size.get() => {
                let class = param::class_of(&scalar);
                match passing(vm, &class) {
                    Passing::Word(ty) => Passing::Word(ty),
                    _ => in_memory,
                }
            }
            _ => in_memory,
        },
        _ => in_memory,
    }
}
/// How many scalars something is made of, two standing for more, and the last of them.
fn scalars(vm: &mut Vm, info: &Rc<Info>, last: &mut Option<Rc<Info>>) -> usize {
    match info.kind {
        Kind::Array => {
            let Some(item) = info::info(vm, info.item.get()) else { return 0 };
            (scalars(vm, &item, last) * info.length.get().min(2)).min(2)
        }
        Kind::Structure | Kind::Union => {
            let parts = info.parts.borrow().clone();
            let mut count = 0;
            for part in parts {
                if let Some(member) = info::info(vm, part.type_id) {
                    count += scalars(vm, &member, last);
                }
                if count > 1 {
                    return 2;
                }
            }
            count
        }
        Kind::Simple | Kind::Pointer | Kind::Function => {
            *last = Some(info.clone());
            1
        }
    }
}

/// The name of a type in messages.
pub fn c_name(ty: ValueType) -> &'static str {
    match ty {
        ValueType::I32 => "an integer of 32 bits or a pointer",
        ValueType::I64 => "an integer of 64 bits",
        ValueType::F32 => "a float",
        ValueType::F64 => "a double",
        ValueType::Other => "no C value",
    }
}
