class O:
    def __str__(self): return "an object"
raise SystemExit(O())
# expect-error: an object
