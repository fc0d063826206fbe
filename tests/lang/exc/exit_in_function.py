def f():
    try:
        raise SystemExit(7)
    except Exception:
        print("not an Exception")
f()
# exit: 7
