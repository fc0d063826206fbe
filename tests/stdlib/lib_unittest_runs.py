import unittest, io
class T(unittest.TestCase):
    def setUp(self): self.x = 1
    def test_ok(self): self.assertEqual(self.x, 1)
    def test_fail(self): self.assertEqual([1, 2], [1, 3])
    def test_error(self): raise KeyError("k")
    @unittest.skip("why")
    def test_skip(self): pass
    @unittest.expectedFailure
    def test_xfail(self): self.fail()
    def test_raises(self):
        with self.assertRaisesRegex(ValueError, "x+"): raise ValueError("axx")
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
out = io.StringIO()
r = unittest.TextTestRunner(stream=out, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(T))
print(r.testsRun, len(r.failures), len(r.errors), len(r.skipped), len(r.expectedFailures))  # expect: 7 2 1 1 1
print("\n".join(l for l in out.getvalue().splitlines() if "Ran " not in l and "File" not in l))
# expect: test_error (__main__.T.test_error) ... ERROR
# expect: test_fail (__main__.T.test_fail) ... FAIL
# expect: test_ok (__main__.T.test_ok) ... ok
# expect: test_raises (__main__.T.test_raises) ... ok
# expect: test_skip (__main__.T.test_skip) ... skipped 'why'
# expect: test_sub (__main__.T.test_sub) ... 
# expect:   test_sub (__main__.T.test_sub) (i=1) ... FAIL
# expect: test_xfail (__main__.T.test_xfail) ... expected failure
# expect:
# expect: ======================================================================
# expect: ERROR: test_error (__main__.T.test_error)
# expect: ----------------------------------------------------------------------
# expect: Traceback (most recent call last):
# expect:     def test_error(self): raise KeyError("k")
# expect:                           ^^^^^^^^^^^^^^^^^^^
# expect: KeyError: 'k'
# expect:
# expect: ======================================================================
# expect: FAIL: test_fail (__main__.T.test_fail)
# expect: ----------------------------------------------------------------------
# expect: Traceback (most recent call last):
# expect:     def test_fail(self): self.assertEqual([1, 2], [1, 3])
# expect:                          ~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^
# expect: AssertionError: Lists differ: [1, 2] != [1, 3]
# expect:
# expect: First differing element 1:
# expect: 2
# expect: 3
# expect:
# expect: - [1, 2]
# expect: ?     ^
# expect:
# expect: + [1, 3]
# expect: ?     ^
# expect:
# expect:
# expect: ======================================================================
# expect: FAIL: test_sub (__main__.T.test_sub) (i=1)
# expect: ----------------------------------------------------------------------
# expect: Traceback (most recent call last):
# expect:     with self.subTest(i=i): self.assertNotEqual(i, 1)
# expect:                             ~~~~~~~~~~~~~~~~~~~^^^^^^
# expect: AssertionError: 1 == 1
# expect:
# expect: ----------------------------------------------------------------------
# expect:
# expect: FAILED (failures=2, errors=1, skipped=1, expected failures=1)
