//! Names the core uses often, interned once: `vm.names.__init__` and so on.

use crate::builtins::str::Str;
use crate::heap::Heap;
use crate::object::Ref;

macro_rules! names {
    ($($field:ident),* $(,)?) => {
        #[allow(non_snake_case, reason = "fields are spelled as the names")]
        pub struct Names { $(pub $field: Ref<Str>),* }
        impl Names {
            pub fn new(heap: &mut Heap) -> Names {
                Names { $($field: intern(heap, stringify!($field))),* }
            }
        }
    };
}

/// A call, for there are hundreds.
#[cold]
#[inline(never)]
fn intern(heap: &mut Heap, text: &str) -> Ref<Str> {
    heap.intern(text)
}

names! {
    __abstractmethods__, __all__, __annotate__, __annotate_func__, __annotations__, __annotations_cache__, __args__, __builtins__, __cached__, __call__, __cause__,
    __class__, __class_getitem__, __classcell__, __classdictcell__, __closure__, __code__, __context__, __defaults__, __del__,
    __delattr__, __dict__, __dir__, __doc__, __eq__, __file__, __firstlineno__, __func__, __getattr__, __getattribute__, __getstate__,
    __globals__, __hash__, __import__, __init__, __init_subclass__, __instancecheck__, __isabstractmethod__, __iter__, __kwdefaults__, __len__,
    __loader__, __main__, __match_args__, __members__, __metaclass__, __missing__, __module__, __mro__, __mro_entries__, __name__, __new__,
    __next__, __note__, __notes__, __objclass__, __origin__, __package__, __parameters__, __path__, __prepare__, __qualname__,
    __reduce__, __reduce_ex__, __repr__, __self__, __set_name__, __setattr__, __slots__, __slotnames__, __spec__, __static_attributes__, __str__,
    __subclasscheck__, __suppress_context__, __text_signature__, __traceback__, __type_params__, __typing_subst__, __typing_prepare_subst__,
    __typing_unpacked_tuple_args__, __unpacked__, __value__, __warningregistry__, __weakref__, __wrapped__,
    _initializing, _is_coroutine_marker, add_note, args, asend, athrow, builtins, cause, close, copy, decode, displayhook, encode, encoding, end,
    end_lineno, end_offset, errno, excepthook, exceptions, exc_type, exc_value, file, filename, filename2, fileno, flush, fset, fget, fdel,
    get, items, keys, values, lineno, maxsplit, message, mode, modules, mro, msg, n_fields, n_sequence_fields, n_unnamed_fields, name, name_from, obj, object, offset, path,
    path_hooks, path_importer_cache, meta_path, pop, popitem, print_file_and_line, print_level, ps1, ps2, read, readable, readline, reason, reset,
    reverse, key, sep, seek, send, setdefault, sort, start, stderr, stdin, stdout, step, stop, strerror, sys, tb_frame, tb_lineno, text, throw, tracebacklimit,
    traceback, unraisablehook, update, value, warnings, writable, write, __lltrace__, _get_source, last_exc, last_type, last_value, last_traceback, __index__, __int__, __trunc__, __float__, __complex__,
    __enter__, __exit__, __aenter__, __aexit__, __aiter__, __anext__, __await__, __bool__, __bytes__, __contains__, __format__, __fspath__, __get__, __getitem__, __set__, __delete__, __length_hint__, __reversed__, __round__, __floor__, __ceil__, __sizeof__, __ne__, __lt__, __le__, __gt__, __ge__,
    join, fromlist, level, globals, locals, real, imag, numerator, denominator, bit_length, indices, open, nlocals, strict,
}
