import re
print(re.match(r"(\w+) (\w+)", "hello world").groups(), re.search(r"\d+", "abc123").span(), re.findall(r"a(b)?", "aab"), re.findall(r"(a)(b)", "abab"), re.sub(r"(\w)(\w)", r"\2\1", "abcd"), re.sub("a", lambda m: m[0].upper(), "banana", count=2), re.split(r"[,;]\s*", "a, b;c"), re.split(r"(-)", "a-b"), re.subn("a", "b", "aaa"))  # expect: ('hello', 'world') (3, 6) ['', 'b'] [('a', 'b'), ('a', 'b')] badc bAnAna ['a', 'b', 'c'] ['a', '-', 'b'] ('bbb', 3)
m = re.search(r"(?P<year>\d{4})-(?P<month>\d\d)", "on 2024-05-06")
print(m["year"], m.group("month", 0), m.groupdict(), m.start("year"), m.end(), m.lastgroup, m.expand(r"\g<month>/\1"), m.re.groupindex, m.string[:m.start()], m)  # expect: 2024 ('05', '2024-05') {'year': '2024', 'month': '05'} 3 10 month 05/2024 {'year': 1, 'month': 2} on  <re.Match object; span=(3, 10), match='2024-05'>
print(re.fullmatch("a+", "aaa"), re.fullmatch("a+", "aab"), [x.group() for x in re.finditer(r"\b\w", "two words")], re.escape("a.b*c"), bool(re.match("A", "a", re.I)), re.findall("^.", "a\nb", re.M), re.match("a.c", "a\nc", re.S) is not None)  # expect: <re.Match object; span=(0, 3), match='aaa'> None ['t', 'w'] a\.b\*c True ['a', 'b'] True
print(re.findall(r"(?<=a)b", "ab cb"), re.findall(r"a(?!b)", "ab ac"), re.findall(r"(?:ab)+", "ababx"), re.findall(r"a{2,3}", "aaaaa"), re.findall(r"a+?", "aaa"), re.findall(r"(a|b)\1", "aabbab"), re.match(r"(?x) a  # comment\n b", "ab") is not None, re.findall(r"(?i:A)b", "aB ab"), re.findall(r"\w+", "é日a_1"), re.findall(r"(?a)\w+", "é1"), re.findall(rb"\d", b"a1"), re.findall(r"(?>a+)b", "aab"), re.findall(r"a++b", "aab"))
# expect: ['b'] ['a'] ['abab'] ['aaa', 'aa'] ['a', 'a', 'a'] ['a', 'b'] True ['ab'] ['é日a_1'] ['1'] [b'1'] ['aab'] ['aab']
print(re.compile("a", re.I | re.M), re.compile("(a)(?P<n>b)").groups, re.compile("x").pattern, re.sub("", "-", "ab"), re.sub("x*", "-", "abxd"), re.split("x*", "axbc"), re.match(r"(a)?(b)?", "b").groups("none"))  # expect: re.compile('a', re.IGNORECASE|re.MULTILINE) 2 x -a-b- -a-b--d- ['', 'a', '', 'b', 'c', ''] ('none', 'b')
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: re.compile("("))  # expect: PatternError missing ), unterminated subpattern at position 0
t(lambda: re.compile("a**"))  # expect: PatternError multiple repeat at position 2
t(lambda: re.compile("[z-a]"))  # expect: PatternError bad character range z-a at position 1
t(lambda: re.compile("(?P<1>a)"))  # expect: PatternError bad character in group name '1' at position 4
t(lambda: re.compile(r"\1"))  # expect: PatternError invalid group reference 1 at position 1
t(lambda: re.compile("*"))  # expect: PatternError nothing to repeat at position 0
t(lambda: re.compile("(?<=a+)b"))  # expect: PatternError look-behind requires fixed-width pattern
t(lambda: re.compile("a{3,2}"))  # expect: PatternError min repeat greater than max repeat at position 2
t(lambda: re.sub("a", r"\2", "a"))  # expect: PatternError invalid group reference 2 at position 1
t(lambda: re.match("a", b"a"))  # expect: TypeError cannot use a string pattern on a bytes-like object
t(lambda: re.match("(a", "a"))  # expect: PatternError missing ), unterminated subpattern at position 0
t(lambda: m.group(9))  # expect: IndexError no such group
