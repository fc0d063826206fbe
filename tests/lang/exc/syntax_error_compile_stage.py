def f():
    x = 1
    for i in range(3):
        return
    break
