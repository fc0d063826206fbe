"""`SyntaxError.__init__` called again: what it does not set is gone."""
e = SyntaxError("msg", ("file.py", 1, 2, "txt", 2, 3, (0, 0, "")))
e.__init__("new", ("f", 2, 3, "t"))
print(e.msg, e.lineno, e.end_lineno, e.end_offset, e._metadata)  # expect: new 2 None None None
e.__init__("only")
print(e.msg, e.filename, e.lineno, e.args)  # expect: only f 2 ('only',)
