"""What shared objects and WebAssembly modules have in common, with a shared object."""
# needs: libraries
import ctypes
import _both
from _native import LIBRARY

library = ctypes.CDLL(LIBRARY)
print(_both.run(ctypes, library))  # expect: 13
