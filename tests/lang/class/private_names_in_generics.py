class __Base:
    def __init_subclass__(cls, **kwargs):
        cls.given = kwargs
class Derived[T, __U](__Base, __flag=1):
    seen = T, __U
    def method(self, x: __U): return self.__hidden
    __hidden = 3
print(Derived.__bases__[0].__name__, Derived.given, [p.__name__ for p in Derived.__type_params__])  # expect: __Base {'__flag': 1} ['T', '__U']
print(sorted(n for n in vars(Derived) if "hidden" in n), Derived.seen == Derived.__type_params__)  # expect: ['_Derived__hidden'] True
class Outer:
    class Inner[T: (lambda: __Base)]:
        pass
try:
    print(Outer.Inner.__type_params__[0].__bound__().__name__)  # expect: __Base
except NameError as e:
    print(e)
