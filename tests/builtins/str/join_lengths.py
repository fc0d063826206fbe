# Joins of every size and width; errors name the first item that is no string.
parts = ["ab", "", "c" * 30, "d"]
for n in (0, 1, 2, 7, 400):
    joined = "-".join(parts * n)
    print(len(joined), joined == "-".join(iter(parts * n)), hash(joined) == hash("".join(list(joined))))
# expect: 0 True True
# expect: 36 True True
# expect: 73 True True
# expect: 258 True True
# expect: 14799 True True
print(", ".join(("é", "x")), "中".join(["a", "b"]), "é".join("ab"))  # expect: é, x a中b aéb
one = "only"
print("-".join([one]) is one, "".join(["", "x"]), repr("".join(["", ""])))  # expect: True x ''
for bad in (["a", 1], ("a", "b", None), [b"x"]):
    try:
        "".join(bad)
    except TypeError as e:
        print(e)
# expect: sequence item 1: expected str instance, int found
# expect: sequence item 2: expected str instance, NoneType found
# expect: sequence item 0: expected str instance, bytes found
