e = RuntimeError("first line\nsecond line")
e.add_note("a note\nover two lines")
e.__notes__.append(5)
raise e
