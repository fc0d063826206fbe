class P:
    def __init__(self, v): self.v = v
    def __await__(self): return (yield self.v)
async def ag():
    for i in range(2):
        x = await P(("wait", i))
        yield (i, x)
async def main():
    out = []
    async for v in ag():
        out.append(v)
    out.append([y async for y in ag()])
    out.append([await P(z) for z in "ab"])
    return out
c = main()
sent = None
try:
    while True:
        got = c.send(sent)
        print(got)
        sent = "r"
except StopIteration as e:
    print(e.value)
# expect: ('wait', 0)
# expect: ('wait', 1)
# expect: ('wait', 0)
# expect: ('wait', 1)
# expect: a
# expect: b
# expect: [(0, 'r'), (1, 'r'), [(0, 'r'), (1, 'r')], ['r', 'r']]
