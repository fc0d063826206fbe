print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "é" > "z", "😀" > "\uffff", "a" == "a", "a" != b"a", "Z" < "a", "10" < "9", "a" * 100 < "a" * 99 + "b")  # expect: True False True True True True True True True True True True
print(hash("abc") == hash("a" + "bc"), hash("") == hash(""), "abc" in {"abc": 1}, {"é": 1}["é"], hash("x") == hash("y"))  # expect: True True True 1 False
print(sorted(["b", "A", "a", "é", "", "ab", "Z", "1", "😀", "\uffff"]), max("hello"), min("hello"))  # expect: ['', '1', 'A', 'Z', 'a', 'ab', 'b', 'é', '\uffff', '😀'] o e
print("lo" in "hello", "" in "", "z" not in "abc", "😀" in "a😀", "b" in "a" * 50 + "b", "\0" in "a\0b")  # expect: True True True True True True
for f in (lambda: "a" < 1, lambda: "a" >= None, lambda: 1 in "a", lambda: None in "a", lambda: b"a" in "a"):
    try:
        f()
    except TypeError as e:
        print(e)
# expect: '<' not supported between instances of 'str' and 'int'
# expect: '>=' not supported between instances of 'str' and 'NoneType'
# expect: 'in <string>' requires string as left operand, not int
# expect: 'in <string>' requires string as left operand, not NoneType
# expect: 'in <string>' requires string as left operand, not bytes
