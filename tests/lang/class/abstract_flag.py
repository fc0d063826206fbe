# object() refuses classes with unimplemented abstract methods, whoever lists them.
class A:
    __abstractmethods__ = frozenset({"f", "g"})
try:
    A()
    print("no flag")  # expect: no flag
except TypeError as e:
    print(e)
import abc
class B(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
    @property
    @abc.abstractmethod
    def g(self): ...
try:
    B()
except TypeError as e:
    print(e)  # expect: Can't instantiate abstract class B without an implementation for abstract methods 'f', 'g'
class C(B):
    f = g = 1
print(C().g)  # expect: 1
