x, y = 5, "s"
print(f"{x} {y} {x + 1} {y!r} {y!s} {y!a} {'é'!a}")  # expect: 5 s 6 's' s 's' '\xe9'
print(f"{{literal}} {{{x}}} {x}{{}}")  # expect: {literal} {5} 5{}
print(f"{x:>5}|{x:05d}|{3.14159:.2f}|{y:*^7}|{x:#x}")
# expect:     5|00005|3.14|***s***|0x5
w, p = 10, 3
print(f"{3.14159:{w}.{p}}|{x:{'>' + '8'}}|{y:{w}}|")  # expect:       3.14|       5|s         |
print(f"{x=} {x = } {x=!s} {y=} {y=!s:>3} {x + 1=:04d} { x = }")  # expect: x=5 x = 5 x=5 y='s' y=  s x + 1=0006  x = 5
print(f"{(lambda a: a * 2)(4)} {[i for i in range(3)]} {({'a': 1})['a']} { {1: 2}[1] }")  # expect: 8 [0, 1, 2] 1 2
print(f"{x!r:>4}" f"{y}" "plain {not}" f"")  # expect:    5splain {not}
print(rf"\n{x}", fr"\d{{2}}", F"{x}", f"\n{x}\t".strip(), f"\N{DIGIT ONE}{x}")  # expect: \n5 \d{2} 5 5 15
print(f'{"nested " + f"{x} " + f"{f"{y}"}"}')  # expect: nested 5 s
print(f"""{
    x
    + 1
}""")
# expect: 6
print(f"{x,}", f"{x, y}", f"{*[1, 2],}", f"{'a' 'b'}")  # expect: (5,) (5, 's') (1, 2) ab
print(f"{x if x else y}", f"{not x}", f"{x != 3}", f"{x == 5}", f"{x <= 5}")  # expect: 5 False True True True
print(f"{'quotes "inside" fine'}", f"{y:{'<'}{5}}|", f"{'\n'}".encode())  # expect: quotes "inside" fine s    | b'\n'
