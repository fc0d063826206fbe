import csv, io, argparse, configparser
print(list(csv.reader(io.StringIO('a,"b ""q"" c",d\n1,,"x\ny"\n'))))  # expect: [['a', 'b "q" c', 'd'], ['1', '', 'x\ny']]
o = io.StringIO()
w = csv.DictWriter(o, ["x", "y"])
w.writeheader(); w.writerow({"x": 1, "y": 'say "hi", ok'})
print(repr(o.getvalue()), list(csv.DictReader(io.StringIO("a;b\n1;2"), delimiter=";")))  # expect: 'x,y\r\n1,"say ""hi"", ok"\r\n' [{'a': '1', 'b': '2'}]
p = argparse.ArgumentParser(prog="prog", description="d")
p.add_argument("file"); p.add_argument("-n", "--num", type=int, default=3); p.add_argument("--flag", action="store_true"); p.add_argument("rest", nargs="*")
print(p.parse_args(["f", "-n", "5", "--flag", "a", "b"]), p.parse_args(["f"]).num)  # expect: Namespace(file='f', num=5, flag=True, rest=['a', 'b']) 3
print(p.format_usage().strip())  # expect: usage: prog [-h] [-n NUM] [--flag] file [rest ...]
c = configparser.ConfigParser()
c.read_string("[s]\na = 1\nb = %(a)s2\n[t]\nlist =\n  x\n  y\n")
print(c["s"]["b"], c.getint("s", "a"), c.sections(), c["t"]["list"])
# expect: 12 1 ['s', 't'] 
# expect: x
# expect: y
