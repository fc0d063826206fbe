// An interpreter in a worker, as the page sees it: the face of `python.mjs` over messages.
//
// The page asks with `{id, op, args}` and gets `{id, value}` or `{id, error}`. Python's questions (`{ask}`: a function,
// input, a folder) block the worker; they are answered through memory that both share, in pieces of `DATA` bytes.
// Without shared memory there are no such questions, and an interrupt is a message that arrives between two slices of a
// run. Layout of the shared memory, in 32-bit numbers: see `CELLS`.

import { KraitError, unflatten } from "./errors.mjs";
import { coreOptions, interruptCell, lineBytes, Sink } from "./outside.mjs";
import { FileSystem, Globals, Peer, untilAborted } from "./python.mjs";

export const CELLS = {
  /** Not 0: raise KeyboardInterrupt. */
  interrupt: 0,
  /** The number of the question that has been answered. */
  answered: 1,
  /** The length of the whole answer, or -1 for none. */
  length: 2,
  /** Bytes of output that the page has taken, as a number that wraps around. */
  taken: 3,
};
/** Where pieces of answers lie. */
export const DATA_AT = 64;
export const DATA = 1 << 16;

const encoder = new TextEncoder();

/** Asks the worker's `Interpreter` what its methods are called. */
class RemoteEngine {
  constructor(ask) {
    this.ask = ask;
  }
  /** No answer is waited for. */
  release(number) {
    this.ask("release", number).catch(() => {});
    return true;
  }
}
for (const op of ["run", "runAsync", "call", "resume", "resumeAsync", "global", "globals", "addModule", "usedMemory", "compiledLoops", "writeFile", "readFile", "listFolder", "remove"]) {
  RemoteEngine.prototype[op] = function (...args) {
    return this.ask(op, ...args);
  };
}

export class KraitWorker {
  #port;
  #peer;
  #engine;
  #sinks;
  #stdin;
  #folders;
  #waiting = new Map();
  #last = 0;
  #runs = 0;
  #memory = null;
  #cells;
  #answer = null;
  #ended = null;
  #ready;

  /** Starts an interpreter behind a port: `post`, `listen`, `terminate`, `keepAlive`. */
  static async start(port, options, files) {
    const worker = new KraitWorker(port, options);
    try {
      await worker.#begin(options, files);
    } catch (error) {
      worker.terminate();
      throw error;
    }
    return worker;
  }

  constructor(port, options) {
    this.#port = port;
    this.#memory = shared();
    this.#cells = this.#memory ? new Int32Array(this.#memory) : interruptCell();
    this.#engine = new RemoteEngine((op, ...args) => this.#ask(op, args));
    this.#peer = new Peer(this.#engine, options, { ended: () => this.#sinks.forEach((sink) => sink?.flush()), canWait: this.#memory !== null });
    this.#sinks = [null, new Sink(options.stdout ?? console.log), new Sink(options.stderr ?? console.error)];
    this.#stdin = options.stdin;
    this.signal = options.signal;
    this.globals = new Globals(this.#peer);
    this.fs = new FileSystem(this.#engine);
    this.#ready = new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject }));
    port.listen(
      (message) => this.#hear(message),
      (error) => this.#end(new KraitError(`the worker failed: ${error?.message ?? error}`, { cause: error })),
    );
  }
  async #begin(options, files) {
    const { core, mounts } = coreOptions(options, (path) => ({ path }));
    this.#folders = mounts;
    const folders = mounts.map((folder, number) => (folder.path !== undefined ? { path: folder.path } : folder.files ? { files: folder.files } : { remote: number }));
    const stdin = typeof this.#stdin === "function" ? null : (this.#stdin ?? "");
    this.#port.post({ begin: { core, folders, stdin, memory: this.#memory, files } });
    await this.#ready;
    await Promise.all([
      ...Object.entries(options.fs ?? {}).map(([path, content]) => this.fs.writeFile(path, content)),
      ...Object.entries(options.modules ?? {}).map(([name, members]) => this.addModule(name, members)),
    ]);
  }

  /** Whether the page shares memory with the worker: Python can ask for input and call functions, which may be asynchronous. */
  get isolated() {
    return this.#memory !== null;
  }
  async run(source, options) {
    return this.#run(source, options, false);
  }
  async runAsync(source, options) {
    return this.#run(source, options, true);
  }
  runPython(source, options) {
    return this.run(source, options);
  }
  runPythonAsync(source, options) {
    return this.runAsync(source, options);
  }
  async #run(source, options, async) {
    const { signal = this.signal, ...rest } = options ?? {};
    signal?.throwIfAborted();
    // An interrupt is for what runs, not for what comes.
    if (this.#runs++ === 0) Atomics.store(this.#cells, CELLS.interrupt, 0);
    try {
      return await untilAborted(signal, () => this.interrupt(), this.#peer.run(source, rest, async));
    } finally {
      this.#runs--;
    }
  }
  async addModule(name, members) {
    await this.#peer.addModule(name, members);
  }
  /** Raises KeyboardInterrupt in what is running. */
  interrupt() {
    if (this.#runs === 0) return;
    if (this.#memory) {
      Atomics.store(this.#cells, CELLS.interrupt, 1);
      // It may be asleep, or wait for an answer.
      Atomics.notify(this.#cells, CELLS.interrupt);
      Atomics.notify(this.#cells, CELLS.answered);
      Atomics.notify(this.#cells, CELLS.taken);
    } else {
      this.#port.post({ interrupt: true });
    }
  }
  /** Bytes that Python's objects take. */
  memoryUsed() {
    return this.#engine.usedMemory();
  }
  /** Loops that run as code of their own. */
  compiledLoops() {
    return this.#engine.compiledLoops();
  }
  /** Ends the worker at once. What was running is rejected. */
  terminate() {
    this.#end(new KraitError("the worker has been terminated"));
  }
  get terminated() {
    return this.#ended !== null;
  }

  #ask(op, args) {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.keepAlive(true);
      this.#port.post({ id, op, args });
    });
  }
  #hear(message) {
    if (this.#ended) return;
    if (message.id !== undefined) {
      const asked = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (this.#waiting.size === 0) this.#port.keepAlive(false);
      if (message.error) asked?.reject(unflatten(message.error));
      else asked?.resolve(message.value);
    } else if (message.write) {
      const [stream, bytes] = message.write;
      try {
        this.#sinks[stream].write(bytes);
      } finally {
        if (this.#memory) {
          Atomics.add(this.#cells, CELLS.taken, bytes.length);
          Atomics.notify(this.#cells, CELLS.taken);
        }
      }
    } else if (message.ask) {
      this.#hearQuestion(message.ask, message.kind, message.about);
    } else if (message.more) {
      this.#reply(message.more, message.offset);
    } else if (message.release) {
      this.#peer.forget(message.release);
    }
  }
  async #hearQuestion(number, kind, about) {
    let answer;
    try {
      answer = await this.#consider(kind, about);
    } catch (error) {
      console.error(error);
      answer = null;
    }
    this.#answer = answer;
    this.#reply(number, 0);
  }
  async #consider(kind, about) {
    switch (kind) {
      case "call":
        return this.#peer.answer(...about);
      case "input":
        return lineBytes(await this.#stdin());
      case "list":
        return encoder.encode(JSON.stringify((await this.#folders[about[0]].list(about[1])) ?? null));
      case "read": {
        const content = await this.#folders[about[0]].read(about[1]);
        return typeof content === "string" ? encoder.encode(content) : content;
      }
    }
  }
  #reply(number, offset) {
    const answer = this.#answer;
    if (answer) new Uint8Array(this.#memory, DATA_AT).set(answer.subarray(offset, offset + DATA));
    Atomics.store(this.#cells, CELLS.length, answer ? answer.length : -1);
    Atomics.store(this.#cells, CELLS.answered, number);
    Atomics.notify(this.#cells, CELLS.answered);
  }
  #end(error) {
    if (this.#ended) return;
    this.#ended = error;
    this.#port.terminate();
    this.#waiting.forEach(({ reject }) => reject(error));
    this.#waiting.clear();
    // Nobody may be waiting for the start.
    this.#ready.catch(() => {});
  }
}

function shared() {
  // A browser has the class only where memory may be shared; some have it and refuse to pass it on.
  if (typeof SharedArrayBuffer !== "function" || globalThis.crossOriginIsolated === false) return null;
  return new SharedArrayBuffer(DATA_AT + DATA);
}
