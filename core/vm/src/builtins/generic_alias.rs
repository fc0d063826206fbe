//! `types.GenericAlias` (`list[int]`) and `types.UnionType` (`int | str`): storage.

use crate::builtins::set::Set;
use crate::builtins::tuple::Tuple;
use crate::object::Ref;
use crate::value::Value;
use krait_macros::Traverse;

#[derive(Traverse)]
#[traverse(id = GENERIC_ALIAS)]
pub struct GenericAlias {
    pub origin: Value,
    pub args: Ref<Tuple>,
    /// Type parameters found in `args`; made on demand.
    pub parameters: Option<Value>,
    pub starred: bool,
}

#[derive(Traverse)]
#[traverse(id = UNION)]
pub struct Union {
    pub args: Ref<Tuple>,
    /// The arguments that had a hash when the union was made, as a frozenset, and the others.
    pub hashable: Ref<Set>,
    pub unhashable: Ref<Tuple>,
    pub parameters: Option<Value>,
}
