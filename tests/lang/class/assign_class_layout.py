# What `__class__` may be changed to: classes that added the same things to the same base.
class G: __slots__ = ["a", "b"]
class H: __slots__ = ["b", "a"]
class K: __slots__ = ["a", "b", "d"]
class L(G): __slots__ = ["e"]
class M(H): __slots__ = ["e"]
class N(G): __slots__ = []
class Q(G): pass
class R(G): __slots__ = ["__dict__", "__weakref__"]
class P(G): __slots__ = ["__dict__"]
class Y(Q): __slots__ = ["c"]
class Z(Q): __slots__ = ["c"]
class OneError(Exception): pass
class TwoError(Exception): pass
class KeyTwoError(KeyError): pass
class One(list): pass
class Two(list): pass

classes = [G, H, K, L, M, N, Q, R, P, Y, Z, OneError, TwoError, KeyTwoError, One, Two]
for old in classes:
    allowed = []
    for new in classes:
        instance = old()
        try:
            instance.__class__ = new
        except TypeError:
            continue
        assert type(instance) is new
        if new is not old:
            allowed.append(new.__name__)
    print(old.__name__, *allowed)
# expect: G H N
# expect: H G N
# expect: K
# expect: L
# expect: M
# expect: N G H
# expect: Q R
# expect: R Q
# expect: P
# expect: Y Z
# expect: Z Y
# expect: OneError TwoError
# expect: TwoError OneError
# expect: KeyTwoError
# expect: One Two
# expect: Two One

x = L()
x.a, x.e = 1, 2
try:
    x.__class__ = M
except TypeError as e:
    print(e)  # expect: __class__ assignment: 'M' object layout differs from 'L'
