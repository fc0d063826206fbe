def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: 5[0])  # expect: TypeError 'int' object is not subscriptable
t(lambda: None[0])  # expect: TypeError 'NoneType' object is not subscriptable
t(lambda: [1][1])  # expect: IndexError list index out of range
t(lambda: [1]["a"])  # expect: TypeError list indices must be integers or slices, not str
t(lambda: (1,)[1.0])  # expect: TypeError tuple indices must be integers or slices, not float
t(lambda: "abc"[5])  # expect: IndexError string index out of range
t(lambda: {}["k"])  # expect: KeyError 'k'
t(lambda: {}[[]])  # expect: TypeError cannot use 'list' as a dict key (unhashable type: 'list')
t(lambda: (lambda: 1)[0])  # expect: TypeError 'function' object is not subscriptable
t(lambda: int[0])  # expect: TypeError type 'int' is not subscriptable
t(lambda: object()[0])  # expect: TypeError 'object' object is not subscriptable
def store():
    (1,)[0] = 1
t(store)  # expect: TypeError 'tuple' object does not support item assignment
def store():
    "a"[0] = 1
t(store)  # expect: TypeError 'str' object does not support item assignment
def dele():
    del (1,)[0]
t(dele)  # expect: TypeError 'tuple' object doesn't support item deletion
def dele():
    del 5[0]
t(dele)  # expect: TypeError 'int' object does not support item deletion
def store():
    None[0] = 1
t(store)  # expect: TypeError 'NoneType' object does not support item assignment
