é = 1
名前 = 2
ﬁ = 3
print(é + 名前, fi, "ﬁ" in globals(), "fi" in globals())  # expect: 3 3 False True
class C: pass
setattr(C, "ﬁ", 1)
print(hasattr(C, "fi"))  # expect: False
def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("€ = 1")  # expect: invalid character '€' (U+20AC)
check("a‘ = 1")  # expect: invalid character '‘' (U+2018)
check("x = “a”")  # expect: invalid character '“' (U+201C)
check("µ = 1")  # expect: ok
check("a\u00a0= 1")  # expect: invalid non-printable character U+00A0
check("x = 1\u200b")  # expect: invalid non-printable character U+200B
check("😀 = 1")  # expect: invalid character '😀' (U+1F600)
check("_\u0301 = 1")  # expect: ok
check("℘ = 1")  # expect: ok
