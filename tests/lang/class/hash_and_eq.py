class A:
    def __eq__(self, o): return True
try:
    hash(A())
except TypeError as e:
    print(e)  # expect: unhashable type: 'A'
print(A.__hash__)  # expect: None
class B(A):
    __hash__ = object.__hash__
print(hash(B()) == hash(B()) or True)  # expect: True
class C:
    def __hash__(self): return 2 ** 100
class D:
    def __hash__(self): return "x"
class E:
    def __hash__(self): return -1
print(hash(C()) == hash(2 ** 100), hash(E()))  # expect: True -2
for f in (lambda: hash(D()), lambda: {A(): 1}, lambda: {A()}, lambda: {}[A()], lambda: {[]: 1}, lambda: {{}}, lambda: hash({}), lambda: hash((1, [])), lambda: set() in {1: 2}, lambda: {1: 2}.get([])):
    try:
        print(f())
    except TypeError as e:
        print(e)
# expect: __hash__ method should return an integer
# expect: cannot use 'A' as a dict key (unhashable type: 'A')
# expect: cannot use 'A' as a set element (unhashable type: 'A')
# expect: cannot use 'A' as a dict key (unhashable type: 'A')
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: cannot use 'dict' as a set element (unhashable type: 'dict')
# expect: unhashable type: 'dict'
# expect: unhashable type: 'list'
# expect: cannot use 'set' as a dict key (unhashable type: 'set')
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
