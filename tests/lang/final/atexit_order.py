import atexit
class C:
    def __del__(self): print("del")
c = C()
atexit.register(print, "registered first, run last")
atexit.register(print, "registered second", sep="-")
def bye(a, k=1): print("bye", a, k)
atexit.register(bye, 1, k=2)
atexit.unregister(print)
print("end")  # expect: end
# expect: bye 1 2
# expect: del
