// The face of an interpreter: values instead of bytes, exceptions, Python objects that JavaScript holds and functions that
// Python holds. The engine behind it is an `Interpreter` in this thread, which answers at once, or one in a worker, which
// answers with promises (`remote.mjs`).

import { KraitError, LimitError, PythonError } from "./errors.mjs";
import { DONE, NOTHING, OUT_OF_FUEL, RAISED } from "./krait.mjs";
import { decode, encode, encodeError } from "./values.mjs";

const encoder = new TextEncoder();

const after = (value, then) => (value instanceof Promise ? value.then(then) : then(value));

/** A Python object's number and owner. */
const objects = new WeakMap();

function reach(object) {
  const entry = objects.get(object);
  if (!entry) throw new KraitError("this is no Python object");
  if (entry.number === null) throw new KraitError(`this Python object has been destroyed`);
  return entry;
}

/** What Python objects can do that are more than plain data. */
const METHODS = {
  /** An attribute. */
  getAttr(name) {
    return reach(this).peer.call("builtins.getattr", [this, name]);
  },
  setAttr(name, value) {
    return after(reach(this).peer.call("builtins.setattr", [this, name, value]), () => undefined);
  },
  /** Calls a method. */
  callMethod(name, ...args) {
    return reach(this).peer.callMethod(this, name, args);
  },
  /** Calls with keyword arguments, which come last. */
  callKwargs(...args) {
    const keywords = args.pop();
    return reach(this).peer.call(this, args, keywords);
  },
  /** The items, one after the other; of a worker's objects with `for await`. */
  *[Symbol.iterator]() {
    const { peer } = reach(this);
    const iterator = peer.call("builtins.iter", [this]);
    if (iterator instanceof Promise) throw new KraitError("a worker's objects are iterated with `for await`");
    try {
      for (;;) yield peer.call("builtins.next", [iterator]);
    } catch (error) {
      if (!isEnd(error)) throw error;
    } finally {
      iterator.destroy();
    }
  },
  async *[Symbol.asyncIterator]() {
    const { peer } = reach(this);
    const iterator = await peer.call("builtins.iter", [this]);
    try {
      for (;;) yield await peer.call("builtins.next", [iterator]);
    } catch (error) {
      if (!isEnd(error)) throw error;
    } finally {
      iterator.destroy();
    }
  },
  /** What `str` says. */
  str() {
    return reach(this).peer.call("builtins.str", [this]);
  },
  repr() {
    return reach(this).peer.call("builtins.repr", [this]);
  },
  /** Lets Python forget the object; nothing can be done with it afterwards. */
  destroy() {
    const entry = objects.get(this);
    if (entry && entry.number !== null) entry.peer.destroy(entry);
  },
  get destroyed() {
    return objects.get(this)?.number === null;
  },
  /** The class's name. */
  get type() {
    return objects.get(this).type;
  },
};

function isEnd(error) {
  return error instanceof PythonError && error.type === "StopIteration";
}

/** A Python object that is not plain data. */
export class PyObject {
  constructor() {
    throw new TypeError("Python objects come from Python");
  }
  toString() {
    const entry = objects.get(this);
    return `[Python ${entry?.type ?? "object"}${entry?.number === null ? ", destroyed" : ""}]`;
  }
}

/** A Python object that can be called: a JavaScript function too. */
export class PyFunction extends Function {
  constructor() {
    super();
    throw new TypeError("Python functions come from Python");
  }
  toString() {
    return PyObject.prototype.toString.call(this);
  }
}

for (const kind of [PyObject, PyFunction]) {
  Object.defineProperties(kind.prototype, Object.getOwnPropertyDescriptors(METHODS));
}

/** The numbers of functions and objects on both sides of one interpreter. */
export class Peer {
  #pages = new Map();
  #last = 0;
  #forgotten = [];
  #unreleased = [];
  /** What exceptions are described with, whatever the user wants dicts to be. */
  #described = { dicts: "object", object: (...object) => this.object(...object), pageObject: (number) => this.pageObject(number) };
  #registry = new FinalizationRegistry((entry) => this.destroy(entry));

  constructor(engine, { limits = {}, dicts = "auto" } = {}, hooks = {}) {
    this.engine = engine;
    this.limits = limits;
    this.dicts = dicts;
    this.hooks = hooks;
  }

  // ---- what values.mjs asks ----

  functionNumber(given) {
    this.#pages.set(++this.#last, given);
    return this.#last;
  }
  objectNumber(value) {
    const entry = objects.get(value);
    if (!entry) return undefined;
    if (entry.peer !== this) throw new KraitError("this object belongs to another interpreter");
    return reach(value).number;
  }
  object(number, callable, type) {
    const entry = { peer: this, number, type };
    let object;
    if (callable) {
      object = (...args) => this.call(object, args);
      Object.setPrototypeOf(object, PyFunction.prototype);
      Object.defineProperty(object, "name", { value: type });
    } else {
      object = Object.create(PyObject.prototype);
    }
    objects.set(object, entry);
    this.#registry.register(object, entry);
    return object;
  }
  pageObject(number) {
    return this.#pages.get(number);
  }

  // ---- what Python asks ----

  /** Python has let go of a function or an error: what it says next may still be about it. */
  forget(number) {
    this.#forgotten.push(number);
  }
  #forget() {
    this.#forgotten.forEach((number) => this.#pages.delete(number));
    this.#forgotten = [];
  }
  /** Calls a function of the page; the answer as bytes: a list of the value, or of what was thrown. */
  answer(number, given) {
    this.#forget();
    try {
      const called = this.#pages.get(number);
      if (typeof called !== "function") throw new TypeError("this object of the page cannot be called");
      const value = called(...decode(given, this));
      if (!(value instanceof Promise)) return this.#encode([value]);
      if (!this.hooks.canWait) throw new TypeError(`${called.name || "the function"} is asynchronous: Python can wait for it only in a worker that shares memory`);
      return value.then((v) => this.#encode([v])).catch((error) => this.#thrown(error));
    } catch (error) {
      return this.#thrown(error);
    }
  }
  #thrown(error) {
    const exception = objects.get(error);
    // A Python exception on its way through.
    if (exception?.peer === this && exception.number !== null) return this.#encode([null, exceptionOf(error)]);
    return encodeError(text(() => error?.name, "Error"), text(() => error?.message ?? error, "an error"), this.functionNumber(error));
  }
  /** Numbers given to functions in vain are taken back. */
  #encode(value) {
    const before = this.#last;
    try {
      return encode(value, this);
    } catch (error) {
      for (let number = before + 1; number <= this.#last; number++) this.#pages.delete(number);
      throw error;
    }
  }

  // ---- what the page asks ----

  run(source, options, async = false) {
    const { filename = "<string>", ...limits } = options ?? {};
    return this.#program((limits) => this.engine[async ? "runAsync" : "run"](String(source), String(filename), limits), limits);
  }
  /** Calls an object, or what a text `module.name` names. */
  call(target, args, keywords = null) {
    return after(this.#encode([target, args, keywords]), (request) => this.#program((limits) => this.engine.call(request, limits), {}));
  }
  callMethod(object, name, args) {
    return after(this.call("builtins.getattr", [object, name]), (method) =>
      after(this.call(method, args), (value) => {
        method.destroy?.();
        return value;
      }),
    );
  }
  #program(run, limits) {
    this.#releaseLate();
    const { fuel = this.limits.fuel, timeMs = this.limits.timeMs, value } = limits;
    return after(run({ fuel: atLeastZero(fuel, "fuel"), timeMs: atLeastZero(timeMs, "timeMs"), value }), (outcome) => this.#value(outcome));
  }
  #value({ code, answer, waiting, outermost }) {
    if (outermost) this.hooks.ended?.();
    try {
      return this.#outcome(code, answer, waiting);
    } finally {
      this.#forget();
    }
  }
  #outcome(code, answer, waiting) {
    if (code === DONE) return decode(answer, this);
    if (code === NOTHING) return undefined;
    if (code === RAISED) throw this.#exception(decode(answer, this.#described));
    const limit = code === OUT_OF_FUEL ? "fuel" : "time";
    const go = (limits, async) => this.#program((l) => this.engine[async ? "resumeAsync" : "resume"](waiting, l), limits);
    throw new LimitError(limit, waiting ? go : null);
  }
  #exception(described) {
    const error = new PythonError(described);
    if (described.exception) {
      const entry = objects.get(described.exception);
      objects.set(error, entry);
      exceptions.set(error, described.exception);
    }
    return error;
  }
  global(name) {
    return after(this.engine.global(String(name)), (outcome) => this.#value(outcome));
  }
  globals() {
    return after(this.engine.globals(), (outcome) => this.#value(outcome));
  }
  addModule(name, members) {
    return this.engine.addModule(String(name), this.#encode(members));
  }
  destroy(entry) {
    const { number } = entry;
    if (number === null) return;
    entry.number = null;
    if (this.engine.release(number) === false) this.#unreleased.push(number);
  }
  #releaseLate() {
    this.#unreleased = this.#unreleased.filter((number) => this.engine.release(number) === false);
  }
}

/** The Python object behind a PythonError. */
const exceptions = new WeakMap();
const exceptionOf = (error) => exceptions.get(error);

function text(get, otherwise) {
  try {
    return String(get() ?? otherwise);
  } catch {
    return otherwise;
  }
}

function atLeastZero(value, name) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !(value >= 0)) throw new RangeError(`${name} must be a number that is not negative`);
  return value;
}

/** The names of `__main__`. */
export class Globals {
  #peer;
  #space = null;
  constructor(peer) {
    this.#peer = peer;
  }
  #call(name, ...args) {
    return after((this.#space ??= this.#peer.globals()), (space) => this.#peer.call(name, [space, ...args]));
  }
  /** A global's value; undefined if there is none. */
  get(name) {
    return this.#peer.global(name);
  }
  set(name, value) {
    return after(this.#call("operator.setitem", String(name), value), () => undefined);
  }
  has(name) {
    return this.#call("operator.contains", String(name));
  }
  /** Whether there was one. */
  delete(name) {
    return after(this.has(name), (there) => (there ? after(this.#call("operator.delitem", String(name)), () => true) : false));
  }
  /** The names, without Python's own. */
  keys() {
    return after(this.#call("builtins.list"), (names) => names.filter((name) => !/^__.*__$/.test(name)));
  }
}

/** Python's files in memory. */
export class FileSystem {
  #engine;
  constructor(engine) {
    this.#engine = engine;
  }
  writeFile(path, content) {
    return this.#engine.writeFile(path, typeof content === "string" ? encoder.encode(content) : content);
  }
  readFile(path, encoding) {
    return after(this.#engine.readFile(path), (bytes) => (encoding ? new TextDecoder(encoding).decode(bytes) : bytes));
  }
  /** The names in a folder; folders end in a slash. */
  readdir(path) {
    return this.#engine.listFolder(path);
  }
  /** Removes a file or an empty folder. */
  remove(path) {
    return this.#engine.remove(path);
  }
}

/** What a run gives, which a signal interrupts. */
export async function untilAborted(signal, interrupt, run) {
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    return await run;
  } catch (error) {
    if (signal?.aborted && error instanceof PythonError && error.type === "KeyboardInterrupt") error.cause ??= signal.reason;
    throw error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
}

/** An interpreter in this thread. */
export class Krait {
  #peer;
  #outside;
  #engine;
  #running = 0;

  constructor(engine, outside, options = {}) {
    this.#engine = engine;
    this.#outside = outside;
    this.#peer = new Peer(engine, options, { ended: () => outside.flush() });
    outside.peer = this.#peer;
    this.signal = options.signal;
    this.globals = new Globals(this.#peer);
    this.fs = new FileSystem(engine);
    Object.entries(options.fs ?? {}).forEach(([path, content]) => this.fs.writeFile(path, content));
    Object.entries(options.modules ?? {}).forEach(([name, members]) => this.addModule(name, members));
  }
  /** Runs source in `__main__`; the value of its last statement, if that is an expression. */
  run(source, options) {
    this.signal?.throwIfAborted();
    this.#clear();
    return this.#peer.run(source, options);
  }
  /** As `run`, letting others have a turn; the source may `await`. */
  async runAsync(source, options) {
    const signal = options?.signal ?? this.signal;
    signal?.throwIfAborted();
    this.#clear();
    this.#running++;
    try {
      return await untilAborted(signal, () => this.interrupt(), this.#peer.run(source, options, true));
    } finally {
      this.#running--;
    }
  }
  runPython(source, options) {
    return this.run(source, options);
  }
  runPythonAsync(source, options) {
    return this.runAsync(source, options);
  }
  /** Makes a module of functions and plain data. */
  addModule(name, members) {
    this.#peer.addModule(name, members);
  }
  /** Raises KeyboardInterrupt in what is running. */
  interrupt() {
    Atomics.store(this.#outside.interrupts, 0, 1);
  }
  /** A number that interrupts when another thread sets it. */
  get interruptBuffer() {
    return this.#outside.interrupts;
  }
  /** Bytes that Python's objects take. */
  get memoryUsed() {
    return this.#engine.usedMemory();
  }
  /** Loops that run as code of their own. */
  get compiledLoops() {
    return this.#engine.compiledLoops();
  }
  #clear() {
    // An interrupt is for what runs, not for what comes.
    if (this.#running === 0) Atomics.store(this.#outside.interrupts, 0, 0);
  }
}
