from sys import pathh
# expect-error: ImportError: cannot import name 'pathh' from 'sys' (unknown location). Did you mean: 'path'?
