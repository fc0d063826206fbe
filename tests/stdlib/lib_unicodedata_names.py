# Names that are found but not told, and what the old database knows of names.
import unicodedata as u

print("\N{TANGUT IDEOGRAPH-17000}" == chr(0x17000), "\N{tangut ideograph-18d08}" == chr(0x18D08))  # expect: True True
print(u.name(chr(0x17000), None), hex(ord(u.lookup("TANGUT IDEOGRAPH-187F7"))))  # expect: None 0x187f7

for name in "LATIN CAPITAL LETTER OI", "LATIN CAPITAL LETTER GHA", "LATIN CAPITAL LETTER SHARP S", "LF", "TANGUT IDEOGRAPH-17000":
    found = []
    for database in u, u.ucd_3_2_0:
        try:
            found.append(hex(ord(database.lookup(name))))
        except KeyError as e:
            found.append(e.args[0])
    print(*found)
# expect: 0x1a2 0x1a2
# expect: 0x1a2 undefined character name 'LATIN CAPITAL LETTER GHA'
# expect: 0x1e9e 0x1e9e
# expect: 0xa undefined character name 'LF'
# expect: 0x17000 0x17000
