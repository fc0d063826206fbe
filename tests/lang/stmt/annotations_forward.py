class Node:
    next: Node
    def link(self, other: Node) -> Other: ...
class Other: pass
print(Node.__annotations__["next"] is Node)  # expect: True
print(Node.link.__annotations__["return"] is Other)  # expect: True
def g(x: Missing): pass
try:
    g.__annotations__
except NameError as e:
    print(e)  # expect: name 'Missing' is not defined
Missing = int
print(g.__annotations__)  # expect: {'x': <class 'int'>}
print(f"{g.__annotate__(1)}")  # expect: {'x': <class 'int'>}
try:
    g.__annotate__(3)
except NotImplementedError as e:
    print("NotImplementedError", e)  # expect: NotImplementedError 
