//! The `_operator` module: the operators as functions, and attrgetter, itemgetter and methodcaller.

use krait_vm::args::{Args, KwArgs, Methods};
use krait_vm::builtins::bytes::{ByteArray, Bytes};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::types::Type;
use krait_vm::types::build::TypeSpec;
use krait_vm::runtime::arithmetic::BinOp;
use krait_vm::runtime::compare::CmpOp;
use krait_vm::{Ref, Result, Special, Traverse, Value, Vm, methods};
use std::ops::Range;

struct Functions;

fn contains(vm: &mut Vm, a: &Value, b: &Value) -> Result<bool> {
    vm.contains(a, b)
}
/// Concatenation is for sequences only.
fn check_sequence(vm: &mut Vm, a: &Value) -> Result<()> {
    if vm.heap.has_special(a, Special::GetItem) && !a.has_payload::<krait_vm::builtins::dict::Dict>(&*vm.heap) {
        return Ok(());
    }
    let name = vm.type_name(a);
    Err(vm.type_error(format!("'{name}' object can't be concatenated")))
}

#[methods]
impl Functions {
    /// Return the truth value of a: bool(a).
    #[sig("(a, /)")]
    fn truth(vm: &mut Vm, a: &Value) -> Result<bool> {
        vm.truth(a)
    }
    /// Same as not a.
    #[sig("(a, /)")]
    fn not_(vm: &mut Vm, a: &Value) -> Result<bool> {
        vm.truth(a).map(|t| !t)
    }
    /// Same as a is b.
    #[sig("(a, b, /)")]
    fn is_(_vm: &mut Vm, a: &Value, b: &Value) -> Result<bool> {
        Ok(a.is(b))
    }
    /// Same as a is not b.
    #[sig("(a, b, /)")]
    fn is_not(_vm: &mut Vm, a: &Value, b: &Value) -> Result<bool> {
        Ok(!a.is(b))
    }
    /// Same as a is None.
    #[sig("(a, /)")]
    fn is_none(_vm: &mut Vm, a: &Value) -> Result<bool> {
        Ok(a.is_none())
    }
    /// Same as a is not None.
    #[sig("(a, /)")]
    fn is_not_none(_vm: &mut Vm, a: &Value) -> Result<bool> {
        Ok(!a.is_none())
    }
    /// Same as a < b.
    #[sig("(a, b, /)")]
    fn lt(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.compare(CmpOp::Lt, a, b)
    }
    /// Same as a <= b.
    #[sig("(a, b, /)")]
    fn le(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.compare(CmpOp::Le, a, b)
    }
    /// Same as a == b.
    #[sig("(a, b, /)")]
    fn eq(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.compare(CmpOp::Eq, a, b)
    }
    /// Same as a != b.
    #[sig("(a, b, /)")]
    fn ne(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.compare(CmpOp::Ne, a, b)
    }
    /// Same as a > b.
    #[sig("(a, b, /)")]
    fn gt(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.compare(CmpOp::Gt, a, b)
    }
    /// Same as a >= b.
    #[sig("(a, b, /)")]
    fn ge(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.compare(CmpOp::Ge, a, b)
    }
    /// Same as abs(a).
    #[sig("(a, /)")]
    fn abs(vm: &mut Vm, a: &Value) -> Result<Value> {
        vm.unary_op(Special::Abs, a)
    }
    /// Same as -a.
    #[sig("(a, /)")]
    fn neg(vm: &mut Vm, a: &Value) -> Result<Value> {
        vm.unary_op(Special::Neg, a)
    }
    /// Same as +a.
    #[sig("(a, /)")]
    fn pos(vm: &mut Vm, a: &Value) -> Result<Value> {
        vm.unary_op(Special::Pos, a)
    }
    /// Same as ~a.
    #[sig("(a, /)")]
    fn inv(vm: &mut Vm, a: &Value) -> Result<Value> {
        vm.unary_op(Special::Invert, a)
    }
    /// Same as ~a.
    #[sig("(a, /)")]
    fn invert(vm: &mut Vm, a: &Value) -> Result<Value> {
        vm.unary_op(Special::Invert, a)
    }
    /// Same as a.__index__()
    #[sig("(a, /)")]
    fn index(vm: &mut Vm, a: &Value) -> Result<Value> {
        let index = vm.index(a)?;
        Ok(vm.exact_int(&index))
    }
    /// Same as b in a (note reversed operands).
    #[sig("(a, b, /)")]
    fn contains(vm: &mut Vm, a: &Value, b: &Value) -> Result<bool> {
        contains(vm, a, b)
    }
    /// Return the first index of b in a.
    #[sig("(a, b, /)")]
    #[pyname("indexOf")]
    fn index_of(vm: &mut Vm, a: &Value, b: &Value) -> Result<usize> {
        let iterator = vm.iter(a)?;
        let mut i = 0;
        while let Some(item) = vm.next(&iterator)? {
            if vm.equal(&item, b)? {
                return Ok(i);
            }
            i += 1;
        }
        Err(vm.value_error("sequence.index(x): x not in sequence"))
    }
    /// Return the number of items in a which are, or which equal, b.
    #[sig("(a, b, /)")]
    #[pyname("countOf")]
    fn count_of(vm: &mut Vm, a: &Value, b: &Value) -> Result<usize> {
        let iterator = vm.iter(a)?;
        let mut count = 0;
        while let Some(item) = vm.next(&iterator)? {
            count += usize::from(vm.equal(&item, b)?);
        }
        Ok(count)
    }
    /// Same as a[b].
    #[sig("(a, b, /)")]
    fn getitem(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.get_item(a, b)
    }
    /// Same as a[b] = c.
    #[sig("(a, b, c, /)")]
    fn setitem(vm: &mut Vm, a: &Value, b: &Value, c: Value) -> Result<()> {
        vm.set_item(a, b, c)
    }
    /// Same as del a[b].
    #[sig("(a, b, /)")]
    fn delitem(vm: &mut Vm, a: &Value, b: &Value) -> Result<()> {
        vm.del_item(a, b)
    }
    /// Same as a + b, for a and b sequences.
    #[sig("(a, b, /)")]
    fn concat(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        check_sequence(vm, a)?;
        vm.binary_op(BinOp::Add, a, b)
    }
    /// Same as a += b, for a and b sequences.
    #[sig("(a, b, /)")]
    fn iconcat(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        check_sequence(vm, a)?;
        vm.inplace_op(BinOp::Add, a, b)
    }
    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[sig("(obj, default=0, /)")]
    fn length_hint(vm: &mut Vm, obj: &Value, default: Option<Value>) -> Result<usize> {
        let default = match default {
            Some(d) if !d.is_int(&*vm.heap) => {
                let name = vm.type_name(&d);
                return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
            }
            Some(d) => vm.index_size(&d)?.max(0) as usize,
            None => 0,
        };
        vm.length_hint(obj, default)
    }
    /// Same as obj(*args, **kwargs).
    #[sig("(obj, /, *args, **kwargs)")]
    fn call(vm: &mut Vm, obj: &Value, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let mut all = args.to_vec();
        all.extend(kwargs.items.iter().map(|(_, v)| (*v).clone()));
        let names: Vec<Value> = kwargs.items.iter().map(|(k, _)| (*k).clone()).collect();
        vm.call_args(obj, Args::with_names(&all, &names))
    }
    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    #[sig("(a, b, /)")]
    fn _compare_digest(vm: &mut Vm, a: &Value, b: &Value) -> Result<bool> {
        let (x, y) = match (a.downcast::<Str>(&*vm.heap), b.downcast::<Str>(&*vm.heap)) {
            (Some(x), Some(y)) => {
                let (x, y) = (x.get(&*vm.heap), y.get(&*vm.heap));
                if !x.is_ascii() || !y.is_ascii() {
                    return Err(vm.type_error("comparing strings with non-ASCII characters is not supported"));
                }
                (x.bytes().to_vec(), y.bytes().to_vec())
            }
            _ => {
                let (Some(x), Some(y)) = (bytes_of(vm, a), bytes_of(vm, b)) else {
                    let (x, y) = (vm.type_name(a), vm.type_name(b));
                    return Err(vm.type_error(format!("unsupported operand types(s) or combination of types: '{x}' and '{y}'")));
                };
                (x, y)
            }
        };
        let mut difference = u8::from(x.len() != y.len());
        let reference = if x.len() == y.len() { &x } else { &y };
        for (p, q) in reference.iter().zip(&y) {
            difference |= p ^ q;
        }
        Ok(difference == 0)
    }
}

fn bytes_of(vm: &Vm, value: &Value) -> Option<Vec<u8>> {
    if let Some(b) = value.downcast::<Bytes>(&*vm.heap) {
        return Some(b.get(&*vm.heap).data.to_vec());
    }
    value.downcast::<ByteArray>(&*vm.heap).map(|b| b.get(&*vm.heap).data.to_vec())
}

/// The binary operators and their in-place forms.
macro_rules! binary_functions {
    ($($name:ident $iname:ident $op:ident;)*) => {
        struct Binary;
        #[methods]
        impl Binary {
            $(
                #[sig("(a, b, /)")]
                fn $name(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
                    vm.binary_op(BinOp::$op, a, b)
                }
                #[sig("(a, b, /)")]
                fn $iname(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
                    vm.inplace_op(BinOp::$op, a, b)
                }
            )*
        }
    };
}

binary_functions! {
    add iadd Add;
    sub isub Sub;
    mul imul Mul;
    matmul imatmul Matmul;
    truediv itruediv Truediv;
    floordiv ifloordiv Floordiv;
    pow ipow Pow;
    lshift ilshift Lshift;
    rshift irshift Rshift;
    and_ iand And;
    or_ ior Or;
    xor ixor Xor;
}

struct Modulo;

#[methods]
impl Modulo {
    /// Same as a % b.
    #[sig("(a, b, /)")]
    #[pyname("mod")]
    fn modulo(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.binary_op(BinOp::Mod, a, b)
    }
    /// Same as a %= b.
    #[sig("(a, b, /)")]
    fn imod(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
        vm.inplace_op(BinOp::Mod, a, b)
    }
}

fn reduced(vm: &mut Vm, this: &Value, args: Vec<Value>) -> Value {
    let ty = vm.type_of(this).into_value();
    let args = vm.tuple(args);
    vm.tuple(vec![ty, args])
}

fn repr_call(vm: &mut Vm, this: &Value, args: &[Value]) -> Result<String> {
    let ty = vm.type_of(this);
    let name = vm.full_type_name(&ty);
    if !vm.repr_enter(this) {
        return Ok(format!("{name}(...)"));
    }
    let parts: Result<Vec<String>> = args.iter().map(|a| vm.repr_text(a)).collect();
    vm.repr_leave(this);
    Ok(format!("{name}({})", parts?.join(", ")))
}

/// `itemgetter`.
#[derive(Traverse)]
struct ItemGetter {
    items: Vec<Value>,
}

#[methods]
impl ItemGetter {
    #[sig("(item, /, *items)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, item: Value, items: &[Value]) -> Result<Value> {
        let mut all = vec![item];
        all.extend_from_slice(items);
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, ItemGetter { items: all }).into_value())
    }
    #[sig("(obj, /)")]
    fn __call__(this: &Ref<ItemGetter>, vm: &mut Vm, obj: &Value) -> Result<Value> {
        if let [one] = &this.get(&*vm).items[..] {
            let one = one.clone();
            return vm.get_item(obj, &one);
        }
        let mut found = Vec::new();
        for key in this.get(&*vm).items.clone() {
            found.push(vm.get_item(obj, &key)?);
        }
        Ok(vm.tuple(found))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<ItemGetter>, vm: &mut Vm) -> Result<String> {
        let items = this.get(&*vm).items.clone();
        repr_call(vm, this.as_value(), &items)
    }
    /// Return state information for pickling
    #[sig("()")]
    fn __reduce__(this: &Ref<ItemGetter>, vm: &mut Vm) -> Result<Value> {
        let items = this.get(&*vm).items.clone();
        Ok(reduced(vm, this.as_value(), items))
    }
}

/// `attrgetter`.
#[derive(Traverse)]
struct AttrGetter {
    names: Vec<Value>,
    /// The names between the dots, interned: those of all attributes.
    steps: Vec<Value>,
    /// Where each attribute's names end.
    #[traverse(skip)]
    ends: Vec<usize>,
}

impl AttrGetter {
    fn walk(this: &Ref<AttrGetter>, vm: &mut Vm, obj: &Value, path: Range<usize>) -> Result<Value> {
        let mut value = obj.clone();
        for i in path {
            let Some(name) = this.get(&*vm).steps.get(i).and_then(|s| s.downcast_exact::<Str>()).cloned() else { break };
            value = vm.get_attr(&value, &name)?;
        }
        Ok(value)
    }
}

#[methods]
impl AttrGetter {
    #[sig("(attr, /, *attrs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, attr: Value, attrs: &[Value]) -> Result<Value> {
        let mut names = vec![attr];
        names.extend_from_slice(attrs);
        let (mut steps, mut ends) = (Vec::new(), Vec::new());
        for name in &names {
            let Some(s) = name.downcast::<Str>(&*vm.heap) else {
                return Err(vm.type_error("attribute name must be a string"));
            };
            let text = s.get(&*vm.heap).to_string_lossy();
            steps.extend(text.split('.').map(|part| vm.intern(part).into_value()));
            ends.push(steps.len());
        }
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, AttrGetter { names, steps, ends }).into_value())
    }
    #[sig("(obj, /)")]
    fn __call__(this: &Ref<AttrGetter>, vm: &mut Vm, obj: &Value) -> Result<Value> {
        if let [end] = this.get(&*vm).ends[..] {
            return AttrGetter::walk(this, vm, obj, 0..end);
        }
        let (mut found, mut from, ends) = (Vec::new(), 0, this.get(&*vm).ends.clone());
        for end in ends {
            found.push(AttrGetter::walk(this, vm, obj, from..end)?);
            from = end;
        }
        Ok(vm.tuple(found))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<AttrGetter>, vm: &mut Vm) -> Result<String> {
        let names = this.get(&*vm).names.clone();
        repr_call(vm, this.as_value(), &names)
    }
    /// Return state information for pickling
    #[sig("()")]
    fn __reduce__(this: &Ref<AttrGetter>, vm: &mut Vm) -> Result<Value> {
        let names = this.get(&*vm).names.clone();
        Ok(reduced(vm, this.as_value(), names))
    }
}

/// `methodcaller`.
#[derive(Traverse)]
struct MethodCaller {
    name: Ref<Str>,
    /// Positional arguments, then keyword values.
    args: Vec<Value>,
    keywords: Vec<Value>,
}

#[methods]
impl MethodCaller {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let Some((name, rest)) = args.split_first() else {
            return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = name.downcast::<Str>(&*vm.heap).cloned() else {
            return Err(vm.type_error("method name must be a string"));
        };
        let name = vm.heap.intern_str(&name);
        let mut all = rest.to_vec();
        all.extend(kwargs.items.iter().map(|(_, v)| (*v).clone()));
        let keywords = kwargs.items.iter().map(|(k, _)| (*k).clone()).collect();
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, MethodCaller { name, args: all, keywords }).into_value())
    }
    #[sig("(obj, /)")]
    fn __call__(this: &Ref<MethodCaller>, vm: &mut Vm, obj: &Value) -> Result<Value> {
        let (name, args, keywords) = { let m = this.get(&*vm); (m.name.clone(), m.args.clone(), m.keywords.clone()) };
        let method = vm.get_attr(obj, &name)?;
        vm.call_args(&method, Args::with_names(&args, &keywords))
    }
    #[sig("()")]
    fn __repr__(this: &Ref<MethodCaller>, vm: &mut Vm) -> Result<String> {
        let (name, args, keywords) = { let m = this.get(&*vm); (m.name.to_value(), m.args.clone(), m.keywords.clone()) };
        let ty = vm.type_of(this.as_value());
        let full = vm.full_type_name(&ty);
        if !vm.repr_enter(this.as_value()) {
            return Ok(format!("{full}(...)"));
        }
        let positional = args.len() - keywords.len();
        let mut parts = vec![vm.repr_text(&name)];
        for (i, arg) in args.iter().enumerate() {
            let text = vm.repr_text(arg);
            parts.push(match (text, i.checked_sub(positional)) {
                (Ok(text), Some(k)) => vm.to_text(&keywords[k]).map(|key| format!("{key}={text}")),
                (text, _) => text,
            });
        }
        vm.repr_leave(this.as_value());
        let parts: Result<Vec<String>> = parts.into_iter().collect();
        Ok(format!("{full}({})", parts?.join(", ")))
    }
    /// Return state information for pickling
    #[sig("()")]
    fn __reduce__(this: &Ref<MethodCaller>, vm: &mut Vm) -> Result<Value> {
        let (name, args, keywords) = { let m = this.get(&*vm); (m.name.to_value(), m.args.clone(), m.keywords.clone()) };
        let positional = args.len() - keywords.len();
        let mut all = vec![name];
        all.extend_from_slice(&args[..positional]);
        if keywords.is_empty() {
            return Ok(reduced(vm, this.as_value(), all));
        }
        // Keywords travel in a partial of the class.
        let functools = vm.import("functools")?;
        let partial_name = vm.intern("partial");
        let partial = vm.get_attr(&functools, &partial_name)?;
        let ty = vm.type_of(this.as_value()).into_value();
        let mut values = vec![ty, all[0].clone()];
        values.extend_from_slice(&args[positional..]);
        let constructor = vm.call_args(&partial, Args::with_names(&values, &keywords))?;
        let rest = vm.tuple(all[1..].to_vec());
        Ok(vm.tuple(vec![constructor, rest]))
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    vm.module_functions::<Binary>(module);
    vm.module_functions::<Modulo>(module);
    let spec = |name, doc, methods| TypeSpec { name, doc, flags: 0, dict: false, methods };
    let types = [
        vm.define_type::<ItemGetter>(None, &spec("operator.itemgetter", "Return a callable object that fetches the given item(s) from its operand.", ItemGetter::METHODS)),
        vm.define_type::<AttrGetter>(None, &spec("operator.attrgetter", "Return a callable object that fetches the given attribute(s) from its operand.", AttrGetter::METHODS)),
        vm.define_type::<MethodCaller>(None, &spec("operator.methodcaller", "Return a callable object that calls the given method on its operand.", MethodCaller::METHODS)),
    ];
    for ty in types {
        let name = ty.name(&vm.heap);
        vm.module_set(module, &name, ty.into_value());
    }
    Ok(())
}
