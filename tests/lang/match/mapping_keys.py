# Keys of mapping patterns: equal ones are an error, whatever their types; a dict is asked directly, a subclass is not.
class K:
    a = "x"
    b = "x"
    one = 1
    true = True


class Asked(dict):
    def get(self, key, default=None):
        print("get", key)
        return super().get(key, default)


def run(subject):
    match subject:
        case {K.a: p, K.b: q}:
            return p, q


def numbers(subject):
    match subject:
        case {K.one: p, K.true: q}:
            return p, q


def found(subject):
    match subject:
        case {"a": 1, "b": v}:
            return "ab", v
        case {"a": v, **rest}:
            return "a", v, rest
        case {}:
            return "none"


for f, subject in ((run, {"x": 1, "y": 2}), (numbers, {1: 2, 3: 4}), (found, {"a": 1, "b": 2}), (found, {"b": 2, "a": 3}), (found, {"c": 1}), (found, Asked(a=1, b=5))):
    try:
        print(f(subject))
    except ValueError as e:
        print(e)
# expect: mapping pattern checks duplicate key ('x')
# expect: mapping pattern checks duplicate key (True)
# expect: ('ab', 2)
# expect: ('a', 3, {'b': 2})
# expect: none
# expect: get a
# expect: get b
# expect: ('ab', 5)
