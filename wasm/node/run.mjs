// Runs a Python program in the wasm core under node: `node wasm/node/run.mjs FILE`.
//
// Gives the core standard streams, clocks and randomness, and the files below the current folder as its (read-only)
// virtual file system. Nothing else of node is reachable from Python.

import { readFileSync, readSync, writeSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const wasm = process.env.KRAIT_WASM ?? join(root, "target/wasm32-unknown-unknown/release/krait_wasm.wasm");
const file = process.argv[2];
if (file === undefined) {
  process.stderr.write("usage: node run.mjs FILE\n");
  process.exit(2);
}

let memory;
const bytes = (at, length) => new Uint8Array(memory.buffer, at, length);
const text = (at, length) => new TextDecoder().decode(bytes(at, length).slice());

function writeAll(fd, data) {
  for (let done = 0; done < data.length; ) {
    try {
      done += writeSync(fd, data, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

// Copies content out; a buffer too small is told the length needed.
function give(content, at, capacity) {
  if (content.length > capacity) return -content.length;
  bytes(at, content.length).set(content);
  return content.length;
}

function nextLine(limit) {
  const line = [];
  const one = new Uint8Array(1);
  while (line.length < limit) {
    let n = 0;
    try {
      n = readSync(0, one, 0, 1, null);
    } catch (error) {
      if (error.code === "EAGAIN") continue;
      if (error.code !== "EOF") throw error;
    }
    if (n === 0) break;
    line.push(one[0]);
    if (one[0] === 10) break;
  }
  return Uint8Array.from(line);
}

const imports = {
  write: (stream, at, length) => writeAll(stream, bytes(at, length).slice()),
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: (at, length) => crypto.getRandomValues(bytes(at, length)),
  read_file: (path, pathLength, at, capacity) => {
    const wanted = resolve(text(path, pathLength));
    if (wanted !== process.cwd() && !wanted.startsWith(process.cwd() + sep)) return -1;
    try {
      return give(readFileSync(wanted), at, capacity);
    } catch {
      return -1;
    }
  },
  read_line: (at, capacity) => give(nextLine(capacity), at, capacity),
};

const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { krait: imports });
memory = instance.exports.memory;
const pass = (content) => {
  const at = instance.exports.krait_alloc(content.length);
  bytes(at, content.length).set(content);
  return at;
};
const source = readFileSync(file);
const name = new TextEncoder().encode(file);
process.exitCode = instance.exports.krait_run(pass(source), source.length, pass(name), name.length);
