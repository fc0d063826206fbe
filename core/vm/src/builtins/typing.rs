//! Type parameters and type aliases of PEP 695: storage.

use crate::value::Value;
use krait_macros::Traverse;

/// `TypeVar`, `ParamSpec` and `TypeVarTuple`.
#[derive(Traverse)]
#[traverse(id = TYPE_VAR)]
pub struct TypeParam {
    pub name: Value,
    pub bound: Option<Value>,
    pub evaluate_bound: Option<Value>,
    pub constraints: Option<Value>,
    pub evaluate_constraints: Option<Value>,
    pub default: Option<Value>,
    pub evaluate_default: Option<Value>,
    pub covariant: bool,
    pub contravariant: bool,
    pub infer_variance: bool,
}

/// `P.args` and `P.kwargs`.
#[derive(Traverse)]
#[traverse(id = PARAM_SPEC_ARGS)]
pub struct ParamSpecPart {
    pub origin: Value,
}

/// `type X = …`.
#[derive(Traverse)]
#[traverse(id = TYPE_ALIAS)]
pub struct TypeAlias {
    pub name: Value,
    pub type_params: Option<Value>,
    pub evaluate: Option<Value>,
    pub value: Option<Value>,
    pub module: Option<Value>,
}

/// What `evaluate_bound` and the like give for values that were known at once.
#[derive(Traverse)]
pub struct ConstEvaluator {
    pub value: Value,
}
