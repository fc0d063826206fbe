// Loops that become code of their own: that they do, that limits hold in them, and what happens where they may not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LimitError, files } from "../../wasm/npm/index.mjs";
import { quiet, rejected, thrown } from "./_kit.mjs";

const SUM = `
def total(n):
    s = 0
    for i in range(n):
        s += i & 7
    return s
total(200_000)
`;

test("a hot loop is compiled, unless the page says no", async () => {
  for (const [jit, compiled] of [[undefined, 1], [true, 1], [false, 0]]) {
    const { krait } = await quiet({ jit });
    assert.equal(krait.run(SUM), 700_000);
    assert.equal(krait.compiledLoops, compiled);
  }
});

test("a loop that is interpreted first is compiled when it turns out to be hot, while it runs", async () => {
  const { krait } = await quiet();
  const source = "def f(n):\n  x = 0.0\n  for i in range(n):\n    for j in range(10): x += j * 0.5\n  return x\nf(30_000)";
  assert.equal(krait.run(source), 675_000);
  assert.ok(krait.compiledLoops >= 1);
});

test("fuel runs out in compiled code, and the program can go on", async () => {
  const { krait } = await quiet();
  const source = `
steps = [0]
def f(n, steps):
    i = 0
    while i < n:
        i += 1
        steps[0] = i
    return i
f(3_000_000, steps)`;
  const error = thrown(() => krait.run(source, { fuel: 1_000_000 }));
  assert.ok(error instanceof LimitError);
  assert.equal(krait.compiledLoops, 1);
  const done = krait.globals.get("steps")[0];
  assert.ok(done > 900_000 && done <= 1_000_001, `${done}`);
  assert.equal(error.resume({ fuel: 10_000_000 }), 3_000_000);
});

test("fuel runs out in compiled functions, and the program can go on", async () => {
  const { krait } = await quiet();
  const source = `
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
fib(27)`;
  const error = thrown(() => krait.run(source, { fuel: 400_000 }));
  assert.ok(error instanceof LimitError);
  assert.ok(krait.compiledLoops >= 1);
  assert.equal(error.resume({ fuel: 10_000_000 }), 196_418);
  const late = thrown(() => krait.run("fib(60)", { timeMs: 100 }));
  assert.equal(late.limit, "time");
  const deep = thrown(() => krait.run("def deep(n): return deep(n + 1)\nfor i in range(9):\n  try: deep(0)\n  except RecursionError: pass\ndeep(0)"));
  assert.match(deep.message, /maximum recursion depth exceeded/);
});

test("time runs out in compiled code", async () => {
  const { krait } = await quiet();
  const error = thrown(() => krait.run("def f():\n  i = 0\n  while True: i = (i + 1) & 1023\nf()", { timeMs: 100 }));
  assert.equal(error.limit, "time");
  assert.equal(krait.compiledLoops, 1);
});

test("an interrupt reaches compiled code", async () => {
  const { krait } = await quiet();
  setTimeout(() => krait.interrupt(), 100);
  const error = await rejected(krait.runAsync("def f():\n  i = 0\n  while True: i = (i + 1) & 1023\nf()"));
  assert.equal(error.type, "KeyboardInterrupt");
  assert.equal(krait.compiledLoops, 1);
});

test("memory runs out in a list that compiled code appends to", async () => {
  const { krait } = await quiet({ limits: { memoryBytes: 48 << 20 } });
  const source = `
def f():
    items = []
    i = 0
    try:
        while True:
            items.append(i)
            i += 1
    except MemoryError:
        return len(items) == i, i
f()`;
  const [same, count] = krait.run(source);
  assert.equal(same, true);
  assert.ok(count > 1_000_000 && count < 6_000_000, `${count}`);
  assert.ok(krait.compiledLoops >= 1);
  assert.equal(thrown(() => krait.run("def g():\n  a = []\n  while True: a.append(a)\ng()")).type, "MemoryError");
  assert.equal(krait.run("1 + 1"), 2);
});

test("exceptions leave compiled code, and functions that became part of it show in tracebacks", async () => {
  const { krait } = await quiet();
  const source = "def inv(x):\n  return 10 // x\ndef f(n):\n  s = 0\n  for i in range(n, -1, -1):\n    s += inv(i)\n  return s\nf(100_000)";
  const error = thrown(() => krait.run(source));
  assert.equal(error.type, "ZeroDivisionError");
  assert.deepEqual(error.frames.map((f) => [f.function, f.line]), [["<module>", 8], ["f", 6], ["inv", 2]]);
});

test("code of functions that are gone makes room", async () => {
  const { krait } = await quiet();
  krait.run(`
for n in range(60):
    space = {}
    exec("def f():\\n  s = 0\\n  for i in range(40_000): s += i & 3\\n  return s", space)
    assert space["f"]() == 60_000
    del space
import gc
gc.collect()
`);
  assert.ok(krait.compiledLoops < 10, `${krait.compiledLoops}`);
});

test("a page that forbids to compile gets an interpreter", async () => {
  // All of the core was compiled elsewhere.
  const build = await files();
  const { krait } = await quiet({ files: { ...build, more: build.more() } });
  const { Module } = WebAssembly;
  let asked = 0;
  WebAssembly.Module = function () {
    asked++;
    throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
  };
  try {
    assert.equal(krait.run(SUM), 700_000);
    assert.equal(krait.run("def g(n):\n  x = 0\n  while x < n: x += 1\n  return x\ng(100_000)"), 100_000);
  } finally {
    WebAssembly.Module = Module;
  }
  assert.equal(asked, 1);
  assert.equal(krait.compiledLoops, 0);
  assert.equal(krait.run("import sys; sys._jit.is_enabled()"), false);
});

test("ints that outgrow a word, in code that was compiled for those that do not", async () => {
  const { krait } = await quiet({ jit: "stress" });
  const source = "def f(n):\n  a = 1\n  for i in range(1, n):\n    a = a * i\n    b = -a * 3\n  return str(a), str(b), (2**31 - 1) * (2**31 + 5)\nf(30)";
  let [a, b] = [1n, 0n];
  for (let i = 1n; i < 30n; i++) [a, b] = [a * i, a * i * -3n];
  assert.deepEqual(krait.run(source), [`${a}`, `${b}`, (2n ** 31n - 1n) * (2n ** 31n + 5n)]);
});
