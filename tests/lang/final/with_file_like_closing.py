class F:
    def __init__(self): print("open")
    def read(self): return "data"
    def __del__(self): print("close")
def first(): return F().read()
print(first())
# expect: open
# expect: close
# expect: data
data = [F().read() for _ in range(2)]
# expect: open
# expect: close
# expect: open
# expect: close
print(data)  # expect: ['data', 'data']
