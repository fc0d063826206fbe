// What a page's options let Python see: streams, mounted folders, functions, interrupts.

import { Outside } from "./krait.mjs";

const encoder = new TextEncoder();

/** Text as it comes, or whole lines if it is a function that wants it. */
export class Sink {
  #decoder = new TextDecoder();
  #rest = "";
  constructor(to) {
    this.to = to;
  }
  write(bytes) {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (typeof this.to !== "function") {
      if (text) this.to.write(text);
      return;
    }
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    lines.forEach((line) => this.to(line));
  }
  /** A line that has no end yet. */
  flush() {
    if (this.#rest) this.to(this.#rest);
    this.#rest = "";
  }
}

/** Standard input from text, bytes, or a function that gives a line or bytes, nothing at the end. */
class Source {
  #bytes = new Uint8Array();
  constructor(from) {
    this.from = from;
  }
  read(limit) {
    if (this.#bytes.length === 0) this.#bytes = this.#more();
    const part = this.#bytes.subarray(0, limit);
    this.#bytes = this.#bytes.subarray(part.length);
    return part;
  }
  #more() {
    if (typeof this.from === "function") return lineBytes(this.from());
    const all = this.from;
    this.from = null;
    return typeof all === "string" ? encoder.encode(all) : (all ?? new Uint8Array());
  }
}

/** The bytes of what a `stdin` function gave. */
export function lineBytes(line) {
  if (line === null || line === undefined) return new Uint8Array();
  if (typeof line.then === "function") throw new TypeError("stdin gave a promise, which only krait-python/worker can wait for");
  if (typeof line !== "string") return line;
  return encoder.encode(line.endsWith("\n") ? line : `${line}\n`);
}

/** A flag that another thread can set where the page may share memory. */
export function interruptCell() {
  const Memory = typeof SharedArrayBuffer === "function" ? SharedArrayBuffer : ArrayBuffer;
  return new Int32Array(new Memory(4));
}

export class PageOutside extends Outside {
  /**
   * @param options stdout, stderr, stdin; `mounts`, the folders by number (`list`, `read`); `interrupts`, an Int32Array
   *   whose first number is set to interrupt
   */
  constructor({ stdout, stderr, stdin, mounts = [], interrupts = interruptCell() }) {
    super();
    this.sinks = [null, new Sink(stdout), new Sink(stderr)];
    this.source = new Source(stdin);
    this.mounts = mounts;
    this.interrupts = interrupts;
    this.peer = null;
  }
  write(stream, bytes) {
    this.sinks[stream].write(bytes);
  }
  read(limit) {
    return this.source.read(limit);
  }
  /** The end of a run. */
  flush() {
    this.sinks[1].flush();
    this.sinks[2].flush();
  }
  listFolder(path) {
    const [folder, rest] = this.#mount(path);
    return folder?.list(rest) ?? null;
  }
  readFile(path) {
    const [folder, rest] = this.#mount(path);
    const content = folder?.read(rest) ?? null;
    return typeof content === "string" ? encoder.encode(content) : content;
  }
  #mount(path) {
    const [, number, rest] = /^\/(\d+)(?:\/(.*))?$/s.exec(path) ?? [];
    return [this.mounts[number], rest ?? ""];
  }
  call(number, given) {
    return this.peer.answer(number, given);
  }
  release(number) {
    this.peer?.forget(number);
  }
  isInterrupted() {
    return Atomics.load(this.interrupts, 0) !== 0;
  }
  takeInterrupt() {
    return Atomics.load(this.interrupts, 0) !== 0 && Atomics.exchange(this.interrupts, 0, 0) !== 0;
  }
}

/** A folder in memory: contents by path. */
export class FolderOfFiles {
  constructor(files) {
    const entries = files instanceof Map ? [...files] : Object.entries(files);
    this.files = new Map(entries.map(([path, content]) => [path.replace(/^\/+/, ""), typeof content === "string" ? encoder.encode(content) : content]));
    this.made = Date.now();
  }
  list(path) {
    const prefix = path && `${path}/`;
    const entries = new Map();
    for (const [name, content] of this.files) {
      if (!name.startsWith(prefix)) continue;
      const [first, ...more] = name.slice(prefix.length).split("/");
      entries.set(first, { name: first, folder: more.length > 0, size: more.length > 0 ? 0 : content.length, modified: this.made });
    }
    return entries.size > 0 || path === "" ? [...entries.values()] : null;
  }
  read(path) {
    return this.files.get(path) ?? null;
  }
}

/** The core's options and the mounted folders, of what `loadKrait` was given. `folder` makes one of a path, where it can. */
export function coreOptions({ args = [], env = {}, cwd, mounts = {}, limits = {}, optimize, stack, jit = true }, folder) {
  const sources = Object.values(mounts).map((source) => {
    if (typeof source === "string") return folder(source);
    return typeof source.list === "function" && typeof source.read === "function" ? source : new FolderOfFiles(source);
  });
  const core = {
    argv: ["", ...args],
    env,
    cwd,
    optimize,
    stack,
    jit,
    memory: limits.memoryBytes,
    mounts: Object.keys(mounts).map((path, number) => [path, `/${number}`]),
    line_buffering: true,
  };
  return { core, mounts: sources };
}
