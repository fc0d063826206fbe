// The package in a page: isolated, not isolated, and where WebAssembly is forbidden.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ISOLATED, launch, serve } from "./_browser.mjs";
import { npm } from "./_kit.mjs";

const folder = fileURLToPath(npm);
const server = await serve({
  "/isolated": [folder, { ...ISOLATED, "Accept-Ranges": "bytes" }],
  "/plain": [folder, {}],
  "/tests": [fileURLToPath(new URL(".", import.meta.url)), {}],
  "/forbidden": [folder, { "Content-Security-Policy": "script-src 'self'" }],
});
const browser = await launch();
after(async () => {
  await browser.close();
  server.close();
});

async function open(path) {
  const page = await browser.newPage();
  await page.goto(server.at(path));
  return page;
}

for (const kind of ["isolated", "plain"]) {
  test(`in a page (${kind})`, async () => {
    const page = await open(`/${kind}/`);
    const seen = await page.evaluate(async (path) => {
      const { loadKrait } = await import(path);
      const out = [];
      const began = performance.now();
      const krait = await loadKrait({ stdout: (line) => out.push(line), modules: { page: { title: () => document.title } } });
      krait.run("print('hi')");
      const first = performance.now() - began;
      let stopped;
      setTimeout(() => krait.interrupt(), 80);
      await krait.runAsync("while True: pass").catch((error) => (stopped = error.type));
      let refused;
      try {
        krait.run("n = 0\nwhile True: n += 1", { fuel: 100_000 });
      } catch (error) {
        refused = error.limit;
      }
      const deep = (() => {
        try {
          krait.run("a = []\nfor i in range(100000): a = [a]\nrepr(a)");
        } catch (error) {
          return error.type;
        }
      })();
      return { out, first, stopped, refused, deep, isolated: crossOriginIsolated, value: krait.run("import page, json; json.dumps([page.title(), 2**100])"), js: krait.run("try:\n  import js\nexcept ImportError:\n  r = 'no js'\nr") };
    }, `/${kind}/browser.mjs`);
    assert.deepEqual(seen.out, ["hi"]);
    assert.equal(seen.isolated, kind === "isolated");
    assert.equal(seen.stopped, "KeyboardInterrupt");
    assert.equal(seen.refused, "fuel");
    assert.equal(seen.deep, "RecursionError");
    assert.equal(seen.value, '["Krait", 1267650600228229401496703205376]');
    assert.equal(seen.js, "no js");
    await page.close();
  });

  test(`in a worker (${kind})`, async () => {
    const page = await open(`/${kind}/`);
    const seen = await page.evaluate(async (path) => {
      const { loadKraitWorker } = await import(path);
      const out = [];
      const err = [];
      const krait = await loadKraitWorker({
        stdout: (line) => out.push(line),
        stderr: (line) => err.push(line),
        stdin: async () => "Ada",
        modules: { page: { wait: async (n) => (await new Promise((resolve) => setTimeout(resolve, n)), "waited") } },
        mounts: { "/data": { "a.txt": "A" } },
      });
      const failure = (promise) => promise.then(() => null, (error) => error.type ?? error.message);
      const value = await krait.run("open('/data/a.txt').read() + str(1 + 1)");
      setTimeout(() => krait.interrupt(), 80);
      const stopped = await failure(krait.run("while True: pass"));
      const input = await krait.run("input('? ')").catch((error) => error.type);
      const called = await krait.run("import page; page.wait(10)").catch((error) => error.message);
      const run = failure(krait.run("while True: pass"));
      setTimeout(() => krait.terminate(), 50);
      return { value, stopped, input, called, ended: await run, isolated: krait.isolated, err };
    }, `/${kind}/worker.browser.mjs`);
    const shared = kind === "isolated";
    assert.equal(seen.isolated, shared);
    assert.equal(seen.value, "A2");
    assert.equal(seen.stopped, "KeyboardInterrupt");
    assert.equal(seen.input, shared ? "Ada" : "EOFError");
    assert.match(seen.called, shared ? /^waited$/ : /cross-origin isolated/);
    assert.match(seen.ended, /has been terminated/);
    await page.close();
  });
}

test("a page that forbids WebAssembly gets a clean error", async () => {
  const page = await open("/forbidden/");
  const seen = await page.evaluate(async () => {
    const of = (promise) => promise.then(() => null, ({ name, message }) => ({ name, message }));
    const { loadKrait } = await import("/forbidden/browser.mjs");
    const { loadKraitWorker } = await import("/forbidden/worker.browser.mjs");
    return [await of(loadKrait()), await of(loadKraitWorker()), await of(loadKrait({ indexURL: "/nowhere/" }))];
  });
  for (const error of seen.slice(0, 2)) {
    assert.equal(error.name, "KraitError");
    assert.match(error.message, /Content-Security-Policy forbids WebAssembly/);
  }
  assert.match(seen[2].message, /cannot load .*nowhere.*404/);
});

const HOT = "def f(n):\n  s = 0\n  for i in range(n): s += i & 7\n  return s\nf(200_000)";

test("hot loops are compiled in pages and in workers", async () => {
  const page = await open("/plain/");
  const seen = await page.evaluate(async (source) => {
    const { loadKrait } = await import("/plain/browser.mjs");
    const { loadKraitWorker } = await import("/plain/worker.browser.mjs");
    const of = async (krait) => [await krait.runAsync(source), typeof krait.compiledLoops === "function" ? await krait.compiledLoops() : krait.compiledLoops];
    return [await of(await loadKrait()), await of(await loadKraitWorker()), await of(await loadKrait({ jit: false })), await of(await loadKraitWorker({ jit: false }))];
  }, HOT);
  assert.deepEqual(seen, [[700_000, 1], [700_000, 1], [700_000, 0], [700_000, 0]]);
  await page.close();
});

test("hot loops are interpreted in a page that may run WebAssembly, but not make any", async () => {
  const page = await open("/forbidden/");
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  const seen = await page.evaluate(async (source) => {
    const worker = new Worker("/tests/_compiles.mjs", { type: "module" });
    const compiled = (path) => {
      worker.postMessage(path);
      return new Promise((resolve) => worker.addEventListener("message", ({ data }) => resolve(data), { once: true }));
    };
    const module = await compiled("/plain/dist/krait.wasm");
    const more = await compiled("/plain/dist/krait.more.wasm");
    const bytes = async (name) => new Uint8Array(await (await fetch(`/forbidden/dist/${name}`)).arrayBuffer());
    const { loadKrait } = await import("/forbidden/browser.mjs");
    const krait = await loadKrait({ files: { module, more, pack: await bytes("library.pack"), start: await bytes("krait.start") } });
    return [krait.run(source), krait.run(source), krait.compiledLoops];
  }, HOT);
  assert.deepEqual(seen, [700_000, 700_000, 0]);
  assert.ok(complaints.length <= 1, complaints.join("; "));
  await page.close();
});

/** Needs code that ordinary programs do without, so it is in `krait.more.wasm`. */
const RARE = "import array\na = array.array('d', [1.0])\na.byteswap()\na.tobytes()[-1]";

for (const kind of ["isolated", "plain"]) {
  test(`the rest is there in a page, and comes to a worker when a program needs it (${kind})`, async () => {
    const page = await open(`/${kind}/`);
    // What the page fetches while nothing needs it fails, so that the worker has to wait for it.
    let pageMay = true;
    const ofWorker = [];
    await page.route(/krait\.more\.wasm|library\.pack/, (route) => {
      const sync = route.request().resourceType() === "xhr";
      if (sync) ofWorker.push(route.request().url().replace(/.*\//, ""));
      return pageMay || sync || route.request().headers().range === "bytes=0-65535" ? route.continue() : route.abort();
    });
    const plain = await page.evaluate(async ([path, source]) => (await (await import(path)).loadKrait()).run(source), [`/${kind}/browser.mjs`, RARE]);
    await page.reload();
    pageMay = false;
    const seen = await page.evaluate(async ([path, source]) => {
      const krait = await (await import(path)).loadKraitWorker();
      return [await krait.run("1 + 1"), await krait.run(source), await krait.run(source), await krait.run("import colorsys\ncolorsys.rgb_to_hsv(1, 1, 1)[2]")];
    }, [`/${kind}/worker.browser.mjs`, RARE]);
    assert.deepEqual([plain, ...seen], [0, 2, 0, 0, 1]);
    assert.equal(ofWorker[0], "krait.more.wasm");
    // Where the server knows no parts, the pack is there from the start.
    assert.deepEqual([...new Set(ofWorker.slice(1))], kind === "isolated" ? ["library.pack"] : []);
    await page.close();
  });
}

test("a worker gets the rest from its page", async () => {
  const page = await open("/isolated/");
  const asked = [];
  page.on("request", (request) => asked.push(`${request.resourceType()} ${request.url().replace(/.*\//, "")} ${request.headers().range ?? ""}`));
  const seen = await page.evaluate(async (source) => {
    const { loadKraitWorker } = await import("/isolated/worker.browser.mjs");
    const krait = await loadKraitWorker();
    const { buildOf } = await import("/isolated/browser.mjs");
    await buildOf().rest();
    await new Promise((resolve) => setTimeout(resolve));
    const second = await loadKraitWorker();
    return [await krait.run(source), await krait.run("import colorsys\ncolorsys.rgb_to_hsv(1, 1, 1)[2]"), await second.run(source)];
  }, RARE);
  assert.deepEqual(seen, [0, 1, 0]);
  const files = asked.filter((line) => /\.(wasm|pack|start) /.test(line)).sort();
  assert.deepEqual(files, ["fetch krait.more.wasm ", "fetch krait.start ", "fetch krait.wasm ", "fetch library.pack ", "fetch library.pack bytes=0-65535"]);
  await page.close();
});

test("without the rest there is a clean error", async () => {
  const page = await open("/isolated/");
  await page.route(/krait\.more\.wasm|library\.pack/, (route) => (route.request().headers().range === "bytes=0-65535" ? route.continue() : route.abort()));
  const seen = await page.evaluate(async (source) => {
    const of = (promise) => promise.then(() => null, ({ name, message }) => `${name}: ${message}`);
    const { loadKrait } = await import("/isolated/browser.mjs");
    const { loadKraitWorker } = await import("/isolated/worker.browser.mjs");
    const krait = await loadKraitWorker();
    const other = await loadKraitWorker();
    return [await of(loadKrait()), await krait.run("1 + 1"), await of(krait.run(source)), await of(krait.run("1 + 1")), await of(other.run("import colorsys"))];
  }, RARE);
  assert.match(seen[0], /^KraitError: cannot load .*(krait\.more\.wasm|library\.pack)/);
  assert.equal(seen[1], 2);
  assert.match(seen[2], /^KraitError: cannot load .*krait\.more\.wasm/);
  assert.match(seen[3], /^KraitError: the interpreter has ended: cannot load/);
  assert.match(seen[4], /^KraitError: cannot load .*library\.pack/);
  await page.close();
});

test("first output", async (t) => {
  const times = [];
  for (const kind of ["cold", "warm", "warm"]) {
    const page = await open("/isolated/");
    const took = await page.evaluate(async () => {
      const began = performance.now();
      const { loadKrait } = await import("/isolated/browser.mjs");
      const krait = await loadKrait({ stdout() {} });
      krait.run("print('hello')");
      return performance.now() - began;
    });
    times.push(`${kind} ${took.toFixed(0)} ms`);
    await page.close();
  }
  t.diagnostic(`first output in Chromium: ${times.join(", ")}`);
});
