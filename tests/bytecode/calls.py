import a.b.c as d, e.f
from x import y as z, w


class A(Base, metaclass=M):
    x = 1

    def m(self, *args, **kw):
        self.total += 1
        return super().m(*args, a=1, **kw)

    @property
    def p(self):
        return self.items.get(self.x, key=2)


print(*A, sep="")
