class C:
    def __init__(self): self.blech = 1
    def f(self): return blech
C().f()
# expect-error: NameError: name 'blech' is not defined. Did you mean: 'self.blech'?
