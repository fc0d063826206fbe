def d(tag):
    print("make", tag)
    def apply(f):
        print("apply", tag, f.__name__)
        return f
    return apply
@d("outer")
@d("inner")
def f(): pass
# expect: make outer
# expect: make inner
# expect: apply inner f
# expect: apply outer f
@d("class")
class C: pass
# expect: make class
# expect: apply class C
@(lambda f: 5)
def g(): pass
print(g)  # expect: 5
fs = [d("list")]  # expect: make list
@fs[0]
def h(): pass
# expect: apply list h
@x if (x := d("cond")) else None
def i(): pass
# expect: make cond
# expect: apply cond i
