//! Weak references and proxies: Python methods. Storage is in `weakref.rs`.

use crate::args::{Args, MethodDef, MethodKind};
use crate::builtins::weakref::WeakRef;
use crate::exceptions::Exc;
use crate::heap::flags;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::CmpOp;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special, methods};
use krait_macros::about;

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    let module = vm.intern("weakref").into_value();
    for type_id in [id::WEAKREF, id::WEAK_PROXY, id::WEAK_CALLABLE_PROXY] {
        let (ty, key) = (vm.core_type(type_id), vm.names.__module__.clone());
        vm.type_dict(&ty).set_str(vm, &key, module.clone());
    }
    vm.attach::<RefMethods>(id::WEAKREF);
    for type_id in [id::WEAK_PROXY, id::WEAK_CALLABLE_PROXY] {
        let ty = vm.core_type(type_id);
        vm.add_methods(&ty, PROXY_OPERATORS);
        vm.attach::<ProxyMethods>(type_id);
    }
    vm.attach::<CallableProxyMethods>(id::WEAK_CALLABLE_PROXY);
}

struct RefMethods;

#[methods]
impl RefMethods {
    #[sig("(object, callback=None, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, object: &Value, callback: Option<Value>) -> Result<Value> {
        vm.weak_reference(cls.id(&vm.heap), object, callback)
    }
    #[sig("(object, callback=None, /)")]
    fn __init__(_this: &Value, _vm: &mut Vm, object: &Value, callback: Option<Value>) -> Result<()> {
        let _ = (object, callback);
        Ok(())
    }
    #[sig("()")]
    fn __call__(this: &Ref<WeakRef>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(vm.heap.weak_referent(this))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<WeakRef>, vm: &mut Vm) -> Result<String> {
        let at = this.as_value().identity();
        let Some(object) = vm.heap.weak_referent(this) else { return Ok(format!("<weakref at {at:#x}; dead>")) };
        let ty = vm.type_name(&object);
        let name = vm.names.__name__.clone();
        let name = vm.get_attr_opt(&object, &name)?.filter(|n| n.has_payload::<crate::builtins::str::Str>(&vm.heap));
        let name = match name {
            Some(n) => format!(" ({})", vm.to_text(&n)?),
            None => String::new(),
        };
        Ok(format!("<weakref at {at:#x}; to '{ty}' at {:#x}{name}>", object.identity()))
    }
    #[sig("()")]
    fn __hash__(this: &Ref<WeakRef>, vm: &mut Vm) -> Result<i64> {
        if let Some(hash) = this.get(&*vm).hash {
            return Ok(hash);
        }
        let Some(object) = vm.heap.weak_referent(this) else {
            return Err(vm.type_error("weak object has gone away"));
        };
        let hash = vm.hash(&object)?;
        this.get_mut(vm).hash = Some(hash);
        Ok(hash)
    }
    #[sig("(other, /)")]
    fn __eq__(this: &Ref<WeakRef>, vm: &mut Vm, other: &Value) -> Result<Value> {
        compare_refs(this, vm, other, CmpOp::Eq)
    }
    #[sig("(other, /)")]
    fn __ne__(this: &Ref<WeakRef>, vm: &mut Vm, other: &Value) -> Result<Value> {
        compare_refs(this, vm, other, CmpOp::Ne)
    }
    /// See PEP 585
    #[classmethod]
    #[sig("(item, /)")]
    fn __class_getitem__(cls: &Ref<Type>, vm: &mut Vm, item: &Value) -> Result<Value> {
        vm.generic_alias(cls.to_value(), item)
    }
    #[getter]
    fn __callback__(this: &Ref<WeakRef>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).callback.clone())
    }
}

fn compare_refs(this: &Ref<WeakRef>, vm: &mut Vm, other: &Value, op: CmpOp) -> Result<Value> {
    let is_ref = |vm: &Vm, v: &Value| v.has_payload::<WeakRef>(&vm.heap) && vm.heap.is_subtype(v.type_id(), id::WEAKREF);
    let Some(w) = other.downcast::<WeakRef>(&vm.heap).filter(|_| is_ref(vm, other)).cloned() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (vm.heap.weak_referent(this), vm.heap.weak_referent(&w)) {
        (Some(a), Some(b)) => vm.compare(op, &a, &b),
        _ => Ok(Value::bool(this.is(&w) == (op == CmpOp::Eq))),
    }
}

impl Vm {
    /// `weakref.ref(object, callback)` or a proxy of type `type_id`.
    pub fn weak_reference(&mut self, type_id: u32, object: &Value, callback: Option<Value>) -> Result<Value> {
        if self.heap.info(object.type_id()).flags & flags::WEAKREFABLE == 0 {
            let ty = self.type_of(object);
            let name = ty.name(&self.heap);
            return Err(self.type_error(format!("cannot create weak reference to '{name}' object")));
        }
        let plain = matches!(type_id, id::WEAKREF | id::WEAK_PROXY | id::WEAK_CALLABLE_PROXY);
        if callback.is_none() && plain {
            for weak in self.weakrefs_of(object) {
                let basic = weak.type_id() == type_id && weak.downcast::<WeakRef>(&self.heap).is_some_and(|w| w.get(&*self).callback.is_none());
                if basic {
                    return Ok(weak);
                }
            }
        }
        Ok(self.new_weakref(type_id, object, callback).into_value())
    }
    /// `weakref.proxy(object, callback)`.
    pub fn weak_proxy(&mut self, object: &Value, callback: Option<Value>) -> Result<Value> {
        let callable = self.heap.special(object.type_id(), Special::Call).is_some()
            || matches!(object.type_id(), id::FUNCTION | id::METHOD | id::BUILTIN_FUNCTION)
            || object.has_payload::<Type>(&self.heap);
        self.weak_reference(if callable { id::WEAK_CALLABLE_PROXY } else { id::WEAK_PROXY }, object, callback)
    }
    /// What a proxy stands for; other values are themselves.
    fn unproxy(&mut self, value: &Value) -> Result<Value> {
        if !matches!(value.type_id(), id::WEAK_PROXY | id::WEAK_CALLABLE_PROXY) {
            return Ok(value.clone());
        }
        let Some(w) = value.downcast::<WeakRef>(&self.heap).cloned() else { return Ok(value.clone()) };
        match self.heap.weak_referent(&w) {
            Some(v) => Ok(v),
            None => Err(self.error(Exc::ReferenceError, "weakly-referenced object no longer exists")),
        }
    }
    fn weak_proxy_binary(&mut self, args: Args<'_>, op: BinOp, reflected: bool) -> Result<Value> {
        let (a, b) = self.weak_proxy_operands(args)?;
        if let (BinOp::Pow, false, Some(modulus)) = (op, reflected, args.pos().get(2)) {
            let (modulus, pow) = (self.unproxy(modulus)?, self.builtin("pow"));
            return self.call(&pow, &[a, b, modulus]);
        }
        if reflected { self.binary_op(op, &b, &a) } else { self.binary_op(op, &a, &b) }
    }
    fn weak_proxy_inplace(&mut self, args: Args<'_>, op: BinOp) -> Result<Value> {
        let (a, b) = self.weak_proxy_operands(args)?;
        self.inplace_op(op, &a, &b)
    }
    fn weak_proxy_unary(&mut self, args: Args<'_>, special: Special) -> Result<Value> {
        let a = self.unproxy(args.this())?;
        self.unary_op(special, &a)
    }
    fn weak_proxy_compare(&mut self, args: Args<'_>, op: CmpOp) -> Result<Value> {
        let (a, b) = self.weak_proxy_operands(args)?;
        self.compare(op, &a, &b)
    }
    fn weak_proxy_operands(&mut self, args: Args<'_>) -> Result<(Value, Value)> {
        let Some(other) = args.pos().get(1) else {
            return Err(self.type_error("expected 1 argument, got 0"));
        };
        Ok((self.unproxy(args.this())?, self.unproxy(other)?))
    }
}

const fn slot(name: &'static str, entry: crate::args::NativeFn) -> MethodDef {
    MethodDef { name, about: about!("(value, /)"), kind: MethodKind::Slot, inlined: None, entry }
}

macro_rules! operators {
    ($($op:ident $name:literal $reflected:literal $inplace:literal),*; $($unary:ident $uname:literal),*; $($cmp:ident $cname:literal),*) => {
        &[
            $(
                slot($name, |vm, all, names| vm.weak_proxy_binary(Args::with_names(all, names), BinOp::$op, false)),
                slot($reflected, |vm, all, names| vm.weak_proxy_binary(Args::with_names(all, names), BinOp::$op, true)),
                slot($inplace, |vm, all, names| vm.weak_proxy_inplace(Args::with_names(all, names), BinOp::$op)),
            )*
            slot("__divmod__", |vm, all, names| vm.weak_proxy_binary(Args::with_names(all, names), BinOp::Divmod, false)),
            slot("__rdivmod__", |vm, all, names| vm.weak_proxy_binary(Args::with_names(all, names), BinOp::Divmod, true)),
            $(MethodDef { name: $uname, about: about!("()"), kind: MethodKind::Slot, inlined: None, entry: |vm, all, names| vm.weak_proxy_unary(Args::with_names(all, names), Special::$unary) },)*
            $(slot($cname, |vm, all, names| vm.weak_proxy_compare(Args::with_names(all, names), CmpOp::$cmp)),)*
        ]
    };
}

const PROXY_OPERATORS: &[MethodDef] = operators! {
    Add "__add__" "__radd__" "__iadd__", Sub "__sub__" "__rsub__" "__isub__", Mul "__mul__" "__rmul__" "__imul__",
    Matmul "__matmul__" "__rmatmul__" "__imatmul__", Truediv "__truediv__" "__rtruediv__" "__itruediv__",
    Floordiv "__floordiv__" "__rfloordiv__" "__ifloordiv__", Mod "__mod__" "__rmod__" "__imod__",
    Pow "__pow__" "__rpow__" "__ipow__", Lshift "__lshift__" "__rlshift__" "__ilshift__",
    Rshift "__rshift__" "__rrshift__" "__irshift__", And "__and__" "__rand__" "__iand__",
    Or "__or__" "__ror__" "__ior__", Xor "__xor__" "__rxor__" "__ixor__";
    Neg "__neg__", Pos "__pos__", Invert "__invert__";
    Eq "__eq__", Ne "__ne__", Lt "__lt__", Le "__le__", Gt "__gt__", Ge "__ge__"
};

struct ProxyMethods;

#[methods]
impl ProxyMethods {
    #[sig("(name, /)")]
    fn __getattribute__(this: &Value, vm: &mut Vm, name: &Ref<crate::builtins::str::Str>) -> Result<Value> {
        let object = vm.unproxy(this)?;
        vm.get_attr(&object, name)
    }
    #[sig("(name, value, /)")]
    fn __setattr__(this: &Value, vm: &mut Vm, name: &Ref<crate::builtins::str::Str>, value: Value) -> Result<()> {
        let object = vm.unproxy(this)?;
        vm.set_attr(&object, name, Some(value))
    }
    #[sig("(name, /)")]
    fn __delattr__(this: &Value, vm: &mut Vm, name: &Ref<crate::builtins::str::Str>) -> Result<()> {
        let object = vm.unproxy(this)?;
        vm.set_attr(&object, name, None)
    }
    #[sig("()")]
    fn __str__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        Ok(vm.to_str(&object)?.into_value())
    }
    #[sig("()")]
    fn __repr__(this: &Ref<WeakRef>, vm: &mut Vm) -> Result<String> {
        let at = this.as_value().identity();
        Ok(match vm.heap.weak_referent(this) {
            Some(v) => format!("<weakproxy at {at:#x}; to '{}' at {:#x}>", vm.type_name(&v), v.identity()),
            None => format!("<weakproxy at {at:#x}; dead>"),
        })
    }
    #[sig("()")]
    fn __bool__(this: &Value, vm: &mut Vm) -> Result<bool> {
        let object = vm.unproxy(this)?;
        vm.truth(&object)
    }
    #[sig("()")]
    fn __len__(this: &Value, vm: &mut Vm) -> Result<usize> {
        let object = vm.unproxy(this)?;
        vm.len(&object)
    }
    #[sig("(key, /)")]
    fn __getitem__(this: &Value, vm: &mut Vm, key: &Value) -> Result<Value> {
        let (object, key) = (vm.unproxy(this)?, vm.unproxy(key)?);
        vm.get_item(&object, &key)
    }
    #[sig("(key, value, /)")]
    fn __setitem__(this: &Value, vm: &mut Vm, key: &Value, value: Value) -> Result<()> {
        let object = vm.unproxy(this)?;
        vm.set_item(&object, key, value)
    }
    #[sig("(key, /)")]
    fn __delitem__(this: &Value, vm: &mut Vm, key: &Value) -> Result<()> {
        let object = vm.unproxy(this)?;
        vm.del_item(&object, key)
    }
    #[sig("(key, /)")]
    fn __contains__(this: &Value, vm: &mut Vm, key: &Value) -> Result<bool> {
        let object = vm.unproxy(this)?;
        vm.contains(&object, key)
    }
    #[sig("()")]
    fn __iter__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        vm.iter(&object)
    }
    #[sig("()")]
    fn __next__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        if vm.heap.special(object.type_id(), Special::Next).is_none() {
            let name = vm.type_name(&object);
            return Err(vm.type_error(format!("Weakref proxy referenced a non-iterator '{name}' object")));
        }
        match vm.next(&object)? {
            Some(v) => Ok(v),
            None => Err(vm.stop_iteration()),
        }
    }
    #[sig("()")]
    fn __abs__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        vm.call_special(Special::Abs, &object, &[])
    }
    #[sig("()")]
    fn __int__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        let int = vm.core_type(id::INT).into_value();
        vm.call(&int, &[object])
    }
    #[sig("()")]
    fn __float__(this: &Value, vm: &mut Vm) -> Result<f64> {
        let object = vm.unproxy(this)?;
        vm.to_f64(&object)
    }
    #[sig("()")]
    fn __index__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        vm.index(&object)
    }
    #[sig("()")]
    fn __bytes__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        vm.call_method(&object, "__bytes__", &[])
    }
    #[sig("()")]
    fn __reversed__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let object = vm.unproxy(this)?;
        vm.call_method(&object, "__reversed__", &[])
    }
}

struct CallableProxyMethods;

#[methods]
impl CallableProxyMethods {
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<Value> {
        let object = vm.unproxy(this)?;
        let mut all = args.to_vec();
        let mut names = Vec::new();
        for (k, v) in &kwargs.items {
            names.push((*k).clone());
            all.push((*v).clone());
        }
        vm.call_args(&object, Args::with_names(&all, &names))
    }
}
