// An interpreter in WebAssembly, for any JavaScript host: nothing here knows node or the browser, and values are bytes
// (`values.mjs`). `python.mjs` is the face that people use.
//
// The host gives the compiled module, the library's pack and what Python may see of the outside; without it Python
// has clocks, randomness and an empty file system in memory.

import { KraitError, LimitError } from "./errors.mjs";
import { moduleImports } from "./modules.mjs";
import { encode } from "./values.mjs";
import { buildName, capture, restore, suits } from "./start.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How a step ended, as `wasm/src/session.rs` has it. */
export const DONE = 0;
export const RAISED = 1;
export const OUT_OF_FUEL = 2;
export const STOPPED = 3;
const YIELDED = 4;
export const NOTHING = 5;

/** What the run loop may be asked for: bits of the core's `Interrupts`. */
const SIGNAL = 1;
const STOP = 4;
const YIELD = 16;

/** Back-edges and calls between two questions of the run loop. */
const TICKS = 10_000;
/**
 * A program that swallows what a limit raises is ended with its interpreter, this far beyond the limit: milliseconds and
 * fuel. Until then native code that calls back may come to its end.
 */
const GRACE = { time: 2_000, fuel: 200_000_000 };
/** Milliseconds that an asynchronous run computes before others get a turn. */
const SLICE = 12;

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
    while (performance.now() < until && !this.isInterrupted());
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
  /** Calls a function of the page: its number and its arguments as bytes; the answer as bytes. */
  call(_number, _arguments) {
    return null;
  }
  /** Python holds a function or an error of the page no longer. */
  release(_number) {}
  /** Somebody wants KeyboardInterrupt raised. */
  isInterrupted() {
    return false;
  }
  /** As `isInterrupted`, once for each interrupt. Asked all the time while a program runs. */
  takeInterrupt() {
    return false;
  }
}

/** Thrown before anything happens in the core. */
class NoRoom extends KraitError {}

export class Interpreter {
  #exports;
  #this;
  #vm;
  #ended = null;
  /** Python may be entered: nothing runs, or it waits for a function of the page. */
  #open = true;
  /** Programs that have been started and have not ended. */
  #depth = 0;
  #budget = null;
  /** The number of the program that ran into a limit and waits, or 0. */
  #waiting = 0;
  #suspensions = 0;
  /** What the page's own functions threw where Python cannot be told. */
  #failure = null;
  #turn = Promise.resolve();
  /** Compiled loops, and places in the table that others have left. */
  #compiled = 0;
  #places = [];
  /** Code that does not compile is a defect. */
  #strict = false;

  /**
   * @param build `module`, the compiled krait.wasm; `more`, the compiled krait.more.wasm or a function that gives it when
   *   it is first needed; `pack`, the library's bytes (Uint8Array) or a function (offset, length) that gives them; `start`,
   *   a prepared start (Uint8Array, see `start.mjs`) or null: with one the interpreter need not run its own
   * @param outside an `Outside`
   * @param options argv, env, cwd, mounts ([[path, path outside]]), memory and stack (bytes; the stack is the engine's,
   *   of which V8 uses about 1 MB), optimize, line_buffering, jit (false, "stress" or "guards")
   */
  constructor({ module, more, pack, start = null }, outside = new Outside(), options = {}) {
    this.outside = outside;
    this.#strict = typeof options?.jit === "string";
    this.#exports = this.#instance(module, more, pack);
    if (options === null) {
      this.#this = this.#exports.krait_prepare();
      return;
    }
    const given = encode(options);
    const prepared = start && suits(options) ? restore(start, module, this.#exports.memory) : 0;
    const passed = this.#pass(given);
    this.#this = prepared || this.#exports.krait_new(...passed);
    if (!this.#this || (prepared && !this.#exports.krait_adopt(prepared, ...passed))) throw new KraitError("the interpreter could not start");
    this.#vm = this.#exports.krait_vm(this.#this);
    if (options.memory !== undefined && this.usedMemory() > options.memory) {
      throw new KraitError(`a memory limit of ${options.memory} bytes is less than an interpreter takes`);
    }
  }

  /** A prepared start of a module, see `start.mjs`. */
  static prepare(build, outside) {
    const interpreter = new Interpreter(build, outside, null);
    if (interpreter.#this === 0) throw new Error("the interpreter could not start");
    const fresh = interpreter.#instance(build.module, build.more, build.pack);
    const [started, before] = [interpreter.#exports, fresh].map((e) => new Uint8Array(e.memory.buffer));
    return capture(buildName(build.module), interpreter.#this, started, before);
  }

  /** The exports of a new instance. What it has not itself comes from the second file, when it is first called. */
  #instance(module, more, pack) {
    const krait = this.#imports(pack);
    krait.more = () => {
      if (exports.krait_loaded.value) return;
      try {
        new WebAssembly.Instance(typeof more === "function" ? more() : more, { krait, core: exports });
      } catch (error) {
        throw error instanceof KraitError ? error : new KraitError(`cannot load krait.more.wasm: ${error.message}`, { cause: error });
      }
      exports.krait_loaded.value = 1;
    };
    const { exports } = new WebAssembly.Instance(module, { krait });
    return exports;
  }

  /** Runs a file as `__main__` and ends the interpreter. Returns the exit status. */
  runFile(path) {
    return this.#enter(() => this.#exports.krait_run_file(this.#this, ...this.#text(path)));
  }

  // ---- programs: each ends in `{code, answer, waiting}` ----

  /** Runs source in `__main__`. Limits: `fuel`, `timeMs`; and `value`: false if nobody wants it. */
  run(source, name, limits = {}) {
    return this.#drive(() => this.#source(source, name, false, limits), limits, true);
  }
  /** As `run`, in slices; the source may await. */
  runAsync(source, name, limits = {}, mayAwait = true) {
    return this.#driveAsync(() => this.#source(source, name, mayAwait, limits), limits, true);
  }
  /** Makes a call: the bytes of what is called, the arguments and the keyword arguments. */
  call(request, limits = {}) {
    return this.#drive(() => this.#exports.krait_start_call(this.#vm, ...this.#pass(request)), limits);
  }
  callAsync(request, limits = {}) {
    return this.#driveAsync(() => this.#exports.krait_start_call(this.#vm, ...this.#pass(request)), limits);
  }
  /** Lets the program `waiting` go on. */
  resume(waiting, limits = {}) {
    this.#mayResume(waiting);
    return this.#drive(() => DONE, limits);
  }
  async resumeAsync(waiting, limits = {}) {
    this.#mayResume(waiting);
    return this.#driveAsync(() => DONE, limits);
  }
  #mayResume(waiting) {
    if (waiting === 0 || waiting !== this.#waiting) throw new KraitError("the program cannot be resumed: another one has run since");
    this.#waiting = 0;
  }
  #source(source, name, mayAwait, { value = true }) {
    return this.#exports.krait_start_source(this.#vm, ...this.#text(source), ...this.#text(name), (mayAwait ? 1 : 0) | (value ? 0 : 2));
  }

  /** `replaces`: a program that waits is given up; otherwise the new one runs on top of it. */
  #drive(begin, limits, replaces = false) {
    return this.#program(limits, (budget) => {
      let code = this.#begin(begin, replaces, budget);
      while (code === YIELDED) code = this.#step(budget);
      return code;
    });
  }
  /** One asynchronous run after the other: between its slices only synchronous ones may come, which end before the next. */
  #driveAsync(begin, limits, replaces = false) {
    const done = this.#turn.then(() =>
      this.#programAsync(limits, async (budget) => {
        let code = this.#begin(begin, replaces, budget);
        while (code === YIELDED) {
          budget.slice = this.outside.monotonic() + SLICE;
          code = this.#step(budget);
          if (code === YIELDED) await pause();
        }
        return code;
      }),
    );
    this.#turn = done.catch(() => {});
    return done;
  }
  #begin(begin, replaces, budget) {
    if (replaces && this.#depth === 1 && this.#waiting) {
      this.#waiting = 0;
      this.#abandon();
    }
    const code = this.#within(budget, begin);
    return code === DONE ? YIELDED : code;
  }
  #step(budget) {
    const code = this.#within(budget, () => this.#exports.krait_advance(this.#vm, Math.min(budget.fuel, Number.MAX_SAFE_INTEGER)));
    if (code === YIELDED && budget.fuel !== Infinity) budget.fuel = this.#exports.krait_fuel_left(this.#vm);
    return code;
  }
  #within(budget, work) {
    const outer = this.#budget;
    budget.outer = outer;
    this.#budget = budget;
    try {
      return this.#enter(work);
    } finally {
      this.#budget = outer;
    }
  }
  #program(limits, run) {
    this.#checkOpen();
    this.#depth++;
    try {
      return this.#end(run(this.#budgetOf(limits)));
    } finally {
      this.#depth--;
    }
  }
  async #programAsync(limits, run) {
    this.#checkOpen();
    this.#depth++;
    try {
      return this.#end(await run(this.#budgetOf(limits)));
    } finally {
      this.#depth--;
    }
  }
  #budgetOf({ fuel = Infinity, timeMs = Infinity }) {
    return { fuel, most: fuel + GRACE.fuel, used: 0, until: timeMs === Infinity ? Infinity : this.outside.monotonic() + timeMs, slice: Infinity, outer: null };
  }
  #end(code) {
    const failure = this.#failure;
    this.#failure = null;
    const outcome = { code, answer: null, waiting: 0, outermost: this.#depth === 1 };
    if (code === DONE || code === RAISED) {
      outcome.answer = this.#answer();
    } else if (this.#depth === 1 && !this.#waiting && !failure) {
      outcome.waiting = this.#waiting = ++this.#suspensions;
    } else {
      // Another program waits further down: this one cannot be left lying on top.
      this.#abandon();
    }
    if (failure) throw failure.error;
    return outcome;
  }
  /** Takes the topmost program away. */
  #abandon() {
    this.#enter(() => this.#exports.krait_abandon(this.#vm));
  }

  // ---- single questions ----

  /** The bytes of a global of `__main__`: an outcome, `NOTHING` if there is none. */
  global(name) {
    return this.#ask(() => this.#exports.krait_global(this.#vm, ...this.#text(name)));
  }
  /** The namespace of `__main__`, as an object. */
  globals() {
    return this.#ask(() => this.#exports.krait_globals(this.#vm));
  }
  #ask(ask) {
    const code = this.#enter(ask);
    return { code, answer: code === NOTHING ? null : this.#answer(), waiting: 0 };
  }
  /** Gives up an object. False: not now. */
  release(number) {
    if (this.#ended) return true;
    if (!this.#open) return false;
    this.#enter(() => this.#exports.krait_release(this.#vm, number));
    return true;
  }
  /** Adds a module: the bytes of its members by name. */
  addModule(name, members) {
    this.#enter(() => this.#exports.krait_add_module(this.#vm, ...this.#text(name), ...this.#pass(members)));
  }
  /** Bytes that Python's objects take. */
  usedMemory() {
    return this.#enter(() => this.#exports.krait_used_memory(this.#vm));
  }

  /** Compiled loops that are in use. */
  compiledLoops() {
    return this.#compiled;
  }

  // ---- files ----

  /** Writes a file, making its folders. */
  writeFile(path, content) {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    this.#file("write", path, () => this.#exports.krait_write_file(this.#vm, ...this.#text(path), ...this.#pass(bytes)));
  }
  /** The bytes of a file. */
  readFile(path) {
    this.#file("read", path, () => this.#exports.krait_read_file(this.#vm, ...this.#text(path)));
    return this.#answer();
  }
  /** The names in a folder; folders end in a slash. */
  listFolder(path) {
    this.#file("list", path, () => this.#exports.krait_list_folder(this.#vm, ...this.#text(path)));
    return decoder.decode(this.#answer()).split("\0").slice(0, -1);
  }
  /** Removes a file or an empty folder. */
  remove(path) {
    this.#file("remove", path, () => this.#exports.krait_remove(this.#vm, ...this.#text(path)));
  }
  #file(what, path, work) {
    const errno = this.#enter(work);
    if (errno !== 0) throw new KraitError(`cannot ${what} ${path}: ${ERRNO[errno] ?? `error ${errno}`}`);
  }

  // ---- entering the core ----

  #checkOpen() {
    if (this.#ended) throw new KraitError(`the interpreter has ended: ${this.#ended.message}`, { cause: this.#ended });
    if (!this.#open) throw new KraitError("Python is running: it can be entered from functions that it calls, not from its streams or folders");
  }
  #enter(work) {
    this.#checkOpen();
    this.#open = false;
    try {
      return work();
    } catch (error) {
      if (error instanceof NoRoom) throw error;
      // What crosses the core leaves it as it was in the middle of something.
      this.#ended = error instanceof KraitError ? error : new KraitError(`the interpreter failed: ${error?.message ?? error}`, { cause: error });
      throw this.#ended;
    } finally {
      this.#open = true;
    }
  }
  #bytes(at, length) {
    return new Uint8Array(this.#exports.memory.buffer, at >>> 0, length);
  }
  #pass(content) {
    const at = this.#exports.krait_alloc(content.length);
    if (at === 0) throw new NoRoom(`there is no room in WebAssembly's memory for ${content.length} bytes`);
    this.#bytes(at, content.length).set(content);
    return [at, content.length];
  }
  #text(text) {
    return this.#pass(encoder.encode(text));
  }
  #answer() {
    return this.#bytes(this.#exports.krait_answer(this.#vm), this.#exports.krait_answer_len(this.#vm)).slice();
  }

  // ---- what the core calls ----

  #imports(pack) {
    const { outside } = this;
    let waiting = new Uint8Array();
    // Content whose length the core does not know beforehand waits here until it is fetched.
    const keep = (content) => {
      if (content === null) return -1;
      waiting = content;
      return content.length;
    };
    const path = (at, length) => decoder.decode(this.#bytes(at, length).slice());
    const part = typeof pack === "function" ? pack : (offset, length) => pack.subarray(offset, offset + length);
    // The page's functions may throw, but nothing may pass through the core.
    const guarded = (work, otherwise) => {
      try {
        return work();
      } catch (error) {
        this.#failure ??= { error };
        return otherwise;
      }
    };
    // A callback of a module that Python loaded.
    const callBack = (vm, module, id, words) => {
      try {
        const passed = this.#pass(new Uint8Array(words.buffer));
        return this.#exports.krait_called_back(vm, module, id, ...passed);
      } catch (error) {
        if (error instanceof NoRoom) return 0n;
        // The core was in the middle of something.
        this.#ended ??= error instanceof KraitError ? error : new KraitError(`the interpreter failed: ${error?.message ?? error}`, { cause: error });
        throw this.#ended;
      }
    };
    return {
      ...moduleImports((at, length) => this.#bytes(at, length), keep, callBack, () => this.#ended !== null),
      write: (stream, at, length) => guarded(() => outside.write(stream, this.#bytes(at, length).slice())),
      read: (limit) => keep(guarded(() => outside.read(limit), new Uint8Array())),
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
      list_folder: (at, length) => keep(guarded(() => listing(outside.listFolder(path(at, length))), null)),
      read_file: (at, length) => keep(guarded(() => outside.readFile(path(at, length)), null)),
      library: (offset, length) => keep(pack ? part(offset, length) : null),
      call: (_vm, number, at, length) => {
        const given = this.#bytes(at, length).slice();
        this.#open = true;
        const answer = guarded(() => outside.call(number, given), null);
        this.#open = false;
        // It has been ended meanwhile, and must not go on.
        if (this.#ended) throw this.#ended;
        return keep(answer);
      },
      release: (number) => guarded(() => outside.release(number)),
      requests: () => (outside.takeInterrupt() ? SIGNAL : 0) | this.#requests(),
      compile: (at, length) => this.#compile(this.#bytes(at, length)),
      forget_code: (place) => this.#forgetCode(place),
      take: (at) => this.#bytes(at, waiting.length).set(waiting),
    };
  }

  /** Compiles a loop (`wasm/src/emit`): the place of its function in the table; 0: not this one, -1: the page forbids it. */
  #compile(bytes) {
    const { memory: m, __indirect_function_table: t } = this.#exports;
    try {
      const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { k: { m, t } }).exports;
      const place = this.#places.pop() ?? t.grow(1);
      t.set(place, f);
      this.#compiled++;
      return place;
    } catch (error) {
      if (this.#strict) throw error;
      // A module is too large for this thread, or the table is.
      return error instanceof RangeError ? 0 : -1;
    }
  }
  #forgetCode(place) {
    this.#exports.__indirect_function_table.set(place, null);
    this.#places.push(place);
    this.#compiled--;
  }

  /** Whether limits of a run are reached. Throws when the program will not hear of it. */
  #requests() {
    let wanted = 0;
    for (let budget = this.#budget; budget; budget = budget.outer) {
      budget.used += TICKS;
      if (budget.used > budget.most) throw new LimitError("fuel");
      if (budget.until === Infinity && budget.slice === Infinity) continue;
      const now = this.outside.monotonic();
      if (now >= budget.until + GRACE.time) throw new LimitError("time");
      if (now >= budget.until) wanted |= STOP;
      if (now >= budget.slice) wanted |= YIELD;
    }
    return wanted;
  }
}

/** Lets others have a turn. */
function pause() {
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  // Unlike a timer's, its turn comes at once.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

const ERRNO = { 2: "no such file or folder", 13: "permission denied", 17: "it exists", 20: "not a folder", 21: "it is a folder", 28: "no room left", 30: "read only", 39: "the folder is not empty" };

function listing(entries) {
  if (entries === null) return null;
  return encoder.encode(entries.map((e) => `${e.folder ? "d" : "f"} ${e.size} ${e.modified} ${e.name}\0`).join(""));
}
