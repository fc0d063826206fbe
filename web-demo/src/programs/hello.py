# Python 3.14, running in your browser. Press Run.

import sys


def primes(limit):
    """The prime numbers below limit."""
    sieve = bytearray([1]) * limit
    for n in range(2, limit):
        if sieve[n]:
            yield n
            sieve[n * n :: n] = bytes(len(range(n * n, limit, n)))


name = input("What is your name? ")
print(f"Hello, {name or 'you'}! This is Python {sys.version.split()[0]}.")
print("Some primes:", *primes(60))
print("And 2 to the 200th:", f"{2**200:,}")
