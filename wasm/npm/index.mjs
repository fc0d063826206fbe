// The package under node: `const krait = await load({ stdout: console.log }); krait.run("print('hello')")`.

import { openSync, readFileSync, readSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Interpreter, Outside, PythonError } from "./krait.mjs";

export { Interpreter, Outside, PythonError };

/** The files of the build; `KRAIT_WASM` names another folder. */
const folder = process.env.KRAIT_WASM ?? fileURLToPath(new URL("./dist/", import.meta.url));

/** Folders of this machine, read only. */
export class NodeOutside extends Outside {
  listFolder(path) {
    try {
      return readdirSync(path).map((name) => entry(path, name)).filter((e) => e !== null);
    } catch {
      return null;
    }
  }
  readFile(path) {
    try {
      return readFileSync(path);
    } catch {
      return null;
    }
  }
  sleep(milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }
}

function entry(path, name) {
  try {
    const stat = statSync(join(path, name));
    return { name, folder: stat.isDirectory(), size: stat.size, modified: stat.mtimeMs };
  } catch {
    // A link that leads nowhere.
    return null;
  }
}

/** The compiled module, the prepared start, and the library's pack, of which a program reads a small part. */
export async function files() {
  const pack = openSync(join(folder, "library.pack"), "r");
  const part = (offset, length) => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(pack, bytes, 0, length, offset));
  };
  const start = await readFile(join(folder, "krait.start")).catch(() => null);
  return { module: compile(await readFile(join(folder, "krait.wasm"))), pack: part, start };
}

/** Whether this version's V8 is known to have our flags: a flag it has not it would complain about. */
const knowsFlags = parseInt(process.versions.node) <= 24;

/** What V8 runs of a function before it compiles it well, in bytes: what it has from node 22 on, and what it had before. */
const [PATIENT, EAGER] = [13_000_000, 1_800_000];

/**
 * Functions are compiled when they first run. The core is valid, so reading all of it before can be saved. Compiling
 * well too early what runs for a moment only keeps the run loop waiting, which needs it most.
 */
function compile(wasm) {
  if (!knowsFlags) return new WebAssembly.Module(wasm);
  const old = parseInt(process.versions.node) < 22;
  setFlagsFromString("--wasm-lazy-validation");
  if (old) setFlagsFromString(`--wasm-tiering-budget=${PATIENT}`);
  try {
    return new WebAssembly.Module(wasm);
  } finally {
    setFlagsFromString("--no-wasm-lazy-validation");
    if (old) setFlagsFromString(`--wasm-tiering-budget=${EAGER}`);
  }
}

/** Hands whole lines to a function. */
class Lines {
  #decoder = new TextDecoder();
  #rest = "";
  constructor(say) {
    this.say = say;
  }
  write(bytes) {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop();
    lines.forEach((line) => this.say(line));
  }
}

class PageOutside extends NodeOutside {
  constructor(options) {
    super();
    this.streams = [null, new Lines(options.stdout ?? console.log), new Lines(options.stderr ?? console.error)];
    this.input = options.stdin ?? (() => new Uint8Array());
  }
  write(stream, bytes) {
    this.streams[stream].write(bytes);
  }
  read(limit) {
    return this.input(limit);
  }
}

/**
 * Loads an interpreter. Options: those of `Interpreter`, `stdout` and `stderr` (called with each line) and `stdin`
 * (gives at most that many bytes, none at the end).
 */
export async function load(options = {}) {
  const { module, pack, start } = await files();
  const { stdout, stderr, stdin, ...rest } = options;
  return new Interpreter(module, pack, new PageOutside({ stdout, stderr, stdin }), rest, start);
}
