// What Python sees of the page: streams, files, arguments, and nothing else.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { files, loadKrait } from "../../wasm/npm/index.mjs";
import { quiet, thrown } from "./_kit.mjs";

test("output comes in lines, or as it comes", async () => {
  const { krait, out, err } = await quiet();
  krait.run("import sys\nprint('a\\nb')\nprint('é', end='')\nprint('x', file=sys.stderr)");
  assert.deepEqual([out, err], [["a", "b", "é"], ["x"]]);
  // A call in between does not end a line.
  const f = krait.run("lambda: 1");
  krait.addModule("page", { call: () => f() });
  krait.run("import page\nprint('one ', end='', flush=True)\npage.call()\nprint('line')");
  assert.equal(out.at(-1), "one line");
  const chunks = [];
  const raw = await loadKrait({ stdout: { write: (text) => chunks.push(text) } });
  raw.run("print('a', end='', flush=True)\nprint('b')");
  assert.equal(chunks.join(""), "ab\n");
  assert.equal(chunks[0], "a");
});

test("input comes from text or a function", async () => {
  const text = await quiet({ stdin: "one\ntwo" });
  assert.deepEqual(text.krait.run("import sys\n[input(), sys.stdin.read()]"), ["one", "two"]);
  const lines = ["1", "2\n", null];
  const { krait, out } = await quiet({ stdin: () => lines.shift() });
  assert.deepEqual(krait.run("a = [input('? '), input()]\na"), ["1", "2"]);
  assert.equal(thrown(() => krait.run("input()")).type, "EOFError");
  assert.deepEqual(out, ["? "]);
  const later = await quiet({ stdin: async () => "x" });
  assert.match(thrown(() => later.krait.run("input()")).message, /stdin gave a promise/);
  const failing = await quiet({ stdin: () => { throw new Error("no keyboard"); } });
  assert.match(thrown(() => failing.krait.run("input()")).message, /no keyboard/);
});

test("files live in memory", async () => {
  const { krait } = await quiet({ fs: { "/work/m.py": "x = 5", "/work/data.bin": new Uint8Array([1, 2]) }, cwd: "/work" });
  assert.equal(krait.run("import sys; sys.path.append('/work'); import m; m.x + len(open('data.bin', 'rb').read())"), 7);
  krait.run("open('/work/out.txt', 'w').write('é')");
  assert.equal(krait.fs.readFile("/work/out.txt", "utf-8"), "é");
  assert.deepEqual(krait.fs.readFile("/work/out.txt"), new TextEncoder().encode("é"));
  krait.fs.writeFile("/new/deep/f", "1");
  assert.deepEqual(krait.fs.readdir("/new"), ["deep/"]);
  krait.fs.remove("/new/deep/f");
  krait.fs.remove("/new/deep");
  assert.deepEqual(krait.fs.readdir("/new"), []);
  assert.match(thrown(() => krait.fs.readFile("/nothing")).message, /cannot read \/nothing: no such file/);
});

test("folders are mounted read only", async () => {
  const folder = mkdtempSync(join(tmpdir(), "krait-"));
  writeFileSync(join(folder, "a.txt"), "content");
  symlinkSync("/etc", join(folder, "out"));
  const { krait } = await quiet({ mounts: { "/data": folder, "/tmp": { "x/y.txt": "in memory" }, "/own": { list: () => [{ name: "z", folder: false, size: 1, modified: 0 }], read: () => "!" } } });
  assert.equal(krait.run("open('/data/a.txt').read()"), "content");
  assert.equal(krait.run("open('/tmp/x/y.txt').read()"), "in memory");
  assert.equal(krait.run("open('/own/z').read()"), "!");
  krait.run("open('/data/a.txt', 'w').write('changed')");
  assert.equal(krait.run("open('/data/a.txt').read()"), "changed");
  assert.equal((await import("node:fs")).readFileSync(join(folder, "a.txt"), "utf-8"), "content");
  assert.deepEqual(krait.run("import os; os.listdir('/data')"), ["a.txt"]);
});

test("arguments and environment are given", async () => {
  const { krait } = await quiet({ args: ["-v", "x"], env: { HOME: "/home/me", LANG: "C" } });
  assert.deepEqual(krait.run("import sys, os; [sys.argv, os.environ['HOME']]"), [["", "-v", "x"], "/home/me"]);
});

test("nothing else of the machine is there", async () => {
  const { krait } = await quiet();
  assert.equal(thrown(() => krait.run("open('/etc/passwd')")).type, "FileNotFoundError");
  assert.equal(thrown(() => krait.run("import js")).type, "ModuleNotFoundError");
  assert.deepEqual(krait.run("import os; dict(os.environ)"), {});
  assert.match(thrown(() => krait.run("import socket; socket.create_connection(('127.0.0.1', 80), timeout=1)")).type, /OSError|gaierror|Error/);
  assert.match(thrown(() => krait.run("import subprocess; subprocess.run(['ls'])")).type, /Error/);
});

test("globals", async () => {
  const { krait } = await quiet();
  const { globals } = krait;
  assert.equal(globals.get("x"), undefined);
  assert.equal(globals.has("x"), false);
  globals.set("x", null);
  assert.equal(globals.has("x"), true);
  assert.equal(globals.get("x"), null);
  krait.run("y = 2");
  assert.deepEqual(globals.keys(), ["x", "y"]);
  assert.equal(globals.delete("x"), true);
  assert.equal(globals.delete("x"), false);
  assert.deepEqual(globals.keys(), ["y"]);
  assert.equal(krait.runPython("y + 1"), 3);
  assert.equal(await krait.runPythonAsync("y + 2"), 4);
});

test("interpreters do not know of each other", async () => {
  const [a, b] = [await quiet(), await quiet()];
  a.krait.run("x = 1; import sys; sys.marker = 1");
  assert.equal(b.krait.globals.has("x"), false);
  assert.equal(thrown(() => b.krait.run("import sys; sys.marker")).type, "AttributeError");
});

test("code that ordinary programs do without is loaded when one needs it", async () => {
  const rare = "import array\na = array.array('d', [1.0])\na.byteswap()\na.tobytes()[-1]";
  const build = await files();
  let asked = 0;
  const counting = { ...build, more: () => (asked++, build.more()) };
  const { krait } = await quiet({ files: counting });
  krait.run("print([n ** 2 for n in range(10)], 'a b'.split(), {1: 2}, 1.5)\nclass A: pass\nA().x = 1");
  assert.equal(asked, 0);
  assert.deepEqual([krait.run(rare), krait.run(rare), asked], [0, 0, 1]);
  // The file of another build does not fit: it knows the memory by another name.
  const other = readFileSync(new URL("../../wasm/npm/dist/krait.more.wasm", import.meta.url));
  other[other.indexOf("memory_") + 7] ^= 1;
  const cases = [
    [() => { throw new Error("no disk"); }, /cannot load krait\.more\.wasm: no disk/],
    [undefined, /cannot load krait\.more\.wasm/],
    [new WebAssembly.Module(other), /cannot load krait\.more\.wasm: .*memory_/],
  ];
  for (const [more, why] of cases) {
    const { krait } = await quiet({ files: { ...build, more } });
    assert.equal(krait.run("1 + 1"), 2);
    const error = thrown(() => krait.run(rare));
    assert.equal(error.name, "KraitError");
    assert.match(error.message, why);
    assert.match(thrown(() => krait.run("1")).message, /has ended/);
  }
});
