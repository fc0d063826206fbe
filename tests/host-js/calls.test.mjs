// Functions across the boundary, in both directions; exceptions that pass it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KraitError, PyFunction, PyObject, PythonError } from "../../wasm/npm/index.mjs";
import { quiet, thrown } from "./_kit.mjs";

const boom = new RangeError("bang");
const page = {
  answer: 42,
  add: (a, b) => a + b,
  each: (list, f) => list.map((item) => f(item)),
  boom: () => {
    throw boom;
  },
  throwNothing: () => {
    throw undefined;
  },
  later: async () => 1,
  symbol: () => Symbol("s"),
  getter: () => ({
    get a() {
      throw new Error("getter");
    },
  }),
};
const { krait } = await quiet({ modules: { page } });
krait.run("import page\nfrom krait import JsError");

test("modules give functions and data", () => {
  assert.equal(krait.run("page.add(page.answer, 1)"), 43);
  assert.equal(krait.run("page.add('a', 'b')"), "ab");
  assert.equal(krait.run("repr(page.add)"), "<page object add>");
  krait.addModule("late", { twice: (x) => 2 * x });
  assert.equal(krait.run("import late; late.twice(4)"), 8);
});

test("Python functions are JavaScript functions", () => {
  const f = krait.run("def f(a, b=1, *c, k=0): return [a, b, list(c), k]\nf");
  assert.ok(f instanceof PyFunction && typeof f === "function");
  assert.deepEqual(f(1), [1, 1, [], 0]);
  assert.deepEqual(f(1, 2, 3, 4), [1, 2, [3, 4], 0]);
  assert.deepEqual(f.callKwargs(1, { k: 5 }), [1, 1, [], 5]);
  assert.match(thrown(() => f()).message, /missing 1 required positional argument: 'a'/);
  assert.equal(f.type, "function");
  f.destroy();
  f.destroy();
  assert.ok(f.destroyed);
  assert.match(thrown(() => f(1)).message, /has been destroyed/);
});

test("Python objects that are no data are held", () => {
  const c = krait.run("class C:\n  x = 1\n  def m(self, n): return self.x + n\n  def __repr__(self): return 'C!'\nc = C()\nc");
  assert.ok(c instanceof PyObject);
  assert.equal(c.type, "C");
  assert.equal(c.repr(), "C!");
  assert.equal(c.getAttr("x"), 1);
  c.setAttr("x", 10);
  assert.equal(c.callMethod("m", 5), 15);
  krait.globals.set("d", c);
  assert.equal(krait.run("d is c"), true);
  assert.equal(krait.globals.get("C")().type, "C");
});

test("Python objects are iterated", async () => {
  const squares = krait.run("def squares():\n  for i in range(4): yield i * i\nsquares()");
  assert.deepEqual([...squares], [0, 1, 4, 9]);
  const all = [];
  for await (const item of krait.run("range(3)")) all.push(item);
  assert.deepEqual(all, [0, 1, 2]);
  assert.equal(thrown(() => [...krait.run("(1 / x for x in [1, 0])")]).type, "ZeroDivisionError");
  assert.match(thrown(() => [...krait.run("object()")]).message, /not iterable/);
});

test("destroying an object finalises it", () => {
  const o = krait.run("gone = []\nclass D:\n  def __del__(self): gone.append(1)\nD()");
  assert.deepEqual(krait.globals.get("gone"), []);
  o.destroy();
  assert.deepEqual(krait.globals.get("gone"), [1]);
});

test("a function of the page comes back as itself", () => {
  const f = () => 1;
  krait.globals.set("f", f);
  assert.equal(krait.globals.get("f"), f);
  assert.equal(krait.run("f()"), 1);
});

test("callbacks go in and out", () => {
  assert.deepEqual(krait.run("page.each([1, 2, 3], lambda x: x * x)"), [1, 4, 9]);
  krait.globals.set("again", (source) => krait.run(source));
  assert.equal(krait.run("again('1 + again(\"2 + 3\")')"), 6);
});

test("an error of the page is JsError in Python and itself again outside", () => {
  assert.equal(krait.run("try:\n  page.boom()\nexcept JsError as e:\n  r = (e.name, e.args[0], str(e))\nr[2]"), "RangeError: bang");
  const error = thrown(() => krait.run("def g():\n  page.boom()\ng()", { filename: "g.py" }));
  assert.ok(error instanceof PythonError && error instanceof KraitError && error instanceof Error);
  assert.equal(error.type, "JsError");
  assert.equal(error.cause, boom);
  assert.deepEqual(error.frames, [
    { file: "g.py", line: 3, function: "<module>" },
    { file: "g.py", line: 2, function: "g" },
  ]);
  assert.match(error.traceback, /File "g.py", line 2, in g\n {4}page.boom\(\)/);
  assert.equal(thrown(() => krait.run("page.throwNothing()")).type, "JsError");
});

test("a Python exception passes through the page unchanged", () => {
  assert.equal(krait.run("class E(Exception): pass\ne = E('x')\ndef r(x): raise e\ntry:\n  page.each([1], r)\nexcept E as x:\n  same = x is e\nsame"), true);
  const error = thrown(() => krait.run("page.each([1], lambda x: 1 / 0)"));
  assert.equal(error.type, "ZeroDivisionError");
  assert.equal(error.cause, undefined);
});

test("an exception tells its type, message and place", () => {
  const error = thrown(() => krait.run("x = 1\n\nint('a')", { filename: "m.py" }));
  assert.equal(error.type, "ValueError");
  assert.equal(error.message, "invalid literal for int() with base 10: 'a'");
  assert.deepEqual(error.frames, [{ file: "m.py", line: 3, function: "<module>" }]);
  assert.equal(String(error), "ValueError: invalid literal for int() with base 10: 'a'");
  const syntax = thrown(() => krait.run("def f(:\n  pass"));
  assert.equal(syntax.type, "SyntaxError");
  assert.match(syntax.traceback, /\^/);
  assert.equal(thrown(() => krait.run("import sys\nsys.exit(3)")).exitCode, 3);
  // A frame of a function that an earlier run defined still has its line.
  const f = krait.run("def later():\n  raise KeyError('k')\nlater", { filename: "l.py" });
  assert.match(thrown(() => f()).traceback, /^Traceback[^]*File "l.py", line 2, in later\n {4}raise KeyError/);
  assert.doesNotMatch(thrown(() => f()).traceback, /<krait>/);
});

test("an exception whose text cannot be made is still reported", () => {
  const error = thrown(() => krait.run("class Bad(Exception):\n  def __str__(self): raise OSError\nraise Bad"));
  assert.equal(error.type, "Bad");
});

test("what the page's functions cannot return is an exception", () => {
  assert.match(String(thrown(() => krait.run("page.later()"))), /later is asynchronous/);
  assert.match(String(thrown(() => krait.run("page.symbol()"))), /a symbol cannot be passed/);
  assert.match(String(thrown(() => krait.run("page.getter()"))), /getter/);
});

test("the objects of one interpreter are no use in another", async () => {
  const other = await quiet();
  const f = krait.run("lambda: 1");
  assert.match(thrown(() => other.krait.globals.set("f", f)).message, /belongs to another interpreter/);
});

test("recursion through the page ends in an exception", () => {
  krait.globals.set("down", (n) => krait.globals.get("deeper")(n + 1));
  krait.run("def deeper(n): return down(n)");
  assert.match(thrown(() => krait.run("deeper(0)")).type, /RecursionError|JsError/);
  assert.equal(krait.run("1 + 1"), 2);
  assert.equal(thrown(() => krait.run("def r(): return [r()]\nr()")).type, "RecursionError");
  assert.equal(thrown(() => krait.run("a = []\nfor i in range(100000): a = [a]\nrepr(a)")).type, "RecursionError");
  assert.equal(krait.run("1 + 1"), 2);
});

test("streams and folders of the page may not enter Python", async () => {
  let seen;
  const { krait } = await quiet({ stdout: () => { seen = thrown(() => krait.run("1")); } });
  krait.run("print(1)");
  assert.match(seen.message, /Python is running/);
  const failing = await quiet({ stdout: () => { throw new Error("no room"); } });
  assert.match(thrown(() => failing.krait.run("print(1)")).message, /no room/);
  assert.equal(failing.krait.run("2"), 2);
});
