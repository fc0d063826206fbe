for f in (lambda: setattr(int, "x", 1), lambda: delattr(str, "upper"), lambda: setattr(type, "foo", 1), lambda: setattr(object, "__init__", 1), lambda: int.__dict__.update(x=1)):
    try:
        f()
    except (TypeError, AttributeError) as e:
        print(e)
# expect: cannot set 'x' attribute of immutable type 'int'
# expect: cannot set 'upper' attribute of immutable type 'str'
# expect: cannot set 'foo' attribute of immutable type 'type'
# expect: cannot set '__init__' attribute of immutable type 'object'
# expect: 'mappingproxy' object has no attribute 'update'
