# What re.sub puts together: nothing found gives the string itself, and a replacement must be a string.
import re

text = "nothing here"
print(re.sub("z", "-", text) is text)  # expect: True
print(re.sub("(o)|e", r"<\1>", text), re.subn("h", "H", text, count=1))  # expect: n<o>thing h<>r<> ('notHing here', 1)
print(re.sub("e", lambda m: None, text), re.sub("é", "中", "café"))  # expect: nothing hr caf中
try:
    re.sub("h", lambda m: 5, text)
except TypeError as e:
    print(e)  # expect: sequence item 1: expected str instance, int found
print(re.sub(b"h", b"H", b"oh"))  # expect: b'oH'
