"""What shared objects and WebAssembly modules have in common, with a WebAssembly module."""
# needs: modules
import ctypes.wasm32 as c
import _both

library = c.CDLL("target/ctypes/library.wasm")
print(_both.run(c, library))  # expect: 13
