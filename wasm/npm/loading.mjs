// How a page and its workers get at the files of the build.
//
// An interpreter starts with `krait.wasm`, `krait.start` and the first few kilobytes of `library.pack`. A worker is given
// those; the page fetches the rest meanwhile, and sends it. A program that needs some of it earlier waits in the worker for
// a request of its own. An interpreter in the page itself cannot wait, so there everything is fetched before.

import { KraitError } from "./errors.mjs";

/** What is asked of the pack at first: its directory is shorter. */
const FRONT = 1 << 16;
/** What a program asks of it at once. */
const BLOCK = 1 << 18;

/** The files of a build, each fetched once; what failed may be tried again. */
export class Build {
  #urls;
  #known = {};
  #rest = null;
  /** @param urls addresses of the files: `module`, `start`, `more`, `pack` */
  constructor(urls) {
    this.#urls = urls;
  }
  #get(what, fetch) {
    const known = (this.#known[what] ??= fetch(this.#urls[what]));
    known.catch(() => delete this.#known[what]);
    return known;
  }
  #module() {
    return this.#get("module", compile);
  }
  #start() {
    return this.#get("start", (url) => fetchBytes(url).catch(() => null));
  }

  /** What a worker starts with. `more` and `pack` are addresses, unless they are there already. */
  async first() {
    const front = async () => this.#rest?.pack ?? (await this.#get("front", () => fetchFront(this.#urls.pack)));
    const [module, start, pack] = await Promise.all([this.#module(), this.#start(), front()]);
    return { module, start, more: this.#urls.more.href, pack, ...this.#rest };
  }
  /** What it needs later: `more` and `pack`. */
  async rest() {
    // A server that knows no parts has sent all of it.
    const front = (await this.#known.front?.catch(() => null)) ?? null;
    const pack = front instanceof Uint8Array ? front : this.#get("pack", fetchBytes);
    const [more, bytes] = await Promise.all([this.#get("more", compile), pack]);
    return (this.#rest = { more, pack: bytes });
  }
  /** All of it. */
  async whole() {
    const [module, start, rest] = await Promise.all([this.#module(), this.#start(), this.rest()]);
    return { module, start, ...rest };
  }
}

/** The rest of a build, in a worker. */
export class Rest {
  #more;
  #pack;
  #blocks = new Map();
  constructor({ more, pack }) {
    this.#more = more;
    this.#pack = pack;
  }
  /** The page has it. */
  come({ more, pack }) {
    this.#more = more;
    this.#pack = pack;
    this.#blocks.clear();
  }
  more() {
    if (typeof this.#more === "string") this.#more = new WebAssembly.Module(fetchNow(this.#more).bytes);
    return this.#more;
  }
  part(offset, length) {
    if (this.#pack.front?.length >= offset + length) return this.#pack.front.subarray(offset, offset + length);
    const part = new Uint8Array(length);
    for (let at = 0; at < length && !(this.#pack instanceof Uint8Array); ) {
      const start = (offset + at) % BLOCK;
      const piece = this.#block((offset + at - start) / BLOCK).subarray(start, start + length - at);
      if (piece.length === 0) return part.subarray(0, at);
      part.set(piece, at);
      at += piece.length;
    }
    return this.#pack instanceof Uint8Array ? this.#pack.subarray(offset, offset + length) : part;
  }
  #block(number) {
    if (!this.#blocks.has(number)) {
      const { bytes, whole } = fetchNow(this.#pack.url, [number * BLOCK, (number + 1) * BLOCK]);
      if (whole) this.#pack = bytes;
      this.#blocks.set(number, whole ? bytes.subarray(number * BLOCK, (number + 1) * BLOCK) : bytes);
    }
    return this.#blocks.get(number);
  }
}

async function get(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    throw new KraitError(`cannot load ${url}: ${error.message}`, { cause: error });
  }
  if (!response.ok) throw new KraitError(`cannot load ${url}: ${response.status} ${response.statusText}`.trimEnd());
  return response;
}

async function fetchBytes(url) {
  return new Uint8Array(await (await get(url)).arrayBuffer());
}

/** The beginning of the pack, and where all of it is; all of it, if the server knows no parts. */
async function fetchFront(url) {
  const response = await get(url, { headers: { Range: `bytes=0-${FRONT - 1}` } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.status === 206 ? { url: url.href, front: bytes } : bytes;
}

/** The compiled module at a URL. */
async function compile(url) {
  if (typeof WebAssembly !== "object") throw new KraitError("this engine has no WebAssembly");
  try {
    const response = await get(url);
    const streams = response.headers.get("content-type")?.startsWith("application/wasm");
    return streams ? await WebAssembly.compileStreaming(response) : await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof KraitError) throw error;
    const forbidden = /unsafe-eval|Content.Security.Policy|CSP/i.test(error.message);
    const why = forbidden ? "the page's Content-Security-Policy forbids WebAssembly (it needs 'wasm-unsafe-eval')" : error.message;
    throw new KraitError(`cannot compile the interpreter: ${why}`, { cause: error });
  }
}

/** Bytes at a URL, or a part of them, at once: for workers, which may wait. `whole`: they are all, whatever was asked for. */
function fetchNow(url, part) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  if (part) request.setRequestHeader("Range", `bytes=${part[0]}-${part[1] - 1}`);
  try {
    request.send();
  } catch (error) {
    throw new KraitError(`cannot load ${url}: ${error.message}`, { cause: error });
  }
  const { status } = request;
  // Behind the end there is nothing.
  if (status === 416) return { bytes: new Uint8Array(), whole: false };
  if (status !== 200 && status !== 206) throw new KraitError(`cannot load ${url}: ${status} ${request.statusText}`.trimEnd());
  return { bytes: new Uint8Array(request.response), whole: status === 200 };
}
