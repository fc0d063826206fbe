class _Tag:
    __secret = 1
    def __init__(self):
        self.__x = 2
    def get(self):
        return self.__x + self.__secret
    def __helper(self):
        return 3
    def dunder(self):
        return self.__class__.__name__
t = _Tag()
print(t.get(), t._Tag__x, t._Tag__helper(), t.dunder())  # expect: 3 2 3 _Tag
print(sorted(k for k in vars(_Tag) if "Tag" in k))  # expect: ['_Tag__helper', '_Tag__secret']
class ___:
    __keep = 1
print([k for k in vars(___) if "keep" in k])  # expect: ['__keep']
