// The worker's end of `remote.mjs`: an interpreter that is asked through messages, and asks through shared memory.

import { flatten } from "./errors.mjs";
import { Interpreter } from "./krait.mjs";
import { FolderOfFiles, PageOutside } from "./outside.mjs";
import { CELLS, DATA, DATA_AT } from "./remote.mjs";
import { encodeError } from "./values.mjs";

const decoder = new TextDecoder();

/** Output is sent in portions: this much, or what came in this time. */
const PORTION = 1 << 15;
const PATIENCE = 16;
/** Output on its way that the page has not taken; then the program waits. */
const AHEAD = 1 << 20;

class ThreadOutside extends PageOutside {
  #post;
  #cells;
  #data;
  #asked = 0;
  #portions = [];
  #size = 0;
  #since = 0;
  #sent = 0;
  #complained = false;

  constructor(post, { memory, stdin }, mounts) {
    const cells = memory ? new Int32Array(memory) : undefined;
    super({ stdin: stdin ?? undefined, mounts, interrupts: cells });
    this.#post = post;
    this.#cells = memory ? cells : null;
    this.#data = memory ? new Uint8Array(memory, DATA_AT) : null;
    this.shares = memory !== null;
    this.asksForInput = stdin === null;
  }

  // ---- output ----

  write(stream, bytes) {
    const last = this.#portions.at(-1);
    if (last?.stream === stream) last.parts.push(bytes);
    else this.#portions.push({ stream, parts: [bytes] });
    this.#size += bytes.length;
    this.#sendOld(this.#size >= PORTION);
  }
  #sendOld(now) {
    if (this.#size > 0 && (now || performance.now() - this.#since >= PATIENCE)) this.flush();
  }
  flush() {
    for (const { stream, parts } of this.#portions) {
      const bytes = parts.length === 1 ? parts[0] : join(parts);
      this.#sent = (this.#sent + bytes.length) | 0;
      this.#post({ write: [stream, bytes] });
    }
    this.#portions = [];
    this.#size = 0;
    this.#since = performance.now();
    while (this.#cells && !this.isInterrupted()) {
      const taken = Atomics.load(this.#cells, CELLS.taken);
      if (((this.#sent - taken) | 0) <= AHEAD) break;
      Atomics.wait(this.#cells, CELLS.taken, taken, 100);
    }
  }

  // ---- questions ----

  /** Bytes that the page answers, or null; also when it is interrupted. */
  #ask(kind, about) {
    this.flush();
    let piece = this.#wait({ kind, about });
    if (piece === null) return null;
    const length = Atomics.load(this.#cells, CELLS.length);
    if (length <= DATA) return piece;
    const all = new Uint8Array(length);
    for (let at = 0; ; ) {
      all.set(piece, at);
      at += piece.length;
      if (at >= length) return all;
      piece = this.#wait({ offset: at });
      if (piece === null) return null;
    }
  }
  #wait({ kind, about, offset }) {
    const number = ++this.#asked;
    this.#post(offset === undefined ? { ask: number, kind, about } : { more: number, offset });
    for (;;) {
      const answered = Atomics.load(this.#cells, CELLS.answered);
      if (answered === number) break;
      // A function that is being called comes to its end.
      if (kind === "input" && this.isInterrupted()) return null;
      Atomics.wait(this.#cells, CELLS.answered, answered, 1000);
    }
    const length = Atomics.load(this.#cells, CELLS.length);
    return length < 0 ? null : this.#data.slice(0, Math.min(DATA, length - (offset ?? 0)));
  }
  #lines = new Uint8Array();
  read(limit) {
    if (!this.asksForInput) return super.read(limit);
    if (!this.#cells) {
      if (!this.#complained) this.write(2, new TextEncoder().encode("krait: input can be asked for only in a page that is cross-origin isolated (COOP and COEP headers)\n"));
      this.#complained = true;
      return new Uint8Array();
    }
    if (this.#lines.length === 0) this.#lines = this.#ask("input") ?? new Uint8Array();
    const part = this.#lines.slice(0, limit);
    this.#lines = this.#lines.subarray(part.length);
    return part;
  }
  call(number, given) {
    if (!this.#cells) return encodeError("Error", "functions of the page can be called only where it is cross-origin isolated (COOP and COEP headers)", 0);
    return this.#ask("call", [number, given]);
  }
  /** A folder that only the page can look into. */
  remoteFolder(number) {
    const ask = (kind, path) => (this.#cells ? this.#ask(kind, [number, path]) : null);
    return {
      list: (path) => JSON.parse(decoder.decode(ask("list", path) ?? new TextEncoder().encode("null"))),
      read: (path) => ask("read", path),
    };
  }
  release(number) {
    if (number > 0) this.#post({ release: number });
  }

  // ---- interrupts ----

  takeInterrupt() {
    this.#sendOld(false);
    return super.takeInterrupt();
  }
  sleep(milliseconds) {
    this.flush();
    if (!this.#cells) return super.sleep(milliseconds);
    Atomics.wait(this.#cells, CELLS.interrupt, 0, milliseconds);
  }
  interrupt() {
    Atomics.store(this.interrupts, 0, 1);
  }
}

/**
 * Serves a page. `post` sends to it, `files` finds the build, with what the page sent of it, `folder` opens a path. The result hears
 * its messages.
 */
export function serve(post, { files, folder }) {
  let outside;
  let interpreter;
  const begin = async ({ core, folders, stdin, memory, files: given }) => {
    const build = await files(given);
    const mounts = [];
    outside = new ThreadOutside(post, { memory, stdin }, mounts);
    for (const { path, files, remote } of folders) {
      mounts.push(path !== undefined ? folder(path) : remote !== undefined ? outside.remoteFolder(remote) : new FolderOfFiles(files));
    }
    interpreter = new Interpreter(build, outside, core);
  };
  /** Without shared memory the worker has to look at its messages now and then. */
  const sliced = {
    run: (source, name, limits) => interpreter.runAsync(source, name, limits, false),
    call: (request, limits) => interpreter.callAsync(request, limits),
    resume: (waiting, limits) => interpreter.resumeAsync(waiting, limits),
  };
  return async (message) => {
    if (message.interrupt) return outside.interrupt();
    const id = message.begin ? 0 : message.id;
    try {
      let value = null;
      if (message.begin) {
        await begin(message.begin);
      } else {
        const { op, args } = message;
        const slices = !outside.shares ? sliced[op] : undefined;
        value = await (slices ? slices(...args) : interpreter[op](...args));
        outside.flush();
      }
      post({ id, value });
    } catch (error) {
      outside?.flush();
      post({ id, error: flatten(error) });
    }
  };
}

function join(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
