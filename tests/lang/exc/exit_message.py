import sys
print("out")  # expect: out
sys.exit("message to stderr")
# expect-error: message to stderr
