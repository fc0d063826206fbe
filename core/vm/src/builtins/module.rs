//! `module`: a namespace. Attribute access with module-level `__getattr__` is in `module_methods.rs`.

use crate::builtins::dict::Dict;
use crate::object::Ref;
use krait_macros::Traverse;

/// The payload of `module` (and subclasses).
#[derive(Traverse)]
#[traverse(id = MODULE)]
pub struct Module {
    pub dict: Option<Ref<Dict>>,
}
