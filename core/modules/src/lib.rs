//! The portable native modules of the standard library, one file each.
//!
//! [`MODULES`] names them for `Builder::modules`; a module's `init` fills the module object when it is first
//! imported. Nothing here knows an operating system: those modules come from the host.

pub mod support;
pub mod boot;
pub mod file_names;
pub mod main_program;
pub mod imp;
pub mod monitoring;
pub mod sys;
mod sys_data;
pub mod warnings;
pub mod weakref;
pub mod abc;
pub mod codecs;
pub mod contextvars;
pub mod ctypes;
pub mod gc;
pub mod marshal;
pub mod string_module;
pub mod types_module;
pub mod typing_module;
pub mod tracemalloc;
pub mod atexit;
pub mod io;
pub mod time_module;
pub mod math;
mod math_ints;
mod math_special;
pub mod calendar;
pub mod cmath;
pub mod itertools;
pub(crate) mod itertools_combine;
pub(crate) mod itertools_group;
pub mod functools;
pub mod operator;
pub mod collections;
pub(crate) mod deque;
pub mod sre;
mod sre_match;
pub mod struct_module;
pub mod random;
pub mod unicodedata;
pub mod json;
pub mod array;
mod array_items;
pub mod binascii;
pub mod datetime;
pub mod bisect;
pub mod heapq;
pub mod ast;
mod ast_tree;
pub mod symtable;
pub mod tokenize;
pub mod zlib;
pub mod csv;
pub mod opcode;
pub mod stat;
pub mod hashes;
pub mod sysconfig;
pub mod statistics;
pub mod suggestions;

use krait_vm::host::ModuleInit;

/// Every portable native module.
pub const MODULES: &[(&str, ModuleInit)] = &[
    ("_imp", imp::init),
    ("_warnings", warnings::init),
    ("_weakref", weakref::init),
    ("_abc", abc::init),
    ("_codecs", codecs::init),
    ("_contextvars", contextvars::init),
    ("gc", gc::init),
    ("marshal", marshal::init),
    ("_string", string_module::init),
    ("_types", types_module::init),
    ("_typing", typing_module::init),
    ("_tracemalloc", tracemalloc::init),
    ("atexit", atexit::init),
    ("_io", io::init),
    ("time", time_module::init),
    ("math", math::init),
    ("cmath", cmath::init),
    ("array", array::init),
    ("_md5", hashes::init_md5),
    ("_sha1", hashes::init_sha1),
    ("_sha2", hashes::init_sha2),
    ("_sha3", hashes::init_sha3),
    ("_blake2", hashes::init_blake2),
    ("zlib", zlib::init),
    ("_struct", struct_module::init),
    ("_random", random::init),
    ("binascii", binascii::init),
    ("_datetime", datetime::init),
    ("_bisect", bisect::init),
    ("_heapq", heapq::init),
    ("_statistics", statistics::init),
    ("itertools", itertools::init),
    ("_functools", functools::init),
    ("_operator", operator::init),
    ("_collections", collections::init),
    ("_ast", ast::init),
    ("_symtable", symtable::init),
    ("_tokenize", tokenize::init),
    ("_sre", sre::init),
    ("unicodedata", unicodedata::init),
    ("_json", json::init),
    ("_csv", csv::init),
    ("_opcode", opcode::init),
    ("_stat", stat::init),
    ("_sysconfig", sysconfig::init),
    ("_suggestions", suggestions::init),
];
