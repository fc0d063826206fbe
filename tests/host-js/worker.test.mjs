// The same in a worker: promises, functions that may wait, interrupts that reach an endless loop.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { loadKraitWorker, KraitError, PythonError } from "../../wasm/npm/worker.mjs";
import { rejected } from "./_kit.mjs";

const workers = [];
async function start(options = {}) {
  const out = [];
  const err = [];
  const krait = await loadKraitWorker({ stdout: (line) => out.push(line), stderr: (line) => err.push(line), ...options });
  workers.push(krait);
  return { krait, out, err };
}
after(() => workers.forEach((krait) => krait.terminate()));

const lines = ["Ada", null];
const { krait, out } = await start({
  stdin: async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return lines.shift();
  },
  modules: {
    page: {
      add: (a, b) => a + b,
      later: async (x) => (await new Promise((resolve) => setTimeout(resolve, 10)), x + 1),
      boom: () => {
        throw new RangeError("bang");
      },
      big: (n) => "x".repeat(n),
    },
  },
  fs: { "/w/m.py": "y = 5" },
  mounts: { "/tmp": { "a.txt": "mounted" }, "/own": { list: async () => [{ name: "z", folder: false, size: 1, modified: 0 }], read: async () => "!" } },
});

test("source, globals and files", async () => {
  assert.equal(await krait.run("print('hi'); 1 + 1"), 2);
  assert.deepEqual(out.splice(0), ["hi"]);
  await krait.globals.set("x", { a: [1, 2n ** 70n] });
  assert.deepEqual(await krait.globals.get("x"), { a: [1, 2n ** 70n] });
  assert.equal(await krait.globals.has("nothing"), false);
  assert.equal(await krait.globals.delete("x"), true);
  assert.equal(await krait.run("import sys; sys.path.append('/w'); import m; m.y"), 5);
  await krait.fs.writeFile("/w/t", "é");
  assert.equal(await krait.fs.readFile("/w/t", "utf-8"), "é");
  assert.deepEqual(await krait.run("open('/tmp/a.txt').read() + open('/own/z').read()"), "mounted!");
  assert.ok((await krait.memoryUsed()) > 100_000);
});

test("functions of the page are called, and waited for", async () => {
  assert.equal(await krait.run("import page; page.add(1, 2)"), 3);
  assert.equal(await krait.run("page.later(4)"), 5);
  assert.equal(await krait.run("len(page.big(300_000))"), 300_000);
  const error = await rejected(krait.run("page.boom()"));
  assert.ok(error instanceof PythonError && error.cause instanceof RangeError);
});

test("Python functions are called", async () => {
  const f = await krait.run("def f(a, *, b=1): return a + b\nf");
  assert.equal(await f(1), 2);
  assert.equal(await f.callKwargs(1, { b: 5 }), 6);
  assert.equal(await f.getAttr("__name__"), "f");
  f.destroy();
  const all = [];
  for await (const item of await krait.run("(i * i for i in range(3))")) all.push(item);
  assert.deepEqual(all, [0, 1, 4]);
  const error = await rejected(krait.run("1 / 0"));
  assert.equal(error.type, "ZeroDivisionError");
  assert.equal(error.frames.length, 1);
});

test("input is asked for", async () => {
  assert.equal(await krait.run("input('name? ')"), "Ada");
  assert.deepEqual(out.splice(0), ["name? "]);
  assert.equal((await rejected(krait.run("input()"))).type, "EOFError");
});

test("an endless loop is interrupted", async () => {
  setTimeout(() => krait.interrupt(), 60);
  assert.equal((await rejected(krait.run("while True: pass"))).type, "KeyboardInterrupt");
  setTimeout(() => krait.interrupt(), 60);
  assert.equal((await rejected(krait.run("import time\nwhile True: time.sleep(100)"))).type, "KeyboardInterrupt");
  const error = await rejected(krait.run("while True: pass", { signal: AbortSignal.timeout(60) }));
  assert.equal(error.cause.name, "TimeoutError");
  krait.interrupt();
  assert.equal(await krait.run("sum(range(1000))"), 499500);
});

test("input that nobody gives is interrupted", async () => {
  const { krait } = await start({ stdin: () => new Promise(() => {}) });
  setTimeout(() => krait.interrupt(), 60);
  assert.equal((await rejected(krait.run("input()"))).type, "KeyboardInterrupt");
  assert.equal(await krait.run("1"), 1);
});

test("output without end neither floods the page nor keeps it from interrupting", async () => {
  let lines = 0;
  const { krait } = await start({ stdout: () => lines++ });
  setTimeout(() => krait.interrupt(), 200);
  assert.equal((await rejected(krait.run("while True: print('x' * 100)"))).type, "KeyboardInterrupt");
  assert.ok(lines > 100);
});

test("limits hold", async () => {
  const error = await rejected(krait.run("n = 0\nwhile n < 200_000: n += 1\nn", { fuel: 100_000 }));
  assert.equal(error.limit, "fuel");
  assert.equal(await error.resume({ fuel: 1_000_000 }), 200_000);
  assert.equal((await rejected(krait.run("while True: pass", { timeMs: 50 }))).limit, "time");
});

test("await", async () => {
  assert.equal(await krait.runAsync("import asyncio\nawait asyncio.sleep(0.01)\n7"), 7);
});

test("a terminated worker says so", async () => {
  const { krait } = await start();
  const run = krait.run("while True: pass");
  krait.terminate();
  assert.match((await rejected(run)).message, /has been terminated/);
  assert.ok((await rejected(krait.run("1"))) instanceof KraitError);
  assert.ok(krait.terminated);
});

test("without shared memory a loop is interrupted all the same, and the rest says why not", async () => {
  const known = globalThis.crossOriginIsolated;
  globalThis.crossOriginIsolated = false;
  const { krait, err } = await start({ stdin: () => "x", modules: { page: { f: () => 1 } } });
  globalThis.crossOriginIsolated = known;
  assert.equal(krait.isolated, false);
  assert.equal(await krait.run("1 + 1"), 2);
  setTimeout(() => krait.interrupt(), 60);
  assert.equal((await rejected(krait.run("while True: pass"))).type, "KeyboardInterrupt");
  assert.equal((await rejected(krait.run("input()"))).type, "EOFError");
  assert.match(err.join(), /cross-origin isolated/);
  assert.match(String(await rejected(krait.run("import page; page.f()"))), /cross-origin isolated/);
});
