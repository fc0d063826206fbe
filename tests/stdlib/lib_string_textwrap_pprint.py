import string, textwrap, pprint, difflib
print(string.ascii_letters, string.digits, string.punctuation, string.Template("$a ${b} $$").substitute(a=1, b=2), string.Template("$x").safe_substitute(), string.capwords("a bc  d"), string.Formatter().format("{0} {k}", 1, k=2))  # expect: abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~ 1 2 $ $x A Bc D 1 2
print(textwrap.wrap("the quick brown fox jumps over the lazy dog", 15), textwrap.dedent("  a\n    b\n  c"), textwrap.indent("a\nb", "> "), textwrap.shorten("hello big world", 12), textwrap.fill("aaa bbb ccc", 7))
# expect: ['the quick brown', 'fox jumps over', 'the lazy dog'] a
# expect:   b
# expect: c > a
# expect: > b hello [...] aaa bbb
# expect: ccc
pprint.pprint({"b": list(range(30)), "a": {"nested": ("x" * 50, "y" * 50)}})
# expect: {'a': {'nested': ('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
# expect:                   'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy')},
# expect:  'b': [0,
# expect:        1,
# expect:        2,
# expect:        3,
# expect:        4,
# expect:        5,
# expect:        6,
# expect:        7,
# expect:        8,
# expect:        9,
# expect:        10,
# expect:        11,
# expect:        12,
# expect:        13,
# expect:        14,
# expect:        15,
# expect:        16,
# expect:        17,
# expect:        18,
# expect:        19,
# expect:        20,
# expect:        21,
# expect:        22,
# expect:        23,
# expect:        24,
# expect:        25,
# expect:        26,
# expect:        27,
# expect:        28,
# expect:        29]}
print(list(difflib.unified_diff(["a", "b"], ["a", "c"], lineterm="")), difflib.get_close_matches("appel", ["ape", "apple", "peach"]), difflib.SequenceMatcher(None, "abcd", "bcde").ratio())  # expect: ['--- ', '+++ ', '@@ -1,2 +1,2 @@', ' a', '-b', '+c'] ['apple', 'ape'] 0.75
