// An interpreter in WebAssembly, for any JavaScript host: nothing here knows node or the browser.
//
// The host gives the compiled module, the library's pack and what Python may see of the outside; without it Python
// has clocks, randomness and an empty file system in memory. `index.mjs` is this with the defaults of node.

import { decode, encode } from "./data.mjs";
import { buildName, capture, restore, suits } from "./start.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a Python program raised. `traceback` is the text Python would print. */
export class PythonError extends Error {
  constructor(traceback) {
    super(traceback.trimEnd());
    this.name = "PythonError";
    this.traceback = traceback;
  }
}

/** The outside that grants nothing; a host overrides what it grants. */
export class Outside {
  /** Output of a stream: 1 is standard output, 2 is standard error. */
  write(_stream, _bytes) {}
  /** At most `limit` bytes of standard input; empty at the end. */
  read(_limit) {
    return new Uint8Array();
  }
  isTerminal(_stream) {
    return false;
  }
  now() {
    return Date.now();
  }
  monotonic() {
    return performance.now();
  }
  sleep(milliseconds) {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  }
  zoneOffset(seconds) {
    const minutes = -new Date(seconds * 1000).getTimezoneOffset();
    return Number.isNaN(minutes) ? 0 : minutes * 60;
  }
  random(bytes) {
    for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  }
  /** Entries of a mounted folder: `{name, folder, size, modified}` (milliseconds), or null. */
  listFolder(_path) {
    return null;
  }
  /** The bytes of a file in a mounted folder, or null. */
  readFile(_path) {
    return null;
  }
}

export class Interpreter {
  #exports;
  #this;

  /**
   * @param module the compiled WebAssembly.Module
   * @param pack the library's bytes (Uint8Array), or a function (offset, length) that gives them
   * @param outside an `Outside`
   * @param options argv, env, cwd, mounts ([[path, path outside]]), memory and stack (bytes; the stack is the engine's,
   *   of which V8 uses about 1 MB), fuel, and modules: objects by name whose functions Python may import and call
   * @param start a prepared start (Uint8Array, see `start.mjs`): the interpreter need not run its own
   */
  constructor(module, pack, outside = new Outside(), options = {}, start = null) {
    const functions = [];
    this.#exports = new WebAssembly.Instance(module, { krait: this.#imports(pack, outside, functions) }).exports;
    if (options === null) {
      this.#this = this.#exports.krait_prepare();
      return;
    }
    const modules = Object.entries(options.modules ?? {}).map(([name, members]) => [name, number(members, functions)]);
    const given = encode({ ...options, modules: Object.fromEntries(modules) });
    const prepared = start && suits(options) ? restore(start, module, this.#exports.memory) : 0;
    const passed = this.#pass(given);
    this.#this = prepared || this.#exports.krait_new(...passed);
    if (!this.#this || (prepared && !this.#exports.krait_adopt(prepared, ...passed))) throw new Error("the interpreter could not start");
  }

  /** A prepared start of a module, see `start.mjs`. */
  static prepare(module, pack, outside) {
    const interpreter = new Interpreter(module, pack, outside, null);
    if (interpreter.#this === 0) throw new Error("the interpreter could not start");
    const fresh = new WebAssembly.Instance(module, { krait: interpreter.#imports(pack, outside, []) }).exports;
    const [started, before] = [interpreter.#exports, fresh].map((e) => new Uint8Array(e.memory.buffer));
    return capture(buildName(module), interpreter.#this, started, before);
  }

  /** Runs source in `__main__`. Throws a PythonError; returns the exit status when the program asks to exit. */
  run(source, name = "<string>") {
    const outcome = this.#exports.krait_run_source(this.#this, ...this.#text(source), ...this.#text(name));
    if (outcome === 1) throw new PythonError(decoder.decode(this.#answer()));
    return outcome === 2 ? Number(decoder.decode(this.#answer())) : 0;
  }

  /** Runs a file as `__main__` and ends the interpreter. Returns the exit status. */
  runFile(path) {
    return this.#exports.krait_run_file(this.#this, ...this.#text(path));
  }

  /** Writes a file, making its folders. */
  writeFile(path, content) {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    const errno = this.#exports.krait_write_file(this.#this, ...this.#text(path), ...this.#pass(bytes));
    if (errno !== 0) throw new Error(`cannot write ${path}: error ${errno}`);
  }

  /** The bytes of a file. */
  readFile(path) {
    const errno = this.#exports.krait_read_file(this.#this, ...this.#text(path));
    if (errno !== 0) throw new Error(`cannot read ${path}: error ${errno}`);
    return this.#answer();
  }

  // ---- memory ----

  #bytes(at, length) {
    return new Uint8Array(this.#exports.memory.buffer, at >>> 0, length);
  }
  #pass(content) {
    const at = this.#exports.krait_alloc(content.length);
    this.#bytes(at, content.length).set(content);
    return [at, content.length];
  }
  #text(text) {
    return this.#pass(encoder.encode(text));
  }
  #answer() {
    return this.#bytes(this.#exports.krait_answer(this.#this), this.#exports.krait_answer_len(this.#this)).slice();
  }

  // ---- what the core calls ----

  #imports(pack, outside, functions) {
    let waiting = new Uint8Array();
    // Content whose length the core does not know beforehand waits here until it is fetched.
    const keep = (content) => {
      if (content === null) return -1;
      waiting = content;
      return content.length;
    };
    const path = (at, length) => decoder.decode(this.#bytes(at, length).slice());
    const part = typeof pack === "function" ? pack : (offset, length) => pack.subarray(offset, offset + length);
    return {
      write: (stream, at, length) => outside.write(stream, this.#bytes(at, length).slice()),
      read: (limit) => keep(outside.read(limit)),
      is_terminal: (stream) => (outside.isTerminal(stream) ? 1 : 0),
      now: () => outside.now(),
      monotonic: () => outside.monotonic(),
      sleep: (milliseconds) => outside.sleep(milliseconds),
      zone_offset: (seconds) => outside.zoneOffset(seconds),
      random: (at, length) => {
        const bytes = new Uint8Array(length);
        outside.random(bytes);
        this.#bytes(at, length).set(bytes);
      },
      list_folder: (at, length) => keep(listing(outside.listFolder(path(at, length)))),
      read_file: (at, length) => keep(outside.readFile(path(at, length))),
      library: (offset, length) => keep(pack ? part(offset, length) : null),
      call: (which, at, length) => keep(answer(functions[which], decode(this.#bytes(at, length).slice()))),
      take: (at) => this.#bytes(at, waiting.length).set(waiting),
    };
  }
}

/** Gives each function a number; everything else must be plain data. */
function number(members, functions) {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) =>
      typeof member === "function" ? [name, [functions.push(member) - 1]] : [name, member],
    ),
  );
}

/** Calls a function: a list of the value, or of null and a message. */
function answer(called, values) {
  try {
    return encode([called(...values)]);
  } catch (error) {
    return encode([null, String(error?.message ?? error)]);
  }
}

function listing(entries) {
  if (entries === null) return null;
  return encoder.encode(entries.map((e) => `${e.folder ? "d" : "f"} ${e.size} ${e.modified} ${e.name}\0`).join(""));
}
