import hashlib, zlib, hmac, uuid
print(hashlib.sha256(b"abc").hexdigest(), hashlib.md5(b"").hexdigest(), hashlib.sha1(b"x").hexdigest(), hashlib.sha512(b"a").hexdigest()[:20], hashlib.new("sha3_256", b"q").hexdigest()[:20], hashlib.blake2b(b"k", digest_size=8).hexdigest())  # expect: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad d41d8cd98f00b204e9800998ecf8427e 11f6ad8ec52a2984abaafd7c3b516503785c2072 1f40fc92da2416947509 8a5e1d339fafc39350fd ac52cb5ff985d463
h = hashlib.sha256(); h.update(b"a"); c = h.copy(); h.update(b"bc")
print(h.hexdigest() == hashlib.sha256(b"abc").hexdigest(), c.hexdigest()[:8], h.name, h.digest_size, h.block_size, hmac.new(b"key", b"msg", "sha256").hexdigest()[:20])  # expect: True ca978112 sha256 32 64 2d93cbc1be167bcb1637
d = b"hello hello hello " * 20
print(len(zlib.compress(d)) < 60, zlib.decompress(zlib.compress(d, 9)) == d, zlib.crc32(b"abc"), zlib.adler32(b"abc"))  # expect: True True 891568578 38600999
print(uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.UUID(int=5))  # expect: aad03681-8b63-5304-89e0-8ca8f49461b5 00000000-0000-0000-0000-000000000005
try:
    zlib.decompress(b"junk")
except zlib.error as e:
    print(e)  # expect: Error -3 while decompressing data: incorrect header check
