# Functions of the library can be inspected, copied and traced before their first call.
import marshal, sys, types
import textwrap, shlex, string, heapq, colorsys, fnmatch

print(textwrap.dedent.__code__.co_varnames[:1], textwrap.dedent.__code__.co_argcount)  # expect: ('text',) 1
print(textwrap.indent.__doc__.split()[:3])  # expect: ['Adds', "'prefix'", 'to']
print(colorsys.rgb_to_yiq.__doc__)  # expect: None
print("lower" in string.capwords.__code__.co_names, "join" in string.capwords.__code__.co_names)  # expect: False True

copy = types.FunctionType(shlex.join.__code__, shlex.join.__globals__, "copy")
print(copy(["a b", "c"]))  # expect: 'a b' c

def other(x, y, z):
    "the other's"
colorsys.yiq_to_rgb.__code__ = other.__code__
print(colorsys.yiq_to_rgb.__doc__, other.__doc__)  # expect: None the other's

renamed = colorsys.rgb_to_hls.__code__.replace(co_name="renamed")
print(renamed.co_name, renamed == colorsys.rgb_to_hls.__code__, renamed == renamed)  # expect: renamed False True
again = marshal.loads(marshal.dumps(colorsys.hls_to_rgb.__code__))
print(again == colorsys.hls_to_rgb.__code__, hash(again) == hash(colorsys.hls_to_rgb.__code__))  # expect: True True

merged = heapq.merge([1, 4], [2], key=None, reverse=False)
print(merged.gi_frame.f_lineno == merged.gi_code.co_firstlineno, sorted(merged.gi_frame.f_locals))  # expect: True ['iterables', 'key', 'reverse']
print(list(merged))  # expect: [1, 2, 4]

events = []
def trace(frame, event, arg):
    events.append((event, frame.f_lineno - frame.f_code.co_firstlineno, sorted(frame.f_locals)))
sys.settrace(trace)
fnmatch.translate(pat="a")
sys.settrace(None)
print(events[0])  # expect: ('call', 0, ['pat'])
