//! t-strings: `string.templatelib.Template` and `Interpolation`: storage.

use crate::value::Value;
use krait_macros::Traverse;

#[derive(Traverse)]
#[traverse(id = TEMPLATE)]
pub struct Template {
    pub strings: Value,
    pub interpolations: Value,
}

#[derive(Traverse)]
#[traverse(id = TEMPLATE_ITERATOR)]
pub struct TemplateIter {
    pub template: Value,
    pub index: usize,
}

#[derive(Traverse)]
#[traverse(id = INTERPOLATION)]
pub struct Interpolation {
    pub value: Value,
    pub expression: Value,
    pub conversion: Value,
    pub format_spec: Value,
}
