# needs: os
import os, tempfile, pathlib, shutil
with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d) / "sub" / "f.txt"
    p.parent.mkdir()
    p.write_text("héllo\nworld\n", encoding="utf-8")
    print(p.read_bytes(), p.stat().st_size, p.exists(), p.suffix, p.stem, p.name, p.parent.name, sorted(os.listdir(d)))
    with open(p, encoding="utf-8") as f:
        print(f.readline(), f.tell(), f.read(), f.name == str(p), f.mode, f.closed)
    with open(p, "a") as f: print(f.write("more"), f.seekable())
    with open(p, "r+b", buffering=0) as f: print(f.read(3), f.write(b"ZZ"), f.seek(0), f.readline())
    with open(p, "x") if False else open(p, "rb") as f: print([len(l) for l in f])
    try:
        open(p, "x")
    except FileExistsError as e:
        print(type(e).__name__, e.errno, e.filename == str(p))
    try:
        os.rmdir(d)
    except OSError as e:
        print(type(e).__name__)
    shutil.copy(p, pathlib.Path(d) / "g.txt")
    print(sorted(x.name for x in pathlib.Path(d).rglob("*")), [(os.path.basename(a) == "sub", b, c) for a, b, c in os.walk(pathlib.Path(d) / "sub")])
    os.rename(p, p.with_suffix(".bak"))
    print(os.path.exists(p), os.path.isdir(d), os.path.isfile(p.with_suffix(".bak")))
# expect: b'h\xc3\xa9llo\nworld\n' 13 True .txt f f.txt sub ['sub']
# expect: héllo
# expect:  7 world
# expect:  True r False
# expect: 4 True
# expect: b'h\xc3\xa9' 2 0 b'h\xc3\xa9ZZo\n'
# expect: [7, 6, 4]
# expect: FileExistsError 17 True
# expect: OSError
# expect: ['f.txt', 'g.txt', 'sub'] [(True, [], ['f.txt'])]
# expect: False True True
print(os.path.exists(d), os.path.join("a", "b", "/c"), os.path.split("/x/y"), os.path.splitext("a.tar.gz"), os.path.normpath("a/./b/../c"), pathlib.PurePosixPath("/a/b/../c").parts, os.sep, os.linesep == "\n")  # expect: False /c ('/x', 'y') ('a.tar', '.gz') a/c ('/', 'a', 'b', '..', 'c') / True
os.environ["KRAIT_TEST"] = "v"
print(os.environ["KRAIT_TEST"], os.getenv("KRAIT_NONE", "dflt"), isinstance(os.getpid(), int), os.getcwd() == str(pathlib.Path.cwd()))  # expect: v dflt True True
r, w = os.pipe()
os.write(w, b"through a pipe")
os.close(w)
print(os.read(r, 100), os.read(r, 1), os.close(r))  # expect: b'through a pipe' b'' None
