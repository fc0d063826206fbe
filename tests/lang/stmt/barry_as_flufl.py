source = "from __future__ import barry_as_FLUFL\nx = 1 {} 2, '!= <>'"
namespace = {}
exec(compile(source.format("<>"), "t", "exec"), namespace)
print(namespace["x"])  # expect: (True, '!= <>')
for text in source.format("!="), "1 <> 2":
    try:
        compile(text, "t", "exec")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset)
# expect: with Barry as BDFL, use '<>' instead of '!=' 2 7
# expect: invalid syntax.  Maybe you meant '!=' instead of '<>'? 1 3
