"""`compile` in mode "single": warnings before an error, and the spelling of a future feature."""
import warnings

def warned(source):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            compile(source, "f", "single")
        except SyntaxError as e:
            print(e.msg, [str(w.message)[:22] for w in seen])

warned("'\\e' 1")  # expect: invalid syntax ['"\\e" is an invalid esc']
warned("'\\e' + (")  # expect: '(' was never closed ['"\\e" is an invalid esc']

code = compile("from __future__ import barry_as_FLUFL", "f", "single")
exec(compile("2 <> 3", "f", "single", flags=code.co_flags & 0x400000))  # expect: True
