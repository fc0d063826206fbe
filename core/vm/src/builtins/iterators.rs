//! Storage of the builtin iterators and views. Their methods are beside the types they iterate.

use crate::builtins::dict::Dict;
use crate::builtins::set::Set;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::value::Value;
use krait_macros::Traverse;

/// What a dict view or iterator shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DictPart {
    Keys,
    Values,
    Items,
}
impl crate::args::Traverse for DictPart {}

/// `dict_keys`, `dict_values`, `dict_items`.
#[derive(Traverse)]
#[traverse(id = DICT_KEYS)]
pub struct DictView {
    pub dict: Ref<Dict>,
    pub part: DictPart,
}

/// Iterators over dicts, forwards and backwards.
#[derive(Traverse)]
#[traverse(id = DICT_KEY_ITERATOR)]
pub struct DictIter {
    /// `None` when exhausted.
    pub dict: Option<Ref<Dict>>,
    /// Entry index of the next candidate (forwards), or one past it (backwards).
    pub position: usize,
    /// Size of the dict when the iterator was made.
    pub size: usize,
    /// Items left, for `__length_hint__`.
    pub left: usize,
    pub part: DictPart,
    pub reverse: bool,
    /// The last item of an iterator over items, to be used again.
    pub pair: Option<Ref<Tuple>>,
}

/// `mappingproxy`: a read-only view of a mapping.
#[derive(Traverse)]
#[traverse(id = MAPPINGPROXY)]
pub struct MappingProxy {
    pub mapping: Value,
}

/// `list_iterator` and `list_reverseiterator`.
#[derive(Traverse)]
#[traverse(id = LIST_ITERATOR)]
pub struct ListIter {
    /// `None` when exhausted.
    pub list: Option<Value>,
    /// Next position; backwards: one past it.
    pub index: usize,
    pub reverse: bool,
}

/// Iterators over indexable builtins (tuple, str, bytes, …), `reversed` and the generic sequence iterator.
#[derive(Traverse)]
#[traverse(id = SEQUENCE_ITERATOR)]
pub struct SeqIter {
    /// `None` when exhausted.
    pub sequence: Option<Value>,
    pub index: isize,
}

/// `longrange_iterator`: ints of any size.
#[derive(Traverse)]
#[traverse(id = LONGRANGE_ITERATOR)]
pub struct LongRangeIter {
    pub next: Value,
    pub step: Value,
    pub left: Value,
}

/// `set_iterator`.
#[derive(Traverse)]
#[traverse(id = SET_ITERATOR)]
pub struct SetIter {
    pub set: Option<Ref<Set>>,
    pub position: usize,
    pub size: usize,
    pub left: usize,
}

/// `callable_iterator`: `iter(callable, sentinel)`.
#[derive(Traverse)]
#[traverse(id = CALLABLE_ITERATOR)]
pub struct CallableIter {
    pub callable: Option<Value>,
    pub sentinel: Option<Value>,
}

#[derive(Traverse)]
#[traverse(id = ENUMERATE)]
pub struct Enumerate {
    pub iterator: Value,
    pub index: Value,
    /// The first result, to be used again.
    pub pair: Option<Ref<Tuple>>,
}

#[derive(Traverse)]
#[traverse(id = ZIP)]
pub struct Zip {
    pub iterators: Vec<Value>,
    pub strict: bool,
    /// The first result of a zip of two, to be used again.
    pub pair: Option<Ref<Tuple>>,
}

#[derive(Traverse)]
#[traverse(id = MAP)]
pub struct Map {
    pub function: Value,
    pub iterators: Vec<Value>,
    pub strict: bool,
}

#[derive(Traverse)]
#[traverse(id = FILTER)]
pub struct Filter {
    pub function: Value,
    pub iterator: Value,
}
