// The package in a page or a worker of a browser, Deno or any other place with `fetch`.

import { KraitError, LimitError, PythonError } from "./errors.mjs";
import { Interpreter } from "./krait.mjs";
import { PageOutside, coreOptions } from "./outside.mjs";
import { Krait, PyFunction, PyObject } from "./python.mjs";

export { Krait, KraitError, LimitError, PyFunction, PyObject, PythonError };
export const version = "0.1.0";

let known = null;

/** The compiled module, the library's pack and the prepared start; loaded once. */
export function files({ indexURL } = {}) {
  if (indexURL !== undefined) {
    const base = new URL(indexURL, globalThis.location?.href);
    return load(new URL("krait.wasm", base), new URL("library.pack", base), new URL("krait.start", base));
  }
  known ??= load(
    new URL("./dist/krait.wasm", import.meta.url),
    new URL("./dist/library.pack", import.meta.url),
    new URL("./dist/krait.start", import.meta.url),
  );
  // What failed may be tried again.
  known.catch(() => (known = null));
  return known;
}

async function load(wasm, pack, start) {
  const [module, library, prepared] = await Promise.all([compile(wasm), fetchBytes(pack), fetchBytes(start).catch(() => null)]);
  return { module, pack: library, start: prepared };
}

async function get(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new KraitError(`cannot load ${url}: ${error.message}`, { cause: error });
  }
  if (!response.ok) throw new KraitError(`cannot load ${url}: ${response.status} ${response.statusText}`.trimEnd());
  return response;
}

async function fetchBytes(url) {
  return new Uint8Array(await (await get(url)).arrayBuffer());
}

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

/** Loads an interpreter; see `index.d.mts` for the options. */
export async function loadKrait(options = {}) {
  const { module, pack, start } = options.files ?? (await files(options));
  const { stdout = console.log, stderr = console.error, stdin, interruptBuffer } = options;
  const { core, mounts } = coreOptions(options, (path) => {
    throw new KraitError(`there is no folder ${path} to mount in a browser`);
  });
  const outside = new PageOutside({ stdout, stderr, stdin, mounts, interrupts: interruptBuffer });
  return new Krait(new Interpreter(module, pack, outside, core, start), outside, options);
}
