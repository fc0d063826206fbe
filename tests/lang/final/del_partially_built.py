class C:
    def __init__(self): raise ValueError("init")
    def __del__(self): print("del all the same")
try:
    C()
except ValueError as e:
    print(e)
# expect: init
# expect: del all the same
print("end")  # expect: end
