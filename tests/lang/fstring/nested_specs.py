v, w, p = 3.14159, 10, 2
print(f"{v:{w}.{p}f}|{v:{w}{'.'}{p}}|{v!s:{w}}|")  # expect:       3.14|       3.1|3.14159   |
print(f"{v:{{}}}" if False else "skip", f"{'x':{'*'}{'^'}{7}}")  # expect: skip ***x***
