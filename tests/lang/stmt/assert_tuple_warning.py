import sys
assert (1, "always true")
print("ran")  # expect: ran
