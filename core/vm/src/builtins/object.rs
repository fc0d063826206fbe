//! `object` and `super`: storage. Methods are in `object_methods.rs`.

use crate::value::Value;
use krait_macros::Traverse;

/// The payload of `super`.
#[derive(Traverse)]
#[traverse(id = SUPER)]
pub struct Super {
    /// The class whose MRO successor is searched; `None` before `__init__`.
    pub class: Option<Value>,
    /// The instance or class bound; `None` for unbound super objects.
    pub object: Option<Value>,
    /// The type whose MRO is walked.
    pub object_type: Option<Value>,
}
