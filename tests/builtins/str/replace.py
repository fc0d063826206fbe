print("aaa".replace("a", "b"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("", "-", 2), "".replace("", "x"), "".replace("a", "x"), "aaa".replace("aa", "b"), "abc".replace("b", ""), "é😀é".replace("😀", "a"), "aaa".replace("a", "😀"), "abc".replace("z", "y"), "aaa".replace("a", "bb", 0), "aaa".replace("a", "b", -1), "abab".replace("ab", "x", count=1))  # expect: bbb bba -a-b-c- -a-bc x  ba ac éaé 😀😀😀 abc aaa bbb xab
for f in (lambda: "a".replace("a"), lambda: "a".replace("a", 1), lambda: "a".replace(1, "a"), lambda: "a".replace("a", "b", "c"), lambda: "a".replace("a", "b", 1.0)):
    try:
        f()
    except TypeError as e:
        print(e)
# expect: replace() takes at least 2 positional arguments (1 given)
# expect: replace() argument 2 must be str, not int
# expect: replace() argument 1 must be str, not int
# expect: 'str' object cannot be interpreted as an integer
# expect: 'float' object cannot be interpreted as an integer
