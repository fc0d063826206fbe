class Truthy:
    def __bool__(self):
        print("asked")
        return True
class M:
    def __enter__(self): pass
    def __exit__(self, *a): return Truthy()
with M():  # expect: asked
    raise ValueError
print("not asked without an exception")  # expect: not asked without an exception
with M():
    pass
