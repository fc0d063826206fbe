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


def check_by_value(c, lib):
    Point, Line, Big, Padded, Row, Node, Bits, Word = types(c)

    class Pair(c.Structure):
        _fields_ = [("re", c.c_float), ("im", c.c_float)]

    p = declared(lib, "point_make", Point, c.c_int, c.c_int)(3, 4)
    q = declared(lib, "point_swap", Point, Point)(p)
    assert (p.x, p.y, q.x, q.y) == (3, 4, 4, 3)
    line = declared(lib, "line_flip", Line, Line)(Line(Point(1, 2), Point(3, 4)))
    assert (line.start.x, line.start.y, line.to.x, line.to.y) == (3, 4, 1, 2)
    big = declared(lib, "big_scale", Big, Big, c.c_double)(Big(1, 2, 3, 4), 2.5)
    assert (big.a, big.b, big.c, big.n) == (2.5, 5.0, 7.5, 5)
    pair = declared(lib, "pair_times", Pair, Pair, Pair)(Pair(1, 2), Pair(3, 4))
    assert (pair.re, pair.im) == (-5.0, 10.0)
    padded = declared(lib, "padded_next", Padded, *[c.c_int] * 5, Padded)(1, 2, 3, 4, 5, Padded(10, 2**40, 30))
    assert (padded.small, padded.large, padded.medium) == (13, 2**40 + 7, 35)

    class One(c.Structure):
        _fields_ = [("x", c.c_double)]

    class Wrapped(c.Structure):
        _fields_ = [("inner", One * 1)]

    class Handle(c.Structure):
        _fields_ = [("p", c.c_void_p)]

    assert declared(lib, "one_half", One, One)(One(5)).x == 2.5
    assert declared(lib, "wrapped_twice", Wrapped, Wrapped)(Wrapped((One(4),))).inner[0].x == 8
    n = c.c_int(77)
    handle = declared(lib, "handle_of", Handle, c.POINTER(c.c_int))(n)
    assert declared(lib, "handle_value", c.c_int, Handle)(handle) == 77
    assert handle.p == c.addressof(n)
    assert c.cast(handle.p, c.POINTER(c.c_int))[0] == 77
    fresh = c.c_int(78)
    assert lib.handle_value(Handle(c.addressof(fresh))) == 78
    assert declared(lib, "word_next", Word, Word)(Word(41)).word == 42
    assert declared(lib, "long_same", c.c_longdouble, c.c_longdouble)(-1.5) == -1.5


def check_variadic(c, lib):
    total = declared(lib, "sum_variadic", c.c_longlong, c.c_int)
    assert total(4, 1, 2, 3, 4) == 10 and total(0) == 0
    mean = declared(lib, "mean_variadic", c.c_double, c.c_int)
    assert mean(2, c.c_double(1.0), c.c_double(2.0)) == 1.5
    mixed = declared(lib, "mixed_variadic", c.c_longlong, c.c_char_p)
    n = c.c_int(1000)
    assert mixed(b"iqdpi", 1, c.c_longlong(2**40), c.c_double(5), c.byref(n), 7) == 2**40 + 1013


def check_more_callbacks(c, lib):
    Point, Line = types(c)[:2]
    OfPoint = c.CFUNCTYPE(c.c_int, Point, c.POINTER(Line))
    apply = declared(lib, "apply_point", c.c_int, OfPoint, Point, c.POINTER(Line))

    @OfPoint
    def measure(p, line):
        line[0].to.y = 50
        return p.x * 100 + p.y * 10 + line.contents.start.x

    line = Line(Point(7, 0), Point(0, 0))
    assert apply(measure, Point(1, 2), line) == 127 and line.to.y == 50
    OfText = c.CFUNCTYPE(c.c_void_p, c.c_char_p)
    answer = c.create_string_buffer(b"answer")
    apply = declared(lib, "apply_text", c.c_char_p, OfText, c.c_char_p)
    assert apply(OfText(lambda text: c.addressof(answer) if text == b"question" else None), b"question") == b"answer"
    assert apply(OfText(lambda text: None), b"question") is None
    # From Python, without C in between.
    assert c.CFUNCTYPE(c.c_int, c.c_int, c.c_double)(lambda x, y: x + int(y))(2, 3.5) == 5


def check_pointers(c, lib):
    IntP = c.POINTER(c.c_int)
    total = declared(lib, "sum_pointers", c.c_int, c.POINTER(IntP), c.c_int)
    numbers = [c.c_int(i) for i in range(5)]
    table = (IntP * 5)(*map(c.pointer, numbers))
    assert total(table, 5) == 10
    numbers[4].value = 40
    assert total(table, 5) == 46
    # Stored after the table has been passed.
    late = c.c_int(1000)
    table[0] = c.pointer(late)
    assert total(table, 5) == 1046 and table[0][0] == 1000
    p = c.pointer(numbers[1])
    p[0] = 9
    assert numbers[1].value == 9 and p.contents.value == 9
    p.contents = numbers[2]
    assert p[0] == 2
    a = (c.c_short * 4)(1, 2, 3, -1)
    fill = declared(lib, "fill_u8", None, c.c_void_p, c.c_ubyte, c.c_size_t)
    view = memoryview(a).cast("B")
    fill(a, 1, 2)
    assert view[:4] == b"\1\1\2\0" and list(a) == [0x0101, 2, 3, -1]
    view[2] = 5
    assert a[1] == 5 and c.cast(a, c.POINTER(c.c_ubyte))[2:4] == [5, 0]
    data = bytearray(8)
    mine = (c.c_ubyte * 8).from_buffer(data)
    fill(mine, 7, 3)
    assert data == b"\7\7\7\0\0\0\0\0" and mine[2] == 7
    data[5] = 6
    assert mine[5] == 6
    text = c.create_string_buffer(10)
    c.memmove(text, b"abc", 3)
    c.memset(c.addressof(text) + 3, ord("x"), 2)
    assert text.value == b"abcxx" and c.string_at(text, 4) == b"abcx" and c.string_at(c.addressof(text) + 1) == b"bcxx"
    assert c.wstring_at(c.create_unicode_buffer("wide"), 2) == "wi"
    c.memoryview_at(text, 10)[0] = ord("A")
    assert text.value == b"Abcxx"
    assert c.string_at(lib.greeting(), 5) == b"hello"


def run(c, lib):
    checks = [f for name, f in globals().items() if name.startswith("check_")]
    for check in checks:
        check(c, lib)
    return len(checks)
