class C: pass
c = C()
c.__del__ = lambda: print("never")
del c
class D:
    pass
D.__del__ = lambda self: print("added later")
D()  # expect: added later
print("end")  # expect: end
