# A string that grows in place is not seen to grow by its other owners.
def grown(start):
    s = start[:2]
    kept = []
    for c in "cdefghijklmnopqrstuvwxyz" * 12:
        s += c
        if len(s) in (5, 20, 200):
            kept.append(s)
            kept.append({s: len(s)})
    return s, kept


s, kept = grown("abXY")
print(len(s), kept[0], kept[1])  # expect: 290 abcde {'abcde': 5}
print(kept[2], len(kept[4]), hash(kept[4]) == hash(s[:200]))  # expect: abcdefghijklmnopqrst 200 True

t = "ab" + s[:1]
before = hash(t)
u = t
t += t
print(t, u, hash(u) == before)  # expect: abaaba aba True
t += "é"
print(t.isascii(), t)  # expect: False abaabaé
t += "中"
print(t, len(t))  # expect: abaabaé中 8
