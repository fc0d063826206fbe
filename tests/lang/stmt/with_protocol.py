class M:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self):
        print("enter", self.name)
        return self.name
    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, v, tb is not None)
        return self.swallow
with M("a") as x, M("b") as y:
    print(x, y)
# expect: enter a
# expect: enter b
# expect: a b
# expect: exit b None None False
# expect: exit a None None False
with M("c", True):
    raise ValueError("swallowed")
# expect: enter c
# expect: exit c ValueError swallowed True
try:
    with (M("d"), M("e", swallow=0) as z,):
        raise KeyError(z)
except KeyError as e:
    print("out", e)
# expect: enter d
# expect: enter e
# expect: exit e KeyError 'e' True
# expect: exit d KeyError 'e' True
# expect: out 'e'
