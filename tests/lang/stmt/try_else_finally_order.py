def f(n):
    log = []
    try:
        log.append("try")
        if n == 1: raise KeyError("k")
        if n == 2: return log
    except KeyError:
        log.append("except")
    else:
        log.append("else")
    finally:
        log.append("finally")
    log.append("after")
    return log
for n in range(3):
    print(f(n))
# expect: ['try', 'else', 'finally', 'after']
# expect: ['try', 'except', 'finally', 'after']
# expect: ['try', 'finally']
