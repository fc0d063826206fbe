try:
    1 / 0
except ZeroDivisionError:
    raise LookupError("context hidden") from None
