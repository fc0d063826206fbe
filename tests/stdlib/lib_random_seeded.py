import random
r = random.Random(42)
print(r.random(), r.randint(1, 100), r.choice("abcdef"), r.getrandbits(70), r.uniform(1, 2), r.sample(range(10), 3), r.gauss(0, 1), r.randrange(0, 100, 7), r.choices("ab", k=5), r.shuffle(l := list(range(8))), l, r.betavariate(1, 2), r.expovariate(1), r.triangular(), r.normalvariate())  # expect: 0.6394267984578837 4 f 262771874424005612119 1.139537928525144 [1, 8, 9] -0.21417212260954865 7 ['a', 'b', 'a', 'a', 'b'] None [7, 5, 0, 2, 4, 3, 1, 6] 0.46745598120644016 3.1515226484383043 0.41024050574792514 1.5043537616578755
random.seed("text")
print(random.random(), random.randbytes(4))  # expect: 0.8711565613554825 b'\x14SU\xfd'
s = r.getstate()
a = r.random()
r.setstate(s)
print(a == r.random(), random.Random(1).random(), random.Random(2 ** 100).random(), random.Random(1.5).random(), random.Random(b"x").random())  # expect: True 0.13436424411240122 0.7586581712996778 0.551763726942059 0.6307877176639078
