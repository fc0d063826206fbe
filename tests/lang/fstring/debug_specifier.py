x = 3
print(f"{x=}", f"{x =}", f"{x= }", f"{x = !r}", f"{x=:>5}", f"{x=!s:^5}|")  # expect: x=3 x =3 x= 3 x = 3 x=    3 x=  3  |
print(f"{
x
=
}")
# expect:
# expect: x
# expect: =
# expect: 3
print(f"{'a' + "b"=}", f"{x+1 = :.2f}", f"{[1,
2]=}")
# expect: 'a' + "b"='ab' x+1 = 4.00 [1,
# expect: 2]=[1, 2]
class R:
    def __repr__(self): return "R()"
    def __format__(self, s): return "fmt" + s
r = R()
print(f"{r=}", f"{r=:y}", f"{r=!s}")  # expect: r=R() r=fmty r=R()
