print(list("aé😀"), [*"ab"], tuple("xy"), set("a"), dict.fromkeys("ab"), list(enumerate("ab")), list(reversed("abc")), "".join(reversed("aé😀")), sorted("hello"), list(zip("ab", "cd")), list(map(ord, "aé")))  # expect: ['a', 'é', '😀'] ['a', 'b'] ('x', 'y') {'a'} {'a': None, 'b': None} [(0, 'a'), (1, 'b')] ['c', 'b', 'a'] 😀éa ['e', 'h', 'l', 'l', 'o'] [('a', 'c'), ('b', 'd')] [97, 233]
it = iter("abc")
print(next(it), it.__length_hint__(), list(it))  # expect: a 2 ['b', 'c']
for c in "": print("never")
a, b, *c = "hello"
print(a, b, c)  # expect: h e ['l', 'l', 'o']
