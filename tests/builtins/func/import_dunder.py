m = __import__("sys")
print(m.__name__, __import__("os.path").__name__, __import__("os.path", fromlist=["join"]).__name__ in ("posixpath", "ntpath"))  # expect: sys os True
def t(*a, **k):
    try:
        print(__import__(*a, **k))
    except Exception as e:
        print(type(e).__name__, e)
t("")  # expect: ValueError Empty module name
t("nonesuch_module_x")  # expect: ModuleNotFoundError No module named 'nonesuch_module_x'
t(5)  # expect: TypeError module name must be a string
t("sys", level=-1)  # expect: ValueError level must be >= 0
t("x", level=1)  # expect: KeyError "'__name__' not in globals"
t("a b c")  # expect: ModuleNotFoundError No module named 'a b c'
t()  # expect: TypeError __import__() missing required argument 'name' (pos 1)
