class Log:
    def __getitem__(self, k):
        print("get", k)
        return 10
    def __setitem__(self, k, v):
        print("set", k, v)
    def __getattr__(self, n):
        print("getattr", n)
        return 5
    def __setattr__(self, n, v):
        print("setattr", n, v)
o = Log()
o["a"] += 1
# expect: get a
# expect: set a 11
o.b *= 3
# expect: getattr b
# expect: setattr b 15
o[1:2] -= 1
# expect: get slice(1, 2, None)
# expect: set slice(1, 2, None) 9
