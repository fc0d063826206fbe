n = 0
while n < 3:
    n += 1
    if n == 2:
        continue
    print(n)
else:
    print("else after", n)
# expect: 1
# expect: 3
# expect: else after 3
while True:
    break
else:
    print("never")
print("done")  # expect: done
