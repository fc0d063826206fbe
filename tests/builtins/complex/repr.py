for z in (0j, 1j, -1j, 1 + 1j, 1 - 1j, complex(0, -0.0), complex(-0.0, 0), complex(-0.0, -1), 1.5 + 2.5j, 1e100 + 1e-100j, complex("inf"), complex("nan+nanj"), complex("-infj"), complex(1, float("-inf")), 100000 + 1e16j):
    print(z, repr(z), str(z) == repr(z))
# expect: 0j 0j True
# expect: 1j 1j True
# expect: (-0-1j) (-0-1j) True
# expect: (1+1j) (1+1j) True
# expect: (1-1j) (1-1j) True
# expect: -0j -0j True
# expect: (-0+0j) (-0+0j) True
# expect: (-0-1j) (-0-1j) True
# expect: (1.5+2.5j) (1.5+2.5j) True
# expect: (1e+100+1e-100j) (1e+100+1e-100j) True
# expect: (inf+0j) (inf+0j) True
# expect: (nan+nanj) (nan+nanj) True
# expect: -infj -infj True
# expect: (1-infj) (1-infj) True
# expect: (100000+1e+16j) (100000+1e+16j) True
