s = "hello"
print(s.startswith("he"), s.startswith(("x", "h")), s.startswith(""), s.startswith("", 5), s.startswith("", 6), s.startswith("l", 2), s.startswith("lo", -2), s.startswith("he", 0, 1), s.startswith(()))  # expect: True True True True False True True False False
print(s.endswith("lo"), s.endswith(("x", "o")), s.endswith(""), s.endswith("l", 0, 4), s.endswith("hello!"), s.endswith("", 6), s.endswith("ll", None, -1))  # expect: True True True True False False True
for bad in (1, [1], (1,), ("h", 1), None, b"h"):
    for m in (s.startswith, s.endswith):
        try:
            print(m(bad))
        except TypeError as e:
            print(e)
# expect: startswith first arg must be str or a tuple of str, not int
# expect: endswith first arg must be str or a tuple of str, not int
# expect: startswith first arg must be str or a tuple of str, not list
# expect: endswith first arg must be str or a tuple of str, not list
# expect: tuple for startswith must only contain str, not int
# expect: tuple for endswith must only contain str, not int
# expect: True
# expect: tuple for endswith must only contain str, not int
# expect: startswith first arg must be str or a tuple of str, not NoneType
# expect: endswith first arg must be str or a tuple of str, not NoneType
# expect: startswith first arg must be str or a tuple of str, not bytes
# expect: endswith first arg must be str or a tuple of str, not bytes
