class O: pass
class A(O): pass
class B(O): pass
class C(A, B): pass
print([k.__name__ for k in C.__mro__])  # expect: ['C', 'A', 'B', 'O', 'object']
try:
    class D(A, C): pass
except TypeError as e:
    print(e)  # expect: Cannot create a consistent method resolution order (MRO) for bases A, C
try:
    class E(A, A): pass
except TypeError as e:
    print(e)  # expect: duplicate base class A
class X(A, B): pass
class Y(B, A): pass
try:
    class Z(X, Y): pass
except TypeError as e:
    print(e)  # expect: Cannot create a consistent method resolution order (MRO) for bases A, B
class F: pass
class G(F): pass
class H(F): pass
class I(G, H): pass
print([k.__name__ for k in I.mro()])  # expect: ['I', 'G', 'H', 'F', 'object']
