"""`_suggestions`: the closest of some names, which reports of errors propose."""
import keyword
import traceback
from _suggestions import _generate_suggestions as closest

print(closest(["or", "if", "for"], "of"), closest(keyword.kwlist, "of"), closest(["a"], "b"), closest([], "x"))  # expect: or if None None
print(closest(["abc", "abd"], "abe"), closest(["Abc", "xyz"], "abc"), closest(["hello"], "hello"), closest(["hello", "hell"], "hello"))  # expect: abc Abc None hell
print(closest(["abcde", "acde", "bacde"], "abde"), closest(["größe"], "grösse"), closest(["x" * 41], "x" * 40), closest(["x"] * 751, "xx"))  # expect: abcde größe xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx None
print(closest(["transformation"], "trnasformatoin"), closest(["alpha_beta"], "alphabeta"), closest(["wxyz"], "abcd"), closest([""], "a"))  # expect: transformation alpha_beta None None
for arguments in ((("a",), "b"), (["a", 1], "b"), (["a"], 1)):
    try:
        closest(*arguments)
    except TypeError as e:
        print(e)
# expect: candidates must be a list
# expect: all elements in 'candidates' must be strings
# expect: _generate_suggestions() argument 2 must be str, not int

try:
    compile("[\nx for x\nin range(3)\nof x\n]", "f", "exec")
except SyntaxError as e:
    print(traceback.format_exception_only(e)[-1].strip())  # expect: SyntaxError: invalid syntax. Did you mean 'if'?
