// What `npm pack` gives can be installed in a fresh folder, and the README's three lines run there as they are written.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { npm } from "./_kit.mjs";

const folder = mkdtempSync(join(tmpdir(), "krait-package-"));
after(() => rmSync(folder, { recursive: true }));
const env = { ...process.env };
delete env.KRAIT_WASM;
const run = (program, ...args) => execFileSync(program, args, { cwd: folder, env, encoding: "utf-8" });

/** The first piece of JavaScript in a text. */
function program(path) {
  return /```js\n(.*?)```/s.exec(readFileSync(new URL(path, import.meta.url), "utf-8"))[1];
}

test("it is packed, installed and run", (t) => {
  const [packed] = JSON.parse(run("npm", "pack", "--json", fileURLToPath(npm)));
  writeFileSync(join(folder, "package.json"), "{}");
  run("npm", "install", "--offline", "--no-audit", "--no-fund", `./${packed.filename}`);
  t.diagnostic(`${packed.filename}: ${(packed.size / 1e6).toFixed(2)} MB packed, ${(packed.unpackedSize / 1e6).toFixed(2)} MB unpacked, ${packed.entryCount} files`);
  const names = packed.files.map((file) => file.path);
  for (const needed of ["README.md", "index.d.mts", "dist/krait.wasm", "dist/krait.more.wasm", "dist/library.pack", "dist/krait.start", "dist/NOTICE"]) assert.ok(names.includes(needed), needed);
  assert.ok(!names.some((name) => /serve|prepare|watch/.test(name)), names.join());
  const lines = program("../../README.md");
  assert.equal(lines.trimEnd().split("\n").length, 3);
  writeFileSync(join(folder, "three.mjs"), lines);
  assert.equal(run(process.execPath, "three.mjs"), "285\n");
  writeFileSync(join(folder, "more.mjs"), program("../../wasm/npm/README.md"));
  assert.equal(run(process.execPath, "more.mjs"), "hello Ada\n42\n");
  writeFileSync(join(folder, "worker.mjs"), 'import { loadKraitWorker } from "krait-python/worker";\nconst krait = await loadKraitWorker();\nconsole.log(await krait.run("6 * 7"));');
  assert.equal(run(process.execPath, "worker.mjs"), "42\n");
  writeFileSync(join(folder, "p.py"), "import sys; print(sys.argv[1])");
  assert.equal(run("npx", "--no-install", "krait-python", "p.py", "x"), "x\n");
});

test("first output under node", (t) => {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    run(process.execPath, "three.mjs");
    times.push(performance.now() - began);
  }
  t.diagnostic(`first output under node: ${Math.min(...times).toFixed(0)} ms, the process included`);
});
