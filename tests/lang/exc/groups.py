eg = ExceptionGroup("msg", [ValueError(1), TypeError("t"), ExceptionGroup("in", [KeyError("k"), ValueError(2)])])
print(eg, repr(eg))  # expect: msg (3 sub-exceptions) ExceptionGroup('msg', [ValueError(1), TypeError('t'), ExceptionGroup('in', [KeyError('k'), ValueError(2)])])
print(eg.message, len(eg.exceptions), eg.args)  # expect: msg 3 ('msg', [ValueError(1), TypeError('t'), ExceptionGroup('in', [KeyError('k'), ValueError(2)])])
a, b = eg.split(ValueError)
print(repr(a), "|", repr(b))  # expect: ExceptionGroup('msg', [ValueError(1), ExceptionGroup('in', [ValueError(2)])]) | ExceptionGroup('msg', [TypeError('t'), ExceptionGroup('in', [KeyError('k')])])
print(repr(eg.subgroup(KeyError)), eg.subgroup(OSError), eg.subgroup(lambda e: isinstance(e, TypeError)))  # expect: ExceptionGroup('msg', [ExceptionGroup('in', [KeyError('k')])]) None msg (1 sub-exception)
print(eg.split((KeyError, TypeError))[0].exceptions)  # expect: (TypeError('t'), ExceptionGroup('in', [KeyError('k')]))
print(type(BaseExceptionGroup("m", [ValueError()])).__name__, type(BaseExceptionGroup("m", [KeyboardInterrupt()])).__name__)  # expect: ExceptionGroup BaseExceptionGroup
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: ExceptionGroup("m", []))  # expect: ValueError second argument (exceptions) must be a non-empty sequence
t(lambda: ExceptionGroup("m", [5]))  # expect: ValueError Item 0 of second argument (exceptions) is not an exception
t(lambda: ExceptionGroup(5, [ValueError()]))  # expect: TypeError BaseExceptionGroup.__new__() argument 1 must be str, not int
t(lambda: ExceptionGroup("m", 5))  # expect: TypeError second argument (exceptions) must be a sequence
t(lambda: ExceptionGroup("m"))  # expect: TypeError BaseExceptionGroup.__new__() takes exactly 2 arguments (1 given)
t(lambda: ExceptionGroup("m", [KeyboardInterrupt()]))  # expect: TypeError Cannot nest BaseExceptions in an ExceptionGroup
t(lambda: eg.split(5))  # expect: TypeError expected an exception type, a tuple of exception types, or a callable (other than a class)
t(lambda: eg.subgroup([ValueError]))  # expect: TypeError expected an exception type, a tuple of exception types, or a callable (other than a class)
t(lambda: setattr(eg, "message", "x"))  # expect: AttributeError readonly attribute
print(ExceptionGroup("m", (ValueError(),)).exceptions, eg.derive([OSError()]))  # expect: (ValueError(),) msg (1 sub-exception)
