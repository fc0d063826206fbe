value = some.call(1, 2) + 3 = other
