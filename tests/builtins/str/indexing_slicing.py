s = "hello"
print(s[0], s[-1], s[1:3], s[::-1], s[::2], s[10:], s[-3:-1], s[3:1], s[:], s[4::-2], s[-100:100])  # expect: h o el olleh hlo  ll  hello olh hello
u = "aé日😀"
print(u[3], u[-2], u[::-1], len(u), [ord(c) for c in u], u[1:3], u[2:4].encode())  # expect: 😀 日 😀日éa 4 [97, 233, 26085, 128512] é日 b'\xe6\x97\xa5\xf0\x9f\x98\x80'
for i in (5, -6, 2 ** 70):
    try:
        s[i]
    except IndexError as e:
        print(e)
# expect: string index out of range
# expect: string index out of range
# expect: cannot fit 'int' into an index-sized integer
for k in ("a", 1.0, None, (1, 2)):
    try:
        s[k]
    except TypeError as e:
        print(e)
# expect: string indices must be integers, not 'str'
# expect: string indices must be integers, not 'float'
# expect: string indices must be integers, not 'NoneType'
# expect: string indices must be integers, not 'tuple'
try:
    s[::0]
except ValueError as e:
    print(e)  # expect: slice step cannot be zero
print(s[True], s[2 ** 70:], s[:-2 ** 70], s[2 ** 70::-1])  # expect: e   olleh
