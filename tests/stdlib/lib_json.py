import json
print(json.dumps({"a": [1, 2.5, None, True], "é": "\n\"\\", "n": {"x": []}}), json.dumps("é😀", ensure_ascii=False), json.dumps([1, 2], indent=2), json.dumps({"b": 1, "a": 2}, sort_keys=True, separators=(",", ":")), json.dumps(float("inf")), json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), json.dumps((1, 2)), json.dumps(10 ** 20), json.dumps(1e100))
# expect: {"a": [1, 2.5, null, true], "\u00e9": "\n\"\\", "n": {"x": []}} "é😀" [
# expect:   1,
# expect:   2
# expect: ] {"a":2,"b":1} Infinity {"1": 4, "null": 3, "1.5": 5} [1, 2] 100000000000000000000 1e+100
print(json.loads('{"a": [1, -2.5e3, null, true, false], "b": "\\u00e9\\n\\ud83d\\ude00"}'), json.loads(" 1 "), json.loads('"x"'), json.loads("[NaN, Infinity]"), json.loads(b'{"k": 1}'), json.loads("1e400"), json.loads("123456789012345678901234567890"))  # expect: {'a': [1, -2500.0, None, True, False], 'b': 'é\n😀'} 1 x [nan, inf] {'k': 1} inf 123456789012345678901234567890
print(json.loads('{"a": 1}', object_hook=lambda d: sorted(d.items())), json.loads("1.5", parse_float=str), json.loads('{"a":1,"a":2}', object_pairs_hook=list))  # expect: [('a', 1)] 1.5 [('a', 1), ('a', 2)]
class E(json.JSONEncoder):
    def default(self, o): return f"<{type(o).__name__}>"
print(json.dumps([object(), {1}], cls=E), json.dumps(object(), default=lambda o: "dflt"))  # expect: ["<object>", "<set>"] "dflt"
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
for s in ("", "{", "[1,]", '{"a"}', '{"a":1,}', "nul", '"a', "'a'", "[1 2]", '{"a" 1}', "1 2", '"\\x"', '"\t"', "[", "{1: 2}", '"\\u12"', "-", "01", "tru"): t(lambda: json.loads(s))
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
# expect: JSONDecodeError Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
# expect: JSONDecodeError Illegal trailing comma before end of array: line 1 column 3 (char 2)
# expect: JSONDecodeError Expecting ':' delimiter: line 1 column 5 (char 4)
# expect: JSONDecodeError Illegal trailing comma before end of object: line 1 column 7 (char 6)
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
# expect: JSONDecodeError Unterminated string starting at: line 1 column 1 (char 0)
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
# expect: JSONDecodeError Expecting ',' delimiter: line 1 column 4 (char 3)
# expect: JSONDecodeError Expecting ':' delimiter: line 1 column 6 (char 5)
# expect: JSONDecodeError Extra data: line 1 column 3 (char 2)
# expect: JSONDecodeError Invalid \escape: line 1 column 2 (char 1)
# expect: JSONDecodeError Invalid control character at: line 1 column 2 (char 1)
# expect: JSONDecodeError Expecting value: line 1 column 2 (char 1)
# expect: JSONDecodeError Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
# expect: JSONDecodeError Invalid \uXXXX escape: line 1 column 3 (char 2)
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
# expect: JSONDecodeError Extra data: line 1 column 2 (char 1)
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
t(lambda: json.dumps(object()))  # expect: TypeError Object of type object is not JSON serializable
t(lambda: json.dumps({(1, 2): 3}))  # expect: TypeError keys must be str, int, float, bool or None, not tuple
t(lambda: json.dumps(float("nan"), allow_nan=False))  # expect: ValueError Out of range float values are not JSON compliant: nan
l = []
l.append(l)
t(lambda: json.dumps(l))  # expect: ValueError Circular reference detected
try:
    json.loads("[" * 100000)
except RecursionError:
    print("RecursionError")  # expect: RecursionError
