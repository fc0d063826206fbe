print("a" + "b", "ab" * 3, 3 * "x", "a" * 0, "a" * -1, "é" + "😀" + "a", "" + "", "a" "b", "x" * True)  # expect: ab ababab xxx   é😀a  ab x
s = ""
for i in range(5): s += str(i)
print(s)  # expect: 01234
t = s
t += "!"
print(s, t)  # expect: 01234 01234!
print(("é" * 3).encode(), ("ab" * 1000)[-3:], len("😀" * 100))  # expect: b'\xc3\xa9\xc3\xa9\xc3\xa9' bab 100
