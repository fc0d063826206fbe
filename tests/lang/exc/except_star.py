def f(exc):
    log = []
    try:
        raise exc
    except* ValueError as eg:
        log.append(("V", eg.exceptions))
    except* (TypeError, KeyError) as eg:
        log.append(("TK", eg.exceptions))
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log
print(f(ExceptionGroup("g", [ValueError(1), TypeError(2), ValueError(3)])))  # expect: [('V', (ValueError(1), ValueError(3))), ('TK', (TypeError(2),)), 'finally']
print(f(ValueError("naked")))  # expect: [('V', (ValueError('naked'),)), 'finally']
print(f(ExceptionGroup("g", [ExceptionGroup("h", [KeyError(1), ValueError(2)])])))  # expect: [('V', (ExceptionGroup('h', [ValueError(2)]),)), ('TK', (ExceptionGroup('h', [KeyError(1)]),)), 'finally']
try:
    f(ExceptionGroup("g", [OSError(1), ValueError(2)]))
except ExceptionGroup as e:
    print("left over", repr(e))  # expect: left over ExceptionGroup('g', [OSError(1)])
try:
    f(OSError("naked"))
except OSError as e:
    print(repr(e))  # expect: OSError('naked')
