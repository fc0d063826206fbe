// Limits of fuel, time and memory; interrupts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KraitError, LimitError } from "../../wasm/npm/index.mjs";
import { quiet, rejected, thrown } from "./_kit.mjs";

test("fuel runs out, and the program can go on", async () => {
  const { krait } = await quiet({ limits: { fuel: 500_000 } });
  const source = "n = 0\nwhile n < 2_000_000: n += 1\nn";
  let error = thrown(() => krait.run(source));
  assert.ok(error instanceof LimitError);
  assert.equal(error.limit, "fuel");
  assert.equal(error.resumable, true);
  const first = krait.globals.get("n");
  assert.ok(first > 300_000 && first < 700_000, `${first}`);
  error = thrown(() => error.resume({ fuel: 100_000 }));
  assert.ok(krait.globals.get("n") > first);
  assert.equal(error.resume({ fuel: 10_000_000 }), 2_000_000);
  assert.equal(error.resumable, false);
  assert.match(thrown(() => error.resume()).message, /cannot be resumed/);
});

test("what a program that waits has made can be looked at and changed", async () => {
  const { krait } = await quiet();
  const source = "def f(): return n\nn = 0\nlimit = 10**9\nwhile n < limit: n += 1\nn >= 20_000";
  const error = thrown(() => krait.run(source, { fuel: 30_000 }));
  assert.ok(krait.globals.keys().includes("n"));
  assert.equal(krait.globals.get("f")(), krait.globals.get("n"));
  krait.globals.set("limit", 50_000);
  assert.equal(error.resume(), true);
});

test("a call that runs out on top of a program that waits is over; the program is not", async () => {
  const { krait } = await quiet({ limits: { fuel: 50_000 } });
  const g = krait.run("def g():\n  while True: pass\ng");
  const error = thrown(() => krait.run("n = 0\nwhile n < 100_000: n += 1\nn"));
  assert.equal(thrown(() => g()).resumable, false);
  assert.equal(error.resume({ fuel: 1_000_000 }), 100_000);
});

test("a program that waits is taken away by the next", async () => {
  const { krait } = await quiet();
  const error = thrown(() => krait.run("while True: pass", { fuel: 20_000 }));
  assert.equal(krait.run("1 + 1"), 2);
  assert.match(thrown(() => error.resume()).message, /another one has run/);
});

test("fuel holds in functions that JavaScript calls and in those that builtins call", async () => {
  const { krait } = await quiet({ limits: { fuel: 300_000 }, modules: { page: { call: (f) => f() } } });
  const f = krait.run("def f():\n  while True: pass\nf");
  assert.equal(thrown(() => f()).limit, "fuel");
  assert.equal(thrown(() => krait.run("sorted([2, 1], key=lambda x: f())")).type, "RuntimeError");
  assert.match(String(thrown(() => krait.run("import page; page.call(f)"))), /fuel/);
  assert.equal(krait.run("1 + 1"), 2);
});

test("a program that swallows its limits is ended for good", async () => {
  const { krait } = await quiet();
  const source = "def key(x):\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass\nsorted([2, 1], key=key)";
  const error = thrown(() => krait.run(source, { fuel: 100_000 }));
  assert.ok(error instanceof LimitError);
  assert.equal(error.resumable, false);
  assert.match(thrown(() => krait.run("1")).message, /the interpreter has ended/);
});

test("a program that is ended inside of another ends both", async () => {
  let inner;
  const { krait } = await quiet({
    modules: {
      page: {
        run: (source) => {
          inner = thrown(() => krait.run(source, { fuel: 20_000 }));
          throw inner;
        },
      },
    },
  });
  const swallow = "def key(x):\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass\nsorted([2, 1], key=key)";
  krait.globals.set("swallow", swallow);
  const error = thrown(() => krait.run("import page\ntry: page.run(swallow)\nexcept BaseException: pass\n'went on'"));
  assert.equal(inner.limit, "fuel");
  assert.equal(error, inner);
});

test("what an exception held is free for the next run", async () => {
  const { krait } = await quiet({ limits: { memoryBytes: 64 << 20 } });
  for (let i = 0; i < 3; i++) {
    const error = thrown(() => krait.run("def f():\n  a = bytearray(40 << 20)\n  b = bytearray(40 << 20)\nf()"));
    assert.equal(error.type, "MemoryError");
    assert.equal(krait.run("len(bytearray(40 << 20))"), 40 << 20);
  }
});

test("time is up", async () => {
  const { krait } = await quiet({ limits: { timeMs: 150 } });
  const began = performance.now();
  const error = thrown(() => krait.run("while True: pass"));
  assert.equal(error.limit, "time");
  const took = performance.now() - began;
  assert.ok(took >= 140 && took < 1500, `${took} ms`);
  assert.equal(thrown(() => error.resume({ timeMs: 50 })).limit, "time");
  assert.equal(krait.run("1 + 1"), 2);
});

test("memory is refused with MemoryError", async () => {
  const { krait } = await quiet({ limits: { memoryBytes: 48 << 20 } });
  for (const source of ["'a' * 10**12", "a = []\nwhile True: a.append([1])", "a = b'x'\nwhile True: a += a", "open('/f', 'wb').write(bytes(10**8))"]) {
    assert.match(thrown(() => krait.run(source)).type, /MemoryError|OverflowError|OSError/, source);
    krait.run("a = None");
  }
  assert.equal(krait.run("sum(range(1000))"), 499500);
  assert.ok(krait.memoryUsed < 48 << 20);
});

test("limits must make sense", async () => {
  const { krait } = await quiet();
  assert.ok(thrown(() => krait.run("1", { fuel: -1 })) instanceof RangeError);
  assert.ok(thrown(() => krait.run("1", { timeMs: NaN })) instanceof RangeError);
  await assert.rejects(quiet({ limits: { memoryBytes: 1000 } }), KraitError);
});

test("interrupt raises KeyboardInterrupt", async () => {
  let krait;
  ({ krait } = await quiet({ modules: { page: { stop: () => krait.interrupt() } } }));
  assert.equal(thrown(() => krait.run("import page; page.stop()\nwhile True: pass")).type, "KeyboardInterrupt");
  assert.equal(krait.run("try:\n  page.stop()\n  while True: pass\nexcept KeyboardInterrupt:\n  r = 'caught'\nr"), "caught");
  // An interrupt of nothing is forgotten.
  krait.interrupt();
  assert.equal(krait.run("sum(range(100_000))"), 4999950000);
});

test("runAsync lets others have a turn and can be interrupted", async () => {
  const { krait, out } = await quiet();
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  setTimeout(() => krait.interrupt(), 150);
  const error = await rejected(krait.runAsync("print('on it')\nwhile True: pass"));
  clearInterval(timer);
  assert.equal(error.type, "KeyboardInterrupt");
  assert.ok(turns >= 3, `${turns} turns`);
  assert.deepEqual(out, ["on it"]);
});

test("runAsync runs one program after the other, and others in between", async () => {
  const { krait } = await quiet();
  const first = krait.runAsync("n = 0\nwhile n < 3_000_000: n += 1\nlog = ['first']\nn");
  const second = krait.runAsync("log.append('second'); log");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(krait.globals.get("n") > 0);
  assert.equal(krait.run("m = n * 0 + 5; m"), 5);
  assert.equal(await first, 3_000_000);
  assert.deepEqual(await second, ["first", "second"]);
});

test("runAsync awaits", async () => {
  const { krait } = await quiet();
  assert.equal(await krait.runAsync("import asyncio\nasync def f(n):\n  await asyncio.sleep(0.01)\n  return n\nsum(await asyncio.gather(f(1), f(2)))"), 3);
  assert.equal((await rejected(krait.runAsync("await f(1)\n1 / 0"))).type, "ZeroDivisionError");
});

test("runAsync obeys limits", async () => {
  const { krait } = await quiet();
  const error = await rejected(krait.runAsync("n = 0\nwhile n < 100_000: n += 1\n'done'", { fuel: 50_000 }));
  assert.equal(error.limit, "fuel");
  assert.equal(await error.resumeAsync({ fuel: 1_000_000 }), "done");
  assert.equal((await rejected(krait.runAsync("while True: pass", { timeMs: 60 }))).limit, "time");
});

test("an AbortSignal interrupts", async () => {
  const { krait } = await quiet();
  const error = await rejected(krait.runAsync("while True: pass", { signal: AbortSignal.timeout(80) }));
  assert.equal(error.type, "KeyboardInterrupt");
  assert.equal(error.cause.name, "TimeoutError");
  const gone = AbortSignal.abort(new Error("never"));
  assert.match((await rejected(krait.runAsync("1", { signal: gone }))).message, /never/);
  assert.equal(await krait.runAsync("1 + 1"), 2);
});
