class Outer:
    def method(self, x: int): pass
    y: str
def f() -> None:
    def nested() -> None: pass
    return nested
print(Outer.method.__annotate__.__qualname__, Outer.__annotate__.__qualname__)  # expect: Outer.method.__annotate__ Outer.__annotate__
print(f.__annotate__.__qualname__, f().__annotate__.__qualname__)  # expect: f.__annotate__ f.<locals>.nested.__annotate__
def g(*args: *tuple[int], key: str): pass
print(list(g.__annotations__))  # expect: ['args', 'key']
def outer():
    def inner(x: late): pass
    if False:
        late = int
    return inner
try:
    outer().__annotations__
except NameError as e:
    print(e)  # expect: cannot access free variable 'late' where it is not associated with a value in enclosing scope
import annotationlib
def h(x: int, y: missing.name | None): pass
print(annotationlib.get_annotations(h, format=annotationlib.Format.STRING))  # expect: {'x': 'int', 'y': 'missing.name | None'}
