def f(a):
    print(a)
    global a
