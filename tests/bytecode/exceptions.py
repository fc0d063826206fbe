def handlers(f):
    try:
        return f()
    except (A, B) as e:
        print(e)
    except C:
        raise
    finally:
        cleanup()


def groups(f):
    try:
        f()
    except* ValueError as e:
        print(e)
    except* TypeError:
        pass


def managers(path):
    with open(path) as f, lock:
        for line in f:
            if line:
                return line
