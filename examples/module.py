"""Calls a WebAssembly module through ctypes: it sorts the numbers of a buffer, asking Python which of two comes first.

The module is C, compiled once by clang and kept here as text:

    typedef int (*Order)(int, int);
    void sort(int *items, int count, Order order)
    {
        for (int i = 1; i < count; i++)
            for (int j = i; j > 0 && order(items[j], items[j - 1]); j--) {
                int t = items[j]; items[j] = items[j - 1]; items[j - 1] = t;
            }
    }
    int sum(const int *items, int count)
    {
        int total = 0;
        for (int i = 0; i < count; i++) total += items[i];
        return total;
    }
"""
# needs: modules

import base64
import ctypes.wasm32 as c
import os
import tempfile

MODULE = """
AGFzbQEAAAABDQJgAn9/AX9gA39/fwADAwIBAAQEAXAAAQUDAQACBggBfwFBgIgECwczBAZtZW1vcnkCAARzb3J0AAAZX19pbmRp
cmVjdF9mdW5jdGlvbl90YWJsZQEAA3N1bQABCrIBAn4BBH9BAiEDAkAgAUECSA0AQQEhBANAIAAhBSADIQYCQANAIAVBBGooAgAg
BSgCACACEYCAgIAAgICAgABFDQEgBSAFKQIAQiCJNwIAIAVBfGohBSAGQX9qIgZBAUoNAAsLIABBBGohACADQQFqIQMgBEEBaiIE
IAFHDQALCwsxAQF/QQAhAgJAIAFBAUgNAANAIAAoAgAgAmohAiAAQQRqIQAgAUF/aiIBDQALCyACCw==
"""

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "sort.wasm")
    with open(path, "wb") as file:
        file.write(base64.b64decode(MODULE))
    library = c.CDLL(path)

Order = c.CFUNCTYPE(c.c_int, c.c_int, c.c_int)
library.sort.argtypes = c.POINTER(c.c_int), c.c_int, Order
library.sort.restype = None
library.sum.argtypes = c.POINTER(c.c_int), c.c_int

numbers = (c.c_int * 8)(31, 4, 15, 9, 26, 53, 5, 8)
print("sum", library.sum(numbers, len(numbers)))

library.sort(numbers, len(numbers), Order(lambda a, b: a < b))
print("ascending", *numbers)
library.sort(numbers, len(numbers), Order(lambda a, b: a % 10 < b % 10))
print("by last digit", *numbers)

try:
    library.sum(c.cast(0x7FFF0000, c.POINTER(c.c_int)), 1)
except OSError as error:
    print("a wild pointer:", type(error).__name__)
