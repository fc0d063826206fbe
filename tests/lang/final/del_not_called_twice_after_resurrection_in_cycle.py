import gc
keep = []
class C:
    def __del__(self):
        print("del")
        keep.append(self)
c = C()
c.me = c
del c
gc.collect()  # expect: del
print(len(keep), keep[0].me is keep[0])  # expect: 1 True
keep.clear()
gc.collect()
print("end")  # expect: end
