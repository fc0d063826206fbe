"""Where the shared object is that the test command makes of `library.c`: one for each kind of machine."""
import os

machine = os.uname().machine
LIBRARY = f"target/ctypes/{'aarch64' if machine == 'arm64' else machine}/library.so"
