class Node:
    def __init__(self, n, next=None): self.n, self.next = n, next
    def __del__(self): print("del", self.n)
a = Node(1, Node(2, Node(3)))
del a
# expect: del 1
# expect: del 2
# expect: del 3
print("end")  # expect: end
