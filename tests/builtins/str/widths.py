# The same text reached through different widths is equal, hashes the same and joins well.
ascii_ = "abc"
via_latin = ("é" + ascii_)[1:]
via_wide = ("日" + ascii_)[1:]
via_astral = ("😀" + ascii_)[1:]
print(ascii_ == via_latin == via_wide == via_astral, len({ascii_, via_latin, via_wide, via_astral}), via_astral.isascii(), via_astral.encode("ascii"))  # expect: True 1 True b'abc'
parts = ["a", "é", "日", "😀"]
print(["".join(p) for p in (parts[:1], parts[:2], parts[:3], parts)], sum(len(x + y) for x in parts for y in parts))  # expect: ['a', 'aé', 'aé日', 'aé日😀'] 32
print("é😀".replace("😀", "") == "é", "日a".strip("日") == "a", "😀é".partition("é"), "a日".split("日"), "x".center(3, "日"), "日".ljust(3, "a"), "日é"[::-1], "aé日😀" * 2)  # expect: True True ('😀', 'é', '') ['a', ''] 日x日 日aa é日 aé日😀aé日😀
print([("a" + p).startswith("a") for p in parts], ["a" in p + "a" for p in parts], [p.encode("utf-8") for p in parts], ["é" < p for p in parts])  # expect: [True, True, True, True] [True, True, True, True] [b'a', b'\xc3\xa9', b'\xe6\x97\xa5', b'\xf0\x9f\x98\x80'] [False, False, True, True]
