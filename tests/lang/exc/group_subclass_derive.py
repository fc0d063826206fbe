class MyGroup(ExceptionGroup):
    def __new__(cls, msg, excs, code):
        self = super().__new__(cls, msg, excs)
        self.code = code
        return self
    def derive(self, excs): return MyGroup(self.message, excs, self.code)
g = MyGroup("m", [ValueError(1), TypeError(2)], 42)
g.add_note("noted")
g.__cause__ = KeyError("c")
a, b = g.split(ValueError)
print(type(a).__name__, a.code, a.__notes__, a.__notes__ is g.__notes__, repr(a.__cause__), b.exceptions)  # expect: MyGroup 42 ['noted'] False KeyError('c') (TypeError(2),)
class Plain(ExceptionGroup): pass
p, _ = Plain("m", [ValueError()]).split(ValueError)
print(type(p).__name__)  # expect: ExceptionGroup
class NotExc(ExceptionGroup, ValueError): pass
try:
    NotExc("m", [KeyboardInterrupt()])
except TypeError as e:
    print(e)  # expect: Cannot nest BaseExceptions in 'NotExc'
