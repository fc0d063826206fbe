class Probe:
    def __init__(self, name, value):
        self.name, self.value = name, value
    def __bool__(self):
        print(end=self.name)
        return self.value
    def __repr__(self):
        return self.name
def show(value):
    print(" ->", value)
t, f = lambda name: Probe(name, True), lambda name: Probe(name, False)
show(f("a") and t("b") or t("c") or t("d"))  # expect: ac -> c
show(f("a") or t("b") and f("c") or t("d") or f("e"))  # expect: abcd -> d
show((t("a") or f("b")) and f("c") or t("d"))  # expect: ac -> d
show(t("a") and (f("b") or t("c")) or t("d"))  # expect: abc -> c
show(1 and f("a") or 0 or t("b"))  # expect: a -> b
