//! `memoryview` and the buffer protocol: storage.

use crate::value::Value;
use krait_macros::Traverse;

#[derive(Traverse)]
#[traverse(id = MEMORYVIEW)]
pub struct MemoryView {
    /// The object whose bytes are viewed; `None` once released.
    pub object: Option<Value>,
    pub format: String,
    pub itemsize: usize,
    pub readonly: bool,
    /// Byte offset of the first item.
    pub offset: usize,
    #[traverse(skip)]
    pub shape: Vec<usize>,
    #[traverse(skip)]
    pub strides: Vec<isize>,
    pub exports: usize,
    pub hash: Option<i64>,
}

impl crate::args::Traverse for Option<i64> {}
