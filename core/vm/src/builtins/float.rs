//! `float`: immediate; only instances of float subclasses are objects. Methods are in `float_methods.rs`.

use crate::heap::Heap;
use crate::object::{Ref, Token};
use crate::value::Value;
use krait_macros::Traverse;

/// The payload of float subclass instances.
#[derive(Traverse)]
#[traverse(id = FLOAT)]
pub struct Float {
    pub value: f64,
}

/// The payload of `complex`.
#[derive(Traverse)]
#[traverse(id = COMPLEX)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

impl Heap {
    pub fn complex(&mut self, re: f64, im: f64) -> Value {
        self.alloc(Complex { re, im }).into_value()
    }
}

impl Value {
    /// The float this is (subclass instances included; ints not).
    #[inline]
    pub fn as_any_float(&self, token: &impl Token) -> Option<f64> {
        if let Some(f) = self.as_float() {
            return Some(f);
        }
        let object: &Ref<Float> = self.downcast(token)?;
        Some(object.get(token).value)
    }
}
