import heapq, bisect, operator
h = [5, 1, 4]
heapq.heapify(h)
heapq.heappush(h, 0)
print([heapq.heappop(h) for _ in range(4)], heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(2, [3, 1, 2], key=lambda x: -x), list(heapq.merge([1, 4], [2, 3])), heapq.heappushpop([1], 0), heapq.heapreplace([1], 5))  # expect: [0, 1, 4, 5] [5, 3] [3, 2] [1, 2, 3, 4] 0 1
print(bisect.bisect([1, 2, 2, 3], 2), bisect.bisect_left([1, 2, 2, 3], 2), bisect.bisect([1, 3], 2, key=lambda x: x))  # expect: 3 1 1
l = [1, 3]
bisect.insort(l, 2)
print(l, operator.itemgetter(1, 0)("ab"), operator.attrgetter("real", "imag")(1j), operator.methodcaller("upper")("a"), operator.add(1, 2), operator.contains([1], 1), operator.index(5), operator.concat("a", "b"), operator.countOf([1, 1], 1), operator.truth([]), operator.iadd([1], [2]), operator.attrgetter("__class__.__name__")(5), operator.length_hint([1]), operator.not_(0), operator.matmul.__name__, operator.call(len, "ab"), operator.is_not_none(5))  # expect: [1, 2, 3] ('b', 'a') (0.0, 1.0) A 3 True 5 ab 2 False [1, 2] int 1 True matmul 2 True
