class A:
    def f(self): return "A"
    @classmethod
    def c(cls): return "A", cls.__name__
    x = "attr"
class B(A):
    def f(self): return "B" + super().f()
    @classmethod
    def c(cls): return ("B",) + super().c()
    def attr(self): return super().x
    def nested(self):
        return (lambda: super(B, self).f())()
    def comp(self):
        return [super(B, self).f() for _ in range(1)]
    def zero_in_comp(self):
        return [super().f() for _ in range(1)]
b = B()
print(b.f(), B.c(), b.attr(), b.nested(), b.comp(), b.zero_in_comp())  # expect: BA ('B', 'A', 'B') attr A ['A'] ['A']
print(super(B, b).f(), super(B, B).c())  # expect: A ('A', 'B')
print(repr(super(B, b))[:24], super(B, b).__self__ is b, super(B, b).__thisclass__, super(B, b).__self_class__)  # expect: <super: <class 'B'>, <B  True <class '__main__.B'> <class '__main__.B'>

# The body of a class may name the class around it, though its methods have a `__class__` of their own.
class Outer:
    def make(self):
        class Inner:
            outer = __class__
            def own(self):
                return __class__
        return Inner

Inner = Outer().make()
print(Inner.outer.__name__, Inner().own().__name__)  # expect: Outer Inner
try:
    class NoneAround:
        __class__
        def own(self):
            return __class__
except NameError as e:
    print(type(e).__name__, e)  # expect: NameError name '__class__' is not defined
