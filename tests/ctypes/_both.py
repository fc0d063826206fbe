"""Checks that hold for shared objects and for WebAssembly modules alike: `run(c, library)` with `ctypes` or
`ctypes.wasm32` as `c`."""


def types(c):
    class Point(c.Structure):
        _fields_ = [("x", c.c_int), ("y", c.c_int)]

    class Line(c.Structure):
        _fields_ = [("start", Point), ("to", Point)]

    class Big(c.Structure):
        _fields_ = [("a", c.c_double), ("b", c.c_double), ("c", c.c_double), ("n", c.c_int)]

    class Padded(c.Structure):
        _fields_ = [("small", c.c_byte), ("large", c.c_longlong), ("medium", c.c_short)]

    class Row(c.Structure):
        _fields_ = [("n", c.c_int), ("items", c.c_int * 4)]

    class Node(c.Structure):
        pass

    Node._fields_ = [("value", c.c_int), ("next", c.POINTER(Node))]

    class Bits(c.Structure):
        _fields_ = [("low", c.c_uint, 3), ("middle", c.c_uint, 13), ("high", c.c_int, 9)]

    class Word(c.Union):
        _fields_ = [("word", c.c_uint), ("bytes", c.c_ubyte * 4), ("number", c.c_float)]

    return Point, Line, Big, Padded, Row, Node, Bits, Word


def declared(library, name, restype, *argtypes):
    function = getattr(library, name)
    function.restype, function.argtypes = restype, argtypes
    return function


def check_numbers(c, lib):
    for name, ctype, value, wanted in [
        ("i8", c.c_byte, 100, -56), ("u8", c.c_ubyte, 200, 144), ("i16", c.c_short, -20000, 25536),
        ("u16", c.c_ushort, 40000, 14464), ("i32", c.c_int, -7, -14), ("u32", c.c_uint, 2**31 + 1, 2),
        ("i64", c.c_longlong, -(2**40), -(2**41)), ("u64", c.c_ulonglong, 2**63 + 3, 6),
        ("float", c.c_float, 1.25, 2.5), ("double", c.c_double, -0.1, -0.2), ("long", c.c_long, 21, 42),
    ]:
        f = declared(lib, "twice_" + name, ctype, ctype)
        assert f(value) == wanted, (name, f(value))
        assert f(ctype(value)) == wanted, name
    negate = declared(lib, "negate", c.c_bool, c.c_bool)
    assert negate(0) is True and negate(5) is False
    ten = declared(lib, "ten_ints", c.c_longlong, *[c.c_int] * 9, c.c_longlong)
    assert ten(1, 2, 3, 4, 5, 6, 7, 8, 9, 2**33) == sum(i * i for i in range(1, 10)) + 10 * 2**33
    mixed = declared(lib, "mixed", c.c_double, c.c_int, c.c_double, c.c_longlong, c.c_float, c.c_ubyte, c.c_double)
    assert mixed(1, 2.0, 3, 4.0, 5, 6.0) == 654321.0
    ten = declared(lib, "ten_doubles", c.c_double, *[c.c_double] * 10)
    assert ten(*range(1, 11)) == 385.0


def check_structures(c, lib):
    Point, Line, Big, Padded, Row, Node, Bits, Word = types(c)
    size_of = declared(lib, "size_of", c.c_size_t, c.c_int)
    for i, t in enumerate([Point, Line, Big, Padded, Row, Node, Bits, Word, c.c_long, c.c_void_p]):
        assert c.sizeof(t) == size_of(i), (t, c.sizeof(t), size_of(i))
    total = declared(lib, "point_sum", c.c_int, c.POINTER(Point))
    move = declared(lib, "point_move", None, c.POINTER(Point), c.c_int, c.c_int)
    p = Point(3, 4)
    assert total(p) == 7 and total(c.byref(p)) == 7 and total(c.pointer(p)) == 7
    assert move(p, 10, -1) is None
    assert (p.x, p.y) == (13, 3)
    p.x = 100
    assert total(p) == 103
    line = Line(Point(1, 2), Point(11, 22))
    assert declared(lib, "line_length", c.c_int, c.POINTER(Line))(line) == 30
    line.to.x = 0
    assert lib.line_length(line) == 19
    # A member goes where the whole is.
    move(line.to, 5, 5)
    assert (line.to.x, line.to.y) == (5, 27)
    assert declared(lib, "padded_sum", c.c_longlong, c.POINTER(Padded))(Padded(-3, 2**40, 5)) == 2**40 + 2
    row = Row(3, (10, 20, 30, 40))
    row_sum = declared(lib, "row_sum", c.c_int, c.POINTER(Row))
    assert row_sum(row) == 60
    row.n, row.items[3] = 4, 1
    assert row_sum(row) == 61
    bits = Bits(1, 2, 3)
    assert declared(lib, "bits_sum", c.c_int, c.POINTER(Bits))(bits) == 6
    declared(lib, "bits_set", None, c.POINTER(Bits))(bits)
    assert (bits.low, bits.middle, bits.high) == (5, 4000, -200)
    word = Word()
    word.bytes[:] = [1, 2, 3, 4]
    assert declared(lib, "word_of", c.c_uint, c.POINTER(Word))(word) == 0x04030201 == word.word


def check_lists(c, lib):
    Node = types(c)[5]
    last = Node(3, None)
    middle = Node(20, c.pointer(last))
    first = Node(100, c.pointer(middle))
    list_sum = declared(lib, "list_sum", c.c_int, c.POINTER(Node))
    assert list_sum(first) == 123
    last.value = 4
    assert list_sum(first) == 124
    first.next.contents.value = 0
    assert list_sum(first) == 104 and middle.value == 0
    assert not last.next and list_sum(None) == 0


def check_arrays(c, lib):
    total = declared(lib, "sum_i32", c.c_longlong, c.POINTER(c.c_int), c.c_size_t)
    a = (c.c_int * 5)(1, 2, 3, 4, 5)
    assert total(a, 5) == 15 and total(a, 2) == 3
    a[0] = 100
    assert total(a, 5) == 114
    fill = declared(lib, "fill_u8", None, c.c_void_p, c.c_ubyte, c.c_size_t)
    b = c.create_string_buffer(6)
    fill(b, 65, 5)
    assert b.value == b"AAAAA" and b.raw == b"AAAAA\0"
    fill(c.byref(b, 2), 66, 2)
    assert bytes(b) == b"AABBA\0"
    assert memoryview(b).tobytes() == b.raw and len(memoryview(a).tobytes()) == 20


def check_strings(c, lib):
    length = declared(lib, "length", c.c_size_t, c.c_char_p)
    assert length(b"hello") == 5 and length(b"") == 0 and length(b"a\0b") == 1
    assert length(c.c_char_p(b"four")) == 4
    assert length(c.create_string_buffer(b"buffer")) == 6
    assert declared(lib, "greeting", c.c_char_p)() == b"hello from C"
    b = c.create_string_buffer(b"abcd")
    declared(lib, "reverse", None, c.c_char_p)(b)
    assert b.value == b"dcba"
    find = declared(lib, "find", c.c_char_p, c.c_char_p, c.c_char)
    assert find(b"where is it", b"i") == b"is it" and find(b"nowhere", b"x") is None
    same = declared(lib, "same_pointer", c.c_void_p, c.c_void_p)
    assert same(None) is None and same(1234) == 1234


def check_kept(c, lib):
    """C may keep a pointer as long as the object lives."""
    keep = declared(lib, "keep", None, c.POINTER(c.c_int))
    value = declared(lib, "kept_value", c.c_int)
    set_value = declared(lib, "kept_set", None, c.c_int)
    n = c.c_int(5)
    keep(n)
    assert value() == 5
    n.value = 6
    assert value() == 6
    set_value(7)
    assert n.value == 7
    a = (c.c_int * 3)(1, 2, 3)
    keep(a)
    a[0] = 11
    assert value() == 11
    set_value(12)
    assert list(a) == [12, 2, 3]
    keep(None)
    assert value() == -1


def check_variables(c, lib):
    counter = c.c_int.in_dll(lib, "counter")
    before = counter.value
    assert declared(lib, "count_up", c.c_int)() == before + 1 == counter.value
    counter.value = 40
    assert lib.count_up() == 41
    assert c.c_char_p.in_dll(lib, "name").value == b"library"
    try:
        c.c_int.in_dll(lib, "no_such_variable")
    except ValueError:
        pass
    else:
        raise AssertionError


def check_callbacks(c, lib):
    Unary = c.CFUNCTYPE(c.c_int, c.c_int)
    apply = declared(lib, "apply", c.c_int, Unary, c.c_int)
    seen = []

    @Unary
    def double(x):
        seen.append(x)
        return x * 2

    assert apply(double, 21) == 42 and seen == [21]
    assert apply(Unary(lambda x: apply(double, x) + 1), 4) == 9
    Two = c.CFUNCTYPE(c.c_double, c.c_double, c.c_int)
    assert declared(lib, "apply_double", c.c_double, Two, c.c_double, c.c_int)(Two(lambda x, n: x ** n), 1.5, 3) == 3.375
    Wide = c.CFUNCTYPE(c.c_longlong, c.c_byte, c.c_ushort, c.c_longlong, c.c_float)
    wide = declared(lib, "apply_wide", c.c_longlong, Wide, c.c_byte, c.c_ushort, c.c_longlong, c.c_float)
    assert wide(Wide(lambda a, b, c, d: int(a + b + c + d * 2)), -5, 60000, 2**40, 0.5) == 2**40 + 59996
    IntP = c.POINTER(c.c_int)
    Compare = c.CFUNCTYPE(c.c_int, IntP, IntP)
    a = (c.c_int * 6)(5, 3, 9, -1, 7, 3)
    declared(lib, "sort", None, IntP, c.c_size_t, Compare)(a, 6, Compare(lambda x, y: x[0] - y[0]))
    assert list(a) == [-1, 3, 3, 5, 7, 9]
    operation = declared(lib, "operation", Unary, c.c_int)
    assert operation(0)(5) == 6 and operation(1)(5) == 50
    assert apply(operation(1), 7) == 70


def check_prototypes(c, lib):
    split = c.CFUNCTYPE(None, c.c_int, c.c_int, c.POINTER(c.c_int), c.POINTER(c.c_int))
    f = split(("split", lib), ((1, "a"), (1, "b", 10), (2, "q"), (2, "r")))
    assert f(47) == (4, 7) and f(b=5, a=12) == (2, 2)
    checked = declared(lib, "checked", c.c_int, c.c_int)

    def check(result, function, args):
        if result < 0:
            raise ValueError(args)
        return result

    checked.errcheck = check
    assert checked(3) == 3
    try:
        checked(-4)
    except ValueError as e:
        assert e.args == ((-4,),)
    else:
        raise AssertionError
    for bad in ("text", 1.5, None):
        try:
            checked(bad)
        except c.ArgumentError:
            pass
        else:
            raise AssertionError(bad)
    try:
        lib.no_such_function
    except AttributeError:
        pass
    else:
        raise AssertionError


def run(c, lib):
    checks = [f for name, f in globals().items() if name.startswith("check_")]
    for check in checks:
        check(c, lib)
    return len(checks)
