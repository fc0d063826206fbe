//! `super`: Python methods, with the zero-argument form that finds class and instance in the running frame.

use crate::builtins::function::Cell;
use crate::builtins::object::Super;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Result, Special};
use krait_macros::methods;

struct SuperMethods;

#[methods]
impl SuperMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Super { class: None, object: None, object_type: None }).into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Super>, vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<()> {
        if !kwargs.items.is_empty() {
            return Err(vm.type_error("super() takes no keyword arguments"));
        }
        if args.len() > 2 {
            return Err(vm.type_error(format!("super() expected at most 2 arguments, got {}", args.len())));
        }
        let (class, object) = match args {
            [] => {
                let (class, object) = vm.super_from_frame()?;
                (class, Some(object))
            }
            [class, rest @ ..] => {
                let Some(class) = class.downcast::<Type>(&vm.heap).cloned() else {
                    let found = vm.type_name_or_none(class);
                    return Err(vm.type_error(format!("super() argument 1 must be a type, not {found}")));
                };
                (class, rest.first().filter(|o| !o.is_none()).cloned())
            }
        };
        let object_type = match &object {
            Some(o) => Some(vm.super_check(&class, o)?.into_value()),
            None => None,
        };
        let old = std::mem::replace(this.get_mut(vm), Super { class: Some(class.into_value()), object, object_type });
        drop((old.class, old.object, old.object_type));
        Ok(())
    }
    /// Return getattr(self, name).
    #[sig("(name, /)")]
    fn __getattribute__(this: &Ref<Super>, vm: &mut Vm, name: &Value) -> Result<Value> {
        let name = vm.attribute_name(name)?;
        let (class, object, start) = {
            let s = this.get(&*vm);
            (s.class.clone(), s.object.clone(), s.object_type.clone())
        };
        if let (Some(class), Some(object), Some(start)) = (class, object, start)
            && !name.is(&vm.names.__class__)
            && let Some(start) = start.downcast::<Type>(&vm.heap).cloned()
        {
            let found = {
                let heap = &vm.heap;
                let mro = start.get(heap).mro.items(heap);
                let after = mro.iter().position(|t| t.is(&class)).map_or(mro.len(), |i| i + 1);
                mro[after..].iter().find_map(|t| t.downcast::<Type>(heap).and_then(|t| t.get(heap).dict.get_str(heap, &name)))
            };
            if let Some(value) = found {
                // A class bound to itself acts like attribute access on the class.
                let instance = if start.as_value().is(&object) { None } else { Some(&object) };
                return vm.descriptor_get(&value, instance, start.id(&vm.heap));
            }
        }
        match vm.generic_get_attr(this.as_value(), this.as_value().type_id(), &name)? {
            Some(v) => Ok(v),
            None => Err(vm.no_attribute(this.as_value(), &name)),
        }
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Super>, vm: &mut Vm) -> Result<String> {
        let name = |v: &Option<Value>| v.as_ref().and_then(|v| v.downcast::<Type>(&vm.heap)).map(|t| t.name(&vm.heap));
        let s = this.get(&*vm);
        let class = name(&s.class).unwrap_or_else(|| "NULL".into());
        Ok(match name(&s.object_type) {
            Some(object) => format!("<super: <class '{class}'>, <{object} object>>"),
            None => format!("<super: <class '{class}'>, NULL>"),
        })
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<Super>, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        let _ = owner;
        let (class, bound) = {
            let s = this.get(&*vm);
            (s.class.clone(), s.object.is_some())
        };
        let Some(class_value) = class else { return Ok(this.to_value()) };
        if instance.is_none() || bound {
            return Ok(this.to_value());
        }
        if this.as_value().type_id() != id::SUPER {
            let ty = vm.type_of(this.as_value()).into_value();
            return vm.call(&ty, &[class_value, instance.clone()]);
        }
        let Some(class) = class_value.downcast::<Type>(&vm.heap).cloned() else { return Ok(this.to_value()) };
        let object_type = vm.super_check(&class, instance)?;
        let made = Super { class: Some(class_value), object: Some(instance.clone()), object_type: Some(object_type.into_value()) };
        Ok(vm.heap.alloc(made).into_value())
    }
    /// the class invoking super()
    #[getter]
    fn __thisclass__(this: &Ref<Super>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).class.clone())
    }
    /// the instance invoking super(); may be None
    #[getter]
    fn __self__(this: &Ref<Super>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).object.clone())
    }
    /// the type of the instance invoking super(); may be None
    #[getter]
    fn __self_class__(this: &Ref<Super>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).object_type.clone())
    }
}

impl Vm {
    /// The type whose MRO `super(class, object)` walks.
    pub(crate) fn super_check(&mut self, class: &Ref<Type>, object: &Value) -> Result<Ref<Type>> {
        if let Some(t) = object.downcast::<Type>(&self.heap).cloned()
            && t.is_subtype(&self.heap, class)
        {
            return Ok(t);
        }
        let ty = self.type_of(object);
        if ty.is_subtype(&self.heap, class) {
            return Ok(ty);
        }
        // Proxies may claim another class.
        let key = self.names.__class__.clone();
        if let Some(claimed) = self.get_attr_opt(object, &key)?
            && let Some(claimed) = claimed.downcast::<Type>(&self.heap).cloned()
            && !claimed.is(&ty)
            && claimed.is_subtype(&self.heap, class)
        {
            return Ok(claimed);
        }
        let what = if object.has_payload::<Type>(&self.heap) { "type" } else { "instance of" };
        let found = match object.downcast::<Type>(&self.heap) {
            Some(t) => t.name(&self.heap),
            None => ty.name(&self.heap),
        };
        let wanted = class.name(&self.heap);
        Err(self.type_error(format!("super(type, obj): obj ({what} {found}) is not an instance or subtype of type ({wanted}).")))
    }
    /// Class and first argument of the running frame, for `super()`.
    fn super_from_frame(&mut self) -> Result<(Ref<Type>, Value)> {
        let found = match self.thread.frames().next() {
            None => Err("super(): no current frame"),
            Some(frame) => {
                let code = frame.code();
                if code.info.argcount == 0 {
                    Err("super(): no arguments")
                } else {
                    let name = |n: &Ref<crate::builtins::str::Str>| n.get(&*self.heap).as_ascii() == Some("__class__");
                    // A first argument that inner functions use lives in a cell.
                    let first = frame.register(0).map(|v| match v.downcast_exact::<Cell>() {
                        Some(c) if code.cellvars.iter().any(|n| code.varnames.first().is_some_and(|v| v.is(n))) => c.get(&*self.heap).content.clone(),
                        _ => Some(v.clone()),
                    });
                    match first.flatten() {
                        None => Err("super(): arg[0] deleted"),
                        Some(object) => {
                            let free = code.freevars.iter().position(name);
                            let own_cells = code.cellvars.iter().filter(|c| !code.varnames.iter().any(|v| v.is(c))).count();
                            let cell = match free {
                                Some(i) => frame.register(code.varnames.len() + own_cells + i).cloned().or_else(|| {
                                    let function = frame.function_ref().get(&*self.heap);
                                    function.closure.as_ref().and_then(|c| c.items(&*self.heap).get(i).cloned())
                                }),
                                None => None,
                            };
                            match (free, cell.as_ref().and_then(|c| c.downcast_exact::<Cell>())) {
                                (None, _) => Err("super(): __class__ cell not found"),
                                (_, None) => Err("super(): bad __class__ cell"),
                                (_, Some(cell)) => match cell.get(&*self.heap).content.clone() {
                                    None => Err("super(): empty __class__ cell"),
                                    Some(class) => Ok((class, object)),
                                },
                            }
                        }
                    }
                }
            }
        };
        match found {
            Err(message) => Err(self.runtime_error(message)),
            Ok((class, object)) => match class.downcast::<Type>(&self.heap).cloned() {
                Some(class) => Ok((class, object)),
                None => {
                    let found = self.type_name(&class);
                    Err(self.runtime_error(format!("super(): __class__ is not a type ({found})")))
                }
            },
        }
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<SuperMethods>(id::SUPER);
    let _ = Special::Get;
}
