def f(a):
    b = 2
    def g(): return b
    return sorted(locals())
print(f(1))  # expect: ['a', 'b', 'g']
print("f" in globals(), globals() is globals(), locals() is globals())  # expect: True True True
globals()["made"] = 5
print(made)  # expect: 5
class C:
    q = 1
    ns = sorted(k for k in locals() if not k.startswith("__"))
print(C.ns)  # expect: ['q']
print([sorted(locals()) for i in [1]] != [], (lambda z: locals())(3))  # expect: True {'z': 3}
