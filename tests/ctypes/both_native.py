"""What shared objects and WebAssembly modules have in common, with a shared object."""
# needs: libraries
import ctypes
import _both

library = ctypes.CDLL("target/ctypes/library.so")
print(_both.run(ctypes, library))  # expect: 13
