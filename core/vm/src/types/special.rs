//! The special methods the runtime looks up on types, in one table; each type caches what they resolve to.

macro_rules! specials {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// A special method.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Special { $($variant),* }
        /// Their names, indexed by variant.
        pub const SPECIAL_NAMES: &[&str] = &[$($name),*];
        impl Special {
            pub const ALL: &[Special] = &[$(Special::$variant),*];
            pub fn name(self) -> &'static str {
                SPECIAL_NAMES[self as usize]
            }
        }
    };
}

specials! {
    Add "__add__", Radd "__radd__", Iadd "__iadd__",
    Sub "__sub__", Rsub "__rsub__", Isub "__isub__",
    Mul "__mul__", Rmul "__rmul__", Imul "__imul__",
    Matmul "__matmul__", Rmatmul "__rmatmul__", Imatmul "__imatmul__",
    Truediv "__truediv__", Rtruediv "__rtruediv__", Itruediv "__itruediv__",
    Floordiv "__floordiv__", Rfloordiv "__rfloordiv__", Ifloordiv "__ifloordiv__",
    Mod "__mod__", Rmod "__rmod__", Imod "__imod__",
    Pow "__pow__", Rpow "__rpow__", Ipow "__ipow__",
    Lshift "__lshift__", Rlshift "__rlshift__", Ilshift "__ilshift__",
    Rshift "__rshift__", Rrshift "__rrshift__", Irshift "__irshift__",
    And "__and__", Rand "__rand__", Iand "__iand__",
    Or "__or__", Ror "__ror__", Ior "__ior__",
    Xor "__xor__", Rxor "__rxor__", Ixor "__ixor__",
    Divmod "__divmod__", Rdivmod "__rdivmod__",
    Neg "__neg__", Pos "__pos__", Abs "__abs__", Invert "__invert__",
    Bool "__bool__", Int "__int__", Float "__float__", Index "__index__", Complex "__complex__",
    Round "__round__", Trunc "__trunc__", Floor "__floor__", Ceil "__ceil__",
    Lt "__lt__", Le "__le__", Eq "__eq__", Ne "__ne__", Gt "__gt__", Ge "__ge__",
    Hash "__hash__", Repr "__repr__", Str "__str__", Format "__format__", Bytes "__bytes__",
    Len "__len__", LengthHint "__length_hint__", GetItem "__getitem__", SetItem "__setitem__", DelItem "__delitem__",
    Contains "__contains__", Missing "__missing__", Reversed "__reversed__",
    Iter "__iter__", Next "__next__", Await "__await__", Aiter "__aiter__", Anext "__anext__",
    Call "__call__", New "__new__", Init "__init__", Del "__del__",
    GetAttribute "__getattribute__", GetAttr "__getattr__", SetAttr "__setattr__", DelAttr "__delattr__",
    Get "__get__", Set "__set__", Delete "__delete__", SetName "__set_name__",
    Enter "__enter__", Exit "__exit__", Aenter "__aenter__", Aexit "__aexit__",
    InstanceCheck "__instancecheck__", SubclassCheck "__subclasscheck__", InitSubclass "__init_subclass__",
    ClassGetItem "__class_getitem__", MroEntries "__mro_entries__", Prepare "__prepare__", Dir "__dir__",
    Sizeof "__sizeof__", Fspath "__fspath__", Buffer "__buffer__", ReleaseBuffer "__release_buffer__",
    Reduce "__reduce__", ReduceEx "__reduce_ex__", Copy "__copy__", Deepcopy "__deepcopy__",
}

pub const SPECIAL_COUNT: usize = SPECIAL_NAMES.len();
