// The package under node: `const krait = await loadKrait(); krait.run("print('hello')")`.

import { openSync, readFileSync, readSync, readdirSync, realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { KraitError, LimitError, PythonError } from "./errors.mjs";
import { Interpreter, Outside } from "./krait.mjs";
import { PageOutside, coreOptions } from "./outside.mjs";
import { Krait, PyFunction, PyObject } from "./python.mjs";

export { Krait, KraitError, LimitError, PyFunction, PyObject, PythonError };
export const version = "0.1.0";

/** The files of the build; `KRAIT_WASM` names another folder. */
const folder = process.env.KRAIT_WASM ?? fileURLToPath(new URL("./dist/", import.meta.url));

/** Waits without using the processor, a little at a time so that an interrupt is seen. */
export function nap(outside, milliseconds) {
  const until = performance.now() + milliseconds;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let left = milliseconds; left > 0 && !outside.isInterrupted(); left = until - performance.now()) {
    Atomics.wait(cell, 0, 0, Math.min(left, 20));
  }
}

/** Folders of this machine, read only. */
export class NodeOutside extends Outside {
  listFolder(path) {
    return listFolder(path);
  }
  readFile(path) {
    return readWhole(path);
  }
  sleep(milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }
}

function listFolder(path) {
  try {
    return readdirSync(path).map((name) => entry(path, name)).filter((e) => e !== null);
  } catch {
    return null;
  }
}

function readWhole(path) {
  try {
    return readFileSync(path);
  } catch {
    return null;
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

/** A folder of this machine for `mounts`. Links that lead out of it lead nowhere. */
export class NodeFolder {
  #root;
  constructor(path) {
    this.#root = realpathSync(resolve(path));
  }
  #inside(path) {
    try {
      const real = realpathSync(join(this.#root, path));
      return real === this.#root || real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep) ? real : null;
    } catch {
      return null;
    }
  }
  list(path) {
    const real = this.#inside(path);
    return real && (listFolder(real)?.filter((e) => this.#inside(join(path, e.name)) !== null) ?? null);
  }
  read(path) {
    const real = this.#inside(path);
    return real && readWhole(real);
  }
}

/** The build: the compiled core, the prepared start; of the library's pack and the rest of the code what a program needs. */
export async function files() {
  const pack = openSync(join(folder, "library.pack"), "r");
  const part = (offset, length) => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(pack, bytes, 0, length, offset));
  };
  const start = await readFile(join(folder, "krait.start")).catch(() => null);
  let rest;
  const more = () => (rest ??= compile(readFileSync(join(folder, "krait.more.wasm"))));
  return { module: compile(await readFile(join(folder, "krait.wasm"))), more, pack: part, start };
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

class NodePage extends PageOutside {
  sleep(milliseconds) {
    nap(this, milliseconds);
  }
}

/** Loads an interpreter; see `index.d.mts` for the options. */
export async function loadKrait(options = {}) {
  const build = options.files ?? (await files());
  const { stdout = console.log, stderr = console.error, stdin, interruptBuffer } = options;
  const { core, mounts } = coreOptions(options, (path) => new NodeFolder(path));
  const outside = new NodePage({ stdout, stderr, stdin, mounts, interrupts: interruptBuffer });
  return new Krait(new Interpreter(build, outside, core), outside, options);
}
