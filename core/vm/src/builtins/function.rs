//! Callables and descriptors of the core: functions, builtin functions, bound methods, getset and member
//! descriptors, property, classmethod, staticmethod, cells. Storage only; their Python methods are in
//! `function_methods.rs` and `descriptor_methods.rs`.

use crate::args::{Args, MethodDef};
use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::object::{Payload, Ref};
use crate::types::id;
use crate::value::Value;
use krait_macros::Traverse;

/// A Python function.
#[derive(Traverse)]
#[traverse(id = FUNCTION)]
pub struct Function {
    pub code: Ref<CodeObject>,
    pub globals: Ref<Dict>,
    /// The builtins dict seen by the function.
    pub builtins: Ref<Dict>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    pub module: Option<Value>,
    /// `__doc__` once it was set; until then the code knows.
    pub doc: Option<Value>,
    pub defaults: Option<Ref<Tuple>>,
    pub kwdefaults: Option<Ref<Dict>>,
    pub closure: Option<Ref<Tuple>>,
    /// `__annotate__`.
    pub annotate: Option<Value>,
    /// Cached `__annotations__`.
    pub annotations: Option<Value>,
    pub type_params: Option<Value>,
    pub dict: Option<Ref<Dict>>,
    /// Code objects replaced by assignments to `__code__`: running frames may still use them.
    pub retired: Vec<Value>,
}

/// A builtin function, bound or not: `builtin_function_or_method`, `method_descriptor`, `wrapper_descriptor`,
/// `method-wrapper` and `classmethod_descriptor` share this payload.
pub struct BuiltinFn {
    pub def: &'static MethodDef,
    /// Type id of the class a descriptor belongs to; 0 for module functions.
    pub owner: u32,
    /// The bound receiver.
    pub this: Option<Value>,
    /// `__module__` of module functions; the class of a static method.
    pub module: Option<Value>,
}

#[allow(unsafe_code, reason = "visits both references")]
// SAFETY: both references are visited.
unsafe impl Payload for BuiltinFn {
    const FIXED_ID: u32 = id::BUILTIN_FUNCTION;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.this.iter().chain(&self.module).for_each(visit);
    }
    fn clear(&mut self, out: &mut Vec<Value>) {
        out.extend(self.this.take());
        out.extend(self.module.take());
    }
}

/// Arguments of a native call with the receiver in front, on the Rust stack when few.
pub(crate) fn with_receiver<R>(this: &Value, args: Args<'_>, call: impl FnOnce(Args<'_>) -> R) -> R {
    let names = args.kw_names();
    match args.all() {
        [] => call(Args::with_names(std::slice::from_ref(this), names)),
        [a] => call(Args::with_names(&[this.clone(), a.clone()], names)),
        [a, b] => call(Args::with_names(&[this.clone(), a.clone(), b.clone()], names)),
        [a, b, c] => call(Args::with_names(&[this.clone(), a.clone(), b.clone(), c.clone()], names)),
        more => {
            let mut all: Vec<Value> = Vec::with_capacity(more.len() + 1);
            all.push(this.clone());
            all.extend_from_slice(more);
            call(Args::with_names(&all, names))
        }
    }
}

/// `method`: a function and its receiver.
#[derive(Traverse)]
#[traverse(id = METHOD)]
pub struct BoundMethod {
    pub function: Value,
    pub this: Value,
}

/// A computed attribute of a builtin type.
pub struct GetSet {
    pub name: Ref<Str>,
    pub get: Option<&'static MethodDef>,
    pub set: Option<&'static MethodDef>,
    pub owner: u32,
}

#[allow(unsafe_code, reason = "visits the name")]
// SAFETY: the only reference is visited.
unsafe impl Payload for GetSet {
    const FIXED_ID: u32 = id::GETSET_DESCRIPTOR;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.name.as_value());
    }
}

/// A `__slots__` member: a word at a fixed offset.
#[derive(Traverse)]
#[traverse(id = MEMBER_DESCRIPTOR)]
pub struct Member {
    pub name: Ref<Str>,
    /// Byte offset in the object.
    pub offset: u32,
    pub owner: u32,
}

#[derive(Traverse)]
#[traverse(id = PROPERTY)]
pub struct Property {
    pub get: Option<Value>,
    pub set: Option<Value>,
    pub delete: Option<Value>,
    pub doc: Option<Value>,
    pub name: Option<Value>,
    /// The doc string came from the getter.
    pub getter_doc: bool,
}

#[derive(Traverse)]
#[traverse(id = CLASSMETHOD)]
pub struct ClassMethod {
    pub callable: Value,
    pub dict: Option<Ref<Dict>>,
}

#[derive(Traverse)]
#[traverse(id = STATICMETHOD)]
pub struct StaticMethod {
    pub callable: Value,
    pub dict: Option<Ref<Dict>>,
}

/// A variable shared by closures; `None` while unbound.
#[derive(Traverse)]
#[traverse(id = CELL)]
pub struct Cell {
    pub content: Option<Value>,
}
