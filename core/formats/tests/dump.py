"""Write the tables that the tests of this crate check: inputs and what CPython 3.14 makes of them.

Usage: python3.14 dump.py DIRECTORY [SCALE [SEED]]; each table is lines of tab-separated cells, texts as hexadecimal
code points joined by commas (`-` for an empty one).
"""
import csv, datetime, io, json, math, os, random, struct, sys, _csv, _json, _random

where, scale = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 314)


def text(s):
    return ",".join("%x" % ord(c) for c in s) or "-"


def table(name, rows):
    with open(os.path.join(where, name + ".txt"), "w") as out:
        for row in rows:
            out.write("\t".join(map(str, row)) + "\n")


def failure(error):
    return "!%s: %s" % (type(error).__name__ if type(error) not in (struct.error, _csv.Error) else "Error", str(error).replace("\t", "\\t"))


def attempt(function):
    try:
        return function()
    except (ValueError, TypeError, OverflowError, struct.error, _csv.Error) as error:
        return failure(error)


# json ---------------------------------------------------------------------------------------------------------------

def canonical(value):
    if isinstance(value, tuple):
        return value[1]
    if isinstance(value, list) and value and value[0] == "object":
        return "{%s}" % ";".join("%s:%s" % (text(k), canonical(v)) for k, v in value[1])
    if isinstance(value, list):
        return "[%s]" % ";".join(map(canonical, value))
    if isinstance(value, str):
        return '"' + text(value)
    return {None: "null", True: "true", False: "false"}[value]


def document(source, start, strict):
    decoder = json.JSONDecoder(
        object_pairs_hook=lambda pairs: ["object", pairs], parse_int=lambda s: ("", s), parse_float=lambda s: ("", "f" + s),
        parse_constant=lambda s: ("", "c" + s), strict=strict)
    try:
        value, end = decoder.scan_once(source, start)
        return "%d %s" % (end, canonical(value))
    except json.JSONDecodeError as error:
        return "!%s@%d" % (error.msg, error.pos)
    except StopIteration as stop:
        return "stop %d" % stop.value


def string(source, start, strict):
    try:
        value, end = _json.scanstring(source, start, strict)
        return "%d %s" % (end, text(value))
    except json.JSONDecodeError as error:
        return "!%s@%d" % (error.msg, error.pos)
    except ValueError:
        return "bounds"


DOCUMENTS = ['', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{"a":1,x', '[', '[1', '[1,', '[1,]', '[1 2]', '-', '01', '1.',
             '1.e5', '1e', '1e+', '-x', 'nul', 'null', 'NaN', 'Infinity', '-Infinity', '-Inf', '[NaN]', '{"a" 1}', '[,]', '{,}', ' 1', '1.5e10',
             '-0', '{"a":x}', '[[[x]]]', 'true', 'false', 'tru', '{}', '[]', '{ }', '[ ]', '{"a": [1, {"b": null}, "x\\n"], "é": 1.5E-3}',
             ' [1]', '[1]x', '"\u20ac\U0001f600"', '{"a":1 , "b" : 2 }', '[1 ,\t2\n,\r3]', '[\x0b1]', '1E5', '-1.0e-2', '{"a"\u20ac:1}']
SCRAPS = ['{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', '.5', 'e3', 'null', 'true', ' ', '\n', '\\', '\\u00e9', '\\ud83d', '\\ude00', 'é', '\U0001f600', 'N', 'I']


def json_rows():
    for source in DOCUMENTS:
        yield "doc", text(source), 0, 1, document(source, 0, True)
    for _ in range(500 * scale):
        source = "".join(rng.choice(SCRAPS) for _ in range(rng.randint(0, 9)))
        if rng.random() < 0.5:
            source = json.dumps(random_value(3), ensure_ascii=rng.random() < 0.5)
            if source and rng.random() < 0.7:
                at = rng.randrange(len(source))
                source = source[:at] + rng.choice(SCRAPS + [""]) + source[at + 1:]
        strict, start = rng.random() < 0.7, rng.choice([0, 0, 0, 1])
        yield "doc", text(source), start, int(strict), document(source, start, strict)
    for _ in range(300 * scale):
        source = "".join(rng.choice(['a', '\\', '"', 'u', '\\u', '00', 'd8', 'dc', '\\ud800', '\\udc00', '\\n', '\\/', '\\x', '\n', 'é', '\u20ac', '\U0001f600', '\\u12G4'])
                         for _ in range(rng.randint(0, 8)))
        if rng.random() < 0.5:
            source += '"'
        strict, start = rng.random() < 0.5, rng.randint(0, 2)
        yield "str", text(source), start, int(strict), string(source, start, strict)
    for _ in range(100 * scale):
        source = "".join(rng.choice('abc"\\/\b\f\n\r\t\x00\x1f\x7f\x80é\u20ac\U0001f600\ud800') for _ in range(rng.randint(0, 8)))
        yield "enc", text(source), text(_json.encode_basestring_ascii(source)), text(_json.encode_basestring(source))


def random_value(depth):
    if depth and rng.random() < 0.6:
        if rng.random() < 0.5:
            return [random_value(depth - 1) for _ in range(rng.randint(0, 3))]
        return {rng.choice(["a", "bé", "c\n"]): random_value(depth - 1) for _ in range(rng.randint(0, 3))}
    return rng.choice([1, -5, 1.5, 1e100, None, True, False, "x", "é\u20ac", '"\\'])


# csv ----------------------------------------------------------------------------------------------------------------

def dialect_cell(d):
    return ";".join([text(d["delimiter"]), text(d["quotechar"] or ""), text(d["escapechar"] or ""), str(int(d["doublequote"])),
                     str(int(d["skipinitialspace"])), text(d["lineterminator"]), str(d["quoting"]), str(int(d["strict"]))])


def random_dialect():
    return dict(delimiter=rng.choice(',,,;\t "|a'), quotechar=rng.choice(['"', '"', "'", None, ' ', 'a']), escapechar=rng.choice([None, None, '\\', '"', '|', ' ']),
                doublequote=rng.random() < 0.7, skipinitialspace=rng.random() < 0.3, lineterminator=rng.choice(['\r\n', '\n', 'xay', '']),
                quoting=rng.randint(0, 5), strict=rng.random() < 0.3)


def csv_rows():
    for _ in range(1000 * scale):
        d = random_dialect()
        try:
            _csv.Dialect(**d)
        except (ValueError, TypeError) as error:
            yield "dialect", dialect_cell(d), failure(error)
            continue
        yield "dialect", dialect_cell(d), "ok"
        lines = ["".join(rng.choice([d["delimiter"], d["quotechar"] or "x", d["quotechar"] or "y", d["escapechar"] or "z", "b", "12", "\n", "\r", " ", "é", "\u20ac"])
                         for _ in range(rng.randint(0, 7))) + rng.choice(["", "\n", "\r\n"]) for _ in range(rng.randint(0, 3))]
        results, reader = [], csv.reader(iter(lines), **d)
        csv.field_size_limit(limit := rng.choice([131072, 131072, 5]))
        try:
            for record in reader:
                results.append("[%s]" % ";".join("none" if f is None else "n" if isinstance(f, float) else "t" + text(f) for f in record))
        except (_csv.Error, ValueError) as error:
            results.append("!float" if "convert" in str(error) else failure(error))
        yield "read", dialect_cell(d), limit, "/".join(map(text, lines)) or "0", " ".join(results)
        row = [rng.choice([None, 1, 2.5, "", "a", "a,b", d["delimiter"], d["quotechar"] or "q", d["escapechar"] or "e", "x\ny", "\r", " ", "é\u20ac", "xay", True])
               for _ in range(rng.randint(0, 3))]
        out = io.StringIO(newline="")
        cells = "/".join("n" if v is None else ("s" if isinstance(v, str) else "i") + text(str(v)) for v in row) or "0"
        try:
            csv.writer(out, **d).writerow(row)
            yield "write", dialect_cell(d), cells, text(out.getvalue())
        except _csv.Error as error:
            yield "write", dialect_cell(d), cells, failure(error)


# struct -------------------------------------------------------------------------------------------------------------

def bits(x):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", x))[0]


def argument(value):
    if isinstance(value, bool):
        return "?%d" % value
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        return "f" + bits(value)
    if isinstance(value, complex):
        return "c%s.%s" % (bits(value.real), bits(value.imag))
    return "b" + value.hex()


FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 65504.0, 65519.99, 65520.0, -65520.0, 2.0 ** -24, 2.0 ** -25, 2.0 ** -25 * 1.001, 2.0 ** -14, 2.0 ** -14 * 0.9999, 1e-8, 3.5e38,
          3.4e38, 1e300, 5e-324, float("inf"), float("-inf"), 1e-45, 1.0009765625, 1.00048828125, 2049.0, 2047.5, 1023.9999]


def random_argument(code):
    if code in "bBhHiIlLqQnNP":
        size = struct.calcsize(code)
        edge = rng.choice([0, 1 << 8 * size - 1, 1 << 8 * size, 1 << 64, 1 << 100, rng.getrandbits(8 * size)])
        return rng.choice([1, 1, -1]) * edge + rng.choice([0, -1, 1])
    if code in "efd":
        return rng.choice(FLOATS) if rng.random() < 0.6 else math.ldexp(rng.random() - 0.5, rng.randint(-30, 20))
    if code in "FD":
        return complex(rng.choice(FLOATS), rng.choice(FLOATS))
    if code == "?":
        return rng.random() < 0.5
    if code == "c":
        return bytes([rng.randrange(256)])
    return rng.randbytes(rng.choice([0, 1, 2, 3, 5, 300]))


def struct_rows():
    formats = ['z', '<n', '<P', '5', '=5', '', '@', '5x', 'x5', ' <i', '< i', '<i i', '1 i', 'i\0', '99999999999999999999i', '9223372036854775807i', '9223372036854775807s1x',
               '0s', '0p', 'p', '0c', '<F', 'cF', 'cD', 'i!', '2305843009213693952i', '9223372036854775807x', '9223372036854775808x', 'b0i', '0ib', 'b0q0h', 'bhilqnNPefdFD?csp']
    for _ in range(200 * scale):
        formats.append(rng.choice(["", "@", "<", ">", "=", "!"]) + "".join(
            rng.choice(["", "", "0", "2", "3", "12", " "]) + rng.choice("xcbBhHiIlLqQnNPefdFDsp?") for _ in range(rng.randint(0, 5))))
    for f in formats:
        yield "size", text(f), attempt(lambda: struct.calcsize(f))
    for _ in range(1500 * scale):
        order, code = rng.choice(["", "<", ">", "="]), rng.choice("cbBhHiIlLqQnNPefdFDsp?")
        if order and code in "nNP":
            order = ""
        f = order + (rng.choice(["", "0", "1", "3", "4", "299", "256"]) if code in "sp" else "") + code
        value = random_argument(code)
        packed = attempt(lambda: struct.pack(f, value).hex())
        yield "pack", f, argument(value), packed
        data = rng.randbytes(struct.calcsize(f))
        result = struct.unpack(f, data)[0]
        if result == result:
            yield "unpack", f, data.hex(), argument(result)


# random -------------------------------------------------------------------------------------------------------------

def random_rows():
    seeds = [0, 1, 2, 42, 2 ** 32 - 1, 2 ** 32, 2 ** 64 + 5, 10 ** 100, 3 << 20000] + [rng.getrandbits(rng.randint(1, 700)) for _ in range(5)]
    for seed in seeds:
        r = _random.Random(seed)
        words = [seed >> i & 0xFFFFFFFF for i in range(0, max(seed.bit_length(), 1), 32)]
        draws = [bits(r.random()) for _ in range(3)] + ["%x" % r.getrandbits(k) for k in (1, 7, 32, 33, 64, 65, 200)]
        for _ in range(700):
            r.random()
        state = hash(r.getstate()) and r.getstate()
        check = sum((i + 1) * w for i, w in enumerate(state)) % 2 ** 64
        yield ",".join("%x" % w for w in words), " ".join(draws), "%x" % check, bits(r.random())


# datetime -----------------------------------------------------------------------------------------------------------

def iso(kind, source):
    try:
        value = kind.fromisoformat(source)
    except ValueError as error:
        message = str(error)
        if message.startswith("Invalid isoformat"):
            return "malformed"
        return "offset" if message.startswith("offset must be") else "!" + message
    shown = []
    if kind is not datetime.time:
        shown.append("%d %d %d" % (value.year, value.month, value.day))
    if kind is not datetime.date:
        shown.append("%d %d %d %d" % (value.hour, value.minute, value.second, value.microsecond))
        shown.append("none" if value.tzinfo is None else str(value.utcoffset() // datetime.timedelta(microseconds=1)))
    return " ".join(shown)


def mutate(source):
    for _ in range(rng.choice([0, 1, 1, 2])):
        at = rng.randrange(len(source) + 1)
        source = source[:at] + rng.choice(["", "", *"0123456789-:TWZ+., x", "é", "\u20ac", "\U0001f600", "\uff11"]) + source[at + rng.randint(0, 1):]
    return source


def datetime_rows():
    dates = ["2021-03-04", "20210304", "2021-W05-3", "2021W053", "2021-W05", "2021W05", "0001-01-01", "9999-12-31", "2020-02-29", "2021-02-29", "2020-W53-7", "2021-W53-1", "9999-W52-6",
             "2021-12-31", "2021-13-01", "0000-01-01", "2021-01-00", "2021-04-31"]
    times = ["12", "12:34", "1234", "12:34:56", "123456", "12:34:56.7", "12:34:56,789", "123456.123456", "12:34:56.1234567", "24:00", "24", "240000", "24:00:01", "25:00", "12:60", "00:00:60", "T12:34"]
    zones = ["", "", "", "Z", "+00:00", "+05:30", "-0530", "-05", "+23:59:59.999999", "+24:00", "-00:00:01", "+12:34:56.5", "+01:60", "+23:60", "-99", "+00:99:99"]
    for _ in range(700 * scale):
        d, t = rng.choice(dates), rng.choice(times) + rng.choice(zones)
        for kind, source in [(datetime.date, d), (datetime.time, t), (datetime.datetime, d + rng.choice(["T", " ", "x", "é", "\ud800", "-", "1", ""]) + t)]:
            source = mutate(source)
            yield kind.__name__, text(source), iso(kind, source)
    for _ in range(150 * scale):
        ordinal = rng.choice([rng.randint(1, 3652059), rng.randint(1, 800), 3652059 - rng.randint(0, 800)])
        d = datetime.date.fromordinal(ordinal)
        y, w, wd = d.isocalendar()
        yield "ordinal", ordinal, d.year, d.month, d.day, d.weekday(), y, w, wd, d.timetuple().tm_yday
        year, week, day = rng.choice([0, 1, 9999, 10000, rng.randint(1, 9999), d.year]), rng.choice([0, 1, 52, 53, 54, rng.randint(1, 52)]), rng.randint(0, 8)
        yield "week", year, week, day, attempt(lambda: str(datetime.date.fromisocalendar(year, week, day)))
        year, month, day = rng.choice([0, 1, 9999, 10000, 2023, 2024]), rng.randint(0, 13), rng.choice([0, 1, 28, 29, 30, 31, 32])
        yield "check", year, month, day, attempt(lambda: str(datetime.date(year, month, day)))
        moment = datetime.datetime(d.year, d.month, d.day, rng.randrange(24), rng.randrange(60), rng.randrange(60), rng.choice([0, 0, 1, 500000, 999999, 123456]))
        for spec in ["auto", "hours", "minutes", "seconds", "milliseconds", "microseconds"]:
            yield "format", moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond, spec, moment.isoformat(timespec=spec), moment.ctime()
        offset = datetime.timedelta(microseconds=rng.choice([1, -1, 60000000, rng.randint(-86399999999, 86399999999), rng.randint(-1439, 1439) * 60000000]))
        yield "offset", offset // datetime.timedelta(microseconds=1), str(datetime.timezone(offset))[3:]
        parts = [rng.choice([0, 0, 0, rng.randint(-10**6, 10**6), rng.randint(-3, 3), 0.5, 1.5, 2.5, -0.5, -1.5, rng.uniform(-1e3, 1e3), rng.uniform(-1e-3, 1e-3)]) for _ in range(7)]
        if rng.random() < 0.1:
            parts[rng.randrange(7)] = rng.choice([1e20, -1e20, 1e30, float("nan"), float("inf"), 10 ** 9, 999999999, -999999999, 10 ** 18])

        def build():
            value = datetime.timedelta(microseconds=parts[0], milliseconds=parts[1], seconds=parts[2], minutes=parts[3], hours=parts[4], days=parts[5], weeks=parts[6])
            return "%d %d %d|%s|%s|%s" % (value.days, value.seconds, value.microseconds, value, repr(value)[len("datetime.timedelta("):-1], bits(value.total_seconds()))
        yield "delta", " ".join(map(argument, parts)), attempt(build)


table("json", json_rows())
table("csv", csv_rows())
table("struct", struct_rows())
table("random", random_rows())
table("datetime", datetime_rows())
